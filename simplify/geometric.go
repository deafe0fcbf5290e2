package simplify

import (
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
)

// geometric sums c·q^(a·k + b) over k from lo to hi, with a an integer, where q^|a| is shown not to be 1: the least exponent stands before
// (Q^(hi-lo+1) - 1)/(Q - 1) with Q = q^|a|, which is shorter than the difference that [facts.hypergeometric] has for it.
func (f *facts) geometric(k, lo, hi, body *expr.Node) (*expr.Node, bool) {
	s := f.s
	var outside []*expr.Node
	var base, exponent *expr.Node
	for _, x := range expr.Factors(body) {
		b, e := baseExponent(s, x)
		switch {
		case !x.DependsOn(k):
			outside = append(outside, x)
		case base != nil:
			return nil, false
		case b.DependsOn(k): // exp(k)^r
			if !isCallOf(b, "exp") || b.Args()[0] != k || e.Kind() != expr.KindRat {
				return nil, false
			}
			base, exponent = s.Const("e"), s.Scale(e.Rat(), k)
		default:
			base, exponent = b, e
		}
	}
	if base == nil {
		return nil, false
	}
	constant, terms := expr.Terms(exponent)
	var rate expr.Rat
	var rest []expr.Term
	for _, t := range terms {
		switch {
		case t.X == k:
			rate = t.Coef
		case t.X.DependsOn(k):
			return nil, false
		default:
			rest = append(rest, t)
		}
	}
	start := lo
	if rate.Sign() < 0 {
		start, rate = hi, rate.Neg()
		rest = append(rest, expr.Term{Coef: rate.Neg(), X: start})
	} else {
		rest = append(rest, expr.Term{Coef: rate, X: start})
	}
	if !rate.IsInt() && expr.SignOf(base) != expr.Positive {
		return nil, false
	}
	ratio := s.Pow(base, s.Rat(rate))
	if ratio.IsOne() {
		return nil, false
	}
	// Of a negative base an even power may be 1 where the base is not.
	if !f.isNotOne(ratio) && !(expr.SignOf(base) == expr.Positive && f.isNotOne(base)) {
		return nil, false
	}
	power := func(e *expr.Node) *expr.Node { return s.Pow(base, e) }
	if base.Kind() == expr.KindConst && base.Name() == "e" {
		power = func(e *expr.Node) *expr.Node { return formula.Elementary(s, "exp", e) }
	}
	least := power(s.Linear(constant, rest))
	last := power(s.Scale(rate, rangeLength(s, lo, hi)))
	one := s.Int(1)
	return s.Mul(append(outside, least, s.Sub(last, one), s.Inv(s.Sub(ratio, one)))...), true
}
