package diff_test

import (
	"fmt"
	"log"

	"github.com/seed-9905856d/derive/diff"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/syntax"
)

// The derivative of a sum by one entry needs no condition where the index runs over the whole axis.
func ExampleForward() {
	s := expr.NewSession()
	n := s.Size("n")
	x := s.NewSymbol("x", false, n)
	i, k := s.Index("i", s.Int(1), n), s.Index("k", s.Int(1), n)
	sum := s.Reduce(expr.Sum, s.Pow(s.Entry(x, i), s.Int(2)), i)
	d, err := diff.Forward(s, diff.Elementary{}, sum, s.Entry(x, k))
	if err != nil {
		log.Fatal(err)
	}
	text, err := expr.Syntax(d)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(syntax.Print(text))
	// Output: 2*x[k]
}
