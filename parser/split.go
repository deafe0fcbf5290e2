package parser

import (
	"github.com/alecthomas/participle/v2/lexer"
)

// piece is the tokens of one statement, without the newlines and comments within.
type piece struct {
	tokens   []lexer.Token
	comments []lexer.Token // those inside the statement, and the one after it on its last line
	end      lexer.Token   // what ended it, as a token of type EOF
}

// splitter cuts the tokens of a file into statements before any of them is parsed, so
// that one bad statement does not hide the next.
type splitter struct {
	rest    []lexer.Token
	bare    bool          // an expression is expected: given - x is a difference
	rescued int           // statements cut off at an unclosed bracket
	room    []lexer.Token // what the tokens of the next statements are stored in
}

// maxRescued bounds how often one text is cut at an unclosed bracket: each time costs a
// look at all that follows.
const maxRescued = 8

// reductions are the names that bind indices.
var reductions = map[string]bool{
	"sum": true, "prod": true, "max": true, "min": true, "mean": true, "logsumexp": true, "tensor": true,
}

// next returns the next statement. Between statements it passes each newline and comment to other.
func (s *splitter) next(other func(lexer.Token)) (piece, bool) {
	for len(s.rest) > 0 {
		t := s.rest[0]
		if t.Type != typeNewline && t.Type != typeComment && !(t.Type == typePunct && t.Value == ";") {
			return s.statement(), true
		}
		other(t)
		s.rest = s.rest[1:]
	}
	return piece{}, false
}

// statement cuts off the statement that rest begins with.
func (s *splitter) statement() piece {
	var p piece
	if len(s.room) == 0 {
		s.room = make([]lexer.Token, len(s.rest)+len(s.rest)/8+1)
	}
	p.tokens = s.room[:1] // room for a Definition token
	defer func() { s.room = s.room[min(len(p.tokens)+1, len(s.room)):] }()
	var open []int // open brackets, as indices into p.tokens
	closed := -1   // the bracket that the last token closed
	bound := -1    // the innermost bracket with "in" or | inside
	firstOpen, defines := 0, false
	for i := range s.rest {
		if len(open) > MaxNesting+1 { // the parser will say so
			break
		}
		t := s.rest[i]
		switch {
		case t.Type == typeComment:
			p.comments = append(p.comments, t)
			continue
		case t.Type == typeNewline:
			if len(open) > 0 || continues(&p.tokens[len(p.tokens)-1]) {
				continue
			}
			return s.finish(p, i, "end of line", defines)
		case t.Type == typeKeyword && t.Value != "if" || t.Type == typePunct && t.Value == "|":
			if len(open) > 0 {
				bound = open[len(open)-1]
			}
		case t.Type != typePunct:
		case t.Value == ";" && len(open) == 0:
			return s.finish(p, i, ";", defines)
		case t.Value == "(" || t.Value == "[":
			if len(open) == 0 {
				firstOpen = i
			}
			if t.Value == "(" && closed > 1 && p.tokens[closed].Value == "[" {
				markReduction(&p.tokens[closed-1])
			}
			open = append(open, len(p.tokens))
		case t.Value == ")" || t.Value == "]":
			closed = -1
			if len(open) > 0 {
				closed, open = open[len(open)-1], open[:len(open)-1]
				if closed == bound && closed > 1 {
					markReduction(&p.tokens[closed-1])
				}
			}
			p.tokens = append(p.tokens, t)
			continue
		case t.Value == "=" && len(open) == 0:
			defines = true
		}
		closed = -1
		p.tokens = append(p.tokens, t)
	}
	if len(open) > 0 && s.rescued < maxRescued {
		s.rescued++
		if cut := nextStart(s.rest, firstOpen); cut < len(s.rest) {
			whole, rescued := s.rest, s.rescued
			s.rest, s.rescued = s.rest[:cut], maxRescued // what is cut off is not cut again
			p = s.statement()
			s.rest, s.rescued = whole[cut:], rescued
			p.end.Value = "end of line"
			return p
		}
	}
	return s.finish(p, len(s.rest), "", defines)
}

// finish ends the statement before the i-th token of the rest.
func (s *splitter) finish(p piece, i int, by string, defines bool) piece {
	s.rest = s.rest[i:]
	p.end = lexer.Token{Type: lexer.EOF, Value: by}
	if by == ";" {
		p.end.Pos = s.rest[0].Pos
	} else { // before a comment and blank lines
		p.end.Pos = lexer.Position(spanOf(&p.tokens[len(p.tokens)-1]).End)
	}
	p.tokens = p.tokens[:len(p.tokens):len(p.tokens)]
	first := &p.tokens[1]
	if isKeyword(p.tokens[1:], defines) && !(s.bare && !followsKeyword(p.tokens[2:])) {
		first.Type = typeKeyword
	} else if defines {
		p.tokens[0] = lexer.Token{Type: typeDefinition, Pos: first.Pos}
		if first.Type == typeReduction { // max[i in 1..n] = … defines another max
			first.Type = typeName
		}
		return p
	}
	p.tokens = p.tokens[1:]
	return p
}

// continues reports whether a newline after t does not end a statement.
func continues(t *lexer.Token) bool {
	switch t.Type {
	case typeOperator:
		return true
	case typePunct:
		return t.Value == "," || t.Value == "=" || t.Value == "**"
	}
	return false
}

// isKeyword reports whether the first word of a statement says what kind it is. A name
// that is spelled the same may still be defined: given = 3, kernel(x) = exp(-x^2).
func isKeyword(tokens []lexer.Token, defines bool) bool {
	if tokens[0].Type != typeName {
		return false
	}
	rest := tokens[1:]
	switch tokens[0].Value {
	case "param", "kernel":
		return len(rest) == 0 || followsKeyword(rest)
	case "given":
		return len(rest) == 0 || rest[0].Value != "=" && !(defines && (rest[0].Value == "(" || rest[0].Value == "["))
	}
	return false
}

// followsKeyword reports whether rest can only stand after a keyword, not after a name.
func followsKeyword(rest []lexer.Token) bool {
	if len(rest) == 0 {
		return false
	}
	switch rest[0].Type {
	case typePunct, typeOperator, typePrime, typeSuperscript:
		return false
	}
	return true
}

// markReduction gives the name before [i](…) its type.
func markReduction(t *lexer.Token) {
	if t.Type != typeName {
		return
	}
	name, ok := functions[t.Value]
	if !ok {
		name = t.Value
	}
	if reductions[name] {
		t.Type = typeReduction
	}
}

// nextStart returns the index of the first token, on a line after the one of tokens[from],
// that seems to begin a statement: where a bracket was not closed the statement ends there.
func nextStart(tokens []lexer.Token, from int) int {
	for from < len(tokens) {
		for from < len(tokens) && tokens[from].Type != typeNewline {
			from++
		}
		start, depth := from+1, 0
		for from++; from < len(tokens) && tokens[from].Type != typeNewline; from++ {
			switch t := tokens[from]; {
			case from == start && isKeyword(tokens[from:], false):
				return start
			case t.Value == "(" || t.Value == "[":
				depth++
			case t.Value == ")" || t.Value == "]":
				depth--
			case t.Value == "=" && depth == 0 && t.Type == typePunct:
				return start
			}
		}
	}
	return len(tokens)
}
