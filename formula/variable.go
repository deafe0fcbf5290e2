package formula

import (
	"fmt"
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/syntax"
)

// A variable is what a derivative is taken by: a name, or some entries of one. Its symbol stands for the name in
// the operand; where that is not an input, the name's own value is put back afterwards.
type variable struct {
	name  string
	sym   *expr.Symbol
	value Tensor       // of the whole name
	own   bool         // the symbol is an input of the problem
	subs  []*expr.Node // the entries, one subscript for each axis of the symbol
	mark  int          // see [lowering.mark]
	axes  []*expr.Node // the free ones among the subscripts: the axes of the derivative, of which some may be composite
}

// variable resolves the second argument of a derivative operator.
func (l *lowering) variable(s scope, x syntax.Expr) variable {
	base := syntax.Unparen(x)
	if arg, ok := stacked(base); ok && l.isBuiltin(s, "vec") {
		return l.stackedVariable(s, arg)
	}
	sub, isSub := base.(*syntax.Subscript)
	if isSub {
		base = syntax.Unparen(sub.X)
	}
	name, ok := base.(*syntax.Name)
	if !ok {
		l.fail(x, "a derivative is taken by a name or an entry of one, not by %s", syntax.Print(x))
	}
	if name.Name == unit && s.frame.find(unit) == nil && !l.p.known(unit) {
		l.fail(x, "%s is not a variable, and there is no derivative by it", name.Name)
	}
	v := variable{name: name.Name, value: l.name(s, name)}
	v.mark = l.mark()
	f := s.frame.find(name.Name)
	if f != nil && f.index {
		l.fail(x, "%s is an index, and there is no derivative by it", name.Name)
	}
	if n := v.value.Value; f == nil && n.Kind() == expr.KindEntry && l.p.inputs[name.Name] == n.Symbol() {
		v.sym, v.own = n.Symbol(), true
		if v.sym.Integer {
			l.fail(x, "%s is an integer, and there is no derivative by it", name.Name)
		}
	} else {
		switch n.Kind() {
		case expr.KindSize, expr.KindConst, expr.KindIndex:
			if v.value.IsScalar() && f == nil {
				l.fail(x, "%s is not a variable, and there is no derivative by it", name.Name)
			}
		}
		v.value = l.fromOne(v.value)
		flat := l.flat(v.value.Axes)
		dims := make([]*expr.Node, len(flat))
		for k, a := range flat {
			dims[k] = a.Hi()
		}
		v.sym = l.s.NewSymbol(name.Name, false, dims...)
	}
	if !isSub {
		v.axes = l.freshAxes(v.value.Axes)
		v.subs = l.flat(v.axes)
		return v
	}
	if l.hasComposite(v.value.Axes) {
		l.fail(x, "a derivative is taken by all of %s, which is %s, not by some of its entries", v.name, form(v.value))
	}
	if len(sub.Subs) != len(v.sym.Dims) {
		l.subscriptCount(s, sub, v.value)
	}
	for k, y := range sub.Subs {
		if _, all := y.(*syntax.Slice); all {
			i := l.axis(v.sym.Dims[k])
			v.subs, v.axes = append(v.subs, i), append(v.axes, i)
			continue
		}
		at := l.integer(s, y)
		l.inside(sub, y, at, l.axis(v.sym.Dims[k]))
		v.subs = append(v.subs, at)
	}
	return v
}

// stacked returns the argument of vec(X), by which a derivative can be taken as by X.
func stacked(x syntax.Expr) (syntax.Expr, bool) {
	call, ok := syntax.Unparen(x).(*syntax.Call)
	if !ok || call.Fun.Name != "vec" || len(call.Args) != 1 {
		return nil, false
	}
	return call.Args[0], true
}

// isBuiltin reports whether a function of that name is the language's own, not the formula's.
func (l *lowering) isBuiltin(s scope, name string) bool {
	defs, _ := l.p.overloads(name, s.library)
	return len(defs) == 0
}

// stackedVariable returns vec(x) as a variable: the entries of x, in one axis, column after column.
func (l *lowering) stackedVariable(s scope, x syntax.Expr) variable {
	v := l.variable(s, x)
	v.value.Orient = Column
	switch len(v.axes) {
	case 1:
	case 2:
		parts := l.flat([]*expr.Node{v.axes[1], v.axes[0]})
		axis, _ := l.group(x, l.s.Int(0), parts...)
		single := map[*expr.Node]*expr.Node{}
		for _, p := range parts {
			if !slices.Contains(l.parts(axis), p) {
				single[p] = p.Lo()
			}
		}
		v.subs = slices.Clone(v.subs)
		for k, sub := range v.subs {
			if lo, ok := single[sub]; ok {
				v.subs[k] = lo
			}
		}
		v.axes = []*expr.Node{axis}
	default:
		l.fail(x, "vec takes a matrix, but this is %s", form(Tensor{Axes: v.axes}))
	}
	return v
}

// inParts returns a variable with axes in the parts in which a value takes its entries: of u[6] in kron(A, B)*u, where B has 3 columns, those of 2 and of 3.
// What is a Kronecker product can then be written as one.
func (l *lowering) inParts(v variable, value *expr.Node) variable {
	if len(l.composites) == 0 {
		return v
	}
	own := false // the slices are
	for k := range v.subs {
		at := slices.Index(v.axes, v.subs[k])
		if at < 0 || l.isComposite(v.axes[at]) || !takesPositions(value, v.sym, k) {
			continue
		}
		var like *expr.Node
		for c := range l.composites {
			if _, numbers := strides(l.composites[c]); numbers && sameRange(c, v.axes[at]) && (like == nil || c.ID() < like.ID()) {
				like = c
			}
		}
		if like == nil {
			continue
		}
		if !own {
			own = true
			v.axes, v.subs = slices.Clone(v.axes), slices.Clone(v.subs)
		}
		axis := l.likeComposite(like)
		v.axes[at], v.subs[k] = axis, l.position(axis)
	}
	return v
}

// takesPositions reports whether a value has entries of a symbol whose subscript k is a sum of indices.
func takesPositions(value *expr.Node, sym *expr.Symbol, k int) bool {
	seen := map[*expr.Node]bool{}
	var visit func(n *expr.Node) bool
	visit = func(n *expr.Node) bool {
		if seen[n] {
			return false
		}
		seen[n] = true
		if n.Kind() == expr.KindEntry && n.Symbol() == sym {
			_, terms := expr.Terms(n.Args()[k])
			return len(terms) > 1
		}
		return slices.ContainsFunc(n.Args(), visit)
	}
	return visit(value)
}

// CheckVariable returns an error where x names something to differentiate by that no statement of the file mentions: nothing depends on it, and it is
// most likely a mistake. One that is declared, and does not occur, is none.
func CheckVariable(file *syntax.File, x syntax.Expr) error {
	base := syntax.Unparen(x)
	if arg, ok := stacked(base); ok {
		base = syntax.Unparen(arg)
	}
	if sub, ok := base.(*syntax.Subscript); ok {
		base = syntax.Unparen(sub.X)
	}
	name, ok := base.(*syntax.Name)
	if !ok {
		return nil // which lowering will say
	}
	var names []string
	for _, st := range file.Statements {
		switch st := st.(type) {
		case *syntax.Param:
			for _, d := range st.Decls {
				names = append(names, d.Name.Name)
			}
		case *syntax.Define:
			names = append(names, st.Name.Name)
		}
		syntax.InspectStatement(st, func(y syntax.Expr) bool {
			if n, ok := y.(*syntax.Name); ok {
				names = append(names, n.Name)
			}
			return true
		})
	}
	if slices.Contains(names, name.Name) {
		return nil
	}
	d := syntax.Diagnostic{Message: fmt.Sprintf("the formula has no %q to differentiate by", name.Name), Span: name.Source(), Help: "declare it if the formula is not to depend on it: param " + name.Name}
	if near, ok := syntax.Suggest(name.Name, names); ok {
		d.Help = fmt.Sprintf("did you mean %q?", near)
	}
	return syntax.Diagnostics{d}
}
