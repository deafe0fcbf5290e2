package codegen

// choleskyHelpers are the functions of symmetric matrices with positive eigenvalues that generated files contain, as [luHelpers] are those of others.
var choleskyHelpers = map[string]string{
	"choleskyFactor": `
// {choleskyFactor} replaces the upper triangle of a symmetric n×n matrix by that of R with A = R'·R, and reads nothing below the diagonal. It
// fills the matrix with NaN where A is not positive definite.
//
// A few rows at a time: Golub and Van Loan, Matrix Computations, 4th ed., Section 4.2.
func {choleskyFactor}(a []float64, n int) {
	const block = 8
	for from := 0; from < n; from += block {
		to := min(from+block, n)
		for i := from; i < n; i++ {
			row := a[i*n:][i:n]
			{subtractRows}(row, a[from*n+i:], n, a[from*n+i:], n, min(i, to)-from)
			if i >= to {
				continue
			}
			if !(row[0] > 0) {
				for k := range a[:n*n] {
					a[k] = math.NaN()
				}
				return
			}
			pivot := math.Sqrt(row[0])
			for k := range row {
				row[k] /= pivot
			}
			row[0] = pivot
		}
	}
}
`,
	"choleskySolve": `
// {choleskySolve} replaces b in x by the solution of A·x = b, A being what {choleskyFactor} has factored in r.
//
// Substitution by the columns of R' and by the rows of R: Golub and Van Loan, Section 4.2.
func {choleskySolve}(r, x []float64) {
	n := len(x)
	for i := range n {
		row := r[i*n:][:n]
		x[i] /= row[i]
		{axpy}(x[i+1:], -x[i], row[i+1:])
	}
	for i := n - 1; i >= 0; i-- {
		row := r[i*n:][:n]
		x[i] = (x[i] - {dot}(row[i+1:], x[i+1:])) / row[i]
	}
}
`,
	"choleskySolveAll": `
// {choleskySolveAll} replaces each column of the matrix x of n rows by the solution of A·x = b, A being what {choleskyFactor} has factored in r.
//
// Forward and back substitution, all columns at once: Golub and Van Loan, Section 3.1.
func {choleskySolveAll}(r, x []float64, n int) {
	m := len(x) / max(n, 1)
	for i := range n {
		xi, pivot := x[i*m:][:m], r[i*n+i]
		{subtractRows}(xi, r[i:], n, x, m, i)
		for j := range xi {
			xi[j] /= pivot
		}
	}
	for i := n - 1; i >= 0; i-- {
		row, xi := r[i*n:][:n], x[i*m:][:m]
		{subtractRows}(xi, row[i+1:], 1, x[(i+1)*m:], m, n-1-i)
		for j := range xi {
			xi[j] /= row[i]
		}
	}
}
`,
	"choleskyInvert": `
// {choleskyInvert} replaces the factor that {choleskyFactor} has made of A by the inverse of A, both its triangles.
//
// A⁻¹ = R⁻¹·R⁻¹', as LAPACK's POTRI: N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., Section 14.
func {choleskyInvert}(r []float64, n int) {
	for i := n - 1; i >= 0; i-- {
		row := r[i*n:][:n]
		pivot := row[i]
		for k := n - 1; k > i; k-- { // row k of R⁻¹, as often as R has it
			times := row[k]
			row[k] = 0
			{axpy}(row[k:], -times, r[k*n:][k:n])
		}
		row[i] = 1
		for k := i; k < n; k++ {
			row[k] /= pivot
		}
	}
	for i := range n {
		row := r[i*n:][:n]
		for j := i; j < n; j++ {
			row[j] = {dot}(row[j:], r[j*n:][j:n])
			r[j*n+i] = row[j]
		}
	}
}
`,
	"choleskyDet": `
// {choleskyDet} is the determinant of a matrix that {choleskyFactor} has factored: the product of the squares of the pivots.
func {choleskyDet}(r []float64, n int) float64 {
	det := 1.0
	for k := range n {
		det *= r[k*n+k] * r[k*n+k]
	}
	return det
}
`,
	"choleskyLogDet": `
// {choleskyLogDet} is the logarithm of the determinant of a matrix that {choleskyFactor} has factored.
func {choleskyLogDet}(r []float64, n int) float64 {
	sum := 0.0
	for k := range n {
		sum += math.Log(r[k*n+k])
	}
	return 2 * sum
}
`,
}
