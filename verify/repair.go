package verify

import (
	"math/big"
	"slices"

	"github.com/seed-9905856d/derive/syntax"
)

// chanceTries is the number of points that chance draws before points are repaired to satisfy the givens.
const chanceTries = 200

// repair moves a point towards satisfying givens that chance does not meet: it moves inputs between bounds, makes an input equal to what a
// given says it is, and solves an equation for an entry that it is linear in or, if it is to scale, for a factor of an input. Whether the point then
// satisfies the givens is for [satisfies] to say.
func repair(w *Witness, p Point, prec uint, scale bool) {
	var all []relation
	for _, g := range w.givens {
		all = relations(all, g.Cond)
	}
	for _, r := range all {
		if r.op == syntax.Eq {
			if !assign(w, p, r.left, r.right, prec) && !assign(w, p, r.right, r.left, prec) {
				solveFor(w, p, r, prec, scale)
			}
			continue
		}
		for _, x := range []syntax.Expr{r.left, r.right} {
			moveBetween(w, p, x, all, prec)
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
func rationals(w *Witness, p Point, x syntax.Expr, prec uint) (entries []*big.Rat, ok bool) {
	t, err := w.At(p, prec).Eval(x)
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
func moveBetween(w *Witness, p Point, x syntax.Expr, all []relation, prec uint) {
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
		entries, ok := rationals(w, p, side, prec)
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

// assign makes the input that target is all of equal to an expression. One that mentions it, as in L[i,j] == [i >= j]*L[i,j], may then have changed.
func assign(w *Witness, p Point, target, x syntax.Expr, prec uint) bool {
	v, ok := p.whole(target)
	if !ok {
		return false
	}
	entries, ok := rationals(w, p, x, prec)
	if !ok || len(entries) != 1 && len(entries) != len(v.Data) {
		return false
	}
	for k, e := range v.Data {
		e.Rat.Set(entries[k%len(entries)])
	}
	return true
}

// solvedEntries is the number of entries of each input that an equation is tried to be solved for.
const solvedEntries = 8

// solveFor makes an equation between numbers true by changing the first entry that it is linear in, or by a factor for all entries of an input.
func solveFor(w *Witness, p Point, r relation, prec uint, scale bool) {
	equation := &syntax.Compare{Operands: []syntax.Expr{r.left, r.right}, Ops: []syntax.Op{syntax.Eq}}
	difference := &syntax.Binary{Op: syntax.Sub, X: r.left, Y: r.right}
	at := func() (*big.Rat, bool) {
		r, ok := rationals(w, p, difference, prec)
		if !ok || len(r) != 1 {
			return nil, false
		}
		return r[0], true
	}
	if _, ok := at(); !ok {
		return
	}
	solve := func(entries []Entry) bool {
		old := make([]*big.Rat, len(entries))
		set := func(factor *big.Rat) {
			for k, e := range entries {
				if len(entries) == 1 {
					e.Rat.Set(factor)
				} else {
					e.Rat.Mul(old[k], factor)
				}
			}
		}
		for k, e := range entries {
			old[k] = new(big.Rat).Set(e.Rat)
		}
		set(new(big.Rat))
		f0, ok0 := at()
		set(big.NewRat(1, 1))
		f1, ok1 := at()
		if ok0 && ok1 && f0.Cmp(f1) != 0 {
			set(new(big.Rat).Quo(f0, new(big.Rat).Sub(f0, f1)))
			if ok, err := w.At(p, prec).Holds(equation, GivenTolerance); err == nil && ok {
				return true
			}
		}
		for k, e := range entries {
			e.Rat.Set(old[k])
		}
		return false
	}
	for _, v := range p.mentioned(r) {
		if scale && len(v.Data) > 1 {
			if solve(v.Data) {
				return
			}
			continue
		}
		for k := range v.Data[:min(len(v.Data), solvedEntries)] {
			if solve(v.Data[k : k+1]) {
				return
			}
		}
	}
}

// impossible reports whether a given holds at no point of these sizes: where it mentions no entry, as a sum over nothing does, or says that a matrix
// has more orthonormal columns than rows.
func impossible(w *Witness, p Point, prec uint) bool {
	nowhere := Point{Sizes: p.Sizes, Values: map[string]Value{}}
	for name, v := range p.Values {
		nowhere.Values[name] = Value{Shape: v.Shape, Data: make([]Entry, len(v.Data))} // NaN
	}
	e := w.At(nowhere, prec)
	var all []relation
	for _, g := range w.givens {
		all = relations(all, g.Cond)
	}
	for _, r := range all {
		for _, sides := range [2][2]syntax.Expr{{r.left, r.right}, {r.right, r.left}} {
			if m, rows, ok := orthogonalOf(p, syntax.Unparen(sides[0]), syntax.Unparen(sides[1])); ok && r.op == syntax.Eq {
				if n, k := m.Shape[0], m.Shape[1]; !rows && k > n || rows && n > k {
					return true
				}
			}
		}
		constant := true
		for _, side := range []syntax.Expr{r.left, r.right} {
			t, err := e.Eval(side)
			constant = constant && err == nil && !e.Cancelled() && !slices.ContainsFunc(t.Data, func(x Num) bool { return !x.Real().IsFinite() })
		}
		if !constant {
			continue
		}
		relation := &syntax.Compare{Operands: []syntax.Expr{r.left, r.right}, Ops: []syntax.Op{r.op}}
		if holds, err := e.Holds(relation, GivenTolerance); err == nil && !holds {
			return true
		}
	}
	return false
}
