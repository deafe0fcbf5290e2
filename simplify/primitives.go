package simplify

import (
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
)

// byPrimitives returns the lightest of what x is with one of the functions of [primitives] written by others; x itself if none of them is lighter.
func (p *pass) byPrimitives(x *expr.Node) *expr.Node {
	if !contains(x, isElementary) && !contains(x, func(n *expr.Node) bool { return isCallOf(n, "beta") }) {
		return x
	}
	best, least := x, weight(p.z.s, x)
	for _, r := range primitives {
		y := p.z.rewritten(x, r.of)
		if y == x {
			continue
		}
		y = p.facts.apply(y)
		for _, form := range []*expr.Node{y, expand(p.z.s, y), factor(p.z.s, y), deepTogether(p.z.s, y)} {
			if w := weight(p.z.s, form); w < least {
				best, least = form, w
			}
		}
	}
	return best
}

// exponents multiplies the arguments of exponentials out, so that exp((log(x) + a)^2 - log(x)^2 - a^2) is x^(2*a).
func exponents(s *expr.Session, x *expr.Node) *expr.Node {
	if !contains(x, hasProductInExp) {
		return x
	}
	y := s.Map(x, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if !hasProductInExp(n) {
			return nil, false
		}
		return formula.Elementary(s, "exp", expand(s, args[0])), true
	})
	return inverted(s, y)
}

// hasProductInExp reports whether n is an exponential of a product or power of sums.
func hasProductInExp(n *expr.Node) bool {
	if !isCallOf(n, "exp") {
		return false
	}
	return contains(n.Args()[0], func(m *expr.Node) bool {
		if m.Kind() == expr.KindMul {
			for _, f := range m.Args() {
				if f.Kind() == expr.KindAdd {
					return true
				}
			}
		}
		_, ok := squareOfSum(m)
		return ok
	})
}
