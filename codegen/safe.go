package codegen

import (
	"github.com/seed-9905856d/derive/expr"
)

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
	case expr.KindCall:
		for sub, b := range n.Subscripts() {
			if b != nil && (!p.implied(conds, s.Sub(sub, b.Lo())) || !p.implied(conds, s.Sub(b.Hi(), sub))) {
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

// confined puts every entry of n that is not shown to lie within its symbol's axes, where conds hold, under the condition that it does. A sum that
// was taken out of another one, which is empty where the entry is outside, has no value there, and needs none.
func (p *plan) confined(n *expr.Node, conds []*expr.Node) *expr.Node {
	if p.safe(n, conds) {
		return n
	}
	s := p.s
	switch n.Kind() {
	case expr.KindEntry:
		inside := []*expr.Node{n}
		for i, sub := range n.Args() {
			if !expr.IsIndexForm(sub) || len(p.symbols(sub)) > 0 || p.of[n.Symbol()] != nil {
				return n // the subscript is checked where it is read
			}
			inside = append(inside, s.Cond(expr.GeZero, s.Sub(sub, s.Int(1))), s.Cond(expr.GeZero, s.Sub(n.Symbol().Dims[i], sub)))
		}
		return s.Mul(inside...)
	case expr.KindMul:
		conds = append(conditions(n), conds...)
	case expr.KindIf, expr.KindReduce, expr.KindCond: // conditions of their own
		return n
	}
	args := make([]*expr.Node, len(n.Args()))
	for k, a := range n.Args() {
		args[k] = p.confined(a, conds)
	}
	inside := []*expr.Node{s.With(n, args)}
	for sub, b := range n.Subscripts() {
		if b == nil || !expr.IsIndexForm(sub) || len(p.symbols(sub)) > 0 {
			return inside[0]
		}
		inside = append(inside, s.Cond(expr.GeZero, s.Sub(sub, b.Lo())), s.Cond(expr.GeZero, s.Sub(b.Hi(), sub)))
	}
	return s.Mul(inside...)
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
