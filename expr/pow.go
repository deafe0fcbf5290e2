package expr

// Pow returns x^y over the reals. x^0 is 1.
func (s *Session) Pow(x, y *Node) *Node {
	switch {
	case y.IsZero() || x.IsOne():
		return s.one
	case y.IsOne():
		return x
	}
	if y.kind == KindRat {
		return s.powRat(x, y)
	}
	if x.kind == KindPow && SignOf(x.args[0]) == Positive {
		return s.Pow(x.args[0], s.Mul(x.args[1], y))
	}
	if x.kind == KindRat && x.rat.Equal(Int(-1)) && IsIndexForm(y) {
		return s.powerOfMinusOne(y)
	}
	if x.isUnitFraction() { // (1/b)^y = b^(-y)
		return s.Pow(s.Rat(x.rat.Inv()), s.Neg(y))
	}
	if x.kind == KindMul && allPositive(x.args) {
		return s.powEach(x.args, y)
	}
	return s.newPow(x, y)
}

// powerOfMinusOne returns (-1)^y of an integer y: even multiples in it make no difference, and an odd multiple of an integer is as even as that.
func (s *Session) powerOfMinusOne(y *Node) *Node {
	constant, terms := Terms(y)
	var rest []Term
	for _, t := range terms {
		if k, ok := t.Coef.Int64(); !ok || k%2 != 0 {
			rest = append(rest, Term{Coef: Int(1), X: t.X})
		}
	}
	sign := Int(1)
	if k, ok := constant.Int64(); ok && k%2 != 0 {
		sign = Int(-1)
	}
	if len(rest) == 0 {
		return s.Rat(sign)
	}
	return s.Scale(sign, s.newPow(s.minusOne, s.Linear(Int(0), rest)))
}

// isUnitFraction reports whether n is 1/b for an integer b > 1.
func (n *Node) isUnitFraction() bool {
	return n.kind == KindRat && n.rat.big == nil && n.rat.num == 1 && n.rat.den > 1
}

func (s *Session) newPow(x, y *Node) *Node {
	return s.intern(&Node{kind: KindPow}, x, y)
}

// Inv returns 1/x.
func (s *Session) Inv(x *Node) *Node { return s.Pow(x, s.minusOne) }

// Div returns a/b.
func (s *Session) Div(a, b *Node) *Node { return s.Mul(a, s.Inv(b)) }

// Sqrt returns the square root of x.
func (s *Session) Sqrt(x *Node) *Node { return s.Pow(x, s.Rat(Frac(1, 2))) }

func (s *Session) powEach(factors []*Node, y *Node) *Node {
	powers := make([]*Node, len(factors))
	for i, f := range factors {
		powers[i] = s.Pow(f, y)
	}
	return s.Mul(powers...)
}

func allPositive(xs []*Node) bool {
	for _, x := range xs {
		if SignOf(x) != Positive {
			return false
		}
	}
	return true
}

// noneNegative reports whether the structure of all shows that they are not negative.
func noneNegative(xs []*Node) bool {
	for _, x := range xs {
		if SignOf(x) < NonNegative {
			return false
		}
	}
	return true
}

func hasCond(xs []*Node) bool {
	for _, x := range xs {
		if x.kind == KindCond {
			return true
		}
	}
	return false
}

// A numberPower is a number to a power that is one.
type numberPower struct{ base, exponent *Node }

// powRat returns x^y for a rational y other than 0 and 1.
func (s *Session) powRat(x, y *Node) *Node {
	integer := y.rat.IsInt()
	switch x.kind {
	case KindRat:
		key := numberPower{x, y}
		p, ok := s.powers[key]
		if !ok {
			p = s.powNumber(x.rat, y.rat)
			s.powers[key] = p
		}
		return p
	case KindCond:
		if y.rat.Sign() > 0 {
			return x
		}
	case KindPow:
		inner := x.args[1]
		sign := SignOf(x.args[0])
		if integer || sign == Positive ||
			sign == NonNegative && inner.kind == KindRat && inner.rat.Sign() > 0 && y.rat.Sign() > 0 {
			return s.Pow(x.args[0], s.Mul(inner, y))
		}
	case KindMul:
		if y.rat.Sign() < 0 && hasCond(x.args) {
			break
		}
		if integer {
			return s.powEach(x.args, y)
		}
		var out, rest []*Node
		apart := noneNegative(x.args)
		for _, f := range x.args {
			if f.kind == KindCond || SignOf(f) == Positive || apart && (f.kind == KindReduce || f.kind == KindAdd) { // sums of squares: a product of norms
				out = append(out, s.Pow(f, y))
			} else {
				rest = append(rest, f)
			}
		}
		if len(out) > 0 {
			if len(rest) > 0 {
				out = append(out, s.Pow(s.Mul(rest...), y))
			}
			return s.Mul(out...)
		}
	case KindAdd:
		return s.powAdd(x, y, integer)
	case KindReduce:
		if x.op == Prod && integer {
			return s.powerInside(x, y)
		}
	}
	return s.newPow(x, y)
}

// powAdd takes the content and the exponentials common to all terms out of a sum under a power.
func (s *Session) powAdd(x, y *Node, integer bool) *Node {
	c := content(x)
	if !integer && c.Sign() < 0 {
		c = c.Neg()
	}
	if !c.IsOne() {
		rest := s.Scale(c.Inv(), x)
		if power := s.powNumber(c, y.rat); isScaled(x) || power.kind == KindRat || rest != x {
			return s.Mul(power, s.Pow(rest, y))
		}
	}
	if common := s.commonExponentials(x); common != nil {
		constant, terms := Terms(x)
		inverse := s.Inv(common)
		for i := range terms {
			terms[i].X = s.Mul(inverse, terms[i].X)
		}
		terms = append(terms, Term{constant, inverse})
		return s.Mul(s.Pow(common, y), s.Pow(s.Linear(Int(0), terms), y))
	}
	return s.newPow(x, y)
}

// powerOfE returns the power of e that is a term of a sum without a constant by itself, so that what is left of it becomes the constant: exp(3) + exp(x)
// is exp(3)·(1 + exp(-3)·exp(x)). It is nil where there is none or where there are several.
func powerOfE(constant Rat, terms []Term) *Node {
	var found *Node
	if !constant.IsZero() {
		return nil
	}
	for _, t := range terms {
		base := t.X
		if base.kind == KindPow && base.args[1].kind == KindRat {
			base = base.args[0]
		}
		if base.kind != KindConst || base.name != "e" {
			continue
		}
		if found != nil {
			return nil
		}
		found = t.X
	}
	return found
}

// commonExponentials returns the product of exp(a)^m with m ≠ 0 the least exponent of exp(a) over the
// terms of a sum, and of what [powerOfE] finds, or nil if there is none.
func (s *Session) commonExponentials(x *Node) *Node {
	least := map[*Node]Rat{}
	var order []*Node
	constant, terms := Terms(x)
	count := len(terms)
	if !constant.IsZero() {
		count++
	}
	if count < 2 {
		return nil
	}
	seen := map[*Node]int{}
	for _, t := range terms {
		for _, f := range Factors(t.X) {
			base, exponent := f, Int(1)
			if f.kind == KindPow && f.args[1].kind == KindRat {
				base, exponent = f.args[0], f.args[1].rat
			}
			if base.kind != KindCall || base.fn.Name != "exp" {
				continue
			}
			if seen[base] == 0 {
				order = append(order, base)
				least[base] = exponent
			} else if exponent.Cmp(least[base]) < 0 {
				least[base] = exponent
			}
			seen[base]++
		}
	}
	var common []*Node
	if power := powerOfE(constant, terms); power != nil {
		common = append(common, power)
	}
	for _, base := range order {
		m := least[base]
		if seen[base] < count && m.Sign() > 0 { // absent from a term: exponent 0
			continue
		}
		common = append(common, s.Pow(base, s.Rat(m)))
	}
	if len(common) == 0 {
		return nil
	}
	return s.Mul(common...)
}

// maxTrialDivisor bounds the search for square and higher factors under a root.
const maxTrialDivisor = 1000

// powNumber returns x^y for rationals: exact where it is rational and not too large, else a
// product of a rational and roots of integers above 1.
func (s *Session) powNumber(x, y Rat) *Node {
	if k, ok := y.Int64(); ok {
		if v, ok := x.PowInt(k); ok {
			return s.Rat(v)
		}
		return s.newPow(s.Rat(x), s.Rat(y))
	}
	if x.IsZero() {
		if y.Sign() > 0 {
			return s.zero
		}
		return s.newPow(s.Rat(x), s.Rat(y))
	}
	if x.IsOne() {
		return s.one
	}
	q := y.Big().Denom()
	if x.Sign() < 0 || !q.IsInt64() || y.big != nil {
		return s.newPow(s.Rat(x), s.Rat(y))
	}
	if r, ok := x.root(q.Int64()); ok {
		if v, ok := r.PowInt(y.num); ok {
			return s.Rat(v)
		}
	}
	num, isSmall := x.Int64()
	if !isSmall {
		if x.big == nil && x.num != 1 { // (a/b)^y = a^y · b^-y
			return s.Mul(s.powNumber(Int(x.num), y), s.powNumber(Int(x.den), y.Neg()))
		}
		if x.big == nil { // (1/b)^y = b^-y
			return s.powNumber(Int(x.den), y.Neg())
		}
		return s.newPow(s.Rat(x), s.Rat(y))
	}
	return s.rootOfInteger(num, y)
}

// rootOfInteger writes n^y, n > 1 and y not an integer, as c·Π p^f with 0 < f < 1 over primes p.
func (s *Session) rootOfInteger(n int64, y Rat) *Node {
	var factors []*Node
	take := func(p, times int64) {
		e := y.Mul(Int(times))
		whole := floorDiv(e.num, e.den)
		if v, ok := Int(p).PowInt(whole); ok && whole != 0 {
			factors = append(factors, s.Rat(v))
			e = e.Sub(Int(whole))
		}
		if !e.IsZero() {
			factors = append(factors, s.newPow(s.Int(p), s.Rat(e)))
		}
	}
	for p := int64(2); p <= maxTrialDivisor && p*p <= n; p++ {
		times := int64(0)
		for ; n%p == 0; n /= p {
			times++
		}
		if times > 0 {
			take(p, times)
		}
	}
	if n > 1 {
		take(n, 1)
	}
	if len(factors) == 1 {
		return factors[0]
	}
	return s.Mul(factors...)
}
