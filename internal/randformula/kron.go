package randformula

// Kron returns an n·n×n·n matrix whose rows and columns are pairs of indices.
func (g *Generator) Kron(depth int) string {
	m := func() string { return g.Matrix(depth - 1) }
	if depth <= 0 {
		return "kron(" + m() + ", " + m() + ")"
	}
	k := func() string { return g.Kron(depth - 1 - g.rng.IntN(2)) }
	switch g.rng.IntN(16) {
	case 0:
		return "(" + k() + " + " + k() + ")"
	case 1:
		return "(" + k() + " - " + k() + ")"
	case 2, 3:
		return k() + "*" + k()
	case 4:
		return "(" + k() + ")'"
	case 5:
		return "(" + k() + " .* (" + k() + "))"
	case 6:
		return g.one("2", "c", "-1") + "*" + k()
	case 7:
		return g.one("diag(vec(X))", "vec(A)*vec(X)'", "kron(x, y)*vec(B)'", "kron(U, A)*kron(U', X)", "kron(x*y', eye(n))", "kron(eye(n), X)")
	case 8:
		return "inv(kron(" + m() + ", " + m() + "))"
	case 9:
		return g.one("sin", "tanh") + "(" + g.Kron(0) + ")"
	case 10:
		return g.one("kron(x, kron("+m()+", y'))", "kron(y', kron("+m()+", x))", "kron(x, kron(y', "+m()+"))", "kron(kron(x', x), "+m()+")")
	}
	return "kron(" + m() + ", " + m() + ")"
}

// KronVector returns a vector of n·n entries.
func (g *Generator) KronVector(depth int) string {
	switch g.rng.IntN(8) {
	case 0, 1:
		return "(" + g.Kron(depth) + ")*vec(" + g.Matrix(depth-1) + ")"
	case 2:
		return "kron(" + g.one("x", "y", "A*x") + ", " + g.one("x", "y", "X*y") + ")"
	case 3:
		return "(" + g.KronVector(depth-1) + " + " + g.KronVector(depth-1) + ")"
	case 4:
		return "diag(" + g.Kron(depth) + ")"
	case 5:
		return g.one("sin", "tanh", "softmax") + "(" + g.KronVector(depth-1) + ")"
	}
	return "vec(" + g.Matrix(depth) + ")"
}

// kronScalar returns a number made of Kronecker products.
func (g *Generator) kronScalar(depth int) string {
	switch g.rng.IntN(8) {
	case 0:
		return "tr(" + g.Kron(depth) + ")"
	case 1:
		return "sum(" + g.Kron(depth) + ")"
	case 2:
		return "(" + g.KronVector(depth) + ")'*(" + g.KronVector(depth) + ")"
	case 3:
		return "norm2(" + g.KronVector(depth) + ")^2"
	case 4:
		return g.one("det", "logdet") + "(" + g.one("", "c*", "2*") + "kron(" + g.Matrix(depth) + ", " + g.Matrix(depth-1) + "))"
	case 5:
		return "tr(inv(kron(" + g.Matrix(depth) + ", " + g.Matrix(depth-1) + ")))"
	case 6:
		return "sum[r]((" + g.KronVector(0) + ")[r]*(" + g.KronVector(depth) + ")[r])"
	}
	return "dot(" + g.KronVector(depth) + ", vec(" + g.Matrix(depth) + "))"
}
