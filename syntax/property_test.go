package syntax_test

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/syntax"
)

// TestPrintReadsBack checks on random trees, among them ones that no parser builds, that
// what is printed reads as the tree that was printed.
func TestPrintReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := tree(5).Draw(t, "tree")
		text := syntax.Print(e)
		again, ds := parser.ParseExpr("", text)
		if ds != nil {
			t.Fatalf("%s does not read: %v", text, ds)
		}
		if !syntax.Equal(e, again) {
			t.Fatalf("%s reads as %s", text, syntax.Print(again))
		}
		if twice := syntax.Print(again); twice != text {
			t.Fatalf("%s prints as %s when read back", text, twice)
		}
	})
}

// tree generates expressions of at most the given depth.
func tree(depth int) *rapid.Generator[syntax.Expr] {
	return rapid.Custom(func(t *rapid.T) syntax.Expr {
		kinds := 11
		if depth == 0 {
			kinds = 2
		}
		sub := func(label string) syntax.Expr { return tree(depth-1).Draw(t, label) }
		switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
		case 0:
			return &syntax.Name{Name: ident(t)}
		case 1:
			return &syntax.Number{Value: big.NewRat(rapid.Int64Range(-3, 3).Draw(t, "numerator"), rapid.Int64Range(1, 3).Draw(t, "denominator"))}
		case 2:
			return &syntax.Unary{Op: rapid.SampledFrom([]syntax.Op{syntax.Neg, syntax.Plus, syntax.Not}).Draw(t, "sign"), X: sub("x")}
		case 3, 4:
			return &syntax.Binary{Op: rapid.SampledFrom([]syntax.Op{
				syntax.Add, syntax.Sub, syntax.Mul, syntax.Div, syntax.DotMul, syntax.DotDiv, syntax.Pow, syntax.DotPow, syntax.And, syntax.Or,
			}).Draw(t, "operator"), X: sub("x"), Y: sub("y")}
		case 5:
			c := &syntax.Compare{Operands: []syntax.Expr{sub("x")}}
			for range rapid.IntRange(1, 3).Draw(t, "comparisons") {
				c.Ops = append(c.Ops, rapid.SampledFrom([]syntax.Op{syntax.Eq, syntax.Ne, syntax.Lt, syntax.Le, syntax.Gt, syntax.Ge}).Draw(t, "comparison"))
				c.Operands = append(c.Operands, sub("y"))
			}
			return c
		case 6:
			return &syntax.Transpose{X: sub("x")}
		case 7:
			return &syntax.Subscript{X: sub("x"), Subs: []syntax.Expr{&syntax.Slice{}, sub("subscript")}}
		case 8:
			return &syntax.Call{Fun: syntax.Ident{Name: ident(t)}, Args: []syntax.Expr{sub("x"), sub("y")}}
		case 9:
			r := &syntax.Reduce{Op: syntax.Ident{Name: "sum"}, Binders: []syntax.Binder{{Name: syntax.Ident{Name: "i"}}}, Body: sub("body")}
			if rapid.Bool().Draw(t, "range") {
				r.Binders[0].Lo, r.Binders[0].Hi = sub("lo"), sub("hi")
			}
			if rapid.Bool().Draw(t, "condition") {
				r.Cond = sub("condition")
			}
			return r
		}
		if rapid.Bool().Draw(t, "if") {
			return &syntax.If{Cond: sub("condition"), Then: sub("then"), Else: sub("else")}
		}
		return &syntax.Array{Elems: []syntax.Expr{sub("x"), sub("y")}}
	})
}

func ident(t *rapid.T) string {
	return rapid.SampledFrom([]string{"x", "y_hat", "theta", "e", "given", "sum"}).Draw(t, "name")
}
