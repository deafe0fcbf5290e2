package formula_test

import (
	"testing"

	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/parser"
)

// TestCheckVariable has names that a text mentions, declares or lacks.
func TestCheckVariable(t *testing.T) {
	for _, c := range []struct{ text, wrt, want string }{
		{"x^2", "x", ""},
		{"sum[i](x[i]^2)", "x[k]", ""},
		{"param y; x^2", "y", ""},
		{"y = x^2; 1", "y", ""},
		{"x^2", "sum(x)", ""}, // another mistake
		{"x^2", "y", `1:1: the formula has no "y" to differentiate by`},
		{"tr(X)", "vec(X)", ""},
		{"tr(X)", "vec(Y)", `1:5: the formula has no "Y" to differentiate by`},
		{"x^2", "(y[1])", `1:2: the formula has no "y" to differentiate by`},
		{"exp(x)", "exp", `1:1: the formula has no "exp" to differentiate by`},
	} {
		file, ds := parser.ParseFile("", c.text)
		if err := ds.Err(); err != nil {
			t.Fatal(err)
		}
		x, ds := parser.ParseExpr("", c.wrt)
		if err := ds.Err(); err != nil {
			t.Fatal(err)
		}
		got := ""
		if err := formula.CheckVariable(file, x); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s by %s: %q, want %q", c.text, c.wrt, got, c.want)
		}
	}
}
