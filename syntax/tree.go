// Package syntax holds the syntax tree of the formula language, its one operator
// table, and its one printer. The parser fills the tree, formula gives it meaning,
// and expr and simplify build it again to print results: what is printed is
// therefore always text that the parser reads.
//
// Nodes are immutable after they are built. A node's Span is the zero Span where
// the tree was not made from text.
package syntax

import "math/big"

// Pos is a place in a source text: byte offset from 0, line and column from 1.
// Columns count characters (runes), not bytes.
type Pos struct {
	Filename string
	Offset   int
	Line     int
	Column   int
}

// Span is the half-open stretch of text from Pos to End.
type Span struct {
	Pos, End Pos
}

// Source returns the span itself; every node embeds Span and so has this method.
func (s Span) Source() Span { return s }

// A File is one formula file or one expression typed on a command line.
type File struct {
	Name       string // the name shown in diagnostics
	Text       string // the source, for diagnostics
	Statements []Statement
}

// Statement is *Param, *Given, *Define, *Kernel or *ExprStatement.
type Statement interface {
	Source() Span
	statement()
}

// Param declares inputs: param x, v[n], A[m,n].
type Param struct {
	Span
	Decls []Decl
}

// Decl is one declared name with the sizes of its axes: A[m,n+1].
type Decl struct {
	Span
	Name  Ident
	Sizes []Expr // linear in size names; none for a scalar
}

// Given is an assumption: given sum(y) == 1.
type Given struct {
	Span
	Cond Expr
}

// Define is a definition or a function:
//
//	name = EXPR    T[i,j] = EXPR    y[i in 2..n] = EXPR
//	f(x) = EXPR    softmax(z[n])[i] = EXPR    leaky_relu(x, a = 0.01) = EXPR
type Define struct {
	Span
	Name    Ident
	IsFunc  bool
	Params  []FuncParam // for a function
	Indices []Binder    // the indices on the left
	Body    Expr
}

// FuncParam is one parameter of a function, with its sizes and, for an optional one, its default.
type FuncParam struct {
	Decl
	Default Expr // nil if the parameter is required
}

// Kernel asks for a Go function: kernel NAME(a, b) = EXPR, out: EXPR.
type Kernel struct {
	Span
	Name    Ident
	Params  []Ident
	Outputs []Output
}

// Output is one result of a kernel; Name.Name is empty where the user gave none.
type Output struct {
	Span
	Name  Ident
	Value Expr
}

// ExprStatement is a bare expression: a one-liner on the command line.
type ExprStatement struct {
	Span
	X Expr
}

func (*Param) statement()         {}
func (*Given) statement()         {}
func (*Define) statement()        {}
func (*Kernel) statement()        {}
func (*ExprStatement) statement() {}

// Ident is a name in its canonical ASCII spelling (theta, y_hat, x_1) with the place it was written.
type Ident struct {
	Span
	Name string
}

// Expr is one of the node types below, always a pointer.
type Expr interface {
	Source() Span
	expr()
}

// Number is an exact literal: 0.1 is 1/10.
type Number struct {
	Span
	Text  string // as written; empty where built by the program
	Value *big.Rat
}

// Name is a use of a name: a parameter, size, index, definition or constant.
type Name struct {
	Span
	Name string
}

// Unary is -x, +x or not x.
type Unary struct {
	Span
	Op Op
	X  Expr
}

// Binary is x op y for every operator but the comparisons.
type Binary struct {
	Span
	Op    Op
	OpPos Pos
	X, Y  Expr
	// Scales says of a product that was made, not read, that X is a scalar: factors of X and what it is multiplied by are not to be paired otherwise.
	Scales bool
}

// Compare is a comparison or a chain of them: 0 < q < 1 has three operands and two operators.
type Compare struct {
	Span
	Operands []Expr
	Ops      []Op
}

// Transpose is x'.
type Transpose struct {
	Span
	X Expr
}

// Subscript is x[i], A[i,:], softmax(z)[i+1].
type Subscript struct {
	Span
	X    Expr
	Subs []Expr // *Slice for a bare colon
}

// Slice is the bare colon among subscripts: A[i,:].
type Slice struct{ Span }

// Call is f(a, b). Fun is the name in canonical ASCII spelling: reductions without an
// index (sum(v)), derivative operators (grad(L, x)) and tensor functions are calls like any other.
type Call struct {
	Span
	Fun  Ident
	Args []Expr
}

// Reduce is an operator that binds indices: sum[i in 1..n, j | i != j](E).
// Op.Name is sum, prod, max, min, mean, logsumexp or tensor.
type Reduce struct {
	Span
	Op      Ident
	Binders []Binder
	Cond    Expr // nil if there is none
	Body    Expr
}

// Binder is an index with its range; Lo and Hi are both nil where the range is left to inference.
type Binder struct {
	Span
	Name   Ident
	Lo, Hi Expr
}

// If is if(COND, A, B).
type If struct {
	Span
	Cond, Then, Else Expr
}

// Iverson is [COND], 1 or 0.
type Iverson struct {
	Span
	Cond Expr
}

// Array is a vector literal [1, 2, 3]; a matrix literal is an Array of Arrays.
type Array struct {
	Span
	Elems []Expr
}

// Paren is a parenthesised expression. The parser keeps it so that formatting and
// positions are faithful; everything after the parser looks through it.
type Paren struct {
	Span
	X Expr
}

func (*Number) expr()    {}
func (*Name) expr()      {}
func (*Unary) expr()     {}
func (*Binary) expr()    {}
func (*Compare) expr()   {}
func (*Transpose) expr() {}
func (*Subscript) expr() {}
func (*Slice) expr()     {}
func (*Call) expr()      {}
func (*Reduce) expr()    {}
func (*If) expr()        {}
func (*Iverson) expr()   {}
func (*Array) expr()     {}
func (*Paren) expr()     {}

// Unparen strips parentheses.
func Unparen(e Expr) Expr {
	for {
		p, ok := e.(*Paren)
		if !ok {
			return e
		}
		e = p.X
	}
}
