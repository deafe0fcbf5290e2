package codegen

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// maxCentred bounds the terms of a sum among which two are looked for to be centred.
const maxCentred = 16

// centre writes a sum of products less a product of sums as a sum of products with what is centred, since their digits cancel:
//
//	a·Σⱼ pⱼ·qⱼ - b·(Σⱼ pⱼ)·(Σⱼ rⱼ) = Σⱼ pⱼ·(a·qⱼ - b·Σᵢ rᵢ)
//
// With pⱼ weights that add up to 1 and rⱼ = pⱼ·qⱼ, which is what derivatives of softmax come to, it is a covariance in two passes.
func (st *stabiliser) centre(v *expr.Node, clear []*expr.Node) *expr.Node {
	s := st.s
	return s.Map(v, clear, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if n.Kind() != expr.KindAdd || len(args) > maxCentred {
			return nil, false
		}
		x := s.With(n, args)
		for x.Kind() == expr.KindAdd {
			y, ok := st.centred(x, clear)
			if !ok {
				break
			}
			x = y
		}
		return x, true
	})
}

// centred centres the first two terms of a sum that can be, by the product whose other factor has the fewest indices.
func (st *stabiliser) centred(x *expr.Node, clear []*expr.Node) (*expr.Node, bool) {
	s := st.s
	constant, terms := expr.Terms(x)
	for i, a := range terms {
		for j, b := range terms {
			if a.Coef.Sign()*b.Coef.Sign() >= 0 || len(sumsAmong(b.X)) < 2 {
				continue
			}
			var best *expr.Node
			fewest := 0
			for _, f := range sumsAmong(a.X) {
				for _, p := range sumsAmong(b.X) {
					if f == p {
						continue // what is common is taken out elsewhere
					}
					rest := s.Div(b.X, p)
					y, ok := st.around(a, f, b, p, rest, clear)
					if ok && (best == nil || len(rest.Free()) < fewest) {
						best, fewest = y, len(rest.Free())
					}
				}
			}
			if best == nil {
				continue
			}
			kept := []expr.Term{{Coef: expr.Int(1), X: best}}
			for k, t := range terms {
				if k != i && k != j {
					kept = append(kept, t)
				}
			}
			return s.Linear(constant, kept), true
		}
	}
	return nil, false
}

// sumsAmong returns the sums among the factors of a product, a square of one as often as it stands in it.
func sumsAmong(x *expr.Node) []*expr.Node {
	var sums []*expr.Node
	for _, f := range expr.Factors(x) {
		base, power := powerOf(f)
		if base.Kind() != expr.KindReduce || base.Op() != expr.Sum {
			continue
		}
		if times, ok := power.Int64(); ok && times > 0 {
			sums = append(sums, slices.Repeat([]*expr.Node{base}, int(min(times, 2)))...)
		}
	}
	return sums
}

// around returns Σⱼ pⱼ·(a·qⱼ + rest) for the sum f = Σⱼ pⱼ·qⱼ among the factors of a, p = Σⱼ pⱼ, and b = p·rest. It is not ok where the factors of pⱼ are
// not all among those of f.
func (st *stabiliser) around(a expr.Term, f *expr.Node, b expr.Term, p, rest *expr.Node, clear []*expr.Node) (*expr.Node, bool) {
	s := st.s
	apart := append(slices.Clone(clear), a.X, b.X)
	whole := s.Open(f, apart...)
	part := s.Open(p, append(apart, whole.Indices...)...)
	if len(part.Indices) != 1 {
		return nil, false
	}
	for _, i := range whole.Indices {
		j := part.Indices[0]
		if i.Lo() != j.Lo() || i.Hi() != j.Hi() {
			continue
		}
		weights := s.Replace(part.Body, map[*expr.Node]*expr.Node{j: i})
		quotient, ok := without(s, whole.Body, weights)
		if !ok || quotient.IsOne() {
			continue
		}
		others := slices.DeleteFunc(slices.Clone(whole.Indices), func(k *expr.Node) bool { return k == i })
		if dependsOnAny(weights, others) || slices.ContainsFunc(others, func(k *expr.Node) bool { return k.Lo().DependsOn(i) || k.Hi().DependsOn(i) }) {
			continue
		}
		outer := s.Div(a.X, f)
		inner := s.Linear(expr.Int(0), []expr.Term{
			{Coef: a.Coef, X: s.Mul(outer, s.Reduce(expr.Sum, quotient, others...))},
			{Coef: b.Coef, X: rest},
		})
		return s.Reduce(expr.Sum, s.Mul(weights, inner), i), true
	}
	return nil, false
}

// without returns x without the factors of p, if x has them all.
func without(s *expr.Session, x, p *expr.Node) (*expr.Node, bool) {
	factors := slices.Clone(expr.Factors(x))
	for _, f := range expr.Factors(p) {
		base, power := powerOf(f)
		k := slices.IndexFunc(factors, func(g *expr.Node) bool { other, _ := powerOf(g); return other == base })
		if k < 0 {
			return nil, false
		}
		_, have := powerOf(factors[k])
		left := have.Sub(power)
		if have.Sign() != power.Sign() || left.Sign()*power.Sign() < 0 {
			return nil, false
		}
		factors[k] = s.Pow(base, s.Rat(left))
	}
	return s.Mul(factors...), true
}
