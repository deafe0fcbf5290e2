package formula

import (
	"slices"

	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/syntax"
)

// wanted are the ranks that functions of vectors and matrices take.
var wanted = map[string][]int{
	"tr": {2}, "det": {2}, "logdet": {2}, "inv": {2}, "dot": {1, 1}, "solve": {2}, "outer": {1, 1}, "cumsum": {1}, "hardmax": {1}, "norm1": {1}, "norminf": {1},
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
			f.asMatrix(args[k], rank, byFunction)
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
		f.square(name, args)
		return scalarShape
	case "outer":
		if len(args) == 2 && args[0].rank == 1 && args[1].rank == 1 {
			return shape{rank: 2, dims: []*dim{args[0].dims[0], args[1].dims[0]}}
		}
		return unknownShape()
	case "cumsum", "hardmax", "inv":
		if len(args) == 1 {
			f.square(name, args)
			return args[0]
		}
	case "solve":
		if len(args) == 2 {
			f.hint(args[1].leaves, 1, byShape)
			f.square(name, args)
			if args[0].rank == 2 && args[1].rank > 0 {
				f.unify(args[0].dims[1], args[1].dims[0])
			}
			return args[1]
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
	case "kron":
		if len(args) == 2 {
			return f.kron(args[0], args[1])
		}
		return unknownShape()
	case "vec":
		if len(args) == 1 {
			f.hint(args[0].leaves, 2, byFunction)
			return vecShape(args[0])
		}
		return unknownShape()
	case "vector", "matrix":
		return shape{rank: filledRank[name], dims: f.fill(x, filledRank[name])}
	case "eye", "ones", "zeros":
		s := shape{rank: len(args)}
		for _, a := range x.Args {
			d, offset := f.endOf(e, a)
			if d == nil || offset != 0 {
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
	return f.entries(name, args)
}

// settings are the parameters, by position, that are one number for all entries of the others, where nothing else says their rank.
var settings = map[string][]int{"leaky_relu": {1}, "elu": {1}, "huber": {1}, "clamp": {1, 2}, "polygamma": {0}}

// entries combines the arguments of a function that works entry by entry.
func (f *inference) entries(name string, args []shape) shape {
	s := unknownShape()
	first := true
	for k, a := range args {
		switch {
		case slices.Contains(settings[name], k) && a.rank <= 0:
		case first:
			s, first = a, false
		default:
			s = f.zip(s, a)
		}
	}
	return s
}

// square notes that the first argument of a function is a square matrix.
func (f *inference) square(name string, args []shape) {
	if _, ok := builtin.Matrix(name); (ok || name == "tr" || name == "solve") && len(args) > 0 && args[0].rank == 2 {
		f.unify(args[0].dims[0], args[0].dims[1])
	}
}

// rowByRow notes that a function which is called for one vector has more subscripts after its call: softmax(Z)[r,k] says
// that Z is a matrix.
func (f *inference) rowByRow(x *syntax.Call, def *syntax.Define, args []shape) {
	more := f.subscripts[x] - len(def.Indices)
	if len(def.Indices) == 0 || more <= 0 {
		return
	}
	for k, a := range args {
		if rank := len(def.Params[k].Sizes); rank > 0 {
			for _, v := range a.leaves {
				f.setRank(v, rank+more)
			}
			return
		}
	}
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
	f.rowByRow(x, def, args)
	for k, a := range args {
		if want := len(def.Params[k].Sizes); want > 0 {
			f.hint(a.leaves, want, level)
			f.asMatrix(a, want, level)
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
		name := ""
		if library {
			name = x.Fun.Name
		}
		s := f.entries(name, args)
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
