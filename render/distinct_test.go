package render_test

import (
	"math/big"
	"testing"

	"github.com/seed-9905856d/derive/render"
	"github.com/seed-9905856d/derive/syntax"
)

// TestDistinct renders all small formulas of a few operators: different ones look different,
// so that no parentheses are missing. Only the minus of a product is left out, since it does
// not matter which factor has it.
func TestDistinct(t *testing.T) {
	index := syntax.Ident{Name: "i"}
	call := func(name string, more ...syntax.Expr) func(syntax.Expr) syntax.Expr {
		return func(x syntax.Expr) syntax.Expr {
			return &syntax.Call{Fun: syntax.Ident{Name: name}, Args: append([]syntax.Expr{x}, more...)}
		}
	}
	reduction := func(name string) func(syntax.Expr) syntax.Expr {
		return func(x syntax.Expr) syntax.Expr {
			return &syntax.Reduce{Op: syntax.Ident{Name: name}, Binders: []syntax.Binder{{Name: index}}, Body: x}
		}
	}
	x, i := &syntax.Name{Name: "x"}, &syntax.Name{Name: "i"}
	unary := []func(syntax.Expr) syntax.Expr{
		func(x syntax.Expr) syntax.Expr {
			if b, ok := x.(*syntax.Binary); ok && syntax.Operators[b.Op].Level == syntax.LevelProduct {
				return &syntax.Iverson{Cond: x}
			}
			return &syntax.Unary{Op: syntax.Neg, X: x}
		},
		func(x syntax.Expr) syntax.Expr { return &syntax.Transpose{X: x} },
		func(x syntax.Expr) syntax.Expr { return &syntax.Subscript{X: x, Subs: []syntax.Expr{i}} },
		func(y syntax.Expr) syntax.Expr { return &syntax.If{Cond: x, Then: y, Else: x} },
		reduction("sum"), reduction("max"), reduction("tensor"),
		call("log"), call("exp"), call("abs"), call("sqrt"), call("softmax"), call("grad", x), call("d", x),
	}
	var binary []func(a, b syntax.Expr) syntax.Expr
	for _, op := range syntax.Operators {
		switch {
		case op.Op == syntax.Eq:
			binary = append(binary, func(a, b syntax.Expr) syntax.Expr {
				return &syntax.Compare{Operands: []syntax.Expr{a, b}, Ops: []syntax.Op{op.Op}}
			})
		case op.Level >= syntax.LevelSum && !op.Prefix:
			binary = append(binary, func(a, b syntax.Expr) syntax.Expr { return &syntax.Binary{Op: op.Op, X: a, Y: b} })
		}
	}
	bySize := [][]syntax.Expr{{x, &syntax.Number{Text: "2", Value: big.NewRat(2, 1)}}}
	for size := range 3 {
		var next []syntax.Expr
		for _, a := range bySize[size] {
			for _, f := range unary {
				next = append(next, f(a))
			}
		}
		for left := range size + 1 {
			for _, a := range bySize[left] {
				for _, b := range bySize[size-left] {
					for _, f := range binary {
						next = append(next, f(a, b))
					}
				}
			}
		}
		bySize = append(bySize, next)
	}
	type spelling struct {
		name   string
		render func(syntax.Expr) string
	}
	for _, s := range []spelling{{"LaTeX", render.LaTeX}, {"Unicode", render.Unicode}} {
		seen := map[string]syntax.Expr{}
		for _, list := range bySize {
			for _, e := range list {
				text := s.render(e)
				if other, ok := seen[text]; ok && !syntax.Equal(e, other) {
					t.Errorf("%s of %s and of %s is %s", s.name, syntax.Print(other), syntax.Print(e), text)
				}
				seen[text] = e
			}
		}
		if len(seen) < 50_000 {
			t.Errorf("%d formulas in %s, want 50000", len(seen), s.name)
		}
	}
}
