package formula

import (
	"slices"

	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/syntax"
)

// A Requirement is a condition without which a formula, as it is written, has no value: one of its alternatives, each of them 0 or 1, holds for
// all values of the free indices in them. Where only part of a formula needs it, as a branch of a condition does, what takes the other part is
// an alternative too.
type Requirement struct {
	Alternatives []*expr.Node
}

// A need is a requirement while the formula around it is lowered.
type need struct {
	alternatives []*expr.Node
	// root is the base of a power whose exponent is not an integer: not negative where it has a value, positive where the derivatives
	// taken of it exceed the exponent.
	root     *expr.Node
	exponent expr.Rat
	order    int // how many derivatives were taken by what the root depends on
}

// A domain collects what a formula needs while it is lowered.
type domain struct {
	needs []need
	// otherwise has what holds where the part that is lowered is not taken.
	otherwise []*expr.Node
	// ofNames has what the definitions need, which are lowered once.
	ofNames map[*world]map[string][]need
}

// Requirements returns what x needs to have a value, in the order of its text, from the text alone: 1/x needs x != 0 also in x/x. They are
// sufficient: a power with a symbolic exponent needs a positive base, and a term with a factor that may be 0 needs what its other factors need.
// A derivative needs what its operand needs, and for roots a little more: sqrt(x) has a derivative where x > 0.
func (p *Problem) Requirements(x syntax.Expr) (_ []Requirement, err error) {
	defer expr.Catch(&err)
	l := p.lowering
	d := &domain{ofNames: map[*world]map[string][]need{}}
	l.domain = d
	defer func() { l.domain = nil }()
	if mistake := guard(func() {
		w := newWorld()
		binders := p.freeIndices(x)
		s, _ := l.bindAll(scope{world: w}, binders, nil, x)
		l.lower(s, x)
	}); mistake != nil {
		return nil, syntax.Diagnostics{*mistake}
	}
	out := make([]Requirement, 0, len(d.needs))
	for _, n := range d.needs {
		if n.root != nil {
			op := expr.GtZero
			if expr.Int(int64(n.order)).Cmp(n.exponent) < 0 {
				op = expr.GeZero
			}
			n.alternatives = append(n.alternatives, p.Session.Cond(op, n.root))
		}
		if !slices.ContainsFunc(n.alternatives, (*expr.Node).IsOne) {
			out = append(out, Requirement{slices.DeleteFunc(n.alternatives, (*expr.Node).IsZero)})
		}
	}
	return out, nil
}

// require notes a condition on a part of the formula.
func (l *lowering) require(cond *expr.Node) {
	l.domain.needs = append(l.domain.needs, need{alternatives: append(slices.Clone(l.domain.otherwise), cond)})
}

// requireNotZero notes that x is divided by.
func (l *lowering) requireNotZero(x *expr.Node) {
	if l.domain != nil {
		l.require(l.s.Cond(expr.NeZero, x))
	}
}

// requireQuotient notes that a is divided by b. By a norm it may be where it is 0 itself, as in x/norm(x): the quotient is then 0.
func (l *lowering) requireQuotient(a, b *expr.Node) {
	if l.domain == nil {
		return
	}
	if isNorm(b) {
		if vanishingWith(l.s, b.Args()[0]).has(a) {
			return
		}
		defer l.aside(l.s.Cond(expr.EqZero, a))()
	}
	l.requireNotZero(b)
}

// isNorm reports whether x is the root of a sum of squares.
func isNorm(x *expr.Node) bool { return isPower(x, expr.Frac(1, 2)) && isSquares(x.Args()[0]) }

func isPower(x *expr.Node, exponent expr.Rat) bool {
	return x.Kind() == expr.KindPow && x.Args()[1].Kind() == expr.KindRat && x.Args()[1].Rat().Equal(exponent)
}

func isSquares(x *expr.Node) bool {
	switch x.Kind() {
	case expr.KindReduce:
		return x.Op() == expr.Sum && isSquares(x.Body())
	case expr.KindAdd:
		return x.Rat().IsZero() && !slices.ContainsFunc(x.Args(), func(y *expr.Node) bool { return !isSquares(y) })
	}
	return isPower(x, expr.Int(2))
}

// requirePower notes what the real power x^y needs.
func (l *lowering) requirePower(x, y *expr.Node) {
	if l.domain == nil {
		return
	}
	s := l.s
	switch {
	case y.Kind() == expr.KindRat && y.Rat().IsInt() || expr.IsIndexForm(y):
		if cond := s.Cond(expr.GeZero, y); !cond.IsOne() { // x != 0 or y >= 0
			defer l.aside(cond)()
			l.requireNotZero(x)
		}
	case y.Kind() == expr.KindRat:
		l.domain.needs = append(l.domain.needs, need{alternatives: slices.Clone(l.domain.otherwise), root: x, exponent: y.Rat()})
	default:
		l.require(s.Cond(expr.GtZero, x))
	}
}

// requireRow notes what an elementary function needs of its arguments.
func (l *lowering) requireRow(row builtin.Elementary, args []*expr.Node) {
	if l.domain == nil || row.Domain == "" || row.Same != "" && row.Name != "clamp" { // what another spelling needs, its text does
		return
	}
	s := scope{world: newWorld(), library: true}
	for k, name := range row.Params {
		s = s.bind(name, Tensor{Value: args[k]})
	}
	outer := l.domain
	var alternatives func(x syntax.Expr) []*expr.Node // of a condition that is no conjunction
	alternatives = func(x syntax.Expr) []*expr.Node {
		if or, ok := syntax.Unparen(x).(*syntax.Binary); ok && or.Op == syntax.Or {
			return append(alternatives(or.X), alternatives(or.Y)...)
		}
		l.domain = nil
		defer func() { l.domain = outer }()
		return []*expr.Node{l.cond(s, x)}
	}
	var all func(x syntax.Expr)
	all = func(x syntax.Expr) {
		if and, ok := x.(*syntax.Binary); ok && and.Op == syntax.And {
			all(and.X)
			all(and.Y)
			return
		}
		l.domain.needs = append(l.domain.needs, need{alternatives: slices.Concat(l.domain.otherwise, alternatives(x))})
	}
	all(parsed(row.Domain))
}

// requireRegular notes that a function of a matrix needs a determinant that is not 0.
func (l *lowering) requireRegular(fn *expr.Func, a Tensor) {
	if row, ok := builtin.Matrix(fn.Name); l.domain != nil && ok && row.Domain != "" {
		l.requireNotZero(l.s.Call(matrixFunction("det"), l.lambda(a)))
	}
}

// aside says that what is lowered until the function returned is called has no say where a condition, 0 or 1, holds.
func (l *lowering) aside(holds *expr.Node) (done func()) {
	if l.domain == nil || holds.IsZero() {
		return func() {}
	}
	before := l.domain.otherwise
	l.domain.otherwise = append(slices.Clone(before), holds)
	return func() { l.domain.otherwise = before }
}

// A spineGuard lowers the operands of a spine of binary operators, counted from its top and the innermost last, beside the conditions among the
// factors that each of them stands with: where one of those is 0, the others have no say.
type spineGuard struct {
	l     *lowering
	spine []*syntax.Binary
	conds []spineCond // none where nobody asks
	sums  []int       // how many of the operators before each one are sums
}

// A spineCond is an operand of a spine that is a condition.
type spineCond struct {
	at   int
	cond *expr.Node
}

func (l *lowering) guard(s scope, spine []*syntax.Binary, left syntax.Expr) spineGuard {
	g := spineGuard{l: l, spine: spine}
	if l.domain == nil {
		return g
	}
	g.sums = make([]int, len(spine)+1)
	for k := range g.sums {
		x := left
		if k < len(spine) {
			x = spine[k].Y
		}
		if c, ok := syntax.Unparen(x).(*syntax.Iverson); ok && (k == len(spine) || g.multiplies(k)) {
			outer := l.domain
			l.domain = nil
			g.conds = append(g.conds, spineCond{k, l.cond(s, c)})
			l.domain = outer
		}
		if k < len(spine) {
			g.sums[k+1] = g.sums[k]
			if !g.isProduct(k) {
				g.sums[k+1]++
			}
		}
	}
	return g
}

func (g spineGuard) multiplies(k int) bool {
	return g.spine[k].Op == syntax.Mul || g.spine[k].Op == syntax.DotMul
}

func (g spineGuard) isProduct(k int) bool {
	return g.spine[k].Op != syntax.Add && g.spine[k].Op != syntax.Sub
}

// lower lowers operand k.
func (g spineGuard) lower(s scope, x syntax.Expr, k int) (t Tensor) {
	g.under(k, false, func() { t = g.l.lower(s, x) })
	return t
}

// beside runs f beside the conditions that stand further in than operator k, and those further out.
func (g spineGuard) beside(k int, f func()) { g.under(k, true, f) }

// under runs f where the conditions that multiply operand k hold: a factor further out multiplies everything within, one further in as far as there is
// no sum between. Whether the operand itself is one of them, own says.
func (g spineGuard) under(k int, own bool, f func()) {
	if g.conds == nil {
		f()
		return
	}
	cond := g.l.s.Int(1)
	for _, c := range g.conds {
		j := c.at
		with := (own || j != k) && (j <= k || g.sums[j] == g.sums[k])
		if with && (j < k || j == len(g.spine) || g.isProduct(j)) {
			cond = g.l.s.Mul(cond, c.cond)
		}
	}
	done := g.l.aside(g.l.s.Not(cond))
	defer done()
	f()
}

// mark returns the place in what is needed from which a derivative operator takes over.
func (l *lowering) mark() int {
	if l.domain == nil {
		return 0
	}
	return len(l.domain.needs)
}

// requireDerivatives notes that what is needed from a mark on has so many derivatives taken of it by a symbol.
func (l *lowering) requireDerivatives(mark int, sym *expr.Symbol, order int) {
	if l.domain == nil {
		return
	}
	for k := mark; k < len(l.domain.needs); k++ {
		if n := &l.domain.needs[k]; n.root != nil && slices.Contains(expr.SymbolsOf(n.root), sym) {
			n.order += order
		}
	}
}

// restoreNeeds puts the value of a variable back for its symbol.
func (l *lowering) restoreNeeds(mark int, m map[*expr.Symbol]*expr.Node) {
	if l.domain == nil {
		return
	}
	for k := mark; k < len(l.domain.needs); k++ {
		n := &l.domain.needs[k]
		for j, a := range n.alternatives {
			n.alternatives[j] = l.s.Instantiate(a, m)
		}
		if n.root != nil {
			n.root = l.s.Instantiate(n.root, m)
		}
	}
}

// ofName lowers a definition in a world with f, once; what it needs is needed wherever its name stands.
func (l *lowering) ofName(w *world, name string, f func() Tensor) Tensor {
	if l.domain == nil {
		return f()
	}
	outer := *l.domain
	l.domain.needs, l.domain.otherwise = nil, nil
	t := f()
	if l.domain.ofNames[w] == nil {
		l.domain.ofNames[w] = map[string][]need{}
	}
	l.domain.ofNames[w][name] = l.domain.needs
	l.domain.needs, l.domain.otherwise = outer.needs, outer.otherwise
	l.needName(w, name)
	return t
}

// needName notes what a definition needs, and reports whether that is known.
func (l *lowering) needName(w *world, name string) bool {
	if l.domain == nil {
		return true
	}
	needs, ok := l.domain.ofNames[w][name]
	for _, n := range needs {
		n.alternatives = slices.Concat(l.domain.otherwise, n.alternatives)
		l.domain.needs = append(l.domain.needs, n)
	}
	return ok
}
