package explain

import (
	"math/big"
	"slices"

	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/syntax"
)

// entry writes x[at…] in terms of the entries of what x is made of, where that is how x works; avoid are indices that are taken.
func (b *builder) entry(x syntax.Expr, at []syntax.Expr, avoid []string) syntax.Expr {
	x = syntax.Unparen(x)
	if len(at) == 0 {
		return x
	}
	if rank, ok := b.engine.rank(x); !ok || rank != len(at) {
		if ok && rank == 0 {
			return x
		}
		return entryOf(x, at)
	}
	switch x := x.(type) {
	case *syntax.Unary:
		return &syntax.Unary{Op: x.Op, X: b.entry(x.X, at, avoid)}
	case *syntax.Transpose:
		if len(at) == 2 {
			return b.entry(x.X, []syntax.Expr{at[1], at[0]}, avoid)
		}
		return b.entry(x.X, at, avoid)
	case *syntax.Binary:
		return b.binaryEntry(x, at, avoid)
	case *syntax.Subscript:
		return sliceEntry(x, at)
	case *syntax.Reduce:
		if x.Op.Name == "tensor" && x.Cond == nil && len(x.Binders) == len(at) {
			by := map[string]replacement{}
			taken := slices.Clone(avoid)
			for k, binder := range x.Binders {
				if binder.Lo != nil && syntax.Print(binder.Lo) != "1" {
					return entryOf(x, at)
				}
				by[binder.Name.Name] = byIndex(at[k])
				taken = append(taken, namesOf(at[k])...)
			}
			return b.substitute(x.Body, by, taken)
		}
	case *syntax.Call:
		if b.isEntrywise(x) {
			args := make([]syntax.Expr, len(x.Args))
			for k, arg := range x.Args {
				args[k] = b.entry(arg, at, avoid)
			}
			return &syntax.Call{Fun: x.Fun, Args: args}
		}
	}
	return entryOf(x, at)
}

// byIndex returns the replacement of an index.
func byIndex(x syntax.Expr) replacement {
	return func([]syntax.Expr) syntax.Expr { return x }
}

func namesOf(x syntax.Expr) []string {
	var out []string
	syntax.Inspect(x, func(y syntax.Expr) bool {
		if n, ok := y.(*syntax.Name); ok {
			out = append(out, n.Name)
		}
		return true
	})
	return out
}

// isEntrywise reports whether a call applies a function of scalars to every entry.
func (b *builder) isEntrywise(x *syntax.Call) bool {
	if def, _ := b.function(x); def != nil {
		return !slices.ContainsFunc(def.Params, func(p syntax.FuncParam) bool { return len(p.Sizes) > 0 }) && len(def.Indices) == 0
	}
	if formula.IsDerivative(x.Fun.Name) || x.Fun.Name == "max" && len(x.Args) == 1 || x.Fun.Name == "min" && len(x.Args) == 1 {
		return false
	}
	_, ok := builtin.Lookup(x.Fun.Name, len(x.Args))
	return ok
}

// scalarOps are the operations on entries that entrywise operators stand for.
var scalarOps = map[syntax.Op]syntax.Op{
	syntax.Add: syntax.Add, syntax.Sub: syntax.Sub, syntax.DotMul: syntax.Mul, syntax.DotDiv: syntax.Div, syntax.DotPow: syntax.Pow, syntax.Div: syntax.Div,
}

func (b *builder) binaryEntry(x *syntax.Binary, at []syntax.Expr, avoid []string) syntax.Expr {
	if op, ok := scalarOps[x.Op]; ok {
		return syntax.NewBinary(op, b.entry(x.X, at, avoid), b.entry(x.Y, at, avoid))
	}
	left, _, ok1 := b.engine.value(x.X)
	m, ok2 := b.engine.rank(x.X)
	n, ok3 := b.engine.rank(x.Y)
	if x.Op != syntax.Mul || !ok1 || !ok2 || !ok3 {
		return entryOf(x, at)
	}
	switch {
	case m == 0 || n == 0:
		return syntax.NewBinary(syntax.Mul, b.entry(x.X, at, avoid), b.entry(x.Y, at, avoid))
	case m == 1 && n == 1 && len(at) == 2: // a column times a row
		return syntax.NewBinary(syntax.Mul, b.entry(x.X, at[:1], avoid), b.entry(x.Y, at[1:], avoid))
	case m == 1 && n == 2 && left.Orient == formula.Column:
		return entryOf(x, at)
	}
	return b.contracted(x, at[:min(m-1, len(at))], at[min(m-1, len(at)):], avoid)
}

// contracted writes an entry of a product of matrices or vectors as a sum over the index between its factors.
func (b *builder) contracted(x *syntax.Binary, left, right []syntax.Expr, avoid []string) syntax.Expr {
	taken := slices.Concat(avoid, boundIn(x), namesOf(x))
	for _, at := range slices.Concat(left, right) {
		taken = append(taken, namesOf(at)...)
	}
	j := b.fresh(indexLetters, taken...)
	inside := append(slices.Clone(avoid), j)
	body := syntax.NewBinary(syntax.Mul,
		b.entry(x.X, append(slices.Clone(left), name(j)), inside),
		b.entry(x.Y, append([]syntax.Expr{name(j)}, right...), inside))
	return reduction("sum", binders([]string{j}), nil, body)
}

// sliceEntry puts subscripts in the place of the colons of a slice.
func sliceEntry(x *syntax.Subscript, at []syntax.Expr) syntax.Expr {
	subs := slices.Clone(x.Subs)
	next := 0
	for k, sub := range subs {
		if _, ok := sub.(*syntax.Slice); ok && next < len(at) {
			subs[k] = at[next]
			next++
		}
	}
	if next != len(at) {
		return entryOf(x, at)
	}
	return &syntax.Subscript{X: x.X, Subs: subs}
}

// scalar writes what a number is made of vectors and matrices by, entry by entry: x'*y is sum[i](x[i]*y[i]).
func (b *builder) scalar(x syntax.Expr, avoid []string) (y syntax.Expr, ok bool) {
	switch x := syntax.Unparen(x).(type) {
	case *syntax.Binary:
		m, ok1 := b.engine.rank(x.X)
		n, ok2 := b.engine.rank(x.Y)
		if x.Op == syntax.Mul && ok1 && ok2 && m == 1 && n == 1 {
			return b.contracted(x, nil, nil, avoid), true
		}
	case *syntax.Call:
		if len(x.Args) == 0 {
			return nil, false
		}
		rank, ok := b.engine.rank(x.Args[0])
		if !ok || rank == 0 {
			return nil, false
		}
		taken := slices.Concat(avoid, boundIn(x), namesOf(x))
		var at []string
		for range rank {
			at = append(at, b.fresh(indexLetters, append(taken, at...)...))
		}
		return b.overEntries(x, at, append(slices.Clone(avoid), at...))
	}
	return nil, false
}

// overEntries writes a function of all entries of a tensor as a sum over them.
func (b *builder) overEntries(x *syntax.Call, at, avoid []string) (syntax.Expr, bool) {
	v := b.entry(x.Args[0], names(at), avoid)
	sum := func(body syntax.Expr) syntax.Expr { return reduction("sum", binders(at), nil, body) }
	square := func() syntax.Expr { return syntax.NewBinary(syntax.Pow, v, number(2)) }
	switch x.Fun.Name {
	case "sum", "mean":
		return reduction(x.Fun.Name, binders(at), nil, v), true
	case "logsumexp":
		return call("log", sum(call("exp", v))), len(at) == 1
	case "norm", "norm2", "normF":
		return call("sqrt", sum(square())), true
	case "norm1":
		return sum(call("abs", v)), true
	case "dot":
		return sum(syntax.NewBinary(syntax.Mul, v, b.entry(x.Args[1], names(at), avoid))), len(x.Args) == 2
	case "tr":
		if len(at) == 2 {
			i := at[:1]
			return reduction("sum", binders(i), nil, b.entry(x.Args[0], []syntax.Expr{name(at[0]), name(at[0])}, avoid)), true
		}
	}
	return nil, false
}

func number(n int64) syntax.Expr { return &syntax.Number{Value: big.NewRat(n, 1)} }
