package verify

import (
	"fmt"
	"math/big"
	"slices"

	"github.com/seed-9905856d/derive/syntax"
)

// eval returns the value of x in scope s.
func (e *Evaluator) eval(s scope, x syntax.Expr) Tensor {
	e.spend(x, 1)
	e.enter(x)
	defer e.leave()
	switch x := x.(type) {
	case *syntax.Paren:
		return e.eval(s, x.X)
	case *syntax.Number:
		return scalar(e.rat(x.Value))
	case *syntax.Name:
		return e.name(s, x)
	case *syntax.Unary:
		return e.unary(s, x)
	case *syntax.Binary:
		return e.binary(s, x)
	case *syntax.Compare, *syntax.Iverson:
		return e.truth(e.cond(s, x))
	case *syntax.Transpose:
		return e.eval(s, x.X).transpose()
	case *syntax.Subscript:
		return e.subscript(s, x)
	case *syntax.Call:
		return e.remembered(s, x, func(s scope) Tensor { return e.call(s, x) })
	case *syntax.Reduce:
		return e.remembered(s, x, func(s scope) Tensor { return e.reduce(s, x) })
	case *syntax.If:
		return e.choose(s, x)
	case *syntax.Array:
		return e.array(s, x)
	}
	e.fail(x, "this has no value of its own")
	return Tensor{}
}

// truth returns 1 or 0.
func (e *Evaluator) truth(b bool) Tensor {
	if b {
		return scalar(e.int(1))
	}
	return scalar(e.int(0))
}

// unary returns -x, +x, or not x as 1 or 0.
func (e *Evaluator) unary(s scope, x *syntax.Unary) Tensor {
	switch x.Op {
	case syntax.Not:
		return e.truth(e.cond(s, x))
	case syntax.Plus:
		return e.eval(s, x.X)
	}
	t := e.eval(s, x.X)
	r := e.each(x, t, e.neg)
	r.hasLog = t.hasLog
	return r
}

// binary returns x op y.
func (e *Evaluator) binary(s scope, x *syntax.Binary) Tensor {
	switch x.Op {
	case syntax.Or, syntax.And:
		return e.truth(e.cond(s, x))
	case syntax.Mul, syntax.DotMul, syntax.Div, syntax.DotDiv:
		return e.product(s, x)
	case syntax.Pow:
		return e.power(s, x)
	case syntax.DotPow:
		return e.zip(x, e.eval(s, x.X), e.eval(s, x.Y), e.pow)
	}
	a, b, f := e.eval(s, x.X), e.eval(s, x.Y), e.add
	if x.Op == syntax.Sub {
		f = e.sub
	}
	r := e.zip(x, a, b, f)
	r.hasLog = a.hasLog || b.hasLog // log(p/q) by its parts: y*(l[i] - logsumexp(l)) is 0 where y is
	return r
}

// power returns x^y: of numbers, or of a square matrix to an integer.
func (e *Evaluator) power(s scope, x *syntax.Binary) Tensor {
	if of, ok := e.normOf(s, x.X); ok {
		if two, isNumber := syntax.Unparen(x.Y).(*syntax.Number); isNumber && two.Value.Cmp(big.NewRat(2, 1)) == 0 { // smooth also at 0
			t := e.eval(s, of)
			return scalar(e.total(e.each(x, t, func(v Num) Num { return e.mul(v, v) }).Data))
		}
	}
	base := e.eval(s, x.X)
	if len(base.Shape) == 2 {
		return e.matrixPower(x, base, e.integer(s, x.Y))
	}
	if !base.isScalar() {
		e.advise(x, fmt.Sprintf("%s.^%s takes the power of every entry", text(x.X), text(x.Y)),
			"%s has no power", base.form())
	}
	return e.zip(x, base, e.eval(s, x.Y), e.pow)
}

// each applies f to every entry.
func (e *Evaluator) each(at syntax.Expr, t Tensor, f func(Num) Num) Tensor {
	e.spend(at, len(t.Data))
	data := make([]Num, len(t.Data))
	for i, v := range t.Data {
		data[i] = f(v)
	}
	return t.with(data)
}

// zip combines two tensors of one shape entry by entry; a scalar broadcasts.
func (e *Evaluator) zip(at syntax.Expr, a, b Tensor, f func(a, b Num) Num) Tensor {
	switch {
	case a.isScalar():
		return e.each(at, b, func(v Num) Num { return f(a.Data[0], v) })
	case b.isScalar():
		return e.each(at, a, func(v Num) Num { return f(v, b.Data[0]) })
	case !sameForm(a, b):
		e.fail(at, "%s and %s cannot be combined entry by entry", a.form(), b.form())
	}
	e.spend(at, len(a.Data))
	data := make([]Num, len(a.Data))
	for i := range data {
		data[i] = f(a.Data[i], b.Data[i])
	}
	return meet(a, b).with(data)
}

// choose returns the branch that the condition takes; the other is not looked at.
func (e *Evaluator) choose(s scope, x *syntax.If) Tensor {
	if e.cond(s, x.Cond) {
		return e.eval(s, x.Then)
	}
	return e.eval(s, x.Else)
}

// cond returns whether a condition holds. And, or stop as soon as the answer is known.
func (e *Evaluator) cond(s scope, x syntax.Expr) bool {
	e.spend(x, 1)
	switch x := x.(type) {
	case *syntax.Paren:
		return e.cond(s, x.X)
	case *syntax.Iverson:
		return e.cond(s, x.Cond)
	case *syntax.Unary:
		if x.Op == syntax.Not {
			return !e.cond(s, x.X)
		}
	case *syntax.Binary:
		switch x.Op {
		case syntax.And:
			return e.cond(s, x.X) && e.cond(s, x.Y)
		case syntax.Or:
			return e.cond(s, x.X) || e.cond(s, x.Y)
		}
	case *syntax.Compare:
		return e.chain(s, x)
	case *syntax.Call:
		if holds, ok := e.predicate(s, x); ok {
			return holds
		}
	}
	t := e.eval(s, x)
	if !t.isScalar() {
		e.fail(x, "a condition is true or false, but this is %s", t.form())
	}
	return !e.isZero(t.Data[0])
}

// chain returns whether every comparison of a chain holds.
func (e *Evaluator) chain(s scope, x *syntax.Compare) bool {
	left := e.eval(s, x.Operands[0])
	for i, op := range x.Ops {
		right := e.eval(s, x.Operands[i+1])
		if !e.compare(x, op, left, right) {
			return false
		}
		left = right
	}
	return true
}

// compare returns whether a op b holds for every pair of entries. NaN equals nothing and
// is neither less nor greater.
func (e *Evaluator) compare(at syntax.Expr, op syntax.Op, a, b Tensor) bool {
	holds := true
	e.zip(at, a, b, func(x, y Num) Num {
		c, ordered := e.cmp(x, y)
		e.cancelled = e.cancelled || !ordered
		if e.slack != nil && e.near(x, y) {
			c = 0
		}
		var ok bool
		switch op {
		case syntax.Eq:
			ok = ordered && c == 0
		case syntax.Ne:
			ok = !ordered || c != 0
		case syntax.Lt:
			ok = ordered && c < 0
		case syntax.Le:
			ok = ordered && c <= 0
		case syntax.Gt:
			ok = ordered && c > 0
		case syntax.Ge:
			ok = ordered && c >= 0
		}
		holds = holds && ok
		return x
	})
	return holds
}

// array returns a vector literal, or stacks the rows of a matrix literal.
func (e *Evaluator) array(s scope, x *syntax.Array) Tensor {
	var r Tensor
	for i, elem := range x.Elems {
		t := e.eval(s, elem)
		t.Row, t.Cut = false, false // [x', y'] stacks rows
		if i == 0 {
			r.Shape = append([]int{len(x.Elems)}, t.Shape...)
		} else if volume(r.Shape[1:]) != len(t.Data) || len(r.Shape) != len(t.Shape)+1 {
			e.fail(elem, "the entries of a literal have one shape, but this is %s", t.form())
		}
		r.Data = append(r.Data, t.Data...)
	}
	if len(x.Elems) == 0 {
		r.Shape = []int{0}
	}
	return r
}

// subscript returns an entry or a slice.
func (e *Evaluator) subscript(s scope, x *syntax.Subscript) Tensor {
	if name, ok := x.X.(*syntax.Name); ok {
		return e.pick(s, x, e.eval(s, name))
	}
	return e.pick(s, x, e.remembered(s, x.X, func(s scope) Tensor { return e.eval(s, x.X) }))
}

// pick returns the entry or slice of t that the subscripts of x name.
func (e *Evaluator) pick(s scope, x *syntax.Subscript, t Tensor) Tensor {
	if len(x.Subs) != len(t.Shape) {
		e.fail(x, "%d subscripts, but %s is %s", len(x.Subs), text(x.X), t.form())
	}
	var few [4]int
	picks := few[:0] // the position on each axis, or -1 for all
	r := Tensor{hasLog: t.hasLog}
	missing := false
	for axis, sub := range x.Subs {
		if _, all := sub.(*syntax.Slice); all {
			picks = append(picks, -1)
			r.Shape = append(r.Shape, t.Shape[axis])
			continue
		}
		i := e.integer(s, sub) - t.low(axis)
		if i < 0 || i >= t.Shape[axis] {
			if e.trying > 0 {
				missing = true
				picks = append(picks, 0)
				continue
			}
			lo := t.low(axis)
			e.fail(x, "%s is read at %s = %d, but that index goes from %d to %d", text(x), text(sub), i+lo, lo, lo+t.Shape[axis]-1)
		}
		picks = append(picks, i)
	}
	if len(r.Shape) == 0 && !missing { // an entry
		offset := 0
		for axis, i := range picks {
			offset = offset*t.Shape[axis] + i
		}
		r.Data = t.Data[offset : offset+1 : offset+1]
		e.spend(x, 1)
		return r
	}
	var gather func(axis, offset int)
	gather = func(axis, offset int) {
		if axis == len(picks) {
			r.Data = append(r.Data, t.Data[offset])
			return
		}
		n := t.Shape[axis]
		if picks[axis] >= 0 {
			gather(axis+1, offset*n+picks[axis])
			return
		}
		for i := range n {
			gather(axis+1, offset*n+i)
		}
	}
	if missing {
		e.outside++
		r.Data = slices.Repeat([]Num{e.nan()}, volume(r.Shape))
	} else {
		gather(0, 0)
	}
	r.Cut = len(picks) == 2 && picks[0] >= 0 && picks[1] < 0
	e.spend(x, len(r.Data))
	return r
}

// integer returns the value of an index expression.
func (e *Evaluator) integer(s scope, x syntax.Expr) int {
	switch x := x.(type) {
	case *syntax.Paren:
		return e.integer(s, x.X)
	case *syntax.Number:
		if x.Value.IsInt() && x.Value.Num().IsInt64() {
			return e.bounded(x, x.Value.Num().Int64())
		}
	case *syntax.Name:
		if i, ok := s.frame.index(x.Name); ok {
			return i
		}
	case *syntax.Binary:
		switch x.Op {
		case syntax.Add:
			return e.bounded(x, int64(e.integer(s, x.X))+int64(e.integer(s, x.Y)))
		case syntax.Sub:
			return e.bounded(x, int64(e.integer(s, x.X))-int64(e.integer(s, x.Y)))
		}
	}
	t := e.eval(s, x)
	if t.isScalar() {
		if r, ok := e.exact(t.Data[0]); ok && r.IsInt() && r.Num().IsInt64() {
			return e.bounded(x, r.Num().Int64())
		}
	}
	e.fail(x, "%s is not an integer", text(x))
	return 0
}

// bounded returns i as an int, unless it is so large that arithmetic on it could overflow.
func (e *Evaluator) bounded(at syntax.Expr, i int64) int {
	const most = 1 << 30
	if i < -most || i > most {
		e.exceed(at, "%d is too large for an index", i)
	}
	return int(i)
}
