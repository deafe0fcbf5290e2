package simplify_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/seed-9905856d/derive/diff"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/simplify"
	"github.com/seed-9905856d/derive/syntax"
)

// ruleFormulas has for each row of the table of rewrites formulas the results of which come about by it.
var ruleFormulas = map[string][]string{
	"others":  {"param x[n]\ngrad(sqrt(prod[i](1 + x[i])^2 + 1)/prod[i](1 + x[i]), x)"},
	"restore": {"param a, t, x\nd((t - a*exp(-x))^3, x)", "param x\nd(1/(x + exp(-x)), x)", "param a, b, t[n], x[n]\ngrad(mean((t - a*exp(-b*x)).^4), a)"},
	"branches": {"param x\nif(x > 0, if(x > 0, x, 2), 3)", "param x, a\nif(x > a, if(x <= a, 1, x), a)", "param x\nif(x > 0, abs(x), -x)", "param x\nif(x > 0, 1, if(x > 1, 2, 3))",
		"param x, y\nmax(x, y) + min(x, y)", "param x\nmax(x, -x)", "param A[n,n], B[m,n], x[n]\nsum(relu(B*relu(A*x))) + max(x[1], -x[1])", "param x, y\nif(x > y, abs(x - y) + sign(y - x), 0)", "param x\n(1 - [x > 1])*[x > 0]*[x >= -1]"},
	"cases": {"param x[n]\ntensor[i in 1..n, j in 1..n]([j <= i] + [j >= i])", "param x, y\n[x > y] + [x <= y]", "param a, x\nx*[a > 0] + x*[a <= 0]", "param x[n], y[n]\nsum[i, j](x[i]*y[j]*([j <= i] + [j > i]))"},
	"alike": {"param a, b, x\ngiven a > 0\na*exp(-(log(a) + x)^2/(4*x)) - exp(-(log(a) - x)^2/(4*x))"},
	"inverses": {"param x\nexp(-2*log(x))", "param x, a, b\nexp(a*b*log(x))", "param x, k\ngiven integer(k)\nsin(x + k*pi)", "param k\ngiven integer(k)\ncos(pi*k)",
		"param x, k\ngiven integer(k)\ntan(x - k*pi)", "param k, x\ngiven integer(k)\nfloor(x + 3*k + 5/2)", "param k\ngiven integer(k)\nceil(k)",
		"param x\nx*sin(pi/3)", "param x\nx*cos(7*pi/6)", "param x\nx*tan(3*pi/4)", "param x\ncos(x + pi/2)", "param x\nsin(3*pi/2 - x)", "param x\nfloor(ceil(x) + x)",
		"param x\ncbrt(x)^3", "param x\ncbrt(x)^5"},
	"trigonometry": {"param x\nsin(x)^2 + cos(x)^2", "param x, a\na - a*sin(x)^2", "param x\ncosh(x)^2 - sinh(x)^2", "param x\n1 + sinh(x)^2", "param x\ncosh(x)^2 - 1",
		"param x, y\ncos(x)*cos(y) - sin(x)*sin(y)", "param x, y\nsin(x)*cos(y) - cos(x)*sin(y)", "param x\ntan(x)*cos(x)", "param x\nsinh(x)/cosh(x)", "param x\nsin(2*x) - 2*sin(x)*cos(x)",
		"param a, b, p, q\n(p*cos(a) + q*cos(a + b))^2 + (p*sin(a) + q*sin(a + b))^2", "param t[n]\nsum[i](sin(t[i])^2) + sum[i](cos(t[i])^2)", "param r, t\nsqrt(r^2*cos(t)^2 + r^2*sin(t)^2)"},
	"absolute": {"param x\nsqrt(x^2)", "param x\nx*sign(x)", "param x\nx^2/abs(x)", "param x\nx/abs(x)", "param x\nabs(x)^2", "param x\nabs(x)*sign(x)"},
	"givens": {"param x[n], y[n]\ngiven sum(y) == 1\nsum(x)*sum(y) - sum(x)", "param b\ngiven 0 < b < 1\nabs(1 - b) + abs(b)", "param q[n]\ngiven 0 < q[i] < 1\nsum[i](sqrt((1 - q[i])^2))",
		"param a, b\ngiven 0 < b < 1\ngiven a > b\nabs(a - b)*sign(b - a) + abs(a)", "param x[n], y[n]\ngiven sum(y) == 1\ntensor[k](x[k]*(1 - sum[i | i != k](y[i])))"},
	"deltas": {"param x[n]\nd(sum[i in 1..n-2]((x[i] - 2*x[i+1] + x[i+2])^2), x[k])", "param x[n]\ntensor[k](d(sum[i in 1..n-1](abs(x[i+1] - x[i])), x[k]))", "param x[n]\ntensor[k](d(sum[i, j | i < j](1/sqrt((x[i] - x[j])^2 + 1)), x[k]))",
		"param y[n]\ntensor[k](sum(y) - y[k] - sum[i | i != k](y[i]))", "param Z[m,n]\nsum(softmax(Z))"},
	"collect":      {"param x\nd(x^x, x, 6)"},
	"names":        {"param x[n], i\nexp(x)/sum(exp(x))", "param x\n1/(1 + exp(-x))"},
	"expand":       {"param x\n(x + 1)^2 - x^2"},
	"factor":       {"param a, x, y\na*x + a*y", "param a, x[n], y[n]\na*x + a*y"},
	"denominator":  {"param a, b\nd((a + 1)/(b - a), a)"},
	"scalars":      {"param a, x[n]\nsum[i in 1..n](a*x[i]/(2*a^3) - 1/a^3)"},
	"complements":  {"param x\nd(sigmoid(x), x)"},
	"exponentials": {"param x\nexp(-x^2/2)"},
	"symmetric":    {"param S[n,n], x[n]\ngiven S == S'\ngrad(x'*S*x, x)"},
	"resolvents":   {"param A[n,n]\neye(n) - A*inv(A + eye(n))", "param X[m,n], c\ngrad(tr(X*inv(X'*X + c*eye(n))*X'), X)", "param A[n,n], d[n]\nA*inv(A + diag(d)) + diag(d)*inv(A + diag(d))"},
	"closed-sums":  {"param x[n]\nsum[i in 1..n](i^2)", "param x[n]\nsum[k in 0..n](2^k)", "param x[n]\nsum[i in 1..n-1](x[i+1] - x[i])", "param x[n]\nprod[i in 1..n](i)", "param x[n]\nsum[j in 1..n, k in 1..n]([k <= j - 1])"},
	"wholes":       {"param l[n]\ntensor[k in 1..n](sum[i | i != k](softmax(l)[i]))", "param l[n]\ntensor[k in 1..n](softmax(l)[k]*sum[i | i != k](softmax(l)[i]))"},
	"multiply":     {"param A[n,n], x[n], b[n]\ninv(A)*(A*x + b)"},
	"primitives": {"param x\ngamma(x + 2)/gamma(x)", "param x\ndigamma(x + 1) - digamma(x)", "param x\nerf(x) + erfc(x)", "param x\nasin(x) + acos(x)", "param x\ncosh(x) + sinh(x)", "param x\n(1 - tanh(x)^2)*cosh(x)^2",
		"param a, b\nbeta(a, b)*gamma(a + b)/(gamma(a)*gamma(b))"},
	"exponents":         {"param a, b\nexp(-(a + b)^2/2) - exp(-a^2/2 - b^2/2)*exp(-a*b)", "param a, x\ngiven a > 0\nexp((log(a) + x)^2 - log(a)^2 - x^2)"},
	"join":              {"param x[n]\nd(mean(x ./ (1 + x.^2)), x[1])"},
	"cancel":            {"param a\n(9 - a^2)/(3 - a)", "param x\n1/(x - 1) - 1/(x + 1)", "param x\nx^3 - 3*x^2 + 3*x - 1"},
	"sigmoids":          {"param x[n], y[n]\nhvp(silu(sum(x)), x, y)"},
	"sigmoids-of-terms": {"param x[n], y[n]\nhvp(logsumexp(sigmoid(x)), x, y)"},
	"steps":             {"param A[m,n], x[n]\ngrad(sum(relu(A*x)), x)", "param a, b\nd(max(a, b), a)", "param x[n]\ngrad(sum(hardtanh(x)), x)"},
	"clamp":             {"param A[m,n], x[n]\ngrad(sum(elu(A*x)), x)", "param x[n]\ngrad(sum(elu(x)), x)", "param x\nif(x >= 0, sin(x), 0)", "param x\nmin(1, max(-1, x))", "param x[n], a\ngiven a > 0\ngrad(sum(huber(x, a)), x)"},
	"write-out":         {"param x[2]\nsum(x)", "prod[k in 3..4](1 + 2^k)"},
}

// traced returns the last statement of a text simplified without some rewrites, and what the steps to the result were before and after each.
func traced(text string, without ...string) (file *syntax.File, r *simplify.Result, steps []string, err error) {
	file, ds := parser.ParseFile("", text)
	if ds.Err() != nil {
		return nil, nil, nil, ds.Err()
	}
	p, err := formula.New(expr.NewSession(), file, formula.Options{Calculus: diff.NewCalculus(), Strict: true})
	if err != nil {
		return file, nil, nil, err
	}
	t, free, err := p.Expression(file.Statements[len(file.Statements)-1].(*syntax.ExprStatement).X)
	if err != nil {
		return file, nil, nil, err
	}
	z := simplify.New(p)
	z.Trace()
	if err := z.Disable(without...); err != nil {
		return file, nil, nil, err
	}
	if r, err = z.Simplify(t, free, simplify.Auto, nil); err != nil {
		return file, nil, nil, err
	}
	steps = []string{syntax.Print(r.Text)}
	for _, s := range r.Trace {
		steps = append(steps, syntax.Print(s.Before), syntax.Print(s.After))
	}
	return file, r, steps, nil
}

// uses reports whether a rewrite is among the steps to a result.
func uses(r *simplify.Result, name string) bool {
	return slices.ContainsFunc(r.Trace, func(s simplify.Step) bool { return s.Rule == name })
}

// TestRules takes every row of the table of rewrites through its formulas: the row is among the steps to the result, each step keeps the value at points with 0,
// ±1 and equal entries among them, and without the row the result has the same value and does not use it.
func TestRules(t *testing.T) {
	rules := simplify.Rules()
	for _, call := range simplify.Identities() {
		ruleFormulas["inverses"] = append(ruleFormulas["inverses"], "param x\n"+call)
	}
	if len(rules) != len(ruleFormulas) {
		t.Errorf("%d rows, but formulas for %d", len(rules), len(ruleFormulas))
	}
	for _, rule := range rules {
		formulas := ruleFormulas[rule.Name]
		if len(formulas) == 0 || rule.Sentence == "" || !strings.HasSuffix(rule.Sentence, ".") {
			t.Errorf("%s has no formula or no sentence", rule.Name)
		}
		for _, text := range formulas {
			var count tally
			for seed := range uint64(8) {
				for _, without := range [][]string{nil, {rule.Name}} {
					err := checkWith(func(text string) (*syntax.File, []string, error) {
						file, r, steps, err := traced(text, without...)
						if err == nil && uses(r, rule.Name) != (without == nil) {
							t.Errorf("%s: %q: the steps without %v are %v", rule.Name, text, without, steps)
						}
						return file, steps, err
					}, text, seed, &count)
					if err != nil {
						t.Errorf("%s: %v", rule.Name, err)
					}
				}
			}
			if count.values.Load() < 16 {
				t.Errorf("%s: only %d values were compared for %q", rule.Name, count.values.Load(), text)
			}
		}
	}
}

// TestRandomSteps holds the steps to the results of random formulas against the formulas.
func TestRandomSteps(t *testing.T) {
	testTexts(t, 150, func(seed uint64) (string, func(string) (*syntax.File, []string, error)) {
		text := []func(uint64) string{randomText, algebraText, randomMatrixText}[seed%3](seed)
		return text, func(text string) (*syntax.File, []string, error) {
			file, _, steps, err := traced(text)
			return file, steps, err
		}
	})
}

func TestDisableUnknown(t *testing.T) {
	if _, _, _, err := traced("param x\nx", "expnd"); !errors.Is(err, simplify.ErrRule) {
		t.Errorf("Disable of an unknown rewrite: %v", err)
	}
}
