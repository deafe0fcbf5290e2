package expr

import "math/big"

// Call returns fn(args…). Exact values are folded, parity moves a sign out, exp takes products
// for sums and log sums for products of positive factors.
func (s *Session) Call(fn *Func, args ...*Node) *Node {
	if len(args) != fn.Arity {
		panic("expr: wrong number of arguments for " + fn.Name)
	}
	if v, ok := exactValue(fn, args); ok {
		return s.Number(v)
	}
	if fn.Rule != nil {
		if x, ok := fn.Rule(s, fn, args); ok {
			return x
		}
	}
	if fn.Arity == 1 {
		x := args[0]
		switch fn.Name {
		case "exp":
			return s.exp(fn, x)
		case "log":
			return s.log(fn, x)
		case "abs":
			if SignOf(x) >= NonNegative {
				return x
			}
		}
		if fn.Parity != NoParity && content(x).Sign() < 0 {
			y := s.Call(fn, s.Neg(x))
			if fn.Parity == Odd {
				return s.Neg(y)
			}
			return y
		}
	}
	return s.newCall(fn, args...)
}

// CallAsIs returns fn(args…) without the rules of a call. It is for the rules themselves, where they have found that none applies.
func (s *Session) CallAsIs(fn *Func, args ...*Node) *Node { return s.newCall(fn, args...) }

func (s *Session) newCall(fn *Func, args ...*Node) *Node {
	return s.intern(&Node{kind: KindCall, fn: fn}, args...)
}

func exactValue(fn *Func, args []*Node) (*big.Rat, bool) {
	if fn.Exact == nil {
		return nil, false
	}
	values := make([]*big.Rat, len(args))
	for i, a := range args {
		if a.kind != KindRat {
			return nil, false
		}
		values[i] = a.rat.Big()
	}
	return fn.Exact(values)
}

// exp returns exp(c₀ + Σ cₖ·tₖ) = e^c₀ · Π exp(tₖ)^cₖ.
func (s *Session) exp(fn *Func, x *Node) *Node {
	constant, terms := Terms(x)
	if constant.IsZero() && len(terms) == 1 && terms[0].Coef.IsOne() {
		if x.kind == KindCall && x.fn.Name == "log" && SignOf(x.args[0]) == Positive {
			return x.args[0]
		}
		return s.newCall(fn, x)
	}
	factors := make([]*Node, 0, len(terms)+1)
	if !constant.IsZero() {
		factors = append(factors, s.Pow(s.Const("e"), s.Rat(constant)))
	}
	for _, t := range terms {
		factors = append(factors, s.Pow(s.exp(fn, t.X), s.Rat(t.Coef)))
	}
	return s.Mul(factors...)
}

// oddPower reads x as a power with an odd exponent other than 1.
func (s *Session) oddPower(x *Node) (base *Node, k Rat, ok bool) {
	switch {
	case x.kind == KindPow && x.args[1].kind == KindRat:
		base, k = x.args[0], x.args[1].rat
	case x.kind == KindReduce && x.op == Prod:
		if base, k, ok = s.ProductPower(x); !ok {
			return nil, k, false
		}
	default:
		return nil, k, false
	}
	n, isInt := k.Int64()
	return base, k, isInt && n%2 != 0 && n != 1
}

// logOfProduct returns log Π f = Σ log f for a positive f.
func (s *Session) logOfProduct(fn *Func, n *Node) *Node {
	o := s.Open(n)
	if o.Body.kind == KindIf && isIndexCond(o.Body.args[0]) && o.Body.args[2].IsOne() {
		return s.Reduce(Sum, s.Mul(o.Body.args[0], s.log(fn, o.Body.args[1])), o.Indices...)
	}
	return s.Reduce(Sum, s.log(fn, o.Body), o.Indices...)
}

// log returns log(Π pₖ^eₖ · r) = Σ eₖ·log(pₖ) + log(r) for positive pₖ. What is left in r has the
// domain of the whole, since the pₖ^eₖ are positive.
func (s *Session) log(fn *Func, x *Node) *Node {
	var sum, rest []*Node
	for _, f := range Factors(x) {
		switch {
		case f.kind == KindCall && f.fn.Name == "exp":
			sum = append(sum, f.args[0])
		case f.kind == KindConst && f.name == "e":
			sum = append(sum, s.one)
		case f.kind == KindPow && SignOf(f.args[0]) == Positive:
			sum = append(sum, s.Mul(f.args[1], s.log(fn, f.args[0])))
		case f.kind == KindReduce && f.op == Prod && SignOf(f.Body()) == Positive:
			sum = append(sum, s.logOfProduct(fn, f))
		case x.kind == KindMul && SignOf(f) == Positive:
			sum = append(sum, s.newCall(fn, f))
		default:
			rest = append(rest, f)
		}
	}
	if len(sum) == 0 {
		if x.isUnitFraction() { // log(1/b) = -log(b)
			return s.Neg(s.newCall(fn, s.Rat(x.rat.Inv())))
		}
		if base, k, ok := s.oddPower(x); ok { // log(b^k) = k·log(b), since b is positive where b^k is
			return s.Scale(k, s.log(fn, base))
		}
		return s.newCall(fn, x)
	}
	if len(rest) > 0 {
		sum = append(sum, s.Call(fn, s.Mul(rest...)))
	}
	return s.Add(sum...)
}
