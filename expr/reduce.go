package expr

import "slices"

// Opening is the body of a reduction with its binders replaced by opened indices.
type Opening struct {
	Indices []*Node
	Body    *Node
}

type openKey struct {
	n     *Node
	start int32
}

// Open returns the body of reduction n over fresh indices, which occur neither in n nor in any of the
// expressions to keep clear of.
func (s *Session) Open(n *Node, clear ...*Node) *Opening {
	start := nextOpened(n, 0)
	for _, c := range clear {
		start = nextOpened(c, start)
	}
	key := openKey{n, start}
	if o, ok := s.openMemo[key]; ok {
		return o
	}
	o := s.open(n.Binders(), n.Body(), start)
	s.openMemo[key] = o
	return o
}

// nextOpened returns a number above start and above every opened index that is free in x.
func nextOpened(x *Node, start int32) int32 {
	for _, f := range x.free {
		if f.space == Opened && f.num >= start {
			start = f.num + 1
		}
	}
	return start
}

func (s *Session) open(binders []*Node, body *Node, start int32) *Opening {
	names := s.takeRenaming()
	o := &Opening{Indices: make([]*Node, len(binders))}
	for i, b := range binders {
		o.Indices[i] = s.index(Opened, start+int32(i), names.of(b.Lo()), names.of(b.Hi()))
		names.add(b, o.Indices[i])
	}
	o.Body = names.only(body)
	return o
}

// OpenAt returns the body of reduction n with its binders replaced by indices that occur nowhere in it.
func (s *Session) OpenAt(n *Node, indices ...*Node) *Node {
	names := s.takeRenaming()
	for k, b := range n.Binders() {
		names.add(b, indices[k])
	}
	return names.only(n.Body())
}

// reduceClosed builds a reduction from stored binders and body whose parts have changed. Where reductions stand in one another, as the layers of a
// network do, the inner ones are opened and closed with each of the outer ones, so that what has been built once is kept.
func (s *Session) reduceClosed(op Op, binders []*Node, body *Node) *Node {
	known := &s.closed[op]
	built := known.find(body, binders)
	if built.value == nil {
		start := nextOpened(body, 0)
		for _, b := range binders {
			start = nextOpened(b, start)
		}
		o := s.open(binders, body, start)
		built.body, built.indices, built.value = body, slices.Clone(binders), s.Reduce(op, o.Body, o.Indices...)
		known.add(built)
	}
	return built.value
}

// Reduce folds body over the given indices, outermost first: a range may mention indices before it. The
// indices are of the user's or the opened name space and are free in the result no more.
// Over an empty range a sum is 0, a product 1, a maximum -inf and a minimum inf.
func (s *Session) Reduce(op Op, body *Node, indices ...*Node) *Node {
	if len(indices) == 0 {
		return body
	}
	switch op {
	case Sum:
		if slices.ContainsFunc(indices, isEmpty) {
			return s.zero
		}
		return s.sum(body, indices)
	case Tensor:
		return s.Lambda(body, indices...)
	}
	last := indices[len(indices)-1]
	inner := s.reduceOne(op, body, last)
	return s.Reduce(op, inner, indices[:len(indices)-1]...)
}

// isEmpty reports whether the range of an index ends before it begins, where both are numbers.
func isEmpty(i *Node) bool {
	return i.Lo().kind == KindRat && i.Hi().kind == KindRat && i.Hi().rat.Cmp(i.Lo().rat) < 0
}

// reduceOne folds a product, maximum or minimum over one index.
func (s *Session) reduceOne(op Op, body, i *Node) *Node {
	if op == Prod && isEmpty(i) {
		return s.one
	}
	if op == Prod {
		return s.prod(body, i)
	}
	if !body.DependsOn(i) && s.alwaysGe(s.Sub(i.Hi(), i.Lo())) {
		return body
	}
	return s.close(op, []*Node{i}, body)
}

// close stores a reduction: binders get numbers of the bound name space, the outermost the largest.
func (s *Session) close(op Op, indices []*Node, body *Node) *Node {
	names := s.takeRenaming()
	args := make([]*Node, len(indices)+1)
	for k, i := range indices {
		num := body.height + int32(len(indices)-k)
		args[k] = s.index(Bound, num, names.of(i.Lo()), names.of(i.Hi()))
		names.add(i, args[k])
	}
	closed := names.only(body)
	scale := Int(1)
	if op == Sum && isScaled(closed) { // the sign of a primitive sum may turn with the names
		scale, closed = closed.coefs[0], closed.args[0]
	}
	args[len(indices)] = closed
	return s.Scale(scale, s.intern(&Node{kind: KindReduce, op: op}, args...))
}

// reductions is what bodies reduced over indices have become. Putting a sum into canonical form is the dearest thing that a constructor
// does, and the forms of an expression have most of their sums in common.
type reductions struct {
	table []reduction // open addressing, a power of two long
	count int
}

// A reduction is what a body reduced over indices has become.
type reduction struct {
	hash    uint64
	body    *Node
	indices []*Node
	value   *Node
}

// find returns the reduction of a body over indices, without a value if there is none.
func (t *reductions) find(body *Node, indices []*Node) reduction {
	hash := body.hash
	for _, i := range indices {
		hash = mix(hash, i.hash)
	}
	if t.count > 0 {
		mask := uint64(len(t.table) - 1)
		for k := hash & mask; t.table[k].value != nil; k = (k + 1) & mask {
			if c := t.table[k]; c.hash == hash && c.body == body && slices.Equal(c.indices, indices) {
				return c
			}
		}
	}
	return reduction{hash: hash}
}

// add files a reduction that has not been there.
func (t *reductions) add(c reduction) {
	if 2*t.count >= len(t.table) {
		old := t.table
		t.table, t.count = make([]reduction, max(minMemo, 2*len(old))), 0
		for _, o := range old {
			if o.value != nil {
				t.add(o)
			}
		}
	}
	mask := uint64(len(t.table) - 1)
	k := c.hash & mask
	for t.table[k].value != nil {
		k = (k + 1) & mask
	}
	t.table[k] = c
	t.count++
}

// rangeSize returns (hi-lo+1)·[hi-lo+1 ≥ 0].
func (s *Session) rangeSize(i *Node) *Node {
	size := s.Linear(Int(1), []Term{{Int(1), i.Hi()}, {Int(-1), i.Lo()}})
	return s.Mul(size, s.Cond(GeZero, size))
}

// sum builds the canonical contraction of body over indices.
func (s *Session) sum(body *Node, indices []*Node) *Node {
	constant, terms := Terms(body)
	if body.kind == KindAdd || body.kind == KindRat {
		for k, t := range terms {
			terms[k].X = s.sum(t.X, indices)
		}
		if !constant.IsZero() {
			terms = append(terms, Term{constant, s.sumOfOne(indices)})
		}
		return s.Linear(Int(0), terms)
	}
	sum := s.sums.find(body, indices)
	if sum.value == nil {
		c := contraction{s: s, binders: slices.Clone(indices), factors: slices.Clone(Factors(body))}
		sum.body, sum.indices, sum.value = body, slices.Clone(indices), c.build()
		s.sums.add(sum)
	}
	return sum.value
}

// sumOfOne returns Σ 1, innermost index first.
func (s *Session) sumOfOne(indices []*Node) *Node {
	last := indices[len(indices)-1]
	return s.Reduce(Sum, s.rangeSize(last), indices[:len(indices)-1]...)
}

// contraction is a sum under construction: every binder of a product and its factors. Invariant: the
// product of the factors summed over the binders is the value.
type contraction struct {
	s       *Session
	binders []*Node
	factors []*Node
}

// again restarts with another product over the binders that are left.
func (c *contraction) again(body *Node, binders []*Node) *Node {
	return c.s.Reduce(Sum, body, binders...)
}

func (c *contraction) build() *Node {
	if body, binders, ok := c.merge(); ok {
		return c.again(body, binders)
	}
	if body, binders, ok := c.rectangular(); ok {
		return c.again(body, binders)
	}
	if body, binders, ok := c.eliminate(); ok {
		return c.again(body, binders)
	}
	if body, binders, ok := c.tighten(); ok {
		return c.again(body, binders)
	}
	if body, binders, ok := c.shift(); ok {
		return c.again(body, binders)
	}
	if body, binders, ok := c.simplex(); ok {
		return c.again(body, binders)
	}
	return c.components()
}

// merge takes the binders of a sum among the factors into this one: Σᵢ fᵢ·Σⱼ gᵢⱼ = Σᵢⱼ fᵢ·gᵢⱼ.
func (c *contraction) merge() (*Node, []*Node, bool) {
	for k, f := range c.factors {
		if f.kind != KindReduce || f.op != Sum || !f.dependsOnAny(c.binders) {
			continue
		}
		o := c.s.Open(f, append(slices.Clone(c.binders), c.factors...)...)
		factors := append(slices.Delete(slices.Clone(c.factors), k, k+1), o.Body)
		return c.s.Mul(factors...), append(slices.Clone(c.binders), o.Indices...), true
	}
	return nil, nil, false
}

// rectangular replaces the ends of a binder's range that mention other binders by their extremes over
// those binders, and keeps the true ends as conditions. So the order of the binders carries no meaning.
func (c *contraction) rectangular() (*Node, []*Node, bool) {
	s := c.s
	for k, b := range c.binders {
		others := c.binders[:k]
		if !b.Lo().dependsOnAny(others) && !b.Hi().dependsOnAny(others) {
			continue
		}
		lo, hi := s.extreme(b.Lo(), others, -1), s.extreme(b.Hi(), others, +1)
		wide := s.freshIndex(lo, hi, c)
		factors := []*Node{s.Cond(GeZero, s.Sub(wide, b.Lo())), s.Cond(GeZero, s.Sub(b.Hi(), wide))}
		names := s.takeRenaming()
		names.add(b, wide)
		for _, f := range c.factors {
			factors = append(factors, names.of(f))
		}
		binders := slices.Clone(c.binders)
		binders[k] = wide
		for j := k + 1; j < len(binders); j++ {
			binders[j] = names.of(binders[j])
		}
		names.done()
		return s.Mul(factors...), binders, true
	}
	return nil, nil, false
}

// extreme returns the least (sign -1) or greatest (+1) value of a linear form over the ranges of the given indices.
func (s *Session) extreme(e *Node, over []*Node, sign int64) *Node {
	for k := len(over) - 1; k >= 0; k-- {
		l, _ := asLinear(e)
		a := l.coef(over[k])
		if a == 0 {
			continue
		}
		end := over[k].Lo()
		if a*sign > 0 {
			end = over[k].Hi()
		}
		e = s.Linear(Int(0), []Term{{Int(1), e}, {Int(-a), over[k]}, {Int(a), end}})
	}
	return e
}

func (s *Session) freshIndex(lo, hi *Node, c *contraction) *Node {
	start := max(nextOpened(lo, 0), nextOpened(hi, 0))
	for _, b := range c.binders {
		start = nextOpened(b, start)
	}
	for _, f := range c.factors {
		start = nextOpened(f, start)
	}
	return s.index(Opened, start, lo, hi)
}

// A solved condition is one of the factors, written as binder k = value, or as k ≥ value (sign 1) or k ≤ value (sign -1).
type solved struct {
	cond  *Node
	k     int
	sign  int64
	value *Node
}

// solve writes the index conditions of one kind for each binder that has the coefficient 1 or -1 in them.
func (c *contraction) solve(op Op) []solved {
	var found []solved
	for _, f := range c.factors {
		if f.kind != KindCond || f.op != op {
			continue
		}
		l, ok := asLinear(f.args[0])
		if !ok {
			continue
		}
		for k, b := range c.binders {
			if a := l.coef(b); a == 1 || a == -1 {
				value := c.s.Linear(Int(0), []Term{{Int(-a), f.args[0]}, {Int(1), b}})
				found = append(found, solved{f, k, a, value})
			}
		}
	}
	return found
}

// eliminate solves a unit equality for a binder: Σᵢ [i = e]·f(i) = [lo ≤ e]·[e ≤ hi]·f(e).
func (c *contraction) eliminate() (*Node, []*Node, bool) {
	s := c.s
	for _, eq := range c.solve(EqZero) {
		b := c.binders[eq.k]
		if mentioned(b, freeOfAll(c.factors)) {
			continue
		}
		inside := []*Node{s.Cond(GeZero, s.Sub(eq.value, b.Lo())), s.Cond(GeZero, s.Sub(b.Hi(), eq.value))}
		body, binders := c.rebind(eq.k, b, eq.value, eq.cond)
		return s.Mul(append(inside, body)...), slices.Delete(binders, eq.k, eq.k+1), true
	}
	return nil, nil, false
}

// tighten moves a condition on one binder into its range where it is shown to be the narrower end, or leaves an end out.
func (c *contraction) tighten() (*Node, []*Node, bool) {
	s := c.s
	for _, end := range append(c.solve(GeZero), c.solve(NeZero)...) {
		if end.value.dependsOnAny(c.binders) {
			continue
		}
		b := c.binders[end.k]
		lo, hi := b.Lo(), b.Hi()
		switch {
		case end.cond.op == NeZero && end.value == lo:
			lo = s.Add(lo, s.one)
		case end.cond.op == NeZero && end.value == hi:
			hi = s.Sub(hi, s.one)
		case end.cond.op == NeZero:
			continue
		case end.sign == 1 && s.alwaysGe(s.Sub(end.value, lo)):
			lo = end.value
		case end.sign == -1 && s.alwaysGe(s.Sub(hi, end.value)):
			hi = end.value
		default:
			continue
		}
		narrow := s.freshIndex(lo, hi, c)
		body, binders := c.rebind(end.k, narrow, narrow, end.cond)
		return body, binders, true
	}
	return nil, nil, false
}

// simplex sums the entries of a vector that sum to 1, where they are multiplied with nothing else that has their index.
func (c *contraction) simplex() (*Node, []*Node, bool) {
	s := c.s
	for k, f := range c.factors {
		if f.kind != KindCall || !f.fn.Simplex || !IsLambda(f.args[0]) {
			continue
		}
		of := f.args[0].Binders()[0]
		at := slices.Index(c.binders, f.args[1])
		if at < 0 || f.args[0].DependsOn(c.binders[at]) || c.binders[at].Lo() != of.Lo() || c.binders[at].Hi() != of.Hi() {
			continue
		}
		b := c.binders[at]
		others := slices.Delete(slices.Clone(c.factors), k, k+1)
		binders := slices.Delete(slices.Clone(c.binders), at, at+1)
		if slices.ContainsFunc(slices.Concat(others, binders), func(x *Node) bool { return x.DependsOn(b) }) {
			continue
		}
		return s.Mul(append(others, s.Cond(GeZero, s.Sub(b.Hi(), b.Lo())))...), binders, true
	}
	return nil, nil, false
}

// shift makes ranges that begin at an integer other than 1 begin at 1.
func (c *contraction) shift() (*Node, []*Node, bool) {
	s := c.s
	for k, b := range c.binders {
		lo := b.Lo()
		if lo.kind != KindRat || lo.IsOne() {
			continue
		}
		by := s.Sub(lo, s.one)
		from1 := s.freshIndex(s.one, s.Sub(b.Hi(), by), c)
		body, binders := c.rebind(k, from1, s.Add(from1, by), nil)
		return body, binders, true
	}
	return nil, nil, false
}

// rebind replaces binder k, which stands for value from now on, and drops one factor if given.
func (c *contraction) rebind(k int, binder, value, drop *Node) (*Node, []*Node) {
	names := c.s.takeRenaming()
	names.add(c.binders[k], value)
	factors := make([]*Node, 0, len(c.factors))
	for _, f := range c.factors {
		if f != drop {
			factors = append(factors, names.of(f))
		}
	}
	names.done()
	binders := slices.Clone(c.binders)
	binders[k] = binder
	return c.s.Mul(factors...), binders
}

// components takes out what is free of every binder and makes one stored sum of each connected part.
func (c *contraction) components() *Node {
	s := c.s
	guarded := false // a condition on binders, or a range that may be empty, guards entries
	for _, b := range c.binders {
		guarded = guarded || !s.alwaysGe(s.Sub(b.Hi(), b.Lo()))
	}
	for _, f := range c.factors {
		guarded = guarded || f.kind == KindCond && f.dependsOnAny(c.binders)
	}
	var outside, inside []*Node
	var outer []*Node
	for _, f := range c.factors {
		if f.kind == KindCond && !f.dependsOnAny(c.binders) {
			outer = append(outer, f)
		}
	}
	for _, f := range c.factors {
		free := !f.dependsOnAny(c.binders)
		if free && (!guarded || f.kind == KindCond || s.inRange(f, outer) && !s.mayTurn(f)) {
			outside = append(outside, f)
		} else {
			inside = append(inside, f)
		}
	}
	if len(outside) > 0 {
		return s.Mul(append(outside, c.again(s.Mul(inside...), c.binders))...)
	}
	binders, factors, ok := c.split(guarded)
	if !ok {
		return s.closeSum(c.binders, c.factors)
	}
	parts := make([]*Node, len(binders))
	for k := range binders {
		parts[k] = c.again(s.Mul(factors[k]...), binders[k])
	}
	return s.Mul(parts...)
}

// IsGuard reports whether the range of one of the indices of a sum over them, which may be empty, guards a factor of its body that does not depend on that
// index, and may have no value where the range is empty.
func (s *Session) IsGuard(indices []*Node, body *Node) bool {
	for _, i := range indices {
		if s.alwaysGe(s.Sub(i.Hi(), i.Lo())) {
			continue
		}
		for _, f := range Factors(body) {
			if !f.DependsOn(i) && (!s.InRange(f) || s.mayTurn(f)) {
				return true
			}
		}
	}
	return false
}

// mayTurn reports whether f has a power whose exponent is a linear form in indices and sizes that may be negative, of a base that may be 0: an inverse for
// some sizes only.
func (s *Session) mayTurn(f *Node) bool {
	turns, ok := s.turning.Get(f)
	if !ok {
		turns = f.kind == KindPow && f.args[1].kind != KindRat && IsIndexForm(f.args[1]) && SignOf(f.args[0]) != Positive && !s.alwaysGe(f.args[1]) ||
			slices.ContainsFunc(f.args, s.mayTurn)
		s.turning.Set(f, turns)
	}
	return turns
}

// split finds the connected parts of the graph whose vertices are binders and whose edges are factors. Where
// something guards entries, a part must be in range by its own conditions, and a factor without any binder
// keeps all parts together.
func (c *contraction) split(guarded bool) (binders, factors [][]*Node, ok bool) {
	part := make([]int, len(c.binders))
	for k := range part {
		part[k] = k
	}
	for _, f := range c.factors {
		first := -1
		for k, b := range c.binders {
			if !f.DependsOn(b) {
				continue
			}
			if first < 0 {
				first = part[k]
				continue
			}
			for old, j := part[k], 0; j < len(part); j++ {
				if part[j] == old {
					part[j] = first
				}
			}
		}
		if first < 0 {
			return nil, nil, false
		}
	}
	for p := range part {
		var bs, fs []*Node
		for k, b := range c.binders {
			if part[k] == p {
				bs = append(bs, b)
			}
		}
		if len(bs) == 0 {
			continue
		}
		for _, f := range c.factors {
			if f.dependsOnAny(bs) {
				fs = append(fs, f)
			}
		}
		if guarded && !c.s.selfContained(fs) {
			return nil, nil, false
		}
		binders, factors = append(binders, bs), append(factors, fs)
	}
	return binders, factors, len(binders) > 1
}

// selfContained reports whether the product of factors is shown to be in range by its own conditions.
func (s *Session) selfContained(factors []*Node) bool {
	conds := slices.DeleteFunc(slices.Clone(factors), func(f *Node) bool { return f.kind != KindCond })
	for _, f := range factors {
		if f.kind != KindCond && !s.inRange(f, conds) {
			return false
		}
	}
	return true
}
