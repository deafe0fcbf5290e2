package notation_test

import (
	"fmt"
	"testing"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/notation"
	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/syntax"
)

// The gradient of |A·x - b|² is recognised from its entries.
func ExampleReader() {
	s := expr.NewSession()
	m, n := s.Size("m"), s.Size("n")
	a, x, b := s.NewSymbol("A", false, m, n), s.NewSymbol("x", false, n), s.NewSymbol("b", false, m)
	i, j, k := s.Index("i", s.Int(1), m), s.Index("j", s.Int(1), n), s.Index("k", s.Int(1), n)
	residual := s.Sub(s.Reduce(expr.Sum, s.Mul(s.Entry(a, i, j), s.Entry(x, j)), j), s.Entry(b, i))
	gradient := s.Scale(expr.Int(2), s.Reduce(expr.Sum, s.Mul(s.Entry(a, i, k), residual), i))
	tree, ok := notation.NewReader(s, nil).Syntax(gradient, []*expr.Node{k})
	fmt.Println(syntax.Print(tree), ok)
	// Output: 2*A'*(A*x - b) true
}

func TestCost(t *testing.T) {
	for _, c := range []struct{ cheap, dear string }{
		{"x", "x + y"},
		{"x'*y", "sum(x .* y)"},
		{"softmax(l) - y", "softmax(l)[i] - y[i]"},
		{"A*x", "sum[j](A[i,j]*x[j])"},
		{"x^(-1/2)", "x^(-3/2)"},
		{"2*x", "1234*x"},
		{"f(x)", "sum[i](x[i])"},
		{"a*x", "[i == j]*x"},
	} {
		a, _ := parser.ParseExpr("", c.cheap)
		b, _ := parser.ParseExpr("", c.dear)
		if p, q := notation.Cost(a), notation.Cost(b); p >= q {
			t.Errorf("%s costs %d, %s costs %d", c.cheap, p, c.dear, q)
		}
	}
	// A tree that doubles with every level: the cost saturates and is found at once.
	var x syntax.Expr = &syntax.Name{Name: "x"}
	for range 200 {
		x = &syntax.Binary{Op: syntax.Add, X: x, Y: x}
	}
	if notation.Cost(x) <= 0 {
		t.Error("the cost of a large graph overflows")
	}
}
