package codegen

// cascade is the name of the helper that adds up in pairs.
const cascade = "cascade"

// addUp changes how sums that begin at 0 and are added to in loops are added up.
func addUp(b *Block, how Sums) {
	if b == nil || how == PlainSums {
		return
	}
	var out []Stmt
	pending := map[*Var]*adder{} // sums that are declared in this block
	for _, st := range b.Stmts {
		switch st := st.(type) {
		case *Set:
			out = append(out, st)
			if st.Declare && st.X == (Arg{Const: "0"}) && addsTo(b, st.Var) {
				a := &adder{how: how, sum: st.Var}
				pending[st.Var] = a
				out = append(out, a.declaration())
			}
			continue
		case *Loop:
			addUp(st.Body, how)
		case *If:
			addUp(st.Then, how)
			addUp(st.Else, how)
		}
		var finished []*adder
		for _, v := range addedTo(st) {
			if a := pending[v]; a != nil {
				a.rewrite(st)
				finished = append(finished, a)
				delete(pending, v)
			}
		}
		out = append(out, st)
		for _, a := range finished {
			out = append(out, a.finish()...)
		}
	}
	b.Stmts = out
}

// addsTo reports whether one statement of a block, a loop or a condition with one, adds to a variable in loops, and no other changes it.
func addsTo(b *Block, v *Var) bool {
	in := 0
	for _, st := range b.Stmts {
		for _, w := range addedTo(st) {
			if w == v {
				in++
			}
		}
		if set, ok := st.(*Set); ok && set.Var == v && !set.Declare {
			return false
		}
	}
	return in == 1
}

// addedTo returns the variables that a loop, or a condition around loops, adds to and does not change otherwise, in order.
func addedTo(st Stmt) []*Var {
	var order []*Var
	adds, other := map[*Var]bool{}, map[*Var]bool{}
	var visit func(st Stmt, looped bool)
	block := func(b *Block, looped bool) {
		if b == nil {
			return
		}
		for _, st := range b.Stmts {
			visit(st, looped)
		}
	}
	visit = func(st Stmt, looped bool) {
		switch st := st.(type) {
		case *Set:
			switch {
			case st.Op != SetAdd || st.Declare || !looped:
				other[st.Var] = true
			case !adds[st.Var]:
				adds[st.Var] = true
				order = append(order, st.Var)
			}
		case *Loop:
			block(st.Body, true)
		case *If:
			block(st.Then, looped)
			block(st.Else, looped)
		}
	}
	visit(st, false)
	kept := order[:0]
	for _, v := range order {
		if !other[v] {
			kept = append(kept, v)
		}
	}
	return kept
}

// An adder adds up one sum.
type adder struct {
	how  Sums
	sum  *Var
	more *Var // the error of what has been added, or the sums of blocks
}

func (a *adder) declaration() Stmt {
	if a.how == CompensatedSums {
		a.more = &Var{Hint: "rest", Mutable: true, rank: a.sum.rank}
		return &Set{Var: a.more, X: Arg{Const: "0"}, Declare: true}
	}
	a.more = &Var{Hint: "blocks", rank: a.sum.rank}
	return &Let{Var: a.more, Op: OpCall, Func: "helper:" + cascade}
}

// rewrite changes the additions in a statement.
func (a *adder) rewrite(st Stmt) {
	switch st := st.(type) {
	case *Loop:
		a.block(st.Body)
	case *If:
		a.block(st.Then)
		a.block(st.Else)
	}
}

func (a *adder) block(b *Block) {
	if b == nil {
		return
	}
	var out []Stmt
	for _, st := range b.Stmts {
		if set, ok := st.(*Set); ok && set.Var == a.sum {
			out = append(out, a.addition(set.X)...)
			continue
		}
		a.rewrite(st)
		out = append(out, st)
	}
	b.Stmts = out
}

// addition adds x: with the error of the addition, which Knuth's TwoSum finds without a comparison, or as one of a block.
func (a *adder) addition(x Arg) []Stmt {
	sum := Arg{Var: a.sum}
	if a.how == PairwiseSums {
		full := &Let{Var: &Var{Hint: "full", rank: a.sum.rank}, Op: OpCall, Func: "method:turn", Args: []Arg{{Var: a.more}}}
		next := &Let{Var: &Var{Hint: "next", rank: a.sum.rank}, Op: OpCall, Func: "method:push", Args: []Arg{{Var: a.more}, sum}}
		return []Stmt{&Set{Var: a.sum, Op: SetAdd, X: x}, full, &If{Cond: Bool{Op: BoolNe, X: Arg{Var: full.Var}, Y: Arg{Const: "0"}},
			Then: &Block{Stmts: []Stmt{next, &Set{Var: a.sum, X: Arg{Var: next.Var}}}}}}
	}
	var out []Stmt
	let := func(hint string, op Op, args ...Arg) Arg {
		v := &Var{Hint: hint, rank: a.sum.rank}
		out = append(out, &Let{Var: v, Op: op, Args: args})
		return Arg{Var: v}
	}
	term := let("term", OpCopy, x)
	next := let("next", OpAdd, sum, term)
	part := let("part", OpSub, next, sum)
	lost := let("lost", OpAdd, let("t", OpSub, sum, let("t", OpSub, next, part)), let("t", OpSub, term, part))
	return append(out, &Set{Var: a.more, Op: SetAdd, X: lost}, &Set{Var: a.sum, X: next})
}

// finish adds what is left to the sum: an error where it is a number, which it is not once the sum has overflowed.
func (a *adder) finish() []Stmt {
	sum, more := Arg{Var: a.sum}, Arg{Var: a.more}
	if a.how == PairwiseSums {
		total := &Let{Var: &Var{Hint: "total", rank: a.sum.rank}, Op: OpCall, Func: "method:total", Args: []Arg{more, sum}}
		return []Stmt{total, &Set{Var: a.sum, X: Arg{Var: total.Var}}}
	}
	zero := &Let{Var: &Var{Hint: "t", rank: a.sum.rank}, Op: OpSub, Args: []Arg{more, more}}
	return []Stmt{zero, &If{Cond: Bool{Op: BoolEq, X: Arg{Var: zero.Var}, Y: Arg{Const: "0"}},
		Then: &Block{Stmts: []Stmt{&Set{Var: a.sum, Op: SetAdd, X: more}}}}}
}
