// Command derive turns formula text into gradients, closed forms, values and Go code, and checks them. Each subcommand is
// one file: fmt.go holds derive fmt, and symbolic.go grad, jac and their like.
//
//	main.go     the program: streams, time limit, exit code
//	root.go     the command tree and the options that commands share
//	operands.go formulas that begin with a minus
//	color.go    --color
//	failure.go  errors as the user sees them, and their exit codes
//	source.go   formulas from arguments, files and standard input
//	output.go   files written whole or not at all
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// An app is one run of the program: its streams, its options and the phase it is in.
type app struct {
	stdin          io.Reader
	stdout, stderr bytes.Buffer // held back until the command has ended
	phase          phase
	messages       io.Writer // standard error itself
	timeout        time.Duration
	color          colorMode
	verbose        bool
}

// run runs the command that args names and returns the exit code. Output is shown only when the
// command has ended, so a command that times out leaves nothing half said.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	a := &app{stdin: stdin, messages: stderr, color: colorAuto, phase: phase{start: time.Now()}}
	err := a.execute(args)
	color := a.color.colors(stderr)
	if errors.Is(err, errTimeout) { // the command may still be writing to its buffers
		return report(stderr, err, color)
	}
	if _, werr := stderr.Write(a.stderr.Bytes()); werr != nil {
		return exitUsage
	}
	if _, werr := stdout.Write(a.stdout.Bytes()); werr != nil && err == nil {
		err = fmt.Errorf("cannot write the result: %w", werr)
	}
	return report(stderr, err, color)
}

// execute parses args and runs the command.
func (a *app) execute(args []string) (err error) {
	defer recoverInto(&err, &a.phase)
	root := newRoot(a)
	root.SetArgs(formulasLast(root, args))
	root.SetIn(a.stdin)
	root.SetOut(&a.stdout)
	root.SetErr(&a.stderr)
	return root.ExecuteContext(context.Background())
}

// limited runs work under the time limit of --timeout. Work that does not end in time is left
// behind; the program exits soon after.
func (a *app) limited(ctx context.Context, work func(context.Context) error) error {
	if a.timeout <= 0 {
		return work(ctx)
	}
	ctx, cancel := context.WithTimeout(ctx, a.timeout)
	defer cancel()
	done := make(chan error, 1)
	go func() {
		var err error
		defer func() { done <- err }()
		defer recoverInto(&err, &a.phase)
		err = work(ctx)
	}()
	select {
	case err := <-done:
		if errors.Is(err, context.DeadlineExceeded) {
			return timeoutError(a.timeout, a.phase.get())
		}
		return err
	case <-ctx.Done():
		return timeoutError(a.timeout, a.phase.get())
	}
}

// recoverInto turns a panic, which is a mistake of this program, into an error in the usual form.
func recoverInto(err *error, p *phase) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("internal error while %s: %v", p.get(), r)
	}
}
