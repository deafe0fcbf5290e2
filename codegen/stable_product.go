package codegen

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// product writes Π exp(aⱼ)·vⱼ as exp(Σ aⱼ)·Π vⱼ, under a condition on j too. Where the aⱼ are among those of a shifted sum
// their shifts stay apart, to cancel: Σ aⱼ = Σ (aⱼ - m) + Σ m.
func (st *stabiliser) product(n *expr.Node, o *expr.Opening, clear []*expr.Node) (*expr.Node, bool) {
	s := st.s
	body, cond := o.Body, s.Int(1)
	if body.Kind() == expr.KindIf && isIndexCond(body.Args()[0]) && body.Args()[2].IsOne() {
		cond, body = body.Args()[0], body.Args()[1]
	}
	e, rest := st.exponents(expr.Factors(body))
	if !dependsOnAny(e, o.Indices) {
		return nil, false
	}
	over := func(x *expr.Node) *expr.Node { return s.Reduce(expr.Sum, s.Mul(cond, x), o.Indices...) }
	left, shift := e, s.Int(0)
	for _, z := range st.members(e) {
		for times := 0; times < maxTimes && contains(left, z.exponent) && !dependsOnAny(z.shifts[0], o.Indices); times++ {
			left, shift = s.Sub(left, z.exponent), s.Add(shift, z.shifts[0])
		}
	}
	x := over(s.Sub(e, shift))
	_, terms := expr.Terms(shift)
	for k := range terms {
		terms[k].X = over(terms[k].X)
	}
	x = s.Add(x, s.Linear(expr.Int(0), terms))
	others := s.Reduce(expr.Prod, s.If(cond, s.Mul(rest...), s.Int(1)), o.Indices...)
	return st.joined([]*expr.Node{s.Call(fnExp, x), others}, clear), true
}

// alongSum reads a term as Σ [cond]·body over the range of i.
func (st *stabiliser) alongSum(x, i *expr.Node, clear []*expr.Node) (body, cond *expr.Node, ok bool) {
	s := st.s
	one := s.Int(1)
	var outside []*expr.Node
	var sum *expr.Node
	for _, f := range expr.Factors(x) {
		if f.Kind() == expr.KindReduce && f.Op() == expr.Sum && sum == nil {
			sum = f
			continue
		}
		outside = append(outside, f)
	}
	if sum == nil {
		return nil, one, false
	}
	o := s.Open(sum, append(slices.Clone(clear), i)...)
	for k, j := range o.Indices {
		if j.Lo() != i.Lo() || j.Hi() != i.Hi() || slices.ContainsFunc(o.Indices, func(l *expr.Node) bool { return l.DependsOn(j) && l != j }) {
			continue
		}
		others := slices.Delete(slices.Clone(o.Indices), k, k+1)
		cond, rest := one, outside
		for _, f := range expr.Factors(o.Body) {
			if isIndexCond(f) && f.DependsOn(j) && !dependsOnAny(f, others) {
				cond = s.Mul(cond, f)
				continue
			}
			rest = append(slices.Clone(rest), f)
		}
		body := s.Mul(rest...)
		if len(others) > 0 {
			body = s.Reduce(expr.Sum, body, others...)
		}
		return s.Substitute(body, j, i), s.Substitute(cond, j, i), true
	}
	return nil, one, false
}

// leftOut returns the index in the range of i that one of two conditions leaves out, the other one being 1.
func leftOut(s *expr.Session, a, b, i *expr.Node) (*expr.Node, bool) {
	c := s.Mul(a, b)
	if !a.IsOne() && !b.IsOne() || c.Kind() != expr.KindCond || c.Op() != expr.NeZero {
		return nil, false
	}
	for _, j := range c.Free() {
		if j != i && j.Lo() == i.Lo() && j.Hi() == i.Hi() && s.Cond(expr.NeZero, s.Sub(i, j)) == c {
			return j, true
		}
	}
	return nil, false
}

// meetProduct takes sums in an exponent into a product.
func (st *stabiliser) meetProduct(x, f *expr.Node, clear []*expr.Node) (*expr.Node, *expr.Node) {
	s := st.s
	p, _ := st.alongProduct(x, f, clear)
	body := st.joined([]*expr.Node{p.body, st.s.Call(fnExp, p.exponent)}, append(slices.Clone(clear), x, f))
	e, rest := st.exponents(expr.Factors(body))
	left := s.Add(p.left, s.Reduce(expr.Sum, s.Mul(p.cond, e), p.indices...))
	return left, s.Mul(p.extra, s.Reduce(expr.Prod, s.If(p.cond, s.Mul(rest...), s.Int(1)), p.indices...))
}

// An overProduct is a product over an index, under a condition on it, with the sums over the same range in an exponent.
type overProduct struct {
	indices        []*expr.Node
	cond, body     *expr.Node
	exponent, left *expr.Node // inside of the sums, and the terms that are none
	extra          *expr.Node // factors of the product that the condition leaves out
}

// alongProduct finds the terms Σ aⱼ of x over the range of a product: exp(Σ aⱼ)·Π vⱼ = Π exp(aⱼ)·vⱼ. Where only one of the two
// leaves out an index, the other's term at that index stands by itself.
func (st *stabiliser) alongProduct(x, f *expr.Node, clear []*expr.Node) (p overProduct, ok bool) {
	s := st.s
	o := s.Open(f, append(slices.Clone(clear), x)...)
	if len(o.Indices) != 1 {
		return p, false
	}
	i := o.Indices[0]
	p = overProduct{indices: o.Indices, cond: s.Int(1), body: o.Body, exponent: s.Int(0), left: s.Int(0), extra: s.Int(1)}
	if p.body.Kind() == expr.KindIf && isIndexCond(p.body.Args()[0]) && p.body.Args()[2].IsOne() {
		p.cond, p.body = p.body.Args()[0], p.body.Args()[1]
	}
	constant, terms := expr.Terms(x)
	p.left = s.Rat(constant)
	for _, t := range terms {
		body, cond, found := st.alongSum(t.X, i, append(slices.Clone(clear), x, f))
		at, single := leftOut(s, cond, p.cond, i)
		switch {
		case !found || cond != p.cond && !single:
			p.left = s.Add(p.left, s.Scale(t.Coef, t.X))
			continue
		case cond == p.cond:
		case p.cond.IsOne(): // the product has one factor more
			p.extra = s.Mul(p.extra, s.Substitute(p.body, i, at))
			p.cond = cond
		default:
			p.left = s.Add(p.left, s.Scale(t.Coef, s.Substitute(body, i, at)))
		}
		p.exponent = s.Add(p.exponent, s.Scale(t.Coef, body))
	}
	return p, !p.exponent.IsZero()
}
