package codegen

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// mirror makes a fold whose value stays the same when its last two subscripts change places, as in AᵀA, compute one
// triangle, and returns the statement that copies it to the other one. It returns nil for any other fold.
func (p *plan) mirror(d *definition, st *statement) *statement {
	last := len(d.index) - 1
	if last < 1 || len(d.guards) > 0 || d.output < 0 && st.mode != update {
		return nil
	}
	row, column := d.index[last-1], d.index[last]
	if row.Lo() != column.Lo() || row.Hi() != column.Hi() || slices.Index(st.loops, row) > slices.Index(st.loops, column) {
		return nil
	}
	for _, i := range append(slices.Clone(d.index), d.binders...) { // ranges are those of every entry
		if i.DependsOn(row) && i != row || i.DependsOn(column) && i != column {
			return nil
		}
	}
	for _, x := range []*expr.Node{d.body, d.startValue(p.s)} {
		if p.swapped(x, row, column) != x {
			return nil
		}
	}
	below := p.freshIndex(column.Lo(), p.s.Sub(row, p.s.Int(1)))
	other := &statement{target: d, mode: assign, subs: slices.Clone(d.index), loops: slices.Clone(d.index)}
	other.subs[last], other.loops[last] = below, below
	turned := slices.Clone(d.index)
	turned[last-1], turned[last] = below, row
	other.body = p.s.Entry(d.sym, turned...)
	upper := p.freshIndex(row, column.Hi())
	if name, ok := p.names[column]; ok {
		p.names[below], p.names[upper] = name, name
	}
	st.subs, st.loops = slices.Clone(st.subs), slices.Clone(st.loops)
	rename(p.s, st, column, upper)
	return other
}

// swapped returns n with two indices in each other's place.
func (p *plan) swapped(n, i, j *expr.Node) *expr.Node {
	between := p.freshIndex(i.Lo(), i.Hi())
	n = p.s.Substitute(n, i, between)
	n = p.s.Substitute(n, j, i)
	return p.s.Substitute(n, between, j)
}
