package poly_test

import (
	"fmt"

	"github.com/seed-9905856d/derive/poly"
)

// The common divisor of a² - b² and a² - 2·a·b + b².
func ExampleGCD() {
	a, b := poly.Var(2, 0), poly.Var(2, 1)
	p, _ := a.Sub(b).Mul(a.Add(b))
	q, _ := a.Sub(b).Pow(2)
	g, _ := poly.GCD(p, q)
	fmt.Println(g)
	// Output: a - b
}

// The cube of a - 1.
func ExampleFactorise() {
	a := poly.Var(1, 0)
	p, _ := a.Sub(poly.Int(1, 1)).Pow(3)
	content, factors, _ := poly.Factorise(p)
	fmt.Println(p, "is", content, factors)
	// Output: a^3 - 3*a^2 + 3*a - 1 is 1 [{a - 1 3}]
}
