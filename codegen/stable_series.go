package codegen

import (
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/eval/bigmath"
	"github.com/seed-9905856d/derive/expr"
)

// series writes sums that vanish at a point to a higher order than their terms as power series beside it: for one quantity t and what
// does not change with it,
//
//	Σ cⱼ·fⱼ(t) = tᵏ·(a₀ + a₁·t + …) where |t| < r, and as it stands elsewhere,
//
// where the leading terms of the fⱼ cancel exactly. The fⱼ are what power series are made of: powers, elementary functions, functions of these. What stands
// beside such a sum in a product is taken into its branches where powers of t cancel. Likewise functions that are 0 there of what is not: log(sinh(t)/t).
//
// It comes after all that has a better form: what still cancels then has none.
func (st *stabiliser) series(v *expr.Node, clear []*expr.Node) *expr.Node {
	s := st.s
	return s.Map(v, clear, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		switch n.Kind() {
		case expr.KindAdd:
			if len(n.Args()) > maxPairs {
				return nil, false
			}
			if y, ok := st.sumInSeries(n, args); ok {
				return y, true
			}
			return st.sumsInSeries(n, clear)
		case expr.KindMul:
			return st.intoSeries(s.Mul(args...)), true
		case expr.KindPow:
			return st.rootOfSeries(args[0], args[1])
		case expr.KindCall:
			if n.Func() == fnOver || n.Func() == fnTimes {
				return st.overSeries(s.With(n, args))
			}
			return st.callInSeries(n, args)
		}
		return nil, false
	})
}

// A quantity is what a series is one in: t, and the entry that is written by it.
type quantity struct {
	t        *expr.Node // in terms of inputs
	from, to *expr.Node // from is an input, to the same in terms of the variable of series
}

// A branch is a conditional expression whose first branch is a power series.
type branch struct {
	t, direct *expr.Node
	radius    float64
	order     int // of t in the series, which stands by itself; 0 where other things may stand beside it
}

// variable stands for t.
func (st *stabiliser) variable() *expr.Node {
	if st.unknown == nil {
		st.unknown = st.s.Entry(st.s.NewSymbol("t", false))
	}
	return st.unknown
}

// maxSearched bounds the nodes of an expression that functions are looked for in.
const maxSearched = 400

// functionsIn returns the calls and the powers of sums in x that stand in no sum over an index, under no condition.
func functionsIn(x *expr.Node) []*expr.Node {
	var found []*expr.Node
	seen := map[*expr.Node]bool{}
	var visit func(n *expr.Node)
	visit = func(n *expr.Node) {
		if seen[n] || len(seen) > maxSearched {
			return
		}
		seen[n] = true
		switch n.Kind() {
		case expr.KindReduce, expr.KindCond, expr.KindEntry, expr.KindIndex:
			return
		case expr.KindIf:
			visit(n.Args()[1])
			visit(n.Args()[2])
			return
		case expr.KindCall:
			if n.Func().Result > 0 || n.Func().Ranks != nil {
				return
			}
			found = append(found, n)
		case expr.KindPow:
			_, power := powerOf(n)
			if !power.IsInt() || power.Sign() < 0 && n.Args()[0].Kind() == expr.KindAdd || n.Args()[1].Kind() != expr.KindRat {
				found = append(found, n)
			}
		}
		for _, a := range n.Args() {
			visit(a)
		}
	}
	visit(x)
	return found
}

// maxQuantities bounds the quantities that a sum is tried to be a series in.
const maxQuantities = 12

// quantities returns what a sum may be a power series in: arguments of its functions and, of logarithms and powers, what they differ from 1 by; then the inputs in these. The function whole is
// not to be one of them.
func (st *stabiliser) quantities(n, whole *expr.Node) []quantity {
	s := st.s
	var found []quantity
	add := func(t *expr.Node, q quantity, ok bool) {
		if ok && len(found) < maxQuantities && !slices.ContainsFunc(found, func(f quantity) bool { return f.t == t }) {
			q.t = t
			found = append(found, q)
		}
	}
	var atoms []*expr.Node
	for _, f := range functionsIn(n) {
		args := f.Args()
		quotient := f.Func() == fnLogQuotient || f.Func() == fnLogNearQuotient
		if quotient {
			args = []*expr.Node{s.Div(args[0], args[1])}
		}
		if f.Kind() == expr.KindPow || f.Func() == fnPowLessOne {
			q, ok := st.exponentOf(f)
			add(q.t, q, ok)
		}
		for _, arg := range args {
			constant, terms := expr.Terms(arg)
			terms = slices.DeleteFunc(slices.Clone(terms), func(t expr.Term) bool { return !hasUnknown(t.X) })
			if len(terms) == 0 {
				continue
			}
			varying := s.Linear(expr.Int(0), terms)
			atoms = append(atoms, atomsOf(varying)...)
			if f == whole {
				continue
			}
			if nearOne := quotient || f.Kind() == expr.KindPow || isCall(f, "log"); nearOne && constant.IsZero() && len(terms) == 1 {
				q, ok := st.solved(terms[:1], s.Add(s.Int(1), st.variable()), expr.Int(1))
				add(st.lessOne(terms[0].X), q, ok)
			}
			if f.Kind() == expr.KindCall || constant.Sign() > 0 {
				q, ok := st.solved(terms, st.variable(), expr.Int(0))
				add(varying, q, ok)
			}
		}
	}
	for _, a := range atoms {
		add(a, quantity{from: a, to: st.variable()}, true)
	}
	return found
}

// exponentOf is the quantity t of a^x = exp(t), for an input x.
func (st *stabiliser) exponentOf(f *expr.Node) (quantity, bool) {
	s := st.s
	base, exponent := f.Args()[0], f.Args()[len(f.Args())-1]
	_, terms := expr.Terms(exponent)
	if len(terms) != 1 || expr.IsIndexForm(exponent) {
		return quantity{}, false
	}
	log := st.logOfBase(base)
	q, ok := st.solved(terms, s.Div(st.variable(), log), expr.Int(0))
	q.t = s.Mul(s.Linear(expr.Int(0), terms), log)
	return q, ok && !has(base, q.from)
}

func (st *stabiliser) logOfBase(base *expr.Node) *expr.Node {
	row, _ := builtin.Lookup("log", 1)
	return st.s.CallAsIs(row.Func, base)
}

// swapped is x with an input written by the variable of series, and powers with that in their exponents as exponentials.
func (st *stabiliser) swapped(x *expr.Node, q quantity) *expr.Node {
	s := st.s
	x = s.Replace(x, map[*expr.Node]*expr.Node{q.from: q.to})
	if !hasCall(q.to, st.logOfBase(q.from).Func()) {
		return x
	}
	return s.Map(x, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		switch {
		case n.Kind() == expr.KindPow && has(args[1], st.variable()):
			return s.Call(fnExp, s.Mul(args[1], st.logOfBase(args[0]))), true
		case n.Func() == fnPowLessOne && has(args[2], st.variable()):
			return s.Call(fnExpm1, s.Mul(args[2], st.logOfBase(args[0]))), true
		}
		return nil, false
	})
}

// lessOne is x - 1, of a quotient as (a - b)/b.
func (st *stabiliser) lessOne(x *expr.Node) *expr.Node {
	s := st.s
	for _, f := range expr.Factors(x) {
		if b, power := powerOf(f); power.Equal(expr.Int(-1)) {
			if a := s.Div(x, f); st.isPlain(a) && st.isPlain(b) {
				return s.Call(fnOver, s.Sub(a, b), b)
			}
		}
	}
	return s.Sub(x, s.Int(1))
}

// hasUnknown reports whether x is more than a number.
func hasUnknown(x *expr.Node) bool {
	switch x.Kind() {
	case expr.KindEntry, expr.KindSize, expr.KindIndex, expr.KindReduce, expr.KindCond, expr.KindIf:
		return true
	}
	return slices.ContainsFunc(x.Args(), hasUnknown)
}

// atomsOf returns the inputs, and the sums over indices, among the factors of the terms of x, those of sums among them included.
func atomsOf(x *expr.Node) []*expr.Node {
	var atoms []*expr.Node
	_, terms := expr.Terms(x)
	for _, t := range terms {
		for _, f := range expr.Factors(t.X) {
			base, _ := powerOf(f)
			switch base.Kind() {
			case expr.KindEntry, expr.KindReduce:
				atoms = append(atoms, base)
			case expr.KindAdd:
				atoms = append(atoms, atomsOf(base)...)
			}
		}
	}
	return atoms
}

// solved writes one of the inputs in a sum of terms by what the sum is; of a single term less a number it leaves out the coefficient.
func (st *stabiliser) solved(terms []expr.Term, is *expr.Node, less expr.Rat) (quantity, bool) {
	s := st.s
	for k, t := range terms {
		others := slices.Delete(slices.Clone(terms), k, k+1)
		rest := s.Linear(expr.Int(0), others)
		coef := t.Coef
		if !less.IsZero() {
			coef = expr.Int(1)
		}
		for _, f := range expr.Factors(t.X) {
			base, power := powerOf(f)
			if len(others) > 0 && (f != t.X || power.IsOne() == false) || base.Kind() != expr.KindEntry && base.Kind() != expr.KindReduce && (base.Kind() != expr.KindCall || len(terms) > 1) {
				continue
			}
			inverse := power.Inv()
			around := s.Div(t.X, f)
			if !inverse.IsInt() || has(rest, base) || has(around, base) {
				continue
			}
			to := s.Pow(s.Div(s.Scale(expr.Int(1).Div(coef), s.Sub(is, rest)), around), s.Rat(inverse))
			return quantity{from: base, to: to}, true
		}
	}
	return quantity{}, false
}

// has reports whether a node stands in x.
func has(x, part *expr.Node) bool {
	return x == part || slices.ContainsFunc(x.Args(), func(a *expr.Node) bool { return has(a, part) })
}

// A group is the terms of a sum with one factor that does not change with t.
type group struct {
	around *expr.Node
	pieces []*expr.Node // what changes with t, with coefficients
	from   []int        // the terms that they are of
	apart  []bool       // whether the term has others
}

// sumInSeries is [stabiliser.sumAlong] for the first quantity that serves on both sides of 0, or else on one.
func (st *stabiliser) sumInSeries(n *expr.Node, args []*expr.Node) (y *expr.Node, ok bool) {
	for _, q := range st.quantities(n, nil) {
		x, above, fine := st.sumAlong(n, args, q)
		switch {
		case fine && !above:
			return x, true
		case fine && !ok:
			y, ok = x, true
		}
	}
	return y, ok
}

// sumAlong is a sum with a group of its terms that cancel at t = 0 as a power series; args are its terms as they have come to be.
func (st *stabiliser) sumAlong(n *expr.Node, args []*expr.Node, q quantity) (x *expr.Node, above, ok bool) {
	s := st.s
	constant, terms := expr.Terms(n)
	all := append(slices.Clone(terms), expr.Term{Coef: constant, X: s.Int(1)})
	var groups []*group
	for k, t := range all {
		whole := s.Scale(t.Coef, st.swapped(t.X, q))
		if whole.IsZero() {
			continue
		}
		if has(whole, q.from) {
			return nil, false, false
		}
		c, parts := expr.Terms(whole)
		if whole.Kind() != expr.KindAdd {
			c, parts = expr.Int(0), []expr.Term{{Coef: expr.Int(1), X: whole}}
		}
		if !c.IsZero() {
			parts = append(slices.Clone(parts), expr.Term{Coef: c, X: s.Int(1)})
		}
		for _, p := range parts {
			around, piece := st.apartFrom(s.Scale(p.Coef, p.X))
			at := slices.IndexFunc(groups, func(g *group) bool { return g.around == around })
			if at < 0 {
				at = len(groups)
				groups = append(groups, &group{around: around})
			}
			g := groups[at]
			g.pieces, g.from, g.apart = append(g.pieces, piece), append(g.from, k), append(g.apart, len(parts) > 1)
		}
	}
	back := map[*expr.Node]*expr.Node{st.variable(): q.t}
	for _, g := range groups {
		if len(g.pieces) < 2 {
			continue
		}
		e, ok := st.expansion(g.pieces, q.t)
		if !ok {
			continue
		}
		rest := slices.Clone(all)
		mapped := make([]*expr.Node, len(all))
		for k := range all {
			mapped[k] = all[k].X
			if k < len(args) {
				mapped[k] = args[k]
			}
			rest[k].X = mapped[k]
		}
		var direct []*expr.Node
		for j, k := range g.from {
			if !slices.Contains(e.members, j) {
				continue
			}
			if g.apart[j] {
				piece := s.Replace(s.Mul(g.around, g.pieces[j]), back)
				direct = append(direct, piece)
				rest = append(rest, expr.Term{Coef: expr.Int(-1), X: piece})
				continue
			}
			direct = append(direct, s.Scale(all[k].Coef, mapped[k]))
			rest[k].Coef = expr.Int(0)
		}
		x := st.branch(q.t, e, g.around, s.Add(direct...))
		return s.Add(s.Linear(expr.Int(0), rest), x), e.above, true
	}
	return nil, false, false
}

// apartFrom divides a product into what does not change with t and what does, numbers included.
func (st *stabiliser) apartFrom(x *expr.Node) (around, piece *expr.Node) {
	constant, terms := expr.Terms(x)
	if x.Kind() == expr.KindAdd && (!constant.IsZero() || len(terms) > 1) || len(terms) == 0 {
		if has(x, st.variable()) || !hasUnknown(x) {
			return st.s.Int(1), x
		}
		return x, st.s.Int(1)
	}
	var free, varying []*expr.Node
	for _, f := range expr.Factors(terms[0].X) {
		if has(f, st.variable()) || !hasUnknown(f) {
			varying = append(varying, f)
		} else {
			free = append(free, f)
		}
	}
	return st.s.Mul(free...), st.s.Scale(terms[0].Coef, st.s.Mul(varying...))
}

// branch is a conditional expression for around times an expansion.
func (st *stabiliser) branch(t *expr.Node, e expansion, around, direct *expr.Node) *expr.Node {
	s := st.s
	for b, inner := range st.branches { // a smaller one inside is for nothing; the order does not matter
		if inner.t == t && inner.radius <= e.radius && has(direct, b) {
			direct = s.Replace(direct, map[*expr.Node]*expr.Node{b: inner.direct})
		}
	}
	series := s.Mul(around, s.Pow(t, s.Int(int64(e.order))), s.Call(st.seriesFunc(e), t))
	radius := s.Call(fnApart, s.Number(new(big.Rat).SetFloat64(e.radius))) // not to be multiplied with the coefficients of t
	near := s.Cond(expr.GtZero, s.Sub(radius, s.Call(fnApart, absolute(s, t))))
	if e.above {
		near = s.Mul(s.Cond(expr.GtZero, t), s.Cond(expr.GtZero, s.Sub(radius, s.Call(fnApart, t))))
	} else if e.singular {
		near = s.Mul(near, s.Cond(expr.NeZero, t))
	}
	return st.either(near, series, direct, branch{t: t, direct: direct, radius: e.radius, order: e.order})
}

// either is a conditional expression that is known as a branch.
func (st *stabiliser) either(near, series, direct *expr.Node, b branch) *expr.Node {
	x := st.s.If(near, series, direct)
	if x.Kind() == expr.KindIf {
		st.branches[x] = b
	}
	return x
}

// intoSeries takes what stands beside a power series in a product into its branches where powers of t cancel there.
func (st *stabiliser) intoSeries(product *expr.Node) *expr.Node {
	s := st.s
	constant, terms := expr.Terms(product)
	if product.Kind() == expr.KindAdd && constant.IsZero() && len(terms) == 1 {
		return s.Scale(terms[0].Coef, st.intoSeries(terms[0].X))
	}
	for _, f := range expr.Factors(product) {
		base, power := powerOf(f)
		b, ok := st.branches[base]
		if !ok || !power.IsInt() || f == product {
			continue
		}
		rest, by := s.Div(product, f), s.Rat(power)
		near, series := base.Args()[0], s.Pow(base.Args()[1], by)
		opposite := s.Mul(rest, series)
		if len(expr.Factors(opposite)) >= len(expr.Factors(rest))+len(expr.Factors(series)) {
			continue
		}
		b.direct, b.order = s.Mul(rest, s.Pow(b.direct, by)), 0
		return st.intoSeries(st.either(s.Mul(near, s.Cond(expr.NeZero, b.t)), opposite, b.direct, b))
	}
	return product
}

// rootOfSeries is √(t^2k·…) = |t|ᵏ·√….
func (st *stabiliser) rootOfSeries(x, power *expr.Node) (*expr.Node, bool) {
	s := st.s
	constant, terms := expr.Terms(x)
	if !constant.IsZero() || len(terms) != 1 || power.Kind() != expr.KindRat || power.Rat().IsInt() {
		return nil, false
	}
	b, ok := st.branches[terms[0].X]
	if !ok {
		return nil, false
	}
	even := int64(b.order) - int64(b.order)&1
	orders := power.Rat().Mul(expr.Int(even))
	if !orders.IsInt() || even == 0 {
		return nil, false
	}
	root := func(y *expr.Node) *expr.Node { return s.Pow(s.Scale(terms[0].Coef, y), power) }
	series := s.Mul(s.Pow(absolute(s, b.t), s.Rat(orders)), root(s.Mul(terms[0].X.Args()[1], s.Pow(b.t, s.Int(-even)))))
	near := terms[0].X.Args()[0]
	if orders.Sign() < 0 {
		near = s.Mul(near, s.Cond(expr.NeZero, b.t))
	}
	b.direct = root(b.direct)
	return s.If(near, series, b.direct), true
}

// overSeries is intoSeries of a quotient or product that is not to be multiplied out.
func (st *stabiliser) overSeries(x *expr.Node) (*expr.Node, bool) {
	s := st.s
	for k, a := range x.Args() {
		b, ok := st.branches[a]
		if !ok || k == 1 && x.Func() == fnOver {
			continue
		}
		rest := x.Args()[1-k]
		if x.Func() == fnOver {
			rest = s.Inv(rest)
		}
		series := a.Args()[1]
		opposite := s.Mul(rest, series)
		if len(expr.Factors(opposite)) >= len(expr.Factors(rest))+len(expr.Factors(series)) {
			continue
		}
		args := slices.Clone(x.Args())
		args[k] = b.direct
		b.direct, b.order = s.Call(x.Func(), args...), 0
		return st.either(s.Mul(a.Args()[0], s.Cond(expr.NeZero, b.t)), opposite, b.direct, b), true
	}
	return nil, false
}

// callInSeries is a function that is 0 at t = 0, and computed there of what has been rounded, as a power series.
func (st *stabiliser) callInSeries(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
	s := st.s
	if len(args) != 1 || n.Func().Ranks != nil || !isRounded(n.Args()[0]) {
		return nil, false
	}
	for _, q := range st.quantities(n, n) {
		x := st.swapped(n, q)
		if has(x, q.from) || x.Kind() != expr.KindCall {
			continue
		}
		if around, _ := st.apartFrom(x); !around.IsOne() {
			continue
		}
		e, ok := st.expansion([]*expr.Node{x}, q.t)
		if ok {
			return st.branch(q.t, e, s.Int(1), s.With(n, args)), true
		}
	}
	return nil, false
}

// isRounded reports whether x is a sum with a number, or has a function in it.
func isRounded(x *expr.Node) bool {
	constant, _ := expr.Terms(x)
	return x.Kind() == expr.KindAdd && !constant.IsZero() || x.Kind() != expr.KindCall && len(functionsIn(x)) > 0
}

// sumsInSeries joins sums over one range, and multiples of its size, whose bodies cancel in a power series.
func (st *stabiliser) sumsInSeries(n *expr.Node, clear []*expr.Node) (*expr.Node, bool) {
	s := st.s
	constant, terms := expr.Terms(n)
	all := append(slices.Clone(terms), expr.Term{Coef: constant, X: s.Int(1)})
	for i, t := range all {
		for _, f := range expr.Factors(t.X) {
			if f.Kind() != expr.KindReduce || f.Op() != expr.Sum || len(f.Binders()) != 1 {
				continue
			}
			o := s.Open(f, append(slices.Clone(clear), n)...)
			k := o.Indices[0]
			inside := append(slices.Clone(clear), n, k)
			around := s.Scale(t.Coef, s.Div(t.X, f))
			bodies, rest := []*expr.Node{o.Body}, []expr.Term{}
			for j, u := range all {
				if j == i {
					continue
				}
				if more, ok := st.under(s.Div(s.Scale(u.Coef, u.X), around), k, inside); ok && !u.Coef.IsZero() {
					bodies = append(bodies, more)
				} else {
					rest = append(rest, u)
				}
			}
			body := s.Add(bodies...)
			if len(bodies) < 2 || body.Kind() != expr.KindAdd || len(body.Args()) > maxPairs {
				continue
			}
			if y, ok := st.sumInSeries(body, body.Args()); ok {
				rest = append(rest, expr.Term{Coef: expr.Int(1), X: s.Mul(around, s.Reduce(expr.Sum, y, k))})
				return st.series(s.Linear(expr.Int(0), rest), clear), true
			}
		}
	}
	return nil, false
}

// seriesPrefix begins the name of the function of a power series; its step and its coefficients follow.
const seriesPrefix = "series "

// isSeries reports whether x is a power series less its leading power, which is not 0 where it is used.
func isSeries(x *expr.Node) bool {
	return x.Kind() == expr.KindCall && strings.HasPrefix(x.Func().Name, seriesPrefix)
}

// seriesFunc is the function of an expansion less its leading power.
func (st *stabiliser) seriesFunc(e expansion) *expr.Func {
	name := seriesPrefix + strconv.Itoa(e.step)
	for _, c := range e.coefs {
		name += " " + strconv.FormatFloat(c, 'g', -1, 64)
	}
	if st.seriesOf[name] == nil {
		st.seriesOf[name] = &expr.Func{Name: name, Arity: 1}
	}
	return st.seriesOf[name]
}

// An expansion is tᵏ·Σ aⱼ·t^(j·step), for |t| < radius.
type expansion struct {
	order, step int
	coefs       []float64
	radius      float64
	above       bool  // it is one for t > 0 only
	singular    bool  // there are negative powers of t in what it stands for
	members     []int // of the pieces, those that it is of
}

const (
	maxOrder       = 12      // of the first term that does not cancel, above the first ones of the terms
	maxSeriesTerms = 128     // coefficients that are computed
	seriesFloor    = 0x1p-60 // what is left out, at most, of the value
	maxSeriesCoefs = 40      // coefficients that are used
	fewSeriesBits  = 640     // of coefficients, once it is known which of them cancel
	directLoss     = 2       // ulps of condition that the direct form may be off by where it is chosen
)

// expansion is the sum of pieces in a power series, where their leading terms cancel; of one, which is a call, where that is 0.
func (st *stabiliser) expansion(pieces []*expr.Node, t *expr.Node) (expansion, bool) {
	exact := newSeriesRing(maxOrder, exactBits, false)
	sum, members, ok := st.cancelled(exact, pieces)
	if !ok {
		return expansion{}, false
	}
	sides := []bool{false}
	if exact.sided && expr.SignOf(t) < expr.NonNegative {
		sides = append(sides, true)
	}
	var chosen []*expr.Node
	for _, k := range members {
		chosen = append(chosen, pieces[k])
	}
	var e expansion
	for k, minus := range sides {
		r := newSeriesRing(maxSeriesTerms, fewSeriesBits, minus)
		again, all, ok := st.cancelled(r, chosen)
		fine := ok && len(all) == len(chosen) && again.low == sum.low
		var other expansion
		if fine {
			other, fine = st.fitted(r, chosen, again)
		}
		few := min(len(e.coefs), len(other.coefs))
		switch {
		case k == 0 && !fine:
			return expansion{}, false
		case k > 0 && !(fine && slices.EqualFunc(e.coefs[:few], other.coefs[:few], nearlyEqual) && e.step == other.step):
			e.above = true
		case other.radius > e.radius:
			e = other
		}
	}
	e.members, e.singular = members, exact.singular
	return e, true
}

// nearlyEqual compares coefficients that are the same number, rounded to one of float64 or the next.
func nearlyEqual(a, b float64) bool { return math.Abs(a-b) <= math.Abs(a)*0x1p-51 }

// cancelled adds the pieces up that are power series; ok says whether the leading terms of these cancel.
func (st *stabiliser) cancelled(r *seriesRing, pieces []*expr.Node) (sum laurent, members []int, ok bool) {
	memo := map[*expr.Node]laurent{}
	var all []laurent
	low := math.MaxInt
	for k, p := range pieces {
		if x, ok := st.laurent(r, p, memo); ok {
			all, members, low = append(all, x), append(members, k), min(low, x.low)
			if x.log != nil {
				low = min(low, -1)
			}
		}
	}
	if len(all) == 0 {
		return laurent{}, nil, false
	}
	sum, ok = r.add(slices.Clone(all)...)
	ok = ok && sum.log == nil
	if len(pieces) == 1 { // a function
		arg, of := st.laurent(r, pieces[0].Args()[0], memo)
		return sum, members, ok && of && sum.low > 0 && arg.low == 0
	}
	return sum, members, ok && !sum.isZero() && len(all) > 1 && sum.low > low
}

// laurent is the power series of x.
func (st *stabiliser) laurent(r *seriesRing, x *expr.Node, memo map[*expr.Node]laurent) (y laurent, ok bool) {
	if y, ok := memo[x]; ok {
		return y, !y.isUnknown()
	}
	defer func() {
		if !ok {
			y = laurent{}
		}
		memo[x] = y
	}()
	if x == st.variable() {
		return r.variable(), true
	}
	of := func(x *expr.Node) (laurent, bool) { return st.laurent(r, x, memo) }
	switch x.Kind() {
	case expr.KindRat:
		if x.IsZero() {
			return noSeries(), true
		}
		return r.rat(x.Rat().Big())
	case expr.KindConst:
		switch x.Name() {
		case "pi":
			return r.number(r.ctx.Pi())
		case "e":
			return r.number(r.ctx.E())
		}
	case expr.KindAdd:
		var all []laurent
		for k, a := range x.Args() {
			y, ok := of(a)
			if !ok {
				return laurent{}, false
			}
			all = append(all, r.scale(r.float().SetRat(x.Coefs()[k].Big()), y))
		}
		if !x.Rat().IsZero() {
			y, _ := r.rat(x.Rat().Big())
			all = append(all, y)
		}
		return r.add(all...)
	case expr.KindMul:
		product := r.one()
		for _, a := range x.Args() {
			y, ok := of(a)
			if !ok || y.log != nil {
				return laurent{}, false
			}
			product = r.mul(product, y)
		}
		return product, true
	case expr.KindPow:
		base, ok := of(x.Args()[0])
		if !ok {
			return laurent{}, false
		}
		if x.Args()[1].Kind() == expr.KindRat {
			return r.power(base, x.Args()[1].Rat().Big())
		}
		exponent, ok := of(x.Args()[1])
		log, positive := r.call("log", base)
		if !ok || !positive || log.log != nil || exponent.log != nil {
			return laurent{}, false
		}
		return r.call("exp", r.mul(exponent, log))
	case expr.KindCond:
		y, ok := of(x.Args()[0])
		if !ok || !y.isMonomial() {
			return laurent{}, false
		}
		r.singular = true
		if holds := map[expr.Op]bool{expr.NeZero: true, expr.GtZero: r.signOf(y) > 0, expr.GeZero: r.signOf(y) > 0}; holds[x.Op()] {
			return r.one(), true
		}
		return noSeries(), true
	case expr.KindIf:
		y, ok := of(x.Args()[0])
		if ok && y.isZero() {
			return of(x.Args()[2])
		}
		if ok && x.Args()[0].Kind() == expr.KindCond {
			return of(x.Args()[1])
		}
	case expr.KindCall:
		return st.laurentOfCall(r, x, of)
	}
	return laurent{}, false
}

// plainNames are the functions of the formula language that others are, by their names.
var plainNames = map[string]string{
	fnExp.Name: "exp", fnSigmoid.Name: "sigmoid", fnLog1p.Name: "log1p", fnLogSum.Name: "log1p", fnExpm1.Name: "expm1", fnPositive.Name: "positive",
}

// logarithmsOf are functions by what they are the logarithm of.
var logarithmsOf = map[string]string{fnLogCosh.Name: "cosh", fnLogSinh.Name: "sinh", fnLogTanh.Name: "tanh", fnLogExpLessOne.Name: "expm1"}

// laurentOfCall is the power series of a call, of gives that of its arguments.
func (st *stabiliser) laurentOfCall(r *seriesRing, x *expr.Node, of func(*expr.Node) (laurent, bool)) (laurent, bool) {
	s, fn, args := st.s, x.Func(), x.Args()
	switch fn.Name {
	case fnApart.Name, fnRounded.Name, fnFinite.Name:
		return of(args[0])
	case fnTimes.Name:
		return of(s.Mul(args...))
	case fnOver.Name:
		return of(s.Div(args[0], args[1]))
	case fnTimesLess.Name:
		return of(s.Mul(args[0], s.Sub(args[1], args[2])))
	case fnLogQuotient.Name, fnLogNearQuotient.Name:
		q, ok := of(s.Div(args[0], args[1]))
		if !ok {
			return laurent{}, false
		}
		return r.call("log", q)
	case fnPowLessOne.Name:
		return of(s.Sub(s.Pow(args[0], args[2]), s.Int(1)))
	case fnExpLess.Name:
		a, okA := of(args[0])
		b, okB := of(args[1])
		if !okA || !okB {
			return laurent{}, false
		}
		a, okA = r.call("exp", a)
		b, okB = r.call("exp", b)
		if !okA || !okB {
			return laurent{}, false
		}
		return r.add(a, r.negated(b))
	case fnMax.Name, "max":
		a, okA := of(args[0])
		b, okB := of(args[1])
		less, ok := of(s.Sub(args[0], args[1]))
		switch {
		case !ok || !okA || !okB || !less.isMonomial():
			return laurent{}, false
		case r.signOf(less) > 0:
			return a, true
		}
		return b, true
	case "hypot":
		y, ok := of(s.Add(s.Pow(args[0], s.Int(2)), s.Pow(args[1], s.Int(2))))
		if !ok {
			return laurent{}, false
		}
		return r.half(y, 1)
	}
	if len(args) != 1 {
		return laurent{}, false
	}
	y, ok := of(args[0])
	if !ok {
		return laurent{}, false
	}
	if fn.Name == fnTail.Name { // log(1 + exp(-|x|))
		size, ok := r.onSide("abs", y)
		if ok {
			y, ok = r.call("exp", r.negated(size))
		}
		if !ok {
			return laurent{}, false
		}
		return r.call("log1p", y)
	}
	if name, ok := logarithmsOf[fn.Name]; ok {
		if y, ok = r.call(name, y); !ok || y.isZero() {
			return laurent{}, false
		}
		return r.call("log", y)
	}
	name, ok := plainNames[fn.Name]
	if !ok {
		name = fn.Name
	}
	return r.call(name, y)
}

// fitted chooses the radius of a series and how many of its coefficients are used: the least radius from which on the direct form is accurate, as far as
// there are coefficients for it.
func (st *stabiliser) fitted(r *seriesRing, pieces []*expr.Node, sum laurent) (e expansion, ok bool) {
	best := math.Inf(1)
	for k := -24; k <= 8; k++ {
		radius := math.Exp2(float64(k) / 2)
		if k%2 != 0 {
			radius = math.Round(radius*64) / 64
		}
		if radius == 0 {
			continue
		}
		coefs, step, ok := used(sum, radius)
		if !ok {
			break
		}
		loss := st.loss(r, pieces, sum, radius)
		if loss < best {
			best = loss
			e = expansion{order: sum.low, step: step, coefs: coefs, radius: radius}
		}
		if loss <= directLoss {
			break
		}
	}
	return e, len(e.coefs) > 0
}

// used returns the coefficients of a series that are needed within a radius, at every step-th order.
func used(x laurent, radius float64) (coefs []float64, step int, ok bool) {
	size := func(k int) float64 {
		if x.c[k] == nil {
			return 0
		}
		f, _ := x.c[k].Float64()
		return math.Abs(f) * math.Pow(radius, float64(k))
	}
	least := math.Min(size(0), math.Min(math.Abs(valueAt(x, radius)), math.Abs(valueAt(x, -radius)))/math.Pow(radius, float64(x.low)))
	last := len(x.c) - 1
	end, tail := 0, 0.0
	for k := last; k >= 0; k-- {
		if tail += size(k); tail > seriesFloor*least {
			end = k
			break
		}
	}
	if !(least > 0) || end > last*3/4 { // nothing shows that what is not known is small
		return nil, 0, false
	}
	for k := 1; k <= end; k++ {
		if x.c[k] != nil {
			step = gcd(step, k)
		}
	}
	step = max(step, 1)
	for k := 0; k <= end; k += step {
		c := 0.0
		if x.c[k] != nil {
			c, _ = x.c[k].Float64()
		}
		coefs = append(coefs, c)
	}
	return coefs, step, len(coefs) <= maxSeriesCoefs
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// valueAt is the value of a series at t.
func valueAt(x laurent, t float64) float64 {
	if x.isZero() {
		return 0
	}
	sum := 0.0
	for k := len(x.c) - 1; k >= 0; k-- {
		c := 0.0
		if x.c[k] != nil {
			c, _ = x.c[k].Float64()
		}
		sum = sum*t + c
	}
	sum *= math.Pow(t, float64(x.low))
	if x.log != nil {
		c, _ := x.log.Float64()
		sum += c * math.Log(math.Abs(t))
	}
	return sum
}

// slopeAt is t times the derivative of a series at t.
func slopeAt(x laurent, t float64) float64 {
	y := laurent{low: x.low, c: make([]*big.Float, len(x.c))}
	for k, c := range x.c {
		if c != nil {
			y.c[k] = new(big.Float).Mul(c, new(big.Float).SetInt64(int64(x.low+k)))
		}
	}
	slope := valueAt(y, t)
	if x.log != nil {
		c, _ := x.log.Float64()
		slope += c
	}
	return slope
}

// loss estimates the error of the sum of pieces as they stand at |t| = radius, in ulps of condition.
func (st *stabiliser) loss(r *seriesRing, pieces []*expr.Node, sum laurent, radius float64) float64 {
	worst := 0.0
	for _, t := range []float64{radius, -radius} {
		if r.sided && r.minus != (t < 0) {
			continue
		}
		memo := map[*expr.Node]laurent{}
		value := valueAt(sum, t)
		off := 0.0
		for _, p := range pieces {
			x, _ := st.laurent(r, p, memo)
			off += math.Abs(valueAt(x, t)) * (1 + st.roundings(r, p, t, memo))
		}
		worst = math.Max(worst, off/(math.Abs(value)+math.Abs(slopeAt(sum, t))))
	}
	return worst / 2
}

// roundings estimates the error of x as it stands at t, in half ulps.
func (st *stabiliser) roundings(r *seriesRing, x *expr.Node, t float64, memo map[*expr.Node]laurent) float64 {
	y, ok := st.laurent(r, x, memo)
	if !ok || x == st.variable() || x.Kind() == expr.KindRat {
		return 0
	}
	value := math.Abs(valueAt(y, t))
	switch x.Kind() {
	case expr.KindAdd:
		if len(x.Args()) == 1 && x.Rat().IsZero() {
			off := st.roundings(r, x.Args()[0], t, memo)
			if !isPowerOfTwo(x.Coefs()[0]) {
				off++
			}
			return off
		}
		off := math.Abs(bigmath.FromBig(r.float().SetRat(x.Rat().Big())).Float64())
		for k, a := range x.Args() {
			c, _ := x.Coefs()[k].Big().Float64()
			z, _ := st.laurent(r, a, memo)
			off += math.Abs(c*valueAt(z, t)) * (0.5 + st.roundings(r, a, t, memo))
		}
		return off/value + 1
	case expr.KindMul:
		off := 0.0
		for _, a := range x.Args() {
			off += 1 + st.roundings(r, a, t, memo)
		}
		return off
	case expr.KindPow:
		_, power := powerOf(x)
		p, _ := power.Big().Float64()
		return math.Abs(p)*st.roundings(r, x.Args()[0], t, memo) + 1
	case expr.KindCall:
		z, ok := st.laurent(r, x.Args()[0], memo)
		off := 1.5
		if d := math.Abs(slopeAt(z, t)); ok && d > 0 && value > 0 {
			off += st.roundings(r, x.Args()[0], t, memo) * math.Abs(valueAt(z, t)) / d * math.Abs(slopeAt(y, t)) / value
		}
		return off
	}
	return 1
}

// isPowerOfTwo reports whether c is ±2ᵏ.
func isPowerOfTwo(c expr.Rat) bool {
	f, ok := c.Big().Float64()
	m, _ := math.Frexp(math.Abs(f))
	return ok && m == 0.5
}

// seriesText returns the Go text of the function of a power series.
func (f *file) seriesText(name string) string {
	id := f.helper(name)
	words := strings.Fields(strings.TrimPrefix(name, seriesPrefix))
	step, coefs := words[0], words[1:]
	var b strings.Builder
	b.WriteString("\n// " + id + " is a power series in x")
	arg := "x"
	switch step {
	case "1":
	case "2":
		b.WriteString("²")
	default:
		b.WriteString("^" + step)
	}
	b.WriteString(", less its first power.\nfunc " + id + "(x float64) float64 {\n")
	if step != "1" {
		arg = "z"
		b.WriteString("\tz := " + strings.TrimSuffix(strings.Repeat("x*", int(step[0]-'0')), "*") + "\n")
	}
	b.WriteString("\treturn " + strings.Join(coefs, " + "+arg+"*(") + strings.Repeat(")", len(coefs)-1) + "\n}\n")
	return b.String()
}
