package expr_test

import (
	"errors"
	"testing"

	"github.com/seed-9905856d/derive/expr"
)

// tower makes terms without end.
func tower(s *expr.Session) {
	x := s.Entry(s.NewSymbol("x", false))
	for {
		x = s.Pow(x, s.Add(x, s.Int(2)))
	}
}

func TestAllow(t *testing.T) {
	s := expr.NewSession()
	s.Allow(1000)
	err := func() (err error) {
		defer expr.Catch(&err)
		tower(s)
		return nil
	}()
	if !errors.Is(err, expr.ErrWork) {
		t.Fatalf("got %v", err)
	}
	if n := s.Len(); n > 1100 {
		t.Errorf("%d nodes were made", n)
	}
	s.Allow(10)
	if s.Int(2) != s.Add(s.Int(1), s.Int(1)) {
		t.Error("the session is of no use after it was stopped")
	}
}

func TestWithin(t *testing.T) {
	s := expr.NewSession()
	if s.Within(100, func() { tower(s) }) {
		t.Error("the tower came to its end")
	}
	if !s.Within(100, func() { s.Int(7) }) {
		t.Error("a number took more than 100 steps")
	}
	s.Allow(1000)
	outer := s.Within(500, func() {
		for range 3 { // each stops by itself
			if s.Within(100, func() { tower(s) }) {
				t.Error("the inner tower came to its end")
			}
		}
		s.Within(1<<30, func() { tower(s) }) // stops with the outer one
		s.Int(99)
	})
	if outer {
		t.Error("what followed the inner limits came to its end")
	}
	defer func() {
		if recover() != "other" {
			t.Error("another panic was swallowed")
		}
	}()
	s.Within(100, func() { panic("other") })
}

func TestWorkIsTheSameInEveryRun(t *testing.T) {
	work := func() int {
		s := expr.NewSession()
		n := s.Size("n")
		x := s.NewSymbol("x", false, n)
		i := s.Index("i", s.Int(1), n)
		s.Reduce(expr.Sum, s.Pow(s.Entry(x, i), s.Int(2)), i)
		return s.Work()
	}
	if a, b := work(), work(); a != b || a == 0 {
		t.Errorf("%d and %d steps", a, b)
	}
}
