package formula

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/syntax"
)

// linearFunctions are the functions of vectors and matrices that have an entry formula.
var linearFunctions map[string]func(l *lowering, x *syntax.Call, args []operand) Tensor

func init() {
	linearFunctions = map[string]func(l *lowering, x *syntax.Call, args []operand) Tensor{
		"tr": func(l *lowering, x *syntax.Call, args []operand) Tensor {
			a := l.matrixArgument(x, args, 0, 1)
			l.square(x, a)
			i := l.freshAxes(l.meeting(a.Axes[:1], a.Axes[1:]))[0]
			return Tensor{Value: l.s.Reduce(expr.Sum, l.at(a, i, i), l.flat([]*expr.Node{i})...)}
		},
		"dot": func(l *lowering, x *syntax.Call, args []operand) Tensor {
			l.count(x, args, 2)
			p := l.zip(x, func(xs []*expr.Node) *expr.Node { return l.s.Mul(xs...) }, l.stand(args[0]), l.stand(args[1]))
			return Tensor{Value: l.s.Reduce(expr.Sum, p.Value, l.flat(p.Axes)...)}
		},
		"outer": func(l *lowering, x *syntax.Call, args []operand) Tensor {
			l.count(x, args, 2)
			a, b := l.vectorArgument(x, args[0]), l.vectorArgument(x, args[1])
			i, j := l.freshAxes(a.Axes), l.freshAxes(b.Axes)
			return Tensor{Axes: []*expr.Node{i[0], j[0]}, Value: l.s.Mul(l.at(a, i...), l.at(b, j...))}
		},
		"norm": euclidean, "norm2": euclidean, "normF": euclidean,
		"norm1": func(l *lowering, x *syntax.Call, args []operand) Tensor {
			v := l.vectorArgument(x, l.only(x, args))
			return Tensor{Value: l.s.Reduce(expr.Sum, l.elementary("abs", v.Value), l.flat(v.Axes)...)}
		},
		"norminf": func(l *lowering, x *syntax.Call, args []operand) Tensor {
			v := l.vectorArgument(x, l.only(x, args))
			return Tensor{Value: l.s.Reduce(expr.Max, l.elementary("abs", v.Value), l.flat(v.Axes)...)}
		},
		"eye": func(l *lowering, x *syntax.Call, args []operand) Tensor {
			return l.identity(l.axis(l.sizeArgument(l.only(x, args))))
		},
		"ones":  func(l *lowering, x *syntax.Call, args []operand) Tensor { return l.filled(x, args, 1) },
		"zeros": func(l *lowering, x *syntax.Call, args []operand) Tensor { return l.filled(x, args, 0) },
		"diag": func(l *lowering, x *syntax.Call, args []operand) Tensor {
			a := l.only(x, args)
			switch len(a.Axes) {
			case 1:
				i, j := l.freshAxes(a.Axes), l.freshAxes(a.Axes)
				return Tensor{Axes: []*expr.Node{i[0], j[0]}, Value: l.s.Mul(l.at(a.Tensor, i...), l.same(i[0], j[0]))}
			case 2:
				l.square(x, a.Tensor)
				i := l.freshAxes(l.meeting(a.Axes[:1], a.Axes[1:]))[0]
				return Tensor{Axes: []*expr.Node{i}, Value: l.at(a.Tensor, i, i)}
			}
			l.fail(x, "diag takes a vector or a matrix, not %s", form(a.Tensor))
			return Tensor{}
		},
		"cumsum": func(l *lowering, x *syntax.Call, args []operand) Tensor {
			v := l.vectorArgument(x, l.only(x, args))
			l.ordinary(x, v)
			i := l.freshAxes(v.Axes)[0]
			k := l.index(v.Axes[0].Lo(), i)
			return Tensor{Axes: []*expr.Node{i}, Value: l.s.Reduce(expr.Sum, l.at(v, k), k)}
		},
	}
	linearFunctions["hardmax"] = func(l *lowering, x *syntax.Call, args []operand) Tensor { // of each row of a matrix
		v := l.only(x, args)
		if v.IsScalar() {
			l.fail(v.from, "hardmax takes vectors, but this is %s", form(v.Tensor))
		}
		l.ordinary(x, v.Tensor)
		last := len(v.Axes) - 1
		i := l.freshAxes(v.Axes[last:])[0]
		return Tensor{Axes: append(slices.Clone(v.Axes[:last]), i), Value: l.s.Call(builtin.Hardmax, l.s.Lambda(v.Value, v.Axes[last]), i), Orient: v.Orient}
	}
	for _, row := range builtin.Matrices {
		linearFunctions[row.Name] = func(l *lowering, x *syntax.Call, args []operand) Tensor {
			a := l.matrixArgument(x, args, 0, 1)
			l.square(x, a)
			return l.ofMatrix(x, row.Func, a)
		}
	}
	linearFunctions["solve"] = func(l *lowering, x *syntax.Call, args []operand) Tensor {
		a := l.matrixArgument(x, args, 0, 2)
		l.square(x, a)
		inverse := operand{l.ofMatrix(x, matrixFunction("inv"), a), args[0].from}
		return l.multiply(&syntax.Binary{Span: x.Span, Op: syntax.Mul, X: args[0].from, Y: args[1].from}, inverse.Tensor, args[1].Tensor, nil)
	}
	linearFunctions["kron"] = func(l *lowering, x *syntax.Call, args []operand) Tensor {
		l.count(x, args, 2)
		return l.kron(x, args[0], args[1])
	}
	linearFunctions["vec"] = func(l *lowering, x *syntax.Call, args []operand) Tensor { return l.vec(x, l.only(x, args)) }
}

// ofMatrix applies a function of a square matrix.
func (l *lowering) ofMatrix(at syntax.Expr, fn *expr.Func, a Tensor) Tensor {
	if l.hasComposite(a.Axes) {
		return l.ofKron(at, fn, a)
	}
	l.requireRegular(fn, a)
	axes := []*expr.Node(nil)
	if fn.Result > 0 {
		axes = l.freshAxes(a.Axes)
	}
	return Tensor{Axes: axes, Value: l.s.Call(fn, append([]*expr.Node{l.lambda(a)}, axes...)...)}
}

// matrixFunction returns the function of a row of the table.
func matrixFunction(name string) *expr.Func {
	row, _ := builtin.Matrix(name)
	return row.Func
}

// euclidean is the norm of a vector, and of a matrix the Frobenius norm.
func euclidean(l *lowering, x *syntax.Call, args []operand) Tensor {
	v := l.only(x, args)
	return Tensor{Value: l.s.Sqrt(l.s.Reduce(expr.Sum, l.s.Pow(v.Value, l.s.Int(2)), l.flat(v.Axes)...))}
}

func (l *lowering) count(x *syntax.Call, args []operand, n int) {
	if len(args) != n {
		l.adviseCall(x, "%s takes %s, not %d", x.Fun.Name, count(n, "argument"), len(args))
	}
}

func (l *lowering) only(x *syntax.Call, args []operand) operand {
	l.count(x, args, 1)
	return args[0]
}

func (l *lowering) vectorArgument(x *syntax.Call, a operand) Tensor {
	if len(a.Axes) != 1 {
		l.fail(a.from, "%s takes vectors, but this is %s", x.Fun.Name, form(a.Tensor))
	}
	return a.Tensor
}

// stand makes a row a column.
func (l *lowering) stand(a operand) operand {
	a.Orient = Column
	return a
}

func (l *lowering) matrixArgument(x *syntax.Call, args []operand, k, n int) Tensor {
	l.count(x, args, n)
	if len(args[k].Axes) != 2 {
		l.panicWith(syntax.Diagnostic{Message: fmt.Sprintf("%s takes a matrix, but this is %s", x.Fun.Name, form(args[k].Tensor)),
			Span: args[k].from.Source(), Related: l.origins(args[k].from)})
	}
	return args[k].Tensor
}

func (l *lowering) square(x *syntax.Call, a Tensor) {
	if !sameRange(a.Axes[0], a.Axes[1]) {
		l.panicWith(syntax.Diagnostic{Message: fmt.Sprintf("%s takes a square matrix, but this is %s", x.Fun.Name, form(a)),
			Span: x.Source(), Help: l.regrouped(a.Axes[0], a.Axes[1]), Related: l.origins(x.Args[0])})
	}
}

// origins returns the places where the tensors that an expression names are declared or defined, each once.
func (l *lowering) origins(x syntax.Expr) []syntax.Related {
	if len(l.calls) > 0 { // in the body of a function its parameters hide them
		return nil
	}
	var out []syntax.Related
	seen := map[string]bool{}
	syntax.Inspect(x, func(y syntax.Expr) bool {
		name, ok := y.(*syntax.Name)
		if !ok || seen[name.Name] {
			return true
		}
		seen[name.Name] = true
		if d, ok := l.p.declared[name.Name]; ok && len(d.Sizes) > 0 && d.Source().Pos.Line > 0 {
			out = append(out, syntax.Related{Span: d.Source(), Label: strings.TrimPrefix(syntax.PrintStatement(&syntax.Param{Decls: []syntax.Decl{d}}), "param ") + " is declared here"})
		} else if d, ok := l.p.definitions[name.Name]; ok {
			out = append(out, syntax.Related{Span: d.Name.Source(), Label: name.Name + " is defined here"})
		}
		return true
	})
	return out
}

func (l *lowering) sizeArgument(a operand) *expr.Node {
	if !a.IsScalar() || !expr.IsIndexForm(a.Value) || len(a.Value.Free()) > 0 {
		l.fail(a.from, "%s is not a size", syntax.Print(a.from))
	}
	return a.Value
}

// identity returns the unit matrix whose axes are like the given one.
func (l *lowering) identity(axis *expr.Node) Tensor {
	ij := l.freshAxes([]*expr.Node{axis, axis})
	return Tensor{Axes: ij, Value: l.same(ij[0], ij[1])}
}

func (l *lowering) filled(x *syntax.Call, args []operand, value int64) Tensor {
	if len(args) == 0 {
		l.fail(x, "%s takes sizes, as in %s(n)", x.Fun.Name, x.Fun.Name)
	}
	var axes []*expr.Node
	for _, a := range args {
		axes = append(axes, l.axis(l.sizeArgument(a)))
	}
	return Tensor{Axes: axes, Value: l.s.Int(value)}
}

// libraryNames are the names of functions that are neither elementary nor in the library file.
func builtinNames() []string {
	names := []string{"sum", "prod", "mean", "logsumexp", "max", "min", "if", "tensor"}
	for name := range linearFunctions {
		names = append(names, name)
	}
	for name := range derivativeOperators {
		names = append(names, name)
	}
	for name := range filledRank {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
