package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/seed-9905856d/derive/check"
)

// newVerify builds derive verify.
func newVerify(a *app) *cobra.Command {
	var (
		seed   uint64
		points int
		format string
	)
	cmd := &cobra.Command{
		Use:   "verify FILE...",
		Short: "Check every derivative and kernel of formula files numerically",
		Long: `Verify evaluates every definition, expression and kernel output of a formula file as it is written, in
high precision and with derivatives by Taylor arithmetic, and holds against it the symbolic result as
it is printed and the compiled Go of the kernels (which needs the go command). It does so at several
sizes, on random points that satisfy the givens, 0, ±1, equal and extreme entries among them. The
report ends with the worst error and the input that gave it; the exit code is 1 if anything differs.`,
		Example: `  derive verify loss.formula`,
		Args:    arguments(1, -1, "formula file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if format != "text" && format != "json" {
				return hint(fmt.Errorf("unknown format %q", format), "verify prints text or json")
			}
			if points < 1 {
				return errors.New("--points must be at least 1")
			}
			return a.limited(cmd.Context(), func(ctx context.Context) error {
				failed := false
				for _, path := range args {
					u, err := a.load(path)
					if err != nil {
						return err
					}
					a.phase.set("verifying " + path)
					r, err := u.VerifyAll(ctx, seed, points)
					if err != nil {
						return err
					}
					failed = failed || len(r.Findings) > 0
					if err := printReport(cmd, path, r, format); err != nil {
						return err
					}
				}
				if failed {
					return errCheckFailed
				}
				return nil
			})
		},
	}
	flags := cmd.Flags()
	flags.Uint64Var(&seed, "seed", 1, "where the random points start")
	flags.IntVar(&points, "points", 10, "points for each combination of sizes")
	flags.StringVar(&format, "format", "text", "text or json")
	return cmd
}

// printReport prints what was compared, the worst error, and the first finding of each kind with the input that gave it.
func printReport(cmd *cobra.Command, path string, r *check.Report, format string) error {
	if format == "json" {
		encoder := json.NewEncoder(cmd.OutOrStdout())
		encoder.SetEscapeHTML(false)
		return encoder.Encode(r.JSON(path))
	}
	w := cmd.OutOrStdout()
	verdict := "ok"
	if len(r.Findings) > 0 {
		verdict = "FAIL"
	}
	fmt.Fprintf(w, "%s: %s: %d comparisons", path, verdict, r.Points)
	if r.Skipped > 0 {
		fmt.Fprintf(w, ", %d points without a finite value or that no sample satisfies", r.Skipped)
	}
	if r.Cancelled > 0 {
		fmt.Fprintf(w, ", %d outputs in which digits cancel as in the formula itself", r.Cancelled)
	}
	fmt.Fprintln(w)
	if r.Kernels == "" && r.Worst.Item != "" {
		fmt.Fprintf(w, "  worst error of compiled Go: %.3g ulps, %s, at %s\n", r.Worst.Ulps, r.Worst.Item, r.Worst.Point.JSON())
	} else if r.Kernels != "" {
		fmt.Fprintf(w, "  compiled Go: %s\n", r.Kernels)
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

// printFinding prints what differs, and the input that gave it where there is one.
func printFinding(w io.Writer, f check.Finding) {
	fmt.Fprintf(w, "  %s\n", f)
	if len(f.Point.Values) > 0 {
		fmt.Fprintf(w, "    at %s\n", f.Point.JSON())
	}
}
