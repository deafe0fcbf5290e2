package bigmath

import (
	"math"
	"math/big"
	"math/rand/v2"
	"sync"
	"testing"
)

// TestConstants holds values that stand in tables: 50 digits each.
func TestConstants(t *testing.T) {
	c := NewContext(160)
	one := FromInt64(1)
	rows := []struct {
		name string
		got  Num
		want string
	}{
		{"pi", c.Pi(), "3.14159265358979323846264338327950288419716939937511"},
		{"e", c.E(), "2.71828182845904523536028747135266249775724709369996"},
		{"exp(1)", c.Exp(one), "2.71828182845904523536028747135266249775724709369996"},
		{"γ", c.EulerGamma(), "0.57721566490153286060651209008240243104215933593992"},
		{"-digamma(1)", c.Digamma(one).Neg(), "0.57721566490153286060651209008240243104215933593992"},
		{"log(2)", c.Log(FromInt64(2)), "0.69314718055994530941723212145817656807550013436026"},
		{"log(10)", c.Log(FromInt64(10)), "2.30258509299404568401799145468436420760110148862877"},
		{"sqrt(2)", c.Sqrt(FromInt64(2)), "1.41421356237309504880168872420969807856967187537695"},
		{"gamma(1/3)", c.Gamma(c.Ratio(1, 3)), "2.67893853470774763365569294097467764412868937795730"},
		{"gamma(1/4)", c.Gamma(c.Ratio(1, 4)), "3.62560990822190831193068515586767200299516768288006"},
		{"erf(1)", c.Erf(one), "0.84270079294971486934122063508260925929606699796630"},
		{"trigamma(1)", c.Trigamma(one), "1.64493406684822643647241516664602518921894990120680"},
		{"sin(1)", c.Sin(one), "0.84147098480789650665250232163029899962256306079837"},
		{"cos(1)", c.Cos(one), "0.54030230586813971740093660744297660373231042061792"},
		{"-polygamma(2, 1)/2 = ζ(3)", c.Div(c.PolygammaN(2, one), FromInt64(-2)), "1.20205690315959428539973816151144999076498629234050"},
	}
	for _, row := range rows {
		f, _, err := big.ParseFloat(row.want, 10, 200, big.ToNearestEven)
		if err != nil {
			t.Fatal(err)
		}
		if u := ulps(row.got, wrap(f), 160); u > 1 {
			t.Errorf("%s = %s, want %s", row.name, row.got.Text(50), row.want)
		}
	}
}

// randomArgument has a magnitude from 2⁻³⁰ to 2¹⁰ or is close to a small integer.
func randomArgument(r *rand.Rand) float64 {
	v := math.Ldexp(1+r.Float64(), r.IntN(40)-30)
	if r.IntN(4) == 0 {
		v = float64(r.IntN(9)) + math.Ldexp(r.Float64()-0.5, -r.IntN(45))
	}
	if r.IntN(2) == 0 {
		v = -v
	}
	return v
}

// TestPrecisions computes everything at several precisions and holds it against 500 bits: an error in working
// precision, argument reduction or the length of a series shows at one of them.
func TestPrecisions(t *testing.T) {
	const seed = 20240607
	r := rand.New(rand.NewPCG(seed, 0))
	reference := NewContext(500)
	contexts := []*Context{NewContext(24), NewContext(53), NewContext(113), NewContext(200), NewContext(256)}
	for _, f := range Functions() {
		n := 150
		if f.Name == "beta" {
			n = 30
		}
		for range n {
			args := make([]Num, f.Arity)
			for i := range args {
				args[i] = num(randomArgument(r))
			}
			if f.Name == "polygamma" {
				args[0] = FromInt64(int64(r.IntN(6)))
			}
			want := f.Eval(reference, args...)
			for _, c := range contexts {
				if got := f.Eval(c, args...); ulps(got, want, c.Prec) > 1 {
					t.Errorf("seed %d: %s%v at %d bits: %v, want %v", seed, f.Name, args, c.Prec, got, want)
				}
			}
		}
	}
}

// TestFloat64 holds functions against package math.
func TestFloat64(t *testing.T) {
	const seed = 7
	r := rand.New(rand.NewPCG(seed, 0))
	c := NewContext(100)
	for name, f := range map[string]func(float64) float64{
		"exp": math.Exp, "expm1": math.Expm1, "log": math.Log, "log1p": math.Log1p, "log2": math.Log2, "log10": math.Log10,
		"sqrt": math.Sqrt, "cbrt": math.Cbrt, "sin": math.Sin, "cos": math.Cos, "tan": math.Tan, "asin": math.Asin, "acos": math.Acos,
		"atan": math.Atan, "sinh": math.Sinh, "cosh": math.Cosh, "tanh": math.Tanh, "asinh": math.Asinh, "acosh": math.Acosh,
		"atanh": math.Atanh, "erf": math.Erf, "erfc": math.Erfc, "gamma": math.Gamma, "floor": math.Floor, "ceil": math.Ceil, "abs": math.Abs,
	} {
		for range 300 {
			x := randomArgument(r)
			switch { // where package math itself cancels
			case name == "gamma" && x < 0, name == "log2" && math.Abs(x-1) < 0.1, (name == "asin" || name == "acos") && math.Abs(x) > 0.9:
				continue
			}
			value, _ := c.Call(name, num(x))
			got, want := value.Float64(), f(x)
			if math.Abs(want) > 1e300 || math.Abs(want) < 1e-290 && want != 0 {
				continue
			}
			if !same(got, want) && !(math.Abs(got-want) <= 1e-14*math.Abs(want)) {
				t.Errorf("%s(%v) = %v, math has %v", name, x, got, want)
			}
		}
	}
}

// TestIdentities checks relations between functions at random points.
func TestIdentities(t *testing.T) {
	const seed = 11
	r := rand.New(rand.NewPCG(seed, 0))
	c := NewContext(240)
	one, two := FromInt64(1), FromInt64(2)
	for range 200 {
		x := num(randomArgument(r))
		a := x.Abs()
		check := func(name string, got, want Num) {
			t.Helper()
			if !got.IsFinite() && !want.IsFinite() {
				return
			}
			difference, bound := c.Sub(got, want).Abs(), c.Mul(c.Max(one, want.Abs()), num(0x1p-220))
			if !difference.LessEqual(bound) {
				t.Errorf("seed %d: %s at %v: %v, want %v", seed, name, x, got, want)
			}
		}
		s, k := c.Sin(x), c.Cos(x)
		check("sin² + cos²", c.Add(c.Mul(s, s), c.Mul(k, k)), one)
		check("sin 2x", c.Sin(c.Mul(two, x)), c.Mul(two, c.Mul(s, k)))
		check("tan", c.Mul(c.Tan(x), k), s)
		check("tan atan", c.Tan(c.Atan(x)), x)
		check("log exp", c.Log(c.Exp(x)), x)
		check("expm1 log1p", c.Expm1(c.Log1p(a)), a)
		check("sinh asinh", c.Sinh(c.Asinh(x)), x)
		check("cosh acosh", c.Cosh(c.Acosh(c.Add(one, a))), c.Add(one, a))
		check("cbrt³", c.Pow(c.Cbrt(x), FromInt64(3)), x)
		check("sqrt²", c.Pow(c.Sqrt(a), two), a)
		check("x^0.5", c.Pow(a, num(0.5)), c.Sqrt(a))
		check("erf + erfc", c.Add(c.Erf(x), c.Erfc(x)), one)
		check("xΓ(x)/Γ(x+1)", c.Div(c.Mul(a, c.Gamma(a)), c.Gamma(c.Add(a, one))), one)
		check("ψ(x+1) - 1/x", c.Sub(c.Digamma(c.Add(a, one)), c.Div(one, a)), c.Digamma(a))
		check("ψ'(x+1) + 1/x²", c.Add(c.Trigamma(c.Add(a, one)), c.Div(one, c.Mul(a, a))), c.Trigamma(a))
		check("exp lgamma", c.Div(c.Exp(c.Lgamma(a)), c.Gamma(a)), one)
		check("1/Γ", c.Mul(c.InverseGamma(a), c.Gamma(a)), one)
		check("B(x, 1)", c.Mul(c.Beta(a, one), a), one)
		check("hypot", c.Mul(c.Hypot(x, two), c.Hypot(x, two)), c.Add(c.Mul(x, x), FromInt64(4)))
		check("atan2", c.Tan(c.Atan2(x, two)), c.Div(x, two))
		check("asin sin atan", c.Asin(c.Sin(c.Atan(x))), c.Atan(x))
		check("atanh a/(1+a) = log1p(2a)/2", c.Atanh(c.Div(a, c.Add(one, a))), c.Div(c.Log1p(c.Mul(two, a)), two))
	}
}

// TestConcurrent lets goroutines share the caches of one context; the race detector watches.
func TestConcurrent(t *testing.T) {
	c := NewContext(128)
	var wait sync.WaitGroup
	for g := range 8 {
		wait.Go(func() {
			for i := range 20 {
				x := num(float64(g) + float64(i)/7 + 0.1)
				c.Lgamma(x)
				c.Sin(x)
				c.Log10(x)
				c.PolygammaN(2, x)
			}
		})
	}
	wait.Wait()
}

// FuzzCall demands an answer for whatever arguments: it must not panic, and 128 bits must agree with 256.
func FuzzCall(f *testing.F) {
	for _, v := range []float64{0, 1, -1, 0.5, 1e300, -1e-300, inf, nan} {
		f.Add(uint8(3), v, 2.5)
	}
	low, high := NewContext(128), NewContext(256)
	f.Fuzz(func(t *testing.T, which uint8, x, y float64) {
		function := functions[int(which)%len(functions)]
		args := []Num{num(x), num(y), num(y)}[:function.Arity]
		if function.Name == "polygamma" {
			args[0] = FromInt64(int64(which) % 9)
		}
		got, want := function.Eval(low, args...), function.Eval(high, args...)
		if u := ulps(got, want, 128); u > 1 {
			t.Errorf("%s%v: %v at 128 bits, %v at 256 (%g ulp)", function.Name, args, got, want, u)
		}
	})
}
