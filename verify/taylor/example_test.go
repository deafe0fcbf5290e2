package taylor_test

import (
	"fmt"

	"github.com/seed-9905856d/derive/verify/taylor"
)

// The derivative of x² at 3.
func Example() {
	c := taylor.NewContext(100)
	const tag taylor.Tag = 0
	x := taylor.Int(3).Seed(tag)
	fmt.Println(c.Mul(x, x).Coefficient(tag.Mask()).Float64())
	// Output: 6
}
