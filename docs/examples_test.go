package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/seed-9905856d/derive/parser"
)

// leastExamples is how many examples the manual has at least.
const leastExamples = 40

var (
	// formulaFile is a block that begins ```formula NAME: a file that the examples after it may use.
	formulaFile = regexp.MustCompile("(?ms)^```formula (\\S+)\n(.*?)^```$")
	// session is a block of commands, each after a $, and of what they print.
	session = regexp.MustCompile("(?ms)^```console\n(.*?)^```$")
	// command is one command of a session and what it prints: its output, then its notes or its mistakes.
	command = regexp.MustCompile("(?m)^\\$ (derive .*)\n((?:[^$\x60\n].*\n|\n)*)")
)

// TestExamples runs every example of the manual and compares what it prints. With UPDATE_EXAMPLES set it
// writes what they print into the manual.
func TestExamples(t *testing.T) {
	text, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, m := range formulaFile.FindAllStringSubmatch(string(text), -1) {
		if _, diagnostics := parser.ParseFile(m[1], m[2]); diagnostics.Err() != nil {
			t.Errorf("%s: %v", m[1], diagnostics.Err())
		}
		if err := os.WriteFile(filepath.Join(dir, m[1]), []byte(m[2]), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	bin := t.TempDir()
	build := exec.Command("go", "build", "-o", filepath.Join(bin, "derive"), "../cmd/derive")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	count := 0
	updated := session.ReplaceAllStringFunc(string(text), func(block string) string {
		return command.ReplaceAllStringFunc(block, func(example string) string {
			count++
			line, want, _ := strings.Cut(strings.TrimPrefix(example, "$ "), "\n")
			got := run(dir, bin, line)
			if os.Getenv("UPDATE_EXAMPLES") == "" && got != want {
				t.Errorf("%s\ngot\n%swant\n%s", line, got, want)
			}
			return "$ " + line + "\n" + got
		})
	})
	if count < leastExamples {
		t.Errorf("the manual has %d examples, want %d", count, leastExamples)
	}
	if os.Getenv("UPDATE_EXAMPLES") != "" && updated != string(text) {
		if err := os.WriteFile(manual, []byte(updated), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// run returns what a command prints in a directory, on standard output and then on standard error.
func run(dir, bin, line string) string {
	cmd := exec.Command("sh", "-c", line)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	_ = cmd.Run() // a command that fails says so on standard error
	return stdout.String() + stderr.String()
}
