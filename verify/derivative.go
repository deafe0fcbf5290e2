package verify

import (
	"math/big"
	"slices"

	"github.com/seed-9905856d/derive/syntax"
)

// derivative evaluates a derivative operator; ok is false if the call is none.
func (e *Evaluator) derivative(s scope, x *syntax.Call) (t Tensor, ok bool) {
	arity := func(least, most int) {
		if len(x.Args) < least || len(x.Args) > most {
			e.fail(x, "%s takes %d to %d arguments, not %d", x.Fun.Name, least, most, len(x.Args))
		}
	}
	switch x.Fun.Name {
	case "grad":
		arity(2, 2)
		return e.gradient(s, x.Args[0], x.Args[1]), true
	case "jac":
		arity(2, 2)
		return e.jacobian(s, x.Args[0], x.Args[1]), true
	case "hess":
		arity(2, 3)
		return e.hessian(s, x.Args[0], x.Args[1], x.Args[len(x.Args)-1]), true
	case "d":
		arity(2, len(x.Args))
		return e.partial(s, x), true
	case "jvp":
		arity(3, 3)
		return e.jvp(s, x), true
	case "vjp":
		arity(3, 3)
		return e.vjp(s, x), true
	case "hvp":
		arity(3, 3)
		return e.hvp(s, x), true
	}
	return Tensor{}, false
}

// A variable is what a derivative is taken by: a name, or some entries of one.
type variable struct {
	name    string
	value   Tensor // of the whole name
	entries []int  // the positions in value.Data that vary
	shape   []int  // the shape of those entries
	row     bool
}

// variable resolves the second argument of a derivative operator.
func (e *Evaluator) variable(s scope, x syntax.Expr) variable {
	switch x := syntax.Unparen(x).(type) {
	case *syntax.Name:
		if _, isIndex := s.frame.index(x.Name); isIndex {
			e.fail(x, "%s is an index, and there is no derivative by it", x.Name)
		}
		t := e.name(s, x)
		v := variable{name: x.Name, value: t, shape: t.Shape, row: t.Row, entries: make([]int, len(t.Data))}
		for i := range v.entries {
			v.entries[i] = i
		}
		return v
	case *syntax.Subscript:
		if name, ok := syntax.Unparen(x.X).(*syntax.Name); ok {
			v := e.variable(s, name)
			// Reading the subscripts from a tensor of positions gives the entries that vary.
			positions := v.value
			positions.Data = make([]Num, len(v.entries))
			for i := range positions.Data {
				positions.Data[i] = e.int(int64(i))
			}
			picked := e.pick(s, x, positions)
			v.shape, v.row, v.entries = picked.Shape, picked.Row, make([]int, len(picked.Data))
			for i, p := range picked.Data {
				r, _ := e.exact(p)
				v.entries[i] = int(r.Num().Int64())
			}
			return v
		}
	}
	if call, ok := syntax.Unparen(x).(*syntax.Call); ok && call.Fun.Name == "vec" && len(call.Args) == 1 {
		if defs, _ := e.overloads("vec", s.library); len(defs) > 0 {
			e.fail(x, "a derivative is taken by a name or an entry of one, not by %s", text(x))
		}
		return e.columns(call.Args[0], e.variable(s, call.Args[0]))
	}
	e.fail(x, "a derivative is taken by a name or an entry of one, not by %s", text(x))
	return variable{}
}

// columns returns a variable with its entries in the order of vec: column after column.
func (e *Evaluator) columns(x syntax.Expr, v variable) variable {
	v.row = false
	switch len(v.shape) {
	case 1:
	case 2:
		rows, columns := v.shape[0], v.shape[1]
		stacked := make([]int, 0, len(v.entries))
		for j := range columns {
			for i := range rows {
				stacked = append(stacked, v.entries[i*columns+j])
			}
		}
		v.entries, v.shape = stacked, []int{rows * columns}
	default:
		e.fail(x, "vec takes a matrix, but %s is %s", text(x), v.value.form())
	}
	return v
}

// like returns a tensor of the shape of f followed by that of the variable. A scalar's
// derivative keeps the form of the variable, a tensor's by a scalar that of the tensor.
func (v variable) like(f Tensor) Tensor {
	switch {
	case f.isScalar():
		return Tensor{Shape: v.shape, Row: v.row}
	case len(v.shape) == 0:
		return Tensor{Shape: f.Shape, Row: f.Row, lo: f.lo}
	}
	return Tensor{Shape: slices.Concat(f.Shape, v.shape)}
}

// seeded returns the scope in which the entry at position k of the variable is increased
// by an infinitesimal with the given tag.
func (e *Evaluator) seeded(s scope, v variable, k int, t tag) scope {
	moved := v.value
	moved.Data = slices.Clone(moved.Data)
	moved.Data[k] = e.perturb(moved.Data[k], e.int(1), t)
	return s.assign(v.name, moved)
}

// eachEntry evaluates body once for every entry of the variable and hands its first
// derivative by that entry to yield.
func (e *Evaluator) eachEntry(s scope, v variable, body func(scope) Tensor, yield func(i int, d Tensor)) {
	for i, k := range v.entries {
		t := e.fresh(1)
		f := body(e.seeded(s, v, k, t))
		yield(i, e.extract(f, t, 1))
	}
}

// extract returns the coefficient of the k-th power of a tag in every entry. What has no value has no derivative.
func (e *Evaluator) extract(f Tensor, t tag, k int) Tensor {
	data := make([]Num, len(f.Data))
	for i, x := range f.Data {
		data[i] = e.coefficient(x, t, k)
		if e.isNaN(x) {
			data[i] = e.nan()
		}
	}
	return f.with(data)
}

// gradient returns grad(L, x): ∂L/∂x_k in the shape of x.
func (e *Evaluator) gradient(s scope, l, by syntax.Expr) Tensor {
	v := e.variable(s, by)
	return e.gradientOf(s, v, func(s scope) Tensor { return e.number(s, l) })
}

// gradientOf returns the gradient of a scalar that body computes.
func (e *Evaluator) gradientOf(s scope, v variable, body func(scope) Tensor) Tensor {
	r := Tensor{Shape: v.shape, Row: v.row, Data: make([]Num, len(v.entries))}
	e.eachEntry(s, v, body, func(i int, d Tensor) { r.Data[i] = d.Data[0] })
	return r
}

// number evaluates an operand that must be a scalar.
func (e *Evaluator) number(s scope, x syntax.Expr) Tensor {
	t := e.eval(s, x)
	if !t.isScalar() {
		e.fail(x, "a scalar is needed here, but %s is %s", text(x), t.form())
	}
	return t
}

// jacobian returns jac(f, x): the axes of f, then those of x.
func (e *Evaluator) jacobian(s scope, f, by syntax.Expr) Tensor {
	v := e.variable(s, by)
	var r Tensor
	m := len(v.entries)
	if m == 0 {
		return v.like(e.eval(s, f))
	}
	e.eachEntry(s, v, func(s scope) Tensor { return e.eval(s, f) }, func(i int, d Tensor) {
		if i == 0 {
			r = v.like(d)
			r.Data = make([]Num, len(d.Data)*m)
		}
		for j, x := range d.Data {
			r.Data[j*m+i] = x
		}
	})
	return r
}

// hessian returns hess(L, x, w): ∂²L/∂x_i∂w_j, the axes of x, then those of w.
func (e *Evaluator) hessian(s scope, l, by, by2 syntax.Expr) Tensor {
	v := e.variable(s, by)
	var r Tensor
	r.Shape = slices.Concat(v.shape, e.variable(s, by2).shape)
	e.eachEntry(s, v, func(s scope) Tensor { return e.gradient(s, l, by2) }, func(_ int, d Tensor) {
		r.Data = append(r.Data, d.Data...)
	})
	return r
}

// partial returns d(E, x[k], y[m], t, 3): derivatives by one variable after another, each
// as often as the number after it says.
func (e *Evaluator) partial(s scope, x *syntax.Call) Tensor {
	type step struct {
		by    syntax.Expr
		order int
	}
	var steps []step
	for _, arg := range x.Args[1:] {
		if n, ok := syntax.Unparen(arg).(*syntax.Number); ok && len(steps) > 0 {
			steps[len(steps)-1].order = e.order(n)
			continue
		}
		steps = append(steps, step{arg, 1})
	}
	var run func(s scope, steps []step) Tensor
	run = func(s scope, steps []step) Tensor {
		if len(steps) == 0 {
			return e.eval(s, x.Args[0])
		}
		// The variable named first is the outermost derivative; they commute.
		v := e.variable(s, steps[0].by)
		if len(v.shape) > 0 {
			e.fail(steps[0].by, "d takes derivatives by a scalar or an entry; for %s use jac or grad", v.value.form())
		}
		n := steps[0].order
		if n == 0 {
			return run(s, steps[1:])
		}
		t := e.fresh(n)
		f := run(e.seeded(s, v, v.entries[0], t), steps[1:])
		d := e.extract(f, t, n)
		// The n-th derivative is n! times the coefficient of εⁿ.
		factorial := e.rat(new(big.Rat).SetInt(new(big.Int).MulRange(1, int64(n))))
		return e.each(x, d, func(c Num) Num { return e.mul(c, factorial) })
	}
	return run(s, steps)
}

// maxOrder bounds the order of one derivative, whose cost grows with its square.
const maxOrder = 64

// order returns the n of d(E, t, n).
func (e *Evaluator) order(n *syntax.Number) int {
	if n.Value.Cmp(big.NewRat(maxOrder, 1)) > 0 {
		e.exceed(n, "the order of a derivative is an integer from 0 to %d", maxOrder)
	}
	if !n.Value.IsInt() || n.Value.Sign() < 0 {
		e.fail(n, "the order of a derivative is an integer from 0 to %d", maxOrder)
	}
	return int(n.Value.Num().Int64())
}

// jvp returns jvp(f, x, v): Σ_k ∂f/∂x_k v_k, the derivative of f along v.
func (e *Evaluator) jvp(s scope, x *syntax.Call) Tensor {
	v := e.variable(s, x.Args[1])
	along := e.direction(s, x.Args[2], v.shape)
	t := e.fresh(1)
	return e.extract(e.eval(e.moved(s, v, along, t), x.Args[0]), t, 1)
}

// moved returns the scope in which the variable has moved along a direction.
func (e *Evaluator) moved(s scope, v variable, along Tensor, t tag) scope {
	moved := v.value
	moved.Data = slices.Clone(moved.Data)
	for i, k := range v.entries {
		moved.Data[k] = e.perturb(moved.Data[k], along.Data[i], t)
	}
	return s.assign(v.name, moved)
}

// direction evaluates a tensor that must have the given shape.
func (e *Evaluator) direction(s scope, x syntax.Expr, shape []int) Tensor {
	t := e.eval(s, x)
	if !slices.Equal(t.Shape, shape) {
		e.fail(x, "%s is %s, but %s is needed here", text(x), t.form(), Tensor{Shape: shape}.form())
	}
	return t
}

// vjp returns vjp(f, x, u): Σ_j u_j ∂f_j/∂x, in the shape of x.
func (e *Evaluator) vjp(s scope, x *syntax.Call) Tensor {
	v := e.variable(s, x.Args[1])
	u := e.eval(s, x.Args[2])
	return e.gradientOf(s, v, func(s scope) Tensor {
		f := e.eval(s, x.Args[0])
		if !slices.Equal(f.Shape, u.Shape) {
			e.fail(x.Args[2], "%s is %s, but the function is %s", text(x.Args[2]), u.form(), f.form())
		}
		sum := e.int(0)
		for i := range f.Data {
			sum = e.add(sum, e.mul(u.Data[i], f.Data[i]))
		}
		return scalar(sum)
	})
}

// hvp returns hvp(L, x, v): the derivative of the gradient along v.
func (e *Evaluator) hvp(s scope, x *syntax.Call) Tensor {
	v := e.variable(s, x.Args[1])
	along := e.direction(s, x.Args[2], v.shape)
	t := e.fresh(1)
	return e.extract(e.gradient(e.moved(s, v, along, t), x.Args[0], x.Args[1]), t, 1)
}
