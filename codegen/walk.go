package codegen

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// walk visits n and everything in it once, parts first.
func walk(n *expr.Node, visit func(*expr.Node)) {
	seen := map[*expr.Node]bool{}
	var f func(n *expr.Node)
	f = func(n *expr.Node) {
		if seen[n] {
			return
		}
		seen[n] = true
		for _, a := range n.Args() {
			f(a)
		}
		visit(n)
	}
	f(n)
}

// some reports whether x or something in it satisfies is, which is asked once of each node, the whole first.
func some(x *expr.Node, is func(*expr.Node) bool) bool {
	seen := map[*expr.Node]bool{}
	var f func(n *expr.Node) bool
	f = func(n *expr.Node) bool {
		if seen[n] {
			return false
		}
		seen[n] = true
		return is(n) || slices.ContainsFunc(n.Args(), f)
	}
	return f(x)
}

// has reports whether a node stands in x.
func has(x, part *expr.Node) bool {
	return some(x, func(n *expr.Node) bool { return n == part })
}

// hasCall reports whether a call of a function stands in x.
func hasCall(x *expr.Node, fn *expr.Func) bool {
	return some(x, func(n *expr.Node) bool { return n.Kind() == expr.KindCall && n.Func() == fn })
}
