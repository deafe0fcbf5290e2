package notation

import (
	"slices"
	"strconv"
	"strings"

	"github.com/seed-9905856d/derive/syntax"
)

// sumKey is the same for sums of the same terms in the same order.
func (r *reader) sumKey(terms []*term) string {
	var b []byte
	for _, t := range terms {
		b = append(b, r.keyOf(t)...)
	}
	return string(b)
}

// signless is the same for sums of the same terms in whatever order, and for the opposite of that: turned says which of the two it is.
func (r *reader) signless(terms []*term) (key string, turned bool) {
	plus, minus := make([]string, len(terms)), make([]string, len(terms))
	for k, t := range terms {
		opposite := *t
		opposite.coef = t.coef.Neg()
		plus[k], minus[k] = string(r.appendTerm(nil, t)), string(r.appendTerm(nil, &opposite))
	}
	slices.Sort(plus)
	slices.Sort(minus)
	if slices.Compare(minus, plus) < 0 {
		return strings.Join(minus, ""), true
	}
	return strings.Join(plus, ""), false
}

// keyOf is the same for terms that are alike but for other ways to write a transpose.
func (r *reader) keyOf(t *term) string {
	k := t.asKnown()
	if k.key == "" {
		k.key = string(r.appendTerm(nil, t))
	}
	return k.key
}

func (r *reader) appendTerm(b []byte, t *term) []byte {
	id := func(x syntax.Expr) { b = strconv.AppendInt(append(b, ' '), int64(r.textID(x)), 36) }
	b = t.coef.AppendTo(append(b, ';'))
	for _, x := range t.above {
		id(x)
	}
	b = append(b, '/')
	for _, x := range t.below {
		id(x)
	}
	b = append(b, '*')
	for _, l := range t.ch {
		id(l.x)
		if l.t {
			b = append(b, '\'')
		}
	}
	if t.under != nil {
		b = append(b, '|')
		id(t.under)
	}
	if t.tensor {
		b = append(b, '[')
	}
	if t.rows != nil {
		b = strconv.AppendInt(append(b, '_'), int64(t.rows.ID()), 36)
	}
	if t.cols != nil {
		b = strconv.AppendInt(append(b, '_'), int64(t.cols.ID()), 36)
	}
	return b
}

// textOfLit returns l as text.
func (r *reader) textOfLit(l lit) string {
	of := writtenLit{l.x, l.t}
	if l.t && l.alt != nil {
		of = writtenLit{l.alt, false}
	}
	text, ok := r.lits[of]
	if !ok {
		text = syntax.Print(l.expr())
		r.lits[of] = text
	}
	return text
}

// textID returns a number for what x is as text.
func (r *reader) textID(x syntax.Expr) int {
	n, ok := r.ids[x]
	if !ok {
		text := r.print(x)
		if n, ok = r.texts[text]; !ok {
			n = len(r.texts)
			r.texts[text] = n
		}
		r.ids[x] = n
	}
	return n
}

// textKey is the same for terms that are written alike: [reader.keyOf] and what else there is to know of matrices.
func (r *reader) textKey(t *term) string {
	b := []byte(r.keyOf(t))
	for _, l := range t.ch {
		b = append(b, ' ')
		if l.t && l.alt != nil {
			b = strconv.AppendInt(b, int64(r.textID(l.alt)), 36)
		}
		if l.sym {
			b = append(b, '=')
		}
		if l.ones != nil {
			b = append(b, '!')
		}
	}
	return string(b)
}
