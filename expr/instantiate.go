package expr

// Lambda returns the tensor of the values of body over the indices, outermost first: what a function
// with tensor parameters takes as an argument. Without indices it is the body itself.
func (s *Session) Lambda(body *Node, indices ...*Node) *Node {
	if len(indices) == 0 {
		return body
	}
	return s.close(Tensor, indices, body)
}

// IsLambda reports whether n is a tensor made by [Session.Lambda].
func IsLambda(n *Node) bool { return n.kind == KindReduce && n.op == Tensor }

// At returns the entry of a tensor made by [Session.Lambda] at the subscripts, one for each axis; a scalar
// has none.
func (s *Session) At(lambda *Node, subs ...*Node) *Node {
	if len(subs) == 0 {
		return lambda
	}
	o := s.Open(lambda, subs...)
	m := make(map[*Node]*Node, len(subs))
	for k, i := range o.Indices {
		m[i] = subs[k]
	}
	return s.Replace(o.Body, m)
}

// Instantiate returns x with the entries of every symbol that is a key of values replaced by the entries of
// its value, a tensor made by [Session.Lambda] or, for a symbol without axes, an expression.
func (s *Session) Instantiate(x *Node, values map[*Symbol]*Node) *Node {
	clear := make([]*Node, 0, len(values))
	for _, sym := range s.symbols { // in the order of declaration
		if v, ok := values[sym]; ok {
			clear = append(clear, v)
		}
	}
	return s.Map(x, clear, func(n *Node, args []*Node) (*Node, bool) {
		if n.kind != KindEntry {
			return nil, false
		}
		v, ok := values[n.sym]
		if !ok {
			return nil, false
		}
		return s.At(v, args...), true
	})
}

// Map rebuilds x from its leaves up. Reductions are opened, with indices clear of the given expressions, so that f
// may put in anything whose free indices are those of x or of clear. For each node f sees the node and its rebuilt
// children, which it must neither keep nor change, and either says what becomes of it or declines; of a reduction it sees, once it is closed again,
// the new node and its children.
func (s *Session) Map(x *Node, clear []*Node, f func(n *Node, args []*Node) (*Node, bool)) *Node {
	m := mapping{s: s, clear: clear, f: f, memo: s.takeMemo()}
	y := m.of(x)
	s.giveMemo(m.memo)
	return y
}

type mapping struct {
	s     *Session
	clear []*Node
	f     func(n *Node, args []*Node) (*Node, bool)
	memo  *Memo[*Node]
}

func (m *mapping) of(x *Node) *Node {
	if y, ok := m.memo.Get(x); ok {
		return y
	}
	y := m.rebuild(x)
	m.memo.Set(x, y)
	return y
}

func (m *mapping) rebuild(x *Node) *Node {
	if x.kind == KindReduce {
		o := m.s.Open(x, m.clear...)
		body := m.of(o.Body)
		var y *Node
		if x.op == Tensor {
			y = m.s.Lambda(body, o.Indices...)
		} else if y = x; body != o.Body {
			y = m.s.Reduce(x.op, body, o.Indices...)
		}
		if z, ok := m.f(y, y.args); ok {
			return z
		}
		return y
	}
	if x.kind == KindIndex {
		if z, ok := m.f(x, x.args); ok {
			return z
		}
		return x
	}
	args := m.s.pushArgs(len(x.args))
	changed := false
	for i, a := range x.args {
		args[i] = m.of(a)
		changed = changed || args[i] != a
	}
	y, ok := m.f(x, args)
	switch {
	case ok:
	case changed:
		y = m.s.With(x, args)
	default:
		y = x
	}
	m.s.popArgs(args)
	return y
}

// SymbolsOf returns the symbols whose entries occur in x, in order of node numbers.
func SymbolsOf(x *Node) []*Symbol {
	var found []*Symbol
	known := map[*Symbol]bool{}
	var seen Memo[bool]
	var visit func(n *Node)
	visit = func(n *Node) {
		if _, ok := seen.Get(n); ok || len(n.args) == 0 && n.kind != KindEntry {
			return
		}
		seen.Set(n, true)
		for _, a := range n.args {
			visit(a)
		}
		if n.kind == KindEntry && !known[n.sym] {
			known[n.sym] = true
			found = append(found, n.sym)
		}
	}
	visit(x)
	return found
}
