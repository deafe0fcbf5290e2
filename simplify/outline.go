package simplify

import (
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/syntax"
)

// An outlined sum stands under a name of its own while forms of a large expression are looked for: the product of a matrix and a vector in the argument of a
// function, as the layers of a network are. Its entries at axes are value, in terms of the names before it.
type outlined struct {
	symbol *expr.Symbol
	axes   []*expr.Node
	value  *expr.Node
	result *Result     // the form that is printed
	turned syntax.Expr // of a matrix, the notation of its transpose; nil where there is none
}

const (
	minOutlined = 120  // the weight from which on an expression is outlined
	maxOutlined = 4096 // the names that are given
)

// outline gives names to the sums in x that depend on indices and stand in the arguments of functions and conditions, the innermost first.
func outline(s *expr.Session, x *expr.Node) (*expr.Node, []outlined) {
	var names []outlined
	if weight(s, x) < minOutlined {
		return x, nil
	}
	for len(names) < maxOutlined {
		found := innermostProducts(s, x)
		if len(found) == 0 {
			break
		}
		f := &facts{s: s, used: map[int]bool{}}
		before := len(names)
		stands := map[*expr.Node]*expr.Node{} // for what was found
		for _, n := range found {
			if e := entryOf(s, n, names[before:]); e != nil {
				stands[n] = e
				continue
			}
			if o, ok := newOutlined(s, n, len(names)); ok && !isSymmetric(s, o) {
				names = append(names, o)
				stands[n] = s.Entry(o.symbol, n.Free()...)
				f.rewrites = append(f.rewrites, fact{given: noGiven, from: o.value, to: s.Entry(o.symbol, o.axes...), vars: o.axes})
			}
		}
		y := f.apply(s.Map(x, nil, func(n *expr.Node, _ []*expr.Node) (*expr.Node, bool) {
			e, ok := stands[n]
			return e, ok
		}))
		if y == x {
			names = names[:before]
			break
		}
		x = y
	}
	return x, names
}

// outlinedName begins the names that are given; no user can write it.
const outlinedName = "@"

// An outlinedKey is the key of the symbol that stands for a value: the same one when a search starts again, so that the forms are.
type outlinedKey struct {
	value *expr.Node
	count int
}

// isSymmetric reports whether what o stands for is equal to its transpose, which no name says.
func isSymmetric(s *expr.Session, o outlined) bool {
	if len(o.axes) != 2 || o.axes[0].Hi() != o.axes[1].Hi() {
		return false
	}
	return renamed(s, o.value, o.axes, []*expr.Node{o.axes[1], o.axes[0]}) == o.value
}

// entryOf returns the entry of the name for a sum, or for its transpose, among names; nil where there is none.
func entryOf(s *expr.Session, n *expr.Node, names []outlined) *expr.Node {
	orders := [][]*expr.Node{n.Free()}
	if i := n.Free(); len(i) == 2 {
		orders = append(orders, []*expr.Node{i[1], i[0]})
	}
	for _, free := range orders {
		if axes, ok := axesFor(s, free); ok {
			value := renamed(s, n, free, axes)
			for _, o := range names {
				if o.value == value {
					return s.Entry(o.symbol, free...)
				}
			}
		}
	}
	return nil
}

// axesFor returns an axis for each of the indices, the ranges of which must be those of axes.
func axesFor(s *expr.Session, free []*expr.Node) (axes []*expr.Node, ok bool) {
	for k, i := range free {
		if !i.Lo().IsOne() || len(i.Hi().Free()) > 0 {
			return nil, false
		}
		axes = append(axes, s.Index(outlinedName+strconv.Itoa(k), i.Lo(), i.Hi()))
	}
	return axes, true
}

// renamed returns n with axes in the places of indices.
func renamed(s *expr.Session, n *expr.Node, indices, axes []*expr.Node) *expr.Node {
	rename := make(map[*expr.Node]*expr.Node, len(indices))
	for k, i := range indices {
		rename[i] = axes[k]
	}
	return s.Replace(n, rename)
}

// newOutlined gives the sum n a name with an axis for each of its free indices, in their order.
func newOutlined(s *expr.Session, n *expr.Node, count int) (outlined, bool) {
	free := n.Free()
	axes, ok := axesFor(s, free)
	if !ok {
		return outlined{}, false
	}
	o := outlined{axes: axes, value: renamed(s, n, free, axes)}
	var dims []*expr.Node
	for _, i := range axes {
		dims = append(dims, i.Hi())
	}
	o.symbol = expr.Once(s, outlinedKey{o.value, count}, func() *expr.Symbol { return s.NewSymbol(outlinedName+strconv.Itoa(count), false, dims...) })
	return o, o.value.Kind() == expr.KindReduce || o.value.Kind() == expr.KindAdd
}

// innermostProducts returns the sums to outline in x that have no such sums inside.
func innermostProducts(s *expr.Session, x *expr.Node) []*expr.Node {
	type place struct {
		n      *expr.Node
		inside bool // an argument
	}
	var found []*expr.Node
	seen := map[place]bool{}
	var visit func(n *expr.Node, inside bool) bool // whether there is one in n
	visit = func(n *expr.Node, inside bool) bool {
		if len(n.Args()) == 0 || n.Kind() == expr.KindIndex || n.Kind() == expr.KindEntry {
			return false
		}
		at := place{n, inside}
		if has, ok := seen[at]; ok {
			return has
		}
		has := false
		switch n.Kind() {
		case expr.KindReduce:
			has = visit(s.Open(n).Body, inside && !isProduct(s, n))
			if inside && !has && isProduct(s, n) && total(s, n) {
				found, has = append(found, n), true
			}
		case expr.KindAdd, expr.KindMul:
			for _, a := range n.Args() {
				has = visit(a, inside) || has
			}
		case expr.KindCond:
			has = visit(n.Args()[0], true)
		default:
			for _, a := range n.Args() {
				has = visit(a, n.Kind() == expr.KindCall && n.Func().Ranks == nil) || has
			}
		}
		seen[at] = has
		return has
	}
	visit(x, false)
	return found
}

// isProduct reports whether n is a sum with an entry that has an index of the sum and one that is free: a product of a matrix.
func isProduct(s *expr.Session, n *expr.Node) bool {
	if n.Op() != expr.Sum || len(n.Free()) == 0 {
		return false
	}
	o := s.Open(n)
	_, body := unscaled(o.Body)
	return slices.ContainsFunc(expr.Factors(body), func(f *expr.Node) bool {
		return f.Kind() == expr.KindEntry && dependsOnAny(f, o.Indices) && dependsOnAny(f, n.Free())
	})
}

// restored returns a result with the names that it was found with written out.
func (c *search) restored(r *Result) (*Result, error) {
	values := map[*expr.Symbol]*expr.Node{}
	z := c.z.grouping(nil) // the sums have axes of their own
	for k := range c.names {
		o := &c.names[k]
		t := formula.Tensor{Axes: o.axes, Value: o.value}
		best, err := z.cheapest(t, c.pass(z).forms(o.value), 0, Auto, math.MaxInt, newDone(c.z))
		if err != nil {
			return nil, err
		}
		o.result = best
		if len(o.axes) == 2 {
			if r, err := z.print(formula.Tensor{Axes: []*expr.Node{o.axes[1], o.axes[0]}, Value: best.value}, 0, Auto); err == nil {
				o.turned = r.Matrix
			}
		}
		value := c.z.s.Instantiate(best.value, values)
		values[o.symbol] = c.z.s.Lambda(value, o.axes...)
	}
	whole := c.z.s.Instantiate(r.value, values)
	var text syntax.Expr // in matrix notation
	if r.Matrix != nil && syntax.Equal(r.Text, r.Matrix) && !slices.ContainsFunc(c.names, func(o outlined) bool { return o.result.Matrix == nil }) {
		if x, ok := c.spelled(r.Matrix); ok {
			text = tidied(x)
		}
	}
	var out *Result
	var err error
	left := c.z.s.Left()
	if printed := c.z.s.Within(left-left/reserved, func() { out, err = c.z.print(c.tensor(whole), c.free, Index) }); !printed || err != nil {
		if text == nil {
			return nil, err
		}
		out = &Result{Tensor: c.z.nameAxes(c.tensor(whole), c.free), Free: c.free, Index: text} // entry by entry it is too long
	}
	out.value = whole
	switch {
	case text != nil:
		out.Matrix, out.Text = text, text
	case c.notation == Auto && c.free == 0 && c.t.Groups == nil && len(out.Tensor.Axes) > 2: // which has no matrix notation, but sums in it may
		c.z.s.Within(c.z.s.Left()/reserved, func() {
			if x := c.z.mixed(out.Tensor, 0); x != nil && cost(x) < cost(out.Text) {
				out.Text = x
			}
		})
	}
	return out, nil
}

// spelled returns matrix notation with the names in it written out; ok is false where one of them has none.
func (c *search) spelled(x syntax.Expr) (y syntax.Expr, ok bool) {
	ok = true
	y = syntax.Rewrite(x, func(x syntax.Expr) (syntax.Expr, bool) {
		switch x := x.(type) {
		case *syntax.Name:
			if o := c.outlinedAs(x); o != nil {
				z, spelled := c.spelled(o.result.Matrix)
				ok = ok && spelled
				return z, true
			}
		case *syntax.Transpose:
			if o := c.outlinedAs(x.X); o != nil && o.turned != nil {
				z, spelled := c.spelled(o.turned)
				ok = ok && spelled
				return z, true
			}
		case *syntax.Unary:
			if o := c.outlinedAs(x.X); o != nil && x.Op == syntax.Neg {
				z, spelled := c.spelled(o.result.Matrix)
				ok = ok && spelled
				return negated(z), true
			}
		}
		return nil, false
	})
	return y, ok
}

// tidied mends what comes together where a name is written out: 2*W*x/2 is W*x, and (a*b')' is b*a'.
func tidied(x syntax.Expr) syntax.Expr {
	return syntax.Rewrite(x, func(y syntax.Expr) (syntax.Expr, bool) {
		if t, ok := y.(*syntax.Transpose); ok {
			p, ok := syntax.Unparen(t.X).(*syntax.Binary)
			if !ok || p.Op != syntax.Mul {
				return nil, false
			}
			right, ok := p.Y.(*syntax.Transpose)
			if _, isProduct := p.X.(*syntax.Binary); !ok || isProduct {
				return nil, false
			}
			return syntax.NewBinary(syntax.Mul, tidied(syntax.Unparen(right.X)), &syntax.Transpose{X: tidied(p.X)}), true
		}
		q, ok := y.(*syntax.Binary)
		if !ok || q.Op != syntax.Div {
			return nil, false
		}
		den, ok := q.Y.(*syntax.Number)
		num, rest := leadingNumber(q.X)
		if !ok || num == nil || !num.Value.IsInt() || !den.Value.IsInt() || den.Value.Sign() <= 0 {
			return nil, false
		}
		r := new(big.Rat).Quo(num.Value, den.Value)
		if r.Denom().Cmp(den.Value.Num()) == 0 { // in lowest terms
			return nil, false
		}
		z := tidied(rest)
		if r.Num().Cmp(big.NewInt(1)) != 0 {
			z = syntax.NewBinary(syntax.Mul, syntax.NewInteger(r.Num()), z)
		}
		if !r.IsInt() {
			z = syntax.NewBinary(syntax.Div, z, syntax.NewInteger(r.Denom()))
		}
		return z, true
	})
}

// leadingNumber returns the number that a product begins with and what it is a product with; nil where there is none.
func leadingNumber(x syntax.Expr) (*syntax.Number, syntax.Expr) {
	b, ok := x.(*syntax.Binary)
	if !ok || b.Op != syntax.Mul {
		return nil, nil
	}
	if n, ok := b.X.(*syntax.Number); ok {
		return n, b.Y
	}
	n, rest := leadingNumber(b.X)
	if n == nil {
		return nil, nil
	}
	return n, syntax.NewBinary(syntax.Mul, rest, b.Y)
}

// outlinedAs returns what a name was given to; nil if x is no such name or that has no matrix notation.
func (c *search) outlinedAs(x syntax.Expr) *outlined {
	name, ok := syntax.Unparen(x).(*syntax.Name)
	if !ok || !strings.HasPrefix(name.Name, outlinedName) {
		return nil
	}
	k, err := strconv.Atoi(name.Name[len(outlinedName):])
	if err != nil || k >= len(c.names) || c.names[k].result == nil || c.names[k].result.Matrix == nil {
		return nil
	}
	return &c.names[k]
}

// negated returns -x with the sign at the first factor of a product.
func negated(x syntax.Expr) syntax.Expr {
	if b, ok := x.(*syntax.Binary); ok && b.Op == syntax.Mul {
		return &syntax.Binary{Op: b.Op, X: negated(b.X), Y: b.Y}
	}
	return &syntax.Unary{Op: syntax.Neg, X: x}
}

// plainly returns an expression with the names in it replaced by what they stand for.
func (c *search) plainly(x *expr.Node) *expr.Node {
	values := map[*expr.Symbol]*expr.Node{}
	for _, o := range c.names {
		values[o.symbol] = c.z.s.Lambda(c.z.s.Instantiate(o.value, values), o.axes...)
	}
	return c.z.s.Instantiate(x, values)
}
