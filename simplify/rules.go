package simplify

import (
	"errors"
	"fmt"
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/syntax"
)

// A rule is one way to rewrite an expression that keeps its value for all real inputs of its domain that satisfy the givens.
type rule struct {
	name     string // as the command line has it
	sentence string
	apply    func(p *pass, x *expr.Node) *expr.Node
	// worth says of a source whether a result from what it has made of the base is taken; nil says that it is where it is cheaper.
	worth func(c *search, r *Result) bool
	// settles says of a result that is taken that the expression as the user wrote it does not compete with it.
	settles func(c *search, r *Result) bool
	// becomesBase says that what the source has made is what further sources start from.
	becomesBase bool
}

// A ruleID is the place of a rule in the table.
type ruleID int

// The rules. Those before firstSource prepare the base and make the forms of an expression; those from there on are sources of further
// expressions that have forms, in the order in which the search tries them.
const (
	byBranches ruleID = iota
	byCases
	byInverses
	byTrigonometry
	byAbsolute
	byOthers
	byGivens
	byAlike
	byDeltas
	byCollecting
	byNames
	byExpanding
	byFactoring
	byDenominator
	byScalars
	byComplements
	byExponentials
	byRestoring
	bySymmetry
	byResolvents
	byClosedSums
	byWholes
	byMultiplying
	byPrimitives
	byExponents
	byJoining
	byCancelling
	bySigmoids
	bySigmoidsOfTerms
	bySteps
	byClamping
	byWritingOut
	ruleCount

	firstSource = bySymmetry
)

// rules is THE table of rewrites: the search runs through it.
var rules = [ruleCount]rule{
	byBranches: {name: "branches", sentence: "A piecewise part inside a branch of another with the same condition, or beside that condition, is the branch that is taken.",
		apply: func(p *pass, x *expr.Node) *expr.Node { return branches(p.z.s, x) }},
	byCases: {name: "cases", sentence: "What stands under a condition in one term and under the opposite one in another stands under none.",
		apply: func(p *pass, x *expr.Node) *expr.Node { return cases(p.z.s, x) }},
	byInverses: {name: "inverses", sentence: "A function of its inverse is the argument; floor, ceil, and sines and cosines of integers and of multiples of pi have their values.",
		apply: func(p *pass, x *expr.Node) *expr.Node { return inverted(p.z.s, x) }},
	byTrigonometry: {name: "trigonometry", sentence: "Squares and products of sines and cosines in a sum become one term by sin(x)^2 + cos(x)^2 == 1 and the formulas for sums of angles, circular and hyperbolic.",
		apply: func(p *pass, x *expr.Node) *expr.Node { return trigonometric(p.z.s, x) }},
	byAbsolute: {name: "absolute", sentence: "A power of an even power is a power of the absolute value; x/abs(x) is sign(x), x*sign(x) and x^2/abs(x) are abs(x).",
		apply: func(p *pass, x *expr.Node) *expr.Node { return absolute(p.z.s, x) }},
	byOthers: {name: "others", sentence: "A product that leaves out one factor is the whole product by that factor, where the formula divides by the whole product.",
		apply: func(p *pass, x *expr.Node) *expr.Node { return others(p.z.s, x) }},
	byGivens: {name: "givens", sentence: "The larger side of a given becomes the smaller one; inverses meet their matrices; signs that are given open roots and logarithms.",
		apply: func(p *pass, x *expr.Node) *expr.Node { return p.facts.apply(x) }},
	byAlike: {name: "alike", sentence: "Terms with the same exponential become one, also where their exponents are written in different ways and where powers of a stand beside log(a) in an exponent.",
		apply: func(p *pass, x *expr.Node) *expr.Node { return alike(p.z.s, x) }},
	byDeltas: {name: "deltas", sentence: "In a sum, what stands under a condition that the index is another is taken at that one; sums over what comes before and after an index become one.",
		apply: func(p *pass, x *expr.Node) *expr.Node {
			if y := collapsed(p.z.s, x); y != x {
				return p.facts.apply(y)
			}
			return x
		}},
	byCollecting: {name: "collect", sentence: "A long sum is multiplied out where like terms then leave less than half of it.",
		apply: func(p *pass, x *expr.Node) *expr.Node { return collected(p.z.s, x) }},
	byNames: {name: "names", sentence: "What the definition of a function of the library or of the formula says is written with its name.",
		apply: func(p *pass, x *expr.Node) *expr.Node { return p.z.foldIn(x, p.done.folded) }},
	byExpanding: {name: "expand", sentence: "Products of sums and small powers of sums are multiplied out.",
		apply: func(p *pass, x *expr.Node) *expr.Node { return expand(p.z.s, x) }},
	byFactoring: {name: "factor", sentence: "Common factors are taken out of sums, and sums over the same indices become one.",
		apply: func(p *pass, x *expr.Node) *expr.Node { return factor(p.z.s, x) }},
	byDenominator: {name: "denominator", sentence: "The terms of a sum are put over a common denominator.",
		apply: func(p *pass, x *expr.Node) *expr.Node { return together(p.z.s, x) }},
	byScalars: {name: "scalars", sentence: "Factors that are free of the indices of the result are taken out of it.",
		apply: func(p *pass, x *expr.Node) *expr.Node { return factorScalars(p.z.s, x, p.axes) }},
	byComplements: {name: "complements", sentence: "f(-x) is c - f(x) where the definition of f shows that f(x) + f(-x) is the constant c, as of sigmoid.",
		apply: func(p *pass, x *expr.Node) *expr.Node { return p.z.complements(x) }},
	byExponentials: {name: "exponentials", sentence: "The exponentials among the factors of a product become one.",
		apply: func(p *pass, x *expr.Node) *expr.Node { return fuse(p.z.s, x) }},
	byRestoring: {name: "restore", sentence: "Exponentials go into the sums under powers beside them: (t - a*exp(-x))^2 for exp(-2*x)*(t*exp(x) - a)^2.",
		apply: func(p *pass, x *expr.Node) *expr.Node { return restored(p.z.s, x) }},
	bySymmetry: {name: "symmetric", sentence: "Entries of a symmetric matrix are equal to those across the diagonal.",
		apply: func(p *pass, x *expr.Node) *expr.Node {
			return p.facts.apply(p.facts.symmetric(x, p.facts.symmetriesOf(x)))
		}},
	byResolvents: {name: "resolvents", sentence: "inv(T + D)*T is eye(n) - inv(T + D)*D, where D is diagonal.",
		apply: func(p *pass, x *expr.Node) *expr.Node {
			if y := resolvents(p.z.s, x); y != x {
				return p.facts.apply(y)
			}
			return x
		}, becomesBase: true},
	byClosedSums: {name: "closed-sums", sentence: "Sums of polynomials, of powers and of other hypergeometric terms over a range, sums and products that telescope and products of consecutive numbers are written without the sum or product.",
		apply: func(p *pass, x *expr.Node) *expr.Node {
			if y := p.facts.closedForms(x); y != x {
				return p.facts.apply(y)
			}
			return x
		}, worth: worthClosing, becomesBase: true, settles: withoutSum},
	byWholes: {name: "wholes", sentence: "A sum that leaves out one value of its index is the whole sum less what it has there.",
		apply: func(p *pass, x *expr.Node) *expr.Node {
			if y := whole(p.z.s, x); y != x {
				return p.facts.apply(expand(p.z.s, y))
			}
			return x
		}},
	byMultiplying: {name: "multiply", sentence: "A product is multiplied out where a given says something of what comes out.",
		apply: func(p *pass, x *expr.Node) *expr.Node {
			if !p.facts.saysMore(x) {
				return x
			}
			open := expand(p.z.s, squaresOpened(p.z.s, x))
			if met := p.facts.apply(open); open != x && met != open {
				return met
			}
			return x
		}, becomesBase: true},
	byPrimitives: {name: "primitives", sentence: "Functions are written in terms of fewer where that leaves less: the gamma function at arguments that differ by integers, hyperbolic functions and exponentials, erfc and erf.",
		apply: func(p *pass, x *expr.Node) *expr.Node { return p.byPrimitives(x) }, becomesBase: true},
	byExponents: {name: "exponents", sentence: "The arguments of exponentials are multiplied out.",
		apply: func(p *pass, x *expr.Node) *expr.Node { return exponents(p.z.s, x) }},
	byJoining: {name: "join", sentence: "Sums inside an expression are put over a common denominator where that makes them lighter.",
		apply: func(p *pass, x *expr.Node) *expr.Node { return deepTogether(p.z.s, x) }},
	byCancelling: {name: "cancel", sentence: "Numerator and denominator are divided by their greatest common divisor, and polynomials are written as products of factors.",
		apply: func(p *pass, x *expr.Node) *expr.Node { return cancelled(p.z.s, x) }},
	bySigmoids: {name: "sigmoids", sentence: "A rational function of an exponential that is bounded is a polynomial in its sigmoid.",
		apply: func(p *pass, x *expr.Node) *expr.Node { return p.z.logistic(x) }, worth: worthSigmoids},
	bySigmoidsOfTerms: {name: "sigmoids-of-terms", sentence: "The same of every term of a product that is multiplied out.",
		apply: func(p *pass, x *expr.Node) *expr.Node {
			open := expand(p.z.s, x)
			if y := p.z.logistic(open); y != open {
				return y
			}
			return x
		}, worth: func(c *search, r *Result) bool { return c.isCheaper(r) && !c.z.mixes(r.Text) }},
	bySteps: {name: "steps", sentence: "A part that is 0 or a number on one side of a condition on a sign is a product with [x > 0], which is step(x) of a vector; between opposite numbers is an absolute value.",
		apply: func(p *pass, x *expr.Node) *expr.Node { return steps(p.z.s, x, p.z.fold) }},
	byClamping: {name: "clamp", sentence: "A part that does not change beyond a bound is what it is on the other side, of min(x, 0), max(x, 0) or clamp(x, -a, a).",
		apply: func(p *pass, x *expr.Node) *expr.Node { return steps(p.z.s, clamped(p.facts, x), p.z.fold) }},
	byWritingOut: {name: "write-out", sentence: "A sum or product over a short range of known length is written out where that takes no more to read.",
		apply: func(p *pass, x *expr.Node) *expr.Node { return unroll(p.z.s, x) }, worth: worthWritingOut, settles: func(*search, *Result) bool { return true }},
}

// A Rule is a row of the table of rewrites.
type Rule struct{ Name, Sentence string }

// Rules returns the rows of the table of rewrites, in the order in which they are used.
func Rules() []Rule {
	out := make([]Rule, len(rules))
	for k, r := range rules {
		out[k] = Rule{r.name, r.sentence}
	}
	return out
}

// ErrRule is the error for a name that no rewrite has.
var ErrRule = errors.New("there is no rewrite of that name")

// Disable makes the simplifier do without the rewrites of these names, which [Rules] lists. The error is [ErrRule].
func (z *Simplifier) Disable(names ...string) error {
	for _, name := range names {
		k := slices.IndexFunc(rules[:], func(r rule) bool { return r.name == name })
		if k < 0 {
			return fmt.Errorf("%w: %q", ErrRule, name)
		}
		z.disabled |= 1 << k
	}
	return nil
}

// A Step is a rewrite on the way to a result.
type Step struct {
	Rule          string
	Before, After syntax.Expr
}

// Trace makes the simplifier note how it comes to its results, in [Result.Trace].
func (z *Simplifier) Trace() { z.trace = &trace{from: map[*expr.Node]origin{}} }

// A trace knows where expressions come from.
type trace struct{ from map[*expr.Node]origin }

type origin struct {
	rule   string
	before *expr.Node
}

// A pass is what rewrites need beside an expression.
type pass struct {
	z     *Simplifier
	facts *facts
	axes  []*expr.Node // of the tensor
	done  *done
}

// done remembers what a search has worked out already, since many ways lead to the same forms.
type done struct {
	forms     map[formKey]*expr.Node
	folded    map[*expr.Node]*expr.Node // parts with names in them, see [folder]
	printed   map[printKey]*Result
	symmetric []underSymmetries
}

type formKey struct {
	id ruleID
	x  *expr.Node
}

type printKey struct {
	z *Simplifier
	x *expr.Node
}

// underSymmetries is a simplifier that prints with some symmetries in use.
type underSymmetries struct {
	symmetries []symmetry
	z          *Simplifier
}

func newDone(z *Simplifier) *done {
	return &done{map[formKey]*expr.Node{}, map[*expr.Node]*expr.Node{}, map[printKey]*Result{}, []underSymmetries{{nil, z}}}
}

// run applies a rule unless it is disabled.
func (p *pass) run(id ruleID, x *expr.Node) *expr.Node {
	if p.z.disabled&(1<<id) != 0 {
		return x
	}
	key := formKey{id, x}
	if id >= byNames && id < firstSource { // which no given has a part in
		if y, ok := p.done.forms[key]; ok {
			return y
		}
	}
	y := rules[id].apply(p, x)
	p.done.forms[key] = y
	p.z.note(rules[id].name, x, y)
	return y
}

// note keeps in mind that y was made of x by a rule, the first way of several to come to y.
func (z *Simplifier) note(rule string, x, y *expr.Node) {
	if z.trace == nil || y == x {
		return
	}
	if _, known := z.trace.from[y]; !known {
		z.trace.from[y] = origin{rule, x}
	}
}

// traced returns the rewrites that lead from the value of the tensor to y.
func (c *search) traced(y *expr.Node) []Step {
	if c.z.trace == nil {
		return nil
	}
	var steps []Step
	seen := map[*expr.Node]bool{}
	for y != c.t.Value && !seen[y] {
		seen[y] = true
		o, ok := c.z.trace.from[y]
		if !ok {
			break
		}
		before, err := c.z.print(c.tensor(c.plainly(o.before)), c.free, c.notation)
		after, err2 := c.z.print(c.tensor(c.plainly(y)), c.free, c.notation)
		if err == nil && err2 == nil && !syntax.Equal(before.Text, after.Text) { // else only the canonical form differs
			steps = append(steps, Step{o.rule, before.Text, after.Text})
		}
		y = o.before
	}
	slices.Reverse(steps)
	return steps
}
