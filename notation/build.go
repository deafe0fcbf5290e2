package notation

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/syntax"
)

func name(s string) syntax.Expr { return &syntax.Name{Name: s} }

// number returns r ≥ 0 as an integer or a quotient of integers.
func number(r expr.Rat) syntax.Expr { return syntax.NewNumber(r.Big()) }

func call(f string, args ...syntax.Expr) syntax.Expr {
	return &syntax.Call{Fun: syntax.Ident{Name: f}, Args: args}
}

// scale returns s*x for a scalar s, which goes before the first factor.
func scale(s, x syntax.Expr) syntax.Expr {
	switch {
	case s == nil:
		return x
	case x == nil:
		return s
	}
	return syntax.MapFirst(x, func(y syntax.Expr) syntax.Expr { return &syntax.Binary{Op: syntax.Mul, X: s, Y: y, Scales: true} })
}

// power returns x^r of a scalar or, entry by entry, of a tensor; r > 0.
func power(x syntax.Expr, r expr.Rat, tensor bool) syntax.Expr {
	switch {
	case r.IsOne():
		return x
	case r.Equal(expr.Frac(1, 2)):
		return call("sqrt", x)
	case tensor:
		return syntax.NewBinary(syntax.DotPow, x, number(r))
	}
	return syntax.NewBinary(syntax.Pow, x, number(r))
}

// isComplement reports whether x is 1 - p or the like for a name.
func isComplement(x syntax.Expr) bool {
	b, ok := x.(*syntax.Binary)
	if !ok || b.Op != syntax.Add && b.Op != syntax.Sub {
		return false
	}
	_, number := b.X.(*syntax.Number)
	_, named := b.Y.(*syntax.Name)
	return number && named
}

// complementsFirst moves 1 - p before names, as in (p - y) ./ ((1 - p) .* p).
func complementsFirst(xs []syntax.Expr) {
	slices.SortStableFunc(xs, func(a, b syntax.Expr) int {
		switch p, q := isComplement(a), isComplement(b); {
		case p == q:
			return 0
		case p:
			return -1
		}
		return 1
	})
}
