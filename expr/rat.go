package expr

import (
	"math"
	"math/big"
	"math/bits"
	"strconv"
)

// Rat is an exact rational number. Small ones are two machine words; others fall back on
// math/big. The zero value is not a number in use: make one with [Int], [Frac] or [BigRat].
type Rat struct {
	num, den int64    // in lowest terms, den > 0; num is not MinInt64
	big      *big.Rat // set only where the value does not fit in num and den
}

// Int returns n.
func Int(n int64) Rat {
	if n == math.MinInt64 {
		return Rat{big: new(big.Rat).SetInt64(n)}
	}
	return Rat{num: n, den: 1}
}

// Frac returns n/d for d != 0.
func Frac(n, d int64) Rat { return BigRat(big.NewRat(n, d)) }

// BigRat returns r, which it copies if need be.
func BigRat(r *big.Rat) Rat {
	if r.Num().IsInt64() && r.Denom().IsInt64() && r.Num().Int64() != math.MinInt64 {
		return Rat{num: r.Num().Int64(), den: r.Denom().Int64()}
	}
	return Rat{big: new(big.Rat).Set(r)}
}

// Big returns the value as a big.Rat, which the caller must not change.
func (r Rat) Big() *big.Rat {
	if r.big != nil {
		return r.big
	}
	return big.NewRat(r.num, r.den)
}

// IsInt reports whether r is an integer.
func (r Rat) IsInt() bool {
	if r.big != nil {
		return r.big.IsInt()
	}
	return r.den == 1
}

// Int64 returns r as an int64 if it is an integer in range.
func (r Rat) Int64() (int64, bool) {
	if r.big == nil && r.den == 1 {
		return r.num, true
	}
	return 0, false
}

// IsZero reports whether r is 0.
func (r Rat) IsZero() bool { return r.big == nil && r.num == 0 }

// IsOne reports whether r is 1.
func (r Rat) IsOne() bool { return r.big == nil && r.num == 1 && r.den == 1 }

// Sign returns -1, 0 or 1.
func (r Rat) Sign() int {
	if r.big != nil {
		return r.big.Sign()
	}
	switch {
	case r.num < 0:
		return -1
	case r.num > 0:
		return 1
	}
	return 0
}

// Cmp compares r and s: -1, 0 or 1.
func (r Rat) Cmp(s Rat) int {
	if r.big == nil && s.big == nil && r.den == s.den {
		switch {
		case r.num < s.num:
			return -1
		case r.num > s.num:
			return 1
		}
		return 0
	}
	return r.Big().Cmp(s.Big())
}

// Equal reports whether r and s are the same number.
func (r Rat) Equal(s Rat) bool {
	if r.big == nil || s.big == nil {
		return r.big == nil && s.big == nil && r.num == s.num && r.den == s.den
	}
	return r.big.Cmp(s.big) == 0
}

// Neg returns -r.
func (r Rat) Neg() Rat {
	if r.big == nil {
		return Rat{num: -r.num, den: r.den}
	}
	return BigRat(new(big.Rat).Neg(r.big))
}

// Add returns r + s.
func (r Rat) Add(s Rat) Rat {
	if r.big == nil && s.big == nil && r.den == 1 && s.den == 1 {
		if sum := r.num + s.num; (sum > r.num) == (s.num > 0) && sum != math.MinInt64 {
			return Rat{num: sum, den: 1}
		}
	}
	if r.isShort() && s.isShort() { // the products stay below 2^63
		return reduced(r.num*s.den+s.num*r.den, r.den*s.den)
	}
	return BigRat(new(big.Rat).Add(r.Big(), s.Big()))
}

// isShort reports whether products of two such numerators and denominators, and their sums, fit.
func (r Rat) isShort() bool {
	const short = 1 << 30
	return r.big == nil && -short < r.num && r.num < short && r.den < short
}

// reduced returns num/den in lowest terms, den > 0.
func reduced(num, den int64) Rat {
	if g := gcd(num, den); g > 1 {
		num, den = num/g, den/g
	}
	return Rat{num: num, den: den}
}

// Sub returns r - s.
func (r Rat) Sub(s Rat) Rat { return r.Add(s.Neg()) }

// Mul returns r * s.
func (r Rat) Mul(s Rat) Rat {
	if r.big == nil && s.big == nil && r.den == 1 && s.den == 1 {
		hi, lo := bits.Mul64(abs64(r.num), abs64(s.num))
		if hi == 0 && lo <= math.MaxInt64 {
			if (r.num < 0) != (s.num < 0) {
				return Rat{num: -int64(lo), den: 1}
			}
			return Rat{num: int64(lo), den: 1}
		}
	}
	if r.isShort() && s.isShort() {
		return reduced(r.num*s.num, r.den*s.den)
	}
	return BigRat(new(big.Rat).Mul(r.Big(), s.Big()))
}

// Inv returns 1/r for r != 0.
func (r Rat) Inv() Rat {
	if r.big == nil {
		if r.num < 0 {
			return Rat{num: -r.den, den: -r.num}
		}
		return Rat{num: r.den, den: r.num}
	}
	return BigRat(new(big.Rat).Inv(r.big))
}

// Div returns r / s for s != 0.
func (r Rat) Div(s Rat) Rat { return r.Mul(s.Inv()) }

// MaxPowerBits bounds the size of a number that folding a power may make: beyond it
// 2^1000000000 stays a power.
const MaxPowerBits = 1 << 14

// PowInt returns r^k and whether it is defined and within [MaxPowerBits].
func (r Rat) PowInt(k int64) (Rat, bool) {
	if k == 0 || r.IsOne() {
		return Int(1), true
	}
	if r.IsZero() {
		return r, k > 0
	}
	if k == math.MinInt64 {
		return Rat{}, false
	}
	b := r.Big()
	n := int64(max(b.Num().BitLen(), b.Denom().BitLen()) - 1)
	e := k
	if e < 0 {
		e = -e
	}
	if n > 0 && e > MaxPowerBits/n {
		return Rat{}, false
	}
	if n == 0 { // ±1
		e &= 1
	}
	be := big.NewInt(e)
	v := new(big.Rat).SetFrac(new(big.Int).Exp(b.Num(), be, nil), new(big.Int).Exp(b.Denom(), be, nil))
	if k < 0 {
		v.Inv(v)
	}
	return BigRat(v), true
}

// root returns the exact q-th root of r ≥ 0, if it is rational.
func (r Rat) root(q int64) (Rat, bool) {
	if r.Sign() < 0 || q < 1 || q > 64 {
		return Rat{}, false
	}
	b := r.Big()
	n, ok := rootInt(b.Num(), q)
	if !ok {
		return Rat{}, false
	}
	d, ok := rootInt(b.Denom(), q)
	if !ok {
		return Rat{}, false
	}
	return BigRat(new(big.Rat).SetFrac(n, d)), true
}

// rootInt returns the exact q-th root of n ≥ 0, if there is one, by bisection.
func rootInt(n *big.Int, q int64) (*big.Int, bool) {
	lo, hi := new(big.Int), new(big.Int).Lsh(big.NewInt(1), uint(int64(n.BitLen())/q+1))
	bq := big.NewInt(q)
	for lo.Cmp(hi) <= 0 {
		mid := new(big.Int).Add(lo, hi)
		mid.Rsh(mid, 1)
		switch new(big.Int).Exp(mid, bq, nil).Cmp(n) {
		case 0:
			return mid, true
		case -1:
			lo = mid.Add(mid, big.NewInt(1))
		default:
			hi = mid.Sub(mid, big.NewInt(1))
		}
	}
	return nil, false
}

// String returns r as n or n/d.
func (r Rat) String() string { return string(r.AppendTo(nil)) }

// AppendTo appends r as text: 3, -3, 1/2.
func (r Rat) AppendTo(b []byte) []byte {
	if r.big != nil {
		return append(b, r.big.RatString()...)
	}
	b = strconv.AppendInt(b, r.num, 10)
	if r.den != 1 {
		b = strconv.AppendInt(append(b, '/'), r.den, 10)
	}
	return b
}

func (r Rat) hash() uint64 {
	if r.big == nil {
		return mix(uint64(r.num), uint64(r.den))
	}
	h := uint64(0x9ae16a3b2f90404f)
	for _, b := range []byte(r.big.String()) {
		h = mix(h, uint64(b))
	}
	return h
}

func abs64(n int64) uint64 {
	if n < 0 {
		return uint64(-n)
	}
	return uint64(n)
}
