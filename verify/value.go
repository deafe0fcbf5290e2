package verify

import (
	"fmt"
	"maps"
	"math"
	"math/big"
	"slices"
	"sort"
	"strings"

	"github.com/seed-9905856d/derive/syntax"
)

// A Value is an input: exact numbers in row-major order.
type Value struct {
	Shape []int
	Data  []Entry
}

// An Entry is a rational number or, where Rat is nil, NaN or an infinity.
type Entry struct {
	Rat *big.Rat
	Inf int // the sign of an infinity; 0 for NaN
}

// Float64 returns the nearest float64.
func (x Entry) Float64() float64 {
	switch {
	case x.Rat != nil:
		f, _ := x.Rat.Float64()
		return f
	case x.Inf != 0:
		return math.Inf(x.Inf)
	}
	return math.NaN()
}

// Integer returns the value of a scalar input that is an integer.
func Integer(n int) Value { return Value{Data: []Entry{{Rat: big.NewRat(int64(n), 1)}}} }

// A Point is where a formula is evaluated.
type Point struct {
	Sizes  map[string]int
	Values map[string]Value
}

// NewPoint checks values against declarations and infers the sizes from their lengths.
// Without declarations (a one-liner's) the values are taken as they are.
func NewPoint(params []syntax.Decl, values map[string]Value) (Point, error) {
	return NewSizedPoint(params, values, map[string]int{})
}

// NewSizedPoint is NewPoint where some sizes are known beforehand.
func NewSizedPoint(params []syntax.Decl, values map[string]Value, sizes map[string]int) (Point, error) {
	p := Point{Sizes: maps.Clone(sizes), Values: values}
	if len(params) == 0 {
		return p, nil
	}
	declared := map[string]bool{}
	for _, d := range params {
		declared[d.Name.Name] = true
		v, ok := values[d.Name.Name]
		if !ok {
			return Point{}, fmt.Errorf("no value for %s", declaration(d))
		}
		if len(v.Shape) != len(d.Sizes) {
			return Point{}, fmt.Errorf("%s has %d axes, but its value has %d", declaration(d), len(d.Sizes), len(v.Shape))
		}
	}
	var superfluous []string
	for name := range values {
		if !declared[name] {
			superfluous = append(superfluous, name)
		}
	}
	if len(superfluous) > 0 {
		sort.Strings(superfluous)
		return Point{}, fmt.Errorf("there is no parameter %s", strings.Join(superfluous, ", "))
	}
	return p, p.inferSizes(params)
}

// inferSizes solves the declared sizes, one unknown at a time, and checks that all agree.
func (p *Point) inferSizes(params []syntax.Decl) error {
	for progress := true; progress; {
		progress = false
		for _, d := range params {
			for axis, size := range d.Sizes {
				f, ok := linearForm(size)
				if !ok {
					return fmt.Errorf("%s: %s is not a size", declaration(d), text(size))
				}
				unknown := f.unknown(p.Sizes)
				if len(unknown) != 1 {
					continue
				}
				name, factor := unknown[0], f.terms[unknown[0]]
				rest := p.Values[d.Name.Name].Shape[axis] - f.value(p.Sizes)
				if rest%factor != 0 || rest/factor < 0 {
					return fmt.Errorf("%s: a length of %d leaves no size for %s", declaration(d), p.Values[d.Name.Name].Shape[axis], name)
				}
				p.Sizes[name] = rest / factor
				progress = true
			}
		}
	}
	for _, d := range params {
		for axis, size := range d.Sizes {
			f, _ := linearForm(size)
			if unknown := f.unknown(p.Sizes); len(unknown) > 0 {
				return fmt.Errorf("%s: the values do not determine the size %s", declaration(d), unknown[0])
			}
			if want, got := f.value(p.Sizes), p.Values[d.Name.Name].Shape[axis]; want != got {
				return fmt.Errorf("%s: axis %d of the value has length %d, but %s is %d", declaration(d), axis+1, got, text(size), want)
			}
		}
	}
	return nil
}

// declaration shows a parameter as it was declared: A[m,n].
func declaration(d syntax.Decl) string {
	if len(d.Sizes) == 0 {
		return d.Name.Name
	}
	sizes := make([]string, len(d.Sizes))
	for i, s := range d.Sizes {
		sizes[i] = text(s)
	}
	return d.Name.Name + "[" + strings.Join(sizes, ",") + "]"
}

// A sizeForm is a size: an integer plus multiples of size names.
type sizeForm struct {
	constant int
	terms    map[string]int
}

// linearForm reads a size; ok is false if it is not linear.
func linearForm(x syntax.Expr) (f sizeForm, ok bool) {
	switch x := syntax.Unparen(x).(type) {
	case *syntax.Number:
		if x.Value.IsInt() && x.Value.Num().IsInt64() {
			return sizeForm{constant: int(x.Value.Num().Int64())}, true
		}
	case *syntax.Name:
		return sizeForm{terms: map[string]int{x.Name: 1}}, true
	case *syntax.Binary:
		a, okA := linearForm(x.X)
		b, okB := linearForm(x.Y)
		switch {
		case !okA || !okB:
		case x.Op == syntax.Add:
			return a.plus(b, 1), true
		case x.Op == syntax.Sub:
			return a.plus(b, -1), true
		case x.Op == syntax.Mul && len(a.terms) == 0:
			return sizeForm{}.plus(b, a.constant), true
		case x.Op == syntax.Mul && len(b.terms) == 0:
			return sizeForm{}.plus(a, b.constant), true
		}
	}
	return sizeForm{}, false
}

// plus returns f + k·g.
func (f sizeForm) plus(g sizeForm, k int) sizeForm {
	r := sizeForm{constant: f.constant + k*g.constant, terms: map[string]int{}}
	for name, c := range f.terms {
		r.terms[name] += c
	}
	for name, c := range g.terms {
		r.terms[name] += k * c
	}
	for name, c := range r.terms {
		if c == 0 {
			delete(r.terms, name)
		}
	}
	return r
}

// unknown returns the names in f that have no size yet, sorted.
func (f sizeForm) unknown(sizes map[string]int) []string {
	var names []string
	for name := range f.terms {
		if _, ok := sizes[name]; !ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// value returns f at the sizes known so far; unknown ones count as 0.
func (f sizeForm) value(sizes map[string]int) int {
	v := f.constant
	for name, c := range f.terms {
		v += c * sizes[name]
	}
	return v
}

// tensor returns a value's entries as numbers.
func (e *arith) tensor(v Value) Tensor {
	t := Tensor{Shape: v.Shape, Data: make([]Num, len(v.Data))}
	for i, x := range v.Data {
		switch {
		case x.Rat != nil:
			t.Data[i] = e.rat(x.Rat)
		case x.Inf != 0:
			t.Data[i] = e.inf(x.Inf)
		default:
			t.Data[i] = e.nan()
		}
	}
	return t
}
