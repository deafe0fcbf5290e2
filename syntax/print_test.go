package syntax_test

import (
	"math/big"
	"testing"

	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/syntax"
)

func name(s string) syntax.Expr { return &syntax.Name{Name: s} }

func rat(a, b int64) syntax.Expr { return &syntax.Number{Value: big.NewRat(a, b)} }

func binary(op syntax.Op, x, y syntax.Expr) syntax.Expr { return &syntax.Binary{Op: op, X: x, Y: y} }

func neg(x syntax.Expr) syntax.Expr { return &syntax.Unary{Op: syntax.Neg, X: x} }

// TestPrint prints trees that the program builds, with numbers that no literal spells, and
// reads them back.
func TestPrint(t *testing.T) {
	x, y, z := name("x"), name("y"), name("z")
	for _, test := range []struct {
		e    syntax.Expr
		want string
	}{
		{rat(3, 1), "3"},
		{rat(-3, 1), "-3"},
		{rat(1, 2), "1/2"},
		{rat(-1, 2), "-1/2"},
		{binary(syntax.Pow, x, rat(1, 2)), "x^(1/2)"},
		{binary(syntax.Pow, x, rat(-1, 2)), "x^(-1/2)"},
		{binary(syntax.Pow, x, rat(-1, 1)), "x^(-1)"},
		{binary(syntax.Pow, rat(-2, 1), x), "(-2)^x"},
		{binary(syntax.Pow, rat(1, 2), x), "(1/2)^x"},
		{binary(syntax.Mul, rat(-2, 1), x), "-2*x"},
		{binary(syntax.Mul, x, rat(-2, 1)), "x*(-2)"},
		{binary(syntax.Mul, rat(1, 2), x), "1/2*x"},
		{binary(syntax.Mul, x, rat(1, 2)), "x*(1/2)"},
		{binary(syntax.Div, x, rat(1, 2)), "x/(1/2)"},
		{binary(syntax.Add, x, rat(-2, 1)), "x + (-2)"},
		{binary(syntax.Sub, rat(-2, 1), x), "-2 - x"},
		{neg(binary(syntax.Pow, x, rat(2, 1))), "-x^2"},
		{binary(syntax.Pow, neg(x), rat(2, 1)), "(-x)^2"},
		{binary(syntax.Mul, neg(x), y), "-x*y"},
		{neg(binary(syntax.Mul, x, y)), "-(x*y)"},
		{neg(neg(x)), "-(-x)"},
		{neg(rat(-2, 1)), "-(-2)"},
		{binary(syntax.Sub, x, binary(syntax.Sub, y, z)), "x - (y - z)"},
		{binary(syntax.Sub, binary(syntax.Sub, x, y), z), "x - y - z"},
		{binary(syntax.Div, x, binary(syntax.Mul, y, z)), "x/(y*z)"},
		{binary(syntax.Mul, binary(syntax.Div, x, y), z), "x/y*z"},
		{binary(syntax.Mul, binary(syntax.Add, x, y), z), "(x + y)*z"},
		{binary(syntax.DotMul, x, binary(syntax.DotDiv, y, z)), "x .* (y ./ z)"},
		{binary(syntax.Pow, x, binary(syntax.Pow, y, z)), "x^y^z"},
		{binary(syntax.Pow, binary(syntax.Pow, x, y), z), "(x^y)^z"},
		{binary(syntax.DotPow, x, neg(y)), "x.^(-y)"},
		{&syntax.Transpose{X: binary(syntax.Mul, x, y)}, "(x*y)'"},
		{&syntax.Transpose{X: &syntax.Subscript{X: x, Subs: []syntax.Expr{&syntax.Slice{}, binary(syntax.Add, y, rat(1, 1))}}}, "x[:,y+1]'"},
		{&syntax.Subscript{X: binary(syntax.Add, x, y), Subs: []syntax.Expr{z}}, "(x + y)[z]"},
		{&syntax.Compare{Operands: []syntax.Expr{rat(0, 1), x, rat(1, 1)}, Ops: []syntax.Op{syntax.Lt, syntax.Le}}, "0 < x <= 1"},
		{&syntax.Unary{Op: syntax.Not, X: binary(syntax.And, x, y)}, "not (x and y)"},
		{binary(syntax.And, binary(syntax.Or, x, y), z), "(x or y) and z"},
		{&syntax.Paren{X: &syntax.Paren{X: x}}, "x"},
		{&syntax.Reduce{Op: syntax.Ident{Name: "sum"}, Binders: []syntax.Binder{{Name: syntax.Ident{Name: "i"}, Lo: rat(1, 1), Hi: binary(syntax.Sub, name("n"), rat(1, 1))}}, Body: x}, "sum[i in 1..n-1](x)"},
	} {
		got := syntax.Print(test.e)
		if got != test.want {
			t.Errorf("printed %s, want %s", got, test.want)
		}
		again, ds := parser.ParseExpr("", got)
		if ds != nil {
			t.Errorf("%s does not read: %v", got, ds)
			continue
		}
		if !syntax.Equal(test.e, again) {
			t.Errorf("%s reads as another formula: %s", got, syntax.Print(again))
		}
	}
}

// TestLongSpine checks that nothing recurses along a chain to the left.
func TestLongSpine(t *testing.T) {
	long := func() syntax.Expr {
		e := name("x")
		for range 1_000_000 {
			e = binary(syntax.Mul, e, name("x"))
		}
		return e
	}
	a, b := long(), long()
	if len(syntax.Print(a)) != 2_000_001 {
		t.Error("the chain is printed wrong")
	}
	if !syntax.Equal(a, b) || syntax.Equal(a, binary(syntax.Mul, b, name("y"))) {
		t.Error("the chains are compared wrong")
	}
	n := 0
	syntax.Inspect(a, func(syntax.Expr) bool { n++; return true })
	if n != 2_000_001 {
		t.Errorf("Inspect saw %d nodes", n)
	}
}

func TestEqual(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"x + y", "(x) + ((y))", true},
		{"0.5", "1/2", true},
		{"1.50", "3/2", true},
		{"x - y", "x + y", false},
		{"a - b - c", "a - (b - c)", false},
		{"-x^2", "(-x)^2", false},
		{"x'", "x", false},
		{"a < b < c", "a < b", false},
		{"a < b", "a <= b", false},
		{"sum[i](x[i])", "sum[j](x[j])", false},
		{"sum[i in 1..n](x)", "sum[i](x)", false},
		{"sum[i | i > 1](x)", "sum[i](x)", false},
		{"sum(x)", "prod(x)", false},
		{"A[i,:]", "A[i,j]", false},
		{"[a, b]", "[a, b, c]", false},
		{"[a == b]", "a == b", false},
		{"if(a > 0, b, c)", "if(a > 0, c, b)", false},
		{"θ", "theta", true},
	} {
		a, _ := parser.ParseExpr("", test.a)
		b, _ := parser.ParseExpr("", test.b)
		if got := syntax.Equal(a, b); got != test.want {
			t.Errorf("Equal(%s, %s) = %t", test.a, test.b, got)
		}
		if got := syntax.Equal(b, a); got != test.want {
			t.Errorf("Equal(%s, %s) = %t", test.b, test.a, got)
		}
	}
}

func TestPrintStatement(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"param x,v[ n ] , A[m, n + 1]", "param x, v[n], A[m,n+1]"},
		{"given  0<q and q<1", "given 0 < q and q < 1"},
		{"T[ i,j ]=x", "T[i,j] = x"},
		{"y[i in 2 .. n]=x[i-1]", "y[i in 2..n] = x[i-1]"},
		{"softmax(z[n])[i]=exp(z[i])/sum[j](exp(z[j]))", "softmax(z[n])[i] = exp(z[i])/sum[j](exp(z[j]))"},
		{"leaky_relu(x,a=0.01)=if(x>0,x,a*x)", "leaky_relu(x, a = 0.01) = if(x > 0, x, a*x)"},
		{"kernel f(l,y)=L,dl:grad(L,l)", "kernel f(l, y) = L, dl: grad(L, l)"},
		{"(given)", "(given)"},
	} {
		file, ds := parser.ParseFile("", test.in)
		if ds != nil || len(file.Statements) != 1 {
			t.Errorf("%s: %d statements, %v", test.in, len(file.Statements), ds)
			continue
		}
		if got := syntax.PrintStatement(file.Statements[0]); got != test.want {
			t.Errorf("%s prints as %s, want %s", test.in, got, test.want)
		}
	}
}
