package check_test

import (
	"fmt"
	"log"

	"github.com/seed-9905856d/derive/check"
	"github.com/seed-9905856d/derive/syntax"
)

func ExampleLoad() {
	u, err := check.Load("loss.formula", "param l[n], y[n]\ngiven sum(y) == 1\ngrad(cross_entropy(y, softmax(l)), l)")
	if err != nil {
		log.Fatal(err)
	}
	item := u.Items[0]
	fmt.Println(syntax.Print(item.Result.Text), u.Givens(item.Result))
	report := u.Verify(1, 3)
	fmt.Println(report.Points > 0, len(report.Findings))
	// Output:
	// softmax(l) - y [sum(y) == 1]
	// true 0
}
