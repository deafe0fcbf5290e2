package bigmath

import (
	"math"
	"math/big"
)

// Num is an extended real number: finite, +Inf, -Inf, or NaN. The zero value is 0. A Num is immutable and may be copied
// and shared between goroutines.
type Num struct {
	f   *big.Float // nil is zero; never a signed zero
	nan bool
}

// NaN returns the value that is no number.
func NaN() Num { return Num{nan: true} }

// Inf returns +Inf if sign ≥ 0, else -Inf.
func Inf(sign int) Num { return Num{f: new(big.Float).SetInf(sign < 0)} }

// FromInt64 returns n exactly.
func FromInt64(n int64) Num { return wrap(new(big.Float).SetInt64(n)) }

// FromFloat64 returns v exactly; both zeros become 0.
func FromFloat64(v float64) Num {
	if math.IsNaN(v) {
		return NaN()
	}
	return wrap(new(big.Float).SetFloat64(v))
}

// FromBig returns a copy of f with f's own precision; nil is NaN.
func FromBig(f *big.Float) Num {
	if f == nil {
		return NaN()
	}
	return wrap(new(big.Float).Copy(f))
}

// wrap takes ownership of f.
func wrap(f *big.Float) Num {
	if f.Sign() == 0 {
		return Num{}
	}
	return Num{f: f}
}

// Big returns the value as a new big.Float, or nil for NaN.
func (x Num) Big() *big.Float {
	if x.nan {
		return nil
	}
	return new(big.Float).Copy(x.float())
}

// float returns the value of a Num that is not NaN. The result is shared: it must not be written to.
func (x Num) float() *big.Float {
	if x.f == nil {
		return new(big.Float)
	}
	return x.f
}

// Float64 returns the nearest float64; magnitudes beyond its range become infinities or zero.
func (x Num) Float64() float64 {
	if x.nan {
		return math.NaN()
	}
	v, _ := x.float().Float64()
	return v
}

// Int64 returns the value as an int64, and whether it is an integer in that range.
func (x Num) Int64() (int64, bool) {
	if x.nan || x.IsInf(0) {
		return 0, false
	}
	n, accuracy := x.float().Int64()
	return n, accuracy == big.Exact
}

// IsNaN reports whether x is NaN.
func (x Num) IsNaN() bool { return x.nan }

// IsInf reports whether x is +Inf (sign > 0), -Inf (sign < 0), or either (sign == 0).
func (x Num) IsInf(sign int) bool {
	return x.f != nil && x.f.IsInf() && (sign == 0 || (sign > 0) == (x.f.Sign() > 0))
}

// IsFinite reports whether x is neither NaN nor an infinity.
func (x Num) IsFinite() bool { return !x.nan && (x.f == nil || !x.f.IsInf()) }

// IsZero reports whether x is 0.
func (x Num) IsZero() bool { return x.f == nil && !x.nan }

// IsInt reports whether x is a finite integer.
func (x Num) IsInt() bool { return !x.nan && (x.f == nil || x.f.IsInt()) }

// Sign returns -1, 0 or 1; 0 for NaN.
func (x Num) Sign() int {
	if x.f == nil {
		return 0
	}
	return x.f.Sign()
}

// Neg returns -x.
func (x Num) Neg() Num {
	if x.f == nil {
		return x
	}
	return Num{f: new(big.Float).Neg(x.f)}
}

// Abs returns |x|.
func (x Num) Abs() Num {
	if x.Sign() >= 0 {
		return x
	}
	return x.Neg()
}

// Cmp compares x and y by value: -1, 0 or 1. It is unordered, ok == false, if either is NaN.
func (x Num) Cmp(y Num) (order int, ok bool) {
	if x.nan || y.nan {
		return 0, false
	}
	return x.float().Cmp(y.float()), true
}

// Equal reports x == y; false if either is NaN.
func (x Num) Equal(y Num) bool { order, ok := x.Cmp(y); return ok && order == 0 }

// Less reports x < y; false if either is NaN.
func (x Num) Less(y Num) bool { order, ok := x.Cmp(y); return ok && order < 0 }

// LessEqual reports x ≤ y; false if either is NaN.
func (x Num) LessEqual(y Num) bool { order, ok := x.Cmp(y); return ok && order <= 0 }

// AppendKey appends text to a key: the same for equal numbers, another for others.
func (x Num) AppendKey(key []byte) []byte {
	switch {
	case x.nan:
		return append(key, "NaN"...)
	case x.f == nil:
		return append(key, '0')
	}
	return x.f.Append(key, 'p', 0)
}

// exponent returns e with 2ᵉ⁻¹ ≤ |f| < 2ᵉ for finite non-zero f.
func exponent(f *big.Float) int { return f.MantExp(nil) }

// Exponent returns e with 2ᵉ⁻¹ ≤ |x| < 2ᵉ, and false if x is zero, infinite or NaN.
func (x Num) Exponent() (e int, ok bool) {
	if x.f == nil || x.f.IsInf() {
		return 0, false
	}
	return exponent(x.f), true
}

// maxDecimalExponent bounds the numbers that are printed in decimal: conversion time grows with the exponent.
const maxDecimalExponent = 1 << 16

// Text formats x in decimal with the given number of significant digits, or the fewest that identify x within its own
// precision if digits < 0. Numbers beyond 2^±65536 are printed with a binary exponent.
func (x Num) Text(digits int) string {
	switch {
	case x.nan:
		return "NaN"
	case x.f == nil:
		return "0"
	case !x.f.IsInf():
		if e := exponent(x.f); e > maxDecimalExponent || e < -maxDecimalExponent {
			return x.f.Text('p', 0)
		}
	}
	return x.f.Text('g', digits)
}

// String formats x with 20 significant digits.
func (x Num) String() string { return x.Text(20) }
