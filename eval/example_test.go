package eval_test

import (
	"fmt"
	"log"

	"github.com/seed-9905856d/derive/eval"
	"github.com/seed-9905856d/derive/expr"
)

func ExampleFloat64() {
	s := expr.NewSession()
	n := s.Size("n")
	x := s.NewSymbol("x", false, n)
	i := s.Index("i", s.Int(1), n)
	v, err := eval.Float64(s.Reduce(expr.Sum, s.Entry(x, i), i), eval.Env{
		Sizes:  map[string]int{"n": 3},
		Values: map[*expr.Symbol]eval.Tensor{x: {Shape: []int{3}, Data: []float64{1, 2, 3}}},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(v)
	// Output: 6
}
