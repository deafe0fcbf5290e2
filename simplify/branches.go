package simplify

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// branches resolves piecewise parts inside the branches of others, conditions beside which they stand as factors, and what depends on a sign that a
// condition says; pieces that meet become absolute values or pieces of one.
func branches(s *expr.Session, x *expr.Node) *expr.Node {
	if contains(x, isCondition) {
		x = s.Map(x, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
			if n.Kind() != expr.KindMul {
				return nil, false
			}
			return besideConditions(s, s.With(n, args)), true
		})
	}
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
		case expr.KindMul:
			return withExponentials(s, s.With(n, args)), true
		case expr.KindAdd:
			return opposite(s, byAbsoluteValue(s, underOneCondition(s, s.With(n, args)))), true
		}
		return nil, false
	})
}

// besideConditions returns a product with its factors as they are where the conditions among them hold: [c]·log(x·[c]) is [c]·log(x).
func besideConditions(s *expr.Session, n *expr.Node) *expr.Node {
	factors := slices.Clone(expr.Factors(n))
	changed := false
	for _, c := range expr.Factors(n) {
		if !isCondition(c) {
			continue
		}
		for k, f := range factors {
			if isCondition(f) {
				continue
			}
			if y := assuming(s, f, c, true); y != f {
				factors[k], changed = y, true
			}
		}
	}
	if !changed {
		return n
	}
	return s.Mul(factors...)
}

func isCondition(n *expr.Node) bool { return n.Kind() == expr.KindCond }

// withExponentials returns a product with its exponentials in the branches of a piecewise factor where they meet others: exp(x)·if(c, 1/exp(x), y) is
// if(c, 1, y·exp(x)).
func withExponentials(s *expr.Session, n *expr.Node) *expr.Node {
	for k, part := range expr.Factors(n) {
		if part.Kind() != expr.KindIf {
			continue
		}
		for j, e := range expr.Factors(n) {
			if base, _ := baseExponent(s, e); !isExp(base) {
				continue
			}
			inside := s.If(part.Args()[0], s.Mul(e, part.Args()[1]), s.Mul(e, part.Args()[2]))
			if weight(s, inside) >= weight(s, part)+weight(s, e) {
				continue
			}
			rest := slices.Clone(expr.Factors(n))
			rest[k] = inside
			return withExponentials(s, s.Mul(slices.Delete(rest, j, j+1)...))
		}
	}
	return n
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
