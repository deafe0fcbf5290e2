package simplify_test

import "testing"

// BenchmarkSimplified takes formulas from their text to the printed closed form, in a session of their own.
func BenchmarkSimplified(b *testing.B) {
	for _, c := range []struct{ name, text string }{
		{"softmax cross-entropy", "param l[n], y[n]\ngiven sum(y) == 1\ngrad(cross_entropy(y, softmax(l)), l)"},
		{"softmax cross-entropy by sums", "param l[n], y[n]\ngiven sum(y) == 1\np[i] = exp(l[i])/sum[j](exp(l[j]))\ngrad(-sum[i](y[i]*log(p[i])), l)"},
		{"its Hessian", "param l[n], y[n]\ngiven sum(y) == 1\nhess(cross_entropy(y, softmax(l)), l)"},
		{"logistic regression", "param X[m,n], w[n], t[m]\ngrad(mean[r](bce_logits(t[r], X[r,:]*w)), w)"},
		{"softmax Jacobian", "param z[n]\njac(softmax(z), z)"},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if _, _, err := simplified(c.text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
