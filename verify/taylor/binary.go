package taylor

import "github.com/seed-9905856d/derive/eval/bigmath"

// Max returns x if x ≥ y, else y, with all its derivatives.
func (c *Context) Max(x, y Num) Num {
	if y.value.LessEqual(x.value) {
		return x
	}
	return y
}

// Min returns x if x ≤ y, else y, with all its derivatives.
func (c *Context) Min(x, y Num) Num {
	if x.value.LessEqual(y.value) {
		return x
	}
	return y
}

// Clamp returns lo if x < lo, else hi if x > hi, else x, with all its derivatives.
func (c *Context) Clamp(x, lo, hi Num) Num {
	switch {
	case x.value.Less(lo.value):
		return lo
	case hi.value.Less(x.value):
		return hi
	}
	return x
}

// Mod returns x - m·floor(x/m); floor counts as constant.
func (c *Context) Mod(x, m Num) Num {
	value := c.Math.Mod(x.value, m.value)
	if x.IsConst() && m.IsConst() {
		return Const(value)
	}
	// floor(x/m) from the exact remainder, as the quotient may round up to an integer.
	q := c.Math.Div(c.Math.Sub(x.value, value), m.value)
	q = c.Math.Floor(c.Math.Add(q, c.Math.Ratio(1, 2)))
	return c.poisoned(Num{value, c.sum(x.terms, c.scaled(m.terms, q.Neg()))})
}

// poisoned returns x, with NaN for every coefficient if its value is NaN.
func (c *Context) poisoned(x Num) Num {
	if x.value.IsNaN() {
		return Num{x.value, c.scaled(x.terms, x.value)}
	}
	return x
}

// Hypot returns √(x² + y²). At (0, 0), where it has no derivative, its derivatives are 0 like those of abs and of the
// norm.
func (c *Context) Hypot(x, y Num) Num {
	value := c.Math.Hypot(x.value, y.value)
	switch {
	case x.IsConst() && y.IsConst():
		return Const(value)
	case value.IsZero():
		return Num{value, c.scaled(c.sum(x.terms, y.terms), value)}
	}
	return c.compose(c.Add(c.Mul(x, x), c.Mul(y, y)), sqrtSeries).withValue(value)
}

// Atan2 returns the angle of the point (x, y). With a = y - y₀, b = x - x₀ it is
//
//	atan2(y₀, x₀) + atan((x₀a - y₀b)/(x₀x + y₀y)),
//
// exactly, as the angle between (x₀, y₀) and (x, y) is infinitesimal. At (0, 0) its derivatives are NaN.
func (c *Context) Atan2(y, x Num) Num {
	value := c.Math.Atan2(y.value, x.value)
	if x.IsConst() && y.IsConst() {
		return Const(value)
	}
	x0, y0 := x.value, y.value
	num := Num{terms: c.sum(c.scaled(y.terms, x0), c.scaled(x.terms, y0.Neg()))}
	den := c.Add(c.Mul(Const(x0), x), c.Mul(Const(y0), y))
	turn := c.Div(num, den)
	return c.poisoned(c.compose(turn, atanSeries).withValue(value))
}

// Pow returns xʸ with bigmath's conventions, so x⁰ is 1. For constant y derivatives are those of a power, also at x ≤ 0;
// for varying y they contain log x, are NaN for x < 0, and at x = 0 count 0·log 0 as 0.
func (c *Context) Pow(x, y Num) Num {
	value := c.Math.Pow(x.value, y.value)
	switch {
	case x.IsConst() && y.IsConst():
		return Const(value)
	case y.IsConst():
		return c.compose(x, func(m *bigmath.Context, v bigmath.Num, n int) []bigmath.Num {
			return powerSeries(m, v, y.value, value, n)
		})
	case x.value.Sign() > 0:
		// e^(y log x)
		exponent := c.Mul(y, c.compose(x, logSeries))
		powers := c.powers(exponent.terms)
		return c.polynomial(cyclic(c.Math, len(powers), value), powers)
	}
	return c.powAtZero(x, y, value)
}

// powAtZero returns xʸ for x₀ ≤ 0 or NaN and varying y: Σ Fᵢⱼ aⁱ bʲ with a = x - x₀, b = y - y₀, where
//
//	Σⱼ Fᵢⱼ bʲ = (y₀+b over i) · x₀^(y₀-i) · e^(b log x₀)
//
// is a product of two series in b.
func (c *Context) powAtZero(x, y Num, value bigmath.Num) Num {
	m := c.Math
	ys := c.powers(y.terms)
	var xs []nilpotent
	if !x.IsConst() {
		xs = c.powers(x.terms)
	}
	log := m.Log(x.value)
	result := Num{value: value}
	binomial := []bigmath.Num{integer(1)} // (y₀+b over i) by powers of b
	for i := 0; i <= len(xs); i++ {
		if i > 0 {
			binomial = timesLinear(m, binomial, m.Sub(y.value, integer(i-1)), integer(i))
		}
		power := powerWithLogs(m, m.Pow(x.value, m.Sub(y.value, integer(i))), log, len(ys))
		for j := 0; j <= len(ys); j++ {
			var f bigmath.Num
			for k := 0; k <= min(j, i); k++ {
				if !binomial[k].IsZero() {
					f = m.Add(f, m.Mul(binomial[k], power[j-k]))
				}
			}
			switch {
			case i > 0 && j > 0:
				result.terms = c.sum(result.terms, c.scaled(c.product(xs[i-1], ys[j-1]), f))
			case i > 0:
				result.terms = c.sum(result.terms, c.scaled(xs[i-1], f))
			case j > 0:
				result.terms = c.sum(result.terms, c.scaled(ys[j-1], f))
			}
		}
	}
	return c.poisoned(result)
}

// timesLinear returns p·(a + b)/d for a polynomial p in b.
func timesLinear(m *bigmath.Context, p []bigmath.Num, a, d bigmath.Num) []bigmath.Num {
	r := make([]bigmath.Num, len(p)+1)
	for k, v := range p {
		r[k] = m.Add(r[k], m.Div(m.Mul(v, a), d))
		r[k+1] = m.Div(v, d)
	}
	return r
}

// powerWithLogs returns p·logʲ/j! for j = 0 … n, which is 0 where p is 0.
func powerWithLogs(m *bigmath.Context, p, log bigmath.Num, n int) []bigmath.Num {
	f := make([]bigmath.Num, n+1)
	f[0] = p
	for j := 1; j <= n && !p.IsZero(); j++ {
		f[j] = m.Div(m.Mul(f[j-1], log), integer(j))
	}
	return f
}
