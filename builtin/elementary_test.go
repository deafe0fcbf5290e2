package builtin_test

import (
	"fmt"
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/verify"
)

// specials are the arguments at which rows are looked at: special points, both signs, small and large, all of them exact in binary,
// so that floor and mod do not jump.
var specials = []*big.Rat{
	big.NewRat(0, 1), big.NewRat(1, 1), big.NewRat(-1, 1), big.NewRat(1, 2), big.NewRat(-1, 2), big.NewRat(2, 1), big.NewRat(-2, 1),
	big.NewRat(3, 1), big.NewRat(9, 4), big.NewRat(-9, 4), big.NewRat(1, 1024), big.NewRat(-1, 1024), big.NewRat(25, 2), big.NewRat(8, 1), big.NewRat(1, 8),
}

// at evaluates a text with the parameters at rational values, as the witness does.
func at(t *testing.T, text string, params []string, args []*big.Rat) (float64, bool) {
	t.Helper()
	x, diagnostics := parser.ParseExpr("", text)
	if err := diagnostics.Err(); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	p := verify.Point{Sizes: map[string]int{}, Values: map[string]verify.Value{}}
	for k, name := range params {
		p.Values[name] = verify.Value{Data: []verify.Entry{{Rat: args[k]}}}
	}
	v, err := verify.NewEvaluator(verify.Source{Library: builtin.Definitions()}, p, 200).Eval(x)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v.Data[0].Real().Float64(), true
}

// arguments calls f with every combination of special points that a row's domain admits.
func arguments(t *testing.T, row builtin.Elementary, f func(args []*big.Rat)) {
	args := make([]*big.Rat, len(row.Params))
	var fill func(k int)
	fill = func(k int) {
		if k == len(args) {
			if row.Domain != "" {
				if v, _ := at(t, "["+row.Domain+"]", row.Params, args); v == 0 {
					return
				}
			}
			f(args)
			return
		}
		for n, s := range specials {
			if len(args) > 2 && n%3 != 0 {
				continue
			}
			args[k] = s
			fill(k + 1)
		}
	}
	fill(0)
}

func near(a, b float64) bool {
	return a == b || math.Abs(a-b) <= 1e-14*math.Max(math.Abs(a), math.Abs(b))
}

// TestTable holds every row against the witness, which has the values and derivatives of all functions from elsewhere.
func TestTable(t *testing.T) {
	for _, row := range builtin.Table {
		t.Run(fmt.Sprintf("%s/%d", row.Name, len(row.Params)), func(t *testing.T) {
			call := row.Name + "(" + strings.Join(row.Params, ", ") + ")"
			points := 0
			arguments(t, row, func(args []*big.Rat) {
				points++
				value, _ := at(t, call, row.Params, args)
				if math.IsNaN(value) || math.IsInf(value, 0) {
					t.Errorf("%s is %v at %v, inside its domain", call, value, args)
					return
				}
				if row.Same != "" {
					if same, _ := at(t, row.Same, row.Params, args); !near(value, same) {
						t.Errorf("%s = %v, but %s = %v at %v", call, value, row.Same, same, args)
					}
					return
				}
				for k, partial := range row.Partials {
					if partial == "" {
						continue
					}
					want, _ := at(t, fmt.Sprintf("d(%s, %s)", call, row.Params[k]), row.Params, args)
					got, _ := at(t, partial, row.Params, args)
					if !near(got, want) && !math.IsNaN(want) {
						t.Errorf("the derivative of %s by %s is %v, but %s = %v at %v", call, row.Params[k], want, partial, got, args)
					}
				}
				facts(t, row, value, args)
			})
			if points < 3 {
				t.Errorf("only %d points lie in the domain", points)
			}
		})
	}
}

// facts holds what the constructors of expressions believe of a function against a value.
func facts(t *testing.T, row builtin.Elementary, value float64, args []*big.Rat) {
	f := row.Func
	if f.Sign == expr.Positive && value <= 0 || f.Sign == expr.NonNegative && value < 0 {
		t.Errorf("%s(%v) = %v, which is not of its sign", row.Name, args, value)
	}
	if f.Parity != expr.NoParity {
		mirrored, _ := at(t, row.Name+"(-x)", []string{"x"}, args)
		if f.Parity == expr.Odd && !near(mirrored, -value) || f.Parity == expr.Even && !near(mirrored, value) {
			t.Errorf("%s(-x) = %v and %s(x) = %v at %v", row.Name, mirrored, row.Name, value, args)
		}
	}
	if f.Exact != nil {
		if exact, ok := f.Exact(args); ok {
			if want, _ := exact.Float64(); !near(value, want) {
				t.Errorf("%s(%v) = %v, not %v", row.Name, args, value, exact)
			}
		}
	}
}

func ExampleLookup() {
	row, ok := builtin.Lookup("atan2", 2)
	fmt.Println(ok, row.Params, row.Partials)
	// Output: true [y x] [x/(x^2 + y^2) -y/(x^2 + y^2)]
}
