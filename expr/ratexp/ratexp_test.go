package ratexp_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/eval"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/expr/ratexp"
)

// An input has the symbols of the tests.
type input struct {
	s    *expr.Session
	a, b *expr.Symbol
}

func newInput() input {
	s := expr.NewSession()
	return input{s, s.NewSymbol("a", false), s.NewSymbol("b", false)}
}

func (in input) exp(x *expr.Node) *expr.Node {
	row, _ := builtin.Lookup("exp", 1)
	return in.s.Call(row.Func, x)
}

// value evaluates x at a and b.
func (in input) value(t *testing.T, x *expr.Node, a, b float64) float64 {
	t.Helper()
	v, err := eval.Float64(x, eval.Env{
		Values: map[*expr.Symbol]eval.Tensor{in.a: {Data: []float64{a}}, in.b: {Data: []float64{b}}},
		Call:   func(_ *expr.Func, args []float64) float64 { return math.Exp(args[0]) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// products are functions of exp(z) with z = a, z = 2*a, z = a + 3*b or z = a - b; whole says how many of their factors are none.
func products(in input) []struct {
	x      *expr.Node
	others int
} {
	s := in.s
	a, b := s.Entry(in.a), s.Entry(in.b)
	m := in.exp(a)
	m2 := in.exp(s.Linear(expr.Int(0), []expr.Term{{Coef: expr.Int(2), X: a}}))
	mixed := in.exp(s.Linear(expr.Int(0), []expr.Term{{Coef: expr.Int(1), X: a}, {Coef: expr.Int(3), X: b}}))
	plus := func(c int64, x *expr.Node) *expr.Node { return s.Add(s.Int(c), x) }
	return []struct {
		x      *expr.Node
		others int
	}{
		{s.Mul(m, s.Inv(plus(1, m))), 0},
		{s.Mul(m, s.Pow(plus(1, m), s.Int(-2))), 0},
		{s.Mul(m, plus(-1, m), s.Pow(plus(1, m), s.Int(-3))), 0},
		{s.Mul(m, s.Add(s.Int(1), s.Scale(expr.Int(-4), m), m2), s.Pow(plus(1, m), s.Int(-4))), 0},
		{s.Mul(m2, s.Inv(plus(1, m2))), 0},
		{s.Mul(m, s.Inv(plus(-2, m))), 0},
		{s.Mul(m2, s.Inv(s.Add(s.Int(1), m, m2))), 0},
		{s.Mul(s.Pow(m, s.Rat(expr.Frac(1, 2))), s.Pow(plus(1, m), s.Rat(expr.Frac(-3, 2)))), 0},
		{s.Mul(mixed, s.Inv(plus(1, mixed))), 0},
		{s.Mul(b, m, s.Pow(plus(3, m), s.Int(2))), 1},
		{s.Mul(in.exp(b), m, s.Inv(plus(1, m))), 1},
		{s.Mul(in.exp(b), mixed, s.Inv(plus(1, mixed))), 2},
		{s.Mul(m, s.Inv(s.Add(m, in.exp(b)))), 0},
		{s.Mul(m, in.exp(b), s.Sub(m, in.exp(b)), s.Pow(s.Add(m, in.exp(b)), s.Int(-3))), 0},
	}
}

// TestSlope holds dC = C·slope·dz against differences.
func TestSlope(t *testing.T) {
	in := newInput()
	for _, p := range products(in) {
		c, ok := ratexp.Find(expr.Factors(p.x))
		if !ok {
			t.Errorf("%v: not found", p.x)
			continue
		}
		if got := len(expr.Factors(p.x)) - len(c.Members); got != p.others {
			t.Errorf("%v: %d other factors, not %d", p.x, got, p.others)
		}
		slope, ok := c.Slope(in.s)
		if !ok {
			if len(c.Members) > 1 {
				t.Errorf("%v: no slope", p.x)
			}
			continue
		}
		var factors []*expr.Node
		for _, k := range c.Members {
			factors = append(factors, expr.Factors(p.x)[k])
		}
		whole := in.s.Mul(factors...)
		z := c.Exponent(in.s)
		for _, at := range [][2]float64{{0.3, -0.2}, {-1.5, 0.7}, {2, 0.1}} {
			const h = 1e-5
			a, b := at[0], at[1]
			dz := in.value(t, z, a+h, b) - in.value(t, z, a-h, b)
			want := (in.value(t, whole, a+h, b) - in.value(t, whole, a-h, b)) / dz
			got := in.value(t, in.s.Mul(whole, slope), a, b)
			if math.Abs(got-want) > 1e-7*(1+math.Abs(want)) {
				t.Errorf("%v at %v: slope %v, not %v", p.x, at, got, want)
			}
		}
	}
}

// TestBounded holds clusters in terms of sigmoids against what they are.
func TestBounded(t *testing.T) {
	in := newInput()
	bounded := 0
	for _, p := range products(in) {
		c, ok := ratexp.Find(expr.Factors(p.x))
		if !ok {
			continue
		}
		b, ok := c.Bounded()
		if !ok {
			continue
		}
		bounded++
		var factors []*expr.Node
		for _, k := range c.Members {
			factors = append(factors, expr.Factors(p.x)[k])
		}
		whole, z := in.s.Mul(factors...), c.Exponent(in.s)
		for _, at := range [][2]float64{{0, 0}, {0.3, -0.2}, {-5, 0.7}, {3, 0.1}} {
			up := 1 / (1 + math.Exp(-in.value(t, z, at[0], at[1])))
			down := 1 / (1 + math.Exp(in.value(t, z, at[0], at[1])))
			got, inP, turned := math.Pow(up, float64(b.Up))*math.Pow(down, float64(b.Down)), 1.0, 1.0
			both := got
			for _, f := range b.Factors {
				sum := 0.0
				for j, coef := range f.Coefs {
					q, _ := coef.Big().Float64()
					sum += q * math.Pow(up, float64(j)) * math.Pow(down, float64(len(f.Coefs)-1-j))
				}
				got *= math.Pow(sum, float64(f.Exponent))
				inP *= math.Pow(polynomial(f.Polynomial(false), up), float64(f.Exponent))
				turned *= math.Pow(polynomial(f.Polynomial(true), down), float64(f.Exponent))
			}
			want := in.value(t, whole, at[0], at[1])
			for _, v := range []float64{got, both * inP, both * turned} {
				if math.Abs(v-want) > 1e-12 {
					t.Errorf("%v at %v: %v, not %v", p.x, at, v, want)
				}
			}
		}
	}
	if bounded != 10 {
		t.Errorf("%d of the products are bounded, not 10", bounded)
	}
}

func polynomial(coefs []expr.Rat, x float64) float64 {
	sum := 0.0
	for k, c := range coefs {
		q, _ := c.Big().Float64()
		sum += q * math.Pow(x, float64(k))
	}
	return sum
}

// TestFind has products without such a function.
func TestFind(t *testing.T) {
	in := newInput()
	a, b := in.s.Entry(in.a), in.s.Entry(in.b)
	for _, x := range []*expr.Node{
		in.s.Mul(a, in.exp(b)),
		in.s.Mul(in.exp(a), in.s.Inv(in.s.Add(in.s.Int(1), b))),
		in.s.Mul(in.exp(a), in.s.Pow(in.s.Add(in.exp(a), in.exp(b)), in.s.Int(-2))),
		in.s.Mul(b, in.s.Inv(in.s.Add(in.s.Int(1), in.exp(a), in.exp(b)))),
	} {
		if _, ok := ratexp.Find(expr.Factors(x)); ok {
			t.Errorf("%v: found", x)
		}
	}
}

func ExampleFind() {
	in := newInput()
	m := in.exp(in.s.Entry(in.a))
	c, _ := ratexp.Find(expr.Factors(in.s.Mul(m, in.s.Inv(in.s.Add(in.s.Int(1), m)))))
	slope, _ := c.Slope(in.s)
	fmt.Println(c.Exponent(in.s), slope)
	b, _ := c.Bounded()
	fmt.Println(b.Up, b.Down)
	// Output:
	// a ((1+exp(a)))^(-1)
	// 1 0
}

// TestSums restores sums and holds the product of all parts against what they were restored from.
func TestSums(t *testing.T) {
	in := newInput()
	s := in.s
	a, b := s.Entry(in.a), s.Entry(in.b)
	less, more := s.Inv(in.exp(a)), in.exp(s.Add(a, b))
	for _, c := range []struct {
		x         *expr.Node
		sums, out int // sums that are restored, and powers of exponentials that are left
	}{
		{s.Pow(s.Sub(b, less), s.Int(3)), 1, 0},
		{s.Mul(less, s.Pow(s.Sub(b, less), s.Int(2))), 1, 1},
		{s.Pow(s.Add(s.Mul(b, b), less, s.Int(3)), s.Rat(expr.Frac(-1, 2))), 1, 0},
		{s.Pow(s.Add(b, s.Mul(b, less), s.Inv(more)), s.Int(-2)), 1, 0},
		{s.Mul(s.Pow(s.Sub(b, less), s.Int(2)), s.Inv(s.Add(s.Int(2), s.Mul(b, less)))), 2, 0},
		{s.Pow(s.Add(b, in.exp(a)), s.Int(2)), 0, 0},
		{s.Mul(in.exp(a), s.Sub(in.exp(a), s.Int(1)), s.Pow(s.Add(s.Int(1), s.Mul(b, in.exp(a))), s.Int(-2))), 2, 0},
		{s.Mul(less, s.Inv(s.Add(in.exp(a), s.Mul(b, in.exp(a))))), 0, 0},
	} {
		factors := expr.Factors(c.x)
		sums, members, left := ratexp.Sums(s, factors, nil)
		if len(sums) != c.sums || len(left) != c.out {
			t.Errorf("%v: %d sums and %d exponentials, want %d and %d", c.x, len(sums), len(left), c.sums, c.out)
		}
		parts := ratexp.Rest(s, factors, members, append(sums, left...))
		for _, at := range [][2]float64{{0, 1}, {1.5, 0.25}, {-2, 3}, {0.5, 5}} {
			want, got := in.value(t, c.x, at[0], at[1]), in.value(t, s.Mul(parts...), at[0], at[1])
			if math.Abs(got-want) > 1e-13*math.Abs(want) {
				t.Errorf("%v at %v: %v, want %v", c.x, at, got, want)
			}
		}
	}
}
