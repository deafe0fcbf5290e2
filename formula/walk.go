package formula

import (
	"slices"

	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/syntax"
)

// A shape is what inference knows of an expression.
type shape struct {
	rank   int // -1 while it is not known
	dims   []*dim
	orient Orientation
	leaves []*unknown // the names that would give an expression of unknown rank its rank
}

var scalarShape = shape{}

func unknownShape(leaves ...*unknown) shape { return shape{rank: -1, leaves: leaves} }

// An env binds the indices of sums and the parameters of functions.
type env struct {
	name  string
	index *dim // of an index
	size  *dim // of the size of a parameter
	value shape
	outer *env
	// library is set inside the library's functions.
	library bool
}

func (e *env) find(name string) *env {
	for ; e != nil; e = e.outer {
		if e.name == name && name != "" {
			return e
		}
	}
	return nil
}

func (e *env) isLibrary() bool { return e != nil && e.library }

func (e *env) bindIndex(name string, d *dim) *env {
	return &env{name: name, index: d, outer: e, library: e.isLibrary()}
}

func (e *env) bindValue(name string, v shape) *env {
	return &env{name: name, value: v, outer: e, library: e.isLibrary()}
}

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

// sizeOf returns the size of an end of a range where it is plainly one.
func (f *inference) sizeOf(e *env, x syntax.Expr) *dim {
	if n, ok := syntax.Unparen(x).(*syntax.Name); ok {
		if b := e.find(n.Name); b != nil {
			return b.size
		}
		if size, ok := f.p.sizes[n.Name]; ok {
			return &dim{node: size}
		}
	}
	if n, ok := syntax.Unparen(x).(*syntax.Number); ok && n.Value.IsInt() {
		return &dim{node: f.p.Session.Number(n.Value)}
	}
	return nil
}

// bind binds indices. What an index with a written range subscripts has the size at the end of the range, where nothing else
// says its size, since a range may be shorter than what it subscripts.
func (f *inference) bind(e *env, binders []syntax.Binder) (*env, []*dim) {
	dims := make([]*dim, len(binders))
	for k, b := range binders {
		dims[k] = &dim{}
		bound := dims[k]
		if b.Lo != nil {
			bound = nil
			if lo, ok := syntax.Unparen(b.Lo).(*syntax.Number); ok && lo.Value.IsInt() && lo.Value.Sign() > 0 {
				bound = f.sizeOf(e, b.Hi)
				if bound != nil && lo.Value.Num().Int64() == 1 {
					dims[k] = bound
				}
			}
		}
		e = e.bindIndex(b.Name.Name, bound)
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
			s.orient = 1 - min(s.orient, Row)
		case 2:
			s.dims = []*dim{s.dims[1], s.dims[0]}
		}
		s.leaves = nil
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
			s = f.definition(nil, def)
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
		if a.orient == Either {
			return b
		}
		return a
	case a.rank > 0:
		f.hint(b.leaves, a.rank, bySum)
		return a
	case b.rank > 0:
		f.hint(a.leaves, b.rank, bySum)
		return b
	case a.rank < 0 || b.rank < 0:
		return unknownShape(append(slices.Clone(a.leaves), b.leaves...)...)
	}
	return scalarShape
}

func (f *inference) binary(e *env, x *syntax.Binary) shape {
	a, b := f.walk(e, x.X), f.walk(e, x.Y)
	switch x.Op {
	case syntax.Or, syntax.And:
		return scalarShape
	case syntax.Pow:
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
	if a.rank > 0 {
		f.hint(b.leaves, a.rank, byProduct)
	}
	if b.rank > 0 {
		f.hint(a.leaves, b.rank, byProduct)
	}
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
		return b
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
		s.orient = Row
	}
	return s
}

// rowByRow notes that a function which is called for one vector has more subscripts after its call: softmax(Z)[r,k] says
// that Z is a matrix.
func (f *inference) rowByRow(e *env, x *syntax.Subscript) {
	call, ok := syntax.Unparen(x.X).(*syntax.Call)
	if !ok {
		return
	}
	defs, _ := f.p.overloads(call.Fun.Name, e.isLibrary())
	ranks := make([]int, len(call.Args))
	for k, a := range call.Args {
		ranks[k] = -1
		if name, ok := syntax.Unparen(a).(*syntax.Name); ok {
			ranks[k] = f.nameShape(e, name).rank
		}
	}
	def := overload(defs, ranks)
	if def == nil || len(def.Indices) == 0 || len(x.Subs) <= len(def.Indices) {
		return
	}
	for k, a := range call.Args {
		if rank := len(def.Params[k].Sizes); rank > 0 {
			if name, ok := syntax.Unparen(a).(*syntax.Name); ok && ranks[k] < 0 {
				for _, v := range f.nameShape(e, name).leaves {
					f.setRank(v, rank+len(x.Subs)-len(def.Indices))
				}
			}
			return
		}
	}
}

func (f *inference) subscript(e *env, x *syntax.Subscript) shape {
	f.rowByRow(e, x)
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
		if n, ok := syntax.Unparen(sub).(*syntax.Name); ok {
			if b := e.find(n.Name); b != nil {
				if b.index != nil {
					f.unify(b.index, s.dims[k])
				}
			} else if v := f.vars[n.Name]; v != nil && v.isIndex {
				d := f.free[n.Name]
				if d == nil {
					d = &dim{}
					f.free[n.Name] = d
				}
				f.unify(d, s.dims[k])
			}
		}
	}
	if r.rank != 1 {
		r.orient = Column
	}
	return r
}

// wanted are the ranks that functions of vectors and matrices take.
var wanted = map[string][]int{
	"tr": {2}, "det": {2}, "logdet": {2}, "inv": {2}, "dot": {1, 1}, "outer": {1, 1}, "cumsum": {1}, "norm1": {1}, "norminf": {1},
}

func (f *inference) call(e *env, x *syntax.Call) shape {
	name := x.Fun.Name
	defs, library := f.p.overloads(name, e.isLibrary())
	if len(defs) == 0 && derivativeOperators[name] != nil {
		return f.derivative(e, x)
	}
	args := make([]shape, len(x.Args))
	for k, a := range x.Args {
		args[k] = f.walk(e, a)
	}
	if len(defs) > 0 {
		return f.apply(x, defs, library, args)
	}
	for k, rank := range wanted[name] {
		if k < len(args) {
			f.hint(args[k].leaves, rank, byFunction)
		}
	}
	switch name {
	case "max", "min":
		if len(args) == 2 {
			return f.zip(args[0], args[1])
		}
		fallthrough
	case "sum", "prod", "mean", "logsumexp", "norm", "norm2", "normF":
		if len(args) == 1 {
			f.hint(args[0].leaves, 1, byShape)
			if name == "logsumexp" && args[0].rank == 2 {
				return shape{rank: 1, dims: args[0].dims[:1]}
			}
		}
		return scalarShape
	case "tr", "det", "logdet", "dot", "norm1", "norminf":
		if name == "dot" && len(args) == 2 && args[0].rank == 1 && args[1].rank == 1 {
			f.unify(args[0].dims[0], args[1].dims[0])
		}
		if name == "tr" && len(args) == 1 && args[0].rank == 2 {
			f.unify(args[0].dims[0], args[0].dims[1])
		}
		return scalarShape
	case "outer":
		if len(args) == 2 && args[0].rank == 1 && args[1].rank == 1 {
			return shape{rank: 2, dims: []*dim{args[0].dims[0], args[1].dims[0]}}
		}
		return unknownShape()
	case "cumsum", "inv":
		if len(args) == 1 {
			return args[0]
		}
	case "diag":
		if len(args) == 1 {
			f.hint(args[0].leaves, 1, byShape)
			switch args[0].rank {
			case 1:
				return shape{rank: 2, dims: []*dim{args[0].dims[0], args[0].dims[0]}}
			case 2:
				f.unify(args[0].dims[0], args[0].dims[1])
				return shape{rank: 1, dims: args[0].dims[:1]}
			}
		}
		return unknownShape()
	case "eye", "ones", "zeros":
		s := shape{rank: len(args)}
		for _, a := range x.Args {
			d := f.sizeOf(e, a)
			if d == nil {
				d = &dim{}
			}
			s.dims = append(s.dims, d)
		}
		if name == "eye" && len(s.dims) == 1 {
			s.rank, s.dims = 2, append(s.dims, s.dims[0])
		}
		return s
	}
	if _, ok := builtin.Lookup(name, len(args)); !ok || len(args) == 0 {
		return unknownShape()
	}
	s := args[0]
	for _, a := range args[1:] {
		s = f.zip(s, a)
	}
	return s
}

// apply walks the body of a function with the shapes of the arguments.
func (f *inference) apply(x *syntax.Call, defs []*syntax.Define, library bool, args []shape) shape {
	ranks := make([]int, len(args))
	for k, a := range args {
		ranks[k] = a.rank
	}
	def := overload(defs, ranks)
	if def == nil {
		return unknownShape()
	}
	level := byFunction
	if len(defs) > 1 {
		level = byOverload
	}
	extra := 0
	for k, a := range args {
		if want := len(def.Params[k].Sizes); want > 0 {
			f.hint(a.leaves, want, level)
		}
		if a.rank >= 0 {
			extra = max(extra, a.rank-len(def.Params[k].Sizes))
		}
	}
	entrywise := true
	for _, prm := range def.Params {
		entrywise = entrywise && len(prm.Sizes) == 0
	}
	if entrywise {
		if len(args) == 0 {
			return scalarShape
		}
		s := args[0]
		for _, a := range args[1:] {
			s = f.zip(s, a)
		}
		s.orient = Column
		return s
	}
	for k, a := range args {
		if a.rank < 0 && len(def.Params[k].Sizes) > 0 {
			return unknownShape()
		}
	}
	if f.calls[def] { // it calls itself, as lowering will say
		return unknownShape()
	}
	f.calls[def] = true
	defer delete(f.calls, def)
	var lead []*dim
	e := &env{library: library}
	sizes := map[string]*dim{}
	for k, prm := range def.Params {
		v := shape{rank: len(prm.Sizes)}
		if k < len(args) {
			over := args[k].rank - v.rank
			if over > 0 && lead == nil {
				lead = args[k].dims[:over]
			} else if over == len(lead) {
				for j := range lead {
					f.unify(lead[j], args[k].dims[j])
				}
			}
			if over >= 0 {
				v.dims = args[k].dims[over:]
			}
		}
		for j, size := range prm.Sizes {
			if n, ok := syntax.Unparen(size).(*syntax.Name); ok && j < len(v.dims) {
				if d := sizes[n.Name]; d != nil {
					f.unify(d, v.dims[j])
				} else if !library && f.p.sizes[n.Name] != nil {
					f.unify(&dim{node: f.p.sizes[n.Name]}, v.dims[j])
				} else {
					sizes[n.Name] = v.dims[j]
					e = &env{name: n.Name, size: v.dims[j], outer: e, library: library}
				}
			}
		}
		if v.rank > 0 && len(v.dims) == 0 {
			return unknownShape()
		}
		e = e.bindValue(prm.Name.Name, v)
	}
	r := f.definition(e, def)
	if r.rank < 0 {
		r = scalarShape
	}
	if extra > 0 && len(lead) > 0 {
		r = shape{rank: len(lead) + r.rank, dims: append(slices.Clone(lead), r.dims...)}
	}
	return r
}

// derivative walks a derivative operator. Its result has the axes of the operand followed by those of the variable.
func (f *inference) derivative(e *env, x *syntax.Call) shape {
	if len(x.Args) < 2 {
		return unknownShape()
	}
	linear := f.linear
	f.linear = linear || x.Fun.Name == "jac" || x.Fun.Name == "jvp" || x.Fun.Name == "vjp"
	operand := f.walk(e, x.Args[0])
	f.linear = linear
	by := f.walk(e, x.Args[1])
	third := func() shape {
		if len(x.Args) < 3 {
			return unknownShape()
		}
		return f.walk(e, x.Args[2])
	}
	equal := func(a, b shape) {
		switch {
		case a.rank >= 0 && b.rank == a.rank:
			for k := range a.dims {
				f.unify(a.dims[k], b.dims[k])
			}
		case a.rank >= 0:
			f.hint(b.leaves, a.rank, byFunction)
		case b.rank >= 0:
			f.hint(a.leaves, b.rank, byFunction)
		}
	}
	switch x.Fun.Name {
	case "d":
		for _, y := range x.Args[1:] {
			if n, ok := syntax.Unparen(y).(*syntax.Name); ok && e.find(n.Name) == nil {
				if v := f.vars[n.Name]; v != nil {
					f.setRank(v, 0)
				}
			} else {
				f.walk(e, y)
			}
		}
		return operand
	case "grad":
		return by
	case "jac":
		if operand.rank < 0 || by.rank < 0 {
			return unknownShape()
		}
		return shape{rank: operand.rank + by.rank, dims: append(slices.Clone(operand.dims), by.dims...)}
	case "hess":
		other := by
		if len(x.Args) == 3 {
			other = third()
		}
		if other.rank < 0 || by.rank < 0 {
			return unknownShape()
		}
		return shape{rank: other.rank + by.rank, dims: append(slices.Clone(by.dims), other.dims...)}
	case "jvp":
		equal(by, third())
		return operand
	case "vjp":
		equal(operand, third())
		return by
	}
	equal(by, third())
	return by
}
