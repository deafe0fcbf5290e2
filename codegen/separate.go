package codegen

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// maxSeparated bounds the terms that a sum is taken apart into.
const maxSeparated = 8

// separate takes a sum over b apart whose body mixes b with the indices around it only by adding: Σⱼ vⱼ·(s·zⱼ + tᵢ) is
// s·Σⱼ vⱼ·zⱼ + tᵢ·Σⱼ vⱼ, of which the sums do not change with i. It is done where each of the parts has fewer free indices, and so is made
// once instead of once for each i. Differences of inputs stay: they may cancel, and are exact where they do.
func (p *plan) separate(b, body *expr.Node, ctx []*expr.Node) (*expr.Node, bool) {
	s := p.s
	factors := expr.Factors(body)
	around := s.Reduce(expr.Sum, body, b).Free()
	mixed := slices.IndexFunc(factors, func(f *expr.Node) bool {
		return f.Kind() == expr.KindAdd && f.DependsOn(b) && slices.ContainsFunc(around, func(i *expr.Node) bool { return f.DependsOn(i) }) && !p.cancels(f, b)
	})
	if mixed < 0 || len(around) == 0 || !p.safe(body, nil) {
		return nil, false
	}
	pieces := p.pieces(factors, b, around)
	if len(pieces) < 2 || len(pieces) > maxSeparated {
		return nil, false
	}
	type part struct{ inside, outside []*expr.Node }
	parts := make([]part, len(pieces))
	for k, t := range pieces {
		for _, f := range expr.Factors(t.X) {
			if f.DependsOn(b) {
				parts[k].inside = append(parts[k].inside, f)
			} else {
				parts[k].outside = append(parts[k].outside, f)
			}
		}
		inner := s.Reduce(expr.Sum, s.Mul(parts[k].inside...), b)
		if !slices.ContainsFunc(around, func(i *expr.Node) bool { return !inner.DependsOn(i) }) {
			return nil, false
		}
	}
	sum := make([]*expr.Node, len(parts))
	for k, part := range parts {
		outside := make([]*expr.Node, len(part.outside))
		for j, f := range part.outside {
			outside[j] = p.value(f, ctx)
		}
		inner := p.value(s.Reduce(expr.Sum, s.Mul(part.inside...), b), ctx)
		sum[k] = s.Scale(pieces[k].Coef, s.Mul(append(outside, inner)...))
	}
	return s.Add(sum...), true
}

// cancels reports whether x is a difference of inputs, one of which changes with b and another one not.
func (p *plan) cancels(x, b *expr.Node) bool {
	_, terms := expr.Terms(x)
	plain := func(t expr.Term) bool { return t.X.Kind() == expr.KindEntry && p.of[t.X.Symbol()] == nil }
	return slices.ContainsFunc(terms, func(t expr.Term) bool {
		return plain(t) && t.X.DependsOn(b) && slices.ContainsFunc(terms, func(u expr.Term) bool {
			return plain(u) && !u.X.DependsOn(b) && u.Coef.Sign() != t.Coef.Sign()
		})
	})
}

// pieces multiplies out the sums among factors that have b and indices around it.
func (p *plan) pieces(factors []*expr.Node, b *expr.Node, around []*expr.Node) []expr.Term {
	s := p.s
	out := []expr.Term{{Coef: expr.Int(1), X: s.Int(1)}}
	for _, f := range factors {
		constant, terms := expr.Terms(f)
		if f.Kind() != expr.KindAdd || !f.DependsOn(b) || !slices.ContainsFunc(around, func(i *expr.Node) bool { return f.DependsOn(i) }) {
			constant, terms = expr.Int(0), []expr.Term{{Coef: expr.Int(1), X: f}}
		}
		if !constant.IsZero() {
			terms = append(slices.Clone(terms), expr.Term{Coef: constant, X: s.Int(1)})
		}
		// What does not change with b stays together.
		var with []expr.Term
		var without []*expr.Node
		for _, t := range terms {
			if t.X.DependsOn(b) {
				with = append(with, t)
			} else {
				without = append(without, s.Scale(t.Coef, t.X))
			}
		}
		if len(without) > 0 {
			with = append(with, expr.Term{Coef: expr.Int(1), X: s.Add(without...)})
		}
		if len(out)*len(with) > maxSeparated {
			return nil
		}
		var next []expr.Term
		for _, u := range with {
			u.X = p.apart(u.X, b)
			for _, t := range out {
				next = append(next, expr.Term{Coef: t.Coef.Mul(u.Coef), X: s.Mul(t.X, u.X)})
			}
		}
		out = next
	}
	return out
}

// apart returns a product with what does not change with b outside of scaled factors: s times (x·y) as x·(s times y).
func (p *plan) apart(x, b *expr.Node) *expr.Node {
	s := p.s
	factors := slices.Clone(expr.Factors(x))
	for k, f := range factors {
		if f.Kind() != expr.KindCall || f.Func() != fnTimes || !f.DependsOn(b) || f.Args()[0].DependsOn(b) {
			continue
		}
		inside, outside := split(expr.Factors(p.apart(f.Args()[1], b)), b)
		factors[k] = s.Mul(append(outside, s.Call(fnTimes, f.Args()[0], s.Mul(inside...)))...)
	}
	return s.Mul(factors...)
}
