package explain_test

import (
	"cmp"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-9905856d/derive"
	"github.com/seed-9905856d/derive/check"
	"github.com/seed-9905856d/derive/explain"
	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/syntax"
)

// A tally counts what became of lines.
type tally map[string]int

// read parses statements the last of which is an expression.
func read(t *testing.T, text string) (file *syntax.File, x syntax.Expr) {
	t.Helper()
	whole, diagnostics := parser.ParseFile("", text)
	if diagnostics.Err() != nil {
		t.Fatal(text, diagnostics)
	}
	n := len(whole.Statements) - 1
	file = &syntax.File{Text: text, Statements: whole.Statements[:n]}
	return file, whole.Statements[n].(*syntax.ExprStatement).X
}

// holdLines holds every line of an explanation against the engine and against values at points, and the last against the closed form.
func holdLines(t *testing.T, file *syntax.File, strict bool, x syntax.Expr, detail explain.Detail, counts tally) {
	t.Helper()
	start := time.Now()
	e, err := explain.Explain(file, strict, x, explain.Options{Detail: detail})
	if took := time.Since(start); took > 300*time.Millisecond {
		t.Logf("%s took %v", syntax.Print(x), took)
	}
	if err != nil {
		t.Fatalf("%s: %v", syntax.Print(x), err)
	}
	whole := *file
	whole.Statements = append(append([]syntax.Statement{}, file.Statements...), &syntax.ExprStatement{X: x})
	r, err := (&derive.Formula{File: &whole, Strict: strict}).Result(derive.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if last := syntax.Print(e.Steps[len(e.Steps)-1].Right); last != r.Text || syntax.Print(e.Result) != r.Text {
		t.Errorf("%s: the last line is %s, the result is %s", syntax.Print(x), last, r.Text)
	}
	context := *e.File
	context.Statements = slices.DeleteFunc(slices.Clone(context.Statements), func(s syntax.Statement) bool { _, ok := s.(*syntax.Kernel); return ok })
	if !e.Strict { // a given about indices, which only a proof takes into account
		for _, s := range e.Steps {
			if p, err := check.Prove(e.File, s.Claim(), false, 1, 2); err != nil || p.Verdict != check.Proved {
				t.Errorf("%s: the line %s is not proved: %v", syntax.Print(x), syntax.Print(s.Claim()), err)
			}
			counts["held"]++
		}
		return
	}
	u, err := check.LoadFile(&context, e.Strict)
	if err != nil {
		t.Fatal(err)
	}
	v := &table{u, map[string][]float64{}}
	seen := map[string]bool{}
	var hold func(steps []explain.Step)
	hold = func(steps []explain.Step) {
		for _, s := range steps {
			hold(s.Steps)
			claim := s.Claim().(*syntax.Compare)
			text := syntax.Print(claim)
			if seen[text] {
				continue
			}
			seen[text] = true
			if _, diagnostics := parser.ParseExpr("", text); diagnostics.Err() != nil {
				t.Errorf("%s does not read: %v", text, diagnostics)
			}
			if s.Rule == "" {
				t.Errorf("%s has no rule", text)
			}
			counts.holdValues(t, v, syntax.Print(x), claim)
		}
	}
	hold(e.Steps)
}

// tries is how many points are tried to find one at which both sides of a line have values.
const tries = 6

// A table keeps the values of expressions at points.
type table struct {
	unit   *check.Unit
	values map[string][]float64
}

// at returns the values of an expression at the point of a seed.
func (v *table) at(x syntax.Expr, seed uint64) ([]float64, error) {
	key := fmt.Sprint(seed, " ", syntax.Print(x))
	if known, ok := v.values[key]; ok {
		return known, nil
	}
	p, err := v.unit.Sample(2, seed)
	if err != nil {
		return nil, err
	}
	values, err := v.unit.Values(x, p)
	if err == nil {
		v.values[key] = values
	}
	return values, err
}

// holdValues holds a line against values in high precision.
func (c tally) holdValues(t *testing.T, v *table, title string, claim *syntax.Compare) {
	t.Helper()
	var failed error
	for k := range tries {
		left, err1 := v.at(claim.Operands[0], uint64(1+k))
		right, err2 := v.at(claim.Operands[1], uint64(1+k))
		if err := cmp.Or(err1, err2); err != nil {
			failed = err
			continue
		}
		if finite, equal := agree(left, right); finite {
			if !equal {
				t.Errorf("%s: the line %s does not hold: %v, %v", title, syntax.Print(claim), left, right)
			}
			c["held"]++
			return
		}
	}
	c["undecided"]++
	t.Logf("%s: undecided: %s: %v", title, syntax.Print(claim), failed)
}

// agree reports whether values are finite and equal up to rounding. A number equals a tensor all of whose entries it is.
func agree(left, right []float64) (finite, equal bool) {
	if len(left) == 1 {
		left, right = right, left
	}
	if len(left) == 0 || len(right) == 0 || len(right) != 1 && len(left) != len(right) {
		return true, false
	}
	for k, x := range left {
		y := right[0]
		if len(right) > 1 {
			y = right[k]
		}
		if math.IsNaN(x+y) || math.IsInf(x, 0) || math.IsInf(y, 0) {
			return false, false
		}
		if math.Abs(x-y) > 1e-9*math.Max(1, math.Max(math.Abs(x), math.Abs(y))) {
			return true, false
		}
	}
	return true, true
}

// TestGolden explains every expression of every golden file and holds every line against values.
func TestGolden(t *testing.T) {
	counts := tally{}
	err := filepath.WalkDir(filepath.Join("..", "testdata", "golden"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".txtar" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		g, err := check.ReadGolden(path, data)
		if err != nil {
			return err
		}
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			whole, diagnostics := parser.ParseFile(path, g.Formula)
			if diagnostics.Err() != nil {
				t.Fatal(diagnostics)
			}
			file := &syntax.File{Text: whole.Text}
			strict := false
			var xs []syntax.Expr
			for _, s := range whole.Statements {
				switch s := s.(type) {
				case *syntax.ExprStatement:
					xs = append(xs, s.X)
				case *syntax.Kernel:
					for _, out := range s.Outputs {
						xs = append(xs, out.Value)
					}
				default:
					_, isParam := s.(*syntax.Param)
					strict = strict || isParam
					file.Statements = append(file.Statements, s)
				}
			}
			for _, x := range xs {
				holdLines(t, file, strict, x, explain.Normal, counts)
			}
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%v", counts)
	if counts["held"] < 50*counts["undecided"] || counts["held"] < 1000 {
		t.Errorf("too few lines have values: %v", counts)
	}
}
