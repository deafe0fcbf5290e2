package derive_test

import (
	"os"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/seed-9905856d/derive"
)

// loadFormulas are what TestLoad works on.
var loadFormulas = []string{
	"given sum(y) == 1; grad(cross_entropy(y, softmax(l)), l)", "jac(softmax(z), z)", "grad(norm2(A*x - b)^2, x)",
	"d(1/(1 + exp(-t)), t)", "hvp(logsumexp(z), z, v)", "d(sum[i](u[i]*u[i+1]), u[k])",
}

// TestLoad uses the library from 64 goroutines at once, some of which share a formula, and expects the same results everywhere, memory that does not
// grow and no goroutine left behind. It takes DERIVE_LOAD, a duration; without the variable a second. Run it with -race.
func TestLoad(t *testing.T) {
	const workers, slack = 64, 32 << 20
	duration := time.Second
	if d, err := time.ParseDuration(os.Getenv("DERIVE_LOAD")); err == nil {
		duration = d
	}
	shared := make([]*derive.Formula, len(loadFormulas))
	want := make([]string, len(loadFormulas))
	for k, text := range loadFormulas {
		f, err := derive.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		r, err := f.Result(derive.Options{})
		if err != nil {
			t.Fatal(err)
		}
		shared[k], want[k] = f, r.Text
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
					n := k % len(loadFormulas)
					f := shared[n]
					if w%2 == 0 {
						f, _ = derive.Parse(loadFormulas[n])
					}
					r, err := f.Result(derive.Options{})
					if err != nil || r.Text != want[n] {
						t.Errorf("%s: %v, %v", loadFormulas[n], r, err)
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
	t.Logf("%d results by %d goroutines in %v; the heap has %d kB after a quarter of the time and %d kB at the end", done, workers, duration, before>>10, after>>10)
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
