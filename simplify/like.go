package simplify

import (
	"math/big"
	"strconv"
	"strings"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/syntax"
)

// manyBinders is the number of indices from which on equal sums may have several stored forms, since not all orders of the indices are tried.
const manyBinders = 5

// alike makes one of sums over many indices that matrix notation writes alike, such as a product of twelve equal matrices from its several stored forms.
func (z *Simplifier) alike(x *expr.Node) *expr.Node {
	first := map[string]*expr.Node{}
	memo := map[*expr.Node]*expr.Node{}
	seen := map[*expr.Node]bool{}
	var visit func(n *expr.Node)
	visit = func(n *expr.Node) {
		if seen[n] {
			return
		}
		seen[n] = true
		switch n.Kind() {
		case expr.KindAdd, expr.KindMul, expr.KindPow:
			for _, a := range n.Args() {
				visit(a)
			}
		case expr.KindReduce:
			if n.Op() != expr.Sum || len(n.Binders()) < manyBinders || len(n.Free()) > 2 {
				return
			}
			text, ok := z.reader.Syntax(n, n.Free())
			if !ok {
				return
			}
			var key strings.Builder
			for _, i := range n.Free() {
				key.WriteString(strconv.Itoa(int(i.ID())) + ",")
			}
			key.WriteString(syntax.Print(text))
			if same, known := first[key.String()]; known {
				memo[n] = same
			} else {
				first[key.String()] = n
			}
		}
	}
	visit(x)
	if len(memo) == 0 {
		return x
	}
	return z.s.Rebuild(x, memo)
}

// heavySum is the weight from which on a sum is worth multiplying out to see what becomes of it.
const heavySum = 2000

// collected multiplies a heavy sum out where like terms then leave less than half of it.
func collected(s *expr.Session, x *expr.Node) *expr.Node {
	w := weight(x)
	if w < heavySum {
		return x
	}
	return regions(s, x, true, false, func(n *expr.Node) *expr.Node {
		r, err := newRing(s, true, n)
		if err != nil {
			return n
		}
		q, err := r.read(n)
		if err != nil {
			return n
		}
		if y := r.sum(q.num, new(big.Int).Set(q.den.Lead())); weight(y) < weight(n)/2 {
			return y
		}
		return n
	})
}
