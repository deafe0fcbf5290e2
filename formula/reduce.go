package formula

import (
	"fmt"
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/syntax"
)

// define lowers a definition or the body of a function: its indices are axes of its value.
func (l *lowering) define(s scope, d *syntax.Define) Tensor {
	s, indices := l.bindAll(s, d.Indices, nil, d.Body)
	body := l.lower(s, d.Body)
	if l.nesting(body.Value) > MaxNesting {
		l.exceed(d.Body, "the value of %s nests deeper than the limit of %d levels", d.Name.Name, MaxNesting)
	}
	return l.tabulate(indices, body)
}

// nesting returns how many levels an expression has.
func (l *lowering) nesting(n *expr.Node) int {
	if len(n.Args()) == 0 {
		return 1
	}
	levels, ok := l.levels.Get(n)
	if !ok {
		for _, a := range n.Args() {
			levels = max(levels, l.nesting(a))
		}
		levels++
		l.levels.Set(n, levels)
	}
	return levels
}

// tabulate puts indices in front of the axes of a body.
func (l *lowering) tabulate(indices []*expr.Node, body Tensor) Tensor {
	if len(indices) == 0 {
		return body
	}
	return Tensor{Axes: append(slices.Clone(indices), body.Axes...), Value: body.Value}
}

// bindAll binds the indices of binders to fresh ones with the ranges that are written or inferred from cond and body.
func (l *lowering) bindAll(s scope, binders []syntax.Binder, cond, body syntax.Expr) (scope, []*expr.Node) {
	if len(binders) == 0 {
		return s, nil
	}
	// Ranges that are to be inferred are looked for with the other indices bound to something.
	provisional := s
	for _, b := range binders {
		provisional = provisional.bindIndex(b.Name.Name, l.index(l.s.Int(1), l.s.Size("#")))
	}
	indices := make([]*expr.Node, len(binders))
	for k, b := range binders {
		if slices.ContainsFunc(binders[:k], func(c syntax.Binder) bool { return c.Name.Name == b.Name.Name }) {
			l.panicWith(syntax.Diagnostic{Message: fmt.Sprintf("the index %q is bound twice", b.Name.Name), Span: b.Name.Source()})
		}
		var lo, hi *expr.Node
		if b.Lo != nil {
			lo, hi = l.integer(s, b.Lo), l.integer(s, b.Hi)
		} else {
			lo, hi = l.inferRange(provisional, b, cond, body)
		}
		indices[k] = l.ranging(lo, hi)
		s = s.bindIndex(b.Name.Name, indices[k])
	}
	return s, indices
}

// inferRange returns the range of an index that ranges over every axis that it alone subscripts, and over no more of
// it than keeps every shifted use, as in x[i+1], within its axis.
func (l *lowering) inferRange(s scope, b syntax.Binder, within ...syntax.Expr) (lo, hi *expr.Node) {
	name := b.Name.Name
	var at syntax.Expr
	var lows, highs []*expr.Node // what shifted uses allow
	own := s.frame.find(name)
	for _, x := range within {
		l.subscripted(s, name, x, func(use syntax.Expr, axis *expr.Node, shift int64) {
			l1 := l.s.Add(axis.Lo(), l.s.Int(-shift))
			h1 := l.s.Add(axis.Hi(), l.s.Int(-shift))
			if own != nil && (axis.DependsOn(own.value.Value)) {
				return
			}
			if shift != 0 {
				lows, highs = append(lows, l1), append(highs, h1)
				return
			}
			if lo != nil && (lo != l1 || hi != h1) {
				l.panicWith(syntax.Diagnostic{
					Message: fmt.Sprintf("the index %q ranges over sizes that do not agree: %s and %s", name, rangeText(l.s.Index("#", lo, hi)), rangeText(axis)),
					Span:    use.Source(), Related: []syntax.Related{{Span: at.Source(), Label: "here it goes over " + rangeText(l.s.Index("#", lo, hi))}},
				})
			}
			if lo == nil {
				lo, hi, at = l1, h1, use
			}
		})
	}
	if lo == nil && len(lows) == 0 {
		for _, x := range within {
			if x != nil {
				l.reportSure(s, x)
			}
		}
		l.panicWith(syntax.Diagnostic{
			Message: fmt.Sprintf("the range of %q cannot be inferred", name), Span: b.Name.Source(),
			Label: "it alone subscripts nothing of known size", Help: fmt.Sprintf("write it: %s in 1..n", name),
		})
	}
	if lo != nil {
		lows, highs = append(lows, lo), append(highs, hi)
	}
	lo, hi = lows[0], highs[0]
	for k := range lows {
		lo, hi = l.extreme(b, lo, lows[k], 1), l.extreme(b, hi, highs[k], -1)
	}
	return lo, hi
}

// reportSure fails with what is wrong with x, if that does not come from the ranges of indices.
func (l *lowering) reportSure(s scope, x syntax.Expr) {
	if _, mistake := l.try(s, x); mistake != nil && (mistake.sure || mistake.Limit) {
		panic(*mistake)
	}
}

// extreme returns the larger (sign 1) or smaller (sign -1) of two ends.
func (l *lowering) extreme(b syntax.Binder, x, y *expr.Node, sign int64) *expr.Node {
	difference := l.s.Scale(expr.Int(sign), l.s.Sub(x, y))
	switch {
	case l.s.Cond(expr.GeZero, difference).IsOne():
		return x
	case l.s.Cond(expr.GeZero, l.s.Neg(difference)).IsOne():
		return y
	}
	l.panicWith(syntax.Diagnostic{
		Message: fmt.Sprintf("the range of %q cannot be inferred: its uses end at %s and at %s", b.Name.Name, EndText(x), EndText(y)),
		Span:    b.Name.Source(), Help: fmt.Sprintf("write it: %s in 1..n", b.Name.Name),
	})
	return nil
}

// subscripted calls yield for every axis in x that the index subscripts alone or shifted by a constant.
func (l *lowering) subscripted(s scope, name string, x syntax.Expr, yield func(use syntax.Expr, axis *expr.Node, shift int64)) {
	if x == nil {
		return
	}
	syntax.Inspect(x, func(n syntax.Expr) bool {
		switch n := n.(type) {
		case *syntax.Reduce:
			inner := s
			hidden := false
			for _, b := range n.Binders {
				if b.Lo != nil {
					l.subscripted(inner, name, b.Lo, yield)
					l.subscripted(inner, name, b.Hi, yield)
				}
				hidden = hidden || b.Name.Name == name
				inner = inner.bindIndex(b.Name.Name, l.index(l.s.Int(1), l.s.Size("#")))
			}
			if !hidden {
				l.subscripted(inner, name, n.Cond, yield)
				l.subscripted(inner, name, n.Body, yield)
			}
			return false
		case *syntax.Subscript:
			for axis, sub := range n.Subs {
				shift, ok := l.shiftOf(s, name, sub)
				if !ok {
					continue
				}
				if t, ok := l.attempt(s, n.X); ok && axis < len(t.Axes) {
					yield(sub, t.Axes[axis], shift)
				}
			}
		}
		return true
	})
}

// shiftOf reads a subscript as the index plus an integer.
func (l *lowering) shiftOf(s scope, name string, sub syntax.Expr) (int64, bool) {
	mentioned := false
	syntax.Inspect(sub, func(x syntax.Expr) bool {
		if n, ok := x.(*syntax.Name); ok && n.Name == name {
			mentioned = true
		}
		return !mentioned
	})
	if _, slice := sub.(*syntax.Slice); slice || !mentioned {
		return 0, false
	}
	t, ok := l.attempt(s, sub)
	if !ok || !t.IsScalar() {
		return 0, false
	}
	d := l.s.Sub(t.Value, s.frame.find(name).value.Value)
	if d.Kind() != expr.KindRat {
		return 0, false
	}
	return d.Rat().Int64()
}

// attempt lowers x where that has a meaning in s.
func (l *lowering) attempt(s scope, x syntax.Expr) (t Tensor, ok bool) {
	t, mistake := l.try(s, x)
	return t, mistake == nil
}

// try lowers x and returns the mistake of the user that it meets, if any.
func (l *lowering) try(s scope, x syntax.Expr) (t Tensor, mistake *failure) {
	mistake = l.probe(func() { t = l.lower(s, x) })
	return t, mistake
}

// probe runs f for a look at what it would come to, and returns the mistake of the user that it meets, if any.
func (l *lowering) probe(f func()) (mistake *failure) {
	depth, inSubscript, domain := l.depth, l.inSubscript, l.domain
	l.domain = nil
	l.probing++
	defer func() {
		l.domain = domain
		l.probing--
		if r := recover(); r != nil {
			f, ok := r.(failure)
			if !ok {
				panic(r)
			}
			l.depth, l.inSubscript = depth, inSubscript
			mistake = &f
		}
	}()
	f()
	return nil
}

// reduce lowers sum[i](E) and the other operators that bind indices.
func (l *lowering) reduce(s scope, x *syntax.Reduce) Tensor {
	inner, indices := l.bindAll(s, x.Binders, x.Cond, x.Body)
	cond := l.s.Int(1)
	if x.Cond != nil {
		cond = l.cond(inner, x.Cond)
	}
	done := l.aside(l.s.Not(cond))
	body := l.lower(inner, x.Body)
	done()
	if x.Op.Name == "tensor" {
		return l.tabulate(indices, each(body, func(v *expr.Node) *expr.Node { return l.s.Mul(cond, v) }))
	}
	return each(body, func(v *expr.Node) *expr.Node { return l.fold(x, x.Op.Name, cond, v, indices) })
}

// fold reduces v over the indices where cond holds.
func (l *lowering) fold(at syntax.Expr, op string, cond, v *expr.Node, indices []*expr.Node) *expr.Node {
	s := l.s
	indices = l.flat(indices)
	switch op {
	case "sum":
		return s.Reduce(expr.Sum, s.Mul(cond, v), indices...)
	case "mean":
		return s.Div(s.Reduce(expr.Sum, s.Mul(cond, v), indices...), s.Reduce(expr.Sum, cond, indices...))
	case "prod":
		return s.Reduce(expr.Prod, s.If(cond, v, s.Int(1)), indices...)
	case "max":
		return s.Reduce(expr.Max, s.If(cond, v, s.Neg(s.Const("inf"))), indices...)
	case "min":
		return s.Reduce(expr.Min, s.If(cond, v, s.Const("inf")), indices...)
	case "logsumexp":
		return l.elementary("log", s.Reduce(expr.Sum, s.Mul(cond, l.elementary("exp", v)), indices...))
	}
	l.fail(at, "%s is not a reduction", op)
	return nil
}
