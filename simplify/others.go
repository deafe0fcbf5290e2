package simplify

import "github.com/seed-9905856d/derive/expr"

// others writes a product over an index that leaves out one factor as the whole product by that factor, where the formula divides by the whole: no
// factor of it is 0 then. So the gradient of log Π xᵢ is 1/x.
func others(s *expr.Session, x *expr.Node) *expr.Node {
	return s.Map(x, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if n.Kind() != expr.KindMul {
			return nil, false
		}
		divisors := map[*expr.Node]bool{}
		for _, f := range args {
			if f.Kind() == expr.KindReduce && f.Op() == expr.Prod {
				if base, k, ok := s.ProductPower(f); ok && k.Sign() < 0 {
					divisors[base] = true
				}
			}
		}
		if len(divisors) == 0 {
			return nil, false
		}
		factors := make([]*expr.Node, len(args))
		for k, f := range args {
			factors[k] = s.Map(f, args, func(q *expr.Node, _ []*expr.Node) (*expr.Node, bool) {
				whole, left, ok := s.LeavesOut(q)
				if !ok {
					return nil, false
				}
				if base, _, _ := s.ProductPower(whole); !divisors[base] {
					return nil, false
				}
				return s.Div(whole, left), true
			})
		}
		return s.Mul(factors...), true
	})
}
