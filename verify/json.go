package verify

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-9905856d/derive/syntax"
)

// Bounds on values read from JSON.
const (
	maxAxes     = 16
	maxValues   = 1 << 20 // of all names together
	maxExponent = 100_000 // of a decimal number, which is held exactly
)

// ReadValues reads an object of values: {"x": 0.1, "v": [1, 2], "A": [[1, 2], [3, "NaN"]]}.
// Decimal numbers are exact.
func ReadValues(data []byte) (map[string]Value, error) {
	if bytes.Count(data, []byte{','}) >= maxValues {
		return nil, syntax.Diagnostics{{Message: fmt.Sprintf("the values have more than %d entries", maxValues), Limit: true}}
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	object, err := readObject(dec)
	if err != nil {
		return nil, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, fmt.Errorf("the values are followed by more text")
	}
	values := make(map[string]Value, len(object))
	names := make([]string, 0, len(object))
	for name := range object {
		names = append(names, name)
	}
	slices.Sort(names) // so that the first error is always the same
	for _, name := range names {
		v, err := readValue(object[name], 0)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		values[name] = v
	}
	return values, nil
}

// readObject reads an object no name of which stands twice.
func readObject(dec *json.Decoder) (map[string]any, error) {
	const what = "the values are no JSON object"
	switch begin, err := dec.Token(); {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", what, err)
	case begin != json.Delim('{'):
		return nil, errors.New(what)
	}
	object := map[string]any{}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", what, err)
		}
		var value any
		if err := dec.Decode(&value); err != nil {
			return nil, fmt.Errorf("%s: %w", what, err)
		}
		name := key.(string) // in an object every other token is one
		if _, twice := object[name]; twice {
			return nil, fmt.Errorf("%s stands twice among the values", name)
		}
		object[name] = value
	}
	if _, err := dec.Token(); err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return object, nil
}

// readValue reads a number or an array of values of one shape.
func readValue(x any, depth int) (Value, error) {
	elems, ok := x.([]any)
	if !ok {
		entry, err := readEntry(x)
		return Value{Data: []Entry{entry}}, err
	}
	if depth == maxAxes {
		return Value{}, fmt.Errorf("more than %d axes", maxAxes)
	}
	v := Value{Shape: []int{len(elems)}}
	for i, elem := range elems {
		part, err := readValue(elem, depth+1)
		if err != nil {
			return Value{}, err
		}
		if i == 0 {
			v.Shape = append(v.Shape, part.Shape...)
		} else if !slices.Equal(v.Shape[1:], part.Shape) {
			return Value{}, fmt.Errorf("element %d has %s, but those before it have %s", i+1, lengths(part.Shape), lengths(v.Shape[1:]))
		}
		v.Data = append(v.Data, part.Data...)
	}
	return v, nil
}

// lengths describes a shape in an error message.
func lengths(shape []int) string {
	if len(shape) == 0 {
		return "no length (a number)"
	}
	parts := make([]string, len(shape))
	for i, n := range shape {
		parts[i] = strconv.Itoa(n)
	}
	return "length " + strings.Join(parts, "×")
}

// readEntry reads a number, or one of the strings "NaN", "+Inf", "Inf", "-Inf", in lower case too.
func readEntry(x any) (Entry, error) {
	switch x := x.(type) {
	case json.Number:
		return exactDecimal(x.String())
	case string:
		switch x {
		case "NaN", "nan":
			return Entry{}, nil
		case "+Inf", "Inf", "+inf", "inf":
			return Entry{Inf: 1}, nil
		case "-Inf", "-inf":
			return Entry{Inf: -1}, nil
		}
		return Entry{}, fmt.Errorf("%q is not a number", x)
	}
	text, err := json.Marshal(x)
	if err != nil {
		return Entry{}, err
	}
	return Entry{}, fmt.Errorf("%s is not a number", text)
}

// exactDecimal returns the rational number that a decimal stands for.
func exactDecimal(s string) (Entry, error) {
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		if e, err := strconv.Atoi(s[i+1:]); err != nil || e > maxExponent || e < -maxExponent {
			return Entry{}, fmt.Errorf("the exponent of %s is out of range", s)
		}
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return Entry{}, fmt.Errorf("%q is not a number", s)
	}
	return Entry{Rat: r}, nil
}

// MarshalJSON writes a scalar bare, a vector as an array, a matrix as an array of rows and
// a row vector as one row, in the fewest digits that identify each number as a float64.
func (t Tensor) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	t.writeJSON(&b, func(i int) string {
		return strconv.FormatFloat(float(t.Data[i]), 'g', -1, 64)
	})
	return b.Bytes(), nil
}

// JSON writes the tensor as MarshalJSON does, with a number of significant decimal digits.
func (t Tensor) JSON(digits int) string {
	var b bytes.Buffer
	t.writeJSON(&b, func(i int) string { return decimal(t.Data[i], digits) })
	return b.String()
}

// writeJSON writes nested arrays of the entries' texts.
func (t Tensor) writeJSON(b *bytes.Buffer, entry func(i int) string) {
	shape := t.Shape
	if t.Row {
		shape = []int{1, t.Shape[0]}
	}
	writeArray(b, shape, func(i int) string { return jsonNumber(entry(i)) })
}

// writeArray writes nested arrays of the texts of entries in row-major order.
func writeArray(b *bytes.Buffer, shape []int, entry func(i int) string) {
	next := 0
	var write func(shape []int)
	write = func(shape []int) {
		if len(shape) == 0 {
			b.WriteString(entry(next))
			next++
			return
		}
		b.WriteByte('[')
		for i := range shape[0] {
			if i > 0 {
				b.WriteByte(',')
			}
			write(shape[1:])
		}
		b.WriteByte(']')
	}
	write(shape)
}

// JSON returns the values of a point as a JSON object that [ReadValues] reads, in order of names.
func (p Point) JSON() string {
	names := make([]string, 0, len(p.Values))
	for name := range p.Values {
		names = append(names, name)
	}
	slices.Sort(names)
	var b bytes.Buffer
	b.WriteByte('{')
	for k, name := range names {
		if k > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%q:", name)
		v := p.Values[name]
		writeArray(&b, v.Shape, func(i int) string { return v.Data[i].json() })
	}
	if len(p.Values) == 0 { // then nothing else says what sizes are
		sizes := slices.Sorted(maps.Keys(p.Sizes))
		for k, name := range sizes {
			if k > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, "%q:%d", name, p.Sizes[name])
		}
	}
	b.WriteByte('}')
	return b.String()
}

// The lengths from which on those decimals are left out that tell the nearest float64 from no other: longDecimal of a float64, 1e+300 and not
// 301 digits, and longExact of other numbers.
const (
	longDecimal = 24
	longExact   = 100
)

// json returns an entry as a JSON value: exactly where its decimal expansion ends, but for long ones, which are that of the nearest float64.
func (x Entry) json() string {
	switch {
	case x.Rat != nil:
		f, isFloat := x.Rat.Float64()
		if digits, exact := x.Rat.FloatPrec(); exact {
			if text := x.Rat.FloatString(digits); len(text) <= longDecimal || !isFloat && len(text) <= longExact {
				return text
			}
		}
		return strconv.FormatFloat(f, 'g', -1, 64)
	case x.Inf > 0:
		return `"+Inf"`
	case x.Inf < 0:
		return `"-Inf"`
	}
	return `"NaN"`
}

// jsonNumber quotes what is not finite.
func jsonNumber(s string) string {
	switch s {
	case "NaN", "+Inf", "-Inf":
		return `"` + s + `"`
	}
	return s
}
