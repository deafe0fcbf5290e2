package codegen_test

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"gonum.org/v1/gonum/mat"

	"github.com/seed-9905856d/derive/codegen/testdata/matrices"
)

// cofactorsOf returns the cofactors of an n×n matrix of integers by its minors, exactly.
func cofactorsOf(a []float64, n int) []float64 {
	out := make([]float64, n*n)
	for i := range n {
		for j := range n {
			var minor []*big.Rat
			for k := range n * n {
				if k/n != i && k%n != j {
					minor = append(minor, new(big.Rat).SetFloat64(a[k]))
				}
			}
			out[i*n+j], _ = exactDet(minor, n-1).Float64()
			if (i+j)%2 == 1 {
				out[i*n+j] = 0 - out[i*n+j]
			}
		}
	}
	return out
}

// exactDet returns the determinant of an n×n matrix, which it destroys, by Gaussian elimination.
func exactDet(a []*big.Rat, n int) *big.Rat {
	det := big.NewRat(1, 1)
	for k := range n {
		p := k
		for p < n && a[p*n+k].Sign() == 0 {
			p++
		}
		if p == n {
			return new(big.Rat)
		}
		if p != k {
			det.Neg(det)
			for j := range n {
				a[k*n+j], a[p*n+j] = a[p*n+j], a[k*n+j]
			}
		}
		det.Mul(det, a[k*n+k])
		for i := k + 1; i < n; i++ {
			f := new(big.Rat).Quo(a[i*n+k], a[k*n+k])
			for j := k; j < n; j++ {
				a[i*n+j] = new(big.Rat).Sub(a[i*n+j], new(big.Rat).Mul(f, a[k*n+j]))
			}
		}
	}
	return det
}

// TestDetGradient compares the gradient of det with the cofactors, of matrices of every rank.
func TestDetGradient(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 7))
	for n := 1; n <= 8; n++ {
		for rank := range n + 1 {
			left, right := mat.NewDense(n, max(rank, 1), nil), mat.NewDense(max(rank, 1), n, nil)
			for i := range n {
				for k := range rank {
					left.Set(i, k, float64(r.IntN(9)-4))
					right.Set(k, i, float64(r.IntN(9)-4))
				}
			}
			var product mat.Dense
			product.Mul(left, right) // of integers: exactly of that rank at most
			a := product.RawMatrix().Data
			want := cofactorsOf(a, n)
			scale := 1.0 // Hadamard's bound of the determinant
			for i := range n {
				scale *= max(1, mat.Norm(mat.NewVecDense(n, a[i*n:][:n]), 2))
			}
			got, work := make([]float64, n*n), make([]float64, 2*n*n+4*n)
			matrices.DetGradient(got, a, n, work)
			if diff := cmp.Diff(want, got, cmpopts.EquateApprox(0, 1e-14*scale)); diff != "" {
				t.Errorf("n = %d, rank %d: %v (-want +got)\n%s", n, rank, a, diff)
			}
			if rank < n { // b'*M*b*det(M)² is flat there
				b := make([]float64, n)
				for k := range b {
					b[k] = r.Float64()
				}
				matrices.DetSquare(got, a, b, make([]float64, 10*n*n+10*n))
				for _, v := range got {
					if !(math.Abs(v) <= 1e-14*scale*scale) {
						t.Errorf("n = %d, rank %d: gradient %v of the square, want 0", n, rank, v)
						break
					}
				}
			}
		}
	}
}

func BenchmarkDetGradient(b *testing.B) {
	for _, n := range []int{10, 100} {
		a, out, work := randoms(n*n), make([]float64, n*n), make([]float64, 2*n*n+4*n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				matrices.DetGradient(out, a, n, work)
			}
		})
	}
}
