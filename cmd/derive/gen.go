package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/token"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"github.com/seed-9905856d/derive/check"
	"github.com/seed-9905856d/derive/syntax"
)

// newGen builds derive gen.
func newGen(a *app) *cobra.Command {
	var (
		out, pkg string
		checking bool
	)
	cmd := &cobra.Command{
		Use:   "gen FILE",
		Short: "Write Go for the kernels of a formula file",
		Long: `Gen writes one Go file with a function for every kernel of a formula file. The functions need
nothing but package math, allocate nothing, and are stable: sums of exponentials are shifted,
logarithms near 1 and exponentials near 0 keep their digits. With --check it writes nothing and
says whether the file is up to date, with a diff and exit code 1 if it is not.`,
		Example: `  derive gen loss.formula -o loss.go --package loss
  derive gen loss.formula -o loss.go --package loss --check`,
		Args: arguments(1, 1, "formula file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if checking && out == "" {
				return hint(errors.New("--check needs a file to check"), "name it with -o out.go")
			}
			if pkg == "" {
				pkg = packageOf(out)
			}
			if !token.IsIdentifier(pkg) {
				return hint(fmt.Errorf("%q is not the name of a Go package", pkg), "give one with --package")
			}
			return a.limited(cmd.Context(), func(context.Context) error {
				code, err := a.generate(args[0], pkg)
				switch {
				case err != nil:
					return err
				case checking:
					return checkUpToDate(cmd, out, code)
				case out == "":
					_, err := cmd.OutOrStdout().Write(code)
					return err
				}
				a.phase.set("writing " + out)
				return writeFile(out, code)
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&out, "output", "o", "", "the Go file to write (default: standard output)")
	flags.StringVar(&pkg, "package", "", "the name of the Go package (default: that of the directory of -o)")
	flags.BoolVar(&checking, "check", false, "write nothing; exit with 1 and a diff if the file is not up to date")
	return cmd
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
	if !token.IsIdentifier(name) {
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
	var ds syntax.Diagnostics
	if errors.As(err, &ds) {
		return nil, &sourceError{ds, text}
	}
	return u, err
}

// generate returns the Go for the kernels of a file.
func (a *app) generate(path, pkg string) ([]byte, error) {
	u, err := a.load(path)
	if err != nil {
		return nil, err
	}
	if len(u.Problem.Kernels) == 0 {
		return nil, hint(fmt.Errorf("%s has no kernel", path), "ask for one: kernel NAME(x, y) = EXPR, grad(EXPR, x)")
	}
	a.phase.set("generating Go")
	return u.Go(pkg)
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
	_, err = cmd.OutOrStdout().Write(diff.Diff(path, old, path+" (generated)", code))
	return errors.Join(errCheckFailed, err)
}
