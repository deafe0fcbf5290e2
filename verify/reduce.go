package verify

import (
	"slices"

	"github.com/seed-9905856d/derive/syntax"
)

// free evaluates an expression with its unbound indices as leading axes.
func (e *Evaluator) free(s scope, x syntax.Expr) Tensor {
	return e.tabulate(s, x, e.freeIndices(s, x), func(s scope) Tensor { return e.eval(s, x) })
}

// define evaluates a definition: its indices are axes of its value.
func (e *Evaluator) define(s scope, d *syntax.Define) Tensor {
	return e.tabulate(s, d.Body, e.indices(d.Indices, d.Body), func(s scope) Tensor { return e.eval(s, d.Body) })
}

// An index is a bound name with its range. The ends may mention earlier indices.
type index struct {
	name string
	ends func(scope) (lo, hi int)
}

// forAll calls body for every combination of the indices' values, the last fastest.
func (e *Evaluator) forAll(s scope, indices []index, body func(scope)) {
	if len(indices) == 0 {
		body(s)
		return
	}
	first := indices[0]
	lo, hi := first.ends(s)
	for i := lo; i <= hi; i++ {
		e.forAll(s.bindIndex(first.name, i), indices[1:], body)
	}
}

// tabulate makes a tensor whose leading axes are the indices.
func (e *Evaluator) tabulate(s scope, at syntax.Expr, indices []index, body func(scope) Tensor) Tensor {
	if len(indices) == 0 {
		return body(s)
	}
	var r Tensor
	offset := false
	for _, ix := range indices {
		lo, hi := ix.ends(s)
		r.Shape = append(r.Shape, max(0, hi-lo+1))
		r.lo = append(r.lo, lo)
		offset = offset || lo != 1
		s = s.bindIndex(ix.name, lo) // a range that depends on another index is not a box
	}
	e.spend(at, volume(r.Shape))
	axes := len(r.Shape)
	first := true
	e.forAll(s, indices, func(s scope) {
		t := body(s)
		switch {
		case first:
			r.Shape, first = append(r.Shape, t.Shape...), false
			for range t.Shape {
				r.lo = append(r.lo, 1)
			}
		case !slices.Equal(r.Shape[axes:], t.Shape):
			e.fail(at, "the entries of a tensor have one shape, but here they are %s and %s", Tensor{Shape: r.Shape[axes:]}.form(), t.form())
		}
		r.hasLog = r.hasLog || t.hasLog
		r.Data = append(r.Data, t.Data...)
	})
	if !offset {
		r.lo = nil
	}
	if len(r.Data) != volume(r.Shape) && !first {
		e.fail(at, "the range of one axis of a tensor cannot depend on another index")
	}
	return r
}

// reduce evaluates sum[i](E) and the other operators that bind indices.
func (e *Evaluator) reduce(s scope, x *syntax.Reduce) Tensor {
	indices := e.indices(x.Binders, x.Cond, x.Body)
	if x.Op.Name == "tensor" {
		return e.tabulate(s, x, indices, func(s scope) Tensor {
			if x.Cond != nil && !e.cond(s, x.Cond) {
				return scalar(e.int(0))
			}
			return e.eval(s, x.Body)
		})
	}
	if t, ok := e.contracted(s, x, indices); ok {
		return t
	}
	var terms []Tensor
	e.forAll(s, indices, func(s scope) {
		e.spend(x, 1)
		if x.Cond != nil && !e.cond(s, x.Cond) {
			return
		}
		terms = append(terms, e.eval(s, x.Body))
	})
	return e.combine(x, x.Op.Name, terms)
}

// combine reduces tensors of one shape entry by entry.
func (e *Evaluator) combine(at syntax.Expr, op string, terms []Tensor) Tensor {
	var shape Tensor // a sum of products with false conditions has scalar zeros among its terms
	for _, t := range terms {
		if !t.isScalar() {
			shape = t
			break
		}
	}
	n := len(shape.Data)
	if shape.isScalar() {
		n = 1
	}
	r := shape.with(make([]Num, n))
	r.hasLog = isLog(op)
	column := make([]Num, len(terms))
	for i := range n {
		for k, t := range terms {
			switch {
			case t.isScalar():
				column[k] = t.Data[0]
			case sameForm(t, shape):
				column[k] = t.Data[i]
			default:
				e.fail(at, "the terms of a reduction have one shape, but here they are %s and %s", shape.form(), t.form())
			}
		}
		r.Data[i] = e.fold(at, op, column)
	}
	return r
}

// fold reduces numbers. Of none the sum is 0, the product 1, max and logsumexp -inf, min +inf.
func (e *Evaluator) fold(at syntax.Expr, op string, xs []Num) Num {
	e.spend(at, len(xs))
	switch op {
	case "sum":
		return e.total(xs)
	case "mean":
		return e.div(e.total(xs), e.int(int64(len(xs))))
	case "prod":
		p := e.int(1)
		for _, x := range xs {
			p = e.mul(p, x)
		}
		return p
	case "max":
		return e.extreme(xs, 1)
	case "min":
		return e.extreme(xs, -1)
	case "logsumexp":
		return e.logSumExp(xs)
	}
	e.fail(at, "%s is not a reduction", op)
	return e.int(0)
}

// total returns the sum of numbers.
func (e *Evaluator) total(xs []Num) Num {
	sum := e.int(0)
	for _, x := range xs {
		sum = e.add(sum, x)
	}
	return sum
}

// extreme returns the largest (sign 1) or smallest (sign -1) number. Those that tie share
// its derivative: their mean has the same value and each one's derivative in equal parts.
func (e *Evaluator) extreme(xs []Num, sign int) Num {
	best := e.attaining(xs, sign)
	e.decided(best, xs)
	switch len(best) {
	case 0:
		return e.inf(-sign)
	case 1:
		return best[0]
	}
	return e.div(e.total(best), e.int(int64(len(best))))
}

// attaining returns the numbers that are the largest (sign 1) or smallest (sign -1) of all, or a NaN among them.
func (e *Evaluator) attaining(xs []Num, sign int) []Num {
	var best []Num
	for _, x := range xs {
		if e.isNaN(x) {
			return []Num{x}
		}
		c := 1
		if len(best) > 0 {
			c, _ = e.cmp(x, best[0])
			c *= sign
		}
		switch {
		case c > 0:
			best = []Num{x}
		case c == 0:
			best = append(best, x)
		}
	}
	return best
}

// decided notes where a number that is not among the best differs from them by no more than rounding, so that it may be one of them.
func (e *Evaluator) decided(best, xs []Num) {
	if len(best) == len(xs) || len(best) == 0 {
		return
	}
	size := e.larger(e.int(1), e.elementary("abs", e.constantPart(best[0]))) // numbers that have cancelled to nothing are nothing beside 1
	for _, x := range xs {
		c, ordered := e.cmp(x, best[0])
		e.cancelled = e.cancelled || ordered && c != 0 && e.isNothing(e.constantPart(e.sub(x, best[0])), size)
	}
}

// logSumExp returns m + log Σ exp(x - m) with m the largest value, a constant.
func (e *Evaluator) logSumExp(xs []Num) Num {
	m := e.inf(-1)
	if best := e.attaining(xs, 1); len(best) > 0 {
		m = e.constantPart(best[0])
	}
	if e.isInf(m) || e.isNaN(m) {
		return m
	}
	sum := e.int(0)
	for _, x := range xs {
		sum = e.add(sum, e.elementary("exp", e.sub(x, m)))
	}
	return e.add(m, e.elementary("log", sum))
}
