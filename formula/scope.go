package formula

import (
	"fmt"
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/syntax"
)

// A scope says what names stand for at one place: the indices, parameters and sizes bound around it, and the
// world, in which definitions have their values.
type scope struct {
	frame *frame
	world *world
	// library is set inside the library's functions, which do not see what a formula declares.
	library bool
	// entry is the formula's call of the library function around, where a mistake in that function is shown.
	entry syntax.Expr
}

// A frame binds one name.
type frame struct {
	name  string
	index bool   // the value is an index
	value Tensor // of an index or size, a scalar
	outer *frame
}

func (f *frame) find(name string) *frame {
	for ; f != nil; f = f.outer {
		if f.name == name {
			return f
		}
	}
	return nil
}

// A world gives the definitions their values. A derivative by a definition makes a world in which that one is a variable.
type world struct {
	moved string
	value Tensor
	memo  map[string]Tensor
	busy  map[string]bool
	outer *world
}

func newWorld() *world { return &world{memo: map[string]Tensor{}, busy: map[string]bool{}} }

func (s scope) bind(name string, value Tensor) scope {
	s.frame = &frame{name: name, value: value, outer: s.frame}
	return s
}

func (s scope) bindIndex(name string, i *expr.Node) scope {
	s.frame = &frame{name: name, index: true, value: Tensor{Value: i}, outer: s.frame}
	return s
}

// move returns a scope in which a name is a variable of the given value.
func (s scope) move(name string, value Tensor) scope {
	if s.frame.find(name) != nil {
		return s.bind(name, value)
	}
	s.world = &world{moved: name, value: value, memo: map[string]Tensor{}, busy: map[string]bool{}, outer: s.world}
	return s
}

// indexNames returns the names of the indices that can be seen, innermost first.
func (s scope) indexNames() []string {
	var names []string
	for f := s.frame; f != nil; f = f.outer {
		if f.index {
			names = append(names, f.name)
		}
	}
	return names
}

// name returns what a name stands for: what binds it innermost, a definition, an input, a size or a constant.
func (l *lowering) name(s scope, x *syntax.Name) Tensor {
	if f := s.frame.find(x.Name); f != nil {
		return f.value
	}
	if !s.library {
		if t, ok := l.global(s.world, x); ok {
			return t
		}
	}
	switch x.Name {
	case "pi", "e", "inf":
		return Tensor{Value: l.s.Const(x.Name)}
	}
	if x.Name == unit {
		return l.unit(s, x)
	}
	l.undefined(s, x)
	return Tensor{}
}

// isBusy reports whether a definition is being worked out, here or in a world around this one.
func (w *world) isBusy(name string) bool {
	for ; w != nil; w = w.outer {
		if w.busy[name] {
			return true
		}
	}
	return false
}

// global returns the value of a definition, an input or a size.
func (l *lowering) global(w *world, x *syntax.Name) (Tensor, bool) {
	for v := w; v != nil; v = v.outer {
		if v.moved == x.Name && v.moved != "" {
			return v.value, true
		}
	}
	if def, ok := l.p.definitions[x.Name]; ok {
		if t, ok := w.memo[x.Name]; ok && l.needName(w, x.Name) {
			return t, true
		}
		if w.isBusy(x.Name) {
			panic(failure{sure: true, Diagnostic: syntax.Diagnostic{Message: fmt.Sprintf("the definition of %s refers to itself", x.Name), Span: x.Span,
				Related: []syntax.Related{{Span: def.Name.Span, Label: "defined here"}}}})
		}
		w.busy[x.Name] = true
		defer delete(w.busy, x.Name)
		t := l.ofName(w, x.Name, func() Tensor { return l.define(scope{world: w}, def) })
		w.memo[x.Name] = t
		return t, true
	}
	if sym, ok := l.p.inputs[x.Name]; ok {
		return l.entries(sym), true
	}
	if size, ok := l.p.sizes[x.Name]; ok {
		return Tensor{Value: size}, true
	}
	return Tensor{}, false
}

// undefined fails for a name that stands for nothing.
func (l *lowering) undefined(s scope, x *syntax.Name) {
	if l.inSubscript > 0 {
		d := syntax.Diagnostic{Message: "undefined index \"" + x.Name + "\"", Span: x.Source(), Label: "not bound by any sum, nor free on the left"}
		candidates := s.indexNames()
		if near, ok := syntax.Suggest(x.Name, candidates); ok {
			d.Help = "did you mean \"" + near + "\"?"
		} else if len(candidates) > 0 {
			d.Help = "did you mean \"" + candidates[0] + "\"?"
		}
		panic(failure{Diagnostic: d, sure: true})
	}
	d := syntax.Diagnostic{Message: "undefined name \"" + x.Name + "\"", Span: x.Source(), Label: "not declared, defined or bound here"}
	candidates := l.p.names()
	for f := s.frame; f != nil; f = f.outer {
		candidates = append(candidates, f.name)
	}
	if near, ok := syntax.Suggest(x.Name, candidates); ok {
		d.Help = "did you mean \"" + near + "\"?"
	} else if slices.Contains(l.p.functionNames(), x.Name) {
		d.Help = fmt.Sprintf("%s is a function: write %s(…)", x.Name, x.Name)
	} else {
		d.Help = "declare it: param " + x.Name
	}
	panic(failure{Diagnostic: d, sure: true})
}
