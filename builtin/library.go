// Package builtin holds what the language knows from the start: the table of elementary functions, that of functions of whole matrices, and
// lib.formula, the library of functions written in the language itself.
package builtin

import (
	_ "embed"
	"sync"

	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/syntax"
)

//go:embed lib.formula
var library string

// Library returns the text of lib.formula.
func Library() string { return library }

// Definitions returns the library's definitions in the order of the file. A name may be defined for
// several ranks of its arguments. The result is shared and must not be changed.
var Definitions = sync.OnceValue(func() []*syntax.Define {
	file, diagnostics := parser.ParseFile("lib.formula", library)
	if err := diagnostics.Err(); err != nil {
		panic("builtin: " + err.Error())
	}
	defs := make([]*syntax.Define, len(file.Statements))
	for i, s := range file.Statements {
		defs[i] = s.(*syntax.Define)
	}
	return defs
})
