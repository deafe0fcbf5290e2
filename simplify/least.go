package simplify

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// The least costs of what is printed, see [notation.Cost].
const (
	tensorCost  = 3 // and 1 for each index
	callCost    = 2
	condCost    = 5 // [a == b]
	bracketCost = 2 // of which those are the brackets
	chainCost   = 2 // of another condition in [a <= b <= c]
	ifCost      = 6 // with a condition of 1
	maxLeast    = 1 << 29
)

// leastKey stands for the least costs of a session's nodes.
type leastKey struct{}

// leastCost returns a number that what [expr.Syntax] makes of n costs at least, found without making it: every name, operator and call counts, numbers that
// stand before something do not.
func leastCost(s *expr.Session, n *expr.Node) int {
	memo := expr.MemoOf[leastKey, int](s)
	c, ok := memo.Get(n)
	if !ok {
		c = min(newLeastCost(s, n), maxLeast)
		memo.Set(n, c)
	}
	return c
}

func newLeastCost(s *expr.Session, n *expr.Node) int {
	all := func(xs []*expr.Node) int {
		c := 0
		for _, x := range xs {
			c = min(c+leastCost(s, x), maxLeast)
		}
		return c
	}
	switch n.Kind() {
	case expr.KindEntry:
		return 1 + all(n.Args())
	case expr.KindCond:
		return condCost
	case expr.KindIf:
		return ifCost + all(n.Args()[1:])
	case expr.KindAdd:
		c := len(n.Args()) - 1 + all(n.Args())
		if !n.Rat().IsZero() {
			c += 2
		}
		return c - sumsTogether(n)
	case expr.KindMul:
		c := len(n.Args()) - 1 + all(n.Args())
		conds := 0
		for _, f := range n.Args() {
			if f.Kind() == expr.KindCond {
				conds++
			}
		}
		return c - max(0, conds-1)*(condCost+1-chainCost)
	case expr.KindPow:
		if n.Args()[1].Kind() == expr.KindRat {
			return leastCost(s, n.Args()[0])
		}
		return 1 + all(n.Args())
	case expr.KindCall:
		return callCost + all(n.Args())
	case expr.KindReduce:
		if expr.IsLambda(n) && n.Body().Kind() == expr.KindEntry { // a symbol, or a part of one
			return 1
		}
		body, left := n.Body(), 0
		for n.Op() == expr.Prod && body.Kind() == expr.KindIf && body.Args()[2].IsOne() { // prod[i | a != b](body)
			body, left = body.Args()[1], left+condCost-bracketCost
		}
		return tensorCost + len(n.Binders()) + left + leastCost(s, body)
	}
	return 1
}

// sumsTogether returns what a sum costs less since sums over the same indices among its terms are printed as one.
func sumsTogether(n *expr.Node) int {
	less := 0
	for k, x := range n.Args() {
		if isSum(x) && slices.ContainsFunc(n.Args()[:k], func(y *expr.Node) bool { return isSum(y) && slices.Equal(x.Binders(), y.Binders()) }) {
			less += tensorCost + len(x.Binders())
		}
	}
	return less
}
