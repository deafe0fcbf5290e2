package verify

import (
	"math/big"

	"github.com/seed-9905856d/derive/syntax"
)

// product returns x*y, x/y, x.*y or x./y. Conditions among the factors come first: where
// one is false the product is 0 and no other factor is looked at.
func (e *Evaluator) product(s scope, x *syntax.Binary) Tensor {
	if !e.admitted(s, x) {
		return scalar(e.int(0))
	}
	return e.factors(s, x)
}

// admitted reports whether every Iverson bracket among the factors of x is true.
func (e *Evaluator) admitted(s scope, x syntax.Expr) bool {
	switch x := syntax.Unparen(x).(type) {
	case *syntax.Iverson:
		return e.cond(s, x.Cond)
	case *syntax.Unary:
		return x.Op == syntax.Not || e.admitted(s, x.X)
	case *syntax.Binary:
		switch x.Op {
		case syntax.Mul, syntax.DotMul:
			return e.admitted(s, x.X) && e.admitted(s, x.Y)
		case syntax.Div, syntax.DotDiv:
			return e.admitted(s, x.X)
		}
	}
	return true
}

// factors returns the value of a product whose conditions hold.
func (e *Evaluator) factors(s scope, x *syntax.Binary) Tensor {
	var a Tensor
	if left, ok := x.X.(*syntax.Binary); ok && left.Op.IsProduct() {
		a = e.factors(s, left)
	} else {
		a = e.eval(s, x.X)
	}
	b := e.eval(s, x.Y)
	switch x.Op {
	case syntax.Div, syntax.DotDiv:
		div := e.div
		if e.isNorm(s, x.Y) {
			div = e.byNorm
		}
		r := e.zip(x, a, b, div)
		r.hasLog = a.hasLog
		return r
	case syntax.Mul:
		return e.multiply(x, a, b)
	}
	return e.scale(x, a, b)
}

// normOf returns what x is the Euclidean norm of.
func (e *Evaluator) normOf(s scope, x syntax.Expr) (of syntax.Expr, ok bool) {
	call, ok := syntax.Unparen(x).(*syntax.Call)
	if !ok || len(call.Args) != 1 || call.Fun.Name != "norm" && call.Fun.Name != "norm2" && call.Fun.Name != "normF" {
		return nil, false
	}
	if defs, _ := e.overloads(call.Fun.Name, s.library); len(defs) > 0 {
		return nil, false
	}
	return call.Args[0], true
}

// isNorm reports whether x is a norm, a power of one, or a multiple of such.
func (e *Evaluator) isNorm(s scope, x syntax.Expr) bool {
	if _, ok := e.normOf(s, x); ok {
		return true
	}
	if root, ok := syntax.Unparen(x).(*syntax.Call); ok && root.Fun.Name == "sqrt" && len(root.Args) == 1 { // a norm written out
		return isSquares(root.Args[0])
	}
	if b, ok := syntax.Unparen(x).(*syntax.Binary); ok {
		switch b.Op {
		case syntax.Pow:
			return e.isNorm(s, b.X)
		case syntax.Mul:
			return e.isNorm(s, b.X) || e.isNorm(s, b.Y)
		}
	}
	return false
}

// isSquares reports whether x is a sum of squares.
func isSquares(x syntax.Expr) bool {
	switch x := syntax.Unparen(x).(type) {
	case *syntax.Binary:
		switch x.Op {
		case syntax.Pow, syntax.DotPow:
			two, ok := syntax.Unparen(x.Y).(*syntax.Number)
			return ok && two.Value.Cmp(big.NewRat(2, 1)) == 0
		case syntax.Add:
			return isSquares(x.X) && isSquares(x.Y)
		case syntax.Mul:
			t, ok := syntax.Unparen(x.X).(*syntax.Transpose)
			return ok && syntax.Equal(t.X, x.Y)
		}
	case *syntax.Reduce:
		return x.Op.Name == "sum" && isSquares(x.Body)
	case *syntax.Call:
		return x.Fun.Name == "sum" && len(x.Args) == 1 && isSquares(x.Args[0])
	}
	return false
}

// byNorm returns x/y for a norm y: 0 where both are 0, as the derivative of a norm is by declaration.
func (e *Evaluator) byNorm(x, y Num) Num {
	if e.isZero(x) && e.isZero(y) {
		return e.int(0)
	}
	return e.div(x, y)
}

// multiply returns a*b: scaling by a scalar, else the matrix product.
func (e *Evaluator) multiply(at syntax.Expr, a, b Tensor) Tensor {
	if a.isScalar() || b.isScalar() {
		return e.scale(at, a, b)
	}
	m, k, n, r, ok := productForm(a, b)
	if !ok {
		help := ""
		if len(a.Shape) == 1 && len(b.Shape) == 1 && !a.Row && !b.Row {
			help = "x .* y multiplies entry by entry, x'*y is the scalar product"
		}
		e.advise(at, help, "the product of %s and %s is not defined", a.form(), b.form())
	}
	e.spend(at, m*k*n)
	mul := e.times(a, b)
	r.Data = make([]Num, 0, m*n)
	for i := range m {
		for j := range n {
			sum := e.int(0)
			for l := range k {
				sum = e.add(sum, mul(a.Data[i*k+l], b.Data[l*n+j]))
			}
			r.Data = append(r.Data, sum)
		}
	}
	return r
}

// scale returns the product entry by entry.
func (e *Evaluator) scale(at syntax.Expr, a, b Tensor) Tensor {
	r := e.zip(at, a, b, e.times(a, b))
	r.hasLog = a.hasLog || b.hasLog
	return r
}

// times returns the multiplication of entries of a and b: 0*log(x) is 0 whatever x is.
func (e *Evaluator) times(a, b Tensor) func(x, y Num) Num {
	switch {
	case b.hasLog:
		return e.annihilate
	case a.hasLog:
		return func(x, y Num) Num { return e.annihilate(y, x) }
	}
	return e.mul
}
