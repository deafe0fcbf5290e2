package notation

import (
	"math/big"
	"slices"

	"github.com/seed-9905856d/derive/syntax"
)

// maxCost is where costs saturate: what costs more is not told apart.
const maxCost = 1 << 30

// Cost is what a person pays to read a formula: a name or a small integer 1, as an operator; a call 2 and a sum with an index 4
// on top of its parts; conditions are dear, as are numbers other than small integers and unusual exponents.
// A part that is shared in memory is looked at once, so that the cost of a graph takes no more time than the graph is large.
func Cost(x syntax.Expr) int { return make(costs).of(x) }

// UprightCost is the cost of x if its transposes cost nothing.
func UprightCost(x syntax.Expr) int {
	c := Cost(x)
	syntax.Inspect(x, func(y syntax.Expr) bool {
		if t, ok := y.(*syntax.Transpose); ok {
			c -= transposeCost(t)
		}
		return true
	})
	return c
}

// transposeCost is the cost of a transpose without that of what it is of.
func transposeCost(x *syntax.Transpose) int {
	if _, ok := syntax.Unparen(x.X).(*syntax.Name); ok {
		return 1
	}
	return 2
}

// costs remembers the costs of parts.
type costs map[syntax.Expr]int

func (c costs) of(x syntax.Expr) int {
	switch x := x.(type) {
	case nil:
		return 0
	case *syntax.Number: // which are no trouble to look at again
		return numberCost(x)
	case *syntax.Name:
		return nameCost(x)
	case *syntax.Transpose:
		if isLeaf(x.X) {
			return c.compute(x)
		}
	case *syntax.Binary:
		if isLeaf(x.X) && isLeaf(x.Y) {
			return c.compute(x)
		}
	}
	if v, ok := c[x]; ok {
		return v
	}
	v := min(c.compute(x), maxCost)
	c[x] = v
	return v
}

// isLeaf reports whether x has no parts.
func isLeaf(x syntax.Expr) bool {
	switch x.(type) {
	case *syntax.Number, *syntax.Name:
		return true
	}
	return false
}

func (c costs) all(xs []syntax.Expr) int {
	total := 0
	for _, x := range xs {
		total = min(total+c.of(x), maxCost)
	}
	return total
}

// The costs that are not 1.
const (
	longName     = 10 // characters; a longer name costs 2
	callCost     = 2
	reduceCost   = 3 // and 1 for each index
	rangeCost    = 1 // and its ends
	bracketCost  = 2
	unsolvedCost = 8 // a sum over i of terms with [i == k] is not summed yet
	ifCost       = 5
	misleading   = 2 // x .* y*z is (x .* y)*z
	smallInteger = 100
)

func (c costs) compute(x syntax.Expr) int {
	switch x := x.(type) {
	case *syntax.Unary:
		return 1 + c.of(x.X)
	case *syntax.Binary:
		switch x.Op {
		case syntax.Pow, syntax.DotPow:
			return 1 + c.of(x.X) + c.exponent(x.Y)
		case syntax.Mul:
			first := syntax.Unparen(x.X)
			if b, ok := first.(*syntax.Binary); ok && b.Op == syntax.Mul {
				first = syntax.Unparen(b.Y)
			}
			extra := misleading
			if turned, ok := first.(*syntax.Transpose); ok { // (x .* y)'*z shows what is meant, but is no way out
				first, extra = syntax.Unparen(turned.X), 1
			}
			if isEntrywise(first) {
				return 1 + extra + c.of(x.X) + c.of(x.Y)
			}
		}
		return 1 + c.of(x.X) + c.of(x.Y)
	case *syntax.Compare:
		return len(x.Ops) + c.all(x.Operands)
	case *syntax.Transpose:
		return transposeCost(x) + c.of(x.X)
	case *syntax.Subscript:
		return c.of(x.X) + c.all(x.Subs)
	case *syntax.Slice:
		return 1
	case *syntax.Call:
		return callCost + c.all(x.Args)
	case *syntax.Reduce:
		total := reduceCost + len(x.Binders) + c.of(x.Cond) + c.of(x.Body) + unsolvedCost*unsolved(x)
		for _, b := range x.Binders {
			if b.Lo != nil {
				total += rangeCost + c.of(b.Lo) + c.of(b.Hi)
			}
		}
		return total
	case *syntax.If:
		return ifCost + c.of(x.Cond) + c.of(x.Then) + c.of(x.Else)
	case *syntax.Iverson:
		return bracketCost + c.of(x.Cond)
	case *syntax.Array:
		return 1 + c.all(x.Elems)
	case *syntax.Paren:
		return c.of(x.X)
	}
	return 1
}

// unsolved counts the conditions [i == …] on indices of a sum among the factors of its terms.
func unsolved(x *syntax.Reduce) int {
	if x.Op.Name != "sum" {
		return 0
	}
	count := 0
	seen := map[syntax.Expr]bool{}
	var visit func(y syntax.Expr)
	visit = func(y syntax.Expr) {
		y = syntax.Unparen(y)
		if seen[y] {
			return
		}
		seen[y] = true
		switch y := y.(type) {
		case *syntax.Unary:
			visit(y.X)
		case *syntax.Binary:
			if y.Op == syntax.Add || y.Op == syntax.Sub || y.Op.IsProduct() {
				visit(y.X)
				visit(y.Y)
			}
		case *syntax.Iverson:
			if c, ok := syntax.Unparen(y.Cond).(*syntax.Compare); ok && len(c.Ops) == 1 && c.Ops[0] == syntax.Eq {
				if slices.ContainsFunc(x.Binders, func(b syntax.Binder) bool { return names(c, b.Name.Name) }) {
					count++
				}
			}
		}
	}
	visit(x.Body)
	return count
}

// names reports whether a comparison of subscripts mentions a name outside of subscripts: j does in j == k, not in j == c[k].
func names(x *syntax.Compare, name string) bool {
	found := false
	for _, y := range x.Operands {
		syntax.Inspect(y, func(z syntax.Expr) bool {
			n, ok := z.(*syntax.Name)
			found = found || ok && n.Name == name
			_, sub := z.(*syntax.Subscript)
			return !sub
		})
	}
	return found
}

// isEntrywise reports whether x is a product or quotient entry by entry.
func isEntrywise(x syntax.Expr) bool {
	b, ok := x.(*syntax.Binary)
	return ok && (b.Op == syntax.DotMul || b.Op == syntax.DotDiv)
}

func nameCost(x *syntax.Name) int {
	if len(x.Name) > longName {
		return 2
	}
	return 1
}

// numberCost is 1 for a small integer, more for others and for what is no integer.
func numberCost(n *syntax.Number) int {
	switch {
	case n.Value == nil:
		return 1
	case !n.Value.IsInt():
		return 3
	case n.Value.Num().CmpAbs(big.NewInt(smallInteger)) >= 0:
		return 2
	}
	return 1
}

// exponent is the cost of an exponent: a rational one costs more the larger it is, so that x^(-3/2) is dearer
// than x^(-1/2).
func (c costs) exponent(x syntax.Expr) int {
	r, ok := rational(x)
	if !ok {
		return c.of(x)
	}
	cost := 1
	if r.Sign() < 0 {
		cost++
	}
	if !r.IsInt() {
		cost += 2
	}
	size := new(big.Int).Abs(r.Num())
	switch {
	case size.Cmp(big.NewInt(4)) > 0:
		cost += 2
	case size.Cmp(big.NewInt(2)) > 0, size.Cmp(big.NewInt(2)) == 0 && !r.IsInt():
		cost++
	}
	return cost
}

// rational returns the number that x is written as: 2, -1, 3/2, -(1/2).
func rational(x syntax.Expr) (*big.Rat, bool) {
	switch x := syntax.Unparen(x).(type) {
	case *syntax.Number:
		return x.Value, x.Value != nil
	case *syntax.Unary:
		if r, ok := rational(x.X); ok && x.Op == syntax.Neg {
			return new(big.Rat).Neg(r), true
		}
	case *syntax.Binary:
		a, okA := rational(x.X)
		b, okB := rational(x.Y)
		if okA && okB && x.Op == syntax.Div && b.Sign() != 0 {
			return new(big.Rat).Quo(a, b), true
		}
	}
	return nil, false
}
