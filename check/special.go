package check

import (
	"math/big"
	"slices"

	"github.com/seed-9905856d/derive/syntax"
	"github.com/seed-9905856d/derive/verify"
)

// largeSizes are the sizes beyond [sizeSteps] at which a claim is tried that involves no matrices as a whole: some hold for small ones only.
var largeSizes = []int{8, 11}

// maxSpecial bounds the special points at which a claim is tried.
const maxSpecial = 160

// specialValues are the numbers at which a claim may fail though it holds nearly everywhere: small ones, and those that it names and their neighbours.
func specialValues(c claim) []*big.Rat {
	var out []*big.Rat
	add := func(v *big.Rat) {
		if !slices.ContainsFunc(out, func(w *big.Rat) bool { return v.Cmp(w) == 0 }) {
			out = append(out, v)
		}
	}
	for _, v := range []int64{0, 1, -1, 2, -2} {
		add(big.NewRat(v, 1))
	}
	one := big.NewRat(1, 1)
	named := func(v *big.Rat) {
		for _, w := range []*big.Rat{v, new(big.Rat).Neg(v), new(big.Rat).Add(v, one), new(big.Rat).Sub(v, one)} {
			add(w)
		}
	}
	for _, side := range []syntax.Expr{c.left, c.right} {
		syntax.Inspect(side, func(x syntax.Expr) bool {
			switch x := x.(type) {
			case *syntax.Number:
				if x.Value != nil {
					named(x.Value)
				}
			case *syntax.Binary: // 1/3
				a, okA := syntax.Unparen(x.X).(*syntax.Number)
				b, okB := syntax.Unparen(x.Y).(*syntax.Number)
				if okA && okB && x.Op == syntax.Div && a.Value != nil && b.Value != nil && b.Value.Sign() != 0 {
					named(new(big.Rat).Quo(a.Value, b.Value))
				}
			}
			return true
		})
	}
	for _, v := range []*big.Rat{big.NewRat(1, 2), big.NewRat(10, 1), big.NewRat(1000, 1), big.NewRat(-1000, 1), big.NewRat(1, 1000)} {
		add(v)
	}
	return out
}

// specialPoints returns points that satisfy the givens at which one input, or all of them, are one special value in every entry.
func (u *Unit) specialPoints(c claim, seed uint64) []verify.Point {
	var out []verify.Point
	names := make([]string, 0, len(u.Problem.Params)+1)
	names = append(names, "") // all of them
	for _, sym := range u.Problem.Params {
		names = append(names, sym.Name)
	}
	for k, v := range specialValues(c) {
		for _, name := range names {
			if len(out) >= maxSpecial {
				return out
			}
			p, err := u.Sample(sizeSteps[1], pointSeed(seed, k))
			if err != nil {
				continue
			}
			for of, value := range p.Values {
				if name == "" || name == of {
					for j := range value.Data {
						value.Data[j] = verify.Entry{Rat: v}
					}
				}
			}
			if verify.Satisfies(u.witness(), p, u.precision()) {
				out = append(out, p)
			}
		}
	}
	return out
}
