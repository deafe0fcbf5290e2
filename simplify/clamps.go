package simplify

import (
	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/expr"
)

// asRead returns the function of a row that other functions spell out, as a function that is only printed.
func asRead(name string, arity int) *expr.Func {
	row, ok := builtin.Lookup(name, arity)
	if !ok {
		panic("simplify: the table has no function " + name)
	}
	return &expr.Func{Name: row.Name + " as read", Text: row.Name, Arity: arity}
}

// readMin and readMax are min and max as they are read; canonical are conditions.
var readMin, readMax = asRead("min", 2), asRead("max", 2)

// clamped writes a part that does not change on one side of where a real expression is 0 as one of what is on the other side, so that it may be a
// function of every entry:
//
//	if(x > 0, f(0), f(x)) = f(min(x, 0)),    if(x > 0, f(x), f(0)) = f(max(x, 0)).
func clamped(s *expr.Session, x *expr.Node) *expr.Node {
	return s.Map(x, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if n.Kind() != expr.KindIf || args[0].Kind() != expr.KindCond || expr.IsIndexForm(args[0].Args()[0]) {
			return nil, false
		}
		cond, then, otherwise := args[0], args[1], args[2]
		of := cond.Args()[0]
		if cond.Op() != expr.GtZero && cond.Op() != expr.GeZero || of.Kind() == expr.KindAdd && !of.Rat().IsZero() {
			return nil, false
		}
		zero := s.Int(0)
		at := func(f, value *expr.Node) *expr.Node { return s.Replace(f, map[*expr.Node]*expr.Node{of: value}) }
		switch {
		case mentions(otherwise, of) && !mentions(then, of) && at(otherwise, zero) == then:
			return at(otherwise, s.Call(readMin, of, zero)), true
		case mentions(then, of) && !mentions(otherwise, of) && at(then, zero) == otherwise:
			return at(then, s.Call(readMax, of, zero)), true
		}
		return nil, false
	})
}
