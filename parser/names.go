package parser

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// letters spells the Greek letters, and the signs that count as names, in ASCII.
var letters = map[rune]string{
	'α': "alpha", 'β': "beta", 'γ': "gamma", 'δ': "delta", 'ε': "epsilon", 'ϵ': "epsilon",
	'ζ': "zeta", 'η': "eta", 'θ': "theta", 'ϑ': "theta", 'ι': "iota", 'κ': "kappa", 'ϰ': "kappa",
	'λ': "lambda", 'μ': "mu", 'µ': "mu", 'ν': "nu", 'ξ': "xi", 'ο': "omicron", 'π': "pi", 'ϖ': "varpi",
	'ρ': "rho", 'ϱ': "rho", 'σ': "sigma", 'ς': "sigma", 'τ': "tau", 'υ': "upsilon", 'φ': "phi",
	'ϕ': "phi", 'χ': "chi", 'ψ': "psi", 'ω': "omega",
	'Α': "Alpha", 'Β': "Beta", 'Γ': "Gamma", 'Δ': "Delta", 'Ε': "Epsilon", 'Ζ': "Zeta", 'Η': "Eta",
	'Θ': "Theta", 'ϴ': "Theta", 'Ι': "Iota", 'Κ': "Kappa", 'Λ': "Lambda", 'Μ': "Mu", 'Ν': "Nu",
	'Ξ': "Xi", 'Ο': "Omicron", 'Π': "Pi", 'Ρ': "Rho", 'Σ': "Sigma", 'Τ': "Tau", 'Υ': "Upsilon",
	'Φ': "Phi", 'Χ': "Chi", 'Ψ': "Psi", 'Ω': "Omega", 'ℓ': "ell", '∞': "inf",
}

// marks spells the accents that end a name: ŷ is y_hat.
var marks = map[rune]string{
	'\u0302': "_hat", '\u0303': "_tilde", '\u0304': "_bar", '\u0305': "_bar", '\u0307': "_dot",
	'\u0308': "_ddot", '\u030c': "_check", '\u0306': "_breve", '\u20d7': "_vec",
}

// subscripts spells the small letters and digits below the line: x₁ is x_1.
var subscripts = map[rune]rune{
	'₀': '0', '₁': '1', '₂': '2', '₃': '3', '₄': '4', '₅': '5', '₆': '6', '₇': '7', '₈': '8', '₉': '9',
	'ₐ': 'a', 'ₑ': 'e', 'ₒ': 'o', 'ₓ': 'x', 'ₕ': 'h', 'ₖ': 'k', 'ₗ': 'l', 'ₘ': 'm', 'ₙ': 'n',
	'ₚ': 'p', 'ₛ': 's', 'ₜ': 't', 'ᵢ': 'i', 'ⱼ': 'j', 'ᵣ': 'r', 'ᵤ': 'u', 'ᵥ': 'v',
}

// functions gives the signs that are functions where a call or an index follows them.
var functions = map[string]string{
	"σ": "sigmoid", "∇": "grad", "∂": "d", "√": "sqrt", "Γ": "gamma",
	"Σ": "sum", "∑": "sum", "Π": "prod", "∏": "prod",
}

// Canonical returns the name that a text is a spelling of: theta for θ and theta. What is no name stays as it is.
func Canonical(name string) string {
	r, _ := utf8.DecodeRuneInString(name)
	if !startsName(r) || lengthWhile(name, continuesName) < len(name) {
		return name
	}
	return canonical(name)
}

// canonical returns the ASCII spelling of a name: theta for θ, y_hat for ŷ whether
// composed or decomposed, x_1 for x₁. Letters that have no such spelling stay, composed.
func canonical(name string) string {
	if isASCII(name) {
		return name
	}
	runes := []rune(norm.NFD.String(name))
	last := endMarks(runes)
	var b strings.Builder
	below := false // in a run of subscripts
	for i, r := range runes {
		sub, isSub := subscripts[r]
		switch {
		case isSub:
			if !below && !strings.HasSuffix(b.String(), "_") {
				b.WriteByte('_')
			}
			b.WriteRune(sub)
		case marks[r] != "" && last[i]:
			b.WriteString(marks[r])
		case letters[r] != "":
			b.WriteString(letters[r])
		default:
			b.WriteRune(r)
		}
		below = isSub
	}
	return norm.NFC.String(b.String())
}

// endMarks reports of each character whether it is an accent that ends the name or a part
// of it before a subscript of either spelling, with nothing but such accents after it.
func endMarks(name []rune) []bool {
	ends := make([]bool, len(name))
	end := true
	for i := len(name) - 1; i >= 0; i-- {
		if marks[name[i]] != "" {
			ends[i] = end
			continue
		}
		_, sub := subscripts[name[i]]
		end = sub || name[i] == '_'
	}
	return ends
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// superscripts gives the digits and the minus above the line: x² is x^2.
var superscripts = map[rune]byte{
	'⁰': '0', '¹': '1', '²': '2', '³': '3', '⁴': '4', '⁵': '5', '⁶': '6', '⁷': '7', '⁸': '8', '⁹': '9', '⁻': '-',
}

// startsName reports whether a name may begin with r.
func startsName(r rune) bool {
	return r == '_' || unicode.IsLetter(r) && !isPrime(r) && !isInvisible(r)
}

// continuesName reports whether r may stand in a name after its first character.
func continuesName(r rune) bool {
	if _, above := superscripts[r]; above || isPrime(r) || isInvisible(r) {
		return false
	}
	return r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)
}

// isInvisible reports whether a character shows nothing, so that a name with it looks like one without: format characters, fillers and
// selectors of variants.
func isInvisible(r rune) bool {
	return r >= utf8.RuneSelf && unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// isPrime reports whether r is a spelling of the transpose.
func isPrime(r rune) bool {
	return r == '\'' || r == 'ᵀ' || r == '⊤' || r == '′' || r == '’'
}

// isSign reports whether r is a sign that is a name on its own.
func isSign(r rune) bool {
	switch r {
	case '∇', '∂', '√', '∑', '∏', '∞', '∈':
		return true
	}
	return false
}
