package simplify

import (
	"fmt"
	"math/big"
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/poly"
	"github.com/seed-9905856d/derive/syntax"
)

// A former brings expressions into a form.
type former struct {
	s      *expr.Session
	facts  *facts
	form   Form
	text   string // what the form is by
	failed error
}

// of returns x in the form.
func (f *former) of(x *expr.Node) *expr.Node {
	row := f.form.row
	return regions(f.s, x, row.inverses, row.calls, func(n *expr.Node) *expr.Node { return row.rewrite(f, n) })
}

// laurent reads x as a polynomial in opaque parts and their inverses over a number.
func (f *former) laurent(x *expr.Node) (*ring, quotient, bool) {
	r, err := newRing(f.s, true, x)
	if err != nil {
		return nil, quotient{}, false
	}
	q, err := r.read(x)
	return r, q, err == nil
}

// expanded multiplies x out, as far as it is not too large.
func (f *former) expanded(x *expr.Node) *expr.Node {
	r, q, ok := f.laurent(x)
	if !ok {
		return expand(f.s, x)
	}
	return r.sum(q.num, q.den.Lead())
}

// factored writes x as a product of factors over such a product.
func (f *former) factored(x *expr.Node) *expr.Node {
	r, q, ok := lowest(f.s, x)
	if !ok {
		return factorSum(f.s, x)
	}
	return f.s.Div(r.product(q.num), r.product(q.den))
}

// cancelled writes x as a sum over a sum without common factors.
func (f *former) cancelled(x *expr.Node) *expr.Node {
	r, q, ok := lowest(f.s, x)
	if !ok {
		return x
	}
	one := big.NewInt(1)
	return f.s.Div(r.sum(q.num, one), r.sum(q.den, one))
}

// variable returns the variable of the ring that the form is by.
func (f *former) variable(r *ring) (int, bool) {
	for k, a := range r.atoms {
		if x, err := expr.Syntax(a); err == nil && syntax.Print(x) == f.text {
			return k, true
		}
	}
	return 0, false
}

// collected sorts x by the powers of the variable.
func (f *former) collected(x *expr.Node) *expr.Node {
	r, q, ok := f.laurent(x)
	if !ok {
		return x
	}
	k, ok := f.variable(r)
	if !ok {
		return x
	}
	byPower := map[int][]poly.Term{}
	var powers []int
	for _, t := range q.num.Terms() {
		e := t.Exps[k]
		if byPower[e] == nil {
			powers = append(powers, e)
		}
		exps := slices.Clone(t.Exps)
		exps[k] = 0
		byPower[e] = append(byPower[e], poly.Term{Coef: t.Coef, Exps: exps})
	}
	var terms []*expr.Node
	for _, e := range powers {
		power := make([]int, len(r.atoms))
		power[k] = e
		c := r.sum(poly.New(len(r.atoms), byPower[e]...), q.den.Lead())
		terms = append(terms, f.s.Mul(r.monomial(power), c))
	}
	return f.s.Add(terms...)
}

// horner writes numerator and denominator by Horner's scheme in the variable.
func (f *former) horner(x *expr.Node) *expr.Node {
	r, q, ok := lowest(f.s, x)
	if !ok {
		return x
	}
	k, ok := f.variable(r)
	if !ok {
		return x
	}
	scheme := func(p *poly.Poly) *expr.Node {
		result := f.s.Int(0)
		gap := 0
		cs := p.Coefficients(k)
		power := func(e int) *expr.Node {
			exps := make([]int, len(r.atoms))
			exps[k] = e
			return r.monomial(exps)
		}
		for j := len(cs) - 1; j >= 0; j-- {
			if !cs[j].IsZero() {
				result = f.s.Add(f.s.Mul(power(gap), result), r.sum(cs[j], big.NewInt(1)))
				gap = 0
			}
			gap++
		}
		return f.s.Mul(power(gap-1), result)
	}
	return f.s.Div(scheme(q.num), scheme(q.den))
}

// fails notes that a form is too much work, unless another reason is known, and leaves x as it is.
func (f *former) fails(x *expr.Node) *expr.Node {
	if f.failed == nil {
		f.failed = fmt.Errorf("%w: %s takes too much work", ErrNoForm, f.form)
	}
	return x
}
