package verify

import (
	"fmt"
	"math/big"
	"math/rand/v2"
)

// GivenTolerance is the relative difference up to which a user's value satisfies an equality among the givens, and from which on
// [refine] makes it one to nearly all bits.
const GivenTolerance = 1e-9

// sampleTries bounds how many points are drawn in search of one that satisfies the givens.
const sampleTries = 2000

// MaxEntries bounds the entries of all inputs of a sample together.
const MaxEntries = 1 << 17

// Times multiplies numbers of entries; it counts no further than just beyond [MaxEntries].
func Times(count, length int) int {
	if length > 0 && count > MaxEntries/length {
		return MaxEntries + 1
	}
	return count * max(length, 0)
}

// Sample returns a point that satisfies the givens of a source, at the given sizes. The
// same seed gives the same point. Special values are mixed in: 0, ±1, ½, equal entries,
// large and small ones. Of four seeds in a row one each begins with special values, values of either sign, probabilities and small
// integers, so that most formulas have a value at one of them.
func Sample(src Source, sizes map[string]int, seed uint64, prec uint) (Point, error) {
	return sample(src, sizes, sampleTries, seed, prec, prec, func(rng *rand.Rand, try int) *big.Rat {
		return draw(rng, (try+int(seed%4))%4)
	})
}

// SampleFrom is [Sample] with a choice of the values: entries returns those of one input at one try, which the givens may then replace.
func SampleFrom(src Source, sizes map[string]int, seed uint64, prec uint,
	entries func(rng *rand.Rand, name string, count, try int) []*big.Rat) (Point, error) {
	return sampleEntries(src, sizes, sampleTries, seed, prec, prec, entries)
}

// sample draws points until one satisfies the givens, up to rounding to fine bits.
func sample(src Source, sizes map[string]int, tries int, seed uint64, prec, fine uint, entry func(rng *rand.Rand, try int) *big.Rat) (Point, error) {
	return sampleEntries(src, sizes, tries, seed, prec, fine, func(rng *rand.Rand, _ string, count, try int) []*big.Rat {
		data := make([]*big.Rat, count)
		for k := range data {
			data[k] = entry(rng, try)
		}
		return data
	})
}

// sampleEntries is sample with all entries of an input at once.
func sampleEntries(src Source, sizes map[string]int, tries int, seed uint64, prec, fine uint,
	entries func(rng *rand.Rand, name string, count, try int) []*big.Rat) (Point, error) {
	w := NewWitness(src)
	rng := rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15))
	for try := range tries {
		p := Point{Sizes: sizes, Values: map[string]Value{}}
		total := 0
		for _, d := range w.params {
			v, count := Value{}, 1
			for _, size := range d.Sizes {
				f, ok := linearForm(size)
				if unknown := f.unknown(sizes); !ok || len(unknown) > 0 {
					return Point{}, fmt.Errorf("%s: the size %s is not known", declaration(d), text(size))
				}
				n := f.value(sizes)
				if n < 0 {
					return Point{}, fmt.Errorf("%s: the size %s would be %d", declaration(d), text(size), n)
				}
				v.Shape = append(v.Shape, n)
				count = Times(count, n)
			}
			if total += count; total > MaxEntries {
				return Point{}, fmt.Errorf("%s: a sample has more entries than the limit of %d", declaration(d), MaxEntries)
			}
			for _, x := range entries(rng, d.Name.Name, volume(v.Shape), try) {
				v.Data = append(v.Data, Entry{Rat: x})
			}
			p.Values[d.Name.Name] = v
		}
		unmet := false
		for _, g := range w.givens {
			unmet = construct(rng, p, g.Cond) || unmet
		}
		if try == 0 && impossible(w, p, prec) {
			break
		}
		if unmet || try >= min(chanceTries, tries/2) {
			repair(w, p, prec, try%2 == 1)
		}
		if satisfies(w, p, prec) && refine(w, p, fine) {
			return p, nil
		}
	}
	return Point{}, fmt.Errorf("no point among %d satisfies the givens", tries)
}

// draw returns an entry; mode 0 mixes special values in, 1 is of either sign, 2 lies
// between 0 and 1, 3 is a small positive integer.
func draw(rng *rand.Rand, mode int) *big.Rat {
	switch {
	case mode == 0 && rng.IntN(3) == 0:
		special := [][2]int64{{0, 1}, {1, 1}, {-1, 1}, {1, 2}, {1 << 20, 1}, {1, 1 << 20}}
		s := special[rng.IntN(len(special))]
		return big.NewRat(s[0], s[1])
	case mode < 2:
		return big.NewRat(rng.Int64N(1<<13)-1<<12, 1<<10)
	case mode == 2:
		return big.NewRat(1+rng.Int64N(1<<12-1), 1<<12)
	}
	return big.NewRat(1+rng.Int64N(3), 1)
}

// Satisfies reports whether every given of a source holds at a point, of which it may change entries by less than [GivenTolerance] so that
// equalities hold to nearly all bits of prec.
func Satisfies(src Source, p Point, prec uint) bool {
	w := NewWitness(src)
	return satisfies(w, p, prec) && refine(w, p, prec)
}

// satisfies reports whether every given holds at a point.
func satisfies(w *Witness, p Point, prec uint) bool {
	e := w.At(p, prec)
	for _, g := range w.givens {
		if ok, err := e.Holds(g.Cond, GivenTolerance); err != nil || !ok {
			return false
		}
	}
	return true
}
