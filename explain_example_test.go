package derive_test

import (
	"fmt"

	"github.com/seed-9905856d/derive"
)

func ExampleExplain() {
	e, err := derive.Explain("norm2(A*x - b)^2", "x")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(e.Text())
	// Output:
	// L = norm2(A*x - b)^2                 (the formula)
	//   = norm2(u)^2                       (with u = A*x - b)
	// grad(L, x) = jac(u, x)'*grad(L, u)   (chain rule)
	//     grad(L, u) = 2*u                 (power rule, derivative of norm2)
	//     jac(u, x) = A                    (linear in x)
	//   = A'*(2*u)                         (the factors put in)
	//   = 2*A'*(A*x - b)                   (u is A*x - b)
}
