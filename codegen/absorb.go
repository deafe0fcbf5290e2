package codegen

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// absorb accumulates a sum in the tensor that it is a term of: of D[k] = Σᵢ … and g[k] = c·D[k] + w[k], read nowhere else,
// it makes g[k] = w[k] followed by g[k] += c·…, where the loop over i stands outside the one over k.
func (p *plan) absorb() {
	if p.options.Sums.everywhere() { // a sum with its error is no entry
		return
	}
	for at := 0; at < len(p.defs); at++ {
		d := p.defs[at]
		if d.op != expr.NoOp || len(d.index) == 0 || len(d.guards) > 0 {
			continue
		}
		constant, terms := expr.Terms(d.body)
		for k, t := range terms {
			e, scale, ok := p.absorbable(d, t)
			if !ok {
				continue
			}
			rest := p.s.Linear(constant, slices.Delete(slices.Clone(terms), k, k+1))
			p.accumulateIn(d, p.of[e.Symbol()], e, scale, rest)
			break
		}
	}
}

// absorbable reads a term of d as a number of scalars times a sum that only d reads.
func (p *plan) absorbable(d *definition, t expr.Term) (entry, scale *expr.Node, ok bool) {
	factors := expr.Factors(t.X)
	k := slices.IndexFunc(factors, func(f *expr.Node) bool { return f.Kind() == expr.KindEntry && p.of[f.Symbol()] != nil })
	if k < 0 {
		return nil, nil, false
	}
	entry = factors[k]
	others := slices.Delete(slices.Clone(factors), k, k+1)
	sum := p.of[entry.Symbol()]
	if !allCheap(others) || sum.op != expr.Sum || sum.whole != nil || sum.output >= 0 || len(sum.guards) > 0 || sum.start != nil ||
		len(entry.Args()) != len(d.index) || p.readers(sum) != 1 {
		return nil, nil, false
	}
	for _, i := range d.index {
		if !slices.Contains(entry.Args(), i) {
			return nil, nil, false
		}
	}
	for _, f := range others { // a scalar that is itself computed by the kernel may come too late
		if slices.ContainsFunc(p.symbols(f), func(s *expr.Symbol) bool { return p.of[s] != nil }) {
			return nil, nil, false
		}
	}
	if p.bindersInside(sum, p.loopOrder(sum)) {
		if _, picked := p.pick(sum); len(picked) == 0 {
			return nil, nil, false
		}
	}
	return entry, p.s.Scale(t.Coef, p.s.Mul(others...)), true
}

// readers counts the entries of a definition that others read.
func (p *plan) readers(sum *definition) int {
	count := 0
	for _, d := range p.defs {
		for _, root := range d.roots() {
			for _, e := range entriesOf(root) {
				if e.Symbol() == sum.sym {
					count++
				}
			}
		}
	}
	return count
}

// accumulateIn makes sum, read in d as entry, take d's place.
func (p *plan) accumulateIn(d, sum *definition, entry, scale, rest *expr.Node) {
	s := p.s
	index := make([]*expr.Node, len(d.index))
	for k, i := range d.index {
		index[k] = sum.index[slices.Index(entry.Args(), i)]
		rest = s.Substitute(rest, i, index[k])
		if name, ok := p.names[i]; ok {
			p.names[index[k]] = name
		}
	}
	constant, terms := expr.Terms(sum.body)
	if !constant.IsZero() {
		sum.body = s.Mul(scale, sum.body)
	} else {
		c, factor := expr.Int(1), scale
		if scale.Kind() == expr.KindRat {
			c, factor = scale.Rat(), s.Int(1)
		} else if n, ts := expr.Terms(scale); n.IsZero() && len(ts) == 1 {
			c, factor = ts[0].Coef, ts[0].X
		}
		for k, t := range terms {
			terms[k] = expr.Term{Coef: t.Coef.Mul(c), X: s.Mul(factor, t.X)}
		}
		sum.body = s.Linear(expr.Int(0), terms)
	}
	if d.whole != nil {
		w := *d.whole
		for k, i := range d.index {
			if w.factors != nil {
				w.factors = s.Substitute(w.factors, i, index[k])
			}
		}
		sum.whole = &w
	}
	sum.index, sum.output, sum.start = index, d.output, rest
	if d.output < 0 { // others read d by its own symbol
		sum.sym = d.sym
		p.of[d.sym] = sum
	}
	p.defs = slices.DeleteFunc(p.defs, func(x *definition) bool { return x == sum })
	p.defs[slices.Index(p.defs, d)] = sum
	if d.output >= 0 {
		sum.sym = d.sym
		p.of[d.sym] = sum
	}
}
