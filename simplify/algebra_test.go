package simplify_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/seed-9905856d/derive/diff"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/internal/randformula"
	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/simplify"
	"github.com/seed-9905856d/derive/syntax"
)

// A chooser takes one of several texts at random.
type chooser struct{ rng *rand.Rand }

func (c chooser) one(choices ...string) string { return choices[c.rng.IntN(len(choices))] }

// An algebra makes random sums over ranges and quotients of polynomials.
type algebra struct{ chooser }

// ranges returns the ends of a range, which may be empty or end before it begins.
func (a algebra) ranges() (lo, hi string) {
	return a.one("1", "1", "1", "0", "2", "3", "m", "-1"), a.one("n", "n", "n-1", "n+1", "n-2", "4", "5", "m", "2*n")
}

// polynomial returns a polynomial in the given names.
func (a algebra) polynomial(depth int, names ...string) string {
	if depth == 0 || a.rng.IntN(5) == 0 {
		return a.one(append(names, "1", "2", "3", "1/2")...)
	}
	p, q := a.polynomial(depth-1, names...), a.polynomial(depth-1, names...)
	switch a.rng.IntN(6) {
	case 0, 1:
		return fmt.Sprintf("(%s + %s)", p, q)
	case 2:
		return fmt.Sprintf("(%s - %s)", p, q)
	case 3, 4:
		return p + "*" + q
	}
	return fmt.Sprintf("(%s)^%d", p, 2+a.rng.IntN(2))
}

// quotient returns a quotient of polynomials that mostly have factors in common.
func (a algebra) quotient(names ...string) string {
	common := a.polynomial(1+a.rng.IntN(2), names...)
	p, q := a.polynomial(2, names...), a.polynomial(1, names...)
	switch a.rng.IntN(4) {
	case 0:
		return fmt.Sprintf("(%s)*(%s)/((%s)*(%s))", p, common, q, common)
	case 1:
		return fmt.Sprintf("(%s)/(%s) - (%s)/((%s)*(%s))", p, common, q, common, q)
	case 2:
		return fmt.Sprintf("((%s)^2 - (%s)^2)/(%s - (%s))", p, q, p, q)
	}
	return fmt.Sprintf("(%s)/(%s) + %s", p, common, a.one("sqrt(a^2 + 1)", "exp(b)", "abs(a)", "x[1]", "1/(1 + exp(-b))"))
}

// sum returns a sum or product over a range.
func (a algebra) sum() string {
	lo, hi := a.ranges()
	switch a.rng.IntN(9) {
	case 0, 1:
		return fmt.Sprintf("sum[k in %s..%s](%s)", lo, hi, a.polynomial(2, "k", "k", "a", "n"))
	case 2:
		end := a.one("k", "k-1", "k+1")
		return fmt.Sprintf("sum[k in %s..%s](sum[j in %s..%s](%s))", lo, hi, a.one("1", "2", "0"), end, a.polynomial(2, "k", "j", "b"))
	case 3:
		base := a.one("2", "3", "(1/2)", "(-1)", "(-2)", "0")
		return fmt.Sprintf("sum[k in %s..%s](%s*%s^(%s))", a.one("0", "1", "2"), hi, a.one("a", "3", "x[1]"), base, a.one("k", "k+1", "n+1-k", "2*k", "k-1"))
	case 4:
		return fmt.Sprintf("sum[k in %s..%s](b^(%s))", a.one("0", "1"), a.one("n", "n+1", "n-1"), a.one("k", "k+1", "2*k"))
	case 5:
		f := a.one("x[%s]", "x[%s]^2", "1/(1 + %s)", "%s^2", "a*x[%s]")
		at := func(k string) string { return fmt.Sprintf(f, k) }
		return fmt.Sprintf("sum[k in 1..n-1](%s - %s)", at("(k+1)"), at("(k)"))
	case 6:
		return fmt.Sprintf("sum[k in 1..n](%s) - sum[k in %s..%s](%s)", "x[k]", a.one("1", "2"), a.one("n", "n-1"), "x[k]")
	case 7:
		return fmt.Sprintf("prod[k in %s..%s](%s)", a.one("1", "2", "3"), a.one("n", "n+1", "4", "n-1"), a.one("k", "k+1", "2*k", "2^k", "k-1", "x[1]+k"))
	}
	return fmt.Sprintf("sum[i in 1..n](x[i]*sum[k in %s..%s](%s))", a.one("1", "2"), a.one("i", "n", "i-1"), a.polynomial(2, "k", "i", "a"))
}

// algebraText returns the text of a random file with one expression.
func algebraText(seed uint64) string {
	a := algebra{chooser{rand.New(rand.NewPCG(seed, 0xa19eb7a))}}
	text := randformula.Inputs
	if a.rng.IntN(3) == 0 {
		text += "given b != 1\n"
	}
	var e string
	switch a.rng.IntN(5) {
	case 0, 1:
		e = a.sum()
	case 2:
		e = a.quotient("a", "b", "x[1]")
	case 3:
		e = fmt.Sprintf("%s %s %s", a.sum(), a.one("+", "-", "*"), a.sum())
	default:
		e = fmt.Sprintf("sum[i in 1..n](%s)", a.quotient("a", "x[i]", "y[i]"))
	}
	return text + a.shape(e)
}

// shape takes an expression or a derivative of it.
func (a algebra) shape(e string) string {
	switch a.rng.IntN(5) {
	case 0:
		return fmt.Sprintf("d(%s, a)", e)
	case 1:
		return fmt.Sprintf("grad(%s, x)", e)
	}
	return e
}

// TestRandomAlgebra is [TestRandomFormulas] of sums over ranges of integers and of quotients of polynomials.
func TestRandomAlgebra(t *testing.T) { testRandom(t, 600, 3, algebraText) }

// forms are what results are asked to look like.
var forms = []string{"expand", "factor", "cancel", "collect=a", "partial=a", "horner=a", "collect=x[1]"}

// inForm returns the last statement of a text in a form, both notations of it, and what the search did on the way.
func inForm(text, form string) (file *syntax.File, results []string, err error) {
	file, ds := parser.ParseFile("", text)
	if ds.Err() != nil {
		return nil, nil, ds.Err()
	}
	p, err := formula.New(expr.NewSession(), file, formula.Options{Calculus: diff.NewCalculus(), Strict: true})
	if err != nil {
		return file, nil, err
	}
	t, free, err := p.Expression(file.Statements[len(file.Statements)-1].(*syntax.ExprStatement).X)
	if err != nil {
		return file, nil, err
	}
	f, err := simplify.ParseForm(form)
	if err != nil {
		return file, nil, err
	}
	z := simplify.New(p)
	z.SetForm(f)
	r, err := z.Simplify(t, free, simplify.Auto, nil)
	if err != nil {
		return file, nil, err
	}
	return file, []string{syntax.Print(r.Text), syntax.Print(r.Index)}, nil
}

// TestRandomForms holds the forms of random formulas against the formulas.
func TestRandomForms(t *testing.T) {
	refused := 0
	count := testTexts(t, 400, func(seed uint64) (string, func(string) (*syntax.File, []string, error)) {
		return algebraText(seed), func(text string) (*syntax.File, []string, error) {
			file, results, err := inForm(text, forms[seed%uint64(len(forms))])
			if errors.Is(err, simplify.ErrNoForm) {
				refused++
				return inForm(text, "auto")
			}
			return file, results, err
		}
	})
	if refused > count/3 {
		t.Errorf("%d of %d forms were refused", refused, count)
	}
}

// testTexts checks texts of many seeds, one after the other, with a function of their own that simplifies.
func testTexts(t *testing.T, cases int, text func(seed uint64) (string, func(string) (*syntax.File, []string, error))) int {
	t.Helper()
	var count tally
	for k := range cases {
		seed := firstSeed() + uint64(k)
		content, of := text(seed)
		if err := checkWith(of, content, seed, &count); err != nil {
			t.Errorf("seed %d: %v", seed, err)
		}
	}
	if count.values.Load() < 2*int64(cases) {
		t.Errorf("only %d values of %d formulas were compared", count.values.Load(), cases)
	}
	return cases
}

// TestForms holds forms against what they are expected to be.
func TestForms(t *testing.T) {
	for _, c := range []struct{ form, text, want string }{
		{"expand", "param x, y\n(x + 1)^2*(y - 2)", "y + 2*x*y + y*x^2 - 2 - 4*x - 2*x^2"},
		{"expand", "param x\n(sigmoid(x) + 1)^2", "1 + 2*sigmoid(x) + sigmoid(x)^2"},
		{"expand", "param x[n]\nsum((x + 1).^2)", "n + x'*x + 2*sum(x)"},
		{"expand", "param x[n], y[n]\n(x - y)'*(x - y)", "y'*y + x'*x - 2*x'*y"},
		{"factor", "param x\nx^3 - 3*x^2 + 3*x - 1", "(x - 1)^3"},
		{"factor", "param a, b, x\na^2*x - b^2*x", "x*(a + b)*(a - b)"},
		{"factor", "param x\nexp(2*x) - 1", "(1 + exp(x))*(exp(x) - 1)"},
		{"cancel", "param x\n1/(x - 1) - 1/(x + 1)", "2/(x^2 - 1)"},
		{"cancel", "param a, b\n(a^2 - b^2)/(a - b)", "a + b"},
		{"cancel", "param y, p\n-y/p + (1 - y)/(1 - p)", "(y - p)/(p^2 - p)"},
		{"collect=x", "param x, a, b, c\na*x^2 + b*x + x*(x - 1)*c + 3", "3 + x*(b - c) + x^2*(a + c)"},
		{"partial=x", "param x\n1/(x^2 - 1)", "(1/(x - 1) - 1/(1 + x))/2"},
		{"partial=x", "param x\n(x^3 + 2)/((x - 1)^2*(x^2 + 1))", "3/(2*(x - 1)^2) + (1 + 2*x)/(2*(1 + x^2))"},
		{"horner=x", "param x\n(x + 1)^3", "1 + x*(3 + x*(3 + x))"},
		{"auto", "param a, b\n(a^2 - b^2)/(a - b)", "a + b"},
	} {
		_, results, err := inForm(c.text, c.form)
		if err != nil || results[0] != c.want {
			t.Errorf("%s of %q is %v, %v, want %s", c.form, c.text, results, err, c.want)
		}
	}
}

// TestFormErrors asks for forms that there are not, and that a result cannot have.
func TestFormErrors(t *testing.T) {
	for _, text := range []string{"", "expant", "collect", "expand=x", "collect=", "collect=)", "auto=x"} {
		if f, err := simplify.ParseForm(text); !errors.Is(err, simplify.ErrForm) {
			t.Errorf("ParseForm(%q) = %v, %v", text, f, err)
		}
	}
	for _, c := range []struct{ form, text, want string }{
		{"collect=z", "param x\nx + 1", "it has no z"},
		{"partial=x", "param x, a, b\n1/((x - a)*(x - b))", "which may be 0"},
	} {
		if _, results, err := inForm(c.text, c.form); !errors.Is(err, simplify.ErrNoForm) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s of %q: %v, %v", c.form, c.text, results, err)
		}
	}
}

// TestFormString reads what forms print.
func TestFormString(t *testing.T) {
	for _, text := range []string{"auto", "expand", "factor", "cancel", "collect=x[k+1]", "partial=x", "horner=x"} {
		f, err := simplify.ParseForm(text)
		if err != nil || f.String() != text || f.IsAuto() != (text == "auto") {
			t.Errorf("%q is %v, %v", text, f, err)
		}
	}
}

// TestClosedForms holds closed forms against what they are expected to be: of sums that are closed, and of those that would be wrong.
func TestClosedForms(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"param x[n]\nsum[i in 1..n](i)", "n*(1 + n)/2"},
		{"param x[n]\nsum[i in 1..n](i^2)", "n*(1 + n)*(1 + 2*n)/6"},
		{"param x[n]\nsum[i in 1..n](i^3)", "n^2*(1 + n)^2/4"},
		{"sum[k in 1..5](k^2)", "55"},
		{"sum[k in 1..10](1/k)", "7381/2520"},
		{"param x[n]\nsum[i in 1..n](sum[j in 1..i](j))", "n*(1 + n)*(2 + n)/6"},
		{"param x[n], a\nsum[k in 1..n](a*k^2)", "a*n*(1 + n)*(1 + 2*n)/6"},
		{"param x[n]\nsum[k in 0..n](2^k)", "2^(1 + n) - 1"},
		{"param x[n], q\nsum[k in 0..n](q^k)", "sum[k in 0..n](q^k)"}, // not where q is 1
		{"param x[n], q\ngiven q != 1\nsum[k in 0..n](q^k)", "(1 - q^(1 + n))/(1 - q)"},
		{"param x[n], q\ngiven 0 < q < 1\nsum[k in 1..n](q^k)", "q*(1 - q^n)/(1 - q)"},
		{"param x[n], q\ngiven q > 2\nsum[k in 0..n-1](q^k)", "(1 - q^n)/(1 - q)"},
		{"param x[n], q\ngiven q > 0\nsum[k in 0..n](q^k)", "sum[k in 0..n](q^k)"},
		{"param x[n], q\ngiven q != 1\nsum[k in 0..n](q^(2*k))", "sum[k in 0..n](q^(2*k))"}, // nor where q is -1
		{"param x[n]\nsum[i in 1..n-1](x[i+1] - x[i])", "x[n] - x[1]"},
		{"param x[n]\nsum(x) - sum[i in 1..n-1](x[i])", "x[n]"},
		{"param x[n]\nsum[i in 1..n-2](x[i+2] - x[i])", "sum[i in 1..n-2](x[i+2] - x[i])"}, // n may be 1
		{"param x[n]\nsum[i in 1..n](sum[j in 1..i-1](j*x[i-1]))", "sum[i in 1..n-1](i*x[i]*(i + 1))/2"},
		{"param x[n]\nprod[i in 1..n](i)", "gamma(1 + n)"},
		{"param x[n]\nprod[i in 2..n](i)", "gamma(1 + n)"},
		{"param k\ngiven integer(k)\nprod[i in 1..k](i)", "prod[i in 1..k](i)"}, // k may be negative
		{"param x[n]\ntensor[a, b in 1..3, c in 1..n, f in 1..3](x[a]*[3*a + b == 3*c + f])", "tensor[i, j in 1..3, k in 1..n, l in 1..3](x[i]*[i == k]*[j == l])"},
		{"param x[n]\ntensor[a, b in 1..4, c in 1..n, f in 1..3](x[a]*[3*a + b == 3*c + f])", "tensor[i, j in 1..4, k in 1..n, l in 1..3](x[i]*[l + 3*k == j + 3*i])"}, // 4 is 3 + 1
		{"param x[n]\ntensor[a, b in 1..3, c in 1..n](x[a]*[3*a + b > 3*c])", "tensor[i, j in 1..3, k in 1..n](x[i]*[i >= k])"},
		{"param A[n,n]\ntensor[a, b](A[a,b]*[a <= b]*[b <= a])", "diag(diag(A))"},
		{"param a, b\ngiven integer(a)\ngiven integer(b)\nsum[k in a..b](k)", "sum[k in a..b](k)"},
	} {
		_, results, err := inForm(c.text, "auto")
		if err != nil || results[0] != c.want && !strings.Contains(c.want, "sum[k in") {
			t.Errorf("%q is %v, %v, want %s", c.text, results, err, c.want)
		}
		if strings.Contains(c.want, "sum[") && (err != nil || !strings.Contains(results[0], "sum[")) {
			t.Errorf("%q is %v, %v, which is no sum", c.text, results, err)
		}
	}
}
