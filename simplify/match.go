package simplify

import (
	"maps"
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
)

// A binding says what the parameters, sizes and result indices of a pattern stand for.
type binding struct {
	params  map[*expr.Symbol]*expr.Node // a lambda for a parameter with axes
	indices map[*expr.Node]*expr.Node   // result indices and sizes
	// logs says that a·exp(b) was matched as exp(b + log(a)).
	logs bool
}

func newBinding() *binding { return &binding{} }

func (b *binding) clone() *binding {
	return &binding{params: maps.Clone(b.params), indices: maps.Clone(b.indices), logs: b.logs}
}

// bind says that an index or size stands for x.
func (b *binding) bind(i, x *expr.Node) {
	if b.indices == nil {
		b.indices = map[*expr.Node]*expr.Node{}
	}
	b.indices[i] = x
}

// bindParam says that a parameter stands for x.
func (b *binding) bindParam(sym *expr.Symbol, x *expr.Node) {
	if b.params == nil {
		b.params = map[*expr.Symbol]*expr.Node{}
	}
	b.params[sym] = x
}

// A matcher holds a pattern against expressions. Patterns are matched one-sidedly, up to the order of terms and factors, and up
// to exp(a+b) being exp(a)*exp(b).
type matcher struct {
	s      *expr.Session
	params []*expr.Symbol
	vars   []*expr.Node // indices and sizes that may be bound
	// isPositive, if not nil, reports whether x is known to be positive: a·exp(b) is exp(b + log(a)) then.
	isPositive func(x *expr.Node) bool
}

// match extends b so that pat stands for tgt; it may change b also where it fails. The opened indices are those that
// correspond to each other in both.
func (m *matcher) match(pat, tgt *expr.Node, b *binding, opened []*expr.Node) bool {
	if len(m.vars) == 0 && len(m.params) == 0 && isRigid(m.s, pat) {
		return pat == tgt
	}
	if slices.Contains(m.vars, pat) {
		if old, ok := b.indices[pat]; ok {
			return old == tgt
		}
		if !expr.IsIndexForm(tgt) || dependsOnAny(tgt, opened) {
			return false
		}
		b.bind(pat, tgt)
		return true
	}
	if pat.Kind() == expr.KindEntry && slices.Contains(m.params, pat.Symbol()) {
		return m.bindParam(pat, tgt, b, opened)
	}
	if pat == tgt && !m.open(pat) {
		return true
	}
	if isCallOf(pat, "exp") {
		if log, ok := m.logOf(tgt, b); ok {
			return m.match(pat.Args()[0], log, b, opened)
		}
		return false
	}
	if of, constant, ok := m.multipleOf(pat); ok {
		if c := b.clone(); m.match(of, m.s.Div(tgt, constant), c, opened) {
			*b = *c
			return true
		}
	}
	if pat.Kind() == expr.KindAdd && len(pat.Args()) == 1 && pat.Rat().IsZero() { // c·x against anything
		return m.match(pat.Args()[0], m.s.Scale(pat.Coefs()[0].Inv(), tgt), b, opened)
	}
	if pat.Kind() != tgt.Kind() {
		return false
	}
	pa, ta := pat.Args(), tgt.Args()
	switch pat.Kind() {
	case expr.KindAdd:
		if len(pa) != len(ta) || !pat.Rat().Equal(tgt.Rat()) {
			return false
		}
		return m.permute(len(pa), b, func(k, j int, b *binding) bool {
			return pat.Coefs()[k].Equal(tgt.Coefs()[j]) && m.match(pa[k], ta[j], b, opened)
		})
	case expr.KindMul:
		if len(pa) != len(ta) {
			return false
		}
		return m.permute(len(pa), b, func(k, j int, b *binding) bool { return m.match(pa[k], ta[j], b, opened) })
	case expr.KindReduce:
		return m.matchReduce(pat, tgt, b, opened)
	case expr.KindCall:
		if pat.Func() != tgt.Func() {
			return false
		}
	case expr.KindEntry:
		if pat.Symbol() != tgt.Symbol() {
			return false
		}
	case expr.KindCond:
		if pat.Op() != tgt.Op() {
			return false
		}
	case expr.KindRat, expr.KindConst, expr.KindSize:
		return pat == tgt
	case expr.KindIndex:
		return pat == tgt
	}
	if len(pa) != len(ta) {
		return false
	}
	for k := range pa {
		if !m.match(pa[k], ta[k], b, opened) {
			return false
		}
	}
	return true
}

// multipleOf reads a pattern as a parameter without axes times what is no part of the pattern: x/sqrt(2).
func (m *matcher) multipleOf(pat *expr.Node) (param, constant *expr.Node, ok bool) {
	if pat.Kind() != expr.KindMul {
		return nil, nil, false
	}
	var rest []*expr.Node
	for _, f := range pat.Args() {
		switch {
		case f.Kind() == expr.KindEntry && len(f.Args()) == 0 && slices.Contains(m.params, f.Symbol()):
			if param != nil {
				return nil, nil, false
			}
			param = f
		case m.open(f):
			return nil, nil, false
		default:
			rest = append(rest, f)
		}
	}
	return param, m.s.Mul(rest...), param != nil
}

// maxPermuted bounds the terms or factors that are matched in any order.
const maxPermuted = 6

// permute looks for a bijection between pattern positions and target positions.
func (m *matcher) permute(n int, b *binding, match func(k, j int, b *binding) bool) bool {
	if n > maxPermuted {
		return false
	}
	used := make([]bool, n)
	var try func(k int, b *binding) *binding
	try = func(k int, b *binding) *binding {
		if k == n {
			return b
		}
		for j := range n {
			if used[j] {
				continue
			}
			c := b.clone()
			if !match(k, j, c) {
				continue
			}
			used[j] = true
			if done := try(k+1, c); done != nil {
				return done
			}
			used[j] = false
		}
		return nil
	}
	done := try(0, b)
	if done == nil {
		return false
	}
	*b = *done
	return true
}

// bindParam binds a parameter, or holds what it is bound to against the target.
func (m *matcher) bindParam(pat, tgt *expr.Node, b *binding, opened []*expr.Node) bool {
	sym, subs := pat.Symbol(), pat.Args()
	if v, ok := b.params[sym]; ok {
		for _, sub := range subs {
			if slices.Contains(m.vars, sub) && b.indices[sub] == nil {
				return m.solveIndex(v, subs, tgt, b)
			}
		}
		at := make([]*expr.Node, len(subs))
		for k, sub := range subs {
			at[k] = sub
			if i, ok := b.indices[sub]; ok {
				at[k] = i
			}
		}
		return m.s.At(v, at...) == tgt
	}
	// The subscripts must be different opened indices: then the parameter is the tensor of the target over them.
	for k, sub := range subs {
		if !slices.Contains(opened, sub) || slices.Contains(subs[:k], sub) {
			return false
		}
	}
	for _, f := range tgt.Free() {
		if slices.Contains(opened, f) && !slices.Contains(subs, f) {
			return false
		}
	}
	b.bindParam(sym, m.s.Lambda(tgt, subs...))
	return true
}

// solveIndex finds the subscripts at which the tensor bound to a parameter has the target as its entry.
func (m *matcher) solveIndex(v *expr.Node, subs []*expr.Node, tgt *expr.Node, b *binding) bool {
	o := m.s.Open(v, tgt)
	inner := matcher{s: m.s, vars: o.Indices}
	found := newBinding()
	if !inner.match(o.Body, tgt, found, nil) {
		return false
	}
	for k, i := range o.Indices {
		at, ok := found.indices[i]
		if !ok {
			return false
		}
		if old, ok := b.indices[subs[k]]; ok && old != at {
			return false
		}
		b.bind(subs[k], at)
	}
	return true
}

// matchReduce matches reductions over as many indices, the few of a sum in whatever order: which index of a contraction comes first depends on the
// names of the free ones.
func (m *matcher) matchReduce(pat, tgt *expr.Node, b *binding, opened []*expr.Node) bool {
	count := len(pat.Binders())
	if pat.Op() != tgt.Op() || count != len(tgt.Binders()) {
		return false
	}
	o := m.s.Open(tgt, append(slices.Clone(opened), pat)...)
	p := m.s.Open(pat, append(slices.Clone(opened), o.Indices...)...)
	inside := append(slices.Clone(opened), o.Indices...)
	try := func(order []int, b *binding) bool {
		rename := make(map[*expr.Node]*expr.Node, count)
		for k, j := range order {
			i, t := p.Indices[k], o.Indices[j]
			if !i.Lo().IsOne() || !t.Lo().IsOne() || !m.match(i.Hi(), t.Hi(), b, opened) {
				return false
			}
			rename[i] = t
		}
		return m.match(m.s.Replace(p.Body, rename), o.Body, b, inside) // over the target's indices, whose ranges the pattern's sizes now have
	}
	if pat.Op() != expr.Sum || count > maxPlaced {
		order := make([]int, count)
		for k := range order {
			order[k] = k
		}
		return try(order, b)
	}
	return permuteAll(count, func(order []int) bool {
		c := b.clone()
		if !try(order, c) {
			return false
		}
		*b = *c
		return true
	})
}

// permuteAll goes through the orders of n positions, the one that they have first, until one will do.
func permuteAll(n int, will func(order []int) bool) bool {
	var from func(order []int) bool
	from = func(order []int) bool {
		if len(order) == n {
			return will(order)
		}
		for j := range n {
			if !slices.Contains(order, j) && from(append(order[:len(order):len(order)], j)) {
				return true
			}
		}
		return false
	}
	return from(nil)
}

// open reports whether the pattern has anything to bind.
func (m *matcher) open(pat *expr.Node) bool {
	if len(m.params) == 0 && len(m.vars) == 0 {
		return false
	}
	seen := map[*expr.Node]bool{}
	var visit func(n *expr.Node) bool
	visit = func(n *expr.Node) bool {
		if seen[n] {
			return false
		}
		seen[n] = true
		if slices.Contains(m.vars, n) || n.Kind() == expr.KindEntry && slices.Contains(m.params, n.Symbol()) {
			return true
		}
		return slices.ContainsFunc(n.Args(), visit)
	}
	return visit(pat)
}

func dependsOnAny(n *expr.Node, indices []*expr.Node) bool {
	return slices.ContainsFunc(indices, n.DependsOn)
}

// logOf returns a with exp(a) = x where x is a product of exponentials and, beside at least one, of what is positive.
func (m *matcher) logOf(x *expr.Node, b *binding) (*expr.Node, bool) {
	if log, ok := logOfExponential(m.s, x); ok || m.isPositive == nil {
		return log, ok
	}
	var exponentials, terms []*expr.Node
	for _, f := range expr.Factors(x) {
		if _, ok := logOfExponential(m.s, f); ok {
			exponentials = append(exponentials, f)
		} else if m.isPositive(f) {
			terms = append(terms, formula.Elementary(m.s, "log", f))
		} else {
			return nil, false
		}
	}
	if len(exponentials) == 0 {
		return nil, false
	}
	b.logs = true
	log, ok := logOfExponential(m.s, m.s.Mul(exponentials...))
	return m.s.Add(append(terms, log)...), ok
}

// logOfExponential returns a with exp(a) = x where x is a product of exponentials.
func logOfExponential(s *expr.Session, x *expr.Node) (*expr.Node, bool) {
	if x.IsOne() {
		return s.Int(0), true
	}
	var terms []*expr.Node
	for _, f := range expr.Factors(x) {
		base, exponent := f, s.Int(1)
		if f.Kind() == expr.KindPow {
			base, exponent = f.Args()[0], f.Args()[1]
		}
		switch {
		case isCallOf(base, "exp"):
			terms = append(terms, s.Mul(exponent, base.Args()[0]))
		case base.Kind() == expr.KindConst && base.Name() == "e":
			terms = append(terms, exponent)
		default:
			return nil, false
		}
	}
	return s.Add(terms...), true
}
