package randexpr

import (
	"fmt"

	"github.com/seed-9905856d/derive/expr"
)

// Table gives the derivatives of the functions that random formulas use.
type Table struct{}

// Partial returns the derivative of a function of one argument.
func (Table) Partial(s *expr.Session, fn *expr.Func, _ int, args []*expr.Node) (*expr.Node, error) {
	x := args[0]
	switch fn.Name {
	case "exp":
		return s.Call(expFn, x), nil
	case "log":
		return s.Inv(x), nil
	case "sin":
		return s.Call(cosFn, x), nil
	case "cos":
		return s.Neg(s.Call(sinFn, x)), nil
	}
	return nil, fmt.Errorf("no derivative of %s", fn.Name)
}

// EntryPartial fails: random formulas have no functions of tensors.
func (Table) EntryPartial(_ *expr.Session, fn *expr.Func, _ int, _, _ []*expr.Node) (*expr.Node, error) {
	return nil, fmt.Errorf("no derivative of %s", fn.Name)
}

var hardmaxFn = &expr.Func{Name: "hardmax", Arity: 2, Ranks: []int{1}, Result: 1, Like: []int{0}, Simplex: true}

// Hardmax returns hardmax(v)[at].
func (Table) Hardmax(s *expr.Session, v, at *expr.Node) *expr.Node { return s.Call(hardmaxFn, v, at) }

// Log returns log(x).
func (Table) Log(s *expr.Session, x *expr.Node) *expr.Node { return s.Call(logFn, x) }
