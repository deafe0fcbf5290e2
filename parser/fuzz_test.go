package parser

import (
	"slices"
	"testing"

	"github.com/seed-9905856d/derive/syntax"
)

const softmax = `# Softmax followed by cross-entropy.
param l[n]                                   # logits
param y[n]                                   # a distribution over the n classes
given sum(y) == 1

p[i] = exp(l[i]) / sum[j](exp(l[j]))         # a tensor, defined entry by entry
L    = -sum[i](y[i] * log(p[i]))             # a scalar

kernel softmax_cross_entropy(l, y) = L, grad(L, l)
`

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		softmax, "-x^2", "Σ[i](x₁[i]·ŷ)'", "f(x, a = 0.01)[i in 2..n] = x^2; # c\n\n\n#d\nx", "[not a < b]", "x²+x⁻¹",
		"kernel f(a) = out: a, b", "2x", "sum[i in 1..n, j | i != j](x)", "(given)", "if(a, b, c)", "a = (\nb = 2", "é̂_1",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file, ds := ParseFile("f", text)
		_ = ds.Render(text)
		if ds.Err() != nil {
			return
		}
		for _, s := range file.Statements {
			printed := syntax.PrintStatement(s)
			again, ds := ParseFile("g", printed)
			if ds.Err() != nil || len(again.Statements) != 1 {
				t.Fatalf("%q prints as %q, which does not read: %v", text, printed, ds)
			}
			if got := syntax.PrintStatement(again.Statements[0]); got != printed {
				t.Fatalf("%q prints as %q and then as %q", text, printed, got)
			}
			if !syntax.EqualStatements(s, again.Statements[0]) {
				t.Fatalf("%q prints as %q, which is another formula", text, printed)
			}
			checkSpans(t, text, s)
		}
		once, ds := Format(text)
		if ds.Err() != nil {
			t.Fatalf("Format(%q): %v", text, ds)
		}
		if formatted, _ := ParseFile("g", once); !slices.EqualFunc(file.Statements, formatted.Statements, syntax.EqualStatements) {
			t.Fatalf("Format of %q is %q, which means something else", text, once)
		}
		if twice, ds := Format(once); twice != once || ds.Err() != nil {
			t.Fatalf("Format of %q is %q and then %q (%v)", text, once, twice, ds)
		}
	})
}
