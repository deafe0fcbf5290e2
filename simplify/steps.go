package simplify

import "github.com/seed-9905856d/derive/expr"

// steps writes parts that are piecewise by the sign of a real expression with [x > 0] as a factor, where both branches are numbers, or one is 0 and
// the other finite everywhere:
//
//	if(x > 0, a, b) = b + (a - b)·[x > 0]
//	if(x >= 0, a, b) = a + (b - a)·[-x > 0]
//
// [x > 0] of a vector is written step(x). Named puts names into each of the products before they become parts of others: x·[x > 0] is relu(x), which a
// sum around it would take apart.
func steps(s *expr.Session, x *expr.Node, named func(*expr.Node) *expr.Node) *expr.Node {
	return s.Map(x, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if n.Kind() != expr.KindIf || args[0].Kind() != expr.KindCond || expr.IsIndexForm(args[0].Args()[0]) {
			return nil, false
		}
		if !total(s, n.Args()[1]) || !total(s, n.Args()[2]) {
			return nil, false
		}
		cond, then, otherwise := args[0], args[1], args[2]
		if cond.Op() == expr.GeZero {
			cond, then, otherwise = s.Not(cond), otherwise, then
		}
		if cond.Kind() != expr.KindCond || cond.Op() != expr.GtZero {
			return nil, false
		}
		if !then.IsZero() && !otherwise.IsZero() && (then.Kind() != expr.KindRat || otherwise.Kind() != expr.KindRat) {
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
