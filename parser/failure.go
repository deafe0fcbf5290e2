package parser

import (
	"fmt"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/seed-9905856d/derive/syntax"
)

// failure is the error that ends a statement. It passes through participle unchanged.
type failure struct{ syntax.Diagnostic }

// Message returns the message without its position.
func (f *failure) Message() string { return f.Diagnostic.Message }

// Position returns where the statement stopped making sense.
func (f *failure) Position() lexer.Position { return lexer.Position(f.Span.Pos) }

// failAt returns a failure at a span.
func failAt(span syntax.Span, format string, args ...any) *failure {
	return &failure{syntax.Diagnostic{Message: fmt.Sprintf(format, args...), Span: span}}
}

// unexpected returns the failure "expected …, found …" at the next token.
func (p *parser) unexpected(expected string) *failure {
	t := p.lex.Peek()
	f := failAt(spanOf(t), "expected %s, found %s", expected, describe(t))
	f.Help = p.advice(t)
	return f
}

// describe names a token as messages do.
func describe(t *lexer.Token) string {
	switch {
	case t.EOF() && t.Value == "":
		return "end of input"
	case t.EOF():
		return "end of line"
	}
	return "'" + t.Value + "'"
}

// advice says what a writer of the token found may have meant.
func (p *parser) advice(found *lexer.Token) string {
	switch found.Value {
	case "=":
		return "equality is written =="
	case "**":
		return "a power is written ^"
	case "|":
		return "the absolute value is abs(x)"
	case ":":
		return "a bare colon is a whole axis, as in A[i,:]; part of one is tensor[i in 2..5](x[i])"
	case "..":
		return "a range stands after \"in\", as in sum[i in 1..n](x[i])"
	case ")", "]":
		return ""
	}
	if p.last == nil || !endsOperand(p.last) || !startsOperand(found) {
		return ""
	}
	return fmt.Sprintf("to multiply, write %s*%s", p.last.Value, found.Value)
}

// endsOperand reports whether an expression may end with t.
func endsOperand(t *lexer.Token) bool {
	switch t.Type {
	case typeName, typeNumber, typePrime, typeSuperscript:
		return true
	}
	return t.Value == ")" || t.Value == "]"
}

// startsOperand reports whether an expression may begin with t.
func startsOperand(t *lexer.Token) bool {
	switch t.Type {
	case typeName, typeNumber, typeReduction:
		return true
	}
	return t.Value == "(" || t.Value == "[" || t.Value == "if"
}
