// Package codegen turns expressions into Go functions that read as if a careful person had written them: names from
// the formula, lengths checked once, no allocation, no overflow and no cancellation that a rewrite can avoid.
//
// [Generate] takes every kernel through the same passes, which compile lists in order:
//
//	stabilise.go   the canonical form of comparing becomes one for computing:
//	               stable_centre.go, stable_bounded.go, invariant.go, shift.go, stable_restore.go, exponential.go, stable_meet.go, stable_family.go,
//	               stable_product.go, stable_sigmoid.go, compensate.go, stable_difference.go, stable_root.go, stable_quotient.go, direction.go,
//	               stable_scale.go, stable_gauss.go,
//	               stable_logarithm.go; stable_series.go, power series in the quantities of stable_quantity.go, expansion.go, which laurent.go computes;
//	               stable_pairs.go, products as pairs of a number and an exponent
//	define.go      every reduction becomes a definition, a named tensor; equal ones are one; cells.go for outputs of few entries
//	               safe.go, collect.go, intern.go
//	matrix.go      functions of whole matrices: factors made once, sums with an inverse as solves; cofactors.go
//	hardmax.go     which entries are the largest, told from what is computed once
//	lowrank.go     matrices that are diagonal but for a term of low rank
//	separate.go    sums of what changes with one index and what changes with another, apart
//	widen.go       what ranges as far as another index says is made once, and not for each of that one
//	nest.go        sums over several indices become nested sums, in the order that costs least
//	share.go       costly expressions that several loops need become definitions too
//	absorb.go      a sum that is a term of a tensor is accumulated in it
//	order.go       the order of each definition's loops: what runs along memory goes inside
//	statement.go   assignments, accumulations, and updates of the entries that a delta picks
//	wholes.go      matrices copied as a whole, replaced by their factors, right-hand sides by solutions
//	symmetric.go   of a fold that is symmetric in two subscripts, one triangle and a copy
//	fuse.go        one tree of loops; statements share a loop where dependences allow
//	place.go       what is a local variable, what lies in the scratch slice or in an output not yet written
//	lower.go       the loop language of loop.go: value.go, arithmetic.go, function.go, decay.go, gather.go; walk.go
//	narrow.go, merge.go   conditions that bound loops or that they do not change, conditions alike
//	scan.go        cumulative sums, products and extrema in one step a turn
//	zero.go, split.go, rows.go, unroll.go   buffers set to 0, loops with calls, rows of matrices, four turns in one; copy.go
//	addup.go       long sums in blocks, or with the errors of their additions
//	parallel.go    turns of outermost loops among processors, where that is asked for
//	tidy.go, print.go, signature.go, names.go, special.go, tailhelpers.go, loghelpers.go, luhelpers.go, cholesky.go, triangular.go, lowrank.go   the Go text
//
// # Invariants
//
// Up to define the kernel is expressions of package expr; from define to fuse it is definitions whose bodies are
// expressions without reductions, and whose entries are read through symbols, so that substitution, equality
// and memos keep working; a [Program] holds no expressions at all. Loops over an index are joined, and values shared, by pointer
// equality alone.
//
// A condition among factors annihilates its product, whatever the other factors read. So what is not shown to be
// in range is computed under its conditions and never hoisted; a definition made from such a part carries them as guards.
//
// Every choice depends on structure and on the order of the kernel, never on addresses or the order of a map: two runs
// give the same bytes.
package codegen
