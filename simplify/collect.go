package simplify

import (
	"math/big"

	"github.com/seed-9905856d/derive/expr"
)

// heavySum is the weight from which on a sum is worth multiplying out to see what becomes of it.
const heavySum = 2000

// collected multiplies a heavy sum out where like terms then leave less than half of it.
func collected(s *expr.Session, x *expr.Node) *expr.Node {
	w := weight(s, x)
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
		if y := r.sum(q.num, new(big.Int).Set(q.den.Lead())); weight(s, y) < weight(s, n)/2 {
			return y
		}
		return n
	})
}
