package render

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// A letter is how a Greek letter or a constant is typeset.
type letter struct {
	latex   string
	unicode string // empty where the letter looks like a Latin one
}

// letters are the names that are one letter on paper.
var letters = map[string]letter{
	"alpha": {`\alpha`, "α"}, "beta": {`\beta`, "β"}, "gamma": {`\gamma`, "γ"}, "delta": {`\delta`, "δ"},
	"epsilon": {`\varepsilon`, "ε"}, "zeta": {`\zeta`, "ζ"}, "eta": {`\eta`, "η"}, "theta": {`\theta`, "θ"},
	"iota": {`\iota`, "ι"}, "kappa": {`\kappa`, "κ"}, "lambda": {`\lambda`, "λ"}, "mu": {`\mu`, "μ"},
	"nu": {`\nu`, "ν"}, "xi": {`\xi`, "ξ"}, "omicron": {`o`, ""}, "pi": {`\pi`, "π"}, "varpi": {`\varpi`, "ϖ"},
	"rho": {`\rho`, "ρ"}, "sigma": {`\sigma`, "σ"}, "tau": {`\tau`, "τ"}, "upsilon": {`\upsilon`, "υ"},
	"phi": {`\phi`, "φ"}, "chi": {`\chi`, "χ"}, "psi": {`\psi`, "ψ"}, "omega": {`\omega`, "ω"},
	"Alpha": {`\mathrm{A}`, ""}, "Beta": {`\mathrm{B}`, ""}, "Gamma": {`\Gamma`, "Γ"}, "Delta": {`\Delta`, "Δ"},
	"Epsilon": {`\mathrm{E}`, ""}, "Zeta": {`\mathrm{Z}`, ""}, "Eta": {`\mathrm{H}`, ""}, "Theta": {`\Theta`, "Θ"},
	"Iota": {`\mathrm{I}`, ""}, "Kappa": {`\mathrm{K}`, ""}, "Lambda": {`\Lambda`, "Λ"}, "Mu": {`\mathrm{M}`, ""},
	"Nu": {`\mathrm{N}`, ""}, "Xi": {`\Xi`, "Ξ"}, "Omicron": {`\mathrm{O}`, ""}, "Pi": {`\Pi`, "Π"},
	"Rho": {`\mathrm{P}`, ""}, "Sigma": {`\Sigma`, "Σ"}, "Tau": {`\mathrm{T}`, ""}, "Upsilon": {`\Upsilon`, "Υ"},
	"Phi": {`\Phi`, "Φ"}, "Chi": {`\mathrm{X}`, ""}, "Psi": {`\Psi`, "Ψ"}, "Omega": {`\Omega`, "Ω"},
	"ell": {`\ell`, "ℓ"},
}

// An accent is a part of a name that stands above its letter.
type accent struct {
	latex string // above one letter
	wide  string // above a word
	mark  string // the combining character
}

var accents = map[string]accent{
	"hat": {`\hat`, `\widehat`, "\u0302"}, "tilde": {`\tilde`, `\widetilde`, "\u0303"}, "bar": {`\bar`, `\overline`, "\u0304"},
	"dot": {`\dot`, `\dot`, "\u0307"}, "ddot": {`\ddot`, `\ddot`, "\u0308"}, "check": {`\check`, `\check`, "\u030c"},
	"breve": {`\breve`, `\breve`, "\u0306"}, "vec": {`\vec`, `\overrightarrow`, "\u20d7"},
}

// below are the small letters and digits below the line.
var below = map[rune]rune{
	'0': '₀', '1': '₁', '2': '₂', '3': '₃', '4': '₄', '5': '₅', '6': '₆', '7': '₇', '8': '₈', '9': '₉',
	'a': 'ₐ', 'e': 'ₑ', 'o': 'ₒ', 'x': 'ₓ', 'h': 'ₕ', 'k': 'ₖ', 'l': 'ₗ', 'm': 'ₘ', 'n': 'ₙ',
	'p': 'ₚ', 's': 'ₛ', 't': 'ₜ', 'i': 'ᵢ', 'j': 'ⱼ', 'r': 'ᵣ', 'u': 'ᵤ', 'v': 'ᵥ',
}

// above are the small digits and the minus above the line.
var above = map[rune]rune{
	'0': '⁰', '1': '¹', '2': '²', '3': '³', '4': '⁴', '5': '⁵', '6': '⁶', '7': '⁷', '8': '⁸', '9': '⁹', '-': '⁻',
}

// maxSmall bounds how many small characters are set in a row; more are hard to read.
const maxSmall = 3

// small spells s in the small characters of a table, where it has all of them.
func small(s string, table map[rune]rune) (string, bool) {
	var b strings.Builder
	for _, r := range s {
		if table[r] == 0 {
			return "", false
		}
		b.WriteRune(table[r])
	}
	return b.String(), s != "" && len(s) <= maxSmall
}

// A name is what a name of the language says on paper: a letter or a word with accents
// above it and labels below it. theta_hat_1 is θ with a hat and the label 1.
type name struct {
	base    string
	accents []string
	labels  []string
	joined  bool // the label or accent was written without an underscore: x1, yhat
}

// splitName takes a name apart. Names that have no such parts are all base.
func splitName(s string) name {
	parts := strings.Split(s, "_")
	for _, part := range parts {
		if part == "" {
			return name{base: s}
		}
	}
	n := name{base: parts[0]}
	rest := parts[1:]
	for len(rest) > 0 && accents[rest[0]].latex != "" {
		n.accents, rest = append(n.accents, rest[0]), rest[1:]
	}
	n.labels = rest
	if letter := strings.TrimRight(n.base, "0123456789"); letter != n.base && isLetter(letter) {
		n.labels = append([]string{n.base[len(letter):]}, n.labels...)
		n.base, n.joined = letter, true
	}
	for _, over := range []string{"hat", "bar", "tilde"} {
		if letter := strings.TrimSuffix(n.base, over); letter != n.base && isLetter(letter) && !isLetter(n.base) {
			n.base, n.joined = letter, true
			n.accents = append([]string{over}, n.accents...)
			break
		}
	}
	return n
}

// isLetter reports whether a name is one letter on paper.
func isLetter(s string) bool {
	return len(s) == 1 && unicode.IsLetter(rune(s[0])) || letters[s].latex != ""
}

// apart returns the name that has the same parts, all written with underscores.
func (n name) apart() string {
	return strings.Join(append([]string{n.unlabelled()}, n.labels...), "_")
}

// unlabelled returns the name without its labels.
func (n name) unlabelled() string {
	return strings.Join(append([]string{n.base}, n.accents...), "_")
}

// word reports whether the name is set as a word of several letters.
func (n name) word() bool { return !isLetter(n.base) }

// latex returns the letter or word with its accents, without its labels.
func (n name) latex() string {
	wide := n.word()
	s := latexWord(n.base, `\mathit`)
	for _, a := range n.accents {
		command := accents[a].latex
		if wide {
			command = accents[a].wide
		}
		s = command + "{" + s + "}"
	}
	return s
}

// latexLabels returns the labels for a subscript.
func (n name) latexLabels() []string {
	out := make([]string, len(n.labels))
	for i, label := range n.labels {
		out[i] = latexWord(label, `\mathrm`)
	}
	return out
}

// wordLabels reports whether the name's labels are words, which nobody takes for indices.
func (n name) wordLabels() bool {
	for _, label := range n.labels {
		if isLetter(label) || isDigits(label) {
			return false
		}
	}
	return true
}

// latexWord typesets one part of a name: a letter, a number, or a word in the given font.
func latexWord(s, font string) string {
	switch {
	case s == "inf":
		return `\infty`
	case letters[s].latex != "":
		return letters[s].latex
	case isLetter(s), isDigits(s):
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '_':
			b.WriteString(`\_`)
		case unicode.IsLetter(r), unicode.IsNumber(r), unicode.IsMark(r):
			if r >= unicode.MaxASCII {
				font = `\text` // the fonts of mathematics have no such letters
			}
			b.WriteRune(r)
		default:
			b.WriteByte('?')
		}
	}
	return font + "{" + b.String() + "}"
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// unicodeName spells a name with Greek letters, accents and small labels. The scanner
// reads the result as the same name.
func unicodeName(s string) string {
	if s == "inf" {
		return "∞"
	}
	n := splitName(s)
	if n.joined { // x1 is another name than x₁
		digits := s[len(n.base):]
		if isDigits(digits) && letters[n.base].unicode != "" {
			return letters[n.base].unicode + digits
		}
		return s
	}
	base := n.base
	if u := letters[base].unicode; u != "" {
		base = u
	}
	if n.word() && len(n.accents) > 0 {
		return s
	}
	for _, a := range n.accents {
		base += accents[a].mark
	}
	for i, label := range n.labels {
		greek := letters[label].unicode
		sub, ok := small(label, below)
		switch {
		case greek != "":
			base += "_" + greek
		case ok && i == 0 && (isDigits(label) || len(label) < maxSmall):
			base += sub
		default:
			base += "_" + label
		}
	}
	return norm.NFC.String(base)
}
