package explain

import (
	"strings"

	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/render"
)

// quoted marks a formula among the words of a rule.
func quoted(formula string) string { return "`" + formula + "`" }

// words writes a rule with its words and its formulas each in a way of their own.
func words(rule string, word, formula func(string) string) string {
	var b strings.Builder
	for k, piece := range strings.Split(rule, "`") {
		switch {
		case piece == "":
		case k%2 == 1:
			b.WriteString(formula(piece))
		default:
			b.WriteString(word(piece))
		}
	}
	return b.String()
}

// latexOf returns a formula of a rule, which may be an equation or a list, as LaTeX.
func latexOf(formula string) string {
	if left, right, ok := strings.Cut(formula, " = "); ok {
		return latexOf(left) + " = " + latexOf(right)
	}
	x, diagnostics := parser.ParseExpr("", formula)
	if diagnostics.Err() == nil {
		return render.LaTeX(x)
	}
	var parts []string
	for _, part := range splitList(formula) {
		x, diagnostics := parser.ParseExpr("", part)
		if diagnostics.Err() != nil {
			return `\text{` + latexText(formula) + "}"
		}
		parts = append(parts, render.LaTeX(x))
	}
	return strings.Join(parts, ", ")
}

// splitList splits a list at its commas outside brackets.
func splitList(text string) []string {
	var parts []string
	depth, start := 0, 0
	for k, r := range text {
		switch r {
		case '[', '(':
			depth++
		case ']', ')':
			depth--
		case ',':
			if depth == 0 {
				parts = append(parts, strings.TrimSpace(text[start:k]))
				start = k + 1
			}
		}
	}
	return append(parts, strings.TrimSpace(text[start:]))
}

// equationOf returns a line of a derivation as LaTeX.
func equationOf(l line) string {
	right := "= " + render.LaTeX(l.right)
	if l.left == nil {
		return right
	}
	return render.LaTeX(l.left) + " " + right
}
