package simplify

import (
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
)

// A pythagorean is a sum of two squares that is a third: a + b = c, each the square of a function of one x, or 1.
type pythagorean struct{ a, b, c string }

var pythagoreans = []pythagorean{{"sin", "cos", ""}, {"sinh", "", "cosh"}}

// trigonometric collapses what the identities of sines and cosines say of two terms of a sum, multiplied out where that helps,
//
//	a·sin(x)² + a·cos(x)² = a, cos(x)·cos(y) + sin(x)·sin(y) = cos(x - y), and so on,
//
// and sines and cosines of one x in a product, wherever that is lighter.
func trigonometric(s *expr.Session, x *expr.Node) *expr.Node {
	if !contains(x, isCircular) {
		return x
	}
	return s.Map(x, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		switch n.Kind() {
		case expr.KindAdd:
			y := s.With(n, args)
			if !contains(y, isCircular) {
				return y, true
			}
			best := collapsedTerms(s, y)
			if open := expand(s, y); open != y {
				if z := collapsedTerms(s, open); weight(s, z) < weight(s, best) {
					best = z
				}
			}
			return best, true
		case expr.KindMul:
			return tangents(s, s.With(n, args)), true
		}
		return nil, false
	})
}

// isCircular reports whether n is a sine, a cosine or a tangent, circular or hyperbolic.
func isCircular(n *expr.Node) bool {
	return n.Kind() == expr.KindCall && n.Func().Arity == 1 && n.Func().Ranks == nil &&
		slices.Contains([]string{"sin", "cos", "tan", "sinh", "cosh", "tanh"}, n.Func().Name)
}

// collapsedTerms puts pairs of terms together for as long as that makes x lighter.
func collapsedTerms(s *expr.Session, x *expr.Node) *expr.Node {
	for x.Kind() == expr.KindAdd && len(x.Args()) <= maxExpanded {
		y := collapsedPair(s, x)
		if y == x {
			break
		}
		x = y
	}
	return x
}

// collapsedPair puts the first pair of terms together that becomes lighter; a constant is a term.
func collapsedPair(s *expr.Session, x *expr.Node) *expr.Node {
	constant, terms := expr.Terms(x)
	if !constant.IsZero() {
		terms = append(terms, expr.Term{Coef: constant, X: s.Int(1)})
	}
	for i, a := range terms {
		for j, b := range terms {
			if i == j || !contains(a.X, isCircular) {
				continue
			}
			for _, together := range pairs(s, a, b) {
				rest := slices.Clone(terms)
				rest[i], rest[j] = expr.Term{Coef: expr.Int(1), X: together}, expr.Term{Coef: expr.Int(0), X: s.Int(1)}
				if y := s.Linear(expr.Int(0), rest); weight(s, y) < weight(s, x) {
					return y
				}
			}
		}
	}
	return x
}

// pairs returns other forms of a + b.
func pairs(s *expr.Session, a, b expr.Term) []*expr.Node {
	var out []*expr.Node
	for _, square := range circularSquares(a.X) {
		fn, arg := square.Func().Name, square.Args()[0]
		rest := s.Mul(a.X, s.Pow(square, s.Int(-2)))
		of := func(name string) *expr.Node {
			if name == "" {
				return rest
			}
			return s.Mul(rest, s.Pow(formula.Elementary(s, name, arg), s.Int(2)))
		}
		for _, p := range pythagoreans {
			// a + b = c, c - a = b, c - b = a
			for _, form := range [][4]string{{p.a, p.b, "+", p.c}, {p.b, p.a, "+", p.c}, {p.c, p.a, "-", p.b}, {p.c, p.b, "-", p.a}, {p.a, p.c, "-", p.b}, {p.b, p.c, "-", p.a}} {
				if form[0] != fn || of(form[1]) != b.X {
					continue
				}
				sum := form[2] == "+"
				coef := a.Coef
				if same := a.Coef.Equal(b.Coef); sum && !same || !sum && !a.Coef.Equal(b.Coef.Neg()) {
					continue
				}
				if !sum && (form[0] == p.a || form[0] == p.b) { // a - c = -b
					coef = coef.Neg()
				}
				out = append(out, s.Scale(coef, of(form[3])))
			}
		}
	}
	if y := s.Linear(expr.Int(0), []expr.Term{linearized(s, a), linearized(s, b)}); y != s.Linear(expr.Int(0), []expr.Term{a, b}) {
		out = append(out, y)
	}
	if a.Coef.Equal(b.Coef) || a.Coef.Equal(b.Coef.Neg()) {
		if y, ok := bodies(s, a, b); ok {
			out = append(out, y)
		}
	}
	return out
}

// bodies puts two terms together that are one factor times a sum over one and the same range each.
func bodies(s *expr.Session, a, b expr.Term) (*expr.Node, bool) {
	for _, x := range sumsOf(a.X) {
		for _, y := range sumsOf(b.X) {
			if len(x.Binders()) != 1 || len(y.Binders()) != 1 || without(s, a.X, x) != without(s, b.X, y) {
				continue
			}
			o := s.Open(x, y)
			p := s.Open(y, x, o.Body)
			if o.Indices[0].Lo() != p.Indices[0].Lo() || o.Indices[0].Hi() != p.Indices[0].Hi() {
				continue
			}
			sum := s.Linear(expr.Int(0), []expr.Term{{Coef: a.Coef, X: o.Body}, {Coef: b.Coef, X: s.Substitute(p.Body, p.Indices[0], o.Indices[0])}})
			if z := collapsedTerms(s, sum); z != sum {
				return s.Mul(without(s, a.X, x), s.Reduce(expr.Sum, z, o.Indices...)), true
			}
		}
	}
	return nil, false
}

// circularSquares returns the sines and cosines whose square or more is a factor of x.
func circularSquares(x *expr.Node) []*expr.Node {
	var out []*expr.Node
	for _, f := range expr.Factors(x) {
		if f.Kind() == expr.KindPow && isCircular(f.Args()[0]) && f.Args()[1].Kind() == expr.KindRat && f.Args()[1].Rat().Cmp(expr.Int(2)) >= 0 {
			out = append(out, f.Args()[0])
		}
	}
	return out
}

// linearized writes a product of two sines or cosines, a square not being one, as a sum: 2·sin(x)·cos(y) = sin(x + y) + sin(x - y), and so on.
func linearized(s *expr.Session, t expr.Term) expr.Term {
	var found, rest []*expr.Node
	for _, f := range expr.Factors(t.X) {
		if isCircular(f) && (f.Func().Name == "sin" || f.Func().Name == "cos") && len(found) < 2 {
			found = append(found, f)
		} else {
			rest = append(rest, f)
		}
	}
	if len(found) < 2 {
		return t
	}
	f, g := found[0], found[1]
	if f.Func().Name == "cos" && g.Func().Name == "sin" {
		f, g = g, f
	}
	x, y := f.Args()[0], g.Args()[0]
	sin := func(x *expr.Node) *expr.Node { return formula.Elementary(s, "sin", x) }
	cos := func(x *expr.Node) *expr.Node { return formula.Elementary(s, "cos", x) }
	less, more := s.Sub(x, y), s.Add(x, y)
	var sum *expr.Node
	switch {
	case f.Func().Name == "sin" && g.Func().Name == "cos":
		sum = s.Add(sin(less), sin(more))
	case f.Func().Name == "sin":
		sum = s.Sub(cos(less), cos(more))
	default:
		sum = s.Add(cos(less), cos(more))
	}
	others := s.Scale(expr.Frac(1, 2), s.Mul(rest...))
	_, terms := expr.Terms(sum)
	for k := range terms {
		terms[k].X = s.Mul(others, terms[k].X)
	}
	c, _ := expr.Terms(sum)
	return expr.Term{Coef: t.Coef, X: s.Add(s.Linear(expr.Int(0), terms), s.Scale(c, others))}
}

// tangents writes products of a sine, a cosine and a tangent of one x as powers of fewer of them: tan(x)·cos(x) = sin(x), sin(x)/cos(x) = tan(x).
func tangents(s *expr.Session, x *expr.Node) *expr.Node {
	powers := powersOf(s, x)
	for _, b := range powers.bases {
		if !isCircular(b) || x.Kind() == expr.KindAdd {
			continue
		}
		h := ""
		if name := b.Func().Name; name[len(name)-1] == 'h' {
			h = "h"
		}
		sin, cos, tan := formula.Elementary(s, "sin"+h, b.Args()[0]), formula.Elementary(s, "cos"+h, b.Args()[0]), formula.Elementary(s, "tan"+h, b.Args()[0])
		m, n, k := powers.exponent(sin), powers.exponent(cos), powers.exponent(tan)
		if !m.IsInt() || !n.IsInt() || !k.IsInt() {
			continue
		}
		for _, t := range []expr.Rat{m.Add(k), n.Neg().Add(k), expr.Int(0)} { // tan^t is left
			// sin^m·cos^n·tan^k = sin^(m+k-t)·cos^(n-k+t)·tan^t, which divides by a sine or has a tangent only where that was so
			if t.Sign() < 0 && m.Sign() >= 0 && k.Sign() >= 0 || t.Sign() > 0 && n.Sign() >= 0 && k.Sign() <= 0 {
				continue
			}
			y := s.Mul(x, s.Pow(sin, s.Rat(k.Sub(t))), s.Pow(cos, s.Rat(t.Sub(k))), s.Pow(tan, s.Rat(t.Sub(k))))
			if weight(s, y) < weight(s, x) {
				x = y
			}
		}
	}
	return x
}
