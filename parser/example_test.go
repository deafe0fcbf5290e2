package parser_test

import (
	"fmt"

	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/syntax"
)

func ExampleParseExpr() {
	e, _ := parser.ParseExpr("", "Σ[i](y₁[i] · (log(p[i])))")
	fmt.Println(syntax.Print(e))
	// Output: sum[i](y_1[i]*log(p[i]))
}

func ExampleParseExpr_error() {
	text := "sin(x"
	_, ds := parser.ParseExpr("-e", text)
	fmt.Print(ds.Render(text))
	// Output:
	// error: expected ',' or ')' to close the call to sin, found end of input
	//   --> -e:1:6
	//    1 | sin(x
	//      |      ^
	//   --> -e:1:4
	//    1 | sin(x
	//      |    ^ '(' opened here
}

func ExampleFormat() {
	text, _ := parser.Format("x=a+ b ;y = x*(2)  # twice\n\n\n# done")
	fmt.Print(text)
	// Output:
	// x = a + b
	// y = x*2  # twice
	//
	// # done
}
