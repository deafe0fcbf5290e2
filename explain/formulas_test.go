package explain_test

import (
	"testing"

	"github.com/seed-9905856d/derive/check"
	"github.com/seed-9905856d/derive/explain"
	"github.com/seed-9905856d/derive/syntax"
)

// formulas are what a reader might ask for: every spelling of softmax with cross-entropy, regressions, norms, matrices, functions of functions.
var formulas = []string{
	"given sum(y) == 1; grad(cross_entropy(y, softmax(l)), l)",
	"grad(cross_entropy(y, softmax(l)), l)",
	"given sum(y) == 1; grad(-sum[q](y[q]*log(exp(l[q])/sum[s](exp(l[s])))), l)",
	"given sum(y) == 1; grad(-sum[i](y[i]*log(softmax(l)[i])), l)",
	"given sum(y) == 1; grad(cross_entropy_logits(y, l), l)",
	"given sum(y) == 1; s(z[n])[i] = exp(z[i])/sum[j](exp(z[j])); ce(t[n], q[n]) = -sum[i](t[i]*log(q[i])); grad(ce(y, s(l)), l)",
	"given sum(y) == 1; e[i] = exp(l[i]); Z = sum(e); p[i] = e[i]/Z; q[i] = log(p[i]); L = -sum[i](y[i]*q[i]); grad(L, l)",
	"param W[n,m], x[m], b[n], y[n]; given sum(y) == 1; a = W*x; z = a + b; p = softmax(z); q[i] = log(p[i]); L = -sum[i](y[i]*q[i]); grad(L, x)",
	"given sum[k](Y[r,k]) == 1; grad(mean[r](cross_entropy(Y[r,:], softmax(Z[r,:]))), Z)",
	"grad(-sum[i](w[i]*y[i]*log(softmax(l)[i])), l)",
	"grad(cross_entropy(y, softmax(W*x + b)), W)",
	"grad(mean[r](bce_logits(t[r], X[r,:]*w)), w)",
	"grad(norm2(A*x - b)^2, x)",
	"grad((A*x - b)'*(A*x - b), x)",
	"grad(sum((A*x - b).^2) + lam*norm2(x)^2, x)",
	"grad(x'*A*x, x)",
	"grad(logsumexp(z), z)",
	"hess(logsumexp(z), z)",
	"hvp(logsumexp(z), z, v)",
	"jvp(softmax(z), z, v)",
	"vjp(A*x, x, u)",
	"jac(softmax(z), z)",
	"d(softmax(z)[i], z[j])",
	"grad(log(det(A)), A)",
	"grad(logdet(A + U*U'), U)",
	"d(x^2*sin(x), x)",
	"d(exp(sin(x))/x, x)",
	"d(sin(cos(tan(x))), x)",
	"d(exp(-t^2), t, 3)",
	"d(x^y, x, y)",
	"d(max(0, 1 - y*s)^2, s)",
	"d(if(x > 0, x^2, sin(x)), x)",
	"d(1/(1 + exp(-z)), z)",
	"jac(x .* tanh(log(1 + exp(x))), x)",
	"jac(tanh(W*x + b), x)",
	"jac(layer_norm(x, eps), x)",
	"grad(sum[i](x[i]*x[i+1]), x)",
	"grad(sum[i, j | i != j](exp(-(x[i] - x[j])^2)), x)",
	"grad(sum[i in 2..n](x[i]^2), x)",
	"grad(sum(W2*tanh(W1*x)), W1)",
	"grad(sum(A), x)",
	"grad(3, x)",
	"grad(x, x)",
	"sum(softmax(z))",
	"x + 0*y",
}

// proofsEvery says of how many formulas one has its lines proved, which takes longer than values do.
const proofsEvery = 3

// TestFormulas proves every line in which algebra can, and refutes none.
func TestFormulas(t *testing.T) {
	counts := tally{}
	for k, text := range formulas {
		t.Run(text, func(t *testing.T) {
			file, x := read(t, text)
			strict := text[:min(5, len(text))] == "param"
			holdLines(t, file, strict, x, explain.Full, counts)
			if k%proofsEvery > 0 {
				return
			}
			e, err := explain.Explain(file, strict, x, explain.Options{})
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range e.Steps {
				p, err := check.Prove(e.File, s.Claim(), e.Strict, 1, 1)
				switch {
				case err != nil:
					t.Error(err)
				case p.Verdict == check.Refuted:
					t.Errorf("refuted: %s", syntax.Print(s.Claim()))
				default:
					counts[string(p.Verdict)]++
				}
			}
		})
	}
	t.Logf("%v", counts)
	if counts["proved"] < 20*counts["unknown"] || counts["proved"] < 60 {
		t.Errorf("most lines must be proved, but the verdicts are %v", counts)
	}
	if counts["undecided"]*50 > counts["held"] {
		t.Errorf("too few lines have values: %v", counts)
	}
}
