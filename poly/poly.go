package poly

import (
	"errors"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// MaxTerms bounds the terms of a polynomial and the products of terms that one multiplication or division forms.
const MaxTerms = 20_000

// ErrTooLarge is the error for a result that would take too many terms, too large numbers or too much time.
var ErrTooLarge = errors.New("poly: the polynomial is too large")

// A Term is a coefficient other than 0 and the exponent of every variable.
type Term struct {
	Coef *big.Int
	Exps []int
}

// A Poly is a polynomial in a fixed number of variables. Its terms are sorted by their exponents, the largest first, the first variable
// counting most. Add, Sub, Neg, Scale and Mul also take terms with negative exponents.
type Poly struct {
	vars  int
	terms []Term
}

// New returns the sum of terms in so many variables; terms with equal exponents are collected.
func New(vars int, terms ...Term) *Poly {
	p := &Poly{vars: vars, terms: slices.Clone(terms)}
	p.collect()
	return p
}

// Const returns the number c as a polynomial in so many variables.
func Const(vars int, c *big.Int) *Poly { return New(vars, Term{c, make([]int, vars)}) }

// Int returns the number c as a polynomial in so many variables.
func Int(vars int, c int64) *Poly { return Const(vars, big.NewInt(c)) }

// Var returns variable k.
func Var(vars, k int) *Poly { return Monomial(vars, k, 1) }

// Monomial returns variable k to the power e.
func Monomial(vars, k, e int) *Poly {
	exps := make([]int, vars)
	exps[k] = e
	return &Poly{vars: vars, terms: []Term{{big.NewInt(1), exps}}}
}

// collect sorts the terms and adds up those with equal exponents.
func (p *Poly) collect() {
	slices.SortStableFunc(p.terms, func(a, b Term) int { return slices.Compare(b.Exps, a.Exps) })
	kept := p.terms[:0]
	for _, t := range p.terms {
		if k := len(kept); k > 0 && slices.Equal(kept[k-1].Exps, t.Exps) {
			kept[k-1].Coef = new(big.Int).Add(kept[k-1].Coef, t.Coef)
			continue
		}
		kept = append(kept, t)
	}
	p.terms = slices.DeleteFunc(kept, func(t Term) bool { return t.Coef.Sign() == 0 })
}

// Vars returns the number of variables.
func (p *Poly) Vars() int { return p.vars }

// Terms returns the terms, the largest exponents first. The caller must not change them.
func (p *Poly) Terms() []Term { return p.terms }

// IsZero reports whether p is 0.
func (p *Poly) IsZero() bool { return len(p.terms) == 0 }

// IsOne reports whether p is 1.
func (p *Poly) IsOne() bool { return p.IsConst() && p.Lead().Cmp(big.NewInt(1)) == 0 }

// IsConst reports whether p is a number.
func (p *Poly) IsConst() bool {
	return len(p.terms) == 0 || len(p.terms) == 1 && !slices.ContainsFunc(p.terms[0].Exps, func(e int) bool { return e != 0 })
}

// Lead returns the coefficient of the first term; 0 of the polynomial 0.
func (p *Poly) Lead() *big.Int {
	if len(p.terms) == 0 {
		return new(big.Int)
	}
	return p.terms[0].Coef
}

// Degree returns the largest exponent of variable k; -1 of the polynomial 0.
func (p *Poly) Degree(k int) int {
	d := -1
	for _, t := range p.terms {
		d = max(d, t.Exps[k])
	}
	return d
}

// Equal reports whether p and q are the same polynomial.
func (p *Poly) Equal(q *Poly) bool {
	return slices.EqualFunc(p.terms, q.terms, func(a, b Term) bool { return a.Coef.Cmp(b.Coef) == 0 && slices.Equal(a.Exps, b.Exps) })
}

// Compare is a total order: by the exponents and coefficients of the terms, the first difference deciding.
func (p *Poly) Compare(q *Poly) int {
	return slices.CompareFunc(p.terms, q.terms, func(a, b Term) int {
		if c := slices.Compare(a.Exps, b.Exps); c != 0 {
			return c
		}
		return a.Coef.Cmp(b.Coef)
	})
}

// Add returns p + q.
func (p *Poly) Add(q *Poly) *Poly {
	r := &Poly{vars: p.vars, terms: make([]Term, 0, len(p.terms)+len(q.terms))}
	a, b := p.terms, q.terms
	for len(a) > 0 && len(b) > 0 {
		switch c := slices.Compare(a[0].Exps, b[0].Exps); {
		case c > 0:
			r.terms, a = append(r.terms, a[0]), a[1:]
		case c < 0:
			r.terms, b = append(r.terms, b[0]), b[1:]
		default:
			if sum := new(big.Int).Add(a[0].Coef, b[0].Coef); sum.Sign() != 0 {
				r.terms = append(r.terms, Term{sum, a[0].Exps})
			}
			a, b = a[1:], b[1:]
		}
	}
	r.terms = append(append(r.terms, a...), b...)
	return r
}

// Neg returns -p.
func (p *Poly) Neg() *Poly { return p.Scale(big.NewInt(-1)) }

// Sub returns p - q.
func (p *Poly) Sub(q *Poly) *Poly { return p.Add(q.Neg()) }

// Scale returns c·p.
func (p *Poly) Scale(c *big.Int) *Poly {
	if c.Sign() == 0 {
		return &Poly{vars: p.vars}
	}
	return p.timesTerm(Term{c, make([]int, p.vars)})
}

func (p *Poly) timesTerm(t Term) *Poly {
	r := &Poly{vars: p.vars, terms: make([]Term, len(p.terms))}
	for k, u := range p.terms {
		r.terms[k] = product(t, u)
	}
	return r
}

func product(t, u Term) Term {
	exps := make([]int, len(t.Exps))
	for k, e := range t.Exps {
		exps[k] = e + u.Exps[k]
	}
	return Term{new(big.Int).Mul(t.Coef, u.Coef), exps}
}

// Mul returns p·q, or [ErrTooLarge].
func (p *Poly) Mul(q *Poly) (*Poly, error) {
	if len(p.terms)*len(q.terms) > MaxTerms {
		return nil, ErrTooLarge
	}
	r := &Poly{vars: p.vars, terms: make([]Term, 0, len(p.terms)*len(q.terms))}
	for _, t := range p.terms {
		for _, u := range q.terms {
			r.terms = append(r.terms, product(t, u))
		}
	}
	if len(p.terms) > 1 && len(q.terms) > 1 {
		r.collect()
	}
	return r, nil
}

// Pow returns p to the power e ≥ 0, or [ErrTooLarge].
func (p *Poly) Pow(e int) (*Poly, error) {
	r := Int(p.vars, 1)
	for range e {
		next, err := r.Mul(p)
		if err != nil || bits(next) > maxBits {
			return nil, ErrTooLarge
		}
		r = next
	}
	return r, nil
}

// maxBits bounds the length of coefficients.
const maxBits = 1 << 14

// bits returns the length of the longest coefficient.
func bits(p *Poly) int {
	n := 0
	for _, t := range p.terms {
		n = max(n, t.Coef.BitLen())
	}
	return n
}

// Coefficients returns what the powers of variable k are multiplied with, from the power 0 on.
func (p *Poly) Coefficients(k int) []*Poly {
	out := make([]*Poly, max(1, p.Degree(k)+1))
	for j := range out {
		out[j] = &Poly{vars: p.vars}
	}
	for _, t := range p.terms {
		exps := slices.Clone(t.Exps)
		exps[k] = 0
		at := out[t.Exps[k]]
		at.terms = append(at.terms, Term{t.Coef, exps})
	}
	return out
}

// String returns p for people: its variables are a, b, c, …
func (p *Poly) String() string {
	if p.IsZero() {
		return "0"
	}
	var b strings.Builder
	for k, t := range p.terms {
		sign := "+"
		if t.Coef.Sign() < 0 {
			sign = "-"
		}
		switch {
		case k > 0:
			b.WriteString(" " + sign + " ")
		case sign == "-":
			b.WriteString(sign)
		}
		var factors []string
		if c := new(big.Int).Abs(t.Coef).String(); c != "1" {
			factors = append(factors, c)
		}
		for v, e := range t.Exps {
			switch {
			case e == 1:
				factors = append(factors, name(v))
			case e != 0:
				factors = append(factors, name(v)+"^"+strconv.Itoa(e))
			}
		}
		if len(factors) == 0 {
			factors = []string{"1"}
		}
		b.WriteString(strings.Join(factors, "*"))
	}
	return b.String()
}

// name returns the name of variable v in [Poly.String].
func name(v int) string {
	letter := string(rune('a' + v%26))
	if v >= 26 {
		letter += strconv.Itoa(v / 26)
	}
	return letter
}
