package explain

import (
	"strings"

	"github.com/seed-9905856d/derive/render"
)

// LaTeX returns derivations as a document that needs amsmath and amssymb.
func LaTeX(es ...*Explanation) string {
	var w strings.Builder
	w.WriteString(`\documentclass{article}
\usepackage[margin=2cm]{geometry}
\usepackage{amsmath,amssymb}
\allowdisplaybreaks
`)
	var body strings.Builder
	for _, e := range es {
		body.WriteString(`\section*{$` + render.LaTeX(e.Input) + "$}\n")
		body.WriteString(e.latex())
	}
	if strings.Contains(body.String(), `\mathbb{1}`) {
		w.WriteString(`% amssymb's blackboard letters have no digits
\let\blackboard\mathbb
\renewcommand{\mathbb}[1]{\ifx1#1\mathbf{1}\else\blackboard{#1}\fi}
`)
	}
	w.WriteString("\\begin{document}\n" + body.String())
	w.WriteString("\\end{document}\n")
	return w.String()
}

// longRule is the number of characters from which on a rule may take several lines.
const longRule = 36

// latex returns the derivation as equations with the rules beside them.
func (e *Explanation) latex() string {
	var w strings.Builder
	w.WriteString("\\begin{align*}\n")
	list := e.lines()
	for k, l := range list {
		w.WriteString("& " + strings.Repeat(`\quad `, 2*l.depth))
		if l.left == nil {
			w.WriteString(`\quad {} `)
		}
		w.WriteString(equationOf(l))
		rule := words(l.rule, latexText, func(f string) string { return "$" + latexOf(f) + "$" })
		if len(l.rule) > longRule {
			w.WriteString(` && \parbox{5cm}{\raggedright ` + rule + "}")
		} else {
			w.WriteString(` && \text{` + rule + "}")
		}
		if k < len(list)-1 {
			w.WriteString(` \\`)
		}
		w.WriteByte('\n')
	}
	w.WriteString("\\end{align*}\n")
	for k, c := range e.Conditions {
		w.WriteString(map[bool]string{true: "where $", false: " and $"}[k == 0] + render.LaTeX(c.Cond) + "$")
		for j, b := range c.Binders {
			w.WriteString(map[bool]string{true: " for $", false: ", $"}[j == 0] + b.Name.Name + " = " + render.LaTeX(b.Lo) + `, \dots, ` + render.LaTeX(b.Hi) + "$")
		}
	}
	if len(e.Conditions) > 0 {
		w.WriteString("\n\n")
	}
	if note := e.more(); note != "" {
		w.WriteString(latexText(note) + "\n\n")
	}
	return w.String()
}

var latexEscaper = strings.NewReplacer(
	`\`, `\textbackslash{}`, "_", `\_`, "^", `\textasciicircum{}`, "&", `\&`, "%", `\%`, "#", `\#`, "$", `\$`, "{", `\{`, "}", `\}`,
	"~", `\textasciitilde{}`, "…", `\dots{}`, "<", `\textless{}`, ">", `\textgreater{}`)

// latexText returns words as text of a document.
func latexText(s string) string { return latexEscaper.Replace(s) }
