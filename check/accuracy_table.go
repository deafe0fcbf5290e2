package check

import (
	"fmt"
	"strings"
)

// An AccuracyRow states how accurate the compiled code of one function is, its value and its gradient, in ulps of condition.
type AccuracyRow struct {
	Call     string // the function with its arguments
	Params   string // declarations of the inputs
	Givens   string // where it is measured, separated by semicolons; empty for all numbers
	Gradient string // outputs of the gradient kernel
	// The bounds; 0 is AccuracyBound.
	Value, Slope float64
	Beside       string // an expression of whose size errors of the gradient may be ulps too; empty for none
	BesideValue  string // one for errors of the value
	Why          string // why it is not AccuracyBound, or beside what
}

// AccuracyBound is what holds where a row states nothing else.
const AccuracyBound = 4

// Bounds returns the bounds of a row.
func (r AccuracyRow) Bounds() (value, gradient float64) {
	value, gradient = r.Value, r.Slope
	if value == 0 {
		value = AccuracyBound
	}
	if gradient == 0 {
		gradient = AccuracyBound
	}
	return value, gradient
}

// Formula returns the formula file with the two kernels of a row.
func (r AccuracyRow) Formula() string {
	var b strings.Builder
	fmt.Fprintf(&b, "param %s\n", r.Params)
	if r.Givens != "" {
		for g := range strings.SplitSeq(r.Givens, "; ") {
			fmt.Fprintf(&b, "given %s\n", g)
		}
	}
	if r.Beside != "" {
		kernel := "gradient"
		if r.Gradient == "" {
			kernel = "value"
		}
		fmt.Fprintf(&b, "%s%s = %s\n", besidePrefix, kernel, r.Beside)
	}
	if r.BesideValue != "" {
		fmt.Fprintf(&b, "%svalue = %s\n", besidePrefix, r.BesideValue)
	}
	var names []string
	for _, d := range strings.Split(r.Params, ", ") {
		name, _, _ := strings.Cut(d, "[")
		names = append(names, name)
	}
	list := strings.Join(names, ", ")
	fmt.Fprintf(&b, "kernel value(%s) = %s\n", list, r.Call)
	if r.Gradient != "" {
		fmt.Fprintf(&b, "kernel gradient(%s) = %s\n", list, r.Gradient)
	}
	return b.String()
}

// but returns the row with other bounds, which why gives the reason of.
func (r AccuracyRow) but(value, slope float64, why string) AccuracyRow {
	r.Value, r.Slope, r.Why = value, slope, why
	return r
}

// beside returns the row with errors of the gradient relative to the size of an expression as well.
func (r AccuracyRow) beside(x, why string) AccuracyRow {
	r.Beside, r.Why = x, why
	return r
}

// besideValue returns the row with errors of the value relative to the size of an expression as well.
func (r AccuracyRow) besideValue(x string) AccuracyRow {
	r.BesideValue = x
	return r
}

// scalarRow is the row of a function of numbers with its derivative by each of its arguments.
func scalarRow(call, givens string) AccuracyRow {
	_, list, _ := strings.Cut(strings.TrimSuffix(call, ")"), "(")
	var slopes []string
	for x := range strings.SplitSeq(list, ", ") {
		slopes = append(slopes, fmt.Sprintf("d(%s, %s)", call, x))
	}
	return AccuracyRow{Call: call, Params: list, Givens: givens, Gradient: strings.Join(slopes, ", ")}
}

// powerRow is the row of a power with its derivative by each of the inputs.
func powerRow(power, inputs, givens string) AccuracyRow {
	var slopes []string
	for x := range strings.SplitSeq(inputs, ", ") {
		slopes = append(slopes, fmt.Sprintf("d(%s, %s)", power, x))
	}
	return AccuracyRow{Call: power, Params: inputs, Givens: givens, Gradient: strings.Join(slopes, ", ")}
}

// lossRow is the row of a function of vectors whose value is a number.
func lossRow(call, params, givens string, by ...string) AccuracyRow {
	var slopes []string
	for _, x := range by {
		slopes = append(slopes, fmt.Sprintf("grad(%s, %s)", call, x))
	}
	return AccuracyRow{Call: call, Params: params, Givens: givens, Gradient: strings.Join(slopes, ", ")}
}

// layerRow is the row of a function of tensors whose value is one: its gradient is the product of a cotangent u with the Jacobian.
func layerRow(call, params, cotangent, givens string, by ...string) AccuracyRow {
	var slopes []string
	for _, x := range by {
		slopes = append(slopes, fmt.Sprintf("vjp(%s, %s, u)", call, x))
	}
	return AccuracyRow{Call: call, Params: params + ", " + cotangent, Givens: givens, Gradient: strings.Join(slopes, ", ")}
}

const (
	complement = "1 - p cancels where one probability p is near 1"
	vanishing  = "products of reciprocals of norms may be below the normal range"
	projection = "the mean is rounded, and x less the mean is small beside it; what the cotangent u has in common with the mean and the direction of x cancels"
)

// Sums of inputs, and of cotangents, are to be representable.
const (
	normalised     = "-1e305 <= x; x <= 1e305; -1e9 <= u; u <= 1e9; eps > 0"
	gains          = "; -1e9 <= g; g <= 1e9"
	normalisedRows = "-1e305 <= X; X <= 1e305; -1e9 <= u; u <= 1e9; eps > 0"
)

// Standard deviations of what is normalised, and the largest entries.
const (
	deviation      = "sqrt(mean((x - mean(x)).^2) + eps)"
	leastDeviation = "sqrt(min[i in 1..n](mean[r in 1..m]((X[r,i] - mean[k in 1..m](X[k,i]))^2)) + eps)"
	largestX       = "max[r in 1..m, i in 1..n](abs(X[r,i]))"
	largestU       = "max[r in 1..m, i in 1..n](abs(u[r,i]))"
)

const (
	unitInterval = "0 < p; p < 1"
	summable     = "-1e300 <= y; y <= 1e300" // so that partial sums of y·log(p) are in range
)

// Accuracies has a row for every elementary function and every function of the library.
var Accuracies = []AccuracyRow{
	scalarRow("exp(x)", ""), scalarRow("expm1(x)", ""), scalarRow("log(x)", "x > 0"), scalarRow("log1p(x)", "x > -1"), scalarRow("log2(x)", "x > 0"),
	scalarRow("log10(x)", "x > 0"), scalarRow("sqrt(x)", "x >= 0"), scalarRow("cbrt(x)", ""), scalarRow("abs(x)", ""), scalarRow("sign(x)", ""), scalarRow("step(x)", ""),
	scalarRow("floor(x)", ""), scalarRow("ceil(x)", ""), scalarRow("sin(x)", ""), scalarRow("cos(x)", ""), scalarRow("tan(x)", ""),
	scalarRow("asin(x)", "-1 <= x; x <= 1"), scalarRow("acos(x)", "-1 <= x; x <= 1"), scalarRow("atan(x)", ""), scalarRow("atan2(y, x)", ""),
	scalarRow("sinh(x)", ""), scalarRow("cosh(x)", ""), scalarRow("tanh(x)", ""), scalarRow("asinh(x)", ""), scalarRow("acosh(x)", "x >= 1"), scalarRow("atanh(x)", "-1 < x; x < 1"),
	scalarRow("erf(x)", ""), scalarRow("erfc(x)", ""), scalarRow("gamma(x)", "x > -170"), scalarRow("lgamma(x)", "x > 0"), scalarRow("digamma(x)", "x > 0"),
	scalarRow("trigamma(x)", "x > 0"),
	scalarRow("gamma(x)", "-170 < x; x < 0"), scalarRow("gamma(x)", "-1 < x; x < 0"), scalarRow("lgamma(x)", "-1e9 < x; x < 0"), scalarRow("lgamma(x)", "-3 < x; x < 0"), scalarRow("digamma(x)", "-1e9 < x; x < 0"), scalarRow("digamma(x)", "-3 < x; x < 0"),
	scalarRow("trigamma(x)", "-1e9 < x; x < 0"),
	powerRow("a^b", "a, b", "a > 0"), powerRow("x^0.3", "x", "x > 0"), powerRow("x^(-2/3)", "x", "x > 0"), powerRow("x^2.5", "x", "x > 0"), powerRow("x^7", "x", ""), powerRow("x^(-3)", "x", ""), powerRow("2^x", "x", ""), powerRow("x^x", "x", "x > 0"),
	{Call: "polygamma(3, x)", Params: "x", Givens: "x > 0", Gradient: "d(polygamma(3, x), x)"},
	scalarRow("beta(a, b)", "1e-150 < a; a < 1e150; 1e-150 < b; b < 1e150").but(32, 32, "").beside("beta(a, b)*(abs(digamma(a)) + abs(digamma(b)) + abs(digamma(a + b)))", "a + b is rounded; digamma(a) - digamma(a + b) cancels where b is small"), scalarRow("max(a, b)", ""), scalarRow("min(a, b)", ""),
	{Call: "clamp(x, -1, 2)", Params: "x", Gradient: "d(clamp(x, -1, 2), x)"},
	scalarRow("hypot(a, b)", ""),
	{Call: "mod(x, m)", Params: "x, m", Givens: "m > 0", Gradient: "d(mod(x, m), x)"},

	scalarRow("sigmoid(x)", ""), {Call: "logit(p)", Params: "p", Givens: unitInterval, Gradient: "d(logit(p), p)"}, scalarRow("softplus(x)", ""), scalarRow("softsign(x)", ""), scalarRow("relu(x)", ""), scalarRow("leaky_relu(x)", ""),
	scalarRow("elu(x)", ""), scalarRow("selu(x)", ""), scalarRow("gelu(x)", ""), scalarRow("gelu_tanh(x)", ""), scalarRow("silu(x)", ""), scalarRow("mish(x)", "").but(0, 8, "the terms of the derivative cancel beside its zero at -1.2"), scalarRow("hardtanh(x)", ""),

	layerRow("softmax(x)", "x[n]", "u[n]", "", "x").beside("norminf(u)", complement), layerRow("log_softmax(x)", "x[n]", "u[n]", "", "x").beside("norm1(u)", complement), lossRow("logsumexp(x)", "x[n]", "", "x"),
	lossRow("cross_entropy(y, p)", "y[n], p[n]", summable+"; "+unitInterval, "p"), lossRow("cross_entropy_logits(y, l)", "y[n], l[n]", "0 <= y; y <= 1", "l").beside("norm1(y)", complement),
	lossRow("binary_cross_entropy(y, p)", "y[n], p[n]", "0 <= y; y <= 1; "+unitInterval, "p"), lossRow("bce_logits(y, z)", "y[n], z[n]", "0 <= y; y <= 1", "z"),
	lossRow("nll(y, logp)", "y[n], logp[n]", "-1e150 <= y; y <= 1e150; -1e150 <= logp; logp <= 1e150", "logp"), lossRow("kl_div(p, q)", "p[n], q[n]", "p > 0; q > 0", "p", "q"), lossRow("entropy(p)", "p[n]", "p > 0", "p"),
	{Call: "focal(y, p, 2)", Params: "y[n], p[n]", Givens: summable + "; " + unitInterval, Gradient: "grad(focal(y, p, 2), p)"},
	layerRow("smooth_labels(y, eps)", "y[n], eps", "u[n]", "0 <= eps; eps <= 1", "y"),

	lossRow("mse(y, p)", "y[n], p[n]", "-1e150 <= y; y <= 1e150; -1e150 <= p; p <= 1e150", "p"), lossRow("mae(y, p)", "y[n], p[n]", "-1e305 <= y; y <= 1e305; -1e305 <= p; p <= 1e305", "p"), scalarRow("huber(r, delta)", "delta > 0"), scalarRow("hinge(y, s)", ""), scalarRow("squared_hinge(y, s)", ""),

	layerRow("layer_norm(x, eps)", "x[n], eps", "u[n]", normalised, "x").
		besideValue("norminf(x)/"+deviation).beside("norminf(u)/"+deviation+"*(1 + norminf(x)/"+deviation+")", projection),
	layerRow("rms_norm(x, eps)", "x[n], eps", "u[n]", normalised, "x").beside("norminf(u)/sqrt(mean(x.^2) + eps) + 2^(-1022)*norminf(x)", projection+"; "+vanishing),
	layerRow("layer_norm(x, g, b, eps)", "x[n], g[n], b[n], eps", "u[n]", normalised+gains, "x", "g").
		besideValue("norminf(g)*norminf(x)/"+deviation).beside("((norminf(u.*g) + 2^(-1022))/"+deviation+" + norminf(u))*(1 + norminf(x)/"+deviation+")", projection),
	layerRow("rms_norm(x, g, eps)", "x[n], g[n], eps", "u[n]", normalised+gains, "x", "g").beside("(norminf(u.*g) + 2^(-1022))/sqrt(mean(x.^2) + eps) + 2^(-1022)*norminf(x)", projection+"; "+vanishing),
	layerRow("batch_norm(X, eps)", "X[m,n], eps", "u[m,n]", normalisedRows, "X").
		besideValue(largestX+"/"+leastDeviation).beside(largestU+"/"+leastDeviation+"*(1 + "+largestX+"/"+leastDeviation+")", projection),
	layerRow("batch_norm(X, g, b, eps)", "X[m,n], g[n], b[n], eps", "u[m,n]", normalisedRows+gains, "X", "g").
		besideValue("norminf(g)*"+largestX+"/"+leastDeviation).beside("("+largestU+"*(norminf(g) + 1) + 2^(-1022))*(1 + 1/"+leastDeviation+")*(1 + "+largestX+"/"+leastDeviation+")", projection),
	layerRow("attention(Q, K, V)", "Q[m,d], K[n,d], V[n,p]", "u[m,p]", "-1e100 <= V; V <= 1e100; -1e100 <= u; u <= 1e100", "Q", "V").beside("normF(u)*normF(V)*normF(K)", complement), lossRow("cosine_similarity(x, y)", "x[n], y[n]", "", "x").beside("1/norm(x)", "what x and y have in common cancels"),
	lossRow("norm(x)", "x[n]", "", "x"), lossRow("norm1(x)", "x[n]", "", "x"), lossRow("norminf(x)", "x[n]", "", "x"), lossRow("normF(X)", "X[m,n]", "", "X"),

	scalarRow("normal_logpdf(x, mu, sigma)", "sigma > 0"), lossRow("mvn_logpdf(x, mu, S)", "x[n], mu[n], S[n,n]", "posdef(S); -1e9 <= x; x <= 1e9; -1e9 <= mu; mu <= 1e9; -1e9 <= S; S <= 1e9", "x", "S").but(64, 1024, "factors of S are as accurate as its largest entries"), scalarRow("normal_cdf(x)", ""),
	scalarRow("ln(x)", "x > 0"), scalarRow("arcsin(x)", "-1 <= x; x <= 1"), scalarRow("arccos(x)", "-1 <= x; x <= 1"), scalarRow("arctan(x)", ""), scalarRow("arsinh(x)", ""), scalarRow("arcosh(x)", "x >= 1"), scalarRow("artanh(x)", "-1 < x; x < 1"),
}
