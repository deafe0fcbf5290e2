package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/syntax"
)

// newFmt builds derive fmt.
func newFmt(a *app) *cobra.Command {
	var list, check bool
	cmd := &cobra.Command{
		Use:   "fmt FILE...",
		Short: "Format formula files in place, or standard input (-)",
		Long: `Fmt rewrites formula files in the canonical format. A file that does not read is
left alone. With - it formats standard input to standard output.`,
		Example: "  derive fmt loss.formula\n  derive fmt --check *.formula",
		Args:    arguments(1, -1, "file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.limited(cmd.Context(), func(ctx context.Context) error {
				return a.format(ctx, cmd, args, list || check)
			})
		},
	}
	cmd.Flags().BoolVarP(&list, "list", "l", false, "write nothing; list the files whose format would change, exit 1 if there are any")
	cmd.Flags().BoolVar(&check, "check", false, "the same as --list")
	return cmd
}

// format formats every file; one that fails does not keep the others from being formatted.
func (a *app) format(ctx context.Context, cmd *cobra.Command, paths []string, check bool) error {
	var failed error
	changed := false
	for _, path := range paths {
		if err := ctx.Err(); err != nil {
			return err
		}
		name, text, err := a.read(path)
		if err == nil {
			var formatted string
			if formatted, err = a.formatText(name, text); err == nil {
				switch {
				case check:
					if formatted != text {
						changed = true
						fmt.Fprintln(cmd.OutOrStdout(), name)
					}
				case path == "-":
					fmt.Fprint(cmd.OutOrStdout(), formatted)
				case formatted != text:
					err = a.writeFile(path, []byte(formatted))
				}
			}
		}
		if err != nil {
			failed = errors.Join(failed, err)
		}
	}
	if failed == nil && changed {
		return errCheckFailed
	}
	return failed
}

// formatText returns text in the canonical format.
func (a *app) formatText(name, text string) (string, error) {
	a.phase.set("formatting " + name)
	file, diagnostics := parser.ParseFile(name, text)
	if diagnostics.Err() != nil {
		return "", &sourceError{diagnostics, text} // unlike Format's own, these name the file
	}
	a.warnOfLookalikes(file)
	formatted, diagnostics := parser.Format(text)
	if diagnostics.Err() != nil {
		return "", &sourceError{diagnostics, text}
	}
	return formatted, nil
}

// warnOfLookalikes tells of names that look like others.
func (a *app) warnOfLookalikes(file *syntax.File) {
	for _, d := range syntax.Confusable(file) {
		a.warn([]string{d.Message})
	}
}
