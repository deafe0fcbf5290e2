package poly

import (
	"math/big"
	"slices"
)

const (
	maxRootSize   = 1 << 20 // of the coefficients whose divisors are tried
	maxRootsTried = 4000
)

// rationalRoot returns a linear factor q·x - p of p, which has the one variable k and a constant term other than 0, if there is one among the divisors
// of its first and last coefficients.
func rationalRoot(f *Poly, k int) (*Poly, bool) {
	coefs := f.Coefficients(k)
	first, last := coefs[len(coefs)-1].Lead(), coefs[0].Lead()
	if first.CmpAbs(big.NewInt(maxRootSize)) > 0 || last.CmpAbs(big.NewInt(maxRootSize)) > 0 {
		return nil, false
	}
	tried := 0
	for _, q := range divisors(first) {
		for _, p := range divisors(last) {
			if tried++; tried > maxRootsTried {
				return nil, false
			}
			for _, sign := range []int64{1, -1} {
				if vanishes(coefs, big.NewInt(sign*p), big.NewInt(q)) {
					return Monomial(f.vars, k, 1).Scale(big.NewInt(q)).Sub(Int(f.vars, sign*p)), true
				}
			}
		}
	}
	return nil, false
}

// vanishes reports whether Σ cⱼ·pʲ·qⁿ⁻ʲ is 0.
func vanishes(coefs []*Poly, p, q *big.Int) bool {
	v, power := new(big.Int), big.NewInt(1)
	for j := len(coefs) - 1; j >= 0; j-- {
		v.Mul(v, p)
		v.Add(v, new(big.Int).Mul(coefs[j].Lead(), power))
		power = new(big.Int).Mul(power, q)
	}
	return v.Sign() == 0
}

// divisors returns the positive divisors of n, which is not 0, in order.
func divisors(n *big.Int) []int64 {
	m := new(big.Int).Abs(n).Int64()
	var out []int64
	for d := int64(1); d*d <= m; d++ {
		if m%d == 0 {
			out = append(out, d)
			if d*d != m {
				out = append(out, m/d)
			}
		}
	}
	slices.Sort(out)
	return out
}

// Sqrt returns the square root of p with a positive first coefficient, where p is a square. It is the method of digits: each further term of the root is the
// first term of what is left over twice the first term of the root.
func Sqrt(p *Poly) (*Poly, bool) {
	if p.IsZero() {
		return p, true
	}
	first := p.terms[0]
	if first.Coef.Sign() < 0 {
		return nil, false
	}
	c := new(big.Int).Sqrt(first.Coef)
	if new(big.Int).Mul(c, c).Cmp(first.Coef) != 0 {
		return nil, false
	}
	exps := make([]int, p.vars)
	for k, e := range first.Exps {
		if e%2 != 0 {
			return nil, false
		}
		exps[k] = e / 2
	}
	root := &Poly{vars: p.vars, terms: []Term{{c, exps}}}
	twice := Term{new(big.Int).Lsh(c, 1), exps}
	for range len(p.terms) + 1 {
		square, err := root.Mul(root)
		if err != nil {
			return nil, false
		}
		rest := p.Sub(square)
		if rest.IsZero() {
			return root, true
		}
		t, ok := quotient(rest.terms[0], twice)
		if !ok || slices.Compare(t.Exps, root.terms[len(root.terms)-1].Exps) >= 0 {
			return nil, false
		}
		root = root.Add(&Poly{vars: p.vars, terms: []Term{t}})
	}
	return nil, false
}
