package render

import (
	"math/big"
	"strings"

	"github.com/seed-9905856d/derive/syntax"
)

// Unicode returns e as one line of Unicode, such as Σ[i](θ₁·x[i]²) ≤ √(n). Parsing the line
// gives a tree that is equal to e.
func Unicode(e syntax.Expr) string {
	if e == nil {
		return ""
	}
	var p line
	p.expr(e, syntax.LevelLowest)
	return p.String()
}

// signs are the operators whose spelling differs from that of the language's text.
var signs = map[syntax.Op]string{
	syntax.Or: "∨", syntax.And: "∧", syntax.Not: "¬", syntax.Ne: "≠", syntax.Le: "≤", syntax.Ge: "≥",
	syntax.Mul: "·", syntax.DotMul: "⊙", syntax.DotDiv: "⊘",
}

// callSigns are the functions that have a sign of their own.
var callSigns = map[string]string{
	"sum": "Σ", "prod": "Π", "sqrt": "√", "gamma": "Γ", "grad": "∇", "d": "∂",
}

// calledOtherwise are the names whose letter, with arguments after it, is read or taken for
// another function.
var calledOtherwise = map[string]bool{"sigma": true, "Sigma": true, "Pi": true, "Gamma": true, "inf": true, "beta": true}

// callName spells the name of a function with arguments, or of a reduction.
func callName(s string) string {
	if sign := callSigns[s]; sign != "" {
		return sign
	}
	if calledOtherwise[s] {
		return s
	}
	return unicodeName(s)
}

// line collects one line of Unicode. While tight is set, + and - are printed without spaces.
type line struct {
	strings.Builder
	tight bool
}

// expr prints e, in parentheses if it binds less tightly than level. It goes down the left
// operands in a loop, since a long sum is a deep tree to the left.
func (p *line) expr(e syntax.Expr, level int) {
	type open struct {
		node   syntax.Expr
		parens bool
	}
	var spine []open
	for {
		e = syntax.Unparen(e)
		parens := textLevel(e) < level
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

// textLevel returns how tightly e binds in text.
func textLevel(e syntax.Expr) int {
	switch e := e.(type) {
	case *syntax.Number:
		switch {
		case e.Text != "" && e.Text[0] != '-':
			return syntax.LevelPrimary
		case e.Value != nil && !e.Value.IsInt():
			return syntax.LevelProduct
		case isNegative(e):
			return syntax.LevelUnary
		}
	case *syntax.Unary:
		return syntax.Operators[e.Op].Level
	case *syntax.Binary:
		return syntax.Operators[e.Op].Level
	case *syntax.Compare:
		return syntax.LevelCompare
	case *syntax.Transpose, *syntax.Subscript:
		return syntax.LevelPostfix
	}
	return syntax.LevelPrimary
}

// isNegative reports whether n is printed with a minus.
func isNegative(n *syntax.Number) bool {
	return strings.HasPrefix(n.Text, "-") || n.Text == "" && n.Value != nil && n.Value.Sign() < 0
}

// leftmost returns the operand that the text of e begins with and the level that it must
// have there, or nil if e begins with a token of its own.
func leftmost(e syntax.Expr) (syntax.Expr, int) {
	switch e := e.(type) {
	case *syntax.Binary:
		return e.X, leftLevel(e)
	case *syntax.Compare:
		return e.Operands[0], syntax.LevelCompare + 1
	case *syntax.Transpose:
		return e.X, syntax.LevelPostfix
	case *syntax.Subscript:
		return e.X, syntax.LevelPostfix
	}
	return nil, 0
}

// leftLevel returns the level that the left operand of e must have. It is tighter than the
// language asks for where the signs would mislead a reader.
func leftLevel(e *syntax.Binary) int {
	op := syntax.Operators[e.Op]
	switch x := syntax.Unparen(e.X).(type) {
	case *syntax.Reduce: // Σ[i](x[i])² looks like a sum of squares
		if op.RightAssoc && callSigns[x.Op.Name] != "" {
			return syntax.LevelPrimary + 1
		}
	case *syntax.Transpose: // xᵀ² looks like a power of T
		if op.RightAssoc {
			return syntax.LevelPrimary
		}
	case *syntax.Number: // so does 1e-3² of 3
		if _, _, exponent := scientific(x.Text); op.RightAssoc && exponent {
			return syntax.LevelPrimary + 1
		}
	case *syntax.Binary: // x ⊙ y·z looks like x ⊙ (y·z)
		if (e.Op == syntax.Mul || e.Op == syntax.Div) && (x.Op == syntax.DotMul || x.Op == syntax.DotDiv) {
			return syntax.LevelUnary
		}
	}
	if op.RightAssoc {
		return op.Level + 1
	}
	return op.Level
}

// signed reports whether the text of e, which is not itself put in parentheses, begins
// with a plus or minus.
func signed(e syntax.Expr) bool {
	for {
		e = syntax.Unparen(e)
		switch x := e.(type) {
		case *syntax.Unary:
			return x.Op != syntax.Not
		case *syntax.Number:
			return isNegative(x)
		}
		left, level := leftmost(e)
		if left == nil || textLevel(syntax.Unparen(left)) < level {
			return false
		}
		e = left
	}
}

// tail prints what follows the leftmost operand of e.
func (p *line) tail(e syntax.Expr) {
	switch e := e.(type) {
	case *syntax.Binary:
		if digits, ok := smallPower(e); ok {
			p.WriteString(digits)
			return
		}
		p.operator(e.Op)
		op := syntax.Operators[e.Op]
		level := op.Level
		if !op.RightAssoc {
			level++
		}
		if op.Level > syntax.LevelCompare && signed(e.Y) {
			level = syntax.LevelPrimary
		}
		if y, ok := syntax.Unparen(e.Y).(*syntax.Binary); ok && op.RightAssoc {
			if _, ok := smallPower(y); ok {
				level = syntax.LevelPrimary // x^2³ looks like (x^2)³
			}
		}
		p.expr(e.Y, level)
	case *syntax.Compare:
		for i, op := range e.Ops {
			p.operator(op)
			p.expr(e.Operands[i+1], syntax.LevelCompare+1)
		}
	case *syntax.Transpose:
		p.WriteString("ᵀ")
	case *syntax.Subscript:
		p.subscripts(e.Subs)
	}
}

// smallPower returns the exponent of e above the line, if it is a small integer.
func smallPower(e *syntax.Binary) (string, bool) {
	if e.Op != syntax.Pow {
		return "", false
	}
	sign, y := "", syntax.Unparen(e.Y)
	if neg, ok := y.(*syntax.Unary); ok && neg.Op == syntax.Neg {
		sign, y = "-", syntax.Unparen(neg.X)
	}
	n, ok := y.(*syntax.Number)
	if !ok || sign != "" && isNegative(n) {
		return "", false
	}
	text := n.Text
	if text == "" && n.Value != nil && n.Value.IsInt() {
		text = n.Value.Num().String()
	}
	if !isDigits(strings.TrimPrefix(text, "-")) {
		return "", false
	}
	return small(sign+text, above)
}

func (p *line) operator(op syntax.Op) {
	o := syntax.Operators[op]
	text := o.Text
	if sign := signs[op]; sign != "" {
		text = sign
	}
	if o.Spaced && !(p.tight && o.Level == syntax.LevelSum) {
		text = " " + text + " "
	}
	p.WriteString(text)
}

// leaf prints a node that begins with a token of its own.
func (p *line) leaf(e syntax.Expr) {
	switch e := e.(type) {
	case *syntax.Number:
		p.WriteString(numberText(e))
	case *syntax.Name:
		p.WriteString(unicodeName(e.Name))
	case *syntax.Unary:
		p.unary(e)
	case *syntax.Slice:
		p.WriteByte(':')
	case *syntax.Call:
		p.WriteString(callName(e.Fun.Name))
		p.list('(', e.Args, ')')
	case *syntax.Reduce:
		p.WriteString(callName(e.Op.Name))
		p.binders(e.Binders, e.Cond)
		p.list('(', []syntax.Expr{e.Body}, ')')
	case *syntax.If:
		p.WriteString("if")
		p.list('(', []syntax.Expr{e.Cond, e.Then, e.Else}, ')')
	case *syntax.Iverson:
		p.list('[', []syntax.Expr{e.Cond}, ']')
	case *syntax.Array:
		p.list('[', e.Elems, ']')
	}
}

func (p *line) unary(e *syntax.Unary) {
	if e.Op != syntax.Not {
		p.WriteString(e.Op.String())
		p.expr(e.X, syntax.LevelUnary+1)
		return
	}
	p.WriteString("¬")
	p.expr(e.X, syntax.LevelCompare+1) // ¬x > 0 looks like (¬x) > 0
}

// numberText spells a literal as it was written, and a number that the program built as an
// integer or a quotient of integers.
func numberText(n *syntax.Number) string {
	switch {
	case strings.HasPrefix(n.Text, "."):
		return "0" + n.Text
	case n.Text != "" || n.Value == nil:
		return n.Text
	}
	return ratText(n.Value)
}

func ratText(r *big.Rat) string {
	if r.IsInt() {
		return r.Num().String()
	}
	return r.String()
}

// subscripts prints [a,b+1,:].
func (p *line) subscripts(subs []syntax.Expr) {
	saved := p.tight
	p.tight = true
	p.WriteByte('[')
	for i, sub := range subs {
		if i > 0 {
			p.WriteByte(',')
		}
		p.expr(sub, syntax.LevelSum)
	}
	p.WriteByte(']')
	p.tight = saved
}

// binders prints [i ∈ 1..n, j | cond]; bare indices are set tight: [i,j].
func (p *line) binders(binders []syntax.Binder, cond syntax.Expr) {
	sep := ","
	if cond != nil {
		sep = ", "
	}
	for _, b := range binders {
		if b.Lo != nil {
			sep = ", "
		}
	}
	saved := p.tight
	p.WriteByte('[')
	for i, b := range binders {
		if i > 0 {
			p.WriteString(sep)
		}
		p.WriteString(unicodeName(b.Name.Name))
		if b.Lo != nil {
			p.WriteString(" ∈ ")
			p.tight = true
			p.expr(b.Lo, syntax.LevelSum)
			p.WriteString("..")
			p.expr(b.Hi, syntax.LevelSum)
		}
	}
	p.tight = false
	if cond != nil {
		p.WriteString(" | ")
		p.expr(cond, syntax.LevelLowest)
	}
	p.tight = saved
	p.WriteByte(']')
}

// list prints expressions between parentheses or brackets.
func (p *line) list(open byte, elems []syntax.Expr, closing byte) {
	saved := p.tight
	p.tight = false
	p.WriteByte(open)
	for i, e := range elems {
		if i > 0 {
			p.WriteString(", ")
		}
		p.expr(e, syntax.LevelLowest)
	}
	p.WriteByte(closing)
	p.tight = saved
}
