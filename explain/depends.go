package explain

import (
	"slices"

	"github.com/seed-9905856d/derive/syntax"
)

// depends reports whether an expression has the variable in it, by whatever definitions, those left out that are cut.
func (b *builder) depends(x syntax.Expr, variable string, cut ...string) bool {
	seen := map[string]bool{}
	for _, c := range cut {
		seen[c] = true
	}
	return b.reaches(x, variable, seen)
}

func (b *builder) reaches(x syntax.Expr, variable string, seen map[string]bool) bool {
	found := false
	follow := func(n string) {
		if n == variable && !seen[n] {
			found = true
		}
		if found || seen[n] {
			return
		}
		seen[n] = true
		for _, def := range b.definitions(n) {
			found = found || b.reaches(def.Body, variable, seen)
		}
	}
	syntax.Inspect(x, func(y syntax.Expr) bool {
		switch y := y.(type) {
		case *syntax.Name:
			follow(y.Name)
		case *syntax.Call:
			follow(y.Fun.Name)
		}
		return !found
	})
	return found
}

// definitions returns the statements that define a name or a function.
func (b *builder) definitions(n string) []*syntax.Define {
	if b.definedIn != b.file {
		b.definedIn, b.defined = b.file, map[string][]*syntax.Define{}
		for _, st := range b.file.Statements {
			if def, ok := st.(*syntax.Define); ok {
				b.defined[def.Name.Name] = append(b.defined[def.Name.Name], def)
			}
		}
	}
	return b.defined[n]
}

// definition returns the statement that defines a name that is no function.
func (b *builder) definition(n string) (*syntax.Define, bool) {
	for _, def := range b.definitions(n) {
		if !def.IsFunc {
			return def, true
		}
	}
	return nil, false
}

// isVariable reports whether x is the variable, an entry, a slice, the transpose or the negative of it.
func isVariable(x syntax.Expr, variable string) bool {
	switch x := syntax.Unparen(x).(type) {
	case *syntax.Name:
		return x.Name == variable
	case *syntax.Subscript:
		return isVariable(x.X, variable)
	case *syntax.Transpose:
		return isVariable(x.X, variable)
	case *syntax.Unary:
		return isVariable(x.X, variable)
	}
	return false
}

// occurs reports whether x has one of the names in it.
func occurs(x syntax.Expr, names ...string) bool {
	found := false
	syntax.Inspect(x, func(y syntax.Expr) bool {
		n, ok := y.(*syntax.Name)
		found = found || ok && slices.Contains(names, n.Name)
		return !found
	})
	return found
}
