package codegen

import (
	"slices"
	"strconv"
	"unicode"

	"github.com/seed-9905856d/derive/expr"
)

// A definition is a named tensor of the plan: an entry formula in its free indices, or a reduction of one over
// binders. Bodies contain no reductions; they read the entries of earlier definitions.
type definition struct {
	sym     *expr.Symbol
	index   []*expr.Node // the free indices, one for each axis
	op      expr.Op      // NoOp: the body itself
	binders []*expr.Node
	body    *expr.Node
	start   *expr.Node   // what a sum that is accumulated in place begins with; nil for 0
	guards  []*expr.Node // index conditions outside which the definition is not read, and may not be computed
	output  int          // number of the output, or -1
	cells   []cell       // the entries one by one, of an output of few that differ; nil for others
	whole   *whole       // what is done to it as a whole, once its entries are there; nil for nothing
	order   []int        // the canonical order of the axes, by which equal definitions are found
}

func (d *definition) entry(s *expr.Session) *expr.Node { return s.Entry(d.sym, d.index...) }

// roots returns every expression of a definition.
func (d *definition) roots() []*expr.Node {
	roots := append(slices.Clone(d.guards), d.body)
	if d.start != nil {
		roots = append(roots, d.start)
	}
	return roots
}

// A plan is a kernel as a list of definitions, each of which reads only earlier ones.
type plan struct {
	s       *expr.Session
	kernel  Kernel
	options Options
	defs    []*definition
	of      map[*expr.Symbol]*definition
	known   map[*expr.Node]*definition // by closed form
	fresh   int
	names   map[*expr.Node]string // what the user called an index
	memo    map[*expr.Node]*expr.Node
	reduces map[*expr.Node]bool
	safes   map[*expr.Node]bool
	parents map[*expr.Node]int
	packing *expr.Func
	touched map[*expr.Node][]*expr.Symbol
	// Matrices with their factors, and solutions, by closed form.
	matrices             map[matrixKey]made
	solutions, adjugates map[*expr.Node]made
	inverted             map[*expr.Symbol]*definition // inverses made of the factors of Cholesky, by those
	inverses             map[*expr.Symbol]bool        // whether the transpose of an inverse was made, by factors
}

// define names every reduction of the outputs and the outputs themselves.
func define(s *expr.Session, k Kernel, outputs []Output, o Options) *plan {
	p := &plan{s: s, kernel: k, options: o, of: map[*expr.Symbol]*definition{}, known: map[*expr.Node]*definition{},
		names: map[*expr.Node]string{}, memo: map[*expr.Node]*expr.Node{}, reduces: map[*expr.Node]bool{},
		safes: map[*expr.Node]bool{}, parents: map[*expr.Node]int{}, touched: map[*expr.Node][]*expr.Symbol{},
		packing: &expr.Func{Name: "pack", Arity: 3}, matrices: map[matrixKey]made{}, inverted: map[*expr.Symbol]*definition{}, solutions: map[*expr.Node]made{}, adjugates: map[*expr.Node]made{}, inverses: map[*expr.Symbol]bool{}}
	for _, o := range outputs {
		p.countParents(o.Value)
	}
	for n, o := range outputs {
		index := make([]*expr.Node, len(o.Indices))
		value := o.Value
		for i, old := range o.Indices {
			index[i] = p.freshIndex(old.Lo(), old.Hi())
			if name := old.Name(); name != "" && unicode.IsLetter([]rune(name)[0]) {
				p.names[index[i]] = name
			}
			value = s.Substitute(value, old, index[i])
		}
		if d, ok := p.listed(index, value); ok {
			d.output = n
			p.add(d, "out"+strconv.Itoa(n))
			continue
		}
		body := p.value(value, nil)
		d := &definition{index: index, body: body, output: n}
		// A reduction that is all of an output is computed in place.
		if e, ok := p.sole(body, index); ok {
			e.output = n
			continue
		}
		p.add(d, "out"+strconv.Itoa(n))
	}
	return p
}

// sole returns the definition whose entry, at exactly the given indices, is body, if it is no output yet.
func (p *plan) sole(body *expr.Node, index []*expr.Node) (*definition, bool) {
	if body.Kind() != expr.KindEntry || p.of[body.Symbol()] == nil || len(body.Args()) != len(index) {
		return nil, false
	}
	d := p.of[body.Symbol()]
	if d.output >= 0 || len(d.guards) > 0 || d.whole.scratch() > 0 {
		return nil, false
	}
	// The axes of the definition may come in another order than those of the output.
	turned := make([]*expr.Node, len(index))
	for k, i := range index {
		at := slices.Index(body.Args(), i)
		if at < 0 || d.index[at].Lo() != i.Lo() || d.index[at].Hi() != i.Hi() || !i.Lo().IsOne() {
			return nil, false
		}
		turned[k] = d.index[at]
		if name, ok := p.names[i]; ok {
			p.names[turned[k]] = name
		}
	}
	if !slices.Equal(turned, d.index) {
		return nil, false
	}
	return d, true
}

func (p *plan) countParents(n *expr.Node) {
	p.parents[n]++
	if p.parents[n] > 1 {
		return
	}
	for _, a := range n.Args() {
		p.countParents(a)
	}
}

// freshIndex returns an index over lo..hi that occurs nowhere else.
func (p *plan) freshIndex(lo, hi *expr.Node) *expr.Node {
	p.fresh++
	return p.s.Index("%"+strconv.Itoa(p.fresh), lo, hi)
}

// open returns the indices and the body of a reduction with indices that occur nowhere else.
func (p *plan) open(n *expr.Node) ([]*expr.Node, *expr.Node) {
	o := p.s.Open(n)
	indices, body := slices.Clone(o.Indices), o.Body
	for k, old := range indices {
		indices[k] = p.freshIndex(old.Lo(), old.Hi())
		body = p.s.Substitute(body, old, indices[k])
		for j := k + 1; j < len(indices); j++ {
			indices[j] = p.s.Substitute(indices[j], old, indices[k])
		}
	}
	return indices, body
}

// add gives the definition a symbol and appends it.
func (p *plan) add(d *definition, name string) {
	d.sym = p.s.NewSymbol("%"+name, false, p.extents(d.index)...)
	p.defs = append(p.defs, d)
	p.of[d.sym] = d
}

// extents returns the upper ends of indices, those that other indices bound at their largest.
func (p *plan) extents(index []*expr.Node) []*expr.Node {
	ends := make([]*expr.Node, len(index))
	for k, i := range index {
		ends[k] = p.extreme(i.Hi(), +1)
	}
	return ends
}

// extreme returns the least (sign -1) or greatest (+1) value of an integer form over its indices.
func (p *plan) extreme(e *expr.Node, sign int) *expr.Node {
	for {
		var inner *expr.Node
		var coef expr.Rat
		constant, terms := expr.Terms(e)
		for _, t := range terms {
			if t.X.Kind() == expr.KindIndex && (inner == nil || t.X.ID() > inner.ID()) {
				inner, coef = t.X, t.Coef
			}
		}
		if inner == nil {
			return e
		}
		end := inner.Lo()
		if coef.Sign()*sign > 0 {
			end = inner.Hi()
		}
		e = p.s.Linear(constant, append(terms, expr.Term{Coef: coef.Neg(), X: inner}, expr.Term{Coef: coef, X: end}))
	}
}

// hasReduction reports whether n is or contains a sum, product, maximum or minimum over an index.
func (p *plan) hasReduction(n *expr.Node) bool {
	if v, ok := p.reduces[n]; ok {
		return v
	}
	v := n.Kind() == expr.KindReduce
	for _, a := range n.Args() {
		v = p.hasReduction(a) || v
	}
	p.reduces[n] = v
	return v
}

// value returns n with every reduction replaced by the entry of a definition. The conditions of ctx hold wherever
// the value is read.
func (p *plan) value(n *expr.Node, ctx []*expr.Node) *expr.Node {
	if !p.hasReduction(n) {
		return n
	}
	if p.safe(n, nil) {
		ctx = nil
		if v, ok := p.memo[n]; ok {
			return v
		}
	}
	v := p.rebuild(n, ctx)
	if len(ctx) == 0 {
		p.memo[n] = v
	}
	return v
}

func (p *plan) rebuild(n *expr.Node, ctx []*expr.Node) *expr.Node {
	s, args := p.s, n.Args()
	switch n.Kind() {
	case expr.KindReduce:
		return p.reduction(n, ctx)
	case expr.KindCall:
		switch {
		case n.Func().Square:
			return p.ofMatrix(n, ctx)
		case isCall(n, "hardmax"):
			return p.hardmax(n, ctx)
		}
	case expr.KindAdd:
		return p.sum(n, ctx)
	case expr.KindMul:
		inner := append(slices.Clone(ctx), conditions(n)...)
		factors := make([]*expr.Node, len(args))
		for i, f := range args {
			if isIndexCond(f) {
				factors[i] = f
				continue
			}
			factors[i] = p.value(f, inner)
		}
		return s.Mul(factors...)
	case expr.KindIf:
		c := p.value(args[0], ctx)
		yes, no := slices.Clone(ctx), slices.Clone(ctx)
		for _, f := range expr.Factors(args[0]) {
			if isIndexCond(f) {
				yes = append(yes, f)
			}
		}
		if isIndexCond(args[0]) {
			no = append(no, s.Not(args[0]))
		}
		return s.If(c, p.value(args[1], yes), p.value(args[2], no))
	}
	parts := make([]*expr.Node, len(args))
	for i, a := range args {
		parts[i] = p.value(a, ctx)
	}
	return s.With(n, parts)
}

// reduction returns the value of a reduction.
func (p *plan) reduction(n *expr.Node, ctx []*expr.Node) *expr.Node {
	indices, body := p.open(n)
	if n.Op() == expr.Tensor {
		fail("a function of whole tensors has no code")
	}
	if n.Op() == expr.Sum && len(indices) > 1 {
		indices, body = p.nest(indices, body, ctx)
	}
	return p.over(n.Op(), indices, body, ctx)
}

// over defines the reduction of body over the indices and returns its entry.
func (p *plan) over(op expr.Op, indices []*expr.Node, body *expr.Node, ctx []*expr.Node) *expr.Node {
	if op == expr.Sum && len(indices) == 1 {
		if x, ok := p.solves(indices[0], body, ctx); ok {
			return x
		}
		if x, ok := p.separate(indices[0], body, ctx); ok {
			return x
		}
	}
	if op == expr.Sum && len(indices) == 1 {
		indices[0], body = p.tighten(indices[0], body)
	}
	var guards []*expr.Node
	if !p.safe(body, nil) {
		guards = ctx
		body = p.confined(body, guards)
	}
	d := &definition{op: op, binders: indices, body: p.value(body, guards), guards: guards, output: -1}
	was := p.widenDefinition(d)
	return p.back(p.intern(d), was)
}
