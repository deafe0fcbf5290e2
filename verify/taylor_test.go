package verify

import (
	"math"
	"math/big"
	"testing"

	"github.com/seed-9905856d/derive/eval/bigmath"
	"github.com/seed-9905856d/derive/verify/taylor"
)

// TestJetsAgreeWithTaylor holds the evaluator's jets, which know each function by its derivative, against package
// taylor, which knows it by the recurrence of its series: every function of one variable, to third order.
func TestJetsAgreeWithTaylor(t *testing.T) {
	const prec = 200
	e, c := newArith(bigmath.NewContext(prec)), taylor.NewContext(prec)
	compared := 0
	for name := range e.table {
		for _, at := range []*big.Rat{big.NewRat(-9, 7), big.NewRat(-1, 3), big.NewRat(0, 1), big.NewRat(2, 5), big.NewRat(17, 5)} {
			x := e.rat(at)
			y, ok := c.Call(name, taylor.Const(x.Real()).Seed(0).Seed(1).Seed(2))
			if !ok {
				t.Errorf("package taylor does not know %s", name)
				continue
			}
			tag := e.fresh(3)
			jet := e.elementary(name, e.perturb(x, e.int(1), tag))
			masks := []taylor.Mask{0, 1, 3, 7}
			factorial := 1.0
			for k, mask := range masks {
				factorial *= math.Max(1, float64(k))
				got := e.coefficient(jet, tag, k).Real().Float64() * factorial
				want := y.Coefficient(mask).Float64()
				if math.IsNaN(got) || math.IsNaN(want) || math.IsInf(want, 0) {
					continue // outside the domain or at its edge
				}
				compared++
				if math.Abs(got-want) > 1e-14*(1+math.Abs(want)) {
					t.Errorf("derivative %d of %s at %v: jets %v, taylor %v", k, name, at, got, want)
				}
			}
		}
	}
	if compared < 400 {
		t.Errorf("only %d derivatives were compared", compared)
	}
}
