package simplify

import (
	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
)

// asRead returns the function of a row that other functions spell out, as a function that is only printed.
func asRead(name string, arity int) *expr.Func {
	row, ok := builtin.Lookup(name, arity)
	if !ok {
		panic("simplify: the table has no function " + name)
	}
	return &expr.Func{Name: row.Name + " as read", Text: row.Name, Arity: arity}
}

// readMin and readMax are min and max as they are read; canonical are conditions.
var readMin, readMax = asRead("min", 2), asRead("max", 2)

// readClamp is clamp as it is read.
var readClamp = asRead("clamp", 3)

// clamped writes parts that do not change beyond a bound as functions of what is bounded, so that they may be functions of every entry:
//
//	if(x > 0, f(0), f(x)) = f(min(x, 0)),    if(x > 0, f(x), f(0)) = f(max(x, 0)),
//	if(abs(x) <= a, f(x), f(a*sign(x))) = f(clamp(x, -a, a)) for a >= 0.
func clamped(f *facts, x *expr.Node) *expr.Node {
	s := f.s
	return s.Map(x, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if n.Kind() != expr.KindIf || args[0].Kind() != expr.KindCond || expr.IsIndexForm(args[0].Args()[0]) {
			return nil, false
		}
		for _, whole := range []*expr.Node{n, s.If(args[0], args[1], args[2])} { // 1 + min(x, 0) is no bound any more
			if y := f.clampOf(whole); y != nil {
				return y, true
			}
		}
		cond, then, otherwise := args[0], args[1], args[2]
		if cond.Op() != expr.GtZero && cond.Op() != expr.GeZero {
			return nil, false
		}
		of := cond.Args()[0]
		if y := f.clampedBetween(of, then, otherwise); y != nil {
			return y, true
		}
		if of.Kind() == expr.KindAdd && !of.Rat().IsZero() {
			return nil, false
		}
		zero := s.Int(0)
		switch {
		case mentions(otherwise, of) && !mentions(then, of) && at(s, otherwise, of, zero) == then:
			return at(s, otherwise, of, s.Call(readMin, of, zero)), true
		case mentions(then, of) && !mentions(otherwise, of) && at(s, then, of, zero) == otherwise:
			return at(s, then, of, s.Call(readMax, of, zero)), true
		}
		return nil, false
	})
}

// clampOf returns clamp(x, lo, hi) for what is x between two bounds and one of the bounds beyond each, as nested branches or as max(lo, min(x, hi)),
// where lo <= hi is known; nil for anything else.
func (f *facts) clampOf(n *expr.Node) *expr.Node {
	for _, outer := range f.bounded(n) {
		for _, inner := range f.bounded(outer.rest) {
			x := inner.rest
			upper, ok := outer.isUpper(f.s, x)
			if !ok {
				upper, ok = outer.isUpper(f.s, outer.rest)
			}
			above, okInner := inner.isUpper(f.s, x)
			if !ok || !okInner || upper == above || x.Kind() == expr.KindRat {
				continue
			}
			lo, hi := outer.by, inner.by
			if upper {
				lo, hi = hi, lo
			}
			if f.isNotNegative(f.s.Sub(hi, lo)) {
				return f.s.Call(readClamp, x, lo, hi)
			}
		}
	}
	return nil
}

// A boundedPart is what is by where over is not negative, and rest elsewhere.
type boundedPart struct{ over, by, rest *expr.Node }

// bounded returns the two ways to look at a piecewise expression as something that ends at a bound.
func (f *facts) bounded(n *expr.Node) []boundedPart {
	if n.Kind() != expr.KindIf || n.Args()[0].Kind() != expr.KindCond {
		return nil
	}
	cond, then, otherwise := n.Args()[0], n.Args()[1], n.Args()[2]
	if cond.Op() != expr.GtZero && cond.Op() != expr.GeZero {
		return nil
	}
	over := cond.Args()[0]
	return []boundedPart{{over, then, otherwise}, {f.s.Neg(over), otherwise, then}}
}

// isUpper reports whether the part ends where x is above the bound; ok is false where it ends neither there nor where x is below it.
func (p boundedPart) isUpper(s *expr.Session, x *expr.Node) (upper, ok bool) {
	ratio, ok := multiple(p.over, s.Sub(x, p.by))
	return ratio.Sign() > 0, ok
}

// isNotNegative reports whether x is known not to be negative, and records the givens that say so.
func (f *facts) isNotNegative(x *expr.Node) bool {
	known := f.boundsOf().sign(x)
	if known.sign < expr.NonNegative {
		return false
	}
	for _, g := range known.by {
		f.used[g] = true
	}
	return true
}

// at returns f with a value in the place of x.
func at(s *expr.Session, f, x, value *expr.Node) *expr.Node {
	return s.Replace(f, map[*expr.Node]*expr.Node{x: value})
}

// clampedBetween returns what is then where a - abs(x) is not negative and otherwise elsewhere, as a function of x between -a and a; nil where it is none.
func (f *facts) clampedBetween(of, then, otherwise *expr.Node) *expr.Node {
	s := f.s
	constant, terms := expr.Terms(of)
	for k, t := range terms {
		if !isAbsolute(t.X) || t.Coef.Sign() >= 0 {
			continue
		}
		x, scale := t.X.Args()[0], t.Coef.Neg().Inv()
		rest := append(terms[:k:k], terms[k+1:]...)
		a := s.Scale(scale, s.Linear(constant, rest))
		if mentions(a, x) || !mentions(then, x) || at(s, then, x, s.Mul(a, formula.Elementary(s, "sign", x))) != otherwise {
			continue
		}
		if !f.isNotNegative(a) {
			continue
		}
		return at(s, then, x, s.Call(readClamp, x, s.Neg(a), a))
	}
	return nil
}
