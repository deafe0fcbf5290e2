package check

import (
	"math"
	"math/big"
	"math/rand/v2"

	"github.com/seed-9905856d/derive/syntax"
	"github.com/seed-9905856d/derive/verify"
)

// A span is the range that the givens leave an input: numbers between its ends or, where they are not open, at them.
type span struct {
	lo, hi         float64
	loOpen, hiOpen bool
}

func (r span) has(x float64) bool {
	return !(x < r.lo || x > r.hi || r.loOpen && x == r.lo || r.hiOpen && x == r.hi)
}

// spans reads the ranges of inputs from givens that compare them, or their entries, with numbers.
func (u *Unit) spans() map[string]span {
	found := map[string]span{}
	for _, g := range u.Problem.Givens {
		readSpan(found, g.Source)
	}
	return found
}

func readSpan(found map[string]span, cond syntax.Expr) {
	switch x := syntax.Unparen(cond).(type) {
	case *syntax.Binary:
		if x.Op == syntax.And {
			readSpan(found, x.X)
			readSpan(found, x.Y)
		}
	case *syntax.Compare:
		for k, op := range x.Ops {
			left, right := x.Operands[k], x.Operands[k+1]
			switch op {
			case syntax.Gt, syntax.Ge:
				left, right = right, left
			case syntax.Lt, syntax.Le:
			default:
				continue
			}
			open := op == syntax.Lt || op == syntax.Gt
			if name, ok := inputName(left); ok {
				if b, ok := number(right); ok {
					r := spanOf(found, name)
					if b < r.hi || b == r.hi && open {
						r.hi, r.hiOpen = b, open
					}
					found[name] = r
				}
			}
			if name, ok := inputName(right); ok {
				if b, ok := number(left); ok {
					r := spanOf(found, name)
					if b > r.lo || b == r.lo && open {
						r.lo, r.loOpen = b, open
					}
					found[name] = r
				}
			}
		}
	}
}

func spanOf(found map[string]span, name string) span {
	if r, ok := found[name]; ok {
		return r
	}
	return span{lo: -math.MaxFloat64, hi: math.MaxFloat64}
}

// inputName reads x and x[i].
func inputName(x syntax.Expr) (string, bool) {
	switch x := syntax.Unparen(x).(type) {
	case *syntax.Name:
		return x.Name, true
	case *syntax.Subscript:
		return inputName(x.X)
	}
	return "", false
}

// number reads a number with a sign.
func number(x syntax.Expr) (float64, bool) {
	switch x := syntax.Unparen(x).(type) {
	case *syntax.Number:
		r, ok := new(big.Rat).SetString(x.Text)
		if !ok {
			return 0, false
		}
		v, _ := r.Float64()
		return v, true
	case *syntax.Unary:
		v, ok := number(x.X)
		return -v, ok && x.Op == syntax.Neg
	}
	return 0, false
}

// special are the numbers that every input is tried at, with both signs, where its span has them.
var special = []float64{0, 1, 0.5, 2, 1 - 0x1p-53, 1 + 0x1p-52, 0x1p-30, 1e-8, 1e-17, math.SmallestNonzeroFloat64, 0x1p-1022, 1e-300, 1e-200, 1e-160,
	3, 10, 30, 37, 38, 100, 700, 709.5, 740, 745, 800, 1e4, 1e6, 1e16, 1e77, 1e154, 1e160, 1e200, 1e300, math.MaxFloat64}

// spread returns points over the whole range that the givens leave, at every size: special ones, moderate ones, ones of every exponent and
// ones near the ends and near 1.
func (u *Unit) spread(probe Probe) []verify.Point {
	spans := u.spans()
	var points []verify.Point
	for _, size := range probe.Sizes {
		sizes := map[string]int{}
		names := u.sizeNames()
		for _, name := range names {
			sizes[name] = size
		}
		sizes = u.bounded(names, sizes)
		for k := range probe.Points {
			p, err := verify.SampleFrom(u.witness(), sizes, pointSeed(probe.Seed, k)*7+uint64(size), u.precision(),
				func(rng *rand.Rand, name string, count, try int) []*big.Rat {
					return drawEntries(rng, spanOf(spans, name), count, k)
				})
			if err != nil {
				continue
			}
			if p, ok := asFloats(p); ok {
				points = append(points, p)
			}
		}
	}
	return points
}

// drawEntries draws the entries of one input: all of one kind or of several, of about one size or not, some equal.
func drawEntries(rng *rand.Rand, r span, count, turn int) []*big.Rat {
	kind, shift := turn%4, 0
	if rng.IntN(3) == 0 {
		shift = rng.IntN(1800) - 900
	}
	mixed, ties := rng.IntN(4) == 0, rng.IntN(4) == 0
	data := make([]*big.Rat, count)
	for k := range data {
		if k > 0 && ties && rng.IntN(2) == 0 {
			data[k] = new(big.Rat).Set(data[rng.IntN(k)])
			continue
		}
		if mixed {
			kind = rng.IntN(4)
		}
		x := r.draw(rng, kind)
		if y := math.Ldexp(x, shift); kind == 1 && r.has(y) {
			x = y
		}
		data[k] = new(big.Rat).SetFloat64(x)
	}
	return data
}

// spanTries bounds the draws of a number that a span has.
const spanTries = 60

// draw returns a number of a kind within the span.
func (r span) draw(rng *rand.Rand, kind int) float64 {
	for range spanTries {
		x := 0.0
		switch kind {
		case 0:
			x = special[rng.IntN(len(special))]
		case 1:
			x = (1 + rng.Float64()) * math.Exp2(rng.Float64()*20-10)
		case 2:
			x = math.Ldexp(1+rng.Float64(), rng.IntN(2098)-1074)
		default:
			near := []float64{r.lo, r.hi, 1}[rng.IntN(3)]
			if math.Abs(near) == math.MaxFloat64 {
				near = 0
			}
			x = near + (rng.Float64()-0.5)*math.Exp2(-float64(rng.IntN(60)))
		}
		if kind < 3 && rng.IntN(2) == 0 {
			x = -x
		}
		if r.has(x) {
			return x
		}
	}
	lo, hi := math.Max(r.lo, -8), math.Min(r.hi, 8)
	if lo > hi {
		lo, hi = r.lo, r.hi
	}
	return lo + (hi/100-lo/100)*(1+98*rng.Float64())
}

// asFloats returns a point with the entries that compiled code is given. It is not ok where one is out of range.
func asFloats(p verify.Point) (q verify.Point, ok bool) {
	q, ok = copyPoint(p), true
	eachEntry(q, func(_ string, e *verify.Entry) {
		if e.Rat == nil {
			return
		}
		f, exact := e.Rat.Float64()
		if math.IsInf(f, 0) {
			ok = false
		} else if !exact {
			e.Rat = new(big.Rat).SetFloat64(f)
		}
	})
	return q, ok
}
