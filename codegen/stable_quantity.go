package codegen

import (
	"slices"

	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/expr"
)

// A quantity is what a series is one in: t, and the entry that is written by it.
type quantity struct {
	t        *expr.Node // in terms of inputs
	from, to *expr.Node // from is an input, to the same in terms of the variable of series
}

// functionsIn returns the calls and the powers of sums in x that stand in no sum over an index, under no condition.
func functionsIn(x *expr.Node) []*expr.Node {
	var found []*expr.Node
	seen := map[*expr.Node]bool{}
	var visit func(n *expr.Node)
	visit = func(n *expr.Node) {
		if seen[n] {
			return
		}
		seen[n] = true
		switch n.Kind() {
		case expr.KindReduce, expr.KindCond, expr.KindEntry, expr.KindIndex:
			return
		case expr.KindIf:
			visit(n.Args()[1])
			visit(n.Args()[2])
			return
		case expr.KindCall:
			if n.Func().Result > 0 || n.Func().Ranks != nil {
				return
			}
			found = append(found, n)
		case expr.KindPow:
			_, power := powerOf(n)
			if !power.IsInt() || power.Sign() < 0 && n.Args()[0].Kind() == expr.KindAdd || n.Args()[1].Kind() != expr.KindRat {
				found = append(found, n)
			}
		}
		for _, a := range n.Args() {
			visit(a)
		}
	}
	visit(x)
	return found
}

// maxQuantities bounds the quantities that a sum is tried to be a series in.
const maxQuantities = 12

// quantities returns what a sum may be a power series in: arguments of its functions and, of logarithms and powers, what they differ from 1 by; then the inputs in these. The function whole is
// not to be one of them.
func (st *stabiliser) quantities(n, whole *expr.Node) []quantity {
	s := st.s
	var found []quantity
	add := func(t *expr.Node, q quantity, ok bool) {
		if ok && len(found) < maxQuantities && !slices.ContainsFunc(found, func(f quantity) bool { return f.t == t }) {
			q.t = t
			found = append(found, q)
		}
	}
	var atoms []*expr.Node
	for _, f := range functionsIn(n) {
		args := f.Args()
		quotient := f.Func() == fnLogQuotient || f.Func() == fnLogNearQuotient
		if quotient {
			args = []*expr.Node{s.Div(args[0], args[1])}
		}
		if f.Kind() == expr.KindPow || f.Func() == fnPowLessOne {
			q, ok := st.exponentOf(f)
			add(q.t, q, ok)
		}
		for _, arg := range args {
			constant, terms := expr.Terms(arg)
			terms = slices.DeleteFunc(slices.Clone(terms), func(t expr.Term) bool { return !hasUnknown(t.X) })
			if len(terms) == 0 {
				continue
			}
			varying := s.Linear(expr.Int(0), terms)
			atoms = append(atoms, atomsOf(varying)...)
			if f == whole {
				continue
			}
			if nearOne := quotient || f.Kind() == expr.KindPow || isCall(f, "log"); nearOne && constant.IsZero() && len(terms) == 1 {
				q, ok := st.solved(terms[:1], s.Add(s.Int(1), st.variable()), expr.Int(1))
				add(st.lessOne(terms[0].X), q, ok)
			}
			if f.Kind() == expr.KindCall || constant.Sign() > 0 {
				q, ok := st.solved(terms, st.variable(), expr.Int(0))
				add(varying, q, ok)
			}
		}
	}
	for _, a := range atoms {
		add(a, quantity{from: a, to: st.variable()}, true)
	}
	return found
}

// exponentOf is the quantity t of a^x = exp(t), for an input x.
func (st *stabiliser) exponentOf(f *expr.Node) (quantity, bool) {
	s := st.s
	base, exponent := f.Args()[0], f.Args()[len(f.Args())-1]
	_, terms := expr.Terms(exponent)
	if len(terms) != 1 || expr.IsIndexForm(exponent) {
		return quantity{}, false
	}
	log := st.logOfBase(base)
	q, ok := st.solved(terms, s.Div(st.variable(), log), expr.Int(0))
	q.t = s.Mul(s.Linear(expr.Int(0), terms), log)
	return q, ok && !has(base, q.from)
}

func (st *stabiliser) logOfBase(base *expr.Node) *expr.Node {
	row, _ := builtin.Lookup("log", 1)
	return st.s.CallAsIs(row.Func, base)
}

// swapped is x with an input written by the variable of series, and powers with that in their exponents as exponentials.
func (st *stabiliser) swapped(x *expr.Node, q quantity) *expr.Node {
	s := st.s
	x = s.Replace(x, map[*expr.Node]*expr.Node{q.from: q.to})
	if !hasCall(q.to, st.logOfBase(q.from).Func()) {
		return x
	}
	return s.Map(x, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		switch {
		case n.Kind() == expr.KindPow && has(args[1], st.variable()):
			return s.Call(fnExp, s.Mul(args[1], st.logOfBase(args[0]))), true
		case n.Func() == fnPowLessOne && has(args[2], st.variable()):
			return s.Call(fnExpm1, s.Mul(args[2], st.logOfBase(args[0]))), true
		}
		return nil, false
	})
}

// lessOne is x - 1, of a quotient as (a - b)/b.
func (st *stabiliser) lessOne(x *expr.Node) *expr.Node {
	s := st.s
	for _, f := range expr.Factors(x) {
		if b, power := powerOf(f); power.Equal(expr.Int(-1)) {
			if a := s.Div(x, f); st.isPlain(a) && st.isPlain(b) {
				return s.Call(fnOver, s.Sub(a, b), b)
			}
		}
	}
	return s.Sub(x, s.Int(1))
}

// hasUnknown reports whether x is more than a number.
func hasUnknown(x *expr.Node) bool {
	return some(x, func(n *expr.Node) bool {
		switch n.Kind() {
		case expr.KindEntry, expr.KindSize, expr.KindIndex, expr.KindReduce, expr.KindCond, expr.KindIf:
			return true
		}
		return false
	})
}

// atomsOf returns the inputs, and the sums over indices, among the factors of the terms of x, those of sums among them included.
func atomsOf(x *expr.Node) []*expr.Node {
	var atoms []*expr.Node
	_, terms := expr.Terms(x)
	for _, t := range terms {
		for _, f := range expr.Factors(t.X) {
			base, _ := powerOf(f)
			switch base.Kind() {
			case expr.KindEntry, expr.KindReduce:
				atoms = append(atoms, base)
			case expr.KindAdd:
				atoms = append(atoms, atomsOf(base)...)
			}
		}
	}
	return atoms
}

// solved writes one of the inputs in a sum of terms by what the sum is; of a single term less a number it leaves out the coefficient.
func (st *stabiliser) solved(terms []expr.Term, is *expr.Node, less expr.Rat) (quantity, bool) {
	s := st.s
	for k, t := range terms {
		others := slices.Delete(slices.Clone(terms), k, k+1)
		rest := s.Linear(expr.Int(0), others)
		coef := t.Coef
		if !less.IsZero() {
			coef = expr.Int(1)
		}
		for _, f := range expr.Factors(t.X) {
			base, power := powerOf(f)
			if len(others) > 0 && (f != t.X || !power.IsOne()) || base.Kind() != expr.KindEntry && base.Kind() != expr.KindReduce && (base.Kind() != expr.KindCall || len(terms) > 1) {
				continue
			}
			inverse := power.Inv()
			around := s.Div(t.X, f)
			if !inverse.IsInt() || has(rest, base) || has(around, base) {
				continue
			}
			to := s.Pow(s.Div(s.Scale(expr.Int(1).Div(coef), s.Sub(is, rest)), around), s.Rat(inverse))
			return quantity{from: base, to: to}, true
		}
	}
	return quantity{}, false
}
