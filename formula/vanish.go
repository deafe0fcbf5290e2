package formula

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// vanishing holds what is 0 where a sum of squares is 0: each of the bases, for all values of its indices.
type vanishing struct {
	s     *expr.Session
	bases []vanishingBase
	known map[*expr.Node]bool
}

type vanishingBase struct {
	value   *expr.Node
	indices []*expr.Node
}

// vanishingWith returns what is 0 where x is, a sum of squares.
func vanishingWith(s *expr.Session, x *expr.Node) *vanishing {
	v := &vanishing{s: s, known: map[*expr.Node]bool{}}
	v.add(x, nil)
	return v
}

func (v *vanishing) add(x *expr.Node, indices []*expr.Node) {
	switch x.Kind() {
	case expr.KindReduce:
		o := v.s.Open(x, indices...)
		v.add(o.Body, slices.Concat(indices, o.Indices))
	case expr.KindAdd:
		for _, y := range x.Args() {
			v.add(y, indices)
		}
	case expr.KindPow:
		v.bases = append(v.bases, vanishingBase{x.Args()[0], indices})
	}
}

// has reports whether x is 0 where the bases are.
func (v *vanishing) has(x *expr.Node) bool {
	if is, ok := v.known[x]; ok {
		return is
	}
	is := x.IsZero() || slices.ContainsFunc(v.bases, func(b vanishingBase) bool { return v.isEntry(b.value, b.indices, x) })
	if !is {
		switch x.Kind() {
		case expr.KindAdd:
			is = x.Rat().IsZero() && !slices.ContainsFunc(x.Args(), func(y *expr.Node) bool { return !v.has(y) })
		case expr.KindMul:
			is = slices.ContainsFunc(x.Args(), v.has)
		case expr.KindPow:
			is = x.Args()[1].Kind() == expr.KindRat && x.Args()[1].Rat().Sign() > 0 && v.has(x.Args()[0])
		case expr.KindReduce:
			is = x.Op() == expr.Sum && !expr.IsLambda(x) && v.has(v.s.Open(x).Body)
		}
	}
	v.known[x] = is
	return is
}

// isEntry reports whether x is a base, or the opposite of it, at other indices of the same ranges.
func (v *vanishing) isEntry(base *expr.Node, indices []*expr.Node, x *expr.Node) bool {
	if base == x || v.s.Neg(base) == x {
		return true
	}
	if len(indices) == 0 || base.Kind() != x.Kind() {
		return false
	}
	for _, j := range x.Free() {
		if sameRange(indices[0], j) && v.isEntry(v.s.Replace(base, map[*expr.Node]*expr.Node{indices[0]: j}), indices[1:], x) {
			return true
		}
	}
	return false
}
