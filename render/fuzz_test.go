package render_test

import (
	"strings"
	"testing"

	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/render"
	"github.com/seed-9905856d/derive/syntax"
)

// maxFuzzed keeps formulas below the limits of the parser, which parentheses count to.
const maxFuzzed = 300

// FuzzRender renders what the parser reads: Unicode reads back, and LaTeX is well formed.
func FuzzRender(f *testing.F) {
	for _, row := range table {
		f.Add(row.formula)
		f.Add(row.unicode)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, diagnostics := parser.ParseExpr("", text)
		if len(text) > maxFuzzed || diagnostics.Err() != nil {
			return
		}
		spelled := render.Unicode(e)
		if got, diagnostics := parser.ParseExpr("", spelled); diagnostics.Err() != nil || !syntax.Equal(e, got) {
			t.Errorf("%q is printed as %q: %v", text, spelled, diagnostics.Err())
		}
		latex := render.LaTeX(e)
		if unbalanced(latex) || doubleScript.MatchString(latex) || strings.ContainsAny(latex, "$%#~\n") {
			t.Errorf("%q is printed as %q", text, latex)
		}
	})
}
