package bigmath

import (
	"math"
	"math/big"
)

// trigLimit is the largest binary exponent of an argument that is reduced modulo π/2: beyond 2^131072, where the
// reduction would need megabits of π, sine, cosine and tangent are NaN.
const trigLimit = 1 << 17

// Sin returns the sine of x radians; NaN for infinite x and for |x| ≥ 2^131072.
func (c *Context) Sin(x Num) Num {
	return c.circular(x, func(sin, _ *big.Float) *big.Float { return sin })
}

// Cos returns the cosine of x radians; NaN for infinite x and for |x| ≥ 2^131072.
func (c *Context) Cos(x Num) Num {
	return c.circular(x, func(_, cos *big.Float) *big.Float { return cos })
}

// Tan returns the tangent of x radians; NaN for infinite x and for |x| ≥ 2^131072.
func (c *Context) Tan(x Num) Num {
	return c.circular(x, func(sin, cos *big.Float) *big.Float { return sin.Quo(sin, cos) })
}

// circular returns a function of the sine and the cosine of x.
func (c *Context) circular(x Num, f func(sin, cos *big.Float) *big.Float) Num {
	switch {
	case !x.IsFinite():
		return NaN()
	case x.f != nil && exponent(x.f) > trigLimit:
		return c.exceed("the sine, cosine or tangent of a number beyond 2^131072")
	}
	return c.round(f(c.sincos(x.float(), c.wp())))
}

// sincos returns sine and cosine, each to relative precision wp.
func (c *Context) sincos(x *big.Float, wp uint) (sin, cos *big.Float) {
	r, quadrant := c.reduce(x, wp+4)
	sin, cos = sincosReduced(r, wp)
	if quadrant&1 != 0 {
		sin, cos = cos, sin.Neg(sin)
	}
	if quadrant&2 != 0 {
		sin.Neg(sin)
		cos.Neg(cos)
	}
	return sin, cos
}

// reduce returns r = x - q·π/2 with |r| ≤ π/4 (or a little more) to relative precision wp, and q mod 4.
func (c *Context) reduce(x *big.Float, wp uint) (r *big.Float, quadrant uint) {
	if x.Sign() == 0 || exponent(x) < 0 { // |x| < ½
		return newFloat(max(wp, x.Prec())).Set(x), 0
	}
	e := uint(exponent(x))
	for extra := uint(16); ; {
		p := wp + e + extra
		halfPi := scale(c.pi(p), -1)
		n := nearestInt(quo(e+16, x, halfPi))
		r = sub(max(p, x.Prec()), x, mul(p, halfPi, newFloat(e+16).SetInt(n)))
		// The error of r is about 2^-(wp+extra).
		if r.Sign() != 0 && exponent(r) > 4-int(extra) {
			return r.SetPrec(wp), uint(new(big.Int).And(n, big.NewInt(3)).Uint64())
		}
		if r.Sign() == 0 {
			extra *= 2
		} else {
			extra = max(extra+16, uint(-exponent(r))+16)
		}
	}
}

// sincosReduced returns sine and cosine for |r| < 1.
func sincosReduced(r *big.Float, wp uint) (sin, cos *big.Float) {
	one := intFloat(wp, 1)
	if r.Sign() == 0 {
		return newFloat(wp), one
	}
	e := exponent(r)
	if e < -int(wp/2) { // r - r³/6, 1 - r²/2
		square := mul(wp, r, r)
		cube := mul(wp, square, r)
		sin = sub(wp, r, cube.Quo(cube, intFloat(64, 6)))
		return sin, sub(wp, one, scale(square, -1))
	}
	p := wp + 8 + uint(max(0, -e))
	s, v := sincosFixed(toFixed(r, p), p)
	v.Sub(new(big.Int).Lsh(big.NewInt(1), p), v)
	return fromFixed(s, p, wp), fromFixed(v, p, wp)
}

// Atan returns the inverse tangent in [-π/2, π/2].
func (c *Context) Atan(x Num) Num {
	switch {
	case x.nan || x.f == nil:
		return x
	case x.f.IsInf():
		h := scale(c.pi(c.wp()), -1)
		if x.Sign() < 0 {
			h.Neg(h)
		}
		return c.round(h)
	}
	return c.round(c.atan(x.f, c.wp()))
}

// atan of a finite x ≠ 0: the float64 value y and one correction atan((x cos y - sin y)/(cos y + x sin y)).
func (c *Context) atan(x *big.Float, wp uint) *big.Float {
	if x.Sign() < 0 {
		r := c.atan(new(big.Float).Neg(x), wp)
		return r.Neg(r)
	}
	if x.Cmp(intFloat(64, 1)) > 0 { // π/2 - atan(1/x)
		half := scale(c.pi(wp+4), -1)
		inverse := quo(wp+4, intFloat(64, 1), x)
		if inverse.Sign() == 0 {
			return half
		}
		return sub(wp, half, c.atan(inverse, wp+4))
	}
	e := exponent(x)
	if e < -int(wp/8) {
		return artanhSeries(newFloat(max(wp+4, x.Prec())).Set(x), wp+4, -1)
	}
	approx, _ := x.Float64()
	y := newFloat(53).SetFloat64(math.Atan(approx))
	p := wp + 8 + uint(max(0, -e))
	sin, cos := newFloat(p), intFloat(p, 1)
	if y.Sign() != 0 {
		sin, cos = c.sincos(y, p)
	}
	num := sub(p, mul(p+8, x, cos), sin)
	den := add(p, cos, mul(p, x, sin))
	return add(wp, y, artanhSeries(quo(p, num, den), wp, -1))
}

// Atan2 returns the angle of the point (x, y) in (-π, π]. As zero has no sign, atan2(0, x) is π for x < 0, and
// atan2(0, 0) is 0; infinite arguments are taken as math.Atan2 does.
func (c *Context) Atan2(y, x Num) Num {
	if y.nan || x.nan {
		return NaN()
	}
	wp := c.wp()
	pi := newFloat(wp).Set(c.pi(wp))
	var angle *big.Float // of (x, |y|)
	switch {
	case y.f == nil:
		if x.Sign() >= 0 {
			return Num{}
		}
		return c.round(pi)
	case y.f.IsInf():
		switch {
		case x.IsInf(1):
			angle = scale(pi, -2)
		case x.IsInf(-1):
			angle = quo(wp, mul(wp, pi, intFloat(64, 3)), intFloat(64, 4))
		default:
			angle = scale(pi, -1)
		}
	case x.IsInf(1):
		return Num{}
	case x.IsInf(-1):
		angle = pi
	case x.f == nil:
		angle = scale(pi, -1)
	default:
		angle = c.atan2(new(big.Float).Abs(y.f), x.f, wp)
	}
	if y.Sign() < 0 {
		angle.Neg(angle)
	}
	return c.round(angle)
}

// atan2 for finite y > 0 and x ≠ 0.
func (c *Context) atan2(y, x *big.Float, wp uint) *big.Float {
	ratio := quo(wp+4, y, new(big.Float).Abs(x))
	var r *big.Float
	switch {
	case ratio.Sign() == 0:
		r = ratio
	case ratio.IsInf():
		r = scale(c.pi(wp), -1)
	default:
		r = c.atan(ratio, wp)
	}
	if x.Sign() < 0 {
		r = sub(wp, c.pi(wp), r)
	}
	return r
}

// Asin returns the inverse sine in [-π/2, π/2]; NaN for |x| > 1.
func (c *Context) Asin(x Num) Num {
	if x.nan || x.f == nil {
		return x
	}
	root, ok := c.oneMinusSquare(x)
	if !ok {
		return NaN()
	}
	return c.Atan2(x, root)
}

// Acos returns the inverse cosine in [0, π]; NaN for |x| > 1. It does not cancel near 1.
func (c *Context) Acos(x Num) Num {
	if x.nan {
		return x
	}
	root, ok := c.oneMinusSquare(x)
	if !ok {
		return NaN()
	}
	return c.Atan2(root, x)
}

// oneMinusSquare returns √((1 - x)(1 + x)) at working precision, and whether |x| ≤ 1.
func (c *Context) oneMinusSquare(x Num) (Num, bool) {
	f := x.float()
	one := intFloat(64, 1)
	if new(big.Float).Abs(f).Cmp(one) > 0 {
		return NaN(), false
	}
	p := max(c.wp(), f.Prec()) + 2
	s := mul(p, sub(p, one, f), add(p, one, f))
	return wrap(s.Sqrt(s)), true
}
