package notation

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/syntax"
)

// overloaded are functions of scalars that are other functions when they are called with vectors.
var overloaded = map[string]bool{
	"cross_entropy": true, "binary_cross_entropy": true, "bce_logits": true, "nll": true, "kl_div": true, "entropy": true,
	"focal": true, "mse": true, "mae": true, "sum": true, "prod": true, "mean": true, "logsumexp": true,
	"norm": true, "norm1": true, "norm2": true, "normF": true, "norminf": true, "diag": true,
}

// whole are functions of vectors that do not work row by row when they are called with matrices.
var whole = map[string]bool{
	"sum": true, "prod": true, "mean": true, "max": true, "min": true, "norm": true, "norm1": true, "norm2": true, "normF": true,
	"norminf": true, "diag": true, "vec": true, "kron": true, "dot": true, "outer": true, "solve": true,
}

// scalarCall reads a function of scalars, which works entry by entry.
func (r *reader) scalarCall(n *expr.Node, over []*expr.Node) syntax.Expr {
	f := n.Func()
	if len(over) > 0 && (overloaded[f.Printed()] || (f.Printed() == "max" || f.Printed() == "min") && f.Arity == 1) {
		return nil
	}
	args := make([]syntax.Expr, len(n.Args()))
	for k, a := range n.Args() {
		if f.Parity == expr.Even && isBalanced(a) && r.readsBetterNegated(a, over) {
			a = r.s.Neg(a)
		}
		v := r.read(a, over)
		if v.x == nil {
			return nil
		}
		args[k] = v.x
	}
	if len(args) == 1 && len(over) == 2 { // log(B') is log(B)', which can turn back
		if turned, ok := args[0].(*syntax.Transpose); ok {
			return &syntax.Transpose{X: call(f.Printed(), turned.X)}
		}
	}
	return call(f.Printed(), args...)
}

// tensorCall reads a function with tensor parameters or a tensor result: softmax(l), softmax(Z) row by row, f(x)[3].
func (r *reader) tensorCall(n *expr.Node, over []*expr.Node) syntax.Expr {
	f := n.Func()
	if f.Square {
		return r.matrixCall(n, over)
	}
	params, subs := n.Args()[:len(f.Ranks)], n.Args()[len(f.Ranks):]
	row, ok := r.rowOf(f, params, over)
	if !ok {
		return nil
	}
	args := make([]syntax.Expr, len(params))
	var sizes []*expr.Node
	for k, a := range params {
		x, dims := r.argument(a, f.Ranks[k], row)
		if x == nil {
			return nil
		}
		args[k] = x
		sizes = append(sizes, dims...)
	}
	var x syntax.Expr = call(f.Printed(), args...)
	var order []*expr.Node
	var at []syntax.Expr
	if row != nil {
		order, at = append(order, row), append(at, &syntax.Slice{})
	}
	fixed := false
	for _, sub := range subs {
		if slices.Contains(over, sub) {
			if sub == row || !slices.Contains(sizes, sub.Hi()) {
				return nil
			}
			order, at = append(order, sub), append(at, &syntax.Slice{})
			continue
		}
		if len(sub.Free()) > 0 {
			return nil
		}
		text, err := expr.Syntax(sub)
		if err != nil {
			return nil
		}
		at, fixed = append(at, text), true
	}
	if fixed {
		x = slice(x, at)
	}
	return arranged(x, order, over)
}

// matrixCall reads a function of a square matrix, of the matrix or of its transpose, whichever is shorter: the functions that there are
// take transposes to transposes.
func (r *reader) matrixCall(n *expr.Node, over []*expr.Node) syntax.Expr {
	a, subs := n.Args()[0], n.Args()[1:]
	if !hasPlainBinders(a) || dependsOnAny(a, over) {
		return nil
	}
	o := r.s.Open(a, subs...)
	x, ok := r.tensor(o.Body, o.Indices)
	turned, ok2 := r.tensor(o.Body, []*expr.Node{o.Indices[1], o.Indices[0]})
	switch {
	case ok2 && (!ok || r.cost(turned) < r.cost(x)):
		x = turned
		if len(subs) == 2 {
			subs = []*expr.Node{subs[1], subs[0]}
		}
	case !ok:
		x = r.closed(a)
	}
	if x == nil {
		return nil
	}
	x = call(n.Func().Printed(), x)
	if len(subs) == 0 {
		return x
	}
	at := make([]syntax.Expr, len(subs))
	var order []*expr.Node
	for k, sub := range subs {
		switch {
		case slices.Contains(over, sub):
			if sub.Hi() != o.Indices[0].Hi() {
				return nil
			}
			order, at[k] = append(order, sub), &syntax.Slice{}
			continue
		case len(sub.Free()) > 0:
			return nil
		}
		text, err := expr.Syntax(sub)
		if err != nil {
			return nil
		}
		at[k] = text
	}
	if len(order) < len(subs) {
		x = slice(x, at)
	}
	return arranged(x, order, over)
}

// rowOf returns the index along which a function of vectors works row by row, nil where it is called once.
func (r *reader) rowOf(f *expr.Func, params, over []*expr.Node) (row *expr.Node, ok bool) {
	for _, i := range over {
		for _, a := range params {
			if !a.DependsOn(i) {
				continue
			}
			if row != nil && row != i || whole[f.Printed()] {
				return nil, false
			}
			row = i
		}
	}
	return row, true
}

// argument reads an argument of a function with the rank of its parameter, with one more axis, the first, where it depends
// on the row. Sizes are those of its own axes.
func (r *reader) argument(a *expr.Node, rank int, row *expr.Node) (x syntax.Expr, sizes []*expr.Node) {
	var axes []*expr.Node
	body := a
	if expr.IsLambda(a) {
		if !hasPlainBinders(a) {
			return r.closed(a), nil
		}
		o := r.s.Open(a)
		axes, body = o.Indices, o.Body
		for _, i := range axes {
			sizes = append(sizes, i.Hi())
		}
	}
	if len(axes) != rank {
		return nil, nil
	}
	if row != nil && a.DependsOn(row) {
		axes = append([]*expr.Node{row}, axes...)
	}
	if len(axes) <= 2 {
		if x, ok := r.tensor(body, axes); ok {
			return x, sizes
		}
	}
	return r.closed(a), sizes
}

// closed writes an argument without free indices entry by entry.
func (r *reader) closed(a *expr.Node) syntax.Expr { return r.entrywise(a) }
