package formula

import (
	"fmt"
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/syntax"
)

// A Relation compares two entry formulas for all values of their free indices. A predicate has none.
type Relation struct {
	Op          syntax.Op // a comparison
	Left, Right *expr.Node
}

// A Given is an assumption: a conjunction of relations and predicates.
type Given struct {
	Source    syntax.Expr
	Relations []Relation
	OneHot    []Tensor // tensors whose last axis has a single 1 among zeros
	Posdef    []Tensor // symmetric matrices with positive eigenvalues
}

// Text returns the condition as it is printed.
func (g Given) Text() string { return syntax.Print(g.Source) }

// addGiven lowers an assumption. A free index stands for all its values.
func (p *Problem) addGiven(cond syntax.Expr) {
	g := Given{Source: cond}
	l := p.lowering
	about := false
	subscripts := p.freeIndices(cond) // whose ranges are known
	syntax.Inspect(cond, func(x syntax.Expr) bool {
		switch x := x.(type) {
		case *syntax.Name:
			about = about || p.indices[x.Name] && !p.known(x.Name) &&
				!slices.ContainsFunc(subscripts, func(b syntax.Binder) bool { return b.Name.Name == x.Name })
		case *syntax.Subscript, *syntax.Reduce:
			return false
		}
		return true
	})
	if about { // about the free indices of the expression, whose ranges are not known yet
		p.deferred[len(p.Givens)] = cond
		p.Givens = append(p.Givens, g)
		return
	}
	s, _ := l.bindAll(scope{world: p.world}, subscripts, nil, cond)
	l.assume(s, cond, &g)
	p.Givens = append(p.Givens, g)
}

func (l *lowering) assume(s scope, x syntax.Expr, g *Given) {
	switch x := x.(type) {
	case *syntax.Paren:
		l.assume(s, x.X, g)
		return
	case *syntax.Binary:
		if x.Op == syntax.And {
			l.assume(s, x.X, g)
			l.assume(s, x.Y, g)
			return
		}
	case *syntax.Compare:
		left := operand{l.lower(s, x.Operands[0]), x.Operands[0]}
		l.symmetric(x, left)
		for k, op := range x.Ops {
			right := operand{l.lower(s, x.Operands[k+1]), x.Operands[k+1]}
			l.zip(x, func(xs []*expr.Node) *expr.Node {
				l.confined(x, xs[0])
				l.confined(x, xs[1])
				g.Relations = append(g.Relations, Relation{op, xs[0], xs[1]})
				return xs[0]
			}, left, right)
			left = right
		}
		return
	case *syntax.Call:
		if isPredicate(x.Fun.Name) {
			l.operands(x, 1, 1)
			t := l.lower(s, x.Args[0])
			if name, ok := syntax.Unparen(x.Args[0]).(*syntax.Name); x.Fun.Name == "integer" && (!ok || l.p.inputs[name.Name] == nil) {
				l.fail(x.Args[0], "integer takes the name of a parameter, not %s", syntax.Print(x.Args[0]))
			}
			if x.Fun.Name == "posdef" && len(t.Axes) != 2 {
				l.fail(x.Args[0], "posdef takes a matrix, but this is %s", form(t))
			}
			if x.Fun.Name == "posdef" {
				l.square(x, t)
				l.ordinary(x, t)
				g.Posdef = append(g.Posdef, t)
				g.Relations = append(g.Relations, Relation{syntax.Eq, t.Value, l.at(t, t.Axes[1], t.Axes[0])})
			}
			if x.Fun.Name == "onehot" {
				if len(t.Axes) == 0 {
					l.fail(x, "onehot takes a vector, or a matrix of such rows")
				}
				l.ordinary(x, t)
				g.OneHot = append(g.OneHot, t)
				n := len(t.Axes) - 1 // its entries sum to 1
				sum := l.s.Reduce(expr.Sum, t.Value, t.Axes[n])
				g.Relations = append(g.Relations, Relation{syntax.Eq, sum, l.s.Int(1)})
				g.Relations = append(g.Relations, Relation{syntax.Ge, t.Value, l.s.Int(0)})
			}
			return
		}
	}
	l.cond(s, x) // for its mistakes; what else it says is not used
}

// symmetric fails where E == E' is said of what is no square matrix.
func (l *lowering) symmetric(x *syntax.Compare, left operand) {
	turned, ok := syntax.Unparen(x.Operands[1]).(*syntax.Transpose)
	if !ok || x.Ops[0] != syntax.Eq || !syntax.Equal(syntax.Unparen(turned.X), syntax.Unparen(left.from)) || left.IsScalar() {
		return
	}
	if len(left.Axes) != 2 || !sameRange(left.Axes[0], left.Axes[1]) {
		l.panicWith(syntax.Diagnostic{Message: fmt.Sprintf("only a square matrix is symmetric, but %s is %s", syntax.Print(left.from), form(left.Tensor)),
			Span: x.Source(), Related: l.origins(left.from)})
	}
}

// AboutIndices reports whether the given with that number is about the free indices of an expression, such as i != j, and not about
// inputs.
func (p *Problem) AboutIndices(k int) bool {
	_, ok := p.deferred[k]
	return ok
}
