package simplify

import (
	"math/big"

	"github.com/seed-9905856d/derive/expr"
)

// maxCancelled bounds the terms of a quotient that the search looks at.
const maxCancelled = 64

// cancelled writes the quotients and sums in x that a ring looks into in lowest terms, with numerator and denominator as sums or as products of
// factors, where that is lighter.
func cancelled(s *expr.Session, x *expr.Node) *expr.Node {
	return regions(s, x, false, true, func(n *expr.Node) *expr.Node {
		if !worthFactors(n) {
			return n
		}
		best := n
		for _, y := range lowestTerms(s, n) {
			if weight(s, y) < weight(s, best) {
				best = y
			}
		}
		return best
	})
}

// worthFactors reports whether there may be anything to cancel or to factor in x: a sum in a denominator, or a sum with powers.
func worthFactors(x *expr.Node) bool {
	seen := map[*expr.Node]bool{}
	var worth func(n *expr.Node) bool
	worth = func(n *expr.Node) bool {
		if seen[n] || !isRegion(n, false) {
			return false
		}
		seen[n] = true
		if n.Kind() == expr.KindPow && n.Args()[0].Kind() == expr.KindAdd && n.Args()[1].Rat().Sign() < 0 {
			return true
		}
		for _, a := range n.Args() {
			if n.Kind() == expr.KindAdd && a.Kind() == expr.KindPow && isRegion(a, false) || worth(a) {
				return true
			}
		}
		return false
	}
	return worth(x)
}

// lowestTerms returns x as a quotient in lowest terms, with sums and with products of factors.
func lowestTerms(s *expr.Session, x *expr.Node) []*expr.Node {
	r, q, ok := lowest(s, x)
	if !ok || len(q.num.Terms())+len(q.den.Terms()) > maxCancelled {
		return nil
	}
	one := big.NewInt(1)
	var out []*expr.Node
	for _, above := range []*expr.Node{r.sum(q.num, one), r.product(q.num)} {
		for _, below := range []*expr.Node{r.sum(q.den, one), r.product(q.den)} {
			out = append(out, s.Div(above, below))
		}
	}
	return out
}

// lowest reads x as a quotient in lowest terms.
func lowest(s *expr.Session, x *expr.Node) (*ring, quotient, bool) {
	r, err := newRing(s, false, x)
	if err != nil {
		return nil, quotient{}, false
	}
	q, err := r.read(x)
	if err != nil {
		return nil, quotient{}, false
	}
	return r, q, true
}
