package check

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	goparser "go/parser"
	"go/token"
	"go/types"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/seed-9905856d/derive/codegen"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/verify"
)

// A signature is that of a generated function: destinations, parameters, sizes, scratch space.
type signature struct {
	name    string
	params  []param
	results int
}

type param struct{ name, kind string }

// signatures returns those of the exported functions of a generated file, in their order.
func signatures(code []byte) ([]signature, error) {
	file, err := goparser.ParseFile(token.NewFileSet(), "kernels.go", code, 0)
	if err != nil {
		return nil, err
	}
	var out []signature
	for _, decl := range file.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if !ok || !f.Name.IsExported() {
			continue
		}
		s := signature{name: f.Name.Name}
		for _, field := range f.Type.Params.List {
			for _, name := range field.Names {
				s.params = append(s.params, param{name.Name, types.ExprString(field.Type)})
			}
		}
		s.results = f.Type.Results.NumFields()
		out = append(out, s)
	}
	return out, nil
}

// A codeError says why Go cannot be verified: it is a finding about that Go.
type codeError struct{ message string }

// Error returns the message.
func (e *codeError) Error() string { return e.message }

// functions returns the signatures of the functions of kernels in Go that may have been changed since it was generated.
func (u *Unit) functions(code []byte, kernels []codegen.Kernel) ([]signature, error) {
	found, err := signatures(code)
	if err != nil {
		return nil, &codeError{fmt.Sprintf("the Go does not read: %v", err)}
	}
	generated, err := u.Go("kernels")
	if err != nil {
		return nil, err
	}
	expected, err := signatures(generated)
	if err != nil || len(expected) != len(kernels) {
		return nil, fmt.Errorf("the generated Go does not have the functions of the kernels: %w", err)
	}
	for _, want := range expected {
		k := slices.IndexFunc(found, func(s signature) bool { return s.name == want.name })
		if k < 0 {
			return nil, &codeError{fmt.Sprintf("the Go has no function %s", want.name)}
		}
		if got := found[k]; !slices.EqualFunc(got.params, want.params, func(a, b param) bool { return a.kind == b.kind }) || got.results != want.results {
			return nil, &codeError{fmt.Sprintf("the function %s has other parameters or results than what is generated", want.name)}
		}
	}
	return expected, nil
}

// A call is one call of a function with its arguments: the lengths of destinations, and numbers as the bits of float64.
type call struct {
	Function int
	Floats   [][]uint64
	Ints     [][]int
}

// call returns the arguments of a call at a point.
func (s signature) call(n int, kernel codegen.Kernel, p verify.Point) (call, error) {
	c := call{Function: n}
	at := 0
	for _, out := range kernel.Outputs {
		if len(out.Indices) == 0 {
			continue
		}
		length := 1
		for _, i := range out.Indices {
			length *= sizeAt(i.Hi(), p)
		}
		c.Floats = append(c.Floats, make([]uint64, length))
		at++
	}
	for _, prm := range kernel.Params {
		v := p.Values[prm.Symbol.Name]
		at++
		if prm.Symbol.Integer {
			ints := make([]int, len(v.Data))
			for k, x := range v.Data {
				ints[k] = int(x.Rat.Num().Int64())
			}
			c.Ints = append(c.Ints, ints)
			continue
		}
		floats := make([]uint64, len(v.Data))
		for k, x := range v.Data {
			floats[k] = math.Float64bits(x.Float64())
		}
		c.Floats = append(c.Floats, floats)
	}
	for _, prm := range s.params[at:] {
		if prm.kind == "int" {
			size, ok := p.Sizes[prm.name]
			if !ok {
				return call{}, fmt.Errorf("the size parameter %s is none of the formula's", prm.name)
			}
			c.Ints = append(c.Ints, []int{size})
		}
	}
	return c, nil
}

// sizeAt returns the value of a size at a point.
func sizeAt(n *expr.Node, p verify.Point) int {
	constant, terms := expr.Terms(n)
	total, _ := constant.Int64()
	for _, t := range terms {
		k, _ := t.Coef.Int64()
		total += k * int64(p.Sizes[t.X.Name()])
	}
	return int(total)
}

// An answer is what one call has come to: the outputs, or why there are none.
type answer struct {
	Outputs [][]float64
	Problem string
}

// scratch is the length of the scratch slice that kernels are given, enough for the sizes of [sizeSteps].
const scratch = 1 << 16

// callLimit bounds how long one call may take; tests of code that has no end shorten it.
var callLimit = 10 * time.Second

// execute compiles the code with a program that runs the calls, in a module of its own without dependencies, and returns the outputs of
// each call. It needs no network.
func execute(ctx context.Context, code []byte, functions []signature, kernels []codegen.Kernel, calls []call) ([]answer, error) {
	code, err := inPackage(code, "kernels")
	if err != nil {
		return nil, err
	}
	input, err := json.Marshal(calls)
	if err != nil {
		return nil, err
	}
	output, err := compileAndRun(ctx, map[string][]byte{
		"go.mod": []byte("module verify\n\ngo 1.22\n"), "kernels/kernels.go": code, "main.go": driver(functions, kernels),
	}, input)
	if failure := (*programError)(nil); errors.As(err, &failure) {
		return nil, &codeError{"the Go " + failure.Error()}
	}
	if err != nil {
		return nil, err
	}
	var words []struct {
		Outputs [][]uint64
		Problem string
	}
	if err := json.Unmarshal(output, &words); err != nil {
		return nil, err
	}
	out := make([]answer, len(words))
	for k, w := range words {
		out[k].Problem = w.Problem
		for _, bits := range w.Outputs {
			values := make([]float64, len(bits))
			for j, b := range bits {
				values[j] = math.Float64frombits(b)
			}
			out[k].Outputs = append(out[k].Outputs, values)
		}
	}
	return out, nil
}

// inPackage returns a Go file with another package name.
func inPackage(code []byte, name string) ([]byte, error) {
	fset := token.NewFileSet()
	file, err := goparser.ParseFile(fset, "kernels.go", code, goparser.PackageClauseOnly)
	if err != nil {
		return nil, &codeError{fmt.Sprintf("the Go does not read: %v", err)}
	}
	at := fset.Position(file.Name.Pos()).Offset
	return slices.Concat(code[:at], []byte(name), code[at+len(file.Name.Name):]), nil
}

// driver returns a program that reads calls from standard input and writes the outputs of each, in the order of the kernel's.
func driver(functions []signature, kernels []codegen.Kernel) []byte {
	var b bytes.Buffer
	b.WriteString(driverHead)
	for n, s := range functions {
		args, outputs, results := s.inGo(kernels[n])
		fmt.Fprintf(&b, "\t\tcase %d:\n\t\t\t", n)
		if len(results) > 0 {
			fmt.Fprintf(&b, "%s := ", strings.Join(results, ", "))
		}
		fmt.Fprintf(&b, "kernels.%s(%s)\n\t\t\tout.Outputs = [][]uint64{%s}\n", s.name, strings.Join(args, ", "), strings.Join(outputs, ", "))
	}
	fmt.Fprintf(&b, "\t\t}\n\t}()\n\tselect {\n\tcase out := <-done:\n\t\treturn out, true\n\tcase <-time.After(%d):\n\t\treturn answer{Problem: %q}, false\n\t}\n}\n", callLimit, fmt.Sprintf("no end after %v", callLimit))
	return b.Bytes()
}

// inGo returns the arguments of a call c in a driver, whose numbers are in f and c.Ints, its results, and the outputs of the kernel in order.
func (s signature) inGo(kernel codegen.Kernel) (args, outputs, results []string) {
	floats, ints := 0, 0
	for _, out := range kernel.Outputs {
		if len(out.Indices) == 0 {
			results = append(results, fmt.Sprintf("r%d", len(results)))
			outputs = append(outputs, fmt.Sprintf("bits([]float64{%s})", results[len(results)-1]))
			continue
		}
		outputs = append(outputs, fmt.Sprintf("bits(f[%d])", floats))
		floats++
	}
	floats = 0
	for k, prm := range s.params {
		switch prm.kind {
		case "int":
			args = append(args, fmt.Sprintf("c.Ints[%d][0]", ints))
			ints++
		case "[]int":
			args = append(args, fmt.Sprintf("c.Ints[%d]", ints))
			ints++
		case "float64":
			args = append(args, fmt.Sprintf("f[%d][0]", floats))
			floats++
		default:
			if k == len(s.params)-1 && prm.name == "work" && !isParam(kernel, "work") {
				args = append(args, fmt.Sprintf("make([]float64, %d)", scratch))
				continue
			}
			args = append(args, fmt.Sprintf("f[%d]", floats))
			floats++
		}
	}
	return args, outputs, results
}

func isParam(k codegen.Kernel, name string) bool {
	return slices.ContainsFunc(k.Params, func(p codegen.Param) bool { return p.Symbol.Name == name })
}

const driverHead = `package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"time"

	"verify/kernels"
)

type call struct {
	Function int
	Floats   [][]uint64
	Ints     [][]int
}

type answer struct {
	Outputs [][]uint64
	Problem string
}

` + bitsFunction + `
func main() {
	var calls []call
	if err := json.NewDecoder(os.Stdin).Decode(&calls); err != nil {
		panic(err)
	}
	answers := make([]answer, len(calls))
	stuck := map[int]answer{} // functions without an end are called once
	for k, c := range calls {
		var ok bool
		if answers[k], ok = stuck[c.Function]; ok {
			continue
		}
		if answers[k], ok = run(c); !ok {
			stuck[c.Function] = answers[k]
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		panic(err)
	}
}

func run(c call) (out answer, ended bool) {
	f := make([][]float64, len(c.Floats))
	for k, words := range c.Floats {
		f[k] = make([]float64, len(words))
		for i, w := range words {
			f[k][i] = math.Float64frombits(w)
		}
	}
	done := make(chan answer, 1)
	go func() {
		var out answer
		defer func() {
			if r := recover(); r != nil {
				out = answer{Problem: fmt.Sprintf("it panics: %v", r)}
			}
			done <- out
		}()
		switch c.Function {
`

// bitsFunction is what drivers write numbers with.
const bitsFunction = `func bits(x []float64) []uint64 {
	out := make([]uint64, len(x))
	for i, v := range x {
		out[i] = math.Float64bits(v)
	}
	return out
}
`
