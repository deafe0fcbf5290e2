package expr

import (
	"errors"
	"math/big"
	"slices"
	"strconv"

	"github.com/seed-9905856d/derive/syntax"
)

// MaxPrinted bounds the tree that printing makes of an expression graph.
const MaxPrinted = 1 << 20

// ErrTooLarge is the error for an expression whose printed tree has more than [MaxPrinted] nodes.
var ErrTooLarge = errors.New("expr: the result is too large to print: more than 1048576 nodes written out")

// Syntax returns n in the formula language, entry by entry. Bound indices get names that meet no other
// name in n. Ranges are written where they are not those that a reader infers from the subscripts.
func Syntax(n *Node) (syntax.Expr, error) {
	p := printer{names: map[*Node]string{}, used: map[string]bool{"e": true, "pi": true, "inf": true, "d": true}}
	p.reserve(n, map[*Node]bool{})
	for _, f := range n.free {
		if f.space != User {
			p.name(f)
		}
	}
	e := p.print(n)
	if p.count > MaxPrinted {
		return nil, ErrTooLarge
	}
	return e, nil
}

type printer struct {
	names map[*Node]string
	used  map[string]bool
	count int
}

// reserve notes every name in n that a bound index must not take.
func (p *printer) reserve(n *Node, seen map[*Node]bool) {
	if seen[n] {
		return
	}
	seen[n] = true
	switch n.kind {
	case KindSize, KindConst, KindIndex:
		p.used[n.name] = true
	case KindEntry:
		p.used[n.sym.Name] = true
	}
	for _, a := range n.args {
		p.reserve(a, seen)
	}
}

var indexNames = []string{"i", "j", "k", "l", "m", "p", "q", "r", "s", "t"}

// name gives index i the first name that is not in use.
func (p *printer) name(i *Node) string {
	for round := 0; ; round++ {
		for _, name := range indexNames {
			if round > 0 {
				name += strconv.Itoa(round)
			}
			if !p.used[name] {
				p.used[name] = true
				p.names[i] = name
				return name
			}
		}
	}
}

func (p *printer) release(i *Node) {
	delete(p.used, p.names[i])
	delete(p.names, i)
}

func name(s string) syntax.Expr { return &syntax.Name{Name: s} }

func number(r Rat) syntax.Expr { return syntax.NewNumber(r.Big()) }

func (p *printer) print(n *Node) syntax.Expr {
	if p.count++; p.count > MaxPrinted {
		return name("…")
	}
	switch n.kind {
	case KindRat:
		if n.rat.Sign() < 0 {
			return &syntax.Unary{Op: syntax.Neg, X: number(n.rat.Neg())}
		}
		return number(n.rat)
	case KindConst, KindSize:
		return name(n.name)
	case KindIndex:
		if s, ok := p.names[n]; ok {
			return name(s)
		}
		return name(n.name)
	case KindEntry:
		if len(n.args) == 0 {
			return name(n.sym.Name)
		}
		return &syntax.Subscript{X: name(n.sym.Name), Subs: p.list(n.args)}
	case KindCond:
		return p.cond(n)
	case KindCall:
		return p.call(n)
	case KindIf:
		return &syntax.If{Cond: p.truth(n.args[0]), Then: p.print(n.args[1]), Else: p.print(n.args[2])}
	case KindAdd:
		return p.sum(n)
	case KindReduce:
		return p.reduce(n)
	}
	negative, x := p.signedTerm(Int(1), n)
	if negative {
		return syntax.Negate(x)
	}
	return x
}

func (p *printer) list(xs []*Node) []syntax.Expr {
	out := make([]syntax.Expr, len(xs))
	for i, x := range xs {
		out[i] = p.print(x)
	}
	return out
}

// truth prints a 0-or-1 expression as a condition.
func (p *printer) truth(c *Node) syntax.Expr {
	if c.kind == KindCond {
		return p.cond(c).(*syntax.Iverson).Cond
	}
	return &syntax.Compare{Operands: []syntax.Expr{p.print(c), number(Int(0))}, Ops: []syntax.Op{syntax.Ne}}
}

// cond prints [f == 0] with its negative terms on the other side: [i == k + 1].
func (p *printer) cond(n *Node) syntax.Expr {
	op := map[Op]syntax.Op{EqZero: syntax.Eq, NeZero: syntax.Ne, GeZero: syntax.Ge, GtZero: syntax.Gt}[n.op]
	constant, terms := Terms(n.args[0])
	var left, right []Term
	for _, t := range terms {
		if t.Coef.Sign() > 0 {
			left = append(left, t)
		} else {
			right = append(right, Term{t.Coef.Neg(), t.X})
		}
	}
	toLeft, toRight := Int(0), constant.Neg()
	if constant.Sign() > 0 && len(left) > 0 && len(right) > 0 || len(right) == 0 && len(left) == 0 {
		toLeft, toRight = constant, Int(0)
	}
	// The side with the last index is the one spoken about; of two indices of the user the first by name.
	if len(left) == 0 || len(right) > 0 && p.after(left, right) {
		left, right, toLeft, toRight = right, left, toRight, toLeft
		op = map[syntax.Op]syntax.Op{syntax.Eq: syntax.Eq, syntax.Ne: syntax.Ne, syntax.Ge: syntax.Le, syntax.Gt: syntax.Lt}[op]
		if toLeft.Sign() < 0 || toLeft.Sign() > 0 && toRight.IsZero() {
			toLeft, toRight = Int(0), toRight.Sub(toLeft)
		}
	}
	return &syntax.Iverson{Cond: &syntax.Compare{
		Operands: []syntax.Expr{p.terms(toLeft, left), p.terms(toRight, right)}, Ops: []syntax.Op{op}}}
}

// after reports whether the right side of a condition should stand on the left.
func (p *printer) after(left, right []Term) bool {
	if len(left) == 1 && len(right) == 1 && left[0].X.kind == KindIndex && right[0].X.kind == KindIndex {
		a, b := left[0].X, right[0].X
		if a.space == User && b.space == User {
			return a.name > b.name
		}
	}
	return lastIndex(left) < lastIndex(right)
}

// lastIndex ranks a side of a condition: 0 without an index.
func lastIndex(terms []Term) uint32 {
	last := uint32(0)
	for _, t := range terms {
		for _, f := range t.X.free {
			last = max(last, f.id)
		}
	}
	return last
}

func (p *printer) sum(n *Node) syntax.Expr {
	constant, terms := Terms(n)
	c := commonCoefficient(constant, terms)
	if c.IsOne() {
		return p.terms(constant, terms)
	}
	for i := range terms {
		terms[i].Coef = terms[i].Coef.Div(c)
	}
	inner := p.terms(constant.Div(c), terms)
	b := c.Big()
	if b.Num().Cmp(big.NewInt(1)) != 0 {
		inner = syntax.NewBinary(syntax.Mul, &syntax.Number{Value: new(big.Rat).SetInt(b.Num())}, inner)
	}
	if !b.IsInt() {
		inner = syntax.NewBinary(syntax.Div, inner, &syntax.Number{Value: new(big.Rat).SetInt(b.Denom())})
	}
	return inner
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
	for _, t := range terms {
		negative, x := p.signedTerm(t.Coef, t.X)
		all = append(all, syntax.Summand{Negative: negative, Rank: 1, X: x})
	}
	return syntax.Sum(all)
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
	negative = coef.Sign() < 0
	turned := map[*Node]bool{}
	var last *Node
	for _, f := range Factors(x) {
		if !carriesSign(f) {
			continue
		}
		if last == nil || last.kind == KindReduce && f.kind != KindReduce || (last.kind == KindReduce) == (f.kind == KindReduce) && Compare(f, last) > 0 {
			last = f
		}
		if f.kind == KindAdd && readsBetterNegated(f) || f.kind == KindPow && readsBetterNegated(f.args[0]) {
			turned[f] = true
			negative = !negative
		}
	}
	if negative && last != nil {
		turned[last] = !turned[last]
		negative = false
	}
	return negative, p.fraction(absRat(coef), x, turned)
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
func readsBetterNegated(x *Node) bool {
	constant, terms := Terms(x)
	positive, balance := constant.Sign(), 0
	if positive == 0 {
		for _, t := range terms {
			balance += t.Coef.Sign()
		}
		if balance != 0 {
			return balance < 0
		}
		first := ""
		for _, t := range terms {
			e, err := Syntax(t.X)
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

// fraction prints coef·x, coef > 0, with negative powers below a fraction bar.
// Factors that are turned are printed with their sign turned.
func (p *printer) fraction(coef Rat, x *Node, turned map[*Node]bool) syntax.Expr {
	var above, below []syntax.Expr
	var rootAbove, rootBelow []syntax.Expr // what stands under one square root
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
				rootAbove = append(rootAbove, p.print(base))
			} else {
				rootBelow = append(rootBelow, p.print(base))
			}
			continue
		}
		var text syntax.Expr
		switch {
		case turned[f]:
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
	root := func(to, xs []syntax.Expr) []syntax.Expr {
		if len(xs) == 0 {
			return to
		}
		syntax.SortFactors(xs)
		return append(to, p.powerOf(syntax.Join(syntax.Mul, xs), Frac(1, 2)))
	}
	above, below = root(above, rootAbove), root(below, rootBelow)
	syntax.SortFactors(above)
	syntax.SortFactors(below)
	b := coef.Big()
	if n := b.Num(); len(above) == 0 || n.Cmp(big.NewInt(1)) != 0 {
		above = append([]syntax.Expr{&syntax.Number{Value: new(big.Rat).SetInt(n)}}, above...)
	}
	if d := b.Denom(); d.Cmp(big.NewInt(1)) != 0 {
		below = append([]syntax.Expr{&syntax.Number{Value: new(big.Rat).SetInt(d)}}, below...)
	}
	if len(below) == 0 {
		return syntax.Join(syntax.Mul, above)
	}
	return syntax.NewBinary(syntax.Div, syntax.Join(syntax.Mul, above), syntax.Join(syntax.Mul, below))
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

// call prints f(x), and f(v)[i] where the result has axes. A tensor argument that only renames a symbol's
// entries is printed as that symbol or a slice of it.
func (p *printer) call(n *Node) syntax.Expr {
	if n.fn.Ranks == nil {
		return &syntax.Call{Fun: syntax.Ident{Name: n.fn.Printed()}, Args: p.list(n.args)}
	}
	params := n.args[:len(n.fn.Ranks)]
	call := &syntax.Call{Fun: syntax.Ident{Name: n.fn.Printed()}}
	for _, a := range params {
		call.Args = append(call.Args, p.argument(a))
	}
	if n.fn.Result == 0 {
		return call
	}
	return &syntax.Subscript{X: call, Subs: p.list(n.args[len(params):])}
}

func (p *printer) argument(a *Node) syntax.Expr {
	if !IsLambda(a) {
		return p.print(a)
	}
	if base, subs, ok := p.slice(a); ok {
		if subs == nil {
			return base
		}
		return &syntax.Subscript{X: base, Subs: subs}
	}
	return p.reduce(a)
}

// slice reads the tensor of entries x[…, i, …] over the whole of the axes that the binders stand on, in order, as x
// or x[…, :, …].
func (p *printer) slice(lambda *Node) (base syntax.Expr, subs []syntax.Expr, ok bool) {
	n := lambda.Body()
	if n.kind != KindEntry {
		return nil, nil, false
	}
	binders := lambda.Binders()
	next := 0
	for axis, sub := range n.args {
		switch {
		case next < len(binders) && sub == binders[next] && sub.Lo().IsOne() && sub.Hi() == n.sym.Dims[axis]:
			next++
		case sub.dependsOnAny(binders):
			return nil, nil, false
		}
	}
	if next < len(binders) {
		return nil, nil, false
	}
	base = name(n.sym.Name)
	if len(n.args) == len(binders) {
		return base, nil, true
	}
	for _, sub := range n.args {
		if sub.dependsOnAny(binders) {
			subs = append(subs, &syntax.Slice{})
		} else {
			subs = append(subs, p.print(sub))
		}
	}
	return base, subs, true
}

var reductionNames = map[Op]string{Sum: "sum", Prod: "prod", Max: "max", Min: "min", Tensor: "tensor"}

func (p *printer) reduce(n *Node) syntax.Expr { return p.reduceWith(n, p.print) }

// reduceWith prints a reduction whose body the given function prints.
func (p *printer) reduceWith(n *Node, print func(body *Node) syntax.Expr) syntax.Expr {
	r := &syntax.Reduce{Op: syntax.Ident{Name: reductionNames[n.op]}}
	for _, b := range n.Binders() {
		binder := syntax.Binder{}
		if !RangeIsInferred(b, n.Body()) {
			binder.Lo, binder.Hi = p.print(b.Lo()), p.print(b.Hi())
		}
		binder.Name.Name = p.name(b)
		r.Binders = append(r.Binders, binder)
	}
	r.Body = print(n.Body())
	for _, b := range n.Binders() {
		p.release(b)
	}
	return r
}

// RangeIsInferred reports whether a reader infers exactly the range of b from what it subscripts in body: it does so
// where b alone stands in every subscript that mentions it, over axes of one size that is the upper end.
func RangeIsInferred(b, body *Node) bool {
	if !b.Lo().IsOne() {
		return false
	}
	found, plain := false, true
	seen := map[*Node]bool{}
	var visit func(n *Node)
	visit = func(n *Node) {
		if seen[n] || !n.DependsOn(b) {
			return
		}
		seen[n] = true
		var subs []*Node
		size := func(axis int) *Node { return n.sym.Dims[axis] }
		if n.kind == KindEntry {
			subs = n.args
		}
		if n.kind == KindCall && n.fn.Result > 0 {
			subs = n.args[len(n.fn.Ranks):]
			size = n.resultSize
		}
		for axis, sub := range subs {
			if sub == b && size(axis) == b.Hi() {
				found = true
			} else if sub.DependsOn(b) {
				plain = false
			}
		}
		for _, a := range n.args {
			visit(a)
		}
	}
	visit(body)
	return found && plain
}

// resultSize returns the size of an axis of a call's result; nil where the function does not say.
func (n *Node) resultSize(axis int) *Node {
	if axis >= len(n.fn.Like) || n.fn.Like[axis] < 0 {
		return nil
	}
	arg := n.args[n.fn.Like[axis]]
	if !IsLambda(arg) || !arg.Binders()[0].Lo().IsOne() {
		return nil
	}
	return arg.Binders()[0].Hi()
}
