package verify

import (
	"fmt"
	"slices"
	"strings"
)

// A Tensor is an array of numbers in row-major order. A scalar has no axes and one entry.
type Tensor struct {
	Shape []int
	Row   bool // a vector that lies: the transpose of a column
	Cut   bool // a row cut out of a matrix, A[i,:]: it lies or stands as a product needs it
	Stood bool // the sum of a cut row and a vector: it stands, but lies before a matrix
	Data  []Num

	lo     []int // lowest index on each axis; nil where all are 1
	hasLog bool  // the entries have a logarithm as a factor, or as a term of one, which an exact zero annihilates
}

// scalar returns the tensor without axes.
func scalar(x Num) Tensor { return Tensor{Data: []Num{x}} }

// isScalar reports whether t has no axes.
func (t Tensor) isScalar() bool { return len(t.Shape) == 0 }

// low returns the lowest index on an axis.
func (t Tensor) low(axis int) int {
	if t.lo == nil {
		return 1
	}
	return t.lo[axis]
}

// with returns a tensor of t's shape with other entries.
func (t Tensor) with(data []Num) Tensor {
	return Tensor{Shape: t.Shape, Row: t.Row, Cut: t.Cut, Stood: t.Stood, Data: data, lo: t.lo}
}

// at returns the sub-tensor whose leading axis is fixed at position i, from 0.
func (t Tensor) at(i int) Tensor {
	n := volume(t.Shape[1:])
	s := Tensor{Shape: t.Shape[1:], Data: t.Data[i*n : (i+1)*n], hasLog: t.hasLog}
	if t.lo != nil {
		s.lo = t.lo[1:]
	}
	return s
}

// matrix returns t's entries as rows and columns: a vector is a column, or a row.
func (t Tensor) matrix() (rows, cols int) {
	switch {
	case len(t.Shape) == 2:
		return t.Shape[0], t.Shape[1]
	case t.Row:
		return 1, t.Shape[0]
	}
	return t.Shape[0], 1
}

// volume returns the number of entries of a shape.
func volume(shape []int) int {
	n := 1
	for _, s := range shape {
		n *= s
	}
	return n
}

// sameForm reports whether a and b can be combined entry by entry.
func sameForm(a, b Tensor) bool {
	return (a.Row == b.Row || a.Cut || b.Cut) && slices.Equal(a.Shape, b.Shape)
}

// meet returns a tensor of the form that two of one shape have together: a cut row takes that of the other.
func meet(a, b Tensor) Tensor {
	free := a.Cut || b.Cut
	if a.Cut {
		a = b
	}
	if free && !a.Row && !a.Cut {
		a.Cut, a.Stood = true, true
	}
	return a
}

// form describes a shape to a person.
func (t Tensor) form() string {
	switch {
	case t.isScalar():
		return "a scalar"
	case t.Row:
		return fmt.Sprintf("a row vector of %d entries", t.Shape[0])
	case len(t.Shape) == 1:
		return fmt.Sprintf("a vector of %d entries", t.Shape[0])
	case len(t.Shape) == 2:
		return fmt.Sprintf("a %d×%d matrix", t.Shape[0], t.Shape[1])
	}
	sizes := make([]string, len(t.Shape))
	for i, n := range t.Shape {
		sizes[i] = fmt.Sprint(n)
	}
	return "a tensor of shape " + strings.Join(sizes, "×")
}

// transpose returns t': of a vector the same entries lying, or standing up again.
func (t Tensor) transpose() Tensor {
	switch len(t.Shape) {
	case 0:
		return t
	case 1:
		t.Row = !t.Row && (!t.Cut || t.Stood)
		t.Cut = false
		return t
	}
	m, n := t.Shape[0], t.Shape[1]
	data := make([]Num, 0, len(t.Data))
	for j := range n {
		for i := range m {
			data = append(data, t.Data[i*n+j])
		}
	}
	r := Tensor{Shape: []int{n, m}, Data: data, hasLog: t.hasLog}
	if t.lo != nil {
		r.lo = []int{t.lo[1], t.lo[0]}
	}
	return r
}

// productForm returns the form of a matrix product: the sizes of its three loops and the
// shape of the result. Column times row is an outer product, row times column a scalar.
func productForm(a, b Tensor) (m, k, n int, result Tensor, ok bool) {
	if len(a.Shape) > 2 || len(b.Shape) > 2 {
		return 0, 0, 0, Tensor{}, false
	}
	if a.Cut && (len(b.Shape) == 2 || !b.Row && (!b.Cut || b.Stood)) {
		a.Row = true
	}
	if b.Cut && (len(a.Shape) == 2 || a.Row) {
		b.Row = false
	}
	m, k = a.matrix()
	k2, n := b.matrix()
	if k != k2 {
		return 0, 0, 0, Tensor{}, false
	}
	rowsVanish := a.Row
	colsVanish := len(b.Shape) == 1 && !b.Row
	switch {
	case rowsVanish && colsVanish:
	case rowsVanish:
		result = Tensor{Shape: []int{n}, Row: true, Cut: a.Cut} // a cut row times a matrix lies, but stands where it meets a vector that does
	case colsVanish:
		result = Tensor{Shape: []int{m}}
	default:
		result = Tensor{Shape: []int{m, n}}
	}
	return m, k, n, result, true
}
