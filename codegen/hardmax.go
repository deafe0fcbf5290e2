package codegen

import (
	"github.com/seed-9905856d/derive/expr"
)

// hardmax returns the value of an entry of hardmax(v): [v[i] ≥ m]/Σⱼ [v[j] ≥ m] with m = max v. What is compared is computed once, as a definition of its own
// unless it is the entry of an input or of a definition, so that the one that is the maximum is equal to it to the last bit.
func (p *plan) hardmax(n *expr.Node, ctx []*expr.Node) *expr.Node {
	s, at := p.s, n.Args()[1]
	indices, body := p.open(n.Args()[0])
	i := indices[0]
	var guards []*expr.Node
	if !p.safe(body, nil) {
		guards = ctx
		body = p.confined(body, guards)
	}
	body = p.value(body, guards)
	if body.Kind() != expr.KindEntry {
		body = p.intern(&definition{body: body, guards: guards, output: -1})
	}
	of := func(k *expr.Node) *expr.Node { return s.Substitute(body, i, k) }
	over := func(op expr.Op, entry func(k *expr.Node) *expr.Node) *expr.Node {
		k := p.freshIndex(i.Lo(), i.Hi())
		return p.over(op, []*expr.Node{k}, entry(k), ctx)
	}
	largest := over(expr.Max, of)
	attains := func(k *expr.Node) *expr.Node { return s.Cond(expr.GeZero, s.Sub(of(k), largest)) }
	return s.Div(attains(at), over(expr.Sum, attains))
}
