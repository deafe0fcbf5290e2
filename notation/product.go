package notation

import (
	"math/big"
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/syntax"
)

// A factor is one factor of a product: base^exponent.
type factor struct {
	base     *expr.Node
	exponent expr.Rat
	depth    int // how many sums it stands in
}

// A product is the network of coef · Π factors, summed over the indices that are not axes.
type product struct {
	r       *reader
	coef    expr.Rat
	axes    []*expr.Node // the free indices
	summed  []*expr.Node
	factors []factor
	alone   bool // no other terms stand beside it, which could be merged with it
	closed  bool // sums without free indices stay as they are: their ranges may be of a kind that has no notation
}

// readProduct reads coef·n over the axes, on at least one of which n depends, or over none; it may be alone, without other terms beside it.
func (r *reader) readProduct(coef expr.Rat, n *expr.Node, axes []*expr.Node, alone bool) *term {
	t := r.readNetwork(&product{r: r, coef: coef, axes: axes, alone: alone}, n)
	if t == nil {
		t = r.readNetwork(&product{r: r, coef: coef, axes: axes, alone: alone, closed: true}, n)
	}
	if t != nil && t.tensor {
		for _, x := range t.above {
			if r.hasBracket(x) {
				return nil
			}
		}
	}
	return t
}

// readNetwork reads the product of the factors of n, which it adds to p.
func (r *reader) readNetwork(p *product, n *expr.Node) *term {
	p.collect(n, 0)
	if p.closed && !slices.ContainsFunc(p.factors, isClosedSum) {
		return nil // as before
	}
	p.turnSigns()
	t := p.read()
	if t != nil && !t.keepsLogs() {
		t = nil
	}
	if k := p.rankOne(); k >= 0 { // x'*v*x rather than x*x'*v
		constant, terms := expr.Terms(p.factors[k].base)
		if d := p.multiplied(k, constant, terms); d != nil {
			return d
		}
	}
	if d := p.distributed(); d != nil {
		if t == nil || r.cost(d.expr()) < r.cost(t.expr()) {
			return d
		}
	}
	return t
}

// isClosedSum reports whether f is a sum without free indices.
func isClosedSum(f factor) bool {
	return f.base.Kind() == expr.KindReduce && f.base.Op() == expr.Sum && f.exponent.IsOne() && len(f.base.Free()) == 0
}

// collect adds the factors of n, which stands in so many sums, opening the sums among them.
func (p *product) collect(n *expr.Node, depth int) {
	for _, f := range expr.Factors(n) {
		base, exponent := f, expr.Int(1)
		if f.Kind() == expr.KindPow && f.Args()[1].Kind() == expr.KindRat {
			base, exponent = f.Args()[0], f.Args()[1].Rat()
		}
		if f.Kind() == expr.KindReduce && f.Op() == expr.Prod {
			base, exponent, _ = p.r.s.ProductPower(f)
		}
		if base.Kind() != expr.KindReduce || base.Op() != expr.Sum || !exponent.IsOne() || !hasPlainBinders(base) ||
			p.closed && len(base.Free()) == 0 {
			p.factors = append(p.factors, factor{base, exponent, depth})
			continue
		}
		o := p.r.s.Open(base, append(p.indices(), n)...)
		if p.r.s.IsGuard(o.Indices, o.Body) {
			p.factors = append(p.factors, factor{base, exponent, depth})
			continue
		}
		p.summed = append(p.summed, o.Indices...)
		constant, terms := expr.Terms(o.Body)
		if len(terms) == 1 && constant.IsZero() { // the sign of a primitive sum may turn with the names
			p.coef = p.coef.Mul(terms[0].Coef)
			p.collect(terms[0].X, depth+1)
		} else {
			p.factors = append(p.factors, factor{o.Body, expr.Int(1), depth + 1})
		}
	}
}

// hasPlainBinders reports whether every binder of a reduction goes over 1..size.
func hasPlainBinders(n *expr.Node) bool {
	for _, b := range n.Binders() {
		if !plainIndex(b) {
			return false
		}
	}
	return true
}

// indices returns the axes and the summed indices.
func (p *product) indices() []*expr.Node { return append(slices.Clone(p.axes), p.summed...) }

// over returns the indices on which n depends; ok is false where there are others.
func (p *product) over(n *expr.Node) (over []*expr.Node, ok bool) {
	all := p.indices()
	for _, f := range n.Free() {
		if !slices.Contains(all, f) {
			return nil, false
		}
	}
	for _, i := range all {
		if n.DependsOn(i) {
			over = append(over, i)
		}
	}
	return over, true
}

// turnSigns turns sums among the factors to the side on which they read best, and the sign of the whole into one of them.
func (p *product) turnSigns() {
	p.matchTwins()
	last := -1
	for k, f := range p.factors {
		over, ok := p.over(f.base)
		turnable, odd := isTurnable(f.base, f.exponent)
		if !ok || !turnable {
			continue
		}
		if p.r.readsBetterNegated(f.base, over) {
			p.turn(k, odd)
		}
		if odd && isBalanced(p.factors[k].base) && (last < 0 || f.exponent.Sign() > 0) {
			last = k
		}
	}
	switch {
	case p.coef.Sign() >= 0:
	case last >= 0 && !p.hasTwin(last):
		p.turn(last, true)
	case last < 0 && p.alone:
		p.turnCall()
	}
}

// turnCall turns the sign of the whole into the first odd function of a sum.
func (p *product) turnCall() {
	for k, f := range p.factors {
		if turned := p.r.turnedCall(f.base); turned != nil && f.exponent.IsOne() {
			p.factors[k].base, p.coef = turned, p.coef.Neg()
			return
		}
	}
}

// matchTwins turns factors that are the opposite of another at another index, whose sign has turned with the names of indices.
func (p *product) matchTwins() {
	for k := range p.factors {
		turnable, odd := isTurnable(p.factors[k].base, p.factors[k].exponent)
		over, ok := p.over(p.factors[k].base)
		if !turnable || !ok || len(over) != 1 {
			continue
		}
		opposite := p.r.s.Neg(p.factors[k].base)
		for _, f := range p.factors[:k] {
			other, ok := p.over(f.base)
			if ok && len(other) == 1 && p.r.s.Replace(f.base, map[*expr.Node]*expr.Node{other[0]: over[0]}) == opposite {
				p.turn(k, odd)
				break
			}
		}
	}
}

// hasTwin reports whether another factor is factor k at another index, as in x'*A*x, so that both read alike.
func (p *product) hasTwin(k int) bool {
	over, ok := p.over(p.factors[k].base)
	if !ok || len(over) != 1 {
		return false
	}
	for j, f := range p.factors {
		other, ok := p.over(f.base)
		if j != k && ok && len(other) == 1 && p.r.s.Replace(f.base, map[*expr.Node]*expr.Node{other[0]: over[0]}) == p.factors[k].base {
			return true
		}
	}
	return false
}

// turn replaces the base of factor k by its opposite; odd says whether that turns the sign of the factor.
func (p *product) turn(k int, odd bool) {
	p.factors[k].base = p.r.s.Neg(p.factors[k].base)
	if odd {
		p.coef = p.coef.Neg()
	}
}

// read builds the network and reads it.
func (p *product) read() *term {
	t := &term{coef: p.coef, tensor: len(p.axes) > 0, rows: first(p.axes)}
	if len(p.axes) == 2 {
		t.cols = p.axes[1]
	}
	net := newNetwork(p)
	for _, f := range p.withoutRoots(t) {
		over, ok := p.over(f.base)
		if !ok {
			return nil
		}
		switch len(over) {
		case 0:
			if !p.scalar(t, f) {
				return nil
			}
		case 1:
			v, ok := p.r.vector(p, f, over[0])
			if !ok {
				return nil
			}
			net.addVector(over[0], v)
		case 2:
			if isDelta(f.base, over) {
				if !f.exponent.IsOne() {
					return nil
				}
				net.addDelta(over[0], over[1])
				continue
			}
			m, ok := p.r.matrix(p, f, over[0], over[1])
			if !ok {
				return nil
			}
			net.addMatrix(over[0], over[1], m)
		default:
			return nil
		}
	}
	if !net.finish(t) {
		return nil
	}
	return t
}

// scalar adds a factor without indices.
func (p *product) scalar(t *term, f factor) bool {
	r := p.r
	size := absolute(f.exponent)
	x, ok := r.norm(f.base, size)
	if !ok {
		var v syntax.Expr
		if !isClosedSum(f) || len(p.factors) > 1 { // a closed sum by itself has been tried
			v = r.atomOrSum(f.base, nil)
		}
		if f.base.Kind() == expr.KindCond && len(p.axes) > 0 { // beside a tensor a condition in brackets might be the number 0
			v = r.step(p, f.base, nil)
		}
		if v == nil {
			v = r.entrywise(f.base)
		}
		if v == nil {
			return false
		}
		x = power(v, size, false)
	}
	if f.exponent.Sign() < 0 {
		t.below = append(t.below, x)
	} else {
		t.above = append(t.above, x)
	}
	return true
}

// withoutRoots adds the square roots of numbers to the scalars of t, as one above and one below, with sqrt(2)/2 as 1/sqrt(2), and returns the other
// factors.
func (p *product) withoutRoots(t *term) []factor {
	var rest []factor
	var above, below []*expr.Node
	half := expr.Frac(1, 2)
	for _, f := range p.factors {
		isNumber := f.base.Kind() == expr.KindRat || f.base.Kind() == expr.KindConst
		if !isNumber || !absolute(f.exponent).Equal(half) {
			rest = append(rest, f)
			continue
		}
		if k, ok := f.base.Rat().Int64(); f.base.Kind() == expr.KindRat && ok && f.exponent.Sign() > 0 && k > 1 {
			if times := t.coef.Mul(expr.Int(k)); new(big.Int).Mul(times.Big().Denom(), big.NewInt(k)).Cmp(t.coef.Big().Denom()) == 0 {
				t.coef, f.exponent = times, f.exponent.Neg()
			}
		}
		if f.exponent.Sign() > 0 {
			above = append(above, f.base)
		} else {
			below = append(below, f.base)
		}
	}
	if len(above) > 0 && len(below) > 0 { // as one: sqrt(2/pi)
		s := p.r.s
		if x, err := expr.Syntax(s.Mul(s.Mul(above...), s.Inv(s.Mul(below...)))); err == nil {
			t.above = append(t.above, call("sqrt", x))
			return rest
		}
	}
	for _, root := range []struct {
		under []*expr.Node
		to    *[]syntax.Expr
	}{{above, &t.above}, {below, &t.below}} {
		if x, err := expr.Syntax(p.r.s.Mul(root.under...)); err == nil && len(root.under) > 0 {
			*root.to = append(*root.to, call("sqrt", x))
		}
	}
	return rest
}

// entrywise writes a closed scalar in index notation where there is no other.
func (r *reader) entrywise(n *expr.Node) syntax.Expr {
	if len(n.Free()) > 0 {
		return nil
	}
	x, err := expr.Syntax(n)
	if err != nil || r.cost(x) > maxTree {
		return nil
	}
	r.fellBack = true
	return x
}

// distributed reads the product with a sum among its factors multiplied out, where that sum has more indices than some of its terms.
func (p *product) distributed() *term {
	if len(p.summed) == 0 {
		return nil
	}
	for k, f := range p.factors {
		if f.base.Kind() != expr.KindAdd || !f.exponent.IsOne() {
			continue
		}
		over, ok := p.over(f.base)
		if !ok || len(over) < 2 {
			continue
		}
		constant, terms := expr.Terms(f.base)
		missing := len(over) > 2
		for _, t := range terms {
			n := 0
			for _, i := range over {
				if t.X.DependsOn(i) {
					n++
				}
			}
			missing = missing || n > 0 && n < len(over)
		}
		if !missing {
			continue
		}
		return p.multiplied(k, constant, terms)
	}
	return nil
}

// rankOne returns the place of a sum of outer products among the factors that a vector stands beside, -1 where there is none: multiplied out each
// of its terms is a number times a vector, and no matrix is made.
func (p *product) rankOne() int {
	for k, f := range p.factors {
		if f.base.Kind() != expr.KindAdd || !f.exponent.IsOne() {
			continue
		}
		over, ok := p.over(f.base)
		if !ok || len(over) != 2 || !areOuter(f.base, over) {
			continue
		}
		for _, j := range over {
			if slices.Contains(p.summed, j) && p.isVectorBeside(k, j) {
				return k
			}
		}
	}
	return -1
}

// isVectorBeside reports whether the factors other than k that depend on an index depend on no other.
func (p *product) isVectorBeside(k int, j *expr.Node) bool {
	found := false
	for other, f := range p.factors {
		if other == k || !f.base.DependsOn(j) {
			continue
		}
		found = true
		if over, ok := p.over(f.base); !ok || len(over) != 1 {
			return false
		}
	}
	return found
}

// areOuter reports whether every term of a sum is a product of factors that depend on one of two indices each, and some term on both.
func areOuter(sum *expr.Node, over []*expr.Node) bool {
	both := false
	_, terms := expr.Terms(sum)
	for _, t := range terms {
		for _, f := range expr.Factors(t.X) {
			if f.DependsOn(over[0]) && f.DependsOn(over[1]) {
				return false
			}
		}
		both = both || t.X.DependsOn(over[0]) && t.X.DependsOn(over[1])
	}
	return both
}

// multiplied reads the sum over the terms of factor k.
func (p *product) multiplied(k int, constant expr.Rat, terms []expr.Term) *term {
	s := p.r.s
	var rest []*expr.Node
	for j, f := range p.factors {
		if j != k {
			rest = append(rest, s.Pow(f.base, s.Rat(f.exponent)))
		}
	}
	if !constant.IsZero() {
		terms = append(slices.Clone(terms), expr.Term{Coef: constant, X: s.Int(1)})
	}
	parts := make([]expr.Term, len(terms))
	for j, t := range terms {
		parts[j] = expr.Term{Coef: t.Coef.Mul(p.coef), X: s.Reduce(expr.Sum, s.Mul(append(slices.Clone(rest), t.X)...), p.summed...)}
	}
	sum := s.Linear(expr.Int(0), parts)
	x, ok := p.r.tensor(sum, p.axes)
	if !ok {
		return nil
	}
	t := &term{coef: expr.Int(1), tensor: len(p.axes) > 0}
	if u, ok := syntax.Unparen(x).(*syntax.Binary); ok && u.Op == syntax.Sub && beginsNegative(u) { // for a sum around it: a - b - c rather than a + (-b - c)
		_, t.parts = expr.Terms(sum)
	}
	if t.tensor {
		t.ch = single(x)
	} else {
		t.above = []syntax.Expr{x}
	}
	return t
}

// beginsNegative reports whether a sum is written with a minus sign before its first term.
func beginsNegative(x syntax.Expr) bool {
	for {
		b, ok := x.(*syntax.Binary)
		if !ok || b.Op == syntax.Pow || b.Op == syntax.DotPow {
			u, ok := x.(*syntax.Unary)
			return ok && u.Op == syntax.Neg
		}
		x = b.X
	}
}
