package simplify

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// deltas multiplies the other factors of a sum over indices into a factor that is a sum of terms with [i = e], so that these terms leave the sum:
// Σᵢ f(i)·([i = k] - [i = k + 1]) is f(k) - f(k + 1) where both are in range.
func deltas(s *expr.Session, x *expr.Node) *expr.Node {
	return s.Map(x, nil, func(n *expr.Node, _ []*expr.Node) (*expr.Node, bool) {
		if n.Kind() != expr.KindReduce || n.Op() != expr.Sum {
			return nil, false
		}
		y := solved(s, n)
		return y, y != n
	})
}

// solved is deltas of one sum, and of the sums that come of it.
func solved(s *expr.Session, n *expr.Node) *expr.Node {
	if n.Kind() != expr.KindReduce || n.Op() != expr.Sum {
		return n
	}
	o := s.Open(n)
	sign, body := expr.Int(1), o.Body
	if zero, ts := expr.Terms(body); zero.IsZero() && len(ts) == 1 { // the sign of a primitive sum may have turned with the names
		sign, body = ts[0].Coef, ts[0].X
	}
	factors := expr.Factors(body)
	k := slices.IndexFunc(factors, func(f *expr.Node) bool { return hasDelta(f, o.Indices) })
	if k < 0 {
		return n
	}
	others := slices.Delete(slices.Clone(factors), k, k+1)
	constant, terms := expr.Terms(factors[k])
	for j, t := range terms {
		terms[j].X = solved(s, s.Reduce(expr.Sum, s.Mul(append(slices.Clone(others), t.X)...), o.Indices...))
	}
	if !constant.IsZero() {
		terms = append(terms, expr.Term{Coef: constant, X: solved(s, s.Reduce(expr.Sum, s.Mul(others...), o.Indices...))})
	}
	return s.Scale(sign, s.Linear(expr.Int(0), terms))
}

// hasDelta reports whether every term of a sum, but for one at most, has a condition that is solved for one of the indices.
func hasDelta(f *expr.Node, indices []*expr.Node) bool {
	if f.Kind() != expr.KindAdd {
		return false
	}
	constant, terms := expr.Terms(f)
	without := 0
	if !constant.IsZero() {
		without++
	}
	for _, t := range terms {
		if !slices.ContainsFunc(expr.Factors(t.X), func(c *expr.Node) bool { return solves(c, indices) }) {
			without++
		}
	}
	return without <= 1
}

// solves reports whether c is [i = e] for one of the indices i.
func solves(c *expr.Node, indices []*expr.Node) bool {
	if c.Kind() != expr.KindCond || c.Op() != expr.EqZero || !expr.IsIndexForm(c.Args()[0]) {
		return false
	}
	_, terms := expr.Terms(c.Args()[0])
	return slices.ContainsFunc(terms, func(t expr.Term) bool {
		return slices.Contains(indices, t.X) && (t.Coef.IsOne() || t.Coef.Neg().IsOne())
	})
}
