package randformula_test

import (
	"fmt"

	"github.com/seed-9905856d/derive/internal/randformula"
)

func Example() {
	_, first := randformula.New(1).File()
	_, again := randformula.New(1).File()
	fmt.Println(first == again)
	// Output: true
}
