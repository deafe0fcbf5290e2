package formula_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/diff"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/syntax"
)

// Bounds of FuzzNew.
const (
	maxFuzzed   = 200 // bytes
	maxDuration = 30 * time.Second
)

// FuzzNew holds that a text which parses has a meaning or a mistake in it, and that its end comes soon.
func FuzzNew(f *testing.F) {
	files, err := filepath.Glob("testdata/errors/*.formula")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		cases, strict := readCases(f, file)
		for _, c := range cases {
			f.Add(c.text, strict)
		}
	}
	for _, c := range meanings {
		f.Add(c.text, strings.Contains(c.text, "param "))
	}
	for _, line := range strings.Split(builtin.Library(), "\n") {
		f.Add(line, true)
	}
	examples, err := filepath.Glob("../testdata/*.formula")
	if err != nil {
		f.Fatal(err)
	}
	for _, example := range examples {
		text, err := os.ReadFile(example)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text), true)
	}
	f.Fuzz(func(t *testing.T, text string, strict bool) {
		if len(text) > maxFuzzed {
			t.Skip()
		}
		file, ds := parser.ParseFile("f", text)
		if ds.Err() != nil {
			t.Skip()
		}
		start := time.Now()
		for _, d := range mistakes(t, text, strict) {
			if d.Message == "" || d.Span.Pos.Line == 0 || d.Span.End.Offset > len(text) || d.Span.Pos.Filename != "f" {
				t.Errorf("%q: a mistake without a place: %+v", text, d)
			}
			_ = d.Render(text)
		}
		if took := time.Since(start); took > maxDuration {
			t.Errorf("%q took %v", text, took)
		}
		checkMeaning(t, file, strict)
	})
}

// checkMeaning verifies the invariants of the expressions that a file means.
func checkMeaning(t *testing.T, file *syntax.File, strict bool) {
	t.Helper()
	p, err := formula.New(expr.NewSession(), file, formula.Options{Strict: strict, Calculus: diff.NewCalculus()})
	if err != nil {
		return
	}
	for _, st := range file.Statements {
		st, ok := st.(*syntax.ExprStatement)
		if !ok {
			continue
		}
		if v, _, err := p.Expression(st.X); err == nil {
			if err := expr.Check(v.Value); err != nil {
				t.Errorf("%s: %v", syntax.Print(st.X), err)
			}
		}
	}
}
