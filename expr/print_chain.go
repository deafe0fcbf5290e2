package expr

import (
	"slices"

	"github.com/seed-9905856d/derive/syntax"
)

// chained returns the factors of a product with conditions that hold something between two others as one: [a <= x]*[x < b] is [a <= x < b].
func chained(factors []syntax.Expr) []syntax.Expr {
	for i := range factors {
		a, ok := ascending(factors[i])
		if !ok {
			continue
		}
		for j := i + 1; j < len(factors); j++ {
			b, ok := ascending(factors[j])
			if !ok {
				continue
			}
			joined := between(a, b)
			if joined == nil {
				joined = between(b, a)
			}
			if joined != nil {
				rest := slices.Delete(slices.Clone(factors), j, j+1)
				rest[i] = &syntax.Iverson{Cond: joined}
				return chained(rest)
			}
		}
	}
	return factors
}

// ascending returns the comparison of a condition, with the smaller side first; ok is false where it does not say what is smaller.
func ascending(x syntax.Expr) (c *syntax.Compare, ok bool) {
	bracket, ok := x.(*syntax.Iverson)
	if !ok {
		return nil, false
	}
	if c, ok = bracket.Cond.(*syntax.Compare); !ok {
		return nil, false
	}
	turned := map[syntax.Op]syntax.Op{syntax.Gt: syntax.Lt, syntax.Ge: syntax.Le}
	switch {
	case !slices.ContainsFunc(c.Ops, func(op syntax.Op) bool { return op != syntax.Lt && op != syntax.Le }):
		return c, true
	case slices.ContainsFunc(c.Ops, func(op syntax.Op) bool { return op != syntax.Gt && op != syntax.Ge }):
		return nil, false
	}
	up := &syntax.Compare{Operands: slices.Clone(c.Operands), Ops: make([]syntax.Op, len(c.Ops))}
	slices.Reverse(up.Operands)
	for k, op := range c.Ops {
		up.Ops[len(c.Ops)-1-k] = turned[op]
	}
	return up, true
}

// between returns a followed by b where a ends with what b begins with, other than a number; else nil.
func between(a, b *syntax.Compare) *syntax.Compare {
	middle := a.Operands[len(a.Operands)-1]
	switch x := middle.(type) {
	case *syntax.Number:
		return nil
	case *syntax.Unary:
		if _, ok := x.X.(*syntax.Number); ok {
			return nil
		}
	}
	if !syntax.Equal(middle, b.Operands[0]) {
		return nil
	}
	return &syntax.Compare{Operands: slices.Concat(a.Operands, b.Operands[1:]), Ops: slices.Concat(a.Ops, b.Ops)}
}
