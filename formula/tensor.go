package formula

import (
	"cmp"
	"fmt"
	"strings"
	"unicode"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/syntax"
)

// Orientation says how a tensor of one axis takes part in matrix products.
type Orientation uint8

// The orientations.
const (
	Column   Orientation = iota // stands, as every vector
	Row                         // lies: the transpose of a vector
	Either                      // a row cut out of a matrix, A[i,:], lies or stands as the product needs it
	Leaning                     // such a row times a matrix, A[i,:]*W, lies, but stands where it meets a vector that does
	Standing                    // the sum of either and a vector, A[i,:]*W + b, stands, but lies before a matrix
)

// A Tensor is an entry formula: the value of the entry at the axes, free indices that carry their ranges.
// A scalar has no axes.
type Tensor struct {
	Axes   []*expr.Node
	Value  *expr.Node
	Orient Orientation // of one axis
	// Groups, if not nil, are the numbers of consecutive Axes that make one axis of the tensor together, such as the rows of
	// kron(A, B), in which the last index varies fastest. What a [Problem] hands out has them; inside a lowering one index
	// stands for each group.
	Groups []int
}

// Lies reports whether a tensor of one axis is a row.
func (t Tensor) Lies() bool { return t.Orient == Row || t.Orient == Leaning }

// isFree reports whether a tensor of one axis takes the orientation of what it is combined with.
func (t Tensor) isFree() bool { return t.Orient >= Either }

// meet returns the orientation of what vectors of two make together entry by entry.
func meet(a, b Orientation) Orientation {
	free := a >= Either || b >= Either
	if a >= Either {
		a = b
	}
	if free && a == Column {
		return Standing
	}
	return a
}

// transposed is the orientation of a transpose.
var transposed = [...]Orientation{Column: Row, Row: Column, Either: Column, Leaning: Column, Standing: Row}

// IsScalar reports whether t has no axes.
func (t Tensor) IsScalar() bool { return len(t.Axes) == 0 }

// at returns the entry of t at the subscripts.
func (l *lowering) at(t Tensor, subs ...*expr.Node) *expr.Node {
	if len(l.composites) > 0 && (l.hasComposite(t.Axes) || l.hasComposite(subs)) {
		return l.atComposite(t, subs)
	}
	m := make(map[*expr.Node]*expr.Node, len(subs))
	for k, axis := range t.Axes {
		if axis != subs[k] {
			m[axis] = subs[k]
		}
	}
	if len(m) == 0 {
		return t.Value
	}
	return l.s.Replace(t.Value, m)
}

// lambda returns t as an argument of a call or the value of a symbol.
func (l *lowering) lambda(t Tensor) *expr.Node { return l.s.Lambda(t.Value, l.flat(t.Axes)...) }

// entries returns the tensor of a symbol's entries.
func (l *lowering) entries(sym *expr.Symbol) Tensor {
	axes := make([]*expr.Node, len(sym.Dims))
	for k, dim := range sym.Dims {
		axes[k] = l.axis(dim)
	}
	return Tensor{Axes: axes, Value: l.s.Entry(sym, axes...)}
}

// axis returns a fresh index over 1..size.
func (l *lowering) axis(size *expr.Node) *expr.Node { return l.index(l.s.Int(1), size) }

// index returns a fresh index over lo..hi. Its name is no identifier, so that no user's index meets it.
func (l *lowering) index(lo, hi *expr.Node) *expr.Node {
	l.fresh++
	return l.s.Index(fmt.Sprintf("#%d", l.fresh), lo, hi)
}

// fresh axes of the same ranges as the given ones, which may mention each other in order.
func (l *lowering) freshAxes(axes []*expr.Node) []*expr.Node {
	out := make([]*expr.Node, len(axes))
	m := map[*expr.Node]*expr.Node{}
	for k, a := range axes {
		if l.isComposite(a) {
			out[k] = l.likeComposite(a)
			continue
		}
		out[k] = l.index(l.s.Replace(a.Lo(), m), l.s.Replace(a.Hi(), m))
		m[a] = out[k]
	}
	return out
}

// sameRange reports whether two axes have one range.
func sameRange(a, b *expr.Node) bool { return a.Lo() == b.Lo() && a.Hi() == b.Hi() }

// size returns the number of values of an axis, which starts at 1 in all but unusual definitions.
func (l *lowering) size(axis *expr.Node) *expr.Node {
	return l.s.Linear(expr.Int(1), []expr.Term{{Coef: expr.Int(1), X: axis.Hi()}, {Coef: expr.Int(-1), X: axis.Lo()}})
}

// each applies f to the entries.
func each(t Tensor, f func(*expr.Node) *expr.Node) Tensor {
	t.Value = f(t.Value)
	return t
}

// operand is a tensor with the expression that it came from.
type operand struct {
	Tensor
	from syntax.Expr
}

// zip combines tensors of one shape entry by entry; scalars broadcast.
func (l *lowering) zip(at syntax.Expr, f func(xs []*expr.Node) *expr.Node, ts ...operand) Tensor {
	var form *operand
	var axes []*expr.Node
	var orient Orientation
	for k := range ts {
		if ts[k].IsScalar() {
			continue
		}
		if form == nil {
			form, axes, orient = &ts[k], ts[k].Axes, ts[k].Orient
		} else {
			if !l.sameForm(form.Tensor, ts[k].Tensor) {
				l.mismatch(at, *form, ts[k])
			}
			orient = meet(orient, ts[k].Orient)
			axes = l.meeting(axes, ts[k].Axes)
		}
	}
	values := make([]*expr.Node, len(ts))
	for k, t := range ts {
		values[k] = t.Value
		if form != nil && !t.IsScalar() {
			values[k] = l.at(t.Tensor, axes...)
		}
	}
	r := Tensor{Value: f(values)}
	if form != nil {
		r.Axes, r.Orient = axes, orient
	}
	return r
}

func (l *lowering) sameForm(a, b Tensor) bool {
	if len(a.Axes) != len(b.Axes) {
		return false
	}
	if len(a.Axes) == 1 && a.Orient != b.Orient && !a.isFree() && !b.isFree() {
		return false
	}
	for k := range a.Axes {
		if !sameRange(a.Axes[k], b.Axes[k]) {
			return false
		}
	}
	return true
}

// mismatch fails with both places.
func (l *lowering) mismatch(at syntax.Expr, a, b operand) {
	d := syntax.Diagnostic{
		Message: fmt.Sprintf("%s and %s cannot be combined entry by entry", form(a.Tensor), form(b.Tensor)),
		Span:    at.Source(),
		Related: []syntax.Related{{Span: a.from.Source(), Label: "this is " + form(a.Tensor)}, {Span: b.from.Source(), Label: "this is " + form(b.Tensor)}},
	}
	if len(a.Axes) == 1 && len(b.Axes) == 1 && sameRange(a.Axes[0], b.Axes[0]) {
		d.Help = "transpose one of them with '"
	} else if len(a.Axes) == len(b.Axes) {
		for k := range a.Axes {
			if d.Help == "" && !sameRange(a.Axes[k], b.Axes[k]) {
				d.Help = l.regrouped(a.Axes[k], b.Axes[k])
			}
		}
	}
	l.panicWith(d)
}

// form describes a shape to a person.
func form(t Tensor) string {
	sizes := make([]string, len(t.Axes))
	for k, a := range t.Axes {
		sizes[k] = rangeText(a)
	}
	switch {
	case t.IsScalar():
		return "a scalar"
	case len(t.Axes) == 1 && t.Lies():
		return "a row vector of size " + sizes[0]
	case len(t.Axes) == 1:
		if !t.Axes[0].Lo().IsOne() {
			return "a vector over " + sizes[0]
		}
		return "a vector of size " + sizes[0]
	case len(t.Axes) == 2:
		return article(sizes[0]) + " " + strings.Join(sizes, "×") + " matrix"
	}
	return "a tensor of shape " + strings.Join(sizes, "×")
}

// article returns "a" or "an", as the name of a size is spoken.
func article(size string) string {
	if strings.ContainsRune("aefhilmnorsx8", rune(size[0])) && (len(size) == 1 || !unicode.IsLetter(rune(size[1]))) {
		return "an"
	}
	return "a"
}

func rangeText(axis *expr.Node) string {
	text := func(n *expr.Node) string {
		x, err := expr.Syntax(n)
		if err != nil {
			return "…"
		}
		return strings.NewReplacer(" ", "", "#", "").Replace(syntax.Print(x)) // the sizes of a function's parameters have a mark
	}
	if axis.Lo().IsOne() {
		return text(axis.Hi())
	}
	return text(axis.Lo()) + ".." + text(axis.Hi())
}

// transpose returns t': of a vector the same entries lying, or standing up again.
func (l *lowering) transpose(at syntax.Expr, t Tensor) Tensor {
	switch len(t.Axes) {
	case 0:
	case 1:
		t.Orient = transposed[t.Orient]
	case 2:
		t.Axes = []*expr.Node{t.Axes[1], t.Axes[0]}
	default:
		l.fail(at, "%s has no transpose", form(t))
	}
	return t
}

// multiply returns a*b: scaling by a scalar, else the matrix product, in which a column times a row is the outer
// product and a row times a column a scalar. Advice for one that is not defined is given where rest, if there is one, takes what it comes to.
func (l *lowering) multiply(at *syntax.Binary, a, b Tensor, rest func(Tensor) bool) Tensor {
	if a.IsScalar() || b.IsScalar() {
		return l.zip(at, func(xs []*expr.Node) *expr.Node {
			l.requireNumber(at, xs[0], xs[1])
			return l.s.Mul(xs...)
		}, operand{a, at.X}, operand{b, at.Y})
	}
	if len(a.Axes) > 2 || len(b.Axes) > 2 {
		l.noProduct(at, a, b, "write it with indices: tensor[i,j](sum[k](…))")
	}
	leaning := a.isFree()
	if (a.Orient == Either || a.Orient == Standing) && (b.Orient == Column || b.Orient == Standing || len(b.Axes) == 2) {
		a.Orient = Row
	}
	if b.isFree() && (a.Lies() || len(a.Axes) == 2) {
		b.Orient = Column
	}
	aRow, aColumn := len(a.Axes) == 1 && a.Lies(), len(a.Axes) == 1 && !a.Lies()
	bRow, bColumn := len(b.Axes) == 1 && b.Lies(), len(b.Axes) == 1 && !b.Lies()
	switch {
	case aColumn && bRow: // outer product
		left, right := l.freshAxes(a.Axes), l.freshAxes(b.Axes)
		return Tensor{Axes: []*expr.Node{left[0], right[0]}, Value: l.s.Mul(l.at(a, left...), l.at(b, right...))}
	case aColumn && bColumn && sameRange(a.Axes[0], b.Axes[0]):
		l.noProduct(at, a, b, "x .* y multiplies entry by entry, x'*y is the scalar product")
	case aColumn || len(a.Axes) == 2 && bRow:
		l.noProduct(at, a, b, defined(l.turned(at, a, b, rest)))
	}
	inner, other := a.Axes[len(a.Axes)-1], b.Axes[0]
	if !sameRange(inner, other) {
		l.panicWith(syntax.Diagnostic{
			Message: fmt.Sprintf("the sizes of this product do not agree: %s and %s", rangeText(inner), rangeText(other)),
			Span:    at.Source(),
			Related: []syntax.Related{{Span: at.X.Source(), Label: "this is " + form(a)}, {Span: at.Y.Source(), Label: "this is " + form(b)}},
			Help:    cmp.Or(l.regrouped(inner, other), agreeing(l.turned(at, a, b, rest))),
		})
	}
	k := l.freshAxes(l.meeting([]*expr.Node{inner}, []*expr.Node{other}))[0]
	var left, right []*expr.Node
	if !aRow {
		left = l.freshAxes(a.Axes[:1])
	}
	if !bColumn {
		right = l.freshAxes(b.Axes[1:])
	}
	value := l.s.Mul(l.at(a, append(append([]*expr.Node{}, left...), k)...), l.at(b, append([]*expr.Node{k}, right...)...))
	r := Tensor{Axes: append(left, right...), Value: l.s.Reduce(expr.Sum, value, l.flat([]*expr.Node{k})...)}
	if aRow && len(r.Axes) == 1 {
		r.Orient = Row
		if leaning {
			r.Orient = Leaning
		}
	}
	return r
}

// noProduct fails with both places.
func (l *lowering) noProduct(at *syntax.Binary, a, b Tensor, help string) {
	l.panicWith(syntax.Diagnostic{
		Message: fmt.Sprintf("the product of %s and %s is not defined", form(a), form(b)), Span: at.Source(), Help: help,
		Related: []syntax.Related{{Span: at.X.Source(), Label: "this is " + form(a)}, {Span: at.Y.Source(), Label: "this is " + form(b)}},
	})
}

// SizeText returns the number of values of an axis as text: n, or n-1.
func SizeText(axis *expr.Node) string { return rangeText(axis) }
