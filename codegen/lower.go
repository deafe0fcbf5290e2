package codegen

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// lower turns the loop tree into a program.
func lower(p *plan, root *node, places map[*definition]*placement) *Program {
	l := &lowering{plan: p, s: p.s, places: places, program: &Program{Kernel: p.kernel, Definite: slices.ContainsFunc(p.defs, func(d *definition) bool { return d.whole != nil && d.whole.definite })},
		buffers: map[*expr.Symbol]*Buffer{}, sizes: map[string]*Var{}, indices: map[*expr.Node]*Var{},
		ints: map[*Var]*expr.Node{}, checked: map[checkKey]bool{}, holds: map[string]bool{}, updated: map[*definition]bool{}, decays: map[*expr.Node]int{}}
	l.declare()
	l.findChecks()
	l.block = &block{Block: &Block{}, memo: map[*expr.Node]Arg{}}
	l.program.Body = l.block.Block
	statements := root.all(nil)
	l.countDecays(statements)
	for _, st := range statements {
		l.updated[st.target] = l.updated[st.target] || st.mode >= update
	}
	l.children(root)
	return l.program
}

type lowering struct {
	plan    *plan
	s       *expr.Session
	places  map[*definition]*placement
	program *Program
	buffers map[*expr.Symbol]*Buffer
	sizes   map[string]*Var
	indices map[*expr.Node]*Var // the variable of an index counts from 0
	ints    map[*Var]*expr.Node
	checked map[checkKey]bool    // forms of gathers that the top of the function checks
	holds   map[string]bool      // conditions that these checks imply
	updated map[*definition]bool // written by more than one statement
	decays  map[*expr.Node]int   // how many functions of each exp(-|z|) there are
	block   *block
	vars    int
}

// A block is a block of the program while it is built, with the values that are at hand in it.
type block struct {
	*Block
	memo   map[*expr.Node]Arg
	parent *block
	loop   *node // the loop whose body it is, or nil
	ifs    bool  // a branch of a condition
}

func (l *lowering) newVar(hint string) *Var {
	l.vars++
	return &Var{Hint: hint, rank: l.vars}
}

func (l *lowering) newInt(hint string) *Var {
	v := l.newVar(hint)
	v.Integer = true
	return v
}

func (l *lowering) emit(st Stmt) { l.block.Stmts = append(l.block.Stmts, st) }

// size returns the variable of a size symbol.
func (l *lowering) size(name string) *Var {
	v, ok := l.sizes[name]
	if !ok {
		v = l.newInt(name)
		v.size = true
		l.sizes[name] = v
		l.program.Sizes = append(l.program.Sizes, v)
	}
	return v
}

// declare makes the buffers of parameters, outputs and stored intermediates.
func (l *lowering) declare() {
	pr := l.program
	for _, k := range l.plan.kernel.Params {
		sym := k.Symbol
		b := &Buffer{Name: sym.Name, Integer: sym.Integer, Axes: l.axes(sym.Dims)}
		if len(sym.Dims) == 0 {
			b.Scalar = l.newVar(sym.Name)
			b.Scalar.Integer = sym.Integer
		}
		pr.Params = append(pr.Params, b)
		l.buffers[sym] = b
	}
	pr.Outputs = make([]*Buffer, len(l.plan.kernel.Outputs))
	pr.Results = make([]Arg, len(l.plan.kernel.Outputs))
	for n, o := range l.plan.kernel.Outputs {
		if len(o.Indices) == 0 {
			continue
		}
		b := &Buffer{Name: o.Name}
		for _, i := range o.Indices {
			b.Axes = append(b.Axes, l.extent(i))
		}
		pr.Outputs[n] = b
	}
	for _, d := range l.plan.defs {
		switch at := l.places[d]; {
		case d.output >= 0:
			if b := pr.Outputs[d.output]; b != nil {
				l.buffers[d.sym] = b
			}
		case at.alias != nil:
			l.buffers[d.sym] = pr.Outputs[at.alias.output]
		case len(at.axes) > 0:
			b := &Buffer{Name: l.bufferName(d)}
			for _, axis := range at.axes {
				b.Axes = append(b.Axes, l.extent(d.index[axis]).withoutMinus())
			}
			if rows := d.whole.scratch(); rows > 0 {
				b.Axes[len(b.Axes)-2] = b.Axes[len(b.Axes)-2].plus(intConst(rows))
			}
			pr.Work = append(pr.Work, b)
			l.buffers[d.sym] = b
		}
	}
}

// bufferName is a name that says what an intermediate holds.
func (l *lowering) bufferName(d *definition) string {
	if d.whole != nil {
		return d.whole.name()
	}
	switch d.op {
	case expr.Sum:
		return "sums"
	case expr.Max:
		return "maxima"
	case expr.Min:
		return "minima"
	case expr.Prod:
		return "products"
	}
	return hintOf(d.body) + "s"
}

func (l *lowering) axes(dims []*expr.Node) []Int {
	out := make([]Int, len(dims))
	for k, d := range dims {
		out[k] = l.int(d)
	}
	return out
}

// extent returns the number of values of an index, at the largest range it has.
func (l *lowering) extent(i *expr.Node) Int {
	lo, hi := l.plan.extreme(i.Lo(), -1), l.plan.extreme(i.Hi(), +1)
	return l.int(hi).minus(l.int(lo)).plus(intConst(1))
}

// int returns an integer-linear form as a polynomial. Entries of integer parameters become variables.
func (l *lowering) int(n *expr.Node) Int {
	constant, terms := expr.Terms(n)
	c, ok := constant.Int64()
	if !ok {
		fail("%v is no integer form", n)
	}
	sum := intConst(c)
	for _, t := range terms {
		k, ok := t.Coef.Int64()
		if !ok {
			fail("%v is no integer form", n)
		}
		sum = sum.plus(l.intAtom(t.X).scale(k))
	}
	return sum
}

func (l *lowering) intAtom(n *expr.Node) Int {
	switch n.Kind() {
	case expr.KindSize:
		return intVar(l.size(n.Name()))
	case expr.KindIndex:
		v, ok := l.indices[n]
		if !ok {
			fail("an index is used outside its loop")
		}
		return intVar(v).plus(intConst(1))
	case expr.KindEntry:
		return intVar(l.integer(n))
	}
	fail("%v is no integer form", n)
	return Int{}
}

// children lowers what stands in a node, one thing after the other.
func (l *lowering) children(n *node) {
	for _, c := range n.children {
		if c.statement != nil {
			l.statement(c.statement)
			continue
		}
		l.loop(c)
	}
}

// loop lowers one loop, with the folds that begin before and end after it.
func (l *lowering) loop(n *node) {
	accs := make([]*Var, len(n.folds))
	for k, st := range n.folds {
		accs[k] = l.newVar(foldHint(st.op))
		accs[k].Mutable = true
		l.emit(&Set{Var: accs[k], X: l.number(identity(l.s, st.op)), Declare: true})
		l.block.memo[st.accumulator(l.s)] = Arg{Var: accs[k]}
	}
	if n.plain != nil && l.plan.safe(n.plain, nil) {
		for _, st := range n.folds {
			l.scales(st.body, n.index)
		}
		needed := Bool{Op: BoolEq, X: l.value(n.plain), Y: Arg{Const: "0"}}
		l.emit(&If{Cond: needed, Then: l.branch(func() { l.turns(n) })})
	} else {
		l.turns(n)
	}
	for k, st := range n.folds {
		l.finish(st, Arg{Var: accs[k]})
	}
}

// scales computes the scales in n that are no reads out of range anywhere, which are read again behind the condition or loop that n stands in, but for
// those that depend on its index.
func (l *lowering) scales(n, index *expr.Node) {
	walk(n, func(x *expr.Node) {
		if x.Kind() == expr.KindIf && hasCall(x.Args()[1], fnPowerOf) && (index == nil || !x.DependsOn(index)) && l.plan.safe(x, nil) {
			l.value(x)
		}
	})
}

// turns lowers the loop itself.
func (l *lowering) turns(n *node) {
	v := l.newInt(l.indexHint(n.index))
	lo, hi := l.int(n.index.Lo()), l.int(n.index.Hi())
	loop := &Loop{Var: v, Lo: lo.minus(intConst(1)), Hi: hi, Body: &Block{}}
	l.indices[n.index] = v
	v.loop, v.from, v.bound = true, loop.Lo, hi
	outer := l.block
	l.block = &block{Block: loop.Body, memo: map[*expr.Node]Arg{}, parent: outer, loop: n}
	l.children(n)
	l.block = outer
	l.emit(loop)
}

func foldHint(op expr.Op) string {
	switch op {
	case expr.Max:
		return "top"
	case expr.Min:
		return "low"
	case expr.Prod:
		return "prod"
	}
	return "sum"
}

func (l *lowering) indexHint(i *expr.Node) string {
	if name, ok := l.plan.names[i]; ok {
		return name
	}
	depth := 0
	for b := l.block; b != nil; b = b.parent {
		if b.loop != nil {
			depth++
		}
	}
	return string("ijkpqrst"[min(depth, 7)])
}

// accumulator is the key under which the running value of a fold is kept: no expression reads it.
func (st *statement) accumulator(s *expr.Session) *expr.Node {
	return s.Lambda(st.target.entry(s), s.Index("%fold", s.Int(1), s.Int(1)))
}

// finish puts the result of a fold where it is read.
func (l *lowering) finish(st *statement, x Arg) {
	if l.stored(st.target) {
		l.store(st, SetTo, x)
		if l.updated[st.target] {
			return
		}
	}
	l.block.memo[l.s.Entry(st.target.sym, st.subs...)] = x
	l.result(st, x)
}

// result notes the value of a scalar output.
func (l *lowering) result(st *statement, x Arg) {
	if n := st.target.output; n >= 0 && l.program.Outputs[n] == nil {
		l.program.Results[n] = x
	}
}

func (l *lowering) stored(d *definition) bool { return len(l.places[d].axes) > 0 }

func (l *lowering) store(st *statement, op SetOp, x Arg) {
	b, at := l.address(st.target, st.subs)
	l.emit(&Store{Buf: b, At: at, Op: op, X: x})
}

// address returns where an entry of a definition is stored.
func (l *lowering) address(d *definition, subs []*expr.Node) (*Buffer, Int) {
	b := l.buffers[d.sym]
	var at Int
	for k, axis := range l.places[d].axes {
		at = at.times(b.Axes[k]).plus(l.int(l.s.Sub(subs[axis], l.plan.extreme(d.index[axis].Lo(), -1))))
	}
	return b, at
}

// statement lowers the innermost part of a statement.
func (l *lowering) statement(st *statement) {
	if len(st.guards) > 0 {
		l.guarded(st)
		return
	}
	switch st.mode {
	case apply:
		l.apply(st)
	case transfer:
		l.transfer(st)
	case assign:
		x := l.value(st.body)
		if l.stored(st.target) {
			l.store(st, SetTo, x)
			if !l.updated[st.target] {
				l.block.memo[l.s.Entry(st.target.sym, st.subs...)] = x
			}
			return
		}
		l.block.memo[l.s.Entry(st.target.sym, st.subs...)] = x
		l.result(st, x)
	case accumulate:
		acc := l.lookup(st.accumulator(l.s))
		if acc.Var == nil { // no loop folds: the plan has none
			fail("a fold without a loop")
		}
		if st.op == expr.Max && l.plan.onlyShifts(st.target) {
			// What is not a number is so in the sum that is shifted too: a plain comparison will do.
			x := l.value(st.body)
			l.emit(&If{Cond: Bool{Op: BoolGt, X: x, Y: acc}, Then: &Block{Stmts: []Stmt{&Set{Var: acc.Var, X: x}}}})
			return
		}
		l.fold(st.op, st.body, func(op SetOp, x Arg) { l.emit(&Set{Var: acc.Var, Op: op, X: x}) })
	case update:
		l.fold(st.op, st.body, func(op SetOp, x Arg) { l.store(st, op, x) })
	}
}

// onlyShifts reports whether a maximum is read only to shift exponents.
func (p *plan) onlyShifts(d *definition) bool {
	if d.output >= 0 {
		return false
	}
	only := true
	for _, user := range p.defs {
		for _, root := range user.roots() {
			walk(root, func(n *expr.Node) {
				if n.Kind() == expr.KindCall && n.Func() == fnFinite {
					return
				}
				for _, a := range n.Args() {
					only = only && !(a.Kind() == expr.KindEntry && a.Symbol() == d.sym)
				}
			})
			only = only && !(root.Kind() == expr.KindEntry && root.Symbol() == d.sym)
		}
	}
	return only
}

// guarded lowers a statement that may run only under conditions.
func (l *lowering) guarded(st *statement) {
	plain := *st
	plain.guards = nil
	if st.mode != assign || l.stored(st.target) {
		l.under(l.s.Mul(st.guards...), func() { l.statement(&plain) })
		return
	}
	v := l.newVar("t")
	v.Mutable = true
	l.emit(&Set{Var: v, X: Arg{Const: "0"}, Declare: true})
	l.under(l.s.Mul(st.guards...), func() { l.emit(&Set{Var: v, X: l.value(st.body)}) })
	l.block.memo[l.s.Entry(st.target.sym, st.subs...)] = Arg{Var: v}
}

// under lowers f under a condition, and what is otherwise under its opposite.
func (l *lowering) under(c *expr.Node, f func(), otherwise ...func()) {
	c = l.unchecked(c)
	if c.IsOne() {
		f()
		return
	}
	branch := &If{Cond: l.cond(c), Then: l.branch(f)}
	for _, g := range otherwise {
		if b := l.branch(g); len(b.Stmts) > 0 {
			branch.Else = b
		}
	}
	if len(branch.Then.Stmts) > 0 {
		l.emit(branch)
	}
}

// branch lowers f into a block of its own.
func (l *lowering) branch(f func()) *Block {
	outer := l.block
	l.block = &block{Block: &Block{}, memo: map[*expr.Node]Arg{}, parent: outer, ifs: true}
	f()
	b := l.block.Block
	l.block = outer
	return b
}

// fold lowers acc op= body. A term under conditions is added where they hold.
func (l *lowering) fold(op expr.Op, body *expr.Node, set func(SetOp, Arg)) {
	switch op {
	case expr.Prod:
		set(SetMul, l.value(body))
	case expr.Max:
		set(SetMax, l.value(body))
	case expr.Min:
		set(SetMin, l.value(body))
	default:
		constant, terms := expr.Terms(body)
		var plain, rest []expr.Term
		for _, t := range terms {
			if hasConds(t.X) {
				rest = append(rest, t)
			} else {
				plain = append(plain, t)
			}
		}
		if len(plain) > 0 || !constant.IsZero() {
			set(SetAdd, l.value(l.s.Linear(constant, plain)))
		}
		for len(rest) > 0 {
			rest = l.foldGuarded(rest, set)
		}
	}
}

// foldGuarded adds the first of the terms under conditions, with the others under the same condition or its opposite,
// and returns those that are left.
func (l *lowering) foldGuarded(terms []expr.Term, set func(SetOp, Arg)) []expr.Term {
	conds, _ := splitConds(l.s, terms[0].X)
	opposite := l.s.Not(conds)
	var yes, no, left []expr.Term
	for _, t := range terms {
		switch c, x := splitConds(l.s, t.X); c {
		case conds:
			yes = append(yes, expr.Term{Coef: t.Coef, X: x})
		case opposite:
			no = append(no, expr.Term{Coef: t.Coef, X: x})
		default:
			left = append(left, t)
		}
	}
	add := func(terms []expr.Term) func() {
		return func() {
			if len(terms) > 0 {
				set(SetAdd, l.value(l.s.Linear(expr.Int(0), terms)))
			}
		}
	}
	l.under(conds, add(yes), add(no))
	return left
}

func hasConds(n *expr.Node) bool {
	return slices.ContainsFunc(expr.Factors(n), func(f *expr.Node) bool { return f.Kind() == expr.KindCond })
}

// splitConds divides a product into its conditions and the rest.
func splitConds(s *expr.Session, n *expr.Node) (conds, rest *expr.Node) {
	var cs, xs []*expr.Node
	for _, f := range expr.Factors(n) {
		if f.Kind() == expr.KindCond {
			cs = append(cs, f)
		} else {
			xs = append(xs, f)
		}
	}
	return s.Mul(cs...), s.Mul(xs...)
}
