package diff

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/seed-9905856d/derive/expr"
)

// Gradient returns ∂e/∂sym[at…] by reverse accumulation over the shared graph. The indices at must not occur in
// e; like the free indices of e they are free in the result, which therefore is a gradient where e is a
// scalar and a Jacobian where e has free indices.
//
// The adjoint of a node is an expression in the node's own free indices, those of e, and those in at. Going from a
// node to a child sums over the indices that the child does not have; an entry x[f] adds Σ [f = at]·adjoint.
func Gradient(s *expr.Session, table Table, e *expr.Node, sym *expr.Symbol, at ...*expr.Node) (*expr.Node, error) {
	if len(at) != len(sym.Dims) {
		return nil, fmt.Errorf("diff: %s has %d axes, not %d", sym.Name, len(sym.Dims), len(at))
	}
	r := newReverse(s, table, 1)
	r.by(sym, at)
	r.run(e)
	return s.Add(r.gradient[sym]...), r.err
}

// A Variable is what a gradient is taken by: the entries of a symbol at indices that occur nowhere else.
type Variable struct {
	Symbol *expr.Symbol
	At     []*expr.Node
}

// A Named is a list of definitions in terms of which results are written: the entries of Symbol at Axes are Value, which
// may mention the symbols before it.
type Named struct {
	Symbol *expr.Symbol
	Axes   []*expr.Node
	Value  *expr.Node
}

// Gradients returns the gradients of a scalar e by several variables in one sweep, as results over a list of
// definitions: adjoints, and the prefixes and suffixes of long products. Written out, the results would be quadratic in the size of e
// or worse; so they are linear in it.
func Gradients(s *expr.Session, table Table, e *expr.Node, variables []Variable) (definitions []Named, results []*expr.Node, err error) {
	r := newReverse(s, table, len(variables))
	r.named = true
	for _, v := range variables {
		if len(v.At) != len(v.Symbol.Dims) {
			return nil, nil, fmt.Errorf("diff: %s has %d axes, not %d", v.Symbol.Name, len(v.Symbol.Dims), len(v.At))
		}
		r.by(v.Symbol, v.At)
	}
	r.run(e)
	results = make([]*expr.Node, len(variables))
	for k, v := range variables {
		results[k] = s.Add(r.gradient[v.Symbol]...)
	}
	return r.definitions, results, r.err
}

type reverse struct {
	s        *expr.Session
	table    Table
	at       map[*expr.Symbol][]*expr.Node
	kept     []*expr.Node // indices never summed over
	adjoints map[*expr.Node][]*expr.Node
	opened   map[*expr.Node]*expr.Opening
	wholes   map[*expr.Node]wholeFactors
	depends  map[*expr.Node]bool // on a variable; of the nodes seen
	gradient map[*expr.Symbol][]*expr.Node
	err      error

	named       bool // whether adjoints get names
	definitions []Named
}

// newReverse returns a sweep that has room for so many variables.
func newReverse(s *expr.Session, table Table, variables int) *reverse {
	return &reverse{s: s, table: table, at: make(map[*expr.Symbol][]*expr.Node, variables), gradient: make(map[*expr.Symbol][]*expr.Node, variables),
		depends: make(map[*expr.Node]bool, variables), opened: map[*expr.Node]*expr.Opening{}, wholes: map[*expr.Node]wholeFactors{}}
}

// by adds a variable.
func (r *reverse) by(sym *expr.Symbol, at []*expr.Node) {
	r.at[sym] = at
	for _, i := range at {
		r.keep(i)
	}
}

func (r *reverse) keep(n *expr.Node) {
	for _, f := range n.Free() {
		if !slices.Contains(r.kept, f) {
			r.kept = append(r.kept, f)
		}
	}
}

// run sweeps from e back to the variables.
func (r *reverse) run(e *expr.Node) {
	r.keep(e)
	order := r.topological(e)
	r.adjoints = make(map[*expr.Node][]*expr.Node, len(order))
	r.adjoints[e] = []*expr.Node{r.s.Int(1)}
	for k := len(order) - 1; k >= 0; k-- {
		n := order[k]
		adjoint := r.s.Add(r.adjoints[n]...)
		if adjoint.IsZero() {
			continue
		}
		if n.Kind() != expr.KindEntry { // that of an entry goes into the result alone
			adjoint = r.name(adjoint)
		}
		r.propagate(n, adjoint)
	}
}

// name gives an expression a name where adjoints have names and it is not one itself.
func (r *reverse) name(n *expr.Node) *expr.Node {
	if !r.named || n.Kind() == expr.KindRat || n.Kind() == expr.KindEntry {
		return n
	}
	var axes, dims []*expr.Node
	for _, f := range n.Free() {
		if !f.Lo().IsOne() || len(f.Hi().Free()) > 0 {
			return n // not a box: it stays written out
		}
		axes, dims = append(axes, f), append(dims, f.Hi())
	}
	sym := r.s.NewSymbol("adjoint"+strconv.Itoa(len(r.definitions)+1), false, dims...)
	r.definitions = append(r.definitions, Named{sym, axes, n})
	return r.s.Entry(sym, axes...)
}

// topological returns the nodes that depend on the symbol, children first; a reduction's child is its opened body.
func (r *reverse) topological(e *expr.Node) []*expr.Node {
	var order []*expr.Node
	var visit func(n *expr.Node) bool
	visit = func(n *expr.Node) bool {
		d, seen := r.depends[n]
		if seen {
			return d
		}
		_, d = r.at[n.Symbol()]
		for _, c := range r.children(n) {
			d = visit(c) || d
		}
		r.depends[n] = d
		if d {
			order = append(order, n)
		}
		return d
	}
	visit(e)
	return order
}

// children returns what n is a differentiable function of.
func (r *reverse) children(n *expr.Node) []*expr.Node {
	switch n.Kind() {
	case expr.KindMul:
		whole := r.whole(n)
		if len(whole.parts) == 0 {
			return n.Args()
		}
		children := slices.Clone(whole.parts)
		for i, a := range n.Args() {
			if !slices.Contains(whole.members, i) {
				children = append(children, a)
			}
		}
		return children
	case expr.KindAdd, expr.KindPow:
		return n.Args()
	case expr.KindCall:
		if sum, ok := asSumOfLogs(r.s, r.table, n); ok {
			return []*expr.Node{sum}
		}
		if n.Func().Ranks == nil {
			return n.Args()
		}
		var bodies []*expr.Node
		for _, a := range n.Args()[:len(n.Func().Ranks)] {
			_, body := r.entries(a)
			bodies = append(bodies, body)
		}
		return bodies
	case expr.KindIf:
		return n.Args()[1:]
	case expr.KindReduce:
		return []*expr.Node{r.open(n).Body}
	}
	return nil
}

// whole returns what is differentiated as a whole among the factors of a product.
func (r *reverse) whole(n *expr.Node) wholeFactors {
	if r.named || len(n.Args()) >= longProduct { // by name, the quotient by exp(t) would not meet it
		return wholeFactors{}
	}
	w, ok := r.wholes[n]
	if !ok {
		w = exponentials(r.s, n.Args())
		r.wholes[n] = w
	}
	return w
}

// open opens a reduction, each time with the same indices.
func (r *reverse) open(n *expr.Node) *expr.Opening {
	o, ok := r.opened[n]
	if !ok {
		o = r.s.Open(n, r.kept...)
		r.opened[n] = o
	}
	return o
}

// entries returns an argument of a function of tensors by its entries: the indices, none for a scalar, and the entry.
func (r *reverse) entries(a *expr.Node) (indices []*expr.Node, entry *expr.Node) {
	if !expr.IsLambda(a) {
		return nil, a
	}
	o := r.open(a)
	return o.Indices, o.Body
}

// pass adds a contribution of node n to the adjoint of its child, summed over the indices that the child lacks.
func (r *reverse) pass(n, child, contribution *expr.Node) {
	r.adjoints[child] = append(r.adjoints[child], r.sumOver(n.Free(), child.Free(), contribution))
}

// sumOver sums x over the indices of from that are neither in to nor kept. Indices with smaller numbers are
// further out: a range mentions only such.
func (r *reverse) sumOver(from, to []*expr.Node, x *expr.Node) *expr.Node {
	var indices []*expr.Node
	for _, f := range from {
		if !slices.Contains(to, f) && !slices.Contains(r.kept, f) {
			indices = append(indices, f)
		}
	}
	return r.s.Reduce(expr.Sum, x, indices...)
}

// propagate hands the adjoint of n to its children.
func (r *reverse) propagate(n, adjoint *expr.Node) {
	s, args := r.s, n.Args()
	switch n.Kind() {
	case expr.KindEntry:
		if at, ok := r.at[n.Symbol()]; ok {
			factors := append(make([]*expr.Node, 0, 1+len(args)), adjoint)
			for axis, sub := range args {
				factors = append(factors, s.Cond(expr.EqZero, s.Sub(sub, at[axis])))
			}
			r.gradient[n.Symbol()] = append(r.gradient[n.Symbol()], r.sumOver(n.Free(), nil, s.Mul(factors...)))
		}
	case expr.KindAdd:
		for i, a := range args {
			r.pass(n, a, s.Scale(n.Coefs()[i], adjoint))
		}
	case expr.KindMul:
		r.propagateProduct(n, adjoint)
	case expr.KindPow:
		x, y := args[0], args[1]
		r.pass(n, x, s.Mul(adjoint, powerByBase(s, x, y)))
		if r.depends[y] {
			r.pass(n, y, s.Mul(adjoint, n, r.table.Log(s, x)))
		}
	case expr.KindCall:
		if n.Func().Ranks != nil {
			r.propagateTensorCall(n, adjoint)
			return
		}
		if sum, ok := asSumOfLogs(s, r.table, n); ok {
			r.pass(n, sum, adjoint)
			return
		}
		for k, a := range args {
			if !r.depends[a] { // there may be no derivative by it
				continue
			}
			p, err := r.table.Partial(s, n.Func(), k, args)
			if err != nil {
				r.fail(err)
				return
			}
			r.pass(n, a, s.Mul(adjoint, p))
		}
	case expr.KindIf:
		zero := s.Int(0)
		r.pass(n, args[1], s.If(args[0], adjoint, zero))
		r.pass(n, args[2], s.If(args[0], zero, adjoint))
	case expr.KindReduce:
		r.propagateReduction(n, adjoint)
	}
}

// propagateTensorCall hands the entries of each tensor argument their part. The argument is opened anew on the way, since the indices
// that its entries have elsewhere may be among the subscripts of the call.
func (r *reverse) propagateTensorCall(n, adjoint *expr.Node) {
	s := r.s
	for k, a := range n.Args()[:len(n.Func().Ranks)] {
		indices, body := r.entries(a)
		if !r.depends[body] {
			continue
		}
		own := indices
		if len(indices) > 0 {
			own = s.Open(a, append(append(slices.Clone(r.kept), indices...), n, adjoint)...).Indices
		}
		p, err := r.table.EntryPartial(s, n.Func(), k, n.Args(), own)
		if err != nil {
			r.fail(err)
			return
		}
		x := r.sumOver(n.Free(), a.Free(), s.Mul(adjoint, p))
		rename := map[*expr.Node]*expr.Node{}
		for j, i := range own {
			rename[i] = indices[j]
		}
		r.adjoints[body] = append(r.adjoints[body], r.sumOver(indices, body.Free(), s.Replace(x, rename)))
	}
}

// longProduct is the number of factors from which on a product has named prefixes and suffixes.
const longProduct = 8

// propagateProduct hands each factor the product of the others. Those of a long product come from its prefixes and suffixes, which
// have names, since a product of products would be flattened and quadratic.
func (r *reverse) propagateProduct(n, adjoint *expr.Node) {
	s, args := r.s, n.Args()
	if !r.named || len(args) < longProduct {
		whole := r.whole(n)
		for k, e := range whole.parts {
			if r.depends[e] {
				r.pass(n, e, s.Mul(adjoint, n, whole.partials[k]))
			}
		}
		for i, a := range args {
			if r.depends[a] && !slices.Contains(whole.members, i) {
				others := append(append([]*expr.Node{adjoint}, args[:i]...), args[i+1:]...)
				r.pass(n, a, s.Mul(others...))
			}
		}
		return
	}
	r.definitions = slices.Grow(r.definitions, 2*len(args))
	suffix := make([]*expr.Node, len(args)+1)
	suffix[len(args)] = s.Int(1)
	for i := len(args) - 1; i > 0; i-- {
		suffix[i] = r.name(s.Mul(args[i], suffix[i+1]))
	}
	prefix := adjoint
	for i, a := range args {
		if r.depends[a] {
			r.pass(n, a, s.Mul(prefix, suffix[i+1]))
		}
		prefix = r.name(s.Mul(prefix, a))
	}
}

func (r *reverse) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

func (r *reverse) propagateReduction(n, adjoint *expr.Node) {
	o := r.opened[n]
	switch n.Op() {
	case expr.Sum:
		r.passToBody(n, o, adjoint)
	case expr.Prod:
		r.passToBody(n, o, r.s.Mul(adjoint, otherFactors(r.s, n, o, adjoint)))
	default:
		x := opened(n, func(n *expr.Node) *expr.Opening { return r.opened[n] })
		share, err := x.share(r.s, r.table, adjoint)
		if err != nil {
			r.fail(err)
		}
		r.passToBody(n, &expr.Opening{Indices: x.indices, Body: x.body}, r.s.Mul(adjoint, share))
	}
}

// passToBody adds a contribution to the adjoint of an opened body, which has the indices of the reduction and those opened.
func (r *reverse) passToBody(n *expr.Node, o *expr.Opening, contribution *expr.Node) {
	from := append(slices.Clone(n.Free()), o.Indices...)
	r.adjoints[o.Body] = append(r.adjoints[o.Body], r.sumOver(from, o.Body.Free(), contribution))
}
