package codegen_test

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"github.com/seed-9905856d/derive/codegen"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGolden generates the code of testdata/kernels.formula and compares it with the file that benchmarks and other
// tests compile. Two sessions must give the same bytes.
func TestGolden(t *testing.T) {
	const golden = "testdata/kernels/kernels.go"
	text, err := os.ReadFile("testdata/kernels.formula")
	if err != nil {
		t.Fatal(err)
	}
	generate := func() []byte {
		s, ks := read(t, string(text))
		out, err := codegen.Generate(s, ks, codegen.Options{Package: "kernels", Source: "kernels.formula"})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	got := generate()
	for range 3 {
		if again := generate(); !bytes.Equal(got, again) {
			t.Fatalf("two runs differ:\n%s\n%s", got, again)
		}
	}
	if *update {
		write(t, golden, got)
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("generated code is not that of %s; go test -update writes it. Got:\n%s", golden, got)
	}
}
