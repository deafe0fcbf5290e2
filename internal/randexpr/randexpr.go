// Package randexpr makes random formulas twice at once: as an expression and as plain Go that
// shares nothing with package expr. Tests hold one against the other. Formulas have nested, triangular,
// shifted and conditional sums, products, maxima, powers and elementary functions.
package randexpr

import (
	"math"
	"math/big"
	"math/rand/v2"
	"strconv"

	"github.com/seed-9905856d/derive/eval"
	"github.com/seed-9905856d/derive/expr"
)

// Functions that random formulas use.
var (
	expFn = &expr.Func{Name: "exp", Arity: 1, Sign: expr.Positive, Exact: at0(1)}
	logFn = &expr.Func{Name: "log", Arity: 1}
	sinFn = &expr.Func{Name: "sin", Arity: 1, Parity: expr.Odd, Exact: at0(0)}
	cosFn = &expr.Func{Name: "cos", Arity: 1, Parity: expr.Even, Exact: at0(1)}
)

func at0(v int64) func([]*big.Rat) (*big.Rat, bool) {
	return func(args []*big.Rat) (*big.Rat, bool) { return big.NewRat(v, 1), args[0].Sign() == 0 }
}

// Call computes a function of a random formula.
func Call(fn *expr.Func, args []float64) float64 {
	switch fn.Name {
	case "exp":
		return math.Exp(args[0])
	case "log":
		return math.Log(args[0])
	case "sin":
		return math.Sin(args[0])
	case "cos":
		return math.Cos(args[0])
	}
	panic("no function " + fn.Name)
}

// A Closure is a random formula as plain Go: its value shares nothing with package expr.
type Closure func(env map[string]int) float64

// A Generator makes random formulas over a scalar y, a vector x[n] and a matrix m[n,n].
type Generator struct {
	Session *expr.Session
	X, Y, M *expr.Symbol
	K       *expr.Node // a free index over 1..n

	// N is the size and Data the inputs, by name, that closures read when they run.
	N    int
	Data map[string]eval.Tensor

	// NonEmptyExtrema keeps maxima and minima to ranges that are never empty, so that no value is infinite.
	NonEmptyExtrema bool

	r    *rand.Rand
	next int
}

// scope is the indices in scope with their ranges.
type scope []scoped

type scoped struct {
	name string
	node *expr.Node
}

// New returns the generator of a seed.
func New(seed uint64) *Generator {
	g := &Generator{r: rand.New(rand.NewPCG(seed, 1)), Session: expr.NewSession()}
	n := g.Session.Size("n")
	g.X, g.Y = g.Session.NewSymbol("x", false, n), g.Session.NewSymbol("y", false)
	g.M = g.Session.NewSymbol("m", false, n, n)
	g.K = g.Session.Index("k", g.Session.Int(1), n)
	return g
}

// Formula returns a random formula in which index K may be free.
func (g *Generator) Formula() (*expr.Node, Closure) {
	return g.formula(2+g.r.IntN(3), scope{{"k", g.K}})
}

// Sample draws the inputs for size n: eighths, among which are 0, ±1 and ±½, moved by a random amount
// of at most jitter.
func (g *Generator) Sample(n int, jitter float64) {
	g.N = n
	tensor := func(shape ...int) eval.Tensor {
		size := 1
		for _, d := range shape {
			size *= d
		}
		t := eval.Tensor{Shape: shape, Data: make([]float64, size)}
		for i := range t.Data {
			t.Data[i] = float64(g.r.IntN(17)-8)/8 + jitter*(g.r.Float64()-0.5)
		}
		return t
	}
	g.Data = map[string]eval.Tensor{"x": tensor(n), "m": tensor(n, n), "y": tensor()}
}

// Env returns the environment of the inputs with K at k.
func (g *Generator) Env(k int) eval.Env {
	return eval.Env{Sizes: map[string]int{"n": g.N}, Indices: map[*expr.Node]int{g.K: k}, Call: Call,
		Values: map[*expr.Symbol]eval.Tensor{g.X: g.Data["x"], g.M: g.Data["m"], g.Y: g.Data["y"]}}
}

// Close reports whether got is want but for rounding. Where the plain value overflowed or is
// undefined, nothing is compared.
func Close(got, want, tolerance float64) bool {
	if math.IsNaN(want) || math.IsInf(want, 0) || math.Abs(want) > 1e12 {
		return true
	}
	return math.Abs(got-want) <= tolerance*(1+math.Abs(want))
}

// index returns a linear form for a subscript and its value.
func (g *Generator) index(sc scope) (*expr.Node, Closure) {
	s := g.Session
	if len(sc) == 0 || g.r.IntN(6) == 0 {
		if g.r.IntN(2) == 0 {
			return s.Int(1), func(map[string]int) float64 { return 1 }
		}
		return s.Size("n"), func(map[string]int) float64 { return float64(g.N) }
	}
	i := sc[g.r.IntN(len(sc))]
	shift := 0
	if g.r.IntN(3) == 0 {
		shift = g.r.IntN(3) - 1
	}
	if g.r.IntN(8) == 0 { // n+1-i
		return s.Linear(expr.Int(1), []expr.Term{{Coef: expr.Int(1), X: s.Size("n")}, {Coef: expr.Int(-1), X: i.node}}),
			func(env map[string]int) float64 { return float64(g.N + 1 - env[i.name]) }
	}
	return s.Add(i.node, s.Int(int64(shift))), func(env map[string]int) float64 { return float64(env[i.name] + shift) }
}

// inside guards subscript forms: the product of conditions that they lie in 1..n.
func (g *Generator) entry(sc scope) (*expr.Node, Closure) {
	s := g.Session
	sym := g.X
	if g.r.IntN(3) == 0 {
		sym = g.M
	}
	var subs, factors []*expr.Node
	var values []Closure
	for range sym.Dims {
		sub, v := g.index(sc)
		subs, values = append(subs, sub), append(values, v)
		factors = append(factors, s.Cond(expr.GeZero, s.Sub(sub, s.Int(1))), s.Cond(expr.GeZero, s.Sub(s.Size("n"), sub)))
	}
	e := s.Entry(sym, subs...)
	return s.Mul(append(factors, e)...), func(env map[string]int) float64 {
		at := 0
		for _, v := range values {
			i := int(v(env))
			if i < 1 || i > g.N {
				return 0
			}
			at = at*g.N + i - 1
		}
		return g.Data[sym.Name].Data[at]
	}
}

func (g *Generator) formula(depth int, sc scope) (*expr.Node, Closure) {
	s := g.Session
	if depth <= 0 {
		switch g.r.IntN(5) {
		case 0:
			k := g.r.IntN(5) - 2
			return s.Int(int64(k)), func(map[string]int) float64 { return float64(k) }
		case 1:
			return s.Entry(g.Y), func(map[string]int) float64 { return g.Data["y"].Data[0] }
		case 2:
			if len(sc) > 0 {
				i := sc[g.r.IntN(len(sc))]
				return i.node, func(env map[string]int) float64 { return float64(env[i.name]) }
			}
		}
		return g.entry(sc)
	}
	switch g.r.IntN(11) {
	case 0, 1:
		a, fa := g.formula(depth-1, sc)
		b, fb := g.formula(depth-1, sc)
		return s.Add(a, b), func(env map[string]int) float64 { return fa(env) + fb(env) }
	case 2, 3:
		a, fa := g.formula(depth-1, sc)
		b, fb := g.formula(depth-1, sc)
		return s.Mul(a, b), func(env map[string]int) float64 { return fa(env) * fb(env) }
	case 4:
		return g.call(depth, sc)
	case 5:
		c, fc := g.condition(sc)
		b, fb := g.formula(depth-1, sc)
		return s.Mul(c, b), func(env map[string]int) float64 {
			if fc(env) == 0 {
				return 0
			}
			return fb(env)
		}
	case 6:
		a, fa := g.formula(depth-1, sc)
		k := g.r.IntN(4)
		return s.Pow(a, s.Int(int64(k))), func(env map[string]int) float64 { return math.Pow(fa(env), float64(k)) }
	case 7:
		if g.r.IntN(3) == 0 {
			return g.reduce([]expr.Op{expr.Prod, expr.Max, expr.Min}[g.r.IntN(3)], depth, sc)
		}
	}
	return g.reduce(expr.Sum, depth, sc)
}

func (g *Generator) call(depth int, sc scope) (*expr.Node, Closure) {
	s := g.Session
	a, fa := g.formula(depth-1, sc)
	switch g.r.IntN(5) {
	case 0:
		// 1/(1+exp(a)), the spelling of sigmoid
		return s.Inv(s.Add(s.Int(1), s.Call(expFn, a))), func(env map[string]int) float64 {
			v := fa(env)
			if math.Abs(v) > 100 {
				return math.NaN() // the normal form is for comparing, not for computing with large exponents
			}
			return 1 / (1 + math.Exp(v))
		}
	case 1:
		// log(2+a^2) and sqrt
		b := s.Add(s.Int(2), s.Pow(a, s.Int(2)))
		return s.Call(logFn, b), func(env map[string]int) float64 { v := fa(env); return math.Log(2 + v*v) }
	case 2:
		b := s.Add(s.Int(1), s.Pow(a, s.Int(2)))
		return s.Sqrt(b), func(env map[string]int) float64 { v := fa(env); return math.Sqrt(1 + v*v) }
	case 3:
		return s.Call(sinFn, s.Neg(a)), func(env map[string]int) float64 { return math.Sin(-fa(env)) }
	}
	return s.Call(cosFn, a), func(env map[string]int) float64 { return math.Cos(fa(env)) }
}

func (g *Generator) condition(sc scope) (*expr.Node, Closure) {
	a, fa := g.index(sc)
	b, fb := g.index(sc)
	d := g.Session.Sub(a, b)
	switch g.r.IntN(4) {
	case 0:
		return g.Session.Cond(expr.GeZero, d), func(env map[string]int) float64 { return truth(fa(env) >= fb(env)) }
	case 1:
		return g.Session.Cond(expr.NeZero, d), func(env map[string]int) float64 { return truth(fa(env) != fb(env)) }
	}
	return g.Session.Cond(expr.EqZero, d), func(env map[string]int) float64 { return truth(fa(env) == fb(env)) }
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func (g *Generator) reduce(op expr.Op, depth int, sc scope) (*expr.Node, Closure) {
	s := g.Session
	lo, flo := g.Session.Int(1), Closure(func(map[string]int) float64 { return 1 })
	hi, fhi := g.Session.Size("n"), Closure(func(map[string]int) float64 { return float64(g.N) })
	choice := g.r.IntN(5)
	if g.NonEmptyExtrema && (op == expr.Max || op == expr.Min) {
		choice = -1
	}
	switch choice {
	case 0:
		lo, flo = g.index(sc)
	case 1:
		hi, fhi = g.index(sc)
	case 2:
		hi, fhi = s.Sub(s.Size("n"), s.Int(1)), func(map[string]int) float64 { return float64(g.N - 1) }
	}
	name := "i" + strconv.Itoa(g.next)
	g.next++
	i := s.Index(name, lo, hi)
	body, fbody := g.formula(depth-1, append(sc[:len(sc):len(sc)], scoped{name, i}))
	return s.Reduce(op, body, i), func(env map[string]int) float64 {
		acc := map[expr.Op]float64{expr.Sum: 0, expr.Prod: 1, expr.Max: math.Inf(-1), expr.Min: math.Inf(1)}[op]
		inner := map[string]int{}
		for k, v := range env {
			inner[k] = v
		}
		for k := int(flo(env)); k <= int(fhi(env)); k++ {
			inner[name] = k
			v := fbody(inner)
			switch op {
			case expr.Sum:
				acc += v
			case expr.Prod:
				acc *= v
			case expr.Max:
				acc = math.Max(acc, v)
			case expr.Min:
				acc = math.Min(acc, v)
			}
		}
		return acc
	}
}
