package codegen

import "slices"

// A Program is a function in the loop language: buffers, loops over integers, conditions, and scalar statements in
// three-address form. Emitters read nothing else.
type Program struct {
	Kernel  Kernel
	Params  []*Buffer // in the order of the kernel; scalars are buffers without axes
	Outputs []*Buffer // tensors that are written; nil for a scalar output
	Results []Arg     // the value of each scalar output, nil for a tensor
	Work    []*Buffer // intermediates, one after the other in the scratch slice
	Sizes   []*Var    // every size symbol in use, in order of first appearance
	Checks  []Check   // of integer parameters that stand in subscripts
	Body    *Block

	Definite bool // whether a matrix is taken for positive definite
}

// A Check says that a form of every entry of an integer parameter lies in 1..Hi. The form is Scale·v + Shift.
type Check struct {
	Param *Buffer
	Scale int64
	Shift Int
	Hi    Int
	Of    string // what the form subscripts, for the message
}

// A Buffer is a flat row-major slice, or a scalar where it has no axes.
type Buffer struct {
	Name    string
	Axes    []Int
	Integer bool
	Scalar  *Var    // the value, where there are no axes
	Of      *Buffer // what this is a row of, or nil
}

// A Var is a scalar variable: float64, or int where Integer is set.
type Var struct {
	Hint    string // a name to start from
	Name    string // in the printed program
	Integer bool
	Mutable bool
	rank    int  // in the order of creation
	size    bool // a size
	loop    bool // of a loop: from ≤ value < bound
	from    Int
	bound   Int
}

// An Arg is an operand: a variable, or a number in Go syntax.
type Arg struct {
	Var   *Var
	Const string
}

// A Block is a list of statements.
type Block struct{ Stmts []Stmt }

// A Stmt is one of *Let, *Set, *Store, *Clear, *Loop, *If, *Flush, *Row, *Apply and *Panic.
type Stmt interface{ stmt() }

// Op is the operation of a [Let].
type Op uint8

// The operations.
const (
	OpCopy    Op = iota
	OpAdd        // a + b
	OpSub        // a - b
	OpMul        // a * b
	OpDiv        // a / b
	OpNeg        // -a
	OpLoad       // buffer[at]
	OpFloat      // float64(at)
	OpCall       // function(args…)
	OpLoadInt    // integer buffer[at]
	OpApply      // function(buffer, at), a number that a buffer as a whole has
)

// Let defines a variable that never changes.
type Let struct {
	Var  *Var
	Op   Op
	Args []Arg
	Buf  *Buffer // of a load
	At   Int
	Func string // of a call, in Go syntax
	Wide bool   // part of a long sum, which may stand on a long line
}

// SetOp is how a value is combined with what is there.
type SetOp uint8

// The ways to combine.
const (
	SetTo SetOp = iota
	SetAdd
	SetMul
	SetMax
	SetMin
)

// Set changes a variable. Its first Set is its declaration where Declare holds.
type Set struct {
	Var     *Var
	Op      SetOp
	X       Arg
	Declare bool
}

// Store changes an entry of a buffer.
type Store struct {
	Buf *Buffer
	At  Int
	Op  SetOp
	X   Arg
}

// Clear sets every entry of a buffer to 0.
type Clear struct{ Buf *Buffer }

// Loop runs Body for Lo ≤ Var < Hi: with Step for every so manyth value that has all before the next in range, with Rest
// for the values after those. Both are 0 otherwise. With Down the values come in the opposite order.
type Loop struct {
	Var        *Var
	Lo, Hi     Int
	Down       bool
	Step, Rest int64
	Along      *Buffer  // of a loop with Step: a slice of length Hi that it runs along, or nil
	Shared     *Sharing // how its turns are shared among processors, or nil
	Body       *Block
}

// If runs one of two blocks; Else may be nil.
type If struct {
	Cond Bool
	Then *Block
	Else *Block
}

// Flush ends a block of sums that a loop adds to, after every Every turns by the loop's variable: each goes to those of its blocks and begins anew.
type Flush struct {
	Loop  *Var
	Every int64 // a power of 2
	Step  int64 // of the loop, at least 1
	Sums  []BlockSum
}

// A BlockSum is a sum and the variable of the sums of its blocks.
type BlockSum struct{ Sum, Blocks *Var }

// Apply changes a buffer as a whole: copy(To, From), luFactor(To, Size), luSolve(From, To) and others, with Size as the last
// argument where it is not 0.
type Apply struct {
	Func     string
	From, To *Buffer
	Size     Int
}

// Panic ends the program; Text says why.
type Panic struct{ Text string }

// Row names a part of a buffer: Row is Row.Of[At:][:Len:Len], whose capacity is no number of its own to be kept.
type Row struct {
	Row     *Buffer
	At, Len Int
	Same    *Buffer // a name that the part has already, or nil
}

// root returns the buffer that holds the entries.
func (b *Buffer) root() *Buffer {
	if b != nil && b.Of != nil {
		return b.Of
	}
	return b
}

func (*Row) stmt()   {}
func (*Apply) stmt() {}
func (*Panic) stmt() {}
func (*Let) stmt()   {}
func (*Set) stmt()   {}
func (*Store) stmt() {}
func (*Clear) stmt() {}
func (*Loop) stmt()  {}
func (*If) stmt()    {}
func (*Flush) stmt() {}

// BoolOp is what a [Bool] is.
type BoolOp uint8

// The conditions.
const (
	BoolEq  BoolOp = iota // X == Y
	BoolNe                // X != Y
	BoolGe                // X >= Y
	BoolGt                // X > Y
	BoolAnd               // all of Parts
	BoolOr                // any of Parts
	BoolNot               // not Parts[0]
	BoolInf               // X is an infinity
)

// A Bool is a condition. A comparison is one of integers where Ints is set, else of X and Y.
type Bool struct {
	Op    BoolOp
	Ints  bool
	X, Y  Arg
	Left  Int // of a comparison of integers
	Right Int
	Parts []Bool
}

// An Int is an integer polynomial in integer variables: subscripts in flat slices, and the ends of loops.
type Int struct{ terms []intTerm }

type intTerm struct {
	coef int64
	vars []*Var // sorted by rank in the order of creation
}

func intConst(c int64) Int {
	if c == 0 {
		return Int{}
	}
	return Int{[]intTerm{{coef: c}}}
}

func intVar(v *Var) Int { return Int{[]intTerm{{1, []*Var{v}}}} }

func (a Int) plus(b Int) Int {
	sum := slices.Clone(a.terms)
	for _, t := range b.terms {
		k := slices.IndexFunc(sum, func(u intTerm) bool { return slices.Equal(u.vars, t.vars) })
		if k < 0 {
			sum = append(sum, t)
			continue
		}
		sum[k].coef += t.coef
	}
	return Int{slices.DeleteFunc(sum, func(t intTerm) bool { return t.coef == 0 })}
}

func (a Int) times(b Int) Int {
	var product Int
	for _, t := range a.terms {
		for _, u := range b.terms {
			vars := append(slices.Clone(t.vars), u.vars...)
			slices.SortStableFunc(vars, func(x, y *Var) int { return x.rank - y.rank })
			product = product.plus(Int{[]intTerm{{t.coef * u.coef, vars}}})
		}
	}
	return product
}

func (a Int) scale(c int64) Int { return a.times(intConst(c)) }

func (a Int) minus(b Int) Int { return a.plus(b.scale(-1)) }

// withoutMinus leaves out terms with a minus: room for n - 2 numbers is room for n, and n - 2 may be negative.
func (a Int) withoutMinus() Int {
	return Int{slices.DeleteFunc(slices.Clone(a.terms), func(t intTerm) bool { return t.coef < 0 })}
}

// constant returns the value of a form without variables.
func (a Int) constant() (int64, bool) {
	switch {
	case len(a.terms) == 0:
		return 0, true
	case len(a.terms) == 1 && len(a.terms[0].vars) == 0:
		return a.terms[0].coef, true
	}
	return 0, false
}

// linearIn returns c and r with a = c·v + r, where v is in no other term.
func (a Int) linearIn(v *Var) (c int64, rest Int, ok bool) {
	for _, t := range a.terms {
		switch {
		case len(t.vars) == 1 && t.vars[0] == v:
			c = t.coef
		case slices.Contains(t.vars, v):
			return 0, Int{}, false
		default:
			rest.terms = append(rest.terms, t)
		}
	}
	return c, rest, true
}

func (a Int) mentions(v *Var) bool {
	return slices.ContainsFunc(a.terms, func(t intTerm) bool { return slices.Contains(t.vars, v) })
}

func (a Int) equal(b Int) bool { return len(a.minus(b).terms) == 0 }
