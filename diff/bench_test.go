package diff_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/seed-9905856d/derive/diff"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/syntax"
)

// lowered returns the expression of the last statement of a text.
func lowered(b *testing.B, text string) (*formula.Problem, *expr.Node) {
	b.Helper()
	file, ds := parser.ParseFile("", text)
	if err := ds.Err(); err != nil {
		b.Fatal(err)
	}
	p, err := formula.New(expr.NewSession(), file, formula.Options{Calculus: diff.NewCalculus()})
	if err != nil {
		b.Fatal(err)
	}
	t, _, err := p.Expression(file.Statements[len(file.Statements)-1].(*syntax.ExprStatement).X)
	if err != nil {
		b.Fatal(err)
	}
	return p, t.Value
}

// BenchmarkOrder takes n-th derivatives, text included.
func BenchmarkOrder(b *testing.B) {
	for _, c := range []struct {
		text  string
		order int
	}{{"exp(sin(x))*log(x^2+1)", 8}, {"sin(sin(sin(sin(x))))", 10}} {
		b.Run(fmt.Sprintf("%d/%s", c.order, c.text), func(b *testing.B) {
			for b.Loop() {
				p, _ := lowered(b, fmt.Sprintf("d(%s, x, %d)", c.text, c.order))
				b.ReportMetric(float64(p.Session.Len()), "nodes")
			}
		})
	}
}

// gradients takes the gradient of the last statement of a text by all its inputs, as a list of definitions.
func gradients(b *testing.B, text string) {
	p, e := lowered(b, text)
	variables := make([]diff.Variable, len(p.Params))
	for k, sym := range p.Params {
		variables[k] = diff.Variable{Symbol: sym}
	}
	if _, results, err := diff.Gradients(p.Session, diff.Elementary{}, e, variables); err != nil || len(results) != len(variables) {
		b.Fatal(err)
	}
}

// BenchmarkProduct takes the gradient of a written-out product x1*…*xn, text included.
func BenchmarkProduct(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		names := make([]string, n)
		for k := range names {
			names[k] = fmt.Sprintf("x_%d", k+1)
		}
		text := strings.Join(names, "*")
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				gradients(b, text)
			}
		})
	}
}

// BenchmarkChain takes the gradient through a chain of definitions, text included.
func BenchmarkChain(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		var text strings.Builder
		text.WriteString("a0 = x\n")
		for k := 1; k <= n; k++ {
			fmt.Fprintf(&text, "a%d = sin(a%d)\n", k, k-1)
		}
		fmt.Fprintf(&text, "a%d", n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				gradients(b, text.String())
			}
		})
	}
}
