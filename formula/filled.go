package formula

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/syntax"
)

// filledRank are the ranks of the tensors whose size is that of what they are combined with: vector(1), matrix(0).
var filledRank = map[string]int{"vector": 1, "matrix": 2}

// unit is the name that, without a call after it, is the unit matrix of the size that its place needs.
const unit = "eye"

// hasFilled reports whether a file has tensors whose sizes only their surroundings say.
func hasFilled(file *syntax.File) bool {
	return slices.ContainsFunc(file.Statements, func(st syntax.Statement) bool {
		found := false
		syntax.InspectStatement(st, func(x syntax.Expr) bool {
			found = found || isFilled(x)
			return !found
		})
		return found
	})
}

func isFilled(x syntax.Expr) bool {
	switch x := x.(type) {
	case *syntax.Name:
		return x.Name == unit
	case *syntax.Call:
		return filledRank[x.Fun.Name] > 0
	}
	return false
}

// inferFilled finds out the sizes of filled tensors in a file that declares all its names.
func (p *Problem) inferFilled(file *syntax.File) {
	f := newInference(p)
	f.sizing = true
	for _, st := range file.Statements {
		f.statement(st)
	}
	f.note(file)
}

// fill returns the sizes of a filled tensor. In the body of a function that is called they are those of this call.
func (f *inference) fill(x syntax.Expr, count int) []*dim {
	dims := f.filled[x]
	if dims == nil || len(f.calls) > 0 {
		dims = make([]*dim, count)
		for k := range dims {
			dims[k] = &dim{}
		}
	}
	if len(f.calls) == 0 {
		f.filled[x] = dims
	}
	return dims
}

// note hands the sizes of filled tensors to the problem, those in the bodies of functions as well, which only now can say nothing of the inputs.
func (f *inference) note(file *syntax.File) {
	for _, st := range file.Statements {
		if def, ok := st.(*syntax.Define); ok && def.IsFunc && hasFilled(&syntax.File{Statements: []syntax.Statement{def}}) {
			f.function(def)
		}
	}
	for x, dims := range f.filled {
		sizes := make([]*expr.Node, len(dims))
		for k, d := range dims {
			sizes[k] = d.root().node // nil where nothing says it
		}
		f.p.filled[x] = sizes
	}
}

// sizeMark begins the names of sizes that stand for those of a function's parameters.
const sizeMark = "#"

// function walks the body of a function whatever it is called with.
func (f *inference) function(def *syntax.Define) {
	var e *env
	sizes := map[string]*dim{}
	for _, prm := range def.Params {
		v := shape{rank: len(prm.Sizes)}
		for _, size := range prm.Sizes {
			var d *dim
			if n, ok := syntax.Unparen(size).(*syntax.Name); !ok {
				d, _ = f.endOf(nil, size)
			} else if d = sizes[n.Name]; d == nil {
				d = &dim{node: f.p.Session.Size(sizeMark + n.Name)}
				sizes[n.Name] = d
				e = &env{name: n.Name, size: d, outer: e}
			}
			if d == nil {
				d = &dim{}
			}
			v.dims = append(v.dims, d)
		}
		e = e.bindValue(prm.Name.Name, v)
	}
	f.definition(e, def)
}

// filledAxes returns fresh axes of the sizes that were found for x; there are none where one is not known.
func (l *lowering) filledAxes(s scope, x syntax.Expr) []*expr.Node {
	var axes []*expr.Node
	for _, size := range l.p.filled[x] {
		if size == nil {
			return nil
		}
		if size.Kind() == expr.KindSize {
			if name, ok := strings.CutPrefix(size.Name(), sizeMark); ok {
				size = l.sizeIn(s, &syntax.Name{Span: x.Source(), Name: name})
			}
		}
		axes = append(axes, l.axis(size))
	}
	return axes
}

// filledWith is vector(c) or matrix(c).
func (l *lowering) filledWith(s scope, x *syntax.Call, args []operand) Tensor {
	value := l.only(x, args)
	if !value.IsScalar() {
		l.fail(x, "%s takes a number, as in %s(1)", x.Fun.Name, x.Fun.Name)
	}
	axes := l.filledAxes(s, x)
	if axes == nil {
		l.panicWith(sizeless(x))
	}
	return Tensor{Axes: axes, Value: value.Value}
}

// unit is eye without a size.
func (l *lowering) unit(s scope, x *syntax.Name) Tensor {
	axes := l.filledAxes(s, x)
	if axes == nil {
		l.panicWith(sizeless(x))
	}
	return l.identity(axes[0])
}

// sizeless is the mistake that nothing says the size of a filled tensor.
func sizeless(x syntax.Expr) syntax.Diagnostic {
	d := syntax.Diagnostic{Message: fmt.Sprintf("the size of %s is not known here", syntax.Print(x)), Span: x.Source(), Help: "ones(n) and ones(m, n) say it"}
	if _, ok := x.(*syntax.Name); ok {
		d.Message, d.Help = "the size of the unit matrix eye is not known here", "eye(n) says it"
	}
	return d
}

// Explicit returns x with vector(c) and matrix(c) as multiples of ones(n) and ones(m, n), and eye as eye(n), for readers that do not infer
// their sizes.
func (p *Problem) Explicit(x syntax.Expr) syntax.Expr {
	if len(p.filled) == 0 {
		return x
	}
	return syntax.Rewrite(x, func(y syntax.Expr) (syntax.Expr, bool) {
		if !isFilled(y) {
			return nil, false
		}
		var sizes []syntax.Expr
		for _, size := range p.filled[y] {
			if size == nil {
				return nil, false
			}
			n, err := expr.Syntax(size)
			if err != nil {
				return nil, false
			}
			if name, ok := n.(*syntax.Name); ok {
				n = &syntax.Name{Name: strings.TrimPrefix(name.Name, sizeMark)}
			}
			sizes = append(sizes, n)
		}
		if sizes == nil {
			return nil, false
		}
		of := func(name string) syntax.Expr {
			return &syntax.Call{Span: y.Source(), Fun: syntax.Ident{Span: y.Source(), Name: name}, Args: sizes}
		}
		if call, ok := y.(*syntax.Call); ok {
			return &syntax.Paren{Span: y.Source(), X: &syntax.Binary{Span: y.Source(), Op: syntax.Mul, X: call.Args[0], Y: of("ones")}}, true
		}
		return of(unit), true
	})
}

// Explicit returns a file in which [Problem.Explicit] has said the sizes of all expressions. Of names that nothing declares it infers them, unless strict
// says that there are none. A size that is not known is an error.
func Explicit(file *syntax.File, strict bool) (_ *syntax.File, err error) {
	if !hasFilled(file) {
		return file, nil
	}
	defer expr.Catch(&err)
	o := Options{Strict: strict}
	p := newProblem(expr.NewSession(), o)
	if d := guard(func() { p.declare(file); p.inferNames(file, o) }); d != nil {
		return nil, syntax.Diagnostics{*d}
	}
	var unknown []syntax.Expr
	for x, sizes := range p.filled {
		if slices.Contains(sizes, nil) {
			unknown = append(unknown, x)
		}
	}
	if len(unknown) > 0 {
		first := slices.MinFunc(unknown, func(x, y syntax.Expr) int { return cmp.Compare(x.Source().Pos.Offset, y.Source().Pos.Offset) })
		return nil, syntax.Diagnostics{sizeless(first)}
	}
	explicit := *file
	explicit.Statements = slices.Clone(file.Statements)
	for k, st := range explicit.Statements {
		switch st := st.(type) {
		case *syntax.Define:
			explicit.Statements[k] = &syntax.Define{Span: st.Span, Name: st.Name, IsFunc: st.IsFunc, Params: st.Params, Indices: st.Indices, Body: p.Explicit(st.Body)}
		case *syntax.Given:
			explicit.Statements[k] = &syntax.Given{Span: st.Span, Cond: p.Explicit(st.Cond)}
		case *syntax.ExprStatement:
			explicit.Statements[k] = &syntax.ExprStatement{Span: st.Span, X: p.Explicit(st.X)}
		}
	}
	return &explicit, nil
}
