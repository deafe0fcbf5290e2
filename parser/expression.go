package parser

import (
	"errors"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/seed-9905856d/derive/syntax"
)

// expression is an expression of the language. It parses itself, by precedence climbing
// over the table of operators.
type expression struct{ syntax.Expr }

// Parse implements participle.Parseable.
func (e *expression) Parse(lex *lexer.PeekingLexer) error {
	p := newParser(lex)
	x, err := p.expr(syntax.LevelLowest)
	if err != nil {
		return err
	}
	if t := lex.Peek(); !t.EOF() && t.Value != "," { // after an output of a kernel
		if t.Value == ")" || t.Value == "]" {
			f := failAt(spanOf(t), "unmatched '%s'", t.Value)
			f.Label = "no bracket is open here that it could close"
			return f
		}
		return p.unexpected("an operator or the end of the statement")
	}
	e.Expr = x
	return nil
}

// parser reads expressions. Its methods return a *failure as their error.
type parser struct {
	lex   *lexer.PeekingLexer
	last  *lexer.Token // the token before the next, nil at the start of a statement
	depth int
	row   postfixRow
}

// postfixRow is how many transposes and subscripts stand in a row at the end of x, those
// inside its parentheses among them: the printer will write them without.
type postfixRow struct {
	x syntax.Expr
	n int
}

// newParser returns a parser of what lex has next.
func newParser(lex *lexer.PeekingLexer) *parser {
	p := &parser{lex: lex}
	if at := lex.RawCursor(); at > 0 {
		if last := &lex.Range(at-1, at)[0]; last.Type != typeDefinition {
			p.last = last
		}
	}
	return p
}

func (p *parser) next() *lexer.Token {
	p.last = p.lex.Next()
	return p.last
}

// at reports whether the next token is the given punctuation.
func (p *parser) at(punct string) bool {
	t := p.lex.Peek()
	return t.Type == typePunct && t.Value == punct
}

// accept steps over the given punctuation if it is next.
func (p *parser) accept(punct string) bool {
	if !p.at(punct) {
		return false
	}
	p.next()
	return true
}

// to returns the span from start to the end of the last token.
func (p *parser) to(start syntax.Pos) syntax.Span {
	return syntax.Span{Pos: start, End: spanOf(p.last).End}
}

// deeper counts one level of nesting, or refuses it.
func (p *parser) deeper() error {
	if p.depth++; p.depth > MaxNesting {
		return beyond(spanOf(p.lex.Peek()), "the expression nests more than %d levels deep", MaxNesting)
	}
	return nil
}

// nested reads an expression one level of nesting down.
func (p *parser) nested(level int) (syntax.Expr, error) {
	if err := p.deeper(); err != nil {
		return nil, err
	}
	e, err := p.expr(level)
	p.depth--
	return e, err
}

// expr reads an expression whose operators bind at least as tightly as level.
func (p *parser) expr(level int) (syntax.Expr, error) {
	x, err := p.operand(level)
	if err != nil {
		return nil, err
	}
	for {
		t := p.lex.Peek()
		if t.Type == typeSuperscript {
			if p.last.Type == typeSuperscript {
				return nil, p.unexpected("an operator")
			}
			if x, err = p.superscript(x); err != nil {
				return nil, err
			}
			continue
		}
		op := syntax.NoOp
		if t.Type == typeOperator {
			op = infix[t.Value]
		}
		row := syntax.Operators[op]
		if op == syntax.NoOp || row.Level < level {
			return x, nil
		}
		if op.IsComparison() {
			if x, err = p.comparison(x); err != nil {
				return nil, err
			}
			continue
		}
		at := posOf(p.next().Pos)
		var y syntax.Expr
		if row.RightAssoc {
			y, err = p.nested(syntax.LevelUnary) // 2^-1 and 2^3^4
		} else {
			y, err = p.expr(row.Level + 1)
		}
		if err != nil {
			return nil, err
		}
		x = &syntax.Binary{Span: between(x, y), Op: op, OpPos: at, X: x, Y: y}
	}
}

// between returns the span from the start of x to the end of y.
func between(x, y syntax.Expr) syntax.Span {
	return syntax.Span{Pos: x.Source().Pos, End: y.Source().End}
}

// comparison reads a chain of comparisons whose first operand is x.
func (p *parser) comparison(x syntax.Expr) (syntax.Expr, error) {
	c := &syntax.Compare{Operands: []syntax.Expr{x}}
	for {
		op := syntax.NoOp
		if t := p.lex.Peek(); t.Type == typeOperator {
			op = infix[t.Value]
		}
		if !op.IsComparison() {
			c.Span = between(x, c.Operands[len(c.Operands)-1])
			return c, nil
		}
		p.next()
		y, err := p.expr(syntax.LevelSum)
		if err != nil {
			return nil, err
		}
		c.Ops, c.Operands = append(c.Ops, op), append(c.Operands, y)
	}
}

// operand reads an expression that begins with a prefix operator, or one without
// operators between its parts.
func (p *parser) operand(level int) (syntax.Expr, error) {
	t := p.lex.Peek()
	op := syntax.NoOp
	if t.Type == typeOperator {
		op = prefix[t.Value]
	}
	if op == syntax.NoOp {
		return p.postfix()
	}
	row := syntax.Operators[op]
	if row.Level < level {
		f := failAt(spanOf(t), "'%s' needs parentheses here", t.Value)
		f.Help = "write (" + row.Text + " …)"
		return nil, f
	}
	start := posOf(p.next().Pos)
	parens := level > syntax.LevelSum // the printer will write -(-x)
	if parens {
		if err := p.deeper(); err != nil {
			return nil, err
		}
	}
	x, err := p.nested(row.Level)
	if err != nil {
		return nil, err
	}
	if parens {
		p.depth--
	}
	return &syntax.Unary{Span: p.to(start), Op: op, X: x}, nil
}

// postfix reads a primary expression and the transposes and subscripts after it.
func (p *parser) postfix() (syntax.Expr, error) {
	x, err := p.primary()
	if err != nil {
		return nil, err
	}
	start := x.Source().Pos
	n := 0
	if paren, ok := x.(*syntax.Paren); ok && paren.X == p.row.x {
		n = p.row.n
	}
	for ; ; n++ {
		prime, bracket := p.lex.Peek().Type == typePrime, p.at("[")
		if !prime && !bracket {
			p.row = postfixRow{x, n}
			return x, nil
		}
		if n >= MaxNesting {
			return nil, beyond(spanOf(p.lex.Peek()), "more than %d transposes and subscripts in a row", MaxNesting)
		}
		if prime {
			p.next()
			x = &syntax.Transpose{Span: p.to(start), X: x}
			continue
		}
		subs, err := p.subscripts()
		if err != nil {
			return nil, err
		}
		x = &syntax.Subscript{Span: p.to(start), X: x, Subs: subs}
	}
}

// primary reads a number, a name, a call or something in brackets.
func (p *parser) primary() (syntax.Expr, error) {
	t := p.lex.Peek()
	switch {
	case t.Type == typeNumber:
		p.next()
		return number(t)
	case t.Type == typeReduction:
		return p.reduce()
	case t.Type == typeName:
		p.next()
		return p.name(t)
	case t.Value == "if":
		return p.conditional()
	case p.at("("):
		return p.paren()
	case p.at("["):
		return p.bracket()
	}
	return nil, p.unexpected("an expression" + p.after())
}

// after says after which word or sign the next token stands, if that helps.
func (p *parser) after() string {
	if p.last == nil {
		return ""
	}
	switch p.last.Type {
	case typeOperator, typeKeyword:
		return " after '" + p.last.Value + "'"
	case typePunct:
		if v := p.last.Value; v == "=" || v == "," || v == ".." || v == "|" || v == ":" {
			return " after '" + v + "'"
		}
	}
	return ""
}

// name reads what follows the name t: the arguments of a call, or nothing.
func (p *parser) name(t *lexer.Token) (syntax.Expr, error) {
	fun, sign := functions[t.Value]
	if !p.at("(") {
		if r := firstRune(t.Value); sign && isSign(r) {
			f := p.unexpected("'(' after '" + t.Value + "'")
			f.Help = "what " + t.Value + " applies to stands in parentheses" + signExample(t.Value)
			return nil, f
		}
		return &syntax.Name{Span: spanOf(t), Name: canonical(t.Value)}, nil
	}
	if !sign {
		fun = canonical(t.Value)
	}
	args, err := p.arguments("the call to " + t.Value)
	if err != nil {
		return nil, err
	}
	return &syntax.Call{Span: p.to(posOf(t.Pos)), Fun: syntax.Ident{Span: spanOf(t), Name: fun}, Args: args}, nil
}

// arguments reads (a, b).
func (p *parser) arguments(what string) ([]syntax.Expr, error) {
	open := p.next()
	if p.accept(")") {
		return nil, nil
	}
	return p.list(open, ")", what, p.argument)
}

func (p *parser) argument() (syntax.Expr, error) { return p.nested(syntax.LevelLowest) }

// list reads items separated by commas up to the closing bracket.
func (p *parser) list(open *lexer.Token, closing, what string, item func() (syntax.Expr, error)) ([]syntax.Expr, error) {
	var items []syntax.Expr
	for {
		x, err := item()
		if err != nil {
			return nil, opened(err, open)
		}
		items = append(items, x)
		if p.accept(closing) {
			return items, nil
		}
		if !p.accept(",") {
			f := p.unexpected("',' or '" + closing + "' to close " + what)
			if t := p.lex.Peek(); t.Value == ";" && open.Value == "[" {
				f.Help = "a matrix is written by rows: [[a, b], [c, d]]"
			} else if f.Help != "" && isWord(p.last) && isWord(t) && !adjacent(p.last, t) {
				f.Help = "to separate them, write " + p.last.Value + ", " + t.Value + "; " + f.Help
			}
			return nil, opened(f, open)
		}
	}
}

// closeWith steps over the closing bracket or says what it would have closed.
func (p *parser) closeWith(open *lexer.Token, closing, what string) error {
	if p.accept(closing) {
		return nil
	}
	f := p.unexpected("'" + closing + "' to close " + what)
	if p.at(",") {
		f.Help = "a vector is written [a, b]"
	}
	return opened(f, open)
}

// opened adds to a failure the innermost bracket that was open.
func opened(err error, open *lexer.Token) error {
	var f *failure
	if errors.As(err, &f) && f.Related == nil {
		f.Related = []syntax.Related{{Span: spanOf(open), Label: "'" + open.Value + "' opened here"}}
	}
	return err
}

// subscripts reads [i, :, j+1].
func (p *parser) subscripts() ([]syntax.Expr, error) {
	return p.list(p.next(), "]", "the subscripts", func() (syntax.Expr, error) {
		if p.at(":") {
			return &syntax.Slice{Span: spanOf(p.next())}, nil
		}
		return p.argument()
	})
}

// paren reads (x).
func (p *parser) paren() (syntax.Expr, error) {
	open := p.next()
	x, err := p.argument()
	if err != nil {
		return nil, opened(err, open)
	}
	if err := p.closeWith(open, ")", "the parenthesis"); err != nil {
		return nil, err
	}
	return &syntax.Paren{Span: p.to(posOf(open.Pos)), X: x}, nil
}

// bracket reads [1, 2, 3] or, if there is one element and it is a condition, [i == j].
func (p *parser) bracket() (syntax.Expr, error) {
	open := p.next()
	elems, err := p.list(open, "]", "the bracket", p.argument)
	if err != nil {
		return nil, err
	}
	span := p.to(posOf(open.Pos))
	if len(elems) == 1 && isCondition(elems[0]) {
		return &syntax.Iverson{Span: span, Cond: elems[0]}, nil
	}
	return &syntax.Array{Span: span, Elems: elems}, nil
}

// isCondition reports whether e is a comparison or a combination of them.
func isCondition(e syntax.Expr) bool {
	switch e := syntax.Unparen(e).(type) {
	case *syntax.Compare:
		return true
	case *syntax.Unary:
		return e.Op == syntax.Not
	case *syntax.Binary:
		return e.Op == syntax.And || e.Op == syntax.Or
	}
	return false
}
