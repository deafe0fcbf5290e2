package expr

import "slices"

// Term is a coefficient times an expression.
type Term struct {
	Coef Rat
	X    *Node
}

// Add returns the sum of xs.
func (s *Session) Add(xs ...*Node) *Node {
	if len(xs) == 1 {
		return xs[0]
	}
	var room [shortSum]Term
	terms := room[:0]
	for _, x := range xs {
		terms = append(terms, Term{Int(1), x})
	}
	return s.Linear(Int(0), terms)
}

// shortSum is the number of terms up to which a sum is put together without allocation.
const shortSum = 12

// Sub returns a - b.
func (s *Session) Sub(a, b *Node) *Node {
	return s.Linear(Int(0), []Term{{Int(1), a}, {Int(-1), b}})
}

// Neg returns -a.
func (s *Session) Neg(a *Node) *Node { return s.Scale(Int(-1), a) }

// Scale returns c*x. A sum is scaled term by term.
func (s *Session) Scale(c Rat, x *Node) *Node {
	switch {
	case c.IsOne():
		return x
	case c.IsZero() || x.kind == KindRat || x.kind == KindAdd:
		return s.Linear(Int(0), []Term{{c, x}})
	}
	return s.store(&Node{kind: KindAdd, rat: Int(0)}, []Rat{c}, []*Node{x})
}

// Linear returns constant + Σ coefₖ·xₖ, with sums among the xₖ flattened and like terms collected.
func (s *Session) Linear(constant Rat, terms []Term) *Node {
	n := 0
	for _, t := range terms {
		if n++; t.X.kind == KindAdd {
			n += len(t.X.args) - 1
		}
	}
	var room [shortSum]Term
	flat := room[:0]
	if n > shortSum {
		flat = make([]Term, 0, n)
	}
	for _, t := range terms {
		switch {
		case t.Coef.IsZero():
		case t.X.kind == KindRat:
			constant = constant.Add(t.Coef.Mul(t.X.rat))
		case t.X.kind == KindAdd:
			constant = constant.Add(t.Coef.Mul(t.X.rat))
			for i, x := range t.X.args {
				flat = append(flat, Term{t.Coef.Mul(t.X.coefs[i]), x})
			}
		default:
			flat = append(flat, t)
		}
	}
	s.Spend(len(flat))
	slices.SortFunc(flat, func(a, b Term) int { return Compare(a.X, b.X) })
	kept := flat[:0]
	for _, t := range flat {
		if k := len(kept); k > 0 && kept[k-1].X == t.X {
			kept[k-1].Coef = kept[k-1].Coef.Add(t.Coef)
			continue
		}
		kept = append(kept, t)
	}
	kept = slices.DeleteFunc(kept, func(t Term) bool { return t.Coef.IsZero() })
	if merged, ok := s.mergeBranches(kept); ok {
		return s.Linear(constant, merged)
	}
	switch {
	case len(kept) == 0:
		return s.Rat(constant)
	case len(kept) == 1 && constant.IsZero() && kept[0].Coef.IsOne():
		return kept[0].X
	}
	var coefRoom [shortSum]Rat
	var argRoom [shortSum]*Node
	coefs, args := coefRoom[:0], argRoom[:0]
	if len(kept) > shortSum {
		coefs, args = make([]Rat, 0, len(kept)), make([]*Node, 0, len(kept))
	}
	for _, t := range kept {
		coefs, args = append(coefs, t.Coef), append(args, t.X)
	}
	return s.store(&Node{kind: KindAdd, rat: constant}, coefs, args)
}

// mergeBranches adds piecewise terms with one condition branch by branch; ok is false if there are none.
func (s *Session) mergeBranches(terms []Term) (merged []Term, ok bool) {
	var groups map[*Node][]Term // by condition
	for _, t := range terms {
		if t.X.kind == KindIf {
			if groups == nil {
				groups = map[*Node][]Term{}
			}
			c := t.X.args[0]
			groups[c] = append(groups[c], t)
			ok = ok || len(groups[c]) > 1
		}
	}
	if !ok {
		return nil, false
	}
	for _, t := range terms {
		same := []Term{t}
		if t.X.kind == KindIf {
			same = groups[t.X.args[0]]
		}
		switch {
		case len(same) == 1:
			merged = append(merged, t)
		case same[0].X == t.X: // the group stands where its first term does
			var branches [2]*Node
			for b := range branches {
				parts := make([]Term, len(same))
				for k, u := range same {
					parts[k] = Term{u.Coef, u.X.args[1+b]}
				}
				branches[b] = s.Linear(Int(0), parts)
			}
			merged = append(merged, Term{Int(1), s.If(t.X.args[0], branches[0], branches[1])})
		}
	}
	return merged, true
}

// Terms returns the constant and the terms of x read as a sum.
func Terms(x *Node) (Rat, []Term) {
	switch x.kind {
	case KindRat:
		return x.rat, nil
	case KindAdd:
		terms := make([]Term, len(x.args))
		for i, a := range x.args {
			terms[i] = Term{x.coefs[i], a}
		}
		return x.rat, terms
	}
	return Int(0), []Term{{Int(1), x}}
}

// isScaled reports whether x is a coefficient times one term.
func isScaled(x *Node) bool { return x.kind == KindAdd && len(x.args) == 1 && x.rat.IsZero() }

// content returns the rational c for which x = c·p with p primitive: coefficients of p are coprime
// integers and the first one is positive.
func content(x *Node) Rat {
	if x.kind != KindAdd {
		return Int(1)
	}
	if c, ok := shortContent(x); ok {
		return c
	}
	g := x.coefs[0].Big()
	num, den := gcdRat(g, nil)
	for _, c := range x.coefs[1:] {
		num, den = gcdRat(c.Big(), &ratPair{num, den})
	}
	if !x.rat.IsZero() {
		num, den = gcdRat(x.rat.Big(), &ratPair{num, den})
	}
	c := BigRat(ratOf(num, den))
	if x.coefs[0].Sign() < 0 {
		return c.Neg()
	}
	return c
}

// shortContent is [content] where all coefficients are short integers, as they mostly are.
func shortContent(x *Node) (Rat, bool) {
	g := int64(0)
	for _, c := range x.coefs {
		if c.big != nil || c.den != 1 {
			return Rat{}, false
		}
		g = gcd(g, c.num)
	}
	if x.rat.big != nil || x.rat.den != 1 {
		return Rat{}, false
	}
	if x.rat.num != 0 {
		g = gcd(g, x.rat.num)
	}
	if g < 0 {
		g = -g
	}
	if g <= 0 { // the one integer without an opposite
		return Rat{}, false
	}
	if x.coefs[0].num < 0 {
		g = -g
	}
	return Int(g), true
}
