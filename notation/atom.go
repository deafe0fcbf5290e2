package notation

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/syntax"
)

// vector reads a factor with one index.
func (r *reader) vector(p *product, f factor, i *expr.Node) (piece, bool) {
	over := []*expr.Node{i}
	f, exponent := p.exponential(f, over)
	x := r.atomIn(p, f.base, over)
	if exponent != nil {
		x = r.exp(exponent, over)
	}
	return piece{single(x), absolute(f.exponent), f.exponent.Sign() < 0}, x != nil
}

// matrix reads a factor with two indices as a matrix with rows i and columns j.
func (r *reader) matrix(p *product, f factor, i, j *expr.Node) (piece, bool) {
	f, exponent := p.exponential(f, []*expr.Node{i, j})
	read := func(over ...*expr.Node) syntax.Expr {
		if exponent != nil {
			return r.exp(exponent, over)
		}
		return r.atomIn(p, f.base, over)
	}
	l := lit{x: read(i, j)}
	symmetric := exponent == nil && r.isSymmetric(f.base, i, j)
	if x := read(j, i); x != nil {
		if l.x == nil || r.cost(x)+1 < r.cost(l.x) || symmetric && r.cost(x) < r.cost(l.x) {
			l = lit{x: x, t: true, alt: l.x}
		} else {
			l.alt = x
		}
		l = r.oriented(l)
	}
	if t, ok := l.x.(*syntax.Transpose); ok {
		l = lit{x: t.X, t: !l.t}
	}
	if symmetric {
		l.t, l.alt, l.sym = false, nil, true
	}
	return piece{chain{l}, absolute(f.exponent), f.exponent.Sign() < 0}, l.x != nil
}

// oriented returns l with no other way to write the transpose but where that reads better.
func (r *reader) oriented(l lit) lit {
	if l.alt != nil && r.cost(l.alt) >= r.cost(lit{x: l.x, t: true}.expr()) {
		l.alt = nil
	}
	return l
}

// exponential writes a power of exp that has no other factor above it as exp of a multiple: exp(-x), not 1 ./ exp(x).
func (p *product) exponential(f factor, over []*expr.Node) (factor, *expr.Node) {
	if f.exponent.IsOne() || f.base.Kind() != expr.KindCall || f.base.Func().Printed() != "exp" || f.base.Func().Arity != 1 {
		return f, nil
	}
	if f.exponent.IsInt() {
		for _, g := range p.factors {
			if same, ok := p.over(g.base); ok && g.base != f.base && g.exponent.Sign() > 0 && slices.Equal(same, over) {
				return f, nil
			}
		}
	}
	return factor{f.base, expr.Int(1), f.depth}, p.r.s.Scale(f.exponent, f.base.Args()[0])
}

// exp reads exp(n) entry by entry.
func (r *reader) exp(n *expr.Node, over []*expr.Node) syntax.Expr {
	v := r.read(n, over)
	if v.x == nil {
		return nil
	}
	return call("exp", v.x)
}

// atomIn reads the base of a factor of p.
func (r *reader) atomIn(p *product, n *expr.Node, over []*expr.Node) syntax.Expr {
	if n.Kind() == expr.KindCond {
		return r.step(p, n, over)
	}
	return r.atomOrSum(n, over)
}

// step reads a condition among the factors of p: [x > 0] is step(x), [x >= 0] is 1 - step(-x).
func (r *reader) step(p *product, n *expr.Node, over []*expr.Node) syntax.Expr {
	of := n.Args()[0]
	if n.Op() != expr.GtZero && n.Op() != expr.GeZero || expr.IsIndexForm(of) || !p.isFiniteBeside(n) {
		return nil
	}
	if n.Op() == expr.GeZero {
		of = r.s.Neg(of)
	}
	v := r.read(of, over)
	if v.x == nil || v.scalar && len(over) > 0 {
		return nil
	}
	x := call("step", v.x)
	if n.Op() == expr.GeZero {
		return syntax.NewBinary(syntax.Sub, number(expr.Int(1)), x)
	}
	return x
}

// atomOrSum reads n as a tensor with exactly the given axes, on all of which it depends.
func (r *reader) atomOrSum(n *expr.Node, over []*expr.Node) syntax.Expr {
	k := keyOver(n, over)
	if v, ok := r.atoms[k]; ok {
		r.fellBack = r.fellBack || v.fellBack
		return v.x
	}
	before := r.fellBack
	r.fellBack = false
	v := reading{x: r.newAtom(n, over), fellBack: r.fellBack}
	r.fellBack = before || v.fellBack
	r.atoms[k] = v
	return v.x
}

func (r *reader) newAtom(n *expr.Node, over []*expr.Node) syntax.Expr {
	args := n.Args()
	switch n.Kind() {
	case expr.KindConst, expr.KindSize:
		return name(n.Name())
	case expr.KindRat:
		if n.Rat().Sign() >= 0 {
			return number(n.Rat())
		}
		return &syntax.Unary{Op: syntax.Neg, X: number(n.Rat().Neg())}
	case expr.KindEntry:
		return r.upright(n, r.entry(n, over), over)
	case expr.KindCall:
		if n.Func().Ranks != nil {
			return r.upright(n, r.tensorCall(n, over), over)
		}
		return r.scalarCall(n, over)
	case expr.KindReduce:
		if n.Op() == expr.Sum {
			if !hasPlainBinders(n) {
				return nil
			}
			x, _ := r.tensor(n, over)
			return x
		}
		return r.extreme(n, over)
	case expr.KindPow:
		if args[1].Kind() != expr.KindRat {
			return r.power(args[0], args[1], over)
		}
		x, _ := r.tensor(n, over)
		return x
	case expr.KindAdd, expr.KindMul:
		x, _ := r.tensor(n, over)
		return x
	}
	return nil
}

// upright takes the transpose away from x, the reading of a symmetric matrix n.
func (r *reader) upright(n *expr.Node, x syntax.Expr, over []*expr.Node) syntax.Expr {
	if t, ok := x.(*syntax.Transpose); ok && len(over) == 2 && r.isSymmetric(n, over[0], over[1]) {
		return t.X
	}
	return x
}

// isSymmetric reports whether n keeps its value when i and j trade places.
func (r *reader) isSymmetric(n, i, j *expr.Node) bool {
	if i.ID() > j.ID() {
		i, j = j, i
	}
	k := key{n, i, j}
	is, ok := r.swaps[k]
	if !ok {
		is = r.s.Replace(n, map[*expr.Node]*expr.Node{i: j, j: i}) == n || r.symmetric != nil && r.symmetric(n, i, j)
		r.swaps[k] = is
	}
	return is
}

// power reads base^exponent with an exponent that is no number.
func (r *reader) power(base, exponent *expr.Node, over []*expr.Node) syntax.Expr {
	b, e := r.read(base, over), r.read(exponent, over)
	if b.x == nil || e.x == nil {
		return nil
	}
	if len(over) == 0 {
		return syntax.NewBinary(syntax.Pow, b.x, e.x)
	}
	return syntax.NewBinary(syntax.DotPow, b.x, e.x)
}

// entry reads x, x[3], A[:,2], A, A' and diag(A): entries at the given indices over whole axes.
func (r *reader) entry(n *expr.Node, over []*expr.Node) syntax.Expr {
	sym := n.Symbol()
	subs := make([]syntax.Expr, len(n.Args()))
	var order []*expr.Node
	fixed := false
	for axis, sub := range n.Args() {
		if slices.Contains(over, sub) {
			if sym.Dims[axis] != sub.Hi() {
				return nil
			}
			subs[axis] = &syntax.Slice{}
			order = append(order, sub)
			continue
		}
		if len(sub.Free()) > 0 {
			return nil
		}
		x, err := expr.Syntax(sub)
		if err != nil {
			return nil
		}
		subs[axis], fixed = x, true
	}
	x := name(sym.Name)
	if fixed {
		x = slice(x, subs)
	}
	return arranged(x, order, over)
}

// slice returns x[…]. A row cut out of a matrix is written as a column of its transpose: A[1,:] would stand or lie as
// the product around it needs.
func slice(x syntax.Expr, subs []syntax.Expr) syntax.Expr {
	if isRowCut(subs) {
		return &syntax.Subscript{X: &syntax.Transpose{X: x}, Subs: []syntax.Expr{subs[1], subs[0]}}
	}
	return &syntax.Subscript{X: x, Subs: subs}
}

func isRowCut(subs []syntax.Expr) bool {
	if len(subs) != 2 {
		return false
	}
	_, first := subs[0].(*syntax.Slice)
	_, second := subs[1].(*syntax.Slice)
	return second && !first
}

// lying returns what a row is written as before the matrix or column that it is multiplied by: A[1,:] for A'[:,1]'.
func lying(x syntax.Expr) syntax.Expr {
	if t, ok := x.(*syntax.Transpose); ok {
		if cut, ok := turnedCut(t.X); ok {
			return cut
		}
	}
	return x
}

// alone returns what a column is written as where no product is around it: A[1,:] for A'[:,1], in sums of multiples too.
func alone(x syntax.Expr) syntax.Expr {
	if cut, ok := turnedCut(x); ok {
		return cut
	}
	switch x := x.(type) {
	case *syntax.Unary:
		return &syntax.Unary{Op: x.Op, X: alone(x.X)}
	case *syntax.Binary:
		switch {
		case x.Op == syntax.Add || x.Op == syntax.Sub || x.Op == syntax.DotMul || x.Op == syntax.DotDiv:
			return syntax.NewBinary(x.Op, alone(x.X), alone(x.Y))
		case x.Op == syntax.Div:
			return syntax.NewBinary(x.Op, alone(x.X), x.Y)
		case x.Op == syntax.Mul && !isRow(x.X):
			return syntax.NewBinary(x.Op, x.X, alone(x.Y))
		}
	}
	return x
}

// isRow reports whether x is a multiple of a row that is written as it lies: of A[1,:]*A'[:,2] the second stays.
func isRow(x syntax.Expr) bool {
	switch x := syntax.Unparen(x).(type) {
	case *syntax.Subscript:
		return isRowCut(x.Subs)
	case *syntax.Unary:
		return isRow(x.X)
	case *syntax.Binary:
		return x.Op == syntax.Mul && isRow(x.Y) || x.Op == syntax.Div && isRow(x.X)
	}
	return false
}

// turnedCut returns A[1,:] for A'[:,1].
func turnedCut(x syntax.Expr) (syntax.Expr, bool) {
	sub, ok := x.(*syntax.Subscript)
	if !ok || len(sub.Subs) != 2 {
		return nil, false
	}
	turned := []syntax.Expr{sub.Subs[1], sub.Subs[0]}
	t, ok := sub.X.(*syntax.Transpose)
	if !ok || !isRowCut(turned) {
		return nil, false
	}
	return &syntax.Subscript{X: t.X, Subs: turned}, true
}

// arranged returns x, whose axes are the indices in order, as a tensor over the given axes.
func arranged(x syntax.Expr, order, over []*expr.Node) syntax.Expr {
	switch {
	case slices.Equal(order, over):
		return x
	case len(order) == 2 && len(over) == 2 && order[0] == over[1] && order[1] == over[0]:
		return &syntax.Transpose{X: x}
	case len(order) == 2 && len(over) == 1 && order[0] == order[1]:
		return call("diag", x)
	}
	return nil
}

var reductions = map[expr.Op]string{expr.Prod: "prod", expr.Max: "max", expr.Min: "min"}

// extreme reads prod(v), max(v) and min(v) of all entries.
func (r *reader) extreme(n *expr.Node, over []*expr.Node) syntax.Expr {
	f, ok := reductions[n.Op()]
	if !ok || len(over) > 0 {
		return nil
	}
	var indices []*expr.Node
	body := n
	for body.Kind() == expr.KindReduce && body.Op() == n.Op() {
		if !hasPlainBinders(body) {
			return nil
		}
		o := r.s.Open(body, indices...)
		indices, body = append(indices, o.Indices...), o.Body
	}
	if len(indices) > 2 || len(body.Free()) != len(indices) {
		return nil
	}
	var best syntax.Expr
	for range 2 {
		if x, ok := r.tensor(body, indices); ok && r.cheaper(call(f, x), best) {
			best = call(f, x)
		}
		indices = slices.Clone(indices)
		slices.Reverse(indices)
	}
	return best
}

// isDelta reports whether n is [i == j] for the two indices.
func isDelta(n *expr.Node, over []*expr.Node) bool {
	if n.Kind() != expr.KindCond || n.Op() != expr.EqZero || over[0].Hi() != over[1].Hi() {
		return false
	}
	constant, terms := expr.Terms(n.Args()[0])
	return constant.IsZero() && len(terms) == 2 && terms[0].Coef.Add(terms[1].Coef).IsZero() && absolute(terms[0].Coef).IsOne() &&
		slices.Contains(over, terms[0].X) && slices.Contains(over, terms[1].X)
}

// isFiniteBeside reports whether every factor beside a condition and in the sums beside it has a finite value at finite inputs, but for other
// conditions, so that the condition, where it is false, may be a factor 0 like any other. Outside of the sum that it stands in it is one anyway.
func (p *product) isFiniteBeside(cond *expr.Node) bool {
	depth := 0
	if k := slices.IndexFunc(p.factors, func(f factor) bool { return f.base == cond }); k >= 0 {
		depth = p.factors[k].depth
	}
	for _, f := range p.factors {
		switch {
		case f.depth < depth || f.base.Kind() == expr.KindCond || f.base.Kind() == expr.KindSize:
		case f.exponent.Sign() < 0 || !f.exponent.IsInt() || !isFinite(f.base):
			return false
		}
	}
	return true
}

// finite are functions that are finite wherever their arguments are.
var finite = map[string]bool{
	"exp": true, "sin": true, "cos": true, "sinh": true, "cosh": true, "tanh": true, "atan": true, "erf": true, "erfc": true, "abs": true,
	"sign": true, "sigmoid": true, "softplus": true, "relu": true, "silu": true, "gelu": true, "softmax": true, "cbrt": true, "asinh": true,
	"max": true, "min": true, "clamp": true, "step": true,
}

func isFinite(n *expr.Node) bool {
	switch n.Kind() {
	case expr.KindConst:
		return n.Name() != "inf"
	case expr.KindPow:
		if e := n.Args()[1]; e.Kind() != expr.KindRat || e.Rat().Sign() < 0 || !e.Rat().IsInt() {
			return false
		}
	case expr.KindCall:
		if !finite[n.Func().Printed()] {
			return false
		}
	case expr.KindIf:
		return false
	case expr.KindReduce:
		return isFinite(n.Body())
	case expr.KindIndex:
		return true
	}
	for _, a := range n.Args() {
		if !isFinite(a) {
			return false
		}
	}
	return true
}
