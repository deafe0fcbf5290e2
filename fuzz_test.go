package derive_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/seed-9905856d/derive"
	"github.com/seed-9905856d/derive/parser"
)

// longest is the length of texts that the fuzzer tries; what is longer takes long for good reasons.
const longest = 160

// tooLong is several times what the limit of work allows with the instruments of the fuzzer on a busy machine.
const tooLong = 30 * time.Second

// FuzzResult takes any text through the whole pipeline: it ends in a result or an error, soon, without a panic, and the result
// reads back.
func FuzzResult(f *testing.F) {
	paths, err := filepath.Glob("testdata/golden/*/*.txtar")
	if err != nil || len(paths) == 0 {
		f.Fatal("no golden files", err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		for _, section := range txtar.Parse(data).Files {
			if section.Name == "formula" {
				f.Add(string(section.Data))
			}
		}
	}
	for _, text := range []string{"d(x^x, x, 3)", "grad(max(x), x)", "tensor[i in 2..n](x[i-1])", "softmax(Z)[r,k]", "[1,2,3]*x", "0^0", "1/0", "10^1000*x", "7^4000/3^5000"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > longest {
			t.Skip()
		}
		holdEnd(t, text)
	})
}

// TestWork takes formulas through the pipeline that end at the limit of work or near it. The instruments of the fuzzer would take too long with them.
func TestWork(t *testing.T) {
	for _, text := range []string{"param A[n,n], B[n,n], x\nd(det(A + x*B), x, 22)", "d(x^x, x, 20)", "d(x^x, x, 60)"} {
		holdEnd(t, text)
	}
}

// holdEnd holds that a text ends in a result that reads back or in an error, soon.
func holdEnd(t *testing.T, text string) {
	start := time.Now()
	formula, err := derive.Parse(text)
	if err != nil {
		return
	}
	r, err := formula.Result(derive.Options{})
	if d := time.Since(start); d > tooLong {
		t.Fatalf("took %v", d)
	}
	if err != nil {
		return
	}
	if _, ds := parser.ParseExpr("", r.Text); ds.Err() != nil {
		t.Fatalf("the result does not read: %s: %v", r.Text, ds)
	}
	if _, ds := parser.ParseExpr("", r.Index); ds.Err() != nil {
		t.Fatalf("the result by entries does not read: %s: %v", r.Index, ds)
	}
}
