package simplify

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// mergeSums makes one sum of two over the same indices that have factors in common:
// Σ a·f + Σ a·g = Σ a·(f + g).
func mergeSums(s *expr.Session, n *expr.Node) *expr.Node {
	if n.Kind() != expr.KindAdd || len(n.Args()) > maxFactored {
		return n
	}
	constant, terms := expr.Terms(n)
	best, least := n, weight(s, n)
	for i := range terms {
		for j := range i {
			sum := merged(s, terms[i], terms[j])
			if sum == nil {
				continue
			}
			rest := []expr.Term{{Coef: expr.Int(1), X: sum}}
			for k, t := range terms {
				if k != i && k != j {
					rest = append(rest, t)
				}
			}
			if m := s.Linear(constant, rest); weight(s, m) < least {
				best, least = m, weight(s, m)
			}
		}
	}
	return best
}

// merged joins two terms that are products of one sum each and equal other factors; it is nil where they are not.
func merged(s *expr.Session, a, b expr.Term) *expr.Node {
	return expr.Once(s, mergedKey{s.Scale(a.Coef, a.X), s.Scale(b.Coef, b.X)}, func() *expr.Node { return mergedOf(s, a, b) })
}

func mergedOf(s *expr.Session, a, b expr.Term) *expr.Node {
	var best *expr.Node
	for _, x := range sumsOf(a.X) {
		for _, y := range sumsOf(b.X) {
			outer := common(s, without(s, a.X, x), without(s, b.X, y))
			ra, rb := s.Mul(without(s, a.X, x), s.Inv(outer)), s.Mul(without(s, b.X, y), s.Inv(outer))
			o := s.Open(x, n2(a.X, b.X)...)
			for _, indices := range permutations(s.Open(y, append(n2(a.X, b.X), o.Indices...)...).Indices) {
				if len(indices) > len(o.Indices) {
					continue
				}
				rename := map[*expr.Node]*expr.Node{}
				same := true
				for k, i := range indices {
					same = same && i.Lo() == o.Indices[k].Lo() && i.Hi() == o.Indices[k].Hi()
					rename[i] = o.Indices[k]
				}
				if !same {
					continue
				}
				body := s.Replace(s.Open(y, append(n2(a.X, b.X), o.Indices...)...).Body, rename)
				first, second := s.Mul(ra, o.Body), s.Mul(rb, body)
				if len(indices) < len(o.Indices) { // the first has inner sums of its own: close them
					first = s.Reduce(expr.Sum, first, o.Indices[len(indices):]...)
				}
				condsA, plainA := conditions(s, first)
				condsB, plainB := conditions(s, second)
				shared := slices.DeleteFunc(slices.Clone(condsA), func(c *expr.Node) bool { return !slices.Contains(condsB, c) })
				c := common(s, plainA, plainB)
				if !dependsOnAny(c, o.Indices) {
					continue
				}
				free := total(s, c)
				restA, okA := taken(s, first, c, shared, free)
				restB, okB := taken(s, second, c, shared, free)
				if !okA || !okB {
					continue
				}
				inner := s.Linear(expr.Int(0), []expr.Term{{Coef: a.Coef, X: restA}, {Coef: b.Coef, X: restB}})
				m := s.Mul(outer, s.Reduce(expr.Sum, s.Mul(append(slices.Clone(shared), c, inner)...), o.Indices[:len(indices)]...))
				if best == nil || weight(s, m) < weight(s, best) {
					best = m
				}
			}
		}
	}
	return best
}

func n2(xs ...*expr.Node) []*expr.Node { return xs }

// sumsOf returns the sums among the factors of a term.
func sumsOf(x *expr.Node) []*expr.Node {
	var sums []*expr.Node
	for _, f := range expr.Factors(x) {
		if f.Kind() == expr.KindReduce && f.Op() == expr.Sum {
			sums = append(sums, f)
		}
	}
	return sums
}

// without returns the product of the factors of x other than f.
func without(s *expr.Session, x, f *expr.Node) *expr.Node {
	rest := slices.DeleteFunc(slices.Clone(expr.Factors(x)), func(g *expr.Node) bool { return g == f })
	return s.Mul(rest...)
}

// permutations returns the orders of at most three indices, and the given one of more.
func permutations(xs []*expr.Node) [][]*expr.Node {
	if len(xs) > 3 || len(xs) < 2 {
		return [][]*expr.Node{xs}
	}
	var out [][]*expr.Node
	for k := range xs {
		rest := slices.Delete(slices.Clone(xs), k, k+1)
		for _, p := range permutations(rest) {
			out = append(out, append([]*expr.Node{xs[k]}, p...))
		}
	}
	return out
}
