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
			if x := s.Pow(args[0], args[1]); x.Kind() == expr.KindMul && st.hasExp(x) {
				return st.joined(expr.Factors(x), clear), true
			}
		case expr.KindMul:
			return st.joined(args, clear), true
		case expr.KindReduce:
			if n.Op() == expr.Sum || n.Op() == expr.Prod {
				return st.extracted(n, clear)
			}
		}
		return nil, false
	})
}

// joined is the product of factors with their exponentials joined.
func (st *stabiliser) joined(factors, clear []*expr.Node) *expr.Node {
	s := st.s
	product := s.Mul(factors...)
	x, rest := st.exponents(expr.Factors(product))
	if constant, terms := expr.Terms(product); len(terms) == 1 && (terms[0].X.Kind() == expr.KindMul) && product.Kind() == expr.KindAdd {
		inner := st.joined(terms[0].X.Args(), clear)
		return s.Linear(constant, []expr.Term{{Coef: terms[0].Coef, X: inner}})
	}
	for k, f := range rest {
		x, rest[k] = st.pullCommon(x, f)
	}
	for k, f := range rest {
		x, rest[k] = st.joinSigmoid(x, f)
	}
	rest = slices.Clone(expr.Factors(s.Mul(rest...)))
	for k, f := range rest {
		x, rest[k] = st.passCommon(x, f, rest, clear)
	}
	for k, f := range rest { // first where it cancels
		if st.cancels(x, f) {
			x, rest[k] = st.meet(x, f, clear)
		}
	}
	for k, f := range rest {
		x, rest[k] = st.meet(x, f, clear)
	}
	met, rest := st.exponents(expr.Factors(s.Mul(rest...)))
	x = s.Add(x, met)
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

// passCommon takes an exponential that every term of a sum f has, and that cancels in another factor, out of f.
func (st *stabiliser) passCommon(x, f *expr.Node, others, clear []*expr.Node) (*expr.Node, *expr.Node) {
	s := st.s
	constant, terms := expr.Terms(f)
	if f.Kind() != expr.KindAdd || !constant.IsZero() {
		return x, f
	}
	first, _ := st.exponents(expr.Factors(terms[0].X))
	_, common := expr.Terms(first)
	for _, t := range terms[1:] {
		e, _ := st.exponents(expr.Factors(t.X))
		_, have := expr.Terms(e)
		for k, c := range common {
			at := slices.IndexFunc(have, func(h expr.Term) bool { return h.X == c.X && h.Coef.Sign() == c.Coef.Sign() })
			switch {
			case at < 0:
				common[k].Coef = expr.Int(0)
			case c.Coef.Sub(have[at].Coef).Sign() == c.Coef.Sign():
				common[k].Coef = have[at].Coef
			}
		}
	}
	for k, c := range common {
		if !slices.ContainsFunc(others, func(g *expr.Node) bool { return g != f && st.cancels(s.Scale(c.Coef, c.X), g) }) {
			common[k].Coef = expr.Int(0)
		}
	}
	out := s.Linear(expr.Int(0), common)
	if out.IsZero() {
		return x, f
	}
	for k, t := range terms {
		e, rest := st.exponents(expr.Factors(t.X))
		terms[k].X = st.joined(append(rest, s.Call(fnExp, s.Sub(e, out))), clear)
	}
	return s.Add(x, out), s.Linear(constant, terms)
}

// cancels reports whether a factor is a sum with an exponential that exp(x) has the inverse of.
func (st *stabiliser) cancels(x, f *expr.Node) bool {
	f, _ = powerOf(f)
	if f.Kind() != expr.KindAdd || x.IsZero() {
		return false
	}
	_, of := expr.Terms(x)
	_, terms := expr.Terms(f)
	for _, t := range terms {
		e, _ := st.exponents(expr.Factors(t.X))
		_, have := expr.Terms(e)
		for _, h := range have {
			if slices.ContainsFunc(of, func(o expr.Term) bool { return o.X == h.X && o.Coef.Sign()*h.Coef.Sign() < 0 }) {
				return true
			}
		}
	}
	return false
}

// pullCommon takes the exponential that every term of a sum f has out of it.
func (st *stabiliser) pullCommon(x, f *expr.Node) (*expr.Node, *expr.Node) {
	s := st.s
	constant, terms := expr.Terms(f)
	if f.Kind() != expr.KindAdd || !constant.IsZero() {
		return x, f
	}
	first, _ := st.exponents(expr.Factors(terms[0].X))
	if first.IsZero() {
		return x, f
	}
	rests := make([]expr.Term, len(terms))
	for k, t := range terms {
		e, rest := st.exponents(expr.Factors(t.X))
		if e != first {
			return x, f
		}
		rests[k] = expr.Term{Coef: t.Coef, X: s.Mul(rest...)}
	}
	return s.Add(x, first), s.Linear(expr.Int(0), rests)
}

// splitFamilies returns exp(x) as exponentials that are at hand: with m the shift of Σ exp(aⱼ - m), exp(aᵢ + aₖ - 2·m)
// is the product of two of its terms, none above 1.
func (st *stabiliser) splitFamilies(x *expr.Node) []*expr.Node {
	s := st.s
	var powers []*expr.Node
	for _, z := range st.members(x) {
		for _, m := range z.shifts {
			u := s.Sub(z.exponent, m)
			for u.Kind() != expr.KindRat && contains(x, u) && x != u {
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
