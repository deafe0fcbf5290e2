package codegen_test

import (
	"math/big"
	"strings"
	"testing"

	"github.com/seed-9905856d/derive/codegen"
	"github.com/seed-9905856d/derive/expr"
)

// TestErrors checks that what has no code is an error that names the kernel and the cause.
func TestErrors(t *testing.T) {
	s := expr.NewSession()
	x := s.NewSymbol("x", false)
	f := &expr.Func{Name: "zeta", Arity: 1}
	kernel := codegen.Kernel{Name: "k", Params: []codegen.Param{{Symbol: x}},
		Outputs: []codegen.Output{{Name: "f", Value: s.Call(f, s.Entry(x))}}}
	constant := func(n *expr.Node) codegen.Kernel {
		return codegen.Kernel{Name: "k", Params: []codegen.Param{{Symbol: x}}, Outputs: []codegen.Output{{Name: "f", Value: n}}}
	}
	huge := s.Number(new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(400), nil)))
	for _, c := range []struct {
		kernel  codegen.Kernel
		options codegen.Options
		want    string
	}{
		{kernel, codegen.Options{Package: "p"}, "kernel k: the function zeta has no code"},
		{kernel, codegen.Options{}, "package"},
		{codegen.Kernel{Name: "k", Outputs: []codegen.Output{{Value: s.Entry(x)}}}, codegen.Options{Package: "p"}, "x is no parameter"},
		{codegen.Kernel{Name: "k"}, codegen.Options{Package: "p"}, "no outputs"},
		{constant(huge), codegen.Options{Package: "p"}, "the constant 1e+400 is outside the range of float64"},
		{constant(s.Neg(s.Mul(huge, s.Entry(x)))), codegen.Options{Package: "p"}, "the constant 1e+400 is outside"},
		{constant(s.Add(s.Pow(huge, s.Int(-1)), s.Entry(x))), codegen.Options{Package: "p"}, "the constant 1e-400 is outside"},
	} {
		if _, err := codegen.Generate(s, []codegen.Kernel{c.kernel}, c.options); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want one with %q", err, c.want)
		}
	}
}
