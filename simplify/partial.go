package simplify

import (
	"fmt"
	"math/big"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/poly"
	"github.com/seed-9905856d/derive/syntax"
)

// maxUnknowns bounds the coefficients of partial fractions.
const maxUnknowns = 24

// partial takes a quotient apart into a polynomial and fractions, the denominators of which are powers of the factors of its own and the numerators of
// less degree than the factors. The coefficients of the numerators solve linear equations. It fails where that divides by what may be 0.
func (f *former) partial(x *expr.Node) *expr.Node {
	r, q, ok := lowest(f.s, x)
	if !ok {
		return x
	}
	k, ok := f.variable(r)
	if !ok || q.den.Degree(k) < 1 {
		return x
	}
	_, factors, err := poly.Factorise(q.den)
	if err != nil {
		return f.fails(x)
	}
	vars := len(r.atoms)
	below := poly.Int(vars, 1) // the factors with the variable in them
	var with []poly.Factor
	for _, g := range factors {
		if g.P.Degree(k) < 1 {
			continue
		}
		with = append(with, g)
		power, err := g.P.Pow(g.Times)
		if err == nil {
			below, err = r.mul(below, power)
		}
		if err != nil {
			return f.fails(x)
		}
	}
	outer, _ := poly.Div(q.den, below)
	// The unknowns: what each coefficient of a numerator is multiplied with, and where it stands.
	type unknown struct {
		by    *poly.Poly // in the numerator of the whole
		over  *poly.Poly
		times int
		power int
	}
	var unknowns []unknown
	for e := 0; e <= q.num.Degree(k)-below.Degree(k); e++ {
		by, err := r.mul(below, poly.Monomial(vars, k, e))
		if err != nil {
			return f.fails(x)
		}
		unknowns = append(unknowns, unknown{by, poly.Int(vars, 1), 1, e})
	}
	for _, g := range with {
		by := below
		for times := 1; times <= g.Times; times++ {
			by, _ = poly.Div(by, g.P)
			for e := range g.P.Degree(k) {
				shifted, err := r.mul(by, poly.Monomial(vars, k, e))
				if err != nil {
					return f.fails(x)
				}
				unknowns = append(unknowns, unknown{shifted, g.P, times, e})
			}
		}
	}
	if len(unknowns) > maxUnknowns {
		return f.fails(x)
	}
	rows := make([][]*poly.Poly, len(unknowns))
	at := func(p *poly.Poly, j int) *poly.Poly {
		if cs := p.Coefficients(k); j < len(cs) {
			return cs[j]
		}
		return poly.Int(vars, 0)
	}
	for j := range rows {
		for _, u := range unknowns {
			rows[j] = append(rows[j], at(u.by, j))
		}
		rows[j] = append(rows[j], at(q.num, j))
	}
	r.spend(len(rows) * len(rows) * len(rows))
	solution, determinant, err := poly.Solve(rows)
	if err != nil || solution == nil {
		return f.fails(x)
	}
	if determinant, err = r.mul(determinant, outer); err != nil {
		return f.fails(x)
	}
	// One fraction for all coefficients over one power of a factor.
	var terms []*expr.Node
	for j := 0; j < len(unknowns); {
		u := unknowns[j]
		numerator := poly.Int(vars, 0)
		for ; j < len(unknowns) && unknowns[j].over.Equal(u.over) && unknowns[j].times == u.times; j++ {
			term, err := r.mul(solution[j], poly.Monomial(vars, k, unknowns[j].power))
			if err != nil {
				return f.fails(x)
			}
			numerator = numerator.Add(term)
		}
		if numerator.IsZero() {
			continue
		}
		c, err := r.reduced(quotient{numerator, determinant})
		if err != nil || !f.defined(r, c.den, outer) {
			return f.fails(x)
		}
		over := f.s.Pow(r.sum(u.over, big.NewInt(1)), f.s.Int(int64(u.times)))
		terms = append(terms, f.s.Div(f.s.Div(r.product(c.num), r.product(c.den)), over))
	}
	return f.s.Add(terms...)
}

// defined reports whether a denominator is 0 nowhere where old is not: its factors are those of old, or known not to be 0.
func (f *former) defined(r *ring, den, old *poly.Poly) bool {
	_, factors, err := poly.Factorise(den)
	if err != nil {
		return false
	}
	for _, g := range factors {
		if _, ok := poly.Div(old, g.P); ok {
			continue
		}
		x := r.sum(g.P, big.NewInt(1))
		if expr.SignOf(x) != expr.Positive && !f.facts.isNotZero(x) {
			text := "what may be 0"
			if shown, err := expr.Syntax(x); err == nil {
				text = syntax.Print(shown) + ", which may be 0 unless a given says that it is not"
			}
			f.failed = fmt.Errorf("%w: partial fractions divide by %s", ErrNoForm, text)
			return false
		}
	}
	return true
}
