package main

import (
	"fmt"
	"io"
	"os"
)

// The values of --color.
const (
	colorAuto   = "auto"
	colorAlways = "always"
	colorNever  = "never"
)

// A colorMode is a value of --color, where auto colours what a terminal shows unless NO_COLOR is set (https://no-color.org).
type colorMode string

// String returns the mode.
func (m *colorMode) String() string { return string(*m) }

// Type names what the option takes.
func (m *colorMode) Type() string { return "string" }

// Set takes a mode from the command line.
func (m *colorMode) Set(text string) error {
	switch text {
	case colorAuto, colorAlways, colorNever:
		*m = colorMode(text)
		return nil
	}
	return fmt.Errorf("it is %s, %s or %s", colorAuto, colorAlways, colorNever)
}

// colors reports whether messages to w are coloured.
func (m *colorMode) colors(w io.Writer) bool {
	return *m == colorAlways || *m == colorAuto && os.Getenv("NO_COLOR") == "" && isTerminal(w)
}

// isTerminal reports whether what is written to w appears on a terminal.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
