package expr_test

import (
	"fmt"
	"os"
	"strconv"
	"testing"

	"github.com/seed-9905856d/derive/eval"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/internal/randexpr"
	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/syntax"
)

// checkSeed builds one random formula and compares it with plain Go at sizes 1, 2, 3 and 5.
func checkSeed(seed uint64) error {
	g := randexpr.New(seed)
	n, f := g.Formula()
	if err := expr.Check(n); err != nil {
		return fmt.Errorf("seed %d: %w", seed, err)
	}
	for _, size := range []int{1, 2, 3, 5} {
		g.Sample(size, 0)
		for k := 1; k <= size; k++ {
			want := f(map[string]int{"k": k})
			got, err := eval.Float64(n, g.Env(k))
			if err != nil {
				return fmt.Errorf("seed %d, n = %d, k = %d: %w\n%v", seed, size, k, err, n)
			}
			if !randexpr.Close(got, want, 1e-7) {
				return fmt.Errorf("seed %d, n = %d, k = %d: got %v, want %v\n%v", seed, size, k, got, want, n)
			}
		}
	}
	return nil
}

// foundSeeds are formulas that once came out wrong: an index whose range another index mentions was eliminated
// (589 to 3786), an infinite factor left a sum that is empty (1369, 24308 to 75260), a sign turned when a
// bound index was renamed (92812 on).
var foundSeeds = []uint64{589, 895, 1369, 3410, 3786, 24308, 29633, 60714, 61445, 75260, 92812, 182701, 189314, 205981, 261731}

func TestFoundFormulas(t *testing.T) {
	for _, seed := range foundSeeds {
		if err := checkSeed(seed); err != nil {
			t.Error(err)
		}
	}
}

// TestRandomFormulas holds the constructors against plain Go on random formulas. The number of cases is
// that of DERIVE_CASES, or small.
func TestRandomFormulas(t *testing.T) {
	cases := uint64(20000)
	if v, err := strconv.ParseUint(os.Getenv("DERIVE_CASES"), 10, 64); err == nil {
		cases = v
	}
	failures := 0
	for seed := uint64(0); seed < cases && failures < 5; seed++ {
		if err := checkSeed(seed); err != nil {
			t.Error(err)
			failures++
		}
	}
}

// TestPrintedFormReads parses what is printed for random formulas and compares the trees.
func TestPrintedFormReads(t *testing.T) {
	for seed := uint64(0); seed < 5000; seed++ {
		n, _ := randexpr.New(seed).Formula()
		tree, err := expr.Syntax(n)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		text := syntax.Print(tree)
		again, diags := parser.ParseExpr("printed", text)
		if err := diags.Err(); err != nil {
			t.Fatalf("seed %d: %s: %v", seed, text, err)
		}
		if got := syntax.Print(again); got != text {
			t.Fatalf("seed %d: printed %s, read as %s", seed, text, got)
		}
	}
}

func ExampleSyntax() {
	s := expr.NewSession()
	n := s.Size("n")
	x := s.NewSymbol("x", false, n)
	i := s.Index("i", s.Int(1), n)
	k := s.Index("k", s.Int(1), n)
	square := s.Reduce(expr.Sum, s.Pow(s.Entry(x, i), s.Int(2)), i)
	picked := s.Reduce(expr.Sum, s.Mul(s.Entry(x, i), s.Cond(expr.EqZero, s.Sub(i, k))), i)
	for _, e := range []*expr.Node{square, picked, s.Div(s.Entry(x, k), square)} {
		tree, _ := expr.Syntax(e)
		fmt.Println(syntax.Print(tree))
	}
	// Output:
	// sum[i](x[i]^2)
	// x[k]
	// x[k]/sum[i](x[i]^2)
}
