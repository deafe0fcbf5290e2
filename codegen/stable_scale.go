package codegen

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// Functions of scaling. The scale is a power of 2, so that multiplying by it is exact.
var (
	fnInRange   = &expr.Func{Name: "in range", Arity: 1}                         // 1 where powers of a sum of squares are in range, else 0
	fnPowerOf   = &expr.Func{Name: "power below", Arity: 1, Sign: expr.Positive} // the power of 2 that brings a number to about 1
	fnTimes     = &expr.Func{Name: "times", Arity: 2}                            // the first times the second, not to be multiplied out
	fnTimesLess = &expr.Func{Name: "times a difference", Arity: 3}               // y·(a - b), also where a - b overflows
	fnOver      = &expr.Func{Name: "over", Arity: 2}
	fnRootPlus  = &expr.Func{Name: "root of a sum of products", Arity: 4, Sign: expr.NonNegative} // √(a·b + c·d)
	fnApartFrom = &expr.Func{Name: "out of range", Arity: 2}                                      // the second where the first is 0, and not needed elsewhere
)

// scale keeps the squares under roots in range: with s = 1 where q = Σ aⱼ² has neither overflowed nor vanished, else the power of 2 that brings the
// largest |aⱼ| to about 1,
//
//	√q = √(Σ (s·aⱼ)²)/s
//	aᵢ/√q = (s·aᵢ)/√(Σ (s·aⱼ)²)
//	(Σ aⱼ·bⱼ)/√q = (Σ (s·aⱼ)·bⱼ)/√(Σ (s·aⱼ)²)
//	log(q) = log(Σ (s·aⱼ)²) - 2·log(s)
//
// The largest and the sums with s are computed only where q is out of range. What is under the root may have other terms that are not negative,
// such as the ε of a layer norm.
func (st *stabiliser) scale(v *expr.Node, clear []*expr.Node) *expr.Node {
	s := st.s
	for _, products := range []bool{true, false} { // a root among factors shares its scale with them
		v = s.Map(v, clear, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
			if !products && (isCall(n, "log") || isCall(n, fnLog1p.Name)) {
				x := s.With(n, args)
				return st.logOfSquares(x, append(slices.Clone(clear), x))
			}
			if !products && n.Kind() == expr.KindAdd {
				return st.scaledLast(s.With(n, args)), true
			}
			of := n.Kind() == expr.KindPow || isCall(n, fnInverseRoot.Name)
			if products {
				of = n.Kind() == expr.KindMul
			}
			if !of {
				return nil, false
			}
			x := s.With(n, args)
			if y := st.scaledProduct(x, append(slices.Clone(clear), x)); products || y != x {
				return y, true
			}
			return st.rootOfPair(x), true
		})
	}
	return v
}

// scaledLast multiplies terms c·√q/s with |c| < 1 by c before they are divided by the scale, as √q may overflow.
func (st *stabiliser) scaledLast(x *expr.Node) *expr.Node {
	s := st.s
	constant, terms := expr.Terms(x)
	for k, t := range terms {
		if isCall(t.X, fnOver.Name) && t.Coef.Mul(t.Coef).Cmp(expr.Int(1)) < 0 && hasCall(t.X.Args()[1], fnPowerOf) {
			terms[k] = expr.Term{Coef: expr.Int(1), X: s.Call(fnOver, s.Scale(t.Coef, t.X.Args()[0]), t.X.Args()[1])}
		}
	}
	return s.Linear(constant, terms)
}

// A radicand is a factor √qᵏ of a product, k ≠ 0.
type radicand struct {
	factor  *expr.Node
	q       *expr.Node
	k       int64 // twice the exponent
	squares []square
	plain   *expr.Node // 1 where q is in range, else 0
	s       *expr.Node // the scale
	left    int64      // how many factors s are to be given to others
}

// scaledProduct is scale of a product whose factors have been seen to.
func (st *stabiliser) scaledProduct(product *expr.Node, clear []*expr.Node) *expr.Node {
	s := st.s
	factors := slices.Clone(expr.Factors(product))
	if c, of, ok := multiple(product); ok {
		return s.Scale(c, st.scaledProduct(of, clear))
	}
	var found []*radicand
	odd := false
	for _, f := range factors {
		if r, ok := st.radicandOf(f, clear); ok {
			found = append(found, r)
			odd = odd || r.k%2 != 0
		}
	}
	found = slices.DeleteFunc(found, func(r *radicand) bool { // 1/q alone vanishes where q overflows
		return r.k%2 == 0 && !slices.ContainsFunc(factors, func(f *expr.Node) bool {
			base, power := powerOf(f)
			return f != r.factor && (st.linear(f, r, clear) || power.Sign() > 0 && power.IsInt() && st.linear(base, r, clear))
		})
	})
	if len(found) == 0 {
		return product
	}
	var rest []*expr.Node
	all := make([]int64, len(found))
	for k, r := range found {
		all[k] = r.left
	}
	for _, f := range factors {
		if slices.ContainsFunc(found, func(r *radicand) bool { return r.factor == f }) {
			continue
		}
		rest = append(rest, st.takeScales(f, found, clear)...)
	}
	var outside []*expr.Node
	for k, r := range found {
		for ; r.left > 0 && r.left < all[k]; r.left-- { // the product is in range where 1/q is not
			outside = append(outside, r.s)
		}
		inverse := st.scaledPower(r, clear)
		if at := slices.IndexFunc(rest, func(x *expr.Node) bool { return isTimes(x) == r.s && st.isBase(x.Args()[1], r) }); at >= 0 && len(found) > 1 && r.k == -1 {
			rest[at] = s.Call(fnTimes, inverse, rest[at]) // at most about 1, where roots of several sums may overflow together
			continue
		}
		rest = append(rest, inverse)
	}
	conds, x := splitConds(s, s.Mul(rest...)) // which the scale is computed under
	for _, scale := range outside {
		x = s.Call(fnTimes, scale, x)
	}
	return s.Mul(conds, x)
}

// radicandOf reads a factor as a power of the root of a sum with squares, none of whose terms is negative.
func (st *stabiliser) radicandOf(f *expr.Node, clear []*expr.Node) (*radicand, bool) {
	r := &radicand{factor: f}
	base, power := powerOf(f)
	if isCall(base, fnInverseRoot.Name) {
		base, power = base.Args()[0], power.Mul(expr.Frac(-1, 2))
	}
	twice, ok := power.Mul(expr.Int(2)).Int64()
	if !ok || twice == 0 || twice > 0 && twice%2 == 0 || twice > maxRootScale || twice < -maxRootScale {
		return nil, false
	}
	r.q, r.k, r.left = base, twice, -twice
	constant, terms := expr.Terms(base)
	if constant.Sign() < 0 || len(terms) > maxPairs {
		return nil, false
	}
	for _, t := range terms {
		if t.Coef.Sign() < 0 {
			return nil, false
		}
		if q, ok := st.squareOf(t.X, clear); ok {
			r.squares = append(r.squares, q)
		} else if t.X.Kind() != expr.KindEntry && !nonNegative(t.X) {
			return nil, false
		}
	}
	if len(r.squares) == 0 {
		return nil, false
	}
	r.plain = st.s.Call(fnInRange, base)
	r.s = st.s.If(outOfRange(st.s, r.plain), st.s.Call(fnPowerOf, st.largestRoot(r, clear)), st.s.Int(1))
	return r, true
}

func outOfRange(s *expr.Session, plain *expr.Node) *expr.Node { return s.Cond(expr.EqZero, plain) }

// isOutOfRange reports whether c is a condition of [outOfRange].
func isOutOfRange(c *expr.Node) bool {
	return c.Kind() == expr.KindCond && c.Op() == expr.EqZero && isCall(c.Args()[0], fnInRange.Name)
}

// largestRoot returns the largest of the |aⱼ| whose squares are summed, and of the roots of other terms.
func (st *stabiliser) largestRoot(r *radicand, clear []*expr.Node) *expr.Node {
	s := st.s
	constant, terms := expr.Terms(r.q)
	var largest *expr.Node
	add := func(x *expr.Node) {
		if largest != nil {
			x = s.Call(fnMax, largest, x)
		}
		largest = x
	}
	if !constant.IsZero() {
		add(s.Pow(s.Rat(constant), s.Rat(expr.Frac(1, 2))))
	}
	for _, t := range terms {
		q, ok := st.squareOf(t.X, clear)
		switch {
		case !ok:
			add(s.Pow(t.X, s.Rat(expr.Frac(1, 2))))
		case len(q.indices) == 0:
			add(s.Mul(q.when, absolute(s, q.base)))
		default:
			add(s.Reduce(expr.Max, s.Call(fnApartFrom, r.plain, s.Mul(q.when, absolute(s, q.base))), q.indices...))
		}
	}
	return largest
}

// maxRootScale bounds the powers of roots that are scaled.
const maxRootScale = 12

// squareOf reads b² and Σ b²·w with factors that are not negative.
func (st *stabiliser) squareOf(x *expr.Node, clear []*expr.Node) (q square, ok bool) {
	when := []*expr.Node{}
	for _, f := range expr.Factors(x) {
		base, power := powerOf(f)
		switch {
		case f.Kind() == expr.KindCond:
			when = append(when, f)
		case q.base == nil && power.Equal(expr.Int(2)) && base.Kind() != expr.KindCall:
			q.base = base
		case q.base == nil && f.Kind() == expr.KindReduce && f.Op() == expr.Sum:
			o := st.s.Open(f, clear...)
			inner, ok := st.squareOf(o.Body, append(slices.Clone(clear), o.Indices...))
			if !ok {
				return square{}, false
			}
			q.base, q.indices = inner.base, append(slices.Clone(o.Indices), inner.indices...)
			when = append(when, inner.when)
		case !nonNegative(f) && base.Kind() != expr.KindSize:
			return square{}, false
		}
	}
	q.when = st.s.Mul(when...)
	return q, q.base != nil
}

// scaledPower returns the factor of a radicand with its squares scaled, and with what scales are left.
func (st *stabiliser) scaledPower(r *radicand, clear []*expr.Node) *expr.Node {
	s := st.s
	q := s.If(outOfRange(s, r.plain), st.scaledSum(r, clear), r.q)
	var x *expr.Node
	if base, power := powerOf(r.factor); isCall(base, fnInverseRoot.Name) {
		x = s.Pow(s.Call(fnInverseRoot, q), s.Rat(power))
	} else {
		x = s.Pow(q, s.Rat(power))
	}
	for ; r.left > 0; r.left-- {
		x = s.Call(fnTimes, r.s, x)
	}
	for ; r.left < 0; r.left++ {
		x = s.Call(fnOver, x, r.s)
	}
	return x
}

// scaledSum is Σ (s·aⱼ)².
func (st *stabiliser) scaledSum(r *radicand, clear []*expr.Node) *expr.Node {
	s := st.s
	constant, terms := expr.Terms(r.q)
	scaledTerms := make([]expr.Term, len(terms))
	for k, t := range terms {
		scaledTerms[k] = expr.Term{Coef: t.Coef, X: st.scaledSquare(t.X, r, clear)}
	}
	if !constant.IsZero() {
		scaledTerms = append(scaledTerms, expr.Term{Coef: constant, X: s.Call(fnTimes, r.s, r.s)})
	}
	return s.Linear(expr.Int(0), scaledTerms)
}

// logOfSquares is the logarithm of a sum of squares, or of 1 plus one.
func (st *stabiliser) logOfSquares(n *expr.Node, clear []*expr.Node) (*expr.Node, bool) {
	s := st.s
	q := n.Args()[0]
	if n.Func() == fnLog1p {
		q = s.Add(s.Int(1), q)
	}
	r, ok := st.radicandOf(s.Pow(q, s.Rat(expr.Frac(1, 2))), clear)
	if !ok || st.log == nil {
		return nil, false
	}
	scaled := s.Sub(s.Call(st.log, st.scaledSum(r, clear)), s.Scale(expr.Int(2), s.Call(st.log, r.s)))
	return s.If(outOfRange(s, r.plain), scaled, n), true
}

// rootOfPair is a power of √(b² + d), where d is one product of whatever sign: the discriminant of a quadratic.
func (st *stabiliser) rootOfPair(n *expr.Node) *expr.Node {
	s := st.s
	base, power := powerOf(n)
	twice := power.Mul(expr.Int(2))
	constant, terms := expr.Terms(base)
	if !constant.IsZero() {
		terms = append(slices.Clone(terms), expr.Term{Coef: constant, X: s.Int(1)})
	}
	if k, ok := twice.Int64(); !ok || k%2 == 0 || base.Kind() != expr.KindAdd || len(terms) != 2 {
		return n
	}
	for k, t := range terms {
		b, ok := wholeRoot(s, t.X)
		if !ok || t.Coef.Sign() < 0 {
			continue
		}
		d := terms[1-k]
		factors := expr.Factors(d.X)
		u, v := s.Scale(d.Coef, factors[0]), s.Mul(factors[1:]...)
		return s.Pow(s.Call(fnRootPlus, s.Scale(t.Coef, b), b, u, v), s.Rat(twice))
	}
	return n
}

// wholeRoot returns b with b² = x, where x is a product of even powers of numbers that the formula is given, or sums.
func wholeRoot(s *expr.Session, x *expr.Node) (*expr.Node, bool) {
	var roots []*expr.Node
	for _, f := range expr.Factors(x) {
		base, power := powerOf(f)
		half, ok := power.Mul(expr.Frac(1, 2)).Int64()
		if !ok || half <= 0 || base.Kind() != expr.KindEntry && base.Kind() != expr.KindAdd {
			return nil, false
		}
		roots = append(roots, s.Pow(base, s.Int(half)))
	}
	return s.Mul(roots...), len(roots) > 0
}

// scaledSquare is a term under a root times s²; sums are computed only where q is out of range.
func (st *stabiliser) scaledSquare(x *expr.Node, r *radicand, clear []*expr.Node) *expr.Node {
	s, scale := st.s, r.s
	if _, ok := st.squareOf(x, clear); !ok {
		return s.Call(fnTimes, scale, s.Call(fnTimes, scale, x))
	}
	factors := slices.Clone(expr.Factors(x))
	for k, f := range factors {
		base, power := powerOf(f)
		if power.Equal(expr.Int(2)) && base.Kind() != expr.KindCall {
			factors[k] = s.Pow(s.Call(fnTimes, scale, base), s.Int(2))
			break
		}
		if f.Kind() == expr.KindReduce && f.Op() == expr.Sum {
			o := s.Open(f, append(slices.Clone(clear), scale)...)
			body := st.scaledSquare(o.Body, r, append(slices.Clone(clear), o.Indices...))
			factors[k] = s.Reduce(expr.Sum, s.Call(fnApartFrom, r.plain, body), o.Indices...)
			break
		}
	}
	return s.Mul(factors...)
}

// linear reports whether a factor is the base of one of the squares, at whatever indices, or a sum of products with one.
func (st *stabiliser) linear(f *expr.Node, r *radicand, clear []*expr.Node) bool {
	if st.isBase(f, r) {
		return true
	}
	if f.Kind() != expr.KindReduce || f.Op() != expr.Sum {
		return false
	}
	o := st.s.Open(f, append(slices.Clone(clear), r.q)...)
	return slices.ContainsFunc(expr.Factors(o.Body), func(g *expr.Node) bool { return st.isBase(g, r) })
}

func (st *stabiliser) isBase(f *expr.Node, r *radicand) bool {
	return slices.ContainsFunc(r.squares, func(q square) bool { return f.Kind() == q.base.Kind() && st.isSquareBase(f, q) })
}

// takeScales gives a factor the scales of the radicands that it is linear in, as far as there are any left.
func (st *stabiliser) takeScales(f *expr.Node, found []*radicand, clear []*expr.Node) []*expr.Node {
	s := st.s
	base, power := powerOf(f)
	if times, ok := power.Int64(); ok && times > 1 && times <= maxRootScale { // each of them may take one
		var all []*expr.Node
		for range times {
			all = append(all, st.takeScales(base, found, clear)...)
		}
		return all
	}
	var takers []*radicand
	for _, r := range found {
		if r.left > 0 && st.linear(f, r, clear) {
			takers = append(takers, r)
			r.left--
		}
	}
	if len(takers) == 0 {
		return []*expr.Node{f}
	}
	slices.SortStableFunc(takers, func(a, b *radicand) int { return expr.Compare(a.q, b.q) }) // one condition for all products with f
	if st.isBase(f, takers[0]) {
		for _, r := range takers {
			f = s.Call(fnTimes, r.s, f)
		}
		return []*expr.Node{f}
	}
	o := s.Open(f, append(slices.Clone(clear), found[0].q)...)
	factors := slices.Clone(expr.Factors(o.Body))
	var plain *expr.Node
	for _, r := range takers {
		k := slices.IndexFunc(factors, func(g *expr.Node) bool { return isTimes(g) == nil && st.isBase(g, r) })
		if k < 0 {
			r.left++
			continue
		}
		factors[k] = s.Call(fnTimes, r.s, factors[k])
		if plain == nil {
			plain = r.plain
		} else {
			plain = s.Call(fnTimes, plain, r.plain)
		}
	}
	sum := s.Reduce(expr.Sum, s.Call(fnApartFrom, plain, s.Mul(factors...)), o.Indices...)
	return []*expr.Node{s.If(outOfRange(s, plain), sum, f)}
}

// isTimes returns the scale of a product with one, or nil.
func isTimes(x *expr.Node) *expr.Node {
	if x.Kind() == expr.KindCall && x.Func() == fnTimes {
		return x.Args()[0]
	}
	return nil
}

// apartFrom returns the mark of what is in range, where the fold of this body is not computed, or nil.
func apartFrom(body *expr.Node) *expr.Node {
	constant, terms := expr.Terms(body)
	var plain *expr.Node
	for _, t := range terms {
		if t.X.Kind() != expr.KindCall || t.X.Func() != fnApartFrom || plain != nil && t.X.Args()[0] != plain {
			return nil
		}
		plain = t.X.Args()[0]
	}
	if !constant.IsZero() {
		return nil
	}
	return plain
}
