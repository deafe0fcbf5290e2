package check

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os/exec"
	"slices"

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
	Item      string
	Ulps      float64 // units in the last place of the largest entry of the output
	Condition float64 // how many of them rounding the inputs changes it by
	At        string  // the point as JSON
	Origin    string
}

// Relative returns the error in units of what rounding the inputs changes.
func (w Worst) Relative() float64 {
	if w.Item == "" {
		return 0
	}
	return w.Ulps / w.Condition
}

// Options say how a unit is verified.
type Options struct {
	Seed      uint64
	Points    int           // ordinary points for each step of sizes
	Plain     bool          // no extreme points
	At        *verify.Point // the one point to verify it at; nil for those of the seed and extreme ones
	NoCompile bool          // leave the Go of kernels unchecked
	Code      []byte        // the Go to verify in the place of what is generated
}

// VerifyAll is [Unit.Verify] with extreme points among the others and with the compiled kernels of the file. Where Go cannot be generated or compiled
// the report's Kernels says why.
func (u *Unit) VerifyAll(ctx context.Context, o Options) (*Report, error) {
	r := &Report{}
	var places []place
	var missing error
	if o.At != nil {
		if err := u.satisfiesGivens(*o.At); err != nil {
			return nil, err
		}
		at, precision := copyPoint(*o.At), max(u.precision(), verify.ExtremeBits)
		if !at.IsInfinite() {
			verify.Satisfies(u.witness(), at, precision) // to all bits
		}
		places = []place{{Point: at, origin: "--at", extreme: true, precision: precision}}
	} else {
		if err := u.sampled(); err != nil {
			return nil, err
		}
		places, missing = u.places(r, o.Seed, o.Points)
		if !o.Plain {
			places = append(places, u.extremePlaces(o.Seed)...)
		}
	}
	u.verifyAt(r, places, missing, o.At != nil)
	if len(u.Problem.Kernels) == 0 {
		r.Kernels = "the file has no kernel"
		return r, nil
	}
	if o.NoCompile {
		r.Kernels = "not checked, as --no-compile asks"
		return r, nil
	}
	if _, err := exec.LookPath("go"); err != nil {
		r.Unchecked, r.Kernels = true, "not checked: there is no go command"
		return r, nil
	}
	code := o.Code
	if code == nil {
		var err error
		if code, err = u.Go("kernels"); err != nil {
			r.Findings = append(r.Findings, Finding{Item: "gen", Stage: "Go", Problem: err.Error()})
			return r, nil
		}
	}
	if o.At == nil {
		places = append(places, u.longPlaces(o.Seed)...)
	}
	err := u.verifyCompiled(ctx, r, code, places)
	var wrong *codeError
	if errors.As(err, &wrong) {
		r.Findings = append(r.Findings, Finding{Item: "the kernels", Stage: "compiled Go", Problem: wrong.Error()})
		err = nil
	}
	return r, err
}

// satisfiesGivens says which given a point does not satisfy.
func (u *Unit) satisfiesGivens(p verify.Point) error {
	e := verify.NewEvaluator(u.witness(), p, u.precision())
	for _, s := range u.source.Statements {
		g, ok := s.(*syntax.Given)
		if !ok {
			continue
		}
		if holds, err := e.Holds(g.Cond, verify.GivenTolerance); err != nil {
			return err
		} else if !holds {
			return fmt.Errorf("the values do not satisfy: given %s", syntax.Print(g.Cond))
		}
	}
	return nil
}

// verifyCompiled builds Go with a program that calls it, runs it, and compares every output.
func (u *Unit) verifyCompiled(ctx context.Context, r *Report, code []byte, places []place) error {
	kernels, err := u.Kernels()
	if err != nil {
		return err
	}
	functions, err := u.functions(code, kernels)
	if err != nil {
		return err
	}
	var calls []call
	for _, p := range places {
		for n, kernel := range kernels {
			c, err := functions[n].call(n, kernel, p.Point)
			if err != nil {
				return fmt.Errorf("%s: %w", kernel.Name, err)
			}
			calls = append(calls, c)
		}
	}
	answers, err := execute(ctx, code, functions, kernels, calls)
	if err != nil {
		return err
	}
	for k, p := range places {
		for n, kernel := range kernels {
			for j := range kernel.Outputs {
				ref := u.reference(u.Problem.Kernels[n], j, p)
				u.compareCompiled(r, ref, answers[k*len(kernels)+n], j)
			}
		}
	}
	return nil
}

// A reference is what an output of a kernel has to be at a place, by the witness.
type reference struct {
	place
	name      string
	x         syntax.Expr
	want      []float64 // nil where there is nothing to compare with
	infinite  []float64 // the entries, where all are infinities
	unit      float64   // the error that one rounding of the inputs or of the result stands for
	cancelled float64   // what the formula itself loses in double precision; negative while it is not known
}

// reference returns what the j-th output of a kernel has to be at a place.
func (u *Unit) reference(k *formula.Kernel, j int, p place) *reference {
	x := k.Outputs[j].Source
	ref := &reference{place: p, name: k.Name + ": " + syntax.Print(x), x: x, cancelled: -1}
	t, err := u.evaluateWithin(x, p.Point, p.precision, p.limit)
	want, err := rounded(t, err)
	switch {
	case err == nil && infinite(t):
		ref.infinite = want
		return ref
	case err != nil || slices.ContainsFunc(want, func(v float64) bool { return !isFinite(v) }):
		return ref
	}
	if ref.unit = u.unit(x, want, p); !math.IsInf(ref.unit, 0) { // else double precision leaves nothing of it
		ref.want = want
	}
	return ref
}

// refine computes a reference in more bits, as far as the witness gets, since digits may have cancelled in the formula. It reports whether they had.
func (u *Unit) refine(ref *reference) bool {
	at := ref.place
	if at.precision >= rangePrecision {
		return false
	}
	at.precision = rangePrecision
	want, err := u.valuesAt(ref.x, at)
	if err != nil || slices.Equal(want, ref.want) {
		return false
	}
	unit := u.unit(ref.x, want, at)
	if math.IsInf(unit, 0) || slices.ContainsFunc(want, func(v float64) bool { return !isFinite(v) }) {
		return false
	}
	ref.place, ref.want, ref.unit = at, want, unit
	return true
}

// compareCompiled holds the j-th output of a call against the witness.
func (u *Unit) compareCompiled(r *Report, ref *reference, got answer, j int) {
	if ref.want == nil {
		if got.Problem == "" && ref.infinite != nil && slices.EqualFunc(got.Outputs[j], ref.infinite, sameInfinity) {
			r.count(ref.place)
		} else {
			r.Skipped++
		}
		return
	}
	r.count(ref.place)
	problem := got.Problem
	if problem == "" && len(got.Outputs[j]) != len(ref.want) {
		problem = fmt.Sprintf("%d entries, not %d", len(got.Outputs[j]), len(ref.want))
	}
	if problem != "" {
		finding := u.finding(ref.name, compiledStage, ref.place)
		finding.Problem = problem
		r.Findings = append(r.Findings, finding)
		return
	}
	u.measure(r, ref, got.Outputs[j])
}

// compiledStage is the stage of findings about compiled Go.
const compiledStage = "compiled Go"

// measure notes the largest error of an output, and the output in the findings if it is wrong.
func (u *Unit) measure(r *Report, ref *reference, got []float64) {
	last := ulp(scaleOf(ref.want))
	for j, want := range ref.want {
		off := 0.0
		if got[j] != want {
			off = math.Abs(got[j] - want)
		}
		if !(off <= MaxUlps*ref.unit) { // also where it is NaN
			if u.refine(ref) {
				u.measure(r, ref, got)
				return
			}
			if ref.cancelled < 0 {
				ref.cancelled = u.cancellation(ref.x, ref.want, ref.place)
			}
			switch {
			case off <= MaxUlps*ref.cancelled:
				r.Cancelled++
			case ref.extreme && u.undefined(ref.x, j, ref.place):
				r.Edges++
			case ref.overflows && u.failsPlainly(ref.x, j, want, off, ref.place):
				if r.OutOfRange++; r.OutOfRange == 1 {
					r.OutOfRangeAt = u.pointJSON(ref.Point)
				}
			default:
				finding := u.finding(ref.name, compiledStage, ref.place)
				finding.Entry, finding.Want, finding.Got = j, want, got[j]
				r.Findings = append(r.Findings, finding)
			}
			return
		}
		w := Worst{Item: ref.name, Ulps: off / last, Condition: math.Max(ref.unit/last, 1)}
		if math.IsInf(w.Ulps, 0) || math.IsInf(w.Condition, 0) { // the output is 0 but for what the inputs are rounded by
			continue
		}
		if w.Relative() < r.Worst.Relative() && w.Ulps < r.WorstUlps.Ulps {
			continue
		}
		w.At, w.Origin = u.pointJSON(ref.Point), ref.origin
		if w.Relative() >= r.Worst.Relative() {
			r.Worst = w
		}
		if w.Ulps >= r.WorstUlps.Ulps {
			r.WorstUlps = w
		}
	}
}
