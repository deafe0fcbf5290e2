package codegen

import (
	"slices"
	"strconv"
	"strings"

	"github.com/seed-9905856d/derive/expr"
)

// maxOrders bounds the orders of axes that are tried to find a definition's canonical form.
const maxOrders = 24

// free returns the free indices of a definition under construction, outermost first.
func (d *definition) free() []*expr.Node {
	var free []*expr.Node
	add := func(n *expr.Node) {
		for _, f := range n.Free() {
			if !slices.Contains(free, f) && !slices.Contains(d.binders, f) {
				free = append(free, f)
			}
		}
	}
	add(d.body)
	for _, b := range d.binders {
		add(b)
	}
	for _, g := range d.guards {
		add(g)
	}
	return outermostFirst(free)
}

// outermostFirst sorts indices as they were made, but for those that were widened later: every one comes after those that its range mentions.
func outermostFirst(indices []*expr.Node) []*expr.Node {
	slices.SortFunc(indices, byNumber)
	sorted := make([]*expr.Node, 0, len(indices))
	for len(indices) > 0 {
		k := slices.IndexFunc(indices, func(i *expr.Node) bool {
			return !slices.ContainsFunc(indices, func(j *expr.Node) bool { return j != i && i.DependsOn(j) })
		})
		sorted, indices = append(sorted, indices[k]), slices.Delete(indices, k, k+1)
	}
	return sorted
}

// byNumber orders indices as they were made. Node numbers would not do: another kernel of the session may have made
// the same nodes in another order.
func byNumber(a, b *expr.Node) int {
	number := func(i *expr.Node) int {
		n, _ := strconv.Atoi(strings.TrimPrefix(i.Name(), "%"))
		return n
	}
	return number(a) - number(b)
}

// intern returns the entry of an equal definition made before, or of d, which it adds.
func (p *plan) intern(d *definition) *expr.Node {
	s := p.s
	d.index = d.free()
	guard := s.Mul(d.guards...)
	packed := s.Lambda(s.Call(p.packing, d.body, guard, s.Int(int64(d.op))), d.binders...)
	var best *expr.Node
	var order []int
	eachOrder(d.index, maxOrders, func(perm []int) {
		index := make([]*expr.Node, len(perm))
		for k, at := range perm {
			index[k] = d.index[at]
		}
		if key := s.Lambda(packed, index...); best == nil || expr.Compare(key, best) < 0 {
			best, order = key, slices.Clone(perm)
		}
	})
	old, ok := p.known[best]
	if !ok {
		d.order = order
		p.add(d, "d"+strconv.Itoa(len(p.defs)))
		p.known[best] = d
		return d.entry(s)
	}
	subs := make([]*expr.Node, len(d.index))
	for k := range order {
		subs[old.order[k]] = d.index[order[k]]
	}
	return s.Entry(old.sym, subs...)
}

// eachOrder calls f with at most so many orders in which every index comes after those that its range mentions, the order that they stand in first.
func eachOrder(indices []*expr.Node, most int, f func([]int)) {
	perm := make([]int, 0, len(indices))
	used := make([]bool, len(indices))
	isNext := func(i int) bool {
		for j, other := range indices {
			if !used[j] && j != i && indices[i].DependsOn(other) {
				return false
			}
		}
		return !used[i]
	}
	var next func()
	next = func() {
		if len(perm) == len(indices) {
			most--
			f(perm)
			return
		}
		for i := range indices {
			if most > 0 && isNext(i) {
				used[i] = true
				perm = append(perm, i)
				next()
				perm = perm[:len(perm)-1]
				used[i] = false
			}
		}
	}
	next()
}
