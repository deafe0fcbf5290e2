package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"github.com/seed-9905856d/derive/check"
	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/syntax"
)

// newGolden builds derive golden.
func newGolden(a *app) *cobra.Command {
	var update bool
	cmd := &cobra.Command{
		Use:   "golden DIR",
		Short: "Hold golden files against what the engine does now",
		Long: `Golden reads every .txtar file under a directory: a formula, and what the engine made of it. It makes
all of that anew and says of each difference whether a value has changed or only a form or the
bytes; the exit code is 1 if there is any, and 2 if a file does not read, which does not keep the others
from being read. With --update it rewrites the files whose results
verify, and refuses the others.`,
		Example: `  derive golden testdata/golden`,
		Args:    arguments(1, 1, "directory"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.limited(cmd.Context(), func(ctx context.Context) error { return a.golden(ctx, cmd, args[0], update) })
		},
	}
	cmd.Flags().BoolVar(&update, "update", false, "rewrite the files that verify")
	return cmd
}

// golden goes through the golden files under a directory.
func (a *app) golden(ctx context.Context, cmd *cobra.Command, dir string, update bool) error {
	var paths []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && filepath.Ext(path) == ".txtar" {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("cannot read %s: %w", dir, cause(err))
	}
	if len(paths) == 0 {
		return hint(fmt.Errorf("there is no golden file under %s", dir), "a golden file ends in .txtar and has a section -- formula --")
	}
	failed, changed := 0, 0
	var unread []error
	for _, path := range paths {
		if err := ctx.Err(); err != nil {
			return err
		}
		a.phase.set("working on " + path)
		verdict, err := a.goldenFile(cmd, path, update)
		if err != nil {
			unread = append(unread, err)
		}
		switch verdict {
		case goldenFailed:
			failed++
		case goldenChanged:
			changed++
		}
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%d golden files: %d fail, %d differ\n", len(paths), failed, changed)
	if len(unread) > 0 {
		return errors.Join(unread...)
	}
	if failed > 0 || changed > 0 && !update {
		return errCheckFailed
	}
	return nil
}

// What became of a golden file.
const (
	goldenSame = iota
	goldenChanged
	goldenFailed
)

// goldenFile holds one file against the engine, or rewrites it.
func (a *app) goldenFile(cmd *cobra.Command, path string, update bool) (int, error) {
	old, err := os.ReadFile(path)
	if err != nil {
		return goldenFailed, fmt.Errorf("cannot read %s: %w", path, cause(err))
	}
	g, err := check.ReadGolden(filepath.Base(path), old)
	if err != nil {
		return goldenFailed, fmt.Errorf("%s: %w", filepath.Dir(path), err)
	}
	if file, diagnostics := parser.ParseFile(path, g.Formula); diagnostics.Err() == nil {
		a.warnOfLookalikes(file)
	}
	made, report, err := g.Make()
	w := cmd.OutOrStdout()
	if src := (*sourceError)(nil); errors.As(inSource(err, g.Formula), &src) {
		return goldenFailed, src
	}
	if err != nil {
		return goldenFailed, fmt.Errorf("%s: %w", path, err)
	}
	if len(report.Findings) > 0 {
		fmt.Fprintf(w, "%s: the results do not verify\n", syntax.Printable(path))
		for _, f := range report.Findings {
			printFinding(w, f)
		}
		return goldenFailed, nil
	}
	if bytes.Equal(old, made) {
		return goldenSame, nil
	}
	if update {
		return goldenChanged, a.writeFile(path, made)
	}
	fmt.Fprintf(w, "%s: %s\n", syntax.Printable(path), g.Difference(old))
	_, err = w.Write(diff.Diff(syntax.Printable(path), old, syntax.Printable(path)+" (now)", made))
	return goldenChanged, err
}
