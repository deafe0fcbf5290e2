package notation

import (
	"math"
	"math/big"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/syntax"
)

// A Reader writes the results of one problem in matrix notation. Results that have parts in common take little more time than one.
type Reader struct{ r reader }

// NewReader returns a reader of expressions of the session. Symmetric, if not nil, reports whether an expression keeps its value when
// two indices trade places: such a matrix is written without a transpose.
func NewReader(s *expr.Session, symmetric func(n, i, j *expr.Node) bool) *Reader {
	reader := &Reader{reader{s: s, symmetric: symmetric}}
	reader.r.forget()
	return reader
}

// Syntax returns the tensor with entries value over the free indices axes (each 1..size, in order; none for a scalar)
// in matrix notation; ok is false where it has none. A vector is a column.
//
// Scalar parts of a tensor that have no matrix notation themselves are written entry by entry.
func (reader *Reader) Syntax(value *expr.Node, axes []*expr.Node) (x syntax.Expr, ok bool) {
	return reader.SyntaxWithin(value, axes, math.MaxInt)
}

// SyntaxWithin is [Reader.Syntax] where what costs more than the limit is of no use: what costs more even without its transposes, see [UprightCost], is not
// looked for as the transpose of something.
func (reader *Reader) SyntaxWithin(value *expr.Node, axes []*expr.Node, limit int) (x syntax.Expr, ok bool) {
	if len(axes) > 2 || len(axes) == 2 && axes[0] == axes[1] {
		return nil, false
	}
	for _, a := range axes {
		if !plainIndex(a) {
			return nil, false
		}
	}
	r := &reader.r
	r.begin()
	x, ok = r.tensor(value, axes)
	if ok && len(axes) == 2 && (r.cost(x) <= limit || UprightCost(x) <= limit) { // (B*X + X*B)' rather than X'*B' + B'*X'
		if y, ok := r.tensor(value, []*expr.Node{axes[1], axes[0]}); ok {
			if turned := transposed(y); r.cost(turned) < r.cost(x) {
				x = turned
			}
		}
	}
	if !ok || len(axes) == 0 && r.fellBack && r.isIndexNotation(value, x) {
		return nil, false
	}
	return alone(x), true
}

// ReadsBetterNegated reports whether of a sum over the free indices axes and its opposite the latter is the better form.
func (reader *Reader) ReadsBetterNegated(sum *expr.Node, axes []*expr.Node) bool {
	reader.r.begin()
	_, terms := expr.Terms(sum)
	for _, t := range terms {
		if t.X.Kind() == expr.KindCond { // eye(n) - A
			return t.Coef.Sign() < 0
		}
	}
	return reader.r.readsBetterNegated(sum, axes)
}

// transposed returns x' with a number or sign that x begins with before it: -2*(X*B)'.
func transposed(x syntax.Expr) syntax.Expr {
	if b, ok := x.(*syntax.Binary); ok && b.Op == syntax.Div {
		return syntax.NewBinary(syntax.Div, transposed(b.X), b.Y)
	}
	coefficient, rest := leading(x)
	if rest == nil || coefficient == nil {
		return turnedAround(x)
	}
	y := turnedAround(rest)
	switch {
	case coefficient.Cmp(big.NewRat(-1, 1)) == 0:
		return syntax.Negate(y)
	case coefficient.Sign() < 0:
		return before(syntax.Negate(number(expr.BigRat(coefficient).Neg())), y)
	}
	return before(number(expr.BigRat(coefficient)), y)
}

// before returns a number times x.
func before(number, x syntax.Expr) syntax.Expr {
	if !isProduct(x) {
		return syntax.NewBinary(syntax.Mul, number, x)
	}
	return append(chain{{x: number, scalar: true}}, factorsOf(x)...).joined()
}

// turnedAround returns x', of a product the product of the transposed factors where that takes no more to read: (A .* B)'*X rather than
// (X'*(A .* B))'.
func turnedAround(x syntax.Expr) syntax.Expr {
	y := lit{x: x, t: true}.expr()
	if isProduct(x) {
		if factors := factorsOf(x).transpose().joined(); Cost(factors) <= Cost(y) {
			return factors
		}
	}
	return y
}

// leading splits a product into the number that it begins with, nil where there is none, and the rest.
func leading(x syntax.Expr) (coefficient *big.Rat, rest syntax.Expr) {
	switch x := x.(type) {
	case *syntax.Unary:
		if x.Op == syntax.Neg {
			if n, ok := x.X.(*syntax.Number); ok {
				return new(big.Rat).Neg(n.Value), nil
			}
			return big.NewRat(-1, 1), x.X
		}
	case *syntax.Number:
		return x.Value, nil
	case *syntax.Binary:
		if x.Op != syntax.Mul {
			break
		}
		c, first := leading(x.X)
		if first == nil {
			return c, x.Y
		}
		return c, &syntax.Binary{Op: syntax.Mul, X: first, Y: x.Y, Scales: x.Scales}
	}
	return nil, x
}

// isIndexNotation reports whether x is what value is entry by entry.
func (r *reader) isIndexNotation(value *expr.Node, x syntax.Expr) bool {
	entry, err := expr.Syntax(value)
	return err == nil && syntax.Print(entry) == syntax.Print(x)
}

// plainIndex reports whether i is an index over 1..size.
func plainIndex(i *expr.Node) bool {
	return i.Kind() == expr.KindIndex && i.Lo().IsOne() && len(i.Hi().Free()) == 0 && isSize(i.Hi())
}

// isSize reports whether x is made of sizes and integers alone.
func isSize(x *expr.Node) bool {
	switch x.Kind() {
	case expr.KindSize:
		return true
	case expr.KindRat:
		return x.Rat().IsInt()
	case expr.KindAdd:
		for k, a := range x.Args() {
			if a.Kind() != expr.KindSize || !x.Coefs()[k].IsInt() {
				return false
			}
		}
		return x.Rat().IsInt()
	}
	return false
}
