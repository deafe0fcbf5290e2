package expr

import (
	"math/big"
	"slices"

	"github.com/seed-9905856d/derive/syntax"
)

func (p *printer) sum(n *Node) syntax.Expr {
	constant, terms := Terms(n)
	c := commonCoefficient(constant, terms)
	if c.IsOne() {
		return p.terms(constant, terms)
	}
	for i := range terms {
		terms[i].Coef = terms[i].Coef.Div(c)
	}
	return multiplied(c, p.terms(constant.Div(c), terms))
}

// multiplied returns c·x for a number c > 0, its denominator after x.
func multiplied(c Rat, x syntax.Expr) syntax.Expr {
	b := c.Big()
	if b.Num().Cmp(big.NewInt(1)) != 0 {
		x = syntax.NewBinary(syntax.Mul, syntax.NewInteger(b.Num()), x)
	}
	if !b.IsInt() {
		x = syntax.NewBinary(syntax.Div, x, syntax.NewInteger(b.Denom()))
	}
	return x
}

// terms prints a sum: terms with a plus sign first, among them the constant first, then in order of their text.
func (p *printer) terms(constant Rat, terms []Term) syntax.Expr {
	var all []syntax.Summand
	if !constant.IsZero() || len(terms) == 0 {
		rank := 0
		if len(terms) > 0 && isIndexSum(terms) { // i + 1, but 1 + x
			rank = 2
		}
		all = append(all, syntax.Summand{Negative: constant.Sign() < 0, Rank: rank, X: number(absRat(constant))})
	}
	for len(terms) > 0 {
		together := []Term{terms[0]}
		rest := terms[1:]
		if isSum(terms[0].X) {
			together, rest = overSameRanges(terms)
		}
		if len(together) > 1 {
			all = append(all, p.sumOfSums(together))
		} else {
			negative, x := p.signedTerm(terms[0].Coef, terms[0].X)
			all = append(all, syntax.Summand{Negative: negative, Rank: 1, X: x})
		}
		terms = rest
	}
	return syntax.Sum(all)
}

func isSum(n *Node) bool { return n.kind == KindReduce && n.op == Sum }

// overSameRanges returns the terms that are sums over the indices of the first one, and the others.
func overSameRanges(terms []Term) (same, rest []Term) {
	binders := terms[0].X.Binders()
	for _, t := range terms {
		if isSum(t.X) && slices.Equal(t.X.Binders(), binders) {
			same = append(same, t)
		} else {
			rest = append(rest, t)
		}
	}
	return same, rest
}

// sumOfSums prints sums over the same indices as one: sum[i](2*f - g) for 2*sum[i](f) - sum[i](g).
func (p *printer) sumOfSums(terms []Term) syntax.Summand {
	negative := !slices.ContainsFunc(terms, func(t Term) bool {
		_, isNegative := p.turnedIn(t.Coef, t.X.Body())
		return !isNegative
	})
	bodies, inner := make([]*Node, len(terms)), make([]Term, len(terms))
	for k, t := range terms {
		bodies[k] = t.X.Body()
		inner[k] = Term{t.Coef, t.X.Body()}
		if negative {
			inner[k].Coef = t.Coef.Neg()
		}
	}
	c := commonCoefficient(Int(0), inner)
	for k := range inner {
		inner[k].Coef = inner[k].Coef.Div(c)
	}
	x := p.reduceOf(terms[0].X, bodies, func() syntax.Expr { return p.terms(Int(0), inner) })
	return syntax.Summand{Negative: negative, Rank: 1, X: multiplied(c, x)}
}

// isIndexSum reports whether terms are a form in indices, as in a subscript.
func isIndexSum(terms []Term) bool {
	index := false
	for _, t := range terms {
		if !isLinearAtom(t.X) {
			return false
		}
		index = index || t.X.kind == KindIndex
	}
	return index
}

// isSizeSum reports whether terms are a form in sizes alone.
func isSizeSum(terms []Term) bool {
	return !slices.ContainsFunc(terms, func(t Term) bool { return t.X.kind != KindSize })
}

// commonCoefficient returns the number that stands, up to the sign, before every term of a sum with several, else 1. It stays
// where it is where it reads better with a root of a number: x/sqrt(2).
func commonCoefficient(constant Rat, terms []Term) Rat {
	if len(terms) == 0 || len(terms) == 1 && constant.IsZero() {
		return Int(1)
	}
	c := absRat(terms[0].Coef)
	if !constant.IsZero() && !absRat(constant).Equal(c) || c.IsOne() {
		return Int(1)
	}
	for _, t := range terms {
		if !absRat(t.Coef).Equal(c) || isIndexSum(terms) {
			return Int(1)
		}
		for _, f := range Factors(t.X) {
			if f.kind == KindPow && (f.args[0].kind == KindRat || f.args[0].kind == KindConst) {
				return Int(1)
			}
		}
	}
	return c
}

func absRat(r Rat) Rat {
	if r.Sign() < 0 {
		return r.Neg()
	}
	return r
}

// signedTerm prints coef·x without its sign. Sums among the factors are turned to the side on which they read best, and the
// sign of the whole goes into one of them where there is one.
func (p *printer) signedTerm(coef Rat, x *Node) (negative bool, text syntax.Expr) {
	turned, negative := p.turnedIn(coef, x)
	return negative, p.fraction(absRat(coef), x, turned)
}

// turnedIn returns the sums in coef·x whose sign turns, and whether a minus sign is left.
func (p *printer) turnedIn(coef Rat, x *Node) (turned []*Node, negative bool) {
	negative = coef.Sign() < 0
	var last *Node
	for _, f := range Factors(x) {
		if !carriesSign(f) {
			continue
		}
		if last == nil || last.kind == KindReduce && f.kind != KindReduce || (last.kind == KindReduce) == (f.kind == KindReduce) && Compare(f, last) > 0 {
			last = f
		}
		if f.kind == KindAdd && p.readsBetterNegated(f) || f.kind == KindPow && p.readsBetterNegated(f.args[0]) {
			turned = append(turned, f)
			negative = !negative
		}
	}
	if negative && last == nil { // -sign(y - x) is sign(x - y)
		for _, f := range Factors(x) {
			if f.kind == KindCall && f.fn.Parity == Odd && carriesSign(f.args[0]) {
				last = f
			}
		}
	}
	if negative && last != nil {
		if k := slices.Index(turned, last); k >= 0 {
			turned = slices.Delete(turned, k, k+1)
		} else {
			turned = append(turned, last)
		}
		negative = false
	}
	return turned, negative
}

// carriesSign reports whether the sign of a factor can be turned inside it: a sum of terms of either sign, an odd power of one, or a reduction by
// addition of a product with such a factor.
func carriesSign(f *Node) bool {
	switch f.kind {
	case KindAdd:
		return hasBothSigns(f)
	case KindPow:
		k, ok := f.args[1].rat.Int64()
		return f.args[1].kind == KindRat && ok && k%2 != 0 && f.args[0].kind == KindAdd && hasBothSigns(f.args[0])
	case KindReduce:
		return f.op == Sum && slices.ContainsFunc(Factors(f.Body()), carriesSign)
	}
	return false
}

// hasBothSigns reports whether a sum has terms of either sign, so that turned it still begins without a minus.
func hasBothSigns(x *Node) bool {
	positive, negative := x.rat.Sign() > 0, x.rat.Sign() < 0
	for _, c := range x.coefs {
		positive, negative = positive || c.Sign() > 0, negative || c.Sign() < 0
	}
	return positive && negative
}

// negated prints -f for a factor that carries its sign.
func (p *printer) negated(f *Node) syntax.Expr {
	if f.kind == KindCall {
		call := *p.call(f).(*syntax.Call)
		call.Args = []syntax.Expr{p.negated(f.args[0])}
		return &call
	}
	if f.kind == KindReduce {
		return p.reduceWith(f, func(body *Node) syntax.Expr {
			_, text := p.signedTerm(Int(-1), body)
			return text
		})
	}
	constant, terms := Terms(f)
	for i := range terms {
		terms[i].Coef = terms[i].Coef.Neg()
	}
	return p.terms(constant.Neg(), terms)
}

// readsBetterNegated reports whether -x is the better form of a sum: the one with more positive terms, with a positive constant,
// with its first name positive.
func (p *printer) readsBetterNegated(x *Node) bool {
	better, ok := p.better.Get(x)
	if !ok {
		better = readsBetterNegated(x, p.better)
		p.better.Set(x, better)
	}
	return better
}

func readsBetterNegated(x *Node, memo *Memo[bool]) bool {
	constant, terms := Terms(x)
	positive, balance := constant.Sign(), 0
	if isSizeSum(terms) { // n - 1 rather than 1 - n
		positive = 0
	}
	if positive == 0 {
		for _, t := range terms {
			balance += t.Coef.Sign()
		}
		if balance != 0 {
			return balance < 0
		}
		first := ""
		for _, t := range terms {
			e, err := toSyntax(t.X, memo)
			if err != nil {
				return false
			}
			// Calls and sums before plain names, as in sigmoid(z) - y; names in alphabetical order.
			text := syntax.Print(e)
			if t.X.kind == KindEntry || t.X.kind == KindSize {
				text = "~" + text
			}
			if first == "" || text < first {
				first, balance = text, t.Coef.Sign()
			}
		}
		return balance < 0
	}
	for _, t := range terms {
		if t.Coef.Sign() > 0 {
			balance++
		} else {
			balance--
		}
	}
	return positive < 0 && balance <= 1
}

// A rooted is what stands under one square root: a number and constants.
type rooted struct {
	number    Rat
	constants []syntax.Expr
}

func (r *rooted) add(p *printer, x *Node) {
	if x.kind == KindRat {
		r.number = r.number.Mul(x.rat)
	} else {
		r.constants = append(r.constants, p.print(x))
	}
}

// factors returns what stands under the root, nothing for 1.
func (r *rooted) factors() []syntax.Expr {
	under := slices.Clone(r.constants)
	if !r.number.IsOne() {
		under = append(under, number(r.number))
	}
	syntax.SortFactors(under)
	return under
}

// appendTo adds the square root to factors, unless it is that of 1.
func (r *rooted) appendTo(factors []syntax.Expr, p *printer) []syntax.Expr {
	under := r.factors()
	if len(under) == 0 {
		return factors
	}
	return append(factors, p.powerOf(syntax.Join(syntax.Mul, under), Frac(1, 2)))
}

// over returns the square root of a quotient; nil where nothing stands above or below.
func (r *rooted) over(below rooted, p *printer) syntax.Expr {
	above, under := r.factors(), below.factors()
	if len(above) == 0 || len(under) == 0 {
		return nil
	}
	return p.powerOf(syntax.NewBinary(syntax.Div, syntax.Join(syntax.Mul, above), syntax.Join(syntax.Mul, under)), Frac(1, 2))
}

// fraction prints coef·x, coef > 0, with negative powers below a fraction bar.
// Factors that are turned are printed with their sign turned.
func (p *printer) fraction(coef Rat, x *Node, turned []*Node) syntax.Expr {
	scaled, scale := decimalSum(coef, x)
	if scaled != nil {
		coef = Int(1)
	}
	var above, below []syntax.Expr
	rootAbove, rootBelow := rooted{number: Int(1)}, rooted{number: Int(1)}
	for _, f := range Factors(x) {
		base, exponent := f, Int(1)
		if f.kind == KindPow && f.args[1].kind == KindRat {
			base, exponent = f.args[0], f.args[1].rat
		}
		if isNumber := base.kind == KindRat || base.kind == KindConst; isNumber && (exponent.Equal(Frac(1, 2)) || exponent.Equal(Frac(-1, 2))) {
			if p, ok := base.rat.Int64(); base.kind == KindRat && ok && p > 1 && coef.big == nil && coef.den%p == 0 { // sqrt(2)/2 = 1/sqrt(2)
				coef, exponent = coef.Mul(Int(p)), exponent.Sub(Int(1))
			}
			if exponent.Sign() > 0 {
				rootAbove.add(p, base)
			} else {
				rootBelow.add(p, base)
			}
			continue
		}
		var text syntax.Expr
		switch {
		case f == scaled:
			text = p.scaled(f, scale, slices.Contains(turned, f))
		case slices.Contains(turned, f):
			text = p.negated(base)
		case exponent.IsOne():
			text = p.factor(f)
		default:
			text = p.print(base)
		}
		if exponent.Sign() < 0 {
			below = append(below, p.powerOf(text, exponent.Neg()))
		} else {
			above = append(above, p.powerOf(text, exponent))
		}
	}
	if q := rootAbove.over(rootBelow, p); q != nil {
		above = append(above, q)
	} else {
		above, below = rootAbove.appendTo(above, p), rootBelow.appendTo(below, p)
	}
	syntax.SortFactors(above)
	above = chained(above)
	syntax.SortFactors(above)
	syntax.SortFactors(below)
	b := coef.Big()
	decimal, isDecimal := syntax.Decimal(b)
	if n := b.Num(); isDecimal && n.Cmp(big.NewInt(1)) != 0 {
		above, b = append([]syntax.Expr{decimal}, above...), big.NewRat(1, 1)
	} else if len(above) == 0 || n.Cmp(big.NewInt(1)) != 0 {
		above = append([]syntax.Expr{syntax.NewInteger(n)}, above...)
	}
	if d := b.Denom(); d.Cmp(big.NewInt(1)) != 0 {
		below = append([]syntax.Expr{syntax.NewInteger(d)}, below...)
	}
	if len(below) == 0 {
		return syntax.Join(syntax.Mul, above)
	}
	return syntax.NewBinary(syntax.Div, syntax.Join(syntax.Mul, above), syntax.Join(syntax.Mul, below))
}

// decimalSum returns the one sum among the factors of coef·x into which coef goes where decimals then take the place of large integers:
// (200000*x + 8943*x^3)/100000 is 2*x + 0.08943*x^3.
func decimalSum(coef Rat, x *Node) (sum *Node, scale Rat) {
	most := 0
	for _, f := range Factors(x) {
		if f.kind != KindAdd {
			continue
		}
		isDecimal := func(c Rat) bool { return absRat(c.Mul(coef)).isDecimal() }
		if !isDecimal(f.rat) && !slices.ContainsFunc(f.coefs, isDecimal) {
			continue
		}
		saved := len(coef.String())
		for _, c := range append(slices.Clone(f.coefs), f.rat) {
			saved += len(syntax.Print(number(absRat(c)))) - len(syntax.Print(number(absRat(c.Mul(coef)))))
		}
		if saved > most {
			sum, scale, most = f, coef, saved
		}
	}
	return sum, scale
}

// isDecimal reports whether r > 0 is written as a decimal.
func (r Rat) isDecimal() bool {
	if r.big == nil && r.den == 1 {
		return false
	}
	_, ok := syntax.Decimal(r.Big())
	return ok
}

// scaled prints a multiple of a sum, negated where its sign is turned.
func (p *printer) scaled(f *Node, scale Rat, turned bool) syntax.Expr {
	if turned {
		scale = scale.Neg()
	}
	constant, terms := Terms(f)
	for k := range terms {
		terms[k].Coef = terms[k].Coef.Mul(scale)
	}
	return p.terms(constant.Mul(scale), terms)
}

func (p *printer) factor(f *Node) syntax.Expr {
	if f.kind != KindPow {
		return p.print(f)
	}
	return syntax.NewBinary(syntax.Pow, p.print(f.args[0]), p.print(f.args[1]))
}

// powerOf prints base^r; a square root by its name.
func (p *printer) powerOf(base syntax.Expr, r Rat) syntax.Expr {
	switch {
	case r.IsOne():
		return base
	case r.Equal(Frac(1, 2)):
		return &syntax.Call{Fun: syntax.Ident{Name: "sqrt"}, Args: []syntax.Expr{base}}
	case r.Sign() < 0:
		return syntax.NewBinary(syntax.Pow, base, &syntax.Unary{Op: syntax.Neg, X: number(r.Neg())})
	}
	return syntax.NewBinary(syntax.Pow, base, number(r))
}
