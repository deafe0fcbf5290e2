package codegen

import "slices"

// minSplit is the number of accumulators from which on splitting a loop pays.
const minSplit = 2

// splitLoops takes accumulations out of loops that call functions and store what they return, into a loop of their own that
// reads it back: no register survives a call, so every accumulator beside one is loaded and stored in every turn.
func splitLoops(b *Block) {
	if b == nil {
		return
	}
	for k := 0; k < len(b.Stmts); k++ {
		switch st := b.Stmts[k].(type) {
		case *Loop:
			splitLoops(st.Body)
			if sums := splitLoop(st); sums != nil {
				k++
				b.Stmts = slices.Insert(b.Stmts, k, Stmt(sums))
			}
		case *If:
			splitLoops(st.Then)
			splitLoops(st.Else)
		}
	}
}

// splitLoop leaves the stores of a loop in it and returns a loop with the accumulations, or nil if the loop is to stay as it is.
func splitLoop(l *Loop) *Loop {
	stored := map[*Var]*Store{} // the results of calls, and where they are
	written := map[*Buffer]bool{}
	calls := map[*Var]bool{}
	accumulators := map[*Var]bool{}
	var stores, sums []Stmt
	for _, st := range l.Body.Stmts {
		switch st := st.(type) {
		case *Let:
			if isCostly(st) {
				calls[st.Var] = true
			}
		case *Store:
			if written[st.Buf] {
				return nil
			}
			written[st.Buf] = true
			stores = append(stores, st)
			if st.Op == SetTo && calls[st.X.Var] && ownEntry(l, st.At) {
				stored[st.X.Var] = st
			}
		default:
			if !accumulates(st, accumulators) {
				return nil
			}
			sums = append(sums, st)
		}
	}
	if len(stored) == 0 || len(accumulators) < minSplit {
		return nil
	}
	// The definitions that each of the two needs.
	need := func(roots []Stmt, have map[*Var]*Store) map[*Var]bool {
		t := &tidying{uses: map[*Var]int{}}
		for _, st := range roots {
			t.countStmt(st)
		}
		for _, st := range slices.Backward(l.Body.Stmts) {
			if let, ok := st.(*Let); ok && t.uses[let.Var] > 0 && have[let.Var] == nil {
				t.countStmt(let)
			}
		}
		used := map[*Var]bool{}
		for v := range t.uses {
			used[v] = true
		}
		return used
	}
	forStores, forSums := need(stores, nil), need(sums, stored)
	for v := range accumulators {
		if forStores[v] {
			return nil
		}
	}
	apart := &Loop{Var: &Var{Hint: l.Var.Hint, Integer: true, rank: l.Var.rank, loop: true, from: l.Var.from, bound: l.Var.bound}, Lo: l.Lo, Hi: l.Hi, Down: l.Down, Body: &Block{}}
	c := copier{vars: map[*Var]*Var{l.Var: apart.Var}}
	var kept []Stmt
	for _, st := range l.Body.Stmts {
		let, ok := st.(*Let)
		if !ok {
			if slices.Contains(stores, st) {
				kept = append(kept, st)
			} else {
				apart.Body.Stmts = append(apart.Body.Stmts, c.stmt(st))
			}
			continue
		}
		if forStores[let.Var] {
			kept = append(kept, st)
		}
		if !forSums[let.Var] {
			continue
		}
		if at := stored[let.Var]; at != nil {
			let = &Let{Var: let.Var, Op: OpLoad, Buf: at.Buf, At: at.At}
		} else if calls[let.Var] || let.Op == OpLoad && written[let.Buf] {
			return nil
		}
		apart.Body.Stmts = append(apart.Body.Stmts, c.stmt(let))
	}
	l.Body.Stmts = kept
	return apart
}

// ownEntry reports whether every turn of a loop has an entry of its own at a place.
func ownEntry(l *Loop, at Int) bool {
	c, rest, ok := at.linearIn(l.Var)
	return ok && c != 0 && !defines(l.Body, rest)
}

// isCostly reports whether a definition calls a function that is no single instruction or nearly so.
func isCostly(let *Let) bool {
	return let.Op == OpApply || let.Op == OpCall && !slices.Contains([]string{"max", "min", "math.Abs", "math.Sqrt", "math.Floor", "math.Ceil"}, let.Func)
}

// accumulates reports whether a statement does nothing but change variables, without calls, and notes which.
func accumulates(st Stmt, into map[*Var]bool) bool {
	switch st := st.(type) {
	case *Let:
		return !isCostly(st)
	case *Set:
		if !st.Declare {
			into[st.Var] = true
		}
		return !st.Declare
	case *If:
		other := func(st Stmt) bool {
			if set, ok := st.(*Set); ok && set.Declare { // of the branch alone
				return false
			}
			return !accumulates(st, into)
		}
		for _, b := range []*Block{st.Then, st.Else} {
			if b != nil && slices.ContainsFunc(b.Stmts, other) {
				return false
			}
		}
		return true
	}
	return false
}
