package expr_test

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"github.com/seed-9905856d/derive/eval"
	"github.com/seed-9905856d/derive/expr"
)

var (
	expFn = &expr.Func{Name: "exp", Arity: 1, Sign: expr.Positive, Exact: at0(1)}
	logFn = &expr.Func{Name: "log", Arity: 1}
	sinFn = &expr.Func{Name: "sin", Arity: 1, Parity: expr.Odd, Exact: at0(0)}
	cosFn = &expr.Func{Name: "cos", Arity: 1, Parity: expr.Even, Exact: at0(1)}
)

func at0(v int64) func([]*big.Rat) (*big.Rat, bool) {
	return func(args []*big.Rat) (*big.Rat, bool) { return big.NewRat(v, 1), args[0].Sign() == 0 }
}

func callFloat(fn *expr.Func, args []float64) float64 {
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

// A closure is a random formula as plain Go: its value shares nothing with package expr.
type closure func(env map[string]int) float64

// generator makes random formulas twice at once: as an expression and as a closure.
type generator struct {
	r    *rand.Rand
	s    *expr.Session
	n    int // the size's value when closures run
	x    *expr.Symbol
	m    *expr.Symbol
	y    *expr.Symbol
	data map[string]eval.Tensor
	next int
}

// scope is the indices in scope with their ranges.
type scope []scoped

type scoped struct {
	name string
	node *expr.Node
}

func newGenerator(seed uint64) *generator {
	g := &generator{r: rand.New(rand.NewPCG(seed, 1)), s: expr.NewSession()}
	n := g.s.Size("n")
	g.x, g.y, g.m = g.s.NewSymbol("x", false, n), g.s.NewSymbol("y", false), g.s.NewSymbol("m", false, n, n)
	return g
}

// index returns a linear form for a subscript and its value.
func (g *generator) index(sc scope) (*expr.Node, closure) {
	s := g.s
	if len(sc) == 0 || g.r.IntN(6) == 0 {
		if g.r.IntN(2) == 0 {
			return s.Int(1), func(map[string]int) float64 { return 1 }
		}
		return s.Size("n"), func(map[string]int) float64 { return float64(g.n) }
	}
	i := sc[g.r.IntN(len(sc))]
	shift := 0
	if g.r.IntN(3) == 0 {
		shift = g.r.IntN(3) - 1
	}
	if g.r.IntN(8) == 0 { // n+1-i
		return s.Linear(expr.Int(1), []expr.Term{{Coef: expr.Int(1), X: s.Size("n")}, {Coef: expr.Int(-1), X: i.node}}),
			func(env map[string]int) float64 { return float64(g.n + 1 - env[i.name]) }
	}
	return s.Add(i.node, s.Int(int64(shift))), func(env map[string]int) float64 { return float64(env[i.name] + shift) }
}

// inside guards subscript forms: the product of conditions that they lie in 1..n.
func (g *generator) entry(sc scope) (*expr.Node, closure) {
	s := g.s
	sym := g.x
	if g.r.IntN(3) == 0 {
		sym = g.m
	}
	var subs, factors []*expr.Node
	var values []closure
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
			if i < 1 || i > g.n {
				return 0
			}
			at = at*g.n + i - 1
		}
		return g.data[sym.Name].Data[at]
	}
}

func (g *generator) formula(depth int, sc scope) (*expr.Node, closure) {
	s := g.s
	if depth <= 0 {
		switch g.r.IntN(5) {
		case 0:
			k := g.r.IntN(5) - 2
			return s.Int(int64(k)), func(map[string]int) float64 { return float64(k) }
		case 1:
			return s.Entry(g.y), func(map[string]int) float64 { return g.data["y"].Data[0] }
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

func (g *generator) call(depth int, sc scope) (*expr.Node, closure) {
	s := g.s
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

func (g *generator) condition(sc scope) (*expr.Node, closure) {
	a, fa := g.index(sc)
	b, fb := g.index(sc)
	d := g.s.Sub(a, b)
	switch g.r.IntN(4) {
	case 0:
		return g.s.Cond(expr.GeZero, d), func(env map[string]int) float64 { return truth(fa(env) >= fb(env)) }
	case 1:
		return g.s.Cond(expr.NeZero, d), func(env map[string]int) float64 { return truth(fa(env) != fb(env)) }
	}
	return g.s.Cond(expr.EqZero, d), func(env map[string]int) float64 { return truth(fa(env) == fb(env)) }
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func (g *generator) reduce(op expr.Op, depth int, sc scope) (*expr.Node, closure) {
	s := g.s
	lo, flo := g.s.Int(1), closure(func(map[string]int) float64 { return 1 })
	hi, fhi := g.s.Size("n"), closure(func(map[string]int) float64 { return float64(g.n) })
	switch g.r.IntN(5) {
	case 0:
		lo, flo = g.index(sc)
	case 1:
		hi, fhi = g.index(sc)
	case 2:
		hi, fhi = s.Sub(s.Size("n"), s.Int(1)), func(map[string]int) float64 { return float64(g.n - 1) }
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

// checkSeed builds one random formula and compares it with its closure at sizes 1, 2, 3 and 5.
func checkSeed(seed uint64) error {
	g := newGenerator(seed)
	k := g.s.Index("k", g.s.Int(1), g.s.Size("n")) // a free index
	n, f := g.formula(2+g.r.IntN(3), scope{{"k", k}})
	if err := expr.Check(n); err != nil {
		return fmt.Errorf("seed %d: %w", seed, err)
	}
	for _, size := range []int{1, 2, 3, 5} {
		g.n = size
		g.data = map[string]eval.Tensor{"x": g.tensor(size), "m": g.tensor(size, size), "y": g.tensor()}
		for at := 1; at <= size; at++ {
			env := eval.Env{Sizes: map[string]int{"n": size}, Indices: map[*expr.Node]int{k: at}, Call: callFloat,
				Values: map[*expr.Symbol]eval.Tensor{g.x: g.data["x"], g.m: g.data["m"], g.y: g.data["y"]}}
			want := f(map[string]int{"k": at})
			got, err := eval.Float64(n, env)
			if err != nil {
				return fmt.Errorf("seed %d, n = %d, k = %d: %w\n%v", seed, size, at, err, n)
			}
			if !close64(got, want) {
				return fmt.Errorf("seed %d, n = %d, k = %d: got %v, want %v\n%v", seed, size, at, got, want, n)
			}
		}
	}
	return nil
}

func (g *generator) tensor(shape ...int) eval.Tensor {
	size := 1
	for _, d := range shape {
		size *= d
	}
	t := eval.Tensor{Shape: shape, Data: make([]float64, size)}
	for i := range t.Data {
		t.Data[i] = float64(g.r.IntN(17)-8) / 8 // special values 0, ±1, ±½ are among these
	}
	return t
}

// close64 allows for reordering; where the plain value overflowed or is undefined nothing is compared.
func close64(got, want float64) bool {
	if math.IsNaN(want) || math.IsInf(want, 0) || math.Abs(want) > 1e12 {
		return true
	}
	return math.Abs(got-want) <= 1e-7*(1+math.Abs(want))
}

// TestRandomFormulas holds the constructors against plain Go on random formulas. The number of cases is
// that of DERIVE_CASES, or small.
func TestRandomFormulas(t *testing.T) {
	cases := uint64(20000)
	if v, err := strconv.ParseUint(os.Getenv("DERIVE_CASES"), 10, 64); err == nil {
		cases = v
	}
	failures := 0
	for seed := uint64(0); seed < cases && failures < 5; seed++ {
		if err := checkSeed(seed); err != nil {
			t.Error(err)
			failures++
		}
	}
}
