package check

import (
	"context"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-9905856d/derive/internal/randformula"
	"github.com/seed-9905856d/derive/verify"
)

// perFile is the number of random formulas in one file, whose kernels are compiled together.
const perFile = 100

// lostDigits is the relative error up to which a value that is off is one whose digits have cancelled, and not another value.
const lostDigits = 1e-5

// extreme is the size of an input from which on powers and exponentials of it may overflow inside a formula whose value is finite, as in
// exp(x*x)*0.
const extreme = 1 << 13

// maxFailures is the number of wrong values after which a run ends.
const maxFailures = 6

// TestRandomFiles holds everything that is made of random formulas and of their gradients against the witness: closed forms,
// printed and read again, and the generated Go, compiled and run. DERIVE_CASES sets the number of formulas and DERIVE_FROM the first.
func TestRandomFiles(t *testing.T) {
	cases, from := uint64(perFile), uint64(0)
	if v, err := strconv.ParseUint(os.Getenv("DERIVE_CASES"), 10, 64); err == nil {
		cases = v
	}
	if v, err := strconv.ParseUint(os.Getenv("DERIVE_FROM"), 10, 64); err == nil {
		from = v
	}
	kernels, compared, skipped, cancelled, lost, overflowed, failures := 0, 0, 0, 0, 0, 0, 0
	for first := from; first < from+cases; first += perFile {
		text, count := randomFile(first, min(perFile, from+cases-first))
		u, err := Load("random.formula", text)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		r, err := u.VerifyAll(context.Background(), Options{Seed: first, Points: 1, Plain: true})
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		for _, f := range r.Findings {
			switch {
			case strings.Contains(f.Problem, "could not be compared"):
			case f.Problem == "" && math.Abs(f.Got-f.Want) <= lostDigits*magnitude(f):
				lost++
			case f.Problem == "" && math.IsNaN(f.Got-f.Got) && largest(f.Point) >= extreme:
				overflowed++
			default:
				t.Errorf("%v\n%s\n%s", f, f.Point.JSON(), formulaOf(f, text))
				failures++
			}
		}
		if failures >= maxFailures {
			t.FailNow()
		}
		kernels, compared, skipped, cancelled = kernels+count, compared+r.Points, skipped+r.Skipped, cancelled+r.Cancelled
	}
	t.Logf("%d formulas from seed %d: %d kernels, %d comparisons of all entries, %d skipped, in %d digits cancelled, in %d more than in the formula, %d overflowed at extreme points", cases, from, kernels, compared, skipped, cancelled, lost, overflowed)
	if compared < int(cases)*10 {
		t.Errorf("only %d comparisons for %d formulas", compared, cases)
	}
}

// magnitude returns how large what has cancelled may have been: the value or, where that is 0, the square of the largest input.
func magnitude(f Finding) float64 {
	if f.Want != 0 {
		return math.Abs(f.Want)
	}
	return largest(f.Point) * largest(f.Point)
}

// largest returns the magnitude of the largest input, at least 1.
func largest(p verify.Point) float64 {
	largest := 1.0
	for _, v := range p.Values {
		for _, e := range v.Data {
			if e.Rat != nil {
				x, _ := e.Rat.Float64()
				largest = math.Max(largest, math.Abs(x))
			}
		}
	}
	return largest
}

// formulaOf returns the lines of a random file that the kernel of a finding has to do with: those of its seed.
func formulaOf(f Finding, text string) string {
	name, _, _ := strings.Cut(f.Item, ":")
	seed := strings.TrimPrefix(name, "k")
	var out strings.Builder
	for line := range strings.Lines(text) {
		head, _, _ := strings.Cut(line, "=")
		if strings.Contains(head, "_"+seed) || strings.Contains(head, name+"(") {
			out.WriteString(line)
		}
	}
	return out.String()
}

// randomFile returns a file with one kernel for each of the formulas that the engine does not refuse, and their number.
func randomFile(first, count uint64) (text string, kernels int) {
	var definitions, statements strings.Builder
	for seed := first; seed < first+count; seed++ {
		g := randformula.New(seed)
		g.Suffix = fmt.Sprintf("_%d", seed)
		g.Smooth = true
		defs, e := g.File()
		out := []string{e, "grad(" + e + ", x)", "grad(" + e + ", X)", "hvp(" + e + ", x, y)"}[seed%4]
		kernel := fmt.Sprintf("kernel k%d(a, b, x, y, w, X) = %s, value: %s\n", seed, out, e)
		if u, err := Load("", randformula.Inputs+defs+kernel); err != nil {
			continue
		} else if _, err := u.Go("main"); err != nil {
			continue
		}
		definitions.WriteString(defs)
		statements.WriteString(kernel)
		kernels++
	}
	return randformula.Inputs + definitions.String() + statements.String(), kernels
}
