package expr

import (
	"math/rand/v2"
	"testing"
)

// TestAlikeBinders checks that sums with binders that look alike have one stored form, in whatever order their binders and factors come:
// traces of powers, and chains of Gram matrices.
func TestAlikeBinders(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for length := 2; length <= 12; length++ {
		s := NewSession()
		n := s.Size("n")
		a, b := s.NewSymbol("A", false, n, n), s.NewSymbol("B", false, n, n)
		cycle := func(turned bool) *Node {
			order := r.Perm(length)
			binders := make([]*Node, length)
			for k := range binders {
				binders[order[k]] = s.index(Opened, int32(k), s.one, n)
			}
			var factors []*Node
			for k, i := range binders {
				j := binders[(k+1)%length]
				if turned && k%2 == 1 { // A'*A*A'*A…
					i, j = j, i
				}
				factors = append(factors, s.Entry(a, i, j))
				if k%3 == 2 && length%3 == 0 {
					factors = append(factors, s.Entry(b, i, i))
				}
			}
			r.Shuffle(length, func(k, j int) { factors[k], factors[j] = factors[j], factors[k] })
			r.Shuffle(length, func(k, j int) { binders[k], binders[j] = binders[j], binders[k] })
			return s.Reduce(Sum, s.Mul(factors...), binders...)
		}
		for _, turned := range []bool{false, length%2 == 0} {
			want := cycle(turned)
			for range 20 {
				if got := cycle(turned); got != want {
					t.Errorf("a cycle of %d, turned %t, has two forms:\n%v\n%v", length, turned, got, want)
					break
				}
			}
			if err := Check(want); err != nil {
				t.Error(err)
			}
		}
	}
}
