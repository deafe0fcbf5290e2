package taylor

import (
	"slices"
	"sync"

	"github.com/seed-9905856d/derive/eval/bigmath"
)

// Context computes with Nums to the precision of a bigmath.Context. It may be used by several goroutines at once, and
// must not be copied after first use.
type Context struct {
	Math *bigmath.Context

	mu    sync.Mutex
	wider map[uint]*Context // by additional bits
}

// NewContext returns a Context of the given precision in bits.
func NewContext(prec uint) *Context { return &Context{Math: bigmath.NewContext(prec)} }

// withExtra returns a context of at least that many additional bits, which keeps its caches from one use to the next.
func (c *Context) withExtra(bits uint) *Context {
	const step = 256
	bits = (bits + step - 1) / step * step
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.wider == nil {
		c.wider = make(map[uint]*Context)
	}
	if c.wider[bits] == nil {
		c.wider[bits] = NewContext(c.Math.Precision() + bits)
	}
	return c.wider[bits]
}

// Neg returns -x.
func (c *Context) Neg(x Num) Num { return Num{x.value.Neg(), x.terms.negated()} }

// Add returns x + y.
func (c *Context) Add(x, y Num) Num {
	return Num{c.Math.Add(x.value, y.value), c.sum(x.terms, y.terms)}
}

// Sub returns x - y.
func (c *Context) Sub(x, y Num) Num {
	return Num{c.Math.Sub(x.value, y.value), c.sum(x.terms, y.terms.negated())}
}

// Mul returns x·y.
func (c *Context) Mul(x, y Num) Num {
	value := c.Math.Mul(x.value, y.value)
	if len(x.terms) == 0 && len(y.terms) == 0 {
		return Const(value)
	}
	terms := c.sum(c.scaled(y.terms, x.value), c.scaled(x.terms, y.value))
	return Num{value, c.sum(terms, c.product(x.terms, y.terms))}
}

// Div returns x/y = q + (N_x - q N_y)/y with q = x₀/y₀ and the nilpotent parts N.
func (c *Context) Div(x, y Num) Num {
	q := c.Math.Div(x.value, y.value)
	switch {
	case len(x.terms) == 0 && len(y.terms) == 0:
		return Const(q)
	case len(y.terms) == 0:
		terms := make(nilpotent, len(x.terms))
		for i, t := range x.terms {
			terms[i] = term{t.mask, c.Math.Div(t.coefficient, y.value)}
		}
		return Num{q, terms}
	}
	rest := Num{terms: c.sum(x.terms, c.scaled(y.terms, q.Neg()))}
	inverse := c.compose(y, reciprocalSeries)
	return Num{q, c.sum(c.scaled(rest.terms, inverse.value), c.product(rest.terms, inverse.terms))}
}

func (p nilpotent) negated() nilpotent {
	if len(p) == 0 {
		return nil
	}
	r := make(nilpotent, len(p))
	for i, t := range p {
		r[i] = term{t.mask, t.coefficient.Neg()}
	}
	return r
}

// sum returns p + q.
func (c *Context) sum(p, q nilpotent) nilpotent {
	switch {
	case len(p) == 0:
		return q
	case len(q) == 0:
		return p
	}
	r := make(nilpotent, 0, len(p)+len(q))
	for len(p) > 0 && len(q) > 0 {
		switch {
		case p[0].mask < q[0].mask:
			r, p = append(r, p[0]), p[1:]
		case p[0].mask > q[0].mask:
			r, q = append(r, q[0]), q[1:]
		default:
			r = append(r, term{p[0].mask, c.Math.Add(p[0].coefficient, q[0].coefficient)})
			p, q = p[1:], q[1:]
		}
	}
	return append(append(r, p...), q...)
}

// scaled returns factor·p.
func (c *Context) scaled(p nilpotent, factor bigmath.Num) nilpotent {
	if len(p) == 0 {
		return nil
	}
	r := make(nilpotent, len(p))
	for i, t := range p {
		r[i] = term{t.mask, c.Math.Mul(t.coefficient, factor)}
	}
	return r
}

// product returns p·q; products of terms that share a tag vanish.
func (c *Context) product(p, q nilpotent) nilpotent {
	var r nilpotent
	for _, s := range p {
		for _, t := range q {
			if s.mask&t.mask == 0 {
				r = append(r, term{s.mask | t.mask, c.Math.Mul(s.coefficient, t.coefficient)})
			}
		}
	}
	slices.SortStableFunc(r, func(a, b term) int {
		if a.mask < b.mask {
			return -1
		}
		return int(min(a.mask-b.mask, 1))
	})
	// Like terms are next to each other now.
	merged := r[:0]
	for _, t := range r {
		if n := len(merged); n > 0 && merged[n-1].mask == t.mask {
			merged[n-1].coefficient = c.Math.Add(merged[n-1].coefficient, t.coefficient)
		} else {
			merged = append(merged, t)
		}
	}
	return merged
}

// series returns the Taylor coefficients f₀ … f_n of a function at v, fⱼ = f⁽ʲ⁾(v)/j!, or fewer if all others are
// exactly zero.
type series func(m *bigmath.Context, v bigmath.Num, n int) []bigmath.Num

// compose returns f(x) = Σ fⱼ Nʲ with the nilpotent part N of x.
func (c *Context) compose(x Num, f series) Num {
	if len(x.terms) == 0 {
		return Const(f(c.Math, x.value, 0)[0])
	}
	powers := c.powers(x.terms)
	coefficients := f(c.Math, x.value, len(powers))
	return c.polynomial(coefficients, powers)
}

// powers returns N, N², … up to the last that does not vanish.
func (c *Context) powers(n nilpotent) []nilpotent {
	powers := []nilpotent{n}
	for {
		next := c.product(powers[len(powers)-1], n)
		if len(next) == 0 {
			return powers
		}
		powers = append(powers, next)
	}
}

// polynomial returns Σ fⱼ Nʲ. Where f₀ is NaN so is every term.
func (c *Context) polynomial(f []bigmath.Num, powers []nilpotent) Num {
	r := Num{value: f[0]}
	for j, p := range powers[:min(len(powers), len(f)-1)] {
		factor := f[j+1]
		if f[0].IsNaN() {
			factor = f[0]
		}
		r.terms = c.sum(r.terms, c.scaled(p, factor))
	}
	return r
}

// withValue returns x with another value.
func (x Num) withValue(v bigmath.Num) Num { return Num{v, x.terms} }
