package check

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os/exec"
	"slices"

	"github.com/seed-9905856d/derive/codegen"
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
	run, err := u.run(ctx, r, o, places)
	if err != nil {
		return nil, err
	}
	defer run.end()
	v := u.verification()
	for k, p := range run.places {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		p = p.remembering()
		if k < len(places) {
			v.compare(p)
		}
		run.refer(p)
	}
	v.report(r, missing, o.At != nil)
	return r, run.compare(ctx, r)
}

// satisfiesGivens says which given a point does not satisfy.
func (u *Unit) satisfiesGivens(p verify.Point) error {
	e := u.evaluator(p, u.precision())
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

// A run is a program of the kernels of a unit, which is built and run while the witness computes what its outputs have to be.
type run struct {
	u       *Unit
	kernels []codegen.Kernel
	places  []place          // those of the calls
	refs    [][][]*reference // by place, kernel and output
	finding *Finding         // in the place of a program, what keeps it from being built

	cancel  func()
	done    chan struct{} // closed when there are answers, or an error
	answers []answer      // by place and kernel
	err     error
}

// run begins to build and to run the Go of kernels at places and at some that are for it alone. Where there is none, the report's Kernels says why.
func (u *Unit) run(ctx context.Context, r *Report, o Options, places []place) (*run, error) {
	g := &run{u: u, places: places, done: make(chan struct{}), cancel: func() {}}
	calls, functions, code, err := g.prepare(r, o)
	wrong := (*codeError)(nil)
	switch {
	case errors.As(err, &wrong):
		g.finding = &Finding{Item: "the kernels", Stage: compiledStage, Problem: wrong.Error()}
	case err != nil:
		return nil, err
	case len(calls) > 0:
		ctx, g.cancel = context.WithCancel(ctx)
		go func() {
			defer close(g.done)
			g.answers, g.err = execute(ctx, code, functions, g.kernels, calls)
		}()
		return g, nil
	}
	close(g.done)
	return g, nil
}

// prepare makes the calls of the Go that is to be run.
func (g *run) prepare(r *Report, o Options) (calls []call, functions []signature, code []byte, err error) {
	u := g.u
	if len(u.Problem.Kernels) == 0 {
		r.Kernels = "the file has no kernel"
		return nil, nil, nil, nil
	}
	if o.NoCompile {
		r.Kernels = "not checked, as --no-compile asks"
		return nil, nil, nil, nil
	}
	if _, err := exec.LookPath("go"); err != nil {
		r.Unchecked, r.Kernels = true, "not checked: there is no go command"
		return nil, nil, nil, nil
	}
	if code = o.Code; code == nil {
		if code, err = u.Go("kernels"); err != nil {
			g.finding = &Finding{Item: "gen", Stage: "Go", Problem: err.Error()}
			return nil, nil, nil, nil
		}
	}
	if o.At == nil {
		g.places = slices.Concat(g.places, u.longPlaces(o.Seed))
	}
	kernels, err := u.Kernels()
	if err != nil {
		return nil, nil, nil, err
	}
	if functions, err = u.functions(code, kernels); err != nil {
		return nil, nil, nil, err
	}
	for _, p := range g.places {
		for n, kernel := range kernels {
			c, err := functions[n].call(n, kernel, p.Point)
			if err != nil {
				return nil, nil, nil, fmt.Errorf("%s: %w", kernel.Name, err)
			}
			calls = append(calls, c)
		}
	}
	g.kernels = kernels
	return calls, functions, code, nil
}

// end ends the program, if it has not come to its end, and waits until it is gone.
func (g *run) end() {
	g.cancel()
	<-g.done
}

// refer computes what the outputs have to be at the next place.
func (g *run) refer(p place) {
	refs := make([][]*reference, len(g.kernels))
	for n, kernel := range g.kernels {
		for j := range kernel.Outputs {
			refs[n] = append(refs[n], g.u.reference(g.u.Problem.Kernels[n], j, p))
		}
	}
	g.refs = append(g.refs, refs)
}

// compare holds the outputs against what they have to be.
func (g *run) compare(ctx context.Context, r *Report) error {
	<-g.done
	wrong := (*codeError)(nil)
	switch {
	case errors.As(g.err, &wrong):
		g.finding = &Finding{Item: "the kernels", Stage: compiledStage, Problem: wrong.Error()}
	case g.err != nil:
		return g.err
	}
	if g.finding != nil {
		r.Findings = append(r.Findings, *g.finding)
		return nil
	}
	for k, p := range g.places[:min(len(g.places), len(g.answers))] {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		memory := p.remembering().memory
		for n := range g.kernels {
			for j, ref := range g.refs[k][n] {
				ref.memory = memory
				g.u.compareCompiled(r, ref, g.answers[k*len(g.kernels)+n], j)
				ref.memory = nil
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
	ref.memory = nil // what it takes is not kept
	t, err := u.valueAt(x, p)
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
		r.Findings = append(r.Findings, u.finding(Finding{Problem: problem}, ref.name, compiledStage, ref.place))
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
			case (ref.overflows || math.Abs(want) < smallestNormal) && u.failsPlainly(ref.x, j, want, off, ref.place):
				if r.OutOfRange++; r.OutOfRange == 1 {
					r.OutOfRangeAt = u.pointJSON(ref.Point)
				}
			default:
				f := Finding{Entry: j, Want: want, Got: got[j]}
				r.Findings = append(r.Findings, u.finding(f, ref.name, compiledStage, ref.place))
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
