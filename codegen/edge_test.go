package codegen_test

import (
	"math"
	"testing"

	"github.com/seed-9905856d/derive/codegen/testdata/kernels"
	"github.com/seed-9905856d/derive/eval/bigmath"
)

// bits is the precision of the references.
const bits = 2200 // of a double range: 1e308 and 1e-308 in one sum

// exactSoftmax returns log Σ exp(lⱼ), and exp(lᵢ)/Σ exp(lⱼ).
func exactSoftmax(l []float64) (logSum bigmath.Num, p []bigmath.Num) {
	c := bigmath.NewContext(bits)
	top := math.Inf(-1)
	for _, v := range l {
		top = max(top, v)
	}
	shift := bigmath.FromFloat64(top)
	sum := bigmath.FromInt64(0)
	p = make([]bigmath.Num, len(l))
	for i, v := range l {
		if math.IsInf(v, -1) {
			p[i] = bigmath.FromInt64(0)
			continue
		}
		p[i] = c.Exp(c.Sub(bigmath.FromFloat64(v), shift))
		sum = c.Add(sum, p[i])
	}
	for i := range p {
		p[i] = c.Div(p[i], sum)
	}
	return c.Add(shift, c.Log(sum)), p
}

// near fails unless got is want but for a relative error.
func near(t *testing.T, what string, got float64, want, tolerance float64) {
	t.Helper()
	if got != want && !(math.Abs(got-want) <= tolerance*math.Abs(want)+5e-324) && !(math.IsNaN(got) && math.IsNaN(want)) {
		t.Errorf("%s: got %v, want %v (relative error %.2g)", what, got, want, math.Abs(got-want)/math.Abs(want))
	}
}

// rows are hard for exponentials.
var rows = []struct{ l, y []float64 }{
	{[]float64{0.5}, []float64{1}},
	{[]float64{1, 2, 3}, []float64{0.25, 0.5, 0.25}},
	{[]float64{1e4, -1e4, 9999.5}, []float64{0.5, 0, 0.5}},
	{[]float64{1e4, -1e4, 9999.5}, []float64{0, 1, 0}},
	{[]float64{-1e4, -1e4 + 1, -1e4 - 2}, []float64{0.2, 0.3, 0.5}},
	{[]float64{1e308, 1e308, 0}, []float64{0.5, 0.5, 0}},
	{[]float64{math.Inf(-1), 2, 1}, []float64{0, 0.5, 0.5}},
	{[]float64{40, 0, -3}, []float64{1, 0, 0}},
	{[]float64{0, -300, 200, 200}, []float64{0, 0, 1, 0}},
	{[]float64{700, 710, -745, 0}, []float64{0, 1, 0, 0}},
	{[]float64{0, 0, 0, 0}, []float64{2, 0, 1, -1}},
	{[]float64{1e-300, 5e-324, 0}, []float64{0, 0, 0}},
}

// TestSoftmaxAtEdges holds the loss and the gradient against more than two thousand bits.
func TestSoftmaxAtEdges(t *testing.T) {
	c := bigmath.NewContext(bits)
	for _, r := range rows {
		logSum, p := exactSoftmax(r.l)
		loss, weight := bigmath.FromInt64(0), bigmath.FromInt64(0)
		for i, v := range r.l {
			y := bigmath.FromFloat64(r.y[i])
			weight = c.Add(weight, y)
			if r.y[i] != 0 {
				loss = c.Add(loss, c.Mul(y, c.Sub(logSum, bigmath.FromFloat64(v))))
			}
		}
		grad := make([]float64, len(r.l))
		near(t, "loss", kernels.SoftmaxCrossEntropy(grad, r.l, r.y), loss.Float64(), 2e-15)
		for i := range grad {
			want := c.Sub(c.Mul(weight, p[i]), bigmath.FromFloat64(r.y[i])).Float64()
			if math.Abs(grad[i]-want) > 1e-15 {
				t.Errorf("gradient of %v: got %v, want %v", r.l, grad[i], want)
			}
		}
		near(t, "logsumexp", kernels.Logsumexp(r.l), logSum.Float64(), 1e-15)
		q := make([]float64, len(r.l))
		kernels.Softmax(q, r.l)
		for i := range q {
			want := p[i].Float64()
			if math.Abs(q[i]-want) > 4e-16+4e-16*want {
				t.Errorf("softmax of %v: got %v, want %v", r.l, q[i], want)
			}
		}
		// The rows of a batch are computed alike; the mean of one row twice is the row.
		two := func(x []float64) []float64 { return append(append([]float64{}, x...), x...) }
		grads := make([]float64, 2*len(r.l))
		near(t, "mean loss", kernels.SoftmaxCrossEntropyRows(grads, two(r.l), two(r.y), 2, len(r.l)), loss.Float64(), 2e-15)
		for i := range grad {
			if math.Abs(2*grads[i]-grad[i]) > 1e-15 {
				t.Errorf("gradient of rows of %v: got %v, want %v", r.l, 2*grads[i], grad[i])
			}
		}
		for i := range r.l {
			if r.l[0] > 1e300 { // two of them overflow before their mean is taken
				continue
			}
			near(t, "class loss", kernels.ClassCrossEntropy(grads, two(r.l), []int{i + 1, i + 1}, len(r.l)),
				c.Sub(logSum, bigmath.FromFloat64(r.l[i])).Float64(), 2e-15)
		}
	}
	inf := math.Inf(1)
	near(t, "logsumexp of -Inf", kernels.Logsumexp([]float64{-inf, -inf}), -inf, 0)
	near(t, "logsumexp of +Inf", kernels.Logsumexp([]float64{inf, 1}), inf, 0)
	near(t, "logsumexp of nothing", kernels.Logsumexp(nil), -inf, 0)
}

// TestLogisticAtEdges covers scores at which one of exp(z), exp(-z) overflows or vanishes beside 1.
func TestLogisticAtEdges(t *testing.T) {
	c := bigmath.NewContext(bits)
	one := bigmath.FromInt64(1)
	for _, z := range []float64{0, 1, -1, 40, -40, 300, -300, 745, -745, 1e4, -1e4, 1e308, -1e308, 1e-9, -1e-9} {
		for _, y := range []float64{0, 1, 0.25} {
			x := bigmath.FromFloat64(math.Abs(z))
			tail := c.Log1p(c.Exp(x.Neg())) // log(1 + exp(-|z|))
			loss := c.Add(tail, c.Mul(x, bigmath.FromFloat64(map[bool]float64{true: 1 - y, false: y}[z > 0])))
			p := c.Div(one, c.Add(one, c.Exp(bigmath.FromFloat64(z).Neg())))
			gw := make([]float64, 1)
			got, gb := kernels.Logistic(gw, []float64{z}, []float64{y}, []float64{1}, 0)
			near(t, "logistic loss", got, loss.Float64(), 4e-16+1e-15*y*(1-y))
			want := c.Sub(p, bigmath.FromFloat64(y)).Float64()
			if math.Abs(gb-want) > 2e-16 {
				t.Errorf("z = %v, y = %v: gradient %v, want %v", z, y, gb, want)
			}
			if y == 0 {
				near(t, "p", gb, p.Float64(), 4e-16)
			}
			h := make([]float64, 1)
			kernels.LogisticHvp(h, []float64{1}, []float64{y}, []float64{z}, 0, []float64{1})
			q := c.Div(one, c.Add(one, c.Exp(bigmath.FromFloat64(z))))
			near(t, "second derivative", h[0], c.Mul(p, q).Float64(), 1e-15)
		}
	}
}

// TestStrongZeros checks that a·log(b) is 0 where a is 0.
func TestStrongZeros(t *testing.T) {
	near(t, "entropy", kernels.Entropy([]float64{0, 1, 0}), 0, 0)
	near(t, "entropy", kernels.Entropy([]float64{0, 0.5, 0.5}), math.Ln2, 1e-16)
	g := make([]float64, 3)
	near(t, "kl", kernels.KlDivergence(g, []float64{0, 0.5, 0.5}, []float64{0, 0.5, 0.5}), 0, 0)
}

// TestSpecialFunctions holds the helpers against 200 bits.
func TestSpecialFunctions(t *testing.T) {
	c := bigmath.NewContext(200)
	const b = 2.5
	xs := []float64{1e-3, 0.1, 0.5, 1, 1.25, 2, 3.75, 7, 9.99, 10, 15, 33.3, 100, 1e4}
	out := make([][]float64, 5)
	for k := range out {
		out[k] = make([]float64, len(xs))
	}
	kernels.Special(out[0], out[1], out[2], out[3], out[4], xs, b)
	for i, x := range xs {
		v := bigmath.FromFloat64(x)
		near(t, "digamma", out[0][i], c.Digamma(v).Float64(), 1e-14)
		near(t, "trigamma", out[1][i], c.Trigamma(v).Float64(), 1e-14)
		near(t, "polygamma(3)", out[2][i], c.PolygammaN(3, v).Float64(), 1e-14)
		near(t, "beta", out[3][i], c.Beta(v, bigmath.FromFloat64(b)).Float64(), 1e-10)
		near(t, "mod", out[4][i], c.Mod(v, bigmath.FromFloat64(b)).Float64(), 0)
	}
}

// TestPanics checks that wrong lengths and subscripts are met before anything is read.
func TestPanics(t *testing.T) {
	for what, f := range map[string]func(){
		"short gradient": func() { kernels.SoftmaxCrossEntropy(make([]float64, 2), make([]float64, 3), make([]float64, 3)) },
		"long label":     func() { kernels.SoftmaxCrossEntropy(make([]float64, 3), make([]float64, 3), make([]float64, 4)) },
		"matrix":         func() { kernels.MatVec(make([]float64, 2), make([]float64, 5), make([]float64, 3)) },
		"class 0":        func() { kernels.ClassCrossEntropy(make([]float64, 6), make([]float64, 6), []int{1, 0}, 3) },
		"class n+1":      func() { kernels.ClassCrossEntropy(make([]float64, 6), make([]float64, 6), []int{4, 1}, 3) },
		"scratch":        func() { kernels.SoftmaxJacobian(make([]float64, 9), make([]float64, 3), nil) },
	} {
		func() {
			defer func() {
				if _, isText := recover().(string); !isText {
					t.Errorf("%s: no panic with a message", what)
				}
			}()
			f()
		}()
	}
}
