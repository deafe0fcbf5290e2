package formula

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/syntax"
)

// A composite axis runs over the values of several indices, its parts, the last of which varies fastest: the rows of
// kron(A, B), the entries of vec(A). Inside a lowering an index node that occurs in no value stands for it. Its size is a
// product of sizes, which is no index form: it is a size of its own named m*p, unless all parts but the first have numbers
// for sizes, when the position is a sum of multiples of the parts.

// group returns the axis of the given parts of a value, the outermost first, which count from 1. Parts of composite axes are
// parts of the new one. A part with a single value is none: the value stands there in the value that is returned.
func (l *lowering) group(at syntax.Expr, value *expr.Node, axes ...*expr.Node) (axis, rest *expr.Node) {
	parts := l.flat(axes)
	long := slices.DeleteFunc(slices.Clone(parts), func(p *expr.Node) bool { return p.Hi().IsOne() })
	if len(long) == 0 {
		long = parts[:1]
	}
	single := map[*expr.Node]*expr.Node{}
	for _, p := range parts {
		if !slices.Contains(long, p) {
			single[p] = p.Lo()
		}
	}
	value, parts = l.s.Replace(value, single), long
	if len(parts) == 1 {
		return parts[0], value
	}
	for _, p := range parts {
		if len(p.Hi().Free()) > 0 {
			l.fail(at, "the size %s depends on an index, and cannot be multiplied by others", rangeText(p))
		}
	}
	hi := parts[0].Hi()
	if _, ok := strides(parts); ok {
		for _, p := range parts[1:] {
			hi = l.s.Scale(p.Hi().Rat(), hi)
		}
		if !expr.IsIndexForm(hi) {
			l.fail(at, "there are too many entries")
		}
	} else {
		texts := make([]string, len(parts))
		for k, p := range parts {
			texts[k] = factorText(p)
		}
		hi = l.s.Size(strings.Join(texts, "*"))
	}
	axis = l.axis(hi)
	l.composites[axis] = parts
	if hi.Kind() == expr.KindSize {
		l.products[hi] = parts
	}
	return axis, value
}

// factorText returns the size of an index as a factor of a product.
func factorText(p *expr.Node) string {
	text := rangeText(p)
	if p.Hi().Kind() == expr.KindAdd {
		return "(" + text + ")"
	}
	return text
}

// strides returns the steps of the position that parts make, where these are numbers.
func strides(parts []*expr.Node) ([]expr.Rat, bool) {
	steps := make([]expr.Rat, len(parts))
	step := expr.Int(1)
	for k := len(parts) - 1; k >= 0; k-- {
		steps[k] = step
		if k > 0 {
			if parts[k].Hi().Kind() != expr.KindRat {
				return nil, false
			}
			step = step.Mul(parts[k].Hi().Rat())
		}
	}
	return steps, true
}

// parts returns the parts of a composite axis, and any other axis itself.
func (l *lowering) parts(axis *expr.Node) []*expr.Node {
	if parts, ok := l.composites[axis]; ok {
		return parts
	}
	return []*expr.Node{axis}
}

// flat returns axes with composite ones replaced by their parts.
func (l *lowering) flat(axes []*expr.Node) []*expr.Node {
	if len(l.composites) == 0 {
		return axes
	}
	var out []*expr.Node
	for _, a := range axes {
		out = append(out, l.parts(a)...)
	}
	return out
}

// isComposite reports whether an axis has parts.
func (l *lowering) isComposite(axis *expr.Node) bool { return l.composites[axis] != nil }

// hasComposite reports whether one of the axes has parts.
func (l *lowering) hasComposite(axes []*expr.Node) bool {
	return slices.ContainsFunc(axes, l.isComposite)
}

// isProduct reports whether the size of an axis is a product of names, which no index form holds.
func (l *lowering) isProduct(axis *expr.Node) bool {
	return l.isComposite(axis) && l.products[axis.Hi()] != nil
}

// likeComposite returns a fresh axis of the parts of another.
func (l *lowering) likeComposite(axis *expr.Node) *expr.Node {
	out := l.axis(axis.Hi())
	l.composites[out] = l.freshAxes(l.composites[axis])
	return out
}

// ranging returns a fresh index over lo..hi, composite where hi is a product.
func (l *lowering) ranging(lo, hi *expr.Node) *expr.Node {
	out := l.index(lo, hi)
	if parts := l.products[hi]; parts != nil && lo.IsOne() {
		l.composites[out] = l.freshAxes(parts)
	}
	return out
}

// meeting returns the axes of two tensors of one shape, composite where one of them is.
func (l *lowering) meeting(a, b []*expr.Node) []*expr.Node {
	if !l.hasComposite(b) {
		return a
	}
	out := slices.Clone(a)
	for k := range out {
		if !l.isComposite(out[k]) && l.isComposite(b[k]) {
			out[k] = b[k]
		}
	}
	return out
}

// position returns the place that an axis counts, from 1, of which the steps must be numbers.
func (l *lowering) position(axis *expr.Node) *expr.Node {
	parts := l.parts(axis)
	steps, ok := strides(parts)
	if !ok {
		panic("formula: a product of sizes has no position")
	}
	terms := []expr.Term{}
	constant := expr.Int(1)
	for k, p := range parts {
		terms = append(terms, expr.Term{Coef: steps[k], X: p})
		constant = constant.Sub(steps[k])
	}
	return l.s.Linear(constant, terms)
}

// atComposite is at for axes and subscripts some of which are composite. Where a subscript has other parts than its axis,
// or none, the entry is that at whose position they meet.
func (l *lowering) atComposite(t Tensor, subs []*expr.Node) *expr.Node {
	m := map[*expr.Node]*expr.Node{}
	var found []*expr.Node // what a sum runs over to find the entry
	guard := l.s.Int(1)
	for k, axis := range t.Axes {
		sub := subs[k]
		if axis == sub {
			continue
		}
		from, to := l.parts(axis), l.parts(sub)
		switch {
		case !l.isComposite(axis):
			m[axis] = sub
			if l.isComposite(sub) {
				m[axis] = l.position(sub)
			}
		case l.isComposite(sub) && slices.EqualFunc(from, to, sameRange):
			for j := range from {
				m[from[j]] = to[j]
			}
		default:
			at := sub
			if l.isComposite(sub) {
				at = l.position(sub)
			}
			fresh := l.freshAxes([]*expr.Node{axis})[0]
			for j, p := range l.parts(fresh) {
				m[from[j]] = p
			}
			found = append(found, l.parts(fresh)...)
			guard = l.s.Mul(guard, l.s.Cond(expr.EqZero, l.s.Sub(l.position(fresh), at)))
		}
	}
	value := l.s.Replace(t.Value, m)
	if found == nil {
		return value
	}
	return l.s.Reduce(expr.Sum, l.s.Mul(guard, value), found...)
}

// same returns the condition that two axes of one range have the same value.
func (l *lowering) same(a, b *expr.Node) *expr.Node {
	if !l.isComposite(a) && !l.isComposite(b) {
		return l.s.Cond(expr.EqZero, l.s.Sub(a, b))
	}
	from, to := l.parts(a), l.parts(b)
	if !slices.EqualFunc(from, to, sameRange) {
		return l.s.Cond(expr.EqZero, l.s.Sub(l.position(a), l.position(b)))
	}
	equal := make([]*expr.Node, len(from))
	for k := range from {
		equal[k] = l.s.Cond(expr.EqZero, l.s.Sub(from[k], to[k]))
	}
	return l.s.Mul(equal...)
}

// number returns the number of values of an axis as a number in formulas.
func (l *lowering) number(axis *expr.Node) *expr.Node {
	if !l.isProduct(axis) {
		return l.size(axis)
	}
	var sizes []*expr.Node
	for _, p := range l.parts(axis) {
		sizes = append(sizes, p.Hi())
	}
	return l.s.Mul(sizes...)
}

// open returns t over ordinary indices, with the numbers of those that make one axis.
func (l *lowering) open(t Tensor) Tensor {
	if !l.hasComposite(t.Axes) {
		return t
	}
	t.Groups = make([]int, len(t.Axes))
	for k, a := range t.Axes {
		t.Groups[k] = len(l.parts(a))
	}
	t.Axes = l.flat(t.Axes)
	return t
}

// confined fails where a composite index is in a value, as a number or as part of a sum of indices.
func (l *lowering) confined(at syntax.Expr, value *expr.Node) {
	if len(l.composites) == 0 {
		return
	}
	seen := map[*expr.Node]bool{}
	var visit func(n *expr.Node)
	visit = func(n *expr.Node) {
		if seen[n] {
			return
		}
		seen[n] = true
		if l.composites[n] != nil || l.products[n] != nil {
			size := n
			if n.Kind() == expr.KindIndex {
				size = n.Hi()
			}
			l.advise(at, "it can be a subscript of its own, or be compared with another by == and !=",
				"an index over %s is used in another way than as a subscript", EndText(size))
		}
		for _, a := range n.Args() {
			visit(a)
		}
	}
	visit(value)
}

// regrouped returns advice for sizes that do not agree where one of them is a product.
func (l *lowering) regrouped(a, b *expr.Node) string {
	x, y := l.parts(a), l.parts(b)
	switch {
	case !l.isComposite(a) && !l.isComposite(b):
		return ""
	case l.isComposite(a) && l.isComposite(b):
		if sameFactors(x, y) {
			return fmt.Sprintf("the sizes are equal, but the entries are in groups of other sizes: %s and %s", factors(x), factors(y))
		}
		return ""
	case l.isComposite(b):
		x = y
	}
	if len(x) == 2 { // vec stacks columns: the outer part counts them
		rows, columns := rangeText(x[1]), rangeText(x[0])
		return fmt.Sprintf("%s is the size of vec(X) with X[%s,%s], and of kron(x, y) with x[%s] and y[%s]", factors(x), rows, columns, columns, rows)
	}
	return fmt.Sprintf("%s is the size of another kron of as many factors", factors(x))
}

// factors returns the sizes of parts as text: m*p.
func factors(parts []*expr.Node) string {
	texts := make([]string, len(parts))
	for k, p := range parts {
		texts[k] = factorText(p)
	}
	return strings.Join(texts, "*")
}

// sameFactors reports whether parts have the same sizes in whatever order.
func sameFactors(x, y []*expr.Node) bool {
	sorted := func(parts []*expr.Node) []string {
		var texts []string
		for _, p := range parts {
			texts = append(texts, factorText(p))
		}
		slices.Sort(texts)
		return texts
	}
	return slices.Equal(sorted(x), sorted(y))
}
