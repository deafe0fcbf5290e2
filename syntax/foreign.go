package syntax

import (
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// foreign are functions of other languages and of papers, with what a call of one is in this language.
var foreign = []struct {
	names string
	arity int
	write func(x []Expr) []Expr // nothing where the arguments are not those of that function
}{
	{"transpose ctranspose T t", 1, func(x []Expr) []Expr { return []Expr{&Transpose{X: x[0]}} }},
	{"adj adjoint", 1, func(x []Expr) []Expr { return []Expr{&Transpose{X: x[0]}, adjugate(x[0])} }},
	{"adjugate", 1, func(x []Expr) []Expr { return []Expr{adjugate(x[0])} }},
	{"cof cofactor cofactors", 1, func(x []Expr) []Expr {
		return []Expr{NewBinary(Mul, callOf("det", x[0]), &Transpose{X: callOf("inv", x[0])})}
	}},
	{"trace", 1, renamed("tr")},
	{"determinant", 1, renamed("det")},
	{"inverse", 1, renamed("inv")},
	{"identity I", 1, renamed("eye")},
	{"fro frobenius", 1, renamed("norm")},
	{"average", 1, renamed("mean")},
	{"expit logistic", 1, renamed("sigmoid")},
	{"heaviside", 1, renamed("step")},
	{"lse log_sum_exp", 1, renamed("logsumexp")},
	{"inner vdot", 2, renamed("dot")},
	{"maximum", 2, renamed("max")},
	{"minimum", 2, renamed("min")},
	{"matmul", 2, operation(Mul)},
	{"hadamard multiply", 2, operation(DotMul)},
	{"pow power", 2, operation(Pow)},
	{"square sqr", 1, func(x []Expr) []Expr { return []Expr{NewBinary(Pow, x[0], &Number{Value: big.NewRat(2, 1)})} }},
	{"norm", 2, normOfOrder},
	{"sum", 2, alongAxis("sum")},
	{"prod", 2, alongAxis("prod")},
	{"mean", 2, alongAxis("mean")},
}

func callOf(name string, args ...Expr) Expr { return &Call{Fun: Ident{Name: name}, Args: args} }

func renamed(name string) func(x []Expr) []Expr {
	return func(x []Expr) []Expr { return []Expr{callOf(name, x...)} }
}

func operation(op Op) func(x []Expr) []Expr {
	return func(x []Expr) []Expr { return []Expr{NewBinary(op, x[0], x[1])} }
}

// adjugate is det(A)·A⁻¹.
func adjugate(a Expr) Expr { return NewBinary(Mul, callOf("det", a), callOf("inv", a)) }

// normOfOrder is the norm of a vector with its order, or with the name of a matrix norm, behind it.
func normOfOrder(x []Expr) []Expr {
	switch order := Print(x[1]); order {
	case "1", "2", "inf":
		return []Expr{callOf("norm"+order, x[0])}
	case "F", "fro":
		return []Expr{callOf("normF", x[0])}
	}
	powers := NewBinary(DotPow, callOf("abs", x[0]), x[1])
	return []Expr{NewBinary(Pow, callOf("sum", powers), NewBinary(Div, &Number{Value: big.NewRat(1, 1)}, x[1]))}
}

// alongAxis returns the reductions along either axis of a matrix, which is given by its number: languages differ in how they count.
func alongAxis(name string) func(x []Expr) []Expr {
	along := func(x Expr, at int) Expr {
		i := unusedIndex(x)
		subs := []Expr{&Slice{}, &Slice{}}
		subs[at] = &Name{Name: i}
		return &Reduce{Op: Ident{Name: name}, Binders: []Binder{{Name: Ident{Name: i}}}, Body: &Subscript{X: x, Subs: subs}}
	}
	return func(x []Expr) []Expr {
		if axis := Print(x[1]); axis != "0" && axis != "1" && axis != "2" {
			return nil
		}
		return []Expr{along(x[0], 0), along(x[0], 1)}
	}
}

// unusedIndex returns a name for an index that x does not contain.
func unusedIndex(x Expr) string {
	used := map[string]bool{}
	Inspect(x, func(y Expr) bool {
		if name, ok := y.(*Name); ok {
			used[name.Name] = true
		}
		return true
	})
	name := "i"
	for used[name] {
		name += "_i"
	}
	return name
}

// SuggestCall returns the question what was meant by a call of a function of other languages.
func SuggestCall(x *Call) (question string, ok bool) {
	for _, row := range foreign {
		if row.arity == len(x.Args) && slices.Contains(strings.Fields(row.names), x.Fun.Name) {
			var texts []string
			for _, y := range row.write(x.Args) {
				texts = append(texts, strconv.Quote(Print(y)))
			}
			if len(texts) > 0 {
				return "did you mean " + strings.Join(texts, " or ") + "?", true
			}
		}
	}
	return "", false
}
