package codegen

import (
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"

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
			if len(n.Args()) > maxPairs || !isSmall(n) {
				return nil, false
			}
			if y, ok := st.sumInSeries(n, args); ok {
				return y, true
			}
			return st.sumsInSeries(n, clear)
		case expr.KindIf: // what stands for where there is no series has been found to have one again
			if inner := args[2]; inner.Kind() == expr.KindIf && inner.Args()[0] == args[0] {
				return st.either(args[0], args[1], inner.Args()[2], st.branches[inner]), true
			}
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

// maxSearched bounds the nodes of a sum that is looked at.
const maxSearched = 400

// isSmall reports whether x has no more nodes than that.
func isSmall(x *expr.Node) bool {
	nodes := 0
	return !some(x, func(*expr.Node) bool { nodes++; return nodes > maxSearched })
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
	for inside := true; inside; { // a smaller one inside is for nothing
		inside = some(direct, func(n *expr.Node) bool {
			inner, ok := st.branches[n]
			if ok = ok && inner.t == t && inner.radius <= e.radius; ok {
				direct = s.Replace(direct, map[*expr.Node]*expr.Node{n: inner.direct})
			}
			return ok
		})
	}
	series := s.Mul(around, s.Pow(st.keptWhole(t), s.Int(int64(e.order))), s.Call(st.seriesFunc(e), t))
	radius := s.Call(fnApart, s.Number(new(big.Rat).SetFloat64(e.radius))) // not to be multiplied with the coefficients of t
	near := s.Cond(expr.GtZero, s.Sub(radius, s.Call(fnApart, absolute(s, t))))
	if e.above {
		near = s.Mul(s.Cond(expr.GtZero, t), s.Cond(expr.GtZero, s.Sub(radius, s.Call(fnApart, t))))
	} else if e.singular {
		near = s.Mul(near, s.Cond(expr.NeZero, t))
	}
	return st.either(near, series, direct, branch{t: t, direct: direct, radius: e.radius, order: e.order})
}

// keptWhole is t, whose coefficient is not to be raised to powers where these are out of the range of numbers.
func (st *stabiliser) keptWhole(t *expr.Node) *expr.Node {
	constant, terms := expr.Terms(t)
	if t.Kind() != expr.KindAdd || !constant.IsZero() || len(terms) != 1 {
		return t
	}
	if c, _ := terms[0].Coef.Big().Float64(); 0x1p-60 < math.Abs(c) && math.Abs(c) < 0x1p60 {
		return t
	}
	return st.s.Call(fnTimes, st.s.Rat(terms[0].Coef), terms[0].X)
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
	if c, of, ok := multiple(product); ok {
		return s.Scale(c, st.intoSeries(of))
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
	if len(args) != 1 || n.Func().Ranks != nil || !isSmall(n) || !isRounded(n.Args()[0]) {
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
			if len(bodies) < 2 || body.Kind() != expr.KindAdd || len(body.Args()) > maxPairs || !isSmall(body) {
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
