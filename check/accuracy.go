package check

import (
	"context"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"

	"github.com/seed-9905856d/derive/codegen"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/syntax"
	"github.com/seed-9905856d/derive/verify"
)

// An Accuracy is the largest error of one kernel's compiled code, in ulps of condition: the unit is the unit in the last place of the
// entry, below 2⁻⁹⁷⁰ that of 2⁻⁹⁷⁰, plus what the entry changes by where every input changes by 2⁻⁵² of itself.
type Accuracy struct {
	Kernel   string
	Compared int     // entries of outputs
	Worst    float64 // +Inf where an entry is not finite and should be, or the other way round
	Output   string  // where the worst is
	Entry    int
	Got      float64
	Want     float64
	Point    verify.Point
}

// A Probe says where accuracy is measured.
type Probe struct {
	Seed   uint64
	Points int             // for each size
	Sizes  []int           // of every size of the formula; nil for 1, 2, 3
	Code   codegen.Options // with which code is generated, but for the package
}

// Accuracy measures the compiled kernels of a file over the whole range of float64, as far as the givens let the inputs go.
func (u *Unit) Accuracy(ctx context.Context, probe Probe) ([]Accuracy, error) {
	all, err := MeasureAll(ctx, []*Unit{u}, probe)
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// MeasureAll is [Unit.Accuracy] for many files, whose kernels are compiled into one program.
func MeasureAll(ctx context.Context, units []*Unit, probe Probe) ([][]Accuracy, error) {
	if probe.Sizes == nil {
		probe.Sizes = []int{1, 2, 3}
	}
	var programs []program
	samples := make([][]verify.Point, len(units))
	for k, u := range units {
		if err := u.sampled(); err != nil {
			return nil, err
		}
		p, err := u.program(probe.Code)
		if err != nil {
			return nil, err
		}
		samples[k] = u.spread(probe)
		for _, point := range samples[k] {
			if err := p.add(point); err != nil {
				return nil, err
			}
		}
		programs = append(programs, p)
	}
	answers, err := runBatch(ctx, programs)
	if err != nil {
		return nil, err
	}
	out := make([][]Accuracy, len(units))
	for k, u := range units {
		kernels := programs[k].kernels
		for n := range kernels {
			a := Accuracy{Kernel: kernels[n].Name}
			for j, point := range samples[k] {
				u.gauge(&a, u.Problem.Kernels[n], answers[k][j*len(kernels)+n], point)
			}
			out[k] = append(out[k], a)
		}
	}
	return out, nil
}

// gauge compares the outputs of one call.
func (u *Unit) gauge(a *Accuracy, kernel *formula.Kernel, got [][]float64, p verify.Point) {
	beside := u.beside(kernel.Name, p)
	for k, out := range kernel.Outputs {
		want, units, ok := u.referenceAt(out.Source, p, beside)
		if !ok || len(want) != len(got[k]) {
			continue
		}
		for j, w := range want {
			if math.IsNaN(w) || math.IsInf(w, 0) || math.IsInf(units[j], 0) || math.IsNaN(units[j]) {
				continue
			}
			a.Compared++
			e := math.Abs(got[k][j]-w) / units[j]
			if math.IsNaN(e) {
				e = math.Inf(1)
			}
			if e > a.Worst {
				a.Worst, a.Output, a.Entry, a.Got, a.Want, a.Point = e, syntax.Print(out.Source), j, got[k][j], w, p
			}
		}
	}
}

// referencePrecision is the number of bits of references, rangePrecision that of those in which numbers of different size cancel, and
// [verify.ExtremeBits] where they are of the most different sizes that there are: each confirms the one before.
const (
	referencePrecision = 200
	rangePrecision     = 1300
)

// maxScalars bounds the entries of the inputs for which a 0 is looked at in the most bits.
const maxScalars = 4

// exact returns the entries of an expression in as many bits as they need, and how many these are.
func (u *Unit) exact(x syntax.Expr, p verify.Point) (value []*big.Float, precision uint, ok bool) {
	value, ok = u.precisely(x, p, referencePrecision)
	precision = referencePrecision
	confirmations := []uint{rangePrecision, verify.ExtremeBits}
	if isFar(p) { // all digits may have cancelled in both of the others
		confirmations = confirmations[1:]
	}
	for _, more := range confirmations {
		if !ok {
			return nil, 0, false
		}
		confirmed, ok := u.precisely(x, p, more)
		if !ok {
			return nil, 0, false
		}
		if settled(value, confirmed, entries(p) > maxScalars) {
			return value, precision, true
		}
		value, precision = confirmed, more
	}
	return value, precision, ok
}

// farExponent is the power of 2 beyond which few numbers are of so different size that they cancel in more bits than [rangePrecision] in powers
// such as the terms of sin(x)/x³ - cos(x)/x² have.
const farExponent = rangePrecision / 8

// isFar reports whether one of a few inputs is very small or very large.
func isFar(p verify.Point) bool {
	if entries(p) > maxScalars {
		return false
	}
	for _, v := range p.Values { // whatever their order
		for _, entry := range v.Data {
			x := entry.Float64()
			if x != 0 && x-x == 0 && max(math.Ilogb(x), -math.Ilogb(x)) > farExponent {
				return true
			}
		}
	}
	return false
}

// maxReference bounds the entries of the inputs for which the witness differentiates a formula as it is written: it takes as many
// evaluations as there are entries. Beyond it the printed result, which [Unit.Verify] holds against the formula, is evaluated.
const maxReference = 20

// referenceAt returns the entries of an expression at a point and the unit of error of each.
func (u *Unit) referenceAt(x syntax.Expr, p verify.Point, beside float64) (want, units []float64, ok bool) {
	if entries(p) > maxReference {
		x = u.resultOf(x)
	}
	value, precision, ok := u.exact(x, p)
	if !ok {
		return nil, nil, false
	}
	want, units = make([]float64, len(value)), make([]float64, len(value))
	for k, v := range value {
		want[k], _ = v.Float64()
		units[k] = ulpNear(want[k]) + beside
	}
	largest := make([]float64, len(value))
	for _, moved := range u.moved(p) {
		other, ok := u.precisely(x, moved, precision)
		if !ok || len(other) != len(value) {
			return nil, nil, false
		}
		for k := range value {
			change, _ := other[k].Sub(other[k], value[k]).Float64()
			change = math.Abs(change) * (1 << (stepBits - 52))
			if entries(p) > maxReference { // all have moved
				change, largest[k] = math.Max(0, change-largest[k]), math.Max(change, largest[k])
			}
			units[k] += change
		}
	}
	if u.hasEqualities() { // which numbers of float64 satisfy up to rounding only
		other, ok := u.precisely(u.resultOf(x), p, precision)
		for k := 0; ok && len(other) == len(value) && k < len(value); k++ {
			change, _ := other[k].Sub(other[k], value[k]).Float64()
			units[k] += math.Abs(change)
		}
	}
	return want, units, true
}

// hasEqualities reports whether there is an equation among the givens. At a point that is beside it the formula as it is written and its closed form,
// which relies on the equation, differ by what the point is beside it.
func (u *Unit) hasEqualities() bool {
	found := false
	for _, s := range u.file.Statements {
		if g, ok := s.(*syntax.Given); ok {
			syntax.Inspect(g.Cond, func(x syntax.Expr) bool {
				c, ok := x.(*syntax.Compare)
				found = found || ok && slices.Contains(c.Ops, syntax.Eq)
				return !found
			})
		}
	}
	return found
}

// besidePrefix begins the name of the definition, if there is one, whose size the error of a kernel is relative to as well.
const besidePrefix = "beside_"

// beside returns 2⁻⁵² of the size of that definition.
func (u *Unit) beside(kernel string, p verify.Point) float64 {
	name := besidePrefix + kernel
	for _, item := range u.Items {
		if item.definition && item.Name == name {
			if v, ok := u.evaluated(item.Expr, p, rangePrecision, true); ok {
				f, _ := v[0].Float64()
				return math.Abs(f) * 0x1p-52
			}
		}
	}
	return 0
}

// smallestNormal is about the size below which numbers have fewer digits than others.
const smallestNormal = 0x1p-970

// ulpNear is the unit in the last place of x, that below the largest number for it.
func ulpNear(x float64) float64 {
	x = math.Max(math.Abs(x), smallestNormal)
	if x >= math.MaxFloat64/2 {
		return math.MaxFloat64 - math.Nextafter(math.MaxFloat64, 0)
	}
	return ulp(x)
}

// settled reports whether numbers agree but for what is far less than an ulp. Of a 0 that is said where zeros are: all may have cancelled.
func settled(a, b []*big.Float, zeros bool) bool {
	for k := range a {
		d := new(big.Float).Sub(a[k], b[k])
		if d.Sign() == 0 && b[k].Sign() == 0 && !zeros {
			return false
		}
		if d.Sign() != 0 && (b[k].Sign() == 0 || d.MantExp(nil) > b[k].MantExp(nil)-100) {
			return false
		}
	}
	return true
}

// precisely returns the entries of an expression, which are to be finite, in arithmetic of so many bits.
func (u *Unit) precisely(x syntax.Expr, p verify.Point, precision uint) (out []*big.Float, ok bool) {
	return u.evaluated(x, p, precision, false)
}

// evaluated is precisely; ties says whether derivatives do not matter, so that the largest of several numbers may be more than one.
func (u *Unit) evaluated(x syntax.Expr, p verify.Point, precision uint, ties bool) (out []*big.Float, ok bool) {
	e := u.evaluator(p, precision)
	t, err := e.Eval(u.explicit(x))
	if err != nil || e.Cancelled() && !ties {
		return nil, false
	}
	out = make([]*big.Float, len(t.Data))
	for k, v := range t.Data {
		r := v.Real()
		if r.IsNaN() || r.IsInf(0) {
			return nil, false
		}
		out[k] = r.Big()
	}
	return out, true
}

// stepBits is the size of the steps that the condition is taken from, relative to the entries.
const stepBits = 70

// patterns is the number of ways in which many entries are moved at once.
const patterns = 12

// moved returns the points at which one entry is larger by 2⁻⁷⁰ of itself; where there are many entries, some in which all have moved at
// random, the largest of whose effects bounds that of all from below.
func (u *Unit) moved(p verify.Point) []verify.Point {
	step := new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Lsh(big.NewInt(1), stepBits))
	up, down := new(big.Rat).Add(big.NewRat(1, 1), step), new(big.Rat).Sub(big.NewRat(1, 1), step)
	var out []verify.Point
	if entries(p) > maxReference {
		for pattern := range patterns {
			rng := rand.New(rand.NewPCG(uint64(pattern), 1))
			q := copyPoint(p)
			eachEntry(q, func(name string, e *verify.Entry) {
				if e.Rat == nil || u.isInteger(name) {
					return
				}
				by := up
				if pattern == 1 && e.Rat.Sign() < 0 || pattern > 1 && rng.IntN(2) == 0 {
					by = down
				}
				e.Rat = new(big.Rat).Mul(e.Rat, by)
			})
			out = append(out, q)
		}
		return out
	}
	count := 0
	eachEntry(p, func(name string, e *verify.Entry) {
		k := count
		count++
		if e.Rat == nil || e.Rat.Sign() == 0 || u.isInteger(name) {
			return
		}
		q, at := copyPoint(p), 0
		eachEntry(q, func(_ string, e *verify.Entry) {
			if at == k {
				e.Rat = new(big.Rat).Mul(e.Rat, up)
			}
			at++
		})
		out = append(out, q)
	})
	return out
}

// entries returns the number of the entries of all inputs.
func entries(p verify.Point) int {
	n := 0
	for _, v := range p.Values {
		n += len(v.Data)
	}
	return n
}

// eachEntry calls f for every entry of the inputs, in the order of their names.
func eachEntry(p verify.Point, f func(name string, e *verify.Entry)) {
	var names []string
	for name := range p.Values {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		data := p.Values[name].Data
		for k := range data {
			f(name, &data[k])
		}
	}
}

// copyPoint returns a point whose entries can be replaced.
func copyPoint(p verify.Point) verify.Point {
	q := verify.Point{Sizes: p.Sizes, Values: map[string]verify.Value{}}
	for name, v := range p.Values {
		q.Values[name] = verify.Value{Shape: v.Shape, Data: slices.Clone(v.Data)}
	}
	return q
}
