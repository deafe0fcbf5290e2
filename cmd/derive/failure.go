package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"time"

	"github.com/seed-9905856d/derive"
	"github.com/seed-9905856d/derive/syntax"
)

// The exit codes.
const (
	exitOK     = 0
	exitFailed = 1 // a check failed
	exitUsage  = 2 // bad usage, a formula that does not read, a file that cannot be read or written
	exitLimit  = 3 // a time-out, or a limit reached

	exitSignal = 128 // and the number of the signal that has ended the command
)

// errCheckFailed says that a check failed and that the command has already told so.
var errCheckFailed = errors.New("check failed")

// errUndecided says that a claim could be neither proved nor refuted, which the command has already told.
var errUndecided = errors.New("undecided")

// errTimeout marks the errors of a command that was not done in time.
var errTimeout = errors.New("time limit")

// timeoutError says that the command was not done in time, and what it was doing.
func timeoutError(limit time.Duration, phase string) error {
	return fmt.Errorf("%w of %v reached while %s", errTimeout, limit, phase)
}

// A hinted error carries advice that is printed on a line of its own.
type hinted struct {
	error
	help string
}

// Unwrap returns the error without its advice.
func (h hinted) Unwrap() error { return h.error }

// hint adds advice to an error.
func hint(err error, format string, args ...any) error {
	return hinted{err, fmt.Sprintf(format, args...)}
}

// A sourceError is what is wrong with a formula, together with the text that it stands in.
type sourceError struct {
	diagnostics syntax.Diagnostics
	text        string
}

// Error returns the diagnostics, one a line.
func (e *sourceError) Error() string { return e.diagnostics.Error() }

// report shows err to the user, each of several joined ones, and returns the exit code that
// belongs to it.
func report(w io.Writer, err error, color bool) int {
	if err == nil {
		return exitOK
	}
	if errors.Is(err, errCheckFailed) {
		return exitFailed
	}
	if errors.Is(err, errUndecided) {
		return exitLimit
	}
	if several, ok := err.(interface{ Unwrap() []error }); ok {
		code := exitOK
		for _, err := range several.Unwrap() {
			code = max(code, report(w, err, color))
		}
		return code
	}
	var src *sourceError
	if errors.As(err, &src) {
		io.WriteString(w, rendered(src.diagnostics, src.text, color))
		if src.diagnostics.Limited() {
			return exitLimit
		}
		return exitUsage
	}
	d := syntax.Diagnostic{Message: strings.TrimSpace(err.Error())}
	var h hinted
	if errors.As(err, &h) {
		d.Help = h.help
	}
	io.WriteString(w, rendered(syntax.Diagnostics{d}, "", color))
	if stopped := (interruption{}); errors.As(err, &stopped) {
		return exitSignal + int(stopped.signal)
	}
	if errors.Is(err, errTimeout) || errors.Is(err, derive.ErrTooLarge) || errors.Is(err, derive.ErrWork) {
		return exitLimit
	}
	return exitUsage
}

// warn shows warnings.
func (a *app) warn(warnings []string) {
	for _, w := range warnings {
		fmt.Fprintf(&a.stderr, "warning: %s\n", w)
	}
}

// rendered returns diagnostics as they are shown.
func rendered(ds syntax.Diagnostics, text string, color bool) string {
	if color {
		return ds.RenderColor(text)
	}
	return ds.Render(text)
}

// phase names what the program is doing, for the error of a time limit and for --verbose.
type phase struct {
	name  atomic.Pointer[string]
	told  io.Writer // where phases are told as they begin, or nil
	start time.Time
}

// set says what comes now: "reading", "evaluating".
func (p *phase) set(name string) {
	p.name.Store(&name)
	if p.told != nil {
		fmt.Fprintf(p.told, "[%8.3f s] %s\n", time.Since(p.start).Seconds(), syntax.Printable(name))
	}
}

// get returns the present phase.
func (p *phase) get() string {
	if name := p.name.Load(); name != nil {
		return *name
	}
	return "starting"
}
