package codegen

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/syntax"
)

// Functions of the factors of a matrix. Their argument is an entry that stands for the whole matrix of its first subscripts.
var (
	fnDet    = &expr.Func{Name: "product of pivots", Arity: 1}
	fnLogDet = &expr.Func{Name: "logarithm of pivots", Arity: 1}
	fnSolve  = &expr.Func{Name: "solution", Arity: 3} // the key of a solution: right-hand side, factors, side
)

// ofPivots has the functions that the pivots give.
var ofPivots = map[string]*expr.Func{"det": fnDet, "logdet": fnLogDet}

// A whole is what is done to a tensor once its entries are there: a matrix is replaced by its factors, right-hand sides
// by solutions. The first axes are those of loops around it.
type whole struct {
	outer      int
	factors    *expr.Node // of a solution: the entry that stands for the factors; nil for the factors themselves
	transposed bool       // solve with the transposed matrix
	columns    bool       // the unknowns are the first of several axes: each column is a solution
	adjugate   bool       // a matrix is replaced by its adjugate
	definite   bool       // the factors are those of Cholesky
	inverse    bool       // such factors are replaced by the inverse of their matrix
	triangular bool       // the matrix is a lower triangular one, which needs no factors
	lowRank    int        // the factors are those of a diagonal matrix with a term of low rank, which is added (1) or taken away (-1)
}

// scratch is the number of rows behind a matrix that what is done to it needs: where rows, or rows and columns, were exchanged, and one to work in.
func (w *whole) scratch() int64 {
	switch {
	case w == nil || w.factors != nil || w.definite || w.inverse || w.triangular:
		return 0
	case w.adjugate:
		return 3
	}
	return 1
}

// isInverse reports whether n is an entry of the inverse of a matrix.
func isInverse(n *expr.Node) bool {
	return n.Kind() == expr.KindCall && n.Func().Square && n.Func().Name == "inv"
}

// ofMatrix returns the value of a function of a whole matrix.
func (p *plan) ofMatrix(n *expr.Node, ctx []*expr.Node) *expr.Node {
	a := n.Args()[0]
	if fn, ok := ofPivots[n.Func().Name]; ok {
		return p.s.Call(fn, p.factors(a, n.Func(), ctx).entry)
	}
	if n.Func() == fnAdjugate {
		return p.adjugate(a, n.Args()[1], n.Args()[2], ctx)
	}
	if !isInverse(n) {
		fail("the function %s of a whole matrix has no code", n.Func().Name)
	}
	return p.inverse(p.factors(a, n.Func(), ctx), n.Args()[1], n.Args()[2])
}

// inverse returns the entry [i,j] of an inverse. Of one that is wanted as its transpose that is made, and read both ways.
func (p *plan) inverse(f factored, i, j *expr.Node) *expr.Node {
	if f.definite && !f.lowRank {
		return p.inverseOfDefinite(f, i, j)
	}
	first := i.Kind() == expr.KindIndex && j.Kind() == expr.KindIndex && byNumber(i, j) > 0
	made, ok := p.inverses[f.entry.Symbol()]
	if !ok {
		made = first != f.turned
		p.inverses[f.entry.Symbol()] = made
	}
	turned := made != f.turned
	if turned {
		i, j = j, i
	}
	k, column := p.freshIndex(f.lo, f.hi), p.freshIndex(f.lo, f.hi)
	x := p.solution(f, k, p.s.Cond(expr.EqZero, p.s.Sub(k, column)), k, turned)
	return p.s.Replace(x, map[*expr.Node]*expr.Node{k: i, column: j})
}

// inverseOfDefinite is inverse of a matrix with the factors of Cholesky, which are made into its inverse.
func (p *plan) inverseOfDefinite(f factored, i, j *expr.Node) *expr.Node {
	m, ok := p.inverted[f.entry.Symbol()]
	if !ok {
		from := p.of[f.entry.Symbol()]
		index := make([]*expr.Node, len(from.index))
		turn := map[*expr.Node]*expr.Node{}
		for k, old := range from.index[:len(index)-1] {
			index[k] = p.freshIndex(p.s.Replace(old.Lo(), turn), p.s.Replace(old.Hi(), turn))
			turn[old] = index[k]
		}
		index[len(index)-1] = p.freshIndex(f.lo, f.hi)
		m = &definition{index: index, output: -1, body: p.s.Entry(from.sym, index...), whole: &whole{outer: from.whole.outer, inverse: true}}
		p.add(m, "inverse")
		p.inverted[f.entry.Symbol()] = m
	}
	if i.Kind() == expr.KindIndex && j.Kind() == expr.KindIndex && byNumber(i, j) > 0 { // it is read along its rows
		i, j = j, i
	}
	outer := f.entry.Args()[:m.whole.outer]
	return p.s.Entry(m.sym, append(slices.Clone(outer), i, j)...)
}

// A factored is a matrix taken apart once for all that a kernel asks of it.
type factored struct {
	entry     *expr.Node // stands for the factors
	lo, hi    *expr.Node // the range of rows and of columns
	symmetric bool
	definite  bool // they are those of Cholesky
	lowRank   bool // they are those of a diagonal matrix with a term of low rank
	turned    bool // they are those of the transposed matrix
}

// factors returns the factors of a matrix, a tensor made by [expr.Session.Lambda], or of its transpose: of the one whose rows lie
// along memory. Those of one that is definite are R with A = R'·R.
func (p *plan) factors(a *expr.Node, of *expr.Func, ctx []*expr.Node) factored {
	definite, update := of.Definite, of.Update
	s := p.s
	index, body := p.open(a)
	row, column := index[0], index[1]
	f := factored{lo: row.Lo(), hi: row.Hi(), definite: definite, symmetric: definite || p.swapped(body, row, column) == body}
	p.checkSize(a, row)
	body = p.kept(body, ctx)
	key := s.Lambda(body, row, column)
	order, canonical := p.canonical(key)
	turnedOrder, turned := p.canonical(s.Lambda(body, column, row))
	isLower, isUpper := p.isTriangular(body, row, column), p.isTriangular(body, column, row)
	along := byRows(body, row, column)
	if isUpper && !isLower || isLower == isUpper && (along < 0 || along == 0 && expr.Compare(turned, canonical) < 0) {
		row, column, order, canonical, f.turned = column, row, turnedOrder, turned, true
	}
	free := sortedFree(key)
	m, ok := p.matrices[matrixKey{canonical, definite}]
	if !ok {
		m = made{order: order}
		w := &whole{outer: len(free), definite: definite, triangular: !definite && isLower != isUpper}
		if r, ok := p.diagonalAndRank(body, row, column); definite && update && ok {
			w.lowRank = r.sign
			column = row
			row, body = p.lowRankRows(r, row)
		} else if definite && body.Kind() != expr.KindEntry { // nothing reads what is below the diagonal
			above := p.freshIndex(row, column.Hi())
			body, column = s.Substitute(body, column, above), above
		} else if w.triangular { // nor what is above it
			below := p.freshIndex(column.Lo(), row)
			body, column = s.Substitute(body, column, below), below
		}
		d := &definition{index: append(slices.Clone(free), row, column), output: -1, whole: w}
		d.body = p.value(body, nil)
		p.add(d, d.whole.name())
		m.sym = d.sym
		p.matrices[matrixKey{canonical, definite}] = m
	}
	subs := make([]*expr.Node, len(free), len(free)+2)
	for k := range order {
		subs[m.order[k]] = free[order[k]]
	}
	f.lowRank = p.of[m.sym].whole.lowRank != 0
	f.entry = s.Entry(m.sym, append(subs, f.lo, f.lo)...)
	return f
}

// A matrixKey tells matrices that are factored apart.
type matrixKey struct {
	canonical *expr.Node
	definite  bool
}

// checkSize fails where the size of a matrix changes with an index.
func (p *plan) checkSize(a, row *expr.Node) {
	if len(row.Lo().Free()) > 0 || len(row.Hi().Free()) > 0 {
		fail("a matrix whose size changes with an index has no code: %s", p.written(a))
	}
}

// kept returns the entries of a tensor that is read only where conditions hold, under those of them that keep what it reads in range.
func (p *plan) kept(body *expr.Node, ctx []*expr.Node) *expr.Node {
	if p.safe(body, nil) {
		return body
	}
	var own []*expr.Node
	for _, c := range ctx {
		if !slices.ContainsFunc(c.Free(), func(i *expr.Node) bool { return !body.DependsOn(i) }) {
			own = append(own, c)
		}
	}
	if !p.safe(body, own) {
		own = slices.Clone(ctx)
	}
	return p.s.Mul(append(own, body)...)
}

// written returns an expression as a formula has it, for messages.
func (p *plan) written(n *expr.Node) string {
	for at, i := range sortedFree(n) {
		name, ok := p.names[i]
		if !ok {
			name = string("kqrst"[at%5])
		}
		n = p.s.Substitute(n, i, p.s.Index(name, i.Lo(), i.Hi()))
	}
	x, err := expr.Syntax(n)
	if err != nil {
		return n.String()
	}
	return syntax.Print(x)
}

// byRows is positive for a matrix whose rows lie along memory, negative for one whose columns do.
func byRows(body, row, column *expr.Node) int { return memory(body, column) - memory(body, row) }

// plainSide reports whether a sum over b of an entry of an inverse is a solve with the matrix as it is factored, not with its
// transpose.
func (p *plan) plainSide(inverse, b *expr.Node) bool {
	_, transposed, ok := contracts(inverse, b)
	if !ok {
		return false
	}
	o := p.s.Open(inverse.Args()[0])
	row, column := o.Indices[0], o.Indices[1]
	isLower, isUpper := p.isTriangular(o.Body, row, column), p.isTriangular(o.Body, column, row)
	return transposed == (isUpper && !isLower || isLower == isUpper && byRows(o.Body, row, column) < 0)
}

// isTriangular reports whether each term of a matrix stands under a condition that is false above the diagonal.
func (p *plan) isTriangular(body, row, column *expr.Node) bool {
	s := p.s
	difference := s.Sub(row, column)
	below := []*expr.Node{s.Cond(expr.GeZero, difference), s.Cond(expr.GtZero, difference), s.Cond(expr.EqZero, difference)}
	constant, terms := expr.Terms(body)
	return constant.IsZero() && !slices.ContainsFunc(terms, func(t expr.Term) bool {
		return !slices.ContainsFunc(expr.Factors(t.X), func(f *expr.Node) bool { return slices.Contains(below, f) })
	})
}

// A made is a tensor made for a key: its symbol, the order of the free indices that made the key, and what is where among
// its axes.
type made struct {
	sym   *expr.Symbol
	order []int
	axes  []int // for each axis the number of the free index, or -1 for the unknowns
}

// solution returns the entry, at the index at, of the x with A·x = b, or A'·x = b: b is an expression in k. Indices of b that
// the matrix does not depend on tell several right-hand sides apart.
func (p *plan) solution(f factored, k, b, at *expr.Node, transposed bool) *expr.Node {
	s := p.s
	transposed = transposed != f.turned && !f.symmetric
	side := s.Int(0)
	if transposed {
		side = s.Int(1)
	}
	key := s.Lambda(s.Call(fnSolve, b, f.entry, side), k)
	free := sortedFree(key)
	order, canonical := p.canonical(key)
	m, ok := p.solutions[canonical]
	if !ok {
		m = p.solve(f, k, b, transposed, free)
		m.order = order
		p.solutions[canonical] = m
	}
	sorted := make([]*expr.Node, len(free))
	for i := range order {
		sorted[m.order[i]] = free[order[i]]
	}
	subs := make([]*expr.Node, len(m.axes))
	for axis, i := range m.axes {
		if i < 0 {
			subs[axis] = at
			continue
		}
		subs[axis] = sorted[i]
	}
	return s.Entry(m.sym, subs...)
}

// solve defines the solutions for right-hand sides with the given free indices. Those that lie along memory are solved one after
// the other, each a vector; else the columns of a matrix are, all at once.
func (p *plan) solve(f factored, k, b *expr.Node, transposed bool, free []*expr.Node) made {
	var outer, columns []*expr.Node
	for _, i := range free {
		if f.entry.DependsOn(i) || slices.ContainsFunc(free, func(j *expr.Node) bool { return j != i && j.DependsOn(i) && f.entry.DependsOn(j) }) {
			outer = append(outer, i)
		} else {
			columns = append(columns, i)
		}
	}
	w := &whole{factors: f.entry, transposed: transposed, columns: len(columns) > 0}
	if w.columns && p.along(b, k, columns) {
		outer, columns, w.columns = append(outer, columns...), nil, false
	}
	w.outer = len(outer)
	d := &definition{index: append(append(slices.Clone(outer), k), columns...), body: b, output: -1, whole: w}
	p.add(d, "x")
	m := made{sym: d.sym, axes: make([]int, len(d.index))}
	for axis, i := range d.index {
		m.axes[axis] = slices.Index(free, i)
	}
	return m
}

// along reports whether a right-hand side lies along memory in the index k of the unknowns rather than in another one.
func (p *plan) along(b, k *expr.Node, columns []*expr.Node) bool {
	own := memory(b, k)
	return own > 0 && !slices.ContainsFunc(columns, func(i *expr.Node) bool { return memory(b, i) >= own })
}

// memory counts the entries in n along whose rows index i runs, less those that it jumps through.
func memory(n, i *expr.Node) int {
	count := 0
	for _, e := range entriesOf(n) {
		count += run(e, i)
	}
	return count
}

// contracts reports whether a sum over b of an entry of an inverse and other factors is a solve, and returns the other subscript.
func contracts(inverse, b *expr.Node) (other *expr.Node, transposed, ok bool) {
	if !isInverse(inverse) || inverse.Args()[0].DependsOn(b) {
		return nil, false, false
	}
	i, j := inverse.Args()[1], inverse.Args()[2]
	switch {
	case j == b && !i.DependsOn(b):
		return i, false, true
	case i == b && !j.DependsOn(b):
		return j, true, true
	}
	return nil, false, false
}

// isSolve reports whether a term of a sum over b has an inverse among its factors that makes it a solve.
func isSolve(term, b *expr.Node) bool {
	return slices.ContainsFunc(expr.Factors(term), func(f *expr.Node) bool { _, _, ok := contracts(f, b); return ok })
}

// solves returns the sum over b of body if an inverse among its factors makes it a solve: of inv(A)[i,b]·c[b] the solution
// of A·x = c. Of several terms those that are solves are taken out of the sum.
func (p *plan) solves(b, body *expr.Node, ctx []*expr.Node) (*expr.Node, bool) {
	s := p.s
	constant, terms := expr.Terms(p.spread(b, body))
	if !slices.ContainsFunc(terms, func(t expr.Term) bool { return isSolve(t.X, b) }) {
		return nil, false
	}
	var rest, sum []expr.Term
	for _, t := range terms {
		if !isSolve(t.X, b) {
			rest = append(rest, t)
			continue
		}
		sum = append(sum, expr.Term{Coef: t.Coef, X: p.solveTerm(b, t.X, ctx)})
	}
	if len(rest) > 0 || !constant.IsZero() {
		sum = append(sum, expr.Term{Coef: expr.Int(1), X: p.over(expr.Sum, []*expr.Node{b}, s.Linear(constant, rest), ctx)})
	}
	return s.Linear(expr.Int(0), sum), true
}

// spread multiplies out the factors of a product that have a term that is a solve.
func (p *plan) spread(b, body *expr.Node) *expr.Node {
	factors := expr.Factors(body)
	for k, f := range factors {
		constant, terms := expr.Terms(f)
		if f.Kind() != expr.KindAdd || len(factors) == 1 || !slices.ContainsFunc(terms, func(t expr.Term) bool { return isSolve(t.X, b) }) {
			continue
		}
		others := slices.Delete(slices.Clone(factors), k, k+1)
		sum := []*expr.Node{p.s.Scale(constant, p.s.Mul(others...))}
		for _, t := range terms {
			sum = append(sum, p.s.Scale(t.Coef, p.spread(b, p.s.Mul(append(slices.Clone(others), t.X)...))))
		}
		return p.s.Add(sum...)
	}
	return body
}

// scaled takes a number, or at least the sign, out of a right-hand side over k, so that those that differ in it alone are solved once.
func (p *plan) scaled(k, rhs *expr.Node) (expr.Rat, *expr.Node) {
	constant, terms := expr.Terms(rhs)
	if rhs.Kind() != expr.KindAdd {
		return expr.Int(1), rhs
	}
	if constant.IsZero() && len(terms) == 1 {
		return terms[0].Coef, terms[0].X
	}
	minus := p.s.Neg(rhs)
	_, plus := p.canonical(p.s.Lambda(rhs, k))
	if _, key := p.canonical(p.s.Lambda(minus, k)); expr.Compare(key, plus) < 0 {
		return expr.Int(-1), minus
	}
	return expr.Int(1), rhs
}

// solveTerm returns the sum over b of a product that is a solve.
func (p *plan) solveTerm(b, term *expr.Node, ctx []*expr.Node) *expr.Node {
	s := p.s
	var inverse, at *expr.Node
	var transposed bool
	var inside, outside []*expr.Node
	for _, f := range expr.Factors(term) {
		other, t, ok := contracts(f, b)
		switch {
		case ok && inverse == nil:
			inverse, at, transposed = f, other, t
		case f.DependsOn(b):
			inside = append(inside, f)
		default:
			outside = append(outside, f)
		}
	}
	conds := append(slices.Clone(ctx), conditions(s.Mul(outside...))...)
	rhs := s.Mul(inside...)
	rhs = p.kept(rhs, conds)
	f := p.factors(inverse.Args()[0], inverse.Func(), conds)
	k := b
	if b.Lo() != f.lo || b.Hi() != f.hi { // a part of the rows: 0 in the others
		k = p.freshIndex(f.lo, f.hi)
		if name, ok := p.names[b]; ok {
			p.names[k] = name
		}
		rhs = s.Mul(s.Cond(expr.GeZero, s.Sub(k, b.Lo())), s.Cond(expr.GeZero, s.Sub(b.Hi(), k)), s.Substitute(rhs, b, k))
	}
	coef, rhs := p.scaled(k, p.value(rhs, nil))
	x := s.Scale(coef, p.solution(f, k, rhs, at, transposed))
	for i, f := range outside {
		if !isIndexCond(f) {
			outside[i] = p.value(f, conds)
		}
	}
	return s.Mul(append(outside, x)...)
}
