package explain

import "slices"

// innermost follows the one intermediate of a number to the last one before the variable, through which all of it depends on the variable as
// well, and names what has no name on the way. So the factors of the chain rule are gradients, which are smaller than Jacobians. The steps say
// what each intermediate is.
func (b *builder) innermost(g goal, s intermediate) (intermediate, []Step) {
	var steps []Step
	for range maxChain {
		sizes, ok := b.engine.sizesOf(s.name)
		if !ok || len(s.fixed) > 0 {
			break
		}
		var over []string
		for range sizes {
			over = append(over, b.fresh(indexLetters, slices.Concat(g.free, over)...))
		}
		u := entryOf(name(s.name), names(over))
		h, definition, ok := b.opened(goal{x: u, body: u, by: g.by, name: g.name, free: slices.Concat(g.free, over)}, s.name)
		if !ok {
			break
		}
		list := b.intermediates(h)
		if len(list) != 1 {
			break
		}
		shown := b.auto[s.name] || b.shown[s.name]
		text := u
		if h.whole != nil {
			text = name(s.name)
			definition.Left, definition.Right = text, h.whole
		}
		_, list, more, ok := b.named(h, list)
		if !ok {
			break
		}
		if !shown {
			steps = append(steps, definition)
		} else if len(more) > 0 {
			more[0].Left = text
		}
		steps = append(steps, more...)
		b.shown[s.name] = true
		s = intermediate{name: list[0].name}
	}
	return s, steps
}
