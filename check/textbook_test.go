package check

import (
	"strings"
	"testing"
)

// A claimRow is a claim with its verdict. Statements before it are separated by semicolons.
type claimRow struct {
	verdict Verdict
	claim   string
}

// articleClaims are equations of the article that the golden files of that name follow, as it should have them and as it has them: its (10) with the
// middle term of (9), the sign of the gradient of the loss, and its (20), which has the derivatives of the labels in the place of those of the loss.
var articleClaims = []claimRow{
	{Proved, "d(softmax(z)[i], z[j]) == [i == j]*softmax(z)[i] - softmax(z)[i]*softmax(z)[j]"},
	{Refuted, "d(softmax(z)[i], z[j]) == -softmax(z)[i]*softmax(z)[j]"},
	{Proved, "given i != j; d(softmax(z)[i], z[j]) == -softmax(z)[i]*softmax(z)[j]"},
	{Proved, "given sum(y) == 1; grad(cross_entropy(y, softmax(l)), l) == softmax(l) - y"},
	{Refuted, "given sum(y) == 1; grad(cross_entropy(y, softmax(l)), l) == y - softmax(l)"},
	{Proved, "given sum(y) == 1; grad(sum(y .* log(softmax(l))), l) == y - softmax(l)"},
	{Proved, "d(cross_entropy(y, p), p[i]) == -y[i]/p[i]"},
	{Refuted, "d(y[i], p[i]) == -y[i]/p[i]"},
	{Proved, "grad(cross_entropy(y, p), p) == -y ./ p"},
}

// textbookClaims are identities of textbooks, and what is taken for one.
var textbookClaims = []claimRow{
	{Proved, "param A[m,n], B[m,n]; tr(A'*B) == sum(A .* B)"},
	{Proved, "param A[n,n], B[n,n], C[n,n]; tr(A*B*C) == tr(C*A*B)"},
	{Refuted, "param A[n,n], B[n,n], C[n,n]; tr(A*B*C) == tr(A*C*B)"},
	{Proved, "param A[n,n], B[n,n]; det(A*B) == det(A)*det(B)"},
	{Proved, "param A[n,n], B[n,n]; inv(A*B) == inv(B)*inv(A)"},
	{Refuted, "param A[n,n], B[n,n]; inv(A*B) == inv(A)*inv(B)"},
	{Refuted, "param A[n,n], B[n,n]; inv(A + B) == inv(A) + inv(B)"},
	{Proved, "param A[n,n]; inv(A') == inv(A)'"},
	{Proved, "param A[n,n]; det(A') == det(A)"},
	{Proved, "param A[n,n]; det(2*A) == 2^n*det(A)"},
	{Refuted, "param A[n,n]; det(2*A) == 2*det(A)"},
	{Proved, "param X[n,n], A[n,n]; grad(tr(A*X), X) == A'"},
	{Proved, "param X[m,n], A[m,m]; grad(tr(X'*A*X), X) == (A + A')*X"},
	{Proved, "param X[n,n], A[n,n]; grad(tr(A*inv(X)), X) == -(inv(X)*A*inv(X))'"},
	{Refuted, "param X[n,n], A[n,n]; grad(tr(A*inv(X)), X) == -inv(X)*A*inv(X)"},
	{Proved, "param X[n,n], a[n], b[n]; grad(a'*inv(X)*b, X) == -inv(X)'*a*b'*inv(X)'"},
	{Proved, "param A[n,n], x[n]; grad(x'*A*x, x) == (A + A')*x"},
	{Refuted, "param A[n,n], x[n]; grad(x'*A*x, x) == 2*A*x"},
	{Proved, "given A == A'; param A[n,n], x[n]; grad(x'*A*x, x) == 2*A*x"},
	{Proved, "param A[m,n], x[n], b[m]; hess(norm(A*x - b)^2, x) == 2*A'*A"},
	{Proved, "param A[n,n], x[n]; hess(x'*A*x, x) == A + A'"},
	{Proved, "jac(softmax(z), z) == diag(softmax(z)) - softmax(z)*softmax(z)'"},
	{Proved, "jac(softmax(z), z) == jac(softmax(z), z)'"},
	{Proved, "hess(logsumexp(z), z) == jac(softmax(z), z)"},
	{Proved, "jac(softmax(z), z)*ones(n) == zeros(n)"},
	{Proved, "param x[n], c; softmax(x + c*ones(n)) == softmax(x)"},
	{Proved, "param x[n], c; logsumexp(x + c*ones(n)) == c + logsumexp(x)"},
	{Refuted, "param x[n], c; softmax(c*x) == softmax(x)"},
	{Proved, "d(tanh(x), x) == 1 - tanh(x)^2"},
	{Proved, "d(sigmoid(x), x, 2) == sigmoid(x)*(1 - sigmoid(x))*(1 - 2*sigmoid(x))"},
	{Proved, "d(softplus(x), x) == sigmoid(x)"},
	{Proved, "d(x^x, x) == x^x*(1 + log(x))"},
	{Proved, "d(f*g/h, x) == 0"},
	{Proved, "d(exp(a*x)*sin(b*x), x) == exp(a*x)*(a*sin(b*x) + b*cos(b*x))"},
	{Proved, "d(d(x^2*y^3, x), y) == d(d(x^2*y^3, y), x)"},
	{Proved, "d(atan(x) + atan(1/x), x) == 0"},
	{Proved, "d(log(x + sqrt(1 + x^2)), x) == d(asinh(x), x)"},
	{Refuted, "d(log(x + sqrt(1 + x^2)), x) == 1/(1 + x^2)"},
	{Proved, "d(normal_cdf(x), x) == exp(-x^2/2)/sqrt(2*pi)"},
	{Proved, "d(normal_logpdf(x, m, s), m) == (x - m)/s^2"},
	{Proved, "d(normal_logpdf(x, m, s), m, 2) == -1/s^2"},
	{Proved, "param x[n], m, s; d(sum[i](normal_logpdf(x[i], m, s)), s) == sum[i]((x[i] - m)^2)/s^3 - n/s"},
	{Proved, "sum[i in 1..n](i*(i + 1)) == n*(n + 1)*(n + 2)/3"},
	{Proved, "sum[k in 1..n](1/(k*(k + 1))) == n/(n + 1)"},
	{Proved, "sum[k in 1..n](2*k - 1) == n^2"},
	{Refuted, "sum[k in 1..n](2*k + 1) == n^2"},
	{Proved, "sum[k in 0..n](k*q^k) == q*(1 - (n + 1)*q^n + n*q^(n + 1))/(1 - q)^2"},
	{Proved, "param x[n], y[n]; sum[i, j](x[i]*y[j]) == sum(x)*sum(y)"},
	{Proved, "param x[n], y[n]; sum[i, j]((x[i]*y[j] - x[j]*y[i])^2)/2 == norm(x)^2*norm(y)^2 - (x'*y)^2"},
	{Proved, "param x[n]; sum[i]((x[i] - mean(x))^2) == sum[i](x[i]^2) - n*mean(x)^2"},
	{Proved, "param x[n]; sum[i](x[i] - mean(x)) == 0"},
	{Proved, "param x[n]; sum[i, j]((x[i] - x[j])^2) == 2*n*sum[i](x[i]^2) - 2*sum(x)^2"},
	{Proved, "param x[n], a; grad(sum[i]((x[i] - a)^2), x) == 2*(x - a*ones(n))"},
	{Proved, "param A[m,n], B[p,q], C[n,k], D[q,l]; kron(A, B)*kron(C, D) == kron(A*C, B*D)"},
	{Proved, "param A[m,n], X[n,k], B[k,p]; vec(A*X*B) == kron(B', A)*vec(X)"},
	{Proved, "given posdef(S); param S[n,n], x[n], m[n]; d(mvn_logpdf(x, m, S), x[i]) == (inv(S)*(m - x))[i]"},
	{Proved, "given W'*W == eye(n); param W[n,n], x[n]; norm(W*x)^2 == norm(x)^2"},
	{Proved, "given posdef(S); param S[n,n]; logdet(S) == log(det(S))"},
	{Proved, "param u[n], v[n], A[n,n]; det(A + u*v') == det(A)*(1 + v'*inv(A)*u)"},
	{Refuted, "param u[n], v[n], A[n,n]; det(A + u*v') == det(A)*(1 + u'*inv(A)*v)"},
	{Proved, "given S == S'; param u[n], v[n], S[n,n]; det(S + u*v') == det(S)*(1 + u'*inv(S)*v)"},
	{Proved, "param u[n], v[n], A[n,n]; inv(A + u*v') == inv(A) - inv(A)*u*v'*inv(A)/(1 + v'*inv(A)*u)"},
	{Refuted, "param u[n], v[n], A[n,n]; inv(A + u*v') == inv(A) + inv(A)*u*v'*inv(A)/(1 + v'*inv(A)*u)"},
	{Proved, "param u[n], c; inv(c*eye(n) + u*u') == (eye(n) - u*u'/(c + u'*u))/c"},
	{Proved, "param A[n,n], U[n,k], C[k,k], V[k,n]; inv(A + U*C*V) == inv(A) - inv(A)*U*inv(inv(C) + V*inv(A)*U)*V*inv(A)"},
	{Refuted, "param A[n,n], U[n,k], C[k,k], V[k,n]; inv(A + U*C*V) == inv(A) - inv(A)*U*inv(C + V*inv(A)*U)*V*inv(A)"},
	{Proved, "param A[n,n], U[n,k], C[k,k], V[k,n]; det(A + U*C*V) == det(A)*det(C)*det(inv(C) + V*inv(A)*U)"},
	{Proved, "param A[m,n], B[n,m]; inv(eye(m) + A*B)*A == A*inv(eye(n) + B*A)"},
	{Proved, "param A[m,n], B[n,m]; inv(eye(m) + A*B) == eye(m) - A*inv(eye(n) + B*A)*B"},
	{Proved, "param X[m,n], c; X'*inv(X*X' + c*eye(m)) == inv(X'*X + c*eye(n))*X'"},
	{Proved, "param A[m,n], B[n,m]; det(eye(m) + A*B) == det(eye(n) + B*A)"},
	{Refuted, "param A[m,n], B[n,m]; det(eye(m) + A*B) == det(eye(n) - B*A)"},
	{Proved, "param A[n,n], U[n,k]; logdet(A + U*U') == logdet(A) + logdet(eye(k) + U'*inv(A)*U)"},
	{Proved, "param A[n,n], B[n,n]; inv(A + B) == inv(A) - inv(A)*inv(inv(A) + inv(B))*inv(A)"},
	{Proved, "param A[n,n], B[n,n]; inv(inv(A) + inv(B)) == A*inv(A + B)*B"},
	{Proved, "param A[n,n], B[n,n]; A*inv(A + B)*B == B*inv(A + B)*A"},
	{Proved, "param A[n,n], B[n,n]; inv(A) + inv(B) == inv(A)*(A + B)*inv(B)"},
	{Refuted, "param A[n,n], B[n,n]; inv(A) + inv(B) == inv(A)*(A - B)*inv(B)"},
	{Proved, "param A[n,n], B[n,n]; tr(A*inv(A + B)) + tr(inv(A + B)*B) == n"},
	{Proved, "param A[n,n], B[n,n], P[n,n]; (A - B)*(A + B) - A^2 + B^2 == A*B - B*A"},
	{Proved, "given P*P == P; param P[n,n]; (eye(n) - P)*(eye(n) - P) == eye(n) - P"},
	{Proved, "given P*P == P; param P[n,n]; inv(eye(n) + P) == eye(n) - P/2"},
	{Refuted, "given P*P == P; param P[n,n]; inv(eye(n) + P) == eye(n) - P"},
	{Proved, "param X[m,n]; X*inv(X'*X)*X'*X*inv(X'*X)*X' == X*inv(X'*X)*X'"},
	{Proved, "param X[m,n], y[m], c; inv(X'*X + c*eye(n))*X'*y == X'*inv(X*X' + c*eye(m))*y"},
	{Proved, "given posdef(S); param S[n,n], x[n]; x'*S*x >= 0"},
	{Proved, "given posdef(S); param S[n,n]; det(S) > 0"},
	{Refuted, "given posdef(S); param S[n,n], x[n]; x'*S*x > 0"},
	{Proved, "softmax(l)[k]*sum[i | i != k](softmax(l)[i]) == softmax(l)[k]*(1 - softmax(l)[k])"},
	{Proved, "x[k]*sum[i | i != k](x[i])/sum(x) == x[k] - x[k]^2/sum(x)"},
	{Proved, "cosh(x)^2 - sinh(x)^2 == 1"},
	{Proved, "log(a/b) == log(a) - log(b)"},
	{Proved, "given a > 0 and b > 0; log(a/b) == log(a) - log(b)"},
	{Proved, "logit(sigmoid(x)) == x"},
	{Proved, "sigmoid(logit(p)) == p"},
	{Refuted, "sqrt(a^2 + b^2) == a + b"},
	{Refuted, "log(a + b) == log(a) + log(b)"},
	{Refuted, "(a + b)^2 == a^2 + b^2"},
	{Proved, "grad(kl_div(p, q), q) == -p ./ q"},
	{Proved, "given sum(p) == 1; param p[n], l[n]; grad(kl_div(p, softmax(l)), l) == softmax(l) - p"},
	{Proved, "binary_cross_entropy(y, sigmoid(z)) == bce_logits(y, z)"},
	{Proved, "d(binary_cross_entropy(y, sigmoid(z)), z) == sigmoid(z) - y"},
	{Proved, "d(binary_cross_entropy(y, p), p) == (p - y)/(p*(1 - p))"},
	{Proved, "log(p/(1 - p)) + log((1 - p)/p) == 0"},
	{Proved, "log(p/(1 - p)) == log(p) - log(1 - p)"},
	{Proved, "log(x^2*y^3) == 2*log(x) + 3*log(y)"},
	{Proved, "log(x^2) == 2*log(abs(x))"},
	{Proved, "log(2*x*exp(x)) == log(2) + x + log(x)"},
	{Proved, "log(x*y) == log(x) + log(y)"},
	{Refuted, "log(x+y) == log(x)+log(y)"},
	{Refuted, "log(x*y) == log(x) + 2*log(y)"},
	{Refuted, "log(x^2) == log(x)"},
	{Proved, "log((x-y)/(x+y)) == log(x-y) - log(x+y)"},
	{Refuted, "log((x-y)/(x+y)) == log(x-y) + log(x+y)"},
	{Proved, "log(softmax(z)[i]) == z[i] - logsumexp(z)"},
	{Proved, "d(log((x-1)/(x+1)),x) == 2/(x^2-1)"},
	{Proved, "sum[i](log(x[i]/y[i])) == sum(log(x)) - sum(log(y))"},
	{Proved, "param x[n], y[n]; sum[i](x[i]*log(x[i]/y[i])) == sum[i](x[i]*log(x[i])) - sum[i](x[i]*log(y[i]))"},
	{Proved, "log(sqrt(x)) == log(x)/2"},
	{Proved, "log(x^a) == a*log(x)"},
	{Proved, "kl_div(p, q) == -entropy(p) + cross_entropy(p, q)"},
}

// TestTextbook decides claims of the article and of textbooks. What is refuted comes with a point at which its sides differ.
func TestTextbook(t *testing.T) {
	for _, row := range append(articleClaims, textbookClaims...) {
		p, err := prove(t, strings.ReplaceAll(row.claim, "; ", "\n"))
		switch {
		case err != nil:
			t.Errorf("%s: %v", row.claim, err)
		case p.Verdict != row.verdict:
			t.Errorf("%s: %s, want %s", row.claim, p.Verdict, row.verdict)
		case p.Verdict == Refuted && (len(p.LeftValues) == 0 || len(p.LeftValues) != len(p.RightValues)):
			t.Errorf("%s: no values show that it is refuted", row.claim)
		case p.Verdict == Proved && len(p.Steps) == 0:
			t.Errorf("%s: nothing shows that it is proved", row.claim)
		}
	}
}
