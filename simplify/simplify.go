// Package simplify finds the form of a result that is the cheapest to read.
//
//	simplify.go  the pipeline: facts, forms, names, the choice among them
//	rules.go     THE table of rewrites
//	search.go    the search through that table
//	closed.go    sums over ranges in closed form: of polynomials; geometric.go, of hypergeometric terms, hypergeometric.go;
//	             telescope.go, differences of sums; closed_product.go, products
//	apart.go     what givens say is not 0
//	collect.go   long sums collected
//	polynomial.go  expressions as quotients of polynomials; region.go, where; cancel.go, in lowest terms
//	form.go      the form that a user asks for; former.go, partial.go
//	symmetry.go  matrices that are equal to their transposes
//	matrix.go    matrices that are orthogonal or positive definite
//	definite.go  matrices that are known to be positive definite, for code
//	inverse.go   inverses that meet their matrices; resolvent.go, or a part of them: inv(T + D)*T is eye(n) - inv(T + D)*D
//	facts.go     what the givens say, as rewrites, signs and conditions; apply.go, what that makes of an expression; diagonal.go, of its text
//	forms.go     normal forms: expanded, factored, over a common denominator; complement.go, fuse.go;
//	             mergesums.go, sums with common factors as one; together.go, common denominators; branches.go, piecewise parts
//	signs.go     absolute values and signs
//	others.go    products over an index that leave out one factor
//	deltas.go    sums that collapse at an index, sums over what follows on each other
//	identities.go  functions of their inverses, of integers and of multiples of pi; trigonometry.go
//	bounds.go    signs by inequalities, in the branches of conditions too; differences.go, of values of monotone functions and of squares
//	primitives.go  functions in terms of fewer; exponents multiplied out
//	outline.go   names for the layers of a network while it is simplified
//	residuals.go differences as variables of their own
//	logistic.go  functions of an exponential as polynomials in its sigmoid
//	inward.go    exponentials inside the sums beside them
//	clamps.go    piecewise parts that do not change beyond a bound
//	steps.go     piecewise parts as products with [x > 0]
//	multiply.go  everything multiplied out
//	zero.go      whether a difference is 0, by identities of functions
//	weight.go    what a person pays to read an expression
//	pattern.go   definitions of functions as patterns
//	match.go     one-sided matching of patterns
//	height.go    how deep calls are nested, by which it is told what cannot match
//	fold.go      putting names in the place of what they stand for
//	alike.go     terms with the same exponential
//	cases.go     terms under a condition and under the opposite one
//	conditions.go  where a result is what the formula is; condition_parts.go, condition_implied.go
//	print.go     the notation of a result
//	least.go     what a notation costs at the least
//	grouped.go   that of a result some of whose axes are groups of indices
//
// Results are recognised by the definitions of the library and of the user, which package formula lowers to the same
// canonical expressions: nothing about softmax is built in beyond its definition.
package simplify

import (
	"errors"
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/notation"
	"github.com/seed-9905856d/derive/syntax"
)

// A Simplifier works on the results of one problem.
type Simplifier struct {
	s        *expr.Session
	problem  *formula.Problem
	patterns []*pattern
	reader   *notation.Reader // knows the symmetries in use
	form     Form             // that results are to have
	disabled uint64           // a bit for each rule that is not used
	trace    *trace           // nil where nobody asks how results come about
	signs    *bounds          // what the givens say of signs; nil until it is asked for
	// groups are those of the tensor that is simplified, see [formula.Tensor].
	groups []int
}

// maxNamed bounds the definitions of a file, the last ones, that results may name; every one is looked for everywhere.
const maxNamed = 1 << 12

// New returns a simplifier of a problem's results.
func New(p *formula.Problem) *Simplifier {
	z := &Simplifier{s: p.Session, problem: p, reader: notation.NewReader(p.Session, nil)}
	for k := len(p.Definitions) - 1; k >= max(0, len(p.Definitions)-maxNamed); k-- { // later definitions stand for more
		if pat := definitionPattern(z.s, p.Definitions[k]); pat != nil {
			z.patterns = append(z.patterns, pat)
			z.patterns = append(z.patterns, pat.variants(z.s, p.Givens)...)
		}
	}
	names := slices.Clone(vocabulary)
	for _, name := range p.Called() {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for at := 0; at < len(names); at++ {
		name := names[at]
		for _, f := range p.Functions(name) {
			pat := newPattern(z.s, f)
			if pat == nil { // it is recognised by what it is made of
				for _, part := range f.Calls {
					if !slices.Contains(names, part) {
						names = append(names, part)
					}
				}
				continue
			}
			if !slices.Contains(vocabulary, name) && pat.fn.Ranks == nil {
				pat.byNames = contains(z.fold(pat.body), func(n *expr.Node) bool {
					return n.Kind() == expr.KindCall && slices.ContainsFunc(z.patterns, func(p *pattern) bool { return p.fn == n.Func() && slices.Contains(vocabulary, p.name) })
				})
			}
			z.patterns = append(z.patterns, pat)
			if other := pat.withSteps(z.s); other != nil {
				z.patterns = append(z.patterns, other)
			}
		}
	}
	return z
}

// A Result is a simplified tensor.
type Result struct {
	Tensor formula.Tensor // with names of functions and definitions in it
	Free   int            // the number of leading axes that are indices of the user
	Text   syntax.Expr    // in the notation asked for
	Index  syntax.Expr    // entry by entry
	Matrix syntax.Expr    // in matrix notation; nil where there is none
	Givens []int          // the givens that were used
	Plain  formula.Tensor // what the result is without names, after the givens
	Relies []int          // the givens that Plain relies on, also where the text is as it was written and needs none
	Trace  []Step         // how the result came about, where [Simplifier.Trace] has asked for it
	value  *expr.Node     // that of the tensor before its axes got names
	// atLeast is what the cheapest notation costs at least where that costs too much to be looked for, else 0: see [Simplifier.printWithin].
	atLeast  int
	costOf   syntax.Expr // the text whose cost is known
	textCost int
}

// Notation says how results are written.
type Notation uint8

// The notations.
const (
	Auto Notation = iota // matrix notation where there is one
	Index
	Matrix
)

// ErrNoValue is the error for a formula that has no value whatever its inputs are.
var ErrNoValue = errors.New("the formula divides by 0 whatever its inputs are: it has no value")

func isDivisionByZero(n *expr.Node) bool {
	return n.Kind() == expr.KindPow && n.Args()[0].IsZero() && n.Args()[1].Kind() == expr.KindRat && n.Args()[1].Rat().Sign() < 0
}

// SimplifyNamed is [Simplifier.Simplify] of what a definition stands for, without its own name.
func (z *Simplifier) SimplifyNamed(name string, t formula.Tensor, free int, n Notation) (*Result, error) {
	others := *z
	others.patterns = slices.DeleteFunc(slices.Clone(z.patterns), func(p *pattern) bool { return p.symbol != nil && p.name == name })
	return others.Simplify(t, free, n, nil)
}

// SimplifyWritten is [Simplifier.Simplify] of the tensor of an expression as the user wrote it. The expression itself
// competes where it has no derivative to carry out; a definition is written without its own name.
func (z *Simplifier) SimplifyWritten(x syntax.Expr, t formula.Tensor, free int, n Notation) (*Result, error) {
	if name, ok := syntax.Unparen(x).(*syntax.Name); ok {
		return z.SimplifyNamed(name.Name, t, free, n)
	}
	written := x
	syntax.Inspect(x, func(y syntax.Expr) bool {
		if call, ok := y.(*syntax.Call); ok && formula.IsDerivative(call.Fun.Name) {
			written = nil
		}
		return written != nil
	})
	return z.Simplify(t, free, n, written)
}

// Simplify returns the cheapest form of t, the first free axes of which are indices of the user. As written, if not
// nil, is a form that competes. A search that takes long ends with the best form found so far.
func (z *Simplifier) Simplify(t formula.Tensor, free int, n Notation, written syntax.Expr) (_ *Result, err error) {
	defer expr.Catch(&err)
	z = z.grouping(t.Groups)
	t = z.placed(t, free)
	c := search{z: z, t: t, free: free, notation: n, facts: newFacts(z.s, z.problem.Givens), work: stepWork(t), reserve: z.s.Left() / reserved, done: newDone(z)}
	if err := c.run(); err != nil {
		return nil, err
	}
	for range maxAgain {
		if !c.again() {
			break
		}
	}
	if contains(c.best.Tensor.Value, isDivisionByZero) {
		return nil, ErrNoValue
	}
	if err := c.best.withIndex(); err != nil {
		return nil, err
	}
	if c.byName {
		c.plain = z.unfolded(c.plain)
	}
	c.best.Plain = z.nameAxes(c.tensor(c.plain), free)
	c.best.Relies = c.facts.givens()
	c.asWritten(written)
	c.facts.withDiagonals(c.best)
	c.best.Givens = c.facts.givens()
	for _, p := range z.patterns { // whose body is what it is under givens
		if len(p.givens) > 0 && slices.Contains(expr.SymbolsOf(c.best.Tensor.Value), p.symbol) {
			c.best.Givens = append(c.best.Givens, p.givens...)
		}
	}
	slices.Sort(c.best.Givens)
	c.best.Givens = slices.Compact(c.best.Givens)
	return c.best, nil
}

// maxRead is the number of nodes from which on nobody reads a result.
const maxRead = 1 << 12

// IsLong reports whether a tensor has so many nodes that a form of it that can be read is not worth a search.
func IsLong(t formula.Tensor) bool { return nodes(t.Value) > maxRead }

// Prepared returns a result that has no text: what code is made of where a form that can be read takes too much work.
func (z *Simplifier) Prepared(t formula.Tensor, free int) (_ *Result, err error) {
	defer expr.Catch(&err)
	z = z.grouping(t.Groups)
	t = z.placed(t, free)
	c := search{z: z, t: t, free: free, facts: newFacts(z.s, z.problem.Givens), work: stepWork(t), done: newDone(z)}
	c.prepare(t.Value)
	if contains(c.base, isDivisionByZero) {
		return nil, ErrNoValue
	}
	givens := c.facts.givens()
	return &Result{Free: free, Plain: z.nameAxes(c.tensor(c.base), free), Givens: givens, Relies: givens}, nil
}

// What is so much heavier than the lightest form, or than the cost of what it must be cheaper than, is not printed for comparison; beyond maxCompared
// nothing else is.
const (
	heavier     = 4
	maxCompared = 5000
)

// errDear is the error where no form is cheap enough.
var errDear = errors.New("no form is cheap enough")

// cheapest prints all forms that may cost no more than the limit and returns the one that is cheapest to read, the first of equals.
func (z *Simplifier) cheapest(t formula.Tensor, forms []*expr.Node, free int, n Notation, limit int, done *done) (*Result, error) {
	var best *Result
	failed := errDear
	lightest := weight(z.s, forms[0])
	for _, form := range forms {
		lightest = min(lightest, weight(z.s, form))
	}
	seen := map[*expr.Node]bool{}
	for _, form := range forms {
		w := weight(z.s, form)
		if seen[form] || w > heavier*lightest || w/heavier > limit || lightest > maxCompared && w > lightest {
			continue
		}
		seen[form] = true
		r, ok := done.printed[printKey{z, form}]
		if !ok || r.atLeast > 0 && r.atLeast <= limit {
			var err error
			if r, err = z.printWithin(formula.Tensor{Axes: t.Axes, Value: form, Orient: t.Orient}, free, n, limit); err != nil {
				failed = err
				continue
			}
			r.value = form
			done.printed[printKey{z, form}] = r
		}
		if r.Text == nil { // too dear
			continue
		}
		if best == nil || r.cost() < best.cost() || r.cost() == best.cost() && z.reads(r, best) {
			best = r
			limit = min(limit, r.cost())
		}
	}
	if best == nil {
		return nil, failed
	}
	own := *best
	return &own, nil
}

// cost returns what a person pays to read the text of a result.
func (r *Result) cost() int {
	if r.costOf != r.Text {
		r.costOf, r.textCost = r.Text, cost(r.Text)
	}
	return r.textCost
}

// reads reports whether r is easier to read than another result that costs as much: it has fewer fractions inside of fractions, or else weighs less.
func (z *Simplifier) reads(r, other *Result) bool {
	if n, m := nestedFractions(r.Text), nestedFractions(other.Text); n != m {
		return n < m
	}
	return weight(z.s, r.Tensor.Value) < weight(z.s, other.Tensor.Value)
}

// nestedFractions counts the fractions above or below the bars of others, up to calls.
func nestedFractions(x syntax.Expr) int {
	count := 0
	syntax.Inspect(x, func(y syntax.Expr) bool {
		whole, ok := y.(*syntax.Binary)
		if !ok || whole.Op != syntax.Div {
			return true
		}
		for _, part := range []syntax.Expr{whole.X, whole.Y} {
			syntax.Inspect(part, func(z syntax.Expr) bool {
				inner, ok := z.(*syntax.Binary)
				if ok && inner.Op == syntax.Div {
					count++
				}
				_, call := z.(*syntax.Call)
				return !call
			})
		}
		return true
	})
	return count
}

// forms returns the normal forms among which the cheapest is chosen, the plainest first.
func (p *pass) forms(base *expr.Node) []*expr.Node {
	run := p.run
	folded, expanded := run(byNames, base), run(byNames, run(byExpanding, base))
	forms := []*expr.Node{folded, run(byFactoring, folded), run(byNames, run(byFactoring, base)),
		expanded, run(byFactoring, expanded), run(byFactoring, run(byExpanding, folded))}
	if t := run(byDenominator, base); t != base {
		forms = append(forms, run(byNames, t))
	}
	if t := run(byDenominator, folded); t != folded {
		forms = append(forms, t, run(byFactoring, t))
	}
	forms = append(forms, run(byScalars, folded), run(byScalars, expanded))
	for k, f := range forms {
		forms[k] = run(byComplements, f)
		if forms[k] != f {
			forms = append(forms, run(byExpanding, forms[k]))
		}
	}
	for _, f := range forms { // what the complements have in common
		forms = append(forms, run(byFactoring, f))
	}
	for k, f := range forms {
		forms[k] = run(byExponentials, f)
		if r := run(byRestoring, f); r != forms[k] {
			forms = append(forms, r)
		}
	}
	return forms
}

// isPositive reports whether x is known to be positive: by what it is, or by the givens.
func (z *Simplifier) isPositive(x *expr.Node) bool {
	if z.signs == nil {
		z.signs = newFacts(z.s, z.problem.Givens).boundsOf()
	}
	return z.signs.sign(x).sign == expr.Positive
}

// withDefinitions puts the names of definitions, and no others, into x.
func (z *Simplifier) withDefinitions(x *expr.Node) *expr.Node {
	definitions := *z
	definitions.patterns = slices.DeleteFunc(slices.Clone(z.patterns), func(p *pattern) bool { return p.symbol == nil })
	return definitions.fold(x)
}

func (z *Simplifier) fold(x *expr.Node) *expr.Node { return z.foldIn(x, map[*expr.Node]*expr.Node{}) }

// foldIn puts names into x, with a memo of what has become of parts that it shares with other expressions.
func (z *Simplifier) foldIn(x *expr.Node, memo map[*expr.Node]*expr.Node) *expr.Node {
	f := folder{s: z.s, patterns: z.patterns, memo: memo, isPositive: z.isPositive}
	return f.fold(x)
}
