package formula_test

import (
	"fmt"

	"github.com/seed-9905856d/derive/diff"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/syntax"
)

func Example() {
	file, _ := parser.ParseFile("", "d(sum[i](w[i]*x[i]^2), x[k])")
	p, err := formula.New(expr.NewSession(), file, formula.Options{Calculus: diff.NewCalculus()})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, in := range p.Params {
		fmt.Println(in.Name, "has", len(in.Dims), "axis of size", formula.EndText(in.Dims[0]))
	}
	t, free, err := p.Expression(file.Statements[0].(*syntax.ExprStatement).X)
	if err != nil {
		fmt.Println(err)
		return
	}
	text, _ := expr.Syntax(t.Value)
	fmt.Println(syntax.Print(text), "with", free, "free index")
	// Output:
	// w has 1 axis of size n
	// x has 1 axis of size n
	// 2*w[k]*x[k] with 1 free index
}

func Example_mistake() {
	text := "param l[n], y[n]\n\np[i] = exp(l[i])/sum[j](exp(l[j]))\nL = -sum[i](y[i]*log(p[k]))\n"
	file, _ := parser.ParseFile("ce.formula", text)
	_, err := formula.New(expr.NewSession(), file, formula.Options{Strict: true})
	fmt.Print(err.(syntax.Diagnostics).Render(text))
	// Output:
	// error: undefined index "k"
	//   --> ce.formula:4:24
	//    4 | L = -sum[i](y[i]*log(p[k]))
	//      |                        ^ not bound by any sum, nor free on the left
	// help: did you mean "i"?
}
