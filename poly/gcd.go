package poly

import "math/big"

// GCD returns the greatest common divisor of a and b over the integers, with a positive first coefficient, or [ErrTooLarge]. What is
// returned divides both, which is tried by division.
//
// Source of the method: Char, Geddes and Gonnet, GCDHEU: Heuristic Polynomial GCD Algorithm Based On Integer GCD Computation, J. Symbolic
// Computation 7 (1989): a variable is replaced by a large number, and the polynomial is read off the digits of the divisor of the values.
func GCD(a, b *Poly) (*Poly, error) {
	switch {
	case a.IsZero():
		return b.positive(), nil
	case b.IsZero():
		return a.positive(), nil
	}
	content := new(big.Int).GCD(nil, nil, new(big.Int).Abs(a.Content()), new(big.Int).Abs(b.Content()))
	a, b = a.Primitive(), b.Primitive()
	if a.Equal(b) {
		return a.Scale(content), nil
	}
	powers, a := a.monomial()
	others, b := b.monomial()
	for k, e := range others {
		powers[k] = min(powers[k], e)
	}
	outside := Term{content, powers}
	// A variable of only one of them is in no common divisor: that one is replaced by its coefficients.
	for k := range a.vars {
		inA, inB := a.Degree(k) > 0, b.Degree(k) > 0
		if inA == inB {
			continue
		}
		if inB {
			a, b = b, a
		}
		for _, c := range a.Coefficients(k) {
			var err error
			if b, err = GCD(b, c); err != nil {
				return nil, err
			}
			if b.IsConst() {
				break
			}
		}
		return b.Primitive().timesTerm(outside), nil
	}
	var shared []int
	size := 1
	for k := range a.vars {
		if d := min(a.Degree(k), b.Degree(k)); d > 0 {
			shared = append(shared, k)
			size *= max(a.Degree(k), b.Degree(k)) + 1
		}
		if size*max(bits(a), bits(b)) > maxValueBits {
			return nil, ErrTooLarge
		}
	}
	g, ok := heuristic(a, b, shared)
	if !ok {
		return nil, ErrTooLarge
	}
	return g.Primitive().timesTerm(outside), nil
}

// positive returns p or -p.
func (p *Poly) positive() *Poly {
	if p.Lead().Sign() < 0 {
		return p.Neg()
	}
	return p
}

const (
	maxValueBits = 1 << 15 // of a value in the heuristic method
	maxPoints    = 6       // at which values are taken
)

// heuristic returns the greatest common divisor of a and b, neither of them 0, in the given variables.
func heuristic(a, b *Poly, in []int) (*Poly, bool) {
	content := new(big.Int).GCD(nil, nil, new(big.Int).Abs(a.Content()), new(big.Int).Abs(b.Content()))
	if a.IsConst() || b.IsConst() {
		return Const(a.vars, content), true
	}
	if len(in) == 0 {
		return nil, false
	}
	a, b = a.Primitive(), b.Primitive()
	k, rest := in[0], in[1:]
	x := norm(a)
	if y := norm(b); y.Cmp(x) < 0 {
		x = y
	}
	x = new(big.Int).Add(new(big.Int).Lsh(x, 1), big.NewInt(29))
	for range maxPoints {
		if u, v := a.At(k, x), b.At(k, x); !u.IsZero() && !v.IsZero() && x.BitLen()*max(a.Degree(k), b.Degree(k)) <= maxValueBits {
			if g, ok := heuristic(u, v, rest); ok {
				h := digits(g, k, x).Primitive()
				if _, divides := Div(a, h); divides {
					if _, divides = Div(b, h); divides {
						return h.Scale(content), true
					}
				}
			}
		}
		x.Mul(x, big.NewInt(73794))
		x.Quo(x, big.NewInt(27011))
	}
	return nil, false
}

// norm returns the largest absolute value of a coefficient.
func norm(p *Poly) *big.Int {
	n := new(big.Int)
	for _, t := range p.terms {
		if t.Coef.CmpAbs(n) > 0 {
			n.Abs(t.Coef)
		}
	}
	return n
}

// digits returns the polynomial with coefficients between -x/2 and x/2 that has the value g where variable k is x.
func digits(g *Poly, k int, x *big.Int) *Poly {
	r := &Poly{vars: g.vars}
	half := new(big.Int).Rsh(x, 1)
	for e := 0; !g.IsZero(); e++ {
		var digit, higher []Term
		for _, t := range g.terms {
			q, m := new(big.Int).DivMod(t.Coef, x, new(big.Int))
			if m.Cmp(half) > 0 {
				m.Sub(m, x)
				q.Add(q, big.NewInt(1))
			}
			if m.Sign() != 0 {
				digit = append(digit, Term{m, t.Exps})
			}
			if q.Sign() != 0 {
				higher = append(higher, Term{q, t.Exps})
			}
		}
		power := make([]int, g.vars)
		power[k] = e
		r = r.Add((&Poly{vars: g.vars, terms: digit}).timesTerm(Term{big.NewInt(1), power}))
		g = &Poly{vars: g.vars, terms: higher}
	}
	return r
}
