package expr

import "iter"

// linear is an integer-linear form c + Σ kᵢ·aᵢ over sizes, indices and integer entries.
type linear struct {
	c     int64
	terms []linearTerm // coefficients are not 0; atoms are distinct
}

type linearTerm struct {
	k int64
	a *Node
}

// maxLinear bounds the coefficients of linear forms, so that their arithmetic cannot overflow.
const maxLinear = 1 << 30

func isLinearAtom(n *Node) bool {
	return n.kind == KindSize || n.kind == KindIndex || n.kind == KindEntry && n.sym.Integer
}

// asLinear reads n as an integer-linear form.
func asLinear(n *Node) (linear, bool) {
	if !IsIndexForm(n) {
		return linear{}, false
	}
	switch n.kind {
	case KindRat:
		return linear{c: n.rat.num}, true
	case KindAdd:
		l := linear{c: n.rat.num, terms: make([]linearTerm, len(n.args))}
		for i, a := range n.args {
			l.terms[i] = linearTerm{n.coefs[i].num, a}
		}
		return l, true
	}
	return linear{terms: []linearTerm{{1, n}}}, true
}

// IsIndexForm reports whether n may be a subscript or the end of a range.
func IsIndexForm(n *Node) bool {
	switch n.kind {
	case KindRat:
		return isSmall(n.rat)
	case KindAdd:
		if !isSmall(n.rat) {
			return false
		}
		for i, a := range n.args {
			if !isLinearAtom(a) || !isSmall(n.coefs[i]) {
				return false
			}
		}
		return true
	}
	return isLinearAtom(n)
}

// isSmall reports whether r may be a coefficient of a linear form.
func isSmall(r Rat) bool {
	k, ok := r.Int64()
	return ok && -maxLinear < k && k < maxLinear
}

func (s *Session) fromLinear(l linear) *Node {
	terms := make([]Term, len(l.terms))
	for i, t := range l.terms {
		terms[i] = Term{Int(t.k), t.a}
	}
	return s.Linear(Int(l.c), terms)
}

// coef returns the coefficient of atom a.
func (l linear) coef(a *Node) int64 {
	for _, t := range l.terms {
		if t.a == a {
			return t.k
		}
	}
	return 0
}

// alwaysGe reports whether e ≥ 0 for all sizes ≥ 1 and all indices within their ranges, by
// interval elimination: each index, innermost first, is replaced by the end of its range that makes the
// form least. False means "not shown".
func (s *Session) alwaysGe(e *Node) bool {
	shown, ok := s.atLeast0.Get(e)
	if !ok {
		shown = s.showsGe(e)
		s.atLeast0.Set(e, shown)
	}
	return shown
}

func (s *Session) showsGe(e *Node) bool {
	for {
		l, ok := asLinear(e)
		if !ok {
			return false
		}
		var inner *linearTerm
		for i, t := range l.terms {
			if t.a.kind == KindIndex && (inner == nil || t.a.id > inner.a.id) {
				inner = &l.terms[i]
			}
		}
		if inner == nil {
			least := l.c
			for _, t := range l.terms {
				if t.k < 0 || t.a.kind != KindSize {
					return false
				}
				least += t.k
			}
			return least >= 0
		}
		end := inner.a.Lo()
		if inner.k < 0 {
			end = inner.a.Hi()
		}
		e = s.Linear(Int(0), []Term{{Int(1), e}, {Int(-inner.k), inner.a}, {Int(inner.k), end}})
	}
}

// follows reports whether e ≥ 0 is shown by the ranges and the given index conditions, of which it uses at most one.
func (s *Session) follows(e *Node, conds []*Node) bool {
	if s.alwaysGe(e) {
		return true
	}
	for _, c := range conds {
		if !IsIndexForm(c.args[0]) {
			continue
		}
		switch c.op {
		case GeZero:
			if s.alwaysGe(s.Sub(e, c.args[0])) {
				return true
			}
		case EqZero:
			if s.alwaysGe(s.Sub(e, c.args[0])) || s.alwaysGe(s.Add(e, c.args[0])) {
				return true
			}
		}
	}
	return false
}

// decides tells what the given conditions say of condition c: 1 true, 0 false, -1 nothing.
func (s *Session) decides(c *Node, conds []*Node) int {
	if !IsIndexForm(c.args[0]) {
		return -1
	}
	e := c.args[0]
	ge := func(x *Node) bool { return s.follows(x, conds) }
	above := ge(s.Sub(e, s.one))                         // e ≥ 1
	below := ge(s.Linear(Int(-1), []Term{{Int(-1), e}})) // e ≤ -1
	switch c.op {
	case GeZero:
		if above || ge(e) {
			return 1
		}
		if below {
			return 0
		}
	case EqZero, NeZero:
		verdict := -1
		if above || below {
			verdict = 0
		} else if ge(e) && ge(s.Neg(e)) {
			verdict = 1
		}
		if c.op == NeZero && verdict >= 0 {
			return 1 - verdict
		}
		return verdict
	}
	return -1
}

// InRange reports whether every entry that n reads is shown to lie within the axes of its symbol, or of the function that has it, and no maximum or minimum in it to be
// over an empty range, whatever conditions stand around n.
func (s *Session) InRange(n *Node) bool { return s.inRange(n, nil) }

// inRange reports whether n is shown to have a finite meaning wherever the given conditions hold: every entry
// that it reads lies within its symbol's axes, and no maximum or minimum is taken over an empty range.
func (s *Session) inRange(n *Node, conds []*Node) bool {
	if len(conds) > 0 {
		return s.isInRange(n, conds)
	}
	inside, ok := s.inside.Get(n)
	if !ok {
		inside = s.isInRange(n, nil)
		s.inside.Set(n, inside)
	}
	return inside
}

func (s *Session) isInRange(n *Node, conds []*Node) bool {
	switch n.kind {
	case KindEntry:
		for i, sub := range n.args {
			if !s.follows(s.Sub(sub, s.one), conds) || !s.follows(s.Sub(n.sym.Dims[i], sub), conds) {
				return false
			}
		}
	case KindCall:
		for sub, b := range n.Subscripts() {
			if b != nil && (!s.follows(s.Sub(sub, b.Lo()), conds) || !s.follows(s.Sub(b.Hi(), sub), conds)) {
				return false
			}
		}
	case KindMul:
		own := conditionsOf(n)
		if len(own) > 0 {
			conds = append(own, conds...)
		}
	case KindReduce:
		for _, b := range n.Binders() {
			if (n.op == Max || n.op == Min) && !s.follows(s.Sub(b.Hi(), b.Lo()), conds) {
				return false
			}
		}
	}
	for _, a := range n.args {
		if a.kind != KindIndex && !s.inRange(a, conds) {
			return false
		}
	}
	return true
}

// Subscripts yields the subscripts of a call of a function whose result is a tensor and, where a tensor that is made by [Session.Lambda] has the size of that
// axis, the index of that; else nil.
func (n *Node) Subscripts() iter.Seq2[*Node, *Node] {
	return func(yield func(sub, index *Node) bool) {
		if n.kind != KindCall || n.fn.Ranks == nil {
			return
		}
		for k, sub := range n.args[len(n.fn.Ranks):] {
			var index *Node
			if k < len(n.fn.Like) && n.fn.Like[k] >= 0 && IsLambda(n.args[n.fn.Like[k]]) {
				index = n.args[n.fn.Like[k]].Binders()[0]
			}
			if !yield(sub, index) {
				return
			}
		}
	}
}

func conditionsOf(product *Node) []*Node {
	var conds []*Node
	for _, f := range Factors(product) {
		if f.kind == KindCond {
			conds = append(conds, f)
		}
	}
	return conds
}
