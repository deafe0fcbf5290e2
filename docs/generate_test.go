package main

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDocumentsAreUpToDate(t *testing.T) {
	for path := range documents {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		want, err := generate(path, string(text))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, string(text)); diff != "" {
			t.Errorf("run go generate ./docs (-generated +%s):\n%s", path, diff)
		}
	}
}

func TestGenerateRefusesUnknownParts(t *testing.T) {
	if _, err := generate(manual, "<!-- generated: nonsense -->\n<!-- end -->\n"); err == nil {
		t.Error("a part that nothing generates was accepted")
	}
}
