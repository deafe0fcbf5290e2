package simplify

import (
	"slices"
	"strconv"

	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
)

// maxZeroRounds bounds how often the algebra of [Simplifier.IsZero] is repeated.
const maxZeroRounds = 4

// IsZero reports whether t is shown to be 0 wherever it is defined, once functions are written in terms of few: hyperbolic ones as exponentials,
// those of sums of angles by sin and cos of the angles, the gamma function and its kin at arguments that differ by integers as one. Steps names
// the rules that were used. It is not shown where that takes more work than a step of the search for forms may take.
func (z *Simplifier) IsZero(t formula.Tensor) (zero bool, steps []string) {
	z.s.Within(stepWork(t), func() { zero, steps = z.isZero(t) })
	return zero, steps
}

func (z *Simplifier) isZero(t formula.Tensor) (zero bool, steps []string) {
	f := newFacts(z.s, z.problem.Givens)
	x := f.apply(t.Value)
	f.withDomain(x)
	if y := f.apply(x); y != x {
		x, steps = y, append(steps, "log(x) is of a positive x, so that log(x*y) == log(x) + log(y)")
	}
	for _, r := range append(slices.Clone(primitives), splitting) {
		if y := f.apply(z.rewritten(x, r.of)); y != x {
			x, steps = y, append(steps, r.text)
		}
	}
	if y := f.apply(whole(z.s, x)); y != x {
		x, steps = y, append(steps, "a sum that leaves out one value of its index is the whole sum less what it has there")
	}
	if y := f.apply(f.closedForms(x)); y != x {
		x, steps = y, append(steps, "sums and products over ranges of integers in closed form")
	}
	before := len(steps)
	for range maxZeroRounds {
		x = f.apply(withLeastExponents(z.s, z.multiplied(x)))
		if y := z.pythagoras(x); y != x {
			x = f.apply(z.multiplied(y))
			if len(steps) == before {
				steps = append(steps, "sin(x)^2 == 1 - cos(x)^2")
			}
		}
		if x.IsZero() {
			return true, steps
		}
		y := numerator(z.s, together(z.s, deepTogether(z.s, x)))
		if y == x {
			break
		}
		x = y
	}
	return x.IsZero(), steps
}

// noGiven stands for the given that says what follows from x being defined.
const noGiven = -1

// withDomain adds what holds wherever x is defined: of every number without indices the logarithm of which is a term of x, that it is positive, and of
// what the terms divide by, that it is not 0.
func (f *facts) withDomain(x *expr.Node) {
	_, terms := expr.Terms(x)
	for _, t := range terms {
		if conds, _ := conditions(f.s, t.X); len(conds) > 0 { // where one fails, what is beside it does not matter
			continue
		}
		if isLogarithm(t.X) {
			if e := t.X.Args()[0]; e.Kind() == expr.KindEntry && len(e.Args()) == 0 {
				f.sign(noGiven, e, true)
			}
		}
		for _, factor := range expr.Factors(t.X) {
			if base, e := baseExponent(f.s, factor); e.Kind() == expr.KindRat && e.Rat().Sign() < 0 {
				f.apart = append(f.apart, apartFact{noGiven, base, different})
			}
		}
	}
}

// isLogarithm reports whether x is the logarithm of a number.
func isLogarithm(x *expr.Node) bool {
	return x.Kind() == expr.KindCall && x.Func().Arity == 1 && x.Func().Name == "log"
}

// A primitive writes calls of a function in terms of others; ok is false where it does not apply.
type primitive struct {
	text string
	of   func(s *expr.Session, name string, args []*expr.Node) (*expr.Node, bool)
}

// primitives are the rules by which functions are written in terms of few, in the order in which they are used.
var primitives = []primitive{
	{"tanh(x) == (exp(x) - exp(-x))/(exp(x) + exp(-x)), and so on", hyperbolic},
	{"tan(x) == sin(x)/cos(x)", tangent},
	{"sin(x + y) == sin(x)*cos(y) + cos(x)*sin(y), and so on", angleSum},
	{"beta(x, y) == gamma(x)*gamma(y)/gamma(x + y)", betaByGamma},
	{"gamma(x + 1) == x*gamma(x), and so on", gammaShift},
	{"erfc(x) == 1 - erf(x), acos(x) == pi/2 - asin(x)", complementary},
	{"log10(x) == log(x)/log(10), log2(x) == log(x)/log(2)", naturalLog},
}

// splitting is the rule for logarithms, which only shows that a difference is 0: what it makes of one is no easier to read.
var splitting = primitive{"log(x) is of a positive x, so that log(x*y) == log(abs(x)) + log(abs(y))", splitLog}

// rewritten applies a rule to every call of a function of numbers in x.
func (z *Simplifier) rewritten(x *expr.Node, rule func(s *expr.Session, name string, args []*expr.Node) (*expr.Node, bool)) *expr.Node {
	return z.s.Map(x, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if n.Kind() != expr.KindCall || n.Func().Ranks != nil {
			return nil, false
		}
		if row, ok := builtin.Lookup(n.Func().Name, n.Func().Arity); !ok || row.Func != n.Func() {
			return nil, false
		}
		return rule(z.s, n.Func().Name, args)
	})
}

func hyperbolic(s *expr.Session, name string, args []*expr.Node) (*expr.Node, bool) {
	plus := formula.Elementary(s, "exp", args[0])
	minus := formula.Elementary(s, "exp", s.Neg(args[0]))
	switch name {
	case "sinh":
		return s.Scale(expr.Frac(1, 2), s.Sub(plus, minus)), true
	case "cosh":
		return s.Scale(expr.Frac(1, 2), s.Add(plus, minus)), true
	case "tanh":
		return s.Div(s.Sub(plus, minus), s.Add(plus, minus)), true
	}
	return nil, false
}

func tangent(s *expr.Session, name string, args []*expr.Node) (*expr.Node, bool) {
	if name != "tan" {
		return nil, false
	}
	return s.Div(formula.Elementary(s, "sin", args[0]), formula.Elementary(s, "cos", args[0])), true
}

// maxAngles bounds the angles into which one is taken apart.
const maxAngles = 8

// angleSum writes sin and cos of a sum, and of an integer multiple, by those of its parts.
func angleSum(s *expr.Session, name string, args []*expr.Node) (*expr.Node, bool) {
	if name != "sin" && name != "cos" {
		return nil, false
	}
	var parts []*expr.Node
	constant, terms := expr.Terms(args[0])
	if !constant.IsZero() {
		parts = append(parts, s.Rat(constant))
	}
	for _, t := range terms {
		k, ok := t.Coef.Int64()
		if !ok || k > maxAngles || k < -maxAngles {
			parts = append(parts, s.Scale(t.Coef, t.X))
			continue
		}
		for range max(k, -k) {
			if k < 0 {
				parts = append(parts, s.Neg(t.X))
			} else {
				parts = append(parts, t.X)
			}
		}
	}
	if len(parts) < 2 || len(parts) > maxAngles {
		return nil, false
	}
	sin, cos := formula.Elementary(s, "sin", parts[0]), formula.Elementary(s, "cos", parts[0])
	for _, p := range parts[1:] {
		a, b := formula.Elementary(s, "sin", p), formula.Elementary(s, "cos", p)
		sin, cos = s.Add(s.Mul(sin, b), s.Mul(cos, a)), s.Sub(s.Mul(cos, b), s.Mul(sin, a))
	}
	if name == "sin" {
		return sin, true
	}
	return cos, true
}

func betaByGamma(s *expr.Session, name string, args []*expr.Node) (*expr.Node, bool) {
	if name != "beta" {
		return nil, false
	}
	gamma := func(x *expr.Node) *expr.Node { return formula.Elementary(s, "gamma", x) }
	return s.Div(s.Mul(gamma(args[0]), gamma(args[1])), gamma(s.Add(args...))), true
}

// maxShift bounds the integers by which an argument is shifted.
const maxShift = 32

// gammaShift shifts the argument of the gamma function, of its logarithm and of its derivatives by an integer so that its
// constant is at least 0 and less than 1. One that is a linear form in indices and sizes stays positive: gamma(n + 1 - i) is 1 at i = n, but not
// (n - i)*gamma(n - i).
func gammaShift(s *expr.Session, name string, args []*expr.Node) (*expr.Node, bool) {
	switch name {
	case "gamma", "lgamma", "digamma", "trigamma":
	default:
		return nil, false
	}
	constant, terms := expr.Terms(args[0])
	shift := int64(0)
	for c := constant; c.Cmp(expr.Int(1)) >= 0 && shift <= maxShift; c = c.Add(expr.Int(-1)) {
		shift++
	}
	for shift > 0 && expr.IsIndexForm(args[0]) && !isPositive(s, s.Add(args[0], s.Int(-shift))) {
		shift--
	}
	for c := constant; c.Sign() < 0 && shift >= -maxShift; c = c.Add(expr.Int(1)) {
		shift--
	}
	if shift == 0 || shift > maxShift || shift < -maxShift || len(terms) == 0 {
		return nil, false
	}
	base := s.Add(args[0], s.Int(-shift))
	result := formula.Elementary(s, name, base)
	for k := int64(0); k != shift; {
		// From gamma(base + k) to the next up, or down.
		up := shift > 0
		at := s.Add(base, s.Int(k))
		if !up {
			at = s.Add(base, s.Int(k-1))
		}
		var by *expr.Node
		switch name {
		case "gamma":
			by = at
			if !up {
				by = s.Inv(at)
			}
			result = s.Mul(result, by)
		case "lgamma":
			by = formula.Elementary(s, "log", formula.Elementary(s, "abs", at))
		case "digamma":
			by = s.Inv(at)
		case "trigamma":
			by = s.Neg(s.Pow(at, s.Int(-2)))
		}
		switch {
		case name == "gamma":
		case up:
			result = s.Add(result, by)
		default:
			result = s.Sub(result, by)
		}
		if up {
			k++
		} else {
			k--
		}
	}
	return result, true
}

func complementary(s *expr.Session, name string, args []*expr.Node) (*expr.Node, bool) {
	switch name {
	case "erfc":
		return s.Sub(s.Int(1), formula.Elementary(s, "erf", args[0])), true
	case "acos":
		return s.Sub(s.Scale(expr.Frac(1, 2), s.Const("pi")), formula.Elementary(s, "asin", args[0])), true
	}
	return nil, false
}

func naturalLog(s *expr.Session, name string, args []*expr.Node) (*expr.Node, bool) {
	base := map[string]int64{"log2": 2, "log10": 10}[name]
	if base == 0 {
		return nil, false
	}
	return s.Div(formula.Elementary(s, "log", args[0]), formula.Elementary(s, "log", s.Int(base))), true
}

// splitLog writes the logarithm of a product or quotient as those of the absolute values of its factors. Where the argument is not positive there is
// nothing to keep.
func splitLog(s *expr.Session, name string, args []*expr.Node) (*expr.Node, bool) {
	if name != "log" {
		return nil, false
	}
	coef, product := unscaled(args[0])
	var terms []*expr.Node
	if !coef.IsOne() {
		if coef.Sign() < 0 {
			coef = coef.Neg()
		}
		terms = append(terms, formula.Elementary(s, "log", s.Rat(coef)))
	}
	for _, f := range expr.Factors(product) {
		if f.Kind() == expr.KindCond || f.Kind() == expr.KindReduce {
			return nil, false
		}
		base, e := f, s.Int(1)
		if f.Kind() == expr.KindPow {
			base, e = f.Args()[0], f.Args()[1]
		}
		if exponent, ok := logOfExponential(s, base); ok {
			terms = append(terms, s.Mul(e, exponent))
			continue
		}
		if expr.SignOf(base) != expr.Positive {
			base = formula.Elementary(s, "abs", base)
		}
		terms = append(terms, s.Mul(e, formula.Elementary(s, "log", base)))
	}
	return s.Add(terms...), true
}

// pythagoras writes even powers of sines by cosines.
func (z *Simplifier) pythagoras(x *expr.Node) *expr.Node {
	s := z.s
	return s.Map(x, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if n.Kind() != expr.KindPow || args[0].Kind() != expr.KindCall || args[0].Func().Name != "sin" || args[1].Kind() != expr.KindRat {
			return nil, false
		}
		k, ok := args[1].Rat().Int64()
		if !ok || k < 2 {
			return nil, false
		}
		square := s.Sub(s.Int(1), s.Pow(formula.Elementary(s, "cos", args[0].Args()[0]), s.Int(2)))
		return s.Mul(s.Pow(square, s.Int(k/2)), s.Pow(args[0], s.Int(k%2))), true
	})
}

// numerator returns x without the factors that are in its denominator.
func numerator(s *expr.Session, x *expr.Node) *expr.Node {
	var above []*expr.Node
	for _, f := range expr.Factors(x) {
		if _, e := baseExponent(s, f); e.Kind() == expr.KindRat && e.Rat().Sign() < 0 {
			continue
		}
		above = append(above, f)
	}
	return s.Mul(above...)
}

// maxLifted bounds the difference of exponents of one base.
const maxLifted = 64

// withLeastExponents writes the powers b^(e + k) of one base, with numbers k that differ by integers, as the one with the least k, which a symbol of its own stands for,
// times powers of b. It holds for positive b, and for every b where the least exponent is shown to be an integer of at least 0.
func withLeastExponents(s *expr.Session, x *expr.Node) *expr.Node {
	type class struct{ base, rest *expr.Node }
	classOf := func(n *expr.Node) (c class, constant expr.Rat, ok bool) {
		if n.Kind() != expr.KindPow || n.Args()[1].Kind() == expr.KindRat || len(n.Free()) > 0 {
			return c, constant, false
		}
		constant, terms := expr.Terms(n.Args()[1])
		return class{n.Args()[0], s.Linear(expr.Int(0), terms)}, constant, true
	}
	least := map[class]expr.Rat{}
	more := false
	contains(x, func(n *expr.Node) bool {
		if c, constant, ok := classOf(n); ok {
			old, found := least[c]
			more = more || found && !old.Equal(constant)
			if !found || constant.Cmp(old) < 0 {
				least[c] = constant
			}
		}
		return false
	})
	if !more {
		return x
	}
	standIns := map[class]*expr.Node{}
	return s.Map(x, nil, func(n *expr.Node, _ []*expr.Node) (*expr.Node, bool) {
		c, constant, ok := classOf(n)
		if !ok {
			return nil, false
		}
		lift, isInt := constant.Sub(least[c]).Int64()
		lowest := s.Add(c.rest, s.Rat(least[c]))
		if !isInt || lift > maxLifted || expr.SignOf(c.base) != expr.Positive && !(expr.IsIndexForm(lowest) && s.Cond(expr.GeZero, lowest).IsOne()) {
			return nil, false
		}
		if standIns[c] == nil {
			standIns[c] = s.Entry(s.NewSymbol("@"+strconv.Itoa(len(standIns)), false))
		}
		return s.Mul(standIns[c], s.Pow(c.base, s.Int(lift))), true
	})
}
