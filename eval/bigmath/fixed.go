package bigmath

import (
	"math"
	"math/big"
)

// A fixed-point number with p bits after the point is the integer n that stands for n·2⁻ᵖ.

// toFixed returns x·2ᵖ rounded towards zero.
func toFixed(x *big.Float, p uint) *big.Int {
	n, _ := scale(x, int(p)).Int(nil)
	return n
}

// fromFixed returns n·2⁻ᵖ rounded to prec bits.
func fromFixed(n *big.Int, p, prec uint) *big.Float {
	f := newFloat(prec).SetInt(n)
	return f.SetMantExp(f, -int(p))
}

// halvings returns how often an argument r·2⁻ᵖ is halved before its Taylor series is summed, so that halvings and terms
// cost about the same: afterwards |r| < 2^-√p.
func halvings(r *big.Int, p uint) uint {
	want := int(math.Sqrt(float64(p)) * 0.8)
	have := int(p) - r.BitLen()
	return uint(max(0, want-have))
}

// expm1Fixed returns eʳ - 1 for |r| < 1 to within a few units of 2⁻ᵖ: the Taylor series at r/2ˢ, then s times
// e²ᵗ - 1 = u(u + 2) with u = eᵗ - 1.
func expm1Fixed(r *big.Int, p uint) *big.Int {
	s := halvings(r, p)
	q := p + s + 8
	x := new(big.Int).Lsh(r, 8) // r/2ˢ with q bits
	sum := new(big.Int).Set(x)
	term, t, n := new(big.Int).Set(x), new(big.Int), new(big.Int)
	for k := int64(2); term.Sign() != 0; k++ {
		t.Mul(term, x)
		t.Rsh(t, q)
		term.Quo(t, n.SetInt64(k))
		sum.Add(sum, term)
	}
	two := n.Lsh(n.SetInt64(1), q+1)
	for range s {
		t.Add(sum, two)
		term.Mul(sum, t)
		sum.Rsh(term, q)
	}
	return sum.Rsh(sum, s+8)
}

// sincosFixed returns sin r and 1 - cos r for |r| < 1 to within a few units of 2⁻ᵖ: the Taylor series at r/2ˢ, then s
// times sin 2t = 2 sin t (1 - v), 1 - cos 2t = 2 sin²t with v = 1 - cos t.
func sincosFixed(r *big.Int, p uint) (sin, versine *big.Int) {
	s := halvings(r, p)
	q := p + 2*s + 8
	x := new(big.Int).Lsh(r, q-s-p)
	sin, versine = new(big.Int).Set(x), new(big.Int)
	term, t, n := new(big.Int).Set(x), new(big.Int), new(big.Int)
	for k := int64(2); term.Sign() != 0; k++ {
		t.Mul(term, x)
		t.Rsh(t, q)
		term.Quo(t, n.SetInt64(k))
		switch k % 4 {
		case 0:
			versine.Sub(versine, term)
		case 1:
			sin.Add(sin, term)
		case 2:
			versine.Add(versine, term)
		case 3:
			sin.Sub(sin, term)
		}
	}
	for range s {
		t.Mul(sin, versine)
		t.Rsh(t, q)
		term.Mul(sin, sin)
		versine.Rsh(term, q-1)
		sin.Sub(sin, t)
		sin.Lsh(sin, 1)
	}
	return sin.Rsh(sin, q-p), versine.Rsh(versine, q-p)
}
