package check

import (
	"fmt"
	"math"
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/syntax"
	"github.com/seed-9905856d/derive/verify"
)

// sizeSteps are the sizes that are tried: of several sizes some are larger by 1 or 2.
var sizeSteps = []int{1, 2, 3, 5}

// extremeSteps are the sizes at which extreme points are tried.
var extremeSteps = []int{2, 3}

// A place is a point at which a unit is verified.
type place struct {
	verify.Point
	origin    string // what brings it back
	extreme   bool
	overflows bool // whether powers or exponentials of such numbers may leave the range of float64
	precision uint // the number of bits in which the witness computes there
	limit     int  // of the operations that the witness may take; 0 for its own
	memory    *memory
}

// The limits of the operations that the witness takes for one expression at an extreme point, and where it computes in thousands of bits: what
// takes more is left out there, so that extreme points do not take longer than ordinary ones.
const (
	extremeLimit = 50_000
	preciseLimit = 5_000
)

// places returns the ordinary points of a seed, count of them for each step of sizes, all others where there are no sizes. What is missing is counted in
// the report.
func (u *Unit) places(r *Report, seed uint64, count int) (places []place, missing error) {
	sized := len(u.sizeNames()) > 0
	for n, step := range sizeSteps {
		for k := range count {
			at := k
			if !sized {
				at += n * count
			}
			p, err := u.Sample(step, pointSeed(seed, at))
			if err != nil {
				r.Skipped++
				missing = err
				continue
			}
			places = append(places, place{Point: p, origin: fmt.Sprintf("--seed %d, point %d of step %d", seed, k+1, step), precision: u.precision()})
		}
	}
	return places, missing
}

// extremePlaces returns the extreme points of a seed, for each step of sizes those of each kind that satisfy the givens. Determinants and
// inverses of matrices of huge and tiny numbers have no digits left, and take long: files that have some are tried at ties alone.
func (u *Unit) extremePlaces(seed uint64) []place {
	kinds := append(slices.Clone(verify.Extremes), verify.AtConstants(u.constants())...)
	var places []place
	for _, step := range extremeSteps {
		for k, kind := range kinds {
			if u.matrices && k > 0 { // ties come first
				continue
			}
			for n := range kind.Points {
				p, err := verify.SampleExtreme(u.witness(), kind, u.sizes(step, seed+uint64(k)), pointSeed(seed, step*kind.Points+n), u.precision())
				if err != nil {
					break
				}
				origin := fmt.Sprintf("--seed %d, %s point %d of step %d", seed, kind.Name, n+1, step)
				at := place{Point: p, origin: origin, extreme: true, overflows: kind.Overflows, precision: u.precision(), limit: extremeLimit}
				if kind.Bits > at.precision {
					at.precision, at.limit = kind.Bits, preciseLimit
				}
				places = append(places, at)
			}
		}
	}
	return places
}

// maxConstants bounds how many constants of a file are looked at.
const maxConstants = 12

// constants returns the numbers in a file that float64 holds, in order of first appearance.
func (u *Unit) constants() []float64 {
	constants := []float64{0}
	for _, s := range u.file.Statements {
		syntax.InspectStatement(s, func(x syntax.Expr) bool {
			if n, ok := x.(*syntax.Number); ok && n.Value != nil && len(constants) < maxConstants {
				if c, exact := n.Value.Float64(); exact && !slices.Contains(constants, c) {
					constants = append(constants, c)
				}
			}
			return true
		})
	}
	return constants
}

// longSize is a size at which loops that are unrolled go round twice, and maxLong bounds how many sizes are tried so.
const (
	longSize = 9
	maxLong  = 4
)

// longPlaces returns points for compiled Go alone, whose loops differ with the size: one for each size, which is long there.
func (u *Unit) longPlaces(seed uint64) []place {
	var places []place
	names := u.sizeNames()
	for k, name := range names[:min(len(names), maxLong)] {
		sizes := u.sizes(2, 0)
		sizes[name] = longSize
		sizes = u.bounded(names, sizes)
		if sizes[name] < longSize {
			continue
		}
		p, err := verify.Sample(u.witness(), sizes, pointSeed(seed, longSize+k), u.precision())
		if err == nil {
			places = append(places, place{Point: p, origin: fmt.Sprintf("--seed %d, point with a long %s", seed, name), precision: u.precision(), limit: extremeLimit})
		}
	}
	return places
}

// At returns the point that values are, as numbers of float64, with the sizes that follow from them; a size that does not is given by its name.
func (u *Unit) At(values map[string]verify.Value) (verify.Point, error) {
	given := map[string]int{}
	for _, name := range u.sizeNames() {
		v, ok := values[name]
		if _, isParam := u.param(name); !ok || isParam || len(v.Data) != 1 || v.Data[0].Rat == nil || !v.Data[0].Rat.IsInt() {
			continue
		}
		given[name] = int(v.Data[0].Rat.Num().Int64())
		delete(values, name)
	}
	for _, v := range values { // kernels compute with float64
		for _, e := range v.Data {
			if e.Rat != nil {
				if f, _ := e.Rat.Float64(); !math.IsInf(f, 0) {
					e.Rat.SetFloat64(f)
				}
			}
		}
	}
	p, err := verify.NewSizedPoint(verify.Params(u.source), values, given)
	if err != nil {
		return p, err
	}
	for _, name := range u.sizeNames() {
		if _, ok := p.Sizes[name]; !ok {
			return p, fmt.Errorf("the values do not determine the size %s; give it as one of them", name)
		}
	}
	return p, nil
}

// param returns the input of a name.
func (u *Unit) param(name string) (*expr.Symbol, bool) {
	k := slices.IndexFunc(u.Problem.Params, func(sym *expr.Symbol) bool { return sym.Name == name })
	if k < 0 {
		return nil, false
	}
	return u.Problem.Params[k], true
}

// pointJSON writes a point as [Unit.At] reads it: with the sizes that the values do not determine.
func (u *Unit) pointJSON(p verify.Point) string {
	determined := map[string]bool{}
	for _, sym := range u.Problem.Params {
		for _, d := range sym.Dims {
			if d.Kind() == expr.KindSize {
				determined[d.Name()] = true
			}
		}
	}
	whole := verify.Point{Values: map[string]verify.Value{}}
	for name, v := range p.Values {
		whole.Values[name] = v
	}
	for name, n := range p.Sizes {
		if !determined[name] {
			whole.Values[name] = verify.Integer(n)
		}
	}
	return whole.JSON()
}

// sizeNames returns the names of the sizes of the inputs, in order of appearance.
func (u *Unit) sizeNames() []string {
	if u.sizesOf == nil {
		u.sizesOf = u.findSizes()
	}
	return slices.Clone(u.sizesOf)
}

func (u *Unit) findSizes() []string {
	names := []string{}
	seen := map[*expr.Node]bool{} // nodes are shared
	var visit func(n *expr.Node)
	visit = func(n *expr.Node) {
		if seen[n] {
			return
		}
		seen[n] = true
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

// sampledEntries bounds the entries of a sample, and those of a result at it, where smaller sizes have fewer; [verify.MaxEntries] does where sizes
// are numbers.
const sampledEntries = 1 << 12

// sizes returns the sizes of one step. With every other seed it is the earlier ones that are larger. Where tensors have many axes, sizes are
// smaller than the step says.
func (u *Unit) sizes(step int, seed uint64) map[string]int {
	sizes := map[string]int{}
	names := u.sizeNames()
	if seed%2 == 1 {
		slices.Reverse(names)
	}
	for k, name := range names {
		sizes[name] = step + k%3
	}
	return u.bounded(names, sizes)
}

// bounded returns sizes at which no sample has more than sampledEntries, as far as that is possible: the largest become smaller first, of equal ones
// those that come last.
func (u *Unit) bounded(names []string, sizes map[string]int) map[string]int {
	for u.entriesAt(sizes) > sampledEntries {
		largest := ""
		for _, name := range names {
			if largest == "" || sizes[name] >= sizes[largest] {
				largest = name
			}
		}
		if largest == "" || sizes[largest] <= 1 {
			break
		}
		sizes[largest]--
	}
	return sizes
}

// entriesAt returns how many entries all inputs have at some sizes or, where that is more, the largest result has; it counts no further than just
// beyond [verify.MaxEntries].
func (u *Unit) entriesAt(sizes map[string]int) int {
	p := verify.Point{Sizes: sizes}
	inputs := 0
	for _, sym := range u.Problem.Params {
		count := 1
		for _, d := range sym.Dims {
			count = verify.Times(count, sizeAt(d, p))
		}
		inputs = min(inputs+count, verify.MaxEntries+1)
	}
	most := inputs
	for _, item := range u.Items {
		count := 1
		for _, a := range item.Tensor.Axes {
			count = verify.Times(count, sizeAt(a.Hi(), p)-sizeAt(a.Lo(), p)+1)
		}
		most = max(most, count)
	}
	return most
}

// sampled says what is wrong with a file whose inputs or results have too many entries at the smallest sizes that there are.
func (u *Unit) sampled() error {
	sizes := map[string]int{}
	for _, name := range u.sizeNames() {
		sizes[name] = 1
	}
	if u.entriesAt(sizes) <= verify.MaxEntries {
		return nil
	}
	d := syntax.Diagnostic{Message: fmt.Sprintf("a sample of this has more entries than the limit of %d", verify.MaxEntries), Limit: true}
	for _, s := range u.file.Statements {
		if decl, ok := s.(*syntax.Param); ok {
			d.Span = decl.Source()
			break
		}
	}
	return syntax.Diagnostics{d}
}

// pointSeed returns the seed of the k-th point for a seed of the user, so that different seeds have no points in common.
func pointSeed(seed uint64, k int) uint64 { return seed<<16 + uint64(k) }

// Sample returns the point of a seed at the sizes of a step. It satisfies the givens.
func (u *Unit) Sample(step int, seed uint64) (verify.Point, error) {
	return verify.Sample(u.witness(), u.sizes(step, seed), seed, u.precision())
}
