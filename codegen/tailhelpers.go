package codegen

// tailText returns the Go text of a helper function of the tail of the Gaussian distribution.
func (f *file) tailText(name string) string {
	id := f.helper(name)
	switch name {
	case fnErfcx.Name:
		return "\n// " + id + ` is exp(x²)·erfc(x): with x² to twice the digits up to where its asymptotic series converges,
// Σ (-1)ᵏ·(2k-1)!!/(2x²)ᵏ over x·√π.
func ` + id + `(x float64) float64 {
	if x < 25 {
		square := x * x
		e := math.Exp(square)
		if e > math.MaxFloat64 {
			return e
		}
		return (e + e*math.FMA(x, x, -square)) * math.Erfc(x)
	}
	z := 0.5 / x / x
	return (1 - z*(1-z*(3-z*(15-z*(105-z*(945-z*10395)))))) / math.SqrtPi / x
}
`
	case fnLogErfc.Name:
		return "\n// " + id + ` is log(erfc(x)), beside 0 that of a number near 1, and where erfc(x) is small as log(exp(x²)·erfc(x)) - x².
func ` + id + `(x float64) float64 {
	switch {
	case math.Abs(x) < 0.5:
		return math.Log1p(-math.Erf(x))
	case x > 5:
		return math.Log(` + f.helper(fnErfcx.Name) + `(x)) - x*x
	}
	return math.Log(math.Erfc(x))
}
`
	case fnLogHalfErfc.Name:
		return "\n// " + id + ` is log(erfc(x)/2), for x < 0 that of a number near 1, and where erfc(x) is small as log(exp(x²)·erfc(x)/2) - x².
func ` + id + `(x float64) float64 {
	switch {
	case x < 0:
		return math.Log1p(-0.5 * math.Erfc(-x))
	case x > 5:
		return math.Log(0.5*` + f.helper(fnErfcx.Name) + `(x)) - x*x
	}
	return math.Log(0.5 * math.Erfc(x))
}
`
	case fnMillsExcess.Name:
		return "\n// " + id + ` is exp(-x²)/erfc(x) - √π·x, from x = 1 on by Laplace's continued fraction √π/2/(x + 1/(x + 3/2/(x + 2/(x + …)))).
func ` + id + `(x float64) float64 {
	if x < 1 {
		return 1/` + f.helper(fnErfcx.Name) + `(x) - math.SqrtPi*x
	}
	fraction := x
	for k := 20 + math.Floor(220/(x*x)); k > 1; k-- {
		fraction = x + k/2/fraction
	}
	return math.SqrtPi / 2 / fraction
}
`
	}
	return ""
}
