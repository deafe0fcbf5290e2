package codegen

import "slices"

// scan makes folds over the first or the last so many entries running ones: cumulative sums, products and extrema take one step a turn and not
// one for each entry so far.
//
//	for i { s := 0; for j := L; j < i+r; j++ { s += f(j) }; … s … }    becomes
//	s := 0; for j := L; j < I+r-1; j++ { s += f(j) }; for i { s += f(i+r-1); … s … }    where i begins at I,
//
// and folds of what lies behind i likewise, with i going down. Sums are then added up in the order that they are added up in without it, or in the
// opposite one; where all are to be added up in blocks or with their errors, they stay as they are.
func scan(b *Block, how Sums) {
	if b == nil {
		return
	}
	for k := 0; k < len(b.Stmts); k++ {
		switch st := b.Stmts[k].(type) {
		case *Loop:
			scan(st.Body, how)
			before := scanLoop(st, how)
			b.Stmts = slices.Insert(b.Stmts, k, before...)
			k += len(before)
		case *If:
			scan(st.Then, how)
			scan(st.Else, how)
		}
	}
}

// scanLoop makes the folds in the body of a loop running ones and returns what goes before the loop.
func scanLoop(l *Loop, how Sums) (before []Stmt) {
	for k := 0; k < len(l.Body.Stmts); k++ {
		inner, ok := l.Body.Stmts[k].(*Loop)
		if !ok {
			continue
		}
		sums := running(l, inner, how)
		if sums == nil {
			continue
		}
		if first, turn, down, ok := steps(l, inner); ok && (down == l.Down || down && len(before) == 0 && turnable(l, inner)) {
			l.Down = down
			before = append(append(before, sums...), first...)
			l.Body.Stmts = slices.Replace(l.Body.Stmts, k, k+1, turn...)
			l.Body.Stmts = slices.DeleteFunc(l.Body.Stmts, func(st Stmt) bool { return slices.Contains(sums, st) })
			k += len(turn) - 1 - len(sums)
		}
	}
	return before
}

// running returns the declarations of the variables that a loop folds into, if each begins with a number in the body of the outer loop l and is
// changed by this loop alone, which does nothing else and of the outer loop needs only its own ends.
func running(l, inner *Loop, how Sums) (declared []Stmt) {
	folds := map[*Var]bool{}
	for _, st := range inner.Body.Stmts {
		if !foldsInto(st, folds, how) {
			return nil
		}
	}
	made := map[*Var]bool{l.Var: true} // what is not there before the outer loop
	written := map[*Buffer]int{}
	for _, st := range l.Body.Stmts {
		if set, ok := st.(*Set); ok && set.Declare && folds[set.Var] {
			if set.X.Var != nil {
				return nil
			}
			declared = append(declared, set)
			continue
		}
		if st == Stmt(inner) {
			continue
		}
		makes(st, made)
		writes(st, written)
		for v := range folds {
			if kills(st, map[any]bool{v: true}) {
				return nil
			}
		}
	}
	if len(folds) == 0 || len(declared) != len(folds) {
		return nil
	}
	t := &tidying{uses: map[*Var]int{}}
	t.countBlock(inner.Body)
	for v := range t.uses {
		if made[v] {
			return nil
		}
	}
	for _, end := range []Int{inner.Lo, inner.Hi} {
		for v := range made {
			if v != l.Var && end.mentions(v) {
				return nil
			}
		}
	}
	for _, st := range inner.Body.Stmts { // an entry that is read is the same in every turn once it is there
		let, ok := st.(*Let)
		if !ok || let.Buf == nil || written[let.Buf.root()] == 0 {
			continue
		}
		if written[let.Buf.root()] > 1 || !slices.ContainsFunc(l.Body.Stmts, func(st Stmt) bool {
			store, ok := st.(*Store)
			return ok && store.Buf.root() == let.Buf.root() && store.Op == SetTo && ownEntry(l, store.At)
		}) {
			return nil
		}
	}
	return declared
}

// foldsInto reports whether a statement of a loop does nothing but fold, and notes the variables that it folds into.
func foldsInto(st Stmt, folds map[*Var]bool, how Sums) bool {
	switch st := st.(type) {
	case *Let:
		return true
	case *Set:
		if st.Declare || st.Op == SetTo || st.Op == SetAdd && how.everywhere() {
			return false
		}
		folds[st.Var] = true
		return true
	}
	return false
}

// makes notes the variables that a statement declares, those in blocks inside of it too.
func makes(st Stmt, made map[*Var]bool) {
	block := func(b *Block) {
		if b != nil {
			for _, st := range b.Stmts {
				makes(st, made)
			}
		}
	}
	switch st := st.(type) {
	case *Let:
		made[st.Var] = true
	case *Set:
		made[st.Var] = true
	case *Loop:
		made[st.Var] = true
		block(st.Body)
	case *If:
		block(st.Then)
		block(st.Else)
	}
}

// writes counts the statements that write to each buffer; one in a block inside counts as two.
func writes(st Stmt, written map[*Buffer]int) {
	inside := func(b *Block) {
		if b == nil {
			return
		}
		for _, st := range b.Stmts {
			writes(st, written)
			writes(st, written)
		}
	}
	switch st := st.(type) {
	case *Store:
		written[st.Buf.root()]++
	case *Clear:
		written[st.Buf.root()] += 2
	case *Apply:
		written[st.To.root()] += 2
	case *Loop:
		inside(st.Body)
	case *If:
		inside(st.Then)
		inside(st.Else)
	}
}

// steps returns what comes before the outer loop and what a turn of it does in place of the inner one; down where the outer loop has to go down.
func steps(l, inner *Loop) (first, turn []Stmt, down, ok bool) {
	ahead, r, linearHi := inner.Hi.linearIn(l.Var)
	behind, q, linearLo := inner.Lo.linearIn(l.Var)
	var at, lo, hi Int // the entry of a turn, and those before the first
	var inside Bool
	switch {
	case !linearHi || !linearLo || inner.Step > 0 || inner.Rest > 0 || inner.Down:
		return nil, nil, false, false
	case ahead == 1 && behind == 0:
		at = intVar(l.Var).plus(r).minus(intConst(1))
		lo, hi = inner.Lo, l.Lo.plus(r).minus(intConst(1))
		inside = Bool{Op: BoolGe, Ints: true, Left: at, Right: inner.Lo}
	case ahead == 0 && behind == 1:
		at, down = intVar(l.Var).plus(q), true
		lo, hi = l.Hi.plus(q), inner.Hi
		inside = Bool{Op: BoolGe, Ints: true, Left: inner.Hi.minus(intConst(1)), Right: at}
	default:
		return nil, nil, false, false
	}
	if !provablyLess(hi, lo) {
		v := *inner.Var
		c := copier{vars: map[*Var]*Var{inner.Var: &v}}
		first = []Stmt{&Loop{Var: &v, Lo: lo, Hi: hi, Body: c.block(inner.Body)}}
		if next := l.Lo.plus(intConst(1)); !provablyLess(next, l.Hi) { // without a first turn there need be no entries for it
			first = []Stmt{&If{Cond: Bool{Op: BoolGe, Ints: true, Left: l.Hi, Right: next}, Then: &Block{Stmts: first}}}
		}
	}
	c := copier{vars: map[*Var]*Var{}, forms: map[*Var]Int{inner.Var: at}}
	turn = c.block(inner.Body).Stmts
	if !provablyLess(inside.Right, inside.Left) {
		turn = []Stmt{&If{Cond: inside, Then: &Block{Stmts: turn}}}
	}
	return first, turn, down, true
}

// turnable reports whether the turns of a loop may be taken in the opposite order: each stores entries of its own, or adds to what is there, and
// reads of what the loop stores just those.
func turnable(l, without *Loop) bool {
	stored := map[*Buffer]Int{}
	ok := true
	declared := map[*Var]bool{}
	var visit func(b *Block, loads bool)
	visit = func(b *Block, loads bool) {
		if b == nil {
			return
		}
		for _, st := range b.Stmts {
			switch st := st.(type) {
			case *Let:
				if at, is := stored[st.Buf.root()]; is && loads && !at.equal(st.At) {
					ok = false
				}
			case *Set:
				if st.Declare {
					declared[st.Var] = true
				} else if !declared[st.Var] && st.Op == SetTo {
					ok = false
				}
			case *Store:
				if at, is := stored[st.Buf.root()]; is && !at.equal(st.At) || st.Op == SetTo && !ownEntry(l, st.At) {
					ok = false
				}
				stored[st.Buf.root()] = st.At
			case *Loop:
				visit(st.Body, loads)
			case *If:
				visit(st.Then, loads)
				visit(st.Else, loads)
			default:
				ok = false
			}
		}
	}
	visit(l.Body, false)
	visit(l.Body, true)
	return ok
}
