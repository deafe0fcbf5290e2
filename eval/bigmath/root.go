package bigmath

import (
	"math"
	"math/big"
)

// Sqrt returns √x, correctly rounded; NaN for x < 0.
func (c *Context) Sqrt(x Num) Num {
	switch {
	case x.nan || x.Sign() < 0:
		return NaN()
	case x.f == nil || x.f.IsInf():
		return x
	}
	return c.round(newFloat(c.wp()).Sqrt(x.f))
}

// Cbrt returns the real cube root of x, which has the sign of x.
func (c *Context) Cbrt(x Num) Num {
	if x.f == nil || x.f.IsInf() {
		return x
	}
	return c.round(cbrt(x.f, c.wp()))
}

// cbrt takes x = m·2³ᵏ and improves y ≈ ∛m by Halley's iteration y(y³ + 2m)/(2y³ + m), which triples the number of
// correct digits.
func cbrt(x *big.Float, wp uint) *big.Float {
	m := new(big.Float)
	e := x.MantExp(m)
	k := e / 3
	m = scale(m, e-3*k)
	start, _ := m.Float64()
	y := newFloat(wp).SetFloat64(math.Cbrt(start))
	for correct := uint(50); ; correct *= 3 {
		p := min(wp, 3*correct) + 8
		cube := mul(p, y, mul(p, y, y))
		den := add(p, scale(cube, 1), m)
		y = quo(p, mul(p, y, add(p, cube, scale(m, 1))), den)
		if 3*correct >= wp {
			break
		}
	}
	return y.SetMantExp(y, k)
}

// Hypot returns √(x² + y²); +Inf if either is infinite, even if the other is NaN.
func (c *Context) Hypot(x, y Num) Num {
	switch {
	case x.IsInf(0) || y.IsInf(0):
		return Inf(1)
	case x.nan || y.nan:
		return NaN()
	case x.f == nil:
		return c.Abs(y)
	case y.f == nil:
		return c.Abs(x)
	}
	// Both are scaled by a power of two, so that squares stay within the range of exponents.
	e := max(exponent(x.f), exponent(y.f))
	wp := c.wp()
	a, b := scale(x.f, -e), scale(y.f, -e)
	s := add(wp, mul(wp, a, a), mul(wp, b, b))
	s.Sqrt(s)
	return c.round(s.SetMantExp(s, e))
}
