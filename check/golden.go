package check

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strings"

	"golang.org/x/tools/txtar"

	"github.com/seed-9905856d/derive/codegen"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/syntax"
)

// The sections of a golden file, in their order.
const (
	sectionFormula    = "formula"
	sectionDerivative = "derivative" // the result before it is simplified, entry by entry
	sectionResult     = "result"
	sectionGo         = "go"
	sectionValues     = "values"
)

// A Golden is a golden file: what the engine makes of a formula.
type Golden struct {
	Name    string
	Comment string
	Formula string
	unit    *Unit
}

// ReadGolden reads a golden file.
func ReadGolden(name string, data []byte) (*Golden, error) {
	a := txtar.Parse(data)
	for _, f := range a.Files {
		if f.Name == sectionFormula {
			return &Golden{Name: name, Comment: string(a.Comment), Formula: string(f.Data)}, nil
		}
	}
	return nil, fmt.Errorf("%s has no section -- %s --", name, sectionFormula)
}

// points is the number of points at which a golden file is verified at each size.
const points = 4

// Make returns the file as the engine makes it now, and what does not verify.
func (g *Golden) Make() (data []byte, report Report, err error) {
	u, err := Load(g.Name, g.Formula)
	if err != nil {
		return nil, Report{}, err
	}
	g.unit = u
	var derivative, result, values strings.Builder
	for _, item := range u.Items {
		plain, err := u.Plain(item)
		if err != nil {
			return nil, Report{}, err
		}
		fmt.Fprintf(&derivative, "%s\n  = %s\n", item.Name, plain)
		fmt.Fprintf(&result, "%s\n  = %s\n", item.Name, syntax.Print(item.Result.Text))
		r, where := u.Conditions(item)
		for _, given := range u.Givens(r) {
			fmt.Fprintf(&result, "  given %s\n", given)
		}
		for _, c := range where {
			fmt.Fprintf(&result, "  where %s\n", c.Text())
		}
	}
	if err := u.writeValues(&values); err != nil {
		return nil, Report{}, err
	}
	code, err := u.Go("golden")
	if err != nil {
		code = []byte(fmt.Sprintf("none: %v\n", err))
	}
	a := txtar.Archive{Comment: []byte(g.Comment), Files: []txtar.File{
		{Name: sectionFormula, Data: []byte(g.Formula)},
		{Name: sectionDerivative, Data: []byte(derivative.String())},
		{Name: sectionResult, Data: []byte(result.String())},
		{Name: sectionGo, Data: code},
		{Name: sectionValues, Data: []byte(values.String())},
	}}
	return txtar.Format(&a), u.Verify(1, points), nil
}

// writeValues writes every item's value at one point.
func (u *Unit) writeValues(w *strings.Builder) error {
	for _, step := range []int{3, 2, 1} {
		for seed := range uint64(20) {
			p, err := u.Sample(step, 100+seed)
			if err != nil {
				continue
			}
			var text strings.Builder
			fmt.Fprintf(&text, "at %s\n", p.JSON())
			finite := true
			at := place{Point: p, precision: u.precision()}.remembering()
			for _, item := range u.Items {
				t, err := u.valueAt(u.written(item), at)
				if err != nil {
					finite = false
					break
				}
				data, err := t.MarshalJSON()
				if err != nil {
					return err
				}
				finite = finite && !bytes.ContainsRune(data, '"')
				fmt.Fprintf(&text, "%s\n  = %s\n", item.Name, data)
			}
			if finite {
				w.WriteString(text.String())
				return nil
			}
		}
	}
	return errors.New("no sampled point gives all expressions finite values")
}

// Go returns the generated file for the kernels of a unit; a file without kernels gets one for all its bare expressions.
func (u *Unit) Go(pkg string) ([]byte, error) {
	return u.GoWith(codegen.Options{Package: pkg})
}

// codeWork is how many times the work of one of its formulas the code of a file may take.
const codeWork = 2

// GoWith is [Unit.Go] with options; the name of the source is that of the file.
func (u *Unit) GoWith(o codegen.Options) (_ []byte, err error) {
	defer expr.Catch(&err)
	o.Source = u.source.Name
	kernels, err := u.Kernels()
	if err != nil {
		return nil, err
	}
	session := u.Problem.Session
	session.Allow(codeWork * formula.Work(u.file))
	defer session.Allow(math.MaxInt)
	return codegen.Generate(session, kernels, o)
}

// Difference says what kind of difference there is between a golden file and what the engine makes of its formula now: a value,
// with the point that shows it, a form of equal value, or bytes.
func (g *Golden) Difference(old []byte) string {
	var recorded []syntax.Expr
	for _, f := range txtar.Parse(old).Files {
		if f.Name != sectionResult {
			continue
		}
		for line := range strings.Lines(string(f.Data)) {
			if text, ok := strings.CutPrefix(line, "  = "); ok {
				x, diagnostics := parser.ParseExpr("", strings.TrimSuffix(text, "\n"))
				if diagnostics.Err() != nil {
					return "a recorded result does not read"
				}
				recorded = append(recorded, x)
			}
		}
	}
	if len(recorded) != len(g.unit.Items) {
		return "the bytes differ"
	}
	form := false
	for k, item := range g.unit.Items {
		if syntax.Print(recorded[k]) == syntax.Print(item.Result.Text) {
			continue
		}
		form = true
		for _, step := range sizeSteps {
			for seed := range uint64(points) {
				p, err := g.unit.Sample(step, 1+seed)
				if err != nil {
					continue
				}
				was, err1 := g.unit.Values(g.unit.bound(item, recorded[k]), p)
				is, err2 := g.unit.Values(g.unit.bound(item, item.Result.Text), p)
				if err2 != nil {
					continue
				}
				if err1 != nil || len(was) != len(is) {
					return fmt.Sprintf("the value of %s changed, at %s", item.Name, p.JSON())
				}
				for j := range is {
					if !agree(is[j], was[j]) {
						return fmt.Sprintf("the value of %s changed from %v to %v, at %s", item.Name, was[j], is[j], p.JSON())
					}
				}
			}
		}
	}
	if form {
		return "the form changed, the value did not"
	}
	return "the bytes differ"
}
