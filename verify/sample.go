package verify

import (
	"fmt"
	"math/big"
	"math/rand/v2"

	"github.com/seed-9905856d/derive/syntax"
)

// GivenTolerance is the relative difference up to which a sampled or a user's value
// satisfies an equality among the givens.
const GivenTolerance = 1e-9

// sampleTries bounds how many points are drawn in search of one that satisfies the givens.
const sampleTries = 2000

// Sample returns a point that satisfies the givens of a source, at the given sizes. The
// same seed gives the same point. Special values are mixed in: 0, ±1, ½, equal entries,
// huge and tiny ones.
func Sample(src Source, sizes map[string]int, seed uint64, prec uint) (Point, error) {
	m := newMeaning(src)
	rng := rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15))
	for try := range sampleTries {
		p := Point{Sizes: sizes, Values: map[string]Value{}}
		for _, d := range m.params {
			v := Value{}
			for _, size := range d.Sizes {
				f, ok := linearForm(size)
				if unknown := f.unknown(sizes); !ok || len(unknown) > 0 {
					return Point{}, fmt.Errorf("%s: the size %s is not known", declaration(d), text(size))
				}
				v.Shape = append(v.Shape, f.value(sizes))
			}
			for range volume(v.Shape) {
				v.Data = append(v.Data, Entry{Rat: draw(rng, try%4)})
			}
			p.Values[d.Name.Name] = v
		}
		for _, g := range m.givens {
			construct(rng, p, g.Cond)
		}
		if satisfies(src, m, p, prec) {
			return p, nil
		}
	}
	return Point{}, fmt.Errorf("no point among %d satisfies the givens", sampleTries)
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

// construct changes a point so that it satisfies one given, where the given has a form that chance would not meet: sums that
// are 1, one-hot vectors, integers, symmetric matrices. Other givens are left to chance.
func construct(rng *rand.Rand, p Point, cond syntax.Expr) {
	switch x := syntax.Unparen(cond).(type) {
	case *syntax.Binary:
		if x.Op == syntax.And {
			construct(rng, p, x.X)
			construct(rng, p, x.Y)
		}
	case *syntax.Call:
		if len(x.Args) != 1 {
			return
		}
		name, ok := syntax.Unparen(x.Args[0]).(*syntax.Name)
		if !ok {
			return
		}
		switch v := p.Values[name.Name]; x.Fun.Name {
		case "onehot":
			eachRow(v, func(row []Entry) {
				hot := rng.IntN(len(row))
				for k := range row {
					row[k].Rat.SetInt64(0)
				}
				row[hot].Rat.SetInt64(1)
			})
		case "integer":
			for k := range v.Data {
				v.Data[k].Rat.SetInt64(1 + rng.Int64N(int64(smallest(p.Sizes))))
			}
		}
	case *syntax.Compare:
		if len(x.Ops) == 1 && x.Ops[0] == syntax.Eq {
			constructEqual(p, x.Operands[0], x.Operands[1])
		}
	}
}

// smallest returns the smallest size, which every subscript stays within.
func smallest(sizes map[string]int) int {
	least := 3
	for _, n := range sizes {
		least = min(least, n)
	}
	return max(least, 1)
}

// constructEqual makes sum(y) == 1, sum[k](Y[r,k]) == 1 and A == A' true.
func constructEqual(p Point, left, right syntax.Expr) {
	left = syntax.Unparen(left)
	if t, ok := syntax.Unparen(right).(*syntax.Transpose); ok {
		a, isName := left.(*syntax.Name)
		b, same := syntax.Unparen(t.X).(*syntax.Name)
		if isName && same && a.Name == b.Name {
			symmetrise(p.Values[a.Name])
		}
		return
	}
	one, isNumber := syntax.Unparen(right).(*syntax.Number)
	if !isNumber || one.Value.Cmp(big.NewRat(1, 1)) != 0 {
		return
	}
	var summed syntax.Expr
	switch x := left.(type) {
	case *syntax.Call:
		if x.Fun.Name == "sum" && len(x.Args) == 1 {
			summed = syntax.Unparen(x.Args[0])
		}
	case *syntax.Reduce: // of the last subscript
		s, ok := syntax.Unparen(x.Body).(*syntax.Subscript)
		if ok && x.Op.Name == "sum" && len(x.Binders) == 1 && x.Cond == nil {
			last, isName := syntax.Unparen(s.Subs[len(s.Subs)-1]).(*syntax.Name)
			if isName && last.Name == x.Binders[0].Name.Name {
				summed = s.X
			}
		}
	}
	name, ok := summed.(*syntax.Name)
	if !ok {
		return
	}
	eachRow(p.Values[name.Name], func(row []Entry) {
		total := new(big.Rat)
		for k := range row {
			row[k].Rat.Abs(row[k].Rat)
			total.Add(total, row[k].Rat)
		}
		if total.Sign() == 0 {
			row[0].Rat.SetInt64(1)
			return
		}
		for k := range row {
			row[k].Rat.Quo(row[k].Rat, total)
		}
	})
}

// eachRow calls f for the entries along the last axis, whatever the others are.
func eachRow(v Value, f func(row []Entry)) {
	if len(v.Shape) == 0 {
		return
	}
	n := v.Shape[len(v.Shape)-1]
	for k := 0; n > 0 && k+n <= len(v.Data); k += n {
		f(v.Data[k : k+n])
	}
}

// symmetrise copies the upper triangle of a square matrix to the lower one.
func symmetrise(v Value) {
	if len(v.Shape) != 2 || v.Shape[0] != v.Shape[1] {
		return
	}
	n := v.Shape[0]
	for i := range n {
		for j := range i {
			v.Data[i*n+j].Rat.Set(v.Data[j*n+i].Rat)
		}
	}
}

// satisfies reports whether every given holds at a point.
func satisfies(src Source, m meaning, p Point, prec uint) bool {
	e := NewEvaluator(src, p, prec)
	for _, g := range m.givens {
		if ok, err := e.Holds(g.Cond, GivenTolerance); err != nil || !ok {
			return false
		}
	}
	return true
}
