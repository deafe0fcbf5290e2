package formula

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/syntax"
)

// kron returns the Kronecker product: every entry of a times all of b. Two columns, or two rows, make a vector; a number scales.
func (l *lowering) kron(x *syntax.Call, a, b operand) Tensor {
	for _, t := range []operand{a, b} {
		if len(t.Axes) > 2 {
			l.fail(t.from, "kron takes matrices and vectors, but this is %s", form(t.Tensor))
		}
	}
	if a.IsScalar() || b.IsScalar() {
		return l.zip(x, func(xs []*expr.Node) *expr.Node { return l.s.Mul(xs...) }, a, b)
	}
	left, right := l.countedFromOne(a.Tensor), l.countedFromOne(b.Tensor)
	rows := slices.Concat(rowsOf(left), rowsOf(right))
	columns := slices.Concat(columnsOf(left), columnsOf(right))
	t := Tensor{Value: l.s.Mul(left.Value, right.Value)}
	for _, parts := range [][]*expr.Node{rows, columns} {
		if len(parts) > 0 {
			var axis *expr.Node
			axis, t.Value = l.group(x, t.Value, parts...)
			t.Axes = append(t.Axes, axis)
		}
	}
	if len(rows) == 0 {
		t.Orient = Row
	}
	return t
}

// countedFromOne returns t over fresh axes that start at 1, lying or standing as it does.
func (l *lowering) countedFromOne(t Tensor) Tensor {
	orient := t.Orient
	t = l.fromOne(t)
	t.Axes, t.Value = l.renamed(t)
	t.Orient = orient
	return t
}

// rowsOf returns the axis along the rows of a matrix, or of a vector that stands.
func rowsOf(t Tensor) []*expr.Node {
	if len(t.Axes) == 1 && t.Lies() {
		return nil
	}
	return t.Axes[:1]
}

// columnsOf returns the axis along the columns of a matrix, or of a vector that lies.
func columnsOf(t Tensor) []*expr.Node {
	if len(t.Axes) == 1 && t.Lies() {
		return t.Axes
	}
	return t.Axes[1:]
}

// vec returns the columns of a matrix stacked in one vector.
func (l *lowering) vec(x *syntax.Call, a operand) Tensor {
	t := l.countedFromOne(a.Tensor)
	t.Orient = Column
	switch len(t.Axes) {
	case 1:
	case 2:
		axis, value := l.group(x, t.Value, t.Axes[1], t.Axes[0])
		t = Tensor{Axes: []*expr.Node{axis}, Value: value}
	default:
		l.fail(a.from, "vec takes a matrix, but this is %s", form(a.Tensor))
	}
	return t
}

// ofKron applies a function of a square matrix to a Kronecker product, by the identities
//
//	det(kron(A, B)) = det(A)^q*det(B)^p, inv(kron(A, B)) = kron(inv(A), inv(B))
//
// with A p×p and B q×q, and that of the logarithm of the determinant.
func (l *lowering) ofKron(at syntax.Expr, fn *expr.Func, a Tensor) Tensor {
	factors := l.kronFactors(a)
	if factors == nil {
		l.advise(at, "of kron(A, B) with square A and B alone it is made of those of A and B",
			"%s of a matrix of %s rows is not supported in symbolic formulas where the matrix is no Kronecker product of square ones", fn.Name, rangeText(a.Axes[0]))
	}
	var axes []*expr.Node
	values := make([]*expr.Node, len(factors))
	for k, f := range factors {
		t := l.ofMatrix(at, fn, f)
		values[k] = t.Value
		if fn.Result > 0 {
			axes = append(axes, t.Axes...)
			continue
		}
		var others []*expr.Node
		for j, g := range factors {
			if j != k {
				others = append(others, l.size(g.Axes[0]))
			}
		}
		if fn.Name == "det" {
			values[k] = l.s.Pow(t.Value, l.s.Mul(others...))
		} else {
			values[k] = l.s.Mul(append(others, t.Value)...)
		}
	}
	switch fn.Name {
	case "det":
		return Tensor{Value: l.s.Mul(values...)}
	case "logdet":
		return Tensor{Value: l.s.Add(values...)}
	}
	var rows, columns []*expr.Node
	for k := range factors {
		rows, columns = append(rows, axes[2*k]), append(columns, axes[2*k+1])
	}
	row, value := l.group(at, l.s.Mul(values...), rows...)
	column, value := l.group(at, value, columns...)
	return Tensor{Axes: []*expr.Node{row, column}, Value: value}
}

// kronFactors returns the square matrices of which a matrix with composite axes is plainly the Kronecker product, one for
// each part of its axes: the factors of its entries in the indices of that part. It is nil where there are none.
func (l *lowering) kronFactors(a Tensor) []Tensor {
	rows, columns := l.parts(a.Axes[0]), l.parts(a.Axes[1])
	if !slices.EqualFunc(rows, columns, sameRange) {
		return nil
	}
	values := make([][]*expr.Node, len(rows))
	for _, f := range l.factors(a.Value) {
		place := -1
		for k := range rows {
			if f.DependsOn(rows[k]) || f.DependsOn(columns[k]) {
				if place >= 0 {
					return nil
				}
				place = k
			}
		}
		place = max(place, 0) // a number scales the first
		values[place] = append(values[place], f)
	}
	out := make([]Tensor, len(rows))
	for k := range rows {
		out[k] = Tensor{Axes: []*expr.Node{rows[k], columns[k]}, Value: l.s.Mul(values[k]...)}
	}
	return out
}

// factors returns the factors of a value, a number among them.
func (l *lowering) factors(value *expr.Node) []*expr.Node {
	if constant, terms := expr.Terms(value); constant.IsZero() && len(terms) == 1 {
		return append([]*expr.Node{l.s.Number(terms[0].Coef.Big())}, expr.Factors(terms[0].X)...)
	}
	return expr.Factors(value)
}

// ordinary fails where an axis is composite and that is not supported.
func (l *lowering) ordinary(x *syntax.Call, t Tensor) {
	for _, a := range t.Axes {
		if l.isComposite(a) {
			l.fail(x, "%s is not supported in symbolic formulas of %s", x.Fun.Name, form(t))
		}
	}
}
