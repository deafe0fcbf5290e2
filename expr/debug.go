package expr

import (
	"fmt"
	"strings"
)

// String returns n in a plain notation for debugging. Results are printed by package syntax.
func (n *Node) String() string {
	parts := make([]string, len(n.args))
	for i, a := range n.args {
		parts[i] = a.String()
	}
	list := strings.Join(parts, ",")
	switch n.kind {
	case KindRat:
		return n.rat.String()
	case KindConst, KindSize:
		return n.name
	case KindIndex:
		if n.space == User {
			return n.name
		}
		return fmt.Sprintf("%c%d", " ob"[n.space], n.num)
	case KindEntry:
		if len(parts) == 0 {
			return n.sym.Name
		}
		return n.sym.Name + "[" + list + "]"
	case KindCond:
		return "[" + list + []string{"", "==0", "!=0", ">=0", ">0"}[n.op] + "]"
	case KindPow:
		return "(" + parts[0] + ")^(" + parts[1] + ")"
	case KindCall:
		return n.fn.Name + "(" + list + ")"
	case KindIf:
		return "if(" + list + ")"
	case KindMul:
		return "(" + strings.Join(parts, "*") + ")"
	case KindAdd:
		var terms []string
		if !n.rat.IsZero() {
			terms = append(terms, n.rat.String())
		}
		for i, p := range parts {
			if !n.coefs[i].IsOne() {
				p = n.coefs[i].String() + "*" + p
			}
			terms = append(terms, p)
		}
		return "(" + strings.Join(terms, "+") + ")"
	}
	var binders []string
	for _, b := range n.Binders() {
		binders = append(binders, fmt.Sprintf("%v in %v..%v", b, b.Lo(), b.Hi()))
	}
	name := map[Op]string{Sum: "sum", Prod: "prod", Max: "max", Min: "min", Tensor: "tensor"}[n.op]
	return name + "[" + strings.Join(binders, ",") + "](" + n.Body().String() + ")"
}
