package codegen

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/expr/ratexp"
)

// bounded writes rational functions of an exponential that are bounded in terms of sigmoids, no factor of which overflows:
//
//	1/(1 + exp(z)) = sigmoid(-z)
//	exp(u)/(exp(u) + exp(v)) = sigmoid(u - v)
//	exp(z)·(1 - exp(z))/(1 + exp(z))³ = -sigmoid(z)·sigmoid(-z)·tanh(z/2)
func (st *stabiliser) bounded(v *expr.Node, clear []*expr.Node) *expr.Node {
	s := st.s
	return s.Map(ratexp.Inside(s, v, clear), clear, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		switch n.Kind() {
		case expr.KindPow:
			if y, ok := st.inSigmoidsOnly([]*expr.Node{s.Pow(args[0], args[1])}); ok {
				return y, true
			}
		case expr.KindMul:
			return st.boundedProduct(s.Mul(args...)), true
		}
		return nil, false
	})
}

// boundedProduct is bounded of a product whose factors have been seen to.
func (st *stabiliser) boundedProduct(product *expr.Node) *expr.Node {
	if c, of, ok := multiple(product); ok {
		return st.s.Scale(c, st.boundedProduct(of)) // the sign of a factor has come out
	}
	if y, ok := st.inSigmoidsOnly(expr.Factors(product)); ok {
		product = y
	}
	for _, f := range expr.Factors(product) {
		if y, ok := st.whole(product, f); ok {
			product = y
		}
	}
	for _, f := range expr.Factors(product) {
		if y, ok := st.intoSums(product, f); ok {
			product = y
		}
	}
	return product
}

// whole writes the product in sigmoids of the argument of its factor sigmoid(-z)^k, with the factors as they were before that became one
// by itself.
func (st *stabiliser) whole(product, f *expr.Node) (*expr.Node, bool) {
	s := st.s
	base, times, ok := sigmoidPower(f)
	factors := slices.Clone(expr.Factors(product))
	at := slices.Index(factors, f)
	if !ok || at < 0 {
		return nil, false
	}
	factors[at] = s.Pow(s.Add(s.Int(1), s.Call(st.exp, s.Neg(base.Args()[0]))), s.Int(-times))
	return st.inSigmoidsOnly(factors)
}

// sigmoidPower reads a factor as a positive power of a sigmoid.
func sigmoidPower(f *expr.Node) (base *expr.Node, times int64, ok bool) {
	base, power := powerOf(f)
	times, ok = power.Int64()
	return base, times, ok && times > 0 && isCall(base, fnSigmoid.Name)
}

// intoSums takes powers of p = sigmoid(-z) into the sums among the factors of a product that have exp(z) in their terms:
//
//	sigmoid(-z)²·(exp(z)·a + b) = sigmoid(-z)·(sigmoid(z)·a + sigmoid(-z)·b)
//	sigmoid(-z)·(exp(z)²·sigmoid(-z)·a + b) = sigmoid(z)²·a + sigmoid(-z)·b
func (st *stabiliser) intoSums(product, p *expr.Node) (*expr.Node, bool) {
	s := st.s
	base, times, ok := sigmoidPower(p)
	out := slices.Clone(expr.Factors(product))
	if !ok || !slices.Contains(out, p) {
		return nil, false
	}
	z := s.Neg(base.Args()[0])
	met := false
	for k, f := range out {
		constant, terms := expr.Terms(f)
		if f.Kind() != expr.KindAdd {
			continue
		}
		most := int64(0)
		for _, t := range terms {
			if n, ok := st.timesExp(t.X, z); ok {
				most = max(most, n-st.timesOf(t.X, base))
			}
		}
		if most == 0 || most > times {
			continue
		}
		down := s.Pow(base, s.Int(most))
		sum := []expr.Term{{Coef: constant, X: down}}
		for _, t := range terms {
			x := s.Mul(t.X, down)
			if n, ok := st.timesExp(t.X, z); ok && n > 0 {
				x = s.Mul(t.X, s.Pow(s.Call(st.exp, z), s.Int(-n)), s.Pow(s.Call(fnSigmoid, z), s.Int(n)), s.Pow(base, s.Int(most-n)))
			}
			sum = append(sum, expr.Term{Coef: t.Coef, X: st.boundedProduct(x)})
		}
		out[k] = s.Linear(expr.Int(0), sum)
		times -= most
		met = true
	}
	if !met {
		return nil, false
	}
	at := slices.Index(out, p)
	out[at] = s.Pow(base, s.Int(times))
	return s.Mul(out...), true
}

// timesOf returns the power of p among the factors of x, 0 where it is none or no positive integer.
func (st *stabiliser) timesOf(x, p *expr.Node) int64 {
	for _, f := range expr.Factors(x) {
		if base, power := powerOf(f); base == p {
			n, _ := power.Int64()
			return max(n, 0)
		}
	}
	return 0
}

// timesExp returns n with exp(z)^n among the factors of x, n a positive integer.
func (st *stabiliser) timesExp(x, z *expr.Node) (n int64, ok bool) {
	e, _ := st.exponents(expr.Factors(x))
	_, of := expr.Terms(z)
	_, have := expr.Terms(e)
	if len(of) == 0 {
		return 0, false
	}
	at := slices.IndexFunc(have, func(t expr.Term) bool { return t.X == of[0].X })
	if at < 0 {
		return 0, false
	}
	n, ok = have[at].Coef.Div(of[0].Coef).Int64()
	return n, ok && n > 0 && contains(e, st.s.Scale(expr.Int(n), z))
}

// inSigmoidsOnly writes the product of factors with its first rational function of an exponential in sigmoids.
func (st *stabiliser) inSigmoidsOnly(factors []*expr.Node) (*expr.Node, bool) {
	s := st.s
	c, ok := ratexp.Find(factors)
	if !ok {
		return nil, false
	}
	b, ok := c.Bounded()
	if !ok {
		return nil, false
	}
	z := c.Exponent(s)
	up, down := s.Call(fnSigmoid, z), s.Call(fnSigmoid, s.Neg(z))
	product := []*expr.Node{s.Pow(up, s.Int(int64(b.Up))), s.Pow(down, s.Int(int64(b.Down)))}
	for _, f := range b.Factors {
		product = append(product, s.Pow(st.homogeneous(f.Coefs, z, up, down), s.Int(int64(f.Exponent))))
	}
	for k, f := range factors {
		if !slices.Contains(c.Members, k) {
			product = append(product, f)
		}
	}
	return s.Mul(product...), true
}

// homogeneous returns Σⱼ cⱼ·σ^j·τ^(d-j) for σ = sigmoid(z) and τ = sigmoid(-z); σ - τ is tanh(z/2).
func (st *stabiliser) homogeneous(coefs []expr.Rat, z, up, down *expr.Node) *expr.Node {
	s := st.s
	if len(coefs) == 2 && coefs[0].Cmp(coefs[1].Neg()) == 0 {
		return s.Scale(coefs[1], s.Call(fnTanh, s.Scale(expr.Frac(1, 2), z)))
	}
	var terms []expr.Term
	for j, c := range coefs {
		terms = append(terms, expr.Term{Coef: c, X: s.Mul(s.Pow(up, s.Int(int64(j))), s.Pow(down, s.Int(int64(len(coefs)-1-j))))})
	}
	return s.Linear(expr.Int(0), terms)
}
