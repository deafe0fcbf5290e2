package simplify

import (
	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/expr"
)

// sinceZero returns a difference of the sign of f(y), a monotone function that is 0 at a small number: y for sinh(y), y - 1 for log(y).
func sinceZero(s *expr.Session, call *expr.Node) (difference *expr.Node, ok bool) {
	f := call.Func()
	if f.Monotony == expr.NoMonotony || f.Exact == nil {
		return nil, false
	}
	return since(s, f, call.Args()[0], expr.Int(0))
}

// sinceValue returns a difference of the sign of c·f(y) - c·f(z) or c·f(y) - d, for a monotone function and its value d/c at a small number: y for
// exp(y) - 1.
func sinceValue(s *expr.Session, x *expr.Node) (difference *expr.Node, ok bool) {
	constant, terms := expr.Terms(x)
	if len(terms) == 0 || len(terms) > 2 {
		return nil, false
	}
	f, y := monotone(s, terms[0].X)
	if f == nil {
		return nil, false
	}
	switch {
	case len(terms) == 1:
		difference, ok = since(s, f, y, constant.Div(terms[0].Coef).Neg())
	case constant.IsZero() && terms[0].Coef.Equal(terms[1].Coef.Neg()):
		g, z := monotone(s, terms[1].X)
		if g != f {
			return nil, false
		}
		difference, ok = s.Sub(y, z), true
		if f.Monotony == expr.Decreasing {
			difference = s.Neg(difference)
		}
	}
	if ok && terms[0].Coef.Sign() < 0 {
		difference = s.Neg(difference)
	}
	return difference, ok
}

// monotone returns the function and the argument of a call of a monotone function, of products of exponentials too; nil for anything else.
func monotone(s *expr.Session, x *expr.Node) (f *expr.Func, y *expr.Node) {
	if log, ok := logOfExponential(s, x); ok && !x.IsOne() {
		return exponential, log
	}
	if x.Kind() != expr.KindCall || x.Func().Monotony == expr.NoMonotony {
		return nil, nil
	}
	return x.Func(), x.Args()[0]
}

// exponential is exp.
var exponential = func() *expr.Func {
	row, _ := builtin.Lookup("exp", 1)
	return row.Func
}()

// since returns y - r, or r - y for a decreasing function, where f(r) is a value and r is 0 or 1.
func since(s *expr.Session, f *expr.Func, y *expr.Node, value expr.Rat) (difference *expr.Node, ok bool) {
	for r := range int64(2) {
		if at := s.Call(f, s.Int(r)); at.Kind() != expr.KindRat || !at.Rat().Equal(value) {
			continue
		}
		if f.Monotony == expr.Decreasing {
			return s.Sub(s.Int(r), y), true
		}
		return s.Sub(y, s.Int(r)), true
	}
	return nil, false
}

// squares returns the factors y - a and y + a of a difference y^2 - a^2, of which a may be a number.
func squares(s *expr.Session, x *expr.Node) (minus, plus *expr.Node, ok bool) {
	constant, terms := expr.Terms(x)
	two := s.Int(2)
	base := func(t expr.Term) (*expr.Node, bool) {
		if t.X.Kind() != expr.KindPow || t.X.Args()[1] != two {
			return t.X, false
		}
		return t.X.Args()[0], true
	}
	switch {
	case len(terms) == 1 && constant.Sign()*terms[0].Coef.Sign() < 0:
		y, isSquare := base(terms[0])
		a := s.Pow(s.Rat(constant.Div(terms[0].Coef).Neg()), s.Rat(expr.Frac(1, 2)))
		minus = s.Sub(y, a)
		if constant.Sign() > 0 {
			minus = s.Neg(minus)
		}
		return minus, s.Add(y, a), isSquare && a.Kind() == expr.KindRat
	case len(terms) == 2 && constant.IsZero() && terms[0].Coef.Equal(terms[1].Coef.Neg()):
		if terms[0].Coef.Sign() < 0 {
			terms[0], terms[1] = terms[1], terms[0]
		}
		y, isSquare := base(terms[0])
		a, areSquares := base(terms[1])
		return s.Sub(y, a), s.Add(y, a), isSquare && areSquares
	}
	return nil, nil, false
}
