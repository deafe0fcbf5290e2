package verify

import (
	"slices"

	"github.com/seed-9905856d/derive/eval/bigmath"
	"github.com/seed-9905856d/derive/syntax"
)

// notes are what has happened during a computation that says something about its value.
type notes struct {
	bigmath.Notes
	cancelled bool
}

// takeNotes returns what has been noted since notes were last taken.
func (e *arith) takeNotes() notes {
	n := notes{e.ctx.TakeNotes(), e.cancelled}
	e.cancelled = false
	return n
}

// note adds notes to those that have been made.
func (e *arith) note(n notes) {
	e.ctx.Note(n.Notes)
	e.cancelled = e.cancelled || n.cancelled
}

// A computed is a value of a function with the notes that belong to it.
type computed struct {
	value bigmath.Num
	notes notes
}

// isCheap names the functions that take no longer than looking for a value does.
var isCheap = map[string]bool{"abs": true}

// once returns f(x), which it computes once for the same numbers under the same name.
func (e *arith) once(name string, f func([]bigmath.Num) bigmath.Num, x []bigmath.Num) bigmath.Num {
	if e.computed == nil || isCheap[name] {
		return f(x)
	}
	e.key = append(e.key[:0], name...)
	for _, v := range x {
		e.key = v.AppendKey(append(e.key, ' '))
	}
	if c, ok := e.computed[string(e.key)]; ok {
		e.note(c.notes)
		return c.value
	}
	key, before := string(e.key), e.takeNotes()
	c := computed{value: f(x)}
	c.notes = e.takeNotes()
	e.note(before)
	e.note(c.notes)
	e.computed[key] = c
	return c.value
}

// A kept is a value that has been computed in a world, with the notes that belong to it.
type kept struct {
	value Tensor
	notes notes
}

// keep computes a value that is used again. Outside says that it depends on an entry outside its range that an attempt has read, which it may not
// be used for again.
func (e *Evaluator) keep(f func() Tensor) (k kept, outside bool) {
	was, before := e.outside, e.takeNotes()
	k.value = f()
	k.notes = e.takeNotes()
	e.note(before)
	e.note(k.notes)
	return k, e.outside > was
}

// recalled returns a value that has been kept.
func (e *Evaluator) recalled(k kept) Tensor {
	e.note(k.notes)
	return k.value
}

// A nodeKey is an expression with all that it mentions of what is bound around it, but parameters.
type nodeKey struct {
	x       syntax.Expr
	world   *world // nil in the memory of a world
	indices [maxMentioned]int
	slots   [maxMentioned]int // which of the names in it these are, from 1
}

// maxMentioned bounds the indices that an expression mentions which is remembered, maxRemembered how many are for one world or parameter.
const (
	maxMentioned  = 4
	maxRemembered = 1 << 15
)

// remembered returns the value of an expression, which is computed once for all places where what it mentions has the same values: around which
// other indices run, and worlds in which nothing that it depends on has moved.
func (e *Evaluator) remembered(s scope, x syntax.Expr, f func(scope) Tensor) Tensor {
	names := e.namesIn(x)
	key, mentioned := nodeKey{x: x}, 0
	var parameter *frame // the innermost one that is mentioned
	for k, name := range names {
		switch b := s.frame.find(name); {
		case b == nil:
		case !b.isIndex:
			if parameter == nil || b.depth > parameter.depth {
				parameter = b
			}
		case mentioned == maxMentioned:
			return f(s)
		default:
			key.indices[mentioned], key.slots[mentioned] = b.at, k+1
			mentioned++
		}
	}
	if around := s.frame.countIndices() - parameter.countIndices(); mentioned >= around && (mentioned > 0 || parameter != nil && around == 0) {
		return f(s) // it would not be asked for again
	}
	memory := &s.world.nodes
	switch {
	case parameter != nil:
		key.world, memory = s.world, &parameter.nodes
	case !s.library:
		for w := s.world; w.outer != nil; w = w.outer {
			if slices.ContainsFunc(names, func(name string) bool { return name == w.moved || e.depends(name, w.moved) }) {
				break
			}
			s.world = w.outer
		}
		memory = &s.world.nodes
	}
	if k, ok := (*memory)[key]; ok {
		return e.recalled(k)
	}
	k, outside := e.keep(func() Tensor { return f(s) })
	if *memory == nil {
		*memory = map[nodeKey]kept{}
	}
	if !outside && len(*memory) < maxRemembered {
		(*memory)[key] = k
	}
	return k.value
}

// countIndices returns how many indices are bound by a frame and around it.
func (f *frame) countIndices() int {
	if f == nil {
		return 0
	}
	return f.indices
}

// namesIn returns the names in an expression, those of called functions included.
func (e *Evaluator) namesIn(x syntax.Expr) []string {
	names, ok := e.names[x]
	if !ok {
		syntax.Inspect(x, func(y syntax.Expr) bool {
			switch y := y.(type) {
			case *syntax.Name:
				names = append(names, y.Name)
			case *syntax.Call:
				names = append(names, y.Fun.Name)
			}
			return true
		})
		slices.Sort(names)
		names = slices.Compact(names)
		e.names[x] = names
	}
	return names
}
