package render

import (
	"strings"

	"github.com/seed-9905856d/derive/syntax"
)

// Tree returns a formula as an indented tree, an operator, function or name to the line.
func Tree(e syntax.Expr) string {
	var b strings.Builder
	branch(&b, e, 0)
	return strings.TrimSuffix(b.String(), "\n")
}

// branch writes e and what is under it.
func branch(b *strings.Builder, e syntax.Expr, depth int) {
	e = syntax.Unparen(e)
	line := func(text string) {
		b.WriteString(strings.Repeat("  ", depth))
		b.WriteString(text)
		b.WriteByte('\n')
	}
	under := func(xs ...syntax.Expr) {
		for _, x := range xs {
			if x != nil {
				branch(b, x, depth+1)
			}
		}
	}
	switch e := e.(type) {
	case *syntax.Unary:
		line(e.Op.String())
		under(e.X)
	case *syntax.Binary:
		line(e.Op.String())
		under(e.X, e.Y)
	case *syntax.Compare:
		ops := make([]string, len(e.Ops))
		for k, op := range e.Ops {
			ops[k] = op.String()
		}
		line(strings.Join(ops, " "))
		under(e.Operands...)
	case *syntax.Transpose:
		line("'")
		under(e.X)
	case *syntax.Subscript:
		line("[]")
		under(append([]syntax.Expr{e.X}, e.Subs...)...)
	case *syntax.Call:
		line(e.Fun.Name + "()")
		under(e.Args...)
	case *syntax.Reduce:
		head := *e
		head.Body = &syntax.Name{Name: ""}
		line(strings.TrimSuffix(syntax.Print(&head), "()"))
		under(e.Body)
	case *syntax.If:
		line("if")
		under(e.Cond, e.Then, e.Else)
	case *syntax.Iverson:
		line("[]?")
		under(e.Cond)
	case *syntax.Array:
		line("[…]")
		under(e.Elems...)
	default: // a number, a name, a colon
		line(syntax.Print(e))
	}
}
