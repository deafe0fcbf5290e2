package codegen

import (
	"math/big"
	"testing"

	"github.com/seed-9905856d/derive/eval/bigmath"
)

// TestLaurent holds the power series of every function, at 0 and elsewhere, on both sides, against its values.
func TestLaurent(t *testing.T) {
	const bits = 700
	near := new(big.Float).SetMantExp(big.NewFloat(1), -24)
	for _, name := range []string{"exp", "expm1", "sin", "cos", "tan", "sinh", "cosh", "tanh", "asin", "acos", "atan", "asinh", "atanh", "erf", "erfc", "log", "log1p", "log2", "log10", "sqrt", "cbrt", "abs", "lgamma"} {
		for _, at := range []float64{0, 0.375, -0.25, 1, 2.5} {
			for _, minus := range []bool{false, true} {
				r := newSeriesRing(26, bits, minus)
				step := r.float().Set(near)
				if minus {
					step.Neg(step)
				}
				x := r.variable()
				if at != 0 { // at + t + t²
					number, _ := r.number(bigmath.FromFloat64(at))
					x, _ = r.add(number, x, r.mul(x, x))
				}
				value, ok := r.ctx.Call(name, bigmath.FromBig(sumAt(r, x, step)))
				if !ok {
					t.Fatalf("no function %s", name)
				}
				y, ok := r.call(name, x)
				if !ok {
					continue
				}
				off := new(big.Float).Sub(sumAt(r, y, step), value.Big())
				if y.log == nil && off.Sign() != 0 && off.MantExp(nil)-value.Big().MantExp(nil) > -500 {
					t.Errorf("%s at %v is off by %v of %v", name, at, off, value)
				}
			}
		}
	}
}

// TestLaurentPowers holds powers of series against their values, negative and fractional orders among them.
func TestLaurentPowers(t *testing.T) {
	r := newSeriesRing(26, 700, false)
	step := new(big.Float).SetMantExp(big.NewFloat(1), -24)
	sine, _ := r.call("sin", r.variable())
	for _, p := range []*big.Rat{big.NewRat(1, 2), big.NewRat(-3, 2), big.NewRat(-1, 1), big.NewRat(3, 1), big.NewRat(2, 3)} {
		for _, x := range []laurent{r.mul(sine, sine), r.mul(r.mul(sine, sine), r.mul(sine, sine))} {
			y, ok := r.power(x, p)
			if !ok {
				continue
			}
			value := r.ctx.Pow(bigmath.FromBig(sumAt(r, x, step)), r.ctx.Rat(p)).Big()
			off := new(big.Float).Sub(sumAt(r, y, step), value)
			if off.Sign() != 0 && off.MantExp(nil)-value.MantExp(nil) > -500 {
				t.Errorf("(…)^%v is off by %v of %v", p, off, value)
			}
		}
	}
	if _, ok := r.power(sine, big.NewRat(1, 2)); ok {
		t.Error("√sin(x) has no power series at 0")
	}
}

// sumAt is the value of a series at t.
func sumAt(r *seriesRing, x laurent, t *big.Float) *big.Float {
	sum := r.float()
	power := r.float().SetInt64(1)
	for range x.low {
		power.Mul(power, t)
	}
	for range -x.low {
		power.Quo(power, t)
	}
	for _, c := range x.c {
		if c != nil {
			sum.Add(sum, r.times(c, power))
		}
		power.Mul(power, t)
	}
	return sum
}
