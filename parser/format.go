package parser

import (
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
	"github.com/clipperhouse/displaywidth"

	"github.com/seed-9905856d/derive/syntax"
)

// Format returns the text of a formula file in its canonical form: one statement a line
// as syntax.PrintStatement writes it, comments kept, comments at the ends of neighbouring
// lines aligned, and never more than one blank line. A comment inside a statement moves to
// the line before it. Text with errors is returned as it is.
func Format(text string) (string, syntax.Diagnostics) {
	var f formatter
	ds := parse("", text, false, f.statement, f.between)
	if ds.Err() != nil {
		return text, ds
	}
	return f.text(), ds
}

// line is one line of output; both parts are empty for a blank line.
type line struct{ code, comment string }

// formatter collects lines. newlines counts those since the last line that is not blank.
type formatter struct {
	lines    []line
	newlines int
}

// between takes a newline, comment or semicolon from between statements.
func (f *formatter) between(t lexer.Token) {
	switch t.Type {
	case typeNewline:
		f.newlines++
	case typeComment:
		comment := strings.TrimSpace(t.Value)
		if last := len(f.lines) - 1; f.newlines == 0 && last >= 0 && f.lines[last].comment == "" { // after a semicolon
			f.lines[last].comment = comment
			return
		}
		f.add(line{comment: comment})
	}
}

// statement takes a statement with the comments inside it and after it.
func (f *formatter) statement(p piece, s syntax.Statement) {
	if s == nil {
		return
	}
	l := line{}
	lastLine := s.Source().End.Line
	for _, c := range p.comments {
		comment := strings.TrimSpace(c.Value)
		if c.Pos.Line == lastLine {
			l.comment = comment
			continue
		}
		f.add(line{comment: comment})
	}
	l.code = syntax.PrintStatement(s)
	f.add(l)
}

// add appends a line, after a blank one if the text had one there.
func (f *formatter) add(l line) {
	if f.newlines > 1 && len(f.lines) > 0 {
		f.lines = append(f.lines, line{})
	}
	f.lines = append(f.lines, l)
	f.newlines = 0
}

// text returns the lines with the comments after neighbouring statements aligned.
func (f *formatter) text() string {
	var b strings.Builder
	for i := 0; i < len(f.lines); {
		end, width := i, 0
		for end < len(f.lines) && f.lines[end].code != "" && f.lines[end].comment != "" {
			width = max(width, displaywidth.String(f.lines[end].code))
			end++
		}
		for ; i < end; i++ {
			l := f.lines[i]
			pad := width - displaywidth.String(l.code) + 2
			b.WriteString(l.code + strings.Repeat(" ", pad) + l.comment + "\n")
		}
		if i < len(f.lines) && (f.lines[i].code == "" || f.lines[i].comment == "") {
			b.WriteString(f.lines[i].code + f.lines[i].comment + "\n")
			i++
		}
	}
	return b.String()
}
