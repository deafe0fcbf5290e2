package simplify

import (
	"maps"
	"slices"
	"strconv"

	"github.com/seed-9905856d/derive/builtin"
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
	out := slices.Clone(all)
	for k := len(out) - 1; k >= 0; k-- {
		if rest := slices.Delete(slices.Clone(out), k, k+1); c.follows(out[k], rest) {
			out = rest
		}
	}
	return out
}

// split returns conditions that together say what cond does: of a product that is not 0, that no factor is.
func (c *domains) split(cond *expr.Node) []*expr.Node {
	if cond.Kind() != expr.KindCond || expr.IsIndexForm(cond.Args()[0]) {
		if cond.IsOne() {
			return nil
		}
		return []*expr.Node{cond}
	}
	s, e := c.s, cond.Args()[0]
	if cond.Op() != expr.EqZero && c.isPositive(e) || cond.Op() == expr.NeZero && c.isPositive(s.Neg(e)) {
		return nil
	}
	if cond.Op() != expr.EqZero && e.Kind() == expr.KindAdd { // over a denominator that is positive
		if num, den := c.quotient(e); den.Kind() != expr.KindRat && c.isPositive(den) {
			return c.split(s.Cond(cond.Op(), num))
		}
	}
	notZero := func(x *expr.Node) []*expr.Node { return c.split(s.Cond(expr.NeZero, x)) }
	switch cond.Op() {
	case expr.NeZero:
		switch {
		case e.Kind() == expr.KindMul && !guarded(e):
			var out []*expr.Node
			for _, f := range e.Args() {
				out = append(out, notZero(f)...)
			}
			return out
		case e.Kind() == expr.KindPow && e.Args()[1].Kind() == expr.KindRat, isAbsolute(e):
			return notZero(e.Args()[0])
		case e.Kind() == expr.KindReduce && e.Op() == expr.Prod:
			return notZero(s.Open(e).Body)
		case e.Kind() == expr.KindCall && (e.Func().Name == "gamma" || e.Func().Name == "beta"): // they have no zeros
			return nil
		case e.Kind() == expr.KindAdd:
			if p := c.factored(e); p.Kind() != expr.KindAdd {
				return notZero(p)
			}
		}
	case expr.GeZero:
		if f, g, ok := c.complements(e); ok {
			return append(c.split(s.Cond(expr.GeZero, f)), c.split(s.Cond(expr.GeZero, g))...)
		}
	case expr.GtZero:
		if f, g, ok := c.complements(e); ok {
			return append(c.split(s.Cond(expr.GtZero, f)), c.split(s.Cond(expr.GtZero, g))...)
		}
		var out, rest []*expr.Node
		for _, f := range expr.Factors(e) {
			base := f
			if f.Kind() == expr.KindPow && f.Args()[1].Kind() == expr.KindRat {
				base = f.Args()[0]
			} else if f.Kind() == expr.KindReduce && f.Op() == expr.Prod { // of inverses
				o := s.Open(f)
				if k, ok := o.Body.Args(), o.Body.Kind() == expr.KindPow && o.Body.Args()[1].Kind() == expr.KindRat; ok && k[1].Rat().Equal(expr.Int(-1)) {
					base = s.Reduce(expr.Prod, k[0], o.Indices...)
				}
			}
			switch sign := expr.SignOf(f); {
			case sign == expr.Positive:
			case sign == expr.NonNegative && f.Kind() != expr.KindCond:
				if base != f && f.Kind() == expr.KindPow && f.Args()[1].Rat().IsInt() || base == f || expr.SignOf(base) == expr.NonNegative {
					out = append(out, notZero(base)...)
				} else {
					out = append(out, c.split(s.Cond(expr.GtZero, base))...)
				}
			case base != f:
				rest = append(rest, base)
			default:
				rest = append(rest, f)
			}
		}
		if len(rest) == 0 {
			return out
		}
		if len(rest) == 1 && (len(out) > 0 || rest[0] != e) {
			return append(out, c.split(s.Cond(expr.GtZero, rest[0]))...)
		}
		if len(out) > 0 {
			return append(out, s.Cond(expr.GtZero, s.Mul(rest...)))
		}
	}
	return []*expr.Node{cond}
}

// complements returns f and g of a product or quotient of two factors of whose multiples the sum is a positive number, so that it is positive
// only where both are: p·(1 - p), or p/(1 - p).
func (c *domains) complements(e *expr.Node) (f, g *expr.Node, ok bool) {
	constant, terms := expr.Terms(e)
	if len(terms) > 1 || !constant.IsZero() {
		e = c.factored(e)
		constant, terms = expr.Terms(e)
	}
	if !constant.IsZero() || len(terms) != 1 {
		return nil, nil, false
	}
	var bases []*expr.Node
	for _, x := range expr.Factors(terms[0].X) {
		if x.Kind() == expr.KindPow {
			k, ok := x.Args()[1].Rat().Int64()
			if x.Args()[1].Kind() != expr.KindRat || !ok || k%2 == 0 {
				return nil, nil, false
			}
			x = x.Args()[0]
		}
		bases = append(bases, x)
	}
	if len(bases) != 2 {
		return nil, nil, false
	}
	f, g = bases[0], bases[1]
	if terms[0].Coef.Sign() < 0 {
		f = c.s.Neg(f)
	}
	for range 2 { // f·g is (-f)·(-g)
		if ratio, ok := proportional(f, g); ok && ratio.Sign() < 0 {
			if sum := c.s.Add(g, c.s.Scale(ratio.Neg(), f)); sum.Kind() == expr.KindRat && sum.Rat().Sign() > 0 {
				return f, g, true
			}
		}
		f, g = c.s.Neg(f), c.s.Neg(g)
	}
	return nil, nil, false
}

// factored returns a sum as a product or quotient of polynomials, if it is one.
func (c *domains) factored(x *expr.Node) *expr.Node {
	num, den := c.quotient(x)
	return c.s.Div(num, den)
}

// quotient returns the numerator and the denominator of a quotient of polynomials as products.
func (c *domains) quotient(x *expr.Node) (num, den *expr.Node) {
	r, err := newRing(c.s, false, x)
	if err != nil {
		return x, c.s.Int(1)
	}
	q, err := r.read(x)
	if err != nil {
		return x, c.s.Int(1)
	}
	return r.product(q.num), r.product(q.den)
}

// isPositive reports whether the structure of x shows that it is positive, also where that takes a common denominator.
func (c *domains) isPositive(x *expr.Node) bool {
	if expr.SignOf(x) == expr.Positive {
		return true
	}
	switch x.Kind() {
	case expr.KindMul:
		return !slices.ContainsFunc(x.Args(), func(f *expr.Node) bool { return !c.isPositive(f) })
	case expr.KindPow:
		return c.isPositive(x.Args()[0])
	case expr.KindAdd:
		if isAboveBounds(x) || x.Rat().Sign() > 0 && !slices.ContainsFunc(x.Args(), func(t *expr.Node) bool { return !isClampedAtZero(t) }) &&
			!slices.ContainsFunc(x.Coefs(), func(c expr.Rat) bool { return c.Sign() < 0 }) {
			return true
		}
		num, den := c.quotient(x)
		return den.Kind() != expr.KindRat && expr.SignOf(num) == expr.Positive && expr.SignOf(den) == expr.Positive
	case expr.KindReduce:
		if expr.IsLambda(x) {
			return false
		}
		o := c.s.Open(x)
		return x.Op() == expr.Prod && c.isPositive(o.Body) || x.Op() == expr.Sum && c.countsAttained(o)
	}
	return false
}

// bounded are functions of one number with the ends of their values, which those that are open do not reach.
var bounded = map[string]struct {
	low, high int64
	open      bool
}{"erf": {-1, 1, true}, "erfc": {0, 2, true}, "tanh": {-1, 1, true}, "sin": {-1, 1, false}, "cos": {-1, 1, false}}

// isAboveBounds reports whether a sum of multiples of bounded functions is positive since its constant is large enough.
func isAboveBounds(x *expr.Node) bool {
	least, terms := expr.Terms(x)
	open := false
	for _, t := range terms {
		if t.X.Kind() != expr.KindCall || t.X.Func().Ranks != nil || len(t.X.Args()) != 1 {
			return false
		}
		b, ok := bounded[t.X.Func().Name]
		if !ok {
			return false
		}
		end := b.low
		if t.Coef.Sign() < 0 {
			end = b.high
		}
		least = least.Add(t.Coef.Mul(expr.Int(end)))
		open = open || b.open
	}
	return least.Sign() > 0 || least.IsZero() && open
}

// isClampedAtZero reports whether x is max(y, 0), or -min(y, 0).
func isClampedAtZero(x *expr.Node) bool {
	if x.Kind() != expr.KindIf || x.Args()[0].Kind() != expr.KindCond || !x.Args()[2].IsZero() {
		return false
	}
	cond := x.Args()[0]
	return (cond.Op() == expr.GtZero || cond.Op() == expr.GeZero) && cond.Args()[0] == x.Args()[1]
}

// countsAttained reports whether a sum counts where a maximum or minimum over its index is attained: [x[i] >= max[j](x[j])].
func (c *domains) countsAttained(o *expr.Opening) bool {
	if o.Body.Kind() != expr.KindCond || o.Body.Op() != expr.GeZero && o.Body.Op() != expr.EqZero {
		return false
	}
	_, terms := expr.Terms(o.Body.Args()[0])
	for _, t := range terms {
		if m := t.X; m.Kind() == expr.KindReduce && (m.Op() == expr.Max && t.Coef.Equal(expr.Int(-1)) || m.Op() == expr.Min && t.Coef.IsOne()) {
			x := c.s.Scale(t.Coef.Neg(), c.s.Sub(o.Body.Args()[0], c.s.Scale(t.Coef, m)))
			return c.s.Reduce(m.Op(), x, o.Indices...) == m
		}
	}
	return false
}

// follows reports whether a clause follows from others.
func (c *domains) follows(a clause, from []clause) bool {
	for _, b := range from {
		if c.implies(b, a) {
			return true
		}
	}
	if len(a) == 1 && a[0].Kind() == expr.KindCond && a[0].Op() == expr.NeZero && a[0].Args()[0].Kind() == expr.KindAdd {
		e := a[0].Args()[0]
		if known := newFacts(c.s, c.assumptions(from)).boundsOf(); known.sign(e).sign >= expr.NonNegative || known.sign(c.s.Neg(e)).sign >= expr.NonNegative { // the sum of squares is 0 only where each is
			for _, x := range e.Args() {
				if apart := c.split(c.s.Cond(expr.NeZero, x)); !slices.ContainsFunc(apart, func(n *expr.Node) bool { return !c.follows(clause{n}, from) }) {
					return true
				}
			}
		}
	}
	if len(a) == 1 && a[0].Kind() == expr.KindCond && a[0].Op() == expr.NeZero && a[0].Args()[0].Kind() == expr.KindCall && a[0].Args()[0].Func().Name == "hypot" {
		for _, x := range a[0].Args()[0].Args() {
			if c.follows(clause{c.s.Cond(expr.NeZero, x)}, from) {
				return true
			}
		}
	}
	if len(a) == 1 && a[0].Kind() == expr.KindCond && a[0].Op() == expr.NeZero && c.hasTerm(a[0].Args()[0], from) {
		return true
	}
	if len(a) > 1 { // one alternative where the others are false
		for k, n := range a {
			all := slices.Clone(from)
			for j, other := range a {
				if j != k {
					all = append(all, clause{c.s.Not(other)})
				}
			}
			if c.follows(clause{n}, all) {
				return true
			}
		}
	}
	givens := c.assumptions(from)
	if len(givens) == 0 {
		return c.whole(a).IsOne()
	}
	f := newFacts(c.s, givens)
	return slices.ContainsFunc(a, func(n *expr.Node) bool { return f.apply(n).IsOne() }) || f.apply(c.whole(a)).IsOne()
}

// hasTerm reports whether x is a sum over indices of what is nowhere negative, and clauses say of one term that it is not 0.
func (c *domains) hasTerm(x *expr.Node, from []clause) bool {
	if x.Kind() != expr.KindReduce || x.Op() != expr.Sum || expr.SignOf(x) < expr.NonNegative {
		return false
	}
	o := c.s.Open(x)
	parts := c.split(c.s.Cond(expr.NeZero, o.Body))
	if len(parts) != 1 || parts[0].Kind() != expr.KindCond || parts[0].Op() != expr.NeZero {
		return false
	}
	m := matcher{s: c.s, vars: o.Indices}
	for _, b := range from {
		if len(b) != 1 {
			continue
		}
		for _, target := range c.weaker(parts[0], b[0]) {
			if found := newBinding(); m.match(parts[0].Args()[0], target, found, nil) && c.inside(found, nil) {
				return true
			}
		}
	}
	return false
}

// assumptions returns those clauses that have no alternatives as givens.
func (c *domains) assumptions(from []clause) []formula.Given {
	var givens []formula.Given
	for _, a := range from {
		if g, ok := c.assumption(a); ok {
			givens = append(givens, g)
		}
	}
	return givens
}

// isGiven reports whether a clause follows from the givens and other clauses, and notes which givens that takes.
func (c *domains) isGiven(a clause, others []clause) bool {
	if len(c.givens) == 0 {
		return false
	}
	row, _ := builtin.Matrix("det")
	for _, m := range newFacts(c.s, c.givens).matrices { // positive definite or orthogonal
		axes := make([]*expr.Node, len(m.sym.Dims))
		for k, d := range m.sym.Dims {
			axes[k] = c.s.Index("#"+strconv.Itoa(k), c.s.Int(1), d)
		}
		det := c.s.Call(row.Func, c.s.Lambda(c.s.Entry(m.sym, axes...), axes...))
		if slices.Contains(a, c.s.Cond(expr.NeZero, det)) || !m.orthogonal && slices.Contains(a, c.s.Cond(expr.GtZero, det)) {
			c.used[m.given] = true
			return true
		}
	}
	for _, all := range [][]formula.Given{c.givens, slices.Concat(c.givens, c.assumptions(others))} {
		f := newFacts(c.s, all)
		shows := func(x *expr.Node) bool {
			y := f.apply(x)
			if y.IsOne() || x.Kind() == expr.KindCond && x.Op() == expr.NeZero && f.isNotZero(x.Args()[0]) {
				return true
			}
			return y != x && len(a) == 1 && !slices.ContainsFunc(c.split(y), func(n *expr.Node) bool { return !c.follows(clause{n}, others) })
		}
		if shows(c.whole(a)) || len(a) > 1 && slices.ContainsFunc(a, shows) {
			for k := range f.used {
				if k < len(c.givens) {
					c.used[k] = true
				}
			}
			return true
		}
	}
	return false
}

// withoutPositive takes factors that the givens say are positive out of what is to be positive.
func (c *domains) withoutPositive(all []clause) []clause {
	known := newFacts(c.s, c.givens).boundsOf()
	if len(known.known) == 0 {
		return all
	}
	var out []clause
	for _, a := range all {
		if len(a) > 1 || a[0].Kind() != expr.KindCond || a[0].Op() != expr.GtZero || a[0].Args()[0].Kind() != expr.KindMul {
			out = append(out, a)
			continue
		}
		var rest []*expr.Node
		for _, f := range a[0].Args()[0].Args() {
			sign := known.sign(f)
			if sign.sign != expr.Positive {
				rest = append(rest, f)
				continue
			}
			for _, k := range sign.by {
				c.used[k] = true
			}
		}
		for _, n := range c.split(c.s.Cond(expr.GtZero, c.s.Mul(rest...))) {
			out = append(out, clause{n})
		}
	}
	return out
}

// assumption returns a clause without alternatives as something given.
func (c *domains) assumption(a clause) (formula.Given, bool) {
	if len(a) != 1 || a[0].Kind() != expr.KindCond {
		return formula.Given{}, false
	}
	op, ok := map[expr.Op]syntax.Op{expr.GtZero: syntax.Gt, expr.GeZero: syntax.Ge, expr.NeZero: syntax.Ne, expr.EqZero: syntax.Eq}[a[0].Op()]
	return formula.Given{Relations: []formula.Relation{{Op: op, Left: a[0].Args()[0], Right: c.s.Int(0)}}}, ok
}

// whole returns a clause as one expression that is 0 or 1.
func (c *domains) whole(a clause) *expr.Node {
	if len(a) == 1 {
		return a[0]
	}
	factors := make([]*expr.Node, len(a))
	for k, n := range a {
		factors[k] = c.s.Not(n)
	}
	return c.s.Not(c.s.Mul(factors...))
}

// implies reports whether a clause says what another does, or more: every alternative of a is at least as strong as one of b, at values of a's
// indices that are within their ranges.
func (c *domains) implies(a, b clause) bool {
	var vars []*expr.Node
	for _, n := range a {
		for _, i := range n.Free() {
			if !slices.Contains(vars, i) {
				vars = append(vars, i)
			}
		}
	}
	m := matcher{s: c.s, vars: vars}
	var try func(k int, found *binding) bool
	try = func(k int, found *binding) bool {
		if k == len(a) {
			if !c.inside(found, b) {
				return false
			}
			for _, n := range a { // an alternative that is none where b is to hold
				if isAboutIndices(n) && !c.s.Mul(c.s.Replace(n, found.indices), c.otherwise(b)).IsZero() {
					return false
				}
			}
			return true
		}
		if isAboutIndices(a[k]) {
			return try(k+1, found)
		}
		for _, n := range b {
			for _, target := range c.weaker(a[k], n) {
				next := found.clone()
				if m.match(a[k].Args()[0], target, next, nil) && try(k+1, next) {
					return true
				}
			}
			if a[k] == n && try(k+1, found) {
				return true
			}
		}
		return false
	}
	return try(0, newBinding())
}

// otherwise returns the condition that no alternative on indices of a clause holds.
func (c *domains) otherwise(of clause) *expr.Node {
	cond := c.s.Int(1)
	for _, n := range of {
		if isAboutIndices(n) {
			cond = c.s.Mul(cond, c.s.Not(n))
		}
	}
	return cond
}

// isAboutIndices reports whether a condition is one on indices.
func isAboutIndices(n *expr.Node) bool {
	return n.Kind() == expr.KindCond && expr.IsIndexForm(n.Args()[0]) && len(n.Free()) > 0
}

// inside reports whether indices are bound to what is in their ranges wherever no alternative on indices of a clause holds.
func (c *domains) inside(found *binding, of clause) bool {
	otherwise := c.otherwise(of)
	for i, at := range found.indices {
		lo, hi := c.s.Replace(i.Lo(), found.indices), c.s.Replace(i.Hi(), found.indices)
		if c.s.Mul(otherwise, c.s.Cond(expr.GeZero, c.s.Sub(at, lo)), c.s.Cond(expr.GeZero, c.s.Sub(hi, at))) != otherwise {
			return false
		}
	}
	return true
}

// weaker returns what the argument of condition a has to be for a to imply condition b.
func (c *domains) weaker(a, b *expr.Node) []*expr.Node {
	if a.Kind() != expr.KindCond || b.Kind() != expr.KindCond {
		return nil
	}
	e := b.Args()[0]
	switch {
	case a.Op() == b.Op() && (a.Op() == expr.NeZero || a.Op() == expr.EqZero), a.Op() == expr.GtZero && b.Op() == expr.NeZero:
		return []*expr.Node{e, c.s.Neg(e)}
	case a.Op() == b.Op(), a.Op() == expr.GtZero && b.Op() == expr.GeZero, a.Op() == expr.EqZero && b.Op() == expr.GeZero:
		return []*expr.Node{e}
	}
	return nil
}

// print writes a clause.
func (c *domains) print(a clause) Condition {
	named := c.z.nameAxes(formula.Tensor{Axes: slices.Clone(c.whole(a).Free()), Value: c.whole(a)}, 0)
	rename := map[*expr.Node]*expr.Node{}
	for k, i := range c.whole(a).Free() {
		rename[i] = named.Axes[k]
	}
	var out Condition
	for _, n := range a {
		x := c.literal(c.z.fold(c.s.Replace(n, rename)))
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
		} else if cond.Ops[0] == syntax.Ne && !expr.IsIndexForm(n.Args()[0]) && syntax.Print(left) > syntax.Print(right) && !ok {
			cond.Operands[0], cond.Operands[1] = right, left
		}
		return cond
	}
	return &syntax.Compare{Operands: []syntax.Expr{x, &syntax.Number{Value: expr.Int(0).Big()}}, Ops: []syntax.Op{syntax.Ne}}
}
