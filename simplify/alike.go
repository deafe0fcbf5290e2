package simplify

import (
	"math/big"
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
)

// alike puts terms of a sum together that have the same exponential as a factor once its exponent is multiplied out and powers of a stand in it as
// multiples of log(a), where log(a) is among the exponents: K·exp(-(log(S/K) - c)²/2) and S·exp(-(log(S/K) + c)²/2) may be one.
func alike(s *expr.Session, x *expr.Node) *expr.Node {
	exponentials := 0
	contains(x, func(n *expr.Node) bool {
		if _, ok := logOfExponential(s, n); ok && n.Kind() == expr.KindCall && len(sumsIn(n.Args()[0])) > 0 {
			exponentials++
		}
		return exponentials > 1
	})
	if exponentials < 2 {
		return x
	}
	return s.Map(x, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if n.Kind() != expr.KindAdd {
			return nil, false
		}
		return alikeTerms(s, s.With(n, args)), true
	})
}

// sumsIn returns the sums with more than one term in x: without one there is nothing to multiply out.
func sumsIn(x *expr.Node) []*expr.Node {
	var out []*expr.Node
	contains(x, func(n *expr.Node) bool {
		if _, terms := expr.Terms(n); n.Kind() == expr.KindAdd && len(terms) > 1 {
			out = append(out, n)
		}
		return len(out) > 0
	})
	return out
}

// An exponentialTerm is rest·exp(exponent), the exponential of which is written as power.
type exponentialTerm struct {
	power, rest, exponent *expr.Node
	coef                  expr.Rat
}

func alikeTerms(s *expr.Session, x *expr.Node) *expr.Node {
	constant, terms := expr.Terms(x)
	if len(terms) > maxCases {
		return x
	}
	logs := logarithms(x)
	groups := map[*expr.Node][]exponentialTerm{}
	var order []*expr.Node
	var others []expr.Term
	for _, t := range terms {
		e, ok := takeExponential(s, t, logs)
		if !ok {
			others = append(others, t)
			continue
		}
		if groups[e.exponent] == nil {
			order = append(order, e.exponent)
		}
		groups[e.exponent] = append(groups[e.exponent], e)
	}
	merged := false
	for _, exponent := range order {
		group := groups[exponent]
		least := slices.MinFunc(group, func(a, b exponentialTerm) int {
			return weight(s, s.Mul(a.power, a.rest)) - weight(s, s.Mul(b.power, b.rest))
		})
		var rests []expr.Term
		for _, e := range group {
			rests = append(rests, expr.Term{Coef: e.coef, X: e.rest})
		}
		merged = merged || len(group) > 1
		others = append(others, expr.Term{Coef: expr.Int(1), X: s.Mul(least.power, s.Linear(expr.Int(0), rests))})
	}
	if !merged {
		return x
	}
	return s.Linear(constant, others)
}

// logarithms returns the numbers whose logarithms are in exponents in x.
func logarithms(x *expr.Node) []*expr.Node {
	var out []*expr.Node
	seen := [2]map[*expr.Node]bool{{}, {}} // outside of exponents, in one
	var visit func(n *expr.Node, inExponent bool)
	visit = func(n *expr.Node, inExponent bool) {
		if seen[1][n] || seen[0][n] && !inExponent {
			return
		}
		if inExponent {
			seen[1][n] = true
		} else {
			seen[0][n] = true
		}
		if inExponent && isLogarithm(n) && !slices.Contains(out, n.Args()[0]) {
			out = append(out, n.Args()[0])
		}
		inExponent = inExponent || isCallOf(n, "exp")
		for _, a := range n.Args() {
			visit(a, inExponent)
		}
	}
	visit(x, false)
	return out
}

// takeExponential reads a term as a number times rest·exp(exponent), with the exponent multiplied out.
func takeExponential(s *expr.Session, t expr.Term, logs []*expr.Node) (exponentialTerm, bool) {
	var rest, exponents, powers []*expr.Node
	for _, f := range expr.Factors(t.X) {
		if e, ok := logOfExponential(s, f); ok {
			exponents, powers = append(exponents, e), append(powers, f)
			continue
		}
		if f.Kind() == expr.KindCond {
			return exponentialTerm{}, false
		}
		rest = append(rest, f)
	}
	if len(exponents) == 0 {
		return exponentialTerm{}, false
	}
	left := s.Mul(rest...)
	for _, a := range logs { // a^k is exp(k·log(a))
		first := expr.Factors(a)[0]
		base, e := baseExponent(s, first)
		for _, f := range expr.Factors(left) {
			if b, k := baseExponent(s, f); b == base {
				k = s.Div(k, e)
				left = s.Mul(left, s.Pow(a, s.Neg(k)))
				powers = append(powers, s.Pow(a, k))
				exponents = append(exponents, s.Mul(k, formula.Elementary(s, "log", a)))
				break
			}
		}
	}
	sum := s.Add(exponents...)
	r, err := newRing(s, false, sum)
	if err != nil {
		return exponentialTerm{}, false
	}
	q, err := r.read(sum)
	if err == nil {
		q, err = r.reduced(q)
	}
	if err != nil {
		return exponentialTerm{}, false
	}
	one := big.NewInt(1)
	return exponentialTerm{s.Mul(powers...), left, s.Div(r.sum(q.num, one), r.sum(q.den, one)), t.Coef}, true
}
