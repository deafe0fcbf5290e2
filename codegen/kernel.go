package codegen

import (
	"fmt"
	"go/format"
	"go/token"

	"github.com/seed-9905856d/derive/expr"
)

// A Kernel is one Go function to generate.
type Kernel struct {
	Name    string   // the name in the formula language, softmax_cross_entropy; in Go it is SoftmaxCrossEntropy
	Doc     []string // lines of the formula, for the doc comment
	Params  []Param
	Outputs []Output
}

// A Param is one input of a kernel: a scalar float64, or a flat row-major []float64; int and []int where the
// symbol is an integer one.
type Param struct{ Symbol *expr.Symbol }

// An Output is one result of a kernel.
type Output struct {
	Name    string       // a name in the formula language; a made-up one where it is empty
	Indices []*expr.Node // the free indices of Value, one for each axis; nil for a scalar
	Value   *expr.Node   // the entry formula
}

// Options are what a whole generated file has in common.
type Options struct {
	Package  string // the name of the Go package
	Source   string // the name of the formula file
	Numerics Numerics
	Sums     Sums
	Parallel bool // the turns of outermost loops are shared among processors, which allocates
}

// Numerics says whether formulas are rewritten so that they neither overflow nor cancel.
type Numerics uint8

// The choices of numerics.
const (
	Stable Numerics = iota // they are
	Fast                   // they are computed as they come; only what the language declares of edges holds
)

// Sums says how long sums are added up.
type Sums uint8

// The ways to add up.
const (
	AutoSums        Sums = iota // as in PairwiseSums where that takes no time beside the terms: in loops that are not inside of others, or call functions
	PlainSums                   // one number after the other: the error grows with their number
	PairwiseSums                // blocks of numbers, the sums of blocks in blocks, and so on: it grows with the logarithm of their number
	CompensatedSums             // with the error of every addition: it does not grow
)

// everywhere reports whether no sum may be added up one number after the other.
func (s Sums) everywhere() bool { return s == PairwiseSums || s == CompensatedSums }

// IsPackageName reports whether a Go file can have a package of that name.
func IsPackageName(name string) bool { return token.IsIdentifier(name) && name != "_" }

// Generate returns the text of one Go file with a function for each kernel. The text depends on nothing but the
// kernels and options. An error names the kernel and what stands against it.
func Generate(s *expr.Session, kernels []Kernel, o Options) ([]byte, error) {
	if !IsPackageName(o.Package) {
		return nil, fmt.Errorf("a generated file needs the name of its package, which %q is not", o.Package)
	}
	f := newFile(o)
	for _, k := range kernels {
		if len(k.Outputs) == 0 {
			return nil, fmt.Errorf("kernel %s has no outputs", k.Name)
		}
		if err := f.add(s, k); err != nil {
			return nil, fmt.Errorf("kernel %s: %w", k.Name, err)
		}
	}
	text := f.text()
	formatted, err := format.Source(text)
	if err != nil {
		return nil, fmt.Errorf("generated text is not Go: %w\n%s", err, text)
	}
	return formatted, nil
}

// An unsupported is the panic of a pass that meets an expression it has no code for; [compile] returns it as an error.
type unsupported struct{ error }

func fail(format string, args ...any) { panic(unsupported{fmt.Errorf(format, args...)}) }
