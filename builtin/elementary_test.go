package builtin_test

import (
	"errors"
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
	big.NewRat(3, 1), big.NewRat(3, 2), big.NewRat(9, 4), big.NewRat(-9, 4), big.NewRat(1, 1024), big.NewRat(-1, 1024), big.NewRat(25, 2), big.NewRat(8, 1), big.NewRat(1, 8),
}

// valueAt evaluates a text with the parameters at rational values, as the witness does.
func valueAt(text string, params []string, args []*big.Rat) (float64, error) {
	x, diagnostics := parser.ParseExpr("", text)
	if err := diagnostics.Err(); err != nil {
		return 0, err
	}
	p := verify.Point{Sizes: map[string]int{}, Values: map[string]verify.Value{}}
	for k, name := range params {
		p.Values[name] = verify.Value{Data: []verify.Entry{{Rat: args[k]}}}
	}
	v, err := verify.NewEvaluator(verify.Source{Library: builtin.Definitions()}, p, 200).Eval(x)
	if err != nil {
		return 0, err
	}
	return v.Data[0].Real().Float64(), nil
}

// arguments calls f with every combination of special points that a row's domain admits, until it returns false.
func arguments(t *testing.T, row builtin.Elementary, f func(args []*big.Rat) bool) {
	t.Helper()
	args := make([]*big.Rat, len(row.Params))
	var fill func(k int) bool
	fill = func(k int) bool {
		if k == len(args) {
			if row.Domain != "" {
				if v, err := valueAt("["+row.Domain+"]", row.Params, args); err != nil {
					t.Fatalf("%s: %v", row.Domain, err)
				} else if v == 0 {
					return true
				}
			}
			return f(args)
		}
		for n, s := range specials {
			if len(args) > 2 && n%3 != 0 {
				continue
			}
			args[k] = s
			if !fill(k + 1) {
				return false
			}
		}
		return true
	}
	fill(0)
}

func isFinite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

func near(a, b float64) bool {
	return a == b || !math.IsInf(a, 0) && !math.IsInf(b, 0) && math.Abs(a-b) <= 1e-14*math.Max(math.Abs(a), math.Abs(b))
}

// TestTable holds every row against the witness, which has the values and derivatives of all functions from elsewhere.
func TestTable(t *testing.T) {
	for _, row := range builtin.Table {
		t.Run(fmt.Sprintf("%s/%d", row.Name, len(row.Params)), func(t *testing.T) {
			points := 0
			arguments(t, row, func([]*big.Rat) bool { points++; return true })
			if points < 3 {
				t.Errorf("only %d points lie in the domain", points)
			}
			if mistake := mistakeIn(t, row); mistake != "" {
				t.Error(mistake)
			}
		})
	}
}

// mistakeIn returns what is wrong with a row at the first point at which something is.
func mistakeIn(t *testing.T, row builtin.Elementary) (mistake string) {
	t.Helper()
	call := row.Name + "(" + strings.Join(row.Params, ", ") + ")"
	arguments(t, row, func(args []*big.Rat) bool {
		value, err := valueAt(call, row.Params, args)
		if err != nil || math.IsNaN(value) || math.IsInf(value, 0) {
			mistake = fmt.Sprintf("%s is %v at %v, inside its domain", call, value, args)
			return false
		}
		if row.Same != "" {
			if same, err := valueAt(row.Same, row.Params, args); err != nil || !near(value, same) {
				mistake = fmt.Sprintf("%s = %v, but %s = %v at %v (%v)", call, value, row.Same, same, args, err)
			}
			for _, name := range row.Params { // also at ties, where a derivative is a matter of convention
				want, err := valueAt(fmt.Sprintf("d(%s, %s)", call, name), row.Params, args)
				same, err2 := valueAt(fmt.Sprintf("d(%s, %s)", row.Same, name), row.Params, args)
				if err != nil || err2 != nil || !near(same, want) && isFinite(want) {
					mistake = fmt.Sprintf("the derivative of %s by %s is %v, but that of %s is %v at %v (%v)", call, name, want, row.Same, same, args, errors.Join(err, err2))
				}
			}
			return mistake == ""
		}
		for k, partial := range row.Partials {
			if partial == "" {
				continue
			}
			want, err := valueAt(fmt.Sprintf("d(%s, %s)", call, row.Params[k]), row.Params, args)
			got, err2 := valueAt(partial, row.Params, args)
			if err != nil || err2 != nil || !near(got, want) && !math.IsNaN(want) {
				mistake = fmt.Sprintf("the derivative of %s by %s is %v, but %s = %v at %v (%v)", call, row.Params[k], want, partial, got, args, errors.Join(err, err2))
				return false
			}
		}
		return true
	})
	if mistake != "" || row.Func == nil {
		return mistake
	}
	everywhere := row // facts hold at the ends of the domain too, wherever there is a value
	everywhere.Domain = ""
	arguments(t, everywhere, func(args []*big.Rat) bool {
		if value, err := valueAt(call, row.Params, args); err == nil && !math.IsNaN(value) && !math.IsInf(value, 0) {
			mistake = mistakenFact(row, value, args)
		}
		return mistake == ""
	})
	return mistake
}

// mistakenFact holds what the constructors of expressions believe of a function against a value.
func mistakenFact(row builtin.Elementary, value float64, args []*big.Rat) string {
	f := row.Func
	if f.Sign == expr.Positive && value <= 0 || f.Sign == expr.NonNegative && value < 0 {
		return fmt.Sprintf("%s(%v) = %v, which is not of its sign", row.Name, args, value)
	}
	if f.Parity != expr.NoParity {
		mirrored, err := valueAt(row.Name+"(-x)", []string{"x"}, args)
		if err != nil || f.Parity == expr.Odd && !near(mirrored, -value) || f.Parity == expr.Even && !near(mirrored, value) {
			return fmt.Sprintf("%s(-x) = %v and %s(x) = %v at %v", row.Name, mirrored, row.Name, value, args)
		}
	}
	if next := new(big.Rat).Add(args[0], big.NewRat(1, 8)); f.Monotony != expr.NoMonotony && args[0].Cmp(big.NewRat(4, 1)) < 0 && args[0].Cmp(big.NewRat(-4, 1)) > 0 { // farther away values round to one
		after, err := valueAt(row.Name+"(x)", []string{"x"}, []*big.Rat{next})
		if err == nil && (f.Monotony == expr.Increasing && after <= value || f.Monotony == expr.Decreasing && after >= value) {
			return fmt.Sprintf("%s(%v) = %v, but %v at %v", row.Name, args, value, after, next)
		}
	}
	if f.Exact != nil {
		if exact, ok := f.Exact(args); ok {
			if want, _ := exact.Float64(); !near(value, want) {
				return fmt.Sprintf("%s(%v) = %v, not %v", row.Name, args, value, exact)
			}
		}
	}
	return ""
}

func ExampleLookup() {
	row, ok := builtin.Lookup("atan2", 2)
	fmt.Println(ok, row.Params, row.Partials)
	// Output: true [y x] [x/(x^2 + y^2) -y/(x^2 + y^2)]
}
