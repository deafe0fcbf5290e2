package codegen_test

import (
	"math"
	"testing"

	"github.com/seed-9905856d/derive/codegen"
)

var masked = floats{math.Inf(-1), 1, math.Inf(-1), 1}

// edgeCases are the edges that the language declares, at exactly those points, masks of logits that are -inf, and branches that are not taken, whose
// values and derivatives are no numbers.
var edgeCases = []pointCase{
	{"x", "relu(x), d(relu(x), x), step(x), sign(x), abs(x), d(abs(x), x), d(sign(x), x)", []any{0.0}, nil, floats{0, 0, 0, 0, 0, 0, 0}},
	{"x", "relu(x), d(relu(x), x), step(x), d(leaky_relu(x), x)", []any{5e-324}, nil, floats{5e-324, 1, 1, 1}},
	{"a, b", "max(a, b), d(max(a, b), a), d(max(a, b), b), min(a, b), d(min(a, b), a), d(min(a, b), b)", []any{1.0, 1.0}, nil, floats{1, 1, 0, 1, 1, 0}},
	{"x", "clamp(x, -1, 1), d(clamp(x, -1, 1), x)", []any{1.0}, nil, floats{1, 1}},
	{"x", "clamp(x, -1, 1), d(clamp(x, -1, 1), x)", []any{-1.0}, nil, floats{-1, 1}},
	{"x", "clamp(x, -1, 1), d(clamp(x, -1, 1), x)", []any{1.0000000000000002}, nil, floats{1, 0}},
	{"v[n]", "grad(max(v), v), grad(min(v), v), max(v), min(v)", []any{floats{2, 2, 0, 0, 2}}, []int{5, 5}, floats{1. / 3, 1. / 3, 0, 0, 1. / 3, 0, 0, 0.5, 0.5, 0, 2, 0}},
	{"v[n]", "grad(norm(v), v), tensor[i](v[i]/norm(v)), norm(v)", []any{floats{0, 0}}, []int{2, 2}, floats{0, 0, 0, 0, 0}},
	{"v[n], w[n]", "grad(norm(v - w), v), norm(v - w)", []any{floats{1e200, 3}, floats{1e200, 3}}, []int{2}, floats{0, 0, 0}},
	{"a, b", "a*log(b)", []any{0.0, 0.0}, nil, floats{0}},
	{"a, b", "a*log(b)", []any{0.0, -3.0}, nil, floats{0}},
	{"p[n], q[n]", "entropy(p), kl_div(p, q)", []any{floats{0, 1}, floats{0, 1}}, nil, floats{0, 0}},
	{"x, y", "x^y", []any{0.0, 0.0}, nil, floats{1}},
	{"v[n]", "sum[i in 1..n-1](v[i]), prod[i in 1..n-1](v[i]), max[i in 1..n-1](v[i]), min[i in 1..n-1](v[i])", []any{floats{7}}, nil,
		floats{0, 1, math.Inf(-1), math.Inf(1)}},
	{"v[n]", "logsumexp(v)", []any{floats{math.Inf(-1), math.Inf(-1)}}, nil, floats{math.Inf(-1)}},

	// Masks.
	{"v[n]", "softmax(v), logsumexp(v)", []any{masked}, []int{4}, floats{0, 0.5, 0, 0.5, 1 + math.Ln2}},
	{"v[n]", "grad(logsumexp(v), v)", []any{masked}, []int{4}, floats{0, 0.5, 0, 0.5}},
	{"v[n], u[n]", "vjp(softmax(v), v, u)", []any{masked, floats{9, 1, 9, 2}}, []int{4}, floats{0, -0.25, 0, 0.25}},
	{"y[n], v[n]", "grad(cross_entropy_logits(y, v), v), cross_entropy_logits(y, v)", []any{floats{0, 1, 0, 0}, masked}, []int{4}, floats{0, -0.5, 0, 0.5, math.Ln2}},
	{"y[n], v[n]", "grad(cross_entropy(y, softmax(v)), v), cross_entropy(y, softmax(v))", []any{floats{0, 1, 0, 0}, masked}, []int{4}, floats{0, -0.5, 0, 0.5, math.Ln2}},
	{"y[n], v[n], t", "grad(cross_entropy(y, softmax(v/t)), v), cross_entropy(y, softmax(v/t))", []any{floats{0, 1, 0, 0}, masked, 2.0}, []int{4}, floats{0, -0.25, 0, 0.25, math.Ln2}},
	{"v[n], u[n]", "hvp(logsumexp(v), v, u)", []any{masked, floats{9, 1, 9, 2}}, []int{4}, floats{0, -0.25, 0, 0.25}},

	// Branches that are not taken.
	{"x", "if(x > 0, sqrt(x), 0), d(if(x > 0, sqrt(x), 0), x)", []any{0.0}, nil, floats{0, 0}},
	{"x", "if(x > 0, log(x), x), d(if(x > 0, log(x), x), x)", []any{-2.0}, nil, floats{-2, 1}},
	{"x", "if(x != 0, sin(x)/x, 1), d(if(x != 0, sin(x)/x, 1), x)", []any{0.0}, nil, floats{1, 0}},
	{"x", "if(x < 700, exp(x), x), d(if(x < 700, exp(x), x), x)", []any{1e6}, nil, floats{1e6, 1}},
	{"x", "if(x == 0, 0, x*log(abs(x))), d(if(x == 0, 0, x^2*log(abs(x))), x)", []any{0.0}, nil, floats{0, 0}},
	{"v[n]", "grad(sum[i](if(v[i] > 0, sqrt(v[i]), 0)), v), sum[i](if(v[i] > 0, sqrt(v[i]), 0))", []any{floats{4, 0, -1}}, []int{3}, floats{0.25, 0, 0, 2}},
	{"v[n]", "grad(sum[i](if(v[i] > 0, log(v[i]), 1/(v[i] - 1))), v)", []any{floats{2, 0, math.E}}, []int{3}, floats{0.5, -1, 1 / math.E}},
	{"v[n], y", "grad(if(y > 0, norm(v)/y, 0), v), if(y > 0, norm(v)/y, 0)", []any{floats{3, 4}, 0.0}, []int{2}, floats{0, 0, 0}},
}

// TestDeclaredEdges runs them.
func TestDeclaredEdges(t *testing.T) {
	for name, o := range map[string]codegen.Options{"stable": {}, "fast": {Numerics: codegen.Fast}, "compensated": {Sums: codegen.CompensatedSums}} {
		o.Package = "kernels"
		t.Run(name, func(t *testing.T) { runPoints(t, edgeCases, o) })
	}
}
