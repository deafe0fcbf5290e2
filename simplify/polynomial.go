package simplify

import (
	"errors"
	"math/big"
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/poly"
)

// A ring reads expressions as polynomials, and as quotients of polynomials, in their opaque parts: whatever is no sum, product or
// integer power of such. A root of a part is a variable itself, so that the part is its power.
type ring struct {
	s     *expr.Session
	atoms []*expr.Node
	roots []int64 // variable k is the root of that order of atoms[k]
	place map[*expr.Node]int
	seen  map[*expr.Node]bool
	known map[*expr.Node]quotient // what has been read
	// inverses says that a negative power of a sum is a power of an opaque part and not a denominator.
	inverses bool
}

const (
	maxAtoms    = 40
	maxRoot     = 12
	maxExponent = 64
)

// errNotPolynomial is the error for an expression that a ring does not read.
var errNotPolynomial = errors.New("simplify: too much for polynomials")

// newRing returns the ring of polynomials in the opaque parts of xs.
func newRing(s *expr.Session, inverses bool, xs ...*expr.Node) (*ring, error) {
	r := &ring{s: s, place: map[*expr.Node]int{}, seen: map[*expr.Node]bool{}, known: map[*expr.Node]quotient{}, inverses: inverses}
	for _, x := range xs {
		if err := r.collect(x); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// collect finds the opaque parts of x.
func (r *ring) collect(x *expr.Node) error {
	if r.seen[x] {
		return nil
	}
	r.seen[x] = true
	switch x.Kind() {
	case expr.KindRat:
		return nil
	case expr.KindAdd, expr.KindMul:
		if x.Kind() == expr.KindMul && guarded(x) {
			return r.atom(x, 1)
		}
		for _, a := range x.Args() {
			if err := r.collect(a); err != nil {
				return err
			}
		}
		return nil
	case expr.KindPow:
		base, e := x.Args()[0], x.Args()[1]
		if e.Kind() != expr.KindRat {
			return r.atom(x, 1)
		}
		k, isInt := e.Rat().Int64()
		switch {
		case isInt && (k > maxExponent || k < -maxExponent):
			return errNotPolynomial
		case isInt && base.Kind() == expr.KindAdd && (k > 0 || !r.inverses):
			return r.collect(base)
		case isInt:
			return r.atom(base, 1)
		}
		num, den := e.Rat().Big().Num(), e.Rat().Big().Denom()
		if !den.IsInt64() || den.Int64() > maxRoot || !num.IsInt64() || num.Int64() > maxExponent || num.Int64() < -maxExponent {
			return errNotPolynomial
		}
		return r.atom(base, den.Int64())
	}
	return r.atom(x, 1)
}

// guarded reports whether a product has a condition among its factors, which the others may need.
func guarded(x *expr.Node) bool {
	return slices.ContainsFunc(x.Args(), func(f *expr.Node) bool { return f.Kind() == expr.KindCond })
}

// atom notes an opaque part of which a root is taken.
func (r *ring) atom(x *expr.Node, root int64) error {
	k, ok := r.place[x]
	if !ok {
		k = len(r.atoms)
		if k >= maxAtoms {
			return errNotPolynomial
		}
		r.place[x] = k
		r.atoms, r.roots = append(r.atoms, x), append(r.roots, 1)
	}
	g := new(big.Int).GCD(nil, nil, big.NewInt(root), big.NewInt(r.roots[k])).Int64()
	if r.roots[k] *= root / g; r.roots[k] > maxRoot {
		return errNotPolynomial
	}
	return nil
}

// A quotient is a numerator over a denominator that is not 0.
type quotient struct{ num, den *poly.Poly }

// power returns the power of an opaque part, which may be negative.
func (r *ring) power(atom *expr.Node, e expr.Rat) (int, int) {
	k := r.place[atom]
	n, _ := e.Mul(expr.Int(r.roots[k])).Int64()
	return k, int(n)
}

// number returns a rational number.
func (r *ring) number(x expr.Rat) quotient {
	b, n := x.Big(), len(r.atoms)
	return quotient{poly.Const(n, b.Num()), poly.Const(n, b.Denom())}
}

// read returns an expression, all opaque parts of which the ring knows, as a quotient in lowest terms. Where inverses are opaque parts the denominator
// is a number and the numerator may have negative powers.
func (r *ring) read(x *expr.Node) (quotient, error) {
	if q, ok := r.known[x]; ok {
		return q, nil
	}
	q, err := r.readNew(x)
	if err == nil {
		r.known[x] = q
	}
	return q, err
}

// readNew is [ring.read] of what has not been read yet.
func (r *ring) readNew(x *expr.Node) (quotient, error) {
	n := len(r.atoms)
	switch x.Kind() {
	case expr.KindRat:
		return r.number(x.Rat()), nil
	case expr.KindAdd:
		constant, terms := expr.Terms(x)
		sum := r.number(constant)
		for _, t := range terms {
			q, err := r.read(t.X)
			if err != nil {
				return q, err
			}
			if q, err = r.times(q, r.number(t.Coef)); err != nil {
				return q, err
			}
			if sum, err = r.plus(sum, q); err != nil {
				return q, err
			}
		}
		return r.reduced(sum)
	case expr.KindMul:
		if guarded(x) {
			break
		}
		product := r.number(expr.Int(1))
		for _, f := range x.Args() {
			q, err := r.read(f)
			if err != nil {
				return q, err
			}
			if product, err = r.times(product, q); err != nil {
				return product, err
			}
		}
		return r.reduced(product)
	case expr.KindPow:
		base, e := x.Args()[0], x.Args()[1]
		if e.Kind() != expr.KindRat {
			break
		}
		if k, isInt := e.Rat().Int64(); isInt && base.Kind() == expr.KindAdd && (k > 0 || !r.inverses) {
			q, err := r.read(base)
			if err != nil {
				return q, err
			}
			if k < 0 {
				if q.num.IsZero() {
					return q, errNotPolynomial
				}
				q, k = quotient{q.den, q.num}, -k
			}
			product := r.number(expr.Int(1))
			for range k {
				if product, err = r.times(product, q); err != nil {
					return product, err
				}
			}
			return product, nil
		}
		k, m := r.power(base, e.Rat())
		if m < 0 && !r.inverses {
			return quotient{poly.Int(n, 1), poly.Monomial(n, k, -m)}, nil
		}
		return quotient{poly.Monomial(n, k, m), poly.Int(n, 1)}, nil
	}
	k, m := r.power(x, expr.Int(1))
	return quotient{poly.Monomial(n, k, m), poly.Int(n, 1)}, nil
}

// spend counts the work of an operation that takes so many products of terms.
func (r *ring) spend(products int) { r.s.Spend(1 + products*(1+len(r.atoms)/8)/4) }

// mul returns a product of polynomials.
func (r *ring) mul(a, b *poly.Poly) (*poly.Poly, error) {
	r.spend(len(a.Terms()) * len(b.Terms()))
	return a.Mul(b)
}

// gcdWork is what a greatest common divisor takes for each product of two terms and a variable, as [expr.Session.Spend] counts it.
const gcdWork = 4

// gcd returns a common divisor, 1 where the greatest is too much work.
func (r *ring) gcd(a, b *poly.Poly) *poly.Poly {
	r.spend(gcdWork * (len(a.Terms()) + len(b.Terms())) * (1 + len(r.atoms)))
	g, err := poly.GCD(a, b)
	if err != nil {
		return poly.Int(len(r.atoms), 1)
	}
	return g
}

func (r *ring) times(a, b quotient) (quotient, error) {
	num, err := r.mul(a.num, b.num)
	if err != nil {
		return a, err
	}
	den, err := r.mul(a.den, b.den)
	return quotient{num, den}, err
}

func (r *ring) plus(a, b quotient) (quotient, error) {
	if a.num.IsZero() {
		return b, nil
	}
	if a.den.Equal(b.den) {
		r.spend(len(a.num.Terms()) + len(b.num.Terms()))
		return quotient{a.num.Add(b.num), a.den}, nil
	}
	g := r.gcd(a.den, b.den)
	restA, okA := poly.Div(a.den, g)
	restB, okB := poly.Div(b.den, g)
	if !okA || !okB { // too long a division
		restA, restB = a.den, b.den
	}
	left, err := r.mul(a.num, restB)
	if err != nil {
		return a, err
	}
	right, err := r.mul(b.num, restA)
	if err != nil {
		return a, err
	}
	den, err := r.mul(a.den, restB)
	return quotient{left.Add(right), den}, err
}

// reduced divides numerator and denominator by their greatest common divisor and makes the first coefficient of the denominator positive.
func (r *ring) reduced(q quotient) (quotient, error) {
	if q.num.IsZero() {
		return r.number(expr.Int(0)), nil
	}
	var g *poly.Poly
	if q.den.IsConst() {
		g = poly.Const(len(r.atoms), new(big.Int).GCD(nil, nil, new(big.Int).Abs(q.num.Content()), new(big.Int).Abs(q.den.Lead())))
	} else {
		g = r.gcd(q.num, q.den)
	}
	if q.den.Lead().Sign() < 0 {
		g = g.Neg()
	}
	if g.IsOne() {
		return q, nil
	}
	if g.IsConst() { // which also divides negative powers
		num, den := q.num.Content(), q.den.Content()
		return quotient{q.num.Primitive().Scale(num.Quo(num, g.Lead())), q.den.Primitive().Scale(den.Quo(den, g.Lead()))}, nil
	}
	num, ok := poly.Div(q.num, g)
	den, ok2 := poly.Div(q.den, g)
	if !ok || !ok2 {
		return q, nil
	}
	return quotient{num, den}, nil
}

// sum returns a polynomial as a sum of terms over a number.
func (r *ring) sum(p *poly.Poly, over *big.Int) *expr.Node {
	terms := make([]expr.Term, len(p.Terms()))
	for k, t := range p.Terms() {
		terms[k] = expr.Term{Coef: expr.BigRat(new(big.Rat).SetFrac(t.Coef, over)), X: r.monomial(t.Exps)}
	}
	return r.s.Linear(expr.Int(0), terms)
}

// monomial returns a product of powers of the opaque parts.
func (r *ring) monomial(exps []int) *expr.Node {
	var factors []*expr.Node
	for k, e := range exps {
		if e != 0 {
			factors = append(factors, r.s.Pow(r.atoms[k], r.s.Rat(expr.Frac(int64(e), r.roots[k]))))
		}
	}
	return r.s.Mul(factors...)
}

// product returns a polynomial as a product of its factors, or as the sum of its terms where they are too much work.
func (r *ring) product(p *poly.Poly) *expr.Node {
	r.spend(gcdWork * len(p.Terms()) * len(p.Terms()) * (1 + len(r.atoms)))
	content, factors, err := poly.Factorise(p)
	if err != nil {
		return r.sum(p, big.NewInt(1))
	}
	product := r.s.Number(new(big.Rat).SetInt(content))
	for _, f := range factors {
		product = r.s.Mul(product, r.s.Pow(r.sum(f.P, big.NewInt(1)), r.s.Int(int64(f.Times))))
	}
	return product
}
