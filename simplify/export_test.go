package simplify

import "github.com/seed-9905856d/derive/expr"

// Identities returns the calls of the table of identities.
func Identities() (calls []string) {
	for _, row := range identities {
		calls = append(calls, row.call)
	}
	return calls
}

// LeastCost is what the entries of a tensor are known to cost at least.
var LeastCost = leastCost

// Mistake makes the rewrite of a name go wrong wherever it changes an expression, until undo is called.
func Mistake(name string, wrong func(s *expr.Session, y *expr.Node) *expr.Node) (undo func()) {
	for k := range rules {
		if rules[k].name != name {
			continue
		}
		right := rules[k].apply
		rules[k].apply = func(p *pass, x *expr.Node) *expr.Node {
			if y := right(p, x); y != x {
				return wrong(p.z.s, y)
			}
			return x
		}
		return func() { rules[k].apply = right }
	}
	panic("there is no rewrite " + name)
}
