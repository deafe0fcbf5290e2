package codegen

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// sum merges the sums over one range among the terms of an Add into one, unless another expression needs them
// apart: so Σ aᵢ - Σ bᵢ is accumulated as Σ (aᵢ - bᵢ).
func (p *plan) sum(n *expr.Node, ctx []*expr.Node) *expr.Node {
	s := p.s
	constant, terms := expr.Terms(n)
	type part struct {
		lo, hi *expr.Node
		terms  []expr.Term // bodies over the first one's index
		index  *expr.Node
	}
	var parts []*part
	out := []expr.Term{}
	for _, t := range terms {
		x := t.X
		var outside []*expr.Node
		if x.Kind() == expr.KindMul { // a number of sizes and scalars times a sum
			for k, f := range x.Args() {
				if f.Kind() == expr.KindReduce && f.Op() == expr.Sum && p.parents[f] <= 1 {
					outside = slices.Delete(slices.Clone(x.Args()), k, k+1)
					x = f
					break
				}
			}
			if len(outside) > 0 && !allCheap(outside) {
				x, outside = t.X, nil
			}
		}
		if x.Kind() != expr.KindReduce || x.Op() != expr.Sum || p.parents[x] > 1 {
			out = append(out, expr.Term{Coef: t.Coef, X: p.value(t.X, ctx)})
			continue
		}
		indices, body := p.open(x)
		if len(indices) > 1 {
			indices, body = p.nest(indices, body, ctx)
		}
		if len(indices) > 1 {
			sum := p.over(expr.Sum, indices, body, ctx)
			out = append(out, expr.Term{Coef: t.Coef, X: s.Mul(append(outside, sum)...)})
			continue
		}
		i := indices[0]
		if x, ok := p.solves(i, body, ctx); ok {
			out = append(out, expr.Term{Coef: t.Coef, X: s.Mul(append(outside, x)...)})
			continue
		}
		k := slices.IndexFunc(parts, func(q *part) bool { return q.lo == i.Lo() && q.hi == i.Hi() })
		if k < 0 {
			k = len(parts)
			parts = append(parts, &part{lo: i.Lo(), hi: i.Hi(), index: i})
		}
		body = s.Mul(append(outside, s.Substitute(body, i, parts[k].index))...)
		parts[k].terms = append(parts[k].terms, expr.Term{Coef: t.Coef, X: body})
	}
	for _, q := range parts {
		common := q.terms[0].Coef
		for i := range q.terms {
			if !q.terms[i].Coef.Equal(common) && !q.terms[i].Coef.Equal(common.Neg()) {
				common = expr.Int(1)
				break
			}
		}
		for i := range q.terms {
			q.terms[i].Coef = q.terms[i].Coef.Div(common)
		}
		body := s.Linear(expr.Int(0), q.terms)
		factors, rest := p.commonFactors(body, q.index)
		rest = p.together(rest)
		out = append(out, expr.Term{Coef: common, X: s.Mul(append(factors, p.over(expr.Sum, []*expr.Node{q.index}, rest, ctx))...)})
	}
	return s.Linear(constant, out)
}

// allCheap reports whether factors are numbers and powers of sizes.
func allCheap(factors []*expr.Node) bool {
	for _, f := range factors {
		switch {
		case f.Kind() == expr.KindSize, f.Kind() == expr.KindConst, f.Kind() == expr.KindEntry && len(f.Args()) == 0:
		case f.Kind() == expr.KindPow && allCheap(f.Args()):
		case f.Kind() == expr.KindRat:
		default:
			return false
		}
	}
	return true
}

// commonFactors takes the factors that all terms share, and that index i does not touch, out of a sum's body.
func (p *plan) commonFactors(body, i *expr.Node) (common []*expr.Node, rest *expr.Node) {
	constant, terms := expr.Terms(body)
	if !constant.IsZero() || len(terms) == 0 {
		return nil, body
	}
	for _, f := range expr.Factors(terms[0].X) {
		if f.DependsOn(i) || f.Kind() == expr.KindCond || !p.safe(f, nil) { // an empty sum reads nothing
			continue
		}
		everywhere := true
		for _, t := range terms[1:] {
			everywhere = everywhere && slices.Contains(expr.Factors(t.X), f)
		}
		if everywhere {
			common = append(common, f)
		}
	}
	if len(common) == 0 {
		return nil, body
	}
	for k, t := range terms {
		kept := slices.DeleteFunc(slices.Clone(expr.Factors(t.X)), func(f *expr.Node) bool { return slices.Contains(common, f) })
		terms[k].X = p.s.Mul(kept...)
	}
	return common, p.s.Linear(constant, terms)
}

// together takes the entries, and sums of entries, that all terms of a sum have as factors out of it, so that they are read and multiplied with once.
func (p *plan) together(body *expr.Node) *expr.Node {
	constant, terms := expr.Terms(body)
	if !constant.IsZero() || len(terms) < 2 {
		return body
	}
	var shared []*expr.Node
	for _, f := range expr.Factors(terms[0].X) {
		if (f.Kind() == expr.KindEntry || f.Kind() == expr.KindAdd) && !slices.ContainsFunc(terms[1:], func(t expr.Term) bool { return !slices.Contains(expr.Factors(t.X), f) }) {
			shared = append(shared, f)
		}
	}
	if len(shared) == 0 {
		return body
	}
	for k, t := range terms {
		kept := slices.DeleteFunc(slices.Clone(expr.Factors(t.X)), func(f *expr.Node) bool { return slices.Contains(shared, f) })
		if slices.ContainsFunc(kept, func(f *expr.Node) bool { return f.Kind() == expr.KindCond || f.Kind() == expr.KindIf }) {
			return body
		}
		terms[k].X = p.s.Mul(kept...)
	}
	return p.s.Mul(append(shared, p.s.Linear(constant, terms))...)
}
