package derive_test

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed-9905856d/derive"
)

// A task is one use of the library; of the same text it gives the same answer every time, which may be an error.
type task struct {
	text string
	do   func(f *derive.Formula, text string) (string, error)
}

// The uses of the library.
var (
	results = func(f *derive.Formula, _ string) (string, error) {
		r, err := f.Result(derive.Options{})
		if err != nil {
			return "", err
		}
		return fmt.Sprint(r.Text, r.Index, r.Shape, r.Given, r.Conditions, r.LaTeX(), r.Unicode()), nil
	}
	code = func(f *derive.Formula, _ string) (string, error) {
		data, err := f.Go("kernels")
		return string(data), err
	}
	proofs = func(_ *derive.Formula, text string) (string, error) {
		p, err := derive.Prove(text)
		if err != nil {
			return "", err
		}
		return fmt.Sprint(p.Verdict, p.Steps, p.Given, p.Agreed, p.Point.JSON()), nil
	}
	derivations = func(_ *derive.Formula, text string) (string, error) {
		e, err := derive.Explain(text, "x")
		if err != nil {
			return "", err
		}
		return e.Text(), nil
	}
)

// load is what TestLoad works on: all that the library does, with errors and limits among it.
var load = []task{
	{"given sum(y) == 1; grad(cross_entropy(y, softmax(l)), l)", results}, {"jac(softmax(z), z)", results},
	{"grad(norm2(A*x - b)^2, x)", results}, {"d(1/(1 + exp(-t)), t)", results}, {"hvp(logsumexp(z), z, v)", results},
	{"d(sum[i](u[i]*u[i+1]), u[k])", results}, {"param A[n,n]; given A == A'; grad(logdet(A + U*U'), U)", results},
	{"sum[i in 1..n](i^3)", results}, {"given posdef(A); log(det(A))", results}, {"d(if(x > 0, x^2, abs(x)), x)", results},
	{"vec(A*X*B)", results}, {"param c[m], Z[m,n]; given integer(c); grad(sum[r](Z[r,c[r]]), Z)", results}, {"grad(max(x), x)", results},
	{"param x[n]; kernel k(x) = logsumexp(x), grad(logsumexp(x), x); x", code}, {"grad(attention(Q, K, V)[1,1], Q)", code}, {"solve(A, b)", code},
	{"norm(x + y)^2 == norm(x)^2 + 2*x'*y + norm(y)^2", proofs}, {"sin(x)^2 == 1 + cos(x)^2", proofs}, {"param A[n,n]; inv(A)*A == eye(n)", proofs},
	{"exp(x) >= 1 + x", proofs}, {"given x > 0; log(x^2) == 2*log(x)", proofs},
	{"logsumexp(x)", derivations}, {"x^3*exp(x)", derivations}, {"norm2(A*x - b)^2", derivations},
	{"grad(softmax(x), x)", results}, {"x + tr(x) + softmax(x)[1]", results}, {"1/0", results}, {"x", proofs}, {"y", derivations}, {"cumsum(x)^2", code},
	{"param A[n,n]; tr(A^65)", results}, {"d(exp(x), x, 65)", results}, {"sum(T)*" + strings.Repeat("softmax(", 40) + "x" + strings.Repeat(")", 40) + "[1]", results},
}

// TestLoad uses the library from 64 goroutines at once, some of which share a formula, and expects the same answers everywhere, memory that does not
// grow and no goroutine left behind. It takes DERIVE_LOAD, a duration; without the variable a second. Run it with -race.
func TestLoad(t *testing.T) {
	const workers, slack = 64, 32 << 20
	duration := time.Second
	if d, err := time.ParseDuration(os.Getenv("DERIVE_LOAD")); err == nil {
		duration = d
	}
	answer := func(k int, f *derive.Formula) string {
		text, err := load[k].do(f, load[k].text)
		return fmt.Sprint(text, err)
	}
	shared := make([]*derive.Formula, len(load))
	want := make([]string, len(load))
	failing := 0
	for k, task := range load {
		f, err := derive.Parse(task.text)
		if err != nil {
			t.Fatal(err)
		}
		shared[k], want[k] = f, answer(k, f)
		if _, err := task.do(f, task.text); err != nil {
			failing++
		}
	}
	goroutines := runtime.NumGoroutine()
	round := func(d time.Duration) (done int) {
		var wg sync.WaitGroup
		counts := make([]int, workers)
		end := time.Now().Add(d)
		for w := range workers {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for k := w; counts[w] == 0 || time.Now().Before(end); k++ {
					n := k % len(load)
					f := shared[n]
					if w%2 == 0 {
						f, _ = derive.Parse(load[n].text)
					}
					if got := answer(n, f); got != want[n] {
						t.Errorf("%s: %s, not %s", load[n].text, got, want[n])
						return
					}
					counts[w]++
				}
			}()
		}
		wg.Wait()
		for _, n := range counts {
			done += n
		}
		return done
	}
	done := round(duration / 4)
	before := heap()
	done += round(duration * 3 / 4)
	after := heap()
	t.Logf("%d answers to %d tasks, %d of which fail, by %d goroutines in %v; the heap has %d kB after a quarter of the time and %d kB at the end",
		done, len(load), failing, workers, duration, before>>10, after>>10)
	if after > before+slack {
		t.Errorf("the heap grows from %d to %d bytes", before, after)
	}
	for deadline := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > goroutines; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines are left, there were %d", runtime.NumGoroutine(), goroutines)
		}
	}
}

// heap returns the bytes that are in use.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
