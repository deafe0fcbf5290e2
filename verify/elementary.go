package verify

import (
	"github.com/seed-9905856d/derive/eval/bigmath"
)

// An elementaryFunc is a real function and its derivative.
type elementaryFunc struct {
	real  func(*bigmath.Context, bigmath.Num) bigmath.Num
	slope func(e *arith, x Num) Num // nil where the derivative is 0 wherever it exists
}

// elementaryFuncs is the table of functions of one variable, written independently of the
// table that the symbolic derivatives use.
var elementaryFuncs = map[string]elementaryFunc{
	"exp":      {(*bigmath.Context).Exp, func(e *arith, x Num) Num { return e.f("exp", x) }},
	"expm1":    {(*bigmath.Context).Expm1, func(e *arith, x Num) Num { return e.f("exp", x) }},
	"log":      {(*bigmath.Context).Log, func(e *arith, x Num) Num { return e.recip(x) }},
	"log1p":    {(*bigmath.Context).Log1p, func(e *arith, x Num) Num { return e.recip(e.add(e.int(1), x)) }},
	"log2":     {(*bigmath.Context).Log2, func(e *arith, x Num) Num { return e.recip(e.mul(x, e.f("log", e.int(2)))) }},
	"log10":    {(*bigmath.Context).Log10, func(e *arith, x Num) Num { return e.recip(e.mul(x, e.f("log", e.int(10)))) }},
	"sqrt":     {(*bigmath.Context).Sqrt, func(e *arith, x Num) Num { return e.recip(e.mul(e.int(2), e.f("sqrt", x))) }},
	"cbrt":     {(*bigmath.Context).Cbrt, func(e *arith, x Num) Num { return e.recip(e.mul(e.int(3), e.square(e.f("cbrt", x)))) }},
	"sin":      {(*bigmath.Context).Sin, func(e *arith, x Num) Num { return e.f("cos", x) }},
	"cos":      {(*bigmath.Context).Cos, func(e *arith, x Num) Num { return e.neg(e.f("sin", x)) }},
	"tan":      {(*bigmath.Context).Tan, func(e *arith, x Num) Num { return e.add(e.int(1), e.square(e.f("tan", x))) }},
	"asin":     {(*bigmath.Context).Asin, func(e *arith, x Num) Num { return e.recip(e.f("sqrt", e.sub(e.int(1), e.square(x)))) }},
	"acos":     {(*bigmath.Context).Acos, func(e *arith, x Num) Num { return e.neg(e.recip(e.f("sqrt", e.sub(e.int(1), e.square(x))))) }},
	"atan":     {(*bigmath.Context).Atan, func(e *arith, x Num) Num { return e.recip(e.add(e.int(1), e.square(x))) }},
	"sinh":     {(*bigmath.Context).Sinh, func(e *arith, x Num) Num { return e.f("cosh", x) }},
	"cosh":     {(*bigmath.Context).Cosh, func(e *arith, x Num) Num { return e.f("sinh", x) }},
	"tanh":     {(*bigmath.Context).Tanh, func(e *arith, x Num) Num { return e.recip(e.square(e.f("cosh", x))) }},
	"asinh":    {(*bigmath.Context).Asinh, func(e *arith, x Num) Num { return e.recip(e.f("sqrt", e.add(e.square(x), e.int(1)))) }},
	"acosh":    {(*bigmath.Context).Acosh, func(e *arith, x Num) Num { return e.recip(e.f("sqrt", e.sub(e.square(x), e.int(1)))) }},
	"atanh":    {(*bigmath.Context).Atanh, func(e *arith, x Num) Num { return e.recip(e.sub(e.int(1), e.square(x))) }},
	"erf":      {(*bigmath.Context).Erf, func(e *arith, x Num) Num { return e.bell(x) }},
	"erfc":     {(*bigmath.Context).Erfc, func(e *arith, x Num) Num { return e.neg(e.bell(x)) }},
	"abs":      {(*bigmath.Context).Abs, func(e *arith, x Num) Num { return e.f("sign", x) }},
	"sign":     {(*bigmath.Context).Sign, nil},
	"step":     {(*bigmath.Context).Step, nil},
	"floor":    {(*bigmath.Context).Floor, nil},
	"ceil":     {(*bigmath.Context).Ceil, nil},
	"gamma":    {(*bigmath.Context).Gamma, func(e *arith, x Num) Num { return e.mul(e.f("gamma", x), e.f("digamma", x)) }},
	"lgamma":   {(*bigmath.Context).Lgamma, func(e *arith, x Num) Num { return e.f("digamma", x) }},
	"digamma":  {(*bigmath.Context).Digamma, func(e *arith, x Num) Num { return e.f("trigamma", x) }},
	"trigamma": {(*bigmath.Context).Trigamma, func(e *arith, x Num) Num { return e.elementary("polygamma", e.int(2), x) }},
}

// arityOf returns the number of arguments of the elementary functions of several variables.
func arityOf(name string) int {
	switch name {
	case "atan2", "hypot", "mod", "beta", "polygamma":
		return 2
	case "clamp":
		return 3
	}
	return 0
}

func (e *arith) f(name string, x Num) Num { return e.elementary(name, x) }
func (e *arith) recip(x Num) Num          { return e.div(e.int(1), x) }
func (e *arith) square(x Num) Num         { return e.mul(x, x) }

// bell returns erf'(x) = 2/√π · exp(-x²).
func (e *arith) bell(x Num) Num {
	return e.div(e.mul(e.int(2), e.f("exp", e.neg(e.square(x)))), e.f("sqrt", real(e.ctx.Pi())))
}

// isElementary reports whether elementary knows a function.
func (e *arith) isElementary(name string, arity int) bool {
	_, unary := e.table[name]
	return arity == 1 && unary || arity > 1 && arityOf(name) == arity
}

// elementary applies an elementary function.
func (e *arith) elementary(name string, x ...Num) Num {
	if row, ok := e.table[name]; ok {
		if row.slope == nil {
			return real(row.real(e.ctx, x[0].Real()))
		}
		f := func(x []bigmath.Num) bigmath.Num { return row.real(e.ctx, x[0]) }
		return e.compose(name, f, func(_ int, x []Num) Num { return row.slope(e, x[0]) }, x)
	}
	switch name {
	case "atan2":
		return e.atan2(x)
	case "hypot":
		if e.isZero(x[0]) && e.isZero(x[1]) {
			return e.int(0)
		}
		return e.f("sqrt", e.add(e.square(x[0]), e.square(x[1])))
	case "mod": // x - m·⌊x/m⌋; the floor is a constant
		value := e.ctx.Mod(x[0].Real(), x[1].Real())
		floor := e.f("floor", e.div(e.constantPart(x[0]), e.constantPart(x[1])))
		moved := e.sub(x[0], e.mul(x[1], floor))
		return e.add(real(value), e.sub(moved, e.constantPart(moved)))
	case "beta": // ∂B/∂a = B·(ψ(a) - ψ(a+b)), and so for b
		positive := e.sign(x[0]) > 0 && e.sign(x[1]) > 0
		if positive && (x[0].tag != 0 || x[1].tag != 0) { // one derivative an order, where the partials below are two
			log := e.sub(e.add(e.f("lgamma", x[0]), e.f("lgamma", x[1])), e.f("lgamma", e.add(x[0], x[1])))
			return e.f("exp", log)
		}
		f := func(v []bigmath.Num) bigmath.Num { return e.ctx.Beta(v[0], v[1]) }
		return e.compose(name, f, func(i int, v []Num) Num {
			return e.mul(e.elementary("beta", v...), e.sub(e.f("digamma", v[i]), e.f("digamma", e.add(v[0], v[1]))))
		}, x)
	case "polygamma": // ψ_k' = ψ_{k+1}; the order is a constant
		k := e.constantPart(x[0])
		f := func(v []bigmath.Num) bigmath.Num { return e.ctx.Polygamma(k.real, v[0]) }
		return e.compose(name+decimal(k, -1), f, func(_ int, v []Num) Num {
			return e.elementary("polygamma", e.add(k, e.int(1)), v[0])
		}, x[1:])
	case "clamp": // if(x < lo, lo, if(x > hi, hi, x))
		if c, ok := e.cmp(x[0], x[1]); ok && c < 0 {
			return x[1]
		}
		if c, ok := e.cmp(x[0], x[2]); ok && c > 0 {
			return x[2]
		}
		return x[0]
	}
	panic("verify: no elementary function " + name)
}

// atan2 returns the angle of the point (x, y), whose partials are x/r² and -y/r².
func (e *arith) atan2(yx []Num) Num {
	f := func(v []bigmath.Num) bigmath.Num { return e.ctx.Atan2(v[0], v[1]) }
	return e.compose("atan2", f, func(i int, v []Num) Num {
		r2 := e.add(e.square(v[0]), e.square(v[1]))
		if i == 0 {
			return e.div(v[1], r2)
		}
		return e.neg(e.div(v[0], r2))
	}, yx)
}

// pow returns a^b; 0^0 is 1. An integer exponent without infinitesimal parts multiplies,
// so that derivatives exist at 0 and for negative bases.
func (e *arith) pow(a, b Num) Num {
	if b.tag == 0 && a.tag != 0 {
		if n, ok := b.real.Int64(); ok && n >= -1024 && n <= 1024 {
			return e.powInt(a, int(n))
		}
	}
	if e.sign(a) > 0 && b.tag != 0 { // one derivative an order, where the partials below are two
		return e.f("exp", e.mul(b, e.f("log", a)))
	}
	f := func(x []bigmath.Num) bigmath.Num { return e.ctx.Pow(x[0], x[1]) }
	return e.compose("pow", f, func(i int, x []Num) Num {
		if i == 0 { // b·a^(b-1)
			return e.mul(x[1], e.pow(x[0], e.sub(x[1], e.int(1))))
		}
		if e.isZero(x[0]) && x[0].tag == 0 { // 0^b is 0 around every b > 0
			if c, _ := e.cmp(x[1], e.int(0)); c > 0 {
				return e.int(0)
			}
		}
		return e.mul(e.pow(x[0], x[1]), e.f("log", x[0])) // a^b·log a
	}, []Num{a, b})
}

// sign returns the sign of x's real part, 0 for NaN.
func (e *arith) sign(x Num) int {
	c, _ := e.cmp(x, e.int(0))
	return c
}

// powInt returns a^n by repeated squaring.
func (e *arith) powInt(a Num, n int) Num {
	if n < 0 {
		return e.recip(e.powInt(a, -n))
	}
	r := e.int(1)
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			r = e.mul(r, a)
		}
		if n > 1 {
			a = e.square(a)
		}
	}
	return r
}

// constant returns a named constant.
func (e *arith) constant(name string) (Num, bool) {
	switch name {
	case "pi":
		return real(e.ctx.Pi()), true
	case "e":
		return real(e.ctx.E()), true
	case "inf":
		return e.inf(1), true
	}
	return Num{}, false
}
