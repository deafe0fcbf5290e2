package taylor

import "github.com/seed-9905856d/derive/eval/bigmath"

// This file holds the Taylor series of the elementary functions at v: f₀ from bigmath, the others by recurrence.

func integer(n int) bigmath.Num { return bigmath.FromInt64(int64(n)) }

// divideByFactorials returns f with fⱼ replaced by fⱼ/j!.
func divideByFactorials(m *bigmath.Context, f []bigmath.Num) []bigmath.Num {
	factorial := integer(1)
	for j := 2; j < len(f); j++ {
		factorial = m.Mul(factorial, integer(j))
		f[j] = m.Div(f[j], factorial)
	}
	return f
}

// cyclic returns cycle[j mod len(cycle)]/j!, for j = 0 … n.
func cyclic(m *bigmath.Context, n int, cycle ...bigmath.Num) []bigmath.Num {
	f := make([]bigmath.Num, n+1)
	for j := range f {
		f[j] = cycle[j%len(cycle)]
	}
	return divideByFactorials(m, f)
}

// integrated returns the series with constant term f0 and derivative g.
func integrated(m *bigmath.Context, f0 bigmath.Num, g []bigmath.Num) []bigmath.Num {
	f := make([]bigmath.Num, 1, len(g)+1)
	f[0] = f0
	for j, v := range g {
		f = append(f, m.Div(v, integer(j+1)))
	}
	return f
}

// constantSeries makes the series of a function whose derivative is 0 wherever it has one.
func constantSeries(value func(*bigmath.Context, bigmath.Num) bigmath.Num) series {
	return func(m *bigmath.Context, v bigmath.Num, _ int) []bigmath.Num { return []bigmath.Num{value(m, v)} }
}

// absSeries has abs′ = sign, so abs′(0) = 0.
func absSeries(m *bigmath.Context, v bigmath.Num, _ int) []bigmath.Num {
	return []bigmath.Num{m.Abs(v), m.Sign(v)}
}

func expSeries(m *bigmath.Context, v bigmath.Num, n int) []bigmath.Num { return cyclic(m, n, m.Exp(v)) }

func expm1Series(m *bigmath.Context, v bigmath.Num, n int) []bigmath.Num {
	var f []bigmath.Num
	if n > 0 {
		f = cyclic(m, n, m.Exp(v))
	} else {
		f = make([]bigmath.Num, 1)
	}
	f[0] = m.Expm1(v)
	return f
}

// logarithmSeries is f₀ + log(1 + t/u) = f₀ + t/u - t²/(2u²) + …, times factor.
func logarithmSeries(m *bigmath.Context, f0, u, factor bigmath.Num, n int) []bigmath.Num {
	f := make([]bigmath.Num, n+1)
	f[0] = f0
	power := m.Div(factor, u)
	for j := 1; j <= n; j++ {
		f[j] = m.Div(power, integer(j))
		if j < n {
			power = m.Div(power.Neg(), u)
		}
	}
	return f
}

func logSeries(m *bigmath.Context, v bigmath.Num, n int) []bigmath.Num {
	return logarithmSeries(m, m.Log(v), v, integer(1), n)
}

func log1pSeries(m *bigmath.Context, v bigmath.Num, n int) []bigmath.Num {
	return logarithmSeries(m, m.Log1p(v), m.Add(integer(1), v), integer(1), n)
}

func log2Series(m *bigmath.Context, v bigmath.Num, n int) []bigmath.Num {
	return logarithmSeries(m, m.Log2(v), v, m.Div(integer(1), m.Log(integer(2))), n)
}

func log10Series(m *bigmath.Context, v bigmath.Num, n int) []bigmath.Num {
	return logarithmSeries(m, m.Log10(v), v, m.Div(integer(1), m.Log(integer(10))), n)
}

// powerSeries is the binomial series f₀ Σ (r over j)(t/v)ʲ of vʳ with given value f₀. It ends where r is an integer
// 0 ≤ r < j. At v = 0 and ±Inf, fⱼ is (r over j)vʳ⁻ʲ with the limit of the power from the right.
func powerSeries(m *bigmath.Context, v, r, f0 bigmath.Num, n int) []bigmath.Num {
	f := make([]bigmath.Num, 1, n+1)
	f[0] = f0
	regular := !v.IsZero() && v.IsFinite()
	binomial := integer(1)
	for j := 1; j <= n; j++ {
		factor := m.Sub(r, integer(j-1))
		if factor.IsZero() {
			break
		}
		if regular {
			f = append(f, m.Div(m.Mul(f[j-1], factor), m.Mul(integer(j), v)))
			continue
		}
		binomial = m.Div(m.Mul(binomial, factor), integer(j))
		f = append(f, m.Mul(binomial, m.Pow(v, m.Sub(r, integer(j)))))
	}
	return f
}

func reciprocalSeries(m *bigmath.Context, v bigmath.Num, n int) []bigmath.Num {
	return powerSeries(m, v, integer(-1), m.Div(integer(1), v), n)
}

func sqrtSeries(m *bigmath.Context, v bigmath.Num, n int) []bigmath.Num {
	return powerSeries(m, v, m.Ratio(1, 2), m.Sqrt(v), n)
}

func cbrtSeries(m *bigmath.Context, v bigmath.Num, n int) []bigmath.Num {
	return powerSeries(m, v, m.Ratio(1, 3), m.Cbrt(v), n)
}

func sinSeries(m *bigmath.Context, v bigmath.Num, n int) []bigmath.Num {
	s := m.Sin(v)
	if n == 0 {
		return []bigmath.Num{s}
	}
	c := m.Cos(v)
	return cyclic(m, n, s, c, s.Neg(), c.Neg())
}

func cosSeries(m *bigmath.Context, v bigmath.Num, n int) []bigmath.Num {
	c := m.Cos(v)
	if n == 0 {
		return []bigmath.Num{c}
	}
	s := m.Sin(v)
	return cyclic(m, n, c, s.Neg(), c.Neg(), s)
}

func sinhSeries(m *bigmath.Context, v bigmath.Num, n int) []bigmath.Num {
	if n == 0 {
		return []bigmath.Num{m.Sinh(v)}
	}
	return cyclic(m, n, m.Sinh(v), m.Cosh(v))
}

func coshSeries(m *bigmath.Context, v bigmath.Num, n int) []bigmath.Num {
	if n == 0 {
		return []bigmath.Num{m.Cosh(v)}
	}
	return cyclic(m, n, m.Cosh(v), m.Sinh(v))
}

// tangentSeries solves t′ = s, s′ = 2σ t s from t₀ and s₀. With s₀ given rather than 1 + σt₀² nothing cancels for the
// hyperbolic tangent of large arguments.
func tangentSeries(m *bigmath.Context, t0, s0 bigmath.Num, sigma, n int) []bigmath.Num {
	t, s := make([]bigmath.Num, n+1), make([]bigmath.Num, n+1)
	t[0], s[0] = t0, s0
	for j := 1; j <= n; j++ {
		t[j] = m.Div(s[j-1], integer(j))
		if j == n {
			break
		}
		var convolution bigmath.Num
		for i := range j {
			convolution = m.Add(convolution, m.Mul(t[i], s[j-1-i]))
		}
		s[j] = m.Div(m.Mul(integer(2*sigma), convolution), integer(j))
	}
	return t
}

func tanSeries(m *bigmath.Context, v bigmath.Num, n int) []bigmath.Num {
	t := m.Tan(v)
	return tangentSeries(m, t, m.Add(integer(1), m.Mul(t, t)), 1, n)
}

func tanhSeries(m *bigmath.Context, v bigmath.Num, n int) []bigmath.Num {
	if n == 0 {
		return []bigmath.Num{m.Tanh(v)}
	}
	cosh := m.Cosh(v)
	return tangentSeries(m, m.Tanh(v), m.Div(integer(1), m.Mul(cosh, cosh)), -1, n)
}

// quadraticPower returns the n coefficients of (u₀ + u₁t + u₂t²)^α with given value g₀ by Miller's recurrence
// k u₀ gₖ = Σᵢ (iα - k + i) uᵢ gₖ₋ᵢ; the exponent α is given doubled.
func quadraticPower(m *bigmath.Context, u [3]bigmath.Num, g0 bigmath.Num, twiceAlpha, n int) []bigmath.Num {
	g := make([]bigmath.Num, n)
	for k := range g {
		if k == 0 {
			g[0] = g0
			continue
		}
		var sum bigmath.Num
		for i := 1; i <= min(2, k); i++ {
			factor := integer(i*twiceAlpha - 2*(k-i))
			sum = m.Add(sum, m.Mul(m.Mul(factor, u[i]), g[k-i]))
		}
		g[k] = m.Div(sum, m.Mul(integer(2*k), u[0]))
	}
	return g
}

// oneMinusSquare is 1 - (v + t)² by powers of t.
func oneMinusSquare(m *bigmath.Context, v bigmath.Num) [3]bigmath.Num {
	return [3]bigmath.Num{m.Mul(m.Sub(integer(1), v), m.Add(integer(1), v)), m.Mul(integer(-2), v), integer(-1)}
}

// onePlusSquare is 1 + (v + t)² by powers of t.
func onePlusSquare(m *bigmath.Context, v bigmath.Num) [3]bigmath.Num {
	return [3]bigmath.Num{m.Add(integer(1), m.Mul(v, v)), m.Mul(integer(2), v), integer(1)}
}

func inverseSqrt(m *bigmath.Context, v bigmath.Num) bigmath.Num { return m.Div(integer(1), m.Sqrt(v)) }

func asinSeries(m *bigmath.Context, v bigmath.Num, n int) []bigmath.Num {
	u := oneMinusSquare(m, v)
	return integrated(m, m.Asin(v), quadraticPower(m, u, inverseSqrt(m, u[0]), -1, n))
}

func acosSeries(m *bigmath.Context, v bigmath.Num, n int) []bigmath.Num {
	f := asinSeries(m, v, n)
	for j := range f {
		f[j] = f[j].Neg()
	}
	f[0] = m.Acos(v)
	return f
}

func atanSeries(m *bigmath.Context, v bigmath.Num, n int) []bigmath.Num {
	if v.IsInf(0) {
		return append([]bigmath.Num{m.Atan(v)}, make([]bigmath.Num, n)...)
	}
	u := onePlusSquare(m, v)
	return integrated(m, m.Atan(v), quadraticPower(m, u, m.Div(integer(1), u[0]), -2, n))
}

func asinhSeries(m *bigmath.Context, v bigmath.Num, n int) []bigmath.Num {
	if v.IsInf(0) {
		return append([]bigmath.Num{v}, make([]bigmath.Num, n)...)
	}
	u := onePlusSquare(m, v)
	return integrated(m, m.Asinh(v), quadraticPower(m, u, inverseSqrt(m, u[0]), -1, n))
}

// acoshSeries has the derivative (v-1+t)^(-½) (v+1+t)^(-½); as a product its infinities at v = 1 have the right signs.
func acoshSeries(m *bigmath.Context, v bigmath.Num, n int) []bigmath.Num {
	f := []bigmath.Num{m.Acosh(v)}
	if n == 0 {
		return f
	}
	var factor [2][]bigmath.Num
	for i, w := range []bigmath.Num{m.Sub(v, integer(1)), m.Add(v, integer(1))} {
		factor[i] = powerSeries(m, w, m.Ratio(-1, 2), inverseSqrt(m, w), n-1)
	}
	g := make([]bigmath.Num, n)
	for k := range g {
		for i := range k + 1 {
			g[k] = m.Add(g[k], m.Mul(factor[0][i], factor[1][k-i]))
		}
	}
	return integrated(m, f[0], g)
}

func atanhSeries(m *bigmath.Context, v bigmath.Num, n int) []bigmath.Num {
	u := oneMinusSquare(m, v)
	return integrated(m, m.Atanh(v), quadraticPower(m, u, m.Div(integer(1), u[0]), -2, n))
}

// gaussian returns n coefficients of g = factor·e^(-(v+t)²), from g′ = -2(v+t)g.
func gaussian(m *bigmath.Context, v, factor bigmath.Num, n int) []bigmath.Num {
	g := make([]bigmath.Num, n)
	if n == 0 || v.IsInf(0) {
		return g
	}
	g[0] = m.Mul(factor, m.Exp(m.Mul(v, v).Neg()))
	for k := 1; k < n; k++ {
		sum := m.Mul(v, g[k-1])
		if k >= 2 {
			sum = m.Add(sum, g[k-2])
		}
		g[k] = m.Div(m.Mul(integer(-2), sum), integer(k))
	}
	return g
}

// erfFactor is 2/√π.
func erfFactor(m *bigmath.Context) bigmath.Num { return m.Div(integer(2), m.Sqrt(m.Pi())) }

func erfSeries(m *bigmath.Context, v bigmath.Num, n int) []bigmath.Num {
	return integrated(m, m.Erf(v), gaussian(m, v, erfFactor(m), n))
}

func erfcSeries(m *bigmath.Context, v bigmath.Num, n int) []bigmath.Num {
	return integrated(m, m.Erfc(v), gaussian(m, v, erfFactor(m).Neg(), n))
}

func lgammaSeries(m *bigmath.Context, v bigmath.Num, n int) []bigmath.Num {
	f := make([]bigmath.Num, n+1)
	f[0] = m.Lgamma(v)
	for j := 1; j <= n; j++ {
		f[j] = m.PolygammaN(j-1, v)
	}
	return divideByFactorials(m, f)
}

// polygammaSeries makes the series of ψ⁽ᵏ⁾.
func polygammaSeries(k int) series {
	return func(m *bigmath.Context, v bigmath.Num, n int) []bigmath.Num {
		f := make([]bigmath.Num, n+1)
		for j := range f {
			f[j] = m.PolygammaN(k+j, v)
		}
		return divideByFactorials(m, f)
	}
}
