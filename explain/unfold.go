package explain

import (
	"slices"

	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/syntax"
)

// function returns the definition, of the user or else of the library, that a call means, and the ranks of its arguments.
func (b *builder) function(x *syntax.Call) (*syntax.Define, []int) {
	var defs []*syntax.Define
	for _, def := range b.definitions(x.Fun.Name) {
		if def.IsFunc {
			defs = append(defs, def)
		}
	}
	if len(defs) == 0 {
		for _, def := range builtin.Definitions() {
			if def.Name.Name == x.Fun.Name {
				defs = append(defs, def)
			}
		}
	}
	ranks := make([]int, len(x.Args))
	for k, arg := range x.Args {
		rank, ok := b.engine.rank(arg)
		if !ok {
			return nil, nil
		}
		ranks[k] = rank
	}
	var best *syntax.Define
	most := -1
	for _, def := range defs {
		if rank, ok := takes(def, ranks); ok && rank > most {
			best, most = def, rank
		}
	}
	return best, ranks
}

// takes reports whether a function takes arguments of these ranks, and how many axes its parameters have.
func takes(def *syntax.Define, ranks []int) (axes int, ok bool) {
	if len(ranks) > len(def.Params) {
		return 0, false
	}
	for k, p := range def.Params {
		if k >= len(ranks) && p.Default == nil || k < len(ranks) && ranks[k] < len(p.Sizes) {
			return 0, false
		}
		axes += len(p.Sizes)
	}
	return axes, true
}

// unfold writes a definition out: a name, an entry of one, a call or an entry of its result. The rule says which definition it was.
func (b *builder) unfold(x syntax.Expr, avoid []string) (y syntax.Expr, rule string, ok bool) {
	x = syntax.Unparen(x)
	var at []syntax.Expr
	inner := x
	if sub, isSub := x.(*syntax.Subscript); isSub {
		inner, at = syntax.Unparen(sub.X), sub.Subs
		if slices.ContainsFunc(at, func(s syntax.Expr) bool { _, slice := s.(*syntax.Slice); return slice }) {
			return nil, "", false
		}
	}
	switch inner := inner.(type) {
	case *syntax.Name:
		def, ok := b.definition(inner.Name)
		if !ok {
			return nil, "", false
		}
		y := def.Body
		if len(def.Indices) == 0 {
			y = b.entry(b.apart(y, avoid), at, avoid)
		} else if y, ok = b.bindIndices(def, y, at, avoid); !ok {
			return nil, "", false
		}
		return y, "definition of " + inner.Name, true
	case *syntax.Call:
		if y, ok := b.unfoldCall(inner, at, avoid); ok {
			return y, "definition of " + inner.Fun.Name, true
		}
	}
	if len(at) > 0 {
		if y := b.entry(inner, at, avoid); !syntax.Equal(x, y) {
			return y, "entry by entry", true
		}
		return nil, "", false
	}
	if y, ok := b.scalar(x, avoid); ok {
		if call, isCall := x.(*syntax.Call); isCall && call.Fun.Name != "sum" && call.Fun.Name != "mean" {
			return y, "definition of " + call.Fun.Name, true
		}
		return y, "entry by entry", true
	}
	return nil, "", false
}

// bindIndices puts subscripts in the place of the indices on the left of a definition.
func (b *builder) bindIndices(def *syntax.Define, body syntax.Expr, at []syntax.Expr, avoid []string) (syntax.Expr, bool) {
	if len(def.Indices) > len(at) {
		return nil, false
	}
	by := map[string]replacement{}
	taken := slices.Clone(avoid)
	for k, i := range def.Indices {
		by[i.Name.Name] = byIndex(at[k])
		taken = append(taken, namesOf(at[k])...)
	}
	return b.entry(b.substitute(body, by, taken), at[len(def.Indices):], taken), true
}

// unfoldCall writes the definition of a function out, at an entry of its result. An argument with more axes than its parameter is taken at the
// leading subscripts.
func (b *builder) unfoldCall(x *syntax.Call, at []syntax.Expr, avoid []string) (syntax.Expr, bool) {
	if row, ok := builtin.Lookup(x.Fun.Name, len(x.Args)); ok && len(b.definitions(x.Fun.Name)) == 0 {
		if row.Same == "" || len(at) > 0 {
			return nil, false
		}
		body, diagnostics := parser.ParseExpr("", row.Same)
		if diagnostics.Err() != nil {
			return nil, false
		}
		with := map[string]replacement{}
		for k, p := range row.Params {
			with[p] = by(x.Args[k])
		}
		return b.substitute(body, with, nil), true
	}
	def, ranks := b.function(x)
	if def == nil {
		return nil, false
	}
	lead := 0
	for k, rank := range ranks {
		lead = max(lead, rank-len(def.Params[k].Sizes))
	}
	if lead > len(at) {
		return nil, false
	}
	with := map[string]replacement{}
	taken := slices.Clone(avoid)
	for _, s := range at {
		taken = append(taken, namesOf(s)...)
	}
	for k, p := range def.Params {
		if k >= len(x.Args) {
			with[p.Name.Name] = by(p.Default)
			continue
		}
		arg := x.Args[k]
		taken = append(taken, namesOf(arg)...)
		rows := at[:max(ranks[k]-len(p.Sizes), 0)]
		if !b.bindSizes(p, arg, len(rows), with) {
			return nil, false
		}
		with[p.Name.Name] = b.argument(arg, rows, len(p.Sizes), taken)
	}
	body := def.Body
	at = at[lead:]
	if len(def.Indices) > len(at) {
		return nil, false
	}
	for k, i := range def.Indices {
		with[i.Name.Name] = byIndex(at[k])
	}
	return b.entry(b.substitute(body, with, taken), at[len(def.Indices):], taken), true
}

// argument returns the replacement of a parameter of the given rank by an argument, at the given leading subscripts.
func (b *builder) argument(arg syntax.Expr, rows []syntax.Expr, rank int, taken []string) replacement {
	return func(subs []syntax.Expr) syntax.Expr {
		if len(subs) == rank && rank+len(rows) > 0 {
			at := slices.Concat(rows, subs)
			inside := slices.Clone(taken)
			slice := false
			for _, s := range at {
				inside = append(inside, namesOf(s)...)
				_, colon := s.(*syntax.Slice)
				slice = slice || colon
			}
			if !slice {
				return b.entry(arg, at, inside)
			}
		}
		if len(rows) == 0 {
			return entryOf(arg, subs)
		}
		at := slices.Clone(rows)
		for range rank {
			at = append(at, &syntax.Slice{})
		}
		return entryOf(entryOf(arg, at), subs)
	}
}

// bindSizes notes what the sizes of a parameter are.
func (b *builder) bindSizes(p syntax.FuncParam, arg syntax.Expr, rows int, with map[string]replacement) bool {
	t, free, ok := b.engine.value(arg)
	if !ok {
		return false
	}
	axes := t.Axes[free:]
	for k, size := range p.Sizes {
		n, isName := syntax.Unparen(size).(*syntax.Name)
		if !isName || with[n.Name] != nil {
			continue
		}
		if rows+k >= len(axes) {
			return false
		}
		x, diagnostics := parser.ParseExpr("", formula.SizeText(axes[rows+k]))
		if diagnostics.Err() != nil {
			return false
		}
		with[n.Name] = byIndex(x)
	}
	return true
}

// isRow reports whether the table of elementary functions has a row for a call, which nothing hides.
func (b *builder) isRow(x *syntax.Call) (builtin.Elementary, bool) {
	row, ok := builtin.Lookup(x.Fun.Name, len(x.Args))
	return row, ok && len(b.definitions(x.Fun.Name)) == 0 && !formula.IsDerivative(x.Fun.Name)
}

// hasRow reports whether a call is of an elementary function.
func (b *builder) hasRow(x *syntax.Call) bool {
	_, ok := b.isRow(x)
	return ok
}
