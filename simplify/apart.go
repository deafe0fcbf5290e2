package simplify

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// An apartFact says that a difference is not 0, or which sign it has.
type apartFact struct {
	given      int
	difference *expr.Node
	how        apartness
}

type apartness uint8

const (
	different apartness = iota
	above               // the difference is positive
	notBelow            // the difference is not negative
)

// isNotOne reports whether x is known not to be 1.
func (f *facts) isNotOne(x *expr.Node) bool {
	switch {
	case x.Kind() == expr.KindRat:
		return !x.IsOne()
	case x.Kind() == expr.KindConst:
		return x.Name() != "inf"
	case isCallOf(x, "exp"):
		return f.isNot0(x.Args()[0])
	case x.Kind() == expr.KindPow && expr.SignOf(x.Args()[0]) == expr.Positive && f.isNotOne(x.Args()[0]) && f.isNot0(x.Args()[1]):
		return true
	}
	return f.isNotZero(f.s.Sub(x, f.s.Int(1)))
}

// isNot0 reports whether x is known not to be 0.
func (f *facts) isNot0(x *expr.Node) bool {
	switch {
	case x.Kind() == expr.KindRat:
		return !x.IsZero()
	case expr.SignOf(x) == expr.Positive || expr.SignOf(f.s.Neg(x)) == expr.Positive:
		return true
	}
	if constant, terms := expr.Terms(x); len(terms) == 1 && terms[0].Coef.Equal(constant.Neg()) { // c·(y - 1)
		return f.isNotOne(terms[0].X)
	}
	return f.isNotZero(x)
}

// isNotZero reports whether a given shows that x is not 0, and notes that it was used.
func (f *facts) isNotZero(x *expr.Node) bool {
	for _, d := range f.apart {
		ratio, ok := proportional(d.difference, x)
		if !ok {
			continue
		}
		// x = ratio·difference + offset
		c, _ := termsWithin(x)
		e, _ := termsWithin(d.difference)
		offset := c.Sub(ratio.Mul(e))
		if offset.IsZero() && d.how != notBelow || offset.Sign() == ratio.Sign() && d.how != different {
			f.used[d.given] = true
			return true
		}
	}
	return false
}

// proportional returns the number that the terms of a, without its constant, are multiplied with to give those of b.
func proportional(a, b *expr.Node) (expr.Rat, bool) {
	_, as := termsWithin(a)
	_, bs := termsWithin(b)
	if len(as) == 0 || len(as) != len(bs) {
		return expr.Rat{}, false
	}
	ratio := bs[0].Coef.Div(as[0].Coef)
	for k := range as {
		if as[k].X != bs[k].X || !as[k].Coef.Mul(ratio).Equal(bs[k].Coef) {
			return expr.Rat{}, false
		}
	}
	return ratio, true
}

// multiple returns the number that a is multiplied with to give b.
func multiple(a, b *expr.Node) (expr.Rat, bool) {
	ratio, ok := proportional(a, b)
	if !ok {
		return ratio, false
	}
	c, _ := termsWithin(a)
	d, _ := termsWithin(b)
	return ratio, d.Equal(c.Mul(ratio))
}

// termsWithin returns the constant and the terms of x, those of the sum where x is a multiple of one: 1/2 and x/6 of (x + 3)/6.
func termsWithin(x *expr.Node) (constant expr.Rat, terms []expr.Term) {
	constant, terms = expr.Terms(x)
	if !constant.IsZero() || len(terms) != 1 || terms[0].X.Kind() != expr.KindAdd {
		return constant, terms
	}
	c := terms[0].Coef
	constant, terms = expr.Terms(terms[0].X)
	terms = slices.Clone(terms)
	for k := range terms {
		terms[k].Coef = terms[k].Coef.Mul(c)
	}
	return constant.Mul(c), terms
}
