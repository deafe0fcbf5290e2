package codegen

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// A node of the loop tree is a loop over an index with the nodes inside it, or a single statement.
type node struct {
	index     *expr.Node // nil for a statement
	children  []*node
	statement *statement
	folds     []*statement // accumulations whose first binder is this loop
	writes    map[*definition]bool
	uses      map[*expr.Node]int // how many statements below read an entry, to choose between loops to join
	below     []*statement
	plain     *expr.Node // where it is not 0 the loop is left out; nil for no such thing
	direction int        // of the running folds in it: up, down or none
}

// fuse builds the loop tree: statements one after the other join a loop that is there, where their range is the same and
// every value that they need is ready or made in the same turn of the loop.
func fuse(p *plan, statements []*statement) *node {
	f := fusion{p.s, p.names}
	root := &node{}
	root.children = f.level(statements, nil)
	number := 0
	var visit func(n *node)
	visit = func(n *node) {
		if n.statement != nil {
			number++
			n.statement.place = number
		}
		for _, c := range n.children {
			visit(c)
		}
	}
	visit(root)
	return root
}

type fusion struct {
	s     *expr.Session
	names map[*expr.Node]string
}

// level places statements whose outer loops are path.
func (f *fusion) level(statements []*statement, path []*node) []*node {
	var items []*node
	at := map[*statement]int{}
	for k, st := range statements {
		earliest := 0
		for _, before := range statements[:k] {
			if depends(st, before) {
				earliest = max(earliest, at[before]+apart(before, st))
			}
		}
		if len(st.loops) == 0 {
			at[st] = len(items)
			items = append(items, &node{statement: st})
			continue
		}
		i := st.loops[0]
		best, bestScore := -1, -1
		for p := earliest; p < len(items); p++ {
			if !items[p].admits(i, st.direction()) || items[p].plain != st.plain() {
				continue
			}
			if score := items[p].common(f.s, st); score >= bestScore {
				best, bestScore = p, score
			}
		}
		if best < 0 {
			best = len(items)
			items = append(items, &node{index: i, uses: map[*expr.Node]int{}, plain: st.plain()})
		}
		at[st] = best
		items[best].note(f.s, st, 1)
		items[best].runs(st.direction())
	}
	f.settle(statements, items, at)
	for _, st := range statements {
		if n := items[at[st]]; n.index != nil {
			f.join(n, st)
		}
	}
	items = slices.DeleteFunc(items, func(n *node) bool { return n.statement == nil && len(n.below) == 0 })
	for _, n := range items {
		if n.statement != nil {
			n.statement.path = path
			continue
		}
		inner := append(slices.Clone(path), n)
		for _, st := range n.below {
			if st.mode == accumulate && st.first == n.index {
				n.folds = append(n.folds, st)
			}
		}
		for _, st := range n.below {
			st.loops = st.loops[1:]
		}
		n.children = f.level(n.below, inner)
		n.writes = map[*definition]bool{}
		for _, st := range n.below {
			n.writes[st.target] = true
		}
	}
	return items
}

// settle moves statements to later loops that read more of what they read, as far as nothing waits for them.
func (f *fusion) settle(statements []*statement, items []*node, at map[*statement]int) {
	for k, st := range statements {
		here := at[st]
		if items[here].index == nil {
			continue
		}
		latest := len(items) - 1
		for _, after := range statements[k+1:] {
			if depends(after, st) {
				latest = min(latest, at[after]-apart(st, after))
			}
		}
		items[here].note(f.s, st, -1)
		best, bestScore := here, items[here].common(f.s, st)
		for p := here + 1; p <= latest; p++ {
			if !items[p].admits(st.loops[0], st.direction()) || items[p].plain != st.plain() {
				continue
			}
			if score := items[p].common(f.s, st); score > bestScore {
				best, bestScore = p, score
			}
		}
		at[st] = best
		items[best].note(f.s, st, 1)
		items[best].runs(st.direction())
	}
}

// admits reports whether a loop over i with running folds in a direction can be joined with this one.
func (n *node) admits(i *expr.Node, direction int) bool {
	return n.index != nil && n.index.Lo() == i.Lo() && n.index.Hi() == i.Hi() && direction*n.direction >= 0
}

// runs notes that running folds go in a direction.
func (n *node) runs(direction int) {
	if direction != 0 {
		n.direction = direction
	}
}

// direction tells which way the outermost loop of a statement has to go so that what it folds over can be run along with: up for a fold over the
// first so many entries, down for the last so many, 0 for neither. See scan.
func (st *statement) direction() int {
	if st.mode != accumulate || len(st.loops) != 2 || st.first != st.loops[1] || dependsOnItself(st.body, st.loops) {
		return 0
	}
	i, j := st.loops[0], st.loops[1]
	switch lo, hi := j.Lo().DependsOn(i), j.Hi().DependsOn(i); {
	case hi && !lo:
		return up
	case lo && !hi:
		return down
	}
	return 0
}

const up, down = 1, -1

// dependsOnItself reports whether n reads the outer of two indices otherwise than by the range of the inner one.
func dependsOnItself(n *expr.Node, loops []*expr.Node) bool {
	found := false
	var visit func(n *expr.Node)
	seen := map[*expr.Node]bool{loops[1]: true}
	visit = func(n *expr.Node) {
		if seen[n] || found {
			return
		}
		seen[n] = true
		found = n == loops[0]
		for _, a := range n.Args() {
			visit(a)
		}
	}
	visit(n)
	return found
}

// plain returns what decides whether the outermost loop of a statement is needed, or nil: of a fold that is needed only where numbers are out of
// range, in the loop that it folds over.
func (st *statement) plain() *expr.Node {
	if st.mode != accumulate || st.first != st.loops[0] {
		return nil
	}
	return apartFrom(st.body)
}

// apart returns how many loops b, which depends on a, must come after a: none if they may be in one.
func apart(a, b *statement) int {
	if sameTurn(a, b) {
		return 0
	}
	return 1
}

// depends reports whether b must come after a: it reads or changes what a writes.
func depends(b, a *statement) bool {
	if a.target == b.target {
		return true
	}
	return slices.Contains(expr.SymbolsOf(b.body), a.target.sym) || slices.ContainsFunc(b.guards, func(g *expr.Node) bool {
		return slices.Contains(expr.SymbolsOf(g), a.target.sym)
	})
}

// sameTurn reports whether b may run in the same turn of a loop as a: what b needs of a's target are
// entries that a completes in that turn.
func sameTurn(a, b *statement) bool {
	if len(a.loops) == 0 || len(b.loops) == 0 {
		return false
	}
	i, j := a.loops[0], b.loops[0]
	for axis, sub := range a.subs {
		if sub != i {
			continue
		}
		if a.target == b.target && b.subs[axis] != j {
			continue
		}
		if readsAt(b.body, a.target.sym, axis, j) {
			return true
		}
	}
	return false
}

// readsAt reports whether every entry of sym in n has subscript j on the axis.
func readsAt(n *expr.Node, sym *expr.Symbol, axis int, j *expr.Node) bool {
	seen := map[*expr.Node]bool{}
	var visit func(n *expr.Node) bool
	visit = func(n *expr.Node) bool {
		if seen[n] {
			return true
		}
		seen[n] = true
		if n.Kind() == expr.KindEntry && n.Symbol() == sym && n.Args()[axis] != j {
			return false
		}
		for _, a := range n.Args() {
			if !visit(a) {
				return false
			}
		}
		return true
	}
	return visit(n)
}

// join adds a statement to a loop, written in the loop's index.
func (f *fusion) join(n *node, st *statement) {
	i := st.loops[0]
	if i != n.index {
		rename(f.s, st, i, n.index)
		if name, ok := f.names[i]; ok && f.names[n.index] == "" {
			f.names[n.index] = name
		}
	}
	n.below = append(n.below, st)
}

// note adds the entries that a statement reads to those read in the loop, or takes them away.
func (n *node) note(s *expr.Session, st *statement, times int) {
	for _, e := range entriesOf(s.Substitute(st.body, st.loops[0], n.index)) {
		n.uses[e] += times
	}
}

// common counts the entries that a statement reads and that are read in the loop already.
func (n *node) common(s *expr.Session, st *statement) int {
	count := 0
	for _, e := range entriesOf(s.Substitute(st.body, st.loops[0], n.index)) {
		if n.uses[e] > 0 {
			count++
		}
	}
	return count
}

func rename(s *expr.Session, st *statement, from, to *expr.Node) {
	m := func(xs []*expr.Node) []*expr.Node {
		out := make([]*expr.Node, len(xs))
		for k, x := range xs {
			out[k] = s.Substitute(x, from, to)
		}
		return out
	}
	st.subs, st.loops, st.guards = m(st.subs), m(st.loops), m(st.guards)
	st.body = s.Substitute(st.body, from, to)
	if st.first != nil {
		st.first = s.Substitute(st.first, from, to)
	}
}

// entriesOf returns the entries with axes in n, parts first.
func entriesOf(n *expr.Node) []*expr.Node {
	var found []*expr.Node
	walk(n, func(n *expr.Node) {
		if n.Kind() == expr.KindEntry && len(n.Args()) > 0 {
			found = append(found, n)
		}
	})
	return found
}
