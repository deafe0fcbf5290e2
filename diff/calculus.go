package diff

import (
	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
)

// Calculus differentiates with the table of elementary functions: entries forwards, gradients backwards. It is what
// the derivative operators of formulas use. It remembers the derivatives by an entry, so that a higher order shares what
// a lower one found, and like the session that it serves is used by one goroutine at a time.
type Calculus struct {
	forwards map[*expr.Node]*forward // by entry
}

// NewCalculus returns a calculus for one session.
func NewCalculus() *Calculus { return &Calculus{forwards: map[*expr.Node]*forward{}} }

var _ formula.Calculus = &Calculus{}

// Gradient returns ∂e/∂sym[at…]; see [Gradient].
func (*Calculus) Gradient(s *expr.Session, e *expr.Node, sym *expr.Symbol, at ...*expr.Node) (*expr.Node, error) {
	return Gradient(s, Elementary{}, e, sym, at...)
}

// Partial returns ∂e/∂entry; see [Forward].
func (c *Calculus) Partial(s *expr.Session, e, entry *expr.Node) (*expr.Node, error) {
	d := c.forwards[entry]
	if d == nil {
		d = newForward(s, Elementary{}, entry)
		c.forwards[entry] = d
	}
	d.err = nil
	r := d.of(e)
	return r, d.err
}

// Elementary is the [Table] of the functions of package builtin.
type Elementary struct{}

// Partial returns the derivative of fn by its argument k, in the terms of its row.
func (Elementary) Partial(s *expr.Session, fn *expr.Func, k int, args []*expr.Node) (*expr.Node, error) {
	return formula.Partial(s, fn, k, args)
}

// EntryPartial returns the derivative of a function of a matrix by an entry of it, in the terms of its row.
func (Elementary) EntryPartial(s *expr.Session, fn *expr.Func, k int, args, at []*expr.Node) (*expr.Node, error) {
	return formula.EntryPartial(s, fn, args, at)
}

// Hardmax returns hardmax(v)[at].
func (Elementary) Hardmax(s *expr.Session, v, at *expr.Node) *expr.Node {
	return s.Call(builtin.Hardmax, v, at)
}

// Log returns log(x).
func (Elementary) Log(s *expr.Session, x *expr.Node) *expr.Node {
	return formula.Elementary(s, "log", x)
}
