package formula

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/syntax"
)

// infer declares the names that nothing declares. Ranks follow from uses, the surest evidence first: subscripts and
// d(E, x); then functions of vectors; then what products, transposes and sums suggest. What cannot be
// inferred is a scalar. Sizes that must agree are one symbol.
func (p *Problem) infer(file *syntax.File) {
	f := newInference(p)
	f.collect(file)
	for rounds := 0; rounds <= 4*len(f.order)+4; rounds++ {
		f.changed, f.best = false, nil
		clear(f.shapes)
		for _, st := range file.Statements {
			f.statement(st)
		}
		if f.changed {
			continue
		}
		if f.best == nil {
			break
		}
		f.setRank(f.best.v, f.best.rank)
	}
	for _, v := range f.order {
		f.setRank(v, 0) // where it is not known
	}
	f.sizing = true
	clear(f.shapes)
	for _, st := range file.Statements {
		f.statement(st)
	}
	for _, v := range f.order {
		if v.isIndex || v.isSize {
			p.indices[v.name] = v.isIndex
			continue
		}
		dims := make([]*expr.Node, v.rank)
		for k, d := range v.dims {
			dims[k] = f.name(d, k, v.rank)
			f.warnOfNumber(v, k, dims[k])
		}
		p.addInput(v.name, dims)
	}
	f.note(file)
	f.transposes(file)
}

// inference finds out ranks and sizes of names by walking all formulas until nothing changes.
type inference struct {
	p      *Problem
	vars   map[string]*unknown
	order  []*unknown
	free   map[string]*dim         // free indices of one-liners
	shapes map[string]shape        // of definitions, in this round
	taken  map[string]bool         // names that a size must not take
	calls  map[*syntax.Define]bool // the calls that stand around, by function
	filled map[syntax.Expr][]*dim  // the sizes of vector(1), matrix(1) and eye
	warned map[string]bool         // numbers that look like sizes
	// subscripts are the numbers of subscripts after calls.
	subscripts map[*syntax.Call]int
	changed    bool
	sizing     bool // all ranks are known, and sizes are made one
	linear     bool // inside the operand of jac, jvp or vjp, where upper-case factors are taken for matrices
	best       *hint
	depth      int
}

func newInference(p *Problem) *inference {
	return &inference{p: p, vars: map[string]*unknown{}, free: map[string]*dim{}, shapes: map[string]shape{}, taken: map[string]bool{},
		calls: map[*syntax.Define]bool{}, filled: map[syntax.Expr][]*dim{}, warned: map[string]bool{}, subscripts: map[*syntax.Call]int{}}
}

// An unknown is a name that nothing declares.
type unknown struct {
	name    string
	rank    int // -1 while it is not known
	dims    []*dim
	isIndex bool
	isSize  bool
}

// upper reports whether a name looks like a matrix's.
func (v *unknown) upper() bool { return unicode.IsUpper([]rune(v.name)[0]) }

// A dim is a size in the making; those that must agree point to one representative.
type dim struct {
	parent *dim
	node   *expr.Node // nil while it is not known
	parts  []*dim     // of a composite axis, which is no size of a name
	group  *dim       // a composite axis whose size this one has
}

func (d *dim) root() *dim {
	for d.parent != nil {
		d = d.parent
	}
	return d
}

// unify makes two sizes one, once all ranks are known: before that a factor that is going to be a matrix still looks like a
// number. Where both sizes are known and differ, lowering will say so.
func (f *inference) unify(a, b *dim) {
	a, b = a.root(), b.root()
	switch {
	case a == b || !f.sizing:
	case a.parts != nil || b.parts != nil:
		if len(a.parts) == len(b.parts) {
			for k := range a.parts {
				f.unify(a.parts[k], b.parts[k])
			}
		}
		if b.parts != nil {
			a, b = b, a
		}
		switch {
		case b.parts != nil:
		case b.group == nil:
			b.group = a
		default:
			f.unify(a, b.group)
		}
	case a.node == nil:
		a.parent = b
	case b.node == nil:
		b.parent = a
	}
}

// A hint is evidence for a rank that surer evidence may overrule; lower levels are surer.
type hint struct {
	v     *unknown
	rank  int
	level int
}

// The levels of evidence.
const (
	byFunction = iota + 1 // a function of vectors, and nothing else of that name
	byOverload            // a function of vectors that there is also for scalars
	byProduct             // the other factor is a matrix, a row or a vector
	byShape               // a transpose, a sum over all entries, an upper-case factor
	bySum                 // the other term is a tensor
	byDot                 // an operator that works entry by entry
)

func (f *inference) hint(leaves []*unknown, rank, level int) {
	for _, v := range leaves {
		r := rank
		if level >= byShape && level != bySum && rank == 1 && v.upper() {
			r = 2
		}
		if v.rank < 0 && (f.best == nil || level < f.best.level) {
			f.best = &hint{v, r, level}
		}
	}
}

// beside notes that names stand beside a tensor of the shape that theirs has to be. No column has that of a row: what looks like an outer product is one
// beside what looks like a matrix.
func (f *inference) beside(s shape, leaves []*unknown, level int) {
	if s.rank == 1 && s.orient == Row && len(s.outer) > 0 && len(leaves) > 0 {
		if slices.ContainsFunc(leaves, (*unknown).upper) {
			f.hint(leaves, 2, level)
		}
		return
	}
	if s.rank > 0 {
		f.hint(leaves, s.rank, level)
	}
}

// asMatrix notes that a row is an outer product where something of the given rank is needed and that is a matrix.
func (f *inference) asMatrix(s shape, rank, level int) {
	if rank == 2 && s.rank == 1 {
		f.hint(s.outer, 1, min(level, bySum))
	}
}

func (f *inference) setRank(v *unknown, rank int) {
	if v.rank >= 0 {
		return
	}
	v.rank = rank
	v.dims = make([]*dim, rank)
	for k := range v.dims {
		v.dims[k] = &dim{}
	}
	f.changed = true
}

// collect finds the names that nothing declares, binds or defines, and sorts them into inputs, sizes and free indices.
func (f *inference) collect(file *syntax.File) {
	for name := range f.p.sizes {
		f.taken[name] = true
	}
	for _, st := range file.Statements {
		var bound []string
		if def, ok := st.(*syntax.Define); ok {
			f.taken[def.Name.Name] = true
			for _, prm := range def.Params {
				bound = append(bound, prm.Name.Name)
				for _, size := range prm.Sizes {
					syntax.Inspect(size, func(x syntax.Expr) bool {
						if n, ok := x.(*syntax.Name); ok {
							bound = append(bound, n.Name)
						}
						return true
					})
				}
			}
			for _, b := range def.Indices {
				if b.Lo != nil {
					f.names(b.Lo, bound, asRange)
					f.names(b.Hi, bound, asRange)
				}
				bound = append(bound, b.Name.Name)
			}
			f.names(def.Body, bound, asValue)
			continue
		}
		switch st := st.(type) {
		case *syntax.ExprStatement:
			f.names(st.X, nil, asValue)
		case *syntax.Given:
			f.names(st.Cond, nil, asValue)
		case *syntax.Kernel:
			for _, out := range st.Outputs {
				f.names(out.Value, nil, asValue)
			}
		}
	}
}

// The places where a name can stand.
const (
	asValue = iota
	asSubscript
	asRange
)

func (f *inference) names(x syntax.Expr, bound []string, place int) {
	syntax.Inspect(x, func(n syntax.Expr) bool {
		switch n := n.(type) {
		case *syntax.Name:
			if slices.Contains(bound, n.Name) || f.p.known(n.Name) || n.Name == "pi" || n.Name == "e" || n.Name == "inf" || n.Name == unit {
				f.taken[n.Name] = true
				break
			}
			v := f.vars[n.Name]
			if v == nil {
				v = &unknown{name: n.Name, rank: -1}
				f.vars[n.Name] = v
				f.order = append(f.order, v)
			}
			integer := f.p.integers[n.Name]
			v.isIndex = v.isIndex || place == asSubscript && !integer
			if place == asRange && !integer {
				v.isSize = true
				f.p.sizes[n.Name] = f.p.Session.Size(n.Name)
			}
		case *syntax.Call:
			if n.Fun.Name == "eye" || n.Fun.Name == "ones" || n.Fun.Name == "zeros" {
				for _, a := range n.Args {
					f.names(a, bound, asRange)
				}
				return false
			}
		case *syntax.Subscript:
			f.names(n.X, bound, place)
			for _, sub := range n.Subs {
				f.names(sub, bound, asSubscript)
			}
			return false
		case *syntax.Reduce:
			inner := slices.Clone(bound)
			for _, b := range n.Binders {
				if b.Lo != nil {
					f.names(b.Lo, inner, asRange)
					f.names(b.Hi, inner, asRange)
				}
				inner = append(inner, b.Name.Name)
				f.taken[b.Name.Name] = true
			}
			if n.Cond != nil {
				f.names(n.Cond, inner, place)
			}
			f.names(n.Body, inner, place)
			return false
		}
		return true
	})
}

// warnOfNumber warns where a size would have the name that it mostly has, but for a number of that name: in sum(x)/n the n is no size.
func (f *inference) warnOfNumber(v *unknown, axis int, size *expr.Node) {
	name := usualNames(axis, v.rank)[0]
	number := f.vars[name]
	if number == nil || number.rank != 0 || number.isIndex || number.isSize || f.warned[name] || size.Kind() != expr.KindSize {
		return
	}
	f.warned[name] = true
	sizes := make([]string, v.rank)
	for k := range sizes {
		if sizes[k] = usualNames(k, v.rank)[0]; k == 1 {
			sizes[k] = sizeNames[0]
		}
	}
	f.p.Warnings = append(f.p.Warnings, fmt.Sprintf("%s is a number of its own here, not a size of %s; --param '%s[%s]' makes it that", name, v.name, v.name, strings.Join(sizes, ",")))
}

// usualNames are the names for the size of an axis, in order of preference.
func usualNames(axis, rank int) []string {
	if rank == 2 && axis == 0 {
		return append([]string{"m"}, sizeNames...)
	}
	return sizeNames
}

// sizeNames are the names that inferred sizes get, in order of preference.
var sizeNames = []string{"n", "m", "k", "p", "q", "s", "t", "u", "v", "w"}

// productSize returns the size of a composite axis, of whose parts all but the first have numbers for sizes.
func (f *inference) productSize(group *dim) (size *expr.Node, ok bool) {
	s := f.p.Session
	many := expr.Int(1)
	for _, p := range group.parts[1:] {
		p = p.root()
		if p.node == nil || p.node.Kind() != expr.KindRat {
			return nil, false
		}
		many = many.Mul(p.node.Rat())
	}
	size = s.Scale(many, f.name(group.parts[0], 0, 2))
	return size, expr.IsIndexForm(size)
}

// name returns the node of a size. The columns of a matrix, and vectors, prefer n, the rows m.
func (f *inference) name(d *dim, axis, rank int) *expr.Node {
	d = d.root()
	if d.node != nil {
		return d.node
	}
	if d.group != nil {
		if size, ok := f.productSize(d.group); ok {
			d.node = size
			return size
		}
	}
	preferred := usualNames(axis, rank)
	for round := 0; d.node == nil; round++ {
		for _, name := range preferred {
			if round > 0 {
				name += "_" + strconv.Itoa(round)
			}
			if !f.taken[name] && f.vars[name] == nil {
				f.taken[name] = true
				d.node = f.p.Session.Size(name)
				f.p.sizes[name] = d.node
				break
			}
		}
	}
	return d.node
}
