package codegen

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// A placement says where the values of a definition live.
type placement struct {
	axes  []int       // the axes that are stored; none for a local variable
	alias *definition // the output in whose slice they are stored until it is written, or nil
}

// An access is one place where a definition's entries are read or written.
type access struct {
	statement *statement
	path      []*node
	subs      []*expr.Node
}

// place finds out what need not be stored: an axis along which every use is in the turn of the loop that makes the
// entry. What is left with axes goes into the slice of an output that is written later, or else into the scratch slice.
func place(p *plan, root *node) map[*definition]*placement {
	statements := root.all(nil)
	accesses := map[*definition][]access{}
	for _, st := range statements {
		effective := st.path
		if st.mode == accumulate {
			effective = st.path[:slices.IndexFunc(st.path, func(n *node) bool { return n.index == st.first })]
		}
		accesses[st.target] = append(accesses[st.target], access{st, effective, st.subs})
		for _, e := range append(entriesOf(st.body), entriesOf(p.s.Mul(st.guards...))...) {
			if d := p.of[e.Symbol()]; d != nil {
				accesses[d] = append(accesses[d], access{st, st.path, e.Args()})
			}
		}
	}
	places := map[*definition]*placement{}
	taken := map[*definition]bool{}
	for _, d := range p.defs {
		places[d] = &placement{}
		if d.output >= 0 {
			places[d].axes = allAxes(d)
			continue
		}
		places[d].axes = stored(d, accesses[d])
		if len(places[d].axes) == 0 {
			continue
		}
		for _, o := range p.defs {
			if o.output >= 0 && !taken[o] && lendable(d, o, accesses) {
				places[d].alias = o
				places[d].axes = allAxes(d)
				taken[o] = true
				break
			}
		}
	}
	return places
}

func allAxes(d *definition) []int {
	axes := make([]int, len(d.index))
	for k := range axes {
		axes[k] = k
	}
	return axes
}

func (n *node) all(list []*statement) []*statement {
	if n.statement != nil {
		return append(list, n.statement)
	}
	for _, c := range n.children {
		list = c.all(list)
	}
	return list
}

// stored returns the axes of d that no loop around all accesses makes superfluous.
func stored(d *definition, uses []access) []int {
	common := uses[0].path
	for _, u := range uses[1:] {
		common = commonPath(common, u.path)
	}
	var axes []int
	for axis := range d.index {
		needed := true
		for _, n := range common {
			needed = needed && slices.ContainsFunc(uses, func(u access) bool { return u.subs[axis] != n.index })
		}
		if needed {
			axes = append(axes, axis)
		}
	}
	return axes
}

func commonPath(a, b []*node) []*node {
	k := 0
	for k < len(a) && k < len(b) && a[k] == b[k] {
		k++
	}
	return a[:k]
}

// lendable reports whether the slice of output o can hold d: they have one shape, and every use of an entry of d
// comes before the first write to that entry of o, or is in the expression that is written there.
func lendable(d, o *definition, accesses map[*definition][]access) bool {
	if len(d.index) != len(o.index) || d.whole.scratch() > 0 {
		return false
	}
	for k := range d.index {
		if d.index[k].Lo() != o.index[k].Lo() || d.index[k].Hi() != o.index[k].Hi() || len(d.index[k].Free()) > 1 {
			return false
		}
	}
	var first *access
	for k, u := range accesses[o] {
		if first == nil || u.statement.place < first.statement.place {
			first = &accesses[o][k]
		}
	}
	if first.statement.target != o || first.statement.mode == update {
		return false
	}
	for _, u := range accesses[d] {
		if u.statement.place > first.statement.place {
			return false
		}
		for _, n := range commonPath(u.path, first.path) {
			same := false
			for axis := range u.subs {
				same = same || u.subs[axis] == n.index && first.subs[axis] == n.index
			}
			if !same {
				return false
			}
		}
	}
	return true
}
