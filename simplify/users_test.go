package simplify_test

import (
	"strings"
	"testing"
)

// A userInput is a formula as users of other tools for matrix calculus have it, and the form of its derivative that they know as the
// shortest, or a shorter one.
type userInput struct{ name, params, text, want string }

var userInputs = []userInput{
	{"shifted least squares", "A[n,n], x[n], b[n], c", "grad(norm2(b - A*x + c*x)^2, x)", "2*(A' - c*eye(n))*(A*x - b - c*x)"},
	{"sandwiched quadratic", "A[m,k], M[m,m], H[k,n], b[n]", "grad(b'*H'*A'*M*A*H*b, A)", "(M + M')*A*H*b*b'*H'"},
	{"trace of an inverse", "A[n,n], X[n,n]\ngiven A == A'\ngiven X == X'", "grad(tr(A'*inv(X)), X)", "-inv(X)*A*inv(X)"},
	{"repulsion", "p[n], q[n], l0", "jac((1 - l0/norm2(p-q))*(p-q), p)", "(1 - l0/norm(p - q))*eye(n) + l0*(p - q)*(p - q)'/norm(p - q)^3"},
	{"logistic loss", "A[m,n], x[n], b[m]", "grad(sum(log(exp(-b.*(A*x)) + 1)), x)", "-A'*(b .* sigmoid(-b .* (A*x)))"},
	{"mish", "x[n]", "jac(x.*tanh(log(1 + exp(x))), x)", "diag(tanh(softplus(x)) + x .* sigmoid(x) .* (1 - tanh(softplus(x)).^2))"},
	{"log-linear prior", "x, y[n], theta[n]", "grad(y'*log(x*exp(theta)/sum(exp(theta))) - theta'*theta/18, theta)", "y - theta/9 - sum(y)*softmax(theta)"},
	{"Sharpe ratio", "w[n], r[n], S[n,n], c\ngiven S == S'", "grad((w'*r - c)/(w'*S*w)^0.5, w)", "(r + (c - r'*w)*S*w/(w'*S*w))/sqrt(w'*S*w)"},
	{"ratings", "R[m,n], F[m,k], U[n,k], a", "grad(1/2*(norm2(R - 5*(exp(-F*U') + 1).^(-1))^2 + a*norm2(F)^2), F)", "a*F + 5*sigmoid(F*U') .* sigmoid(-F*U') .* (5*sigmoid(F*U') - R)*U"},
	{"projection by v", "v[m,k], B[k,j], p[k], w[m]", "grad(norm2(v*(p + B*(-inv(B'*v'*v*B)*B'*v'*(v*p - w))) - w)^2, v)", "2*(v*(p + B*inv(B'*v'*v*B)*B'*v'*(w - v*p)) - w)*(p + B*inv(B'*v'*v*B)*B'*v'*(w - v*p))'"},
	{"projection by p", "v[m,k], B[k,j], p[k], w[m]", "grad(norm2(v*(p + B*(-inv(B'*v'*v*B)*B'*v'*(v*p - w))) - w)^2, p)", "2*(v*B*inv(B'*v'*v*B)*B'*v'*v - v)'*(w - v*p)"},
	{"projection by B", "v[m,k], B[k,j], p[k], w[m]", "grad(norm2(v*(p + B*(-inv(B'*v'*v*B)*B'*v'*(v*p - w))) - w)^2, B)", "2*v'*(v*(p + B*inv(B'*v'*v*B)*B'*v'*(w - v*p)) - w)*(w - v*p)'*v*B*inv(B'*v'*v*B)"},
	{"projection by w", "v[m,k], B[k,j], p[k], w[m]", "grad(norm2(v*(p + B*(-inv(B'*v'*v*B)*B'*v'*(v*p - w))) - w)^2, w)", "2*(w + v*(B*inv(B'*v'*v*B)*B'*v'*(v*p - w) - p))"},
	{"Gaussian by mean", "x[n], mu[n], S[n,n]\ngiven S == S'", "grad(mvn_logpdf(x, mu, S), mu)", "inv(S)*(x - mu)"},
	{"Gaussian by covariance", "x[n], mu[n], S[n,n]\ngiven S == S'", "grad(mvn_logpdf(x, mu, S), S)", "(inv(S)*(mu - x)*(mu - x)' - eye(n))*inv(S)/2"},
	{"divergence of Gaussians by covariance", "k, m1[n], m2[n], S1[n,n], S2[n,n]\ngiven S1 == S1'\ngiven S2 == S2'", "grad(1/2*(tr(inv(S2)*S1) + (m2-m1)'*inv(S2)*(m2-m1) - k + logdet(S2) - logdet(S1)), S2)", "(eye(n) - inv(S2)*(S1 + (m1 - m2)*(m1 - m2)'))*inv(S2)/2"},
	{"divergence by deviations", "mu[n], sigma[n]", "grad(1/2*sum(mu.^2 + sigma.^2 - log(sigma.^2) - 1), sigma)", "sigma - 1 ./ sigma"},
	{"attention by Q", "Q[m,d], K[n,d], V[n,p], G[m,p]", "vjp(attention(Q, K, V), Q, G)", "softmax(Q*K'/sqrt(d)) .* (G*V' - diag(softmax(Q*K'/sqrt(d))*V*G')*ones(n)')*K/sqrt(d)"},
	{"attention by K", "Q[m,d], K[n,d], V[n,p], G[m,p]", "vjp(attention(Q, K, V), K, G)", "(softmax(Q*K'/sqrt(d)) .* (G*V' - diag(softmax(Q*K'/sqrt(d))*V*G')*ones(n)'))'*Q/sqrt(d)"},
	{"attention by V", "Q[m,d], K[n,d], V[n,p], G[m,p]", "vjp(attention(Q, K, V), V, G)", "softmax(Q*K'/sqrt(d))'*G"},
	{"projected attention by a projection", "Q[m,q], K[n,q], V[n,v], Wq[q,d], Wk[q,d], Wv[v,p], G[m,p]", "vjp(attention(Q*Wq, K*Wk, V*Wv), Wq, G)", "Q'*(softmax(Q*Wq*Wk'*K'/sqrt(d)) .* (G*Wv'*V' - diag(softmax(Q*Wq*Wk'*K'/sqrt(d))*V*Wv*G')*ones(n)'))*K*Wk/sqrt(d)"},
	{"self-attention", "X[m,n], G[m,n]", "vjp(attention(X, X, X), X, G)", "softmax(X*X'/sqrt(n))'*(G - diag(diag(softmax(X*X'/sqrt(n))*X*G'))*X/sqrt(n)) + (softmax(X*X'/sqrt(n))' .* (X*G') + softmax(X*X'/sqrt(n)) .* (G*X' - diag(softmax(X*X'/sqrt(n))*X*G')*ones(m)'))*X/sqrt(n)"},
	{"layer norm", "x[n], eps", "jac(layer_norm(x, eps), x)", "(eye(n) - (1 + layer_norm(x, eps)*layer_norm(x, eps)')/n)/sqrt(eps + mean((mean(x) - x).^2))"},
	{"layer norm backwards", "x[n], eps, g[n]", "vjp(layer_norm(x, eps), x, g)", "(g - mean(g) - mean(g .* layer_norm(x, eps))*layer_norm(x, eps))/sqrt(eps + mean((mean(x) - x).^2))"},
	{"principal components", "X[m,n], W[n,k]\ngiven W'*W == eye(k)", "grad(norm2(X - X*W*W')^2, W)", "2*(X*W*W' - X)'*X*W"},
	{"congruence that a given names", "A[n,n], B[n,n], D[n,n], x[n]\ngiven A'*D*A == B", "grad(x'*A'*D*A*x, x)", "(B + B')*x"},
	{"product of three that a given names", "A[n,n], B[n,n], C[n,n], D[n,n], E[n,n], x[n]\ngiven A*D*C == B", "E*A*D*C*x", "E*B*x"},
	{"weighted exponentials", "A[m,n], x[n], p[m]\ngiven p > 0", "grad(log(sum(p .* exp(A*x))), x)", "A'*softmax(A*x + log(p))"},
	{"mixture by points", "p[k], X[n,d], M[k,d]\ngiven p > 0", "grad(sum[i](logsumexp[c](log(p[c]) - norm(X[i,:] - M[c,:])^2/2)), X)", "softmax(X*M' + ones(n)*(log(p) - M.^2*ones(d)/2)')*M - X"},
	{"mixture by means", "p[k], X[n,d], M[k,d]\ngiven p > 0", "grad(sum[i](logsumexp[c](log(p[c]) - norm(X[i,:] - M[c,:])^2/2)), M)", "tensor[i in 1..k, j](sum[l](softmax(tensor[m](log(p[m]) - sum[q]((X[l,q] - M[m,q])^2)/2))[i]*(X[l,j] - M[i,j])))"},
	{"weights of pairs", "P[n,n], x[n]", "grad(sum[i,j | i != j](P[i,j]*log([i != j]*x[i])), x)", "(P*ones(n) - diag(P)) ./ x"},
	{"rows in products", "A[m,n], x[n], c", "grad(log(A[1,:]*x + c) + (A[2,:]*x)^2, x)", "2*(A[2,:]*x)*A[2,:] + A[1,:]/(c + A[1,:]*x)"},
	{"cross entropy of a chosen class", "Y[m,k], Z[m,k]\ngiven onehot(Y)", "grad(sum[i](-log(sum[j](Y[i,j]*softmax(Z[i,:])[j]))), Z)", "softmax(Z) - Y"},
	{"least absolute deviations", "A[m,n], x[n], b[m]", "grad(norm1(A*x - b), x)", "A'*sign(A*x - b)"},
	{"largest deviation", "A[m,n], x[n], b[m]", "grad(norminf(A*x - b), x)", "A'*(sign(A*x - b) .* hardmax(abs(A*x - b)))"},
	{"log-cosh regression", "X[m,n], w[n], y[m]", "grad(sum(log(cosh(X*w - y))), w)", "X'*tanh(X*w - y)"},
	{"upper tail of a normal distribution", "x, mu, sigma", "log(1 - normal_cdf((x - mu)/sigma))", "log(normal_cdf((mu - x)/sigma))"},
	{"Student's t by location", "x[n], mu[n], S[n,n], nu\ngiven posdef(S)\ngiven nu > 0", "grad(-(nu + n)/2*log(1 + (x - mu)'*inv(S)*(x - mu)/nu), mu)", "(n + nu)*inv(S)*(x - mu)/(nu + (x - mu)'*inv(S)*(x - mu))"},
	{"log-determinant by a diagonal", "A[n,n], x[n]", "grad(logdet(A + diag(x)), x)", "diag(inv(A + diag(x)))"},
	{"Jacobian of a solution", "A[n,n], x[n], b[n]", "jac(solve(A + diag(x), b), x)", "-inv(A + diag(x))*diag(inv(A + diag(x))*b)"},
	{"impurity", "l[n]", "grad(1 - sum(softmax(l).^2), l)", "2*softmax(l) .* (norm(softmax(l))^2 - softmax(l))"},
	{"impurity by pairs of classes", "l[n]", "sum[k](softmax(l)[k]*sum[i | i != k](softmax(l)[i]))", "1 - norm(softmax(l))^2"},
	{"fraction of the binary cross entropy", "y, yh", "(yh - y)/((1 - yh)*yh)", "(yh - y)/(yh*(1 - yh))"},
	{"pairs by a triangular sum", "x[n]", "grad(sum[i in 1..n](sum[j in 1..i-1](1/(x[i] - x[j])^2)), x)", "tensor[i](2*sum[j]([i != j]/(x[j] - x[i])^3))"},
	{"tanh approximation of gelu", "x", "sqrt(2)*x/sqrt(pi)", "x*sqrt(2/pi)"},
	{"sign of a determinant", "A[n,n], k\ngiven integer(k)", "(-1)^(3*k + 1)*det(-A)*det(-A)", "-(-1)^k*det(A)^2"},
	{"low-rank update", "A[n,n], U[n,k]\ngiven A == A'", "grad(logdet(A + U*U'), U)", "2*inv(A + U*U')*U"},
	{"Hessian of logistic regression", "X[m,n], w[n], y[m]", "hess(sum(log(1 + exp(-y.*(X*w)))), w)", "X'*diag(y.^2 .* sigmoid(y .* (X*w)) .* sigmoid(-y .* (X*w)))*X"},
	{"Hessian of logistic regression times v", "X[m,n], w[n], y[m], v[n]", "hvp(sum(log(1 + exp(-y.*(X*w)))), w, v)", "X'*(y.^2 .* sigmoid(y .* (X*w)) .* sigmoid(-y .* (X*w)) .* (X*v))"},
	{"Hessian of factorisation by U", "T[m,n], U[m,k], V[n,k]", "hess(norm2(T - U*V')^2, U)", "tensor[i in 1..m, j, l in 1..m, p](2*(V'*V)[j,p]*[i == l])"},
	{"Hessian of factorisation by V", "T[m,n], U[m,k], V[n,k]", "hess(norm2(T - U*V')^2, V)", "tensor[i in 1..n, j, l in 1..n, p](2*(U'*U)[j,p]*[i == l])"},
	{"Hessian of factorisation, mixed", "T[m,n], U[m,k], V[n,k]", "hess(norm2(T - U*V')^2, U, V)", "tensor[i,j,l,p](2*(U[i,p]*V[l,j] + (U*V' - T)[i,l]*[j == p]))"},
	{"Hessian of factorisation times D", "T[m,n], U[m,k], V[n,k], D[m,k]", "hvp(norm2(T - U*V')^2, U, D)", "2*D*V'*V"},
	{"Hessian of a quadratic form", "A[n,n], x[n], b[n]", "hess(x'*A*x + b'*x, x)", "A + A'"},
	{"network by its weights", "W1[k,n], W2[m,k], x[n], y[m]", "grad(norm2(y - W2*tanh(W1*x))^2, W1)", "2*(1 - tanh(W1*x).^2) .* (W2'*(W2*tanh(W1*x) - y))*x'"},
	{"Hessian of a network by its input", "W1[k,n], W2[m,k], x[n], y[m]", "hess(norm2(y - W2*tanh(W1*x))^2, x)", "2*W1'*(diag(1 - tanh(W1*x).^2)*W2'*W2 + 2*diag(tanh(W1*x) .* (W2'*(y - W2*tanh(W1*x)))))*diag(1 - tanh(W1*x).^2)*W1"},
	{"Hessian of a network by its weights", "W1[k,n], W2[m,k], x[n], y[m]", "hess(norm2(y - W2*tanh(W1*x))^2, W1)", "tensor[i,j,l,p](2*x[j]*x[p]*(W2'*W2*diag(1 - tanh(W1*x).^2) + 2*diag(tanh(W1*x) .* (W2'*(y - W2*tanh(W1*x)))))[i,l]*(1 - tanh((W1*x)[i])^2))"},
	{"shrinkage", "X[m,n]", "grad(tr(X'*inv(X*X' + eye(m))*X), X)", "2*inv(X*X' + eye(m))^2*X"},
	{"trace of a resolvent", "A[n,n], c", "grad(tr(A*inv(A + c*eye(n))), A)", "c*inv(A + c*eye(n))'^2"},
	{"degrees of freedom of ridge regression", "X[m,n], c", "grad(tr(X*inv(X'*X + c*eye(n))*X'), X)", "2*c*X*inv(X'*X + c*eye(n))^2"},
	{"ridge residual by its weight", "X[m,n], y[m], c", "grad(norm(y - X*inv(X'*X + c*eye(n))*X'*y)^2, c)", "2*c*y'*X*inv(X'*X + c*eye(n))^3*X'*y"},
	{"Wishart by its argument", "X[p,p], V[p,p], nu\ngiven posdef(X)\ngiven posdef(V)", "grad((nu - p - 1)/2*logdet(X) - tr(inv(V)*X)/2, X)", "((nu - 1 - p)*inv(X) - inv(V))/2"},
	{"weighted traces of a congruence", "A[n,n], Q[n,n], D[n,n]\ngiven D == diag(diag(D))", "grad(tr(Q'*A*Q*D), Q)", "(A + A')*Q*D"},
	{"Hessian of cross entropy by row", "X[m,n], W[n,k]", "hess(sum(logsumexp(X*W)), W)", "tensor[i, j in 1..k, l, p in 1..k](sum[q](X[q,i]*X[q,l]*softmax(X*W)[q,j]*([j == p] - softmax(X*W)[q,p])))"},
	{"Jacobian of attention by Q", "Q[m,d], K[n,d], V[n,p]", "jac(attention(Q, K, V), Q)", "tensor[i, j, k in 1..m, l](sum[q](K[q,l]*softmax(Q*K'/sqrt(d))[i,q]*(V[q,j] - (softmax(Q*K'/sqrt(d))*V)[i,j]))*[i == k]/sqrt(d))"},
	{"vec of a product", "A[p,n], X[n,k], B[k,m]", "jac(vec(A*X*B), vec(X))", "kron(B', A)"},
	{"Kronecker product of known sizes by a vector", "A[2,2], B[3,3], u[6]", "jac(kron(A, B)*u, u)", "kron(A, B)"},
	{"Hessian of a Kronecker product of known sizes", "V[m,n], t[3*m], u[3*n]", "hess(norm2(t - kron(V, eye(3))*u)^2, u)", "2*kron(V'*V, eye(3))"},
	{"norm of a Kronecker product", "A[m,n], B[p,q]", "grad(norm(kron(A, B)), A)", "norm(B)*A/norm(A)"},
	{"batch norm backwards", "X[m,n], eps, U[m,n]", "vjp(batch_norm(X, eps), X, U)", "(U - ones(m, m)*U/m - layer_norm(X', eps)'*diag(diag(layer_norm(X', eps)*U))/m)*diag(1 ./ sqrt(eps + ((ones(m, m)*X/m - X).^2)'*ones(m)/m))"},
	{"layer norm of rows backwards", "X[m,n], eps, U[m,n]", "vjp(layer_norm(X, eps), X, U)", "diag(1 ./ sqrt(eps + (X*ones(n, n)/n - X).^2*ones(n)/n))*(U - U*ones(n, n)/n - diag(diag(layer_norm(X, eps)*U'))*layer_norm(X, eps)/n)"},
	{"Hessian of a network times D", "W1[k,n], W2[m,k], x[n], y[m], D[k,n]", "hvp(norm2(y - W2*tanh(W1*x))^2, W1, D)", "2*(1 - tanh(W1*x).^2) .* (W2'*W2*((1 - tanh(W1*x).^2) .* (D*x)) + 2*tanh(W1*x) .* (D*x) .* (W2'*(y - W2*tanh(W1*x))))*x'"},
}

func (u userInput) file() string { return "param " + u.params + "\n" + u.text }

func TestUserInputs(t *testing.T) {
	for _, u := range userInputs {
		_, results, err := simplified(u.file())
		if err != nil {
			t.Errorf("%s: %v", u.name, err)
			continue
		}
		if results[0] != u.want {
			t.Errorf("%s: %s\n got %s\nwant %s", u.name, u.text, results[0], u.want)
		}
	}
}

// BenchmarkUserInputs takes each of them from its text to the printed closed form, in a session of its own.
func BenchmarkUserInputs(b *testing.B) {
	for _, u := range userInputs {
		b.Run(strings.ReplaceAll(u.name, " ", "_"), func(b *testing.B) {
			for b.Loop() {
				if _, _, err := simplified(u.file()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
