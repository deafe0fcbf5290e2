// Command docs writes the generated parts of the manual, which stand between the lines
//
//	<!-- generated: NAME -->
//	<!-- end -->
//
// of language.md, the grammar, as the parser reads it, the table of operators, that of the
// elementary functions, and the library, of accuracy.md and of mutants.md. A test fails when one is out of date;
// `go generate ./docs` brings it up to date. Another test runs the examples of the manual.
package main

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/syntax"
)

//go:generate go run .

// manual is the document whose examples are run.
const manual = "language.md"

// documents are the generated parts of each file by name.
var documents = map[string]map[string]func() string{
	manual: {
		"elementary": elementary,
		"grammar":    grammar,
		"library":    library,
		"operators":  operators,
	},
	"accuracy.md": {
		"accuracy":       accuracy,
		"agreement":      agreement,
		"stabilisations": stabilisations,
	},
	"mutants.md": {"mutants": mutants},
}

func main() {
	for _, path := range slices.Sorted(maps.Keys(documents)) {
		if err := rewrite(path); err != nil {
			fmt.Fprintln(os.Stderr, "docs:", err)
			os.Exit(1)
		}
	}
}

// rewrite brings the file at path up to date.
func rewrite(path string) error {
	old, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	text, err := generate(path, string(old))
	if err != nil || text == string(old) {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o644)
}

var marked = regexp.MustCompile(`(?s)(<!-- generated: (\w+) -->\n).*?(<!-- end -->)`)

// generate returns the text of the file at path with its generated parts made anew.
func generate(path, text string) (string, error) {
	parts := documents[path]
	seen := map[string]bool{}
	var err error
	text = marked.ReplaceAllStringFunc(text, func(old string) string {
		m := marked.FindStringSubmatch(old)
		part, ok := parts[m[2]]
		if !ok {
			err = fmt.Errorf("nothing generates %q", m[2])
			return old
		}
		seen[m[2]] = true
		return m[1] + part() + m[3]
	})
	for name := range parts {
		if !seen[name] {
			return "", fmt.Errorf("%s has no place for %q", path, name)
		}
	}
	return text, err
}

// grammar returns the grammar as a block of EBNF.
func grammar() string {
	return "```ebnf\n" + strings.TrimSpace(parser.Grammar()) + "\n```\n"
}

// operators returns the table of operators, from loosest to tightest.
func operators() string {
	var b strings.Builder
	b.WriteString("| operator | also written | |\n| --- | --- | --- |\n")
	for level := syntax.LevelLowest; level <= syntax.LevelPrimary; level++ {
		for _, op := range syntax.Operators {
			if op.Op == syntax.NoOp || op.Level != level {
				continue
			}
			var also []string
			for _, s := range op.Alternates {
				also = append(also, code(s))
			}
			kind := "associates to the left"
			switch {
			case op.Prefix:
				kind = "before its operand"
			case op.Op.IsComparison():
				kind = "chains"
			case op.RightAssoc:
				kind = "associates to the right"
			}
			fmt.Fprintf(&b, "| %s | %s | %s |\n", code(op.Text), strings.Join(also, " "), kind)
		}
	}
	return b.String()
}

// elementary returns the table of elementary functions.
func elementary() string {
	var b strings.Builder
	b.WriteString("| function | is | derivative by each argument | where it is real and finite |\n| --- | --- | --- | --- |\n")
	for _, row := range builtin.Table {
		var same string
		partials := make([]string, len(row.Partials))
		if row.Same != "" {
			same = code(row.Same)
			partials = []string{"that of " + same}
		}
		for k, partial := range row.Partials {
			partials[k] = "none"
			if partial != "" {
				partials[k] = code(partial)
			}
		}
		domain := "everywhere"
		if row.Domain != "" {
			domain = code(row.Domain)
		}
		call := fmt.Sprintf("%s(%s)", row.Name, strings.Join(row.Params, ", "))
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", code(call), same, strings.Join(partials, "; "), domain)
	}
	return b.String()
}

// library returns the library's definitions as a block of formulas.
func library() string {
	var b strings.Builder
	b.WriteString("```text\n")
	for _, d := range builtin.Definitions() {
		b.WriteString(syntax.PrintStatement(d) + "\n")
	}
	b.WriteString("```\n")
	return b.String()
}

// code returns s as code inside a table.
func code(s string) string { return "`" + strings.ReplaceAll(s, "|", `\|`) + "`" }
