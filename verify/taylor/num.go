// Package taylor computes derivatives of any order as the coefficients of truncated polynomials, in high precision. It
// is the arithmetic of a witness: it shares no code, and no differentiation rule as text, with symbolic differentiation.
//
// A [Num] is a polynomial in nilpotent infinitesimals ε₀, ε₁, … with εᵢ² = 0,
//
//	x = x₀ + Σ x_S ε_S,  ε_S = Π_{i∈S} εᵢ,
//
// where S is a set of tags. To differentiate, add ε to the variable with [Num.Seed], evaluate, and read the coefficient
// of ε with [Num.Extract]; what is left is again a Num in the other tags, so derivatives nest: each derivative operator
// takes a tag that no operator around it uses, and mixed derivatives and derivatives of any order come out as
// coefficients of several tags.
//
// A function is applied to x = x₀ + N by its univariate Taylor series at x₀, f(x₀ + N) = Σ fⱼ Nʲ, a finite sum as N is
// nilpotent. The coefficients fⱼ come from recurrences, not from derivative formulas.
//
// Invariants: a coefficient that is absent is exactly zero, and nothing makes a NaN of it, not even an infinite factor.
// A coefficient that is present with value 0 follows IEEE rules: times Inf it is NaN. Where a value is NaN, so are all
// its coefficients that are present.
package taylor

import (
	"cmp"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-9905856d/derive/eval/bigmath"
)

// Tag names an infinitesimal: 0 … MaxTag.
type Tag uint8

// MaxTag is the largest tag. The nesting depth of a derivative operator is a good tag for it.
const MaxTag Tag = 63

// Mask is a set of tags, bit i for tag i.
type Mask uint64

// Mask returns the set that holds only the tag.
func (t Tag) Mask() Mask {
	if t > MaxTag {
		panic("taylor: tag out of range")
	}
	return 1 << t
}

// Num is a polynomial in infinitesimals. The zero value is the constant 0. A Num is immutable and may be copied and
// shared between goroutines.
type Num struct {
	value bigmath.Num
	terms nilpotent // nil for a constant
}

// term is one coefficient; its mask is not empty.
type term struct {
	mask        Mask
	coefficient bigmath.Num
}

// nilpotent is a polynomial without constant term: terms by strictly increasing mask. It is never written to once made.
type nilpotent []term

// Const returns the constant v.
func Const(v bigmath.Num) Num { return Num{value: v} }

// Int returns the constant n.
func Int(n int64) Num { return Const(bigmath.FromInt64(n)) }

// Value returns the coefficient without tags.
func (x Num) Value() bigmath.Num { return x.value }

// IsConst reports whether x has no coefficient besides its value.
func (x Num) IsConst() bool { return len(x.terms) == 0 }

// Tags returns the set of tags that x depends on.
func (x Num) Tags() Mask { return x.terms.tags() }

func (p nilpotent) tags() Mask {
	var m Mask
	for _, t := range p {
		m |= t.mask
	}
	return m
}

// Seed returns x + ε for the tag's ε. It panics if x already depends on the tag.
func (x Num) Seed(tag Tag) Num { return x.SeedAlong(tag, Int(1)) }

// SeedAlong returns x + direction·ε for the tag's ε, as for a Jacobian-vector product. It panics if x or direction
// already depends on the tag.
func (x Num) SeedAlong(tag Tag, direction Num) Num {
	bit := tag.Mask()
	if (x.Tags()|direction.Tags())&bit != 0 {
		panic("taylor: tag is in use")
	}
	seeded := make(nilpotent, 0, 1+len(direction.terms))
	seeded = append(seeded, term{bit, direction.value})
	for _, t := range direction.terms {
		seeded = append(seeded, term{t.mask | bit, t.coefficient})
	}
	seeded.sort()
	terms := slices.Concat(x.terms, seeded) // the masks are disjoint
	terms.sort()
	return Num{x.value, terms}
}

func (p nilpotent) sort() {
	slices.SortFunc(p, func(a, b term) int { return cmp.Compare(a.mask, b.mask) })
}

// Extract splits x = without + with·ε by the tag's ε: with is the derivative by the tag, without the value, both
// polynomials in the other tags.
func (x Num) Extract(tag Tag) (without, with Num) {
	bit := tag.Mask()
	if x.Tags()&bit == 0 {
		return x, Num{}
	}
	without.value = x.value
	for _, t := range x.terms {
		switch {
		case t.mask&bit == 0:
			without.terms = append(without.terms, t)
		case t.mask == bit:
			with.value = t.coefficient
		default: // taking one bit from all masks that have it keeps their order
			with.terms = append(with.terms, term{t.mask &^ bit, t.coefficient})
		}
	}
	return without, with
}

// Coefficient returns the coefficient of ε_S for the set S: the value for the empty set, the mixed derivative by the
// tags of S otherwise; 0 if it is absent.
func (x Num) Coefficient(set Mask) bigmath.Num {
	v, _ := x.Lookup(set)
	return v
}

// Lookup is Coefficient that also reports whether the coefficient is present.
func (x Num) Lookup(set Mask) (v bigmath.Num, present bool) {
	if set == 0 {
		return x.value, true
	}
	i, ok := slices.BinarySearchFunc(x.terms, set, func(t term, m Mask) int { return cmp.Compare(t.mask, m) })
	if !ok {
		return bigmath.Num{}, false
	}
	return x.terms[i].coefficient, true
}

// String prints the polynomial for debugging: 3 + (2)ε₀ + (1)ε₀ε₁.
func (x Num) String() string {
	var b strings.Builder
	b.WriteString(x.value.String())
	for _, t := range x.terms {
		b.WriteString(" + (" + t.coefficient.String() + ")")
		for m := uint64(t.mask); m != 0; m &= m - 1 {
			b.WriteRune('ε')
			for _, digit := range strconv.Itoa(bits.TrailingZeros64(m)) {
				b.WriteRune('₀' + digit - '0')
			}
		}
	}
	return b.String()
}
