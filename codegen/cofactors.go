package codegen

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// fnAdjugate is the transposed matrix of the cofactors: det(A)·A⁻¹, and what the entries of that tend to where A is singular.
var fnAdjugate = &expr.Func{Name: "adjugate", Arity: 3, Ranks: []int{2}, Result: 2, Like: []int{0, 0}, Square: true}

// cofactors writes det(A)·A⁻¹ as the adjugate of A, which singular matrices have too: the gradient of det is made of cofactors.
func (st *stabiliser) cofactors(n *expr.Node) *expr.Node {
	s := st.s
	return s.Map(n, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if n.Kind() != expr.KindMul {
			return nil, false
		}
		factors := slices.Clone(expr.Factors(s.With(n, args)))
		found := false
		for k := 0; k < len(factors); k++ {
			a, less, ok := determinant(s, factors[k])
			if !ok {
				continue
			}
			for j, f := range factors {
				if g, ok := st.times(a, f); j != k && ok {
					factors[k], factors[j] = less, g
					found = true
					k-- // another power of it, with another inverse
					break
				}
			}
		}
		if !found {
			return nil, false
		}
		return s.Mul(factors...), true
	})
}

// determinant reads f as a power of det(A) with a positive integer exponent, and returns the next lower one.
func determinant(s *expr.Session, f *expr.Node) (a, less *expr.Node, ok bool) {
	base, exponent := f, s.Int(1)
	if f.Kind() == expr.KindPow {
		base, exponent = f.Args()[0], f.Args()[1]
	}
	if !isCall(base, "det") || base.Func().Definite || !base.Func().Square || exponent.Kind() != expr.KindRat || !exponent.Rat().IsInt() || exponent.Rat().Sign() < 0 {
		return nil, nil, false
	}
	return base.Args()[0], s.Pow(base, s.Sub(exponent, s.Int(1))), true
}

// times returns det(A)·x where each term of x has an inverse of A among its factors.
func (st *stabiliser) times(a, x *expr.Node) (*expr.Node, bool) {
	s := st.s
	switch x.Kind() {
	case expr.KindCall:
		if isInverse(x) && x.Args()[0] == a {
			return s.Call(fnAdjugate, x.Args()...), true
		}
	case expr.KindPow: // of an entry
		base, k := x.Args()[0], x.Args()[1]
		if k.Kind() == expr.KindRat && k.Rat().IsInt() && k.Rat().Sign() > 0 {
			if y, ok := st.times(a, base); ok {
				return s.Mul(y, s.Pow(base, s.Sub(k, s.Int(1)))), true
			}
		}
	case expr.KindMul:
		factors := slices.Clone(expr.Factors(x))
		for k, f := range factors {
			if y, ok := st.times(a, f); ok {
				factors[k] = y
				return s.Mul(factors...), true
			}
		}
	case expr.KindAdd:
		constant, terms := expr.Terms(x)
		for k, t := range terms {
			y, ok := st.times(a, t.X)
			if !ok || !constant.IsZero() {
				return nil, false
			}
			terms[k].X = y
		}
		return s.Linear(constant, terms), true
	case expr.KindReduce:
		if x.Op() == expr.Sum {
			o := s.Open(x, a)
			if y, ok := st.times(a, o.Body); ok {
				return s.Reduce(expr.Sum, y, o.Indices...), true
			}
		}
	}
	return nil, false
}

// adjugate returns the entry [i,j] of the adjugate of a matrix, which is made once for all that a kernel asks of it.
func (p *plan) adjugate(a, i, j *expr.Node, ctx []*expr.Node) *expr.Node {
	s := p.s
	index, body := p.open(a)
	row, column := index[0], index[1]
	p.checkSize(a, row)
	body = p.kept(body, ctx)
	key := s.Lambda(body, row, column)
	order, canonical := p.canonical(key)
	free := sortedFree(key)
	m, ok := p.adjugates[canonical]
	if !ok {
		d := &definition{index: append(slices.Clone(free), row, column), output: -1, whole: &whole{outer: len(free), adjugate: true}}
		d.body = p.value(body, nil)
		p.add(d, "adj")
		m = made{sym: d.sym, order: order}
		p.adjugates[canonical] = m
	}
	subs := make([]*expr.Node, len(free), len(free)+2)
	for k := range order {
		subs[m.order[k]] = free[order[k]]
	}
	return s.Entry(m.sym, append(subs, i, j)...)
}
