package bigmath

import (
	"math"
	"math/big"
)

// maxPolygammaOrder bounds the order of polygamma functions; beyond it they are NaN.
const maxPolygammaOrder = 1000

// maxCotangentPolynomial is the order up to which derivatives of the cotangent are polynomials in the cotangent;
// beyond, the sum over its poles converges at once.
const maxCotangentPolynomial = 64

// Digamma returns ψ(x) = Γ'(x)/Γ(x); -Inf at 0, NaN at negative integers and -Inf.
func (c *Context) Digamma(x Num) Num {
	switch {
	case x.nan || x.IsInf(1):
		return x
	case x.IsInf(-1):
		return NaN()
	case x.f == nil:
		return Inf(-1)
	case x.f.Sign() < 0 && x.f.IsInt():
		return NaN()
	}
	return c.round(c.digamma(x.f, c.wp()))
}

// Trigamma returns ψ'(x); +Inf at 0 and the negative integers, NaN at -Inf.
func (c *Context) Trigamma(x Num) Num { return c.PolygammaN(1, x) }

// Polygamma returns ψ⁽ᵏ⁾(x), the k-th derivative of ψ. It is NaN unless k is an integer in 0..1000. At 0 it has the
// limit from the right; at a negative integer it is +Inf for odd k, where both limits agree, else NaN.
func (c *Context) Polygamma(k, x Num) Num {
	n, ok := k.Int64()
	if !ok || n < 0 || n > maxPolygammaOrder {
		if k.Sign() > 0 && k.IsFinite() && k.f.IsInt() {
			return c.exceed("polygamma of an order above 1000")
		}
		return NaN()
	}
	return c.PolygammaN(int(n), x)
}

// PolygammaN is Polygamma for an int k.
func (c *Context) PolygammaN(k int, x Num) Num {
	switch {
	case k < 0 || k > maxPolygammaOrder:
		return NaN()
	case k == 0:
		return c.Digamma(x)
	case x.nan || x.IsInf(-1):
		return NaN()
	case x.IsInf(1):
		return Num{}
	case x.f == nil:
		return Inf(2*(k%2) - 1)
	case x.f.Sign() < 0 && x.f.IsInt():
		if k%2 == 1 {
			return Inf(1)
		}
		return NaN()
	}
	return c.round(c.polygamma(k, x.f, c.wp()))
}

func (c *Context) digamma(x *big.Float, wp uint) *big.Float {
	return refine(wp, func(p uint) (*big.Float, int) {
		if x.Sign() > 0 {
			return c.digammaPositive(x, p)
		}
		// ψ(x) = ψ(1-x) - π cot πx
		g, m := c.digammaPositive(oneMinus(x, p), p)
		r, _ := reduceInteger(x)
		sin, cos := c.sincosPi(r, p)
		cot := mul(p, c.pi(p), quo(p, cos, sin))
		return sub(p, g, cot), max(m, magnitude(g, cot))
	})
}

// sincosPi returns sin πr and cos πr for |r| ≤ ½, exactly 0 for the cosine at ±½.
func (c *Context) sincosPi(r *big.Float, p uint) (sin, cos *big.Float) {
	half := big.NewFloat(0.5)
	if new(big.Float).Abs(r).Cmp(half) == 0 {
		return intFloat(p, int64(r.Sign())), newFloat(p)
	}
	sin, cos = c.sincos(mul(p+8, r, c.pi(p+8)), p)
	if exponent(r) == -1 { // |r| ≥ ¼: cos πr = sin π(½ - |r|), exact near ½
		s := sub(max(p, r.Prec())+2, half, new(big.Float).Abs(r))
		cos, _ = c.sincos(mul(p+8, s, c.pi(p+8)), p)
	}
	return sin, cos
}

// digammaPositive returns ψ(x) = ψ(x+n) - Σ 1/(x+i), with ψ(y) ~ log y - 1/(2y) - Σ B₂ⱼ/(2j y²ʲ) (DLMF 5.11.2).
func (c *Context) digammaPositive(x *big.Float, p uint) (*big.Float, int) {
	y, n := shift(x, shiftTarget(p), p+8)
	log := c.log(y, p)
	sum := sub(p, log, quo(p, intFloat(64, 1), scale(y, 1)))
	tail := c.asymptotic(y, p, -int(p), func(j int64, b *big.Float) *big.Float {
		return b.Quo(b, intFloat(64, 2*j))
	})
	sum = sub(p, sum, tail)
	if n == 0 {
		return sum, magnitude(log)
	}
	// Σ 1/(x+i) as one fraction.
	num, den := intFloat(p, 1), newFloat(p).Set(x)
	for i := int64(1); i < n; i++ {
		t := addInt(p, x, i)
		num = add(p, mul(p, num, t), den)
		den.Mul(den, t)
	}
	shifted := num.Quo(num, den)
	if shifted.IsInf() {
		return shifted.Neg(shifted), 0
	}
	return sub(p, sum, shifted), magnitude(log, shifted)
}

// polygamma for k ≥ 1 and finite x that is no pole.
func (c *Context) polygamma(k int, x *big.Float, wp uint) *big.Float {
	var v *big.Float
	if x.Sign() > 0 {
		v = c.hurwitz(k, x, wp+8)
		if k%2 == 0 {
			v.Neg(v)
		}
		return v
	}
	return refine(wp, func(p uint) (*big.Float, int) {
		// ψ⁽ᵏ⁾(x) = (-1)ᵏ ψ⁽ᵏ⁾(1-x) - π dᵏ/dxᵏ cot πx, and (-1)ᵏ ψ⁽ᵏ⁾ is negative on the right half-line.
		g := c.hurwitz(k, oneMinus(x, p), p)
		g.Neg(g)
		r, _ := reduceInteger(x)
		cot, e := c.cotangentDerivative(k, r, p)
		if !g.IsInf() && g.Sign() != 0 {
			e = max(e, exponent(g))
		}
		return sub(p, g, cot), e
	})
}

// hurwitz returns k! ζ(k+1, x) = |ψ⁽ᵏ⁾(x)| for k ≥ 1, x > 0:
//
//	k! Σ_{i<n} (x+i)⁻ᵏ⁻¹ + (k-1)! y⁻ᵏ (1 + k/(2y) + Σ B₂ⱼ (2j+k-1)!/((2j)!(k-1)! y²ʲ)), y = x + n (DLMF 25.11.43).
func (c *Context) hurwitz(k int, x *big.Float, wp uint) *big.Float {
	p := wp + 16
	y, n := shift(x, shiftTarget(p)+int64(k), p+8)
	kk := int64(k)
	// rising is k(k+1)…(k+2j-1)/(2j)!
	rising := intFloat(p, 1)
	tail := c.asymptotic(y, p, -int(p), func(j int64, b *big.Float) *big.Float {
		rising = mul(p, rising, intFloat(64, (kk+2*j-2)*(kk+2*j-1)))
		rising.Quo(rising, intFloat(64, 2*j*(2*j-1)))
		return b.Mul(b, rising)
	})
	first := addInt(p, quo(p, intFloat(64, kk), scale(y, 1)), 1)
	sum := mul(p, add(p, first, tail), powInt(y, -kk, p))
	sum.Quo(sum, intFloat(64, kk))
	for i := range n {
		term := powInt(addInt(p, x, i), -kk-1, p)
		sum = add(p, sum, term)
		// All that follows is below n terms of this size.
		if i > 0 && exponent(term) < exponent(sum)-int(p) {
			break
		}
	}
	return mul(wp, sum, newFloat(p).SetInt(new(big.Int).MulRange(1, kk)))
}

// cotangentDerivative returns π dᵏ/dxᵏ cot πx at r, |r| ≤ ½, and the exponent of the terms it was summed from.
func (c *Context) cotangentDerivative(k int, r *big.Float, p uint) (*big.Float, int) {
	if k > maxCotangentPolynomial {
		return c.cotangentPoles(k, r, p)
	}
	v := c.cotangentPolynomial(k, r, p)
	if v.Sign() == 0 || v.IsInf() {
		return v, math.MinInt32
	}
	return v, exponent(v)
}

// cotangentPolynomial is πᵏ⁺¹ Pₖ(cot πr) with P₀ = c, Pₖ₊₁ = -(1 + c²) Pₖ'. All terms of Pₖ have one sign, so nothing
// cancels.
func (c *Context) cotangentPolynomial(k int, r *big.Float, p uint) *big.Float {
	coefficients := []*big.Int{new(big.Int), big.NewInt(-1)}
	for range k {
		next := make([]*big.Int, len(coefficients)+1)
		for i := range next {
			next[i] = new(big.Int)
		}
		for i := 1; i < len(coefficients); i++ {
			t := new(big.Int).Mul(coefficients[i], big.NewInt(int64(i)))
			next[i-1].Sub(next[i-1], t)
			next[i+1].Sub(next[i+1], t)
		}
		coefficients = next
	}
	sin, cos := c.sincosPi(r, p)
	cot := quo(p, cos, sin)
	value := newFloat(p)
	for i := len(coefficients) - 1; i >= 0; i-- {
		value.Mul(value, cot)
		if coefficients[i].Sign() != 0 {
			value = add(p, value, newFloat(p).SetInt(coefficients[i]))
		}
	}
	value.Neg(value) // the recurrence above started from -c
	return value.Mul(value, powInt(c.pi(p), int64(k)+1, p))
}

// cotangentPoles is (-1)ᵏ k! Σₙ (r+n)⁻ᵏ⁻¹ over all integers n.
func (c *Context) cotangentPoles(k int, r *big.Float, p uint) (*big.Float, int) {
	if k%2 == 0 && new(big.Float).Abs(r).Cmp(big.NewFloat(0.5)) == 0 {
		return newFloat(p), math.MinInt32 // the terms cancel in pairs
	}
	sum := powInt(r, int64(-k-1), p)
	e := exponent(sum)
	for n := int64(1); ; n++ {
		pair := add(p, powInt(addInt(p, r, n), int64(-k-1), p), powInt(addInt(p, r, -n), int64(-k-1), p))
		sum = add(p, sum, pair)
		// The sum's largest term is at least 2ᵏ⁺¹, this pair at most 2(n-½)⁻ᵏ⁻¹.
		if float64(k+1)*math.Log2(float64(2*n-1)) > float64(p)+2 {
			break
		}
	}
	if k%2 == 1 {
		sum.Neg(sum)
	}
	factorial := newFloat(p).SetInt(new(big.Int).MulRange(1, int64(k)))
	return sum.Mul(sum, factorial), e + exponent(factorial)
}
