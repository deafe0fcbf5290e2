package bigmath

import "math/big"

// maxBetaExtra bounds the additional bits with which logarithms of Γ are subtracted. It reaches arguments of 2^4096.
const maxBetaExtra = 4096

// Beta returns B(a, b) = Γ(a)Γ(b)/Γ(a+b) for all real a and b. It is 0 where only Γ(a+b) has a pole, +Inf where a or b
// is 0 and the other positive, and NaN at every other pole of Γ(a) or Γ(b), where limits depend on the direction.
func (c *Context) Beta(a, b Num) Num {
	if a.Less(b) {
		a, b = b, a // a ≥ b
	}
	switch {
	case a.nan || b.nan || b.IsInf(-1):
		return NaN()
	case a.Sign() > 0 && b.f == nil:
		return Inf(1)
	case GammaSign(b) == 0 && b.IsFinite() || GammaSign(a) == 0 && a.IsFinite():
		return NaN()
	case a.IsInf(1): // B(a, b) ~ Γ(b) a⁻ᵇ
		switch {
		case b.Sign() > 0:
			return Num{}
		default:
			return Inf(GammaSign(b))
		}
	}
	// The exact sum: the poles of Γ(a+b) must be seen.
	sum, ok := exactSum(a.f, b.f)
	if sum.IsInf() || ok && sum.Sign() <= 0 && sum.IsInt() {
		return Num{}
	}
	sign := GammaSign(a) * GammaSign(b) * GammaSign(wrap(sum))
	wp := c.wp()
	r := c.exp(c.lbeta(a.f, b.f, sum, wp), wp)
	if sign < 0 {
		r.Neg(r)
	}
	return c.round(r)
}

// exactSum returns a + b exactly, or rounded to a few thousand bits if their exponents are too far apart for that.
func exactSum(a, b *big.Float) (sum *big.Float, exact bool) {
	gap := exponent(a) - exponent(b)
	if gap < 0 {
		gap = -gap
	}
	p := max(a.Prec(), b.Prec()) + 2
	if gap <= 2*maxBetaExtra {
		return newFloat(p+uint(gap)).Add(a, b), true
	}
	return add(p+2*maxBetaExtra, a, b), false
}

// lbeta returns log|B(a, b)| to an absolute error of about 2⁻ʷᵖ, with sum = a + b, a ≥ b.
func (c *Context) lbeta(a, b, sum *big.Float, wp uint) *big.Float {
	if exponent(a) > maxBetaExtra/2 && a.Sign() > 0 && exponent(b) < exponent(a)/2-int(wp) {
		// b²/a is negligible: B(a, b) = Γ(b) a⁻ᵇ (1 + O(b²/a)).
		p := wp + expLimit + 8
		lg := c.lgamma(b, p)
		t := mul(p, b, c.log(a, p))
		if t.IsInf() || lg.IsInf() {
			return newFloat(wp).SetInf(t.Sign() > 0)
		}
		return sub(p, lg, t)
	}
	p := wp + expLimit + 8
	for {
		ga, gb, gs := c.lgamma(a, p), c.lgamma(b, p), c.lgamma(sum, p)
		m := magnitude(ga, gb, gs)
		if ga.IsInf() || gb.IsInf() || gs.IsInf() {
			return newFloat(wp).SetInf(b.Sign() > 0)
		}
		v := sub(p, add(p, ga, gb), gs)
		if need := wp + uint(m) + 8; p < need && m <= maxBetaExtra+64 {
			p = need
			continue
		}
		return v
	}
}

// InverseGamma returns 1/Γ(x), which is 0 at the poles of Γ.
func (c *Context) InverseGamma(x Num) Num {
	switch {
	case x.nan || x.IsInf(-1):
		return NaN()
	case x.IsInf(1) || GammaSign(x) == 0:
		return Num{}
	}
	wp := c.wp()
	g := c.gamma(x.f, wp)
	if g.Sign() == 0 {
		return Inf(GammaSign(x))
	}
	return c.round(new(big.Float).SetPrec(wp).Quo(intFloat(64, 1), g))
}
