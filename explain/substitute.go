package explain

import (
	"slices"

	"github.com/seed-9905856d/derive/syntax"
)

// A replacement is what takes the place of a name: where takes the subscripts that the name has there, none for the name alone.
type replacement func(subs []syntax.Expr) syntax.Expr

// substitute puts replacements in the place of names. Indices that x binds and that are among those to avoid get other names.
func (b *builder) substitute(x syntax.Expr, by map[string]replacement, avoid []string) syntax.Expr {
	return syntax.Rewrite(x, func(y syntax.Expr) (syntax.Expr, bool) {
		switch y := y.(type) {
		case *syntax.Name:
			if r := by[y.Name]; r != nil {
				return r(nil), true
			}
		case *syntax.Subscript:
			if n, ok := syntax.Unparen(y.X).(*syntax.Name); ok && by[n.Name] != nil {
				subs := make([]syntax.Expr, len(y.Subs))
				for k, sub := range y.Subs {
					subs[k] = b.substitute(sub, by, avoid)
				}
				return by[n.Name](subs), true
			}
		case *syntax.Reduce:
			return b.substituteUnder(y, by, avoid), true
		}
		return nil, false
	})
}

// substituteUnder is substitute for an operator that binds indices.
func (b *builder) substituteUnder(x *syntax.Reduce, by map[string]replacement, avoid []string) syntax.Expr {
	inner := map[string]replacement{}
	for n, r := range by {
		inner[n] = r
	}
	bound := make([]syntax.Binder, len(x.Binders))
	used := append(slices.Clone(avoid), boundIn(x)...)
	for k, binder := range x.Binders {
		if binder.Lo != nil {
			binder.Lo, binder.Hi = b.substitute(binder.Lo, inner, avoid), b.substitute(binder.Hi, inner, avoid)
		}
		old := binder.Name.Name
		delete(inner, old)
		if slices.Contains(avoid, old) {
			i := b.fresh(indexLetters, used...)
			used = append(used, i)
			binder.Name = syntax.Ident{Name: i}
			inner[old] = func(subs []syntax.Expr) syntax.Expr { return entryOf(name(i), subs) }
		}
		bound[k] = binder
	}
	out := &syntax.Reduce{Span: x.Span, Op: x.Op, Binders: bound, Body: b.substitute(x.Body, inner, avoid)}
	if x.Cond != nil {
		out.Cond = b.substitute(x.Cond, inner, avoid)
	}
	return out
}

// by returns the replacement of a name by an expression.
func by(x syntax.Expr) replacement {
	return func(subs []syntax.Expr) syntax.Expr { return entryOf(x, subs) }
}

// apart returns x with indices that it binds renamed where they are among those to avoid.
func (b *builder) apart(x syntax.Expr, avoid []string) syntax.Expr {
	return b.substitute(x, nil, avoid)
}
