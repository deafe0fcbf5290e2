package bigmath

import (
	"math/big"
	"math/bits"
)

// maxPowerInt bounds the integer exponents for which powers are products.
const maxPowerInt = 1 << 16

// Pow returns xʸ. A negative base has a power only for an integer y; 0⁰ and x⁰ and 1ʸ are 1, even where the other
// argument is NaN; 0ʸ is +Inf for y < 0. Infinite arguments are taken as math.Pow does.
func (c *Context) Pow(x, y Num) Num {
	one := FromInt64(1)
	switch {
	case y.IsZero() || x.Equal(one):
		return one
	case x.nan || y.nan:
		return NaN()
	case x.f == nil:
		if y.Sign() < 0 {
			return Inf(1)
		}
		return Num{}
	case y.f.IsInf():
		switch order, _ := x.Abs().Cmp(one); {
		case order == 0:
			return one
		case (order > 0) == (y.Sign() > 0):
			return Inf(1)
		}
		return Num{}
	case x.f.IsInf():
		return c.powInf(x, y)
	case x.f.Sign() < 0 && !y.f.IsInt():
		return NaN()
	}
	return c.round(c.pow(x.f, y.f, c.wp()))
}

// powInf is Pow for an infinite base and finite y ≠ 0.
func (c *Context) powInf(x, y Num) Num {
	if y.Sign() < 0 {
		return Num{}
	}
	if x.Sign() < 0 && y.f.IsInt() && isOdd(y.f) {
		return Inf(-1)
	}
	return Inf(1)
}

// pow for finite non-zero x and y, y an integer if x < 0.
func (c *Context) pow(x, y *big.Float, wp uint) *big.Float {
	if n, accuracy := y.Int64(); accuracy == big.Exact && -maxPowerInt <= n && n <= maxPowerInt {
		return powInt(x, n, wp)
	}
	a := new(big.Float).Abs(x)
	p := wp + expLimit + 7
	t := mul(p, y, c.log(a, p))
	r := c.exp(t, wp)
	if x.Sign() < 0 && isOdd(y) {
		r.Neg(r)
	}
	return r
}

// powInt returns xⁿ by repeated squaring.
func powInt(x *big.Float, n int64, wp uint) *big.Float {
	m := uint64(max(n, -n))
	p := wp + 2*uint(bits.Len64(m)) + 2
	result, base := intFloat(p, 1), newFloat(p).Set(x)
	for ; m != 0; m >>= 1 {
		if m&1 != 0 {
			result.Mul(result, base)
		}
		if m > 1 {
			base.Mul(base, base)
		}
	}
	if n < 0 {
		result.Quo(intFloat(64, 1), result)
	}
	return result
}

// isOdd reports whether the integer x is odd.
func isOdd(x *big.Float) bool {
	// x = n·2ᵉ with odd n.
	return x.Sign() != 0 && exponent(x) == int(x.MinPrec())
}
