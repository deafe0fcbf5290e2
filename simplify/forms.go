package simplify

import (
	"slices"

	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/expr"
)

// maxExpanded bounds the terms that multiplying out may make of one product.
const maxExpanded = 32

// expand multiplies out products of sums, and integer powers of sums, at the top of x and of its terms, down into the bodies of
// sums, where the pieces are small in number.
func expand(s *expr.Session, x *expr.Node) *expr.Node {
	memo := map[*expr.Node]*expr.Node{}
	var of func(n *expr.Node) *expr.Node
	of = func(n *expr.Node) *expr.Node {
		if r, ok := memo[n]; ok {
			return r
		}
		r := n
		switch n.Kind() {
		case expr.KindAdd:
			_, terms := expr.Terms(n)
			for k := range terms {
				terms[k].X = of(terms[k].X)
			}
			r = s.Linear(n.Rat(), terms)
		case expr.KindMul:
			r = distribute(s, n, of)
		case expr.KindReduce:
			if n.Op() == expr.Sum {
				o := s.Open(n)
				if body := of(o.Body); body != o.Body {
					r = s.Reduce(expr.Sum, body, o.Indices...)
				}
			}
		case expr.KindPow:
			if k, ok := squareOfSum(n); ok {
				r = distribute(s, s.Mul(slices.Repeat([]*expr.Node{n.Args()[0]}, k)...), of)
			}
		}
		memo[n] = r
		return r
	}
	return of(x)
}

// squareOfSum reports whether n is a sum to a small positive integer power.
func squareOfSum(n *expr.Node) (int, bool) {
	if n.Kind() != expr.KindPow || n.Args()[0].Kind() != expr.KindAdd || n.Args()[1].Kind() != expr.KindRat {
		return 0, false
	}
	k, ok := n.Args()[1].Rat().Int64()
	return int(k), ok && k > 1 && k <= 4
}

// distribute multiplies the sums among the factors of n out.
func distribute(s *expr.Session, n *expr.Node, of func(*expr.Node) *expr.Node) *expr.Node {
	var sums, others []*expr.Node // opened
	for _, f := range expr.Factors(n) {
		if k, ok := squareOfSum(f); ok {
			sums = append(sums, slices.Repeat([]*expr.Node{of(f.Args()[0])}, k)...)
			continue
		}
		if f.Kind() != expr.KindCond {
			f = of(f)
		}
		if f.Kind() == expr.KindAdd {
			sums = append(sums, f)
		} else {
			others = append(others, f)
		}
	}
	terms := []expr.Term{{Coef: expr.Int(1), X: s.Mul(others...)}}
	for _, f := range sums {
		constant, parts := expr.Terms(f)
		if !constant.IsZero() {
			parts = append(parts, expr.Term{Coef: constant, X: s.Int(1)})
		}
		if len(terms)*len(parts) > maxExpanded {
			return n
		}
		var product []expr.Term
		for _, a := range terms {
			for _, b := range parts {
				product = append(product, expr.Term{Coef: a.Coef.Mul(b.Coef), X: s.Mul(a.X, b.X)})
			}
		}
		terms = product
	}
	return s.Linear(expr.Int(0), terms)
}

// factor takes common factors out of sums, from the inside out: of all terms, else of the group of terms whose common factors
// weigh most. Sums over the same indices become one sum where they have factors in common.
func factor(s *expr.Session, x *expr.Node) *expr.Node {
	return s.Map(x, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if n.Kind() != expr.KindAdd {
			return nil, false
		}
		return factorSum(s, s.With(n, args)), true
	})
}

// factorScalars takes the factors that are free of the indices and common to all terms out of the sum x.
func factorScalars(s *expr.Session, x *expr.Node, indices []*expr.Node) *expr.Node {
	constant, terms := expr.Terms(x)
	if len(terms) < 2 || !constant.IsZero() {
		return x
	}
	var all []*expr.Node
	conditional := true // every term is: what they have in common need not be defined where none of them holds
	for _, t := range terms {
		all = append(all, t.X)
		conds, _ := conditions(s, t.X)
		conditional = conditional && len(conds) > 0
	}
	var scalars []*expr.Node
	for _, f := range expr.Factors(common(s, all...)) {
		if !dependsOnAny(f, indices) && (!conditional || total(s, f)) {
			scalars = append(scalars, f)
		}
	}
	c := s.Mul(scalars...)
	if c.IsOne() {
		return x
	}
	for k := range terms {
		terms[k].X = s.Mul(terms[k].X, s.Inv(c))
	}
	return s.Mul(c, s.Linear(expr.Int(0), terms))
}

// maxFactored bounds the terms of a sum in which common factors are looked for.
const maxFactored = 24

// The keys of what is found out about sums again and again, in form after form.
type (
	factoredKey struct{ sum *expr.Node }
	mergedKey   struct{ a, b *expr.Node }
)

func factorSum(s *expr.Session, n *expr.Node) *expr.Node {
	return expr.Once(s, factoredKey{n}, func() *expr.Node { return factorRounds(s, n) })
}

func factorRounds(s *expr.Session, n *expr.Node) *expr.Node {
	for range maxFactored {
		m := mergeSums(s, n)
		m = groupFactors(s, m)
		if m == n || m.Kind() != expr.KindAdd {
			return m
		}
		n = m
	}
	return n
}

// powers are the factors of a term with their rational exponents.
type powers struct {
	bases     []*expr.Node
	exponents []expr.Rat
	place     map[*expr.Node]int // of the bases; nil where they are few
}

// fewBases is the number of bases up to which a base is looked for one by one.
const fewBases = 16

// of returns the exponent of a base, ok being false where the term has no power of it.
func (p *powers) of(base *expr.Node) (e expr.Rat, ok bool) {
	if p.place != nil {
		if k, ok := p.place[base]; ok {
			return p.exponents[k], true
		}
		return e, false
	}
	for k := len(p.bases) - 1; k >= 0; k-- {
		if p.bases[k] == base {
			return p.exponents[k], true
		}
	}
	return e, false
}

// exponent returns the exponent of a base, 0 where there is none.
func (p *powers) exponent(base *expr.Node) expr.Rat {
	if e, ok := p.of(base); ok {
		return e
	}
	return expr.Int(0)
}

// powersKey stands for the powers of a session's nodes.
type powersKey struct{}

// powersOf returns the factors of a term with their rational exponents, which the caller must not change.
func powersOf(s *expr.Session, x *expr.Node) *powers {
	memo := expr.MemoOf[powersKey, *powers](s)
	p, ok := memo.Get(x)
	if !ok {
		p = newPowers(s, x)
		memo.Set(x, p)
	}
	return p
}

func newPowers(s *expr.Session, x *expr.Node) *powers {
	if constant, terms := expr.Terms(x); x.Kind() == expr.KindAdd && constant.IsZero() && len(terms) == 1 { // a coefficient has no powers
		x = terms[0].X
	}
	factors := expr.Factors(x)
	p := &powers{bases: make([]*expr.Node, len(factors)), exponents: make([]expr.Rat, len(factors))}
	for k, f := range factors {
		base, exponent := baseExponent(s, f)
		if exponent.Kind() != expr.KindRat {
			base, exponent = f, s.Int(1)
		}
		p.bases[k], p.exponents[k] = base, exponent.Rat()
	}
	if len(factors) > fewBases {
		p.place = make(map[*expr.Node]int, len(factors))
		for k, b := range p.bases {
			p.place[b] = k
		}
	}
	return p
}

// common returns the product of the factors that all of the terms have, with their least exponents; 1 if there is none.
func common(s *expr.Session, terms ...*expr.Node) *expr.Node {
	first := powersOf(s, terms[0])
	var factors []*expr.Node
	for k, b := range first.bases {
		least := first.exponents[k]
		for _, t := range terms[1:] {
			e, ok := powersOf(s, t).of(b)
			switch {
			case !ok || e.Sign() != least.Sign():
				least = expr.Int(0)
			case e.Sign() > 0 && e.Cmp(least) < 0 || e.Sign() < 0 && e.Cmp(least) > 0:
				least = e
			}
		}
		if !least.IsZero() && b.Kind() != expr.KindCond {
			factors = append(factors, s.Pow(b, s.Rat(least)))
		}
	}
	return s.Mul(factors...)
}

// conditions returns the conditions among the factors of x, and the product of the rest.
func conditions(s *expr.Session, x *expr.Node) (conds []*expr.Node, rest *expr.Node) {
	factors := expr.Factors(x)
	if !slices.ContainsFunc(factors, func(f *expr.Node) bool { return f.Kind() == expr.KindCond }) {
		return nil, x
	}
	var others []*expr.Node
	for _, f := range factors {
		if f.Kind() == expr.KindCond {
			conds = append(conds, f)
		} else {
			others = append(others, f)
		}
	}
	return conds, s.Mul(others...)
}

// total reports whether x has a finite value wherever its inputs do, so that it needs no condition to guard it: every entry is
// inside its range, no power is of something that may be zero or negative.
func total(s *expr.Session, x *expr.Node) bool {
	memo := expr.MemoOf[totalKey, bool](s)
	is, ok := memo.Get(x)
	if !ok {
		is = s.InRange(x) && finite(x)
		memo.Set(x, is)
	}
	return is
}

// totalKey stands for whether a session's nodes are total.
type totalKey struct{}

// finite reports whether x has a finite value where every entry in it has one.
func finite(x *expr.Node) bool {
	seen := map[*expr.Node]bool{}
	var visit func(n *expr.Node) bool
	visit = func(n *expr.Node) bool {
		if seen[n] {
			return true
		}
		seen[n] = true
		switch n.Kind() {
		case expr.KindConst:
			if n.Name() == "inf" {
				return false
			}
		case expr.KindPow:
			e := n.Args()[1]
			if !(e.Kind() == expr.KindRat && e.Rat().IsInt() && e.Rat().Sign() > 0) && expr.SignOf(n.Args()[0]) != expr.Positive {
				return false
			}
		case expr.KindCall:
			if name := n.Func().Printed(); n.Func().Ranks == nil && !everywhere[name] && n.Func() != readClamp && !(name == "log" && expr.SignOf(n.Args()[0]) == expr.Positive) {
				return false
			}
		}
		for _, a := range n.Args() {
			if !visit(a) {
				return false
			}
		}
		return true
	}
	return visit(x)
}

// everywhere are the functions that are finite for every real argument.
var everywhere = func() map[string]bool {
	m := map[string]bool{}
	for _, row := range builtin.Table {
		if row.Domain == "" {
			m[row.Name] = true
		}
	}
	for _, name := range vocabulary {
		m[name] = true
	}
	return m
}()

// isFactor reports whether c, which terms have in common, is a factor of the term x.
func isFactor(s *expr.Session, c, x *expr.Node) bool {
	if c.IsOne() {
		return true
	}
	of, have := powersOf(s, c), powersOf(s, x)
	for k, b := range of.bases {
		e, h := of.exponents[k], have.exponent(b)
		if e.Sign() != h.Sign() || e.Sign() > 0 && h.Cmp(e) < 0 || e.Sign() < 0 && h.Cmp(e) > 0 {
			return false
		}
	}
	return true
}

// taken returns what a term is without the factor c and the conditions, ok being false where c or one of them is no factor of it,
// or where c would lose a condition that guards it.
func taken(s *expr.Session, x, c *expr.Node, conds []*expr.Node, free bool) (rest *expr.Node, ok bool) {
	own, plain := conditions(s, x)
	if !isFactor(s, c, plain) {
		return nil, false
	}
	var kept []*expr.Node
	for _, k := range own {
		if !slices.Contains(conds, k) {
			kept = append(kept, k)
		}
	}
	if len(own)-len(kept) != len(conds) || len(kept) > 0 && !free {
		return nil, false
	}
	return s.Mul(append(kept, plain, s.Inv(c))...), true
}

// groupFactors takes the heaviest common factor of a group of terms out, conditions included.
func groupFactors(s *expr.Session, n *expr.Node) *expr.Node {
	if n.Kind() != expr.KindAdd || len(n.Args()) > maxFactored {
		return n
	}
	constant, terms := expr.Terms(n)
	best, least := n, weight(s, n)
	tried := map[*expr.Node]bool{}
	for i := range terms {
		for j := range i {
			condsI, plainI := conditions(s, terms[i].X)
			condsJ, plainJ := conditions(s, terms[j].X)
			shared := slices.DeleteFunc(slices.Clone(condsI), func(c *expr.Node) bool { return !slices.Contains(condsJ, c) })
			c := common(s, plainI, plainJ)
			outer := s.Mul(append(slices.Clone(shared), c)...)
			if outer.IsOne() || tried[outer] {
				continue
			}
			tried[outer] = true
			free := len(condsI) == 0 || len(condsJ) == 0 || total(s, c)
			var inside, outside []expr.Term
			for _, t := range terms {
				if rest, ok := taken(s, t.X, c, shared, free); ok {
					inside = append(inside, expr.Term{Coef: t.Coef, X: rest})
				} else {
					outside = append(outside, t)
				}
			}
			if len(inside) < 2 {
				continue
			}
			if m := s.Linear(constant, append(outside, expr.Term{Coef: expr.Int(1), X: s.Mul(outer, s.Linear(expr.Int(0), inside))})); weight(s, m) < least {
				best, least = m, weight(s, m)
			}
		}
	}
	return best
}
