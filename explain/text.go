package explain

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/seed-9905856d/derive/syntax"
)

// A line is one equation of a derivation as it is printed.
type line struct {
	left  syntax.Expr // nil where the line goes on from the one before it
	right syntax.Expr
	rule  string
	depth int
}

// lines returns the lines of an explanation, factors below what they are factors of.
func (e *Explanation) lines() []line { return appendLines(nil, e.Steps, 0) }

func appendLines(to []line, steps []Step, depth int) []line {
	var at syntax.Expr
	for _, s := range steps {
		l := line{left: s.Left, right: s.Right, rule: s.Rule, depth: depth}
		if at != nil && syntax.Equal(at, s.Left) {
			l.left = nil
		}
		at = s.Right
		to = append(to, l)
		to = appendLines(to, s.Steps, depth+1)
	}
	return to
}

// maxColumn is the column up to which rules stand under each other.
const maxColumn = 64

// Text returns the derivation as lines of the formula language with the rules beside them.
func (e *Explanation) Text() string {
	list := e.lines()
	texts := make([]string, len(list))
	column := 0
	for k, l := range list {
		text := "= " + syntax.Print(l.right)
		if l.left != nil {
			text = syntax.Print(l.left) + " " + text
		} else {
			text = "  " + text
		}
		texts[k] = strings.Repeat("    ", l.depth) + text
		if n := utf8.RuneCountInString(texts[k]); n <= maxColumn {
			column = max(column, n)
		}
	}
	var w strings.Builder
	for k, l := range list {
		fmt.Fprintf(&w, "%s%s   (%s)\n", texts[k], strings.Repeat(" ", max(column-utf8.RuneCountInString(texts[k]), 0)), strings.ReplaceAll(l.rule, "`", ""))
	}
	for _, c := range e.Conditions {
		fmt.Fprintf(&w, "where %s\n", c.Text())
	}
	if note := e.more(); note != "" {
		fmt.Fprintf(&w, "%s\n", note)
	}
	return w.String()
}

// more says what was left out; it is empty where nothing was.
func (e *Explanation) more() string {
	note := ""
	switch e.More {
	case 0:
	case 1:
		note = "… and 1 further step"
	default:
		note = fmt.Sprintf("… and %d further steps", e.More)
	}
	switch {
	case e.Cut && note != "":
		note += "; others take more work than an explanation may"
	case e.Cut:
		note = "… steps that take more work than an explanation may are left out"
	}
	return note
}
