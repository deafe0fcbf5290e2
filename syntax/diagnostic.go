package syntax

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
)

// Severity says whether a diagnostic stops the program or only informs.
type Severity uint8

// The severities.
const (
	Error Severity = iota
	Warning
)

// String returns "error" or "warning".
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// A Diagnostic is one message about a place in a source text.
type Diagnostic struct {
	Severity Severity
	Message  string
	Span     Span
	Label    string // text after the caret
	Help     string // a suggestion, without the word "help"
	Related  []Related
	Limit    bool // what is written would be right, but for a limit of this program
}

// Limited reports whether any of the diagnostics is about a limit.
func (ds Diagnostics) Limited() bool {
	return slices.ContainsFunc(ds, func(d Diagnostic) bool { return d.Limit })
}

// Related is a second place that a diagnostic speaks of, such as an opening bracket
// or an earlier declaration.
type Related struct {
	Span  Span
	Label string
}

// Error returns the message with its position on one line: file:line:column: message.
func (d Diagnostic) Error() string {
	if d.Span.Pos.Line == 0 {
		return d.Message
	}
	return d.Span.Pos.String() + ": " + d.Message
}

// String returns file:line:column, without the file where the name is empty.
func (p Pos) String() string {
	if p.Filename == "" {
		return fmt.Sprintf("%d:%d", p.Line, p.Column)
	}
	return fmt.Sprintf("%s:%d:%d", p.Filename, p.Line, p.Column)
}

// Diagnostics is a list of messages in the order of their discovery; nil or empty means none.
type Diagnostics []Diagnostic

// Error returns the messages, one a line.
func (ds Diagnostics) Error() string {
	lines := make([]string, len(ds))
	for i, d := range ds {
		lines[i] = d.Error()
	}
	return strings.Join(lines, "\n")
}

// Err returns ds as an error, or nil if no diagnostic among them has severity Error.
func (ds Diagnostics) Err() error {
	for _, d := range ds {
		if d.Severity == Error {
			return ds
		}
	}
	return nil
}

// Render shows every diagnostic with its excerpt of text, one after the other.
func (ds Diagnostics) Render(text string) string { return ds.render(text, palette{}) }

// RenderColor is Render with the colours of a terminal.
func (ds Diagnostics) RenderColor(text string) string { return ds.render(text, colors) }

func (ds Diagnostics) render(text string, paint palette) string {
	var b strings.Builder
	for i, d := range ds {
		if i > 0 {
			b.WriteByte('\n')
		}
		d.render(&b, text, paint)
	}
	return b.String()
}

// palette holds the escape sequences around the parts of a diagnostic; the zero palette
// leaves them as they are.
type palette struct{ err, warning, place, help, reset string }

var colors = palette{err: "\x1b[1;31m", warning: "\x1b[1;33m", place: "\x1b[34m", help: "\x1b[1;36m", reset: "\x1b[0m"}

// severity returns the escape sequence for a severity.
func (p palette) severity(s Severity) string {
	if s == Warning {
		return p.warning
	}
	return p.err
}

// Render shows the diagnostic with the line of text it speaks of and carets under its span:
//
//	error: undefined index "k"
//	  --> ce.formula:4:24
//	   4 | L = -sum[i](y[i]*log(p[k]))
//	     |                        ^ not bound by any sum, nor free on the left
//	help: did you mean "i"?
//
// Text is the whole source that the span points into. The result ends in a newline.
func (d Diagnostic) Render(text string) string {
	var b strings.Builder
	d.render(&b, text, palette{})
	return b.String()
}

// RenderColor is Render with the colours of a terminal.
func (d Diagnostic) RenderColor(text string) string {
	var b strings.Builder
	d.render(&b, text, colors)
	return b.String()
}

func (d Diagnostic) render(b *strings.Builder, text string, paint palette) {
	mark := paint.severity(d.Severity)
	fmt.Fprintf(b, "%s%s:%s %s\n", mark, d.Severity, paint.reset, Printable(d.Message))
	renderPlace(b, text, d.Span, d.Label, mark, paint)
	for _, r := range d.Related {
		if r.Span.Pos.Line == 0 {
			fmt.Fprintf(b, "%snote:%s %s\n", paint.help, paint.reset, Printable(r.Label))
			continue
		}
		if r.Span.Pos.Filename != d.Span.Pos.Filename { // text is another file's
			fmt.Fprintf(b, "  %s-->%s %s: %s\n", paint.place, paint.reset, Printable(r.Span.Pos.String()), Printable(r.Label))
			continue
		}
		renderPlace(b, text, r.Span, r.Label, paint.place, paint)
	}
	if d.Help != "" {
		fmt.Fprintf(b, "%shelp:%s %s\n", paint.help, paint.reset, Printable(d.Help))
	}
}

// Bounds on an excerpt, in display columns: a line that is wider than excerptWidth is
// cut around its carets, with excerptBefore columns left of them.
const (
	excerptWidth  = 100
	excerptBefore = 40
	tabWidth      = 4
)

// renderPlace writes the position, the line of text and the carets of one span; mark is
// the colour of the carets.
func renderPlace(b *strings.Builder, text string, span Span, label, mark string, paint palette) {
	if span.Pos.Line == 0 {
		return
	}
	fmt.Fprintf(b, "  %s-->%s %s\n", paint.place, paint.reset, Printable(span.Pos.String()))
	number := fmt.Sprintf("%4d", span.Pos.Line)
	gutter := strings.Repeat(" ", len(number))
	before, under, after, ok := excerpt(text, span)
	if !ok {
		if label != "" {
			fmt.Fprintf(b, "%s %s|%s %s\n", gutter, paint.place, paint.reset, Printable(label))
		}
		return
	}
	line := strings.TrimRightFunc(before+under+after, unicode.IsSpace)
	fmt.Fprintf(b, "%s%s |%s%s\n", paint.place, number, paint.reset, indent(line))
	carets := strings.Repeat("^", max(1, displaywidth.String(under)))
	fmt.Fprintf(b, "%s%s |%s %*s", paint.place, gutter, paint.reset, displaywidth.String(before), "")
	b.WriteString(mark + carets)
	if label != "" {
		b.WriteString(" " + Printable(label))
	}
	b.WriteString(paint.reset + "\n")
}

// indent puts a space before s unless s is empty.
func indent(s string) string {
	if s == "" {
		return ""
	}
	return " " + s
}

// excerpt returns the first line of span in three parts, made printable: what stands
// before the span, what it covers and what comes after. Only a window of a long line is
// looked at, so that the cost of a message does not grow with the line.
func excerpt(text string, span Span) (before, under, after string, ok bool) {
	at := span.Pos.Offset
	if at < 0 || at > len(text) || text == "" {
		return "", "", "", false
	}
	start := strings.LastIndexByte(text[:at], '\n') + 1
	end := len(text)
	if i := strings.IndexByte(text[at:], '\n'); i >= 0 {
		end = at + i
	}
	if end > start && text[end-1] == '\r' {
		end--
	}
	at = min(at, end)
	stop := min(max(span.End.Offset, at), end)

	left, cutLeft := clipLeft(text[start:at])
	mid, cutMid := clipRight(text[at:stop])
	right, cutRight := "", false
	if !cutMid {
		right, cutRight = clipRight(text[stop:end])
	}
	before, under, after = Printable(left), Printable(mid), Printable(right)
	if displaywidth.String(before)+displaywidth.String(under)+displaywidth.String(after) > excerptWidth || cutLeft || cutMid || cutRight {
		var cut bool
		before, cut = takeRight(before, excerptBefore)
		if cut || cutLeft {
			before = "…" + before
		}
		room := excerptWidth - displaywidth.String(before)
		under, cut = takeLeft(under, room)
		room -= displaywidth.String(under)
		if cut || cutMid {
			return before, under, "…", true
		}
		after, cut = takeLeft(after, room)
		if cut || cutRight {
			after += "…"
		}
	}
	return before, under, after, true
}

// window is the number of bytes of a line that an excerpt looks at on each side of a place.
const window = 16 * excerptWidth

// clipLeft returns the last bytes of s, from the start of a character.
func clipLeft(s string) (string, bool) {
	if len(s) <= window {
		return s, false
	}
	i := len(s) - window
	for i < len(s) && !utf8.RuneStart(s[i]) {
		i++
	}
	return s[i:], true
}

// clipRight returns the first bytes of s, up to the end of a character.
func clipRight(s string) (string, bool) {
	if len(s) <= window {
		return s, false
	}
	i := window
	for i > 0 && !utf8.RuneStart(s[i]) {
		i--
	}
	return s[:i], true
}

// takeLeft returns the longest beginning of s that is at most width columns wide.
func takeLeft(s string, width int) (string, bool) {
	g := displaywidth.StringGraphemes(s)
	w, n := 0, 0
	for g.Next() {
		if w += g.Width(); w > width {
			return s[:n], true
		}
		n += len(g.Value())
	}
	return s, false
}

// takeRight returns the longest end of s that is at most width columns wide.
func takeRight(s string, width int) (string, bool) {
	excess := displaywidth.String(s) - width
	if excess <= 0 {
		return s, false
	}
	g := displaywidth.StringGraphemes(s)
	n := 0
	for excess > 0 && g.Next() {
		excess -= g.Width()
		n += len(g.Value())
	}
	return s[n:], true
}

// Printable returns s with tabs as spaces and with every character that could disturb a
// terminal (controls, bidirectional marks, broken UTF-8) as U+FFFD.
func Printable(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\t':
			b.WriteString(strings.Repeat(" ", tabWidth))
		case r == utf8.RuneError || !unicode.IsGraphic(r):
			b.WriteRune(utf8.RuneError)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
