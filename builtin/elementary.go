package builtin

import (
	"math/big"

	"github.com/seed-9905856d/derive/expr"
)

// An Elementary is one row of the table of elementary functions. Texts are in the formula
// language, in the names of Params.
type Elementary struct {
	// Func is the function as expressions know it; nil for a function that is only another spelling.
	Func   *expr.Func
	Name   string
	Params []string
	// Same is the expression that the function is another spelling of; empty where it is one of its own.
	Same string
	// Partials are the derivatives by each parameter; "" where there is none.
	Partials []string
	// Domain is the condition under which the function is real and finite; "" for all arguments.
	Domain string
	// LaTeX is how the name is typeset.
	LaTeX string
}

// own makes the row of a function with a node of its own.
func own(f expr.Func, latex, domain string, params []string, partials ...string) Elementary {
	f.Arity = len(params)
	return Elementary{Func: &f, Name: f.Name, Params: params, Partials: partials, Domain: domain, LaTeX: latex}
}

// same makes the row of another spelling.
func same(name, latex, domain, text string, params ...string) Elementary {
	return Elementary{Name: name, Params: params, Same: text, Domain: domain, LaTeX: latex}
}

var (
	x  = []string{"x"}
	yx = []string{"y", "x"}
	ab = []string{"a", "b"}
)

// Table is THE table of elementary functions: a new one is a row here, a value in eval/bigmath, and,
// since the witness shares nothing with this table, a row in verify.
var Table = []Elementary{
	own(expr.Func{Name: "exp", Monotony: expr.Increasing, Sign: expr.Positive}, `\exp`, "", x, "exp(x)"),
	same("expm1", `\operatorname{expm1}`, "", "exp(x) - 1", "x"),
	own(expr.Func{Name: "log", Monotony: expr.Increasing, Exact: at("1", "0")}, `\log`, "x > 0", x, "1/x"),
	same("log1p", `\operatorname{log1p}`, "x > -1", "log(1 + x)", "x"),
	own(expr.Func{Name: "log2", Monotony: expr.Increasing, Exact: logarithm(2)}, `\log_2`, "x > 0", x, "1/(x*log(2))"),
	own(expr.Func{Name: "log10", Monotony: expr.Increasing, Exact: logarithm(10)}, `\log_{10}`, "x > 0", x, "1/(x*log(10))"),
	same("sqrt", `\sqrt`, "x >= 0", "x^(1/2)", "x"),
	own(expr.Func{Name: "cbrt", Monotony: expr.Increasing, Parity: expr.Odd, Exact: cubeRoot}, `\sqrt[3]`, "", x, "1/(3*cbrt(x)^2)"),
	own(expr.Func{Name: "abs", Parity: expr.Even, Sign: expr.NonNegative, Exact: absolute}, `\left|\cdot\right|`, "", x, "sign(x)"),
	own(expr.Func{Name: "sign", Parity: expr.Odd, Exact: sign}, `\operatorname{sign}`, "", x, "0"),
	same("step", `\operatorname{step}`, "", "[x > 0]", "x"),
	own(expr.Func{Name: "floor", Exact: floor}, `\operatorname{floor}`, "", x, "0"),
	own(expr.Func{Name: "ceil", Exact: ceil}, `\operatorname{ceil}`, "", x, "0"),
	own(expr.Func{Name: "sin", Parity: expr.Odd, Exact: at("0", "0")}, `\sin`, "", x, "cos(x)"),
	own(expr.Func{Name: "cos", Parity: expr.Even, Exact: at("0", "1")}, `\cos`, "", x, "-sin(x)"),
	own(expr.Func{Name: "tan", Parity: expr.Odd, Exact: at("0", "0")}, `\tan`, "cos(x) != 0", x, "1 + tan(x)^2"),
	own(expr.Func{Name: "asin", Monotony: expr.Increasing, Parity: expr.Odd, Exact: at("0", "0")}, `\arcsin`, "-1 < x and x < 1", x, "1/sqrt(1 - x^2)"),
	own(expr.Func{Name: "acos", Monotony: expr.Decreasing, Sign: expr.NonNegative, Exact: at("1", "0")}, `\arccos`, "-1 < x and x < 1", x, "-1/sqrt(1 - x^2)"),
	own(expr.Func{Name: "atan", Monotony: expr.Increasing, Parity: expr.Odd, Exact: at("0", "0")}, `\arctan`, "", x, "1/(1 + x^2)"),
	own(expr.Func{Name: "atan2"}, `\operatorname{atan2}`, "x != 0 or y != 0", yx, "x/(x^2 + y^2)", "-y/(x^2 + y^2)"),
	own(expr.Func{Name: "sinh", Monotony: expr.Increasing, Parity: expr.Odd, Exact: at("0", "0")}, `\sinh`, "", x, "cosh(x)"),
	own(expr.Func{Name: "cosh", Parity: expr.Even, Sign: expr.Positive, Exact: at("0", "1")}, `\cosh`, "", x, "sinh(x)"),
	own(expr.Func{Name: "tanh", Monotony: expr.Increasing, Parity: expr.Odd, Exact: at("0", "0")}, `\tanh`, "", x, "1 - tanh(x)^2"),
	own(expr.Func{Name: "asinh", Monotony: expr.Increasing, Parity: expr.Odd, Exact: at("0", "0")}, `\operatorname{arsinh}`, "", x, "1/sqrt(x^2 + 1)"),
	own(expr.Func{Name: "acosh", Monotony: expr.Increasing, Sign: expr.NonNegative, Exact: at("1", "0")}, `\operatorname{arcosh}`, "x > 1", x, "1/sqrt(x^2 - 1)"),
	own(expr.Func{Name: "atanh", Monotony: expr.Increasing, Parity: expr.Odd, Exact: at("0", "0")}, `\operatorname{artanh}`, "-1 < x and x < 1", x, "1/(1 - x^2)"),
	own(expr.Func{Name: "erf", Monotony: expr.Increasing, Parity: expr.Odd, Exact: at("0", "0")}, `\operatorname{erf}`, "", x, "2*exp(-x^2)/sqrt(pi)"),
	own(expr.Func{Name: "erfc", Monotony: expr.Decreasing, Sign: expr.Positive, Exact: at("0", "1")}, `\operatorname{erfc}`, "", x, "-2*exp(-x^2)/sqrt(pi)"),
	own(expr.Func{Name: "gamma", Exact: gamma}, `\Gamma`, "x > 0 or x != floor(x)", x, "gamma(x)*digamma(x)"),
	own(expr.Func{Name: "lgamma", Exact: at("1", "0", "2", "0")}, `\log\Gamma`, "x > 0 or x != floor(x)", x, "digamma(x)"),
	own(expr.Func{Name: "digamma"}, `\psi`, "x > 0 or x != floor(x)", x, "trigamma(x)"),
	own(expr.Func{Name: "trigamma", Sign: expr.Positive}, `\psi_1`, "x > 0 or x != floor(x)", x, "polygamma(2, x)"),
	own(expr.Func{Name: "polygamma"}, `\psi`, "k >= 0 and k == floor(k) and (x > 0 or x != floor(x))", []string{"k", "x"}, "", "polygamma(k + 1, x)"),
	own(expr.Func{Name: "beta"}, `\operatorname{B}`, "a > 0 and b > 0", ab,
		"beta(a, b)*(digamma(a) - digamma(a + b))", "beta(a, b)*(digamma(b) - digamma(a + b))"),
	same("max", `\max`, "", "if(a >= b, a, b)", "a", "b"),
	same("min", `\min`, "", "if(a <= b, a, b)", "a", "b"),
	same("clamp", `\operatorname{clamp}`, "lo <= hi", "if(x < lo, lo, if(x > hi, hi, x))", "x", "lo", "hi"),
	own(expr.Func{Name: "hypot", Sign: expr.NonNegative}, `\operatorname{hypot}`, "", ab,
		"if(hypot(a, b) == 0, 0, a/hypot(a, b))", "if(hypot(a, b) == 0, 0, b/hypot(a, b))"),
	own(expr.Func{Name: "mod", Exact: mod}, `\operatorname{mod}`, "m != 0", []string{"x", "m"}, "1", "-floor(x/m)"),
}

// Lookup returns the row of that name and number of parameters.
func Lookup(name string, arity int) (Elementary, bool) {
	for _, row := range Table {
		if row.Name == name && len(row.Params) == arity {
			return row, true
		}
	}
	return Elementary{}, false
}

// exact is the type of the hooks that know rational values.
type exact = func(args []*big.Rat) (*big.Rat, bool)

// at returns the hook of a function with the given values: argument, value, argument, value, ….
func at(pairs ...string) exact {
	type pair struct{ x, y *big.Rat }
	var known []pair
	for i := 0; i < len(pairs); i += 2 {
		x, _ := new(big.Rat).SetString(pairs[i])
		y, _ := new(big.Rat).SetString(pairs[i+1])
		known = append(known, pair{x, y})
	}
	return func(args []*big.Rat) (*big.Rat, bool) {
		for _, p := range known {
			if p.x.Cmp(args[0]) == 0 {
				return p.y, true
			}
		}
		return nil, false
	}
}

// maxLogarithm bounds the integer logarithms that are recognised.
const maxLogarithm = 64

// logarithm returns the hook of log to an integer base: exact at its integer powers.
func logarithm(base int64) exact {
	return func(args []*big.Rat) (*big.Rat, bool) {
		x, sign := args[0], int64(1)
		if x.Sign() <= 0 {
			return nil, false
		}
		if x.Cmp(big.NewRat(1, 1)) < 0 {
			x, sign = new(big.Rat).Inv(x), -1
		}
		if !x.IsInt() {
			return nil, false
		}
		power := big.NewInt(1)
		for k := range int64(maxLogarithm) {
			if power.Cmp(x.Num()) == 0 {
				return big.NewRat(sign*k, 1), true
			}
			power = new(big.Int).Mul(power, big.NewInt(base))
		}
		return nil, false
	}
}

func cubeRoot(args []*big.Rat) (*big.Rat, bool) {
	root := func(n *big.Int) (*big.Int, bool) {
		if n.BitLen() > 1000 {
			return nil, false
		}
		lo, hi := big.NewInt(0), new(big.Int).Lsh(big.NewInt(1), uint(n.BitLen()/3+1))
		for lo.Cmp(hi) < 0 { // the least r with r³ ≥ n
			mid := new(big.Int).Rsh(new(big.Int).Add(lo, hi), 1)
			if new(big.Int).Exp(mid, big.NewInt(3), nil).Cmp(n) < 0 {
				lo = mid.Add(mid, big.NewInt(1))
			} else {
				hi = mid
			}
		}
		return lo, new(big.Int).Exp(lo, big.NewInt(3), nil).Cmp(n) == 0
	}
	num, ok := root(new(big.Int).Abs(args[0].Num()))
	den, ok2 := root(args[0].Denom())
	if !ok || !ok2 {
		return nil, false
	}
	r := new(big.Rat).SetFrac(num, den)
	if args[0].Sign() < 0 {
		r.Neg(r)
	}
	return r, true
}

func absolute(args []*big.Rat) (*big.Rat, bool) { return new(big.Rat).Abs(args[0]), true }

func sign(args []*big.Rat) (*big.Rat, bool) { return big.NewRat(int64(args[0].Sign()), 1), true }

// floor uses that Div rounds towards minus infinity for the positive denominators of big.Rat.
func floor(args []*big.Rat) (*big.Rat, bool) {
	return new(big.Rat).SetInt(new(big.Int).Div(args[0].Num(), args[0].Denom())), true
}

func ceil(args []*big.Rat) (*big.Rat, bool) {
	f, _ := floor([]*big.Rat{new(big.Rat).Neg(args[0])})
	return f.Neg(f), true
}

// mod is x - m·⌊x/m⌋.
func mod(args []*big.Rat) (*big.Rat, bool) {
	x, m := args[0], args[1]
	if m.Sign() == 0 {
		return nil, false
	}
	q, _ := floor([]*big.Rat{new(big.Rat).Quo(x, m)})
	return new(big.Rat).Sub(x, q.Mul(q, m)), true
}

// maxFactorial bounds the exact values of gamma.
const maxFactorial = 100

// gamma is (n-1)! at positive integers n.
func gamma(args []*big.Rat) (*big.Rat, bool) {
	x := args[0]
	if !x.IsInt() || x.Sign() <= 0 || x.Cmp(big.NewRat(maxFactorial, 1)) > 0 {
		return nil, false
	}
	return new(big.Rat).SetInt(new(big.Int).MulRange(1, x.Num().Int64()-1)), true
}
