package simplify

import (
	"slices"
	"strconv"

	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/syntax"
)

// follows reports whether a clause follows from others.
func (c *domains) follows(a clause, from []clause) bool {
	for _, b := range from {
		if c.implies(b, a) || slices.ContainsFunc(c.factorsApart(b), func(f clause) bool { return c.implies(f, a) }) {
			return true
		}
	}
	if len(a) == 1 && a[0].Kind() == expr.KindCond && a[0].Op() == expr.NeZero && a[0].Args()[0].Kind() == expr.KindAdd {
		e := a[0].Args()[0]
		if known := newFacts(c.s, c.assumptions(from)).boundsOf(); known.sign(e).sign >= expr.NonNegative || known.sign(c.s.Neg(e)).sign >= expr.NonNegative { // the sum of squares is 0 only where each is
			for _, x := range e.Args() {
				if apart := c.split(c.s.Cond(expr.NeZero, x)); !slices.ContainsFunc(apart, func(n *expr.Node) bool { return !c.follows(clause{n}, from) }) {
					return true
				}
			}
		}
	}
	if len(a) == 1 && a[0].Kind() == expr.KindCond && a[0].Op() == expr.NeZero && a[0].Args()[0].Kind() == expr.KindCall && a[0].Args()[0].Func().Name == "hypot" {
		for _, x := range a[0].Args()[0].Args() {
			if c.follows(clause{c.s.Cond(expr.NeZero, x)}, from) {
				return true
			}
		}
	}
	if len(a) == 1 && a[0].Kind() == expr.KindCond && a[0].Op() == expr.NeZero && c.hasTerm(a[0].Args()[0], from) {
		return true
	}
	if len(a) > 1 { // one alternative where the others are false
		for k, n := range a {
			all := slices.Clone(from)
			for j, other := range a {
				if j != k {
					all = append(all, clause{c.s.Not(other)})
				}
			}
			if c.follows(clause{n}, all) {
				return true
			}
		}
	}
	givens := c.assumptions(from)
	if len(givens) == 0 {
		return c.whole(a).IsOne()
	}
	f := newFacts(c.s, givens)
	return slices.ContainsFunc(a, func(n *expr.Node) bool { return f.apply(n).IsOne() }) || f.apply(c.whole(a)).IsOne()
}

// factorsApart returns that no factor is 0 of a product that is positive, or not 0.
func (c *domains) factorsApart(a clause) []clause {
	if len(a) != 1 || a[0].Kind() != expr.KindCond || a[0].Op() != expr.GtZero && a[0].Op() != expr.NeZero || a[0].Args()[0].Kind() != expr.KindMul {
		return nil
	}
	var out []clause
	for _, f := range a[0].Args()[0].Args() {
		base, _ := baseExponent(c.s, f)
		out = append(out, clause{c.s.Cond(expr.NeZero, base)})
	}
	return out
}

// hasTerm reports whether x is a sum over indices of what is nowhere negative, and clauses say of one term that it is not 0.
func (c *domains) hasTerm(x *expr.Node, from []clause) bool {
	if x.Kind() != expr.KindReduce || x.Op() != expr.Sum || expr.SignOf(x) < expr.NonNegative {
		return false
	}
	o := c.s.Open(x)
	parts := c.split(c.s.Cond(expr.NeZero, o.Body))
	if len(parts) != 1 || parts[0].Kind() != expr.KindCond || parts[0].Op() != expr.NeZero {
		return false
	}
	m := matcher{s: c.s, vars: o.Indices}
	for _, b := range from {
		if len(b) != 1 {
			continue
		}
		for _, target := range c.weaker(parts[0], b[0]) {
			if found := newBinding(); m.match(parts[0].Args()[0], target, found, nil) && c.inside(found, nil) {
				return true
			}
		}
	}
	return false
}

// assumptions returns those clauses that have no alternatives as givens.
func (c *domains) assumptions(from []clause) []formula.Given {
	var givens []formula.Given
	for _, a := range from {
		if g, ok := c.assumption(a); ok {
			givens = append(givens, g)
		}
	}
	return givens
}

// isGiven reports whether a clause follows from the givens and other clauses, and notes which givens that takes.
func (c *domains) isGiven(a clause, others []clause) bool {
	if len(c.givens) == 0 {
		return false
	}
	row, _ := builtin.Matrix("det")
	for _, m := range newFacts(c.s, c.givens).matrices { // positive definite or orthogonal
		axes := make([]*expr.Node, len(m.sym.Dims))
		for k, d := range m.sym.Dims {
			axes[k] = c.s.Index("#"+strconv.Itoa(k), c.s.Int(1), d)
		}
		det := c.s.Call(row.Func, c.s.Lambda(c.s.Entry(m.sym, axes...), axes...))
		if slices.Contains(a, c.s.Cond(expr.NeZero, det)) || !m.orthogonal && slices.Contains(a, c.s.Cond(expr.GtZero, det)) {
			c.used[m.given] = true
			return true
		}
	}
	for _, all := range [][]formula.Given{c.givens, slices.Concat(c.givens, c.assumptions(others))} {
		f := newFacts(c.s, all)
		shows := func(x *expr.Node) bool {
			y := f.apply(x)
			if y.IsOne() || x.Kind() == expr.KindCond && x.Op() == expr.NeZero && f.isNotZero(x.Args()[0]) {
				return true
			}
			return y != x && len(a) == 1 && !slices.ContainsFunc(c.split(y), func(n *expr.Node) bool { return !c.follows(clause{n}, others) })
		}
		if shows(c.whole(a)) || len(a) > 1 && slices.ContainsFunc(a, shows) {
			for k := range f.used {
				if k < len(c.givens) {
					c.used[k] = true
				}
			}
			return true
		}
	}
	return false
}

// withoutPositive takes factors that the givens say are positive out of what is to be positive.
func (c *domains) withoutPositive(all []clause) []clause {
	known := newFacts(c.s, c.givens).boundsOf()
	if len(known.known) == 0 {
		return all
	}
	var out []clause
	for _, a := range all {
		if len(a) > 1 || a[0].Kind() != expr.KindCond || a[0].Op() != expr.GtZero || a[0].Args()[0].Kind() != expr.KindMul {
			out = append(out, a)
			continue
		}
		var rest []*expr.Node
		for _, f := range a[0].Args()[0].Args() {
			sign := known.sign(f)
			if sign.sign != expr.Positive {
				rest = append(rest, f)
				continue
			}
			for _, k := range sign.by {
				c.used[k] = true
			}
		}
		for _, n := range c.split(c.s.Cond(expr.GtZero, c.s.Mul(rest...))) {
			out = append(out, clause{n})
		}
	}
	return out
}

// assumption returns a clause without alternatives as something given.
func (c *domains) assumption(a clause) (formula.Given, bool) {
	if len(a) != 1 || a[0].Kind() != expr.KindCond {
		return formula.Given{}, false
	}
	op, ok := map[expr.Op]syntax.Op{expr.GtZero: syntax.Gt, expr.GeZero: syntax.Ge, expr.NeZero: syntax.Ne, expr.EqZero: syntax.Eq}[a[0].Op()]
	return formula.Given{Relations: []formula.Relation{{Op: op, Left: a[0].Args()[0], Right: c.s.Int(0)}}}, ok
}

// whole returns a clause as one expression that is 0 or 1.
func (c *domains) whole(a clause) *expr.Node {
	if len(a) == 1 {
		return a[0]
	}
	factors := make([]*expr.Node, len(a))
	for k, n := range a {
		factors[k] = c.s.Not(n)
	}
	return c.s.Not(c.s.Mul(factors...))
}

// implies reports whether a clause says what another does, or more: every alternative of a is at least as strong as one of b, at values of a's
// indices that are within their ranges.
func (c *domains) implies(a, b clause) bool {
	var vars []*expr.Node
	for _, n := range a {
		for _, i := range n.Free() {
			if !slices.Contains(vars, i) {
				vars = append(vars, i)
			}
		}
	}
	m := matcher{s: c.s, vars: vars}
	var try func(k int, found *binding) bool
	try = func(k int, found *binding) bool {
		if k == len(a) {
			if !c.inside(found, b) {
				return false
			}
			for _, n := range a { // an alternative that is none where b is to hold
				if isAboutIndices(n) && !c.s.Mul(c.s.Replace(n, found.indices), c.otherwise(b)).IsZero() {
					return false
				}
			}
			return true
		}
		if isAboutIndices(a[k]) {
			return try(k+1, found)
		}
		for _, n := range b {
			for _, target := range c.weaker(a[k], n) {
				next := found.clone()
				if m.match(a[k].Args()[0], target, next, nil) && try(k+1, next) {
					return true
				}
			}
			if a[k] == n && try(k+1, found) {
				return true
			}
		}
		return false
	}
	return try(0, newBinding())
}

// otherwise returns the condition that no alternative on indices of a clause holds.
func (c *domains) otherwise(of clause) *expr.Node {
	cond := c.s.Int(1)
	for _, n := range of {
		if isAboutIndices(n) {
			cond = c.s.Mul(cond, c.s.Not(n))
		}
	}
	return cond
}

// isAboutIndices reports whether a condition is one on indices.
func isAboutIndices(n *expr.Node) bool {
	return n.Kind() == expr.KindCond && expr.IsIndexForm(n.Args()[0]) && len(n.Free()) > 0
}

// inside reports whether indices are bound to what is in their ranges wherever no alternative on indices of a clause holds.
func (c *domains) inside(found *binding, of clause) bool {
	otherwise := c.otherwise(of)
	for i, at := range found.indices {
		lo, hi := c.s.Replace(i.Lo(), found.indices), c.s.Replace(i.Hi(), found.indices)
		if c.s.Mul(otherwise, c.s.Cond(expr.GeZero, c.s.Sub(at, lo)), c.s.Cond(expr.GeZero, c.s.Sub(hi, at))) != otherwise {
			return false
		}
	}
	return true
}

// weaker returns what the argument of condition a has to be for a to imply condition b.
func (c *domains) weaker(a, b *expr.Node) []*expr.Node {
	if a.Kind() != expr.KindCond || b.Kind() != expr.KindCond {
		return nil
	}
	e := b.Args()[0]
	switch {
	case a.Op() == b.Op() && (a.Op() == expr.NeZero || a.Op() == expr.EqZero), a.Op() == expr.GtZero && b.Op() == expr.NeZero:
		return []*expr.Node{e, c.s.Neg(e)}
	case a.Op() == b.Op(), a.Op() == expr.GtZero && b.Op() == expr.GeZero, a.Op() == expr.EqZero && b.Op() == expr.GeZero:
		return []*expr.Node{e}
	}
	return nil
}
