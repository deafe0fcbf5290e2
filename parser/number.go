package parser

import (
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/seed-9905856d/derive/syntax"
)

// number returns the exact value of a literal.
func number(t *lexer.Token) (syntax.Expr, error) {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(t.Value), "e")
	if len(mantissa) > MaxNumberDigits {
		return nil, beyond(spanOf(t), "the number has more than %d digits", MaxNumberDigits)
	}
	if exponent != "" {
		n, err := strconv.Atoi(exponent)
		if err != nil || n > MaxExponent || n < -MaxExponent {
			return nil, beyond(spanOf(t), "the exponent of the number is beyond ±%d", MaxExponent)
		}
	}
	value := new(big.Rat)
	if n, err := strconv.ParseInt(t.Value, 10, 64); err == nil {
		value.SetInt64(n)
	} else if _, ok := value.SetString(t.Value); !ok {
		panic("parser: the scanner let through the number " + t.Value)
	}
	return &syntax.Number{Span: spanOf(t), Text: t.Value, Value: value}, nil
}

// superscript reads the small digits after x: x² is x^2.
func (p *parser) superscript(x syntax.Expr) (syntax.Expr, error) {
	t := p.next()
	var text []byte
	for _, r := range t.Value {
		text = append(text, superscripts[r])
	}
	digits, negative := strings.CutPrefix(string(text), "-")
	value, ok := new(big.Rat), digits != "" && len(digits) <= MaxNumberDigits && !strings.Contains(digits, "-")
	if ok {
		_, ok = value.SetString(strings.TrimLeft(digits, "0") + "/1")
		ok = ok || strings.Trim(digits, "0") == ""
	}
	if !ok {
		return nil, failAt(spanOf(t), "the superscript %s is not a number", t.Value)
	}
	var y syntax.Expr = &syntax.Number{Span: spanOf(t), Text: digits, Value: value}
	if negative {
		y = &syntax.Unary{Span: spanOf(t), Op: syntax.Neg, X: y}
	}
	return &syntax.Binary{Span: between(x, y), Op: syntax.Pow, OpPos: posOf(t.Pos), X: x, Y: y}, nil
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}
