package explain

import (
	"math"
	"slices"

	"github.com/seed-9905856d/derive/check"
	"github.com/seed-9905856d/derive/diff"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/simplify"
	"github.com/seed-9905856d/derive/syntax"
)

// An engine answers questions about expressions over a file that declares all its inputs. What it cannot answer costs a line of the
// explanation, never more.
type engine struct {
	file       *syntax.File
	problem    *formula.Problem
	simplifier *simplify.Simplifier
	bare       *engine               // the same without the assumptions
	inputs     map[string]*engine    // the same with a definition taken for an input
	subject    string                // what is explained, in terms of which no value is said
	closed     map[string]closedForm // of what has been asked
	work       int                   // what is left of what the explanation may take
	unit       *check.Unit
	sampled    int // how often a claim was held against values
}

// A closedForm is what an engine has found for an expression.
type closedForm struct {
	x     syntax.Expr
	given []syntax.Expr
	ok    bool
}

// The work that an explanation may take in one problem, as [expr.Session.Allow] counts it, and the claims that are held against values because
// algebra does not show them.
const (
	maxWork    = 1 << 23
	maxSampled = 12
)

// newEngine returns an engine for a file, or the mistake in it.
func newEngine(file *syntax.File, work int) (*engine, error) {
	session := expr.NewSession()
	session.Allow(work)
	p, err := formula.New(session, file, formula.Options{Strict: true, Calculus: diff.NewCalculus()})
	if err != nil {
		return nil, err
	}
	return &engine{file: file, problem: p, simplifier: simplify.New(p), work: work}, nil
}

// with changes the engine to one for another file; ok is false, and nothing has changed, where that file has no meaning.
func (e *engine) with(file *syntax.File) (ok bool) {
	next, err := newEngine(file, e.left())
	if err != nil {
		return false
	}
	next.sampled, next.subject = e.sampled, e.subject
	*e = *next
	return true
}

// setSubject says what is explained.
func (e *engine) setSubject(n string) {
	e.subject, e.closed, e.bare, e.inputs = n, nil, nil, nil
}

// left returns the work that is left.
func (e *engine) left() int { return max(e.work-e.used(), 0) }

// used returns the work of the engine's problem and of those beside it.
func (e *engine) used() int {
	n := e.problem.Session.Work()
	if e.bare != nil {
		n += e.bare.used()
	}
	for _, in := range e.inputs {
		if in != nil {
			n += in.used()
		}
	}
	return n
}

// value lowers an expression.
func (e *engine) value(x syntax.Expr) (t formula.Tensor, free int, ok bool) {
	t, free, err := e.problem.Expression(x)
	return t, free, err == nil
}

// rank returns the number of axes of an expression, indices that nothing binds left out.
func (e *engine) rank(x syntax.Expr) (int, bool) {
	t, free, ok := e.value(x)
	return len(t.Axes) - free, ok
}

// simplest returns the simplest form of an expression that is scalar but for its free indices, as an expression in these indices, with the
// assumptions that it uses.
func (e *engine) simplest(x syntax.Expr) (y syntax.Expr, given []syntax.Expr, ok bool) {
	if e == nil {
		return nil, nil, false
	}
	key := syntax.Print(x)
	if c, known := e.closed[key]; known {
		return c.x, c.given, c.ok
	}
	defer func() {
		if e.closed == nil {
			e.closed = map[string]closedForm{}
		}
		e.closed[key] = closedForm{y, given, ok}
	}()
	t, free, ok := e.value(x)
	if !ok {
		return nil, nil, false
	}
	r, err := e.simplifier.SimplifyNamed(e.subject, t, free, simplify.Auto)
	if err != nil {
		return nil, nil, false
	}
	for _, k := range r.Givens {
		given = append(given, e.problem.Givens[k].Source)
	}
	text := r.Text
	if isList(text) && free > 0 { // of the values of the indices
		text = r.Index
	}
	return e.open(text, x, t, free), given, true
}

// isList reports whether x is a list of entries, perhaps lying.
func isList(x syntax.Expr) bool {
	if t, ok := x.(*syntax.Transpose); ok {
		x = t.X
	}
	_, ok := syntax.Unparen(x).(*syntax.Array)
	return ok
}

// open takes the tensor[…] off a result in free indices where the ranges of these follow from the equation x == result, and otherwise names the
// entry of it.
func (e *engine) open(y, x syntax.Expr, t formula.Tensor, free int) syntax.Expr {
	r, ok := y.(*syntax.Reduce)
	if !ok || r.Op.Name != "tensor" || free == 0 || len(r.Binders) != free || len(t.Axes) != free {
		return y
	}
	subs := make([]syntax.Expr, free)
	for k, b := range r.Binders {
		if b.Name.Name != t.Axes[k].Name() {
			return y
		}
		subs[k] = name(b.Name.Name)
	}
	both, n, ok := e.value(syntax.NewBinary(syntax.Sub, x, r.Body))
	if ok && n == free {
		same := true
		for k, a := range both.Axes {
			same = same && a.Name() == t.Axes[k].Name() && a.Lo() == t.Axes[k].Lo() && a.Hi() == t.Axes[k].Hi()
		}
		if same {
			return r.Body
		}
	}
	return &syntax.Subscript{X: r, Subs: subs}
}

// withoutGivens returns the engine without assumptions other than those that say what a name is, or nil.
func (e *engine) withoutGivens() *engine {
	if e.bare == nil {
		file := *e.file
		file.Statements = slices.DeleteFunc(slices.Clone(file.Statements), func(s syntax.Statement) bool {
			g, ok := s.(*syntax.Given)
			return ok && !saysKind(g.Cond)
		})
		if bare, err := newEngine(&file, e.left()); err == nil {
			bare.subject = e.subject
			e.bare = bare
		}
	}
	return e.bare
}

// input returns the engine with a definition taken for an input, or nil.
func (e *engine) input(n string) *engine {
	if _, made := e.inputs[n]; !made {
		if e.inputs == nil {
			e.inputs = map[string]*engine{}
		}
		e.inputs[n] = nil
		sizes, ok := e.sizesOf(n)
		if !ok {
			return nil
		}
		file := *e.file
		file.Statements = slices.Clone(file.Statements)
		for k, s := range file.Statements {
			if def, ok := s.(*syntax.Define); ok && def.Name.Name == n && !def.IsFunc {
				file.Statements[k] = &syntax.Param{Decls: []syntax.Decl{{Name: def.Name, Sizes: sizes}}}
			}
		}
		if in, err := newEngine(&file, e.left()); err == nil {
			in.subject = e.subject
			e.inputs[n] = in
		}
	}
	return e.inputs[n]
}

// saysKind reports whether a condition says that a parameter is an integer, without which formulas may have no meaning.
func saysKind(cond syntax.Expr) bool {
	found := false
	syntax.Inspect(cond, func(x syntax.Expr) bool {
		call, ok := x.(*syntax.Call)
		found = found || ok && call.Fun.Name == "integer"
		return !found
	})
	return found
}

// isZero reports whether algebra shows that left == right.
func (e *engine) isZero(left, right syntax.Expr) bool {
	t, _, ok := e.value(syntax.NewBinary(syntax.Sub, left, right))
	if !ok {
		return false
	}
	zero, _ := e.simplifier.IsZero(t)
	return zero
}

// holds reports whether left == right is shown: by algebra or, where that does not decide, at sampled points.
func (e *engine) holds(left, right syntax.Expr) bool {
	t, free, ok := e.value(syntax.NewBinary(syntax.Sub, left, right))
	if !ok {
		return false
	}
	if zero, _ := e.simplifier.IsZero(t); zero {
		return true
	}
	if e.sampled++; e.sampled > maxSampled {
		return false
	}
	over := rangesOf(t.Axes[:free])
	if len(over) < free {
		return false
	}
	claim := Step{Left: left, Right: right, Over: over}.Claim().(*syntax.Compare)
	return e.agree(claim.Operands[0], claim.Operands[1])
}

// The sizes at which a claim is held against values, how many points are tried, and the relative difference up to which values agree.
const (
	sampledSize = 2
	maxPoints   = 4
	tolerance   = 1e-12
)

// agree reports whether two tensors have the same values at a point that satisfies the assumptions.
func (e *engine) agree(left, right syntax.Expr) bool {
	if e.unit == nil {
		u, err := check.LoadExpressionsFile(e.file, true)
		if err != nil {
			return false
		}
		e.unit = u
	}
	for k := range maxPoints {
		p, err := e.unit.Sample(sampledSize, uint64(1+k))
		if err != nil {
			continue
		}
		xs, err1 := e.unit.Values(left, p)
		ys, err2 := e.unit.Values(right, p)
		if err1 != nil || err2 != nil || len(xs) != len(ys) {
			continue
		}
		equal, finite := true, true
		for j, x := range xs {
			finite = finite && !math.IsNaN(x-ys[j]) // nor infinite
			equal = equal && math.Abs(x-ys[j]) <= tolerance*math.Max(1, math.Abs(x))
		}
		if finite {
			return equal
		}
	}
	return false
}

// sizesOf returns the sizes of the axes of a definition or an input, as expressions.
func (e *engine) sizesOf(name string) ([]syntax.Expr, bool) {
	var dims []*expr.Node
	found := false
	for _, sym := range e.problem.Params {
		if sym.Name == name {
			dims, found = sym.Dims, true
		}
	}
	for _, def := range e.problem.Definitions {
		if def.Name == name {
			dims, found = def.Symbol.Dims, true
		}
	}
	sizes := make([]syntax.Expr, len(dims))
	for k, dim := range dims {
		size, err := expr.Syntax(dim)
		if err != nil {
			return nil, false
		}
		sizes[k] = size
	}
	return sizes, found
}
