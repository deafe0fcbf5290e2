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
	diagonals  []diagonalFact
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
			f.diagonal(given, from)
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
