package simplify

import "github.com/seed-9905856d/derive/expr"

// inward returns a product with its exponentials inside sums beside them where that makes a name: exp(a)·Σ c/(exp(a) + exp(b)) is Σ c·sigmoid(a - b).
func (f *folder) inward(n *expr.Node) *expr.Node {
	for k, sum := range n.Args() {
		if !isSum(sum) || !contains(sum.Body(), isQuotientOfExponentials) {
			continue
		}
		for j, e := range n.Args() {
			if base, _ := baseExponent(f.s, e); !isExp(base) {
				continue
			}
			o := f.s.Open(sum, n)
			apart := f.fold(o.Body)
			body := f.fold(f.s.Mul(o.Body, e))
			if weight(f.s, body) > weight(f.s, apart) {
				continue
			}
			factors := []*expr.Node{f.s.Reduce(expr.Sum, body, o.Indices...)}
			for l, x := range n.Args() {
				if l != k && l != j {
					factors = append(factors, f.factor(x))
				}
			}
			return f.s.Mul(factors...)
		}
	}
	return n
}

// isQuotientOfExponentials reports whether n is a power with a negative exponent of a sum with exponentials.
func isQuotientOfExponentials(n *expr.Node) bool {
	if n.Kind() != expr.KindPow || n.Args()[0].Kind() != expr.KindAdd || n.Args()[1].Kind() != expr.KindRat || n.Args()[1].Rat().Sign() >= 0 {
		return false
	}
	return contains(n.Args()[0], isExp)
}

func isExp(n *expr.Node) bool { return isCallOf(n, "exp") }
