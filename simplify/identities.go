package simplify

import (
	"slices"

	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
)

// An identity says that a call of a function is equal to another expression wherever the call is defined. Both sides are in the formula language, in x.
type identity struct{ call, becomes string }

// identities are the rows for functions and their inverses.
//
// Not here, since they are wrong somewhere in the domain: asin(sin(x)) == x (x = 2), acos(cos(x)) == x (x = -1), atan(tan(x)) == x (x = 2),
// acosh(cosh(x)) == x (x = -1, where it is abs(x)), log(x^2) == 2*log(x) (x = -1).
var identities = []identity{
	{"exp(log(x))", "x"},
	{"sin(asin(x))", "x"},
	{"cos(asin(x))", "sqrt(1 - x^2)"},
	{"tan(asin(x))", "x/sqrt(1 - x^2)"},
	{"sin(acos(x))", "sqrt(1 - x^2)"},
	{"cos(acos(x))", "x"},
	{"tan(acos(x))", "sqrt(1 - x^2)/x"},
	{"sin(atan(x))", "x/sqrt(1 + x^2)"},
	{"cos(atan(x))", "1/sqrt(1 + x^2)"},
	{"tan(atan(x))", "x"},
	{"sinh(asinh(x))", "x"},
	{"cosh(asinh(x))", "sqrt(1 + x^2)"},
	{"tanh(asinh(x))", "x/sqrt(1 + x^2)"},
	{"sinh(acosh(x))", "sqrt(x^2 - 1)"},
	{"cosh(acosh(x))", "x"},
	{"sinh(atanh(x))", "x/sqrt(1 - x^2)"},
	{"cosh(atanh(x))", "1/sqrt(1 - x^2)"},
	{"tanh(atanh(x))", "x"},
	{"asinh(sinh(x))", "x"},
	{"acosh(cosh(x))", "abs(x)"},
	{"atanh(tanh(x))", "x"},
	{"cbrt(x^3)", "x"},
	{"sign(abs(x))", "abs(sign(x))"},
	{"sign(sign(x))", "sign(x)"},
	{"floor(floor(x))", "floor(x)"},
	{"floor(ceil(x))", "ceil(x)"},
	{"ceil(floor(x))", "floor(x)"},
	{"ceil(ceil(x))", "ceil(x)"},
}

// inverted applies the identities of functions and their inverses, and what is known of functions of integers and of multiples of pi.
func inverted(s *expr.Session, x *expr.Node) *expr.Node {
	if !contains(x, func(n *expr.Node) bool { return isElementary(n) }) {
		return x
	}
	patterns := map[string][]rewriting{}
	return s.Map(x, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if n.Kind() == expr.KindPow && isElementary(n.Args()[0]) && args[0].Kind() == expr.KindCall && args[0].Func().Name == "cbrt" { // cbrt(x)^4 is x*cbrt(x)
			if k, ok := args[1].Rat().Int64(); ok && args[1].Kind() == expr.KindRat && (k >= 3 || k <= -3) {
				return s.Mul(s.Pow(args[0].Args()[0], s.Int(k/3)), s.Pow(args[0], s.Int(k%3))), true
			}
		}
		if n.Kind() == expr.KindPow && isElementary(n.Args()[0]) { // exp(a*log(b))^c is b^(a*c), not (b^a)^c
			if power, ok := powerByExp(s, n.Args()[0]); ok && power.Kind() == expr.KindPow {
				return s.Pow(power.Args()[0], s.Mul(power.Args()[1], args[1])), true
			}
		}
		if !isElementary(n) {
			return nil, false
		}
		y := s.With(n, args)
		if !isElementary(y) {
			return y, true
		}
		if z, ok := ofInteger(s, y); ok {
			return z, true
		}
		if z, ok := powerByExp(s, y); ok {
			return z, true
		}
		name := y.Func().Name
		rows, known := patterns[name]
		if !known {
			rows = rewritings(s, name)
			patterns[name] = rows
		}
		for _, r := range rows {
			m := matcher{s: s, params: []*expr.Symbol{r.param}}
			if b := newBinding(); m.match(r.call, y, b, nil) && b.params[r.param] != nil {
				return s.Instantiate(r.becomes, b.params), true
			}
		}
		return y, true
	})
}

// isCallOf reports whether x is an elementary function of that name.
func isCallOf(x *expr.Node, name string) bool {
	return x.Kind() == expr.KindCall && x.Func().Ranks == nil && x.Func().Name == name
}

// isElementary reports whether n is a call of an elementary function of one number.
func isElementary(n *expr.Node) bool {
	if n.Kind() != expr.KindCall || n.Func().Arity != 1 || n.Func().Ranks != nil {
		return false
	}
	row, ok := builtin.Lookup(n.Func().Name, 1)
	return ok && row.Func == n.Func()
}

// A rewriting is an identity over the entries of a symbol.
type rewriting struct {
	param         *expr.Symbol
	call, becomes *expr.Node
}

// rewritings returns the identities of the calls of a function.
func rewritings(s *expr.Session, name string) []rewriting {
	var out []rewriting
	for _, row := range identities {
		if len(row.call) <= len(name) || row.call[:len(name)] != name || row.call[len(name)] != '(' {
			continue
		}
		param := s.NewSymbol("x", false)
		of := func(text string) *expr.Node {
			return formula.Text(s, text, []string{"x"}, []*expr.Node{s.Entry(param)})
		}
		out = append(out, rewriting{param, of(row.call), of(row.becomes)})
	}
	return out
}

// powerByExp writes exp(a*log(b)) as b^a, which is defined where that is.
func powerByExp(s *expr.Session, n *expr.Node) (*expr.Node, bool) {
	if n.Func().Name != "exp" || n.Args()[0].Kind() != expr.KindMul {
		return nil, false
	}
	factors := expr.Factors(n.Args()[0])
	k := slices.IndexFunc(factors, isLogarithm)
	if k < 0 || slices.ContainsFunc(factors, func(f *expr.Node) bool { return f.Kind() == expr.KindCond }) {
		return nil, false
	}
	return s.Pow(factors[k].Args()[0], s.Mul(slices.Delete(slices.Clone(factors), k, k+1)...)), true
}

// ofInteger returns what floor and ceil of a sum with integers in it are, and sin, cos and tan at and beside rational multiples of pi.
func ofInteger(s *expr.Session, n *expr.Node) (*expr.Node, bool) {
	x := n.Args()[0]
	switch name := n.Func().Name; name {
	case "floor", "ceil":
		whole, rest := integerPart(s, x)
		if whole.IsZero() {
			return nil, false
		}
		if rest.IsZero() {
			return whole, true
		}
		return s.Add(whole, formula.Elementary(s, name, rest)), true
	case "sin", "cos", "tan":
		return atMultipleOfPi(s, name, x)
	}
	return nil, false
}

// integerPart splits x into terms that are integers and the rest, the constant of which is between 0 and 1.
func integerPart(s *expr.Session, x *expr.Node) (whole, rest *expr.Node) {
	constant, terms := expr.Terms(x)
	var integers, others []expr.Term
	for _, t := range terms {
		if _, ok := t.Coef.Int64(); ok && (expr.IsIndexForm(t.X) || isRounded(t.X)) {
			integers = append(integers, t)
		} else {
			others = append(others, t)
		}
	}
	down := expr.Int(0)
	if f := formula.Elementary(s, "floor", s.Rat(constant)); f.Kind() == expr.KindRat {
		down = f.Rat()
	}
	return s.Linear(down, integers), s.Linear(constant.Sub(down), others)
}

// isRounded reports whether x is a call whose values are integers.
func isRounded(x *expr.Node) bool {
	return x.Kind() == expr.KindCall && x.Func().Arity == 1 && (x.Func().Name == "floor" || x.Func().Name == "ceil" || x.Func().Name == "sign")
}

// atMultipleOfPi returns sin, cos or tan of x where x has a term that is a multiple of pi by an integer or by a number of twelfths.
func atMultipleOfPi(s *expr.Session, name string, x *expr.Node) (*expr.Node, bool) {
	pi := s.Const("pi")
	_, terms := expr.Terms(x)
	var halves []*expr.Node // x = Σ halves·pi + rest, halves integers
	number := expr.Int(0)   // a rational multiple of pi
	var rest []expr.Term
	c, _ := expr.Terms(x)
	for _, t := range terms {
		k := s.Mul(t.X, s.Inv(pi))
		switch _, isInt := t.Coef.Int64(); {
		case t.X == pi:
			number = number.Add(t.Coef)
		case isInt && expr.IsIndexForm(k):
			halves = append(halves, s.Scale(t.Coef, k))
		default:
			rest = append(rest, t)
		}
	}
	angle := s.Linear(c, rest)
	if len(halves) > 0 && name != "tan" { // sin(x + k*pi) = (-1)^k*sin(x)
		return s.Mul(s.Pow(s.Int(-1), s.Add(halves...)), formula.Elementary(s, name, s.Add(angle, s.Scale(number, pi)))), true
	}
	if len(halves) > 0 {
		return formula.Elementary(s, name, s.Add(angle, s.Scale(number, pi))), true
	}
	if number.IsZero() {
		return nil, false
	}
	if angle.IsZero() {
		return exactAngle(s, name, number)
	}
	twice, isHalf := number.Mul(expr.Int(2)).Int64()
	if !isHalf || name == "tan" && twice%2 != 0 {
		return nil, false
	}
	return shiftedByQuarters(s, name, angle, twice), true
}

// shiftedByQuarters returns f(x + k·pi/2).
func shiftedByQuarters(s *expr.Session, name string, x *expr.Node, k int64) *expr.Node {
	sin, cos := formula.Elementary(s, "sin", x), formula.Elementary(s, "cos", x)
	if name == "tan" {
		return formula.Elementary(s, "tan", x)
	}
	k = (k%4 + 4) % 4
	if name == "cos" { // cos(x) = sin(x + pi/2)
		k = (k + 1) % 4
	}
	return []*expr.Node{sin, cos, s.Neg(sin), s.Neg(cos)}[k]
}

// exactAngle returns the value at a multiple of pi/6 or pi/4.
func exactAngle(s *expr.Session, name string, ofPi expr.Rat) (*expr.Node, bool) {
	twelfths, ok := ofPi.Mul(expr.Int(12)).Int64()
	if !ok || twelfths > 1<<20 || twelfths < -1<<20 {
		return nil, false
	}
	sin, okSin := sineOfTwelfths(s, twelfths)
	cos, okCos := sineOfTwelfths(s, twelfths+6)
	switch {
	case name == "sin" && okSin:
		return sin, true
	case name == "cos" && okCos:
		return cos, true
	case name == "tan" && okSin && okCos && !cos.IsZero():
		return s.Div(sin, cos), true
	}
	return nil, false
}

// sineOfTwelfths returns sin(k·pi/12) where it is half the root of an integer.
func sineOfTwelfths(s *expr.Session, k int64) (*expr.Node, bool) {
	k = (k%24 + 24) % 24
	if k >= 12 {
		x, ok := sineOfTwelfths(s, k-12)
		if !ok {
			return nil, false
		}
		return s.Neg(x), true
	}
	squares := map[int64]int64{0: 0, 2: 1, 3: 2, 4: 3, 6: 4, 8: 3, 9: 2, 10: 1} // of twice the sine
	q, ok := squares[k]
	if !ok {
		return nil, false
	}
	return s.Scale(expr.Frac(1, 2), s.Sqrt(s.Int(q))), true
}
