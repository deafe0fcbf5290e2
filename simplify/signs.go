package simplify

import (
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
)

// maxSigns bounds the signs and absolute values that are taken out of one product.
const maxSigns = 8

// absolute writes a power of an even power as a power of the absolute value, sqrt(x^2) as abs(x), and an even power of an absolute value as one of
// the number. In products it uses sign(x)/abs(x) = 1/x, x/abs(x) = sign(x), x*sign(x) = abs(x), abs(x)*sign(x) = x and x^2/abs(x) = abs(x), where they are
// defined.
func absolute(s *expr.Session, x *expr.Node) *expr.Node {
	return s.Map(x, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if n.Kind() == expr.KindMul {
			x := s.Mul(args...)
			for range maxSigns {
				y := withoutSigns(s, x)
				if y == x {
					break
				}
				x = y
			}
			return x, true
		}
		if n.Kind() == expr.KindPow && isAbsolute(args[0]) && args[1].Kind() == expr.KindRat {
			if k, ok := args[1].Rat().Int64(); ok && k%2 == 0 {
				return s.Pow(args[0].Args()[0], args[1]), true
			}
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

// isAbsolute reports whether x is the absolute value of a number.
func isAbsolute(x *expr.Node) bool {
	return x.Kind() == expr.KindCall && x.Func().Arity == 1 && x.Func().Name == "abs"
}

// withoutSigns takes the sign of x out of a product where x or its absolute value is there as well.
func withoutSigns(s *expr.Session, n *expr.Node) *expr.Node {
	powers := powersOf(s, n)
	one := expr.Int(1)
	each := func(name string, rule func(b, x, abs *expr.Node) bool, result func(b, x, abs *expr.Node) *expr.Node) (*expr.Node, bool) {
		for _, b := range powers.bases {
			if b.Kind() != expr.KindCall || b.Func().Arity != 1 || b.Func().Name != name {
				continue
			}
			if x := b.Args()[0]; rule(b, x, formula.Elementary(s, "abs", x)) {
				return result(b, x, formula.Elementary(s, "abs", x)), true
			}
		}
		return nil, false
	}
	if y, ok := each("sign", func(b, _, abs *expr.Node) bool {
		return powers.exponent(b).Equal(one) && powers.exponent(abs).Sign() < 0
	},
		func(b, x, abs *expr.Node) *expr.Node { return s.Mul(n, s.Inv(b), abs, s.Inv(x)) }); ok {
		return y
	}
	if y, ok := each("sign", func(b, x, _ *expr.Node) bool {
		return powers.exponent(b).IsInt() && powers.exponent(b).Sign() > 0 && powers.exponent(x).Equal(one)
	},
		func(b, x, abs *expr.Node) *expr.Node { return s.Mul(n, s.Inv(x), s.Inv(b), abs) }); ok {
		return y
	}
	if y, ok := each("abs", func(b, x, _ *expr.Node) bool {
		return powers.exponent(b).Equal(one.Neg()) && powers.exponent(x).Equal(one)
	},
		func(_, x, abs *expr.Node) *expr.Node {
			return s.Mul(n, s.Inv(x), abs, formula.Elementary(s, "sign", x))
		}); ok {
		return y
	}
	if y, ok := each("sign", func(b, _, abs *expr.Node) bool {
		return powers.exponent(b).Equal(one) && powers.exponent(abs).Equal(one)
	},
		func(b, x, abs *expr.Node) *expr.Node { return s.Mul(n, s.Inv(b), s.Inv(abs), x) }); ok {
		return y
	}
	// The even part of a power of x joins a power of abs(x) in the denominator.
	if y, ok := each("abs", func(b, x, _ *expr.Node) bool {
		return powers.exponent(b).Sign() < 0 && powers.exponent(x).IsInt() && powers.exponent(x).Cmp(expr.Int(1)) > 0
	}, func(b, x, _ *expr.Node) *expr.Node {
		k, _ := powers.exponent(x).Int64()
		even := s.Int(k - k%2)
		return s.Mul(n, s.Pow(x, s.Neg(even)), s.Pow(b, even))
	}); ok {
		return y
	}
	return n
}
