package main

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed-9905856d/derive/syntax"
)

// planned are the commands that derive is going to have and does not have yet.
var planned = []string{
	"plot", "serve",
}

// newRoot builds the command tree. A new subcommand is one file and one line here.
func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "derive",
		Short: "Differentiate, simplify and evaluate formulas",
		Long: `Derive reads formulas as papers write them, with sums over indices, vectors, matrices and
derivative operators; it differentiates them, finds their closed forms, evaluates them to any
precision, and writes Go that computes them.`,
		Args:          cobra.ArbitraryArgs, // so that an unknown command reaches RunE
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			return cmd.Help()
		},
	}
	root.SetFlagErrorFunc(flagError)
	root.PersistentFlags().DurationVar(&a.timeout, "timeout", 0, "end with exit code 3 after this long, such as 10s (0: no limit)")
	root.PersistentFlags().Var(&a.color, "color", "colour messages: auto, always or never")
	root.PersistentFlags().BoolVarP(&a.verbose, "verbose", "v", false, "tell on standard error what is being done, and when it began")
	root.PersistentPreRunE = func(*cobra.Command, []string) error {
		if a.verbose {
			a.phase.told = a.messages
		}
		if a.timeout < 0 {
			return hint(fmt.Errorf("--timeout %v is less than no time", a.timeout), "0, which is the default, is no limit")
		}
		return nil
	}
	root.AddCommand(
		newEval(a),
		newExplain(a),
		newFmt(a),
		newGen(a),
		newGolden(a),
		newLib(a),
		newVerify(a),
		newProve(a),
		newLint(a),
		newVersion(a),
	)
	for _, c := range symbolicCommands {
		root.AddCommand(newSymbolic(a, c))
	}
	root.SetHelpCommand(newHelp(a))
	root.InitDefaultCompletionCmd()
	if c, _, err := root.Find([]string{"completion"}); err == nil {
		c.Args, c.RunE = cobra.ArbitraryArgs, completionOf
	}
	return root
}

// completionOf is derive completion without a shell that it knows.
func completionOf(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return hint(fmt.Errorf("no completion for %q", args[0]), "there are %s", strings.Join(commandNames(cmd), ", "))
	}
	return cmd.Help()
}

// newHelp builds derive help, which unlike cobra's own fails for a command that does not exist.
func newHelp(*app) *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Show what a command does and its options",
		ValidArgsFunction: func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			return commandNames(cmd.Root()), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			target, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return unknownCommand(cmd.Root(), args[len(args)-max(1, len(rest))])
			}
			target.InitDefaultHelpFlag()
			return target.Help()
		},
	}
}

// commandNames returns the names of the commands that exist.
func commandNames(root *cobra.Command) []string {
	var names []string
	for _, c := range root.Commands() {
		if !c.Hidden {
			names = append(names, c.Name())
		}
	}
	slices.Sort(names)
	return names
}

// unknownCommand says that there is no such command: not yet, or not at all.
func unknownCommand(root *cobra.Command, name string) error {
	names := commandNames(root)
	if slices.Contains(planned, name) {
		return hint(fmt.Errorf("the command %q does not exist yet", name), "there are %s", strings.Join(names, ", "))
	}
	err := fmt.Errorf("unknown command %q", name)
	if near, ok := syntax.Suggest(name, slices.Concat(names, planned)); ok && !slices.Contains(planned, near) {
		return hint(err, "did you mean %q?", near)
	}
	return hint(err, "there are %s", strings.Join(names, ", "))
}

// flagError words a mistake in the options. Those of a command that does not exist are not
// the mistake.
func flagError(cmd *cobra.Command, err error) error {
	if args := cmd.Flags().Args(); !cmd.HasParent() && len(args) > 0 {
		return unknownCommand(cmd, args[0])
	}
	help := fmt.Sprintf("%s --help lists the options", cmd.CommandPath())
	if arg, ok := strings.CutPrefix(err.Error(), "unknown shorthand flag: "); ok {
		_, arg, _ = strings.Cut(arg, " in ")
		err = fmt.Errorf("unknown option %s", arg)
	} else if name, ok := strings.CutPrefix(err.Error(), "unknown flag: "); ok {
		err = fmt.Errorf("unknown option %s", name)
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
		if near, ok := syntax.Suggest(name, names); ok {
			help = fmt.Sprintf("did you mean %s?", near)
		}
	}
	return hint(errors.New(strings.Replace(numbersInGo.ReplaceAllString(err.Error(), ""), "time: ", "", 1)), "%s", help)
}

// numbersInGo finds what package strconv says of what is no number.
var numbersInGo = regexp.MustCompile(`strconv\.\w+: parsing "[^"]*": `)

// arguments checks the number of positional arguments; at most is -1 for any number.
func arguments(least, most int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			return hint(errors.New("missing "+what), "usage: %s", cmd.UseLine())
		case most >= 0 && len(args) > most:
			return hint(fmt.Errorf("unexpected argument %q", args[most]), "usage: %s", cmd.UseLine())
		}
		return nil
	}
}
