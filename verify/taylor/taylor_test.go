package taylor

import (
	"math"
	"testing"

	"github.com/seed-9905856d/derive/eval/bigmath"
)

func constant(v float64) Num { return Const(bigmath.FromFloat64(v)) }

// derivative differentiates n times by nesting: each level takes the tag of its depth and leaves the outer ones.
func derivative(f func(Num) Num, x Num, n int, depth Tag) Num {
	if n == 0 {
		return f(x)
	}
	inner := func(y Num) Num { return derivative(f, y, n-1, depth+1) }
	_, d := inner(x.Seed(depth)).Extract(depth)
	return d
}

// TestClosedForms holds nested derivatives of orders 0 to 4 against formulas from a first-year book.
func TestClosedForms(t *testing.T) {
	c := NewContext(256)
	x := constant(0.7)
	mul, div, add := c.Mul, c.Div, c.Add
	power := func(y Num, n int64) Num { return c.Pow(y, Int(n)) }
	rows := []struct {
		name string
		f    func(Num) Num
		want func(n int) Num
	}{
		{"x^5", func(y Num) Num { return power(y, 5) }, func(n int) Num {
			factor := []int64{1, 5, 20, 60, 120}[n]
			return mul(Int(factor), power(x, int64(5-n)))
		}},
		{"x·x·x as products", func(y Num) Num { return mul(y, mul(y, y)) }, func(n int) Num {
			if n > 3 {
				return Int(0)
			}
			return mul(Int([]int64{1, 3, 6, 6}[n]), power(x, int64(3-n)))
		}},
		{"1/x", func(y Num) Num { return div(Int(1), y) }, func(n int) Num {
			return mul(Int([]int64{1, -1, 2, -6, 24}[n]), power(x, int64(-1-n)))
		}},
		{"x e^(2x)", func(y Num) Num { return mul(y, c.Exp(mul(Int(2), y))) }, func(n int) Num {
			two := power(Int(2), int64(n))
			return mul(mul(two, add(x, div(Int(int64(n)), Int(2)))), c.Exp(mul(Int(2), x)))
		}},
		{"log x", c.Log, func(n int) Num {
			if n == 0 {
				return c.Log(x)
			}
			return mul(Int([]int64{0, 1, -1, 2, -6}[n]), power(x, int64(-n)))
		}},
		{"sin 3x", func(y Num) Num { return c.Sin(mul(Int(3), y)) }, func(n int) Num {
			turn := mul(Const(c.Math.Pi()), div(Int(int64(n)), Int(2)))
			return mul(power(Int(3), int64(n)), c.Sin(add(mul(Int(3), x), turn)))
		}},
		{"x^x", func(y Num) Num { return c.Pow(y, y) }, func(n int) Num {
			l := add(Int(1), c.Log(x)) // g = x^x, g' = l g, l' = 1/x
			i := div(Int(1), x)
			factor := []Num{
				Int(1), l, add(power(l, 2), i),
				add(power(l, 3), c.Sub(mul(Int(3), mul(l, i)), power(i, 2))),
				add(add(power(l, 4), mul(Int(6), mul(power(l, 2), i))),
					add(mul(Int(-4), mul(l, power(i, 2))), add(mul(Int(3), power(i, 2)), mul(Int(2), power(i, 3))))),
			}
			return mul(factor[n], c.Pow(x, x))
		}},
		{"tanh(x)/cosh(x)·cosh(x)/sinh(x) = 1/cosh(x)", func(y Num) Num { return div(c.Tanh(y), c.Sinh(y)) }, func(n int) Num {
			s, th := div(Int(1), c.Cosh(x)), c.Tanh(x)
			u := mul(th, th)
			factor := []Num{
				Int(1), c.Neg(th), c.Sub(mul(Int(2), u), Int(1)),
				mul(th, c.Sub(Int(5), mul(Int(6), u))),
				add(Int(5), add(mul(Int(-28), u), mul(Int(24), mul(u, u)))),
			}
			return mul(factor[n], s)
		}},
	}
	for _, row := range rows {
		for n := range 5 {
			got, want := derivative(row.f, x, n, 0), row.want(n)
			if !closeTo(c.Math, got.Value(), want.Value(), 240) {
				t.Errorf("(%s) derivative %d: got %v, want %v", row.name, n, got, want)
			}
			if !got.IsConst() {
				t.Errorf("(%s) derivative %d has tags left: %v", row.name, n, got)
			}
		}
	}
}

// TestInverses checks f(g(x)) = x with all mixed coefficients of three tags.
func TestInverses(t *testing.T) {
	c := NewContext(200)
	x := constant(0.4).Seed(0).SeedAlong(1, constant(-3)).SeedAlong(2, constant(0.5).Seed(3))
	for _, pair := range [][2]string{
		{"sin", "asin"}, {"cos", "acos"}, {"tan", "atan"}, {"sinh", "asinh"}, {"tanh", "atanh"}, {"exp", "log"},
		{"log", "exp"}, {"expm1", "log1p"}, {"asin", "sin"}, {"atan", "tan"}, {"asinh", "sinh"}, {"acosh", "cosh"},
	} {
		inner, _ := c.Call(pair[1], x)
		got, _ := c.Call(pair[0], inner)
		checkSame(t, c, pair[0]+"∘"+pair[1], got, x)
	}
	checkSame(t, c, "(√x)²", c.Pow(c.Sqrt(x), Int(2)), x)
	checkSame(t, c, "(∛x)³", c.Pow(c.Cbrt(x), Int(3)), x)
	checkSame(t, c, "(x/y)y", c.Mul(c.Div(x, c.Exp(x)), c.Exp(x)), x)
	checkSame(t, c, "Γ(x+1) = xΓ(x)", c.Gamma(c.Add(x, Int(1))), c.Mul(x, c.Gamma(x)))
	checkSame(t, c, "erf + erfc", c.Add(c.Erf(x), c.Erfc(x)), Int(1))
	y := c.Exp(c.Mul(x, x))
	checkSame(t, c, "atan2", c.Atan2(c.Mul(y, c.Sin(x)), c.Mul(y, c.Cos(x))), x)
	checkSame(t, c, "hypot", c.Hypot(c.Mul(y, c.Sin(x)), c.Mul(y, c.Cos(x))), y)
	// B(a, b+1) = B(a, b) b/(a+b)
	a, b := c.Add(y, x), c.Mul(x, x)
	checkSame(t, c, "beta", c.Beta(a, c.Add(b, Int(1))), c.Mul(c.Beta(a, b), c.Div(b, c.Add(a, b))))
}

// checkSame compares coefficients; absent ones count as 0.
func checkSame(t *testing.T, c *Context, name string, got, want Num) {
	t.Helper()
	for set := Mask(0); set <= got.Tags()|want.Tags(); set++ {
		if !closeTo(c.Math, got.Coefficient(set), want.Coefficient(set), 180) {
			t.Errorf("%s: coefficient %b is %v, want %v", name, set, got.Coefficient(set), want.Coefficient(set))
		}
	}
}

// TestEdges checks values and derivatives of orders 1 … at the points where something breaks.
func TestEdges(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	c := NewContext(128)
	unary := func(name string) func(Num) Num {
		return func(x Num) Num { r, _ := c.Call(name, x); return r }
	}
	pow := func(r float64) func(Num) Num { return func(x Num) Num { return c.Pow(x, constant(r)) } }
	powOf := func(b float64) func(Num) Num { return func(y Num) Num { return c.Pow(constant(b), y) } }
	rows := []struct {
		name string
		f    func(Num) Num
		x    float64
		want []float64 // value, first derivative, …
	}{
		{"abs", c.Abs, 0, []float64{0, 0, 0}},
		{"abs", c.Abs, -2, []float64{2, -1, 0}},
		{"abs", c.Abs, nan, []float64{nan, nan}},
		{"sign", c.Sign, 0, []float64{0, 0}},
		{"step", c.Step, 0, []float64{0, 0}},
		{"floor", c.Floor, 3, []float64{3, 0}},
		{"ceil", c.Ceil, 3, []float64{3, 0}},
		{"max(0, x)", func(x Num) Num { return c.Max(Int(0), x) }, 0, []float64{0, 0}},
		{"max(x, 0)", func(x Num) Num { return c.Max(x, Int(0)) }, 0, []float64{0, 1}},
		{"min(0, x)", func(x Num) Num { return c.Min(Int(0), x) }, 0, []float64{0, 0}},
		{"min(x, 0)", func(x Num) Num { return c.Min(x, Int(0)) }, 0, []float64{0, 1}},
		{"clamp(x, 0, 1)", func(x Num) Num { return c.Clamp(x, Int(0), Int(1)) }, 0, []float64{0, 1}},
		{"clamp(x, 0, 1)", func(x Num) Num { return c.Clamp(x, Int(0), Int(1)) }, 1, []float64{1, 1}},
		{"clamp(x, 0, 1)", func(x Num) Num { return c.Clamp(x, Int(0), Int(1)) }, 2, []float64{1, 0}},
		{"hypot(x, 0)", func(x Num) Num { return c.Hypot(x, Int(0)) }, 0, []float64{0, 0, 0}},
		{"sqrt", c.Sqrt, 0, []float64{0, inf, -inf, inf}},
		{"sqrt", c.Sqrt, -1, []float64{nan, nan}},
		{"sqrt", c.Sqrt, inf, []float64{inf, 0, 0}},
		{"cbrt", c.Cbrt, 0, []float64{0, inf}},
		{"sqrt(x²)", func(x Num) Num { return c.Sqrt(c.Mul(x, x)) }, 0, []float64{0, nan}},
		{"sqrt + constant·0", func(x Num) Num { return c.Add(c.Sqrt(x), c.Mul(Int(2), Int(0))) }, 0, []float64{0, inf}},
		{"log", c.Log, 0, []float64{-inf, inf, -inf}},
		{"log", c.Log, -1, []float64{nan, nan}},
		{"log1p", c.Log1p, -1, []float64{-inf, inf, -inf}},
		{"exp", c.Exp, -inf, []float64{0, 0, 0}},
		{"exp", c.Exp, inf, []float64{inf, inf}},
		{"tanh", c.Tanh, inf, []float64{1, 0, 0}},
		{"atan", c.Atan, inf, []float64{math.Pi / 2, 0, 0}},
		{"erf", c.Erf, inf, []float64{1, 0, 0}},
		{"erfc", c.Erfc, -inf, []float64{2, 0, 0}},
		{"asin", c.Asin, 1, []float64{math.Pi / 2, inf, inf}},
		{"asin", c.Asin, -1, []float64{-math.Pi / 2, inf, -inf}},
		{"asin", c.Asin, 2, []float64{nan, nan}},
		{"acos", c.Acos, 1, []float64{0, -inf, -inf}},
		{"acosh", c.Acosh, 1, []float64{0, inf, -inf, inf}},
		{"acosh", c.Acosh, 0.5, []float64{nan, nan}},
		{"gamma", c.Gamma, -2, []float64{nan, nan}},
		{"gamma", c.Gamma, 1, []float64{1, -0.57721566490153286}},
		{"lgamma", c.Lgamma, 0, []float64{inf, -inf, inf}},
		{"1/x", func(x Num) Num { return c.Div(Int(1), x) }, 0, []float64{inf, -inf, inf}},
		{"x/2", func(x Num) Num { return c.Div(x, Int(2)) }, 0, []float64{0, 0.5, 0}},
		{"x^0", pow(0), 0, []float64{1, 0, 0}},
		{"x^1", pow(1), 0, []float64{0, 1, 0}},
		{"x^2", pow(2), 0, []float64{0, 0, 2, 0}},
		{"x^2", pow(2), -3, []float64{9, -6, 2, 0}},
		{"x^3", pow(3), -2, []float64{-8, 12, -12, 6, 0}},
		{"x^-1", pow(-1), -2, []float64{-0.5, -0.25, -0.25}},
		{"x^-1", pow(-1), 0, []float64{inf, -inf, inf}},
		{"x^2.5", pow(2.5), 0, []float64{0, 0, 0, inf}},
		{"x^0.5", pow(0.5), 0, []float64{0, inf, -inf}},
		{"x^0.5", pow(0.5), -1, []float64{nan, nan}},
		{"0^y", powOf(0), 2, []float64{0, 0, 0}},
		{"0^y", powOf(0), 0, []float64{1, -inf}},
		{"2^y", powOf(2), 0, []float64{1, math.Ln2, math.Ln2 * math.Ln2}},
		{"(-2)^y", powOf(-2), 2, []float64{4, nan}},
		{"x^x", func(x Num) Num { return c.Pow(x, x) }, 1, []float64{1, 1, 2, 3, 8}},
		{"mod(x, 2)", func(x Num) Num { return c.Mod(x, Int(2)) }, 4, []float64{0, 1, 0}},
		{"mod(7, m)", func(x Num) Num { return c.Mod(Int(7), x) }, 2, []float64{1, -3, 0}},
		{"mod(x, 0)", func(x Num) Num { return c.Mod(x, Int(0)) }, 4, []float64{nan, nan}},
		{"atan2(x, 0)", func(x Num) Num { return c.Atan2(x, Int(0)) }, 0, []float64{0, nan}},
		{"atan2(x, -1)", func(x Num) Num { return c.Atan2(x, Int(-1)) }, 0, []float64{math.Pi, -1, 0}},
		{"beta(x, -0.5)", func(x Num) Num { return c.Beta(x, constant(-0.5)) }, 0.5, []float64{0, -2 * math.Pi}},
		{"digamma", unary("digamma"), 0, []float64{-inf, inf}},
	}
	for _, row := range rows {
		for n, want := range row.want {
			got := derivative(row.f, constant(row.x), n, 0).Value().Float64()
			if got != want && !(got != got && want != want) && !(math.Abs(got-want) <= 1e-15*math.Abs(want)) {
				t.Errorf("%s: derivative %d at %v is %v, want %v", row.name, n, row.x, got, want)
			}
		}
	}
}

// TestAbsentIsExactZero: an absent coefficient does not turn an infinite one into NaN.
func TestAbsentIsExactZero(t *testing.T) {
	c := NewContext(128)
	x, y := Int(0).Seed(0), Int(3).Seed(1)
	r := c.Add(c.Sqrt(x), c.Mul(y, y))
	if v := r.Coefficient(1); !v.IsInf(1) {
		t.Errorf("∂x is %v, want +Inf", v)
	}
	if v := r.Coefficient(2); v.Float64() != 6 {
		t.Errorf("∂y is %v, want 6", v)
	}
	if v, present := r.Lookup(3); present {
		t.Errorf("∂x∂y is present: %v", v)
	}
	product := c.Mul(c.Sqrt(x), y) // ∂x = y·Inf, ∂y = √0, ∂x∂y = Inf
	for set, want := range map[Mask]float64{1: math.Inf(1), 2: 0, 3: math.Inf(1)} {
		if got := product.Coefficient(set).Float64(); got != want {
			t.Errorf("coefficient %b is %v, want %v", set, got, want)
		}
	}
}

func TestSeedAndExtract(t *testing.T) {
	c := NewContext(128)
	x := Int(2).Seed(5).Seed(63)
	square := c.Mul(x, x)
	without, with := square.Extract(63)
	if without.Tags() != Tag(5).Mask() || without.Value().Float64() != 4 || without.Coefficient(1<<5).Float64() != 4 {
		t.Errorf("without is %v", without)
	}
	if with.Value().Float64() != 4 || with.Coefficient(1<<5).Float64() != 2 {
		t.Errorf("with is %v", with)
	}
	if got, want := square.String(), "4 + (4)ε₅ + (4)ε₆₃ + (2)ε₅ε₆₃"; got != want {
		t.Errorf("String: %q, want %q", got, want)
	}
	if _, with := without.Extract(63); !with.IsConst() || !with.Value().IsZero() {
		t.Errorf("absent tag: %v", with)
	}
	defer func() {
		if recover() == nil {
			t.Error("seeding twice with one tag does not panic")
		}
	}()
	x.Seed(5)
}

// TestNoPerturbationConfusion is d/dx (x · d/dy (x + y)) = 1, wrong in systems that mix up the two infinitesimals.
func TestNoPerturbationConfusion(t *testing.T) {
	c := NewContext(128)
	outer := func(x Num) Num {
		inner := derivative(func(y Num) Num { return c.Add(x, y) }, Int(1), 1, 1)
		return c.Mul(x, inner)
	}
	if got := derivative(outer, Int(1), 1, 0); got.Value().Float64() != 1 {
		t.Errorf("got %v, want 1", got)
	}
}

// TestCallCoversFunctions: every function of bigmath is known, and agrees on constants.
func TestCallCoversFunctions(t *testing.T) {
	c := NewContext(128)
	for _, f := range bigmath.Functions() {
		for _, point := range points[f.Name] {
			var args []Num
			var plain []bigmath.Num
			for _, v := range point {
				args = append(args, constant(v))
				plain = append(plain, bigmath.FromFloat64(v))
			}
			got, ok := c.Call(f.Name, args...)
			if !ok || !got.IsConst() || !got.Value().Equal(f.Eval(c.Math, plain...)) {
				t.Errorf("%s%v: got %v", f.Name, point, got)
			}
		}
	}
	if _, ok := c.Call("exp", Int(1), Int(2)); ok {
		t.Error("exp of two arguments exists")
	}
}

// TestSpecialArguments: whatever the arguments, nothing panics, the value is that of bigmath, and where it is NaN so are
// all coefficients.
func TestSpecialArguments(t *testing.T) {
	c := NewContext(100)
	special := []float64{0, 1, -1, 0.5, -0.5, 2, -3, 1e300, -1e300, 0x1p-1074, -0x1p-1074, math.Inf(1), math.Inf(-1), math.NaN()}
	var visit func(f bigmath.Function, args []Num, plain []bigmath.Num)
	visit = func(f bigmath.Function, args []Num, plain []bigmath.Num) {
		if len(args) < f.Arity {
			for _, v := range special {
				x := bigmath.FromFloat64(v)
				tag := Tag(2 * len(args))
				next := append(plain[:len(plain):len(plain)], x)
				visit(f, append(args[:len(args):len(args)], Const(x)), next)
				visit(f, append(args[:len(args):len(args)], Const(x).Seed(tag).Seed(tag+1)), next)
			}
			return
		}
		got, _ := c.Call(f.Name, args...)
		want := f.Eval(c.Math, plain...)
		if got.Value().IsNaN() != want.IsNaN() || !want.IsNaN() && !got.Value().Equal(want) {
			t.Errorf("%s%v: value %v, want %v", f.Name, args, got.Value(), want)
		}
		for set := Mask(1); want.IsNaN() && set <= got.Tags(); set++ {
			if v, present := got.Lookup(set); present && !v.IsNaN() && f.Name != "clamp" && f.Name != "max" && f.Name != "min" {
				t.Errorf("%s%v is NaN, its coefficient %b is %v", f.Name, args, set, v)
			}
		}
	}
	for _, f := range bigmath.Functions() {
		visit(f, nil, nil)
	}
}

func BenchmarkConstantMul(b *testing.B) {
	c := NewContext(256)
	x, y := constant(0.1), constant(0.3)
	b.ReportAllocs()
	for b.Loop() {
		c.Mul(x, y)
	}
}

func BenchmarkTanhFourTags(b *testing.B) {
	c := NewContext(256)
	x := constant(0.1).Seed(0).Seed(1).Seed(2).Seed(3)
	for b.Loop() {
		c.Tanh(x)
	}
}
