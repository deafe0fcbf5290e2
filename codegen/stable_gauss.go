package codegen

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// Functions of the tail of the Gaussian distribution, which falls below the range of numbers where these do not.
var (
	fnErfcx       = &expr.Func{Name: "scaled erfc", Arity: 1, Sign: expr.Positive}             // exp(x²)·erfc(x)
	fnLogErfc     = &expr.Func{Name: "log of erfc", Arity: 1}                                  // log(erfc(x))
	fnLogHalfErfc = &expr.Func{Name: "log of half of erfc", Arity: 1}                          // log(erfc(x)/2), near 0 where erfc(x) is near 2
	fnMillsExcess = &expr.Func{Name: "excess of Mills's ratio", Arity: 1, Sign: expr.Positive} // exp(-x²)/erfc(x) - √π·x
)

// tails keeps tails of the Gaussian distribution, and quotients of them, from vanishing and from cancelling:
//
//	c - c/2·erfc(u) = c/2·erfc(-u)
//	exp(-u²)/erfc(u) = 1/erfcx(u)
//	1/erfcx(u) - √π·u by a function of its own: Mills's ratio tends to √π·u
//
// Their logarithms are written in compensate.
func (st *stabiliser) tails(v *expr.Node, clear []*expr.Node) *expr.Node {
	s := st.s
	return s.Map(v, clear, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		switch n.Kind() {
		case expr.KindAdd:
			return st.excesses(st.otherTail(s.With(n, args))), true
		case expr.KindMul:
			return st.scaledTails(s.Mul(args...)), true
		}
		return nil, false
	})
}

// otherTail joins the constant of a sum with the erfc that it is twice the coefficient of.
func (st *stabiliser) otherTail(x *expr.Node) *expr.Node {
	_, terms := expr.Terms(x)
	if x.Kind() != expr.KindAdd || !slices.ContainsFunc(terms, func(t expr.Term) bool { return isCall(t.X, "erfc") }) {
		return x
	}
	return st.pairWithConstant(x)
}

// scaledTails joins powers of erfc with the exponentials beside them, in a product and in the sums among its factors:
//
//	exp(-u²)/erfc(u) = 1/erfcx(u)
//	exp(-u²)·(a/erfc(u) + b/erfc(-u)) = a/erfcx(u) + b/erfcx(-u)
func (st *stabiliser) scaledTails(product *expr.Node) *expr.Node {
	s := st.s
	if c, of, ok := multiple(product); ok {
		return s.Scale(c, st.scaledTails(of))
	}
	e, rest := st.exponents(expr.Factors(product))
	if e.Kind() == expr.KindRat {
		return product
	}
	for k, f := range rest {
		base, power := powerOf(f)
		if isCall(base, "erfc") && power.IsInt() && st.hasSquare(e, base.Args()[0], power) {
			u := base.Args()[0]
			scaled := s.Pow(s.Call(fnErfcx, u), s.Rat(power))
			left := s.Sub(e, s.Scale(power, s.Pow(u, s.Int(2))))
			return st.scaledTails(s.Mul(append(slices.Delete(slices.Clone(rest), k, k+1), scaled, st.expOf(left))...))
		}
	}
	for k, f := range rest {
		constant, terms := expr.Terms(f)
		if f.Kind() != expr.KindAdd || !slices.ContainsFunc(terms, func(t expr.Term) bool { return st.hasTail(t.X, e) }) {
			continue
		}
		others := append(slices.Delete(slices.Clone(rest), k, k+1), st.expOf(e))
		for j, t := range terms {
			terms[j].X = st.scaledTails(s.Mul(append(slices.Clone(others), t.X)...))
		}
		if !constant.IsZero() {
			terms = append(terms, expr.Term{Coef: constant, X: s.Mul(others...)})
		}
		return st.excesses(s.Linear(expr.Int(0), terms))
	}
	return product
}

// expOf is exp(x).
func (st *stabiliser) expOf(x *expr.Node) *expr.Node {
	if x.IsZero() {
		return st.s.Int(1)
	}
	return st.s.Call(fnExp, x)
}

// hasSquare reports whether u² with the sign of a power, and at least as often, is in an exponent.
func (st *stabiliser) hasSquare(e, u *expr.Node, power expr.Rat) bool {
	return contains(e, st.s.Scale(power, st.s.Pow(u, st.s.Int(2))))
}

// hasTail reports whether a power of erfc among the factors of x has its square in an exponent.
func (st *stabiliser) hasTail(x, e *expr.Node) bool {
	return slices.ContainsFunc(expr.Factors(x), func(f *expr.Node) bool {
		base, power := powerOf(f)
		return isCall(base, "erfc") && power.IsInt() && st.hasSquare(e, base.Args()[0], power)
	})
}

// logTail is log(c·erfc(u)).
func (st *stabiliser) logTail(x *expr.Node) (*expr.Node, bool) {
	s := st.s
	constant, terms := expr.Terms(x)
	if !constant.IsZero() || len(terms) != 1 || !isCall(terms[0].X, "erfc") || terms[0].Coef.Sign() <= 0 {
		return nil, false
	}
	u := terms[0].X.Args()[0]
	if terms[0].Coef.Equal(expr.Frac(1, 2)) {
		return s.Call(fnLogHalfErfc, u), true
	}
	return s.Add(s.Call(st.log, s.Rat(terms[0].Coef)), s.Call(fnLogErfc, u)), true
}

// excesses joins the pairs of terms c·x/erfcx(u) - c·x·√π·u.
func (st *stabiliser) excesses(x *expr.Node) *expr.Node {
	constant, terms := expr.Terms(x)
	if x.Kind() != expr.KindAdd || len(terms) > maxPairs {
		return x
	}
	for i, t := range terms {
		for j, u := range terms {
			if y, ok := st.excess(t, u); ok && i != j {
				return st.excesses(st.without(constant, terms, i, j, y))
			}
		}
	}
	return x
}

// excess is c·x/erfcx(u) - c·x·√π·u.
func (st *stabiliser) excess(t, u expr.Term) (*expr.Node, bool) {
	s := st.s
	for _, f := range expr.Factors(t.X) {
		base, power := powerOf(f)
		if !isCall(base, fnErfcx.Name) || power.Sign() >= 0 {
			continue
		}
		x := base.Args()[0]
		root := s.Pow(s.Const("pi"), s.Rat(expr.Frac(1, 2)))
		if s.Scale(u.Coef.Div(t.Coef), s.Div(u.X, t.X)) == s.Neg(s.Mul(root, x, base)) {
			return s.Scale(t.Coef, s.Mul(t.X, base, s.Call(fnMillsExcess, x))), true
		}
	}
	return nil, false
}
