package verify

import (
	"math/big"

	"github.com/seed-9905856d/derive/syntax"
)

// The bounds of refining a point.
const (
	refineSteps  = 40 // of the secant method for one entry of a difference
	refineSweeps = 3  // through all differences, which may share inputs
	maxRefined   = 64 // entries of a difference
)

// refine moves a point that satisfies the equalities among the givens up to [GivenTolerance] until it does so to three quarters of the bits of prec,
// so that results that use them can be held against the formula to all digits. It changes single entries of inputs by the secant method, and says
// whether it has come to that.
func refine(w *Witness, p Point, prec uint) bool {
	var all []relation
	for _, g := range w.givens {
		all = relations(all, g.Cond)
	}
	for range refineSweeps {
		exact := true
		for _, r := range all {
			if r.op == syntax.Eq && !refineOne(w, p, r, prec) {
				exact = false
			}
		}
		if exact {
			return true
		}
	}
	return false
}

// refineOne refines one equality. It is true where nothing was to be done.
func refineOne(w *Witness, p Point, r relation, prec uint) bool {
	differences := func() ([]*big.Rat, bool) { return residuals(w, p, r, prec) }
	left, ok := differences()
	if !ok {
		return true // not of numbers, which [satisfies] decides
	}
	done := true
	for k := range left {
		if isSmall(left[k], prec) {
			continue
		}
		done = false
		if len(left) > maxRefined {
			break
		}
		var best Value
		entry, most := -1, new(big.Rat)
		for _, v := range p.mentioned(r) {
			for j, e := range v.Data[:min(len(v.Data), maxRefined)] {
				if e.Rat == nil {
					continue
				}
				v.Data[j].Rat = moved(e.Rat)
				if d, ok := differences(); ok {
					d[k].Sub(d[k], left[k])
					if d[k].Abs(d[k]).Cmp(most) > 0 {
						best, entry, most = v, j, d[k]
					}
				}
				v.Data[j].Rat = e.Rat
			}
		}
		if entry >= 0 {
			secant(best, entry, prec, func() (*big.Rat, bool) {
				d, ok := differences()
				if !ok {
					return nil, false
				}
				return d[k], true
			})
		}
		if left, ok = differences(); !ok {
			return false
		}
	}
	return done
}

// residuals returns the differences of the two sides of an equality relative to the larger one, or to 1 where that is less.
func residuals(w *Witness, p Point, r relation, prec uint) ([]*big.Rat, bool) {
	d, ok := rationals(w, p, &syntax.Binary{Op: syntax.Sub, X: r.left, Y: r.right}, prec)
	if !ok {
		return nil, false
	}
	for k := range d {
		if isSmall(d[k], prec) {
			continue
		}
		for _, side := range []syntax.Expr{r.left, r.right} {
			if s, ok := rationals(w, p, side, prec); ok && (len(s) == 1 || len(s) == len(d)) {
				if size := new(big.Rat).Abs(s[k%len(s)]); size.Cmp(big.NewRat(1, 1)) > 0 {
					d[k] = new(big.Rat).Quo(d[k], size)
					break
				}
			}
		}
	}
	return d, true
}

// isSmall reports whether a difference is that of rounding.
func isSmall(d *big.Rat, prec uint) bool {
	if d.Sign() == 0 {
		return true
	}
	f := new(big.Float).SetPrec(64).SetRat(d)
	return f.MantExp(nil) <= -int(prec)*3/4
}

// moved returns a number beside x.
func moved(x *big.Rat) *big.Rat {
	step := new(big.Rat).Abs(x)
	if step.Sign() == 0 {
		step.SetInt64(1)
	}
	return step.Add(x, step.Mul(step, big.NewRat(1, 1<<40)))
}

// mentioned returns the values of the inputs that a relation mentions.
func (p Point) mentioned(r relation) []Value {
	var inputs []Value
	for _, side := range []syntax.Expr{r.left, r.right} {
		syntax.Inspect(side, func(x syntax.Expr) bool {
			if v, ok := p.input(x); ok {
				inputs = append(inputs, v)
			}
			return true
		})
	}
	return inputs
}

// secant changes an entry until f is 0 but for rounding: x - f(x)·(x - y)/(f(x) - f(y)).
func secant(v Value, entry int, prec uint, f func() (*big.Rat, bool)) {
	old := v.Data[entry].Rat
	fx, ok := f()
	if !ok {
		return
	}
	x := old
	y := moved(x)
	v.Data[entry].Rat = y
	fy, ok := f()
	for range refineSteps {
		if !ok || isSmall(fx, prec) || fx.Cmp(fy) == 0 {
			break
		}
		step := new(big.Rat).Sub(x, y)
		step.Mul(step, fx)
		step.Quo(step, new(big.Rat).Sub(fx, fy))
		z, _ := new(big.Float).SetPrec(prec).SetRat(step.Sub(x, step)).Rat(nil)
		if z == nil {
			z = new(big.Rat)
		}
		x, y, fy = z, x, fx
		v.Data[entry].Rat = x
		fx, ok = f()
	}
	v.Data[entry].Rat = x
	if !ok || !isSmall(fx, prec) {
		v.Data[entry].Rat = old
	}
}
