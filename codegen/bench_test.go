package codegen_test

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/seed-9905856d/derive/codegen/testdata/kernels"
)

// byHand is softmax cross-entropy with its gradient as a careful person writes it.
func byHand(grad, l, y []float64) (loss float64) {
	n := len(l)
	if len(grad) != n || len(y) != n {
		panic("lengths differ")
	}
	top := math.Inf(-1)
	for _, v := range l {
		if v > top {
			top = v
		}
	}
	sum, dot, weight := 0.0, 0.0, 0.0
	for i, v := range l {
		u := v - top
		e := math.Exp(u)
		grad[i] = e
		sum += e
		weight += y[i]
		if y[i] != 0 {
			dot += y[i] * u
		}
	}
	scale := weight / sum
	for i := range grad {
		grad[i] = scale*grad[i] - y[i]
	}
	return weight*math.Log(sum) - dot
}

// gramByHand is AᵀA, row by row.
func gramByHand(g, a []float64, m, n int) {
	clear(g)
	for r := range m {
		row := a[r*n:][:n]
		for i, v := range row {
			to := g[i*n:][:n]
			for j, w := range row {
				to[j] += v * w
			}
		}
	}
}

func matVecByHand(u, a, v []float64) {
	n := len(v)
	for i := range u {
		row := a[i*n:][:n]
		sum := 0.0
		for j, w := range v {
			sum += row[j] * w
		}
		u[i] = sum
	}
}

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

func BenchmarkSoftmaxCrossEntropy(b *testing.B) {
	for _, n := range []int{10, 1000, 100000} {
		grad, l, y := make([]float64, n), randoms(n), distribution(n)
		b.Run("generated/"+strconv.Itoa(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				kernels.SoftmaxCrossEntropy(grad, l, y)
			}
		})
		b.Run("by hand/"+strconv.Itoa(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				byHand(grad, l, y)
			}
		})
	}
}

func BenchmarkMatrices(b *testing.B) {
	const m, n = 300, 200
	a, v, u, g := randoms(m*n), randoms(n), make([]float64, m), make([]float64, n*n)
	for _, c := range []struct {
		name string
		f    func()
	}{
		{"gram/generated", func() { kernels.Gram(g, a, m, n) }},
		{"gram/by hand", func() { gramByHand(g, a, m, n) }},
		{"vector/generated", func() { kernels.MatVec(u, a, v) }},
		{"vector/by hand", func() { matVecByHand(u, a, v) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.f()
			}
		})
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
