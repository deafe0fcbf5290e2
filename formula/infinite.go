package formula

import (
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/syntax"
)

// infinity returns 1 or -1 for what is inf or -inf whatever the inputs are, as far as that is seen, and 0 for the rest.
func infinity(n *expr.Node) int {
	switch n.Kind() {
	case expr.KindConst:
		if n.Name() == "inf" {
			return 1
		}
	case expr.KindAdd:
		_, terms := expr.Terms(n)
		for _, t := range terms {
			if sign := infinity(t.X); sign != 0 {
				return sign * t.Coef.Sign()
			}
		}
	case expr.KindPow:
		if e := n.Args()[1]; e.Kind() == expr.KindRat && e.Rat().Sign() > 0 && infinity(n.Args()[0]) > 0 {
			return 1
		}
	}
	return 0
}

// requireNumber demands that a op b is none of what has no value: inf - inf, 0*inf and inf/inf.
func (l *lowering) requireNumber(x *syntax.Binary, a, b *expr.Node) {
	first, second := infinity(a), infinity(b)
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
