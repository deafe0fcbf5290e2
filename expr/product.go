package expr

// Products over an index are kept factor by factor, as sums are kept term by term:
//
//	Π f·g = Π f · Π g    Π c = c^size    Π exp(a) = exp(Σ a)
//	Π c^y = c^(Σ y) where that does not hide how many factors there are
//	Π [c]f + [¬c]1 likewise, with sums under the condition c
//	Π_{j≠e} fⱼ = Π fⱼ / f_e for positive f, where e lies in the range of j
//
// A power stays inside, Π f^k, but meets other powers of Π f in a product: see [product.push].

// prod folds a product over one index.
func (s *Session) prod(body, i *Node) *Node {
	if !body.DependsOn(i) {
		return s.Pow(body, s.rangeSize(i))
	}
	if body.kind == KindIf {
		if body.args[1].IsOne() && body.args[0].kind == KindCond {
			body = s.If(s.Not(body.args[0]), body.args[2], s.one)
		}
		if isIndexCond(body.args[0]) && body.args[2].IsOne() {
			return s.prodWhere(body.args[0], body.args[1], i)
		}
	}
	if body.kind == KindMul && len(conditionsOf(body)) == 0 {
		factors := make([]*Node, len(body.args))
		for k, f := range body.args {
			factors[k] = s.prod(f, i)
		}
		return s.Mul(factors...)
	}
	if isScaled(body) {
		return s.Mul(s.prod(s.Rat(body.coefs[0]), i), s.prod(body.args[0], i))
	}
	if call, exponent, ok := exponentialPower(body); ok {
		return s.Call(call.fn, s.Reduce(Sum, s.Scale(exponent, call.args[0]), i))
	}
	if s.isFixedPower(body, i) {
		return s.Pow(body.args[0], s.Reduce(Sum, body.args[1], i))
	}
	return s.close(Prod, []*Node{i}, body)
}

// prodWhere folds the product of f over those values of an index that satisfy a condition.
func (s *Session) prodWhere(cond, f, i *Node) *Node {
	if f.kind == KindMul && len(conditionsOf(f)) == 0 {
		factors := make([]*Node, len(f.args))
		for k, g := range f.args {
			factors[k] = s.prodWhere(cond, g, i)
		}
		return s.Mul(factors...)
	}
	if isScaled(f) {
		return s.Mul(s.prodWhere(cond, s.Rat(f.coefs[0]), i), s.prodWhere(cond, f.args[0], i))
	}
	if !f.DependsOn(i) && s.inRange(f, nil) {
		if _, ok := s.leftOut(cond, i); ok {
			return s.Pow(f, s.Sub(s.rangeSize(i), s.one))
		}
		if SignOf(f) == Positive {
			return s.Pow(f, s.Reduce(Sum, cond, i))
		}
	}
	if call, exponent, ok := exponentialPower(f); ok {
		return s.Call(call.fn, s.Reduce(Sum, s.Mul(cond, s.Scale(exponent, call.args[0])), i))
	}
	if s.isFixedPower(f, i) {
		return s.Pow(f.args[0], s.Reduce(Sum, s.Mul(cond, f.args[1]), i))
	}
	if SignOf(f) == Positive {
		if at, ok := s.leftOut(cond, i); ok {
			return s.Div(s.prod(f, i), s.Substitute(f, i, at))
		}
	}
	return s.close(Prod, []*Node{i}, s.If(cond, f, s.one))
}

// isFixedPower reports whether f is c^y with a c that is the same for all values of i, and that is positive or to the power of an input: where
// c may be 0, the number of factors tells c^0 from others.
func (s *Session) isFixedPower(f, i *Node) bool {
	return f.kind == KindPow && !f.args[0].DependsOn(i) && s.inRange(f.args[0], nil) &&
		(SignOf(f.args[0]) == Positive || len(SymbolsOf(f.args[1])) > 0)
}

// isIndexCond reports whether c is a condition on indices and sizes.
func isIndexCond(c *Node) bool { return c.kind == KindCond && IsIndexForm(c.args[0]) }

// exponentialPower reads f as exp(a)^c.
func exponentialPower(f *Node) (call *Node, c Rat, ok bool) {
	c = Int(1)
	if f.kind == KindPow && f.args[1].kind == KindRat {
		f, c = f.args[0], f.args[1].rat
	}
	return f, c, f.kind == KindCall && f.fn.Name == "exp" && f.fn.Arity == 1 && f.fn.Ranks == nil
}

// leftOut returns e if a condition says that i ≠ e, where e is shown to lie in the range of i.
func (s *Session) leftOut(cond, i *Node) (e *Node, ok bool) {
	if cond.kind != KindCond || cond.op != NeZero {
		return nil, false
	}
	l, ok := asLinear(cond.args[0])
	if !ok {
		return nil, false
	}
	a := l.coef(i)
	if a != 1 && a != -1 {
		return nil, false
	}
	e = s.Linear(Int(0), []Term{{Int(-a), cond.args[0]}, {Int(1), i}})
	return e, s.alwaysGe(s.Sub(e, i.Lo())) && s.alwaysGe(s.Sub(i.Hi(), e))
}

// LeavesOut reads n as a product over an index that leaves out one value e of it, Π_{j≠e} fⱼ: whole is Π fⱼ and left is f_e.
func (s *Session) LeavesOut(n *Node) (whole, left *Node, ok bool) {
	if n.kind != KindReduce || n.op != Prod || n.Body().kind != KindIf {
		return nil, nil, false
	}
	o := s.Open(n)
	cond, f := o.Body.args[0], o.Body.args[1]
	e, ok := s.leftOut(cond, o.Indices[0])
	if !ok || !o.Body.args[2].IsOne() {
		return nil, nil, false
	}
	return s.prod(f, o.Indices[0]), s.Substitute(f, o.Indices[0], e), true
}

// ProductPower reads a product over an index of powers, Π f^k or Π f^(k·y), as Π f or Π f^y to the power of an integer k, the sign of which is that of
// the exponents. Π -f^k is the odd power k of Π -f.
func (s *Session) ProductPower(n *Node) (base *Node, k Rat, ok bool) {
	cond, body := (*Node)(nil), n.Body()
	if body.kind == KindIf && body.args[2].IsOne() {
		cond, body = body.args[0], body.args[1]
	}
	negative := isScaled(body) && body.coefs[0].Equal(Int(-1))
	if negative {
		body = body.args[0]
	}
	if body.kind != KindPow {
		return n, Int(1), false
	}
	base, k = body.args[0], content(body.args[1])
	if body.args[1].kind == KindRat {
		k = body.args[1].rat
	} else if !k.IsOne() {
		base = s.Pow(base, s.Scale(k.Inv(), body.args[1]))
	}
	if !k.IsInt() || k.IsOne() {
		return n, Int(1), false
	}
	if negative {
		if i, ok := k.Int64(); !ok || i%2 == 0 {
			return n, Int(1), false
		}
		base = s.Neg(base)
	}
	if cond != nil {
		base = s.If(cond, base, s.one)
	}
	return s.reduceClosed(Prod, n.Binders(), base), k, true
}

// powerInside returns Π f^k for Π f and an integer k.
func (s *Session) powerInside(n, k *Node) *Node {
	body := n.Body()
	if body.kind == KindIf && body.args[2].IsOne() {
		return s.reduceClosed(Prod, n.Binders(), s.If(body.args[0], s.Pow(body.args[1], k), s.one))
	}
	return s.reduceClosed(Prod, n.Binders(), s.Pow(body, k))
}
