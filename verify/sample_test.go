package verify_test

import (
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/verify"
)

// givenFiles are declarations with givens of every kind that points are to satisfy.
var givenFiles = []string{
	"param y[n], x\ngiven sum(y) == 1\ngiven 0 < x < 1",
	"param Y[m,n]\ngiven sum[k](Y[r,k]) == 1",
	"param Y[m,n]\ngiven onehot(Y)",
	"param y[n]\ngiven onehot(y)",
	"param A[n,n]\ngiven posdef(A)",
	"param A[n,n]\ngiven A == A'",
	"param A[n,n]\ngiven A == -A'",
	"param A[n,n]\ngiven A == diag(diag(A))",
	"param W[n+1,n]\ngiven W'*W == eye(n)",
	"param Q[n,n]\ngiven Q*Q' == eye(n)",
	"param P[n,n]\ngiven P*ones(n) == ones(n)",
	"param u[n]\ngiven norm(u) == 1",
	"param u[n]\ngiven u'*u == 1",
	"param c[m]\ngiven integer(c)",
	"param x\ngiven x > 1000",
	"param x\ngiven 1/1000 < x and x < 1/900",
	"param x\ngiven x < -12.5",
	"param x[n]\ngiven x[i] > 10",
	"param A[m,n]\ngiven 5 < A[i,j] < 6",
	"param x[n], lo, hi\ngiven lo < hi\ngiven lo < x[i] < hi",
	"param a, b, c\ngiven a < b < c",
	"param x[n], y[n]\ngiven x[i] < y[i]",
	"param a, b\ngiven a == 2*b",
	"param a, b\ngiven a + b == 1",
	"param x[n], y[n]\ngiven x'*y == 0",
	"param x[n], y[n]\ngiven y == 3*x",
	"param x[n], A[n,n], b[n]\ngiven A*x == b",
	"param w[n]\ngiven sum[i](i*w[i]) == 4",
	"param p[n]\ngiven sum(p) == 3 and p[i] > 0",
	"param A[n,n]\ngiven tr(A) == 1",
	"param A[n,n]\ngiven det(A) != 0",
	"param x\ngiven x != 0",
	"param a, b\ngiven a^2 == 4*b",
	"param L[n,n]\ngiven L[i,j] == [i >= j]*L[i,j]",
	"param S[n,n]\ngiven S == (S + S')/2",
	"param P[n+1,n+1]\ngiven P == P'\ngiven sum[i, j | i != j](P[i,j]) == 1",
}

// impossibleFiles are givens that no point of size 1 satisfies.
var impossibleFiles = []string{
	"param P[n,n]\ngiven sum[i, j | i != j](P[i,j]) == 1",
	"param W[n,n+1]\ngiven W'*W == eye(n+1)",
	"param Q[n+1,n]\ngiven eye(n+1) == Q*Q'",
}

// TestSampleImpossible does not search where no point can be, and does elsewhere.
func TestSampleImpossible(t *testing.T) {
	for _, text := range impossibleFiles {
		file, ds := parser.ParseFile("", text)
		if ds.Err() != nil {
			t.Fatal(text, ds)
		}
		drawn := 0
		_, err := verify.SampleFrom(verify.Source{File: file}, map[string]int{"n": 1}, 1, 128, func(rng *rand.Rand, _ string, count, _ int) []*big.Rat {
			drawn++
			entries := make([]*big.Rat, count)
			for k := range entries {
				entries[k] = big.NewRat(rng.Int64N(9), 4)
			}
			return entries
		})
		if err == nil || drawn != 1 {
			t.Errorf("%q: %d points were drawn, %v", text, drawn, err)
		}
	}
}

var sampleSizes = []map[string]int{{"n": 1, "m": 2}, {"n": 3, "m": 2}, {"n": 5, "m": 6}}

// TestSample finds points that satisfy givens of every kind.
func TestSample(t *testing.T) {
	for _, text := range givenFiles {
		file, ds := parser.ParseFile("", text)
		if ds.Err() != nil {
			t.Fatal(text, ds)
		}
		for _, sizes := range sampleSizes {
			for seed := range uint64(5) {
				p, err := verify.Sample(verify.Source{File: file}, sizes, seed, 128)
				if err != nil {
					t.Errorf("%q at %v, seed %d: %v", text, sizes, seed, err)
					continue
				}
				again, _ := verify.Sample(verify.Source{File: file}, sizes, seed, 128)
				if p.JSON() != again.JSON() {
					t.Errorf("%q: seed %d gives two points", text, seed)
				}
			}
		}
	}
}

// TestSampleExtreme finds extreme points that satisfy most givens: fewer than half of the kinds are out of reach of any.
func TestSampleExtreme(t *testing.T) {
	for _, text := range givenFiles {
		file, _ := parser.ParseFile("", text)
		found := 0
		for _, kind := range verify.Extremes {
			if _, err := verify.SampleExtreme(verify.Source{File: file}, kind, sampleSizes[1], 1, 128); err == nil {
				found++
			}
		}
		if found <= len(verify.Extremes)/2 {
			t.Errorf("%q: only %d kinds of extreme points", text, found)
		}
	}
	file, _ := parser.ParseFile("", "param x[n], y[n]\ngiven sum(y) == 1")
	infinite := verify.Extremes[slices.IndexFunc(verify.Extremes, func(e verify.Extreme) bool { return e.Infinite })]
	found := 0
	for seed := range uint64(10) {
		p, err := verify.SampleExtreme(verify.Source{File: file}, infinite, sampleSizes[2], seed, 128)
		if err != nil {
			t.Fatal(err)
		}
		if p.IsInfinite() {
			found++
		}
	}
	if found < 5 {
		t.Errorf("only %d of 10 points have infinities", found)
	}
}
