package expr

import "slices"

// maxBinderOrders bounds the orders of indistinguishable binders that are tried. Beyond it a symmetric sum
// may have more than one stored form; it is right all the same.
const maxBinderOrders = 24

// closeSum stores one connected contraction in a canonical order of its binders: sorted by a signature that
// does not depend on their names; of the orders that signatures leave open, the one whose body is least.
func (s *Session) closeSum(binders, factors []*Node) *Node {
	body := s.Mul(factors...)
	if len(binders) == 1 {
		if !body.DependsOn(binders[0]) && body.IsOne() {
			return s.rangeSize(binders[0])
		}
		return s.close(Sum, binders, body)
	}
	signatures := make(map[*Node]uint64, len(binders))
	for _, b := range binders {
		signatures[b] = s.signature(b, binders, body)
	}
	sorted := slices.Clone(binders)
	slices.SortStableFunc(sorted, func(a, b *Node) int {
		switch x, y := signatures[a], signatures[b]; {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	var best *Node
	tried := 0
	var try func(k int)
	try = func(k int) {
		if tried >= maxBinderOrders {
			return
		}
		if k == len(sorted) {
			tried++
			if n := s.close(Sum, slices.Clone(sorted), body); best == nil || Compare(n, best) < 0 {
				best = n
			}
			return
		}
		for j := k; j < len(sorted) && signatures[sorted[j]] == signatures[sorted[k]]; j++ {
			sorted[k], sorted[j] = sorted[j], sorted[k]
			try(k + 1)
			sorted[k], sorted[j] = sorted[j], sorted[k]
		}
	}
	try(0)
	return best
}

// signature hashes the body with binder b marked and all other binders made alike.
func (s *Session) signature(b *Node, binders []*Node, body *Node) uint64 {
	const marked, other = -1, -2
	memo := make(map[*Node]*Node, len(binders))
	for _, x := range binders {
		num := int32(other)
		if x == b {
			num = marked
		}
		memo[x] = s.index(Opened, num, x.Lo(), x.Hi())
	}
	return mix(s.Rebuild(body, memo).hash, mix(b.Lo().hash, b.Hi().hash))
}
