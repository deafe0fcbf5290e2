package formula

import (
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/syntax"
)

// isPredicate reports whether a name is that of a condition that only a given can state.
func isPredicate(name string) bool { return name == "integer" || name == "onehot" || name == "posdef" }

// cond lowers a condition to an expression that is 0 or 1.
func (l *lowering) cond(s scope, x syntax.Expr) *expr.Node {
	switch x := x.(type) {
	case *syntax.Paren:
		return l.cond(s, x.X)
	case *syntax.Iverson:
		return l.cond(s, x.Cond)
	case *syntax.Unary:
		if x.Op == syntax.Not {
			return l.s.Not(l.cond(s, x.X))
		}
	case *syntax.Binary:
		switch x.Op {
		case syntax.And:
			return l.s.Mul(l.cond(s, x.X), l.cond(s, x.Y))
		case syntax.Or: // 1 - (1-a)·(1-b)
			return l.s.Not(l.s.Mul(l.s.Not(l.cond(s, x.X)), l.s.Not(l.cond(s, x.Y))))
		}
	case *syntax.Compare:
		return l.chain(s, x)
	case *syntax.Call:
		if isPredicate(x.Fun.Name) {
			l.unknownFunction(s, x)
		}
	}
	return l.s.Cond(expr.NeZero, l.scalar(s, x))
}

// chain lowers a < b < c to the product of its comparisons.
func (l *lowering) chain(s scope, x *syntax.Compare) *expr.Node {
	factors := make([]*expr.Node, len(x.Ops))
	left := l.scalar(s, x.Operands[0])
	for k, op := range x.Ops {
		right := l.scalar(s, x.Operands[k+1])
		factors[k] = l.compare(op, left, right)
		left = right
	}
	return l.s.Mul(factors...)
}

// compare returns the condition a op b.
func (l *lowering) compare(op syntax.Op, a, b *expr.Node) *expr.Node {
	s := l.s
	if l.isComposite(a) && l.isComposite(b) && a.Hi() == b.Hi() {
		switch op {
		case syntax.Eq:
			return l.same(a, b)
		case syntax.Ne:
			return s.Not(l.same(a, b))
		}
	}
	switch op {
	case syntax.Eq:
		return s.Cond(expr.EqZero, s.Sub(a, b))
	case syntax.Ne:
		return s.Cond(expr.NeZero, s.Sub(a, b))
	case syntax.Lt:
		return s.Cond(expr.GtZero, s.Sub(b, a))
	case syntax.Le:
		return s.Cond(expr.GeZero, s.Sub(b, a))
	case syntax.Gt:
		return s.Cond(expr.GtZero, s.Sub(a, b))
	}
	return s.Cond(expr.GeZero, s.Sub(a, b))
}
