package bigmath

import "math/big"

type constant int

const (
	constPi constant = iota
	constLn2
	constLn10
	constSqrtPi // √π
	constLog2Pi // ½ log 2π
	constEuler  // Euler's γ
	constantCount
)

// constantCache holds one value for each number of 64-bit words up to 64, and the longest one beyond.
type constantCache struct {
	byWords [65]*big.Float
	longest *big.Float
}

func (cc *constantCache) lookup(words uint) *big.Float {
	if words < uint(len(cc.byWords)) {
		return cc.byWords[words]
	}
	if cc.longest != nil && cc.longest.Prec() >= words*64 {
		return cc.longest
	}
	return nil
}

// constant returns a constant to at least prec bits. The result is shared: it must not be written to.
func (c *Context) constant(which constant, prec uint) *big.Float {
	words := (prec + 63) / 64
	shared := c.caches()
	shared.mu.Lock()
	f := shared.constants[which].lookup(words)
	shared.mu.Unlock()
	if f != nil {
		return f
	}
	// Computed outside the lock: constants use each other, and two goroutines at worst compute the same value.
	f = c.computeConstant(which, words*64)
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if cc := &shared.constants[which]; words < uint(len(cc.byWords)) {
		cc.byWords[words] = f
	} else if cc.longest == nil || cc.longest.Prec() < f.Prec() {
		cc.longest = f
	}
	return f
}

func (c *Context) computeConstant(which constant, prec uint) *big.Float {
	wp := prec + 16
	var f *big.Float
	switch which {
	case constPi:
		f = chudnovsky(wp)
	case constLn2:
		f = ln2(wp)
	case constLn10:
		f = c.log(intFloat(wp, 10), wp)
	case constSqrtPi:
		f = newFloat(wp).Sqrt(c.constant(constPi, wp))
	case constLog2Pi:
		f = scale(c.log(scale(c.constant(constPi, wp), 1), wp), -1)
	case constEuler:
		f = c.digamma(intFloat(wp, 1), wp)
		f.Neg(f)
	}
	return f.SetPrec(prec)
}

func (c *Context) pi(prec uint) *big.Float  { return c.constant(constPi, prec) }
func (c *Context) ln2(prec uint) *big.Float { return c.constant(constLn2, prec) }

// Pi returns π.
func (c *Context) Pi() Num { return c.round(newFloat(c.wp()).Set(c.pi(c.wp()))) }

// E returns Euler's number e.
func (c *Context) E() Num { return c.round(c.exp(intFloat(64, 1), c.wp())) }

// EulerGamma returns the Euler–Mascheroni constant γ = -ψ(1).
func (c *Context) EulerGamma() Num {
	return c.round(newFloat(c.wp()).Set(c.constant(constEuler, c.wp())))
}

// chudnovsky returns π by binary splitting of
//
//	1/π = 12 Σ (-1)ᵏ (6k)! (13591409 + 545140134k) / ((3k)! (k!)³ 640320³ᵏ⁺³ᐟ²),
//
// which gives 47 bits a term (D. and G. Chudnovsky, 1988).
func chudnovsky(prec uint) *big.Float {
	_, q, t := chudnovskySplit(0, int64(prec/47)+2)
	wp := prec + 16
	// π = 426880 √10005 q / t
	f := newFloat(wp).Sqrt(intFloat(wp, 10005))
	f.Mul(f, intFloat(64, 426880))
	f.Mul(f, newFloat(wp).SetInt(q))
	return f.Quo(f, newFloat(wp).SetInt(t)).SetPrec(prec)
}

func chudnovskySplit(a, b int64) (p, q, t *big.Int) {
	if b-a == 1 {
		if a == 0 {
			p, q = big.NewInt(1), big.NewInt(1)
		} else {
			p = big.NewInt(6*a - 5)
			p.Mul(p, big.NewInt(2*a-1))
			p.Mul(p, big.NewInt(6*a-1))
			q = big.NewInt(a)
			q.Mul(q, big.NewInt(a))
			q.Mul(q, big.NewInt(a))
			q.Mul(q, big.NewInt(640320*640320/24))
			q.Mul(q, big.NewInt(640320))
		}
		t = new(big.Int).Mul(p, big.NewInt(13591409+545140134*a))
		if a%2 == 1 {
			t.Neg(t)
		}
		return p, q, t
	}
	m := (a + b) / 2
	p1, q1, t1 := chudnovskySplit(a, m)
	p2, q2, t2 := chudnovskySplit(m, b)
	t = new(big.Int).Mul(q2, t1)
	t.Add(t, t2.Mul(p1, t2))
	return p1.Mul(p1, p2), q1.Mul(q1, q2), t
}

// ln2 returns log 2 = 18 artanh(1/26) - 2 artanh(1/4801) + 8 artanh(1/8749).
func ln2(prec uint) *big.Float {
	p := prec + 24
	sum := new(big.Int)
	for _, term := range [...]struct{ factor, x int64 }{{18, 26}, {-2, 4801}, {8, 8749}} {
		s := artanhReciprocal(term.x, p)
		sum.Add(sum, s.Mul(s, big.NewInt(term.factor)))
	}
	return fromFixed(sum, p, prec)
}

// artanhReciprocal returns artanh(1/x)·2ᵖ for an integer x.
func artanhReciprocal(x int64, p uint) *big.Int {
	power := new(big.Int).Lsh(big.NewInt(1), p)
	power.Quo(power, big.NewInt(x))
	sum := new(big.Int).Set(power)
	square, n, t := big.NewInt(x*x), new(big.Int), new(big.Int)
	for k := int64(3); power.Sign() != 0; k += 2 {
		power.Quo(power, square)
		sum.Add(sum, t.Quo(power, n.SetInt64(k)))
	}
	return sum
}
