package check

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/seed-9905856d/derive/internal/mutate"
)

// longestFuzzed is the length of texts that the fuzzers of the pipeline try.
const longestFuzzed = 120

// seedFormulas adds the formulas of the golden files and some of their own to a corpus.
func seedFormulas(f *testing.F) {
	paths, err := filepath.Glob("../testdata/golden/*/*.txtar")
	if err != nil || len(paths) == 0 {
		f.Fatal("no golden files", err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		for _, section := range txtar.Parse(data).Files {
			if section.Name == sectionFormula {
				f.Add(string(section.Data))
			}
		}
	}
	for _, text := range []string{
		"grad(sum(x.^3), x)", "param x[n]\nd(sum[i](x[i]*x[i+1]), x[k])", "param len, max\nkernel copy(len, max) = len*max",
		"param x_1, float64\nkernel init(x_1, float64) = grad(x_1^2*float64, x_1)", "param func, range\nkernel main(func, range) = func^range",
		"param A[m,n], x[n]\nkernel f(A, x) = A*x, n: sum(x), math: m", "kernel _(x) = x", "param n[n]\nkernel n(n) = sum(n)", "param x\nkernel f(x) = 4e444 + x",
		"param X[m,n], Y[m,n], U[k-m]\njvp(888*Y, X, X) + sum(U)",
	} {
		f.Add(text)
	}
}

// findingsIn takes text through the whole pipeline and back, and holds the printed results of a file that reads, and of the gradients of its
// expressions, against what is written.
func findingsIn(t *testing.T, text string) []Finding {
	if len(text) > longestFuzzed {
		t.Skip()
	}
	u, err := Load("fuzz.formula", text)
	if err != nil {
		t.Skip()
	}
	var r Report
	for seed := range uint64(2) {
		p, err := u.Sample(2, pointSeed(seed, 1))
		if err != nil {
			t.Skip()
		}
		for _, item := range u.Items {
			u.compare(&r, item, place{Point: p, precision: MatrixPrecision, limit: extremeLimit})
		}
	}
	return r.Findings
}

// FuzzPipeline holds that no text makes the pipeline panic or hang, and that every result reads back.
func FuzzPipeline(f *testing.F) {
	seedFormulas(f)
	f.Fuzz(func(t *testing.T, text string) {
		for _, finding := range findingsIn(t, text) {
			if strings.Contains(finding.Problem, "does not read") {
				t.Errorf("%s\nat %s", finding, finding.At)
			}
		}
	})
}

// FuzzValues holds that the results of any text have the values of what is written.
func FuzzValues(f *testing.F) {
	seedFormulas(f)
	f.Fuzz(func(t *testing.T, text string) {
		for _, finding := range findingsIn(t, text) {
			if finding.Problem == "" && isFinite(finding.Got) {
				t.Errorf("%s\nat %s", finding, finding.At)
			}
		}
	})
}

// FuzzGo holds that the Go that is generated for any text compiles, whatever names it has.
func FuzzGo(f *testing.F) {
	seedFormulas(f)
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > longestFuzzed {
			t.Skip()
		}
		u, err := Load("fuzz.formula", text)
		if err != nil {
			t.Skip()
		}
		code, err := u.Go("fuzz")
		if err != nil {
			t.Skip()
		}
		if err := mutate.Check(code); err != nil {
			t.Errorf("%v\n%s", err, code)
		}
	})
}

// TestHostileNames generates Go for kernels whose names, and those of whose inputs, outputs and sizes, are words of Go, names that generated code uses
// itself, or alike but for their spelling.
func TestHostileNames(t *testing.T) {
	names := strings.Fields(`break case chan const continue default defer else fallthrough for func go goto import interface map package range return select
		struct switch type var append cap clear close complex copy delete imag len make max min new panic print println real recover any bool byte error
		float64 int string true false nil iota math main init _ __ x_1 x₁ X_1 work out top shift sum t li es n m gradX hessX kernels fmt ŷ y_hat Σ1 ширина ｘ 𝑥 x̌y ℓ`)
	for _, name := range names {
		for _, text := range []string{
			"param %[x[q], z\nkernel f(%, z) = logsumexp(%)*z, grad(logsumexp(%), %)",
			"param x[n]\nkernel %(x) = logsumexp(x), grad(logsumexp(x), x)",
			"param x[n], A[n,n]\nkernel f(x, A) = %: x'*A*x, grad(x'*A*x, x)",
			"param x[%], A[%,m]\nkernel f(x, A) = A'*x, sum(x)/%",
			"param x[n]\n% = sum(x)^2\nkernel f(x) = %, d(%, x[1])",
			"param x[n]\nkernel f(x) = tensor[%](x[%]^2)",
			"param %, X_1, x_1, x1\nkernel f(%, X_1, x_1, x1) = %*X_1*x_1*x1",
		} {
			text = strings.ReplaceAll(strings.ReplaceAll(text, "%[x[q]", "%[q]"), "%", name)
			u, err := Load("hostile.formula", text)
			if err != nil {
				continue
			}
			code, err := u.Go("hostile")
			if err != nil {
				continue
			}
			if err := mutate.Check(code); err != nil {
				t.Errorf("%s\n%v\n%s", text, err, code)
			}
		}
	}
	for _, source := range []string{"a\nb.formula", "*/ func init() { panic(1) } /*.formula", "x\r\nfunc init() {}", "a\u2028b"} {
		file, err := Load(source, "param x # */ panic()\nkernel f(x) = x^2 # */\n")
		if err != nil {
			t.Fatal(err)
		}
		code, err := file.Go("hostile")
		if err != nil {
			t.Fatal(err)
		}
		if err := mutate.Check(code); err != nil || strings.Contains(string(code), "\nfunc init") {
			t.Errorf("%q: %v\n%s", source, err, code)
		}
	}
}
