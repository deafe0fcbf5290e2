package builtin

import "github.com/seed-9905856d/derive/expr"

// Hardmax is the function hardmax(v) of a vector: its entries where v has its largest, which share 1 equally, and 0 elsewhere; the limit of softmax(c·v)
// for large c. It is the gradient of max(v) and has itself a derivative of 0 wherever it has one. An expression has it as a call, opaque like those of [Matrices],
// so that what is compared for ties is computed once.
var Hardmax = &expr.Func{Name: "hardmax", Arity: 2, Sign: expr.NonNegative, Ranks: []int{1}, Result: 1, Like: []int{0}, Simplex: true, Rule: hardmaxRule}

// hardmaxRule leaves out what is added to every entry and a positive number that every entry is multiplied with.
func hardmaxRule(s *expr.Session, fn *expr.Func, args []*expr.Node) (*expr.Node, bool) {
	if !expr.IsLambda(args[0]) {
		return nil, false
	}
	o := s.Open(args[0], args[1])
	i := o.Indices[0]
	constant, terms := expr.Terms(o.Body)
	var left []expr.Term
	for _, t := range terms {
		if t.X.DependsOn(i) {
			left = append(left, t)
		}
	}
	if len(left) == 1 && left[0].Coef.Sign() > 0 {
		left[0].Coef = expr.Int(1)
	}
	switch body := s.Linear(expr.Int(0), left); {
	case len(left) == 0:
		return s.Inv(s.Add(s.Sub(i.Hi(), i.Lo()), s.Int(1))), true
	case !constant.IsZero() || body != o.Body:
		return s.Call(fn, s.Lambda(body, i), args[1]), true
	}
	return nil, false
}
