package formula

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/syntax"
)

// call lowers f(a, b): what the user or the library defines first, then derivative operators, reductions,
// functions of vectors and matrices, and elementary functions entry by entry.
func (l *lowering) call(s scope, x *syntax.Call) Tensor {
	defs, library := l.p.overloads(x.Fun.Name, s.library)
	if len(defs) == 0 {
		if operator, ok := derivativeOperators[x.Fun.Name]; ok {
			return operator(l, s, x)
		}
	}
	args := make([]operand, len(x.Args))
	for k, a := range x.Args {
		args[k] = operand{l.lower(s, a), a}
	}
	if len(defs) > 0 {
		return l.apply(s, x, defs, library, args)
	}
	if t, ok := l.reduction(x, args); ok {
		return t
	}
	if f, ok := linearFunctions[x.Fun.Name]; ok {
		return f(l, x, args)
	}
	if filledRank[x.Fun.Name] > 0 {
		return l.filledWith(s, x, args)
	}
	row, ok := builtin.Lookup(x.Fun.Name, len(args))
	if !ok {
		l.unknownFunction(s, x)
	}
	return l.zip(x, func(xs []*expr.Node) *expr.Node {
		return l.standing(x, x.Fun.Name, func() Tensor { return Tensor{Value: l.row(row, xs)} }).Value
	}, args...)
}

// elementary applies an elementary function of the table to scalars.
func (l *lowering) elementary(name string, args ...*expr.Node) *expr.Node {
	row, ok := builtin.Lookup(name, len(args))
	if !ok {
		panic("formula: the table has no function " + name)
	}
	return l.row(row, args)
}

// row applies the function of a row to scalars.
func (l *lowering) row(row builtin.Elementary, args []*expr.Node) *expr.Node {
	l.requireRow(row, args)
	if row.Same == "" {
		return l.s.Call(row.Func, args...)
	}
	return l.text(row.Same, row.Params, args)
}

// reduction lowers sum(v) and its like over all entries of one tensor.
func (l *lowering) reduction(x *syntax.Call, args []operand) (Tensor, bool) {
	switch x.Fun.Name {
	case "sum", "prod", "mean", "logsumexp", "max", "min":
	default:
		return Tensor{}, false
	}
	if len(args) != 1 {
		if len(args) == 2 && (x.Fun.Name == "max" || x.Fun.Name == "min") {
			return Tensor{}, false
		}
		l.adviseCall(x, "%s takes one argument here, not %d", x.Fun.Name, len(args))
	}
	t := args[0].Tensor
	axes := t.Axes
	if x.Fun.Name == "logsumexp" && len(axes) == 2 { // of a matrix, row by row
		return Tensor{Axes: axes[:1], Value: l.fold(x, x.Fun.Name, l.s.Int(1), t.Value, axes[1:])}, true
	}
	if len(axes) == 0 {
		return t, true
	}
	return Tensor{Value: l.fold(x, x.Fun.Name, l.s.Int(1), t.Value, axes)}, true
}

// adviseCall fails because of a call, with what it may mean in another language.
func (l *lowering) adviseCall(x *syntax.Call, format string, args ...any) {
	question, _ := syntax.SuggestCall(x)
	l.advise(x, question, format, args...)
}

// unknownFunction fails: no function of that name takes so many arguments.
func (l *lowering) unknownFunction(s scope, x *syntax.Call) {
	names := l.p.functionNames()
	d := syntax.Diagnostic{Message: fmt.Sprintf("there is no function %q", x.Fun.Name), Span: x.Fun.Source()}
	if slices.Contains(names, x.Fun.Name) {
		d.Message = fmt.Sprintf("%s does not take %s", x.Fun.Name, count(len(x.Args), "argument"))
		for _, row := range builtin.Table {
			if row.Name == x.Fun.Name {
				d.Help = fmt.Sprintf("it is called %s(%s)", row.Name, strings.Join(row.Params, ", "))
			}
		}
	} else if isPredicate(x.Fun.Name) {
		d.Message = fmt.Sprintf("%s may only stand in a given", x.Fun.Name)
		d.Help = fmt.Sprintf("as a condition of its own, or one that \"and\" joins to others: given %s(…)", x.Fun.Name)
	} else if question, ok := syntax.SuggestCall(x); ok && !l.p.known(x.Fun.Name) {
		d.Help = question
	} else if near, ok := syntax.Suggest(x.Fun.Name, names); ok {
		d.Help = fmt.Sprintf("did you mean %q?", near)
	} else if _, isName := l.attempt(s, &syntax.Name{Name: x.Fun.Name}); isName {
		d.Help = fmt.Sprintf("%s is a name; a product is written with *", x.Fun.Name)
	}
	l.panicWith(d)
}

// overloads returns the functions that a call may mean: the user's, else the library's.
func (p *Problem) overloads(name string, library bool) (defs []*syntax.Define, fromLibrary bool) {
	if defs := p.functions[name]; !library && len(defs) > 0 {
		return defs, false
	}
	return libraryFunctions()[name], true
}

// overload chooses among functions of one name by the number and the ranks of arguments: the one whose
// parameters have the most axes that the arguments can fill.
func overload(defs []*syntax.Define, ranks []int) *syntax.Define {
	var best *syntax.Define
	most := -1
	for _, d := range defs {
		if rank, ok := fits(d, ranks); ok && rank > most {
			best, most = d, rank
		}
	}
	return best
}

// fits reports whether a function can take arguments of these ranks, and how many axes its parameters have. A rank of
// -1 is not known and fits.
func fits(d *syntax.Define, ranks []int) (rank int, ok bool) {
	if len(ranks) > len(d.Params) {
		return 0, false
	}
	for k, p := range d.Params {
		switch {
		case k >= len(ranks) && p.Default == nil:
			return 0, false
		case k < len(ranks) && ranks[k] >= 0 && ranks[k] < len(p.Sizes):
			return 0, false
		}
		rank += len(p.Sizes)
	}
	return rank, true
}

// apply lowers a call of a function that the user or the library defines. An argument that has more axes
// than its parameter is taken apart along its leading ones: a function of scalars works entry by entry, one of
// vectors row by row.
func (l *lowering) apply(s scope, x *syntax.Call, defs []*syntax.Define, library bool, args []operand) Tensor {
	ranks := make([]int, len(args))
	for k, a := range args {
		ranks[k] = len(a.Axes)
	}
	def := overload(defs, ranks)
	if def == nil {
		l.noOverload(x, defs, args)
	}
	inner := scope{world: s.world, library: library}
	if library && !s.library {
		inner.entry = x
	}
	for _, p := range def.Params[len(args):] {
		args = append(args, operand{l.lower(inner, p.Default), p.Default})
	}
	if l.calls[def] { // its body would be lowered without end, whatever the arguments are
		panic(failure{sure: true, Diagnostic: syntax.Diagnostic{
			Message: fmt.Sprintf("the function %s calls itself", def.Name.Name), Span: x.Source(), Help: "a definition may not refer to itself"}})
	}
	l.calls[def] = true
	defer delete(l.calls, def)
	return l.mapped(inner, x, def, args)
}

func (l *lowering) noOverload(x *syntax.Call, defs []*syntax.Define, args []operand) {
	d := syntax.Diagnostic{Span: x.Source()}
	heads := make([]string, len(defs))
	for k, def := range defs {
		heads[k] = headOf(def)
	}
	d.Help = "the definition is: " + strings.Join(heads, ", and ")
	defs = slices.DeleteFunc(slices.Clone(defs), func(def *syntax.Define) bool { return len(def.Params) < len(args) })
	d.Message = fmt.Sprintf("%s does not take %s", x.Fun.Name, count(len(args), "argument"))
	if len(defs) == 0 {
		l.panicWith(d)
	}
	want := defs[0]
	least := 0
	for _, p := range want.Params {
		if p.Default == nil {
			least++
		}
	}
	if len(defs) == 1 && len(args) >= least && len(args) <= len(want.Params) {
		for k, a := range args {
			if len(a.Axes) < len(want.Params[k].Sizes) {
				d.Span = a.from.Source()
				d.Message = fmt.Sprintf("%s: the argument %s is %s", x.Fun.Name, want.Params[k].Name.Name, form(a.Tensor))
				l.panicWith(d)
			}
		}
	}
	l.panicWith(d)
}

// headOf returns the left side of a function's definition.
func headOf(d *syntax.Define) string {
	head := *d
	head.Body = &syntax.Name{Name: "…"}
	text := syntax.PrintStatement(&head)
	return text[:len(text)-len(" = …")]
}

// mapped lowers a call for one position on the axes that the parameters do not have, which are the leading axes of
// the result.
func (l *lowering) mapped(s scope, x *syntax.Call, def *syntax.Define, args []operand) Tensor {
	entrywise := true
	var form *operand
	var orient Orientation
	var leading []*expr.Node
	for k, p := range def.Params {
		extra := len(args[k].Axes) - len(p.Sizes)
		entrywise = entrywise && len(p.Sizes) == 0
		if extra <= 0 {
			continue
		}
		lead := args[k].Axes[:extra]
		if leading == nil {
			leading, form, orient = l.freshAxes(lead), &args[k], args[k].Orient
			continue
		}
		same := len(leading) == len(lead)
		for j := range lead {
			same = same && sameRange(leading[j], lead[j])
		}
		if !same || len(p.Sizes) == 0 && entrywise && !l.sameForm(form.Tensor, args[k].Tensor) {
			l.mismatch(x, *form, args[k])
		}
		orient = meet(orient, args[k].Orient)
	}
	part := make([]Tensor, len(args))
	for k, p := range def.Params {
		part[k] = args[k].Tensor
		if extra := len(args[k].Axes) - len(p.Sizes); extra > 0 {
			rest := l.freshAxes(args[k].Axes[extra:])
			part[k] = Tensor{Axes: rest, Value: l.at(args[k].Tensor, append(slices.Clone(leading), rest...)...)}
		}
	}
	r := l.body(s, x, def, part)
	if leading == nil {
		return r
	}
	if len(leading) != 1 || len(r.Axes) != 0 {
		orient = Column
	}
	return Tensor{Axes: append(slices.Clone(leading), r.Axes...), Value: r.Value, Orient: orient}
}

// body lowers a function's body with its parameters and their sizes bound.
func (l *lowering) body(s scope, x *syntax.Call, def *syntax.Define, args []Tensor) Tensor {
	for k, p := range def.Params {
		for axis, size := range p.Sizes {
			if name, ok := syntax.Unparen(size).(*syntax.Name); ok && s.frame.find(name.Name) == nil {
				s = s.bind(name.Name, Tensor{Value: l.number(args[k].Axes[axis])})
			}
		}
	}
	for k, p := range def.Params {
		for axis, size := range p.Sizes {
			if want, have := l.sizeIn(s, size), l.number(args[k].Axes[axis]); want != have {
				at := syntax.Expr(x)
				if k < len(x.Args) {
					at = x.Args[k]
				}
				help := "the definition is: " + headOf(def)
				if name := syntax.Print(size); name != EndText(want) {
					help += fmt.Sprintf(", where %s is %s here", name, EndText(want))
				}
				l.advise(at, help, "%s: the argument %s is %s, but its axis %d needs the size %s", def.Name.Name, p.Name.Name, form(args[k]), axis+1, EndText(want))
			}
		}
	}
	for k, p := range def.Params {
		arg := args[k]
		if len(arg.Axes) > 0 { // a parameter stands and counts from 1
			arg = l.fromOne(arg)
		}
		s = s.bind(p.Name.Name, arg)
	}
	if s.entry == nil {
		return l.define(s, def)
	}
	return l.standing(s.entry, def.Name.Name, func() Tensor { return l.define(s, def) })
}

// sizeIn returns the size that a parameter of a function declares, which a name may have from a composite axis.
func (l *lowering) sizeIn(s scope, x syntax.Expr) *expr.Node {
	if name, ok := syntax.Unparen(x).(*syntax.Name); ok {
		if f := s.frame.find(name.Name); f != nil && f.value.IsScalar() && (f.value.Value.Kind() == expr.KindMul || f.value.Value.Kind() == expr.KindPow) {
			return f.value.Value
		}
	}
	return l.integer(s, x)
}

// fromOne returns t as a column whose axes start at 1.
func (l *lowering) fromOne(t Tensor) Tensor {
	t.Orient = Column
	for _, a := range t.Axes {
		if a.Lo().IsOne() {
			continue
		}
		fresh := l.freshAxes(t.Axes)
		axes := make([]*expr.Node, len(t.Axes))
		subs := make([]*expr.Node, len(t.Axes))
		for k, a := range t.Axes {
			if l.isComposite(a) {
				axes[k], subs[k] = fresh[k], fresh[k]
				continue
			}
			axes[k] = l.axis(l.size(a))
			subs[k] = l.s.Add(axes[k], a.Lo(), l.s.Int(-1))
		}
		return Tensor{Axes: axes, Value: l.at(t, subs...)}
	}
	return t
}
