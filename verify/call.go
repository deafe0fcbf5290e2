package verify

import (
	"fmt"
	"maps"
	"slices"

	"github.com/seed-9905856d/derive/syntax"
)

// call evaluates f(a, b): what the user or the library defines first, then derivative
// operators, reductions, functions of matrices, and elementary functions entry by entry.
func (e *Evaluator) call(s scope, x *syntax.Call) Tensor {
	defs, library := e.overloads(x.Fun.Name, s.library)
	if len(defs) == 0 {
		if t, ok := e.derivative(s, x); ok {
			return t
		}
	}
	args := make([]Tensor, len(x.Args))
	for i, a := range x.Args {
		args[i] = e.eval(s, a)
	}
	if len(defs) > 0 {
		return e.apply(s, x, defs, library, args)
	}
	if t, ok := e.reduction(x, args); ok {
		return t
	}
	if t, ok := e.linear(x, args); ok {
		return t
	}
	return e.entrywise(x, args)
}

// reduction evaluates sum(v) and its like over all entries of one tensor; ok is false
// where the call is none.
func (e *Evaluator) reduction(x *syntax.Call, args []Tensor) (t Tensor, ok bool) {
	switch x.Fun.Name {
	case "sum", "prod", "mean", "logsumexp", "max", "min":
	default:
		return Tensor{}, false
	}
	switch {
	case len(args) == 1 && x.Fun.Name == "logsumexp" && len(args[0].Shape) == 2:
		rows := make([]Num, args[0].Shape[0])
		for i := range rows {
			rows[i] = e.fold(x, "logsumexp", args[0].at(i).Data)
		}
		return Tensor{Shape: args[0].Shape[:1], Data: rows, hasLog: true}, true
	case len(args) == 1:
		r := scalar(e.fold(x, x.Fun.Name, args[0].Data))
		r.hasLog = isLog(x.Fun.Name)
		return r, true
	case x.Fun.Name == "max" && len(args) == 2: // if(a >= b, a, b)
		return e.zip(x, args[0], args[1], e.larger), true
	case x.Fun.Name == "min" && len(args) == 2: // if(a <= b, a, b)
		return e.zip(x, args[0], args[1], e.smaller), true
	}
	e.fail(x, "%s takes one argument here, not %d", x.Fun.Name, len(args))
	return Tensor{}, false
}

// larger returns max(a, b): the first where they are equal, NaN where one is.
func (e *Evaluator) larger(a, b Num) Num {
	if c, ordered := e.cmp(a, b); ordered && c < 0 || e.isNaN(b) {
		return b
	}
	return a
}

// smaller returns min(a, b): the first where they are equal, NaN where one is.
func (e *Evaluator) smaller(a, b Num) Num {
	if c, ordered := e.cmp(a, b); ordered && c > 0 || e.isNaN(b) {
		return b
	}
	return a
}

// entrywise applies an elementary function; scalars broadcast against one tensor shape.
func (e *Evaluator) entrywise(x *syntax.Call, args []Tensor) Tensor {
	if !e.isElementary(x.Fun.Name, len(args)) {
		e.unknownFunction(x)
	}
	form := e.commonForm(x, args)
	n := volume(form.Shape)
	e.spend(x, 16*n)
	r := form.with(make([]Num, n))
	r.hasLog = isLog(x.Fun.Name)
	in := make([]Num, len(args))
	for i := range n {
		for k, a := range args {
			if a.isScalar() {
				in[k] = a.Data[0]
			} else {
				in[k] = a.Data[i]
			}
		}
		r.Data[i] = e.elementary(x.Fun.Name, in...)
	}
	return r
}

// unknownFunction fails: no function of that name takes so many arguments of these shapes.
func (e *Evaluator) unknownFunction(x *syntax.Call) {
	names := slices.Collect(maps.Keys(e.functions))
	names = slices.AppendSeq(names, maps.Keys(e.library))
	names = slices.AppendSeq(names, maps.Keys(e.table))
	slices.Sort(names)
	failure := &Error{Span: x.Source(), Message: fmt.Sprintf("there is no function %s", x.Fun.Name)}
	if slices.Contains(names, x.Fun.Name) {
		failure.Message = fmt.Sprintf("%s does not take these %d arguments", x.Fun.Name, len(x.Args))
	} else if question, ok := syntax.SuggestCall(x); ok {
		failure.Help = question
	} else if near, ok := syntax.Suggest(x.Fun.Name, names); ok {
		failure.Help = fmt.Sprintf("did you mean %q?", near)
	}
	panic(failure)
}

// isLog reports whether a function is a logarithm, whose product with an exact zero is 0.
func isLog(name string) bool {
	return name == "log" || name == "log2" || name == "log10" || name == "logsumexp"
}

// commonForm returns the one form of all arguments that are not scalars.
func (e *Evaluator) commonForm(at syntax.Expr, args []Tensor) Tensor {
	form := Tensor{}
	for _, a := range args {
		switch {
		case a.isScalar():
		case form.isScalar():
			form = a
		case !sameForm(a, form):
			e.fail(at, "%s and %s cannot be combined entry by entry", form.form(), a.form())
		default:
			form = meet(form, a)
		}
	}
	return form
}

// apply evaluates a call of a function that the user or the library defines. An argument
// that has more axes than its parameter is taken apart along its leading ones: a function
// of scalars works entry by entry, one of vectors row by row.
func (e *Evaluator) apply(s scope, x *syntax.Call, defs []*syntax.Define, library bool, args []Tensor) Tensor {
	def := overload(defs, args)
	if def == nil {
		e.fail(x, "%s cannot be called with these %d arguments", x.Fun.Name, len(args))
	}
	inner := scope{world: s.world, library: library}
	for _, p := range def.Params[len(args):] {
		args = append(args, e.eval(inner, p.Default))
	}
	return e.mapped(inner, x, def, args)
}

// mapped calls a function once for every position on the axes that its parameters do not have.
func (e *Evaluator) mapped(s scope, x *syntax.Call, def *syntax.Define, args []Tensor) Tensor {
	excess, entrywise := -1, true
	for i, p := range def.Params {
		extra := len(args[i].Shape) - len(p.Sizes)
		if extra > 0 {
			if excess >= 0 && excess != args[i].Shape[0] {
				e.fail(x, "%s: arguments of %d and of %d rows", def.Name.Name, excess, args[i].Shape[0])
			}
			excess = args[i].Shape[0]
		}
		if extra < 0 {
			e.fail(x, "%s: the argument %s is %s", def.Name.Name, p.Name.Name, args[i].form())
		}
		entrywise = entrywise && len(p.Sizes) == 0
	}
	if excess < 0 {
		return e.body(s, x, def, args)
	}
	r := Tensor{Shape: []int{excess}}
	part := slices.Clone(args)
	for k := range excess {
		for i, p := range def.Params {
			if len(args[i].Shape) > len(p.Sizes) {
				part[i] = args[i].at(k)
			}
		}
		t := e.mapped(s, x, def, part)
		if k == 0 {
			r.Shape = append(r.Shape, t.Shape...)
		}
		r.Data = append(r.Data, t.Data...)
	}
	if entrywise {
		form := e.commonForm(x, args)
		r.Shape, r.Row, r.Cut, r.Stood, r.lo = form.Shape, form.Row, form.Cut, form.Stood, form.lo
	}
	return r
}

// body evaluates a function's body with its parameters and their sizes bound.
func (e *Evaluator) body(s scope, x *syntax.Call, def *syntax.Define, args []Tensor) Tensor {
	for i, p := range def.Params {
		for axis, size := range p.Sizes {
			if name, ok := syntax.Unparen(size).(*syntax.Name); ok && s.frame.find(name.Name) == nil {
				s = s.bindIndex(name.Name, args[i].Shape[axis])
			}
		}
	}
	for i, p := range def.Params {
		for axis, size := range p.Sizes {
			if n := e.integer(s, size); n != args[i].Shape[axis] {
				e.fail(x, "%s: the argument %s is %s, but the size %s is %d", def.Name.Name, p.Name.Name, args[i].form(), text(size), n)
			}
		}
	}
	for i, p := range def.Params {
		arg := args[i]
		arg.lo, arg.Row, arg.Cut = nil, false, false // a parameter stands and counts from 1
		s = s.bindValue(p.Name.Name, arg)
	}
	return e.define(s, def)
}
