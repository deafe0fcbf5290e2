package explain

import (
	"slices"
	"strings"

	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/render"
	"github.com/seed-9905856d/derive/syntax"
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
	if definition, ok := definitionOf(formula); ok {
		return definition
	}
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

// definitionOf returns a definition of entries as LaTeX, with the ranges of the indices behind it, where these are given.
func definitionOf(formula string) (latex string, ok bool) {
	file, diagnostics := parser.ParseFile("", formula)
	if diagnostics.Err() != nil || len(file.Statements) != 1 {
		return "", false
	}
	d, ok := file.Statements[0].(*syntax.Define)
	if !ok || !slices.ContainsFunc(d.Indices, func(b syntax.Binder) bool { return b.Lo != nil }) {
		return "", false
	}
	entry := &syntax.Subscript{X: &syntax.Name{Name: d.Name.Name}}
	ranges := ""
	for _, b := range d.Indices {
		index := &syntax.Name{Name: b.Name.Name}
		entry.Subs = append(entry.Subs, index)
		if b.Lo != nil {
			ranges += `, ` + render.LaTeX(b.Lo) + ` \leq ` + render.LaTeX(index) + ` \leq ` + render.LaTeX(b.Hi)
		}
	}
	return render.LaTeX(entry) + " = " + render.LaTeX(d.Body) + ranges, true
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
	right := "= " + render.LaTeX(entered(l.right))
	if l.left == nil {
		return right
	}
	return render.LaTeX(l.left) + " " + right
}

// entered returns x with the entries of tensors at their own indices as what stands there: tensor[k](f(k))[k] is f(k), in a line that says nothing of ranges.
func entered(x syntax.Expr) syntax.Expr {
	return syntax.Rewrite(x, func(x syntax.Expr) (syntax.Expr, bool) {
		e, ok := x.(*syntax.Subscript)
		if !ok {
			return nil, false
		}
		t, ok := syntax.Unparen(e.X).(*syntax.Reduce)
		if !ok || t.Op.Name != "tensor" || t.Cond != nil || len(t.Binders) != len(e.Subs) {
			return nil, false
		}
		for k, b := range t.Binders {
			if name, ok := e.Subs[k].(*syntax.Name); !ok || name.Name != b.Name.Name {
				return nil, false
			}
		}
		return entered(t.Body), true
	})
}
