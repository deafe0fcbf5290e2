package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/seed-9905856d/derive/syntax"
)

// newLint builds derive lint.
func newLint(a *app) *cobra.Command {
	format := "text"
	cmd := &cobra.Command{
		Use:   "lint FILE...",
		Short: "Tell what formula files leave unused, hide, or cannot verify",
		Long: `Lint tells which parameters, definitions and givens of a formula file nothing needs, which names and
indices hide others, and which results cannot be verified or are not accurate when they are compiled
(which needs the go command). The exit code is 1 if it has anything to tell.`,
		Example: `  derive lint loss.formula`,
		Args:    arguments(1, -1, "formula file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if format != "text" && format != "json" {
				return hint(fmt.Errorf("unknown format %q", format), "there are text and json")
			}
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
					if format == "json" {
						found = found || len(ds) > 0
						if err := printLint(cmd, u.Name(), ds); err != nil {
							return err
						}
						continue
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
	cmd.Flags().StringVar(&format, "format", "text", "text, or json: one object a file")
	return cmd
}

// A lintJSON is what lint tells of a file.
type lintJSON struct {
	File     string        `json:"file"`
	Warnings []warningJSON `json:"warnings"`
}

// A warningJSON is a warning about the text from a line and column, both counted from 1, up to another column, which may be on a later line.
type warningJSON struct {
	Message   string `json:"message"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"end_line"`
	EndColumn int    `json:"end_column"`
	Help      string `json:"help,omitempty"`
}

func printLint(cmd *cobra.Command, file string, ds syntax.Diagnostics) error {
	out := lintJSON{file, []warningJSON{}}
	for _, d := range ds {
		at := d.Span
		out.Warnings = append(out.Warnings, warningJSON{d.Message, at.Pos.Line, at.Pos.Column, at.End.Line, at.End.Column, d.Help})
	}
	encoder := json.NewEncoder(cmd.OutOrStdout())
	encoder.SetEscapeHTML(false)
	return encoder.Encode(out)
}
