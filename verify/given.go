package verify

import "github.com/seed-9905856d/derive/syntax"

// predicate evaluates integer(k), onehot(y), posdef(A); ok is false where the call is none.
func (e *Evaluator) predicate(s scope, x *syntax.Call) (holds, ok bool) {
	if len(x.Args) != 1 {
		return false, false
	}
	switch x.Fun.Name {
	case "integer", "onehot", "posdef":
	default:
		return false, false
	}
	t := e.eval(s, x.Args[0])
	switch x.Fun.Name {
	case "integer":
		for _, v := range t.Data {
			if !v.Real().IsInt() {
				return false, true
			}
		}
		return true, true
	case "onehot":
		return e.oneHot(t), true
	}
	return e.positiveDefinite(x, t), true
}

// oneHot reports whether a vector, or every row of a matrix, has a single 1 among zeros.
func (e *Evaluator) oneHot(t Tensor) bool {
	if len(t.Shape) > 1 {
		for i := range t.Shape[0] {
			if !e.oneHot(t.at(i)) {
				return false
			}
		}
		return true
	}
	ones := 0
	for _, v := range t.Data {
		if c, ok := e.cmp(v, e.int(1)); ok && c == 0 {
			ones++
		} else if !e.isZero(v) {
			return false
		}
	}
	return ones == 1
}

// positiveDefinite reports whether a matrix is symmetric and its leading minors positive.
func (e *Evaluator) positiveDefinite(at syntax.Expr, a Tensor) bool {
	n := e.order2(at, a)
	if !e.compare(at, syntax.Eq, a, a.transpose()) {
		return false
	}
	for k := 1; k <= n; k++ {
		var minor []Num
		for i := range k {
			minor = append(minor, a.Data[i*n:i*n+k]...)
		}
		if c, ok := e.cmp(e.det(at, minor, k), e.int(0)); !ok || c <= 0 {
			return false
		}
	}
	return true
}
