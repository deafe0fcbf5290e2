package derive_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/seed-9905856d/derive"

// layers is the import rule: every package of the module, in the order of the pipeline, with
// the packages of the module that it may import, all of which stand above it.
//
// The witness, verify, shares no code with what it checks: it may not import expr, and
// neither it nor anything that it imports may reach diff or simplify.
var layers = []struct {
	dir string
	may []string
}{
	{"syntax", nil},
	{"expr", []string{"syntax"}},
	{"expr/ratexp", []string{"expr"}},
	{"parser", []string{"syntax"}},
	{"builtin", []string{"syntax", "expr", "parser"}},
	{"eval/bigmath", nil},
	{"formula", []string{"syntax", "parser", "builtin", "expr"}},
	{"diff", []string{"syntax", "expr", "expr/ratexp", "builtin", "formula"}},
	{"notation", []string{"syntax", "expr"}},
	{"poly", nil},
	{"words", nil},
	{"simplify", []string{"syntax", "parser", "expr", "expr/ratexp", "builtin", "formula", "diff", "notation", "poly"}},
	{"eval", []string{"syntax", "expr", "builtin", "formula", "eval/bigmath"}},
	{"verify/taylor", []string{"eval/bigmath"}},
	{"verify", []string{"syntax", "parser", "builtin", "formula", "eval/bigmath", "verify/taylor"}},
	{"codegen", []string{"syntax", "expr", "expr/ratexp", "builtin", "eval/bigmath", "formula", "diff", "simplify"}},
	{"check", []string{"syntax", "parser", "expr", "builtin", "formula", "diff", "simplify", "eval", "eval/bigmath", "verify", "codegen", "words"}},
	{"render", []string{"syntax", "expr", "builtin", "formula", "diff", "simplify"}},
	{"explain", []string{"syntax", "parser", "expr", "builtin", "formula", "diff", "simplify", "check", "render"}},
	{"internal/randformula", nil},
	{"internal/mutate", []string{"syntax"}}, // wrong formulas and wrong Go, for tests
	{"", []string{"syntax", "parser", "expr", "builtin", "formula", "diff", "notation", "simplify", "eval", "verify", "codegen", "check", "render", "explain"}},
	{"internal/randexpr", []string{"expr", "eval"}}, // random expressions, for tests
	{"docs", []string{"syntax", "parser", "builtin", "check"}},
	{"cmd/derive", []string{"", "syntax", "parser", "expr", "builtin", "formula", "diff", "notation", "simplify", "eval", "eval/bigmath", "verify", "verify/taylor", "codegen", "check", "render", "explain"}},
}

// TestLayers holds the imports of every file that is part of the program against the table.
// Tests may import what they like: a test of an early package may use a later one as a witness.
func TestLayers(t *testing.T) {
	may := map[string][]string{}
	for _, l := range layers {
		for _, m := range l.may {
			if _, above := may[m]; !above {
				t.Errorf("the table lets %q import %q, which does not stand above it", l.dir, m)
			}
		}
		may[l.dir] = l.may
	}
	for _, i := range moduleImports(t) {
		from, to := i.from, i.to
		allowed, known := may[from]
		if !known {
			t.Errorf("%s: package %q has no row in the table", i.file, from)
			continue
		}
		if !slices.Contains(allowed, to) {
			t.Errorf("%s imports %q; package %q may import only %q", i.file, to, from, allowed)
		}
	}
}

// TestWitnessIsIndependent follows the imports of verify to their end: none may lead to the
// code that verify is there to check.
func TestWitnessIsIndependent(t *testing.T) {
	imports := moduleImports(t)
	via := map[string]string{"verify": ""}
	for queue := []string{"verify"}; len(queue) > 0; queue = queue[1:] {
		for _, i := range imports {
			if _, seen := via[i.to]; i.from == queue[0] && !seen {
				via[i.to] = i.file
				queue = append(queue, i.to)
			}
		}
	}
	for _, forbidden := range []string{"diff", "simplify", "codegen"} {
		if file, reached := via[forbidden]; reached {
			t.Errorf("verify reaches %s by way of %s", forbidden, file)
		}
	}
}

// An inward import is one package of the module naming another.
type inward struct {
	file     string // the file that imports
	from, to string // directories below the module's root; empty for the root
}

// moduleImports returns the imports among the module's packages, those of tests left out.
func moduleImports(t *testing.T) []inward {
	t.Helper()
	var found []inward
	err := filepath.WalkDir(".", func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			return skipDir(file, entry.Name())
		case path.Ext(file) != ".go" || strings.HasSuffix(file, "_test.go"):
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		from := strings.TrimPrefix(filepath.ToSlash(filepath.Dir(file)), ".")
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if to, inside := strings.CutPrefix(imported+"/", module+"/"); inside {
				found = append(found, inward{file, from, strings.TrimSuffix(to, "/")})
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) == 0 {
		t.Fatal("no package imports another: the walk is broken")
	}
	return found
}

// skipDir keeps the walk out of directories that hold no package of this module.
func skipDir(dir, name string) error {
	if dir == "." {
		return nil
	}
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	if err == nil || name == "testdata" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") {
		return filepath.SkipDir
	}
	return nil
}
