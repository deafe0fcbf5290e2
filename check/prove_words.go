package check

import (
	"errors"
	"math/big"
	"slices"
	"strings"

	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/simplify"
	"github.com/seed-9905856d/derive/syntax"
	"github.com/seed-9905856d/derive/words"
)

// A wording reads formulas of matrices as polynomials in letters that do not commute. What it does not know the inside of is a letter, or a number, of its own by
// what it is printed as.
type wording struct {
	u       *Unit
	a       *words.Algebra
	defined map[string]*syntax.Define // definitions of whole tensors
	depth   int
}

// errWords is for a formula that is not read as matrices.
var errWords = errors.New("no formula of matrices")

// showByWords proves an equality of matrices by what products, transposes, inverses, traces and determinants are for all sizes.
func (u *Unit) showByWords(left, right *Item) (rules []string, given []string, ok bool) {
	texts := func(x syntax.Expr, r *simplify.Result) []syntax.Expr {
		if hasDerivative(x) {
			return []syntax.Expr{r.Text}
		}
		return []syntax.Expr{x, r.Text}
	}
	if left.Free > 0 || right.Free > 0 {
		return nil, nil, false
	}
	ls, rs := texts(left.Expr, left.Result), texts(right.Expr, right.Result)
	for k := range max(len(ls), len(rs)) {
		l, r := ls[min(k, len(ls)-1)], rs[min(k, len(rs)-1)]
		if !mentionsMatrices(l) && !mentionsMatrices(r) {
			continue
		}
		if rules, given, ok := u.equalWords(l, r); ok {
			for j, item := range []*Item{left, right} {
				if x := []syntax.Expr{l, r}[j]; x == item.Result.Text {
					given = append(given, u.Givens(item.Result)...)
				}
			}
			return rules, given, true
		}
	}
	return nil, nil, false
}

func hasDerivative(x syntax.Expr) bool {
	found := false
	syntax.Inspect(x, func(y syntax.Expr) bool {
		call, ok := y.(*syntax.Call)
		found = found || ok && formula.IsDerivative(call.Fun.Name)
		return !found
	})
	return found
}

// mentionsMatrices reports whether a formula has an inverse, a determinant or a trace, without which simplification does as well.
func mentionsMatrices(x syntax.Expr) bool {
	found := calls(x, x, "inv", "solve", "det", "logdet", "tr")
	syntax.Inspect(x, func(y syntax.Expr) bool {
		power, ok := y.(*syntax.Binary)
		found = found || ok && power.Op == syntax.Pow
		return !found
	})
	return found
}

// calls reports whether one of two formulas calls one of the functions.
func calls(x, y syntax.Expr, names ...string) bool {
	found := false
	for _, z := range []syntax.Expr{x, y} {
		syntax.Inspect(z, func(z syntax.Expr) bool {
			call, ok := z.(*syntax.Call)
			found = found || ok && slices.Contains(names, call.Fun.Name)
			return !found
		})
	}
	return found
}

// equalWords reports whether two formulas are equal as polynomials in matrices.
func (u *Unit) equalWords(l, r syntax.Expr) (rules, given []string, ok bool) {
	w := &wording{u: u, a: words.New(), defined: map[string]*syntax.Define{}}
	for _, s := range u.file.Statements {
		if def, is := s.(*syntax.Define); is && !def.IsFunc && len(def.Indices) == 0 {
			w.defined[def.Name.Name] = def
		}
	}
	var factors []words.Factor
	zero := false
	done := w.a.Try(func() {
		w.givens()
		for range 2 { // the inverses of either side are known on both in the second round
			left, err := w.read(l)
			if err != nil {
				return
			}
			right, err := w.read(r)
			if err != nil {
				return
			}
			if left, right, err = w.alike(left, right); err != nil {
				return
			}
			if factors, zero = w.a.IsZero(w.a.Add(left, right, -1)); zero {
				return
			}
		}
	})
	if !done || !zero {
		return nil, nil, false
	}
	rules = []string{"A*inv(A) == eye(n), (A*B)' == B'*A' and so on, for matrices of all sizes"}
	if len(factors) > 0 {
		rules = append(rules, "X == 0 where M*X == 0 or X*M == 0, for an M that the formula has the inverse of")
	}
	if calls(l, r, "det", "logdet") {
		rules = append(rules, "det(A + U*V) == det(A)*det(eye(k) + V*inv(A)*U)")
	}
	if calls(l, r, "tr", "norm", "norm2", "normF") {
		rules = append(rules, "tr(A*B) == tr(B*A)")
	}
	for k := range u.Problem.Givens {
		if w.a.Used[k] {
			given = append(given, u.Problem.Givens[k].Text())
		}
	}
	return rules, given, true
}

// givens tells the algebra what the givens say of matrices.
func (w *wording) givens() {
	for k, g := range w.u.Problem.Givens {
		symmetric := func(x syntax.Expr) {
			if name, ok := syntax.Unparen(x).(*syntax.Name); ok && w.defined[name.Name] == nil {
				if _, err := w.read(name); err == nil {
					w.a.Symmetric(name.Name, k)
				}
			}
		}
		var visit func(x syntax.Expr)
		visit = func(x syntax.Expr) {
			switch x := syntax.Unparen(x).(type) {
			case *syntax.Binary:
				if x.Op == syntax.And {
					visit(x.X)
					visit(x.Y)
				}
			case *syntax.Call:
				if x.Fun.Name == "posdef" && len(x.Args) == 1 {
					symmetric(x.Args[0])
				}
			case *syntax.Compare:
				if len(x.Ops) != 1 || x.Ops[0] != syntax.Eq {
					return
				}
				l, r := x.Operands[0], x.Operands[1]
				for _, pair := range [][2]syntax.Expr{{l, r}, {r, l}} {
					if t, ok := syntax.Unparen(pair[1]).(*syntax.Transpose); ok && syntax.Equal(syntax.Unparen(t.X), syntax.Unparen(pair[0])) {
						symmetric(pair[0])
						return
					}
				}
				left, err := w.read(l)
				right, err2 := w.read(r)
				if err == nil && err2 == nil && !left.IsScalar() && left.Rows == right.Rows && left.Cols == right.Cols {
					w.a.Given(left, right, k)
				}
			}
		}
		visit(g.Source)
	}
}

// alike gives a number beside a matrix its shape.
func (w *wording) alike(p, q *words.Poly) (*words.Poly, *words.Poly, error) {
	spread := func(p, like *words.Poly) *words.Poly {
		ones := w.a.Matrix("ones "+like.Rows, like.Rows, words.One)
		row := w.a.Matrix("ones "+like.Cols, like.Cols, words.One)
		if like.Rows == words.One {
			ones = w.a.Rational(big.NewRat(1, 1))
		}
		if like.Cols == words.One {
			row = w.a.Rational(big.NewRat(1, 1))
		}
		return w.a.Mul(p, w.a.Mul(ones, w.a.Transpose(row)))
	}
	switch {
	case p.Rows == q.Rows && p.Cols == q.Cols:
		return p, q, nil
	case p.IsScalar():
		return spread(p, q), q, nil
	case q.IsScalar():
		return p, spread(q, p), nil
	}
	return nil, nil, errWords
}

// shape returns the sizes of an expression.
func (w *wording) shape(x syntax.Expr) (rows, cols string, err error) {
	t, free, err := w.u.Problem.Expression(x)
	if err != nil || free > 0 || len(t.Axes) > 2 {
		return "", "", errWords
	}
	shape := t.Shape()
	switch len(shape) {
	case 0:
		return words.One, words.One, nil
	case 1:
		if t.Lies() {
			return words.One, shape[0], nil
		}
		return shape[0], words.One, nil
	case 2:
		return shape[0], shape[1], nil
	}
	return "", "", errWords
}

// opaque returns what is no more known of than how it is printed.
func (w *wording) opaque(x syntax.Expr) (*words.Poly, error) {
	rows, cols, err := w.shape(x)
	switch {
	case err != nil:
		return nil, err
	case rows == words.One && cols == words.One:
		return w.a.Number(syntax.Print(x)), nil
	case rows == words.One:
		return w.a.Transpose(w.a.Matrix("transpose "+syntax.Print(x), cols, rows)), nil
	}
	return w.a.Matrix(syntax.Print(x), rows, cols), nil
}

// read reads an expression.
func (w *wording) read(x syntax.Expr) (*words.Poly, error) {
	if w.depth++; w.depth > formulaDepth {
		return nil, errWords
	}
	defer func() { w.depth-- }()
	switch x := syntax.Unparen(x).(type) {
	case *syntax.Number:
		if x.Value == nil {
			return nil, errWords
		}
		return w.a.Rational(x.Value), nil
	case *syntax.Name:
		if def := w.defined[x.Name]; def != nil && !hasDerivative(def.Body) {
			return w.read(def.Body)
		}
		return w.opaque(x)
	case *syntax.Unary:
		if x.Op != syntax.Sub {
			return w.opaque(x)
		}
		p, err := w.read(x.X)
		if err != nil {
			return nil, err
		}
		return w.a.Mul(w.a.Rational(big.NewRat(-1, 1)), p), nil
	case *syntax.Transpose:
		p, err := w.read(x.X)
		if err != nil {
			return nil, err
		}
		return w.a.Transpose(p), nil
	case *syntax.Binary:
		return w.binary(x)
	case *syntax.Call:
		return w.call(x)
	default:
		return w.opaque(x)
	}
}

// formulaDepth bounds how deep expressions stand in each other.
const formulaDepth = 500

func (w *wording) binary(x *syntax.Binary) (*words.Poly, error) {
	if x.Op == syntax.Pow {
		return w.power(x)
	}
	p, err := w.read(x.X)
	if err != nil {
		return nil, err
	}
	q, err := w.read(x.Y)
	if err != nil {
		return nil, err
	}
	switch x.Op {
	case syntax.Add, syntax.Sub:
		if p, q, err = w.alike(p, q); err != nil {
			return nil, err
		}
		if x.Op == syntax.Add {
			return w.a.Add(p, q, 1), nil
		}
		return w.a.Add(p, q, -1), nil
	case syntax.Mul, syntax.DotMul:
		if !p.IsScalar() && !q.IsScalar() && (x.Op == syntax.DotMul || p.Cols != q.Rows) {
			break
		}
		return w.a.Mul(p, q), nil
	case syntax.Div, syntax.DotDiv:
		if !q.IsScalar() {
			break
		}
		if inverse := w.a.Inverse(q); inverse != nil {
			return w.a.Mul(inverse, p), nil
		}
		return nil, errWords
	}
	return w.opaque(x)
}

// maxPower bounds the powers that are multiplied out.
const maxPower = 8

func (w *wording) power(x *syntax.Binary) (*words.Poly, error) {
	n, ok := syntax.Unparen(x.Y).(*syntax.Number)
	sign := 1
	if u, is := syntax.Unparen(x.Y).(*syntax.Unary); is && u.Op == syntax.Sub {
		n, ok = syntax.Unparen(u.X).(*syntax.Number)
		sign = -1
	}
	if !ok || n.Value == nil || !n.Value.IsInt() || n.Value.Num().CmpAbs(big.NewInt(maxPower)) > 0 || n.Value.Sign() <= 0 {
		return w.opaque(x)
	}
	times := int(n.Value.Num().Int64())
	if call, is := syntax.Unparen(x.X).(*syntax.Call); is && len(call.Args) == 1 && times%2 == 0 && slices.Contains([]string{"norm", "norm2", "normF"}, call.Fun.Name) {
		p, err := w.read(call.Args[0])
		if err != nil {
			return nil, err
		}
		return w.powerOf(w.a.Trace(w.a.Mul(w.a.Transpose(p), p)), sign*times/2)
	}
	p, err := w.read(x.X)
	if err != nil {
		return nil, err
	}
	if p.Rows != p.Cols {
		return w.opaque(x)
	}
	return w.powerOf(p, sign*times)
}

func (w *wording) powerOf(p *words.Poly, times int) (*words.Poly, error) {
	if times < 0 {
		if p = w.a.Inverse(p); p == nil {
			return nil, errWords
		}
		times = -times
	}
	out := p
	for range times - 1 {
		out = w.a.Mul(out, p)
	}
	return out, nil
}

func (w *wording) call(x *syntax.Call) (*words.Poly, error) {
	if formula.IsDerivative(x.Fun.Name) || w.u.isDefined(x.Fun.Name) {
		return w.opaque(x)
	}
	switch x.Fun.Name {
	case "eye", "zeros", "ones":
		rows, cols, err := w.shape(x)
		if err != nil {
			return nil, err
		}
		switch x.Fun.Name {
		case "eye":
			return w.a.Identity(rows), nil
		case "zeros":
			return w.a.Zero(rows, cols), nil
		}
		_, p, err := w.alike(w.a.Zero(rows, cols), w.a.Rational(big.NewRat(1, 1)))
		return p, err
	}
	args := make([]*words.Poly, len(x.Args))
	for k, arg := range x.Args {
		p, err := w.read(arg)
		if err != nil {
			return w.opaque(x)
		}
		args[k] = p
	}
	square := len(args) > 0 && args[0].Rows == args[0].Cols
	switch name := x.Fun.Name; {
	case name == "inv" && len(args) == 1 && square, name == "solve" && len(args) == 2 && square:
		p := w.a.Inverse(args[0])
		if p == nil {
			return nil, errWords
		}
		if len(args) == 2 {
			if args[1].Rows != p.Cols {
				return nil, errWords
			}
			p = w.a.Mul(p, args[1])
		}
		return p, nil
	case name == "det" && len(args) == 1 && square:
		return w.a.Product(w.a.Determinant(args[0])), nil
	case name == "logdet" && len(args) == 1 && square:
		return w.a.LogAbs(w.a.Determinant(args[0])), nil
	case name == "log" && len(args) == 1 && args[0].IsScalar(): // of what is positive where it has a value
		return w.a.LogAbs([]*words.Poly{args[0]}), nil
	case name == "tr" && len(args) == 1 && square:
		return w.a.Trace(args[0]), nil
	case (name == "dot" || name == "outer") && len(args) == 2 && args[0].Cols == words.One && args[1].Cols == words.One:
		if name == "outer" {
			return w.a.Mul(args[0], w.a.Transpose(args[1])), nil
		}
		if args[0].Rows == args[1].Rows {
			return w.a.Mul(w.a.Transpose(args[0]), args[1]), nil
		}
	case name == "sum" && len(args) == 1 && args[0].Cols == words.One && !args[0].IsScalar():
		_, ones, err := w.alike(args[0], w.a.Rational(big.NewRat(1, 1)))
		if err == nil {
			return w.a.Mul(w.a.Transpose(ones), args[0]), nil
		}
	}
	rows, cols, err := w.shape(x)
	if err != nil {
		return nil, err
	}
	keys := make([]string, len(args))
	for k, p := range args {
		keys[k] = p.Key()
	}
	key := x.Fun.Name + "(" + strings.Join(keys, ", ") + ")"
	switch {
	case rows == words.One && cols == words.One:
		return w.a.Number(key), nil
	case rows == words.One:
		return w.a.Transpose(w.a.Matrix("transpose "+key, cols, rows)), nil
	}
	return w.a.Matrix(key, rows, cols), nil
}

// isDefined reports whether the file defines a name.
func (u *Unit) isDefined(name string) bool {
	return slices.ContainsFunc(u.file.Statements, func(s syntax.Statement) bool {
		def, ok := s.(*syntax.Define)
		return ok && def.Name.Name == name
	})
}
