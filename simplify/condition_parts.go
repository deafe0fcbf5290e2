package simplify

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// split returns conditions that together say what cond does: of a product that is not 0, that no factor is.
func (c *domains) split(cond *expr.Node) []*expr.Node {
	if cond.Kind() != expr.KindCond || expr.IsIndexForm(cond.Args()[0]) {
		if cond.IsOne() {
			return nil
		}
		return []*expr.Node{cond}
	}
	s, e := c.s, cond.Args()[0]
	if cond.Op() != expr.EqZero && c.isPositive(e) || cond.Op() == expr.NeZero && c.isPositive(s.Neg(e)) {
		return nil
	}
	if cond.Op() != expr.EqZero && e.Kind() == expr.KindAdd { // over a denominator that is positive
		if num, den := c.quotient(e); den.Kind() != expr.KindRat && c.isPositive(den) {
			return c.split(s.Cond(cond.Op(), num))
		}
	}
	notZero := func(x *expr.Node) []*expr.Node { return c.split(s.Cond(expr.NeZero, x)) }
	switch cond.Op() {
	case expr.NeZero:
		switch {
		case e.Kind() == expr.KindMul && !guarded(e):
			var out []*expr.Node
			for _, f := range e.Args() {
				out = append(out, notZero(f)...)
			}
			return out
		case e.Kind() == expr.KindPow && e.Args()[1].Kind() == expr.KindRat, isAbsolute(e):
			return notZero(e.Args()[0])
		case e.Kind() == expr.KindReduce && e.Op() == expr.Prod:
			return notZero(s.Open(e).Body)
		case e.Kind() == expr.KindCall && (e.Func().Name == "gamma" || e.Func().Name == "beta"): // they have no zeros
			return nil
		case e.Kind() == expr.KindAdd:
			if _, p := unscaled(c.factored(e)); p.Kind() != expr.KindAdd {
				return notZero(p)
			}
		}
	case expr.GeZero:
		if f, g, ok := c.complements(e); ok {
			return append(c.split(s.Cond(expr.GeZero, f)), c.split(s.Cond(expr.GeZero, g))...)
		}
	case expr.GtZero:
		if f, g, ok := c.complements(e); ok {
			return append(c.split(s.Cond(expr.GtZero, f)), c.split(s.Cond(expr.GtZero, g))...)
		}
		var out, rest []*expr.Node
		for _, f := range expr.Factors(e) {
			base := f
			if f.Kind() == expr.KindPow && f.Args()[1].Kind() == expr.KindRat {
				base = f.Args()[0]
			} else if f.Kind() == expr.KindReduce && f.Op() == expr.Prod { // of inverses
				o := s.Open(f)
				if k, ok := o.Body.Args(), o.Body.Kind() == expr.KindPow && o.Body.Args()[1].Kind() == expr.KindRat; ok && k[1].Rat().Equal(expr.Int(-1)) {
					base = s.Reduce(expr.Prod, k[0], o.Indices...)
				}
			}
			switch sign := expr.SignOf(f); {
			case sign == expr.Positive:
			case sign == expr.NonNegative && f.Kind() != expr.KindCond:
				if base != f && f.Kind() == expr.KindPow && f.Args()[1].Rat().IsInt() || base == f || expr.SignOf(base) == expr.NonNegative {
					out = append(out, notZero(base)...)
				} else {
					out = append(out, c.split(s.Cond(expr.GtZero, base))...)
				}
			case base != f:
				rest = append(rest, base)
			default:
				rest = append(rest, f)
			}
		}
		if len(rest) == 0 {
			return out
		}
		if len(rest) == 1 && (len(out) > 0 || rest[0] != e) {
			return append(out, c.split(s.Cond(expr.GtZero, rest[0]))...)
		}
		if len(out) > 0 {
			return append(out, s.Cond(expr.GtZero, s.Mul(rest...)))
		}
	}
	return []*expr.Node{cond}
}

// complements returns f and g of a product or quotient of two factors of whose multiples the sum is a positive number, so that it is positive
// only where both are: p·(1 - p), or p/(1 - p).
func (c *domains) complements(e *expr.Node) (f, g *expr.Node, ok bool) {
	constant, terms := expr.Terms(e)
	if len(terms) > 1 || !constant.IsZero() {
		e = c.factored(e)
		constant, terms = expr.Terms(e)
	}
	if !constant.IsZero() || len(terms) != 1 {
		return nil, nil, false
	}
	var bases []*expr.Node
	for _, x := range expr.Factors(terms[0].X) {
		if x.Kind() == expr.KindPow {
			k, ok := x.Args()[1].Rat().Int64()
			if x.Args()[1].Kind() != expr.KindRat || !ok || k%2 == 0 {
				return nil, nil, false
			}
			x = x.Args()[0]
		}
		bases = append(bases, x)
	}
	if len(bases) != 2 {
		return nil, nil, false
	}
	f, g = bases[0], bases[1]
	if terms[0].Coef.Sign() < 0 {
		f = c.s.Neg(f)
	}
	for range 2 { // f·g is (-f)·(-g)
		if ratio, ok := proportional(f, g); ok && ratio.Sign() < 0 {
			if sum := c.s.Add(g, c.s.Scale(ratio.Neg(), f)); sum.Kind() == expr.KindRat && sum.Rat().Sign() > 0 {
				return f, g, true
			}
		}
		f, g = c.s.Neg(f), c.s.Neg(g)
	}
	return nil, nil, false
}

// factored returns a sum as a product or quotient of polynomials, if it is one.
func (c *domains) factored(x *expr.Node) *expr.Node {
	num, den := c.quotient(x)
	return c.s.Div(num, den)
}

// quotient returns the numerator and the denominator of a quotient of polynomials as products.
func (c *domains) quotient(x *expr.Node) (num, den *expr.Node) {
	r, err := newRing(c.s, false, x)
	if err != nil {
		return x, c.s.Int(1)
	}
	q, err := r.read(x)
	if err != nil {
		return x, c.s.Int(1)
	}
	return r.product(q.num), r.product(q.den)
}

// isPositive reports whether the structure of x shows that it is positive, also where that takes a common denominator.
func (c *domains) isPositive(x *expr.Node) bool {
	if expr.SignOf(x) == expr.Positive {
		return true
	}
	switch x.Kind() {
	case expr.KindMul:
		return !slices.ContainsFunc(x.Args(), func(f *expr.Node) bool { return !c.isPositive(f) })
	case expr.KindPow:
		return c.isPositive(x.Args()[0])
	case expr.KindAdd:
		if isAboveBounds(x) || x.Rat().Sign() > 0 && !slices.ContainsFunc(x.Args(), func(t *expr.Node) bool { return !isClampedAtZero(t) }) &&
			!slices.ContainsFunc(x.Coefs(), func(c expr.Rat) bool { return c.Sign() < 0 }) {
			return true
		}
		num, den := c.quotient(x)
		return den.Kind() != expr.KindRat && expr.SignOf(num) == expr.Positive && expr.SignOf(den) == expr.Positive
	case expr.KindReduce:
		if expr.IsLambda(x) {
			return false
		}
		o := c.s.Open(x)
		return x.Op() == expr.Prod && c.isPositive(o.Body) || x.Op() == expr.Sum && c.countsAttained(o)
	}
	return false
}

// bounded are functions of one number with the ends of their values, which those that are open do not reach.
var bounded = map[string]struct {
	low, high int64
	open      bool
}{"erf": {-1, 1, true}, "erfc": {0, 2, true}, "tanh": {-1, 1, true}, "sin": {-1, 1, false}, "cos": {-1, 1, false}}

// isAboveBounds reports whether a sum of multiples of bounded functions is positive since its constant is large enough.
func isAboveBounds(x *expr.Node) bool {
	least, terms := expr.Terms(x)
	open := false
	for _, t := range terms {
		if t.X.Kind() != expr.KindCall || t.X.Func().Ranks != nil || len(t.X.Args()) != 1 {
			return false
		}
		b, ok := bounded[t.X.Func().Name]
		if !ok {
			return false
		}
		end := b.low
		if t.Coef.Sign() < 0 {
			end = b.high
		}
		least = least.Add(t.Coef.Mul(expr.Int(end)))
		open = open || b.open
	}
	return least.Sign() > 0 || least.IsZero() && open
}

// isClampedAtZero reports whether x is max(y, 0), or -min(y, 0).
func isClampedAtZero(x *expr.Node) bool {
	if x.Kind() != expr.KindIf || x.Args()[0].Kind() != expr.KindCond || !x.Args()[2].IsZero() {
		return false
	}
	cond := x.Args()[0]
	return (cond.Op() == expr.GtZero || cond.Op() == expr.GeZero) && cond.Args()[0] == x.Args()[1]
}

// countsAttained reports whether a sum counts where a maximum or minimum over its index is attained: [x[i] >= max[j](x[j])].
func (c *domains) countsAttained(o *expr.Opening) bool {
	if o.Body.Kind() != expr.KindCond || o.Body.Op() != expr.GeZero && o.Body.Op() != expr.EqZero {
		return false
	}
	_, terms := expr.Terms(o.Body.Args()[0])
	for _, t := range terms {
		if m := t.X; m.Kind() == expr.KindReduce && (m.Op() == expr.Max && t.Coef.Equal(expr.Int(-1)) || m.Op() == expr.Min && t.Coef.IsOne()) {
			x := c.s.Scale(t.Coef.Neg(), c.s.Sub(o.Body.Args()[0], c.s.Scale(t.Coef, m)))
			return c.s.Reduce(m.Op(), x, o.Indices...) == m
		}
	}
	return false
}
