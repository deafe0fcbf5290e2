package render

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/seed-9905856d/derive/syntax"
)

// MathML returns e as the content of an element <math> of a page: what LaTeX prints, in the other spelling, so that parentheses, fractions
// and letters are the same in both.
func MathML(e syntax.Expr) string {
	text, _ := MathMLOf(LaTeX(e))
	return text
}

// MathMLOf returns as MathML what this package prints as LaTeX, or several of these in a row. It reports whether it knows every command.
func MathMLOf(latex string) (string, bool) {
	t := translation{text: latex, known: true}
	return t.row(""), t.known && t.text == ""
}

// A translation reads LaTeX from the front of text.
type translation struct {
	text  string
	known bool // all commands so far
	depth int  // of groups
	sign  bool // a minus would be a sign, and is not the first in its row, where it is one anyway

	closed bool // the last part ended in a brace, not in the end of the text
}

// maxDepth bounds how deep groups are nested; the parser of the language takes no more.
const maxDepth = 10_000

// An element is a piece of MathML.
type element struct {
	xml    string
	limits bool // its indices stand below and above it
	space  bool // what follows stands apart from it, unless it is a parenthesis
	opens  bool // a minus that follows is a sign, not an operator
}

// row translates up to a stop, which it takes away: a closing brace, a row's end, a column's end or the end of an environment.
func (t *translation) row(stops string) string {
	var b strings.Builder
	apart := false
	t.sign = false
	for {
		t.text = strings.TrimLeft(t.text, " ")
		if t.text == "" || stops != "" && t.stopped(stops) {
			return b.String()
		}
		if apart && !strings.HasPrefix(t.text, "(") && !strings.HasPrefix(t.text, `\left`) {
			b.WriteString(`<mspace width="0.17em"/>`)
		}
		e := t.scripted()
		b.WriteString(e.xml)
		apart, t.sign = e.space, e.opens
	}
}

// The ways in which a part may end.
const (
	inBraces = "}"
	inCells  = "&"
	inFence  = `\right`
)

// stopped reports whether the part ends here. A closing brace is taken away.
func (t *translation) stopped(stops string) bool {
	switch stops {
	case inBraces:
		if strings.HasPrefix(t.text, "}") {
			t.text, t.closed = t.text[1:], true
			return true
		}
	case inCells:
		return strings.HasPrefix(t.text, "&") || strings.HasPrefix(t.text, `\\`) || strings.HasPrefix(t.text, `\end{`) || strings.HasPrefix(t.text, "}")
	case inFence:
		return strings.HasPrefix(t.text, `\right`)
	}
	return false
}

// scripted translates one element with what stands below and above it.
func (t *translation) scripted() element {
	e := t.one()
	below, above := "", ""
	for {
		rest := strings.TrimLeft(t.text, " ")
		switch {
		case strings.HasPrefix(rest, "_") && below == "":
			t.text = rest[1:]
			below = t.argument()
			continue
		case strings.HasPrefix(rest, "^") && above == "":
			t.text = rest[1:]
			above = t.argument()
			continue
		}
		break
	}
	under, over := "sub", "sup"
	if e.limits {
		under, over = "under", "over"
	}
	base := "<mrow>" + e.xml + "</mrow>"
	switch {
	case below != "" && above != "":
		e.xml = "<m" + under + over + ">" + base + below + above + "</m" + under + over + ">"
	case below != "":
		e.xml = "<m" + under + ">" + base + below + "</m" + under + ">"
	case above != "":
		e.xml = "<m" + over + ">" + base + above + "</m" + over + ">"
	}
	return e
}

// argument translates what follows a command or stands below or above: a group or one element.
func (t *translation) argument() string {
	t.text = strings.TrimLeft(t.text, " ")
	if strings.HasPrefix(t.text, "{") {
		return "<mrow>" + t.group() + "</mrow>"
	}
	return "<mrow>" + t.one().xml + "</mrow>"
}

// group translates what stands between braces.
func (t *translation) group() string {
	t.text, t.depth = t.text[1:], t.depth+1
	defer func() { t.depth-- }()
	if t.depth > maxDepth {
		t.text, t.known = "", false
		return ""
	}
	before := len(t.text)
	inner := t.row(inBraces)
	if before == 0 || t.text == "" && !t.closed {
		t.known = false
	}
	t.closed = false
	return inner
}

// raw returns the text of a group as it is written, without the backslashes before signs.
func (t *translation) raw() string {
	if !strings.HasPrefix(t.text, "{") {
		return ""
	}
	text, rest, closed := strings.Cut(t.text[1:], "}")
	t.text, t.known = rest, t.known && closed
	return strings.ReplaceAll(text, `\_`, "_")
}

// one translates one sign, letter, number, group or command.
func (t *translation) one() element {
	r, size := utf8.DecodeRuneInString(t.text)
	switch {
	case r == '\\':
		return t.command()
	case r == '{':
		return element{xml: "<mrow>" + t.group() + "</mrow>"}
	case '0' <= r && r <= '9' || r == '.':
		end := strings.IndexFunc(t.text, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
		if end < 0 {
			end = len(t.text)
		}
		number := t.text[:end]
		t.text = t.text[end:]
		return element{xml: "<mn>" + number + "</mn>"}
	}
	t.text = t.text[size:]
	if unicode.IsLetter(r) {
		return element{xml: "<mi>" + escape(string(r)) + "</mi>"}
	}
	switch r {
	case '-':
		if t.sign {
			return element{xml: `<mo form="prefix">−</mo>`}
		}
		return element{xml: "<mo>−</mo>"}
	case '(', ')', '[', ']', '|':
		return element{xml: `<mo stretchy="false">` + string(r) + "</mo>", opens: r == '(' || r == '['}
	case '/', ':':
		return element{xml: `<mo lspace="0" rspace="0">` + string(r) + "</mo>", opens: true}
	case ',', '=', '<', '>', '+', '!', '\'', '?':
		return element{xml: "<mo>" + escape(string(r)) + "</mo>", opens: r != '!' && r != '\''}
	}
	t.known = false
	return element{xml: "<mtext>" + escape(string(r)) + "</mtext>"}
}

// signOf are the commands of one sign: of an operator, of a delimiter, or of a letter.
var (
	operatorOf = map[string]string{
		"odot": "⊙", "otimes": "⊗", "oslash": "⊘", "cdot": "⋅", "times": "×", "leq": "≤", "geq": "≥", "neq": "≠", "lor": "∨", "land": "∧", "lnot": "¬",
	}
	delimiterOf = map[string]string{"lvert": "|", "rvert": "|", "lVert": "‖", "rVert": "‖", "langle": "⟨", "rangle": "⟩"}
	letterOf    = map[string]string{"partial": "∂", "nabla": "∇", "infty": "∞", "top": "⊤"}
	bigOf       = map[string]string{"sum": "∑", "prod": "∏"}
)

// accentOf are the commands that put something above their argument.
var accentOf = map[string]string{
	"hat": "^", "widehat": "^", "tilde": "~", "widetilde": "~", "bar": "¯", "overline": "¯", "dot": "˙", "ddot": "¨", "check": "ˇ",
	"breve": "˘", "vec": "→", "overrightarrow": "→",
}

// functionOf are the functions that have a command of their name.
var functionOf = map[string]bool{
	"log": true, "exp": true, "sin": true, "cos": true, "tan": true, "sinh": true, "cosh": true, "tanh": true,
	"arcsin": true, "arccos": true, "arctan": true, "det": true, "max": true, "min": true,
}

// command translates a command with its arguments.
func (t *translation) command() element {
	t.text = t.text[1:]
	end := strings.IndexFunc(t.text, func(r rune) bool { return r >= utf8.RuneSelf || !isASCIILetter(byte(r)) })
	switch {
	case end < 0:
		end = len(t.text)
	case end == 0:
		_, end = utf8.DecodeRuneInString(t.text)
	}
	name := t.text[:end]
	t.text = t.text[end:]
	switch {
	case operatorOf[name] != "":
		return element{xml: "<mo>" + operatorOf[name] + "</mo>", opens: true}
	case delimiterOf[name] != "":
		return element{xml: `<mo stretchy="false">` + delimiterOf[name] + "</mo>"}
	case letterOf[name] != "":
		return element{xml: `<mi mathvariant="normal">` + letterOf[name] + "</mi>"}
	case bigOf[name] != "":
		return element{xml: `<mo movablelimits="false">` + bigOf[name] + "</mo>", limits: true}
	case accentOf[name] != "":
		return element{xml: `<mover accent="true">` + t.argument() + "<mo>" + accentOf[name] + "</mo></mover>"}
	case functionOf[name]:
		return element{xml: "<mi>" + name + "</mi>", limits: name == "max" || name == "min", space: true}
	case greek(name) != "":
		return element{xml: "<mi>" + greek(name) + "</mi>"}
	}
	return t.structure(name)
}

// greek returns the letter of a command.
func greek(name string) string {
	for _, spelling := range []string{name, strings.TrimPrefix(name, "var")} {
		if l := letters[spelling]; l.unicode != "" && l.latex == `\`+name {
			return l.unicode
		}
	}
	return ""
}

// structure translates the commands that arrange what follows them.
func (t *translation) structure(name string) element {
	switch name {
	case "frac":
		x, y := t.argument(), t.argument()
		return element{xml: "<mfrac>" + x + y + "</mfrac>"}
	case "sqrt":
		if strings.HasPrefix(t.text, "[3]") {
			t.text = t.text[len("[3]"):]
			return element{xml: "<mroot>" + t.argument() + "<mn>3</mn></mroot>"}
		}
		return element{xml: "<msqrt>" + t.argument() + "</msqrt>"}
	case "operatorname":
		limits := strings.HasPrefix(t.text, "*")
		t.text = strings.TrimPrefix(t.text, "*")
		return element{xml: `<mi mathvariant="normal">` + escape(t.raw()) + "</mi>", limits: limits, space: true}
	case "mathrm", "mathit", "text":
		return element{xml: "<mtext>" + spaced(escape(t.raw())) + "</mtext>"}
	case "mathbf":
		return element{xml: `<mi mathvariant="normal" style="font-weight: bold">` + escape(t.raw()) + "</mi>"}
	case "mathbb":
		return element{xml: "<mi>" + strings.ReplaceAll(escape(t.raw()), "1", "𝟙") + "</mi>"}
	case ",", "quad":
		return element{xml: `<mspace width="0.17em"/>`}
	case "left":
		open := t.delimiter()
		inner := t.row(inFence)
		t.text = strings.TrimPrefix(t.text, `\right`)
		return element{xml: "<mrow><mo>" + open + "</mo>" + inner + "<mo>" + t.delimiter() + "</mo></mrow>"}
	case "begin":
		return t.environment()
	case "substack":
		t.text = strings.TrimPrefix(t.text, "{")
		rows := t.table(inBraces)
		return element{xml: `<mtable rowspacing="0.1em">` + rows + "</mtable>"}
	}
	t.known = false
	return element{xml: "<mtext>" + escape(name) + "</mtext>"}
}

// delimiter translates what stands after \left or \right.
func (t *translation) delimiter() string {
	t.text = strings.TrimLeft(t.text, " ")
	if strings.HasPrefix(t.text, `\`) {
		for _, name := range []string{"lvert", "rvert", "lVert", "rVert", "langle", "rangle"} {
			if rest, ok := strings.CutPrefix(t.text, `\`+name); ok {
				t.text = rest
				return delimiterOf[name]
			}
		}
	}
	if t.text == "" || !strings.ContainsRune("()[]|", rune(t.text[0])) {
		t.known = false
		return ""
	}
	sign := t.text[:1]
	t.text = t.text[1:]
	return sign
}

// environment translates a matrix or a choice.
func (t *translation) environment() element {
	name := t.raw()
	rows := t.table("end")
	if rest, ok := strings.CutPrefix(t.text, `\end{`+name+"}"); ok {
		t.text = rest
	} else {
		t.known = false
	}
	switch name {
	case "pmatrix":
		return element{xml: "<mrow><mo>(</mo><mtable>" + rows + "</mtable><mo>)</mo></mrow>"}
	case "cases":
		return element{xml: `<mrow><mo>{</mo><mtable style="text-align: left">` + rows + "</mtable></mrow>"}
	}
	t.known = false
	return element{xml: "<mtable>" + rows + "</mtable>"}
}

// table translates rows of cells up to the end of the environment, or up to a closing brace, which it takes away.
func (t *translation) table(stop string) string {
	var b strings.Builder
	b.WriteString("<mtr>")
	for {
		b.WriteString("<mtd>" + t.row(inCells) + "</mtd>")
		switch {
		case strings.HasPrefix(t.text, "&"):
			t.text = t.text[1:]
			continue
		case strings.HasPrefix(t.text, `\\`):
			t.text = strings.TrimPrefix(strings.TrimLeft(t.text[2:], " "), "{}")
			b.WriteString("</mtr><mtr>")
			continue
		case stop == inBraces && strings.HasPrefix(t.text, "}"):
			t.text = t.text[1:]
		case stop == inBraces:
			t.known = false
		}
		b.WriteString("</mtr>")
		return b.String()
	}
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;")

// spaced keeps the spaces at the ends of a text, which browsers take away.
func spaced(s string) string {
	if trimmed := strings.TrimLeft(s, " "); trimmed != s {
		s = "&#160;" + trimmed
	}
	if trimmed := strings.TrimRight(s, " "); trimmed != s {
		s = trimmed + "&#160;"
	}
	return s
}

// escape returns text as the content of an element.
func escape(s string) string { return escaper.Replace(s) }
