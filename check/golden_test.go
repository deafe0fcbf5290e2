package check

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestGoldenFiles holds every golden file of the project against what the engine does now, and runs the compiled kernels of those
// that have some.
func TestGoldenFiles(t *testing.T) {
	paths, err := filepath.Glob("../testdata/golden/*/*.txtar")
	if err != nil || len(paths) < 60 {
		t.Fatalf("%d golden files: %v", len(paths), err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			old, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			g, err := ReadGolden(filepath.Base(path), old)
			if err != nil {
				t.Fatal(err)
			}
			made, report, err := g.Make()
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range report.Findings {
				t.Errorf("%s\nat %s", f, f.Point.JSON())
			}
			if diff := cmp.Diff(string(old), string(made)); diff != "" {
				t.Errorf("%s (-recorded +now):\n%s", g.Difference(old), diff)
			}
			if len(g.unit.Problem.Kernels) == 0 {
				return
			}
			r, err := g.unit.VerifyAll(context.Background(), Options{Seed: 1, Points: 4})
			if err != nil {
				t.Fatal(err)
			}
			if r.Kernels != "" {
				t.Skip("the kernels were not compiled: " + r.Kernels)
			}
			for _, f := range r.Findings {
				t.Errorf("%s\nat %s", f, f.Point.JSON())
			}
		})
	}
}
