package simplify

import (
	"slices"

	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
)

// A posdefFact says that the matrix with the entries value, of the rows and columns of its axes, is symmetric with positive eigenvalues.
type posdefFact struct {
	given int
	value *expr.Node
	axes  []*expr.Node
}

// Definite returns x with the functions of whole matrices marked, see [builtin.Definite], whose matrix is symmetric with
// positive eigenvalues for all inputs that satisfy the givens, and the numbers of the givens that say so.
func (z *Simplifier) Definite(x *expr.Node) (*expr.Node, []int) {
	if !contains(x, func(n *expr.Node) bool { return n.Kind() == expr.KindCall && n.Func().Square }) {
		return x, nil
	}
	f := newFacts(z.s, z.problem.Givens)
	y := z.s.Map(x, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if n.Kind() != expr.KindCall || !n.Func().Square {
			return nil, false
		}
		d := definiteness{f: f, s: z.s, bounds: f.boundsOf()}
		if d.of(args[0]) != definite {
			return nil, false
		}
		fn, ok := builtin.Definite(n.Func(), d.isUpdate(args[0]))
		if !ok {
			return nil, false
		}
		for _, k := range d.by {
			f.used[k] = true
		}
		return z.s.Call(fn, args...), true
	})
	return y, f.givens()
}

// An eigen says what is known of the eigenvalues of a symmetric matrix; its opposite says it of the matrix with the other sign.
type eigen int8

const (
	unknown      eigen = 0
	semidefinite eigen = 1 // none is negative
	definite     eigen = 2 // all are positive
)

// weaker returns e of a matrix some of whose eigenvalues may be 0.
func (e eigen) weaker() eigen { return max(-semidefinite, min(e, semidefinite)) }

// times is that of a product of which each part keeps the sign of the other and its zeros.
func (e eigen) times(f eigen) eigen {
	switch p := e * f; {
	case p == definite*definite, p == -definite*definite:
		return p / definite
	default:
		return p.weaker()
	}
}

// A definiteness finds out what the eigenvalues of matrices are. Every shape that it knows is symmetric by itself.
type definiteness struct {
	f      *facts
	s      *expr.Session
	bounds *bounds
	by     []int // the givens that were needed
	depth  int
}

// maxDefinite bounds how deep the matrices in a matrix are looked at.
const maxDefinite = 16

// of says what the eigenvalues of a matrix are, a tensor made by [expr.Session.Lambda].
func (d *definiteness) of(a *expr.Node) eigen {
	o := d.s.Open(a)
	return d.matrix(o.Body, o.Indices[0], o.Indices[1])
}

// isUpdate reports whether a matrix is a diagonal one with positive entries and one other term, of rank one or a product B·C·B' with
// a diagonal C, the sign of which is known.
func (d *definiteness) isUpdate(a *expr.Node) bool {
	o := d.s.Open(a)
	row, column := o.Indices[0], o.Indices[1]
	constant, terms := expr.Terms(o.Body)
	var diagonal, others []*expr.Node
	for _, t := range terms {
		if d.isDiagonal(t.X, row, column) {
			diagonal = append(diagonal, d.s.Substitute(d.s.Scale(t.Coef, t.X), column, row))
		} else {
			others = append(others, t.X)
		}
	}
	if !constant.IsZero() { // that many times the matrix of ones
		others = append(others, d.s.Int(1))
	}
	if len(others) != 1 || d.entries(d.s.Add(diagonal...)) != definite {
		return false
	}
	x := others[0]
	if x.Kind() == expr.KindReduce && x.Op() == expr.Sum && len(x.Binders()) == 1 {
		return d.congruence(x, row, column) != unknown
	}
	return x.IsOne() || x.Kind() == expr.KindMul && d.product(x, row, column) != unknown && !slices.ContainsFunc(expr.Factors(x), func(f *expr.Node) bool { return f.DependsOn(row) && f.DependsOn(column) })
}

// matrix says what the eigenvalues of the matrix with the entries x are.
func (d *definiteness) matrix(x, row, column *expr.Node) eigen {
	if d.depth == maxDefinite {
		return unknown
	}
	d.depth++
	defer func() { d.depth-- }()
	for _, g := range d.f.posdefs {
		if d.is(g, x, row, column) {
			d.by = append(d.by, g.given)
			return definite
		}
	}
	onRow, onColumn := x.DependsOn(row), x.DependsOn(column)
	if !onRow && !onColumn {
		return d.entries(x).weaker() // that many times the matrix of ones
	}
	if !onRow || !onColumn {
		return unknown
	}
	switch x.Kind() {
	case expr.KindAdd:
		return d.sum(x, row, column)
	case expr.KindMul:
		return d.product(x, row, column)
	case expr.KindCond:
		if x == d.s.Cond(expr.EqZero, d.s.Sub(row, column)) {
			return definite
		}
	case expr.KindReduce:
		if x.Op() == expr.Sum {
			return d.congruence(x, row, column)
		}
	case expr.KindPow:
		return d.power(x, row, column)
	case expr.KindCall:
		switch {
		case isInverse(x):
			if e := d.of(x.Args()[0]); isEntry(x, row, column) && (e == definite || e == -definite) {
				return e
			}
		case isCallOf(x, "exp") && d.matrix(x.Args()[0], row, column) >= semidefinite:
			return semidefinite // its series has no negative coefficient
		}
	}
	return unknown
}

// isEntry reports whether x is the entry of a matrix function at a row and a column, in either order, of a matrix that has neither.
func isEntry(x, row, column *expr.Node) bool {
	a, i, j := x.Args()[0], x.Args()[1], x.Args()[2]
	return !a.DependsOn(row) && !a.DependsOn(column) && (i == row && j == column || i == column && j == row)
}

// is reports whether a given says that the matrix is positive definite.
func (d *definiteness) is(g posdefFact, x, row, column *expr.Node) bool {
	m := matcher{s: d.s, vars: g.value.Free()}
	b := newBinding()
	if g.value.Kind() != x.Kind() || !m.match(g.value, x, b, nil) {
		return false
	}
	i, j := b.indices[g.axes[0]], b.indices[g.axes[1]]
	for _, v := range g.value.Free() {
		if at := b.indices[v]; at == nil || at != i && at != j && (at.DependsOn(row) || at.DependsOn(column)) {
			return false
		}
	}
	return i == row && j == column || i == column && j == row
}

// sum is that of A + B + …, of which none has a negative eigenvalue: if one is positive definite, all are. What else there is may be
// outweighed by diagonal matrices.
func (d *definiteness) sum(x, row, column *expr.Node) eigen {
	constant, terms := expr.Terms(x)
	if !constant.IsZero() { // that many times the matrix of ones
		terms = append(slices.Clone(terms), expr.Term{Coef: constant, X: d.s.Int(1)})
	}
	for _, sign := range signs {
		dense, diagonals := unknown, unknown // of those that are positive
		outweighed := true
		var diagonal, others []*expr.Node
		for _, t := range terms {
			by := len(d.by)
			e := d.matrix(t.X, row, column) * eigen(t.Coef.Sign()) * sign
			signed := d.s.Scale(t.Coef.Mul(expr.Int(int64(sign))), t.X)
			switch isDiagonal := d.isDiagonal(t.X, row, column); {
			case isDiagonal:
				diagonal = append(diagonal, signed)
				diagonals = max(diagonals, e)
			case e > 0:
				dense = max(dense, e)
			default:
				others = append(others, signed)
			}
			if e <= 0 {
				d.by, outweighed = d.by[:by], false
			}
		}
		if !outweighed {
			if diagonals = d.outweighs(diagonal, others, row, column); diagonals == unknown {
				continue
			}
		}
		if all := max(dense, diagonals); all > 0 {
			return all * sign
		}
	}
	return unknown
}

// isDiagonal reports whether a product has a delta of row and column among its factors.
func (d *definiteness) isDiagonal(x, row, column *expr.Node) bool {
	return slices.Contains(expr.Factors(x), d.s.Cond(expr.EqZero, d.s.Sub(row, column)))
}

// outweighs is that of a diagonal matrix with the others, where each entry of its diagonal is larger than the sum of the sizes of their
// entries in that row, or as large: S. A. Gershgorin, 1931.
func (d *definiteness) outweighs(diagonal, others []*expr.Node, row, column *expr.Node) eigen {
	s := d.s
	if all := s.Add(others...); d.same(all, d.swapped(all, row, column)) != 1 {
		return unknown
	}
	var rest []*expr.Node
	for _, x := range diagonal {
		rest = append(rest, s.Substitute(x, column, row))
	}
	for _, x := range others {
		e := d.entries(x)
		if e == unknown {
			return unknown
		}
		if e > 0 {
			x = s.Neg(x)
		}
		rest = append(rest, s.Reduce(expr.Sum, x, column))
	}
	return max(unknown, d.entries(s.Add(rest...)))
}

// product is that of c·A, of diagonal matrices, of x·x', and of entrywise products of such: I. Schur, 1911.
func (d *definiteness) product(x, row, column *expr.Node) eigen {
	var scalars, left, right, both []*expr.Node
	delta := d.s.Cond(expr.EqZero, d.s.Sub(row, column))
	factors := expr.Factors(x)
	for k, f := range factors {
		if f == delta { // a diagonal matrix
			return d.entries(d.s.Substitute(d.s.Mul(slices.Delete(slices.Clone(factors), k, k+1)...), column, row))
		}
		switch onRow, onColumn := f.DependsOn(row), f.DependsOn(column); {
		case onRow && onColumn:
			both = append(both, f)
		case onRow:
			left = append(left, f)
		case onColumn:
			right = append(right, f)
		default:
			scalars = append(scalars, f)
		}
	}
	all := d.entries(d.s.Mul(scalars...))
	for _, f := range both {
		all = all.times(d.matrix(f, row, column))
	}
	if len(left)+len(right) == 0 || all == unknown {
		return all
	}
	u := d.s.Mul(left...)
	sign := d.same(u, d.s.Substitute(d.s.Mul(right...), column, row))
	if entries := d.entries(u); len(both) == 0 || entries != definite && entries != -definite {
		all = all.weaker()
	}
	return all * sign
}

// power is that of a matrix whose entries are powers of those of another, or exp(-c·‖xᵢ - xⱼ‖²): I. J. Schoenberg, Metric
// spaces and positive definite functions, 1938.
func (d *definiteness) power(x, row, column *expr.Node) eigen {
	base, exponent := x.Args()[0], x.Args()[1]
	if exponent.Kind() != expr.KindRat {
		return unknown
	}
	k, whole := exponent.Rat().Int64()
	switch {
	case whole && k > 0:
		if e := d.matrix(base, row, column); e > 0 {
			return e
		}
	case exponent.Rat().Sign() < 0 && isCallOf(base, "exp") && d.isDistance(base.Args()[0], row, column):
		return semidefinite
	}
	return unknown
}

// isDistance recognises sums of squares of differences of what row and column have: Σₖ c·(x[row,k] - x[column,k])².
func (d *definiteness) isDistance(x, row, column *expr.Node) bool {
	if x.Kind() == expr.KindReduce && x.Op() == expr.Sum {
		return d.isDistance(d.s.Open(x, row, column).Body, row, column)
	}
	constant, terms := expr.Terms(x)
	if !constant.IsZero() {
		return false
	}
	for _, t := range terms {
		squares := 0
		for _, f := range expr.Factors(t.X) {
			switch {
			case f.Kind() == expr.KindPow && f.Args()[1] == d.s.Int(2) && d.swapped(f.Args()[0], row, column) == d.s.Neg(f.Args()[0]):
				squares++
			case f.Kind() == expr.KindReduce && f.Op() == expr.Sum && d.isDistance(f, row, column):
				squares++
			case f.DependsOn(row) || f.DependsOn(column) || d.entries(f) <= unknown:
				return false
			}
		}
		if squares != 1 || t.Coef.Sign() < 0 {
			return false
		}
	}
	return true
}

// congruence is that of B·A·B': that of A where B is regular.
func (d *definiteness) congruence(x, row, column *expr.Node) eigen {
	o := d.s.Open(x, row, column)
	sign, body := eigen(1), o.Body
	if constant, terms := expr.Terms(body); constant.IsZero() && len(terms) == 1 { // opening may turn the sign of a factor
		sign, body = eigen(terms[0].Coef.Sign()), terms[0].X
	}
	var left, right, middle []*expr.Node
	for _, f := range expr.Factors(body) {
		switch onRow, onColumn := f.DependsOn(row), f.DependsOn(column); {
		case onRow && onColumn:
			return unknown
		case onRow:
			left = append(left, f)
		case onColumn:
			right = append(right, f)
		default:
			middle = append(middle, f)
		}
	}
	for _, i := range o.Indices {
		if slices.ContainsFunc(i.Free(), func(j *expr.Node) bool { return j == row || j == column || j != i && slices.Contains(o.Indices, j) }) {
			return unknown
		}
	}
	l, r := d.s.Mul(left...), d.s.Mul(right...)
	of := func(f *expr.Node) []*expr.Node {
		return slices.DeleteFunc(slices.Clone(o.Indices), func(i *expr.Node) bool { return !f.DependsOn(i) })
	}
	li, ri := of(l), of(r)
	if slices.Equal(li, ri) {
		e := d.entries(d.s.Mul(middle...)) // of a diagonal matrix
		if len(o.Indices) != 1 || !d.isRegular(l, row, li[0]) {
			e = e.weaker()
		}
		return sign * e * d.same(l, d.s.Substitute(r, column, row))
	}
	if len(li) != 1 || len(ri) != 1 || li[0].Lo() != ri[0].Lo() || li[0].Hi() != ri[0].Hi() {
		return unknown
	}
	others := slices.DeleteFunc(slices.Clone(o.Indices), func(i *expr.Node) bool { return i == li[0] || i == ri[0] })
	e := d.matrix(d.s.Reduce(expr.Sum, d.s.Mul(middle...), others...), li[0], ri[0])
	if !d.isRegular(l, row, li[0]) {
		e = e.weaker()
	}
	return sign * e * d.same(l, d.s.Replace(r, map[*expr.Node]*expr.Node{column: row, ri[0]: li[0]}))
}

// isRegular reports whether the square matrix with the entries x is known to have an inverse.
func (d *definiteness) isRegular(x, row, column *expr.Node) bool {
	if row.Lo() != column.Lo() || row.Hi() != column.Hi() {
		return false
	}
	if isInverse(x) {
		return isEntry(x, row, column)
	}
	e := d.matrix(x, row, column)
	return e == definite || e == -definite
}

// signs are those of a thing and its opposite.
var signs = [...]eigen{1, -1}

// entries says whether a number, at all values of its indices, is positive or at least not negative, or its opposite is.
func (d *definiteness) entries(x *expr.Node) eigen {
	for k, y := range []*expr.Node{x, d.s.Neg(x)} {
		shown := d.bounds.sign(y)
		if shown.sign == expr.Positive || shown.sign == expr.NonNegative {
			d.by = append(d.by, shown.by...)
			if shown.sign == expr.Positive {
				return signs[k] * definite
			}
			return signs[k] * semidefinite
		}
	}
	return unknown
}

// same is 1 where x and y are the same, also by the symmetry of matrices, -1 where they are each other's opposites, else 0.
func (d *definiteness) same(x, y *expr.Node) eigen {
	symmetries := d.f.symmetriesOf(x)
	for k, z := range []*expr.Node{y, d.s.Neg(y)} {
		if x == z {
			return signs[k]
		}
		if len(symmetries) > 0 && d.f.ordered(x, symmetries) == d.f.ordered(z, symmetries) {
			for _, sym := range symmetries {
				d.by = append(d.by, sym.given)
			}
			return signs[k]
		}
	}
	return 0
}

// swapped returns x with two indices in each other's place.
func (d *definiteness) swapped(x, i, j *expr.Node) *expr.Node {
	return d.s.Replace(x, map[*expr.Node]*expr.Node{i: j, j: i})
}

// posdefs returns what givens say of positive definite matrices.
func posdefs(given int, tensors []formula.Tensor) []posdefFact {
	var out []posdefFact
	for _, t := range tensors {
		out = append(out, posdefFact{given, t.Value, t.Axes})
	}
	return out
}
