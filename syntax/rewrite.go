package syntax

// Rewrite returns e with every expression for which f has another in its place, the outermost first. What does not change is shared
// with e.
func Rewrite(e Expr, f func(Expr) (Expr, bool)) Expr {
	if e == nil {
		return nil
	}
	if x, ok := f(e); ok {
		return x
	}
	changed := false
	one := func(x Expr) Expr {
		y := Rewrite(x, f)
		changed = changed || y != x
		return y
	}
	all := func(xs []Expr) []Expr {
		out := make([]Expr, len(xs))
		for k, x := range xs {
			out[k] = one(x)
		}
		return out
	}
	var x Expr
	switch e := e.(type) {
	case *Unary:
		x = &Unary{e.Span, e.Op, one(e.X)}
	case *Binary:
		x = &Binary{e.Span, e.Op, e.OpPos, one(e.X), one(e.Y), e.Scales}
	case *Compare:
		x = &Compare{e.Span, all(e.Operands), e.Ops}
	case *Transpose:
		x = &Transpose{e.Span, one(e.X)}
	case *Subscript:
		x = &Subscript{e.Span, one(e.X), all(e.Subs)}
	case *Call:
		x = &Call{e.Span, e.Fun, all(e.Args)}
	case *Reduce:
		binders := make([]Binder, len(e.Binders))
		for k, b := range e.Binders {
			binders[k] = Binder{b.Span, b.Name, one(b.Lo), one(b.Hi)}
		}
		x = &Reduce{e.Span, e.Op, binders, one(e.Cond), one(e.Body)}
	case *If:
		x = &If{e.Span, one(e.Cond), one(e.Then), one(e.Else)}
	case *Iverson:
		x = &Iverson{e.Span, one(e.Cond)}
	case *Array:
		x = &Array{e.Span, all(e.Elems)}
	case *Paren:
		x = &Paren{e.Span, one(e.X)}
	}
	if !changed {
		return e
	}
	return x
}
