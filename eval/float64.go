// Package eval computes values of expressions. It reads stored expressions as they are: the
// bodies of reductions are walked with their bound indices as variables.
package eval

import (
	"fmt"
	"math"

	"github.com/seed-9905856d/derive/expr"
)

// Tensor is a concrete value: the length of each axis and the entries in row-major order.
type Tensor struct {
	Shape []int
	Data  []float64
}

// Env gives values to the free names of an expression.
type Env struct {
	Sizes   map[string]int
	Values  map[*expr.Symbol]Tensor
	Indices map[*expr.Node]int
	// Call computes an elementary function.
	Call func(fn *expr.Func, args []float64) float64
}

// Float64 returns the value of n in float64 arithmetic. It is an error to read an entry outside its
// axes, unless a condition of the same product is 0 or the branch of an if is not taken.
func Float64(n *expr.Node, env Env) (float64, error) {
	e := evaluator{env: env, index: map[*expr.Node]int{}}
	for i, v := range env.Indices {
		e.index[i] = v
	}
	v := e.value(n)
	return v, e.err
}

type evaluator struct {
	env   Env
	index map[*expr.Node]int
	err   error
}

func (e *evaluator) fail(format string, args ...any) float64 {
	if e.err == nil {
		e.err = fmt.Errorf("eval: "+format, args...)
	}
	return math.NaN()
}

func (e *evaluator) value(n *expr.Node) float64 {
	args := n.Args()
	switch n.Kind() {
	case expr.KindRat:
		return ratFloat(n.Rat())
	case expr.KindConst:
		return constants[n.Name()]
	case expr.KindSize:
		v, ok := e.env.Sizes[n.Name()]
		if !ok {
			return e.fail("size %s has no value", n.Name())
		}
		return float64(v)
	case expr.KindIndex:
		v, ok := e.index[n]
		if !ok {
			return e.fail("index %s has no value", n.Name())
		}
		return float64(v)
	case expr.KindEntry:
		return e.entry(n)
	case expr.KindCond:
		return bool01(holds(n.Op(), e.value(args[0])))
	case expr.KindPow:
		return Pow(e.value(args[0]), e.value(args[1]))
	case expr.KindCall:
		if n.Func().Name == "hardmax" && n.Func().Ranks != nil {
			return e.hardmax(n)
		}
		values := make([]float64, len(args))
		for i, a := range args {
			values[i] = e.value(a)
		}
		return e.env.Call(n.Func(), values)
	case expr.KindIf:
		if e.value(args[0]) != 0 {
			return e.value(args[1])
		}
		return e.value(args[2])
	case expr.KindMul:
		return e.product(args)
	case expr.KindAdd:
		sum := ratFloat(n.Rat())
		for i, a := range args {
			sum += ratFloat(n.Coefs()[i]) * e.value(a)
		}
		return sum
	}
	return e.reduce(n)
}

// product is 0 as soon as a condition among the factors is.
func (e *evaluator) product(factors []*expr.Node) float64 {
	p := 1.0
	for _, onIndices := range []bool{true, false} { // conditions on entries may read where those on indices forbid it
		for _, f := range factors {
			if f.Kind() == expr.KindCond && expr.IsIndexForm(f.Args()[0]) == onIndices && e.value(f) == 0 {
				return 0
			}
		}
	}
	for _, f := range factors {
		if f.Kind() != expr.KindCond {
			p *= e.value(f)
		}
	}
	return p
}

func (e *evaluator) entry(n *expr.Node) float64 {
	t, ok := e.env.Values[n.Symbol()]
	if !ok {
		return e.fail("%s has no value", n.Symbol().Name)
	}
	at := 0
	for axis, sub := range n.Args() {
		i := int(e.value(sub))
		if i < 1 || i > t.Shape[axis] {
			return e.fail("%s: subscript %d of axis %d is outside 1..%d", n.Symbol().Name, i, axis+1, t.Shape[axis])
		}
		at = at*t.Shape[axis] + i - 1
	}
	return t.Data[at]
}

func (e *evaluator) reduce(n *expr.Node) float64 {
	acc := identities[n.Op()]
	e.fold(n, n.Binders(), &acc)
	return acc
}

func (e *evaluator) fold(n *expr.Node, binders []*expr.Node, acc *float64) {
	if len(binders) == 0 {
		v := e.value(n.Body())
		switch n.Op() {
		case expr.Sum:
			*acc += v
		case expr.Prod:
			*acc *= v
		case expr.Max:
			*acc = math.Max(*acc, v)
		case expr.Min:
			*acc = math.Min(*acc, v)
		}
		return
	}
	b := binders[0]
	lo, hi := int(e.value(b.Lo())), int(e.value(b.Hi()))
	for i := lo; i <= hi; i++ {
		e.index[b] = i
		e.fold(n, binders[1:], acc)
	}
	delete(e.index, b)
}

// hardmax is the part that one entry of a vector has in its maximum, which those that attain it share.
func (e *evaluator) hardmax(n *expr.Node) float64 {
	v, at := n.Args()[0], int(e.value(n.Args()[1]))
	if !expr.IsLambda(v) {
		return e.fail("hardmax of what is no vector has no value")
	}
	b := v.Binders()[0]
	largest, ties, own := math.Inf(-1), 0.0, 0.0
	for i := int(e.value(b.Lo())); i <= int(e.value(b.Hi())); i++ {
		e.index[b] = i
		x := e.value(v.Body())
		delete(e.index, b)
		if x > largest {
			largest, ties, own = x, 0, 0
		}
		if x == largest {
			ties++
			if i == at {
				own = 1
			}
		}
		if math.IsNaN(x) {
			return x
		}
	}
	return own / ties
}

var (
	constants  = map[string]float64{"pi": math.Pi, "e": math.E, "inf": math.Inf(1)}
	identities = map[expr.Op]float64{expr.Sum: 0, expr.Prod: 1, expr.Max: math.Inf(-1), expr.Min: math.Inf(1)}
)

// Pow is x^y over the reals with 0^0 = 1.
func Pow(x, y float64) float64 {
	switch y {
	case -1:
		return 1 / x
	case 0.5:
		return math.Sqrt(x)
	}
	return math.Pow(x, y)
}

func holds(op expr.Op, v float64) bool {
	switch op {
	case expr.EqZero:
		return v == 0
	case expr.NeZero:
		return v != 0
	case expr.GeZero:
		return v >= 0
	}
	return v > 0
}

func bool01(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func ratFloat(r expr.Rat) float64 {
	f, _ := r.Big().Float64()
	return f
}
