package notation

import (
	"math/big"
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/syntax"
)

// A term is a product as it is written: coef · above · ch ./ (below · under).
type term struct {
	coef         expr.Rat
	above, below []syntax.Expr // scalars
	ch           chain         // a tensor, or a scalar made of matrices
	under        syntax.Expr   // a tensor
	tensor       bool          // it has axes
	rows         *expr.Node    // its first axis; nil where it has none
	from         *term         // the term that this one is written another way; nil for one of its own
}

// expr returns the term without its sign.
func (t *term) expr() syntax.Expr {
	coef := t.coef.Big()
	above, below := determinants(t.above), determinants(t.below)
	syntax.SortFactors(above)
	syntax.SortFactors(below)
	one := big.NewInt(1)
	numerator := new(big.Int).Abs(coef.Num())
	if numerator.Cmp(one) != 0 || len(above) == 0 && t.ch == nil {
		above = append([]syntax.Expr{syntax.NewInteger(numerator)}, above...)
	}
	if coef.Denom().Cmp(one) != 0 {
		below = append([]syntax.Expr{syntax.NewInteger(coef.Denom())}, below...)
	}
	var x syntax.Expr = syntax.Join(syntax.Mul, above)
	if t.ch != nil {
		if product := t.ch.expr(); x == nil {
			x = product
		} else {
			x = scale(x, product)
		}
	}
	switch {
	case t.under != nil:
		return syntax.NewBinary(syntax.DotDiv, x, scale(syntax.Join(syntax.Mul, below), t.under))
	case len(below) > 0:
		return syntax.NewBinary(syntax.Div, x, syntax.Join(syntax.Mul, below))
	}
	return x
}

// determinants returns the factors with those that are determinants as one, of a product: det(A)*det(B) is det(A*B).
func determinants(factors []syntax.Expr) []syntax.Expr {
	var rest, of []syntax.Expr
	for _, x := range factors {
		if f, ok := x.(*syntax.Call); ok && f.Fun.Name == "det" && len(f.Args) == 1 {
			of = append(of, f.Args[0])
		} else {
			rest = append(rest, x)
		}
	}
	if len(of) < 2 {
		return slices.Clone(factors)
	}
	syntax.SortFactors(of)
	return append(rest, call("det", syntax.Join(syntax.Mul, of)))
}

// keepsLogs reports whether t is 0 wherever the product of its entries is.
func (t *term) keepsLogs() bool {
	return t.ch == nil || keepsLogs(t.expr(), t.above)
}

// readSum reads n as a sum of terms.
func (r *reader) readSum(n *expr.Node, axes []*expr.Node) reading {
	constant, parts := expr.Terms(n)
	var terms []*term
	if !constant.IsZero() || len(parts) == 0 {
		terms = append(terms, &term{coef: constant})
	}
	tensor := dependsOnAny(n, axes)
	for _, p := range parts {
		over := axes
		if !dependsOnAny(p.X, axes) {
			over = nil
		}
		t := r.readProduct(p.Coef, p.X, over)
		if t == nil {
			return reading{}
		}
		terms = append(terms, t)
	}
	x := r.best(terms)
	if y := r.commonNumber(terms); y != nil && r.cost(y) < r.cost(x) {
		x = y
	}
	return reading{x: x, scalar: !tensor}
}

// commonNumber writes a sum whose terms have one coefficient, up to the sign, with that coefficient before all of it; nil where there is none.
func (r *reader) commonNumber(terms []*term) syntax.Expr {
	c := absolute(terms[0].coef)
	if len(terms) < 2 || c.IsOne() {
		return nil
	}
	inner := make([]*term, len(terms))
	for k, t := range terms {
		if !absolute(t.coef).Equal(c) {
			return nil
		}
		u := *t
		u.coef = t.coef.Div(c)
		inner[k] = &u
	}
	x := r.best(inner)
	b := c.Big()
	if b.Num().Cmp(big.NewInt(1)) != 0 {
		x = syntax.NewBinary(syntax.Mul, syntax.NewInteger(b.Num()), x)
	}
	if !b.IsInt() {
		x = syntax.NewBinary(syntax.Div, x, syntax.NewInteger(b.Denom()))
	}
	return x
}

// best writes a sum of terms, with common factors taken out where that is cheaper.
func (r *reader) best(terms []*term) syntax.Expr {
	x := r.write(terms)
	for len(terms) > 1 {
		var least []*term
		for _, candidate := range r.factored(terms) {
			if y := r.write(candidate); r.cost(y) < r.cost(x) {
				x, least = y, candidate
			}
		}
		if least == nil {
			break
		}
		terms = least
	}
	return x
}

// write writes a sum: terms with a plus sign first, among them numbers first, then in order of their text.
func (r *reader) write(terms []*term) syntax.Expr {
	all := make([]syntax.Summand, len(terms))
	for i, t := range terms {
		all[i] = syntax.Summand{Negative: t.coef.Sign() < 0, Rank: 1, X: t.expr()}
		if len(t.above) == 0 && len(t.below) == 0 && t.ch == nil && t.under == nil {
			all[i].Rank = 0
		}
	}
	return syntax.Sum(all)
}

// factored returns the sums in which the terms that begin or end with one matrix or vector are one term.
func (r *reader) factored(terms []*term) [][]*term {
	var out [][]*term
	for _, atEnd := range []bool{true, false} {
		groups := map[string][]*term{}
		var order []string
		for _, t := range terms {
			if len(t.ch) == 0 || t.under != nil || len(t.ch) == 1 && (!atEnd || t.rows == nil) {
				continue
			}
			l := t.ch[0]
			if atEnd {
				l = t.ch[len(t.ch)-1]
			}
			key := func(l lit) string {
				if t.tensor { // a number beside a tensor broadcasts: it has no rows to share
					return syntax.Print(l.expr()) + " of a tensor"
				}
				return syntax.Print(l.expr())
			}
			k := key(l)
			if opposite, ok := l.opposite(); ok && groups[k] == nil {
				if other := key(opposite); groups[other] != nil { // A'*(x - b) and c*(b - x)
					k, t = other, t.turned(opposite, atEnd)
				}
			}
			if groups[k] == nil {
				order = append(order, k)
			}
			groups[k] = append(groups[k], t)
		}
		for _, k := range order {
			group := groups[k]
			if r.groups++; r.groups > maxGroups { // each is looked at for groups of its own
				return out
			}
			if len(group) < 2 || !slices.ContainsFunc(group, func(t *term) bool { return len(t.ch) > 1 }) {
				continue
			}
			rest := slices.DeleteFunc(slices.Clone(terms), func(t *term) bool {
				return slices.ContainsFunc(group, func(u *term) bool { return u == t || u.from == t })
			})
			out = append(out, append(rest, r.together(group, atEnd)))
		}
	}
	return out
}

// together returns the one term that is the sum of a group with a common last or first factor.
func (r *reader) together(group []*term, atEnd bool) *term {
	sum := &term{coef: commonCoef(group), tensor: group[0].tensor}
	same := true
	for _, t := range group[1:] {
		same = same && sameTexts(t.above, group[0].above) && sameTexts(t.below, group[0].below)
	}
	if same {
		sum.above, sum.below = group[0].above, group[0].below
	}
	inner := make([]*term, len(group))
	turned := make([]*term, len(group))
	var common lit
	for k, t := range group {
		part := &term{coef: t.coef.Div(sum.coef), tensor: true}
		if !same {
			part.above, part.below = t.above, t.below
		}
		if atEnd {
			common, part.ch = t.ch[len(t.ch)-1], t.ch[:len(t.ch)-1]
			if len(part.ch) == 0 { // c*x is c*eye(n)*x
				part.ch = chain{r.identity(t.rows)}
			}
		} else {
			common, part.ch = t.ch[0], t.ch[1:]
		}
		inner[k] = part
		flipped := *part
		flipped.ch = part.ch.transpose()
		turned[k] = &flipped
	}
	l := lit{x: r.best(inner)}
	if x := (lit{x: r.best(turned), t: true}); r.cost(x.expr()) <= r.cost(l.expr()) {
		l = x
	}
	if other, ok := l.opposite(); ok && syntax.Equal(other.x, common.x) { // -(x - m)*(x - m)' rather than (m - x)*(x - m)'
		l, sum.coef = other, sum.coef.Neg()
	}
	if atEnd {
		sum.ch = chain{l, common}
	} else {
		sum.ch = chain{common, l}
	}
	return sum
}

// turned returns the same term with the opposite of its last or first factor.
func (t *term) turned(opposite lit, atEnd bool) *term {
	u := *t
	u.from, u.coef, u.ch = t, t.coef.Neg(), slices.Clone(t.ch)
	if atEnd {
		u.ch[len(u.ch)-1] = opposite
	} else {
		u.ch[0] = opposite
	}
	return &u
}

// commonCoef returns the coefficient that all terms have up to the sign, else 1, with a sign that leaves a positive term.
func commonCoef(group []*term) expr.Rat {
	c := absolute(group[0].coef)
	positive := false
	for _, t := range group {
		if !absolute(t.coef).Equal(c) {
			c = expr.Int(1)
		}
		positive = positive || t.coef.Sign() > 0
	}
	if !positive {
		return c.Neg()
	}
	return c
}

func absolute(r expr.Rat) expr.Rat {
	if r.Sign() < 0 {
		return r.Neg()
	}
	return r
}

// sameTexts reports whether two lists hold the same expressions in whatever order.
func sameTexts(a, b []syntax.Expr) bool {
	if len(a) != len(b) {
		return false
	}
	s, t := make([]string, len(a)), make([]string, len(b))
	for k := range a {
		s[k], t[k] = syntax.Print(a[k]), syntax.Print(b[k])
	}
	slices.Sort(s)
	slices.Sort(t)
	return slices.Equal(s, t)
}
