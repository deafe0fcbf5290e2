package explain

import (
	"github.com/seed-9905856d/derive/simplify"
	"github.com/seed-9905856d/derive/syntax"
)

// whole is the chain rule in matrix notation, for an intermediate that is linear in the variable: grad(L, x) = jac(u, x)'*grad(L, u) and
// jac(f, x) = jac(f, u)*jac(u, x).
func (b *builder) whole(operator string, s subject, level int) (derivation, bool) {
	none := derivation{}
	if _, isName := syntax.Unparen(s.by).(*syntax.Name); !isName || len(s.over) != 1 || len(s.at) > 1 || operator == "grad" && len(s.at) > 0 {
		return none, false
	}
	if _, isName := syntax.Unparen(s.x).(*syntax.Name); !isName || len(s.at) > 0 && s.goal.whole == nil {
		return none, false
	}
	list := b.intermediates(s.goal)
	if len(list) != 1 {
		return none, false
	}
	if list[0].name == "" && len(list[0].over) > 0 {
		return none, false // named entry by entry
	}
	undo := b.mark()
	g, list, steps, ok := b.named(s.goal, list)
	if !ok {
		return none, false
	}
	back := func() (derivation, bool) {
		undo()
		return none, false
	}
	u := name(list[0].name)
	if sizes, ok := b.engine.sizesOf(list[0].name); !ok || len(sizes) != 1 {
		return back()
	}
	inner, outer := call("jac", u, s.by), call(operator, s.x, u)
	j, ok1 := b.wholeValue(b.engine, inner)
	v, ok2 := b.wholeValue(b.engine, outer)
	if in := b.engine.input(list[0].name); in != nil {
		if w, ok := b.wholeValue(in, outer); ok && (!ok2 || len(syntax.Print(w)) <= len(syntax.Print(v))) {
			v, ok2 = w, true
		}
	}
	if !ok1 || !ok2 || entrywise(j) || entrywise(v) || b.depends(j, s.goal.name) {
		return back()
	}
	left := call(operator, s.x, s.by)
	product := func(j, v syntax.Expr) syntax.Expr {
		if operator == "grad" {
			return syntax.NewBinary(syntax.Mul, &syntax.Transpose{X: j}, v)
		}
		return syntax.NewBinary(syntax.Mul, v, j)
	}
	right := product(inner, outer)
	value, ok := b.wholeValue(b.engine, left)
	if !ok || !b.engine.holds(left, right) {
		return back()
	}
	line := Step{Left: left, Right: right, Rule: "chain rule"}
	outerStep := Step{Left: outer, Right: v, Rule: b.leafRule(goal{x: g.x, body: g.body, by: u, name: list[0].name})}
	if b.detail == Full {
		sizes, _ := b.engine.sizesOf(list[0].name)
		var over []string
		for range sizes {
			over = append(over, b.fresh(indexLetters, append(append([]string{}, g.free...), over...)...))
		}
		by := entryOf(u, names(over))
		if d, ok := b.derive(goal{x: g.x, body: b.apart(g.body, over), by: by, name: list[0].name, free: append(append([]string{}, s.at...), over...)}, level-1, 1); ok {
			outerStep.Steps = d.steps
		}
	}
	line.Steps = []Step{outerStep, {Left: inner, Right: j, Rule: "linear in " + quoted(s.goal.name)}}
	body := s.goal.text()
	if !syntax.Equal(body, s.x) {
		steps = append([]Step{{Left: s.x, Right: body, Rule: s.rule}}, steps...)
	}
	steps = append(steps, line)
	at := right
	if in := product(j, v); !syntax.Equal(in, value) && b.engine.holds(at, in) {
		steps = append(steps, Step{Left: at, Right: in, Rule: "the factors put in"})
		at = in
	}
	if !syntax.Equal(at, value) {
		steps = append(steps, Step{Left: at, Right: value, Rule: b.recognition(at, value)})
	}
	return derivation{steps, value}, true
}

// wholeValue returns the simplest form of a tensor.
func (b *builder) wholeValue(e *engine, x syntax.Expr) (syntax.Expr, bool) {
	t, free, ok := e.value(x)
	if !ok || free > 0 {
		return nil, false
	}
	r, err := e.simplifier.SimplifyNamed(e.subject, t, free, simplify.Auto)
	if err != nil || len(r.Givens) > 0 { // assumptions have a line of their own, entry by entry
		return nil, false
	}
	return r.Text, true
}
