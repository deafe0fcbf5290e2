package codegen_test

import (
	"math"
	"slices"
	"testing"

	"github.com/seed-9905856d/derive/codegen"
	"github.com/seed-9905856d/derive/eval/bigmath"
)

// rangeFormula has the kernels that are run at the ends of the range of numbers.
const rangeFormula = `param y[n], l[n], z, t, x[n]
kernel loss(y, l) = cross_entropy_logits(y, l), grad(cross_entropy_logits(y, l), l)
kernel logistic(t, z) = bce_logits(t, z), d(bce_logits(t, z), z)
kernel length(x) = norm(x), grad(norm(x), x)
kernel total(x) = logsumexp(x), grad(logsumexp(x), x)
`

// rangeSource is the generated file, and a caller of each kernel.
func rangeSource(t *testing.T) []byte {
	t.Helper()
	s, ks := read(t, rangeFormula)
	text, err := codegen.Generate(s, ks, codegen.Options{Package: "kernels"})
	if err != nil {
		t.Fatal(err)
	}
	source := newAssembly()
	source.add(t, text)
	return source.file.Bytes()
}

// within fails unless got is within a number of units of want: units in the last place, or 2⁻⁵² of another size where that is more.
func within(t *testing.T, what string, got, want, units, beside float64) {
	t.Helper()
	unit := math.Max(math.Nextafter(math.Abs(want), math.Inf(1))-math.Abs(want), beside*0x1p-52)
	if got != want && !(math.Abs(got-want) <= units*unit) {
		t.Errorf("%s: got %v, want %v: %.3g units", what, got, want, math.Abs(got-want)/unit)
	}
}

// extremeRows are logits with labels: very large ones, masked ones with label 0, subnormal and equal ones.
var extremeRows = []struct{ l, y []float64 }{
	{[]float64{1e308, -1e308, 0}, []float64{1, 0, 0}},
	{[]float64{1e308, 1e308, 3}, []float64{0.5, 0.5, 0}},
	{[]float64{-1e308, -1e308, -1e308}, []float64{0.25, 0.25, 0.5}},
	{[]float64{1e308, -1e308}, []float64{0.5, 0.5}},
	{[]float64{1e308, -1e308, 1e-320, 1e308}, []float64{0.25, 0.25, 0.25, 0.25}},
	{[]float64{math.Inf(-1), 1, 2}, []float64{0, 0.25, 0.75}},
	{[]float64{math.Inf(-1), -1e308, math.Inf(-1)}, []float64{0, 1, 0}},
	{[]float64{1e-320, -1e-320, 0}, []float64{0.5, 0.25, 0.25}},
	{[]float64{1e-320, 1e-320}, []float64{0, 1}},
	{[]float64{1e308, 1e-320, math.Inf(-1)}, []float64{1, 0, 0}},
	{[]float64{7, 7, 7, 7}, []float64{0.25, 0.25, 0.25, 0.25}},
	{[]float64{-745, 0, 745, 1e-320}, []float64{0, 0, 1, 0}},
	{[]float64{5}, []float64{1}},
}

// TestRangeOfCrossEntropy runs the loss and its gradient on those rows.
func TestRangeOfCrossEntropy(t *testing.T) {
	var calls []call
	for _, r := range extremeRows {
		calls = append(calls, call{Func: "Loss", Out: []int{len(r.l)}, Args: []any{r.y, r.l}, Scalars: 1})
	}
	c := bigmath.NewContext(bits)
	for k, got := range runAll(t, rangeSource(t), calls) {
		r := extremeRows[k]
		top := bigmath.FromFloat64(slices.Max(r.l))
		_, p := exactSoftmax(r.l)
		rest, loss := bigmath.FromInt64(0), bigmath.FromInt64(0)
		for _, v := range r.l {
			if !math.IsInf(v, -1) {
				rest = c.Add(rest, c.Exp(c.Sub(bigmath.FromFloat64(v), top)))
			}
		}
		logRest, weight := c.Log(rest), bigmath.FromInt64(0)
		for i, v := range r.l {
			y := bigmath.FromFloat64(r.y[i])
			weight = c.Add(weight, y)
			if r.y[i] != 0 {
				loss = c.Add(loss, c.Mul(y, c.Add(logRest, c.Sub(top, bigmath.FromFloat64(v)))))
			}
		}
		n := len(r.l)
		within(t, "loss", got[n], loss.Float64(), 4, 0)
		for i := range r.l {
			want := c.Sub(c.Mul(weight, p[i]), bigmath.FromFloat64(r.y[i])).Float64()
			within(t, "gradient", got[i], want, 4, 1)
		}
	}
}

// TestRangeOfLogistic runs the loss of one logit where exp(±z) overflows.
func TestRangeOfLogistic(t *testing.T) {
	c := bigmath.NewContext(bits)
	var calls []call
	zs := []float64{800, -800, 709.5, -709.5, 1e308, -1e308, 1e-320, 0, 36.7, -36.7, 745.2}
	ts := []float64{0, 1, 0.25}
	for _, z := range zs {
		for _, y := range ts {
			calls = append(calls, call{Func: "Logistic", Args: []any{y, z}, Scalars: 2})
		}
	}
	for k, got := range runAll(t, rangeSource(t), calls) {
		z, y := zs[k/len(ts)], ts[k%len(ts)]
		size := bigmath.FromFloat64(math.Abs(z))
		decay := bigmath.FromInt64(0)
		if math.Abs(z) < 1e6 {
			decay = c.Exp(size.Neg())
		}
		one, label := bigmath.FromInt64(1), bigmath.FromFloat64(y)
		wrong := label
		if z > 0 {
			wrong = c.Sub(one, label)
		}
		loss := c.Add(c.Mul(wrong, size), c.Log1p(decay))
		p := c.Div(one, c.Add(one, decay))
		if z < 0 {
			p = c.Div(decay, c.Add(one, decay))
		}
		within(t, "loss", got[0], loss.Float64(), 4, 0)
		within(t, "derivative", got[1], c.Sub(p, label).Float64(), 4, y)
	}
}

// TestRangeOfNorm runs a norm of numbers whose squares overflow or vanish.
func TestRangeOfNorm(t *testing.T) {
	var calls []call
	scales := []float64{1e200, 1e-200, 1e307, 1e-307, 5e-324, 1e160, 1e-160, 1}
	for _, s := range scales {
		calls = append(calls, call{Func: "Length", Out: []int{3}, Args: []any{[]float64{3 * s, 0, -4 * s}}, Scalars: 1})
	}
	calls = append(calls, call{Func: "Length", Out: []int{3}, Args: []any{[]float64{1e200, 1e-200, 1}}, Scalars: 1},
		call{Func: "Length", Out: []int{2}, Args: []any{[]float64{0, 0}}, Scalars: 1},
		call{Func: "Length", Out: []int{1}, Args: []any{[]float64{math.Inf(-1)}}, Scalars: 1})
	got := runAll(t, rangeSource(t), calls)
	for k, s := range scales {
		within(t, "norm", got[k][3], 5*s, 4, 0)
		for i, want := range []float64{0.6, 0, -0.8} {
			within(t, "gradient", got[k][i], want, 4, 0)
		}
	}
	rest := got[len(scales):]
	within(t, "norm", rest[0][3], 1e200, 1, 0)
	within(t, "norm at 0", rest[1][2], 0, 0, 0)
	within(t, "gradient at 0", rest[1][0], 0, 0, 0)
	within(t, "norm of an infinity", rest[2][1], math.Inf(1), 0, 0)
}

// TestLogsumexpOfOne is exactly that one.
func TestLogsumexpOfOne(t *testing.T) {
	var calls []call
	xs := []float64{0, 1, -1, 1e308, -1e308, 1e-320, 5e-324, math.MaxFloat64, math.Inf(-1), math.Inf(1)}
	for _, x := range xs {
		calls = append(calls, call{Func: "Total", Out: []int{1}, Args: []any{[]float64{x}}, Scalars: 1})
	}
	for k, got := range runAll(t, rangeSource(t), calls) {
		within(t, "logsumexp", got[1], xs[k], 0, 0)
		if !math.IsInf(xs[k], 0) {
			within(t, "its derivative", got[0], 1, 0, 0)
		}
	}
}
