package verify

import (
	"math/big"

	"github.com/seed-9905856d/derive/syntax"
)

// chanceTries is the number of points that chance draws before points are repaired to satisfy the givens.
const chanceTries = 200

// repair moves a point towards satisfying givens that chance does not meet: it moves inputs between bounds, makes an input equal to what a
// given says it is, and solves an equation for an entry that it is linear in. Whether the point then satisfies the givens is for [satisfies] to say.
func repair(src Source, p Point, givens []*syntax.Given, prec uint) {
	var all []relation
	for _, g := range givens {
		all = relations(all, g.Cond)
	}
	for _, r := range all {
		if r.op == syntax.Eq {
			if !assign(src, p, r.left, r.right, prec) && !assign(src, p, r.right, r.left, prec) {
				solveFor(src, p, r, prec)
			}
			continue
		}
		for _, x := range []syntax.Expr{r.left, r.right} {
			moveBetween(src, p, x, all, prec)
		}
	}
}

// A relation is one comparison of a given.
type relation struct {
	left  syntax.Expr
	op    syntax.Op
	right syntax.Expr
}

// relations adds the comparisons that a condition is a conjunction of.
func relations(to []relation, cond syntax.Expr) []relation {
	switch x := syntax.Unparen(cond).(type) {
	case *syntax.Binary:
		if x.Op == syntax.And {
			return relations(relations(to, x.X), x.Y)
		}
	case *syntax.Compare:
		for k, op := range x.Ops {
			to = append(to, relation{x.Operands[k], op, x.Operands[k+1]})
		}
	}
	return to
}

// whole returns the value of an input where x is all of it: x, or x[i,j] with an index on each axis.
func (p Point) whole(x syntax.Expr) (Value, bool) {
	x = syntax.Unparen(x)
	if s, ok := x.(*syntax.Subscript); ok {
		seen := map[string]bool{}
		for _, sub := range s.Subs {
			name, ok := syntax.Unparen(sub).(*syntax.Name)
			if !ok || seen[name.Name] {
				return Value{}, false
			}
			if _, isInput := p.Values[name.Name]; isInput {
				return Value{}, false
			}
			if _, isSize := p.Sizes[name.Name]; isSize {
				return Value{}, false
			}
			seen[name.Name] = true
		}
		if v, ok := p.input(s.X); ok && len(v.Shape) == len(s.Subs) {
			return v, true
		}
		return Value{}, false
	}
	return p.input(x)
}

// rationals returns the entries of an expression at a point exactly as they are computed; ok is false where one is not finite.
func rationals(src Source, p Point, x syntax.Expr, prec uint) (entries []*big.Rat, ok bool) {
	t, err := NewEvaluator(src, p, prec).Eval(x)
	if err != nil {
		return nil, false
	}
	for _, v := range t.Data {
		f := v.Real().Big()
		if f == nil || f.IsInf() {
			return nil, false
		}
		r, _ := f.Rat(nil)
		if r == nil { // zero
			r = new(big.Rat)
		}
		entries = append(entries, r)
	}
	return entries, true
}

// moveBetween moves the entries of an input, if x is all of one, between the bounds that all relations set them.
func moveBetween(src Source, p Point, x syntax.Expr, all []relation, prec uint) {
	v, ok := p.whole(x)
	if !ok {
		return
	}
	lower, upper := make([]*big.Rat, len(v.Data)), make([]*big.Rat, len(v.Data))
	for _, r := range all {
		side, isLess := r.right, r.op == syntax.Lt || r.op == syntax.Le
		switch {
		case !isLess && r.op != syntax.Gt && r.op != syntax.Ge:
			continue
		case syntax.Equal(syntax.Unparen(r.right), syntax.Unparen(x)):
			side, isLess = r.left, !isLess
		case !syntax.Equal(syntax.Unparen(r.left), syntax.Unparen(x)):
			continue
		}
		entries, ok := rationals(src, p, side, prec)
		if !ok || len(entries) != 1 && len(entries) != len(v.Data) {
			continue
		}
		for j := range v.Data {
			e := entries[j%len(entries)]
			switch {
			case isLess && (upper[j] == nil || e.Cmp(upper[j]) < 0):
				upper[j] = e
			case !isLess && (lower[j] == nil || e.Cmp(lower[j]) > 0):
				lower[j] = e
			}
		}
	}
	for j, e := range v.Data {
		if lower[j] == nil || upper[j] == nil || lower[j].Cmp(upper[j]) < 0 {
			e.Rat.Set(between(e.Rat, lower[j], upper[j]))
		}
	}
}

// between returns x, or a number in the place of x that lies strictly between two bounds, each of which may be nil.
func between(x, lower, upper *big.Rat) *big.Rat {
	if (lower == nil || x.Cmp(lower) > 0) && (upper == nil || x.Cmp(upper) < 0) {
		return x
	}
	size := new(big.Rat).Abs(x)
	if size.Sign() == 0 {
		size.SetInt64(1)
	}
	switch {
	case upper == nil:
		return size.Add(size, lower)
	case lower == nil:
		return size.Sub(upper, size)
	}
	// x/(1 + |x|) lies between -1 and 1.
	t := new(big.Rat).Quo(x, new(big.Rat).Add(new(big.Rat).Abs(x), big.NewRat(1, 1)))
	t.Mul(t.Add(t, big.NewRat(1, 1)), big.NewRat(1, 2))
	return t.Add(lower, t.Mul(t, new(big.Rat).Sub(upper, lower)))
}

// assign makes the input that target is all of equal to an expression that does not mention it.
func assign(src Source, p Point, target, x syntax.Expr, prec uint) bool {
	v, ok := p.whole(target)
	if !ok || mentionsInput(x, target) {
		return false
	}
	entries, ok := rationals(src, p, x, prec)
	if !ok || len(entries) != 1 && len(entries) != len(v.Data) {
		return false
	}
	for k, e := range v.Data {
		e.Rat.Set(entries[k%len(entries)])
	}
	return true
}

// mentionsInput reports whether an expression mentions the input that target is all of.
func mentionsInput(x, target syntax.Expr) bool {
	if s, ok := syntax.Unparen(target).(*syntax.Subscript); ok {
		target = s.X
	}
	name, found := syntax.Unparen(target).(*syntax.Name), false
	syntax.Inspect(x, func(y syntax.Expr) bool {
		n, ok := y.(*syntax.Name)
		found = found || ok && n.Name == name.Name
		return !found
	})
	return found
}

// solvedEntries is the number of entries of each input that an equation is tried to be solved for.
const solvedEntries = 8

// solveFor makes an equation between numbers true by changing the first entry that it is linear in.
func solveFor(src Source, p Point, r relation, prec uint) {
	equation := &syntax.Compare{Operands: []syntax.Expr{r.left, r.right}, Ops: []syntax.Op{syntax.Eq}}
	difference := &syntax.Binary{Op: syntax.Sub, X: r.left, Y: r.right}
	at := func() (*big.Rat, bool) {
		r, ok := rationals(src, p, difference, prec)
		if !ok || len(r) != 1 {
			return nil, false
		}
		return r[0], true
	}
	if _, ok := at(); !ok {
		return
	}
	var inputs []Value
	syntax.Inspect(equation, func(x syntax.Expr) bool {
		if v, ok := p.input(x); ok {
			inputs = append(inputs, v)
		}
		return true
	})
	for _, v := range inputs {
		for _, e := range v.Data[:min(len(v.Data), solvedEntries)] {
			old := new(big.Rat).Set(e.Rat)
			e.Rat.SetInt64(0)
			f0, ok0 := at()
			e.Rat.SetInt64(1)
			f1, ok1 := at()
			if ok0 && ok1 && f0.Cmp(f1) != 0 {
				e.Rat.Quo(f0, new(big.Rat).Sub(f0, f1))
				if ok, err := NewEvaluator(src, p, prec).Holds(equation, GivenTolerance); err == nil && ok {
					return
				}
			}
			e.Rat.Set(old)
		}
	}
}
