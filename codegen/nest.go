package codegen

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// nest turns a sum over several binders into nested sums over one each, the inner ones definitions of their own:
// Σᵢⱼ xᵢ·Aᵢⱼ·yⱼ becomes Σᵢ xᵢ·(Σⱼ Aᵢⱼ·yⱼ). It takes the order that costs least, counting every size as equal, and
// prefers to sum along memory first. It returns the outermost index, or
// those of a sum that it cannot take apart, and the body.
func (p *plan) nest(binders []*expr.Node, body *expr.Node, ctx []*expr.Node) ([]*expr.Node, *expr.Node) {
	coef := expr.Int(1)
	for len(binders) > 1 {
		// Renaming may have turned the sign of a product: its coefficient goes outside.
		if constant, terms := expr.Terms(body); body.Kind() == expr.KindAdd && constant.IsZero() && len(terms) == 1 {
			coef, body = coef.Mul(terms[0].Coef), terms[0].X
		}
		if body.Kind() == expr.KindAdd {
			break
		}
		b := p.cheapest(binders, expr.Factors(body))
		inner, outer := split(expr.Factors(body), b)
		rest := slices.DeleteFunc(slices.Clone(binders), func(x *expr.Node) bool { return x == b })
		conds := append(slices.Clone(ctx), conditions(p.s.Mul(outer...))...)
		outer = slices.DeleteFunc(outer, func(f *expr.Node) bool {
			if isIndexCond(f) || p.safe(f, conds) {
				return false
			}
			inner = append(inner, f) // in range only by the conditions of the inner sum
			return true
		})
		tight, term := p.tighten(b, p.s.Mul(inner...))
		d := p.over(expr.Sum, []*expr.Node{tight}, term, conds)
		some := p.s.Cond(expr.GeZero, p.s.Sub(tight.Hi(), tight.Lo())) // without a term the factors outside, which may be infinite, are not read
		body = p.s.Mul(append(outer, some, d)...)
		binders = rest
	}
	return binders, p.s.Scale(coef, body)
}

// split divides factors into those that depend on b and the others.
func split(factors []*expr.Node, b *expr.Node) (inner, outer []*expr.Node) {
	for _, f := range factors {
		if f.DependsOn(b) {
			inner = append(inner, f)
		} else {
			outer = append(outer, f)
		}
	}
	return inner, outer
}

// maxNested bounds the binders whose orders are all tried.
const maxNested = 6

// cheapest returns the binder to sum over first.
func (p *plan) cheapest(binders, factors []*expr.Node) *expr.Node {
	type member struct {
		free    []*expr.Node // the free indices of a factor
		inverse *expr.Node   // the factor, if it is an entry of an inverse
	}
	type net []member
	start := make(net, len(factors))
	for k, f := range factors {
		start[k] = member{free: p.own(f)}
		if isInverse(f) {
			start[k].inverse = f
		}
	}
	eliminate := func(n net, b *expr.Node) (net, int) {
		var joined []*expr.Node
		var touched, rest net
		for _, m := range n {
			if !slices.Contains(m.free, b) {
				rest = append(rest, m)
				continue
			}
			touched = append(touched, m)
			for _, f := range m.free {
				if !slices.Contains(joined, f) {
					joined = append(joined, f)
				}
			}
		}
		for _, f := range b.Free() { // and those that its range mentions, which the sum has from then on
			if !slices.Contains(joined, f) {
				joined = append(joined, f)
			}
		}
		sizes, formed, solved := len(joined), 0, false
		for k, m := range touched {
			if m.inverse == nil {
				continue
			}
			other, _, ok := contracts(m.inverse, b)
			if !ok || solved {
				formed++ // entry by entry, which takes the whole inverse
				continue
			}
			solved = true
			for j, m := range touched { // the unknowns and a right-hand side's index are two, though they are called the same
				if j != k && slices.ContainsFunc(other.Free(), func(i *expr.Node) bool { return slices.Contains(m.free, i) }) {
					sizes++
					break
				}
			}
		}
		cost := 1
		for range sizes {
			cost = min(1000*cost, 1e15)
		}
		cost += formed*2e9 + alike(joined)
		joined = slices.DeleteFunc(joined, func(f *expr.Node) bool { return f == b })
		return append(rest, member{free: joined}), cost
	}
	var least func(n net, left []*expr.Node) int
	least = func(n net, left []*expr.Node) int {
		best := 0
		for k, b := range left {
			if mentionedIn(b, left) {
				continue
			}
			next, cost := eliminate(n, b)
			if len(left) > 1 && len(left) <= maxNested {
				cost += least(next, slices.Delete(slices.Clone(left), k, k+1))
			}
			if best == 0 || cost < best {
				best = cost
			}
		}
		return best
	}
	var best *expr.Node
	bestCost, bestRun := 0, 0
	for k, b := range binders {
		if mentionedIn(b, binders) {
			continue
		}
		next, cost := eliminate(start, b)
		if len(binders) <= maxNested {
			cost += least(next, slices.Delete(slices.Clone(binders), k, k+1))
		}
		run := 0
		for _, f := range factors {
			run += 4 * p.contiguity(f, b)
			if p.plainSide(f, b) { // of the two sides of a matrix
				run++
			}
		}
		if best == nil || cost < bestCost || cost == bestCost && run > bestRun {
			best, bestCost, bestRun = b, cost, run
		}
	}
	return best
}

// alike returns how many of the indices, at the most, run over the same size: of two orders that cost the same where all sizes are equal, the one that
// mixes them never costs a higher power of one that is large.
func alike(indices []*expr.Node) int {
	most := 0
	for _, i := range indices {
		same := 0
		for _, j := range indices {
			if i.Hi() == j.Hi() {
				same++
			}
		}
		most = max(most, same)
	}
	return most
}

// mentionedIn reports whether the range of another index mentions b.
func mentionedIn(b *expr.Node, all []*expr.Node) bool {
	for _, x := range all {
		if x != b && x.DependsOn(b) {
			return true
		}
	}
	return false
}

// contiguity counts the entries of parameters in n along whose rows index i runs, less those that it jumps through.
func (p *plan) contiguity(n, i *expr.Node) int {
	count := 0
	seen := map[*expr.Node]bool{}
	var visit func(n *expr.Node)
	visit = func(n *expr.Node) {
		if seen[n] || !n.DependsOn(i) {
			return
		}
		seen[n] = true
		if n.Kind() == expr.KindEntry && p.of[n.Symbol()] == nil {
			count += run(n, i)
		}
		for _, a := range n.Args() {
			visit(a)
		}
	}
	visit(n)
	return count
}

// run is 1 if i is in the last subscript of an entry, negative if it is in an earlier one.
func run(entry, i *expr.Node) int {
	last := len(entry.Args()) - 1
	for axis, sub := range entry.Args() {
		if !sub.DependsOn(i) {
			continue
		}
		if axis == last && sub.Kind() != expr.KindEntry {
			return 1
		}
		return -(last - axis)
	}
	return 0
}
