package bigmath

import (
	"math"
	"math/big"
)

// erfcLimit is the binary exponent from which on e^(-x²) is below the range of big.Float.
const erfcLimit = 18

// Erf returns the error function 2/√π ∫₀ˣ e^(-t²) dt.
func (c *Context) Erf(x Num) Num {
	switch {
	case x.nan || x.f == nil:
		return x
	case x.f.IsInf():
		return FromInt64(int64(x.Sign()))
	}
	return c.round(c.erf(x.f, c.wp()))
}

// Erfc returns the complementary error function 1 - erf(x), without cancellation for large x.
func (c *Context) Erfc(x Num) Num {
	switch {
	case x.nan:
		return x
	case x.IsInf(1):
		return Num{}
	case x.IsInf(-1):
		return FromInt64(2)
	case x.f == nil:
		return FromInt64(1)
	}
	return c.round(c.erfc(x.f, c.wp()))
}

// erfTail reports whether x² is so large that the asymptotic series of erfc reaches precision wp: its smallest term is
// about e^(-x²).
func erfTail(x *big.Float, wp uint) bool {
	if exponent(x) > erfcLimit {
		return true
	}
	v, _ := x.Float64()
	return v*v > float64(wp+16)*math.Ln2+8
}

func (c *Context) erf(x *big.Float, wp uint) *big.Float {
	if erfTail(x, wp) {
		return intFloat(wp, int64(x.Sign()))
	}
	// erf x = 2/√π x e^(-x²) Σ (2x²)ⁿ/(2n+1)!! (DLMF 7.6.2): all terms are positive.
	p := wp + 16
	square := newFloat(2*x.Prec()).Mul(x, x)
	twice := toFixed(scale(square, 1), p)
	term := new(big.Int).Lsh(big.NewInt(1), p)
	sum, n := new(big.Int).Set(term), new(big.Int)
	for k := int64(3); term.Sign() != 0; k += 2 {
		term.Mul(term, twice)
		term.Rsh(term, p)
		term.Quo(term, n.SetInt64(k))
		sum.Add(sum, term)
	}
	r := fromFixed(sum, p, p)
	r.Mul(r, c.exp(square.Neg(square), p))
	r.Mul(r, x)
	return scale(r.Quo(r, c.constant(constSqrtPi, p)), 1).SetPrec(wp)
}

func (c *Context) erfc(x *big.Float, wp uint) *big.Float {
	one := intFloat(wp, 1)
	switch {
	case x.Sign() < 0 || exponent(x) < 0: // x < ½
		return sub(wp, one, c.erf(x, wp))
	case exponent(x) > erfcLimit:
		return newFloat(wp)
	case !erfTail(x, wp):
		// erfc x ≥ e^(-x²)/(x√π + 2): that many bits cancel.
		v, _ := x.Float64()
		lost := uint(v*v*math.Log2E+math.Log2(2*v+2)) + 4
		return sub(wp, one, c.erf(x, wp+lost))
	}
	// erfc x ~ e^(-x²)/(x√π) Σ (-1)ⁿ (2n-1)!!/(2x²)ⁿ (DLMF 7.12.1); the error is below the first term left out.
	p := wp + 8
	square := newFloat(2*x.Prec()).Mul(x, x)
	inverse := toFixed(quo(p, intFloat(64, 1), scale(square, 1)), p)
	term := new(big.Int).Lsh(big.NewInt(1), p)
	sum, n := new(big.Int).Set(term), new(big.Int)
	for k := int64(1); term.Sign() != 0; k += 2 {
		term.Mul(term, inverse)
		term.Rsh(term, p)
		term.Mul(term, n.SetInt64(-k))
		sum.Add(sum, term)
		if term.CmpAbs(n.SetInt64(k)) <= 0 {
			break
		}
	}
	r := fromFixed(sum, p, p)
	r.Mul(r, c.exp(square.Neg(square), p))
	return r.Quo(r, mul(p, x, c.constant(constSqrtPi, p))).SetPrec(wp)
}
