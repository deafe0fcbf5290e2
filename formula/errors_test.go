package formula_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-9905856d/derive/diff"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/syntax"
)

// TestErrors reads the files of formulas that parse and have no meaning. A file holds many cases: in one whose name starts
// with "oneliner" each line is one, elsewhere each paragraph is a formula file of its own. Beside the line that is wrong
// stands the message and, after a semicolon, the help that it must cause, then the text under the carets, then the other
// places that it shows:
//
//	[1, 2]*[1, 2, 3] ### "the message; the help" at "[1, 2]*[1, 2, 3]" and "[1, 2]: this is a vector of size 2"
func TestErrors(t *testing.T) {
	files, err := filepath.Glob("testdata/errors/*.formula")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".formula"), func(t *testing.T) {
			cases, strict := readCases(t, file)
			for _, c := range cases {
				t.Run(fmt.Sprintf("line%d", c.line), func(t *testing.T) {
					got := map[int]string{}
					for _, d := range mistakes(t, c.text, strict) {
						got[d.Span.Pos.Line] = annotate(c.text, d)
					}
					if len(c.want) != 1 {
						t.Errorf("%d lines of this case have messages, want 1:\n%s", len(c.want), c.text)
					}
					if diff := cmp.Diff(c.want, got); diff != "" {
						t.Errorf("%s\nmessages by line (-want +got):\n%s", c.text, diff)
					}
				})
			}
		})
	}
}

// A wrong formula and the messages that it says it causes, by line.
type errorCase struct {
	line int
	text string
	want map[int]string
}

var annotation = regexp.MustCompile(` *### (".*")$`)

// readCases returns the cases of a file and whether they are formula files, in which every name is declared.
func readCases(t testing.TB, file string) (cases []errorCase, strict bool) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	strict = !strings.HasPrefix(filepath.Base(file), "oneliner")
	c := errorCase{}
	end := func() {
		if c.text != "" {
			cases = append(cases, c)
		}
		c = errorCase{}
	}
	for i, line := range strings.Split(string(text), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			end()
			continue
		}
		if c.text == "" {
			c.line, c.want = i+1, map[int]string{}
		}
		if m := annotation.FindStringSubmatch(line); m != nil {
			c.want[i+2-c.line] = m[1]
			line = line[:len(line)-len(m[0])]
		}
		c.text += line + "\n"
		if !strict {
			end()
		}
	}
	end()
	return cases, strict
}

// annotate returns a diagnostic as it stands beside the line that causes it.
func annotate(text string, d syntax.Diagnostic) string {
	message := d.Message
	if d.Label != "" {
		message += ": " + d.Label
	}
	if d.Help != "" {
		message += "; " + d.Help
	}
	under := func(s syntax.Span) string { return text[s.Pos.Offset:s.End.Offset] }
	out := strconv.Quote(message) + " at " + strconv.Quote(under(d.Span))
	for _, r := range d.Related {
		out += " and " + strconv.Quote(under(r.Span)+": "+r.Label)
	}
	return out
}

// mistakes returns what formula says of a text that parses.
func mistakes(t testing.TB, text string, strict bool) syntax.Diagnostics {
	t.Helper()
	file, parsed := parser.ParseFile("f", text)
	if err := parsed.Err(); err != nil {
		t.Fatalf("%q does not parse: %v", text, err)
	}
	err := meaning(file, strict)
	if err == nil {
		return nil
	}
	var ds syntax.Diagnostics
	if !errors.As(err, &ds) {
		t.Fatalf("%q: the error is %T: %v", text, err, err)
	}
	return ds
}

// meaning gives a file and its expressions their meanings.
func meaning(file *syntax.File, strict bool) error {
	p, err := formula.New(expr.NewSession(), file, formula.Options{Strict: strict, Calculus: diff.NewCalculus()})
	if err != nil {
		return err
	}
	for _, st := range file.Statements {
		if st, ok := st.(*syntax.ExprStatement); ok {
			if _, _, err := p.Expression(st.X); err != nil {
				return err
			}
		}
	}
	return nil
}
