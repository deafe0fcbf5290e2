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
	"branches":          {"param x\nif(x > 0, if(x > 0, x, 2), 3)", "param x, a\nif(x > a, if(x <= a, 1, x), a)"},
	"absolute":          {"param x\nsqrt(x^2)", "param x\nx*sign(x)", "param x\nx^2/abs(x)", "param x\nx/abs(x)", "param x\nabs(x)^2", "param x\nabs(x)*sign(x)"},
	"others":            {"param x[n]\ngrad(sqrt(prod[i](1 + x[i])^2 + 1)/prod[i](1 + x[i]), x)"},
	"deltas":            {"param x[n]\nd(sum[i in 1..n-2]((x[i] - 2*x[i+1] + x[i+2])^2), x[k])"},
	"givens":            {"param x[n], y[n]\ngiven sum(y) == 1\nsum(x)*sum(y) - sum(x)"},
	"collect":           {"param x\nd(x^x, x, 6)"},
	"names":             {"param x[n], i\nexp(x)/sum(exp(x))", "param x\n1/(1 + exp(-x))"},
	"expand":            {"param x\n(x + 1)^2 - x^2"},
	"factor":            {"param a, x, y\na*x + a*y", "param a, x[n], y[n]\na*x + a*y"},
	"denominator":       {"param a, b\nd((a + 1)/(b - a), a)"},
	"scalars":           {"param a, x[n]\nsum[i in 1..n](a*x[i]/(2*a^3) - 1/a^3)"},
	"complements":       {"param x\nd(sigmoid(x), x)"},
	"exponentials":      {"param x\nexp(-x^2/2)"},
	"restore":           {"param a, t, x\nd((t - a*exp(-x))^3, x)", "param x\nd(1/(x + exp(-x)), x)", "param a, b, t[n], x[n]\ngrad(mean((t - a*exp(-b*x)).^4), a)"},
	"symmetric":         {"param S[n,n], x[n]\ngiven S == S'\ngrad(x'*S*x, x)"},
	"closed-sums":       {"param x[n]\nsum[i in 1..n](i^2)", "param x[n]\nsum[k in 0..n](2^k)", "param x[n]\nsum[i in 1..n-1](x[i+1] - x[i])", "param x[n]\nprod[i in 1..n](i)"},
	"multiply":          {"param A[n,n], x[n], b[n]\ninv(A)*(A*x + b)"},
	"join":              {"param x[n]\nd(mean(x ./ (1 + x.^2)), x[1])"},
	"cancel":            {"param a\n(9 - a^2)/(3 - a)", "param x\n1/(x - 1) - 1/(x + 1)", "param x\nx^3 - 3*x^2 + 3*x - 1"},
	"sigmoids":          {"param x[n], y[n]\nhvp(silu(sum(x)), x, y)"},
	"sigmoids-of-terms": {"param x[n], y[n]\nhvp(logsumexp(sigmoid(x)), x, y)"},
	"steps":             {"param A[m,n], x[n]\ngrad(sum(relu(A*x)), x)", "param a, b\nd(max(a, b), a)"},
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
