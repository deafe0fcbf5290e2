package explain

import (
	"slices"
	"strings"

	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/simplify"
	"github.com/seed-9905856d/derive/syntax"
)

// simplified is the rule of a step that takes a simpler form.
const simplified = "simplified"

// explain returns the steps from x to its closed form: those of the outermost derivative in it, or of its simplification.
func (b *builder) explain(x, result syntax.Expr, given []syntax.Expr) []Step {
	left, steps := x, []Step(nil)
	op := outermost(x)
	if op != nil && len(b.definitions(op.Fun.Name)) > 0 {
		op = nil
	}
	if op == nil {
		return b.simplification(x, result, given)
	}
	if as, more := b.operator(op); as != nil {
		left = replaceAll(x, op, as)
		steps = more
	}
	n := len(steps)
	if n > 0 && syntax.Equal(head(steps), left) && syntax.Equal(steps[n-1].Right, result) {
		return steps
	}
	rule := simplified
	if n > 0 {
		last := &steps[n-1]
		rule = b.recognition(last.Right, result)
		if last.Rule == simplified && reordered(last.Left, last.Right) && syntax.Equal(head(steps), left) { // one line for both
			last.Right, last.Rule, last.Given = result, rule, given
			return steps
		}
	}
	return append(steps, Step{Left: left, Right: result, Rule: rule, Given: given})
}

// head returns what the last chain of equations begins with.
func head(steps []Step) syntax.Expr {
	k := len(steps) - 1
	for k > 0 && syntax.Equal(steps[k-1].Right, steps[k].Left) {
		k--
	}
	return steps[k].Left
}

// outermost returns the first derivative operator of an expression that stands inside no other.
func outermost(x syntax.Expr) *syntax.Call {
	var op *syntax.Call
	syntax.Inspect(x, func(y syntax.Expr) bool {
		if c, ok := y.(*syntax.Call); ok && op == nil && formula.IsDerivative(c.Fun.Name) && len(c.Args) >= 2 {
			op = c
		}
		return op == nil
	})
	return op
}

// maxRemark is the length of a definition that is repeated beside a line.
const maxRemark = 40

// recognition names the step from the value of an entry to the printed result.
func (b *builder) recognition(value, result syntax.Expr) string {
	rule := ""
	add := func(s string) {
		if rule != "" {
			rule += "; "
		}
		rule += s
	}
	mentioned := []syntax.Expr{value}
	for _, st := range b.file.Statements {
		def, ok := st.(*syntax.Define)
		if !ok || def.IsFunc || occurs(result, def.Name.Name) ||
			!slices.ContainsFunc(mentioned, func(x syntax.Expr) bool { return occurs(x, def.Name.Name) }) {
			continue
		}
		mentioned = append(mentioned, def.Body)
		left, right, _ := strings.Cut(syntax.PrintStatement(def), " = ")
		if len(left)+len(right) > maxRemark {
			add("with what " + quoted(def.Name.Name) + " is")
		} else {
			add(quoted(left) + " is " + quoted(right))
		}
	}
	switch r, isTensor := result.(*syntax.Reduce); {
	case isTensor && r.Op.Name == "tensor":
		add("for all entries")
	case !syntax.Equal(value, result) && entrywise(value) && !entrywise(result):
		add("in matrix notation")
	}
	switch {
	case rule != "":
		return rule
	case syntax.Equal(value, result):
		return "the result"
	}
	return simplified
}

// entrywise reports whether an expression has entries in it.
func entrywise(x syntax.Expr) bool {
	found := false
	syntax.Inspect(x, func(y syntax.Expr) bool {
		_, ok := y.(*syntax.Subscript)
		found = found || ok
		return !found
	})
	return found
}

// simplification returns the steps from an expression without derivatives to its closed form.
func (b *builder) simplification(x, result syntax.Expr, given []syntax.Expr) []Step {
	var steps []Step
	at := x
	add := func(y syntax.Expr, rule string, given []syntax.Expr) {
		if !syntax.Equal(at, y) {
			steps = append(steps, Step{Left: at, Right: y, Rule: rule, Given: given})
			at = y
		}
	}
	if y, rule, ok := b.unfold(x, nil); ok && !syntax.Equal(y, result) && len(syntax.Print(y)) <= maxLine && b.engine.holds(x, y) && b.detail != Brief {
		add(y, rule, nil)
	}
	if len(given) > 0 {
		if plain, _, ok := b.engine.withoutGivens().simplest(x); ok && !syntax.Equal(plain, result) && len(syntax.Print(plain)) <= maxLine && b.engine.holds(at, plain) {
			add(plain, simplified, nil)
		}
		add(result, "given "+quoted(joined(given)), given)
	}
	add(result, simplified, nil)
	if len(steps) == 0 {
		steps = []Step{{Left: x, Right: result, Rule: "it is in its simplest form", Given: given}}
	}
	return steps
}

// A subject is what an operator differentiates, and by what.
type subject struct {
	x    syntax.Expr // a name for it, where it can have one
	at   []string    // indices of its entries
	goal goal        // of an entry
	by   syntax.Expr // the variable as written
	over []string    // the indices of the variable's entries
	rule string      // by which x is what it is
}

// operator returns the derivation of a derivative operator and the operator with the names in it that the derivation gave.
func (b *builder) operator(op *syntax.Call) (as syntax.Expr, steps []Step) {
	s, steps, ok := b.subject(op.Args[0], op.Args[1])
	if !ok {
		return nil, nil
	}
	rest := op.Args[1:]
	as = &syntax.Call{Fun: op.Fun, Args: append([]syntax.Expr{s.x}, rest...)}
	level := map[Detail]int{Brief: 1, Normal: 1, Full: 2 * maxUnfolded}[b.detail]
	switch op.Fun.Name {
	case "grad", "jac":
		if whole, ok := b.whole(op.Fun.Name, s, level); ok {
			return as, whole.steps
		}
		if d, ok := b.derive(s.goal, level, 0); ok {
			return as, append(steps, d.steps...)
		}
	case "d":
		return as, append(steps, b.repeated(s, rest, level)...)
	case "hess":
		second := rest[len(rest)-1]
		return as, append(steps, b.second(s, second, level)...)
	case "jvp":
		return as, append(steps, b.directional(s, as.(*syntax.Call), level)...)
	case "vjp":
		return as, append(steps, b.directional(s, as.(*syntax.Call), level)...)
	case "hvp":
		return as, append(steps, b.second(s, op.Args[1], level)...)
	}
	return as, steps
}

// subject names what is differentiated and the entries of it and of the variable.
func (b *builder) subject(x, by syntax.Expr) (subject, []Step, bool) {
	n, ok := base(by)
	if !ok {
		return subject{}, nil, false
	}
	b.global[n] = true
	s := subject{x: x, by: by}
	taken := func(i string) bool { return b.global[i] || b.indices[i] }
	avoid := slices.Concat(namesOf(x), boundIn(x), namesOf(by))
	index := func(letters []string) string {
		return pick(letters, func(i string) bool { return taken(i) || slices.Contains(avoid, i) })
	}
	entry := by
	if sub, isEntry := syntax.Unparen(by).(*syntax.Subscript); isEntry {
		subs := slices.Clone(sub.Subs)
		for k, y := range subs {
			if _, slice := y.(*syntax.Slice); slice {
				i := index(variableLetters)
				avoid, s.over = append(avoid, i), append(s.over, i)
				subs[k] = name(i)
			}
		}
		entry = entryOf(sub.X, subs)
	} else {
		sizes, ok := b.engine.sizesOf(n)
		if !ok {
			return subject{}, nil, false
		}
		for range sizes {
			i := index(variableLetters)
			avoid, s.over = append(avoid, i), append(s.over, i)
		}
		entry = entryOf(syntax.Unparen(by), names(s.over))
	}
	t, free, ok := b.engine.value(x)
	if !ok {
		return subject{}, nil, false
	}
	rank := len(t.Axes) - free
	for range rank {
		i := index(indexLetters)
		avoid, s.at = append(avoid, i), append(s.at, i)
	}
	var steps []Step
	body := b.entry(x, names(s.at), avoid)
	f, isName := base(x)
	_, defined := b.definition(f)
	switch {
	case isName && defined:
		if y, rule, ok := b.unfold(body, avoid); ok && len(syntax.Print(y)) <= maxLine && b.engine.holds(body, y) {
			steps = append(steps, Step{Left: body, Right: y, Rule: rule})
			s.goal.x, s.rule, body = body, rule, y
		} else {
			s.goal.x = body
		}
	case free > 0 || isName:
		s.goal.x = body
	default:
		letters := scalarLetters
		if rank > 0 {
			letters = tensorLetters
		}
		f = index(letters)
		def := &syntax.Define{Name: syntax.Ident{Name: f}, Body: x}
		if !b.add(def) {
			s.goal.x = body
			break
		}
		s.rule = "the formula"
		s.x, s.goal.x = name(f), entryOf(name(f), names(s.at))
		steps = append(steps, Step{Left: s.goal.x, Right: body, Rule: s.rule})
	}
	b.auto[f] = b.auto[f] || !defined
	b.engine.setSubject(f)
	if rank > 0 && len(s.at) == rank {
		s.goal.whole, s.goal.at = b.wholeBody(f, isName && defined, x), names(s.at)
	}
	s.goal.body, s.goal.by, s.goal.name = body, entry, n
	s.goal.free = slices.Concat(freeNames(t.Axes[:free]), s.at, s.over)
	if sub, ok := syntax.Unparen(by).(*syntax.Subscript); ok {
		for _, y := range sub.Subs {
			for _, i := range namesOf(y) {
				if !b.global[i] && !slices.Contains(s.goal.free, i) {
					s.goal.free = append(s.goal.free, i)
				}
			}
		}
	}
	return s, steps, true
}

// wholeBody returns the tensor that the entries of a subject are of, or nil.
func (b *builder) wholeBody(f string, defined bool, x syntax.Expr) syntax.Expr {
	if !defined {
		return x
	}
	if def, ok := b.definition(f); ok && len(def.Indices) == 0 {
		if _, isEntry := syntax.Unparen(x).(*syntax.Subscript); !isEntry {
			return def.Body
		}
	}
	return nil
}

// repeated explains d(x, v, w, 2, …): one derivative after the other.
func (b *builder) repeated(s subject, by []syntax.Expr, level int) []Step {
	var variables []syntax.Expr
	for _, arg := range by {
		if n, ok := syntax.Unparen(arg).(*syntax.Number); ok && len(variables) > 0 && n.Value != nil && n.Value.IsInt() {
			last := variables[len(variables)-1]
			if n.Value.Sign() == 0 {
				variables = variables[:len(variables)-1]
			}
			for k := int64(1); k < min(n.Value.Num().Int64(), maxOrder+1); k++ {
				variables = append(variables, last)
			}
			continue
		}
		variables = append(variables, arg)
	}
	var steps []Step
	g := s.goal
	if len(variables) > maxOrder {
		b.more++
		variables = variables[:maxOrder]
	}
	for k, v := range variables {
		n, ok := base(v)
		if !ok {
			return steps
		}
		g.by, g.name = v, n
		d, ok := b.derive(g, level, 0)
		if !ok {
			return steps
		}
		steps = append(steps, d.steps...)
		if k == len(variables)-1 {
			return steps
		}
		g.x, g.body = d.value, d.value
	}
	return steps
}

// maxOrder is the number of derivatives of one d(…) that are explained.
const maxOrder = 4

// second explains a Hessian, or one along a direction: the gradient, then the derivatives of its entries.
func (b *builder) second(s subject, by syntax.Expr, level int) []Step {
	first, ok := b.derive(s.goal, level, 0)
	if !ok {
		return nil
	}
	steps := first.steps
	taken := func(i string) bool { return b.global[i] || b.indices[i] }
	g := goal{x: first.value, body: first.value, free: s.goal.free}
	if def := (&syntax.Define{Name: syntax.Ident{Name: pick([]string{"g", "G", "h"}, taken)}}); len(s.over) > 0 {
		whole := call("grad", s.x, s.by)
		t, free, ok := b.engine.value(whole)
		if !ok {
			return steps
		}
		r, err := b.engine.simplifier.SimplifyNamed(b.engine.subject, t, free, simplify.Auto)
		if err != nil {
			return steps
		}
		def.Body = r.Text
		steps = append(steps, Step{Left: whole, Right: r.Text, Rule: b.recognition(first.value, r.Text), Given: first.steps[len(first.steps)-1].Given})
		g.x = call("grad", s.x, s.by)
		if b.add(def) {
			g.x = entryOf(name(def.Name.Name), names(s.over))
			steps = append(steps, Step{Left: name(def.Name.Name), Right: r.Text, Rule: "the gradient has a name"})
		}
		g.body = b.entry(r.Text, names(s.over), s.goal.free)
	}
	n, ok := base(by)
	if !ok {
		return steps
	}
	sizes, ok := b.engine.sizesOf(n)
	if !ok {
		return steps
	}
	var over []string
	for range sizes {
		i := b.fresh(slices.Concat([]string{"j", "m"}, variableLetters), slices.Concat(g.free, over, namesOf(g.body), boundIn(g.body))...)
		over = append(over, i)
	}
	g.by, g.name = entryOf(name(n), names(over)), n
	g.free = append(slices.Clone(g.free), over...)
	d, ok := b.derive(g, level, 0)
	if !ok {
		return steps
	}
	return append(steps, d.steps...)
}

// directional explains a product of a Jacobian with a vector: the Jacobian's entries, then the sum.
func (b *builder) directional(s subject, op *syntax.Call, level int) []Step {
	d, ok := b.derive(s.goal, level, 0)
	if !ok {
		return nil
	}
	dir := op.Args[2]
	entry := s.goal.left()
	at, over, rule := s.at, s.over, "the Jacobian times the direction"
	if op.Fun.Name == "vjp" {
		at, over, rule = s.over, s.at, "the direction times the Jacobian"
	}
	left := entryOf(op, names(at))
	weight := b.entry(dir, names(over), s.goal.free)
	sum := func(x syntax.Expr) syntax.Expr {
		x = syntax.NewBinary(syntax.Mul, x, weight)
		if len(over) == 0 {
			return x
		}
		return reduction("sum", binders(over), nil, x)
	}
	if !b.engine.holds(left, sum(entry)) {
		return d.steps
	}
	value, given, ok := b.engine.simplest(left)
	if !ok {
		return d.steps
	}
	put := map[string]syntax.Expr{syntax.Print(entry): d.value}
	return append(d.steps, b.finish(s.goal, []Step{{Left: left, Right: sum(entry), Rule: rule}}, put, "the factors put in", value, given).steps...)
}
