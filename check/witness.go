package check

import (
	"errors"
	"fmt"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/simplify"
	"github.com/seed-9905856d/derive/syntax"
	"github.com/seed-9905856d/derive/verify"
)

// readings are the expressions of a unit as the witness evaluates them. Each is read once, so that the witness knows it again.
type readings struct {
	witness    *verify.Witness
	explicitOf map[syntax.Expr]syntax.Expr
	writtenOf  map[*Item]syntax.Expr
	stagesOf   map[*simplify.Result][2]stage
}

func newReadings() readings {
	return readings{explicitOf: map[syntax.Expr]syntax.Expr{}, writtenOf: map[*Item]syntax.Expr{}, stagesOf: map[*simplify.Result][2]stage{}}
}

// evaluator returns the witness at a point.
func (u *Unit) evaluator(p verify.Point, precision uint) *verify.Evaluator {
	if u.readings.witness == nil {
		u.readings.witness = verify.NewWitness(u.witness())
	}
	return u.readings.witness.At(p, precision)
}

// explicit returns an expression with the sizes written out that it leaves to be inferred.
func (u *Unit) explicit(x syntax.Expr) syntax.Expr {
	y, ok := u.explicitOf[x]
	if !ok {
		y = u.Problem.Explicit(x)
		u.explicitOf[x] = y
	}
	return y
}

// A stage is a printed result of an item as it is read again.
type stage struct {
	name    string
	text    string
	x       syntax.Expr // with its free indices bound
	problem string      // why there is none
}

// stages returns the printed results of an item, in both notations.
func (u *Unit) stages(item *Item) [2]stage {
	if known, ok := u.stagesOf[item.Result]; ok {
		return known
	}
	var out [2]stage
	for k, s := range [2]struct {
		name string
		x    syntax.Expr
	}{{"result", item.Result.Text}, {"result by entries", item.Result.Index}} {
		out[k] = stage{name: s.name, text: syntax.Print(s.x)}
		if k > 0 && out[k].text == out[0].text {
			out[k].x, out[k].problem = out[0].x, out[0].problem
			continue
		}
		x, diagnostics := parser.ParseExpr("", out[k].text)
		if err := diagnostics.Err(); err != nil {
			out[k].problem = fmt.Sprintf("%s does not read: %v", out[k].text, err)
			continue
		}
		out[k].x = u.bound(item, x)
	}
	u.stagesOf[item.Result] = out
	return out
}

// written returns an item as it is written, with its free indices bound.
func (u *Unit) written(item *Item) syntax.Expr {
	x, ok := u.writtenOf[item]
	if !ok {
		x = u.bound(item, item.Expr)
		u.writtenOf[item] = x
	}
	return x
}

// bound returns an expression that belongs to an item with its free indices bound, and 0 where the givens about them do not hold.
// A result may bind them itself.
func (u *Unit) bound(i *Item, x syntax.Expr) syntax.Expr {
	free := i.Free
	if x != i.Expr {
		free = i.Result.Free
	}
	x = u.assumed(x)
	if free == 0 {
		return x
	}
	r := &syntax.Reduce{Op: syntax.Ident{Name: "tensor"}, Body: x}
	for _, a := range i.Result.Tensor.Axes[:free] {
		lo, err1 := expr.Syntax(a.Lo())
		hi, err2 := expr.Syntax(a.Hi())
		if err1 != nil || err2 != nil {
			return x
		}
		r.Binders = append(r.Binders, syntax.Binder{Name: syntax.Ident{Name: a.Name()}, Lo: lo, Hi: hi})
	}
	return r
}

// evaluate evaluates an expression as it is written.
func (u *Unit) evaluate(x syntax.Expr, p verify.Point) (verify.Tensor, error) {
	return u.evaluateWith(u.evaluator(p, u.precision()), x)
}

// evaluateWith evaluates an expression and reports where its value says nothing.
func (u *Unit) evaluateWith(e *verify.Evaluator, x syntax.Expr) (verify.Tensor, error) {
	t, err := e.Eval(u.explicit(x))
	switch {
	case err != nil:
	case e.Overflowed() || e.Precision() > MatrixPrecision && e.LargestExponent() > int64(e.Precision()):
		return t, errOverflow
	case e.Cancelled():
		return t, errSingular
	}
	return t, err
}

// The errors where the value of the witness says nothing about the formula.
var (
	errOverflow  = errors.New("an exponential is out of the range of the numbers that it is checked with")
	errNotFinite = errors.New("it has no finite value")
	errOutside   = errors.New("the conditions of its result do not hold")
	errSingular  = errors.New("rounding decides: a matrix that is inverted is singular, or the largest of numbers is that by rounding alone; or something is compared with what has no value")
)

// A memory is what the witness has computed at one place and at places beside it.
type memory struct {
	evaluators map[uint]*verify.Evaluator // by precision
	values     map[valueKey]value
	beside     map[besideKey]place
}

type valueKey struct {
	x         syntax.Expr
	precision uint
	limit     int
}

type value struct {
	tensor verify.Tensor
	err    error
}

type besideKey struct {
	pattern int
	bits    uint
}

// remembering returns a place where the witness computes nothing twice, as long as that place is in use.
func (p place) remembering() place {
	p.memory = &memory{map[uint]*verify.Evaluator{}, map[valueKey]value{}, map[besideKey]place{}}
	return p
}

// valueAt evaluates an expression at a place, in its precision and within its limit.
func (u *Unit) valueAt(x syntax.Expr, p place) (verify.Tensor, error) {
	if p.memory == nil {
		p = p.remembering()
	}
	key := valueKey{x, p.precision, p.limit}
	if v, ok := p.memory.values[key]; ok {
		return v.tensor, v.err
	}
	e := p.memory.evaluators[p.precision]
	if e == nil {
		e = u.evaluator(p.Point, p.precision)
		p.memory.evaluators[p.precision] = e
	}
	if e.Limit = p.limit; p.limit == 0 {
		e.Limit = verify.DefaultLimit
	}
	t, err := u.evaluateWith(e, x)
	p.memory.values[key] = value{t, err}
	return t, err
}
