package simplify

import (
	"github.com/seed-9905856d/derive/expr"
)

// isRegion reports whether a ring looks into x, one with inverses if that is said.
func isRegion(x *expr.Node, inverses bool) bool {
	switch x.Kind() {
	case expr.KindAdd:
		return true
	case expr.KindMul:
		return !guarded(x)
	case expr.KindPow:
		e := x.Args()[1]
		return e.Kind() == expr.KindRat && e.Rat().IsInt() && (!inverses || e.Rat().Sign() > 0)
	}
	return false
}

// regions rewrites every largest part of x that a ring looks into, from the inside out: in sums over indices, branches and, where calls is set, arguments
// of functions as well.
func regions(s *expr.Session, x *expr.Node, inverses, calls bool, rewrite func(*expr.Node) *expr.Node) *expr.Node {
	memo, parts := map[*expr.Node]*expr.Node{}, map[*expr.Node]*expr.Node{}
	var whole, part func(n *expr.Node) *expr.Node
	// part rebuilds what is inside a region.
	part = func(n *expr.Node) *expr.Node {
		if !isRegion(n, inverses) {
			return whole(n)
		}
		if y, ok := parts[n]; ok {
			return y
		}
		parts[n] = n
		args := make([]*expr.Node, len(n.Args()))
		changed := false
		for k, a := range n.Args() {
			if n.Kind() == expr.KindPow && k == 1 {
				args[k] = a
				continue
			}
			args[k] = part(a)
			changed = changed || args[k] != a
		}
		if changed {
			parts[n] = s.With(n, args)
		}
		return parts[n]
	}
	whole = func(n *expr.Node) *expr.Node {
		if y, ok := memo[n]; ok {
			return y
		}
		y := n
		switch {
		case isRegion(n, inverses):
			y = part(n)
		case n.Kind() == expr.KindReduce && !expr.IsLambda(n):
			o := s.Open(n)
			if body := whole(o.Body); body != o.Body {
				y = s.Reduce(n.Op(), body, o.Indices...)
			}
		case n.Kind() == expr.KindIf:
			y = s.If(n.Args()[0], whole(n.Args()[1]), whole(n.Args()[2]))
		case n.Kind() == expr.KindMul: // with a condition
			args := make([]*expr.Node, len(n.Args()))
			for k, a := range n.Args() {
				args[k] = whole(a)
			}
			y = s.Mul(args...)
		case n.Kind() == expr.KindPow: // a root or a symbolic exponent
			y = s.Pow(whole(n.Args()[0]), whole(n.Args()[1]))
		case n.Kind() == expr.KindCall && n.Func().Ranks == nil && calls:
			args := make([]*expr.Node, len(n.Args()))
			for k, a := range n.Args() {
				args[k] = whole(a)
			}
			y = s.With(n, args)
		}
		if isRegion(y, inverses) {
			y = rewrite(y)
		}
		memo[n] = y
		return y
	}
	return whole(x)
}
