package codegen

import (
	"math"
	"math/big"
	"slices"
	"strconv"

	"github.com/seed-9905856d/derive/expr"
)

// lookup returns the value of n if it is at hand in the current block or one around it.
func (l *lowering) lookup(n *expr.Node) Arg {
	for b := l.block; b != nil; b = b.parent {
		if x, ok := b.memo[n]; ok {
			return x
		}
	}
	return Arg{}
}

// value emits what computes n, in the outermost block where that is possible and pays, and returns its value.
func (l *lowering) value(n *expr.Node) Arg {
	if n.Kind() == expr.KindRat {
		return l.rat(n.Rat())
	}
	if x := l.lookup(n); x != (Arg{}) {
		return x
	}
	inner := l.block
	home := l.home(n)
	l.block = home
	x := l.compute(n)
	home.memo[n] = x
	l.block = inner
	return x
}

// home returns the block around all loops that n is invariant in. A condition is left only together with
// a loop around it, and only by what may be computed without it.
func (l *lowering) home(n *expr.Node) *block {
	home := l.block
	if !l.plan.safe(n, nil) {
		return home
	}
	for b := l.block; b.parent != nil && !l.pinned(n, b); b = b.parent {
		if b.loop != nil {
			home = b.parent
		}
	}
	return home
}

func (l *lowering) depth(n *expr.Node) int {
	depth := 0
	for b := l.home(n); b.parent != nil; b = b.parent {
		depth++
	}
	return depth
}

// pinned reports whether n must be computed inside block b.
func (l *lowering) pinned(n *expr.Node, b *block) bool {
	if b.loop != nil {
		if n.DependsOn(b.loop.index) {
			return true
		}
	}
	for _, sym := range l.plan.symbols(n) {
		if b.loop != nil && l.writes(b.loop, sym) {
			return true
		}
	}
	if b.ifs {
		for _, e := range l.plan.localEntries(n) {
			if _, ok := b.memo[e]; ok {
				return true
			}
		}
	}
	return false
}

// writes reports whether the storage of a definition changes inside a loop.
func (l *lowering) writes(loop *node, sym *expr.Symbol) bool {
	d := l.plan.of[sym]
	if d == nil {
		return false
	}
	if loop.writes[d] {
		return true
	}
	b := l.buffers[sym]
	if b == nil {
		return false
	}
	for w := range loop.writes { // a set: the order does not matter
		if l.buffers[w.sym] == b {
			return true
		}
	}
	return false
}

// symbols returns the symbols in n.
func (p *plan) symbols(n *expr.Node) []*expr.Symbol {
	syms, ok := p.touched[n]
	if !ok {
		syms = expr.SymbolsOf(n)
		p.touched[n] = syms
	}
	return syms
}

// localEntries returns the entries of definitions in n.
func (p *plan) localEntries(n *expr.Node) []*expr.Node {
	var local []*expr.Node
	for _, sym := range p.symbols(n) {
		if p.of[sym] != nil {
			for _, e := range append(entriesOf(n), n) {
				if e.Kind() == expr.KindEntry && e.Symbol() == sym {
					local = append(local, e)
				}
			}
		}
	}
	return local
}

func (l *lowering) let(hint string, op Op, args ...Arg) Arg {
	v := l.newVar(hint)
	l.emit(&Let{Var: v, Op: op, Args: args})
	return Arg{Var: v}
}

func (l *lowering) call(hint, fn string, args ...Arg) Arg {
	v := l.newVar(hint)
	l.emit(&Let{Var: v, Op: OpCall, Func: fn, Args: args})
	return Arg{Var: v}
}

// rat returns a number as a constant of Go, and refuses one that float64 would take for an infinity or for 0.
func (l *lowering) rat(r expr.Rat) Arg {
	if f, _ := r.Big().Float64(); math.IsInf(f, 0) || f == 0 && r.Sign() != 0 {
		size := new(big.Float).SetPrec(64).SetRat(r.Big()).Text('g', 3)
		fail("the constant %s is outside the range of float64, 5e-324 to 1.8e308: measure the quantity in another unit", size)
	}
	return Arg{Const: ratText(r.Big())}
}

// ratText writes a number that float64 can hold.
func ratText(r *big.Rat) string {
	if r.IsInt() && r.Num().IsInt64() {
		k := r.Num().Int64()
		if -1<<53 <= k && k <= 1<<53 {
			return strconv.FormatInt(k, 10)
		}
	}
	f, exact := r.Float64()
	short := strconv.FormatFloat(f, 'g', -1, 64)
	if exact || len(short) <= 8 {
		if back, ok := new(big.Rat).SetString(short); ok && back.Cmp(r) == 0 {
			return short
		}
	}
	if !exact && r.Num().IsInt64() && r.Denom().IsInt64() && r.Denom().Int64() < 1<<20 && len(r.Num().String()) < 10 {
		return "(" + r.Num().String() + ".0 / " + r.Denom().String() + ")"
	}
	return short
}

func (l *lowering) number(n *expr.Node) Arg {
	if n.Kind() == expr.KindAdd { // -inf
		return Arg{Const: "math.Inf(-1)"}
	}
	if n.Kind() == expr.KindConst {
		return Arg{Const: "math.Inf(1)"}
	}
	return l.rat(n.Rat())
}

// hintOf is a name for the value of an expression.
func hintOf(n *expr.Node) string {
	switch n.Kind() {
	case expr.KindCall:
		switch n.Func().Name {
		case fnExp.Name, "exp", "expm1":
			return "e"
		case fnSigmoid.Name:
			return "p"
		case fnMax.Name, fnFinite.Name:
			return "top"
		}
		return "t"
	case expr.KindMul, expr.KindAdd, expr.KindPow:
		return "t"
	}
	return "v"
}

func (l *lowering) compute(n *expr.Node) Arg {
	args := n.Args()
	switch n.Kind() {
	case expr.KindConst:
		switch n.Name() {
		case "pi":
			return Arg{Const: "math.Pi"}
		case "e":
			return Arg{Const: "math.E"}
		}
		return Arg{Const: "math.Inf(1)"}
	case expr.KindSize, expr.KindIndex:
		v := l.newVar("v")
		l.emit(&Let{Var: v, Op: OpFloat, At: l.int(n)})
		return Arg{Var: v}
	case expr.KindEntry:
		return l.load(n)
	case expr.KindCond:
		return l.conditional(n, l.s.Int(1), l.s.Int(0))
	case expr.KindIf:
		return l.conditional(args[0], args[1], args[2])
	case expr.KindPow:
		return l.power(n)
	case expr.KindCall:
		return l.function(n)
	case expr.KindMul:
		if hasConds(n) {
			conds, rest := splitConds(l.s, n)
			return l.conditional(conds, rest, l.s.Int(0))
		}
		return l.product(expr.Int(1), n.Args())
	case expr.KindAdd:
		return l.sum(n)
	}
	fail("an expression of an unknown kind")
	return Arg{}
}

// load reads an entry of a parameter or definition.
func (l *lowering) load(n *expr.Node) Arg {
	sym := n.Symbol()
	if sym.Integer {
		v := l.newVar("v")
		l.emit(&Let{Var: v, Op: OpFloat, At: intVar(l.integer(n))})
		return Arg{Var: v}
	}
	b := l.buffers[sym]
	if d := l.plan.of[sym]; d != nil {
		if b == nil || !l.stored(d) {
			fail("the value of %s is not at hand", sym.Name)
		}
		if d.whole != nil {
			for axis := range n.Args() {
				l.checkGather(n, axis)
			}
		}
		_, at := l.address(d, n.Args())
		return l.loadFrom(b, at, n)
	}
	if b == nil {
		fail("%s is no parameter of the kernel", sym.Name)
	}
	if b.Scalar != nil {
		return Arg{Var: b.Scalar}
	}
	var at Int
	for axis, sub := range n.Args() {
		l.checkGather(n, axis)
		at = at.times(b.Axes[axis]).plus(l.int(sub)).minus(intConst(1))
	}
	return l.loadFrom(b, at, n)
}

func (l *lowering) loadFrom(b *Buffer, at Int, n *expr.Node) Arg {
	v := l.newVar(loadHint(b, l, n))
	l.emit(&Let{Var: v, Op: OpLoad, Buf: b, At: at})
	return Arg{Var: v}
}

// loadHint names the value of x[i] xi.
func loadHint(b *Buffer, l *lowering, n *expr.Node) string {
	hint := b.Name
	for _, sub := range n.Args() {
		if v, ok := l.indices[sub]; ok {
			hint += v.Hint
		}
	}
	return hint
}

// integer reads an entry of an integer parameter.
func (l *lowering) integer(n *expr.Node) *Var {
	key := l.s.Call(integerKey, n)
	if x := l.lookup(key); x.Var != nil {
		return x.Var
	}
	inner := l.block
	l.block = l.home(n)
	b := l.buffers[n.Symbol()]
	if b == nil {
		fail("%s is no parameter of the kernel", n.Symbol().Name)
	}
	if b.Scalar != nil {
		l.block = inner
		return b.Scalar
	}
	var at Int
	for axis, sub := range n.Args() {
		at = at.times(b.Axes[axis]).plus(l.int(sub)).minus(intConst(1))
	}
	v := l.newInt(loadHint(b, l, n))
	l.emit(&Let{Var: v, Op: OpLoadInt, Buf: b, At: at})
	l.block.memo[key] = Arg{Var: v}
	l.block = inner
	return v
}

// integerKey marks the value of an integer entry as an int, where the entry itself stands for a float64.
var integerKey = &expr.Func{Name: "int", Arity: 1}

// conditional is if(c, then, otherwise).
func (l *lowering) conditional(c, then, otherwise *expr.Node) Arg {
	v := l.newVar("t")
	v.Mutable = true
	cond := l.cond(c)
	if then.Kind() != expr.KindCall && isOutOfRange(c) {
		l.scales(then, nil)
	}
	if simple(otherwise) || l.lookup(otherwise) != (Arg{}) {
		l.emit(&Set{Var: v, X: l.value(otherwise), Declare: true})
		l.emit(&If{Cond: cond, Then: l.branch(func() { l.emit(&Set{Var: v, X: l.value(then)}) })})
		return Arg{Var: v}
	}
	l.emit(&Set{Var: v, Declare: true})
	l.emit(&If{Cond: cond,
		Then: l.branch(func() { l.emit(&Set{Var: v, X: l.value(then)}) }),
		Else: l.branch(func() { l.emit(&Set{Var: v, X: l.value(otherwise)}) })})
	return Arg{Var: v}
}

func simple(n *expr.Node) bool { return n.Kind() == expr.KindRat || n.Kind() == expr.KindConst }

// cond returns a condition, what it compares being computed.
func (l *lowering) cond(c *expr.Node) Bool {
	switch c.Kind() {
	case expr.KindCond:
		return l.compare(c)
	case expr.KindMul:
		if !zeroOne(c) {
			break
		}
		var forms, reals []*expr.Node
		for _, f := range c.Args() {
			if isIndexCond(f) {
				forms = append(forms, f)
			} else {
				reals = append(reals, f)
			}
		}
		if len(forms) > 0 && len(reals) > 0 && !l.plan.safe(l.s.Mul(reals...), nil) {
			v := l.newVar("t")
			v.Mutable = true
			l.emit(&Set{Var: v, X: Arg{Const: "0"}, Declare: true})
			l.under(l.s.Mul(forms...), func() {
				l.under(l.s.Mul(reals...), func() { l.emit(&Set{Var: v, X: Arg{Const: "1"}}) })
			})
			return Bool{Op: BoolNe, X: Arg{Var: v}, Y: Arg{Const: "0"}}
		}
		b := Bool{Op: BoolAnd}
		for _, f := range append(forms, reals...) {
			b.Parts = append(b.Parts, l.cond(f))
		}
		return b
	case expr.KindAdd:
		if constant, terms := expr.Terms(c); constant.IsOne() && len(terms) == 1 && terms[0].Coef.Equal(expr.Int(-1)) && zeroOne(terms[0].X) {
			return Bool{Op: BoolNot, Parts: []Bool{l.cond(terms[0].X)}}
		}
	}
	return Bool{Op: BoolNe, X: l.value(c), Y: Arg{Const: "0"}}
}

// zeroOne reports whether n is plainly 0 or 1.
func zeroOne(n *expr.Node) bool {
	switch n.Kind() {
	case expr.KindCond:
		return true
	case expr.KindMul:
		return !slices.ContainsFunc(n.Args(), func(f *expr.Node) bool { return !zeroOne(f) })
	case expr.KindAdd:
		constant, terms := expr.Terms(n)
		return constant.IsOne() && len(terms) == 1 && terms[0].Coef.Equal(expr.Int(-1)) && zeroOne(terms[0].X)
	}
	return false
}

var boolOps = map[expr.Op]BoolOp{expr.EqZero: BoolEq, expr.NeZero: BoolNe, expr.GeZero: BoolGe, expr.GtZero: BoolGt}

// compare writes a condition on a difference as a comparison of two sides: a - b ≥ 0 as a ≥ b, which needs no
// subtraction and holds for infinities.
func (l *lowering) compare(c *expr.Node) Bool {
	e, op := c.Args()[0], boolOps[c.Op()]
	if hasCall(e, fnFinite) { // of two opposite conditions on a shifted exponent one must hold, so they compare one value
		return Bool{Op: op, X: l.value(e), Y: Arg{Const: "0"}}
	}
	constant, terms := expr.Terms(e)
	var left, right []expr.Term
	for _, t := range terms {
		if t.Coef.Sign() > 0 {
			left = append(left, t)
		} else {
			right = append(right, expr.Term{Coef: t.Coef.Neg(), X: t.X})
		}
	}
	leftConst, rightConst := expr.Int(0), constant.Neg()
	if constant.Sign() > 0 && (len(left) > 0 || len(right) > 0) && len(left) == 0 {
		leftConst, rightConst = constant, expr.Int(0)
	}
	x, y := l.s.Linear(leftConst, left), l.s.Linear(rightConst, right)
	if expr.IsIndexForm(e) {
		return Bool{Op: op, Ints: true, Left: l.int(x), Right: l.int(y)}
	}
	return Bool{Op: op, X: l.value(x), Y: l.value(y)}
}
