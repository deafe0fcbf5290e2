package expr

import (
	"errors"
	"strconv"

	"github.com/seed-9905856d/derive/syntax"
)

// MaxPrinted bounds the tree that printing makes of an expression graph.
const MaxPrinted = 1 << 20

// ErrTooLarge is the error for an expression whose printed tree has more than [MaxPrinted] nodes.
var ErrTooLarge = errors.New("the result is too large to print: more than 1048576 nodes written out")

// TreeSize returns the number of nodes that n has when it is written out, at most one more than [MaxPrinted].
func TreeSize(n *Node) int {
	var memo Memo[int]
	var of func(n *Node) int
	of = func(n *Node) int {
		if len(n.args) == 0 {
			return 1
		}
		size, ok := memo.Get(n)
		if !ok {
			size = 1
			for _, a := range n.args {
				size = min(size+of(a), MaxPrinted+1)
			}
			memo.Set(n, size)
		}
		return size
	}
	return of(n)
}

// Syntax returns n in the formula language, entry by entry. Bound indices get names that meet no other
// name in n. Ranges are written where they are not those that a reader infers from the subscripts.
func Syntax(n *Node) (syntax.Expr, error) { return toSyntax(n, &Memo[bool]{}) }

// toSyntax is [Syntax]; better remembers which sums read better negated.
func toSyntax(n *Node, better *Memo[bool]) (syntax.Expr, error) {
	if TreeSize(n) > MaxPrinted {
		return nil, ErrTooLarge
	}
	p := printer{names: map[*Node]string{}, used: map[string]bool{"e": true, "pi": true, "inf": true, "d": true}, better: better}
	p.reserve(n, &Memo[bool]{})
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
	// better says which sums read better negated, as far as that has been asked: a term is printed by itself to find out.
	better *Memo[bool]
}

// reserve notes every name in n that a bound index must not take.
func (p *printer) reserve(n *Node, seen *Memo[bool]) {
	if _, ok := seen.Get(n); ok {
		return
	}
	seen.Set(n, true)
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
