package codegen

import (
	"math"
	"math/big"
	"slices"

	"github.com/seed-9905856d/derive/eval/bigmath"
)

// A laurent is a power series Σ c[k]·t^(low+k), of which the coefficients c are known; nil is 0, and the first is not. It may be one plus a multiple of
// log |t|, of which only sums and multiples are known.
type laurent struct {
	low int
	c   []*big.Float
	log *big.Float
	all bool // the coefficients that are not known are 0
}

// A seriesRing computes with power series in t on one side of t = 0.
//
// A coefficient of which all but guardBits bits have cancelled is 0. At exactBits that is so: the numbers of a formula are between 5e-324 and 1.8e308,
// and no sum of a few of them comes to less.
type seriesRing struct {
	ctx      *bigmath.Context
	bits     uint
	n        int  // how many coefficients of each series
	minus    bool // t < 0
	sided    bool // whether the side has mattered
	singular bool // whether there was a negative power of what is 0 at t = 0
}

const (
	exactBits = 2560
	guardBits = 160
)

func newSeriesRing(n int, bits uint, minus bool) *seriesRing {
	return &seriesRing{ctx: bigmath.NewContext(bits), bits: bits, n: n, minus: minus}
}

func (r *seriesRing) float() *big.Float { return new(big.Float).SetPrec(r.bits) }

// total adds numbers up; what is left of terms that have cancelled is nil.
func (r *seriesRing) total(terms []*big.Float) *big.Float {
	sum, largest := r.float(), math.MinInt32
	for _, x := range terms {
		if x == nil {
			continue
		}
		sum.Add(sum, x)
		largest = max(largest, x.MantExp(nil))
	}
	if sum.Sign() == 0 || sum.MantExp(nil) < largest-int(r.bits-guardBits) {
		return nil
	}
	return sum
}

func (r *seriesRing) times(x, y *big.Float) *big.Float {
	if x == nil || y == nil {
		return nil
	}
	return r.float().Mul(x, y)
}

func (r *seriesRing) over(x, y *big.Float) *big.Float {
	if x == nil {
		return nil
	}
	return r.float().Quo(x, y)
}

func (r *seriesRing) scaled(x *big.Float, c int) *big.Float {
	if c == 0 {
		return nil
	}
	return r.times(x, r.float().SetInt64(int64(c)))
}

// number is the constant x; false for 0 and what is no number.
func (r *seriesRing) number(x bigmath.Num) (laurent, bool) {
	if !x.IsFinite() || x.IsZero() {
		return laurent{}, false
	}
	c := make([]*big.Float, r.n)
	c[0] = r.float().Set(x.Big())
	return laurent{c: c, all: true}, true
}

func (r *seriesRing) rat(x *big.Rat) (laurent, bool) { return r.number(r.ctx.Rat(x)) }

func (r *seriesRing) one() laurent {
	x, _ := r.number(bigmath.FromInt64(1))
	return x
}

// variable is t.
func (r *seriesRing) variable() laurent {
	x := r.one()
	x.low = 1
	return x
}

// noSeries is the series 0.
func noSeries() laurent { return laurent{low: 1 << 30} }

func (x laurent) isZero() bool { return len(x.c) == 0 && x.log == nil }

// isUnknown reports whether x is no series at all.
func (x laurent) isUnknown() bool { return len(x.c) == 0 && x.low == 0 && x.log == nil }

// trimmed leaves out leading zeros; false where nothing is left.
func trimmed(x laurent) (laurent, bool) {
	if x.log != nil {
		return x, true
	}
	for k, c := range x.c {
		if c != nil {
			return laurent{low: x.low + k, c: x.c[k:], all: x.all}, true
		}
	}
	if x.all {
		return noSeries(), true
	}
	return laurent{}, false
}

// at returns the coefficient of t^k; ok says whether it is known.
func (x laurent) at(k int) (c *big.Float, ok bool) {
	if k < x.low {
		return nil, true
	}
	if k-x.low >= len(x.c) {
		return nil, false
	}
	return x.c[k-x.low], true
}

// end is the order from which on coefficients are not known.
func (x laurent) end() int { return x.low + len(x.c) }

func (r *seriesRing) add(xs ...laurent) (laurent, bool) {
	xs = slices.DeleteFunc(xs, laurent.isZero)
	if len(xs) == 0 {
		return noSeries(), true
	}
	low, end, all := xs[0].low, xs[0].end(), true
	for _, x := range xs {
		low, end, all = min(low, x.low), min(end, x.end()), all && x.all
	}
	terms := make([]*big.Float, len(xs))
	for j, x := range xs {
		terms[j] = x.log
	}
	sum := laurent{low: low, log: r.total(terms), all: all}
	for k := low; k < end; k++ {
		for j, x := range xs {
			terms[j], _ = x.at(k)
		}
		sum.c = append(sum.c, r.total(terms))
	}
	return trimmed(sum)
}

func (r *seriesRing) scale(c *big.Float, x laurent) laurent {
	y := laurent{low: x.low, c: make([]*big.Float, len(x.c)), log: r.times(c, x.log), all: x.all}
	for k := range x.c {
		y.c[k] = r.times(c, x.c[k])
	}
	return y
}

// negated is -x.
func (r *seriesRing) negated(x laurent) laurent { return r.scale(r.float().SetInt64(-1), x) }

func (r *seriesRing) mul(x, y laurent) laurent {
	z := laurent{low: x.low + y.low, c: make([]*big.Float, min(len(x.c), len(y.c)))}
	for k := range z.c {
		var terms []*big.Float
		for i := 0; i <= k; i++ {
			terms = append(terms, r.times(x.c[i], y.c[k-i]))
		}
		z.c[k] = r.total(terms)
	}
	return z
}

// power is x^p; where p is no integer x is to be positive beside 0, and the power one of whole orders.
func (r *seriesRing) power(x laurent, p *big.Rat) (laurent, bool) {
	if x.isZero() || x.log != nil {
		return x, x.log == nil && p.Sign() > 0
	}
	r.singular = r.singular || x.low > 0 && p.Sign() < 0
	order := new(big.Rat).Mul(p, new(big.Rat).SetInt64(int64(x.low)))
	if !order.IsInt() || !order.Num().IsInt64() {
		return laurent{}, false
	}
	low := int(order.Num().Int64())
	lead := x.c[0]
	if !p.IsInt() && x.low%2 != 0 && r.minus {
		lead = r.float().Neg(lead)
	}
	if !p.IsInt() && lead.Sign() < 0 {
		return laurent{}, false
	}
	first := r.ctx.Pow(bigmath.FromBig(lead), r.ctx.Rat(p))
	if !first.IsFinite() || first.IsZero() {
		return laurent{}, false
	}
	c := make([]*big.Float, len(x.c))
	c[0] = r.float().Set(first.Big())
	if !p.IsInt() && x.low != 0 {
		r.sided = true
		if low%2 != 0 && r.minus {
			c[0].Neg(c[0])
		}
	}
	// k·x₀·y[k] = Σ (i·(p + 1) - k)·x[i]·y[k-i]
	next := new(big.Rat).Add(p, big.NewRat(1, 1))
	for k := 1; k < len(c); k++ {
		var terms []*big.Float
		for i := 1; i <= k; i++ {
			if x.c[i] == nil || c[k-i] == nil {
				continue
			}
			w := new(big.Rat).Mul(next, new(big.Rat).SetInt64(int64(i)))
			w.Sub(w, new(big.Rat).SetInt64(int64(k)))
			terms = append(terms, r.times(r.float().SetRat(w), r.times(x.c[i], c[k-i])))
		}
		c[k] = r.over(r.over(r.total(terms), x.c[0]), r.float().SetInt64(int64(k)))
	}
	return laurent{low: low, c: c}, true
}

func (r *seriesRing) half(x laurent, p int64) (laurent, bool) { return r.power(x, big.NewRat(p, 2)) }

func (r *seriesRing) inverse(x laurent) laurent {
	y, _ := r.power(x, big.NewRat(-1, 1))
	return y
}

// plain returns the coefficients of t⁰, t¹, … of a series without negative orders.
func (r *seriesRing) plain(x laurent) ([]*big.Float, bool) {
	if x.low < 0 {
		return nil, false
	}
	c := make([]*big.Float, min(r.n, x.end()))
	for k := range c {
		c[k], _ = x.at(k)
	}
	return c, true
}

// value is f(x) for a number x, which may be nil.
func (r *seriesRing) value(f func(bigmath.Num) bigmath.Num, x *big.Float) (y *big.Float, ok bool) {
	num := bigmath.FromInt64(0)
	if x != nil {
		num = bigmath.FromBig(x)
	}
	v := f(num)
	switch {
	case !v.IsFinite():
		return nil, false
	case v.IsZero():
		return nil, true
	}
	return r.float().Set(v.Big()), true
}

// pair solves y′ = x′·z, z′ = s·x′·y: the sine and cosine of x for s = -1, the hyperbolic ones for s = 1, the exponential for y = z.
func (r *seriesRing) pair(x laurent, s int, f, g func(bigmath.Num) bigmath.Num) (y, z laurent, ok bool) {
	c, ok := r.plain(x)
	if !ok {
		return y, z, false
	}
	y.c, z.c = make([]*big.Float, len(c)), make([]*big.Float, len(c))
	var fine [2]bool
	y.c[0], fine[0] = r.value(f, c[0])
	z.c[0], fine[1] = r.value(g, c[0])
	for k := 1; k < len(c); k++ {
		var ys, zs []*big.Float
		for i := 1; i <= k; i++ {
			d := r.scaled(c[i], i)
			ys = append(ys, r.times(d, z.c[k-i]))
			zs = append(zs, r.times(d, y.c[k-i]))
		}
		by := r.float().SetInt64(int64(k))
		y.c[k], z.c[k] = r.over(r.total(ys), by), r.scaled(r.over(r.total(zs), by), s)
	}
	return y, z, fine[0] && fine[1]
}

// integral is the series y with y′ = x′·slope and y(0) = f(x(0)).
func (r *seriesRing) integral(x, slope laurent, f func(bigmath.Num) bigmath.Num) (laurent, bool) {
	c, ok := r.plain(x)
	g, regular := r.plain(slope)
	if !ok || !regular {
		return laurent{}, false
	}
	y := laurent{c: make([]*big.Float, min(len(c), len(g)+1))}
	if y.c[0], ok = r.value(f, c[0]); !ok {
		return laurent{}, false
	}
	if y.c[0] == nil && isConstant(c) {
		return noSeries(), true
	}
	for k := 1; k < len(y.c); k++ {
		var terms []*big.Float
		for i := 1; i <= k; i++ {
			terms = append(terms, r.times(r.scaled(c[i], i), g[k-i]))
		}
		y.c[k] = r.over(r.total(terms), r.float().SetInt64(int64(k)))
	}
	return trimmed(y)
}

// integrals have the functions that are integrals of powers: of (1 + a·x²)^p, times w.
var integrals = map[string]struct {
	a, p int64 // p in halves
	w    int64
}{
	"atan": {1, -2, 1}, "atanh": {-1, -2, 1}, "asin": {-1, -1, 1}, "acos": {-1, -1, -1}, "asinh": {1, -1, 1},
}

// call is the function of a name of the formula language; false where it is none that is analytic there, or not known.
func (r *seriesRing) call(name string, x laurent) (laurent, bool) {
	if x.log != nil {
		return laurent{}, false
	}
	f := func(v bigmath.Num) bigmath.Num { y, _ := r.ctx.Call(name, v); return y }
	if x.isZero() && name != "sigmoid" && name != "positive" {
		y, ok := r.value(f, nil)
		if y == nil || !ok {
			return noSeries(), ok
		}
		return r.number(bigmath.FromBig(y))
	}
	if row, ok := integrals[name]; ok {
		slope, ok := r.add(r.one(), r.scale(r.float().SetInt64(row.a), r.mul(x, x)))
		if ok {
			slope, ok = r.half(slope, row.p)
		}
		if !ok {
			return laurent{}, false
		}
		return r.integral(x, r.scale(r.float().SetInt64(row.w), slope), f)
	}
	switch name {
	case "exp":
		y, _, ok := r.pair(x, 1, f, f)
		return y, ok
	case "expm1":
		return r.sumOf("exp", x, -1)
	case "sigmoid":
		y, ok := r.sumOf("exp", r.negated(x), 1)
		if !ok {
			return laurent{}, false
		}
		return r.power(y, big.NewRat(-1, 1))
	case "sin", "cos", "tan", "sinh", "cosh", "tanh":
		return r.trigonometric(name, x)
	case "log":
		if x.low != 0 {
			return r.logarithm(x)
		}
		return r.integral(x, r.inverse(x), f)
	case "log1p":
		y, ok := r.add(r.one(), x)
		if !ok {
			return laurent{}, false
		}
		return r.call("log", y)
	case "log2", "log10":
		y, ok := r.call("log", x)
		base, _ := r.value(r.ctx.Log, r.float().SetInt64(map[string]int64{"log2": 2, "log10": 10}[name]))
		return r.scale(r.over(r.float().SetInt64(1), base), y), ok
	case "sqrt":
		return r.half(x, 1)
	case "cbrt": // is odd
		if r.signOf(x) < 0 {
			y, ok := r.call(name, r.negated(x))
			return r.negated(y), ok
		}
		return r.power(x, big.NewRat(1, 3))
	case "erf", "erfc":
		slope, ok := r.call("exp", r.negated(r.mul(x, x)))
		if !ok {
			return laurent{}, false
		}
		two := map[string]int64{"erf": 2, "erfc": -2}[name]
		root := r.float().Sqrt(r.float().Set(r.ctx.Pi().Big()))
		return r.integral(x, r.scale(r.over(r.float().SetInt64(two), root), slope), f)
	case "abs", "sign", "positive":
		return r.onSide(name, x)
	case "lgamma":
		return r.ofGamma(x, f)
	}
	return laurent{}, false
}

// logarithm is log(t^k·x) = k·log |t| + log |x| where that is positive.
func (r *seriesRing) logarithm(x laurent) (laurent, bool) {
	if r.signOf(x) < 0 {
		return laurent{}, false
	}
	r.singular = true
	rest := laurent{c: x.c}
	if x.c[0].Sign() < 0 {
		rest = r.negated(rest)
	}
	y, ok := r.call("log", rest)
	if !ok {
		return laurent{}, false
	}
	log := laurent{c: make([]*big.Float, r.n), log: r.float().SetInt64(int64(x.low))}
	return r.add(y, log)
}

// sumOf is c plus a function.
func (r *seriesRing) sumOf(name string, x laurent, c int64) (laurent, bool) {
	y, ok := r.call(name, x)
	one, _ := r.number(bigmath.FromInt64(c))
	if !ok {
		return laurent{}, false
	}
	return r.add(y, one)
}

func (r *seriesRing) trigonometric(name string, x laurent) (laurent, bool) {
	s, f, g := -1, r.ctx.Sin, r.ctx.Cos
	if name[len(name)-1] == 'h' {
		s, f, g = 1, r.ctx.Sinh, r.ctx.Cosh
	}
	sine, cosine, ok := r.pair(x, s, f, g)
	if !ok {
		return laurent{}, false
	}
	var other bool
	sine, ok = trimmed(sine)
	cosine, other = trimmed(cosine)
	switch name[0] {
	case 's':
		return sine, ok
	case 'c':
		return cosine, other
	}
	if !ok || !other {
		return laurent{}, false
	}
	return r.mul(sine, r.inverse(cosine)), true
}

// isConstant reports whether coefficients are those of a number.
func isConstant(c []*big.Float) bool {
	return !slices.ContainsFunc(c[1:], func(c *big.Float) bool { return c != nil })
}

// isMonomial reports whether x is a number times a power of t, which has one sign on each side of t = 0.
func (x laurent) isMonomial() bool {
	return !x.isZero() && x.log == nil && isConstant(x.c)
}

// signOf is the sign of a series beside t = 0.
func (r *seriesRing) signOf(x laurent) int {
	if x.low == 0 {
		return x.c[0].Sign()
	}
	r.sided = true
	if r.minus && x.low%2 != 0 {
		return -x.c[0].Sign()
	}
	return x.c[0].Sign()
}

// onSide is |x|, the sign of x or max(x, 0) for a multiple x of a power of t.
func (r *seriesRing) onSide(name string, x laurent) (laurent, bool) {
	if x.isZero() {
		return x, true
	}
	if !x.isMonomial() {
		return laurent{}, false
	}
	sign := r.signOf(x)
	switch {
	case name == "sign":
		return r.number(bigmath.FromInt64(int64(sign)))
	case sign > 0:
		return x, true
	case name == "positive":
		return noSeries(), true
	}
	return r.negated(x), true
}

// ofGamma is log |Γ(x)| for x > 0, by its Taylor series in x - x(0).
func (r *seriesRing) ofGamma(x laurent, f func(bigmath.Num) bigmath.Num) (laurent, bool) {
	c, ok := r.plain(x)
	if !ok || c[0] == nil || c[0].Sign() < 0 {
		return laurent{}, false
	}
	at := bigmath.FromBig(c[0])
	rest, ok := trimmed(laurent{low: 1, c: c[1:]})
	if !ok {
		return laurent{}, false
	}
	var terms []laurent
	if first, ok := r.number(f(at)); ok {
		terms = append(terms, first)
	}
	power, factorial := r.one(), r.float().SetInt64(1)
	for j := 1; j < len(c); j++ {
		power = r.mul(power, rest)
		factorial = r.scaled(factorial, j)
		if d := r.ctx.PolygammaN(j-1, at); d.IsFinite() && !d.IsZero() {
			terms = append(terms, r.scale(r.over(r.float().Set(d.Big()), factorial), power))
		}
	}
	return r.add(terms...)
}
