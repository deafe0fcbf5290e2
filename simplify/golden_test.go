package simplify_test

import (
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/seed-9905856d/derive/diff"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/simplify"
	"github.com/seed-9905856d/derive/syntax"
)

// TestRulesInGoldens checks that every row of the table of rewrites is among the steps to a result of a golden file, and that every identity stands in one.
func TestRulesInGoldens(t *testing.T) {
	paths, err := filepath.Glob("../testdata/golden/*/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	fired := map[string]bool{}
	var formulas strings.Builder
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, section := range archive.Files {
			if section.Name != "formula" {
				continue
			}
			formulas.Write(section.Data)
			file, ds := parser.ParseFile(path, string(section.Data))
			if ds.Err() != nil {
				t.Fatal(ds.Err())
			}
			p, err := formula.New(expr.NewSession(), file, formula.Options{Calculus: diff.NewCalculus()})
			if err != nil {
				t.Fatal(err)
			}
			z := simplify.New(p)
			z.Trace()
			for _, statement := range file.Statements {
				x, ok := statement.(*syntax.ExprStatement)
				if !ok {
					continue
				}
				v, free, err := p.Expression(x.X)
				if err != nil {
					continue // a statement that golden files show the error of
				}
				r, err := z.Simplify(v, free, simplify.Auto, nil)
				if err != nil {
					t.Fatalf("%s: %v", path, err)
				}
				for _, step := range r.Trace {
					fired[step.Rule] = true
				}
			}
		}
	}
	for _, rule := range simplify.Rules() {
		if !fired[rule.Name] {
			t.Errorf("%s makes no result of a golden file", rule.Name)
		}
	}
	for _, call := range simplify.Identities() {
		if !strings.Contains(formulas.String(), call) {
			t.Errorf("%s stands in no golden file", call)
		}
	}
}
