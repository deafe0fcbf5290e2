package diff

import (
	"errors"

	"github.com/seed-9905856d/derive/expr"
)

// ErrExtremum is the error for the derivative of a maximum or minimum over several indices of anything but entries and functions of them. Those that attain it
// share the derivative equally, and only of such can be told, without rounding, which do.
var ErrExtremum = errors.New("the derivative of a max or min over several indices is supported where it is taken of entries, such as X[i,j] or abs(X[i,j])")

// An extremum is a maximum or minimum taken apart: over indices, outermost first, of the body.
type extremum struct {
	node    *expr.Node
	indices []*expr.Node
	body    *expr.Node
}

// opened returns the extremum n with the indices and bodies that open gives it and, where its body is one of the same kind, those of that.
func opened(n *expr.Node, open func(*expr.Node) *expr.Opening) extremum {
	x := extremum{node: n, body: n}
	for x.body.Kind() == expr.KindReduce && x.body.Op() == n.Op() {
		o := open(x.body)
		x.indices, x.body = append(x.indices, o.Indices...), o.Body
	}
	return x
}

// share returns the part that the entry at the opened indices has in the derivative: those that attain the extremum share it equally. Over one index that
// is hardmax(f)[i], of a minimum hardmax(-f)[i]; over several [f = m]/Σ [f = m], the comparison being written as f ≥ m (≤ for a minimum), which no value
// exceeds. New indices are clear of the given expressions.
func (x extremum) share(s *expr.Session, table Table, clear ...*expr.Node) (*expr.Node, error) {
	if len(x.indices) == 1 {
		f, i := x.body, x.indices[0]
		if x.node.Op() == expr.Min {
			f = s.Neg(f)
		}
		v, before := s.Lambda(f, i), s.Sub(i.Lo(), s.Int(1)) // what stands before the range, which a vector does not have
		if !before.IsZero() {
			k := s.Index("%from1", s.Int(1), s.Sub(i.Hi(), before))
			v = s.Lambda(s.Substitute(f, i, s.Add(k, before)), k)
		}
		return table.Hardmax(s, v, s.Sub(i, before)), nil
	}
	if !plainKey(x.body) {
		return s.Int(0), ErrExtremum
	}
	attains := func(f *expr.Node) *expr.Node {
		if x.node.Op() == expr.Max {
			return s.Cond(expr.GeZero, s.Sub(f, x.node))
		}
		return s.Cond(expr.GeZero, s.Sub(x.node, f))
	}
	clear = append(append(clear, x.node), x.indices...)
	again := opened(x.node, func(n *expr.Node) *expr.Opening {
		o := s.Open(n, clear...)
		clear = append(clear, o.Indices...)
		return o
	})
	return s.Div(attains(x.body), s.Reduce(expr.Sum, attains(again.body), again.indices...)), nil
}

// plainKey reports whether an entry formula is computed in the same way, to the last bit, whatever its indices are called.
func plainKey(n *expr.Node) bool {
	switch n.Kind() {
	case expr.KindEntry, expr.KindConst, expr.KindRat:
		return true
	case expr.KindCall:
		return len(n.Args()) == 1 && plainKey(n.Args()[0])
	case expr.KindIf:
		return n.Args()[0].Kind() == expr.KindCond && expr.IsIndexForm(n.Args()[0].Args()[0]) && plainKey(n.Args()[1]) && plainKey(n.Args()[2])
	case expr.KindAdd:
		return len(n.Args()) == 1 && n.Rat().IsZero() && plainKey(n.Args()[0])
	}
	return false
}
