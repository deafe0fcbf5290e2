package parser

import (
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"

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

// beyond returns the failure of what is beyond a limit.
func beyond(span syntax.Span, format string, args ...any) *failure {
	f := failAt(span, format, args...)
	f.Limit = true
	return f
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
	case t.EOF() && t.Value != ";":
		return t.Value
	case t.Type == typePrime:
		return `"` + t.Value + `"`
	}
	return "'" + t.Value + "'"
}

// meant says what was probably meant by a token that cannot stand where it was found.
var meant = map[string]string{
	"**": "a power is written ^",
	"|":  "the absolute value is abs(x)",
	"||": "the norm is norm(x)",
	"'":  "there are no strings in the language",
	":":  "a bare colon is a whole axis, as in A[i,:]; part of one is tensor[i in 2..5](x[i])",
	"..": "a range stands after \"in\", as in sum[i in 1..n](x[i])",
	"in": "a range belongs to an index of sum, prod, max, min, mean, logsumexp or tensor, as in sum[i in 1..n](x[i])",
	"∈":  "a range belongs to an index of sum, prod, max, min, mean, logsumexp or tensor, as in sum[i in 1..n](x[i])",
}

// meantPair is the same for two tokens in a row.
var meantPair = map[[2]string]string{
	{"<", ">"}: "\"not equal\" is written !=",
	{"=", "<"}: "\"less or equal\" is written <=",
	{"=", ">"}: "\"greater or equal\" is written >=",
	{"=", "="}: "equality is written ==, without a space",
	{"^", "^"}: "a power is written with one ^",
	{"*", "*"}: "a power is written ^",
}

// advice says what a writer of the token found may have meant.
func (p *parser) advice(found *lexer.Token) string {
	if p.last == nil {
		if found.Value == "||" {
			return meant["||"]
		}
		if found.Type == typeOperator && infix[found.Value] != syntax.NoOp {
			return "a statement goes on in the next line after an operator, not before one"
		}
		if found.Value == "=" {
			return "a definition is a name, =, and its value; equality is written =="
		}
		return meant[found.Value]
	}
	if help := meantPair[[2]string{p.last.Value, found.Value}]; help != "" {
		return help
	}
	if found.Value == "=" && (endsOperand(p.last) || p.last.Type == typeOperator) {
		return "equality is written =="
	}
	if found.Value == "," && endsOperand(p.last) {
		return "a statement is one formula; a vector is written [a, b]"
	}
	if help := meant[found.Value]; help != "" {
		if word := p.misspelled(); word != "" {
			return "did you mean \"" + word + "\"?"
		}
		return help
	}
	if endsOperand(p.last) && startsOperand(found) {
		return p.missing(found)
	}
	return ""
}

// missing says what may be missing between the last token, which ends an operand, and the
// one found, which starts another.
func (p *parser) missing(found *lexer.Token) string {
	before, after := p.last.Value, found.Value
	if word := p.misspelled(); word != "" {
		return "did you mean \"" + word + "\"?"
	}
	switch {
	case p.last.Type == typeNumber && found.Type == typeNumber && found.Value[0] == '.':
		return "a number has one decimal point"
	case p.last.Type == typeNumber && after[0] == '_' && adjacent(p.last, found):
		return "the digits of a number stand together: 1000"
	case p.last.Type == typePrime && after == "(":
		return "' is the transpose; a derivative is written d(f(x), x)"
	}
	if !isWord(p.last) {
		before = "(…)"
	}
	switch after {
	case "(":
		after = "(…)"
	case "[":
		after = "[…]"
	}
	help := "to multiply, write " + before + "*" + after
	if p.last.Type == typeName && utf8.RuneCountInString(before) > 1 && found.Type != typePunct && !adjacent(p.last, found) {
		help += "; to call a function, " + before + "(" + after + ")"
	}
	return help
}

// misspelled returns the keyword that the first word of the statement was probably meant
// to be, if that is the last token, or the reduction that the name before [i] was meant to be.
func (p *parser) misspelled() string {
	read := p.lex.Range(0, p.lex.RawCursor())
	if read[0].Type == typeDefinition {
		read = read[1:]
	}
	if len(read) == 1 && read[0].Type == typeName {
		word, _ := syntax.Suggest(read[0].Value, []string{"param", "given", "kernel"})
		return word
	}
	end := len(read)
	switch found := p.lex.Peek(); {
	case found.Value == "(" && p.last.Value == "]":
		end--
	case found.Type != typeKeyword:
		return ""
	}
	for i := end - 1; i > 0; i-- {
		if v := read[i].Value; v == "]" || v == ")" || v == "(" {
			return ""
		} else if v == "[" && read[i-1].Type == typeName {
			word, _ := syntax.Suggest(read[i-1].Value, slices.Sorted(maps.Keys(reductions)))
			return word
		}
	}
	return ""
}

// signExample shows how a sign that is a function is written.
func signExample(sign string) string {
	switch sign {
	case "∇":
		return ": ∇(L, x)"
	case "∂":
		return ": ∂(E, x)"
	case "√":
		return ": √(x)"
	}
	return ": " + sign + "[i](x[i])"
}

// adjacent reports whether b begins where a ends.
func adjacent(a, b *lexer.Token) bool { return spanOf(a).End == posOf(b.Pos) }

// isWord reports whether t is a name or a number.
func isWord(t *lexer.Token) bool { return t.Type == typeName || t.Type == typeNumber }

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
