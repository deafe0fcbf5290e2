package formula

import (
	"fmt"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/syntax"
)

// MaxDepth bounds how deep definitions and calls may nest in one another.
const MaxDepth = 200_000

// MaxNesting bounds how many levels the value of a definition or a call may have, with what it has from others.
const MaxNesting = 5000

// MaxAxes bounds the rank of tensors.
const MaxAxes = 16

// A lowering turns syntax trees of one problem into expressions. Failures are panics of type failure,
// which the exported functions turn into errors.
type lowering struct {
	p           *Problem
	s           *expr.Session
	fresh       int
	inSubscript int
	depth       int
	probing     int                         // probes that have begun, whose mistakes nobody reads
	calls       map[*syntax.Define]bool     // the calls that stand around, by function
	composites  map[*expr.Node][]*expr.Node // the parts of composite axes
	products    map[*expr.Node][]*expr.Node // the parts of an axis of a size that is a product
	domain      *domain                     // collects what formulas need; nil where nobody asks
	infinite    expr.Memo[int]              // see infinity
	levels      expr.Memo[int]              // see nesting
}

// failure is the panic of a lowering that met a mistake of the user.
type failure struct {
	syntax.Diagnostic
	sure bool // it is one whatever the ranges of indices are: a name that stands for nothing, a definition that refers to itself
}

func (l *lowering) panicWith(d syntax.Diagnostic) { panic(failure{Diagnostic: d}) }

func (l *lowering) fail(at syntax.Expr, format string, args ...any) {
	l.panicWith(syntax.Diagnostic{Message: fmt.Sprintf(format, args...), Span: at.Source()})
}

// exceed fails because of a limit.
func (l *lowering) exceed(at syntax.Expr, format string, args ...any) {
	l.panicWith(syntax.Diagnostic{Message: fmt.Sprintf(format, args...), Span: at.Source(), Limit: true})
}

func (l *lowering) advise(at syntax.Expr, help, format string, args ...any) {
	l.panicWith(syntax.Diagnostic{Message: fmt.Sprintf(format, args...), Span: at.Source(), Help: help})
}

// lower returns the meaning of x.
func (l *lowering) lower(s scope, x syntax.Expr) Tensor {
	if l.depth++; l.depth > MaxDepth {
		l.exceed(x, "definitions and calls nest deeper than the limit of %d", MaxDepth)
	}
	defer func() { l.depth-- }()
	t := l.meaning(s, x)
	if rank := t.Rank(); rank > MaxAxes {
		l.exceed(x, "a tensor of %d axes is beyond the limit of %d", rank, MaxAxes)
	}
	return t
}

// meaning returns the meaning of x, of whatever rank.
func (l *lowering) meaning(s scope, x syntax.Expr) Tensor {
	switch x := x.(type) {
	case *syntax.Paren:
		return l.lower(s, x.X)
	case *syntax.Number:
		return Tensor{Value: l.s.Number(x.Value)}
	case *syntax.Name:
		return l.name(s, x)
	case *syntax.Unary:
		return l.unary(s, x)
	case *syntax.Binary:
		return l.binary(s, x)
	case *syntax.Compare:
		return Tensor{Value: l.cond(s, x)}
	case *syntax.Iverson:
		return Tensor{Value: l.cond(s, x.Cond)}
	case *syntax.Transpose:
		return l.transpose(x, l.lower(s, x.X))
	case *syntax.Subscript:
		return l.subscript(s, x)
	case *syntax.Call:
		return l.call(s, x)
	case *syntax.Reduce:
		return l.reduce(s, x)
	case *syntax.If:
		c := l.cond(s, x.Cond)
		taken := l.aside(l.s.Not(c))
		then := operand{l.lower(s, x.Then), x.Then}
		taken()
		taken = l.aside(c)
		otherwise := operand{l.lower(s, x.Else), x.Else}
		taken()
		return l.zip(x, func(xs []*expr.Node) *expr.Node { return l.s.If(c, xs[0], xs[1]) }, then, otherwise)
	case *syntax.Array:
		return l.array(s, x)
	}
	l.fail(x, "this has no value of its own")
	return Tensor{}
}

// scalar lowers an operand that must be one.
func (l *lowering) scalar(s scope, x syntax.Expr) *expr.Node {
	t := l.lower(s, x)
	if !t.IsScalar() {
		l.fail(x, "a scalar is needed here, but this is %s", form(t))
	}
	return t.Value
}

// integer lowers a subscript or the end of a range.
func (l *lowering) integer(s scope, x syntax.Expr) *expr.Node {
	l.inSubscript++
	n := l.scalar(s, x)
	l.inSubscript--
	if !expr.IsIndexForm(n) {
		l.advise(x, "subscripts and ranges are sums of indices, sizes, integers and parameters with given integer(k)",
			"%s cannot be a subscript or the end of a range", syntax.Print(x))
	}
	return n
}

func (l *lowering) unary(s scope, x *syntax.Unary) Tensor {
	switch x.Op {
	case syntax.Not:
		return Tensor{Value: l.cond(s, x)}
	case syntax.Plus:
		return l.lower(s, x.X)
	}
	return each(l.lower(s, x.X), l.s.Neg)
}

func (l *lowering) binary(s scope, x *syntax.Binary) Tensor {
	if x.Op == syntax.Or || x.Op == syntax.And {
		return Tensor{Value: l.cond(s, x)}
	}
	// Long sums and products lean to the left: their spine is walked, not recursed into.
	var spine []*syntax.Binary
	left := syntax.Expr(x)
	for {
		b, ok := left.(*syntax.Binary)
		if !ok || b.Op == syntax.Or || b.Op == syntax.And || b.Op == syntax.Pow || b.Op == syntax.DotPow {
			break
		}
		spine = append(spine, b)
		left = b.X
	}
	if len(spine) == 0 {
		return l.power(s, x)
	}
	guarded := l.guard(s, spine, left)
	if t, ok := l.longScalar(s, spine, left, guarded); ok {
		return t
	}
	acc := guarded.lower(s, left, len(spine))
	for k := len(spine) - 1; k >= 0; k-- {
		y := guarded.lower(s, spine[k].Y, k)
		rest := l.following(spine, k, func(k int) Tensor { return guarded.lower(s, spine[k].Y, k) })
		guarded.beside(k, func() { acc = l.operate(spine[k], acc, y, rest) })
	}
	return acc
}

// longSpine is the number of operators from which on a chain of sums or of products is built in one piece.
const longSpine = 8

// longScalar builds a long sum or product of scalars at once, where building it term by term would be quadratic.
func (l *lowering) longScalar(s scope, spine []*syntax.Binary, left syntax.Expr, guarded spineGuard) (Tensor, bool) {
	if len(spine) < longSpine {
		return Tensor{}, false
	}
	additive := spine[0].Op == syntax.Add || spine[0].Op == syntax.Sub
	for _, b := range spine {
		if (b.Op == syntax.Add || b.Op == syntax.Sub) != additive {
			return Tensor{}, false
		}
	}
	first := guarded.lower(s, left, len(spine))
	terms := []*expr.Node{first.Value}
	scalars := first.IsScalar() && l.infinity(first.Value) == 0
	parts := make([]Tensor, len(spine))
	for k := len(spine) - 1; k >= 0; k-- {
		t := guarded.lower(s, spine[k].Y, k)
		parts[k] = t
		scalars = scalars && t.IsScalar() && l.infinity(t.Value) == 0
		switch spine[k].Op {
		case syntax.Sub:
			terms = append(terms, l.s.Neg(t.Value))
		case syntax.Div, syntax.DotDiv:
			if t.IsScalar() {
				guarded.beside(k, func() { l.requireQuotient(first.Value, t.Value) })
			}
			terms = append(terms, l.s.Inv(t.Value))
		default:
			terms = append(terms, t.Value)
		}
	}
	if !scalars {
		acc := first
		for k := len(spine) - 1; k >= 0; k-- {
			acc = l.operate(spine[k], acc, parts[k], l.following(spine, k, func(k int) Tensor { return parts[k] }))
		}
		return acc, true
	}
	if additive {
		return Tensor{Value: l.s.Add(terms...)}, true
	}
	return Tensor{Value: l.s.Mul(terms...)}, true
}

// operate returns a op b for a sum, a product or a quotient. A product that is not defined is advised on with what follows it in mind.
func (l *lowering) operate(x *syntax.Binary, a, b Tensor, rest func(Tensor) bool) Tensor {
	s := l.s
	var f func(xs []*expr.Node) *expr.Node
	switch x.Op {
	case syntax.Mul:
		return l.multiply(x, a, b, rest)
	case syntax.Add:
		f = func(xs []*expr.Node) *expr.Node { return s.Add(xs...) }
	case syntax.Sub:
		f = func(xs []*expr.Node) *expr.Node { return s.Sub(xs[0], xs[1]) }
	case syntax.DotMul:
		f = func(xs []*expr.Node) *expr.Node { return s.Mul(xs...) }
	default:
		f = func(xs []*expr.Node) *expr.Node {
			if xs[1].IsZero() {
				l.fail(x.Y, "division by zero")
			}
			l.requireQuotient(xs[0], xs[1])
			return s.Div(xs[0], xs[1])
		}
	}
	return l.zip(x, func(xs []*expr.Node) *expr.Node {
		l.requireNumber(x, xs[0], xs[1])
		return f(xs)
	}, operand{a, x.X}, operand{b, x.Y})
}

// power returns x^y: of numbers, or of a square matrix to an integer.
func (l *lowering) power(s scope, x *syntax.Binary) Tensor {
	base := l.lower(s, x.X)
	if l.undeclaredMark(s, x) && (!base.IsScalar() || l.p.inputs[transposeMark] == nil) {
		l.advise(x, transposeHelp(x.X), "the exponent %s is a number that nothing declares", transposeMark)
	}
	exponent := l.lower(s, x.Y)
	if x.Op == syntax.Pow && len(base.Axes) == 2 {
		return l.matrixPower(x, base, exponent)
	}
	if x.Op == syntax.Pow && !base.IsScalar() {
		l.advise(x, fmt.Sprintf("%s takes the power of every entry", entrywisePower(x)), "%s has no power", form(base))
	}
	if base.Value.IsZero() && exponent.Value.Kind() == expr.KindRat && exponent.Value.Rat().Sign() < 0 {
		l.fail(x, "division by zero")
	}
	return l.zip(x, func(xs []*expr.Node) *expr.Node {
		l.requirePower(xs[0], xs[1])
		return l.s.Pow(xs[0], xs[1])
	}, operand{base, x.X}, operand{exponent, x.Y})
}

func entrywisePower(x *syntax.Binary) string {
	return syntax.Print(&syntax.Binary{Op: syntax.DotPow, X: x.X, Y: x.Y})
}

// maxLiteral bounds the entries along an axis of a literal, which is a chain of as many conditions.
const maxLiteral = 1000

// maxMatrixPower bounds the exponent of a matrix power, each of whose factors is a sum of its own.
const maxMatrixPower = 64

func (l *lowering) matrixPower(x *syntax.Binary, a, exponent Tensor) Tensor {
	if !sameRange(a.Axes[0], a.Axes[1]) {
		l.panicWith(syntax.Diagnostic{Message: "only a square matrix has powers, but this is " + form(a), Span: x.Source(), Related: l.origins(x.X)})
	}
	if exponent.Value.Kind() == expr.KindRat {
		if k, ok := exponent.Value.Rat().Int64(); ok {
			if k > maxMatrixPower || k < -maxMatrixPower {
				l.exceed(x.Y, "a matrix power of %d is beyond the limit of %d", k, maxMatrixPower)
			}
			if k == 0 {
				return l.identity(a.Axes[0])
			}
			if k < 0 {
				a, k = l.ofMatrix(x, matrixFunction("inv"), a), -k
			}
			r := a
			for range k - 1 {
				r = l.multiply(&syntax.Binary{Span: x.Span, Op: syntax.Mul, X: x.X, Y: x.X}, r, a, nil)
			}
			return r
		}
	}
	l.advise(x.Y, fmt.Sprintf("%s takes the power of every entry", entrywisePower(x)), "the exponent of a matrix power is an integer")
	return Tensor{}
}

// subscript returns an entry or a slice.
func (l *lowering) subscript(s scope, x *syntax.Subscript) Tensor {
	t := l.lower(s, x.X)
	if len(x.Subs) != len(t.Axes) {
		l.subscriptCount(s, x, t)
	}
	subs := make([]*expr.Node, len(t.Axes))
	var axes []*expr.Node
	for k, sub := range x.Subs {
		if _, all := sub.(*syntax.Slice); all {
			subs[k] = l.freshAxes(t.Axes[k : k+1])[0]
			axes = append(axes, subs[k])
			continue
		}
		subs[k] = l.integer(s, sub)
		l.inside(x, sub, subs[k], t.Axes[k])
	}
	r := Tensor{Axes: axes, Value: l.at(t, subs...)}
	if len(t.Axes) == 2 && len(axes) == 1 && axes[0] == subs[1] {
		r.Orient = Either
	}
	return r
}

// subscriptCount fails: t has not as many axes as x has subscripts.
func (l *lowering) subscriptCount(s scope, x *syntax.Subscript, t Tensor) {
	name, ok := syntax.Unparen(x.X).(*syntax.Name)
	if ok && t.IsScalar() {
		if f := s.frame.find(name.Name); f != nil && f.index {
			l.fail(x, "%s is an index here, and has no entries", name.Name)
		}
		if k := t.Value.Kind(); k == expr.KindSize || k == expr.KindConst {
			l.fail(x, "%s is a number here, and has no entries", name.Name)
		}
	}
	l.fail(x, "%s, but %s is %s", count(len(x.Subs), "subscript"), syntax.Print(x.X), form(t))
}

// count returns "1 thing" or "2 things".
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// inside fails where a subscript is outside its axis whatever the values of indices and sizes.
func (l *lowering) inside(x *syntax.Subscript, sub syntax.Expr, at, axis *expr.Node) {
	if (l.isProduct(axis) || l.isProduct(at)) && !(l.isProduct(axis) && l.isProduct(at) && sameRange(axis, at)) {
		size := axis
		if !l.isProduct(axis) {
			size = at
		}
		l.advise(sub, "only an index of its own that runs over all of them can be one: take entries of what kron or vec is made of",
			"%s cannot be a subscript along %s entries", syntax.Print(sub), rangeText(size))
	}
	low := l.s.Cond(expr.GeZero, l.s.Sub(at, axis.Lo()))
	high := l.s.Cond(expr.GeZero, l.s.Sub(axis.Hi(), at))
	if low.IsZero() || high.IsZero() {
		l.fail(sub, "%s is read outside its range: the subscript goes from %s to %s", syntax.Print(x.X), EndText(axis.Lo()), EndText(axis.Hi()))
	}
}

// EndText returns a size or the end of a range as text.
func EndText(n *expr.Node) string {
	x, err := expr.Syntax(n)
	if err != nil {
		return "…"
	}
	return syntax.Print(x)
}

// array returns a vector literal, or stacks the rows of a matrix literal.
func (l *lowering) array(s scope, x *syntax.Array) Tensor {
	if len(x.Elems) > maxLiteral {
		l.exceed(x, "a literal of %d entries is beyond the limit of %d", len(x.Elems), maxLiteral)
	}
	if len(x.Elems) == 0 {
		l.fail(x, "a literal needs at least one entry")
	}
	i := l.axis(l.s.Int(int64(len(x.Elems))))
	var first operand
	var value *expr.Node
	for k := len(x.Elems) - 1; k >= 0; k-- { // if(i == 1, a, if(i == 2, b, …))
		t := l.lower(s, x.Elems[k])
		if len(t.Axes) == 1 {
			t.Orient = Column
		}
		if value == nil {
			first = operand{t, x.Elems[k]}
			value = t.Value
			continue
		}
		if !l.sameForm(first.Tensor, t) {
			l.panicWith(syntax.Diagnostic{
				Message: fmt.Sprintf("the entries of this literal are not alike: %s and %s", form(t), form(first.Tensor)), Span: x.Source(),
				Related: []syntax.Related{{Span: x.Elems[k].Source(), Label: "this is " + form(t)}, {Span: first.from.Source(), Label: "this is " + form(first.Tensor)}},
			})
		}
		chosen := l.s.Cond(expr.EqZero, l.s.Sub(i, l.s.Int(int64(k+1))))
		value = l.s.If(chosen, l.at(t, first.Axes...), value)
	}
	return Tensor{Axes: append([]*expr.Node{i}, first.Axes...), Value: value}
}

// standing runs f, whose mistakes are in a text that is not the user's, and shows them at x.
func (l *lowering) standing(x syntax.Expr, name string, f func() Tensor) (t Tensor) {
	d := guard(func() { t = f() })
	if d != nil {
		l.panicWith(syntax.Diagnostic{Message: name + ": " + d.Message, Span: x.Source(), Help: d.Help})
	}
	return t
}
