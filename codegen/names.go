package codegen

import (
	"go/token"
	"strconv"
	"strings"
	"unicode"
)

// predeclared are the names of Go that generated code uses or that would confuse its readers.
var predeclared = strings.Fields(`append bool byte cap clear close complex complex128 complex64 copy delete error false
	float32 float64 imag int int8 int16 int32 int64 iota len make max min new nil panic print println real recover rune
	string true uint uint8 uint16 uint32 uint64 uintptr any comparable init main math _`)

// identifier turns a name of the formula language into a Go identifier that begins with a small letter where the name
// does: y_hat becomes yHat.
func identifier(name string) string {
	var b strings.Builder
	up := false
	for _, r := range name {
		switch {
		case r == '_' && b.Len() > 0:
			up = true
			continue
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			continue
		case b.Len() == 0 && unicode.IsDigit(r):
			b.WriteByte('x')
		case up:
			r = unicode.ToUpper(r)
		}
		b.WriteRune(r)
		up = false
	}
	if b.Len() == 0 {
		return "x"
	}
	return b.String()
}

// exported is the CamelCase form of a name.
func exported(name string) string {
	id := []rune(identifier(name))
	id[0] = unicode.ToUpper(id[0])
	if !unicode.IsUpper(id[0]) { // a letter without cases
		return "X" + string(id)
	}
	return string(id)
}

// A scope hands out names that meet no other in it or around it.
type scope struct {
	parent *scope
	taken  map[string]bool
	tried  map[string]int // the last number that a name like it got; those up to it are taken
}

func newScope(parent *scope) *scope { return &scope{parent, map[string]bool{}, map[string]int{}} }

func (s *scope) isTaken(name string) bool {
	for ; s != nil; s = s.parent {
		if s.taken[name] {
			return true
		}
	}
	return false
}

// name takes a free name like hint.
func (s *scope) name(hint string) string {
	id := identifier(hint)
	name := id
	if s.isTaken(name) || token.IsKeyword(name) {
		last := rune(id[len(id)-1])
		k := 1
		for outer := s; outer != nil; outer = outer.parent {
			k = max(k, outer.tried[id])
		}
		for k++; ; k++ {
			if name = id + strconv.Itoa(k); unicode.IsDigit(last) {
				name = id + "v" + strconv.Itoa(k)
			}
			if !s.isTaken(name) {
				s.tried[id] = k
				break
			}
		}
	}
	s.taken[name] = true
	return name
}

// universe is the scope of a file: what no name may hide.
func universe() *scope {
	s := newScope(nil)
	for _, name := range predeclared {
		s.taken[name] = true
	}
	return s
}
