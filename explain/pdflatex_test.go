package explain_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/seed-9905856d/derive/explain"
)

// TestPDFLaTeX compiles all derivations of the tests as one document, where there is a pdflatex.
func TestPDFLaTeX(t *testing.T) {
	latex, err := exec.LookPath("pdflatex")
	if err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "derivations.tex")
	if err := os.WriteFile(path, []byte(explain.LaTeX(explained(t)...)), 0o666); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(latex, "-interaction=nonstopmode", "-halt-on-error", path)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil || bytes.Contains(out, []byte("\n!")) {
		t.Errorf("%v\n%s", err, out[max(0, len(out)-2000):])
	}
}
