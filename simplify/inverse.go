package simplify

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// cancelInverse uses Σₖ A⁻¹[i,k]·A[k,j] = [i = j], and the same from the right, in a contraction. The matrix may be a
// product itself, whose inner indices are then some of the contraction's.
func cancelInverse(s *expr.Session, n *expr.Node) (*expr.Node, bool) {
	if n.Kind() != expr.KindReduce || n.Op() != expr.Sum {
		return nil, false
	}
	if !slices.ContainsFunc(expr.Factors(n.Body()), isInverse) {
		return nil, false
	}
	o := s.Open(n)
	factors := expr.Factors(o.Body)
	for k, inverse := range factors {
		if !isInverse(inverse) {
			continue
		}
		rest := slices.Delete(slices.Clone(factors), k, k+1)
		a, row, column := inverse.Args()[0], inverse.Args()[1], inverse.Args()[2]
		for _, side := range []struct{ at, outer *expr.Node }{{column, row}, {row, column}} {
			if !slices.Contains(o.Indices, side.at) || side.outer.DependsOn(side.at) || a.DependsOn(side.at) {
				continue
			}
			for _, far := range freeIndices(rest) {
				if far == side.at {
					continue
				}
				matrix := s.At(a, side.at, far)
				if side.at == row {
					matrix = s.At(a, far, side.at)
				}
				left, bound, ok := extract(s, rest, matrix, o.Indices)
				if !ok || slices.ContainsFunc(left, func(f *expr.Node) bool { return f.DependsOn(side.at) }) {
					continue
				}
				indices := slices.DeleteFunc(slices.Clone(o.Indices), func(i *expr.Node) bool { return i == side.at || slices.Contains(bound, i) })
				delta := s.Cond(expr.EqZero, s.Sub(side.outer, far))
				return s.Reduce(expr.Sum, s.Mul(append(left, delta)...), indices...), true
			}
		}
	}
	return nil, false
}

// isInverse reports whether x is an entry of the inverse of a matrix.
func isInverse(x *expr.Node) bool {
	return x.Kind() == expr.KindCall && x.Func().Square && x.Func().Name == "inv"
}

// freeIndices returns the indices that are free in any of the factors, in the order of their numbers.
func freeIndices(factors []*expr.Node) []*expr.Node {
	var out []*expr.Node
	for _, f := range factors {
		for _, i := range f.Free() {
			if !slices.Contains(out, i) {
				out = append(out, i)
			}
		}
	}
	slices.SortFunc(out, func(a, b *expr.Node) int { return int(a.ID()) - int(b.ID()) })
	return out
}

// extract takes the factors of x out of a list of factors. Where x is a contraction, its indices must be some of the given ones, which
// are returned and do not occur in what is left.
func extract(s *expr.Session, factors []*expr.Node, x *expr.Node, indices []*expr.Node) (left, bound []*expr.Node, ok bool) {
	parts := expr.Factors(x)
	var inner []*expr.Node
	if x.Kind() == expr.KindReduce && x.Op() == expr.Sum {
		o := s.Open(x, append(slices.Clone(factors), indices...)...)
		parts, inner = expr.Factors(o.Body), o.Indices
	}
	return takeOut(s, factors, parts, inner, indices)
}

// takeOut matches parts with factors, one after the other, trying every factor for each.
func takeOut(s *expr.Session, factors, parts, inner, indices []*expr.Node) (left, bound []*expr.Node, ok bool) {
	if len(parts) == 0 {
		return factors, nil, true
	}
	for k, f := range factors {
		m := matcher{s: s, vars: inner}
		b := newBinding()
		if f.Kind() != parts[0].Kind() || !m.match(parts[0], f, b, nil) {
			continue
		}
		rename := map[*expr.Node]*expr.Node{}
		var now, later []*expr.Node
		proper := true
		for _, i := range inner {
			to, found := b.indices[i]
			if !found {
				later = append(later, i)
				continue
			}
			proper = proper && slices.Contains(indices, to) && !slices.Contains(now, to) && to.Lo() == i.Lo() && to.Hi() == i.Hi()
			rename[i] = to
			now = append(now, to)
		}
		if !proper {
			continue
		}
		rest := make([]*expr.Node, len(parts)-1)
		for j, p := range parts[1:] {
			rest[j] = s.Replace(p, rename)
		}
		left, bound, ok := takeOut(s, slices.Delete(slices.Clone(factors), k, k+1), rest, later, indices)
		if !ok || slices.ContainsFunc(now, func(i *expr.Node) bool { return slices.Contains(bound, i) }) {
			continue
		}
		if slices.ContainsFunc(left, func(f *expr.Node) bool { return dependsOnAny(f, now) }) {
			continue
		}
		return left, append(now, bound...), true
	}
	return nil, nil, false
}
