package codegen

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// halfPower reads √x.
func halfPower(x *expr.Node) (*expr.Node, bool) {
	base, power := powerOf(x)
	return base, power.Equal(expr.Frac(1, 2))
}

// rootDifference is c·√a - c·√b.
func (st *stabiliser) rootDifference(t, u expr.Term) (*expr.Node, bool) {
	s := st.s
	a, okA := halfPower(t.X)
	b, okB := halfPower(u.X)
	switch {
	case !okA && okB && t.X.IsOne():
		a = t.X
	case okA && !okB && u.X.IsOne():
		b = u.X
	case !okA || !okB:
		return nil, false
	}
	a, b = st.multiplied(a), st.multiplied(b)
	d, ok := st.simpler(a, b)
	if !ok {
		return nil, false
	}
	quotient := st.over(d, s.Add(t.X, u.X))
	if d.Kind() != expr.KindRat { // 0/0
		quotient = s.Mul(s.Cond(expr.NeZero, d), quotient)
	}
	return s.Scale(t.Coef, quotient), true
}

// over is d/r, and c·(q/r)·q for d = c·q², which overflows only where it has to if q is below r.
func (st *stabiliser) over(d, r *expr.Node) *expr.Node {
	s := st.s
	for _, f := range expr.Factors(d) {
		if q, power := powerOf(f); power.Equal(expr.Int(2)) && q.Kind() == expr.KindEntry {
			return s.Mul(s.Div(d, f), s.Call(fnTimes, q, s.Call(fnOver, q, r)))
		}
	}
	if c, of, ok := multiple(d); ok {
		return s.Scale(c, st.over(of, r))
	}
	return s.Mul(d, s.Pow(r, s.Int(-1)))
}

// radicandOfRoots reads √x, and √(|a| - |b|)·√(|a| + |b|) as √(a² - b²).
func (st *stabiliser) radicandOfRoots(x *expr.Node) (*expr.Node, bool) {
	factors := expr.Factors(x)
	if len(factors) != 2 {
		base, ok := halfPower(x)
		return st.multiplied(base), ok
	}
	s := st.s
	half := expr.Frac(1, 2)
	p, okP := halfPower(factors[0])
	q, okQ := halfPower(factors[1])
	if !okP || !okQ || p.Kind() != expr.KindAdd || q.Kind() != expr.KindAdd {
		return nil, false
	}
	single := true
	square := func(x *expr.Node) *expr.Node {
		if constant, terms := expr.Terms(x); x.Kind() == expr.KindAdd {
			single = single && constant.IsZero() && len(terms) == 1
			if single {
				return s.Scale(terms[0].Coef.Mul(terms[0].Coef), s.Pow(unsized(terms[0].X), s.Int(2)))
			}
		}
		return s.Pow(unsized(x), s.Int(2))
	}
	a, b := square(s.Scale(half, s.Add(p, q))), square(s.Scale(half, s.Sub(p, q)))
	return s.Sub(a, b), single
}

// unsized is x for |x|.
func unsized(x *expr.Node) *expr.Node {
	if isCall(x, "abs") {
		return x.Args()[0]
	}
	return x
}

// multiplied writes (a - b)·(a + b), which a difference of squares has become, as that again.
func (st *stabiliser) multiplied(x *expr.Node) *expr.Node {
	if isTimes(x) == nil {
		return x
	}
	s := st.s
	half := expr.Frac(1, 2)
	a, b := s.Scale(half, s.Add(x.Args()...)), s.Scale(half, s.Sub(x.Args()[0], x.Args()[1]))
	return s.Sub(s.Pow(a, s.Int(2)), s.Pow(b, s.Int(2)))
}

// rootLess is c·√(b² + d) ± c·b, one of which cancels, depending on the sign of b.
func (st *stabiliser) rootLess(t, u expr.Term) (*expr.Node, bool) {
	s := st.s
	radicand, ok := st.radicandOfRoots(t.X)
	sign := u.Coef.Div(t.Coef)
	if isCall(t.X, "hypot") {
		radicand, ok = s.Add(s.Pow(t.X.Args()[0], s.Int(2)), s.Pow(t.X.Args()[1], s.Int(2))), true
	}
	if !ok || !sign.IsOne() && !sign.Equal(expr.Int(-1)) || u.X.IsOne() {
		return nil, false
	}
	square := s.Pow(u.X, s.Int(2))
	_, terms := expr.Terms(radicand)
	if radicand.Kind() != expr.KindAdd || !slices.ContainsFunc(terms, func(v expr.Term) bool { return v.X == square && v.Coef.IsOne() }) {
		return nil, false
	}
	b := s.Scale(sign, u.X)
	opposite := st.over(s.Sub(radicand, square), s.Sub(t.X, b))
	chosen := s.If(s.Cond(expr.GtZero, s.Neg(b)), opposite, s.Add(t.X, b))
	st.chosen[chosen] = true
	return s.Scale(t.Coef, chosen), true
}

// hypotDifference is c·w/hᵏ - c·w·b²/hᵏ⁺² = c·w·a²/hᵏ⁺² for h = hypot(a, b).
func (st *stabiliser) hypotDifference(t, u expr.Term) (*expr.Node, bool) {
	s := st.s
	if !u.Coef.Equal(t.Coef.Neg()) {
		return nil, false
	}
	for _, f := range expr.Factors(u.X) {
		h, power := powerOf(f)
		if !isCall(h, "hypot") || power.Sign() >= 0 {
			continue
		}
		for k, b := range h.Args() {
			quotient := s.Mul(s.Pow(b, s.Int(2)), s.Pow(h, s.Int(-2)))
			if s.Div(u.X, t.X) == quotient {
				return s.Scale(t.Coef, s.Mul(t.X, s.Pow(h.Args()[1-k], s.Int(2)), s.Pow(h, s.Int(-2)))), true
			}
		}
	}
	return nil, false
}

// rootReciprocals is c·w/√a - c·w/√b, one of which may be 1.
func (st *stabiliser) rootReciprocals(t, u expr.Term) (*expr.Node, bool) {
	s := st.s
	half := s.Rat(expr.Frac(1, 2))
	root := func(x *expr.Node) *expr.Node { // a, of a factor 1/√a
		for _, f := range expr.Factors(x) {
			if a, power := powerOf(f); power.Equal(expr.Frac(-1, 2)) && a.Kind() == expr.KindAdd {
				return a
			}
		}
		return s.Int(1)
	}
	a, b := root(t.X), root(u.X)
	w := s.Mul(t.X, s.Pow(a, half))
	if a == b || w != s.Mul(u.X, s.Pow(b, half)) {
		return nil, false
	}
	d, ok := st.simpler(b, a)
	if !ok {
		return nil, false
	}
	quotient := st.over(d, s.Add(s.Pow(a, half), s.Pow(b, half)))
	return s.Scale(t.Coef, s.Mul(w, quotient, s.Pow(a, s.Neg(half)), s.Pow(b, s.Neg(half)))), true
}

// rootOfLess is (a² - b²)ᵏ for half of an odd number k, as (|a| - |b|)ᵏ·(|a| + |b|)ᵏ, whose factors are in range wherever it is. Of 1 - b²
// both are.
func (st *stabiliser) rootOfLess(base *expr.Node, power expr.Rat) (*expr.Node, bool) {
	s := st.s
	twice, ok := power.Mul(expr.Int(2)).Int64()
	if !ok || twice%2 == 0 || isTimes(base) == nil {
		return nil, false
	}
	less, more := base.Args()[0], base.Args()[1]
	a, b := s.Scale(expr.Frac(1, 2), s.Add(less, more)), s.Scale(expr.Frac(1, 2), s.Sub(more, less))
	if a.IsOne() {
		return nil, false
	}
	size, other := absolute(s, a), absolute(s, b)
	return s.Mul(s.Pow(s.Sub(size, other), s.Rat(power)), s.Pow(s.Add(size, other), s.Rat(power))), true
}
