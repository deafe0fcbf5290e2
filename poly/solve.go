package poly

// Solve returns the solution of the linear equations Σⱼ rows[i][j]·xⱼ = rows[i][n] for a matrix of n rows of n + 1 polynomials: every unknown
// as a numerator, and the one denominator of all, which is the determinant up to its sign. It is nil where that is 0. Source of the method: Bareiss, Sylvester's
// Identity and Multistep Integer-Preserving Gaussian Elimination, Mathematics of Computation 22 (1968).
func Solve(rows [][]*Poly) (numerators []*Poly, denominator *Poly, err error) {
	n := len(rows)
	m := make([][]*Poly, n)
	for i := range rows {
		m[i] = append([]*Poly(nil), rows[i]...)
	}
	var last *Poly // the pivot before; nil for 1
	for k := range n {
		at := k
		for at < n && m[at][k].IsZero() {
			at++
		}
		if at == n {
			return nil, nil, nil
		}
		m[k], m[at] = m[at], m[k]
		for i := range n {
			if i == k {
				continue
			}
			for j := n; j >= 0; j-- {
				if j == k {
					continue
				}
				a, err := m[k][k].Mul(m[i][j])
				if err != nil {
					return nil, nil, err
				}
				b, err := m[i][k].Mul(m[k][j])
				if err != nil {
					return nil, nil, err
				}
				d := a.Sub(b)
				if last != nil {
					q, ok := Div(d, last)
					if !ok {
						return nil, nil, ErrTooLarge
					}
					d = q
				}
				m[i][j] = d
			}
			m[i][k] = &Poly{vars: m[i][k].vars}
		}
		last = m[k][k]
	}
	if n == 0 {
		return nil, nil, nil
	}
	// Gauss and Jordan with Bareiss' division leave the determinant on the diagonal of every row.
	for i := range n {
		numerators = append(numerators, m[i][n])
	}
	return numerators, last, nil
}
