package parser

import (
	"io"
	"unicode/utf8"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/seed-9905856d/derive/syntax"
)

// The types of tokens.
const (
	typeName lexer.TokenType = lexer.EOF - 1 - iota
	typeReduction
	typeKeyword
	typeNumber
	typeSuperscript
	typeOperator
	typePunct
	typePrime
	typeDefinition
	typeNewline
	typeComment
)

// definition is the language's lexer as participle knows it.
type definition struct{}

// Symbols names the types of tokens for the grammar. Reduction is a name before [i](…),
// Definition an empty token that the splitter puts before a statement with a top-level =.
func (definition) Symbols() map[string]lexer.TokenType {
	return map[string]lexer.TokenType{
		"EOF":         lexer.EOF,
		"Name":        typeName,
		"Reduction":   typeReduction,
		"Keyword":     typeKeyword,
		"Number":      typeNumber,
		"Superscript": typeSuperscript,
		"Operator":    typeOperator,
		"Punct":       typePunct,
		"Prime":       typePrime,
		"Definition":  typeDefinition,
		"Newline":     typeNewline,
		"Comment":     typeComment,
	}
}

// Lex reads all of r and returns its tokens; newlines and comments are among them.
func (definition) Lex(filename string, r io.Reader) (lexer.Lexer, error) {
	text, err := io.ReadAll(io.LimitReader(r, MaxLength+1))
	if err != nil {
		return nil, err
	}
	tokens, ds := scan(filename, string(text))
	if err := ds.Err(); err != nil {
		return nil, err
	}
	return &replay{tokens: tokens}, nil
}

// replay is a lexer over tokens that were scanned before; end is its last position.
type replay struct {
	tokens []lexer.Token
	end    lexer.Position
}

func (r *replay) Next() (lexer.Token, error) {
	if len(r.tokens) == 0 {
		return lexer.EOFToken(r.end), nil
	}
	t := r.tokens[0]
	r.tokens = r.tokens[1:]
	return t, nil
}

// posOf converts a position of participle's to one of the tree's.
func posOf(p lexer.Position) syntax.Pos {
	return syntax.Pos(p)
}

// spanOf returns where t stands. No token contains a newline but the newline itself, and
// an end of any kind is empty.
func spanOf(t *lexer.Token) syntax.Span {
	end := t.Pos
	if t.Type != typeNewline && !t.EOF() {
		end.Offset += len(t.Value)
		end.Column += utf8.RuneCountInString(t.Value)
	}
	return syntax.Span{Pos: posOf(t.Pos), End: posOf(end)}
}
