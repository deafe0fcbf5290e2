package codegen_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"testing"
)

// An assembly joins generated files into one: the functions of all, helper functions once, but power series, whose names do not tell which they are.
type assembly struct {
	file  bytes.Buffer
	seen  map[string]bool
	files int
}

// seriesCalls are the names of power series where they are defined and called.
var seriesCalls = regexp.MustCompile(`\bseries\d*\(`)

func newAssembly() *assembly {
	a := &assembly{seen: map[string]bool{}}
	a.file.WriteString("package kernels\n\nimport \"math\"\n\nvar _ = math.Pi\n")
	return a
}

// add appends the functions of a generated file and returns their text.
func (a *assembly) add(t testing.TB, text []byte) string {
	t.Helper()
	a.files++
	text = seriesCalls.ReplaceAllFunc(text, func(name []byte) []byte { return fmt.Appendf(nil, "in%d%s", a.files, name) })
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "generated.go", text, parser.ParseComments)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	start := a.file.Len()
	for _, decl := range file.Decls {
		var name string
		from, doc := decl.Pos(), (*ast.CommentGroup)(nil)
		switch d := decl.(type) {
		case *ast.FuncDecl:
			name, doc = d.Name.Name, d.Doc
		case *ast.GenDecl: // the type of a helper
			if d.Tok != token.TYPE {
				continue
			}
			name, doc = d.Specs[0].(*ast.TypeSpec).Name.Name, d.Doc
		}
		if a.seen[name] {
			continue
		}
		a.seen[name] = true
		if doc != nil {
			from = doc.Pos()
		}
		f := decl
		a.file.WriteString("\n" + string(text[files.Position(from).Offset:files.Position(f.End()).Offset]) + "\n")
	}
	return string(a.file.Bytes()[start:])
}
