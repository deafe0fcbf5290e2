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
	rest := make([]expr.Term, 0, len(terms))
	for i := range terms {
		for j := range i {
			sum := merged(s, terms[i], terms[j])
			if sum == nil {
				continue
			}
			rest = append(rest[:0], expr.Term{Coef: expr.Int(1), X: sum})
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
			if !total(s, outer) && guardedApart(s, a.X, b.X) {
				continue
			}
			ra, rb := s.Mul(without(s, a.X, x), s.Inv(outer)), s.Mul(without(s, b.X, y), s.Inv(outer))
			o := s.Open(x, a.X, b.X)
			whole := s.Mul(ra, o.Body)
			for _, at := range placings(y.Binders(), o.Indices) {
				indices, body := o.Indices[:len(at)], s.OpenAt(y, at...)
				first, second := whole, s.Mul(rb, body)
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
				m := s.Mul(outer, s.Reduce(expr.Sum, s.Mul(append(slices.Clone(shared), c, inner)...), indices...))
				if best == nil || weight(s, m) < weight(s, best) {
					best = m
				}
			}
		}
	}
	return best
}

// guardedApart reports whether each of two terms has a condition that the other does not have: what they have in common may have no value where neither holds.
func guardedApart(s *expr.Session, x, y *expr.Node) bool {
	condsX, _ := conditions(s, x)
	condsY, _ := conditions(s, y)
	lacks := func(conds, other []*expr.Node) bool {
		return slices.ContainsFunc(conds, func(c *expr.Node) bool { return !slices.Contains(other, c) })
	}
	return lacks(condsX, condsY) && lacks(condsY, condsX)
}

// sumsOf returns the sums among the factors of a term.
func sumsOf(x *expr.Node) []*expr.Node {
	var sums []*expr.Node
	for _, f := range expr.Factors(x) {
		if isSum(f) {
			sums = append(sums, f)
		}
	}
	return sums
}

func isSum(n *expr.Node) bool { return n.Kind() == expr.KindReduce && n.Op() == expr.Sum }

// without returns the product of the factors of x other than f.
func without(s *expr.Session, x, f *expr.Node) *expr.Node {
	rest := slices.DeleteFunc(slices.Clone(expr.Factors(x)), func(g *expr.Node) bool { return g == f })
	return s.Mul(rest...)
}

// maxPlaced is the number of binders up to which they take the places of indices in whatever order.
const maxPlaced = 3

// placings returns the ways in which some of the indices, the first ones, take the places of binders with the same ranges.
func placings(binders, indices []*expr.Node) [][]*expr.Node {
	if len(binders) > len(indices) {
		return nil
	}
	var out [][]*expr.Node
	at := make([]*expr.Node, len(binders))
	fits := func(k int, i *expr.Node) bool {
		return at[k] == nil && binders[k].Lo() == i.Lo() && binders[k].Hi() == i.Hi()
	}
	var place func(n int)
	place = func(n int) {
		if n == len(binders) {
			out = append(out, slices.Clone(at))
			return
		}
		for k := range binders {
			if len(binders) > maxPlaced && k != n || !fits(k, indices[n]) {
				continue
			}
			at[k] = indices[n]
			place(n + 1)
			at[k] = nil
		}
	}
	place(0)
	return out
}
