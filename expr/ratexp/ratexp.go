// Package ratexp finds rational functions of exponentials among the factors of products: C = M^a·Π pₘ(M)^eₘ with M = exp(z) and polynomials
// pₘ, such as exp(z)/(1 + exp(z)), or exp(u)/(exp(u) + exp(v)) with z = u - v. As a whole they have a derivative of one term, and a form in
// sigmoids that neither overflows nor cancels. It also restores sums that canonical form has taken exponentials out of, as in exp(-2·z)·(t·exp(z) - a)².
package ratexp

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// A Cluster is the part of a product that is a rational function of M = Π exp(tₖ)^cₖ = exp(z).
type Cluster struct {
	Members      []int        // which of the factors
	Exponentials []*expr.Node // exp(tₖ), in the order of the factors; e for exp(1)
	Powers       []expr.Rat   // cₖ
	power        expr.Rat     // a
	bases        []base
	m            monomial
}

// A base is a polynomial in M times a monomial, to a power.
type base struct {
	node     *expr.Node
	lead     monomial
	p        polynomial
	exponent expr.Rat
}

// maxDegree bounds the polynomials that are made.
const maxDegree = 16

// Find returns the cluster that the first sum of exponentials among the factors belongs to.
func Find(factors []*expr.Node) (c Cluster, ok bool) {
	var support, total monomial
	for k, f := range factors {
		x, exponent := baseExponent(f)
		lead, p, of, ok := readPolynomial(x)
		if !ok || c.m != nil && !c.m.equal(of) {
			continue
		}
		c.m = of
		c.Members = append(c.Members, k)
		c.bases = append(c.bases, base{x, lead, p, exponent})
		support, total = support.union(lead).union(of), total.times(lead, exponent)
	}
	if c.m == nil {
		return Cluster{}, false
	}
	alone := len(total) == 0
	for k, f := range factors {
		x, exponent := baseExponent(f)
		if isExponential(x) && support.index(x) >= 0 {
			c.Members = append(c.Members, k)
			total = total.times(monomial{{x, expr.Int(1)}}, exponent)
		}
	}
	if c.power, ok = total.ratio(c.m); !ok {
		if !alone { // what is before the polynomials does not go into powers of M
			return Cluster{}, false
		}
		c.Members, c.power = c.Members[:len(c.bases)], expr.Int(0)
	}
	for _, p := range c.m {
		c.Exponentials, c.Powers = append(c.Exponentials, p.exp), append(c.Powers, p.exponent)
	}
	return c, true
}

// Inside takes exponentials into the sums beside them where every term has a function of them to meet. Reductions are opened with indices clear of
// the given expressions.
func Inside(s *expr.Session, x *expr.Node, clear []*expr.Node) *expr.Node {
	return s.Map(x, clear, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if n.Kind() != expr.KindMul {
			return nil, false
		}
		for at, f := range args {
			if y, ok := inside(s, args, at, f); ok {
				return y, true
			}
		}
		return nil, false
	})
}

// inside takes the exponentials among factors into the sum f at a place among them.
func inside(s *expr.Session, factors []*expr.Node, at int, f *expr.Node) (*expr.Node, bool) {
	constant, terms := expr.Terms(f)
	if f.Kind() != expr.KindAdd || !constant.IsZero() {
		return nil, false
	}
	c, ok := Find(expr.Factors(terms[0].X))
	if !ok {
		return nil, false
	}
	var in, out []*expr.Node
	for k, g := range factors {
		switch base, _ := baseExponent(g); {
		case k == at:
		case slices.Contains(c.Exponentials, base):
			in = append(in, g)
		default:
			out = append(out, g)
		}
	}
	if len(in) == 0 {
		return nil, false
	}
	for k, t := range terms {
		other, ok := Find(expr.Factors(t.X))
		if !ok || !slices.Equal(c.Exponentials, other.Exponentials) {
			return nil, false
		}
		terms[k].X = s.Mul(append(slices.Clone(in), t.X)...)
	}
	return s.Mul(append(out, s.Linear(constant, terms))...), true
}

// Slope returns P/Π bₘ in
//
//	dC = C·(P/Π bₘ)·dz   with   P = a·Π bₘ + Σ eₘ·M·bₘ′·Π_{l≠m} bₗ
//
// Factor by factor the derivative would be a difference of terms that share most of their digits, and that sums over an index would part. It is
// not ok where that is one term anyway, or where P is of too high a degree.
func (c *Cluster) Slope(s *expr.Session) (slope *expr.Node, ok bool) {
	if len(c.Members) < 2 {
		return nil, false
	}
	total, whole := polynomial{}, polynomial{c.power}
	for k, b := range c.bases {
		term := b.p.theta().scaled(b.exponent)
		for l, other := range c.bases {
			if l != k {
				term = term.times(other.p)
			}
		}
		total, whole = total.plus(term), whole.times(b.p)
	}
	total = total.plus(whole)
	if len(total) > maxDegree {
		return nil, false
	}
	var lead monomial
	var factors []*expr.Node
	for _, b := range c.bases {
		lead = lead.times(b.lead, expr.Int(1))
		factors = append(factors, s.Inv(b.node))
	}
	return s.Mul(append(factors, total.of(s, lead, c.m))...), true
}

// Exponent returns z.
func (c *Cluster) Exponent(s *expr.Session) *expr.Node {
	terms := make([]expr.Term, len(c.Exponentials))
	for k, e := range c.Exponentials {
		terms[k] = expr.Term{Coef: c.Powers[k], X: s.Int(1)}
		if e.Kind() == expr.KindCall {
			terms[k].X = e.Args()[0]
		}
	}
	return s.Linear(expr.Int(0), terms)
}

// A Bounded is a cluster in terms of σ = sigmoid(z) and τ = sigmoid(-z): σ^Up·τ^Down·Π qₘ^eₘ with qₘ = Σⱼ cⱼ·σ^j·τ^(d-j), d the degree of qₘ.
type Bounded struct {
	Up, Down int
	Factors  []Homogeneous
}

// Homogeneous is (Σⱼ Coefs[j]·σ^j·τ^(d-j))^Exponent with d = len(Coefs) - 1.
type Homogeneous struct {
	Coefs    []expr.Rat
	Exponent int
}

// Bounded returns the cluster in terms of sigmoids, with M = σ/τ and 1 + M = 1/τ. It is ok if 1 + M is among the bases and no power is
// negative, so that the cluster is bounded as z grows and falls.
func (c *Cluster) Bounded() (b Bounded, ok bool) {
	up, isInt := c.power.Int64()
	if !isInt || up < 0 {
		return b, false
	}
	down := -up
	found := false
	for _, f := range c.bases {
		e, isInt := f.exponent.Int64()
		if !isInt || e > maxDegree || e < -maxDegree {
			return b, false
		}
		degree := int64(len(f.p) - 1)
		if degree == 1 && f.p[0].IsOne() && f.p[1].IsOne() {
			found = true
			down -= e
			continue
		}
		if e < 0 {
			return b, false
		}
		down -= e * degree
		rest := f.p
		for len(rest) > 2 && rest.sum().IsZero() {
			rest = rest.withoutOne()
			b.Factors = append(b.Factors, Homogeneous{polynomial{expr.Int(1), expr.Int(-1)}, int(e)})
		}
		b.Factors = append(b.Factors, Homogeneous{rest, int(e)})
	}
	b.Up, b.Down = int(up), int(down)
	return b, found && down >= 0 && up <= maxDegree && down <= maxDegree
}

// Polynomial returns the coefficients of 1, p, p², … that Σⱼ cⱼ·σ^j·τ^(d-j) has for σ = p and τ = 1 - p or, turned, for σ = 1 - p and τ = p.
func (h Homogeneous) Polynomial(turned bool) []expr.Rat {
	up, down := polynomial{expr.Int(0), expr.Int(1)}, polynomial{expr.Int(1), expr.Int(-1)}
	if turned {
		up, down = down, up
	}
	sum := polynomial{}
	for j, c := range h.Coefs {
		term := polynomial{c}
		for k := range len(h.Coefs) - 1 {
			if k < j {
				term = term.times(up)
			} else {
				term = term.times(down)
			}
		}
		sum = sum.plus(term)
	}
	return sum
}

// A power is a power of an exponential.
type power struct {
	exp      *expr.Node
	exponent expr.Rat
}

// A monomial is a product of powers of exponentials, none of them 0, in order of node numbers.
type monomial []power

// index returns the place of an exponential, or -1.
func (m monomial) index(e *expr.Node) int {
	return slices.IndexFunc(m, func(p power) bool { return p.exp == e })
}

// times returns m·q^exponent.
func (m monomial) times(q monomial, exponent expr.Rat) monomial {
	product := slices.Clone(m)
	for _, p := range q {
		p.exponent = p.exponent.Mul(exponent)
		if k := product.index(p.exp); k >= 0 {
			product[k].exponent = product[k].exponent.Add(p.exponent)
		} else {
			product = append(product, p)
		}
	}
	product = slices.DeleteFunc(product, func(p power) bool { return p.exponent.IsZero() })
	slices.SortFunc(product, func(a, b power) int { return expr.Compare(a.exp, b.exp) })
	return product
}

// union returns a monomial with the exponentials of both.
func (m monomial) union(q monomial) monomial {
	all := slices.Clone(m)
	for _, p := range q {
		if all.index(p.exp) < 0 {
			all = append(all, p)
		}
	}
	return all
}

func (m monomial) equal(q monomial) bool {
	one, ok := m.ratio(q)
	return ok && one.IsOne()
}

// ratio returns r with m = of^r.
func (m monomial) ratio(of monomial) (r expr.Rat, ok bool) {
	if len(m) == 0 {
		return expr.Int(0), true
	}
	if len(m) != len(of) {
		return r, false
	}
	r = m[0].exponent.Div(of[0].exponent)
	for k := range m {
		if m[k].exp != of[k].exp || m[k].exponent.Div(of[k].exponent).Cmp(r) != 0 {
			return r, false
		}
	}
	return r, true
}

// A polynomial has the coefficients of 1, M, M², …
type polynomial []expr.Rat

// baseExponent reads a factor as a power with a rational exponent.
func baseExponent(f *expr.Node) (*expr.Node, expr.Rat) {
	if f.Kind() == expr.KindPow && f.Args()[1].Kind() == expr.KindRat {
		return f.Args()[0], f.Args()[1].Rat()
	}
	return f, expr.Int(1)
}

// isExponential reports whether n is exp(t), or e itself.
func isExponential(n *expr.Node) bool {
	return n.Kind() == expr.KindConst && n.Name() == "e" || n.Kind() == expr.KindCall && n.Func().Name == "exp" && n.Func().Ranks == nil
}

// readMonomial reads a product of powers of exponentials and of nothing else; 1 is one.
func readMonomial(x *expr.Node) (m monomial, ok bool) {
	for _, f := range expr.Factors(x) {
		base, exponent := baseExponent(f)
		if !isExponential(base) {
			return nil, x.IsOne()
		}
		m = m.times(monomial{{base, exponent}}, expr.Int(1))
	}
	return m, true
}

// maxTerms bounds the terms of a sum that is read as a polynomial.
const maxTerms = 8

// readPolynomial reads a sum of products of exponentials with numbers as coefficients as a monomial times a polynomial in another, M, which has a
// constant term. The first exponential of M is in it with a positive power.
func readPolynomial(x *expr.Node) (lead monomial, p polynomial, m monomial, ok bool) {
	constant, terms := expr.Terms(x)
	if x.Kind() != expr.KindAdd || len(terms) > maxTerms {
		return nil, nil, nil, false
	}
	var monomials []monomial
	var coefs []expr.Rat
	if !constant.IsZero() {
		monomials, coefs = append(monomials, nil), append(coefs, constant)
	}
	for _, t := range terms {
		q, ok := readMonomial(t.X)
		if !ok {
			return nil, nil, nil, false
		}
		monomials, coefs = append(monomials, q), append(coefs, t.Coef)
	}
	if len(monomials) < 2 {
		return nil, nil, nil, false
	}
	for _, lead := range monomials {
		for _, next := range monomials {
			m := next.times(lead, expr.Int(-1))
			if len(m) == 0 || m[0].exponent.Sign() < 0 {
				continue
			}
			if p, ok := inPowers(monomials, coefs, lead, m); ok {
				return lead, p, m, true
			}
		}
	}
	return nil, nil, nil, false
}

// inPowers writes a sum of monomials as lead·p(M), if every one of them is lead times a power of M.
func inPowers(monomials []monomial, coefs []expr.Rat, lead, m monomial) (p polynomial, ok bool) {
	for k, q := range monomials {
		r, ok := q.times(lead, expr.Int(-1)).ratio(m)
		degree, isInt := r.Int64()
		if !ok || !isInt || degree < 0 || degree > maxDegree {
			return nil, false
		}
		p = p.plus(slices.Concat(zeros(int(degree)), polynomial{coefs[k]}))
	}
	return p, true
}

func zeros(n int) polynomial {
	p := make(polynomial, n)
	for k := range p {
		p[k] = expr.Int(0)
	}
	return p
}

func (p polynomial) at(k int) expr.Rat {
	if k < len(p) {
		return p[k]
	}
	return expr.Int(0)
}

func (p polynomial) plus(q polynomial) polynomial {
	sum := zeros(max(len(p), len(q)))
	for k := range sum {
		sum[k] = p.at(k).Add(q.at(k))
	}
	return sum
}

func (p polynomial) times(q polynomial) polynomial {
	product := zeros(max(0, len(p)+len(q)-1))
	for k := range product {
		for j := max(0, k-len(q)+1); j <= min(k, len(p)-1); j++ {
			product[k] = product[k].Add(p[j].Mul(q[k-j]))
		}
	}
	return product
}

// sum returns p at M = 1.
func (p polynomial) sum() expr.Rat {
	sum := expr.Int(0)
	for _, c := range p {
		sum = sum.Add(c)
	}
	return sum
}

// withoutOne returns p/(1 - M) for a p with the root 1.
func (p polynomial) withoutOne() polynomial {
	q := zeros(len(p) - 1)
	sum := expr.Int(0)
	for k := range q {
		sum = sum.Add(p[k])
		q[k] = sum
	}
	return q
}

func (p polynomial) scaled(c expr.Rat) polynomial { return p.times(polynomial{c}) }

// theta returns M·dp/dM.
func (p polynomial) theta() polynomial {
	d := zeros(len(p))
	for k := range p {
		d[k] = p[k].Mul(expr.Int(int64(k)))
	}
	return d
}

// of returns lead·p(M).
func (p polynomial) of(s *expr.Session, lead, m monomial) *expr.Node {
	var terms []expr.Term
	for k, c := range p {
		var factors []*expr.Node
		for _, q := range lead.times(m, expr.Int(int64(k))) {
			factors = append(factors, s.Pow(q.exp, s.Rat(q.exponent)))
		}
		terms = append(terms, expr.Term{Coef: c, X: s.Mul(factors...)})
	}
	return s.Linear(expr.Int(0), terms)
}
