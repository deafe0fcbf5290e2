package simplify

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// saysMore reports whether there is anything that may rewrite x.
func (f *facts) saysMore(x *expr.Node) bool {
	return len(f.rewrites) > 0 || len(f.apart) > 0 || len(f.signs) > 0 || len(f.oneHot) > 0 || len(f.holding) > 0 || len(f.matrices) > 0 || len(f.posdefs) > 0 || contains(x, func(n *expr.Node) bool { return isInverse(n) || isDeterminant(n) })
}

// apply rewrites x with the facts until nothing changes.
func (f *facts) apply(x *expr.Node) *expr.Node {
	if f.saysMore(x) {
		for range maxFactRounds {
			y := f.round(x)
			if y == x {
				break
			}
			x = y
		}
	}
	return x
}

// maxFactRounds bounds how often the facts are applied to their own results.
const maxFactRounds = 20

func (f *facts) round(x *expr.Node) *expr.Node {
	x = f.withBounds(f.withSigns(f.withDeterminants(x)))
	for _, d := range f.holding {
		if y := assuming(f.s, x, d.cond, true); y != x {
			f.used[d.given] = true
			x = y
		}
	}
	return f.s.Map(x, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		y := n
		if n.Kind() != expr.KindReduce && len(args) > 0 && n.Kind() != expr.KindIndex {
			y = f.s.With(n, args)
		}
		return f.node(y), true
	})
}

// withBounds resolves absolute values, signs and conditions by the inequalities that are given.
func (f *facts) withBounds(x *expr.Node) *expr.Node {
	b := f.boundsOf()
	if len(b.known) == 0 && len(b.posdefs) == 0 {
		return x
	}
	y := b.signed(x)
	for g := range b.used {
		if g != noGiven {
			f.used[g] = true
		}
	}
	return y
}

// withSigns builds x anew with what is known of signs, and records givens without which that does not come out: of several that
// say enough, the later ones.
func (f *facts) withSigns(x *expr.Node) *expr.Node {
	if len(f.signs) == 0 {
		return x
	}
	y := f.signed(x, f.signs)
	if y == x {
		return x
	}
	needed := slices.Clone(f.signs)
	for k := 0; k < len(needed); {
		rest := slices.Delete(slices.Clone(needed), k, k+1)
		if f.signed(x, rest) == y {
			needed = rest
		} else {
			k++
		}
	}
	for _, sign := range needed {
		f.used[sign.given] = true
	}
	return y
}

// signed builds x anew with the entries of symbols of known sign as values of functions of that sign, and takes those away again: in
// between the constructors know what is positive.
func (f *facts) signed(x *expr.Node, signs []signFact) *expr.Node {
	y := f.s.Map(x, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if n.Kind() != expr.KindEntry {
			return nil, false
		}
		for _, sign := range signs {
			if sign.sym == n.Symbol() {
				return f.s.Call(sign.fn, args...), true
			}
		}
		return nil, false
	})
	return f.s.Map(y, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if n.Kind() == expr.KindCall {
			for _, sign := range signs {
				if sign.fn == n.Func() {
					return f.s.Entry(sign.sym, args...), true
				}
			}
		}
		return nil, false
	})
}

// node rewrites one node, whose parts have been rewritten.
func (f *facts) node(n *expr.Node) *expr.Node {
	for _, r := range f.rewrites {
		if y, ok := f.rewrite(r, n); ok && y != n {
			f.use(r)
			return y
		}
	}
	if y, ok := f.logDeterminant(n); ok {
		return y
	}
	if len(f.matrices) > 0 {
		if y, ok := f.matrixCall(n); ok {
			return y
		}
		if y, ok := f.determinant(n); ok {
			return y
		}
	}
	if n.Kind() == expr.KindReduce && n.Op() == expr.Sum {
		if y, ok := cancelInverse(f.s, n); ok {
			return y
		}
		if y, ok := f.insideSum(n); ok {
			return y
		}
		if y, ok := f.allButOne(n); ok {
			return y
		}
	}
	if n.Kind() == expr.KindMul || n.Kind() == expr.KindPow {
		for _, h := range f.oneHot {
			if y, ok := f.oneHotProduct(h, n); ok {
				f.used[h.given] = true
				return y
			}
		}
	}
	return n
}

// rewrite applies a fact to a whole node.
func (f *facts) rewrite(r fact, n *expr.Node) (*expr.Node, bool) {
	if r.from == n {
		return r.to, true
	}
	if len(r.vars) == 0 || r.from.Kind() != n.Kind() {
		return nil, false
	}
	m := matcher{s: f.s, vars: r.vars}
	b := newBinding()
	if !m.match(r.from, n, b, nil) {
		return nil, false
	}
	for _, v := range r.vars {
		if b.indices[v] == nil {
			return nil, false
		}
	}
	return f.s.Replace(r.to, b.indices), true
}

// maxBinders is the number of binders up to which a fact about a sum is looked for inside larger sums.
const maxBinders = 3

// insideSum applies facts about sums to some of the binders of a contraction: the factors that carry them are summed by themselves, and the sum is
// looked up.
func (f *facts) insideSum(n *expr.Node) (*expr.Node, bool) {
	for count := 1; count <= maxBinders; count++ {
		if !slices.ContainsFunc(f.rewrites, func(r fact) bool { return isSum(r.from) && len(r.from.Binders()) == count }) {
			continue
		}
		o := f.s.Open(n)
		if y, ok := f.insideOpened(o, nil, count); ok {
			return y, true
		}
	}
	return nil, false
}

// insideOpened is [facts.insideSum] for count more binders than those chosen, which are in order.
func (f *facts) insideOpened(o *expr.Opening, chosen []*expr.Node, count int) (*expr.Node, bool) {
	if count == 0 {
		return f.summedApart(o, chosen)
	}
	from := 0
	if len(chosen) > 0 {
		from = slices.Index(o.Indices, chosen[len(chosen)-1]) + 1
	}
	for _, i := range o.Indices[from:] {
		if y, ok := f.insideOpened(o, append(chosen[:len(chosen):len(chosen)], i), count-1); ok {
			return y, true
		}
	}
	return nil, false
}

// summedApart applies a fact to the sum over some of the indices of a contraction, of the factors that carry them.
func (f *facts) summedApart(o *expr.Opening, indices []*expr.Node) (*expr.Node, bool) {
	var with, without []*expr.Node
	for _, x := range expr.Factors(o.Body) {
		if dependsOnAny(x, indices) {
			with = append(with, x)
		} else {
			without = append(without, x)
		}
	}
	if len(o.Indices) == len(indices) && len(without) == 0 {
		return nil, false // the whole node, tried already
	}
	if slices.ContainsFunc(without, func(x *expr.Node) bool { return x.Kind() == expr.KindCond }) {
		return nil, false // which may guard what is summed
	}
	rest := slices.DeleteFunc(slices.Clone(o.Indices), func(i *expr.Node) bool { return slices.Contains(indices, i) })
	for _, j := range rest {
		if dependsOnAny(j, indices) || slices.ContainsFunc(indices, func(i *expr.Node) bool { return i.DependsOn(j) }) {
			return nil, false
		}
	}
	inner := f.s.Reduce(expr.Sum, f.s.Mul(with...), indices...)
	for _, r := range f.rewrites {
		if y, ok := f.rewrite(r, inner); ok {
			f.use(r)
			return f.s.Reduce(expr.Sum, f.s.Mul(append(without, y)...), rest...), true
		}
	}
	return nil, false
}

// allButOne applies facts about a sum to that sum without what it has at one index: Σ(i | i ≠ k) y(i) is 1 - y(k) where the whole sum is 1.
func (f *facts) allButOne(n *expr.Node) (*expr.Node, bool) {
	o := f.s.Open(n)
	conds, plain := conditions(f.s, o.Body)
	if len(conds) != 1 || len(o.Indices) != 1 || conds[0].Op() != expr.NeZero || !solves(conds[0], o.Indices) || !total(f.s, plain) {
		return nil, false
	}
	whole := f.s.Reduce(expr.Sum, plain, o.Indices...)
	for _, r := range f.rewrites {
		if y, ok := f.rewrite(r, whole); ok {
			f.use(r)
			return f.s.Sub(y, f.s.Reduce(expr.Sum, f.s.Mul(f.s.Not(conds[0]), plain), o.Indices...)), true
		}
	}
	return nil, false
}

// oneHotProduct uses y² = y and yᵢ·yⱼ = [i = j]·yᵢ of a tensor whose last axis has a single 1.
func (f *facts) oneHotProduct(h oneHotFact, n *expr.Node) (*expr.Node, bool) {
	factors := slices.Clone(expr.Factors(n))
	first := -1
	for k, x := range factors {
		base, exponent := baseExponent(f.s, x)
		if base.Kind() != expr.KindEntry || base.Symbol() != h.sym {
			continue
		}
		if exponent.Kind() == expr.KindRat && exponent.Rat().Sign() > 0 && !exponent.IsOne() {
			factors[k] = base
			return f.s.Mul(factors...), true
		}
		if !exponent.IsOne() {
			continue
		}
		if first < 0 {
			first = k
			continue
		}
		a, b := factors[first].Args(), x.Args()
		last := len(a) - 1
		if !slices.Equal(a[:last], b[:last]) {
			continue
		}
		factors[k] = f.s.Cond(expr.EqZero, f.s.Sub(a[last], b[last]))
		return f.s.Mul(factors...), true
	}
	if first < 0 {
		return nil, false
	}
	for k, x := range factors {
		if k == first {
			continue
		}
		if y := f.chosen(factors[first], x); y != x && total(f.s, y) { // beside an entry that is 0 it must have a value
			factors[k] = y
			return f.s.Mul(factors...), true
		}
	}
	return nil, false
}

// chosen returns what x is where an entry of a tensor whose last axis has a single 1 is that 1: Σₖ yₖ·gₖ is gᵢ where yᵢ is 1.
func (f *facts) chosen(entry, x *expr.Node) *expr.Node {
	last := len(entry.Args()) - 1
	at := entry.Args()[last]
	return f.s.Map(x, []*expr.Node{entry}, func(n *expr.Node, _ []*expr.Node) (*expr.Node, bool) {
		if !isSum(n) || len(n.Binders()) != 1 {
			return nil, false
		}
		o := f.s.Open(n, entry)
		i := o.Indices[0]
		factors := expr.Factors(o.Body)
		k := slices.IndexFunc(factors, func(y *expr.Node) bool {
			return y.Kind() == expr.KindEntry && y.Symbol() == entry.Symbol() && y.Args()[last] == i && slices.Equal(y.Args()[:last], entry.Args()[:last])
		})
		if k < 0 || !i.Lo().IsOne() || i.Hi() != entry.Symbol().Dims[last] {
			return nil, false
		}
		rest := f.s.Mul(slices.Delete(slices.Clone(factors), k, k+1)...)
		if !total(f.s, rest) {
			return nil, false
		}
		return f.s.Substitute(rest, i, at), true
	})
}

// givens returns the numbers of the givens that were used, in order.
func (f *facts) givens() []int {
	var used []int
	for k := range f.used {
		used = append(used, k)
	}
	slices.Sort(used)
	return used
}
