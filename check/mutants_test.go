package check

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-9905856d/derive/codegen"
	"github.com/seed-9905856d/derive/internal/mutate"
	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/syntax"
)

// mutatedResults are formulas with their right results, of which mutants are made.
var mutatedResults = []struct{ formula, right string }{
	{"param l[n], y[n]\ngiven sum(y) == 1\ngrad(cross_entropy(y, softmax(l)), l)", "softmax(l) - y"},
	{"param z[n]\njac(softmax(z), z)", "diag(softmax(z)) - softmax(z)*softmax(z)'"},
	{"param X[m,n], w[n], t[m]\ngrad(mean[r](bce_logits(t[r], X[r,:]*w)), w)", "X'*(sigmoid(X*w) - t)/m"},
	{"param x[n]\ngrad(sum[i](x[i]*x[i+1]), x)", "tensor[k in 1..n](x[k-1]*[k >= 2] + x[k+1]*[k <= n - 1])"},
	{"param x[n], v[n]\nhvp(logsumexp(x), x, v)", "softmax(x) .* (v - v'*softmax(x))"},
	{"param A[m,n], x[n], b[m]\ngrad(norm2(A*x - b)^2, x)", "2*A'*(A*x - b)"},
	{"param A[n,n], U[n,m]\ngiven A == A'\ngiven posdef(A)\ngrad(logdet(A + U*U'), U)", "2*inv(A + U*U')*U"},
	{"param x\nd(if(x > 1, x^3, 2*x + 1), x)", "if(x > 1, 3*x^2, 2)"},
	{"param x\nd(sigmoid(x), x)", "sigmoid(x)*(1 - sigmoid(x))"},
	{"param x\nd(exp(-x^2)*sin(3*x), x)", "3*cos(3*x)*exp(-x^2) - 2*x*sin(3*x)*exp(-x^2)"},
	{"param a, b\nd(atan2(a, b), a) + d(atan2(a, b), b)", "(b - a)/(a^2 + b^2)"},
	{"param x[n]\ntensor[k in 1..n](d(sum[i](sum[j in 1..i](x[i]*x[j])), x[k]))", "tensor[k in 1..n](sum[j in 1..k](x[j]) + sum[j in k..n](x[j]))"},
	{"param x[n]\ntensor[k in 1..n](d(prod(x), x[k]))", "tensor[k in 1..n](prod[i in 1..n | i != k](x[i]))"},
	{"param W[k,m], x[m], y[k]\ngiven sum(y) == 1\ngrad(cross_entropy(y, softmax(W*relu(x))), x)", "step(x) .* (W'*(softmax(W*relu(x)) - y))"},
	{"param x[n]\ngrad(sum[i, j | i != j](x[i]*x[j]^2), x)", "tensor[k in 1..n](sum[j in 1..n | j != k](x[j]^2 + 2*x[k]*x[j]))"},
	{"param Z[m,n], Y[m,n]\ngiven sum[k](Y[r,k]) == 1\ngrad(mean[r](cross_entropy(Y[r,:], softmax(Z[r,:]))), Z)", "(softmax(Z) - Y)/m"},
	{"param x\nd(lgamma(x^2 + 1), x)", "2*x*digamma(x^2 + 1)"},
	{"param a, b\nd(hypot(a, b) + erf(a*b) + tanh(a/(b^2 + 1)), a)", "a/hypot(a, b) + 2*b*exp(-(a*b)^2)/sqrt(pi) + (1 - tanh(a/(b^2 + 1))^2)/(b^2 + 1)"},
}

// equalResults are mutants of results whose value is that of the original, by a reason that the engine does not prove.
var equalResults = map[string]string{
	"hypot(a, b) => hypot(b, a)":             "hypot is symmetric",
	"a => -a":                                "the square of tanh is even, and so is hypot",
	"b => -b":                                "hypot is even",
	"n - 1 => 1000000001/1000000000*(n - 1)": "what is compared with it is an integer, and none lies between",
}

// TestMutatedResults makes mutants of right results and expects verification to find every one whose value differs. Without DERIVE_MUTANTS=all it
// tries one of three.
func TestMutatedResults(t *testing.T) {
	var table mutate.Table
	for _, c := range mutatedResults {
		lines := strings.Split(c.formula, "\n")
		table.Begin(lines[len(lines)-1] + " = " + c.right)
		u := load(t, c.formula)
		item := u.Items[len(u.Items)-1]
		right, ds := parser.ParseExpr("", c.right)
		if ds.Err() != nil {
			t.Fatal(c.right, ds)
		}
		var none Report
		places, _ := u.places(&none, 1, 6)
		places = append(places, u.extremePlaces(1)...)
		set := func(x syntax.Expr) {
			r := *item.Result
			r.Text, r.Index, r.Free = x, x, 0
			item.Result = &r
		}
		find := func(x syntax.Expr) (finding *Finding) {
			set(x)
			held, outside := 0, 0
			for _, p := range places {
				if p.precision > u.precision() {
					continue // they show what code loses
				}
				var r Report
				err := u.compare(&r, item, p)
				switch {
				case errors.Is(err, errOutside):
					outside++
				case err == nil && !p.extreme:
					held++
				}
				if len(r.Findings) > 0 && r.Findings[0].Problem == "" {
					return &r.Findings[0]
				} else if len(r.Findings) > 0 && finding == nil {
					finding = &r.Findings[0]
				}
			}
			if finding == nil && outside > held { // as verifying the file says
				return &Finding{}
			}
			return finding
		}
		if f := find(right); f != nil {
			t.Fatalf("%s is not right: %v", c.right, f)
		}
		for k, m := range mutate.Expressions(right, u.areAlike) {
			if k%3 != 0 && !mutate.All() {
				continue
			}
			switch f := find(m.X); {
			case f == nil:
				reason := "proved equal"
				if !provedEqual(t, lines, syntax.Print(m.X), c.right) {
					reason = equalResults[m.Change]
				}
				table.Survive(t, m.Change, reason)
			case f.Problem != "" && !strings.Contains(f.Problem, "is read at"): // an entry that is out of its range
				table.Refuse()
			default:
				table.Catch()
			}
		}
	}
	table.Hold(t, "testdata/mutants/results.txt")
}

// areAlike reports whether one name can stand in the place of another: inputs of the same sizes, and what are no inputs.
func (u *Unit) areAlike(a, b string) bool {
	x, ok := u.param(a)
	y, also := u.param(b)
	return ok == also && (!ok || slices.Equal(x.Dims, y.Dims))
}

// provedEqual reports whether the engine proves two results equal.
func provedEqual(t *testing.T, formula []string, left, right string) bool {
	t.Helper()
	file, ds := parser.ParseFile("", strings.Join(formula[:len(formula)-1], "\n"))
	if ds.Err() != nil {
		t.Fatal(ds)
	}
	claim := &syntax.Compare{Ops: []syntax.Op{syntax.Eq}}
	for _, text := range []string{left, right} {
		x, ds := parser.ParseExpr("", text)
		if ds.Err() != nil {
			t.Fatal(ds)
		}
		claim.Operands = append(claim.Operands, x)
	}
	p, err := Prove(file, claim, true, 1, 2)
	return err == nil && p.Verdict == Proved
}

// equalGo are changes of Go that change no value, or none by more than rounding does, with the reasons.
var equalGo = map[string]string{
	"n := len(l): l => y":                                                             "the lengths are equal, which is checked",
	"n := len(l): l => gradL":                                                         "the lengths are equal, which is checked",
	"n := len(x): x => gradX":                                                         "the lengths are equal, which is checked",
	"n := len(x): x => out":                                                           "the lengths are equal, which is checked",
	"for j := 0; j < len(Ai)-3; j += 4 {: Ai => x":                                    "the lengths are equal",
	"for j := 0; j < len(x)-3; j += 4 {: x => Ai":                                     "the lengths are equal",
	"for i2 := 0; i2 < len(gradX)-3; i2 += 4 {: gradX => Ai":                          "the lengths are equal",
	"top := math.Inf(-1): 1 => 2":                                                     "it is the sign that counts",
	"if li > top {: li > top => li >= top":                                            "what is assigned is then equal",
	"if math.IsInf(shift, 0) {: shift => sum4":                                        undefinedThere,
	"if math.IsInf(shift, 0) {: shift => sum3":                                        undefinedThere,
	"if math.IsInf(shift, 0) {: 0 => 1":                                               undefinedThere,
	"shift = 0: shift = 0 => _ = 0":                                                   undefinedThere,
	"shift = 0: shift => sum4":                                                        undefinedThere,
	"shift = 0: shift => sum3":                                                        undefinedThere,
	"shift = 0: 0 => 1":                                                               undefinedThere,
	"shift := top: shift := top => shift := (top) * 1.000000001":                      shiftedBack,
	"li := l[i]: li := l[i] => li := (l[i]) * 1.000000001":                            shiftedBack,
	"top = li: top = li => top = (li) * 1.000000001":                                  shiftedBack,
	"top := math.Inf(-1): top := math.Inf(-1) => top := (math.Inf(-1)) * 1.000000001": "it is the sign that counts",
	"if t == 0 {: 0 => 1":                                                             "every term then goes into the other of two sums that are added",
	"return sum3*math.Log1p(sum-1+sum2) - sum4: sum3*math.Log1p(sum-1+sum2) => math.Log1p(sum-1+sum2)": "sum3 is 1: given sum(y) == 1",
	"if sum2 < 0 {: sum2 < 0 => sum2 <= 0": "e is 1 where sum2 is 0",
}

const shiftedBack = "it is what the logits are shifted by, which is added again"

const undefinedThere = "the formula has no value where the largest logit is infinite"

// TestMutatedGo makes mutants of generated Go, compiles them all in one program, and expects verification to find every one whose value differs.
// Without DERIVE_MUTANTS=all it tries one of eight.
func TestMutatedGo(t *testing.T) {
	defer func(limit time.Duration) { callLimit = limit }(callLimit)
	callLimit = time.Second
	text, err := os.ReadFile("testdata/mutants/kernels.formula")
	if err != nil {
		t.Fatal(err)
	}
	code, err := os.ReadFile("testdata/mutants/kernels.go.txt")
	if err != nil {
		t.Fatal(err)
	}
	u := load(t, string(text))
	mutants, err := mutate.Go(code)
	if err != nil {
		t.Fatal(err)
	}
	if !mutate.All() {
		mutants = sampled(mutants)
	}
	start := time.Now()
	kernels, err := u.Kernels()
	if err != nil {
		t.Fatal(err)
	}
	signatures, err := u.functions(code, kernels)
	if err != nil {
		t.Fatal(err)
	}
	var none Report
	places, _ := u.places(&none, 1, 5)
	for _, p := range u.extremePlaces(1) {
		p.overflows = false // what the original code survives its mutants have to survive
		places = append(places, p)
	}
	places = append(places, u.longPlaces(1)...)
	refs := make([][][]*reference, len(places)) // by place, kernel and output
	for k, p := range places {
		refs[k] = make([][]*reference, len(kernels))
		for n := range kernels {
			for j := range kernels[n].Outputs {
				refs[k][n] = append(refs[k][n], u.reference(u.Problem.Kernels[n], j, p))
			}
		}
	}
	t.Logf("%d mutants; references after %v", len(mutants), time.Since(start))
	run := goMutants{u: u, kernels: kernels, places: places, refs: refs}
	original, err := run.execute(run.originals(code, signatures), signatures)
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range original {
		if v.finding != nil {
			t.Fatalf("%s is not right: %v", kernels[k].Name, v.finding)
		}
	}
	verdicts, err := run.execute(mutants, signatures)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("compiled and run after %v", time.Since(start))
	var table mutate.Table
	function := ""
	for k, m := range mutants {
		if m.Func != function {
			function = m.Func
			table.Begin("func " + function)
		}
		if verdicts[k].finding != nil {
			table.Catch()
		} else {
			table.Survive(t, m.Change, equalGo[m.Change])
		}
	}
	table.Hold(t, "testdata/mutants/go.txt")
}

// sampled returns one of eight mutants.
func sampled(mutants []mutate.GoMutant) []mutate.GoMutant {
	var out []mutate.GoMutant
	for k := 0; k < len(mutants); k += 8 {
		out = append(out, mutants[k])
	}
	return out
}

// goMutants runs mutants of Go.
type goMutants struct {
	u       *Unit
	kernels []codegen.Kernel
	places  []place
	refs    [][][]*reference
}

// A verdict is what has been found of a mutant.
type verdict struct{ finding *Finding }

// originals returns the code as a mutant of itself, once for every function.
func (g *goMutants) originals(code []byte, functions []signature) []mutate.GoMutant {
	var out []mutate.GoMutant
	for _, f := range functions {
		out = append(out, mutate.GoMutant{Code: code, Func: f.name})
	}
	return out
}

// execute compiles mutants in one program and compares the kernel that each changes.
func (g *goMutants) execute(mutants []mutate.GoMutant, functions []signature) ([]verdict, error) {
	joined, err := mutate.Join(mutants)
	if err != nil {
		return nil, err
	}
	at := make([]int, len(mutants)) // the kernel of a mutant
	var called []signature
	var kernels []codegen.Kernel
	var calls []call
	for k, m := range mutants {
		for n, f := range functions {
			if f.name == m.Func {
				at[k] = n
			}
		}
		f := functions[at[k]]
		for _, p := range g.places {
			c, err := f.call(k, g.kernels[at[k]], p.Point)
			if err != nil {
				return nil, err
			}
			calls = append(calls, c)
		}
		f.name = fmt.Sprintf("%s_%d", f.name, k)
		called, kernels = append(called, f), append(kernels, g.kernels[at[k]])
	}
	answers, err := execute(context.Background(), joined, called, kernels, calls)
	if err != nil {
		return nil, err
	}
	verdicts := make([]verdict, len(mutants))
	for k := range mutants {
		for i := range g.places {
			var r Report
			for j, ref := range g.refs[i][at[k]] {
				g.u.compareCompiled(&r, ref, answers[k*len(g.places)+i], j)
			}
			if len(r.Findings) > 0 {
				verdicts[k].finding = &r.Findings[0]
				break
			}
		}
	}
	return verdicts, nil
}
