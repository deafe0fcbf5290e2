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
//	a·Σⱼ pⱼ·qⱼ - b·Σⱼᵢ pⱼ·rⱼᵢ      = Σⱼ pⱼ·(a·qⱼ - b·Σᵢ rⱼᵢ)
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
			if a.Coef.Sign()*b.Coef.Sign() >= 0 {
				continue
			}
			if y, ok := st.variance(a, b, clear); ok {
				return st.without(constant, terms, i, j, y), true
			}
			var best *expr.Node
			fewest := 0
			for _, f := range sumsAmong(a.X) {
				for _, p := range sumsAmong(b.X) {
					if f == p || len(sumsAmong(b.X)) < 2 && len(p.Binders()) <= len(f.Binders()) {
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
			return st.without(constant, terms, i, j, best), true
		}
	}
	return nil, false
}

// without returns the sum with x for the terms i and j.
func (st *stabiliser) without(constant expr.Rat, terms []expr.Term, i, j int, x *expr.Node) *expr.Node {
	kept := []expr.Term{{Coef: expr.Int(1), X: x}}
	for k, t := range terms {
		if k != i && k != j {
			kept = append(kept, t)
		}
	}
	return st.s.Linear(constant, kept)
}

// variance is c·Σⱼ qⱼ² - (c/n)·(Σⱼ qⱼ)² for j over a range of n numbers, in two passes: c·Σⱼ (qⱼ - Σᵢ qᵢ/n)².
func (st *stabiliser) variance(a, b expr.Term, clear []*expr.Node) (*expr.Node, bool) {
	s := st.s
	for _, f := range sumsAmong(a.X) {
		o := s.Open(f, append(slices.Clone(clear), a.X, b.X)...)
		q, power := powerOf(o.Body)
		if !power.Equal(expr.Int(2)) || len(o.Indices) != 1 {
			continue
		}
		j := o.Indices[0]
		n := s.Add(s.Sub(j.Hi(), j.Lo()), s.Int(1))
		total := s.Reduce(expr.Sum, q, j)
		c := s.Scale(a.Coef, s.Div(a.X, f))
		if s.Scale(b.Coef, b.X) != s.Neg(s.Mul(c, s.Pow(n, s.Int(-1)), s.Pow(total, s.Int(2)))) {
			continue
		}
		return s.Mul(c, s.Reduce(expr.Sum, s.Pow(s.Sub(q, s.Div(total, n)), s.Int(2)), j)), true
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

// around returns Σⱼ pⱼ·(a·qⱼ + rest·rⱼ) for the sum f = Σⱼ pⱼ·qⱼ among the factors of a, p = Σⱼ pⱼ·rⱼ, and b = p·rest; qⱼ and rⱼ may be sums themselves. It is not
// ok where no index makes it lighter: either the rⱼ are 1, or they are sums over more indices.
func (st *stabiliser) around(a expr.Term, f *expr.Node, b expr.Term, p, rest *expr.Node, clear []*expr.Node) (*expr.Node, bool) {
	s := st.s
	apart := append(slices.Clone(clear), a.X, b.X)
	whole := s.Open(f, apart...)
	part := s.Open(p, append(apart, whole.Indices...)...)
	for _, i := range whole.Indices {
		for _, j := range part.Indices {
			if i.Lo() != j.Lo() || i.Hi() != j.Hi() || isEnd(i, whole.Indices) || isEnd(j, part.Indices) {
				continue
			}
			body := s.Replace(part.Body, map[*expr.Node]*expr.Node{j: i})
			others, inner := excluding(whole.Indices, i), excluding(part.Indices, j)
			weights, q, r := shared(s, whole.Body, body, append(slices.Clone(others), inner...))
			if !weights.DependsOn(i) || q.IsOne() || !r.IsOne() && len(inner) == 0 || r.DependsOn(i) && len(inner) <= len(others) {
				continue
			}
			x := s.Linear(expr.Int(0), []expr.Term{
				{Coef: a.Coef, X: s.Mul(s.Div(a.X, f), s.Reduce(expr.Sum, q, others...))},
				{Coef: b.Coef, X: s.Mul(rest, s.Reduce(expr.Sum, r, inner...))},
			})
			return s.Reduce(expr.Sum, s.Mul(weights, x), i), true
		}
	}
	return nil, false
}

// isEnd reports whether the range of one of the indices mentions i.
func isEnd(i *expr.Node, indices []*expr.Node) bool {
	return slices.ContainsFunc(indices, func(k *expr.Node) bool { return k.Lo().DependsOn(i) || k.Hi().DependsOn(i) })
}

func excluding(indices []*expr.Node, i *expr.Node) []*expr.Node {
	return slices.DeleteFunc(slices.Clone(indices), func(k *expr.Node) bool { return k == i })
}

// shared returns the factors that x and y have both and that are free of the indices, and what is left of each.
func shared(s *expr.Session, x, y *expr.Node, indices []*expr.Node) (common, restX, restY *expr.Node) {
	ofX, ofY := slices.Clone(expr.Factors(x)), slices.Clone(expr.Factors(y))
	var both []*expr.Node
	for k, f := range ofX {
		base, power := powerOf(f)
		at := slices.IndexFunc(ofY, func(g *expr.Node) bool { other, _ := powerOf(g); return other == base })
		if at < 0 || dependsOnAny(f, indices) {
			continue
		}
		_, other := powerOf(ofY[at])
		if power.Sign() != other.Sign() {
			continue
		}
		least := power
		if least.Sub(other).Sign() == power.Sign() {
			least = other
		}
		both = append(both, s.Pow(base, s.Rat(least)))
		ofX[k], ofY[at] = s.Pow(base, s.Rat(power.Sub(least))), s.Pow(base, s.Rat(other.Sub(least)))
	}
	return s.Mul(both...), s.Mul(ofX...), s.Mul(ofY...)
}
