package syntax

import (
	"cmp"
	"math/big"
	"slices"
)

// NewBinary returns x op y.
func NewBinary(op Op, x, y Expr) Expr { return &Binary{Op: op, X: x, Y: y} }

// NewNumber returns r ≥ 0 as an integer, as a decimal where that is shorter, or as a quotient of integers.
func NewNumber(r *big.Rat) Expr {
	if r.IsInt() {
		return NewInteger(r.Num())
	}
	if x, ok := Decimal(r); ok {
		return x
	}
	return NewBinary(Div, NewInteger(r.Num()), NewInteger(r.Denom()))
}

// Fractions with a denominator up to smallDenominator are written as such, and no decimal has more than maxDecimals digits after the point.
const (
	smallDenominator = 100
	maxDecimals      = 70
)

// Decimal returns r > 0 as a decimal that is exact and no longer than the fraction, if there is one and the denominator is not small: 0.044715 rather
// than 8943/200000.
func Decimal(r *big.Rat) (Expr, bool) {
	if r.IsInt() || r.Denom().Cmp(big.NewInt(smallDenominator)) <= 0 || r.Denom().BitLen() > 4*maxDecimals {
		return nil, false
	}
	digits, exact := r.FloatPrec()
	if !exact || digits > maxDecimals {
		return nil, false
	}
	text := r.FloatString(digits)
	if len(text) > len(r.String()) {
		return nil, false
	}
	return &Number{Text: text, Value: new(big.Rat).Set(r)}, true
}

// MaxDigits is the number of digits that a number may have in a text.
const MaxDigits = 1000

// tooLong is the least integer that is too long to be written as one number.
var tooLong = new(big.Int).Exp(big.NewInt(10), big.NewInt(MaxDigits), nil)

// NewInteger returns n ≥ 0, as q*10^999 + r where it has more than [MaxDigits] digits.
func NewInteger(n *big.Int) Expr {
	if n.Cmp(tooLong) < 0 {
		return &Number{Value: new(big.Rat).SetInt(n)}
	}
	ten := &Number{Value: big.NewRat(10, 1)}
	exponent := &Number{Value: big.NewRat(MaxDigits-1, 1)}
	unit := new(big.Int).Exp(ten.Value.Num(), exponent.Value.Num(), nil)
	high, low := new(big.Int).QuoRem(n, unit, new(big.Int))
	x := NewBinary(Mul, NewInteger(high), NewBinary(Pow, ten, exponent))
	if low.Sign() == 0 {
		return x
	}
	return NewBinary(Add, x, NewInteger(low))
}

// Join joins operands from left to right; of none it is nil.
func Join(op Op, xs []Expr) Expr {
	var joined Expr
	for _, x := range xs {
		if joined == nil {
			joined = x
		} else {
			joined = NewBinary(op, joined, x)
		}
	}
	return joined
}

// IsProduct reports whether op multiplies or divides.
func (op Op) IsProduct() bool { return op == Mul || op == DotMul || op == Div || op == DotDiv }

// MapFirst returns x with f applied to the first factor of the product that x is.
func MapFirst(x Expr, f func(Expr) Expr) Expr {
	if b, ok := x.(*Binary); ok && b.Op.IsProduct() {
		return &Binary{Op: b.Op, X: MapFirst(b.X, f), Y: b.Y, Scales: b.Scales}
	}
	return f(x)
}

// Negate returns -x with the sign on the first factor of a product or quotient, where a reader expects it.
func Negate(x Expr) Expr {
	return MapFirst(x, func(y Expr) Expr { return &Unary{Op: Neg, X: y} })
}

// A Summand is one term of a sum that is to be written, without its sign. Terms of a lower rank stand before others of
// their sign.
type Summand struct {
	Negative bool
	Rank     int
	X        Expr
}

// Sum writes a sum as it is read: terms with a plus sign first, among them those of lower rank, then in order of their texts. Of no
// terms it is nil.
func Sum(terms []Summand) Expr { return Order(nil).Sum(terms) }

// An Order remembers the texts of what it has put in order.
type Order map[Expr]*textKey

// keys returns the keys of some expressions, which are made when they are first needed.
func (o Order) keys(n int, x func(k int) Expr) []*textKey {
	out := make([]*textKey, n)
	room := make([]textKey, n)
	for k := range out {
		out[k] = &room[k]
		if o == nil {
			continue
		}
		if known := o[x(k)]; known != nil {
			out[k] = known
		} else {
			o[x(k)] = out[k]
		}
	}
	return out
}

// Sum is the function [Sum].
func (o Order) Sum(terms []Summand) Expr {
	sorted := make([]keyed[Summand], len(terms))
	keys := o.keys(len(terms), func(k int) Expr { return terms[k].X })
	for k, t := range terms {
		sorted[k] = keyed[Summand]{t, keys[k]}
	}
	slices.SortStableFunc(sorted, func(a, b keyed[Summand]) int {
		if a.x.Negative != b.x.Negative {
			if a.x.Negative {
				return 1
			}
			return -1
		}
		if c := cmp.Compare(a.x.Rank, b.x.Rank); c != 0 {
			return c
		}
		return a.key.of(a.x.X).compare(b.key.of(b.x.X))
	})
	var sum Expr
	for _, k := range sorted {
		t := k.x
		switch {
		case sum == nil && t.Negative:
			sum = Negate(t.X)
		case sum == nil:
			sum = t.X
		case t.Negative:
			sum = NewBinary(Sub, sum, t.X)
		default:
			sum = NewBinary(Add, sum, t.X)
		}
	}
	return sum
}

// SortFactors puts factors into the order in which they are read: numbers and names, entries, sums and calls, products, conditions,
// and short ones before long ones.
func SortFactors(xs []Expr) {
	if len(xs) < 2 {
		return
	}
	sorted := make([]keyed[Expr], len(xs))
	keys := make([]textKey, len(xs))
	for k, x := range xs {
		sorted[k] = keyed[Expr]{x, &keys[k]}
	}
	slices.SortStableFunc(sorted, func(a, b keyed[Expr]) int {
		if c := cmp.Compare(factorRank(a.x), factorRank(b.x)); c != 0 {
			return c
		}
		return a.key.of(a.x).compare(b.key.of(b.x))
	})
	for k := range sorted {
		xs[k] = sorted[k].x
	}
}

func factorRank(x Expr) int {
	switch x := x.(type) {
	case *Name, *Number:
		return 0
	case *Subscript:
		return 1
	case *Iverson:
		return 4
	case *Binary:
		if x.Op.IsProduct() {
			return 3
		}
	}
	return 2
}

// A textKey puts texts in order: short ones first, then by their letters. It is made when it is first needed.
type textKey struct {
	length int
	text   string
}

// keyed is what is put in order, with a place for its key.
type keyed[T any] struct {
	x   T
	key *textKey
}

func (k *textKey) compare(l *textKey) int {
	return cmp.Or(cmp.Compare(k.length, l.length), cmp.Compare(k.text, l.text))
}

// maxKeyed is the number of nodes up to which texts are put in order by their letters. Longer ones stay in the order in
// which they come, so that writing takes no more time than what is written is long.
const maxKeyed = 64

// of returns k as the key of x.
func (k *textKey) of(x Expr) *textKey {
	if k.length > 0 {
		return k
	}
	count := 0
	Inspect(x, func(Expr) bool {
		count++
		return count <= maxKeyed
	})
	if count > maxKeyed {
		k.length = 1 << 30
	} else {
		k.text = Print(x)
		k.length = len(k.text)
	}
	return k
}
