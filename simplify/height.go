package simplify

import (
	"math"

	"github.com/seed-9905856d/derive/expr"
)

// heights stands for the heights of a session's nodes.
type heights struct{}

// noHeight is the height of what has no inputs in it: numbers, indices and sizes.
const noHeight = math.MinInt32

// height is how deep calls are nested in n, log being the inverse of exp: then exp(a + b) is as high as exp(a)*exp(b), and exp(b + log(a)) as a*exp(b), so
// that what a pattern without parameters matches is as high as the pattern.
func height(s *expr.Session, n *expr.Node) int { return measure(n, expr.MemoOf[heights, int](s)) }

func measure(n *expr.Node, memo *expr.Memo[int]) int {
	switch n.Kind() {
	case expr.KindRat, expr.KindConst, expr.KindSize, expr.KindIndex:
		return noHeight
	case expr.KindEntry: // whatever its subscripts are
		return 0
	}
	if h, ok := memo.Get(n); ok {
		return h
	}
	h := noHeight
	for _, a := range n.Args() {
		h = max(h, measure(a, memo))
	}
	switch {
	case isCallOf(n, "log"):
		h = raised(h, -1)
	case n.Kind() == expr.KindCall:
		h = raised(h, 1)
	case n.Kind() == expr.KindPow: // exp(a)^k is as high as exp(k*a)
		base := n.Args()[0]
		if isCallOf(base, "exp") || base.Kind() == expr.KindConst && base.Name() == "e" {
			h = max(measure(base, memo), raised(measure(n.Args()[1], memo), 1))
		}
	}
	memo.Set(n, h)
	return h
}

// raised is a height with calls around it; what has no inputs has none.
func raised(h, calls int) int {
	if h == noHeight {
		return h
	}
	return h + calls
}

// rigids stands for what is known of a session's nodes: which of them are rigid.
type rigids struct{}

// isRigid reports whether nothing but n itself is n up to exp(a + b) being exp(a)*exp(b) and the order of the indices of a sum.
func isRigid(s *expr.Session, n *expr.Node) bool {
	memo := expr.MemoOf[rigids, bool](s)
	var visit func(n *expr.Node) bool
	visit = func(n *expr.Node) bool {
		if len(n.Args()) == 0 {
			return n.Kind() != expr.KindConst || n.Name() != "e"
		}
		if r, ok := memo.Get(n); ok {
			return r
		}
		r := n.Kind() != expr.KindReduce && !isCallOf(n, "exp")
		for _, a := range n.Args() {
			r = r && visit(a)
		}
		memo.Set(n, r)
		return r
	}
	return visit(n)
}
