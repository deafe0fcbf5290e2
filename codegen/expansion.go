package codegen

import (
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-9905856d/derive/eval/bigmath"
	"github.com/seed-9905856d/derive/expr"
)

// An expansion is tᵏ·Σ aⱼ·t^(j·step), for |t| < radius.
type expansion struct {
	order, step int
	coefs       []float64
	radius      float64
	above       bool  // it is one for t > 0 only
	singular    bool  // there are negative powers of t in what it stands for
	members     []int // of the pieces, those that it is of
}

const (
	maxOrder       = 12      // of the first term that does not cancel, above the first ones of the terms
	maxSeriesTerms = 128     // coefficients that are computed
	seriesFloor    = 0x1p-60 // what is left out, at most, of the value
	maxSeriesCoefs = 40      // coefficients that are used
	fewSeriesBits  = 640     // of coefficients, once it is known which of them cancel
	directLoss     = 2       // ulps of condition that the direct form may be off by where it is chosen
)

// expansion is the sum of pieces in a power series, where their leading terms cancel; of one, which is a call, where that is 0.
func (st *stabiliser) expansion(pieces []*expr.Node, t *expr.Node) (expansion, bool) {
	exact := newSeriesRing(maxOrder, exactBits, false)
	sum, members, ok := st.cancelled(exact, pieces)
	if !ok {
		return expansion{}, false
	}
	sides := []bool{false}
	if exact.sided && expr.SignOf(t) < expr.NonNegative {
		sides = append(sides, true)
	}
	var chosen []*expr.Node
	for _, k := range members {
		chosen = append(chosen, pieces[k])
	}
	var e expansion
	for k, minus := range sides {
		r := newSeriesRing(maxSeriesTerms, fewSeriesBits, minus)
		again, all, ok := st.cancelled(r, chosen)
		fine := ok && len(all) == len(chosen) && again.low == sum.low
		var other expansion
		if fine {
			other, fine = st.fitted(r, chosen, again)
		}
		few := min(len(e.coefs), len(other.coefs))
		switch {
		case k == 0 && !fine:
			return expansion{}, false
		case k > 0 && !(fine && slices.EqualFunc(e.coefs[:few], other.coefs[:few], nearlyEqual) && e.step == other.step):
			e.above = true
		case other.radius > e.radius:
			e = other
		}
	}
	e.members, e.singular = members, exact.singular
	return e, true
}

// nearlyEqual compares coefficients that are the same number, rounded to one of float64 or the next.
func nearlyEqual(a, b float64) bool { return math.Abs(a-b) <= math.Abs(a)*0x1p-51 }

// cancelled adds the pieces up that are power series; ok says whether the leading terms of these cancel.
func (st *stabiliser) cancelled(r *seriesRing, pieces []*expr.Node) (sum laurent, members []int, ok bool) {
	memo := map[*expr.Node]laurent{}
	var all []laurent
	low := math.MaxInt
	for k, p := range pieces {
		if x, ok := st.laurent(r, p, memo); ok {
			all, members, low = append(all, x), append(members, k), min(low, x.low)
			if x.log != nil {
				low = min(low, -1)
			}
		}
	}
	if len(all) == 0 {
		return laurent{}, nil, false
	}
	sum, ok = r.add(slices.Clone(all)...)
	ok = ok && sum.log == nil
	if len(pieces) == 1 { // a function
		arg, of := st.laurent(r, pieces[0].Args()[0], memo)
		return sum, members, ok && of && sum.low > 0 && arg.low == 0
	}
	return sum, members, ok && !sum.isZero() && len(all) > 1 && sum.low > low
}

// laurent is the power series of x.
func (st *stabiliser) laurent(r *seriesRing, x *expr.Node, memo map[*expr.Node]laurent) (y laurent, ok bool) {
	if y, ok := memo[x]; ok {
		return y, !y.isUnknown()
	}
	defer func() {
		if !ok {
			y = laurent{}
		}
		memo[x] = y
	}()
	if x == st.variable() {
		return r.variable(), true
	}
	of := func(x *expr.Node) (laurent, bool) { return st.laurent(r, x, memo) }
	switch x.Kind() {
	case expr.KindRat:
		if x.IsZero() {
			return noSeries(), true
		}
		return r.rat(x.Rat().Big())
	case expr.KindConst:
		switch x.Name() {
		case "pi":
			return r.number(r.ctx.Pi())
		case "e":
			return r.number(r.ctx.E())
		}
	case expr.KindAdd:
		var all []laurent
		for k, a := range x.Args() {
			y, ok := of(a)
			if !ok {
				return laurent{}, false
			}
			all = append(all, r.scale(r.float().SetRat(x.Coefs()[k].Big()), y))
		}
		if !x.Rat().IsZero() {
			y, _ := r.rat(x.Rat().Big())
			all = append(all, y)
		}
		return r.add(all...)
	case expr.KindMul:
		product := r.one()
		for _, a := range x.Args() {
			y, ok := of(a)
			if !ok || y.log != nil {
				return laurent{}, false
			}
			product = r.mul(product, y)
		}
		return product, true
	case expr.KindPow:
		base, ok := of(x.Args()[0])
		if !ok {
			return laurent{}, false
		}
		if x.Args()[1].Kind() == expr.KindRat {
			return r.power(base, x.Args()[1].Rat().Big())
		}
		exponent, ok := of(x.Args()[1])
		log, positive := r.call("log", base)
		if !ok || !positive || log.log != nil || exponent.log != nil {
			return laurent{}, false
		}
		return r.call("exp", r.mul(exponent, log))
	case expr.KindCond:
		y, ok := of(x.Args()[0])
		if !ok || !y.isMonomial() {
			return laurent{}, false
		}
		r.singular = true
		if holds := map[expr.Op]bool{expr.NeZero: true, expr.GtZero: r.signOf(y) > 0, expr.GeZero: r.signOf(y) > 0}; holds[x.Op()] {
			return r.one(), true
		}
		return noSeries(), true
	case expr.KindIf:
		y, ok := of(x.Args()[0])
		if ok && y.isZero() {
			return of(x.Args()[2])
		}
		if ok && x.Args()[0].Kind() == expr.KindCond {
			return of(x.Args()[1])
		}
	case expr.KindCall:
		return st.laurentOfCall(r, x, of)
	}
	return laurent{}, false
}

// plainNames are the functions of the formula language that others are, by their names.
var plainNames = map[string]string{
	fnExp.Name: "exp", fnSigmoid.Name: "sigmoid", fnLog1p.Name: "log1p", fnLogSum.Name: "log1p", fnExpm1.Name: "expm1", fnPositive.Name: "positive",
}

// logarithmsOf are functions by what they are the logarithm of.
var logarithmsOf = map[string]string{fnLogCosh.Name: "cosh", fnLogSinh.Name: "sinh", fnLogTanh.Name: "tanh", fnLogExpLessOne.Name: "expm1"}

// laurentOfCall is the power series of a call, of gives that of its arguments.
func (st *stabiliser) laurentOfCall(r *seriesRing, x *expr.Node, of func(*expr.Node) (laurent, bool)) (laurent, bool) {
	s, fn, args := st.s, x.Func(), x.Args()
	switch fn.Name {
	case fnApart.Name, fnRounded.Name, fnFinite.Name:
		return of(args[0])
	case fnTimes.Name:
		return of(s.Mul(args...))
	case fnOver.Name:
		return of(s.Div(args[0], args[1]))
	case fnTimesLess.Name:
		return of(s.Mul(args[0], s.Sub(args[1], args[2])))
	case fnLogQuotient.Name, fnLogNearQuotient.Name:
		q, ok := of(s.Div(args[0], args[1]))
		if !ok {
			return laurent{}, false
		}
		return r.call("log", q)
	case fnPowLessOne.Name:
		return of(s.Sub(s.Pow(args[0], args[2]), s.Int(1)))
	case fnExpLess.Name:
		a, okA := of(args[0])
		b, okB := of(args[1])
		if !okA || !okB {
			return laurent{}, false
		}
		a, okA = r.call("exp", a)
		b, okB = r.call("exp", b)
		if !okA || !okB {
			return laurent{}, false
		}
		return r.add(a, r.negated(b))
	case fnMax.Name, "max":
		a, okA := of(args[0])
		b, okB := of(args[1])
		less, ok := of(s.Sub(args[0], args[1]))
		switch {
		case !ok || !okA || !okB || !less.isMonomial():
			return laurent{}, false
		case r.signOf(less) > 0:
			return a, true
		}
		return b, true
	case "hypot":
		y, ok := of(s.Add(s.Pow(args[0], s.Int(2)), s.Pow(args[1], s.Int(2))))
		if !ok {
			return laurent{}, false
		}
		return r.half(y, 1)
	}
	if len(args) != 1 {
		return laurent{}, false
	}
	y, ok := of(args[0])
	if !ok {
		return laurent{}, false
	}
	if fn.Name == fnTail.Name { // log(1 + exp(-|x|))
		size, ok := r.onSide("abs", y)
		if ok {
			y, ok = r.call("exp", r.negated(size))
		}
		if !ok {
			return laurent{}, false
		}
		return r.call("log1p", y)
	}
	if name, ok := logarithmsOf[fn.Name]; ok {
		if y, ok = r.call(name, y); !ok || y.isZero() {
			return laurent{}, false
		}
		return r.call("log", y)
	}
	name, ok := plainNames[fn.Name]
	if !ok {
		name = fn.Name
	}
	return r.call(name, y)
}

// fitted chooses the radius of a series and how many of its coefficients are used: the least radius from which on the direct form is accurate, as far as
// there are coefficients for it.
func (st *stabiliser) fitted(r *seriesRing, pieces []*expr.Node, sum laurent) (e expansion, ok bool) {
	best := math.Inf(1)
	for k := -24; k <= 8; k++ {
		radius := math.Exp2(float64(k) / 2)
		if k%2 != 0 {
			radius = math.Round(radius*64) / 64
		}
		if radius == 0 {
			continue
		}
		coefs, step, ok := used(sum, radius)
		if !ok {
			break
		}
		loss := st.loss(r, pieces, sum, radius)
		if own := seriesLoss(r, sum, radius); own > directLoss && own > loss { // it has terms of either sign
			break
		}
		if loss < best {
			best = loss
			e = expansion{order: sum.low, step: step, coefs: coefs, radius: radius}
		}
		if loss <= directLoss {
			break
		}
	}
	return e, len(e.coefs) > 0
}

// used returns the coefficients of a series that are needed within a radius, at every step-th order.
func used(x laurent, radius float64) (coefs []float64, step int, ok bool) {
	size := func(k int) float64 {
		if x.c[k] == nil {
			return 0
		}
		f, _ := x.c[k].Float64()
		return math.Abs(f) * math.Pow(radius, float64(k))
	}
	least := math.Min(size(0), math.Min(math.Abs(valueAt(x, radius)), math.Abs(valueAt(x, -radius)))/math.Pow(radius, float64(x.low)))
	last := len(x.c) - 1
	end, tail := 0, 0.0
	for k := last; k >= 0; k-- {
		if tail += size(k); tail > seriesFloor*least {
			end = k
			break
		}
	}
	if !(least > 0) || end > last*3/4 { // nothing shows that what is not known is small
		return nil, 0, false
	}
	for k := 1; k <= end; k++ {
		if x.c[k] != nil {
			step = gcd(step, k)
		}
	}
	step = max(step, 1)
	for k := 0; k <= end; k += step {
		c := 0.0
		if x.c[k] != nil {
			c, _ = x.c[k].Float64()
		}
		if math.IsInf(c, 0) {
			return nil, 0, false
		}
		coefs = append(coefs, c)
	}
	return coefs, step, len(coefs) <= maxSeriesCoefs
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// valueAt is the value of a series at t.
func valueAt(x laurent, t float64) float64 {
	if x.isZero() {
		return 0
	}
	sum := 0.0
	for k := len(x.c) - 1; k >= 0; k-- {
		c := 0.0
		if x.c[k] != nil {
			c, _ = x.c[k].Float64()
		}
		sum = sum*t + c
	}
	sum *= math.Pow(t, float64(x.low))
	if x.log != nil {
		c, _ := x.log.Float64()
		sum += c * math.Log(math.Abs(t))
	}
	return sum
}

// slopeAt is t times the derivative of a series at t.
func slopeAt(x laurent, t float64) float64 {
	y := laurent{low: x.low, c: make([]*big.Float, len(x.c))}
	for k, c := range x.c {
		if c != nil {
			y.c[k] = new(big.Float).Mul(c, new(big.Float).SetInt64(int64(x.low+k)))
		}
	}
	slope := valueAt(y, t)
	if x.log != nil {
		c, _ := x.log.Float64()
		slope += c
	}
	return slope
}

// loss estimates the error of the sum of pieces as they stand at |t| = radius, in ulps of condition.
func (st *stabiliser) loss(r *seriesRing, pieces []*expr.Node, sum laurent, radius float64) float64 {
	worst := 0.0
	for _, t := range []float64{radius, -radius} {
		if r.sided && r.minus != (t < 0) {
			continue
		}
		memo := map[*expr.Node]laurent{}
		value := valueAt(sum, t)
		off := 0.0
		for _, p := range pieces {
			x, _ := st.laurent(r, p, memo)
			off += math.Abs(valueAt(x, t)) * (1 + st.roundings(r, p, t, memo))
		}
		worst = math.Max(worst, off/(math.Abs(value)+math.Abs(slopeAt(sum, t))))
	}
	return worst / 2
}

// seriesLoss estimates the error of a series at |t| = radius, in ulps of condition.
func seriesLoss(r *seriesRing, sum laurent, radius float64) float64 {
	size := laurent{low: sum.low, c: make([]*big.Float, len(sum.c))}
	for k, c := range sum.c {
		if c != nil {
			size.c[k] = new(big.Float).Abs(c)
		}
	}
	worst, off := 0.0, math.Abs(valueAt(size, radius))
	for _, t := range []float64{radius, -radius} {
		if !r.sided || r.minus == (t < 0) {
			worst = math.Max(worst, off/(math.Abs(valueAt(sum, t))+math.Abs(slopeAt(sum, t))))
		}
	}
	return worst / 2
}

// roundings estimates the error of x as it stands at t, in half ulps.
func (st *stabiliser) roundings(r *seriesRing, x *expr.Node, t float64, memo map[*expr.Node]laurent) float64 {
	y, ok := st.laurent(r, x, memo)
	if !ok || x == st.variable() || x.Kind() == expr.KindRat {
		return 0
	}
	value := math.Abs(valueAt(y, t))
	switch x.Kind() {
	case expr.KindAdd:
		if len(x.Args()) == 1 && x.Rat().IsZero() {
			off := st.roundings(r, x.Args()[0], t, memo)
			if !isPowerOfTwo(x.Coefs()[0]) {
				off++
			}
			return off
		}
		off := math.Abs(bigmath.FromBig(r.float().SetRat(x.Rat().Big())).Float64())
		for k, a := range x.Args() {
			c, _ := x.Coefs()[k].Big().Float64()
			z, _ := st.laurent(r, a, memo)
			off += math.Abs(c*valueAt(z, t)) * (0.5 + st.roundings(r, a, t, memo))
		}
		return off/value + 1
	case expr.KindMul:
		off := 0.0
		for _, a := range x.Args() {
			off += 1 + st.roundings(r, a, t, memo)
		}
		return off
	case expr.KindPow:
		_, power := powerOf(x)
		p, _ := power.Big().Float64()
		return math.Abs(p)*st.roundings(r, x.Args()[0], t, memo) + 1
	case expr.KindCall:
		z, ok := st.laurent(r, x.Args()[0], memo)
		off := 1.5
		if d := math.Abs(slopeAt(z, t)); ok && d > 0 && value > 0 {
			off += st.roundings(r, x.Args()[0], t, memo) * math.Abs(valueAt(z, t)) / d * math.Abs(slopeAt(y, t)) / value
		}
		return off
	}
	return 1
}

// isPowerOfTwo reports whether c is ±2ᵏ.
func isPowerOfTwo(c expr.Rat) bool {
	f, ok := c.Big().Float64()
	m, _ := math.Frexp(math.Abs(f))
	return ok && m == 0.5
}

// seriesText returns the Go text of the function of a power series.
func (f *file) seriesText(name string) string {
	id := f.helper(name)
	words := strings.Fields(strings.TrimPrefix(name, seriesPrefix))
	step, _ := strconv.Atoi(words[0])
	coefs := words[1:]
	var b strings.Builder
	b.WriteString("\n// " + id + " is a power series in x")
	arg := "x"
	switch step {
	case 1:
	case 2:
		b.WriteString("²")
	default:
		b.WriteString("^" + words[0])
	}
	b.WriteString(", less its first power.\nfunc " + id + "(x float64) float64 {\n")
	if step > 1 {
		arg = "z"
		b.WriteString("\tz := x" + strings.Repeat("*x", step-1) + "\n")
	}
	b.WriteString("\treturn " + strings.Join(coefs, " + "+arg+"*(") + strings.Repeat(")", len(coefs)-1) + "\n}\n")
	return b.String()
}
