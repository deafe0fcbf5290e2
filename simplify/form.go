package simplify

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/syntax"
)

// A Form is the form that a result is to have, as [ParseForm] reads it. The zero value is the cheapest form to read.
type Form struct {
	row *formRow
	by  syntax.Expr // of a form in powers of something; nil for others
}

// String returns the text that [ParseForm] reads as f.
func (f Form) String() string {
	switch {
	case f.row == nil:
		return formRows[0].name
	case f.by == nil:
		return f.row.name
	}
	return f.row.name + "=" + syntax.Print(f.by)
}

// IsAuto reports whether f is the cheapest form to read.
func (f Form) IsAuto() bool { return f.row == nil }

// A formRow is a form that a user may ask for.
type formRow struct {
	name, sentence string
	by             bool // a name or entry follows
	inverses       bool // of the ring
	calls          bool // arguments of functions take the form as well
	rewrite        func(f *former, x *expr.Node) *expr.Node
}

// formRows are the forms, that which is the cheapest to read first.
var formRows = []formRow{
	{name: "auto", sentence: "the cheapest form to read"},
	{name: "expand", sentence: "products and powers of sums are multiplied out, and like terms collected", inverses: true, calls: true, rewrite: (*former).expanded},
	{name: "factor", sentence: "common factors are taken out, and polynomials are written as products", calls: true, rewrite: (*former).factored},
	{name: "cancel", sentence: "one numerator over one denominator without common factors", calls: true, rewrite: (*former).cancelled},
	{name: "collect", sentence: "sorted by the powers of x", by: true, inverses: true, rewrite: (*former).collected},
	{name: "partial", sentence: "partial fractions in x", by: true, rewrite: (*former).partial},
	{name: "horner", sentence: "a polynomial in x as c + x*(b + x*a)", by: true, rewrite: (*former).horner},
}

// FormNames returns the forms as [ParseForm] reads them, with x for a name or an entry, and what each is, in one phrase.
func FormNames() []Rule {
	var out []Rule
	for _, r := range formRows {
		name := r.name
		if r.by {
			name += "=x"
		}
		out = append(out, Rule{name, r.sentence})
	}
	return out
}

// ErrForm is the error for a form that there is not.
var ErrForm = errors.New("unknown form")

// ErrNoForm is the error for a result that cannot be written in the form asked for.
var ErrNoForm = errors.New("the result cannot be written in that form")

// ParseForm reads the name of a form, such as "expand" or "collect=x". The error is [ErrForm].
func ParseForm(text string) (Form, error) {
	name, by, found := strings.Cut(text, "=")
	for k := range formRows {
		row := &formRows[k]
		switch {
		case row.name != name:
			continue
		case row.by != found:
			if row.by {
				return Form{}, fmt.Errorf("%w %q: a name is missing, as in %s=x", ErrForm, text, name)
			}
			return Form{}, fmt.Errorf("%w %q: nothing follows %s", ErrForm, text, name)
		case k == 0:
			return Form{}, nil
		case !found:
			return Form{row: row}, nil
		}
		x, diagnostics := parser.ParseExpr("--form", by)
		if diagnostics.Err() != nil {
			return Form{}, fmt.Errorf("%w %q: %q is no name", ErrForm, text, by)
		}
		return Form{row: row, by: x}, nil
	}
	return Form{}, fmt.Errorf("%w %q", ErrForm, text)
}

// SetForm makes the simplifier write results in a form.
func (z *Simplifier) SetForm(f Form) { z.form = f }

// inForm replaces the best result by the cheapest that has the form. Names are put in where they leave it as it is.
func (c *search) inForm(form Form) error {
	f := &former{s: c.z.s, facts: c.facts, form: form}
	if form.by != nil {
		f.text = syntax.Print(form.by)
		if err := c.knows(form.by); err != nil {
			return err
		}
	}
	var forms []*expr.Node
	done := c.z.s.Within(c.work, func() {
		p := c.pass(c.z)
		starts := []*expr.Node{c.base, p.run(byNames, c.base)}
		if !contains(c.best.value, func(n *expr.Node) bool { return n.Kind() == expr.KindCall && n.Func() == fusedExp }) {
			starts = append(starts, c.best.value)
		}
		for _, x := range starts {
			y := f.of(x)
			c.z.note(form.String(), x, y)
			forms = append(forms, y)
			if named := p.run(byNames, y); named != y && f.of(named) == named && (divides(y) || !divides(named)) {
				forms = append(forms, named)
			}
			if fused := p.run(byExponentials, y); fused != y && f.of(fused) == fused {
				forms = append(forms, fused)
			}
		}
	})
	if f.failed != nil {
		return f.failed
	}
	if !done {
		return fmt.Errorf("%w: %s takes too much work", ErrNoForm, form)
	}
	r, err := c.z.cheapest(c.t, forms, c.free, c.notation, math.MaxInt, c.done)
	if err != nil {
		return err
	}
	if form.row.inverses && joinsTerms(r.Text) {
		if text, ok := c.termByTerm(r.value); ok {
			r.Text = text
		}
	}
	c.best, c.settled = r, true
	return nil
}

// divides reports whether a quotient stands in x.
func divides(x *expr.Node) bool {
	return contains(x, func(n *expr.Node) bool {
		return n.Kind() == expr.KindPow && n.Args()[1].Kind() == expr.KindRat && n.Args()[1].Rat().Sign() < 0
	})
}

// joinsTerms reports whether a product with a sum as a factor stands in x, as matrix notation writes what terms have in common.
func joinsTerms(x syntax.Expr) bool {
	found := false
	isSum := func(y syntax.Expr) bool {
		b, ok := syntax.Unparen(y).(*syntax.Binary)
		return ok && (b.Op == syntax.Add || b.Op == syntax.Sub)
	}
	syntax.Inspect(x, func(y syntax.Expr) bool {
		if b, ok := y.(*syntax.Binary); ok && (b.Op == syntax.Mul || b.Op == syntax.DotMul) {
			found = found || isSum(b.X) || isSum(b.Y)
		}
		return !found
	})
	return found
}

// termByTerm writes the terms of x one after the other, those with a plus sign first; ok is false where that joins terms as well.
func (c *search) termByTerm(x *expr.Node) (text syntax.Expr, ok bool) {
	constant, terms := expr.Terms(x)
	if !constant.IsZero() {
		terms = append(terms, expr.Term{Coef: constant, X: c.z.s.Int(1)})
	}
	slices.SortStableFunc(terms, func(a, b expr.Term) int { return b.Coef.Sign() - a.Coef.Sign() })
	for _, t := range terms {
		sign := t.Coef.Sign()
		if sign < 0 && text != nil {
			t.Coef = t.Coef.Neg()
		}
		r, err := c.z.print(c.tensor(c.z.s.Scale(t.Coef, t.X)), c.free, c.notation)
		switch {
		case err != nil || joinsTerms(r.Text):
			return nil, false
		case text == nil:
			text = r.Text
		case sign < 0:
			text = syntax.NewBinary(syntax.Sub, text, r.Text)
		default:
			text = syntax.NewBinary(syntax.Add, text, r.Text)
		}
	}
	return text, len(terms) > 1
}

// knows returns an error where the formula has no such name.
func (c *search) knows(by syntax.Expr) (err error) {
	known := map[string]bool{}
	for _, sym := range c.z.problem.Params {
		known[sym.Name] = true
	}
	for _, d := range c.z.problem.Definitions {
		known[d.Name] = true
	}
	contains(c.t.Value, func(n *expr.Node) bool { // indices and sizes
		known[n.Name()] = true
		return false
	})
	syntax.Inspect(by, func(y syntax.Expr) bool {
		if name, ok := y.(*syntax.Name); ok && !known[name.Name] && err == nil {
			err = fmt.Errorf("%w: it has no %s", ErrNoForm, name.Name)
		}
		return err == nil
	})
	return err
}
