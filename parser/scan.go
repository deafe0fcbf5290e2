package parser

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/seed-9905856d/derive/syntax"
)

// punctuation is what is neither a name, a number nor a row of the operator table. The
// star pair is in it so that it can be refused with advice.
var punctuation = []string{"(", ")", "[", "]", ",", ";", ":", "=", "|", "..", "**"}

// spellings lists operators and punctuation by their first byte, the longest first.
var spellings = func() (table [256][]string) {
	add := func(s string) {
		if r, _ := utf8.DecodeRuneInString(s); !unicode.IsLetter(r) && !slices.Contains(table[s[0]], s) {
			table[s[0]] = append(table[s[0]], s)
		}
	}
	for _, s := range punctuation {
		add(s)
	}
	for _, op := range syntax.Operators[1:] {
		add(op.Text)
		for _, s := range op.Alternates {
			add(s)
		}
	}
	for _, row := range table {
		slices.SortStableFunc(row, func(a, b string) int { return len(b) - len(a) })
	}
	return table
}()

// infix and prefix find an operator by its spelling.
var infix, prefix = func() (infix, prefix map[string]syntax.Op) {
	infix, prefix = map[string]syntax.Op{}, map[string]syntax.Op{}
	for _, op := range syntax.Operators[1:] {
		to := infix
		if op.Prefix {
			to = prefix
		}
		to[op.Text] = op.Op
		for _, s := range op.Alternates {
			to[s] = op.Op
		}
	}
	return infix, prefix
}()

// scanner turns text into tokens, newlines and comments among them.
type scanner struct {
	text   string
	pos    lexer.Position
	tokens []lexer.Token
	ds     syntax.Diagnostics
}

// bytesPerToken is the length of a token with the space after it that room is made for.
const bytesPerToken = 4

// scan returns the tokens of text and what in it cannot be read. Characters that
// are refused are left out of the tokens.
func scan(name, text string) ([]lexer.Token, syntax.Diagnostics) {
	s := scanner{text: text, pos: lexer.Position{Filename: name, Line: 1, Column: 1}}
	if len(text) > MaxLength {
		s.fail("", "the text is longer than %d bytes", MaxLength)
		s.ds[len(s.ds)-1].Limit = true
		return nil, s.ds
	}
	if rest, ok := strings.CutPrefix(text, "\ufeff"); ok {
		s.pos.Offset = len(text) - len(rest)
	}
	s.tokens = make([]lexer.Token, 0, min(len(text)/bytesPerToken+8, MaxTokens))
	for s.pos.Offset < len(text) && len(s.ds) < MaxErrors {
		if len(s.tokens) == MaxTokens {
			s.fail("", "the text has more than %d names, numbers and signs", MaxTokens)
			s.ds[len(s.ds)-1].Limit = true
			break
		}
		s.next()
	}
	return s.tokens, s.ds
}

// fail records an error at the next character.
func (s *scanner) fail(help, format string, args ...any) {
	end := s.pos
	if end.Offset < len(s.text) {
		_, n := utf8.DecodeRuneInString(s.text[end.Offset:])
		end.Offset, end.Column = end.Offset+n, end.Column+1
	}
	s.ds = append(s.ds, syntax.Diagnostic{
		Message: fmt.Sprintf(format, args...), Help: help,
		Span: syntax.Span{Pos: posOf(s.pos), End: posOf(end)},
	})
}

// emit appends a token of n bytes and steps over it.
func (s *scanner) emit(t lexer.TokenType, n int) {
	value := s.text[s.pos.Offset : s.pos.Offset+n]
	s.tokens = append(s.tokens, lexer.Token{Type: t, Value: value, Pos: s.pos})
	s.skip(n)
}

// skip steps over n bytes, none of which is a newline.
func (s *scanner) skip(n int) {
	s.pos.Column += utf8.RuneCountInString(s.text[s.pos.Offset : s.pos.Offset+n])
	s.pos.Offset += n
}

// next reads one token or one character between tokens.
func (s *scanner) next() {
	rest := s.text[s.pos.Offset:]
	r, n := utf8.DecodeRuneInString(rest)
	switch {
	case r == '\n':
		s.emit(typeNewline, 1)
		s.pos.Line, s.pos.Column = s.pos.Line+1, 1
	case r == '#':
		s.comment(rest)
	case isDigit(r) || r == '.' && len(rest) > 1 && isDigit(rune(rest[1])):
		s.emit(typeNumber, numberLength(rest))
	case isPrime(r):
		s.emit(typePrime, n)
	case superscripts[r] != 0:
		s.emit(typeSuperscript, lengthWhile(rest, func(r rune) bool { return superscripts[r] != 0 }))
	case r == '∈':
		s.emit(typeKeyword, n)
	case isSign(r):
		s.emit(typeName, n)
	case startsName(r):
		s.word(rest)
	case r != utf8.RuneError && s.operator(rest):
	case unicode.IsSpace(r) && !breaksLine(s.text, s.pos.Offset, r):
		s.skip(n)
	default:
		s.refuse(r, n)
		s.skip(n)
	}
}

// maxMarks bounds the accents of one letter: of more, normal forms differ.
const maxMarks = 16

// word reads a name, a keyword or an operator spelled in letters.
func (s *scanner) word(rest string) {
	n := lengthWhile(rest, continuesName)
	marked := 0
	for _, r := range rest[:n] {
		if marked++; !unicode.IsMark(r) {
			marked = 0
		}
		if marked > maxMarks {
			s.fail("", "a letter with more than %d accents", maxMarks)
			s.skip(n)
			return
		}
	}
	word, t := rest[:n], typeName
	switch {
	case word == "in" || word == "if":
		t = typeKeyword
	case infix[word] != syntax.NoOp || prefix[word] != syntax.NoOp:
		t = typeOperator
	}
	s.emit(t, n)
}

// operator reads an operator or punctuation, if there is one.
func (s *scanner) operator(rest string) bool {
	for _, spelling := range spellings[rest[0]] {
		if strings.HasPrefix(rest, spelling) {
			t := typeOperator
			if infix[spelling] == syntax.NoOp && prefix[spelling] == syntax.NoOp {
				t = typePunct
			}
			s.emit(t, len(spelling))
			return true
		}
	}
	return false
}

// comment reads to the end of the line. What could hide text from a reader is refused
// in comments too, and what may look like the end of the line.
func (s *scanner) comment(rest string) {
	end := strings.IndexByte(rest, '\n')
	if end < 0 {
		end = len(rest)
	}
	start := s.pos
	for i, r := range rest[:end] {
		_, n := utf8.DecodeRuneInString(rest[i:])
		if r == utf8.RuneError && n == 1 || r == 0 || unicode.Is(unicode.Cf, r) || breaksLine(rest, i, r) {
			s.refuse(r, n)
			if len(s.ds) >= MaxErrors {
				break
			}
		}
		s.pos.Offset, s.pos.Column = s.pos.Offset+n, s.pos.Column+1
	}
	s.pos = start
	s.emit(typeComment, end)
}

// breaksLine reports whether a character, at a place of s, ends a line for other programs but not here.
func breaksLine(s string, at int, r rune) bool {
	switch r {
	case '\r':
		return !strings.HasPrefix(s[at:], "\r\n")
	case '\v', '\f', 0x85, '\u2028', '\u2029':
		return true
	}
	return false
}

// refusals gives advice on characters that are no part of the language.
var refusals = map[rune]string{
	'!': "the factorial of n is gamma(n+1); \"not equal\" is !=, negation is \"not\"",
	'{': "group with parentheses", '}': "group with parentheses",
	'\\': "LaTeX is not read yet; to solve A*x = b, write solve(A, b)", '$': "LaTeX is not read yet",
	'&': "write \"and\"", '%': "the remainder is mod(x, m)", '?': "a choice is written if(x > 0, a, b)",
	'.': "a number has digits after its point, as in 3.0; a range is 1..n; .* ./ .^ are entrywise; names have no dots",
	'"': "there are no strings in the language", '~': "write \"not\", or == for equality",
	'@': "the matrix product is A*B", '≈': "equality is written ==", '→': "a definition is written with =",
	'½': "write 1/2", '±': "write + or -", '∫': "integrals are no part of the language",
	'≦': "write <= or ≤", '≧': "write >= or ≥", '∗': "write *", '⁺': "write ^",
}

// refuse records why the next character, r, cannot be read. One line has at most one such
// error: what follows is mostly of the same kind.
func (s *scanner) refuse(r rune, n int) {
	if last := len(s.ds) - 1; last >= 0 && s.ds[last].Span.Pos.Line == s.pos.Line {
		return
	}
	switch {
	case r == utf8.RuneError && n == 1:
		s.fail("", "the text is not UTF-8: byte 0x%02x", s.text[s.pos.Offset])
	case r == 0:
		s.fail("", "the text contains a NUL byte")
	case isInvisible(r):
		s.fail("delete it", "invisible character U+%04X", r)
	case unicode.In(r, unicode.Zl, unicode.Zp):
		s.fail("begin a new line", "line separator U+%04X", r)
	case unicode.IsControl(r):
		s.fail("delete it", "control character U+%04X", r)
	case unicode.IsMark(r):
		s.fail("", "accent U+%04X without a letter before it", r)
	default:
		s.fail(refusals[r], "unexpected character %q", r)
	}
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

// numberLength returns the length of the number that s begins with. The point of 1..n,
// 2.*x and 2./x is not the number's.
func numberLength(s string) int {
	n := digits(s)
	if len(s) > n+1 && s[n] == '.' && isDigit(rune(s[n+1])) {
		n += 1 + digits(s[n+1:])
	}
	if n < len(s) && (s[n] == 'e' || s[n] == 'E') {
		m := n + 1
		if m < len(s) && (s[m] == '+' || s[m] == '-') {
			m++
		}
		if k := digits(s[m:]); k > 0 {
			n = m + k
		}
	}
	return n
}

func digits(s string) int {
	n := 0
	for n < len(s) && isDigit(rune(s[n])) {
		n++
	}
	return n
}

// lengthWhile returns the length of the longest beginning of s all of whose characters satisfy f.
func lengthWhile(s string, f func(rune) bool) int {
	for i, r := range s {
		if !f(r) {
			return i
		}
	}
	return len(s)
}
