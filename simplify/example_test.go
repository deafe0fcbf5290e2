package simplify_test

import (
	"fmt"
	"log"

	"github.com/seed-9905856d/derive/diff"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/simplify"
	"github.com/seed-9905856d/derive/syntax"
)

func Example() {
	file, diagnostics := parser.ParseFile("", "grad(logsumexp(z), z)")
	if err := diagnostics.Err(); err != nil {
		log.Fatal(err)
	}
	p, err := formula.New(expr.NewSession(), file, formula.Options{Calculus: diff.NewCalculus()})
	if err != nil {
		log.Fatal(err)
	}
	t, free, err := p.Expression(file.Statements[0].(*syntax.ExprStatement).X)
	if err != nil {
		log.Fatal(err)
	}
	r, err := simplify.New(p).Simplify(t, free, simplify.Auto, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(syntax.Print(r.Text))
	// Output: softmax(z)
}
