package verify

import (
	"math/big"

	"github.com/seed-9905856d/derive/eval/bigmath"
)

// A Num is a real number or a truncated Taylor polynomial Σ_k c_k ε^k in an infinitesimal.
// The coefficients are numbers in infinitesimals that were made earlier, so that derivatives
// nest. Coefficients past the last that is stored are exact zeros: they annihilate
// infinities and NaN. A Num is immutable.
type Num struct {
	real bigmath.Num // where c is nil
	tag  tag
	c    []Num
}

// A tag names an infinitesimal, from 1 in the order in which they are made. The zero tag is none.
type tag int

// Real returns the number without its infinitesimal parts.
func (x Num) Real() bigmath.Num {
	for x.c != nil {
		x = x.c[0]
	}
	return x.real
}

// arith is arithmetic on numbers of one precision.
type arith struct {
	ctx    *bigmath.Context
	orders []int    // the highest power of each infinitesimal that is kept
	slack  *float64 // the relative difference at which numbers count as equal; nil for none

	work   int    // the operations on real numbers so far
	most   int    // how many there may be; 0 for any number
	giveUp func() // what ends the evaluation that needs more

	table     map[string]elementaryFunc
	computed  map[string]computed // values of functions of real numbers, by function and arguments
	key       []byte              // of the last one that was looked for
	cancelled bool                // see [Evaluator.Cancelled]
}

// newArith returns arithmetic in a context that nothing else uses.
func newArith(ctx *bigmath.Context) *arith {
	return &arith{ctx: ctx, orders: []int{0}, table: elementaryFuncs, computed: map[string]computed{}}
}

func real(x bigmath.Num) Num { return Num{real: x} }

// rat returns a rational number, rounded.
func (e *arith) rat(r *big.Rat) Num { return real(e.ctx.Rat(r)) }

// int returns an integer.
func (e *arith) int(i int64) Num { return real(bigmath.FromInt64(i)) }

func (e *arith) nan() Num         { return real(bigmath.NaN()) }
func (e *arith) inf(sign int) Num { return real(bigmath.Inf(sign)) }

// exact returns a finite number without infinitesimal parts as a rational. Numbers whose
// exponent is huge are left out: written in full they would fill the memory.
func (e *arith) exact(x Num) (*big.Rat, bool) {
	v := x.Real()
	if exp, ok := v.Exponent(); !v.IsFinite() || ok && (exp > 1<<12 || exp < -1<<12) {
		return nil, false
	}
	r, _ := v.Big().Rat(nil)
	return r, true
}

// cmp compares the real parts; it is not ordered where one is NaN.
func (e *arith) cmp(a, b Num) (c int, ordered bool) { return a.Real().Cmp(b.Real()) }

// near reports whether the real parts differ by no more than the slack.
func (e *arith) near(a, b Num) bool {
	x, y := a.Real(), b.Real()
	if !x.IsFinite() || !y.IsFinite() {
		return false
	}
	larger := x.Abs()
	if larger.Less(y.Abs()) {
		larger = y.Abs()
	}
	return e.ctx.Sub(x, y).Abs().LessEqual(e.ctx.Mul(larger, bigmath.FromFloat64(*e.slack)))
}

func (e *arith) isZero(x Num) bool      { return x.Real().IsZero() }
func (e *arith) isNaN(x Num) bool       { return x.Real().IsNaN() }
func (e *arith) isInf(x Num) bool       { return x.Real().IsInf(0) }
func (e *arith) constantPart(x Num) Num { return real(x.Real()) }

// fresh makes an infinitesimal of which powers up to order are kept.
func (e *arith) fresh(order int) tag {
	e.orders = append(e.orders, order)
	return tag(len(e.orders) - 1)
}

// perturb returns x + by·ε.
func (e *arith) perturb(x, by Num, t tag) Num { return Num{tag: t, c: []Num{x, by}} }

// coefficient returns the coefficient of ε^k.
func (e *arith) coefficient(x Num, t tag, k int) Num {
	switch c := x.in(t); {
	case k < len(c):
		return c[k]
	}
	return e.int(0)
}

// in returns x's coefficients in an infinitesimal that is not older than any in x.
func (x Num) in(t tag) []Num {
	if x.tag == t && x.c != nil {
		return x.c
	}
	return []Num{x}
}

// callWork is how many operations on real numbers a function of them takes.
const callWork = 32

// count counts operations on real numbers, of which one on numbers with nested infinitesimals takes very many.
func (e *arith) count(n int) {
	if e.work += n; e.work > e.most && e.most > 0 {
		e.giveUp()
	}
}

// add returns a + b.
func (e *arith) add(a, b Num) Num {
	t := max(a.tag, b.tag)
	if t == 0 {
		e.count(1)
		return real(e.ctx.Add(a.real, b.real))
	}
	x, y := a.in(t), b.in(t)
	if len(x) < len(y) {
		x, y = y, x
	}
	c := append([]Num(nil), x...)
	for k, v := range y {
		c[k] = e.add(c[k], v)
	}
	return Num{tag: t, c: c}
}

// neg returns -x.
func (e *arith) neg(x Num) Num {
	if x.c == nil {
		return real(x.real.Neg())
	}
	c := make([]Num, len(x.c))
	for k, v := range x.c {
		c[k] = e.neg(v)
	}
	return Num{tag: x.tag, c: c}
}

func (e *arith) sub(a, b Num) Num { return e.add(a, e.neg(b)) }

// mul returns a·b.
func (e *arith) mul(a, b Num) Num { return e.convolve(a, b, false) }

// annihilate returns a·b where exact zeros among a's coefficients annihilate whatever b is.
func (e *arith) annihilate(a, b Num) Num { return e.convolve(a, b, true) }

// convolve returns the product, truncated; with zeros set, exact zeros in a annihilate.
func (e *arith) convolve(a, b Num, zeros bool) Num {
	t := max(a.tag, b.tag)
	if t == 0 {
		e.count(1)
		if zeros && a.real.IsZero() {
			return a
		}
		return real(e.ctx.Mul(a.real, b.real))
	}
	x, y := a.in(t), b.in(t)
	c := make([]Num, min(len(x)+len(y)-1, e.orders[t]+1))
	for k := range c {
		first := max(0, k-len(y)+1)
		c[k] = e.convolve(x[first], y[k-first], zeros)
		for i := first + 1; i <= min(k, len(x)-1); i++ {
			c[k] = e.add(c[k], e.convolve(x[i], y[k-i], zeros))
		}
	}
	return Num{tag: t, c: c}
}

// div returns a/b: q_k = (a_k - Σ_{j≥1} b_j q_{k-j}) / b_0.
func (e *arith) div(a, b Num) Num {
	t := max(a.tag, b.tag)
	if t == 0 {
		e.count(1)
		return real(e.ctx.Div(a.real, b.real))
	}
	x, y := a.in(t), b.in(t)
	n := e.orders[t] + 1
	if len(y) == 1 {
		n = min(n, len(x))
	}
	q := make([]Num, n)
	for k := range q {
		if k < len(x) {
			q[k] = x[k]
		}
		for j := 1; j <= min(k, len(y)-1); j++ {
			q[k] = e.sub(q[k], e.mul(y[j], q[k-j]))
		}
		q[k] = e.div(q[k], y[0])
	}
	return Num{tag: t, c: q}
}

// compose returns f(args) from f on real numbers, which is remembered under its name, and f's partial derivatives. With
// z = f(x, …), z' = Σ_i ∂f/∂x_i · x_i', coefficient by coefficient:
//
//	k·z_k = Σ_i Σ_{j=1..k} j·x_{i,j}·(∂f/∂x_i)_{k-j}.
func (e *arith) compose(name string, f func([]bigmath.Num) bigmath.Num, partial func(i int, x []Num) Num, args []Num) Num {
	var t tag
	for _, x := range args {
		t = max(t, x.tag)
	}
	if t == 0 {
		e.count(callWork)
		in := make([]bigmath.Num, len(args))
		for i, x := range args {
			in[i] = x.real
		}
		return real(e.once(name, f, in))
	}
	n := e.orders[t]
	first := make([]Num, len(args))
	cut := make([]Num, len(args)) // the arguments up to order n-1
	for i, x := range args {
		c := x.in(t)
		first[i] = c[0]
		cut[i] = Num{tag: t, c: c[:min(n, len(c))]}
		if len(c) == 1 || n == 1 {
			cut[i] = c[0]
		}
	}
	z := make([]Num, n+1)
	z[0] = e.compose(name, f, partial, first)
	for i, x := range args {
		c := x.in(t)
		if len(c) == 1 {
			continue
		}
		e.orders[t] = n - 1
		g := partial(i, cut).in(t)
		e.orders[t] = n
		for k := 1; k <= n; k++ {
			for j := max(1, k-len(g)+1); j <= min(k, len(c)-1); j++ {
				term := e.mul(e.mul(e.int(int64(j)), c[j]), g[k-j])
				z[k] = e.add(z[k], e.div(term, e.int(int64(k))))
			}
		}
	}
	return Num{tag: t, c: z}
}

// float returns the real part as the nearest float64.
func float(x Num) float64 { return x.Real().Float64() }

// decimal returns the real part in decimal, with "NaN", "+Inf" and "-Inf".
func decimal(x Num, digits int) string { return x.Real().Text(digits) }
