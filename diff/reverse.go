package diff

import (
	"fmt"
	"slices"

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
	r := reverse{s: s, table: table, sym: sym, at: at, adjoints: map[*expr.Node][]*expr.Node{}, opened: map[*expr.Node]*expr.Opening{}}
	for _, i := range append(slices.Clone(at), e) {
		for _, f := range i.Free() {
			if !slices.Contains(r.kept, f) {
				r.kept = append(r.kept, f)
			}
		}
	}
	order := r.topological(e)
	r.adjoints[e] = []*expr.Node{s.Int(1)}
	for k := len(order) - 1; k >= 0; k-- {
		n := order[k]
		if adjoint := s.Add(r.adjoints[n]...); !adjoint.IsZero() {
			r.propagate(n, adjoint)
		}
	}
	return s.Add(r.gradient...), r.err
}

type reverse struct {
	s        *expr.Session
	table    Table
	sym      *expr.Symbol
	at       []*expr.Node
	kept     []*expr.Node // indices never summed over
	adjoints map[*expr.Node][]*expr.Node
	opened   map[*expr.Node]*expr.Opening
	gradient []*expr.Node
	err      error
}

// topological returns the nodes that depend on the symbol, children first; a reduction's child is its opened body.
func (r *reverse) topological(e *expr.Node) []*expr.Node {
	var order []*expr.Node
	depends := map[*expr.Node]bool{}
	seen := map[*expr.Node]bool{}
	var visit func(n *expr.Node) bool
	visit = func(n *expr.Node) bool {
		if seen[n] {
			return depends[n]
		}
		seen[n] = true
		d := n.Kind() == expr.KindEntry && n.Symbol() == r.sym
		for _, c := range r.children(n) {
			d = visit(c) || d
		}
		if d {
			depends[n] = true
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
	case expr.KindAdd, expr.KindMul, expr.KindPow, expr.KindCall:
		return n.Args()
	case expr.KindIf:
		return n.Args()[1:]
	case expr.KindReduce:
		o, ok := r.opened[n]
		if !ok {
			o = r.s.Open(n, r.kept...)
			r.opened[n] = o
		}
		return []*expr.Node{o.Body}
	}
	return nil
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
		if n.Symbol() == r.sym {
			factors := []*expr.Node{adjoint}
			for axis, sub := range args {
				factors = append(factors, s.Cond(expr.EqZero, s.Sub(sub, r.at[axis])))
			}
			r.gradient = append(r.gradient, r.sumOver(n.Free(), nil, s.Mul(factors...)))
		}
	case expr.KindAdd:
		for i, a := range args {
			r.pass(n, a, s.Scale(n.Coefs()[i], adjoint))
		}
	case expr.KindMul:
		for i, a := range args {
			if len(r.children(a)) > 0 || a.Kind() == expr.KindEntry {
				others := append(append([]*expr.Node{adjoint}, args[:i]...), args[i+1:]...)
				r.pass(n, a, s.Mul(others...))
			}
		}
	case expr.KindPow:
		x, y := args[0], args[1]
		r.pass(n, x, s.Mul(adjoint, powerByBase(s, x, y)))
		if len(r.children(y)) > 0 || y.Kind() == expr.KindEntry {
			r.pass(n, y, s.Mul(adjoint, n, r.table.Log(s, x)))
		}
	case expr.KindCall:
		for k, a := range args {
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
		if !plainKey(o.Body) {
			r.fail(ErrExtremum)
		}
		r.passToBody(n, o, r.s.Mul(adjoint, share(r.s, n, o, adjoint)))
	}
}

// passToBody adds a contribution to the adjoint of an opened body, which has the indices of the reduction and those opened.
func (r *reverse) passToBody(n *expr.Node, o *expr.Opening, contribution *expr.Node) {
	from := append(slices.Clone(n.Free()), o.Indices...)
	r.adjoints[o.Body] = append(r.adjoints[o.Body], r.sumOver(from, o.Body.Free(), contribution))
}
