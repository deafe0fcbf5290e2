package codegen

import (
	"slices"
	"strings"

	"github.com/seed-9905856d/derive/expr"
)

// Functions that stabilising introduces. Constructors know nothing of them, so what they hold stays as it is.
var (
	fnExp      = &expr.Func{Name: "exp of a sum", Arity: 1, Sign: expr.Positive}
	fnSigmoid  = &expr.Func{Name: "sigmoid", Arity: 1, Sign: expr.Positive}
	fnLog1p    = &expr.Func{Name: "log of 1 plus", Arity: 1}
	fnLogSum   = &expr.Func{Name: "log of a sum", Arity: 1} // log of 1 plus, of a sum of exponentials less its largest
	fnExpm1    = &expr.Func{Name: "exp less 1", Arity: 1}
	fnTail     = &expr.Func{Name: "tail of softplus", Arity: 1, Parity: expr.Even, Sign: expr.Positive} // log(1 + exp(-|x|))
	fnTanh     = &expr.Func{Name: "tanh", Arity: 1, Parity: expr.Odd}
	fnCosh     = &expr.Func{Name: "cosh", Arity: 1, Parity: expr.Even, Sign: expr.Positive}
	fnErf      = &expr.Func{Name: "erf", Arity: 1, Parity: expr.Odd}
	fnErfc     = &expr.Func{Name: "erfc", Arity: 1, Sign: expr.Positive}
	fnSin      = &expr.Func{Name: "sin", Arity: 1, Parity: expr.Odd}
	fnCos      = &expr.Func{Name: "cos", Arity: 1, Parity: expr.Even}
	fnSinh     = &expr.Func{Name: "sinh", Arity: 1, Parity: expr.Odd}
	fnRounded  = &expr.Func{Name: "rounded", Arity: 1}                       // its argument, which may have vanished where it is positive
	fnApart    = &expr.Func{Name: "apart", Arity: 1, Sign: expr.NonNegative} // a sum that is not to be merged with others
	fnMax      = &expr.Func{Name: "larger", Arity: 2}
	fnFinite   = &expr.Func{Name: "finite", Arity: 1}                           // 0 for an infinity
	fnPositive = &expr.Func{Name: "positive", Arity: 1, Sign: expr.NonNegative} // max(x, 0)
)

// isTail reports whether n is the part of a logarithm of a sum that is added last.
func isTail(n *expr.Node) bool {
	return n.Kind() == expr.KindCall && (n.Func() == fnTail || n.Func() == fnLog1p || n.Func().Name == "log1p")
}

// inGo has the elementary functions that package math computes as they are.
var inGo = map[string]string{
	"abs": "math.Abs", "floor": "math.Floor", "ceil": "math.Ceil",
	"sin": "math.Sin", "cos": "math.Cos", "asin": "math.Asin", "acos": "math.Acos", "atan": "math.Atan",
	"tanh":  "math.Tanh",
	"asinh": "math.Asinh", "acosh": "math.Acosh", "atanh": "math.Atanh", "erf": "math.Erf", "erfc": "math.Erfc",
	"gamma": "math.Gamma", "hypot": "math.Hypot", "cbrt": "math.Cbrt", "expm1": "math.Expm1", "log1p": "math.Log1p",
	fnLog1p.Name: "math.Log1p", fnLogSum.Name: "math.Log1p", fnExpm1.Name: "math.Expm1", fnMax.Name: "math.Max",
}

// function emits a call.
func (l *lowering) function(n *expr.Node) Arg {
	fn := n.Func()
	if fn.Name == fnSigmoid.Name && l.decays[l.decayKey(n.Args()[0])] > 1 {
		return l.sigmoid(n.Args()[0])
	}
	switch fn {
	case fnDet:
		return l.pivots("Det", n.Args()[0])
	case fnLogDet:
		return l.pivots("LogDet", n.Args()[0])
	case fnTimesLess:
		return l.timesLess(n.Args()[0], n.Args()[1], n.Args()[2])
	}
	args := make([]Arg, len(n.Args()))
	for k, a := range n.Args() {
		args[k] = l.value(a)
	}
	if isComputed(n) {
		return l.call("t", "helper:"+fn.Name, args...)
	}
	if name, ok := inGo[fn.Name]; ok {
		return l.call(hintOf(n), name, args...)
	}
	zero := Arg{Const: "0"}
	x := args[0]
	switch fn.Name {
	case "exp", fnExp.Name:
		return l.exponential(n.Args()[0], x)
	case "log":
		return l.logarithm(n.Args()[0], x)
	case fnSigmoid.Name:
		return l.logistic(n.Args()[0], x)
	case fnTail.Name:
		return l.call("t", "math.Log1p", l.decay(n.Args()[0]))
	case fnPositive.Name:
		return l.call("t", "max", x, zero)
	case "atan2": // where y/x vanishes the sign of math.Atan2 is that of x
		return l.call("t", "math.Copysign", l.call("t", "math.Atan2", args...), x)
	case fnApart.Name, fnRounded.Name:
		return x
	case fnTimes.Name:
		return l.let("t", OpMul, x, args[1])
	case fnApartFrom.Name: // the loop is left out where it is 0
		return args[1]
	case fnOver.Name:
		return l.let("t", OpDiv, x, args[1])
	case fnInRange.Name:
		return l.call("plain", "helper:"+fn.Name, x)
	case fnPowerOf.Name:
		return l.call("scale", "helper:"+fn.Name, x)
	case fnFinite.Name:
		v := l.newVar("shift")
		v.Mutable = true
		l.emit(&Set{Var: v, X: x, Declare: true})
		l.emit(&If{Cond: Bool{Op: BoolInf, X: Arg{Var: v}}, Then: &Block{Stmts: []Stmt{&Set{Var: v, X: zero}}}})
		return Arg{Var: v}
	case "log2": // math.Log2 loses digits near 1
		return l.let("t", OpMul, l.logarithm(n.Args()[0], x), Arg{Const: "(1 / math.Ln2)"})
	case "log10":
		return l.let("t", OpMul, l.logarithm(n.Args()[0], x), Arg{Const: "(1 / math.Ln10)"})
	}
	if helperNames[fn.Name] != "" || strings.HasPrefix(fn.Name, seriesPrefix) {
		return l.call("t", "helper:"+fn.Name, args...)
	}
	fail("the function %s has no code", fn.Name)
	return Arg{}
}

// isComputed reports whether n is asin or acos of a number that is computed, and so may be rounded to one that is not in their domain.
func isComputed(n *expr.Node) bool {
	x := n.Args()[0]
	return (isCall(n, "asin") || isCall(n, "acos")) && x.Kind() != expr.KindEntry
}

// timesLess is y·(a - b), also where a - b overflows.
func (l *lowering) timesLess(y, a, b *expr.Node) Arg {
	half := func(x *expr.Node) *expr.Node { return l.s.Scale(expr.Frac(1, 2), x) }
	v := l.newVar("t")
	v.Mutable = true
	l.emit(&Set{Var: v, X: l.let("t", OpMul, l.value(y), l.value(l.s.Sub(a, b))), Declare: true})
	l.emit(&If{Cond: Bool{Op: BoolInf, X: Arg{Var: v}}, Then: l.branch(func() {
		x := l.let("t", OpMul, l.value(y), l.let("t", OpSub, l.value(half(a)), l.value(half(b))))
		l.emit(&Set{Var: v, X: l.let("t", OpMul, Arg{Const: "2"}, x)})
	})})
	return Arg{Var: v}
}

// exponential is exp(x) for the value v of x. The assembly of math.Exp overflows from 709.44 on, though e^709.78 is a number; where x is
// shown to be at most 0 it will do.
func (l *lowering) exponential(x *expr.Node, v Arg) Arg {
	if l.plan.options.Numerics == Fast || nonPositive(x) || isShifted(x) {
		return l.call("e", "math.Exp", v)
	}
	return l.call("e", "helper:exp", v)
}

// isShifted reports whether an exponent has had the largest of its kind subtracted.
func isShifted(x *expr.Node) bool {
	_, terms := expr.Terms(x)
	return slices.ContainsFunc(terms, func(t expr.Term) bool { return isCall(t.X, fnFinite.Name) && t.Coef.Sign() < 0 })
}

// logarithm is log(x) for the value v of x. The assembly of math.Log takes subnormal numbers for others; where x is shown to be at least
// about 1 it will do.
func (l *lowering) logarithm(x *expr.Node, v Arg) Arg {
	if l.isNormal(x) {
		return l.call("t", "math.Log", v)
	}
	return l.call("t", "helper:log", v)
}

// isNormal reports whether x is shown to be no subnormal number, or whether it is not to matter.
func (l *lowering) isNormal(x *expr.Node) bool {
	constant, terms := expr.Terms(x)
	large := constant.Sign() > 0 && !slices.ContainsFunc(terms, func(t expr.Term) bool { return t.Coef.Sign() < 0 || !nonNegative(t.X) })
	return l.plan.options.Numerics == Fast || large || len(expr.SymbolsOf(x)) == 0 || l.plan.sumsShifted(x)
}

func nonNegative(x *expr.Node) bool {
	sign := expr.SignOf(x)
	return sign == expr.Positive || sign == expr.NonNegative
}

// sumsShifted reports whether x is a sum of exponentials the largest of which is 1.
func (p *plan) sumsShifted(x *expr.Node) bool {
	if x.Kind() != expr.KindEntry || p.of[x.Symbol()] == nil {
		return false
	}
	d := p.of[x.Symbol()]
	return d.op == expr.Sum && isCall(d.body, fnExp.Name) && isShifted(d.body.Args()[0])
}

// logistic is 1/(1 + exp(-x)) for the value v of x, which neither overflows nor cancels; where exp(-x) is out of range it is exp(x).
func (l *lowering) logistic(x *expr.Node, v Arg) Arg {
	one := Arg{Const: "1"}
	p := l.newVar("p")
	p.Mutable = true
	e := l.call("e", "math.Exp", l.value(l.s.Neg(x)))
	l.emit(&Set{Var: p, X: l.let("p", OpDiv, one, l.let("t", OpAdd, one, e)), Declare: true})
	l.emit(&If{Cond: Bool{Op: BoolGt, X: Arg{Const: "-709"}, Y: v}, Then: l.branch(func() {
		l.emit(&Set{Var: p, X: l.call("e", "math.Exp", v)})
	})})
	return Arg{Var: p}
}
