package render

import (
	"slices"

	"github.com/seed-9905856d/derive/syntax"
)

// A look is what an expression looks like on paper, where it stands without parentheses.
type look struct {
	tall     bool // higher than a line
	big      bool // the same in an exponent or subscript
	signed   bool // begins with a sign
	negative bool // begins with a minus that can stand before a fraction
}

// level returns how tightly e binds on paper.
func (p *printer) level(e syntax.Expr) int {
	switch e := e.(type) {
	case *syntax.Number:
		return p.numberLevel(e)
	case *syntax.Unary:
		return syntax.Operators[e.Op].Level
	case *syntax.Binary:
		switch {
		case e.Op != syntax.Div:
			return syntax.Operators[e.Op].Level
		case p.slashed(e):
			return syntax.LevelProduct
		case p.look(e.X).negative:
			return syntax.LevelUnary
		}
		return syntax.LevelPower
	case *syntax.Compare:
		return syntax.LevelCompare
	case *syntax.Transpose, *syntax.Subscript:
		return syntax.LevelPostfix
	case *syntax.Call:
		switch formOf(e) {
		case bareCall, expCall, inverseCall, polygammaCall, gradientCall, partialCall:
			return syntax.LevelPower
		case constantCall:
			return syntax.LevelPostfix
		case kronCall:
			return syntax.LevelProduct
		}
	case *syntax.Reduce:
		if e.Op.Name == "tensor" {
			return syntax.LevelPostfix
		}
		return syntax.LevelPower
	case *syntax.If:
		return syntax.LevelLowest
	}
	return syntax.LevelPrimary
}

// open reports whether e, where it stands without parentheses, reaches over the factors
// that follow it.
func (p *printer) open(e syntax.Expr) bool {
	for {
		switch x := syntax.Unparen(e).(type) {
		case *syntax.Binary:
			if x.Op != syntax.Mul && x.Op != syntax.DotMul && x.Op != syntax.DotDiv || p.look(x.Y).signed {
				return false
			}
			if y := syntax.Unparen(x.Y); p.level(y) <= syntax.LevelUnary {
				return false
			}
			e = x.Y
		case *syntax.Reduce:
			return x.Op.Name != "tensor"
		case *syntax.Call:
			switch formOf(x) {
			case gradientCall:
				return true
			case partialCall:
				return !isAtom(x.Args[0])
			}
			return false
		default:
			return false
		}
	}
}

// look returns what e looks like.
func (p *printer) look(e syntax.Expr) look {
	e = syntax.Unparen(e)
	switch e.(type) {
	case nil, *syntax.Name, *syntax.Slice:
		return look{}
	}
	l, ok := p.looks[e]
	if !ok {
		l = p.newLook(e)
		p.looks[e] = l
	}
	return l
}

func (p *printer) newLook(e syntax.Expr) look {
	switch e := e.(type) {
	case *syntax.Number:
		negative := isNegative(e)
		return look{tall: isFraction(e), signed: negative, negative: negative}
	case *syntax.Unary:
		l := p.look(e.X)
		l.signed, l.negative = e.Op != syntax.Not, e.Op == syntax.Neg
		return l
	case *syntax.Binary:
		return p.binaryLook(e)
	case *syntax.Compare:
		return look{tall: p.anyTall(e.Operands), big: p.anyBig(e.Operands)}
	case *syntax.Transpose:
		return p.look(e.X).unsigned()
	case *syntax.Subscript:
		return p.look(e.X).unsigned()
	case *syntax.Call:
		l := look{tall: p.anyTall(e.Args), big: p.anyBig(e.Args)}
		switch formOf(e) {
		case partialCall:
			return look{tall: true, big: true}
		case expCall:
			l.tall = l.tall && !p.power(e.Args[0])
		}
		return l
	case *syntax.Reduce:
		if e.Op.Name == "sum" || e.Op.Name == "prod" {
			return look{tall: true, big: true}
		}
		return p.look(e.Body).unsigned()
	case *syntax.If, *syntax.Array:
		return look{tall: true, big: true}
	case *syntax.Iverson:
		return p.look(e.Cond).unsigned()
	}
	return look{}
}

func (p *printer) binaryLook(e *syntax.Binary) look {
	x, y := p.look(e.X), p.look(e.Y)
	l := look{tall: x.tall || y.tall, big: x.big || y.big}
	switch e.Op {
	case syntax.Add, syntax.Sub:
		l.signed = x.signed
	case syntax.Div:
		l.tall = true
		fallthrough
	case syntax.Mul, syntax.DotMul, syntax.DotDiv:
		if p.level(syntax.Unparen(e.X)) >= syntax.LevelProduct {
			l.signed, l.negative = x.signed, x.negative
		}
	case syntax.Pow, syntax.DotPow:
		l.tall, l.big = x.tall, x.big
	}
	return l
}

// unsigned returns the look of something that begins with another sign than l.
func (l look) unsigned() look { return look{tall: l.tall, big: l.big} }

func (p *printer) anyTall(list []syntax.Expr) bool {
	return slices.ContainsFunc(list, func(e syntax.Expr) bool { return p.look(e).tall })
}

func (p *printer) anyBig(list []syntax.Expr) bool {
	return slices.ContainsFunc(list, func(e syntax.Expr) bool { return p.look(e).big })
}

// isBase reports whether e needs no parentheses below an exponent.
func (p *printer) isBase(e syntax.Expr) bool {
	switch e := e.(type) {
	case *syntax.Number:
		return p.numberLevel(e) == syntax.LevelPrimary
	case *syntax.Name, *syntax.Subscript, *syntax.Iverson, *syntax.Array:
		return true
	case *syntax.Reduce:
		return e.Op.Name == "tensor"
	case *syntax.Call:
		switch formOf(e) {
		case plainCall:
			return e.Fun.Name != "lgamma" // log Γ(x)
		case rootCall, fenceCall, constantCall, innerCall:
			return true
		}
	}
	return false
}
