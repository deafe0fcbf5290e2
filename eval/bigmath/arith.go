package bigmath

import "math/big"

// Add returns x + y; Inf - Inf is NaN.
func (c *Context) Add(x, y Num) Num {
	switch {
	case x.nan || y.nan:
		return NaN()
	case x.f == nil:
		return c.Round(y)
	case y.f == nil:
		return c.Round(x)
	case x.f.IsInf() && y.f.IsInf() && x.f.Sign() != y.f.Sign():
		return NaN()
	}
	return wrap(add(c.prec(), x.f, y.f))
}

// Sub returns x - y; Inf - Inf is NaN.
func (c *Context) Sub(x, y Num) Num {
	switch {
	case x.nan || y.nan:
		return NaN()
	case x.f == nil:
		return c.Round(y.Neg())
	case y.f == nil:
		return c.Round(x)
	case x.f.IsInf() && y.f.IsInf() && x.f.Sign() == y.f.Sign():
		return NaN()
	}
	return wrap(sub(c.prec(), x.f, y.f))
}

// Mul returns x·y; 0·Inf is NaN.
func (c *Context) Mul(x, y Num) Num {
	switch {
	case x.nan || y.nan:
		return NaN()
	case x.f == nil || y.f == nil:
		if x.IsInf(0) || y.IsInf(0) {
			return NaN()
		}
		return Num{}
	}
	return wrap(mul(c.prec(), x.f, y.f))
}

// Div returns x/y; 0/0 and Inf/Inf are NaN, x/0 is an infinity with the sign of x.
func (c *Context) Div(x, y Num) Num {
	switch {
	case x.nan || y.nan, x.f == nil && y.f == nil, x.IsInf(0) && y.IsInf(0):
		return NaN()
	case y.f == nil:
		return Inf(x.Sign())
	case x.f == nil:
		return Num{}
	}
	return wrap(quo(c.prec(), x.f, y.f))
}

// Sign returns -1, 0 or 1 as x is negative, zero or positive.
func (c *Context) Sign(x Num) Num {
	if x.nan {
		return x
	}
	return FromInt64(int64(x.Sign()))
}

// Step returns [x > 0]: 1 if x > 0, else 0, also at NaN.
func (c *Context) Step(x Num) Num {
	if x.Sign() > 0 {
		return FromInt64(1)
	}
	return Num{}
}

// Abs returns |x|.
func (c *Context) Abs(x Num) Num { return c.Round(x.Abs()) }

// Floor returns the largest integer ≤ x.
func (c *Context) Floor(x Num) Num {
	if x.IsInt() || !x.IsFinite() {
		return c.Round(x)
	}
	return c.round(floor(x.f))
}

// Ceil returns the smallest integer ≥ x.
func (c *Context) Ceil(x Num) Num { return c.Floor(x.Neg()).Neg() }

// floor of a finite x that is not an integer, so that |x| < 2^(precision of x).
func floor(x *big.Float) *big.Float {
	n, _ := x.Int(nil)
	if x.Sign() < 0 {
		n.Sub(n, big.NewInt(1))
	}
	return new(big.Float).SetInt(n)
}

// nearestInt returns the integer nearest to x, for |x| < 2^(small).
func nearestInt(x *big.Float) *big.Int {
	half := big.NewFloat(0.5)
	if x.Sign() < 0 {
		half.Neg(half)
	}
	n, _ := newFloat(x.Prec()+2).Add(x, half).Int(nil)
	return n
}

// Max returns x if x ≥ y, else y; so a NaN y is returned and a NaN x is not.
func (c *Context) Max(x, y Num) Num {
	if y.LessEqual(x) {
		return c.Round(x)
	}
	return c.Round(y)
}

// Min returns x if x ≤ y, else y; so a NaN y is returned and a NaN x is not.
func (c *Context) Min(x, y Num) Num {
	if x.LessEqual(y) {
		return c.Round(x)
	}
	return c.Round(y)
}

// Clamp returns lo if x < lo, else hi if x > hi, else x.
func (c *Context) Clamp(x, lo, hi Num) Num {
	switch {
	case x.Less(lo):
		return c.Round(lo)
	case hi.Less(x):
		return c.Round(hi)
	}
	return c.Round(x)
}

// Mod returns x - m·floor(x/m), which has the sign of m; correctly rounded for finite arguments of any magnitude. It is
// NaN for m = 0 or infinite arguments.
func (c *Context) Mod(x, m Num) Num {
	if !x.IsFinite() || !m.IsFinite() || m.f == nil {
		return NaN()
	}
	if x.f == nil {
		return Num{}
	}
	// x = a·2ⁱ, m = b·2ʲ with integers a, b.
	a, i := integral(x.f)
	b, j := integral(m.f)
	r := new(big.Int)
	bAbs := new(big.Int).Abs(b)
	switch shift := i - j; {
	case shift >= 0: // a·2ˢ mod b by modular exponentiation: the shift may be 2³²
		r.Exp(big.NewInt(2), big.NewInt(int64(shift)), bAbs)
		r.Mul(r, a)
		r.Mod(r, bAbs)
		i = j
	case -shift > a.BitLen(): // |x| < |m|
		if (a.Sign() < 0) == (b.Sign() < 0) {
			return c.Round(x)
		}
		return wrap(add(c.prec(), x.f, m.f))
	default:
		b.Lsh(b, uint(-shift))
		bAbs.Abs(b)
		r.Mod(a, bAbs)
	}
	if r.Sign() != 0 && b.Sign() < 0 {
		r.Add(r, b)
	}
	f := new(big.Float).SetInt(r)
	return c.round(f.SetMantExp(f, i))
}

// integral returns n and e with x = n·2ᵉ.
func integral(x *big.Float) (n *big.Int, e int) {
	p := int(x.MinPrec())
	m := new(big.Float)
	e = x.MantExp(m) - p
	n, _ = scale(m, p).Int(nil)
	return n, e
}
