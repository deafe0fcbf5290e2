package render

import (
	"strings"

	"github.com/seed-9905856d/derive/syntax"
)

// LaTeX returns e as the body of a formula in LaTeX: what stands between dollar signs.
func LaTeX(e syntax.Expr) string {
	if e == nil {
		return ""
	}
	p := printer{called: map[string]bool{}, names: map[string]bool{}, entries: map[string]bool{}, looks: map[syntax.Expr]look{}}
	syntax.Inspect(e, func(e syntax.Expr) bool {
		switch e := e.(type) {
		case *syntax.Name:
			p.names[e.Name] = true
		case *syntax.Call:
			p.called[e.Fun.Name] = true
		case *syntax.Subscript:
			if n, ok := syntax.Unparen(e.X).(*syntax.Name); ok {
				p.entries[n.Name] = true
			}
		case *syntax.Reduce:
			for _, b := range e.Binders {
				p.names[b.Name.Name] = true
			}
		}
		return true
	})
	p.whole(e)
	return p.text.String()
}

// A printer collects LaTeX.
type printer struct {
	text    strings.Builder
	command bool            // the text ends in a command, which a letter would prolong
	row     bool            // the text ends in the beginning of a row, where a bracket would be a length
	called  map[string]bool // functions that are called
	names   map[string]bool
	entries map[string]bool // names that have subscripts
	looks   map[syntax.Expr]look

	inline bool // in an exponent or subscript, where fractions are written with a slash
	nested bool // in a fraction, where those of letters and numbers are
}

// put writes a piece of LaTeX.
func (p *printer) put(s string) {
	if s == "" {
		return
	}
	switch {
	case p.command && isASCIILetter(s[0]):
		p.text.WriteByte(' ')
	case p.row && s[0] == '[':
		p.text.WriteString("{}")
	}
	p.row = false
	p.text.WriteString(s)
	i := len(s)
	for i > 0 && isASCIILetter(s[i-1]) {
		i--
	}
	p.command = i < len(s) && i > 0 && s[i-1] == '\\'
}

// nextRow begins a row of a matrix, a choice or a stack of conditions.
func (p *printer) nextRow() {
	p.put(` \\ `)
	p.row = true
}

func isASCIILetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// small prints with f what stands above or below the line.
func (p *printer) small(f func()) {
	saved := p.inline
	p.inline = true
	p.put("{")
	f()
	p.put("}")
	p.inline = saved
}

// whole prints an expression between delimiters of its own.
func (p *printer) whole(e syntax.Expr) { p.operand(e, syntax.LevelLowest, false) }

// operand prints e, in parentheses if it binds less tightly than level, or if it would
// reach over what follows it.
func (p *printer) operand(e syntax.Expr, level int, followed bool) {
	e = syntax.Unparen(e)
	if p.level(e) < level || followed && p.open(e) {
		p.fenced("(", []syntax.Expr{e}, ")")
		return
	}
	p.expr(e, followed)
}

// right prints an operand after a sign of operation.
func (p *printer) right(e syntax.Expr, level int, followed bool) {
	if p.look(e).signed {
		level = syntax.LevelPrimary
	}
	p.operand(e, level, followed)
}

// fenced prints a list between delimiters that are as high as it is.
func (p *printer) fenced(open string, elems []syntax.Expr, closing string) {
	tall := p.anyTall(elems)
	if p.inline {
		tall = p.anyBig(elems)
	}
	if tall {
		p.put(`\left` + open)
	} else {
		p.put(open)
	}
	if isASCIILetter(open[len(open)-1]) {
		p.put(" ")
	}
	for i, e := range elems {
		if i > 0 {
			p.put(", ")
		}
		p.whole(e)
	}
	if isASCIILetter(closing[len(closing)-1]) {
		p.put(" ")
	}
	if tall {
		p.put(`\right`)
	}
	p.put(closing)
}

// expr prints e without parentheses around it. Where followed is set, a factor follows it.
func (p *printer) expr(e syntax.Expr, followed bool) {
	switch e := e.(type) {
	case *syntax.Number:
		p.number(e)
	case *syntax.Name:
		p.name(e.Name, nil)
	case *syntax.Unary:
		p.unary(e, followed)
	case *syntax.Binary:
		p.binary(e, followed)
	case *syntax.Compare:
		p.operand(e.Operands[0], syntax.LevelCompare+1, false)
		for i, op := range e.Ops {
			p.put(operators[op])
			p.operand(e.Operands[i+1], syntax.LevelCompare+1, false)
		}
	case *syntax.Transpose:
		p.base(e.X)
		p.put(`^\top`)
	case *syntax.Subscript:
		p.subscript(e)
	case *syntax.Slice:
		p.put(":")
	case *syntax.Call:
		p.call(e, followed)
	case *syntax.Reduce:
		p.reduce(e)
	case *syntax.If:
		p.cases(e)
	case *syntax.Iverson:
		p.put(`\mathbb{1}`)
		p.fenced("[", []syntax.Expr{e.Cond}, "]")
	case *syntax.Array:
		p.array(e)
	}
}

// operators are the signs of operations that stand between their operands.
var operators = map[syntax.Op]string{
	syntax.Or: ` \lor `, syntax.And: ` \land `, syntax.Eq: " = ", syntax.Ne: ` \neq `,
	syntax.Lt: " < ", syntax.Le: ` \leq `, syntax.Gt: " > ", syntax.Ge: ` \geq `,
	syntax.Add: " + ", syntax.Sub: " - ", syntax.DotMul: ` \odot `, syntax.DotDiv: ` \oslash `,
}

// name prints a name; where it has an index, that joins its labels below the line.
func (p *printer) name(s string, index func()) {
	n := splitName(s)
	if n.joined && p.names[n.apart()] || len(n.labels) > 0 && p.entries[n.unlabelled()] {
		n = name{base: s} // x1 beside x_1, x_1 beside x[1]
	}
	labels := n.latexLabels()
	switch {
	case index == nil:
		p.put(withLabels(n.latex(), labels))
		return
	case len(labels) == 0:
		p.put(n.latex() + "_")
		p.small(index)
	case n.wordLabels():
		p.put(n.latex() + "_")
		p.small(func() {
			p.put(strings.Join(labels, ",") + ",")
			index()
		})
	default: // [x_1]_i is not x_{1,i}
		p.put("[" + withLabels(n.latex(), labels) + "]_")
		p.small(index)
	}
}

func (p *printer) unary(e *syntax.Unary, followed bool) {
	if e.Op == syntax.Not {
		p.put(`\lnot `)
		p.operand(e.X, syntax.LevelCompare+1, false)
		return
	}
	p.put(e.Op.String())
	level := syntax.LevelProduct
	if x, ok := syntax.Unparen(e.X).(*syntax.Binary); ok && followed && x.Op != syntax.Mul {
		level = syntax.LevelPower
	}
	p.right(e.X, level, followed)
}

func (p *printer) binary(e *syntax.Binary, followed bool) {
	switch e.Op {
	case syntax.Mul:
		p.product(e, followed)
	case syntax.Div:
		p.quotient(e, followed)
	case syntax.Pow, syntax.DotPow:
		p.base(e.X)
		p.put("^")
		p.small(func() {
			if e.Op == syntax.DotPow {
				p.put(`\odot `)
				p.operand(e.Y, syntax.LevelPostfix, false)
				return
			}
			p.whole(e.Y)
		})
	case syntax.DotMul, syntax.DotDiv:
		level := syntax.LevelProduct
		if x, ok := syntax.Unparen(e.X).(*syntax.Binary); ok {
			if x.Op == syntax.DotDiv || x.Op == syntax.DotMul && e.Op == syntax.DotDiv || x.Op == syntax.Div && p.slashed(x) {
				level = syntax.LevelPower
			}
		}
		if x, ok := syntax.Unparen(e.X).(*syntax.Call); ok && formOf(x) == kronCall {
			level = syntax.LevelPower
		}
		p.operand(e.X, level, true)
		p.put(operators[e.Op])
		p.right(e.Y, syntax.LevelUnary+1, followed)
	default:
		p.chain(e)
	}
}

// chain prints sums, conjunctions and disjunctions, which are deep to the left.
func (p *printer) chain(e *syntax.Binary) {
	level := syntax.Operators[e.Op].Level
	var spine []*syntax.Binary
	var left syntax.Expr = e
	for {
		b, ok := syntax.Unparen(left).(*syntax.Binary)
		if !ok || syntax.Operators[b.Op].Level != level {
			break
		}
		spine = append(spine, b)
		left = b.X
	}
	p.operand(left, level, false)
	for i := len(spine) - 1; i >= 0; i-- {
		sign := operators[spine[i].Op]
		if p.inline && level == syntax.LevelSum {
			sign = strings.TrimSpace(sign)
		}
		p.put(sign)
		p.right(spine[i].Y, level+1, false)
	}
}

// base prints what a power or transpose is of.
func (p *printer) base(e syntax.Expr) {
	if e = syntax.Unparen(e); p.isBase(e) {
		p.expr(e, true)
		return
	}
	p.fenced("(", []syntax.Expr{e}, ")")
}

// subscript prints an entry or a slice.
func (p *printer) subscript(e *syntax.Subscript) {
	x := syntax.Unparen(e.X)
	if n, ok := x.(*syntax.Name); ok {
		p.name(n.Name, func() { p.indices(e.Subs) })
		return
	}
	plain := false
	switch x := x.(type) {
	case *syntax.Call:
		plain = formOf(x) == plainCall && x.Fun.Name != "lgamma"
	case *syntax.Array:
		plain = true
	}
	if plain {
		p.expr(x, true)
	} else { // (AB)_{ij} would be the family of all entries
		p.fenced("[", []syntax.Expr{x}, "]")
	}
	p.put("_")
	p.small(func() { p.indices(e.Subs) })
}

// indices prints ij, and i,j+1 with commas where an index is more than a letter.
func (p *printer) indices(subs []syntax.Expr) {
	sep := ""
	for _, sub := range subs {
		n, ok := syntax.Unparen(sub).(*syntax.Name)
		if !ok {
			sep = ","
			break
		}
		if parts := splitName(n.Name); parts.word() || len(parts.labels) > 0 {
			sep = ","
		}
	}
	for i, sub := range subs {
		if i > 0 {
			p.put(sep)
		}
		p.operand(sub, syntax.LevelSum, false)
	}
}

// cases prints a choice; those in its last branch are rows of the same brace.
func (p *printer) cases(e *syntax.If) {
	p.put(`\begin{cases} `)
	for {
		p.whole(e.Then)
		p.put(` & \text{if } `)
		p.whole(e.Cond)
		p.nextRow()
		next, ok := syntax.Unparen(e.Else).(*syntax.If)
		if !ok {
			break
		}
		e = next
	}
	p.whole(e.Else)
	p.put(` & \text{otherwise} \end{cases}`)
}

// array prints a column, and a matrix where all elements are rows of one length.
func (p *printer) array(e *syntax.Array) {
	p.put(`\begin{pmatrix} `)
	matrix := len(e.Elems) > 0
	width := -1
	for _, elem := range e.Elems {
		row, ok := syntax.Unparen(elem).(*syntax.Array)
		if !ok || len(row.Elems) == 0 || width >= 0 && len(row.Elems) != width {
			matrix = false
			break
		}
		width = len(row.Elems)
	}
	for i, elem := range e.Elems {
		if i > 0 {
			p.nextRow()
		}
		if !matrix {
			p.whole(elem)
			continue
		}
		for j, x := range syntax.Unparen(elem).(*syntax.Array).Elems {
			if j > 0 {
				p.put(" & ")
			}
			p.whole(x)
		}
	}
	p.put(` \end{pmatrix}`)
}
