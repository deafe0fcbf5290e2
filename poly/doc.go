// Package poly computes with polynomials in several variables that have integer coefficients: sums, products, exact division, greatest
// common divisors, square-free parts and the factors that are easy to find.
//
//	poly.go    polynomials, sums and products
//	divide.go  exact division, contents, derivatives
//	gcd.go     greatest common divisors
//	factor.go  factors
//	root.go    rational roots, square roots
//	solve.go   systems of linear equations
//
// Variables are numbers; what they stand for is the caller's business. A polynomial never changes. What would grow beyond
// [MaxTerms] is given up with [ErrTooLarge]: every function ends soon, whatever it is given.
package poly
