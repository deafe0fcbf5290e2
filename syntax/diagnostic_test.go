package syntax_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-9905856d/derive/syntax"
)

// span returns the span of the n-th line's characters from column to end, on a text of one line.
func span(text, under string) syntax.Span {
	at := strings.Index(text, under)
	line := strings.Count(text[:at], "\n") + 1
	start := strings.LastIndexByte(text[:at], '\n') + 1
	column := len([]rune(text[start:at])) + 1
	return syntax.Span{
		Pos: syntax.Pos{Filename: "ce.formula", Offset: at, Line: line, Column: column},
		End: syntax.Pos{Filename: "ce.formula", Offset: at + len(under), Line: line, Column: column + len([]rune(under))},
	}
}

func TestRender(t *testing.T) {
	long := strings.Repeat("a + ", 100) + "bad" + strings.Repeat(" + z", 5000)
	for _, test := range []struct {
		name, text string
		d          syntax.Diagnostic
		want       string
	}{
		{
			"manual", "\n\n\nL = -sum[i](y[i]*log(p[k]))",
			syntax.Diagnostic{
				Message: `undefined index "k"`, Label: "not bound by any sum, nor free on the left", Help: `did you mean "i"?`,
				Span: span("\n\n\nL = -sum[i](y[i]*log(p[k]))", "k"),
			},
			`error: undefined index "k"
  --> ce.formula:4:24
   4 | L = -sum[i](y[i]*log(p[k]))
     |                        ^ not bound by any sum, nor free on the left
help: did you mean "i"?
`,
		},
		{
			"tabs and wide characters", "\tx\t名前 + bad", syntax.Diagnostic{Message: "no", Span: span("\tx\t名前 + bad", "bad"), Severity: syntax.Warning},
			`warning: no
  --> ce.formula:1:9
   1 |     x    名前 + bad
     |                 ^^^
`,
		},
		{
			"combining accents", "y\u0302 + bad", syntax.Diagnostic{Message: "no", Span: span("y\u0302 + bad", "bad")},
			"error: no\n  --> ce.formula:1:6\n   1 | y\u0302 + bad\n     |     ^^^\n",
		},
		{
			"long line", long, syntax.Diagnostic{Message: "no", Span: span(long, "bad")},
			`error: no
  --> ce.formula:1:401
   1 | …a + a + a + a + a + a + a + a + a + a + bad + z + z + z + z + z + z + z + z + z + z + z + z + z + z…
     |                                          ^^^
`,
		},
		{
			"related", "f(x\ny", syntax.Diagnostic{
				Message: "no", Span: span("f(x\ny", "y"),
				Related: []syntax.Related{{Span: span("f(x\ny", "("), Label: "'(' opened here"}, {Label: "declared elsewhere"}},
			},
			`error: no
  --> ce.formula:2:1
   2 | y
     | ^
  --> ce.formula:1:2
   1 | f(x
     |  ^ '(' opened here
note: declared elsewhere
`,
		},
		{"no position", "x", syntax.Diagnostic{Message: "no"}, "error: no\n"},
		{"nothing a terminal obeys", "x\x1b[31m bad", syntax.Diagnostic{Message: "no \x1b[0m", Span: span("x\x1b[31m bad", "bad")},
			"error: no \ufffd[0m\n  --> ce.formula:1:8\n   1 | x\ufffd[31m bad\n     |        ^^^\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, test.d.Render(test.text)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if got := stripColor(test.d.RenderColor(test.text)); got != test.want {
				t.Errorf("in colour:\n%s", got)
			}
		})
	}
}

// stripColor removes escape sequences of the form ESC [ … m.
func stripColor(s string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(s, "\x1b[")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		_, s, _ = strings.Cut(after, "m")
	}
}

func TestSuggest(t *testing.T) {
	names := []string{"sum", "prod", "softmax", "sigmoid", "logits", "theta", "x", "y"}
	for _, test := range []struct{ name, want string }{
		{"sun", "sum"}, {"smu", "sum"}, {"softmx", "softmax"}, {"sofmtax", "softmax"}, {"Theta", "theta"}, {"SUM", "sum"},
		{"zebra", ""}, {"q", ""}, {"X", "x"}, {"", ""}, {"logit", "logits"}, {strings.Repeat("s", 1000), ""},
	} {
		if got, ok := syntax.Suggest(test.name, names); got != test.want || ok != (test.want != "") {
			t.Errorf("Suggest(%.20q) = %q, %t, want %q", test.name, got, ok, test.want)
		}
	}
	if a, _ := syntax.Suggest("bat", []string{"cat", "bar"}); a != "bar" {
		t.Errorf("of equally near names the first in the alphabet wins, not %q", a)
	}
}
