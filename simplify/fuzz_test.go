package simplify_test

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/diff"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/internal/randformula"
	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/simplify"
	"github.com/seed-9905856d/derive/syntax"
	"github.com/seed-9905856d/derive/verify"
)

// simplified returns the printed result of the last statement of a text, in both notations, and the file.
func simplified(text string) (file *syntax.File, results []string, err error) {
	file, ds := parser.ParseFile("", text)
	if ds.Err() != nil {
		return nil, nil, ds.Err()
	}
	p, err := formula.New(expr.NewSession(), file, formula.Options{Calculus: diff.NewCalculus(), Strict: strings.Contains(text, "param ")})
	if err != nil {
		return file, nil, err
	}
	x := file.Statements[len(file.Statements)-1].(*syntax.ExprStatement).X
	t, free, err := p.Expression(x)
	if err != nil {
		return file, nil, err
	}
	if err := expr.Check(t.Value); err != nil {
		return file, nil, err
	}
	r, err := simplify.New(p).Simplify(t, free, simplify.Auto, nil)
	if err != nil {
		return file, nil, err
	}
	return file, []string{syntax.Print(r.Text), syntax.Print(r.Index)}, nil
}

// values returns the entries of the last statement of a file, and of results in its place, at a point.
func values(file *syntax.File, results []string, sizes map[string]int, seed uint64) (want []float64, got [][]float64, err error) {
	point := samplePoint(file, sizes, seed)
	eval := func(x syntax.Expr) ([]float64, error) {
		e := verify.NewEvaluator(verify.Source{File: file, Library: builtin.Definitions()}, point, 160)
		t, err := e.Eval(x)
		if err != nil {
			return nil, err
		}
		out := make([]float64, len(t.Data))
		for k, v := range t.Data {
			out[k] = v.Real().Float64()
		}
		return out, nil
	}
	want, err = eval(file.Statements[len(file.Statements)-1].(*syntax.ExprStatement).X)
	if err != nil {
		return nil, nil, errSkip
	}
	for _, r := range results {
		x, ds := parser.ParseExpr("", r)
		if ds.Err() != nil {
			return nil, nil, fmt.Errorf("the result does not read: %s: %w", r, ds.Err())
		}
		v, err := eval(x)
		if e := (*verify.Error)(nil); errors.As(err, &e) && e.Limit {
			return nil, nil, errSkip
		}
		if err != nil {
			return nil, nil, fmt.Errorf("the result has no value: %s: %w", r, err)
		}
		got = append(got, v)
	}
	return want, got, nil
}

// samplePoint draws moderate values, 0, ±1 and equal ones among them, so that exponentials of products of them do not
// overflow.
func samplePoint(file *syntax.File, sizes map[string]int, seed uint64) verify.Point {
	rng := rand.New(rand.NewPCG(seed, 17))
	p := verify.Point{Sizes: sizes, Values: map[string]verify.Value{}}
	for _, d := range verify.Params(file) {
		v := verify.Value{}
		count := 1
		for _, size := range d.Sizes {
			n := sizes[syntax.Print(size)]
			v.Shape = append(v.Shape, n)
			count *= n
		}
		for range count {
			r := big.NewRat(rng.Int64N(41)-20, 16)
			if rng.IntN(5) == 0 {
				r = big.NewRat(rng.Int64N(3)-1, 1)
			}
			v.Data = append(v.Data, verify.Entry{Rat: r})
		}
		p.Values[d.Name.Name] = v
	}
	return p
}

var errSkip = errors.New("the formula has no value here")

// near reports whether two values computed with some 160 bits agree.
func near(a, b float64) bool {
	return a == b || math.Abs(a-b) <= 1e-13*math.Max(1, math.Max(math.Abs(a), math.Abs(b)))
}

// checkText holds the results for a text against the text itself at small sizes.
func checkText(text string, seed uint64) error {
	file, results, err := simplified(text)
	if err != nil {
		if strings.Contains(err.Error(), "is supported where it is taken of entries") || strings.Contains(err.Error(), "too large to print") {
			return nil
		}
		return fmt.Errorf("%w\n%s", err, text)
	}
	for n := 1; n <= 3; n++ {
		want, got, err := values(file, results, map[string]int{"n": n, "m": 2}, seed)
		if errors.Is(err, errSkip) {
			continue
		}
		if err != nil {
			return fmt.Errorf("n = %d: %w\n%s", n, err, text)
		}
		for k, g := range got {
			if len(g) == 1 { // a free index that does not occur in the result
				g = slices.Repeat(g, len(want))
			}
			if len(g) != len(want) {
				return fmt.Errorf("n = %d: %d entries, want %d\n%s\n=> %s", n, len(g), len(want), text, results[k])
			}
			for j := range want {
				if math.IsNaN(want[j]) || math.IsInf(want[j], 0) {
					continue
				}
				if !near(g[j], want[j]) {
					return fmt.Errorf("n = %d, entry %d: %v, want %v\n%s\n=> %s", n, j, g[j], want[j], text, results[k])
				}
			}
		}
	}
	return nil
}

// TestRandomFormulas holds closed forms, gradients and Hessians of random formulas against the formula as it is written, which
// the witness evaluates and differentiates by other means. DERIVE_CASES sets the number of seeds.
func TestRandomFormulas(t *testing.T) {
	cases := 300
	if s := os.Getenv("DERIVE_CASES"); s != "" {
		cases, _ = strconv.Atoi(s)
	}
	from := 0
	if s := os.Getenv("DERIVE_FROM"); s != "" {
		from, _ = strconv.Atoi(s)
	}
	failures := 0
	for seed := from; seed < from+cases; seed++ {
		forms := []string{"%s", "grad(%s, x)", "d(%s, x[1])", "grad(%s, X)", "hess(%s, x)", "hvp(%s, x, y)", "d(%s, x[u])"}
		form := forms[seed%len(forms)]
		g := randformula.New(uint64(seed))
		// At the kink of abs(x^2), which is x^2, the edges that the language declares give a second derivative of 0, not 2.
		g.Smooth = strings.HasPrefix(form, "h")
		definitions, e := g.File()
		text := randformula.Inputs + definitions + fmt.Sprintf(form, e)
		if err := checkText(text, uint64(seed)); err != nil {
			t.Errorf("seed %d: %v", seed, err)
			if failures++; failures > 5 {
				return
			}
		}
	}
}

// found are formulas whose results were once wrong.
var found = []string{
	// A name put in for a body must not divide by what may be 0.
	"param x[n], a\nv[q in 1..n] = (sum[j in 2..n](x[q]))^2\ngrad(sum[i in 1..n](v[i]) - a*a, x)",
	"param x[n], y[n]\nv[q in 1..n] = x[q]/(1 + (sum[j in 1..n | j != q](x[q]))^2)\nhvp(sum[i in 1..n](x[i]*v[i]), x, y)",
	// A condition guards the factors that it stands with.
	"param x[n]\nhess(prod[i in 1..n](sum[j in 1..n-1](x[j+1]))*prod[i in 2..n](x[i]), x)",
	"param x[n], X[m,n]\nv[q in 1..n] = softmax(X'*(X*x))[q]\ngrad(prod[i in 2..n](tanh(sum[j in 2..n](v[j]))), x)",
	// A name has no entries outside its axes.
	"param x[n]\nsum[i in 2..n](exp(n + 1 - i))",
	// A branch that is not taken does not reach the result.
	"param x[n]\ngrad(sum(elu(x)), x)",
	// The size of a call says nothing of an index where its argument is of an index bound further in.
	"param x[n], X[m,n]\ngrad(sum[i in 1..m](logsumexp[j in 1..n](X[i,j] + x[j])), x)",
	// A matrix and the row that a broadcast number would be cannot be added.
	"param A[m,n], x[n], v[n]\njvp(softmax(A*x), x, v)",
}

func TestFound(t *testing.T) {
	for _, text := range found {
		for seed := range uint64(5) {
			if err := checkText(text, seed); err != nil {
				t.Error(err)
				break
			}
		}
	}
}
