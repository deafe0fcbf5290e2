package poly

// Solve returns a solution of the linear equations Σⱼ rows[i][j]·xⱼ = rows[i][n] for a matrix of rows of n + 1 polynomials, n at least 1: every unknown as a
// numerator, and the one denominator of all. An unknown that the others leave free is 0. It is nil where there is no solution. The denominator of as
// many equations as unknowns that determine them is their determinant up to its sign. Source of the method: Bareiss, Sylvester's Identity and
// Multistep Integer-Preserving Gaussian Elimination, Mathematics of Computation 22 (1968).
func Solve(rows [][]*Poly) (numerators []*Poly, denominator *Poly, err error) {
	if len(rows) == 0 {
		return nil, nil, nil
	}
	n := len(rows[0]) - 1
	m := make([][]*Poly, len(rows))
	for i := range rows {
		m[i] = append([]*Poly(nil), rows[i]...)
	}
	last := Int(rows[0][n].vars, 1) // the pivot before
	var pivots []int                // the column of each row that has one
	for k := range n {
		row := len(pivots)
		at := row
		for at < len(m) && m[at][k].IsZero() {
			at++
		}
		if at == len(m) {
			continue
		}
		m[row], m[at] = m[at], m[row]
		pivots = append(pivots, k)
		for i := range m {
			if i == row {
				continue
			}
			for j := n; j >= 0; j-- {
				if j == k {
					continue
				}
				a, err := m[row][k].Mul(m[i][j])
				if err != nil {
					return nil, nil, err
				}
				b, err := m[i][k].Mul(m[row][j])
				if err != nil {
					return nil, nil, err
				}
				q, ok := Div(a.Sub(b), last)
				if !ok {
					return nil, nil, ErrTooLarge
				}
				m[i][j] = q
			}
			m[i][k] = &Poly{vars: m[i][k].vars}
		}
		last = m[row][k]
	}
	for _, r := range m[len(pivots):] {
		if !r[n].IsZero() {
			return nil, nil, nil
		}
	}
	// Gauss and Jordan with Bareiss' division leave the denominator at the pivot of every row.
	numerators = make([]*Poly, n)
	for j := range numerators {
		numerators[j] = &Poly{vars: last.vars}
	}
	for row, k := range pivots {
		numerators[k] = m[row][n]
	}
	return numerators, last, nil
}
