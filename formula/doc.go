// Package formula gives a formula file its meaning: what every name stands for, the rank and the size of
// everything, the ranges of indices. It lowers text to entry formulas of package expr, and it is the last place
// where a mistake of a user can surface.
//
//	problem.go     a file made meaningful: inputs, givens, definitions, kernels
//	infer.go       ranks and sizes of names that nothing declares
//	walk.go        what the uses of a name say about its rank and sizes
//	walk_call.go   the same for calls, functions and derivatives
//	walk_kron.go   the same for Kronecker products
//	shape.go       what inference knows of an expression
//	tensor.go      entry formulas with axes, combined entry by entry and multiplied
//	exponent.go    A^T, which is no transpose
//	turned.go      advice on products that are not defined
//	composite.go   axes that are groups of indices, whose sizes are products
//	groups.go      the shapes of tensors that have such axes
//	given.go       assumptions
//	scope.go       what names stand for at one place
//	lower.go       one case for each node of the syntax tree
//	infinite.go    what inf has no value in
//	reduce.go      operators that bind indices, and the ranges that are not written
//	condition.go   comparisons and logic
//	call.go        elementary, library and user functions
//	linear.go      functions of vectors and matrices
//	filled.go      tensors whose sizes only their surroundings say: vector(1), matrix(1), eye
//	kron.go        Kronecker products and stacked columns, and determinants and inverses of the former
//	variable.go    what a derivative may be taken by
//	derivative.go  grad, jac, hess, d, jvp, vjp, hvp
//	partial.go     the derivatives of elementary functions
//	domain.go      where a formula has a value; vanish.go, quotients by norms, which are 0 where what they are of is
package formula
