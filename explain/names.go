package explain

import (
	"fmt"
	"slices"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/syntax"
)

// The letters from which names are taken that the user has not used.
var (
	indexLetters        = []string{"i", "j", "k", "r", "s", "t", "q", "h", "a", "b", "c", "m", "o", "w"}
	variableLetters     = []string{"k", "q", "r", "s", "t", "m", "h", "b", "c"}
	intermediateLetters = []string{"u", "v", "w", "z", "s", "t", "q", "r", "h", "g"}
	scalarLetters       = []string{"L", "f", "E", "J", "F"}
	tensorLetters       = []string{"f", "g", "F", "G", "h"}
)

// pick returns the first of the letters that is not taken, else the first with a number.
func pick(letters []string, taken func(string) bool) string {
	for _, l := range letters {
		if !taken(l) {
			return l
		}
	}
	for n := 1; ; n++ {
		if l := fmt.Sprintf("%s_%d", letters[0], n); !taken(l) {
			return l
		}
	}
}

// namesIn adds every name of an expression, indices that it binds among them.
func namesIn(x syntax.Expr, names map[string]bool) {
	syntax.Inspect(x, func(y syntax.Expr) bool {
		switch y := y.(type) {
		case *syntax.Name:
			names[y.Name] = true
		case *syntax.Call:
			names[y.Fun.Name] = true
		case *syntax.Reduce:
			for _, b := range y.Binders {
				names[b.Name.Name] = true
			}
		}
		return true
	})
}

// globalNames returns the names that stand for something throughout a file, and those of its indices.
func globalNames(file *syntax.File) (global, indices map[string]bool) {
	global, indices = map[string]bool{"e": true, "pi": true, "inf": true, "d": true}, map[string]bool{}
	for _, st := range file.Statements {
		inside := map[string]bool{}
		syntax.InspectStatement(st, func(x syntax.Expr) bool {
			if r, ok := x.(*syntax.Reduce); ok {
				for _, b := range r.Binders {
					indices[b.Name.Name] = true
				}
			}
			return true
		})
		switch st := st.(type) {
		case *syntax.Param:
			for _, d := range st.Decls {
				global[d.Name.Name] = true
				for _, size := range d.Sizes {
					namesIn(size, global)
				}
			}
		case *syntax.Define:
			global[st.Name.Name] = true
			for _, b := range st.Indices {
				indices[b.Name.Name] = true
			}
			for _, p := range st.Params {
				inside[p.Name.Name] = true
			}
		}
		for n := range inside {
			indices[n] = true
		}
	}
	return global, indices
}

// fresh returns an index that is no name of the file and none of those to avoid.
func (b *builder) fresh(letters []string, avoid ...string) string {
	return pick(letters, func(s string) bool { return b.global[s] || slices.Contains(avoid, s) })
}

// boundIn returns the indices that x binds.
func boundIn(x syntax.Expr) []string {
	var out []string
	syntax.Inspect(x, func(y syntax.Expr) bool {
		if r, ok := y.(*syntax.Reduce); ok {
			for _, b := range r.Binders {
				out = append(out, b.Name.Name)
			}
		}
		return true
	})
	return out
}

func name(s string) syntax.Expr { return &syntax.Name{Name: s} }

func names(list []string) []syntax.Expr {
	out := make([]syntax.Expr, len(list))
	for k, s := range list {
		out[k] = name(s)
	}
	return out
}

// entryOf returns x[subs…], or x without subscripts.
func entryOf(x syntax.Expr, subs []syntax.Expr) syntax.Expr {
	if len(subs) == 0 {
		return x
	}
	return &syntax.Subscript{X: x, Subs: subs}
}

// base returns the name of x or of what x is an entry of.
func base(x syntax.Expr) (string, bool) {
	x = syntax.Unparen(x)
	if sub, ok := x.(*syntax.Subscript); ok {
		x = syntax.Unparen(sub.X)
	}
	n, ok := x.(*syntax.Name)
	if !ok {
		return "", false
	}
	return n.Name, true
}

func call(fun string, args ...syntax.Expr) syntax.Expr {
	return &syntax.Call{Fun: syntax.Ident{Name: fun}, Args: args}
}

// reduction returns op[binders | cond](body).
func reduction(op string, binders []syntax.Binder, cond, body syntax.Expr) syntax.Expr {
	return &syntax.Reduce{Op: syntax.Ident{Name: op}, Binders: binders, Cond: cond, Body: body}
}

func binders(indices []string) []syntax.Binder {
	out := make([]syntax.Binder, len(indices))
	for k, i := range indices {
		out[k] = syntax.Binder{Name: syntax.Ident{Name: i}}
	}
	return out
}

// freeNames returns the names of axes that are indices of the user.
func freeNames(axes []*expr.Node) []string {
	out := make([]string, len(axes))
	for k, a := range axes {
		out[k] = a.Name()
	}
	return out
}
