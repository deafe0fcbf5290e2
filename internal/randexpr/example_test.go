package randexpr_test

import (
	"fmt"

	"github.com/seed-9905856d/derive/internal/randexpr"
)

func Example() {
	first, _ := randexpr.New(1).Formula()
	again, _ := randexpr.New(1).Formula()
	fmt.Println(first.String() == again.String())
	// Output: true
}
