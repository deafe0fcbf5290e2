package expr

import "math/big"

// Parity says how a unary function answers a negated argument.
type Parity uint8

// The parities.
const (
	NoParity Parity = iota
	Even            // f(-x) = f(x)
	Odd             // f(-x) = -f(x)
)

// Sign is what is known of a real value's sign.
type Sign uint8

// The signs, from the weakest statement to the strongest.
const (
	AnySign Sign = iota
	NonNegative
	Positive
)

// Monotony says how the value of a unary function follows its argument, over its whole domain.
type Monotony uint8

// The kinds of monotony, both strict.
const (
	NoMonotony Monotony = iota
	Increasing
	Decreasing
)

// A Func is a function as the constructors need to know it: its name and the
// facts that hold for every real argument of its domain. Package builtin makes one for each
// row of its table; they are immutable and shared by all sessions.
type Func struct {
	Name   string
	Text   string // the name as it is printed, where that is another
	Arity  int
	Parity Parity // for unary functions
	Sign   Sign   // of the value, whatever the arguments
	// Monotony is that of a unary function whose domain is an interval.
	Monotony Monotony
	// Ranks has the number of axes of each parameter where one of them or the result is a tensor, nil for a
	// function of scalars. In a call an argument with axes is a reduction by [Tensor] over them.
	Ranks []int
	// Result is the number of axes of the result: a call has as many subscripts after its arguments.
	Result int
	// Like has for each axis of the result a parameter with axes, the size of whose first it has; -1 where there is none.
	Like []int
	// Simplex says that the entries of the result, a vector of the size of the only argument, sum to 1.
	Simplex bool
	// Square says of a function of one matrix that the matrix is square, and that the result, if it is a matrix, is of its size.
	Square bool
	// Definite says of such a function that the matrix is known to be symmetric with positive eigenvalues.
	Definite bool
	// Update says of a definite one that the matrix is a diagonal one with positive entries and a term of low rank.
	Update bool
	// Rule returns a simpler form of a call where there is one; nil where calls stay as they are. Each form that it returns is
	// made of calls that are smaller, so that it ends.
	Rule func(s *Session, fn *Func, args []*Node) (*Node, bool)
	// Exact returns the value at rational arguments where it is rational
	// (exp(0) = 1, floor(5/2) = 2); nil where there is no such point.
	Exact func(args []*big.Rat) (*big.Rat, bool)
}

// Printed returns the name of f in formulas.
func (f *Func) Printed() string {
	if f.Text != "" {
		return f.Text
	}
	return f.Name
}
