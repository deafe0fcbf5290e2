package explain

import (
	"slices"
	"strings"

	"github.com/seed-9905856d/derive/syntax"
)

// A goal is a derivative to explain: of x, which is equal to body, by an entry of the variable of that name. The free indices are those of both.
type goal struct {
	x, body syntax.Expr
	by      syntax.Expr
	name    string
	free    []string
	outer   bool // by an intermediate, on the way from the formula
	silent  bool // body is what x is said to be further above

	// Where body is an entry of a tensor, what that is and at which subscripts.
	whole syntax.Expr
	at    []syntax.Expr
}

// text returns the expression in which intermediates are looked for.
func (g goal) text() syntax.Expr {
	if g.whole != nil {
		return g.whole
	}
	return g.body
}

// left returns the derivative that the goal is to explain.
func (g goal) left() syntax.Expr { return call("d", g.x, g.by) }

// d returns the derivative of x by the goal's entry, which by itself is 1.
func (g goal) d(x syntax.Expr) syntax.Expr {
	if syntax.Equal(x, g.by) {
		return number(1)
	}
	return call("d", x, g.by)
}

// parts returns parts that have the goal's free indices.
func (g goal) parts(xs ...syntax.Expr) []part {
	var out []part
	for _, x := range xs {
		if !syntax.Equal(x, g.by) {
			out = append(out, part{x, g.free})
		}
	}
	return out
}

// A derivation is the steps from a derivative to its value.
type derivation struct {
	steps []Step
	value syntax.Expr
}

// The limits of one explanation: derivatives that are taken apart, definitions written out one in another, and the length of a line that
// is still read.
const (
	maxGoals    = 80
	maxUnfolded = 6
	maxLine     = 240
	maxChain    = 16 // chain rules one in another
)

// derive explains a goal. Its parts are taken apart down to the given level, below which only chain rules are.
func (b *builder) derive(g goal, level, depth int) (derivation, bool) {
	left := g.left()
	value, given, ok := b.value(g)
	if !ok {
		return derivation{}, false
	}
	key := syntax.Print(left)
	if v, done := b.done[key]; done && syntax.Equal(v, value) {
		return derivation{[]Step{{Left: left, Right: value, Rule: "as before", Given: given}}, value}, true
	}
	b.done[key] = value
	rule := b.leafRule(g)
	if bare := b.about(g).withoutGivens(); len(given) > 0 && (bare == nil || !bare.isZero(left, value)) {
		rule += ", given " + quoted(joined(given))
	}
	leaf := derivation{[]Step{{Left: left, Right: value, Rule: rule, Given: given}}, value}
	if b.goals >= maxGoals {
		b.more++
		return leaf, true
	}
	b.goals++
	whole, ok := b.apply(g, left, value, given, level, depth)
	if !ok {
		return leaf, true
	}
	return whole, true
}

// leafRule names the rules that a derivative takes which is not taken apart.
func (b *builder) leafRule(g goal) string {
	for range maxUnfolded {
		if n, ok := base(g.body); ok && n != g.name {
			if body, _, ok := b.unfold(g.body, g.free); ok {
				g.body = body
				continue
			}
		}
		break
	}
	if n, ok := base(g.body); ok && n == g.name {
		return "an entry by an entry"
	}
	if !b.depends(g.body, g.name) {
		return quoted(g.name) + " does not occur"
	}
	return b.summary(g)
}

// apply finds the rule for a goal and takes its right side apart.
func (b *builder) apply(g goal, left, value syntax.Expr, given []syntax.Expr, level, depth int) (derivation, bool) {
	var steps []Step
	for range maxUnfolded {
		if n, ok := base(g.body); ok && n != g.name {
			h, step, ok := b.opened(g, n)
			if !ok {
				return derivation{}, false
			}
			if h.silent = b.auto[n] || b.shown[n]; !h.silent {
				steps = append(steps, step)
			}
			g = h
			continue
		}
		if depth < maxChain {
			if d, ok := b.byChain(g, left, value, given, level, depth); ok {
				d.steps = slices.Concat(steps, d.steps)
				return d, true
			}
		}
		if level > 0 {
			if r, ok := b.structural(g); ok {
				d, ok := b.byRule(g, r, left, value, given, level, depth)
				d.steps = slices.Concat(steps, d.steps)
				return d, ok
			}
		}
		body, rule, ok := b.unfold(g.body, g.free)
		if !ok || len(syntax.Print(body)) > maxLine || !b.engine.holds(g.body, body) {
			return derivation{}, false
		}
		if level == 0 {
			return derivation{}, false // the definition of a function is no intermediate
		}
		left := g.body
		if g.silent && len(steps) == 0 {
			left = g.x
		}
		steps = append(steps, Step{Left: left, Right: body, Rule: rule})
		g.body, g.whole = body, nil
	}
	return derivation{}, false
}

// opened puts the definition of a name, of which the body of a goal is an entry, in its place.
func (b *builder) opened(g goal, n string) (goal, Step, bool) {
	body, rule, ok := b.unfold(g.body, g.free)
	if !ok || len(syntax.Print(body)) > maxLine || !b.engine.holds(g.body, body) {
		return g, Step{}, false
	}
	step := Step{Left: g.body, Right: body, Rule: rule}
	def, _ := b.definition(n)
	g.whole, g.at = nil, nil
	if sub, ok := syntax.Unparen(g.body).(*syntax.Subscript); ok && len(def.Indices) == 0 {
		g.whole, g.at = def.Body, sub.Subs
	}
	g.body = body
	return g, step, true
}

// about returns the engine for a goal. By an intermediate, that is the one in which the intermediate is an input: what holds for all its values
// holds for its own.
func (b *builder) about(g goal) *engine {
	if _, defined := b.definition(g.name); defined {
		if in := b.engine.input(g.name); in != nil {
			return in
		}
	}
	return b.engine
}

// value returns the closed form of a goal's derivative.
func (b *builder) value(g goal) (value syntax.Expr, given []syntax.Expr, ok bool) {
	if in := b.about(g); in != b.engine {
		if value, given, ok = in.simplest(g.left()); ok {
			return value, given, true
		}
	}
	return b.engine.simplest(g.left())
}

// holds reports whether an equation about a goal is shown to hold.
func (b *builder) holds(g goal, left, right syntax.Expr) bool {
	in := b.about(g)
	return in.isZero(left, right) || b.engine.holds(left, right)
}

// byChain explains a goal by the chain rule, where it has intermediates.
func (b *builder) byChain(g goal, left, value syntax.Expr, given []syntax.Expr, level, depth int) (derivation, bool) {
	list := b.intermediates(g)
	if list == nil || g.outer && b.detail != Full && slices.ContainsFunc(list, func(s intermediate) bool { return s.name == "" }) {
		return derivation{}, false
	}
	undo, whole := b.mark(), g.whole != nil
	g, list, steps, ok := b.named(g, list)
	if !ok {
		return derivation{}, false
	}
	if whole {
		for k := range steps { // of an entry
			steps[k].Left, steps[k].Right = b.entry(steps[k].Left, g.at, g.free), b.entry(steps[k].Right, g.at, g.free)
		}
	}
	if g.silent && len(steps) > 0 {
		steps[0].Left = g.x
	}
	if level > 0 {
		if c, isCall := syntax.Unparen(g.body).(*syntax.Call); isCall && !b.hasRow(c) {
			if body, rule, ok := b.unfold(g.body, g.free); ok && len(syntax.Print(body)) <= maxLine && b.engine.holds(g.body, body) {
				steps = append(steps, Step{Left: g.body, Right: body, Rule: rule})
				g.body, g.whole = body, nil
			}
		}
	}
	if len(list) == 1 && !occurs(g.x, g.free...) {
		last, more := b.innermost(g, list[0])
		list[0] = intermediate{name: last.name, fixed: list[0].fixed}
		steps = append(steps, more...)
	}
	right, factors, ok := b.chain(g, list)
	if !ok || !b.holds(g, left, right) {
		undo()
		return derivation{}, false
	}
	line := Step{Left: left, Right: right, Rule: "chain rule"}
	put := map[string]syntax.Expr{}
	for k, f := range factors {
		at := level - 1
		if k%2 == 1 { // on the way to the variable
			at = level
			if b.detail != Full {
				at = 0
			}
		}
		sub, ok := b.derive(f.goal, max(at, 0), depth+1)
		if !ok {
			continue
		}
		put[syntax.Print(f.in)] = sub.value
		line.Steps = append(line.Steps, sub.steps...)
	}
	if v, gv, ok := b.value(g); ok { // in terms of the intermediates
		value, given = v, gv
	}
	return b.finish(g, append(steps, line), put, "the factors put in", value, given), true
}

// byRule explains a goal by a rule.
func (b *builder) byRule(g goal, r rule, left, value syntax.Expr, given []syntax.Expr, level, depth int) (derivation, bool) {
	if !b.holds(g, left, r.right) {
		return derivation{}, false
	}
	if r.right = tidy(r.right); len(r.parts) == 0 && reordered(r.right, value) {
		r.right = value
	}
	line := Step{Left: left, Right: r.right, Rule: r.name}
	put := map[string]syntax.Expr{}
	for _, p := range r.parts {
		sub := goal{x: p.x, body: p.x, by: g.by, name: g.name, free: p.free}
		d, ok := b.derive(sub, level-1, depth)
		if !ok {
			continue
		}
		put[syntax.Print(sub.d(p.x))] = d.value
		line.Steps = append(line.Steps, d.steps...)
	}
	if v, gv, ok := b.value(g); ok {
		value, given = v, gv
	}
	return b.finish(g, []Step{line}, put, "the parts put in", value, given), true
}

// finish adds the lines from a rule's right side to the value: its parts put in, what that is without the assumptions, and with them.
func (b *builder) finish(g goal, steps []Step, put map[string]syntax.Expr, rule string, value syntax.Expr, given []syntax.Expr) derivation {
	last := steps[len(steps)-1]
	at := last.Right
	add := func(x syntax.Expr, rule string, given []syntax.Expr) {
		if !syntax.Equal(at, x) {
			steps = append(steps, Step{Left: at, Right: x, Rule: rule, Given: given})
			at = x
		}
	}
	in := syntax.Rewrite(at, func(x syntax.Expr) (syntax.Expr, bool) {
		c, ok := x.(*syntax.Call)
		if !ok || c.Fun.Name != "d" {
			return nil, false
		}
		v, ok := put[syntax.Print(x)]
		return v, ok
	})
	in = tidy(in)
	if len(put) > 0 { // which may say it more simply than what comes of the derivative at once
		if v, gv, ok := b.about(g).simplest(in); ok && len(syntax.Print(v)) < len(syntax.Print(value)) && b.holds(g, at, v) {
			value, given = v, gv
		}
	}
	if !reordered(in, value) && len(syntax.Print(in)) <= maxLine && !syntax.Equal(in, value) && b.holds(g, at, in) {
		add(in, rule, nil)
	}
	if bare := b.about(g).withoutGivens(); len(given) > 0 && (bare == nil || !bare.isZero(at, value)) {
		if plain, _, ok := bare.simplest(at); ok && !syntax.Equal(plain, value) && len(syntax.Print(plain)) <= maxLine && b.holds(g, at, plain) {
			add(plain, collapse(at, plain), nil)
		}
		add(value, "given "+quoted(joined(given)), given)
	}
	if len(put) > 0 && reordered(in, value) {
		add(value, rule, nil)
	}
	add(value, collapse(at, value), nil)
	return derivation{steps, value}
}

// reordered reports whether two expressions are made of the same signs, in whatever order.
func reordered(x, y syntax.Expr) bool {
	signs := func(x syntax.Expr) string {
		text := strings.Map(func(r rune) rune {
			if strings.ContainsRune("() ", r) {
				return -1
			}
			return r
		}, syntax.Print(x))
		runes := []rune(text)
		slices.Sort(runes)
		return string(runes)
	}
	return signs(x) == signs(y)
}

// joined returns the texts of assumptions.
func joined(given []syntax.Expr) string {
	texts := make([]string, len(given))
	for k, g := range given {
		texts[k] = syntax.Print(g)
	}
	return strings.Join(texts, ", ")
}

// collapse names the step from one form to a simpler one: sums over an index that a delta holds fixed collapse.
func collapse(from, to syntax.Expr) string {
	what := ""
	syntax.Inspect(from, func(x syntax.Expr) bool {
		r, ok := x.(*syntax.Reduce)
		if !ok || r.Op.Name != "sum" || what != "" {
			return what == ""
		}
		syntax.Inspect(r.Body, func(y syntax.Expr) bool {
			v, ok := y.(*syntax.Iverson)
			if !ok {
				return true
			}
			c, ok := syntax.Unparen(v.Cond).(*syntax.Compare)
			if !ok || len(c.Ops) != 1 || c.Ops[0] != syntax.Eq {
				return true
			}
			for _, binder := range r.Binders {
				i := binder.Name.Name
				for k := range 2 {
					if n, ok := syntax.Unparen(c.Operands[k]).(*syntax.Name); ok && n.Name == i && what == "" && !contains(to, v) {
						what = "the sum over " + quoted(i) + " collapses at " + quoted(i+" = "+syntax.Print(c.Operands[1-k]))
					}
				}
			}
			return true
		})
		return what == ""
	})
	if what == "" {
		return simplified
	}
	return what
}

// contains reports whether x has an expression equal to part in it.
func contains(x, part syntax.Expr) bool {
	found := false
	syntax.Inspect(x, func(y syntax.Expr) bool {
		found = found || syntax.Equal(y, part)
		return !found
	})
	return found
}
