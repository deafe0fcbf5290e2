package notation

import (
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/syntax"
)

// Bounds on the work for one result.
const (
	maxReadings = 20000 // expressions read
	maxTree     = 4096  // cost of what is still called a notation
	maxDepth    = 2000  // nesting
	maxGroups   = 1000  // terms with a common factor that are tried as one
)

// A reader reads expressions, and keeps in mind what it has read.
type reader struct {
	s       *expr.Session
	costs   costs
	memo    map[key]reading
	atoms   map[key]reading // of factors, see atomOrSum
	swaps   map[key]bool    // see isSymmetric
	prints  map[syntax.Expr]string
	sums    map[string]*gathered // what sums of terms are written as, see sumKey
	ids     map[syntax.Expr]int  // numbers of texts
	texts   map[string]int
	lits    map[writtenLit]string
	order   syntax.Order
	written map[string]syntax.Expr // terms, see textOfTerm
	depth   int
	// For one result:
	work     int
	groups   int
	fellBack bool // a scalar part is written entry by entry
	// symmetric reports whether n keeps its value when i and j trade places; nil where nothing is known of that.
	symmetric func(n, i, j *expr.Node) bool
}

// A key is an expression over at most two indices, in order.
type key struct{ n, i, j *expr.Node }

// keyOver returns the key of an expression over indices.
func keyOver(n *expr.Node, over []*expr.Node) key {
	k := key{n: n}
	if len(over) > 0 {
		k.i = over[0]
	}
	if len(over) > 1 {
		k.j = over[1]
	}
	return k
}

// A reading is an expression in matrix notation: nil where there is none.
type reading struct {
	x        syntax.Expr
	scalar   bool // it has no axes, though indices were asked for
	fellBack bool // a scalar part of it is written entry by entry
}

// begin makes r ready for another result. What was cut short because the last one took too long is read anew.
func (r *reader) begin() {
	if r.work > maxReadings || r.groups > maxGroups {
		r.forget()
	}
	r.work, r.groups, r.fellBack = 0, 0, false
}

func (r *reader) cost(x syntax.Expr) int { return r.costs.of(x) }

// cheaper reports whether x is the better reading than y; there is no y at first.
func (r *reader) cheaper(x, y syntax.Expr) bool {
	if y == nil || x == nil {
		return x != nil
	}
	a, b := r.cost(x), r.cost(y)
	if a != b {
		return a < b
	}
	s, t := syntax.Print(x), syntax.Print(y)
	if len(s) != len(t) {
		return len(s) < len(t)
	}
	return s < t
}

// tensor reads n as a tensor with exactly the given axes.
func (r *reader) tensor(n *expr.Node, axes []*expr.Node) (syntax.Expr, bool) {
	v := r.read(n, axes)
	if v.x == nil {
		return nil, false
	}
	if !v.scalar || len(axes) == 0 {
		return v.x, true
	}
	return r.fill(n, v.x, axes)
}

// fill returns the tensor whose entries are all the scalar x, the reading of n.
func (r *reader) fill(n *expr.Node, x syntax.Expr, axes []*expr.Node) (syntax.Expr, bool) {
	if r.hasBracket(x) {
		return nil, false
	}
	f := "ones"
	if n.IsZero() {
		f = "zeros"
	}
	sizes := make([]syntax.Expr, len(axes))
	for k, a := range axes {
		size, err := expr.Syntax(a.Hi())
		if err != nil {
			return nil, false
		}
		sizes[k] = size
	}
	full := call(f, sizes...)
	if n.IsZero() {
		return full, true
	}
	return spread(x, full), true
}

// spread returns x*full, with the denominator of x after it.
func spread(x, full syntax.Expr) syntax.Expr {
	switch x := x.(type) {
	case *syntax.Binary:
		if x.Op == syntax.Div {
			return syntax.NewBinary(syntax.Div, spread(x.X, full), x.Y)
		}
	case *syntax.Number:
		if x.Value.IsInt() && x.Value.Num().IsInt64() && x.Value.Num().Int64() == 1 {
			return full
		}
	case *syntax.Unary:
		if _, ok := x.X.(*syntax.Number); ok && x.Op == syntax.Neg {
			return syntax.Negate(spread(x.X, full))
		}
	}
	return scale(x, full)
}

// hasBracket reports whether a condition stands among the factors of x: if it is false, the product with a tensor
// would be the number 0.
func (r *reader) hasBracket(x syntax.Expr) bool {
	switch x := x.(type) {
	case *syntax.Iverson:
		return true
	case *syntax.Unary:
		return r.hasBracket(x.X)
	case *syntax.Binary:
		return x.Op.IsProduct() && (r.hasBracket(x.X) || r.hasBracket(x.Y))
	}
	return false
}

// read reads n over the axes: as a tensor with all of them, or as a scalar where it depends on none.
func (r *reader) read(n *expr.Node, axes []*expr.Node) reading {
	k := keyOver(n, axes)
	if v, ok := r.memo[k]; ok {
		r.fellBack = r.fellBack || v.fellBack
		return v
	}
	if r.work++; r.work > maxReadings || r.depth > maxDepth {
		return reading{}
	}
	before := r.fellBack
	r.fellBack = false
	r.depth++
	v := r.readSum(n, axes)
	r.depth--
	if v.x != nil && r.cost(v.x) > maxTree {
		v = reading{}
	}
	v.fellBack = r.fellBack
	r.fellBack = before || v.fellBack
	r.memo[k] = v
	return v
}

// print returns x as text.
func (r *reader) print(x syntax.Expr) string {
	text, ok := r.prints[x]
	if !ok {
		text = syntax.Print(x)
		r.prints[x] = text
	}
	return text
}

// forget makes r read everything anew.
func (r *reader) forget() {
	r.atoms, r.swaps, r.prints = map[key]reading{}, map[key]bool{}, map[syntax.Expr]string{}
	r.costs, r.memo, r.sums, r.ids, r.texts = costs{}, map[key]reading{}, map[string]*gathered{}, map[syntax.Expr]int{}, map[string]int{}
	r.lits, r.order, r.written = map[writtenLit]string{}, syntax.Order{}, map[string]syntax.Expr{}
}

// dependsOnAny reports whether one of the indices is free in n.
func dependsOnAny(n *expr.Node, indices []*expr.Node) bool {
	for _, i := range indices {
		if n.DependsOn(i) {
			return true
		}
	}
	return false
}
