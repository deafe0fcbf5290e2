package check

import (
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/seed-9905856d/derive/simplify"
	"github.com/seed-9905856d/derive/syntax"
	"github.com/seed-9905856d/derive/verify"
)

// conditionRows are formulas whose results hold where the formula is defined and no further, and what is said about that.
var conditionRows = []struct{ formula, result, where string }{
	{"grad(polygamma(3, x), x)", "polygamma(4, x)", ""},
	{"x/x", "1", "x != 0"},
	{"x^2/x", "x", "x != 0"},
	{"(x^2 - 1)/(x - 1)", "1 + x", "x != 1"},
	{"(x^3 - y^3)/(x - y)", "y^2 + x*(x + y)", "x != y"},
	{"1/(1/x)", "x", "x != 0"},
	{"a/b/(c/d)", "a*d/(b*c)", "d != 0"},
	{"x/(x*y)", "1/y", "x != 0"},
	{"x^2*y/(x*y)", "x", "y != 0; x != 0"},
	{"(a + b)^2/(a + b)", "a + b", "a + b != 0"},
	{"(x - y)/(y - x)", "-1", "x != y"},
	{"abs(x)/abs(x)", "1", "x != 0"},
	{"(exp(x) - 1)/(exp(x) - 1)", "1", "exp(x) != 1"},
	{"tan(x)*cos(x)", "sin(x)", "cos(x) != 0"},
	{"sin(x)/sin(x)", "1", "sin(x) != 0"},
	{"sqrt(x)^2", "x", "x >= 0"},
	{"sqrt(x)*sqrt(x)", "x", "x >= 0"},
	{"x^(1/2)*x^(3/2)", "x^2", "x >= 0"},
	{"x^0", "1", ""},
	{"a^x*a^(-x)", "1", "a > 0"},
	{"given integer(k); x^k*x^(-k)", "1", "k >= 0 or x != 0; k <= 0 or x != 0"},
	{"exp(log(x))", "x", "x > 0"},
	{"log(exp(x))", "x", ""},
	{"exp(2*log(x))", "x^2", "x > 0"},
	{"log(x) - log(x)", "0", "x > 0"},
	{"log2(x) - log2(x)", "0", "x > 0"},
	{"asin(x) - asin(x)", "0", "x > -1; x < 1"},
	{"atanh(x) - atanh(x) + 1", "1", "x > -1; x < 1"},
	{"gamma(x + 1)/gamma(x)", "x", "x > -1 or 1 + x != floor(1 + x); x > 0 or floor(x) != x"},
	{"mod(x, m) - mod(x, m)", "0", "m != 0"},
	{"hypot(x, y)/hypot(x, y)", "1", "hypot(x, y) != 0"},
	{"sigmoid(x)/sigmoid(x)", "1", ""},
	{"if(x > 0, log(x) - log(x), 0)", "0", ""},
	{"if(x > 0, log(1 + x), 0)", "log(1 + max(x, 0))", ""},
	{"cbrt(x)^3/x", "1", "x != 0"},
	{"[x > y] + [y >= x] + x/x", "2", "x != 0"},
	{"if(x != 0, x/x, 1)", "1", ""},
	{"[x > 0]*(log(x) - log(x))", "0", ""},
	{"if(x > 0, y/y, 0)", "[x > 0]", "x <= 0 or y != 0"},
	{"sum[i](x[i]/x[i])", "n", "x[i] != 0"},
	{"sum[i, j | i != j]((x[i] - x[j])/(x[i] - x[j]))", "n^2 - n", "i == j or x[i] != x[j]"},
	{"sum[i in 1..n-1](x[i+1]/x[i+1])", "n - 1", "x[i+1] != 0 for i in 1..n - 1"},
	{"sum[i](log(p[i]) - log(p[i]))", "0", "p > 0"},
	{"sum(y)/sum(y)", "1", "sum(y) != 0"},
	{"sum(exp(x))/sum(exp(x))", "1", ""},
	{"given sum(y) == 1; sum(y)^2/sum(y)", "1", ""},
	{"given x > 0; sqrt(x)^2", "x", ""},
	{"given x > 0; d(log(x), x)", "1/x", ""},
	{"d(log(x), x)", "1/x", "x > 0"},
	{"d(log(x^2), x)", "2/x", ""},
	{"d(log(x), x, 2)", "-1/x^2", "x > 0"},
	{"d(log(x*y), x)", "1/x", "x*y > 0"},
	{"d(log(a*x + b), x)", "a/(b + a*x)", "b + a*x > 0"},
	{"d(log(log(x)), x)", "1/(x*log(x))", "log(x) > 0"},
	{"d(logit(p), p)", "1/(p*(1 - p))", "p > 0; p < 1"},
	{"d(sqrt(x)*sqrt(x), x)", "1", "x > 0"},
	{"d(sqrt(x), x)*sqrt(x)", "1/2", "x > 0"},
	{"d(x^(3/2), x)", "3*sqrt(x)/2", ""},
	{"d(sqrt(1 - x^2)*sqrt(1 - x^2), x)", "-2*x", "x > -1; x < 1"},
	{"d(asin(x), x)", "1/sqrt(1 - x^2)", ""},
	{"d(atan(y/x), x)", "-y/(x^2 + y^2)", "x != 0"},
	{"d(hypot(x, y), x)", "if(hypot(x, y) == 0, 0, x/hypot(x, y))", ""},
	{"d(x^a/x^a, x)", "0", "x > 0"},
	{"p = x/x; d(p*x, x)", "1", "x != 0"},
	{"p = log(x); d(p^2, p)", "2*p", ""},
	{"grad(norm(x), x)", "x/norm(x)", ""},
	{"d(sqrt(x^2 + y^2), x)", "x/sqrt(x^2 + y^2)", "x != 0 or y != 0"},
	{"d(atan2(y, x), y)", "x/(x^2 + y^2)", ""},
	{"hess(norm(x), x)", "(eye(n) - x*x'/(x'*x))/norm(x)", "x'*x != 0"},
	{"y/norm(x)*norm(x)", "y", "y == 0 or x'*x != 0"},
	{"grad(cross_entropy(y, p), p)", "-y ./ p", "p > 0"},
	{"given sum(y) == 1; grad(cross_entropy(y, softmax(l)), l)", "softmax(l) - y", ""},
	{"grad(kl_div(p, q), q)", "-p ./ q", "p ./ q > 0"},
	{"grad(log(prod(x)), x)", "1 ./ x", "prod(x) > 0"},
	{"hess(log(sum(x)), x)", "-ones(n, n)/sum(x)^2", "sum(x) > 0"},
	{"inv(A)*A*x", "x", "det(A) != 0"},
	{"given posdef(A); inv(A)*A*x", "x", ""},
	{"given Q'*Q == eye(n); inv(Q)*Q*x", "x", ""},
	{"grad(det(X), X)", "det(X)*inv(X)'", "det(X) != 0"},
	{"grad(logdet(X), X)", "inv(X)'", ""},
	{"param A[m,n], x[n], b[m]; grad(-sum(log(b - A*x)), x)", "A'*(1 ./ (b - A*x))", "b > A*x"},
	{"x/(p - p^2)*(p - p^2)", "x", "p != 0; p != 1"},
	{"(x^2 - 1)/(x^2 - 1)", "1", "x != -1; x != 1"},
	{"log(x/y) + x/x + y/y", "2 + log(x/y)", ""},
	{"log(x'*y - 3) + sum(x)/sum(x)", "1 + log(x'*y - 3)", "sum(x) != 0"},
	{"param x[n]; grad(sum(log(1 + x)), x)", "1 ./ (1 + x)", "x > -1"},
	{"param x[m], y[n]; grad(sum[i,j](log(x[i] + y[j])), x)", "tensor[i](sum[j](1/(x[i] + y[j])))", "x[i] + y[j] > 0"},
}

// beyondEdges are conditions that no edge point violates, and one of a formula that has its limit where it does not hold.
var beyondEdges = map[string]bool{"cos(x) != 0": true, "x != 0": true}

// TestConditions holds what results say about where they hold against the witness, at all points whose entries are edges of the functions in
// them: where the conditions hold, the formula has the value of its result; and of those that are said, none holds everywhere that the formula has
// that value.
func TestConditions(t *testing.T) {
	for _, row := range conditionRows {
		t.Run(row.formula, func(t *testing.T) {
			u := load(t, strings.ReplaceAll(row.formula, "; ", "\n"))
			item := u.Items[len(u.Items)-1]
			_, where := u.Conditions(item)
			texts := make([]string, len(where))
			for k, c := range where {
				texts[k] = c.Text()
			}
			if got := strings.Join(texts, "; "); got != row.where {
				t.Errorf("where %q, want %q", got, row.where)
			}
			if got := syntax.Print(item.Result.Text); got != row.result {
				t.Errorf("the result is %s, want %s", got, row.result)
			}
			holdConditions(t, u, item, where)
		})
	}
}

func holdConditions(t *testing.T, u *Unit, item *Item, where []simplify.Condition) {
	t.Helper()
	needed := make([]bool, len(where))
	compared := 0
	for _, p := range edges(t, u) {
		if !verify.Satisfies(u.witness(), p, u.precision()) {
			continue
		}
		all := true
		holds := make([]bool, len(where))
		for k, c := range where {
			ok, err := u.conditionHolds(c, p)
			if err != nil {
				t.Fatalf("%s at %s: %v", c.Text(), p.JSON(), err)
			}
			holds[k], all = ok, all && ok
		}
		is, err1 := u.Values(u.bound(item, item.Result.Text), p)
		was, err2 := u.Values(u.bound(item, item.Expr), p)
		same := err1 == nil && err2 == nil && len(is) == len(was)
		finite := err1 == nil
		for k := range is {
			finite = finite && !math.IsNaN(is[k]) && !math.IsInf(is[k], 0)
			same = same && agree(is[k], was[k])
		}
		if all && finite {
			if compared++; !same {
				t.Errorf("at %s the formula is %v and its result %v", p.JSON(), was, is)
			}
		}
		for k := range where {
			needed[k] = needed[k] || !holds[k] && !(same && finite)
		}
	}
	if compared == 0 {
		t.Error("nothing was compared")
	}
	for k, ok := range needed {
		if !ok && !beyondEdges[where[k].Text()] {
			t.Errorf("%s is not needed", where[k].Text())
		}
	}
}

// edgeValues are the entries of edge points, maxEdges bounds how many points there are.
var edgeValues = []*big.Rat{big.NewRat(0, 1), big.NewRat(1, 1), big.NewRat(-1, 1), big.NewRat(2, 1), big.NewRat(1, 2), big.NewRat(-2, 1), big.NewRat(3, 2)}

const maxEdges = 400

// edges returns points with edge values for entries, all of them or evenly chosen ones; sizes are 2.
func edges(t *testing.T, u *Unit) []verify.Point {
	t.Helper()
	p, err := u.Sample(2, 1)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	entries := 0
	for _, sym := range u.Problem.Params {
		names = append(names, sym.Name)
		entries += len(p.Values[sym.Name].Data)
	}
	total := 1
	for range entries {
		total *= len(edgeValues)
	}
	stride := 1 + total/maxEdges
	if stride > 1 && stride%len(edgeValues) == 0 {
		stride++
	}
	var out []verify.Point
	for at := 0; at < total; at += stride {
		values := map[string]verify.Value{}
		code := at
		for _, name := range names {
			v := p.Values[name]
			v.Data = make([]verify.Entry, len(v.Data))
			for k := range v.Data {
				v.Data[k] = verify.Entry{Rat: edgeValues[code%len(edgeValues)]}
				code /= len(edgeValues)
			}
			values[name] = v
		}
		q, err := u.At(values)
		if err != nil {
			continue // not an integer where one is needed
		}
		out = append(out, q)
	}
	return out
}
