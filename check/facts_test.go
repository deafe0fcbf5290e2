package check_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/seed-9905856d/derive/check"
	"github.com/seed-9905856d/derive/syntax"
)

// factCases are formulas with what givens about matrices make of them, and which of the givens that takes.
var factCases = []struct {
	params, givens, formula, want, used string
}{
	{"x, y", "x > y; y > 0", "abs(exp(x) - 1)", "exp(x) - 1", "x > y; y > 0"},
	{"x, y", "x > y", "abs(tanh(y) - tanh(x))", "tanh(x) - tanh(y)", "x > y"},
	{"x, y", "x > y; y > 0", "abs(log(x) - log(y))", "log(x) - log(y)", "x > y"},
	{"x", "x > 1", "sign(log(x))", "1", "x > 1"},
	{"x, y", "x > y; y > 0", "abs(y^2 - x^2)", "x^2 - y^2", "x > y; y > 0"},
	{"x", "0 < x < 1", "abs(4*x^2 - 4)", "4*(1 - x^2)", "0 < x < 1"},
	{"x", "x < 1", "abs(x^2 - 1)", "abs(x^2 - 1)", ""},
	{"A[n,n], x[n]", "A == A'", "grad(x'*A*x, x)", "2*A*x", "A == A'"},
	{"A[n,n], x[n]", "A == A'", "hess(x'*A*x, x)", "2*A", "A == A'"},
	{"A[n,n], x[n]", "A == A'", "A' - A", "zeros(n, n)", "A == A'"},
	{"A[n,n], x[n]", "A == A'", "x'*A'*x - x'*A*x", "0", ""},
	{"A[n,n], B[n,n]", "A == A'; B == B'", "(A*B)' - B*A", "zeros(n, n)", "A == A'; B == B'"},
	{"A[n,n], B[n,n]", "A == A'; B == B'", "tr(A*B) - tr(B'*A')", "0", ""},
	{"A[n,n], B[n,n], x[n], y[n]", "A == A'", "y'*A*x - x'*A*y", "0", "A == A'"},
	{"A[n,n], x[n]", "A == A'", "inv(A)' - inv(A)", "zeros(n, n)", "A == A'"},
	{"A[n,n], X[n,p]", "A == A'", "grad(tr(X'*A*X), X)", "2*A*X", "A == A'"},
	{"A[n,n], b[n]", "A == A'", "grad(b'*inv(A)*b, A)", "-inv(A)*b*b'*inv(A)", "A == A'"},
	{"A[n,n], U[n,p]", "A == A'", "grad(logdet(A + U*U'), U)", "2*inv(A + U*U')*U", "A == A'"},
	{"A[n,n], U[n,p]", "posdef(A)", "grad(logdet(A + U*U'), U)", "2*inv(A + U*U')*U", "posdef(A)"},
	{"A[n,n]", "posdef(A)", "log(det(A))", "logdet(A)", "posdef(A)"},
	{"A[n,n]", "posdef(A)", "log(det(A))/2 - logdet(A)/2", "0", "posdef(A)"},
	{"A[n,n]", "posdef(A)", "abs(det(A))", "det(A)", "posdef(A)"},
	{"A[n,n]", "posdef(A)", "log(det(inv(A)))", "-logdet(A)", "posdef(A)"},
	{"A[n,n]", "posdef(A)", "sqrt(det(A)^2)", "det(A)", "posdef(A)"},
	{"A[n,n], U[n,p]", "posdef(A)", "log(det(A + U*U'))", "logdet(A + U*U')", "posdef(A)"},
	{"A[n,n], s", "posdef(A); s > 0", "log(det(s*A))", "log(det(s*A))", ""},
	{"A[n,n], s", "posdef(A); s > 0", "log(det(A + s*eye(n)))", "logdet(A + s*eye(n))", "posdef(A); s > 0"},
	{"x[n], mu[n], S[n,n]", "posdef(S)", "grad(mvn_logpdf(x, mu, S), mu)", "inv(S)*(x - mu)", "posdef(S)"},
	{"W[n,k], x[n]", "W'*W == eye(k)", "W'*W*W'*x", "W'*x", "W'*W == eye(k)"},
	{"W[n,k], y[k]", "W'*W == eye(k)", "norm2(W*y)^2", "y'*y", "W'*W == eye(k)"},
	{"W[n,k], y[k]", "W'*W == eye(k)", "norm(W*y)", "norm(y)", "W'*W == eye(k)"},
	{"W[n,k], P[n,n]", "W'*W == eye(k)", "(W*W')*(W*W')", "W*W'", "W'*W == eye(k)"},
	{"W[n,k], P[n,n]", "W'*W == eye(k)", "(eye(n) - W*W')^2", "eye(n) - W*W'", "W'*W == eye(k)"},
	{"W[n,k]", "W'*W == eye(k)", "tr(W*W')", "k", "W'*W == eye(k)"},
	{"W[n,k]", "W'*W == eye(k)", "normF(W)^2", "k", "W'*W == eye(k)"},
	{"W[n,k], X[m,n]", "W'*W == eye(k)", "norm2(X - X*W*W')^2", "norm(X*W*W' - X)^2", ""},
	{"W[n,k], X[m,n]", "W'*W == eye(k)", "grad(norm2(X - X*W*W')^2, X)", "2*(X - X*W*W')", "W'*W == eye(k)"},
	{"Q[n,n], x[n]", "Q'*Q == eye(n)", "norm(Q*x)", "norm(x)", "Q'*Q == eye(n)"},
	{"Q[n,n], x[n]", "Q'*Q == eye(n)", "Q*Q'*x", "x", "Q'*Q == eye(n)"},
	{"Q[n,n]", "Q'*Q == eye(n)", "inv(Q)", "Q'", "Q'*Q == eye(n)"},
	{"Q[n,n]", "Q'*Q == eye(n)", "det(Q)^2", "1", "Q'*Q == eye(n)"},
	{"Q[n,n]", "Q'*Q == eye(n)", "logdet(Q)", "0", "Q'*Q == eye(n)"},
	{"Q[n,n]", "Q'*Q == eye(n)", "abs(det(Q))", "1", "Q'*Q == eye(n)"},
	{"Q[n,n], A[n,n]", "Q'*Q == eye(n)", "tr(Q'*A*Q)", "tr(A)", "Q'*Q == eye(n)"},
	{"Q[n,n], A[n,n]", "Q'*Q == eye(n)", "det(Q'*A*Q)", "det(A)", "Q'*Q == eye(n)"},
	{"Q[n,n], A[n,n]", "Q'*Q == eye(n)", "logdet(Q'*A*Q)", "logdet(A)", "Q'*Q == eye(n)"},
	{"Q[n,n], A[n,n]", "Q'*Q == eye(n)", "inv(Q*A*Q')", "Q*inv(A)*Q'", "Q'*Q == eye(n)"},
	{"Q[n,n], b[n]", "Q*Q' == eye(n)", "solve(Q, b)", "Q'*b", "Q*Q' == eye(n)"},
	{"Q[n,n], x[n], y[n]", "Q'*Q == eye(n)", "(Q*x)'*(Q*y)", "x'*y", "Q'*Q == eye(n)"},
	{"D[n,n], x[n]", "D == diag(diag(D))", "D*x", "D*x", ""},
	{"D[n,n], x[n]", "D == diag(diag(D))", "grad(x'*D*x, x)", "2*x .* diag(D)", "D == diag(diag(D))"},
	{"D[n,n], x[n]", "D == diag(diag(D))", "D' - D", "zeros(n, n)", "D == diag(diag(D))"},
	{"D[n,n], b[n]", "D == diag(diag(D))", "solve(D, b)", "solve(D, b)", ""},
	{"D[n,n], x[n]", "D == diag(diag(D))", "tr(D*D)", "tr(D*D)", ""},
	{"D[n,n]", "D == diag(diag(D))", "det(D)", "det(D)", ""},
	{"D[n,n]", "D == diag(diag(D))", "inv(D)", "inv(D)", ""},
	{"D[n,n], A[n,n]", "D == diag(diag(D))", "D*A", "D*A", ""},
	{"L[n,n]", "L[i,j] == [i >= j]*L[i,j]", "det(L)", "det(L)", ""},
	{"L[n,n]", "L[i,j] == [i >= j]*L[i,j]", "sum[i, j | i < j](L[i,j])", "0", "L[i,j] == [i >= j]*L[i,j]"},
	{"L[n,n], x[n]", "L[i,j] == [i >= j]*L[i,j]", "grad(sum(L*x), x)", "L'*ones(n)", ""},
	{"y[n], z[n]", "onehot(y)", "sum(y)", "1", "onehot(y)"},
	{"y[n], z[n]", "onehot(y)", "sum(y.^2)", "1", "onehot(y)"},
	{"y[n], z[n]", "onehot(y)", "y'*y", "1", "onehot(y)"},
	{"y[n], z[n]", "onehot(y)", "y .* y", "y", "onehot(y)"},
	{"y[n], z[n]", "onehot(y)", "grad(cross_entropy_logits(y, z), z)", "softmax(z) - y", "onehot(y)"},
	{"y[n], z[n]", "onehot(y)", "y*y' - diag(y)", "zeros(n, n)", "onehot(y)"},
	{"y[n], z[n]", "onehot(y)", "norm(y - softmax(z))^2", "norm(softmax(z) - y)^2", ""},
	{"Y[m,n], Z[m,n]", "onehot(Y)", "Y*ones(n)", "ones(m)", "onehot(Y)"},
	{"Y[m,n], Z[m,n]", "onehot(Y)", "grad(sum[r](cross_entropy(Y[r,:], softmax(Z[r,:]))), Z)", "softmax(Z) - Y", "onehot(Y)"},
	{"Y[m,n]", "onehot(Y)", "normF(Y)^2", "m", "onehot(Y)"},
	{"Y[m,n]", "onehot(Y)", "tr(Y'*Y)", "m", "onehot(Y)"},
	{"P[m,n], x[n]", "P*ones(n) == ones(m)", "P*ones(n)", "ones(m)", "P*ones(n) == ones(m)"},
	{"P[m,n], x[n]", "P*ones(n) == ones(m)", "sum(P)", "m", "P*ones(n) == ones(m)"},
	{"P[n,n], x[n]", "P*ones(n) == ones(n)", "P*P*ones(n)", "ones(n)", "P*ones(n) == ones(n)"},
	{"P[n,n], x[n]", "P*ones(n) == ones(n)", "P^3*ones(n)", "ones(n)", "P*ones(n) == ones(n)"},
	{"P[n,n], x[n], c", "P*ones(n) == ones(n)", "P*(x + c) - c", "P*x", "P*ones(n) == ones(n)"},
	{"P[n,n], x[n]", "P*ones(n) == ones(n)", "(eye(n) - P)*ones(n)", "zeros(n)", "P*ones(n) == ones(n)"},
	{"P[n,n], q[n]", "P'*q == q", "q'*P*P", "q'", "P'*q == q"},
	{"P[n,n], q[n]", "P'*q == q", "(P^2)'*q", "q", "P'*q == q"},
	{"A[n,n], B[n,n], x[n]", "A*B == B*A", "A*B*x - B*A*x", "zeros(n)", "A*B == B*A"},
	{"A[n,n], B[n,n], x[n]", "A*B == B*A", "(A + B)^2 - A^2 - B^2", "2*A*B", "A*B == B*A"},
	{"A[n,n], B[n,n]", "A*B == eye(n)", "B*A", "eye(n)", "A*B == eye(n)"},
	{"A[n,n], B[n,n]", "A*B == eye(n)", "inv(A)", "B", "A*B == eye(n)"},
	{"A[n,n], P[n,n]", "P^2 == P", "P^3", "P", "P^2 == P"},
	{"A[n,n], P[n,n]", "P*P == P; P == P'", "norm2(P*A)^2 - tr(A'*P*A)", "0", "P*P == P; P == P'"},
	{"A[n,n], x[n], l", "A*x == l*x", "A^2*x", "l^2*x", "A*x == l*x"},
	{"A[n,n], x[n], l", "A*x == l*x", "x'*A*x/(x'*x)", "l", "A*x == l*x"},
	{"A[n,n], x[n], l", "A*x == l*x; A == A'", "x'*A*A", "x'*A*A", ""},
	{"J[n,n]", "J == -J'", "tr(J)", "0", "J == -J'"},
	{"J[n,n], x[n]", "J == -J'", "x'*J*x", "0", "J == -J'"},
	{"J[n,n]", "J == -J'", "J + J'", "zeros(n, n)", "J == -J'"},
	{"A[n,n], x[n]", "x'*x == 1", "(eye(n) - x*x')^2", "eye(n) - x*x'", "x'*x == 1"},
	{"A[n,n], x[n]", "norm(x) == 1", "grad(x'*A*x/(x'*x), x)", "(A + A' - 2*x*x'*A')*x", "norm(x) == 1"},
	{"X[m,n], t[m], w[n]", "X'*X == eye(n)", "solve(X'*X, X'*t)", "X'*t", "X'*X == eye(n)"},
	{"X[m,n], t[m], w[n]", "X'*X == eye(n)", "grad(norm2(X*w - t)^2, w)", "2*(w - X'*t)", "X'*X == eye(n)"},
}

// TestMatrixFacts checks the printed results, the givens that they name, and, at sampled points that satisfy the givens, the values.
func TestMatrixFacts(t *testing.T) {
	for _, c := range factCases {
		text := "param " + c.params + "\n"
		for _, given := range strings.Split(c.givens, "; ") {
			text += "given " + given + "\n"
		}
		u, err := check.Load("facts.formula", text+c.formula+"\n")
		if err != nil {
			t.Errorf("%s given %s: %v", c.formula, c.givens, err)
			continue
		}
		item := u.Items[0]
		if got, used := syntax.Print(item.Result.Text), strings.Join(u.Givens(item.Result), "; "); got != c.want || used != c.used {
			t.Errorf("%s given %s is %s by %q, want %s by %q", c.formula, c.givens, got, used, c.want, c.used)
		}
		points := 0
		for seed := uint64(0); seed < 18 && points < 2; seed++ {
			p, err := u.Sample([]int{2, 3, 1}[seed/6], seed)
			if err != nil {
				continue
			}
			want, err := u.Values(item.Expr, p)
			if err != nil || slices.ContainsFunc(want, math.IsNaN) {
				continue
			}
			points++
			got, err := u.Values(item.Result.Text, p)
			if err != nil || len(got) != len(want) {
				t.Errorf("%s given %s is %s: %v entries, want %v: %v", c.formula, c.givens, c.want, got, want, err)
				continue
			}
			for k := range want {
				if !(math.Abs(got[k]-want[k]) <= 1e-9*max(1, math.Abs(want[k]))) {
					t.Errorf("%s given %s is %s: entry %d is %v, want %v", c.formula, c.givens, c.want, k, got[k], want[k])
				}
			}
		}
		if points == 0 {
			t.Errorf("%s given %s: no point", c.formula, c.givens)
		}
	}
}
