package codegen

import (
	"slices"
	"strings"
)

// cotangent is a helper of polygamma, powOfRat one of powers whose exponents are numbers, powNearOne one of powers of 1 + x.
const (
	cotangent  = "cotangent"
	powOfRat   = "power of a fraction"
	powNearOne = "power of a number near 1"
)

// helper returns the Go name of a helper function, which the file then contains.
func (f *file) helper(name string) string {
	if !slices.Contains(f.order, name) {
		f.order = append(f.order, name)
	}
	return f.reserved(name)
}

// reserved returns the Go name of a helper that may be needed.
func (f *file) reserved(name string) string {
	id, ok := f.helpers[name]
	if !ok {
		hint := helperNames[name]
		if strings.HasPrefix(name, seriesPrefix) {
			hint = "series"
		}
		id = f.top.name(hint)
		f.helpers[name] = id
	}
	return id
}

// helperNames are what helper functions would like to be called.
var helperNames = map[string]string{
	"exp": "expOf", "log": "logOf", "pow": "powOf", powOfRat: "powOfRat", powNearOne: "powNearOne", fnPowSlope.Name: "powSlope", "tan": "tanOf", "sinh": "sinhOf", "asin": "asinOf", "acos": "acosOf", "cosh": "coshOf", "sign": "signOf", "mod": "modulo", "lgamma": "logGamma", "digamma": "digamma", "trigamma": "trigamma",
	"polygamma": "polygamma", "beta": "betaOf", fnInverseRoot.Name: "inverseRoot",
	cotangent: cotangent, blockSums: blockSums, blocks: blocks, inBlocks: inBlocks, fnInRange.Name: "inRange", fnPowerOf.Name: "powerBelow", fnLogOneLessExp.Name: "logOneLessExp", fnLogQuotient.Name: "logQuotient",
	fnErfcx.Name: "erfcx", fnLogErfc.Name: "logErfc", fnLogHalfErfc.Name: "logHalfErfc", fnMillsExcess.Name: "millsExcess", fnOfHypot.Name: "ofHypot",
	fnLogCosh.Name: "logCosh", fnLogSinh.Name: "logSinh", fnLogTanh.Name: "logTanh", fnLogExpLessOne.Name: "logExpm1", fnLogExpLess.Name: "logExpLess", fnLogNearQuotient.Name: "logNearQuotient", fnLogPlus.Name: "logPlus",
	fnExpLess.Name: "expLess", fnRootPlus.Name: "rootPlus", fnPowLessOne.Name: "powLessOne", fnAtanLess.Name: "atanLess", fnTanLess.Name: "tanLess", fnCbrtLess.Name: "cbrtLess", fnLgammaLess.Name: "logGammaLess",
	fnFrac.Name: "fraction", anyFrac: "anyFraction", anyExponent: "anyExponent", fnPositiveFrac.Name: "positiveFraction", fnLogFrac.Name: "logFraction", fnExponent.Name: "exponent", fnExpFrac.Name: "fractionOfExp", fnExpPower.Name: "exponentOfExp", fnRootFrac.Name: "fractionOfRoot",
	fnRootPower.Name: "exponentOfRoot", fnScaled.Name: "scaled", fnLogScaled.Name: "logScaled",
}

// helperText returns the Go text of a helper function.
func (f *file) helperText(name string) string {
	if strings.HasPrefix(name, seriesPrefix) {
		return f.seriesText(name)
	}
	id := f.helper(name)
	switch name {
	case blocks:
		return f.blocksText()
	case inBlocks:
		return f.inBlocksText()
	case "exp":
		return "\n// " + id + " is exp(x); in assembly math.Exp overflows before e^x does.\nfunc " + id + `(x float64) (times float64) {
	times = 1
	if x > 709 {
		x--
		times = math.E
	}
	return times * math.Exp(x)
}
`
	case "log":
		return "\n// " + id + " is log(x); in assembly math.Log takes subnormal numbers for larger ones.\nfunc " + id + `(x float64) (less float64) {
	if x < 0x1p-1022 {
		x *= 0x1p54
		less = 54 * math.Ln2
	}
	return math.Log(x) - less
}
`
	case "pow":
		return "\n// " + id + " is x^y, also for subnormal x, of which math.Pow takes a wrong logarithm.\nfunc " + id + `(x, y float64) float64 {
	if math.Abs(x) < 0x1p-1022 && x != 0 {
		return math.Pow(x*0x1p54, y) * math.Pow(0x1p-54, y)
	}
	return math.Pow(x, y)
}
`
	case powOfRat:
		return "\n// " + id + ` is x^(y+rest), for an exponent that no number of float64 is: the power of 2 in x is raised apart from the others, without the
// rounding of y times its logarithm.
func ` + id + `(x, y, rest float64) float64 {
	m, e := math.Frexp(x)
	n := float64(e)
	p := n * y
	k := math.Round(p)
	return math.Ldexp(math.Pow(m, y)*math.Exp2(p-k+(math.FMA(n, y, -p)+n*rest)), int(k))
}
`
	case powNearOne:
		return "\n// " + id + " is a^b for d = a - 1: by the logarithm of a, which is rounded beside 1, where d is small.\nfunc " + id + `(a, d, b float64) float64 {
	if math.Abs(d) < 0.25 {
		if z := b * math.Log1p(d); math.Abs(z) < 700 {
			return math.Exp(z)
		}
	}
	return ` + f.helper("pow") + `(a, b)
}
`
	case fnPowSlope.Name:
		pow := f.helper("pow")
		return "\n// " + id + " is t·x^(t-1), without the rounding of t - 1 where the power of t is in range.\nfunc " + id + `(x, t float64) float64 {
	p := ` + pow + `(x, t)
	if !(0x1p-1022 <= p && p <= math.MaxFloat64) {
		return t * ` + pow + `(x, t-1)
	}
	if q := p / x; q <= math.MaxFloat64 {
		return t * q
	}
	return t / x * p
}
`
	case fnOfHypot.Name:
		return "\n// " + id + " is a/hypot(a, b), in the range of numbers where that overflows or has few digits; 0 at 0.\nfunc " + id + `(a, b float64) float64 {
	h := math.Hypot(a, b)
	switch {
	case a == 0:
		return 0
	case h < 0x1p-960:
		return a * 0x1p100 / math.Hypot(a*0x1p100, b*0x1p100)
	case h > math.MaxFloat64:
		return a / 2 / math.Hypot(a/2, b/2)
	}
	return a / h
}
`
	case fnLogQuotient.Name:
		log := f.helper("log")
		return "\n// " + id + " is log(a/b): near 1 from the difference, which is exact there, and where a/b is out of range as one of logarithms.\nfunc " + id + `(a, b float64) float64 {
	q := a / b
	if 0 <= q && q < 0x1p-1022 || q > math.MaxFloat64 {
		return ` + log + `(math.Abs(a)) - ` + log + `(math.Abs(b))
	}
	if 0.5 <= q && q <= 2 {
		return math.Log1p((a - b) / b)
	}
	return math.Log(q)
}
`
	case fnLogOneLessExp.Name:
		return "\n// " + id + " is log(1 - exp(x)): near 0 the difference cancels, far from it the logarithm is that of a number near 1.\nfunc " + id + `(x float64) float64 {
	if x > -math.Ln2 {
		return math.Log(-math.Expm1(x))
	}
	return math.Log1p(-math.Exp(x))
}
`
	case "asin", "acos":
		goName := "Asin"
		if name == "acos" {
			goName = "Acos"
		}
		return "\n// " + id + " is " + name + "(x), x being ±1 where rounding has taken it just beyond.\nfunc " + id + `(x float64) float64 {
	if size := math.Abs(x); 1 < size && size < 1+0x1p-44 {
		x = math.Copysign(1, x)
	}
	return math.` + goName + `(x)
}
`
	case "sinh", "cosh":
		goName, sign := "Cosh", ""
		if name == "sinh" {
			goName, sign = "Sinh", "\t\tif x < 0 {\n\t\t\treturn -(half / 2 * half)\n\t\t}\n"
		}
		return "\n// " + id + " is " + name + "(x), to where it overflows.\nfunc " + id + `(x float64) float64 {
	if math.Abs(x) > 709 {
		half := math.Exp(math.Abs(x) / 2)
` + sign + `		return half / 2 * half
	}
	return math.` + goName + `(x)
}
`
	case "sign":
		return "\n// " + id + " is -1, 0 or 1.\nfunc " + id + `(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x
}
`
	case blockSums:
		return "\n// A " + id + ` holds the sums of blocks, of 16 blocks, of 16 of those, and so on.
type ` + id + ` struct {
	count uint64 // of blocks
	sums  [10]float64
}

// push adds the sum of a block; it returns the 0 that the next begins with.
func (b *` + id + `) push(sum float64) float64 {
	b.count++
	k := 0
	for c := b.count; c&15 == 0 && k < len(b.sums)-1; c >>= 4 {
		sum += b.sums[k]
		b.sums[k] = 0
		k++
	}
	b.sums[k] += sum
	return 0
}

// total returns the sum of all, sum being that of the last numbers.
func (b *` + id + `) total(sum float64) float64 {
	if b.count > 0 {
		for _, s := range b.sums {
			sum += s
		}
	}
	return sum
}
`
	case fnInRange.Name:
		return "\n// " + id + " is 1 where q, a sum of squares, and powers of it are well within the range of numbers, else 0.\nfunc " + id + `(q float64) float64 {
	if 0x1p-200 <= q && q <= 0x1p200 {
		return 1
	}
	return 0
}
`
	case fnPowerOf.Name:
		return "\n// " + id + ` is the power of 2 that brings x to about 1; 1 for 0 and what is not finite.
func ` + id + `(x float64) float64 {
	if x == 0 || x-x != 0 {
		return 1
	}
	_, exponent := math.Frexp(x)
	return math.Ldexp(1, min(-exponent, 1000))
}
`
	case fnInverseRoot.Name:
		return "\n// " + id + " is 1/√x, and 0 at 0: x/‖x‖ is 0 where x is.\nfunc " + id + `(x float64) float64 {
	if x == 0 {
		return 0
	}
	return 1 / math.Sqrt(x)
}
`
	case "mod":
		return "\n// " + id + " is x - m·⌊x/m⌋.\nfunc " + id + `(x, m float64) float64 {
	r := math.Mod(x, m)
	if r != 0 && (r < 0) != (m < 0) {
		r += m
	}
	return r
}
`
	case "tan":
		return "\n// " + id + " is tan(x); for small x math.Tan leaves out x³/3 where it still counts.\nfunc " + id + `(x float64) float64 {
	if math.Abs(x) < 1e-3 {
		z := x * x
		return x + x*z*(1.0/3+z*(2.0/15))
	}
	return math.Tan(x)
}
`
	case "lgamma":
		return "\n// " + id + ` is log |Γ(x)|; just above 0.19 and 1.19 math.Lgamma takes a polynomial out of its range, here it is the quotient that serves
// just below.
func ` + id + `(x float64) float64 {
	size := math.Abs(x)
	if size < 1e-300 {
		return -` + f.helper("log") + `(size)
	}
	if y := size - math.Floor(size); size < 1.2317 && 0.1916 < y && y < 0.2317 {
		p := -0.0772156649015328655 + y*(0.632827064025093367+y*(1.45492250137234769+y*(0.977717527963372746+y*(0.228963728064692451+y*0.0133810918536787660))))
		q := 1 + y*(2.45597793713041135+y*(2.12848976379893395+y*(0.769285150456672784+y*(0.104222645593369134+y*0.00321709242282423912))))
		v := y * (p/q - 0.5)
		if size < 1 {
			v -= math.Log(y)
		}
		if x < 0 {
			return math.Log(math.Pi/math.Abs(math.Sin(math.Pi*y)*x)) - v
		}
		return v
	}
	v, _ := math.Lgamma(x)
	return v
}
`
	case "digamma":
		return "\n// " + id + ` is the derivative of log Γ: by ψ(x) = ψ(x+1) - 1/x up to where its asymptotic series converges,
// by reflection for negative x.
func ` + id + `(x float64) float64 {
	if x <= 0 {
		if x == math.Floor(x) {
			return math.NaN()
		}
		return ` + id + `(1-x) - math.Pi/` + f.helper("tan") + `(math.Pi*(x-math.Round(x)))
	}
	sum := 0.0
	for ; x < 10; x++ {
		sum += 1 / x
	}
	z := 1 / (x * x)
	series := z * (1.0/12 - z*(1.0/120-z*(1.0/252-z*(1.0/240-z*(1.0/132-z*(691.0/32760-z*(1.0/12)))))))
	return math.Log(x) - 0.5/x - series - sum
}
`
	case "trigamma":
		return "\n// " + id + ` is the second derivative of log Γ.
func ` + id + `(x float64) float64 {
	if x <= 0 {
		if x == math.Floor(x) {
			return math.Inf(1)
		}
		s := math.Sin(math.Pi * (x - math.Round(x)))
		return math.Pi*math.Pi/(s*s) - ` + id + `(1-x)
	}
	sum := 0.0
	for ; x < 12; x++ {
		sum += 1 / (x * x)
	}
	z := 1 / (x * x)
	series := z / x * (1.0/6 - z*(1.0/30-z*(1.0/42-z*(1.0/30-z*(5.0/66-z*(691.0/2730-z*(7.0/6)))))))
	return sum + 1/x + z/2 + series
}
`
	case "polygamma":
		digamma, trigamma := f.helper("digamma"), f.helper("trigamma")
		return "\n// " + id + ` is the k-th derivative of digamma for k = 0, 1, …: by its recurrence up to where the asymptotic
// series converges, Σ B₂ⱼ·(2j+k-1)!/((2j)!·x²ʲ⁺ᵏ), for negative x by reflection.
func ` + id + `(k, x float64) float64 {
	switch {
	case k == 0:
		return ` + digamma + `(x)
	case k == 1:
		return ` + trigamma + `(x)
	case k < 0 || k != math.Floor(k) || x != x || x <= 0 && x == math.Floor(x):
		return math.NaN()
	case x < 0:
		side := 1 - 2*math.Mod(k, 2)
		return side*` + id + `(k, 1-x) - ` + f.helper(cotangent) + `(int(k), x-math.Round(x))
	}
	bernoulli := [...]float64{1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6, -3617.0 / 510, 43867.0 / 798, -174611.0 / 330}
	sum := 0.0
	for ; x < 15+2*k; x++ {
		sum += math.Pow(x, -k-1)
	}
	term := math.Pow(x, -k) / k // all terms without the factor k!
	series := term + math.Pow(x, -k-1)/2
	term *= k / (x * x) * (k + 1) / 2
	for j, b := range bernoulli {
		series += b * term
		m := 2*float64(j) + 2 + k // the next factorials: (m+1)·m over (2j+4)·(2j+3)
		term *= m / (m - k + 1) * (m + 1) / (m - k + 2) / (x * x)
	}
	sign := 1.0
	if math.Mod(k, 2) == 0 {
		sign = -1
	}
	return sign * math.Gamma(k+1) * (sum + series)
}
`
	case cotangent:
		return "\n// " + id + ` is the k-th derivative of π·cot(πx) for |x| ≤ ½: πᵏ⁺¹·Pₖ(cot(πx)) with P₀(c) = c and Pₖ₊₁ = -(1 + c²)·Pₖ′, for large k
// the sum (-1)ᵏ·k!·Σ (x+n)⁻ᵏ⁻¹ over its poles.
func ` + id + `(k int, x float64) float64 {
	const many = 16
	if k >= many {
		sum := 0.0
		for n := -8.0; n <= 8; n++ {
			sum += math.Pow(x+n, float64(-k-1))
		}
		return math.Gamma(float64(k+1)) * sum * float64(1-2*(k%2))
	}
	var p, next [many + 2]float64
	p[1] = 1
	for range k {
		next = [many + 2]float64{}
		for i := 1; i <= many; i++ {
			next[i-1] -= float64(i) * p[i]
			next[i+1] -= float64(i) * p[i]
		}
		p = next
	}
	c, sum := 1/` + f.helper("tan") + `(math.Pi*x), 0.0
	for i := many; i >= 0; i-- {
		sum = sum*c + p[i]
	}
	return math.Pow(math.Pi, float64(k+1)) * sum
}
`
	case "beta":
		return "\n// " + id + " is Γ(a)·Γ(b)/Γ(a+b).\nfunc " + id + `(a, b float64) float64 {
	a, b = max(a, b), min(a, b)
	if a < 10 {
		return math.Gamma(a) / math.Gamma(a+b) * math.Gamma(b)
	}
	// Γ(a)/Γ(a+b) by Stirling's series, in which the large terms have cancelled.
	rest := func(x float64) float64 {
		z := 1 / (x * x)
		return (1.0/12 - z*(1.0/360-z*(1.0/1260-z*(1.0/1680-z*(1.0/1188-z*(691.0/360360)))))) / x
	}
	ratio := (a-0.5)*math.Log1p(-b/(a+b)) - b*math.Log(a+b) + b + rest(a) - rest(a+b)
	if b < 100 {
		return math.Gamma(b) * math.Exp(ratio)
	}
	y, _ := math.Lgamma(b)
	return math.Exp(y + ratio)
}
`
	}
	for _, text := range []string{f.logText(name), f.pairText(name)} {
		if text != "" {
			return text
		}
	}
	return f.tailText(name)
}
