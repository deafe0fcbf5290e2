package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// runIn runs the program in the current process.
func runIn(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(args, strings.NewReader(""), &out, &errs)
	return code, out.String(), errs.String()
}

// TestWholeFiles has many runs write one file of two contents while others read it: what is read is always one of the two, whole, and nothing
// stays beside it.
func TestWholeFiles(t *testing.T) {
	dir := t.TempDir()
	target := filepath.Join(dir, "out.go")
	contents := [][]byte{bytes.Repeat([]byte("a"), 1<<16), bytes.Repeat([]byte("b"), 1<<18)}
	if err := writeFile(target, contents[0]); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Add(2)
		go func() {
			defer wg.Done()
			for range 30 {
				if err := writeFile(target, contents[worker%2]); err != nil {
					t.Error(err)
				}
			}
		}()
		go func() {
			defer wg.Done()
			for range 60 {
				data, err := os.ReadFile(target)
				if err != nil || !bytes.Equal(data, contents[0]) && !bytes.Equal(data, contents[1]) {
					t.Errorf("%d bytes read of a file of %d or %d: %v", len(data), len(contents[0]), len(contents[1]), err)
					return
				}
			}
		}()
	}
	wg.Wait()
	onlyFiles(t, dir, "out.go")
}

// onlyFiles expects a directory to have the files of these names and no others.
func onlyFiles(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if strings.Join(names, " ") != strings.Join(want, " ") {
		t.Errorf("the directory has %v, not %v", names, want)
	}
}

// TestConcurrentRuns has runs of gen and fmt in one directory write and check the same files: all of them end well, and the files are what one run
// would have written.
func TestConcurrentRuns(t *testing.T) {
	dir := t.TempDir()
	formula := filepath.Join(dir, "f.formula")
	if err := os.WriteFile(formula, []byte("param x[n]\nkernel f(x)=logsumexp(x),grad(logsumexp(x),x)\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "f.go")
	if code, _, stderr := runIn(t, "gen", formula, "-o", out, "--package", "f"); code != exitOK {
		t.Fatal(stderr)
	}
	want, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for worker := range 6 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 4 {
				args := [][]string{
					{"gen", formula, "-o", out, "--package", "f"},
					{"gen", formula, "-o", out, "--package", "f", "--check"},
					{"fmt", formula},
				}[worker%3]
				if code, stdout, stderr := runIn(t, args...); code != exitOK {
					t.Errorf("%v: exit code %d\n%s%s", args, code, stdout, stderr)
				}
			}
		}()
	}
	wg.Wait()
	got, err := os.ReadFile(out)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("the file differs from what one run writes: %v", err)
	}
	onlyFiles(t, dir, "f.formula", "f.go")
}

// TestChecksWriteNothing runs what only checks in a directory that differs from what it should be, and finds it as it was.
func TestChecksWriteNothing(t *testing.T) {
	dir := t.TempDir()
	files := map[string]string{
		"f.formula": "param x[n]\nkernel f(x)=sum(x)\n",
		"f.go":      "package f\n",
		"g.txtar":   "A golden file.\n\n-- formula --\nparam x[n]\ngrad(sum(x.^2), x)\n-- result --\ngrad(sum(x.^2), x)\n  = 3*x\n",
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o444); err != nil {
			t.Fatal(err)
		}
	}
	formula := filepath.Join(dir, "f.formula")
	for _, args := range [][]string{
		{"gen", formula, "-o", filepath.Join(dir, "f.go"), "--check"},
		{"fmt", "--check", formula},
		{"golden", dir},
	} {
		before := snapshot(t, dir)
		if code, stdout, stderr := runIn(t, args...); code != exitFailed {
			t.Errorf("%v: exit code %d, want %d\n%s%s", args, code, exitFailed, stdout, stderr)
		}
		if after := snapshot(t, dir); after != before {
			t.Errorf("%v wrote:\n%s\nbefore:\n%s", args, after, before)
		}
	}
}

// snapshot describes the files of a directory: names, times, contents.
func snapshot(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s %v\n%s\n", e.Name(), info.ModTime(), data)
	}
	return b.String()
}
