package parser

import (
	"testing"

	"github.com/seed-9905856d/derive/syntax"
)

func TestParseExpr(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"-x^2", "-x^2"}, {"(-x)^2", "(-x)^2"}, {"-a*b", "-a*b"}, {"a-(b-c)", "a - (b - c)"}, {"a-b-c", "a - b - c"},
		{"a/(b*c)", "a/(b*c)"}, {"2^-1", "2^(-1)"}, {"x^(1/2)", "x^(1/2)"}, {"x^(-1/2)", "x^(-1/2)"},
		{"2^3^4", "2^3^4"}, {"(2^3)^4", "(2^3)^4"}, {"2.*x", "2 .* x"}, {"x.^2", "x.^2"}, {"2./x", "2 ./ x"},
		{"sum[i in 1..n,j|i!=j](x[i]*y[j])", "sum[i in 1..n, j | i != j](x[i]*y[j])"},
		{"Σ[i](x₁[i]·ŷ)", "sum[i](x_1[i]*y_hat)"}, {"Σ[i,j]", "Sigma[i,j]"}, {"∏[i](x[i])", "prod[i](x[i])"},
		{"σ(x)+σ", "sigmoid(x) + sigma"}, {"∇(L,x)", "grad(L, x)"}, {"∂(E,x[k])", "d(E, x[k])"},
		{"π+∞", "pi + inf"}, {"xᵀ*A'", "x'*A'"}, {"y\u0302+x̄+x̃", "y_hat + x_bar + x_tilde"},
		{"[i==j]", "[i == j]"}, {"[not a<b]", "[not a < b]"}, {"[1,2,3]", "[1, 2, 3]"}, {"[[a,b],[c,d]]", "[[a, b], [c, d]]"},
		{"if(x>0,x,-x)", "if(x > 0, x, -x)"}, {"A[i,:]", "A[i,:]"}, {"softmax(z)[i+1]", "softmax(z)[i+1]"},
		{"0<q<1 and not q==r or s", "0 < q < 1 and not q == r or s"}, {"x² + x⁻¹", "x^2 + x^(-1)"},
		{"tensor[i,j](x[i])", "tensor[i,j](x[i])"}, {"1e-3+.5", "1e-3 + 0.5"}, {"((x))", "x"}, {"a*-b", "a*(-b)"},
		{"x == -1", "x == -1"}, {"--x", "-(-x)"}, {"max[i](x[i])*max[i]", "max[i](x[i])*max[i]"},
		{"010", "010"}, {"a\n", "a"}, {"f()", "f()"}, {"(a +\n b)", "a + b"}, {"x ≤ y", "x <= y"},
	} {
		e, ds := ParseExpr("", test.in)
		if ds != nil {
			t.Errorf("%q: %s", test.in, ds.Render(test.in))
			continue
		}
		got := syntax.Print(e)
		if got != test.want {
			t.Errorf("%q prints as %q, want %q", test.in, got, test.want)
		}
		again, ds := ParseExpr("", got)
		if ds != nil || !syntax.Equal(e, again) {
			t.Errorf("%q does not survive printing: %v", test.in, ds)
		}
	}
}
