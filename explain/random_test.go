package explain_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-9905856d/derive/explain"
	"github.com/seed-9905856d/derive/internal/randformula"
)

// randomForms are what is asked of a random formula.
var randomForms = []string{"grad(%s, x)", "d(%s, x[1])", "grad(%s, X)", "d(%s, a)", "%s"}

// defaultCases is the number of random formulas without the environment variable DERIVE_CASES.
const defaultCases = 60

// TestRandom explains random formulas, of entries and of matrices, and holds every line against values.
func TestRandom(t *testing.T) {
	cases, from := defaultCases, 1
	if n, err := strconv.Atoi(os.Getenv("DERIVE_CASES")); err == nil {
		cases = n
	}
	if n, err := strconv.Atoi(os.Getenv("DERIVE_FROM")); err == nil {
		from = n
	}
	counts := tally{}
	for seed := from; seed < from+cases; seed++ {
		g := randformula.New(uint64(seed))
		g.Smooth = true // at a kink the formula and its parts may have derivatives that do not fit
		var text string
		if seed%3 == 0 {
			text = randformula.MatrixInputs + "grad(" + g.MatrixScalar(2) + ", X)"
		} else {
			definitions, e := g.File()
			text = randformula.Inputs + definitions + fmt.Sprintf(randomForms[seed%len(randomForms)], e)
		}
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			file, x := read(t, text)
			detail := explain.Full
			if seed%2 == 0 {
				detail = explain.Normal
			}
			holdLines(t, file, true, x, detail, counts)
			if t.Failed() {
				t.Log(strings.TrimSpace(text))
			}
		})
	}
	t.Logf("%v", counts)
}
