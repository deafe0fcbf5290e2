package simplify

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
)

// A pattern is a definition to recognise: its body over its parameters and result indices, and what to put in its place.
type pattern struct {
	name    string
	fn      *expr.Func     // of a function; nil for a definition without parameters
	symbol  *expr.Symbol   // of a definition
	params  []*expr.Symbol // of the function
	sizes   []*expr.Node   // sizes that the parameters bring with them
	indices []*expr.Node   // of the result
	body    *expr.Node
	anchor  *expr.Node // the part of the body that determines the parameters
	height  int        // that of the anchor
	atomic  bool       // the anchor is the whole body, up to a number
	givens  []int      // without which the body is another
	byNames bool       // the body is read by names of the vocabulary: x*(1 - sigmoid(x)) is no harder to read than -silu(-x)
}

// vocabulary are the functions that results are always written with; others where the formula names them.
var vocabulary = []string{"softmax", "sigmoid", "logsumexp", "softplus"}

// newPattern makes the pattern of a function; it is nil where nothing in the body determines the parameters.
func newPattern(s *expr.Session, f *formula.Function) *pattern {
	p := &pattern{name: f.Name, params: f.Params, sizes: f.Sizes, indices: f.Value.Axes, body: f.Value.Value}
	p.fn = &expr.Func{Name: f.Name, Arity: len(f.Params) + len(p.indices), Result: len(p.indices), Sign: expr.SignOf(p.body)}
	tensors := len(p.indices) > 0
	for _, sym := range f.Params {
		tensors = tensors || len(sym.Dims) > 0
	}
	if tensors {
		for _, sym := range f.Params {
			p.fn.Ranks = append(p.fn.Ranks, len(sym.Dims))
		}
	}
	for _, i := range p.indices {
		like := slices.IndexFunc(f.Params, func(sym *expr.Symbol) bool { return len(sym.Dims) == 1 && sym.Dims[0] == i.Hi() })
		p.fn.Like = append(p.fn.Like, like)
	}
	if !p.findAnchor(s) {
		return nil
	}
	return p
}

// definitionPattern makes the pattern of a definition without parameters.
func definitionPattern(s *expr.Session, d *formula.Definition) *pattern {
	p := &pattern{name: d.Name, symbol: d.Symbol, indices: d.Value.Axes, body: d.Value.Value}
	switch p.body.Kind() {
	case expr.KindRat, expr.KindConst, expr.KindSize, expr.KindIndex, expr.KindEntry:
		return nil // no name is shorter
	}
	if height(s, p.body) == noHeight && len(p.indices) == 0 {
		return nil
	}
	p.findAnchor(s)
	return p
}

// variants returns patterns of what a definition of a number is under the givens and over a common denominator, as results may have it.
func (p *pattern) variants(s *expr.Session, givens []formula.Given) []*pattern {
	var out []*pattern
	add := func(body *expr.Node, needed []int) {
		if body != p.body && len(expr.SymbolsOf(body)) > 0 && !slices.ContainsFunc(out, func(q *pattern) bool { return q.body == body }) {
			other := *p
			other.body, other.givens = body, needed
			other.findAnchor(s)
			out = append(out, &other)
		}
	}
	if len(givens) > 0 {
		f := newFacts(s, givens)
		under := f.apply(p.body)
		add(under, f.givens())
		if len(p.indices) == 0 {
			add(together(s, under), f.givens())
		}
	} else if len(p.indices) == 0 {
		add(together(s, p.body), nil)
	}
	return out
}

// findAnchor chooses the anchor: the whole body, or the base of the factor with the most in it.
func (p *pattern) findAnchor(s *expr.Session) bool {
	p.anchor, p.atomic = p.body, true
	switch _, product := unscaled(p.body); product.Kind() {
	case expr.KindCall:
		p.anchor = product
	case expr.KindMul, expr.KindPow:
		p.anchor, p.atomic = nil, false
		for _, f := range expr.Factors(product) {
			if f.Kind() == expr.KindPow {
				f = f.Args()[0]
			}
			if dependsOnAny(f, p.indices) && p.fn != nil || !p.determines(f) {
				continue
			}
			if p.anchor == nil || nodes(f) > nodes(p.anchor) {
				p.anchor = f
			}
		}
		if p.anchor == nil && p.fn == nil { // any factor will do: there is nothing to determine
			p.anchor, p.atomic = p.body, true
		}
	}
	if p.anchor == nil {
		return false
	}
	p.height = height(s, p.anchor)
	return p.determines(p.anchor)
}

// determines reports whether matching x says what every parameter is: each stands in it alone, or with different indices
// of one sum as its subscripts.
func (p *pattern) determines(x *expr.Node) bool {
	if len(p.params) == 0 {
		return true
	}
	symbols := expr.SymbolsOf(x)
	for _, sym := range p.params {
		if !slices.Contains(symbols, sym) {
			return false
		}
	}
	return true
}

// mayMatch reports whether the anchor may be n, as far as can be seen without holding one against the other.
func (p *pattern) mayMatch(s *expr.Session, n *expr.Node) bool {
	return len(p.params) > 0 || p.height == height(s, n)
}

// instance returns the body and the call that stands for it, under a binding of every parameter and result index.
func (p *pattern) instance(s *expr.Session, b *binding) (body, head *expr.Node, ok bool) {
	replace := map[*expr.Node]*expr.Node{}
	subs := make([]*expr.Node, len(p.indices))
	for k, i := range p.indices {
		at, found := b.indices[i]
		if !found {
			return nil, nil, false
		}
		subs[k], replace[i] = at, at
	}
	for _, n := range p.sizes {
		at, found := b.indices[n]
		if !found {
			return nil, nil, false
		}
		replace[n] = at
	}
	for k, i := range p.indices { // a name has no entries outside its axes
		if subs[k] == i {
			continue // left open
		}
		lo, hi := s.Replace(i.Lo(), replace), s.Replace(i.Hi(), replace)
		if !s.Cond(expr.GeZero, s.Sub(subs[k], lo)).IsOne() || !s.Cond(expr.GeZero, s.Sub(hi, subs[k])).IsOne() {
			return nil, nil, false
		}
	}
	if p.fn == nil {
		return s.Replace(p.body, replace), s.Entry(p.symbol, subs...), true
	}
	args := make([]*expr.Node, 0, len(p.params)+len(subs))
	values := make(map[*expr.Symbol]*expr.Node, len(p.params))
	for _, sym := range p.params {
		v, found := b.params[sym]
		if !found {
			return nil, nil, false
		}
		if p.byNames && negative(v) {
			return nil, nil, false
		}
		args = append(args, v)
		values[sym] = v
	}
	// Parameters first: their entries carry the result indices, which then become what they are bound to.
	body = s.Instantiate(p.body, values)
	return s.Replace(body, replace), s.Call(p.fn, append(args, subs...)...), true
}

// bodyAt returns the body under a binding of every parameter and result index, the sizes being those of the parameters.
func (p *pattern) bodyAt(s *expr.Session, b *binding) *expr.Node {
	replace := map[*expr.Node]*expr.Node{}
	for _, i := range p.indices {
		replace[i] = b.indices[i]
	}
	for _, sym := range p.params {
		v := b.params[sym]
		for k, d := range sym.Dims {
			if slices.Contains(p.sizes, d) && expr.IsLambda(v) {
				replace[d] = v.Binders()[k].Hi()
			}
		}
	}
	body := p.body
	if p.fn != nil {
		body = s.Instantiate(body, b.params)
	}
	return s.Replace(body, replace)
}
