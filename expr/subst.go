package expr

// Substitute returns x with index from replaced by to, everywhere, the ranges of indices included.
func (s *Session) Substitute(x, from, to *Node) *Node {
	return s.Replace(x, map[*Node]*Node{from: to})
}

// Replace returns x with every node that is a key of m replaced by its value, all at once. Keys are
// indices of the user's or the opened name space, sizes or entries; values must not contain bound indices.
func (s *Session) Replace(x *Node, m map[*Node]*Node) *Node {
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
