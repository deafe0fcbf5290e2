// Package mutate makes wrong formulas and wrong Go of right ones, for tests of the checks that are to find them. A mutant differs from the
// original in one place: a sign, a factor, an index, a term that is dropped, the end of a range, a function, a condition.
package mutate

import (
	"fmt"
	"math/big"
	"slices"

	"github.com/seed-9905856d/derive/syntax"
)

// A Mutant is a formula that differs from another in one place.
type Mutant struct {
	X      syntax.Expr
	Change string // what stood there and what stands there now
}

// Expressions returns the mutants of a formula, without those that print alike and in the order of their places. A name is taken for another that is
// alike, so that there is a meaning in it.
func Expressions(x syntax.Expr, alike func(a, b string) bool) []Mutant {
	names := namesIn(x)
	seen := map[string]bool{syntax.Print(x): true}
	var mutants []Mutant
	for place := 0; ; place++ {
		at := nodeAt(x, place)
		if at == nil {
			return mutants
		}
		for _, other := range alternatives(at, names, alike) {
			y := replaceAt(x, place, other)
			text := syntax.Print(y)
			if seen[text] {
				continue
			}
			seen[text] = true
			mutants = append(mutants, Mutant{y, fmt.Sprintf("%s => %s", syntax.Print(at), syntax.Print(other))})
		}
	}
}

// nodeAt returns the node of a place, counted in the order in which [syntax.Rewrite] visits; nil where there are no more.
func nodeAt(x syntax.Expr, place int) syntax.Expr {
	var found syntax.Expr
	count := 0
	syntax.Rewrite(x, func(y syntax.Expr) (syntax.Expr, bool) {
		if count == place {
			found = y
		}
		count++
		return nil, false
	})
	return found
}

// replaceAt returns x with another node at a place.
func replaceAt(x syntax.Expr, place int, other syntax.Expr) syntax.Expr {
	count := 0
	return syntax.Rewrite(x, func(syntax.Expr) (syntax.Expr, bool) {
		count++
		return other, count-1 == place
	})
}

// Any is for formulas all of whose names are alike.
func Any(string, string) bool { return true }

// namesIn returns the names in x in order of first appearance.
func namesIn(x syntax.Expr) []string {
	var names []string
	syntax.Inspect(x, func(y syntax.Expr) bool {
		if n, ok := y.(*syntax.Name); ok && !slices.Contains(names, n.Name) {
			names = append(names, n.Name)
		}
		return true
	})
	return names
}

func number(n int64) syntax.Expr { return &syntax.Number{Value: big.NewRat(n, 1)} }

func binary(op syntax.Op, x, y syntax.Expr) syntax.Expr { return syntax.NewBinary(op, x, y) }

// slightly is a factor that is wrong by less than anybody sees.
var slightly = &syntax.Number{Value: big.NewRat(1_000_000_001, 1_000_000_000)}

func negated(x syntax.Expr) syntax.Expr { return &syntax.Unary{Op: syntax.Neg, X: x} }

// others are functions that are taken for each other.
var others = map[string][]string{
	"exp": {"expm1", "log"}, "log": {"log1p", "exp"}, "sin": {"cos"}, "cos": {"sin"}, "tan": {"tanh"}, "sinh": {"cosh"}, "cosh": {"sinh"}, "tanh": {"tan", "sigmoid"},
	"sqrt": {"cbrt"}, "abs": {"sign"}, "sign": {"abs"}, "step": {"relu"}, "relu": {"step"}, "sigmoid": {"tanh", "softplus"}, "softplus": {"sigmoid"},
	"softmax": {"log_softmax"}, "log_softmax": {"softmax"}, "gamma": {"lgamma"}, "digamma": {"trigamma"}, "trigamma": {"digamma"}, "erf": {"erfc"}, "erfc": {"erf"},
	"max": {"min"}, "min": {"max"}, "sum": {"mean", "prod"}, "mean": {"sum"}, "prod": {"sum"}, "tr": {"det"}, "det": {"tr"}, "norm": {"sum"}, "floor": {"ceil"},
	"ceil": {"floor"}, "hypot": {"atan2"}, "logsumexp": {"max"}, "logdet": {"det"}, "asin": {"acos"}, "acos": {"asin"}, "atan": {"tanh"}, "normal_cdf": {"sigmoid"},
}

// turned are comparisons with others that a writer may have meant.
var turned = map[syntax.Op][]syntax.Op{
	syntax.Eq: {syntax.Ne, syntax.Le}, syntax.Ne: {syntax.Eq}, syntax.Lt: {syntax.Le, syntax.Gt}, syntax.Le: {syntax.Lt, syntax.Ge},
	syntax.Gt: {syntax.Ge, syntax.Lt}, syntax.Ge: {syntax.Gt, syntax.Le},
}

// alternatives returns what may stand wrongly in the place of a node.
func alternatives(x syntax.Expr, names []string, alike func(a, b string) bool) []syntax.Expr {
	switch x := x.(type) {
	case *syntax.Number:
		more := new(big.Rat).Add(x.Value, big.NewRat(1, 1))
		return []syntax.Expr{&syntax.Number{Value: more}, number(0)}
	case *syntax.Name:
		out := []syntax.Expr{negated(x)}
		for _, name := range names {
			if name != x.Name && alike(name, x.Name) {
				out = append(out, &syntax.Name{Name: name})
			}
		}
		return out
	case *syntax.Unary:
		return []syntax.Expr{x.X}
	case *syntax.Binary:
		return binaries(x)
	case *syntax.Compare:
		var out []syntax.Expr
		for k, op := range x.Ops {
			for _, other := range turned[op] {
				ops := slices.Clone(x.Ops)
				ops[k] = other
				out = append(out, &syntax.Compare{Operands: x.Operands, Ops: ops})
			}
		}
		return out
	case *syntax.Transpose:
		return []syntax.Expr{x.X}
	case *syntax.Subscript:
		return subscripts(x)
	case *syntax.Call:
		return calls(x)
	case *syntax.Reduce:
		return reductions(x)
	case *syntax.If:
		return []syntax.Expr{&syntax.If{Cond: x.Cond, Then: x.Else, Else: x.Then}, x.Then, x.Else}
	case *syntax.Iverson:
		return []syntax.Expr{number(1), binary(syntax.Sub, number(1), x)}
	}
	return nil
}

// swapped are operators that are taken for each other.
var swapped = map[syntax.Op]syntax.Op{
	syntax.Add: syntax.Sub, syntax.Sub: syntax.Add, syntax.Mul: syntax.Div, syntax.Div: syntax.Mul, syntax.DotMul: syntax.DotDiv, syntax.DotDiv: syntax.DotMul,
	syntax.And: syntax.Or, syntax.Or: syntax.And,
}

func binaries(x *syntax.Binary) []syntax.Expr {
	out := []syntax.Expr{x.X, x.Y}
	if op, ok := swapped[x.Op]; ok {
		out = append(out, binary(op, x.X, x.Y))
	}
	switch x.Op {
	case syntax.Add, syntax.Sub, syntax.Mul, syntax.Div, syntax.DotMul, syntax.DotDiv:
		out = append(out, binary(syntax.Mul, number(2), x), binary(syntax.Mul, slightly, x), negated(x), binary(x.Op, x.Y, x.X))
	case syntax.Pow, syntax.DotPow:
		out = append(out, binary(x.Op, x.X, binary(syntax.Add, x.Y, number(1))), binary(x.Op, x.X, negated(x.Y)))
	}
	return out
}

func subscripts(x *syntax.Subscript) []syntax.Expr {
	var out []syntax.Expr
	with := func(subs []syntax.Expr) { out = append(out, &syntax.Subscript{X: x.X, Subs: subs}) }
	for k, sub := range x.Subs {
		if _, whole := sub.(*syntax.Slice); whole {
			continue
		}
		for _, op := range []syntax.Op{syntax.Add, syntax.Sub} {
			subs := slices.Clone(x.Subs)
			subs[k] = binary(op, sub, number(1))
			with(subs)
		}
	}
	if len(x.Subs) == 2 {
		with([]syntax.Expr{x.Subs[1], x.Subs[0]})
	}
	return append(out, negated(x))
}

func calls(x *syntax.Call) []syntax.Expr {
	out := []syntax.Expr{binary(syntax.Mul, number(2), x), binary(syntax.Mul, slightly, x), negated(x)}
	for _, name := range others[x.Fun.Name] {
		out = append(out, &syntax.Call{Fun: syntax.Ident{Name: name}, Args: x.Args})
	}
	if len(x.Args) > 0 {
		out = append(out, x.Args[0])
	}
	if len(x.Args) > 1 {
		args := slices.Clone(x.Args)
		args[0], args[1] = args[1], args[0]
		out = append(out, &syntax.Call{Fun: x.Fun, Args: args})
	}
	return out
}

func reductions(x *syntax.Reduce) []syntax.Expr {
	var out []syntax.Expr
	for _, name := range others[x.Op.Name] {
		out = append(out, &syntax.Reduce{Op: syntax.Ident{Name: name}, Binders: x.Binders, Cond: x.Cond, Body: x.Body})
	}
	for k, b := range x.Binders {
		if b.Lo == nil {
			continue
		}
		for _, ends := range [][2]syntax.Expr{
			{binary(syntax.Add, b.Lo, number(1)), b.Hi}, {b.Lo, binary(syntax.Sub, b.Hi, number(1))}, {b.Lo, binary(syntax.Add, b.Hi, number(1))},
		} {
			binders := slices.Clone(x.Binders)
			binders[k].Lo, binders[k].Hi = ends[0], ends[1]
			out = append(out, &syntax.Reduce{Op: x.Op, Binders: binders, Cond: x.Cond, Body: x.Body})
		}
	}
	if x.Cond != nil {
		out = append(out, &syntax.Reduce{Op: x.Op, Binders: x.Binders, Body: x.Body})
	}
	if x.Op.Name != "tensor" {
		out = append(out, negated(x))
	}
	return out
}
