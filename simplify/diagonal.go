package simplify

import (
	"maps"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/syntax"
)

// A diagonalFact is the name of a matrix that a given says is diagonal.
type diagonalFact struct {
	given int
	name  string
}

// diagonal files that the matrix with these entries is diagonal.
func (f *facts) diagonal(given int, entry *expr.Node) {
	f.diagonals = append(f.diagonals, diagonalFact{given, entry.Symbol().Name})
}

// withDiagonals writes D for diag(diag(D)) of a diagonal matrix, in the text of a result and in its matrix notation. The givens are used where the text has
// it: the user may have written D already.
func (f *facts) withDiagonals(r *Result) {
	if len(f.diagonals) == 0 {
		return
	}
	used := maps.Clone(f.used)
	r.Matrix = f.diagonalsIn(r.Matrix)
	f.used = used
	r.Text = f.diagonalsIn(r.Text)
}

func (f *facts) diagonalsIn(x syntax.Expr) syntax.Expr {
	if x == nil {
		return nil
	}
	return syntax.Rewrite(x, func(y syntax.Expr) (syntax.Expr, bool) {
		name, ok := diagonalOf(y)
		if !ok {
			return nil, false
		}
		for _, d := range f.diagonals {
			if d.name == name.Name {
				f.used[d.given] = true
				return name, true
			}
		}
		return nil, false
	})
}

// diagonalOf returns the name of the matrix whose diagonal diag(diag(D)) has.
func diagonalOf(x syntax.Expr) (*syntax.Name, bool) {
	for range 2 {
		call, ok := syntax.Unparen(x).(*syntax.Call)
		if !ok || call.Fun.Name != "diag" || len(call.Args) != 1 {
			return nil, false
		}
		x = call.Args[0]
	}
	name, ok := syntax.Unparen(x).(*syntax.Name)
	return name, ok
}
