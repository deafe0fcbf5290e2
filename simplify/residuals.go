package simplify

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
)

const (
	maxResiduals = 8  // the differences that are tried as variables
	maxLookedAt  = 64 // the terms that may be such variables, beside each of which all symbols are looked for
)

// withResiduals takes differences such as w - A*x as variables in the place of w, where x becomes lighter. As w is independent of A and x, nothing that can
// be said of the three is lost.
func (c *search) withResiduals(x *expr.Node, names []outlined) (*expr.Node, []outlined) {
	s := c.z.s
	if weight(s, x) < minOutlined {
		return x, names
	}
	residuals := c.z.residualsIn(x)
	for tried := 0; tried < len(residuals) && tried < maxResiduals && len(names) < maxOutlined; tried++ {
		u := residuals[tried]
		o, ok := newOutlined(s, u.sum, len(names))
		if !ok {
			continue
		}
		own := make([]*expr.Node, len(o.axes)) // the axes of the symbol, in its order
		for k, i := range u.entry.Args() {
			own[k] = o.axes[slices.Index(u.sum.Free(), i)]
		}
		// coef·w + rest = u, so that w = (u - rest)/coef
		sym := u.entry.Symbol()
		rest := s.Sub(o.value, s.Scale(u.coef, s.Entry(sym, own...)))
		value := s.Scale(u.coef.Inv(), s.Sub(s.Entry(o.symbol, o.axes...), rest))
		y := withLighterSums(s, s.Instantiate(x, map[*expr.Symbol]*expr.Node{sym: s.Lambda(value, own...)}), o.symbol)
		if weight(s, y)+weight(s, o.value) <= weight(s, x)*7/8 {
			c.z.note("residuals", x, y)
			x, names = y, append(names, o)
			residuals = append(residuals[:tried+1], c.z.residualsIn(x)...)
		}
	}
	return x, names
}

// A residual is a sum of terms, one of which is coef times the entry of a symbol at all of its free indices, and the others do not mention the symbol.
type residual struct {
	sum, entry *expr.Node
	coef       expr.Rat
}

// residualsIn returns the first residuals in x, the innermost first, one for each symbol.
func (z *Simplifier) residualsIn(x *expr.Node) []residual {
	var found []residual
	seen := map[*expr.Node]bool{}
	looked := 0
	var visit func(n *expr.Node)
	visit = func(n *expr.Node) {
		if seen[n] || len(n.Args()) == 0 || n.Kind() == expr.KindIndex || n.Kind() == expr.KindEntry || len(found) == maxResiduals {
			return
		}
		seen[n] = true
		if n.Kind() == expr.KindReduce {
			visit(z.s.Open(n).Body)
			return
		}
		for _, a := range n.Args() {
			visit(a)
		}
		if n.Kind() != expr.KindAdd || len(n.Args()) > maxFactored || len(n.Free()) == 0 || len(n.Free()) > 2 || looked >= maxLookedAt || !total(z.s, n) {
			return
		}
		_, terms := expr.Terms(n)
		for k, t := range terms {
			if !isAll(t.X, n.Free()) || !z.isFree(t.X.Symbol()) || slices.ContainsFunc(found, func(r residual) bool { return r.entry.Symbol() == t.X.Symbol() }) {
				continue
			}
			looked++
			if !mentionedBeside(terms, k) {
				found = append(found, residual{n, t.X, t.Coef})
				return
			}
		}
	}
	visit(x)
	return found
}

// mentionedBeside reports whether other terms mention the symbol that term k is an entry of.
func mentionedBeside(terms []expr.Term, k int) bool {
	for j, t := range terms {
		if j != k && slices.Contains(expr.SymbolsOf(t.X), terms[k].X.Symbol()) {
			return true
		}
	}
	return false
}

// isAll reports whether x is an entry at all of the indices, each over a whole axis.
func isAll(x *expr.Node, indices []*expr.Node) bool {
	if x.Kind() != expr.KindEntry || x.Symbol().Integer || len(x.Args()) != len(indices) {
		return false
	}
	for k, i := range x.Args() {
		if i.Kind() != expr.KindIndex || !slices.Contains(indices, i) || slices.Index(x.Args(), i) != k || !i.Lo().IsOne() || i.Hi() != x.Symbol().Dims[k] {
			return false
		}
	}
	return true
}

// isFree reports whether no given and no definition mentions a symbol.
func (z *Simplifier) isFree(sym *expr.Symbol) bool {
	in := func(x *expr.Node) bool { return slices.Contains(expr.SymbolsOf(x), sym) }
	of := func(ts []formula.Tensor) bool {
		return slices.ContainsFunc(ts, func(t formula.Tensor) bool { return in(t.Value) })
	}
	for _, g := range z.problem.Givens {
		if of(g.OneHot) || of(g.Posdef) || slices.ContainsFunc(g.Relations, func(r formula.Relation) bool { return in(r.Left) || in(r.Right) }) {
			return false
		}
	}
	return !slices.ContainsFunc(z.patterns, func(p *pattern) bool { return p.symbol != nil && in(p.body) })
}

// withLighterSums multiplies out what sums that mention a symbol are of, where that makes them lighter.
func withLighterSums(s *expr.Session, x *expr.Node, sym *expr.Symbol) *expr.Node {
	known := map[*expr.Node]bool{}
	var mentions func(n *expr.Node) bool
	mentions = func(n *expr.Node) bool {
		is, ok := known[n]
		if !ok {
			is = n.Kind() == expr.KindEntry && n.Symbol() == sym || slices.ContainsFunc(n.Args(), mentions)
			known[n] = is
		}
		return is
	}
	return s.Map(x, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if n.Kind() != expr.KindAdd {
			return nil, false
		}
		if n = s.With(n, args); n.Kind() == expr.KindAdd && mentions(n) {
			if m := expand(s, n); weight(s, m) < weight(s, n) {
				return m, true
			}
		}
		return n, true
	})
}
