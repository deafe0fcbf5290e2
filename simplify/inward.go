package simplify

import "github.com/seed-9905856d/derive/expr"

// inward returns a product with its exponentials, and positive entries, inside sums beside them where that makes a name: exp(a)·Σ c/(exp(a) + exp(b)) is
// Σ c·sigmoid(a - b).
func (f *folder) inward(n *expr.Node) *expr.Node {
	for k, sum := range n.Args() {
		if !isSum(sum) || !contains(sum.Body(), isQuotientOfExponentials) {
			continue
		}
		for j, e := range n.Args() {
			if base, _ := baseExponent(f.s, e); !isExp(base) && !(base.Kind() == expr.KindEntry && isDividedByEntry(sum.Body(), base.Symbol()) && f.isPositive(base)) {
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
	return isDivisor(n) && contains(n.Args()[0], isExp)
}

// isDividedByEntry reports whether n has a sum with exponentials and entries of a symbol in a denominator.
func isDividedByEntry(n *expr.Node, of *expr.Symbol) bool {
	return contains(n, func(d *expr.Node) bool {
		return isQuotientOfExponentials(d) && contains(d.Args()[0], func(x *expr.Node) bool { return x.Kind() == expr.KindEntry && x.Symbol() == of })
	})
}

// isDivisor reports whether n is a power of a sum with a negative exponent.
func isDivisor(n *expr.Node) bool {
	return n.Kind() == expr.KindPow && (n.Args()[0].Kind() == expr.KindAdd || isSum(n.Args()[0])) && n.Args()[1].Kind() == expr.KindRat && n.Args()[1].Rat().Sign() < 0
}

func isExp(n *expr.Node) bool { return isCallOf(n, "exp") }
