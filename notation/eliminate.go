package notation

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/syntax"
)

// A piece is a vector or a matrix that is multiplied entry by entry with others: ch^exponent, above or
// below the fraction bar.
type piece struct {
	ch       chain
	exponent expr.Rat
	below    bool
}

func (p piece) isPlain() bool { return !p.below && p.exponent.IsOne() }

// expr returns the piece without its side of the fraction bar.
func (p piece) expr() syntax.Expr { return power(p.ch.expr(), p.exponent, true) }

// transpose returns the transposed piece of a matrix.
func (p piece) transpose() piece { return piece{p.ch.transpose(), p.exponent, p.below} }

// A vertex is an index and the vectors that stand at it.
type vertex struct {
	index  *expr.Node
	summed bool
	gone   bool
	pieces []piece
}

// An edge joins two vertices by matrices with rows at a and columns at b, a < b.
type edge struct {
	a, b   int
	delta  bool
	pieces []piece
}

// A network is a product of vectors and matrices over indices.
type network struct {
	r        *reader
	vertices []vertex
	edges    []edge
}

func newNetwork(p *product) *network {
	net := &network{r: p.r}
	for _, i := range p.axes {
		net.vertices = append(net.vertices, vertex{index: i})
	}
	for _, i := range p.summed {
		net.vertices = append(net.vertices, vertex{index: i, summed: true})
	}
	return net
}

func (n *network) clone() *network {
	c := &network{r: n.r, vertices: slices.Clone(n.vertices), edges: slices.Clone(n.edges)}
	for k := range c.vertices {
		c.vertices[k].pieces = slices.Clone(c.vertices[k].pieces)
	}
	for k := range c.edges {
		c.edges[k].pieces = slices.Clone(c.edges[k].pieces)
	}
	return c
}

func (n *network) at(i *expr.Node) int {
	return slices.IndexFunc(n.vertices, func(v vertex) bool { return v.index == i })
}

func (n *network) addVector(i *expr.Node, p piece) {
	v := &n.vertices[n.at(i)]
	v.pieces = append(v.pieces, p)
}

// edge returns the edge between two vertices, which it makes if there is none.
func (n *network) edge(a, b int) *edge {
	for k := range n.edges {
		if n.edges[k].a == a && n.edges[k].b == b {
			return &n.edges[k]
		}
	}
	n.edges = append(n.edges, edge{a: a, b: b})
	return &n.edges[len(n.edges)-1]
}

// addMatrix adds a matrix with rows i and columns j.
func (n *network) addMatrix(i, j *expr.Node, p piece) { n.join(n.at(i), n.at(j), p) }

func (n *network) join(a, b int, p piece) {
	if a > b {
		a, b, p = b, a, p.transpose()
	}
	e := n.edge(a, b)
	e.pieces = append(e.pieces, p)
}

func (n *network) addDelta(i, j *expr.Node) {
	a, b := n.at(i), n.at(j)
	n.edge(min(a, b), max(a, b)).delta = true
}

// neighbours returns the edges at vertex v.
func (n *network) neighbours(v int) []int {
	var at []int
	for k, e := range n.edges {
		if e.a == v || e.b == v {
			at = append(at, k)
		}
	}
	return at
}

// eliminate removes every summed vertex of the component but one, keep, where it can; keep < 0 keeps none.
// It returns false where a vertex with three edges stands in the way.
func (n *network) eliminate(component []int, keep int, each func()) bool {
	for {
		next, degree := -1, 3
		for _, v := range component {
			vertex := n.vertices[v]
			if !vertex.summed || vertex.gone || v == keep {
				continue
			}
			if d := len(n.neighbours(v)); d < degree {
				next, degree = v, d
			}
		}
		if next < 0 {
			for _, v := range component {
				if n.vertices[v].summed && !n.vertices[v].gone && v != keep {
					return false
				}
			}
			return true
		}
		if each != nil {
			each()
		}
		if degree == 0 || !n.remove(next) {
			return false
		}
	}
}

// remove eliminates a summed vertex with one or two edges.
func (n *network) remove(v int) bool {
	at := n.neighbours(v)
	edges := make([]edge, len(at))
	for k, e := range at {
		edges[k] = n.edges[e]
		if edges[k].delta {
			return false
		}
	}
	n.edges = slices.DeleteFunc(n.edges, func(e edge) bool { return e.a == v || e.b == v })
	vertex := &n.vertices[v]
	vertex.gone = true
	if len(edges) == 1 {
		u := edges[0].other(v)
		c := n.productWith(edges[0], u, v)
		n.vertices[u].pieces = append(n.vertices[u].pieces, piece{ch: c, exponent: expr.Int(1)})
		return true
	}
	a, b := edges[0].other(v), edges[1].other(v)
	c := n.r.matrixOf(edges[0].from(a))
	if len(vertex.pieces) > 0 {
		c = append(c, n.r.diagonal(n.r.column(vertex.pieces, vertex.index)))
	}
	n.join(a, b, piece{ch: c.times(n.r.matrixOf(edges[1].from(v))), exponent: expr.Int(1)})
	return true
}

func (e edge) other(v int) int {
	if e.a == v {
		return e.b
	}
	return e.a
}

// from returns the matrices with rows at vertex a.
func (e edge) from(a int) []piece {
	if e.a == a {
		return e.pieces
	}
	turned := make([]piece, len(e.pieces))
	for k, p := range e.pieces {
		turned[k] = p.transpose()
	}
	return turned
}

// productWith returns the product of the matrix on an edge from u to v and the vector at v.
func (n *network) productWith(e edge, u, v int) chain {
	pieces := e.from(u)
	c := n.r.matrixOf(pieces).times(n.r.column(n.vertices[v].pieces, n.vertices[v].index))
	if len(n.vertices[v].pieces) > 0 || len(pieces) != 2 || !pieces[0].isPlain() || !pieces[1].isPlain() {
		return c
	}
	// Σⱼ A[i,j]·B[i,j] is the diagonal of A·B'.
	for _, product := range []chain{pieces[0].ch.times(pieces[1].ch.transpose()), pieces[1].ch.times(pieces[0].ch.transpose())} {
		if d := single(call("diag", product.expr())); n.r.cheaper(d.expr(), c.expr()) {
			c = d
		}
	}
	return c
}

// column returns the product of the vectors at an index; of none it is a vector of ones.
func (r *reader) column(pieces []piece, i *expr.Node) chain {
	switch {
	case len(pieces) == 0:
		return chain{r.ones(i)}
	case len(pieces) == 1 && pieces[0].isPlain():
		return pieces[0].ch
	}
	return single(r.hadamard(pieces))
}

// ones returns the vector of ones over an index.
func (r *reader) ones(i *expr.Node) lit {
	return lit{x: call("ones", r.size(i)), ones: i.Hi()}
}

// size returns the upper end of an index over 1..size.
func (r *reader) size(i *expr.Node) syntax.Expr {
	x, err := expr.Syntax(i.Hi())
	if err != nil {
		return name("…") // sizes are small
	}
	return x
}

// hadamard multiplies entry by entry.
func (r *reader) hadamard(pieces []piece) syntax.Expr {
	above, below := r.sides(pieces)
	x := syntax.Join(syntax.DotMul, above)
	if len(below) == 0 {
		return x
	}
	if x == nil {
		x = number(expr.Int(1))
	}
	return syntax.NewBinary(syntax.DotDiv, x, syntax.Join(syntax.DotMul, below))
}

// sides returns what stands above and below the fraction bar, in order.
func (r *reader) sides(pieces []piece) (above, below []syntax.Expr) {
	for _, p := range pieces {
		if p.below {
			below = append(below, p.expr())
		} else {
			above = append(above, p.expr())
		}
	}
	syntax.SortFactors(above)
	syntax.SortFactors(below)
	complementsFirst(below)
	return above, below
}

// matrixOf multiplies matrices entry by entry, on the side on which they cost less: the transpose around them may yet go away, or come,
// as the whole is turned.
func (r *reader) matrixOf(pieces []piece) chain {
	if len(pieces) == 1 && pieces[0].isPlain() {
		return slices.Clone(pieces[0].ch)
	}
	turned := make([]piece, len(pieces))
	for k, p := range pieces {
		turned[k] = p.transpose()
	}
	straight, other := r.hadamard(pieces), r.hadamard(turned)
	if r.cost(other)+1 < r.cost(straight) {
		return chain{r.oriented(lit{x: other, t: true, alt: straight})}
	}
	return chain{r.oriented(lit{x: straight, alt: other})}
}

// diagonal returns the diagonal matrix of a column.
func (r *reader) diagonal(c chain) lit { return lit{x: call("diag", c.expr()), sym: true} }
