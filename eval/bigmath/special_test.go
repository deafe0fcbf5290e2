package bigmath

import (
	"math"
	"math/big"
	"testing"
	"time"
)

// same reports equality with NaN equal to itself; zeros have no sign.
func same(a, b float64) bool { return a == b || a != a && b != b }

func num(v float64) Num { return FromFloat64(v) }

var inf, nan = math.Inf(1), math.NaN()

// TestSpecial holds exact and special values, as float64.
func TestSpecial(t *testing.T) {
	rows := []struct {
		name string
		args []float64
		want float64
	}{
		{"exp", []float64{0}, 1}, {"exp", []float64{inf}, inf}, {"exp", []float64{-inf}, 0}, {"exp", []float64{nan}, nan},
		{"exp", []float64{1e300}, inf}, {"exp", []float64{-1e300}, 0}, {"exp", []float64{1e10}, inf},
		{"expm1", []float64{0}, 0}, {"expm1", []float64{-inf}, -1}, {"expm1", []float64{-1e300}, -1}, {"expm1", []float64{inf}, inf},
		{"log", []float64{0}, -inf}, {"log", []float64{1}, 0}, {"log", []float64{inf}, inf}, {"log", []float64{-1}, nan},
		{"log", []float64{-inf}, nan}, {"log", []float64{nan}, nan},
		{"log1p", []float64{-1}, -inf}, {"log1p", []float64{0}, 0}, {"log1p", []float64{-2}, nan}, {"log1p", []float64{inf}, inf},
		{"log2", []float64{8}, 3}, {"log2", []float64{0x1p-1074}, -1074}, {"log2", []float64{0.5}, -1}, {"log2", []float64{1}, 0},
		{"log2", []float64{0}, -inf}, {"log10", []float64{1000}, 3}, {"log10", []float64{1e22}, 22}, {"log10", []float64{0}, -inf},
		{"sqrt", []float64{0}, 0}, {"sqrt", []float64{49}, 7}, {"sqrt", []float64{-1}, nan}, {"sqrt", []float64{inf}, inf},
		{"cbrt", []float64{0}, 0}, {"cbrt", []float64{-27}, -3}, {"cbrt", []float64{-inf}, -inf}, {"cbrt", []float64{0x1p-1074}, 0x1p-358},
		{"abs", []float64{-inf}, inf}, {"abs", []float64{-3}, 3}, {"abs", []float64{nan}, nan},
		{"sign", []float64{0}, 0}, {"sign", []float64{-inf}, -1}, {"sign", []float64{nan}, nan}, {"sign", []float64{0x1p-1074}, 1},
		{"step", []float64{0}, 0}, {"step", []float64{1e-300}, 1}, {"step", []float64{-1}, 0}, {"step", []float64{nan}, 0}, {"step", []float64{inf}, 1},
		{"floor", []float64{-1.5}, -2}, {"floor", []float64{2.75}, 2}, {"floor", []float64{-1e-300}, -1}, {"floor", []float64{1e300}, 1e300},
		{"floor", []float64{inf}, inf}, {"floor", []float64{nan}, nan}, {"floor", []float64{-3}, -3},
		{"ceil", []float64{-1.5}, -1}, {"ceil", []float64{2.25}, 3}, {"ceil", []float64{1e-300}, 1}, {"ceil", []float64{-0.5}, 0},
		{"sin", []float64{0}, 0}, {"sin", []float64{inf}, nan}, {"cos", []float64{0}, 1}, {"cos", []float64{-inf}, nan}, {"tan", []float64{0}, 0},
		{"tan", []float64{inf}, nan},
		{"asin", []float64{0}, 0}, {"asin", []float64{1}, math.Pi / 2}, {"asin", []float64{-1}, -math.Pi / 2}, {"asin", []float64{1.5}, nan}, {"asin", []float64{inf}, nan},
		{"acos", []float64{1}, 0}, {"acos", []float64{0}, math.Pi / 2}, {"acos", []float64{-1}, math.Pi}, {"acos", []float64{-inf}, nan}, {"acos", []float64{nan}, nan},
		{"atan", []float64{0}, 0}, {"atan", []float64{inf}, math.Pi / 2}, {"atan", []float64{-inf}, -math.Pi / 2}, {"atan", []float64{1}, math.Pi / 4},
		{"atan2", []float64{0, 0}, 0}, {"atan2", []float64{0, 1}, 0}, {"atan2", []float64{0, -1}, math.Pi}, {"atan2", []float64{1, 0}, math.Pi / 2},
		{"atan2", []float64{-1, 0}, -math.Pi / 2}, {"atan2", []float64{inf, inf}, math.Pi / 4}, {"atan2", []float64{-inf, -inf}, -3 * math.Pi / 4},
		{"atan2", []float64{1, inf}, 0}, {"atan2", []float64{-1, -inf}, -math.Pi}, {"atan2", []float64{inf, 1}, math.Pi / 2}, {"atan2", []float64{nan, 1}, nan},
		{"sinh", []float64{0}, 0}, {"sinh", []float64{-inf}, -inf}, {"sinh", []float64{-1e300}, -inf}, {"cosh", []float64{0}, 1}, {"cosh", []float64{-inf}, inf},
		{"cosh", []float64{1e300}, inf}, {"tanh", []float64{0}, 0}, {"tanh", []float64{-inf}, -1}, {"tanh", []float64{1e300}, 1},
		{"asinh", []float64{0}, 0}, {"asinh", []float64{-inf}, -inf}, {"acosh", []float64{1}, 0}, {"acosh", []float64{0.5}, nan}, {"acosh", []float64{inf}, inf},
		{"atanh", []float64{1}, inf}, {"atanh", []float64{-1}, -inf}, {"atanh", []float64{2}, nan}, {"atanh", []float64{inf}, nan}, {"atanh", []float64{0}, 0},
		{"erf", []float64{0}, 0}, {"erf", []float64{inf}, 1}, {"erf", []float64{-inf}, -1}, {"erf", []float64{1e300}, 1},
		{"erfc", []float64{0}, 1}, {"erfc", []float64{inf}, 0}, {"erfc", []float64{-inf}, 2}, {"erfc", []float64{1e300}, 0}, {"erfc", []float64{-1e300}, 2},
		{"gamma", []float64{5}, 24}, {"gamma", []float64{0}, inf}, {"gamma", []float64{-3}, nan}, {"gamma", []float64{-inf}, nan}, {"gamma", []float64{inf}, inf},
		{"gamma", []float64{1e300}, inf}, {"gamma", []float64{-1e300}, nan}, {"gamma", []float64{nan}, nan}, {"gamma", []float64{-1e9 + 0.5}, 0},
		{"lgamma", []float64{1}, 0}, {"lgamma", []float64{2}, 0}, {"lgamma", []float64{0}, inf}, {"lgamma", []float64{-4}, inf}, {"lgamma", []float64{inf}, inf},
		{"lgamma", []float64{-inf}, inf}, {"lgamma", []float64{nan}, nan},
		{"digamma", []float64{0}, -inf}, {"digamma", []float64{-1}, nan}, {"digamma", []float64{inf}, inf}, {"digamma", []float64{-inf}, nan},
		{"trigamma", []float64{0}, inf}, {"trigamma", []float64{-1}, inf}, {"trigamma", []float64{inf}, 0}, {"trigamma", []float64{-inf}, nan},
		{"polygamma", []float64{2, 0}, -inf}, {"polygamma", []float64{2, -1}, nan}, {"polygamma", []float64{3, -1}, inf}, {"polygamma", []float64{0.5, 1}, nan},
		{"polygamma", []float64{-1, 1}, nan}, {"polygamma", []float64{1e300, 1}, nan}, {"polygamma", []float64{nan, 1}, nan}, {"polygamma", []float64{2, -0.5}, -0.82879664423431999},
		{"beta", []float64{1, 1}, 1}, {"beta", []float64{2, 3}, 1.0 / 12}, {"beta", []float64{0, 1}, inf}, {"beta", []float64{1, 0}, inf}, {"beta", []float64{-1, 1.5}, nan},
		{"beta", []float64{0.5, -0.5}, 0}, {"beta", []float64{inf, 2}, 0}, {"beta", []float64{inf, inf}, 0}, {"beta", []float64{-inf, 1}, nan}, {"beta", []float64{nan, 1}, nan},
		{"beta", []float64{1e300, 1e300}, 0}, {"beta", []float64{-0.5, -2.5}, 0},
		{"max", []float64{1, 2}, 2}, {"max", []float64{nan, 1}, 1}, {"max", []float64{1, nan}, nan}, {"max", []float64{-inf, inf}, inf},
		{"min", []float64{1, 2}, 1}, {"min", []float64{nan, 1}, 1}, {"min", []float64{1, nan}, nan}, {"min", []float64{-inf, inf}, -inf},
		{"clamp", []float64{5, 0, 1}, 1}, {"clamp", []float64{-5, 0, 1}, 0}, {"clamp", []float64{0.5, 0, 1}, 0.5}, {"clamp", []float64{nan, 0, 1}, nan},
		{"clamp", []float64{inf, 0, inf}, inf},
		{"hypot", []float64{3, 4}, 5}, {"hypot", []float64{0, 0}, 0}, {"hypot", []float64{inf, nan}, inf}, {"hypot", []float64{1, nan}, nan}, {"hypot", []float64{0, -2}, 2},
		{"mod", []float64{7.5, 2}, 1.5}, {"mod", []float64{-7.5, 2}, 0.5}, {"mod", []float64{7.5, -2}, -0.5}, {"mod", []float64{-7.5, -2}, -1.5}, {"mod", []float64{4, 2}, 0},
		{"mod", []float64{1, 0}, nan}, {"mod", []float64{inf, 2}, nan}, {"mod", []float64{1, inf}, nan}, {"mod", []float64{0, 3}, 0}, {"mod", []float64{0x1p1000, 3}, 1},
		{"mod", []float64{0x1p1001, 3}, 2}, {"mod", []float64{0x1p-1074, 1}, 0x1p-1074}, {"mod", []float64{-0x1p-1074, 1}, 1}, {"mod", []float64{0.75, -0.5}, -0.25},
		{"pow", []float64{0, 0}, 1}, {"pow", []float64{nan, 0}, 1}, {"pow", []float64{1, nan}, 1}, {"pow", []float64{nan, 1}, nan}, {"pow", []float64{0, 2}, 0},
		{"pow", []float64{0, -2}, inf}, {"pow", []float64{0, -1}, inf}, {"pow", []float64{0, inf}, 0}, {"pow", []float64{0, -inf}, inf},
		{"pow", []float64{-2, 3}, -8}, {"pow", []float64{-2, -1}, -0.5}, {"pow", []float64{-8, 1.0 / 3}, nan}, {"pow", []float64{2, inf}, inf}, {"pow", []float64{0.5, inf}, 0},
		{"pow", []float64{-1, inf}, 1}, {"pow", []float64{2, -inf}, 0}, {"pow", []float64{inf, 2}, inf}, {"pow", []float64{-inf, 3}, -inf}, {"pow", []float64{-inf, 2}, inf},
		{"pow", []float64{-inf, -3}, 0}, {"pow", []float64{inf, -1}, 0}, {"pow", []float64{-1, 1e300}, 1}, {"pow", []float64{-1, 1e5 + 1}, -1}, {"pow", []float64{2, 1e300}, inf},
		{"pow", []float64{2, -1e300}, 0}, {"pow", []float64{-2, 1e15 + 1}, -inf}, {"pow", []float64{4, 0.5}, 2}, {"pow", []float64{10, 22}, 1e22}, {"pow", []float64{0.5, 1074}, 0x1p-1074},
	}
	c := NewContext(160)
	for _, row := range rows {
		args := make([]Num, len(row.args))
		for i, v := range row.args {
			args[i] = num(v)
		}
		got, ok := c.Call(row.name, args...)
		if !ok {
			t.Fatalf("no function %s", row.name)
		}
		if !same(got.Float64(), row.want) {
			t.Errorf("%s%v = %v, want %v", row.name, row.args, got, row.want)
		}
	}
}

func TestArithmetic(t *testing.T) {
	values := []float64{0, 1, -1, 0.5, -3, 1e300, -1e300, 0x1p-1074, inf, -inf, nan}
	c := NewContext(53)
	for _, x := range values {
		for _, y := range values {
			for _, op := range []struct {
				name string
				f    func(a, b Num) Num
				want float64
			}{{"+", c.Add, x + y}, {"-", c.Sub, x - y}, {"*", c.Mul, x * y}, {"/", c.Div, x / y}} {
				got, want := op.f(num(x), num(y)).Float64(), op.want
				if !same(got, want) {
					t.Errorf("%v %s %v = %v, want %v", x, op.name, y, got, want)
				}
			}
			order, ok := num(x).Cmp(num(y))
			if ok != (x == x && y == y) || ok && (order < 0) != (x < y) || ok && (order == 0) != (x == y) {
				t.Errorf("Cmp(%v, %v) = %v, %v", x, y, order, ok)
			}
			if num(x).Less(num(y)) != (x < y) || num(x).LessEqual(num(y)) != (x <= y) || num(x).Equal(num(y)) != (x == y) {
				t.Errorf("comparisons of %v and %v", x, y)
			}
		}
	}
}

func TestConversions(t *testing.T) {
	if b := NaN().Big(); b != nil {
		t.Errorf("Big of NaN is %v", b)
	}
	if x := FromBig(nil); !x.IsNaN() {
		t.Errorf("FromBig(nil) is %v", x)
	}
	var zero Num
	if !zero.IsZero() || !zero.IsInt() || !zero.IsFinite() || zero.Float64() != 0 || zero.String() != "0" {
		t.Errorf("the zero value is %v", zero)
	}
	if n, ok := num(-7).Int64(); n != -7 || !ok {
		t.Errorf("Int64(-7) = %v, %v", n, ok)
	}
	for _, v := range []float64{0.5, inf, nan, 1e300} {
		if _, ok := num(v).Int64(); ok {
			t.Errorf("Int64(%v) is ok", v)
		}
	}
	f := new(big.Float).Neg(new(big.Float))
	if x := FromBig(f); !x.IsZero() || NewContext(64).Div(FromInt64(1), x).Float64() != inf {
		t.Error("a negative zero keeps its sign")
	}
	third := NewContext(100).Rat(big.NewRat(1, 3))
	if third.Big().Prec() != 100 || third.Float64() != 1.0/3 {
		t.Errorf("1/3 is %v", third)
	}
	huge := Num{f: new(big.Float).SetMantExp(big.NewFloat(1), math.MaxInt32-1)}
	if s := huge.String(); len(s) > 40 {
		t.Errorf("a huge number prints as %d characters", len(s))
	}
}

// TestCapped calls every function at the ends of the range of exponents and demands an answer at once.
func TestCapped(t *testing.T) {
	one := big.NewFloat(1)
	var extremes []Num
	for _, e := range []int{math.MinInt32 + 2, math.MinInt32 / 2, -(1 << 20), -5000, -200, -1, 0, 1, 200, 5000, 1 << 17, 1 << 20, math.MaxInt32 / 2, math.MaxInt32 - 1} {
		f := new(big.Float).SetMantExp(one, e)
		extremes = append(extremes, wrap(f), wrap(new(big.Float).Neg(f)))
		// And with full significands.
		g := newFloat(160).Quo(f, big.NewFloat(3))
		extremes = append(extremes, wrap(g), wrap(new(big.Float).Neg(g)))
	}
	extremes = append(extremes, NaN(), Inf(1), Inf(-1), Num{}, num(1.5), num(-1.5))
	c := NewContext(128)
	check := func(f Function, args ...Num) {
		defer func() {
			if r := recover(); r != nil {
				t.Errorf("%s%v: panic: %v", f.Name, args, r)
			}
		}()
		start := time.Now()
		f.Eval(c, args...)
		if d := time.Since(start); d > 30*time.Second {
			t.Errorf("%s%v took %v", f.Name, args, d)
		}
	}
	for _, f := range append(Functions(), binary("add", (*Context).Add), binary("sub", (*Context).Sub), binary("mul", (*Context).Mul), binary("div", (*Context).Div)) {
		for _, x := range extremes {
			switch f.Arity {
			case 1:
				check(f, x)
			case 2:
				for _, y := range extremes {
					check(f, x, y)
				}
				check(f, FromInt64(700), x)
			}
		}
	}
}
