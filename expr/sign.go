package expr

// SignOf returns what is known of the sign of n from its structure alone: exponentials,
// sums and products of positive things, even powers. No given is used.
func SignOf(n *Node) Sign {
	switch n.kind {
	case KindRat:
		switch n.rat.Sign() {
		case 0:
			return NonNegative
		case 1:
			return Positive
		}
		return AnySign
	case KindConst, KindSize:
		return Positive
	case KindIndex:
		if lo := n.Lo(); lo.kind == KindRat && lo.rat.Sign() > 0 {
			return Positive
		}
		return AnySign
	case KindCond:
		return NonNegative
	case KindCall:
		return n.fn.Sign
	case KindPow:
		base, exponent := n.args[0], n.args[1]
		switch sign := SignOf(base); {
		case sign == Positive:
			return Positive
		case sign == NonNegative && exponent.kind == KindRat:
			return NonNegative
		}
		if k, ok := exponent.rat.Int64(); exponent.kind == KindRat && ok && k%2 == 0 {
			return NonNegative
		}
		return AnySign
	case KindMul:
		sign := Positive
		for _, f := range n.args {
			sign = min(sign, SignOf(f))
		}
		return sign
	case KindAdd:
		return signOfAdd(n)
	case KindIf:
		return min(SignOf(n.args[1]), SignOf(n.args[2]))
	case KindReduce:
		sign := SignOf(n.Body())
		if n.op == Max || n.op == Min || n.op == Sum && sign == Positive {
			if !nonEmpty(n.Binders()) {
				if n.op != Sum {
					return AnySign
				}
				return NonNegative
			}
		}
		return sign
	}
	return AnySign
}

func signOfAdd(n *Node) Sign {
	sign := NonNegative
	switch n.rat.Sign() {
	case -1:
		return AnySign
	case 1:
		sign = Positive
	}
	for i, a := range n.args {
		if n.coefs[i].Sign() < 0 {
			return AnySign
		}
		switch SignOf(a) {
		case AnySign:
			return AnySign
		case Positive:
			sign = Positive
		}
	}
	return sign
}

// nonEmpty reports whether the ranges of binders are plainly not empty: 1..n, 1..i, i..n for an index i over 1..n, and the like.
func nonEmpty(binders []*Node) bool {
	for _, b := range binders {
		lo, hi := b.Lo(), b.Hi()
		switch {
		case lo.IsOne() && (hi.kind == KindSize || hi.kind == KindRat && hi.rat.Sign() > 0):
		case ends(hi, (*Node).Lo, lo), ends(lo, (*Node).Hi, hi):
		default:
			return false
		}
	}
	return true
}

// ends reports whether i is an index that ends at x on one side, or at an index that does.
func ends(i *Node, side func(*Node) *Node, x *Node) bool {
	for i.kind == KindIndex {
		if i = side(i); i == x {
			return true
		}
	}
	return false
}
