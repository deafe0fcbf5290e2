package notation

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/syntax"
)

// components returns the connected parts of the network.
func (n *network) components() [][]int {
	part := make([]int, len(n.vertices))
	for k := range part {
		part[k] = k
	}
	for _, e := range n.edges {
		from, to := part[e.b], part[e.a]
		for k := range part {
			if part[k] == from {
				part[k] = to
			}
		}
	}
	var out [][]int
	for p := range part {
		var members []int
		for k := range part {
			if part[k] == p {
				members = append(members, k)
			}
		}
		if len(members) > 0 {
			out = append(out, members)
		}
	}
	return out
}

// finish eliminates the summed indices and puts what is left into t.
func (n *network) finish(t *term) bool {
	var free []int
	var scalars []scalar
	for _, component := range n.components() {
		open := 0
		for _, v := range component {
			if !n.vertices[v].summed {
				free = append(free, v)
				open++
			}
		}
		if open > 0 {
			if !n.eliminate(component, -1, nil) {
				return false
			}
			continue
		}
		c, ok := n.scalar(component)
		if !ok {
			return false
		}
		scalars = append(scalars, c)
	}
	n.r.addScalars(t, scalars)
	switch len(free) {
	case 1:
		return n.finishVector(t, n.vertices[free[0]])
	case 2:
		return n.finishMatrix(t, min(free[0], free[1]), max(free[0], free[1]))
	}
	return true
}

func (n *network) finishVector(t *term, v vertex) bool {
	if len(v.pieces) == 1 && v.pieces[0].isPlain() {
		t.ch = v.pieces[0].ch
		return true
	}
	if len(v.pieces) == 0 {
		t.ch = chain{n.r.ones(v.index)}
		return true
	}
	n.split(t, v.pieces)
	return true
}

// split puts a product entry by entry above and below the fraction bar of t.
func (n *network) split(t *term, pieces []piece) {
	above, below := n.r.sides(pieces)
	if x := syntax.Join(syntax.DotMul, above); x != nil {
		t.ch = single(x)
	}
	t.under = syntax.Join(syntax.DotMul, below)
}

// finishMatrix reads the matrix with rows i and columns j.
func (n *network) finishMatrix(t *term, i, j int) bool {
	r := n.r
	rows, cols := n.vertices[i], n.vertices[j]
	var e *edge
	for k := range n.edges {
		if n.edges[k].a == i && n.edges[k].b == j {
			e = &n.edges[k]
		}
	}
	switch {
	case e == nil:
		t.ch = r.column(rows.pieces, rows.index).times(r.column(cols.pieces, cols.index).transpose())
		return true
	case e.delta:
		if len(e.pieces) > 0 || rows.index.Hi() != cols.index.Hi() {
			return false
		}
		if pieces := slices.Concat(rows.pieces, cols.pieces); len(pieces) > 0 { // where the indices are equal they stand on either
			t.ch = chain{r.diagonal(r.column(pieces, rows.index))}
			return true
		}
		t.ch = chain{r.identity(rows.index)}
		return true
	}
	if len(rows.pieces) == 0 && len(cols.pieces) == 0 {
		n.entries(t, e.pieces)
		return true
	}
	// Vectors at the ends: diagonal matrices, or one more matrix to multiply entry by entry.
	product := r.matrixOf(e.pieces)
	if len(rows.pieces) > 0 {
		product = chain{r.diagonal(r.column(rows.pieces, rows.index))}.times(product)
	}
	if len(cols.pieces) > 0 {
		product = product.times(chain{r.diagonal(r.column(cols.pieces, cols.index))})
	}
	outer := r.column(rows.pieces, rows.index).times(r.column(cols.pieces, cols.index).transpose())
	with := *t
	n.entries(&with, append([]piece{{ch: outer, exponent: expr.Int(1)}}, e.pieces...))
	t.ch = product
	if r.cheaper(with.expr(), t.expr()) && with.keepsLogs() || !t.keepsLogs() {
		*t = with
	}
	return true
}

// identity returns the unit matrix over an index.
func (r *reader) identity(i *expr.Node) lit { return lit{x: call("eye", r.size(i)), sym: true} }

// first returns the first of some indices, nil of none.
func first(indices []*expr.Node) *expr.Node {
	if len(indices) == 0 {
		return nil
	}
	return indices[0]
}

// entries puts matrices that are multiplied entry by entry into t.
func (n *network) entries(t *term, pieces []piece) {
	if len(pieces) == 1 && pieces[0].isPlain() {
		t.ch = pieces[0].ch
		return
	}
	n.split(t, pieces)
	turned := make([]piece, len(pieces))
	for k, p := range pieces {
		turned[k] = p.transpose()
	}
	if x := (lit{x: n.r.hadamard(turned), t: true}); n.r.cost(x.expr()) < n.r.cost(n.r.hadamard(pieces)) {
		t.ch, t.under = chain{x}, nil
	}
}

// norm reads base^exponent as a power of a norm: the square root of a sum of squares.
func (r *reader) norm(base *expr.Node, exponent expr.Rat) (syntax.Expr, bool) {
	twice := exponent.Mul(expr.Int(2))
	if k, ok := twice.Int64(); !ok || k%2 == 0 || base.Kind() != expr.KindReduce || base.Op() != expr.Sum {
		return nil, false
	}
	x, ok := r.tensor(base, nil)
	if !ok {
		return nil, false
	}
	v := normed(x)
	if v == nil {
		return nil, false
	}
	y := power(call("norm", v), twice, false)
	if r.cheaper(y, power(x, exponent, false)) {
		return y, true
	}
	return nil, false
}

// normed returns v where x is v'*v, sum(v.^2) or norm(v)^2.
func normed(x syntax.Expr) syntax.Expr {
	two := func(y syntax.Expr) bool {
		r, ok := rational(y)
		return ok && r.IsInt() && r.Num().IsInt64() && r.Num().Int64() == 2
	}
	switch x := x.(type) {
	case *syntax.Binary:
		if t, ok := x.X.(*syntax.Transpose); ok && x.Op == syntax.Mul && syntax.Equal(t.X, x.Y) {
			return x.Y
		}
		if c, ok := x.X.(*syntax.Call); ok && x.Op == syntax.Pow && c.Fun.Name == "norm" && two(x.Y) {
			return c.Args[0]
		}
	case *syntax.Call:
		if len(x.Args) == 1 && x.Fun.Name == "sum" {
			if b, ok := x.Args[0].(*syntax.Binary); ok && b.Op == syntax.DotPow && two(b.Y) {
				return b.X
			}
		}
	}
	return nil
}
