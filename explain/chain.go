package explain

import (
	"maps"
	"slices"

	"github.com/seed-9905856d/derive/syntax"
)

// named gives the intermediates of a goal that have no name one, as definitions, and writes the body with them; the steps say so. ok is false,
// and nothing has changed, where that cannot be done.
func (b *builder) named(g goal, list []intermediate) (h goal, out []intermediate, steps []Step, ok bool) {
	undo := b.mark()
	back := func() (goal, []intermediate, []Step, bool) {
		undo()
		return g, nil, nil, false
	}
	body := g.text()
	for k, s := range list {
		if s.name != "" {
			continue
		}
		def, in, ok := b.define(s, body)
		if !ok || !b.add(def) {
			return back()
		}
		list[k].name = def.Name.Name
		b.auto[def.Name.Name] = true
		steps = append(steps, Step{Left: body, Right: in, Rule: "with " + quoted(syntax.PrintStatement(def))})
		body = in
	}
	if len(steps) == 0 {
		return g, list, nil, true
	}
	if !b.engine.holds(g.text(), body) {
		return back()
	}
	h = g
	h.body = body
	if g.whole != nil {
		h.whole, h.body = body, b.entry(body, g.at, g.free)
	}
	if n, isName := base(g.x); isName {
		if def, defined := b.definition(n); defined && !b.redefine(def, g, body) {
			return back()
		}
	} else {
		h.x = h.body
	}
	return h, list, steps, true
}

// mark returns what takes back all names that are given from now on.
func (b *builder) mark() (undo func()) {
	file, engine := b.file, *b.engine
	global, auto, shown := maps.Clone(b.global), maps.Clone(b.auto), maps.Clone(b.shown)
	return func() {
		left := b.engine.left()
		b.file, *b.engine = file, engine
		b.engine.work = left + b.engine.used()
		b.global, b.auto, b.shown = global, auto, shown
	}
}

// define returns the definition of an intermediate and the body with its name in it.
func (b *builder) define(s intermediate, body syntax.Expr) (*syntax.Define, syntax.Expr, bool) {
	rank, ok := b.engine.rank(s.x)
	if !ok {
		return nil, nil, false
	}
	inBody := map[string]bool{}
	namesIn(body, inBody)
	taken := func(n string) bool { return b.global[n] || b.indices[n] || inBody[n] }
	n := s.hint
	if n == "" || taken(n) {
		n = pick(intermediateLetters, taken)
	}
	def := &syntax.Define{Name: syntax.Ident{Name: n}, Indices: s.over, Body: s.x}
	over := make([]string, len(s.over))
	for k, i := range s.over {
		over[k] = i.Name.Name
	}
	at := names(over)
	if rank == 0 || len(over) == 0 {
		return def, replaceAll(body, s.x, entryOf(name(n), at)), true
	}
	var more []string
	for range rank {
		more = append(more, b.fresh(indexLetters, slices.Concat(over, more, boundIn(body), namesOf(body))...))
	}
	def.Indices = append(slices.Clone(s.over), binders(more)...)
	def.Body = b.entry(s.x, names(more), slices.Concat(over, more))
	slices := at
	for range rank {
		slices = append(slices, &syntax.Slice{})
	}
	in := syntax.Rewrite(body, func(y syntax.Expr) (syntax.Expr, bool) {
		if sub, ok := y.(*syntax.Subscript); ok && syntax.Equal(sub.X, s.x) {
			return &syntax.Subscript{X: name(n), Subs: append(names(over), sub.Subs...)}, true
		}
		return entryOf(name(n), slices), syntax.Equal(y, s.x)
	})
	return def, in, true
}

// add puts a definition into the file.
func (b *builder) add(def *syntax.Define) bool {
	file := *b.file
	file.Statements = append(slices.Clone(b.file.Statements), def)
	return b.use(&file, def.Name.Name)
}

// use works on another file from now on, in which the given name is taken as well.
func (b *builder) use(file *syntax.File, taken string) bool {
	if !b.engine.with(file) {
		return false
	}
	b.file = file
	b.global[taken] = true
	return true
}

// redefine changes the body of a definition, of which a goal is about an entry, to an equal one.
func (b *builder) redefine(def *syntax.Define, g goal, body syntax.Expr) bool {
	next := &syntax.Define{Name: def.Name, Body: body}
	if sub, ok := syntax.Unparen(g.x).(*syntax.Subscript); ok && g.whole == nil {
		for k, s := range sub.Subs {
			n, isName := s.(*syntax.Name)
			if !isName || b.global[n.Name] || slices.ContainsFunc(next.Indices, func(i syntax.Binder) bool { return i.Name.Name == n.Name }) {
				return false
			}
			binder := syntax.Binder{Name: syntax.Ident{Name: n.Name}}
			if k < len(def.Indices) {
				binder.Lo, binder.Hi = def.Indices[k].Lo, def.Indices[k].Hi
			}
			next.Indices = append(next.Indices, binder)
		}
	}
	file := *b.file
	file.Statements = slices.Clone(b.file.Statements)
	for k, st := range file.Statements {
		if st == syntax.Statement(def) {
			file.Statements[k] = next
		}
	}
	return b.use(&file, def.Name.Name)
}

// A factor is a derivative in a rule with the goal that explains it.
type factor struct {
	in   syntax.Expr
	goal goal
}

// chain is the chain rule through intermediates: d(f, x) = sum[i](d(f, u[i])*d(u[i], x)), added up over them.
func (b *builder) chain(g goal, list []intermediate) (right syntax.Expr, factors []factor, ok bool) {
	var terms []syntax.Expr
	for _, s := range list {
		sizes, ok := b.engine.sizesOf(s.name)
		if !ok {
			return nil, nil, false
		}
		avoid := slices.Concat(g.free, namesOf(g.by))
		if _, isName := base(g.x); !isName {
			avoid = slices.Concat(avoid, boundIn(g.x), namesOf(g.x))
		}
		over := slices.Clone(s.fixed)
		var summed []string
		for range len(sizes) - len(s.fixed) {
			i := b.fresh(indexLetters, append(avoid, over...)...)
			over, summed = append(over, i), append(summed, i)
		}
		u := entryOf(name(s.name), names(over))
		free := slices.Concat(g.free, summed)
		outer := goal{x: g.x, body: g.body, by: u, name: s.name, free: free, outer: true}
		inner := goal{x: u, body: u, by: g.by, name: g.name, free: free}
		outer.body = b.apart(outer.body, summed)
		factors = append(factors, factor{outer.left(), outer}, factor{inner.left(), inner})
		term := syntax.NewBinary(syntax.Mul, outer.left(), inner.left())
		if len(summed) > 0 {
			term = reduction("sum", b.ranges(s.name, over)[len(s.fixed):], nil, term)
		}
		terms = append(terms, term)
	}
	return syntax.Join(syntax.Add, terms), factors, true
}

// ranges returns binders of indices of a definition, with the ranges that its own have.
func (b *builder) ranges(n string, over []string) []syntax.Binder {
	out := binders(over)
	def, ok := b.definition(n)
	if !ok {
		return out
	}
	for k, i := range def.Indices {
		if k < len(out) && i.Lo != nil && !usesAny(i.Lo, def.Indices) && !usesAny(i.Hi, def.Indices) {
			out[k].Lo, out[k].Hi = i.Lo, i.Hi
		}
	}
	return out
}
