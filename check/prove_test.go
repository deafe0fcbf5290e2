package check

import (
	"errors"
	"strings"
	"testing"

	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/syntax"
)

// prove decides the claim that a text ends in.
func prove(t *testing.T, text string) (*Proof, error) {
	t.Helper()
	file, diagnostics := parser.ParseFile("", text)
	if diagnostics.Err() != nil {
		t.Fatal(diagnostics)
	}
	last := len(file.Statements) - 1
	x := file.Statements[last].(*syntax.ExprStatement).X
	file.Statements = file.Statements[:last]
	return Prove(file, x, strings.Contains(text, "param "), 1, 10)
}

// TestProve decides claims of every kind: what is true is never refuted, what is false never proved, and what is listed as proved or refuted comes
// out so.
func TestProve(t *testing.T) {
	for verdict, claims := range map[Verdict][]string{
		Proved: {
			"sin(x)^2 + cos(x)^2 == 1",
			"cosh(x)^2 - sinh(x)^2 == 1",
			"sinh(x + y) == sinh(x)*cosh(y) + cosh(x)*sinh(y)",
			"cos(x + y) == cos(x)*cos(y) - sin(x)*sin(y)",
			"sin(3*x) == 3*sin(x) - 4*sin(x)^3",
			"1 + tan(x)^2 == 1/cos(x)^2",
			"tanh(x) == 2*sigmoid(2*x) - 1",
			"sigmoid(x) + sigmoid(-x) == 1",
			"gamma(x + 2) == x*(x + 1)*gamma(x)",
			"gamma(x - 1)*(x - 1) == gamma(x)",
			"lgamma(x + 1) == lgamma(x) + log(abs(x))",
			"digamma(x + 1) == digamma(x) + 1/x",
			"trigamma(x + 1) == trigamma(x) - 1/x^2",
			"beta(x, y + 1) == beta(x, y)*y/(x + y)",
			"erf(x) + erfc(x) == 1",
			"asin(x) + acos(x) == pi/2",
			"log10(x) == log(x)/log(10)",
			"log2(x)*log(2) == log(x)",
			"(x + 1)^5 == x^5 + 5*x^4 + 10*x^3 + 10*x^2 + 5*x + 1",
			"(a + b + c)^3 == a^3 + b^3 + c^3 + 3*(a + b)*(b + c)*(c + a)",
			"1/(x + 1) - 1/(x + 2) == 1/((x + 1)*(x + 2))",
			"abs(x)^2 == x^2",
			"sum(softmax(z)) == 1",
			"softmax(z)[i] == exp(z[i])/sum[j](exp(z[j]))",
			"given sum(y) == 1\ngrad(cross_entropy(y, softmax(l)), l) == softmax(l) - y",
			"hess(logsumexp(z), z) == diag(softmax(z)) - softmax(z)*softmax(z)'",
			"param X[n,n]\ngrad(logdet(X), X) == inv(X)'",
			"param A[n,n], B[n,n], X[n,n]\ngrad(det(A*X*B), X) == det(A*X*B)*inv(X)'",
			"param A[m,n], B[n,p]\n(A*B)' == B'*A'",
			"norm(A*x)^2 == x'*A'*A*x",
			"norm(x + y)^2 + norm(x - y)^2 == 2*norm(x)^2 + 2*norm(y)^2",
			"param A[n,n], B[n,n]\ntr(A*B) == tr(B*A)",
			"0 < sigmoid(x) < 1",
			"x^2 >= 0 and exp(x) > 0",
			"x^2 + 1 != 0",
			"given x > 0\ngiven y > 0\nlog(x*y) == log(x) + log(y)",
			"log(x*y) == log(x) + log(y)", // where both sides are defined
			"y*log(x^2) == 2*y*log(x)",
			"sum[i in 1..n](i) == n*(n + 1)/2",
			"sum[i in 1..n](i^3) == sum[i in 1..n](i)^2",
			"sum[k in 0..n](2^k) == 2^(n + 1) - 1",
			"sum[k in 0..n](q^k) == (q^(n + 1) - 1)/(q - 1)",
			"sum[i in 1..n-1](x[i+1] - x[i]) == x[n] - x[1]",
			"prod[i in 1..n](i) == gamma(n + 1)",
			"(a^3 - b^3)/(a - b) == a^2 + a*b + b^2",
			"param x[n], k\nsum[i](x[i])^2 == sum[i,j](x[i]*x[j])",
		},
		Refuted: {
			// At a point, or beyond small sizes.
			"if(x == 1/3, 0, x) == x",
			"if(x == 12345, 0, x) == x",
			"abs(x) == x*sign(x) + [x == 7]",
			"step(x) + step(-x) == 1",
			"x^2 > 0",
			"max(x, 100) == 100",
			"floor(x + 1e-9) == floor(x)",
			"sum[k in 1..n](k) == n*(n + 1)/2 + (n - 1)*(n - 2)*(n - 3)*(n - 4)*(n - 5)",
			"sin(pi*x) == 0",
			"d(softmax(z)[i], z[j]) == -softmax(z)[i]*softmax(z)[j]",
			"acosh(cosh(x)) == x",
			"floor(x) + floor(-x) == -1",
			"given sum(y) == 1\ngrad(cross_entropy(y, softmax(l)), l) == y - softmax(l)",
			"grad(cross_entropy(y, softmax(l)), l) == softmax(l) - y",
			"sqrt(x^2) == x",
			"pi == 3.14159265358979",
			"param A[n,n], B[n,n]\nA*B == B*A",
			"d(sigmoid(x), x) == sigmoid(x)",
			"exp(x) >= 1 + x + x^2",
			"x^2 != 4*x - 4 + (x - 2)^2",
			"sin(x) < 1/2",
			"param x[n]\nsum[i in 1..n-2](i) == (n - 2)*(n - 1)/2 + [n == 1]",
			"sum[i in 1..n](i^2) == n*(n + 1)*(2*n - 1)/6",
			"1 < 2 < x",
			"param x[n]\nsum[i in 1..n-1](x[i]*x[i+1]) == sum(x)",
		},
		Unknown: {
			"exp(x) >= 1 + x",
		},
	} {
		for _, text := range claims {
			p, err := prove(t, text)
			switch {
			case err != nil:
				t.Errorf("%s: %v", text, err)
			case p.Verdict != verdict:
				t.Errorf("%s: %s, want %s", text, p.Verdict, verdict)
			case verdict == Proved && len(p.Steps) == 0 || verdict == Refuted && p.Left == nil || verdict == Unknown && p.Agreed == 0:
				t.Errorf("%s: nothing shows that it is %s", text, verdict)
			}
		}
	}
	if _, err := prove(t, "x + 1"); !errors.Is(err, ErrNoClaim) {
		t.Errorf("x + 1 is a claim: %v", err)
	}
	if _, err := prove(t, "param x[2], y[3]\nx == y"); err == nil {
		t.Error("sides of different shapes are compared")
	}
}
