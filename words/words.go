// Package words computes with polynomials whose letters do not commute: matrices of symbolic sizes, their transposes and their inverses.
//
//	words.go    letters, numbers, terms, sums and products
//	inverse.go  inverses and the rewrites that they bring
//	function.go traces and determinants
//	zero.go     whether a polynomial is 0
//
// A term is a coefficient times powers of numbers times a word, the product of matrices from left to right. A stretch of a word that begins and ends at an
// axis of size 1, such as u'·A·v, is a number of its own: it leaves the word and commutes. What holds here holds for all sizes and all
// entries at which the inverses exist.
package words

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// One is the size of the short axis of a vector.
const One = "1"

// A letter is a matrix or its transpose: twice the number of the matrix, one more for the transpose.
type letter int

func (l letter) transposed() letter { return l ^ 1 }

// A matrix is what letters stand for.
type matrix struct {
	name       string
	rows, cols string // sizes, equal where the texts are
	symmetric  bool
	given      int   // the given that says that it is symmetric, or -1
	inverseOf  *Poly // nil where it is no inverse
	inverse    int   // the number of its inverse, or -1
}

// An atom is a number that no more is known of than what its kind says.
type atom struct {
	key       string
	inverseOf *Poly // of 1 divided by a sum, that sum
}

// A rule rewrites the product of powers of numbers and a word.
type rule struct {
	powers []power
	from   []letter
	to     *Poly
	given  int // that it is by, or -1
}

// An Algebra is a set of letters and numbers and of what is known of them.
type Algebra struct {
	matrices []*matrix
	named    map[string]int // the matrices by name
	atoms    []atom
	numbers  map[string]int // the atoms by key
	rules    []rule
	Used     map[int]bool // the givens that rewrites were by
	work     int
}

// maxWork bounds the terms that are made.
const maxWork = 200_000

// New returns an algebra without letters.
func New() *Algebra {
	return &Algebra{named: map[string]int{}, numbers: map[string]int{}, Used: map[int]bool{}, work: maxWork}
}

// A Poly is a sum of terms of one shape.
type Poly struct {
	Rows, Cols string
	terms      map[string]term
}

// A term is coef · the powers of numbers · word.
type term struct {
	coef   *big.Rat
	powers []power // in order of their atoms
	word   []letter
}

// A power is one of a number, with an exponent other than 0.
type power struct{ atom, exponent int }

func (t term) key() string {
	var b strings.Builder
	for _, p := range t.powers {
		fmt.Fprintf(&b, "%d^%d ", p.atom, p.exponent)
	}
	b.WriteByte('|')
	for _, l := range t.word {
		b.WriteString(strconv.Itoa(int(l)))
		b.WriteByte(' ')
	}
	return b.String()
}

// tooMuch ends a computation that takes too long.
type tooMuch struct{}

// Try runs f and reports whether it came to its end in bounded work.
func (a *Algebra) Try(f func()) (done bool) {
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(tooMuch); !ok {
				panic(r)
			}
			done = false
		}
	}()
	f()
	return true
}

func (a *Algebra) spend(n int) {
	if a.work -= n; a.work < 0 {
		panic(tooMuch{})
	}
}

// Matrix returns the matrix of that name, a vector if cols is [One].
func (a *Algebra) Matrix(name, rows, cols string) *Poly {
	k, ok := a.named[name]
	if !ok {
		k = a.add(&matrix{name: name, rows: rows, cols: cols, given: -1, inverse: -1})
		a.named[name] = k
	}
	return a.ofLetter(letter(2 * k))
}

func (a *Algebra) add(m *matrix) int {
	a.matrices = append(a.matrices, m)
	return len(a.matrices) - 1
}

// Symmetric says that the matrix of that name is equal to its transpose, by the given of that number or, if it is negative, in any case.
func (a *Algebra) Symmetric(name string, given int) {
	if k, ok := a.named[name]; ok {
		a.matrices[k].symmetric, a.matrices[k].given = true, given
	}
}

func (a *Algebra) ofLetter(l letter) *Poly {
	rows, cols := a.shape(l)
	p := &Poly{Rows: rows, Cols: cols, terms: map[string]term{}}
	a.insert(p, term{coef: big.NewRat(1, 1), word: []letter{l}})
	return p
}

func (a *Algebra) shape(l letter) (rows, cols string) {
	m := a.matrices[l/2]
	if l%2 == 1 {
		return m.cols, m.rows
	}
	return m.rows, m.cols
}

// Rational returns the number r.
func (a *Algebra) Rational(r *big.Rat) *Poly {
	p := &Poly{Rows: One, Cols: One, terms: map[string]term{}}
	p.plus(term{coef: new(big.Rat).Set(r)})
	return p
}

// Number returns a number of which no more is known than that equal keys are equal numbers.
func (a *Algebra) Number(key string) *Poly { return a.ofAtom(a.atomOf(key, nil)) }

func (a *Algebra) atomOf(key string, inverseOf *Poly) int {
	k, ok := a.numbers[key]
	if !ok {
		k = len(a.atoms)
		a.atoms = append(a.atoms, atom{key, inverseOf})
		a.numbers[key] = k
	}
	return k
}

func (a *Algebra) ofAtom(k int) *Poly {
	p := &Poly{Rows: One, Cols: One, terms: map[string]term{}}
	p.plus(term{coef: big.NewRat(1, 1), powers: []power{{k, 1}}})
	return p
}

// Identity returns the identity matrix of a size.
func (a *Algebra) Identity(size string) *Poly {
	p := &Poly{Rows: size, Cols: size, terms: map[string]term{}}
	p.plus(term{coef: big.NewRat(1, 1)})
	return p
}

// Zero returns a matrix of zeros.
func (a *Algebra) Zero(rows, cols string) *Poly {
	return &Poly{Rows: rows, Cols: cols, terms: map[string]term{}}
}

// IsScalar reports whether p is a number.
func (p *Poly) IsScalar() bool { return p.Rows == One && p.Cols == One }

// IsZero reports whether p has no terms.
func (p *Poly) IsZero() bool { return len(p.terms) == 0 }

// sorted returns the terms in the order of their keys.
func (p *Poly) sorted() []term {
	keys := make([]string, 0, len(p.terms))
	for k := range p.terms {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	out := make([]term, len(keys))
	for k, key := range keys {
		out[k] = p.terms[key]
	}
	return out
}

// key is the same for equal polynomials.
func (p *Poly) key() string {
	var b strings.Builder
	b.WriteString(p.Rows + "×" + p.Cols)
	for _, t := range p.sorted() {
		fmt.Fprintf(&b, " + %s %s", t.coef.RatString(), t.key())
	}
	return b.String()
}

// Key is the same for equal polynomials of one algebra.
func (p *Poly) Key() string { return p.key() }

// plus adds a term in lowest form.
func (p *Poly) plus(t term) {
	if t.coef.Sign() == 0 {
		return
	}
	k := t.key()
	old, ok := p.terms[k]
	if !ok {
		p.terms[k] = t
		return
	}
	sum := new(big.Rat).Add(old.coef, t.coef)
	if sum.Sign() == 0 {
		delete(p.terms, k)
		return
	}
	old.coef = sum
	p.terms[k] = old
}

// Add returns p + c·q of two polynomials of one shape.
func (a *Algebra) Add(p, q *Poly, c int64) *Poly {
	a.spend(len(p.terms) + len(q.terms))
	sum := a.Zero(p.Rows, p.Cols)
	for _, t := range p.terms {
		sum.plus(t)
	}
	for _, t := range q.terms {
		t.coef = new(big.Rat).Mul(t.coef, big.NewRat(c, 1))
		sum.plus(t)
	}
	return sum
}

// Mul returns the product of two matrices, or of a number and a matrix.
func (a *Algebra) Mul(p, q *Poly) *Poly {
	product := a.Zero(p.Rows, q.Cols)
	switch {
	case p.IsScalar():
		product = a.Zero(q.Rows, q.Cols)
	case q.IsScalar():
		product = a.Zero(p.Rows, p.Cols)
	}
	for _, s := range p.sorted() {
		for _, t := range q.sorted() {
			a.insert(product, term{new(big.Rat).Mul(s.coef, t.coef), merged(s.powers, t.powers), slices.Concat(s.word, t.word)})
		}
	}
	return product
}

// merged returns the product of powers of numbers.
func merged(x, y []power) []power {
	out := slices.Clone(x)
	for _, p := range y {
		k := slices.IndexFunc(out, func(q power) bool { return q.atom == p.atom })
		if k < 0 {
			out = append(out, p)
		} else if out[k].exponent += p.exponent; out[k].exponent == 0 {
			out = slices.Delete(out, k, k+1)
		}
	}
	slices.SortFunc(out, func(a, b power) int { return a.atom - b.atom })
	return out
}

// contains reports whether powers of numbers have others as factors.
func contains(powers, factors []power) bool {
	return !slices.ContainsFunc(factors, func(f power) bool {
		return !slices.ContainsFunc(powers, func(p power) bool {
			return p.atom == f.atom && (f.exponent > 0 && p.exponent >= f.exponent || f.exponent < 0 && p.exponent <= f.exponent)
		})
	})
}

func inverted(powers []power) []power {
	out := slices.Clone(powers)
	for k := range out {
		out[k].exponent = -out[k].exponent
	}
	return out
}

// Transpose returns the transposed matrix.
func (a *Algebra) Transpose(p *Poly) *Poly {
	out := a.Zero(p.Cols, p.Rows)
	for _, t := range p.sorted() {
		a.insert(out, term{t.coef, t.powers, a.turned(t.word)})
	}
	return out
}

func (a *Algebra) turned(w []letter) []letter {
	out := make([]letter, len(w))
	for k, l := range w {
		out[len(w)-1-k] = l.transposed()
	}
	return out
}

// insert adds a term after all rewrites.
func (a *Algebra) insert(p *Poly, t term) {
	a.spend(1 + len(t.word))
	if t.coef.Sign() == 0 {
		return
	}
	for k, l := range t.word {
		if m := a.matrices[l/2]; l%2 == 1 && m.symmetric {
			t.word = slices.Clone(t.word)
			t.word[k] = l.transposed()
			a.use(m.given)
		}
	}
	for _, r := range a.rules {
		if k := indexOf(t.word, r.from); k >= 0 && contains(t.powers, r.powers) {
			a.use(r.given)
			left, right := t.word[:k], t.word[k+len(r.from):]
			powers := merged(t.powers, inverted(r.powers))
			for _, u := range r.to.sorted() {
				a.insert(p, term{new(big.Rat).Mul(t.coef, u.coef), merged(powers, u.powers), slices.Concat(left, u.word, right)})
			}
			return
		}
	}
	if first, last, ok := a.numbersIn(t.word); ok {
		word := slices.Concat(t.word[:first], t.word[last:])
		number := a.Rational(big.NewRat(1, 1))
		for from := first; from < last; {
			to := from + 1
			for ; ; to++ {
				if _, cols := a.shape(t.word[to-1]); cols == One {
					break
				}
			}
			number = a.Mul(number, a.number(t.word[from:to]))
			from = to
		}
		for _, u := range number.sorted() {
			a.insert(p, term{new(big.Rat).Mul(t.coef, u.coef), merged(t.powers, u.powers), word})
		}
		return
	}
	if k, ok := a.divides(t.powers); ok { // x/(x + y) is 1 - y/(x + y)
		for _, u := range k {
			a.insert(p, term{new(big.Rat).Mul(t.coef, u.coef), u.powers, t.word})
		}
		return
	}
	p.plus(t)
}

func (a *Algebra) use(given int) {
	if given >= 0 {
		a.Used[given] = true
	}
}

func indexOf(w, part []letter) int {
	for k := 0; k+len(part) <= len(w); k++ {
		if slices.Equal(w[k:k+len(part)], part) {
			return k
		}
	}
	return -1
}

// numbersIn returns the first and the last place in a word where an axis has size 1, ok being false where there are not two.
func (a *Algebra) numbersIn(w []letter) (first, last int, ok bool) {
	first, last = -1, -1
	note := func(k int) {
		if first < 0 {
			first = k
		}
		last = k
	}
	for k, l := range w {
		rows, cols := a.shape(l)
		if rows == One && k == 0 {
			note(0)
		}
		if cols == One {
			note(k + 1)
		}
	}
	return first, last, first >= 0 && last > first
}

// number returns the number that a word is with an axis of size 1 at either end and nowhere else.
func (a *Algebra) number(w []letter) *Poly {
	return a.ofAtom(a.atomOf("word "+term{word: a.lesser(w, a.upright(a.turned(w)))}.key(), nil))
}

// upright takes transposition away from symmetric matrices.
func (a *Algebra) upright(w []letter) []letter {
	out := slices.Clone(w)
	for k, l := range out {
		if m := a.matrices[l/2]; l%2 == 1 && m.symmetric {
			out[k] = l.transposed()
			a.use(m.given)
		}
	}
	return out
}

func (a *Algebra) lesser(v, w []letter) []letter {
	if slices.Compare(w, v) < 0 {
		return w
	}
	return v
}
