package poly

import (
	"math/big"
	"slices"
)

// Div returns a/b where b divides a exactly, with integer coefficients; ok is false where it does not, or where it takes too long to find
// out. It is long division by the first terms, which in a sorted polynomial are those of the quotient's.
func Div(a, b *Poly) (q *Poly, ok bool) {
	if b.IsZero() {
		return nil, false
	}
	q = &Poly{vars: a.vars}
	rest := a
	for steps := 0; !rest.IsZero(); {
		t, ok := quotient(rest.terms[0], b.terms[0])
		if steps += len(b.terms) + len(rest.terms); !ok || steps > 20*MaxTerms {
			return nil, false
		}
		q.terms = append(q.terms, t)
		rest = rest.Sub(b.timesTerm(t))
	}
	return q, true
}

// quotient returns t/u where it is a term with an integer coefficient and no negative exponents.
func quotient(t, u Term) (Term, bool) {
	exps := make([]int, len(t.Exps))
	for k, e := range t.Exps {
		if exps[k] = e - u.Exps[k]; exps[k] < 0 {
			return Term{}, false
		}
	}
	c, rest := new(big.Int).QuoRem(t.Coef, u.Coef, new(big.Int))
	return Term{c, exps}, rest.Sign() == 0
}

// Content returns the greatest common divisor of the coefficients, with the sign of the first; 0 of the polynomial 0.
func (p *Poly) Content() *big.Int {
	g := new(big.Int)
	for _, t := range p.terms {
		g.GCD(nil, nil, g, new(big.Int).Abs(t.Coef))
	}
	if p.Lead().Sign() < 0 {
		g.Neg(g)
	}
	return g
}

// Primitive returns p divided by its content: the coefficients have no divisor in common and the first is positive.
func (p *Poly) Primitive() *Poly {
	if p.IsZero() {
		return p
	}
	return p.over(p.Content())
}

// over returns p/c for a divisor c of all coefficients.
func (p *Poly) over(c *big.Int) *Poly {
	r := &Poly{vars: p.vars, terms: make([]Term, len(p.terms))}
	for k, t := range p.terms {
		r.terms[k] = Term{new(big.Int).Quo(t.Coef, c), t.Exps}
	}
	return r
}

// monomial returns the least exponent of every variable over all terms, and p divided by that product of powers.
func (p *Poly) monomial() (exps []int, rest *Poly) {
	exps = slices.Clone(p.terms[0].Exps)
	for _, t := range p.terms[1:] {
		for k, e := range t.Exps {
			exps[k] = min(exps[k], e)
		}
	}
	down := make([]int, len(exps))
	for k, e := range exps {
		down[k] = -e
	}
	return exps, p.timesTerm(Term{big.NewInt(1), down})
}

// Derivative returns the derivative of p by variable k.
func (p *Poly) Derivative(k int) *Poly {
	var terms []Term
	for _, t := range p.terms {
		if e := t.Exps[k]; e != 0 {
			exps := slices.Clone(t.Exps)
			exps[k]--
			terms = append(terms, Term{new(big.Int).Mul(t.Coef, big.NewInt(int64(e))), exps})
		}
	}
	return &Poly{vars: p.vars, terms: terms}
}

// At returns p with a number in the place of variable k.
func (p *Poly) At(k int, x *big.Int) *Poly {
	r := &Poly{vars: p.vars, terms: make([]Term, len(p.terms))}
	for j, t := range p.terms {
		exps := slices.Clone(t.Exps)
		exps[k] = 0
		power := new(big.Int).Exp(x, big.NewInt(int64(t.Exps[k])), nil)
		r.terms[j] = Term{power.Mul(power, t.Coef), exps}
	}
	r.collect()
	return r
}

// Shift returns p with variable k, which has no negative exponents, replaced by itself and a number.
func (p *Poly) Shift(k int, by int64) *Poly {
	if by == 0 {
		return p
	}
	x := big.NewInt(by)
	r := &Poly{vars: p.vars}
	for _, t := range p.terms {
		power := big.NewInt(1)
		for e := t.Exps[k]; e >= 0; e-- { // (k + by)^m = Σ C(m, e)·by^(m - e)·k^e
			c := new(big.Int).Binomial(int64(t.Exps[k]), int64(e))
			exps := slices.Clone(t.Exps)
			exps[k] = e
			r.terms = append(r.terms, Term{c.Mul(c, power).Mul(c, t.Coef), exps})
			power = new(big.Int).Mul(power, x)
		}
	}
	r.collect()
	return r
}
