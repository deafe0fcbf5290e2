package diff

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// asSumOfLogs returns what has the derivatives of the logarithm of a product over an index, a sum of logarithms:
//
//	∂ log Π fᵢ = Σ ∂fᵢ/fᵢ
//
// also where an even number of factors is negative, since log(f) and log(-f) have one derivative. Its value is not that of n everywhere. Products
// would have to leave out a factor each.
func asSumOfLogs(s *expr.Session, table Table, n *expr.Node) (*expr.Node, bool) {
	if n.Kind() != expr.KindCall || n.Func().Name != "log" || n.Func().Arity != 1 {
		return nil, false
	}
	arg := n.Args()[0]
	if arg.Kind() == expr.KindCall && arg.Func().Name == "abs" {
		arg = arg.Args()[0]
	}
	if !hasProduct(arg) {
		return nil, false
	}
	return sumOfLogs(s, table, arg), true
}

// hasProduct reports whether x is a product over an index or has one among its factors, without conditions beside it.
func hasProduct(x *expr.Node) bool {
	factors := expr.Factors(x)
	return slices.ContainsFunc(factors, isProduct) && !slices.ContainsFunc(factors, func(f *expr.Node) bool { return f.Kind() == expr.KindCond })
}

func isProduct(x *expr.Node) bool { return x.Kind() == expr.KindReduce && x.Op() == expr.Prod }

// sumOfLogs returns log|x| of a product, factor by factor.
func sumOfLogs(s *expr.Session, table Table, x *expr.Node) *expr.Node {
	if constant, terms := expr.Terms(x); constant.IsZero() && len(terms) == 1 { // the derivative does not see its number
		x = terms[0].X
	}
	var logs []*expr.Node
	for _, f := range expr.Factors(x) {
		switch {
		case f.Kind() == expr.KindPow && f.Args()[1].Kind() == expr.KindRat:
			logs = append(logs, s.Scale(f.Args()[1].Rat(), sumOfLogs(s, table, f.Args()[0])))
		case isProduct(f):
			o := s.Open(f, x)
			body, cond := o.Body, s.Int(1)
			if body.Kind() == expr.KindIf && body.Args()[2].IsOne() {
				cond, body = body.Args()[0], body.Args()[1]
			}
			logs = append(logs, s.Reduce(expr.Sum, s.Mul(cond, sumOfLogs(s, table, body)), o.Indices...))
		default:
			logs = append(logs, table.Log(s, f))
		}
	}
	return s.Add(logs...)
}
