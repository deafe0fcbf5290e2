// Package check holds every stage of a formula against the witness of package verify: the formula as it is written, evaluated
// in high precision by Taylor arithmetic, against its symbolic result, the printed text of that result, and the
// compiled Go. It also keeps golden files, which record what the engine makes of a formula.
//
//	unit.go    a formula file with everything that the engine makes of it
//	report.go  values of all stages at sampled points, and the worst difference; witness.go, the values; points.go, the points; measure.go, plain.go, what
//	           rounding may do; json.go
//	kernels.go what code is generated from
//	compiled.go  what compiled kernels compute; driver.go, the program that calls them; batch.go, several such programs in one; process.go: built and run
//	accuracy.go, spread.go  its error over the whole range of numbers; accuracy_table.go, stabilisations.go: the bounds that hold
//	golden.go  golden files: read, made anew, compared
//	prove.go   claims: proved, refuted or unknown; special.go, the points where they may fail; prove_words.go, of matrices
//	lint.go    what a file would be better without
package check

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"slices"

	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/diff"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/simplify"
	"github.com/seed-9905856d/derive/syntax"
	"github.com/seed-9905856d/derive/verify"
)

// A Unit is a formula file with everything that the engine makes of it.
type Unit struct {
	Problem    *formula.Problem
	Items      []*Item
	simplifier *simplify.Simplifier
	about      []syntax.Expr // the givens that are about free indices
	file       *syntax.File  // as it was read
	source     *syntax.File  // the file with every input declared and without bare expressions and kernels
	matrices   bool          // whether the file has functions of whole matrices
	sizesOf    []string      // see sizeNames; nil while they are not known
	readings
}

// An Item is one expression of a file with its result.
type Item struct {
	Name       string // of a definition or of a kernel's output; the text of a bare expression
	Expr       syntax.Expr
	Tensor     formula.Tensor // before simplification
	Free       int
	Result     *simplify.Result
	definition bool
	kernel     *formula.Kernel
}

// Load reads a formula file. An error of the user is of type [syntax.Diagnostics].
func Load(name, text string) (*Unit, error) {
	file, strict, err := parse(name, text)
	if err != nil {
		return nil, err
	}
	return LoadFile(file, strict)
}

// parse reads a file; strict says that it declares its inputs.
func parse(name, text string) (file *syntax.File, strict bool, err error) {
	file, diagnostics := parser.ParseFile(name, text)
	if diagnostics.Err() != nil {
		return nil, false, diagnostics
	}
	return file, slices.ContainsFunc(file.Statements, func(s syntax.Statement) bool { _, ok := s.(*syntax.Param); return ok }), nil
}

// LoadKernels is [Load] for code alone: definitions are no items, and results that are too large to be read have no text.
func LoadKernels(name, text string) (*Unit, error) {
	file, strict, err := parse(name, text)
	if err != nil {
		return nil, err
	}
	return LoadKernelsFile(file, strict)
}

// LoadFile takes a file that has been read. Strict demands that every name is declared or defined.
func LoadFile(file *syntax.File, strict bool) (*Unit, error) {
	return loadFile(file, strict, everything)
}

// LoadExpressionsFile is [LoadFile] with bare expressions alone as items.
func LoadExpressionsFile(file *syntax.File, strict bool) (*Unit, error) {
	return loadFile(file, strict, expressionsAlone)
}

// LoadKernelsFile is [LoadFile] for code alone, as [LoadKernels] is [Load].
func LoadKernelsFile(file *syntax.File, strict bool) (*Unit, error) {
	return loadFile(file, strict, codeAlone)
}

// An extent says what of a file is made into items.
type extent uint8

const (
	everything       extent = iota // definitions, bare expressions and outputs of kernels
	expressionsAlone               // bare expressions
	codeAlone                      // bare expressions and outputs of kernels, as far as code needs them
)

// What a file with everything as items may have: so many of them and of inputs, and the work from which on it is given up between two.
const (
	maxItems  = 1 << 12
	maxInputs = 1 << 13
	itemsWork = 16 * formula.MaxWork
)

// tooMany is the error of a file of more formulas or inputs than are verified.
func tooMany(n int, what string, limit int) error {
	d := syntax.Diagnostic{Message: fmt.Sprintf("the file has %d %s, which is beyond the limit of %d that are verified", n, what, limit), Limit: true}
	return syntax.Diagnostics{d}
}

// formulasOf counts the definitions, expressions and outputs of kernels in a file.
func formulasOf(file *syntax.File) int {
	n := 0
	for _, s := range file.Statements {
		switch s := s.(type) {
		case *syntax.Define, *syntax.ExprStatement:
			n++
		case *syntax.Kernel:
			n += len(s.Outputs)
		}
	}
	return n
}

// loadFile takes a file that has been read.
func loadFile(file *syntax.File, strict bool, of extent) (_ *Unit, err error) {
	defer expr.Catch(&err)
	if n := formulasOf(file); of == everything && n > maxItems {
		return nil, tooMany(n, "formulas", maxItems)
	}
	session := expr.NewSession()
	session.Allow(formula.Work(file))
	defer session.Allow(math.MaxInt)
	p, err := formula.New(session, file, formula.Options{Strict: strict, Calculus: diff.NewCalculus()})
	if err != nil {
		return nil, err
	}
	if n := len(p.Params); of == everything && n > maxInputs {
		return nil, tooMany(n, "inputs", maxInputs)
	}
	u := &Unit{Problem: p, file: file, simplifier: simplify.New(p), source: &syntax.File{Name: file.Name, Text: file.Text}, readings: newReadings()}
	if !strict {
		u.source.Statements = append(u.source.Statements, declarations(p))
	}
	add := func(title string, x syntax.Expr, definition bool, k *formula.Kernel) error {
		if session.Work() > itemsWork {
			return fmt.Errorf("the formulas of this file together: %w: %d steps", expr.ErrWork, itemsWork)
		}
		session.Allow(formula.Work(file))
		t, free, err := p.Expression(x)
		if err != nil {
			return err
		}
		var r *simplify.Result
		if of != codeAlone || !simplify.IsLong(t) {
			r, err = u.simplifier.SimplifyWritten(p.Explicit(x), t, free, simplify.Auto)
		}
		if of == codeAlone && (r == nil && err == nil || errors.Is(err, expr.ErrWork) || errors.Is(err, expr.ErrTooLarge)) { // code needs no text
			session.Allow(formula.Work(file))
			r, err = u.simplifier.Prepared(t, free)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", title, err)
		}
		u.Items = append(u.Items, &Item{Name: title, Expr: x, Tensor: t, Free: free, Result: r, definition: definition, kernel: k})
		return nil
	}
	kernels, givens := 0, 0
	for _, s := range file.Statements {
		syntax.InspectStatement(s, func(x syntax.Expr) bool { u.noteMatrices(x); return false })
		var err error
		switch s := s.(type) {
		case *syntax.Define:
			if body := p.Explicit(s.Body); body != s.Body {
				explicit := *s
				explicit.Body, s = body, &explicit
			}
			u.source.Statements = append(u.source.Statements, s)
			if !s.IsFunc && of == everything {
				err = add(s.Name.Name, &syntax.Name{Span: s.Name.Span, Name: s.Name.Name}, true, nil)
			}
		case *syntax.ExprStatement:
			err = add(syntax.Print(s.X), s.X, false, nil)
		case *syntax.Kernel:
			k := p.Kernels[kernels]
			kernels++
			for _, out := range s.Outputs {
				if err == nil && of != expressionsAlone {
					err = add(fmt.Sprintf("%s: %s", s.Name.Name, syntax.Print(out.Value)), out.Value, false, k)
				}
			}
		case *syntax.Given:
			if k := givens; p.AboutIndices(k) {
				u.about = append(u.about, s.Cond)
			} else {
				u.source.Statements = append(u.source.Statements, &syntax.Given{Span: s.Span, Cond: p.Explicit(s.Cond)})
			}
			givens++
		default:
			u.source.Statements = append(u.source.Statements, s)
		}
		if err != nil {
			return nil, err
		}
	}
	return u, nil
}

// noteMatrices notes whether an expression calls functions of whole matrices.
func (u *Unit) noteMatrices(x syntax.Expr) {
	syntax.Inspect(x, func(y syntax.Expr) bool {
		switch y := y.(type) {
		case *syntax.Call:
			_, ok := builtin.Matrix(y.Fun.Name)
			u.matrices = u.matrices || ok || y.Fun.Name == "solve" || y.Fun.Name == "mvn_logpdf"
		case *syntax.Binary:
			exponent, signed := syntax.Unparen(y.Y).(*syntax.Unary)
			u.matrices = u.matrices || y.Op == syntax.Pow && signed && exponent.Op == syntax.Neg
		}
		return true
	})
}

// precision returns the number of bits in which the witness computes.
func (u *Unit) precision() uint {
	if u.matrices {
		return MatrixPrecision
	}
	return Precision
}

// Name returns the name of the file.
func (u *Unit) Name() string { return u.file.Name }

// Text returns the text of the file.
func (u *Unit) Text() string { return u.file.Text }

// declarations returns the statement that declares the inputs of a problem whose file declares none.
func declarations(p *formula.Problem) *syntax.Param {
	decl := &syntax.Param{}
	for _, sym := range p.Params {
		d := syntax.Decl{Name: syntax.Ident{Name: sym.Name}}
		for _, dim := range sym.Dims {
			size, err := expr.Syntax(dim)
			if err != nil {
				panic(err) // a size is a small form
			}
			d.Sizes = append(d.Sizes, size)
		}
		decl.Decls = append(decl.Decls, d)
	}
	return decl
}

// witness returns what the witness evaluates.
func (u *Unit) witness() verify.Source {
	return verify.Source{File: u.source, Library: builtin.Definitions()}
}

// assumed returns an expression where the givens about its free indices hold, and 0 elsewhere.
func (u *Unit) assumed(x syntax.Expr) syntax.Expr {
	for _, cond := range u.about {
		x = &syntax.Binary{Op: syntax.Mul, X: &syntax.Iverson{Cond: cond}, Y: x}
	}
	return x
}

// Conditions returns where the result of an item is the value of its expression, and the result with the givens that this takes.
func (u *Unit) Conditions(item *Item) (*simplify.Result, []simplify.Condition) {
	r := *item.Result
	u.Problem.Session.Allow(formula.Work(u.file))
	defer u.Problem.Session.Allow(math.MaxInt)
	return &r, u.simplifier.Conditions(item.Expr, &r)
}

// isMeant reports whether the conditions of the result of an item hold at a point, so that it is meant to be the value of the formula there.
func (u *Unit) isMeant(item *Item, p verify.Point) bool {
	_, where := u.Conditions(item)
	return !slices.ContainsFunc(where, func(c simplify.Condition) bool {
		ok, err := u.conditionHolds(c, p)
		return err == nil && !ok
	})
}

// conditionHolds reports whether a condition holds at a point for all values of its indices.
func (u *Unit) conditionHolds(c simplify.Condition, p verify.Point) (bool, error) {
	cond := c.Cond
	if len(c.Binders) > 0 {
		cond = &syntax.Compare{Operands: []syntax.Expr{
			&syntax.Reduce{Op: syntax.Ident{Name: "prod"}, Binders: c.Binders, Body: &syntax.Iverson{Cond: cond}}, syntax.NewInteger(big.NewInt(1))},
			Ops: []syntax.Op{syntax.Eq}}
	}
	return u.evaluator(p, u.precision()).Holds(cond, 0)
}

// Givens returns the texts of the givens that a result used.
func (u *Unit) Givens(r *simplify.Result) []string {
	var out []string
	for _, k := range r.Givens {
		out = append(out, u.Problem.Givens[k].Text())
	}
	return out
}
