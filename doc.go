// Package derive is the root of a module that turns formula text into values and derivatives. It
// holds no code yet, only the test of the rule by which the module's packages may import each other; the
// command is in cmd/derive, and what a Go program can use is in the packages below:
//
//	parser, syntax   text to a syntax tree with positions, and back
//	expr, diff       canonical expressions with sums over symbolic ranges, and their derivatives
//	verify           values and derivatives of a formula as written, in high precision
//	eval             values of expressions; eval/bigmath, elementary functions to any precision
//	builtin          the library of functions, written in the formula language
package derive
