package codegen

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// loopOrder returns the indices of a definition, free ones and binders, in the order of its loops: what runs along
// memory goes inside, and an index after those that its range mentions.
func (p *plan) loopOrder(d *definition) []*expr.Node {
	target := d.index
	left := append(slices.Clone(d.index), d.binders...)
	score := make(map[*expr.Node]int, len(left))
	for _, i := range left {
		score[i] = p.contiguity(d.body, i)
		if d.op == expr.Sum && p.options.Sums.everywhere() && slices.Contains(d.binders, i) {
			score[i] += len(left) * len(left) // in a variable of its own
		}
		if k := slices.Index(target, i); k >= 0 && len(target) > 1 {
			if k == len(target)-1 {
				score[i]++
			} else {
				score[i] -= len(target) - 1 - k
			}
		}
	}
	var order []*expr.Node
	for len(left) > 0 {
		best := -1
		for k, i := range left {
			if slices.ContainsFunc(left, func(x *expr.Node) bool { return x != i && i.DependsOn(x) }) {
				continue
			}
			if best < 0 || score[i] < score[left[best]] {
				best = k
			}
		}
		order = append(order, left[best])
		left = slices.Delete(left, best, best+1)
	}
	return order
}
