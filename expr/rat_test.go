package expr_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/seed-9905856d/derive/expr"
)

// TestRat compares arithmetic with that of math/big, and the text of what comes out: numbers that are equal are the same number.
func TestRat(t *testing.T) {
	var numbers []expr.Rat
	for _, num := range []int64{0, 1, -1, 2, -2, 3, -3, 4, -6, 9, 10, -15, 1 << 20, -1 << 30, 1 << 31, 1<<31 - 1, -1 << 40, math.MaxInt64, -math.MaxInt64} {
		for _, den := range []int64{1, 2, 3, 4, 6, 15, 1 << 20, 1<<31 - 1, 1 << 33} {
			numbers = append(numbers, expr.Frac(num, den))
		}
	}
	operations := []struct {
		name  string
		apply func(a, b expr.Rat) expr.Rat
		big   func(z, a, b *big.Rat) *big.Rat
	}{
		{"+", expr.Rat.Add, (*big.Rat).Add},
		{"-", expr.Rat.Sub, (*big.Rat).Sub},
		{"*", expr.Rat.Mul, (*big.Rat).Mul},
		{"/", expr.Rat.Div, (*big.Rat).Quo},
	}
	for _, a := range numbers {
		for _, b := range numbers {
			for _, op := range operations {
				if op.name == "/" && b.IsZero() {
					continue
				}
				got, want := op.apply(a, b), op.big(new(big.Rat), a.Big(), b.Big())
				if !got.Equal(expr.BigRat(want)) || got.String() != want.RatString() {
					t.Fatalf("%s %s %s = %s, want %s", a, op.name, b, got, want.RatString())
				}
			}
		}
	}
}
