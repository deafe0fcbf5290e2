package simplify_test

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/diff"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/internal/randformula"
	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/simplify"
	"github.com/seed-9905856d/derive/syntax"
	"github.com/seed-9905856d/derive/verify"
)

// simplified returns the printed result of the last statement of a text, in both notations, and the file.
func simplified(text string) (file *syntax.File, results []string, err error) {
	file, ds := parser.ParseFile("", text)
	if ds.Err() != nil {
		return nil, nil, ds.Err()
	}
	p, err := formula.New(expr.NewSession(), file, formula.Options{Calculus: diff.NewCalculus(), Strict: strings.Contains(text, "param ")})
	if err != nil {
		return file, nil, err
	}
	x := file.Statements[len(file.Statements)-1].(*syntax.ExprStatement).X
	t, free, err := p.Expression(x)
	if err != nil {
		return file, nil, err
	}
	if err := expr.Check(t.Value); err != nil {
		return file, nil, err
	}
	r, err := simplify.New(p).Simplify(t, free, simplify.Auto, nil)
	if err != nil {
		return file, nil, err
	}
	return file, []string{syntax.Print(r.Text), syntax.Print(r.Index)}, nil
}

// values returns the entries of the last statement of a file, and of results in its place, at a point.
func values(file *syntax.File, results []string, sizes map[string]int, seed uint64, precision uint) (want []float64, got [][]float64, err error) {
	point := samplePoint(file, sizes, seed)
	eval := func(x syntax.Expr) ([]float64, error) {
		e := verify.NewEvaluator(verify.Source{File: file, Library: builtin.Definitions()}, point, precision)
		t, err := e.Eval(x)
		if err != nil {
			return nil, err
		}
		if e.Cancelled() || precision > fuzzPrecision && e.LargestExponent() > int64(precision)/2 {
			return nil, errSkip
		}
		out := make([]float64, len(t.Data))
		for k, v := range t.Data {
			out[k] = v.Real().Float64()
			if e.Overflowed() && (math.IsNaN(out[k]) || math.IsInf(out[k], 0)) { // beyond the exponents of the numbers that are compared
				return nil, errSkip
			}
		}
		return out, nil
	}
	want, err = eval(file.Statements[len(file.Statements)-1].(*syntax.ExprStatement).X)
	if err != nil {
		return nil, nil, errSkip
	}
	for _, r := range results {
		x, ds := parser.ParseExpr("", r)
		if ds.Err() != nil {
			return nil, nil, fmt.Errorf("the result does not read: %s: %w", r, ds.Err())
		}
		v, err := eval(x)
		if errors.Is(err, errSkip) {
			return nil, nil, err
		}
		if e := (*verify.Error)(nil); errors.As(err, &e) && e.Limit {
			return nil, nil, errSkip
		}
		if err != nil {
			return nil, nil, fmt.Errorf("the result has no value: %s: %w", r, err)
		}
		got = append(got, v)
	}
	return want, got, nil
}

// samplePoint draws moderate values, 0, ±1 and equal ones among them, so that exponentials of products of them do not
// overflow.
func samplePoint(file *syntax.File, sizes map[string]int, seed uint64) verify.Point {
	rng := rand.New(rand.NewPCG(seed, 17))
	p := verify.Point{Sizes: sizes, Values: map[string]verify.Value{}}
	for _, d := range verify.Params(file) {
		v := verify.Value{}
		count := 1
		for _, size := range d.Sizes {
			n, ok := sizes[syntax.Print(size)]
			if !ok {
				n, _ = strconv.Atoi(syntax.Print(size))
			}
			v.Shape = append(v.Shape, n)
			count *= n
		}
		for range count {
			r := big.NewRat(rng.Int64N(41)-20, 16)
			if rng.IntN(5) == 0 {
				r = big.NewRat(rng.Int64N(3)-1, 1)
			}
			v.Data = append(v.Data, verify.Entry{Rat: r})
		}
		p.Values[d.Name.Name] = v
	}
	assume(p, file)
	return p
}

// assume makes a point satisfy the fact of its file, one of [randformula.Facts].
func assume(p verify.Point, file *syntax.File) {
	set := func(name string, k int, r *big.Rat) { p.Values[name].Data[k] = verify.Entry{Rat: r} }
	magnitude := func(name string) *big.Rat {
		return new(big.Rat).Add(big.NewRat(1, 16), new(big.Rat).Abs(p.Values[name].Data[0].Rat))
	}
	for _, s := range file.Statements {
		given, ok := s.(*syntax.Given)
		if !ok {
			continue
		}
		switch syntax.Print(given.Cond) {
		case "sum(y) == 1":
			rest := big.NewRat(1, 1)
			for _, y := range p.Values["y"].Data[1:] {
				rest.Sub(rest, y.Rat)
			}
			set("y", 0, rest)
		case "onehot(y)":
			hot := int(new(big.Int).Mod(p.Values["y"].Data[0].Rat.Num(), big.NewInt(int64(len(p.Values["y"].Data)))).Int64())
			for k := range p.Values["y"].Data {
				set("y", k, new(big.Rat))
			}
			set("y", hot, big.NewRat(1, 1))
		case "b != 1":
			if p.Values["b"].Data[0].Rat.Cmp(big.NewRat(1, 1)) == 0 {
				set("b", 0, big.NewRat(1, 2))
			}
		case "a > 0":
			set("a", 0, magnitude("a"))
		case "S == S'":
			s := p.Values["S"]
			for k := range s.Data {
				n := s.Shape[0]
				set("S", k, s.Data[min(k, k%n*n+k/n)].Rat)
			}
		case "0 < b and b < 1", "0 < b < 1":
			m := magnitude("b")
			set("b", 0, m.Quo(m, new(big.Rat).Add(m, big.NewRat(1, 1))))
		case "0 < q[i] < 1":
			for k, q := range p.Values["q"].Data {
				m := new(big.Rat).Add(big.NewRat(1, 16), new(big.Rat).Abs(q.Rat))
				set("q", k, m.Quo(m, new(big.Rat).Add(m, big.NewRat(1, 1))))
			}
		case "a > b":
			set("a", 0, new(big.Rat).Add(p.Values["b"].Data[0].Rat, magnitude("a")))
		case "integer(k)":
			k := p.Values["k"].Data[0].Rat
			set("k", 0, new(big.Rat).SetInt(new(big.Int).Div(k.Num(), k.Denom())))
		default:
			panic("no sample satisfies " + syntax.Print(given.Cond))
		}
	}
}

var errSkip = errors.New("the formula has no value here")

// near reports whether two values computed in high precision agree.
func near(a, b float64) bool {
	return a == b || math.Abs(a-b) <= 1e-13*math.Max(1, math.Max(math.Abs(a), math.Abs(b)))
}

// tally counts what was compared.
type tally struct{ values, refused, skipped atomic.Int64 }

// fuzzPrecision is the number of bits in which values are compared, at first.
const fuzzPrecision = 160

// checkText holds the results for a text against the text itself at small sizes and one larger.
func checkText(text string, seed uint64, count *tally) error {
	return checkWith(simplified, text, seed, count)
}

// checkWith is [checkText] of the results of a function.
func checkWith(of func(text string) (*syntax.File, []string, error), text string, seed uint64, count *tally) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s\n%s", r, text, debug.Stack())
		}
	}()
	file, results, err := of(text)
	if err != nil {
		if strings.Contains(err.Error(), "is supported where it is taken of entries") || strings.Contains(err.Error(), "too large to print") || strings.Contains(err.Error(), "division by zero") {
			count.refused.Add(1)
			return nil
		}
		return fmt.Errorf("%w\n%s", err, text)
	}
	for _, n := range []int{1, 2, 3, 5} {
		sizes := map[string]int{"n": n, "m": 2}
		want, got, err := values(file, results, sizes, seed, fuzzPrecision)
		if errors.Is(err, errSkip) {
			count.skipped.Add(1)
			continue
		}
		if err != nil {
			return fmt.Errorf("n = %d: %w\n%s", n, err, text)
		}
		for k, g := range got {
			if len(g) == 1 { // a free index that does not occur in the result
				g = slices.Repeat(g, len(want))
			}
			if len(g) != len(want) {
				return fmt.Errorf("n = %d: %d entries, want %d\n%s\n=> %s", n, len(g), len(want), text, results[k])
			}
			for j := range want {
				if math.IsNaN(want[j]) || math.IsInf(want[j], 0) {
					count.skipped.Add(1)
					continue
				}
				count.values.Add(1)
				if near(g[j], want[j]) {
					continue
				}
				// Terms that are as large as an exponential of a square may cancel.
				exact, again, err := values(file, results, sizes, seed, 16*fuzzPrecision)
				if errors.Is(err, errSkip) { // so large that even these bits may cancel
					count.skipped.Add(1)
					continue
				}
				if err != nil || len(again[k]) != len(g) || !near(again[k][j], exact[j]) {
					return fmt.Errorf("n = %d, entry %d: %v, want %v\n%s\n=> %s", n, j, g[j], want[j], text, results[k])
				}
			}
		}
	}
	return nil
}

// fuzzForms are what is asked of a random formula.
var fuzzForms = []string{"%s", "grad(%s, x)", "d(%s, x[1])", "grad(%s, X)", "hess(%s, x)", "hvp(%s, x, y)", "d(%s, x[u])"}

// randomText returns the text of a random file with one expression.
func randomText(seed uint64) string {
	form := fuzzForms[seed%uint64(len(fuzzForms))]
	g := randformula.New(seed)
	// At the kink of abs(x^2), which is x^2, the edges that the language declares give a second derivative of 0, not 2.
	g.Smooth = strings.HasPrefix(form, "h")
	definitions, e := g.File()
	text := randformula.Inputs
	if fact := g.Fact(); fact != "" {
		text += "given " + fact + "\n"
	}
	return text + definitions + fmt.Sprintf(form, e)
}

// randomMatrixText returns the text of a random file with one expression of matrices.
func randomMatrixText(seed uint64) string {
	g := randformula.New(seed)
	text := randformula.MatrixInputs
	switch seed % 10 {
	case 7:
		return text + g.Kron(2)
	case 8:
		return text + g.KronVector(2)
	case 9:
		return text + "jac(" + g.KronVector(1) + ", " + "x" + ")"
	case 4:
		return text + "jac(" + g.Matrix(1) + ", X)"
	case 0:
		return text + g.Matrix(3)
	case 1:
		return text + g.MatrixScalar(3)
	case 2:
		return text + "jac(" + g.MatrixVector(2) + ", x)"
	case 3:
		return text + "grad(" + g.MatrixScalar(2) + ", S)"
	}
	return text + "grad(" + g.MatrixScalar(2) + ", X)"
}

// TestRandomMatrices is [TestRandomFormulas] of formulas of matrices and their inverses and determinants.
func TestRandomMatrices(t *testing.T) { testRandom(t, 200, 2, randomMatrixText) }

// TestRandomFormulas holds closed forms, gradients and Hessians of random formulas, under facts, against the formula as it is
// written, which the witness evaluates and differentiates by other means. DERIVE_CASES sets the number of seeds and DERIVE_FROM
// the first.
func TestRandomFormulas(t *testing.T) { testRandom(t, 500, 8, randomText) }

// firstSeed returns the seed that DERIVE_FROM says random tests start at.
func firstSeed() uint64 {
	from, _ := strconv.ParseUint(os.Getenv("DERIVE_FROM"), 10, 64)
	return from
}

// testRandom checks the texts of many seeds; each is expected to bring at least so many values on average.
func testRandom(t *testing.T, cases uint64, values int64, text func(seed uint64) string) {
	from := firstSeed()
	if v, err := strconv.ParseUint(os.Getenv("DERIVE_CASES"), 10, 64); err == nil {
		cases = v
	}
	var count tally
	var next, failures atomic.Uint64
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for failures.Load() <= 5 {
				k := next.Add(1) - 1
				if k >= cases {
					return
				}
				if err := checkText(text(from+k), from+k, &count); err != nil {
					t.Errorf("seed %d: %v", from+k, err)
					failures.Add(1)
				}
			}
		})
	}
	workers.Wait()
	t.Logf("%d formulas from seed %d: %d values compared, %d points or values skipped, %d refused with a clear error",
		cases, from, count.values.Load(), count.skipped.Load(), count.refused.Load())
	if count.values.Load() < int64(cases)*values {
		t.Errorf("only %d values of %d formulas were compared", count.values.Load(), cases)
	}
}

// found are formulas whose results were once wrong.
var found = []string{
	// A product of differences over itself.
	"param a, x[n], y[n]\nv1 = (x - y)\nv2[q in 1..n] = (sum[j in q..n](x[q]) - x[q])\nhvp(prod[i in 1..n](sum[j in 1..i](v1[i]/(1 + (v2[j])^2))), x, y)",
	// A factor that conditions guard in every term stays there while a sum beside it is put over a common denominator.
	"param a, b, x[n], y[n]\ntensor[i in 1..n](if(i == 2, 3*exp(x[i])*(1 + y[i]/sum(exp(x)))/sum(exp(x)), 0) - b*(exp(x[2])*(b/sum(exp(x)) + y[2]*[n >= 2])*[i <= n-1]/sum(exp(x)) + exp(x[2])*exp(x[i])*(a + 1/sum(exp(x)))*[n>=2]/sum(exp(x))^2))",
	"param x[n], y[n]\nv1[q in 1..n] = sum[j in 1..n-1](sum[k in 1..2](x[j]))\nhvp(sum[i in 1..n](if(i == 2, softmax(v1.*x)[i], (y[i])^2)), x, y)",
	// A branch that is -inf is no difference of infinities where the other is taken.
	"param x[n], m[n]\nlogsumexp[i in 1..n](x[i] + if(m[i] > 0, 0, -inf))",
	"param x[n], m[n]\nmax[i in 1..n](if(m[i] >= 1/2, x[i], -inf))",
	"param x[n], m[n]\ngrad(logsumexp[i in 1..n](if(m[i] > 0, x[i], -inf)), x)",
	"param x[n], m[n]\ngrad(sum(softmax(tensor[i](x[i] + if(m[i] > 0, 0, -inf))).^2), x)",
	// What sums have in common stays under the conditions of their terms where it may have no value without.
	"param w[m], x[n], X[m,n]\nv1 = sigmoid(x)\nhess(prod[i in 1..n](w'*X*x*sum[j in 2..n](v1[j])), x)",
	"param x[n]\nhess((sum(x)*sum[j in 2..n](x[j]))^n, x)",
	// A product with a scalar in it is not turned around factor by factor, nor put into another product.
	"param x[n], y[n], w[m]\nw*y'*((y .* x)'*y)*2",
	"param x[n], y[n], w[m], X[m,n]\nv2 = X'*w\ngrad(sqrt(1 + (sqrt(1 + (cross_entropy(y.^2, softmax(v2)))^2))^2), X)",
	// The gamma function of n + 1 - i is not written by that of n - i.
	"param a, x[n], y[n]\nexp(-(mean[i in 1..n](prod[j in 1..i]((n + 1 - j))))^2)*y[1]",
	// What an entry has that is read outside its range is not asked for, where a condition further out guards it.
	"param x[n], y[n]\nv1[q in 1..n] = if(q == 2, softmax(softmax(x))[q], (x[q] - x[q]))\nhess(sum[i in 1..n]((y[i] - v1[i])), x)",
	// The range of a sum guards what is read where it is empty, in matrix notation too.
	"param x[n], y[n]\ngrad(sum[j in 1..n-1](y[n-1]*x[n-1]), x)",
	"param a, x[n], y[n]\nsum[j in 1..n-1](a^(n - 2)) + sum[j in 1..n-1](y[n-1])",
	// No power that is 0^(-1) for some sizes leaves a sum that is empty there, inside a piecewise part either.
	"param x[n], y[n]\ngrad(sum[i in 1..n](prod[j in 1..n-1](if(i != 2, x[i], y[j]))), x)",
	// The same of 0 to a power, and of the tangent at a sum.
	"param w[m], x[n], X[m,n]\nv2[q in 1..n] = logsumexp[j in 1..n](x[j]/(1 + (x[q])^2))\nd(prod[i in 1..n](prod[j in 2..n]([i == j]*v2[i])), x[1])",
	"param x[n]\nd(prod[i in 1..n](sin(sum[j in 1..n](x[j]))), x[1])",
	// The entries of hardmax sum to 1 where no index is beside them.
	"param x[n]\ngrad(sum[i in 1..n-1](max[k in 1..n](k*x[i])), x)",
	"param x[n]\nsum[k in 1..n](k*hardmax(x)[k])",
	// Terms with the same exponential are put together without dividing by what else they have as factors.
	"param x[n], y[n]\nv1[q in 1..n] = (exp(x[q]) - sum[j in 1..n | j != q](x[j]))\nv2 = v1.*x\nhvp(logsumexp[i in 1..n]((x[i] - v1[i])), x, y)",
	// A sum that is empty takes no power of what may be 0 out that is an inverse only then.
	"param w[m], x[n], y[n], X[m,n]\nd(prod[i in 1..n-1](w'*X*x*relu(y[i+1])), x[1])",
	"param c, y[n]\nd(prod[i in 1..n-1](c*relu(y[i+1])), c)",
	// What is clamped in a sum's body is not the entry at another index.
	"param x[n]\nd(logsumexp[i in 1..n](mean[j in 1..n](x[j])*relu(x[i])), x[1])",
	// A power with a symbolic exponent may be of what is 0: its cosine is not taken for a tangent.
	"param x[n]\nv[q in 1..n] = prod[j in 1..n](sin(x[q]))\ngrad(mean(v), x)",
	// A name put in for a body must not divide by what may be 0.
	"param x[n], a\nv[q in 1..n] = (sum[j in 2..n](x[q]))^2\ngrad(sum[i in 1..n](v[i]) - a*a, x)",
	"param x[n], y[n]\nv[q in 1..n] = x[q]/(1 + (sum[j in 1..n | j != q](x[q]))^2)\nhvp(sum[i in 1..n](x[i]*v[i]), x, y)",
	// A condition guards the factors that it stands with.
	"param x[n]\nhess(prod[i in 1..n](sum[j in 1..n-1](x[j+1]))*prod[i in 2..n](x[i]), x)",
	"param x[n], X[m,n]\nv[q in 1..n] = softmax(X'*(X*x))[q]\ngrad(prod[i in 2..n](tanh(sum[j in 2..n](v[j]))), x)",
	// A name has no entries outside its axes.
	"param x[n]\nsum[i in 2..n](exp(n + 1 - i))",
	// A branch that is not taken does not reach the result.
	"param x[n]\ngrad(sum(elu(x)), x)",
	// The size of a call says nothing of an index where its argument is of an index bound further in.
	"param x[n], X[m,n]\ngrad(sum[i in 1..m](logsumexp[j in 1..n](X[i,j] + x[j])), x)",
	// A product over no index is 1, whatever its factor.
	"param x[n]\ngrad(logsumexp[i in 1..n](prod[j in 1..n | j != i](x[i])), x)",
	"param x[n], y[n]\nhess(logsumexp[i in 1..n](prod[j in 1..n | j != i]((x[i] + y[i]))), x)",
	"param a, x[n]\nd(prod[j in 2..n](a^j), a)",
	// A product over an index may be 0.
	"param x[n], u\ns1 = prod[i in 1..n](sum[j in 1..n | j != i](x[i]))\nd(s1, x[1])",
	"param a, x[n]\ns1 = prod[i in 2..n](if(i != n, x[i], x[i]))\ngrad(silu(sqrt(1 + (a)^2)*a*s1), x)",
	// A symbolic exponent may be lowered below 0.
	"param x[n], y[n]\nv1[q in 1..n] = sum[j in 1..n](sum[k in 1..n-1](x[q]))\nhvp(sum[i in 1..n](prod[j in 1..n](x[i])), x, y)",
	// A name put in with a minus sign divides by what may be 0 as well.
	"param y[n], x[n]\ns2 = cross_entropy(y.^2, softmax(x))\nhess(silu(s2/(1 + ((s2)^2)^2)), x)",
	// Where a division takes too long there is no quotient.
	"param x[n], y[n]\ngiven onehot(y)\nv2[q in 1..n] = x[q]/(1 + ((n + 1 - q))^2)/(1 + ((x[q])^2)^2)\nhvp(mean[i in 1..n](v2[i]/(1 + (v2[i])^2)*x[i]*v2[i]), x, y)",
	// A matrix and the row that a broadcast number would be cannot be added.
	"param A[m,n], x[n], v[n]\njvp(softmax(A*x), x, v)",
	// Nothing is bound yet where the indices of a sum show what a subscript stands for.
	"param a, b, x[n], y[n], w[m], X[m,n]\nv1[q in 1..n] = sum[j in 1..n | j != q](softmax(sigmoid(x))[q])\ns2 = mean(X'*(X*v1))\nhess(mean(y + y)*3*s2, x)",
	// A matrix of zeros is no multiple of another: nothing is divided by 0.
	"param x[n], A[n,n], B[n,n]\ninv(kron(A, B - B))*vec(A*0 + x*x') + vec(A)",
	"param x[n], B[n,n]\nnorm2(solve((B - B), x))^2",
	"param B[n,n]\ndet(B - B) + 1",
}

func TestFound(t *testing.T) {
	var count tally
	for _, text := range found {
		for seed := range uint64(5) {
			if err := checkText(text, seed, &count); err != nil {
				t.Error(err)
				break
			}
		}
	}
}
