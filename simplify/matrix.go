package simplify

import (
	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/expr"
)

// A matrixFact is what a given says of functions of the matrix whose entries a symbol has.
type matrixFact struct {
	given int
	sym   *expr.Symbol
	// orthogonal says that the matrix is square and its transpose is its inverse, else it is positive definite.
	orthogonal bool
}

// orthogonal recognises Σₖ W[k,i]·W[k,j] = [i = j], and the same of rows, of a square matrix W.
func orthogonal(given int, left, right *expr.Node) (matrixFact, bool) {
	if right.Kind() != expr.KindCond || right.Op() != expr.EqZero || left.Kind() != expr.KindReduce || left.Op() != expr.Sum {
		return matrixFact{}, false
	}
	factors := expr.Factors(left.Body())
	if len(left.Binders()) != 1 || len(factors) != 2 || factors[0].Kind() != expr.KindEntry || factors[1].Kind() != expr.KindEntry {
		return matrixFact{}, false
	}
	sym := factors[0].Symbol()
	if factors[1].Symbol() != sym || len(sym.Dims) != 2 || sym.Dims[0] != sym.Dims[1] {
		return matrixFact{}, false
	}
	k := left.Binders()[0]
	for axis := range 2 {
		if factors[0].Args()[axis] == k && factors[1].Args()[axis] == k {
			return matrixFact{given, sym, true}, true
		}
	}
	return matrixFact{}, false
}

// matrixCall uses inv(W) = W' and logdet(W) = 0 of an orthogonal matrix.
func (f *facts) matrixCall(n *expr.Node) (*expr.Node, bool) {
	if n.Kind() != expr.KindCall || !n.Func().Square {
		return nil, false
	}
	o := f.s.Open(n.Args()[0], n)
	body := o.Body
	if body.Kind() != expr.KindEntry || len(body.Args()) != 2 {
		return nil, false
	}
	straight := body.Args()[0] == o.Indices[0] && body.Args()[1] == o.Indices[1]
	turned := body.Args()[0] == o.Indices[1] && body.Args()[1] == o.Indices[0]
	for _, m := range f.matrices {
		if !m.orthogonal || m.sym != body.Symbol() || !straight && !turned {
			continue
		}
		switch n.Func().Name {
		case "inv":
			f.used[m.given] = true
			return f.s.At(n.Args()[0], n.Args()[2], n.Args()[1]), true
		case "logdet":
			f.used[m.given] = true
			return f.s.Int(0), true
		}
	}
	return nil, false
}

// determinant uses log(det(A)) = logdet(A) of a positive definite matrix, and det(W)² = 1 of an orthogonal one.
func (f *facts) determinant(n *expr.Node) (*expr.Node, bool) {
	isDet := func(x *expr.Node) (matrixFact, bool) {
		if x.Kind() != expr.KindCall || !x.Func().Square || x.Func().Name != "det" {
			return matrixFact{}, false
		}
		body := x.Args()[0].Body()
		for _, m := range f.matrices {
			if body.Kind() == expr.KindEntry && body.Symbol() == m.sym {
				return m, true
			}
		}
		return matrixFact{}, false
	}
	switch n.Kind() {
	case expr.KindCall:
		if n.Func().Name != "log" || n.Func().Arity != 1 {
			return nil, false
		}
		if m, ok := isDet(n.Args()[0]); ok && !m.orthogonal {
			f.used[m.given] = true
			row, _ := builtin.Matrix("logdet")
			return f.s.Call(row.Func, n.Args()[0].Args()[0]), true
		}
	case expr.KindPow:
		k, isInt := n.Args()[1].Rat().Int64()
		if m, ok := isDet(n.Args()[0]); ok && m.orthogonal && n.Args()[1].Kind() == expr.KindRat && isInt && k%2 == 0 {
			f.used[m.given] = true
			return f.s.Int(1), true
		}
	}
	return nil, false
}

// otherSide returns Σₖ W[i,k]·W[j,k] for Σₖ W[k,i]·W[k,j], and the other way round, at the same indices.
func (f *facts) otherSide(sum *expr.Node, sym *expr.Symbol) *expr.Node {
	o := f.s.Open(sum)
	factors := expr.Factors(o.Body)
	turned := make([]*expr.Node, len(factors))
	for k, x := range factors {
		turned[k] = f.s.Entry(sym, x.Args()[1], x.Args()[0])
	}
	return f.s.Reduce(expr.Sum, f.s.Mul(turned...), o.Indices...)
}

// isDiagonal reports whether x == y says that the matrix with the entries x is diagonal: A[i,j] == A[i,i]·[i = j].
func isDiagonal(x, y *expr.Node) bool {
	if x.Kind() != expr.KindEntry || len(x.Args()) != 2 || x.Args()[0] == x.Args()[1] || y.Kind() != expr.KindMul {
		return false
	}
	entry, delta := false, false
	for _, f := range expr.Factors(y) {
		switch {
		case f.Kind() == expr.KindEntry && f.Symbol() == x.Symbol() && f.Args()[0] == f.Args()[1]:
			entry = true
		case f.Kind() == expr.KindCond && f.Op() == expr.EqZero && f.DependsOn(x.Args()[0]) && f.DependsOn(x.Args()[1]):
			delta = true
		default:
			return false
		}
	}
	return entry && delta
}
