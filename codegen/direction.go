package codegen

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// fnInverseRoot is 1/√x, and 0 at 0: of a sum of squares, the inverse of a norm that something is divided by which is 0 where the
// norm is.
var fnInverseRoot = &expr.Func{Name: "inverse root", Arity: 1, Sign: expr.NonNegative}

// directions writes x/‖x‖ so that it is 0 at x = 0, where the derivative of a norm is 0 by declaration: of a product with a power of a
// norm below and a factor that vanishes with it.
func (st *stabiliser) directions(x *expr.Node, clear []*expr.Node) *expr.Node {
	s := st.s
	return s.Map(x, clear, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if n.Kind() == expr.KindAdd {
			return st.alike(s.With(n, args)), true
		}
		if n.Kind() != expr.KindMul {
			return nil, false
		}
		changed := st.ofHypot(args)
		for k, f := range args {
			if f.Kind() != expr.KindPow || f.Args()[1].Kind() != expr.KindRat {
				continue
			}
			twice, ok := f.Args()[1].Rat().Mul(expr.Int(2)).Int64()
			if !ok || twice >= 0 || twice%2 == 0 {
				continue
			}
			parts, ok := st.squares(f.Args()[0], append(clear[:len(clear):len(clear)], args...))
			if !ok {
				continue
			}
			for j, other := range args {
				if j != k && st.vanishes(other, parts) {
					args[k], changed = s.Pow(s.Call(fnInverseRoot, f.Args()[0]), s.Int(-twice)), true
					break
				}
			}
		}
		if !changed {
			return nil, false
		}
		return s.Mul(args...), true
	})
}

// fnOfHypot is a/hypot(a, b), also where hypot(a, b) overflows or has few digits, and 0 where a is.
var fnOfHypot = &expr.Func{Name: "part of hypot", Arity: 2}

// ofHypot joins inverses of hypot(a, b) with a and b among the factors, and reports whether there were any.
func (st *stabiliser) ofHypot(factors []*expr.Node) bool {
	s, changed := st.s, false
	for k, f := range factors {
		h, power := powerOf(f)
		left, ok := power.Neg().Int64()
		if !isCall(h, "hypot") || !ok {
			continue
		}
		for j, g := range factors {
			base, power := powerOf(g)
			at := slices.Index(h.Args(), base)
			times, ok := power.Int64()
			if times = min(times, left); at < 0 || !ok || times <= 0 {
				continue
			}
			part := s.Call(fnOfHypot, base, h.Args()[1-at])
			factors[j] = s.Mul(s.Pow(part, s.Int(times)), s.Pow(base, s.Rat(power.Sub(expr.Int(times)))))
			left -= times
			factors[k], changed = s.Pow(h, s.Int(-left)), true
		}
	}
	return changed
}

// alike gives the terms of a sum the inverse of a norm that one of them has, since the derivative of a/‖x‖ is 0 at x = 0 as a whole:
// y/‖x‖ - (x·y)·x/‖x‖³.
func (st *stabiliser) alike(x *expr.Node) *expr.Node {
	s := st.s
	constant, terms := expr.Terms(x)
	inverse := map[*expr.Node]*expr.Node{} // of what is under the root
	for _, t := range terms {
		for _, f := range expr.Factors(t.X) {
			if r, _ := powerOf(f); isCall(r, fnInverseRoot.Name) {
				inverse[r.Args()[0]] = r
			}
		}
	}
	if x.Kind() != expr.KindAdd || len(inverse) == 0 {
		return x
	}
	for k, t := range terms {
		factors := slices.Clone(expr.Factors(t.X))
		for j, f := range factors {
			q, power := powerOf(f)
			twice, ok := power.Mul(expr.Int(2)).Int64()
			if inverse[q] != nil && ok && twice < 0 && twice%2 != 0 {
				factors[j] = s.Pow(inverse[q], s.Int(-twice))
			}
		}
		terms[k].X = s.Mul(factors...)
	}
	return s.Linear(constant, terms)
}

// A square is the base of a square in a sum of squares, with the indices that it is summed over.
type square struct {
	base    *expr.Node
	indices []*expr.Node
	when    *expr.Node // the conditions that the square is under; nil where it can have none
}

// squares takes a sum of squares apart.
func (st *stabiliser) squares(x *expr.Node, clear []*expr.Node) ([]square, bool) {
	constant, terms := expr.Terms(x)
	if !constant.IsZero() {
		return nil, false
	}
	var out []square
	for _, t := range terms {
		if t.Coef.Sign() < 0 {
			return nil, false
		}
		q := square{base: t.X}
		if t.X.Kind() == expr.KindReduce && t.X.Op() == expr.Sum {
			o := st.s.Open(t.X, clear...)
			q.base, q.indices = o.Body, o.Indices
		}
		if q.base.Kind() != expr.KindPow || !q.base.Args()[1].Rat().Equal(expr.Int(2)) || q.base.Args()[1].Kind() != expr.KindRat {
			return nil, false
		}
		q.base = q.base.Args()[0]
		out = append(out, q)
	}
	return out, len(out) > 0
}

// vanishes reports whether x is 0 where all the squares are.
func (st *stabiliser) vanishes(x *expr.Node, squares []square) bool {
	s := st.s
	return s.Map(x, nil, func(n *expr.Node, _ []*expr.Node) (*expr.Node, bool) {
		for _, q := range squares {
			if n.Kind() == q.base.Kind() && st.isSquareBase(n, q) {
				return s.Int(0), true
			}
		}
		return nil, false
	}).IsZero()
}

// isSquareBase reports whether n is the base of a square, or its opposite, at whatever indices.
func (st *stabiliser) isSquareBase(n *expr.Node, q square) bool {
	if n.Kind() == expr.KindEntry {
		return n.Symbol() == q.base.Symbol()
	}
	var try func(k int, at map[*expr.Node]*expr.Node) bool
	try = func(k int, at map[*expr.Node]*expr.Node) bool {
		if k == len(q.indices) {
			y := st.s.Replace(q.base, at)
			return y == n || st.s.Neg(y) == n
		}
		for _, i := range n.Free() {
			at[q.indices[k]] = i
			if try(k+1, at) {
				return true
			}
		}
		return false
	}
	return len(q.indices) <= 2 && try(0, map[*expr.Node]*expr.Node{})
}
