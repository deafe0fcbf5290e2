package simplify

import (
	"math/big"
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

const (
	maxPowerSum = 16  // the degree of a polynomial that is summed
	maxNumbers  = 512 // the numbers that are added up one by one
)

// closedForms writes sums of polynomials and of hypergeometric terms over a range of integers, differences of sums over shifted ranges, and products of
// rational functions without the sum or product. A range that may be empty keeps the condition that it is not: what stands for the sum of a
// range from lo to lo - 1 is 0, as it should be, and for one that ends before that it is not.
func (f *facts) closedForms(x *expr.Node) *expr.Node {
	if !contains(x, hasClosedForm) {
		return x
	}
	return f.s.Map(x, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		y := n
		if n.Kind() != expr.KindReduce && len(args) > 0 && n.Kind() != expr.KindIndex {
			y = f.s.With(n, args)
		}
		switch coef, product := unscaled(y); {
		case product.Kind() == expr.KindMul || isProductOverOne(product):
			y = f.s.Scale(coef, f.closedProducts(product))
		case y.Kind() == expr.KindAdd:
			y = telescoped(f.s, y)
		case y.Kind() == expr.KindReduce && y.Op() == expr.Sum:
			y = f.closedSum(y)
		}
		return y, true
	})
}

// hasClosedForm reports whether closedForms has something to look at in n: a sum or product with the number of an index in it, or of conditions alone, a sum of
// sums, or a quotient of products.
func hasClosedForm(n *expr.Node) bool {
	switch n.Kind() {
	case expr.KindReduce:
		return (n.Op() == expr.Sum || n.Op() == expr.Prod) && (readsIndex(n.Body()) || counts(n.Body()))
	case expr.KindMul:
		products := 0
		for _, x := range n.Args() {
			if isProductOverOne(x) || x.Kind() == expr.KindPow && isProductOverOne(x.Args()[0]) {
				products++
			}
		}
		return products > 1
	case expr.KindAdd:
		sums := 0
		for _, t := range n.Args() {
			sums += len(sumsOf(t))
		}
		return sums > 1
	}
	return false
}

// counts reports whether x is a condition on indices or several, the sum of which is a number of places.
func counts(x *expr.Node) bool {
	return !slices.ContainsFunc(expr.Factors(x), func(f *expr.Node) bool { return f.Kind() != expr.KindCond || !expr.IsIndexForm(f.Args()[0]) })
}

// readsIndex reports whether a bound index occurs in a sum, product, power or exponential as a number.
func readsIndex(x *expr.Node) bool {
	seen := map[*expr.Node]bool{}
	var reads func(n *expr.Node) bool
	reads = func(n *expr.Node) bool {
		if seen[n] {
			return false
		}
		seen[n] = true
		switch n.Kind() {
		case expr.KindIndex:
			return true
		case expr.KindAdd, expr.KindMul, expr.KindPow:
			return slices.ContainsFunc(n.Args(), reads)
		case expr.KindCall:
			return (isCallOf(n, "exp") || isCallOf(n, "gamma")) && reads(n.Args()[0])
		}
		return false
	}
	return reads(x)
}

// closedSum closes the sum n over as many of its indices as it can.
func (f *facts) closedSum(n *expr.Node) *expr.Node {
	s := f.s
	o := s.Open(n)
	for k, b := range o.Indices {
		rest := slices.Delete(slices.Clone(o.Indices), k, k+1)
		if slices.ContainsFunc(rest, func(i *expr.Node) bool { return i.DependsOn(b) }) {
			continue
		}
		var with, without []*expr.Node
		lo, hi, ok := b.Lo(), b.Hi(), true
		for _, x := range expr.Factors(o.Body) {
			switch {
			case !x.DependsOn(b):
				without = append(without, x)
			case x.Kind() == expr.KindCond:
				lo, hi, ok = narrowed(s, x, b, lo, hi, ok)
			default:
				with = append(with, x)
			}
		}
		if !ok || lo.DependsOn(b) || hi.DependsOn(b) {
			continue
		}
		inner, ok := f.sumOver(b, lo, hi, s.Mul(with...))
		if !ok {
			continue
		}
		size := rangeLength(s, lo, hi)
		if others := s.Mul(append(slices.Clone(without), inner)...); !total(s, others) {
			size = s.Sub(size, s.Int(1)) // what is read where the range is empty may be anything
		}
		body := s.Mul(append(without, inner, s.Cond(expr.GeZero, size))...)
		if len(rest) == 0 {
			return body
		}
		y := s.Reduce(expr.Sum, body, rest...)
		if y.Kind() == expr.KindReduce {
			return f.closedSum(y)
		}
		return f.closedForms(y)
	}
	return n
}

// rangeLength returns hi - lo + 1.
func rangeLength(s *expr.Session, lo, hi *expr.Node) *expr.Node {
	return s.Linear(expr.Int(1), []expr.Term{{Coef: expr.Int(1), X: hi}, {Coef: expr.Int(-1), X: lo}})
}

// isPositive reports whether x is known to be positive, also where it is a linear form in indices and sizes.
func isPositive(s *expr.Session, x *expr.Node) bool {
	return expr.SignOf(x) == expr.Positive || expr.IsIndexForm(x) && s.Cond(expr.GeZero, s.Sub(x, s.Int(1))).IsOne()
}

// narrowed returns the range lo..hi of b narrowed by a condition that is one end of a range inside it.
func narrowed(s *expr.Session, cond, b, lo, hi *expr.Node, ok bool) (*expr.Node, *expr.Node, bool) {
	e := cond.Args()[0]
	if !ok || cond.Op() != expr.GeZero || !expr.IsIndexForm(e) {
		return lo, hi, false
	}
	_, terms := expr.Terms(e)
	for _, t := range terms {
		if t.X != b {
			continue
		}
		if a := t.Coef; a.IsOne() { // b ≥ b - e
			least := s.Sub(b, e)
			return least, hi, lo == b.Lo() && s.Cond(expr.GeZero, s.Sub(least, lo)).IsOne()
		} else if a.Equal(expr.Int(-1)) { // b ≤ b + e
			most := s.Add(b, e)
			return lo, most, hi == b.Hi() && s.Cond(expr.GeZero, s.Sub(hi, most)).IsOne()
		}
	}
	return lo, hi, false
}

// sumOver returns the sum of body over k from lo to hi, which is right where hi ≥ lo - 1.
func (f *facts) sumOver(k, lo, hi, body *expr.Node) (*expr.Node, bool) {
	if y, ok := numbersAdded(f.s, k, lo, hi, body); ok {
		return y, true
	}
	if y, ok := powerSums(f.s, k, lo, hi, body); ok {
		return y, true
	}
	if y, ok := f.geometric(k, lo, hi, body); ok {
		return y, true
	}
	return f.hypergeometric(k, lo, hi, body)
}

// numbersAdded adds the values of body up where range and values are numbers.
func numbersAdded(s *expr.Session, k, lo, hi, body *expr.Node) (*expr.Node, bool) {
	from, ok := lo.Rat().Int64()
	to, ok2 := hi.Rat().Int64()
	if lo.Kind() != expr.KindRat || hi.Kind() != expr.KindRat || !ok || !ok2 || to-from >= maxNumbers || len(body.Free()) > 1 {
		return nil, false
	}
	sum := expr.Int(0)
	for i := from; i <= to; i++ {
		v := s.Substitute(body, k, s.Int(i))
		if v.Kind() != expr.KindRat {
			return nil, false
		}
		sum = sum.Add(v.Rat())
	}
	return s.Rat(sum), true
}

// powerSums sums a polynomial in k: Σ cⱼ·kʲ from lo to hi is Σ cⱼ·(Sⱼ(hi) - Sⱼ(lo - 1)) with Sⱼ(n) the sum of the first n powers.
func powerSums(s *expr.Session, k, lo, hi, body *expr.Node) (*expr.Node, bool) {
	coefs, ok := coefficientsIn(s, body, k)
	if !ok {
		return nil, false
	}
	before := s.Sub(lo, s.Int(1))
	numbers := s.Int(0) // the part with coefficients that are numbers
	var terms []*expr.Node
	for j, c := range coefs {
		if c.IsZero() {
			continue
		}
		power := s.Sub(powersTo(s, j, hi), powersTo(s, j, before))
		if c.Kind() == expr.KindRat {
			numbers = s.Add(numbers, s.Scale(c.Rat(), power))
		} else {
			terms = append(terms, s.Mul(c, inFactors(s, power)))
		}
	}
	return s.Add(append(terms, inFactors(s, numbers))...), true
}

// inFactors returns a polynomial as a product of its factors.
func inFactors(s *expr.Session, x *expr.Node) *expr.Node {
	r, q, ok := lowest(s, x)
	if !ok {
		return x
	}
	return s.Div(r.product(q.num), r.sum(q.den, big.NewInt(1)))
}

// powersTo returns 1ʲ + 2ʲ + … + nʲ as a polynomial in n, which is right for n ≥ 0 and, read from k + 1 to n, for all integers. Source: Johann Faulhaber,
// Academia Algebrae, 1631; Bernoulli's form of it: Σᵢ C(j+1, i)·Bᵢ·nʲ⁺¹⁻ⁱ/(j + 1) with B₁ = 1/2.
func powersTo(s *expr.Session, j int, n *expr.Node) *expr.Node {
	bernoulli := bernoulliNumbers(j)
	var terms []expr.Term
	for i := range j + 1 {
		c := new(big.Rat).SetInt(new(big.Int).Binomial(int64(j+1), int64(i)))
		c.Mul(c, bernoulli[i])
		c.Quo(c, big.NewRat(int64(j+1), 1))
		power := s.Int(1)
		for range j + 1 - i {
			power = timesSum(s, power, n)
		}
		terms = append(terms, expr.Term{Coef: expr.BigRat(c), X: power})
	}
	return s.Linear(expr.Int(0), terms)
}

// bernoulliNumbers returns B₀ to Bⱼ with B₁ = 1/2.
func bernoulliNumbers(j int) []*big.Rat {
	b := make([]*big.Rat, j+1)
	for m := range b {
		sum := new(big.Rat)
		for i := range m {
			t := new(big.Rat).SetInt(new(big.Int).Binomial(int64(m+1), int64(i)))
			sum.Add(sum, t.Mul(t, b[i]))
		}
		b[m] = sum.Quo(sum.Sub(big.NewRat(0, 1), sum), big.NewRat(int64(m+1), 1))
		if m == 0 {
			b[m] = big.NewRat(1, 1)
		}
	}
	if j >= 1 {
		b[1] = big.NewRat(1, 2)
	}
	return b
}

// coefficientsIn returns what the powers of the index k are multiplied with in x, if x is a polynomial in it.
func coefficientsIn(s *expr.Session, x, k *expr.Node) ([]*expr.Node, bool) {
	if !x.DependsOn(k) {
		return []*expr.Node{x}, true
	}
	times := func(a, b []*expr.Node) ([]*expr.Node, bool) {
		if len(a)+len(b)-2 > maxPowerSum {
			return nil, false
		}
		sums := make([][]*expr.Node, len(a)+len(b)-1)
		for i, u := range a {
			for j, v := range b {
				sums[i+j] = append(sums[i+j], s.Mul(u, v))
			}
		}
		out := make([]*expr.Node, len(sums))
		for i, terms := range sums {
			out[i] = s.Add(terms...)
		}
		return out, true
	}
	switch x.Kind() {
	case expr.KindIndex:
		return []*expr.Node{s.Int(0), s.Int(1)}, x == k
	case expr.KindAdd:
		constant, terms := expr.Terms(x)
		out := []*expr.Node{s.Rat(constant)}
		for _, t := range terms {
			cs, ok := coefficientsIn(s, t.X, k)
			if !ok {
				return nil, false
			}
			for len(out) < len(cs) {
				out = append(out, s.Int(0))
			}
			for j, c := range cs {
				out[j] = s.Linear(expr.Int(0), []expr.Term{{Coef: expr.Int(1), X: out[j]}, {Coef: t.Coef, X: c}})
			}
		}
		return out, true
	case expr.KindMul, expr.KindPow:
		out := []*expr.Node{s.Int(1)}
		for _, f := range expr.Factors(x) {
			base, e := baseExponent(s, f)
			if base == x && e.IsOne() {
				return nil, false
			}
			m, isInt := e.Rat().Int64()
			switch {
			case !f.DependsOn(k):
				base, m = f, 1
			case e.Kind() != expr.KindRat || !isInt || m < 1 || m > maxPowerSum:
				return nil, false
			}
			cs, ok := coefficientsIn(s, base, k)
			for range m {
				if !ok {
					return nil, false
				}
				out, ok = times(out, cs)
			}
			if !ok {
				return nil, false
			}
		}
		return out, true
	}
	return nil, false
}
