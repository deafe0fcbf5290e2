package codegen

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// What ranges only as far as another index says is often a value that has nothing to do with that other index: in Σₖ Σ[j ≤ k] yⱼ, where yⱼ is a sum
// itself, y has one axis and not two. Such an index takes its whole range here, if that frees the value of another index and all that is read is
// inside then, so that it is computed once for each j and not once for each j and k.

// wide returns an index over all that f may be, whatever the indices are that its range mentions.
func (p *plan) wide(f *expr.Node) (*expr.Node, bool) {
	lo, hi := p.extreme(f.Lo(), -1), p.extreme(f.Hi(), +1)
	if lo == f.Lo() && hi == f.Hi() {
		return nil, false
	}
	w := p.freshIndex(lo, hi)
	if name, ok := p.names[f]; ok {
		p.names[w] = name
	}
	return w, true
}

// tighten turns conditions on the binder of a sum, under which all of a body stands, into ends of its range, so that sums that are written either way are one.
func (p *plan) tighten(b, body *expr.Node) (*expr.Node, *expr.Node) {
	s := p.s
	for _, c := range conditions(body) {
		if c.Op() != expr.GeZero {
			continue
		}
		constant, terms := expr.Terms(c.Args()[0])
		at := slices.IndexFunc(terms, func(t expr.Term) bool { return t.X == b })
		if at < 0 || slices.ContainsFunc(terms, func(t expr.Term) bool { return t.X != b && t.X.DependsOn(b) }) {
			continue
		}
		rest := s.Linear(constant, slices.Delete(slices.Clone(terms), at, at+1))
		lo, hi := b.Lo(), b.Hi()
		switch k := terms[at].Coef; {
		case k.Equal(expr.Int(-1)) && p.implied(nil, s.Sub(hi, rest)): // b ≤ rest
			hi = rest
		case k.IsOne() && p.implied(nil, s.Sub(s.Neg(rest), lo)): // b ≥ -rest
			lo = s.Neg(rest)
		default:
			continue
		}
		tight := p.freshIndex(lo, hi)
		if name, ok := p.names[b]; ok {
			p.names[tight] = name
		}
		factors := slices.DeleteFunc(slices.Clone(expr.Factors(body)), func(f *expr.Node) bool { return f == c })
		b, body = tight, s.Substitute(s.Mul(factors...), b, tight)
	}
	return b, body
}

// A narrowing says what each index that was widened had been.
type narrowing map[*expr.Node]*expr.Node

// widenDefinition widens the free indices of a definition under construction.
func (p *plan) widenDefinition(d *definition) narrowing {
	if len(d.guards) > 0 {
		return nil
	}
	return p.widenAll(d.free, func(f, w *expr.Node) bool {
		binders := make([]*expr.Node, len(d.binders))
		body := p.s.Substitute(d.body, f, w)
		for k, b := range d.binders {
			binders[k] = p.s.Substitute(b, f, w)
			body = p.s.Substitute(body, b, binders[k])
		}
		wide := &definition{body: body, binders: binders}
		if len(wide.free()) >= len(d.free()) || !p.safe(body, nil) {
			return false
		}
		d.body, d.binders = body, binders
		return true
	})
}

// widen widens the free indices of an expression.
func (p *plan) widen(n *expr.Node) (*expr.Node, narrowing) {
	was := p.widenAll(func() []*expr.Node { return sortedFree(n) }, func(f, w *expr.Node) bool {
		m := p.s.Substitute(n, f, w)
		if len(m.Free()) >= len(n.Free()) || !p.safe(m, nil) {
			return false
		}
		n = m
		return true
	})
	return n, was
}

// own returns the free indices of an expression without those that it has only because others range as far as they say.
func (p *plan) own(n *expr.Node) []*expr.Node {
	wide, was := p.widen(n)
	if len(was) == 0 {
		return n.Free()
	}
	own := slices.Clone(wide.Free())
	for k, i := range own {
		own[k] = p.back(i, was)
	}
	return own
}

// widenAll widens one index after the other, the ranges of those that follow changing with it.
func (p *plan) widenAll(free func() []*expr.Node, replace func(f, w *expr.Node) bool) narrowing {
	was := narrowing{}
	tried := map[*expr.Node]bool{}
	for again := true; again; {
		again = false
		for _, f := range free() {
			if tried[f] {
				continue
			}
			tried[f] = true
			if w, ok := p.wide(f); ok && replace(f, w) {
				was[w] = p.s.Replace(f, was)
				again = true
				break
			}
		}
	}
	return was
}

// back returns an expression in the indices that there were.
func (p *plan) back(n *expr.Node, was narrowing) *expr.Node { return p.s.Replace(n, was) }
