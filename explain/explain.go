package explain

import (
	"slices"

	"github.com/seed-9905856d/derive/diff"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/simplify"
	"github.com/seed-9905856d/derive/syntax"
)

// An Explanation is a derivation from a formula to its closed form. The left side of a step is the right side of the one before it, or begins
// a chain of its own.
type Explanation struct {
	Input  syntax.Expr   // what is explained
	Result syntax.Expr   // its closed form, the right side of the last step
	Given  []syntax.Expr // the assumptions that the result uses
	// Conditions say where the result is what is explained.
	Conditions []simplify.Condition
	Steps      []Step
	More       int  // derivatives that were not taken apart because there are so many
	Cut        bool // steps were left out because they take more work than an explanation may

	// File is what the steps are about, with the intermediates defined. Strict says that it declares every input.
	File   *syntax.File
	Strict bool
}

// A Step is an equation with the rule that it follows by.
type Step struct {
	Left, Right syntax.Expr
	Rule        string        // in words; formulas among them stand between backquotes
	Given       []syntax.Expr // the assumptions that it uses
	Steps       []Step        // what its right side is made of, explained

	// Over are the indices that are free in the equation, with their ranges.
	Over []syntax.Binder
}

// Claim returns left == right.
func Claim(left, right syntax.Expr) syntax.Expr {
	return &syntax.Compare{Operands: []syntax.Expr{left, right}, Ops: []syntax.Op{syntax.Eq}}
}

// Claim returns the step as a claim over the explanation's file, for [check.Prove]: about all values of its free indices.
func (s Step) Claim() syntax.Expr {
	if len(s.Over) == 0 {
		return Claim(s.Left, s.Right)
	}
	return Claim(s.overAll(s.Left), s.overAll(s.Right))
}

// overAll returns the tensor of all values of x, which may be that tensor already.
func (s Step) overAll(x syntax.Expr) syntax.Expr {
	r, ok := x.(*syntax.Reduce)
	if ok && r.Op.Name == "tensor" && slices.EqualFunc(r.Binders, s.Over, func(a, b syntax.Binder) bool { return a.Name.Name == b.Name.Name }) {
		return x
	}
	return reduction("tensor", s.Over, nil, x)
}

// Detail says how far a derivation goes.
type Detail uint8

// The details: the main line, the factors of the chain rule as well, or everything down to the derivatives of elementary functions.
const (
	Normal Detail = iota
	Brief
	Full
)

// Options say how a derivation is written.
type Options struct {
	Detail   Detail
	Notation simplify.Notation // of the result
}

// A builder puts a derivation together.
type builder struct {
	engine  *engine
	file    *syntax.File
	global  map[string]bool // names that are taken
	indices map[string]bool // names that the file uses for indices and parameters of functions
	auto    map[string]bool // names that this explanation gave
	shown   map[string]bool // definitions that have been written out
	detail  Detail
	done    map[string]syntax.Expr // what has been explained, and its value
	goals   int
	more    int

	definedIn *syntax.File // the file that defined is of
	defined   map[string][]*syntax.Define
}

// Explain explains an expression over the statements of a file: the outermost derivative in it or, where it has none, its simplification. The
// result is what simplification gives. Strict demands that every name is declared or defined.
func Explain(file *syntax.File, strict bool, x syntax.Expr, o Options) (_ *Explanation, err error) {
	defer expr.Catch(&err)
	p, err := problem(file, strict, x, x)
	if err != nil {
		return nil, err
	}
	t, free, err := p.Expression(x)
	if err != nil {
		return nil, err
	}
	z := simplify.New(p)
	r, err := z.SimplifyWritten(x, t, free, o.Notation)
	if err != nil {
		return nil, err
	}
	p.Session.Allow(formula.Work(file))
	e := &Explanation{Input: x, Result: r.Text, File: file, Strict: strict, Conditions: z.Conditions(x, r)}
	for _, k := range r.Givens {
		e.Given = append(e.Given, p.Givens[k].Source)
	}
	if b := newBuilder(p, file, strict, o.Detail); b != nil {
		e.Steps = b.explain(p.Explicit(x), r.Text, e.Given)
		e.Cut = b.engine.left() == 0
		b.engine.problem.Session.Allow(formula.Work(file)) // the derivation may have used all of it
		b.setRanges(e.Steps, nil)
		e.File, e.Strict, e.More = b.file, true, b.more
	}
	if n := len(e.Steps); n == 0 || !syntax.Equal(e.Steps[n-1].Right, r.Text) {
		rule := simplified
		if len(e.Given) > 0 {
			rule = "given " + quoted(joined(e.Given))
		}
		e.Steps = append(e.Steps, Step{Left: x, Right: r.Text, Rule: rule, Given: e.Given})
	}
	if o.Detail == Brief {
		for k := range e.Steps {
			e.Steps[k].Steps = nil
		}
	}
	return e, nil
}

// newBuilder returns a builder for the statements of a file, or nil where they have no meaning without the expression after them.
func newBuilder(p *formula.Problem, file *syntax.File, strict bool, d Detail) *builder {
	context := &syntax.File{Name: file.Name, Text: file.Text}
	if !strict {
		if decl, ok := declarations(p); ok && len(decl.Decls) > 0 {
			context.Statements = append(context.Statements, decl)
		}
	}
	givens := 0
	for _, st := range file.Statements {
		switch st := st.(type) {
		case *syntax.Param:
			if strict {
				context.Statements = append(context.Statements, st)
			}
		case *syntax.Given:
			if givens++; p.AboutIndices(givens - 1) {
				return nil
			}
			context.Statements = append(context.Statements, &syntax.Given{Span: st.Span, Cond: p.Explicit(st.Cond)})
		case *syntax.Define:
			explicit := *st
			explicit.Body = p.Explicit(st.Body)
			context.Statements = append(context.Statements, &explicit)
		}
	}
	e, err := newEngine(context, maxWork)
	if err != nil {
		return nil
	}
	global, indices := globalNames(context)
	return &builder{engine: e, file: context, global: global, indices: indices, auto: map[string]bool{}, shown: map[string]bool{}, detail: d, done: map[string]syntax.Expr{}}
}

// problem gives a file with one more expression its meaning, the place of which is that of at.
func problem(file *syntax.File, strict bool, at, x syntax.Expr) (*formula.Problem, error) {
	whole := *file
	whole.Statements = append(slices.Clone(file.Statements), &syntax.ExprStatement{Span: at.Source(), X: x})
	session := expr.NewSession()
	session.Allow(formula.Work(file))
	return formula.New(session, &whole, formula.Options{Strict: strict, Calculus: diff.NewCalculus()})
}

// declarations returns the statement that declares the inputs of a problem.
func declarations(p *formula.Problem) (*syntax.Param, bool) {
	decl := &syntax.Param{}
	for _, sym := range p.Params {
		d := syntax.Decl{Name: syntax.Ident{Name: sym.Name}}
		for _, dim := range sym.Dims {
			size, err := expr.Syntax(dim)
			if err != nil {
				return nil, false
			}
			d.Sizes = append(d.Sizes, size)
		}
		decl.Decls = append(decl.Decls, d)
	}
	return decl, true
}

// setRanges notes the free indices of every step with their ranges. Where an index subscripts nothing in a step, its range is the one that it has
// in the steps before it, which are known.
func (b *builder) setRanges(steps []Step, known []syntax.Binder) {
	for k, s := range steps {
		t, free, ok := b.engine.value(syntax.NewBinary(syntax.Sub, s.Left, s.Right))
		if !ok {
			for _, i := range known {
				if occurs(s.Left, i.Name.Name) || occurs(s.Right, i.Name.Name) {
					steps[k].Over = append(steps[k].Over, i)
				}
			}
		} else {
			steps[k].Over = rangesOf(t.Axes[:free])
		}
		for _, i := range steps[k].Over {
			if !slices.ContainsFunc(known, func(j syntax.Binder) bool { return j.Name.Name == i.Name.Name }) {
				known = append(known[:len(known):len(known)], i)
			}
		}
		b.setRanges(s.Steps, known)
	}
}

// rangesOf returns binders of indices of the user, or nil where a range has no text.
func rangesOf(axes []*expr.Node) []syntax.Binder {
	var out []syntax.Binder
	for _, a := range axes {
		lo, err1 := expr.Syntax(a.Lo())
		hi, err2 := expr.Syntax(a.Hi())
		if err1 != nil || err2 != nil {
			return nil
		}
		out = append(out, syntax.Binder{Name: syntax.Ident{Name: a.Name()}, Lo: lo, Hi: hi})
	}
	return out
}
