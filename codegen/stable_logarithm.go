package codegen

import (
	"slices"

	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/expr"
)

// Logarithms of what overflows, vanishes or comes near 1 where they do not.
var (
	fnLogCosh         = &expr.Func{Name: "log of cosh", Arity: 1, Parity: expr.Even, Sign: expr.NonNegative}
	fnLogSinh         = &expr.Func{Name: "log of sinh", Arity: 1}
	fnLogTanh         = &expr.Func{Name: "log of tanh", Arity: 1}
	fnLogExpLessOne   = &expr.Func{Name: "log of exp less 1", Arity: 1}
	fnLogExpLess      = &expr.Func{Name: "log of exp less exp", Arity: 3}      // log(exp(a) - exp(b)), the third being a - b
	fnLogPlus         = &expr.Func{Name: "log of exp plus exp", Arity: 2}      // log(exp(a) + exp(b)), accurate where the larger is 0
	fnLogNearQuotient = &expr.Func{Name: "log of a quotient near 1", Arity: 3} // log(a/b), the third being a - b
)

// logOf has the functions whose logarithm is one.
var logOf = map[string]*expr.Func{"cosh": fnLogCosh, "sinh": fnLogSinh, "tanh": fnLogTanh, "expm1": fnLogExpLessOne}

// logarithmsByName writes logarithms of sums and products that have a function for the whole:
//
//	log(cosh(x)), log(sinh(x)), log(tanh(x)), log(exp(x) - 1)
//	log(exp(a) - exp(b)) = b + log(exp(a - b) - 1)
//	log(√q) = log(q)/2
//	log(x + √(x² + 1)) = asinh(x)
//	log(a/b) = log(1 + (a - b)/b), where a - b has fewer terms than a and b
//	w·log(a) - w·log(b), likewise
//
// It comes before what compensates differences, which they are of.
func (st *stabiliser) logarithmsByName(v *expr.Node, clear []*expr.Node) *expr.Node {
	s := st.s
	return s.Map(v, clear, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		switch {
		case isCall(n, "log"):
			return st.named(args[0])
		case n.Kind() == expr.KindAdd:
			return st.nearQuotients(s.With(n, args)), true
		}
		return nil, false
	})
}

// named is log(x).
func (st *stabiliser) named(x *expr.Node) (*expr.Node, bool) {
	s := st.s
	constant, terms := expr.Terms(x)
	if len(terms) == 1 && constant.IsZero() && terms[0].Coef.Sign() > 0 && terms[0].X.Kind() == expr.KindCall {
		if fn := logOf[terms[0].X.Func().Name]; fn != nil {
			return s.Add(s.Call(st.log, s.Rat(terms[0].Coef)), s.Call(fn, terms[0].X.Args()[0])), true
		}
	}
	if q, power := powerOf(x); !power.IsInt() && power.Mul(expr.Int(2)).IsInt() && (q.Kind() == expr.KindAdd || q.Kind() == expr.KindReduce) {
		return s.Scale(power, s.Call(st.log, q)), true
	}
	if y, ok := st.logExpLess(x); ok {
		return y, true
	}
	if y, ok := st.inverseSinh(x); ok {
		return y, true
	}
	return st.logNearOne(x)
}

// logExpLess is log(c·exp(a) - c·exp(b)), one of which may be 1.
func (st *stabiliser) logExpLess(x *expr.Node) (*expr.Node, bool) {
	s := st.s
	constant, terms := expr.Terms(x)
	if !constant.IsZero() {
		terms = append(slices.Clone(terms), expr.Term{Coef: constant, X: s.Int(1)})
	}
	if x.Kind() != expr.KindAdd || len(terms) != 2 || !terms[0].Coef.Equal(terms[1].Coef.Neg()) {
		return nil, false
	}
	if terms[0].Coef.Sign() < 0 {
		slices.Reverse(terms)
	}
	a, rest := st.exponents(expr.Factors(terms[0].X))
	b, others := st.exponents(expr.Factors(terms[1].X))
	if !isSoleOne(rest) || !isSoleOne(others) || a.Kind() == expr.KindRat { // log(1 - exp(z)) has another form
		return nil, false
	}
	coef := s.Call(st.log, s.Rat(terms[0].Coef))
	if b.Kind() == expr.KindRat {
		return s.Add(coef, b, s.Call(fnLogExpLessOne, s.Sub(a, b))), true
	}
	return s.Add(coef, s.Call(fnLogExpLess, a, b, s.Sub(a, b))), true
}

// isSoleOne reports whether factors are those of 1.
func isSoleOne(factors []*expr.Node) bool {
	return len(factors) == 0 || len(factors) == 1 && factors[0].IsOne()
}

// inverseSinh is log(u + √(u² + 1)).
func (st *stabiliser) inverseSinh(x *expr.Node) (*expr.Node, bool) {
	s := st.s
	constant, terms := expr.Terms(x)
	if !constant.IsZero() || len(terms) != 2 {
		return nil, false
	}
	for k, t := range terms {
		q, ok := halfPower(t.X)
		u := s.Scale(terms[1-k].Coef, terms[1-k].X)
		if ok && t.Coef.IsOne() && s.Sub(q, s.Mul(u, u)).IsOne() {
			row, _ := builtin.Lookup("asinh", 1)
			return s.Call(row.Func, u), true
		}
	}
	return nil, false
}

// logNearOne is log(a/b).
func (st *stabiliser) logNearOne(x *expr.Node) (*expr.Node, bool) {
	constant, terms := expr.Terms(x)
	if !constant.IsZero() || len(terms) != 1 || !terms[0].Coef.IsOne() && !terms[0].Coef.Equal(expr.Int(-1)) {
		return nil, false
	}
	factors := expr.Factors(terms[0].X)
	if len(factors) != 2 {
		return nil, false
	}
	for k, f := range factors {
		if b, power := powerOf(f); power.Equal(expr.Int(-1)) {
			return st.nearQuotient(st.s.Scale(terms[0].Coef, factors[1-k]), b)
		}
	}
	return nil, false
}

// nearQuotient is log(a/b).
func (st *stabiliser) nearQuotient(a, b *expr.Node) (*expr.Node, bool) {
	d, ok := st.simpler(a, b)
	if !ok || !st.isPlain(a) || !st.isPlain(b) {
		return nil, false
	}
	return st.s.Call(fnLogNearQuotient, a, b, d), true
}

// isPlain reports whether x is an input or a sum of them and of their products.
func (st *stabiliser) isPlain(x *expr.Node) bool {
	_, terms := expr.Terms(x)
	for _, t := range terms {
		for _, f := range expr.Factors(t.X) {
			if base, power := powerOf(f); base.Kind() != expr.KindEntry || !power.IsInt() || power.Sign() < 0 {
				return false
			}
		}
	}
	return len(terms) <= maxPairs
}

// nearQuotients joins pairs of terms w·log(a) - w·log(b).
func (st *stabiliser) nearQuotients(x *expr.Node) *expr.Node {
	s := st.s
	constant, terms := expr.Terms(x)
	if x.Kind() != expr.KindAdd || len(terms) > maxPairs {
		return x
	}
	for i, t := range terms {
		for j, u := range terms {
			if i == j || t.Coef.Sign() < 0 || !u.Coef.Equal(t.Coef.Neg()) {
				continue
			}
			for w, of := range st.sameCalls(t.X, u.X) {
				if !isCall(of[0], "log") {
					continue
				}
				if y, ok := st.nearQuotient(of[0].Args()[0], of[1].Args()[0]); ok {
					return st.nearQuotients(st.without(constant, terms, i, j, s.Scale(t.Coef, s.Mul(w, y))))
				}
			}
		}
	}
	return x
}

// logOneLessSquare is log(1 - b²), of which the square has become that of a difference.
func (st *stabiliser) logOneLessSquare(x *expr.Node) (*expr.Node, bool) {
	s := st.s
	if x.Kind() != expr.KindCall || x.Func() != fnTimes {
		return nil, false
	}
	less, more := x.Args()[0], x.Args()[1]
	if !s.Scale(expr.Frac(1, 2), s.Add(less, more)).IsOne() {
		return nil, false
	}
	b := s.Scale(expr.Frac(1, 2), s.Sub(more, less))
	return s.Call(fnLog1p, s.Neg(s.Mul(b, b))), true
}

// coshLess is c·exp(z) + c·exp(-z) - 2·c = 4·c·sinh(z/2)².
func (st *stabiliser) coshLess(x *expr.Node) *expr.Node {
	s := st.s
	constant, terms := expr.Terms(x)
	if constant.IsZero() || len(terms) > maxPairs {
		return x
	}
	c := constant.Mul(expr.Frac(-1, 2))
	for i, t := range terms {
		z, rest := st.exponents(expr.Factors(t.X))
		if !t.Coef.Equal(c) || z.Kind() == expr.KindRat || !isSoleOne(rest) {
			continue
		}
		for j, u := range terms {
			if other, rest := st.exponents(expr.Factors(u.X)); i != j && u.Coef.Equal(c) && isSoleOne(rest) && other == s.Neg(z) {
				square := s.Pow(s.Call(fnSinh, s.Scale(expr.Frac(1, 2), z)), s.Int(2))
				return st.without(expr.Int(0), terms, i, j, s.Scale(c.Mul(expr.Int(4)), square))
			}
		}
	}
	return x
}

// angleNearOne is acos(1 - u) = 2·asin(√(u/2)).
func (st *stabiliser) angleNearOne(x *expr.Node) (*expr.Node, bool) {
	s := st.s
	constant, terms := expr.Terms(x)
	if !constant.IsOne() || len(terms) == 0 {
		return nil, false
	}
	half := s.Scale(expr.Frac(-1, 2), s.Linear(expr.Int(0), terms))
	row, _ := builtin.Lookup("asin", 1)
	return s.Scale(expr.Int(2), s.Call(row.Func, s.Pow(half, s.Rat(expr.Frac(1, 2))))), true
}

// intoBranches takes what stands beside a conditional expression for a difference into its branches where it cancels there, so that nothing
// overflows that has cancelled: 1/a·(a·c/u) = c/u.
func (st *stabiliser) intoBranches(product *expr.Node) *expr.Node {
	s := st.s
	if c, of, ok := multiple(product); ok {
		return s.Scale(c, st.intoBranches(of))
	}
	for _, f := range expr.Factors(product) {
		if f.Kind() != expr.KindIf || !st.chosen[f] {
			continue
		}
		rest, args := s.Div(product, f), f.Args()
		opposite := s.Mul(rest, args[1])
		if len(expr.Factors(opposite)) < len(expr.Factors(rest))+len(expr.Factors(args[1])) {
			return s.If(args[0], opposite, s.Mul(rest, args[2]))
		}
	}
	return product
}
