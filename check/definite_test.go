package check_test

import (
	"bytes"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-9905856d/derive/check"
)

// definiteParams are what the matrices of TestDefinite are made of.
const definiteParams = `param P[n,n], Q[n,n], A[n,n], S[n,n], U[n,p], X[m,n], d[n], e[n], x[n], w[m], c, s, t
given posdef(P)
given posdef(Q)
given S == S'
given d > 0
given w >= 0
given s > 0
given c >= 0
`

// definiteCases are matrices with whether code may take them for positive definite.
var definiteCases = []struct {
	matrix   string
	definite bool
}{
	{"P", true},
	{"P'", true},
	{"2*P", true},
	{"s*P", true},
	{"P + Q", true},
	{"P + s*eye(n)", true},
	{"P + U*U'", true},
	{"P + x*x'", true},
	{"P + (x - e)*(x - e)'/n", true},
	{"P + c*ones(n, n)", true},
	{"P + X'*X", true},
	{"P + X'*diag(w)*X", true},
	{"P + sum[r](tensor[i,j](w[r]*(X[r,i] - x[i])*(X[r,j] - x[j])))", true},
	{"P + S*S", true},
	{"P + S*Q*S", true},
	{"P*P + x*x'", true},
	{"P*Q*P + x*x'", true},
	{"inv(P) + inv(Q)", true},
	{"inv(A)*P*inv(A)' + x*x'", true},
	{"P + A*P*A'", true},
	{"P .* Q", true},
	{"P.^2 + P", true},
	{"P .* (d*d')", true},
	{"P .* (x*x') + s*eye(n)", true},
	{"diag(d) + U*U'", true},
	{"diag(1 + x.^2) + x*x'", true},
	{"X'*X + s*eye(n)", true},
	{"X'*X/m + (t^2 + 1)*eye(n)", true},
	{"tensor[i,j](exp(-(x[i] - x[j])^2/(2*s^2))) + s*eye(n)", true},
	{"tensor[i,j](exp(-sum[k](d[k]*(A[i,k] - A[j,k])^2)) + [i == j]*s)", true},
	{"tensor[i,j](exp(x[i]*x[j])) + eye(n)", true},
	{"inv(P + inv(Q + U*U'))", true},
	{"hess(logsumexp(x), x) + s*eye(n)", true},
	{"jac(softmax(x), x) + P", true},
	{"eye(n) + diag(A.^2*ones(n)) + diag((A.^2)'*ones(n)) - A.^2 - (A.^2)'", true},
	{"-tensor[i,j](exp(-(x[i] - x[j])^2)) + diag(tensor[i](sum[j](exp(-(x[i] - x[j])^2)))) + x*x' + s*eye(n)", true},
	{"(n + 1)*eye(n) - ones(n, n)", true},
	{"P + diag(2*d) - diag(d)", true},
	{"Q - (diag(d) - 3*diag(d)) + S*S", true},

	// None of these has to be.
	{"A", false},
	{"S", false},
	{"A + A'", false},
	{"P - Q", false},
	{"-P + x*x'", false},
	{"P - x*x'", false},
	{"t*P + Q", false},
	{"c*P + x*x'", false},
	{"P + S", false},
	{"P*Q + x*x'", false},
	{"X'*X", false},
	{"X'*X + c*eye(n)", false},
	{"X'*X + t*eye(n)", false},
	{"diag(x) + U*U'", false},
	{"P + x*e'", false},
	{"P + X'*diag(x[1]*w)*X", false},
	{"P .* S + eye(n)", false},
	{"P .* (x*e')", false},
	{"P + A*P*A", false},
	{"P.^3 - Q", false},
	{"S.^2 + P", false},
	{"tensor[i,j](exp((x[i] - x[j])^2)) + s*eye(n)", false},
	{"tensor[i,j](exp(-(x[i] - d[j])^2)) + s*eye(n)", false},
	{"tensor[i,j](exp(-S[i,j])) + s*eye(n)", false},
	{"tensor[i,j](P[i,j]*[i <= j])", false},
	{"log(P) + eye(n)", false},
	{"P - diag(d)", false},
	{"P + eye(n) - diag(d)", false},
	{"P + diag(x)", false},
	{"P + S - diag(d)", false},
	{"eye(n) + x*x' - d*d'", false},
	{"hess(logsumexp(x), x)", false},
	{"hess(logsumexp(x), x) + c*eye(n)", false},
	{"diag(d) - d*d'", false},
	{"diag(d) - d*d'/sum(d)", false},
	{"diag(sum(d)*d) - d*d' + A - A'", false},
	{"n*eye(n) - ones(n, n)", false},
	{"diag(A.^2*ones(n)) + eye(n) - A.^2", false},
}

// TestDefinite checks which matrices kernels take for positive definite, and that those are at sampled points.
func TestDefinite(t *testing.T) {
	for _, c := range definiteCases {
		u, err := check.Load("definite.formula", definiteParams+"M = "+c.matrix+"\nkernel f(P, Q, A, S, U, X, d, e, x, w, c, s, t) = inv(M)*x\n")
		if err != nil {
			t.Fatalf("%s: %v", c.matrix, err)
		}
		code, err := u.Go("p")
		if err != nil {
			t.Fatalf("%s: %v", c.matrix, err)
		}
		others := bytes.Contains(code, []byte("luFactor(")) || bytes.Contains(code, []byte("triangularSolve"))
		if got := !others || bytes.Contains(code, []byte("choleskyFactor(")); got != c.definite {
			t.Errorf("%s is taken for positive definite: %v", c.matrix, got)
			continue
		}
		if !c.definite {
			continue
		}
		points := 0
		for seed := range uint64(12) {
			p, err := u.Sample(1+int(seed%3), seed)
			if err != nil {
				continue
			}
			entries, err := u.Values(u.Items[0].Expr, p)
			if err != nil {
				continue
			}
			points++
			n := p.Sizes["n"]
			m := mat.NewSymDense(n, nil)
			for i := range n {
				for j := range n {
					if a, b := entries[i*n+j], entries[j*n+i]; a != b {
						t.Errorf("%s is not symmetric: %v and %v", c.matrix, a, b)
					}
					if i <= j {
						m.SetSym(i, j, entries[i*n+j])
					}
				}
			}
			var eigen mat.EigenSym
			if !eigen.Factorize(m, false) {
				t.Fatalf("%s: no eigenvalues of %v", c.matrix, entries)
			}
			if values := eigen.Values(nil); values[0] < -1e-12*values[n-1] {
				t.Errorf("%s has the eigenvalues %v", c.matrix, values)
			}
		}
		if points < 6 {
			t.Errorf("%s: %d points", c.matrix, points)
		}
	}
}
