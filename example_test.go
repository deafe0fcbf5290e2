package derive_test

import (
	"fmt"
	"log"

	"github.com/seed-9905856d/derive"
)

func ExampleGrad() {
	r, err := derive.Grad("given sum(y) == 1; cross_entropy(y, softmax(l))", "l")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(r.Text)
	fmt.Println(r.Index)
	fmt.Println("given", r.Given)
	// Output:
	// softmax(l) - y
	// tensor[i](softmax(l)[i] - y[i])
	// given [sum(y) == 1]
}

func ExampleJac() {
	r, err := derive.Jac("softmax(z)", "z")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(r.Text, r.Shape)
	// Output: diag(softmax(z)) - softmax(z)*softmax(z)' [n n]
}

func ExampleDiff() {
	r, err := derive.Diff("sum[i](x[i]*x[i+1])", "x[k]", 1)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(r.Text)
	// Output: tensor[k in 1..n](x[k-1]*[k >= 2] + x[k+1]*[k <= n - 1])
}

func ExampleSimplify() {
	r, err := derive.Simplify("sum(softmax(z))")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(r.Text)
	// Output: 1
}

func ExampleGenerate() {
	code, err := derive.Generate("square.formula", "param x[n]\nkernel square(x) = L: x'*x", "kernels")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(code) > 0)
	// Output: true
}

func ExampleProve() {
	for _, claim := range []string{
		"given sum(y) == 1; grad(cross_entropy(y, softmax(l)), l) == softmax(l) - y",
		"sin(x)^2 + cos(x)^2 == 1",
		"sqrt(x^2) == x",
		"exp(x) >= 1 + x",
	} {
		p, err := derive.Prove(claim)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(p.Verdict)
	}
	// Output:
	// proved
	// proved
	// refuted
	// unknown
}
