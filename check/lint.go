package check

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/syntax"
)

// A lintRule looks for one kind of thing that a file would be better without.
type lintRule func(u *Unit) syntax.Diagnostics

// lintRules are the rules that need no evaluation, in the order in which they are told.
var lintRules = []lintRule{unusedInputs, unusedDefinitions, unneededParameters, hidingNames, hidingIndices, unneededGivens, confusableNames}

// lintPoints is the number of points for each step of sizes at which lint evaluates a file.
const lintPoints = 3

// Lint returns warnings about what a file leaves unused, what it hides, which of its givens no result needs, and what cannot be verified
// or is not accurate when it is compiled.
func (u *Unit) Lint(ctx context.Context) (syntax.Diagnostics, error) {
	var ds syntax.Diagnostics
	for _, rule := range lintRules {
		ds = append(ds, rule(u)...)
	}
	r, err := u.VerifyAll(ctx, Options{Seed: 1, Points: lintPoints})
	if err != nil {
		return nil, err
	}
	told := map[string]bool{}
	for _, f := range r.Findings {
		if told[f.Item] {
			continue
		}
		told[f.Item] = true
		d := warning(u.spanOf(f.Item), "%s", f)
		if strings.HasPrefix(f.Problem, "it could not be compared") {
			d = warning(u.spanOf(f.Item), "%s cannot be verified: %s", f.Item, f.Problem)
		}
		ds = append(ds, d)
	}
	slices.SortStableFunc(ds, func(a, b syntax.Diagnostic) int { return a.Span.Pos.Offset - b.Span.Pos.Offset })
	return ds, nil
}

func warning(at syntax.Span, format string, args ...any) syntax.Diagnostic {
	return syntax.Diagnostic{Severity: syntax.Warning, Message: fmt.Sprintf(format, args...), Span: at}
}

// confusableNames finds names that look like others.
func confusableNames(u *Unit) syntax.Diagnostics { return syntax.Confusable(u.file) }

// spanOf returns where an item stands.
func (u *Unit) spanOf(name string) syntax.Span {
	for _, item := range u.Items {
		if item.Name == name {
			return item.Expr.Source()
		}
	}
	return syntax.Span{}
}

// mentioned adds the names in a statement, those of called functions included.
func mentioned(s syntax.Statement, names map[string]bool) {
	syntax.InspectStatement(s, func(x syntax.Expr) bool {
		switch x := x.(type) {
		case *syntax.Name:
			names[x.Name] = true
		case *syntax.Call:
			names[x.Fun.Name] = true
		}
		return true
	})
}

// reached returns the names that expressions depend on, through definitions as well.
func (u *Unit) reached(from []syntax.Statement) map[string]bool {
	names := map[string]bool{}
	for _, s := range from {
		mentioned(s, names)
	}
	for grown := true; grown; {
		grown = false
		for _, s := range u.file.Statements {
			def, ok := s.(*syntax.Define)
			if !ok || !names[def.Name.Name] {
				continue
			}
			before := len(names)
			mentioned(def, names)
			grown = grown || len(names) > before
		}
	}
	return names
}

// purposes returns the statements that a file is there for: kernels and bare expressions.
func (u *Unit) purposes() []syntax.Statement {
	var out []syntax.Statement
	for _, s := range u.file.Statements {
		switch s.(type) {
		case *syntax.Kernel, *syntax.ExprStatement:
			out = append(out, s)
		}
	}
	return out
}

// unusedInputs finds parameters that nothing mentions.
func unusedInputs(u *Unit) (ds syntax.Diagnostics) {
	names := map[string]bool{}
	for _, s := range u.file.Statements {
		if _, ok := s.(*syntax.Param); !ok {
			mentioned(s, names)
		}
		if k, ok := s.(*syntax.Kernel); ok {
			for _, p := range k.Params {
				names[p.Name] = true
			}
		}
	}
	for _, s := range u.file.Statements {
		if p, ok := s.(*syntax.Param); ok {
			for _, d := range p.Decls {
				if !names[d.Name.Name] {
					ds = append(ds, warning(d.Name.Source(), "the parameter %s is not used", d.Name.Name))
				}
			}
		}
	}
	return ds
}

// unusedDefinitions finds definitions that no kernel and no bare expression needs.
func unusedDefinitions(u *Unit) (ds syntax.Diagnostics) {
	purposes := u.purposes()
	if len(purposes) == 0 {
		return nil
	}
	names := u.reached(purposes)
	for _, s := range u.file.Statements {
		if def, ok := s.(*syntax.Define); ok && !names[def.Name.Name] {
			ds = append(ds, warning(def.Name.Source(), "no kernel and no expression uses %s", def.Name.Name))
		}
	}
	return ds
}

// unneededParameters finds parameters of kernels that no output needs.
func unneededParameters(u *Unit) (ds syntax.Diagnostics) {
	for _, s := range u.file.Statements {
		k, ok := s.(*syntax.Kernel)
		if !ok {
			continue
		}
		names := u.reached([]syntax.Statement{k})
		for _, p := range k.Params {
			if !names[p.Name] {
				ds = append(ds, warning(p.Source(), "no output of the kernel %s needs %s", k.Name.Name, p.Name))
			}
		}
	}
	return ds
}

// hidingNames finds names that hide a function or a constant.
func hidingNames(u *Unit) (ds syntax.Diagnostics) {
	functions := map[string]bool{}
	for _, row := range builtin.Table {
		functions[row.Name] = true
	}
	for _, row := range builtin.Matrices {
		functions[row.Name] = true
	}
	for _, def := range builtin.Definitions() {
		functions[def.Name.Name] = true
	}
	look := func(name syntax.Ident, isFunction bool) {
		switch {
		case name.Name == "pi" || name.Name == "e" || name.Name == "inf":
			ds = append(ds, warning(name.Source(), "%s hides the constant", name.Name))
		case functions[name.Name] && isFunction:
			ds = append(ds, warning(name.Source(), "the function %s hides the one of the library", name.Name))
		case functions[name.Name]:
			ds = append(ds, warning(name.Source(), "%s is also a function; as a name it means this", name.Name))
		}
	}
	for _, s := range u.file.Statements {
		switch s := s.(type) {
		case *syntax.Param:
			for _, d := range s.Decls {
				look(d.Name, false)
			}
		case *syntax.Define:
			look(s.Name, s.IsFunc)
		}
	}
	return ds
}

// hidingIndices finds indices that hide an outer one of the same name.
func hidingIndices(u *Unit) (ds syntax.Diagnostics) {
	var visit func(x syntax.Expr, bound []string)
	visit = func(x syntax.Expr, bound []string) {
		syntax.Inspect(x, func(y syntax.Expr) bool {
			r, ok := y.(*syntax.Reduce)
			if !ok {
				return true
			}
			inner := slices.Clone(bound)
			for _, b := range r.Binders {
				for _, end := range []syntax.Expr{b.Lo, b.Hi} {
					if end != nil {
						visit(end, inner)
					}
				}
				if slices.Contains(inner, b.Name.Name) {
					ds = append(ds, warning(b.Name.Source(), "the index %s hides the one around it", b.Name.Name))
				}
				inner = append(inner, b.Name.Name)
			}
			if r.Cond != nil {
				visit(r.Cond, inner)
			}
			visit(r.Body, inner)
			return false
		})
	}
	for _, s := range u.file.Statements {
		var bound []string
		if def, ok := s.(*syntax.Define); ok {
			for _, b := range def.Indices {
				bound = append(bound, b.Name.Name)
			}
			visit(def.Body, bound)
			continue
		}
		syntax.InspectStatement(s, func(x syntax.Expr) bool { visit(x, nil); return false })
	}
	return ds
}

// unneededGivens finds givens that no result uses. Integers are used where they subscript.
func unneededGivens(u *Unit) (ds syntax.Diagnostics) {
	used := map[int]bool{}
	for _, item := range u.Items {
		for _, k := range slices.Concat(item.Result.Givens, u.simplifier.GivensFor(item.Expr)) {
			used[k] = true
		}
	}
	k := 0
	for _, s := range u.file.Statements {
		g, ok := s.(*syntax.Given)
		if !ok {
			continue
		}
		call, isCall := syntax.Unparen(g.Cond).(*syntax.Call)
		if !used[k] && !(isCall && call.Fun.Name == "integer") {
			d := warning(g.Cond.Source(), "no result uses this given")
			d.Help = "it still restricts the values at which the file is verified"
			ds = append(ds, d)
		}
		k++
	}
	return ds
}
