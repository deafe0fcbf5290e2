package codegen

import (
	"math/big"
	"slices"

	"github.com/seed-9905856d/derive/expr"
)

// product multiplies factors, those of outer loops first, so that what does not change in a loop is computed before it.
// Within one loop, factors with negative exponents make the divisor.
func (l *lowering) product(coef expr.Rat, factors []*expr.Node) Arg {
	coef, factors = l.inside(coef, factors)
	factors = l.constantsFirst(factors)
	if len(factors) == 1 && factors[0].Kind() != expr.KindPow {
		return l.times(coef, l.value(factors[0]))
	}
	sorted := slices.Clone(factors)
	depth := make(map[*expr.Node]int, len(factors))
	for _, f := range factors {
		depth[f] = l.depth(f)
	}
	slices.SortStableFunc(sorted, func(a, b *expr.Node) int {
		if d := depth[a] - depth[b]; d != 0 {
			return d
		}
		return readingOrder(a) - readingOrder(b)
	})
	if k := levelEnd(sorted, depth); k < len(sorted) {
		outer := l.scaled(coef, l.s.Mul(sorted[:lastLevel(sorted, depth)]...))
		return l.quotient(outer, sorted[lastLevel(sorted, depth):])
	}
	if over, under := l.parts(sorted); over == (Arg{}) {
		return l.let("t", OpDiv, l.rat(coef), under)
	} else if under != (Arg{}) && coef.IsInt() {
		return l.let("t", OpDiv, l.times(coef, over), under)
	} else if under != (Arg{}) {
		return l.times(coef, l.let("t", OpDiv, over, under))
	} else {
		return l.times(coef, over)
	}
}

// inside takes a coefficient ±2⁻ᵏ into a factor whose values or coefficients are up to 2ᵏ, which changes no digit: beside the others the factor may
// overflow where the product does not.
func (l *lowering) inside(coef expr.Rat, factors []*expr.Node) (expr.Rat, []*expr.Node) {
	twice := coef.Mul(expr.Int(2))
	if !twice.IsOne() && !twice.Equal(expr.Int(-1)) {
		return coef, factors
	}
	if len(factors) == 1 { // r²/2 = r/2·r
		base, power := powerOf(factors[0])
		if base.Kind() != expr.KindEntry || !power.Equal(expr.Int(2)) || coef.Sign() < 0 || l.plan.options.Numerics == Fast || l.plan.of[base.Symbol()] != nil {
			return coef, factors
		}
		return expr.Int(1), []*expr.Node{l.s.Call(fnTimes, l.s.Rat(coef), base), base}
	}
	for k, f := range factors {
		constant, terms := expr.Terms(f)
		even := f.Kind() == expr.KindAdd && slices.ContainsFunc(terms, func(t expr.Term) bool { return isEven(t.Coef) })
		for _, t := range append(terms, expr.Term{Coef: constant}) {
			even = even && (exact(t.Coef.Mul(expr.Frac(1, 2))))
		}
		if !even && !isCall(f, "erfc") || l.lookup(f) != (Arg{}) {
			continue
		}
		factors = slices.Clone(factors)
		if even {
			factors[k] = l.s.Scale(coef, f)
		} else {
			factors[k] = l.s.Call(fnTimes, l.s.Rat(coef), f)
		}
		return expr.Int(1), factors
	}
	return coef, factors
}

func isEven(r expr.Rat) bool { return r.Mul(expr.Frac(1, 2)).IsInt() && !r.IsZero() }

// constantsFirst multiplies numbers such as √2/√π before anything else, where they have a quotient.
func (l *lowering) constantsFirst(factors []*expr.Node) []*expr.Node {
	var numbers, rest []*expr.Node
	divided := false
	for _, f := range factors {
		if isNumber(f) {
			_, power := powerOf(f)
			divided = divided || power.Sign() < 0
			numbers = append(numbers, f)
		} else {
			rest = append(rest, f)
		}
	}
	if len(numbers) < 2 || !divided || len(rest) == 0 {
		return factors
	}
	return append(rest, l.s.Call(fnApart, l.s.Mul(numbers...)))
}

// isNumber reports whether x is a constant or a power of one.
func isNumber(x *expr.Node) bool {
	x, _ = powerOf(x)
	return x.Kind() == expr.KindConst || x.Kind() == expr.KindRat
}

// levelEnd returns how many factors belong to the outermost loop among them.
func levelEnd(sorted []*expr.Node, depth map[*expr.Node]int) int {
	k := 0
	for k < len(sorted) && depth[sorted[k]] == depth[sorted[0]] {
		k++
	}
	return k
}

// lastLevel returns where the factors of the innermost loop begin.
func lastLevel(sorted []*expr.Node, depth map[*expr.Node]int) int {
	k := len(sorted)
	for k > 0 && depth[sorted[k-1]] == depth[sorted[len(sorted)-1]] {
		k--
	}
	return k
}

// readingOrder puts numbers and sizes before entries, and entries before compound things.
func readingOrder(n *expr.Node) int {
	switch n.Kind() {
	case expr.KindConst, expr.KindSize:
		return 0
	case expr.KindEntry:
		if len(n.Args()) == 0 {
			return 1
		}
		return 2
	case expr.KindAdd:
		return 4
	}
	return 3
}

// scaled returns coef·x, computed where x is.
func (l *lowering) scaled(coef expr.Rat, x *expr.Node) Arg {
	if coef.IsOne() {
		return l.value(x)
	}
	if x.Kind() == expr.KindRat {
		return l.rat(coef.Mul(x.Rat()))
	}
	if _, factors := l.inside(coef, []*expr.Node{x}); len(factors) > 1 {
		return l.product(coef, []*expr.Node{x})
	}
	if coef.Equal(expr.Int(-1)) && x.Kind() == expr.KindAdd { // b - a for -(a - b)
		constant, terms := expr.Terms(x)
		return l.value(l.s.Linear(constant.Neg(), scaled(terms, -1)))
	}
	key := l.s.Call(scaledKey, l.s.Rat(coef), x)
	if v := l.lookup(key); v != (Arg{}) {
		return v
	}
	inner := l.block
	l.block = l.home(x)
	v := l.times(coef, l.value(x))
	l.block.memo[key] = v
	l.block = inner
	return v
}

// scaledKey marks a multiple of a product, which has no node of its own as a product.
var scaledKey = &expr.Func{Name: "scaled", Arity: 2}

// times returns coef·x.
func (l *lowering) times(coef expr.Rat, x Arg) Arg {
	switch {
	case coef.IsOne():
		return x
	case coef.Equal(expr.Int(-1)):
		return l.let("t", OpNeg, x)
	case x == (Arg{Const: "1"}):
		return l.rat(coef)
	}
	if inverse := coef.Inv(); !coef.IsInt() && inverse.IsInt() && !exact(coef) {
		return l.let("t", OpDiv, x, l.rat(inverse))
	}
	return l.let("t", OpMul, l.rat(coef), x)
}

// exact reports whether r is a float64.
func exact(r expr.Rat) bool {
	_, ok := r.Big().Float64()
	return ok
}

// quotient is outer times the factors of one loop.
func (l *lowering) quotient(outer Arg, factors []*expr.Node) Arg {
	over, under := l.parts(factors)
	if over == (Arg{}) {
		return l.let("t", OpDiv, outer, under)
	}
	if under != (Arg{}) {
		over = l.let("t", OpDiv, over, under)
	}
	switch outer {
	case Arg{Const: "1"}:
		return over
	case Arg{Const: "-1"}:
		return l.let("t", OpNeg, over)
	}
	return l.let("t", OpMul, outer, over)
}

// parts multiplies the numerators and the denominators among factors; each is empty where there are none.
func (l *lowering) parts(factors []*expr.Node) (over, under Arg) {
	times := func(to *Arg, x Arg) {
		if *to == (Arg{}) {
			*to = x
			return
		}
		*to = l.let("t", OpMul, *to, x)
	}
	for _, f := range factors {
		if f.Kind() == expr.KindPow && f.Args()[1].Kind() == expr.KindRat && f.Args()[1].Rat().Sign() < 0 && !isE(f.Args()[0]) && l.lookup(f) == (Arg{}) {
			base, exponent := f.Args()[0], f.Args()[1].Rat().Neg()
			times(&under, l.positivePower(base, exponent))
			continue
		}
		times(&over, l.value(f))
	}
	return over, under
}

// maxPower is the largest exponent for which a power is multiplied out.
const maxPower = 16

func isE(n *expr.Node) bool { return n.Kind() == expr.KindConst && n.Name() == "e" }

// positivePower is base^e for e > 0, and any power of e.
func (l *lowering) positivePower(base *expr.Node, e expr.Rat) Arg {
	if isE(base) {
		if e.IsOne() {
			return Arg{Const: "math.E"}
		}
		return l.call("e", "math.Exp", l.rat(e))
	}
	twice, ok := e.Mul(expr.Int(2)).Int64()
	if !ok || twice > 2*maxPower {
		return l.powerOf(base, l.s.Rat(e))
	}
	key := l.s.Call(powerKey, base, l.s.Rat(e))
	if v := l.lookup(key); v != (Arg{}) {
		return v
	}
	inner := l.block
	l.block = l.home(base)
	x := l.value(base)
	v := Arg{}
	if whole := twice / 2; whole > 0 {
		v = l.whole(x, whole)
	}
	if twice%2 == 1 {
		root := l.call("root", "math.Sqrt", x)
		if v == (Arg{}) {
			v = root
		} else {
			v = l.let("t", OpMul, v, root)
		}
	}
	l.block.memo[key] = v
	l.block = inner
	return v
}

var powerKey = &expr.Func{Name: "power", Arity: 2}

// whole is x^k by squaring.
func (l *lowering) whole(x Arg, k int64) Arg {
	var v Arg
	for {
		if k&1 == 1 {
			if v == (Arg{}) {
				v = x
			} else {
				v = l.let("t", OpMul, v, x)
			}
		}
		if k >>= 1; k == 0 {
			return v
		}
		x = l.let("square", OpMul, x, x)
	}
}

func (l *lowering) power(n *expr.Node) Arg {
	base, exponent := n.Args()[0], n.Args()[1]
	if exponent.Kind() == expr.KindRat {
		if e := exponent.Rat(); e.Sign() > 0 || isE(base) { // exp(-729) is a number where 1/exp(729) is not
			return l.positivePower(base, e)
		}
		return l.let("t", OpDiv, Arg{Const: "1"}, l.positivePower(base, exponent.Rat().Neg()))
	}
	if isE(base) {
		return l.exponential(exponent, l.value(exponent))
	}
	return l.powerOf(base, exponent)
}

// powerOf is base^exponent, of 1 + x by the logarithm of that where x is small. Where the exponent is no integer math.Pow takes the logarithm of the base, for which see logarithm.
func (l *lowering) powerOf(base, exponent *expr.Node) Arg {
	if constant, _ := expr.Terms(base); base.Kind() == expr.KindAdd && constant.IsOne() && l.plan.options.Numerics != Fast && len(expr.SymbolsOf(base)) > 0 {
		return l.call("t", "helper:"+powNearOne, l.value(base), l.value(l.s.Sub(base, l.s.Int(1))), l.value(exponent))
	}
	fn := "helper:pow"
	if e := exponent; e.Kind() == expr.KindRat && !exact(e.Rat()) && l.plan.options.Numerics != Fast {
		near, _ := e.Rat().Big().Float64()
		rest := e.Rat().Sub(expr.BigRat(new(big.Rat).SetFloat64(near)))
		return l.call("t", "helper:"+powOfRat, l.value(base), l.rat(e.Rat()), l.rat(rest))
	}
	if l.isNormal(base) || expr.IsIndexForm(exponent) {
		fn = "math.Pow"
	}
	return l.call("t", fn, l.value(base), l.value(exponent))
}

// sum adds terms: those that do not change in a loop before it, and tails of logarithms of sums last, after what may
// cancel has cancelled.
func (l *lowering) sum(n *expr.Node) Arg {
	constant, terms := expr.Terms(n)
	if len(terms) == 1 && constant.IsZero() && terms[0].X.Kind() == expr.KindMul && !hasConds(terms[0].X) {
		return l.product(terms[0].Coef, terms[0].X.Args()) // the sign goes to the factors of outer loops
	}
	depth := make(map[*expr.Node]int, len(terms))
	deepest := 0
	for _, t := range terms {
		depth[t.X] = l.depth(t.X)
		deepest = max(deepest, depth[t.X])
	}
	var outer, inner []expr.Term
	for _, t := range terms {
		if depth[t.X] < deepest {
			outer = append(outer, t)
		} else {
			inner = append(inner, t)
		}
	}
	slices.SortStableFunc(inner, func(a, b expr.Term) int { return addOrder(a) - addOrder(b) })
	var acc Arg
	negative := false // acc is to be subtracted
	add := func(x Arg, minus bool) {
		switch {
		case acc == (Arg{}):
			acc, negative = x, minus
		case negative && !minus:
			acc, negative = l.let("t", OpSub, x, acc), false
		case negative && minus:
			acc = l.let("t", OpAdd, acc, x)
		case minus:
			acc = l.let("t", OpSub, acc, x)
		default:
			acc = l.let("t", OpAdd, acc, x)
		}
	}
	// What an exponent is shifted by is taken off first.
	for k, t := range outer {
		if isCall(t.X, fnFinite.Name) && len(inner) > 0 {
			outer = slices.Delete(outer, k, k+1)
			inner = append(inner, t)
			break
		}
	}
	for _, t := range terms { // the number of ties less 1 is exact
		if isCall(t.X, fnApart.Name) {
			add(l.scaled(t.Coef, t.X), false)
			if !constant.IsZero() {
				add(l.rat(constant.Neg()), true)
				constant = expr.Int(0)
			}
		}
	}
	apart := func(t expr.Term) bool { return isCall(t.X, fnApart.Name) }
	inner, outer = slices.DeleteFunc(inner, apart), slices.DeleteFunc(outer, apart)
	for _, t := range inner {
		if !isTail(t.X) {
			l.addTerm(add, t)
		}
	}
	if len(outer) > 1 || len(outer) == 1 && !constant.IsZero() {
		add(l.value(l.s.Linear(constant, outer)), false)
		constant, outer = expr.Int(0), nil
	}
	for _, t := range outer {
		l.addTerm(add, t)
	}
	if !constant.IsZero() {
		if constant.Sign() < 0 {
			add(l.rat(constant.Neg()), true)
		} else {
			add(l.rat(constant), false)
		}
	}
	for _, t := range inner {
		if isTail(t.X) {
			l.addTerm(add, t)
		}
	}
	if negative {
		return l.let("t", OpNeg, acc)
	}
	return acc
}

// addOrder puts plus before minus.
func addOrder(t expr.Term) int {
	if t.Coef.Sign() < 0 {
		return 10 + readingOrder(t.X)
	}
	return readingOrder(t.X)
}

// addTerm adds one term with its sign apart.
func (l *lowering) addTerm(add func(Arg, bool), t expr.Term) {
	coef, minus := t.Coef, t.Coef.Sign() < 0
	if minus {
		coef = coef.Neg()
	}
	switch {
	case coef.IsOne():
		add(l.value(t.X), minus)
	case t.X.Kind() == expr.KindMul && !hasConds(t.X) && l.lookup(t.X) == (Arg{}):
		add(l.product(coef, t.X.Args()), minus)
	case minus && t.X.Kind() == expr.KindPow: // as in exp(-x²/2), which does not overflow
		add(l.times(coef, l.value(t.X)), minus)
	default:
		add(l.scaled(coef, t.X), minus)
	}
}
