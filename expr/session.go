package expr

import (
	"math"
	"math/big"
	"slices"
)

// A Session owns the expressions of one problem. It is not safe for concurrent use; many
// sessions may run at once. Dropping the session frees its nodes.
type Session struct {
	table   []*Node // open addressing, a power of two long
	count   int
	symbols []*Symbol

	// What is cut from slabs, since most of it is short and all of it lives as long as the session.
	nodes   []Node
	args    []*Node
	coefs   []Rat
	declare []Symbol

	// What is not in use.
	products  []*product
	memos     []*Memo[*Node]
	renamings []*renaming

	stack []*Node // arguments of nodes that are being built anew, see pushArgs

	zero, one, minusOne *Node

	work    int // the constructor calls so far
	limit   int // when to stop
	allowed int // what Allow was given

	openMemo map[openKey]*Opening
	powers   map[numberPower]*Node            // that have been worked out
	sums     reductions                       // of products over opened indices
	closed   [Tensor + 1]reductions           // of each kind, of stored bodies over stored binders
	inside   Memo[bool]                       // see inRange
	atLeast0 Memo[bool]                       // see alwaysGe
	turning  Memo[bool]                       // see mayTurn
	conds    [GtZero - EqZero + 1]Memo[*Node] // the conditions of each kind on index forms
	once     map[any]any                      // what [Once] has made
}

// minStack is how many arguments there is room for at first.
const minStack = 256

// pushArgs returns n places for arguments, which are in use until [Session.popArgs].
func (s *Session) pushArgs(n int) []*Node {
	mark := len(s.stack)
	if mark+n > cap(s.stack) { // what is in use stays where it is
		s.stack = make([]*Node, mark, max(minStack, 2*(mark+n)))
	}
	s.stack = s.stack[:mark+n]
	return s.stack[mark : mark+n : mark+n]
}

// popArgs gives back the places that were taken last.
func (s *Session) popArgs(args []*Node) { s.stack = s.stack[:len(s.stack)-len(args)] }

// How many of each are allocated at once.
const (
	nodeSlab   = 256
	argSlab    = 512
	coefSlab   = 64
	symbolSlab = 32
)

// take cuts n elements from a slab and makes a new one of the given size where they are not there.
func take[T any](slab *[]T, n, size int) []T {
	if n > len(*slab) {
		if n > size/8 {
			return make([]T, n)
		}
		*slab = make([]T, size)
	}
	cut := (*slab)[:n:n]
	*slab = (*slab)[n:]
	return cut
}

// NewSession returns an empty session.
func NewSession() *Session {
	s := &Session{table: make([]*Node, 1024), openMemo: map[openKey]*Opening{}, once: map[any]any{}, powers: map[numberPower]*Node{}, limit: math.MaxInt}
	s.zero, s.one, s.minusOne = s.Rat(Int(0)), s.Rat(Int(1)), s.Rat(Int(-1))
	return s
}

// Len returns the number of nodes made so far.
func (s *Session) Len() int { return s.count }

// intern returns the session's node that is n with the given arguments.
func (s *Session) intern(n *Node, args ...*Node) *Node { return s.store(n, nil, args) }

// store returns the session's node that is n with the given coefficients and arguments, all of which it copies if it is new.
func (s *Session) store(n *Node, coefs []Rat, args []*Node) *Node {
	s.Spend(1 + len(args)/argsPerStep)
	hash := structuralHash(n, coefs, args)
	mask := uint64(len(s.table) - 1)
	i := hash & mask
	for ; s.table[i] != nil; i = (i + 1) & mask {
		if m := s.table[i]; m.hash == hash && m.is(n, coefs, args) {
			return m
		}
	}
	if s.count >= manyNodes {
		s.Spend(stepsPerNode)
	}
	m := &take(&s.nodes, 1, nodeSlab)[0]
	*m = *n
	m.hash, m.id = hash, uint32(s.count)
	if len(args) > 0 {
		m.args = take(&s.args, len(args), argSlab)
		copy(m.args, args)
	}
	if len(coefs) > 0 {
		m.coefs = take(&s.coefs, len(coefs), coefSlab)
		copy(m.coefs, coefs)
	}
	m.setFree()
	s.table[i] = m
	s.count++
	if s.count*2 > len(s.table) {
		s.grow()
	}
	return m
}

func (s *Session) grow() {
	old := s.table
	s.table = make([]*Node, 2*len(old))
	mask := uint64(len(s.table) - 1)
	for _, n := range old {
		if n == nil {
			continue
		}
		i := n.hash & mask
		for s.table[i] != nil {
			i = (i + 1) & mask
		}
		s.table[i] = n
	}
}

// setFree computes the free indices and the binder height from the children.
func (n *Node) setFree() {
	var free []*Node
	shared := false // free is another node's slice
	for _, a := range n.args {
		n.height = max(n.height, a.height)
		switch {
		case len(a.free) == 0:
		case free == nil:
			free, shared = a.free, true
		default:
			for _, f := range a.free {
				if i, found := slices.BinarySearchFunc(free, f, byID); !found {
					if shared {
						free, shared = slices.Clone(free), false
					}
					free = slices.Insert(free, i, f)
				}
			}
		}
	}
	switch n.kind {
	case KindIndex:
		i, _ := slices.BinarySearchFunc(free, n, byID)
		free = slices.Insert(slices.Clone(free), i, n)
	case KindReduce:
		binders := n.Binders()
		free = slices.DeleteFunc(slices.Clone(free), func(f *Node) bool { return slices.Contains(binders, f) })
		for _, b := range binders {
			n.height = max(n.height, b.num)
		}
	}
	n.free = free
}

func byID(a, b *Node) int { return cmpInt(int64(a.id), int64(b.id)) }

// Rat returns the number r.
func (s *Session) Rat(r Rat) *Node { return s.intern(&Node{kind: KindRat, rat: r}) }

// Int returns the number n.
func (s *Session) Int(n int64) *Node { return s.Rat(Int(n)) }

// Number returns the number r.
func (s *Session) Number(r *big.Rat) *Node { return s.Rat(BigRat(r)) }

// Const returns a named constant: pi, e or inf.
func (s *Session) Const(name string) *Node { return s.intern(&Node{kind: KindConst, name: name}) }

// Size returns the size symbol of that name, an integer of at least 1.
func (s *Session) Size(name string) *Node { return s.intern(&Node{kind: KindSize, name: name}) }

// Index returns the user's index of that name over lo..hi. The same name with another range is
// another index.
func (s *Session) Index(name string, lo, hi *Node) *Node {
	return s.intern(&Node{kind: KindIndex, space: User, name: name}, lo, hi)
}

func (s *Session) index(space Space, num int32, lo, hi *Node) *Node {
	return s.intern(&Node{kind: KindIndex, space: space, num: num}, lo, hi)
}

// NewSymbol declares an input. Each call makes a new symbol, whatever its name.
func (s *Session) NewSymbol(name string, integer bool, dims ...*Node) *Symbol {
	sym := &take(&s.declare, 1, symbolSlab)[0]
	*sym = Symbol{Name: name, Dims: dims, Integer: integer, id: uint32(len(s.symbols))}
	s.symbols = append(s.symbols, sym)
	return sym
}

// Entry returns the entry of sym at the given subscripts, one for each axis.
func (s *Session) Entry(sym *Symbol, subs ...*Node) *Node {
	if len(subs) != len(sym.Dims) {
		panic("expr: wrong number of subscripts for " + sym.Name)
	}
	return s.intern(&Node{kind: KindEntry, sym: sym}, subs...)
}

// If returns if(cond, then, otherwise); cond is an expression that is 0 or 1.
func (s *Session) If(cond, then, otherwise *Node) *Node {
	switch {
	case cond.IsOne() || then == otherwise:
		return then
	case cond.IsZero():
		return otherwise
	}
	return s.intern(&Node{kind: KindIf}, cond, then, otherwise)
}
