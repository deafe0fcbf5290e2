package simplify

import (
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
)

// absolute writes a power of an even power as a power of the absolute value: sqrt(x^2) is abs(x). In products it uses
// sign(x)/abs(x) = 1/x, x/abs(x) = sign(x) and x*sign(x) = abs(x), where they are defined.
func absolute(s *expr.Session, x *expr.Node) *expr.Node {
	return s.Map(x, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if n.Kind() == expr.KindMul {
			return withoutSigns(s, s.Mul(args...))
		}
		if n.Kind() != expr.KindPow || args[0].Kind() != expr.KindPow || args[1].Kind() != expr.KindRat {
			return nil, false
		}
		base, inner := args[0].Args()[0], args[0].Args()[1]
		if k, ok := inner.Rat().Int64(); inner.Kind() != expr.KindRat || !ok || k%2 != 0 {
			return nil, false
		}
		return s.Pow(formula.Elementary(s, "abs", base), s.Mul(inner, args[1])), true
	})
}

// withoutSigns takes the sign of x out of a product where x or its absolute value is there as well.
func withoutSigns(s *expr.Session, n *expr.Node) (*expr.Node, bool) {
	bases, exponents := powersOf(s, n)
	one := expr.Int(1)
	each := func(name string, rule func(b, x, abs *expr.Node) bool, result func(b, x, abs *expr.Node) *expr.Node) (*expr.Node, bool) {
		for _, b := range bases {
			if b.Kind() != expr.KindCall || b.Func().Arity != 1 || b.Func().Name != name {
				continue
			}
			if x := b.Args()[0]; rule(b, x, formula.Elementary(s, "abs", x)) {
				return result(b, x, formula.Elementary(s, "abs", x)), true
			}
		}
		return nil, false
	}
	if y, ok := each("sign", func(b, _, abs *expr.Node) bool { return exponents[b].Equal(one) && exponents[abs].Sign() < 0 },
		func(b, x, abs *expr.Node) *expr.Node { return s.Mul(n, s.Inv(b), abs, s.Inv(x)) }); ok {
		return y, true
	}
	if y, ok := each("sign", func(b, x, _ *expr.Node) bool { return exponents[b].Equal(one) && exponents[x].Equal(one) },
		func(b, x, abs *expr.Node) *expr.Node { return s.Mul(n, s.Inv(x), s.Inv(b), abs) }); ok {
		return y, true
	}
	if y, ok := each("abs", func(b, x, _ *expr.Node) bool { return exponents[b].Equal(one.Neg()) && exponents[x].Equal(one) },
		func(_, x, abs *expr.Node) *expr.Node {
			return s.Mul(n, s.Inv(x), abs, formula.Elementary(s, "sign", x))
		}); ok {
		return y, true
	}
	return n, true
}
