package codegen

import (
	"slices"
	"strconv"

	"github.com/seed-9905856d/derive/expr"
)

// maxShared bounds the definitions that sharing adds to one kernel.
const maxShared = 200

// share makes definitions of costly subexpressions that more than one loop needs: those that occur in several
// definitions, at several subscripts, or inside a loop that they do not depend on. Fusing turns the ones that
// are only used where they are made back into local variables.
func (p *plan) share() {
	for range maxShared {
		if !p.shareOne() {
			return
		}
	}
}

// A use is a costly expression up to the names of its free indices, and where it occurs.
type use struct {
	key    *expr.Node
	nodes  []*expr.Node // the instances
	defs   []int
	repeat bool
	size   int
}

// shareOne makes a definition of the largest candidate, if there is one.
func (p *plan) shareOne() bool {
	uses := map[*expr.Node]*use{}
	var order []*use
	for at, d := range p.defs {
		loops := p.loopOrder(d)
		walk(d.body, func(n *expr.Node) {
			if isCall(n, fnRounded.Name) { // its argument is
				return
			}
			if !costly(n) || len(n.Free()) == 0 || n == d.body && d.op == expr.NoOp && d.output < 0 || !p.safe(n, nil) {
				return
			}
			wide, was := p.widen(n)
			_, key := p.canonical(wide)
			u := uses[key]
			if u == nil {
				u = &use{key: key, size: weight(n)}
				uses[key] = u
				order = append(order, u)
			}
			if !slices.Contains(u.nodes, n) {
				u.nodes = append(u.nodes, n)
			}
			if !slices.Contains(u.defs, at) {
				u.defs = append(u.defs, at)
			}
			u.repeat = u.repeat || repeats(sortedFree(wide), was, loops)
		})
	}
	var best *use
	for _, u := range order {
		if (len(u.defs) > 1 || len(u.nodes) > 1 || u.repeat) && (best == nil || u.size > best.size) {
			best = u
		}
	}
	if best == nil {
		return false
	}
	p.define(best)
	return true
}

// define makes the definition of a shared expression, ahead of its first use, and reads it everywhere.
func (p *plan) define(u *use) {
	first := slices.Min(u.defs)
	// Of an output that is nothing else, the output is the definition.
	made, _ := p.widen(u.nodes[0])
	index := sortedFree(made)
	fresh := make([]*expr.Node, len(index))
	body := made
	for k, i := range index {
		fresh[k] = p.freshIndex(i.Lo(), i.Hi())
		if name, ok := p.names[i]; ok {
			p.names[fresh[k]] = name
		}
	}
	for k, i := range index { // an index whose range changes with i is another from then on
		body = p.s.Substitute(body, i, fresh[k])
		for j := k + 1; j < len(index); j++ {
			index[j], fresh[j] = p.s.Substitute(index[j], i, fresh[k]), p.s.Substitute(fresh[j], i, fresh[k])
		}
	}
	d := &definition{body: body, output: -1}
	d.index = d.free()
	d.order, _ = p.canonical(body)
	p.add(d, "s"+strconv.Itoa(len(p.defs)))
	p.defs = slices.Insert(p.defs[:len(p.defs)-1], first, d)
	for _, n := range u.nodes {
		wide, was := p.widen(n)
		order, _ := p.canonical(wide)
		free := sortedFree(wide)
		subs := make([]*expr.Node, len(free))
		for k := range order {
			subs[d.order[k]] = p.back(free[order[k]], was)
		}
		entry := p.s.Entry(d.sym, subs...)
		for _, user := range p.defs {
			if user != d {
				user.body = p.s.Rebuild(user.body, map[*expr.Node]*expr.Node{n: entry})
			}
		}
	}
}

// sortedFree returns the free indices of n, outermost first.
func sortedFree(n *expr.Node) []*expr.Node {
	return outermostFirst(slices.Clone(n.Free()))
}

// canonical returns n closed over its free indices, in the order that makes the least expression, and that order.
func (p *plan) canonical(n *expr.Node) (order []int, key *expr.Node) {
	free := sortedFree(n)
	eachOrder(free, maxOrders, func(perm []int) {
		index := make([]*expr.Node, len(perm))
		for k, at := range perm {
			index[k] = free[at]
		}
		if closed := p.s.Lambda(n, index...); key == nil || expr.Compare(closed, key) < 0 {
			key, order = closed, slices.Clone(perm)
		}
	})
	return order, key
}

// repeats reports whether an expression of these indices, which are as they were widened, is computed again and again by a loop outside the
// innermost of the loops that it depends on.
func repeats(indices []*expr.Node, was narrowing, loops []*expr.Node) bool {
	missing := false
	for _, i := range loops {
		depends := slices.ContainsFunc(indices, func(w *expr.Node) bool {
			if f, ok := was[w]; ok {
				return f == i
			}
			return w.DependsOn(i)
		})
		if !depends {
			missing = true
		} else if missing {
			return true
		}
	}
	return false
}

// costly reports whether n calls a function, or takes a general power, of what depends on an index.
func costly(n *expr.Node) bool {
	if len(n.Free()) == 0 {
		return false
	}
	switch n.Kind() {
	case expr.KindCall:
		switch n.Func().Name {
		case "abs", "sign", "floor", "ceil", fnMax.Name, fnFinite.Name, fnPositive.Name, fnApart.Name,
			fnTimes.Name, fnOver.Name, fnRounded.Name, fnApartFrom.Name:
			return costlyArgs(n)
		}
		return true
	case expr.KindPow:
		if k, ok := n.Args()[1].Rat().Int64(); n.Args()[1].Kind() == expr.KindRat && ok && -8 <= k && k <= 8 {
			return costlyArgs(n)
		}
		return true
	case expr.KindCond, expr.KindIndex:
		return false
	}
	return costlyArgs(n)
}

func costlyArgs(n *expr.Node) bool { return slices.ContainsFunc(n.Args(), costly) }

// weight counts the nodes of n.
func weight(n *expr.Node) int {
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
	}
	visit(n)
	return len(seen)
}
