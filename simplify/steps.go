package simplify

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
)

// steps writes parts that are piecewise by the sign of a real expression with [x > 0] as a factor, where both branches are numbers, or one is 0 and
// the other finite everywhere:
//
//	if(x > 0, a, b) = b + (a - b)·[x > 0]
//	if(x >= 0, a, b) = a + (b - a)·[-x > 0]
//	if(c, a, 0) = a·[c], if(c, 0, b) = b·[not c]
//	[-a <= x]·[x <= a] = [abs(x) <= a] for a number a
//
// [x > 0] of a vector is written step(x), [x >= 0] is 1 - step(-x). Named puts names into each of the products before they become parts of others: x·[x > 0] is relu(x), which a
// sum around it would take apart.
func steps(s *expr.Session, x *expr.Node, named func(*expr.Node) *expr.Node) *expr.Node {
	return s.Map(x, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if n.Kind() == expr.KindMul {
			return betweenOpposites(s, s.With(n, args)), true
		}
		if n.Kind() != expr.KindIf || args[0].Kind() != expr.KindCond || expr.IsIndexForm(args[0].Args()[0]) {
			return nil, false
		}
		if !total(s, n.Args()[1]) || !total(s, n.Args()[2]) {
			return nil, false
		}
		cond, then, otherwise := args[0], args[1], args[2]
		switch {
		case cond.Op() != expr.GtZero && cond.Op() != expr.GeZero:
			return nil, false
		case then.IsZero():
			return named(betweenOpposites(s, s.Mul(otherwise, s.Not(cond)))), true
		case otherwise.IsZero():
			return named(betweenOpposites(s, s.Mul(then, cond))), true
		}
		if cond.Op() == expr.GeZero {
			cond, then, otherwise = s.Not(cond), otherwise, then
		}
		if cond.Kind() != expr.KindCond || cond.Op() != expr.GtZero {
			return nil, false
		}
		if then.Kind() != expr.KindRat || otherwise.Kind() != expr.KindRat {
			return nil, false // exp(x) + (1 - exp(x))·[x > 0] overflows where the branches do not
		}
		return s.Add(otherwise, named(s.Mul(s.Sub(then, otherwise), cond))), true
	})
}

// withSteps returns the pattern for what [steps] makes of its body, or nil where that is the same.
func (p *pattern) withSteps(s *expr.Session) *pattern {
	other := *p
	if other.body = steps(s, p.body, func(y *expr.Node) *expr.Node { return y }); other.body == p.body || !other.findAnchor(s) {
		return nil
	}
	return &other
}

// betweenOpposites returns a product with pairs of conditions that something is between a number and its opposite as conditions on its absolute value.
func betweenOpposites(s *expr.Session, n *expr.Node) *expr.Node {
	factors := expr.Factors(n)
	for j, d := range factors {
		for i, c := range factors[:j] {
			if c.Kind() != expr.KindCond || d.Kind() != expr.KindCond || c.Op() != d.Op() || c.Op() != expr.GtZero && c.Op() != expr.GeZero || expr.IsIndexForm(c.Args()[0]) {
				continue
			}
			half := expr.Frac(1, 2)
			a, x := s.Scale(half, s.Add(c.Args()[0], d.Args()[0])), s.Scale(half, s.Sub(c.Args()[0], d.Args()[0]))
			if constant, _ := termsWithin(x); a.Kind() != expr.KindRat || !constant.IsZero() {
				continue
			}
			rest := slices.Delete(slices.Clone(factors), j, j+1)
			rest[i] = s.Cond(c.Op(), s.Sub(a, formula.Elementary(s, "abs", x)))
			return betweenOpposites(s, s.Mul(rest...))
		}
	}
	return n
}
