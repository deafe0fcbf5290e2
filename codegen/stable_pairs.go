package codegen

import (
	"math/big"
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// Functions of numbers m·2ᵉ whose exponents are apart.
var (
	fnFrac         = &expr.Func{Name: "fraction of", Arity: 1}                    // m for x = m·2ᵉ, 1/√2 ≤ |m| < √2
	fnPositiveFrac = &expr.Func{Name: "fraction of a positive", Arity: 1}         // the same for x ≥ 0
	fnLogFrac      = &expr.Func{Name: "log of fraction", Arity: 1}                // log |m|
	fnExponent     = &expr.Func{Name: "exponent of", Arity: 1}                    // e
	fnExpFrac      = &expr.Func{Name: "fraction of exp", Arity: 2}                // m for exp(x), with the sign of the second
	fnExpPower     = &expr.Func{Name: "exponent of exp", Arity: 1}                // e
	fnRootFrac     = &expr.Func{Name: "fraction of a power", Arity: 4}            // m for (m·2ᵉ)^(a/b)
	fnRootPower    = &expr.Func{Name: "exponent of a power", Arity: 4}            // e
	fnScaled       = &expr.Func{Name: "number with its exponent apart", Arity: 2} // m·2ᵉ
	fnLogScaled    = &expr.Func{Name: "log of a number with exponent", Arity: 2}  // log(m·2ᵉ)
)

// anyFrac and anyExponent are helpers of these, for numbers below the normal range too.
const (
	anyFrac     = "fraction of any"
	anyExponent = "exponent of any"
)

// pairs keeps products over an index as m·2ᵉ where they stand under a root or a logarithm, or above and below a fraction bar, so that they are out of
// range only where the result is: with xⱼ = mⱼ·2^eⱼ
//
//	(Π xⱼ)ᵖ = (Π mⱼ)ᵖ·2^(p·Σ eⱼ)
//	log(Π xⱼ) = Σ log(xⱼ) = log(Π mⱼ) + log(2)·Σ eⱼ
//
// where Π mⱼ is exp(Σ log |mⱼ|) with the sign of the product if it is out of range itself.
func (st *stabiliser) pairs(v *expr.Node, clear []*expr.Node) *expr.Node {
	s := st.s
	return s.Map(v, clear, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		switch {
		case n.Kind() == expr.KindPow, n.Kind() == expr.KindMul:
			x := s.With(n, args)
			if !hasProduct(expr.Factors(x)) || !st.mayLeaveRange(expr.Factors(x)) {
				return nil, false
			}
			m, e := st.pairOf(expr.Factors(x), append(slices.Clone(clear), x))
			return s.Call(fnScaled, m, e), true
		case n.Kind() == expr.KindReduce && n.Op() == expr.Sum && len(n.Binders()) == 1:
			return st.sumOfLogs(n, clear)
		case isCall(n, "log") && hasProduct(expr.Factors(args[0])):
			m, e := st.pairOf(expr.Factors(args[0]), append(slices.Clone(clear), args[0]))
			return s.Call(fnLogScaled, m, e), true
		}
		return nil, false
	})
}

// isPair reports whether x is m·2ᵉ.
func isPair(x *expr.Node) bool { return x.Kind() == expr.KindCall && x.Func() == fnScaled }

// isProduct reports whether x is a product over an index.
func isProduct(x *expr.Node) bool { return x.Kind() == expr.KindReduce && x.Op() == expr.Prod }

// hasProduct reports whether there is a power of a product over an index among factors.
func hasProduct(factors []*expr.Node) bool {
	return slices.ContainsFunc(factors, func(f *expr.Node) bool {
		return isProduct(f) || isPair(f) || f.Kind() == expr.KindPow && isProduct(f.Args()[0])
	})
}

// mayLeaveRange reports whether one of the products among factors is under a root, or one above and one below, or one of several is m·2ᵉ already.
func (st *stabiliser) mayLeaveRange(factors []*expr.Node) bool {
	var above, below bool
	count := 0
	for _, f := range factors {
		base, power := powerOf(f)
		if isPair(f) || isProduct(base) {
			count++
		}
		if f.Kind() == expr.KindPow && isProduct(f.Args()[0]) && (f.Args()[1].Kind() != expr.KindRat || !power.IsInt()) {
			return true
		}
		if isProduct(base) {
			up := power.Sign() > 0
			if _, inner := powerOf(base.Body()); inner.Sign() < 0 {
				up = !up
			}
			above, below = above || up, below || !up
		}
	}
	return above && below || count > 1 && slices.ContainsFunc(factors, isPair)
}

// pairOf returns m and e with Π factors = m·2ᵉ.
func (st *stabiliser) pairOf(factors []*expr.Node, clear []*expr.Node) (m, e *expr.Node) {
	s := st.s
	var fractions, exponents []*expr.Node
	for _, f := range factors {
		base, power := f, s.Int(1)
		if f.Kind() == expr.KindPow {
			base, power = f.Args()[0], f.Args()[1]
		}
		switch {
		case isPair(f):
			fractions, exponents = append(fractions, f.Args()[0]), append(exponents, f.Args()[1])
			continue
		case isInput(base) && power.Kind() == expr.KindRat && power.Rat().IsInt():
			fractions, exponents = append(fractions, s.Pow(s.Call(fnFrac, base), power)), append(exponents, s.Mul(power, s.Call(fnExponent, base)))
			continue
		case !isProduct(base):
			fractions = append(fractions, f)
			continue
		case power.Kind() == expr.KindRat && power.Rat().IsInt():
			m, e := st.pairOfProduct(base, clear)
			fractions, exponents = append(fractions, s.Pow(m, power)), append(exponents, s.Mul(power, e))
			continue
		}
		a, b := st.overSize(power)
		m, e := st.pairOfProduct(base, clear)
		fractions = append(fractions, s.Call(fnRootFrac, m, e, a, b))
		exponents = append(exponents, s.Call(fnRootPower, m, e, a, b))
	}
	return s.Mul(fractions...), s.Add(exponents...)
}

// overSize writes an exponent as a/b, of numbers that are integers where it is a fraction or one over a size.
func (st *stabiliser) overSize(power *expr.Node) (a, b *expr.Node) {
	s := st.s
	if power.Kind() == expr.KindRat {
		r := power.Rat().Big()
		return s.Number(new(big.Rat).SetInt(r.Num())), s.Number(new(big.Rat).SetInt(r.Denom()))
	}
	_, terms := expr.Terms(power)
	for _, t := range terms {
		for _, f := range expr.Factors(t.X) {
			size, p := powerOf(f)
			if !p.Equal(expr.Int(-1)) || !expr.IsIndexForm(size) {
				continue
			}
			constant, of := expr.Terms(power)
			all := []expr.Term{{Coef: constant, X: size}}
			for _, u := range of {
				all = append(all, expr.Term{Coef: u.Coef, X: s.Mul(u.X, size)})
			}
			if a := s.Linear(expr.Int(0), all); expr.IsIndexForm(a) {
				return a, size
			}
		}
	}
	return power, s.Int(1)
}

// pairOfProduct is pairOf a product over an index.
func (st *stabiliser) pairOfProduct(product *expr.Node, clear []*expr.Node) (m, e *expr.Node) {
	s := st.s
	o := s.Open(product, clear...)
	return st.pairOver(o.Body, o.Indices, fnFrac)
}

// pairOver is pairOf Π body; fraction is what gives the m of a number.
func (st *stabiliser) pairOver(body *expr.Node, indices []*expr.Node, fraction *expr.Func) (m, e *expr.Node) {
	s := st.s
	fractions, exponents, logs := []*expr.Node{}, []*expr.Node{}, []*expr.Node{}
	factors := expr.Factors(body)
	if slices.ContainsFunc(factors, func(f *expr.Node) bool { base, power := powerOf(f); return !isInput(base) || !power.IsInt() }) {
		factors = []*expr.Node{body}
	}
	for _, f := range factors {
		base, power := powerOf(f)
		if !isInput(base) {
			base, power = f, expr.Int(1)
		}
		by := s.Rat(power)
		fractions = append(fractions, s.Pow(s.Call(fraction, base), by))
		exponents = append(exponents, s.Mul(by, s.Call(fnExponent, base)))
		logs = append(logs, s.Mul(by, s.Call(fnLogFrac, base)))
	}
	m = s.Reduce(expr.Prod, s.Mul(fractions...), indices...)
	e = s.Reduce(expr.Sum, s.Add(exponents...), indices...)
	plain := s.Call(fnInRange, absolute(s, m))
	log := s.Reduce(expr.Sum, s.Call(fnApartFrom, plain, s.Add(logs...)), indices...)
	out := outOfRange(s, plain)
	e = s.Add(e, s.If(out, s.Call(fnExpPower, log), s.Int(0)))
	return s.If(out, s.Call(fnExpFrac, log, m), m), e
}

// sumOfLogs is Σ log(xⱼ) for inputs or quotients of them.
func (st *stabiliser) sumOfLogs(n *expr.Node, clear []*expr.Node) (*expr.Node, bool) {
	s := st.s
	o := s.Open(n, append(slices.Clone(clear), n)...)
	var of *expr.Node
	switch {
	case isCall(o.Body, "log"):
		of = o.Body.Args()[0]
	case isCall(o.Body, fnLogQuotient.Name):
		of = s.Div(o.Body.Args()[0], o.Body.Args()[1])
	default:
		return nil, false
	}
	for _, f := range expr.Factors(of) {
		if base, _ := powerOf(f); !isInput(base) {
			return nil, false
		}
	}
	m, e := st.pairOver(of, o.Indices, fnPositiveFrac)
	return s.Call(fnLogScaled, m, e), true
}

// pairText returns the Go text of a helper function of numbers with their exponents apart; "" if it is none of these.
func (f *file) pairText(name string) string {
	id := f.helper(name)
	switch name {
	case fnFrac.Name:
		return "\n// " + id + " is m for x = m·2ᵉ with 1/√2 ≤ |m| < √2: for normal numbers by their bits.\nfunc " + id + `(x float64) float64 {
	if size := math.Abs(x); 0x1p-1022 <= size && size <= math.MaxFloat64 {
		bits := math.Float64bits(size)
		return math.Float64frombits(math.Float64bits(x) - uint64(int64(bits-0x3fe6a09e667f3bcd)>>52)<<52)
	}
	return ` + f.helper(anyFrac) + `(x)
}
`
	case anyFrac:
		return "\n// " + id + " is m for x = m·2ᵉ with 1/√2 ≤ |m| < √2.\nfunc " + id + `(x float64) float64 {
	m, _ := math.Frexp(x)
	if math.Abs(m) < math.Sqrt2/2 {
		m *= 2
	}
	return m
}
`
	case fnPositiveFrac.Name:
		return "\n// " + id + " is m for x = m·2ᵉ with 1/√2 ≤ m < √2; x is not to be negative.\nfunc " + id + `(x float64) float64 {
	if x < 0 {
		return math.NaN()
	}
	return ` + f.helper(fnFrac.Name) + `(x)
}
`
	case fnLogFrac.Name:
		return "\n// " + id + " is log |m| for x = m·2ᵉ with 1/√2 ≤ |m| < √2.\nfunc " + id + `(x float64) float64 {
	return math.Log(math.Abs(` + f.helper(fnFrac.Name) + `(x)))
}
`
	case fnExponent.Name:
		return "\n// " + id + " is e for x = m·2ᵉ with 1/√2 ≤ |m| < √2: for normal numbers by their bits.\nfunc " + id + `(x float64) float64 {
	if size := math.Abs(x); 0x1p-1022 <= size && size <= math.MaxFloat64 {
		return float64(int64(math.Float64bits(size)-0x3fe6a09e667f3bcd) >> 52)
	}
	return ` + f.helper(anyExponent) + `(x)
}
`
	case anyExponent:
		return "\n// " + id + " is e for x = m·2ᵉ with 1/√2 ≤ |m| < √2.\nfunc " + id + `(x float64) float64 {
	m, e := math.Frexp(x)
	if math.Abs(m) < math.Sqrt2/2 && m != 0 {
		e--
	}
	return float64(e)
}
`
	case fnExpFrac.Name:
		return "\n// " + id + " is m for exp(x) = m·2ᵉ, with the sign of y.\nfunc " + id + `(x, y float64) float64 {
	switch {
	case y != y:
		return y
	case math.IsInf(x, 0):
		return math.Copysign(math.Exp(x), y)
	}
	return math.Copysign(math.Exp(x-math.Ln2*math.Round(x/math.Ln2)), y)
}
`
	case fnExpPower.Name:
		return "\n// " + id + " is e for exp(x) = m·2ᵉ.\nfunc " + id + `(x float64) float64 {
	if x-x != 0 {
		return 0
	}
	return math.Round(x / math.Ln2)
}
`
	case fnRootFrac.Name:
		return "\n// " + id + " is x for (m·2ᵉ)^(a/b) = x·2ᵏ.\nfunc " + id + `(m, e, a, b float64) float64 {
	k := ` + f.helper(fnRootPower.Name) + `(m, e, a, b)
	rest := math.FMA(-k, b, (e+` + f.helper(fnExponent.Name) + `(m))*a) / b
	if rest-rest != 0 {
		rest = 0
	}
	return math.Pow(` + f.helper(fnFrac.Name) + `(m), a/b) * math.Exp2(rest)
}
`
	case fnRootPower.Name:
		return "\n// " + id + " is k for (m·2ᵉ)^(a/b) = x·2ᵏ with 1/2 < |x| < 2.\nfunc " + id + `(m, e, a, b float64) float64 {
	k := math.Round((e + ` + f.helper(fnExponent.Name) + `(m)) * a / b)
	if k-k != 0 {
		return 0
	}
	return k
}
`
	case fnScaled.Name:
		return "\n// " + id + " is m·2ᵉ.\nfunc " + id + `(m, e float64) float64 {
	return math.Ldexp(m, int(math.Max(-1<<20, math.Min(e, 1<<20))))
}
`
	case fnLogScaled.Name:
		return "\n// " + id + " is log(m·2ᵉ).\nfunc " + id + `(m, e float64) float64 {
	return math.Ln2*(e+` + f.helper(fnExponent.Name) + `(m)) + math.Log(` + f.helper(fnFrac.Name) + `(m))
}
`
	}
	return ""
}
