package randformula

// MatrixInputs declares the inputs of formulas of matrices.
const MatrixInputs = "param c, x[n], y[n], A[n,n], B[n,n], X[n,n], S[n,n], U[n,m]\ngiven S == S'\n"

// Matrix returns an n×n matrix.
func (g *Generator) Matrix(depth int) string {
	if depth <= 0 {
		return g.one("A", "B", "X", "X", "S", "X'", "A'")
	}
	m := func() string { return g.Matrix(depth - 1 - g.rng.IntN(2)) }
	switch g.rng.IntN(13) {
	case 0, 1, 2:
		return m() + "*" + m()
	case 3, 4:
		return "inv(" + m() + ")"
	case 5:
		return "(" + m() + " + " + m() + ")"
	case 6:
		return "(" + m() + " - " + m() + ")"
	case 7:
		return "(" + m() + ")'"
	case 8:
		return g.one("2", "c", "-1") + "*" + m()
	case 9:
		return g.one("U*U'", "eye(n)", "x*y'", "diag(x)", "(eye(n) + U*U')")
	case 10:
		return "(" + m() + ")^" + g.one("2", "(-1)", "2")
	case 11:
		return "(" + g.Matrix(0) + " .* (" + m() + "))"
	}
	return m()
}

// MatrixVector returns a vector over n.
func (g *Generator) MatrixVector(depth int) string {
	switch g.rng.IntN(5) {
	case 0:
		return "(" + g.Matrix(depth) + ")*" + g.one("x", "y")
	case 1:
		return "solve(" + g.Matrix(depth-1) + ", " + g.one("x", "y") + ")"
	case 2:
		return "diag(" + g.Matrix(depth) + ")"
	case 3:
		return "(" + g.MatrixVector(depth-1) + " + " + g.one("x", "y") + ")"
	}
	return g.one("x", "y")
}

// MatrixScalar returns a number made of matrices.
func (g *Generator) MatrixScalar(depth int) string {
	switch g.rng.IntN(9) {
	case 7, 8:
		return g.kronScalar(depth - 1)
	case 0, 1:
		return "tr(" + g.Matrix(depth) + ")"
	case 2:
		return "logdet(" + g.Matrix(depth) + ")"
	case 3:
		return "det(" + g.Matrix(depth) + ")"
	case 4:
		return "x'*(" + g.Matrix(depth) + ")*y"
	case 5:
		return "norm2(" + g.MatrixVector(depth) + ")^2"
	}
	return g.MatrixScalar(depth-1) + "*" + g.MatrixScalar(depth-1)
}
