package poly

import (
	"math/big"
	"slices"
)

// A Factor is a polynomial and how often it occurs in a product.
type Factor struct {
	P     *Poly
	Times int
}

// SquareFree returns the factors of p by how often they occur: p is the content times the product of the powers of the factors, which have
// no repeated factors, are primitive and no numbers. The content has the sign of p. It is Yun's algorithm, one variable after the other.
func SquareFree(p *Poly) (content *big.Int, factors []Factor, err error) {
	if p.IsZero() {
		return new(big.Int), nil, nil
	}
	content = p.Content()
	powers, rest := p.Primitive().monomial()
	for k, e := range powers {
		if e > 0 {
			factors = append(factors, Factor{Var(p.vars, k), e})
		}
	}
	more, err := squareFree(rest)
	return content, join(append(factors, more...)), err
}

// squareFree is [SquareFree] of a primitive polynomial that no variable divides.
func squareFree(p *Poly) ([]Factor, error) {
	if p.IsConst() {
		return nil, nil
	}
	k := 0
	for p.Degree(k) <= 0 {
		k++
	}
	c, err := contentIn(p, k)
	if err != nil {
		return nil, err
	}
	var out []Factor
	if !c.IsConst() {
		if out, err = squareFree(c); err != nil {
			return nil, err
		}
		p, _ = Div(p, c)
	}
	slope := p.Derivative(k)
	g, err := GCD(p, slope)
	if err != nil {
		return nil, err
	}
	b, _ := Div(p, g)
	q, _ := Div(slope, g)
	for times := 1; !b.IsConst(); times++ {
		d := q.Sub(b.Derivative(k))
		a, err := GCD(b, d)
		if err != nil {
			return nil, err
		}
		if !a.IsConst() {
			out = append(out, Factor{a.Primitive(), times})
		}
		b, _ = Div(b, a)
		q, _ = Div(d, a)
	}
	return out, nil
}

// contentIn returns the greatest common divisor of the coefficients of the powers of variable k.
func contentIn(p *Poly, k int) (*Poly, error) {
	g := &Poly{vars: p.vars}
	for _, c := range p.Coefficients(k) {
		var err error
		if g, err = GCD(g, c); err != nil {
			return nil, err
		}
		if g.IsOne() {
			break
		}
	}
	return g, nil
}

// join puts equal factors together and sorts them.
func join(factors []Factor) []Factor {
	slices.SortStableFunc(factors, func(a, b Factor) int { return a.P.Compare(b.P) })
	kept := factors[:0]
	for _, f := range factors {
		if k := len(kept); k > 0 && kept[k-1].P.Equal(f.P) {
			kept[k-1].Times += f.Times
			continue
		}
		kept = append(kept, f)
	}
	return kept
}

// Factorise returns a number and primitive polynomials whose product is p. They are not always irreducible: found are the factors that occur several times,
// those that lack a variable, linear factors of polynomials in one variable and of homogeneous ones in two, and the two of a quadratic in a power of a variable.
func Factorise(p *Poly) (content *big.Int, factors []Factor, err error) {
	content, parts, err := SquareFree(p)
	if err != nil {
		return nil, nil, err
	}
	var out []Factor
	for _, f := range parts {
		split, err := split(f.P)
		if err != nil {
			return nil, nil, err
		}
		for _, g := range split {
			out = append(out, Factor{g, f.Times})
		}
	}
	return content, join(out), nil
}

// split takes a primitive polynomial without repeated factors apart into primitive ones.
func split(p *Poly) ([]*Poly, error) {
	if len(p.terms) < 2 || !slices.ContainsFunc(p.terms, func(t Term) bool { return degree(t) > 1 }) {
		return []*Poly{p}, nil
	}
	var in []int
	for k := range p.vars {
		if p.Degree(k) > 0 {
			in = append(in, k)
		}
	}
	if len(in) > 1 {
		for _, k := range in {
			c, err := contentIn(p, k)
			if err != nil {
				return nil, err
			}
			if !c.IsConst() {
				return splitBy(p, c.Primitive())
			}
		}
	}
	for _, k := range in {
		if p.Degree(k) == 1 { // the coefficients have no factor in common
			return []*Poly{p}, nil
		}
	}
	if len(in) == 1 {
		if f, ok := rationalRoot(p, in[0]); ok {
			return splitBy(p, f)
		}
	}
	if f, ok := homogeneous(p, in); ok {
		return splitBy(p, f)
	}
	for _, k := range in {
		if f, ok := quadratic(p, k); ok {
			return splitBy(p, f)
		}
	}
	return []*Poly{p}, nil
}

// splitBy takes the factor f and what is left of p apart.
func splitBy(p, f *Poly) ([]*Poly, error) {
	rest, ok := Div(p, f)
	if !ok {
		return []*Poly{p}, nil
	}
	a, err := split(f)
	if err != nil || rest.IsConst() {
		return a, err
	}
	b, err := split(rest.Primitive())
	return append(a, b...), err
}

// degree returns the sum of the exponents of a term.
func degree(t Term) int {
	sum := 0
	for _, e := range t.Exps {
		sum += e
	}
	return sum
}

// homogeneous returns a linear factor of a polynomial in two variables all terms of which have one degree.
func homogeneous(p *Poly, in []int) (*Poly, bool) {
	if len(in) != 2 || slices.ContainsFunc(p.terms, func(t Term) bool { return degree(t) != degree(p.terms[0]) }) {
		return nil, false
	}
	one := p.At(in[1], big.NewInt(1))
	if one.Coefficients(in[0])[0].IsZero() {
		return nil, false
	}
	f, ok := rationalRoot(one, in[0])
	if !ok {
		return nil, false
	}
	cs := f.Coefficients(in[0])
	linear := Monomial(p.vars, in[0], 1).Scale(cs[1].Lead())
	return linear.Add(Monomial(p.vars, in[1], 1).Scale(cs[0].Lead())), true
}

// quadratic returns a factor of a·x²ᵐ + b·xᵐ + c where b² - 4·a·c is a square: that of 2·a·xᵐ + b + √(b² - 4·a·c) which no power of x divides.
func quadratic(p *Poly, k int) (*Poly, bool) {
	d := p.Degree(k)
	if d%2 != 0 {
		return nil, false
	}
	cs := p.Coefficients(k)
	for j, c := range cs {
		if j != 0 && j != d/2 && j != d && !c.IsZero() {
			return nil, false
		}
	}
	a, b, c := cs[d], cs[d/2], cs[0]
	bb, err := b.Mul(b)
	if err != nil {
		return nil, false
	}
	ac, err := a.Mul(c)
	if err != nil {
		return nil, false
	}
	root, ok := Sqrt(bb.Sub(ac.Scale(big.NewInt(4))))
	if !ok {
		return nil, false
	}
	am, err := a.Mul(Monomial(p.vars, k, d/2))
	if err != nil {
		return nil, false
	}
	f := am.Scale(big.NewInt(2)).Add(b).Add(root)
	g, err := GCD(p, f)
	if err != nil || g.IsConst() || g.Degree(k) == d {
		return nil, false
	}
	return g.Primitive(), true
}
