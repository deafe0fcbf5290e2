package codegen

import (
	"iter"
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// Functions of differences that cancel.
var (
	fnLogOneLessExp = &expr.Func{Name: "log of 1 less exp", Arity: 1} // log(1 - exp(z)) for z < 0
	fnLogQuotient   = &expr.Func{Name: "log of a quotient", Arity: 2} // log(a/b), also where a/b is out of range
	fnAtanLess      = &expr.Func{Name: "atan less atan", Arity: 3}
	fnTanLess       = &expr.Func{Name: "tan less tan", Arity: 3}
	fnCbrtLess      = &expr.Func{Name: "cube root less cube root", Arity: 3}
	fnLgammaLess    = &expr.Func{Name: "log of gamma less log of gamma", Arity: 3}
	fnExpLess       = &expr.Func{Name: "exp less exp", Arity: 3} // exp(a) - exp(b), the third being a - b
)

// differences writes pairs of terms of a sum that nearly cancel where both are large so that they do not, by [differenceRows].
func (st *stabiliser) differences(x *expr.Node) *expr.Node { return st.differencesIn(x, true) }

// A differenceRow writes two terms t and u of a sum so that they do not cancel.
type differenceRow struct {
	of       func(st *stabiliser, t, u expr.Term) (*expr.Node, bool)
	opposite bool // only where the coefficient of t is positive, and that of u the same with the other sign
	alone    bool // only where there are no other terms
}

// differenceRows are tried in this order:
//
//	√a - √b = (a - b)/(√a + √b), where a - b has fewer terms than a and b
//	√(b² + d) - b = d/(√(b² + d) + b) for b > 0, and hypot(a, b) - b
//	a² - b² = (a - b)·(a + b)
//	w·log(a) - w·log(b) = w·log(a/b)
//	1/(1 + r) - r/(1 + r)² = 1/(1 + r)², 1 - r/(1 + r) = 1/(1 + r), 1 - 1/(1 + r) = 1/(1 + 1/r)
//	1/√a - 1/√b = (b - a)/(√a + √b)/√a/√b, where b - a has fewer terms than a and b
//	aᵖ - bᵖ = bᵖ·((a/b)ᵖ - 1), ∛a - ∛b = (a - b)/(∛a² + ∛(a·b) + ∛b²), where a - b has fewer terms than a and b
//	atan(a) - atan(b) = atan((a - b)/(1 + a·b)), tan(a) - tan(b) = sin(a - b)/(cos(a)·cos(b)), log Γ(a) - log Γ(b), likewise
//	1/h - b²/h³ = a²/h³ for h = hypot(a, b)
//	1/a - 1/b = (b - a)/a/b, where b - a has fewer terms than a and b
//	exp(a) - exp(b) = exp(a)·(1 - exp(b - a)), likewise
//	sin(a) - sin(b) = 2·cos((a + b)/2)·sin((a - b)/2), and cos, likewise
var differenceRows = []differenceRow{
	{of: (*stabiliser).rootDifference, opposite: true},
	{of: (*stabiliser).rootLess},
	{of: (*stabiliser).lessSquare, opposite: true, alone: true},
	{of: (*stabiliser).squareDifference, opposite: true},
	{of: (*stabiliser).logDifference, opposite: true},
	{of: (*stabiliser).overPowers},
	{of: (*stabiliser).hypotDifference},
	{of: (*stabiliser).reciprocals, opposite: true},
	{of: (*stabiliser).rootReciprocals, opposite: true},
	{of: (*stabiliser).expDifference, opposite: true},
	{of: (*stabiliser).sineDifference, opposite: true},
	{of: (*stabiliser).powerDifference, opposite: true},
	{of: (*stabiliser).functionDifference},
}

// differencesIn is the same of a sum that is the whole, or among the terms of another.
func (st *stabiliser) differencesIn(x *expr.Node, whole bool) *expr.Node {
	constant, terms := expr.Terms(x)
	if x.Kind() != expr.KindAdd || len(terms) > maxPairs {
		return x
	}
	all := slices.Clone(terms)
	if !constant.IsZero() {
		all = append(all, expr.Term{Coef: constant, X: st.s.Int(1)})
	}
	for i, t := range all {
		for j, u := range all {
			if i == j {
				continue
			}
			opposite := t.Coef.Sign() > 0 && u.Coef.Equal(t.Coef.Neg())
			for _, row := range differenceRows {
				if row.opposite && !opposite || row.alone && !(whole && len(all) == 2) {
					continue
				}
				y, ok := row.of(st, t, u)
				if !ok {
					continue
				}
				if better := st.without(expr.Int(0), all, i, j, y); better != x {
					return st.differencesIn(better, false)
				}
			}
		}
	}
	return x
}

// underSums joins terms that a sum was split into, Σ 1 = n or another sum over the same range, with it where they cancel in pairs:
// n - Σ cos(xᵢ) = Σ (1 - cos(xᵢ)).
func (st *stabiliser) underSums(x *expr.Node, clear []*expr.Node) *expr.Node {
	s := st.s
	constant, terms := expr.Terms(x)
	if x.Kind() != expr.KindAdd || len(terms) > maxPairs {
		return x
	}
	all := slices.Clone(terms)
	if !constant.IsZero() {
		all = append(all, expr.Term{Coef: constant, X: s.Int(1)})
	}
	for i, t := range all {
		for _, f := range expr.Factors(t.X) {
			if f.Kind() != expr.KindReduce || f.Op() != expr.Sum || len(f.Binders()) != 1 {
				continue
			}
			o := s.Open(f, append(slices.Clone(clear), x)...)
			k := o.Indices[0]
			around := s.Scale(t.Coef, s.Div(t.X, f))
			for j, u := range all {
				if i == j {
					continue
				}
				more, ok := st.under(s.Div(s.Scale(u.Coef, u.X), around), k, append(slices.Clone(clear), x, k))
				if !ok {
					continue
				}
				body := s.Add(o.Body, more)
				paired := st.differencesIn(st.pairWithConstant(body), len(all) == 2)
				if body.Kind() != expr.KindAdd || paired == body {
					continue
				}
				joined := s.Mul(around, s.Reduce(expr.Sum, paired, k))
				return st.underSums(st.without(expr.Int(0), all, i, j, joined), clear)
			}
		}
	}
	return x
}

// under returns what has the sum x over the range of k: a number for a multiple of the size of the range, or the body of a sum.
func (st *stabiliser) under(x, k *expr.Node, clear []*expr.Node) (*expr.Node, bool) {
	s := st.s
	size := s.Add(s.Sub(k.Hi(), k.Lo()), s.Int(1))
	if each := s.Div(x, size); each.Kind() == expr.KindRat {
		return each, true
	}
	coef := expr.Int(1)
	if constant, terms := expr.Terms(x); constant.IsZero() && len(terms) == 1 {
		coef, x = terms[0].Coef, terms[0].X
	}
	if x.Kind() != expr.KindReduce || x.Op() != expr.Sum || len(x.Binders()) != 1 {
		return nil, false
	}
	o := s.Open(x, clear...)
	if o.Indices[0].Lo() != k.Lo() || o.Indices[0].Hi() != k.Hi() {
		return nil, false
	}
	return s.Scale(coef, s.Replace(o.Body, map[*expr.Node]*expr.Node{o.Indices[0]: k})), true
}

// simpler returns a - b if it has fewer terms than a and b, or something is divided by it or a multiple, beside which what it loses shows.
func (st *stabiliser) simpler(a, b *expr.Node) (d *expr.Node, ok bool) {
	d = st.s.Sub(a, b)
	return d, termCount(d) < termCount(a)+termCount(b) || st.divides(d)
}

// divides reports whether something is divided by d or a multiple of it in the product that is being looked at.
func (st *stabiliser) divides(d *expr.Node) bool { return slices.Contains(st.divisors, st.monic(d)) }

// monic returns x without the coefficient of its first term.
func (st *stabiliser) monic(x *expr.Node) *expr.Node {
	if _, terms := expr.Terms(x); len(terms) > 0 {
		return st.s.Scale(expr.Int(1).Div(terms[0].Coef), x)
	}
	return x
}

// dividedDifferences is [stabiliser.differences] of the sums among the factors of a product in which something is divided by the difference of their
// arguments: (exp(a) - exp(b))/(a - b).
func (st *stabiliser) dividedDifferences(product *expr.Node) *expr.Node {
	factors := slices.Clone(expr.Factors(product))
	for _, f := range factors {
		if base, power := powerOf(f); base.Kind() == expr.KindAdd && power.Sign() < 0 {
			st.divisors = append(st.divisors, st.monic(base))
		}
	}
	if len(st.divisors) == 0 {
		return product
	}
	for k, f := range factors {
		if f.Kind() == expr.KindAdd {
			factors[k] = st.differences(f)
		}
	}
	st.divisors = nil
	return st.s.Mul(factors...)
}

func termCount(x *expr.Node) int {
	constant, terms := expr.Terms(x)
	if constant.IsZero() {
		return len(terms)
	}
	return len(terms) + 1
}

// squareDifference is c·a² - c·b².
func (st *stabiliser) squareDifference(t, u expr.Term) (*expr.Node, bool) {
	if t.X.IsOne() || u.X.IsOne() {
		return nil, false
	}
	return st.lessSquare(t, u)
}

// lessSquare is the same of a whole sum, where one of both may be 1: among other terms that would take from them the number that they cancel with.
func (st *stabiliser) lessSquare(t, u expr.Term) (*expr.Node, bool) {
	s := st.s
	root := func(x *expr.Node) (*expr.Node, bool) {
		if x.IsOne() {
			return x, true
		}
		base, power := powerOf(x)
		return base, power.Equal(expr.Int(2)) && (base.Kind() == expr.KindEntry || base.Kind() == expr.KindAdd)
	}
	a, okA := root(t.X)
	b, okB := root(u.X)
	if !okA || !okB {
		return nil, false
	}
	return s.Scale(t.Coef, s.Call(fnTimes, s.Sub(a, b), s.Add(a, b))), true
}

// sameCalls yields w, f(a) and f(b) for t = w·f(a) and u = w·f(b).
func (st *stabiliser) sameCalls(t, u *expr.Node) iter.Seq2[*expr.Node, [2]*expr.Node] {
	return func(yield func(*expr.Node, [2]*expr.Node) bool) {
		for _, f := range expr.Factors(t) {
			if f.Kind() != expr.KindCall {
				continue
			}
			w := st.s.Div(t, f)
			if g := st.s.Div(u, w); isCall(g, f.Func().Name) && !yield(w, [2]*expr.Node{f, g}) {
				return
			}
		}
	}
}

// logDifference is c·w·log(a) - c·w·log(b) for inputs a and b.
func (st *stabiliser) logDifference(t, u expr.Term) (*expr.Node, bool) {
	for w, of := range st.sameCalls(t.X, u.X) {
		if a, b := of[0].Args()[0], of[1].Args()[0]; isCall(of[0], "log") && isInput(a) && isInput(b) {
			return st.s.Scale(t.Coef, st.s.Mul(w, st.s.Call(fnLogQuotient, a, b))), true
		}
	}
	return nil, false
}

func isInput(x *expr.Node) bool { return x.Kind() == expr.KindEntry }

// logQuotient is log(a/b) for inputs a and b.
func (st *stabiliser) logQuotient(x *expr.Node) (*expr.Node, bool) {
	factors := expr.Factors(x)
	if len(factors) != 2 {
		return nil, false
	}
	for k, f := range factors {
		if b, power := powerOf(f); power.Equal(expr.Int(-1)) && isInput(b) && isInput(factors[1-k]) {
			return st.s.Call(fnLogQuotient, factors[1-k], b), true
		}
	}
	return nil, false
}

// expDifference is c·w·exp(a) - c·w·exp(b).
func (st *stabiliser) expDifference(t, u expr.Term) (*expr.Node, bool) {
	s := st.s
	if !st.hasExp(t.X) || !st.hasExp(u.X) {
		return nil, false
	}
	a, rest := st.exponents(expr.Factors(t.X))
	b, others := st.exponents(expr.Factors(u.X))
	w := s.Mul(rest...)
	if d, ok := st.simpler(a, b); ok && w == s.Mul(others...) {
		return s.Scale(t.Coef, s.Mul(w, s.Call(fnExpLess, a, b, d))), true
	}
	return nil, false
}

// sineDifference is c·w·sin(a) - c·w·sin(b), or so with cos.
func (st *stabiliser) sineDifference(t, u expr.Term) (*expr.Node, bool) {
	s := st.s
	for w, of := range st.sameCalls(t.X, u.X) {
		a, b := of[0].Args()[0], of[1].Args()[0]
		d, ok := st.simpler(a, b)
		if !ok || !isCall(of[0], "sin") && !isCall(of[0], "cos") {
			continue
		}
		half := expr.Frac(1, 2)
		middle, apart := s.Scale(half, s.Add(a, b)), s.Call(fnSin, s.Scale(half, d))
		if isCall(of[0], "cos") {
			return s.Scale(t.Coef.Mul(expr.Int(-2)), s.Mul(w, s.Call(fnSin, middle), apart)), true
		}
		return s.Scale(t.Coef.Mul(expr.Int(2)), s.Mul(w, s.Call(fnCos, middle), apart)), true
	}
	return nil, false
}

// powerDifference is c·w·aᵖ - c·w·bᵖ, where p is no positive integer and no half; one of the powers may be 1.
func (st *stabiliser) powerDifference(t, u expr.Term) (*expr.Node, bool) {
	s := st.s
	for _, f := range expr.Factors(t.X) {
		if f.Kind() != expr.KindPow {
			continue
		}
		w := s.Div(t.X, f)
		g := s.Div(u.X, w)
		a, p := f.Args()[0], f.Args()[1]
		if g.Kind() != expr.KindPow || g.Args()[1] != p || isNumber(g) || a.Kind() != expr.KindAdd && g.Args()[0].Kind() != expr.KindAdd {
			continue
		}
		if _, power := powerOf(f); p.Kind() == expr.KindRat && (power.IsInt() || power.Equal(expr.Frac(1, 2))) {
			continue
		}
		if d, ok := st.simpler(a, g.Args()[0]); ok {
			b := g.Args()[0]
			near := s.Mul(s.Cond(expr.GtZero, b), s.Cond(expr.GtZero, s.Sub(b, s.Scale(expr.Int(2), absolute(s, d)))))
			ratio := s.Call(fnExpm1, s.Mul(p, s.Call(fnLog1p, s.Div(d, b))))
			return s.Scale(t.Coef, s.If(near, s.Mul(w, g, ratio), s.Sub(t.X, u.X))), true
		}
	}
	return nil, false
}

// functionDifferences have the functions f with a form of f(a) - f(b), the third argument being a - b.
var functionDifferences = map[string]*expr.Func{"atan": fnAtanLess, "tan": fnTanLess, "cbrt": fnCbrtLess, "lgamma": fnLgammaLess}

// functionDifference is c·w·f(a) - c·w·f(b), of odd functions also where b has the other sign.
func (st *stabiliser) functionDifference(t, u expr.Term) (*expr.Node, bool) {
	s := st.s
	for w, of := range st.sameCalls(t.X, u.X) {
		f := of[0].Func()
		less := functionDifferences[f.Name]
		if less == nil {
			continue
		}
		a, b := of[0].Args()[0], of[1].Args()[0]
		switch {
		case u.Coef.Equal(t.Coef) && f.Parity == expr.Odd:
			b = s.Neg(b)
		case t.Coef.Sign() < 0 || !u.Coef.Equal(t.Coef.Neg()):
			continue
		}
		if d, ok := st.simpler(a, b); ok {
			return s.Scale(t.Coef, s.Mul(w, s.Call(less, a, b, d))), true
		}
	}
	return nil, false
}

// isOneLessExp reports whether x is 1 - exp(z).
func isOneLessExp(x *expr.Node) bool {
	constant, terms := expr.Terms(x)
	return constant.IsOne() && len(terms) == 1 && terms[0].Coef.Equal(expr.Int(-1)) && (isCall(terms[0].X, "exp") ||
		terms[0].X.Kind() == expr.KindPow && isCall(terms[0].X.Args()[0], "exp"))
}

// logOneLess is log(1 - exp(z)), which is written log(-expm1(z)) once terms have been paired.
func (st *stabiliser) logOneLess(x *expr.Node) (*expr.Node, bool) {
	constant, terms := expr.Terms(x)
	if len(terms) != 1 || !terms[0].Coef.Equal(expr.Int(-1)) || terms[0].X.Kind() != expr.KindCall {
		return nil, false
	}
	switch f := terms[0].X; {
	case constant.IsOne() && (isCall(f, "exp") || f.Func() == fnExp), constant.IsZero() && f.Func() == fnExpm1:
		return st.s.Call(fnLogOneLessExp, f.Args()[0]), true
	}
	return nil, false
}
