// Package notation writes tensors in the notation of matrices, where they have one.
//
// An entry formula is read as a network: its indices are vertices, a factor with one index is a vector that stands at its
// vertex, a factor with two is a matrix on the edge between them. Summed vertices are eliminated one after the other: one with
// a single edge makes a product of a matrix and a vector, one with two edges a product of matrices, and what meets at one
// vertex or edge is multiplied entry by entry. Of several readings the cheapest is taken, see [Cost]; what
// cannot be read for certain is declined, never guessed.
//
//	notation.go   Reader: the whole tensor
//	cost.go       what a person pays to read
//	reader.go     readings of expressions, remembered
//	sum.go        sums of terms, and what their terms have in common
//	key.go        texts and keys by which terms and sums are known again
//	sign.go       on which side the sums among factors read best
//	product.go    the network of a product
//	eliminate.go  elimination of summed indices
//	finish.go     what is left: vectors and matrices
//	total.go      components without free indices: sums of all entries, scalar products, traces, means
//	atom.go       factors: entries, calls, powers, reductions
//	call.go       functions of scalars and of tensors
//	log.go        where a matrix product would lose a zero
//	chain.go      matrix products
//	build.go      pieces of syntax
package notation
