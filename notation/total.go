package notation

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/syntax"
)

// A total is a reading of a component without free indices. Where it is the sum of all entries of v, sizes
// are those of the axes of v.
type total struct {
	ch    chain
	v     syntax.Expr
	sizes []*expr.Node
}

// sumOf returns the sum of all entries of v over the indices.
func sumOf(v syntax.Expr, sizes ...*expr.Node) total {
	return total{single(call("sum", v)), v, sizes}
}

// A scalar is the cheapest reading of a component, and the cheapest as a sum of all entries.
type scalar struct{ best, sum total }

// addScalars puts scalars into t. A sum of all entries that is divided by their number is a mean where that is shorter.
func (r *reader) addScalars(t *term, scalars []scalar) {
	if len(scalars) == 1 && len(scalars[0].best.ch) > 1 && !t.tensor {
		t.ch = scalars[0].best.ch
	} else {
		for _, s := range scalars {
			t.above = append(t.above, s.best.ch.expr())
		}
	}
	for _, s := range scalars {
		if s.sum.v == nil {
			continue
		}
		below := slices.Clone(t.below)
		found := true
		for _, size := range s.sum.sizes {
			text, err := expr.Syntax(size)
			k := -1
			if err == nil {
				k = slices.IndexFunc(below, func(x syntax.Expr) bool { return syntax.Equal(x, text) })
			}
			if found = found && k >= 0; found {
				below = slices.Delete(below, k, k+1)
			}
		}
		if !found {
			continue
		}
		with := *t
		with.below = below
		if with.ch != nil {
			with.ch = nil
		} else {
			old := s.best.ch.expr()
			k := slices.IndexFunc(t.above, func(x syntax.Expr) bool { return syntax.Equal(x, old) })
			with.above = slices.Delete(slices.Clone(t.above), k, k+1)
		}
		with.above = append(slices.Clone(with.above), call("mean", s.sum.v))
		if r.cheaper(with.expr(), t.expr()) {
			*t = with
		}
	}
}

// maxRoots bounds the readings of one scalar that are tried.
const maxRoots = 8

// scalar reads a component without free indices.
func (n *network) scalar(component []int) (s scalar, ok bool) {
	var text syntax.Expr
	try := func(c total) {
		x := c.ch.expr()
		if !keepsLogs(x, nil) {
			return
		}
		if n.r.cheaper(x, text) {
			s.best, text, ok = c, x, true
		}
		if c.v != nil && n.r.cheaper(c.v, s.sum.v) {
			s.sum = c
		}
	}
	for k, root := range component {
		if k == maxRoots {
			break
		}
		c := n.clone()
		if !c.eliminate(component, root, func() { c.closed(component, try) }) {
			continue
		}
		for _, s := range n.r.totals(c.vertices[root].pieces, c.vertices[root].index) {
			try(s)
		}
	}
	return s, ok
}

// closed tries the readings of two vertices without vectors: sums of all entries, and traces.
func (n *network) closed(component []int, try func(total)) {
	left := 0
	for _, v := range component {
		if !n.vertices[v].gone {
			left++
			if len(n.vertices[v].pieces) > 0 {
				return
			}
		}
	}
	if left != 2 {
		return
	}
	var e edge
	for _, candidate := range n.edges {
		if !n.vertices[candidate.a].gone && contains(component, candidate.a) {
			e = candidate
		}
	}
	if e.delta || len(e.pieces) == 0 {
		return
	}
	r := n.r
	rows, cols := n.vertices[e.a].index, n.vertices[e.b].index
	for _, from := range []int{e.a, e.b} {
		m := r.matrixOf(e.from(from))
		if len(m) == 1 {
			m[0].t = false
		}
		try(sumOf(m.expr(), rows.Hi(), cols.Hi()))
	}
	var a, b chain
	switch p := e.pieces; {
	case len(p) == 1 && isSquare(p[0]):
		try(total{ch: single(squared("norm", p[0].ch))})
		a, b = p[0].ch, p[0].ch
	case len(p) == 2 && p[0].isPlain() && p[1].isPlain():
		a, b = p[0].ch, p[1].ch
	default:
		return
	}
	for _, product := range []chain{a.times(b.transpose()), b.times(a.transpose()), a.transpose().times(b), b.transpose().times(a)} {
		try(total{ch: single(call("tr", product.expr()))})
	}
}

func contains(xs []int, x int) bool {
	for _, y := range xs {
		if x == y {
			return true
		}
	}
	return false
}

func isSquare(p piece) bool { return !p.below && p.exponent.Equal(expr.Int(2)) }

// squared returns the square of the norm of a vector or matrix.
func squared(norm string, c chain) syntax.Expr {
	if len(c) == 1 {
		c = chain{{x: c[0].x}}
	}
	return syntax.NewBinary(syntax.Pow, call(norm, c.expr()), number(expr.Int(2)))
}

// maxSplit bounds the vectors that are distributed over the two sides of a product.
const maxSplit = 5

// totals returns readings of the sum of the entries of a product of vectors.
func (r *reader) totals(pieces []piece, i *expr.Node) []total {
	if len(pieces) == 0 {
		size, err := expr.Syntax(i.Hi())
		if err != nil {
			return nil
		}
		return []total{{ch: single(size)}}
	}
	var out []total
	if len(pieces) == 1 && pieces[0].isPlain() {
		c := pieces[0].ch
		if d, ok := c[0].x.(*syntax.Call); ok && len(c) == 1 && d.Fun.Name == "diag" {
			out = append(out, total{ch: single(call("tr", d.Args...))})
		}
		if len(c) > 1 && c[len(c)-1].ones != nil { // all entries of a matrix
			m := c[:len(c)-1]
			if len(m) == 1 {
				m = chain{{x: m[0].x}}
			}
			return append(out, sumOf(m.expr(), i.Hi(), c[len(c)-1].ones))
		}
		if len(c) == 1 {
			c = chain{{x: c[0].x}}
		}
		out = append(out, sumOf(c.expr(), i.Hi()))
		return append(out, total{ch: chain{r.ones(i)}.transpose().times(c)})
	}
	if len(pieces) == 1 && isSquare(pieces[0]) {
		out = append(out, total{ch: single(squared("norm", pieces[0].ch))})
	}
	out = append(out, sumOf(r.hadamard(pieces), i.Hi()))
	var parts []piece
	for _, p := range pieces {
		if isSquare(p) {
			p.exponent = expr.Int(1)
			parts = append(parts, p)
		}
		parts = append(parts, p)
	}
	if len(parts) > maxSplit {
		parts = pieces
	}
	if len(parts) > maxSplit {
		return out
	}
	for set := 1; set < 1<<len(parts)-1; set++ {
		var left, right []piece
		for k, p := range parts {
			if set>>k&1 == 1 {
				left = append(left, p)
			} else {
				right = append(right, p)
			}
		}
		out = append(out, total{ch: r.column(left, i).transpose().times(r.column(right, i))})
	}
	return out
}
