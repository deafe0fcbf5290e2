package parser

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestErrors reads the files of wrong formulas. Beside each line that is wrong stands the
// message and, after a semicolon, the help that it must cause:
//
//	2x  ### "expected an operator or the end of the statement, found 'x'; to multiply, write 2*x"
func TestErrors(t *testing.T) {
	files, err := filepath.Glob("testdata/errors/*.formula")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".formula"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			_, ds := ParseFile(file, string(text))
			got := map[int]string{}
			for _, d := range ds {
				message := d.Message
				if d.Help != "" {
					message += "; " + d.Help
				}
				if before, twice := got[d.Span.Pos.Line]; twice {
					message = before + " AND " + message
				}
				got[d.Span.Pos.Line] = message
				if d.Span.End.Offset < d.Span.Pos.Offset || d.Span.End.Offset > len(text) {
					t.Errorf("%s: the span ends at byte %d", d.Error(), d.Span.End.Offset)
				}
			}
			if diff := cmp.Diff(wanted(t, string(text)), got); diff != "" {
				t.Errorf("messages by line (-want +got):\n%s", diff)
			}
		})
	}
}

var annotation = regexp.MustCompile(`### (".*")$`)

// wanted returns the messages that a text says it causes, by line.
func wanted(t *testing.T, text string) map[int]string {
	want := map[int]string{}
	for i, line := range strings.Split(text, "\n") {
		m := annotation.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		message, err := strconv.Unquote(m[1])
		if err != nil {
			t.Fatalf("line %d: %v", i+1, err)
		}
		want[i+1] = message
	}
	return want
}
