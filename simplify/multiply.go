package simplify

import "github.com/seed-9905856d/derive/expr"

// Bounds on what is multiplied out to show that it is 0.
const (
	maxPower   = 12
	maxProduct = 4000 // terms
)

// multiplied multiplies products and powers of sums out wherever they stand, those of sums over indices inside such sums as well, and
// takes even powers of absolute values for powers.
func (z *Simplifier) multiplied(x *expr.Node) *expr.Node {
	s := z.s
	return s.Map(expand(s, x), nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		switch n.Kind() {
		case expr.KindPow:
			k, ok := args[1].Rat().Int64()
			if args[1].Kind() != expr.KindRat || !ok || k < 2 || k > maxPower {
				return nil, false
			}
			if base := args[0]; base.Kind() == expr.KindCall && base.Func().Name == "abs" && base.Func().Arity == 1 && k%2 == 0 {
				return s.Pow(base.Args()[0], args[1]), true
			}
			if args[0].Kind() != expr.KindAdd {
				return nil, false
			}
			product := s.Int(1)
			for range k {
				product = timesSum(s, product, args[0])
			}
			return product, true
		case expr.KindMul:
			product := s.Int(1)
			for _, f := range args {
				product = timesSum(s, product, f)
			}
			return product, true
		case expr.KindReduce:
			if n.Op() == expr.Sum {
				return openPowers(s, n)
			}
		}
		return nil, false
	})
}

// timesSum returns the product of two sums multiplied out, as long as it is not too large.
func timesSum(s *expr.Session, a, b *expr.Node) *expr.Node {
	c, ts := expr.Terms(a)
	d, us := expr.Terms(b)
	if len(ts)*len(us) > maxProduct || len(ts)+len(us) < 3 && c.IsZero() && d.IsZero() {
		return s.Mul(a, b)
	}
	if !c.IsZero() {
		ts = append(ts, expr.Term{Coef: c, X: s.Int(1)})
	}
	if !d.IsZero() {
		us = append(us, expr.Term{Coef: d, X: s.Int(1)})
	}
	var out []expr.Term
	for _, t := range ts {
		for _, u := range us {
			out = append(out, expr.Term{Coef: t.Coef.Mul(u.Coef), X: s.Mul(t.X, u.X)})
		}
	}
	return s.Linear(expr.Int(0), out)
}

// openPowers writes a square of a sum inside a sum as a sum over two more indices: Σᵢ (Σⱼ aᵢⱼ)² = Σᵢⱼₖ aᵢⱼ·aᵢₖ.
func openPowers(s *expr.Session, n *expr.Node) (*expr.Node, bool) {
	o := s.Open(n)
	body, indices, found := o.Body, o.Indices, false
	for _, f := range expr.Factors(o.Body) {
		base, exponent := baseExponent(s, f)
		k, ok := exponent.Rat().Int64()
		if exponent.Kind() != expr.KindRat || !ok || k < 2 || k > 4 || base.Kind() != expr.KindReduce || base.Op() != expr.Sum || !dependsOnAny(base, o.Indices) {
			continue
		}
		found = true
		body = s.Mul(body, s.Pow(f, s.Int(-1)))
		for range k {
			inner := s.Open(base, append([]*expr.Node{body}, indices...)...)
			body, indices = s.Mul(body, inner.Body), append(indices[:len(indices):len(indices)], inner.Indices...)
		}
	}
	if !found {
		return nil, false
	}
	return s.Reduce(expr.Sum, body, indices...), true
}

// squaresOpened writes squares of sums inside sums over more indices, wherever they stand.
func squaresOpened(s *expr.Session, x *expr.Node) *expr.Node {
	return s.Map(x, nil, func(n *expr.Node, _ []*expr.Node) (*expr.Node, bool) {
		if n.Kind() != expr.KindReduce || n.Op() != expr.Sum {
			return nil, false
		}
		return openPowers(s, n)
	})
}
