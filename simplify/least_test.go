package simplify_test

import (
	"testing"

	"github.com/seed-9905856d/derive/diff"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/notation"
	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/simplify"
	"github.com/seed-9905856d/derive/syntax"
)

// TestLeastCost holds that what a tensor is known to cost at least is no more than what its entries do cost, before it is simplified and after.
func TestLeastCost(t *testing.T) {
	var texts []string
	for _, u := range userInputs {
		texts = append(texts, u.file())
	}
	for _, f := range theSet() {
		texts = append(texts, declarations(f)+f)
	}
	for seed := range uint64(300) {
		texts = append(texts, randomText(seed), randomMatrixText(seed))
	}
	compared, exact := 0, 0
	for _, text := range texts {
		file, ds := parser.ParseFile("", text)
		if ds.Err() != nil {
			t.Fatal(ds)
		}
		s := expr.NewSession()
		s.Allow(formula.Work(file))
		p, err := formula.New(s, file, formula.Options{Calculus: diff.NewCalculus(), Strict: true})
		if err != nil {
			continue
		}
		x, free, err := p.Expression(file.Statements[len(file.Statements)-1].(*syntax.ExprStatement).X)
		if err != nil {
			continue
		}
		values := []*expr.Node{x.Value}
		if r, err := simplify.New(p).Simplify(x, free, simplify.Auto, nil); err == nil {
			values = append(values, r.Tensor.Value, r.Plain.Value)
		}
		for _, n := range values {
			written, err := expr.Syntax(n)
			if err != nil {
				continue
			}
			compared++
			switch least, cost := simplify.LeastCost(s, n), notation.Cost(written); {
			case least > cost:
				t.Errorf("%s: at least %d, but %s costs %d", text, least, syntax.Print(written), cost)
			case least == cost:
				exact++
			}
		}
	}
	if t.Logf("%d expressions, %d of them to the point", compared, exact); compared < 2000 || exact < compared/5 {
		t.Errorf("%d expressions were compared, %d of which cost what they cost at least", compared, exact)
	}
}
