package main

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestManualIsUpToDate(t *testing.T) {
	text, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	want, err := generate(string(text))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Errorf("run go generate ./docs (-generated +%s):\n%s", manual, diff)
	}
}

func TestGenerateRefusesUnknownParts(t *testing.T) {
	if _, err := generate("<!-- generated: nonsense -->\n<!-- end -->\n"); err == nil {
		t.Error("a part that nothing generates was accepted")
	}
}
