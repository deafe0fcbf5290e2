package notation

import (
	"math/big"
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/syntax"
)

// A lit is a matrix or a column vector in a product, or the transpose of one.
type lit struct {
	x      syntax.Expr
	t      bool        // transposed
	alt    syntax.Expr // what the transpose of x is too, where that reads better than x'
	sym    bool        // equal to its transpose
	ones   *expr.Node  // the size where it is a vector of ones
	scalar bool        // a number instead, a factor of a product
	// Of a sum that terms had in common, what [reader.signless] says of it, or of its transpose.
	sum       string
	negative  bool
	sumTurned bool
}

// opposite returns -l where l is a sum of terms of either sign.
func (l lit) opposite() (lit, bool) {
	var terms []syntax.Summand
	plus, minus := false, false
	var flatten func(x syntax.Expr, negative bool)
	flatten = func(x syntax.Expr, negative bool) {
		if b, ok := x.(*syntax.Binary); ok && (b.Op == syntax.Add || b.Op == syntax.Sub) {
			flatten(b.X, negative)
			flatten(b.Y, negative != (b.Op == syntax.Sub))
			return
		}
		plus, minus = plus || negative, minus || !negative
		s := syntax.Summand{Negative: !negative, Rank: 1, X: x}
		if _, ok := rational(x); ok {
			s.Rank = 0
		}
		terms = append(terms, s)
	}
	flatten(l.x, false)
	if !plus || !minus {
		return lit{}, false
	}
	l.x, l.alt = syntax.Sum(terms), nil
	return l, true
}

func (l lit) expr() syntax.Expr {
	if !l.t {
		return l.x
	}
	if l.alt != nil {
		return l.alt
	}
	if turned, ok := l.x.(*syntax.Transpose); ok {
		return turned.X
	}
	return &syntax.Transpose{X: l.x}
}

// A chain is a matrix product. One that ends in a column is a column, one that begins with a transposed column a
// row.
type chain []lit

func (c chain) expr() syntax.Expr {
	c = c.flat().inverted()
	xs := make([]syntax.Expr, 0, len(c))
	for i := 0; i < len(c); i++ {
		if l := c[i]; i+1 < len(c) && l.ones != nil && !l.t && c[i+1].ones != nil && c[i+1].t { // ones(m)*ones(n)'
			xs = append(xs, call("ones", l.x.(*syntax.Call).Args[0], c[i+1].x.(*syntax.Call).Args[0]))
			i++
			continue
		}
		if block, times := c[i:].repeated(); times > 1 { // A*A is A^2, X'*X*X'*X is (X'*X)^2
			xs = append(xs, syntax.NewBinary(syntax.Pow, block.expr(), syntax.NewInteger(big.NewInt(int64(times)))))
			i += times*len(block) - 1
			continue
		}
		x := c[i].expr()
		if i == c.scalars() && i+1 < len(c) && c[i].t {
			x = lying(x)
		}
		xs = append(xs, x)
	}
	return scaledProduct(xs, c.scalars())
}

// scaledProduct returns the product of scalars, which are so many of the first factors, and matrices.
func scaledProduct(xs []syntax.Expr, scalars int) syntax.Expr {
	x := syntax.Join(syntax.Mul, xs[scalars:])
	for _, s := range slices.Backward(xs[:scalars]) {
		x = scale(s, x)
	}
	return x
}

// flat returns the product without products as factors: X*(Y*Z) is X*Y*Z. So is X*(Y*Z)' where X*Z'*Y' takes no more to read.
func (c chain) flat() chain {
	if len(c) == 1 || !slices.ContainsFunc(c, func(l lit) bool { return isProduct(l.x) }) {
		return c
	}
	var out chain
	for _, l := range c {
		switch {
		case !isProduct(l.x):
			out = append(out, l)
		case !l.t:
			out = append(out, factorsOf(l.x)...)
		default:
			turned := factorsOf(l.x).transpose()
			if Cost(turned.joined()) <= Cost(l.expr()) {
				out = append(out, turned...)
			} else {
				out = append(out, l)
			}
		}
	}
	return out.scalarsFirst()
}

// scalars returns how many scalars a product begins with.
func (c chain) scalars() int {
	k := slices.IndexFunc(c, func(l lit) bool { return !l.scalar })
	if k < 0 {
		k = len(c)
	}
	return k
}

// scalarsFirst puts the scalars of a product first, where they scale what follows whatever that is.
func (c chain) scalarsFirst() chain {
	slices.SortStableFunc(c, func(a, b lit) int {
		switch {
		case a.scalar == b.scalar:
			return 0
		case a.scalar:
			return -1
		}
		return 1
	})
	return c
}

// factorsOf splits a product of matrices.
func factorsOf(x syntax.Expr) chain {
	switch y := x.(type) {
	case *syntax.Binary:
		switch {
		case y.Op == syntax.Mul && y.Scales:
			return append(chain{{x: y.X, scalar: true}}, factorsOf(y.Y)...)
		case y.Op == syntax.Mul:
			return append(factorsOf(y.X), factorsOf(y.Y)...)
		}
	case *syntax.Transpose:
		return single(y.X).transpose()
	}
	return single(x)
}

// joined returns the product of the factors as they are.
func (c chain) joined() syntax.Expr {
	xs := make([]syntax.Expr, len(c))
	for k, l := range c {
		xs[k] = l.expr()
	}
	return scaledProduct(xs, c.scalars())
}

// isProduct reports whether x is a product of matrices and no number: a number stays where it is.
func isProduct(x syntax.Expr) bool {
	b, ok := x.(*syntax.Binary)
	if !ok || b.Op != syntax.Mul {
		return false
	}
	for {
		if _, number := b.X.(*syntax.Number); number {
			return false
		}
		left, ok := b.X.(*syntax.Binary)
		if !ok {
			return true
		}
		if left.Op != syntax.Mul {
			return left.Op == syntax.Add || left.Op == syntax.Sub
		}
		b = left
	}
}

// inverted returns the product with the inverses of several matrices as the inverse of their product: inv(B)*inv(A) is inv(A*B).
func (c chain) inverted() chain {
	inverses := 0
	for _, l := range c {
		if f, ok := l.x.(*syntax.Call); ok && f.Fun.Name == "inv" {
			inverses++
		}
	}
	if inverses < 2 {
		return c
	}
	argument := func(l lit) (chain, bool) {
		f, ok := l.x.(*syntax.Call)
		if !ok || f.Fun.Name != "inv" || len(f.Args) != 1 {
			return nil, false
		}
		inside := single(f.Args[0])
		if t, ok := f.Args[0].(*syntax.Transpose); ok {
			inside = chain{{x: t.X, t: true}}
		}
		if l.t {
			inside = inside.transpose()
		}
		return inside, true
	}
	var out chain
	for k := 0; k < len(c); k++ {
		product, ok := argument(c[k])
		last := k
		for ok && last+1 < len(c) {
			next, another := argument(c[last+1])
			if !another {
				break
			}
			product, last = next.times(product), last+1
		}
		if last == k || c[k].equal(c[k+1]) { // inv(A)*inv(A) is inv(A)^2
			out = append(out, c[k])
			continue
		}
		turned := product.transpose()
		l := lit{x: call("inv", product.expr())}
		if other := (lit{x: call("inv", turned.expr()), t: true}); Cost(other.expr()) < Cost(l.expr()) {
			l = other
		}
		out, k = append(out, l), last
	}
	return out
}

// repeated returns the block of one or two matrices that the product begins with several times, and how often; scalars are no matrices.
func (c chain) repeated() (block chain, times int) {
	if c[0].scalar {
		return nil, 1
	}
	for size := 1; size <= 2; size++ {
		times := 1
		for k := size; k+size <= len(c); k += size {
			if !slices.EqualFunc(c[:size], c[k:k+size], lit.equal) {
				break
			}
			times++
		}
		if times > 1 {
			return c[:size], times
		}
	}
	return nil, 1
}

// equal reports whether two factors are the same matrix.
func (l lit) equal(m lit) bool {
	if l.ones != nil || m.ones != nil {
		return false
	}
	if (l.t == m.t || l.sym || m.sym) && syntax.Equal(l.x, m.x) {
		return true
	}
	if !l.t && !m.t { // as they are written, they have been compared
		return false
	}
	return syntax.Equal(l.expr(), m.expr())
}

// transpose returns the transposed product.
func (c chain) transpose() chain {
	r := slices.Clone(c)
	slices.Reverse(r)
	for i := range r {
		if !r[i].sym && !r[i].scalar {
			r[i].t, r[i].sumTurned = !r[i].t, !r[i].sumTurned
		}
	}
	return r.scalarsFirst()
}

func (c chain) times(d chain) chain { return append(slices.Clone(c), d...) }

// single returns the chain of one expression.
func single(x syntax.Expr) chain { return chain{{x: x}} }
