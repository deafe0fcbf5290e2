package words

import "slices"

const (
	maxFactors = 6   // by which a polynomial is multiplied, one after the other
	maxTried   = 400 // the products that are looked at
)

// A Factor is what a polynomial was multiplied by: the matrix M, or the number, that the formula has the inverse of.
type Factor struct {
	Of   *Poly
	Left bool
}

// IsZero reports whether p is 0 wherever it has a value: whether one of the products of p is 0 with the matrices that the formula has the inverses of, from the left or
// from the right, which can be divided by again. It returns what p was multiplied by.
func (a *Algebra) IsZero(p *Poly) (factors []Factor, zero bool) {
	type state struct {
		p       *Poly
		factors []Factor
	}
	todo := []state{{p, nil}}
	seen := map[string]bool{p.key(): true}
	done := a.Try(func() {
		for tried := 0; len(todo) > 0 && tried < maxTried; tried++ {
			best := 0 // the one that has the fewest inverses left
			for k, s := range todo {
				if a.inverses(s.p)+len(s.factors) < a.inverses(todo[best].p)+len(todo[best].factors) {
					best = k
				}
			}
			s := todo[best]
			todo = slices.Delete(todo, best, best+1)
			if s.p.IsZero() {
				factors, zero = s.factors, true
				return
			}
			if len(s.factors) == maxFactors {
				continue
			}
			for _, f := range a.factorsFor(s.p) {
				var q *Poly
				if f.Left {
					q = a.Mul(f.Of, s.p)
				} else {
					q = a.Mul(s.p, f.Of)
				}
				if key := q.key(); !seen[key] {
					seen[key] = true
					todo = append(todo, state{q, append(slices.Clone(s.factors), f)})
				}
			}
		}
	})
	return factors, zero && done
}

// inverses counts the inverses in the terms of p, and the terms.
func (a *Algebra) inverses(p *Poly) int {
	count := len(p.terms)
	for _, t := range p.terms {
		for _, l := range t.word {
			if a.matrices[l/2].inverseOf != nil {
				count += 2
			}
		}
		for _, q := range t.powers {
			if a.atoms[q.atom].inverseOf != nil || q.exponent < 0 {
				count++
			}
		}
	}
	return count
}

// factorsFor returns what p may be multiplied by.
func (a *Algebra) factorsFor(p *Poly) []Factor {
	var out []Factor
	seen := map[string]bool{}
	add := func(f Factor) {
		key := f.Of.key()
		if f.Left {
			key += " left"
		}
		if !seen[key] {
			seen[key] = true
			out = append(out, f)
		}
	}
	for _, t := range p.sorted() {
		for _, l := range t.word {
			if a.matrices[l/2].inverseOf == nil {
				continue
			}
			of := a.inverseOfLetter(l)
			if of.Rows == p.Rows {
				add(Factor{of, true})
			}
			if of.Rows == p.Cols {
				add(Factor{of, false})
			}
		}
		for _, q := range t.powers {
			if of := a.atoms[q.atom].inverseOf; of != nil {
				add(Factor{of, true})
			} else if q.exponent < 0 {
				add(Factor{a.ofAtom(q.atom), true})
			}
		}
	}
	return out
}
