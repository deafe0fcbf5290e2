package parser

import (
	"strings"
	"testing"

	"github.com/seed-9905856d/derive/syntax"
)

// TestNames checks that every spelling of a name is one name, and that the name itself is
// spelled as it is.
func TestNames(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"x", "x"}, {"_x", "_x"}, {"x_1", "x_1"}, {"x₁", "x_1"}, {"x₁₂", "x_12"}, {"xᵢⱼ", "x_ij"}, {"x_₁", "x_1"},
		{"θ", "theta"}, {"ϑ", "theta"}, {"ε", "epsilon"}, {"ϵ", "epsilon"}, {"φ", "phi"}, {"ϕ", "phi"}, {"σ", "sigma"}, {"ς", "sigma"},
		{"µ", "mu"}, {"μ", "mu"}, {"Γ", "Gamma"}, {"Σ", "Sigma"}, {"π", "pi"}, {"∞", "inf"}, {"α_0", "alpha_0"}, {"αx", "alphax"},
		{"ŷ", "y_hat"}, {"y\u0302", "y_hat"}, {"x̄", "x_bar"}, {"x\u0305", "x_bar"}, {"x̃", "x_tilde"}, {"ñ", "n_tilde"}, {"ẋ", "x_dot"}, {"θ̂", "theta_hat"},
		{"x̂₁", "x_hat_1"}, {"ŷ_1", "y_hat_1"}, {"x̂̄", "x_hat_bar"}, {"größe", "größe"}, {"gro\u0308ße", "größe"}, {"名", "名"}, {"ℓ", "ell"},
	} {
		e, ds := ParseExpr("", test.in)
		got, ok := e.(*syntax.Name)
		if ds != nil || !ok || got.Name != test.want {
			t.Errorf("%q is %v (%v), want the name %q", test.in, e, ds, test.want)
			continue
		}
		if twice := canonical(got.Name); twice != got.Name {
			t.Errorf("%q is spelled %q and that %q", test.in, got.Name, twice)
		}
	}
}

// TestNumbers checks that literals are exact and end where they should.
func TestNumbers(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"0.1", "1/10"}, {"1e-3", "1/1000"}, {"1.5E2", "150/1"}, {".25", "1/4"}, {"007", "7/1"}, {"1e+2", "100/1"},
		{"12345678901234567890123", "12345678901234567890123/1"}, {"0.1e1", "1/1"}, {"0", "0/1"}, {"08.50", "17/2"}, {"0e0", "0/1"},
	} {
		e, ds := ParseExpr("", test.in)
		n, ok := e.(*syntax.Number)
		if ds != nil || !ok || n.Value.String() != test.want || n.Text != test.in {
			t.Errorf("%s is %v (%v), want %s", test.in, e, ds, test.want)
		}
	}
}

func TestTokens(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"1..n", "1|..|n"}, {"2.*x", "2|.*|x"}, {"2./x", "2|./|x"}, {"2.^x", "2|.^|x"}, {"1.5.*x", "1.5|.*|x"}, {"A.*B", "A|.*|B"},
		{"2e", "2|e"}, {"2e3x", "2e3|x"}, {"1.5..2.5", "1.5|..|2.5"}, {"x'", "x|'"}, {"x''", "x|'|'"}, {"Aᵀ", "A|ᵀ"}, {"a==b", "a|==|b"},
		{"a<=b", "a|<=|b"}, {"a!=b", "a|!=|b"}, {"x²y", "x|²|y"}, {"i∈A", "i|∈|A"}, {"∂x", "∂|x"}, {"not_a", "not_a"}, {"a # b", "a|# b"},
	} {
		tokens, ds := scan("", test.in)
		var got []string
		for _, token := range tokens {
			got = append(got, token.Value)
		}
		if ds != nil || strings.Join(got, "|") != test.want {
			t.Errorf("%q scans as %q (%v), want %q", test.in, got, ds, test.want)
		}
	}
}

// TestRefused checks characters that an editor does not show, with their positions.
func TestRefused(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"x\x00", "1:2: the text contains a NUL byte"},
		{"θ+\xff", "1:3: the text is not UTF-8: byte 0xff"},
		{"x\n # \xc3", "2:4: the text is not UTF-8: byte 0xc3"},
		{"x # \x00", "1:5: the text contains a NUL byte"},
		{"a\u202eb", "1:2: invisible character U+202E"},
		{"# \u2066", "1:3: invisible character U+2066"},
		{"a\u200bb", "1:2: invisible character U+200B"},
		{"a\ufeff", "1:2: invisible character U+FEFF"},
		{"x\ufe0f", "1:2: invisible character U+FE0F"},
		{"a\u034fb", "1:2: invisible character U+034F"},
		{"\u3164", "1:1: invisible character U+3164"},
		{"x = 1\ry = 2", "1:6: control character U+000D"},
		{"x +\r\r\n1", "1:4: control character U+000D"},
		{"x = 1\u2028y = 2", "1:6: line separator U+2028"},
		{"x = 1\fy = 2", "1:6: control character U+000C"},
		{"x" + strings.Repeat("\u0302", 17), "1:1: a letter with more than 16 accents"},
		{"a\x07", "1:2: control character U+0007"},
		{"a + \u0302b", "1:5: accent U+0302 without a letter before it"},
		{"\xed\xa0\x80", "1:1: the text is not UTF-8: byte 0xed"},
	} {
		_, ds := ParseFile("", test.in)
		if len(ds) != 1 || ds[0].Error() != test.want {
			t.Errorf("%q: %v, want %s", test.in, ds, test.want)
		}
	}
	if _, ds := ParseExpr("", "\ufeffx\t+\r\n\u00a0y"); ds != nil {
		t.Errorf("byte order mark, tab, carriage return, wide space: %v", ds)
	}
}
