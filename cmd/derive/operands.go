package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// formulasLast puts the arguments of a command that takes a formula in the order in which they are understood: options, then --, then formulas, so that a
// formula may begin with a minus. An argument with one minus is an option where it is a letter that is one, such as -f, or begins with that and =; anything
// longer, such as -exp(x), is a formula, and so is what stands right after --.
func formulasLast(root *cobra.Command, args []string) []string {
	cmd, rest, err := root.Find(args)
	if err != nil || cmd.Flags().Lookup("expr") == nil {
		return args
	}
	cmd.InitDefaultHelpFlag()
	path := strings.Fields(cmd.CommandPath())[1:]
	var options, formulas []string
	for k := 0; k < len(rest); k++ {
		arg := rest[k]
		switch {
		case arg == "--":
			if k++; k < len(rest) {
				formulas = append(formulas, rest[k])
			}
		case isOption(cmd, arg):
			options = append(options, arg)
			if f := option(cmd, arg); f != nil && f.NoOptDefVal == "" && !strings.Contains(arg, "=") {
				if k++; k == len(rest) {
					return slices.Concat(path, options) // the value is missing, which is told
				}
				options = append(options, rest[k])
			}
		default:
			formulas = append(formulas, arg)
		}
	}
	return slices.Concat(path, options, []string{"--"}, formulas)
}

// isOption reports whether an argument is meant to be an option: with two minuses, or one of a letter that the command has.
func isOption(cmd *cobra.Command, arg string) bool {
	return strings.HasPrefix(arg, "--") || option(cmd, arg) != nil
}

// option returns the option that an argument names, nil where there is none.
func option(cmd *cobra.Command, arg string) *pflag.Flag {
	if name, ok := strings.CutPrefix(arg, "--"); ok {
		name, _, _ = strings.Cut(name, "=")
		if f := cmd.Flags().Lookup(name); f != nil {
			return f
		}
		return cmd.InheritedFlags().Lookup(name)
	}
	letter, ok := strings.CutPrefix(arg, "-")
	if before, after, cut := strings.Cut(letter, "="); cut && !strings.HasPrefix(after, "=") {
		letter = before
	}
	if !ok || len(letter) != 1 {
		return nil
	}
	if f := cmd.Flags().ShorthandLookup(letter); f != nil {
		return f
	}
	return cmd.InheritedFlags().ShorthandLookup(letter)
}
