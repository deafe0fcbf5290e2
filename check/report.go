package check

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/seed-9905856d/derive/syntax"
	"github.com/seed-9905856d/derive/verify"
)

// Precision is the number of bits in which the witness computes, MatrixPrecision where a file has determinants or inverses, in which much more
// may cancel, and ExtremePrecision at the most, at extreme points.
const (
	Precision        = 200
	MatrixPrecision  = 800
	ExtremePrecision = verify.ExtremeBits
)

// A Finding is a result of one item at one point that differs from the formula as it is written.
type Finding struct {
	Item    string
	Stage   string // what differs: the result, or its Go
	Point   verify.Point
	At      string // the point as JSON; empty where there is none
	Origin  string // what brings the point back
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
	Extreme int // of these at extreme points
	Skipped int // points at which the formula as it is written has no finite value
	// Cancelled counts the outputs of compiled Go that lose no more digits than the formula itself loses in double precision.
	Cancelled int
	// Edges counts the outputs whose closed form has no value where the formula as it is written has one, such as -y/p at
	// 0/0 for the derivative of y*log(p), which the language lets be 0 where y is 0: at extreme points, and where the conditions that the closed
	// form is printed with do not hold.
	Edges int
	// OutOfRange counts those at extreme points that are wrong where the closed form, computed in float64 as it stands, is too.
	OutOfRange   int
	OutOfRangeAt string // the first such point, as JSON
	Findings     []Finding
	Uncompared   []string // the items that have no value at the one point that is asked for, with the reason
	Worst        Worst    // the largest error of compiled Go in units of what rounding the inputs changes
	WorstUlps    Worst    // the largest one in units in the last place
	Unchecked    bool     // whether there are kernels that should have been compiled and were not, for want of a go command
	Kernels      string   // why kernels were not compiled; empty where they were
}

// Values returns the entries of an expression at a point, as the witness computes them.
func (u *Unit) Values(x syntax.Expr, p verify.Point) ([]float64, error) {
	return rounded(u.evaluate(x, p))
}

// rounded returns the entries of a tensor as float64.
func rounded(t verify.Tensor, err error) ([]float64, error) {
	if err != nil {
		return nil, err
	}
	out := make([]float64, len(t.Data))
	for k, v := range t.Data {
		out[k] = v.Real().Float64()
	}
	return out, nil
}

// Verify holds the results of all items, as they are printed in both notations, against the items as they are written, at
// count ordinary points for each step of sizes.
func (u *Unit) Verify(seed uint64, count int) Report {
	var r Report
	places, missing := u.places(&r, seed, count)
	v := u.verification()
	for _, p := range places {
		v.compare(p.remembering())
	}
	v.report(&r, missing, false)
	return r
}

// A verification holds the results of items against them, at one place after another.
type verification struct {
	u     *Unit
	items []verified // by item
}

// A verified is what has become of an item.
type verified struct {
	Report
	reached bool  // whether it has had a value at any place
	why     error // why it had none at the last place where it had none
	held    int   // at how many ordinary places its result has been held against it
	outside int   // at how many of them its result is not meant to be its value, conditions exclude but a few
}

// verification returns one that has compared nothing as yet.
func (u *Unit) verification() *verification {
	return &verification{u, make([]verified, len(u.Items))}
}

// compare holds the results of all items against them at one place.
func (v *verification) compare(p place) {
	for k, item := range v.u.Items {
		f := &v.items[k]
		if err := v.u.compare(&f.Report, item, p); err != nil {
			f.why = err
			if errors.Is(err, errOutside) {
				f.outside++
			}
			continue
		}
		f.reached = true
		if !p.extreme {
			f.held++
		}
	}
}

// report adds what has been found to a report. What is missing says why there may have been no place. Where a single one was asked for, an item
// without a value there is none of the findings.
func (v *verification) report(r *Report, missing error, single bool) {
	for k, item := range v.u.Items {
		f := &v.items[k]
		r.Points, r.Extreme, r.Skipped, r.Edges = r.Points+f.Points, r.Extreme+f.Extreme, r.Skipped+f.Skipped, r.Edges+f.Edges
		r.Findings = append(r.Findings, f.Findings...)
		reached, why := f.reached, f.why
		switch {
		case f.outside > f.held:
			reached, why = false, errOutside
		case why == nil:
			why = missing
		}
		switch {
		case reached:
		case single:
			r.Uncompared = append(r.Uncompared, fmt.Sprintf("%s: %v", item.Name, why))
		default:
			r.Findings = append(r.Findings, Finding{Item: item.Name, Stage: "as written", Problem: fmt.Sprintf("it could not be compared at any point: %v", why)})
		}
	}
}

// compare holds the printed results of an item against it at one place. The error says why the item itself, or its result, has no value there.
func (u *Unit) compare(r *Report, item *Item, p place) error {
	want, err := u.valueAt(u.written(item), p)
	if err != nil {
		r.Skipped++
		return err
	}
	if len(want.Data) > 0 && !slices.ContainsFunc(want.Data, func(v verify.Num) bool { return isFinite(v.Real().Float64()) }) {
		if !infinite(want) || !u.sameInfinities(item, want, p) {
			r.Skipped++
			return errNotFinite
		}
		r.count(p)
		return nil
	}
	r.count(p)
	outside := false
	for _, s := range u.stages(item) {
		wrong := func(f Finding) { r.Findings = append(r.Findings, u.finding(f, item.Name, s.name, p)) }
		if s.problem != "" {
			wrong(Finding{Problem: s.problem})
			continue
		}
		got, err := u.valueAt(s.x, p)
		limit := (*verify.Error)(nil)
		if errors.Is(err, errOverflow) || errors.Is(err, errSingular) || errors.As(err, &limit) && limit.Limit {
			r.Skipped++
			continue
		}
		if err != nil {
			wrong(Finding{Problem: fmt.Sprintf("%s has no value: %v", s.text, err)})
			continue
		}
		if len(got.Data) != len(want.Data) {
			wrong(Finding{Problem: fmt.Sprintf("%s has %d entries, not %d", s.text, len(got.Data), len(want.Data))})
			continue
		}
		for k := range want.Data {
			value, result := want.Data[k].Real().Float64(), got.Data[k].Real().Float64()
			if agreeAt(p, value, result) {
				continue
			}
			if !isFinite(result) && (p.extreme || !u.isMeant(item, p.Point)) {
				r.Edges++
				outside = outside || !p.extreme
			} else if u.cancelled(item, want, p) {
				p.precision = rangePrecision
				return u.compare(r, item, p)
			} else {
				wrong(Finding{Entry: k, Want: value, Got: result})
			}
			break
		}
	}
	if outside {
		return errOutside
	}
	return nil
}

// infinite reports whether a tensor has entries and all of them are infinities, such as the largest of no numbers.
func infinite(t verify.Tensor) bool {
	return len(t.Data) > 0 && !slices.ContainsFunc(t.Data, func(v verify.Num) bool { return !v.Real().IsInf(0) })
}

// sameInfinities reports whether the printed results of an item have the infinities that it has as it is written. Where they have something else
// that says nothing: beside a pole there is one value or the other.
func (u *Unit) sameInfinities(item *Item, want verify.Tensor, p place) bool {
	for _, s := range u.stages(item) {
		if s.problem != "" {
			return false
		}
		got, err := u.valueAt(s.x, p)
		if err != nil || !slices.EqualFunc(got.Data, want.Data, func(a, b verify.Num) bool { return sameInfinity(a.Real().Float64(), b.Real().Float64()) }) {
			return false
		}
	}
	return true
}

// sameInfinity reports whether two numbers are infinities of one sign.
func sameInfinity(a, b float64) bool { return a == b && math.IsInf(a, 0) }

// cancelled reports whether an item has other values in more bits, since digits have cancelled in the formula.
func (u *Unit) cancelled(item *Item, was verify.Tensor, p place) bool {
	if p.precision >= rangePrecision {
		return false
	}
	fine := p
	fine.precision = rangePrecision
	refined, err := u.valueAt(u.written(item), fine)
	return err == nil && slices.ContainsFunc(refined.Data, func(v verify.Num) bool { return isFinite(v.Real().Float64()) }) &&
		!slices.EqualFunc(refined.Data, was.Data, func(a, b verify.Num) bool { return a.Real().Float64() == b.Real().Float64() })
}

// count counts a comparison.
func (r *Report) count(p place) {
	r.Points++
	if p.extreme {
		r.Extreme++
	}
}

// finding says of a finding what it is about and where.
func (u *Unit) finding(f Finding, item, stage string, p place) Finding {
	f.Item, f.Stage, f.Point, f.At, f.Origin = item, stage, p.Point, u.pointJSON(p.Point), p.origin
	return f
}

// Values computed in high precision and then rounded are one up to the relative difference Agreement, where numbers below Floor count as Floor.
const (
	Agreement = 1e-14
	Floor     = 1e-3
)

// agree reports whether two values computed in high precision and then rounded are one. Where the formula itself is
// not finite nothing is asked of the result.
func agree(want, got float64) bool {
	if math.IsNaN(want) || math.IsInf(want, 0) || want == got {
		return true
	}
	return math.Abs(want-got) <= Agreement*math.Max(math.Abs(want), Floor)
}

// agreeAt is agree for any point: at extreme ones the smallest magnitude is what the precision leaves of numbers that cancel.
func agreeAt(p place, want, got float64) bool {
	if !p.extreme || math.IsNaN(want) || math.IsInf(want, 0) {
		return agree(want, got)
	}
	smallest := math.Max(math.Ldexp(1, -int(p.precision)/2), math.SmallestNonzeroFloat64)
	return math.Abs(want-got) <= math.Max(Agreement*math.Abs(want), smallest)
}

// isFinite reports whether x is a number.
func isFinite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
