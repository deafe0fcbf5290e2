package verify

import (
	"math"
	"math/bits"

	"github.com/seed-9905856d/derive/eval/bigmath"
	"github.com/seed-9905856d/derive/syntax"
)

// linear evaluates functions of vectors and matrices; ok is false where the call is none.
func (e *Evaluator) linear(x *syntax.Call, args []Tensor) (t Tensor, ok bool) {
	need := func(n int) {
		if len(args) != n {
			e.fail(x, "%s takes %d arguments, not %d", x.Fun.Name, n, len(args))
		}
	}
	switch x.Fun.Name {
	case "tr", "det", "logdet", "inv":
		need(1)
		return e.ofSquare(x, args[0]), true
	case "solve":
		need(2)
		return e.solve(x, args[0], args[1]), true
	case "diag":
		need(1)
		return e.diag(x, args[0]), true
	case "eye", "ones", "zeros":
		return e.filled(x, args), true
	case "dot":
		need(2)
		return e.dot(x, args[0], args[1]), true
	case "outer":
		need(2)
		a, b := args[0], args[1]
		if len(a.Shape) != 1 || len(b.Shape) != 1 {
			e.fail(x, "outer takes two vectors, not %s and %s", a.form(), b.form())
		}
		a.Row, a.Cut, b.Row, b.Cut = false, false, true, false
		return e.multiply(x, a, b), true
	case "kron":
		need(2)
		return e.kron(x, args[0], args[1]), true
	case "vec":
		need(1)
		if d := len(args[0].Shape); d == 0 || d > 2 {
			e.fail(x, "vec takes a matrix, not %s", args[0].form())
		}
		v := args[0].transpose()
		return Tensor{Shape: []int{len(v.Data)}, Data: v.Data}, true
	case "cumsum":
		need(1)
		return e.cumsum(args[0]), true
	case "hardmax":
		need(1)
		if args[0].isScalar() {
			e.fail(x, "hardmax takes vectors, not %s", args[0].form())
		}
		return e.hardmax(args[0]), true
	case "norm", "norm2", "normF":
		need(1)
		return scalar(e.euclidean(args[0].Data)), true
	case "norm1":
		need(1)
		return scalar(e.total(e.magnitudes(args[0]))), true
	case "norminf":
		need(1)
		return scalar(e.extreme(append(e.magnitudes(args[0]), e.int(0)), 1)), true
	}
	return Tensor{}, false
}

// magnitudes returns the absolute values of the entries.
func (e *Evaluator) magnitudes(t Tensor) []Num {
	abs := make([]Num, len(t.Data))
	for i, x := range t.Data {
		abs[i] = e.elementary("abs", x)
	}
	return abs
}

// euclidean returns √(Σ x²). At the origin its derivative is 0 by declaration.
func (e *Evaluator) euclidean(xs []Num) Num {
	squares := make([]Num, len(xs))
	zero := true
	for i, x := range xs {
		squares[i] = e.mul(x, x)
		zero = zero && e.isZero(x)
	}
	if zero {
		return e.int(0)
	}
	return e.elementary("sqrt", e.total(squares))
}

// dot returns Σ a·b over entries of one shape, lying or standing.
func (e *Evaluator) dot(x *syntax.Call, a, b Tensor) Tensor {
	a.Row, a.Cut, b.Row, b.Cut = false, false, false, false
	return scalar(e.total(e.scale(x, a, b).Data))
}

// diag makes a diagonal matrix of a vector, and a vector of a matrix's diagonal.
func (e *Evaluator) diag(x *syntax.Call, t Tensor) Tensor {
	switch {
	case len(t.Shape) == 1:
		n := t.Shape[0]
		r := e.identity(n)
		for i, v := range t.Data {
			r.Data[i*n+i] = v
		}
		return r
	case len(t.Shape) == 2 && t.Shape[0] == t.Shape[1]:
		r := Tensor{Shape: t.Shape[:1]}
		for i := range t.Shape[0] {
			r.Data = append(r.Data, t.Data[i*t.Shape[0]+i])
		}
		return r
	}
	e.fail(x, "diag takes a vector or a square matrix, not %s", t.form())
	return Tensor{}
}

// filled returns eye(n), ones(n), ones(m,n), zeros(…).
func (e *Evaluator) filled(x *syntax.Call, sizes []Tensor) Tensor {
	var r Tensor
	for i, t := range sizes {
		v, ok := e.exact(t.Data[0])
		if !t.isScalar() || !ok || !v.IsInt() || v.Sign() < 0 || !v.Num().IsInt64() {
			e.fail(x.Args[i], "%s is not a size", text(x.Args[i]))
		}
		r.Shape = append(r.Shape, e.bounded(x, v.Num().Int64()))
		e.spend(x, volume(r.Shape))
	}
	if x.Fun.Name == "eye" {
		if len(r.Shape) != 1 {
			e.fail(x, "eye takes one size")
		}
		e.spend(x, r.Shape[0]*r.Shape[0])
		return e.identity(r.Shape[0])
	}
	fill := e.int(0)
	if x.Fun.Name == "ones" {
		fill = e.int(1)
	}
	for range volume(r.Shape) {
		r.Data = append(r.Data, fill)
	}
	return r
}

// identity returns the n×n unit matrix.
func (e *Evaluator) identity(n int) Tensor {
	r := Tensor{Shape: []int{n, n}, Data: make([]Num, n*n)}
	for i := range r.Data {
		r.Data[i] = e.int(0)
		if i%(n+1) == 0 {
			r.Data[i] = e.int(1)
		}
	}
	return r
}

// kron returns the Kronecker product A⊗B. A number scales.
func (e *Evaluator) kron(x *syntax.Call, a, b Tensor) Tensor {
	if len(a.Shape) > 2 || len(b.Shape) > 2 {
		e.fail(x, "kron takes matrices, not %s and %s", a.form(), b.form())
	}
	if a.isScalar() || b.isScalar() {
		return e.scale(x, a, b)
	}
	m, n := a.matrix()
	p, q := b.matrix()
	e.spend(x, m*n*p*q)
	r := Tensor{Shape: []int{m * p, n * q}}
	for i := range m * p {
		for j := range n * q {
			r.Data = append(r.Data, e.mul(a.Data[i/p*n+j/q], b.Data[i%p*q+j%q]))
		}
	}
	if len(a.Shape) == 1 && len(b.Shape) == 1 && a.Row == b.Row {
		r.Shape, r.Row = []int{len(r.Data)}, a.Row
	}
	return r
}

// cumsum returns the running sums of a vector, or of each row of a matrix.
func (e *Evaluator) cumsum(t Tensor) Tensor {
	if t.isScalar() || len(t.Data) == 0 {
		return t
	}
	n := t.Shape[len(t.Shape)-1]
	r := t.with(append([]Num(nil), t.Data...))
	for i := range r.Data {
		if i%n != 0 {
			r.Data[i] = e.add(r.Data[i-1], r.Data[i])
		}
	}
	return r
}

// hardmax returns 1 shared equally among the largest entries of a vector, or of each row of a matrix, and 0 for the others.
func (e *Evaluator) hardmax(t Tensor) Tensor {
	r := t.with(make([]Num, len(t.Data)))
	if len(t.Data) == 0 {
		return r
	}
	n := t.Shape[len(t.Shape)-1]
	for first := 0; first < len(t.Data); first += n {
		row := t.Data[first : first+n]
		best := e.attaining(row, 1)
		e.decided(best, row)
		largest := e.constantPart(best[0])
		ties := int64(0)
		for k, x := range row {
			c, ordered := e.cmp(x, largest)
			switch {
			case !ordered:
				r.Data[first+k] = largest // NaN
			case c == 0:
				ties++
				r.Data[first+k] = e.int(1)
			default:
				r.Data[first+k] = e.int(0)
			}
		}
		for k := range row {
			if ties > 1 {
				r.Data[first+k] = e.div(r.Data[first+k], e.int(ties))
			}
		}
	}
	return r
}

// ofSquare returns tr, det, logdet or inv of a square matrix.
func (e *Evaluator) ofSquare(x *syntax.Call, a Tensor) Tensor {
	n := e.order2(x, a)
	switch x.Fun.Name {
	case "tr":
		return scalar(e.total(e.diag(x, a).Data))
	case "inv":
		return e.solve(x, a, e.identity(n))
	case "logdet":
		det, bound := e.det(x, a.Data, n), e.int(1)
		for i := range n { // Hadamard's, up to a factor
			bound = e.mul(bound, e.largest(a.Data[i*n:(i+1)*n]))
		}
		e.cancelled = e.cancelled || e.isNothing(det, bound)
		return scalar(e.elementary("log", e.elementary("abs", det)))
	}
	return scalar(e.det(x, a.Data, n))
}

// order2 returns the n of an n×n matrix.
func (e *Evaluator) order2(at syntax.Expr, a Tensor) int {
	if len(a.Shape) != 2 || a.Shape[0] != a.Shape[1] {
		e.fail(at, "a square matrix is needed here, but this is %s", a.form())
	}
	return a.Shape[0]
}

// det returns the determinant by Bird's method, which does not divide: it is exact in
// infinitesimals also where the matrix is singular, so that the derivative there is the
// cofactors. With μ(X) the strictly upper triangle of X and -Σ_{j>i} X_jj on its diagonal,
//
//	X₁ = A, X_{k+1} = μ(X_k)·A, det A = (-1)ⁿ⁻¹ (X_n)₁₁.
//
// Source: R. S. Bird, A simple division-free algorithm for computing determinants, 2011.
func (e *Evaluator) det(at syntax.Expr, a []Num, n int) Num {
	if n == 0 {
		return e.int(1)
	}
	e.spend(at, n*n*n*n)
	defer e.morePrecisely(e.growth(a, n))()
	x := a
	for range n - 1 {
		next := make([]Num, n*n)
		trace := e.int(0) // Σ_{j>i} X_jj
		for i := n - 1; i >= 0; i-- {
			for j := range n {
				sum := e.neg(e.mul(trace, a[i*n+j]))
				for k := i + 1; k < n; k++ {
					sum = e.add(sum, e.mul(x[i*n+k], a[k*n+j]))
				}
				next[i*n+j] = sum
			}
			trace = e.add(trace, x[i*n+i])
		}
		x = next
	}
	if n%2 == 0 {
		return e.neg(x[0])
	}
	return x[0]
}

// maxGrowth bounds the bits that a determinant is computed with beyond those of its entries.
const maxGrowth = 1 << 13

// growth returns the number of bits by which the numbers of Bird's method may outgrow the determinant of an n×n matrix, which they cancel down
// to: with entries of at most 2^k they are at most (2·n·2^k)ⁿ.
func (e *Evaluator) growth(a []Num, n int) int {
	k := 0
	for _, x := range a {
		if exponent, ok := x.real.Exponent(); ok {
			k = max(k, exponent)
		}
	}
	return min(n*(k+bits.Len(uint(2*n))), maxGrowth)
}

// morePrecisely makes arithmetic more precise by a number of bits and returns the function that ends it.
func (e *Evaluator) morePrecisely(bits int) func() {
	before, computed := e.ctx, e.computed
	e.ctx, e.computed = bigmath.NewContext(before.Precision()+uint(bits)), nil
	return func() { e.ctx, e.computed = before, computed }
}

// solve returns X with A·X = B, by elimination with the largest pivot of each column. The
// inverse of a singular matrix has no value.
func (e *Evaluator) solve(at syntax.Expr, a, b Tensor) Tensor {
	n := e.order2(at, a)
	if len(b.Shape) == 0 || len(b.Shape) > 2 || b.Row || b.Shape[0] != n {
		e.fail(at, "solve takes a matrix and a vector or matrix of as many rows, not %s and %s", a.form(), b.form())
	}
	_, m := b.matrix()
	e.spend(at, n*n*(n+m))
	rows := make([][]Num, n) // (A | B)
	scales := make([]Num, n) // the largest magnitudes that have met in each row of A
	for i := range rows {
		scales[i] = e.largest(a.Data[i*n : (i+1)*n])
		rows[i] = append(append([]Num(nil), a.Data[i*n:(i+1)*n]...), b.Data[i*m:(i+1)*m]...)
	}
	for c := range n {
		best := c
		for i := c + 1; i < n; i++ {
			if k, ok := e.cmp(e.elementary("abs", rows[i][c]), e.elementary("abs", rows[best][c])); ok && k > 0 {
				best = i
			}
		}
		e.cancelled = e.cancelled || e.isNothing(rows[best][c], scales[best])
		if e.isZero(rows[best][c]) {
			return b.with(e.undefined(n * m))
		}
		rows[c], rows[best] = rows[best], rows[c]
		scales[c], scales[best] = e.div(scales[best], e.elementary("abs", rows[c][c])), scales[c]
		for j := n + m - 1; j >= c; j-- {
			rows[c][j] = e.div(rows[c][j], rows[c][c])
		}
		for i := range rows {
			if i == c {
				continue
			}
			factor := rows[i][c]
			scales[i] = e.larger(scales[i], e.mul(e.elementary("abs", factor), scales[c]))
			for j := c; j < n+m; j++ {
				rows[i][j] = e.sub(rows[i][j], e.mul(factor, rows[c][j]))
			}
		}
	}
	r := b.with(make([]Num, 0, n*m))
	for _, row := range rows {
		r.Data = append(r.Data, row[n:]...)
	}
	return r
}

// largest returns the largest magnitude among the values.
func (e *Evaluator) largest(xs []Num) Num {
	r := e.int(0)
	for _, x := range xs {
		r = e.larger(r, e.elementary("abs", x))
	}
	return r
}

// isNothing reports whether x is zero but for what rounding leaves of differences of numbers as large as scale: a pivot of that size is
// that of a singular matrix.
func (e *Evaluator) isNothing(x, scale Num) bool {
	limit := e.mul(scale, real(bigmath.FromFloat64(math.Ldexp(1, -int(e.ctx.Precision())*2/3))))
	c, ordered := e.cmp(e.elementary("abs", x), limit)
	return ordered && c <= 0
}

// undefined returns n times NaN.
func (e *Evaluator) undefined(n int) []Num {
	r := make([]Num, n)
	for i := range r {
		r[i] = e.nan()
	}
	return r
}

// matrixPower returns A^k by repeated squaring; a negative k inverts first.
func (e *Evaluator) matrixPower(at syntax.Expr, a Tensor, k int) Tensor {
	n := e.order2(at, a)
	a.lo = nil
	if k < 0 {
		a, k = e.solve(at, a, e.identity(n)), -k
	}
	r := e.identity(n)
	for ; k > 0; k >>= 1 {
		if k&1 == 1 {
			r = e.multiply(at, r, a)
		}
		if k > 1 {
			a = e.multiply(at, a, a)
		}
	}
	return r
}
