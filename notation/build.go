package notation

import (
	"cmp"
	"math/big"
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/syntax"
)

func name(s string) syntax.Expr { return &syntax.Name{Name: s} }

func integer(n *big.Int) syntax.Expr { return &syntax.Number{Value: new(big.Rat).SetInt(n)} }

// number returns r ≥ 0 as an integer or a quotient of integers.
func number(r expr.Rat) syntax.Expr {
	b := r.Big()
	if b.IsInt() {
		return integer(b.Num())
	}
	return binary(syntax.Div, integer(b.Num()), integer(b.Denom()))
}

func binary(op syntax.Op, x, y syntax.Expr) syntax.Expr { return &syntax.Binary{Op: op, X: x, Y: y} }

func call(f string, args ...syntax.Expr) syntax.Expr {
	return &syntax.Call{Fun: syntax.Ident{Name: f}, Args: args}
}

// fold joins operands from left to right; of none it is nil.
func fold(op syntax.Op, xs []syntax.Expr) syntax.Expr {
	var x syntax.Expr
	for _, y := range xs {
		if x == nil {
			x = y
		} else {
			x = binary(op, x, y)
		}
	}
	return x
}

func isProduct(op syntax.Op) bool {
	return op == syntax.Mul || op == syntax.DotMul || op == syntax.Div || op == syntax.DotDiv
}

// first returns x with f applied to the first factor of the product that x is.
func first(x syntax.Expr, f func(syntax.Expr) syntax.Expr) syntax.Expr {
	if b, ok := x.(*syntax.Binary); ok && isProduct(b.Op) {
		return binary(b.Op, first(b.X, f), b.Y)
	}
	return f(x)
}

// negate returns -x, the sign on the first factor.
func negate(x syntax.Expr) syntax.Expr {
	return first(x, func(y syntax.Expr) syntax.Expr { return &syntax.Unary{Op: syntax.Neg, X: y} })
}

// scale returns s*x for a scalar s, which goes before the first factor.
func scale(s, x syntax.Expr) syntax.Expr {
	switch {
	case s == nil:
		return x
	case x == nil:
		return s
	}
	return first(x, func(y syntax.Expr) syntax.Expr { return binary(syntax.Mul, s, y) })
}

// power returns x^r of a scalar or, entry by entry, of a tensor; r > 0.
func power(x syntax.Expr, r expr.Rat, tensor bool) syntax.Expr {
	switch {
	case r.IsOne():
		return x
	case r.Equal(expr.Frac(1, 2)):
		return call("sqrt", x)
	case tensor:
		return binary(syntax.DotPow, x, number(r))
	}
	return binary(syntax.Pow, x, number(r))
}

// rank puts factors into the order in which they are read: numbers and names, entries, sums, calls, products.
func rank(x syntax.Expr) int {
	switch x := x.(type) {
	case *syntax.Name, *syntax.Number:
		return 0
	case *syntax.Subscript:
		return 1
	case *syntax.Iverson:
		return 4
	case *syntax.Binary:
		if isProduct(x.Op) {
			return 3
		}
	}
	return 2
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

// readable sorts factors for reading.
func readable(xs []syntax.Expr) {
	keys := make(map[syntax.Expr]string, len(xs))
	for _, x := range xs {
		keys[x] = syntax.Print(x)
	}
	slices.SortStableFunc(xs, func(a, b syntax.Expr) int {
		ka, kb := keys[a], keys[b]
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(len(ka), len(kb)), cmp.Compare(ka, kb))
	})
}
