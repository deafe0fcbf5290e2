package render_test

import (
	"fmt"

	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/render"
)

func ExampleLaTeX() {
	e, _ := parser.ParseExpr("", "-sum[i](y[i]*log(exp(l[i])/sum[j](exp(l[j]))))")
	fmt.Println(render.LaTeX(e))
	// Output: -\sum_{i} y_{i} \log \frac{e^{l_{i}}}{\sum_{j} e^{l_{j}}}
}

func ExampleUnicode() {
	e, _ := parser.ParseExpr("", "X'*(X*theta - y_hat) + lambda*sum[i | i != k](theta[i]^2)")
	fmt.Println(render.Unicode(e))
	// Output: Xᵀ·(X·θ - ŷ) + λ·Σ[i | i ≠ k](θ[i]²)
}
