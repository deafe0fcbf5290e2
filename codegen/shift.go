package codegen

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// A summand is one term of a sum of exponentials: coef·Π weights·exp(outer), or the same around Σ Π inner·exp(exponent).
type summand struct {
	coef     expr.Rat
	outer    *expr.Node
	weights  []*expr.Node
	indices  []*expr.Node // nil for a plain term
	exponent *expr.Node
	inner    []*expr.Node
}

// shift rewrites the sums of exponentials under logarithms, divisions and roots: Σ exp(aⱼ) becomes
// exp(m)·Σ exp(aⱼ - m), m the largest aⱼ. What is left of the exp(m) cancels by itself or meets others in gather.
func (st *stabiliser) shift(v *expr.Node, clear []*expr.Node) *expr.Node {
	s := st.s
	return s.Map(v, clear, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		switch {
		case isCall(n, "log"):
			if m, rest, ok := st.shifted(args[0], clear); ok && !st.isSigmoid(args[0]) && !isOneLessExp(args[0]) {
				return s.Call(n.Func(), s.Mul(s.Call(st.exp, m), rest)), true
			}
		case n.Kind() == expr.KindPow && needsShift(args[1]):
			if _, power := powerOf(n); power.Sign() < 0 && st.isSigmoid(args[0]) {
				return nil, false // becomes one in gather
			}
			if m, rest, ok := st.shifted(args[0], clear); ok {
				return s.Pow(s.Mul(s.Call(st.exp, m), rest), args[1]), true
			}
		}
		return nil, false
	})
}

// needsShift reports whether a base must not overflow under an exponent.
func needsShift(e *expr.Node) bool {
	return e.Kind() != expr.KindRat || e.Rat().Sign() < 0 || !e.Rat().IsInt()
}

// shifted writes a sum of exponentials x as exp(m)·rest.
func (st *stabiliser) shifted(x *expr.Node, clear []*expr.Node) (m, rest *expr.Node, ok bool) {
	s := st.s
	constant, terms := expr.Terms(x)
	if x.Kind() != expr.KindAdd && x.Kind() != expr.KindReduce && x.Kind() != expr.KindMul {
		return nil, nil, false
	}
	var parts []summand
	if !constant.IsZero() {
		parts = append(parts, summand{coef: constant, outer: s.Int(0)})
	}
	found := false
	for _, t := range terms {
		p := st.summand(t, clear)
		found = found || p.indices != nil || !p.outer.IsZero()
		parts = append(parts, p)
	}
	if !found || len(parts) == 1 && parts[0].indices == nil {
		return nil, nil, false
	}
	m = st.largest(parts)
	if m.IsZero() {
		return nil, nil, false
	}
	sum := make([]expr.Term, len(parts))
	for k, p := range parts {
		e := p.outer
		if p.indices != nil {
			e = s.Add(e, p.exponent)
		}
		factor := s.Call(fnExp, s.Sub(e, m))
		if d := s.Sub(e, m); d.IsZero() {
			factor = s.Int(1)
		}
		if p.indices != nil {
			factor = s.Reduce(expr.Sum, s.Mul(append(slices.Clone(p.inner), factor)...), p.indices...)
			st.addFamily(p, s.Sub(m, p.outer), clear)
		}
		sum[k] = expr.Term{Coef: p.coef, X: s.Mul(append(slices.Clone(p.weights), factor)...)}
	}
	return m, s.Linear(expr.Int(0), sum), true
}

// summand takes a term apart.
func (st *stabiliser) summand(t expr.Term, clear []*expr.Node) summand {
	outer, rest := st.exponents(expr.Factors(t.X))
	outer, bounded := st.inSigmoids(outer, rest)
	outer, rest = st.largestOut(outer, rest, clear)
	p := summand{coef: t.Coef, outer: outer, weights: append(rest, bounded...)}
	for k, f := range rest {
		if f.Kind() != expr.KindReduce || f.Op() != expr.Sum {
			continue
		}
		o := st.s.Open(f, append(slices.Clone(clear), t.X)...)
		e, inner := st.exponents(expr.Factors(o.Body))
		if e.IsZero() || !dependsOnAny(e, o.Indices) {
			continue
		}
		p.weights = slices.Delete(slices.Clone(rest), k, k+1)
		e, inner = st.largestOut(e, inner, append(slices.Clone(clear), o.Indices...))
		p.indices, p.exponent, p.inner = o.Indices, e, inner
		break
	}
	return p
}

// largestOut takes the largest exponential out of the sums of exponentials, and powers of such sums, among the factors beside exp(x).
func (st *stabiliser) largestOut(x *expr.Node, factors, clear []*expr.Node) (*expr.Node, []*expr.Node) {
	s := st.s
	factors = slices.Clone(factors)
	for k, f := range factors {
		base, power := powerOf(f)
		if base.Kind() != expr.KindAdd && (base.Kind() != expr.KindReduce || power.IsOne()) || power.Sign() <= 0 {
			continue
		}
		if m, rest, ok := st.shifted(base, clear); ok {
			x = s.Linear(expr.Int(0), []expr.Term{{Coef: expr.Int(1), X: x}, {Coef: power, X: m}})
			factors[k] = s.Pow(rest, s.Rat(power))
		}
	}
	return x, factors
}

// reduced is the exponent inside of the sum, if there is one.
func (p summand) reduced(s *expr.Session) *expr.Node {
	if p.indices == nil {
		return s.Int(0)
	}
	return p.exponent
}

// inSigmoids takes out of an exponent what powers of 1/(1 + exp(z)) among the factors make a sigmoid of, which is bounded.
func (st *stabiliser) inSigmoids(x *expr.Node, factors []*expr.Node) (left *expr.Node, bounded []*expr.Node) {
	s := st.s
	for _, f := range factors {
		base, power := powerOf(f)
		if power.Sign() >= 0 || !st.isSigmoid(base) {
			continue
		}
		_, terms := expr.Terms(base)
		z, _ := st.exponents(expr.Factors(terms[0].X))
		times := ratio(x, z)
		if times.Cmp(power.Neg()) > 0 {
			times = power.Neg()
		}
		if times.Sign() > 0 && contains(x, s.Scale(times, z)) {
			x = s.Sub(x, s.Scale(times, z))
			bounded = append(bounded, s.Pow(terms[0].X, s.Rat(times)))
		}
	}
	return x, bounded
}

// ratio returns how often the first term of z is in x.
func ratio(x, z *expr.Node) expr.Rat {
	_, of := expr.Terms(z)
	_, have := expr.Terms(x)
	for _, t := range have {
		if len(of) > 0 && t.X == of[0].X {
			return t.Coef.Div(of[0].Coef)
		}
	}
	return expr.Int(0)
}

func nonPositive(x *expr.Node) bool {
	constant, terms := expr.Terms(x)
	return constant.Sign() <= 0 && !slices.ContainsFunc(terms, func(t expr.Term) bool {
		return t.Coef.Sign() > 0 || expr.SignOf(t.X) == expr.AnySign
	})
}

func dependsOnAny(n *expr.Node, indices []*expr.Node) bool {
	return slices.ContainsFunc(indices, func(i *expr.Node) bool { return n.DependsOn(i) })
}

// largest returns the largest exponent, or 0 where it is infinite.
func (st *stabiliser) largest(parts []summand) *expr.Node {
	s := st.s
	var all []*expr.Node
	one := slices.ContainsFunc(parts, func(p summand) bool { return p.indices == nil && p.outer.IsZero() })
	for _, p := range parts {
		m := p.outer
		if e := s.Add(m, p.reduced(s)); one && !e.IsZero() && nonPositive(e) {
			continue // less than the one with exponent 0
		}
		if p.indices != nil {
			scale, a := expr.Int(1), p.exponent
			if c, terms := expr.Terms(a); c.IsZero() && len(terms) == 1 && terms[0].Coef.Sign() > 0 {
				scale, a = terms[0].Coef, terms[0].X
			}
			for _, f := range p.inner { // a condition confines the maximum
				if f.Kind() == expr.KindCond {
					a = s.If(f, a, s.Neg(s.Const("inf")))
				}
			}
			top := s.Reduce(expr.Max, a, p.indices...)
			if len(parts) == 1 {
				return s.Add(m, s.Scale(scale, s.Call(fnFinite, top)))
			}
			m = s.Add(m, s.Scale(scale, top))
		}
		if !slices.Contains(all, m) {
			all = append(all, m)
		}
	}
	m := all[0]
	for _, x := range all[1:] {
		m = s.Call(fnMax, m, x)
	}
	if m.IsZero() {
		return m
	}
	return s.Call(fnFinite, m)
}

// isSigmoid reports whether x is 1 + exp(z), which needs no maximum.
func (st *stabiliser) isSigmoid(x *expr.Node) bool {
	constant, terms := expr.Terms(x)
	if !constant.IsOne() || len(terms) != 1 || !terms[0].Coef.IsOne() {
		return false
	}
	_, rest := st.exponents(expr.Factors(terms[0].X))
	return len(rest) == 0
}
