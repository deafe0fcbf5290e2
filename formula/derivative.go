package formula

import (
	"fmt"
	"math/big"
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/syntax"
)

// A Calculus differentiates expressions; package diff has the one that the program uses.
type Calculus interface {
	// Gradient returns ∂e/∂sym[at…], by accumulation backwards; at are indices that do not occur in e.
	Gradient(s *expr.Session, e *expr.Node, sym *expr.Symbol, at ...*expr.Node) (*expr.Node, error)
	// Partial returns ∂e/∂entry, forwards.
	Partial(s *expr.Session, e, entry *expr.Node) (*expr.Node, error)
}

var derivativeOperators map[string]func(l *lowering, s scope, x *syntax.Call) Tensor

func init() {
	derivativeOperators = map[string]func(l *lowering, s scope, x *syntax.Call) Tensor{
		"grad": (*lowering).grad,
		"jac":  (*lowering).jac,
		"hess": (*lowering).hess,
		"d":    (*lowering).partial,
		"jvp":  (*lowering).jvp,
		"vjp":  (*lowering).vjp,
		"hvp":  (*lowering).hvp,
	}
}

// IsDerivative reports whether a name is that of a derivative operator.
func IsDerivative(name string) bool { return derivativeOperators[name] != nil }

// operand lowers an operand with the variable in place of its name.
func (l *lowering) operand(s scope, v variable, x syntax.Expr) Tensor {
	if v.own {
		return l.lower(s, x)
	}
	return l.lower(s.move(v.name, l.entriesOf(v)), x)
}

// entriesOf returns the entries of the symbol that stands for the name, in the shape of its value.
func (l *lowering) entriesOf(v variable) Tensor {
	axes := l.freshAxes(v.value.Axes)
	return Tensor{Axes: axes, Value: l.s.Entry(v.sym, l.flat(axes)...)}
}

// restore puts the value of the name back for its symbol.
func (l *lowering) restore(v variable, n *expr.Node) *expr.Node {
	if v.own {
		return n
	}
	m := map[*expr.Symbol]*expr.Node{v.sym: l.lambda(v.value)}
	l.restoreNeeds(v.mark, m)
	return l.s.Instantiate(n, m)
}

// derived fails where the calculus has no derivative.
func (l *lowering) derived(x syntax.Expr) func(*expr.Node, error) *expr.Node {
	return func(n *expr.Node, err error) *expr.Node {
		if err != nil {
			l.fail(x, "%v", err)
		}
		return n
	}
}

func (l *lowering) operands(x *syntax.Call, least, most int) {
	if len(x.Args) < least || len(x.Args) > most {
		if least == most {
			l.fail(x, "%s takes %s, not %d", x.Fun.Name, count(least, "argument"), len(x.Args))
		}
		l.fail(x, "%s takes %d to %d arguments, not %d", x.Fun.Name, least, most, len(x.Args))
	}
}

// gradient returns ∂e/∂(the entries of v) for a scalar e with v's symbol in it.
func (l *lowering) gradient(x syntax.Expr, v variable, e *expr.Node) *expr.Node {
	l.requireDerivatives(v.mark, v.sym, 1)
	// The indices of Gradient are plain; the entries asked for are put in afterwards.
	at := make([]*expr.Node, len(v.subs))
	m := map[*expr.Node]*expr.Node{}
	for k, dim := range v.sym.Dims {
		at[k] = l.axis(dim)
		m[at[k]] = v.subs[k]
	}
	return l.s.Replace(l.derived(x)(l.p.calculus.Gradient(l.s, e, v.sym, at...)), m)
}

// like gives the derivative of f the axes of f followed by those of the variable.
func (l *lowering) like(f Tensor, v variable, value *expr.Node) Tensor {
	t := Tensor{Axes: slices.Concat(f.Axes, v.axes), Value: value}
	if len(v.axes) == 0 {
		t.Orient = f.Orient
	}
	if len(f.Axes) == 0 && len(v.subs) == len(l.flat(v.axes)) {
		t.Orient = v.value.Orient
	}
	return t
}

// grad is grad(L, x): ∂L/∂x_k in the shape of x.
func (l *lowering) grad(s scope, x *syntax.Call) Tensor {
	l.operands(x, 2, 2)
	v := l.variable(s, x.Args[1])
	e := l.operand(s, v, x.Args[0])
	if !e.IsScalar() {
		l.advise(x.Args[0], "jac(f, x) is the derivative of a tensor", "grad needs a scalar, but this is %s", form(e))
	}
	return l.like(e, v, l.restore(v, l.gradient(x, v, e.Value)))
}

// jac is jac(f, x): the axes of f, then those of x.
func (l *lowering) jac(s scope, x *syntax.Call) Tensor {
	l.operands(x, 2, 2)
	v := l.variable(s, x.Args[1])
	f := l.operand(s, v, x.Args[0])
	f.Axes, f.Value = l.renamed(f)
	v = l.inParts(v, f.Value)
	return l.like(f, v, l.restore(v, l.gradient(x, v, f.Value)))
}

// renamed returns t over fresh axes.
func (l *lowering) renamed(t Tensor) ([]*expr.Node, *expr.Node) {
	axes := l.freshAxes(t.Axes)
	return axes, l.at(t, axes...)
}

// hess is hess(L, x, w): ∂²L/∂x_i∂w_j, the axes of x, then those of w.
func (l *lowering) hess(s scope, x *syntax.Call) Tensor {
	l.operands(x, 2, 3)
	v := l.variable(s, x.Args[1])
	if len(x.Args) == 2 || syntax.Equal(x.Args[1], x.Args[2]) {
		e := l.scalarOperand(s, v, x)
		v = l.inParts(v, e)
		w := l.again(v)
		g := l.gradient(x, v, e)
		h := l.gradient(x, w, g)
		return Tensor{Axes: slices.Concat(v.axes, w.axes), Value: l.restore(v, h)}
	}
	w := l.variable(s, x.Args[2])
	inner := s
	if !v.own {
		inner = s.move(v.name, l.entriesOf(v))
	}
	e := l.scalarOperand(inner, w, x)
	h := l.gradient(x, w, l.gradient(x, v, e))
	return Tensor{Axes: slices.Concat(v.axes, w.axes), Value: l.restore(v, l.restore(w, h))}
}

func (l *lowering) scalarOperand(s scope, v variable, x *syntax.Call) *expr.Node {
	e := l.operand(s, v, x.Args[0])
	if !e.IsScalar() {
		l.panicWith(syntax.Diagnostic{Message: fmt.Sprintf("%s needs a scalar, but this is %s", x.Fun.Name, form(e)), Span: x.Args[0].Source(),
			Help: "name an entry of it, or take the sum", Related: l.fromDirection(s, v, x)})
	}
	return e.Value
}

// fromDirection tells that a variable which nothing declares has the shape of the direction, which something does.
func (l *lowering) fromDirection(s scope, v variable, x *syntax.Call) []syntax.Related {
	if x.Fun.Name != "hvp" || !v.own {
		return nil
	}
	name, ok := syntax.Unparen(x.Args[2]).(*syntax.Name)
	if _, declared := l.p.declared[v.name]; !ok || declared {
		return nil
	}
	if _, declared := l.p.declared[name.Name]; !declared {
		return nil
	}
	dir := l.name(s, name)
	if !l.sameForm(dir, v.value) {
		return nil
	}
	return []syntax.Related{{Span: name.Source(), Label: fmt.Sprintf("%s is %s, and %s is taken for one, since a direction has the shape of the variable", name.Name, form(dir), v.name)}}
}

// again returns the same variable over fresh axes.
func (l *lowering) again(v variable) variable {
	axes := l.freshAxes(v.axes)
	to := map[*expr.Node]*expr.Node{}
	for k, i := range l.flat(v.axes) {
		to[i] = l.flat(axes)[k]
	}
	subs := slices.Clone(v.subs)
	for k, sub := range subs {
		subs[k] = l.s.Replace(sub, to)
	}
	v.axes, v.subs = axes, subs
	return v
}

// maxOrder bounds the order of one derivative.
const maxOrder = 64

// partial is d(E, x[k], y[m], t, 3): derivatives by one variable after another, each as often as the number after it says.
func (l *lowering) partial(s scope, x *syntax.Call) Tensor {
	if len(x.Args) < 2 {
		l.fail(x, "d takes an expression and what to differentiate by")
	}
	type step struct {
		by    syntax.Expr
		order int
	}
	var steps []step
	counted := true // the last step has an order, or there is none
	for _, arg := range x.Args[1:] {
		if u, ok := syntax.Unparen(arg).(*syntax.Unary); ok && len(steps) > 0 {
			if _, ok := syntax.Unparen(u.X).(*syntax.Number); ok {
				l.fail(arg, "the order of a derivative is an integer from 0 to %d", maxOrder)
			}
		}
		if n, ok := syntax.Unparen(arg).(*syntax.Number); ok && len(steps) > 0 {
			if counted {
				l.fail(n, "the order of this derivative is given twice")
			}
			counted = true
			if n.Value.Cmp(big.NewRat(maxOrder, 1)) > 0 {
				l.exceed(n, "the order of a derivative is an integer from 0 to %d", maxOrder)
			}
			if !n.Value.IsInt() || n.Value.Sign() < 0 {
				l.fail(n, "the order of a derivative is an integer from 0 to %d", maxOrder)
			}
			steps[len(steps)-1].order = int(n.Value.Num().Int64())
			continue
		}
		steps, counted = append(steps, step{arg, 1}), false
	}
	var run func(s scope, steps []step) Tensor
	run = func(s scope, steps []step) Tensor {
		if len(steps) == 0 {
			return l.lower(s, x.Args[0])
		}
		v := l.variable(s, steps[0].by)
		if len(v.axes) > 0 {
			entry := syntax.Print(&syntax.Subscript{X: &syntax.Name{Name: v.name}, Subs: someIndices(len(v.subs))})
			l.advise(steps[0].by, "use jac or grad, or name an entry: "+entry, "d takes derivatives by a scalar or an entry, but %s is %s", syntax.Print(steps[0].by), form(Tensor{Axes: v.axes}))
		}
		inner := s
		if !v.own {
			inner = s.move(v.name, l.entriesOf(v))
		}
		t := run(inner, steps[1:])
		entry := l.s.Entry(v.sym, v.subs...)
		l.requireDerivatives(v.mark, v.sym, steps[0].order)
		for range steps[0].order {
			t.Value = l.derived(x)(l.p.calculus.Partial(l.s, t.Value, entry))
		}
		t.Value = l.restore(v, t.Value)
		return t
	}
	return run(s, steps)
}

// someIndices returns n subscripts for an example.
func someIndices(n int) []syntax.Expr {
	subs := make([]syntax.Expr, n)
	for k := range subs {
		subs[k] = &syntax.Name{Name: string(rune('i' + k%18))}
	}
	return subs
}

// direction lowers a tensor of the shape of the variable or the function, whose place is like, and holds it constant: a fresh symbol stands for
// its entries until the derivative has been taken.
func (l *lowering) direction(s scope, x, like syntax.Expr, shape []*expr.Node) (sym *expr.Symbol, value *expr.Node) {
	t := l.lower(s, x)
	same := len(t.Axes) == len(shape)
	for k := range shape {
		same = same && sameRange(t.Axes[k], shape[k])
	}
	if !same {
		needed := form(Tensor{Axes: shape})
		l.panicWith(syntax.Diagnostic{Message: fmt.Sprintf("%s is %s, but %s is needed here", syntax.Print(x), form(t), needed), Span: x.Source(),
			Related: []syntax.Related{{Span: like.Source(), Label: syntax.Print(like) + " is " + needed}}})
	}
	if l.hasComposite(shape) || l.hasComposite(t.Axes) {
		axes := l.freshAxes(shape)
		t.Axes, t.Value = axes, l.at(t, axes...)
	}
	t = l.fromOne(t)
	flat := l.flat(t.Axes)
	dims := make([]*expr.Node, len(flat))
	for k, a := range flat {
		dims[k] = a.Hi()
	}
	return l.s.NewSymbol("#direction", false, dims...), l.lambda(t)
}

// jvp is jvp(f, x, v): the derivative of f(x + t·v) by t at 0.
func (l *lowering) jvp(s scope, x *syntax.Call) Tensor {
	l.operands(x, 3, 3)
	v := l.variable(s, x.Args[1])
	f := l.operand(s, v, x.Args[0])
	f.Axes, f.Value = l.renamed(f)
	dir, along := l.direction(s, x.Args[2], x.Args[1], v.axes)
	r := l.along(x, v, f.Value, dir)
	f.Value = l.restore(v, l.s.Instantiate(r, map[*expr.Symbol]*expr.Node{dir: along}))
	return f
}

// along returns the derivative of e when the entries of v move along the direction.
func (l *lowering) along(x syntax.Expr, v variable, e *expr.Node, dir *expr.Symbol) *expr.Node {
	s := l.s
	l.requireDerivatives(v.mark, v.sym, 1)
	t := s.NewSymbol("#t", false)
	step := s.Entry(t)
	// The whole symbol moves along the direction, or those entries that the subscripts name.
	whole := make([]*expr.Node, len(v.sym.Dims))
	factors := []*expr.Node{step}
	at := map[*expr.Node]*expr.Node{}
	for k, dim := range v.sym.Dims {
		whole[k] = l.axis(dim)
		if slices.Contains(l.flat(v.axes), v.subs[k]) {
			at[v.subs[k]] = whole[k]
		} else {
			factors = append(factors, s.Cond(expr.EqZero, s.Sub(whole[k], v.subs[k])))
		}
	}
	factors = append(factors, s.Replace(s.Entry(dir, l.flat(v.axes)...), at))
	moved := s.Lambda(s.Add(s.Entry(v.sym, whole...), s.Mul(factors...)), whole...)
	e = s.Instantiate(e, map[*expr.Symbol]*expr.Node{v.sym: moved})
	r := l.derived(x)(l.p.calculus.Partial(s, e, step))
	return s.Instantiate(r, map[*expr.Symbol]*expr.Node{t: s.Int(0)})
}

// vjp is vjp(f, x, u): the gradient of Σ u_j·f_j with u held constant.
func (l *lowering) vjp(s scope, x *syntax.Call) Tensor {
	l.operands(x, 3, 3)
	v := l.variable(s, x.Args[1])
	f := l.operand(s, v, x.Args[0])
	f.Axes, f.Value = l.renamed(f)
	u, weights := l.direction(s, x.Args[2], x.Args[0], f.Axes)
	flat := l.flat(f.Axes)
	shifted := make([]*expr.Node, len(flat)) // the entries of u count from 1
	for k, a := range flat {
		shifted[k] = l.s.Sub(a, l.s.Add(a.Lo(), l.s.Int(-1)))
	}
	e := l.s.Reduce(expr.Sum, l.s.Mul(l.s.Entry(u, shifted...), f.Value), flat...)
	g := l.gradient(x, v, e)
	g = l.s.Instantiate(g, map[*expr.Symbol]*expr.Node{u: weights})
	return l.like(Tensor{}, v, l.restore(v, g))
}

// hvp is hvp(L, x, v): the derivative of the gradient along v.
func (l *lowering) hvp(s scope, x *syntax.Call) Tensor {
	l.operands(x, 3, 3)
	v := l.variable(s, x.Args[1])
	e := l.scalarOperand(s, v, x)
	dir, along := l.direction(s, x.Args[2], x.Args[1], v.axes)
	g := l.gradient(x, v, l.along(x, v, e, dir)) // the gradient of the directional derivative: the same, and cheaper to build
	g = l.s.Instantiate(g, map[*expr.Symbol]*expr.Node{dir: along})
	return l.like(Tensor{}, v, l.restore(v, g))
}
