package simplify

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// maxCases bounds the terms of a sum of which each is held against each.
const maxCases = 40

// cases adds terms up that are one thing under conditions of which one always holds:
//
//	f·[c] + f·[not c] = f,    f·[a >= 0] + f·[a <= 0] = f + f·[a == 0].
func cases(s *expr.Session, x *expr.Node) *expr.Node {
	count := 0
	contains(x, func(n *expr.Node) bool {
		if n.Kind() == expr.KindCond {
			count++
		}
		return count > 1
	})
	if count < 2 {
		return x
	}
	return s.Map(x, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if n.Kind() != expr.KindAdd {
			return nil, false
		}
		return allCases(s, s.With(n, args)), true
	})
}

func allCases(s *expr.Session, x *expr.Node) *expr.Node {
	constant, terms := expr.Terms(x)
	if len(terms) > maxCases {
		return x
	}
	for j, b := range terms {
		for i, a := range terms[:j] {
			if !a.Coef.Equal(b.Coef) {
				continue
			}
			y, ok := bothCases(s, a.X, b.X)
			if !ok {
				y, ok = bothCases(s, b.X, a.X)
			}
			if !ok {
				continue
			}
			rest := slices.Delete(slices.Clone(terms), j, j+1)
			rest[i] = expr.Term{Coef: a.Coef, X: y}
			return allCases(s, s.Linear(constant, rest))
		}
	}
	return x
}

// bothCases returns a + b for products that differ in one condition.
func bothCases(s *expr.Session, a, b *expr.Node) (*expr.Node, bool) {
	for _, c := range expr.Factors(a) {
		if c.Kind() != expr.KindCond {
			continue
		}
		rest := without(s, a, c)
		switch {
		case s.Mul(rest, s.Not(c)) == b:
			return rest, true
		case c.Op() == expr.GeZero:
			if opposite := s.Cond(expr.GeZero, s.Neg(c.Args()[0])); s.Mul(rest, opposite) == b {
				return s.Add(rest, s.Mul(rest, s.Cond(expr.EqZero, c.Args()[0]))), true
			}
		}
	}
	return nil, false
}
