package check

import (
	"errors"
	"maps"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/syntax"
	"github.com/seed-9905856d/derive/verify"
)

// perturbations is the number of perturbed points that the effect of rounding the inputs is taken from.
const perturbations = 4

// resultOf returns the closed form of a kernel's output.
func (u *Unit) resultOf(x syntax.Expr) syntax.Expr {
	for _, item := range u.Items {
		if item.Expr == x {
			return item.Result.Text
		}
	}
	return x
}

// doublePrecision is the number of bits of float64.
const doublePrecision = 53

// scaleOf returns the largest magnitude among numbers.
func scaleOf(xs []float64) float64 {
	scale := 0.0
	for _, v := range xs {
		scale = math.Max(scale, math.Abs(v))
	}
	return scale
}

// valuesAt returns the entries of an expression at a point.
func (u *Unit) valuesAt(x syntax.Expr, p place) ([]float64, error) {
	return rounded(u.valueAt(x, p))
}

// unit returns the error that one rounding of the inputs or of the result stands for.
func (u *Unit) unit(x syntax.Expr, want []float64, p place) float64 {
	scale := scaleOf(want)
	if scale == 0 { // terms of the size of the inputs have cancelled
		scale = 1
		for _, v := range p.Values {
			for _, e := range v.Data {
				if e.Rat != nil {
					f, _ := e.Rat.Float64()
					scale = math.Max(scale, math.Abs(f))
				}
			}
		}
	}
	unit := ulp(scale)
	if u.matrices { // elimination in double precision, of what the code computes, may leave little
		if unit = math.Max(unit, u.rounding(x, want, p)); math.IsInf(unit, 0) {
			return unit
		}
	}
	moved := u.sensitivity(x, want, p, inputBits)
	if moved > jumpFrom*unit && u.sensitivity(x, want, p, 2*inputBits) > moved/jumpRatio {
		// The value jumps: what the code has to find is the side on which the point lies, unless the formula in double precision does not.
		return math.Max(unit, u.rounding(x, want, p))
	}
	return math.Max(unit, moved)
}

// A value that moves by more than jumpFrom units when the inputs are rounded, and by not much less when they change by the square of
// that, jumps.
const (
	jumpFrom  = 1 << 20
	jumpRatio = 1 << 10
)

// inputBits is the number of bits of an input that rounding leaves.
const inputBits = 52

// sensitivity returns what the value of an expression changes by when the inputs change by one part in 2^bits.
func (u *Unit) sensitivity(x syntax.Expr, want []float64, p place, bits uint) float64 {
	patterns := perturbations
	switch {
	case u.matrices:
		patterns *= 4
	case p.precision > u.precision(): // each takes long
		patterns /= 2
	}
	worst := 0.0
	for pattern := range patterns {
		moved, err := u.valuesAt(x, u.perturbed(p, pattern, bits))
		if err != nil || len(moved) != len(want) {
			continue
		}
		for k := range want {
			if d := math.Abs(moved[k] - want[k]); d > worst && !math.IsInf(d, 0) {
				worst = d
			}
		}
	}
	return worst
}

// cancellation returns the error that the formula as written and its closed form have when they are evaluated in double precision, at a point and beside
// it: what the generated code loses to cancellation is compared with what they lose.
func (u *Unit) cancellation(x syntax.Expr, want []float64, p place) float64 {
	worst := u.rounding(x, want, p)
	for pattern := range perturbations {
		q := u.perturbed(p, pattern, inputBits)
		if exact, err := u.valuesAt(x, q); err == nil && len(exact) == len(want) {
			worst = math.Max(worst, u.rounding(x, exact, q))
		}
	}
	return worst
}

// rounding returns the error that the formula as written and its closed form have in double precision; infinity where nothing is left.
func (u *Unit) rounding(x syntax.Expr, want []float64, p place) float64 {
	worst := 0.0
	p.precision, p.limit = doublePrecision, 0
	for _, y := range []syntax.Expr{x, u.resultOf(x)} {
		rounded, err := u.valueAt(y, p)
		if errors.Is(err, errSingular) {
			return math.Inf(1)
		}
		if err != nil || len(rounded.Data) != len(want) {
			continue
		}
		for k, v := range rounded.Data {
			if d := math.Abs(v.Real().Float64() - want[k]); d > worst && !math.IsInf(d, 0) {
				worst = d
			}
		}
	}
	return worst
}

// perturbed returns a point whose entries differ by one part in 2^bits: all upwards or, for other patterns, at random, so that what has
// equal effects on two terms of a difference does not go unseen.
func (u *Unit) perturbed(p place, pattern int, bits uint) place {
	if p.memory == nil {
		return u.perturb(p, pattern, bits)
	}
	key := besideKey{pattern, bits}
	q, ok := p.memory.beside[key]
	if !ok {
		q = u.perturb(p, pattern, bits).remembering()
		p.memory.beside[key] = q
	}
	q.precision, q.limit = p.precision, p.limit
	return q
}

func (u *Unit) perturb(p place, pattern int, bits uint) place {
	part := new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Lsh(big.NewInt(1), bits))
	up, down := new(big.Rat).Add(big.NewRat(1, 1), part), new(big.Rat).Sub(big.NewRat(1, 1), part)
	rng := rand.New(rand.NewPCG(uint64(pattern), 0))
	q := verify.Point{Sizes: p.Sizes, Values: map[string]verify.Value{}}
	for _, name := range slices.Sorted(maps.Keys(p.Values)) {
		v := p.Values[name]
		w := verify.Value{Shape: v.Shape, Data: slices.Clone(v.Data)}
		largest := new(big.Rat)
		for _, x := range w.Data {
			if x.Rat != nil && new(big.Rat).Abs(x.Rat).Cmp(largest) > 0 {
				largest.Abs(x.Rat)
			}
		}
		for k, x := range w.Data {
			if x.Rat == nil || u.isInteger(name) {
				continue
			}
			factor := up
			if pattern > 0 && rng.IntN(2) == 0 {
				factor = down
			}
			y := new(big.Rat).Mul(x.Rat, factor)
			if u.matrices { // elimination errs by what the largest entry of a matrix is rounded by
				y.Add(y, new(big.Rat).Mul(new(big.Rat).Sub(factor, big.NewRat(1, 1)), largest))
			}
			w.Data[k] = verify.Entry{Rat: y}
		}
		q.Values[name] = w
	}
	p.Point = q
	return p
}

// isInteger reports whether an input is one of integers.
func (u *Unit) isInteger(name string) bool {
	return slices.ContainsFunc(u.Problem.Params, func(sym *expr.Symbol) bool { return sym.Name == name && sym.Integer })
}

// ulp returns the unit in the last place of x.
func ulp(x float64) float64 {
	return math.Max(math.Nextafter(x, math.Inf(1))-x, math.SmallestNonzeroFloat64)
}
