// Package ratexp finds rational functions of exponentials among the factors of products: C = M^a·Π bₘ(M)^eₘ with M = exp(z) and polynomials
// bₘ, such as exp(z)/(1 + exp(z)). As a whole they have a derivative of one term, and a form in sigmoids that neither overflows nor cancels.
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

// A base is a polynomial in M to a power.
type base struct {
	node     *expr.Node
	p        polynomial
	exponent expr.Rat
}

// maxDegree bounds the polynomials that are made.
const maxDegree = 16

// Find returns the cluster that the first polynomial in an exponential among the factors belongs to.
func Find(factors []*expr.Node) (c Cluster, ok bool) {
	for k, f := range factors {
		x, exponent := baseExponent(f)
		p, of, ok := readPolynomial(x)
		if !ok || c.m != nil && !slices.Equal(c.m, of) {
			continue
		}
		c.m = of
		c.Members = append(c.Members, k)
		c.bases = append(c.bases, base{x, p, exponent})
	}
	if c.m == nil {
		return Cluster{}, false
	}
	var at []int
	c.power, at = powerOfMonomial(c.m, factors)
	c.Members = append(c.Members, at...)
	for _, p := range c.m {
		c.Exponentials, c.Powers = append(c.Exponentials, p.exp), append(c.Powers, p.exponent)
	}
	return c, true
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
	factors := []*expr.Node{total.of(s, c.m)}
	for _, b := range c.bases {
		factors = append(factors, s.Inv(b.node))
	}
	return s.Mul(factors...), true
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

// A monomial is a product of powers of exponentials, in the order of factors.
type monomial []power

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

// readMonomial reads a product of powers of exponentials and of nothing else.
func readMonomial(x *expr.Node) (m monomial, ok bool) {
	for _, f := range expr.Factors(x) {
		base, exponent := baseExponent(f)
		if !isExponential(base) {
			return nil, false
		}
		m = append(m, power{base, exponent})
	}
	return m, len(m) > 0
}

// over returns k with m = of^k, if it is a positive integer.
func (m monomial) over(of monomial) (int, bool) {
	if len(m) != len(of) {
		return 0, false
	}
	ratio := m[0].exponent.Div(of[0].exponent)
	for k := range m {
		if m[k].exp != of[k].exp || m[k].exponent.Div(of[k].exponent).Cmp(ratio) != 0 {
			return 0, false
		}
	}
	k, ok := ratio.Int64()
	return int(k), ok && k > 0 && k <= maxDegree
}

// readPolynomial reads a sum of a number and of powers of one monomial with numbers as coefficients.
func readPolynomial(x *expr.Node) (p polynomial, m monomial, ok bool) {
	constant, terms := expr.Terms(x)
	if x.Kind() != expr.KindAdd || constant.IsZero() || len(terms) == 0 {
		return nil, nil, false
	}
	monomials := make([]monomial, len(terms))
	for k, t := range terms {
		if monomials[k], ok = readMonomial(t.X); !ok {
			return nil, nil, false
		}
		if m == nil || monomials[k][0].exponent.Cmp(m[0].exponent) < 0 {
			m = monomials[k]
		}
	}
	if m[0].exponent.Sign() < 0 {
		return nil, nil, false
	}
	p = polynomial{constant}
	for k, t := range terms {
		degree, ok := monomials[k].over(m)
		if !ok {
			return nil, nil, false
		}
		p = p.plus(slices.Concat(zeros(degree), polynomial{t.Coef}))
	}
	return p, m, true
}

// powerOfMonomial returns a with M^a among the factors, and where it stands; 0 if its exponentials do not have M's powers.
func powerOfMonomial(m monomial, factors []*expr.Node) (a expr.Rat, at []int) {
	a = expr.Int(0)
	for n, p := range m {
		k := slices.IndexFunc(factors, func(f *expr.Node) bool { base, _ := baseExponent(f); return base == p.exp })
		if k < 0 {
			return expr.Int(0), nil
		}
		_, exponent := baseExponent(factors[k])
		ratio := exponent.Div(p.exponent)
		if n > 0 && ratio.Cmp(a) != 0 {
			return expr.Int(0), nil
		}
		a, at = ratio, append(at, k)
	}
	return a, at
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

// of returns the value of p at M.
func (p polynomial) of(s *expr.Session, m monomial) *expr.Node {
	var terms []expr.Term
	for k, c := range p {
		factors := make([]*expr.Node, len(m))
		for j, q := range m {
			factors[j] = s.Pow(q.exp, s.Rat(q.exponent.Mul(expr.Int(int64(k)))))
		}
		terms = append(terms, expr.Term{Coef: c, X: s.Mul(factors...)})
	}
	return s.Linear(expr.Int(0), terms)
}
