package formula

import (
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/syntax"
)

// infinity returns 1 or -1 for what is inf or -inf whatever the inputs are, as far as that is seen, and 0 for the rest.
func (l *lowering) infinity(n *expr.Node) int {
	if len(n.Args()) == 0 {
		return infiniteConstant(n)
	}
	sign, ok := l.infinite.Get(n)
	if !ok {
		sign = l.infiniteSum(n)
		l.infinite.Set(n, sign)
	}
	return sign
}

// infiniteConstant is [lowering.infinity] of what has no parts.
func infiniteConstant(n *expr.Node) int {
	if n.Kind() == expr.KindConst && n.Name() == "inf" {
		return 1
	}
	return 0
}

// infiniteSum is [lowering.infinity] of what has some.
func (l *lowering) infiniteSum(n *expr.Node) int {
	switch n.Kind() {
	case expr.KindAdd:
		_, terms := expr.Terms(n)
		for _, t := range terms {
			if sign := l.infinity(t.X); sign != 0 {
				return sign * t.Coef.Sign()
			}
		}
	case expr.KindPow:
		if e := n.Args()[1]; e.Kind() == expr.KindRat && e.Rat().Sign() > 0 && l.infinity(n.Args()[0]) > 0 {
			return 1
		}
	}
	return 0
}

// requireNumber demands that a op b is none of what has no value: inf - inf, 0*inf and inf/inf.
func (l *lowering) requireNumber(x *syntax.Binary, a, b *expr.Node) {
	first, second := l.infinity(a), l.infinity(b)
	if first == 0 && second == 0 {
		return
	}
	switch {
	case x.Op == syntax.Add && first*second < 0, x.Op == syntax.Sub && first*second > 0:
		l.fail(x, "inf - inf has no value")
	case (x.Op == syntax.Mul || x.Op == syntax.DotMul) && (a.IsZero() || b.IsZero()):
		l.fail(x, "0*inf has no value")
	case (x.Op == syntax.Div || x.Op == syntax.DotDiv) && first*second != 0:
		l.fail(x, "inf/inf has no value")
	}
}
