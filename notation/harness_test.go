package notation_test

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/notation"
	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/syntax"
	"github.com/seed-9905856d/derive/verify"
)

// declarations are the inputs of the formulas of the tests. Two matrices of the same letter have one shape.
const declarations = `param a, b, c, x[n], y[n], z[n], l[n], p[n], q[n], u[m], v[m], w[m], t[m]
param A[m,n], B[m,n], X[m,n], Y[m,n], Z[m,n], S[n,n], T[n,n], U[n,n], M[m,m], G[m,n,n]
`

var (
	sigmoid   = &expr.Func{Name: "sigmoid", Arity: 1, Sign: expr.Positive}
	softmax   = &expr.Func{Name: "softmax", Arity: 2, Ranks: []int{1}, Result: 1}
	logSumExp = &expr.Func{Name: "logsumexp", Arity: 1, Ranks: []int{1}}
	layerNorm = &expr.Func{Name: "layer_norm", Arity: 5, Ranks: []int{1, 1, 1, 0}, Result: 1}
)

// problem returns a session that knows the declarations.
func problem(t testing.TB) *formula.Problem {
	t.Helper()
	file, ds := parser.ParseFile("test.formula", declarations)
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	p, err := formula.New(expr.NewSession(), file, formula.Options{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// lower gives a text its meaning; its functions erf stand for sigmoid, which would be written out.
func lower(t testing.TB, p *formula.Problem, text string) formula.Tensor {
	t.Helper()
	x, ds := parser.ParseExpr("expr", text)
	if err := ds.Err(); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	v, _, err := p.Expression(x)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	v.Value = p.Session.Map(v.Value, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if n.Kind() == expr.KindCall && n.Func().Printed() == "erf" {
			return p.Session.Call(sigmoid, args...), true
		}
		return nil, false
	})
	return v
}

// matrix returns the matrix notation of a tensor as text, "" where it has none.
func matrix(p *formula.Problem, v formula.Tensor) string {
	x, ok := notation.NewReader(p.Session, nil).Syntax(v.Value, v.Axes)
	if !ok {
		return ""
	}
	return syntax.Print(x)
}

// index returns a tensor in index notation.
func index(v formula.Tensor) (string, error) {
	names := []string{"i9", "j9"}
	axes := make([]*expr.Node, len(v.Axes))
	r := &syntax.Reduce{Op: syntax.Ident{Name: "tensor"}}
	for k, a := range v.Axes {
		axes[k] = a
		hi, err := expr.Syntax(a.Hi())
		if err != nil {
			return "", err
		}
		one := &syntax.Number{Value: big.NewRat(1, 1)}
		r.Binders = append(r.Binders, syntax.Binder{Name: syntax.Ident{Name: names[k]}, Lo: one, Hi: hi})
	}
	body, err := expr.Syntax(v.Value)
	if err != nil || len(axes) == 0 {
		return syntax.Print(body), err
	}
	r.Body = body
	return syntax.Print(r), nil
}

// named gives the axes names that can be printed.
func named(s *expr.Session, v formula.Tensor) formula.Tensor {
	names := []string{"i9", "j9"}
	rename := map[*expr.Node]*expr.Node{}
	axes := make([]*expr.Node, len(v.Axes))
	for k, a := range v.Axes {
		axes[k] = s.Index(names[k], a.Lo(), a.Hi())
		rename[a] = axes[k]
	}
	return formula.Tensor{Axes: axes, Value: s.Replace(v.Value, rename), Orient: v.Orient}
}

// point returns values for the declarations at sizes m and n.
func point(t testing.TB, rng *rand.Rand, m, n int) verify.Point {
	t.Helper()
	file, _ := parser.ParseFile("test.formula", declarations)
	sizes := map[string]int{"m": m, "n": n}
	values := map[string]verify.Value{}
	for _, d := range verify.Params(file) {
		v := verify.Value{}
		volume := 1
		for _, s := range d.Sizes {
			k := sizes[s.(*syntax.Name).Name]
			v.Shape = append(v.Shape, k)
			volume *= k
		}
		for range volume {
			v.Data = append(v.Data, verify.Entry{Rat: big.NewRat(int64(1+rng.IntN(24)), 16)})
		}
		values[d.Name.Name] = v
	}
	p, err := verify.NewPoint(verify.Params(file), values)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// value evaluates a text with the witness.
func value(text string, at verify.Point) (verify.Tensor, error) {
	file, _ := parser.ParseFile("test.formula", declarations)
	x, ds := parser.ParseExpr("expr", text)
	if err := ds.Err(); err != nil {
		return verify.Tensor{}, err
	}
	return verify.NewEvaluator(verify.Source{File: file, Library: builtin.Definitions()}, at, 800).Eval(x)
}

// sameValue compares two tensors in shape and value.
func sameValue(a, b verify.Tensor) error {
	if len(a.Shape) != len(b.Shape) || a.Row != b.Row {
		return fmt.Errorf("shapes %v and %v", a.Shape, b.Shape)
	}
	for k := range a.Shape {
		if a.Shape[k] != b.Shape[k] {
			return fmt.Errorf("shapes %v and %v", a.Shape, b.Shape)
		}
	}
	for k := range a.Data {
		x, y := number(a, k), number(b, k)
		if math.Abs(x-y) > 1e-9*(1+math.Abs(y)) && !(math.IsNaN(x) && math.IsNaN(y)) {
			return fmt.Errorf("entry %d is %v, not %v", k, x, y)
		}
	}
	return nil
}

func number(t verify.Tensor, k int) float64 {
	var f float64
	if _, err := fmt.Sscan(verify.Tensor{Data: t.Data[k : k+1]}.JSON(20), &f); err != nil {
		return math.NaN()
	}
	return f
}

// check evaluates both notations at several sizes.
func check(t testing.TB, p *formula.Problem, v formula.Tensor, text string) {
	t.Helper()
	entry, err := index(named(p.Session, v))
	if err != nil {
		t.Fatal(err)
	}
	for k, sizes := range [][2]int{{1, 1}, {1, 3}, {2, 3}, {3, 2}, {3, 1}} {
		at := point(t, rand.New(rand.NewPCG(uint64(k), 7)), sizes[0], sizes[1])
		want, err := value(entry, at)
		if err != nil {
			t.Errorf("%s: %v", entry, err)
			return
		}
		got, err := value(text, at)
		if err == nil {
			err = sameValue(got, want)
		}
		if err != nil {
			t.Errorf("%s at m = %d, n = %d: %v; it should be %s", text, sizes[0], sizes[1], err, entry)
			return
		}
	}
}
