package simplify

import (
	"math/big"
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/poly"
)

// A hypergeometric term of an index k is a rational function of k times powers and gamma functions that are linear in it, such as 1/(k·(k + 1)), k·q^k and
// k·gamma(k + 1): t(k + 1)/t(k) is a rational function. Gosper's algorithm finds the T with T(k + 1) - T(k) = t(k) that is a rational function times t, if
// there is one. Sources: R. W. Gosper, Decision Procedure for Indefinite Hypergeometric Summation, PNAS 75 (1978); M. Petkovšek, H. Wilf and D. Zeilberger,
// A = B (1996), chapter 5.

const (
	maxDispersion = 32 // how far apart two factors of a ratio are looked for
	maxRising     = 16 // the factors of a quotient of two gamma functions
)

// A kernel is a power or gamma function of what is linear in an index.
type kernel struct {
	base  *expr.Node // of a power; nil for a gamma function
	slope *expr.Node // what the index is multiplied with
	rest  *expr.Node // what is added, without its number
	times int64      // the exponent of a gamma function
}

// A hypergeometric is a product of kernels and of a rational function. Kernels with the same key differ by whole numbers only.
type hypergeometric struct {
	kernels  []kernel
	numbers  []expr.Rat // that are added in each kernel
	rational *expr.Node
}

// hypergeometric sums body over k from lo to hi by T(hi + 1) - T(lo), which is right where hi ≥ lo, and for hi = lo - 1 where it is defined.
func (f *facts) hypergeometric(k, lo, hi, body *expr.Node) (*expr.Node, bool) {
	constant, terms := expr.Terms(body)
	if !constant.IsZero() {
		terms = append(terms, expr.Term{Coef: constant, X: f.s.Int(1)})
	}
	var groups []hypergeometric // one for all terms with the same kernels
	for _, t := range terms {
		h, ok := f.factorsOf(k, f.s.Scale(t.Coef, t.X))
		if !ok {
			return nil, false
		}
		if at := slices.IndexFunc(groups, func(g hypergeometric) bool { return slices.Equal(g.kernels, h.kernels) }); at < 0 {
			groups = append(groups, h)
		} else if !groups[at].add(f.s, k, h) {
			return nil, false
		}
	}
	sums := make([]*expr.Node, len(groups))
	for j, g := range groups {
		t, ok := f.antidifference(k, lo, hi, g)
		if !ok {
			return nil, false
		}
		sums[j] = f.s.Sub(f.s.Substitute(t, k, f.s.Add(hi, f.s.Int(1))), f.s.Substitute(t, k, lo))
		if len(g.kernels) == 0 {
			sums[j] = inFactors(f.s, sums[j])
		}
	}
	return f.s.Add(sums...), true
}

// factorsOf reads a product as a hypergeometric term; what is no kernel is left to the rational part, whatever it is.
func (f *facts) factorsOf(k, x *expr.Node) (hypergeometric, bool) {
	s := f.s
	h := hypergeometric{rational: s.Int(1)}
	coef, x := unscaled(x)
	rational := []*expr.Node{s.Rat(coef)}
	put := func(g kernel, at *expr.Node) bool {
		cs, ok := coefficientsIn(s, at, k)
		if !ok || len(cs) != 2 || g.base == nil && !cs[1].Rat().IsInt() {
			return false
		}
		number, terms := expr.Terms(cs[0])
		g.slope, g.rest = cs[1], s.Linear(expr.Int(0), terms)
		if g.base != nil && expr.SignOf(g.base) == expr.Positive {
			rational = append(rational, f.power(g.base, cs[0]))
			number, g.rest = expr.Int(0), s.Int(0)
		} else if g.base != nil && !(g.slope.Kind() == expr.KindRat && g.slope.Rat().IsInt()) {
			return false // the power of a power
		}
		h.kernels, h.numbers = append(h.kernels, g), append(h.numbers, number)
		return true
	}
	for _, y := range expr.Factors(x) {
		base, e := baseExponent(s, y)
		times, isInt := e.Rat().Int64()
		isInt = isInt && e.Kind() == expr.KindRat
		ok := true
		switch {
		case !y.DependsOn(k):
			rational = append(rational, y)
		case e.DependsOn(k):
			ok = !base.DependsOn(k) && put(kernel{base: base}, e)
		case isCallOf(base, "exp"):
			ok = put(kernel{base: s.Const("e")}, s.Mul(base.Args()[0], e))
		case isCallOf(base, "gamma") && isInt:
			ok = put(kernel{times: times}, base.Args()[0])
		default:
			rational = append(rational, y)
		}
		if !ok {
			return h, false
		}
	}
	h.rational = s.Mul(rational...)
	return h, true
}

// power returns base^e, that of e as exp.
func (f *facts) power(base, e *expr.Node) *expr.Node {
	if base.Kind() == expr.KindConst && base.Name() == "e" {
		return formula.Elementary(f.s, "exp", e)
	}
	return f.s.Pow(base, e)
}

// add adds a term with the same kernels, but for whole numbers.
func (h *hypergeometric) add(s *expr.Session, k *expr.Node, g hypergeometric) bool {
	for j, own := range h.numbers {
		d := own.Sub(g.numbers[j])
		lift, ok := d.Int64()
		if !ok || lift > maxRising || -lift > maxRising {
			return false
		}
		kern := h.kernels[j]
		if lift > 0 { // the lower one is kept
			h.numbers[j] = g.numbers[j]
			h.rational = s.Mul(h.rational, kern.lifted(s, k, g.numbers[j], lift))
		} else {
			g.rational = s.Mul(g.rational, kern.lifted(s, k, own, -lift))
		}
	}
	h.rational = s.Add(h.rational, g.rational)
	return true
}

// at returns the argument of a kernel.
func (g kernel) at(s *expr.Session, k *expr.Node, number expr.Rat) *expr.Node {
	return s.Add(s.Mul(g.slope, k), g.rest, s.Rat(number))
}

// lifted returns what the kernel at a number is multiplied with where by is added to that, which is positive: bᵇʸ, or z·(z + 1)·…
func (g kernel) lifted(s *expr.Session, k *expr.Node, number expr.Rat, by int64) *expr.Node {
	if g.base != nil {
		return s.Pow(g.base, s.Int(by))
	}
	rising := make([]*expr.Node, by)
	for j := range rising {
		rising[j] = s.Pow(g.at(s, k, number.Add(expr.Int(int64(j)))), s.Int(g.times))
	}
	return s.Mul(rising...)
}

// ratio returns the kernel at k + 1 over that at k.
func (g kernel) ratio(f *facts, k *expr.Node, number expr.Rat) (*expr.Node, bool) {
	if g.base != nil {
		return f.power(g.base, g.slope), true
	}
	by, _ := g.slope.Rat().Int64()
	switch {
	case by > maxRising || by < -maxRising:
		return nil, false
	case by < 0:
		return f.s.Inv(g.lifted(f.s, k, number.Add(g.slope.Rat()), -by)), true
	}
	return g.lifted(f.s, k, number, by), true
}

// antidifference returns a T with T(k + 1) - T(k) = t(k) that is defined at lo and hi + 1 wherever the term t is at lo and hi.
func (f *facts) antidifference(k, lo, hi *expr.Node, t hypergeometric) (*expr.Node, bool) {
	s := f.s
	after := s.Add(hi, s.Int(1))
	ratio, product := s.Int(1), s.Int(1)
	for j, g := range t.kernels {
		r, ok := g.ratio(f, k, t.numbers[j])
		at := g.at(s, k, t.numbers[j])
		if !ok || !f.isDefined(g, at, k, lo, hi, after) {
			return nil, false
		}
		ratio = s.Mul(ratio, r)
		if g.base != nil {
			product = s.Mul(product, f.power(g.base, at))
		} else {
			product = s.Mul(product, s.Pow(formula.Elementary(s, "gamma", at), s.Int(g.times)))
		}
	}
	r, err := newRing(s, false, t.rational, ratio, k)
	if err != nil || slices.ContainsFunc(r.atoms, func(a *expr.Node) bool { return a != k && a.DependsOn(k) }) || r.roots[r.place[k]] != 1 {
		return nil, false
	}
	u, err := r.gosper(r.place[k], t.rational, ratio)
	if err != nil || u.den == nil {
		return nil, false
	}
	if !f.divides(r, k, u.den, t.rational, lo, hi, after) {
		return nil, false
	}
	return s.Mul(r.product(u.num), s.Inv(r.product(u.den)), product), true
}

// isDefined reports whether a kernel, whose argument is at in k, is known to be defined at lo and after, one behind hi, where the term that it is a factor of
// is at lo and hi.
func (f *facts) isDefined(g kernel, at, k, lo, hi, after *expr.Node) bool {
	s := f.s
	switch {
	case g.base == nil:
		return isPositive(s, s.Substitute(at, k, lo)) && isPositive(s, s.Substitute(at, k, after))
	case expr.SignOf(g.base) == expr.Positive || g.slope.Rat().Sign() >= 0: // then so are the exponents from that at lo on
		return true
	}
	return f.isNot0(g.base) || isPositive(s, s.Neg(s.Substitute(at, k, hi))) || isPositive(s, s.Add(s.Substitute(at, k, after), s.Int(1)))
}

// divides reports whether no factor of the denominator den is 0 at lo or after, one behind hi, unless one of the rational part is at lo or hi.
func (f *facts) divides(r *ring, k *expr.Node, den *poly.Poly, rational, lo, hi, after *expr.Node) bool {
	s := f.s
	factors := func(p *poly.Poly) ([]*expr.Node, bool) {
		_, fs, err := poly.Factorise(p)
		out := make([]*expr.Node, len(fs))
		for j, g := range fs {
			out[j] = r.sum(g.P, big.NewInt(1))
		}
		return out, err == nil
	}
	q, err := r.read(rational)
	if err != nil {
		return false
	}
	mine, ok := factors(den)
	theirs, ok2 := factors(q.den)
	if !ok || !ok2 {
		return false
	}
	isFactor := func(x, at *expr.Node) bool {
		return slices.ContainsFunc(theirs, func(y *expr.Node) bool {
			y = s.Substitute(y, k, at)
			return y == x || s.Neg(y) == x
		})
	}
	return !slices.ContainsFunc(mine, func(x *expr.Node) bool {
		first, last := s.Substitute(x, k, lo), s.Substitute(x, k, after)
		return !(f.isNot0(first) || isFactor(first, lo)) || !(f.isNot0(last) || isFactor(last, hi))
	})
}

// gosper returns the rational function u such that T(k) = u(k)·w(k), with w(k) the product of kernels whose ratio w(k + 1)/w(k) is given, has the difference
// rational(k)·w(k). Its denominator is nil where there is none.
func (r *ring) gosper(k int, rational, ratio *expr.Node) (quotient, error) {
	var none quotient
	t, err := r.read(rational)
	if err != nil {
		return none, err
	}
	rho, err := r.read(ratio)
	if err != nil {
		return none, err
	}
	if t.num.IsZero() {
		return r.number(expr.Int(0)), nil
	}
	// t(k + 1)/t(k) = a(k)/b(k)·c(k + 1)/c(k), no factor of a being one of b a whole number further on.
	a, err := r.mul(t.den, rho.num)
	if err != nil {
		return none, err
	}
	b, err := r.mul(t.den.Shift(k, 1), rho.den)
	if err != nil {
		return none, err
	}
	a, b, extra, err := r.dispersed(k, a, b)
	if err != nil {
		return none, err
	}
	c, err := r.mul(extra, t.num)
	if err != nil {
		return none, err
	}
	b = b.Shift(k, -1)
	// a(k)·x(k + 1) - b(k)·x(k) = c(k) for a polynomial x.
	x, det, err := r.solved(k, a, b, c)
	if err != nil || x == nil {
		return none, err
	}
	num, err := r.mul(b, x)
	if err != nil {
		return none, err
	}
	den, err := r.mul(extra, t.den)
	if err == nil {
		den, err = r.mul(den, det)
	}
	if err != nil {
		return none, err
	}
	return r.reduced(quotient{num, den})
}

// dispersed takes common factors of a(k) and b(k + j), for all j from 0 on, out of a and b: a/b = a'/b'·c(k + 1)/c(k).
func (r *ring) dispersed(k int, a, b *poly.Poly) (_, _, c *poly.Poly, err error) {
	c = poly.Int(len(r.atoms), 1)
	r.spend(gcdWork * (len(a.Terms())*len(a.Terms()) + len(b.Terms())*len(b.Terms())) * (1 + len(r.atoms)))
	_, above, err := poly.Factorise(a)
	if err != nil {
		return nil, nil, nil, err
	}
	_, below, err := poly.Factorise(b)
	if err != nil {
		return nil, nil, nil, err
	}
	for i := range above {
		for j := range below {
			f, g := above[i].P, below[j].P
			by, ok := shiftBetween(k, g, f)
			if !ok || by < 0 || by > maxDispersion {
				continue
			}
			times := min(above[i].Times, below[j].Times)
			above[i].Times -= times
			below[j].Times -= times
			for range times {
				var okA, okB bool
				if a, okA = poly.Div(a, f); !okA {
					return nil, nil, nil, errNotPolynomial
				}
				if b, okB = poly.Div(b, g); !okB {
					return nil, nil, nil, errNotPolynomial
				}
				for m := int64(1); m <= by; m++ { // f(k)/f(k - by)
					if c, err = r.mul(c, f.Shift(k, -m)); err != nil {
						return nil, nil, nil, err
					}
				}
			}
		}
	}
	return a, b, c, nil
}

// shiftBetween returns the whole number j with g(k + j) = f(k), if there is one.
func shiftBetween(k int, g, f *poly.Poly) (int64, bool) {
	d := f.Degree(k)
	if g.Degree(k) != d {
		return 0, false
	}
	if d == 0 {
		return 0, g.Equal(f)
	}
	fs, gs := f.Coefficients(k), g.Coefficients(k)
	if !fs[d].Equal(gs[d]) {
		return 0, false
	}
	// The coefficient of k^(d-1) of g(k + j) is gs[d-1] + d·j·gs[d].
	j, ok := wholeRatio(fs[d-1].Sub(gs[d-1]), gs[d].Scale(big.NewInt(int64(d))))
	return j, ok && g.Shift(k, j).Equal(f)
}

// wholeRatio returns the whole number that p is of q, if it is one.
func wholeRatio(p, q *poly.Poly) (int64, bool) {
	if p.IsZero() {
		return 0, true
	}
	j, rest := new(big.Int).QuoRem(p.Lead(), q.Lead(), new(big.Int))
	if rest.Sign() != 0 || !j.IsInt64() || !q.Scale(j).Equal(p) {
		return 0, false
	}
	return j.Int64(), true
}

// solved returns a polynomial x over a denominator free of k with a(k)·x(k + 1) - b(k)·x(k) = c(k); x is nil where there is none.
func (r *ring) solved(k int, a, b, c *poly.Poly) (x, den *poly.Poly, err error) {
	as, bs := a.Coefficients(k), b.Coefficients(k)
	d := max(len(as), len(bs)) - 1
	degree := c.Degree(k) - d
	if len(as) == len(bs) && as[d].Equal(bs[d]) {
		degree++
		if d > 0 {
			if m, ok := wholeRatio(bs[d-1].Sub(as[d-1]), as[d]); ok {
				degree = max(degree, int(min(m, maxPowerSum+1)))
			}
		}
	}
	if degree < 0 || degree > maxPowerSum {
		return nil, nil, nil
	}
	vars := len(r.atoms)
	columns := make([][]*poly.Poly, degree+2)
	for m := range degree + 1 {
		power := poly.Monomial(vars, k, m)
		left, err := r.mul(a, power.Shift(k, 1))
		if err != nil {
			return nil, nil, err
		}
		right, err := r.mul(b, power)
		if err != nil {
			return nil, nil, err
		}
		columns[m] = left.Sub(right).Coefficients(k)
	}
	columns[degree+1] = c.Coefficients(k)
	var rows [][]*poly.Poly
	for i := range slices.MaxFunc(columns, func(p, q []*poly.Poly) int { return len(p) - len(q) }) {
		row := make([]*poly.Poly, len(columns))
		for m, column := range columns {
			if row[m] = poly.Int(vars, 0); i < len(column) {
				row[m] = column[i]
			}
		}
		rows = append(rows, row)
	}
	r.spend(len(rows) * len(columns) * len(columns))
	coefs, den, err := poly.Solve(rows)
	if err != nil || coefs == nil {
		return nil, nil, err
	}
	x = poly.Int(vars, 0)
	for m, coef := range coefs {
		term, err := r.mul(coef, poly.Monomial(vars, k, m))
		if err != nil {
			return nil, nil, err
		}
		x = x.Add(term)
	}
	return x, den, nil
}
