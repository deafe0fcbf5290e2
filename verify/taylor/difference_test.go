package taylor

import (
	"fmt"
	"testing"

	"github.com/seed-9905856d/derive/eval/bigmath"
)

// Derivatives are held against central differences of bigmath's values, computed with 700 bits and steps of 2⁻⁶⁰, so
// that truncation leaves about 2⁻¹²⁰ and rounding much less.
const (
	differencePrec = 700
	stepExponent   = -60
	toleranceBits  = 90
)

// points lists arguments of each function inside its domain, away from kinks.
var points = map[string][][]float64{
	"abs":       {{-2.5}, {0.75}},
	"acos":      {{-0.9}, {0}, {0.3}},
	"acosh":     {{1.25}, {40}},
	"asin":      {{-0.9}, {0}, {0.3}},
	"asinh":     {{-3}, {0}, {0.01}, {100}},
	"atan":      {{-3}, {0}, {0.5}, {50}},
	"atan2":     {{1, 2}, {-1, 2}, {1, -2}, {-3, -0.5}, {0, 3}, {2, 0}},
	"atanh":     {{-0.9}, {0}, {0.3}},
	"beta":      {{1.5, 2.25}, {30, 0.5}, {-1.5, 0.75}, {-0.5, -1.5}, {1000, 2}},
	"cbrt":      {{-8}, {0.3}, {27}},
	"ceil":      {{-1.5}, {2.25}},
	"clamp":     {{0.5, 0, 1}, {-2, 0, 1}, {3, 0, 1}},
	"cos":       {{-1}, {0}, {2}, {1000}},
	"cosh":      {{-1}, {0}, {5}},
	"digamma":   {{0.5}, {3.5}, {-1.25}, {25}},
	"erf":       {{-1}, {0}, {0.5}, {4}},
	"erfc":      {{-1}, {0}, {0.5}, {4}},
	"exp":       {{-3}, {0}, {2}},
	"expm1":     {{-3}, {0}, {2}},
	"floor":     {{-1.5}, {2.25}},
	"gamma":     {{0.5}, {1}, {4.25}, {-1.5}},
	"hypot":     {{3, 4}, {-1, 0.5}, {0, 2}},
	"lgamma":    {{0.5}, {1}, {4.25}, {-1.5}},
	"log":       {{0.01}, {1}, {7}},
	"log10":     {{0.01}, {1}, {7}},
	"log1p":     {{-0.9}, {0}, {7}},
	"log2":      {{0.01}, {1}, {7}},
	"max":       {{1, 2}, {2, 1}},
	"min":       {{1, 2}, {2, 1}},
	"mod":       {{7.5, 2}, {-7.25, 2}, {7.5, -2}, {0.25, 3}},
	"polygamma": {{2, 1.5}, {3, -0.75}, {0, 4.5}},
	"pow":       {{2, 3}, {2, -1.5}, {0.5, 0}, {7, 0.5}, {1, 2}},
	"sign":      {{-2}, {3}},
	"sin":       {{-1}, {0}, {2}, {1000}},
	"sinh":      {{-1}, {0}, {5}},
	"sqrt":      {{0.25}, {3}},
	"step":      {{-2}, {3}},
	"tan":       {{-1}, {0}, {1.5}},
	"tanh":      {{-1}, {0}, {5}},
	"trigamma":  {{0.5}, {3.5}, {-1.25}},
}

// difference returns the mixed partial derivative of orders[i] by argument i.
func difference(m *bigmath.Context, f bigmath.Function, args []bigmath.Num, orders []int) bigmath.Num {
	for i, order := range orders {
		if order == 0 {
			continue
		}
		h := m.Pow(bigmath.FromInt64(2), bigmath.FromInt64(stepExponent))
		lower := append([]int(nil), orders...)
		lower[i]--
		at := func(sign int64) bigmath.Num {
			moved := append([]bigmath.Num(nil), args...)
			moved[i] = m.Add(args[i], m.Mul(h, m.Ratio(sign, 2)))
			return difference(m, f, moved, lower)
		}
		return m.Div(m.Sub(at(1), at(-1)), h)
	}
	return f.Eval(m, args...)
}

// closeTo reports |got - want| ≤ 2⁻ᵇⁱᵗˢ max(1, |want|).
func closeTo(m *bigmath.Context, got, want bigmath.Num, bits int64) bool {
	if got.IsNaN() || want.IsNaN() {
		return got.IsNaN() && want.IsNaN()
	}
	if got.Equal(want) {
		return true
	}
	scale := m.Max(bigmath.FromInt64(1), want.Abs())
	bound := m.Mul(scale, m.Pow(bigmath.FromInt64(2), bigmath.FromInt64(-bits)))
	return m.Sub(got, want).Abs().LessEqual(bound)
}

// TestDifferences checks all partial derivatives up to order 4 of every function.
func TestDifferences(t *testing.T) {
	fine := bigmath.NewContext(differencePrec)
	c := NewContext(200)
	for _, f := range bigmath.Functions() {
		if len(points[f.Name]) == 0 {
			t.Errorf("no points for %s", f.Name)
		}
		for _, point := range points[f.Name] {
			for _, orders := range multiOrders(f.Arity, 4) {
				if f.Name == "polygamma" && orders[0] > 0 {
					continue
				}
				t.Run(fmt.Sprintf("%s%v%v", f.Name, point, orders), func(t *testing.T) {
					plain := make([]bigmath.Num, f.Arity)
					args := make([]Num, f.Arity)
					var tags Tag
					for i, v := range point {
						plain[i] = bigmath.FromFloat64(v)
						args[i] = Const(plain[i])
						for range orders[i] {
							args[i] = args[i].Seed(tags)
							tags++
						}
					}
					r, ok := c.Call(f.Name, args...)
					if !ok {
						t.Fatal("not found")
					}
					got := r.Coefficient(1<<tags - 1)
					want := difference(fine, f, plain, orders)
					if !closeTo(c.Math, got, want, toleranceBits) {
						t.Errorf("got %v, want %v", got, want)
					}
				})
			}
		}
	}
}

// multiOrders returns all lists of arity orders whose sum is at most total.
func multiOrders(arity, total int) [][]int {
	if arity == 0 {
		return [][]int{nil}
	}
	var all [][]int
	for first := 0; first <= total; first++ {
		for _, rest := range multiOrders(arity-1, total-first) {
			all = append(all, append([]int{first}, rest...))
		}
	}
	return all
}
