package syntax

import (
	"math/big"
	"slices"
	"strconv"
)

// inSight is how many expressions a walk keeps in sight without allocation.
const inSight = 16

// Inspect calls f for e and, in the order of the text, for every expression below it.
// Where f returns false, what is below that expression is left out.
func Inspect(e Expr, f func(Expr) bool) {
	var room [inSight]Expr
	stack := append(room[:0], e)
	for len(stack) > 0 {
		top := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if top == nil || !f(top) {
			continue
		}
		first := len(stack)
		stack = appendChildren(stack, top)
		for i, j := first, len(stack)-1; i < j; i, j = i+1, j-1 {
			stack[i], stack[j] = stack[j], stack[i]
		}
	}
}

// InspectStatement calls Inspect for every expression of s, in the order of the text.
func InspectStatement(s Statement, f func(Expr) bool) {
	for _, e := range statementExprs(s) {
		Inspect(e, f)
	}
}

// statementExprs returns the expressions of s in the order of the text, with a nil for
// each default, range or body that is not there.
func statementExprs(s Statement) []Expr {
	var list []Expr
	switch s := s.(type) {
	case *Param:
		for _, d := range s.Decls {
			list = append(list, d.Sizes...)
		}
	case *Given:
		list = append(list, s.Cond)
	case *Define:
		for _, p := range s.Params {
			list = append(append(list, p.Sizes...), p.Default)
		}
		for _, b := range s.Indices {
			list = append(list, b.Lo, b.Hi)
		}
		list = append(list, s.Body)
	case *Kernel:
		for _, out := range s.Outputs {
			list = append(list, out.Value)
		}
	case *ExprStatement:
		list = append(list, s.X)
	}
	return list
}

// EqualStatements reports whether a and b are the same statement, in the sense of [Equal].
func EqualStatements(a, b Statement) bool {
	if !slices.Equal(statementNames(a), statementNames(b)) {
		return false
	}
	return slices.EqualFunc(statementExprs(a), statementExprs(b), Equal)
}

// statementNames returns what of s is not an expression: its kind, its names and what
// brackets they are in.
func statementNames(s Statement) []string {
	var names []string
	switch s := s.(type) {
	case *Param:
		names = append(names, "param")
		for _, d := range s.Decls {
			names = append(names, d.Name.Name, strconv.Itoa(len(d.Sizes)))
		}
	case *Given:
		names = append(names, "given")
	case *Define:
		names = append(names, "define", s.Name.Name, strconv.FormatBool(s.IsFunc))
		for _, p := range s.Params {
			names = append(names, p.Name.Name, strconv.Itoa(len(p.Sizes)))
		}
		names = append(names, "[")
		for _, b := range s.Indices {
			names = append(names, b.Name.Name)
		}
	case *Kernel:
		names = append(names, "kernel", s.Name.Name)
		for _, p := range s.Params {
			names = append(names, p.Name)
		}
		names = append(names, "=")
		for _, out := range s.Outputs {
			names = append(names, out.Name.Name)
		}
	}
	return names
}

// appendChildren appends the operands of e in the order of the text. A range or condition
// that was left out is a nil, so that nodes with the same head have as many operands.
func appendChildren(to []Expr, e Expr) []Expr {
	switch e := e.(type) {
	case *Unary:
		return append(to, e.X)
	case *Binary:
		return append(to, e.X, e.Y)
	case *Compare:
		return append(to, e.Operands...)
	case *Transpose:
		return append(to, e.X)
	case *Subscript:
		return append(append(to, e.X), e.Subs...)
	case *Call:
		return append(to, e.Args...)
	case *Reduce:
		for _, b := range e.Binders {
			to = append(to, b.Lo, b.Hi)
		}
		return append(to, e.Cond, e.Body)
	case *If:
		return append(to, e.Cond, e.Then, e.Else)
	case *Iverson:
		return append(to, e.Cond)
	case *Array:
		return append(to, e.Elems...)
	case *Paren:
		return append(to, e.X)
	}
	return to
}

// Equal reports whether a and b are the same formula: the same tree, whatever their
// spans, their parentheses and the spelling of their numbers. A rational number equals
// the quotient that it is printed as.
func Equal(a, b Expr) bool {
	var room [2][inSight]Expr
	left, right := append(room[0][:0], a), append(room[1][:0], b) // two stacks of the same height
	for len(left) > 0 {
		top := len(left) - 1
		x, y := left[top], right[top]
		left, right = left[:top], right[:top]
		if x == y {
			continue
		}
		if x == nil || y == nil {
			return false
		}
		x, y = Unparen(x), Unparen(y)
		if v, ok := constant(x); ok {
			if w, ok := constant(y); !ok || v.Cmp(w) != 0 {
				return false
			}
			continue
		}
		if !sameHead(x, y) {
			return false
		}
		left, right = appendChildren(left, x), appendChildren(right, y)
		if len(left) != len(right) {
			return false
		}
	}
	return true
}

// constant returns the value of a number or of the text that a number is printed as:
// 3, -3, 1/2, -1/2.
func constant(e Expr) (*big.Rat, bool) {
	if div, ok := e.(*Binary); ok && div.Op == Div {
		x, okX := signedInt(Unparen(div.X))
		y, okY := Unparen(div.Y).(*Number)
		if !okX || !okY || !isInt(y) || y.Value.Sign() <= 0 {
			return nil, false
		}
		return new(big.Rat).Quo(x, y.Value), true
	}
	if n, ok := e.(*Number); ok && n.Value != nil {
		return n.Value, true
	}
	return signedInt(e)
}

// signedInt returns the value of an integer literal that may have a minus before it.
func signedInt(e Expr) (*big.Rat, bool) {
	if neg, ok := e.(*Unary); ok && neg.Op == Neg {
		if n, ok := Unparen(neg.X).(*Number); ok && isInt(n) && n.Value.Sign() >= 0 {
			return new(big.Rat).Neg(n.Value), true
		}
		return nil, false
	}
	n, ok := e.(*Number)
	if !ok || !isInt(n) {
		return nil, false
	}
	return n.Value, true
}

func isInt(n *Number) bool { return n.Value != nil && n.Value.IsInt() }

// sameHead reports whether a and b are the same but for their operands.
func sameHead(a, b Expr) bool {
	switch a := a.(type) {
	case *Number:
		b, ok := b.(*Number)
		return ok && a.Value == nil && b.Value == nil && a.Text == b.Text
	case *Name:
		b, ok := b.(*Name)
		return ok && a.Name == b.Name
	case *Unary:
		b, ok := b.(*Unary)
		return ok && a.Op == b.Op
	case *Binary:
		b, ok := b.(*Binary)
		return ok && a.Op == b.Op
	case *Compare:
		b, ok := b.(*Compare)
		if !ok || len(a.Ops) != len(b.Ops) {
			return false
		}
		for i := range a.Ops {
			if a.Ops[i] != b.Ops[i] {
				return false
			}
		}
		return true
	case *Transpose:
		_, ok := b.(*Transpose)
		return ok
	case *Subscript:
		b, ok := b.(*Subscript)
		return ok && len(a.Subs) == len(b.Subs)
	case *Slice:
		_, ok := b.(*Slice)
		return ok
	case *Call:
		b, ok := b.(*Call)
		return ok && a.Fun.Name == b.Fun.Name && len(a.Args) == len(b.Args)
	case *Reduce:
		b, ok := b.(*Reduce)
		if !ok || a.Op.Name != b.Op.Name || len(a.Binders) != len(b.Binders) {
			return false
		}
		for i := range a.Binders {
			if a.Binders[i].Name.Name != b.Binders[i].Name.Name {
				return false
			}
		}
		return true
	case *If:
		_, ok := b.(*If)
		return ok
	case *Iverson:
		_, ok := b.(*Iverson)
		return ok
	case *Array:
		b, ok := b.(*Array)
		return ok && len(a.Elems) == len(b.Elems)
	}
	return false
}
