package render_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/render"
)

func TestTree(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"softmax(l) - y", "-\n  softmax()\n    l\n  y"},
		{"sum[i in 2..n | i != k](x[i]^2)'", "'\n  sum[i in 2..n | i != k]\n    ^\n      []\n        x\n        i\n      2"},
		{"if(0 < a < 1, [a == b], A[i,:]*[1, 2])", "if\n  < <\n    0\n    a\n    1\n  []?\n    ==\n      a\n      b\n  *\n    []\n      A\n      i\n      :\n    […]\n      1\n      2"},
		{"-(a)", "-\n  a"},
	} {
		x, diagnostics := parser.ParseExpr("", c.text)
		if diagnostics.Err() != nil {
			t.Fatal(diagnostics)
		}
		if diff := cmp.Diff(c.want, render.Tree(x)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.text, diff)
		}
	}
}
