package expr

import "slices"

// Substitute returns x with index from replaced by to, everywhere, the ranges of indices included.
func (s *Session) Substitute(x, from, to *Node) *Node {
	if from.kind == KindIndex {
		r := s.takeRenaming()
		r.add(from, to)
		return r.only(x)
	}
	return s.Replace(x, map[*Node]*Node{from: to})
}

// Replace returns x with every node that is a key of m replaced by its value, all at once. Keys are
// indices of the user's or the opened name space, sizes or entries; values must not contain bound indices.
func (s *Session) Replace(x *Node, m map[*Node]*Node) *Node {
	r := s.takeRenaming()
	for k, v := range m {
		if k.kind != KindIndex {
			r.done()
			return s.replaceAny(x, m)
		}
		r.add(k, v)
	}
	return r.only(x)
}

// replaceAny is [Session.Replace] of nodes of whatever kind.
func (s *Session) replaceAny(x *Node, m map[*Node]*Node) *Node {
	memo := make(map[*Node]*Node, len(m))
	for k, v := range m {
		memo[k] = v
	}
	return s.Rebuild(x, memo)
}

// Rebuild returns x built anew, children first, where memo says what has become of a node; it adds what it builds to memo.
func (s *Session) Rebuild(x *Node, memo map[*Node]*Node) *Node {
	if y, ok := memo[x]; ok {
		return y
	}
	if len(x.args) == 0 {
		return x
	}
	args := make([]*Node, len(x.args))
	changed := false
	for i, a := range x.args {
		args[i] = s.Rebuild(a, memo)
		changed = changed || args[i] != a
	}
	y := x
	if changed {
		y = s.With(x, args)
	}
	memo[x] = y
	return y
}

// fewNames is the number of indices that are renamed without allocation.
const fewNames = 4

// A renaming puts other nodes in the place of indices, all at once. What has none of them free stays as it is, so that it is not looked into.
type renaming struct {
	s    *Session
	from []*Node
	to   []*Node
	room [2 * fewNames]*Node
	memo *Memo[*Node] // of what has one of them free and is no index itself; nil as long as there is none
}

// add says what becomes of an index.
func (r *renaming) add(from, to *Node) {
	if r.from == nil {
		r.from, r.to = r.room[:0:fewNames], r.room[fewNames:fewNames]
	}
	r.from, r.to = append(r.from, from), append(r.to, to)
}

// only is [renaming.of] of the last expression to rename.
func (r *renaming) only(x *Node) *Node {
	y := r.of(x)
	r.done()
	return y
}

// takeRenaming returns a renaming of nothing, which [renaming.done] gives back.
func (s *Session) takeRenaming() *renaming {
	last := len(s.renamings) - 1
	if last < 0 {
		return &renaming{s: s}
	}
	r := s.renamings[last]
	s.renamings = s.renamings[:last]
	return r
}

// done gives the renaming, and what it has taken, back to its session.
func (r *renaming) done() {
	if r.memo != nil {
		r.s.giveMemo(r.memo)
	}
	*r = renaming{s: r.s}
	r.s.renamings = append(r.s.renamings, r)
}

// of returns x built anew, children first.
func (r *renaming) of(x *Node) *Node {
	if !x.dependsOnAny(r.from) {
		return x
	}
	if x.kind == KindIndex {
		if k := slices.Index(r.from, x); k >= 0 {
			return r.to[k]
		}
	}
	if r.memo == nil {
		r.memo = r.s.takeMemo()
	} else if y, ok := r.memo.Get(x); ok {
		return y
	}
	args := r.s.pushArgs(len(x.args))
	changed := false
	for i, a := range x.args {
		args[i] = r.of(a)
		changed = changed || args[i] != a
	}
	y := x
	if changed {
		y = r.s.With(x, args)
	}
	r.s.popArgs(args)
	r.memo.Set(x, y)
	return y
}

// With returns the node of x's kind with other children.
func (s *Session) With(x *Node, args []*Node) *Node {
	switch x.kind {
	case KindIndex:
		return s.intern(&Node{kind: KindIndex, space: x.space, num: x.num, name: x.name}, args...)
	case KindEntry:
		return s.Entry(x.sym, args...)
	case KindCond:
		return s.Cond(x.op, args[0])
	case KindPow:
		return s.Pow(args[0], args[1])
	case KindCall:
		return s.Call(x.fn, args...)
	case KindIf:
		return s.If(args[0], args[1], args[2])
	case KindMul:
		return s.Mul(args...)
	case KindAdd:
		terms := make([]Term, len(args))
		for i, a := range args {
			terms[i] = Term{x.coefs[i], a}
		}
		return s.Linear(x.rat, terms)
	case KindReduce:
		return s.reduceClosed(x.op, args[:len(args)-1], args[len(args)-1])
	}
	panic("expr: With on a leaf")
}
