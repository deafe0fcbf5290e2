package codegen

// logText returns the Go text of a helper function for logarithms, differences and roots of what is out of range; "" if it is none of these.
func (f *file) logText(name string) string {
	id := f.helper(name)
	switch name {
	case fnLogCosh.Name:
		return "\n// " + id + " is log(cosh(x)): near 0 that of a number near 1, elsewhere |x| - log(2) and little more.\nfunc " + id + `(x float64) float64 {
	x = math.Abs(x)
	if x < 1 {
		half := math.Sinh(x / 2)
		return math.Log1p(2 * half * half)
	}
	return x - math.Ln2 + math.Log1p(math.Exp(-2*x))
}
`
	case fnLogSinh.Name:
		return "\n// " + id + " is log(sinh(x)), also where sinh overflows.\nfunc " + id + `(x float64) float64 {
	if x < 20 {
		return ` + f.helper("log") + `(math.Sinh(x))
	}
	return x - math.Ln2
}
`
	case fnLogTanh.Name:
		return "\n// " + id + " is log(tanh(x)), also where tanh is near 1.\nfunc " + id + `(x float64) float64 {
	if x < 0.5 {
		return ` + f.helper("log") + `(math.Tanh(x))
	}
	return -2 * math.Atanh(math.Exp(-2*x))
}
`
	case fnLogExpLessOne.Name:
		return "\n// " + id + " is log(exp(x) - 1), also where exp overflows.\nfunc " + id + `(x float64) float64 {
	if x < 1 {
		return ` + f.helper("log") + `(math.Expm1(x))
	}
	return x + math.Log1p(-math.Exp(-x))
}
`
	case fnLogExpLess.Name:
		return "\n// " + id + " is log(exp(a) - exp(b)) for d = a - b.\nfunc " + id + `(a, b, d float64) float64 {
	if b < -math.MaxFloat64 {
		return a
	}
	return b + ` + f.helper(fnLogExpLessOne.Name) + `(d)
}
`
	case fnLogPlus.Name:
		return "\n// " + id + " is log(exp(a) + exp(b)), with all digits where the larger of a and b is 0.\nfunc " + id + `(a, b float64) float64 {
	if a > b {
		a, b = b, a
	}
	if b == 0 {
		return math.Log1p(math.Exp(a))
	}
	return math.Log(math.Exp(a) + math.Exp(b))
}
`
	case fnLogNearQuotient.Name:
		return "\n// " + id + " is log(a/b) for d = a - b, in which what is lost in a and b has cancelled.\nfunc " + id + `(a, b, d float64) float64 {
	if math.Abs(d) < math.Abs(b)/2 {
		return math.Log1p(d / b)
	}
	return ` + f.helper(fnLogQuotient.Name) + `(a, b)
}
`
	case fnExpLess.Name:
		return "\n// " + id + " is exp(a) - exp(b) for d = a - b.\nfunc " + id + `(a, b, d float64) float64 {
	if a == b && a < math.MaxFloat64 && !(math.Abs(d) <= math.MaxFloat64) {
		return 0
	}
	if d < 0 {
		return ` + f.helper("exp") + `(b) * math.Expm1(d)
	}
	return -` + f.helper("exp") + `(a) * math.Expm1(-d)
}
`
	case fnAtanLess.Name:
		return "\n// " + id + " is atan(a) - atan(b) for d = a - b.\nfunc " + id + `(a, b, d float64) float64 {
	product := a * b
	switch {
	case product > math.MaxFloat64:
		return d / a / b
	case product > -0.5:
		return math.Atan(d / (1 + product))
	}
	return math.Atan(a) - math.Atan(b)
}
`
	case fnTanLess.Name:
		return "\n// " + id + " is tan(a) - tan(b) for d = a - b.\nfunc " + id + `(a, b, d float64) float64 {
	return math.Sin(d) / (math.Cos(a) * math.Cos(b))
}
`
	case fnCbrtLess.Name:
		return "\n// " + id + " is ∛a - ∛b for d = a - b.\nfunc " + id + `(a, b, d float64) float64 {
	x, y := math.Cbrt(a), math.Cbrt(b)
	if x*y <= 0 || math.IsInf(d, 0) {
		return x - y
	}
	return d / (x*x + x*y + y*y)
}
`
	case fnLgammaLess.Name:
		lgamma := f.helper("lgamma")
		return "\n// " + id + ` is log Γ(a) - log Γ(b) for d = a - b: by log Γ(x) = log Γ(x+1) - log(x) up to where Stirling's series converges, in which the
// large terms have cancelled.
func ` + id + `(a, b, d float64) float64 {
	if !(b > 0 && math.Abs(d) < b/2) {
		return ` + lgamma + `(a) - ` + lgamma + `(b)
	}
	sum := 0.0
	for ; b < 12; b++ {
		sum -= math.Log1p(d / b)
	}
	ratio := math.Log1p(d / b)
	rest, power := 0.0, b // of Stirling's series at a less that at b
	for k, c := range [...]float64{1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360360} {
		rest += c * math.Expm1(-float64(2*k+1)*ratio) / power
		power *= b * b
	}
	return sum + d*math.Log(b+d) + ((b-0.5)*ratio - d) + rest
}
`
	case fnPowLessOne.Name:
		return "\n// " + id + " is a^b - 1 for d = a - 1.\nfunc " + id + `(a, d, b float64) float64 {
	if a > 0 {
		log := math.Log1p(d)
		if math.Abs(d) > 0.5 {
			log = ` + f.helper("log") + `(a)
		}
		if z := b * log; math.Abs(z) < 1 || math.Abs(d) < 0.25 && math.Abs(z) < 700 {
			return math.Expm1(z)
		}
	}
	return ` + f.helper("pow") + `(a, b) - 1
}
`
	case fnRootPlus.Name:
		return "\n// " + id + " is √(a·b + c·d), also where the products are out of range.\nfunc " + id + `(a, b, c, d float64) float64 {
	p, q := a*b, c*d
	if m := math.Max(math.Abs(p), math.Abs(q)); 0x1p-900 < m && m < 0x1p1000 {
		return math.Sqrt(p + q)
	}
	_, e := math.Frexp(math.Max(math.Sqrt(math.Abs(a))*math.Sqrt(math.Abs(b)), math.Sqrt(math.Abs(c))*math.Sqrt(math.Abs(d))))
	scaled := func(x, y float64) float64 {
		x, ex := math.Frexp(x)
		y, ey := math.Frexp(y)
		return math.Ldexp(x*y, ex+ey-2*e)
	}
	return math.Ldexp(math.Sqrt(scaled(a, b)+scaled(c, d)), e)
}
`
	}
	return ""
}
