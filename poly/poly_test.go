package poly_test

import (
	"errors"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/seed-9905856d/derive/poly"
)

// random returns a polynomial of few small terms.
func random(rng *rand.Rand, vars, terms, degree int) *poly.Poly {
	var ts []poly.Term
	for range 1 + rng.IntN(terms) {
		exps := make([]int, vars)
		for k := range exps {
			exps[k] = rng.IntN(degree + 1)
		}
		ts = append(ts, poly.Term{Coef: big.NewInt(rng.Int64N(19) - 9), Exps: exps})
	}
	return poly.New(vars, ts...)
}

func mul(t *testing.T, ps ...*poly.Poly) *poly.Poly {
	t.Helper()
	r := ps[0]
	for _, p := range ps[1:] {
		var err error
		if r, err = r.Mul(p); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

// TestRing holds sums, products and values against each other.
func TestRing(t *testing.T) {
	for seed := range uint64(300) {
		rng := rand.New(rand.NewPCG(seed, 1))
		p, q := random(rng, 3, 5, 3), random(rng, 3, 5, 3)
		value := func(p *poly.Poly) *big.Int {
			for k, x := range []int64{3, -2, 5} {
				p = p.At(k, big.NewInt(x))
			}
			return p.Lead()
		}
		for _, c := range []struct{ got, want *big.Int }{
			{value(p.Add(q)), new(big.Int).Add(value(p), value(q))},
			{value(p.Sub(q)), new(big.Int).Sub(value(p), value(q))},
			{value(mul(t, p, q)), new(big.Int).Mul(value(p), value(q))},
		} {
			if c.got.Cmp(c.want) != 0 {
				t.Fatalf("seed %d: %v, want %v for %v and %v", seed, c.got, c.want, p, q)
			}
		}
		if !p.Sub(p).IsZero() || !p.Add(q).Equal(q.Add(p)) {
			t.Fatalf("seed %d: %v, %v", seed, p, q)
		}
		if r, ok := poly.Div(mul(t, p, q), q); !q.IsZero() && (!ok || !r.Equal(p)) {
			t.Fatalf("seed %d: (%v)*(%v) over the latter is %v", seed, p, q, r)
		}
	}
}

func TestDivRefuses(t *testing.T) {
	x, y := poly.Var(2, 0), poly.Var(2, 1)
	for _, c := range [][2]*poly.Poly{{x, y}, {x.Add(y), x}, {x, poly.Int(2, 2)}, {x, poly.Int(2, 0)}} {
		if q, ok := poly.Div(c[0], c[1]); ok {
			t.Errorf("(%v)/(%v) = %v", c[0], c[1], q)
		}
	}
}

// TestGCD multiplies two polynomials by a third: the divisor of both has it as a factor, divides both, and leaves quotients without a
// common divisor.
func TestGCD(t *testing.T) {
	for seed := range uint64(400) {
		rng := rand.New(rand.NewPCG(seed, 2))
		vars := 1 + rng.IntN(3)
		a, b, g := random(rng, vars, 4, 3), random(rng, vars, 4, 3), random(rng, vars, 4, 2)
		if a.IsZero() || b.IsZero() || g.IsZero() {
			continue
		}
		p, q := mul(t, a, g), mul(t, b, g)
		d, err := poly.GCD(p, q)
		if err != nil {
			t.Errorf("seed %d: gcd(%v, %v): %v", seed, p, q, err)
			continue
		}
		if _, ok := poly.Div(d, g); !ok {
			t.Errorf("seed %d: gcd(%v, %v) = %v lacks %v", seed, p, q, d, g)
		}
		u, ok := poly.Div(p, d)
		v, ok2 := poly.Div(q, d)
		if !ok || !ok2 {
			t.Fatalf("seed %d: gcd(%v, %v) = %v divides not both", seed, p, q, d)
		}
		if one, err := poly.GCD(u, v); err != nil || !one.IsOne() || d.Lead().Sign() < 0 {
			t.Errorf("seed %d: gcd(%v, %v) = %v leaves %v", seed, p, q, d, one)
		}
	}
}

func TestGCDOfZero(t *testing.T) {
	x, zero := poly.Var(1, 0), poly.Int(1, 0)
	for _, c := range []struct{ a, b, want *poly.Poly }{{zero, x.Neg(), x}, {x.Neg(), zero, x}, {zero, zero, zero}} {
		if got, err := poly.GCD(c.a, c.b); err != nil || !got.Equal(c.want) {
			t.Errorf("gcd(%v, %v) = %v, %v", c.a, c.b, got, err)
		}
	}
}

// TestFactorise holds the product of the factors against the polynomial, and known factors against those found.
func TestFactorise(t *testing.T) {
	x, y, one := poly.Var(2, 0), poly.Var(2, 1), poly.Int(2, 1)
	cube := mul(t, x.Sub(one), x.Sub(one), x.Sub(one))
	fourth := func(p *poly.Poly) *poly.Poly { return mul(t, p, p, p, p) }
	for _, c := range []struct {
		p       *poly.Poly
		factors int // distinct ones
	}{
		{cube, 1},
		{mul(t, x, x).Sub(mul(t, y, y)), 2},
		{fourth(x).Sub(fourth(y)), 3},
		{mul(t, x, x, x).Sub(mul(t, y, y, y)), 2},
		{mul(t, x.Add(one), y.Sub(one), y.Sub(one)), 2},
		{mul(t, x, x).Add(one), 1},
		{mul(t, x, x).Sub(poly.Int(2, 2)), 1},
		{mul(t, x.Scale(big.NewInt(6)), x.Sub(one)), 2},
		{mul(t, x.Scale(big.NewInt(2)).Sub(one), x.Scale(big.NewInt(3)).Add(one), mul(t, x, x).Add(one)), 3},
		{mul(t, x.Sub(y), x.Sub(mul(t, y, y))), 2},
		{poly.Int(2, -12), 0},
	} {
		content, factors, err := poly.Factorise(c.p)
		if err != nil || len(factors) != c.factors {
			t.Errorf("%v has the factors %v, %v, want %d", c.p, factors, err, c.factors)
		}
		holdFactors(t, c.p, content, factors)
	}
}

// holdFactors fails the test if the product of factors is not p, or if one of them is not primitive.
func holdFactors(t *testing.T, p *poly.Poly, content *big.Int, factors []poly.Factor) {
	t.Helper()
	product := poly.Const(p.Vars(), content)
	for _, f := range factors {
		power, err := f.P.Pow(f.Times)
		if err != nil {
			t.Fatal(err)
		}
		product = mul(t, product, power)
		if f.P.IsConst() || f.P.Content().Cmp(big.NewInt(1)) != 0 {
			t.Errorf("%v: the factor %v is a number or not primitive", p, f.P)
		}
	}
	if !product.Equal(p) {
		t.Errorf("%v: the product of %v and %v is %v", p, content, factors, product)
	}
}

// TestRandomFactors multiplies random polynomials, one of them twice.
func TestRandomFactors(t *testing.T) {
	given := 0
	for seed := range uint64(300) {
		rng := rand.New(rand.NewPCG(seed, 3))
		vars := 1 + rng.IntN(3)
		a, b := random(rng, vars, 3, 2), random(rng, vars, 3, 2)
		p := mul(t, a, a, b)
		if p.IsZero() {
			continue
		}
		content, factors, err := poly.Factorise(p)
		if err != nil {
			given++
			continue
		}
		holdFactors(t, p, content, factors)
		if content, parts, err := poly.SquareFree(p); err == nil {
			holdFactors(t, p, content, parts)
		}
	}
	if given > 30 {
		t.Errorf("%d of 300 products were given up", given)
	}
}

// TestSqrt takes the roots of squares, and of what is none.
func TestSqrt(t *testing.T) {
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 4))
		p := random(rng, 2, 4, 3)
		square := mul(t, p, p)
		root, ok := poly.Sqrt(square)
		if !ok || !mul(t, root, root).Equal(square) {
			t.Fatalf("seed %d: the root of %v is %v", seed, square, root)
		}
		if root, ok := poly.Sqrt(square.Add(poly.Var(2, 0))); ok && !mul(t, root, root).Equal(square.Add(poly.Var(2, 0))) {
			t.Errorf("seed %d: the root of %v is %v", seed, square, root)
		}
	}
}

// TestSolve puts solutions of random systems in: as many equations as unknowns, fewer, and more, some of which follow from others.
func TestSolve(t *testing.T) {
	solved := 0
	for seed := range uint64(300) {
		rng := rand.New(rand.NewPCG(seed, 5))
		n := 1 + rng.IntN(3)
		rows := make([][]*poly.Poly, max(1, n-int(seed%3)))
		for i := range rows {
			for range n + 1 {
				rows[i] = append(rows[i], random(rng, 2, 2, 1))
			}
		}
		consistent := true
		if seed%3 == 0 { // one more that is the sum of all, or is not
			row := make([]*poly.Poly, n+1)
			for j := range row {
				row[j] = poly.Int(2, 0)
				for _, r := range rows {
					row[j] = row[j].Add(r[j])
				}
			}
			if consistent = seed%2 == 0; !consistent {
				row[n] = row[n].Add(poly.Int(2, 1))
			}
			rows = append(rows, row)
		}
		xs, d, err := poly.Solve(rows)
		if err != nil {
			t.Fatal(err)
		}
		if !consistent && xs != nil {
			t.Fatalf("seed %d: %v has no solution, and is given %v", seed, rows, xs)
		}
		if xs == nil {
			continue
		}
		solved++
		for i := range rows {
			sum := poly.Int(2, 0)
			for j, x := range xs {
				sum = sum.Add(mul(t, rows[i][j], x))
			}
			if !sum.Equal(mul(t, rows[i][n], d)) {
				t.Fatalf("seed %d: equation %d of %v fails for %v over %v", seed, i, rows, xs, d)
			}
		}
	}
	if solved < 150 {
		t.Errorf("only %d systems were solved", solved)
	}
}

// TestShift compares a shifted polynomial with one whose variable was replaced by a sum.
func TestShift(t *testing.T) {
	for seed := range uint64(100) {
		rng := rand.New(rand.NewPCG(seed, 6))
		p, by := random(rng, 2, 4, 3), rng.Int64N(7)-3
		want := poly.Int(2, 0)
		for e, c := range p.Coefficients(1) {
			power, err := poly.Var(2, 1).Add(poly.Int(2, by)).Pow(e)
			if err != nil {
				t.Fatal(err)
			}
			want = want.Add(mul(t, c, power))
		}
		if got := p.Shift(1, by); !got.Equal(want) {
			t.Fatalf("seed %d: %v shifted by %d is %v, not %v", seed, p, by, got, want)
		}
	}
}

// TestTooLarge asks for what is too large.
func TestTooLarge(t *testing.T) {
	sum := poly.Int(12, 1)
	for k := range 12 {
		sum = sum.Add(poly.Var(12, k))
	}
	if _, err := sum.Pow(12); !errors.Is(err, poly.ErrTooLarge) {
		t.Errorf("Pow: %v", err)
	}
	a, _ := sum.Pow(3)
	b, _ := sum.Add(poly.Var(12, 0)).Pow(3)
	if g, err := poly.GCD(a, b); !errors.Is(err, poly.ErrTooLarge) && !(err == nil && g.IsOne()) {
		t.Errorf("GCD: %v, %v", g, err)
	}
}
