package check

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/syntax"
	"github.com/seed-9905856d/derive/verify"
)

// Precision is the number of bits in which the witness computes, MatrixPrecision where a file has determinants or inverses, in which much more
// may cancel.
const (
	Precision       = 200
	MatrixPrecision = 800
)

// A Finding is a result of one item at one point that differs from the formula as it is written.
type Finding struct {
	Item    string
	Stage   string // what differs: the result, or its Go
	Point   verify.Point
	Entry   int
	Got     float64
	Want    float64
	Problem string // what else is wrong: the stage has no value, or another shape
}

// String returns the finding on one line.
func (f Finding) String() string {
	if f.Problem != "" {
		return fmt.Sprintf("%s: %s: %s", f.Item, f.Stage, f.Problem)
	}
	return fmt.Sprintf("%s: %s: entry %d is %v, but the formula gives %v", f.Item, f.Stage, f.Entry+1, f.Got, f.Want)
}

// A Report is what was compared and what differed.
type Report struct {
	Points  int // values compared: items times points
	Skipped int // points at which the formula as it is written has no finite value
	// Cancelled counts the outputs of compiled Go that lose no more digits than the formula itself loses in double precision.
	Cancelled int
	Findings  []Finding
	Worst     Worst  // the largest error of compiled Go
	Kernels   string // why kernels were not compiled; empty where they were
}

// sizeSteps are the sizes that are tried: of several sizes some are larger by 1 or 2.
var sizeSteps = []int{1, 2, 3, 5}

// sizeNames returns the names of the sizes of the inputs, in order of appearance.
func (u *Unit) sizeNames() []string {
	var names []string
	var visit func(n *expr.Node)
	visit = func(n *expr.Node) {
		if n.Kind() == expr.KindSize && !slices.Contains(names, n.Name()) {
			names = append(names, n.Name())
		}
		for _, a := range n.Args() {
			visit(a)
		}
	}
	for _, sym := range u.Problem.Params {
		for _, d := range sym.Dims {
			visit(d)
		}
	}
	for _, item := range u.Items {
		for _, a := range item.Tensor.Axes {
			visit(a)
		}
		visit(item.Tensor.Value)
	}
	return names
}

// sizes returns the sizes of one step. With every other seed it is the earlier ones that are larger.
func (u *Unit) sizes(step int, seed uint64) map[string]int {
	sizes := map[string]int{}
	names := u.sizeNames()
	if seed%2 == 1 {
		slices.Reverse(names)
	}
	for k, name := range names {
		sizes[name] = step + k%3
	}
	return sizes
}

// pointSeed returns the seed of the k-th point for a seed of the user, so that different seeds have no points in common.
func pointSeed(seed uint64, k int) uint64 { return seed<<16 + uint64(k) }

// Sample returns the point of a seed at the sizes of a step. It satisfies the givens.
func (u *Unit) Sample(step int, seed uint64) (verify.Point, error) {
	return verify.Sample(u.witness(), u.sizes(step, seed), seed, u.precision())
}

// Values returns the entries of an expression at a point, as the witness computes them.
func (u *Unit) Values(x syntax.Expr, p verify.Point) ([]float64, error) {
	t, err := u.evaluate(x, p)
	if err != nil {
		return nil, err
	}
	out := make([]float64, len(t.Data))
	for k, v := range t.Data {
		out[k] = v.Real().Float64()
	}
	return out, nil
}

// bound returns an expression that belongs to an item with its free indices bound, and 0 where the givens about them do not hold.
// A result may bind them itself.
func (u *Unit) bound(i *Item, x syntax.Expr) syntax.Expr {
	free := i.Free
	if x != i.Expr {
		free = i.Result.Free
	}
	x = u.assumed(x)
	if free == 0 {
		return x
	}
	r := &syntax.Reduce{Op: syntax.Ident{Name: "tensor"}, Body: x}
	for _, a := range i.Result.Tensor.Axes[:free] {
		lo, err1 := expr.Syntax(a.Lo())
		hi, err2 := expr.Syntax(a.Hi())
		if err1 != nil || err2 != nil {
			return x
		}
		r.Binders = append(r.Binders, syntax.Binder{Name: syntax.Ident{Name: a.Name()}, Lo: lo, Hi: hi})
	}
	return r
}

func (u *Unit) evaluate(x syntax.Expr, p verify.Point) (verify.Tensor, error) {
	return u.evaluateAt(x, p, u.precision())
}

// evaluateAt evaluates an expression as it is written, in arithmetic of so many bits.
func (u *Unit) evaluateAt(x syntax.Expr, p verify.Point, precision uint) (verify.Tensor, error) {
	e := verify.NewEvaluator(u.witness(), p, precision)
	t, err := e.Eval(u.Problem.Explicit(x))
	switch {
	case err != nil:
	case e.Overflowed():
		return t, errOverflow
	case e.Cancelled():
		return t, errSingular
	}
	return t, err
}

// The errors where the value of the witness says nothing about the formula.
var (
	errOverflow  = errors.New("an exponential is out of the range of the numbers that it is checked with")
	errNotFinite = errors.New("it has no finite value")
	errSingular  = errors.New("a matrix that is inverted is singular")
)

// Verify holds the results of all items, as they are printed in both notations, against the items as they are written, at
// count points for each step of sizes.
func (u *Unit) Verify(seed uint64, count int) Report {
	var r Report
	reached := make([]bool, len(u.Items)) // whether an item has had a value at any point
	why := make([]error, len(u.Items))    // why not
	for _, step := range sizeSteps {
		for k := range count {
			p, err := u.Sample(step, pointSeed(seed, k))
			if err != nil {
				r.Skipped++
				for n := range why {
					why[n] = err
				}
				continue
			}
			for n, item := range u.Items {
				if err := u.compare(&r, item, p); err != nil {
					why[n] = err
				} else {
					reached[n] = true
				}
			}
		}
	}
	for n, item := range u.Items {
		if !reached[n] {
			r.Findings = append(r.Findings, Finding{Item: item.Name, Stage: "as written", Problem: fmt.Sprintf("it could not be compared at any point: %v", why[n])})
		}
	}
	return r
}

// compare holds the printed results of an item against it at one point. The error says why the item itself has no value there.
func (u *Unit) compare(r *Report, item *Item, p verify.Point) error {
	want, err := u.evaluate(u.bound(item, item.Expr), p)
	if err != nil {
		r.Skipped++
		return err
	}
	if len(want.Data) > 0 && !slices.ContainsFunc(want.Data, func(v verify.Num) bool {
		f := v.Real().Float64()
		return !math.IsNaN(f) && !math.IsInf(f, 0)
	}) {
		r.Skipped++
		return errNotFinite
	}
	r.Points++
	for _, stage := range []struct {
		name string
		text syntax.Expr
	}{{"result", item.Result.Text}, {"result by entries", item.Result.Index}} {
		text := syntax.Print(stage.text)
		x, diagnostics := parser.ParseExpr("", text)
		finding := Finding{Item: item.Name, Stage: stage.name, Point: p}
		if err := diagnostics.Err(); err != nil {
			finding.Problem = fmt.Sprintf("%s does not read: %v", text, err)
			r.Findings = append(r.Findings, finding)
			continue
		}
		got, err := u.evaluate(u.bound(item, x), p)
		limit := (*verify.Error)(nil)
		if errors.Is(err, errOverflow) || errors.Is(err, errSingular) || errors.As(err, &limit) && limit.Limit {
			r.Skipped++
			continue
		}
		if err != nil {
			finding.Problem = fmt.Sprintf("%s has no value: %v", text, err)
			r.Findings = append(r.Findings, finding)
			continue
		}
		if len(got.Data) != len(want.Data) {
			finding.Problem = fmt.Sprintf("%s has %d entries, not %d", text, len(got.Data), len(want.Data))
			r.Findings = append(r.Findings, finding)
			continue
		}
		for k := range want.Data {
			finding.Entry, finding.Want, finding.Got = k, want.Data[k].Real().Float64(), got.Data[k].Real().Float64()
			if !agree(finding.Want, finding.Got) {
				r.Findings = append(r.Findings, finding)
				break
			}
		}
	}
	return nil
}

// agree reports whether two values computed in high precision and then rounded are one. Where the formula itself is
// not finite nothing is asked of the result.
func agree(want, got float64) bool {
	if math.IsNaN(want) || math.IsInf(want, 0) || want == got {
		return true
	}
	return math.Abs(want-got) <= 1e-14*math.Max(math.Abs(want), 1e-3)
}
