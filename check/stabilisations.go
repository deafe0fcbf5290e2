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
	{"log(cosh(x))", "x", "710 < x; x < 1e300", NotFinite, 0, "log-cosh: |x| + log(1 + exp(-2·|x|)) - log(2)", ""},
	{"log(cosh(x))", "x", "-1e-5 < x; x < 1e-5", 1e6, 0, "near 0", ""},
	{"sum[i](log(cosh(v[i])))", "v[n]", "710 < v; v < 1e6", NotFinite, 0, "under a sum", ""},
	{"d(log(cosh(x)), x, 2)", "x", "20 < x; x < 300", 1e6, 0, "in a derivative", ""},
	{"log(sinh(x))", "x", "710 < x; x < 1e300", NotFinite, 0, "log-sinh", ""},
	{"log(tanh(x))", "x", "20 < x; x < 300", 1e6, 0, "log-tanh", ""},
	{"log(exp(x) - 1)", "x", "710 < x; x < 1e300", NotFinite, 0, "x + log(1 - exp(-x))", ""},
	{"log(exp(x) - 1)", "x", "0 < x; x < 1e-9", 3, 0, "near 0", ""},
	{"d(log(exp(x) - 1), x)", "x", "0 < x; x < 1e6", NotFinite, 0, "its derivative", ""},
	{"log(exp(x) - exp(y))", "x, y", "800 < x; x < 1e5; 710 < y; y < 720", NotFinite, 0, "y + log(exp(x - y) - 1)", ""},
	{"1/(exp(x) - 1)", "x", "0 < x; x < 1e-9", NotFinite, 0, "exp(a) - exp(b) = exp(a)·(1 - exp(b - a))", ""},
	{"x^2*exp(x)/(exp(x) - 1)^2", "x", "710 < x; x < 1e4", NotFinite, 0, "Einstein's function", ""},
	{"(exp(x) - exp(-x))/2", "x", "-1e-5 < x; x < 1e-5", 1e6, 0, "sinh in exponentials", ""},
	{"(exp(x) + exp(-x))/2 - 1", "x", "-1e-5 < x; x < 1e-5", 1e6, 0, "2·sinh(x/2)², in exponentials", ""},
	{"cosh(x) - 1", "x", "-1e-5 < x; x < 1e-5", 1e6, 0, "2·sinh(x/2)²", ""},
	{"sum[i](cosh(v[i]) - 1)", "v[n]", "0 < v; v < 1e-5", 1e6, 0, "under a sum", ""},
	{"(exp(x) - exp(-x))/(exp(x) + exp(-x))", "x", "710 < x; x < 1e6", NotFinite, 0, "tanh in exponentials", ""},
	{"(exp(x) - 1)/(exp(x) + 1)", "x", "710 < x; x < 1e6", NotFinite, 0, "tanh(x/2)", ""},
	{"(exp(2*x) - 1)/(exp(2*x) + 1)", "x", "-1e-9 < x; x < 1e-9", 1e6, 0, "near 0", ""},
	{"log(x + sqrt(x^2 + 1))", "x", "-1e300 < x; x < -1e9", NotFinite, 0, "asinh by a logarithm", ""},
	{"log(x + sqrt(x^2 + 1))", "x", "-1e-9 < x; x < 1e-9", 1e6, 0, "near 0", ""},
	{"log(x + sqrt(x^2 - 1))", "x", "1e160 < x; x < 1e300", NotFinite, 0, "acosh", ""},
	{"log((1 + x)/(1 - x))/2", "x", "-1e-9 < x; x < 1e-9", 1e6, 0, "atanh: log(a/b) = log(1 + (a - b)/b)", ""},
	{"log(1 + x) - log(1 - x)", "x", "-1e-9 < x; x < 1e-9", 1e6, 0, "in another form", ""},
	{"sum[i](log((1 + v[i])/(1 - v[i])))", "v[n]", "0 < v; v < 1e-9", 1e6, 0, "under a sum", ""},
	{"log(x + 1) - log(x)", "x", "1e9 < x; x < 1e300", 1e6, 0, "logarithms of neighbours", ""},
	{"logit(sigmoid(x))", "x", "-1e5 < x; x < 1e5", NotFinite, 0, "the inverse of the logistic function", ""},
	{"log(x^2 + y^2)", "x, y", "1e160 < x; x < 1e300; 1e160 < y; y < 1e300", NotFinite, 0, "logarithms of sums of squares", ""},
	{"log(norm(v))", "v[n]", "1e-300 < v; v < 1e-200", NotFinite, 0, "logarithms of norms", ""},
	{"log(1 - x^2)", "x", "1e-12 < x; x < 1e-8", 1e6, 0, "of squares near 0", ""},
	{"log(x*y*z)", "x, y, z", "0 < x; x < 1e-200; 0 < y; y < 1e-200; 0 < z; z < 1e-200", 1e6, 0, "products of small numbers", ""},
	{"log(prod(v))", "v[n]", "1e-300 < v; v < 1e-200", 0, 0, "of many; a logarithm of a product is a sum in canonical form", ""},
	{"prod(exp(v))*sum(v)", "v[n]", "-10 < v; v < 10", 0, 0, "and a product of exponentials is one of a sum", ""},
	{"acos(1 - x)", "x", "0 < x; x < 1e-9", 1e6, 0, "2·asin(√(x/2))", ""},
	{"1 - sqrt(1 - x^2)", "x", "-1e-8 < x; x < 1e-8", 1e6, 0, "x²/(1 + √(1 - x²))", ""},
	{"sqrt(x^2 + 1) - 1", "x", "-1e-8 < x; x < 1e-8", 1e6, 0, "x²/(√(x² + 1) + 1)", ""},
	{"sqrt(x^2 + 1) - x", "x", "1e9 < x; x < 1e300", NotFinite, 0, "beside a large number", ""},
	{"(-b + sqrt(b^2 - 4*a*c))/(2*a)", "a, b, c", "1e160 < b; b < 1e161; 1e158 < a; a < 1e159; 1e157 < c; c < 1e158", NotFinite, 0, "where the discriminant is out of range", ""},
	{"(-b - sqrt(b^2 - 4*a*c))/(2*a)", "a, b, c", "1e160 < b; b < 1e161; 1e158 < a; a < 1e159; 1e157 < c; c < 1e158", NotFinite, 0, "both roots", ""},
	{"2*c/(-b - sqrt(b^2 - 4*a*c))", "a, b, c", "-1e12 < b; b < -1e9; 0.1 < a; a < 1; 0.1 < c; c < 1", NotFinite, 0, "in another form", ""},
	{"-b/2 + sqrt((b/2)^2 - c)", "b, c", "1e9 < b; b < 1e12; 0.1 < c; c < 1", 1e6, 0, "x² + b·x + c = 0", ""},
	{"-p + sqrt(p^2 + q)", "p, q", "1e160 < p; p < 1e200; 1e10 < q; q < 1e100", NotFinite, 0, "x² + 2·p·x - q = 0", ""},
	{"1/x - 1/(x + 1)", "x", "1e16 < x; x < 1e100", 1e6, 0, "1/(x·(x + 1))", ""},
	{"1 - x/(x + 1)", "x", "1e16 < x; x < 1e300", 1e6, 0, "1/(x + 1)", ""},
	{"sin(x + y) - sin(x)", "x, y", "1 < x; x < 2; 0 < y; y < 1e-9", 1e6, 0, "2·cos(x + y/2)·sin(y/2)", ""},
	{"cos(x + y) - cos(x)", "x, y", "1 < x; x < 2; 0 < y; y < 1e-9", 1e6, 0, "-2·sin(x + y/2)·sin(y/2)", ""},
	{"(1 - cos(x))/x^2", "x", "0 < x; x < 1e-5", NotFinite, 0, "2·(sin(x/2)/x)²", ""},
	{"1 - erf(x)^2", "x", "6 < x; x < 18", 1e6, 0, "erfc(x)·erfc(-x)", ""},
	{"d(hypot(a, b), b, 2)", "a, b", "0.1 < a; a < 1; 1e9 < b; b < 1e100", 1e6, 0, "1/h - b²/h³ = a²/h³", ""},
	{"d(a^b, a)", "a, b", "1e-320 < a; a < 1e-310; 0 < b; b < 1e-100", NotFinite, 0, "b·aᵇ⁻¹ where the power overflows alone", ""},
	{"x^0.3", "x", "1e-300 < x; x < 1e-200", 10, 0, "exponents that are no number of float64", ""},
}
