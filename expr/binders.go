package expr

import (
	"cmp"
	"maps"
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
	o := ordering{s: s, binders: binders, body: body, axes: make(map[*Node]int, len(binders))}
	colours := make(map[*Node]uint64, len(binders))
	for _, b := range binders {
		o.axes[b] = axis(b, body)
		colours[b] = mix(uint64(o.axes[b]), mix(b.Lo().hash, b.Hi().hash))
	}
	o.try(colours)
	return o.best
}

// An ordering looks for the order of the binders of a sum.
type ordering struct {
	s       *Session
	binders []*Node
	body    *Node
	axes    map[*Node]int // the lower, the more a binder subscripts rows, so that a sum reads sum[i,j](x[i]*x[j]*A[i,j])
	best    *Node
	tried   int
}

// try tells binders apart by the colours that they have and by where they stand. Of binders that look alike each in turn comes first, which
// tells others apart.
func (o *ordering) try(colours map[*Node]uint64) {
	colours = o.refined(colours)
	sorted := slices.Clone(o.binders)
	slices.SortStableFunc(sorted, func(a, b *Node) int {
		return cmp.Or(cmp.Compare(o.axes[a], o.axes[b]), cmp.Compare(colours[a], colours[b]))
	})
	for k := 1; k < len(sorted); k++ {
		if colours[sorted[k-1]] != colours[sorted[k]] {
			continue
		}
		for _, b := range sorted[k-1:] {
			if colours[b] != colours[sorted[k]] || o.tried >= maxBinderOrders {
				return
			}
			next := maps.Clone(colours)
			next[b] = mix(firstOfAlike, colours[b])
			o.try(next)
		}
		return
	}
	o.tried++
	if n := o.s.close(Sum, sorted, o.body); o.best == nil || Compare(n, o.best) < 0 {
		o.best = n
	}
}

// refined gives binders other colours as seen from where those of each colour stand, as long as that tells more of them apart (colour
// refinement).
func (o *ordering) refined(colours map[*Node]uint64) map[*Node]uint64 {
	for classes := 0; ; {
		p := places{binders: o.binders, colours: colours, memo: map[*Node]uint64{}}
		next := make(map[*Node]uint64, len(o.binders))
		apart := make(map[uint64]bool, len(o.binders))
		for _, b := range o.binders {
			next[b] = mix(p.hash(b, o.body, map[*Node]uint64{}), colours[b])
			apart[next[b]] = true
		}
		o.s.Spend(p.steps)
		colours = next
		if len(apart) == len(o.binders) || len(apart) <= classes {
			return colours
		}
		classes = len(apart)
	}
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
	steps   int              // nodes looked at
}

// The hashes of indices.
const (
	firstOfAlike = 0x6669727374
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
	p.steps++
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
