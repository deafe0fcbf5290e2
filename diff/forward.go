// Package diff differentiates expressions. [Forward] gives the derivative by one entry of an input, with
// deltas for its subscripts: d(sum[i](x[i]^2), x[k]) comes out as 2*x[k] because the constructors of
// package expr sum the delta away. The chain rule is applied in one place, with the partial
// derivatives that a [Table] supplies.
package diff

import (
	"fmt"
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/expr/ratexp"
)

// A Table supplies what differentiation needs to know of elementary functions.
type Table interface {
	// Partial returns ∂fn/∂argₖ at args, k counted from 0; an error where it does not exist.
	Partial(s *expr.Session, fn *expr.Func, k int, args []*expr.Node) (*expr.Node, error)
	// EntryPartial returns the derivative of fn at args by the entry of its tensor argument k at the given subscripts.
	EntryPartial(s *expr.Session, fn *expr.Func, k int, args, at []*expr.Node) (*expr.Node, error)
	// Hardmax returns the entry of hardmax(v) at a subscript, v a vector made by [expr.Session.Lambda].
	Hardmax(s *expr.Session, v, at *expr.Node) *expr.Node
	// Log returns the natural logarithm of x.
	Log(s *expr.Session, x *expr.Node) *expr.Node
}

// Forward returns ∂e/∂entry. The entry's subscripts may be free indices of e; they stay free in the result.
func Forward(s *expr.Session, table Table, e, entry *expr.Node) (*expr.Node, error) {
	if entry.Kind() != expr.KindEntry {
		return nil, fmt.Errorf("diff: can only differentiate by an entry of an input")
	}
	d := newForward(s, table, entry)
	r := d.of(e)
	return r, d.err
}

type forward struct {
	s     *expr.Session
	table Table
	entry *expr.Node
	memo  map[*expr.Node]*expr.Node
	err   error
}

func newForward(s *expr.Session, table Table, entry *expr.Node) *forward {
	return &forward{s: s, table: table, entry: entry, memo: map[*expr.Node]*expr.Node{}}
}

func (d *forward) of(n *expr.Node) *expr.Node {
	if r, ok := d.memo[n]; ok {
		return r
	}
	r := d.rule(n)
	d.memo[n] = r
	return r
}

// rule is the one place of the chain rule.
func (d *forward) rule(n *expr.Node) *expr.Node {
	s, args := d.s, n.Args()
	switch n.Kind() {
	case expr.KindEntry:
		return d.delta(n)
	case expr.KindAdd:
		_, terms := expr.Terms(n)
		for i := range terms {
			terms[i].X = d.of(terms[i].X)
		}
		return s.Linear(expr.Int(0), terms)
	case expr.KindMul:
		terms := make([]*expr.Node, 0, len(args))
		whole := exponentials(s, args)
		for k, e := range whole.parts {
			if de := d.of(e); !de.IsZero() {
				terms = append(terms, s.Mul(n, whole.partials[k], de))
			}
		}
		for i, f := range args {
			if slices.Contains(whole.members, i) {
				continue
			}
			if df := d.of(f); !df.IsZero() {
				others := append(append(make([]*expr.Node, 0, len(args)), args[:i]...), args[i+1:]...)
				terms = append(terms, s.Mul(append(others, df)...))
			}
		}
		return s.Add(terms...)
	case expr.KindPow:
		return d.power(args[0], args[1])
	case expr.KindCall:
		if n.Func().Ranks != nil {
			return d.tensorCall(n)
		}
		if sum, ok := asSumOfLogs(s, d.table, n); ok {
			return d.of(sum)
		}
		terms := make([]*expr.Node, 0, len(args))
		for k, a := range args {
			da := d.of(a)
			if da.IsZero() {
				continue
			}
			p, err := d.table.Partial(s, n.Func(), k, args)
			if err != nil && d.err == nil {
				d.err = err
			}
			if p != nil {
				terms = append(terms, s.Mul(p, da))
			}
		}
		return s.Add(terms...)
	case expr.KindIf:
		return s.If(args[0], d.of(args[1]), d.of(args[2]))
	case expr.KindReduce:
		return d.reduce(n)
	}
	return s.Int(0) // numbers, sizes, indices, conditions
}

// What is differentiated as a whole among the factors of a product C: the parts that it is a function of, and (∂C/∂e)/C for each. A part is a power
// or a sum that was taken apart; it need not be a factor of C, but all it consists of is.
type wholeFactors struct {
	members         []int
	parts, partials []*expr.Node
}

// exponentials finds a rational function of exponentials among factors, such as exp(z)/(1 + exp(z)), and sums that exponentials were taken out of.
func exponentials(s *expr.Session, factors []*expr.Node) (w wholeFactors) {
	add := func(part, partial *expr.Node) {
		w.parts, w.partials = append(w.parts, part), append(w.partials, partial)
	}
	if c, ok := ratexp.Find(factors); ok {
		if slope, ok := c.Slope(s); ok {
			w.members = c.Members
			for k, e := range c.Exponentials {
				add(e, s.Scale(c.Powers[k], s.Mul(slope, s.Inv(e))))
			}
		}
	}
	sums, members, left := ratexp.Sums(s, factors, w.members)
	w.members = append(w.members, members...)
	for _, p := range append(sums, left...) {
		add(p.Node, s.Scale(p.Exponent, s.Inv(p.Node)))
	}
	return w
}

// tensorCall returns the derivative of a function of tensors, the sum over their entries.
func (d *forward) tensorCall(n *expr.Node) *expr.Node {
	var terms []*expr.Node
	for k, a := range n.Args()[:len(n.Func().Ranks)] {
		indices, body := []*expr.Node(nil), a
		if expr.IsLambda(a) {
			o := d.s.Open(a, n, d.entry)
			indices, body = o.Indices, o.Body
		}
		da := d.of(body)
		if da.IsZero() {
			continue
		}
		p, err := d.table.EntryPartial(d.s, n.Func(), k, n.Args(), indices)
		if err != nil {
			d.err = err
			return d.s.Int(0)
		}
		terms = append(terms, d.s.Reduce(expr.Sum, d.s.Mul(p, da), indices...))
	}
	return d.s.Add(terms...)
}

// delta returns ∂x[i…]/∂x[k…] = Π [i = k].
func (d *forward) delta(n *expr.Node) *expr.Node {
	if n.Symbol() != d.entry.Symbol() {
		return d.s.Int(0)
	}
	factors := make([]*expr.Node, len(n.Args()))
	for i, sub := range n.Args() {
		factors[i] = d.s.Cond(expr.EqZero, d.s.Sub(sub, d.entry.Args()[i]))
	}
	return d.s.Mul(factors...)
}

// power returns d(x^y) = y·x^(y-1)·dx + x^y·log(x)·dy.
func (d *forward) power(x, y *expr.Node) *expr.Node {
	s := d.s
	var terms []*expr.Node
	if dx := d.of(x); !dx.IsZero() {
		terms = append(terms, s.Mul(powerByBase(s, x, y), dx))
	}
	if dy := d.of(y); !dy.IsZero() {
		terms = append(terms, s.Mul(s.Pow(x, y), d.table.Log(s, x), dy))
	}
	return s.Add(terms...)
}

// powerByBase returns ∂(x^y)/∂x = y·x^(y-1). x^0 is 1 and its derivative 0, also at x = 0.
func powerByBase(s *expr.Session, x, y *expr.Node) *expr.Node {
	factors := []*expr.Node{y, s.Pow(x, s.Sub(y, s.Int(1)))}
	for _, f := range expr.Factors(y) { // those that are integers, or conditions such as [n >= 2], may be 0
		switch {
		case expr.IsIndexForm(f):
			factors = append(factors, s.Cond(expr.NeZero, f))
		case f.Kind() == expr.KindCond:
			factors = append(factors, f)
		}
	}
	return s.Mul(factors...)
}

// reduce differentiates under the fold:
//
//	d Σᵢ fᵢ = Σᵢ dfᵢ
//	d Πᵢ fᵢ = Σᵢ dfᵢ·Π_{j≠i} fⱼ
//	d maxᵢ fᵢ = the mean of dfᵢ over those i where fᵢ is the maximum
func (d *forward) reduce(n *expr.Node) *expr.Node {
	s := d.s
	if n.Op() == expr.Max || n.Op() == expr.Min {
		return d.extremum(n)
	}
	o := s.Open(n, d.entry)
	df := d.of(o.Body)
	if n.Op() == expr.Prod && !df.IsZero() {
		df = s.Mul(df, otherFactors(s, n, o, df, d.entry))
	}
	return s.Reduce(expr.Sum, df, o.Indices...)
}

// extremum differentiates a maximum or minimum.
func (d *forward) extremum(n *expr.Node) *expr.Node {
	clear := []*expr.Node{d.entry}
	x := opened(n, func(n *expr.Node) *expr.Opening {
		o := d.s.Open(n, clear...)
		clear = append(clear, o.Indices...)
		return o
	})
	df := d.of(x.body)
	if df.IsZero() {
		return df
	}
	share, err := x.share(d.s, d.table, df, d.entry)
	if err != nil {
		d.err = err
	}
	return d.s.Reduce(expr.Sum, d.s.Mul(df, share), x.indices...)
}

// otherFactors returns Π_{j≠i} fⱼ for the product n opened at i; the new index is clear of the given expressions.
func otherFactors(s *expr.Session, n *expr.Node, o *expr.Opening, clear ...*expr.Node) *expr.Node {
	again := s.Open(n, append(clear, o.Indices...)...)
	differs := s.Cond(expr.NeZero, s.Sub(again.Indices[0], o.Indices[0]))
	return s.Reduce(expr.Prod, s.If(differs, again.Body, s.Int(1)), again.Indices...)
}
