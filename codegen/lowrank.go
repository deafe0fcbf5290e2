package codegen

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// A lowRank is a matrix taken as a diagonal one with a term of low rank: D + W'·W, or D - W'·W.
type lowRank struct {
	diagonal *expr.Node // the entries of D, at the index of the row
	vectors  *expr.Node // those of W', at the indices of the row and of the vector
	vector   *expr.Node // the index of the vectors; nil for one vector
	sign     int
}

// diagonalAndRank reads the entries of a matrix as those of a diagonal one, with positive entries, and of a term of low rank: u·u', or
// U·C·U' of a matrix that has the rows first and a diagonal C. Numbers that scale the term are not negative.
func (p *plan) diagonalAndRank(body, row, column *expr.Node) (r lowRank, ok bool) {
	s := p.s
	delta := s.Cond(expr.EqZero, s.Sub(row, column))
	constant, terms := expr.Terms(body)
	if !constant.IsZero() { // that many times the matrix of ones
		terms = append(slices.Clone(terms), expr.Term{Coef: constant, X: s.Int(1)})
	}
	var diagonal []*expr.Node
	var term *expr.Term // the other one
	for k, t := range terms {
		factors := expr.Factors(t.X)
		if at := slices.Index(factors, delta); at >= 0 {
			diagonal = append(diagonal, s.Scale(t.Coef, s.Substitute(s.Mul(slices.Delete(slices.Clone(factors), at, at+1)...), column, row)))
			continue
		}
		if term != nil {
			return r, false
		}
		term = &terms[k]
	}
	if term == nil || len(diagonal) == 0 {
		return r, false
	}
	coef, x := term.Coef, term.X
	var vector *expr.Node
	if x.Kind() == expr.KindReduce && x.Op() == expr.Sum && len(x.Binders()) == 1 {
		index, inner := p.open(x)
		if constant, ts := expr.Terms(inner); inner.Kind() == expr.KindAdd && constant.IsZero() && len(ts) == 1 {
			coef, inner = coef.Mul(ts[0].Coef), ts[0].X
		}
		vector, x = index[0], inner
	}
	var left, right, scale []*expr.Node
	for _, f := range expr.Factors(x) {
		switch onRow, onColumn := f.DependsOn(row), f.DependsOn(column); {
		case onRow && onColumn:
			return r, false
		case onRow:
			left = append(left, f)
		case onColumn:
			right = append(right, f)
		default:
			scale = append(scale, f)
		}
	}
	u, other := s.Mul(left...), s.Substitute(s.Mul(right...), column, row)
	r.sign = coef.Sign()
	switch {
	case u == other:
	case u == s.Neg(other):
		r.sign = -r.sign
	default:
		return r, false
	}
	if vector != nil && (!vector.Lo().IsOne() || !u.DependsOn(vector) || memory(u, row) >= 0) || !row.Lo().IsOne() {
		return r, false
	}
	if coef.Sign() < 0 {
		coef = coef.Neg()
	}
	r.diagonal, r.vector = s.Add(diagonal...), vector
	r.vectors = s.Mul(u, s.Sqrt(s.Scale(coef, s.Mul(scale...))))
	return r, true
}

// rows returns the entries that are factored, over the index of rows q and that of columns: first the diagonal, then the vectors, then as
// much room again.
func (p *plan) lowRankRows(r lowRank, row *expr.Node) (q, body *expr.Node) {
	s := p.s
	one, count := s.Int(1), s.Int(1)
	if r.vector != nil {
		count = r.vector.Hi()
	}
	q = p.freshIndex(one, s.Add(count, count, one))
	before := s.Sub(q, one)
	body = s.Mul(s.Cond(expr.EqZero, before), r.diagonal)
	if r.vector == nil {
		return q, s.Add(body, s.Mul(s.Cond(expr.EqZero, s.Sub(before, one)), r.vectors))
	}
	vectors := s.Substitute(r.vectors, r.vector, before)
	return q, s.Add(body, s.Mul(s.Cond(expr.GeZero, s.Sub(before, one)), s.Cond(expr.GeZero, s.Sub(count, before)), vectors))
}

// lowRankHelpers are the functions of such matrices that generated files contain.
var lowRankHelpers = map[string]string{
	"lowRankFactor": `
// {lowRankFactor} factors D + W'·W, see {updateDiagonal}.
func {lowRankFactor}(m []float64, n int) {
	{updateDiagonal}(m, n, 1)
}
`,
	"lowRankLess": `
// {lowRankLess} factors D - W'·W, see {updateDiagonal}.
func {lowRankLess}(m []float64, n int) {
	{updateDiagonal}(m, n, -1)
}
`,
	"updateDiagonal": `
// {updateDiagonal} factors A = D ± W'·W. Of the 2·k+1 rows of n numbers in m the first is the diagonal of D, the next k are those of W. They become
// the diagonal of E and vectors p and β with A = L₁·…·Lₖ·E·Lₖ'·…·L₁', where L has ones on its diagonal and pᵢ·βⱼ below it. It takes
// O(n·k²) steps; from k = n on it makes A, and the factor of Cholesky. Where A is not positive definite it fills m with NaN.
//
// P. E. Gill, G. H. Golub, W. Murray and M. A. Saunders, Methods for modifying matrix factorizations, 1974, method C1.
func {updateDiagonal}(m []float64, n int, sign float64) {
	k := (len(m)/max(n, 1) - 1) / 2
	if k >= n {
		a := m[(k+1)*n:][:n*n]
		clear(a)
		for i := range n {
			a[i*n+i] = m[i]
			for r := range k {
				w := m[(1+r)*n:][:n]
				{axpy}(a[i*n:][i:n], sign*w[i], w[i:])
			}
		}
		{choleskyFactor}(a, n)
		return
	}
	d := m[:n]
	for r := range k {
		p, beta := m[(1+r)*n:][:n], m[(1+k+r)*n:][:n]
		t := sign
		for j, v := range p {
			next := t + v/d[j]*v
			if !(d[j] > 0) || !(sign*next > 0) {
				for i := range m {
					m[i] = math.NaN()
				}
				return
			}
			beta[j] = v / d[j] / next
			d[j] *= next / t
			t = next
		}
		for q := r + 1; q < k; q++ {
			w := m[(1+q)*n:][:n]
			sum := 0.0
			for j, v := range w {
				v -= p[j] * sum
				sum += beta[j] * v
				w[j] = v
			}
		}
	}
}
`,
	"lowRankSolve": `
// {lowRankSolve} replaces b in x by the solution of A·x = b, A being what {updateDiagonal} has factored in m.
func {lowRankSolve}(m, x []float64) {
	n := len(x)
	k := (len(m)/max(n, 1) - 1) / 2
	if k >= n {
		{choleskySolve}(m[(k+1)*n:][:n*n], x)
		return
	}
	for r := range k {
		p, beta := m[(1+r)*n:][:n], m[(1+k+r)*n:][:n]
		sum := 0.0
		for j, v := range x {
			v -= p[j] * sum
			sum += beta[j] * v
			x[j] = v
		}
	}
	for j, d := range m[:n] {
		x[j] /= d
	}
	for r := k - 1; r >= 0; r-- {
		p, beta := m[(1+r)*n:][:n], m[(1+k+r)*n:][:n]
		sum := 0.0
		for j := n - 1; j >= 0; j-- {
			x[j] -= beta[j] * sum
			sum += p[j] * x[j]
		}
	}
}
`,
	"lowRankSolveAll": `
// {lowRankSolveAll} replaces each column of the matrix x of n rows by the solution of A·x = b, A being what {updateDiagonal} has factored in m.
func {lowRankSolveAll}(m, x []float64, n int) {
	k := (len(m)/max(n, 1) - 1) / 2
	if k >= n {
		{choleskySolveAll}(m[(k+1)*n:][:n*n], x, n)
		return
	}
	columns := len(x) / max(n, 1)
	for from := 0; from < columns; from += 8 { // a few columns at a time
		to := min(from+8, columns)
		for r := range k {
			p, beta := m[(1+r)*n:][:n], m[(1+k+r)*n:][:n]
			var sums [8]float64
			for j := range n {
				for c, v := range x[j*columns:][from:to] {
					v -= p[j] * sums[c]
					sums[c] += beta[j] * v
					x[j*columns+from+c] = v
				}
			}
		}
		for r := k - 1; r >= 0; r-- {
			p, beta := m[(1+r)*n:][:n], m[(1+k+r)*n:][:n]
			var sums [8]float64
			for j := n - 1; j >= 0; j-- {
				for c, v := range x[j*columns:][from:to] {
					if r == k-1 {
						v /= m[j]
					}
					v -= beta[j] * sums[c]
					sums[c] += p[j] * v
					x[j*columns+from+c] = v
				}
			}
		}
	}
}
`,
	"lowRankDet": `
// {lowRankDet} is the determinant of a matrix that {updateDiagonal} has factored.
func {lowRankDet}(m []float64, n int) float64 {
	if k := (len(m)/max(n, 1) - 1) / 2; k >= n {
		return {choleskyDet}(m[(k+1)*n:], n)
	}
	det := 1.0
	for _, d := range m[:n] {
		det *= d
	}
	return det
}
`,
	"lowRankLogDet": `
// {lowRankLogDet} is the logarithm of the determinant of a matrix that {updateDiagonal} has factored.
func {lowRankLogDet}(m []float64, n int) float64 {
	if k := (len(m)/max(n, 1) - 1) / 2; k >= n {
		return {choleskyLogDet}(m[(k+1)*n:], n)
	}
	sum := 0.0
	for _, d := range m[:n] {
		sum += math.Log(d)
	}
	return sum
}
`,
}
