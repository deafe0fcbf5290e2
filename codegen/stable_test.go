package codegen_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/seed-9905856d/derive/codegen"
)

func sigmoid(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

// siluSecond is silu″(z) = σ′(z)·(2 + z·(1 - 2·σ(z))).
func siluSecond(z float64) float64 {
	return sigmoid(z) * sigmoid(-z) * (2 + z*(sigmoid(-z)-sigmoid(z)))
}

type floats = []float64

// A pointCase is a formula at a point.
type pointCase struct {
	params, text string
	args         []any
	out          []int
	want         floats
}

// many is a long vector.
func many(x float64) floats { return slices.Repeat(floats{x}, 5000) }

// stableCases are formulas at points where exponentials overflow or vanish and the value is finite. The parameters of each kernel are
// those in its list, in its order; tensors come before numbers among the results.
var stableCases = []pointCase{
	{"x[n], y[n]", "log(prod[i](sigmoid(x[i])^y[i]*(1 - sigmoid(x[i]))^(1 - y[i])))", []any{floats{1600, -1600}, floats{0, 0.5}}, nil, floats{-2400}},
	{"X[m,n], x[n]", "grad(sum[r](logsumexp(X[r,:] + x)), x)", []any{floats{0, 1e4, 0, 0}, floats{1e4, 0}}, []int{2}, floats{1.5, 0.5}},
	{"x[n]", "grad(norm(x), x), 1/norm(x)", []any{floats{0, 0}}, []int{2}, floats{0, 0, math.Inf(1)}},
	{"x[n], y[n]", "grad(cosine_similarity(x, y), x), grad(y'*x/norm(x), x)", []any{floats{0, 0}, floats{3, 4}}, []int{2, 2}, floats{0, 0, 0, 0}},
	{"x[n], y[n]", "grad(norm(x - y), x), grad(norm(x - y)^3, x)", []any{floats{1, 2}, floats{1, 2}}, []int{2, 2}, floats{0, 0, 0, 0}},
	{"x[n]", "jac(x/norm(x), x), grad(norm(x)^2, x)", []any{floats{3, 4}}, []int{4, 2}, floats{16.0 / 125, -12.0 / 125, -12.0 / 125, 9.0 / 125, 6, 8}},
	{"y, z", "d(sqrt(y^2 + z^2), z), 1/sqrt(y^2 + z^2)", []any{0.0, 0.0}, nil, floats{0, math.Inf(1)}},
	{"a, b", "a^b, d(a^b, a), d(a^b, b)", []any{1e-310, 0.3}, nil, floats{1e-93, 3e216, -1e-93 * 310 * math.Ln10}},
	{"a, b", "a^b, d(a^b, a), d(a^b, b)", []any{0.0, 2.0}, nil, floats{0, 0, 0}},
	{"a, b", "cbrt(a)^2*a^0.3, a^b", []any{5e-324, -0.5}, nil, floats{math.Exp2(-1074 * (0.3 + 2.0/3)), math.Exp2(537)}},
	{"z", "d(0^z, z)", []any{2.0}, nil, floats{0}},
	{"z", "gelu(z), d(gelu(z), z)", []any{math.MaxFloat64}, nil, floats{math.MaxFloat64, 1}},
	{"z", "gelu(z), d(gelu(z), z)", []any{-math.MaxFloat64}, nil, floats{0, 0}},
	{"a, b", "huber(a, b)", []any{math.MaxFloat64, 0.75}, nil, floats{0.75 * math.MaxFloat64}},
	{"a, b", "d(hypot(a, b), a), d(hypot(a, b), b)", []any{3e-323, -4e-323}, nil, floats{0.6, -0.8}},
	{"a, b", "d(hypot(a, b), a), d(hypot(a, b), b)", []any{0x1.8p1023, 0x1.8p1023}, nil, floats{math.Sqrt2 / 2, math.Sqrt2 / 2}},
	{"a, b", "d(hypot(a, b), a), d(hypot(a, b), b)", []any{0.0, 0.0}, nil, floats{0, 0}},
	{"a, b", "d(hypot(a, b), b, 2), d(hypot(a, b), a, b), d(hypot(a, b), a, 2)", []any{38.0, 0.0}, nil, floats{1.0 / 38, 0, 0}},
	{"a, b", "d(hypot(a, b), b, 2), d(hypot(a, b), a, b), d(hypot(a, b), b)", []any{0.0, 0.0}, nil, floats{0, 0, 0}},
	{"a, b, c", "exp(c - a) - exp(b - a), log(exp(c) - exp(a))", []any{5.0, math.Inf(-1), math.Inf(-1)}, nil, floats{0, math.NaN()}},
	{"a, b, c", "exp(a + c) - exp(c), log(exp(a + c) - exp(c)), exp(a)-exp(-a)", []any{5.0, 1.0, math.Inf(-1)}, nil, floats{0, math.Inf(-1), math.Exp(5) - math.Exp(-5)}},
	{"a, b", "log(exp(a) - exp(b)), log(cosh(b)), log(cosh(a)), log(tanh(-b))", []any{3.0, math.Inf(-1)}, nil, floats{3, math.Inf(1), math.Log(math.Cosh(3)), 0}},
	{"z", "exp(z) - 1 - z, (exp(z) - 1 - z)/z^2, (z - sin(z))/z^3, 1/z - 1/tan(z), log(sinh(z)/z)", []any{1e-200}, nil, floats{0, 0.5, 1.0 / 6, 1e-200 / 3, 0}},
	{"z", "exp(z) - 1 - z, (exp(z) - 1 - z)/z^2, (z - sin(z))/z^3, 1/z - 1/tan(z)", []any{5e-324}, nil, floats{0, 0.5, 1.0 / 6, 0}},
	{"z", "exp(z) - 1 - z, (exp(z) - 1 - z)/z^2, sqrt(z - log(1 + z)), z*cosh(z) - sinh(z)", []any{0.0}, nil, floats{0, math.NaN(), 0, 0}},
	{"z", "exp(z) - 1 - z, z - tanh(z), log(1 + exp(z)) - log(2) - z/2", []any{math.Inf(-1)}, nil, floats{math.Inf(1), math.Inf(-1), math.Inf(1)}},
	{"z", "exp(z) - 1 - z, z - tanh(z), if(z > 0, exp(z) - 1 - z, 7)", []any{math.NaN()}, nil, floats{math.NaN(), math.NaN(), 7}},
	{"z", "abs(z - 0.1) - 0.1 + sin(z), max(z - 0.1, -z/2) + 0.1 - z + sin(z) - z", []any{0.25}, nil, floats{0.05 + math.Sin(0.25), math.Sin(0.25) - 0.25}},
	{"z", "abs(z) - sin(z), abs(z) - sinh(abs(z)), sqrt(z^2) - tanh(z)", []any{-1e-3}, nil, floats{1e-3 + math.Sin(1e-3), -(1e-9/6 + 1e-15/120), 1e-3 + math.Tanh(1e-3)}},
	{"a, b", "a*log(a/b) - (a - b), log(a/b) + b^2/(2*a^2) - 1/2", []any{0.0, 3.0}, nil, floats{3, math.NaN()}},
	{"a, b", "a*log(a/b) - (a - b), log(a/b) + b^2/(2*a^2) - 1/2", []any{0x1p1000 + 0x1p970, 0x1p1000}, nil, floats{0x1p939 * (1 - 0x1p-30/3), 0x1p-60 * (1 - 0x1p-30*5/3)}},
	{"a, b", "((1 + a)^b - 1)/a, (b^a - 1)/a, d((b^a - 1)/a, a)", []any{1e-200, 5.0}, nil, floats{5, math.Log(5), math.Log(5) * math.Log(5) / 2}},
	{"a, b", "(1 + a)^b - 1, (1 + a)^7 - 1", []any{-3.0, 2.0}, nil, floats{3, -129}},
	{"a, b", "exp(a + b) - exp(a)", []any{1.0, 1e-30}, nil, floats{math.E * 1e-30}},
	{"z", "exp(1e200*z) - 1 - 1e200*z, exp(1e-200*z) - 1 - 1e-200*z, log(1 + 1e200*z) - 1e200*z", []any{1e-220}, nil, floats{5e-41, 0, -5e-41}},
	{"a, b", "atan(a) - atan(a + b), tan(a + b) - tan(a), cbrt(a + b) - cbrt(a), (a + b)^0.25 - a^0.25", []any{0.0, 0.0}, nil, floats{0, 0, 0, 0}},
	{"a, b", "atan(a + b) - atan(a), cbrt(a + b) - cbrt(a), cbrt(a + b) + cbrt(a - b)", []any{-1.0, 3.0}, nil, floats{math.Atan(2) + math.Pi/4, math.Cbrt(2) + 1, math.Cbrt(2) - math.Cbrt(4)}},
	{"a, b", "atan(a + b) - atan(a), (a + b)^0.25 - a^0.25, cbrt(a + b) - cbrt(a)", []any{1e200, 1e180}, nil, floats{1e-220, 2.5e29, 1e180 / 3 * 1e-100 * math.Cbrt(1e-100)}},
	{"a, b", "lgamma(a + b) - lgamma(a), lgamma(a - b) - lgamma(a)", []any{-0.5, 1.0}, nil, floats{-math.Ln2, math.Log(2.0 / 3)}},
	{"a, b", "a - sqrt(a^2 - b^2), (1 + a)^b, (1 + a)^b*log(1 + a), sqrt(a^2 - 1) + a", []any{-1.0, 1.0}, nil, floats{-1, 0, 0, -1}},
	{"a, b", "(1 + a)^b, (1 + a)^(-b), (1 + a)^b - 1", []any{0.1, 1e6}, nil, floats{math.Inf(1), 0, math.Inf(1)}},
	{"a, b", "(1 + a)^b, (1 + a)^(-b), (1 + a)^b - 1", []any{-3.0, 3.0}, nil, floats{-8, -0.125, -9}},
	{"x[n]", "prod(x)^(1/n), log(prod(x)), sqrt(prod(x)), sum[i](log(x[i]))", []any{floats{0, 1e300, 1e300}}, nil, floats{0, math.Inf(-1), 0, math.Inf(-1)}},
	{"x[n]", "prod(x)^(1/n), log(prod(x)), sqrt(prod(x)), sum[i](log(x[i]))", []any{floats{-1e300, -1e300, 8e-300}}, nil, floats{2e100, math.Log(8e300), math.Sqrt(8) * 1e150, math.NaN()}},
	{"x[n]", "prod(x)^(1/n), log(prod(x)), sqrt(prod(x)), sum[i](log(x[i]))", []any{floats{-1e300, 1e300}}, nil, floats{math.NaN(), math.NaN(), math.NaN(), math.NaN()}},
	{"x[n]", "prod(x)^(1/n), log(prod(x)), sqrt(prod(x)), sum[i](log(x[i]))", []any{floats{math.Inf(1), 1e300}}, nil, floats{math.Inf(1), math.Inf(1), math.Inf(1), math.Inf(1)}},
	{"x[n]", "prod(x)^(1/n), log(prod(x)), sqrt(prod(x)), sum[i](log(x[i]))", []any{floats{math.NaN(), 1e300}}, nil, floats{math.NaN(), math.NaN(), math.NaN(), math.NaN()}},
	{"x[n]", "prod(x)^(1/n), log(prod(x)), prod(x)^(2/n), sum[i](log(x[i]))", []any{many(1.4)}, nil, floats{1.4, 5000 * math.Log(1.4), 1.96, 5000 * math.Log(1.4)}},
	{"x[n]", "prod(x)^(1/n), log(prod(x)), prod(x)^(2/n), sum[i](log(x[i]))", []any{many(0.71e-300)}, nil, floats{0.71e-300, 5000 * math.Log(0.71e-300), 0, 5000 * math.Log(0.71e-300)}},
	{"x[n], y[n]", "prod(x)/prod(y), prod(x)/prod(y)^2, log(prod(x)/prod(y)*y[1])", []any{many(1e300), many(-1e300)}, nil, floats{1, 0, math.NaN()}},
	{"x[n]", "grad(prod(x)^(1/n), x)", []any{floats{1e300, 1e300, 8e300}}, []int{3}, floats{2.0 / 3, 2.0 / 3, 0.25 / 3}},
	{"x[n]", "sum[i](exp(x[i]) - 1 - x[i]), grad(sum[i](exp(x[i]) - 1 - x[i] - x[i]^2/2), x)", []any{floats{1e-20, -2e-20, 0}}, []int{3}, floats{5e-41, 2e-40, 0, 2.5e-40}},
	{"x[n]", "softmax(x)[1] - softmax(x)[2], exp(x[1]) - exp(x[2])", []any{floats{math.Inf(-1), math.Inf(-1), 0}}, nil, floats{0, 0}},
	{"a, b", "1/a - 1/(a + 1), log(a + 1) - log(a), log((1 + a)/(1 - a))", []any{0.0, 0.0}, nil, floats{math.Inf(1), math.Inf(1), 0}},
	{"a, b", "log(a^2 + b^2), log(1 + a^2), log(a^2 + b)", []any{math.Inf(1), -1.0}, nil, floats{math.Inf(1), math.Inf(1), math.Inf(1)}},
	{"a, b", "log(a^2 + b^2), log(1 + a^2), sqrt(a^2 + b), sqrt(a^2 - 4*b)", []any{0.0, 0.0}, nil, floats{math.Inf(-1), 0, 0, 0}},
	{"a, b", "d(a^b, a)", []any{0.0, 1.0}, nil, floats{1}},
	{"a, b", "d(a^b, a), a^0.3", []any{-2.0, 3.0}, nil, floats{12, math.NaN()}},
	{"a, b", "a^0.3, d(a^0.3, a), a^(-0.3)", []any{0.0, 3.0}, nil, floats{0, math.Inf(1), math.Inf(1)}},
	{"a, b", "a^0.3, a^(1/3), a^(-0.3)", []any{math.Inf(1), 3.0}, nil, floats{math.Inf(1), math.Inf(1), 0}},
	{"a, b", "tan(a), tan(b), lgamma(0), lgamma(-2)", []any{math.Copysign(0, -1), 1e-8}, nil, floats{0, 1e-8, math.Inf(1), math.Inf(1)}},
	{"a, b", "huber(a, b)", []any{1.85e154, 1e300}, nil, floats{1.85e154 / 2 * 1.85e154}},
	{"a, b", "atan2(a, b)", []any{-1e-300, -1e300}, nil, floats{-math.Pi}},
	{"x[n], y[n]", "acos(x'*y/(norm(x)*norm(y))), asin(-(x'*y)/(norm(x)*norm(y)))", []any{floats{0.1, 0.2, 0.3}, floats{0.1, 0.2, 0.3}}, nil, floats{0, -math.Pi / 2}},
	{"x[n], y[n]", "acos(x'*y/(norm(x)*norm(y)))", []any{floats{0.9999999999542549}, floats{0.9999999984253222}}, nil, floats{0}},
	{"a", "acos(a + 1)", []any{1e-6}, nil, floats{math.NaN()}},
	{"a, b", "log(exp(a) + exp(b)), log(exp(a) + exp(b) + exp(a))", []any{math.Inf(-1), math.Inf(-1)}, nil, floats{math.Inf(-1), math.Inf(-1)}},
	{"a, b", "log(exp(a) + exp(b))", []any{math.Inf(-1), 3.0}, nil, floats{3}},
	{"a, b", "log(exp(a) + exp(b))", []any{-1e-17, -30.0}, nil, floats{9.356622968839736e-14}},
	{"z", "d(silu(silu(z)), z, 2), d(silu(silu(silu(z))), z, 2)", []any{1e3}, nil, floats{0, 0}},
	{"z", "d(sigmoid(z), z), d(sigmoid(z), z, 2), d(sigmoid(z)^2, z)", []any{1e3}, nil, floats{0, 0, 0}},
	{"z", "d(sigmoid(z), z), d(sigmoid(z), z, 2), d(sigmoid(z)^2, z)", []any{-1e6}, nil, floats{0, 0, 0}},
	{"z", "d(sigmoid(z), z), d(sigmoid(z), z, 2)", []any{-700.0}, nil, floats{math.Exp(-700), math.Exp(-700)}},
	{"z", "d(sigmoid(z), z), d(sigmoid(z), z, 2)", []any{700.0}, nil, floats{math.Exp(-700), -math.Exp(-700)}},
	{"z", "d(silu(z), z), d(silu(z), z, 2), d(silu(z), z, 3)", []any{-1e3}, nil, floats{0, 0, 0}},
	{"z", "d(silu(z), z), d(silu(z), z, 2), d(silu(z), z, 3)", []any{1e6}, nil, floats{1, 0, 0}},
	{"z", "d(silu(z), z), d(silu(z), z, 2)", []any{-50.0}, nil, floats{-49 * math.Exp(-50), siluSecond(-50)}},
	{"z", "d(softplus(z), z), d(softplus(z), z, 2), d(softplus(z)^2, z, 2)", []any{1e6}, nil, floats{1, 0, 2}},
	{"z", "d(softplus(z), z), d(softplus(z), z, 2), d(softplus(z)^2, z, 2)", []any{-1e3}, nil, floats{0, 0, 0}},
	{"z", "d(softplus(z), z), d(softplus(z), z, 2), d(softplus(z)^2, z)", []any{-300.0}, nil, floats{math.Exp(-300), math.Exp(-300), 2 * math.Exp(-600)}},
	{"z", "mish(z), d(mish(z), z), d(mish(z), z, 2)", []any{1e3}, nil, floats{1e3, 1, 0}},
	{"z", "mish(z), d(mish(z), z), d(mish(z), z, 2)", []any{-1e6}, nil, floats{0, 0, 0}},
	{"z", "mish(z), d(mish(z), z), d(mish(z), z, 2)", []any{1e6}, nil, floats{1e6, 1, 0}},
	{"z", "d(gelu_tanh(z), z), d(gelu_tanh(z), z, 2)", []any{1e3}, nil, floats{1, 0}},
	{"z", "d(gelu_tanh(z), z), d(gelu_tanh(z), z, 2)", []any{-1e6}, nil, floats{0, 0}},
	{"z", "log(1 + 2*exp(z)), log(1 + exp(z)^2), d(log(1 + 2*exp(z)), z)", []any{-50.0}, nil, floats{2 * math.Exp(-50), math.Exp(-100), 2 * math.Exp(-50)}},
	{"z", "log(1 + 2*exp(z)), log(1 + exp(z)^2), d(log(1 + 2*exp(z)), z)", []any{1e6}, nil, floats{1e6 + math.Ln2, 2e6, 1}},
	{"z", "log(1 + silu(z)^2), log(1 + sigmoid(z)^2)", []any{1.0 / (1 << 20)}, nil, floats{math.Log1p(math.Pow(sigmoid(1.0/(1<<20))/(1<<20), 2)), math.Log1p(math.Pow(sigmoid(1.0/(1<<20)), 2))}},
	{"z", "log(1 + silu(z)^2), d(log(1 + silu(z)^2), z)", []any{1e6}, nil, floats{2 * math.Log(1e6), 2e6 / (1 + 1e12)}},
	{"z", "log(1 + exp(-z^2)), log(1 + exp(-z^2)^2)", []any{8.0}, nil, floats{math.Log1p(math.Exp(-64)), math.Log1p(math.Exp(-128))}},
	{"z", "sqrt(1 + exp(-z^2)), sqrt(1 + exp(2*z))*exp(-z)", []any{1e3}, nil, floats{1, 1}},
	{"z", "d(log(cosh(z)), z), d(log(cosh(z)), z, 2), d(1/cosh(z), z, 2), d(sinh(z)/cosh(z), z)", []any{1e3}, nil, floats{1, 0, 0, 0}},
	{"z", "d(exp(-exp(z)), z), d(exp(-exp(z)), z, 2), d(exp(-exp(-z)), z, 2)", []any{1e3}, nil, floats{0, 0, 0}},
	{"a, b, z", "d(log(1 + exp(a*z) + exp(b*z)), z), d(sigmoid(a*z)*sigmoid(b*z), z, 2)", []any{2.0, -3.0, 1e6}, nil, floats{2, 0}},
	{"y, z", "binary_cross_entropy(y, sigmoid(z)), log(1 - sigmoid(z)), log(sigmoid(z)^2*sigmoid(-z))", []any{0.25, 1e6}, nil, floats{7.5e5, -1e6, -1e6}},
	{"y, z", "binary_cross_entropy(y, sigmoid(z)), log(1 - sigmoid(z)), log(sigmoid(z)^2*sigmoid(-z))", []any{0.25, -1e3}, nil, floats{250, 0, -2e3}},
	{"x[n], y[n]", "grad(sum(softmax(x).*y), x), hvp(logsumexp(x), x, y)", []any{floats{1e6, 0, -1e6}, floats{1, 2, 3}}, []int{3, 3}, floats{0, 0, 0, 0, 0, 0}},
	{"x[n], y[n]", "grad(sum(softmax(x).*y), x), hvp(logsumexp(x), x, y)", []any{floats{1e3, 1e3, -1e6}, floats{1, 2, 3}}, []int{3, 3}, floats{-0.25, 0.25, 0, -0.25, 0.25, 0}},
	{"x[n], y[n]", "grad(sum(softmax(x).*y), x), hvp(logsumexp(x), x, y)", []any{floats{math.Inf(-1), -1e6, -1e6}, floats{3, 2, 1}}, []int{3, 3}, floats{0, 0.25, -0.25, 0, 0.25, -0.25}},
	{"x[n], y[n]", "cross_entropy_logits(y, x), grad(cross_entropy_logits(y, x), x)", []any{floats{1e6, -1e6, 1e6}, floats{0.5, 0.25, 0.25}}, []int{3}, floats{0, -0.25, 0.25, 5e5 + math.Ln2}},
	{"x[n], y[n]", "cross_entropy(y, softmax(x)), grad(cross_entropy(y, softmax(x)), x)", []any{floats{math.Inf(-1), 1e3, 1e3}, floats{0, 0.75, 0.25}}, []int{3}, floats{0, -0.25, 0.25, math.Ln2}},
	{"x[n]", "entropy(softmax(x)), grad(entropy(softmax(x)), x)", []any{floats{math.Inf(-1), 1, 1}}, []int{3}, floats{0, 0, 0, math.Ln2}},
	{"x[n], y[n]", "hvp(cross_entropy_logits(y, x), x, y)", []any{floats{-1e6, -1e6, -1e6 - 1e3}, floats{2, 1, 1}}, []int{3}, floats{1, -1, 0}},
	{"x[n], y[n]", "hvp(exp(-logsumexp(x)^2), x, y)", []any{floats{1e3, -1e6}, floats{1, 2}}, []int{2}, floats{0, 0}},
	{"x[n], y[n]", "hvp(exp(-logsumexp(x)^2), x, y)", []any{floats{0, -1e6}, floats{3, 2}}, []int{2}, floats{-6, 0}},
	{"x[n], y[n], X[m,n]", "hvp(exp(-logsumexp(X'*(X*x))^2), x, y)", []any{floats{-1, 2}, floats{1, 1}, floats{1 << 20, 1, 3, 1 << 20}}, []int{2}, floats{0, 0}},
	{"x[n], y[n]", "hvp(silu(mean(y.*x)), x, y)", []any{floats{-1e6, 1}, floats{2, 0.5}}, []int{2}, floats{0, 0}},
	{"x[n], y[n]", "hvp(silu(mean(y.*x)), x, y)", []any{floats{1e6, 1}, floats{2, 0.5}}, []int{2}, floats{0, 0}},
	{"x[n], y[n]", "grad(silu(logsumexp(x)), x), grad(softplus(logsumexp(x)), x), hvp(softplus(logsumexp(x)), x, y)", []any{floats{1e6, -1e3}, floats{1, 2}}, []int{2, 2, 2}, floats{1, 0, 1, 0, 0, 0}},
	{"x[n], y[n]", "grad(silu(logsumexp(x)), x), grad(softplus(logsumexp(x)), x), hvp(softplus(logsumexp(x)), x, y)", []any{floats{-1e6, -1e3}, floats{1, 2}}, []int{2, 2, 2}, floats{0, 0, 0, 0, 0, 0}},
	{"x[n]", "grad(logsumexp(softmax(x)), x)", []any{floats{1e6, -1e6, 0}}, []int{3}, floats{0, 0, 0}},
	{"x[n], y[n]", "hvp(exp(-sum(exp(x))), x, y)", []any{floats{1e6, -2}, floats{1, 2}}, []int{2}, floats{0, 0}},
	{"x[n]", "grad(prod[i](sigmoid(x[i])), x), prod[i](sigmoid(x[i]))", []any{floats{1e6, 0, 1e3}}, []int{3}, floats{0, 0.25, 0, 0.5}},
	{"x[n]", "grad(prod[i](sigmoid(x[i])), x), prod[i](sigmoid(x[i]))", []any{floats{-1e6, 0, 1e3}}, []int{3}, floats{0, 0, 0, 0}},
	{"x[n], y[n]", "sum[i](y[i]*prod[j in 2..n](softmax(x)[i]))", []any{floats{1e6, -1e6, 1e6}, floats{1, 2, 3}}, nil, floats{1}},
	{"x[n]", "prod[i](softmax(x)[i]), sum[i in 2..n](softmax(x)[i])", []any{floats{1e6, 1e6, 1e6}}, nil, floats{1.0 / 27, 2.0 / 3}},
	{"x[n], y[n]", "sum[i in 2..n](y[i]*softmax(x)[i]), grad(sum[i in 2..n](y[i]*softmax(x)[i]), x)", []any{floats{-1e6, 1e6, 1e6}, floats{5, 1, 3}}, []int{3}, floats{0, -0.5, 0.5, 2}},
}

// TestStable runs kernels where a plain evaluation of their formulas overflows.
func TestStable(t *testing.T) { runPoints(t, stableCases, codegen.Options{Package: "kernels"}) }

// runPoints compiles the formulas and compares their values at the points.
func runPoints(t *testing.T, cases []pointCase, o codegen.Options) {
	t.Helper()
	source := newAssembly()
	var calls []call
	seen := map[string]string{}
	for _, c := range cases {
		name := fmt.Sprintf("stable%d", len(seen))
		key := c.params + " = " + c.text
		if seen[key] == "" {
			seen[key] = name
			list := strings.NewReplacer("[n]", "", "[m,n]", "", "[n,n]", "").Replace(c.params)
			s, ks := read(t, fmt.Sprintf("param %s\nkernel %s(%s) = %s\n", c.params, name, list, c.text))
			text, err := codegen.Generate(s, ks, o)
			if err != nil {
				t.Fatalf("%s: %v", key, err)
			}
			source.add(t, text)
		}
		run := call{Func: "S" + seen[key][1:], Out: c.out, Args: c.args, Scalars: len(c.want)}
		for _, n := range c.out {
			run.Scalars -= n
		}
		if strings.Contains(c.params, "[m,n]") {
			run.Sizes = []int{2}
		}
		calls = append(calls, run)
	}
	for k, got := range runAll(t, source.file.Bytes(), calls) {
		c := cases[k]
		for i, want := range c.want {
			if got[i] != want && !(math.Abs(got[i]-want) <= 1e-13*math.Abs(want)) && !(math.IsNaN(want) && math.IsNaN(got[i])) {
				t.Errorf("%s at %v: result %d is %v, want %v", c.text, c.args, i, got[i], want)
			}
		}
	}
}
