// Package verify is the witness against which every derivative, simplification and
// generated kernel is held.
//
// It evaluates a formula as it was written: on the syntax tree, at concrete sizes and
// values, in Taylor arithmetic of high precision. A derivative operator
// seeds its variable with an infinitesimal, evaluates the operand anew and reads off a
// coefficient; nothing is differentiated or simplified symbolically. What has one value is computed once, and sums of products of finite numbers are
// added up one index at a time.
//
// The package therefore never imports expr, diff or simplify: an error there cannot be
// repeated here. Names, shapes and the ranges of indices it works out for itself, from the values
// at hand.
//
//	evaluator.go   the witness and its evaluators: names, limits, errors
//	memory.go      what is computed once, and what is noted of it
//	meaning.go     what names, calls and unwritten ranges mean
//	scope.go       what is bound at one place of a formula
//	node.go        one case for each node of the tree
//	product.go     products, and the conditions that annihilate them
//	reduce.go      indices: ranges, reductions, tensors entry by entry
//	contract.go    sums of products over several indices
//	call.go        elementary and user functions, entrywise and row by row
//	linalg.go      functions of matrices
//	derivative.go  grad, jac, hess, d, jvp, vjp, hvp
//	tensor.go      arrays of numbers
//	jet.go         numbers with infinitesimal parts
//	elementary.go  elementary functions of such numbers
//	value.go       points: values and sizes
//	json.go        values from and to JSON
//	given.go       assumptions such as onehot(y)
//	sample.go, extreme.go  points; construct.go, repair.go, refine.go: how they come to satisfy the givens
package verify
