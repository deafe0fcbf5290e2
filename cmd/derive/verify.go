package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-9905856d/derive/check"
	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/syntax"
	"github.com/seed-9905856d/derive/verify"
)

// A verification is what derive verify is asked for.
type verification struct {
	seed      uint64
	points    int
	at        string
	goFile    string
	format    string
	noCompile bool
}

// newVerify builds derive verify.
func newVerify(a *app) *cobra.Command {
	var v verification
	cmd := &cobra.Command{
		Use:   "verify FILE...",
		Short: "Check every derivative and kernel of formula files numerically",
		Long: fmt.Sprintf(`Verify evaluates every definition, expression and kernel output of a formula file as it is written, in
high precision and with derivatives by Taylor arithmetic, and holds against it the symbolic result as
it is printed and the compiled Go of the kernels (which needs the go command, and no network). It does
so at several sizes, on random points that satisfy the givens, with 0, ±1 and equal entries among them,
and at extreme points: ties, ±800, 1e300, subnormal numbers, infinities where the formula has a value.
The report has the worst error of compiled Go, in units in the last place and in units of what rounding
the inputs changes, and the input that gave it; the exit code is 1 if anything differs. The same --seed
gives the same points, and --at verifies at the one point that a report has shown. With --go it is not
the Go that derive generates but that of a file that is verified.

A printed result agrees with the formula if the two, each computed in %d bits (%d where there are
determinants or inverses) and rounded to float64, differ by no more than %g of the formula's value, or of
%g where that is less; at extreme points, of the value alone, but a difference below 2^(-bits/2) is none.
Infinities agree if they are the same. An output of compiled Go agrees if it is off by no
more than %d times the largest of three: a unit in the last place of its largest entry, what it changes by
when every input is rounded to float64, and what the formula itself is off by in double precision. A point
satisfies an equation among the givens to nearly all bits. Where nothing can be compared, or kernels cannot
be compiled, the file is not ok, and the exit code is 3.`,
			check.Precision, check.MatrixPrecision, check.Agreement, check.Floor, check.MaxUlps),
		Example: `  derive verify loss.formula
  derive verify loss.formula --at '{"l":[1,2,3],"y":[0,0,1]}'
  derive verify loss.formula --go loss.go`,
		Args: arguments(1, -1, "formula file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case v.format != "text" && v.format != "json":
				return hint(fmt.Errorf("unknown format %q", v.format), "verify prints text or json")
			case v.points < 1 || v.points > maxPoints:
				return fmt.Errorf("--points must be between 1 and %d", maxPoints)
			case v.noCompile && v.goFile != "":
				return errors.New("--go is for Go that is compiled, which --no-compile leaves out")
			case len(args) > 1 && (v.at != "" || v.goFile != ""):
				return errors.New("--at and --go are for one formula file")
			}
			return a.limited(cmd.Context(), func(ctx context.Context) error {
				failed, undecided := false, false
				for _, path := range args {
					r, err := a.verify(ctx, path, v)
					if err != nil {
						return err
					}
					failed, undecided = failed || len(r.Findings) > 0, undecided || !r.OK()
					if err := printReport(cmd, path, r, v.format); err != nil {
						return err
					}
				}
				switch {
				case failed:
					return errCheckFailed
				case undecided:
					return errUndecided
				}
				return nil
			})
		},
	}
	flags := cmd.Flags()
	flags.Uint64Var(&v.seed, "seed", 1, "where the random points start")
	flags.IntVar(&v.points, "points", 10, "points for each combination of sizes")
	flags.StringVar(&v.at, "at", "", "verify at these values alone: a JSON object, or a file that holds one")
	flags.StringVar(&v.goFile, "go", "", "verify the Go in this file in the place of what is generated")
	flags.BoolVar(&v.noCompile, "no-compile", false, "leave the compiled Go of kernels unchecked")
	flags.StringVar(&v.format, "format", "text", "text or json")
	return cmd
}

// maxPoints bounds --points.
const maxPoints = 100_000

// verify verifies one file.
func (a *app) verify(ctx context.Context, path string, v verification) (*check.Report, error) {
	u, err := a.load(path)
	if err != nil {
		return nil, err
	}
	a.warn(u.Problem.Warnings)
	o := check.Options{Seed: v.seed, Points: v.points, NoCompile: v.noCompile}
	if v.goFile != "" {
		a.phase.set("reading " + v.goFile)
		if o.Code, err = os.ReadFile(v.goFile); err != nil {
			return nil, fmt.Errorf("cannot read %s: %w", v.goFile, cause(err))
		}
		if len(u.Problem.Kernels) == 0 {
			return nil, hint(fmt.Errorf("%s has no kernel", path), "--go is for the Go of kernels")
		}
	}
	if v.at != "" {
		values, err := a.values(v.at)
		if err != nil {
			return nil, err
		}
		p, err := u.At(values)
		if err != nil {
			return nil, fmt.Errorf("--at: %w", err)
		}
		o.At = &p
	}
	a.phase.set("verifying " + path)
	r, err := u.VerifyAll(ctx, o)
	return r, inSource(err, u.Text())
}

// byteOrderMark is what some editors begin a text with.
const byteOrderMark = "\ufeff"

// values reads the values that --at gives: a JSON object, or a file that holds one.
func (a *app) values(at string) (map[string]verify.Value, error) {
	if at = strings.TrimPrefix(at, byteOrderMark); !strings.HasPrefix(strings.TrimSpace(at), "{") {
		var err error
		if _, at, err = a.read(at); err != nil {
			return nil, err
		}
		at = strings.TrimPrefix(at, byteOrderMark)
	}
	read, err := verify.ReadValues([]byte(at))
	if err != nil {
		return nil, inSource(fmt.Errorf("--at: %w", err), "")
	}
	values := make(map[string]verify.Value, len(read))
	for _, spelled := range slices.Sorted(maps.Keys(read)) {
		name := parser.Canonical(spelled)
		if _, twice := values[name]; twice {
			return nil, fmt.Errorf("--at: %s stands twice among the values, in two spellings", name)
		}
		values[name] = read[spelled]
	}
	return values, nil
}

// printReport prints what was compared, the worst errors, and the first finding of each kind with the input that gave it.
func printReport(cmd *cobra.Command, path string, r *check.Report, format string) error {
	if format == "json" {
		encoder := json.NewEncoder(cmd.OutOrStdout())
		encoder.SetEscapeHTML(false)
		return encoder.Encode(r.JSON(path))
	}
	w := cmd.OutOrStdout()
	verdict := "ok"
	switch {
	case len(r.Findings) > 0:
		verdict = "FAIL"
	case r.Unchecked:
		verdict = "ok but for the kernels, which are not checked"
	case !r.OK():
		verdict = "nothing could be compared"
	}
	fmt.Fprintf(w, "%s: %s: %d comparisons", syntax.Printable(path), verdict, r.Points)
	if r.Extreme > 0 {
		fmt.Fprintf(w, ", %d of them at extreme points", r.Extreme)
	}
	fmt.Fprintln(w)
	for _, c := range []struct {
		count int
		what  string
	}{
		{r.Skipped, "without a finite value, or where no sample satisfies the givens"},
		{r.Cancelled, "outputs in which digits cancel as in the formula itself"},
		{r.Edges, "outputs at edges where the closed form, unlike the formula, has no value"},
		{r.OutOfRange, "outputs that leave the range of float64 on the way, as the formula itself does"},
	} {
		if c.count > 0 {
			fmt.Fprintf(w, "  left out: %d %s\n", c.count, c.what)
		}
	}
	if r.OutOfRangeAt != "" {
		fmt.Fprintf(w, "    the first of these at %s\n", r.OutOfRangeAt)
	}
	for _, item := range r.Uncompared {
		fmt.Fprintf(w, "  not compared: %s\n", item)
	}
	switch {
	case r.Kernels != "":
		fmt.Fprintf(w, "  compiled Go: %s\n", r.Kernels)
	case r.Worst.Item != "":
		printWorst(w, "worst error of compiled Go", r.Worst)
		if r.WorstUlps.Ulps > r.Worst.Ulps {
			printWorst(w, "most units in the last place", r.WorstUlps)
		}
	}
	count := map[string]int{} // of an item and a stage
	for _, f := range r.Findings {
		if count[f.Item+"\x00"+f.Stage]++; count[f.Item+"\x00"+f.Stage] == 1 {
			printFinding(w, f)
		}
	}
	if more := len(r.Findings) - len(count); more > 0 {
		fmt.Fprintf(w, "  and %d more findings of the same kinds\n", more)
	}
	return nil
}

// printWorst prints an error and the input that gave it.
func printWorst(w io.Writer, title string, e check.Worst) {
	fmt.Fprintf(w, "  %s: %.3g of what rounding the inputs changes, %.3g ulps at a condition of %.3g: %s\n    at %s (%s)\n",
		title, e.Relative(), e.Ulps, e.Condition, e.Item, e.At, e.Origin)
}

// printFinding prints what differs, and the input that gave it where there is one.
func printFinding(w io.Writer, f check.Finding) {
	fmt.Fprintf(w, "  %s\n", f)
	if f.At != "" {
		fmt.Fprintf(w, "    at %s (%s)\n", f.At, f.Origin)
	}
}
