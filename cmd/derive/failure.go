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
func report(w io.Writer, err error) int {
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
			code = max(code, report(w, err))
		}
		return code
	}
	var src *sourceError
	if errors.As(err, &src) {
		io.WriteString(w, src.diagnostics.Render(src.text))
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
	io.WriteString(w, d.Render(""))
	if errors.Is(err, errTimeout) || errors.Is(err, derive.ErrTooLarge) || errors.Is(err, derive.ErrWork) {
		return exitLimit
	}
	return exitUsage
}

// phase names what the program is doing, for the error of a time limit.
type phase struct{ name atomic.Pointer[string] }

// set says what comes now: "reading", "evaluating".
func (p *phase) set(name string) { p.name.Store(&name) }

// get returns the present phase.
func (p *phase) get() string {
	if name := p.name.Load(); name != nil {
		return *name
	}
	return "starting"
}
