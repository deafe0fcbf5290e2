package explain

import (
	"slices"

	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/syntax"
)

// An intermediate is a value on the way from the variable to the formula: a definition of the user, or an expression that is to have a name.
type intermediate struct {
	name  string          // of the definition; empty where it has none yet
	x     syntax.Expr     // what is to be named
	over  []syntax.Binder // the indices bound around it that it uses
	hint  string          // the name that a function has for its argument
	fixed []string        // those of the indices that are free in the goal
}

// maxIntermediates bounds how many intermediates one chain rule has.
const maxIntermediates = 3

// A finder looks for the intermediates through which alone a formula depends on the variable.
type finder struct {
	b      *builder
	g      goal
	found  []intermediate
	direct bool // the variable itself is reached
}

// intermediates returns the arguments of functions and the definitions through which alone the body of a goal depends on its variable.
func (b *builder) intermediates(g goal) []intermediate {
	f := finder{b: b, g: g}
	f.walk(g.text(), binders(g.free))
	if f.direct || len(f.found) == 0 {
		if s, ok := f.repeated(); ok {
			return []intermediate{s}
		}
		return nil
	}
	// What depends on the variable only by way of others is no way of its own.
	var names []string
	for _, s := range f.found {
		if s.name != "" {
			names = append(names, s.name)
		}
	}
	kept := slices.DeleteFunc(f.found, func(s intermediate) bool {
		others := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == s.name })
		x := s.x
		if s.name != "" {
			x = name(s.name)
		}
		return len(others) > 0 && !b.depends(x, g.name, others...)
	})
	for _, s := range kept {
		for _, o := range kept {
			if s.name != "" && o.name != s.name && b.depends(o.value(), s.name) {
				return nil // one is part of another
			}
		}
	}
	if len(kept) == 0 || len(kept) > maxIntermediates {
		return nil
	}
	return kept
}

// value returns what an intermediate is.
func (s intermediate) value() syntax.Expr {
	if s.name != "" {
		return name(s.name)
	}
	return s.x
}

// add notes an intermediate.
func (f *finder) add(s intermediate) {
	for _, t := range f.found {
		if s.name != "" && s.name == t.name || s.name == "" && t.name == "" && syntax.Equal(s.x, t.x) {
			return
		}
	}
	f.found = append(f.found, s)
}

// candidate notes an argument of a function, or goes on inside it where it is the variable or a definition.
func (f *finder) candidate(x syntax.Expr, over []syntax.Binder, hint string) {
	x = syntax.Unparen(x)
	if n, ok := base(x); ok && n != f.g.name {
		f.walk(x, over)
		return
	}
	if isVariable(x, f.g.name) {
		f.direct = true
		return
	}
	if sub, ok := x.(*syntax.Subscript); ok && !usesAny(sub.X, over) { // the whole tensor, not an entry of it
		x = syntax.Unparen(sub.X)
	}
	s := intermediate{x: x, hint: hint}
	for _, i := range over {
		if occurs(x, i.Name.Name) {
			s.over = append(s.over, i)
			if slices.Contains(f.g.free, i.Name.Name) {
				s.fixed = append(s.fixed, i.Name.Name)
			}
		}
	}
	f.add(s)
}

func usesAny(x syntax.Expr, over []syntax.Binder) bool {
	return slices.ContainsFunc(over, func(i syntax.Binder) bool { return occurs(x, i.Name.Name) })
}

// walk goes down through arithmetic and sums to the first functions.
func (f *finder) walk(x syntax.Expr, over []syntax.Binder) {
	x = syntax.Unparen(x)
	if !f.b.depends(x, f.g.name) {
		return
	}
	if n, ok := base(x); ok {
		if _, defined := f.b.definition(n); n == f.g.name || !defined {
			f.direct = true
			return
		}
		f.add(intermediate{name: n})
		return
	}
	switch x := x.(type) {
	case *syntax.Unary:
		f.walk(x.X, over)
	case *syntax.Transpose:
		f.walk(x.X, over)
	case *syntax.Binary:
		if (x.Op == syntax.Pow || x.Op == syntax.DotPow) && !f.b.depends(x.Y, f.g.name) {
			f.power(x.X, over)
			return
		}
		f.walk(x.X, over)
		f.walk(x.Y, over)
	case *syntax.Reduce:
		over = append(slices.Clone(over), x.Binders...)
		switch x.Op.Name {
		case "logsumexp", "max", "min":
			f.candidate(x.Body, over, "")
		default:
			f.walk(x.Body, over)
		}
	case *syntax.If:
		f.direct = f.direct || f.b.depends(x.Cond, f.g.name)
		f.walk(x.Then, over)
		f.walk(x.Else, over)
	case *syntax.Subscript:
		f.walk(x.X, over)
	case *syntax.Call:
		f.call(x, over)
	default:
		f.direct = true
	}
}

// power looks at the base of a power: a function of something, or something to name.
func (f *finder) power(x syntax.Expr, over []syntax.Binder) {
	if inner, ok := syntax.Unparen(x).(*syntax.Call); ok {
		probe := finder{b: f.b, g: f.g}
		if probe.call(inner, over); !probe.direct {
			f.walk(x, over)
			return
		}
	}
	f.candidate(x, over, "")
}

// call looks at the arguments of a call.
func (f *finder) call(x *syntax.Call, over []syntax.Binder) {
	switch x.Fun.Name {
	case "sum", "mean", "dot", "tr":
		for _, arg := range x.Args {
			f.walk(arg, over)
		}
		return
	}
	def, _ := f.b.function(x)
	row, _ := builtin.Lookup(x.Fun.Name, len(x.Args))
	for k, arg := range x.Args {
		if !f.b.depends(arg, f.g.name) {
			continue
		}
		hint := ""
		switch {
		case def != nil:
			hint = def.Params[k].Name.Name
		case k < len(row.Params):
			hint = "u"
		}
		f.candidate(arg, over, hint)
	}
}

// repeated looks for the largest expression that occurs more than once and through which alone the body depends on the variable.
func (f *finder) repeated() (intermediate, bool) {
	var best syntax.Expr
	var seen []syntax.Expr
	syntax.Inspect(f.g.text(), func(x syntax.Expr) bool {
		if best != nil || !f.b.depends(x, f.g.name) {
			return false
		}
		switch x.(type) {
		case *syntax.Name, *syntax.Number, *syntax.Paren, *syntax.Subscript, *syntax.Slice:
			return true
		}
		if isVariable(x, f.g.name) {
			return false
		}
		for _, y := range seen {
			if syntax.Equal(x, y) && !f.b.depends(replaceAll(f.g.text(), x, number(0)), f.g.name) && !occurs(x, append(boundIn(f.g.text()), f.g.free...)...) {
				best = x
			}
		}
		seen = append(seen, x)
		return true
	})
	return intermediate{x: best}, best != nil
}

// replaceAll puts y in the place of every x in the tree.
func replaceAll(tree, x, y syntax.Expr) syntax.Expr {
	return syntax.Rewrite(tree, func(z syntax.Expr) (syntax.Expr, bool) { return y, syntax.Equal(z, x) })
}
