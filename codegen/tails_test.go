package codegen_test

import (
	"math"
	"testing"

	"github.com/seed-9905856d/derive/codegen"
	"github.com/seed-9905856d/derive/eval/bigmath"
)

// TestTails holds the functions of the tail of the Gaussian distribution against big arithmetic, on both sides of where their formulas change.
func TestTails(t *testing.T) {
	s, ks := read(t, "param x\nkernel tails(x) = exp(x^2)*erfc(x), log(erfc(x)), log(erfc(x)/2), d(log(erfc(x)), x, 2)\n")
	text, err := codegen.Generate(s, ks, codegen.Options{Package: "kernels"})
	if err != nil {
		t.Fatal(err)
	}
	source := newAssembly()
	source.add(t, text)
	var xs []float64
	for _, x := range []float64{1e-30, 1e-9, 0.1, 0.3, 0.499, 0.5, 0.7, 0.99, 1, 1.01, 1.3, 2, 3, 4.999, 5.001, 7, 9.3, 15, 24.99, 25, 25.5, 26.6, 27, 100, 1e4, 1e9} {
		xs = append(xs, x, -x)
	}
	var calls []call
	for _, x := range append(xs, 0) {
		calls = append(calls, call{Func: "Tails", Args: []any{x}, Scalars: 4})
	}
	c := bigmath.NewContext(300)
	two := bigmath.FromInt64(2)
	for k, got := range runAll(t, source.file.Bytes(), calls) {
		x := calls[k].Args[0].(float64)
		if math.Abs(x) > 1e4 { // the reference is out of range
			within(t, "log of half", got[2], math.Min(0, -x*math.Abs(x)), 4, 0)
			continue
		}
		v := bigmath.FromFloat64(x)
		square := c.Mul(v, v)
		erfc := c.Erfc(v)
		scaled := c.Mul(c.Exp(square), erfc)
		mills := c.Div(two, c.Mul(c.Sqrt(c.Pi()), scaled)) // 2/√π/erfcx(x)
		if want := scaled.Float64(); want < 1e307 {
			within(t, "scaled", got[0], want, 4, 0)
		} else if got[0] < 1e307 {
			t.Errorf("scaled at %v is %v", x, got[0])
		}
		within(t, "log", got[1], c.Log(erfc).Float64(), 4, 0)
		half := c.Log(c.Div(erfc, two)).Float64()
		if x < 0 { // to all digits, near 0
			half = c.Log1p(c.Div(c.Erfc(v.Neg()), two).Neg()).Float64()
		}
		within(t, "log of half", got[2], half, 4*(1+math.Abs(condition(x))), 0)
		within(t, "second derivative", got[3], c.Mul(mills, c.Sub(c.Mul(two, v), mills)).Float64(), 12*(1+math.Abs(condition(x))), 1e-290)
	}
}

// condition is about the condition of erfc(x) for x < 0, where it falls off as exp(-x²) does.
func condition(x float64) float64 { return math.Min(x, 0) * x }

// TestPolygammaBelow holds derivatives of digamma at negative numbers against big arithmetic.
func TestPolygammaBelow(t *testing.T) {
	s, ks := read(t, "param k, x\nkernel below(k, x) = polygamma(k, x), d(trigamma(x), x)\n")
	text, err := codegen.Generate(s, ks, codegen.Options{Package: "kernels"})
	if err != nil {
		t.Fatal(err)
	}
	source := newAssembly()
	source.add(t, text)
	var calls []call
	for _, k := range []float64{2, 3, 4, 7, 15, 16, 20} {
		for _, x := range []float64{-0.1, -0.25, -0.5, -0.9, -1.25, -3.7, -20.5, -1e-3, -7.001} {
			calls = append(calls, call{Func: "Below", Args: []any{k, x}, Scalars: 2})
		}
	}
	c := bigmath.NewContext(200)
	for n, got := range runAll(t, source.file.Bytes(), calls) {
		k, x := calls[n].Args[0].(float64), bigmath.FromFloat64(calls[n].Args[1].(float64))
		below := c.PolygammaN(int(k), c.Sub(bigmath.FromInt64(1), x)).Float64()
		moved := c.Mul(x, c.PolygammaN(int(k)+1, x)).Float64()
		within(t, "polygamma", got[0], c.PolygammaN(int(k), x).Float64(), 16*(k+1), math.Abs(below)+math.Abs(moved))
		within(t, "d(trigamma)", got[1], c.PolygammaN(2, x).Float64(), 64, math.Abs(c.Mul(x, c.PolygammaN(3, x)).Float64()))
	}
}
