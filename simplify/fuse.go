package simplify

import (
	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/expr/ratexp"
)

// fusedExp is the exponential as it is read: the canonical one holds neither a sum nor a coefficient in its argument, so that
// exp(-x^2/2) is exp(x^2)^(-1/2) there.
var fusedExp = func() *expr.Func {
	row, _ := builtin.Lookup("exp", 1)
	return &expr.Func{Name: "exp as read", Text: "exp", Arity: 1, Sign: row.Func.Sign}
}()

// A fuser writes the exponentials among the factors of every product as one.
type fuser struct {
	s       *expr.Session
	memo    map[*expr.Node]*expr.Node
	restore bool // exponentials are put back into the sums that canonical form has taken them out of
}

// fuse writes the exponentials among the factors of every product as one.
func fuse(s *expr.Session, x *expr.Node) *expr.Node {
	f := fuser{s: s, memo: map[*expr.Node]*expr.Node{}}
	return f.of(x)
}

// restored is [fuse] with exponentials put back into sums.
func restored(s *expr.Session, x *expr.Node) *expr.Node {
	f := fuser{s: s, memo: map[*expr.Node]*expr.Node{}, restore: true}
	return f.of(x)
}

func (f *fuser) of(n *expr.Node) *expr.Node {
	if r, ok := f.memo[n]; ok {
		return r
	}
	r := f.node(n)
	f.memo[n] = r
	return r
}

func (f *fuser) node(n *expr.Node) *expr.Node {
	s := f.s
	switch n.Kind() {
	case expr.KindIndex, expr.KindCond, expr.KindEntry:
		return n
	case expr.KindReduce:
		o := s.Open(n)
		if body := f.of(o.Body); body != o.Body {
			return s.Reduce(n.Op(), body, o.Indices...)
		}
		return n
	case expr.KindMul, expr.KindPow, expr.KindCall:
		return f.product(n)
	}
	return f.parts(n)
}

// product fuses the factors of n.
func (f *fuser) product(n *expr.Node) *expr.Node {
	s, factors := f.s, expr.Factors(n)
	var exponents, others []*expr.Node
	if f.restore {
		sums, members, left := ratexp.Sums(s, factors, nil)
		for _, p := range sums {
			others = append(others, s.Pow(f.of(p.Node), s.Rat(p.Exponent)))
		}
		factors = ratexp.Rest(s, factors, members, left)
	}
	for _, x := range factors {
		if a, ok := logOfExponential(s, x); ok {
			exponents = append(exponents, a)
		} else if x.Kind() == expr.KindPow {
			others = append(others, s.Pow(f.of(x.Args()[0]), f.of(x.Args()[1])))
		} else if x != n {
			others = append(others, f.of(x))
		} else {
			others = append(others, f.parts(n))
		}
	}
	if len(exponents) > 0 {
		sum := s.Add(exponents...)
		if sum.Kind() == expr.KindRat { // a power of e
			others = append(others, s.Pow(s.Const("e"), sum))
		} else {
			others = append(others, s.Call(fusedExp, f.of(sum)))
		}
	}
	return s.Mul(others...)
}

// parts fuses the parts of n.
func (f *fuser) parts(n *expr.Node) *expr.Node {
	args := make([]*expr.Node, len(n.Args()))
	changed := false
	for k, a := range n.Args() {
		args[k] = f.of(a)
		changed = changed || args[k] != a
	}
	if !changed {
		return n
	}
	return f.s.With(n, args)
}
