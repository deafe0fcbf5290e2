package simplify

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/notation"
	"github.com/seed-9905856d/derive/syntax"
)

// A search looks for the cheapest form of one tensor, one source of forms after the other.
type search struct {
	z        *Simplifier // as it prints what is best
	t        formula.Tensor
	free     int
	notation Notation
	facts    *facts
	base     *expr.Node // what the forms are made from
	plain    *expr.Node // what code is made from
	best     *Result
	work     int  // what one step may take
	repeated bool // it starts from the result of another search
	settled  bool // what the user wrote is not taken, whatever it costs
	reserve  int  // what is left of the session's work when the search ends
	done     *done
	byName   bool       // definitions stand under their names
	names    []outlined // that stand for sums in the base, in the best form and in plain
}

// run goes through the table of rewrites: those that prepare the base, the forms of that, then one source after the other.
func (c *search) run() error {
	c.prepare(c.named(c.t.Value))
	p := c.pass(c.z)
	c.try(func() {
		x, names := outline(c.z.s, c.base)
		if !c.repeated {
			x, names = c.withResiduals(x, names)
		}
		c.z.note("outline", c.base, x)
		c.base, c.names = x, names
	})
	c.plain = c.base
	c.try(func() { c.base = p.run(byCollecting, c.base) })
	short := c.base != c.plain // as code, what is multiplied out may cancel where the factors do not
	c.try(c.meet)
	if err := c.first(); err != nil {
		return err
	}
	c.try(c.unconfined)
	c.try(c.withSymmetries)
	if !short {
		c.plain = c.base
	}
	for id := firstSource + 1; id < ruleCount; id++ {
		c.try(func() { c.source(id) })
	}
	c.try(c.polish)
	if !c.z.form.IsAuto() {
		if err := c.inForm(c.z.form); err != nil {
			return err
		}
	}
	c.best.Trace = c.traced(c.best.value)
	if len(c.names) > 0 {
		trace := c.best.Trace
		best, err := c.restored(c.best)
		if best == nil {
			return cmp.Or(err, expr.ErrWork)
		}
		c.best, c.plain = best, c.plainly(c.plain)
		c.best.Trace = trace
	}
	return nil
}

// maxUnnamed is the number of nodes from which on definitions stand under their names from the start: what an expression of that size comes to
// without them nobody reads.
const maxUnnamed = 1 << 9

// named returns a large expression with the names of definitions in it, which are taken for inputs then.
func (c *search) named(x *expr.Node) *expr.Node {
	if nodes(x) <= maxUnnamed {
		return x
	}
	y := c.z.withDefinitions(x)
	if nodes(y) > nodes(x)/2 {
		return x
	}
	c.z.note(rules[byNames].name, x, y)
	c.byName = true
	return y
}

// prepare makes the base of x.
func (c *search) prepare(x *expr.Node) {
	p := c.pass(c.z)
	c.base = p.run(byCases, p.run(byBranches, x))
	c.try(func() { c.base = p.run(byTrigonometry, p.run(byInverses, c.base)) })
	c.base = p.run(byGivens, p.run(byOthers, p.run(byAbsolute, c.base)))
	c.try(func() { c.base = p.run(byAlike, c.base) })
	c.try(func() {
		if x := p.run(byDeltas, c.base); x != c.base {
			c.base = p.run(byCases, p.run(byBranches, x))
		}
	})
}

// meet multiplies the base out where inverses then meet their matrices in most of it.
func (c *search) meet() {
	before := maps.Clone(c.facts.used)
	if x := c.pass(c.z).run(byMultiplying, c.base); weight(c.z.s, x) < weight(c.z.s, c.base)/2 {
		c.base, c.plain = x, x
		return
	}
	c.facts.used = before
}

// unconfined takes the forms of a base that does not say where entries are 0, as those of a triangular matrix: code is made from one that does.
func (c *search) unconfined() {
	rest := c.facts.withoutConfined()
	if rest == nil {
		return
	}
	other := *c
	other.facts, other.names = rest, nil
	other.prepare(c.t.Value)
	r, err := other.forms(c.z, other.base)
	if err != nil {
		return
	}
	other.best = r
	other.withSymmetries()
	if c.isCheaper(other.best) {
		c.best, c.facts.used = other.best, rest.used
	}
}

// maxAgain bounds how often a search starts from its own result.
const maxAgain = 3

// again searches for a cheaper form of the best so far, read as it is printed, and reports whether it has found one: so that results are their own.
func (c *search) again() bool {
	if !c.z.form.IsAuto() {
		return false
	}
	cheaper := false
	c.try(func() {
		next := *c
		next.repeated = true
		next.t = c.tensor(c.readAgain())
		if next.t.Value == c.base || next.t.Value == c.t.Value {
			return
		}
		next.names, next.work, next.reserve = nil, stepWork(next.t), 0 // this step is bounded itself
		before := maps.Clone(c.facts.used)
		if err := next.run(); err != nil || !c.isCheaper(next.best) {
			c.facts.used = before
			return
		}
		next.best.Trace = append(c.best.Trace, next.best.Trace...)
		next.plain, next.settled, next.reserve = c.plain, c.settled || next.settled, c.reserve
		*c, cheaper = next, true
	})
	return cheaper
}

// readAgain returns the value of the best form so far as one reads it from its text, or with names unfolded where the text has indices of the user.
func (c *search) readAgain() *expr.Node {
	if c.free == 0 && c.t.Groups == nil {
		t, free, err := c.z.problem.Expression(c.best.Text)
		if err == nil && free == 0 && len(t.Axes) == len(c.t.Axes) {
			rename := map[*expr.Node]*expr.Node{}
			for k, a := range t.Axes {
				if b := c.t.Axes[k]; a.Lo() == b.Lo() && a.Hi() == b.Hi() {
					rename[a] = b
				}
			}
			if len(rename) == len(t.Axes) {
				return c.z.s.Replace(t.Value, rename)
			}
		}
	}
	return c.z.unfolded(c.best.value)
}

// unfolded returns an expression with what the names of functions and definitions in it stand for in their places.
func (z *Simplifier) unfolded(x *expr.Node) *expr.Node {
	functions, definitions := map[*expr.Func]*pattern{}, map[*expr.Symbol]*pattern{}
	for _, p := range slices.Backward(z.patterns) { // of several the first
		if p.fn != nil {
			functions[p.fn] = p
		} else {
			definitions[p.symbol] = p
		}
	}
	named := func(n *expr.Node) *pattern {
		switch n.Kind() {
		case expr.KindCall:
			return functions[n.Func()]
		case expr.KindEntry:
			return definitions[n.Symbol()]
		}
		return nil
	}
	for contains(x, func(n *expr.Node) bool { return named(n) != nil }) {
		y := z.s.Map(x, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
			p := named(n)
			if p == nil {
				if n.Kind() == expr.KindCall && n.Func() == fusedExp {
					return formula.Elementary(z.s, "exp", args...), true
				}
				return nil, false
			}
			b := newBinding()
			for k, sym := range p.params {
				b.bindParam(sym, args[k])
			}
			for k, i := range p.indices {
				b.bind(i, args[len(p.params)+k])
			}
			return p.bodyAt(z.s, b), true
		})
		if y == x {
			break
		}
		x = y
	}
	return x
}

// pass returns what rewrites need, as z prints.
func (c *search) pass(z *Simplifier) *pass {
	return &pass{z: z, facts: c.facts, axes: c.t.Axes, done: c.done}
}

// tensor returns the tensor of the search with another value.
func (c *search) tensor(x *expr.Node) formula.Tensor {
	return formula.Tensor{Axes: c.t.Axes, Value: x, Orient: c.t.Orient, Groups: c.t.Groups}
}

// The work that one step of a search may take, as [expr.Session.Within] counts it: searchWork, and searchWorkPerNode for each node of the tensor.
const (
	searchWork        = 1 << 20
	searchWorkPerNode = 32
)

// stepWork returns what one step of a search for forms of t may take.
func stepWork(t formula.Tensor) int { return searchWork + searchWorkPerNode*nodes(t.Value) }

// try takes a step of the search, without which the best so far stands if it takes too long.
func (c *search) try(step func()) {
	before, used := *c, maps.Clone(c.facts.used)
	if work := c.stepLeft(); work <= 0 || !c.z.s.Within(work, step) {
		*c = before
		c.facts.used = used
	}
}

// stepLeft returns what the next step may take: of what the session allows, enough is left to print the best form.
func (c *search) stepLeft() int { return min(c.work, c.z.s.Left()-c.reserve) }

// reserved is the part of what the session allows that is kept for what comes after a search.
const reserved = 4

// forms returns the cheapest of the forms of x, as z prints them.
func (c *search) forms(z *Simplifier, x *expr.Node) (*Result, error) {
	return c.formsWithin(z, x, math.MaxInt)
}

// formsWithin is [search.forms] where what costs more than the limit is of no use.
func (c *search) formsWithin(z *Simplifier, x *expr.Node, limit int) (*Result, error) {
	return z.cheapest(c.t, c.pass(z).forms(x), c.free, c.notation, limit, c.done)
}

// cheaper returns the cheapest of the forms of x, if it costs less than the best so far.
func (c *search) cheaper(z *Simplifier, x *expr.Node) (*Result, bool) {
	limit := math.MaxInt // of 0 whatever it costs
	if !x.IsZero() {
		limit = c.best.cost() - 1
	}
	r, err := c.formsWithin(z, x, limit)
	return r, err == nil && c.isCheaper(r)
}

// isCheaper reports whether r costs less than the best so far. Nothing is cheaper than 0, whatever its shape takes to read.
func (c *search) isCheaper(r *Result) bool {
	if zero := c.best.value.IsZero(); zero || r.value.IsZero() {
		return !zero
	}
	return r.cost() < c.best.cost()
}

// first takes the forms of the base, or the base alone.
func (c *search) first() (err error) {
	if work := c.stepLeft(); work <= 0 || !c.z.s.Within(work, func() { c.best, err = c.forms(c.z, c.base) }) {
		plain := c.pass(c.z).run(byExponentials, c.base)
		if c.best, err = c.z.print(c.tensor(plain), c.free, c.notation); err == nil {
			c.best.value = plain
		}
	}
	return err
}

// worthwhile returns the cheapest of the forms of what a rule has made of the base, if it is taken.
func (c *search) worthwhile(id ruleID, x *expr.Node) (*Result, bool) {
	if rules[id].worth == nil {
		return c.cheaper(c.z, x)
	}
	r, err := c.forms(c.z, x)
	return r, err == nil && rules[id].worth(c, r)
}

// source tries the forms of what a rule makes of the base.
func (c *search) source(id ruleID) {
	before := maps.Clone(c.facts.used)
	if x := c.pass(c.z).run(id, c.base); x != c.base {
		if r, ok := c.worthwhile(id, x); ok {
			if id == byResolvents && subtracted(x) < subtracted(c.plain) || id == byMultiplying && contains(c.plain, isInverse) { // else what is multiplied out may cancel in floating point where the factors do not
				c.plain = x
			}
			c.settled = c.settled || rules[id].settles != nil && rules[id].settles(c, r)
			c.best = r
			if rules[id].becomesBase {
				c.base = x
			}
			return
		}
	}
	c.facts.used = before
}

// maxPolished bounds how often the forms of the best form so far are looked at.
const maxPolished = 3

// polish takes the forms of the best form so far, as long as one of them is cheaper.
func (c *search) polish() {
	for range maxPolished {
		x := c.best.value
		if x == c.base {
			return
		}
		r, ok := c.cheaper(c.z, x)
		if !ok {
			return
		}
		c.best = r
	}
}

// under returns the simplifier that prints with symmetries in use.
func (c *search) under(symmetries []symmetry) *Simplifier {
	for _, u := range c.done.symmetric {
		if slices.EqualFunc(u.symmetries, symmetries, func(a, b symmetry) bool { return a.fn == b.fn }) {
			return u.z
		}
	}
	f, z := c.facts, *c.z
	z.reader = notation.NewReader(z.s, func(n, i, j *expr.Node) bool { return f.isSymmetric(n, i, j, symmetries) })
	c.done.symmetric = append(c.done.symmetric, underSymmetries{symmetries, &z})
	return &z
}

// withSymmetries tries what is equal because matrices are symmetric.
func (c *search) withSymmetries() {
	before := maps.Clone(c.facts.used)
	using := func(needed []symmetry) (z *Simplifier, x *expr.Node) {
		x = c.facts.apply(c.facts.symmetric(c.base, needed))
		c.z.note(rules[bySymmetry].name, c.base, x)
		return c.under(needed), x
	}
	needed := c.facts.symmetriesOf(c.base)
	if len(needed) == 0 || c.z.disabled&(1<<bySymmetry) != 0 {
		return
	}
	z, x := using(needed)
	r, ok := c.cheaper(z, x)
	if !ok {
		c.facts.used = before
		return
	}
	for k := 0; k < len(needed); { // without those that make no difference
		rest := slices.Delete(slices.Clone(needed), k, k+1)
		z2, x2 := using(rest)
		if r2, err := c.forms(z2, x2); err == nil && syntax.Equal(r2.Text, r.Text) {
			needed, z, x, r = rest, z2, x2, r2
		} else {
			k++
		}
	}
	c.best, c.base, c.z = r, x, z
	for _, sym := range needed {
		c.facts.used[sym.given] = true
	}
}

// worthSigmoids takes sigmoids that cost a little more if that leaves fewer exponentials to read, but none of what they are sigmoids of: the digits
// of exp(x)*(1 - sigmoid(x)) cancel where x is large.
func worthSigmoids(c *search, r *Result) bool {
	before := cost(c.best.Text)
	if c.z.mixes(r.Text) {
		return false
	}
	if calls(r.Text, "exp") < calls(c.best.Text, "exp") {
		before += before / 8
	}
	return cost(r.Text) < before
}

// mixes reports whether a text has 1 - sigmoid(x) and exp(x) of the same x.
func (z *Simplifier) mixes(x syntax.Expr) bool {
	fn := z.logisticFunction()
	if fn == nil {
		return false
	}
	inExp, inComplement := map[string]bool{}, map[string]bool{}
	syntax.Inspect(x, func(y syntax.Expr) bool {
		switch y := y.(type) {
		case *syntax.Call:
			if y.Fun.Name == "exp" {
				inExp[syntax.Print(y.Args[0])] = true
			}
		case *syntax.Binary:
			if call, ok := syntax.Unparen(y.Y).(*syntax.Call); ok && y.Op == syntax.Sub && call.Fun.Name == fn.Name {
				inComplement[syntax.Print(call.Args[0])] = true
			}
		}
		return true
	})
	for arg := range inComplement {
		if inExp[arg] {
			return true
		}
	}
	return false
}

// calls counts the calls of a function.
func calls(x syntax.Expr, name string) int {
	n := 0
	syntax.Inspect(x, func(y syntax.Expr) bool {
		if call, ok := y.(*syntax.Call); ok && call.Fun.Name == name {
			n++
		}
		return true
	})
	return n
}

// maxClosed is how much more a form without a sum may cost than one with it, beyond twice as much.
const maxClosed = 8

// worthClosing takes a form without a sum or product over a range, which is worth more to a reader unless a condition takes its place.
func worthClosing(c *search, r *Result) bool {
	if withoutSum(c, r) {
		return cost(r.Text) <= 2*cost(c.best.Text)+maxClosed
	}
	return c.isCheaper(r)
}

// withoutSum reports whether r has fewer sums and products over indices than the best so far, and no more conditions.
func withoutSum(c *search, r *Result) bool {
	sums, conds := reductions(r.Text)
	oldSums, oldConds := reductions(c.best.Text)
	return sums < oldSums && conds <= oldConds
}

// reductions counts the sums and products over indices, and the conditions, of a formula.
func reductions(x syntax.Expr) (sums, conds int) {
	syntax.Inspect(x, func(y syntax.Expr) bool {
		switch y := y.(type) {
		case *syntax.Reduce:
			if y.Op.Name != "tensor" {
				sums++
			}
		case *syntax.Iverson, *syntax.If:
			conds++
		}
		return true
	})
	return sums, conds
}

// worthWritingOut takes sums written out where that takes no more entries to read.
func worthWritingOut(c *search, r *Result) bool {
	return weight(c.z.s, r.Tensor.Value) <= weight(c.z.s, c.best.Tensor.Value)
}

// asWritten takes what the user wrote if that is cheaper, unless something better was found whatever it costs.
func (c *search) asWritten(written syntax.Expr) {
	if written != nil && !c.best.Plain.Value.IsZero() && c.notation != Index && !c.settled && cost(written) < cost(c.best.Text) {
		c.best.Text, c.best.Trace = written, nil
		clear(c.facts.used)
	}
}
