package derive

import (
	"errors"
	"math/big"

	"github.com/seed-9905856d/derive/check"
	"github.com/seed-9905856d/derive/diff"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/render"
	"github.com/seed-9905856d/derive/simplify"
	"github.com/seed-9905856d/derive/syntax"
)

// A Formula is a formula text that has been read: statements, and as its last one an expression to work on. It may be used by
// many goroutines at once.
type Formula struct {
	File *syntax.File
	// Strict demands that every name is declared or defined. Otherwise names that are not are inputs, whose
	// ranks and sizes follow from how they are used.
	Strict bool
}

// ErrNoExpression is the error for a text that does not end in an expression.
var ErrNoExpression = errors.New("there is no expression to work on: the last statement must be one")

// Parse reads a formula text, such as "given sum(y) == 1; cross_entropy(y, softmax(l))". An error of the text is of type
// [syntax.Diagnostics], which shows the places.
func Parse(text string) (*Formula, error) {
	file, diagnostics := parser.ParseFile("", text)
	if diagnostics.Err() != nil {
		return nil, diagnostics
	}
	f := &Formula{File: file}
	if _, err := f.Expression(); err != nil {
		return nil, err
	}
	return f, nil
}

// Expression returns the expression that the formula ends in.
func (f *Formula) Expression() (syntax.Expr, error) {
	if n := len(f.File.Statements); n > 0 {
		if s, ok := f.File.Statements[n-1].(*syntax.ExprStatement); ok {
			return s.X, nil
		}
	}
	return nil, ErrNoExpression
}

// parts returns the statements before the expression that the formula ends in, and that expression.
func (f *Formula) parts() (*syntax.File, syntax.Expr) {
	file := *f.File
	last := len(file.Statements) - 1
	file.Statements = file.Statements[:last:last]
	return &file, f.File.Statements[last].(*syntax.ExprStatement).X
}

// ErrTooLarge is the error for a result that would be too long to print.
var ErrTooLarge = expr.ErrTooLarge

// ErrWork is the error for a result that takes too long to work out.
var ErrWork = expr.ErrWork

// A Result is the closed form of an expression.
type Result struct {
	Text   string   // in matrix notation where there is one
	Index  string   // entry by entry
	Shape  []string // the size of each axis, as text; empty for a scalar
	Params []Param  // the inputs
	Given  []string // the assumptions that the result needs
	// Conditions are those, beside what the result itself shows, under which it is the value of the formula: "x != 0" where x/x has become 1.
	Conditions []string
	Warnings   []string // what of the text may be meant otherwise
	Ops        int      // the operators and calls in Text

	Tree  syntax.Expr     // what Text is printed from
	Trace []simplify.Step // the rewrites that made it, where [Options] ask for them
}

// LaTeX returns the result as papers write it, what stands between dollar signs. It needs amsmath and amssymb.
func (r *Result) LaTeX() string { return render.LaTeX(r.Tree) }

// Unicode returns the result on one line with the letters and signs of mathematics; the parser reads it.
func (r *Result) Unicode() string { return render.Unicode(r.Tree) }

// A Param is an input with the sizes of its axes, as text.
type Param struct {
	Name  string
	Sizes []string
}

// Options say which form a result is to have.
type Options struct {
	Notation    simplify.Notation
	Denominator bool          // a Jacobian has the axes of the variable first: the denominator layout
	Form        simplify.Form // such as [simplify.ParseForm] reads; the zero value is the cheapest form to read
	Disable     []string      // rewrites of [simplify.Rules] to do without
	Trace       bool          // note in the result how it came about
}

// Result returns the closed form of the formula's expression. Derivative operators in it are carried out.
func (f *Formula) Result(o Options) (_ *Result, err error) {
	defer expr.Catch(&err)
	x, err := f.Expression()
	if err != nil {
		return nil, err
	}
	session := expr.NewSession()
	session.Allow(formula.Work(f.File))
	p, err := formula.New(session, f.File, formula.Options{Strict: f.Strict, Calculus: diff.NewCalculus()})
	if err != nil {
		return nil, err
	}
	t, free, err := p.Expression(x)
	if err != nil {
		return nil, err
	}
	if o.Denominator {
		if t, err = variableFirst(p, x, t, free); err != nil {
			return nil, err
		}
	}
	z := simplify.New(p)
	z.SetForm(o.Form)
	if err := z.Disable(o.Disable...); err != nil {
		return nil, err
	}
	if o.Trace {
		z.Trace()
	}
	r, err := z.SimplifyWritten(p.Explicit(x), t, free, o.Notation)
	if err != nil {
		return nil, err
	}
	session.Allow(formula.Work(f.File))
	conditions := z.Conditions(x, r)
	out := describe(p, r)
	for _, c := range conditions {
		out.Conditions = append(out.Conditions, c.Text())
	}
	return out, nil
}

// variableFirst returns the Jacobian that x is with the axes of the variable before those of the function, behind the free ones; any other tensor stays.
func variableFirst(p *formula.Problem, x syntax.Expr, t formula.Tensor, free int) (formula.Tensor, error) {
	call, ok := syntax.Unparen(x).(*syntax.Call)
	if !ok || call.Fun.Name != "jac" || len(call.Args) != 2 {
		return t, nil
	}
	variable, bound, err := p.Expression(call.Args[1])
	if err != nil {
		return t, err
	}
	for moved := range variable.Rank() - bound {
		for k := t.Rank() - variable.Rank() + bound + moved; k > free+moved; k-- {
			t = t.Swapped(k - 1)
		}
	}
	return t, nil
}

// describe turns a simplified tensor into text.
func describe(p *formula.Problem, r *simplify.Result) *Result {
	out := &Result{Text: syntax.Print(r.Text), Index: syntax.Print(r.Index), Ops: operations(r.Text), Tree: r.Text, Trace: r.Trace}
	out.Shape, out.Warnings = r.Tensor.Shape(), p.Warnings
	for _, sym := range p.Params {
		param := Param{Name: sym.Name}
		for _, d := range sym.Dims {
			param.Sizes = append(param.Sizes, formula.EndText(d))
		}
		out.Params = append(out.Params, param)
	}
	for _, k := range r.Givens {
		out.Given = append(out.Given, p.Givens[k].Text())
	}
	return out
}

// operations counts the operators and calls of a formula.
func operations(x syntax.Expr) int {
	n := 0
	syntax.Inspect(x, func(y syntax.Expr) bool {
		switch y := y.(type) {
		case *syntax.Unary, *syntax.Binary, *syntax.Transpose, *syntax.Call, *syntax.If, *syntax.Iverson:
			n++
		case *syntax.Reduce:
			if y.Op.Name != "tensor" {
				n++
			}
		}
		return true
	})
	return n
}

// With returns the formula with another expression at its end.
func (f *Formula) With(x syntax.Expr) *Formula {
	file := *f.File
	file.Statements = append([]syntax.Statement{}, f.File.Statements...)
	file.Statements[len(file.Statements)-1] = &syntax.ExprStatement{Span: x.Source(), X: x}
	return &Formula{File: &file, Strict: f.Strict}
}

// Apply returns the formula with a function applied to its expression and further arguments, such as the derivative
// operators grad and hvp.
func (f *Formula) Apply(function string, args ...syntax.Expr) (*Formula, error) {
	x, err := f.Expression()
	if err != nil {
		return nil, err
	}
	return f.With(&syntax.Call{Fun: syntax.Ident{Name: function}, Args: append([]syntax.Expr{x}, args...)}), nil
}

// apply reads the texts of arguments and returns the closed form of operator(expression, arguments…).
func apply(text, operator string, args ...string) (*Result, error) {
	f, err := Parse(text)
	if err != nil {
		return nil, err
	}
	xs := make([]syntax.Expr, len(args))
	for k, arg := range args {
		x, diagnostics := parser.ParseExpr("", arg)
		if diagnostics.Err() != nil {
			return nil, diagnostics
		}
		xs[k] = x
	}
	if err := formula.CheckVariable(f.File, xs[0]); err != nil {
		return nil, err
	}
	if f, err = f.Apply(operator, xs...); err != nil {
		return nil, err
	}
	return f.Result(Options{})
}

// Simplify returns the simplest equal form of the expression that a text ends in.
func Simplify(text string) (*Result, error) {
	f, err := Parse(text)
	if err != nil {
		return nil, err
	}
	return f.Result(Options{})
}

// Grad returns the gradient of the scalar that a text ends in, in the shape of wrt.
func Grad(text, wrt string) (*Result, error) { return apply(text, "grad", wrt) }

// Jac returns the Jacobian in numerator layout: the axes of the expression, then those of wrt.
func Jac(text, wrt string) (*Result, error) { return apply(text, "jac", wrt) }

// Hess returns the Hessian of the scalar that a text ends in.
func Hess(text, wrt string) (*Result, error) { return apply(text, "hess", wrt) }

// Diff returns the derivative of the given order by an entry, such as t or x[k].
func Diff(text, wrt string, order int) (*Result, error) {
	return apply(text, "d", wrt, big.NewInt(int64(order)).String())
}

// JVP returns the Jacobian times the vector dir, without building the Jacobian.
func JVP(text, wrt, dir string) (*Result, error) { return apply(text, "jvp", wrt, dir) }

// VJP returns the vector dir times the Jacobian, without building the Jacobian.
func VJP(text, wrt, dir string) (*Result, error) { return apply(text, "vjp", wrt, dir) }

// HVP returns the Hessian times the vector dir, without building the Hessian.
func HVP(text, wrt, dir string) (*Result, error) { return apply(text, "hvp", wrt, dir) }

// Go returns a Go file of the given package with a function for every kernel of the formula or, where it has none, one function f for its
// expression, which takes every input.
func (f *Formula) Go(pkg string) ([]byte, error) {
	u, err := check.LoadKernelsFile(f.File, f.Strict)
	if err != nil {
		return nil, err
	}
	return u.Go(pkg)
}

// A Proof is the verdict on a claim and what shows it.
type Proof = check.Proof

// provePoints is the number of points, for each step of sizes, at which a claim is tried.
const provePoints = 20

// Prove decides the claim that a text ends in, such as "given x > 0; log(x^2) == 2*log(x)": a comparison, a chain of them, or several joined by
// "and". See [check.Prove].
func Prove(text string) (*Proof, error) {
	f, err := Parse(text)
	if err != nil {
		return nil, err
	}
	file, x := f.parts()
	return check.Prove(file, x, f.Strict, 1, provePoints)
}

// Generate returns a Go file of the given package with a function for every kernel of a formula file. The name stands in the
// file's header.
func Generate(name, text, pkg string) ([]byte, error) {
	u, err := check.LoadKernels(name, text)
	if err != nil {
		return nil, err
	}
	return u.Go(pkg)
}
