package simplify

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// collapsed multiplies out what stands in a sum where an index of the sum then meets a condition that it is another,
//
//	Σᵢ f(i)·(a·[i = k] + b) = a·f(k) + b·Σᵢ f(i),
//
// and joins what is left of one sum on both sides of an index.
func collapsed(s *expr.Session, x *expr.Node) *expr.Node {
	for range maxCollapsed {
		if !contains(x, func(n *expr.Node) bool { return hasDeltas(n) || hasSums(n) || dividesSums(n) || hasBranches(n) }) {
			break
		}
		y := collapsedOnce(s, x)
		if y == x {
			break
		}
		x = y
	}
	return x
}

// maxCollapsed bounds how deep the sums may lie in each other that are collapsed one after the other.
const maxCollapsed = 8

func collapsedOnce(s *expr.Session, x *expr.Node) *expr.Node {
	return s.Map(x, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		switch {
		case n.Kind() == expr.KindAdd:
			return joined(s, s.With(n, args)), true
		case n.Kind() == expr.KindReduce && n.Op() == expr.Sum:
			return collapsedSum(s, n), true
		}
		return nil, false
	})
}

// hasDeltas reports whether n is a sum of terms one of which is under an equality of indices.
func hasDeltas(n *expr.Node) bool {
	return n.Kind() == expr.KindAdd && slices.ContainsFunc(n.Args(), func(t *expr.Node) bool {
		return slices.ContainsFunc(expr.Factors(t), func(f *expr.Node) bool { return f.Kind() == expr.KindCond && isEquality(f) })
	})
}

// meets reports whether x is a sum of terms one of which has such a condition as a factor, or a sum of terms of which that is true.
func meets(x *expr.Node, such func(cond *expr.Node) bool) bool {
	seen := map[*expr.Node]bool{}
	var in func(x *expr.Node) bool
	in = func(x *expr.Node) bool {
		if x.Kind() != expr.KindAdd || seen[x] {
			return false
		}
		seen[x] = true
		return slices.ContainsFunc(x.Args(), func(t *expr.Node) bool {
			return slices.ContainsFunc(expr.Factors(t), func(f *expr.Node) bool { return f.Kind() == expr.KindCond && such(f) || in(f) })
		})
	}
	return in(x)
}

// hasSums reports whether n has several terms with a sum over an index among their factors.
func hasSums(n *expr.Node) bool {
	if n.Kind() != expr.KindAdd {
		return false
	}
	sums := 0
	for _, t := range n.Args() {
		if len(sumsOf(t)) > 0 {
			sums++
		}
	}
	return sums > 1
}

// dividesSums reports whether n is a sum over several indices in which something is divided by a sum.
func dividesSums(n *expr.Node) bool {
	return n.Kind() == expr.KindReduce && n.Op() == expr.Sum && len(n.Binders()) > 1 && slices.ContainsFunc(expr.Factors(n.Body()), func(f *expr.Node) bool {
		return f.Kind() == expr.KindPow && f.Args()[0].Kind() == expr.KindReduce
	})
}

// hasBranches reports whether n is a sum with a piecewise part in it.
func hasBranches(n *expr.Node) bool {
	return n.Kind() == expr.KindReduce && n.Op() == expr.Sum && contains(n.Body(), func(m *expr.Node) bool { return m.Kind() == expr.KindIf })
}

func isEquality(c *expr.Node) bool { return c.Op() == expr.EqZero || c.Op() == expr.NeZero }

// collapsedSum does that for the sum n itself.
func collapsedSum(s *expr.Session, n *expr.Node) *expr.Node {
	o := s.Open(n)
	if y, ok := dividedByItself(s, o); ok {
		return y
	}
	if y, ok := metInBranches(s, o); ok {
		return y
	}
	sign, body := unscaled(o.Body)
	named := func(c *expr.Node) bool {
		return c.Kind() == expr.KindCond && isEquality(c) && expr.IsIndexForm(c.Args()[0]) && solves(c, o.Indices)
	}
	if body.Kind() == expr.KindIf && !dependsOnAny(body.Args()[0], o.Indices) && contains(body, named) { // one branch is taken for all indices
		then, otherwise := s.Reduce(expr.Sum, body.Args()[1], o.Indices...), s.Reduce(expr.Sum, body.Args()[2], o.Indices...)
		return s.Scale(sign, s.If(body.Args()[0], then, otherwise))
	}
	factors := expr.Factors(body)
	for k, f := range factors {
		if !meets(f, func(c *expr.Node) bool { return isEquality(c) && solves(c, o.Indices) }) {
			continue
		}
		met, rest, ok := metBy(s, f, o.Indices)
		if !ok {
			continue
		}
		others := s.Mul(slices.Delete(slices.Clone(factors), k, k+1)...)
		parts := make([]*expr.Node, 0, len(met)+1)
		for _, part := range append(met, rest) {
			y := s.Reduce(expr.Sum, s.Scale(sign, s.Mul(part, others)), o.Indices...)
			parts = append(parts, collapsed(s, y))
		}
		return joined(s, s.Add(parts...))
	}
	return n
}

// metInBranches takes a sum at the index that a condition inside a piecewise part names, where what is summed is 0 unless the condition holds:
// Σⱼ if(c(j), [j = i]·f(j), 0) = if(c(i), f(i), 0).
func metInBranches(s *expr.Session, o *expr.Opening) (*expr.Node, bool) {
	if !contains(o.Body, func(n *expr.Node) bool { return n.Kind() == expr.KindIf }) {
		return nil, false
	}
	var found []*expr.Node
	contains(o.Body, func(n *expr.Node) bool {
		if n.Kind() == expr.KindCond && n.Op() == expr.EqZero && expr.IsIndexForm(n.Args()[0]) && solves(n, o.Indices) {
			found = append(found, n)
		}
		return false
	})
	for _, cond := range found {
		if !assuming(s, o.Body, cond, false).IsZero() {
			continue
		}
		_, terms := expr.Terms(cond.Args()[0])
		for _, t := range terms {
			k := slices.Index(o.Indices, t.X)
			if k < 0 || !t.Coef.IsOne() && !t.Coef.Neg().IsOne() {
				continue
			}
			i := o.Indices[k]
			rest := slices.Delete(slices.Clone(o.Indices), k, k+1)
			at := s.Linear(expr.Int(0), []expr.Term{{Coef: t.Coef.Neg(), X: cond.Args()[0]}, {Coef: expr.Int(1), X: i}})
			if slices.ContainsFunc(rest, func(j *expr.Node) bool { return j.DependsOn(i) || i.DependsOn(j) }) {
				continue
			}
			inside := s.Mul(s.Cond(expr.GeZero, s.Sub(at, i.Lo())), s.Cond(expr.GeZero, s.Sub(i.Hi(), at)))
			return s.Reduce(expr.Sum, s.Mul(inside, s.Substitute(assuming(s, o.Body, cond, true), i, at)), rest...), true
		}
	}
	return nil, false
}

// dividedByItself cancels the sum over one of several indices where the factors without that index divide by it: Σᵢⱼ exp(zᵢⱼ)/Σₖ exp(zᵢₖ) = Σᵢ 1.
func dividedByItself(s *expr.Session, o *expr.Opening) (*expr.Node, bool) {
	if len(o.Indices) < 2 {
		return nil, false
	}
	for k, i := range o.Indices {
		rest := slices.Delete(slices.Clone(o.Indices), k, k+1)
		if slices.ContainsFunc(rest, i.DependsOn) || slices.ContainsFunc(rest, func(j *expr.Node) bool { return j.DependsOn(i) }) {
			continue
		}
		var with, without []*expr.Node
		divides := false
		for _, f := range expr.Factors(o.Body) {
			if f.DependsOn(i) {
				with = append(with, f)
			} else {
				without = append(without, f)
				base, e := baseExponent(s, f)
				divides = divides || base.Kind() == expr.KindReduce && base.Op() == expr.Sum && e.Kind() == expr.KindRat && e.Rat().Sign() < 0
			}
		}
		if !divides {
			continue
		}
		inner := s.Reduce(expr.Sum, s.Mul(with...), i)
		for j, f := range without {
			if base, e := baseExponent(s, f); base == inner && e.Kind() == expr.KindRat && e.Rat().Sign() < 0 {
				without[j] = s.Pow(base, s.Add(e, s.Int(1)))
				return s.Reduce(expr.Sum, s.Mul(without...), rest...), true
			}
		}
	}
	return nil, false
}

// unscaled returns the coefficient of x and what it is a multiple of: the names of indices say which sign a product of sums has.
func unscaled(x *expr.Node) (expr.Rat, *expr.Node) {
	if constant, terms := expr.Terms(x); x.Kind() == expr.KindAdd && constant.IsZero() && len(terms) == 1 {
		return terms[0].Coef, terms[0].X
	}
	return expr.Int(1), x
}

// metBy splits a sum of terms into those under an equality that says what one of the indices is, and the rest. A term under [i ≠ k] is one
// without that condition less one under [i = k].
func metBy(s *expr.Session, x *expr.Node, indices []*expr.Node) (met []*expr.Node, rest *expr.Node, ok bool) {
	constant, terms := expr.Terms(x)
	var others []expr.Term
	for _, t := range terms {
		conds, plain := conditions(s, t.X)
		at := slices.IndexFunc(conds, func(c *expr.Node) bool { return isEquality(c) && solves(c, indices) })
		switch inner := func(f *expr.Node) bool {
			return meets(f, func(c *expr.Node) bool { return isEquality(c) && solves(c, indices) })
		}; {
		case at < 0 && slices.ContainsFunc(expr.Factors(t.X), inner):
			met = append(met, s.Scale(t.Coef, t.X))
		case at < 0:
			others = append(others, t)
		case conds[at].Op() == expr.EqZero:
			met = append(met, s.Scale(t.Coef, t.X))
		default: // [i != k]
			if unguarded := s.Mul(append(slices.Delete(slices.Clone(conds), at, at+1), plain)...); total(s, unguarded) {
				others = append(others, expr.Term{Coef: t.Coef, X: unguarded})
				met = append(met, s.Scale(t.Coef.Neg(), s.Mul(unguarded, s.Not(conds[at]))))
				continue
			}
			others = append(others, t)
		}
	}
	return met, s.Linear(constant, others), len(met) > 0
}

// solves reports whether an equality between indices determines one of these by the others: its coefficient is 1 or -1.
func solves(cond *expr.Node, indices []*expr.Node) bool {
	for _, i := range indices {
		if !cond.DependsOn(i) {
			continue
		}
		_, terms := expr.Terms(cond.Args()[0])
		for _, t := range terms {
			if t.X == i && (t.Coef.IsOne() || t.Coef.Neg().IsOne()) {
				return true
			}
		}
	}
	return false
}

// joined puts terms together that are one sum over ranges that follow on each other, with at most one index between them:
//
//	Σ(i = 1..k-1) f(i) + Σ(i = k+1..n) f(i) = Σ(i | i ≠ k) f(i).
func joined(s *expr.Session, x *expr.Node) *expr.Node {
	constant, terms := expr.Terms(x)
	if len(terms) > maxFactored {
		return x
	}
	for i, a := range terms {
		for j, b := range terms {
			if i == j {
				continue
			}
			y, ok := join(s, a, b)
			if !ok {
				continue
			}
			rest := []expr.Term{{Coef: expr.Int(1), X: y}}
			for k, t := range terms {
				if k != i && k != j {
					rest = append(rest, t)
				}
			}
			return joined(s, s.Linear(constant, rest))
		}
	}
	return x
}

// join returns a + b, products of a sum over one index each and equal other factors, where the range of b's sum begins where a's has ended.
func join(s *expr.Session, a, b expr.Term) (*expr.Node, bool) {
	for _, x := range sumsOf(a.X) {
		for _, y := range sumsOf(b.X) {
			if len(x.Binders()) != 1 || len(y.Binders()) != 1 {
				continue
			}
			outer := beside(s, a.X, x)
			if outer != beside(s, b.X, y) {
				continue
			}
			o := s.Open(x, y, outer)
			p := s.Open(y, x, outer, o.Indices[0])
			if z, ok := leftOut(s, a, b, o, p); ok {
				return s.Mul(outer, z), true
			}
			low, high := o.Indices[0], p.Indices[0]
			gap := s.Sub(high.Lo(), low.Hi())
			step, ok := gap.Rat().Int64()
			if gap.Kind() != expr.KindRat || !ok || step != 1 && step != 2 || !mayMeet(s, low) || !mayMeet(s, high) {
				continue
			}
			whole := s.Index("@", low.Lo(), high.Hi())
			body, other := s.Substitute(o.Body, low, whole), s.Substitute(p.Body, high, whole)
			if s.Scale(a.Coef, body) != s.Scale(b.Coef, other) {
				continue
			}
			if step == 2 {
				between := s.Add(low.Hi(), s.Int(1))
				if !total(s, body) || !s.Substitute(body, whole, between).IsZero() {
					body = s.Mul(body, s.Cond(expr.NeZero, s.Sub(whole, between)))
				}
			}
			return s.Scale(a.Coef, s.Mul(outer, s.Reduce(expr.Sum, body, whole))), true
		}
	}
	return nil, false
}

// beside returns the other factors of a term that is a product of a sum over one index, but not the condition that its range is not empty: where it is, the
// sum is 0.
func beside(s *expr.Session, x, sum *expr.Node) *expr.Node {
	i := sum.Binders()[0]
	rest := without(s, x, sum)
	if i.Hi().DependsOn(i) || i.Lo().DependsOn(i) {
		return rest
	}
	nonempty := s.Cond(expr.GeZero, s.Sub(i.Hi(), i.Lo()))
	conds, plain := conditions(s, rest)
	if k := slices.Index(conds, nonempty); k >= 0 && total(s, plain) {
		return s.Mul(append(slices.Delete(slices.Clone(conds), k, k+1), plain)...)
	}
	return rest
}

// leftOut returns a sum less the same sum without what it has at one index: that.
func leftOut(s *expr.Session, a, b expr.Term, o, p *expr.Opening) (*expr.Node, bool) {
	i, j := o.Indices[0], p.Indices[0]
	if !a.Coef.Equal(b.Coef.Neg()) || i.Lo() != j.Lo() || i.Hi() != j.Hi() {
		return nil, false
	}
	body := s.Substitute(p.Body, j, i)
	conds, plain := conditions(s, body)
	for k, c := range conds {
		if rest := s.Mul(append(slices.Delete(slices.Clone(conds), k, k+1), plain)...); c.Op() == expr.NeZero && rest == o.Body && total(s, rest) && solves(c, o.Indices) {
			return s.Scale(a.Coef, s.Reduce(expr.Sum, s.Mul(s.Not(c), rest), i)), true
		}
	}
	return nil, false
}

// whole writes sums that leave out one value of an index as the whole sum less what it has there:
//
//	Σ(i | i ≠ k) f(i) = Σ f(i) - f(k)
func whole(s *expr.Session, x *expr.Node) *expr.Node {
	return s.Map(x, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if !isSum(n) {
			return nil, false
		}
		y := s.With(n, args)
		if !isSum(y) {
			return y, true
		}
		o := s.Open(y)
		conds, plain := conditions(s, o.Body)
		for k, c := range conds {
			rest := s.Mul(append(slices.Delete(slices.Clone(conds), k, k+1), plain)...)
			if c.Op() == expr.NeZero && solves(c, o.Indices) && total(s, rest) {
				return s.Sub(s.Reduce(expr.Sum, rest, o.Indices...), s.Reduce(expr.Sum, s.Mul(s.Not(c), rest), o.Indices...)), true
			}
		}
		return y, true
	})
}

// mayMeet reports whether the range of i ends no earlier than before its beginning.
func mayMeet(s *expr.Session, i *expr.Node) bool {
	return s.Cond(expr.GeZero, rangeLength(s, i.Lo(), i.Hi())).IsOne()
}
