package codegen

import (
	"slices"

	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/expr"
)

// overPowers joins two terms over powers of one sum that differ by 1, the lower of which may be 0, where their numerators then cancel.
func (st *stabiliser) overPowers(t, u expr.Term) (*expr.Node, bool) {
	s := st.s
	for _, next := range expr.Factors(u.X) {
		d, power := powerOf(next)
		if d.Kind() != expr.KindAdd || power.Sign() >= 0 {
			continue
		}
		f := s.Pow(d, s.Rat(power.Add(expr.Int(1))))
		if !f.IsOne() && !slices.Contains(expr.Factors(t.X), f) {
			continue
		}
		constant, parts := expr.Terms(d)
		numerator := []expr.Term{{Coef: u.Coef, X: st.unsigned(s.Div(u.X, next))}}
		over := s.Div(t.X, f)
		for _, p := range append(parts, expr.Term{Coef: constant, X: s.Int(1)}) {
			numerator = append(numerator, expr.Term{Coef: t.Coef.Mul(p.Coef), X: st.unsigned(s.Mul(over, p.X))})
		}
		sum := s.Linear(expr.Int(0), numerator)
		switch {
		case termCount(sum) > 1:
			continue
		case f.IsOne() && !isSingle(sum): // may overflow where the quotient does not
			if !power.Equal(expr.Int(-1)) || sum.IsZero() {
				continue
			}
			inverse := s.Pow(sum, s.Int(-1))
			var under []*expr.Node
			for _, p := range append(parts, expr.Term{Coef: constant, X: s.Int(1)}) {
				under = append(under, s.Mul(s.Scale(p.Coef, p.X), inverse))
			}
			return s.Pow(s.Add(under...), s.Int(-1)), true
		}
		return s.Mul(sum, next), true
	}
	return nil, false
}

// overOne joins all terms of a sum over powers of one sum, of which there are three or more, where their numerators then cancel to one term:
// 1/d - 2·r/d² + r²/d³ = 1/d³ for d = 1 + r.
func (st *stabiliser) overOne(x *expr.Node) *expr.Node {
	s := st.s
	constant, terms := expr.Terms(x)
	if x.Kind() != expr.KindAdd || len(terms) > maxPairs {
		return x
	}
	for _, t := range terms {
		for _, f := range expr.Factors(t.X) {
			d, power := powerOf(f)
			most, ok := power.Int64()
			if d.Kind() != expr.KindAdd || !ok || most > -2 || most < -maxRootPower {
				continue
			}
			var numerator, rest []expr.Term
			for _, u := range terms {
				k := st.timesOf(s.Pow(u.X, s.Int(-1)), d)
				if k == 0 || k > -most {
					rest = append(rest, u)
					continue
				}
				over := s.Mul(u.X, s.Pow(d, s.Int(k)))
				up := []expr.Term{{Coef: u.Coef, X: over}}
				c, parts := expr.Terms(d)
				for range -most - k {
					var next []expr.Term
					for _, v := range up {
						for _, p := range append(parts[:len(parts):len(parts)], expr.Term{Coef: c, X: s.Int(1)}) {
							next = append(next, expr.Term{Coef: v.Coef.Mul(p.Coef), X: s.Mul(v.X, p.X)})
						}
					}
					if up = next; len(up) > maxMet {
						return x
					}
				}
				for k := range up {
					up[k].X = st.unsigned(up[k].X)
				}
				numerator = append(numerator, up...)
			}
			if sum := s.Linear(expr.Int(0), numerator); len(terms)-len(rest) >= 3 && termCount(sum) == 1 && isSingle(sum) {
				return s.Linear(constant, append(rest, expr.Term{Coef: expr.Int(1), X: s.Mul(sum, f)}))
			}
		}
	}
	return x
}

// isSingle reports whether x is a number times one factor at most, beside what is at most 1, and so overflows nowhere but with it.
func isSingle(x *expr.Node) bool {
	constant, terms := expr.Terms(x)
	if len(terms) == 0 {
		return true
	}
	large := slices.DeleteFunc(slices.Clone(expr.Factors(terms[0].X)), func(f *expr.Node) bool {
		return f.Kind() == expr.KindCond || isCall(f, fnSigmoid.Name) || isCall(f, fnExp.Name) && isShifted(f.Args()[0])
	})
	return constant.IsZero() && len(terms) == 1 && (len(large) == 0 || len(large) == 1 && large[0].Kind() != expr.KindPow)
}

// reciprocals is c·w/a - c·w/b.
func (st *stabiliser) reciprocals(t, u expr.Term) (*expr.Node, bool) {
	s := st.s
	for _, f := range expr.Factors(t.X) {
		a, power := powerOf(f)
		if !power.Equal(expr.Int(-1)) || a.Kind() != expr.KindAdd && a.Kind() != expr.KindEntry {
			continue
		}
		w := s.Div(t.X, f)
		b, power := powerOf(s.Div(u.X, w))
		if !power.Equal(expr.Int(-1)) || b.Kind() != expr.KindAdd && b.Kind() != expr.KindEntry {
			continue
		}
		if d, ok := st.simpler(b, a); ok && (isSingle(d) && !(isInput(a) && isInput(b)) || st.divides(d)) {
			return s.Scale(t.Coef, s.Mul(s.Call(fnOver, w, a), s.Call(fnOver, d, b))), true
		}
	}
	return nil, false
}

// unsigned writes w·sign(w) as |w|, |w|·sign(w) as w, sign(w)²·w as w and |w|² as w².
func (st *stabiliser) unsigned(x *expr.Node) *expr.Node {
	s := st.s
	for _, f := range expr.Factors(x) {
		sign, power := powerOf(f)
		if times, ok := power.Int64(); ok && isCall(sign, "abs") && times > 1 {
			return st.unsigned(s.Mul(s.Div(x, f), s.Pow(sign.Args()[0], s.Int(times-times%2)), s.Pow(sign, s.Int(times%2))))
		}
		signs, ok := power.Int64()
		if !isCall(sign, "sign") || !ok || signs < 0 {
			continue
		}
		w := sign.Args()[0]
		size := absolute(s, w)
		rest, times := s.Div(x, f), int64(0) // w and |w|
		sizes := st.timesOf(rest, size)
		rest = s.Div(rest, s.Pow(size, s.Int(sizes)))
		for times < maxRootPower && hasFactors(rest, w) {
			rest, times = s.Div(rest, w), times+1
		}
		switch times += sizes; {
		case times == 0:
			continue
		case (sizes-signs)%2 == 0:
			return s.Mul(rest, s.Pow(w, s.Int(times)))
		default:
			return s.Mul(rest, s.Pow(w, s.Int(times-1)), size)
		}
	}
	return x
}

// hasFactors reports whether all factors of w, powers of one not counted, are factors of x.
func hasFactors(x, w *expr.Node) bool {
	return !slices.ContainsFunc(expr.Factors(w), func(g *expr.Node) bool {
		return g.Kind() == expr.KindPow || !slices.ContainsFunc(expr.Factors(x), func(f *expr.Node) bool {
			base, power := powerOf(f)
			return base == g && power.Cmp(expr.Int(1)) >= 0
		})
	})
}

func absolute(s *expr.Session, x *expr.Node) *expr.Node {
	row, _ := builtin.Lookup("abs", 1)
	return s.Call(row.Func, x)
}

// maxQuotient bounds the powers that are taken apart into quotients.
const maxQuotient = 64

// quotients writes b·c⁻² as (b/c)/c, and b²·c⁻³ as (b/c)/c·(b/c), for numbers c that the formula is given, whose squares may overflow where the product does not.
func (st *stabiliser) quotients(product *expr.Node) *expr.Node {
	s := st.s
	factors := slices.Clone(expr.Factors(product))
	for k, f := range factors {
		c, power := powerOf(f)
		times, ok := power.Int64()
		if c.Kind() != expr.KindEntry || !ok || times > -2 || times < -maxQuotient {
			continue
		}
		for j, g := range factors {
			b, up := powerOf(g)
			much, ok := up.Int64()
			if !ok || much <= 0 || much > maxQuotient || -times-much > maxRootScale || b.Kind() != expr.KindEntry && b.Kind() != expr.KindAdd && (b.Kind() != expr.KindCall || much < 2) {
				continue
			}
			divide := func(x *expr.Node) *expr.Node {
				if len(b.Free()) > len(c.Free()) { // a number for the whole loop
					return s.Call(fnTimes, s.Pow(c, s.Int(-1)), x)
				}
				return s.Call(fnOver, x, c)
			}
			n := min(much, -times)
			first := divide(b)
			factors[j] = s.Mul(s.Pow(first, s.Int(n-1)), s.Pow(b, s.Int(much-n)))
			for range -times - n {
				first = divide(first)
			}
			factors[k] = first
			return st.quotients(s.Mul(factors...))
		}
	}
	return product
}
