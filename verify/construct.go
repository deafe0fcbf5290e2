package verify

import (
	"math/big"
	"math/rand/v2"

	"github.com/seed-9905856d/derive/syntax"
)

// construct changes a point so that it satisfies one given, where the given has a form that chance would not meet: sums that
// are 1, one-hot vectors, integers, symmetric, positive definite, diagonal, orthogonal and stochastic matrices, unit vectors. Other
// givens are left to chance; it says whether there is an equation among them.
func construct(rng *rand.Rand, p Point, cond syntax.Expr) (unmet bool) {
	switch x := syntax.Unparen(cond).(type) {
	case *syntax.Binary:
		if x.Op == syntax.And {
			unmet = construct(rng, p, x.X)
			return construct(rng, p, x.Y) || unmet
		}
	case *syntax.Call:
		if len(x.Args) != 1 {
			return false
		}
		name, ok := syntax.Unparen(x.Args[0]).(*syntax.Name)
		if !ok {
			return false
		}
		switch v := p.Values[name.Name]; x.Fun.Name {
		case "onehot":
			eachRow(v, func(row []Entry) {
				hot := rng.IntN(len(row))
				for k := range row {
					row[k].Rat.SetInt64(0)
				}
				row[hot].Rat.SetInt64(1)
			})
		case "posdef":
			positiveDefinite(v)
		case "integer":
			for k := range v.Data {
				v.Data[k].Rat.SetInt64(1 + rng.Int64N(int64(smallest(p.Sizes))))
			}
		}
	case *syntax.Compare:
		if len(x.Ops) == 1 && x.Ops[0] == syntax.Eq {
			return !constructEqual(p, x.Operands[0], x.Operands[1])
		}
	}
	return false
}

// smallest returns the smallest size, which every subscript stays within.
func smallest(sizes map[string]int) int {
	least := 3
	for _, n := range sizes {
		least = min(least, n)
	}
	return max(least, 1)
}

// An equality makes a point satisfy left == right, where it is of a form that it knows.
type equality func(p Point, left, right syntax.Expr) bool

// equalities are the forms of equalities that points are made to satisfy.
var equalities = []equality{symmetricForm, skewForm, diagonalForm, orthogonalForm, stochasticForm, unitForm, sumForm}

// constructEqual makes left == right true where it can, and reports whether it knows the form.
func constructEqual(p Point, left, right syntax.Expr) bool {
	for _, e := range equalities {
		if e(p, syntax.Unparen(left), syntax.Unparen(right)) || e(p, syntax.Unparen(right), syntax.Unparen(left)) {
			return true
		}
	}
	return false
}

// input returns the value of an input where x is its name.
func (p Point) input(x syntax.Expr) (Value, bool) {
	name, ok := syntax.Unparen(x).(*syntax.Name)
	if !ok {
		return Value{}, false
	}
	v, ok := p.Values[name.Name]
	return v, ok
}

// skewForm is A == -A'.
func skewForm(p Point, left, right syntax.Expr) bool {
	a, ok := p.input(left)
	neg, isNeg := right.(*syntax.Unary)
	if !ok || !isNeg || neg.Op != syntax.Neg || len(a.Shape) != 2 || a.Shape[0] != a.Shape[1] {
		return false
	}
	if t, ok := syntax.Unparen(neg.X).(*syntax.Transpose); !ok || !syntax.Equal(left, t.X) {
		return false
	}
	symmetrise(a)
	n := a.Shape[0]
	for k, e := range a.Data {
		switch i, j := k/n, k%n; {
		case i == j:
			e.Rat.SetInt64(0)
		case i > j:
			e.Rat.Neg(e.Rat)
		}
	}
	return true
}

// symmetricForm is A == A' and A[i,j] == A[j,i].
func symmetricForm(p Point, left, right syntax.Expr) bool {
	a, ok := p.input(left)
	t, isTranspose := right.(*syntax.Transpose)
	if ok && isTranspose && syntax.Equal(left, t.X) {
		symmetrise(a)
		return true
	}
	l, ok1 := left.(*syntax.Subscript)
	r, ok2 := right.(*syntax.Subscript)
	if !ok1 || !ok2 || len(l.Subs) != 2 || len(r.Subs) != 2 || !syntax.Equal(l.X, r.X) || !syntax.Equal(l.Subs[0], r.Subs[1]) || !syntax.Equal(l.Subs[1], r.Subs[0]) {
		return false
	}
	if a, ok := p.input(l.X); ok {
		symmetrise(a)
	}
	return true
}

// isCall reports whether x is a call of the function, and returns its arguments.
func isCall(x syntax.Expr, name string) ([]syntax.Expr, bool) {
	c, ok := syntax.Unparen(x).(*syntax.Call)
	if !ok || c.Fun.Name != name {
		return nil, false
	}
	return c.Args, true
}

// diagonalForm is A == diag(diag(A)).
func diagonalForm(p Point, left, right syntax.Expr) bool {
	a, ok := p.input(left)
	outer, isDiag := isCall(right, "diag")
	if !ok || !isDiag || len(outer) != 1 || len(a.Shape) != 2 {
		return false
	}
	if inner, ok := isCall(outer[0], "diag"); !ok || len(inner) != 1 || !syntax.Equal(inner[0], left) {
		return false
	}
	for k := range a.Data {
		if k/a.Shape[1] != k%a.Shape[1] {
			a.Data[k].Rat.SetInt64(0)
		}
	}
	return true
}

// product returns the factors of x*y.
func product(x syntax.Expr) (left, right syntax.Expr, ok bool) {
	b, ok := x.(*syntax.Binary)
	if !ok || b.Op != syntax.Mul {
		return nil, nil, false
	}
	return syntax.Unparen(b.X), syntax.Unparen(b.Y), true
}

// orthogonalForm is W'*W == eye(k) and W*W' == eye(n).
func orthogonalForm(p Point, left, right syntax.Expr) bool {
	w, rows, ok := orthogonalOf(p, left, right)
	if ok {
		orthonormal(w, rows)
	}
	return ok
}

// orthogonalOf returns the matrix whose columns, or rows, an equation says are orthonormal.
func orthogonalOf(p Point, left, right syntax.Expr) (w Value, rows, ok bool) {
	if _, ok := isCall(right, "eye"); !ok {
		return Value{}, false, false
	}
	x, y, ok := product(left)
	if !ok {
		return Value{}, false, false
	}
	if t, isTranspose := x.(*syntax.Transpose); isTranspose && syntax.Equal(t.X, y) {
		w, ok = p.input(y)
	} else if t, isTranspose := y.(*syntax.Transpose); isTranspose && syntax.Equal(t.X, x) {
		w, ok = p.input(x)
		rows = true
	} else {
		return Value{}, false, false
	}
	return w, rows, ok && len(w.Shape) == 2
}

// orthonormal replaces the columns, or the rows, of a matrix by those of a rational reflection I - 2vv'/v'v, where v comes from its
// entries. There are as many as it has rows at most.
func orthonormal(w Value, rows bool) {
	m, n := w.Shape[0], w.Shape[1]
	if rows {
		m, n = n, m
	}
	at := func(i, j int) *big.Rat {
		if rows {
			return w.Data[j*m+i].Rat
		}
		return w.Data[i*n+j].Rat
	}
	v, square := make([]*big.Rat, m), new(big.Rat)
	for i := range v {
		v[i] = new(big.Rat).Set(w.Data[i%len(w.Data)].Rat)
		square.Add(square, new(big.Rat).Mul(v[i], v[i]))
	}
	if square.Sign() == 0 {
		v[0].SetInt64(1)
		square.SetInt64(1)
	}
	for i := range m {
		for j := range n {
			e := new(big.Rat).Mul(v[i], v[j%m])
			e.Quo(e.Mul(e, big.NewRat(-2, 1)), square)
			if i == j {
				e.Add(e, big.NewRat(1, 1))
			}
			at(i, j).Set(e)
		}
	}
}

// stochasticForm is P*ones(n) == ones(m), of the rows, and P'*ones(m) == ones(n), of the columns.
func stochasticForm(p Point, left, right syntax.Expr) bool {
	x, y, ok := product(left)
	if _, ones := isCall(right, "ones"); !ok || !ones {
		return false
	}
	if _, ones := isCall(y, "ones"); !ones {
		return false
	}
	if a, ok := p.input(x); ok && len(a.Shape) == 2 {
		eachRow(a, normalise)
		return true
	}
	t, ok := x.(*syntax.Transpose)
	if !ok {
		return false
	}
	a, ok := p.input(t.X)
	if !ok || len(a.Shape) != 2 {
		return false
	}
	for j := range a.Shape[1] {
		var column []Entry
		for i := range a.Shape[0] {
			column = append(column, a.Data[i*a.Shape[1]+j])
		}
		normalise(column)
	}
	return true
}

// unitForm is x'*x == 1 and norm(x) == 1. The unit vector is the stereographic image of its own entries.
func unitForm(p Point, left, right syntax.Expr) bool {
	if !isOne(right) {
		return false
	}
	var of syntax.Expr
	if x, y, ok := product(left); ok {
		if t, isTranspose := x.(*syntax.Transpose); isTranspose && syntax.Equal(t.X, y) {
			of = y
		}
	}
	for _, name := range []string{"norm", "norm2"} {
		if args, ok := isCall(left, name); ok && len(args) == 1 {
			of = args[0]
		}
	}
	if of == nil {
		return false
	}
	v, ok := p.input(of)
	if !ok || len(v.Data) == 0 {
		return false
	}
	square := new(big.Rat)
	for _, e := range v.Data[1:] {
		square.Add(square, new(big.Rat).Mul(e.Rat, e.Rat))
	}
	scale := new(big.Rat).Inv(new(big.Rat).Add(square, big.NewRat(1, 1)))
	v.Data[0].Rat.Mul(new(big.Rat).Sub(square, big.NewRat(1, 1)), scale)
	for _, e := range v.Data[1:] {
		e.Rat.Mul(e.Rat, scale)
		e.Rat.Add(e.Rat, e.Rat)
	}
	return true
}

// isOne reports whether x is the number 1.
func isOne(x syntax.Expr) bool {
	one, ok := x.(*syntax.Number)
	return ok && one.Value.Cmp(big.NewRat(1, 1)) == 0
}

// sumForm is sum(y) == 1 and sum[k](Y[r,k]) == 1.
func sumForm(p Point, left, right syntax.Expr) bool {
	if !isOne(right) {
		return false
	}
	var summed syntax.Expr
	switch x := left.(type) {
	case *syntax.Call:
		if x.Fun.Name == "sum" && len(x.Args) == 1 {
			summed = syntax.Unparen(x.Args[0])
		}
	case *syntax.Reduce: // of the last subscript
		s, ok := syntax.Unparen(x.Body).(*syntax.Subscript)
		if ok && x.Op.Name == "sum" && len(x.Binders) == 1 && x.Cond == nil {
			last, isName := syntax.Unparen(s.Subs[len(s.Subs)-1]).(*syntax.Name)
			if isName && last.Name == x.Binders[0].Name.Name {
				summed = s.X
			}
		}
	}
	if summed == nil {
		return false
	}
	v, ok := p.input(summed)
	if ok {
		eachRow(v, normalise)
	}
	return ok
}

// normalise makes numbers positive and their sum 1.
func normalise(row []Entry) {
	total := new(big.Rat)
	for k := range row {
		row[k].Rat.Abs(row[k].Rat)
		total.Add(total, row[k].Rat)
	}
	if total.Sign() == 0 {
		row[0].Rat.SetInt64(1)
		return
	}
	for k := range row {
		row[k].Rat.Quo(row[k].Rat, total)
	}
}

// positiveDefinite replaces a square matrix G by G·G' + I.
func positiveDefinite(v Value) {
	if len(v.Shape) != 2 || v.Shape[0] != v.Shape[1] {
		return
	}
	n := v.Shape[0]
	product := make([]*big.Rat, n*n)
	for i := range n {
		for j := range n {
			sum := new(big.Rat)
			if i == j {
				sum.SetInt64(1)
			}
			for k := range n {
				sum.Add(sum, new(big.Rat).Mul(v.Data[i*n+k].Rat, v.Data[j*n+k].Rat))
			}
			product[i*n+j] = sum
		}
	}
	for k, x := range product {
		v.Data[k].Rat.Set(x)
	}
}

// eachRow calls f for the entries along the last axis, whatever the others are.
func eachRow(v Value, f func(row []Entry)) {
	if len(v.Shape) == 0 {
		return
	}
	n := v.Shape[len(v.Shape)-1]
	for k := 0; n > 0 && k+n <= len(v.Data); k += n {
		f(v.Data[k : k+n])
	}
}

// symmetrise copies the upper triangle of a square matrix to the lower one.
func symmetrise(v Value) {
	if len(v.Shape) != 2 || v.Shape[0] != v.Shape[1] {
		return
	}
	n := v.Shape[0]
	for i := range n {
		for j := range i {
			v.Data[i*n+j].Rat.Set(v.Data[j*n+i].Rat)
		}
	}
}
