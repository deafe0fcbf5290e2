package formula

import (
	"slices"

	"github.com/seed-9905856d/derive/syntax"
)

func (f *inference) statement(st syntax.Statement) {
	switch st := st.(type) {
	case *syntax.ExprStatement:
		f.walk(nil, st.X)
	case *syntax.Given:
		f.walk(nil, st.Cond)
	case *syntax.Define:
		if !st.IsFunc {
			f.nameShape(nil, &syntax.Name{Span: st.Name.Span, Name: st.Name.Name})
		}
	case *syntax.Kernel:
		for _, out := range st.Outputs {
			f.walk(nil, out.Value)
		}
	}
}

// endOf returns the end of a range as a size and what is added to it; there is no size where the end is not plainly one. An index ends where its
// own range does.
func (f *inference) endOf(e *env, x syntax.Expr) (size *dim, offset int64) {
	name, offset := shifted(x)
	if n, ok := syntax.Unparen(x).(*syntax.Number); ok && n.Value.IsInt() {
		return &dim{node: f.p.Session.Number(n.Value)}, 0
	}
	if b := e.find(name); b != nil {
		if b.index != nil {
			return b.index, b.offset + offset
		}
		return b.size, offset
	}
	if size, ok := f.p.sizes[name]; ok {
		return &dim{node: size}, offset
	}
	return nil, 0
}

// shifted reads a name with an integer added to it; the name is empty for anything else.
func shifted(x syntax.Expr) (name string, offset int64) {
	switch x := syntax.Unparen(x).(type) {
	case *syntax.Name:
		return x.Name, 0
	case *syntax.Binary:
		n, ok := syntax.Unparen(x.Y).(*syntax.Number)
		if !ok || x.Op != syntax.Add && x.Op != syntax.Sub || !n.Value.IsInt() || !n.Value.Num().IsInt64() {
			return "", 0
		}
		by := n.Value.Num().Int64()
		if x.Op == syntax.Sub {
			by = -by
		}
		if name, ok := syntax.Unparen(x.X).(*syntax.Name); ok {
			return name.Name, by
		}
	}
	return "", 0
}

// bind binds indices. What an index with a written range subscripts has the size at the end of the range, as x has in x[i] for i in 1..n and in x[i+1]
// for i in 1..n-1, where nothing else says its size, since a range may be shorter than what it subscripts.
func (f *inference) bind(e *env, binders []syntax.Binder) (*env, []*dim) {
	dims := make([]*dim, len(binders))
	for k, b := range binders {
		dims[k] = &dim{}
		end, offset := dims[k], int64(0)
		if b.Lo != nil {
			end, offset = f.endOf(e, b.Hi)
			if lo, ok := syntax.Unparen(b.Lo).(*syntax.Number); ok && end != nil && offset == 0 && lo.Value.IsInt() && lo.Value.Num().IsInt64() && lo.Value.Num().Int64() == 1 {
				dims[k] = end
			}
		}
		e = e.bindIndex(b.Name.Name, end, offset)
	}
	return e, dims
}

func (f *inference) definition(e *env, d *syntax.Define) shape {
	e, dims := f.bind(e, d.Indices)
	body := f.walk(e, d.Body)
	if len(dims) == 0 {
		return body
	}
	if body.rank < 0 {
		body = scalarShape
	}
	return shape{rank: len(dims) + body.rank, dims: append(slices.Clone(dims), body.dims...)}
}

// walk returns the shape of x and notes what it says of names.
func (f *inference) walk(e *env, x syntax.Expr) shape {
	if f.depth++; f.depth > MaxDepth {
		f.depth--
		return unknownShape()
	}
	defer func() { f.depth-- }()
	switch x := x.(type) {
	case *syntax.Paren:
		return f.walk(e, x.X)
	case *syntax.Name:
		return f.nameShape(e, x)
	case *syntax.Unary:
		return f.walk(e, x.X)
	case *syntax.Binary:
		return f.binary(e, x)
	case *syntax.Compare:
		s := f.walk(e, x.Operands[0])
		for _, y := range x.Operands[1:] {
			t := f.walk(e, y)
			f.zip(s, t)
			s = t
		}
		return scalarShape
	case *syntax.Iverson:
		f.walk(e, x.Cond)
		return scalarShape
	case *syntax.Transpose:
		s := f.walk(e, x.X)
		f.hint(s.leaves, 1, byShape)
		switch s.rank {
		case 1:
			s.orient = transposed[s.orient]
		case 2:
			s.dims = []*dim{s.dims[1], s.dims[0]}
		}
		s.leaves, s.turned = nil, s.leaves
		return s
	case *syntax.Subscript:
		return f.subscript(e, x)
	case *syntax.Call:
		return f.call(e, x)
	case *syntax.Reduce:
		e, dims := f.bind(e, x.Binders)
		if x.Cond != nil {
			f.walk(e, x.Cond)
		}
		body := f.walk(e, x.Body)
		if x.Op.Name != "tensor" {
			return body
		}
		if body.rank < 0 {
			body = scalarShape
		}
		return shape{rank: len(dims) + body.rank, dims: append(slices.Clone(dims), body.dims...)}
	case *syntax.If:
		f.walk(e, x.Cond)
		return f.zip(f.walk(e, x.Then), f.walk(e, x.Else))
	case *syntax.Array:
		s := shape{rank: 1, dims: []*dim{{node: f.p.Session.Int(int64(len(x.Elems)))}}}
		for k, y := range x.Elems {
			if t := f.walk(e, y); k == 0 && t.rank > 0 {
				s.rank, s.dims = 1+t.rank, append(s.dims, t.dims...)
			}
		}
		return s
	}
	return scalarShape
}

func (f *inference) nameShape(e *env, x *syntax.Name) shape {
	if b := e.find(x.Name); b != nil {
		if b.value.rank != 0 || b.value.leaves != nil {
			return b.value
		}
		return scalarShape
	}
	if e.isLibrary() {
		return scalarShape
	}
	if def := f.p.definitions[x.Name]; def != nil {
		s, ok := f.shapes[x.Name]
		if !ok {
			f.shapes[x.Name] = scalarShape // for a definition that refers to itself
			around := f.calls
			f.calls = map[*syntax.Define]bool{}
			s = f.definition(nil, def)
			f.calls = around
			f.shapes[x.Name] = s
		}
		return s
	}
	if sym := f.p.inputs[x.Name]; sym != nil {
		s := shape{rank: len(sym.Dims)}
		for _, d := range sym.Dims {
			s.dims = append(s.dims, &dim{node: d})
		}
		return s
	}
	v := f.vars[x.Name]
	if v == nil && x.Name == unit {
		n := f.fill(x, 1)[0]
		return shape{rank: 2, dims: []*dim{n, n}}
	}
	if v == nil || v.isIndex || v.isSize {
		return scalarShape
	}
	if v.rank < 0 {
		return unknownShape(v)
	}
	return shape{rank: v.rank, dims: v.dims}
}

// zip combines entry by entry: one shape, or a scalar beside it.
func (f *inference) zip(a, b shape) shape {
	switch {
	case a.rank > 0 && b.rank == a.rank:
		for k := range a.dims {
			f.unify(a.dims[k], b.dims[k])
		}
		a.orient = meet(a.orient, b.orient)
		return a
	case a.rank > 0 && b.rank > 0:
		f.asMatrix(a, b.rank, bySum)
		f.asMatrix(b, a.rank, bySum)
		if a.rank < b.rank {
			return b
		}
		return a
	case a.rank > 0:
		f.beside(a, b.leaves, bySum)
		return a
	case b.rank > 0:
		f.beside(b, a.leaves, bySum)
		return b
	case a.rank < 0 || b.rank < 0:
		return unknownShape(union(a.leaves, b.leaves)...)
	}
	return scalarShape
}

// union returns names that stand in one of two lists, each once.
func union(a, b []*unknown) []*unknown {
	all := a[:len(a):len(a)]
	for _, v := range b {
		if !slices.Contains(all, v) {
			all = append(all, v)
		}
	}
	return all
}

// binary returns the shape of a chain of operations. It leans to the left; its spine is walked, not recursed into.
func (f *inference) binary(e *env, x *syntax.Binary) shape {
	var spine []*syntax.Binary
	left := syntax.Expr(x)
	for b, ok := left.(*syntax.Binary); ok; b, ok = left.(*syntax.Binary) {
		spine = append(spine, b)
		left = b.X
	}
	acc := f.walk(e, left)
	for _, b := range slices.Backward(spine) {
		acc = f.operation(b.Op, acc, f.walk(e, b.Y))
	}
	return acc
}

// operation returns the shape of a op b.
func (f *inference) operation(op syntax.Op, a, b shape) shape {
	switch op {
	case syntax.Or, syntax.And:
		return scalarShape
	case syntax.Pow:
		if a.rank == 2 {
			f.unify(a.dims[0], a.dims[1])
		}
		return a
	case syntax.DotPow:
		f.hint(a.leaves, 1, byDot)
		if a.rank > 0 && b.rank < 0 {
			return a
		}
		return f.zip(a, b)
	case syntax.Div:
		switch {
		case b.rank > 0:
			return f.zip(a, b)
		case a.rank == 0:
			return b
		}
		return a
	case syntax.DotMul, syntax.DotDiv:
		f.entrywise(a, b)
		return f.zip(a, b)
	case syntax.Mul:
		return f.product(a, b)
	}
	return f.zip(a, b)
}

// entrywise notes that operands of .* have one shape where one of them has axes.
func (f *inference) entrywise(a, b shape) {
	f.beside(a, b.leaves, byProduct)
	f.beside(b, a.leaves, byProduct)
	f.asMatrix(a, b.rank, byProduct)
	f.asMatrix(b, a.rank, byProduct)
	f.hint(a.leaves, 1, byDot) // why else would anybody write the dot?
	f.hint(b.leaves, 1, byDot)
}

// product is a*b: a scaling or a matrix product.
func (f *inference) product(a, b shape) shape {
	upper := func(s shape) bool { return len(s.leaves) == 1 && s.leaves[0].upper() }
	switch {
	case a.rank == 0:
		return b
	case b.rank == 0:
		return a
	case a.rank < 0 && b.rank < 0 && !f.linear:
		return unknownShape(b.leaves...)
	case a.rank < 0 && b.rank < 0:
		if upper(a) {
			f.hint(a.leaves, 1, byShape)
		}
		if upper(b) {
			f.hint(b.leaves, 1, byShape)
		}
		return unknownShape(b.leaves...)
	case a.rank < 0:
		if upper(a) && !(b.rank == 1 && b.orient == Row) {
			f.hint(a.leaves, 2, byProduct)
			b.dims = append([]*dim{{}}, b.dims[1:]...) // as many rows as the matrix, which is still to come
		}
		if b.outer == nil && b.rank == 1 && b.orient == Row {
			b.outer = a.leaves
		}
		return b
	case b.rank < 0 && a.rank == 2 && b.turned != nil: // no row stands there
		f.hint(b.turned, 2, byProduct)
		return unknownShape()
	case b.rank < 0:
		if a.rank == 2 || a.orient != Column {
			rank := 1
			if upper(b) {
				rank = 2
			}
			f.hint(b.leaves, rank, byProduct)
			return unknownShape()
		}
		return a
	}
	aRow := a.rank == 1 && a.orient != Column
	bColumn := b.rank == 1 && b.orient != Row
	if a.rank == 1 && !aRow { // column times row
		if b.rank == 1 {
			return shape{rank: 2, dims: []*dim{a.dims[0], b.dims[0]}}
		}
		return unknownShape()
	}
	if b.orient == Row {
		f.asMatrix(b, a.rank, byProduct)
	}
	f.unify(a.dims[a.rank-1], b.dims[0])
	var dims []*dim
	if !aRow {
		dims = append(dims, a.dims[0])
	}
	if !bColumn && b.rank == 2 {
		dims = append(dims, b.dims[1])
	}
	s := shape{rank: len(dims), dims: dims}
	if aRow && len(dims) == 1 {
		s.orient, s.outer = Row, a.outer
		if a.orient >= Either {
			s.orient = Leaning
		}
	}
	return s
}

func (f *inference) subscript(e *env, x *syntax.Subscript) shape {
	if call, ok := syntax.Unparen(x.X).(*syntax.Call); ok {
		f.subscripts[call] = len(x.Subs)
	}
	s := f.walk(e, x.X)
	if s.rank < 0 {
		for _, v := range s.leaves {
			f.setRank(v, len(x.Subs))
		}
		if s = f.walk(e, x.X); s.rank < 0 {
			return scalarShape
		}
	}
	var r shape
	for k, sub := range x.Subs {
		if k >= len(s.dims) {
			break
		}
		if _, all := sub.(*syntax.Slice); all {
			r.rank++
			r.dims = append(r.dims, s.dims[k])
			if len(x.Subs) == 2 && k == 1 {
				r.orient = Either
			}
			continue
		}
		f.walk(e, sub)
		name, offset := shifted(sub)
		if b := e.find(name); b != nil {
			if b.index != nil && b.offset+offset == 0 {
				f.unify(b.index, s.dims[k])
			}
		} else if v := f.vars[name]; v != nil && v.isIndex && offset == 0 {
			d := f.free[name]
			if d == nil {
				d = &dim{}
				f.free[name] = d
			}
			f.unify(d, s.dims[k])
		}
	}
	if r.rank != 1 {
		r.orient = Column
	}
	return r
}
