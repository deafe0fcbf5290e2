package codegen

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// maxRootPower bounds the powers of sigmoids among which a root is looked for.
const maxRootPower = 8

// atOne writes terms that are a polynomial in p = sigmoid(z) with the root 1, of three terms or more, as
// (1 - p)·q(p) = sigmoid(-z)·q(p): p - 3·p² + 2·p³ = sigmoid(-z)·p·(1 - 2·p).
func (st *stabiliser) atOne(x *expr.Node) *expr.Node {
	s := st.s
	constant, terms := expr.Terms(x)
	if x.Kind() != expr.KindAdd || len(terms) > maxPairs || len(terms) < 3 {
		return x
	}
	for _, t := range terms {
		for _, f := range expr.Factors(t.X) {
			p, _ := powerOf(f)
			if !isCall(p, fnSigmoid.Name) {
				continue
			}
			rest := s.Div(t.X, f)
			coefs, kept := st.polynomial(terms, p, rest)
			if len(terms)-len(kept) < 3 {
				continue
			}
			first, quotient := -1, []expr.Term{}
			sum := expr.Int(0)
			for k, c := range coefs {
				sum = sum.Add(c)
				if first < 0 && !sum.IsZero() {
					first = k
				}
				if first >= 0 {
					quotient = append(quotient, expr.Term{Coef: sum, X: s.Pow(p, s.Int(int64(k-first)))})
				}
			}
			if !sum.IsZero() {
				continue
			}
			q := s.Linear(expr.Int(0), quotient)
			product := s.Mul(rest, s.Call(fnSigmoid, s.Neg(p.Args()[0])), s.Pow(p, s.Int(int64(first))), q)
			return st.atOne(s.Linear(constant, append(kept, expr.Term{Coef: expr.Int(1), X: product})))
		}
	}
	return x
}

// polynomial returns the coefficients of the terms that are rest times a power of p, and the other terms.
func (st *stabiliser) polynomial(terms []expr.Term, p, rest *expr.Node) (coefs []expr.Rat, kept []expr.Term) {
	coefs = slices.Repeat([]expr.Rat{expr.Int(0)}, maxRootPower+1)
	for _, t := range terms {
		base, power := powerOf(st.s.Div(t.X, rest))
		k, ok := power.Int64()
		switch {
		case base.IsOne():
			coefs[0] = coefs[0].Add(t.Coef)
		case base == p && ok && k > 0 && k <= maxRootPower:
			coefs[k] = coefs[k].Add(t.Coef)
		default:
			kept = append(kept, t)
		}
	}
	return coefs, kept
}

// logSigmoids is the logarithm of a product of exponentials and sigmoids: log(sigmoid(z)) = -max(-z, 0) - log(1 + exp(-|z|)), and
// log(sigmoid(z)/sigmoid(-z)) = z.
func (st *stabiliser) logSigmoids(x *expr.Node) (*expr.Node, bool) {
	s := st.s
	e, rest := st.exponents(expr.Factors(x))
	powers := map[*expr.Node]expr.Rat{} // of the sigmoids, by their arguments
	var of []*expr.Node
	for _, f := range rest {
		p, power := powerOf(f)
		if !isCall(p, fnSigmoid.Name) {
			return nil, false
		}
		z := p.Args()[0]
		if other, ok := powers[s.Neg(z)]; ok && other.Sign()*power.Sign() < 0 {
			e = s.Add(e, s.Scale(power, z))
			powers[s.Neg(z)] = other.Add(power)
			continue
		}
		powers[z] = power
		of = append(of, z)
	}
	for _, z := range of {
		power := powers[z]
		e = s.Sub(e, s.Scale(power, s.Add(s.Call(fnPositive, s.Neg(z)), s.Call(fnTail, z))))
	}
	return e, len(rest) > 0
}

// multipliedOut multiplies sums beside powers of sigmoids out where terms then pair: p·a + p·b - p²·(a + b) has no pair as it stands.
func (st *stabiliser) multipliedOut(x *expr.Node) *expr.Node {
	s := st.s
	constant, terms := expr.Terms(x)
	if x.Kind() != expr.KindAdd || len(terms) > maxPairs {
		return x
	}
	var all []expr.Term
	for _, t := range terms {
		factors := expr.Factors(t.X)
		k := slices.IndexFunc(factors, func(f *expr.Node) bool { return f.Kind() == expr.KindAdd })
		sigmoid := slices.ContainsFunc(factors, func(f *expr.Node) bool { p, _ := powerOf(f); return isCall(p, fnSigmoid.Name) })
		if k < 0 || !sigmoid {
			all = append(all, t)
			continue
		}
		others := s.Mul(slices.Delete(slices.Clone(factors), k, k+1)...)
		c, inner := expr.Terms(factors[k])
		for _, u := range append(inner, expr.Term{Coef: c, X: s.Int(1)}) {
			all = append(all, expr.Term{Coef: t.Coef.Mul(u.Coef), X: s.Mul(others, u.X)})
		}
	}
	open := s.Linear(constant, all)
	_, before := expr.Terms(open)
	paired := st.pairSigmoids(st.atOne(open))
	if _, after := expr.Terms(paired); len(all) == len(terms) || len(after) >= len(before) {
		return x
	}
	return paired
}
