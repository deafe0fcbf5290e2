package verify

import (
	"math"
	"slices"
	"sort"

	"github.com/seed-9905856d/derive/syntax"
)

// A Source is the text that an evaluator gives values to: a formula's statements, and the
// library's functions, which the formula's own hide. The evaluator resolves names and
// infers ranges itself, at the sizes of its point, so that a mistake of a later stage is
// not repeated here.
type Source struct {
	File    *syntax.File
	Library []*syntax.Define
}

// meaning is a Source arranged for lookup.
type meaning struct {
	definitions map[string]*syntax.Define
	functions   map[string][]*syntax.Define // a name may be defined for several arities or ranks
	library     map[string][]*syntax.Define
	params      []syntax.Decl
	givens      []*syntax.Given
}

// newMeaning sorts the statements of a source by what they define.
func newMeaning(src Source) meaning {
	m := meaning{
		definitions: map[string]*syntax.Define{},
		functions:   map[string][]*syntax.Define{},
		library:     map[string][]*syntax.Define{},
	}
	if src.File != nil {
		for _, st := range src.File.Statements {
			switch st := st.(type) {
			case *syntax.Param:
				m.params = append(m.params, st.Decls...)
			case *syntax.Given:
				m.givens = append(m.givens, st)
			case *syntax.Define:
				if st.IsFunc {
					m.functions[st.Name.Name] = append(m.functions[st.Name.Name], st)
				} else {
					m.definitions[st.Name.Name] = st
				}
			}
		}
	}
	for _, d := range src.Library {
		m.library[d.Name.Name] = append(m.library[d.Name.Name], d)
	}
	return m
}

// overloads returns the functions that a call may mean: the user's, else the library's.
// Inside the library only the library's own are seen.
func (m *meaning) overloads(name string, library bool) (defs []*syntax.Define, fromLibrary bool) {
	if defs := m.functions[name]; !library && len(defs) > 0 {
		return defs, false
	}
	return m.library[name], true
}

// overload chooses among functions of one name by the number and the ranks of arguments:
// the one whose parameters have the most axes that the arguments can fill.
func overload(defs []*syntax.Define, args []Tensor) *syntax.Define {
	var best *syntax.Define
	most := -1
	for _, d := range defs {
		if rank, ok := fits(d, args); ok && rank > most {
			best, most = d, rank
		}
	}
	return best
}

// fits reports whether a function can take the arguments, and how many axes its parameters have.
func fits(d *syntax.Define, args []Tensor) (rank int, ok bool) {
	if len(args) > len(d.Params) {
		return 0, false
	}
	for i, p := range d.Params {
		switch {
		case i >= len(args) && p.Default == nil:
			return 0, false
		case i < len(args) && len(args[i].Shape) < len(p.Sizes):
			return 0, false
		}
		rank += len(p.Sizes)
	}
	return rank, true
}

// known reports whether a name has a meaning of its own where nothing binds it.
func (e *Evaluator) known(s scope, name string) bool {
	if s.frame.find(name) != nil || e.definitions[name] != nil {
		return true
	}
	if _, ok := e.point.Values[name]; ok {
		return true
	}
	_, ok := e.point.Sizes[name]
	return ok
}

// freeIndices returns the names that an expression uses in subscripts and that nothing
// binds, in order of first appearance, with the ranges that their uses imply.
func (e *Evaluator) freeIndices(s scope, x syntax.Expr) []index {
	place := map[string]int{} // where a name first stands outside every binder of it
	used := map[string]bool{}
	count := 0
	var walk func(x syntax.Expr, bound map[string]bool, inSubscript bool)
	walk = func(x syntax.Expr, bound map[string]bool, inSubscript bool) {
		syntax.Inspect(x, func(n syntax.Expr) bool {
			switch n := n.(type) {
			case *syntax.Name:
				if bound[n.Name] || e.known(s, n.Name) {
					break
				}
				count++
				if _, seen := place[n.Name]; !seen {
					place[n.Name] = count
				}
				used[n.Name] = used[n.Name] || inSubscript
			case *syntax.Subscript:
				walk(n.X, bound, inSubscript)
				for _, sub := range n.Subs {
					walk(sub, bound, true)
				}
				return false
			case *syntax.Reduce:
				inner := map[string]bool{}
				for name := range bound {
					inner[name] = true
				}
				for _, b := range n.Binders {
					for _, end := range []syntax.Expr{b.Lo, b.Hi} {
						if end != nil {
							walk(end, inner, inSubscript)
						}
					}
					inner[b.Name.Name] = true
				}
				if n.Cond != nil {
					walk(n.Cond, inner, inSubscript)
				}
				walk(n.Body, inner, inSubscript)
				return false
			}
			return true
		})
	}
	walk(x, map[string]bool{}, false)
	var names []string
	for name := range used {
		if used[name] {
			names = append(names, name)
		}
	}
	sort.Slice(names, func(i, j int) bool { return place[names[i]] < place[names[j]] })
	indices := make([]index, len(names))
	for i, name := range names {
		indices[i] = e.inferred(name, names[i+1:], x, x)
	}
	return indices
}

// indices returns the indices of binders. A range that is not written is inferred from the scope.
func (e *Evaluator) indices(binders []syntax.Binder, within ...syntax.Expr) []index {
	names := make([]string, len(binders))
	for i, b := range binders {
		names[i] = b.Name.Name
	}
	out := make([]index, len(binders))
	for i, b := range binders {
		if b.Lo == nil {
			out[i] = e.inferred(b.Name.Name, names[i+1:], within[len(within)-1], within...)
			continue
		}
		out[i] = index{name: b.Name.Name, ends: func(s scope) (lo, hi int) { return e.integer(s, b.Lo), e.integer(s, b.Hi) }}
	}
	return out
}

// inferred returns an index that ranges over every axis that it alone subscripts, and over no more of
// it than keeps every shifted use, as in x[i+1], within its axis. The indices that are bound after it stand for any of their values.
func (e *Evaluator) inferred(name string, later []string, at syntax.Expr, within ...syntax.Expr) index {
	key := rangeKey{within[len(within)-1], name}
	return index{name: name, ends: func(s scope) (lo, hi int) {
		if r, ok := e.ranges[key]; ok {
			return r[0], r[1]
		}
		found, fixed := false, true
		low, high := math.MinInt, math.MaxInt // what shifted uses allow
		open := append([]string{name}, later...)
		for _, x := range within {
			subscripted(name, open, x, func(use *syntax.Subscript, axis, shift int, open []string) {
				fixed = fixed && !slices.ContainsFunc(e.namesIn(use.X), func(name string) bool {
					return s.frame.find(name) != nil || slices.Contains(open, name)
				})
				l, h, ok := e.axis(s, open, use.X, axis)
				if !ok {
					return
				}
				if shift != 0 {
					low, high = max(low, l-shift), min(high, h-shift)
					return
				}
				if found && (l != lo || h != hi) {
					e.fail(use, "the index %s ranges over %d..%d and over %d..%d", name, lo, hi, l, h)
				}
				lo, hi, found = l, h, true
			})
		}
		if !found {
			e.fail(at, "the range of %s cannot be inferred: it alone subscripts nothing of known size", name)
		}
		lo, hi = max(lo, low), min(hi, high)
		if fixed {
			e.ranges[key] = [2]int{lo, hi}
		}
		return lo, hi
	}}
}

// A rangeKey is an index of the innermost expression that it is bound around.
type rangeKey struct {
	within syntax.Expr
	name   string
}

// subscripted calls yield for every axis in x that an index subscripts alone or shifted by a constant. The open indices, of which it is one,
// have no values as yet; yield is given those of the place.
func subscripted(name string, open []string, x syntax.Expr, yield func(use *syntax.Subscript, axis, shift int, open []string)) {
	if x == nil {
		return
	}
	syntax.Inspect(x, func(n syntax.Expr) bool {
		switch n := n.(type) {
		case *syntax.Reduce:
			inner, hidden := slices.Clone(open), false
			for _, b := range n.Binders {
				subscripted(name, inner, b.Lo, yield)
				subscripted(name, inner, b.Hi, yield)
				inner, hidden = append(inner, b.Name.Name), hidden || b.Name.Name == name
			}
			if !hidden {
				subscripted(name, inner, n.Cond, yield)
				subscripted(name, inner, n.Body, yield)
			}
			return false
		case *syntax.Subscript:
			for axis, sub := range n.Subs {
				if shift, ok := shiftOf(name, sub); ok {
					yield(n, axis, shift, open)
				}
			}
		}
		return true
	})
}

// axis returns the range of an axis of x where that does not depend on the open indices.
func (e *Evaluator) axis(s scope, open []string, x syntax.Expr, axis int) (lo, hi int, ok bool) {
	mentioned := false
	syntax.Inspect(x, func(y syntax.Expr) bool {
		n, ok := y.(*syntax.Name)
		mentioned = mentioned || ok && slices.Contains(open, n.Name)
		return !mentioned
	})
	at := func(value int) (lo, hi int, ok bool) {
		s := s
		for _, name := range open {
			s = s.bindIndex(name, value)
		}
		t, ok := e.attempt(s, x)
		if !ok || axis >= len(t.Shape) {
			return 0, 0, false
		}
		return t.low(axis), t.low(axis) + t.Shape[axis] - 1, true
	}
	lo, hi, ok = at(1)
	if mentioned && ok {
		if l, h, also := at(2); also && (l != lo || h != hi) {
			return 0, 0, false
		}
	}
	return lo, hi, ok
}

// shiftOf reads a subscript as the index plus an integer.
func shiftOf(name string, sub syntax.Expr) (shift int, ok bool) {
	f, ok := linearForm(sub)
	return f.constant, ok && len(f.terms) == 1 && f.terms[name] == 1
}

// attempt evaluates x for its axes, where it has a value in s; entries outside their range, which a condition further out may guard, are NaN.
func (e *Evaluator) attempt(s scope, x syntax.Expr) (t Tensor, ok bool) {
	if name, isName := syntax.Unparen(x).(*syntax.Name); isName {
		return e.name(s, name), true
	}
	depth, before := e.depth, e.takeNotes()
	e.trying++
	defer func() {
		e.trying--
		e.takeNotes() // axes do not depend on what they are about
		e.note(before)
		switch failure := recover().(type) {
		case nil:
		case *Error:
			if failure.Limit {
				panic(failure)
			}
			e.depth = depth
			t, ok = Tensor{}, false
		default:
			panic(failure)
		}
	}()
	return e.eval(s, x), true
}

// Params returns the parameters that a file declares.
func Params(file *syntax.File) []syntax.Decl { return newMeaning(Source{File: file}).params }
