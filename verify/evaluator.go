package verify

import (
	"fmt"

	"github.com/seed-9905856d/derive/eval/bigmath"
	"github.com/seed-9905856d/derive/syntax"
)

// DefaultLimit is the number of operations an Evaluator may spend on one call of Eval or Holds.
const DefaultLimit = 5_000_000

// The operations on real numbers that one call may take, which the operations that [Evaluator] counts are made of: so many for each of those, and
// maxWork at the most. Only derivatives of derivatives of derivatives take more.
const (
	workPerOperation = 64
	maxWork          = 10_000_000
)

// maxDepth bounds how deep expressions and function calls may nest during evaluation.
const maxDepth = 20_000

// A Witness evaluates the expressions of one source at any points. It keeps what does not depend on the point. It is not safe for concurrent use.
type Witness struct {
	meaning
	contexts map[uint]*bigmath.Context  // by precision
	reach    map[string]map[string]bool // of a name, the definitions and functions that depend on it
	names    map[syntax.Expr][]string   // the names in an expression, those of called functions included
}

// NewWitness returns a witness for a source.
func NewWitness(src Source) *Witness {
	return &Witness{
		meaning:  newMeaning(src),
		contexts: map[uint]*bigmath.Context{},
		reach:    map[string]map[string]bool{},
		names:    map[syntax.Expr][]string{},
	}
}

// At returns an evaluator at a point whose values and sizes are complete (see Point), in arithmetic of prec bits.
func (w *Witness) At(point Point, prec uint) *Evaluator {
	shared := w.contexts[prec]
	if shared == nil {
		shared = bigmath.NewContext(prec)
		w.contexts[prec] = shared
	}
	return &Evaluator{
		Witness: w,
		arith:   newArith(shared.Sibling()),
		Limit:   DefaultLimit,
		point:   point,
		root:    newWorld(nil),
		ranges:  map[rangeKey][2]int{},
	}
}

// An Evaluator computes values of expressions of one formula at one point. It remembers
// the values of definitions and of functions, and is not safe for concurrent use.
type Evaluator struct {
	*Witness
	*arith

	// Limit bounds the operations of one call; an evaluation that needs more fails.
	Limit int

	point Point
	root  *world
	spent int
	here  syntax.Expr // what is being evaluated, at the last operation that was counted
	depth int

	ranges map[rangeKey][2]int // those of indices that do not depend on what is bound around them

	trying  int   // attempts that have begun, see attempt
	outside int   // entries outside their range that attempts have read
	noted   notes // of the last call
}

// NewEvaluator returns an evaluator for a source at a point, as that of a [Witness] of its own.
func NewEvaluator(src Source, point Point, prec uint) *Evaluator {
	return NewWitness(src).At(point, prec)
}

// An Error says where and why a formula has no value at a point.
type Error struct {
	Span    syntax.Span
	Message string
	Help    string // advice, or empty
	Limit   bool   // the evaluation was given up, not impossible
}

// Error returns the message with its position.
func (e *Error) Error() string { return e.Diagnostic().Error() }

// Diagnostic returns the error in the form in which it is shown with an excerpt.
func (e *Error) Diagnostic() syntax.Diagnostic {
	return syntax.Diagnostic{Message: e.Message, Span: e.Span, Help: e.Help, Limit: e.Limit}
}

// Eval returns the value of an expression. Indices that nothing binds are axes of the
// result, before its own, in order of first appearance.
func (e *Evaluator) Eval(x syntax.Expr) (t Tensor, err error) {
	defer e.start(&err)()
	return e.free(scope{world: e.root}, x), nil
}

// Precision returns the number of bits of its arithmetic.
func (e *Evaluator) Precision() uint { return e.ctx.Precision() }

// Overflowed reports whether an exponential of a finite number that the last call depends on was out of the range of numbers, so that a value may be
// an infinity, or NaN, or lack a term, where the formula has a finite value.
func (e *Evaluator) Overflowed() bool { return e.noted.Overflowed }

// Beyond names a function that the last call has not computed, and that is NaN for that reason, because an argument was beyond a limit; "" where
// there was none.
func (e *Evaluator) Beyond() string { return e.noted.Beyond }

// LargestExponent returns the largest binary exponent of an exponential in the last call: where it is beyond the precision, terms may have cancelled
// to nothing.
func (e *Evaluator) LargestExponent() int64 { return e.noted.Largest }

// Cancelled reports whether a matrix that the last call has inverted is singular but for what rounding may leave, so that its inverse may be of no
// meaning, or whether the largest or smallest of numbers is that by no more than rounding, so that others may share its derivative, or whether
// something was compared with what has no value.
func (e *Evaluator) Cancelled() bool { return e.noted.cancelled }

// Holds reports whether a condition is true. A given with a free index holds if it is
// true for all its values. Equality is up to the tolerance, relative to the larger side;
// 0 demands it exactly. With a tolerance the evaluator forgets what it has computed, which may depend on it.
func (e *Evaluator) Holds(cond syntax.Expr, tolerance float64) (holds bool, err error) {
	defer e.start(&err)()
	if tolerance > 0 {
		known := e.root
		e.slack, e.root = &tolerance, newWorld(nil)
		defer func() { e.slack, e.root = nil, known }()
	}
	holds = true
	s := scope{world: e.root}
	e.forAll(s, e.freeIndices(s, cond), func(s scope) {
		holds = holds && e.cond(s, cond)
	})
	return holds, nil
}

// start resets the counters and returns the function that turns a failure into an error.
func (e *Evaluator) start(err *error) func() {
	e.spent, e.depth, e.trying, e.here = 0, 0, 0, nil
	e.work, e.most, e.giveUp = 0, min(workPerOperation*min(e.Limit, maxWork), maxWork), e.exhausted
	e.orders = e.orders[:1] // no infinitesimal outlives the call that has made it
	e.takeNotes()
	return func() {
		failure := recover()
		e.noted = e.takeNotes()
		switch failure := failure.(type) {
		case nil:
		case *Error:
			*err = failure
		default:
			panic(failure)
		}
	}
}

// fail abandons the evaluation with a message about a place.
func (e *Evaluator) fail(at syntax.Expr, format string, args ...any) {
	panic(&Error{Span: at.Source(), Message: fmt.Sprintf(format, args...)})
}

// exceed abandons the evaluation because of a limit.
func (e *Evaluator) exceed(at syntax.Expr, format string, args ...any) {
	panic(&Error{Span: at.Source(), Message: fmt.Sprintf(format, args...), Limit: true})
}

// advise abandons the evaluation with a message and a suggestion.
func (e *Evaluator) advise(at syntax.Expr, help, format string, args ...any) {
	panic(&Error{Span: at.Source(), Message: fmt.Sprintf(format, args...), Help: help})
}

// spend counts operations.
func (e *Evaluator) spend(at syntax.Expr, n int) {
	e.here = at
	if e.spent += n; e.spent > e.Limit || n < 0 {
		panic(&Error{Span: at.Source(), Limit: true,
			Message: fmt.Sprintf("evaluating this takes more than the limit of %d operations", e.Limit)})
	}
}

// exhausted abandons the evaluation because of the operations on real numbers that it takes.
func (e *Evaluator) exhausted() {
	failure := &Error{Limit: true, Message: fmt.Sprintf("evaluating this takes more than the limit of %d operations on real numbers", e.most)}
	if e.here != nil {
		failure.Span = e.here.Source()
	}
	panic(failure)
}

// enter and leave count how deep evaluation nests.
func (e *Evaluator) enter(at syntax.Expr) {
	if e.depth++; e.depth > maxDepth {
		panic(&Error{Span: at.Source(), Limit: true,
			Message: fmt.Sprintf("evaluation nests deeper than the limit of %d", maxDepth)})
	}
}

func (e *Evaluator) leave() { e.depth-- }

// text returns an expression as it would be written in an error message.
func text(x syntax.Expr) string { return syntax.Print(x) }

// name returns the value of a name: an index, a parameter of the function around it, a
// definition, an input, a size or a constant, whichever is innermost.
func (e *Evaluator) name(s scope, x *syntax.Name) Tensor {
	if b := s.frame.find(x.Name); b != nil {
		if b.isIndex {
			return scalar(e.int(int64(b.at)))
		}
		return b.value
	}
	if s.library {
		if c, ok := e.constant(x.Name); ok {
			return scalar(c)
		}
		e.fail(x, "the library does not define %s", x.Name)
	}
	return e.global(s.world, x)
}

// global returns the value of a name that no index or function binds.
func (e *Evaluator) global(w *world, x *syntax.Name) Tensor {
	if w.outer != nil {
		switch {
		case w.moved == x.Name:
			return w.value
		case !e.depends(x.Name, w.moved):
			return e.global(w.outer, x)
		}
	}
	if k, ok := w.memo[x.Name]; ok {
		return e.recalled(k)
	}
	k, outside := e.keep(func() Tensor {
		t, ok := e.value(w, x)
		if !ok {
			e.fail(x, "%s has no value", x.Name)
		}
		return t
	})
	if !outside {
		w.memo[x.Name] = k
	}
	return k.value
}

// value computes a definition, or looks a name up in the point.
func (e *Evaluator) value(w *world, x *syntax.Name) (Tensor, bool) {
	if def := e.definitions[x.Name]; def != nil {
		return e.define(scope{world: w}, def), true
	}
	if v, ok := e.point.Values[x.Name]; ok {
		return e.tensor(v), true
	}
	if n, ok := e.point.Sizes[x.Name]; ok {
		return scalar(e.int(int64(n))), true
	}
	if c, ok := e.constant(x.Name); ok {
		return scalar(c), true
	}
	return Tensor{}, false
}

// depends reports whether the value of a definition can depend on another name.
func (e *Evaluator) depends(def, name string) bool {
	dependent, ok := e.reach[name]
	if !ok {
		dependent = e.dependents(name)
		e.reach[name] = dependent
	}
	return dependent[def]
}

// dependents returns the definitions and functions that mention a name, directly or through others.
func (e *Evaluator) dependents(name string) map[string]bool {
	users := map[string][]string{} // of each name, those that mention it directly
	note := func(def string, body syntax.Expr) {
		syntax.Inspect(body, func(x syntax.Expr) bool {
			switch x := x.(type) {
			case *syntax.Name:
				users[x.Name] = append(users[x.Name], def)
			case *syntax.Call:
				users[x.Fun.Name] = append(users[x.Fun.Name], def)
			}
			return true
		})
	}
	for def, d := range e.definitions {
		note(def, d.Body)
	}
	for def, bodies := range e.functions {
		for _, d := range bodies {
			note(def, d.Body)
		}
	}
	found := map[string]bool{}
	for next := []string{name}; len(next) > 0; {
		last := len(next) - 1
		used := next[last]
		next = next[:last]
		for _, def := range users[used] {
			if !found[def] {
				found[def] = true
				next = append(next, def)
			}
		}
	}
	return found
}
