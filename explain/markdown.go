package explain

import (
	"strings"

	"github.com/seed-9905856d/derive/syntax"
)

// Markdown returns derivations as nested lists with formulas between dollar signs.
func Markdown(es ...*Explanation) string {
	var w strings.Builder
	for k, e := range es {
		if k > 0 {
			w.WriteByte('\n')
		}
		w.WriteString("# `" + syntax.Print(e.Input) + "`\n\n")
		for _, l := range e.lines() {
			w.WriteString(strings.Repeat("  ", l.depth) + "- $" + equationOf(l) + "$ — ")
			w.WriteString(words(l.rule, markdownText, func(f string) string { return "$" + latexOf(f) + "$" }) + "\n")
		}
		if note := e.more(); note != "" {
			w.WriteString("\n" + note + "\n")
		}
		w.WriteString("\nResult: `" + syntax.Print(e.Result) + "`")
		for k, c := range e.Conditions {
			w.WriteString(map[bool]string{true: " where `", false: " and `"}[k == 0] + c.Text() + "`")
		}
		w.WriteByte('\n')
	}
	return w.String()
}

var markdownEscaper = strings.NewReplacer(`\`, `\\`, "_", `\_`, "*", `\*`, "`", "\\`", "<", `\<`, "[", `\[`, "]", `\]`, "$", `\$`)

// markdownText returns words that Markdown prints as they are.
func markdownText(s string) string { return markdownEscaper.Replace(s) }
