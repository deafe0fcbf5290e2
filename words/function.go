package words

import (
	"math/big"
	"slices"
	"sort"
)

// Trace returns the sum of the diagonal of a square matrix.
func (a *Algebra) Trace(p *Poly) *Poly {
	sum := a.Zero(One, One)
	for _, t := range p.sorted() {
		sum = a.Add(sum, a.times(a.scale(a.traceOf(t.word, p.Rows), t.coef), t.powers), 1)
	}
	return sum
}

// traceOf returns the trace of a word, which does not depend on where in its cycle the word begins.
func (a *Algebra) traceOf(w []letter, size string) *Poly {
	if len(w) == 0 {
		return a.Number(size)
	}
	least := w
	for _, v := range [][]letter{w, a.upright(a.turned(w))} {
		for k := range v {
			cycle := slices.Concat(v[k:], v[:k])
			rows, _ := a.shape(cycle[0])
			p := a.Zero(rows, rows)
			a.insert(p, term{coef: big.NewRat(1, 1), word: cycle})
			if rows == One {
				return p
			}
			if t, ok := p.terms[term{word: cycle}.key()]; !ok || len(p.terms) > 1 || t.coef.Cmp(big.NewRat(1, 1)) != 0 {
				return a.Trace(p)
			}
			least = a.lesser(least, cycle)
		}
	}
	return a.Number("tr " + term{word: least}.key())
}

// Determinant returns the factors of the determinant of a square matrix. A matrix T that stands beside a product U·V is taken out, det(T + U·V) = det(T)·det(1 + V·T⁻¹·U), where
// the formula has its inverse; and det(1 + U·V) = det(1 + V·U). Source: Petersen and Pedersen, The Matrix Cookbook, 2012, (24).
func (a *Algebra) Determinant(p *Poly) []*Poly {
	if p.IsScalar() {
		return []*Poly{p}
	}
	terms := p.sorted()
	if len(terms) == 1 && len(terms[0].powers) == 0 && terms[0].coef.Cmp(big.NewRat(1, 1)) == 0 && a.allSquare(terms[0].word, p.Rows) {
		var out []*Poly
		for _, l := range terms[0].word {
			out = append(out, a.determinantOfLetter(l)...)
		}
		return out
	}
	_, plusOne := a.one(p)
	for _, t := range terms {
		if plusOne || len(t.word) == 0 || len(t.powers) > 0 || !a.allSquare(t.word, p.Rows) || !a.hasInverses(t.word) {
			continue
		}
		one := term{coef: big.NewRat(1, 1), word: t.word}
		outer := &Poly{Rows: p.Rows, Cols: p.Rows, terms: map[string]term{one.key(): one}}
		inner := a.Mul(a.inverseOfTerm(p.Rows, one), p)
		return append(a.Determinant(outer), a.Determinant(inner)...)
	}
	if rest, ok := a.one(p); ok && len(rest.terms) == 1 {
		return a.beside(rest.sorted()[0])
	}
	return []*Poly{a.Number("det " + a.upOrDown(p))}
}

// one returns p - 1 of a matrix that is 1 plus something.
func (a *Algebra) one(p *Poly) (rest *Poly, ok bool) {
	t, ok := p.terms[term{}.key()]
	if !ok || t.coef.Cmp(big.NewRat(1, 1)) != 0 {
		return nil, false
	}
	return a.Add(p, a.Identity(p.Rows), -1), true
}

// upOrDown is the same for a matrix and its transpose.
func (a *Algebra) upOrDown(p *Poly) string { return min(p.key(), a.Transpose(p).key()) }

// hasInverses reports whether the formula has the inverses of all letters.
func (a *Algebra) hasInverses(w []letter) bool {
	return !slices.ContainsFunc(w, func(l letter) bool { return a.matrices[l/2].inverseOf == nil && a.matrices[l/2].inverse < 0 })
}

func (a *Algebra) determinantOfLetter(l letter) []*Poly {
	m := a.matrices[l/2]
	if m.inverseOf == nil {
		return []*Poly{a.Number("det " + m.name)}
	}
	out := a.Determinant(m.inverseOf)
	for k, f := range out {
		out[k] = a.Inverse(f)
	}
	return out
}

// beside returns the determinant of 1 + t, the same for every place where t, as a cycle, may begin.
func (a *Algebra) beside(t term) []*Poly {
	type cycle struct {
		word []letter
		size string
	}
	var cycles []cycle
	for _, v := range [][]letter{t.word, a.upright(a.turned(t.word))} {
		for k := range v {
			rows, _ := a.shape(v[k])
			cycles = append(cycles, cycle{slices.Concat(v[k:], v[:k]), rows})
		}
	}
	sort.SliceStable(cycles, func(i, j int) bool {
		if one := cycles[i].size == One; one != (cycles[j].size == One) {
			return one
		}
		return slices.Compare(cycles[i].word, cycles[j].word) < 0
	})
	first := cycles[0]
	p := a.Identity(first.size)
	a.insert(p, term{t.coef, t.powers, first.word})
	if p.IsScalar() {
		return []*Poly{p}
	}
	return []*Poly{a.Number("det " + p.key())}
}

// Product returns the product of numbers.
func (a *Algebra) Product(ps []*Poly) *Poly {
	out := a.Rational(big.NewRat(1, 1))
	for _, p := range ps {
		out = a.Mul(out, p)
	}
	return out
}

// LogAbs returns log|p| of a product of numbers, as a sum of logarithms of its factors.
func (a *Algebra) LogAbs(ps []*Poly) *Poly {
	sum := a.Zero(One, One)
	log := func(key string, times int) { sum = a.Add(sum, a.Number("log "+key), int64(times)) }
	for _, p := range ps {
		terms := p.sorted()
		if len(terms) != 1 {
			log(p.key(), 1)
			continue
		}
		if c := new(big.Rat).Abs(terms[0].coef); c.Cmp(big.NewRat(1, 1)) != 0 {
			log(c.RatString(), 1)
		}
		for _, q := range terms[0].powers {
			if of := a.atoms[q.atom].inverseOf; of != nil {
				log(of.key(), -q.exponent)
			} else {
				log(a.ofAtom(q.atom).key(), q.exponent)
			}
		}
	}
	return sum
}

// Given says that two matrices of one shape are equal: the longest word of their difference becomes the rest, from either side.
func (a *Algebra) Given(p, q *Poly, given int) {
	d := a.Add(p, q, -1)
	turned := a.Transpose(d)
	for _, e := range []*Poly{d, turned} {
		var lead term
		for _, t := range e.sorted() {
			if len(t.word) > len(lead.word) {
				lead = t
			}
		}
		if len(lead.word) < 2 || len(lead.powers) > 0 || slices.ContainsFunc(e.sorted(), func(t term) bool { return len(t.word) == len(lead.word) && t.key() != lead.key() }) {
			continue
		}
		rest := a.scale(a.Add(e, &Poly{Rows: e.Rows, Cols: e.Cols, terms: map[string]term{lead.key(): lead}}, -1), new(big.Rat).Neg(new(big.Rat).Inv(lead.coef)))
		if !slices.ContainsFunc(a.rules, func(r rule) bool { return slices.Equal(r.from, lead.word) }) {
			a.rules = append(a.rules, rule{nil, lead.word, rest, given})
		}
	}
}
