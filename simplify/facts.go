package simplify

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/syntax"
)

// A fact is one assumption of a given in the form in which it rewrites: the larger side becomes the smaller one.
type fact struct {
	given    int   // which given
	also     []int // and which others
	from, to *expr.Node
	vars     []*expr.Node // free indices, for all of which it holds
	confined bool         // it says where entries of a matrix are 0
}

// facts are the assumptions of a problem.
type facts struct {
	s          *expr.Session
	rewrites   []fact
	symmetries []symmetry
	signs      []signFact // one for each symbol
	oneHot     []oneHotFact
	holding    []holdingFact
	matrices   []matrixFact
	apart      []apartFact
	posdefs    []posdefFact
	used       map[int]bool
}

type signFact struct {
	given int
	sym   *expr.Symbol
	sign  expr.Sign
	fn    *expr.Func // stands for the entries of the symbol while the sign is in use
}

type oneHotFact struct {
	given int
	sym   *expr.Symbol
}

// A holdingFact says that a condition on indices holds.
type holdingFact struct {
	given int
	cond  *expr.Node
}

func newFacts(s *expr.Session, givens []formula.Given) *facts {
	f := &facts{s: s, used: map[int]bool{}}
	defer f.byTurns()
	for k, g := range givens {
		for _, r := range g.Relations {
			f.relation(k, r)
		}
		f.posdefs = append(f.posdefs, posdefs(k, g.Posdef)...)
		for _, t := range g.OneHot {
			if t.Value.Kind() == expr.KindEntry {
				f.oneHot = append(f.oneHot, oneHotFact{k, t.Value.Symbol()})
			}
		}
	}
	return f
}

// relation files one comparison.
func (f *facts) relation(given int, r formula.Relation) {
	difference := f.s.Sub(r.Left, r.Right)
	if ops := map[syntax.Op]expr.Op{syntax.Ne: expr.NeZero, syntax.Ge: expr.GeZero, syntax.Gt: expr.GtZero}; expr.IsIndexForm(difference) && len(difference.Free()) > 0 && r.Op != syntax.Eq {
		op, ok := ops[r.Op]
		if !ok { // a < b is b > a
			op, difference = map[syntax.Op]expr.Op{syntax.Le: expr.GeZero, syntax.Lt: expr.GtZero}[r.Op], f.s.Neg(difference)
		}
		f.holding = append(f.holding, holdingFact{given, f.s.Cond(op, difference)})
		return
	}
	switch r.Op {
	case syntax.Ne:
		f.apart = append(f.apart, apartFact{given, difference, different})
	case syntax.Eq:
		if constant, terms := expr.Terms(difference); constant.IsZero() && len(terms) == 2 && terms[0].X.Kind() == expr.KindEntry && terms[1].X.Kind() == expr.KindEntry && terms[0].X.Symbol() == terms[1].X.Symbol() {
			if sym, ok := newSymmetry(f.s, given, terms[0].X, f.s.Scale(terms[1].Coef.Div(terms[0].Coef).Neg(), terms[1].X)); ok {
				f.symmetries = append(f.symmetries, sym)
				return
			}
			if terms[0].Coef.Equal(terms[1].Coef.Neg()) { // two entries, such as x[1] and x[2]
				return
			}
		}
		if expr.IsIndexForm(difference) && len(difference.Free()) > 0 {
			return // about indices: as a rewrite it would also reach bound ones
		}
		for _, sides := range [][2]*expr.Node{{r.Left, r.Right}, {r.Right, r.Left}} {
			if m, ok := orthogonal(given, sides[0], sides[1]); ok {
				f.matrices = append(f.matrices, m)
				rows := f.otherSide(sides[0], m.sym)
				f.rewriting(given, rows, sides[1])
			}
			f.inversePair(given, sides[0], sides[1])
			if entry, confined, ok := f.confined(sides[0], sides[1]); ok {
				f.rewriting(given, entry, confined)
				f.rewrites[len(f.rewrites)-1].confined = true
				return
			}
		}
		from, to := r.Left, r.Right
		if from == to { // it says nothing
			return
		}
		if isDiagonal(from, to) || isDiagonal(to, from) {
			if isDiagonal(to, from) {
				from, to = to, from
			}
			f.rewriting(given, from, to)
			return
		}
		if weight(f.s, from) < weight(f.s, to) || weight(f.s, from) == weight(f.s, to) && expr.Compare(from, to) < 0 {
			from, to = to, from
		}
		switch from.Kind() {
		case expr.KindRat, expr.KindConst:
			return
		case expr.KindPow: // √x = c
			if k := from.Args()[1]; to.Kind() == expr.KindRat && to.Rat().Sign() > 0 && k == f.s.Rat(expr.Int(2).Inv()) {
				f.rewriting(given, from.Args()[0], f.s.Pow(to, f.s.Int(2)))
			}
		case expr.KindAdd: // a sum of terms: the heaviest of them becomes the rest
			from, to = heaviest(f.s, f.s.Sub(from, to))
		}
		if mentions(to, from) {
			return
		}
		f.rewriting(given, from, to)
	case syntax.Gt, syntax.Ge, syntax.Lt, syntax.Le:
		if r.Op == syntax.Lt || r.Op == syntax.Le {
			difference = f.s.Neg(difference)
		}
		strict := r.Op == syntax.Gt || r.Op == syntax.Lt
		f.sign(given, difference, strict)
		how := notBelow
		if strict {
			how = above
		}
		f.apart = append(f.apart, apartFact{given, difference, how})
	}
}

// byTurns adds to the facts what they say of diagonals, whose entries are powers and not products of two, and with entries of symmetric
// matrices at exchanged subscripts.
func (f *facts) byTurns() {
	s := f.s
	for _, r := range slices.Clone(f.rewrites) {
		for k, i := range r.vars {
			for _, j := range r.vars[:k] {
				if i.Lo() == j.Lo() && i.Hi() == j.Hi() {
					f.alsoRewriting(r, s.Substitute(r.from, i, j), s.Substitute(r.to, i, j), noGiven)
				}
			}
		}
	}
	for k := 0; k < len(f.rewrites) && k < maxTurned; k++ {
		r := f.rewrites[k]
		body, indices := r.from, []*expr.Node(nil)
		if body.Kind() == expr.KindReduce && body.Op() == expr.Sum {
			o := s.Open(body)
			body, indices = o.Body, o.Indices
		}
		factors := expr.Factors(body)
		for at, x := range factors {
			if x.Kind() != expr.KindEntry {
				continue
			}
			for _, sym := range f.symmetries {
				if sym.sym != x.Symbol() || len(x.Args()) != 2 {
					continue
				}
				turned := slices.Clone(factors)
				turned[at] = s.Entry(x.Symbol(), x.Args()[1], x.Args()[0])
				to := r.to
				if sym.odd {
					to = s.Neg(to)
				}
				f.alsoRewriting(r, s.Reduce(expr.Sum, s.Mul(turned...), indices...), to, sym.given)
			}
		}
	}
}

// maxTurned bounds the facts that are turned.
const maxTurned = 64

// alsoRewriting files what follows from a fact, by another given where there is one.
func (f *facts) alsoRewriting(r fact, from, to *expr.Node, by int) {
	if slices.ContainsFunc(f.rewrites, func(old fact) bool { return old.from == from }) || mentions(to, from) || from.Kind() == expr.KindRat {
		return
	}
	before := len(f.rewrites)
	f.rewriting(r.given, from, to)
	if len(f.rewrites) > before && by != noGiven {
		f.rewrites[before].also = append(slices.Clone(r.also), by)
	}
}

// use records the givens of a fact.
func (f *facts) use(r fact) {
	f.used[r.given] = true
	for _, k := range r.also {
		f.used[k] = true
	}
}

// confined recognises that the entries of a matrix are 0 but where a condition on their subscripts holds: L[i,j] == [i >= j]*L[i,j], or
// L[i,j]*[i < j] == 0.
func (f *facts) confined(x, y *expr.Node) (entry, confined *expr.Node, ok bool) {
	zero := y.IsZero()
	product := y
	if zero {
		product = x
	}
	var cond *expr.Node
	for _, g := range expr.Factors(product) {
		switch {
		case g.Kind() == expr.KindEntry && entry == nil:
			entry = g
		case g.Kind() == expr.KindCond && expr.IsIndexForm(g.Args()[0]) && cond == nil:
			cond = g
		default:
			return nil, nil, false
		}
	}
	if entry == nil || cond == nil || !zero && x != entry {
		return nil, nil, false
	}
	for k, sub := range entry.Args() { // it holds for the whole symbol: different free indices over whole axes
		if sub.Kind() != expr.KindIndex || slices.Index(entry.Args(), sub) != k || !sub.Lo().IsOne() || sub.Hi() != entry.Symbol().Dims[k] {
			return nil, nil, false
		}
	}
	if slices.ContainsFunc(cond.Free(), func(i *expr.Node) bool { return !slices.Contains(entry.Args(), i) }) {
		return nil, nil, false
	}
	if zero {
		cond = f.s.Not(cond)
	}
	return entry, f.s.Mul(cond, entry), true
}

// withoutConfined returns the facts without those that say where entries of a matrix are 0, if one of these has been used, else nil.
func (f *facts) withoutConfined() *facts {
	if !slices.ContainsFunc(f.rewrites, func(r fact) bool { return r.confined && f.used[r.given] }) {
		return nil
	}
	rest := *f
	rest.used = map[int]bool{}
	rest.rewrites = slices.DeleteFunc(slices.Clone(f.rewrites), func(r fact) bool { return r.confined })
	return &rest
}

// rewriting files from as what becomes to, where matching from says what to is.
func (f *facts) rewriting(given int, from, to *expr.Node) {
	if !slices.ContainsFunc(to.Free(), func(i *expr.Node) bool { return !from.DependsOn(i) }) {
		f.rewrites = append(f.rewrites, fact{given: given, from: from, to: to, vars: slices.Clone(from.Free())})
	}
}

// heaviest solves x == 0 for its heaviest term.
func heaviest(s *expr.Session, x *expr.Node) (term, value *expr.Node) {
	constant, terms := expr.Terms(x)
	k := 0
	for j := range terms {
		if weight(s, terms[j].X) > weight(s, terms[k].X) {
			k = j
		}
	}
	rest := slices.Delete(slices.Clone(terms), k, k+1)
	sum := s.Linear(constant, rest)
	return terms[k].X, s.Scale(terms[k].Coef.Inv().Neg(), sum)
}

func mentions(x, part *expr.Node) bool {
	return contains(x, func(n *expr.Node) bool { return n == part })
}

// contains reports whether a node in x, or x itself, has a property.
func contains(x *expr.Node, has func(*expr.Node) bool) bool {
	found := false
	seen := map[*expr.Node]bool{}
	var visit func(n *expr.Node)
	visit = func(n *expr.Node) {
		if found || seen[n] {
			return
		}
		seen[n] = true
		found = has(n)
		for _, a := range n.Args() {
			visit(a)
		}
	}
	visit(x)
	return found
}

// sign files x > 0 or x ≥ 0 where x is c·(an entry) + k with c > 0 and k ≤ 0: the entry is then of that sign itself.
func (f *facts) sign(given int, x *expr.Node, strict bool) {
	constant, terms := expr.Terms(x)
	if len(terms) != 1 || terms[0].Coef.Sign() < 0 || constant.Sign() > 0 || terms[0].X.Kind() != expr.KindEntry {
		return
	}
	e := terms[0].X
	seen := map[*expr.Node]bool{}
	for k, sub := range e.Args() { // it holds for the whole symbol: different free indices over whole axes
		if sub.Kind() != expr.KindIndex || seen[sub] || !sub.Lo().IsOne() || sub.Hi() != e.Symbol().Dims[k] {
			return
		}
		seen[sub] = true
	}
	sign := expr.NonNegative
	if strict || constant.Sign() < 0 {
		sign = expr.Positive
	}
	fact := signFact{given, e.Symbol(), sign, &expr.Func{Name: e.Symbol().Name, Arity: len(e.Args()), Sign: sign}}
	switch k := slices.IndexFunc(f.signs, func(s signFact) bool { return s.sym == e.Symbol() }); {
	case k < 0:
		f.signs = append(f.signs, fact)
	case f.signs[k].sign < sign:
		f.signs[k] = fact
	}
}

// saysMore reports whether there is anything that may rewrite x.
func (f *facts) saysMore(x *expr.Node) bool {
	return len(f.rewrites) > 0 || len(f.apart) > 0 || len(f.signs) > 0 || len(f.oneHot) > 0 || len(f.holding) > 0 || len(f.matrices) > 0 || len(f.posdefs) > 0 || contains(x, func(n *expr.Node) bool { return isInverse(n) || isDeterminant(n) })
}

// apply rewrites x with the facts until nothing changes.
func (f *facts) apply(x *expr.Node) *expr.Node {
	if f.saysMore(x) {
		for range maxFactRounds {
			y := f.round(x)
			if y == x {
				break
			}
			x = y
		}
	}
	return x
}

// maxFactRounds bounds how often the facts are applied to their own results.
const maxFactRounds = 20

func (f *facts) round(x *expr.Node) *expr.Node {
	x = f.withBounds(f.withSigns(f.withDeterminants(x)))
	for _, d := range f.holding {
		if y := assuming(f.s, x, d.cond, true); y != x {
			f.used[d.given] = true
			x = y
		}
	}
	return f.s.Map(x, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		y := n
		if n.Kind() != expr.KindReduce && len(args) > 0 && n.Kind() != expr.KindIndex {
			y = f.s.With(n, args)
		}
		return f.node(y), true
	})
}

// withBounds resolves absolute values, signs and conditions by the inequalities that are given.
func (f *facts) withBounds(x *expr.Node) *expr.Node {
	b := f.boundsOf()
	if len(b.known) == 0 && len(b.posdefs) == 0 {
		return x
	}
	y := b.signed(x)
	for g := range b.used {
		if g != noGiven {
			f.used[g] = true
		}
	}
	return y
}

// withSigns builds x anew with what is known of signs, and records givens without which that does not come out: of several that
// say enough, the later ones.
func (f *facts) withSigns(x *expr.Node) *expr.Node {
	if len(f.signs) == 0 {
		return x
	}
	y := f.signed(x, f.signs)
	if y == x {
		return x
	}
	needed := slices.Clone(f.signs)
	for k := 0; k < len(needed); {
		rest := slices.Delete(slices.Clone(needed), k, k+1)
		if f.signed(x, rest) == y {
			needed = rest
		} else {
			k++
		}
	}
	for _, sign := range needed {
		f.used[sign.given] = true
	}
	return y
}

// signed builds x anew with the entries of symbols of known sign as values of functions of that sign, and takes those away again: in
// between the constructors know what is positive.
func (f *facts) signed(x *expr.Node, signs []signFact) *expr.Node {
	y := f.s.Map(x, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if n.Kind() != expr.KindEntry {
			return nil, false
		}
		for _, sign := range signs {
			if sign.sym == n.Symbol() {
				return f.s.Call(sign.fn, args...), true
			}
		}
		return nil, false
	})
	return f.s.Map(y, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if n.Kind() == expr.KindCall {
			for _, sign := range signs {
				if sign.fn == n.Func() {
					return f.s.Entry(sign.sym, args...), true
				}
			}
		}
		return nil, false
	})
}

// node rewrites one node, whose parts have been rewritten.
func (f *facts) node(n *expr.Node) *expr.Node {
	for _, r := range f.rewrites {
		if y, ok := f.rewrite(r, n); ok && y != n {
			f.use(r)
			return y
		}
	}
	if y, ok := f.logDeterminant(n); ok {
		return y
	}
	if len(f.matrices) > 0 {
		if y, ok := f.matrixCall(n); ok {
			return y
		}
		if y, ok := f.determinant(n); ok {
			return y
		}
	}
	if n.Kind() == expr.KindReduce && n.Op() == expr.Sum {
		if y, ok := cancelInverse(f.s, n); ok {
			return y
		}
		if y, ok := f.insideSum(n); ok {
			return y
		}
		if y, ok := f.allButOne(n); ok {
			return y
		}
	}
	if n.Kind() == expr.KindMul || n.Kind() == expr.KindPow {
		for _, h := range f.oneHot {
			if y, ok := f.oneHotProduct(h, n); ok {
				f.used[h.given] = true
				return y
			}
		}
	}
	return n
}

// rewrite applies a fact to a whole node.
func (f *facts) rewrite(r fact, n *expr.Node) (*expr.Node, bool) {
	if r.from == n {
		return r.to, true
	}
	if len(r.vars) == 0 || r.from.Kind() != n.Kind() {
		return nil, false
	}
	m := matcher{s: f.s, vars: r.vars}
	b := newBinding()
	if !m.match(r.from, n, b, nil) {
		return nil, false
	}
	for _, v := range r.vars {
		if b.indices[v] == nil {
			return nil, false
		}
	}
	return f.s.Replace(r.to, b.indices), true
}

// maxBinders is the number of binders up to which a fact about a sum is looked for inside larger sums.
const maxBinders = 3

// insideSum applies facts about sums to some of the binders of a contraction: the factors that carry them are summed by themselves, and the sum is
// looked up.
func (f *facts) insideSum(n *expr.Node) (*expr.Node, bool) {
	for count := 1; count <= maxBinders; count++ {
		if !slices.ContainsFunc(f.rewrites, func(r fact) bool { return isSum(r.from) && len(r.from.Binders()) == count }) {
			continue
		}
		o := f.s.Open(n)
		if y, ok := f.insideOpened(o, nil, count); ok {
			return y, true
		}
	}
	return nil, false
}

// insideOpened is [facts.insideSum] for count more binders than those chosen, which are in order.
func (f *facts) insideOpened(o *expr.Opening, chosen []*expr.Node, count int) (*expr.Node, bool) {
	if count == 0 {
		return f.summedApart(o, chosen)
	}
	from := 0
	if len(chosen) > 0 {
		from = slices.Index(o.Indices, chosen[len(chosen)-1]) + 1
	}
	for _, i := range o.Indices[from:] {
		if y, ok := f.insideOpened(o, append(chosen[:len(chosen):len(chosen)], i), count-1); ok {
			return y, true
		}
	}
	return nil, false
}

// summedApart applies a fact to the sum over some of the indices of a contraction, of the factors that carry them.
func (f *facts) summedApart(o *expr.Opening, indices []*expr.Node) (*expr.Node, bool) {
	var with, without []*expr.Node
	for _, x := range expr.Factors(o.Body) {
		if dependsOnAny(x, indices) {
			with = append(with, x)
		} else {
			without = append(without, x)
		}
	}
	if len(o.Indices) == len(indices) && len(without) == 0 {
		return nil, false // the whole node, tried already
	}
	if slices.ContainsFunc(without, func(x *expr.Node) bool { return x.Kind() == expr.KindCond }) {
		return nil, false // which may guard what is summed
	}
	rest := slices.DeleteFunc(slices.Clone(o.Indices), func(i *expr.Node) bool { return slices.Contains(indices, i) })
	for _, j := range rest {
		if dependsOnAny(j, indices) || slices.ContainsFunc(indices, func(i *expr.Node) bool { return i.DependsOn(j) }) {
			return nil, false
		}
	}
	inner := f.s.Reduce(expr.Sum, f.s.Mul(with...), indices...)
	for _, r := range f.rewrites {
		if y, ok := f.rewrite(r, inner); ok {
			f.use(r)
			return f.s.Reduce(expr.Sum, f.s.Mul(append(without, y)...), rest...), true
		}
	}
	return nil, false
}

// allButOne applies facts about a sum to that sum without what it has at one index: Σ(i | i ≠ k) y(i) is 1 - y(k) where the whole sum is 1.
func (f *facts) allButOne(n *expr.Node) (*expr.Node, bool) {
	o := f.s.Open(n)
	conds, plain := conditions(f.s, o.Body)
	if len(conds) != 1 || len(o.Indices) != 1 || conds[0].Op() != expr.NeZero || !solves(conds[0], o.Indices) || !total(f.s, plain) {
		return nil, false
	}
	whole := f.s.Reduce(expr.Sum, plain, o.Indices...)
	for _, r := range f.rewrites {
		if y, ok := f.rewrite(r, whole); ok {
			f.use(r)
			return f.s.Sub(y, f.s.Reduce(expr.Sum, f.s.Mul(f.s.Not(conds[0]), plain), o.Indices...)), true
		}
	}
	return nil, false
}

// oneHotProduct uses y² = y and yᵢ·yⱼ = [i = j]·yᵢ of a tensor whose last axis has a single 1.
func (f *facts) oneHotProduct(h oneHotFact, n *expr.Node) (*expr.Node, bool) {
	factors := slices.Clone(expr.Factors(n))
	first := -1
	for k, x := range factors {
		base, exponent := baseExponent(f.s, x)
		if base.Kind() != expr.KindEntry || base.Symbol() != h.sym {
			continue
		}
		if exponent.Kind() == expr.KindRat && exponent.Rat().Sign() > 0 && !exponent.IsOne() {
			factors[k] = base
			return f.s.Mul(factors...), true
		}
		if !exponent.IsOne() {
			continue
		}
		if first < 0 {
			first = k
			continue
		}
		a, b := factors[first].Args(), x.Args()
		last := len(a) - 1
		if !slices.Equal(a[:last], b[:last]) {
			continue
		}
		factors[k] = f.s.Cond(expr.EqZero, f.s.Sub(a[last], b[last]))
		return f.s.Mul(factors...), true
	}
	if first < 0 {
		return nil, false
	}
	for k, x := range factors {
		if k == first {
			continue
		}
		if y := f.chosen(factors[first], x); y != x && total(f.s, y) { // beside an entry that is 0 it must have a value
			factors[k] = y
			return f.s.Mul(factors...), true
		}
	}
	return nil, false
}

// chosen returns what x is where an entry of a tensor whose last axis has a single 1 is that 1: Σₖ yₖ·gₖ is gᵢ where yᵢ is 1.
func (f *facts) chosen(entry, x *expr.Node) *expr.Node {
	last := len(entry.Args()) - 1
	at := entry.Args()[last]
	return f.s.Map(x, []*expr.Node{entry}, func(n *expr.Node, _ []*expr.Node) (*expr.Node, bool) {
		if !isSum(n) || len(n.Binders()) != 1 {
			return nil, false
		}
		o := f.s.Open(n, entry)
		i := o.Indices[0]
		factors := expr.Factors(o.Body)
		k := slices.IndexFunc(factors, func(y *expr.Node) bool {
			return y.Kind() == expr.KindEntry && y.Symbol() == entry.Symbol() && y.Args()[last] == i && slices.Equal(y.Args()[:last], entry.Args()[:last])
		})
		if k < 0 || !i.Lo().IsOne() || i.Hi() != entry.Symbol().Dims[last] {
			return nil, false
		}
		rest := f.s.Mul(slices.Delete(slices.Clone(factors), k, k+1)...)
		if !total(f.s, rest) {
			return nil, false
		}
		return f.s.Substitute(rest, i, at), true
	})
}

// givens returns the numbers of the givens that were used, in order.
func (f *facts) givens() []int {
	var used []int
	for k := range f.used {
		used = append(used, k)
	}
	slices.Sort(used)
	return used
}
