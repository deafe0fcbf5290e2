package simplify

import (
	"math/big"
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/poly"
)

// A power is a factor of a product over an index, with a whole exponent.
type power struct {
	of    *expr.Node
	times int64
}

// closedProducts takes out of the products over one range that are factors of n what telescopes, Π f(k + d)/f(k) = f(hi + 1)⋯f(hi + d)/(f(lo)⋯f(lo + d - 1)),
// and what does not depend on the index, and writes the product of consecutive positive numbers with the gamma function: Π (k + c) over k from lo to hi
// is Γ(hi + c + 1)/Γ(lo + c).
func (f *facts) closedProducts(n *expr.Node) *expr.Node {
	s := f.s
	if y, ok := f.closedExponents(n); ok {
		return y
	}
	factors := slices.Clone(expr.Factors(n))
	for first := 0; first < len(factors); first++ {
		base, _ := baseExponent(s, factors[first])
		if !isProductOverOne(base) {
			continue
		}
		o := s.Open(base, n)
		k, size := o.Indices[0], rangeLength(s, o.Indices[0].Lo(), o.Indices[0].Hi())
		if !s.Cond(expr.GeZero, size).IsOne() {
			continue
		}
		var powers []power
		outer := s.Int(1)
		var rest []*expr.Node
		for _, x := range factors[first:] {
			base, e := baseExponent(s, x)
			times, isInt := e.Rat().Int64()
			if !isProductOverOne(base) || e.Kind() != expr.KindRat || !isInt || base.Binders()[0].Lo() != k.Lo() || base.Binders()[0].Hi() != k.Hi() {
				rest = append(rest, x)
				continue
			}
			p := s.Open(base, n)
			ps, free, ok := f.powersOver(k, s.Substitute(p.Body, p.Indices[0], k))
			if !ok {
				rest = append(rest, x)
				continue
			}
			outer = s.Mul(outer, s.Pow(free, s.Int(times)))
			for _, q := range ps {
				powers = append(powers, power{q.of, times * q.times})
			}
		}
		if y, ok := f.closed(k, powers); ok {
			return f.closedProducts(s.Mul(append(slices.Concat(factors[:first], rest), s.Pow(outer, size), y)...))
		}
	}
	return n
}

// closedExponents writes the product of q^e(k) as q^(Σ e(k)), and that of b(k)^e as a power of the product of the b(k), where the exponents are whole numbers of
// any sign, or the base is positive.
func (f *facts) closedExponents(n *expr.Node) (*expr.Node, bool) {
	s := f.s
	if !isProductOverOne(n) || n.Body().Kind() != expr.KindPow {
		return n, false
	}
	o := s.Open(n)
	k, base, e := o.Indices[0], o.Body.Args()[0], o.Body.Args()[1]
	if e.Kind() == expr.KindRat || !expr.IsIndexForm(e) && expr.SignOf(base) != expr.Positive || !s.Cond(expr.GeZero, rangeLength(s, k.Lo(), k.Hi())).IsOne() {
		return n, false
	}
	if !e.DependsOn(k) {
		product := s.Reduce(expr.Prod, base, k)
		closed := f.closedProducts(product)
		return s.Pow(closed, e), closed != product
	}
	sum := s.Reduce(expr.Sum, e, k)
	if sum.Kind() == expr.KindReduce {
		sum = f.closedSum(sum)
	}
	if base.DependsOn(k) || !expr.IsIndexForm(sum) && expr.SignOf(base) != expr.Positive || contains(sum, func(n *expr.Node) bool { return n.Kind() == expr.KindReduce || n.Kind() == expr.KindCond }) {
		return n, false
	}
	return s.Pow(base, sum), true
}

// isProductOverOne reports whether n is a product over one index.
func isProductOverOne(n *expr.Node) bool {
	return n.Kind() == expr.KindReduce && n.Op() == expr.Prod && len(n.Binders()) == 1
}

// closed returns the product of powers over the range of k, what is left of it being a product over less.
func (f *facts) closed(k *expr.Node, powers []power) (*expr.Node, bool) {
	s := f.s
	var closed []*expr.Node
	for i := range powers {
		for j := range powers {
			a, b := &powers[i], &powers[j]
			if times := min(a.times, -b.times); times > 0 {
				if left, ok := f.quotientOver(k, a.of, b.of); ok {
					closed = append(closed, s.Pow(left, s.Int(times)))
					a.times -= times
					b.times += times
				}
			}
		}
	}
	left := s.Int(1)
	for _, p := range powers {
		if p.times == 0 {
			continue
		}
		if y, ok := consecutive(s, k, p.of); ok {
			closed = append(closed, s.Pow(y, s.Int(p.times)))
		} else {
			left = s.Mul(left, s.Pow(p.of, s.Int(p.times)))
		}
	}
	return s.Mul(append(closed, s.Reduce(expr.Prod, left, k))...), len(closed) > 0
}

// powersOver returns the factors of body that depend on k and the product of the others: those of a rational function of k in lowest terms, where it is one.
func (f *facts) powersOver(k, body *expr.Node) (powers []power, outer *expr.Node, ok bool) {
	s := f.s
	if r, q, ok := lowest(s, body); ok && !slices.ContainsFunc(r.atoms, func(a *expr.Node) bool { return a != k && a.DependsOn(k) }) {
		at, ok := r.place[k]
		if !ok || r.roots[at] != 1 {
			return nil, nil, false
		}
		var outer []*expr.Node
		for side, p := range []*poly.Poly{q.num, q.den} {
			sign := int64(1 - 2*side)
			content, factors, err := poly.Factorise(p)
			if err != nil {
				return nil, nil, false
			}
			outer = append(outer, s.Pow(s.Number(new(big.Rat).SetInt(content)), s.Int(sign)))
			for _, g := range factors {
				x, times := r.sum(g.P, big.NewInt(1)), sign*int64(g.Times)
				if g.P.Degree(at) == 0 {
					outer = append(outer, s.Pow(x, s.Int(times)))
					continue
				}
				cs := g.P.Coefficients(at)
				if lead := cs[len(cs)-1]; !lead.IsOne() && lead.IsConst() { // 2·k + 1 = 2·(k + 1/2)
					c := s.Number(new(big.Rat).SetInt(lead.Lead()))
					outer, x = append(outer, s.Pow(c, s.Int(times))), expand(s, s.Div(x, c))
				}
				if len(cs) == 2 && (isPositive(s, s.Neg(s.Substitute(x, k, k.Lo()))) || isPositive(s, s.Neg(s.Substitute(x, k, k.Hi())))) { // k - n
					outer, x = append(outer, s.Int(1-2*(times&1))), s.Neg(x)
				}
				powers = append(powers, power{x, times})
			}
		}
		return powers, s.Mul(outer...), true
	}
	for _, x := range expr.Factors(body) {
		base, e := baseExponent(s, x)
		times, isInt := e.Rat().Int64()
		if e.Kind() != expr.KindRat || !isInt || !x.DependsOn(k) || x.Kind() == expr.KindCond {
			return nil, nil, false
		}
		powers = append(powers, power{base, times})
	}
	return powers, s.Int(1), true
}

// quotientOver returns the product of a/b over the range of k, if one of them is the other a few indices further on. What is left of it is what the product
// reads at some index, or is in its range and not divided by where it may be 0.
func (f *facts) quotientOver(k, a, b *expr.Node) (*expr.Node, bool) {
	s := f.s
	at := func(x, i *expr.Node) *expr.Node { return expand(s, s.Substitute(x, k, i)) }
	isLonger := func(than int64) bool {
		return s.Cond(expr.GeZero, s.Sub(k.Hi(), s.Add(k.Lo(), s.Int(than)))).IsOne()
	}
	for d := int64(1); d <= maxShifted; d++ {
		for _, up := range []bool{true, false} {
			first, last := b, a
			if !up {
				first, last = a, b
			}
			if at(first, s.Add(k, s.Int(d))) != last {
				continue
			}
			above, below := s.Int(1), s.Int(1)
			for j := range d {
				// They are read at lo + j and at hi + 1 + j - d, if these are in the range.
				early, late := at(first, s.Add(k.Lo(), s.Int(j))), at(first, s.Add(k.Hi(), s.Int(1+j)))
				readEarly, readLate := isLonger(j), isLonger(d-1-j)
				if !readEarly && !(s.InRange(early) && (!up || f.isNot0(early))) || !readLate && !(s.InRange(late) && (up || f.isNot0(late))) {
					return nil, false
				}
				above, below = s.Mul(above, late), s.Mul(below, early)
			}
			if up {
				return s.Div(above, below), true
			}
			return s.Div(below, above), true
		}
	}
	return nil, false
}

// consecutive returns the product of x, which is a number or what does not depend on k, and k or -k, over the range of k where all of them are positive.
func consecutive(s *expr.Session, k, x *expr.Node) (*expr.Node, bool) {
	gamma := func(x *expr.Node) *expr.Node { return formula.Elementary(s, "gamma", x) }
	least, most := s.Substitute(x, k, k.Lo()), s.Substitute(x, k, k.Hi())
	switch {
	case !s.Add(x, k).DependsOn(k):
		least, most = most, least
	case s.Sub(x, k).DependsOn(k):
		return nil, false
	}
	if !isPositive(s, least) {
		return nil, false
	}
	return s.Div(gamma(s.Add(most, s.Int(1))), gamma(least)), true
}
