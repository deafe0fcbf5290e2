package formula

import (
	"slices"

	"github.com/seed-9905856d/derive/syntax"
)

// transposeMark is the exponent by which papers write a transpose; here it is a name like any other.
const transposeMark = "T"

// marked returns what x is a power of where its exponent is the mark of a transpose.
func marked(x syntax.Expr) (base syntax.Expr, ok bool) {
	b, ok := syntax.Unparen(x).(*syntax.Binary)
	if !ok || b.Op != syntax.Pow {
		return nil, false
	}
	name, ok := syntax.Unparen(b.Y).(*syntax.Name)
	return b.X, ok && name.Name == transposeMark
}

// transposeHelp is the advice on such a power.
func transposeHelp(base syntax.Expr) string {
	return "a transpose is written " + syntax.Print(&syntax.Transpose{X: base}) + "; if it is a power, declare the exponent: param " + transposeMark
}

// undeclaredMark reports whether x is a power whose exponent is the mark of a transpose, and nothing declares or defines that.
func (l *lowering) undeclaredMark(s scope, x *syntax.Binary) bool {
	if _, ok := marked(x); !ok || s.frame.find(transposeMark) != nil {
		return false
	}
	_, declared := l.p.declared[transposeMark]
	return !declared && l.p.definitions[transposeMark] == nil && l.p.sizes[transposeMark] == nil
}

// transposes fails where a power of a number is most likely meant to be a transpose: nothing declares its exponent T, which stands nowhere else, and it is a
// factor of a product with a tensor, or with what looks like a matrix.
func (f *inference) transposes(file *syntax.File) {
	if f.vars[transposeMark] == nil {
		return
	}
	marks, uses := 0, 0
	for _, st := range file.Statements {
		syntax.InspectStatement(st, func(x syntax.Expr) bool {
			if _, ok := marked(x); ok {
				marks++
			}
			if n, ok := x.(*syntax.Name); ok && n.Name == transposeMark {
				uses++
			}
			return true
		})
	}
	if uses > marks {
		return
	}
	for _, st := range file.Statements {
		syntax.InspectStatement(st, func(x syntax.Expr) bool {
			if b, ok := x.(*syntax.Binary); ok && b.Op == syntax.Mul {
				f.transposed(factorsOf(b))
			}
			return true
		})
	}
}

// transposed fails where one of the factors is such a power and one is no number.
func (f *inference) transposed(factors []syntax.Expr) {
	if !slices.ContainsFunc(factors, f.looksTensor) {
		return
	}
	for _, x := range factors {
		base, ok := marked(x)
		if !ok {
			continue
		}
		if _, isName := base.(*syntax.Name); isName || f.looksTensor(base) {
			f.p.lowering.advise(x, transposeHelp(base), "the exponent %s is a number that nothing declares", transposeMark)
		}
	}
}

// factorsOf returns the factors of a chain of products.
func factorsOf(x *syntax.Binary) []syntax.Expr {
	var out []syntax.Expr
	left := syntax.Expr(x)
	for b, ok := left.(*syntax.Binary); ok && b.Op == syntax.Mul; b, ok = left.(*syntax.Binary) {
		out = append(out, b.Y)
		left = b.X
	}
	return append(out, left)
}

// looksTensor reports whether a name in x, outside calls and subscripts, is a tensor's, or begins as that of a matrix.
func (f *inference) looksTensor(x syntax.Expr) bool {
	found := false
	syntax.Inspect(x, func(y syntax.Expr) bool {
		switch y.(type) {
		case *syntax.Call, *syntax.Subscript, *syntax.Reduce:
			return false
		}
		if n, ok := y.(*syntax.Name); ok && n.Name != transposeMark {
			v := f.vars[n.Name]
			found = found || v != nil && !v.isIndex && !v.isSize && v.upper() || f.nameShape(nil, n).rank > 0
		}
		return !found
	})
	return found
}
