package codegen_test

import (
	"bytes"
	"math"
	"os"
	"regexp"
	"runtime"
	"testing"

	"github.com/seed-9905856d/derive/codegen"
	"github.com/seed-9905856d/derive/codegen/testdata/parallel"
	"github.com/seed-9905856d/derive/codegen/testdata/serial"
)

// TestGoldenParallel generates the code of testdata/parallel.formula for one processor and for many.
func TestGoldenParallel(t *testing.T) {
	goldenCode(t, "parallel.formula", map[string]codegen.Options{"parallel": {Parallel: true}, "serial": {}})
}

// TestShared holds which loops are shared: none whose turns read what others write, keep the largest number so far, or add to entries of their own.
func TestShared(t *testing.T) {
	text, err := os.ReadFile("testdata/parallel/parallel.go")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{
		"BatchLoss": true, "RowSoftmax": true, "Activated": true, "Product": true, "Squares": true, "Each": true, "Tensors": true, "Shifted": true,
		"Logistic": false, "Running": false, "Largest": false,
	}
	functions := regexp.MustCompile(`(?ms)^func ([A-Z]\w*)\(.*?^}`).FindAllSubmatch(text, -1)
	if len(functions) != len(want) {
		t.Errorf("%d functions, want %d", len(functions), len(want))
	}
	for _, f := range functions {
		name := string(f[1])
		if got := bytes.Contains(f[0], []byte("inBlocks(")); got != want[name] {
			t.Errorf("%s: a loop is shared: %v, want %v", name, got, want[name])
		}
	}
}

// TestParallel holds the kernels for many processors against those for one: the same bits on one and on four processors, and sums that differ by
// rounding alone.
func TestParallel(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, m := range []int{1, 3, 63, 64, 65, 1000} {
		for _, n := range []int{1, 7, 200} {
			z, y, x, w, b, tensor := randoms(m*n), randoms(m*n), randoms(m*n), randoms(n), randoms(m), randoms(m*2*n)
			type functions struct {
				batchLoss                   func(g, z, y []float64, m, n int) float64
				rowSoftmax, activated, diff func(out, z []float64, m, n int)
				product                     func(out, x, w []float64)
				squares                     func(x []float64, m, n int) (float64, float64)
				logistic                    func(g, x, w, t []float64) float64
				each                        func(out, t []float64)
				tensors                     func(out, t []float64, k, m, n int)
			}
			run := func(f functions) []float64 {
				out := make([]float64, 4*m*n+m+m+n+2*m*n)
				rest := out
				next := func(k int) []float64 {
					head := rest[:k]
					rest = rest[k:]
					return head
				}
				loss := f.batchLoss(next(m*n), z, y, m, n)
				f.rowSoftmax(next(m*n), z, m, n)
				f.activated(next(m*n), z, m, n)
				f.diff(next(m*n), z, m, n)
				f.product(next(m), x, w)
				square, sum := f.squares(x, m, n)
				logistic := f.logistic(next(n), x, w, b)
				f.each(next(m), b)
				f.tensors(next(2*m*n), tensor, m, 2, n)
				return append(out, loss, square, sum, logistic)
			}
			shared := functions{parallel.BatchLoss, parallel.RowSoftmax, parallel.Activated, parallel.Shifted, parallel.Product, parallel.Squares, parallel.Logistic, parallel.Each, parallel.Tensors}
			want := run(functions{serial.BatchLoss, serial.RowSoftmax, serial.Activated, serial.Shifted, serial.Product, serial.Squares, serial.Logistic, serial.Each, serial.Tensors})
			runtime.GOMAXPROCS(1)
			one := run(shared)
			runtime.GOMAXPROCS(4)
			four := run(shared)
			for k := range want {
				if math.Float64bits(one[k]) != math.Float64bits(four[k]) {
					t.Fatalf("%d×%d, number %d: %v on one processor, %v on four", m, n, k, one[k], four[k])
				}
				if !(math.Abs(one[k]-want[k]) <= 1e-11*(1+math.Abs(want[k]))) {
					t.Fatalf("%d×%d, number %d: %v, want %v", m, n, k, one[k], want[k])
				}
			}
		}
	}
}
