package simplify

import (
	"github.com/seed-9905856d/derive/expr"
)

// maxShifted bounds the entries that are left of a sum that telescopes.
const maxShifted = 4

// telescoped takes what two terms of a sum have in common away: the same sum over ranges whose ends differ by numbers, with opposite signs.
func telescoped(s *expr.Session, x *expr.Node) *expr.Node {
	constant, terms := expr.Terms(x)
	if len(terms) > maxFactored {
		return x
	}
	for i, a := range terms {
		for j, b := range terms {
			if i == j || !a.Coef.Equal(b.Coef.Neg()) {
				continue
			}
			left, ok := telescope(s, a.X, b.X)
			if !ok {
				continue
			}
			rest := []expr.Term{{Coef: a.Coef, X: left}}
			for k, t := range terms {
				if k != i && k != j {
					rest = append(rest, t)
				}
			}
			return telescoped(s, s.Linear(constant, rest))
		}
	}
	return x
}

// telescope returns a - b, products of a sum over one index each and equal other factors, where the terms of one sum are those of the other at indices
// further on.
func telescope(s *expr.Session, a, b *expr.Node) (*expr.Node, bool) {
	for _, x := range sumsOf(a) {
		for _, y := range sumsOf(b) {
			if len(x.Binders()) != 1 || len(y.Binders()) != 1 {
				continue
			}
			outer := without(s, a, x)
			if outer != without(s, b, y) {
				continue
			}
			o := s.Open(x, y)
			p := s.Open(y, x, o.Body)
			k := o.Indices[0]
			if conds, _ := conditions(s, o.Body); len(conds) > 0 {
				continue
			}
			for d := int64(0); d <= maxShifted; d++ {
				// Is x's body that of y d further on?
				if s.Substitute(p.Body, p.Indices[0], s.Add(k, s.Int(d))) != o.Body {
					continue
				}
				if rest, ok := leftOver(s, p.Body, p.Indices[0], k, d); ok {
					return s.Mul(outer, rest), true
				}
			}
		}
	}
	return nil, false
}

// leftOver returns Σ body(j) over j in lo+d..hi+d of the index k less Σ body(j) over the range of j, where their ends differ by small numbers and
// neither range ends before its beginning less one.
func leftOver(s *expr.Session, body, j, k *expr.Node, d int64) (*expr.Node, bool) {
	neverEmpty := true
	for _, i := range []*expr.Node{j, k} {
		if !s.Cond(expr.GeZero, rangeLength(s, i.Lo(), i.Hi())).IsOne() {
			return nil, false
		}
		neverEmpty = neverEmpty && s.Cond(expr.GeZero, s.Sub(i.Hi(), i.Lo())).IsOne()
	}
	ahead, ok := s.Sub(s.Add(k.Hi(), s.Int(d)), j.Hi()).Rat().Int64()
	if !ok || s.Sub(s.Add(k.Hi(), s.Int(d)), j.Hi()).Kind() != expr.KindRat {
		return nil, false
	}
	skipped, ok := s.Sub(s.Add(k.Lo(), s.Int(d)), j.Lo()).Rat().Int64()
	if !ok || s.Sub(s.Add(k.Lo(), s.Int(d)), j.Lo()).Kind() != expr.KindRat || max(ahead, -ahead, skipped, -skipped) > maxShifted {
		return nil, false
	}
	var terms []expr.Term
	inside := true
	put := func(at *expr.Node, sign int64) {
		v := s.Substitute(body, j, at)
		terms = append(terms, expr.Term{Coef: expr.Int(sign), X: v})
		inside = inside && s.InRange(v) && (neverEmpty || total(s, v))
	}
	// add puts the values at count places after end in, or takes those at the last -count places up to it out.
	add := func(end *expr.Node, count int64, sign int64) {
		for c := count; c < 0; c++ {
			put(s.Add(end, s.Int(c+1)), -sign)
		}
		for c := int64(1); c <= count; c++ {
			put(s.Add(end, s.Int(c)), sign)
		}
	}
	add(j.Hi(), ahead, 1)
	add(s.Sub(j.Lo(), s.Int(1)), skipped, -1)
	if first := s.Substitute(body, j, j.Lo()); ahead == 1 && skipped == 1 && total(s, first) {
		inside = true // what is left are terms of the sums or, where those are empty, twice the first
	}
	return s.Linear(expr.Int(0), terms), inside
}
