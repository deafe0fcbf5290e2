package codegen

import "strings"

// luHelpers are the functions of matrices that generated files contain, by the names that they would like to have. A
// name in braces is that of another helper.
var luHelpers = map[string]string{
	"luFactor": `
// {luFactor} replaces the n×n matrix at the front of lu by its triangular factors, P·A = L·U with ones on the diagonal of L,
// and notes in the n numbers behind it which rows were exchanged. A singular matrix has a zero among its pivots.
//
// Gaussian elimination with partial pivoting, a few columns at a time: Golub and Van Loan, Matrix Computations, 4th ed.,
// Algorithm 3.4.1 and Section 3.2.11.
func {luFactor}(lu []float64, n int) {
	const block = 8
	exchanges := lu[n*n:][:n]
	for from := 0; from < n; from += block {
		to := min(from+block, n)
		for k := from; k < to; k++ {
			p := k
			for i := k + 1; i < n; i++ {
				if math.Abs(lu[i*n+k]) > math.Abs(lu[p*n+k]) {
					p = i
				}
			}
			exchanges[k] = float64(p)
			{exchange}(lu, k, p, n)
			pivots := lu[k*n:][:to]
			if pivots[k] == 0 {
				continue
			}
			for i := k + 1; i < n; i++ {
				row := lu[i*n:][:to]
				row[k] /= pivots[k]
				for j := k + 1; j < to; j++ {
					row[j] -= row[k] * pivots[j]
				}
			}
		}
		for i := from + 1; i < n && to < n; i++ {
			row := lu[i*n:][:n]
			{subtractRows}(row[to:], row[from:], 1, lu[from*n+to:], n, min(i, to)-from)
		}
	}
}
`,
	"luSolveAll": `
// {luSolveAll} replaces each column of the matrix x of n rows by the solution of A·x = b, A being what {luFactor} has factored
// in lu.
//
// Forward and back substitution, all columns at once: Golub and Van Loan, Section 3.1.
func {luSolveAll}(lu, x []float64, n int) {
	m := len(x) / max(n, 1)
	for k, p := range lu[n*n:][:n] {
		{exchange}(x, k, int(p), m)
	}
	for i := 1; i < n; i++ {
		{subtractRows}(x[i*m:][:m], lu[i*n:], 1, x, m, i)
	}
	for i := n - 1; i >= 0; i-- {
		row, xi := lu[i*n:][:n], x[i*m:][:m]
		{subtractRows}(xi, row[i+1:], 1, x[(i+1)*m:], m, n-1-i)
		for j := range xi {
			xi[j] /= row[i]
		}
	}
}
`,
	"luSolveAllT": `
// {luSolveAllT} replaces each column of the matrix x of n rows by the solution of A'·x = b, A being what {luFactor} has factored
// in lu.
//
// Forward substitution with U' and back substitution with L', all columns at once: Golub and Van Loan, Section 3.1.
func {luSolveAllT}(lu, x []float64, n int) {
	m := len(x) / max(n, 1)
	for i := range n {
		xi, pivot := x[i*m:][:m], lu[i*n+i]
		{subtractRows}(xi, lu[i:], n, x, m, i)
		for j := range xi {
			xi[j] /= pivot
		}
	}
	for i := n - 2; i >= 0; i-- {
		{subtractRows}(x[i*m:][:m], lu[(i+1)*n+i:], n, x[(i+1)*m:], m, n-1-i)
	}
	for k := n - 1; k >= 0; k-- {
		{exchange}(x, k, int(lu[n*n+k]), m)
	}
}
`,
	"subtractRows": `
// {subtractRows} subtracts f₀·x₀ + f₁·x₁ + … from y, where the rows x₀, x₁, … begin every m numbers in x and their factors stand every
// step numbers in f. It takes four of the count rows at a time.
func {subtractRows}(y, f []float64, step int, x []float64, m, count int) {
	k := 0
	for ; k+4 <= count; k += 4 {
		a, b, c, d := f[k*step], f[(k+1)*step], f[(k+2)*step], f[(k+3)*step]
		p, q, r, s := x[k*m:][:len(y)], x[(k+1)*m:][:len(y)], x[(k+2)*m:][:len(y)], x[(k+3)*m:][:len(y)]
		for j := range y {
			y[j] -= a*p[j] + b*q[j] + c*r[j] + d*s[j]
		}
	}
	for ; k < count; k++ {
		a, p := f[k*step], x[k*m:][:len(y)]
		for j := range y {
			y[j] -= a * p[j]
		}
	}
}
`,
	"luDet": `
// {luDet} is the determinant of a matrix that {luFactor} has factored: the product of the pivots, with the sign of the exchanges.
func {luDet}(lu []float64, n int) float64 {
	det := 1.0
	for k, p := range lu[n*n:][:n] {
		if int(p) != k {
			det = -det
		}
		det *= lu[k*n+k]
	}
	return det
}
`,
	"adjugate": `
// {adjugate} replaces the n×n matrix at the front of a by its adjugate, the transposed matrix of its cofactors, which is det(A)·A⁻¹ where A
// is regular. The 3·n numbers behind it are scratch space.
//
// With complete pivoting P·A·Q = L·U the last pivots are the smallest, so that adj(A) = ±Q·adj(U)·L⁻¹·P needs no division by the last one:
// G. W. Stewart, On the adjugate matrix, 1998; Golub and Van Loan, Matrix Computations, 4th ed., Section 3.4.8.
func {adjugate}(a []float64, n int) {
	if n == 0 {
		return
	}
	rows, columns, work := a[n*n:][:n], a[n*n+n:][:n], a[n*n+2*n:][:n]
	product := 1.0 // of all pivots but the last, with the sign of the exchanges
	for k := range n {
		p, q := k, k
		for i := k; i < n; i++ {
			for j := k; j < n; j++ {
				if math.Abs(a[i*n+j]) > math.Abs(a[p*n+q]) {
					p, q = i, j
				}
			}
		}
		rows[k], columns[k] = float64(p), float64(q)
		{exchange}(a, k, p, n)
		{exchangeColumns}(a, k, q, n)
		if (p == k) != (q == k) {
			product = -product
		}
		if k == n-1 {
			break
		}
		pivots := a[k*n:][:n]
		product *= pivots[k]
		if pivots[k] == 0 { // the rank is less than n-1
			for i := range a[:n*n] {
				a[i] = 0
			}
			return
		}
		for i := k + 1; i < n; i++ {
			row := a[i*n:][:n]
			row[k] /= pivots[k]
			for j := k + 1; j < n; j++ {
				row[j] -= row[k] * pivots[j]
			}
		}
	}
	// adj(U) = product·[ u·U₁⁻¹, -U₁⁻¹·v; 0, 1 ] for U = [ U₁, v; 0, u ]: first U₁⁻¹ and U₁⁻¹·v from the last row up.
	m, last := n-1, a[n*n-1]
	for i := m - 1; i >= 0; i-- {
		row := a[i*n:][:n]
		copy(work[i+1:], row[i+1:])
		for j := i + 1; j < m; j++ {
			row[j] = 0
		}
		for k := i + 1; k < m; k++ {
			{axpy}(row[k:m], -work[k], a[k*n+k:k*n+m])
			row[m] -= work[k] * a[k*n+m]
		}
		for j := i + 1; j < n; j++ {
			row[j] /= row[i]
		}
		row[i] = 1 / row[i]
	}
	for i := range m {
		row := a[i*n:][:n]
		for j := i; j < m; j++ {
			row[j] *= product * last
		}
		row[m] *= -product
	}
	a[n*n-1] = product
	// X·L = adj(U), from the last column to the first.
	for j := n - 2; j >= 0; j-- {
		for i := j + 1; i < n; i++ {
			work[i] = a[i*n+j]
			a[i*n+j] = 0
		}
		for i := range n {
			row := a[i*n:][:n]
			row[j] -= {dot}(row[j+1:], work[j+1:])
		}
	}
	for k := n - 1; k >= 0; k-- {
		{exchange}(a, k, int(columns[k]), n)
		{exchangeColumns}(a, k, int(rows[k]), n)
	}
}
`,
	"exchangeColumns": `
// {exchangeColumns} exchanges columns i and j of a matrix of n rows and columns.
func {exchangeColumns}(x []float64, i, j, n int) {
	for k := 0; i != j && k < n; k++ {
		x[k*n+i], x[k*n+j] = x[k*n+j], x[k*n+i]
	}
}
`,
	"luSolve": `
// {luSolve} replaces b in x by the solution of A·x = b, A being what {luFactor} has factored in lu.
//
// Forward and back substitution by rows: Golub and Van Loan, Algorithms 3.1.1 and 3.1.2.
func {luSolve}(lu, x []float64) {
	n := len(x)
	for k, p := range lu[n*n:][:n] {
		x[k], x[int(p)] = x[int(p)], x[k]
	}
	for i := range n {
		x[i] -= {dot}(lu[i*n:][:i], x[:i])
	}
	for i := n - 1; i >= 0; i-- {
		row := lu[i*n:][:n]
		x[i] = (x[i] - {dot}(row[i+1:], x[i+1:])) / row[i]
	}
}
`,
	"luSolveT": `
// {luSolveT} replaces b in x by the solution of A'·x = b, A being what {luFactor} has factored in lu.
//
// Substitution by the columns of U' and L', the rows of lu: Golub and Van Loan, Algorithms 3.1.3 and 3.1.4.
func {luSolveT}(lu, x []float64) {
	n := len(x)
	for i := range n {
		row := lu[i*n:][:n]
		x[i] /= row[i]
		{axpy}(x[i+1:], -x[i], row[i+1:])
	}
	for i := n - 1; i > 0; i-- {
		{axpy}(x[:i], -x[i], lu[i*n:][:i])
	}
	for k := n - 1; k >= 0; k-- {
		p := int(lu[n*n+k])
		x[k], x[p] = x[p], x[k]
	}
}
`,
	"exchange": `
// {exchange} exchanges rows i and j of a matrix of m columns.
func {exchange}(x []float64, i, j, m int) {
	if i == j {
		return
	}
	xi, xj := x[i*m:][:m], x[j*m:][:m]
	for k, v := range xi {
		xi[k], xj[k] = xj[k], v
	}
}
`,
	"axpy": `
// {axpy} adds a·x to y.
func {axpy}(y []float64, a float64, x []float64) {
	x = x[:len(y)]
	for ; len(y) >= 4; x, y = x[4:], y[4:] {
		y[0] += a * x[0]
		y[1] += a * x[1]
		y[2] += a * x[2]
		y[3] += a * x[3]
	}
	for i := range y {
		y[i] += a * x[i]
	}
}
`,
	"dot": `
// {dot} is Σ xᵢ·yᵢ.
func {dot}(x, y []float64) float64 {
	y = y[:len(x)]
	var a, b, c, d float64
	for ; len(x) >= 4; x, y = x[4:], y[4:] {
		a += x[0] * y[0]
		b += x[1] * y[1]
		c += x[2] * y[2]
		d += x[3] * y[3]
	}
	for i := range x {
		a += x[i] * y[i]
	}
	return a + b + c + d
}
`,
}

// matrixHelper returns the text of a function of matrices.
func matrixHelper(name string) (string, bool) {
	for _, helpers := range []map[string]string{luHelpers, choleskyHelpers, triangularHelpers, lowRankHelpers} {
		if text, ok := helpers[name]; ok {
			return text, true
		}
	}
	return "", false
}

// lu returns the Go name of a helper of matrices, which the file then contains.
func (f *file) lu(name string) string {
	if id, ok := f.helpers[name]; ok {
		return id
	}
	id := f.top.name(name)
	f.helpers[name] = id
	f.order = append(f.order, name)
	return id
}

// reserve names the helpers of matrices that a block calls, so that nothing local takes their names.
func (p *printer) reserve(b *Block) {
	if b == nil {
		return
	}
	for _, st := range b.Stmts {
		switch st := st.(type) {
		case *Let:
			if st.Op == OpApply {
				p.file.lu(st.Func)
			}
			if helper, ok := strings.CutPrefix(st.Func, "helper:"); ok {
				p.file.reserved(helper)
			}
		case *Apply:
			if st.Func != "copy" {
				p.file.lu(st.Func)
			}
		case *Loop:
			if st.Shared != nil {
				p.file.reserved(inBlocks)
				p.file.reserved(blocks)
			}
			p.reserve(st.Body)
		case *If:
			p.reserve(st.Then)
			p.reserve(st.Else)
		}
	}
}

// luText returns the Go text of a helper of matrices, with the helpers that it needs.
func (f *file) luText(name string) string {
	var b strings.Builder
	text, _ := matrixHelper(name)
	for {
		before, rest, found := strings.Cut(text, "{")
		id, after, closed := strings.Cut(rest, "}")
		if !found {
			b.WriteString(text)
			return b.String()
		}
		b.WriteString(before)
		if _, ok := matrixHelper(id); !ok || !closed {
			b.WriteString("{")
			text = rest
			continue
		}
		b.WriteString(f.lu(id))
		text = after
	}
}
