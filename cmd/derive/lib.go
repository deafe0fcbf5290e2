package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/simplify"
	"github.com/seed-9905856d/derive/syntax"
)

// newLib builds derive lib.
func newLib(*app) *cobra.Command {
	rules := false
	cmd := &cobra.Command{
		Use:     "lib [FUNCTION]",
		Short:   "Print the library's own definitions, or those of one function",
		Example: "  derive lib softmax",
		Args:    arguments(0, 1, ""),
		RunE: func(cmd *cobra.Command, args []string) error {
			if rules {
				for _, r := range simplify.Rules() {
					fmt.Fprintf(cmd.OutOrStdout(), "%-18s %s\n", r.Name, r.Sentence)
				}
				return nil
			}
			if len(args) == 0 {
				_, err := fmt.Fprint(cmd.OutOrStdout(), builtin.Library())
				return err
			}
			found := false
			var names []string
			for _, def := range builtin.Definitions() {
				names = append(names, def.Name.Name)
				if def.Name.Name == args[0] {
					found = true
					fmt.Fprintln(cmd.OutOrStdout(), syntax.PrintStatement(def))
				}
			}
			if found {
				return nil
			}
			err := fmt.Errorf("the library has no function %q", args[0])
			if near, ok := syntax.Suggest(args[0], names); ok {
				return hint(err, "did you mean %q?", near)
			}
			return hint(err, "derive lib lists them all")
		},
	}
	cmd.Flags().BoolVar(&rules, "rules", false, "print the rewrites that --disable knows, and what each does")
	return cmd
}
