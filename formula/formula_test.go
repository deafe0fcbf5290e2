package formula_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-9905856d/derive/diff"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/syntax"
)

// describe returns the inputs of a problem as a declaration and the entry formula of a tensor as a definition: its axes
// with their ranges, those first that the user named, then the entry at them.
func describe(p *formula.Problem, t formula.Tensor, free int) (inputs, result string) {
	var decls []string
	for _, sym := range p.Params {
		var sizes []string
		for _, d := range sym.Dims {
			sizes = append(sizes, strings.ReplaceAll(formula.EndText(d), " ", ""))
		}
		decl := sym.Name
		if len(sizes) > 0 {
			decl += "[" + strings.Join(sizes, ",") + "]"
		}
		if sym.Integer {
			decl += " integer"
		}
		decls = append(decls, decl)
	}
	inputs = strings.Join(decls, ", ")

	// Axes without a name of the user are called α, β, …
	named := map[*expr.Node]*expr.Node{}
	var axes []string
	for k, a := range t.Axes {
		name := a.Name()
		if k >= free {
			name = string(rune('α' + k - free))
		}
		named[a] = p.Session.Index(name, p.Session.Replace(a.Lo(), named), p.Session.Replace(a.Hi(), named))
		axes = append(axes, name+":"+formula.SizeText(named[a]))
	}
	if len(axes) > 0 {
		result = "[" + strings.Join(axes, ",") + "] "
	}
	if len(t.Axes) == 1 && t.Lies() {
		result = "row " + result
	}
	x, err := expr.Syntax(p.Session.Replace(t.Value, named))
	if err != nil {
		return inputs, err.Error()
	}
	return inputs, result + syntax.Print(x)
}

// meanings are texts with the inputs and the entry formula of their last statement.
var meanings = []struct{ text, inputs, result string }{
	{"softmax(l)", "l[n]",
		"[α:n] exp(l[α])/sum[i](exp(l[i]))"},
	{"softmax(l)[i]", "l[n]",
		"[i:n] exp(l[i])/sum[j](exp(l[j]))"},
	{"cross_entropy(y, softmax(l))", "y[n], l[n]",
		"sum[i](y[i]*(log(sum[j](exp(l[j]))) - l[i]))"},
	{"mean[r](bce_logits(t[r], X[r,:]*w))", "t[n], X[n,m], w[m]",
		"(sum[i](log(1 + exp(sum[j](w[j]*X[i,j])))) - sum[i,j](t[i]*w[j]*X[i,j]))/n"},
	{"norm2(A*x-b)^2", "A[m,n], x[n], b[m]",
		"sum[i]((b[i] - sum[j](x[j]*A[i,j]))^2)"},
	{"d(f, t)", "f, t",
		"0"},
	{"d(sin(t*x), t)", "t, x",
		"x*cos(t*x)"},
	{"sum(y)", "y[n]",
		"sum[i](y[i])"},
	{"mean(A)", "A[m,n]",
		"sum[i,j](A[i,j])/(m*n)"},
	{"softmax(Z)[r,k]", "Z[m,n]",
		"[r:m,k:n] exp(Z[r,k])/sum[i](exp(Z[r,i]))"},
	{"layer_norm(X, eps)[r,k]", "X[m,n], eps",
		"[r:m,k:n] (X[r,k] - sum[i](X[r,i])/n)/sqrt(eps + sum[i]((X[r,i] - sum[j](X[r,j])/n)^2)/n)"},
	{"layer_norm(X, g, b, eps)[r,k]", "X[m,n], g[n], b[n], eps",
		"[r:m,k:n] b[k] + g[k]*(X[r,k] - sum[i](X[r,i])/n)/sqrt(eps + sum[i]((X[r,i] - sum[j](X[r,j])/n)^2)/n)"},
	{"sigmoid(x)[i]", "x[n]",
		"[i:n] exp(x[i])/(1 + exp(x[i]))"},
	{"exp(z)[i,j]", "z[m,n]",
		"[i:m,j:n] exp(z[i,j])"},
	{"x[j] + y[i]", "x[n], y[m]",
		"[j:n,i:m] x[j] + y[i]"},
	{"A[i,j]*x[j]", "A[m,n], x[n]",
		"[i:m,j:n] x[j]*A[i,j]"},
	{"d(softmax(z)[i], z[j])", "z[n]",
		"[i:n,j:n] exp(z[i])*[i == j]/sum[k](exp(z[k])) - exp(z[i])*exp(z[j])/sum[k](exp(z[k]))^2"},
	{"sum[i, j | i != j](x[i]*x[j])", "x[n]",
		"sum[i,j](x[i]*x[j]*[j != i])"},
	{"tensor[i,j](x[i] - x[j])", "x[n]",
		"[α:n,β:n] x[α] - x[β]"},
	{"A*x", "A, x", // nothing but its letter says that A is a matrix
		"A*x"},
	{"d(-G*m*M/r, r)", "G, m, M, r",
		"G*M*m/r^2"},
	{"jac(A*x, x)", "A[m,n], x[n]",
		"[α:m,β:n] A[α,β]"},
	{"tr(A'*B)", "A[m,n], B[m,n]",
		"sum[i,j](A[i,j]*B[i,j])"},
	{"sum(diag(A))", "A[m,m]",
		"sum[i](A[i,i])"},
	{"x'*A*x", "x[n], A[n,n]",
		"sum[i,j](x[i]*x[j]*A[i,j])"},
	{"B'*v'*v*p", "B[m,n], v[k,m], p[m]",
		"[α:n] sum[i,j,l](p[l]*v[i,j]*v[i,l]*B[j,α])"},
	{"A'*A", "A[m,n]",
		"[α:n,β:n] sum[i](A[i,α]*A[i,β])"},
	{"x'*y", "x[n], y[n]",
		"sum[i](x[i]*y[i])"},
	{"x*y'", "x, y[n]",
		"row [α:n] x*y[α]"},
	{"x .* y", "x[n], y[n]",
		"[α:n] x[α]*y[α]"},
	{"X[r,:]*w", "X[m,n], w[n]",
		"[r:m] sum[i](w[i]*X[r,i])"},
	{"A[:,j]", "A[m,n]",
		"[j:n,α:m] A[α,j]"},
	{"x[3]", "x[n]",
		"x[3]"},
	{"x[i+1] - x[i]", "x[n]",
		"[i:n-1] x[i+1] - x[i]"},
	{"x[i+1] - x[i-1]", "x[n]",
		"[i:2..n-1] x[i+1] - x[i-1]"},
	{"grad(sum[i](x[i]^2), x)", "x[n]",
		"[α:n] 2*x[α]"},
	{"jac(A*x, x)", "A[m,n], x[n]",
		"[α:m,β:n] A[α,β]"},
	{"hess(x'*A*x, x)", "x[n], A[n,n]",
		"[α:n,β:n] A[α,β] + A[β,α]"},
	{"hvp(x'*A*x, x, v)", "x[n], A[n,n], v[n]",
		"[α:n] sum[i](v[i]*A[i,α] + v[i]*A[α,i])"},
	{"jvp(A*x, x, v)", "A[m,n], x[n], v[n]",
		"[α:m] sum[i](v[i]*A[α,i])"},
	{"vjp(A*x, x, u)", "A[m,n], x[n], u[m]",
		"[α:n] sum[i](u[i]*A[i,α])"},
	{"gamma*x[i]^beta", "gamma, x[n], beta",
		"[i:n] gamma*x[i]^beta"},
	{"d(e^x, x)", "x",
		"e^x"},
	{"e^t + pi", "t",
		"pi + e^t"},
	{"sum[i in 1..n](i)/n", "",
		"sum[i in 1..n](i)/n"},
	{"sum[i in 2..n](x[i] - x[i-1])", "x[n]",
		"sum[i in 1..n-1](x[i+1] - x[i])"},
	{"sum[j in 1..i](x[j])", "x[i]",
		"sum[j](x[j])"},
	{"sum[i](x[i]*sum[i](y[i]))", "x[n], y[m]",
		"sum[i](x[i])*sum[i](y[i])"},
	{"huber(r, delta)", "r, delta",
		"if(delta >= abs(r), r^2/2, delta*(2*abs(r) - delta)/2)"},
	{"huber(x[i] - y[i], delta)", "x[n], y[n], delta",
		"[i:n] if(abs(x[i] - y[i]) <= delta, (x[i] - y[i])^2/2, delta*(2*abs(x[i] - y[i]) - delta)/2)"},
	{"smooth_labels(y, eps)", "y[n], eps",
		"[α:n] eps/n + y[α]*(1 - eps)"},
	{"tr(A*B)", "A[m,n], B[n,m]",
		"sum[i,j](A[j,i]*B[i,j])"},
	{"diag(v)*A", "v[n], A[n,m]",
		"[α:n,β:m] v[α]*A[α,β]"},
	{"eye(n)*A", "A[n,m]",
		"[α:n,β:m] A[α,β]"},
	{"A + c*eye", "A[m,m], c",
		"[α:m,β:m] A[α,β] + c*[α == β]"},
	{"param A[m,n]\nA'*A + eye", "A[m,n]",
		"[α:n,β:n] [α == β] + sum[i](A[i,α]*A[i,β])"},
	{"param A[n,n], eye\neye*A", "A[n,n], eye",
		"[α:n,β:n] eye*A[α,β]"},
	{"f(eye[n]) = sum(eye); f(x)", "x[n]",
		"sum[i](x[i])"},
	{"exp(x) + vector(2)", "x[n]",
		"[α:n] 2 + exp(x[α])"},
	{"param x[n]\nexp(x) + vector(2)", "x[n]",
		"[α:n] 2 + exp(x[α])"},
	{"param A[m,n], x[n]\nvector(1)'*(A*x)", "A[m,n], x[n]",
		"sum[i,j](x[j]*A[i,j])"},
	{"f(z[p]) = sum(z .* vector(2)); f(x) + f(A*x)", "x[n], A[m,n]",
		"2*(sum[i](x[i]) + sum[i,j](x[j]*A[i,j]))"},
	{"param x[n]\nf(z[p]) = sum(z .* vector(2))\nc = f(x)\nc", "x[n]",
		"2*sum[i](x[i])"},
	{"param x[n], b[m]\ng = sum(b + vector(1))\nf(z[p]) = g*sum(z)\nf(x)", "x[n], b[m]",
		"sum[i](x[i])*(m + sum[i](b[i]))"},
	{"param A[n,n]\ngiven A'*A == eye\nsum(A)", "A[n,n]",
		"sum[i,j](A[i,j])"},
	{"ones(m)*x'", "x[n]",
		"[α:m,β:n] x[β]"},
	{"[1, x, y]", "x, y",
		"[α:3] if(α == 1, 1, if(α == 2, x, y))"},
	{"[[a, b], [c, d]]*v", "a, b, c, d, v[2]",
		"[α:2] sum[i](v[i]*if(α == 1, if(i == 1, a, b), if(i == 1, c, d)))"},
	{"[i == j]*x[i]", "j, x[n]",
		"[i:n] x[i]*[i == j]"},
	{"if(x[i] > 0, x[i], 0)", "x[n]",
		"[i:n] if(x[i] > 0, x[i], 0)"},
	{"max(a, b)", "a, b",
		"if(a >= b, a, b)"},
	{"max(v)", "v[n]",
		"max[i](v[i])"},
	{"logsumexp(Z)", "Z[m,n]",
		"[α:m] log(sum[i](exp(Z[α,i])))"},
	{"A^3", "A",
		"A^3"},
	{"outer(a, b)", "a[n], b[m]",
		"[α:n,β:m] a[α]*b[β]"},
	{"x^2", "x",
		"x^2"},
	{"P*(1 + r)^T", "P, r, T", // no transpose
		"P*(1 + r)^T"},
	{"x[1]*norm(x)*q^T", "x[n], q, T",
		"x[1]*q^T*sqrt(sum[i](x[i]^2))"},
	{"T*A*x^T", "T, A, x",
		"A*T*x^T"},
	{"x.^2", "x[n]",
		"[α:n] x[α]^2"},
	{"cosine_similarity(x, y)", "x[n], y[n]",
		"sum[i](x[i]*y[i])/(sqrt(sum[i](x[i]^2))*sqrt(sum[i](y[i]^2)))"},
	{"attention(Q, K, V)", "Q[m,n], K[k,n], V[k,p]",
		"[α:m,β:p] sum[i](V[i,β]*exp(sum[j](K[i,j]*Q[α,j])/sqrt(n)))/sum[i](exp(sum[j](K[i,j]*Q[α,j])/sqrt(n)))"},
	{"det(A + u*v')", "A[m,m], u[m], v[m]",
		"det(tensor[i,j](A[i,j] + u[i]*v[j]))"},
	{"tr(inv(X) - c*u*v'/2)", "X[m,m], c, u[m], v[m]",
		"sum[i](inv(X)[i,i]) - c*sum[i](u[i]*v[i])/2"},
	{"tr(u*v'*B)", "u[n], v[m], B[m,n]",
		"sum[i,j](u[j]*v[i]*B[i,j])"},
	{"tr(B*(u*v'))", "B[m,n], u[n], v[m]",
		"sum[i,j](u[j]*v[i]*B[i,j])"},
	{"sum(X - u*v')", "X[m,n], u[m], v[n]",
		"sum[i,j](X[i,j]) - sum[i](u[i])*sum[i](v[i])"},
	{"sum(X .* (u*v'))", "X[m,n], u[m], v[n]",
		"sum[i,j](u[i]*v[j]*X[i,j])"},
	{"sum(c*v' + w')", "c, v[n], w[n]", // no outer product
		"sum[i](w[i]) + c*sum[i](v[i])"},
	{"sum(huber(A*x - b, delta))", "A[m,n], x[n], b[m], delta",
		"sum[i](if(abs(b[i] - sum[j](x[j]*A[i,j])) <= delta, (b[i] - sum[j](x[j]*A[i,j]))^2/2, delta*(2*abs(b[i] - sum[j](x[j]*A[i,j])) - delta)/2))"},
	{"sum(leaky_relu(A*x, a))", "A[m,n], x[n], a",
		"sum[i](if(sum[j](x[j]*A[i,j]) > 0, sum[j](x[j]*A[i,j]), a*sum[j](x[j]*A[i,j])))"},
	{"sum(leaky_relu(x, a .* w))", "x[n], a[n], w[n]",
		"sum[i](if(x[i] > 0, x[i], a[i]*w[i]*x[i]))"},
	{"sum(clamp(A*x, lo, hi))", "A[m,n], x[n], lo, hi",
		"sum[i](if(sum[j](x[j]*A[i,j]) < lo, lo, if(sum[j](x[j]*A[i,j]) > hi, hi, sum[j](x[j]*A[i,j]))))"},
	{"softmax(X*W)[r,k]", "X[m,n], W[n,p]",
		"[r:m,k:p] exp(sum[i](W[i,k]*X[r,i]))/sum[i](exp(sum[j](W[j,i]*X[r,j])))"},
	{"sum[r](cross_entropy(Y[r,:], softmax(tanh(X)*W + B)[r,:]))", "Y[m,n], X[m,k], W[k,n], B[m,n]",
		"sum[i,j](Y[i,j]*(log(sum[l](exp(B[i,l])*exp(sum[p](W[p,l]*tanh(X[i,p]))))) - B[i,j] - sum[l](W[l,j]*tanh(X[i,l]))))"},
	{"batch_norm(X, eps)[r,k]", "X[m,n], eps",
		"[r:m,k:n] (X[r,k] - sum[i](X[i,k])/m)/sqrt(eps + sum[i]((X[i,k] - sum[j](X[j,k])/m)^2)/m)"},
	{"entropy(p)", "p[n]",
		"-sum[i](p[i]*log(p[i]))"},
	{"entropy(softmax(l))", "l[n]",
		"sum[i](exp(l[i])*(log(sum[j](exp(l[j]))) - l[i]))/sum[i](exp(l[i]))"},
	{"kl_div(p, q)", "p[n], q[n]",
		"sum[i](p[i]*log(p[i]/q[i]))"},
	{"mse(y, A*w)", "y[n], A[n,m], w[m]",
		"sum[i]((y[i] - sum[j](w[j]*A[i,j]))^2)/n"},
	{"y = x; y^2", "x",
		"x^2"},
	{"f(x) = x^2; f(3)", "",
		"9"},
	{"f(x[n]) = sum(x)/n; f(v)", "v[m]",
		"sum[i](v[i])/m"},
	{"f(x)[i in 1..3] = x^i; f(t)", "t",
		"[α:3] t^α"},
	{"f(x[n])[i,j] = x[i]*x[j]; f(v)[1,2]", "v[n]",
		"v[1]*v[2]"},
	{"f(x[n])[i] = x[i]/sum(x); f(X)", "X[n]",
		"[α:n] X[α]/sum[i](X[i])"},
	{"f(x) = x^2; f(x[n]) = sum[i](f(x[i])); f(v[i]) + f(v)", "v[n]",
		"[i:n] v[i]^2 + sum[j](v[j]^2)"},
	{"f(x, a = 2) = x^a; f(t) + f(t, 3)", "t",
		"t^2 + t^3"},
	{"f(x) = x^2; f(v[i])*w[i]", "v[n], w[n]",
		"[i:n] w[i]*v[i]^2"},
	{"f(x) = 2*x; f(A)[i,j]", "A[m,n]",
		"[i:m,j:n] 2*A[i,j]"},
	{"given i != j; d(softmax(z)[i], z[j])", "z[n]",
		"[i:n,j:n] exp(z[i])*[i == j]/sum[k](exp(z[k])) - exp(z[i])*exp(z[j])/sum[k](exp(z[k]))^2"},
	{"given sum(y) == 1; sum(y)", "y[n]",
		"sum[i](y[i])"},
	{"given integer(k); x^k", "k integer, x",
		"x^k"},
	{"given sum[k](Y[r,k]) == 1; Y[r,k]", "Y[m,n]",
		"[r:m,k:n] Y[r,k]"},
	{"param x[n]\ns[i] = x[i]^2\ns", "x[n]",
		"[α:n] x[α]^2"},
	{"param x[n]\ny[i in 2..n] = x[i] - x[i-1]\ny", "x[n]",
		"[α:2..n] x[α] - x[α-1]"},
	{"param x[n]\ny[i in 2..n] = x[i] - x[i-1]\ny[3] + sum(y)", "x[n]",
		"x[3] + sum[i in 1..n-1](x[i+1] - x[i]) - x[2]"},
	{"param x[n]\ny[i in 2..n] = x[i] - x[i-1]\nsum[i](y[i])", "x[n]",
		"sum[i in 1..n-1](x[i+1] - x[i])"},
	{"param A[m,n]\nA[2,:]", "A[m,n]",
		"[α:n] A[2,α]"},
	{"param A[m,n]\nA[:,1]", "A[m,n]",
		"[α:m] A[α,1]"},
	{"param A[m,n]\nA[2,:]*A'", "A[m,n]",
		"row [α:m] sum[i](A[2,i]*A[α,i])"},
	{"param T[b,m,n]\nT[1,:,:]", "T[b,m,n]",
		"[α:m,β:n] T[1,α,β]"},
	{"param T[b,m,n]\nT[:,2,:]", "T[b,m,n]",
		"[α:b,β:n] T[α,2,β]"},
	{"param Z[m,n], c[m]\ngiven integer(c)\nsum[r](Z[r,c[r]])", "Z[m,n], c[m] integer",
		"sum[i in 1..m](Z[i,c[i]])"},
	{"param Z[m,n], c[m]\ngiven integer(c)\nd(sum[r](Z[r,c[r]]), Z[1,2])", "Z[m,n], c[m] integer",
		"[c[1] == 2]"},
	{"param E[v,d], t[n]\ngiven integer(t)\ntensor[p,j](E[t[p],j])", "E[v,d], t[n] integer",
		"[α:n,β:d] E[t[α],β]"},
	{"param gamma, x\ngamma*x", "gamma, x",
		"x*gamma"},
	{"param beta, x\nbeta + beta(x, 2)", "beta, x",
		"beta + beta(x, 2)"},
	{"param d, x\nd*d(x^2, x)", "d, x",
		"2*d*x"},
	{"param e, x\ne^x", "e, x",
		"e^x"},
	{"param pi\npi/2", "pi",
		"pi/2"},
	{"param x[d]\nd(sum(x)*d, x[1])", "x[d]",
		"d"},
	{"param x[n]\nsum[i](x[i]*sum[i](x[i]))", "x[n]",
		"sum[i](x[i])^2"},
	{"param x[n], i\nsum[i](x[i]) + i", "x[n], i",
		"i + sum[j](x[j])"},
	{"param x[n]\nf(n) = n^2\nf(x[1])*n", "x[n]",
		"n*x[1]^2"},
	{"param x\nsin = x^2\nsin + sin(sin)", "x",
		"x^2 + sin(x^2)"},
	{"param x\nsum = x\nsum + 1", "x",
		"1 + x"},
	{"param x\nexp(z) = 2*z\nexp(x) + sigmoid(x)", "x",
		"2*x + exp(x)/(1 + exp(x))"},
	{"param l[n]\np[i] = exp(l[i])/sum[j](exp(l[j]))\nL = -log(p[1])\ngrad(L, p)", "l[n]",
		"[α:n] -sum[i](exp(l[i]))*[α == 1]/exp(l[1])"},
	{"param l[n]\np[i] = exp(l[i])\nL = sum(p)\ngrad(L, l)", "l[n]",
		"[α:n] exp(l[α])"},
	{"param x, y\nu = x*y\nd(u^2 + x, x)", "x, y",
		"1 + 2*x*y^2"},
	{"param x, y\nu = x*y\nd(u^2 + x, u)", "x, y",
		"2*x*y"},
	{"param x[n+1], y[n]\nsum[i](x[i+1]*y[i])", "x[1+n], y[n]",
		"sum[i in 1..n](y[i]*x[i+1])"},
	{"param x[3]\nx", "x[3]",
		"[α:3] x[α]"},
	{"param θ, x₁, ŷ\nθ*x₁ + ŷ", "theta, x_1, y_hat",
		"y_hat + x_1*theta"},
	{"mse(y, X*w + b)", "y[n], X[n,m], w[m], b[n]",
		"sum[i]((y[i] - b[i] - sum[j](w[j]*X[i,j]))^2)/n"},
	{"sum[i in 1..n](x[i]*y[i+1])", "x[n], y[m]",
		"sum[i in 1..n](x[i]*y[i+1])"},
	{"softmax(Z)[r,k]*Y[r,k]", "Z[m,n], Y[m,n]",
		"[r:m,k:n] Y[r,k]*exp(Z[r,k])/sum[i](exp(Z[r,i]))"},
	{"sum[r,k](Y[r,k]*log(softmax(Z)[r,k]))", "Y[m,n], Z[m,n]",
		"sum[i,j](Y[i,j]*(Z[i,j] - log(sum[k](exp(Z[i,k])))))"},
	{"log_softmax(Z)[r,k]", "Z[m,n]",
		"[r:m,k:n] Z[r,k] - log(sum[i](exp(Z[r,i])))"},
	{"sum(relu(W*x + b))", "W[m,n], x[n], b[m]",
		"sum[i](if(b[i] + sum[j](x[j]*W[i,j]) > 0, b[i] + sum[j](x[j]*W[i,j]), 0))"},
	{"sum((y - X*w).^2)", "y[n], X[n,m], w[m]",
		"sum[i]((y[i] - sum[j](w[j]*X[i,j]))^2)"},
	{"norm(v)*v", "v[n]",
		"[α:n] v[α]*sqrt(sum[i](v[i]^2))"},
	{"cross_entropy_logits(Y[r,:], Z[r,:])", "Y[m,n], Z[m,n]",
		"[r:m] sum[i](Y[r,i]*(log(sum[j](exp(Z[r,j]))) - Z[r,i]))"},
	{"A[i,:]*B[:,j]", "A[m,n], B[n,k]",
		"[i:m,j:k] sum[l](A[i,l]*B[l,j])"},
	{"softmax(z)'", "z[n]",
		"row [α:n] exp(z[α])/sum[i](exp(z[i]))"},
	{"param x[n], A[m,n]\n(A*x)[2]", "x[n], A[m,n]",
		"sum[i](x[i]*A[2,i])"},
	{"param x[n]\nsum[i in 2..n](x[i])", "x[n]",
		"sum[i in 1..n-1](x[i+1])"},
	{"param k, x\ngiven integer(k)\nsum[i in 1..k](x^i)", "k integer, x",
		"sum[i in 1..k](x^i)"},
	{"param A[n,n]\nA^0", "A[n,n]",
		"[α:n,β:n] [α == β]"},
	{"param X[b,n]\nsoftmax(X)", "X[b,n]",
		"[α:b,β:n] exp(X[α,β])/sum[i](exp(X[α,i]))"},
	{"param X[b,n]\nf(x[n])[i] = x[i]/sum(x)\nf(X)", "X[b,n]",
		"[α:b,β:n] X[α,β]/sum[i](X[α,i])"},
	{"param x[n]\nf(z) = z*n\nf(x)", "x[n]",
		"[α:n] n*x[α]"},
	{"param x[n]\ntensor[j in 2..n](x[j])", "x[n]",
		"[α:2..n] x[α]"},
}

// TestMeaning gives the last statement of each text its meaning.
func TestMeaning(t *testing.T) {
	for _, c := range meanings {
		file, ds := parser.ParseFile("", c.text)
		if err := ds.Err(); err != nil {
			t.Fatal(err)
		}
		p, err := formula.New(expr.NewSession(), file, formula.Options{Strict: strings.Contains(c.text, "param "), Calculus: diff.NewCalculus()})
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		v, free, err := p.Expression(file.Statements[len(file.Statements)-1].(*syntax.ExprStatement).X)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if err := expr.Check(v.Value); err != nil {
			t.Errorf("%s: %v", c.text, err)
		}
		inputs, result := describe(p, v, free)
		if diff := cmp.Diff([]string{c.inputs, c.result}, []string{inputs, result}); diff != "" {
			t.Errorf("%s: inputs and result (-want +got):\n%s", c.text, diff)
		}
	}
}

// fresh is the name of an axis that no user named.
var fresh = regexp.MustCompile(`#\d+`)

// TestGivens lowers assumptions to relations that hold for all values of their free indices.
func TestGivens(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"given sum(y) == 1; y[k]", []string{"sum[i](y[i]) == 1"}},
		{"given 0 < q and q < 1; q", []string{"0 < q", "q < 1"}},
		{"given i != j; x[i]*x[j]", []string{"i != j"}},
		{"given onehot(y); y[1]", []string{"sum[i](y[i]) == 1", "y[#] >= 0"}},
		{"given integer(k); x^k", nil},
	} {
		file, ds := parser.ParseFile("", c.text)
		if err := ds.Err(); err != nil {
			t.Fatal(err)
		}
		p, err := formula.New(expr.NewSession(), file, formula.Options{Calculus: diff.NewCalculus()})
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if _, _, err := p.Expression(file.Statements[1].(*syntax.ExprStatement).X); err != nil {
			t.Errorf("%s: %v", c.text, err)
		}
		var got []string
		for _, r := range p.Givens[0].Relations {
			text := formula.EndText(r.Left) + " " + r.Op.String() + " " + formula.EndText(r.Right)
			got = append(got, fresh.ReplaceAllString(text, "#"))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: relations (-want +got):\n%s", c.text, diff)
		}
	}
}
