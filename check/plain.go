package check

import (
	"math"

	"github.com/seed-9905856d/derive/eval"
	"github.com/seed-9905856d/derive/eval/bigmath"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/syntax"
	"github.com/seed-9905856d/derive/verify"
)

// failsPlainly reports whether the j-th entry of an output, computed in float64 as its formulas stand, is as far off as generated code is, or has no
// value: then an intermediate value is out of the range of float64, which is the formula's doing and not the code's.
func (u *Unit) failsPlainly(x syntax.Expr, j int, want, off float64, p place) bool {
	for _, item := range u.Items {
		if item.Expr != x {
			continue
		}
		for _, t := range []formula.Tensor{item.Tensor, item.Result.Plain} {
			got, ok := u.plainly(t, j, p.Point)
			if ok && (!isFinite(got) || !(math.Abs(got-want) < off/MaxUlps) && !math.IsNaN(off)) {
				return true
			}
		}
	}
	return false
}

// plainBits is the precision of the elementary functions that formulas are computed with in float64, whose rounding is then right.
const plainBits = 64

// plainly computes the j-th entry of a tensor in float64 arithmetic.
func (u *Unit) plainly(t formula.Tensor, j int, p verify.Point) (value float64, ok bool) {
	env := eval.Env{Sizes: p.Sizes, Values: map[*expr.Symbol]eval.Tensor{}, Indices: map[*expr.Node]int{}}
	for _, sym := range u.Problem.Params {
		v := p.Values[sym.Name]
		in := eval.Tensor{Shape: v.Shape}
		for _, e := range v.Data {
			in.Data = append(in.Data, e.Float64())
		}
		env.Values[sym] = in
	}
	ctx := bigmath.NewContext(plainBits)
	env.Call = func(fn *expr.Func, args []float64) float64 {
		if f, ok := inMath[fn.Name]; ok && len(args) == 1 {
			return f(args[0])
		}
		var nums []bigmath.Num
		for _, a := range args {
			nums = append(nums, bigmath.FromFloat64(a))
		}
		v, _ := ctx.Call(fn.Name, nums...)
		return v.Float64()
	}
	for k := len(t.Axes) - 1; k >= 0; k-- {
		a := t.Axes[k]
		length := sizeAt(a.Hi(), p) - sizeAt(a.Lo(), p) + 1
		if length < 1 {
			return 0, false
		}
		env.Indices[a] = sizeAt(a.Lo(), p) + j%length
		j /= length
	}
	value, err := eval.Float64(t.Value, env)
	return value, err == nil
}

// undefined reports whether the closed form of an output has no finite value for its j-th entry at a point.
func (u *Unit) undefined(x syntax.Expr, j int, p place) bool {
	values, err := u.valuesAt(u.resultOf(x), p)
	return err != nil || j >= len(values) || !isFinite(values[j])
}

// inMath are the functions that Go programs have from package math.
var inMath = map[string]func(float64) float64{
	"acos": math.Acos, "acosh": math.Acosh, "asin": math.Asin, "asinh": math.Asinh, "atan": math.Atan, "atanh": math.Atanh, "cbrt": math.Cbrt,
	"cos": math.Cos, "cosh": math.Cosh, "erf": math.Erf, "erfc": math.Erfc, "exp": math.Exp, "gamma": math.Gamma, "log": math.Log,
	"log10": math.Log10, "log2": math.Log2, "sin": math.Sin, "sinh": math.Sinh, "tan": math.Tan, "tanh": math.Tanh,
}
