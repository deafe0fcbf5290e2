package check

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// A programError says why a program could not be built or did not run to its end.
type programError struct {
	what   string // "does not compile" or "fails"
	err    error
	output []byte
}

// Error returns what the program does instead, as what follows its name.
func (e *programError) Error() string {
	return fmt.Sprintf("%s: %v\n%s", e.what, e.err, bytes.TrimSpace(e.output))
}

// Unwrap returns the error of the process.
func (e *programError) Unwrap() error { return e.err }

// errNoGo says that nothing can be compiled.
var errNoGo = errors.New("there is no go command, which compiles the kernels")

// compileAndRun builds a program in a directory of its own, of files with the names that their paths there have, runs it on an input and returns its
// output. It needs no network. When it returns, however that comes about, no process is left and the directory is gone.
func compileAndRun(ctx context.Context, files map[string][]byte, input []byte) (output []byte, err error) {
	if gate, ok := ctx.Value(gateKey{}).(*sync.RWMutex); ok {
		if !gate.TryRLock() {
			return nil, context.Cause(ctx)
		}
		defer gate.RUnlock()
	}
	if _, err := exec.LookPath("go"); err != nil {
		return nil, errNoGo
	}
	dir, err := os.MkdirTemp("", "derive-verify")
	if err != nil {
		return nil, err
	}
	defer removeAll(dir)
	temporary := filepath.Join(dir, "tmp")
	if err := os.Mkdir(temporary, 0o755); err != nil {
		return nil, err
	}
	for name, data := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return nil, err
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			return nil, err
		}
	}
	program := filepath.Join(dir, "program.exe")
	build := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-o", program, ".")
	build.Dir, build.Env = dir, buildEnvironment(os.Environ(), temporary)
	if _, err := finish(ctx, build, nil, "does not compile"); err != nil {
		return nil, err
	}
	return finish(ctx, exec.CommandContext(ctx, program), input, "fails")
}

// finish runs a command to its end, or until the context is done, and then ends all processes that it has started.
func finish(ctx context.Context, cmd *exec.Cmd, input []byte, otherwise string) ([]byte, error) {
	inGroup(cmd)
	cmd.WaitDelay = time.Second
	var out, messages bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(input), &out, &messages
	err := cmd.Run()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err != nil {
		return nil, &programError{otherwise, err, slices.Concat(out.Bytes(), messages.Bytes())}
	}
	return out.Bytes(), nil
}

// keptVariables are the environment variables of the go command that do not change what it builds, but where it finds things and how fast it is.
var keptVariables = []string{"GOROOT", "GOCACHE", "GOPATH", "GOMODCACHE", "GOMAXPROCS", "GOMEMLIMIT", "GOGC"}

// buildEnvironment returns the environment for building a program for this machine: that of the user without all that would make it one for
// another, or that needs more than Go.
func buildEnvironment(user []string, temporary string) []string {
	env := slices.DeleteFunc(slices.Clone(user), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return (strings.HasPrefix(name, "GO") || strings.HasPrefix(name, "CGO_")) && !slices.Contains(keptVariables, name)
	})
	return append(env, "GOENV=off", "GOWORK=off", "GOFLAGS=", "GOPROXY=off", "GOTOOLCHAIN=local", "CGO_ENABLED=0", "GOTMPDIR="+temporary)
}

// The tries of removing a directory, in which processes that have just been ended may still be writing.
const (
	removeTries = 50
	removePause = 20 * time.Millisecond
)

// removeAll removes a directory.
func removeAll(dir string) {
	for range removeTries {
		if os.RemoveAll(dir) == nil {
			return
		}
		time.Sleep(removePause)
	}
}

// gateKey is the key of the gate of a context.
type gateKey struct{}

// WithGate returns a context under which programs that are built and run hold the gate for reading, and none begins once somebody waits to hold it for
// writing: who has ended the context and holds it knows that no process and no temporary directory is left.
func WithGate(ctx context.Context, gate *sync.RWMutex) context.Context {
	return context.WithValue(ctx, gateKey{}, gate)
}
