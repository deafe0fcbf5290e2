package codegen

import (
	"slices"
	"strconv"

	"github.com/seed-9905856d/derive/expr"
)

// maxCells bounds the entries of an output that are computed one by one.
const maxCells = 16

// A cell is one entry of an output, the entry of a definition of its own.
type cell struct {
	subs  []*expr.Node
	value *expr.Node
}

// listed defines an output of few entries, some of which are of a form of their own, such as a list of formulas or its Jacobian, entry by entry: in a
// loop each turn would have to ask which entry it is at.
func (p *plan) listed(index []*expr.Node, value *expr.Node) (*definition, bool) {
	s := p.s
	count := int64(1)
	sizes := make([]int64, len(index))
	for k, i := range index {
		n, ok := i.Hi().Rat().Int64()
		if i.Hi().Kind() != expr.KindRat || !ok || !i.Lo().IsOne() || n < 1 || n > maxCells {
			return nil, false
		}
		sizes[k], count = n, count*n
	}
	if len(index) == 0 || count > maxCells || !tellsEntries(value, index) {
		return nil, false
	}
	d := &definition{index: index}
	var terms []*expr.Node
	var each func(value *expr.Node, subs []*expr.Node)
	each = func(value *expr.Node, subs []*expr.Node) {
		k := len(subs)
		if k == len(index) {
			c := &definition{body: p.value(value, nil), output: -1}
			p.add(c, "c"+strconv.Itoa(len(p.defs)))
			factors := []*expr.Node{c.entry(s)}
			for j, sub := range subs {
				factors = append(factors, s.Cond(expr.EqZero, s.Sub(index[j], sub)))
			}
			d.cells = append(d.cells, cell{slices.Clone(subs), c.entry(s)})
			terms = append(terms, s.Mul(factors...))
			return
		}
		for n := range sizes[k] {
			at := s.Int(n + 1)
			each(s.Substitute(value, index[k], at), append(subs, at))
		}
	}
	each(value, nil)
	d.body = s.Add(terms...)
	return d, true
}

// tellsEntries reports whether a value has a condition that tells the entries along one axis from each other.
func tellsEntries(value *expr.Node, index []*expr.Node) bool {
	found := false
	walk(value, func(n *expr.Node) {
		if isIndexCond(n) && len(n.Free()) == 1 && slices.Contains(index, n.Free()[0]) {
			found = true
		}
	})
	return found
}
