package render_test

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/render"
)

// wellFormed reports what is wrong with the content of an element.
func wellFormed(content string) error {
	d := xml.NewDecoder(strings.NewReader("<math>" + content + "</math>"))
	for {
		switch _, err := d.Token(); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}

// TestMathMLKnows translates the LaTeX of every construct: no command is unknown, and every element is closed.
func TestMathMLKnows(t *testing.T) {
	for _, row := range table {
		text, known := render.MathMLOf(row.latex)
		if !known {
			t.Errorf("%s: %s has a command that is not known: %s", row.formula, row.latex, text)
		}
		if err := wellFormed(text); err != nil {
			t.Errorf("%s: %s: %v", row.formula, text, err)
		}
	}
}

func TestMathML(t *testing.T) {
	for _, c := range []struct{ formula, want string }{
		{"x + 12", "<mi>x</mi><mo>+</mo><mn>12</mn>"},
		{"x/y", "<mfrac><mrow><mi>x</mi></mrow><mrow><mi>y</mi></mrow></mfrac>"},
		{"theta^2", "<msup><mrow><mi>θ</mi></mrow><mrow><mn>2</mn></mrow></msup>"},
		{"A*x < 1", "<mi>A</mi><mi>x</mi><mo>&lt;</mo><mn>1</mn>"},
		{"sum[i](y[i])", `<munder><mrow><mo movablelimits="false">∑</mo></mrow><mrow><mi>i</mi></mrow></munder><msub><mrow><mi>y</mi></mrow><mrow><mi>i</mi></mrow></msub>`},
		{"log(x)", `<mi>log</mi><mspace width="0.17em"/><mi>x</mi>`},
		{"log(x + 1)", `<mi>log</mi><mo stretchy="false">(</mo><mi>x</mi><mo>+</mo><mn>1</mn><mo stretchy="false">)</mo>`},
		{"sqrt(x)", "<msqrt><mrow><mi>x</mi></mrow></msqrt>"},
		{"loss_hat", `<mover accent="true"><mrow><mtext>loss</mtext></mrow><mo>^</mo></mover>`},
	} {
		e, diagnostics := parser.ParseExpr("", c.formula)
		if diagnostics.Err() != nil {
			t.Fatal(diagnostics)
		}
		if got := render.MathML(e); got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.formula, got, c.want)
		}
	}
}

// TestMathMLNeverPanics feeds it what LaTeX never prints.
func TestMathMLNeverPanics(t *testing.T) {
	for _, s := range []string{`\`, `\frac`, `\frac{`, `{`, `}`, `_`, `^`, `x_`, `\left`, `\left(`, `\begin{pmatrix}`, `\begin{`, `\text{`, `\unknown`, `\substack{`, "\x00", `\é`, `a^b^c`} {
		text, known := render.MathMLOf(s)
		if err := wellFormed(text); err != nil && !strings.Contains(s, "\x00") {
			t.Errorf("%q: %s: %v", s, text, err)
		}
		if known && strings.Contains(`\unknown \frac{ } { \begin{pmatrix} \substack{`, s) && len(s) > 1 {
			t.Errorf("%q is taken for well-formed", s)
		}
	}
}
