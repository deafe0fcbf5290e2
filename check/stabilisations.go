package check

import "math"

// A Stabilisation is a formula that loses digits, overflows or has no value where it is computed as it comes, and the range where it does.
type Stabilisation struct {
	Formula string
	Params  string
	Range   string  // givens, separated by semicolons
	Plain   float64 // the plain code is off by at least so many ulps of condition somewhere in the range; NotFinite where it has no value
	Stable  float64 // at most so many ulps of condition in the code that is generated; 0 is AccuracyBound
	What    string  // what it is an example of
	Beside  string  // an expression of whose size errors may be ulps too; empty for none
}

// NotFinite is the error of what has overflowed or is not a number.
var NotFinite = math.Inf(1)

// Row returns the formula as a row for the accuracy of its value.
func (s Stabilisation) Row() AccuracyRow {
	return AccuracyRow{Call: s.Formula, Params: s.Params, Givens: s.Range, Value: s.Stable, Beside: s.Beside}
}

// Stabilisations are what package codegen rewrites; a test measures both forms of each.
var Stabilisations = []Stabilisation{
	{"logsumexp(v)", "v[n]", "v > 800; v < 1e6", NotFinite, 0, "exponentials are shifted by the largest", ""},
	{"log(sum(exp(v)))", "v[n]", "-1e6 < v; v < -800", NotFinite, 0, "by whatever name", ""},
	{"log(exp(x) + exp(y))", "x, y", "x > 800; x < 1e6; y > 800; y < 1e6", NotFinite, 0, "of numbers", ""},
	{"sum(softmax(v).*v)", "v[n]", "v > 800; v < 1e6", NotFinite, 0, "softmax under a sum", ""},
	{"-log_softmax(v)[1]", "v[n]", "v > 800; v < 1e6", NotFinite, 0, "log-softmax", ""},
	{"softplus(x)", "x", "710 < x; x < 1e9", NotFinite, 0, "log(1 + exp(x))", ""},
	{"log(sigmoid(x))", "x", "40 < x; x < 700", 1e6, 0, "log-sigmoid", ""},
	{"1 - sigmoid(x)", "x", "38 < x; x < 700", 1e6, 0, "the complement of a sigmoid", ""},
	{"sum[i](1 - sigmoid(v[i]))", "v[n]", "38 < v; v < 700", 1e6, 0, "under a sum", ""},
	{"1 - tanh(x)^2", "x", "20 < x; x < 300", 1e6, 0, "the derivative of tanh", ""},
	{"1 + tanh(x)", "x", "-300 < x; x < -20", 1e6, 0, "1 ± tanh(x) = 2·sigmoid(±2·x)", ""},
	{"exp(x) - 1", "x", "-1e-9 < x; x < 1e-9", 1e3, 0, "expm1", ""},
	{"log(1 + x)", "x", "0 < x; x < 1e-9", 1e3, 0, "log1p", ""},
	{"sum[i](log(1 + v[i]))", "v[n]", "0 < v; v < 1e-9", 1e3, 0, "under a sum", ""},
	{"log(1 - exp(-x))", "x", "0 < x; x < 1e-9", 3, 0, "log(-expm1(-x)) near 0", ""},
	{"log(1 - exp(-x))", "x", "38 < x; x < 700", 1e6, 0, "log1p(-exp(-x)) far from it", ""},
	{"1 - cos(x)", "x", "-1e-5 < x; x < 1e-5", 1e6, 0, "2·sin(x/2)²", ""},
	{"sum[i](1 - cos(v[i]))", "v[n]", "0 < v; v < 1e-5", 1e6, 0, "under a sum", ""},
	{"d(x - sin(x), x)", "x", "-1e-5 < x; x < 1e-5", 1e6, 0, "as a derivative", ""},
	{"sqrt(x + 1) - sqrt(x)", "x", "1e16 < x; x < 1e300", 1e6, 0, "1/(√(x+1) + √x)", ""},
	{"sqrt(x + y) - sqrt(x)", "x, y", "1e9 < x; x < 1e12; 0 < y; y < 1e-6", 1e3, 0, "y/(√(x+y) + √x)", ""},
	{"sum[i](sqrt(v[i]^2 + 1) - v[i])", "v[n]", "1e9 < v; v < 1e100", 1e6, 0, "under a sum", ""},
	{"sqrt(x^2 + y^2)", "x, y", "1e160 < x; x < 1e300; 1e160 < y; y < 1e300", NotFinite, 0, "hypot", ""},
	{"norm(v)", "v[n]", "1e160 < v; v < 1e300", NotFinite, 0, "norms by scaling", ""},
	{"norm(v)", "v[n]", "1e-300 < v; v < 1e-200", 1e15, 0, "of small numbers", ""},
	{"grad(norm(v), v)", "v[n]", "1e160 < v; v < 1e300", 1e15, 0, "their derivatives", ""},
	{"tensor[i](v[i]/sqrt(mean(v.^2)))", "v[n]", "1e160 < v; v < 1e300", 1e15, 0, "normalised vectors", ""},
	{"(-b + sqrt(b^2 - 4*a*c))/(2*a)", "a, b, c", "1e9 < b; b < 1e12; 0.1 < a; a < 1; 0.1 < c; c < 1", 1e6, 0, "roots of a quadratic", ""},
	{"(-b - sqrt(b^2 - 4*a*c))/(2*a)", "a, b, c", "-1e12 < b; b < -1e9; 0.1 < a; a < 1; 0.1 < c; c < 1", 1e6, 0, "the other one", ""},
	{"mean(v.^2) - mean(v)^2", "v[n]", "1e8 < v; v < 100000001", 1e3, 0, "variance in two passes", "mean(v)^2*2^(-52)"},
	{"log(x) - log(y)", "x, y", "1e100 < x; x < 1.000001e100; 1e100 < y; y < 1.000001e100", 10, 0, "logarithms of quotients", ""},
	{"1 - erf(x)", "x", "6 < x; x < 26", 1e6, 0, "erfc", ""},
	{"(1 + erf(x/sqrt(2)))/2", "x", "-37 < x; x < -9", 1e6, 0, "the tail of the Gaussian distribution", ""},
	{"d(gelu(x), x)", "x", "-37 < x; x < -9", 1e6, 0, "in a derivative", ""},
	{"1 - normal_cdf(x)", "x", "9 < x; x < 37", 1e6, 0, "the other tail", ""},
	{"log(normal_cdf(x))", "x", "-1e4 < x; x < -40", NotFinite, 0, "its logarithm: log(exp(u²)·erfc(u)) - u²", ""},
	{"log(1 - normal_cdf(x))", "x", "9 < x; x < 40", NotFinite, 0, "that of the other one", ""},
	{"log(normal_cdf(x))", "x", "9 < x; x < 37", 1e6, 0, "near 0", ""},
	{"log(erfc(x))", "x", "30 < x; x < 1e4", NotFinite, 0, "by whatever name", ""},
	{"exp(x^2)*erfc(x)", "x", "30 < x; x < 1e4", NotFinite, 0, "the scaled complement", ""},
	{"d(log(normal_cdf(x)), x)", "x", "-1e4 < x; x < -40", NotFinite, 0, "Mills's ratio", ""},
	{"d(log(normal_cdf(x)), x, 2)", "x", "-1e4 < x; x < -1e3", NotFinite, 8, "less what it tends to", ""},
	{"grad(-sum(y.*log(normal_cdf(v)) + (1 - y).*log(1 - normal_cdf(v))), v)", "y[n], v[n]", "0 < y; y < 1; 9 < v; v < 40", NotFinite, 0, "the likelihood of a probit model", ""},
	{"((x - y)/z)^2", "x, y, z", "1e160 < x; x < 1e300; 0 < y; y < 1; 1e160 < z; z < 1e300", NotFinite, 0, "squares of quotients", ""},
	{"x/(x^2 + y^2)", "x, y", "1e160 < x; x < 1e300; 1e160 < y; y < 1e300", 1e15, 0, "the derivative of atan2", ""},
	{"d(softsign(x), x)", "x", "1e9 < x; x < 1e100", 1e6, 0, "terms over powers of one sum", ""},
	{"d(acosh(x), x)", "x", "1e160 < x; x < 1e300", 1e15, 0, "√(x² - 1) = √(x - 1)·√(x + 1)", ""},
}
