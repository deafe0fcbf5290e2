// Package parser reads formula text into the tree of package syntax.
//
// A hand-written scanner makes tokens, a splitter cuts them into statements, participle
// carries the grammar of statements, and expressions are read by precedence climbing over
// syntax.Operators. All of it takes time linear in the text, and nothing that is typed can
// exhaust the stack: depth, length, digits and the number of errors have limits.
package parser

import (
	"errors"
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/seed-9905856d/derive/syntax"
)

// Limits on what is read.
const (
	MaxLength       = 16 << 20         // bytes of text
	MaxTokens       = 5 << 17          // names, numbers, signs and ends of lines, which is what memory goes by
	MaxNesting      = 1000             // brackets, signs, exponents inside one another; primes in a row
	MaxNumberDigits = syntax.MaxDigits // characters of a number before its exponent
	MaxExponent     = 1000             // decimal exponent of a number, up or down
	MaxErrors       = 20               // errors reported for one text
)

// ParseFile reads the text of a formula file; name is what diagnostics call it. The file
// holds every statement that reads, also where there are errors.
func ParseFile(name, text string) (*syntax.File, syntax.Diagnostics) {
	return parseAll(name, text, false)
}

// parseAll reads statements; bare says that they should be one expression.
func parseAll(name, text string, bare bool) (*syntax.File, syntax.Diagnostics) {
	file := &syntax.File{Name: name, Text: text}
	ds := parse(name, text, bare, func(p piece, s syntax.Statement) {
		if s != nil {
			file.Statements = append(file.Statements, s)
		}
	}, func(lexer.Token) {})
	return file, ds
}

// ParseExpr reads a single expression.
func ParseExpr(name, text string) (syntax.Expr, syntax.Diagnostics) {
	file, ds := parseAll(name, text, true)
	if ds.Err() != nil {
		return nil, ds
	}
	for i, s := range file.Statements {
		d := syntax.Diagnostic{Message: "expected one expression, found another statement", Span: s.Source()}
		switch s.(type) {
		case *syntax.ExprStatement:
			if i == 0 {
				continue
			}
		case *syntax.Define:
			d.Help = "equality is written ==; definitions go into a file"
		default:
			d.Help = "declarations go into a file"
		}
		return nil, syntax.Diagnostics{d}
	}
	if len(file.Statements) == 0 {
		start := syntax.Pos{Filename: name, Line: 1, Column: 1}
		return nil, syntax.Diagnostics{{Message: "expected an expression, found end of input", Span: syntax.Span{Pos: start, End: start}}}
	}
	return file.Statements[0].(*syntax.ExprStatement).X, nil
}

// Grammar returns the grammar of the language as EBNF.
func Grammar() string {
	return statements.String() + expressionGrammar()
}

// parse calls each for every statement, with a nil tree where it does not read, and other
// for the newlines, comments and semicolons between statements.
func parse(name, text string, bare bool, each func(piece, syntax.Statement), other func(lexer.Token)) syntax.Diagnostics {
	tokens, ds := scan(name, text)
	if len(ds) > 0 {
		return ds
	}
	s := splitter{rest: tokens, bare: bare}
	for len(ds) < MaxErrors {
		p, ok := s.next(other)
		if !ok {
			break
		}
		tree, err := parseStatement(p)
		if err != nil {
			ds = append(ds, err.Diagnostic)
		}
		each(p, tree)
	}
	return ds
}

// parseStatement parses the tokens of one statement.
func parseStatement(p piece) (syntax.Statement, *failure) {
	lex, err := lexer.Upgrade(&endless{replay{tokens: p.tokens}, p.end})
	if err != nil {
		panic("parser: replaying tokens: " + err.Error())
	}
	s, err := statements.ParseFromLexer(lex)
	if err != nil {
		return nil, asFailure(err, p)
	}
	first, last := spanOf(&p.tokens[0]), spanOf(&p.tokens[len(p.tokens)-1])
	return s.tree(syntax.Span{Pos: first.Pos, End: last.End}), nil
}

// endless replays tokens and then the token that ended the statement.
type endless struct {
	replay
	end lexer.Token
}

func (e *endless) Next() (lexer.Token, error) {
	if len(e.tokens) == 0 {
		return e.end, nil
	}
	return e.replay.Next()
}

// asFailure makes participle's own errors look like ours.
func asFailure(err error, p piece) *failure {
	var f *failure
	if errors.As(err, &f) {
		return f
	}
	var u *participle.UnexpectedTokenError
	if !errors.As(err, &u) {
		panic("parser: unknown error: " + err.Error())
	}
	at := u.Unexpected
	if at.EOF() {
		at = p.end
	}
	_, expected, _ := strings.Cut(u.Message(), "(expected ")
	expected = strings.TrimSuffix(expected, ")")
	if quoted := strings.SplitN(expected, `"`, 3); len(quoted) == 3 {
		expected = "'" + quoted[1] + "'"
	}
	if expected == "" {
		expected = "an operator or the end of the statement"
	}
	f = failAt(spanOf(&at), "expected %s, found %s", expected, describe(&at))
	if at.Value == "," {
		f.Help = "a statement is one formula; a vector is written [a, b]"
		if first := p.tokens[0]; first.Type == typeKeyword && first.Value == "given" {
			f.Help = "join conditions with \"and\""
		}
	}
	return f
}
