package explain_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/seed-9905856d/derive/explain"
)

// first holds the derivations once they have been made.
var first []*explain.Explanation

// explained returns the derivations of all formulas of the tests.
func explained(t *testing.T) []*explain.Explanation {
	t.Helper()
	if first == nil {
		first = explainAll(t)
	}
	return first
}

func explainAll(t *testing.T) []*explain.Explanation {
	t.Helper()
	var es []*explain.Explanation
	for _, text := range formulas {
		file, x := read(t, text)
		e, err := explain.Explain(file, strings.HasPrefix(text, "param"), x, explain.Options{})
		if err != nil {
			t.Fatal(err)
		}
		es = append(es, e)
	}
	return es
}

// commands are the commands of LaTeX, amsmath and amssymb that derivations use.
var commands = strings.Fields(`documentclass usepackage allowdisplaybreaks let blackboard renewcommand ifx else fi begin end section quad text frac sum operatorname left right log partial odot
	mathit mathrm mathbb mathbf cdot top exp sin cos tan tanh det lVert rVert lvert rvert neq leq geq sqrt nabla max min cases dots land lor substack
	infty lambda parbox raggedright`)

// TestLaTeX holds the document against what LaTeX takes: known commands, balanced braces and environments, one sign of alignment for each column.
func TestLaTeX(t *testing.T) {
	text := explain.LaTeX(explained(t)...)
	command := regexp.MustCompile(`\\([a-zA-Z]+)`)
	for _, m := range command.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(commands, m[1]) {
			t.Errorf(`unknown command \%s`, m[1])
		}
	}
	depth := 0
	escaped := false
	for _, r := range text {
		switch {
		case escaped:
			escaped = false
		case r == '\\':
			escaped = true
		case r == '{':
			depth++
		case r == '}':
			if depth--; depth < 0 {
				t.Fatal("a brace closes nothing")
			}
		case r > 0x7f:
			t.Errorf("the document has the letter %q", r)
		}
	}
	if depth != 0 {
		t.Errorf("%d braces are open", depth)
	}
	for _, name := range []string{"document", "align*", "cases", "pmatrix"} {
		if strings.Count(text, `\begin{`+name+"}") != strings.Count(text, `\end{`+name+"}") {
			t.Errorf("%s is not closed", name)
		}
	}
	if strings.Count(text, `\left`) != strings.Count(text, `\right`) {
		t.Error(`\left without \right`)
	}
	inside := regexp.MustCompile(`(?s)\\begin\{align\*\}\n(.*?)\\end\{align\*\}`)
	for _, m := range inside.FindAllStringSubmatch(text, -1) {
		for line := range strings.Lines(m[1]) {
			if line = strings.TrimSpace(line); !strings.HasPrefix(line, "& ") || strings.Count(line, " && ") != 1 {
				t.Errorf("not a row of two columns: %s", line)
			}
		}
	}
}

// TestHTML holds the page against XML, but for its void elements, and asks that it loads nothing.
func TestHTML(t *testing.T) {
	es := explained(t)
	text := explain.HTML(es...)
	body := strings.TrimPrefix(text, "<!DOCTYPE html>\n")
	d := xml.NewDecoder(strings.NewReader(body))
	d.AutoClose = []string{"meta"}
	d.Strict = false
	var open []string
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			open = append(open, token.Name.Local)
			for _, a := range token.Attr {
				if slices.Contains([]string{"src", "href", "action", "data", "srcset"}, a.Name.Local) {
					t.Errorf("%s loads %s", token.Name.Local, a.Value)
				}
			}
			if slices.Contains([]string{"script", "link", "img", "iframe", "object"}, token.Name.Local) {
				t.Errorf("the page has an element %s", token.Name.Local)
			}
		case xml.EndElement:
			if len(open) == 0 || open[len(open)-1] != token.Name.Local {
				t.Fatalf("%s closes %v", token.Name.Local, open)
			}
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 || strings.Contains(text, "url(") || strings.Contains(text, "@import") {
		t.Errorf("not one page: %v", open)
	}
	if n := strings.Count(text, "<section>"); n != len(es) {
		t.Errorf("%d sections for %d derivations", n, len(es))
	}
	if strings.Contains(text, "<mtext>\\") {
		t.Error("a command of LaTeX is on the page")
	}
}

// TestEscaped explains a formula the text of which has what HTML, LaTeX and Markdown read.
func TestEscaped(t *testing.T) {
	file, x := read(t, "d(if(a_b < x and x > 0, x^2, 0), x)")
	e, err := explain.Explain(file, false, x, explain.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if text := explain.HTML(e); !strings.Contains(text, "a_b &lt; x and x &gt; 0") || !strings.Contains(text, "<mo>&lt;</mo>") {
		t.Error(text)
	}
	if text := explain.LaTeX(e); strings.Contains(text, "a_b") {
		t.Error(text)
	}
}

// TestJSON reads back what is written.
func TestJSON(t *testing.T) {
	for _, e := range explained(t) {
		data, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		var got struct {
			Result struct{ Text string }
			Steps  []struct{ Right struct{ Text string } }
		}
		if err := json.Unmarshal(data, &got); err != nil {
			t.Fatal(err)
		}
		if n := len(got.Steps); n != len(e.Steps) || got.Steps[n-1].Right.Text != got.Result.Text {
			t.Errorf("%s: the last of %d steps is not the result", data, n)
		}
	}
}

// TestSame writes every derivation twice: it must not depend on the order of maps.
func TestSame(t *testing.T) {
	first, second := explained(t), explainAll(t)
	for k := range first {
		if a, b := first[k].Text(), second[k].Text(); a != b {
			t.Errorf("%s\n%s", a, b)
		}
	}
}
