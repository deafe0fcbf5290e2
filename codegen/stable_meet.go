package codegen

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// extracted writes a sum of exponentials whose exponents are among those of a shifted sum with the same shift:
// Σ wⱼ·exp(aⱼ) = exp(m)·Σ wⱼ·exp(aⱼ - m). The exp(m) cancels with that of the other sum before it is computed.
func (st *stabiliser) extracted(n *expr.Node, clear []*expr.Node) (*expr.Node, bool) {
	s := st.s
	o := s.Open(n, clear...)
	if n.Op() == expr.Prod {
		return st.product(n, o, clear)
	}
	if len(st.keys) == 0 {
		return nil, false
	}
	e, inner := st.exponents(expr.Factors(o.Body))
	var inside, outside []expr.Term
	constant, terms := expr.Terms(e)
	for _, t := range terms {
		if dependsOnAny(t.X, o.Indices) {
			inside = append(inside, t)
		} else {
			outside = append(outside, t)
		}
	}
	in, out := s.Linear(expr.Int(0), inside), s.Linear(constant, outside)
	left, shift := in, s.Int(0)
	for _, z := range st.members(in) {
		if !dependsOnAny(z.exponent, o.Indices) || dependsOnAny(z.shifts[0], o.Indices) {
			continue
		}
		for times := 0; times < maxTimes && contains(left, z.exponent); times++ {
			m := z.shifts[0]
			for _, other := range z.shifts {
				if contains(s.Neg(out), s.Add(shift, other)) {
					m = other
				}
			}
			left, shift = s.Sub(left, z.exponent), s.Add(shift, m)
		}
	}
	_, terms = expr.Terms(left)
	for _, z := range st.members(left) {
		for k, t := range terms { // (n - 1)·aⱼ
			if t.X.Kind() != expr.KindMul || !slices.Contains(t.X.Args(), z.exponent) || dependsOnAny(z.shifts[0], o.Indices) {
				continue
			}
			c := s.Scale(t.Coef, s.Div(t.X, z.exponent))
			if expr.IsIndexForm(c) && s.Cond(expr.GeZero, c).IsOne() {
				shift = s.Add(shift, s.Mul(c, z.shifts[0]))
				terms[k].X = s.Int(0)
			}
		}
	}
	if out = s.Add(out, shift); shift.IsZero() || out.IsZero() {
		return nil, false
	}
	sum := s.Reduce(expr.Sum, s.Mul(append(inner, s.Call(fnExp, s.Sub(in, shift)))...), o.Indices...)
	return s.Mul(s.Call(fnExp, out), sum), true
}

// maxMet bounds the terms of a sum, with those of the sums among their factors, that an exponential is taken into: a sum of more is shared by all
// that it stands in and would be written out for each of them.
const maxMet = 64

// reaches counts those terms; it counts no further than just beyond most.
func reaches(f *expr.Node, most int) int {
	switch f.Kind() {
	case expr.KindAdd:
		count := 0
		_, terms := expr.Terms(f)
		for _, t := range terms {
			if count += 1; count > most {
				break
			}
			for _, g := range expr.Factors(t.X) {
				count += reaches(g, most-count)
			}
		}
		return count
	case expr.KindPow:
		return reaches(f.Args()[0], most)
	}
	return 0
}

// meet takes exp(x) into the terms of a sum f where it meets what bounds it: exp(a)·(exp(-m)·v + exp(-k)·w) must not
// raise any of them alone, and exp(z)·(sigmoid(-z)·v + sigmoid(-z)²·w) is sigmoid(z)·v + sigmoid(z)·sigmoid(-z)·w.
// What the terms then have in common comes out again.
func (st *stabiliser) meet(x, f *expr.Node, clear []*expr.Node) (*expr.Node, *expr.Node) {
	s := st.s
	if x.Kind() == expr.KindRat || reaches(f, maxMet) > maxMet || !st.meets(x, f, clear) {
		return x, f
	}
	exp := s.Call(fnExp, x)
	switch f.Kind() {
	case expr.KindAdd:
		f = st.pairSigmoids(st.pairWithConstant(f))
		constant, terms := expr.Terms(f)
		if f.Kind() != expr.KindAdd {
			return s.Int(0), st.joined([]*expr.Node{f, exp}, clear)
		}
		for k, t := range terms {
			terms[k].X = st.joined(append(slices.Clone(expr.Factors(t.X)), exp), clear)
		}
		if !constant.IsZero() {
			terms = append(terms, expr.Term{Coef: constant, X: st.joined([]*expr.Node{exp}, clear)})
		}
		all := s.Linear(expr.Int(0), terms)
		if y, rest := st.pullCommon(s.Int(0), all); !st.meets(y, rest, clear) {
			return y, rest
		}
		return s.Int(0), all
	case expr.KindPow:
		k := f.Args()[1].Rat()
		y, base := st.meet(s.Scale(expr.Int(1).Div(k), x), f.Args()[0], clear)
		return s.Scale(k, y), s.Pow(base, f.Args()[1])
	case expr.KindReduce:
		if f.Op() == expr.Prod {
			return st.meetProduct(x, f, clear)
		}
		o := s.Open(f, append(slices.Clone(clear), x)...)
		body := st.joined(append(slices.Clone(expr.Factors(o.Body)), exp), clear)
		sum := s.Reduce(expr.Sum, body, o.Indices...)
		y, rest := st.exponents(expr.Factors(sum))
		return y, s.Mul(rest...)
	}
	return x, f
}

// meets reports whether a factor f is a sum with a term that exp(x) is to be joined with.
func (st *stabiliser) meets(x, f *expr.Node, clear []*expr.Node) bool {
	switch f.Kind() {
	case expr.KindAdd:
		_, terms := expr.Terms(f)
		return slices.ContainsFunc(terms, func(t expr.Term) bool { return st.termMeets(x, t.X, clear) })
	case expr.KindPow:
		k := f.Args()[1]
		return k.Kind() == expr.KindRat && k.Rat().IsInt() && k.Rat().Sign() > 0 && st.meets(x, f.Args()[0], clear)
	case expr.KindReduce:
		if f.Op() == expr.Prod {
			p, ok := st.alongProduct(x, f, clear)
			return ok && st.bodyMeets(p.exponent, p.body, clear)
		}
		if f.Op() != expr.Sum {
			return false
		}
		o := st.s.Open(f, append(slices.Clone(clear), x)...)
		return st.bodyMeets(x, o.Body, clear)
	}
	return false
}

// termMeets reports whether a term has an exponential or a sigmoid that falls where exp(x) grows, or the other way round.
func (st *stabiliser) termMeets(x, t *expr.Node, clear []*expr.Node) bool {
	e, rest := st.exponents(expr.Factors(t))
	return st.clash(x, e) || slices.ContainsFunc(rest, func(g *expr.Node) bool { return !st.against(x, g, clear).IsZero() }) ||
		st.bodyMeets(x, t, clear)
}

// bodyMeets reports the same for what exp(x) is known to cancel with.
func (st *stabiliser) bodyMeets(x, t *expr.Node, clear []*expr.Node) bool {
	e, rest := st.exponents(expr.Factors(t))
	return st.opposes(x, e) || slices.ContainsFunc(rest, func(g *expr.Node) bool {
		if base, _ := powerOf(g); isCall(base, fnSigmoid.Name) {
			return st.opposes(x, base.Args()[0])
		}
		return st.meets(x, g, clear)
	})
}

// growth reports whether an exponent may be large, and whether it may be small.
func (st *stabiliser) growth(x *expr.Node) (up, down bool) {
	_, terms := expr.Terms(st.bound(x, x))
	for _, t := range terms {
		known := expr.SignOf(t.X) != expr.AnySign
		up = up || !known || t.Coef.Sign() > 0
		down = down || !known || t.Coef.Sign() < 0
	}
	return up, down
}

// clash reports whether one exponent may be large where the other is small.
func (st *stabiliser) clash(x, y *expr.Node) bool {
	if isMultiple(x, y) {
		return false
	}
	up, down := st.growth(x)
	grows, falls := st.growth(y)
	return up && falls || down && grows
}

// isMultiple reports whether y is c·x with a positive number c.
func isMultiple(x, y *expr.Node) bool {
	constant, of := expr.Terms(x)
	other, terms := expr.Terms(y)
	if !constant.IsZero() || !other.IsZero() || len(of) != len(terms) {
		return false
	}
	for k, t := range terms {
		if c := t.Coef.Div(of[k].Coef); t.X != of[k].X || c.Sign() < 0 || !c.Equal(terms[0].Coef.Div(of[0].Coef)) {
			return false
		}
	}
	return true
}

// against returns the terms of x that are known to fall where a sum f of exponentials may grow, or to grow where it may
// fall, and that can be taken into it at no cost.
func (st *stabiliser) against(x, f *expr.Node, clear []*expr.Node) *expr.Node {
	s := st.s
	f, _ = powerOf(f)
	if f.Kind() != expr.KindReduce || f.Op() != expr.Sum {
		return s.Int(0)
	}
	_, terms := expr.Terms(x)
	terms = slices.DeleteFunc(terms, func(t expr.Term) bool {
		return expr.SignOf(t.X) == expr.AnySign || slices.ContainsFunc(t.X.Free(), func(i *expr.Node) bool { return !slices.Contains(f.Free(), i) })
	})
	if len(terms) == 0 {
		return s.Int(0)
	}
	o := s.Open(f, append(slices.Clone(clear), x)...)
	e, _ := st.exponents(expr.Factors(o.Body))
	up, down := st.growth(e)
	terms = slices.DeleteFunc(terms, func(t expr.Term) bool { return !(up && t.Coef.Sign() < 0 || down && t.Coef.Sign() > 0) })
	return s.Linear(expr.Int(0), terms)
}

// spread divides what bounds several sums of exponentials among them, and keeps a part: in
// exp(z - u)·(Σ wⱼ·exp(aⱼ))², where u grows faster than z and the aⱼ do, all three factors get -u/3.
func (st *stabiliser) spread(v *expr.Node, clear []*expr.Node) *expr.Node {
	return st.s.Map(v, clear, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if n.Kind() != expr.KindMul {
			return nil, false
		}
		return st.divided(args, clear), true
	})
}

func (st *stabiliser) divided(factors, clear []*expr.Node) *expr.Node {
	s := st.s
	product := s.Mul(factors...)
	x, rest := st.exponents(expr.Factors(product))
	if x.Kind() == expr.KindRat {
		return product
	}
	var common *expr.Node
	count := expr.Int(0)
	for _, f := range rest {
		_, power := powerOf(f)
		if t := st.against(x, f, clear); !t.IsZero() && power.Sign() > 0 && power.IsInt() && (common == nil || t == common) {
			common, count = t, count.Add(power)
		}
	}
	if common == nil {
		return product
	}
	if x != common {
		count = count.Add(expr.Int(1))
	}
	part := s.Scale(expr.Int(1).Div(count), common)
	for k, f := range rest {
		base, power := powerOf(f)
		if power.Sign() <= 0 || !power.IsInt() || st.against(x, f, clear) != common {
			continue
		}
		o := s.Open(base, append(slices.Clone(clear), x)...)
		body := st.joined(append(slices.Clone(expr.Factors(o.Body)), s.Call(fnExp, part)), clear)
		rest[k] = s.Pow(s.Reduce(expr.Sum, body, o.Indices...), s.Rat(power))
		count = count.Sub(power)
	}
	x = s.Add(s.Sub(x, common), s.Scale(count, part))
	return s.Mul(append(rest, st.splitFamilies(x)...)...)
}

// opposes reports whether a term of x is in y with the other sign, or below a maximum that is.
func (st *stabiliser) opposes(x, y *expr.Node) bool {
	_, xs := expr.Terms(st.bound(x, y))
	_, ys := expr.Terms(st.bound(y, x))
	return slices.ContainsFunc(xs, func(t expr.Term) bool {
		return slices.ContainsFunc(ys, func(u expr.Term) bool {
			if t.Coef.Sign() == u.Coef.Sign() {
				return u.X != t.X && (st.below(ys, t) && !st.below(xs, t) || st.below(xs, u) && !st.below(ys, u))
			}
			return u.X == t.X || st.below(ys, t) || st.below(xs, u)
		})
	})
}

// below reports whether a term is, with its sign, in one of the exponents whose maximum is subtracted in terms.
func (st *stabiliser) below(terms []expr.Term, t expr.Term) bool {
	return slices.ContainsFunc(terms, func(m expr.Term) bool {
		return m.Coef.Sign() < 0 && m.X != t.X && isCall(m.X, fnFinite.Name) && st.belowMax(m.X.Args()[0], t)
	})
}

// belowMax reports whether a term is in one of the numbers that m is the maximum of.
func (st *stabiliser) belowMax(m *expr.Node, t expr.Term) bool {
	if isCall(m, fnMax.Name) || isCall(m, fnFinite.Name) {
		return slices.ContainsFunc(m.Args(), func(a *expr.Node) bool { return st.belowMax(a, t) })
	}
	if m.Kind() == expr.KindReduce && m.Op() == expr.Max {
		o := st.s.Open(m, t.X)
		if len(o.Indices) != 1 {
			return false
		}
		i := o.Indices[0]
		return slices.ContainsFunc(t.X.Free(), func(j *expr.Node) bool { // in a[j] and max[i](s[i] + a[i]), or max[i in k..n]
			return st.within(i, j) && st.belowMax(st.s.Substitute(o.Body, i, j), t)
		})
	}
	x := t.X
	if isCall(x, fnFinite.Name) {
		x = x.Args()[0]
	}
	_, terms := expr.Terms(m)
	return slices.ContainsFunc(terms, func(u expr.Term) bool {
		return (u.X == x || u.X == t.X) && u.Coef.Sign() == t.Coef.Sign()
	})
}

// within reports whether all that an index takes is in the range of another.
func (st *stabiliser) within(i, j *expr.Node) bool {
	s := st.s
	return i.Lo() == j.Lo() && i.Hi() == j.Hi() || s.Cond(expr.GeZero, s.Sub(i.Lo(), j.Lo())).IsOne() && s.Cond(expr.GeZero, s.Sub(j.Hi(), i.Hi())).IsOne()
}

// bound replaces the exponents of shifted sums in x by their shifts, which they do not exceed: by one that is subtracted in x or
// y if there is.
func (st *stabiliser) bound(x, y *expr.Node) *expr.Node {
	s := st.s
	for _, z := range st.members(x) {
		for times := 0; times < maxTimes && contains(x, z.exponent); times++ {
			m := z.shifts[0]
			for _, other := range z.shifts {
				if contains(s.Neg(x), other) || contains(s.Neg(y), other) {
					m = other
				}
			}
			x = s.Add(s.Sub(x, z.exponent), m)
		}
	}
	return x
}

// tangents uses sinh(x)/cosh(x) = tanh(x), where both overflow.
func (st *stabiliser) tangents(factors []*expr.Node) []*expr.Node {
	s := st.s
	for k, f := range factors {
		base, power := powerOf(f)
		if !isCall(base, "cosh") || power.Sign() >= 0 || !power.IsInt() {
			continue
		}
		for j, g := range factors {
			of, times := powerOf(g)
			if !isCall(of, "sinh") || of.Args()[0] != base.Args()[0] || times.Sign() <= 0 || !times.IsInt() {
				continue
			}
			if times.Cmp(power.Neg()) > 0 {
				times = power.Neg()
			}
			tanh := s.Call(fnTanh, base.Args()[0])
			by := s.Rat(times)
			factors = slices.Clone(factors)
			factors[k] = s.Mul(f, s.Pow(base, by), s.Pow(tanh, by))
			factors[j] = s.Mul(g, s.Pow(of, s.Neg(by)))
			return factors
		}
	}
	return factors
}

// powerOf returns a factor as a power with a rational exponent.
func powerOf(f *expr.Node) (base *expr.Node, power expr.Rat) {
	if f.Kind() == expr.KindPow && f.Args()[1].Kind() == expr.KindRat {
		return f.Args()[0], f.Args()[1].Rat()
	}
	return f, expr.Int(1)
}
