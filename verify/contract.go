package verify

import (
	"math/bits"
	"slices"

	"github.com/seed-9905856d/derive/syntax"
)

// leastContracted is the number of terms of a sum from which on it is contracted.
const leastContracted = 32

// A contraction is a sum over several indices without a condition.
type contraction struct {
	e     *Evaluator
	s     scope
	x     *syntax.Reduce
	names []string
	lo    []int
	size  []int
}

// A mask is a set of indices of a contraction, bit k for the k-th.
type mask uint64

// contracted returns a sum of products over several indices one index at a time, Σ_i a_i·Σ_j b_ij·c_j for Σ_ij a_i·b_ij·c_j, which takes far fewer
// operations than term by term and is the same of finite numbers; ok is false for others, and where it is not worth it.
func (e *Evaluator) contracted(s scope, x *syntax.Reduce, indices []index) (t Tensor, ok bool) {
	if x.Op.Name != "sum" || x.Cond != nil || len(indices) < 2 || len(indices) > bits.UintSize {
		return Tensor{}, false
	}
	c := contraction{e: e, s: s, x: x}
	if !c.box(indices) {
		return Tensor{}, false
	}
	terms, ok := e.productsOf(s, nil, x.Body, false)
	if !ok {
		return Tensor{}, false
	}
	all, cost, plain := c.volume(c.all()), 0, 0
	for _, p := range terms {
		var masks []mask
		for _, f := range p.factors {
			m := c.mentioned(f.x)
			masks, cost = append(masks, m), cost+c.volume(m)
		}
		_, work := c.order(masks)
		cost, plain = cost+work, plain+all*len(p.factors)
	}
	if all < leastContracted || 2*cost > plain {
		return Tensor{}, false
	}
	sum := e.int(0)
	for _, p := range terms {
		v, ok := c.product(p)
		if !ok {
			return Tensor{}, false
		}
		if p.negative {
			v = e.neg(v)
		}
		sum = e.add(sum, v)
	}
	return scalar(sum), isFinite(sum)
}

// A factored is a product that is a term of a sum.
type factored struct {
	negative bool
	factors  []factor
}

// A factor is what a product is multiplied or divided by.
type factor struct {
	x       syntax.Expr
	divides bool
}

// productsOf adds the products that x is the sum of. There are none where a factor is a condition, which decides whether others are looked at, or
// where something is divided by a norm, which is 0 by declaration where both are.
func (e *Evaluator) productsOf(s scope, to []factored, x syntax.Expr, negative bool) ([]factored, bool) {
	if y, isSum := syntax.Unparen(x).(*syntax.Binary); isSum && (y.Op == syntax.Add || y.Op == syntax.Sub) {
		to, ok := e.productsOf(s, to, y.X, negative)
		if !ok {
			return nil, false
		}
		return e.productsOf(s, to, y.Y, negative != (y.Op == syntax.Sub))
	}
	p := factored{negative: negative}
	ok := e.factorsOf(s, &p, x, false)
	return append(to, p), ok
}

// factorsOf adds the factors of x to a product.
func (e *Evaluator) factorsOf(s scope, p *factored, x syntax.Expr, divides bool) bool {
	switch y := syntax.Unparen(x).(type) {
	case *syntax.Binary:
		switch y.Op {
		case syntax.Mul, syntax.DotMul:
			return e.factorsOf(s, p, y.X, divides) && e.factorsOf(s, p, y.Y, divides)
		case syntax.Div, syntax.DotDiv:
			return !e.isNorm(s, y.Y) && e.factorsOf(s, p, y.X, divides) && e.factorsOf(s, p, y.Y, !divides)
		}
	case *syntax.Unary:
		if y.Op == syntax.Not {
			return false
		}
		p.negative = p.negative != (y.Op == syntax.Neg)
		return e.factorsOf(s, p, y.X, divides)
	case *syntax.Iverson, *syntax.Compare:
		return false
	}
	p.factors = append(p.factors, factor{x, divides})
	return true
}

// box finds the ranges of the indices and reports whether none depends on another, and none is empty.
func (c *contraction) box(indices []index) bool {
	for k, ix := range indices {
		b := c.x.Binders[k]
		for _, end := range []syntax.Expr{b.Lo, b.Hi} {
			if end != nil && slices.ContainsFunc(c.x.Binders, func(b syntax.Binder) bool { return slices.Contains(c.e.namesIn(end), b.Name.Name) }) {
				return false
			}
		}
		lo, hi := ix.ends(c.s)
		if _, fixed := c.e.ranges[rangeKey{c.x.Body, ix.name}]; b.Lo == nil && !fixed || hi < lo || slices.Contains(c.names, ix.name) {
			return false
		}
		c.names, c.lo, c.size = append(c.names, ix.name), append(c.lo, lo), append(c.size, hi-lo+1)
	}
	return true
}

// all returns the set of all indices.
func (c *contraction) all() mask { return 1<<len(c.names) - 1 }

// mentioned returns the indices that an expression mentions.
func (c *contraction) mentioned(x syntax.Expr) (m mask) {
	names := c.e.namesIn(x)
	for k, name := range c.names {
		if slices.Contains(names, name) {
			m |= 1 << k
		}
	}
	return m
}

// volume returns how many values a set of indices takes together, counted no further than a limit beyond which nothing is evaluated.
func (c *contraction) volume(m mask) int {
	n := 1
	for k, size := range c.size {
		if m>>k&1 == 1 {
			n = min(n*size, DefaultLimit)
		}
	}
	return n
}

// order returns an order in which the indices of factors are summed over, the one first that makes the smallest table, and the work that it takes.
func (c *contraction) order(factors []mask) (order []int, work int) {
	left := c.all()
	for left != 0 {
		best, least := -1, 0
		for k := range c.names {
			if left>>k&1 == 0 {
				continue
			}
			if v := c.volume(unionOf(factors, k)); best < 0 || v < least {
				best, least = k, v
			}
		}
		union := unionOf(factors, best)
		factors = append(slices.DeleteFunc(slices.Clone(factors), func(m mask) bool { return m>>best&1 == 1 }), union&^(1<<best))
		order, work, left = append(order, best), work+least, left&^(1<<best)
	}
	return order, work
}

// unionOf returns the indices of all factors that an index is among, and itself.
func unionOf(factors []mask, k int) mask {
	union := mask(1) << k
	for _, m := range factors {
		if m>>k&1 == 1 {
			union |= m
		}
	}
	return union
}

// A table holds numbers for all values of some indices, the last fastest.
type table struct {
	indices mask
	data    []Num
}

// product returns the sum of a product over all indices; ok is false where a factor is no finite number.
func (c *contraction) product(p factored) (sum Num, ok bool) {
	var tables []table
	var masks []mask
	for _, f := range p.factors {
		t, ok := c.tabulated(f)
		if !ok {
			return Num{}, false
		}
		tables, masks = append(tables, t), append(masks, t.indices)
	}
	order, _ := c.order(masks)
	for _, k := range order {
		var with, others []table
		for _, t := range tables {
			if t.indices>>k&1 == 1 {
				with = append(with, t)
			} else {
				others = append(others, t)
			}
		}
		tables = append(others, c.summed(with, k))
	}
	sum = c.e.int(1)
	for _, t := range tables {
		sum = c.e.mul(sum, t.data[0])
	}
	return sum, true
}

// tabulated returns the values of a factor.
func (c *contraction) tabulated(f factor) (t table, ok bool) {
	t.indices, ok = c.mentioned(f.x), true
	c.each(t.indices, func(at []int) {
		if !ok {
			return
		}
		s := c.s
		for k, name := range c.names {
			if t.indices>>k&1 == 1 {
				s = s.bindIndex(name, c.lo[k]+at[k])
			}
		}
		v := c.e.eval(s, f.x)
		if ok = v.isScalar() && !v.hasLog && isFinite(v.Data[0]) && !(f.divides && c.e.isZero(v.Data[0])); !ok {
			return
		}
		if x := v.Data[0]; f.divides {
			t.data = append(t.data, c.e.recip(x))
		} else {
			t.data = append(t.data, x)
		}
	})
	return t, ok
}

// summed returns the product of tables summed over one of their indices.
func (c *contraction) summed(tables []table, k int) table {
	union := mask(1) << k
	for _, t := range tables {
		union |= t.indices
	}
	sum := table{indices: union &^ (1 << k)}
	c.e.spend(c.x, c.volume(union))
	c.each(sum.indices, func(at []int) {
		total := c.e.int(0)
		for i := range c.size[k] {
			at[k] = i
			term := c.e.int(1)
			for n, t := range tables {
				if x := t.data[c.offset(t.indices, at)]; n == 0 {
					term = x
				} else {
					term = c.e.mul(term, x)
				}
			}
			total = c.e.add(total, term)
		}
		sum.data = append(sum.data, total)
	})
	return sum
}

// offset returns the place of an entry in a table of some indices.
func (c *contraction) offset(m mask, at []int) int {
	n := 0
	for k, size := range c.size {
		if m>>k&1 == 1 {
			n = n*size + at[k]
		}
	}
	return n
}

// each calls f for all values of some indices, counted from 0, the last fastest.
func (c *contraction) each(m mask, f func(at []int)) {
	at := make([]int, len(c.size))
	var run func(k int)
	run = func(k int) {
		switch {
		case k == len(at):
			f(at)
		case m>>k&1 == 0:
			run(k + 1)
		default:
			for i := range c.size[k] {
				at[k] = i
				run(k + 1)
			}
		}
	}
	run(0)
}

// isFinite reports whether a number and all its infinitesimal parts are finite.
func isFinite(x Num) bool {
	if x.c == nil {
		return x.real.IsFinite()
	}
	return !slices.ContainsFunc(x.c, func(y Num) bool { return !isFinite(y) })
}
