package simplify

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/expr/ratexp"
)

// logistic writes rational functions of an exponential that are bounded as polynomials in p = sigmoid(z):
//
//	exp(z)·(1 - exp(z))/(1 + exp(z))³ = p·(1 - p)·(1 - 2·p)
//
// The function is whichever of the names stands for exp(z)/(1 + exp(z)) by its definition.
func (z *Simplifier) logistic(x *expr.Node) *expr.Node {
	fn := z.logisticFunction()
	if fn == nil {
		return x
	}
	return z.s.Map(ratexp.Inside(z.s, x, nil), nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if n.Kind() != expr.KindMul {
			return nil, false
		}
		factors := n.Args()
		c, ok := ratexp.Find(factors)
		if !ok || len(c.Members) == 1 {
			return nil, false
		}
		b, ok := c.Bounded()
		if !ok {
			return nil, false
		}
		product := z.inLogistic(b, fn, z.logistic(c.Exponent(z.s)))
		for k := range factors {
			if !slices.Contains(c.Members, k) {
				product = append(product, args[k])
			}
		}
		return z.s.Mul(product...), true
	})
}

// inLogistic returns the factors of a bounded function of t in terms of fn at t or, where that is written without a sign, at -t.
func (z *Simplifier) inLogistic(b ratexp.Bounded, fn *expr.Func, t *expr.Node) []*expr.Node {
	s := z.s
	turned := negative(t)
	if turned {
		t = s.Neg(t)
	}
	p := s.Call(fn, t)
	up, down := p, s.Sub(s.Int(1), p)
	if turned {
		up, down = down, up
	}
	factors := []*expr.Node{s.Pow(up, s.Int(int64(b.Up))), s.Pow(down, s.Int(int64(b.Down)))}
	for _, f := range b.Factors {
		var terms []expr.Term
		for k, c := range f.Polynomial(turned) {
			terms = append(terms, expr.Term{Coef: c, X: s.Pow(p, s.Int(int64(k)))})
		}
		factors = append(factors, s.Pow(s.Linear(expr.Int(0), terms), s.Int(int64(f.Exponent))))
	}
	return factors
}

// logisticFunction returns the first function that is exp(x)/(1 + exp(x)) of its argument x, or nil.
func (z *Simplifier) logisticFunction() *expr.Func {
	for _, p := range z.patterns {
		if p.fn == nil || len(p.params) != 1 || len(p.params[0].Dims) > 0 || len(p.indices) > 0 {
			continue
		}
		factors := expr.Factors(p.body)
		c, ok := ratexp.Find(factors)
		if !ok || len(c.Members) != len(factors) || c.Exponent(z.s) != z.s.Entry(p.params[0]) {
			continue
		}
		if b, ok := c.Bounded(); ok && b.Up == 1 && b.Down == 0 && len(b.Factors) == 0 {
			return p.fn
		}
	}
	return nil
}
