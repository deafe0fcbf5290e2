package simplify

import (
	"maps"
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/syntax"
)

// A Condition is what has to hold, for all values of its free indices, for a result to be the value of its formula.
type Condition struct {
	Cond syntax.Expr
	// Binders have the ranges of free indices that Cond itself does not tell.
	Binders []syntax.Binder
}

// Text returns the condition as it is printed: "x != 0", or "x[i] < x[j] for j in 1..i - 1".
func (c Condition) Text() string {
	text := syntax.Print(c.Cond)
	for k, b := range c.Binders {
		text += map[bool]string{true: " for ", false: ", "}[k == 0] + b.Name.Name + " in " + syntax.Print(b.Lo) + ".." + syntax.Print(b.Hi)
	}
	return text
}

// A clause is a condition with alternatives, one of which holds for all values of the free indices.
type clause []*expr.Node

// Conditions returns the conditions, other than the givens, under which the result r of x is what x is: those that x needs to have a value but
// that neither r shows to a reader, since it needs them itself, nor the givens say, as x != 0 after x/x has become 1; and those that r needs but
// x does not, as norm(x) != 0 in the gradient x/norm(x), which is 0 by convention where x is. The givens that this took join those that r used. See
// [formula.Problem.Requirements].
func (z *Simplifier) Conditions(x syntax.Expr, r *Result) []Condition {
	if syntax.Equal(x, r.Text) {
		return nil
	}
	c := domains{z: z, s: z.s, givens: z.problem.Givens, used: map[int]bool{}}
	before, err := z.problem.Requirements(x)
	if err != nil {
		return nil
	}
	after, _ := z.problem.Requirements(r.Text) // what does not read shows nothing
	asked, shown := c.least(c.withoutPositive(c.normal(before))), c.least(c.withoutPositive(c.normal(after)))
	var open []clause
	for k, a := range asked {
		if !c.follows(a, shown) && !c.isGiven(a, slices.Concat(shown, open, asked[k+1:])) {
			open = append(open, a)
		}
	}
	for _, a := range asked { // what is positive is not 0
		if len(a) == 1 && a[0].Kind() == expr.KindCond && a[0].Op() == expr.GtZero {
			for _, n := range c.split(c.s.Cond(expr.NeZero, a[0].Args()[0])) {
				asked = append(asked, clause{n})
			}
		}
	}
	for _, a := range shown {
		if !c.follows(a, asked) && !c.isGiven(a, asked) {
			open = append(open, a)
		}
	}
	for _, k := range r.Givens {
		c.used[k] = true
	}
	r.Givens = r.Givens[:0:0]
	for k := range c.used {
		r.Givens = append(r.Givens, k)
	}
	slices.Sort(r.Givens)
	var out []Condition
	for _, a := range c.least(open) {
		out = append(out, c.print(a))
	}
	return out
}

// GivensFor returns the numbers of the givens without which an expression might have no value: x > 0 for log(x).
func (z *Simplifier) GivensFor(x syntax.Expr) []int {
	c := domains{z: z, s: z.s, givens: z.problem.Givens, used: map[int]bool{}}
	needs, err := z.problem.Requirements(x)
	if err != nil {
		return nil
	}
	for _, a := range c.normal(needs) {
		c.isGiven(a, nil)
	}
	return slices.Sorted(maps.Keys(c.used))
}

// domains compares what formulas need.
type domains struct {
	z      *Simplifier
	s      *expr.Session
	givens []formula.Given
	used   map[int]bool
}

// normal returns requirements as clauses about parts as small as possible, none of which follows from the others.
func (c *domains) normal(requirements []formula.Requirement) []clause {
	var all []clause
	for _, r := range requirements {
		if len(r.Alternatives) == 1 {
			for _, n := range c.split(r.Alternatives[0]) {
				all = append(all, c.alternatives(n)...)
			}
			continue
		}
		a := clause{}
		for _, n := range r.Alternatives {
			if parts := c.split(n); len(parts) == 1 {
				n = parts[0]
			} else if len(parts) == 0 {
				a = nil
				break
			}
			if slices.Contains(a, c.s.Not(n)) {
				a = nil
				break
			}
			if !slices.Contains(a, n) {
				a = append(a, n)
			}
		}
		if len(a) > 0 {
			all = append(all, a)
		}
	}
	for k, a := range all { // x >= 0 beside x != 0 is x > 0
		if len(a) == 1 && a[0].Kind() == expr.KindCond && a[0].Op() == expr.GeZero {
			apart := !slices.ContainsFunc(c.split(c.s.Cond(expr.NeZero, a[0].Args()[0])), func(n *expr.Node) bool { return !c.follows(clause{n}, all) })
			if apart {
				all[k] = clause{c.s.Cond(expr.GtZero, a[0].Args()[0])}
			}
		}
	}
	return c.least(all)
}

// alternatives returns a condition as clauses: that what is piecewise is not 0 as such of its branches.
func (c *domains) alternatives(cond *expr.Node) []clause {
	if cond.Kind() != expr.KindCond || cond.Op() != expr.NeZero || cond.Args()[0].Kind() != expr.KindIf {
		return []clause{c.anyTerm(cond)}
	}
	taken, branches := cond.Args()[0].Args()[0], cond.Args()[0].Args()[1:]
	var out []clause
	for k, not := range []*expr.Node{c.s.Not(taken), taken} {
		for _, n := range c.split(c.s.Cond(expr.NeZero, branches[k])) {
			out = append(out, clause{not, n})
		}
	}
	return out
}

// anyTerm returns the condition that a sum of squares, or of anything else that is nowhere negative, is not 0 as the alternatives that its terms
// are not; any other condition as it is.
func (c *domains) anyTerm(cond *expr.Node) clause {
	if cond.Kind() != expr.KindCond || cond.Op() != expr.NeZero || cond.Args()[0].Kind() != expr.KindAdd || !cond.Args()[0].Rat().IsZero() ||
		expr.SignOf(cond.Args()[0]) != expr.NonNegative {
		return clause{cond}
	}
	var a clause
	for _, x := range cond.Args()[0].Args() {
		parts := c.split(c.s.Cond(expr.NeZero, x))
		if len(parts) != 1 {
			return clause{cond}
		}
		a = append(a, parts[0])
	}
	return a
}

// least leaves out clauses that follow from the others, of equals all but the first.
func (c *domains) least(all []clause) []clause {
	var out []clause
	single := map[*expr.Node]bool{} // of which most are, and most often the same
	for _, a := range all {
		if len(a) == 1 && single[a[0]] {
			continue
		}
		if len(a) == 1 {
			single[a[0]] = true
		}
		out = append(out, a)
	}
	for k := len(out) - 1; k >= 0; k-- {
		c.s.Spend(len(out))
		if rest := slices.Delete(slices.Clone(out), k, k+1); c.follows(out[k], rest) {
			out = rest
		}
	}
	return out
}

// print writes a clause.
func (c *domains) print(a clause) Condition {
	named := c.z.nameAxes(formula.Tensor{Axes: slices.Clone(c.whole(a).Free()), Value: c.whole(a)}, 0)
	rename := map[*expr.Node]*expr.Node{}
	for k, i := range c.whole(a).Free() {
		rename[i] = named.Axes[k]
	}
	var out Condition
	if len(a) == 1 {
		if x := c.entrywise(c.asRead(c.s.Replace(a[0], rename)), named.Axes); x != nil {
			out.Cond = x
			return out
		}
	}
	for _, n := range a {
		x := c.literal(c.asRead(c.s.Replace(n, rename)))
		if out.Cond == nil {
			out.Cond = x
		} else {
			out.Cond = syntax.NewBinary(syntax.Or, out.Cond, x)
		}
	}
	for _, i := range named.Axes {
		if !expr.RangeIsInferred(i, named.Value) {
			b := syntax.Binder{Name: syntax.Ident{Name: i.Name()}}
			b.Lo, _ = expr.Syntax(i.Lo())
			b.Hi, _ = expr.Syntax(i.Hi())
			out.Binders = append(out.Binders, b)
		}
	}
	return out
}

// entrywise writes an order that holds for all values of its indices as one of whole tensors: A*x > b. It is nil where one side has no matrix notation,
// or some of the indices only.
func (c *domains) entrywise(n *expr.Node, axes []*expr.Node) syntax.Expr {
	if n.Kind() != expr.KindCond || n.Op() != expr.GtZero && n.Op() != expr.GeZero || len(axes) == 0 {
		return nil
	}
	if x := c.comparison(n, axes); x != nil { // a nil pointer is no nil expression
		return x
	}
	return nil
}

// comparison writes a condition on an expression over the given axes with each side in matrix notation, or is nil.
func (c *domains) comparison(n *expr.Node, axes []*expr.Node) *syntax.Compare {
	constant, terms := expr.Terms(n.Args()[0])
	greater, less := c.s.Int(0), c.s.Int(0)
	for _, t := range terms {
		if t.Coef.Sign() > 0 {
			greater = c.s.Add(greater, c.s.Scale(t.Coef, t.X))
		} else {
			less = c.s.Add(less, c.s.Scale(t.Coef.Neg(), t.X))
		}
	}
	if constant.Sign() < 0 || less.IsZero() { // x > -1 rather than 1 + x > 0
		less = c.s.Add(less, c.s.Rat(constant.Neg()))
	} else {
		greater = c.s.Add(greater, c.s.Rat(constant))
	}
	left, right := c.side(greater, axes), c.side(less, axes)
	if left == nil || right == nil {
		return nil
	}
	op := map[expr.Op]syntax.Op{expr.EqZero: syntax.Eq, expr.NeZero: syntax.Ne, expr.GeZero: syntax.Ge, expr.GtZero: syntax.Gt}[n.Op()]
	if len(greater.Free()) < len(axes) || greater.Kind() == expr.KindRat { // x < 1 rather than 1 > x
		left, right, op = right, left, map[syntax.Op]syntax.Op{syntax.Eq: syntax.Eq, syntax.Ne: syntax.Ne, syntax.Ge: syntax.Le, syntax.Gt: syntax.Lt}[op]
	}
	return &syntax.Compare{Operands: []syntax.Expr{left, right}, Ops: []syntax.Op{op}}
}

// side writes a side of a comparison of tensors, or one number for all entries.
func (c *domains) side(n *expr.Node, axes []*expr.Node) syntax.Expr {
	if len(n.Free()) == 0 {
		axes = nil
	}
	r, err := c.z.print(formula.Tensor{Axes: axes, Value: n}, 0, Auto)
	if err != nil || len(n.Free()) != len(axes) || axes != nil && r.Text != r.Matrix {
		return nil
	}
	return r.Text
}

// asRead puts names into a condition, and makes one exponential of those in a product.
func (c *domains) asRead(n *expr.Node) *expr.Node {
	if n.Kind() != expr.KindCond {
		return fuse(c.s, c.z.fold(n))
	}
	return c.s.Cond(n.Op(), fuse(c.s, c.z.fold(n.Args()[0])))
}

// isNumeral reports whether x is written as a number, with a sign or without.
func isNumeral(x syntax.Expr) bool {
	if minus, ok := syntax.Unparen(x).(*syntax.Unary); ok && minus.Op == syntax.Neg {
		x = minus.X
	}
	_, ok := syntax.Unparen(x).(*syntax.Number)
	return ok
}

// literal writes one condition, without indices in matrix notation where that is shorter.
func (c *domains) literal(n *expr.Node) syntax.Expr {
	x, err := expr.Syntax(n)
	if err != nil {
		panic(err)
	}
	if i, ok := syntax.Unparen(x).(*syntax.Iverson); ok {
		cond, ok := i.Cond.(*syntax.Compare)
		if !ok || len(cond.Ops) != 1 || n.Kind() != expr.KindCond {
			return i.Cond
		}
		left, right := cond.Operands[0], cond.Operands[1]
		if zero, ok := right.(*syntax.Number); ok && zero.Value.Sign() == 0 && len(n.Free()) == 0 {
			e := n.Args()[0]
			if cond.Ops[0] == syntax.Lt || cond.Ops[0] == syntax.Le {
				e = c.s.Neg(e)
			}
			if r, err := c.z.print(formula.Tensor{Value: e}, 0, Auto); err == nil {
				cond.Operands[0] = r.Text
			}
		} else if len(n.Free()) == 0 && contains(n, isSum) {
			if x := c.comparison(n, nil); x != nil {
				return x
			}
		} else if cond.Ops[0] == syntax.Ne && !expr.IsIndexForm(n.Args()[0]) && syntax.Print(left) > syntax.Print(right) && !isNumeral(right) {
			cond.Operands[0], cond.Operands[1] = right, left
		}
		return cond
	}
	return &syntax.Compare{Operands: []syntax.Expr{x, &syntax.Number{Value: expr.Int(0).Big()}}, Ops: []syntax.Op{syntax.Ne}}
}
