package codegen

import "slices"

// rows gives the rows of matrices that inner loops run along slices of their own: Zi := Z[i*n:][:n:n] and Zi[j]
// instead of Z[i*n+j], which reads better and lets the compiler see that j is in range.
func rows(p *Program) {
	r := rowing{}
	r.block(p.Body, nil)
}

type rowing struct{ open []*frame }

// A frame is a block on the way to the current one.
type frame struct {
	block *Block
	loop  *Loop // whose body it is; nil for the function's body and for branches
	at    int   // the statement that is being visited
	rows  []*Row
}

func (r *rowing) block(b *Block, loop *Loop) {
	if b == nil {
		return
	}
	f := &frame{block: b, loop: loop}
	r.open = append(r.open, f)
	for ; f.at < len(b.Stmts); f.at++ {
		switch st := b.Stmts[f.at].(type) {
		case *Loop:
			r.block(st.Body, st)
			r.loop(st)
		case *Row:
			r.named(f, st)
		case *If:
			r.block(st.Then, nil)
			r.block(st.Else, nil)
		}
	}
	r.open = r.open[:len(r.open)-1]
}

// named takes in a row that has a name already.
func (r *rowing) named(own *frame, row *Row) {
	for _, f := range r.open {
		for _, other := range f.rows {
			if other.Row.Of == row.Row.Of && other.At.equal(row.At) && other.Len.equal(row.Len) {
				row.Same = other.Row
				return
			}
		}
	}
	own.rows = append(own.rows, row)
}

// loop rewrites the accesses of one loop to the end of an axis that happen in every turn.
func (r *rowing) loop(l *Loop) {
	if !toEnd(l) {
		return
	}
	for _, st := range l.Body.Stmts {
		eachAccess(st, false, func(buf **Buffer, at *Int) { r.access(l, buf, at, true) })
	}
	for _, st := range l.Body.Stmts {
		eachAccess(st, true, func(buf **Buffer, at *Int) { r.access(l, buf, at, false) })
	}
}

// wholeAxis reports whether a loop runs from 0 to a size, and so at least once.
func wholeAxis(l *Loop) bool {
	return len(l.Lo.terms) == 0 && len(l.Hi.terms) == 1 && l.Hi.terms[0].coef == 1 &&
		len(l.Hi.terms[0].vars) == 1 && l.Hi.terms[0].vars[0].size
}

// toEnd reports whether a loop runs at least once, to the end of an axis.
func toEnd(l *Loop) bool {
	whole := *l
	whole.Lo = Int{}
	return wholeAxis(&whole) && provablyLess(Int{}, l.Lo) && provablyLess(l.Lo.plus(intConst(1)), l.Hi)
}

// eachAccess visits the loads and stores of a statement; those in branches where branches is set.
func eachAccess(st Stmt, branches bool, f func(*(*Buffer), *Int)) {
	switch st := st.(type) {
	case *Let:
		if st.Op == OpLoad {
			f(&st.Buf, &st.At)
		}
	case *Store:
		f(&st.Buf, &st.At)
	case *If:
		if !branches {
			return
		}
		for _, b := range []*Block{st.Then, st.Else} {
			if b != nil {
				for _, inner := range b.Stmts {
					eachAccess(inner, branches, f)
				}
			}
		}
	}
}

// access rewrites one access; a row that is not there yet is made only for an access that happens for sure.
func (r *rowing) access(l *Loop, buf **Buffer, at *Int, sure bool) {
	k, rest, ok := at.linearIn(l.Var)
	if !ok || k != 1 || len(rest.terms) == 0 || onlyConstant(rest) || (*buf).Of != nil || defines(l.Body, rest) {
		return
	}
	for _, f := range r.open {
		for _, row := range f.rows {
			if row.Row.Of == *buf && row.At.equal(rest) && row.Len.equal(l.Hi) {
				*buf, *at = row.Row, intVar(l.Var)
				return
			}
		}
	}
	if !sure || len(l.Lo.terms) > 0 && !provablyLess(Int{}, rest) { // a row begins in its buffer
		return
	}
	// The outermost block in which the variables of the row are known, and that leads here without a condition.
	place := len(r.open) - 1
	for place > 0 && r.open[place].loop != nil && toEnd(r.open[place].loop) && !rest.mentions(r.open[place].loop.Var) && !defines(r.open[place].block, rest) {
		place--
	}
	f := r.open[place]
	row := &Row{Row: &Buffer{Name: rowName(*buf, rest), Of: *buf, Axes: []Int{l.Hi}}, At: rest, Len: l.Hi}
	f.block.Stmts = slices.Insert(f.block.Stmts, r.first(f, rest), Stmt(row))
	f.at++
	f.rows = append(f.rows, row)
	*buf, *at = row.Row, intVar(l.Var)
}

// first returns where in a block a row goes: after the other rows, as soon as the variables of its place are known. Rows that
// stand before a loop with calls leave less to be kept over the calls than the matrices and their lengths.
func (r *rowing) first(f *frame, at Int) int {
	for k := f.at; k > 0; k-- {
		if _, ok := f.block.Stmts[k-1].(*Row); ok || defines(&Block{Stmts: f.block.Stmts[k-1 : k]}, at) {
			return k
		}
	}
	return 0
}

// defines reports whether a block, or one inside it, defines a variable of a form.
func defines(b *Block, form Int) bool {
	if b == nil {
		return false
	}
	return slices.ContainsFunc(b.Stmts, func(st Stmt) bool {
		switch st := st.(type) {
		case *Let:
			return form.mentions(st.Var)
		case *Loop:
			return defines(st.Body, form)
		case *If:
			return defines(st.Then, form) || defines(st.Else, form)
		}
		return false
	})
}

func rowName(b *Buffer, at Int) string {
	name := b.Name
	var named []*Var
	for _, t := range at.terms {
		for _, v := range t.vars {
			if v.loop && !slices.Contains(named, v) {
				named = append(named, v)
				name += v.Hint
			}
		}
	}
	if name == b.Name {
		name += "Row"
	}
	return name
}
