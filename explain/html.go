package explain

import (
	"fmt"
	"html"
	"strings"

	"github.com/seed-9905856d/derive/render"
	"github.com/seed-9905856d/derive/syntax"
)

// style is the look of a page, by day and by night.
const style = `
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fdfdfc; --soft: #6a737d; --line: #e3e5e8; --mark: #f1f5fb; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8ea; --paper: #16191d; --soft: #98a2ad; --line: #2c3138; --mark: #1e2530; } }
body { margin: 2.5rem auto; max-width: 72rem; padding: 0 1.25rem; color: var(--ink); background: var(--paper); font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1rem; font-weight: 600; margin: 2.5rem 0 1rem; }
code { font-family: ui-monospace, monospace; font-size: 0.92em; }
ol { list-style: none; margin: 0; padding: 0; }
li { display: flex; flex-wrap: wrap; gap: 0.25rem 2rem; align-items: center; justify-content: space-between; padding: 0.45rem 0; border-top: 1px solid var(--line); }
li > .equation { overflow-x: auto; overflow-y: hidden; max-width: 100%; padding: 0.1rem 0.4rem 0.1rem 0; }
li > .rule { color: var(--soft); font-size: 0.9rem; margin-left: auto; text-align: right; }
li:last-child { background: var(--mark); border-bottom: 1px solid var(--line); }
.more { color: var(--soft); }
math { font-size: 1.1rem; }
.rule math { font-size: 1em; }
`

// HTML returns derivations as one page that needs nothing else.
func HTML(es ...*Explanation) string {
	var w strings.Builder
	title := "Derivation"
	if len(es) > 0 {
		title = syntax.Print(es[0].Input)
	}
	fmt.Fprintf(&w, `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>%s</title>
<style>%s</style>
</head>
<body>
`, html.EscapeString(title), style)
	for _, e := range es {
		e.page(&w)
	}
	w.WriteString("</body>\n</html>\n")
	return w.String()
}

// page writes a derivation as a section of a page.
func (e *Explanation) page(w *strings.Builder) {
	fmt.Fprintf(w, "<section>\n<h1><code>%s</code></h1>\n<ol>\n", html.EscapeString(syntax.Print(e.Input)))
	for _, l := range e.lines() {
		indent := 2.5 * float64(l.depth)
		if l.left == nil {
			indent++
		}
		rule := words(l.rule, html.EscapeString, func(f string) string { return mathOf(latexOf(f), "inline") })
		fmt.Fprintf(w, "<li style=\"padding-left: %grem\"><span class=\"equation\">%s</span> <span class=\"rule\">%s</span></li>\n",
			indent, mathOf(equationOf(l), "block"), rule)
	}
	w.WriteString("</ol>\n")
	for _, c := range e.Conditions {
		fmt.Fprintf(w, "<p class=\"more\">where <code>%s</code></p>\n", html.EscapeString(c.Text()))
	}
	if note := e.more(); note != "" {
		fmt.Fprintf(w, "<p class=\"more\">%s</p>\n", html.EscapeString(note))
	}
	fmt.Fprintf(w, "<p><code>%s</code></p>\n</section>\n", html.EscapeString(syntax.Print(e.Result)))
}

// mathOf returns the element of a formula. A block is as large as one on a line of its own, but stands where it is.
func mathOf(latex, display string) string {
	text, _ := render.MathMLOf(latex)
	attributes := ""
	if display == "block" {
		attributes = ` style="math-style: normal"`
	}
	return "<math" + attributes + "><mrow>" + text + "</mrow></math>"
}
