package codegen

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// A member is the exponent of one term of a sum of exponentials that is shifted, and the shifts, none of which it exceeds.
type member struct {
	exponent *expr.Node
	shifts   []*expr.Node
}

// A family is the exponents of a sum of exponentials that is shifted: the key is the exponent closed over the indices around the sum and those of
// the sum, so that it is found again wherever these have other names, and the shifts are closed over the former.
type family struct {
	around int // the number of indices around the sum
	shifts []*expr.Node
}

// addFamily notes that the sum of exponentials of p is shifted.
func (st *stabiliser) addFamily(p summand, shift *expr.Node, clear []*expr.Node) {
	s := st.s
	var around []*expr.Node
	for _, i := range p.exponent.Free() {
		inRange := slices.ContainsFunc(p.indices, func(j *expr.Node) bool { return j.Lo().DependsOn(i) || j.Hi().DependsOn(i) })
		if !slices.Contains(p.indices, i) && !slices.Contains(clear, i) && !inRange && len(i.Lo().Free())+len(i.Hi().Free()) == 0 {
			around = append(around, i)
		}
	}
	key := s.Lambda(p.exponent, append(slices.Clone(around), p.indices...)...)
	f := st.families[key]
	if f == nil {
		f = &family{around: len(around)}
		st.families[key] = f
		st.keys = append(st.keys, key)
	}
	if shift = s.Lambda(shift, around...); !slices.Contains(f.shifts, shift) {
		f.shifts = append(f.shifts, shift)
	}
}

// gatherFamilies brings the families that shift has found into the form that gather gives the exponents.
func (st *stabiliser) gatherFamilies(around []*expr.Node) {
	found := st.keys[st.gathered:]
	st.keys = st.keys[:st.gathered:st.gathered]
	for _, key := range found {
		f := st.families[key]
		clear(st.found)
		gathered := st.gather(key, around)
		for k, shift := range f.shifts {
			f.shifts[k] = st.gather(shift, around)
		}
		if other := st.families[gathered]; gathered != key && other != nil {
			for _, shift := range f.shifts {
				if !slices.Contains(other.shifts, shift) {
					other.shifts = append(other.shifts, shift)
				}
			}
			continue
		}
		st.families[gathered] = f
		st.keys = append(st.keys, gathered)
	}
	clear(st.found)
	st.gathered = len(st.keys)
}

// maxTimes bounds the multiples of an exponent that are replaced by its shift.
const maxTimes = 8

// maxMembers bounds the subscripts at which the terms of one shifted sum are looked for.
const maxMembers = 32

// members returns the terms of shifted sums that may be in x.
func (st *stabiliser) members(x *expr.Node) []member {
	if len(st.keys) == 0 || x.Kind() == expr.KindRat {
		return nil
	}
	if found, ok := st.found[x]; ok {
		return found
	}
	var found []member
	for _, key := range st.keys {
		subs := [][]*expr.Node{nil}
		for k := range key.Binders() {
			var longer [][]*expr.Node
			for _, i := range st.subscripts(key, k, x) {
				for _, head := range subs {
					longer = append(longer, append(slices.Clone(head), i))
				}
			}
			subs = longer[:min(len(longer), maxMembers)]
		}
		for _, at := range subs {
			z := st.s.At(key, at...)
			if z.Kind() == expr.KindRat {
				continue
			}
			f := st.families[key]
			m := member{exponent: z}
			for _, shift := range f.shifts {
				m.shifts = append(m.shifts, st.s.At(shift, at[:f.around]...))
			}
			found = append(found, m)
		}
	}
	st.found[x] = found
	return found
}

// subscripts returns the forms within the range of a binder of key that x has where the body of key has the binder: free
// indices over the same range, and subscripts of the same tensors.
func (st *stabiliser) subscripts(key *expr.Node, k int, x *expr.Node) []*expr.Node {
	o := st.s.Open(key, x)
	i := o.Indices[k]
	var found []*expr.Node
	add := func(sub *expr.Node) {
		if !slices.Contains(found, sub) {
			found = append(found, sub)
		}
	}
	for _, j := range x.Free() {
		if j.Lo() == i.Lo() && j.Hi() == i.Hi() {
			add(j)
		}
	}
	type axis struct {
		sym *expr.Symbol
		at  int
	}
	var axes []axis
	walk(o.Body, func(n *expr.Node) {
		if n.Kind() != expr.KindEntry {
			return
		}
		for at, sub := range n.Args() {
			if sub == i && i.Lo().IsOne() && i.Hi() == n.Symbol().Dims[at] { // whatever may be read is in range
				axes = append(axes, axis{n.Symbol(), at})
			}
		}
	})
	walk(x, func(n *expr.Node) {
		if n.Kind() != expr.KindEntry {
			return
		}
		for at, sub := range n.Args() {
			if slices.Contains(axes, axis{n.Symbol(), at}) && onlyFree(sub, x) {
				add(sub)
			}
		}
	})
	return found
}

// onlyFree reports whether all indices in a subscript are free in x.
func onlyFree(sub, x *expr.Node) bool {
	only := true
	walk(sub, func(n *expr.Node) {
		only = only && (n.Kind() != expr.KindIndex || slices.Contains(x.Free(), n))
	})
	return only
}
