package bigmath

import (
	"math"
	"math/big"
)

// expLimit bounds the binary exponent of arguments of exp: beyond 2³³ the result is outside the range of big.Float.
const expLimit = 33

// Exp returns eˣ; +Inf or 0 where that is beyond the range of exponents, from about |x| = 1.5e9.
func (c *Context) Exp(x Num) Num {
	switch {
	case x.nan || x.IsInf(1):
		return x
	case x.IsInf(-1):
		return Num{}
	}
	return c.round(c.exp(x.float(), c.wp()))
}

func (c *Context) exp(x *big.Float, wp uint) *big.Float {
	one := intFloat(wp, 1)
	if x.Sign() == 0 {
		return one
	}
	switch e := exponent(x); {
	case x.IsInf() || e > expLimit:
		if x.Sign() < 0 {
			return newFloat(wp)
		}
		if !x.IsInf() {
			c.Note(Notes{Overflowed: true})
		}
		return newFloat(wp).SetInf(false)
	case e < -int(wp):
		return add(wp, one, x)
	}
	// eˣ = 2ᵏ eʳ with r = x - k log 2.
	approx, _ := x.Float64()
	k := int64(math.RoundToEven(approx / math.Ln2))
	c.Note(Notes{Largest: max(k, -k)})
	p := wp + 8
	r := toFixed(x, p)
	if k != 0 {
		shift := uint(expLimit + 4)
		t := toFixed(c.ln2(p+shift), p+shift)
		t.Mul(t, big.NewInt(k))
		r.Sub(r, t.Rsh(t, shift))
	}
	u := expm1Fixed(r, p)
	u.Add(u, new(big.Int).Lsh(big.NewInt(1), p))
	f := fromFixed(u, p, wp)
	if f.SetMantExp(f, int(k)); f.IsInf() {
		c.Note(Notes{Overflowed: true})
	}
	return f
}

// Expm1 returns eˣ - 1 without cancellation near 0.
func (c *Context) Expm1(x Num) Num {
	switch {
	case x.nan || x.IsInf(1) || x.f == nil:
		return x
	case x.IsInf(-1):
		return FromInt64(-1)
	}
	return c.round(c.expm1(x.f, c.wp()))
}

func (c *Context) expm1(x *big.Float, wp uint) *big.Float {
	if x.Sign() == 0 {
		return newFloat(wp)
	}
	e := exponent(x)
	switch {
	case e >= 0: // |x| ≥ ½
		return addInt(wp, c.exp(x, wp+4), -1)
	case e < -int(wp):
		return newFloat(wp).Set(x)
	}
	p := wp + 8 + uint(-e)
	return fromFixed(expm1Fixed(toFixed(x, p), p), p, wp)
}

// Sinh returns the hyperbolic sine (eˣ - e⁻ˣ)/2.
func (c *Context) Sinh(x Num) Num {
	if x.nan || x.f == nil || x.f.IsInf() {
		return x
	}
	return c.round(c.sinh(x.f, c.wp()))
}

// sinh is (u + u/(1 + u))/2 with u = eˣ - 1, both terms of one sign.
func (c *Context) sinh(x *big.Float, wp uint) *big.Float {
	if x.Sign() < 0 {
		s := c.sinh(new(big.Float).Neg(x), wp)
		return s.Neg(s)
	}
	u := c.expm1(x, wp+4)
	if u.IsInf() {
		return u
	}
	return scale(add(wp, u, quo(wp, u, addInt(wp, u, 1))), -1)
}

// Cosh returns the hyperbolic cosine (eˣ + e⁻ˣ)/2.
func (c *Context) Cosh(x Num) Num {
	switch {
	case x.nan:
		return x
	case x.IsInf(0):
		return Inf(1)
	}
	wp := c.wp()
	u := c.exp(new(big.Float).Abs(x.float()), wp)
	if !u.IsInf() {
		u = add(wp, u, quo(wp, intFloat(64, 1), u))
	}
	return c.round(scale(u, -1))
}

// Tanh returns the hyperbolic tangent.
func (c *Context) Tanh(x Num) Num {
	switch {
	case x.nan || x.f == nil:
		return x
	case x.IsInf(0):
		return FromInt64(int64(x.Sign()))
	}
	wp := c.wp()
	if e := exponent(x.f); e > 0 && e > 2+exponent(intFloat(64, int64(wp))) { // 1 - |tanh x| < 2⁻ʷᵖ
		return FromInt64(int64(x.Sign()))
	}
	// tanh a = u/(u + 2) with u = e²ᵃ - 1.
	u := c.expm1(scale(new(big.Float).Abs(x.f), 1), wp)
	t := quo(wp, u, addInt(wp, u, 2))
	if x.Sign() < 0 {
		t.Neg(t)
	}
	return c.round(t)
}
