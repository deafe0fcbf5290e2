package check

import (
	"fmt"
	"slices"

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
			out, givens, err := u.output(k.Outputs[at].Name, item)
			if err != nil {
				return nil, err
			}
			kernel.Outputs = append(kernel.Outputs, out)
			kernel.Doc = u.assumptions(kernel.Doc, givens)
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
			out, givens, err := u.output("", item)
			if err != nil {
				return nil, err
			}
			kernel.Outputs = append(kernel.Outputs, out)
			kernel.Doc = u.assumptions(append(kernel.Doc, item.Name), givens)
		}
	}
	if len(kernel.Outputs) == 0 {
		return nil, fmt.Errorf("the file has no kernel")
	}
	return []codegen.Kernel{kernel}, nil
}

// Bare reports whether an item is a bare expression.
func (i *Item) Bare() bool { return i.kernel == nil && !i.definition }

// output returns the output of a kernel that an item is, with the numbers of the givens that its code relies on.
func (u *Unit) output(name string, item *Item) (codegen.Output, []int, error) {
	t := item.Result.Plain
	for _, a := range t.Axes {
		if !a.Lo().IsOne() {
			return codegen.Output{}, nil, fmt.Errorf("%s: the entries of a kernel's output count from 1, not from %s", item.Name, formula.EndText(a.Lo()))
		}
	}
	value, more := u.simplifier.Definite(t.Value)
	givens := slices.Concat(item.Result.Relies, more)
	slices.Sort(givens)
	return codegen.Output{Name: name, Indices: t.Axes, Value: value}, slices.Compact(givens), nil
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

// assumptions adds the givens with those numbers to the lines of a doc comment.
func (u *Unit) assumptions(lines []string, givens []int) []string {
	for _, k := range givens {
		line := "given " + u.Problem.Givens[k].Text()
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
