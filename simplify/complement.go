package simplify

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
)

// complements returns x with f(-a) written as c - f(a) wherever f(a) occurs beside it, for the functions of one scalar
// whose definition shows that f(a) + f(-a) is the constant c, such as sigmoid. Beside exp(a) it stays f(-a), since the digits of c - f(a) cancel where
// a is large.
func (z *Simplifier) complements(x *expr.Node) *expr.Node {
	x = z.mirrored(z.absorbed(x))
	calls, exponents := map[*expr.Node]bool{}, map[*expr.Node]bool{}
	seen := map[*expr.Node]bool{}
	var visit func(n *expr.Node)
	visit = func(n *expr.Node) {
		if seen[n] {
			return
		}
		seen[n] = true
		for _, a := range n.Args() {
			visit(a)
		}
		if n.Kind() == expr.KindCall && n.Func().Ranks == nil && len(n.Args()) == 1 {
			calls[n] = true
			if n.Func().Name == "exp" {
				exponents[n.Args()[0]] = true
			}
		}
	}
	visit(x)
	if len(calls) < 2 {
		return x
	}
	return z.s.Map(x, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if n.Kind() == expr.KindIf {
			return apartByNumber(z.s, z.s.If(args[0], args[1], args[2])), true
		}
		if n.Kind() != expr.KindCall || n.Func().Ranks != nil || len(args) != 1 {
			return nil, false
		}
		c, ok := z.complement(n.Func())
		if !ok {
			return nil, false
		}
		other := z.s.Call(n.Func(), z.s.Neg(args[0]))
		if !calls[other] || exponents[other.Args()[0]] || expr.Compare(args[0], other.Args()[0]) == 0 || !negative(args[0]) {
			return nil, false
		}
		return z.s.Sub(c, other), true
	})
}

// mirrored returns x with c - f(a) written as f(-a) where f(a) does not occur but there, for the functions that f(a) + f(-a) is the constant c of.
func (z *Simplifier) mirrored(x *expr.Node) *expr.Node {
	beside := map[*expr.Node]bool{} // calls that occur elsewhere
	seen := map[*expr.Node]bool{}
	found := false
	var visit func(n *expr.Node)
	visit = func(n *expr.Node) {
		if seen[n] {
			return
		}
		seen[n] = true
		_, ok := z.mirror(n)
		found = found || ok
		for _, a := range n.Args() {
			beside[a] = beside[a] || !ok && a.Kind() == expr.KindCall
			visit(a)
		}
	}
	visit(x)
	if !found {
		return x
	}
	return z.s.Map(x, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if y, ok := z.mirror(n); ok && !beside[n.Args()[0]] {
			return y, true
		}
		return nil, false
	})
}

// mirror returns c·f(-a) where n is the constant that f(a) + f(-a) is, without f(a), c times.
func (z *Simplifier) mirror(n *expr.Node) (*expr.Node, bool) {
	if n.Kind() != expr.KindAdd || len(n.Args()) != 1 {
		return nil, false
	}
	call, coef := n.Args()[0], n.Coefs()[0].Neg()
	if call.Kind() != expr.KindCall || call.Func().Ranks != nil || len(call.Args()) != 1 || call.Func() == z.logisticFunction() { // which reads well both ways
		return nil, false
	}
	c, ok := z.complement(call.Func())
	if !ok || c.IsZero() || !coef.Mul(c.Rat()).Equal(n.Rat()) {
		return nil, false
	}
	return z.s.Scale(coef, z.s.Call(call.Func(), z.s.Neg(call.Args()[0]))), true
}

// apartByNumber writes a piecewise expression whose branches differ by a number as one of them and a multiple of the condition: if(c, x - 1, x) is x - [c].
func apartByNumber(s *expr.Session, n *expr.Node) *expr.Node {
	if n.Kind() != expr.KindIf || n.Args()[0].Kind() != expr.KindCond {
		return n
	}
	difference := s.Sub(n.Args()[1], n.Args()[2])
	if difference.Kind() != expr.KindRat || !total(s, n.Args()[1]) || !total(s, n.Args()[2]) {
		return n
	}
	return s.Add(n.Args()[2], s.Mul(difference, n.Args()[0]))
}

// absorbed multiplies sigmoids into sums that have their denominators in them: sigmoid(-a)·(1 + exp(a) + b) is 1 + sigmoid(-a)·b.
func (z *Simplifier) absorbed(x *expr.Node) *expr.Node {
	fn := z.logisticFunction()
	if fn == nil || !contains(x, func(n *expr.Node) bool { return n.Kind() == expr.KindCall && n.Func() == fn }) {
		return x
	}
	s := z.s
	return s.Map(x, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if n.Kind() != expr.KindMul {
			return nil, false
		}
		for i, f := range args {
			if f.Kind() != expr.KindCall || f.Func() != fn {
				continue
			}
			exponential := formula.Elementary(s, "exp", s.Neg(f.Args()[0]))
			for j, sum := range args {
				constant, terms := expr.Terms(sum)
				k := slices.IndexFunc(terms, func(t expr.Term) bool { return t.X == exponential })
				if sum.Kind() != expr.KindAdd || constant.IsZero() || k < 0 || !terms[k].Coef.Equal(constant) {
					continue
				}
				rest := slices.Clone(args)
				rest[j] = s.Add(s.Rat(constant), s.Mul(f, s.Linear(expr.Int(0), slices.Delete(slices.Clone(terms), k, k+1))))
				return s.Mul(slices.Delete(rest, i, i+1)...), true
			}
		}
		return nil, false
	})
}

// negative reports whether of x and -x the latter is written without a leading minus sign.
func negative(x *expr.Node) bool {
	constant, terms := expr.Terms(x)
	count := constant.Sign()
	for _, t := range terms {
		count += t.Coef.Sign()
	}
	if count != 0 {
		return count < 0
	}
	return len(terms) > 0 && terms[0].Coef.Sign() < 0
}

// complement returns the constant f(a) + f(-a), where the definition of f shows that it is one.
func (z *Simplifier) complement(fn *expr.Func) (*expr.Node, bool) {
	for _, p := range z.patterns {
		if p.fn != fn || len(p.params) != 1 {
			continue
		}
		a := z.s.Entry(p.params[0])
		mirrored := z.s.Instantiate(p.body, map[*expr.Symbol]*expr.Node{p.params[0]: z.s.Neg(a)})
		sum := together(z.s, z.rewritten(z.s.Add(p.body, mirrored), complementary))
		return sum, sum.Kind() == expr.KindRat
	}
	return nil, false
}
