package taylor

import "github.com/seed-9905856d/derive/eval/bigmath"

// Gamma returns Γ(x) = Γ(x₀) e^(log|Γ(x)| - log|Γ(x₀)|).
func (c *Context) Gamma(x Num) Num {
	value := c.Math.Gamma(x.value)
	if x.IsConst() {
		return Const(value)
	}
	return c.exponential(value, c.compose(x, lgammaSeries).terms)
}

// exponential returns value·eᴺ.
func (c *Context) exponential(value bigmath.Num, n nilpotent) Num {
	if len(n) == 0 {
		return Const(value)
	}
	powers := c.powers(n)
	return c.polynomial(cyclic(c.Math, len(powers), value), powers)
}

// Polygamma returns ψ⁽ᵏ⁾(x) for an integer k ≥ 0; derivatives by k are NaN.
func (c *Context) Polygamma(k, x Num) Num {
	order, ok := k.value.Int64()
	if !ok || order < 0 || order > 1<<20 {
		order = 1 << 20 // NaN
	}
	r := c.compose(x, polygammaSeries(int(order)))
	if k.IsConst() {
		return r
	}
	unknown := c.scaled(k.terms, bigmath.NaN())
	return Num{r.value, c.sum(c.sum(r.terms, unknown), c.product(unknown, r.terms))}
}

// maxBetaExtra bounds the bits that Beta adds where logarithmic derivatives cancel.
const maxBetaExtra = 2048

// maxBetaPole is the largest n at which Beta has derivatives for a + b = -n.
const maxBetaPole = 1000

// Beta returns B(a, b) = Γ(a)Γ(b)/Γ(a+b) as B(a₀, b₀) times the exponential of the infinitesimal part of its logarithm;
// where Γ(a+b) has a pole, through the Taylor series of 1/Γ.
func (c *Context) Beta(a, b Num) Num {
	value := c.Math.Beta(a.value, b.value)
	if a.IsConst() && b.IsConst() {
		return Const(value)
	}
	sum := c.Math.Add(a.value, b.value)
	if n, ok := sum.Int64(); ok && value.IsZero() && n <= 0 {
		if n < -maxBetaPole {
			return c.poisoned(Num{bigmath.NaN(), c.Add(a, b).terms}).withValue(value)
		}
		gammas := c.Mul(c.Gamma(a), c.Gamma(b))
		return c.Mul(gammas, c.inverseGammaAtPole(c.Add(a, b), int(-n))).withValue(value)
	}
	// ψ(a) - ψ(a+b) cancels where a is much larger than b.
	wide := c
	ea, oka := a.value.Exponent()
	eb, okb := b.value.Exponent()
	if gap := max(ea-eb, eb-ea); oka && okb && gap > 8 {
		wide = c.withExtra(uint(min(gap, maxBetaExtra)))
	}
	log := wide.Sub(wide.Add(wide.compose(a, lgammaSeries), wide.compose(b, lgammaSeries)),
		wide.compose(wide.Add(a, b), lgammaSeries))
	return c.exponential(value, log.terms)
}

// inverseGammaAtPole returns 1/Γ(z) for z₀ = -n: z(z+1)…(z+n)/Γ(z+n+1).
func (c *Context) inverseGammaAtPole(z Num, n int) Num {
	last := z.withValue(bigmath.Num{}) // z + n
	r := c.Div(last, c.Gamma(c.Add(last, Int(1))))
	for i := 1; i <= n; i++ {
		r = c.Mul(r, c.Sub(last, Int(int64(i))))
	}
	return r
}
