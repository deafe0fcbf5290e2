package render_test

import (
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/internal/randexpr"
	"github.com/seed-9905856d/derive/internal/randformula"
	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/render"
	"github.com/seed-9905856d/derive/syntax"
)

func parse(t testing.TB, text string) syntax.Expr {
	t.Helper()
	e, diagnostics := parser.ParseExpr("", text)
	if err := diagnostics.Err(); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return e
}

func TestLaTeX(t *testing.T) {
	for _, row := range table {
		if diff := cmp.Diff(row.latex, render.LaTeX(parse(t, row.formula))); diff != "" {
			t.Errorf("%s (-want +got)\n%s", row.formula, diff)
		}
	}
}

func TestUnicode(t *testing.T) {
	for _, row := range table {
		if diff := cmp.Diff(row.unicode, render.Unicode(parse(t, row.formula))); diff != "" {
			t.Errorf("%s (-want +got)\n%s", row.formula, diff)
		}
	}
}

// TestBuilt renders trees that the program builds and no text gives.
func TestBuilt(t *testing.T) {
	number := func(a, b int64) syntax.Expr { return &syntax.Number{Value: big.NewRat(a, b)} }
	x := &syntax.Name{Name: "x"}
	binary := func(op syntax.Op, a, b syntax.Expr) syntax.Expr { return &syntax.Binary{Op: op, X: a, Y: b} }
	tests := []struct {
		e              syntax.Expr
		latex, unicode string
	}{
		{number(3, 1), "3", "3"},
		{number(-3, 1), "-3", "-3"},
		{number(1, 2), `\frac{1}{2}`, "1/2"},
		{number(-1, 2), `-\frac{1}{2}`, "-1/2"},
		{binary(syntax.Mul, number(1, 2), x), `\frac{1}{2} x`, "1/2·x"},
		{binary(syntax.Mul, number(-1, 2), x), `-\frac{1}{2} x`, "-1/2·x"},
		{binary(syntax.Mul, x, number(-2, 1)), `x (-2)`, "x·(-2)"},
		{binary(syntax.Mul, x, number(1, 2)), `x \frac{1}{2}`, "x·(1/2)"},
		{binary(syntax.Mul, number(2, 1), number(1, 2)), `2 \cdot \frac{1}{2}`, "2·(1/2)"},
		{binary(syntax.Pow, number(1, 2), x), `\left(\frac{1}{2}\right)^{x}`, "(1/2)^x"},
		{binary(syntax.Pow, number(-2, 1), x), `(-2)^{x}`, "(-2)^x"},
		{binary(syntax.Pow, x, number(1, 2)), `x^{1/2}`, "x^(1/2)"},
		{binary(syntax.Pow, x, number(-2, 1)), `x^{-2}`, "x⁻²"},
		{binary(syntax.Pow, x, binary(syntax.Mul, number(1, 2), x)), `x^{(1/2) x}`, "x^(1/2·x)"},
		{binary(syntax.Div, number(-3, 1), x), `-\frac{3}{x}`, "-3/x"},
		{binary(syntax.Div, number(1, 2), x), `\frac{1/2}{x}`, "1/2/x"},
		{binary(syntax.Div, number(-1, 2), x), `-\frac{1/2}{x}`, "-1/2/x"},
		{binary(syntax.Div, &syntax.Number{Text: "-2"}, x), `-\frac{2}{x}`, "-2/x"},
		{&syntax.Number{Text: "-1e-3"}, `-10^{-3}`, "-1e-3"},
		{binary(syntax.Sub, x, number(-1, 2)), `x - \left(-\frac{1}{2}\right)`, "x - (-1/2)"},
		{nil, "", ""},
	}
	for _, test := range tests {
		if diff := cmp.Diff([]string{test.latex, test.unicode}, []string{render.LaTeX(test.e), render.Unicode(test.e)}); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	}
}

// TestNamesAreNoCommands renders names that no text has.
func TestNamesAreNoCommands(t *testing.T) {
	for _, bad := range []string{`}\input{x}`, `x^^5cinput`, "$", "x%", "a&b", "#1", "{", "~", "x_{", "x_\\alpha", "x\nfoo", `\`, "", "_", "___"} {
		i := syntax.Ident{Name: bad}
		n := &syntax.Name{Name: bad}
		for _, e := range []syntax.Expr{
			n, &syntax.Subscript{X: n, Subs: []syntax.Expr{n}}, &syntax.Call{Fun: i, Args: []syntax.Expr{n}}, &syntax.Call{Fun: i},
			&syntax.Reduce{Op: i, Binders: []syntax.Binder{{Name: i}}, Body: n},
			&syntax.Number{Text: bad},
		} {
			got := render.LaTeX(e)
			if unbalanced(got) || forbidden.MatchString(got) {
				t.Errorf("%q gives %s", bad, got)
			}
			for _, command := range commands.FindAllString(got, -1) {
				if !known[command] {
					t.Errorf("%q gives %s in %s", bad, command, got)
				}
			}
		}
	}
}

var (
	commands  = regexp.MustCompile(`\\([A-Za-z]+|.)`)
	forbidden = regexp.MustCompile(`[$%#~\n]|\^\^`)
	known     = map[string]bool{
		`\mathit`: true, `\mathrm`: true, `\operatorname`: true, `\_`: true, `\text`: true,
	}
)

// unbalanced reports whether braces, or \left and \right, or environments do not match.
func unbalanced(latex string) bool {
	depth, last := 0, rune(0)
	for _, r := range latex {
		if last != '\\' && r == '{' {
			depth++
		}
		if last != '\\' && r == '}' {
			if depth--; depth < 0 {
				return true
			}
		}
		if last == '\\' && r == '\\' {
			r = 0
		}
		last = r
	}
	return depth != 0 || strings.Count(latex, `\left`) != strings.Count(latex, `\right`) ||
		strings.Count(latex, `\begin{`) != strings.Count(latex, `\end{`)
}

// doubleScript finds two exponents or two indices on one letter, which TeX refuses.
var doubleScript = regexp.MustCompile(`[_^]\{[^{}]*\}([_^])\{[^{}]*\}[_^]|_\{[^{}]*\}_|\^\{[^{}]*\}\^|\\top\^`)

// formulas returns formulas of all kinds: those of the golden files with their results, of
// the manual, of the library, of the table, and random ones.
func formulas(t testing.TB) []syntax.Expr {
	t.Helper()
	var list []syntax.Expr
	least := func(what string, n int) {
		t.Helper()
		if len(list) < n {
			t.Errorf("with %s there are %d formulas, want %d", what, len(list), n)
		}
	}
	for _, row := range table {
		list = append(list, parse(t, row.formula))
	}
	list = append(list, golden(t)...)
	least("the golden files", 400)
	list = append(list, manual(t)...)
	least("the manual", 600)
	for _, s := range builtin.Definitions() {
		list = append(list, s.Body)
	}
	for seed := range uint64(500) {
		g, _ := randexpr.New(seed).Formula()
		list = append(list, parse(t, g.String()))
		definitions, expression := randformula.New(seed).File()
		list = append(append(list, statements(t, definitions)...), parse(t, expression))
	}
	least("random ones", 1600)
	return list
}

// statements returns the expressions of a file.
func statements(t testing.TB, text string) []syntax.Expr {
	t.Helper()
	file, diagnostics := parser.ParseFile("", text)
	if err := diagnostics.Err(); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	var list []syntax.Expr
	for _, s := range file.Statements {
		syntax.InspectStatement(s, func(e syntax.Expr) bool {
			list = append(list, e)
			return false
		})
	}
	return list
}

// golden returns the formulas of the golden files, their derivatives and results.
func golden(t testing.TB) []syntax.Expr {
	t.Helper()
	paths, err := filepath.Glob("../testdata/golden/*/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal("no golden files", err)
	}
	var list []syntax.Expr
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range archive.Files {
			switch file.Name {
			case "formula":
				list = append(list, statements(t, string(file.Data))...)
			case "derivative", "result":
				for _, m := range resultLine.FindAllStringSubmatch(string(file.Data), -1) {
					list = append(list, parse(t, m[1]))
				}
			}
		}
	}
	return list
}

var (
	resultLine  = regexp.MustCompile(`(?m)^  = (.*)$`)
	formulaFile = regexp.MustCompile("(?ms)^```formula \\S+\n(.*?)^```$")
	quoted      = regexp.MustCompile(`(?m)^\$ derive .*?['"](.*?)['"](?: |$)`)
	printed     = regexp.MustCompile(`(?m)^\$ derive .*\n([^{$\n].*)$`)
	code        = regexp.MustCompile("`([^`\n]+)`")
)

// manual returns what in the manual is a formula: statements, arguments, results, and the
// examples in its text, of which not all are formulas.
func manual(t testing.TB) []syntax.Expr {
	t.Helper()
	data, err := os.ReadFile("../docs/language.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	var list []syntax.Expr
	for _, m := range formulaFile.FindAllStringSubmatch(text, -1) {
		list = append(list, statements(t, m[1])...)
	}
	for _, pattern := range []*regexp.Regexp{quoted, printed, code} {
		for _, m := range pattern.FindAllStringSubmatch(text, -1) {
			if e, diagnostics := parser.ParseExpr("", m[1]); diagnostics.Err() == nil && e != nil {
				list = append(list, e)
			}
		}
	}
	return list
}

// TestUnicodeReadsBack parses what was printed.
func TestUnicodeReadsBack(t *testing.T) {
	for _, e := range formulas(t) {
		text := render.Unicode(e)
		got, diagnostics := parser.ParseExpr("", text)
		if err := diagnostics.Err(); err != nil {
			t.Fatalf("%s\nis printed as %s\n%v", syntax.Print(e), text, err)
		}
		if !syntax.Equal(e, got) {
			t.Errorf("%s\nis printed as %s\nand read as %s", syntax.Print(e), text, syntax.Print(got))
		}
		if again := render.Unicode(got); again != text {
			t.Errorf("%s is printed the second time as %s", text, again)
		}
	}
}

// TestNamesReadBack spells names of all forms in Unicode.
func TestNamesReadBack(t *testing.T) {
	parts := []string{"x", "y", "theta", "Sigma", "Pi", "pi", "inf", "e", "ell", "beta", "gamma", "loss", "hat", "vec", "1", "1234", "i", "ij", "max", "Alpha", "x1", "theta2", "yhat", "é", ""}
	var names []string
	for _, a := range parts {
		for _, b := range parts {
			names = append(names, a+"_"+b, a+b)
			for _, c := range parts {
				names = append(names, a+"_"+b+"_"+c)
			}
		}
	}
	count := 0
	for _, text := range names {
		for _, form := range []string{text, text + "(x)", text + "[i]^2", "sum[" + text + " in 1..n](" + text + "')"} {
			e, diagnostics := parser.ParseExpr("", form)
			if diagnostics.Err() != nil {
				continue
			}
			count++
			spelled := render.Unicode(e)
			if got := parse(t, spelled); !syntax.Equal(e, got) {
				t.Errorf("%s is printed as %s and read as %s", form, spelled, syntax.Print(got))
			}
			if latex := render.LaTeX(e); unbalanced(latex) || doubleScript.MatchString(latex) {
				t.Errorf("%s is printed as %s", form, latex)
			}
		}
	}
	if count < 5000 {
		t.Errorf("%d names, want 5000", count)
	}
}

// TestLaTeXIsWellFormed looks at the braces and scripts of what was printed.
func TestLaTeXIsWellFormed(t *testing.T) {
	for _, e := range formulas(t) {
		latex := render.LaTeX(e)
		if latex == "" || unbalanced(latex) || doubleScript.MatchString(latex) || forbidden.MatchString(latex) {
			t.Errorf("%s\nis printed as %s", syntax.Print(e), latex)
		}
		if again := render.LaTeX(e); again != latex {
			t.Errorf("%s is printed the second time as %s", latex, again)
		}
	}
}

// TestLinear renders sums, products, quotients and powers of many operands.
func TestLinear(t *testing.T) {
	const operands = 30_000
	for _, op := range []syntax.Op{syntax.Add, syntax.Sub, syntax.Mul, syntax.Div, syntax.DotMul, syntax.Pow} {
		var left, right syntax.Expr = &syntax.Unary{Op: syntax.Neg, X: &syntax.Name{Name: "x"}}, &syntax.Name{Name: "x"}
		for range operands {
			left = &syntax.Binary{Op: op, X: left, Y: &syntax.Name{Name: "x"}}
			right = &syntax.Binary{Op: op, X: &syntax.Name{Name: "x"}, Y: right}
		}
		for _, e := range []syntax.Expr{left, right} {
			start := time.Now()
			if len(render.LaTeX(e)) < operands || len(render.Unicode(e)) < operands {
				t.Errorf("%v: too short", op)
			}
			if took := time.Since(start); took > 10*time.Second {
				t.Errorf("%v: %v for %d operands", op, took, operands)
			}
		}
	}
}

// TestDocument typesets the table and the golden files, if TeX is installed.
func TestDocument(t *testing.T) {
	pdflatex, err := exec.LookPath("pdflatex")
	if err != nil {
		t.Skip("pdflatex is not installed")
	}
	var b strings.Builder
	b.WriteString("\\documentclass{article}\n\\usepackage[T1]{fontenc}\n\\usepackage[utf8]{inputenc}\n" +
		"\\usepackage{amsmath,amssymb}\n\\usepackage[margin=1cm]{geometry}\n\\begin{document}\n")
	for _, row := range table {
		b.WriteString("\\[ " + render.LaTeX(parse(t, row.formula)) + " \\]\n")
	}
	for _, e := range golden(t) {
		b.WriteString("\\[ " + render.LaTeX(e) + " \\]\n")
	}
	b.WriteString("\\end{document}\n")
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "formulas.tex"), []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(pdflatex, "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "formulas.tex")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
