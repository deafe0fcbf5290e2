package check_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/check"
	"github.com/seed-9905856d/derive/codegen"
	"github.com/seed-9905856d/derive/verify"
)

// accuracyTimes multiplies the points of TestAccuracy, by DERIVE_ACCURACY.
func accuracyTimes() int {
	if k, err := strconv.Atoi(os.Getenv("DERIVE_ACCURACY")); err == nil {
		return k
	}
	return 1
}

// accuracySeed is the seed of the points, by DERIVE_FROM.
func accuracySeed(otherwise uint64) uint64 {
	if seed, err := strconv.ParseUint(os.Getenv("DERIVE_FROM"), 10, 64); err == nil {
		return seed
	}
	return otherwise
}

// TestAccuracy measures every row of the table and holds it to its bounds. DERIVE_ACCURACY=20 measures at 20 times as many points,
// DERIVE_FROM at other ones.
func TestAccuracy(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles and runs some 170 kernels")
	}
	seed := accuracySeed(1)
	for _, sizes := range [][]int{{1}, {1, 2, 3}} {
		var units []*check.Unit
		var rows []check.AccuracyRow
		for _, r := range check.Accuracies {
			if strings.Contains(r.Params, "[") != (len(sizes) > 1) {
				continue
			}
			u, err := check.Load("accuracy.formula", r.Formula())
			if err != nil {
				t.Fatalf("%s: %v", r.Formula(), err)
			}
			rows, units = append(rows, r), append(units, u)
		}
		points := 5
		if len(sizes) == 1 {
			points = 40
		}
		all, err := check.MeasureAll(context.Background(), units, check.Probe{Seed: seed, Points: points * accuracyTimes(), Sizes: sizes})
		if err != nil {
			t.Fatal(err)
		}
		for k, r := range rows {
			value, gradient := r.Bounds()
			for n, a := range all[k] {
				hold(t, r.Call, a, []float64{value, gradient}[n])
			}
		}
	}
}

// hold fails where an error is larger than its bound, or where nothing was measured.
func hold(t *testing.T, call string, a check.Accuracy, bound float64) {
	t.Helper()
	if a.Compared < 2 {
		t.Errorf("%s: %s: only %d entries were compared", call, a.Kernel, a.Compared)
	}
	if !(a.Worst <= bound) {
		t.Errorf("%s: %s: %s is off by %.3g ulps of condition, more than %v: entry %d is %v, want %v at %s",
			call, a.Kernel, a.Output, a.Worst, bound, a.Entry+1, a.Got, a.Want, numbers(a.Point))
	}
}

// numbers returns the values of a point as float64.
func numbers(p verify.Point) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(p.Values)) {
		b.WriteString(name + " =")
		for _, e := range p.Values[name].Data {
			f, _ := e.Rat.Float64()
			fmt.Fprintf(&b, " %v", f)
		}
		b.WriteString("; ")
	}
	return b.String()
}

// TestAccuracyOfLongInputs holds the rows of vectors and matrices at other sizes, some of them larger than what is unrolled.
func TestAccuracyOfLongInputs(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles and runs some 60 kernels")
	}
	var units []*check.Unit
	var rows []check.AccuracyRow
	for _, r := range check.Accuracies {
		if !strings.Contains(r.Params, "[n]") || strings.Contains(r.Params, ",n]") {
			continue
		}
		u, err := check.Load("accuracy.formula", r.Formula())
		if err != nil {
			t.Fatal(err)
		}
		rows, units = append(rows, r), append(units, u)
	}
	all, err := check.MeasureAll(context.Background(), units, check.Probe{Seed: accuracySeed(3), Points: 6 * accuracyTimes(), Sizes: []int{17}})
	if err != nil {
		t.Fatal(err)
	}
	for k, r := range rows {
		value, gradient := r.Bounds()
		for n, a := range all[k] {
			hold(t, r.Call, a, []float64{value, gradient}[n])
		}
	}
}

// TestEveryFunctionHasAccuracy demands a row of the table for each function.
func TestEveryFunctionHasAccuracy(t *testing.T) {
	called := map[string]bool{}
	for _, r := range check.Accuracies {
		name, _, _ := strings.Cut(r.Call, "(")
		called[name] = true
	}
	for _, row := range builtin.Table {
		if !called[row.Name] {
			t.Errorf("no row for %s", row.Name)
		}
	}
	for _, d := range builtin.Definitions() {
		if !called[d.Name.Name] {
			t.Errorf("no row for %s", d.Name.Name)
		}
	}
}

// TestStabilisations measures every formula of the table as it comes and stabilised.
func TestStabilisations(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles and runs all kernels of the table")
	}
	var units []*check.Unit
	for _, s := range check.Stabilisations {
		u, err := check.Load("stable.formula", s.Row().Formula())
		if err != nil {
			t.Fatalf("%s: %v", s.Formula, err)
		}
		units = append(units, u)
	}
	var measured [2][][]check.Accuracy
	for k, n := range []codegen.Numerics{codegen.Fast, codegen.Stable} {
		var err error
		measured[k], err = check.MeasureAll(context.Background(), units, check.Probe{Seed: 1, Points: 6 * accuracyTimes(), Sizes: []int{2, 3}, Code: codegen.Options{Numerics: n}})
		if err != nil {
			t.Fatal(err)
		}
	}
	for k, s := range check.Stabilisations {
		bound, _ := s.Row().Bounds()
		hold(t, s.Formula, measured[1][k][0], bound)
		if plain := measured[0][k][0]; plain.Worst < s.Plain {
			t.Errorf("%s: the plain code is off by %.3g ulps of condition only, less than %v", s.Formula, plain.Worst, s.Plain)
		}
	}
}
