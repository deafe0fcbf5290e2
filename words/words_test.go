package words_test

import (
	"math/big"
	"testing"

	"github.com/seed-9905856d/derive/words"
)

// TestIsZero decides identities of matrices of symbolic sizes, true and false ones, that differ in one letter or sign.
func TestIsZero(t *testing.T) {
	type claim struct {
		name string
		of   func(a *words.Algebra) *words.Poly
		zero bool
	}
	square := func(a *words.Algebra, name string) *words.Poly { return a.Matrix(name, "n", "n") }
	vector := func(a *words.Algebra, name string) *words.Poly { return a.Matrix(name, "n", words.One) }
	sub := func(a *words.Algebra, p, q *words.Poly) *words.Poly { return a.Add(p, q, -1) }
	product := func(a *words.Algebra, ps ...*words.Poly) *words.Poly {
		out := ps[0]
		for _, p := range ps[1:] {
			out = a.Mul(out, p)
		}
		return out
	}
	// inv(A + u·v') - inv(A) + inv(A)·u·w'·inv(A)/(1 + v'·inv(A)·u)
	update := func(w string) func(a *words.Algebra) *words.Poly {
		return func(a *words.Algebra) *words.Poly {
			A, u, v := square(a, "A"), vector(a, "u"), vector(a, "v")
			inverse := a.Inverse(A)
			scalar := a.Inverse(a.Add(a.Rational(big.NewRat(1, 1)), product(a, a.Transpose(v), inverse, u), 1))
			correction := a.Mul(scalar, product(a, inverse, u, a.Transpose(vector(a, w)), inverse))
			return a.Add(sub(a, a.Inverse(a.Add(A, a.Mul(u, a.Transpose(v)), 1)), inverse), correction, 1)
		}
	}
	for _, c := range []claim{
		{"Sherman and Morrison", update("v"), true},
		{"Sherman and Morrison with another vector", update("u"), false},
		{"A*B == B*A", func(a *words.Algebra) *words.Poly {
			return sub(a, a.Mul(square(a, "A"), square(a, "B")), a.Mul(square(a, "B"), square(a, "A")))
		}, false},
		{"inv(A*B) == inv(B)*inv(A)", func(a *words.Algebra) *words.Poly {
			A, B := square(a, "A"), square(a, "B")
			return sub(a, a.Inverse(a.Mul(A, B)), a.Mul(a.Inverse(B), a.Inverse(A)))
		}, true},
		{"inv(A + B) == inv(A) + inv(B)", func(a *words.Algebra) *words.Poly {
			A, B := square(a, "A"), square(a, "B")
			return sub(a, a.Inverse(a.Add(A, B, 1)), a.Add(a.Inverse(A), a.Inverse(B), 1))
		}, false},
		{"inv(A - B) == -inv(B - A)", func(a *words.Algebra) *words.Poly {
			A, B := square(a, "A"), square(a, "B")
			return a.Add(a.Inverse(sub(a, A, B)), a.Inverse(sub(a, B, A)), 1)
		}, true},
		{"inv(A') == inv(A)'", func(a *words.Algebra) *words.Poly {
			A := square(a, "A")
			return sub(a, a.Inverse(a.Transpose(A)), a.Transpose(a.Inverse(A)))
		}, true},
		{"inv(A + B') == inv(A' + B)'", func(a *words.Algebra) *words.Poly {
			A, B := square(a, "A"), square(a, "B")
			return sub(a, a.Inverse(a.Add(A, a.Transpose(B), 1)), a.Transpose(a.Inverse(a.Add(a.Transpose(A), B, 1))))
		}, true},
		{"inv(A + B') == inv(A + B)'", func(a *words.Algebra) *words.Poly {
			A, B := square(a, "A"), square(a, "B")
			return sub(a, a.Inverse(a.Add(A, a.Transpose(B), 1)), a.Transpose(a.Inverse(a.Add(A, B, 1))))
		}, false},
		{"u'*A*v == v'*A'*u", func(a *words.Algebra) *words.Poly {
			A, u, v := square(a, "A"), vector(a, "u"), vector(a, "v")
			return sub(a, product(a, a.Transpose(u), A, v), product(a, a.Transpose(v), a.Transpose(A), u))
		}, true},
		{"u'*A*v == v'*A*u", func(a *words.Algebra) *words.Poly {
			A, u, v := square(a, "A"), vector(a, "u"), vector(a, "v")
			return sub(a, product(a, a.Transpose(u), A, v), product(a, a.Transpose(v), A, u))
		}, false},
		{"tr(A*B*C) == tr(C*A*B)", func(a *words.Algebra) *words.Poly {
			A, B, C := square(a, "A"), square(a, "B"), square(a, "C")
			return sub(a, a.Trace(product(a, A, B, C)), a.Trace(product(a, C, A, B)))
		}, true},
		{"tr(A*B*C) == tr(A*C*B)", func(a *words.Algebra) *words.Poly {
			A, B, C := square(a, "A"), square(a, "B"), square(a, "C")
			return sub(a, a.Trace(product(a, A, B, C)), a.Trace(product(a, A, C, B)))
		}, false},
		{"det(1 + U*V) == det(1 + V*U)", func(a *words.Algebra) *words.Poly {
			U, V := a.Matrix("U", "n", "k"), a.Matrix("V", "k", "n")
			det := func(p *words.Poly) *words.Poly { return a.Product(a.Determinant(p)) }
			return sub(a, det(a.Add(a.Identity("n"), a.Mul(U, V), 1)), det(a.Add(a.Identity("k"), a.Mul(V, U), 1)))
		}, true},
		{"det(1 + U*V) == det(1 - V*U)", func(a *words.Algebra) *words.Poly {
			U, V := a.Matrix("U", "n", "k"), a.Matrix("V", "k", "n")
			det := func(p *words.Poly) *words.Poly { return a.Product(a.Determinant(p)) }
			return sub(a, det(a.Add(a.Identity("n"), a.Mul(U, V), 1)), det(a.Add(a.Identity("k"), a.Mul(V, U), -1)))
		}, false},
	} {
		a := words.New()
		if _, zero := a.IsZero(c.of(a)); zero != c.zero {
			t.Errorf("%s: %v", c.name, zero)
		}
	}
}
