package check

import (
	"fmt"

	"github.com/seed-9905856d/derive/codegen"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/syntax"
)

// Plain returns the result of an item as it is before it is simplified, entry by entry.
func (u *Unit) Plain(item *Item) (string, error) {
	x, err := u.simplifier.Entries(item.Tensor, item.Free)
	if err != nil {
		return "", err
	}
	return syntax.Print(x), nil
}

// Kernels returns what code is generated from: the kernels of the file or, where it has none, one for all its bare
// expressions, with every input as a parameter.
func (u *Unit) Kernels() ([]codegen.Kernel, error) {
	var kernels []codegen.Kernel
	for _, k := range u.Problem.Kernels {
		kernel := codegen.Kernel{Name: k.Name, Doc: u.doc(k.Source)}
		for _, sym := range k.Params {
			kernel.Params = append(kernel.Params, codegen.Param{Symbol: sym})
		}
		at := 0
		for _, item := range u.Items {
			if item.kernel != k {
				continue
			}
			out, err := output(k.Outputs[at].Name, item)
			if err != nil {
				return nil, err
			}
			kernel.Outputs = append(kernel.Outputs, out)
			kernel.Doc = u.assumptions(kernel.Doc, item)
			at++
		}
		kernels = append(kernels, kernel)
	}
	if len(kernels) > 0 {
		return kernels, nil
	}
	kernel := codegen.Kernel{Name: "f"}
	for _, sym := range u.Problem.Params {
		kernel.Params = append(kernel.Params, codegen.Param{Symbol: sym})
	}
	for _, item := range u.Items {
		if item.Bare() {
			out, err := output("", item)
			if err != nil {
				return nil, err
			}
			kernel.Outputs = append(kernel.Outputs, out)
			kernel.Doc = u.assumptions(append(kernel.Doc, item.Name), item)
		}
	}
	if len(kernel.Outputs) == 0 {
		return nil, fmt.Errorf("the file has no kernel")
	}
	return []codegen.Kernel{kernel}, nil
}

// Bare reports whether an item is a bare expression.
func (i *Item) Bare() bool { return i.kernel == nil && !i.definition }

// output returns the output of a kernel that an item is.
func output(name string, item *Item) (codegen.Output, error) {
	t := item.Result.Plain
	for _, a := range t.Axes {
		if !a.Lo().IsOne() {
			return codegen.Output{}, fmt.Errorf("%s: the entries of a kernel's output count from 1, not from %s", item.Name, formula.EndText(a.Lo()))
		}
	}
	return codegen.Output{Name: name, Indices: t.Axes, Value: t.Value}, nil
}

// doc returns the lines that a kernel's doc comment quotes: the definitions of the file and the kernel itself.
func (u *Unit) doc(k *syntax.Kernel) []string {
	var lines []string
	for _, s := range u.source.Statements {
		if d, ok := s.(*syntax.Define); ok {
			lines = append(lines, syntax.PrintStatement(d))
		}
	}
	return append(lines, syntax.PrintStatement(k))
}

// assumptions adds the givens that an item's result needs to the lines of a doc comment.
func (u *Unit) assumptions(lines []string, item *Item) []string {
	for _, g := range u.Givens(item.Result) {
		line := "given " + g
		found := false
		for _, l := range lines {
			found = found || l == line
		}
		if !found {
			lines = append(lines, line)
		}
	}
	return lines
}
