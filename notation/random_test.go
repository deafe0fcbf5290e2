package notation_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/notation"
	"github.com/seed-9905856d/derive/syntax"
)

// A generator writes random formulas with indices i over m, j and k over n, of which some are summed.
type generator struct{ *rand.Rand }

func (g generator) pick(xs ...string) string { return xs[g.IntN(len(xs))] }

// atom writes an entry with the given indices, of which m is over m.
func (g generator) atom(depth int, is []string) string {
	at := g.pick(is...)
	other := g.pick(is...)
	switch {
	case g.IntN(8) == 0:
		return g.pick("a", "b", "2", "3", "n", "m")
	case depth > 0 && g.IntN(4) == 0:
		return g.pick("exp", "tanh", "sin", "erf") + "(" + g.sum(depth-1, is) + ")"
	case depth > 0 && g.IntN(5) == 0:
		return "(" + g.sum(depth-1, is) + ")"
	case depth > 0 && g.IntN(5) == 0:
		return g.reduction(depth-1, is)
	case at == "i" && other == "i" && g.IntN(4) == 0:
		return "M[i,i]"
	case at == "i" && other == "i" || g.IntN(2) == 0:
		return g.vector(at)
	case at == "i":
		return g.pick("A", "B", "X") + "[i," + other + "]"
	case other == "i":
		return g.pick("A", "B", "X") + "[i," + at + "]"
	case g.IntN(8) == 0:
		return "[" + at + " == " + other + "]"
	}
	return g.pick("S", "T") + "[" + at + "," + other + "]"
}

func (g generator) vector(at string) string {
	if at == "i" {
		return g.pick("u", "v") + "[i]"
	}
	return g.pick("x", "y", "p") + "[" + at + "]"
}

func (g generator) product(depth int, is []string) string {
	factors := make([]string, 1+g.IntN(4))
	for k := range factors {
		factors[k] = g.atom(depth, is)
		switch g.IntN(12) {
		case 0:
			factors[k] += "^2"
		case 1:
			factors[k] = "1/(1 + (" + factors[k] + ")^2)"
		case 2:
			factors[k] = "sqrt(1 + (" + factors[k] + ")^2)"
		}
	}
	return strings.Join(factors, "*")
}

func (g generator) sum(depth int, is []string) string {
	text := g.product(depth, is)
	for g.IntN(3) == 0 {
		text += g.pick(" + ", " - ") + g.product(depth, is)
	}
	return text
}

// reduction sums a product over one or two more indices.
func (g generator) reduction(depth int, is []string) string {
	ranges := map[string]string{"i": "1..m", "j": "1..n", "k": "1..n"}
	var binders []string
	all := append([]string{}, is...)
	for _, i := range []string{"i", "j", "k"} {
		bound := false
		for _, x := range is {
			bound = bound || x == i
		}
		if !bound && len(binders) < 2 && g.IntN(3) > 0 {
			binders = append(binders, i+" in "+ranges[i])
			all = append(all, i)
		}
	}
	if len(binders) == 0 {
		return g.atom(depth, is)
	}
	return g.pick("sum", "sum", "sum", "sum", "max") + "[" + strings.Join(binders, ", ") + "](" + g.product(depth, all) + ")"
}

func (g generator) tensor() string {
	switch g.IntN(5) {
	case 0:
		return "sum[i in 1..m, j in 1..n](" + g.product(2, []string{"i", "j"}) + ")"
	case 1:
		return "tensor[i in 1..m](" + g.sum(2, []string{"i"}) + ")"
	case 2:
		return "tensor[j in 1..n](" + g.sum(2, []string{"j"}) + ")"
	case 3:
		return "tensor[i in 1..m, j in 1..n](" + g.sum(2, []string{"i", "j"}) + ")"
	}
	return "tensor[j in 1..n, k in 1..n](" + g.sum(2, []string{"j", "k"}) + ")"
}

// TestRandom holds what is printed against the entries, at sizes 1, 2 and 3, and reads it again as the same
// expression where no function stands for another. The number of cases is that of DERIVE_CASES, or small.
func TestRandom(t *testing.T) {
	cases := uint64(500)
	if v, err := strconv.ParseUint(os.Getenv("DERIVE_CASES"), 10, 64); err == nil {
		cases = v
	}
	read, same := 0, 0
	for seed := uint64(0); seed < cases && !t.Failed(); seed++ {
		text := generator{rand.New(rand.NewPCG(seed, 1))}.tensor()
		p := problem(t)
		v := lower(t, p, text)
		got := matrix(p, v)
		if got == "" {
			continue
		}
		read++
		check(t, p, v, got)
		if w := lower(t, p, got); len(w.Axes) != len(v.Axes) || w.Orient != formula.Column {
			t.Errorf("%s reads as a tensor of %d axes, not %d", got, len(w.Axes), len(v.Axes))
		} else if sameNode(p, v, w) {
			same++
		}
		q := problem(t)
		if again := matrix(q, lower(t, q, text)); again != got {
			t.Errorf("once %s, once %s", got, again)
		}
		if t.Failed() {
			fmt.Println("seed", seed, text)
		}
	}
	t.Logf("%d of %d have matrix notation, %d read as the same expression", read, cases, same)
	if read < int(cases)/3 {
		t.Errorf("only %d of %d formulas have matrix notation", read, cases)
	}
}

// TestUprightCost holds what a tensor costs to read against what it costs without its transposes where it is not looked for as a transpose.
func TestUprightCost(t *testing.T) {
	for seed := uint64(0); seed < 500; seed++ {
		text := generator{rand.New(rand.NewPCG(seed, 1))}.tensor()
		p := problem(t)
		v := lower(t, p, text)
		reader := notation.NewReader(p.Session, nil)
		x, ok := reader.SyntaxWithin(v.Value, v.Axes, 0)
		best, okBest := reader.Syntax(v.Value, v.Axes)
		if ok != okBest {
			t.Errorf("seed %d: %s has matrix notation: %v within a limit, %v without", seed, text, ok, okBest)
		} else if ok && notation.Cost(best) < notation.UprightCost(x) {
			t.Errorf("seed %d: %s costs less than %s without transposes", seed, syntax.Print(best), syntax.Print(x))
		}
	}
}

// sameNode reports whether two tensors have one entry formula.
func sameNode(p *formula.Problem, v, w formula.Tensor) bool {
	return named(p.Session, v).Value == named(p.Session, w).Value
}
