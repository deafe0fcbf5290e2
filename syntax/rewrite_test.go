package syntax_test

import (
	"testing"

	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/syntax"
)

// TestRewrite replaces the name x in every kind of expression, and shares what has none.
func TestRewrite(t *testing.T) {
	replace := func(e syntax.Expr) (syntax.Expr, bool) {
		if n, ok := e.(*syntax.Name); ok && n.Name == "x" {
			return &syntax.Name{Name: "y"}, true
		}
		return nil, false
	}
	for _, c := range []struct{ text, want string }{
		{"-x + 2*x^3", "-y + 2*y^3"},
		{"A[x, :]' .* f(x, z)", "A[y,:]' .* f(y, z)"},
		{"sum[i in 1..x | i < x](i*x)", "sum[i in 1..y | i < y](i*y)"},
		{"if(0 < x < 1, [x == 2], [1, x])", "if(0 < y < 1, [y == 2], [1, y])"},
		{"(x)", "y"},
	} {
		x, diagnostics := parser.ParseExpr("", c.text)
		if diagnostics.Err() != nil {
			t.Fatal(diagnostics)
		}
		if got := syntax.Print(syntax.Rewrite(x, replace)); got != c.want {
			t.Errorf("%s becomes %s, want %s", c.text, got, c.want)
		}
	}
	x, _ := parser.ParseExpr("", "a + sum[i](b[i])/if(a > 0, [a == 1], 2)")
	if syntax.Rewrite(x, replace) != x {
		t.Error("an expression without x is not shared")
	}
}
