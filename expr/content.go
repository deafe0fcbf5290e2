package expr

import "math/big"

type ratPair struct{ num, den *big.Int }

// gcdRat folds |r| into the greatest common divisor of rationals: gcd of numerators over lcm of denominators.
func gcdRat(r *big.Rat, acc *ratPair) (num, den *big.Int) {
	a := new(big.Int).Abs(r.Num())
	if acc == nil {
		return a, r.Denom()
	}
	num = new(big.Int).GCD(nil, nil, acc.num, a)
	g := new(big.Int).GCD(nil, nil, acc.den, r.Denom())
	den = new(big.Int).Mul(acc.den, new(big.Int).Div(r.Denom(), g))
	return num, den
}

func ratOf(num, den *big.Int) *big.Rat { return new(big.Rat).SetFrac(num, den) }
