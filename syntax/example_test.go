package syntax_test

import (
	"fmt"

	"github.com/seed-9905856d/derive/syntax"
)

func ExamplePrint() {
	x, y := &syntax.Name{Name: "x"}, &syntax.Name{Name: "y"}
	fmt.Println(syntax.Print(&syntax.Binary{Op: syntax.Mul, X: &syntax.Binary{Op: syntax.Add, X: x, Y: y}, Y: x}))
	// Output: (x + y)*x
}
