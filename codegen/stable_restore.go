package codegen

import (
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/expr/ratexp"
)

// restore puts exponentials back into the sums that canonical form has taken them out of, so that exp(-2·z)·(t·exp(z) - a) is
// exp(-z)·(t - a·exp(-z)), which needs one exponential, not two, and keeps the difference as it was written.
func (st *stabiliser) restore(v *expr.Node, clear []*expr.Node) *expr.Node {
	s := st.s
	return s.Map(v, clear, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if n.Kind() != expr.KindMul {
			return nil, false
		}
		sums, members, left := ratexp.Sums(s, args, nil)
		if len(sums) == 0 {
			return nil, false
		}
		factors := ratexp.Rest(s, args, members, left)
		for _, p := range sums {
			factors = append(factors, s.Pow(st.termwise(p.Node), s.Rat(p.Exponent)))
		}
		return s.Mul(factors...), true
	})
}

// termwise joins the exponentials of each term of a sum.
func (st *stabiliser) termwise(sum *expr.Node) *expr.Node {
	s := st.s
	constant, terms := expr.Terms(sum)
	for k, t := range terms {
		if x, rest := st.exponents(expr.Factors(t.X)); !x.IsZero() {
			terms[k].X = s.Mul(append(rest, s.Call(fnExp, x))...)
		}
	}
	return s.Linear(constant, terms)
}
