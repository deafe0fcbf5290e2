package notation_test

import (
	"testing"

	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
)

// with replaces the entries of a parameter by those of another tensor: an entry formula with calls of tensor functions.
func with(p *formula.Problem, v formula.Tensor, name string, body *expr.Node, axes ...*expr.Node) formula.Tensor {
	for _, sym := range p.Params {
		if sym.Name == name {
			v.Value = p.Session.Instantiate(v.Value, map[*expr.Symbol]*expr.Node{sym: p.Session.Lambda(body, axes...)})
		}
	}
	return v
}

// apply returns the entry of f(v, …) over the leading axes of v, which are rows, and those of the result.
func apply(p *formula.Problem, f *expr.Func, rows int, args ...formula.Tensor) (body *expr.Node, axes []*expr.Node) {
	s := p.Session
	nodes := make([]*expr.Node, len(args))
	for k, a := range args {
		extra := len(a.Axes) - f.Ranks[k]
		value := a.Value
		if extra > 0 {
			if axes == nil {
				axes = append(axes, s.Index("row", a.Axes[0].Lo(), a.Axes[0].Hi()))
			}
			value = s.Substitute(value, a.Axes[0], axes[0])
		}
		nodes[k] = s.Lambda(value, a.Axes[extra:]...)
		if k == 0 && f.Result == 1 {
			last := a.Axes[len(a.Axes)-1]
			defer func() { axes = append(axes, s.Index("col", last.Lo(), last.Hi())) }()
		}
	}
	if f.Result == 1 {
		last := args[0].Axes[len(args[0].Axes)-1]
		nodes = append(nodes, s.Index("col", last.Lo(), last.Hi()))
	}
	return s.Call(f, nodes...), axes
}

func TestTensorCalls(t *testing.T) {
	for _, c := range []struct {
		formula, name string
		f             *expr.Func
		args          []string
		want          string
	}{
		{"p - y", "p", softmax, []string{"l"}, "softmax(l) - y"},
		{"y - p", "p", softmax, []string{"l"}, "y - softmax(l)"},
		{"sum(y)*p - y", "p", softmax, []string{"l"}, "sum(y)*softmax(l) - y"},
		{"diag(p) - p*p'", "p", softmax, []string{"z"}, "diag(softmax(z)) - softmax(z)*softmax(z)'"},
		{"p", "p", softmax, []string{"A'*u + x"}, "softmax(x + A'*u)"},
		{"y'*log(p)", "p", softmax, []string{"l"}, "y'*log(softmax(l))"},
		{"p", "p", softmax, []string{"x - sum(x)"}, "softmax(x - sum(x))"},
		{"p[1]*y", "p", softmax, []string{"l"}, "softmax(l)[1]*y"},
		{"(X - Y)/m", "X", softmax, []string{"Z"}, "(softmax(Z) - Y)/m"},
		{"X'*u", "X", softmax, []string{"Z"}, "softmax(Z)'*u"},
		{"X", "X", softmax, []string{"A*S"}, "softmax(A*S)"},
		{"X[:,1]", "X", softmax, []string{"A*S"}, "softmax(A*S)[:,1]"},
		{"a*y", "a", logSumExp, []string{"l"}, "logsumexp(l)*y"},
		{"u", "u", logSumExp, []string{"Z"}, "logsumexp(Z)"},
		{"u + v", "u", logSumExp, []string{"A*S"}, "v + logsumexp(A*S)"},
		{"p", "p", layerNorm, []string{"x", "y", "z", "a"}, "layer_norm(x, y, z, a)"},
		{"X", "X", layerNorm, []string{"A", "y", "z", "a"}, "layer_norm(A, y, z, a)"},
		{"X", "X", layerNorm, []string{"A", "y", "z", "u"}, "layer_norm(A, y, z, u)"},
		{"S", "S", softmax, []string{"S'"}, "softmax(S')"},
		{"S'", "S", softmax, []string{"S'"}, "softmax(S')'"},
		{"diag(S)", "S", softmax, []string{"S"}, ""},
	} {
		p := problem(t)
		args := make([]formula.Tensor, len(c.args))
		for k, a := range c.args {
			args[k] = lower(t, p, a)
		}
		body, axes := apply(p, c.f, 0, args...)
		v := with(p, lower(t, p, c.formula), c.name, body, axes...)
		got := matrix(p, v)
		if got != c.want {
			t.Errorf("%s of %s(%v) is %q, want %q", c.formula, c.f.Name, c.args, got, c.want)
		}
		if got != "" {
			check(t, p, v, got)
		}
	}
}

// TestOverloaded holds the list of functions that mean something else of vectors against the library.
func TestOverloaded(t *testing.T) {
	ranks := map[string][2]bool{}
	for _, d := range builtin.Definitions() {
		r := ranks[d.Name.Name]
		tensor := false
		for _, prm := range d.Params {
			tensor = tensor || len(prm.Sizes) > 0
		}
		if tensor {
			r[1] = true
		} else {
			r[0] = true
		}
		ranks[d.Name.Name] = r
	}
	for name, r := range ranks {
		p := problem(t)
		s := p.Session
		f := &expr.Func{Name: name, Arity: 1}
		x := lower(t, p, "x")
		v := formula.Tensor{Axes: x.Axes, Value: s.Call(f, x.Value)}
		if got := matrix(p, v); (got == "") != (r[0] && r[1]) && r[0] {
			t.Errorf("%s of each entry of a vector is printed as %q", name, got)
		}
	}
}
