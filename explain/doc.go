// Package explain writes the derivation of a derivative as a person would: the formula with its intermediates named, the chain
// rule, the factors, the factors put in, what the sums collapse to, what the givens say, and the result.
//
//	e, err := explain.Explain(file, strict, x, explain.Options{})
//	fmt.Print(e.Text())
//
// It knows the rules of calculus as sentences only: a rule says which derivatives stand on its right side. Every value comes
// from the engine that derive grad uses, in a problem to which the intermediates are added as definitions, so that grad(L, p) is the
// derivative by the intermediate p. A line that the engine cannot show to hold is left out.
//
//	explain.go     what is explained, and what an explanation is
//	operator.go    one plan for each derivative operator
//	goal.go        the derivation of one derivative, line by line
//	chain.go       the chain rule; whole.go, in matrix notation
//	intermediate.go  what deserves a name; innermost.go, the last before the variable
//	rules.go       sums, products, quotients, powers, table rows
//	unfold.go      definitions written out
//	shape.go       which derivative a formula has by its shape
//	entry.go       entries of vectors and matrices
//	substitute.go  substitution that captures no index
//	depends.go     what a formula depends on
//	names.go       names that nothing else has
//	engine.go      the engine, asked
//	text.go        the derivation as text; markdown.go, latex.go, html.go, json.go; words.go, rules in words
package explain
