package parser

import "testing"

func TestFormat(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"softmax", softmax, `# Softmax followed by cross-entropy.
param l[n]  # logits
param y[n]  # a distribution over the n classes
given sum(y) == 1

p[i] = exp(l[i])/sum[j](exp(l[j]))  # a tensor, defined entry by entry
L = -sum[i](y[i]*log(p[i]))         # a scalar

kernel softmax_cross_entropy(l, y) = L, grad(L, l)
`},
		{"empty", "", ""},
		{"blank", "\n\n \n", ""},
		{"blank lines", "\n\na\n\n\n\nb\n\n", "a\n\nb\n"},
		{"blank lines with comments", "a\n\n\n# c\n\n\nb", "a\n\n# c\n\nb\n"},
		{"semicolons", "a=1;b=2 ;; c = 3;", "a = 1\nb = 2\nc = 3\n"},
		{"comment after semicolon", "a = 1; b = 2 # both", "a = 1\nb = 2  # both\n"},
		{"comment inside", "f = (a + # first\n b) # second", "# first\nf = a + b  # second\n"},
		{"no space at the end", "a # c  \t\n#   d \n", "a  # c\n#   d\n"},
		{"wide characters", "名前 = x # c\ny = 1 # d", "名前 = x  # c\ny = 1     # d\n"},
		{"parentheses", "y = ((a + b))*(c*d)/(e)", "y = (a + b)*(c*d)/e\n"},
		{"carriage returns", "a\r\nb # c\r\n", "a\nb  # c\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, ds := Format(test.in)
			if ds != nil || got != test.want {
				t.Errorf("Format(%q) = %q (%v), want %q", test.in, got, ds, test.want)
			}
			if again, _ := Format(got); again != got {
				t.Errorf("formatted again: %q", again)
			}
		})
	}
}

// TestFormatError checks that wrong text comes back as it was.
func TestFormatError(t *testing.T) {
	const text = "a  =  1\nb = (\n"
	if got, ds := Format(text); got != text || ds.Err() == nil {
		t.Errorf("Format(%q) = %q (%v)", text, got, ds)
	}
}
