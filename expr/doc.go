// Package expr holds the one representation of mathematics in derive: an immutable,
// hash-consed expression over entries of tensors, with indices over symbolic sizes.
//
// A scalar, a vector and a matrix are the same thing here: an entry formula with zero,
// one or two free indices. A*x is sum[j](A[i,j]*x[j]) with i free.
//
// # Sessions
//
// Every node belongs to the [Session] that made it. Within one session two structurally
// equal expressions are the same pointer, so equality is ==, a memo is a map keyed by
// *Node, and an expression is a graph whose shared parts exist once. A session is used by
// one goroutine at a time and frees all its memory when it is dropped.
//
// # Bound indices
//
// An index node carries its range, so that what is known of it travels with it. A stored
// binder (of a sum, product, maximum or minimum) is an index of the bound name space whose
// number is one more than every bound number inside the body. Expressions that differ only
// in the names of bound indices are therefore one node, and a bound index never occurs
// outside its binder. Algorithms that rewrite a body call [Session.Open], which replaces the
// binders by fresh indices of the opened name space, and close it again by building the
// reduction anew; algorithms that only read (printing, evaluation, counting) walk stored bodies as they are.
// Indices of users are a third name space; the three cannot meet.
//
// # Canonical form
//
// Constructors keep these invariants, which [Check] verifies:
//
//  1. Add: at least two terms, or one term with a coefficient other than 1, or one term and a
//     constant. Terms are distinct, sorted, not numbers and not Adds; coefficients are not 0.
//  2. Mul: at least two factors, none of them a number, a Mul, or an Add of a single term without
//     constant (its coefficient belongs to the Add around the product). Bases are distinct and factors
//     sorted. An Add among the factors is primitive: its coefficients are coprime integers and the first is positive.
//  3. Pow: the exponent is neither 0 nor 1; the base is not 1, and not a Pow or Mul that an integer exponent goes through.
//  4. exp has no Add and no product with a rational coefficient as its argument: exp(a+b) is exp(a)*exp(b), exp(-a) is exp(a)^-1.
//  5. A condition is a primitive integer-linear form [f == 0], [f != 0] or [f >= 0] that the ranges of its indices do not decide,
//     or a comparison of a real expression with zero.
//  6. Sum: the body is neither an Add nor a product with a factor that is free of all binders, unless
//     that factor is read under a condition of the body; no unit condition [i == …] eliminates a binder.
//  7. Every subscript, range end and index condition is integer-linear in indices, sizes and integer parameters.
//
// # Conditions
//
// A condition is a factor that is 0 or 1. A product with a condition that is 0 is 0,
// whatever its other factors are (they may read an entry outside its range); this is Iverson's strong zero.
package expr
