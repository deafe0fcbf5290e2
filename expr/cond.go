package expr

// Cond returns the condition that e == 0, e != 0, e >= 0 or e > 0, as a number 0 or 1. An
// integer-linear e is divided by the greatest common divisor of its coefficients and decided by the ranges
// of its indices where they suffice.
func (s *Session) Cond(op Op, e *Node) *Node {
	if IsIndexForm(e) {
		memo := &s.conds[op-EqZero]
		c, ok := memo.Get(e)
		if !ok {
			l, _ := asLinear(e)
			c = s.indexCond(op, l)
			memo.Set(e, c)
		}
		return c
	}
	if e.kind == KindRat {
		return s.truth(holds(op, e.rat.Sign()))
	}
	sign := SignOf(e)
	switch {
	case op == GeZero && sign >= NonNegative, op == GtZero && sign == Positive, op == NeZero && sign == Positive:
		return s.one
	case op == EqZero && sign == Positive:
		return s.zero
	}
	c := content(e)
	if (op == GeZero || op == GtZero) && c.Sign() < 0 {
		c = c.Neg()
	}
	e = s.Scale(c.Inv(), e)
	return s.intern(&Node{kind: KindCond, op: op}, e)
}

// Not returns the opposite of a condition or of any expression that is 0 or 1.
func (s *Session) Not(c *Node) *Node {
	if c.kind == KindCond {
		e := c.args[0]
		switch c.op {
		case EqZero:
			return s.Cond(NeZero, e)
		case NeZero:
			return s.Cond(EqZero, e)
		case GeZero:
			return s.Cond(GtZero, s.Neg(e))
		case GtZero:
			return s.Cond(GeZero, s.Neg(e))
		}
	}
	return s.Sub(s.one, c)
}

func (s *Session) truth(b bool) *Node {
	if b {
		return s.one
	}
	return s.zero
}

func holds(op Op, sign int) bool {
	switch op {
	case EqZero:
		return sign == 0
	case NeZero:
		return sign != 0
	case GeZero:
		return sign >= 0
	}
	return sign > 0
}

func (s *Session) indexCond(op Op, l linear) *Node {
	if op == GtZero {
		op, l.c = GeZero, l.c-1
	}
	if len(l.terms) == 0 {
		return s.truth(holds(op, cmpInt(l.c, 0)))
	}
	g := int64(0)
	for _, t := range l.terms {
		g = gcd(g, t.k)
	}
	if op != GeZero {
		if l.c%g != 0 {
			return s.truth(op == NeZero)
		}
		if l.terms[0].k < 0 {
			g = -g
		}
	}
	for i := range l.terms {
		l.terms[i].k /= g
	}
	l.c = floorDiv(l.c, g)
	e := s.fromLinear(l)
	n := &Node{kind: KindCond, op: op, args: []*Node{e}}
	if v := s.decides(n, nil); v >= 0 {
		return s.truth(v == 1)
	}
	if op == GeZero && s.alwaysGe(s.Neg(e)) {
		return s.Cond(EqZero, e) // e ≤ 0 always, so e ≥ 0 is e = 0
	}
	switch op {
	case EqZero:
		if digits, rest, ok := s.splitDigits(l, 1); ok {
			return s.Mul(s.Cond(EqZero, digits), s.Cond(EqZero, rest))
		}
	case GeZero:
		if _, rest, ok := s.splitDigits(l, 0); ok { // digits from 0 to g - 1 decide nothing
			return s.Cond(GeZero, rest)
		}
	}
	return s.intern(&Node{kind: KindCond, op: op}, e)
}

// splitDigits splits a linear form into digits + g·rest, where the digits are less than g, and more than -g if signs is 1, or at least 0 if it is 0: as those of two
// positions in rows of g entries, 3·(i - k) + (j - l) with j and l in 1..3. The form is 0 where both are.
func (s *Session) splitDigits(l linear, signs int64) (digits, rest *Node, ok bool) {
	for _, t := range l.terms {
		g := max(t.k, -t.k)
		if g == 1 {
			continue
		}
		var low, high linear
		for _, u := range l.terms {
			if u.k%g == 0 {
				high.terms = append(high.terms, linearTerm{u.k / g, u.a})
			} else {
				low.terms = append(low.terms, u)
			}
		}
		if len(low.terms) == 0 {
			continue
		}
		high.c = floorDiv(l.c, g) - 1
		low.c = l.c - g*high.c
		for range 3 { // the constant may belong to either
			digits := s.fromLinear(low)
			if s.alwaysGe(s.Add(s.Int(signs*(g-1)), digits)) && s.alwaysGe(s.Sub(s.Int(g-1), digits)) {
				return digits, s.fromLinear(high), true
			}
			low.c, high.c = low.c-g, high.c+1
		}
	}
	return nil, nil, false
}

// gcd returns the greatest common divisor of a and b, which is not negative.
func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return max(a, -a)
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}
