package check

import (
	"context"
	"strings"
	"testing"

	"github.com/seed-9905856d/derive/parser"
)

const loss = `param l[n], y[n], v[n]
given sum(y) == 1
p[i] = exp(l[i])/sum[j](exp(l[j]))
L = -sum[i](y[i]*log(p[i]))
kernel loss(l, y) = L, grad(L, l)
kernel product(l, y, v) = hvp(L, l, v)
`

func load(t *testing.T, text string) *Unit {
	t.Helper()
	u, err := Load("test.formula", text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// TestVerifyRefines verifies a formula that loses more digits than the witness has at first.
func TestVerifyRefines(t *testing.T) {
	r, err := load(t, "param x\ngiven x > 14; given x < 18\nkernel k(x) = d(log(1 - normal_cdf(x)), x)\n").VerifyAll(context.Background(), Options{Seed: 1, Points: 6, Plain: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Findings) > 0 {
		t.Errorf("findings: %v", r.Findings)
	}
}

// TestVerifyAll compiles kernels and finds nothing wrong with them.
func TestVerifyAll(t *testing.T) {
	r, err := load(t, loss).VerifyAll(context.Background(), Options{Seed: 1, Points: 6})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Findings) > 0 || r.Points == 0 || r.Kernels != "" || r.Worst.Item == "" {
		t.Errorf("%+v", r)
	}
}

// TestVerifyNormalisations has results with entries of what a function returns for the columns of a matrix.
func TestVerifyNormalisations(t *testing.T) {
	r := load(t, "param X[m,n], eps\ngiven eps > 0\nB = batch_norm(X, eps)\nY = layer_norm(X, eps)\nJ = jac(B, X)\nH = jac(Y, X)\n").Verify(1, 4)
	if len(r.Findings) > 0 || r.Points == 0 {
		t.Errorf("%+v", r)
	}
}

// TestVerifySingular has a negative power that is an inverse, of a matrix that is singular where X has more columns than rows.
func TestVerifySingular(t *testing.T) {
	u := load(t, "param X[m,n], B[m,m], C[m,m]\ngiven B == B'\ngiven C == C'\ngrad(tr((X'*C*X)^(-1)*(X'*B*X)), X)\n")
	r, err := u.VerifyAll(context.Background(), Options{Seed: 1, Points: 2, NoCompile: true})
	if err != nil || len(r.Findings) > 0 || r.Points == 0 {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestVerifySizes has constant tensors whose sizes only their surroundings say.
func TestVerifySizes(t *testing.T) {
	r := load(t, `param A[m,n], x[n], b[m], W[n,k], c
given W'*W == eye
given c > 0
loss(v[n]) = sum(log(exp(-b .* (A*v)) + vector(1)))
shifted(v[p]) = sum(log(exp(v) + vector(2)))
L = loss(x) + shifted(x) + shifted(b)
D = logdet(A'*A + c*eye)
E = norm2(x - W*W'*x)^2
grad(L, x)
grad(D, A)
grad(E, x)
`).Verify(1, 4)
	if len(r.Findings) > 0 || r.Points == 0 {
		t.Errorf("%+v", r)
	}
}

// TestMutants changes the text of a right result in many ways and expects every change of its value to be found.
func TestMutants(t *testing.T) {
	for _, c := range []struct{ formula, right string }{
		{"param l[n], y[n]\ngiven sum(y) == 1\ngrad(cross_entropy(y, softmax(l)), l)", "softmax(l) - y"},
		{"jac(softmax(z), z)", "diag(softmax(z)) - softmax(z)*softmax(z)'"},
		{"param X[m,n], w[n], t[m]\ngrad(mean[r](bce_logits(t[r], X[r,:]*w)), w)", "X'*(sigmoid(X*w) - t)/m"},
		{"param x[n]\nd(sum[i](x[i]*x[i+1]), x[k])", "x[k-1]*[k >= 2] + x[k+1]*[k <= n - 1]"},
		{"param x[n], v[n]\nhvp(logsumexp(x), x, v)", "softmax(x) .* (v - v'*softmax(x))"},
	} {
		for _, change := range []struct{ from, to string }{
			{" - ", " + "}, {" + ", " - "}, {"/m", "/n"}, {"/m", ""}, {"k-1", "k"}, {">= 2", ">= 3"}, {"n - 1", "n - 2"},
			{"softmax", "log_softmax"}, {"sigmoid", "tanh"}, {"diag(", "2*diag("}, {" - y", ""}, {" - t", ""}, {"v - ", ""},
			{"x[k+1]", "2*x[k+1]"}, {"X'*", "2*X'*"}, {"softmax(l) - y", "y - softmax(l)"},
		} {
			mutant := strings.Replace(c.right, change.from, change.to, 1)
			if mutant == c.right {
				continue
			}
			u := load(t, c.formula)
			x, diagnostics := parser.ParseExpr("", mutant)
			if diagnostics.Err() != nil {
				continue
			}
			item := u.Items[len(u.Items)-1]
			item.Result.Text = x
			item.Result.Free = item.Free
			if item.Free > 0 {
				item.Result.Index = x
			}
			if r := u.Verify(1, 4); len(r.Findings) == 0 {
				t.Errorf("%s: the mutant %s is not found", c.formula, mutant)
			}
		}
	}
}

// TestNothingCompared is a finding, not a success.
func TestNothingCompared(t *testing.T) {
	r := load(t, "param x\ngiven x > 0\ngiven x < 0\nL = x^2").Verify(1, 2)
	if len(r.Findings) != 1 || !strings.Contains(r.Findings[0].Problem, "could not be compared") {
		t.Errorf("%+v", r.Findings)
	}
}

// TestGoldenDifference tells a changed value from a changed form and from changed bytes.
func TestGoldenDifference(t *testing.T) {
	g, err := ReadGolden("g.txtar", []byte("-- formula --\nparam x[n]\ngrad(sum(x.^2), x)\n"))
	if err != nil {
		t.Fatal(err)
	}
	made, report, err := g.Make()
	if err != nil || len(report.Findings) > 0 {
		t.Fatal(err, report.Findings)
	}
	for _, c := range []struct{ result, want string }{
		{"2*x", "the bytes differ"},
		{"x + x", "the form changed, the value did not"},
		{"3*x", "the value of grad(sum(x.^2), x) changed"},
		{"2*", "a recorded result does not read"},
	} {
		old := strings.Replace(string(made), "-- result --\ngrad(sum(x.^2), x)\n  = 2*x", "-- result --\ngrad(sum(x.^2), x)\n  = "+c.result, 1)
		if got := g.Difference([]byte(old)); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %q, want %q", c.result, got, c.want)
		}
	}
	if _, err := ReadGolden("empty.txtar", []byte("nothing")); err == nil {
		t.Error("a file without a formula is no golden file")
	}
}
