package simplify

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// A symmetry says that the entries of a symbol at permuted subscripts are equal: A[i,j] and A[j,i]; or, of a matrix, that they are each
// other's opposites.
type symmetry struct {
	given int
	sym   *expr.Symbol
	odd   bool // they are each other's opposites
	// fn stands for the entries of the symbol while the symmetry is in use. Its subscripts are put in order where a call is
	// made, so that the constructors find what is equal.
	fn    *expr.Func
	orbit func(subs []*expr.Node) [][]*expr.Node // the subscripts at which the same entry stands
}

// newSymmetry returns the symmetry that the equality of two entries of one symbol is, or of one and the opposite of the other.
func newSymmetry(s *expr.Session, given int, a, b *expr.Node) (symmetry, bool) {
	odd := false
	if constant, terms := expr.Terms(b); b.Kind() == expr.KindAdd && constant.IsZero() && len(terms) == 1 && terms[0].Coef.Equal(expr.Int(-1)) {
		odd, b = true, terms[0].X
	}
	if b.Kind() != expr.KindEntry || b.Symbol() != a.Symbol() || odd && len(a.Args()) != 2 {
		return symmetry{}, false
	}
	from, to := a.Args(), b.Args()
	permutation := make([]int, len(from))
	for k, sub := range from {
		at := slices.Index(to, sub)
		if at < 0 || sub.Kind() != expr.KindIndex || slices.Index(from, sub) != k || !sub.Lo().IsOne() || sub.Hi() != a.Symbol().Dims[k] {
			return symmetry{}, false
		}
		permutation[k] = at
	}
	y := symmetry{given: given, sym: a.Symbol(), odd: odd}
	y.orbit = func(subs []*expr.Node) [][]*expr.Node {
		all := [][]*expr.Node{subs}
		for last := subs; ; {
			next := make([]*expr.Node, len(last))
			for k, at := range permutation {
				next[at] = last[k]
			}
			if slices.Equal(next, subs) {
				return all
			}
			all, last = append(all, next), next
		}
	}
	y.fn = &expr.Func{Name: a.Symbol().Name, Arity: len(from), Rule: func(s *expr.Session, fn *expr.Func, args []*expr.Node) (*expr.Node, bool) {
		least := args
		for _, other := range y.orbit(args) {
			if slices.CompareFunc(other, least, expr.Compare) < 0 {
				least = other
			}
		}
		switch {
		case y.odd && args[0] == args[1]:
			return s.Int(0), true
		case slices.Equal(least, args):
			return nil, false
		case y.odd:
			return s.Neg(s.Call(fn, least...)), true
		}
		return s.Call(fn, least...), true
	}}
	return y, true
}

// symmetriesOf returns the symmetries of symbols in x.
func (f *facts) symmetriesOf(x *expr.Node) []symmetry {
	symbols := expr.SymbolsOf(x)
	return slices.DeleteFunc(slices.Clone(f.symmetries), func(sym symmetry) bool { return !slices.Contains(symbols, sym.sym) })
}

// isSymmetric reports whether n keeps its value when i and j trade places.
func (f *facts) isSymmetric(n, i, j *expr.Node, symmetries []symmetry) bool {
	y := f.ordered(n, symmetries)
	return y == f.s.Replace(y, map[*expr.Node]*expr.Node{i: j, j: i})
}

// symmetric builds x anew with the entries of symmetric symbols as values of functions that do not care about the order of subscripts, and
// takes those away again.
func (f *facts) symmetric(x *expr.Node, symmetries []symmetry) *expr.Node {
	if len(symmetries) == 0 {
		return x
	}
	x = f.withoutOdd(f.ordered(x, symmetries), symmetries)
	return f.s.Map(x, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if n.Kind() != expr.KindCall {
			return nil, false
		}
		for _, sym := range symmetries {
			if sym.fn == n.Func() {
				best := preferred(sym.orbit(args))
				if x := f.s.Entry(sym.sym, best...); !sym.odd || slices.Equal(best, args) {
					return x, true
				} else {
					return f.s.Neg(x), true
				}
			}
		}
		if !isInverse(n) {
			return nil, false
		}
		subs := [][]*expr.Node{args[1:]}
		if o := f.s.Open(n.Args()[0]); f.s.Lambda(o.Body, o.Indices[1], o.Indices[0]) == n.Args()[0] {
			subs = append(subs, []*expr.Node{args[2], args[1]})
		}
		return f.s.Call(n.Func(), append([]*expr.Node{args[0]}, preferred(subs)...)...), true
	})
}

// withoutOdd leaves out sums over two indices of what becomes its opposite when they trade places: x'·J·x = 0 where J' = -J.
func (f *facts) withoutOdd(x *expr.Node, symmetries []symmetry) *expr.Node {
	if !slices.ContainsFunc(symmetries, func(sym symmetry) bool { return sym.odd }) {
		return x
	}
	return f.s.Map(x, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if n.Kind() != expr.KindReduce || n.Op() != expr.Sum || len(n.Binders()) < 2 {
			return nil, false
		}
		o := f.s.Open(n)
		for k, i := range o.Indices {
			for _, j := range o.Indices[:k] {
				if i.Lo() != j.Lo() || i.Hi() != j.Hi() || slices.ContainsFunc(o.Indices, func(m *expr.Node) bool { return m != i && m.DependsOn(i) || m != j && m.DependsOn(j) }) {
					continue
				}
				if f.s.Replace(o.Body, map[*expr.Node]*expr.Node{i: j, j: i}) == f.s.Neg(o.Body) {
					return f.s.Int(0), true
				}
			}
		}
		return nil, false
	})
}

// ordered builds x anew with the entries of symmetric symbols as values of functions that do not care about the order of subscripts.
func (f *facts) ordered(x *expr.Node, symmetries []symmetry) *expr.Node {
	return f.s.Map(x, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if n.Kind() != expr.KindEntry {
			return nil, false
		}
		for _, sym := range symmetries {
			if sym.sym == n.Symbol() {
				return f.s.Call(sym.fn, args...), true
			}
		}
		return nil, false
	})
}

// preferred returns the subscripts that read best: indices of the result come before summed ones, as in A*x.
func preferred(all [][]*expr.Node) []*expr.Node {
	return slices.MinFunc(all, func(a, b []*expr.Node) int {
		for k := range a {
			if x, y := a[k].Name() != "", b[k].Name() != ""; x != y {
				if x {
					return -1
				}
				return 1
			}
		}
		return slices.CompareFunc(a, b, expr.Compare)
	})
}
