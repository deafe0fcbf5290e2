package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"github.com/seed-9905856d/derive/check"
	"github.com/seed-9905856d/derive/codegen"
	"github.com/seed-9905856d/derive/syntax"
)

// newGen builds derive gen.
func newGen(a *app) *cobra.Command {
	var (
		out, pkg            string
		numerics, sum       string
		checking, reporting bool
		parallel            bool
	)
	cmd := &cobra.Command{
		Use:   "gen FILE",
		Short: "Write Go for the kernels of a formula file",
		Long: `Gen writes one Go file with a function for every kernel of a formula file. The functions need
nothing but package math, allocate nothing, and are stable: sums of exponentials are shifted,
logarithms near 1 and exponentials near 0 keep their digits. With --check it writes nothing and
says whether the file is up to date, with a diff and exit code 1 if it is not.

With --numerics fast formulas are computed as they come, which may overflow or cancel where the stable
code does not. Long sums are added up in blocks, the sums of blocks in blocks, and so on, so that the
error grows with the logarithm of their number, where that takes no time beside the terms: in loops that
are not inside of others, or that call functions. With --sum pairwise all are, with --sum compensated the
error of every addition is kept, so that it does not grow at all, and with --sum fast numbers are added
one after the other. With --parallel the rows of large batches are
shared among all processors, in parts that do not depend on how many there are, so that the result is the
same everywhere; such functions need packages runtime and sync, and allocate. With --report it compiles the kernels (which
needs the go command) and prints how far each is from 200-bit arithmetic over the range that the givens
leave its inputs, as it comes and stabilised, with the inputs where it is farthest: in ulps of condition,
a unit in the last place, what the result changes by if each input changes by 2^-52 of itself, and what
it differs by from the formula because numbers of float64 satisfy an equation among the givens only
up to rounding.`,
		Example: `  derive gen loss.formula -o loss.go --package loss
  derive gen loss.formula --sum compensated
  derive gen loss.formula --report
  derive gen loss.formula -o loss.go --package loss --check`,
		Args: arguments(1, 1, "formula file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if out == standardOutput {
				out = ""
			}
			if checking && out == "" {
				return hint(errors.New("--check needs a file to check"), "name it with -o out.go")
			}
			if pkg == "" {
				pkg = packageOf(out)
			}
			if !codegen.IsPackageName(pkg) {
				return hint(fmt.Errorf("%q is not the name of a Go package", pkg), "give one with --package")
			}
			options := codegen.Options{Package: pkg, Parallel: parallel}
			if err := choose(&options, numerics, sum); err != nil {
				return err
			}
			return a.limited(cmd.Context(), func(ctx context.Context) error {
				code, err := a.generate(args[0], options)
				if err == nil && reporting {
					err = a.reportAccuracy(ctx, cmd, args[0], options)
				}
				switch {
				case err != nil:
					return err
				case reporting && out == "":
					return nil
				case checking:
					return checkUpToDate(cmd, out, code)
				}
				return a.write(cmd, out, code, args[0])
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&out, "output", "o", "", "the Go file to write, or - for standard output (the default)")
	flags.StringVar(&pkg, "package", "", "the name of the Go package (default: that of the directory of -o)")
	flags.BoolVar(&checking, "check", false, "write nothing; exit with 1 and a diff if the file is not up to date")
	flags.StringVar(&numerics, "numerics", "stable", "stable, or fast: formulas as they come")
	flags.StringVar(&sum, "sum", "auto", "how long sums are added up: auto, fast, pairwise or compensated")
	flags.BoolVar(&parallel, "parallel", false, "share large batches among processors")
	flags.BoolVar(&reporting, "report", false, "print the measured error of each kernel, as it comes and stabilised, instead of the code")
	return cmd
}

// The choices of the options of gen.
var (
	numericsNames = map[string]codegen.Numerics{"stable": codegen.Stable, "fast": codegen.Fast}
	sumNames      = map[string]codegen.Sums{"auto": codegen.AutoSums, "fast": codegen.PlainSums, "pairwise": codegen.PairwiseSums, "compensated": codegen.CompensatedSums}
)

// choose sets the options that are asked for.
func choose(o *codegen.Options, numerics, sum string) error {
	var ok bool
	if o.Numerics, ok = numericsNames[numerics]; !ok {
		return hint(fmt.Errorf("unknown numerics %q", numerics), "--numerics is stable or fast")
	}
	if o.Sums, ok = sumNames[sum]; !ok {
		return hint(fmt.Errorf("unknown way to add up %q", sum), "--sum is auto, fast, pairwise or compensated")
	}
	return nil
}

// reportPoints is the number of points for each size at which the error of kernels is measured.
const reportPoints = 30

// reportAccuracy prints the measured error of each kernel, plain and stabilised.
func (a *app) reportAccuracy(ctx context.Context, cmd *cobra.Command, path string, o codegen.Options) error {
	u, err := a.load(path)
	if err != nil {
		return err
	}
	a.phase.set("measuring " + path)
	plain := o
	plain.Numerics, o.Numerics = codegen.Fast, codegen.Stable
	var measured [2][]check.Accuracy
	for k, code := range []codegen.Options{plain, o} {
		measured[k], err = u.Accuracy(ctx, check.Probe{Seed: 1, Points: reportPoints, Code: code})
		if err != nil {
			return inSource(err, u.Text())
		}
	}
	w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "kernel\tplain\tstabilised\tentries compared")
	for k, p := range measured[0] {
		s := measured[1][k]
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\n", p.Kernel, inUlps(p), inUlps(s), s.Compared)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for n, code := range []string{"plain", "stabilised"} {
		for _, worst := range measured[n] {
			if worst.Worst > 0 {
				fmt.Fprintf(cmd.OutOrStdout(), "worst of %s, %s: entry %d of %s is %v, not %v\n  at %s\n",
					worst.Kernel, code, worst.Entry+1, worst.Output, worst.Got, worst.Want, worst.Point.JSON())
			}
		}
	}
	return nil
}

// inUlps is an error in words.
func inUlps(a check.Accuracy) string {
	switch {
	case a.Compared == 0:
		return "not measured"
	case math.IsInf(a.Worst, 1):
		return "not finite"
	}
	return fmt.Sprintf("%.2g ulps", a.Worst)
}

// packageOf returns the package name that the directory of a file suggests.
func packageOf(out string) string {
	if out == "" {
		return "kernels"
	}
	dir, err := filepath.Abs(filepath.Dir(out))
	if err != nil {
		return "kernels"
	}
	name := strings.ToLower(strings.Map(func(r rune) rune {
		if r == '-' || r == '.' || r == ' ' {
			return -1
		}
		return r
	}, filepath.Base(dir)))
	if !codegen.IsPackageName(name) {
		return "kernels"
	}
	return name
}

// load reads a formula file and everything that the engine makes of it.
func (a *app) load(path string) (*check.Unit, error) {
	name, text, err := a.read(path)
	if err != nil {
		return nil, err
	}
	a.phase.set("working on " + name)
	u, err := check.Load(name, text)
	return u, inSource(err, text)
}

// inSource gives an error the text that its diagnostics, if it is some, are about.
func inSource(err error, text string) error {
	var ds syntax.Diagnostics
	if errors.As(err, &ds) {
		return &sourceError{ds, text}
	}
	return err
}

// generate returns the Go for the kernels of a file.
func (a *app) generate(path string, o codegen.Options) ([]byte, error) {
	name, text, err := a.read(path)
	if err != nil {
		return nil, err
	}
	a.phase.set("working on " + name)
	u, err := check.LoadKernels(name, text)
	if err != nil {
		return nil, inSource(err, text)
	}
	if len(u.Problem.Kernels) == 0 {
		return nil, hint(fmt.Errorf("%s has no kernel", path), "ask for one: kernel NAME(x, y) = EXPR, grad(EXPR, x)")
	}
	a.warn(u.Problem.Warnings)
	a.phase.set("generating Go")
	return u.GoWith(o)
}

// checkUpToDate compares a file with the code that would be written.
func checkUpToDate(cmd *cobra.Command, path string, code []byte) error {
	old, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("cannot read %s: %w", path, cause(err))
	}
	if bytes.Equal(old, code) {
		return nil
	}
	_, err = cmd.OutOrStdout().Write(diff.Diff(syntax.Printable(path), old, syntax.Printable(path)+" (generated)", code))
	return errors.Join(errCheckFailed, err)
}
