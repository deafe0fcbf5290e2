package expr

import (
	"errors"
	"fmt"
	"math"
)

// ErrWork is the error for a formula that takes more constructor calls than [Session.Allow] has allowed.
var ErrWork = errors.New("the formula takes more work than is allowed")

// argsPerStep is how many arguments of a node take as long as making a node does.
const argsPerStep = 4

// A new node beyond manyNodes costs stepsPerNode more, so that what takes all of its work to make nodes ends before it has taken all memory.
const (
	manyNodes    = 1 << 20
	stepsPerNode = 8
)

// spent is what a session panics with when its work has reached the limit.
type spent struct{ allowed int }

// Work returns the number of constructor calls so far, a call with many arguments counting as several. It is the same in every run.
func (s *Session) Work() int { return s.work }

// Spend counts work that is not done by constructors, such as printing.
func (s *Session) Spend(work int) {
	if s.work += work; s.work > s.limit {
		panic(spent{s.allowed})
	}
}

// Allow bounds what the session may do from now on to a number of constructor calls, each of which takes well under a microsecond and makes at
// most one node, so that time and memory are bounded alike. What does more panics, which [Catch] turns into an error.
func (s *Session) Allow(work int) {
	s.allowed = work
	s.limit = s.work + min(work, math.MaxInt-s.work)
}

// Left returns how many constructor calls the session may still make.
func (s *Session) Left() int { return s.limit - s.work }

// Within calls f and stops it once it has made that many constructor calls; done says whether it came to its end. What f was building must not
// be used if it did not.
func (s *Session) Within(work int, f func()) (done bool) {
	outer, stack := s.limit, len(s.stack)
	s.limit = min(outer, s.work+min(work, math.MaxInt-s.work))
	defer func() {
		s.limit = outer
		if done {
			return
		}
		if r := recover(); r != nil {
			if _, ok := r.(spent); !ok {
				panic(r)
			}
			s.stack = s.stack[:stack]
		}
	}()
	f()
	return true
}

// Catch, which must be deferred, sets *err to [ErrWork] if the function panics because its session has reached the limit of its work.
func Catch(err *error) {
	switch r := recover().(type) {
	case nil:
	case spent:
		*err = fmt.Errorf("%w: %d steps", ErrWork, r.allowed)
	default:
		panic(r)
	}
}
