package simplify

import (
	"iter"
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
	for m := range meetings(s, o, isInverse) {
		left, bound, ok := m.take(s, o, m.matrix)
		if !ok {
			continue
		}
		return s.Reduce(expr.Sum, s.Mul(append(left, m.delta(s))...), m.remaining(o, bound)...), true
	}
	return nil, false
}

// A meeting is an inverse in a contraction beside factors that the entries of its matrix, or terms of them, may be among: it has at as an index, over which
// the sum goes, and outer as the other, and the matrix would be read at the indices at and far.
type meeting struct {
	inverse, at, outer, far *expr.Node
	matrix                  *expr.Node // its entry
	rest                    []*expr.Node
}

// meetings are all those of an opened contraction whose inverses are such ones.
func meetings(s *expr.Session, o *expr.Opening, is func(*expr.Node) bool) iter.Seq[meeting] {
	return func(yield func(meeting) bool) {
		factors := expr.Factors(o.Body)
		for k, inverse := range factors {
			if !is(inverse) {
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
					if !yield(meeting{inverse, side.at, side.outer, far, matrix, rest}) {
						return
					}
				}
			}
		}
	}
}

// take takes the factors of x out of those beside the inverse, where nothing else is left that has the index they meet at; bound are the indices of x.
func (m meeting) take(s *expr.Session, o *expr.Opening, x *expr.Node) (left, bound []*expr.Node, ok bool) {
	left, bound, ok = extract(s, m.rest, x, o.Indices)
	if ok && slices.ContainsFunc(left, func(f *expr.Node) bool { return f.DependsOn(m.at) }) {
		return nil, nil, false
	}
	return left, bound, ok
}

// delta is what the inverse times its matrix is.
func (m meeting) delta(s *expr.Session) *expr.Node { return s.Cond(expr.EqZero, s.Sub(m.outer, m.far)) }

// remaining returns the indices of the contraction that are left.
func (m meeting) remaining(o *expr.Opening, bound []*expr.Node) []*expr.Node {
	return slices.DeleteFunc(slices.Clone(o.Indices), func(i *expr.Node) bool { return i == m.at || slices.Contains(bound, i) })
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
