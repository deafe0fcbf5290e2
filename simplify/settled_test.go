package simplify_test

import (
	"errors"
	"fmt"
	"math"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/diff"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/notation"
	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/simplify"
	"github.com/seed-9905856d/derive/syntax"
	"github.com/seed-9905856d/derive/verify"
)

// resultOf returns the result of the last statement of a text and the conditions under which it is the formula's value.
func resultOf(text string) (*syntax.File, *simplify.Result, []simplify.Condition, error) {
	file, ds := parser.ParseFile("", text)
	if ds.Err() != nil {
		return nil, nil, nil, ds.Err()
	}
	session := expr.NewSession()
	session.Allow(formula.Work(file))
	p, err := formula.New(session, file, formula.Options{Calculus: diff.NewCalculus(), Strict: true})
	if err != nil {
		return file, nil, nil, err
	}
	x := file.Statements[len(file.Statements)-1].(*syntax.ExprStatement).X
	t, free, err := p.Expression(x)
	if err != nil {
		return file, nil, nil, err
	}
	z := simplify.New(p)
	r, err := z.Simplify(t, free, simplify.Auto, nil)
	if err != nil {
		return file, nil, nil, err
	}
	session.Allow(formula.Work(file))
	return file, r, z.Conditions(x, r), nil
}

// checkSettled holds that the result of a text simplifies to itself, and that the formula has a value wherever its conditions hold and the result
// has one.
func checkSettled(text string, seed uint64, count *tally) error {
	file, r, where, err := resultOf(text)
	if err != nil {
		count.refused.Add(1)
		return nil
	}
	result := syntax.Print(r.Text)
	lines := strings.Split(text, "\n")
	lines[len(lines)-1] = result
	if r.Free == 0 {
		_, again, _, err := resultOf(strings.Join(lines, "\n"))
		if err != nil {
			return fmt.Errorf("%w\n%s\n=> %s", err, text, result)
		}
		if cost := notation.Cost(r.Text); notation.Cost(again.Text) < cost && cost < moreNames {
			return fmt.Errorf("%s\n=> %s\n=> %s", text, result, syntax.Print(again.Text))
		}
	}
	for _, n := range []int{2, 3} {
		point := samplePoint(file, map[string]int{"n": n, "m": 2}, seed)
		holds := true
		for _, c := range where {
			ok, err := verify.NewEvaluator(verify.Source{File: file, Library: builtin.Definitions()}, point, fuzzPrecision).Holds(c.Cond, 0)
			holds = holds && err == nil && ok && len(c.Binders) == 0
		}
		if !holds {
			count.skipped.Add(1)
			continue
		}
		want, got, err := values(file, []string{result}, map[string]int{"n": n, "m": 2}, seed, fuzzPrecision)
		if errors.Is(err, errSkip) {
			count.skipped.Add(1)
			continue
		}
		if err != nil {
			return fmt.Errorf("n = %d: %w\n%s", n, err, text)
		}
		for j := range want {
			if len(got[0]) != len(want) || math.IsNaN(got[0][j]) || math.IsInf(got[0][j], 0) {
				continue
			}
			if count.values.Add(1); math.IsNaN(want[j]) {
				return fmt.Errorf("n = %d, entry %d: the formula has no value where its result is %v under %d conditions\n%s\n=> %s\nat %s", n, j, got[0][j], len(where), text, result, point.JSON())
			}
		}
	}
	return nil
}

// TestRandomResults holds values, idempotence and conditions of the results of random formulas. DERIVE_CASES sets the number of seeds, DERIVE_FROM
// the first, and DERIVE_FOR how long it runs instead, as in 10m.
func TestRandomResults(t *testing.T) {
	cases := uint64(150)
	if _, err := fmt.Sscan(os.Getenv("DERIVE_CASES"), &cases); err != nil {
		cases = 150
	}
	until := time.Time{}
	if d, err := time.ParseDuration(os.Getenv("DERIVE_FOR")); err == nil {
		cases, until = math.MaxUint64, time.Now().Add(d)
	}
	from := firstSeed()
	var count tally
	var next, failures atomic.Uint64
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for failures.Load() <= 20 && (until.IsZero() || time.Now().Before(until)) {
				k := next.Add(1) - 1
				if k >= cases {
					return
				}
				text := randomText(from + k)
				if k%4 == 3 {
					text = randomMatrixText(from + k)
				}
				err := checkSettled(text, from+k, &count)
				if err == nil && !until.IsZero() { // else [TestRandomFormulas] does
					err = checkText(text, from+k, &count)
				}
				if err != nil {
					t.Errorf("seed %d: %v", from+k, err)
					failures.Add(1)
				}
			}
		})
	}
	workers.Wait()
	t.Logf("%d formulas from seed %d: %d values compared, %d points or values skipped, %d refused",
		next.Load(), from, count.values.Load(), count.skipped.Load(), count.refused.Load())
}

// unsettled are formulas whose results once had cheaper forms than themselves.
var unsettled = []string{
	// A power of a definition is known by the exponent, whatever else stands beside it.
	"param x[n], y[n]\nv1 = x.*x\nhvp(sum[i in 1..n](y[i]/(1 + v1[i]^2)), x, y)",
	"param x[n]\nv1 = x.*x\n3 - 5*x.^4",
	// Which of two groups of terms that weigh the same is factored does not depend on how many axes were made before.
	"param x[n], y[n]\nhvp(mean(x + y)*sum[i in 1..n](x[i]*x[i]), x, y)",
	// A matrix that stands alone is one times the identity, on either side.
	"param y[n], X[n,n], S[n,n]\ngiven S == S'\ngrad((tanh(kron(y, y)))'*(((kron(X, X))*vec(S) + vec(X))), X)",
	// Even powers of -1 are 1 wherever they come about.
	"param X[n,n], S[n,n]\ngiven S == S'\ngrad(det((X' .* ((S - X')))), S)",
	// What divides by 0 is refused, not printed.
	"param X[n,n]\ndet(inv((X - X)))",
	// The sign that a sum has depends on the names of its indices.
	"param x[n], y[n]\nv = y - x\nsum[i](exp(x[i] - y[i])*(x[i] - y[i]))",
}

func TestUnsettled(t *testing.T) {
	var count tally
	for k, text := range unsettled {
		if err := checkSettled(text, uint64(k), &count); err != nil {
			t.Error(err)
		}
	}
}
