package formula

import (
	"strings"

	"github.com/seed-9905856d/derive/syntax"
)

// turned returns the products that a*b becomes with one of the two transposed, where they are defined and rest takes them; where there is none a
// vector may have to stand behind what it stands before.
func (l *lowering) turned(at *syntax.Binary, a, b Tensor, rest func(Tensor) bool) []string {
	if l.probing > 0 {
		return nil
	}
	turn := func(x syntax.Expr) syntax.Expr {
		if t, ok := syntax.Unparen(x).(*syntax.Transpose); ok {
			return t.X
		}
		return &syntax.Transpose{X: x}
	}
	var products []string
	try := func(x, y syntax.Expr, left, right func() Tensor) {
		var product Tensor
		if l.probe(func() { product = l.multiply(at, left(), right(), nil) }) == nil && (rest == nil || rest(product)) {
			products = append(products, syntax.Print(syntax.NewBinary(syntax.Mul, x, y)))
		}
	}
	same := func(t Tensor) func() Tensor { return func() Tensor { return t } }
	transposed := func(x syntax.Expr, t Tensor) func() Tensor { return func() Tensor { return l.transpose(x, t) } }
	try(turn(at.X), at.Y, transposed(at.X, a), same(b))
	try(at.X, turn(at.Y), same(a), transposed(at.Y, b))
	if len(products) == 0 && len(a.Axes) == 1 && !a.Lies() {
		try(at.Y, at.X, same(b), same(a))
	}
	return products
}

// following returns a function that reports whether a tensor can be multiplied by the factors that follow the k-th operation of a spine.
func (l *lowering) following(spine []*syntax.Binary, k int, factor func(k int) Tensor) func(Tensor) bool {
	return func(t Tensor) bool {
		return l.probe(func() {
			for k--; k >= 0 && spine[k].Op == syntax.Mul; k-- {
				t = l.multiply(spine[k], t, factor(k), nil)
			}
		}) == nil
	}
}

// defined says of products that they are defined.
func defined(products []string) string {
	switch len(products) {
	case 0:
		return ""
	case 1:
		return products[0] + " is defined"
	}
	return strings.Join(products, " and ") + " are defined"
}

// agreeing says of products that their sizes agree.
func agreeing(products []string) string {
	if len(products) == 0 {
		return ""
	}
	return "those of " + strings.Join(products, " and of ") + " do"
}
