package simplify

import (
	"github.com/seed-9905856d/derive/expr"
)

// together puts the terms of sums over a common denominator and multiplies the numerator out.
func together(s *expr.Session, x *expr.Node) *expr.Node {
	constant, terms := expr.Terms(x)
	if x.Kind() != expr.KindAdd || len(terms) > maxFactored {
		return x
	}
	for _, t := range terms { // a condition may be all that keeps a denominator from 0
		if conds, _ := conditions(s, t.X); len(conds) > 0 {
			return x
		}
	}
	denominator := map[*expr.Node]expr.Rat{}
	var bases []*expr.Node
	for _, t := range terms {
		powers := powersOf(s, t.X)
		for _, b := range powers.bases {
			if e := powers.exponent(b); e.Sign() < 0 {
				old, ok := denominator[b]
				if !ok {
					bases = append(bases, b)
				}
				if !ok || e.Neg().Cmp(old) > 0 {
					denominator[b] = e.Neg()
				}
			}
		}
	}
	if len(bases) == 0 {
		return x
	}
	var below []*expr.Node
	for _, b := range bases {
		below = append(below, s.Pow(b, s.Rat(denominator[b])))
	}
	d := s.Mul(below...)
	for k := range terms {
		terms[k].X = s.Mul(terms[k].X, d)
	}
	if !constant.IsZero() {
		terms = append(terms, expr.Term{Coef: constant, X: d})
	}
	sum := s.Linear(expr.Int(0), terms)
	numerator := factor(s, expand(s, sum))
	if asItIs := factor(s, sum); weight(s, asItIs) < weight(s, numerator) { // nu*s^2 + (x - m)^2
		numerator = asItIs
	}
	return s.Mul(numerator, s.Inv(d))
}

// maxUnrolled bounds the terms that a sum over a range of known length is written out in.
const maxUnrolled = 4

// unroll writes sums and products over short ranges of known length out.
func unroll(s *expr.Session, x *expr.Node) *expr.Node {
	return s.Map(x, nil, func(n *expr.Node, _ []*expr.Node) (*expr.Node, bool) {
		if n.Kind() != expr.KindReduce || n.Op() != expr.Sum && n.Op() != expr.Prod {
			return nil, false
		}
		total := 1
		for _, b := range n.Binders() {
			lo, ok := b.Lo().Rat().Int64()
			hi, ok2 := b.Hi().Rat().Int64()
			if b.Lo().Kind() != expr.KindRat || b.Hi().Kind() != expr.KindRat || !ok || !ok2 || hi-lo >= maxUnrolled || hi < lo {
				return nil, false
			}
			if total *= int(hi - lo + 1); total > maxUnrolled {
				return nil, false
			}
		}
		o := s.Open(n)
		terms := []*expr.Node{o.Body}
		for k, i := range o.Indices {
			lo, _ := n.Binders()[k].Lo().Rat().Int64()
			hi, _ := n.Binders()[k].Hi().Rat().Int64()
			var next []*expr.Node
			for _, t := range terms {
				for v := lo; v <= hi; v++ {
					next = append(next, s.Substitute(t, i, s.Int(v)))
				}
			}
			terms = next
		}
		if n.Op() == expr.Prod {
			return s.Mul(terms...), true
		}
		return s.Add(terms...), true
	})
}

// deepTogether puts the sums inside x over common denominators where that makes them lighter, from the inside out.
func deepTogether(s *expr.Session, x *expr.Node) *expr.Node {
	return s.Map(x, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		switch n.Kind() {
		case expr.KindAdd:
			m := s.With(n, args)
			if t := together(s, m); weight(s, t) < weight(s, m) {
				return t, true
			}
			return m, true
		case expr.KindMul, expr.KindPow:
			return togetherInside(s, s.With(n, args)), true
		}
		return nil, false
	})
}

// togetherInside puts the sums among the bases of a product over common denominators where these meet other factors: a/(b*(1 + c/b)) = a/(b + c).
func togetherInside(s *expr.Session, x *expr.Node) *expr.Node {
	for _, f := range expr.Factors(x) {
		base, e := baseExponent(s, f)
		if base.Kind() != expr.KindAdd || e.Kind() != expr.KindRat || !e.Rat().IsInt() {
			continue
		}
		if t := together(s, base); t != base { // the factor is taken out as it is: 1/f may have factors of its own, which conditions in f guard
			if y := s.Mul(without(s, x, f), s.Pow(t, e)); weight(s, y) < weight(s, x) {
				x = y
			}
		}
	}
	return x
}
