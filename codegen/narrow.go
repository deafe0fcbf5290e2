package codegen

import "slices"

// narrow turns conditions on the variable of a loop, under which all of its body stands, into bounds of the loop, and takes those that it does not change
// out of it.
func narrow(b *Block) {
	if b == nil {
		return
	}
	for k, st := range b.Stmts {
		switch st := st.(type) {
		case *Loop:
			narrow(st.Body)
			b.Stmts[k] = narrowLoop(st)
		case *If:
			narrow(st.Then)
			narrow(st.Else)
		}
	}
}

// narrowLoop returns the loop without its condition, or the loop as it is.
func narrowLoop(l *Loop) Stmt {
	if len(l.Body.Stmts) != 1 {
		return l
	}
	branch, ok := l.Body.Stmts[0].(*If)
	if !ok || branch.Else != nil {
		return l
	}
	parts := []Bool{branch.Cond}
	if branch.Cond.Op == BoolAnd {
		parts = branch.Cond.Parts
	}
	if !areComparisons(parts) {
		return l
	}
	var outside, left []Bool
	lo, hi := l.Lo, l.Hi
	for _, c := range parts {
		if !c.Ints {
			if sets(branch.Then, c.X.Var) || sets(branch.Then, c.Y.Var) {
				left = append(left, c)
			} else {
				outside = append(outside, c)
			}
			continue
		}
		form := c.Left.minus(c.Right) // compared with 0
		if !form.mentions(l.Var) {
			outside = append(outside, c)
			continue
		}
		k, rest, linear := form.linearIn(l.Var)
		switch {
		case linear && k == 1 && c.Op == BoolGe && lo.equal(l.Lo) && provablyLess(l.Lo, rest.scale(-1)):
			lo = rest.scale(-1) // v ≥ -rest
		case linear && k == -1 && c.Op == BoolGe && hi.equal(l.Hi) && provablyLess(rest.plus(intConst(1)), l.Hi):
			hi = rest.plus(intConst(1)) // v ≤ rest
		default:
			left = append(left, c)
		}
	}
	inner := branch.Then
	if len(left) > 0 {
		inner = &Block{Stmts: []Stmt{&If{Cond: all(left), Then: branch.Then}}}
	}
	var st Stmt = &Loop{Var: l.Var, Lo: lo, Hi: hi, Body: inner}
	if len(outside) > 0 {
		st = &If{Cond: all(outside), Then: &Block{Stmts: []Stmt{st}}}
	}
	return st
}

func areComparisons(parts []Bool) bool {
	return !slices.ContainsFunc(parts, func(c Bool) bool { return c.Op > BoolGt })
}

// sets reports whether a variable changes in a block.
func sets(b *Block, v *Var) bool {
	if b == nil || v == nil || !v.Mutable {
		return false
	}
	return slices.ContainsFunc(b.Stmts, func(st Stmt) bool {
		switch st := st.(type) {
		case *Set:
			return st.Var == v
		case *Loop:
			return sets(st.Body, v)
		case *If:
			return sets(st.Then, v) || sets(st.Else, v)
		}
		return false
	})
}

func all(parts []Bool) Bool {
	if len(parts) == 1 {
		return parts[0]
	}
	return Bool{Op: BoolAnd, Parts: parts}
}

// provablyLess reports whether a ≤ b follows from this: sizes are at least 1, and the variable of a loop is at least what it begins with and less
// than its bound.
func provablyLess(a, b Int) bool {
	d := b.minus(a)
	for _, t := range d.terms {
		if t.coef == -1 && len(t.vars) == 1 && t.vars[0].loop {
			v := t.vars[0] // -v ≥ 1 - bound
			d = d.plus(intVar(v)).minus(v.bound).plus(intConst(1))
		}
	}
	d = d.fromZero()
	least := int64(0)
	for _, t := range d.terms {
		switch {
		case len(t.vars) == 0:
			least += t.coef
		case t.coef < 0:
			return false
		case len(t.vars) == 1 && t.vars[0].size:
			least += t.coef
		}
	}
	return least >= 0
}

// fromZero writes every variable of a loop as what it begins with and a variable that begins with 0, which is called the same.
func (a Int) fromZero() Int {
	done := map[*Var]bool{}
	for {
		var inner *Var // whose loop is inside of those of the others: they do not begin with it
		for _, t := range a.terms {
			for _, v := range t.vars {
				if v.loop && len(v.from.terms) > 0 && !done[v] && (inner == nil || v.rank > inner.rank) {
					inner = v
				}
			}
		}
		if inner == nil {
			return a
		}
		done[inner] = true
		c := copier{forms: map[*Var]Int{inner: intVar(inner).plus(inner.from)}}
		a = c.int(a)
	}
}
