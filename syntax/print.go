package syntax

import (
	"math/big"
	"strings"
)

// Print returns e as text of the formula language, on one line, with the fewest
// parentheses that keep its meaning: parsing the text gives a tree that is [Equal] to e.
//
// Spaces stand around + - .* ./, comparisons, "and" and "or", none around * / ^. Inside
// subscripts, sizes and ranges sums are tight as well: x[i+1]. A right operand that begins
// with a sign is parenthesised, as on paper: a*(-b), 2^(-1).
func Print(e Expr) string {
	var p printer
	p.Grow(shortText)
	p.expr(e, LevelLowest)
	return p.String()
}

// shortText is the length of text that there is room for at first.
const shortText = 64

// PrintStatement returns s as one line of a formula file, without its comments.
func PrintStatement(s Statement) string {
	var p printer
	switch s := s.(type) {
	case *Param:
		p.WriteString("param ")
		for i, d := range s.Decls {
			p.separate(i, ", ")
			p.decl(d)
		}
	case *Given:
		p.WriteString("given ")
		p.expr(s.Cond, LevelLowest)
	case *Define:
		p.define(s)
	case *Kernel:
		p.kernel(s)
	case *ExprStatement:
		p.expr(s.X, LevelLowest)
		switch text := p.String(); text[:wordLength(text)] {
		case "param", "given", "kernel": // would read as a keyword
			return "(" + text + ")"
		}
	}
	return p.String()
}

// wordLength returns the length of the ASCII letters that s begins with, or 0 if other
// characters of a name follow them.
func wordLength(s string) int {
	for i, r := range s {
		if r == '_' || r >= '0' && r <= '9' || r >= 0x80 {
			return 0
		}
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
			return i
		}
	}
	return len(s)
}

// printer collects the text. While tight is set, + and - are printed without spaces.
type printer struct {
	strings.Builder
	tight bool
}

func (p *printer) separate(i int, sep string) {
	if i > 0 {
		p.WriteString(sep)
	}
}

func (p *printer) define(s *Define) {
	p.WriteString(s.Name.Name)
	if s.IsFunc {
		p.WriteByte('(')
		for i, param := range s.Params {
			p.separate(i, ", ")
			p.decl(param.Decl)
			if param.Default != nil {
				p.WriteString(" = ")
				p.expr(param.Default, LevelLowest)
			}
		}
		p.WriteByte(')')
	}
	if len(s.Indices) > 0 {
		p.binders(s.Indices, nil)
	}
	p.WriteString(" = ")
	p.expr(s.Body, LevelLowest)
}

func (p *printer) kernel(s *Kernel) {
	p.WriteString("kernel " + s.Name.Name + "(")
	for i, param := range s.Params {
		p.separate(i, ", ")
		p.WriteString(param.Name)
	}
	p.WriteString(") = ")
	for i, out := range s.Outputs {
		p.separate(i, ", ")
		if out.Name.Name != "" {
			p.WriteString(out.Name.Name + ": ")
		}
		p.expr(out.Value, LevelLowest)
	}
}

func (p *printer) decl(d Decl) {
	p.WriteString(d.Name.Name)
	if len(d.Sizes) > 0 {
		p.subscripts(d.Sizes)
	}
}

// subscripts prints [a,b+1,:].
func (p *printer) subscripts(subs []Expr) {
	defer p.setTight(true)()
	p.WriteByte('[')
	for i, sub := range subs {
		p.separate(i, ",")
		p.expr(sub, LevelSum)
	}
	p.WriteByte(']')
}

// binders prints [i in 1..n, j | cond]; bare indices are set tight: [i,j].
func (p *printer) binders(binders []Binder, cond Expr) {
	sep := ","
	if cond != nil {
		sep = ", "
	}
	for _, b := range binders {
		if b.Lo != nil {
			sep = ", "
		}
	}
	p.WriteByte('[')
	for i, b := range binders {
		p.separate(i, sep)
		p.WriteString(b.Name.Name)
		if b.Lo != nil {
			p.WriteString(" in ")
			restore := p.setTight(true)
			p.expr(b.Lo, LevelSum)
			p.WriteString("..")
			p.expr(b.Hi, LevelSum)
			restore()
		}
	}
	if cond != nil {
		p.WriteString(" | ")
		p.within(cond)
	}
	p.WriteByte(']')
}

// setTight sets the spacing of sums and returns a function that restores it.
func (p *printer) setTight(tight bool) func() {
	saved := p.tight
	p.tight = tight
	return func() { p.tight = saved }
}

// within prints an expression that stands alone between delimiters, with the usual spaces.
func (p *printer) within(e Expr) {
	restore := p.setTight(false)
	p.expr(e, LevelLowest)
	restore()
}

// list prints expressions between parentheses or brackets.
func (p *printer) list(open byte, elems []Expr, closing byte) {
	p.WriteByte(open)
	for i, e := range elems {
		p.separate(i, ", ")
		p.within(e)
	}
	p.WriteByte(closing)
}

// open is a node whose leftmost operand is being printed.
type open struct {
	node   Expr
	parens bool
}

// expr prints e, in parentheses if it binds less tightly than level. It goes down the
// left spine in a loop, since a long sum is a deep tree to the left.
func (p *printer) expr(e Expr, level int) {
	var room [inSight]open
	spine := room[:0]
	for {
		e = Unparen(e)
		parens := levelOf(e) < level
		if parens {
			p.WriteByte('(')
		}
		left, leftLevel := leftmost(e)
		if left == nil {
			p.leaf(e)
			if parens {
				p.WriteByte(')')
			}
			break
		}
		spine = append(spine, open{e, parens})
		e, level = left, leftLevel
	}
	for i := len(spine) - 1; i >= 0; i-- {
		p.tail(spine[i].node)
		if spine[i].parens {
			p.WriteByte(')')
		}
	}
}

// levelOf returns how tightly e binds when printed.
func levelOf(e Expr) int {
	switch e := e.(type) {
	case *Number:
		switch {
		case e.Text != "" && e.Text[0] != '-':
			return LevelPrimary
		case e.Value != nil && !e.Value.IsInt():
			return LevelProduct
		case e.Text != "" || e.Value != nil && e.Value.Sign() < 0:
			return LevelUnary
		}
		return LevelPrimary
	case *Unary:
		return Operators[e.Op].Level
	case *Binary:
		return Operators[e.Op].Level
	case *Compare:
		return LevelCompare
	case *Transpose, *Subscript:
		return LevelPostfix
	}
	return LevelPrimary
}

// leftmost returns the operand that e begins with and the level it must have there, or
// nil if e begins with a token of its own.
func leftmost(e Expr) (Expr, int) {
	switch e := e.(type) {
	case *Binary:
		level := Operators[e.Op].Level
		if Operators[e.Op].RightAssoc {
			level++
		}
		return e.X, level
	case *Compare:
		return e.Operands[0], LevelCompare + 1
	case *Transpose:
		return e.X, LevelPostfix
	case *Subscript:
		return e.X, LevelPostfix
	}
	return nil, 0
}

// signed reports whether the text of e, which is not itself put in parentheses, begins
// with a plus or minus.
func signed(e Expr) bool {
	for {
		e = Unparen(e)
		switch x := e.(type) {
		case *Unary:
			return x.Op != Not
		case *Number:
			return x.Text != "" && x.Text[0] == '-' || x.Text == "" && x.Value != nil && x.Value.Sign() < 0
		}
		left, level := leftmost(e)
		if left == nil || levelOf(Unparen(left)) < level {
			return false
		}
		e = left
	}
}

// tail prints what follows the leftmost operand of e.
func (p *printer) tail(e Expr) {
	switch e := e.(type) {
	case *Binary:
		p.operator(e.Op)
		op := Operators[e.Op]
		level := op.Level
		if !op.RightAssoc {
			level++
		}
		if op.Level > LevelCompare && signed(e.Y) {
			level = LevelPrimary
		}
		p.expr(e.Y, level)
	case *Compare:
		for i, op := range e.Ops {
			p.operator(op)
			p.expr(e.Operands[i+1], LevelCompare+1)
		}
	case *Transpose:
		p.WriteByte('\'')
	case *Subscript:
		p.subscripts(e.Subs)
	}
}

func (p *printer) operator(op Op) {
	o := Operators[op]
	if o.Spaced && !(p.tight && o.Level == LevelSum) {
		p.WriteString(" " + o.Text + " ")
		return
	}
	p.WriteString(o.Text)
}

// leaf prints a node that begins with a token of its own.
func (p *printer) leaf(e Expr) {
	switch e := e.(type) {
	case *Number:
		p.number(e)
	case *Name:
		p.WriteString(e.Name)
	case *Unary:
		p.WriteString(Operators[e.Op].Text)
		if e.Op == Not {
			p.WriteByte(' ')
			p.expr(e.X, LevelNot)
			return
		}
		p.expr(e.X, LevelUnary+1)
	case *Slice:
		p.WriteByte(':')
	case *Call:
		p.WriteString(e.Fun.Name)
		p.list('(', e.Args, ')')
	case *Reduce:
		p.WriteString(e.Op.Name)
		p.binders(e.Binders, e.Cond)
		p.list('(', []Expr{e.Body}, ')')
	case *If:
		p.WriteString("if")
		p.list('(', []Expr{e.Cond, e.Then, e.Else}, ')')
	case *Iverson:
		p.list('[', []Expr{e.Cond}, ']')
	case *Array:
		p.list('[', e.Elems, ']')
	}
}

// number prints a literal as it was written, and a number that the program built as an
// integer or a quotient of integers.
func (p *printer) number(n *Number) {
	switch {
	case strings.HasPrefix(n.Text, "."):
		p.WriteString("0" + n.Text)
	case n.Text != "":
		p.WriteString(n.Text)
	case n.Value != nil:
		p.WriteString(ratText(n.Value))
	}
}

// ratText returns 3, -3, 1/2 or -1/2.
func ratText(r *big.Rat) string {
	if r.IsInt() {
		return r.Num().String()
	}
	return r.String()
}
