package codegen

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// findLogarithms notes the sums of which there is the logarithm.
func (st *stabiliser) findLogarithms(v *expr.Node, clear []*expr.Node) {
	st.s.Map(v, clear, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if isCall(n, "log") && args[0].Kind() == expr.KindReduce {
			st.underLog[st.s.Lambda(args[0], args[0].Free()...)] = true
		}
		return nil, false
	})
}

// compensate rewrites differences of nearly equal numbers.
func (st *stabiliser) compensate(v *expr.Node, clear []*expr.Node) *expr.Node {
	s := st.s
	return s.Map(v, clear, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		switch {
		case isCall(n, "log"):
			return st.logarithm(n, args[0], clear), true
		case n.Kind() == expr.KindMul:
			return st.productOf(s.Mul(args...)), true
		case isCall(n, "acos"):
			return st.angleNearOne(args[0])
		case n.Kind() == expr.KindPow && args[1].Kind() == expr.KindRat:
			return st.rootOfLess(args[0], args[1].Rat())
		case n.Kind() == expr.KindReduce && n.Op() == expr.Sum && st.underLog[s.Lambda(n, n.Free()...)]: // wherever it stands, so that there is one of it
			return st.restAndTies(n, clear)
		case n.Kind() == expr.KindAdd && !isRestAndTies(n):
			x := s.With(n, args)
			if x.Kind() == expr.KindAdd {
				x = st.differences(st.overOne(st.coshLess(st.foldPositive(st.pairSigmoids(st.atOne(st.multipliedOut(st.pairWithConstant(x))))))))
				x = st.underSums(x, clear)
			}
			return x, true
		}
		return nil, false
	})
}

// productOf rewrites a product whose factors have been seen to.
func (st *stabiliser) productOf(product *expr.Node) *expr.Node {
	s := st.s
	if c, of, ok := multiple(product); ok {
		return s.Scale(c, st.productOf(of))
	}
	return st.quotients(st.powerSlopes(st.intoBranches(st.dividedDifferences(s.Mul(st.tangents(expr.Factors(product))...)))))
}

// logarithm is log(x): log(1 + exp(z)) = max(z, 0) + log(1 + exp(-|z|)), log(1 + x), and log Σ exp(uⱼ) where the largest
// uⱼ are 0.
func (st *stabiliser) logarithm(n, x *expr.Node, clear []*expr.Node) *expr.Node {
	s := st.s
	if split := s.Call(n.Func(), x); !isCall(split, "log") || split.Args()[0] != x {
		return st.logarithms(split, clear)
	}
	if y, ok := st.logOneLess(x); ok {
		return y
	}
	if y, ok := st.logOneLessSquare(x); ok {
		return y
	}
	if y, ok := st.logQuotient(x); ok {
		return y
	}
	if y, ok := st.logTail(x); ok {
		return y
	}
	constant, terms := expr.Terms(x)
	if constant.IsOne() && len(terms) > 0 {
		if len(terms) == 1 && terms[0].Coef.IsOne() && isCall(terms[0].X, fnExp.Name) {
			z := terms[0].X.Args()[0]
			return s.Add(s.Call(fnPositive, z), s.Call(fnTail, z))
		}
		return s.Call(fnLog1p, s.Linear(expr.Int(0), terms))
	}
	for k, t := range terms {
		if constant.IsZero() && t.Coef.IsOne() && len(terms) > 1 && isShiftedOne(t.X) {
			terms[k].X = s.Call(fnExpm1, t.X.Args()[0])
			return s.Call(fnLog1p, s.Linear(constant, terms))
		}
	}
	if y, ok := st.restAndTies(x, clear); ok {
		x = y
	}
	if y, ok := st.shiftedTerms(x); ok {
		x = y
	}
	if isCall(x, fnLogPlus.Name) {
		return x
	}
	if isRestAndTies(x) {
		return s.Call(fnLogSum, s.Sub(x, s.Int(1)))
	}
	if y, ok := st.logSigmoids(x); ok {
		return y
	}
	return s.Call(n.Func(), x)
}

// logarithms is [stabiliser.logarithm] of those among the factors of the terms of x, and of sums there, which log(p^y) = y·log(p) has come to be once p is known to be positive.
func (st *stabiliser) logarithms(x *expr.Node, clear []*expr.Node) *expr.Node {
	s := st.s
	constant, terms := expr.Terms(x)
	for k, t := range terms {
		factors := slices.Clone(expr.Factors(t.X))
		for j, f := range factors {
			switch {
			case isCall(f, "log"):
				factors[j] = st.logarithm(f, f.Args()[0], clear)
			case f.Kind() == expr.KindReduce && f.Op() == expr.Sum: // log Π pⱼ = Σ log pⱼ
				o := s.Open(f, clear...)
				factors[j] = s.Reduce(expr.Sum, st.logarithms(o.Body, append(slices.Clone(clear), o.Indices...)), o.Indices...)
			}
		}
		terms[k].X = s.Mul(factors...)
	}
	return s.Linear(constant, terms)
}

// isShiftedOne reports whether n is exp(-max(0, …)), 1 where no other term of its sum is larger.
func isShiftedOne(n *expr.Node) bool {
	if !isCall(n, fnExp.Name) {
		return false
	}
	_, terms := expr.Terms(n.Args()[0])
	return len(terms) == 1 && terms[0].Coef.Equal(expr.Int(-1)) && isCall(terms[0].X, fnFinite.Name) && hasZero(terms[0].X.Args()[0])
}

// hasZero reports whether a maximum is one of 0 and other numbers.
func hasZero(m *expr.Node) bool {
	return m.IsZero() || isCall(m, fnMax.Name) && slices.ContainsFunc(m.Args(), hasZero)
}

// restAndTies writes Σ exp(uⱼ), the largest uⱼ being 0, as the sum of those that are less than 1 and the number of
// those that are 1, so that the logarithm of a sum near 1 is accurate.
func (st *stabiliser) restAndTies(n *expr.Node, clear []*expr.Node) (*expr.Node, bool) {
	s := st.s
	if n.Kind() != expr.KindReduce || n.Op() != expr.Sum {
		return nil, false
	}
	o := s.Open(n, clear...)
	if !isCall(o.Body, fnExp.Name) || !hasCall(o.Body, fnFinite) || len(o.Indices) != 1 {
		return nil, false
	}
	u := o.Body.Args()[0]
	rest := s.Reduce(expr.Sum, s.Mul(s.Cond(expr.NeZero, u), o.Body), o.Indices...)
	ties := s.Reduce(expr.Sum, s.Cond(expr.EqZero, u), o.Indices...)
	return s.Add(rest, s.Call(fnApart, ties)), true
}

// shiftedTerms does the same for terms exp(uₖ) that are written out, of three or more; log(exp(a) + exp(b)) has a function.
func (st *stabiliser) shiftedTerms(x *expr.Node) (*expr.Node, bool) {
	s := st.s
	constant, terms := expr.Terms(x)
	if x.Kind() != expr.KindAdd || !constant.IsZero() || len(terms) > maxPairs {
		return nil, false
	}
	var u, rest, ties []*expr.Node
	for _, t := range terms {
		if !t.Coef.IsOne() || !isCall(t.X, fnExp.Name) || !isShifted(t.X.Args()[0]) {
			return nil, false
		}
		z := t.X.Args()[0]
		u, rest, ties = append(u, z), append(rest, s.Mul(s.Cond(expr.NeZero, z), t.X)), append(ties, s.Cond(expr.EqZero, z))
	}
	if len(u) == 2 {
		return s.Call(fnLogPlus, u...), true
	}
	return s.Add(append(rest, s.Call(fnApart, s.Add(ties...)))...), true
}

func isRestAndTies(x *expr.Node) bool {
	constant, terms := expr.Terms(x)
	return constant.IsZero() && len(terms) >= 2 &&
		slices.ContainsFunc(terms, func(t expr.Term) bool { return isCall(t.X, fnApart.Name) && t.Coef.IsOne() })
}

// pairWithConstant joins the constant c of a sum with a term that nearly cancels it:
// c·exp(x) - c, c - c·sigmoid(z), c - c·tanh(x)², c - c/tanh(x)², c ± c·tanh(x), c ± c·erf(x), c - c·erf(x)², c - c·erfc(x), c - c·cos(x),
// c - c·cosh(x), c - c·a^b.
func (st *stabiliser) pairWithConstant(x *expr.Node) *expr.Node {
	s := st.s
	constant, terms := expr.Terms(x)
	if constant.IsZero() {
		return x
	}
	for k, t := range terms {
		if joined, ok := st.beside(t.X, t.Coef.Div(constant)); ok {
			rest := slices.Delete(slices.Clone(terms), k, k+1)
			return s.Linear(expr.Int(0), append(rest, expr.Term{Coef: constant, X: joined}))
		}
	}
	return x
}

// beside returns 1 + c·f without cancellation, where there is a function for it.
func (st *stabiliser) beside(f *expr.Node, c expr.Rat) (*expr.Node, bool) {
	s := st.s
	minus := c.Equal(expr.Int(-1))
	switch {
	case isCall(f, "erfc") && c.Equal(expr.Frac(-1, 2)): // the other tail
		return s.Scale(expr.Frac(1, 2), s.Call(fnErfc, s.Neg(f.Args()[0]))), true
	case isCall(f, fnSigmoid.Name) && c.Equal(expr.Int(-2)): // 1 - 2·sigmoid(z) = -tanh(z/2)
		return s.Neg(s.Call(fnTanh, s.Scale(expr.Frac(1, 2), f.Args()[0]))), true
	case !minus && !c.IsOne():
		return nil, false
	case minus && (isCall(f, fnExp.Name) || isCall(f, "exp")):
		return s.Neg(s.Call(fnExpm1, f.Args()[0])), true
	case minus && isCall(f, fnSigmoid.Name):
		return s.Call(fnSigmoid, s.Neg(f.Args()[0])), true
	case minus && f.Kind() == expr.KindPow && isCall(f.Args()[0], "tanh") && f.Args()[1] == s.Int(2):
		return s.Pow(s.Call(fnCosh, f.Args()[0].Args()[0]), s.Int(-2)), true
	case minus && f.Kind() == expr.KindPow && isCall(f.Args()[0], "tanh") && f.Args()[1] == s.Int(-2): // 1 - coth(x)²
		return s.Neg(s.Pow(s.Call(fnSinh, f.Args()[0].Args()[0]), s.Int(-2))), true
	case isCall(f, "tanh"): // 1 ± tanh(x) = 2·sigmoid(±2·x)
		return s.Scale(expr.Int(2), s.Call(fnSigmoid, s.Scale(c.Mul(expr.Int(2)), f.Args()[0]))), true
	case isCall(f, "erf"):
		return s.Call(fnErfc, s.Scale(c.Neg(), f.Args()[0])), true
	case minus && isCall(f, "erfc"):
		return s.Call(fnErf, f.Args()[0]), true
	case minus && isCall(f, "cos"): // 1 - cos(x) = 2·sin(x/2)²
		return s.Scale(expr.Int(2), s.Pow(s.Call(fnSin, s.Scale(expr.Frac(1, 2), f.Args()[0])), s.Int(2))), true
	case minus && isCall(f, "cosh"): // 1 - cosh(x) = -2·sinh(x/2)²
		return s.Scale(expr.Int(-2), s.Pow(s.Call(fnSinh, s.Scale(expr.Frac(1, 2), f.Args()[0])), s.Int(2))), true
	case minus && f.Kind() == expr.KindPow && isPowerNearOne(f.Args()[0], f.Args()[1]):
		return s.Neg(s.Call(fnPowLessOne, f.Args()[0], s.Sub(f.Args()[0], s.Int(1)), f.Args()[1])), true
	case minus && f.Kind() == expr.KindPow && isCall(f.Args()[0], "erf") && f.Args()[1] == s.Int(2):
		x := f.Args()[0].Args()[0]
		return s.Mul(s.Call(fnErfc, x), s.Call(fnErfc, s.Neg(x))), true
	}
	return nil, false
}

// fnPowLessOne is a^b - 1, the second argument being a - 1.
var fnPowLessOne = &expr.Func{Name: "power less 1", Arity: 3}

// isPowerNearOne reports whether a^b may be nearer to 1 than its rounding shows: a is 1 and more, or b may be near 0.
func isPowerNearOne(a, b *expr.Node) bool {
	if b.Kind() != expr.KindRat {
		return !expr.IsIndexForm(b) && (a.Kind() == expr.KindEntry || a.Kind() == expr.KindAdd)
	}
	constant, _ := expr.Terms(a)
	return a.Kind() == expr.KindAdd && constant.IsOne() && b.Rat().Cmp(expr.Int(2)) != 0 && b.Rat().Sign() > 0
}

// maxPairs bounds the terms of a sum among which pairs are looked for.
const maxPairs = 12

// pairSigmoids uses c·sigmoid(z)ᵏ - c·sigmoid(z)ᵏ⁺¹ = c·sigmoid(z)ᵏ·sigmoid(-z).
func (st *stabiliser) pairSigmoids(x *expr.Node) *expr.Node {
	s := st.s
	constant, terms := expr.Terms(x)
	if x.Kind() != expr.KindAdd || len(terms) > maxPairs {
		return x
	}
	for k, t := range terms {
		for j, u := range terms {
			if j == k || !u.Coef.Equal(t.Coef.Neg()) || !hasCall(t.X, fnSigmoid) {
				continue
			}
			if q := s.Div(t.X, u.X); isCall(q, fnSigmoid.Name) {
				rest := slices.Delete(slices.Clone(terms), max(j, k), max(j, k)+1)
				rest = slices.Delete(rest, min(j, k), min(j, k)+1)
				joined := s.Mul(u.X, s.Call(fnSigmoid, s.Neg(q.Args()[0])))
				return st.pairSigmoids(s.Linear(constant, append(rest, expr.Term{Coef: u.Coef, X: joined})))
			}
		}
	}
	return x
}

// foldPositive uses max(z, 0) - z = max(-z, 0) and max(z, 0) - max(-z, 0) = z.
func (st *stabiliser) foldPositive(x *expr.Node) *expr.Node {
	s := st.s
	constant, terms := expr.Terms(x)
	for k, t := range terms {
		if !isCall(t.X, fnPositive.Name) {
			continue
		}
		z := t.X.Args()[0]
		if j := slices.IndexFunc(terms, func(u expr.Term) bool { return u.X == s.Call(fnPositive, s.Neg(z)) && u.Coef.Equal(t.Coef.Neg()) }); j >= 0 {
			return st.foldPositive(st.without(constant, terms, j, k, s.Scale(t.Coef, z)))
		}
		c, of := expr.Terms(z)
		all := c.IsZero()
		for _, u := range of {
			all = all && slices.ContainsFunc(terms, func(w expr.Term) bool {
				return w.X == u.X && w.Coef.Equal(u.Coef.Mul(t.Coef).Neg())
			})
		}
		if !all {
			continue
		}
		rest := slices.Delete(slices.Clone(terms), k, k+1)
		rest = append(rest, expr.Term{Coef: t.Coef, X: z}, expr.Term{Coef: t.Coef, X: s.Call(fnPositive, s.Neg(z))})
		return s.Linear(constant, rest)
	}
	return x
}

// strongZeros makes a product with a logarithm 0 where another of its factors is, and one with a factor that falls faster than any power
// where that is 0, though a power beside it may have overflowed.
func (st *stabiliser) strongZeros(v *expr.Node, clear []*expr.Node) *expr.Node {
	s := st.s
	return s.Map(v, clear, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if n.Kind() != expr.KindMul {
			return nil, false
		}
		product := s.Mul(args...)
		factors := expr.Factors(product)
		if product.Kind() != expr.KindMul {
			return product, true
		}
		guarded := []*expr.Node{product}
		if k := slices.IndexFunc(factors, decays); k >= 0 && slices.ContainsFunc(factors, mayOverflow) {
			guarded = append(guarded, s.Cond(expr.NeZero, s.Call(fnRounded, factors[k])))
		}
		if !slices.ContainsFunc(factors, mayBeInfinite) {
			return s.Mul(guarded...), true
		}
		for _, f := range factors {
			base := f
			if f.Kind() == expr.KindPow {
				base = f.Args()[0]
				if f.Args()[1].Kind() == expr.KindRat && f.Args()[1].Rat().Sign() < 0 {
					continue
				}
			}
			switch {
			case f.Kind() == expr.KindPow && f.Args()[1].Kind() != expr.KindRat: // xᵗ·log(x)
				if !slices.ContainsFunc(factors, func(g *expr.Node) bool {
					return isCall(g, "log") && g.Args()[0] == base || isCall(g, fnLog1p.Name) && s.Add(s.Int(1), g.Args()[0]) == base
				}) {
					continue
				}
				base = s.Call(fnRounded, f)
			case isCall(base, fnExp.Name) && isShifted(base.Args()[0]): // 0 where an entry is masked
				base = s.Call(fnRounded, base)
			case f.Kind() == expr.KindCond || isSeries(base) || mayBeInfinite(f) || expr.SignOf(f) == expr.Positive:
				continue
			}
			guarded = append(guarded, s.Cond(expr.NeZero, base))
		}
		return st.halves(s.Mul(guarded...)), true
	})
}

// decays reports whether a factor falls faster than any power: exp of what is not positive, an inverse of cosh, a sigmoid of a power.
func decays(f *expr.Node) bool {
	base, power := powerOf(f)
	switch {
	case isCall(base, "cosh"):
		return power.Sign() < 0
	case isCall(base, fnExp.Name), isCall(base, "exp"):
		return nonPositive(base.Args()[0])
	}
	return false
}

// mayOverflow reports whether a factor is a power of an input, or a sum with one, that may overflow where the input does not.
func mayOverflow(f *expr.Node) bool {
	base, power := powerOf(f)
	if base.Kind() == expr.KindAdd {
		return slices.ContainsFunc(base.Args(), func(a *expr.Node) bool { return slices.ContainsFunc(expr.Factors(a), mayOverflow) })
	}
	return base.Kind() == expr.KindEntry && power.Cmp(expr.Int(1)) > 0
}

// mayBeInfinite reports whether a factor is a logarithm of what may be 0, or an entry less the largest, which may be
// -Inf less a number.
func mayBeInfinite(n *expr.Node) bool {
	switch n.Kind() {
	case expr.KindCall:
		switch n.Func().Name {
		case "log", "log2", "log10":
			return expr.SignOf(n.Args()[0]) != expr.Positive
		case fnLog1p.Name, "log1p", fnLogQuotient.Name, fnLogNearQuotient.Name, fnLogOneLessExp.Name, fnLogExpLessOne.Name, fnLogExpLess.Name, fnLogSinh.Name, fnLogTanh.Name, fnLogErfc.Name, fnLogHalfErfc.Name:
			return true
		}
	case expr.KindAdd:
		if slices.ContainsFunc(n.Args(), isLogOfSum) && slices.ContainsFunc(n.Args(), hasInput) { // less an entry that is masked
			return true
		}
		return isBelowLargest(n) || slices.ContainsFunc(n.Args(), mayBeInfinite)
	case expr.KindMul:
		return slices.ContainsFunc(n.Args(), isBelowLargest)
	case expr.KindPow:
		return n.Args()[1].Kind() == expr.KindRat && n.Args()[1].Rat().Sign() > 0 && mayBeInfinite(n.Args()[0])
	}
	return false
}

// halves writes an entry times another less the largest so that it overflows only where the product does: y·(x - m) = 2·(y·(x/2 - m/2)).
func (st *stabiliser) halves(product *expr.Node) *expr.Node {
	s := st.s
	conds, x := splitConds(s, product)
	factors := expr.Factors(x)
	if len(factors) != 2 {
		return product
	}
	for k, f := range factors {
		constant, terms := expr.Terms(f)
		if !isInput(factors[1-k]) || f.Kind() != expr.KindAdd || !constant.IsZero() || len(terms) != 2 {
			continue
		}
		for j, t := range terms {
			if u := terms[1-j]; isInput(t.X) && t.Coef.IsOne() && isCall(u.X, fnFinite.Name) && u.Coef.Equal(expr.Int(-1)) {
				return s.Mul(conds, s.Call(fnTimesLess, factors[1-k], t.X, u.X))
			}
		}
	}
	return product
}

// isBelowLargest reports whether n is a sum with an entry less the largest, or the largest less an input or a multiple of one.
func isBelowLargest(n *expr.Node) bool {
	if n.Kind() != expr.KindAdd {
		return false
	}
	for k, a := range n.Args() {
		if !isCall(a, fnFinite.Name) {
			continue
		}
		if n.Coefs()[k].Sign() < 0 {
			return true
		}
		for j, b := range n.Args() {
			if n.Coefs()[j].Sign() < 0 && hasInput(b) {
				return true
			}
		}
	}
	return false
}

// hasInput reports whether x is an input or a multiple of one.
func hasInput(x *expr.Node) bool { return slices.ContainsFunc(expr.Factors(x), isInput) }

// isLogOfSum reports whether a term is the logarithm of a sum over an index.
func isLogOfSum(n *expr.Node) bool {
	return isCall(n, "log") && n.Args()[0].Kind() == expr.KindReduce
}

// fnPowSlope is t·xᵗ⁻¹, also where t is small and the power overflows alone.
var fnPowSlope = &expr.Func{Name: "slope of a power", Arity: 2}

// powerSlopes finds t·xᵗ⁻¹ among the factors of a product.
func (st *stabiliser) powerSlopes(product *expr.Node) *expr.Node {
	s := st.s
	factors := slices.Clone(expr.Factors(product))
	for k, f := range factors {
		if f.Kind() != expr.KindPow || f.Args()[0].Kind() != expr.KindEntry || expr.IsIndexForm(f.Args()[1]) {
			continue
		}
		t := s.Add(f.Args()[1], s.Int(1))
		if at := slices.Index(factors, t); at >= 0 && t.Kind() == expr.KindEntry {
			factors[k], factors[at] = s.Call(fnPowSlope, f.Args()[0], t), s.Int(1)
			return s.Mul(factors...)
		}
	}
	return product
}
