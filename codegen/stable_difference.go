package codegen

import (
	"slices"

	"github.com/seed-9905856d/derive/builtin"
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

// differences writes pairs of terms of a sum that nearly cancel where both are large so that they do not:
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
func (st *stabiliser) differences(x *expr.Node) *expr.Node { return st.differencesIn(x, true) }

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
	squares := st.squareDifference
	if whole && len(all) == 2 {
		squares = st.lessSquare
	}
	for i, t := range all {
		for j, u := range all {
			if i == j {
				continue
			}
			for _, pair := range []func(t, u expr.Term) (*expr.Node, bool){st.rootDifference, st.rootLess, squares, st.logDifference, st.overPowers, st.hypotDifference, st.reciprocals, st.rootReciprocals, st.expDifference, st.sineDifference, st.powerDifference, st.functionDifference} {
				y, ok := pair(t, u)
				if !ok {
					continue
				}
				rest := slices.Delete(slices.Clone(all), max(i, j), max(i, j)+1)
				rest = slices.Delete(rest, min(i, j), min(i, j)+1)
				if better := st.s.Linear(expr.Int(0), append(rest, expr.Term{Coef: expr.Int(1), X: y})); better != x {
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
				rest := slices.Delete(slices.Clone(all), max(i, j), max(i, j)+1)
				rest = slices.Delete(rest, min(i, j), min(i, j)+1)
				joined := s.Mul(around, s.Reduce(expr.Sum, paired, k))
				return st.underSums(s.Linear(expr.Int(0), append(rest, expr.Term{Coef: expr.Int(1), X: joined})), clear)
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

// halfPower reads √x.
func halfPower(x *expr.Node) (*expr.Node, bool) {
	base, power := powerOf(x)
	return base, power.Equal(expr.Frac(1, 2))
}

// rootDifference is c·√a - c·√b.
func (st *stabiliser) rootDifference(t, u expr.Term) (*expr.Node, bool) {
	s := st.s
	if t.Coef.Sign() < 0 || !u.Coef.Equal(t.Coef.Neg()) {
		return nil, false
	}
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
	if constant, terms := expr.Terms(d); constant.IsZero() && len(terms) == 1 && !terms[0].Coef.IsOne() {
		return s.Scale(terms[0].Coef, st.over(terms[0].X, r))
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
	if t.Coef.Sign() < 0 || !u.Coef.Equal(t.Coef.Neg()) {
		return nil, false
	}
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

// logDifference is c·w·log(a) - c·w·log(b), where both are functions of one kind.
func (st *stabiliser) logDifference(t, u expr.Term) (*expr.Node, bool) {
	s := st.s
	if t.Coef.Sign() < 0 || !u.Coef.Equal(t.Coef.Neg()) {
		return nil, false
	}
	for _, f := range expr.Factors(t.X) {
		for _, g := range expr.Factors(u.X) {
			if isCall(f, "log") && isCall(g, "log") && f != g && isInput(f.Args()[0]) && isInput(g.Args()[0]) && s.Div(t.X, f) == s.Div(u.X, g) {
				return s.Scale(t.Coef, s.Mul(s.Div(t.X, f), s.Call(fnLogQuotient, f.Args()[0], g.Args()[0]))), true
			}
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

// overPowers joins two terms over powers of one sum that differ by 1, the lower of which may be 0, where their numerators then cancel.
func (st *stabiliser) overPowers(t, u expr.Term) (*expr.Node, bool) {
	s := st.s
	for _, next := range expr.Factors(u.X) {
		d, power := powerOf(next)
		if d.Kind() != expr.KindAdd || power.Sign() >= 0 {
			continue
		}
		f := s.Pow(d, s.Rat(power.Add(expr.Int(1))))
		if !f.IsOne() && !slices.Contains(expr.Factors(t.X), f) {
			continue
		}
		constant, parts := expr.Terms(d)
		numerator := []expr.Term{{Coef: u.Coef, X: st.unsigned(s.Div(u.X, next))}}
		over := s.Div(t.X, f)
		for _, p := range append(parts, expr.Term{Coef: constant, X: s.Int(1)}) {
			numerator = append(numerator, expr.Term{Coef: t.Coef.Mul(p.Coef), X: st.unsigned(s.Mul(over, p.X))})
		}
		sum := s.Linear(expr.Int(0), numerator)
		switch {
		case termCount(sum) > 1:
			continue
		case f.IsOne() && !isSingle(sum): // may overflow where the quotient does not
			if !power.Equal(expr.Int(-1)) || sum.IsZero() {
				continue
			}
			inverse := s.Pow(sum, s.Int(-1))
			var under []*expr.Node
			for _, p := range append(parts, expr.Term{Coef: constant, X: s.Int(1)}) {
				under = append(under, s.Mul(s.Scale(p.Coef, p.X), inverse))
			}
			return s.Pow(s.Add(under...), s.Int(-1)), true
		}
		return s.Mul(sum, next), true
	}
	return nil, false
}

// overOne joins all terms of a sum over powers of one sum, of which there are three or more, where their numerators then cancel to one term:
// 1/d - 2·r/d² + r²/d³ = 1/d³ for d = 1 + r.
func (st *stabiliser) overOne(x *expr.Node) *expr.Node {
	s := st.s
	constant, terms := expr.Terms(x)
	if x.Kind() != expr.KindAdd || len(terms) > maxPairs {
		return x
	}
	for _, t := range terms {
		for _, f := range expr.Factors(t.X) {
			d, power := powerOf(f)
			most, ok := power.Int64()
			if d.Kind() != expr.KindAdd || !ok || most > -2 || most < -maxRootPower {
				continue
			}
			var numerator, rest []expr.Term
			for _, u := range terms {
				k := st.timesOf(s.Pow(u.X, s.Int(-1)), d)
				if k == 0 || k > -most {
					rest = append(rest, u)
					continue
				}
				over := s.Mul(u.X, s.Pow(d, s.Int(k)))
				up := []expr.Term{{Coef: u.Coef, X: over}}
				c, parts := expr.Terms(d)
				for range -most - k {
					var next []expr.Term
					for _, v := range up {
						for _, p := range append(parts[:len(parts):len(parts)], expr.Term{Coef: c, X: s.Int(1)}) {
							next = append(next, expr.Term{Coef: v.Coef.Mul(p.Coef), X: s.Mul(v.X, p.X)})
						}
					}
					if up = next; len(up) > maxMet {
						return x
					}
				}
				for k := range up {
					up[k].X = st.unsigned(up[k].X)
				}
				numerator = append(numerator, up...)
			}
			if sum := s.Linear(expr.Int(0), numerator); len(terms)-len(rest) >= 3 && termCount(sum) == 1 && isSingle(sum) {
				return s.Linear(constant, append(rest, expr.Term{Coef: expr.Int(1), X: s.Mul(sum, f)}))
			}
		}
	}
	return x
}

// isSingle reports whether x is a number times one factor at most, beside what is at most 1, and so overflows nowhere but with it.
func isSingle(x *expr.Node) bool {
	constant, terms := expr.Terms(x)
	if len(terms) == 0 {
		return true
	}
	large := slices.DeleteFunc(slices.Clone(expr.Factors(terms[0].X)), func(f *expr.Node) bool {
		return f.Kind() == expr.KindCond || isCall(f, fnSigmoid.Name) || isCall(f, fnExp.Name) && isShifted(f.Args()[0])
	})
	return constant.IsZero() && len(terms) == 1 && (len(large) == 0 || len(large) == 1 && large[0].Kind() != expr.KindPow)
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

// reciprocals is c·w/a - c·w/b.
func (st *stabiliser) reciprocals(t, u expr.Term) (*expr.Node, bool) {
	s := st.s
	if t.Coef.Sign() < 0 || !u.Coef.Equal(t.Coef.Neg()) {
		return nil, false
	}
	for _, f := range expr.Factors(t.X) {
		a, power := powerOf(f)
		if !power.Equal(expr.Int(-1)) || a.Kind() != expr.KindAdd && a.Kind() != expr.KindEntry {
			continue
		}
		w := s.Div(t.X, f)
		b, power := powerOf(s.Div(u.X, w))
		if !power.Equal(expr.Int(-1)) || b.Kind() != expr.KindAdd && b.Kind() != expr.KindEntry {
			continue
		}
		if d, ok := st.simpler(b, a); ok && (isSingle(d) && !(isInput(a) && isInput(b)) || st.divides(d)) {
			return s.Scale(t.Coef, s.Mul(s.Call(fnOver, w, a), s.Call(fnOver, d, b))), true
		}
	}
	return nil, false
}

// rootReciprocals is c·w/√a - c·w/√b, one of which may be 1.
func (st *stabiliser) rootReciprocals(t, u expr.Term) (*expr.Node, bool) {
	s := st.s
	if t.Coef.Sign() < 0 || !u.Coef.Equal(t.Coef.Neg()) {
		return nil, false
	}
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

// expDifference is c·w·exp(a) - c·w·exp(b).
func (st *stabiliser) expDifference(t, u expr.Term) (*expr.Node, bool) {
	s := st.s
	if t.Coef.Sign() < 0 || !u.Coef.Equal(t.Coef.Neg()) || !st.hasExp(t.X) || !st.hasExp(u.X) {
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
	if t.Coef.Sign() < 0 || !u.Coef.Equal(t.Coef.Neg()) {
		return nil, false
	}
	for _, f := range expr.Factors(t.X) {
		if !isCall(f, "sin") && !isCall(f, "cos") {
			continue
		}
		w := s.Div(t.X, f)
		g := s.Div(u.X, w)
		if !isCall(g, f.Func().Name) {
			continue
		}
		a, b := f.Args()[0], g.Args()[0]
		d, ok := st.simpler(a, b)
		if !ok {
			continue
		}
		half := expr.Frac(1, 2)
		middle, apart := s.Scale(half, s.Add(a, b)), s.Call(fnSin, s.Scale(half, d))
		if isCall(f, "cos") {
			return s.Scale(t.Coef.Mul(expr.Int(-2)), s.Mul(w, s.Call(fnSin, middle), apart)), true
		}
		return s.Scale(t.Coef.Mul(expr.Int(2)), s.Mul(w, s.Call(fnCos, middle), apart)), true
	}
	return nil, false
}

// powerDifference is c·w·aᵖ - c·w·bᵖ, where p is no positive integer and no half; one of the powers may be 1.
func (st *stabiliser) powerDifference(t, u expr.Term) (*expr.Node, bool) {
	s := st.s
	if t.Coef.Sign() < 0 || !u.Coef.Equal(t.Coef.Neg()) {
		return nil, false
	}
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
	for _, f := range expr.Factors(t.X) {
		if f.Kind() != expr.KindCall || functionDifferences[f.Func().Name] == nil {
			continue
		}
		w := s.Div(t.X, f)
		g := s.Div(u.X, w)
		if !isCall(g, f.Func().Name) {
			continue
		}
		a, b := f.Args()[0], g.Args()[0]
		switch {
		case u.Coef.Equal(t.Coef) && f.Func().Parity == expr.Odd:
			b = s.Neg(b)
		case t.Coef.Sign() < 0 || !u.Coef.Equal(t.Coef.Neg()):
			continue
		}
		if d, ok := st.simpler(a, b); ok {
			return s.Scale(t.Coef, s.Mul(w, s.Call(functionDifferences[f.Func().Name], a, b, d))), true
		}
	}
	return nil, false
}

// unsigned writes w·sign(w) as |w|, |w|·sign(w) as w, sign(w)²·w as w and |w|² as w².
func (st *stabiliser) unsigned(x *expr.Node) *expr.Node {
	s := st.s
	for _, f := range expr.Factors(x) {
		sign, power := powerOf(f)
		if times, ok := power.Int64(); ok && isCall(sign, "abs") && times > 1 {
			return st.unsigned(s.Mul(s.Div(x, f), s.Pow(sign.Args()[0], s.Int(times-times%2)), s.Pow(sign, s.Int(times%2))))
		}
		signs, ok := power.Int64()
		if !isCall(sign, "sign") || !ok || signs < 0 {
			continue
		}
		w := sign.Args()[0]
		size := absolute(s, w)
		rest, times := s.Div(x, f), int64(0) // w and |w|
		sizes := st.timesOf(rest, size)
		rest = s.Div(rest, s.Pow(size, s.Int(sizes)))
		for times < maxRootPower && hasFactors(rest, w) {
			rest, times = s.Div(rest, w), times+1
		}
		switch times += sizes; {
		case times == 0:
			continue
		case (sizes-signs)%2 == 0:
			return s.Mul(rest, s.Pow(w, s.Int(times)))
		default:
			return s.Mul(rest, s.Pow(w, s.Int(times-1)), size)
		}
	}
	return x
}

// hasFactors reports whether all factors of w, powers of one not counted, are factors of x.
func hasFactors(x, w *expr.Node) bool {
	return !slices.ContainsFunc(expr.Factors(w), func(g *expr.Node) bool {
		return g.Kind() == expr.KindPow || !slices.ContainsFunc(expr.Factors(x), func(f *expr.Node) bool {
			base, power := powerOf(f)
			return base == g && power.Cmp(expr.Int(1)) >= 0
		})
	})
}

func absolute(s *expr.Session, x *expr.Node) *expr.Node {
	row, _ := builtin.Lookup("abs", 1)
	return s.Call(row.Func, x)
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

// maxQuotient bounds the powers that are taken apart into quotients.
const maxQuotient = 64

// quotients writes b·c⁻² as (b/c)/c, and b²·c⁻³ as (b/c)/c·(b/c), for numbers c that the formula is given, whose squares may overflow where the product does not.
func (st *stabiliser) quotients(product *expr.Node) *expr.Node {
	s := st.s
	factors := slices.Clone(expr.Factors(product))
	for k, f := range factors {
		c, power := powerOf(f)
		times, ok := power.Int64()
		if c.Kind() != expr.KindEntry || !ok || times > -2 || times < -maxQuotient {
			continue
		}
		for j, g := range factors {
			b, up := powerOf(g)
			much, ok := up.Int64()
			if !ok || much <= 0 || much > maxQuotient || -times-much > maxRootScale || b.Kind() != expr.KindEntry && b.Kind() != expr.KindAdd && (b.Kind() != expr.KindCall || much < 2) {
				continue
			}
			divide := func(x *expr.Node) *expr.Node {
				if len(b.Free()) > len(c.Free()) { // a number for the whole loop
					return s.Call(fnTimes, s.Pow(c, s.Int(-1)), x)
				}
				return s.Call(fnOver, x, c)
			}
			n := min(much, -times)
			first := divide(b)
			factors[j] = s.Mul(s.Pow(first, s.Int(n-1)), s.Pow(b, s.Int(much-n)))
			for range -times - n {
				first = divide(first)
			}
			factors[k] = first
			return st.quotients(s.Mul(factors...))
		}
	}
	return product
}
