package simplify

import (
	"slices"

	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/expr"
)

// A matrixFact is what a given says of functions of the matrix whose entries a symbol has.
type matrixFact struct {
	given      int
	sym        *expr.Symbol
	orthogonal bool         // the matrix is square and its transpose is its inverse
	inverse    *expr.Symbol // else another one is, or with turned the transpose of that
	turned     bool
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
		i, j := factors[0].Args()[1-axis], factors[1].Args()[1-axis]
		if factors[0].Args()[axis] == k && factors[1].Args()[axis] == k && k.Lo().IsOne() && k.Hi() == sym.Dims[0] && isWhole(i, sym) && isWhole(j, sym) {
			return matrixFact{given: given, sym: sym, orthogonal: true}, true
		}
	}
	return matrixFact{}, false
}

// isWhole reports whether an expression is a free index over all rows of a square matrix.
func isWhole(i *expr.Node, sym *expr.Symbol) bool {
	return i.Kind() == expr.KindIndex && i.Lo().IsOne() && i.Hi() == sym.Dims[0]
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
		if m.sym != body.Symbol() || !straight && !turned {
			continue
		}
		if m.inverse != nil {
			if n.Func().Name != "inv" {
				continue
			}
			f.used[m.given] = true
			i, j := n.Args()[1], n.Args()[2]
			if m.turned != turned {
				i, j = j, i
			}
			return f.s.Entry(m.inverse, i, j), true
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

// determinant uses det(W)² = |det(W)| = 1 of an orthogonal matrix.
func (f *facts) determinant(n *expr.Node) (*expr.Node, bool) {
	isDet := func(x *expr.Node) (matrixFact, bool) {
		if x.Kind() != expr.KindCall || !x.Func().Square || x.Func().Name != "det" {
			return matrixFact{}, false
		}
		body := x.Args()[0].Body()
		for _, m := range f.matrices {
			if body.Kind() == expr.KindEntry && body.Symbol() == m.sym && m.orthogonal {
				return m, true
			}
		}
		return matrixFact{}, false
	}
	switch n.Kind() {
	case expr.KindCall:
		if n.Func().Name != "abs" {
			return nil, false
		}
		if m, ok := isDet(n.Args()[0]); ok {
			f.used[m.given] = true
			return f.s.Int(1), true
		}
	case expr.KindPow:
		k, isInt := n.Args()[1].Rat().Int64()
		if m, ok := isDet(n.Args()[0]); ok && n.Args()[1].Kind() == expr.KindRat && isInt && k%2 == 0 {
			f.used[m.given] = true
			return f.s.Int(1), true
		}
	}
	return nil, false
}

// isDeterminant reports whether x is the determinant of a matrix.
func isDeterminant(x *expr.Node) bool {
	return x.Kind() == expr.KindCall && x.Func().Square && x.Func().Name == "det"
}

// logDeterminant uses log(det(A)) = logdet(A) of a positive definite matrix.
func (f *facts) logDeterminant(n *expr.Node) (*expr.Node, bool) {
	if n.Kind() != expr.KindCall || n.Func().Name != "log" || n.Func().Arity != 1 || !isDeterminant(n.Args()[0]) {
		return nil, false
	}
	d := definiteness{f: f, s: f.s, bounds: f.boundsOf()}
	if d.of(n.Args()[0].Args()[0]) != definite {
		return nil, false
	}
	for _, k := range d.by {
		f.used[k] = true
	}
	row, _ := builtin.Matrix("logdet")
	return f.s.Call(row.Func, n.Args()[0].Args()[0]), true
}

// withDeterminants builds x anew with the determinants of positive definite matrices as positive.
func (f *facts) withDeterminants(x *expr.Node) *expr.Node {
	if !contains(x, isDeterminant) {
		return x
	}
	var by []int
	positive := f.s.Map(x, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if !isDeterminant(n) {
			return nil, false
		}
		d := definiteness{f: f, s: f.s, bounds: f.boundsOf()}
		if d.of(args[0]) != definite {
			return nil, false
		}
		by = append(by, d.by...)
		fn, ok := builtin.Definite(n.Func(), false)
		if !ok {
			return nil, false
		}
		return f.s.Call(fn, args...), true
	})
	row, _ := builtin.Matrix("det")
	y := f.s.Map(positive, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if !isDeterminant(n) || !n.Func().Definite {
			return nil, false
		}
		return f.s.Call(row.Func, args...), true
	})
	if y != x {
		for _, k := range by {
			f.used[k] = true
		}
	}
	return y
}

// inversePair files that two square matrices are each other's inverses: Σₖ A[i,k]·B[k,j] = [i = j], with either of them transposed.
func (f *facts) inversePair(given int, left, right *expr.Node) {
	if right.Kind() != expr.KindCond || right.Op() != expr.EqZero || left.Kind() != expr.KindReduce || left.Op() != expr.Sum || len(left.Binders()) != 1 {
		return
	}
	o := f.s.Open(left)
	factors, k := expr.Factors(o.Body), o.Indices[0]
	if len(factors) != 2 {
		return
	}
	var axes [2]int
	var outer [2]*expr.Node
	for at, x := range factors {
		if x.Kind() != expr.KindEntry || len(x.Args()) != 2 || x.Symbol().Dims[0] != x.Symbol().Dims[1] {
			return
		}
		axes[at] = slices.Index(x.Args(), k)
		if axes[at] < 0 {
			return
		}
		if outer[at] = x.Args()[1-axes[at]]; !isWhole(outer[at], x.Symbol()) || !isWhole(k, x.Symbol()) || !right.DependsOn(outer[at]) {
			return
		}
	}
	a, b := factors[0].Symbol(), factors[1].Symbol()
	if a == b || outer[0] == outer[1] {
		return
	}
	turned := axes[0] == axes[1]
	f.matrices = append(f.matrices, matrixFact{given: given, sym: a, inverse: b, turned: turned}, matrixFact{given: given, sym: b, inverse: a, turned: turned})
	other := f.s.Mul(f.s.Replace(factors[0], map[*expr.Node]*expr.Node{k: outer[0], outer[0]: k}), f.s.Replace(factors[1], map[*expr.Node]*expr.Node{k: outer[1], outer[1]: k}))
	f.rewriting(given, f.s.Reduce(expr.Sum, other, k), right)
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
