package codegen_test

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/seed-9905856d/derive/codegen/testdata/kernels"
)

func randoms(n int) []float64 {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	x := make([]float64, n)
	for i := range x {
		x[i] = r.NormFloat64()
	}
	return x
}

func distribution(n int) []float64 {
	y := randoms(n)
	sum := 0.0
	for i := range y {
		y[i] = math.Abs(y[i])
		sum += y[i]
	}
	for i := range y {
		y[i] /= sum
	}
	return y
}

// classes returns m numbers from 1 to n.
func classes(m, n int) []int {
	c := make([]int, m)
	for i := range c {
		c[i] = 1 + i*7%n
	}
	return c
}

// A pair is a generated kernel and the same by hand, at one size.
type pair struct {
	name              string
	generated, byHand func()
}

// pairs returns all pairs, each with slices of its own.
func pairs() []pair {
	var list []pair
	add := func(name string, generated, byHand func()) { list = append(list, pair{name, generated, byHand}) }
	for _, n := range []int{10, 1000} {
		size := "/" + strconv.Itoa(n)
		out, l, y, v, work, big := make([]float64, n), randoms(n), distribution(n), randoms(n + 1)[:n], make([]float64, n), make([]float64, n*n)
		add("softmax cross entropy"+size,
			func() { kernels.SoftmaxCrossEntropy(out, l, y) }, func() { softmaxCrossEntropyByHand(out, l, y) })
		add("softmax cross entropy hvp"+size,
			func() { kernels.SoftmaxCrossEntropyHvp(out, l, y, v) }, func() { softmaxCrossEntropyHvpByHand(out, l, y, v) })
		add("softmax"+size,
			func() { kernels.Softmax(out, l) }, func() { softmaxByHand(out, l) })
		add("softmax jacobian"+size,
			func() { kernels.SoftmaxJacobian(big, l, work) }, func() { softmaxJacobianByHand(big, l, work) })
	}
	for _, at := range []struct{ m, n int }{{64, 10}, {64, 1000}} {
		m, n := at.m, at.n
		out, z, y := make([]float64, m*n), randoms(m*n), distribution(m*n)
		size := "/" + strconv.Itoa(m) + "×" + strconv.Itoa(n)
		c := classes(m, n)
		add("class cross entropy"+size,
			func() { kernels.ClassCrossEntropy(out, z, c, n) }, func() { classCrossEntropyByHand(out, z, c, n) })
		add("softmax cross entropy rows"+size,
			func() { kernels.SoftmaxCrossEntropyRows(out, z, y, m, n) }, func() { softmaxCrossEntropyRowsByHand(out, z, y, m, n) })
	}
	for _, at := range []struct{ m, n int }{{30, 10}, {300, 200}} {
		m, n := at.m, at.n
		size := "/" + strconv.Itoa(m) + "×" + strconv.Itoa(n)
		a, w, t, wide, long, square := randoms(m*n), randoms(n), randoms(m), make([]float64, n), make([]float64, m), make([]float64, n*n)
		add("gram"+size,
			func() { kernels.Gram(square, a, m, n) }, func() { gramByHand(square, a, m, n) })
		add("matrix vector"+size,
			func() { kernels.MatVec(long, a, w) }, func() { matVecByHand(long, a, w) })
		add("transpose vector"+size,
			func() { kernels.MatTransposeVec(wide, a, t) }, func() { matTransposeVecByHand(wide, a, t) })
		add("least squares"+size,
			func() { kernels.LeastSquares(wide, a, t, w) }, func() { leastSquaresByHand(wide, a, t, w) })
		add("logistic"+size,
			func() { kernels.Logistic(wide, a, t, w, 0.5) }, func() { logisticByHand(wide, a, t, w, 0.5) })
	}
	return list
}

// BenchmarkRatio reports the time of each generated kernel in terms of the one by hand. The two take turns, and the
// least time of each counts, so that what else the machine does falls out.
func BenchmarkRatio(b *testing.B) {
	for _, p := range pairs() {
		b.Run(p.name, func(b *testing.B) {
			const turn = 100 * time.Microsecond
			calls := 1
			for took(calls, p.byHand) < turn {
				calls *= 2
			}
			generated, byHand := time.Duration(math.MaxInt64), time.Duration(math.MaxInt64)
			b.ReportAllocs()
			for b.Loop() {
				generated = min(generated, took(calls, p.generated))
				byHand = min(byHand, took(calls, p.byHand))
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(float64(generated)/float64(calls), "ns-generated")
			b.ReportMetric(float64(byHand)/float64(calls), "ns-by-hand")
			b.ReportMetric(float64(generated)/float64(byHand), "x-by-hand")
		})
	}
}

// took returns how long a number of calls takes.
func took(calls int, f func()) time.Duration {
	start := time.Now()
	for range calls {
		f()
	}
	return time.Since(start)
}

// TestByHand checks that the two of each pair compute the same, at sizes that are no multiples of four too.
func TestByHand(t *testing.T) {
	for n := 1; n <= 9; n++ {
		compareByHand(t, 10-n, n)
	}
}

func compareByHand(t *testing.T, m, n int) {
	l, y, v, a, u := randoms(n), distribution(n), randoms(n + 1)[:n], randoms(m*n), randoms(m)
	if n > 1 {
		l[1], y[1] = math.Inf(-1), 0
	}
	z, w := randoms(m*n), distribution(m*n)
	work := make([]float64, n)
	for _, c := range []struct {
		name              string
		size              int
		generated, byHand func(out []float64) float64
	}{
		{"softmax", n,
			func(out []float64) float64 { kernels.Softmax(out, l); return 0 },
			func(out []float64) float64 { softmaxByHand(out, l); return 0 }},
		{"softmax cross entropy", n,
			func(out []float64) float64 { return kernels.SoftmaxCrossEntropy(out, l, y) },
			func(out []float64) float64 { return softmaxCrossEntropyByHand(out, l, y) }},
		{"softmax cross entropy rows", m * n,
			func(out []float64) float64 { return kernels.SoftmaxCrossEntropyRows(out, z, w, m, n) },
			func(out []float64) float64 { return softmaxCrossEntropyRowsByHand(out, z, w, m, n) }},
		{"class cross entropy", m * n,
			func(out []float64) float64 { return kernels.ClassCrossEntropy(out, z, classes(m, n), n) },
			func(out []float64) float64 { return classCrossEntropyByHand(out, z, classes(m, n), n) }},
		{"softmax cross entropy hvp", n,
			func(out []float64) float64 { kernels.SoftmaxCrossEntropyHvp(out, l, y, v); return 0 },
			func(out []float64) float64 { softmaxCrossEntropyHvpByHand(out, l, y, v); return 0 }},
		{"softmax jacobian", n * n,
			func(out []float64) float64 { kernels.SoftmaxJacobian(out, l, work); return 0 },
			func(out []float64) float64 { softmaxJacobianByHand(out, l, work); return 0 }},
		{"gram", n * n,
			func(out []float64) float64 { kernels.Gram(out, a, m, n); return 0 },
			func(out []float64) float64 { gramByHand(out, a, m, n); return 0 }},
		{"matrix vector", m,
			func(out []float64) float64 { kernels.MatVec(out, a, v); return 0 },
			func(out []float64) float64 { matVecByHand(out, a, v); return 0 }},
		{"transpose vector", n,
			func(out []float64) float64 { kernels.MatTransposeVec(out, a, u); return 0 },
			func(out []float64) float64 { matTransposeVecByHand(out, a, u); return 0 }},
		{"least squares", n,
			func(out []float64) float64 { return kernels.LeastSquares(out, a, u, v) },
			func(out []float64) float64 { return leastSquaresByHand(out, a, u, v) }},
		{"logistic", n,
			func(out []float64) float64 { loss, b := kernels.Logistic(out, a, u, v, 0.5); return loss + 2*b },
			func(out []float64) float64 { loss, b := logisticByHand(out, a, u, v, 0.5); return loss + 2*b }},
	} {
		got, want := make([]float64, c.size), make([]float64, c.size)
		if x, y := c.generated(got), c.byHand(want); !(math.Abs(x-y) <= 1e-13*(1+math.Abs(y))) {
			t.Errorf("%s at n = %d: %v, by hand %v", c.name, n, x, y)
		}
		for i := range got {
			if !(math.Abs(got[i]-want[i]) <= 1e-13*(1+math.Abs(want[i]))) {
				t.Errorf("%s at n = %d: entry %d is %v, by hand %v", c.name, n, i, got[i], want[i])
			}
		}
	}
}

// TestNoAllocations runs kernels with tensors, scratch space and helpers.
func TestNoAllocations(t *testing.T) {
	const n = 8
	grad, l, y, work, big := make([]float64, n), randoms(n), distribution(n), make([]float64, 100), make([]float64, n*n)
	if k := testing.AllocsPerRun(10, func() {
		kernels.SoftmaxCrossEntropy(grad, l, y)
		kernels.SoftmaxJacobian(big, l, work)
		kernels.SoftmaxCrossEntropyHvp(grad, l, y, l)
		kernels.Gram(big, big, n, n)
	}); k != 0 {
		t.Errorf("%v allocations", k)
	}
}
