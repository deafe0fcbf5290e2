package check_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/seed-9905856d/derive/check"
	"github.com/seed-9905856d/derive/codegen"
	"github.com/seed-9905856d/derive/expr"
)

// chain returns a file of n definitions, each of which is the step with the names of the two before it in the place of A and B.
func chain(n int, step, outputs string) string {
	var text strings.Builder
	text.WriteString("param x\na0 = cos(x)\na1 = sin(x)\n")
	for k := 2; k <= n; k++ {
		line := strings.NewReplacer("A", fmt.Sprint("a", k-1), "B", fmt.Sprint("a", k-2)).Replace(step)
		fmt.Fprintf(&text, "a%d = %s\n", k, line)
	}
	text.WriteString("kernel k(x) = " + strings.ReplaceAll(outputs, "A", fmt.Sprint("a", n)) + "\n")
	return text.String()
}

// codeSteps returns the steps that the code of a file takes, from its text on, and its length.
func codeSteps(text string) (steps, length int, err error) {
	u, err := check.LoadKernels("chain.formula", text)
	if err != nil {
		return 0, 0, err
	}
	code, err := u.GoWith(codegen.Options{Package: "kernels"})
	return u.Problem.Session.Work(), len(code), err
}

// TestChainIsLinear has code of twice the definitions take about twice the steps and the room.
func TestChainIsLinear(t *testing.T) {
	for _, c := range []struct{ step, outputs string }{
		{"sin(A) + x", "A"},
		{"sin(A) + x", "A, d(A, x)"},
		{"0.9*sin(A)", "A, d(A, x)"},
		{"sin(A)*cos(B)", "A"},
		{"A*x", "A, d(A, x)"},
		{"exp(-A) + x", "A"},
	} {
		steps, length, err := codeSteps(chain(150, c.step, c.outputs))
		if err != nil {
			t.Errorf("%s: %v", c.step, err)
			continue
		}
		steps2, length2, err := codeSteps(chain(300, c.step, c.outputs))
		if err != nil || steps2 > 3*steps || length2 > 3*length {
			t.Errorf("%s: %s: from 150 to 300 definitions, steps go from %d to %d and bytes of code from %d to %d, %v", c.step, c.outputs, steps, steps2, length, length2, err)
		}
	}
}

// TestChainWithoutText generates code from results that are too large to be written.
func TestChainWithoutText(t *testing.T) {
	for _, step := range []string{"sin(A)*(x + A)", "A - 0.1*sin(A)", "sin(A)*cos(B)"} {
		for _, outputs := range []string{"A", "A, d(A, x)"} {
			if _, _, err := codeSteps(chain(60, step, outputs)); err != nil {
				t.Errorf("%s: %s: %v", step, outputs, err)
			}
		}
	}
}

// TestChainLimit refuses what would take too long.
func TestChainLimit(t *testing.T) {
	text := "param x[n], c\na0 = x\n"
	for k := 1; k <= 400; k++ {
		text += fmt.Sprintf("a%d = a%d - c*sin(a%d)\n", k, k-1, k-1)
	}
	if _, _, err := codeSteps(text + "kernel k(x, c) = a400\n"); !errors.Is(err, expr.ErrWork) {
		t.Errorf("got %v", err)
	}
}
