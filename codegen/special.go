package codegen

// helper returns the Go name of a helper function, which the file then contains.
func (f *file) helper(name string) string {
	if id, ok := f.helpers[name]; ok {
		return id
	}
	id := f.top.name(helperNames[name])
	f.helpers[name] = id
	f.order = append(f.order, name)
	return id
}

// helperNames are what helper functions would like to be called.
var helperNames = map[string]string{
	"sign": "signOf", "mod": "modulo", "lgamma": "logGamma", "digamma": "digamma", "trigamma": "trigamma",
	"polygamma": "polygamma", "beta": "betaOf", fnInverseRoot.Name: "inverseRoot",
}

// helperText returns the Go text of a helper function.
func (f *file) helperText(name string) string {
	id := f.helper(name)
	switch name {
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
	case "lgamma":
		return "\n// " + id + " is log |Γ(x)|.\nfunc " + id + `(x float64) float64 {
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
		return ` + id + `(1-x) - math.Pi/math.Tan(math.Pi*(x-math.Floor(x)))
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
		s := math.Sin(math.Pi * (x - math.Floor(x)))
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
		return "\n// " + id + ` is the k-th derivative of digamma at x > 0 for k = 0, 1, …: by its recurrence up to where the asymptotic
// series converges, Σ B₂ⱼ·(2j+k-1)!/((2j)!·x²ʲ⁺ᵏ).
func ` + id + `(k, x float64) float64 {
	switch {
	case k == 0:
		return ` + digamma + `(x)
	case k == 1:
		return ` + trigamma + `(x)
	case !(x > 0) || k < 0 || k != math.Floor(k):
		return math.NaN()
	}
	bernoulli := [...]float64{1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6, -3617.0 / 510, 43867.0 / 798, -174611.0 / 330}
	sum := 0.0
	for ; x < 15+2*k; x++ {
		sum += math.Pow(x, -k-1)
	}
	term := 1 / (k * math.Pow(x, k)) // all terms without the factor k!
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
	case "beta":
		return "\n// " + id + " is Γ(a)·Γ(b)/Γ(a+b).\nfunc " + id + `(a, b float64) float64 {
	if a+b < 150 {
		return math.Gamma(a) / math.Gamma(a+b) * math.Gamma(b)
	}
	x, _ := math.Lgamma(a)
	y, _ := math.Lgamma(b)
	z, _ := math.Lgamma(a + b)
	return math.Exp(x - z + y)
}
`
	}
	return ""
}
