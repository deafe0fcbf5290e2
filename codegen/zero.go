package codegen

// zero writes loops that set all of a buffer to 0 as one statement.
func zero(b *Block) {
	if b == nil {
		return
	}
	for k, st := range b.Stmts {
		switch st := st.(type) {
		case *Loop:
			if buf := zeroed(st); buf != nil {
				b.Stmts[k] = &Clear{buf}
				continue
			}
			zero(st.Body)
		case *If:
			zero(st.Then)
			zero(st.Else)
		}
	}
}

// zeroed returns the buffer that loops inside each other set to 0 and do nothing else, or nil.
func zeroed(l *Loop) *Buffer {
	var loops []*Loop
	for {
		if len(l.Lo.terms) > 0 || len(l.Body.Stmts) != 1 {
			return nil
		}
		loops = append(loops, l)
		inner, ok := l.Body.Stmts[0].(*Loop)
		if !ok {
			break
		}
		l = inner
	}
	st, ok := l.Body.Stmts[0].(*Store)
	if !ok || st.Op != SetTo || st.X != (Arg{Const: "0"}) || len(loops) != len(st.Buf.Axes) {
		return nil
	}
	var at Int
	for k, axis := range st.Buf.Axes {
		if !loops[k].Hi.equal(axis) {
			return nil
		}
		at = at.times(axis).plus(intVar(loops[k].Var))
	}
	if !at.equal(st.At) {
		return nil
	}
	return st.Buf
}
