// Package simplify finds the form of a result that is the cheapest to read.
//
//	simplify.go  the pipeline: facts, forms, names, the choice among them
//	facts.go     what the givens say, as rewrites, signs and conditions
//	forms.go     normal forms: expanded, factored, over a common denominator
//	pattern.go   definitions of functions as patterns
//	match.go     one-sided matching of patterns
//	fold.go      putting names in the place of what they stand for
//	print.go     the notation of a result
//
// Results are recognised by the definitions of the library and of the user, which package formula lowers to the same
// canonical expressions: nothing about softmax is built in beyond its definition.
package simplify

import (
	"maps"
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/syntax"
)

// A Simplifier works on the results of one problem.
type Simplifier struct {
	s        *expr.Session
	problem  *formula.Problem
	patterns []*pattern
	// symmetric is what [notation.Syntax] may know of symmetries; nil while none are in use.
	symmetric func(n, i, j *expr.Node) bool
}

// New returns a simplifier of a problem's results.
func New(p *formula.Problem) *Simplifier {
	z := &Simplifier{s: p.Session, problem: p}
	for k := len(p.Definitions) - 1; k >= 0; k-- { // later definitions stand for more
		if pat := definitionPattern(z.s, p.Definitions[k]); pat != nil {
			z.patterns = append(z.patterns, pat)
		}
	}
	names := slices.Clone(vocabulary)
	for _, name := range p.Called() {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, name := range names {
		for _, f := range p.Functions(name) {
			if pat := newPattern(z.s, f); pat != nil {
				z.patterns = append(z.patterns, pat)
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
}

// Notation says how results are written.
type Notation uint8

// The notations.
const (
	Auto Notation = iota // matrix notation where there is one
	Index
	Matrix
)

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
// nil, is a form that competes.
func (z *Simplifier) Simplify(t formula.Tensor, free int, n Notation, written syntax.Expr) (*Result, error) {
	f := newFacts(z.s, z.problem.Givens)
	base := f.apply(absolute(z.s, branches(z.s, t.Value)))
	best, err := z.cheapest(t, z.forms(base, t.Axes), free, n)
	if err != nil {
		return nil, err
	}
	if same, needed := f.alike(base); same != base {
		before := maps.Clone(f.used)
		same = f.apply(same)
		others := *z
		others.symmetric = func(n, i, j *expr.Node) bool { return f.isSymmetric(n, i, j, needed) }
		if r, err := others.cheapest(t, z.forms(same, t.Axes), free, n); err == nil && cost(r.Text) < cost(best.Text) {
			best, base, z = r, same, &others
			for _, sym := range needed {
				f.used[sym.given] = true
			}
		} else {
			f.used = before
		}
	}
	plain := base
	// What the facts say of a product may show only once it is multiplied out.
	if open := expand(z.s, base); open != base && f.saysMore(base) {
		before := maps.Clone(f.used)
		met := f.apply(open)
		chosen := false
		if met != open {
			if r, err := z.cheapest(t, z.forms(met, t.Axes), free, n); err == nil && cost(r.Text) < cost(best.Text) {
				best, base, chosen = r, met, true
			}
		}
		switch {
		case !chosen:
			f.used = before
		case contains(plain, isInverse): // else what is multiplied out may cancel in floating point where the factors do not
			plain = met
		}
	}
	if joined := deepTogether(z.s, base); joined != base {
		if r, err := z.cheapest(t, z.forms(joined, t.Axes), free, n); err == nil && cost(r.Text) < cost(best.Text) {
			best = r
		}
	}
	// Sums of known, small length are worth writing out where that takes no more entries to read.
	if short := unroll(z.s, base); short != base {
		r, err := z.cheapest(t, z.forms(short, t.Axes), free, n)
		if err == nil && weight(r.Tensor.Value) <= weight(best.Tensor.Value) {
			best, written = r, nil
		}
	}
	if written != nil && cost(written) < cost(best.Text) {
		best.Text = written
		clear(f.used)
	}
	best.Plain = z.nameAxes(formula.Tensor{Axes: t.Axes, Value: plain, Orient: t.Orient}, free)
	best.Givens = f.givens()
	return best, nil
}

// What is so much heavier than the lightest form is not printed for comparison; beyond maxCompared nothing else is.
const (
	heavier     = 4
	maxCompared = 5000
)

// cheapest prints all forms and returns the one that is cheapest to read, the first of equals.
func (z *Simplifier) cheapest(t formula.Tensor, forms []*expr.Node, free int, n Notation) (*Result, error) {
	var best *Result
	var failed error
	least := 0
	lightest := weight(forms[0])
	for _, form := range forms {
		lightest = min(lightest, weight(form))
	}
	seen := map[*expr.Node]bool{}
	for _, form := range forms {
		w := weight(form)
		if seen[form] || w > heavier*lightest || lightest > maxCompared && w > lightest {
			continue
		}
		seen[form] = true
		r, err := z.print(formula.Tensor{Axes: t.Axes, Value: form, Orient: t.Orient}, free, n)
		if err != nil {
			failed = err
			continue
		}
		c := cost(r.Text)
		if best == nil || c < least || c == least && weight(form) < weight(best.Tensor.Value) {
			best, least = r, c
		}
	}
	if best == nil {
		return nil, failed
	}
	return best, nil
}

// forms returns the normal forms among which the cheapest is chosen, the plainest first.
func (z *Simplifier) forms(base *expr.Node, axes []*expr.Node) []*expr.Node {
	folded, expanded := z.fold(base), z.fold(expand(z.s, base))
	forms := []*expr.Node{folded, z.factored(folded), z.fold(factor(z.s, base)),
		expanded, z.factored(expanded), z.factored(expand(z.s, folded))}
	if t := together(z.s, base); t != base {
		forms = append(forms, z.fold(t))
	}
	if t := together(z.s, folded); t != folded {
		forms = append(forms, t, z.factored(t))
	}
	forms = append(forms, factorScalars(z.s, folded, axes), factorScalars(z.s, expanded, axes))
	for k, f := range forms {
		forms[k] = z.complements(f)
		if forms[k] != f {
			forms = append(forms, expand(z.s, forms[k]))
		}
	}
	for _, f := range forms { // what the complements have in common
		forms = append(forms, z.factored(f))
	}
	for k, f := range forms {
		forms[k] = fuse(z.s, f)
	}
	return forms
}

func (z *Simplifier) factored(x *expr.Node) *expr.Node { return factor(z.s, x) }

func (z *Simplifier) fold(x *expr.Node) *expr.Node {
	f := folder{s: z.s, patterns: z.patterns, memo: map[*expr.Node]*expr.Node{}}
	return f.fold(x)
}
