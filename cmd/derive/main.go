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
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/seed-9905856d/derive/check"
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
	processes      sync.RWMutex // held for reading while there are processes, temporary directories and files
	color          colorMode
	verbose        bool
}

// run runs the command that args names and returns the exit code. Output is shown only when the
// command has ended, so a command that times out leaves nothing half said.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	a := &app{stdin: stdin, messages: stderr, color: colorAuto, phase: phase{start: time.Now()}}
	err := a.execute(args)
	color := a.color.colors(stderr)
	if ended(err) { // the command may still be writing to its buffers
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
	ctx, stop := interruptible(context.Background())
	defer stop()
	return root.ExecuteContext(ctx)
}

// An interruption is the signal that has ended a command.
type interruption struct{ signal syscall.Signal }

// Error names the signal.
func (i interruption) Error() string { return "ended by a signal (" + i.signal.String() + ")" }

// interruptible returns a context that the first signal that asks the program to end is the cause of the end of; a second one ends the program.
func interruptible(ctx context.Context) (_ context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	signals := make(chan os.Signal, 1)
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(s) { // as nohup has it
			signal.Notify(signals, s)
		}
	}
	go func() {
		select {
		case s := <-signals:
			signal.Stop(signals)
			number, _ := s.(syscall.Signal)
			cancel(interruption{number})
		case <-ctx.Done():
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		cancel(nil)
	}
}

// processGrace is how long the processes that a command has started may take to end.
const processGrace = 5 * time.Second

// limited runs work under the time limit of --timeout, until a signal ends it. Work that does not end in time is left
// behind, but for the processes that it has started; the program exits soon after.
func (a *app) limited(ctx context.Context, work func(context.Context) error) error {
	if a.timeout > 0 {
		limited, cancel := context.WithTimeoutCause(ctx, a.timeout, timeoutError(a.timeout, ""))
		defer cancel()
		ctx = limited
	}
	ctx = check.WithGate(ctx, &a.processes)
	done := make(chan error, 1)
	go func() {
		var err error
		defer func() { done <- err }()
		defer recoverInto(&err, &a.phase)
		err = work(ctx)
	}()
	select {
	case err := <-done:
		if ended(err) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
			return a.endOf(ctx)
		}
		return err
	case <-ctx.Done():
		err := a.endOf(ctx)
		idle := make(chan struct{})
		go func() {
			a.processes.Lock()
			close(idle)
		}()
		select {
		case <-idle:
		case <-time.After(processGrace):
		}
		return err
	}
}

// endOf says why a context is done, and what the program was doing.
func (a *app) endOf(ctx context.Context) error {
	if cause := context.Cause(ctx); errors.As(cause, new(interruption)) {
		return fmt.Errorf("%w while %s", cause, a.phase.get())
	}
	return timeoutError(a.timeout, a.phase.get())
}

// ended reports whether an error says that the command was ended before its work was.
func ended(err error) bool { return errors.Is(err, errTimeout) || errors.As(err, new(interruption)) }

// recoverInto turns a panic, which is a mistake of this program, into an error in the usual form.
func recoverInto(err *error, p *phase) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("internal error while %s: %v", p.get(), r)
	}
}
