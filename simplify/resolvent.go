package simplify

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// resolvents uses (T + D)⁻¹·T = I - (T + D)⁻¹·D, and the same from the right, with D diagonal: of G = (X·Xᵀ + c·I)⁻¹ that G·X·Xᵀ is I - c·G. Products are multiplied out
// where that leaves less.
func resolvents(s *expr.Session, x *expr.Node) *expr.Node {
	if !contains(x, isShifted) {
		return x
	}
	y := resolvedSums(s, x)
	if open := expand(s, x); open != x {
		if z := resolvedSums(s, open); z != open && weight(s, z) < weight(s, y) {
			return z
		}
	}
	return y
}

// isShifted reports whether x is an entry of the inverse of a sum.
func isShifted(x *expr.Node) bool {
	return isInverse(x) && x.Args()[0].Body().Kind() == expr.KindAdd
}

// resolvedSums applies the identity to all sums in x.
func resolvedSums(s *expr.Session, x *expr.Node) *expr.Node {
	return s.Map(x, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if n.Kind() != expr.KindReduce || n.Op() != expr.Sum {
			return nil, false
		}
		return resolved(s, s.With(n, args), maxResolved), true
	})
}

// maxResolved bounds how often the terms that come of a contraction are looked at again.
const maxResolved = 4

// resolved applies the identity to a contraction and to what comes of it.
func resolved(s *expr.Session, n *expr.Node, depth int) *expr.Node {
	if depth == 0 {
		return n
	}
	if n.Kind() == expr.KindReduce && n.Op() == expr.Sum {
		y, ok := resolve(s, n)
		if !ok {
			return n
		}
		n = y
	}
	constant, terms := expr.Terms(n)
	sum := []*expr.Node{s.Rat(constant)}
	for _, t := range terms {
		factors := expr.Factors(t.X)
		for k, f := range factors {
			if f.Kind() == expr.KindReduce {
				factors = slices.Clone(factors)
				factors[k] = resolved(s, f, depth-1)
			}
		}
		sum = append(sum, s.Scale(t.Coef, s.Mul(factors...)))
	}
	return s.Add(sum...)
}

// resolve applies the identity once.
func resolve(s *expr.Session, n *expr.Node) (*expr.Node, bool) {
	if !slices.ContainsFunc(expr.Factors(n.Body()), isShifted) {
		return nil, false
	}
	o := s.Open(n)
	for m := range meetings(s, o, isShifted) {
		if m.far.Lo() != m.at.Lo() || m.far.Hi() != m.at.Hi() {
			continue
		}
		coef, product, diagonal, ok := besideDiagonal(s, m.matrix, m.at, m.far)
		if !ok {
			continue
		}
		left, bound, ok := m.take(s, o, product)
		if !ok {
			continue
		}
		scaled := s.Reduce(expr.Sum, s.Mul(m.inverse, diagonal), m.at)
		without := func(f *expr.Node) *expr.Node {
			return s.Reduce(expr.Sum, s.Mul(append(left[:len(left):len(left)], f)...), m.remaining(o, bound)...)
		}
		return s.Scale(coef.Inv(), s.Sub(without(m.delta(s)), without(scaled))), true
	}
	return nil, false
}

// besideDiagonal splits the entry of a matrix at two indices into the one term that is off the diagonal too and those on it alone.
func besideDiagonal(s *expr.Session, entry, i, j *expr.Node) (coef expr.Rat, product, diagonal *expr.Node, ok bool) {
	if entry.Kind() != expr.KindAdd {
		return coef, nil, nil, false
	}
	delta := s.Cond(expr.EqZero, s.Sub(i, j))
	constant, terms := expr.Terms(entry)
	if !constant.IsZero() {
		return coef, nil, nil, false
	}
	var on []expr.Term
	for _, t := range terms {
		switch {
		case slices.Contains(expr.Factors(t.X), delta):
			on = append(on, t)
		case product != nil:
			return coef, nil, nil, false
		default:
			coef, product = t.Coef, t.X
		}
	}
	return coef, product, s.Linear(expr.Int(0), on), product != nil && on != nil
}

// subtracted counts the terms of sums in x that are subtracted, where digits may cancel.
func subtracted(x *expr.Node) int {
	count := 0
	var seen expr.Memo[bool]
	var visit func(n *expr.Node)
	visit = func(n *expr.Node) {
		if _, ok := seen.Get(n); ok {
			return
		}
		seen.Set(n, true)
		if n.Kind() == expr.KindAdd {
			_, terms := expr.Terms(n)
			for _, t := range terms {
				if t.Coef.Sign() < 0 {
					count++
				}
			}
		}
		for _, a := range n.Args() {
			visit(a)
		}
	}
	visit(x)
	return count
}
