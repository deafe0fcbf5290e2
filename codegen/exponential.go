package codegen

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// gather joins the exponentials of every product into one, whose exponent is summed before it is raised, and writes
// powers of 1 + exp(z) as sigmoids.
func (st *stabiliser) gather(v *expr.Node, clear []*expr.Node) *expr.Node {
	s := st.s
	return s.Map(v, clear, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		switch n.Kind() {
		case expr.KindCall:
			if n.Func() == st.exp {
				return s.Call(fnExp, args[0]), true
			}
		case expr.KindPow:
			if isCall(args[0], fnExp.Name) {
				return s.Call(fnExp, s.Mul(args[1], args[0].Args()[0])), true
			}
			if y := args[1]; y.Kind() == expr.KindRat && y.Rat().Sign() < 0 && st.isSigmoid(args[0]) {
				_, terms := expr.Terms(args[0])
				z, _ := st.exponents(expr.Factors(terms[0].X))
				return s.Pow(s.Call(fnSigmoid, s.Neg(z)), s.Rat(y.Rat().Neg())), true
			}
		case expr.KindMul:
			return st.joined(args, clear), true
		}
		return nil, false
	})
}

// joined is the product of factors with their exponentials joined.
func (st *stabiliser) joined(factors, clear []*expr.Node) *expr.Node {
	s := st.s
	x, rest := st.exponents(expr.Factors(s.Mul(factors...)))
	if constant, terms := expr.Terms(s.Mul(factors...)); len(terms) == 1 && (terms[0].X.Kind() == expr.KindMul) && s.Mul(factors...).Kind() == expr.KindAdd {
		inner := st.joined(terms[0].X.Args(), clear)
		return s.Linear(constant, []expr.Term{{Coef: terms[0].Coef, X: inner}})
	}
	for k, f := range rest {
		x, rest[k] = st.pullCommon(x, f)
	}
	for k, f := range rest {
		x, rest[k] = st.pushShift(x, f, clear)
	}
	for k, f := range rest {
		x, rest[k] = st.pushIntoSum(x, f, clear)
	}
	for k, f := range rest {
		x, rest[k] = st.joinSigmoid(x, f)
	}
	if x.IsZero() {
		return s.Mul(rest...)
	}
	if x.Kind() == expr.KindRat {
		return s.Mul(append(rest, s.Pow(s.Const("e"), x))...)
	}
	powers := st.splitFamilies(x)
	return s.Mul(append(rest, powers...)...)
}

// pullCommon takes the exponential that every term of a sum f has out of it, or, where the terms differ, takes the one
// beside it in: exp(a)·(exp(-m)·v + exp(-m)·w) must not raise either alone.
func (st *stabiliser) pullCommon(x, f *expr.Node) (*expr.Node, *expr.Node) {
	s := st.s
	constant, terms := expr.Terms(f)
	if f.Kind() != expr.KindAdd || !slices.ContainsFunc(terms, func(t expr.Term) bool { return st.hasExp(t.X) || hasSigmoid(t.X, x) }) {
		return x, f
	}
	same, meets := constant.IsZero(), false
	first, _ := st.exponents(expr.Factors(terms[0].X))
	for _, t := range terms {
		e, _ := st.exponents(expr.Factors(t.X))
		same = same && e == first
		meets = meets || opposes(x, e) || hasSigmoid(t.X, x)
	}
	if !same {
		if !meets {
			return x, f
		}
		for k, t := range terms {
			terms[k].X = st.joined(append(slices.Clone(expr.Factors(t.X)), s.Call(fnExp, x)), nil)
		}
		return s.Int(0), s.Linear(expr.Int(0), append(terms, expr.Term{Coef: constant, X: s.Call(fnExp, x)}))
	}
	for k, t := range terms {
		_, rest := st.exponents(expr.Factors(t.X))
		terms[k].X = s.Mul(rest...)
	}
	return s.Add(x, first), s.Linear(expr.Int(0), terms)
}

// opposes reports whether a term of x is in y with the other sign.
func opposes(x, y *expr.Node) bool {
	_, xs := expr.Terms(x)
	_, ys := expr.Terms(y)
	return slices.ContainsFunc(xs, func(t expr.Term) bool {
		return slices.ContainsFunc(ys, func(u expr.Term) bool { return u.X == t.X && u.Coef.Sign() != t.Coef.Sign() })
	})
}

// pushIntoSum takes exp(x) into a sum f that has sigmoids of x.
func (st *stabiliser) pushIntoSum(x, f *expr.Node, clear []*expr.Node) (*expr.Node, *expr.Node) {
	s := st.s
	if f.Kind() != expr.KindReduce || f.Op() != expr.Sum {
		return x, f
	}
	o := s.Open(f, append(slices.Clone(clear), x)...)
	if !hasSigmoid(o.Body, x) {
		return x, f
	}
	body := st.joined(append(slices.Clone(expr.Factors(o.Body)), s.Call(fnExp, x)), clear)
	return s.Int(0), s.Reduce(expr.Sum, body, o.Indices...)
}

// hasSigmoid reports whether a product has a sigmoid that falls where x grows.
func hasSigmoid(n, x *expr.Node) bool {
	return slices.ContainsFunc(expr.Factors(n), func(g *expr.Node) bool {
		if g.Kind() == expr.KindPow {
			g = g.Args()[0]
		}
		return isCall(g, fnSigmoid.Name) && opposes(x, g.Args()[0])
	})
}

// splitFamilies returns exp(x) as exponentials that are at hand: with m the shift of Σ exp(aⱼ - m), exp(aᵢ + aₖ - 2·m)
// is the product of two of its terms, none above 1.
func (st *stabiliser) splitFamilies(x *expr.Node) []*expr.Node {
	s := st.s
	var powers []*expr.Node
	for _, key := range st.keys {
		m := st.families[key]
		if len(key.Binders()) != 1 {
			continue
		}
		for _, i := range slices.Clone(x.Free()) {
			if i.Lo() != key.Binders()[0].Lo() || i.Hi() != key.Binders()[0].Hi() {
				continue
			}
			u := s.Sub(s.At(key, i), m)
			for contains(x, u) && x != u {
				powers = append(powers, s.Call(fnExp, u))
				x = s.Sub(x, u)
			}
		}
	}
	if !x.IsZero() {
		powers = append(powers, s.Call(fnExp, x))
	}
	return powers
}

// contains reports whether every term of u is in x with the same sign and at least its coefficient.
func contains(x, u *expr.Node) bool {
	_, have := expr.Terms(x)
	_, need := expr.Terms(u)
	for _, t := range need {
		k := slices.IndexFunc(have, func(h expr.Term) bool { return h.X == t.X })
		if k < 0 || have[k].Coef.Sign() != t.Coef.Sign() {
			return false
		}
		if d := have[k].Coef.Sub(t.Coef); d.Sign() != 0 && d.Sign() != t.Coef.Sign() {
			return false
		}
	}
	return true
}

// pushShift moves exp(-m) into a sum of exponentials whose largest exponent is m.
func (st *stabiliser) pushShift(x, f *expr.Node, clear []*expr.Node) (*expr.Node, *expr.Node) {
	s := st.s
	if f.Kind() != expr.KindReduce || f.Op() != expr.Sum {
		return x, f
	}
	o := s.Open(f, append(slices.Clone(clear), x)...)
	e, inner := st.exponents(expr.Factors(o.Body))
	m, known := st.families[s.Lambda(e, o.Indices...)]
	if !known {
		return x, f
	}
	_, shift := expr.Terms(m)
	_, terms := expr.Terms(x)
	for _, t := range shift { // all of m must be there to be taken
		k := slices.IndexFunc(terms, func(u expr.Term) bool { return u.X == t.X })
		if k < 0 || terms[k].Coef.Sign() == t.Coef.Sign() {
			return x, f
		}
	}
	body := s.Mul(append(inner, s.Call(fnExp, s.Sub(e, m)))...)
	return s.Add(x, m), s.Reduce(expr.Sum, body, o.Indices...)
}

// joinSigmoid uses exp(z)·sigmoid(-z) = sigmoid(z).
func (st *stabiliser) joinSigmoid(x, f *expr.Node) (*expr.Node, *expr.Node) {
	s := st.s
	base, power := f, expr.Int(1)
	if f.Kind() == expr.KindPow && f.Args()[1].Kind() == expr.KindRat {
		base, power = f.Args()[0], f.Args()[1].Rat()
	}
	if !isCall(base, fnSigmoid.Name) || power.Sign() < 0 {
		return x, f
	}
	z := s.Neg(base.Args()[0])
	_, of := expr.Terms(z)
	_, have := expr.Terms(x)
	if len(of) == 0 {
		return x, f
	}
	k := slices.IndexFunc(have, func(t expr.Term) bool { return t.X == of[0].X })
	if k < 0 {
		return x, f
	}
	times := have[k].Coef.Div(of[0].Coef)
	if times.Sign() <= 0 {
		return x, f
	}
	if times.Cmp(power) > 0 {
		times = power
	}
	if !contains(x, s.Scale(times, z)) {
		return x, f
	}
	left := s.Sub(x, s.Scale(times, z))
	up, down := s.Call(fnSigmoid, z), base
	return left, s.Mul(s.Pow(up, s.Rat(times)), s.Pow(down, s.Rat(power.Sub(times))))
}
