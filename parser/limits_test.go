package parser

import (
	"sort"
	"strings"
	"testing"

	"github.com/seed-9905856d/derive/syntax"
)

// TestLimits checks that nothing long or deep overflows the stack or takes long.
func TestLimits(t *testing.T) {
	const n = MaxTokens / 6 // a few tokens each
	for _, test := range []struct{ text, want string }{
		{strings.Repeat("(", n), "nests more than"},
		{strings.Repeat("[", n), "nests more than"},
		{strings.Repeat("-", n) + "x", "nests more than"},
		{strings.Repeat("not ", n) + "x", "nests more than"},
		{strings.Repeat("x^", n) + "x", "nests more than"},
		{"x" + strings.Repeat("'", n), "in a row"},
		{"x" + strings.Repeat("[1]", n), "in a row"},
		{strings.Repeat("f(", n), "nests more than"},
		{strings.Repeat("sum[i](", n), "nests more than"},
		{strings.Repeat("a = (\n", n), "expected"},
		{"1e999999999", "exponent"},
		{strings.Repeat("9", n), "digits"},
		{strings.Repeat(" ", MaxLength+1), "longer than"},
		{strings.Repeat("x+", MaxTokens/2) + "x", "more than 655360 names"},
	} {
		_, ds := ParseFile("", test.text)
		if ds.Err() == nil || !strings.Contains(ds[0].Message, test.want) {
			t.Errorf("%.10q…: %v, want an error with %q", test.text, ds, test.want)
			continue
		}
		ds.Render(test.text)
	}
	long := "x" + strings.Repeat("*x", 100_000)
	e, ds := ParseExpr("", long)
	if ds != nil || syntax.Print(e) != long {
		t.Errorf("a product of 100,000 factors: %v", ds)
	}
}

// TestDeepestPrints checks that what is just not too deep to read is, once printed with
// the parentheses that it needs, not too deep to read again.
func TestDeepestPrints(t *testing.T) {
	for _, form := range []struct{ name, before, after string }{
		{"parentheses", "(", ")"},
		{"signs", "-", ""},
		{"negations", "not ", ""},
		{"signed exponents", "2^-", ""},
		{"signed factors", "x*-", ""},
		{"powers", "x^", ""},
		{"transposes", "(", "')"},
		{"calls", "f(", ")"},
		{"ranges", "sum[i in 1..-", "](x)"},
		{"mixed", "-(2^-", "')"},
	} {
		t.Run(form.name, func(t *testing.T) {
			parse := func(n int) (syntax.Expr, syntax.Diagnostics) {
				return ParseExpr("", strings.Repeat(form.before, n)+"x"+strings.Repeat(form.after, n))
			}
			deepest := sort.Search(MaxNesting+1, func(n int) bool {
				_, ds := parse(n + 1)
				return ds != nil
			})
			e, _ := parse(deepest)
			if again, ds := ParseExpr("", syntax.Print(e)); ds != nil || !syntax.Equal(e, again) {
				t.Errorf("%d levels read, but not when they are printed: %v", deepest, ds)
			}
			if deepest < MaxNesting/6 {
				t.Errorf("only %d levels are read", deepest)
			}
		})
	}
}
