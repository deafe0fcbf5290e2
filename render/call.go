package render

import (
	"strconv"
	"strings"

	"github.com/seed-9905856d/derive/syntax"
)

// call prints a call.
func (p *printer) call(e *syntax.Call, followed bool) {
	name, args := e.Fun.Name, e.Args
	switch formOf(e) {
	case bareCall:
		p.put(functionName(name, 1))
		if p.isBare(args[0], followed) {
			p.put(" ")
			p.operand(args[0], syntax.LevelLowest, false)
			return
		}
		p.fenced("(", args, ")")
	case expCall:
		if p.power(args[0]) {
			p.put("e^")
			p.small(func() { p.whole(args[0]) })
			return
		}
		p.put(`\exp`)
		p.fenced("(", args, ")")
	case rootCall:
		p.put(functionName(name, 1) + "{")
		p.whole(args[0])
		p.put("}")
	case fenceCall:
		f := fences[name]
		p.fenced(f.open, args, f.closing)
		p.put(f.after)
	case constantCall:
		p.put(constants[name] + "_")
		p.small(func() {
			p.operand(args[0], syntax.LevelSum, false)
			if len(args) == 2 {
				p.put(` \times `)
				p.operand(args[1], syntax.LevelSum, false)
			}
		})
	case inverseCall:
		p.base(args[0])
		p.put("^{-1}")
	case innerCall:
		p.fenced(`\langle`, args, `\rangle`)
	case kronCall:
		p.operand(args[0], syntax.LevelPower, true)
		p.put(` \otimes `)
		p.right(args[1], syntax.LevelPower, followed)
	case polygammaCall:
		p.put(functionName(name, 2) + "^")
		p.small(func() { p.fenced("(", args[:1], ")") })
		p.fenced("(", args[1:], ")")
	case gradientCall:
		p.put(`\nabla_`)
		p.small(func() {
			for i, x := range args[1:] {
				if i > 0 {
					p.put(",")
				}
				p.operand(x, syntax.LevelSum, false)
			}
		})
		if name == "hess" {
			p.put("^{2}")
		}
		p.put(" ")
		p.operand(args[0], syntax.LevelPower, followed)
	case partialCall:
		p.partial(args[0], partials(args[1:]), followed)
	default:
		p.put(functionName(name, len(args)))
		p.fenced("(", args, ")")
	}
}

// partial prints ∂E/∂x, or ∂/∂x and the operand after it.
func (p *printer) partial(e syntax.Expr, by []partial, followed bool) {
	order := 0
	for _, b := range by {
		order += b.order
	}
	p.put(`\frac{\partial`)
	if order > 1 {
		p.put("^{" + strconv.Itoa(order) + "}")
	}
	atom := isAtom(e)
	if atom {
		p.put(" ")
		p.whole(e)
	}
	p.put("}{")
	for i, b := range by {
		if i > 0 {
			p.put(`\, `)
		}
		p.put(`\partial `)
		p.base(b.by)
		if b.order > 1 {
			p.put("^{" + strconv.Itoa(b.order) + "}")
		}
	}
	p.put("}")
	if !atom {
		p.put(" ")
		p.right(e, syntax.LevelProduct, followed)
	}
}

// isBare reports whether a function's argument needs no parentheses.
func (p *printer) isBare(e syntax.Expr, followed bool) bool {
	if followed {
		return false
	}
	switch e := syntax.Unparen(e).(type) {
	case *syntax.Reduce:
		return e.Op.Name != "tensor"
	case *syntax.Binary:
		return e.Op == syntax.Div && !p.slashed(e) && !p.look(e).signed
	case *syntax.Call:
		form := formOf(e)
		return form == fenceCall || form == rootCall
	}
	return isAtom(e)
}

// isAtom reports whether e is a letter, a number, or an entry of a name.
func isAtom(e syntax.Expr) bool {
	switch e := syntax.Unparen(e).(type) {
	case *syntax.Name:
		return true
	case *syntax.Number:
		return e.Text != "" && !isNegative(e) && !strings.ContainsAny(e.Text, "eE") ||
			e.Text == "" && e.Value != nil && e.Value.IsInt() && e.Value.Sign() >= 0
	case *syntax.Subscript:
		_, ok := syntax.Unparen(e.X).(*syntax.Name)
		return ok
	}
	return false
}

// maxExponent bounds the size of what is set above an e.
const maxExponent = 8

// power reports whether exp(e) is set as a power of e.
func (p *printer) power(e syntax.Expr) bool {
	size, fits := 0, !p.names["e"]
	syntax.Inspect(e, func(e syntax.Expr) bool {
		size++
		switch e := e.(type) {
		case *syntax.Paren:
			size--
		case *syntax.Reduce, *syntax.If, *syntax.Array, *syntax.Iverson, *syntax.Compare:
			fits = false
		case *syntax.Call:
			fits = fits && e.Fun.Name != "exp" && formOf(e) != partialCall
		}
		fits = fits && size <= maxExponent
		return fits
	})
	return fits
}
