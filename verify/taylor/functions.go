package taylor

import "github.com/seed-9905856d/derive/eval/bigmath"

// seriesOf holds one row for each function of one argument: its Taylor series.
var seriesOf = map[string]series{
	"abs":      absSeries,
	"acos":     acosSeries,
	"acosh":    acoshSeries,
	"asin":     asinSeries,
	"asinh":    asinhSeries,
	"atan":     atanSeries,
	"atanh":    atanhSeries,
	"cbrt":     cbrtSeries,
	"ceil":     constantSeries((*bigmath.Context).Ceil),
	"cos":      cosSeries,
	"cosh":     coshSeries,
	"digamma":  polygammaSeries(0),
	"erf":      erfSeries,
	"erfc":     erfcSeries,
	"exp":      expSeries,
	"expm1":    expm1Series,
	"floor":    constantSeries((*bigmath.Context).Floor),
	"lgamma":   lgammaSeries,
	"log":      logSeries,
	"log10":    log10Series,
	"log1p":    log1pSeries,
	"log2":     log2Series,
	"sign":     constantSeries((*bigmath.Context).Sign),
	"sin":      sinSeries,
	"sinh":     sinhSeries,
	"sqrt":     sqrtSeries,
	"step":     constantSeries((*bigmath.Context).Step),
	"tan":      tanSeries,
	"tanh":     tanhSeries,
	"trigamma": polygammaSeries(1),
}

// binaryOf holds the functions of two arguments.
var binaryOf = map[string]func(c *Context, x, y Num) Num{
	"atan2":     (*Context).Atan2,
	"beta":      (*Context).Beta,
	"hypot":     (*Context).Hypot,
	"max":       (*Context).Max,
	"min":       (*Context).Min,
	"mod":       (*Context).Mod,
	"polygamma": (*Context).Polygamma,
	"pow":       (*Context).Pow,
}

// Call applies the elementary function of the given name (those of bigmath.Functions), and reports whether there is one
// with that many arguments.
func (c *Context) Call(name string, args ...Num) (Num, bool) {
	switch len(args) {
	case 1:
		if f, ok := seriesOf[name]; ok {
			return c.compose(args[0], f), true
		}
		if name == "gamma" {
			return c.Gamma(args[0]), true
		}
	case 2:
		if f, ok := binaryOf[name]; ok {
			return f(c, args[0], args[1]), true
		}
	case 3:
		if name == "clamp" {
			return c.Clamp(args[0], args[1], args[2]), true
		}
	}
	return Const(bigmath.NaN()), false
}

// Abs returns |x|; its derivative at 0 is 0.
func (c *Context) Abs(x Num) Num { return c.compose(x, absSeries) }

// Acos returns the inverse cosine; at ±1 its derivatives are infinite, beyond they are NaN.
func (c *Context) Acos(x Num) Num { return c.compose(x, acosSeries) }

// Acosh returns the inverse hyperbolic cosine; at 1 its derivatives are infinite, below they are NaN.
func (c *Context) Acosh(x Num) Num { return c.compose(x, acoshSeries) }

// Asin returns the inverse sine; at ±1 its derivatives are infinite, beyond they are NaN.
func (c *Context) Asin(x Num) Num { return c.compose(x, asinSeries) }

// Asinh returns the inverse hyperbolic sine.
func (c *Context) Asinh(x Num) Num { return c.compose(x, asinhSeries) }

// Atan returns the inverse tangent.
func (c *Context) Atan(x Num) Num { return c.compose(x, atanSeries) }

// Atanh returns the inverse hyperbolic tangent; NaN, with its derivatives, for |x| > 1.
func (c *Context) Atanh(x Num) Num { return c.compose(x, atanhSeries) }

// Cbrt returns the real cube root; its derivatives at 0 are the limits from the right.
func (c *Context) Cbrt(x Num) Num { return c.compose(x, cbrtSeries) }

// Ceil returns the smallest integer ≥ x, a constant.
func (c *Context) Ceil(x Num) Num { return Const(c.Math.Ceil(x.value)) }

// Cos returns the cosine.
func (c *Context) Cos(x Num) Num { return c.compose(x, cosSeries) }

// Cosh returns the hyperbolic cosine.
func (c *Context) Cosh(x Num) Num { return c.compose(x, coshSeries) }

// Digamma returns ψ(x); its derivatives are polygamma functions.
func (c *Context) Digamma(x Num) Num { return c.compose(x, polygammaSeries(0)) }

// Erf returns the error function. Derivatives lose about 2 log₂|x| bits, those of the rounded x² in e^(-x²).
func (c *Context) Erf(x Num) Num { return c.compose(x, erfSeries) }

// Erfc returns the complementary error function, with derivatives as of Erf.
func (c *Context) Erfc(x Num) Num { return c.compose(x, erfcSeries) }

// Exp returns eˣ.
func (c *Context) Exp(x Num) Num { return c.compose(x, expSeries) }

// Expm1 returns eˣ - 1.
func (c *Context) Expm1(x Num) Num { return c.compose(x, expm1Series) }

// Floor returns the largest integer ≤ x, a constant.
func (c *Context) Floor(x Num) Num { return Const(c.Math.Floor(x.value)) }

// Lgamma returns log |Γ(x)|; its derivatives are polygamma functions.
func (c *Context) Lgamma(x Num) Num { return c.compose(x, lgammaSeries) }

// Log returns the natural logarithm; NaN, with its derivatives, for x < 0.
func (c *Context) Log(x Num) Num { return c.compose(x, logSeries) }

// Log10 returns the logarithm to base 10; NaN, with its derivatives, for x < 0.
func (c *Context) Log10(x Num) Num { return c.compose(x, log10Series) }

// Log1p returns log(1 + x); NaN, with its derivatives, for x < -1.
func (c *Context) Log1p(x Num) Num { return c.compose(x, log1pSeries) }

// Log2 returns the logarithm to base 2; NaN, with its derivatives, for x < 0.
func (c *Context) Log2(x Num) Num { return c.compose(x, log2Series) }

// Sign returns -1, 0 or 1, a constant.
func (c *Context) Sign(x Num) Num { return Const(c.Math.Sign(x.value)) }

// Sin returns the sine.
func (c *Context) Sin(x Num) Num { return c.compose(x, sinSeries) }

// Sinh returns the hyperbolic sine.
func (c *Context) Sinh(x Num) Num { return c.compose(x, sinhSeries) }

// Sqrt returns √x; its derivatives at 0 are infinite.
func (c *Context) Sqrt(x Num) Num { return c.compose(x, sqrtSeries) }

// Step returns [x > 0], a constant.
func (c *Context) Step(x Num) Num { return Const(c.Math.Step(x.value)) }

// Tan returns the tangent, from t′ = 1 + t².
func (c *Context) Tan(x Num) Num { return c.compose(x, tanSeries) }

// Tanh returns the hyperbolic tangent, from t′ = s, s′ = -2ts with s = 1/cosh².
func (c *Context) Tanh(x Num) Num { return c.compose(x, tanhSeries) }

// Trigamma returns ψ′(x).
func (c *Context) Trigamma(x Num) Num { return c.compose(x, polygammaSeries(1)) }
