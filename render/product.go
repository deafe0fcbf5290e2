package render

import (
	"math/big"
	"strings"

	"github.com/seed-9905856d/derive/syntax"
)

// product prints factors side by side.
func (p *printer) product(e *syntax.Binary, followed bool) {
	var factors []syntax.Expr // the last first
	var x syntax.Expr = e
	for {
		x = syntax.Unparen(x)
		b, ok := x.(*syntax.Binary)
		if !ok || b.Op != syntax.Mul {
			break
		}
		factors = append(factors, syntax.Unparen(b.Y))
		x = b.X
	}
	factors = append(factors, x)
	for i := len(factors) - 1; i >= 0; i-- {
		f, level := factors[i], syntax.LevelUnary+1
		if i == len(factors)-1 {
			level = syntax.LevelUnary
			if n, ok := f.(*syntax.Number); ok && !isFraction(n) {
				level = syntax.LevelProduct // 2 × 10³
			}
		} else {
			p.put(p.between(factors[i+1], f))
			if p.look(f).signed {
				level = syntax.LevelPrimary
			}
		}
		p.operand(f, level, followed || i > 0)
	}
}

// between returns what stands between two factors: mostly a space.
func (p *printer) between(x, y syntax.Expr) string {
	if neg, ok := x.(*syntax.Unary); ok {
		x = syntax.Unparen(neg.X)
	}
	switch {
	case p.beginsParen(y):
		if n, ok := x.(*syntax.Name); ok && (p.called[n.Name] || callable[n.Name] || isWord(n)) {
			return ` \cdot ` // f(x + y) would be a call
		}
	case p.beginsDigit(y):
		return ` \cdot `
	case isNumber(x) && p.beginsFraction(y):
		return ` \cdot ` // 2½ is not 2·½
	case isWord(x), beginsWord(y):
		return `\, `
	}
	return " "
}

// callable are the letters that a reader takes for a function where a parenthesis follows.
var callable = map[string]bool{
	"f": true, "g": true, "h": true, "d": true, "I": true, "B": true,
	"beta": true, "gamma": true, "psi": true, "sigma": true, "Gamma": true,
}

// inParens reports whether a factor after another is put in parentheses.
func (p *printer) inParens(e syntax.Expr) bool {
	return p.level(e) <= syntax.LevelUnary || p.look(e).signed
}

// baseOf returns what an exponent or index of e stands on, or nil.
func baseOf(e syntax.Expr) syntax.Expr {
	switch e := e.(type) {
	case *syntax.Binary:
		if e.Op == syntax.Pow || e.Op == syntax.DotPow {
			return syntax.Unparen(e.X)
		}
	case *syntax.Transpose:
		return syntax.Unparen(e.X)
	case *syntax.Subscript:
		return syntax.Unparen(e.X)
	case *syntax.Call:
		if formOf(e) == inverseCall {
			return syntax.Unparen(e.Args[0])
		}
	}
	return nil
}

// beginsParen reports whether a factor begins with a parenthesis.
func (p *printer) beginsParen(e syntax.Expr) bool {
	if p.inParens(e) {
		return true
	}
	if r, ok := e.(*syntax.Reduce); ok {
		return r.Op.Name == "tensor"
	}
	if base := baseOf(e); base != nil {
		return !p.isBase(base) || p.beginsParen(base)
	}
	return false
}

// beginsDigit reports whether a factor begins with a digit.
func (p *printer) beginsDigit(e syntax.Expr) bool {
	for base := baseOf(e); base != nil; base = baseOf(e) {
		e = base
	}
	n, ok := e.(*syntax.Number)
	return ok && (!isFraction(n) || p.inline || p.nested)
}

// beginsFraction reports whether a factor is a fraction of which a number before it would
// be taken for the whole part.
func (p *printer) beginsFraction(e syntax.Expr) bool {
	switch e := e.(type) {
	case *syntax.Number:
		return isFraction(e)
	case *syntax.Binary:
		if e.Op != syntax.Div {
			return false
		}
		x := syntax.Unparen(e.X)
		for {
			b, ok := x.(*syntax.Binary)
			if !ok || b.Op != syntax.Mul {
				break
			}
			x = syntax.Unparen(b.X)
		}
		return isNumber(x)
	}
	return false
}

func isNumber(e syntax.Expr) bool {
	_, ok := e.(*syntax.Number)
	return ok
}

// beginsWord reports whether a factor begins with a word.
func beginsWord(e syntax.Expr) bool {
	for base := baseOf(e); base != nil; base = baseOf(e) {
		e = base
	}
	return isWord(e)
}

// isWord reports whether e is a name of several letters, which letters beside it would prolong.
func isWord(e syntax.Expr) bool {
	n, ok := e.(*syntax.Name)
	return ok && n.Name != "inf" && splitName(n.Name).word()
}

// slashed reports whether a quotient is written with a slash.
func (p *printer) slashed(e *syntax.Binary) bool {
	return p.inline || p.nested && isAtom(e.X) && isAtom(e.Y)
}

// quotient prints a fraction, with a minus of its numerator before it, or x/y.
func (p *printer) quotient(e *syntax.Binary, followed bool) {
	if p.slashed(e) {
		level := syntax.LevelProduct
		if x, ok := syntax.Unparen(e.X).(*syntax.Binary); ok && x.Op != syntax.Mul {
			level = syntax.LevelPower
		}
		p.operand(e.X, level, true)
		p.put("/")
		p.right(e.Y, syntax.LevelPower, followed)
		return
	}
	x := e.X
	if p.look(x).negative {
		p.put("-")
		x = withoutMinus(x)
	}
	saved := p.nested
	p.nested = true
	p.put(`\frac{`)
	p.whole(x)
	p.put("}{")
	p.whole(e.Y)
	p.put("}")
	p.nested = saved
}

// withoutMinus returns e without the minus that it begins with.
func withoutMinus(e syntax.Expr) syntax.Expr {
	switch e := syntax.Unparen(e).(type) {
	case *syntax.Unary:
		return e.X
	case *syntax.Number:
		n := &syntax.Number{Span: e.Span, Text: strings.TrimPrefix(e.Text, "-")}
		if e.Value != nil {
			n.Value = new(big.Rat).Neg(e.Value)
		}
		return n
	case *syntax.Binary:
		return &syntax.Binary{Span: e.Span, Op: e.Op, OpPos: e.OpPos, X: withoutMinus(e.X), Y: e.Y}
	}
	return e
}

// isFraction reports whether n is printed as a quotient of integers.
func isFraction(n *syntax.Number) bool {
	return n.Text == "" && n.Value != nil && !n.Value.IsInt()
}

// scientific takes 2.5e-3 apart. It reports whether the number has an exponent.
func scientific(text string) (mantissa, exponent string, ok bool) {
	i := strings.IndexAny(text, "eE")
	if i < 0 {
		return text, "", false
	}
	exponent = strings.TrimPrefix(text[i+1:], "+")
	sign := ""
	if strings.HasPrefix(exponent, "-") {
		sign, exponent = "-", exponent[1:]
	}
	if exponent = strings.TrimLeft(exponent, "0"); exponent == "" {
		sign, exponent = "", "0"
	}
	return text[:i], sign + exponent, true
}

func (p *printer) numberLevel(n *syntax.Number) int {
	mantissa, _, exponent := scientific(n.Text)
	switch {
	case isFraction(n) && (p.inline || p.nested):
		return syntax.LevelProduct
	case isNegative(n):
		return syntax.LevelUnary
	case isFraction(n), exponent && mantissa == "1":
		return syntax.LevelPower
	case exponent:
		return syntax.LevelProduct
	}
	return syntax.LevelPrimary
}

func (p *printer) number(n *syntax.Number) {
	text := numberText(n)
	if strings.Trim(text, "0123456789.eE+-/") != "" {
		return // no number
	}
	if num, den, ok := strings.Cut(text, "/"); ok {
		if p.inline || p.nested {
			p.put(text)
			return
		}
		digits := strings.TrimPrefix(num, "-")
		p.put(num[:len(num)-len(digits)] + `\frac{` + digits + "}{" + den + "}")
		return
	}
	mantissa, exponent, ok := scientific(text)
	switch {
	case !ok:
		p.put(text)
	case mantissa == "1", mantissa == "-1":
		p.put(mantissa[:len(mantissa)-1] + "10^{" + exponent + "}")
	default:
		p.put(mantissa + ` \times 10^{` + exponent + "}")
	}
}
