package bigmath

import "math/big"

// bernoulliCache holds Bernoulli numbers B₂, B₄, …: exactly, and rounded to each working precision in use.
type bernoulliCache struct {
	exact   []*big.Rat // exact[j-1] is B₂ⱼ
	rounded map[uint][]*big.Float
}

// bernoulliNumbers returns at least count Bernoulli numbers B₂, B₄, … to at least prec bits. The result is shared: it
// must not be written to.
func (c *Context) bernoulliNumbers(count int, prec uint) []*big.Float {
	prec = (prec + 63) / 64 * 64
	shared := c.caches()
	shared.mu.Lock()
	defer shared.mu.Unlock()
	cache := &shared.bernoulli
	if len(cache.exact) < count {
		cache.exact = exactBernoulli(max(count, 2*len(cache.exact)))
	}
	known := cache.rounded[prec]
	if len(known) >= count {
		return known
	}
	grown := make([]*big.Float, 0, max(count, 2*len(known)))
	grown = append(grown, known...)
	for _, b := range cache.exact[len(known):min(len(cache.exact), cap(grown))] {
		grown = append(grown, newFloat(prec).SetRat(b))
	}
	if cache.rounded == nil {
		cache.rounded = make(map[uint][]*big.Float)
	}
	cache.rounded[prec] = grown
	return grown
}

// exactBernoulli returns B₂ … B₂ₙ from the tangent numbers T, B₂ⱼ = (-1)ʲ⁻¹ 2j Tⱼ/(4ʲ(4ʲ - 1)), which take O(n²)
// integer operations (R. P. Brent and D. Harvey, Fast computation of Bernoulli, tangent and secant numbers, 2011).
func exactBernoulli(n int) []*big.Rat {
	tangent := make([]*big.Int, n+1)
	tangent[1] = big.NewInt(1)
	small := new(big.Int)
	for k := 2; k <= n; k++ {
		tangent[k] = new(big.Int).Mul(tangent[k-1], small.SetInt64(int64(k-1)))
	}
	for k := 2; k <= n; k++ {
		for j := k; j <= n; j++ {
			// Tⱼ = (j-k) Tⱼ₋₁ + (j-k+2) Tⱼ
			t := new(big.Int).Mul(tangent[j-1], small.SetInt64(int64(j-k)))
			tangent[j].Mul(tangent[j], small.SetInt64(int64(j-k+2)))
			tangent[j].Add(tangent[j], t)
		}
	}
	b := make([]*big.Rat, n)
	for j := 1; j <= n; j++ {
		num := new(big.Int).Mul(tangent[j], small.SetInt64(int64(2*j)))
		if j%2 == 0 {
			num.Neg(num)
		}
		power := new(big.Int).Lsh(big.NewInt(1), uint(2*j))
		den := new(big.Int).Sub(power, big.NewInt(1))
		b[j-1] = new(big.Rat).SetFrac(num, den.Mul(den, power))
	}
	return b
}
