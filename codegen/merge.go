package codegen

import "slices"

// mergeBranches joins two conditions of one block, if they are the same or opposite and nothing between them minds.
func mergeBranches(b *Block) {
	if b == nil {
		return
	}
	for _, st := range b.Stmts {
		switch st := st.(type) {
		case *Loop:
			mergeBranches(st.Body)
		case *If:
			mergeBranches(st.Then)
			mergeBranches(st.Else)
		}
	}
	for i := 0; i < len(b.Stmts); i++ {
		first, ok := b.Stmts[i].(*If)
		if !ok || first.Else != nil {
			continue
		}
		for j := i + 1; j < len(b.Stmts); j++ {
			second, ok := b.Stmts[j].(*If)
			if !ok || second.Else != nil || !same(first.Cond, second.Cond) && !opposite(first.Cond, second.Cond) {
				continue
			}
			if !movable(first, b.Stmts[i+1:j]) {
				continue
			}
			if same(first.Cond, second.Cond) {
				second.Then = &Block{Stmts: append(first.Then.Stmts, second.Then.Stmts...)}
			} else {
				first.Else = second.Then
				b.Stmts[j] = first
			}
			b.Stmts = slices.Delete(b.Stmts, i, i+1)
			i--
			break
		}
	}
}

func same(a, b Bool) bool {
	return a.Op == b.Op && !a.Ints && !b.Ints && a.X == b.X && a.Y == b.Y && a.Parts == nil && b.Parts == nil
}

func opposite(a, b Bool) bool {
	return (a.Op == BoolEq && b.Op == BoolNe || a.Op == BoolNe && b.Op == BoolEq) && !a.Ints && !b.Ints && a.X == b.X && a.Y == b.Y
}

// movable reports whether a branch of plain accumulations may run after the statements that follow it.
func movable(branch *If, after []Stmt) bool {
	for _, st := range branch.Then.Stmts {
		set, ok := st.(*Set)
		if !ok || set.Declare {
			return false
		}
		reads := map[any]bool{set.Var: true}
		if set.X.Var != nil {
			reads[set.X.Var] = true
		}
		for _, a := range after {
			if direct, inside := mentions(a, set.Var); direct || inside || kills(a, reads) {
				return false
			}
		}
	}
	for _, v := range []*Var{branch.Cond.X.Var, branch.Cond.Y.Var} {
		if v != nil && v.Mutable && killsAny(&Block{Stmts: after}, map[any]bool{v: true}) {
			return false
		}
	}
	return true
}
