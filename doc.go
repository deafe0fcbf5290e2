// Package derive turns formula text into gradients and into Go that computes them.
//
//	r, err := derive.Grad("given sum(y) == 1; cross_entropy(y, softmax(l))", "l")
//	// r.Text is softmax(l) - y
//
// It is the front of the packages that do the work, in the order of the pipeline:
//
//	syntax, parser   text to a syntax tree with positions, and back
//	expr             canonical expressions: entries with indices, sums over symbolic ranges
//	builtin          the elementary functions, and the library written in the formula language
//	formula          names, ranks and sizes; text lowered to expr
//	diff             derivatives: entries forwards, gradients backwards
//	notation         matrix notation as recognition
//	poly             polynomials in several variables: greatest common divisors, factors
//	simplify         facts, normal forms, names, and the choice of the cheapest form
//	eval             values of expressions; eval/bigmath, elementary functions to any precision
//	verify           the witness: values and derivatives of a formula as written, by other means
//	codegen          loops, stabilised and fused, printed as Go
//	render           results as LaTeX, MathML, in Unicode, as a tree
//	check            every stage against the witness; golden files
//	explain          derivations, line by line
//
// The command is in cmd/derive.
package derive
