package explain

import (
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/syntax"
)

// Derivative returns the derivative of x by what by names, as its shape says: the gradient of a number, the Jacobian of a tensor, the
// partial derivative of a number by an entry.
func Derivative(file *syntax.File, strict bool, x, by syntax.Expr) (_ syntax.Expr, err error) {
	defer expr.Catch(&err)
	jacobian := call("jac", x, by)
	p, err := problem(file, strict, x, jacobian)
	if err != nil {
		return nil, err
	}
	t, free, err := p.Expression(x)
	if err != nil {
		return nil, err
	}
	_, isEntry := syntax.Unparen(by).(*syntax.Subscript)
	switch {
	case len(t.Axes) > free:
		return jacobian, nil
	case isEntry:
		return call("d", x, by), nil
	}
	return call("grad", x, by), nil
}
