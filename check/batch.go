package check

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/seed-9905856d/derive/codegen"
	"github.com/seed-9905856d/derive/verify"
)

// A program is the generated code of one file with calls of its functions.
type program struct {
	kernels   []codegen.Kernel
	functions []signature
	code      []byte // of package p
	calls     []call
}

// program returns the generated code of a file, without calls as yet.
func (u *Unit) program(o codegen.Options) (program, error) {
	kernels, err := u.Kernels()
	if err != nil {
		return program{}, err
	}
	o.Package, o.Source = "p", u.source.Name
	code, err := codegen.Generate(u.Problem.Session, kernels, o)
	if err != nil {
		return program{}, &generationError{err}
	}
	functions, err := signatures(code)
	if err != nil || len(functions) != len(kernels) {
		return program{}, fmt.Errorf("the generated Go does not have the functions of the kernels: %w", err)
	}
	return program{kernels: kernels, functions: functions, code: code}, nil
}

// A generationError says that there is no Go for a kernel.
type generationError struct{ error }

// add appends a call of each function at a point.
func (p *program) add(point verify.Point) error {
	for n, kernel := range p.kernels {
		c, err := p.functions[n].call(n, kernel, point)
		if err != nil {
			return fmt.Errorf("%s: %w", kernel.Name, err)
		}
		p.calls = append(p.calls, c)
	}
	return nil
}

// A batchCall is a call of a function of one of several programs.
type batchCall struct {
	call
	Program int
}

// runBatch compiles programs into one, in a module of its own without dependencies, and returns for each the outputs of each of its calls.
func runBatch(ctx context.Context, programs []program) ([][][][]float64, error) {
	files := map[string][]byte{"go.mod": []byte("module kernels\n\ngo 1.22\n"), "main.go": batchDriver(programs)}
	var calls []batchCall
	for n, p := range programs {
		files["p"+strconv.Itoa(n)+"/p.go"] = p.code
		for _, c := range p.calls {
			calls = append(calls, batchCall{c, n})
		}
	}
	input, err := json.Marshal(calls)
	if err != nil {
		return nil, err
	}
	answer, err := compileAndRun(ctx, files, input)
	if failure := (*programError)(nil); errors.As(err, &failure) {
		return nil, fmt.Errorf("the generated Go %w", err)
	}
	if err != nil {
		return nil, err
	}
	var words [][][]uint64
	if err := json.Unmarshal(answer, &words); err != nil {
		return nil, err
	}
	out := make([][][][]float64, len(programs))
	for k, outputs := range words {
		var call [][]float64
		for _, bits := range outputs {
			values := make([]float64, len(bits))
			for j, b := range bits {
				values[j] = math.Float64frombits(b)
			}
			call = append(call, values)
		}
		n := calls[k].Program
		out[n] = append(out[n], call)
	}
	return out, nil
}

// batchDriver returns a program that reads calls from standard input and writes the outputs of each, in the order of the kernel's.
func batchDriver(programs []program) []byte {
	var b bytes.Buffer
	b.WriteString("package main\n\nimport (\n\t\"encoding/json\"\n\t\"math\"\n\t\"os\"\n\n")
	for n := range programs {
		fmt.Fprintf(&b, "\tp%d \"kernels/p%d\"\n", n, n)
	}
	b.WriteString(")\n" + batchDriverHead)
	for at, p := range programs {
		fmt.Fprintf(&b, "\t\tcase %d:\n\t\t\tswitch c.Function {\n", at)
		for n, s := range p.functions {
			writeCase(&b, at, n, s, p.kernels[n])
		}
		b.WriteString("\t\t\t}\n")
	}
	b.WriteString("\t\t}\n\t}\n\tif err := json.NewEncoder(os.Stdout).Encode(out); err != nil {\n\t\tpanic(err)\n\t}\n}\n")
	return b.Bytes()
}

// writeCase writes the call of one function.
func writeCase(b *bytes.Buffer, at, n int, s signature, kernel codegen.Kernel) {
	args, outputs, results := s.inGo(kernel)
	fmt.Fprintf(b, "\t\t\tcase %d:\n\t\t\t\t", n)
	if len(results) > 0 {
		fmt.Fprintf(b, "%s := ", strings.Join(results, ", "))
	}
	fmt.Fprintf(b, "p%d.%s(%s)\n\t\t\t\tout = append(out, [][]uint64{%s})\n", at, s.name, strings.Join(args, ", "), strings.Join(outputs, ", "))
}

const batchDriverHead = `
type call struct {
	Program, Function int
	Floats   [][]uint64
	Ints     [][]int
}

` + bitsFunction + `
func main() {
	var calls []call
	if err := json.NewDecoder(os.Stdin).Decode(&calls); err != nil {
		panic(err)
	}
	var out [][][]uint64
	for _, c := range calls {
		f := make([][]float64, len(c.Floats))
		for k, words := range c.Floats {
			f[k] = make([]float64, len(words))
			for i, w := range words {
				f[k][i] = math.Float64frombits(w)
			}
		}
		switch c.Program {
`
