package bigmath_test

import (
	"fmt"

	"github.com/seed-9905856d/derive/eval/bigmath"
)

func ExampleContext_Exp() {
	c := bigmath.NewContext(200)
	fmt.Println(c.Exp(c.Ratio(1, 1)).Text(40))
	// Output: 2.718281828459045235360287471352662497757
}
