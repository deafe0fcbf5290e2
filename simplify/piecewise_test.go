package simplify_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/seed-9905856d/derive/internal/randformula"
)

// A piecewise makes random formulas of conditions on numbers, bounds and absolute values, which change at points that are sampled.
type piecewise struct{ chooser }

// linear returns something that depends on one entry, in numbers that are exact in binary: rounding decides no tie.
func (p piecewise) linear(entry string) string {
	return p.one("%[1]s", "%[1]s", "%[1]s", "%[1]s + 1", "1 - %[1]s", "2*%[1]s", "(%[1]s + 3)/4", "%[1]s/2 - 1/2", "b*%[1]s", "%[1]s - a", "%[1]s^2")
}

// condition returns a comparison.
func (p piecewise) condition(depth int, entry string) string {
	return fmt.Sprintf("%s %s %s", p.value(depth-1, entry), p.one("<", "<=", ">", ">="), p.one("0", "1", "-1", "1/2", "-(1/2)", "2", "a", "b*"+entry))
}

// value returns a formula that is finite everywhere.
func (p piecewise) value(depth int, entry string) string {
	if depth <= 0 || p.rng.IntN(6) == 0 {
		return "(" + fmt.Sprintf(p.linear(entry), entry) + ")"
	}
	v := func() string { return p.value(depth-1, entry) }
	bound := func() string { return p.one("0", "1", "-1", "1/2", "a", "2", v()) }
	switch p.rng.IntN(16) {
	case 0:
		return fmt.Sprintf("max(%s, %s)", v(), bound())
	case 1:
		return fmt.Sprintf("min(%s, %s)", bound(), v())
	case 2:
		return fmt.Sprintf("clamp(%s, %s)", v(), p.one("-1, 1", "0, 1", "-1, 0", "-a^2, a^2", "0, a^2", "-1/2, 3", "1, 1"))
	case 3:
		return fmt.Sprintf("max(%s, min(%s, %s))", p.one("0", "-1", "a"), p.one("1", "0", "b", "1/2"), v())
	case 4:
		return fmt.Sprintf("abs(%s)", v())
	case 5:
		return fmt.Sprintf("if(%s, %s, %s)", p.condition(depth, entry), p.one("0", "1", v(), v()), p.one("0", "1", v(), v()))
	case 6:
		return fmt.Sprintf("%s*[%s]", v(), p.condition(depth, entry))
	case 7:
		return fmt.Sprintf("[%s]*[%s]", p.condition(depth, entry), p.condition(depth, entry))
	case 8:
		return fmt.Sprintf("(1 - [%s])*%s", p.condition(depth, entry), v())
	case 9:
		return fmt.Sprintf("huber(%s, %s)", v(), p.one("1", "1/2", "a^2"))
	case 10:
		return fmt.Sprintf("relu(%s)*%s(%s)", v(), p.one("step", "sign", "relu", "hardtanh"), v())
	case 11:
		return fmt.Sprintf("(%s + %s)", v(), v())
	case 12:
		return fmt.Sprintf("(%s - %s)", v(), v())
	case 13:
		return fmt.Sprintf("%s*%s", v(), v())
	case 14:
		return fmt.Sprintf("%s(%s)", p.one("sin", "tanh", "elu1", "sigmoid"), v())
	}
	return fmt.Sprintf("%s*%s", p.one("2", "-1", "1/2", "a", "b"), v())
}

// piecewiseText returns the text of a random file with one expression.
func piecewiseText(seed uint64) string {
	p := piecewise{chooser{rand.New(rand.NewPCG(seed, 0x91ece))}}
	text := randformula.Inputs + "elu1(t) = if(t > 0, t, exp(t) - 1)\n"
	switch p.rng.IntN(6) {
	case 0:
		return text + p.value(3, "b")
	case 1:
		return text + fmt.Sprintf("d(%s, b)", p.value(3, "b"))
	case 2:
		return text + fmt.Sprintf("sum[i in 1..n](%s)", p.value(2, "x[i]"))
	case 3:
		return text + fmt.Sprintf("tensor[i in 1..n](y[i]*%s)", p.value(2, "x[i]"))
	case 4:
		return text + fmt.Sprintf("grad(sum[i in 1..n](%s*y[i]), x)", p.value(2, "x[i]"))
	}
	return text + fmt.Sprintf("grad(sum[j in 1..m](%s), x)", p.value(2, "(X*x)[j]"))
}

// TestRandomPiecewise is [TestRandomFormulas] of conditions on numbers.
func TestRandomPiecewise(t *testing.T) { testRandom(t, 400, 8, piecewiseText) }
