package words

import (
	"math/big"
	"slices"
)

// Inverse returns the inverse of a square matrix, which exists wherever a formula with it has a value; of a number that is 1 divided by it. It is nil where
// the matrix is 0.
func (a *Algebra) Inverse(p *Poly) *Poly {
	terms := p.sorted()
	switch {
	case len(terms) == 0:
		return nil
	case len(terms) == 1 && a.allSquare(terms[0].word, p.Rows):
		return a.inverseOfTerm(p.Rows, terms[0])
	case p.IsScalar():
		return a.reciprocal(p)
	}
	lead := terms[0].coef // so that c·M has the inverse of M
	scaled := a.scale(p, new(big.Rat).Inv(lead))
	turned := a.Transpose(scaled)
	flipped := turned.key() < scaled.key()
	if flipped {
		scaled = turned
	}
	name := "inv " + scaled.key()
	k, ok := a.named[name]
	if !ok {
		m := &matrix{name: name, rows: p.Rows, cols: p.Rows, given: -1, inverse: -1, inverseOf: scaled, symmetric: turned.key() == a.scale(p, new(big.Rat).Inv(lead)).key()}
		k = a.add(m)
		a.named[name] = k
		a.cancel(k, scaled)
	}
	l := letter(2 * k)
	if flipped {
		l = l.transposed()
	}
	return a.scale(a.ofLetter(l), new(big.Rat).Inv(lead))
}

func (a *Algebra) scale(p *Poly, c *big.Rat) *Poly {
	out := a.Zero(p.Rows, p.Cols)
	for _, t := range p.terms {
		out.plus(term{new(big.Rat).Mul(t.coef, c), t.powers, t.word})
	}
	return out
}

func (a *Algebra) allSquare(w []letter, size string) bool {
	return !slices.ContainsFunc(w, func(l letter) bool {
		rows, cols := a.shape(l)
		return rows != size || cols != size
	})
}

// inverseOfTerm returns the product of the inverses in the opposite order.
func (a *Algebra) inverseOfTerm(size string, t term) *Poly {
	out := a.scale(a.Identity(size), new(big.Rat).Inv(t.coef))
	for _, p := range t.powers {
		if of := a.atoms[p.atom].inverseOf; of != nil && p.exponent > 0 {
			for range p.exponent {
				out = a.Mul(out, of)
			}
			continue
		}
		number := a.Rational(big.NewRat(1, 1))
		number = a.times(number, []power{{p.atom, -p.exponent}})
		out = a.Mul(number, out)
	}
	for _, l := range slices.Backward(t.word) {
		out = a.Mul(out, a.inverseOfLetter(l))
	}
	return out
}

func (a *Algebra) times(p *Poly, powers []power) *Poly {
	out := a.Zero(p.Rows, p.Cols)
	for _, t := range p.sorted() {
		a.insert(out, term{t.coef, merged(t.powers, powers), t.word})
	}
	return out
}

func (a *Algebra) inverseOfLetter(l letter) *Poly {
	m := a.matrices[l/2]
	if m.inverseOf != nil {
		if l%2 == 1 {
			return a.Transpose(m.inverseOf)
		}
		return m.inverseOf
	}
	if m.inverse < 0 {
		of := a.ofLetter(l &^ 1)
		m.inverse = a.add(&matrix{name: "inv " + m.name, rows: m.rows, cols: m.cols, given: m.given, inverse: -1, inverseOf: of, symmetric: m.symmetric})
		a.cancel(m.inverse, of)
	}
	return a.ofLetter(letter(2*m.inverse) | l&1)
}

// cancel adds the rewrites X·w -> (1 - X·(M - c·w))/c, where w is the longest word of M = inv(X), and its like from the other side and transposed.
func (a *Algebra) cancel(k int, of *Poly) {
	var lead term
	for _, t := range of.sorted() {
		if len(t.word) > len(lead.word) {
			lead = t
		}
	}
	if len(lead.word) == 0 {
		return
	}
	x := letter(2 * k)
	a.cancels(x, of, lead)
	if !a.matrices[k].symmetric {
		a.cancels(x.transposed(), a.Transpose(of), term{lead.coef, lead.powers, a.upright(a.turned(lead.word))})
	}
}

// cancels adds the rewrites of x beside the term lead of what it is the inverse of.
func (a *Algebra) cancels(x letter, of *Poly, lead term) {
	for _, atLeft := range []bool{true, false} {
		beside := func(w []letter) []letter {
			if atLeft {
				return slices.Concat([]letter{x}, w)
			}
			return slices.Concat(w, []letter{x})
		}
		c := new(big.Rat).Inv(lead.coef)
		to := a.scale(a.Identity(of.Rows), c)
		for _, t := range of.sorted() {
			if t.key() != lead.key() {
				to.plus(term{new(big.Rat).Neg(new(big.Rat).Mul(c, t.coef)), t.powers, beside(t.word)})
			}
		}
		a.rules = append(a.rules, rule{lead.powers, beside(lead.word), to, -1})
	}
}

// reciprocal returns 1 divided by a sum.
func (a *Algebra) reciprocal(p *Poly) *Poly {
	lead := new(big.Rat).Inv(p.sorted()[0].coef)
	scaled := a.scale(p, lead)
	return a.scale(a.ofAtom(a.atomOf("1/"+scaled.key(), scaled)), lead)
}

// divides rewrites a product of x and 1/(x + y), where x is the term of the sum with the most factors.
func (a *Algebra) divides(powers []power) ([]term, bool) {
	for k, p := range powers {
		of := a.atoms[p.atom].inverseOf
		if of == nil || p.exponent < 1 {
			continue
		}
		lead := leadOf(of)
		if len(lead.powers) == 0 || !contains(powers, lead.powers) {
			continue
		}
		rest := merged(powers, inverted(lead.powers))
		without := merged(rest, []power{{powers[k].atom, -1}})
		c := new(big.Rat).Inv(lead.coef)
		out := []term{{coef: c, powers: without}}
		for _, t := range of.sorted() {
			if t.key() != lead.key() {
				out = append(out, term{coef: new(big.Rat).Neg(new(big.Rat).Mul(c, t.coef)), powers: merged(rest, t.powers)})
			}
		}
		return out, true
	}
	return nil, false
}

// leadOf returns the term with the most factors, the last of equals.
func leadOf(p *Poly) term {
	var lead term
	degree := -1
	for _, t := range p.sorted() {
		d := 0
		for _, q := range t.powers {
			d += max(q.exponent, -q.exponent)
		}
		if d >= degree {
			lead, degree = t, d
		}
	}
	return lead
}
