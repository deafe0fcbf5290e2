package bigmath

// Function is one elementary function of the language by name.
type Function struct {
	Name  string
	Arity int
	Eval  func(c *Context, args ...Num) Num
}

// functions holds one row for each elementary function.
var functions = []Function{
	unary("abs", (*Context).Abs),
	unary("acos", (*Context).Acos),
	unary("acosh", (*Context).Acosh),
	unary("asin", (*Context).Asin),
	unary("asinh", (*Context).Asinh),
	unary("atan", (*Context).Atan),
	binary("atan2", (*Context).Atan2),
	unary("atanh", (*Context).Atanh),
	binary("beta", (*Context).Beta),
	unary("cbrt", (*Context).Cbrt),
	unary("ceil", (*Context).Ceil),
	{"clamp", 3, func(c *Context, args ...Num) Num { return c.Clamp(args[0], args[1], args[2]) }},
	unary("cos", (*Context).Cos),
	unary("cosh", (*Context).Cosh),
	unary("digamma", (*Context).Digamma),
	unary("erf", (*Context).Erf),
	unary("erfc", (*Context).Erfc),
	unary("exp", (*Context).Exp),
	unary("expm1", (*Context).Expm1),
	unary("floor", (*Context).Floor),
	unary("gamma", (*Context).Gamma),
	binary("hypot", (*Context).Hypot),
	unary("lgamma", (*Context).Lgamma),
	unary("log", (*Context).Log),
	unary("log10", (*Context).Log10),
	unary("log1p", (*Context).Log1p),
	unary("log2", (*Context).Log2),
	binary("max", (*Context).Max),
	binary("min", (*Context).Min),
	binary("mod", (*Context).Mod),
	binary("polygamma", (*Context).Polygamma),
	binary("pow", (*Context).Pow),
	unary("sign", (*Context).Sign),
	unary("sin", (*Context).Sin),
	unary("sinh", (*Context).Sinh),
	unary("sqrt", (*Context).Sqrt),
	unary("step", (*Context).Step),
	unary("tan", (*Context).Tan),
	unary("tanh", (*Context).Tanh),
	unary("trigamma", (*Context).Trigamma),
}

func unary(name string, f func(*Context, Num) Num) Function {
	return Function{name, 1, func(c *Context, args ...Num) Num { return f(c, args[0]) }}
}

func binary(name string, f func(*Context, Num, Num) Num) Function {
	return Function{name, 2, func(c *Context, args ...Num) Num { return f(c, args[0], args[1]) }}
}

// Functions returns all elementary functions in order of their names.
func Functions() []Function { return append([]Function(nil), functions...) }

// Call applies the function of the given name, and reports whether there is one with that many arguments.
func (c *Context) Call(name string, args ...Num) (Num, bool) {
	for i := range functions {
		if f := &functions[i]; f.Name == name {
			if f.Arity != len(args) {
				return NaN(), false
			}
			return f.Eval(c, args...), true
		}
	}
	return NaN(), false
}
