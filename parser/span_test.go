package parser

import (
	"testing"

	"github.com/seed-9905856d/derive/syntax"
)

// checkSpans checks that the text under the span of every expression in s is that
// expression, and that lines and columns agree with offsets.
func checkSpans(t *testing.T, text string, s syntax.Statement) {
	t.Helper()
	if len(text) > 300 { // the check is quadratic
		return
	}
	syntax.InspectStatement(s, func(e syntax.Expr) bool {
		span := e.Source()
		checkPos(t, text, span.Pos)
		checkPos(t, text, span.End)
		under := text[span.Pos.Offset:span.End.Offset]
		switch e := e.(type) {
		case *syntax.Slice:
			if under != ":" {
				t.Fatalf("in %q the span of a slice covers %q", text, under)
			}
			return true
		case *syntax.Binary:
			checkPos(t, text, e.OpPos)
		case *syntax.Unary, *syntax.Number:
			if superscripts[firstRune(under)] != 0 {
				return false // the exponent of x²
			}
		}
		again, ds := ParseExpr("", "("+under+")")
		if ds != nil || !syntax.Equal(e, again) {
			t.Fatalf("in %q the span of %s covers %q (%v)", text, syntax.Print(e), under, ds)
		}
		return true
	})
}

func checkPos(t *testing.T, text string, pos syntax.Pos) {
	t.Helper()
	want := endOf(text[:pos.Offset])
	if pos.Line != want.Line || pos.Column != want.Column {
		t.Fatalf("in %q offset %d is %d:%d, but the position says %d:%d", text, pos.Offset, want.Line, want.Column, pos.Line, pos.Column)
	}
}

// endOf returns the position after text, counted anew.
func endOf(text string) syntax.Pos {
	pos := syntax.Pos{Offset: len(text), Line: 1, Column: 1}
	for i, r := range text {
		switch {
		case r == '\n':
			pos.Line, pos.Column = pos.Line+1, 1
		case i > 0 || r != '\ufeff':
			pos.Column++
		}
	}
	return pos
}

func TestSpans(t *testing.T) {
	for _, text := range []string{
		"ŷ₁ + θ·(α' - 2)^2", "sum[i in 1..n, j | i != j](x[i] * A[i,:])", "if(x > 0,\n  Σ[k](y[k]),\n\t-x^2)", "\ufeffx + y",
		"f(z[n+1], a = 0.01)[i in 2..n] = z[i]/a # c", "param v[n], A[m,n+1]; given A == A'", "kernel k(a, b) = a, out: b'", "x² - [i == j]",
	} {
		file, ds := ParseFile("", text)
		if ds != nil {
			t.Errorf("%q: %v", text, ds)
			continue
		}
		for _, s := range file.Statements {
			checkPos(t, text, s.Source().Pos)
			checkPos(t, text, s.Source().End)
			checkSpans(t, text, s)
		}
	}
}
