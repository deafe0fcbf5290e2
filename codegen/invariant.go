package codegen

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// invariant subtracts the largest entry from the parameters whose exponentials are summed, where that changes
// nothing: f(x + t) = f(x). Then entries that stand outside of exponentials are small too, and
// log Σ exp(xⱼ) - xᵢ loses no digits.
func (st *stabiliser) invariant(v *expr.Node) *expr.Node {
	whole, shifted := v, false
	v = st.expand(v)
	for _, c := range st.candidates(v) {
		t := tangent{s: st.s, candidate: c, memo: map[*expr.Node]*expr.Node{}}
		var dims []*expr.Node
		for axis, d := range c.sym.Dims {
			if axis != c.axis {
				dims = append(dims, d)
			}
		}
		t.direction = st.s.NewSymbol("%direction", false, dims...)
		if d, ok := t.of(v); ok && d.IsZero() {
			v = st.subtractLargest(v, c)
			shifted = true
		}
	}
	if !shifted {
		return whole
	}
	return v
}

// expand writes Σ yᵢ·(xᵢ - log S) as Σ yᵢ·xᵢ - log S·Σ yᵢ, which needs no pass of its own once S is known. It pays
// only where the xᵢ are shifted afterwards: otherwise it would cancel.
func (st *stabiliser) expand(v *expr.Node) *expr.Node {
	s := st.s
	return s.Map(v, nil, func(n *expr.Node, _ []*expr.Node) (*expr.Node, bool) {
		if n.Kind() != expr.KindReduce || n.Op() != expr.Sum {
			return nil, false
		}
		o := s.Open(n)
		factors := expr.Factors(o.Body)
		for k, f := range factors {
			constant, terms := expr.Terms(f)
			if f.Kind() != expr.KindAdd || !slices.ContainsFunc(terms, func(t expr.Term) bool {
				return isCall(t.X, "log") && t.X.Args()[0].Kind() == expr.KindReduce && !dependsOnAll(t.X, o.Indices)
			}) {
				continue
			}
			others := slices.Delete(slices.Clone(factors), k, k+1)
			for j, t := range terms {
				terms[j].X = s.Reduce(expr.Sum, s.Mul(append(slices.Clone(others), t.X)...), o.Indices...)
			}
			if !constant.IsZero() {
				terms = append(terms, expr.Term{Coef: constant, X: s.Reduce(expr.Sum, s.Mul(others...), o.Indices...)})
			}
			return s.Linear(expr.Int(0), terms), true
		}
		return nil, false
	})
}

// A candidate is an axis of a parameter along which exponentials are summed.
type candidate struct {
	sym  *expr.Symbol
	axis int
}

// candidates finds the sums whose body has exp(x[…, j, …]) with j over a whole axis.
func (st *stabiliser) candidates(v *expr.Node) []candidate {
	var found []candidate
	walk(v, func(n *expr.Node) {
		if n.Kind() != expr.KindReduce || n.Op() != expr.Sum {
			return
		}
		exponentials := 0
		for _, f := range expr.Factors(n.Body()) {
			if st.hasExp(f) {
				exponentials++
			}
		}
		for _, f := range expr.Factors(n.Body()) {
			if exponentials != 1 || !isCall(f, "exp") || f.Args()[0].Kind() != expr.KindEntry {
				continue // the largest exponent is another than the largest entry
			}
			e := f.Args()[0]
			for axis, sub := range e.Args() {
				c := candidate{e.Symbol(), axis}
				if slices.Contains(n.Binders(), sub) && sub.Lo().IsOne() && sub.Hi() == e.Symbol().Dims[axis] && !slices.Contains(found, c) {
					found = append(found, c)
				}
			}
		}
	})
	return found
}

// subtractLargest replaces every entry x[…] by x[…] - max over the axis.
func (st *stabiliser) subtractLargest(v *expr.Node, c candidate) *expr.Node {
	s := st.s
	return s.Map(v, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if n.Kind() != expr.KindEntry || n.Symbol() != c.sym {
			return nil, false
		}
		i := s.Index("%along", s.Int(1), c.sym.Dims[c.axis])
		subs := slices.Clone(args)
		subs[c.axis] = i
		top := s.Reduce(expr.Max, s.Entry(c.sym, subs...), i)
		return s.Sub(s.Entry(c.sym, args...), s.Call(fnFinite, top)), true
	})
}

func dependsOnAll(n *expr.Node, indices []*expr.Node) bool {
	return !slices.ContainsFunc(indices, func(i *expr.Node) bool { return !n.DependsOn(i) })
}

// A tangent is the derivative along a shift of a parameter by one number for each line of an axis.
type tangent struct {
	s *expr.Session
	candidate
	direction *expr.Symbol
	memo      map[*expr.Node]*expr.Node
}

// of returns the derivative of n, or false where this simple calculus has none.
func (t *tangent) of(n *expr.Node) (*expr.Node, bool) {
	if d, ok := t.memo[n]; ok {
		return d, d != nil
	}
	d, ok := t.rule(n)
	if !ok {
		d = nil
	}
	t.memo[n] = d
	return d, ok
}

func (t *tangent) rule(n *expr.Node) (*expr.Node, bool) {
	s, args := t.s, n.Args()
	if !slices.Contains(expr.SymbolsOf(n), t.sym) {
		return s.Int(0), true
	}
	switch n.Kind() {
	case expr.KindEntry:
		if n.Symbol() != t.sym {
			return nil, false
		}
		return s.Entry(t.direction, slices.Delete(slices.Clone(args), t.axis, t.axis+1)...), true
	case expr.KindAdd:
		_, terms := expr.Terms(n)
		for k := range terms {
			d, ok := t.of(terms[k].X)
			if !ok {
				return nil, false
			}
			terms[k].X = d
		}
		return s.Linear(expr.Int(0), terms), true
	case expr.KindMul:
		var terms []*expr.Node
		for k, f := range args {
			d, ok := t.of(f)
			if !ok {
				return nil, false
			}
			if !d.IsZero() {
				terms = append(terms, s.Mul(append(slices.Delete(slices.Clone(args), k, k+1), d)...))
			}
		}
		return s.Add(terms...), true
	case expr.KindPow:
		d, ok := t.of(args[0])
		if e, fixed := t.of(args[1]); !ok || !fixed || !e.IsZero() {
			return nil, false
		}
		return s.Mul(args[1], s.Pow(args[0], s.Sub(args[1], s.Int(1))), d), true
	case expr.KindCall:
		return t.call(n)
	case expr.KindReduce:
		if n.Op() != expr.Sum {
			return nil, false
		}
		o := s.Open(n)
		d, ok := t.of(o.Body)
		if !ok {
			return nil, false
		}
		return s.Reduce(expr.Sum, d, o.Indices...), true
	}
	return nil, false
}

func (t *tangent) call(n *expr.Node) (*expr.Node, bool) {
	for k, a := range n.Args() {
		d, ok := t.of(a)
		switch {
		case !ok:
			return nil, false
		case d.IsZero():
			continue
		case k == 0 && n.Func().Name == "exp":
			return t.s.Mul(n, d), true
		case k == 0 && n.Func().Name == "log":
			return t.s.Div(d, a), true
		}
		return nil, false
	}
	return t.s.Int(0), true
}
