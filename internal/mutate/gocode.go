package mutate

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// A GoMutant is Go that differs from other Go in one place.
type GoMutant struct {
	Code   []byte
	Func   string // the function that differs
	Change string // the statement that differs, with what stood there and what stands there now
}

// Go returns the mutants of a Go file that compile, in the order of their places.
func Go(code []byte) ([]GoMutant, error) {
	f, err := check(code)
	if err != nil {
		return nil, err
	}
	var mutants []GoMutant
	seen := map[string]bool{}
	for _, e := range f.edits() {
		mutant := slices.Concat(code[:e.from], []byte(e.text), code[e.to:])
		if seen[string(mutant)] {
			continue
		}
		seen[string(mutant)] = true
		if _, err := check(mutant); err != nil {
			continue
		}
		change := fmt.Sprintf("%s: %s => %s", e.line, oneLine(string(code[e.from:e.to])), oneLine(e.text))
		mutants = append(mutants, GoMutant{mutant, e.function, change})
	}
	return mutants, nil
}

// oneLine returns text without line breaks, and what is empty as a word.
func oneLine(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if text == "" {
		return "nothing"
	}
	return text
}

// Check reports whether a Go file that imports only the standard library compiles, as far as its types say.
func Check(code []byte) error {
	_, err := check(code)
	return err
}

// goFile is a Go file with its types.
type goFile struct {
	code []byte
	fset *token.FileSet
	file *ast.File
	info *types.Info
	pkg  *types.Package
}

// sources imports packages from their source. It is not for use by several goroutines at once.
var sources = struct {
	sync.Mutex
	types.Importer
}{Importer: importer.ForCompiler(token.NewFileSet(), "source", nil)}

func check(code []byte) (*goFile, error) {
	f := &goFile{code: code, fset: token.NewFileSet(), info: &types.Info{
		Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}, Types: map[ast.Expr]types.TypeAndValue{},
	}}
	var err error
	if f.file, err = parser.ParseFile(f.fset, "kernels.go", code, parser.ParseComments); err != nil {
		return nil, err
	}
	sources.Lock()
	defer sources.Unlock()
	f.pkg, err = (&types.Config{Importer: sources.Importer}).Check("kernels", f.fset, []*ast.File{f.file}, f.info)
	return f, err
}

// An edit replaces a stretch of a file.
type edit struct {
	from, to int
	text     string
	function string
	line     string // the text of the line
}

// edits returns the changes that a file is mutated by.
func (f *goFile) edits() []edit {
	var edits []edit
	for _, decl := range f.file.Decls {
		function, ok := decl.(*ast.FuncDecl)
		if !ok || function.Body == nil {
			continue
		}
		advance := map[ast.Stmt]bool{}
		ast.Inspect(function.Body, func(n ast.Node) bool {
			if n == nil {
				return false
			}
			if loop, ok := n.(*ast.ForStmt); ok {
				advance[loop.Post] = true
			}
			if s, ok := n.(ast.Stmt); ok && advance[s] {
				return true // a loop that does not advance has no end
			}
			for _, text := range f.replacements(n) {
				from, to := f.offset(n.Pos()), f.offset(n.End())
				edits = append(edits, edit{from, to, text, function.Name.Name, f.lineOf(from)})
			}
			// The checks of the lengths of arguments are no part of the value.
			branch, ok := n.(*ast.IfStmt)
			return !ok || !panics(branch.Body)
		})
	}
	return edits
}

// panics reports whether a block does nothing but panic.
func panics(b *ast.BlockStmt) bool {
	if len(b.List) != 1 {
		return false
	}
	s, ok := b.List[0].(*ast.ExprStmt)
	if !ok {
		return false
	}
	c, ok := s.X.(*ast.CallExpr)
	return ok && types.ExprString(c.Fun) == "panic"
}

func (f *goFile) offset(p token.Pos) int { return f.fset.Position(p).Offset }

func (f *goFile) text(n ast.Node) string { return string(f.code[f.offset(n.Pos()):f.offset(n.End())]) }

// lineOf returns the line that an offset stands in.
func (f *goFile) lineOf(offset int) string {
	from := bytes.LastIndexByte(f.code[:offset], '\n') + 1
	to := offset + bytes.IndexByte(f.code[offset:], '\n')
	return strings.TrimSpace(string(f.code[from:to]))
}

// swappedTokens are operators that are taken for each other.
var swappedTokens = map[token.Token][]token.Token{
	token.ADD: {token.SUB}, token.SUB: {token.ADD}, token.MUL: {token.QUO}, token.QUO: {token.MUL},
	token.LSS: {token.LEQ, token.GTR}, token.LEQ: {token.LSS}, token.GTR: {token.GEQ, token.LSS}, token.GEQ: {token.GTR},
	token.EQL: {token.NEQ}, token.NEQ: {token.EQL}, token.LAND: {token.LOR}, token.LOR: {token.LAND},
	token.ADD_ASSIGN: {token.SUB_ASSIGN, token.ASSIGN}, token.SUB_ASSIGN: {token.ADD_ASSIGN}, token.MUL_ASSIGN: {token.QUO_ASSIGN, token.ASSIGN},
}

// goOthers are functions that are taken for each other.
var goOthers = map[string][]string{
	"math.Exp": {"math.Expm1"}, "math.Expm1": {"math.Exp"}, "math.Log": {"math.Log1p"}, "math.Log1p": {"math.Log"}, "math.Sin": {"math.Cos"}, "math.Cos": {"math.Sin"},
	"math.Tanh": {"math.Tan"}, "math.Sqrt": {"math.Cbrt"}, "math.Abs": {"math.Sqrt"}, "math.Erf": {"math.Erfc"}, "max": {"min"}, "min": {"max"}, "math.Max": {"math.Min"},
}

// replacements returns the texts that may stand wrongly in the place of a node.
func (f *goFile) replacements(n ast.Node) []string {
	switch n := n.(type) {
	case *ast.BinaryExpr:
		x, y := f.text(n.X), f.text(n.Y)
		var out []string
		for _, op := range swappedTokens[n.Op] {
			out = append(out, fmt.Sprintf("%s %s %s", x, op, y))
		}
		switch n.Op {
		case token.ADD, token.SUB, token.MUL, token.QUO, token.LAND, token.LOR:
			out = append(out, x, y)
		}
		return out
	case *ast.UnaryExpr:
		return []string{f.text(n.X)}
	case *ast.BasicLit:
		return literals(n)
	case *ast.AssignStmt:
		return f.assignments(n)
	case *ast.CallExpr:
		var out []string
		for _, other := range goOthers[types.ExprString(n.Fun)] {
			out = append(out, other+f.text(n)[len(f.text(n.Fun)):])
		}
		if len(n.Args) == 1 {
			out = append(out, f.text(n.Args[0]))
		}
		return out
	case *ast.IndexExpr:
		return []string{fmt.Sprintf("%s[%s+1]", f.text(n.X), f.text(n.Index)), fmt.Sprintf("%s[(%s)/2]", f.text(n.X), f.text(n.Index))}
	case *ast.IfStmt:
		if n.Init == nil && !panics(n.Body) {
			return []string{fmt.Sprintf("if !(%s) %s", f.text(n.Cond), string(f.code[f.offset(n.Body.Pos()):f.offset(n.End())]))}
		}
	case *ast.ForStmt:
		if c, ok := n.Cond.(*ast.BinaryExpr); ok && n.Post != nil { // it ends a turn early
			rest := string(f.code[f.offset(n.Cond.End()):f.offset(n.End())])
			return []string{string(f.code[f.offset(n.Pos()):f.offset(n.Cond.Pos())]) + fmt.Sprintf("%s %s %s-1", f.text(c.X), c.Op, f.text(c.Y)) + rest}
		}
	case *ast.RangeStmt:
		if n.Key != nil && n.Value == nil {
			head := string(f.code[f.offset(n.Pos()):f.offset(n.X.Pos())])
			return []string{head + f.text(n.X) + "-1 " + f.text(n.Body), head + f.text(n.X) + "+1 " + f.text(n.Body)}
		}
	case *ast.Ident:
		return f.variables(n)
	}
	return nil
}

// slightlyMore is written after what is to be wrong by less than anybody sees.
const slightlyMore = " * 1.000000001"

// literals returns numbers that are taken for another.
func literals(n *ast.BasicLit) []string {
	if i, err := strconv.ParseInt(n.Value, 0, 64); n.Kind == token.INT && err == nil {
		out := []string{strconv.FormatInt(i+1, 10)}
		if i > 0 {
			out = append(out, strconv.FormatInt(i-1, 10))
		}
		return out
	}
	if x, err := strconv.ParseFloat(n.Value, 64); n.Kind == token.FLOAT && err == nil {
		out := []string{strconv.FormatFloat(x+1, 'g', -1, 64) + " * 1.0"}
		if x != 0 {
			out = append(out, n.Value+slightlyMore)
		}
		return out
	}
	return nil
}

// assignments returns statements that are taken for another: with another operator, or with no effect.
func (f *goFile) assignments(n *ast.AssignStmt) []string {
	if len(n.Lhs) != 1 {
		return nil
	}
	left, right := f.text(n.Lhs[0]), f.text(n.Rhs[0])
	var out []string
	for _, op := range swappedTokens[n.Tok] {
		out = append(out, fmt.Sprintf("%s %s %s", left, op, right))
	}
	if n.Tok != token.DEFINE {
		out = append(out, "_ = "+right)
	}
	_, isNumber := n.Rhs[0].(*ast.BasicLit)
	if t, ok := f.info.TypeOf(n.Rhs[0]).(*types.Basic); ok && t.Kind() == types.Float64 && !isNumber {
		out = append(out, fmt.Sprintf("%s %s (%s)%s", left, n.Tok, right, slightlyMore))
	}
	return out
}

// variables returns the variables of the same type that could stand in the place of one: those declared last before it.
func (f *goFile) variables(n *ast.Ident) []string {
	const most = 2
	use, ok := f.info.Uses[n].(*types.Var)
	if !ok {
		return nil
	}
	var out []string
	for scope := f.pkg.Scope().Innermost(n.Pos()); scope != nil && scope != f.pkg.Scope(); scope = scope.Parent() {
		var found []types.Object
		for _, name := range scope.Names() {
			if v, ok := scope.Lookup(name).(*types.Var); ok && v != use && v.Pos() < n.Pos() && types.Identical(v.Type(), use.Type()) {
				found = append(found, v)
			}
		}
		slices.SortFunc(found, func(a, b types.Object) int { return int(b.Pos() - a.Pos()) })
		for _, v := range found {
			if len(out) < most {
				out = append(out, v.Name())
			}
		}
	}
	return out
}

// Join returns one Go file, of package kernels, with the functions that differ in mutants, and what is not exported beside them. Their names end in _
// and the number of the mutant that they come from.
func Join(mutants []GoMutant) ([]byte, error) {
	var b bytes.Buffer
	imports := map[string]bool{}
	for k, m := range mutants {
		f, err := check(m.Code)
		if err != nil {
			return nil, err
		}
		for _, spec := range f.file.Imports {
			imports[spec.Path.Value] = true
		}
		for name, object := range mergedObjects(f.info) {
			if object.Parent() == f.pkg.Scope() {
				name.Name += fmt.Sprintf("_%d", k)
			}
		}
		for _, decl := range f.file.Decls {
			if g, ok := decl.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
				continue
			}
			if g, ok := decl.(*ast.FuncDecl); ok {
				if name := strings.TrimSuffix(g.Name.Name, fmt.Sprintf("_%d", k)); name != m.Func && g.Name.IsExported() {
					continue
				}
				g.Doc = nil
			}
			if err := format.Node(&b, f.fset, decl); err != nil {
				return nil, err
			}
			b.WriteString("\n\n")
		}
	}
	head := "package kernels\n\n"
	paths := make([]string, 0, len(imports))
	for path := range imports {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	for _, path := range paths {
		head += "import " + path + "\n"
	}
	return append([]byte(head+"\n"), b.Bytes()...), nil
}

// mergedObjects returns what the names of a file stand for.
func mergedObjects(info *types.Info) map[*ast.Ident]types.Object {
	all := map[*ast.Ident]types.Object{}
	for _, m := range []map[*ast.Ident]types.Object{info.Defs, info.Uses} {
		for name, object := range m {
			if object != nil {
				all[name] = object
			}
		}
	}
	return all
}
