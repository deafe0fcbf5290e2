package codegen_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/seed-9905856d/derive/codegen"
	"github.com/seed-9905856d/derive/codegen/testdata/compensated"
	"github.com/seed-9905856d/derive/codegen/testdata/kernels"
	"github.com/seed-9905856d/derive/codegen/testdata/pairwise"
	"github.com/seed-9905856d/derive/eval/bigmath"
)

// TestGoldenSums generates the code of testdata/sums.formula with both ways to add up.
func TestGoldenSums(t *testing.T) {
	goldenCode(t, "sums.formula", map[string]codegen.Options{"pairwise": {Sums: codegen.PairwiseSums}, "compensated": {Sums: codegen.CompensatedSums}})
}

// TestCompensatedSums adds up what cancels.
func TestCompensatedSums(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct {
		x    []float64
		want float64
	}{
		{nil, 0}, {[]float64{3}, 3}, {[]float64{1, 1e100, 1, -1e100}, 2}, {[]float64{1, 0x1p-60, 0x1p-60, -1}, 0x1p-59},
		{[]float64{1e308, 1e308, -1e308}, inf}, {[]float64{inf, 1}, inf}, {[]float64{-inf, 1e300}, -inf}, {[]float64{inf, -inf}, math.NaN()},
	} {
		near(t, "sum", compensated.Total(c.x), c.want, 0)
	}
	for _, n := range []int{0, 1, 127, 128, 129, 255, 256, 1000, 128 * 128} {
		x := make([]float64, n)
		for i := range x {
			x[i] = float64(i%7) - 2
		}
		near(t, "pairwise sum of integers", pairwise.Total(x), compensated.Total(x), 0)
	}
}

// TestErrorOfLongSums measures how the error of a sum of n positive numbers, and of products, grows: in ulps of the exact result not at
// all with errors kept, with the logarithm of n in pairs. One number after the other it is far larger.
func TestErrorOfLongSums(t *testing.T) {
	const n = 1 << 20
	rng := rand.New(rand.NewPCG(2, 3))
	x, ones := make([]float64, n), make([]float64, n)
	exact := new(big.Float).SetPrec(300)
	for i := range x {
		x[i], ones[i] = rng.Float64(), 1
		exact.Add(exact, new(big.Float).SetFloat64(x[i]))
	}
	off := func(got float64) float64 {
		d, _ := new(big.Float).SetPrec(300).Sub(exact, new(big.Float).SetFloat64(got)).Float64()
		want, _ := exact.Float64()
		return math.Abs(d) / (math.Nextafter(want, math.Inf(1)) - want)
	}
	inner, _ := compensated.Inner(x, ones)
	inPairs, _ := pairwise.Inner(x, ones)
	row := make([]float64, 1)
	compensated.Product(row, x, ones)
	plain := 0.0
	for _, v := range x {
		plain += v
	}
	for what, at := range map[string][2]float64{
		"compensated":         {off(compensated.Total(x)), 0.51},
		"compensated product": {off(inner), 0.51},
		"compensated row":     {off(row[0]), 0.51},
		"pairwise":            {off(pairwise.Total(x)), 3},
		"pairwise product":    {off(inPairs), 3},
	} {
		if !(at[0] <= at[1]) {
			t.Errorf("%s: %.3g ulps, more than %v", what, at[0], at[1])
		}
	}
	if off(plain) < 5 {
		t.Errorf("the plain sum is off by %.3g ulps only, so that this shows nothing", off(plain))
	}
}

// TestErrorOfEqualTerms adds ten million times the same number, whose roundings all go one way for as long as the sum has one exponent: in pairs
// and with errors kept it is right, one after the other it loses a number of ulps that grows with that of the terms.
func TestErrorOfEqualTerms(t *testing.T) {
	const n = 10_000_000
	x := make([]float64, n)
	for _, v := range []float64{0.1, 1.0 / 3, math.Pi, 1e-9} {
		for i := range x {
			x[i] = v
		}
		want, _ := new(big.Float).Mul(new(big.Float).SetPrec(300).SetFloat64(v), big.NewFloat(n)).Float64()
		plain := 0.0
		for _, v := range x {
			plain += v
		}
		ulp := math.Nextafter(want, math.Inf(1)) - want
		pairs, kept := math.Abs(pairwise.Total(x)-want)/ulp, math.Abs(compensated.Total(x)-want)/ulp
		t.Logf("%v: one after the other %.3g, in pairs %.3g, with errors %.3g ulps", v, math.Abs(plain-want)/ulp, pairs, kept)
		if pairs > 8 || kept > 1 {
			t.Errorf("%v: off by %.3g ulps in pairs, by %.3g with errors", v, pairs, kept)
		}
		if off := math.Abs(plain-want) / ulp; off < 1000 || off > n/4 {
			t.Errorf("%v: one after the other it is off by %.3g ulps", v, off)
		}
	}
}

// TestLongSoftmax holds a softmax of ten million entries against high precision: within 4 ulps of condition by default, and where sums are added up in
// blocks everywhere or with their errors; one after the other the error of the sum of n numbers of about one size grows with √n.
func TestLongSoftmax(t *testing.T) {
	if testing.Short() {
		t.Skip("ten million exponentials, four times")
	}
	const n = 10_000_000
	rng := rand.New(rand.NewPCG(5, 8))
	x, p := make([]float64, n), make([]float64, n)
	top := math.Inf(-1)
	for i := range x {
		x[i] = rng.NormFloat64() * 3
		top = max(top, x[i])
	}
	// The errors of ten million rounded exponentials are as many independent ones, and their sum is far below one ulp of the total.
	sum, rest := 0.0, 0.0
	for _, v := range x {
		e := math.Exp(v - top)
		next := sum + e
		rest += e - (next - sum)
		sum = next
	}
	c := bigmath.NewContext(200)
	total := c.Add(bigmath.FromFloat64(sum), bigmath.FromFloat64(rest))
	for _, way := range []struct {
		name    string
		softmax func(out, x []float64)
		bound   float64
	}{{"pairwise", pairwise.Softmax, 4}, {"compensated", compensated.Softmax, 4}, {"by default", kernels.Softmax, 4}, {"one after the other", softmaxByHand, 1000}} {
		way.softmax(p, x)
		worst := 0.0
		for i := 0; i < n; i += n / 500 {
			want := c.Div(c.Exp(c.Sub(bigmath.FromFloat64(x[i]), bigmath.FromFloat64(top))), total).Float64()
			unit := math.Nextafter(want, 1) - want + want*(math.Abs(x[i])+math.Abs(top))*0x1p-52
			worst = max(worst, math.Abs(p[i]-want)/unit)
		}
		t.Logf("%s: %.3g ulps of condition", way.name, worst)
		if !(worst <= way.bound) {
			t.Errorf("%s: %.3g ulps of condition, more than %v", way.name, worst, way.bound)
		}
	}
}
