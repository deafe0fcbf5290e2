package simplify

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/syntax"
)

// A tensor with composite axes is written as sums of Kronecker products where its entries are products of parts with some of
// the indices each, and as stacked columns: kron(A, B), vec(B*X*A').

// grouping returns a simplifier that prints tensors whose indices make axes in groups of the given numbers.
func (z *Simplifier) grouping(groups []int) *Simplifier {
	if z.groups == nil && groups == nil {
		return z
	}
	other := *z
	other.groups = groups
	return &other
}

// printGrouped is print for tensors with composite axes. Indices of the user are bound.
func (z *Simplifier) printGrouped(t formula.Tensor, free int, n Notation) (*Result, error) {
	t.Groups = z.groups
	rank := len(t.Groups)
	lead := max(free, rank-2)
	g := grouped{z: z, t: t}
	if slices.ContainsFunc(t.Groups[:lead], func(count int) bool { return count > 1 }) {
		return g.byEntries(n)
	}
	at := lead
	var axes [][]*expr.Node
	for _, count := range t.Groups[lead:] {
		axes = append(axes, t.Axes[at:at+count])
		at += count
	}
	entrywise := g.entrywise(t.Value, axes)
	if g.err != nil {
		return nil, g.err
	}
	r := &Result{Tensor: t, Index: g.bound(lead, entrywise)}
	if n != Index {
		if x, ok := g.matrix(t.Value, axes); ok {
			r.Matrix = g.bound(lead, x)
		}
	}
	r.Text = r.Index
	switch {
	case r.Matrix != nil:
		r.Text = r.Matrix
	case n == Matrix:
		return nil, ErrNoMatrix
	}
	return r, nil
}

// A grouped writes the parts of one tensor.
type grouped struct {
	z   *Simplifier
	t   formula.Tensor
	err error // what cannot be written at all
}

// bound binds the first axes of the tensor, whose ranges are written.
func (g *grouped) bound(count int, x syntax.Expr) syntax.Expr {
	if g.t.Lies() && len(g.t.Groups) == count+1 {
		x = &syntax.Transpose{X: x}
	}
	if count == 0 {
		return x
	}
	return &syntax.Reduce{Op: syntax.Ident{Name: "tensor"}, Binders: g.binders(g.t.Axes[:count]), Body: x}
}

// byEntries writes a tensor of more than two axes of which any may be composite: tensor[q, i in 1..n](vec(A[:,i]*b')[q]). A name stands for a
// composite axis, and can be nothing but the subscript of a vector or matrix over it, which the first two such axes make; each further one is that of a unit vector.
func (g *grouped) byEntries(n Notation) (*Result, error) {
	if n == Matrix {
		return nil, ErrNoMatrix
	}
	taken := namesIn(g.t)
	var binders []syntax.Binder
	var composite [][]*expr.Node
	var names []syntax.Expr
	at := 0
	for _, count := range g.t.Groups {
		parts := g.t.Axes[at : at+count]
		at += count
		if count == 1 {
			binders = append(binders, g.binders(parts)...)
			continue
		}
		name := freshName(taken)
		composite, names = append(composite, parts), append(names, &syntax.Name{Name: name})
		binders = append(binders, syntax.Binder{Name: syntax.Ident{Name: name}})
	}
	lead := min(len(composite), 2)
	write := func(tensor syntax.Expr) syntax.Expr {
		var entry syntax.Expr = &syntax.Subscript{X: tensor, Subs: names[:lead]}
		for k := lead; k < len(composite); k++ {
			unit := &syntax.Subscript{X: g.unit(composite[k]), Subs: names[k : k+1]}
			entry = &syntax.Reduce{Op: syntax.Ident{Name: "sum"}, Binders: g.binders(composite[k]), Body: syntax.NewBinary(syntax.Mul, unit, entry)}
		}
		return &syntax.Reduce{Op: syntax.Ident{Name: "tensor"}, Binders: binders, Body: entry}
	}
	r := &Result{Tensor: g.t, Index: write(g.entrywise(g.t.Value, composite[:lead]))}
	if g.err != nil {
		return nil, g.err
	}
	r.Text = r.Index
	if n != Index {
		if x, ok := g.matrix(g.t.Value, composite[:lead]); ok {
			if x = write(x); cost(x) < cost(r.Text) {
				r.Text = x
			}
		}
	}
	return r, nil
}

// unit writes the unit vector whose 1 stands where the given indices are: kron(eye(n)[:,i], eye(m)[:,j]).
func (g *grouped) unit(parts []*expr.Node) syntax.Expr {
	var x syntax.Expr
	for _, i := range parts {
		var column syntax.Expr = &syntax.Subscript{X: function("eye", g.syntax(i.Hi())), Subs: []syntax.Expr{&syntax.Slice{}, &syntax.Name{Name: i.Name()}}}
		if x != nil {
			column = function("kron", x, column)
		}
		x = column
	}
	return x
}

// binders returns binders of indices with their ranges.
func (g *grouped) binders(axes []*expr.Node) []syntax.Binder {
	out := make([]syntax.Binder, len(axes))
	for k, a := range axes {
		out[k] = syntax.Binder{Name: syntax.Ident{Name: a.Name()}, Lo: g.syntax(a.Lo()), Hi: g.syntax(a.Hi())}
	}
	return out
}

// syntax returns a scalar entry by entry.
func (g *grouped) syntax(n *expr.Node) syntax.Expr {
	x, err := expr.Syntax(n)
	if err != nil {
		g.err = err
		return &syntax.Name{Name: "…"}
	}
	return x
}

// entrywise writes a value over a vector or the rows and columns of a matrix entry by entry. What no index says is said by unit
// vectors: a matrix is the sum of kron(E, B) over the blocks B of which it is made, where E has a single 1 in the place of the block.
func (g *grouped) entrywise(value *expr.Node, axes [][]*expr.Node) syntax.Expr {
	if len(axes) == 1 && len(axes[0]) > 1 {
		parts := axes[0]
		return function("vec", g.entrywise(value, [][]*expr.Node{parts[1:], parts[:1]}))
	}
	if len(axes) == 2 && len(axes[0]) == 1 && len(axes[1]) > 1 {
		row := g.entrywise(value, axes[1:])
		return &syntax.Reduce{Op: syntax.Ident{Name: "tensor"}, Binders: g.binders(axes[0]), Body: row}
	}
	var outer []*expr.Node
	inner := slices.Clone(axes)
	var place syntax.Expr
	for k, parts := range axes {
		if len(parts) == 1 {
			continue
		}
		i := parts[0]
		outer = append(outer, i)
		inner[k] = parts[1:]
		var unit syntax.Expr = &syntax.Subscript{X: function("eye", g.syntax(i.Hi())), Subs: []syntax.Expr{&syntax.Slice{}, &syntax.Name{Name: i.Name()}}}
		if k == 1 {
			unit = &syntax.Transpose{X: unit}
		}
		if place != nil {
			unit = syntax.NewBinary(syntax.Mul, place, unit)
		}
		place = unit
	}
	if outer == nil {
		return tensorOf(formula.Tensor{Axes: slices.Concat(axes...), Value: value}, 0, g.syntax(value))
	}
	return &syntax.Reduce{Op: syntax.Ident{Name: "sum"}, Binders: g.binders(outer), Body: function("kron", place, g.entrywise(value, inner))}
}

// matrix writes a value over a vector, or the rows and columns of a matrix, in matrix notation, if it has one.
func (g *grouped) matrix(value *expr.Node, axes [][]*expr.Node) (syntax.Expr, bool) {
	if !slices.ContainsFunc(axes, func(parts []*expr.Node) bool { return len(parts) > 1 }) {
		return g.z.reader.Syntax(value, slices.Concat(axes...))
	}
	x, ok := g.sum(value, axes)
	if len(axes) == 2 {
		return x, ok
	}
	parts := axes[0]
	for k := 1; k < len(parts); k++ { // the columns of a matrix stacked
		if y, fits := g.matrix(value, [][]*expr.Node{parts[k:], parts[:k]}); fits {
			if y = function("vec", y); !ok || cost(y) < cost(x) {
				x, ok = y, true
			}
		}
	}
	return x, ok
}

// sum writes a value as a sum of terms.
func (g *grouped) sum(value *expr.Node, axes [][]*expr.Node) (syntax.Expr, bool) {
	s := g.z.s
	if value.IsZero() {
		return g.kron([]*expr.Node{value}, axes)
	}
	constant, terms := expr.Terms(value)
	if !constant.IsZero() || len(terms) == 0 {
		terms = append(terms, expr.Term{Coef: constant, X: s.Int(1)})
	}
	slices.SortStableFunc(terms, func(a, b expr.Term) int { return b.Coef.Sign() - a.Coef.Sign() })
	var sum syntax.Expr
	numbers := 0
	for _, t := range terms {
		coef, negative := t.Coef, sum != nil && t.Coef.Sign() < 0
		if negative {
			coef = coef.Neg()
		}
		factors := expr.Factors(t.X)
		x, ok := g.term(coef, factors, axes)
		if len(terms) > 1 && !slices.ContainsFunc(factors, func(f *expr.Node) bool { return dependsOnAny(f, slices.Concat(axes...)) }) {
			if numbers++; numbers < len(terms) { // what is added to every entry
				x, ok = g.scalar(s.Mul(s.Number(coef.Big()), t.X)), true
			}
		}
		switch {
		case !ok:
			return nil, false
		case sum == nil:
			sum = x
		case negative:
			sum = syntax.NewBinary(syntax.Sub, sum, x)
		default:
			sum = syntax.NewBinary(syntax.Add, sum, x)
		}
	}
	return sum, true
}

// term writes a product: numbers, Kronecker products, and functions of them entry by entry.
func (g *grouped) term(coef expr.Rat, factors []*expr.Node, axes [][]*expr.Node) (syntax.Expr, bool) {
	scalars := []*expr.Node{g.z.s.Number(coef.Big())}
	var tensors []*expr.Node
	all := slices.Concat(axes...)
	for _, f := range factors {
		if dependsOnAny(f, all) {
			tensors = append(tensors, f)
		} else {
			scalars = append(scalars, f)
		}
	}
	x, ok := g.product(tensors, axes)
	if !ok {
		return nil, false
	}
	scalar := g.z.s.Mul(scalars...)
	switch {
	case scalar.IsOne():
		return x, true
	case scalar.Kind() == expr.KindRat && scalar.Rat().Neg().IsOne():
		return syntax.Negate(x), true
	}
	return syntax.NewBinary(syntax.Mul, g.scalar(scalar), x), true
}

// scalar writes a number.
func (g *grouped) scalar(n *expr.Node) syntax.Expr {
	if x, ok := g.z.reader.Syntax(n, nil); ok {
		return x
	}
	return g.syntax(n)
}

// product writes a product of factors that all have indices: as one Kronecker product, or such products and functions multiplied entry by
// entry.
func (g *grouped) product(factors []*expr.Node, axes [][]*expr.Node) (syntax.Expr, bool) {
	if x, ok := g.kron(factors, axes); ok {
		return x, true
	}
	if x, ok := g.diagonal(factors, axes); ok {
		return x, true
	}
	var product syntax.Expr
	var rest []*expr.Node
	for _, f := range factors {
		x, ok := g.entries(f, axes)
		switch {
		case !ok:
			rest = append(rest, f)
		case product == nil:
			product = x
		default:
			product = syntax.NewBinary(syntax.DotMul, product, x)
		}
	}
	if product == nil {
		return nil, false
	}
	if len(rest) > 0 {
		x, ok := g.kron(rest, axes)
		if !ok {
			return nil, false
		}
		product = syntax.NewBinary(syntax.DotMul, x, product)
	}
	return product, true
}

// diagonal writes a product with the condition that row and column are the same as diag(v).
func (g *grouped) diagonal(factors []*expr.Node, axes [][]*expr.Node) (syntax.Expr, bool) {
	if len(axes) < 2 || len(axes[0]) != len(axes[1]) {
		return nil, false
	}
	s := g.z.s
	onto := map[*expr.Node]*expr.Node{}
	for k, i := range axes[0] {
		j := axes[1][k]
		same := s.Cond(expr.EqZero, s.Sub(i, j))
		if !slices.Contains(factors, same) {
			return nil, false
		}
		factors = slices.DeleteFunc(slices.Clone(factors), func(f *expr.Node) bool { return f == same })
		onto[j] = i
	}
	x, ok := g.matrix(s.Replace(s.Mul(factors...), onto), axes[:1])
	return function("diag", x), ok
}

// entries writes a factor in which indices of several parts meet: a function, a power or a sum of matrices entry by entry.
func (g *grouped) entries(f *expr.Node, axes [][]*expr.Node) (syntax.Expr, bool) {
	switch {
	case f.Kind() == expr.KindCall && f.Func().Ranks == nil && len(f.Args()) == 1:
		if x, ok := g.matrix(f.Args()[0], axes); ok {
			name := f.Func().Name
			if f.Func().Text != "" {
				name = f.Func().Text
			}
			return function(name, x), true
		}
	case f.Kind() == expr.KindPow && f.Args()[1].Kind() == expr.KindRat:
		if x, ok := g.matrix(f.Args()[0], axes); ok {
			return syntax.NewBinary(syntax.DotPow, x, g.syntax(f.Args()[1])), true
		}
	case f.Kind() == expr.KindAdd:
		return g.sum(f, axes)
	}
	return nil, false
}

// kron writes a product as kron(P, Q), where every factor has indices of the first parts of the axes, or of the others, alone. Two
// matrices are preferred, then a column times a row.
func (g *grouped) kron(factors []*expr.Node, axes [][]*expr.Node) (syntax.Expr, bool) {
	rows, columns := len(axes[0]), 0
	if len(axes) == 2 {
		columns = len(axes[1])
	}
	var matrices, rest [][2]int
	for row := 0; row <= rows; row++ {
		for column := 0; column <= columns; column++ {
			switch place := [2]int{row, column}; {
			case row+column == 0 || row+column == rows+columns:
			case 0 < row && row < rows && 0 < column && column < columns:
				matrices = append(matrices, place)
			case row == rows && column == 0:
				rest = append([][2]int{place}, rest...)
			default:
				rest = append(rest, place)
			}
		}
	}
	for _, place := range append(matrices, rest...) {
		first, second := [][]*expr.Node{axes[0][:place[0]]}, [][]*expr.Node{axes[0][place[0]:]}
		if len(axes) == 2 {
			first, second = append(first, axes[1][:place[1]]), append(second, axes[1][place[1]:])
		}
		if x, ok := g.split(factors, first, second); ok {
			return x, true
		}
	}
	return nil, false
}

// split writes kron(P, Q) with P over the first indices and Q over the second.
func (g *grouped) split(factors []*expr.Node, first, second [][]*expr.Node) (syntax.Expr, bool) {
	var p, q []*expr.Node
	for _, f := range factors {
		inFirst, inSecond := dependsOnAny(f, slices.Concat(first...)), dependsOnAny(f, slices.Concat(second...))
		switch {
		case inFirst && inSecond:
			return nil, false
		case inFirst:
			p = append(p, f)
		case f.IsZero():
			p, q = append(p, f), append(q, f)
		default:
			q = append(q, f)
		}
	}
	x, ok := g.factor(g.z.s.Mul(p...), first)
	if !ok {
		return nil, false
	}
	y, ok := g.factor(g.z.s.Mul(q...), second)
	switch {
	case !ok:
		return nil, false
	case len(first) == 2 && len(first[1]) == 0 && len(second[0]) == 0: // a column and a row
		return syntax.NewBinary(syntax.Mul, x, y), true
	case len(first) == 2 && len(first[0]) == 0 && len(second[1]) == 0:
		return syntax.NewBinary(syntax.Mul, y, x), true
	}
	return function("kron", x, y), true
}

// factor writes one side of a Kronecker product, in which an axis may have no parts left: a matrix, a column or a row.
func (g *grouped) factor(value *expr.Node, axes [][]*expr.Node) (syntax.Expr, bool) {
	switch {
	case len(axes) == 2 && len(axes[0]) == 0:
		x, ok := g.matrix(value, axes[1:])
		return &syntax.Transpose{X: x}, ok
	case len(axes) == 2 && len(axes[1]) == 0:
		return g.matrix(value, axes[:1])
	}
	return g.matrix(value, axes)
}

// function returns a call.
func function(name string, args ...syntax.Expr) *syntax.Call {
	return &syntax.Call{Fun: syntax.Ident{Name: name}, Args: args}
}
