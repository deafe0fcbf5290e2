package codegen

import "slices"

// blockSums is the helper type that adds up blocks of blocks.
const blockSums = "blockSums"

// blockTurns is how many turns of a loop are added up one after the other.
const blockTurns = 32

// addUp changes how sums that begin at 0 and are added to in loops are added up. The block stands inside of as many loops.
func addUp(b *Block, how Sums, loops int) {
	if b == nil || how == PlainSums {
		return
	}
	var out []Stmt
	pending := map[*Var]int{} // where the sums that are declared in this block are
	for _, st := range b.Stmts {
		switch st := st.(type) {
		case *Set:
			if st.Declare && st.X == (Arg{Const: "0"}) && addsTo(b, st.Var) {
				pending[st.Var] = len(out)
				out = append(out, st, nil) // and room for what its adder needs
				continue
			}
		case *Loop:
			addUp(st.Body, how, loops+1)
		case *If:
			addUp(st.Then, how, loops)
			addUp(st.Else, how, loops)
		}
		at := len(out)
		out = append(out, st)
		for _, v := range addedTo(st) {
			k, ok := pending[v]
			if !ok {
				continue
			}
			delete(pending, v)
			if direct, inside := mentions(st, v); direct || inside { // a running sum
				continue
			}
			if how == CompensatedSums {
				c := &compensation{sum: v, rest: &Var{Hint: "rest", Mutable: true, rank: v.rank}}
				c.statement(out[at])
				out[k+1] = &Set{Var: c.rest, X: Arg{Const: "0"}, Declare: true}
				out = append(out, c.finish()...)
				continue
			}
			c := BlockSum{Sum: v, Blocks: &Var{Hint: "blocks", rank: v.rank}}
			if c.flushIn(st, how == PairwiseSums || loops == 0) {
				out[k+1] = &Let{Var: c.Blocks, Op: OpCall, Func: "type:" + blockSums}
				out = append(out, c.finish()...)
			}
		}
	}
	b.Stmts = slices.DeleteFunc(out, func(st Stmt) bool { return st == nil })
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

// flushIn ends the blocks of a sum in the loops of a statement that add to it, without always only in loops that call functions; it reports whether there are any.
func (c BlockSum) flushIn(st Stmt, always bool) (found bool) {
	var adds func(b *Block) bool
	adds = func(b *Block) (direct bool) {
		if b == nil {
			return false
		}
		for _, st := range b.Stmts {
			switch st := st.(type) {
			case *Set:
				direct = direct || st.Var == c.Sum && !isInteger(st.X.Const) // counting is exact
			case *Loop:
				found = c.flushIn(st, always) || found
			case *If:
				direct = adds(st.Then) || direct
				direct = adds(st.Else) || direct
			}
		}
		return direct
	}
	switch st := st.(type) {
	case *Loop:
		turns, fixed := st.Hi.minus(st.Lo).constant()
		if adds(st.Body) && (always || slices.ContainsFunc(st.Body.Stmts, calls)) && !(fixed && turns <= blockTurns) {
			c.flush(st)
			found = true
		}
	case *If:
		adds(st.Then)
		adds(st.Else)
	}
	return found
}

// calls reports whether a statement is a call of a function.
func calls(st Stmt) bool {
	let, ok := st.(*Let)
	return ok && isCostly(let)
}

// flush ends the blocks of a sum at the end of turns of a loop.
func (c BlockSum) flush(l *Loop) {
	if last, ok := l.Body.Stmts[len(l.Body.Stmts)-1].(*Flush); ok {
		last.Sums = append(last.Sums, c)
		return
	}
	l.Body.Stmts = append(l.Body.Stmts, &Flush{Loop: l.Var, Every: blockTurns, Step: 1, Sums: []BlockSum{c}})
}

// finish adds what the blocks hold to the sum.
func (c BlockSum) finish() []Stmt {
	total := &Let{Var: &Var{Hint: "total", rank: c.Sum.rank}, Op: OpCall, Func: "method:total", Args: []Arg{{Var: c.Blocks}, {Var: c.Sum}}}
	return []Stmt{total, &Set{Var: c.Sum, X: Arg{Var: total.Var}}}
}

// A compensation keeps the errors of the additions to a sum.
type compensation struct{ sum, rest *Var }

// statement changes the additions in a statement.
func (c *compensation) statement(st Stmt) {
	switch st := st.(type) {
	case *Loop:
		c.block(st.Body)
	case *If:
		c.block(st.Then)
		c.block(st.Else)
	}
}

func (c *compensation) block(b *Block) {
	if b == nil {
		return
	}
	var out []Stmt
	for _, st := range b.Stmts {
		if set, ok := st.(*Set); ok && set.Var == c.sum {
			out = append(out, c.addition(set.X)...)
			continue
		}
		c.statement(st)
		out = append(out, st)
	}
	b.Stmts = out
}

// addition adds x with the error of the addition, which Knuth's TwoSum finds without a comparison.
func (c *compensation) addition(x Arg) []Stmt {
	var out []Stmt
	let := func(hint string, op Op, args ...Arg) Arg {
		v := &Var{Hint: hint, rank: c.sum.rank}
		out = append(out, &Let{Var: v, Op: op, Args: args})
		return Arg{Var: v}
	}
	sum := Arg{Var: c.sum}
	term := let("term", OpCopy, x)
	next := let("next", OpAdd, sum, term)
	part := let("part", OpSub, next, sum)
	lost := let("lost", OpAdd, let("t", OpSub, sum, let("t", OpSub, next, part)), let("t", OpSub, term, part))
	return append(out, &Set{Var: c.rest, Op: SetAdd, X: lost}, &Set{Var: c.sum, X: next})
}

// finish adds the error to the sum where it is a number, which it is not once the sum has overflowed.
func (c *compensation) finish() []Stmt {
	rest := Arg{Var: c.rest}
	zero := &Let{Var: &Var{Hint: "t", rank: c.sum.rank}, Op: OpSub, Args: []Arg{rest, rest}}
	return []Stmt{zero, &If{Cond: Bool{Op: BoolEq, X: Arg{Var: zero.Var}, Y: Arg{Const: "0"}},
		Then: &Block{Stmts: []Stmt{&Set{Var: c.sum, Op: SetAdd, X: rest}}}}}
}
