package simplify

import (
	"github.com/seed-9905856d/derive/expr"
)

// branches resolves piecewise parts inside the branches of others, and what depends on a sign that their condition says; pieces that meet become absolute
// values or pieces of one.
func branches(s *expr.Session, x *expr.Node) *expr.Node {
	if !contains(x, isPiecewise) {
		return x
	}
	x = s.Map(x, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if n.Kind() != expr.KindIf || args[0].Kind() != expr.KindCond {
			return nil, false
		}
		then, otherwise := assuming(s, args[1], args[0], true), assuming(s, args[2], args[0], false)
		if then.IsZero() && otherwise.IsOne() {
			return s.Not(args[0]), true
		}
		return s.If(args[0], then, otherwise), true
	})
	x = (&bounds{s: s, used: map[int]bool{}}).signed(x)
	return s.Map(x, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		switch n.Kind() {
		case expr.KindIf:
			return byAbsoluteValue(s, s.If(args[0], args[1], args[2])), true
		case expr.KindAdd:
			return opposite(s, byAbsoluteValue(s, underOneCondition(s, s.With(n, args)))), true
		}
		return nil, false
	})
}

// isPiecewise reports whether n is piecewise, or a condition on numbers.
func isPiecewise(n *expr.Node) bool {
	return n.Kind() == expr.KindIf || n.Kind() == expr.KindCond && !expr.IsIndexForm(n.Args()[0])
}

// opposite returns a·[not c] for a - a·[c], of a number a.
func opposite(s *expr.Session, n *expr.Node) *expr.Node {
	constant, terms := expr.Terms(n)
	if len(terms) == 1 && terms[0].Coef.Equal(constant.Neg()) && terms[0].X.Kind() == expr.KindCond && isPiecewise(terms[0].X) {
		return s.Scale(constant, s.Not(terms[0].X))
	}
	return n
}

// assuming rewrites x where a condition is known to hold or not to hold.
func assuming(s *expr.Session, x, cond *expr.Node, holds bool) *expr.Node {
	yes, no := s.Int(1), s.Int(0)
	if !holds {
		yes, no = no, yes
	}
	opposite := s.Not(cond)
	if !mentions(x, cond) && !mentions(x, opposite) {
		return x
	}
	return s.Map(x, []*expr.Node{cond}, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		switch n {
		case cond:
			return yes, true
		case opposite:
			return no, true
		}
		return nil, false
	})
}
