package bigmath

import (
	"math"
	"math/big"
)

// Log returns the natural logarithm; -Inf at 0, NaN for x < 0. It does not cancel near 1.
func (c *Context) Log(x Num) Num {
	if v, ok := logSpecial(x); ok {
		return v
	}
	return c.round(c.log(x.f, c.wp()))
}

// Log2 returns the logarithm to base 2, exact for powers of two.
func (c *Context) Log2(x Num) Num {
	if v, ok := logSpecial(x); ok {
		return v
	}
	wp := c.wp()
	if f, k := normalize(x.f); k != 0 {
		// log₂ x = k + log₂ m. Where m < 1 and k > 0 the sum loses at most a bit.
		return c.round(addInt(wp, quo(wp, c.log1pSmall(f, wp+4), c.ln2(wp+4)), int64(k)))
	}
	return c.round(quo(wp, c.log(x.f, wp), c.ln2(wp)))
}

// Log10 returns the logarithm to base 10.
func (c *Context) Log10(x Num) Num {
	if v, ok := logSpecial(x); ok {
		return v
	}
	wp := c.wp()
	return c.round(quo(wp, c.log(x.f, wp), c.constant(constLn10, wp)))
}

// Log1p returns log(1 + x) without cancellation near 0; -Inf at -1, NaN for x < -1.
func (c *Context) Log1p(x Num) Num {
	minusOne := FromInt64(-1)
	switch {
	case x.nan || x.f == nil || x.IsInf(1):
		return x
	case x.Less(minusOne):
		return NaN()
	case x.Equal(minusOne):
		return Inf(-1)
	}
	return c.round(c.log1p(x.f, c.wp()))
}

func logSpecial(x Num) (Num, bool) {
	switch {
	case x.nan || x.IsInf(1):
		return x, true
	case x.f == nil:
		return Inf(-1), true
	case x.f.Sign() < 0:
		return NaN(), true
	}
	return Num{}, false
}

// normalize returns f and k with x = (1 + f)·2ᵏ and √½ < 1 + f < √2, roughly, for x > 0; f is exact.
func normalize(x *big.Float) (f *big.Float, k int) {
	m := new(big.Float)
	k = x.MantExp(m)
	if m.Cmp(big.NewFloat(math.Sqrt2/2)) < 0 {
		m = scale(m, 1)
		k--
	}
	return newFloat(max(x.Prec(), 53)+2).Sub(m, intFloat(64, 1)), k
}

func (c *Context) log(x *big.Float, wp uint) *big.Float {
	f, k := normalize(x)
	small := c.log1pSmall(f, wp)
	if k == 0 {
		return small
	}
	kLn2 := mul(wp+4, c.ln2(wp+4), intFloat(64, int64(k)))
	return add(wp, kLn2, small)
}

func (c *Context) log1p(x *big.Float, wp uint) *big.Float {
	if x.Sign() == 0 || exponent(x) < -1 { // |x| < ¼
		return c.log1pSmall(x, wp)
	}
	// For x < -½ the sum is exact at x's own precision.
	return c.log(addInt(max(wp, x.Prec())+2, x, 1), wp)
}

// log1pSmall returns log(1 + f) for |f| < ½: log(1 + f) = y + log1p((1 + f)e⁻ʸ - 1) with y the float64 value, so that
// the last term has a series of about wp/108 terms.
func (c *Context) log1pSmall(f *big.Float, wp uint) *big.Float {
	if f.Sign() == 0 {
		return newFloat(wp)
	}
	e := exponent(f)
	if e < -int(wp/8) {
		return log1pSeries(newFloat(max(wp, f.Prec())).Set(f), wp)
	}
	approx, _ := f.Float64()
	y := newFloat(53).SetFloat64(math.Log1p(approx))
	p := wp + 8 + uint(max(0, -e))
	w := c.exp(newFloat(53).Neg(y), p)
	w = mul(p, w, addInt(max(p, f.Prec()+uint(max(0, -e))), f, 1))
	w = addInt(p, w, -1)
	return add(wp, y, log1pSeries(w, wp))
}

// log1pSeries returns log(1 + f) = 2 artanh z = 2(z + z³/3 + z⁵/5 + …) with z = f/(2 + f), for small f.
func log1pSeries(f *big.Float, wp uint) *big.Float {
	if f.Sign() == 0 {
		return newFloat(wp)
	}
	return scale(artanhSeries(quo(wp+4, f, addInt(wp+4, f, 2)), wp+4, 1), 1)
}

// artanhSeries returns z + s z³/3 + s² z⁵/5 + …: artanh z for s = 1, arctan z for s = -1.
func artanhSeries(z *big.Float, wp uint, s int) *big.Float {
	sum := newFloat(wp).Set(z)
	if z.Sign() == 0 || exponent(z) < -int(wp) {
		return sum
	}
	square := mul(wp, z, z)
	if s < 0 {
		square.Neg(square)
	}
	power := newFloat(wp).Set(z)
	for n := int64(3); ; n += 2 {
		power = mul(wp, power, square)
		if power.Sign() == 0 || exponent(power) < exponent(sum)-int(wp) {
			return sum
		}
		sum.Add(sum, quo(wp, power, intFloat(64, n)))
	}
}

// Asinh returns the inverse hyperbolic sine.
func (c *Context) Asinh(x Num) Num {
	if x.nan || x.f == nil || x.f.IsInf() {
		return x
	}
	wp := c.wp()
	a := new(big.Float).Abs(x.f)
	var r *big.Float
	switch e := exponent(a); {
	case e < -int(wp): // asinh a = a - a³/6 + …
		r = newFloat(wp).Set(a)
	case e > int(wp): // log 2a
		r = add(wp, c.log(a, wp), c.ln2(wp))
	default: // log1p(a + a²/(1 + √(1 + a²)))
		square := mul(wp, a, a)
		root := addInt(wp, square, 1)
		root.Sqrt(root)
		r = c.log1p(add(wp, a, quo(wp, square, addInt(wp, root, 1))), wp)
	}
	if x.Sign() < 0 {
		r.Neg(r)
	}
	return c.round(r)
}

// Acosh returns the inverse hyperbolic cosine ≥ 0; NaN for x < 1.
func (c *Context) Acosh(x Num) Num {
	one := FromInt64(1)
	switch {
	case x.nan || x.Less(one):
		return NaN()
	case x.IsInf(1):
		return x
	case x.Equal(one):
		return Num{}
	}
	wp := c.wp()
	if exponent(x.f) > int(wp) {
		return c.round(add(wp, c.log(x.f, wp), c.ln2(wp)))
	}
	// log1p(t + √(2t + t²)) with t = x - 1, exact near 1.
	t := addInt(max(wp, x.f.Prec()), x.f, -1)
	root := mul(wp, t, addInt(wp, t, 2))
	root.Sqrt(root)
	return c.round(c.log1p(add(wp, t, root), wp))
}

// Atanh returns the inverse hyperbolic tangent; ±Inf at ±1, NaN beyond.
func (c *Context) Atanh(x Num) Num {
	if x.nan || x.f == nil {
		return x
	}
	switch x.Abs().float().Cmp(intFloat(64, 1)) {
	case 1:
		return NaN()
	case 0:
		return Inf(x.Sign())
	}
	wp := c.wp()
	a := new(big.Float).Abs(x.f)
	// ½ log1p(2a/(1 - a))
	den := sub(max(wp, a.Prec()), intFloat(64, 1), a)
	r := scale(c.log1p(quo(wp, scale(a, 1), den), wp), -1)
	if x.Sign() < 0 {
		r.Neg(r)
	}
	return c.round(r)
}
