package verify

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"

	"github.com/seed-9905856d/derive/syntax"
)

// An Extreme is a kind of point at which formulas and code for them go wrong.
type Extreme struct {
	Name   string
	Points int  // for each step of sizes
	Bits   uint // the precision in which sums and products of a few such numbers keep every term
	// Values are what about half of the entries are drawn from.
	Values []float64
	// Infinite says that some entries of inputs that no given is about are infinities.
	Infinite bool
	// Overflows says that exponentials or powers of such numbers may leave the range of float64, in formulas as in code for them.
	Overflows bool
	most      bool // whether most entries are drawn from Values
}

// ExtremeBits is the precision that serves every kind of extreme point.
const ExtremeBits = 4608

// Extremes are the kinds of extreme points.
var Extremes = []Extreme{
	{Name: "ties", Points: 2, Values: []float64{0, 1, 1, -1, -1, 2}},
	{Name: "large", Points: 5, Bits: 2560, Values: []float64{-800, -800, -40, 40, 800, 800}, Overflows: true},
	{Name: "huge", Points: 1, Bits: ExtremeBits, Values: []float64{1e300, -1e300, 1e160, -1e160, 0, 1}, Overflows: true},
	{Name: "tiny", Points: 1, Bits: ExtremeBits, Values: []float64{1e-300, -1e-300, 1e-160, 5e-324, -5e-324, 2.5e-310, 0, 1}, Overflows: true},
	{Name: "infinite", Points: 4, Values: []float64{0, 0, 1, -1}, Infinite: true},
}

// AtConstants returns the kinds of points where the conditions of a formula turn: for each of its constants one of points most entries of which are
// that constant, one of points beside them, and one of points on the other side of 0.
func AtConstants(constants []float64) []Extreme {
	var kinds []Extreme
	beside := Extreme{Name: "beside constants", Points: 3}
	opposite := Extreme{Name: "opposite constants", Points: 2, most: true}
	for _, c := range constants {
		kinds = append(kinds, Extreme{Name: fmt.Sprintf("constant %v", c), Points: 1, Values: []float64{c}, most: true})
		beside.Values = append(beside.Values, c+1.0/1024, c-1.0/1024, c+0.5, c-0.5)
		if c != 0 {
			opposite.Values = append(opposite.Values, -c, 0.5-c)
		}
	}
	if kinds = append(kinds, beside); len(opposite.Values) > 0 {
		kinds = append(kinds, opposite)
	}
	return kinds
}

// extremeTries bounds how many points are drawn in search of an extreme one that satisfies the givens.
const extremeTries = 100

// SampleExtreme returns a point of an extreme kind that satisfies the givens of a source, as [Sample] does an ordinary one.
func SampleExtreme(src Source, kind Extreme, sizes map[string]int, seed uint64, prec uint) (Point, error) {
	p, err := sample(src, sizes, extremeTries, seed, prec, max(prec, kind.Bits), func(rng *rand.Rand, try int) *big.Rat {
		if len(kind.Values) > 0 && (rng.IntN(2) == 0 || kind.most && rng.IntN(3) > 0) {
			return new(big.Rat).SetFloat64(kind.Values[rng.IntN(len(kind.Values))])
		}
		return draw(rng, 1+(try+int(seed%3))%3)
	})
	if err == nil && kind.Infinite {
		makeInfinite(src, p, seed)
	}
	return p, err
}

// infiniteShare is how many entries there are for each infinite one.
const infiniteShare = 3

// makeInfinite replaces some entries of the inputs that no given mentions by infinities, of one sign for an input.
func makeInfinite(src Source, p Point, seed uint64) {
	m := newMeaning(src)
	given := map[string]bool{}
	for _, g := range m.givens {
		syntax.Inspect(g.Cond, func(x syntax.Expr) bool {
			if name, ok := x.(*syntax.Name); ok {
				given[name.Name] = true
			}
			return true
		})
	}
	rng := rand.New(rand.NewPCG(seed, math.MaxUint64))
	for _, d := range m.params {
		sign := 1 - 2*rng.IntN(2)
		if given[d.Name.Name] {
			continue
		}
		for k := range p.Values[d.Name.Name].Data {
			if rng.IntN(infiniteShare) == 0 {
				p.Values[d.Name.Name].Data[k] = Entry{Inf: sign}
			}
		}
	}
}

// IsInfinite reports whether an entry of a point is an infinity.
func (p Point) IsInfinite() bool {
	for _, v := range p.Values {
		for _, e := range v.Data {
			if e.Rat == nil {
				return true
			}
		}
	}
	return false
}
