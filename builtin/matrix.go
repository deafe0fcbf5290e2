package builtin

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// A MatrixFunction is one row of the table of functions of a whole square matrix, which have no entry formula. An expression has
// them as calls with a tensor as the argument: inv(A)[i,j], det(A).
type MatrixFunction struct {
	Func *expr.Func
	Name string
	// Partial is the derivative of the value, or of its entry [i,j], by the entry [k,l] of A.
	Partial string
	// Domain is the condition under which the function is finite and differentiable.
	Domain string
	// LaTeX is how the name is typeset.
	LaTeX string
}

// Matrices is THE table of functions of whole matrices: a new one is a row here, a value in eval and in codegen and, since the
// witness shares nothing with this table, in verify.
var Matrices = []MatrixFunction{
	// d(A⁻¹) = -A⁻¹·dA·A⁻¹. Source: Petersen and Pedersen, The Matrix Cookbook, 2012, (40).
	matrix("inv", 2, invRule, "-inv(A)[i,k]*inv(A)[l,j]", "det(A) != 0", `\operatorname{inv}`),
	// d det(A) = det(A)·tr(A⁻¹·dA). Source: The Matrix Cookbook, (41).
	matrix("det", 0, detRule, "det(A)*inv(A)[l,k]", "", `\det`),
	// The logarithm of |det(A)|. Source: The Matrix Cookbook, (43).
	matrix("logdet", 0, logdetRule, "inv(A)[l,k]", "det(A) != 0", `\operatorname{logdet}`),
}

func matrix(name string, result int, rule func(*expr.Session, *expr.Func, []*expr.Node) (*expr.Node, bool), partial, domain, latex string) MatrixFunction {
	f := &expr.Func{Name: name, Arity: 1 + result, Ranks: []int{2}, Result: result, Like: make([]int, result), Square: true, Rule: rule}
	return MatrixFunction{Func: f, Name: name, Partial: partial, Domain: domain, LaTeX: latex}
}

// Matrix returns the row of that name.
func Matrix(name string) (MatrixFunction, bool) {
	for _, row := range Matrices {
		if row.Name == name {
			return row, true
		}
	}
	return MatrixFunction{}, false
}

// definites are the functions of Matrices for matrices that are known to be symmetric with positive eigenvalues. Their calls are
// made of those of the others, which have had their rules.
var definites = func() map[*expr.Func][2]*expr.Func {
	out := map[*expr.Func][2]*expr.Func{}
	for _, row := range Matrices {
		fn := *row.Func
		fn.Definite, fn.Rule = true, nil
		if fn.Result == 2 {
			fn.Rule = inOrder
		}
		if row.Name == "det" {
			fn.Sign = expr.Positive
		}
		update := fn
		update.Update = true
		out[row.Func] = [2]*expr.Func{&fn, &update}
	}
	return out
}()

// Definite returns the function that has the values of fn and says that its matrix is positive definite, and with update that it is a
// diagonal one with positive entries and a term of low rank.
func Definite(fn *expr.Func, update bool) (*expr.Func, bool) {
	out, ok := definites[fn]
	if update {
		return out[1], ok
	}
	return out[0], ok
}

// inOrder puts the subscripts of a symmetric matrix in order.
func inOrder(s *expr.Session, fn *expr.Func, args []*expr.Node) (*expr.Node, bool) {
	if expr.Compare(args[1], args[2]) <= 0 {
		return nil, false
	}
	return s.CallAsIs(fn, args[0], args[2], args[1]), true
}

// A square is a matrix taken apart: scalar·body over the indices row and column.
type square struct {
	s                         *expr.Session
	scalar, body, row, column *expr.Node
}

// take opens a matrix clear of the given expressions.
func take(s *expr.Session, a *expr.Node, clear ...*expr.Node) square {
	o := s.Open(a, clear...)
	m := square{s: s, scalar: s.Int(1), body: o.Body, row: o.Indices[0], column: o.Indices[1]}
	if constant, terms := expr.Terms(o.Body); constant.IsZero() && len(terms) == 1 {
		m.scalar, m.body = s.Rat(terms[0].Coef), terms[0].X
	}
	var inside []*expr.Node
	outside := []*expr.Node{m.scalar}
	for _, f := range expr.Factors(m.body) {
		if f.DependsOn(m.row) || f.DependsOn(m.column) || f.Kind() == expr.KindCond {
			inside = append(inside, f)
		} else {
			outside = append(outside, f)
		}
	}
	m.scalar, m.body = s.Mul(outside...), s.Mul(inside...)
	if m.scalar.IsZero() { // no number times a matrix of ones, which would be divided by
		m.scalar, m.body = s.Int(1), m.scalar
	}
	return m
}

// lambda returns the matrix without its scalar.
func (m square) lambda() *expr.Node { return m.s.Lambda(m.body, m.row, m.column) }

// transposed returns the transposed matrix without its scalar. Its own scalar may be -1.
func (m square) transposed() *expr.Node { return m.s.Lambda(m.body, m.column, m.row) }

// turned returns the transposed matrix without its scalar as sign·t. The sign of a sum may turn with the names of its indices.
func (m square) turned() (sign, t *expr.Node) {
	u := take(m.s, m.transposed())
	return u.scalar, u.lambda()
}

// size returns n of an n×n matrix.
func (m square) size() *expr.Node {
	return m.s.Linear(expr.Int(1), []expr.Term{{Coef: expr.Int(1), X: m.row.Hi()}, {Coef: expr.Int(-1), X: m.row.Lo()}})
}

// diagonal returns d of a matrix [row = column]·d, in the index of the row.
func (m square) diagonal() (*expr.Node, bool) {
	delta := m.s.Cond(expr.EqZero, m.s.Sub(m.row, m.column))
	factors := slices.Clone(expr.Factors(m.body))
	k := slices.Index(factors, delta)
	if k < 0 {
		return nil, false
	}
	return m.s.Substitute(m.s.Mul(slices.Delete(factors, k, k+1)...), m.column, m.row), true
}

// triangular returns the diagonal, in the index of the row, of a matrix that is 0 above it or below it.
func (m square) triangular() (*expr.Node, bool) {
	for _, f := range expr.Factors(m.body) {
		if f.Kind() != expr.KindCond || !f.DependsOn(m.row) || !f.DependsOn(m.column) {
			continue
		}
		for _, side := range []*expr.Node{m.s.Sub(m.row, m.column), m.s.Sub(m.column, m.row)} {
			if f == m.s.Cond(expr.GeZero, side) {
				return m.s.Substitute(m.body, m.column, m.row), true
			}
		}
	}
	return nil, false
}

// inverse returns the matrix that this one is the inverse of.
func (m square) inverse() (*expr.Node, bool) {
	if m.body.Kind() != expr.KindCall || m.body.Func().Name != "inv" || !m.body.Func().Square {
		return nil, false
	}
	of, sub := m.body.Args()[0], m.body.Args()[1:]
	if of.DependsOn(m.row) || of.DependsOn(m.column) {
		return nil, false
	}
	switch {
	case sub[0] == m.row && sub[1] == m.column:
		return of, true
	case sub[0] == m.column && sub[1] == m.row:
		return take(m.s, of, m.body).transposed(), true
	}
	return nil, false
}

// product returns the square matrices whose product this is, if there are several of this one's size.
func (m square) product() ([]*expr.Node, bool) {
	if m.body.Kind() != expr.KindReduce || m.body.Op() != expr.Sum {
		return nil, false
	}
	o := m.s.Open(m.body, m.row, m.column)
	factors := slices.Clone(expr.Factors(o.Body))
	if len(factors) != len(o.Indices)+1 {
		return nil, false
	}
	var chain []*expr.Node
	for at := m.row; at != m.column; {
		// The one factor left that carries the index where the chain ends, and the other index that it carries.
		k := slices.IndexFunc(factors, func(f *expr.Node) bool { return f.DependsOn(at) })
		if k < 0 {
			return nil, false
		}
		f := factors[k]
		factors = slices.Delete(factors, k, k+1)
		var next *expr.Node
		for _, i := range append([]*expr.Node{m.column}, o.Indices...) {
			if i != at && f.DependsOn(i) {
				if next != nil {
					return nil, false
				}
				next = i
			}
		}
		if next == nil || next.Lo() != m.row.Lo() || next.Hi() != m.row.Hi() || slices.ContainsFunc(factors, func(g *expr.Node) bool { return g.DependsOn(at) }) {
			return nil, false
		}
		chain = append(chain, m.s.Lambda(f, at, next))
		at = next
	}
	return chain, len(factors) == 0 && len(chain) > 1
}

// An invertedKey is the matrix that is inverted.
type invertedKey struct{ matrix *expr.Node }

// An inverted is what inv makes of a matrix, whatever the subscripts.
type inverted struct {
	entries *expr.Node // the inverse written without inv of this matrix; nil where there is no such form
	// Else the inverse is scale times that of a matrix, with the subscripts exchanged if it is the transpose's.
	scale, of *expr.Node
	turned    bool
	symmetric bool // equal to its transpose, or to the opposite of that
}

// invRule returns c⁻¹·A⁻¹ for (c·A)⁻¹, the reciprocals of a diagonal, A for (A⁻¹)⁻¹, B⁻¹·A⁻¹ for (A·B)⁻¹ of square
// matrices, and writes the inverses of a matrix and of its transpose as one.
func invRule(s *expr.Session, fn *expr.Func, args []*expr.Node) (*expr.Node, bool) {
	a, i, j := args[0], args[1], args[2]
	v := expr.Once(s, invertedKey{a}, func() inverted { return invert(s, fn, a) })
	switch {
	case v.entries != nil:
		return s.At(v.entries, i, j), true
	case v.symmetric && expr.Compare(i, j) > 0, v.turned:
		return s.Mul(v.scale, s.CallAsIs(fn, v.of, j, i)), true
	}
	return nil, false
}

func invert(s *expr.Session, fn *expr.Func, a *expr.Node) inverted {
	m := take(s, a)
	i, j := m.row, m.column
	if !m.scalar.IsOne() {
		return inverted{entries: s.Lambda(s.Mul(s.Inv(m.scalar), s.Call(fn, m.lambda(), i, j)), i, j)}
	}
	if d, ok := m.diagonal(); ok {
		return inverted{entries: s.Lambda(s.Mul(s.Cond(expr.EqZero, s.Sub(i, j)), s.Inv(d)), i, j)}
	}
	if of, ok := m.inverse(); ok {
		return inverted{entries: of}
	}
	if chain, ok := m.product(); ok { // (A·B)⁻¹ = B⁻¹·A⁻¹
		slices.Reverse(chain)
		factors := make([]*expr.Node, len(chain))
		var between []*expr.Node
		at := i
		for k, b := range chain {
			next := j
			if k+1 < len(chain) {
				o := s.Open(a, append(append(slices.Clone(chain), between...), i, j)...)
				next = o.Indices[0]
				between = append(between, next)
			}
			factors[k] = s.Call(fn, b, at, next)
			at = next
		}
		return inverted{entries: s.Lambda(s.Reduce(expr.Sum, s.Mul(factors...), between...), i, j)}
	}
	sign, t := m.turned()
	switch {
	case t == a:
		return inverted{scale: s.Inv(sign), of: a, symmetric: true}
	case expr.Compare(t, a) < 0:
		return inverted{scale: s.Inv(sign), of: t, turned: true}
	}
	return inverted{}
}

// detRule knows det(c·A) = cⁿ·det(A), that of a triangular matrix, the products of a diagonal and of square matrices, and writes small determinants out.
func detRule(s *expr.Session, fn *expr.Func, args []*expr.Node) (*expr.Node, bool) {
	m := take(s, args[0])
	if !m.scalar.IsOne() {
		return s.Mul(s.Pow(m.scalar, m.size()), s.Call(fn, m.lambda())), true
	}
	if m.body.IsZero() {
		return s.Int(0), true
	}
	if d, ok := m.diagonal(); ok {
		return s.Reduce(expr.Prod, d, m.row), true
	}
	if d, ok := m.triangular(); ok {
		return s.Reduce(expr.Prod, d, m.row), true
	}
	if of, ok := m.inverse(); ok {
		return s.Inv(s.Call(fn, of)), true
	}
	if chain, ok := m.product(); ok {
		return s.Mul(each(s, fn, chain)...), true
	}
	if n, ok := m.size().Rat().Int64(); ok && m.size().Kind() == expr.KindRat && n <= maxExpanded {
		return m.expanded(nil, int(n)), true
	}
	sign, t := m.turned()
	if expr.Compare(t, args[0]) < 0 {
		return s.Mul(s.Pow(sign, m.size()), s.CallAsIs(fn, t)), true
	}
	return nil, false
}

// logdetRule is detRule for log |det(A)|.
func logdetRule(s *expr.Session, fn *expr.Func, args []*expr.Node) (*expr.Node, bool) {
	m := take(s, args[0])
	log := func(x *expr.Node) *expr.Node {
		log, _ := Lookup("log", 1)
		abs, _ := Lookup("abs", 1)
		return s.Call(log.Func, s.Call(abs.Func, x))
	}
	if !m.scalar.IsOne() {
		return s.Add(s.Mul(m.size(), log(m.scalar)), s.Call(fn, m.lambda())), true
	}
	if d, ok := m.diagonal(); ok {
		return s.Reduce(expr.Sum, log(d), m.row), true
	}
	if d, ok := m.triangular(); ok {
		return s.Reduce(expr.Sum, log(d), m.row), true
	}
	if of, ok := m.inverse(); ok {
		return s.Neg(s.Call(fn, of)), true
	}
	if chain, ok := m.product(); ok {
		return s.Add(each(s, fn, chain)...), true
	}
	if _, t := m.turned(); expr.Compare(t, args[0]) < 0 {
		return s.CallAsIs(fn, t), true
	}
	return nil, false
}

// each applies a function to several matrices.
func each(s *expr.Session, fn *expr.Func, matrices []*expr.Node) []*expr.Node {
	out := make([]*expr.Node, len(matrices))
	for k, a := range matrices {
		out[k] = s.Call(fn, a)
	}
	return out
}

// maxExpanded is the number of rows up to which a determinant is written out.
const maxExpanded = 3

// expanded returns the determinant by its first column; the rows that are gone are left out.
func (m square) expanded(gone []int, n int) *expr.Node {
	column := len(gone) + 1
	if column > n {
		return m.s.Int(1)
	}
	var terms []*expr.Node
	sign := int64(1)
	for row := 1; row <= n; row++ {
		if slices.Contains(gone, row) {
			continue
		}
		entry := m.s.Replace(m.body, map[*expr.Node]*expr.Node{m.row: m.s.Int(int64(row)), m.column: m.s.Int(int64(column))})
		terms = append(terms, m.s.Mul(m.s.Int(sign), entry, m.expanded(append(slices.Clone(gone), row), n)))
		sign = -sign
	}
	return m.s.Add(terms...)
}
