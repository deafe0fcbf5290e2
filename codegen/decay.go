package codegen

import "github.com/seed-9905856d/derive/expr"

// decay is exp(-|z|), of which sigmoids of z and -z and the tail of their logarithms are simple functions: one call of
// exp serves all of them.
func (l *lowering) decay(z *expr.Node) Arg {
	key := l.decayKey(z)
	if e := l.lookup(key); e != (Arg{}) {
		return e
	}
	inner := l.block
	l.block = l.home(z)
	e := l.call("e", "math.Exp", l.let("t", OpNeg, l.call("t", "math.Abs", l.value(z))))
	l.block.memo[key] = e
	l.block = inner
	return e
}

// decayKey is the same for z and -z.
func (l *lowering) decayKey(z *expr.Node) *expr.Node {
	if minus := l.s.Neg(z); expr.Compare(minus, z) < 0 {
		z = minus
	}
	return l.s.Call(decayed, z)
}

var decayed = &expr.Func{Name: "exp of minus the size", Arity: 1}

// sigmoid is 1/(1 + exp(-|z|)), for negative z times exp(-|z|).
func (l *lowering) sigmoid(z *expr.Node) Arg {
	e, zero := l.decay(z), Arg{Const: "0"}
	negative := Bool{Op: BoolGt, X: zero}
	if x := l.lookup(l.s.Neg(z)); x != (Arg{}) && l.lookup(z) == (Arg{}) {
		negative = Bool{Op: BoolGt, X: x, Y: zero}
	} else {
		negative.Y = l.value(z)
	}
	p := l.newVar("p")
	p.Mutable = true
	l.emit(&Set{Var: p, X: l.larger(z, e), Declare: true})
	l.emit(&If{Cond: negative, Then: &Block{Stmts: []Stmt{&Set{Var: p, Op: SetMul, X: e}}}})
	return Arg{Var: p}
}

// larger is 1/(1 + e), the larger one of the sigmoids of z and -z.
func (l *lowering) larger(z *expr.Node, e Arg) Arg {
	key := l.s.Call(largerSigmoid, l.decayKey(z))
	if p := l.lookup(key); p != (Arg{}) {
		return p
	}
	inner := l.block
	l.block = l.home(z)
	one := Arg{Const: "1"}
	p := l.let("p", OpDiv, one, l.let("t", OpAdd, one, e))
	l.block.memo[key] = p
	l.block = inner
	return p
}

var largerSigmoid = &expr.Func{Name: "sigmoid of the size", Arity: 1}

// countDecays counts the functions of each exp(-|z|) in the statements.
func (l *lowering) countDecays(statements []*statement) {
	seen := map[*expr.Node]bool{}
	for _, st := range statements {
		walk(st.body, func(n *expr.Node) {
			if (isCall(n, fnSigmoid.Name) || isCall(n, fnTail.Name)) && !seen[n] {
				seen[n] = true
				l.decays[l.decayKey(n.Args()[0])]++
			}
		})
	}
}
