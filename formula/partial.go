package formula

import (
	"fmt"
	"sync"

	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/syntax"
)

// libraryFunctions returns the library's definitions by name.
var libraryFunctions = sync.OnceValue(func() map[string][]*syntax.Define {
	m := map[string][]*syntax.Define{}
	for _, d := range builtin.Definitions() {
		m[d.Name.Name] = append(m[d.Name.Name], d)
	}
	return m
})

// texts holds the parsed texts of the table, which are parsed when they are first needed.
var texts sync.Map

func parsed(text string) syntax.Expr {
	if x, ok := texts.Load(text); ok {
		return x.(syntax.Expr)
	}
	x, diagnostics := parser.ParseExpr("", text)
	if err := diagnostics.Err(); err != nil {
		panic(fmt.Sprintf("formula: the table of elementary functions: %q: %v", text, err))
	}
	texts.Store(text, x)
	return x
}

// text lowers a text of the table with its parameters bound.
func (l *lowering) text(text string, params []string, args []*expr.Node) *expr.Node {
	s := scope{world: newWorld(), library: true}
	for k, name := range params {
		s = s.bind(name, Tensor{Value: args[k]})
	}
	return l.scalar(s, parsed(text))
}

// Elementary returns the elementary function of that name applied to scalars.
func Elementary(s *expr.Session, name string, args ...*expr.Node) *expr.Node {
	return newLowering(&Problem{Session: s}).elementary(name, args...)
}

// Text returns the expression of a text in the language whose names are the given parameters, all scalars.
func Text(s *expr.Session, text string, params []string, args []*expr.Node) *expr.Node {
	return newLowering(&Problem{Session: s}).text(text, params, args)
}

// Partial returns the derivative of an elementary function by its argument k, counted from 0.
func Partial(s *expr.Session, fn *expr.Func, k int, args []*expr.Node) (*expr.Node, error) {
	row, ok := builtin.Lookup(fn.Name, fn.Arity)
	if !ok || row.Partials[k] == "" {
		return nil, fmt.Errorf("there is no derivative of %s by its argument %d", fn.Name, k+1)
	}
	var n *expr.Node
	if d := guard(func() { n = Text(s, row.Partials[k], row.Params, args) }); d != nil {
		return nil, fmt.Errorf("the derivative of %s: %s", fn.Name, d.Message)
	}
	return n, nil
}

// EntryPartial returns the derivative of an opaque function of a matrix or vector by its entry at the given subscripts.
func EntryPartial(s *expr.Session, fn *expr.Func, args, at []*expr.Node) (*expr.Node, error) {
	if fn == builtin.Hardmax {
		return s.Int(0), nil
	}
	row, ok := builtin.Matrix(fn.Name)
	if !ok || !fn.Square {
		return nil, fmt.Errorf("there is no derivative of %s by its argument", fn.Name)
	}
	var n *expr.Node
	d := guard(func() {
		l := newLowering(&Problem{Session: s})
		o := s.Open(args[0], append(args[1:len(args):len(args)], at...)...)
		names := scope{world: newWorld(), library: true}
		names = names.bind("A", Tensor{Axes: o.Indices, Value: o.Body})
		for k, name := range []string{"i", "j"}[:fn.Result] {
			names = names.bind(name, Tensor{Value: args[1+k]})
		}
		names = names.bind("k", Tensor{Value: at[0]}).bind("l", Tensor{Value: at[1]})
		n = l.scalar(names, parsed(row.Partial))
	})
	if d != nil {
		return nil, fmt.Errorf("the derivative of %s: %s", fn.Name, d.Message)
	}
	return n, nil
}
