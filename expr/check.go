package expr

import "fmt"

// Check verifies the invariants of the package comment on every node of x. It is for tests.
func Check(x *Node) error {
	seen := map[*Node]bool{}
	var visit func(n *Node) error
	visit = func(n *Node) error {
		if seen[n] {
			return nil
		}
		seen[n] = true
		for _, a := range n.args {
			if a.id >= n.id {
				return fmt.Errorf("expr: node %d has the later node %d as a child", n.id, a.id)
			}
			if err := visit(a); err != nil {
				return err
			}
		}
		if err := checkNode(n); err != nil {
			return fmt.Errorf("expr: %w", err)
		}
		return nil
	}
	if err := visit(x); err != nil {
		return err
	}
	for _, f := range x.free {
		if f.space == Bound {
			return fmt.Errorf("expr: a bound index is free in the whole")
		}
	}
	return nil
}

func checkNode(n *Node) error {
	switch n.kind {
	case KindAdd:
		if len(n.args) == 1 && n.coefs[0].IsOne() && n.rat.IsZero() {
			return fmt.Errorf("sum of one term")
		}
		for i, a := range n.args {
			if a.kind == KindRat || a.kind == KindAdd || n.coefs[i].IsZero() {
				return fmt.Errorf("term %d of a sum is a number, a sum, or has coefficient 0", i)
			}
			if i > 0 && Compare(n.args[i-1], a) >= 0 {
				return fmt.Errorf("terms of a sum are out of order")
			}
		}
	case KindMul:
		if len(n.args) < 2 {
			return fmt.Errorf("product of fewer than two factors")
		}
		for i, a := range n.args {
			if a.kind == KindRat || a.kind == KindMul || a.kind == KindAdd && !content(a).IsOne() {
				return fmt.Errorf("factor %d of a product is a number, a product, or a sum that is not primitive", i)
			}
			if i > 0 && Compare(n.args[i-1], a) >= 0 {
				return fmt.Errorf("factors of a product are out of order")
			}
		}
	case KindPow:
		if n.args[1].IsZero() || n.args[1].IsOne() || n.args[0].IsOne() {
			return fmt.Errorf("trivial power")
		}
	case KindCall:
		if n.fn.Name == "exp" && (n.args[0].kind == KindAdd || n.args[0].kind == KindRat) {
			return fmt.Errorf("exp of a sum")
		}
	case KindReduce:
		return checkReduce(n)
	}
	return nil
}

func checkReduce(n *Node) error {
	body := n.Body()
	for i, b := range n.Binders() {
		if b.kind != KindIndex || b.space != Bound || int(b.num) != int(body.height)+len(n.Binders())-i {
			return fmt.Errorf("binder %d has number %d above a body of height %d", i, b.num, body.height)
		}
	}
	if n.op == Sum {
		if body.kind == KindAdd || body.kind == KindRat {
			return fmt.Errorf("sum over a sum of terms")
		}
		for _, f := range Factors(body) {
			if isLinearAtom(f) && !f.dependsOnAny(n.Binders()) {
				return fmt.Errorf("factor of a sum is free of its binders")
			}
		}
	}
	return nil
}
