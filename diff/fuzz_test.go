package diff_test

import (
	"errors"
	"fmt"
	"math"
	"os"
	"strconv"
	"testing"

	"github.com/seed-9905856d/derive/diff"
	"github.com/seed-9905856d/derive/eval"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/internal/randexpr"
)

// checkSeed holds ∂f/∂x[m] of one random formula against central differences of plain Go. Points where
// the differences of two step sizes disagree, as at a kink, are left out.
func checkSeed(seed uint64) (compared int, err error) {
	g := randexpr.New(seed)
	g.NonEmptyExtrema = true
	s := g.Session
	e, f := g.Formula()
	m := s.Index("m", s.Int(1), s.Size("n"))
	d, err := diff.Forward(s, randexpr.Table{}, e, s.Entry(g.X, m))
	if errors.Is(err, diff.ErrExtremum) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("seed %d: %w", seed, err)
	}
	if err := expr.Check(d); err != nil {
		return 0, fmt.Errorf("seed %d: %w", seed, err)
	}
	backward, err := diff.Gradient(s, randexpr.Table{}, e, g.X, m)
	if err == nil {
		err = expr.Check(backward)
	}
	if err != nil {
		return 0, fmt.Errorf("seed %d: %w", seed, err)
	}
	for _, size := range []int{1, 2, 3} {
		g.Sample(size, 0.1)
		for k := 1; k <= size; k++ {
			for at := 1; at <= size; at++ {
				x := &g.Data["x"].Data[at-1]
				difference := func(h float64) float64 {
					old := *x
					*x = old + h
					above := f(map[string]int{"k": k})
					*x = old - h
					below := f(map[string]int{"k": k})
					*x = old
					return (above - below) / (2 * h)
				}
				want, check := difference(1e-4), difference(5e-5)
				if math.Abs(f(map[string]int{"k": k})) > 1e4 || math.Abs(want) > 1e6 || !randexpr.Close(check, want, 1e-5) {
					continue
				}
				env := g.Env(k)
				env.Indices[m] = at
				got, err := eval.Float64(d, env)
				if err != nil {
					return compared, fmt.Errorf("seed %d, n = %d, k = %d, m = %d: %w\n%v\n%v", seed, size, k, at, err, e, d)
				}
				if !randexpr.Close(got, want, 1e-3) {
					return compared, fmt.Errorf("seed %d, n = %d, k = %d, m = %d: got %v, want %v\n%v\n%v", seed, size, k, at, got, want, e, d)
				}
				reversed, err := eval.Float64(backward, env)
				if err != nil {
					return compared, fmt.Errorf("seed %d, reverse, n = %d, k = %d, m = %d: %w\n%v\n%v", seed, size, k, at, err, e, backward)
				}
				if !randexpr.Close(reversed, got, 1e-7) {
					return compared, fmt.Errorf("seed %d, n = %d, k = %d, m = %d: reverse %v, forward %v\n%v\n%v\n%v", seed, size, k, at, reversed, got, e, backward, d)
				}
				compared++
			}
		}
	}
	return compared, nil
}

// TestFoundDerivatives repeats formulas whose derivative once was wrong: x^0 at x = 0 (598), a sum whose body is free
// of its index (18239).
func TestFoundDerivatives(t *testing.T) {
	for _, seed := range []uint64{598, 16904, 18239} {
		if _, err := checkSeed(seed); err != nil {
			t.Error(err)
		}
	}
}

// TestRandomDerivatives runs the number of cases that DERIVE_CASES says, or a few thousand.
func TestRandomDerivatives(t *testing.T) {
	cases := uint64(5000)
	if v, err := strconv.ParseUint(os.Getenv("DERIVE_CASES"), 10, 64); err == nil {
		cases = v
	}
	failures, compared := 0, 0
	for seed := uint64(0); seed < cases && failures < 5; seed++ {
		n, err := checkSeed(seed)
		compared += n
		if err != nil {
			t.Error(err)
			failures++
		}
	}
	t.Logf("%d formulas, %d derivatives compared", cases, compared)
	if compared < int(cases) {
		t.Errorf("only %d derivatives of %d formulas were compared", compared, cases)
	}
}
