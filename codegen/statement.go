package codegen

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// mode is what a statement does with its target.
type mode uint8

const (
	assign     mode = iota // target[subs] = body, over loops that all occur in subs
	accumulate             // target[subs] = the fold of body over the loops that do not occur in subs, which are innermost
	update                 // target[subs] op= body
	apply                  // the target as a whole, from subs on, is replaced: see whole
	transfer               // the target as a whole, from subs on, becomes what begins at the entry body
)

// A statement is one definition, or a part of one, with the order of its loops.
type statement struct {
	mode   mode
	op     expr.Op // of an accumulation or update
	target *definition
	subs   []*expr.Node
	loops  []*expr.Node // what is left of them, outermost first
	body   *expr.Node
	guards []*expr.Node
	first  *expr.Node // of an accumulation: the outermost loop that it folds over
	path   []*node    // the loops around it, outermost first
	place  int        // its place in the order of the program
}

// statements returns the plan's definitions as statements. Terms with a unit equality on an index of the
// target become updates of the entries that it picks: the diagonal of a matrix, the scatter of a gather.
func (p *plan) statements() []*statement {
	var first, list []*statement
	for _, d := range p.defs {
		of := p.lowerDefinition(d)
		for _, st := range of {
			p.freshen(st)
		}
		if len(of) > 1 && of[1].mode == update && len(of[1].loops) > 0 && !slices.Contains(of[1].subs, of[1].loops[0]) && !p.readsDefinitions(of[0].body) {
			first, of = append(first, of[0]), of[1:] // a start that needs nothing must not keep loops apart
		}
		list = append(list, of...)
	}
	return append(first, list...)
}

func (p *plan) lowerDefinition(d *definition) []*statement {
	s := p.s
	base := statement{target: d, subs: d.index, guards: d.guards, op: d.op}
	var other *statement // copies what is computed only once
	main, picked := d.body, []*statement(nil)
	if len(d.guards) == 0 && (d.op == expr.NoOp || d.op == expr.Sum) {
		main, picked = p.pick(d)
	}
	var list []*statement
	init := base
	init.mode, init.loops = assign, slices.Clone(d.index)
	switch {
	case d.cells != nil:
		for _, c := range d.cells {
			st := base
			st.mode, st.subs, st.body = assign, c.subs, c.value
			list = append(list, &st)
		}
		return list
	case d.op == expr.NoOp:
		init.body = main
		list = append(list, &init)
	case len(picked) > 0 && main.IsZero():
		init.body = d.startValue(s)
		list = append(list, &init)
	default:
		rest := base
		rest.body, rest.loops = main, p.loopOrder(d)
		if d.start == nil && p.bindersInside(d, rest.loops) {
			rest.mode = accumulate
			rest.first = rest.loops[len(d.index)]
			list = append(list, &rest)
		} else {
			rest.mode = update
			start, entries := p.startOf(d)
			init.body = start
			list = append(append(append(list, &init), entries...), &rest)
		}
		if len(picked) == 0 {
			other = p.mirror(d, &rest)
		}
	}
	list = append(list, picked...)
	if other != nil {
		list = append(list, other)
	}
	if d.whole != nil {
		list = p.steps(d, list)
	}
	return list
}

// startOf returns what a sum that is accumulated in place begins with, terms that few entries have as updates.
func (p *plan) startOf(d *definition) (start *expr.Node, picked []*statement) {
	if d.start == nil {
		return d.startValue(p.s), nil
	}
	start, picked = p.pick(&definition{index: d.index, body: d.start})
	for _, u := range picked {
		u.target = d
	}
	return start, picked
}

// freshen gives a statement loop indices of its own, so that loops of two statements can be joined in any order.
func (p *plan) freshen(st *statement) {
	for k := range st.loops {
		old := st.loops[k]
		fresh := p.freshIndex(old.Lo(), old.Hi())
		if name, ok := p.names[old]; ok {
			p.names[fresh] = name
		}
		rename(p.s, st, old, fresh)
	}
}

func (p *plan) bindersInside(d *definition, loops []*expr.Node) bool {
	binder := false
	for _, i := range loops {
		if slices.Contains(d.binders, i) {
			binder = true
		} else if binder {
			return false
		}
	}
	return true
}

func (d *definition) startValue(s *expr.Session) *expr.Node {
	if d.start != nil {
		return d.start
	}
	return identity(s, d.op)
}

func (p *plan) readsDefinitions(n *expr.Node) bool {
	return slices.ContainsFunc(p.symbols(n), func(sym *expr.Symbol) bool { return p.of[sym] != nil })
}

// identity is the value of a fold of nothing.
func identity(s *expr.Session, op expr.Op) *expr.Node {
	switch op {
	case expr.Prod:
		return s.Int(1)
	case expr.Max:
		return s.Neg(s.Const("inf"))
	case expr.Min:
		return s.Const("inf")
	}
	return s.Int(0)
}

// pick splits the terms of d that a unit equality confines to few entries from the others.
func (p *plan) pick(d *definition) (main *expr.Node, picked []*statement) {
	if len(d.index) == 0 || d.op == expr.Sum && d.body.Kind() == expr.KindAdd && !d.body.Rat().IsZero() {
		return d.body, nil
	}
	constant, terms := expr.Terms(d.body)
	var rest []expr.Term
	for _, t := range terms {
		u := p.pickTerm(d, t)
		if u == nil {
			rest = append(rest, t)
			continue
		}
		picked = append(picked, u)
	}
	if len(picked) == 0 {
		return d.body, nil
	}
	return p.s.Linear(constant, rest), picked
}

// pickTerm returns the update that adds one term, if an equality among its factors determines an index of d.
func (p *plan) pickTerm(d *definition, t expr.Term) *statement {
	s := p.s
	for _, f := range expr.Factors(t.X) {
		if !isIndexCond(f) || f.Op() != expr.EqZero {
			continue
		}
		constant, parts := expr.Terms(f.Args()[0])
		for k := len(d.index) - 1; k >= 0; k-- {
			i := d.index[k]
			if mentionedIn(i, append(slices.Clone(d.index), d.binders...)) {
				continue
			}
			at := slices.IndexFunc(parts, func(q expr.Term) bool { return q.X == i })
			if at < 0 {
				continue
			}
			c, ok := parts[at].Coef.Int64()
			if !ok || c != 1 && c != -1 {
				continue
			}
			value := s.Add(s.Linear(constant.Mul(expr.Int(-c)), scaled(parts, -c)), i)
			body := s.Substitute(t.X, i, value)
			inside := s.Mul(s.Cond(expr.GeZero, s.Sub(value, i.Lo())), s.Cond(expr.GeZero, s.Sub(i.Hi(), value)))
			subs := slices.Clone(d.index)
			subs[k] = value
			u := &statement{mode: update, op: expr.Sum, target: d, subs: subs,
				body: s.Scale(t.Coef, s.Mul(inside, body))}
			for _, l := range p.loopOrder(d) {
				if l != i {
					u.loops = append(u.loops, l)
				}
			}
			return u
		}
	}
	return nil
}

func scaled(terms []expr.Term, c int64) []expr.Term {
	out := make([]expr.Term, len(terms))
	for k, t := range terms {
		out[k] = expr.Term{Coef: t.Coef.Mul(expr.Int(c)), X: t.X}
	}
	return out
}
