package codegen_test

import (
	"testing"

	"github.com/seed-9905856d/derive/codegen"
	"github.com/seed-9905856d/derive/diff"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/syntax"
)

// read returns the kernels of a formula file, with its own text as their documentation.
func read(t testing.TB, text string) (*expr.Session, []codegen.Kernel) {
	t.Helper()
	file, diagnostics := parser.ParseFile("test.formula", text)
	if err := diagnostics.Err(); err != nil {
		t.Fatal(err)
	}
	s := expr.NewSession()
	p, err := formula.New(s, file, formula.Options{Strict: true, Calculus: diff.NewCalculus()})
	if err != nil {
		t.Fatal(err)
	}
	var kernels []codegen.Kernel
	for _, k := range p.Kernels {
		out := codegen.Kernel{Name: k.Name}
		for _, sym := range k.Params {
			out.Params = append(out.Params, codegen.Param{Symbol: sym})
		}
		for _, o := range k.Outputs {
			out.Outputs = append(out.Outputs, codegen.Output{Name: o.Name, Indices: o.Value.Axes, Value: unfold(p, o.Value.Value)})
			line := syntax.Print(o.Source)
			if o.Name != "" {
				line = o.Name + " = " + line
			}
			out.Doc = append(out.Doc, line)
		}
		kernels = append(kernels, out)
	}
	return s, kernels
}

// unfold replaces the names of definitions by what they stand for, the last one first.
func unfold(p *formula.Problem, x *expr.Node) *expr.Node {
	for k := len(p.Definitions) - 1; k >= 0; k-- {
		d := p.Definitions[k]
		x = p.Session.Instantiate(x, map[*expr.Symbol]*expr.Node{d.Symbol: p.Session.Lambda(d.Value.Value, d.Value.Axes...)})
	}
	return x
}
