// Package bigmath evaluates the elementary functions of the formula language on real numbers of any precision.
//
// A [Num] is a real number, an infinity or not a number; a [Context] carries the precision that results are rounded to
// and the constants computed so far. The semantics are those of IEEE 754 on the real line with one zero: 1/0 is +Inf,
// 0/0 and everything outside a function's real domain is NaN, and poles have the values that package math gives them
// at +0. Results carry an error of at most two units in the last place unless a function says otherwise.
//
// No operation panics, and none takes time that grows with the magnitude of an argument beyond a fixed cap: an exponent
// outside the 32 bits of big.Float is an infinity or zero.
//
// Each function has two halves: an exported method that settles the special values and rounds, and an unexported one
// of the same name that takes finite *big.Float arguments and a working precision wp, and whose relative error is a few
// units of 2⁻ʷᵖ. The inner loops (exp, sine and cosine, erf) run in fixed point on big.Int; logarithm and arctangent
// are one correction of the float64 value by a short series.
package bigmath
