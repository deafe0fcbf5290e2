package codegen

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// findChecks notes the integer parameters that stand in subscripts by themselves, plus constants and sizes. All their
// entries are checked once, at the top of the function. A parameter that a condition compares may hold numbers
// outside the range on purpose; its subscripts are checked where they are used.
func (l *lowering) findChecks() {
	var compared []*expr.Symbol
	for _, d := range l.plan.defs {
		for _, root := range d.roots() {
			walk(root, func(n *expr.Node) {
				if n.Kind() == expr.KindCond && n.Op() != expr.EqZero {
					compared = append(compared, l.plan.symbols(n)...)
				}
			})
		}
	}
	for _, d := range l.plan.defs {
		for _, root := range d.roots() {
			walk(root, func(n *expr.Node) {
				if n.Kind() != expr.KindEntry || l.plan.of[n.Symbol()] != nil && l.plan.of[n.Symbol()].whole == nil {
					return
				}
				for axis, sub := range n.Args() {
					l.noteCheck(n.Symbol(), axis, sub, compared)
				}
			})
		}
	}
}

// noteCheck adds a check for a subscript that is a multiple of one integer entry plus constants and sizes.
func (l *lowering) noteCheck(sym *expr.Symbol, axis int, sub *expr.Node, compared []*expr.Symbol) {
	constant, terms := expr.Terms(sub)
	var entry *expr.Node
	c := Check{Of: l.called(sym)}
	shift := []expr.Term{}
	for _, t := range terms {
		switch {
		case t.X.Kind() == expr.KindEntry && entry == nil:
			entry = t.X
			c.Scale, _ = t.Coef.Int64()
		case t.X.Kind() == expr.KindSize:
			shift = append(shift, t)
		default:
			return
		}
	}
	if entry == nil || slices.Contains(compared, entry.Symbol()) {
		return
	}
	c.Param, c.Shift, c.Hi = l.buffers[entry.Symbol()], l.int(l.s.Linear(constant, shift)), l.int(sym.Dims[axis])
	if c.Param == nil {
		fail("%s is no parameter of the kernel", entry.Symbol().Name)
	}
	key := l.checkKey(sym, axis, sub)
	if l.checked[key] {
		return
	}
	l.checked[key] = true
	l.holds[form(l.s.Sub(sub, l.s.Int(1)))] = true
	l.holds[form(l.s.Sub(sym.Dims[axis], sub))] = true
	known := slices.ContainsFunc(l.program.Checks, func(o Check) bool {
		return o.Param == c.Param && o.Scale == c.Scale && o.Shift.equal(c.Shift) && o.Hi.equal(c.Hi)
	})
	if !known {
		l.program.Checks = append(l.program.Checks, c)
	}
}

// called is what a message calls a tensor.
func (l *lowering) called(sym *expr.Symbol) string {
	if l.plan.of[sym] != nil {
		return "a matrix function"
	}
	return sym.Name
}

// A checkKey names a form of a subscript of an axis.
type checkKey struct {
	sym  *expr.Symbol
	axis int
	form string
}

func (l *lowering) checkKey(sym *expr.Symbol, axis int, sub *expr.Node) checkKey {
	return checkKey{sym, axis, form(sub)}
}

// form writes a subscript down without the subscripts of the integer parameter in it.
func form(sub *expr.Node) string {
	constant, terms := expr.Terms(sub)
	text := constant.String()
	for _, t := range terms {
		name := t.X.Name()
		if t.X.Kind() == expr.KindEntry {
			name = "[" + t.X.Symbol().Name
		}
		text += "+" + t.Coef.String() + "*" + name
	}
	return text
}

// unchecked returns the conditions of a product that the checks at the top do not imply.
func (l *lowering) unchecked(c *expr.Node) *expr.Node {
	var left []*expr.Node
	for _, f := range expr.Factors(c) {
		if !isIndexCond(f) || f.Op() != expr.GeZero || !l.holds[form(f.Args()[0])] {
			left = append(left, f)
		}
	}
	return l.s.Mul(left...)
}

// checkGather emits a check of one subscript that depends on an integer parameter, unless the top of the function
// has done it or it is shown to be in range. A vector needs none: Go checks it.
func (l *lowering) checkGather(n *expr.Node, axis int) {
	sub, sym := n.Args()[axis], n.Symbol()
	dependent := slices.ContainsFunc(l.plan.symbols(sub), func(s *expr.Symbol) bool { return s.Integer })
	if !dependent || len(n.Args()) == 1 || l.checked[l.checkKey(sym, axis, sub)] {
		return
	}
	s := l.s
	if l.plan.implied(nil, s.Sub(sub, s.Int(1))) && l.plan.implied(nil, s.Sub(sym.Dims[axis], sub)) {
		return
	}
	at := l.int(sub)
	below := Bool{Op: BoolGt, Ints: true, Left: intConst(1), Right: at}
	above := Bool{Op: BoolGt, Ints: true, Left: at, Right: l.int(sym.Dims[axis])}
	l.emit(&If{Cond: Bool{Op: BoolOr, Parts: []Bool{below, above}},
		Then: &Block{Stmts: []Stmt{&Panic{Text: "a subscript of " + l.called(sym) + " is out of range"}}}})
}
