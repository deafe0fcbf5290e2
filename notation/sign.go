package notation

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// isTurnable reports whether the sign of base can be turned in base^exponent, and whether that turns the sign of the power.
func isTurnable(base *expr.Node, exponent expr.Rat) (ok, odd bool) {
	k, isInt := exponent.Int64()
	return isInt && base.Kind() == expr.KindAdd, k%2 != 0
}

// A twinKey is the key of a function of a session that an odd one has for a twin.
type twinKey struct{ of *expr.Func }

// turnedCall returns -f(x) of an odd function as f(-x), which the constructors would turn back: under a function of the same name whose parity they do
// not know. It is nil where x is no sum that reads well on either side.
func (r *reader) turnedCall(n *expr.Node) *expr.Node {
	if n.Kind() != expr.KindCall || n.Func().Parity != expr.Odd || n.Func().Arity != 1 || !isBalanced(n.Args()[0]) {
		return nil
	}
	twin := expr.Once(r.s, twinKey{n.Func()}, func() *expr.Func {
		return &expr.Func{Name: n.Func().Name, Text: n.Func().Printed(), Arity: 1}
	})
	return r.s.Call(twin, r.s.Neg(n.Args()[0]))
}

// readsBetterNegated reports whether -x is the better form of a sum over the indices: the one with more positive terms, with a
// positive constant, with a call before a name, with its first name positive.
func (r *reader) readsBetterNegated(x *expr.Node, over []*expr.Node) bool {
	constant, terms := expr.Terms(x)
	balance := 0
	for _, t := range terms {
		balance += t.Coef.Sign()
	}
	switch {
	case isSize(x): // n - 1 rather than 1 - n
		return balance < 0
	case constant.Sign() > 0:
		return balance+1 < 0
	case constant.Sign() < 0:
		return balance-1 <= 0
	case balance != 0:
		return balance < 0
	}
	first := ""
	for _, t := range terms {
		text := r.textOf(t.X, over)
		if first == "" || text < first {
			first, balance = text, t.Coef.Sign()
		}
	}
	return balance < 0
}

// textOf orders the terms of a sum: calls and products before plain names.
func (r *reader) textOf(x *expr.Node, over []*expr.Node) string {
	if len(over) > 2 {
		return "?"
	}
	v := r.read(x, over)
	if v.x == nil {
		return "?"
	}
	text := r.print(v.x)
	switch x.Kind() {
	case expr.KindEntry, expr.KindSize:
		return "~" + text
	}
	return text
}

// isBalanced reports whether a sum reads well on either side: a - b.
func isBalanced(x *expr.Node) bool {
	constant, terms := expr.Terms(x)
	if x.Kind() != expr.KindAdd || !constant.IsZero() {
		return false
	}
	for _, t := range terms {
		if t.Coef.Sign() < 0 {
			return true
		}
	}
	return false
}

// hasMinus reports whether a term of a sum has a minus sign.
func hasMinus(x *expr.Node) bool {
	constant, terms := expr.Terms(x)
	return constant.Sign() < 0 || slices.ContainsFunc(terms, func(t expr.Term) bool { return t.Coef.Sign() < 0 })
}
