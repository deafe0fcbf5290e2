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
	for _, f := range expr.Factors(common(s, all)) {
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

// powersOf returns the factors of a term with their rational exponents.
func powersOf(s *expr.Session, x *expr.Node) (bases []*expr.Node, exponents map[*expr.Node]expr.Rat) {
	exponents = map[*expr.Node]expr.Rat{}
	if constant, terms := expr.Terms(x); x.Kind() == expr.KindAdd && constant.IsZero() && len(terms) == 1 { // a coefficient has no powers
		x = terms[0].X
	}
	for _, f := range expr.Factors(x) {
		base, exponent := baseExponent(s, f)
		if exponent.Kind() != expr.KindRat {
			base, exponent = f, s.Int(1)
		}
		bases = append(bases, base)
		exponents[base] = exponent.Rat()
	}
	return bases, exponents
}

// common returns the product of the factors that all of the terms have, with their least exponents; 1 if there is none.
func common(s *expr.Session, terms []*expr.Node) *expr.Node {
	bases, least := powersOf(s, terms[0])
	for _, t := range terms[1:] {
		_, exponents := powersOf(s, t)
		for _, b := range bases {
			e, ok := exponents[b]
			l := least[b]
			switch {
			case !ok || e.Sign() != l.Sign():
				least[b] = expr.Int(0)
			case e.Sign() > 0 && e.Cmp(l) < 0 || e.Sign() < 0 && e.Cmp(l) > 0:
				least[b] = e
			}
		}
	}
	var factors []*expr.Node
	for _, b := range bases {
		if !least[b].IsZero() && b.Kind() != expr.KindCond {
			factors = append(factors, s.Pow(b, s.Rat(least[b])))
		}
	}
	return s.Mul(factors...)
}

// conditions returns the conditions among the factors of x, and the product of the rest.
func conditions(s *expr.Session, x *expr.Node) (conds []*expr.Node, rest *expr.Node) {
	var others []*expr.Node
	for _, f := range expr.Factors(x) {
		if f.Kind() == expr.KindCond {
			conds = append(conds, f)
		} else {
			others = append(others, f)
		}
	}
	if len(conds) == 0 {
		return nil, x
	}
	return conds, s.Mul(others...)
}

// total reports whether x has a finite value wherever its inputs do, so that it needs no condition to guard it: every entry is
// inside its range, no power is of something that may be zero or negative.
func total(s *expr.Session, x *expr.Node) bool {
	if !s.InRange(x) {
		return false
	}
	seen := map[*expr.Node]bool{}
	var visit func(n *expr.Node) bool
	visit = func(n *expr.Node) bool {
		if seen[n] {
			return true
		}
		seen[n] = true
		switch n.Kind() {
		case expr.KindPow:
			e := n.Args()[1]
			if !(e.Kind() == expr.KindRat && e.Rat().IsInt() && e.Rat().Sign() > 0) && expr.SignOf(n.Args()[0]) != expr.Positive {
				return false
			}
		case expr.KindCall:
			if name := n.Func().Name; n.Func().Ranks == nil && !everywhere[name] && !(name == "log" && expr.SignOf(n.Args()[0]) == expr.Positive) {
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

// taken returns what a term is without the factor c and the conditions, ok being false where c or one of them is no factor of it,
// or where c would lose a condition that guards it.
func taken(s *expr.Session, x, c *expr.Node, conds []*expr.Node, free bool) (rest *expr.Node, ok bool) {
	own, plain := conditions(s, x)
	if common(s, []*expr.Node{plain, c}) != c {
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
	best, least := n, weight(n)
	tried := map[*expr.Node]bool{}
	for i := range terms {
		for j := range i {
			condsI, plainI := conditions(s, terms[i].X)
			condsJ, plainJ := conditions(s, terms[j].X)
			shared := slices.DeleteFunc(slices.Clone(condsI), func(c *expr.Node) bool { return !slices.Contains(condsJ, c) })
			c := common(s, []*expr.Node{plainI, plainJ})
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
			if m := s.Linear(constant, append(outside, expr.Term{Coef: expr.Int(1), X: s.Mul(outer, s.Linear(expr.Int(0), inside))})); weight(m) < least {
				best, least = m, weight(m)
			}
		}
	}
	return best
}

// mergeSums makes one sum of two over the same indices that have factors in common:
// Σ a·f + Σ a·g = Σ a·(f + g).
func mergeSums(s *expr.Session, n *expr.Node) *expr.Node {
	if n.Kind() != expr.KindAdd || len(n.Args()) > maxFactored {
		return n
	}
	constant, terms := expr.Terms(n)
	best, least := n, weight(n)
	for i := range terms {
		for j := range i {
			sum := merged(s, terms[i], terms[j])
			if sum == nil {
				continue
			}
			rest := []expr.Term{{Coef: expr.Int(1), X: sum}}
			for k, t := range terms {
				if k != i && k != j {
					rest = append(rest, t)
				}
			}
			if m := s.Linear(constant, rest); weight(m) < least {
				best, least = m, weight(m)
			}
		}
	}
	return best
}

// merged joins two terms that are products of one sum each and equal other factors; it is nil where they are not.
func merged(s *expr.Session, a, b expr.Term) *expr.Node {
	return expr.Once(s, mergedKey{s.Scale(a.Coef, a.X), s.Scale(b.Coef, b.X)}, func() *expr.Node { return mergedOf(s, a, b) })
}

func mergedOf(s *expr.Session, a, b expr.Term) *expr.Node {
	var best *expr.Node
	for _, x := range sumsOf(a.X) {
		for _, y := range sumsOf(b.X) {
			outer := common(s, []*expr.Node{without(s, a.X, x), without(s, b.X, y)})
			ra, rb := s.Mul(without(s, a.X, x), s.Inv(outer)), s.Mul(without(s, b.X, y), s.Inv(outer))
			o := s.Open(x, n2(a.X, b.X)...)
			for _, indices := range permutations(s.Open(y, append(n2(a.X, b.X), o.Indices...)...).Indices) {
				if len(indices) > len(o.Indices) {
					continue
				}
				rename := map[*expr.Node]*expr.Node{}
				same := true
				for k, i := range indices {
					same = same && i.Lo() == o.Indices[k].Lo() && i.Hi() == o.Indices[k].Hi()
					rename[i] = o.Indices[k]
				}
				if !same {
					continue
				}
				body := s.Replace(s.Open(y, append(n2(a.X, b.X), o.Indices...)...).Body, rename)
				first, second := s.Mul(ra, o.Body), s.Mul(rb, body)
				if len(indices) < len(o.Indices) { // the first has inner sums of its own: close them
					first = s.Reduce(expr.Sum, first, o.Indices[len(indices):]...)
				}
				condsA, plainA := conditions(s, first)
				condsB, plainB := conditions(s, second)
				shared := slices.DeleteFunc(slices.Clone(condsA), func(c *expr.Node) bool { return !slices.Contains(condsB, c) })
				c := common(s, []*expr.Node{plainA, plainB})
				if !dependsOnAny(c, o.Indices) {
					continue
				}
				free := total(s, c)
				restA, okA := taken(s, first, c, shared, free)
				restB, okB := taken(s, second, c, shared, free)
				if !okA || !okB {
					continue
				}
				inner := s.Linear(expr.Int(0), []expr.Term{{Coef: a.Coef, X: restA}, {Coef: b.Coef, X: restB}})
				m := s.Mul(outer, s.Reduce(expr.Sum, s.Mul(append(slices.Clone(shared), c, inner)...), o.Indices[:len(indices)]...))
				if best == nil || weight(m) < weight(best) {
					best = m
				}
			}
		}
	}
	return best
}

func n2(xs ...*expr.Node) []*expr.Node { return xs }

// sumsOf returns the sums among the factors of a term.
func sumsOf(x *expr.Node) []*expr.Node {
	var sums []*expr.Node
	for _, f := range expr.Factors(x) {
		if f.Kind() == expr.KindReduce && f.Op() == expr.Sum {
			sums = append(sums, f)
		}
	}
	return sums
}

// without returns the product of the factors of x other than f.
func without(s *expr.Session, x, f *expr.Node) *expr.Node {
	rest := slices.DeleteFunc(slices.Clone(expr.Factors(x)), func(g *expr.Node) bool { return g == f })
	return s.Mul(rest...)
}

// permutations returns the orders of at most three indices, and the given one of more.
func permutations(xs []*expr.Node) [][]*expr.Node {
	if len(xs) > 3 || len(xs) < 2 {
		return [][]*expr.Node{xs}
	}
	var out [][]*expr.Node
	for k := range xs {
		rest := slices.Delete(slices.Clone(xs), k, k+1)
		for _, p := range permutations(rest) {
			out = append(out, append([]*expr.Node{xs[k]}, p...))
		}
	}
	return out
}

// together puts the terms of sums over a common denominator and multiplies the numerator out.
func together(s *expr.Session, x *expr.Node) *expr.Node {
	constant, terms := expr.Terms(x)
	if x.Kind() != expr.KindAdd || len(terms) > maxFactored {
		return x
	}
	for _, t := range terms { // a condition may be all that keeps a denominator from 0
		if conds, _ := conditions(s, t.X); len(conds) > 0 {
			return x
		}
	}
	denominator := map[*expr.Node]expr.Rat{}
	var bases []*expr.Node
	for _, t := range terms {
		order, exponents := powersOf(s, t.X)
		for _, b := range order {
			if e := exponents[b]; e.Sign() < 0 {
				old, ok := denominator[b]
				if !ok {
					bases = append(bases, b)
				}
				if !ok || e.Neg().Cmp(old) > 0 {
					denominator[b] = e.Neg()
				}
			}
		}
	}
	if len(bases) == 0 {
		return x
	}
	var below []*expr.Node
	for _, b := range bases {
		below = append(below, s.Pow(b, s.Rat(denominator[b])))
	}
	d := s.Mul(below...)
	for k := range terms {
		terms[k].X = s.Mul(terms[k].X, d)
	}
	if !constant.IsZero() {
		terms = append(terms, expr.Term{Coef: constant, X: d})
	}
	sum := s.Linear(expr.Int(0), terms)
	numerator := factor(s, expand(s, sum))
	if asItIs := factor(s, sum); weight(asItIs) < weight(numerator) { // nu*s^2 + (x - m)^2
		numerator = asItIs
	}
	return s.Mul(numerator, s.Inv(d))
}

// maxUnrolled bounds the terms that a sum over a range of known length is written out in.
const maxUnrolled = 4

// unroll writes sums and products over short ranges of known length out.
func unroll(s *expr.Session, x *expr.Node) *expr.Node {
	return s.Map(x, nil, func(n *expr.Node, _ []*expr.Node) (*expr.Node, bool) {
		if n.Kind() != expr.KindReduce || n.Op() != expr.Sum && n.Op() != expr.Prod {
			return nil, false
		}
		total := 1
		for _, b := range n.Binders() {
			lo, ok := b.Lo().Rat().Int64()
			hi, ok2 := b.Hi().Rat().Int64()
			if b.Lo().Kind() != expr.KindRat || b.Hi().Kind() != expr.KindRat || !ok || !ok2 || hi-lo >= maxUnrolled || hi < lo {
				return nil, false
			}
			if total *= int(hi - lo + 1); total > maxUnrolled {
				return nil, false
			}
		}
		o := s.Open(n)
		terms := []*expr.Node{o.Body}
		for k, i := range o.Indices {
			lo, _ := n.Binders()[k].Lo().Rat().Int64()
			hi, _ := n.Binders()[k].Hi().Rat().Int64()
			var next []*expr.Node
			for _, t := range terms {
				for v := lo; v <= hi; v++ {
					next = append(next, s.Substitute(t, i, s.Int(v)))
				}
			}
			terms = next
		}
		if n.Op() == expr.Prod {
			return s.Mul(terms...), true
		}
		return s.Add(terms...), true
	})
}

// deepTogether puts the sums inside x over common denominators where that makes them lighter, from the inside out.
func deepTogether(s *expr.Session, x *expr.Node) *expr.Node {
	return s.Map(x, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		switch n.Kind() {
		case expr.KindAdd:
			m := s.With(n, args)
			if t := together(s, m); weight(t) < weight(m) {
				return t, true
			}
			return m, true
		case expr.KindMul, expr.KindPow:
			return togetherInside(s, s.With(n, args)), true
		}
		return nil, false
	})
}

// togetherInside puts the sums among the bases of a product over common denominators where these meet other factors: a/(b*(1 + c/b)) = a/(b + c).
func togetherInside(s *expr.Session, x *expr.Node) *expr.Node {
	for _, f := range expr.Factors(x) {
		base, e := baseExponent(s, f)
		if base.Kind() != expr.KindAdd || e.Kind() != expr.KindRat || !e.Rat().IsInt() {
			continue
		}
		if y := s.Mul(x, s.Inv(f), s.Pow(together(s, base), e)); weight(y) < weight(x) {
			x = y
		}
	}
	return x
}

// branches resolves piecewise parts inside the branches of others, and what depends on a sign that their condition says; pieces that meet become absolute
// values or pieces of one.
func branches(s *expr.Session, x *expr.Node) *expr.Node {
	if !contains(x, func(n *expr.Node) bool { return n.Kind() == expr.KindIf }) {
		return x
	}
	x = s.Map(x, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if n.Kind() != expr.KindIf || args[0].Kind() != expr.KindCond {
			return nil, false
		}
		return s.If(args[0], assuming(s, args[1], args[0], true), assuming(s, args[2], args[0], false)), true
	})
	x = (&bounds{s: s, used: map[int]bool{}}).signed(x)
	return s.Map(x, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		switch n.Kind() {
		case expr.KindIf:
			return byAbsoluteValue(s, s.If(args[0], args[1], args[2])), true
		case expr.KindAdd:
			return byAbsoluteValue(s, underOneCondition(s, s.With(n, args))), true
		}
		return nil, false
	})
}

// assuming rewrites x where a condition is known to hold or not to hold.
func assuming(s *expr.Session, x, cond *expr.Node, holds bool) *expr.Node {
	yes, no := s.Int(1), s.Int(0)
	if !holds {
		yes, no = no, yes
	}
	opposite := s.Not(cond)
	if !mentions(x, cond) && !mentions(x, opposite) {
		return x
	}
	return s.Map(x, []*expr.Node{cond}, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		switch n {
		case cond:
			return yes, true
		case opposite:
			return no, true
		}
		return nil, false
	})
}
