package expr

import "slices"

// Kind is the kind of a node.
type Kind uint8

// The node kinds. Their order is the first key of the total order.
const (
	KindRat    Kind = iota // an exact rational
	KindConst              // pi, e, inf
	KindSize               // a size symbol, an integer of at least 1
	KindIndex              // an index with its range
	KindEntry              // an entry of a symbol: x, v[i], A[i,j+1]
	KindCond               // a condition, 0 or 1
	KindPow                // base and exponent
	KindCall               // an elementary function
	KindReduce             // sum, product, maximum or minimum over indices
	KindIf                 // if(c, a, b)
	KindMul                // factors
	KindAdd                // a constant and terms with coefficients
)

// Space is the name space of an index.
type Space uint8

// The name spaces of indices.
const (
	User   Space = iota // named by a user
	Opened              // made by opening a body
	Bound               // stored in a reduction
)

// Op says what a condition tests or a reduction does.
type Op uint8

// Conditions compare their one argument with zero; reductions fold their body over the binders.
const (
	NoOp Op = iota
	EqZero
	NeZero
	GeZero
	GtZero
	Sum
	Prod
	Max
	Min
	Tensor // no fold: the tensor of the body's values, an argument of a call
)

// A Symbol is a named input or definition: its name, and the sizes of its axes. An entry of a
// symbol with Integer set may stand in subscripts and ranges.
type Symbol struct {
	Name    string
	Dims    []*Node // integer-linear in sizes
	Integer bool
	id      uint32
}

// A Node is an expression. Nodes are made by the constructors of a [Session] and never change.
type Node struct {
	kind  Kind
	op    Op    // KindCond, KindReduce
	space Space // KindIndex
	num   int32 // KindIndex: number within a program's name space
	// height is the largest number of a bound index that is bound inside the node.
	height int32
	id     uint32
	hash   uint64
	name   string // KindConst, KindSize, KindIndex of a user
	rat    Rat    // KindRat; KindAdd: the constant
	coefs  []Rat  // KindAdd: one for each argument
	args   []*Node
	sym    *Symbol
	fn     *Func
	free   []*Node // the free indices, sorted by id; includes those in ranges of free indices
}

// Kind returns the node's kind.
func (n *Node) Kind() Kind { return n.kind }

// Op returns what a condition tests or a reduction does.
func (n *Node) Op() Op { return n.op }

// ID returns the node's number within its session. The arguments of a node have smaller numbers.
func (n *Node) ID() uint32 { return n.id }

// Args returns the node's children, which the caller must not change: the base and exponent
// of a power, lower and upper end of an index's range, condition and branches of an if;
// of a reduction its binders followed by its body.
func (n *Node) Args() []*Node { return n.args }

// Rat returns the value of a rational, or the constant of an Add.
func (n *Node) Rat() Rat { return n.rat }

// Coefs returns the coefficients of an Add, one for each argument.
func (n *Node) Coefs() []Rat { return n.coefs }

// Symbol returns the symbol of an entry.
func (n *Node) Symbol() *Symbol { return n.sym }

// Func returns the function of a call.
func (n *Node) Func() *Func { return n.fn }

// Name returns the name of a constant, a size or a user's index.
func (n *Node) Name() string { return n.name }

// Free returns the free indices of n, those in ranges of free indices included.
func (n *Node) Free() []*Node { return n.free }

// Binders returns the bound indices of a reduction, outermost first.
func (n *Node) Binders() []*Node { return n.args[:len(n.args)-1] }

// Body returns what a reduction folds.
func (n *Node) Body() *Node { return n.args[len(n.args)-1] }

// Lo returns the lower end of an index's range.
func (n *Node) Lo() *Node { return n.args[0] }

// Hi returns the upper end of an index's range.
func (n *Node) Hi() *Node { return n.args[1] }

// IsZero reports whether n is the number 0.
func (n *Node) IsZero() bool { return n.kind == KindRat && n.rat.IsZero() }

// IsOne reports whether n is the number 1.
func (n *Node) IsOne() bool { return n.kind == KindRat && n.rat.IsOne() }

// DependsOn reports whether index i is free in n.
func (n *Node) DependsOn(i *Node) bool {
	for _, f := range n.free {
		if f == i {
			return true
		}
	}
	return false
}

func (n *Node) dependsOnAny(is []*Node) bool {
	for _, i := range is {
		if n.DependsOn(i) {
			return true
		}
	}
	return false
}

// mix is a strong 64-bit combiner without a seed, so that order is the same on every run.
func mix(a, b uint64) uint64 {
	a ^= b + 0x9e3779b97f4a7c15 + (a << 6) + (a >> 2)
	a ^= a >> 32
	a *= 0xd6e8feb86659fd93
	a ^= a >> 32
	a *= 0xd6e8feb86659fd93
	a ^= a >> 32
	return a
}

func hashString(h uint64, s string) uint64 {
	for i := 0; i < len(s); i++ {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return mix(h, uint64(len(s)))
}

// structuralHash is equal for equal expressions in whatever session and run.
func structuralHash(n *Node, coefs []Rat, args []*Node) uint64 {
	h := mix(uint64(n.kind)<<16|uint64(n.op)<<8|uint64(n.space), uint64(uint32(n.num)))
	switch n.kind {
	case KindRat:
		return mix(h, n.rat.hash())
	case KindConst, KindSize, KindIndex:
		h = hashString(h, n.name)
	case KindEntry:
		h = hashString(h, n.sym.Name)
	case KindCall:
		h = hashString(h, n.fn.Name)
	case KindAdd:
		h = mix(h, n.rat.hash())
		for _, c := range coefs {
			h = mix(h, c.hash())
		}
	}
	for _, a := range args {
		h = mix(h, a.hash)
	}
	return h
}

// is reports whether m, which has all its parts, is n with the given coefficients and arguments, both being of one session and hash.
func (m *Node) is(n *Node, coefs []Rat, args []*Node) bool {
	return m.kind == n.kind && m.op == n.op && m.space == n.space && m.num == n.num && m.name == n.name && m.sym == n.sym && m.fn == n.fn &&
		slices.Equal(m.args, args) && m.rat.Equal(n.rat) && slices.EqualFunc(m.coefs, coefs, Rat.Equal)
}

// Compare is the total order of a session's expressions: by kind, then by structural hash.
// Two different expressions with one hash are ordered by their parts.
func Compare(a, b *Node) int {
	switch {
	case a == b:
		return 0
	case a.kind != b.kind:
		return cmpInt(int64(a.kind), int64(b.kind))
	case a.hash != b.hash:
		if a.hash < b.hash {
			return -1
		}
		return 1
	}
	return compareParts(a, b)
}

// compareParts decides between different nodes of equal kind and hash.
func compareParts(a, b *Node) int {
	if c := cmpInt(int64(a.op), int64(b.op)); c != 0 {
		return c
	}
	if c := cmpInt(int64(len(a.args)), int64(len(b.args))); c != 0 {
		return c
	}
	for i := range a.args {
		if c := Compare(a.args[i], b.args[i]); c != 0 {
			return c
		}
	}
	for i := range a.coefs {
		if c := a.coefs[i].Cmp(b.coefs[i]); c != 0 {
			return c
		}
	}
	return cmpInt(int64(a.id), int64(b.id))
}

func cmpInt(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
