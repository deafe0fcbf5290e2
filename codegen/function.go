package codegen

import "github.com/seed-9905856d/derive/expr"

// Functions that stabilising introduces. Constructors know nothing of them, so what they hold stays as it is.
var (
	fnExp      = &expr.Func{Name: "exp of a sum", Arity: 1, Sign: expr.Positive}
	fnSigmoid  = &expr.Func{Name: "sigmoid", Arity: 1, Sign: expr.Positive}
	fnLog1p    = &expr.Func{Name: "log of 1 plus", Arity: 1}
	fnLogSum   = &expr.Func{Name: "log of a sum", Arity: 1} // log of 1 plus, of a sum of exponentials less its largest
	fnExpm1    = &expr.Func{Name: "exp less 1", Arity: 1}
	fnTail     = &expr.Func{Name: "tail of softplus", Arity: 1, Sign: expr.Positive} // log(1 + exp(-|x|))
	fnTanh     = &expr.Func{Name: "tanh", Arity: 1, Parity: expr.Odd}
	fnCosh     = &expr.Func{Name: "cosh", Arity: 1, Parity: expr.Even, Sign: expr.Positive}
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
	"exp": "math.Exp", "log": "math.Log", "abs": "math.Abs", "floor": "math.Floor", "ceil": "math.Ceil",
	"sin": "math.Sin", "cos": "math.Cos", "tan": "math.Tan", "asin": "math.Asin", "acos": "math.Acos", "atan": "math.Atan",
	"atan2": "math.Atan2", "sinh": "math.Sinh", "cosh": "math.Cosh", "tanh": "math.Tanh",
	"asinh": "math.Asinh", "acosh": "math.Acosh", "atanh": "math.Atanh", "erf": "math.Erf", "erfc": "math.Erfc",
	"gamma": "math.Gamma", "hypot": "math.Hypot", "cbrt": "math.Cbrt", "expm1": "math.Expm1", "log1p": "math.Log1p",
	"log10":    "math.Log10",
	fnExp.Name: "math.Exp", fnLog1p.Name: "math.Log1p", fnLogSum.Name: "math.Log1p", fnExpm1.Name: "math.Expm1", fnMax.Name: "math.Max",
}

// function emits a call.
func (l *lowering) function(n *expr.Node) Arg {
	fn := n.Func()
	if fn.Name == fnSigmoid.Name && l.decays[l.decayKey(n.Args()[0])] > 1 {
		return l.sigmoid(n.Args()[0])
	}
	switch fn {
	case fnDet:
		return l.pivots("luDet", n.Args()[0])
	case fnLogDet:
		return l.pivots("luLogDet", n.Args()[0])
	}
	args := make([]Arg, len(n.Args()))
	for k, a := range n.Args() {
		args[k] = l.value(a)
	}
	if name, ok := inGo[fn.Name]; ok {
		return l.call(hintOf(n), name, args...)
	}
	one, zero := Arg{Const: "1"}, Arg{Const: "0"}
	x := args[0]
	switch fn.Name {
	case fnSigmoid.Name: // 1/(1 + exp(-x)), which neither overflows nor cancels
		down := l.exponentOf(n.Args()[0])
		return l.let("p", OpDiv, one, l.let("t", OpAdd, one, l.call("e", "math.Exp", down)))
	case fnTail.Name:
		return l.call("t", "math.Log1p", l.decay(n.Args()[0]))
	case fnPositive.Name:
		return l.call("t", "max", x, zero)
	case fnApart.Name:
		return x
	case fnInverseRoot.Name:
		return l.call("t", "helper:"+fn.Name, x)
	case fnFinite.Name:
		v := l.newVar("shift")
		v.Mutable = true
		l.emit(&Set{Var: v, X: x, Declare: true})
		l.emit(&If{Cond: Bool{Op: BoolInf, X: Arg{Var: v}}, Then: &Block{Stmts: []Stmt{&Set{Var: v, X: zero}}}})
		return Arg{Var: v}
	case "log2": // math.Log2 loses digits near 1
		return l.let("t", OpMul, l.call("t", "math.Log", x), Arg{Const: "(1 / math.Ln2)"})
	case "sign", "lgamma", "digamma", "trigamma", "polygamma", "beta", "mod":
		return l.call("t", "helper:"+fn.Name, args...)
	}
	fail("the function %s has no code", fn.Name)
	return Arg{}
}

// exponentOf returns -x, without two signs.
func (l *lowering) exponentOf(x *expr.Node) Arg { return l.value(l.s.Neg(x)) }
