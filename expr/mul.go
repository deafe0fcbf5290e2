package expr

import "slices"

// Factors returns the factors of x read as a product; coefficients stay with sums.
func Factors(x *Node) []*Node {
	if x.kind == KindMul {
		return x.args
	}
	return []*Node{x}
}

// product collects the factors of a product.
type product struct {
	s      *Session
	coef   Rat
	bases  []*Node
	powers []*Node       // the exponents of the bases
	place  map[*Node]int // of the bases; nil while they are few
	conds  []*Node
}

// Mul returns the product of xs.
func (s *Session) Mul(xs ...*Node) *Node {
	if len(xs) == 1 && isPlain(xs[0]) {
		return xs[0]
	}
	if len(xs) == 2 && xs[0] != xs[1] && isPlain(xs[0]) && isPlain(xs[1]) {
		a, b := xs[0], xs[1]
		if Compare(a, b) > 0 {
			a, b = b, a
		}
		return s.intern(&Node{kind: KindMul}, a, b)
	}
	p := s.newProduct()
	for _, x := range xs {
		p.push(x)
	}
	y := p.build()
	s.products = append(s.products, p)
	return y
}

// newProduct returns an empty product, one that an earlier [Session.Mul] has done with if there is any.
func (s *Session) newProduct() *product {
	last := len(s.products) - 1
	if last < 0 {
		return &product{s: s, coef: Int(1)}
	}
	p := s.products[last]
	s.products = s.products[:last]
	*p = product{s: s, coef: Int(1), bases: p.bases[:0], powers: p.powers[:0]}
	return p
}

// isPlain reports whether x is a factor with which nothing happens in a product but that it meets its like.
func isPlain(x *Node) bool { return x.kind == KindEntry || x.kind == KindCall }

func (p *product) push(x *Node) {
	if x.kind == KindMul {
		for _, f := range x.args {
			p.pushFactor(f)
		}
		return
	}
	p.pushFactor(x)
}

func (p *product) pushFactor(x *Node) {
	switch x.kind {
	case KindRat:
		p.coef = p.coef.Mul(x.rat)
	case KindCond:
		if !slices.Contains(p.conds, x) {
			p.conds = append(p.conds, x)
		}
	case KindPow:
		p.pushPower(x.args[0], x.args[1])
	case KindAdd:
		p.s.Spend(len(x.args))
		c := content(x)
		if !c.IsOne() {
			p.coef = p.coef.Mul(c)
			p.push(p.s.Scale(c.Inv(), x))
			return
		}
		p.pushPower(x, p.s.one)
	case KindReduce:
		if x.op == Prod {
			if base, k, ok := p.s.ProductPower(x); ok {
				p.pushPower(base, p.s.Rat(k))
				return
			}
		}
		p.pushPower(x, p.s.one)
	default:
		p.pushPower(x, p.s.one)
	}
}

// fewBases is the number of bases up to which a base is looked for one by one.
const fewBases = 16

func (p *product) pushPower(base, exponent *Node) {
	if at := p.find(base); at >= 0 {
		p.powers[at] = p.s.Add(p.powers[at], exponent)
		return
	}
	if p.place != nil {
		p.place[base] = len(p.bases)
	}
	p.bases, p.powers = append(p.bases, base), append(p.powers, exponent)
	if p.place == nil && len(p.bases) > fewBases {
		p.place = make(map[*Node]int, 2*len(p.bases))
		for k, b := range p.bases {
			p.place[b] = k
		}
	}
}

// find returns the place of a base, or -1.
func (p *product) find(base *Node) int {
	if p.place == nil {
		return slices.Index(p.bases, base)
	}
	if at, ok := p.place[base]; ok {
		return at
	}
	return -1
}

// build returns the canonical product.
func (p *product) build() *Node {
	s := p.s
	if p.coef.IsZero() {
		return s.zero
	}
	factors := make([]*Node, 0, len(p.bases)+len(p.conds))
	again := false // a power of collected exponents fell apart into other factors
	for k, b := range p.bases {
		f := s.Pow(p.given(b), p.powers[k])
		switch f.kind {
		case KindRat:
			p.coef = p.coef.Mul(f.rat)
			continue
		case KindMul, KindAdd:
			again = again || f != b
		}
		factors = append(factors, f)
	}
	if again {
		return s.Mul(append(append(factors, p.conds...), s.Rat(p.coef))...)
	}
	if len(p.conds) > 0 {
		if done := p.useConditions(factors); done != nil {
			return done
		}
	}
	if done := p.intoBranch(factors); done != nil {
		return done
	}
	factors = append(factors, p.conds...)
	var x *Node
	switch len(factors) {
	case 0:
		return s.Rat(p.coef)
	case 1:
		x = factors[0]
	default:
		slices.SortFunc(factors, Compare)
		x = s.intern(&Node{kind: KindMul}, factors...)
	}
	return s.Scale(p.coef, x)
}

// intoBranch moves the other factors into the branch of a piecewise factor whose other branch is 0, so that they are not looked
// at where that one is taken: exp(x)*if(x > 0, 0, 1) is if(x > 0, 0, exp(x)), which is 0 also where exp(x) is infinite. It
// returns nil if there is nothing to move.
func (p *product) intoBranch(factors []*Node) *Node {
	k := slices.IndexFunc(factors, func(f *Node) bool {
		return f.kind == KindIf && (f.args[1].IsZero() || f.args[2].IsZero())
	})
	if k < 0 || len(factors) == 1 {
		return nil
	}
	s, f := p.s, factors[k]
	for j := k + 1; j < len(factors); j++ { // whatever order the factors came in
		if g := factors[j]; g.kind == KindIf && (g.args[1].IsZero() || g.args[2].IsZero()) && Compare(g, f) < 0 {
			k, f = j, g
		}
	}
	others := slices.Delete(slices.Clone(factors), k, k+1)
	branches := []*Node{s.zero, s.zero}
	for b := range branches {
		if branch := f.args[1+b]; !branch.IsZero() {
			branches[b] = s.Mul(append(slices.Clone(others), branch)...)
		}
	}
	return s.Mul(append(slices.Clone(p.conds), s.Rat(p.coef), s.If(f.args[0], branches[0], branches[1]))...)
}

// given returns a base where the conditions of the product hold: of x/([c]·y) under [c] that is y. Where they do not hold the product is 0, whatever is
// divided by.
func (p *product) given(base *Node) *Node {
	switch {
	case len(p.conds) == 0:
	case base.kind == KindCond && slices.Contains(p.conds, base):
		return p.s.one
	case base.kind == KindMul && slices.ContainsFunc(base.args, func(f *Node) bool { return f.kind == KindCond && slices.Contains(p.conds, f) }):
		return p.s.Mul(slices.DeleteFunc(slices.Clone(base.args), func(f *Node) bool { return f.kind == KindCond && slices.Contains(p.conds, f) })...)
	}
	return base
}

// useConditions drops conditions that follow from the others, finds contradictions, and writes every other
// factor with the representative of each class of equal indices. It returns nil if nothing changed
// but the list of conditions, or the whole product.
func (p *product) useConditions(factors []*Node) *Node {
	s := p.s
	slices.SortFunc(p.conds, Compare)
	for i := 0; i < len(p.conds) && len(p.conds) > 1; i++ { // of one alone nothing is known
		c := p.conds[i]
		others := slices.Delete(slices.Clone(p.conds), i, i+1)
		if slices.Contains(others, s.Not(c)) {
			return s.zero
		}
		if c.op == GeZero && IsIndexForm(c.args[0]) { // [a <= b]·[b <= a] is [a == b]
			if k := slices.Index(others, s.Cond(GeZero, s.Neg(c.args[0]))); k >= 0 {
				p.conds = append(slices.Delete(others, k, k+1), s.Cond(EqZero, c.args[0]))
				return s.Mul(append(append(factors, p.conds...), s.Rat(p.coef))...)
			}
		}
		switch s.decides(c, others) {
		case 0:
			return s.zero
		case 1:
			p.conds = others
			i--
		}
	}
	free := freeOfAll(append(slices.Clone(factors), p.conds...))
	for _, c := range p.conds {
		from, to := s.eliminated(c, free)
		if from == nil {
			continue
		}
		changed := false
		replace := func(x *Node) *Node {
			if x == c || !x.DependsOn(from) {
				return x
			}
			y := s.Substitute(x, from, to)
			changed = changed || y != x
			return y
		}
		for i, f := range factors {
			factors[i] = replace(f)
		}
		rest := make([]*Node, len(p.conds))
		for i, d := range p.conds {
			rest[i] = replace(d)
		}
		if changed {
			return s.Mul(append(append(factors, rest...), s.Rat(p.coef))...)
		}
	}
	return nil
}

// eliminated returns the index that a unit equality c determines and what it equals. Of several the
// last in the order of indexBefore goes. An index that the range of another free index mentions stays: that
// other index is what it is by its range.
func (s *Session) eliminated(c *Node, free []*Node) (from, to *Node) {
	if c.op != EqZero {
		return nil, nil
	}
	l, ok := asLinear(c.args[0])
	if !ok {
		return nil, nil
	}
	for _, t := range l.terms {
		if t.a.kind != KindIndex || t.k != 1 && t.k != -1 || mentioned(t.a, free) {
			continue
		}
		if from == nil || indexBefore(from, t.a) {
			from = t.a
		}
	}
	if from == nil {
		return nil, nil
	}
	k := l.coef(from)
	return from, s.Linear(Int(0), []Term{{Int(-k), c.args[0]}, {Int(1), from}})
}

// mentioned reports whether the range of another of the free indices mentions i.
func mentioned(i *Node, free []*Node) bool {
	for _, f := range free {
		if f != i && f.DependsOn(i) {
			return true
		}
	}
	return false
}

// freeOfAll returns the free indices of all factors, with repetitions.
func freeOfAll(factors []*Node) []*Node {
	var free []*Node
	for _, f := range factors {
		free = append(free, f.free...)
	}
	return free
}

// indexBefore orders indices by preference as representative: users' first, by name, then by number.
func indexBefore(a, b *Node) bool {
	if a.space != b.space {
		return a.space < b.space
	}
	if a.name != b.name {
		return a.name < b.name
	}
	if a.num != b.num {
		return a.num < b.num
	}
	return Compare(a, b) < 0
}
