package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
)

// newLint builds derive lint.
func newLint(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "lint FILE...",
		Short: "Tell what formula files leave unused, hide, or cannot verify",
		Long: `Lint tells which parameters, definitions and givens of a formula file nothing needs, which names and
indices hide others, and which results cannot be verified or are not accurate when they are compiled
(which needs the go command). The exit code is 1 if it has anything to tell.`,
		Example: `  derive lint loss.formula`,
		Args:    arguments(1, -1, "formula file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.limited(cmd.Context(), func(ctx context.Context) error {
				found := false
				for _, path := range args {
					u, err := a.load(path)
					if err != nil {
						return err
					}
					a.phase.set("linting " + path)
					ds, err := u.Lint(ctx)
					if err != nil {
						return err
					}
					if len(ds) > 0 {
						if found {
							fmt.Fprintln(cmd.OutOrStdout())
						}
						found = true
						fmt.Fprint(cmd.OutOrStdout(), ds.Render(u.Text()))
					}
				}
				if found {
					return errCheckFailed
				}
				return nil
			})
		},
	}
}
