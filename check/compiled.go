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
	"maps"
	"math"
	"math/big"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seed-9905856d/derive/codegen"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/syntax"
	"github.com/seed-9905856d/derive/verify"
)

// MaxUlps is the error from which on a value of compiled Go counts as wrong. Its unit is the unit in the last place of the largest
// entry of the output or, where that is more, what the output changes by when each input changes by one of its own. Where the formula itself loses
// digits in double precision, as written or in its closed form, the unit is what it loses, and the output is counted as cancelled.
const MaxUlps = 1 << 10

// A Worst is the largest error of compiled Go.
type Worst struct {
	Item  string
	Ulps  float64
	Point verify.Point
}

// A JSONReport is a report as JSON.
type JSONReport struct {
	File        string        `json:"file"`
	OK          bool          `json:"ok"`
	Comparisons int           `json:"comparisons"`
	Skipped     int           `json:"skipped"`
	Cancelled   int           `json:"cancelled"`
	WorstUlps   float64       `json:"worst_ulps"`
	WorstItem   string        `json:"worst_item,omitempty"`
	WorstAt     string        `json:"worst_at,omitempty"`
	Kernels     string        `json:"kernels,omitempty"`
	Findings    []JSONFinding `json:"findings"`
}

// A JSONFinding is a finding as JSON.
type JSONFinding struct {
	What string `json:"what"`
	At   string `json:"at,omitempty"`
}

// JSON returns the report on a file as JSON.
func (r *Report) JSON(file string) JSONReport {
	out := JSONReport{File: file, OK: len(r.Findings) == 0, Comparisons: r.Points, Skipped: r.Skipped, Cancelled: r.Cancelled,
		WorstUlps: r.Worst.Ulps, WorstItem: r.Worst.Item, Kernels: r.Kernels, Findings: []JSONFinding{}}
	if r.Worst.Item != "" {
		out.WorstAt = r.Worst.Point.JSON()
	}
	for _, f := range r.Findings {
		finding := JSONFinding{What: f.String()}
		if len(f.Point.Values) > 0 {
			finding.At = f.Point.JSON()
		}
		out.Findings = append(out.Findings, finding)
	}
	return out
}

// VerifyAll is [Unit.Verify] with the compiled kernels of the file. Where Go cannot be generated or compiled the report's Kernels
// says why.
func (u *Unit) VerifyAll(ctx context.Context, seed uint64, count int) (*Report, error) {
	r := u.Verify(seed, count)
	if len(u.Problem.Kernels) == 0 {
		r.Kernels = "the file has no kernel"
		return &r, nil
	}
	if _, err := exec.LookPath("go"); err != nil {
		r.Kernels = "not checked: there is no go command"
		return &r, nil
	}
	if err := u.verifyCompiled(ctx, &r, seed, count); err != nil {
		return nil, err
	}
	return &r, nil
}

// scratch is the length of the scratch slice that kernels are given, enough for the sizes of [sizeSteps].
const scratch = 1 << 16

// verifyCompiled builds the generated Go with a program that calls it, runs it, and compares every output.
func (u *Unit) verifyCompiled(ctx context.Context, r *Report, seed uint64, count int) error {
	kernels, err := u.Kernels()
	if err != nil {
		return err
	}
	code, err := u.Go("main")
	if err != nil {
		r.Findings = append(r.Findings, Finding{Item: "gen", Stage: "Go", Problem: err.Error()})
		return nil
	}
	functions, err := signatures(code)
	if err != nil || len(functions) != len(kernels) {
		return fmt.Errorf("the generated Go does not have the functions of the kernels: %w", err)
	}
	var points []verify.Point
	var calls []call
	for _, step := range sizeSteps {
		for k := range count {
			p, err := u.Sample(step, pointSeed(seed, k))
			if err != nil {
				continue
			}
			points = append(points, p)
			for n, kernel := range kernels {
				c, err := functions[n].call(n, kernel, p)
				if err != nil {
					return fmt.Errorf("%s: %w", kernel.Name, err)
				}
				calls = append(calls, c)
			}
		}
	}
	answers, err := execute(ctx, code, functions, kernels, calls)
	if err != nil {
		return err
	}
	for k, p := range points {
		for n, kernel := range kernels {
			u.compareCompiled(r, kernel, u.Problem.Kernels[n], answers[k*len(kernels)+n], p)
		}
	}
	return nil
}

// compareCompiled holds the outputs of one call against the witness.
func (u *Unit) compareCompiled(r *Report, kernel codegen.Kernel, source *formula.Kernel, got [][]float64, p verify.Point) {
	for k, out := range source.Outputs {
		name := kernel.Name + ": " + syntax.Print(out.Source)
		want, err := u.Values(out.Source, p)
		if err != nil || slices.ContainsFunc(want, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }) {
			r.Skipped++
			continue
		}
		unit := u.unit(out.Source, want, p)
		if math.IsInf(unit, 0) { // double precision leaves nothing of it
			r.Skipped++
			continue
		}
		r.Points++
		finding := Finding{Item: name, Stage: "compiled Go", Point: p}
		if len(got[k]) != len(want) {
			finding.Problem = fmt.Sprintf("%d entries, not %d", len(got[k]), len(want))
			r.Findings = append(r.Findings, finding)
			continue
		}
		for j := range want {
			ulps := 0.0
			if got[k][j] != want[j] {
				ulps = math.Abs(got[k][j]-want[j]) / unit
			}
			if ulps > MaxUlps && math.Abs(got[k][j]-want[j]) <= MaxUlps*u.cancellation(out.Source, want, p) {
				r.Cancelled++
				break
			}
			if !(ulps <= MaxUlps) { // also where it is NaN
				finding.Entry, finding.Want, finding.Got = j, want[j], got[k][j]
				r.Findings = append(r.Findings, finding)
				break
			}
			if ulps >= r.Worst.Ulps {
				r.Worst = Worst{name, ulps, p}
			}
		}
	}
}

// perturbations is the number of perturbed points that the effect of rounding the inputs is taken from.
const perturbations = 4

// resultOf returns the closed form of a kernel's output.
func (u *Unit) resultOf(x syntax.Expr) syntax.Expr {
	for _, item := range u.Items {
		if item.Expr == x {
			return item.Result.Text
		}
	}
	return x
}

// doublePrecision is the number of bits of float64.
const doublePrecision = 53

// unit returns the error that one rounding of the inputs or of the result stands for.
func (u *Unit) unit(x syntax.Expr, want []float64, p verify.Point) float64 {
	scale := 0.0
	for _, v := range want {
		scale = math.Max(scale, math.Abs(v))
	}
	if scale == 0 { // terms of the size of the inputs have cancelled
		scale = 1
		for _, v := range p.Values {
			for _, e := range v.Data {
				if e.Rat != nil {
					f, _ := e.Rat.Float64()
					scale = math.Max(scale, math.Abs(f))
				}
			}
		}
	}
	unit := ulp(scale)
	if u.matrices { // elimination in double precision, of what the code computes, may leave little
		if unit = math.Max(unit, u.rounding(x, want, p)); math.IsInf(unit, 0) {
			return unit
		}
	}
	patterns := perturbations
	if u.matrices {
		patterns *= 4
	}
	for pattern := range patterns {
		moved, err := u.Values(x, u.perturbed(p, pattern))
		if err != nil || len(moved) != len(want) {
			continue
		}
		for k := range want {
			if d := math.Abs(moved[k] - want[k]); d > unit && !math.IsInf(d, 0) {
				unit = d
			}
		}
	}
	return unit
}

// cancellation returns the error that the formula as written and its closed form have when they are evaluated in double precision, at a point and beside
// it: what the generated code loses to cancellation is compared with what they lose.
func (u *Unit) cancellation(x syntax.Expr, want []float64, p verify.Point) float64 {
	worst := u.rounding(x, want, p)
	for pattern := range perturbations {
		q := u.perturbed(p, pattern)
		if exact, err := u.Values(x, q); err == nil && len(exact) == len(want) {
			worst = math.Max(worst, u.rounding(x, exact, q))
		}
	}
	return worst
}

// rounding returns the error that the formula as written and its closed form have in double precision; infinity where nothing is left.
func (u *Unit) rounding(x syntax.Expr, want []float64, p verify.Point) float64 {
	worst := 0.0
	for _, y := range []syntax.Expr{x, u.resultOf(x)} {
		rounded, err := u.evaluateAt(y, p, doublePrecision)
		if errors.Is(err, errSingular) {
			return math.Inf(1)
		}
		if err != nil || len(rounded.Data) != len(want) {
			continue
		}
		for k, v := range rounded.Data {
			if d := math.Abs(v.Real().Float64() - want[k]); d > worst && !math.IsInf(d, 0) {
				worst = d
			}
		}
	}
	return worst
}

// perturbed returns a point whose entries differ by one part in 2^52: all upwards or, for other patterns, at random, so that what has
// equal effects on two terms of a difference does not go unseen.
func (u *Unit) perturbed(p verify.Point, pattern int) verify.Point {
	up, down := big.NewRat(1<<52+1, 1<<52), big.NewRat(1<<52-1, 1<<52)
	rng := rand.New(rand.NewPCG(uint64(pattern), 0))
	q := verify.Point{Sizes: p.Sizes, Values: map[string]verify.Value{}}
	for _, name := range slices.Sorted(maps.Keys(p.Values)) {
		v := p.Values[name]
		w := verify.Value{Shape: v.Shape, Data: slices.Clone(v.Data)}
		largest := new(big.Rat)
		for _, x := range w.Data {
			if x.Rat != nil && new(big.Rat).Abs(x.Rat).Cmp(largest) > 0 {
				largest.Abs(x.Rat)
			}
		}
		for k, x := range w.Data {
			if x.Rat == nil || u.isInteger(name) {
				continue
			}
			factor := up
			if pattern > 0 && rng.IntN(2) == 0 {
				factor = down
			}
			y := new(big.Rat).Mul(x.Rat, factor)
			if u.matrices { // elimination errs by what the largest entry of a matrix is rounded by
				y.Add(y, new(big.Rat).Mul(new(big.Rat).Sub(factor, big.NewRat(1, 1)), largest))
			}
			w.Data[k] = verify.Entry{Rat: y}
		}
		q.Values[name] = w
	}
	return q
}

// isInteger reports whether an input is one of integers.
func (u *Unit) isInteger(name string) bool {
	return slices.ContainsFunc(u.Problem.Params, func(sym *expr.Symbol) bool { return sym.Name == name && sym.Integer })
}

// ulp returns the unit in the last place of x.
func ulp(x float64) float64 {
	return math.Max(math.Nextafter(x, math.Inf(1))-x, math.SmallestNonzeroFloat64)
}

// A signature is that of a generated function: destinations, parameters, sizes, scratch space.
type signature struct {
	name   string
	params []param
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
		out = append(out, s)
	}
	return out, nil
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
			f, _ := x.Rat.Float64()
			floats[k] = math.Float64bits(f)
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

// execute compiles the code with a program that runs the calls, in a module of its own without dependencies, and returns the outputs of
// each call.
func execute(ctx context.Context, code []byte, functions []signature, kernels []codegen.Kernel, calls []call) ([][][]float64, error) {
	dir, err := os.MkdirTemp("", "derive-verify")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	for name, data := range map[string][]byte{
		"go.mod": []byte("module kernels\n\ngo 1.22\n"), "kernels.go": code, "main.go": driver(functions, kernels),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			return nil, err
		}
	}
	program := filepath.Join(dir, "kernels.exe")
	build := exec.CommandContext(ctx, "go", "build", "-o", program, ".")
	build.Dir = dir
	build.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=", "GOPROXY=off", "GOTOOLCHAIN=local")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("the generated Go does not compile: %w\n%s", err, out)
	}
	input, err := json.Marshal(calls)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, program)
	cmd.Stdin = bytes.NewReader(input)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	answer, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("the generated Go fails: %w\n%s", err, stderr.Bytes())
	}
	var words [][][]uint64
	if err := json.Unmarshal(answer, &words); err != nil {
		return nil, err
	}
	out := make([][][]float64, len(words))
	for k, outputs := range words {
		for _, bits := range outputs {
			values := make([]float64, len(bits))
			for j, b := range bits {
				values[j] = math.Float64frombits(b)
			}
			out[k] = append(out[k], values)
		}
	}
	return out, nil
}

// driver returns a program that reads calls from standard input and writes the outputs of each, in the order of the kernel's.
func driver(functions []signature, kernels []codegen.Kernel) []byte {
	var b bytes.Buffer
	b.WriteString(driverHead)
	for n, s := range functions {
		var args, outputs, results []string
		floats, ints := 0, 0
		for _, out := range kernels[n].Outputs {
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
				if k == len(s.params)-1 && prm.name == "work" && !isParam(kernels[n], "work") {
					args = append(args, fmt.Sprintf("make([]float64, %d)", scratch))
					continue
				}
				args = append(args, fmt.Sprintf("f[%d]", floats))
				floats++
			}
		}
		fmt.Fprintf(&b, "\t\tcase %d:\n\t\t\t", n)
		if len(results) > 0 {
			fmt.Fprintf(&b, "%s := ", strings.Join(results, ", "))
		}
		fmt.Fprintf(&b, "%s(%s)\n\t\t\tout = append(out, [][]uint64{%s})\n", s.name, strings.Join(args, ", "), strings.Join(outputs, ", "))
	}
	b.WriteString("\t\t}\n\t}\n\tif err := json.NewEncoder(os.Stdout).Encode(out); err != nil {\n\t\tpanic(err)\n\t}\n}\n")
	return b.Bytes()
}

func isParam(k codegen.Kernel, name string) bool {
	return slices.ContainsFunc(k.Params, func(p codegen.Param) bool { return p.Symbol.Name == name })
}

const driverHead = `package main

import (
	"encoding/json"
	"math"
	"os"
)

type call struct {
	Function int
	Floats   [][]uint64
	Ints     [][]int
}

func bits(x []float64) []uint64 {
	out := make([]uint64, len(x))
	for i, v := range x {
		out[i] = math.Float64bits(v)
	}
	return out
}

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
		switch c.Function {
`
