package bigmath

import (
	"math/big"
	"sync"
	"sync/atomic"
)

// guardBits is what working precision adds to the precision of the result.
const guardBits = 32

// defaultPrec is the precision of a Context that does not set one.
const defaultPrec = 256

// Context evaluates functions to Prec bits. The zero value works at 256 bits. A Context may be used by several
// goroutines at once; its caches are private to it and its siblings and are dropped with them. It must not be copied after first use.
type Context struct {
	Prec uint // bits of the significand of every result; 0 means 256

	own    caches
	shared *caches // those of another context; nil for its own

	overflowed atomic.Bool
	beyond     atomic.Pointer[string]
	largest    atomic.Int64
}

// caches hold constants that functions are computed from.
type caches struct {
	mu        sync.Mutex
	constants [constantCount]constantCache
	bernoulli bernoulliCache
}

// caches returns the caches that the context uses.
func (c *Context) caches() *caches {
	if c.shared != nil {
		return c.shared
	}
	return &c.own
}

// Sibling returns a context of the same precision that shares the caches and has no notes as yet.
func (c *Context) Sibling() *Context { return &Context{Prec: c.Prec, shared: c.caches()} }

// Notes are what has happened while functions were computed.
type Notes struct {
	// Overflowed says that an exponential of a finite number has been beyond the range of exponents, so that what was computed since then may be
	// an infinity or NaN that the mathematics does not have.
	Overflowed bool
	// Beyond names the first function whose value was not computed, and is NaN for that reason, because an argument was beyond a limit of this
	// package; "" where there was none.
	Beyond string
	// Largest is the largest binary exponent of an exponential, of one below 1 with the sign turned. Where sums of such numbers cancel, what is
	// left has lost as many bits.
	Largest int64
}

// TakeNotes returns what has been noted since they were last taken.
func (c *Context) TakeNotes() Notes {
	n := Notes{Overflowed: c.overflowed.Swap(false), Largest: c.largest.Swap(0)}
	if s := c.beyond.Swap(nil); s != nil {
		n.Beyond = *s
	}
	return n
}

// Note adds notes to those that have been made.
func (c *Context) Note(n Notes) {
	if n.Overflowed {
		c.overflowed.Store(true)
	}
	if n.Beyond != "" {
		c.beyond.CompareAndSwap(nil, &n.Beyond)
	}
	for {
		if old := c.largest.Load(); n.Largest <= old || c.largest.CompareAndSwap(old, n.Largest) {
			return
		}
	}
}

// exceed notes that a function was not computed and returns NaN.
func (c *Context) exceed(what string) Num {
	c.Note(Notes{Beyond: what})
	return NaN()
}

// NewContext returns a Context of the given precision in bits.
func NewContext(prec uint) *Context { return &Context{Prec: prec} }

// Precision returns the number of bits that results are rounded to.
func (c *Context) Precision() uint { return c.prec() }

func (c *Context) prec() uint {
	if c.Prec == 0 {
		return defaultPrec
	}
	return c.Prec
}

// wp is the working precision of a function whose argument reduction is well conditioned.
func (c *Context) wp() uint { return c.prec() + guardBits }

// round returns f rounded to the context's precision; f must not be used afterwards.
func (c *Context) round(f *big.Float) Num {
	if f.Sign() == 0 {
		return Num{}
	}
	return wrap(f.SetPrec(c.prec()))
}

// Round returns x rounded to the context's precision.
func (c *Context) Round(x Num) Num {
	if x.f == nil {
		return x
	}
	return Num{f: c.new().Set(x.f)}
}

// Rat returns r rounded to the context's precision.
func (c *Context) Rat(r *big.Rat) Num { return wrap(c.new().SetRat(r)) }

// Ratio returns a/b rounded; b must not be zero.
func (c *Context) Ratio(a, b int64) Num { return c.Rat(big.NewRat(a, b)) }

func (c *Context) new() *big.Float { return newFloat(c.prec()) }

func newFloat(prec uint) *big.Float { return new(big.Float).SetPrec(prec) }

// intFloat returns n at precision prec.
func intFloat(prec uint, n int64) *big.Float { return newFloat(prec).SetInt64(n) }

// add returns x + y. Where one operand is too small to matter it is dropped first: big.Float aligns operands exactly,
// which for exponents 2³⁰ apart would take gigabytes.
func add(prec uint, x, y *big.Float) *big.Float {
	z := newFloat(prec)
	if x.Sign() != 0 && y.Sign() != 0 && !x.IsInf() && !y.IsInf() {
		gap := exponent(x) - exponent(y)
		switch far := int(prec) + 2; {
		case gap > far:
			return z.Set(x)
		case -gap > far:
			return z.Set(y)
		}
	}
	return z.Add(x, y)
}

// sub returns x - y, as add does.
func sub(prec uint, x, y *big.Float) *big.Float {
	z := newFloat(prec)
	if x.Sign() != 0 && y.Sign() != 0 && !x.IsInf() && !y.IsInf() {
		gap := exponent(x) - exponent(y)
		switch far := int(prec) + 2; {
		case gap > far:
			return z.Set(x)
		case -gap > far:
			return z.Neg(z.Set(y))
		}
	}
	return z.Sub(x, y)
}

func mul(prec uint, x, y *big.Float) *big.Float { return newFloat(prec).Mul(x, y) }

func quo(prec uint, x, y *big.Float) *big.Float { return newFloat(prec).Quo(x, y) }

// scale returns x·2ⁿ at x's precision.
func scale(x *big.Float, n int) *big.Float { return new(big.Float).SetMantExp(x, n) }

// addInt returns x + n.
func addInt(prec uint, x *big.Float, n int64) *big.Float { return add(prec, x, intFloat(64, n)) }
