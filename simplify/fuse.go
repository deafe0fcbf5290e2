package simplify

import (
	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/expr"
)

// fusedExp is the exponential as it is read: the canonical one holds neither a sum nor a coefficient in its argument, so that
// exp(-x^2/2) is exp(x^2)^(-1/2) there.
var fusedExp = func() *expr.Func {
	row, _ := builtin.Lookup("exp", 1)
	return &expr.Func{Name: "exp as read", Text: "exp", Arity: 1, Sign: row.Func.Sign}
}()

// fuse writes the exponentials among the factors of every product as one.
func fuse(s *expr.Session, x *expr.Node) *expr.Node {
	memo := map[*expr.Node]*expr.Node{}
	var of func(n *expr.Node) *expr.Node
	of = func(n *expr.Node) *expr.Node {
		if r, ok := memo[n]; ok {
			return r
		}
		r := fuseNode(s, n, of)
		memo[n] = r
		return r
	}
	return of(x)
}

func fuseNode(s *expr.Session, n *expr.Node, of func(*expr.Node) *expr.Node) *expr.Node {
	switch n.Kind() {
	case expr.KindIndex, expr.KindCond, expr.KindEntry:
		return n
	case expr.KindReduce:
		o := s.Open(n)
		if body := of(o.Body); body != o.Body {
			return s.Reduce(n.Op(), body, o.Indices...)
		}
		return n
	case expr.KindMul, expr.KindPow, expr.KindCall:
		var exponents, others []*expr.Node
		for _, f := range expr.Factors(n) {
			if a, ok := logOfExponential(s, f); ok {
				exponents = append(exponents, a)
			} else if f.Kind() == expr.KindPow {
				others = append(others, s.Pow(of(f.Args()[0]), of(f.Args()[1])))
			} else if f != n {
				others = append(others, of(f))
			} else {
				others = append(others, fuseArgs(s, n, of))
			}
		}
		if len(exponents) > 0 {
			sum := s.Add(exponents...)
			if sum.Kind() == expr.KindRat { // a power of e
				others = append(others, s.Pow(s.Const("e"), sum))
			} else {
				others = append(others, s.Call(fusedExp, of(sum)))
			}
		}
		return s.Mul(others...)
	}
	return fuseArgs(s, n, of)
}

// fuseArgs fuses the parts of n.
func fuseArgs(s *expr.Session, n *expr.Node, of func(*expr.Node) *expr.Node) *expr.Node {
	args := make([]*expr.Node, len(n.Args()))
	changed := false
	for k, a := range n.Args() {
		args[k] = of(a)
		changed = changed || args[k] != a
	}
	if !changed {
		return n
	}
	return s.With(n, args)
}
