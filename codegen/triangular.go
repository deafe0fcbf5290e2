package codegen

// triangularHelpers are the functions of lower triangular matrices that generated files contain, as [luHelpers] are those of others. They read nothing
// above the diagonal.
var triangularHelpers = map[string]string{
	"triangularSolve": `
// {triangularSolve} replaces b in x by the solution of L·x = b for a lower triangular L.
//
// Forward substitution by rows: Golub and Van Loan, Matrix Computations, 4th ed., Algorithm 3.1.1.
func {triangularSolve}(l, x []float64) {
	n := len(x)
	for i := range n {
		row := l[i*n:][:n]
		x[i] = (x[i] - {dot}(row[:i], x[:i])) / row[i]
	}
}
`,
	"triangularSolveT": `
// {triangularSolveT} replaces b in x by the solution of L'·x = b for a lower triangular L.
//
// Back substitution by the columns of L', the rows of l: Golub and Van Loan, Matrix Computations, 4th ed., Algorithm 3.1.4.
func {triangularSolveT}(l, x []float64) {
	n := len(x)
	for i := n - 1; i >= 0; i-- {
		row := l[i*n:][:n]
		x[i] /= row[i]
		{axpy}(x[:i], -x[i], row[:i])
	}
}
`,
	"triangularSolveAll": `
// {triangularSolveAll} replaces each column of the matrix x of n rows by the solution of L·x = b for a lower triangular L.
//
// Forward substitution, all columns at once: Golub and Van Loan, Matrix Computations, 4th ed., Section 3.1.
func {triangularSolveAll}(l, x []float64, n int) {
	m := len(x) / max(n, 1)
	for i := range n {
		row, xi := l[i*n:][:n], x[i*m:][:m]
		{subtractRows}(xi, row, 1, x, m, i)
		for j := range xi {
			xi[j] /= row[i]
		}
	}
}
`,
	"triangularSolveAllT": `
// {triangularSolveAllT} replaces each column of the matrix x of n rows by the solution of L'·x = b for a lower triangular L.
//
// Back substitution, all columns at once: Golub and Van Loan, Matrix Computations, 4th ed., Section 3.1.
func {triangularSolveAllT}(l, x []float64, n int) {
	m := len(x) / max(n, 1)
	for i := n - 1; i >= 0; i-- {
		xi, pivot := x[i*m:][:m], l[i*n+i]
		if i+1 < n {
			{subtractRows}(xi, l[(i+1)*n+i:], n, x[(i+1)*m:], m, n-1-i)
		}
		for j := range xi {
			xi[j] /= pivot
		}
	}
}
`,
	"triangularDet": `
// {triangularDet} is the determinant of a triangular matrix.
func {triangularDet}(l []float64, n int) float64 {
	det := 1.0
	for k := range n {
		det *= l[k*n+k]
	}
	return det
}
`,
	"triangularLogDet": `
// {triangularLogDet} is the logarithm of |det A| of a matrix that is triangular, or in whose place its factors are; it is -Inf for a singular one.
func {triangularLogDet}(l []float64, n int) float64 {
	sum := 0.0
	for k := range n {
		sum += math.Log(math.Abs(l[k*n+k]))
	}
	return sum
}
`,
}
