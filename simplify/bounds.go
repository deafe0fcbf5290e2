package simplify

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
)

// A bound says that a difference is positive, or at least not negative.
type bound struct {
	given      int // that says so; noGiven for a condition that is taken to hold
	difference *expr.Node
	strict     bool
}

// bounds are what is known of signs: what is given, and the conditions of the branches that one is in.
type bounds struct {
	s       *expr.Session
	known   []bound
	posdefs []posdefFact
	used    map[int]bool // the givens without which the last answer would be another
}

// boundsOf returns what the givens say of signs.
func (f *facts) boundsOf() *bounds {
	b := &bounds{s: f.s, used: map[int]bool{}, posdefs: f.posdefs}
	for _, d := range f.apart {
		if d.how != different {
			b.known = append(b.known, bound{d.given, d.difference, d.how == above})
		}
	}
	return b
}

// assuming returns what is known where a condition on a number holds, or does not.
func (b *bounds) assuming(cond *expr.Node, holds bool) *bounds {
	if !holds {
		cond = b.s.Not(cond)
	}
	more := &bounds{s: b.s, known: slices.Clone(b.known), used: b.used, posdefs: b.posdefs}
	if cond.Kind() != expr.KindCond || expr.IsIndexForm(cond.Args()[0]) {
		return more
	}
	switch e := cond.Args()[0]; cond.Op() {
	case expr.GtZero, expr.GeZero:
		more.known = append(more.known, bound{noGiven, e, cond.Op() == expr.GtZero})
	case expr.EqZero:
		more.known = append(more.known, bound{noGiven, e, false}, bound{noGiven, b.s.Neg(e), false})
	}
	return more
}

// maxBounds is how many bounds are added up to show a sign.
const maxBounds = 3

// A shown sign comes with the givens that show it.
type shown struct {
	sign expr.Sign
	by   []int
}

// sign returns what is known of the sign of x: what its structure says, or that it is a sum of things that are positive by what is known.
func (b *bounds) sign(x *expr.Node) shown { return b.within(x, maxBounds) }

func (b *bounds) within(x *expr.Node, depth int) shown {
	best := shown{sign: expr.SignOf(x)}
	if best.sign == expr.Positive || len(b.known) == 0 && len(b.posdefs) == 0 {
		return best
	}
	if y := b.ofParts(x, depth); y.sign > best.sign {
		best = y
	}
	if depth == 0 {
		return best
	}
	for _, d := range b.known {
		if best.sign == expr.Positive {
			break
		}
		difference, ok := b.at(d, x)
		if !ok {
			continue
		}
		ratio, ok := leadingRatio(difference, x)
		if !ok {
			continue
		}
		rest := b.s.Sub(x, b.s.Scale(ratio, difference))
		y := b.within(rest, depth-1)
		if y.sign == expr.NonNegative && d.strict {
			y.sign = expr.Positive
		}
		if y.sign > best.sign {
			best = shown{y.sign, append(slices.Clone(y.by), d.given)}
		}
	}
	return best
}

// ofParts returns the sign that the signs of terms, factors or of a base show.
func (b *bounds) ofParts(x *expr.Node, depth int) shown {
	switch x.Kind() {
	case expr.KindMul:
		all := shown{sign: expr.Positive}
		for _, f := range x.Args() {
			y := b.within(f, depth)
			all = shown{min(all.sign, y.sign), append(all.by, y.by...)}
		}
		return all
	case expr.KindCall:
		if difference, ok := sinceZero(b.s, x); ok && depth > 0 {
			return b.within(difference, depth-1)
		}
	case expr.KindPow:
		if y := b.within(x.Args()[0], depth); y.sign == expr.Positive || x.Args()[1].Kind() == expr.KindRat {
			return y
		}
	case expr.KindAdd:
		if difference, ok := sinceValue(b.s, x); ok && depth > 0 {
			return b.within(difference, depth-1)
		}
		if minus, plus, ok := squares(b.s, x); ok && depth > 0 {
			y, z := b.within(minus, depth-1), b.within(plus, depth-1)
			return shown{min(y.sign, z.sign), append(slices.Clone(y.by), z.by...)}
		}
		sum := shown{sign: expr.NonNegative}
		if x.Rat().Sign() < 0 {
			return shown{}
		} else if x.Rat().Sign() > 0 {
			sum.sign = expr.Positive
		}
		for k, t := range x.Args() {
			y := b.within(t, depth)
			if x.Coefs()[k].Sign() < 0 {
				y = b.opposite(t, depth)
			}
			if y.sign == expr.AnySign {
				return shown{}
			}
			sum = shown{max(sum.sign, y.sign), append(sum.by, y.by...)}
		}
		return sum
	case expr.KindReduce:
		if isSum(x) && len(b.known) > 0 {
			if y := b.ofSum(x, depth); y.sign > expr.AnySign {
				return y
			}
		}
		return b.quadratic(x, 1)
	}
	return shown{}
}

// ofSum returns the sign of a sum over indices of what has one: positive where its range has numbers.
func (b *bounds) ofSum(x *expr.Node, depth int) shown {
	o := b.s.Open(x)
	y := b.within(o.Body, depth)
	if y.sign == expr.Positive && expr.SignOf(b.s.Reduce(expr.Sum, b.s.Int(1), o.Indices...)) != expr.Positive {
		y.sign = expr.NonNegative
	}
	return y
}

// opposite returns the sign of -x where x is a quadratic form, with or without other factors.
func (b *bounds) opposite(x *expr.Node, depth int) shown {
	if x.Kind() != expr.KindMul {
		return b.quadratic(x, -1)
	}
	for k, f := range x.Args() {
		y := b.quadratic(f, -1)
		if y.sign == expr.AnySign {
			continue
		}
		z := b.within(b.s.Mul(slices.Delete(slices.Clone(x.Args()), k, k+1)...), depth)
		return shown{min(y.sign, z.sign), append(y.by, z.by...)}
	}
	return shown{}
}

// quadratic returns the sign of a quadratic form times 1 or -1: of the sum of the entries of a matrix that has no negative eigenvalue, x'·A·x.
func (b *bounds) quadratic(x *expr.Node, times eigen) shown {
	if len(b.posdefs) == 0 || !isSum(x) || len(x.Binders()) != 2 {
		return shown{}
	}
	o := b.s.Open(x)
	row, column := o.Indices[0], o.Indices[1]
	if row.Lo() != column.Lo() || row.Hi() != column.Hi() || column.DependsOn(row) {
		return shown{}
	}
	d := definiteness{f: &facts{s: b.s, posdefs: b.posdefs}, s: b.s, bounds: &bounds{s: b.s}}
	if times*d.matrix(o.Body, row, column) >= semidefinite {
		return shown{expr.NonNegative, d.by}
	}
	return shown{}
}

// at returns what a bound says of the entries in x. What is given holds for all of its free indices; a condition holds for those that it has.
func (b *bounds) at(d bound, x *expr.Node) (*expr.Node, bool) {
	difference, vars := d.difference, d.difference.Free()
	if len(vars) == 0 || d.given == noGiven {
		return difference, true
	}
	var pattern *expr.Node
	contains(difference, func(n *expr.Node) bool {
		if n.Kind() == expr.KindEntry && pattern == nil && !slices.ContainsFunc(vars, func(i *expr.Node) bool { return !n.DependsOn(i) }) {
			pattern = n
		}
		return false
	})
	if pattern == nil {
		return nil, false
	}
	var at *expr.Node
	contains(x, func(n *expr.Node) bool {
		if at != nil || n.Kind() != expr.KindEntry || n.Symbol() != pattern.Symbol() || !b.s.InRange(n) {
			return at != nil
		}
		m := matcher{s: b.s, vars: vars}
		found := newBinding()
		if m.match(pattern, n, found, nil) {
			at = b.s.Replace(difference, found.indices)
		}
		return at != nil
	})
	return at, at != nil
}

// leadingRatio returns the positive number by which the multiple of a takes a term of x away.
func leadingRatio(a, x *expr.Node) (expr.Rat, bool) {
	_, as := expr.Terms(a)
	_, xs := expr.Terms(x)
	for _, t := range as {
		for _, u := range xs {
			if t.X == u.X && t.Coef.Sign() == u.Coef.Sign() {
				return u.Coef.Div(t.Coef), true
			}
		}
	}
	return expr.Rat{}, false
}

// signed resolves absolute values, signs and conditions in x by what is known of signs; in the branches of a condition that holds or does not.
func (b *bounds) signed(x *expr.Node) *expr.Node {
	if !contains(x, hasSign) {
		return x
	}
	memo := map[*expr.Node]*expr.Node{}
	var of func(n *expr.Node) *expr.Node
	of = func(n *expr.Node) *expr.Node {
		if len(n.Args()) == 0 || n.Kind() == expr.KindIndex || n.Kind() == expr.KindEntry {
			return n
		}
		if y, ok := memo[n]; ok {
			return y
		}
		y := b.signedNode(n, of)
		memo[n] = y
		return y
	}
	return of(x)
}

func (b *bounds) signedNode(n *expr.Node, of func(*expr.Node) *expr.Node) *expr.Node {
	s := b.s
	switch n.Kind() {
	case expr.KindReduce:
		clear := make([]*expr.Node, len(b.known)) // the indices of conditions around n are others
		for k, d := range b.known {
			clear[k] = d.difference
		}
		o := s.Open(n, clear...)
		body := of(o.Body)
		if body == o.Body {
			return n
		}
		if expr.IsLambda(n) {
			return s.Lambda(body, o.Indices...)
		}
		return s.Reduce(n.Op(), body, o.Indices...)
	case expr.KindIf:
		cond := of(n.Args()[0])
		if cond.Kind() != expr.KindCond {
			return s.If(cond, of(n.Args()[1]), of(n.Args()[2]))
		}
		return s.If(cond, b.assuming(cond, true).signed(n.Args()[1]), b.assuming(cond, false).signed(n.Args()[2]))
	}
	args := make([]*expr.Node, len(n.Args()))
	changed := false
	for k, a := range n.Args() {
		args[k] = of(a)
		changed = changed || args[k] != a
	}
	if changed {
		n = s.With(n, args)
	}
	if n.Kind() == expr.KindMul {
		return b.underConditions(n)
	}
	return b.resolved(n)
}

// maxConditions bounds the conditions on numbers among the factors of a product of which each is held against each.
const maxConditions = 8

// underConditions resolves each factor of a product by what the conditions among the others say: [x > 1]*[x > 2] is [x > 2].
func (b *bounds) underConditions(n *expr.Node) *expr.Node {
	factors := slices.Clone(n.Args())
	isCondition := func(f *expr.Node) bool { return f.Kind() == expr.KindCond && !expr.IsIndexForm(f.Args()[0]) }
	count := 0
	for _, f := range factors {
		if isCondition(f) {
			count++
		}
	}
	if count == 0 || count > maxConditions {
		return n
	}
	changed := false
	for k, f := range factors {
		if !contains(f, hasSign) {
			continue
		}
		known := b
		for j, c := range factors {
			if j != k && isCondition(c) {
				known = known.assuming(c, true)
			}
		}
		if known == b {
			continue
		}
		if y := known.signed(f); y != f {
			factors[k], changed = y, true
		}
	}
	if !changed {
		return n
	}
	return b.s.Mul(factors...)
}

// hasSign reports whether the value of n depends on a sign alone, or is a piecewise part.
func hasSign(n *expr.Node) bool {
	return n.Kind() == expr.KindIf || n.Kind() == expr.KindCond && !expr.IsIndexForm(n.Args()[0]) || isAbsolute(n) || isSign(n)
}

func isSign(n *expr.Node) bool {
	return n.Kind() == expr.KindCall && n.Func().Arity == 1 && n.Func().Name == "sign"
}

// resolved returns what an absolute value, a sign or a condition is by what is known of its argument.
func (b *bounds) resolved(n *expr.Node) *expr.Node {
	s := b.s
	if n.Kind() == expr.KindIf || !hasSign(n) {
		return n
	}
	x := n.Args()[0]
	above, below := b.sign(x), b.sign(s.Neg(x))
	y := n
	switch {
	case isAbsolute(n) && above.sign >= expr.NonNegative:
		y = x
	case isAbsolute(n) && below.sign >= expr.NonNegative:
		y = s.Neg(x)
	case isSign(n) && above.sign == expr.Positive:
		y = s.Int(1)
	case isSign(n) && below.sign == expr.Positive:
		y = s.Int(-1)
	case n.Kind() == expr.KindCond:
		y = decided(s, n, above.sign, below.sign)
	}
	if y != n {
		for _, g := range append(above.by, below.by...) {
			if g != noGiven {
				b.used[g] = true
			}
		}
	}
	return y
}

// decided returns the value of a condition on a number whose sign, and that of its negative, are known.
func decided(s *expr.Session, cond *expr.Node, above, below expr.Sign) *expr.Node {
	yes, no := false, false
	switch cond.Op() {
	case expr.GtZero:
		yes, no = above == expr.Positive, below >= expr.NonNegative
	case expr.GeZero:
		yes, no = above >= expr.NonNegative, below == expr.Positive
	case expr.EqZero:
		yes, no = above >= expr.NonNegative && below >= expr.NonNegative, above == expr.Positive || below == expr.Positive
	case expr.NeZero:
		yes, no = above == expr.Positive || below == expr.Positive, above >= expr.NonNegative && below >= expr.NonNegative
	}
	switch {
	case yes:
		return s.Int(1)
	case no:
		return s.Int(0)
	}
	return cond
}

// continuous reports whether n is piecewise by the sign of x with branches that meet where that is 0: then = otherwise + ratio·x.
func continuous(s *expr.Session, n *expr.Node) (x *expr.Node, ratio expr.Rat, ok bool) {
	if n.Kind() != expr.KindIf || n.Args()[0].Kind() != expr.KindCond {
		return nil, ratio, false
	}
	cond, then, otherwise := n.Args()[0], n.Args()[1], n.Args()[2]
	if cond.Op() != expr.GeZero && cond.Op() != expr.GtZero || expr.IsIndexForm(cond.Args()[0]) {
		return nil, ratio, false
	}
	x = cond.Args()[0]
	ratio, ok = multiple(x, s.Sub(then, otherwise))
	return x, ratio, ok && total(s, then) && total(s, otherwise)
}

// byAbsoluteValue writes a piecewise part whose branches meet and add up to a number as an absolute value where that is lighter.
func byAbsoluteValue(s *expr.Session, n *expr.Node) *expr.Node {
	x, ratio, ok := continuous(s, n)
	if !ok {
		return n
	}
	then, otherwise := n.Args()[1], n.Args()[2]
	if s.Add(then, otherwise).Kind() != expr.KindRat { // max(0, x) is read as it is
		return n
	}
	// (then + otherwise)/2 + ratio·|x|/2
	abs := formula.Elementary(s, "abs", x)
	if y := s.Add(s.Scale(expr.Frac(1, 2), s.Add(then, otherwise)), s.Scale(ratio.Mul(expr.Frac(1, 2)), abs)); weight(s, y) < weight(s, n) {
		return y
	}
	return n
}

// underOneCondition writes piecewise terms whose branches meet under the condition of another term that is the same or the opposite but for
// where it changes, so that they become one: max(x, y) + min(x, y) = x + y.
func underOneCondition(s *expr.Session, x *expr.Node) *expr.Node {
	constant, terms := expr.Terms(x)
	changed := false
	for i := range terms {
		if terms[i].X.Kind() != expr.KindIf || terms[i].X.Args()[0].Kind() != expr.KindCond {
			continue
		}
		cond := terms[i].X.Args()[0]
		for j := i + 1; j < len(terms); j++ {
			n := terms[j].X
			if n.Kind() != expr.KindIf || n.Args()[0] == cond {
				continue
			}
			y, _, ok := continuous(s, n)
			if !ok {
				continue
			}
			switch y {
			case cond.Args()[0]:
				terms[j].X = s.If(cond, n.Args()[1], n.Args()[2])
			case s.Neg(cond.Args()[0]):
				terms[j].X = s.If(cond, n.Args()[2], n.Args()[1])
			default:
				continue
			}
			changed = true
		}
	}
	if !changed {
		return x
	}
	return s.Linear(constant, terms)
}
