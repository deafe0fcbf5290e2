package bigmath

import (
	"math"
	"math/big"
)

// gammaLimit is the binary exponent from which on Γ is beyond the range of exponents.
const gammaLimit = 31

// maxFactorial is the largest integer argument at which Γ is an exact product.
const maxFactorial = 512

// Gamma returns Γ(x); +Inf at 0, NaN at negative integers and -Inf, as math.Gamma.
func (c *Context) Gamma(x Num) Num {
	switch {
	case x.nan || x.IsInf(1):
		return x
	case x.IsInf(-1):
		return NaN()
	case x.f == nil:
		return Inf(1)
	case x.f.Sign() < 0 && x.f.IsInt():
		return NaN()
	}
	return c.round(c.gamma(x.f, c.wp()))
}

// Lgamma returns log |Γ(x)|; +Inf at 0, at negative integers and at ±Inf. It is accurate relative to itself also near
// its zeros at 1 and 2; near those between the poles, to relative precision as long as |lgamma x| > 2^-Prec or so.
func (c *Context) Lgamma(x Num) Num {
	switch {
	case x.nan:
		return x
	case x.f == nil || x.f.IsInf() || x.f.Sign() < 0 && x.f.IsInt():
		return Inf(1)
	}
	return c.round(c.lgamma(x.f, c.wp()))
}

// GammaSign returns the sign of Γ(x): -1 or 1, and 0 where Γ has a pole or x is not finite.
func GammaSign(x Num) int {
	switch {
	case !x.IsFinite() || x.f == nil:
		return 0
	case x.f.Sign() > 0:
		return 1
	case x.f.IsInt():
		return 0
	}
	if n := floor(x.f); n.Sign() != 0 && isOdd(n) {
		return -1
	}
	return 1
}

// shiftTarget is the argument from which on asymptotic series in 1/x reach precision wp: their smallest term is about
// e^(-2πx), which is 2^(-1.8wp) at wp/5.
func shiftTarget(wp uint) int64 { return int64(wp/5) + 8 }

// shift returns x + n with the least n ≥ 0 that takes x > 0 beyond the target, exactly enough for precision wp.
func shift(x *big.Float, target int64, wp uint) (*big.Float, int64) {
	if exponent(x) > 40 || x.Cmp(intFloat(64, target)) >= 0 {
		return x, 0
	}
	v, _ := x.Float64()
	n := target - int64(v)
	return addInt(wp, x, n), n
}

// gamma for finite x that is no pole.
func (c *Context) gamma(x *big.Float, wp uint) *big.Float {
	if n, accuracy := x.Int64(); accuracy == big.Exact && 0 < n && n <= maxFactorial {
		return newFloat(wp).SetInt(new(big.Int).MulRange(1, n-1))
	}
	if exponent(x) > gammaLimit {
		if x.Sign() > 0 {
			return newFloat(wp).SetInf(false)
		}
		return newFloat(wp)
	}
	if x.Sign() < 0 { // Γ(x) = π/(sin πx Γ(1-x))
		p := wp + gammaLimit + 4
		den := mul(p, c.sinPi(x, p), c.gamma(oneMinus(x, p), p))
		return quo(wp, c.pi(p), den)
	}
	// Γ(x) = e^(log Γ(x+n))/(x(x+1)…(x+n-1)). The logarithm has up to 36 bits before the point.
	p := wp + gammaLimit + 8
	y, n := shift(x, shiftTarget(p), p)
	g := c.exp(c.stirling(y, p), wp+4)
	if n > 0 {
		g.Quo(g, risingProduct(x, n, p))
	}
	return g
}

// oneMinus returns 1 - x for x < 0, exactly if p bits or x's own precision allow it.
func oneMinus(x *big.Float, p uint) *big.Float {
	return sub(max(p, x.Prec())+2, intFloat(64, 1), x)
}

// risingProduct returns x(x+1)…(x+n-1).
func risingProduct(x *big.Float, n int64, wp uint) *big.Float {
	product := newFloat(wp).Set(x)
	for i := int64(1); i < n; i++ {
		product.Mul(product, addInt(wp, x, i))
	}
	return product
}

// sinPi returns sin πx to relative precision wp; the argument is reduced exactly.
func (c *Context) sinPi(x *big.Float, wp uint) *big.Float {
	r, odd := reduceInteger(x)
	if r.Sign() == 0 {
		return newFloat(wp)
	}
	sin, _ := c.sincos(mul(wp+8, r, c.pi(wp+8)), wp)
	if odd {
		sin.Neg(sin)
	}
	return sin
}

// reduceInteger returns r = x - n exactly, for the integer n nearest to x, and whether n is odd.
func reduceInteger(x *big.Float) (r *big.Float, odd bool) {
	if exponent(x) < 0 {
		return x, false
	}
	if x.IsInt() {
		return new(big.Float), isOdd(x)
	}
	n := nearestInt(x)
	return newFloat(x.Prec()+2).Sub(x, new(big.Float).SetInt(n)), n.Bit(0) == 1
}

// stirling returns log Γ(x) = (x-½) log x - x + ½ log 2π + Σ B₂ⱼ/(2j(2j-1)x²ʲ⁻¹) (DLMF 5.11.1) for large x > 0; its
// error is relative to the largest term.
func (c *Context) stirling(x *big.Float, wp uint) *big.Float {
	half := newFloat(wp).SetFloat64(0.5)
	sum := mul(wp, sub(wp, x, half), c.log(x, wp))
	if sum.IsInf() {
		return sum
	}
	sum = sub(wp, sum, x)
	sum = add(wp, sum, c.constant(constLog2Pi, wp))
	tail := c.asymptotic(x, wp, exponent(sum)-int(wp), func(j int64, b *big.Float) *big.Float {
		return b.Quo(b, intFloat(64, 2*j*(2*j-1)))
	})
	return add(wp, sum, mul(wp, tail, x))
}

// asymptotic returns Σ_{j≥1} aⱼ/x²ʲ with aⱼ = coefficient(j, B₂ⱼ), up to the first term below 2ᵉᵖˢ. The coefficient
// function may overwrite its argument.
func (c *Context) asymptotic(x *big.Float, wp uint, eps int, coefficient func(j int64, b *big.Float) *big.Float) *big.Float {
	sum := newFloat(wp)
	inverse := quo(wp, intFloat(64, 1), mul(wp, x, x))
	power := intFloat(wp, 1)
	previous := math.MaxInt32
	numbers := c.bernoulliNumbers(16, wp)
	for j := 1; ; j++ {
		if j > len(numbers) {
			numbers = c.bernoulliNumbers(2*len(numbers), wp)
		}
		power.Mul(power, inverse)
		term := coefficient(int64(j), newFloat(wp).Set(numbers[j-1]))
		term.Mul(term, power)
		// The series diverges in the end; past its smallest term nothing is gained.
		if term.Sign() == 0 || exponent(term) < eps || exponent(term) > previous+4 {
			return sum
		}
		previous = exponent(term)
		sum = add(wp, sum, term)
	}
}

// refine calls f with growing precision p until its result has wp good bits: f returns a value and the binary exponent
// of its largest intermediate term, relative to which it is accurate to about p bits. Cancellation beyond 3wp bits is
// left as it is.
func refine(wp uint, f func(p uint) (value *big.Float, magnitude int)) *big.Float {
	for p := wp + 16; ; {
		v, magnitude := f(p)
		if v.IsInf() || p >= 4*wp {
			return v
		}
		need := 4 * wp
		if v.Sign() != 0 {
			need = uint(int(wp) + max(0, magnitude-exponent(v)) + 12)
		}
		if p >= need {
			return v
		}
		p = min(need+8, 4*wp)
	}
}

// magnitude returns the exponent of the largest of the terms, at least 0.
func magnitude(terms ...*big.Float) int {
	e := 0
	for _, t := range terms {
		if t.Sign() != 0 {
			e = max(e, exponent(t))
		}
	}
	return e
}

// lgamma for finite x that is no pole.
func (c *Context) lgamma(x *big.Float, wp uint) *big.Float {
	if exponent(x) < -int(wp) { // -log|x| - γx - …
		v := c.log(new(big.Float).Abs(x), wp)
		return v.Neg(v)
	}
	if v := c.lgammaNearZero(x, wp); v != nil {
		return v
	}
	return refine(wp, func(p uint) (*big.Float, int) {
		if x.Sign() > 0 {
			return c.lgammaPositive(x, p)
		}
		// log|Γ(x)| = log π - log|sin πx| - log Γ(1-x)
		s := c.sinPi(x, p)
		s = c.log(quo(p, c.pi(p), s.Abs(s)), p)
		g, m := c.lgammaPositive(oneMinus(x, p), p)
		return sub(p, s, g), max(m, magnitude(s, g))
	})
}

func (c *Context) lgammaPositive(x *big.Float, p uint) (*big.Float, int) {
	y, n := shift(x, shiftTarget(p), p+8)
	g := c.stirling(y, p)
	if n == 0 || g.IsInf() {
		return g, magnitude(g)
	}
	product := c.log(risingProduct(x, n, p), p)
	return sub(p, g, product), magnitude(g, product)
}

// lgammaNearZero returns lgamma within 2^(-wp/2) of its zeros 1 and 2, from two terms of the Taylor series, else nil:
// log Γ(1+t) = -γt + ζ(2)t²/2 - …, log Γ(2+t) = (1-γ)t + (ζ(2)-1)t²/2 - ….
func (c *Context) lgammaNearZero(x *big.Float, wp uint) *big.Float {
	for zero := int64(1); zero <= 2; zero++ {
		if exponent(x) != int(zero) && exponent(x) != int(zero)-1 {
			continue
		}
		t := addInt(x.Prec()+2, x, -zero)
		if t.Sign() == 0 {
			return newFloat(wp)
		}
		if exponent(t) >= -int(wp/2) {
			continue
		}
		p := wp + 8
		first := new(big.Float).Neg(c.constant(constEuler, p))
		second := mul(p, c.pi(p), c.pi(p))
		second.Quo(second, intFloat(64, 6))
		if zero == 2 {
			first = addInt(p, first, 1)
			second = addInt(p, second, -1)
		}
		second = scale(mul(p, second, t), -1)
		return mul(wp, t, add(p, first, second))
	}
	return nil
}
