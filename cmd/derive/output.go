package main

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"

	"github.com/spf13/cobra"
)

// standardOutput is what the user calls standard output where a file is asked for.
const standardOutput = "-"

// write writes what a command has made of the file from, if there is one, to a file or to standard output.
func (a *app) write(cmd *cobra.Command, path string, data []byte, from string) error {
	if path == "" || path == standardOutput {
		_, err := cmd.OutOrStdout().Write(data)
		return err
	}
	a.phase.set("writing " + path)
	if a.isSame(path, from) {
		return fmt.Errorf("cannot write %s: it is what is read", path)
	}
	return a.writeFile(path, data)
}

// writeFile is [writeFile]; the program does not end before it does.
func (a *app) writeFile(path string, data []byte) error { return writeFile(&a.processes, path, data) }

// isSame reports whether a file is one that is read.
func (a *app) isSame(path, from string) bool {
	target, err := os.Stat(path)
	if err != nil || !target.Mode().IsRegular() {
		return false
	}
	var source fs.FileInfo
	if stdin, ok := a.stdin.(*os.File); ok && from == "-" {
		source, err = stdin.Stat()
	} else {
		source, err = os.Stat(from)
	}
	return err == nil && os.SameFile(source, target)
}

// writeFile replaces the file at path by data, whole or not at all: it writes a temporary file
// beside it and renames that. An existing file keeps its permissions, and is not replaced by who may not write to it; a symbolic link
// stays a link: the file that it points to is replaced, or made. What is no file, such as a pipe or a
// device, is not replaced but written to. There is a temporary file only while the gate is held for reading.
func writeFile(gate *sync.RWMutex, path string, data []byte) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("cannot write %s: %w", path, cause(err))
		}
	}()
	var mode fs.FileMode // of the file that is there
	var target string
	switch info, err := os.Stat(path); {
	case errors.Is(err, fs.ErrNotExist):
		target = linked(path)
	case err != nil:
		return err
	case info.IsDir():
		return errors.New("it is a directory")
	case !info.Mode().IsRegular():
		return writeInto(path, data)
	default:
		mode = info.Mode().Perm()
		if target, err = filepath.EvalSymlinks(path); err != nil {
			return err
		}
		if f, err := os.OpenFile(target, os.O_WRONLY, 0); err != nil {
			return err
		} else if err := f.Close(); err != nil {
			return err
		}
	}
	gate.RLock()
	defer gate.RUnlock()
	tmp, err := createBeside(target)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			tmp.Close() // a second Close is harmless
			os.Remove(tmp.Name())
		}
	}()
	if _, err := tmp.Write(data); err != nil {
		return err
	}
	if mode != 0 {
		if err := tmp.Chmod(mode); err != nil {
			return err
		}
	}
	if err := tmp.Sync(); err != nil {
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), target)
}

// linked follows the symbolic links at path, which end, to where there is no file yet.
func linked(path string) string {
	for {
		to, err := os.Readlink(path)
		if err != nil { // it is no link
			return path
		}
		if !filepath.IsAbs(to) {
			dir, _ := filepath.Split(path)
			to = dir + to // not cleaned: .. after a link leads elsewhere
		}
		path = to
	}
}

// maxTries bounds the names that are tried for a temporary file.
const maxTries = 100

// createBeside makes a temporary file in the directory of target, with the permissions that the user's new files have. Its name begins with a dot,
// so that what a killed program leaves behind is no file of a Go package, and ends in none that derive looks for.
func createBeside(target string) (*os.File, error) {
	var err error
	for range maxTries {
		var f *os.File
		name := filepath.Join(filepath.Dir(target), fmt.Sprintf(".%s.%08x", filepath.Base(target), rand.Uint32()))
		if f, err = os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666); !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
	return nil, err
}

// writeInto writes to what there is at path.
func writeInto(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}

// cause strips the operation and the path, which the message names already, from err.
func cause(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
