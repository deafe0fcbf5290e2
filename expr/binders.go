package expr

import (
	"cmp"
	"slices"
)

// maxBinderOrders bounds the orders of indistinguishable binders that are tried. Beyond it a symmetric sum
// may have more than one stored form; it is right all the same.
const maxBinderOrders = 24

// closeSum stores one connected contraction in a canonical order of its binders: sorted by where they stand, which does not depend on
// their names; of the orders that this leaves open, the one whose body is least.
func (s *Session) closeSum(binders, factors []*Node) *Node {
	body := s.Mul(factors...)
	if len(binders) == 1 {
		if !body.DependsOn(binders[0]) && body.IsOne() {
			return s.rangeSize(binders[0])
		}
		return s.close(Sum, binders, body)
	}
	place := signatures(binders, body)
	sorted := slices.Clone(binders)
	slices.SortStableFunc(sorted, func(a, b *Node) int { return place[a].compare(place[b]) })
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
		for j := k; j < len(sorted) && place[sorted[j]] == place[sorted[k]]; j++ {
			sorted[k], sorted[j] = sorted[j], sorted[k]
			try(k + 1)
			sorted[k], sorted[j] = sorted[j], sorted[k]
		}
	}
	try(0)
	return best
}

// A signature says where a binder stands in a body.
type signature struct {
	axis int // the lower, the more it subscripts rows, so that a sum reads sum[i,j](x[i]*x[j]*A[i,j])
	hash uint64
}

func (a signature) compare(b signature) int {
	return cmp.Or(cmp.Compare(a.axis, b.axis), cmp.Compare(a.hash, b.hash))
}

// signatures returns where each binder stands: by itself at first, then as seen from where the others stand, as long as that tells more of
// them apart (colour refinement).
func signatures(binders []*Node, body *Node) map[*Node]signature {
	p := places{binders: binders, colours: make(map[*Node]uint64, len(binders))}
	for _, b := range binders {
		p.colours[b] = mix(b.Lo().hash, b.Hi().hash)
	}
	for classes := 0; ; {
		next := make(map[*Node]uint64, len(binders))
		apart := make(map[uint64]bool, len(binders))
		p.memo = map[*Node]uint64{}
		for _, b := range binders {
			next[b] = mix(p.hash(b, body, map[*Node]uint64{}), p.colours[b])
			apart[next[b]] = true
		}
		p.colours = next
		if len(apart) == len(binders) || len(apart) <= classes {
			break
		}
		classes = len(apart)
	}
	out := make(map[*Node]signature, len(binders))
	for _, b := range binders {
		out[b] = signature{axis(b, body), p.colours[b]}
	}
	return out
}

// axis counts the matrices among the factors of the body the columns of which a binder subscripts, less those whose rows it does.
func axis(b, body *Node) int {
	sum := 0
	for _, f := range Factors(body) {
		if f.kind == KindPow {
			f = f.args[0]
		}
		if f.kind != KindEntry || len(f.args) != 2 {
			continue
		}
		for k, sub := range f.args {
			if sub == b {
				sum += 2*k - 1
			}
		}
	}
	return sum
}

// places hashes where a binder stands in a body without building anything: expressions that differ in their sign or in the order of what
// commutes, which may change with the names of indices, are alike.
type places struct {
	binders []*Node
	colours map[*Node]uint64 // of the binders that are not marked
	memo    map[*Node]uint64 // of nodes without the marked binder
}

// The hashes of indices.
const (
	markedBinder = 0x6d61726b
	innerBinder  = 0x696e6e6572
)

func (p *places) hash(marked, n *Node, with map[*Node]uint64) uint64 {
	memo := with
	switch {
	case n == marked:
		return markedBinder
	case n.kind == KindIndex && n.space == Bound:
		return mix(innerBinder, mix(n.Lo().hash, n.Hi().hash))
	case !n.dependsOnAny(p.binders):
		return n.hash
	case !n.DependsOn(marked):
		memo = p.memo
	}
	if h, ok := memo[n]; ok {
		return h
	}
	h := p.parts(marked, n, with)
	memo[n] = h
	return h
}

// parts hashes a node by its parts.
func (p *places) parts(marked, n *Node, with map[*Node]uint64) uint64 {
	h := mix(uint64(n.kind), uint64(n.op))
	sum := uint64(0)
	switch n.kind {
	case KindIndex:
		return p.colours[n]
	case KindAdd:
		c := n.rat.hash() + n.rat.Neg().hash()
		for k, a := range n.args {
			of := p.hash(marked, a, with)
			sum += mix(of, n.coefs[k].hash()) + mix(of, n.coefs[k].Neg().hash())
		}
		return mix(mix(h, c), sum)
	case KindMul, KindReduce: // the order of binders may change too
		for _, a := range n.args {
			sum += mix(h, p.hash(marked, a, with))
		}
		return mix(h, sum)
	case KindEntry:
		h = hashString(h, n.sym.Name)
	case KindCall:
		h = hashString(h, n.fn.Name)
		if n.fn.Rule != nil { // which may exchange arguments: an inverse of a symmetric matrix has its subscripts in order
			for _, a := range n.args {
				sum += mix(h, p.hash(marked, a, with))
			}
			return mix(h, sum)
		}
	}
	for _, a := range n.args {
		h = mix(h, p.hash(marked, a, with))
	}
	return h
}
