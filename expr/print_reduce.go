package expr

import (
	"github.com/seed-9905856d/derive/syntax"
)

// call prints f(x), and f(v)[i] where the result has axes. A tensor argument that only renames a symbol's
// entries is printed as that symbol or a slice of it.
func (p *printer) call(n *Node) syntax.Expr {
	if n.fn.Ranks == nil {
		return &syntax.Call{Fun: syntax.Ident{Name: n.fn.Printed()}, Args: p.list(n.args)}
	}
	params := n.args[:len(n.fn.Ranks)]
	call := &syntax.Call{Fun: syntax.Ident{Name: n.fn.Printed()}}
	if x, ok := transposedEntry(n); ok { // of a transpose: the transpose
		call.Args = []syntax.Expr{x}
		if n.fn.Result == 0 {
			return call
		}
		return &syntax.Subscript{X: call, Subs: p.list([]*Node{n.args[2], n.args[1]})}
	}
	for _, a := range params {
		call.Args = append(call.Args, p.argument(a))
	}
	if n.fn.Result == 0 {
		return call
	}
	return &syntax.Subscript{X: call, Subs: p.list(n.args[len(params):])}
}

// transposedEntry reads the argument of a function of a matrix, which takes transposes to transposes, where it is the transpose of a symbol.
func transposedEntry(n *Node) (syntax.Expr, bool) {
	if !n.fn.Square || !IsLambda(n.args[0]) {
		return nil, false
	}
	binders, body := n.args[0].Binders(), n.args[0].Body()
	if body.kind != KindEntry || len(body.args) != 2 || body.args[0] != binders[1] || body.args[1] != binders[0] {
		return nil, false
	}
	for axis, dim := range body.sym.Dims {
		if b := body.args[axis]; b.Hi() != dim || !b.Lo().IsOne() {
			return nil, false
		}
	}
	return name(body.sym.Name), true
}

func (p *printer) argument(a *Node) syntax.Expr {
	if !IsLambda(a) {
		return p.print(a)
	}
	if base, subs, ok := p.slice(a); ok {
		if subs == nil {
			return base
		}
		return &syntax.Subscript{X: base, Subs: subs}
	}
	return p.reduce(a)
}

// slice reads the tensor of entries x[…, i, …] over the whole of the axes that the binders stand on, in order, as x
// or x[…, :, …].
func (p *printer) slice(lambda *Node) (base syntax.Expr, subs []syntax.Expr, ok bool) {
	n := lambda.Body()
	if n.kind != KindEntry {
		return nil, nil, false
	}
	binders := lambda.Binders()
	next := 0
	for axis, sub := range n.args {
		switch {
		case next < len(binders) && sub == binders[next] && sub.Lo().IsOne() && sub.Hi() == n.sym.Dims[axis]:
			next++
		case sub.dependsOnAny(binders):
			return nil, nil, false
		}
	}
	if next < len(binders) {
		return nil, nil, false
	}
	base = name(n.sym.Name)
	if len(n.args) == len(binders) {
		return base, nil, true
	}
	for _, sub := range n.args {
		if sub.dependsOnAny(binders) {
			subs = append(subs, &syntax.Slice{})
		} else {
			subs = append(subs, p.print(sub))
		}
	}
	return base, subs, true
}

var reductionNames = map[Op]string{Sum: "sum", Prod: "prod", Max: "max", Min: "min", Tensor: "tensor"}

func (p *printer) reduce(n *Node) syntax.Expr { return p.reduceWith(n, p.print) }

// reduceWith prints a reduction whose body the given function prints.
func (p *printer) reduceWith(n *Node, print func(body *Node) syntax.Expr) syntax.Expr {
	var conds []syntax.Expr
	r := p.reduceOf(n, []*Node{n.Body()}, func() syntax.Expr {
		body := n.Body()
		for n.op == Prod && body.kind == KindIf && body.args[2].IsOne() { // a factor of 1 is left out
			conds = append(conds, p.truth(body.args[0]))
			body = body.args[1]
		}
		return print(body)
	})
	if len(conds) > 0 {
		r.(*syntax.Reduce).Cond = syntax.Join(syntax.And, conds)
	}
	return r
}

// reduceOf prints a reduction like n, of what the given function prints, in which the given bodies stand.
func (p *printer) reduceOf(n *Node, bodies []*Node, print func() syntax.Expr) syntax.Expr {
	r := &syntax.Reduce{Op: syntax.Ident{Name: reductionNames[n.op]}}
	for _, b := range n.Binders() {
		binder := syntax.Binder{}
		if !RangeIsInferred(b, bodies...) {
			binder.Lo, binder.Hi = p.print(b.Lo()), p.print(b.Hi())
		}
		binder.Name.Name = p.name(b)
		r.Binders = append(r.Binders, binder)
	}
	r.Body = print()
	for _, b := range n.Binders() {
		p.release(b)
	}
	return r
}

// RangeIsInferred reports whether a reader infers exactly the range of b from what it subscripts in body: it does so
// where b alone stands in every subscript that mentions it, over axes of one size that is the upper end. Several bodies are parts of one.
func RangeIsInferred(b *Node, bodies ...*Node) bool {
	if !b.Lo().IsOne() {
		return false
	}
	found, plain := false, true
	seen := map[*Node]bool{}
	var visit func(n *Node)
	visit = func(n *Node) {
		if seen[n] || !n.DependsOn(b) {
			return
		}
		seen[n] = true
		var subs []*Node
		size := func(axis int) *Node { return n.sym.Dims[axis] }
		if n.kind == KindEntry {
			subs = n.args
		}
		if n.kind == KindCall && n.fn.Result > 0 {
			subs = n.args[len(n.fn.Ranks):]
			size = n.resultSize
		}
		for axis, sub := range subs {
			if sub == b && size(axis) == b.Hi() {
				found = true
			} else if sub.DependsOn(b) {
				plain = false
			}
		}
		for _, a := range n.args {
			visit(a)
		}
	}
	for _, body := range bodies {
		visit(body)
	}
	return found && plain
}

// resultSize returns the size of an axis of a call's result; nil where the function does not say.
func (n *Node) resultSize(axis int) *Node {
	if axis >= len(n.fn.Like) || n.fn.Like[axis] < 0 {
		return nil
	}
	for _, a := range n.args[:len(n.fn.Ranks)] {
		for _, f := range a.free {
			if f.space != User { // bound further in: a reader does not know the argument yet
				return nil
			}
		}
	}
	arg := n.args[n.fn.Like[axis]]
	if !IsLambda(arg) || !arg.Binders()[0].Lo().IsOne() {
		return nil
	}
	return arg.Binders()[0].Hi()
}
