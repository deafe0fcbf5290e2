package simplify

import (
	"cmp"
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
)

// A folder turns expanded mathematics back into the names of functions and definitions. It works from the outside in, on
// expressions in which nothing has been folded yet, so that patterns and targets are in the same canonical form.
type folder struct {
	s        *expr.Session
	patterns []*pattern
	memo     map[*expr.Node]*expr.Node
	// isPositive reports whether x is known to be positive.
	isPositive func(x *expr.Node) bool
}

func (f *folder) fold(n *expr.Node) *expr.Node {
	if len(n.Args()) == 0 && n.Kind() != expr.KindEntry {
		return n
	}
	if r, ok := f.memo[n]; ok {
		return r
	}
	r := f.foldNode(n)
	f.memo[n] = r
	return r
}

func (f *folder) foldNode(n *expr.Node) *expr.Node {
	switch n.Kind() {
	case expr.KindIndex, expr.KindCond:
		return n
	}
	if head, ok := f.atomic(n); ok {
		return f.inside(head)
	}
	if n.Kind() == expr.KindMul || n.Kind() == expr.KindPow {
		if y := f.product(n); y != n {
			// What is left is smaller: the heads are atoms whose arguments are folded on their own.
			return f.inside(y)
		}
	}
	return f.inside(n)
}

// inside folds the parts of n.
func (f *folder) inside(n *expr.Node) *expr.Node {
	switch n.Kind() {
	case expr.KindIndex, expr.KindCond, expr.KindEntry:
		return n
	case expr.KindReduce:
		o := f.s.Open(n)
		body := f.fold(o.Body)
		if body == o.Body {
			return n
		}
		return f.s.Reduce(n.Op(), body, o.Indices...)
	case expr.KindMul:
		if y := f.inward(n); y != n {
			return y
		}
		factors := make([]*expr.Node, len(n.Args()))
		for k, x := range n.Args() {
			factors[k] = f.factor(x)
		}
		return f.s.Mul(factors...)
	case expr.KindPow:
		return f.factor(n)
	}
	args := make([]*expr.Node, len(n.Args()))
	changed := false
	for k, a := range n.Args() {
		args[k] = f.fold(a)
		changed = changed || args[k] != a
	}
	if !changed {
		return n
	}
	return f.s.With(n, args)
}

// factor folds the base and the exponent of a factor whose power has been tried with the whole product.
func (f *folder) factor(x *expr.Node) *expr.Node {
	if x.Kind() == expr.KindPow {
		return f.s.Pow(f.fold(x.Args()[0]), f.fold(x.Args()[1]))
	}
	return f.fold(x)
}

// patternsPerStep is how many patterns are looked at in the time of a step of [expr.Session.Spend].
const patternsPerStep = 512

// atomic finds a pattern that n is as a whole, or that a sum is the opposite of: which sign a sum has may depend on the names of its indices.
func (f *folder) atomic(n *expr.Node) (*expr.Node, bool) {
	f.s.Spend(len(f.patterns) / patternsPerStep)
	opposite := n
	if n.Kind() == expr.KindAdd {
		opposite = f.s.Neg(n)
	}
	for _, p := range f.patterns {
		if !p.atomic || p.anchor.Kind() != n.Kind() || !p.mayMatch(f.s, n) {
			continue
		}
		if head, ok := f.whole(p, n); ok {
			return head, true
		}
		if opposite == n || opposite.Kind() != expr.KindAdd {
			continue
		}
		if head, ok := f.whole(p, opposite); ok && weight(f.s, f.s.Neg(head)) < weight(f.s, n) {
			return f.s.Neg(head), true
		}
	}
	return nil, false
}

// whole returns the name of a pattern that n is as a whole, with a number where the pattern is a multiple of n.
func (f *folder) whole(p *pattern, n *expr.Node) (*expr.Node, bool) {
	m := matcher{s: f.s, params: p.params, vars: append(slices.Clone(p.sizes), p.indices...), isPositive: f.isPositive}
	b := newBinding()
	if !m.match(p.anchor, n, b, nil) {
		return nil, false
	}
	body, head, ok := f.instance(p, b)
	if !ok || head == n {
		return nil, false
	}
	if coef, core := unscaled(body); body != n && core == n && weight(f.s, head) < weight(f.s, body) { // most often its number stands beside n
		return f.s.Scale(coef.Inv(), head), true
	}
	return head, body == n && weight(f.s, head) < weight(f.s, n)
}

// instance is that of the pattern, with a·exp(b) for exp(b + log(a)) of a positive a.
func (f *folder) instance(p *pattern, b *binding) (body, head *expr.Node, ok bool) {
	body, head, ok = p.instance(f.s, b)
	if !ok || !b.logs {
		return body, head, ok
	}
	return f.s.Map(body, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if !isExp(n) {
			return nil, false
		}
		constant, terms := expr.Terms(args[0])
		var factors []*expr.Node
		rest := []expr.Term{}
		for _, t := range terms {
			if isCallOf(t.X, "log") && t.Coef.IsOne() && f.isPositive(t.X.Args()[0]) {
				factors = append(factors, t.X.Args()[0])
			} else {
				rest = append(rest, t)
			}
		}
		return f.s.Mul(append(factors, formula.Elementary(f.s, "exp", f.s.Linear(constant, rest)))...), true
	}), head, true
}

// maxFolds bounds the names that are put into one product.
const maxFolds = 16

// product puts names into a product for as long as that makes it lighter.
func (f *folder) product(n *expr.Node) *expr.Node {
	coef := expr.Int(1)
	for range maxFolds {
		factor, product := unscaled(n)
		coef, n = coef.Mul(factor), product
		best := n
		candidates := f.candidates(n)
		if len(candidates) > 0 {
			f.s.Spend(len(candidates) * nodes(n))
		}
		for _, c := range candidates {
			if order := f.compare(c, best); order < 0 || order == 0 && best != n && expr.Compare(c, best) < 0 {
				best = c
			}
		}
		if best == n {
			break
		}
		n = best
	}
	return f.s.Scale(coef, n)
}

// compare compares two products by their weights, and those of one weight by their exponents: v^2 is better than x^4 for v = x^2.
func (f *folder) compare(x, y *expr.Node) int {
	if order := cmp.Compare(weight(f.s, x), weight(f.s, y)); order != 0 {
		return order
	}
	return degree(f.s, x).Cmp(degree(f.s, y))
}

// degree returns the sum of the exponents of a product, without their signs.
func degree(s *expr.Session, x *expr.Node) expr.Rat {
	total := expr.Int(0)
	for _, e := range powersOf(s, x).exponents {
		if e.Sign() < 0 {
			e = e.Neg()
		}
		total = total.Add(e)
	}
	return total
}

// candidates returns the products that n becomes by putting in one name.
func (f *folder) candidates(n *expr.Node) []*expr.Node {
	var out []*expr.Node
	for _, p := range f.patterns {
		if p.atomic {
			continue
		}
		for _, factor := range expr.Factors(n) {
			base, _ := baseExponent(f.s, factor)
			for _, b := range f.anchored(p, base) {
				for _, c := range f.withName(p, b, base, n) {
					if p.fn == nil || weight(f.s, c) < weight(f.s, n) { // only a definition is worth as much as what it stands for
						out = append(out, c)
					}
				}
			}
		}
	}
	return out
}

func baseExponent(s *expr.Session, x *expr.Node) (base, exponent *expr.Node) {
	switch {
	case x.Kind() == expr.KindPow:
		return x.Args()[0], x.Args()[1]
	case x.Kind() == expr.KindReduce && x.Op() == expr.Prod:
		if base, k, ok := s.ProductPower(x); ok {
			return base, s.Rat(k)
		}
	}
	return x, s.Int(1)
}

// anchored returns the bindings under which the anchor of a pattern is the base, up to a product of exponentials.
func (f *folder) anchored(p *pattern, base *expr.Node) []*binding {
	try := func(tgt *expr.Node) *binding {
		if !p.mayMatch(f.s, tgt) {
			return nil
		}
		m := matcher{s: f.s, params: p.params, vars: append(slices.Clone(p.sizes), p.indices...), isPositive: f.isPositive}
		b := newBinding()
		if m.match(p.anchor, tgt, b, nil) {
			return b
		}
		return nil
	}
	var out []*binding
	if b := try(base); b != nil {
		out = append(out, b)
	}
	if p.anchor.Kind() != expr.KindAdd || base.Kind() != expr.KindAdd || p.fn == nil {
		return out
	}
	constant, terms := expr.Terms(base)
	for _, t := range terms {
		if _, ok := logOfExponential(f.s, t.X); !ok || !t.Coef.IsOne() {
			continue
		}
		inverse := f.s.Inv(t.X)
		scaled := []expr.Term{{Coef: constant, X: inverse}}
		for _, u := range terms {
			scaled = append(scaled, expr.Term{Coef: u.Coef, X: f.s.Mul(inverse, u.X)})
		}
		if b := try(f.s.Linear(expr.Int(0), scaled)); b != nil {
			out = append(out, b)
		}
	}
	return out
}

// timesIn returns the power of body that a product has as far as one of its factors tells, where that is an integer above 1; otherwise nil.
func (f *folder) timesIn(n, body, anchor *expr.Node) *expr.Node {
	have, of := powersOf(f.s, n).exponent(anchor), powersOf(f.s, body).exponent(anchor)
	if of.IsZero() || have.IsZero() {
		return nil
	}
	if k := have.Div(of); k.IsInt() && k.Cmp(expr.Int(1)) > 0 {
		return f.s.Rat(k)
	}
	return nil
}

// isDividedBy reports whether n has a factor of x in its denominator.
func isDividedBy(s *expr.Session, n, x *expr.Node) bool {
	of, have := powersOf(s, x), powersOf(s, n)
	return slices.ContainsFunc(of.bases, func(b *expr.Node) bool {
		return have.exponent(b).Sign() < 0 && of.exponent(b).Sign() > 0
	})
}

// leftOf returns the factors of n without those of body, if n has them all; a condition is left where its other factors are.
func leftOf(s *expr.Session, n, body *expr.Node) (*expr.Node, bool) {
	rest := slices.Clone(expr.Factors(n))
	for _, f := range expr.Factors(body) {
		k := slices.Index(rest, f)
		if k < 0 {
			return nil, false
		}
		rest = slices.Delete(rest, k, k+1)
	}
	return s.Mul(rest...), true
}

// withName returns what the product n becomes with the name of a pattern, whose anchor is known, in it once, or once inverted, for every way to bind the
// result indices.
func (f *folder) withName(p *pattern, b *binding, anchor, n *expr.Node) []*expr.Node {
	s := f.s
	var out []*expr.Node
	quotient := func(b *binding) {
		body, head, ok := f.instance(p, b)
		if !ok {
			return
		}
		if conds, _ := conditions(s, body); len(conds) > 0 { // which have no inverse
			if rest, ok := leftOf(s, n, body); ok {
				out = append(out, s.Mul(rest, head))
			}
			return
		}
		for k, c := range []*expr.Node{s.Mul(n, head, s.Inv(body)), s.Mul(n, s.Inv(head), body)} {
			if k == 1 && p.fn == nil && !isDividedBy(s, n, body) {
				continue // exp(x^2) is not 1/v for v = exp(-x^2), which may be too small for a number
			}
			if f.asDefined(n, c, head, body) {
				out = append(out, c)
			}
		}
		if k := f.timesIn(n, body, anchor); k != nil && p.fn == nil { // each of several times it may be heavier
			if c := s.Mul(n, s.Pow(head, k), s.Pow(body, s.Neg(k))); f.asDefined(n, c, head, body) {
				out = append(out, c)
			}
		}
	}
	if !f.unbound(p, b) {
		quotient(b)
		return out
	}
	// The factors of the pattern that carry its result indices, with everything else bound.
	open := b.clone()
	for _, i := range p.indices {
		if _, ok := open.indices[i]; !ok {
			open.bind(i, i)
		}
	}
	body, _, ok := f.instance(p, open)
	if !ok {
		return nil
	}
	targets := expr.Factors(n)
	for _, pf := range expr.Factors(body) {
		pb, _ := baseExponent(s, pf)
		if !dependsOnAny(pb, p.indices) {
			continue
		}
		for _, t := range targets {
			tb, _ := baseExponent(s, t)
			if c, ok := f.subscripts(p, b, pb, tb); ok {
				quotient(c)
			}
		}
	}
	// The rest of the pattern may stand inside a sum that is a factor beside the anchor.
	for k, t := range targets {
		if t.Kind() != expr.KindReduce || t.Op() != expr.Sum {
			continue
		}
		o := s.Open(t, n)
		rest := s.Mul(slices.Delete(slices.Clone(targets), k, k+1)...)
		// The part of the product that belongs to the pattern and is free of the sum moves in.
		for _, pf := range expr.Factors(body) {
			if dependsOnAny(pf, p.indices) {
				continue
			}
			for _, g := range expr.Factors(o.Body) {
				gb, _ := baseExponent(s, g)
				for _, qf := range expr.Factors(body) {
					qb, _ := baseExponent(s, qf)
					if !dependsOnAny(qb, p.indices) {
						continue
					}
					c, ok := f.subscripts(p, b, qb, gb)
					if !ok {
						continue
					}
					full, head, ok := f.instance(p, c)
					if !ok {
						continue
					}
					for _, times := range []*expr.Node{s.Int(1), f.timesIn(o.Body, full, gb)} { // each of several times it may be heavier
						if times == nil {
							continue
						}
						moved := s.Pow(pf, times)
						inner := s.Mul(o.Body, moved)
						folded := s.Mul(inner, s.Pow(head, times), s.Pow(full, s.Neg(times)))
						if !f.asDefined(inner, folded, head, full) || !f.isPositive(pf) {
							continue
						}
						out = append(out, s.Mul(rest, s.Inv(moved), s.Reduce(expr.Sum, folded, o.Indices...)))
					}
				}
			}
		}
	}
	return out
}

// subscripts returns the binding b with the result indices of the pattern bound so that part, which they are in, is the target.
func (f *folder) subscripts(p *pattern, b *binding, part, target *expr.Node) (*binding, bool) {
	c := b.clone()
	m := matcher{s: f.s, vars: p.indices}
	if m.match(part, target, c, nil) && !f.unbound(p, c) {
		return c, true
	}
	// Which way round the indices of a sum are written may depend on an index in it, and then only equality shows the match.
	if len(p.indices) != 1 || b.indices[p.indices[0]] != nil || part.Kind() != target.Kind() {
		return nil, false
	}
	for _, i := range target.Free() {
		if f.s.Replace(part, map[*expr.Node]*expr.Node{p.indices[0]: i}) == target {
			c = b.clone()
			c.bind(p.indices[0], i)
			return c, true
		}
	}
	return nil, false
}

// asDefined reports whether the product c, which n became by putting in a name for a body, is defined wherever n is: it divides by
// nothing that n does not divide by, unless that is positive. The name itself is a divisor where its body was one.
func (f *folder) asDefined(n, c, head, body *expr.Node) bool {
	if !f.keepsSymbolic(n, c) {
		return false
	}
	before, after := powersOf(f.s, n), powersOf(f.s, c)
	for _, b := range after.bases {
		e := after.exponent(b)
		if e.Sign() >= 0 || expr.SignOf(b) == expr.Positive {
			continue
		}
		if b != head {
			if old, ok := before.of(b); !ok || e.Cmp(old) < 0 {
				return false
			}
			continue
		}
		parts := powersOf(f.s, body)
		for _, p := range parts.bases {
			e := parts.exponent(p)
			if e.Sign() <= 0 || expr.SignOf(p) == expr.Positive {
				continue
			}
			if old, ok := before.of(p); !ok || old.Cmp(e.Neg()) > 0 {
				return false
			}
		}
	}
	return true
}

// keepsSymbolic reports whether no power with a symbolic exponent, which may be any number, is lower in c than in n, unless its base is
// positive.
func (f *folder) keepsSymbolic(n, c *expr.Node) bool {
	old := f.symbolicPowers(n)
	for b, e := range f.symbolicPowers(c) {
		before, ok := old[b]
		if !ok {
			before = f.s.Int(0)
		}
		if d := f.s.Sub(e, before); expr.SignOf(d) == expr.AnySign && expr.SignOf(b) != expr.Positive {
			return false
		}
	}
	return true
}

// symbolicPowers returns the exponents of the factors of a product that are no numbers, by their bases.
func (f *folder) symbolicPowers(x *expr.Node) map[*expr.Node]*expr.Node {
	if constant, terms := expr.Terms(x); x.Kind() == expr.KindAdd && constant.IsZero() && len(terms) == 1 {
		x = terms[0].X
	}
	out := map[*expr.Node]*expr.Node{}
	for _, y := range expr.Factors(x) {
		if base, e := baseExponent(f.s, y); e.Kind() != expr.KindRat {
			out[base] = e
		}
	}
	return out
}

// unbound reports whether a result index of the pattern has no value yet.
func (f *folder) unbound(p *pattern, b *binding) bool {
	return slices.ContainsFunc(p.indices, func(i *expr.Node) bool { return b.indices[i] == nil })
}
