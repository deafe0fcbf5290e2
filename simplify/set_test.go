package simplify_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/diff"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/notation"
	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/simplify"
	"github.com/seed-9905856d/derive/syntax"
)

// ofScalars are the functions of the library of one number x, as calls.
var ofScalars = []string{
	"sigmoid(x)", "logit(x)", "softplus(x)", "softsign(x)", "relu(x)", "leaky_relu(x)", "elu(x)", "selu(x)", "gelu(x)", "gelu_tanh(x)",
	"silu(x)", "mish(x)", "hardtanh(x)", "normal_cdf(x)", "normal_logpdf(x, mu, s)", "huber(x, delta)", "hinge(y, x)", "squared_hinge(y, x)",
	"binary_cross_entropy(y, x)", "bce_logits(y, x)", "cross_entropy(y, x)", "kl_div(y, x)", "kl_div(x, y)", "entropy(x)", "focal(y, x, g)", "mse(y, x)",
	"mae(y, x)", "nll(y, x)", "leaky_relu(x, a)", "elu(x, a)", "ln(x)", "arcsin(x)", "arccos(x)", "arctan(x)", "arsinh(x)", "arcosh(x)", "artanh(x)",
}

// ofVectors are those of vectors: scalars, which have a gradient and a Hessian by v, and vectors, which have a Jacobian and a product with a vector.
var (
	ofVectors = []string{
		"logsumexp(v)", "cross_entropy(y, softmax(v))", "cross_entropy(y, v)", "cross_entropy_logits(y, v)", "binary_cross_entropy(y, v)", "bce_logits(y, v)",
		"nll(y, v)", "nll(y, log_softmax(v))", "kl_div(y, v)", "kl_div(v, y)", "kl_div(softmax(v), y)", "kl_div(y, softmax(v))", "kl_div(softmax(v), softmax(y))",
		"entropy(v)", "entropy(softmax(v))", "focal(y, v, g)", "focal(y, softmax(v), g)", "mse(y, v)", "mae(y, v)", "cosine_similarity(v, y)",
		"mvn_logpdf(v, y, S)", "mvn_logpdf(y, v, S)", "cross_entropy(smooth_labels(y, a), softmax(v))", "norm(v)", "norm(v)^2", "prod(v)", "max(v)", "mean(v)",
		"y'*sigmoid(v)", "sum(relu(v))", "sum(softplus(v))", "sum(silu(v) .* y)",
	}
	tensors = []string{
		"softmax(v)", "log_softmax(v)", "layer_norm(v, a)", "rms_norm(v, a)", "layer_norm(v, y, b, a)", "rms_norm(v, y, a)", "smooth_labels(v, a)", "softmax(v/a)",
		"sigmoid(v)", "silu(v)", "tanh(v)", "v/norm(v)", "cumsum(v)",
	}
)

// nestedIn are functions that are put into each other.
var nestedIn = []string{"sigmoid(%s)", "softplus(%s)", "tanh(%s)", "exp(%s)", "log(%s)", "silu(%s)", "sin(%s)", "sqrt(%s)", "(%s)^2", "1/(%s)"}

// theSet returns 300 formulas and more: derivatives of everything in the library, n-th derivatives, nests.
func theSet() []string {
	var set []string
	add := func(format string, args ...any) { set = append(set, fmt.Sprintf(format, args...)) }
	for _, f := range ofScalars {
		for order := 1; order <= 3; order++ {
			add("d(%s, x, %d)", f, order)
		}
	}
	for _, f := range ofVectors {
		add("grad(%s, v)", f)
		if f != "max(v)" { // whose derivative is a maximum over an index of no entries
			add("hess(%s, v)", f)
			add("hvp(%s, v, w)", f)
		}
	}
	for _, f := range tensors {
		add("jac(%s, v)", f)
		add("vjp(%s, v, w)", f)
	}
	for _, outer := range nestedIn {
		for _, inner := range nestedIn {
			add("d("+outer+", x)", fmt.Sprintf(inner, "x"))
		}
	}
	for _, f := range []string{"exp(-x^2)", "sin(x)", "x^n*log(x)", "1/(1 + x^2)", "exp(x)*sin(x)", "tan(x)", "x^x"} {
		add("d(%s, x, 4)", f)
	}
	return set
}

// declarations declares what a formula of the set is about.
func declarations(f string) string {
	decls := "param x, v[n], w[n], y[n], b[n], S[n,n], mu, s, delta, a, g\n"
	for _, scalar := range []string{"(y, x", "(x, y", "x^n"} {
		if strings.Contains(f, scalar) {
			decls = "param x, y, n, g\n"
		}
	}
	return decls
}

// simplifiedOfSet returns a formula of the set simplified, the work that took, and if asked for what it is as it comes out of the derivative operators.
func simplifiedOfSet(decls, f string, withRaw bool) (r *simplify.Result, raw syntax.Expr, work int, err error) {
	file, ds := parser.ParseFile("", decls+f)
	if ds.Err() != nil {
		return nil, nil, 0, ds
	}
	s := expr.NewSession()
	p, err := formula.New(s, file, formula.Options{Calculus: diff.NewCalculus(), Strict: true})
	if err != nil {
		return nil, nil, 0, err
	}
	x, free, err := p.Expression(file.Statements[len(file.Statements)-1].(*syntax.ExprStatement).X)
	if err != nil {
		return nil, nil, 0, err
	}
	z := simplify.New(p)
	if r, err = z.Simplify(x, free, simplify.Auto, nil); err != nil {
		return nil, nil, 0, err
	}
	work = s.Work()
	if !withRaw {
		return r, nil, work, nil
	}
	for _, rule := range simplify.Rules() {
		if rule.Name != "exponentials" { // exp(-x^2/2) is 1/sqrt(exp(x^2)) without it
			if err := z.Disable(rule.Name); err != nil {
				return nil, nil, 0, err
			}
		}
	}
	plain, err := z.Simplify(x, free, simplify.Index, nil)
	if err != nil {
		return nil, nil, 0, err
	}
	return r, plain.Text, work, nil
}

// The work that one formula of the set may take, and all of them: some 100 ns each on one core of 2020.
const (
	maxSetWork      = 1_200_000
	maxSetWorkOfAll = 14_000_000
)

// moreNames is the cost from which on a result may depend on which functions the formula calls, whose names compete in it.
const moreNames = 60

// sameNames reports whether a result calls all of the library that its formula calls.
func sameNames(f string, result syntax.Expr) bool {
	text := syntax.Print(result)
	for _, d := range builtin.Definitions() {
		if strings.Contains(f, d.Name.Name+"(") && !strings.Contains(text, d.Name.Name+"(") {
			return false
		}
	}
	return true
}

// TestSet holds that no result of the set is longer than what it was made from, that results simplify to themselves, and how much work they take, which is the same
// on every machine.
func TestSet(t *testing.T) {
	set := theSet()
	if len(set) < 300 {
		t.Errorf("only %d formulas", len(set))
	}
	all := 0
	for _, f := range set {
		r, raw, work, err := simplifiedOfSet(declarations(f), f, true)
		if err != nil {
			t.Errorf("%s: %v", f, err)
			continue
		}
		all += work
		if work > maxSetWork {
			t.Errorf("%s took %d steps", f, work)
		}
		if notation.Cost(r.Text) > notation.Cost(raw) && !strings.Contains(syntax.Print(raw), "sqrt(exp(") { // exp(-x^2/2) is read more easily
			t.Errorf("%s: %s is longer than %s", f, syntax.Print(r.Text), syntax.Print(raw))
		}
		again, _, _, err := simplifiedOfSet(declarations(f), syntax.Print(r.Text), false)
		if err != nil {
			t.Errorf("%s => %s: %v", f, syntax.Print(r.Text), err)
			continue
		}
		if notation.Cost(again.Text) < notation.Cost(r.Text) && (notation.Cost(r.Text) < moreNames || sameNames(f, r.Text)) {
			t.Errorf("%s => %s => %s", f, syntax.Print(r.Text), syntax.Print(again.Text))
		}
	}
	if all > maxSetWorkOfAll {
		t.Errorf("the set took %d steps", all)
	}
	t.Logf("%d formulas, %d steps", len(set), all)
}

// slowestShown is how many formulas a benchmark of the set names unless it is verbose.
const slowestShown = 10

// BenchmarkSet simplifies the whole set. It reports the time of the slowest formula and how many took 100 ms or more, each at its best of all
// rounds, and names the slowest ones; with -v all of them.
func BenchmarkSet(b *testing.B) {
	set := theSet()
	best := map[string]time.Duration{}
	for b.Loop() {
		for _, f := range set {
			start := time.Now()
			if _, _, _, err := simplifiedOfSet(declarations(f), f, false); err != nil {
				b.Fatal(f, err)
			}
			if t, ok := best[f]; !ok || time.Since(start) < t {
				best[f] = time.Since(start)
			}
		}
	}
	slow := 0
	for _, t := range best {
		if t >= 100*time.Millisecond {
			slow++
		}
	}
	slices.SortStableFunc(set, func(f, g string) int { return cmp.Compare(best[g], best[f]) })
	b.ReportMetric(float64(best[set[0]].Microseconds())/1000, "ms/slowest")
	b.ReportMetric(float64(slow), "of-100ms")
	shown := min(slowestShown, len(set))
	if testing.Verbose() {
		shown = len(set)
	}
	for _, f := range set[:shown] {
		b.Logf("%8.2f ms  %s", float64(best[f].Microseconds())/1000, f)
	}
}
