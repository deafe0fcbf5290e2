package simplify

import "github.com/seed-9905856d/derive/expr"

// weights stands for the weights of a session's nodes.
type weights struct{}

// weight is what a person pays to read an expression, on the tree that it stands for: names are cheap, calls dearer,
// sums and conditions dearer still. It saturates.
func weight(s *expr.Session, n *expr.Node) int {
	return weigh(n, expr.MemoOf[weights, int](s))
}

// nodes returns the number of nodes that n shares among its parts.
func nodes(n *expr.Node) int {
	var seen expr.Memo[bool]
	var visit func(n *expr.Node)
	visit = func(n *expr.Node) {
		if _, ok := seen.Get(n); !ok {
			seen.Set(n, true)
			for _, a := range weighed(n) {
				visit(a)
			}
		}
	}
	visit(n)
	return seen.Len()
}

const maxWeight = 1 << 40

func weigh(n *expr.Node, memo *expr.Memo[int]) int {
	if w, ok := memo.Get(n); ok {
		return w
	}
	w := ownWeight(n)
	for _, a := range weighed(n) {
		w += weigh(a, memo)
	}
	if expr.IsLambda(n) { // a tensor of few entries is read as those entries
		for _, b := range n.Binders() {
			if k, ok := b.Hi().Rat().Int64(); b.Hi().Kind() == expr.KindRat && ok && k <= maxUnrolled {
				w *= int(k)
			}
		}
	}
	w = min(w, maxWeight)
	memo.Set(n, w)
	return w
}

// weighed returns the parts of n that add to its weight.
func weighed(n *expr.Node) []*expr.Node {
	switch n.Kind() {
	case expr.KindIndex:
		return nil
	case expr.KindReduce:
		return n.Args()[len(n.Binders()):]
	case expr.KindPow:
		if n.Args()[1].Kind() == expr.KindRat {
			return n.Args()[:1]
		}
	}
	return n.Args()
}

// ownWeight is what n adds to the weight of its parts.
func ownWeight(n *expr.Node) int {
	w := 0
	switch n.Kind() {
	case expr.KindIndex, expr.KindSize, expr.KindConst:
		return 1
	case expr.KindRat:
		if k, ok := n.Rat().Int64(); !ok || k < -9 || k > 9 {
			return 2
		}
		return 1
	case expr.KindEntry, expr.KindCall:
		return 2
	case expr.KindCond, expr.KindIf:
		return 4
	case expr.KindReduce:
		if !expr.IsLambda(n) {
			return 4
		}
	case expr.KindPow:
		switch e := n.Args()[1]; {
		case e.Kind() != expr.KindRat || e.Rat().Equal(expr.Int(-1)):
			return 1
		case e.Rat().Sign() < 0:
			return 3
		}
		return 2
	case expr.KindAdd:
		w = len(n.Args()) - 1
		if !n.Rat().IsZero() {
			w += 2
		}
		for _, c := range n.Coefs() {
			if k, ok := c.Int64(); !ok || k > 1 || k < -1 {
				w += 2
			}
		}
	case expr.KindMul:
		w = len(n.Args()) - 1
	}
	return w
}
