package simplify

import (
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

// isNotOne reports whether x is a number other than 1, or is shown by a given not to be 1.
func (f *facts) isNotOne(x *expr.Node) bool {
	switch x.Kind() {
	case expr.KindRat:
		return !x.IsOne()
	case expr.KindConst:
		return x.Name() != "inf"
	}
	return f.isNotZero(f.s.Sub(x, f.s.Int(1)))
}

// isNotZero reports whether a given shows that x is not 0, and notes that it was used.
func (f *facts) isNotZero(x *expr.Node) bool {
	for _, d := range f.apart {
		ratio, ok := proportional(d.difference, x)
		if !ok {
			continue
		}
		// x = ratio·difference + offset
		c, _ := expr.Terms(x)
		e, _ := expr.Terms(d.difference)
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
	_, as := expr.Terms(a)
	_, bs := expr.Terms(b)
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
