package simplify

import (
	"maps"
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/syntax"
)

// A search looks for the cheapest form of one tensor, one source of forms after the other.
type search struct {
	z        *Simplifier // as it prints what is best
	t        formula.Tensor
	free     int
	notation Notation
	facts    *facts
	base     *expr.Node // what the forms are made from
	plain    *expr.Node // what code is made from
	best     *Result
	work     int // what one step may take
}

// The work that one step of a search may take, as [expr.Session.Within] counts it: searchWork, and searchWorkPerNode for each node of the tensor.
const (
	searchWork        = 1 << 20
	searchWorkPerNode = 32
)

// stepWork returns what one step of a search for forms of t may take.
func stepWork(t formula.Tensor) int { return searchWork + searchWorkPerNode*nodes(t.Value) }

// try takes a step of the search, without which the best so far stands if it takes too long.
func (c *search) try(step func()) {
	before, used := *c, maps.Clone(c.facts.used)
	if !c.z.s.Within(c.work, step) {
		*c = before
		c.facts.used = used
	}
}

// forms returns the cheapest of the forms of x, as z prints them.
func (c *search) forms(z *Simplifier, x *expr.Node) (*Result, error) {
	return z.cheapest(c.t, z.forms(x, c.t.Axes), c.free, c.notation)
}

// cheaper returns the cheapest of the forms of x if it costs less than the best so far.
func (c *search) cheaper(z *Simplifier, x *expr.Node) (*Result, bool) {
	r, err := c.forms(z, x)
	return r, err == nil && cost(r.Text) < cost(c.best.Text)
}

// first takes the forms of the base, or the base alone.
func (c *search) first() (err error) {
	if !c.z.s.Within(c.work, func() { c.best, err = c.forms(c.z, c.base) }) {
		c.best, err = c.z.print(formula.Tensor{Axes: c.t.Axes, Value: c.base, Orient: c.t.Orient}, c.free, c.notation)
	}
	return err
}

// withSymmetries tries what is equal because matrices are symmetric.
func (c *search) withSymmetries() {
	before := maps.Clone(c.facts.used)
	using := func(needed []symmetry) (z *Simplifier, x *expr.Node) {
		others := *c.z
		others.symmetric = func(n, i, j *expr.Node) bool { return c.facts.isSymmetric(n, i, j, needed) }
		return &others, c.facts.apply(c.facts.symmetric(c.base, needed))
	}
	needed := c.facts.symmetriesOf(c.base)
	if len(needed) == 0 {
		return
	}
	z, x := using(needed)
	r, ok := c.cheaper(z, x)
	if !ok {
		c.facts.used = before
		return
	}
	for k := 0; k < len(needed); { // without those that make no difference
		rest := slices.Delete(slices.Clone(needed), k, k+1)
		z2, x2 := using(rest)
		if r2, err := c.forms(z2, x2); err == nil && syntax.Equal(r2.Text, r.Text) {
			needed, z, x, r = rest, z2, x2, r2
		} else {
			k++
		}
	}
	c.best, c.base, c.z = r, x, z
	for _, sym := range needed {
		c.facts.used[sym.given] = true
	}
}

// multipliedOut tries what the facts say only of a product that is multiplied out.
func (c *search) multipliedOut() {
	open := expand(c.z.s, squaresOpened(c.z.s, c.base))
	if open == c.base || !c.facts.saysMore(c.base) {
		return
	}
	before := maps.Clone(c.facts.used)
	met := c.facts.apply(open)
	if met != open {
		if r, ok := c.cheaper(c.z, met); ok {
			if contains(c.plain, isInverse) { // else what is multiplied out may cancel in floating point where the factors do not
				c.plain = met
			}
			c.best, c.base = r, met
			return
		}
	}
	c.facts.used = before
}

// inSigmoids tries rational functions of an exponential as polynomials in its sigmoid, which may cost a little more if that leaves fewer
// exponentials to read.
func (c *search) inSigmoids() {
	for k, form := range []*expr.Node{c.base, expand(c.z.s, c.base)} {
		x := c.z.logistic(form)
		if x == form {
			continue
		}
		r, err := c.forms(c.z, x)
		if err != nil {
			continue
		}
		now, before := cost(r.Text), cost(c.best.Text)
		if k == 0 && calls(r.Text, "exp") < calls(c.best.Text, "exp") {
			before += before / 8
		}
		if now < before {
			c.best = r
		}
	}
}

// withSteps tries piecewise parts as products with [x > 0].
func (c *search) withSteps() {
	folded := c.z.fold(c.base)
	if x := steps(c.z.s, folded); x != folded {
		if r, ok := c.cheaper(c.z, x); ok {
			c.best = r
		}
	}
}

// calls counts the calls of a function.
func calls(x syntax.Expr, name string) int {
	n := 0
	syntax.Inspect(x, func(y syntax.Expr) bool {
		if call, ok := y.(*syntax.Call); ok && call.Fun.Name == name {
			n++
		}
		return true
	})
	return n
}

// joined tries sums over one denominator, inside as well.
func (c *search) joined() {
	if x := deepTogether(c.z.s, c.base); x != c.base {
		if r, ok := c.cheaper(c.z, x); ok {
			c.best = r
		}
	}
}

// writtenOut tries sums of known, small length written out, which is worth it where that takes no more entries to read.
func (c *search) writtenOut() bool {
	x := unroll(c.z.s, c.base)
	if x == c.base {
		return false
	}
	r, err := c.forms(c.z, x)
	if err != nil || weight(r.Tensor.Value) > weight(c.best.Tensor.Value) {
		return false
	}
	c.best = r
	return true
}

// asWritten takes what the user wrote if that is cheaper, unless something better was found whatever it costs.
func (c *search) asWritten(written syntax.Expr, settled bool) {
	if written != nil && !settled && cost(written) < cost(c.best.Text) {
		c.best.Text = written
		clear(c.facts.used)
	}
}
