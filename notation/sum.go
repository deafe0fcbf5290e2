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
	rows, cols   *expr.Node    // its first and its second axis; nil where it has none
	from         *term         // the term that this one is written another way; nil for one of its own
	parts        []expr.Term   // what it is the sum of, where all of them are subtracted
	known        known
}

// known is what has been found out of a term that changes no more. It does not hold of copies.
type known struct {
	of   *term
	text syntax.Expr // without its sign
	key  string      // see [reader.sumKey]
}

// asKnown returns what is known of t, to be added to.
func (t *term) asKnown() *known {
	if t.known.of != t {
		t.known = known{of: t}
	}
	return &t.known
}

// expr returns the term without its sign.
func (t *term) expr() syntax.Expr {
	above, below := determinants(t.above), determinants(t.below)
	syntax.SortFactors(above)
	syntax.SortFactors(below)
	if c := absolute(t.coef); !c.IsOne() || len(above) == 0 && t.ch == nil {
		above, below = withNumber(c.Big(), above, below, t.ch == nil)
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

// withNumber returns the factors above and below a fraction bar with a positive number among them; it shows if nothing else stands above.
func withNumber(c *big.Rat, above, below []syntax.Expr, alone bool) (over, under []syntax.Expr) {
	one := big.NewInt(1)
	isOne := c.Num().Cmp(one) == 0
	if decimal, ok := syntax.Decimal(c); ok && !isOne {
		return append([]syntax.Expr{decimal}, above...), below
	}
	if !isOne || alone && len(above) == 0 {
		above = append([]syntax.Expr{syntax.NewInteger(c.Num())}, above...)
	}
	if !c.IsInt() {
		below = append([]syntax.Expr{syntax.NewInteger(c.Denom())}, below...)
	}
	return above, below
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
		alone := len(parts) == 1 && constant.IsZero()
		t := r.readProduct(p.Coef, p.X, over, alone)
		if t == nil {
			return reading{}
		}
		if !alone && t.parts != nil {
			if inner := r.readEach(t.parts, over); inner != nil {
				terms = append(terms, inner...)
				continue
			}
		}
		terms = append(terms, t)
	}
	x := r.bestOrCommon(terms)
	if turned := r.withPlus(terms, parts, axes); turned != nil {
		if y := r.bestOrCommon(turned); r.cost(y) < r.cost(x) {
			x = y
		}
	}
	return reading{x: x, scalar: !tensor}
}

// readEach reads the terms of a sum; it is nil where one has no notation.
func (r *reader) readEach(parts []expr.Term, axes []*expr.Node) []*term {
	terms := make([]*term, len(parts))
	for k, p := range parts {
		over := axes
		if !dependsOnAny(p.X, axes) {
			over = nil
		}
		if terms[k] = r.readProduct(p.Coef, p.X, over, false); terms[k] == nil {
			return nil
		}
	}
	return terms
}

// bestOrCommon writes a sum of terms, with the coefficient that all have before them where that is cheaper.
func (r *reader) bestOrCommon(terms []*term) syntax.Expr {
	x := r.best(terms)
	if y := r.commonNumber(terms); y != nil && r.cost(y) < r.cost(x) {
		return y
	}
	return x
}

// withPlus returns terms that all have a minus sign with the first of them turned that has a difference for a factor: (b - 1 - a)*y - x for -x - (1 + a - b)*y. It
// is nil where there is none.
func (r *reader) withPlus(terms []*term, parts []expr.Term, axes []*expr.Node) []*term {
	if len(terms) < 2 || len(parts) != len(terms) || slices.ContainsFunc(terms, func(t *term) bool { return t.coef.Sign() >= 0 }) {
		return nil
	}
	for k, p := range parts {
		for j, f := range expr.Factors(p.X) {
			if f.Kind() != expr.KindAdd || !hasMinus(f) {
				continue
			}
			over := axes
			if !dependsOnAny(p.X, axes) {
				over = nil
			}
			rest := slices.Delete(slices.Clone(expr.Factors(p.X)), j, j+1)
			n := &product{r: r, coef: p.Coef, axes: over}
			n.collect(r.s.Mul(rest...), 0)
			n.turnSigns()
			n.coef = n.coef.Neg()
			n.factors = append(n.factors, factor{r.s.Neg(f), expr.Int(1), 0})
			if t := n.read(); t != nil && t.keepsLogs() && t.coef.Sign() > 0 {
				turned := slices.Clone(terms)
				turned[k] = t
				return turned
			}
		}
	}
	return nil
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

// manyTerms is the number of terms from which on a product of two sums may be what they are, multiplied out.
const manyTerms = 3

// best writes a sum of terms, with common factors taken out where that is cheaper.
func (r *reader) best(terms []*term) syntax.Expr { return r.textOfSum(r.gathered(terms)) }

// A gathered is a sum of terms, what it costs, and how it is written once that has been asked for.
type gathered struct {
	terms []*term
	cost  int
	x     syntax.Expr
}

// newGathered returns the sum of terms as they are.
func (r *reader) newGathered(terms []*term) *gathered {
	return &gathered{terms: terms, cost: r.costOfSum(terms)}
}

// textOfSum returns how a sum is written.
func (r *reader) textOfSum(g *gathered) syntax.Expr {
	if g.x == nil {
		g.x = r.write(g.terms)
	}
	return g.x
}

// gathered takes common factors out of terms where that is cheaper.
func (r *reader) gathered(terms []*term) *gathered {
	if len(terms) == 1 {
		return r.newGathered(terms)
	}
	key := r.sumKey(terms)
	if g, ok := r.sums[key]; ok {
		return g
	}
	plain := r.newGathered(terms)
	best := plain
	for _, candidate := range r.factored(terms) {
		g := r.newGathered(candidate)
		if g.cost >= plain.cost {
			continue
		}
		if len(terms) >= manyTerms { // the cheapest now may leave less in common later
			g = r.gathered(candidate)
		}
		if g.cost < best.cost {
			best = g
		}
	}
	if len(terms) < manyTerms && best != plain {
		best = r.gathered(best.terms)
	}
	r.sums[key] = best
	return best
}

// A writtenLit is what the text of a matrix is of: an expression, or the transpose of one.
type writtenLit struct {
	x syntax.Expr
	t bool
}

// write writes a sum: terms with a plus sign first, among them numbers first, then in order of their text.
func (r *reader) write(terms []*term) syntax.Expr {
	all := make([]syntax.Summand, len(terms))
	for i, t := range terms {
		all[i] = syntax.Summand{Negative: t.coef.Sign() < 0, Rank: 1, X: r.textOfTerm(t)}
		if len(t.above) == 0 && len(t.below) == 0 && t.ch == nil && t.under == nil {
			all[i].Rank = 0
		}
	}
	return r.order.Sum(all)
}

// textOfTerm returns [term.expr] of a term that changes no more, the same for terms that are written alike.
func (r *reader) textOfTerm(t *term) syntax.Expr {
	k := t.asKnown()
	if k.text == nil {
		key := r.textKey(t)
		text, ok := r.written[key]
		if !ok {
			text = t.expr()
			r.written[key] = text
		}
		k.text = text
	}
	return k.text
}

// costOfSum returns what it costs to read what write makes of terms.
func (r *reader) costOfSum(terms []*term) int {
	if !slices.ContainsFunc(terms, func(t *term) bool { return t.coef.Sign() >= 0 }) { // a sign goes to the first factor of the first term
		return r.cost(r.write(terms))
	}
	total := len(terms) - 1
	for _, t := range terms {
		total = min(total+r.cost(r.textOfTerm(t)), maxCost)
	}
	return total
}

// factored returns the sums in which the terms that begin or end with one matrix or vector are one term.
func (r *reader) factored(terms []*term) [][]*term {
	var out [][]*term
	for _, atEnd := range []bool{true, false} {
		groups := map[string][]*term{}
		var order []string
		for _, t := range terms {
			if len(t.ch) == 0 || t.under != nil || len(t.ch) == 1 && (atEnd && t.rows == nil || !atEnd && t.cols == nil) {
				continue
			}
			l := t.end(atEnd)
			key := func(l lit) string {
				text := l.sum
				switch {
				case text == "":
					text = r.textOfLit(l)
				case l.sumTurned:
					text += "turned"
				}
				if t.tensor { // a number beside a tensor broadcasts: it has no rows to share
					return text + " of a tensor"
				}
				return text
			}
			k := key(l)
			if l.sum != "" && groups[k] != nil {
				if first := groups[k][0].end(atEnd); first.negative == l.negative {
					t = t.with(first, atEnd)
				} else {
					t = t.turned(first, atEnd)
				}
			}
			if groups[k] == nil && len(order) > 0 {
				if opposite, ok := l.opposite(); ok {
					if other := key(opposite); groups[other] != nil { // A'*(x - b) and c*(b - x)
						k, t = other, t.turned(opposite, atEnd)
					}
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

// together returns the one term that is the sum of a group with common last or first factors.
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
	length := commonRun(group, atEnd)
	common := group[0].ch[:length]
	if atEnd {
		common = group[0].ch[len(group[0].ch)-length:]
	}
	for k, t := range group {
		part := &term{coef: t.coef.Div(sum.coef), tensor: true}
		if !same {
			part.above, part.below = t.above, t.below
		}
		if atEnd {
			part.ch = t.ch[:len(t.ch)-length]
			if len(part.ch) == 0 { // c*x is c*eye(n)*x
				part.ch = chain{r.identity(t.rows)}
			}
		} else {
			part.ch = t.ch[length:]
			if len(part.ch) == 0 { // and A is A*eye(n)
				part.ch = chain{r.identity(t.cols)}
			}
		}
		inner[k] = part
		flipped := *part
		flipped.ch = part.ch.transpose()
		turned[k] = &flipped
	}
	l, product, coef := r.either(inner, turned)
	sum.coef = sum.coef.Mul(coef)
	if product == nil {
		l.sum, l.negative = r.signless(inner)
		product = chain{l}
	}
	if atEnd {
		sum.ch = product.times(common)
	} else {
		sum.ch = common.times(product)
	}
	sum.untwist()
	return sum
}

// untwist writes -(x - m)*(x - m)' rather than (x - m)*(m - x)'.
func (t *term) untwist() {
	t.ch = t.ch.flat()
	for k, l := range t.ch {
		other, ok := l.opposite()
		if ok && slices.ContainsFunc(t.ch[:k], func(m lit) bool { return syntax.Equal(m.x, other.x) }) {
			other.negative = !l.negative
			t.coef, t.ch[k] = t.coef.Neg(), other
		}
	}
}

// either returns the cheaper of a sum and the transpose of the sum of the transposed terms, as a factor or as a product with a coefficient.
func (r *reader) either(terms, turned []*term) (l lit, product chain, coef expr.Rat) {
	g, h := r.gathered(terms), r.gathered(turned)
	straight, other := r.textOfSum(g), r.textOfSum(h)
	l = lit{x: straight, alt: other}
	if r.cost(lit{x: other, t: true}.expr()) <= g.cost {
		l = lit{x: other, t: true, alt: straight}
		g = h
	}
	if u := g.terms[0]; len(g.terms) == 1 && len(u.above) == 0 && len(u.below) == 0 && u.under == nil && len(terms) > 1 {
		product = u.ch
		if l.t {
			product = product.transpose()
		}
		return l, product, u.coef
	}
	return r.oriented(l), nil, expr.Int(1)
}

// commonRun returns how many factors all terms end or begin with, at least one, all of which leave every term another one.
func commonRun(group []*term, atEnd bool) int {
	at := func(t *term, k int) lit {
		if atEnd {
			k = len(t.ch) - 1 - k
		}
		return t.ch[k]
	}
	for length := 1; ; length++ {
		for _, t := range group {
			if len(t.ch) < length+2 {
				return length
			}
			if a, b := at(t, length), at(group[0], length); a.t != b.t || !syntax.Equal(a.x, b.x) {
				return length
			}
		}
	}
}

// end returns the last or first factor.
func (t *term) end(last bool) lit {
	if last {
		return t.ch[len(t.ch)-1]
	}
	return t.ch[0]
}

// with returns the same term with its last or first factor written another way.
func (t *term) with(l lit, last bool) *term {
	u := *t
	u.from, u.ch = t, slices.Clone(t.ch)
	if last {
		u.ch[len(u.ch)-1] = l
	} else {
		u.ch[0] = l
	}
	return &u
}

// turned returns the same term with the opposite of its last or first factor.
func (t *term) turned(opposite lit, last bool) *term {
	u := t.with(opposite, last)
	u.coef = t.coef.Neg()
	return u
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
