package codegen

import (
	"slices"
	"strconv"
	"unicode"

	"github.com/seed-9905856d/derive/expr"
)

// A definition is a named tensor of the plan: an entry formula in its free indices, or a reduction of one over
// binders. Bodies contain no reductions; they read the entries of earlier definitions.
type definition struct {
	sym     *expr.Symbol
	index   []*expr.Node // the free indices, one for each axis
	op      expr.Op      // NoOp: the body itself
	binders []*expr.Node
	body    *expr.Node
	guards  []*expr.Node // index conditions outside which the definition is not read, and may not be computed
	output  int          // number of the output, or -1
	order   []int        // the canonical order of the axes, by which equal definitions are found
}

func (d *definition) entry(s *expr.Session) *expr.Node { return s.Entry(d.sym, d.index...) }

// A plan is a kernel as a list of definitions, each of which reads only earlier ones.
type plan struct {
	s       *expr.Session
	kernel  Kernel
	defs    []*definition
	of      map[*expr.Symbol]*definition
	known   map[*expr.Node]*definition // by closed form
	fresh   int
	names   map[*expr.Node]string // what the user called an index
	memo    map[*expr.Node]*expr.Node
	reduces map[*expr.Node]bool
	safes   map[*expr.Node]bool
	parents map[*expr.Node]int
	packing *expr.Func
	touched map[*expr.Node][]*expr.Symbol
}

// define names every reduction of the outputs and the outputs themselves.
func define(s *expr.Session, k Kernel, outputs []Output) *plan {
	p := &plan{s: s, kernel: k, of: map[*expr.Symbol]*definition{}, known: map[*expr.Node]*definition{},
		names: map[*expr.Node]string{}, memo: map[*expr.Node]*expr.Node{}, reduces: map[*expr.Node]bool{},
		safes: map[*expr.Node]bool{}, parents: map[*expr.Node]int{}, touched: map[*expr.Node][]*expr.Symbol{},
		packing: &expr.Func{Name: "pack", Arity: 3}}
	for _, o := range outputs {
		p.countParents(o.Value)
	}
	for n, o := range outputs {
		index := make([]*expr.Node, len(o.Indices))
		value := o.Value
		for i, old := range o.Indices {
			index[i] = p.freshIndex(old.Lo(), old.Hi())
			if name := old.Name(); name != "" && unicode.IsLetter([]rune(name)[0]) {
				p.names[index[i]] = name
			}
			value = s.Substitute(value, old, index[i])
		}
		body := p.value(value, nil)
		d := &definition{index: index, body: body, output: n}
		// A reduction that is all of an output is computed in place.
		if e, ok := p.sole(body, index); ok {
			e.output = n
			continue
		}
		p.add(d, "out"+strconv.Itoa(n))
	}
	return p
}

// sole returns the definition whose entry, at exactly the given indices, is body, if it is no output yet.
func (p *plan) sole(body *expr.Node, index []*expr.Node) (*definition, bool) {
	if body.Kind() != expr.KindEntry || p.of[body.Symbol()] == nil || len(body.Args()) != len(index) {
		return nil, false
	}
	d := p.of[body.Symbol()]
	if d.output >= 0 || len(d.guards) > 0 {
		return nil, false
	}
	// The axes of the definition may come in another order than those of the output.
	turned := make([]*expr.Node, len(index))
	for k, i := range index {
		at := slices.Index(body.Args(), i)
		if at < 0 || d.index[at].Lo() != i.Lo() || d.index[at].Hi() != i.Hi() || !i.Lo().IsOne() {
			return nil, false
		}
		turned[k] = d.index[at]
		if name, ok := p.names[i]; ok {
			p.names[turned[k]] = name
		}
	}
	if !slices.Equal(turned, d.index) {
		return nil, false
	}
	return d, true
}

func (p *plan) countParents(n *expr.Node) {
	p.parents[n]++
	if p.parents[n] > 1 {
		return
	}
	for _, a := range n.Args() {
		p.countParents(a)
	}
}

// freshIndex returns an index over lo..hi that occurs nowhere else.
func (p *plan) freshIndex(lo, hi *expr.Node) *expr.Node {
	p.fresh++
	return p.s.Index("%"+strconv.Itoa(p.fresh), lo, hi)
}

// open returns the indices and the body of a reduction with indices that occur nowhere else.
func (p *plan) open(n *expr.Node) ([]*expr.Node, *expr.Node) {
	o := p.s.Open(n)
	indices, body := slices.Clone(o.Indices), o.Body
	for k, old := range indices {
		indices[k] = p.freshIndex(old.Lo(), old.Hi())
		body = p.s.Substitute(body, old, indices[k])
		for j := k + 1; j < len(indices); j++ {
			indices[j] = p.s.Substitute(indices[j], old, indices[k])
		}
	}
	return indices, body
}

// add gives the definition a symbol and appends it.
func (p *plan) add(d *definition, name string) {
	d.sym = p.s.NewSymbol("%"+name, false, p.extents(d.index)...)
	p.defs = append(p.defs, d)
	p.of[d.sym] = d
}

// extents returns the upper ends of indices, those that other indices bound at their largest.
func (p *plan) extents(index []*expr.Node) []*expr.Node {
	ends := make([]*expr.Node, len(index))
	for k, i := range index {
		ends[k] = p.extreme(i.Hi(), +1)
	}
	return ends
}

// extreme returns the least (sign -1) or greatest (+1) value of an integer form over its indices.
func (p *plan) extreme(e *expr.Node, sign int) *expr.Node {
	for {
		var inner *expr.Node
		var coef expr.Rat
		constant, terms := expr.Terms(e)
		for _, t := range terms {
			if t.X.Kind() == expr.KindIndex && (inner == nil || t.X.ID() > inner.ID()) {
				inner, coef = t.X, t.Coef
			}
		}
		if inner == nil {
			return e
		}
		end := inner.Lo()
		if coef.Sign()*sign > 0 {
			end = inner.Hi()
		}
		e = p.s.Linear(constant, append(terms, expr.Term{Coef: coef.Neg(), X: inner}, expr.Term{Coef: coef, X: end}))
	}
}

// hasReduction reports whether n is or contains a sum, product, maximum or minimum over an index.
func (p *plan) hasReduction(n *expr.Node) bool {
	if v, ok := p.reduces[n]; ok {
		return v
	}
	v := n.Kind() == expr.KindReduce
	for _, a := range n.Args() {
		v = p.hasReduction(a) || v
	}
	p.reduces[n] = v
	return v
}

// value returns n with every reduction replaced by the entry of a definition. The conditions of ctx hold wherever
// the value is read.
func (p *plan) value(n *expr.Node, ctx []*expr.Node) *expr.Node {
	if !p.hasReduction(n) {
		return n
	}
	if p.safe(n, nil) {
		ctx = nil
		if v, ok := p.memo[n]; ok {
			return v
		}
	}
	v := p.rebuild(n, ctx)
	if len(ctx) == 0 {
		p.memo[n] = v
	}
	return v
}

func (p *plan) rebuild(n *expr.Node, ctx []*expr.Node) *expr.Node {
	s, args := p.s, n.Args()
	switch n.Kind() {
	case expr.KindReduce:
		return p.reduction(n, ctx)
	case expr.KindAdd:
		return p.sum(n, ctx)
	case expr.KindMul:
		inner := append(slices.Clone(ctx), conditions(n)...)
		factors := make([]*expr.Node, len(args))
		for i, f := range args {
			if isIndexCond(f) {
				factors[i] = f
				continue
			}
			factors[i] = p.value(f, inner)
		}
		return s.Mul(factors...)
	case expr.KindIf:
		c := p.value(args[0], ctx)
		yes, no := slices.Clone(ctx), slices.Clone(ctx)
		for _, f := range expr.Factors(args[0]) {
			if isIndexCond(f) {
				yes = append(yes, f)
			}
		}
		if isIndexCond(args[0]) {
			no = append(no, s.Not(args[0]))
		}
		return s.If(c, p.value(args[1], yes), p.value(args[2], no))
	}
	parts := make([]*expr.Node, len(args))
	for i, a := range args {
		parts[i] = p.value(a, ctx)
	}
	return s.With(n, parts)
}

func isIndexCond(f *expr.Node) bool {
	return f.Kind() == expr.KindCond && expr.IsIndexForm(f.Args()[0])
}

// conditions returns the index conditions among the factors of n.
func conditions(n *expr.Node) []*expr.Node {
	var conds []*expr.Node
	for _, f := range expr.Factors(n) {
		if isIndexCond(f) {
			conds = append(conds, f)
		}
	}
	return conds
}

// safe reports whether every entry that n reads is shown to lie within its symbol's axes where conds hold.
func (p *plan) safe(n *expr.Node, conds []*expr.Node) bool {
	if len(conds) == 0 {
		if v, ok := p.safes[n]; ok {
			return v
		}
	}
	v := p.checkSafe(n, conds)
	if len(conds) == 0 {
		p.safes[n] = v
	}
	return v
}

func (p *plan) checkSafe(n *expr.Node, conds []*expr.Node) bool {
	s := p.s
	switch n.Kind() {
	case expr.KindEntry:
		own := p.of[n.Symbol()] != nil
		if own && len(p.of[n.Symbol()].guards) > 0 {
			return false
		}
		for i, sub := range n.Args() {
			if sub.Kind() == expr.KindIndex && own {
				continue
			}
			lo := s.Int(1)
			if own {
				lo = p.extreme(p.of[n.Symbol()].index[i].Lo(), -1)
			}
			if !p.implied(conds, s.Sub(sub, lo)) || !p.implied(conds, s.Sub(n.Symbol().Dims[i], sub)) {
				return false
			}
		}
	case expr.KindMul:
		conds = append(conditions(n), conds...)
	}
	for _, a := range n.Args() {
		if a.Kind() != expr.KindIndex && !p.safe(a, conds) {
			return false
		}
	}
	return true
}

// implied reports whether e ≥ 0 is shown by ranges and conditions.
func (p *plan) implied(conds []*expr.Node, e *expr.Node) bool {
	c := p.s.Cond(expr.GeZero, e)
	if c.IsOne() {
		return true
	}
	if len(conds) == 0 {
		return false
	}
	all := p.s.Mul(conds...)
	return p.s.Mul(all, c) == all
}

// sum merges the sums over one range among the terms of an Add into one, unless another expression needs them
// apart: so Σ aᵢ - Σ bᵢ is accumulated as Σ (aᵢ - bᵢ).
func (p *plan) sum(n *expr.Node, ctx []*expr.Node) *expr.Node {
	s := p.s
	constant, terms := expr.Terms(n)
	type part struct {
		lo, hi *expr.Node
		op     expr.Op
		terms  []expr.Term // bodies over the first one's index
		index  *expr.Node
	}
	var parts []*part
	out := []expr.Term{}
	for _, t := range terms {
		x := t.X
		var outside []*expr.Node
		if x.Kind() == expr.KindMul { // a number of sizes and scalars times a sum
			for k, f := range x.Args() {
				if f.Kind() == expr.KindReduce && f.Op() == expr.Sum && p.parents[f] <= 1 {
					outside = slices.Delete(slices.Clone(x.Args()), k, k+1)
					x = f
					break
				}
			}
			if len(outside) > 0 && !allCheap(outside) {
				x, outside = t.X, nil
			}
		}
		if x.Kind() != expr.KindReduce || x.Op() != expr.Sum || p.parents[x] > 1 {
			out = append(out, expr.Term{Coef: t.Coef, X: p.value(t.X, ctx)})
			continue
		}
		indices, body := p.open(x)
		if len(indices) > 1 {
			indices, body = p.nest(indices, body, ctx)
		}
		i := indices[0]
		k := slices.IndexFunc(parts, func(q *part) bool { return q.lo == i.Lo() && q.hi == i.Hi() })
		if k < 0 {
			k = len(parts)
			parts = append(parts, &part{lo: i.Lo(), hi: i.Hi(), index: i})
		}
		body = s.Mul(append(outside, s.Substitute(body, i, parts[k].index))...)
		parts[k].terms = append(parts[k].terms, expr.Term{Coef: t.Coef, X: body})
	}
	for _, q := range parts {
		common := q.terms[0].Coef
		for i := range q.terms {
			if !q.terms[i].Coef.Equal(common) && !q.terms[i].Coef.Equal(common.Neg()) {
				common = expr.Int(1)
				break
			}
		}
		for i := range q.terms {
			q.terms[i].Coef = q.terms[i].Coef.Div(common)
		}
		body := s.Linear(expr.Int(0), q.terms)
		common2, rest := p.commonFactors(body, q.index)
		out = append(out, expr.Term{Coef: common, X: s.Mul(append(common2, p.over(expr.Sum, []*expr.Node{q.index}, rest, ctx))...)})
	}
	return s.Linear(constant, out)
}

// allCheap reports whether factors are numbers and powers of sizes.
func allCheap(factors []*expr.Node) bool {
	for _, f := range factors {
		switch {
		case f.Kind() == expr.KindSize, f.Kind() == expr.KindConst, f.Kind() == expr.KindEntry && len(f.Args()) == 0:
		case f.Kind() == expr.KindPow && allCheap(f.Args()):
		case f.Kind() == expr.KindRat:
		default:
			return false
		}
	}
	return true
}

// commonFactors takes the factors that all terms share, and that index i does not touch, out of a sum's body.
func (p *plan) commonFactors(body, i *expr.Node) (common []*expr.Node, rest *expr.Node) {
	constant, terms := expr.Terms(body)
	if !constant.IsZero() || len(terms) == 0 {
		return nil, body
	}
	for _, f := range expr.Factors(terms[0].X) {
		if f.DependsOn(i) || f.Kind() == expr.KindCond {
			continue
		}
		everywhere := true
		for _, t := range terms[1:] {
			everywhere = everywhere && slices.Contains(expr.Factors(t.X), f)
		}
		if everywhere {
			common = append(common, f)
		}
	}
	if len(common) == 0 {
		return nil, body
	}
	for k, t := range terms {
		kept := slices.DeleteFunc(slices.Clone(expr.Factors(t.X)), func(f *expr.Node) bool { return slices.Contains(common, f) })
		terms[k].X = p.s.Mul(kept...)
	}
	return common, p.s.Linear(constant, terms)
}

// reduction returns the value of a reduction.
func (p *plan) reduction(n *expr.Node, ctx []*expr.Node) *expr.Node {
	indices, body := p.open(n)
	if n.Op() == expr.Tensor {
		fail("a function of whole tensors (a linear solve, a determinant) has no code yet")
	}
	if n.Op() == expr.Sum && len(indices) > 1 {
		indices, body = p.nest(indices, body, ctx)
	}
	return p.over(n.Op(), indices, body, ctx)
}

// over defines the reduction of body over the indices and returns its entry.
func (p *plan) over(op expr.Op, indices []*expr.Node, body *expr.Node, ctx []*expr.Node) *expr.Node {
	var guards []*expr.Node
	if !p.safe(body, nil) {
		guards = ctx
	}
	d := &definition{op: op, binders: indices, body: p.value(body, guards), guards: guards, output: -1}
	return p.intern(d)
}

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
	slices.SortFunc(free, func(a, b *expr.Node) int { return int(a.ID()) - int(b.ID()) })
	return free
}

// maxOrders bounds the orders of axes that are tried to find a definition's canonical form.
const maxOrders = 24

// intern returns the entry of an equal definition made before, or of d, which it adds.
func (p *plan) intern(d *definition) *expr.Node {
	s := p.s
	d.index = d.free()
	guard := s.Mul(d.guards...)
	packed := s.Lambda(s.Call(p.packing, d.body, guard, s.Int(int64(d.op))), d.binders...)
	var best *expr.Node
	var order []int
	tried := 0
	permutations(len(d.index), func(perm []int) {
		if tried >= maxOrders || !p.wellOrdered(d.index, perm) {
			return
		}
		tried++
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

// wellOrdered reports whether every index comes after those that its range mentions.
func (p *plan) wellOrdered(index []*expr.Node, perm []int) bool {
	for k, at := range perm {
		for _, later := range perm[k+1:] {
			if index[at].DependsOn(index[later]) {
				return false
			}
		}
	}
	return true
}

// permutations calls f with every order of 0..n-1, the order itself first.
func permutations(n int, f func([]int)) {
	perm := make([]int, 0, n)
	used := make([]bool, n)
	var next func()
	next = func() {
		if len(perm) == n {
			f(perm)
			return
		}
		for i := range n {
			if !used[i] {
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
