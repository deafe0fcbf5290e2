package builtin_test

import (
	"context"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/check"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/internal/mutate"
	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/syntax"
)

// equalRows are changes of what is believed of functions that are true, with the reasons.
var equalRows = map[string]string{
	"beta: positive":     "it is, where both arguments are positive, which is its domain; what is believed is less than what is true",
	"beta: not negative": "it is, where both arguments are positive, which is its domain; what is believed is less than what is true",
}

// equalTexts are changes that change no value and that the engine does not prove equal, with the reasons.
var equalTexts = map[string]string{
	"hypot: hypot(a, b) => hypot(b, a)":           "hypot is symmetric",
	"hypot: a => -a":                              "hypot is even, and -a is 0 where a is",
	"hypot: b => -b":                              "hypot is even, and -b is 0 where b is",
	"hypot: hypot(a, b) => a":                     sameSlope,
	"hypot: hypot(a, b) => b":                     sameSlope,
	"hypot: a => b":                               sameSlope,
	"hypot: hypot(a, b) => atan2(a, b)":           sameSlope,
	"hypot: hypot(a, b) == 0 => hypot(a, b) <= 0": "hypot is never negative",
	"hypot: b => a":                               sameSlope,
	"beta: beta(a, b) => beta(b, a)":              "beta is symmetric",
	"inv: -inv(A)[i,k]*inv(A)[l,j] => inv(A)[l,j]*(-inv(A)[i,k])": "factors change places",
	"det: det(A)*inv(A)[l,k] => inv(A)[l,k]*det(A)":               "factors change places",
}

const sameSlope = "a/hypot(a, b) is 0 where a is, so that the slope is the same; the slope of that is not, which testdata/golden/more/hypot_slopes.txtar has"

// TestMutatedRows changes every row of the table of elementary functions in one place at a time, and expects the test of the table to find
// every change of a value. Without DERIVE_MUTANTS=all it tries one of three.
func TestMutatedRows(t *testing.T) {
	var table mutate.Table
	for at, row := range builtin.Table {
		subject := fmt.Sprintf("%s(%s)", row.Name, strings.Join(row.Params, ", "))
		if row.Same != "" {
			subject += " = " + row.Same
		}
		table.Begin(subject)
		tried := 0
		try := func(change string, reason func() string, mutant builtin.Elementary) {
			if tried++; tried%3 != 0 && !mutate.All() {
				return
			}
			if mistakeIn(t, mutant) == "" {
				table.Survive(t, change, reason())
				return
			}
			table.Catch()
			if !slices.Equal(mutant.Partials, row.Partials) && !strings.Contains(change, atOrigin) && !isVerified(at, mutant) {
				t.Errorf("%s: derive verify does not find %s", row.Name, change)
			}
		}
		for _, m := range mutatedTexts(t, row.Same) {
			mutant := row
			mutant.Same = m.text
			try(m.change, func() string { return whyEqual(row.Name, row.Params, m, row.Same) }, mutant)
		}
		for k, partial := range row.Partials {
			for _, m := range mutatedTexts(t, partial) {
				mutant := row
				mutant.Partials = slices.Clone(row.Partials)
				mutant.Partials[k] = m.text
				try(fmt.Sprintf("d/d%s = %s: %s", row.Params[k], partial, m.change), func() string { return whyEqual(row.Name, row.Params, m, partial) }, mutant)
			}
		}
		for _, f := range mutatedFacts(row.Func) {
			mutant := row
			mutant.Func = f.function
			try(f.change, func() string { return equalRows[row.Name+": "+f.change] }, mutant)
		}
	}
	table.Hold(t, "testdata/mutants/rows.txt")
}

// atOrigin is a condition that no printed derivative has: x/y of a norm y is 0 by declaration where both are.
const atOrigin = "if(hypot(a, b) == 0"

// isVerified reports whether verification of the derivatives of a function finds what is wrong with its row, when it stands in the table.
func isVerified(at int, row builtin.Elementary) bool {
	defer func(right builtin.Elementary) { builtin.Table[at] = right }(builtin.Table[at])
	builtin.Table[at] = row
	call := row.Name + "(" + strings.Join(row.Params, ", ") + ")"
	text := "param " + strings.Join(row.Params, ", ") + "\n"
	if row.Domain != "" {
		text += "given " + row.Domain + "\n"
	}
	for k, name := range row.Params {
		if row.Partials[k] != "" {
			text += fmt.Sprintf("d(%s, %s)\n", call, name)
		}
	}
	u, err := check.Load("", text)
	if err != nil {
		return true
	}
	r, err := u.VerifyAll(context.Background(), check.Options{Seed: 1, Points: 4, Plain: true, NoCompile: true})
	return err != nil || len(r.Findings) > 0
}

// TestMutatedMatrices does the same for the table of functions of whole matrices.
func TestMutatedMatrices(t *testing.T) {
	var table mutate.Table
	for _, row := range builtin.Matrices {
		table.Begin(fmt.Sprintf("d(%s(A))/dA[k,l] = %s", row.Name, row.Partial))
		for _, m := range mutatedTexts(t, row.Partial) {
			mutant := row
			mutant.Partial = m.text
			if mistakeInMatrix(mutant) != "" {
				table.Catch()
			} else {
				table.Survive(t, m.change, whyEqual(row.Name, []string{"A[n,n]", "i", "j", "k", "l"}, m, row.Partial))
			}
		}
	}
	table.Hold(t, "testdata/mutants/matrices.txt")
}

// equalDefinitions are changes of the library that change no value, with the reasons.
var equalDefinitions = map[string]string{
	"layer_norm: mean(x) => 1000000001/1000000000*mean(x)": "the sum of squares is least about the mean: it changes by 1e-18",
}

// TestMutatedLibrary changes every definition of the library in one place at a time, and expects an identity or an edge case to find every
// change of a value. Without DERIVE_MUTANTS=all it tries one of three.
func TestMutatedLibrary(t *testing.T) {
	var table mutate.Table
	library := builtin.Definitions()
	for k, def := range library {
		table.Begin(syntax.PrintStatement(def))
		for n, m := range mutate.Expressions(def.Body, mutate.Any) {
			if n%3 != 0 && !mutate.All() {
				continue
			}
			mutant := *def
			mutant.Body = m.X
			changed := slices.Clone(library)
			changed[k] = &mutant
			if isFound(changed, def.Name.Name) {
				table.Catch()
				continue
			}
			reason := equalDefinitions[def.Name.Name+": "+m.Change]
			if reason == "" && equalFunctions(*def, mutant) {
				reason = proved
			}
			table.Survive(t, m.Change, reason)
		}
	}
	table.Hold(t, "testdata/mutants/library.txt")
}

const proved = "proved equal"

// whyEqual returns why a mutant of a text in some parameters has the value of the original; empty where nobody knows.
func whyEqual(name string, params []string, m mutatedText, original string) string {
	if reason := equalTexts[name+": "+m.change]; reason != "" {
		return reason
	}
	if isProved("param "+strings.Join(params, ", "), m.text+" == "+original) {
		return proved
	}
	return ""
}

// equalFunctions reports whether the engine proves two functions of the same parameters equal.
func equalFunctions(f, g syntax.Define) bool {
	f.Name.Name, g.Name.Name = "first_one", "other_one"
	decls := &syntax.Param{}
	var args []string
	for _, p := range f.Params {
		decls.Decls = append(decls.Decls, p.Decl)
		args = append(args, p.Name.Name)
	}
	list := "(" + strings.Join(args, ", ") + ")"
	return isProved(syntax.PrintStatement(decls)+"\n"+syntax.PrintStatement(&f)+"\n"+syntax.PrintStatement(&g), "first_one"+list+" == other_one"+list)
}

// isProved reports whether the engine proves a claim.
func isProved(definitions, claim string) bool {
	file, ds := parser.ParseFile("", definitions)
	if ds.Err() != nil {
		return false
	}
	x, ds := parser.ParseExpr("", claim)
	if ds.Err() != nil {
		return false
	}
	p, err := check.Prove(file, x, true, 1, 2)
	return err == nil && p.Verdict == check.Proved
}

// isFound reports whether an identity or an edge case that uses a function of the library, directly or not, fails.
func isFound(library []*syntax.Define, name string) bool {
	for _, id := range identities {
		if (uses(library, id.left, name) || uses(library, id.right, name)) && mistakenIdentity(library, id.left, id.right) != "" {
			return true
		}
	}
	for _, c := range edgeCases {
		if uses(library, c.formula, name) && mistakenEdge(library, c.formula, nil, c.want) != "" {
			return true
		}
	}
	for _, c := range edgeDerivatives {
		if uses(library, c.formula, name) && mistakenEdge(library, c.formula, at(c.at), c.want) != "" {
			return true
		}
	}
	return false
}

// uses reports whether a formula calls a function of the library, directly or not.
func uses(library []*syntax.Define, formula, name string) bool {
	x, _ := parser.ParseExpr("", formula)
	found, seen := false, map[string]bool{}
	var visit func(x syntax.Expr)
	visit = func(x syntax.Expr) {
		syntax.Inspect(x, func(y syntax.Expr) bool {
			called := ""
			switch y := y.(type) {
			case *syntax.Call:
				called = y.Fun.Name
			case *syntax.Reduce:
				called = y.Op.Name
			}
			if found = found || called == name; called != "" && !seen[called] {
				seen[called] = true
				for _, d := range library {
					if d.Name.Name == called {
						visit(d.Body)
					}
				}
			}
			return true
		})
	}
	visit(x)
	return found
}

// A mutatedText is a changed formula.
type mutatedText struct{ text, change string }

// mutatedTexts returns the mutants of a formula; none of an empty one.
func mutatedTexts(t *testing.T, text string) []mutatedText {
	t.Helper()
	if text == "" {
		return nil
	}
	x, ds := parser.ParseExpr("", text)
	if ds.Err() != nil {
		t.Fatal(text, ds)
	}
	var out []mutatedText
	for _, m := range mutate.Expressions(x, mutate.Any) {
		out = append(out, mutatedText{syntax.Print(m.X), m.Change})
	}
	return out
}

// A mutatedFact is a function of which something wrong is believed.
type mutatedFact struct {
	function *expr.Func
	change   string
}

// mutatedFacts changes what is believed of a function: its sign, its symmetry, its exact values.
func mutatedFacts(f *expr.Func) []mutatedFact {
	if f == nil {
		return nil
	}
	var out []mutatedFact
	add := func(change string, edit func(f *expr.Func)) {
		g := *f
		edit(&g)
		out = append(out, mutatedFact{&g, change})
	}
	if f.Sign != expr.Positive {
		add("positive", func(f *expr.Func) { f.Sign = expr.Positive })
	}
	if f.Sign < expr.NonNegative {
		add("not negative", func(f *expr.Func) { f.Sign = expr.NonNegative })
	}
	if f.Arity == 1 && f.Parity != expr.Odd {
		add("odd", func(f *expr.Func) { f.Parity = expr.Odd })
	}
	if f.Arity == 1 && f.Parity != expr.Even {
		add("even", func(f *expr.Func) { f.Parity = expr.Even })
	}
	if f.Arity == 1 && f.Monotony != expr.Increasing {
		add("increasing", func(f *expr.Func) { f.Monotony = expr.Increasing })
	}
	if f.Arity == 1 && f.Monotony != expr.Decreasing {
		add("decreasing", func(f *expr.Func) { f.Monotony = expr.Decreasing })
	}
	if known := f.Exact; known != nil {
		add("exact values + 1", func(f *expr.Func) {
			f.Exact = func(args []*big.Rat) (*big.Rat, bool) {
				x, ok := known(args)
				if !ok {
					return nil, false
				}
				return new(big.Rat).Add(x, big.NewRat(1, 1)), true
			}
		})
	}
	return out
}
