package ratexp

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// A Sum is a power of a sum as it was before canonical form took its negative powers of exponentials out, which are factors beside it: of
// exp(-2*x)·(t·exp(x) - a)² the Sum is (t - a·exp(-x))². Its derivative is one product, where that of the factors is a difference.
type Sum struct {
	Node     *expr.Node // the sum
	Exponent expr.Rat
}

// Sums restores the sums among the factors of a product other than those in skip: members are the factors that are used up, and left are the powers
// of exponentials that remain of them. There may be none.
func Sums(s *expr.Session, factors []*expr.Node, skip []int) (sums []Sum, members []int, left []Sum) {
	has := map[*expr.Node]expr.Rat{} // the exponents of exponentials outside of sums
	for k, f := range factors {
		if base, exponent := baseExponent(f); isExponential(base) && !slices.Contains(skip, k) {
			has[base] = exponent
		}
	}
	if len(has) == 0 {
		return nil, nil, nil
	}
	var out []monomial     // what goes back into each factor that is a sum
	var used, net monomial // what goes back into some, and into all together
	for k, f := range factors {
		base, exponent := baseExponent(f)
		var m monomial
		if base.Kind() == expr.KindAdd && !slices.Contains(skip, k) {
			for _, p := range degrees(base) {
				if _, ok := has[p.exp]; ok {
					m = append(m, power{p.exp, p.exponent.Neg()})
				}
			}
		}
		out, used, net = append(out, m), used.union(m), net.times(m, exponent)
	}
	for _, p := range used {
		if taken := net.exponent(p.exp); isPart(taken, has[p.exp]) {
			has[p.exp] = has[p.exp].Sub(taken)
			continue
		}
		for k, f := range factors { // not all of them: those for which there is enough
			at := out[k].index(p.exp)
			if at < 0 {
				continue
			}
			_, exponent := baseExponent(f)
			if taken := out[k][at].exponent.Mul(exponent); isPart(taken, has[p.exp]) {
				has[p.exp] = has[p.exp].Sub(taken)
			} else {
				out[k] = slices.Delete(out[k], at, at+1)
			}
		}
	}
	used = nil
	for k, m := range out {
		if len(m) > 0 {
			base, exponent := baseExponent(factors[k])
			sums, members, used = append(sums, Sum{times(s, base, m), exponent}), append(members, k), used.union(m)
		}
	}
	for k, f := range factors {
		base, _ := baseExponent(f)
		if used.index(base) < 0 || slices.Contains(skip, k) {
			continue
		}
		members = append(members, k)
		if !has[base].IsZero() {
			left = append(left, Sum{base, has[base]})
		}
	}
	return sums, members, left
}

// Rest returns the factors that are no members, and what is left of those that are.
func Rest(s *expr.Session, factors []*expr.Node, members []int, left []Sum) []*expr.Node {
	var rest []*expr.Node
	for k, f := range factors {
		if !slices.Contains(members, k) {
			rest = append(rest, f)
		}
	}
	for _, p := range left {
		rest = append(rest, s.Pow(p.Node, s.Rat(p.Exponent)))
	}
	return rest
}

// isPart reports whether taken from whole leaves less than whole, of the same sign.
func isPart(taken, whole expr.Rat) bool {
	sign := whole.Sign()
	return taken.Sign()*sign > 0 && taken.Sub(whole).Sign()*sign <= 0
}

// exponent returns that of an exponential in m.
func (m monomial) exponent(e *expr.Node) expr.Rat {
	if k := m.index(e); k >= 0 {
		return m[k].exponent
	}
	return expr.Int(0)
}

// degrees returns the largest power of each exponential among the terms of a sum, in their order.
func degrees(sum *expr.Node) monomial {
	var all monomial
	_, terms := expr.Terms(sum)
	for _, t := range terms {
		for _, f := range expr.Factors(t.X) {
			base, exponent := baseExponent(f)
			if base.Kind() != expr.KindCall || !isExponential(base) || exponent.Sign() <= 0 {
				continue
			}
			if k := all.index(base); k < 0 {
				all = append(all, power{base, exponent})
			} else if exponent.Cmp(all[k].exponent) > 0 {
				all[k].exponent = exponent
			}
		}
	}
	return all
}

// times returns a sum with every term multiplied by a monomial.
func times(s *expr.Session, sum *expr.Node, m monomial) *expr.Node {
	factors := make([]*expr.Node, len(m))
	for k, p := range m {
		factors[k] = s.Pow(p.exp, s.Rat(p.exponent))
	}
	by := s.Mul(factors...)
	constant, terms := expr.Terms(sum)
	for k := range terms {
		terms[k].X = s.Mul(by, terms[k].X)
	}
	return s.Linear(expr.Int(0), append(terms, expr.Term{Coef: constant, X: by}))
}
