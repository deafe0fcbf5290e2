package explain_test

import (
	"fmt"

	"github.com/seed-9905856d/derive/explain"
	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/syntax"
)

func Example() {
	file, _ := parser.ParseFile("", "given sum(y) == 1")
	x, _ := parser.ParseExpr("", "grad(cross_entropy(y, softmax(l)), l)")
	e, err := explain.Explain(file, false, x, explain.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(e.Text())
	// Output:
	// L = cross_entropy(y, softmax(l))                  (the formula)
	//   = cross_entropy(y, p)                           (with p = softmax(l))
	//   = -sum[i](y[i]*log(p[i]))                       (definition of cross_entropy)
	// d(L, l[k]) = sum[i](d(L, p[i])*d(p[i], l[k]))     (chain rule)
	//     d(L, p[i]) = -y[i]/p[i]                       (derivative of log)
	//     d(p[i], l[k]) = p[i]*([i == k] - p[k])        (derivative of softmax)
	//   = sum[i](-y[i]/p[i]*(p[i]*([i == k] - p[k])))   (the factors put in)
	//   = p[k]*sum[i](y[i]) - y[k]                      (the sum over i collapses at i = k)
	//   = p[k] - y[k]                                   (given sum(y) == 1)
	// grad(L, l) = softmax(l) - y                       (p is softmax(l); in matrix notation)
}

func ExampleStep_Claim() {
	file, _ := parser.ParseFile("", "")
	x, _ := parser.ParseExpr("", "d(exp(x^2), x)")
	e, err := explain.Explain(file, false, x, explain.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range e.Steps {
		fmt.Println(syntax.Print(s.Claim()))
	}
	// Output:
	// L == exp(x^2)
	// exp(x^2) == exp(u)
	// d(L, x) == d(L, u)*d(u, x)
	// d(L, u)*d(u, x) == 2*x*exp(u)
	// d(L, x) == 2*x*exp(x^2)
}
