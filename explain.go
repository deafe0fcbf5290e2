package derive

import (
	"github.com/seed-9905856d/derive/explain"
	"github.com/seed-9905856d/derive/parser"
)

// An Explanation is a derivation, step by step. See [explain.Explanation].
type Explanation = explain.Explanation

// Explain returns the derivation of the derivative of the formula that a text ends in: the gradient of a number, the Jacobian of a tensor. With an
// empty wrt it is that of the outermost derivative in the formula or, where it has none, of its simplification.
func Explain(text, wrt string) (*Explanation, error) {
	f, err := Parse(text)
	if err != nil {
		return nil, err
	}
	file, x := f.parts()
	if wrt != "" {
		by, diagnostics := parser.ParseExpr("", wrt)
		if diagnostics.Err() != nil {
			return nil, diagnostics
		}
		if x, err = explain.Derivative(file, f.Strict, x, by); err != nil {
			return nil, err
		}
	}
	return explain.Explain(file, f.Strict, x, explain.Options{})
}
