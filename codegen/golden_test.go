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
// tests compile.
func TestGolden(t *testing.T) {
	goldenCode(t, "kernels.formula", map[string]codegen.Options{"kernels": {}})
}

// goldenCode generates the code of a formula file in testdata with each of the options, and holds it against that of the package of their name.
// Sessions of their own must give the same bytes.
func goldenCode(t *testing.T, source string, options map[string]codegen.Options) {
	t.Helper()
	text, err := os.ReadFile("testdata/" + source)
	if err != nil {
		t.Fatal(err)
	}
	for name, o := range options {
		o.Package, o.Source = name, source
		generate := func() []byte {
			s, ks := read(t, string(text))
			out, err := codegen.Generate(s, ks, o)
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		got := generate()
		for range 3 {
			if again := generate(); !bytes.Equal(got, again) {
				t.Fatalf("%s: two runs differ:\n%s\n%s", name, got, again)
			}
		}
		golden := "testdata/" + name + "/" + name + ".go"
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
}
