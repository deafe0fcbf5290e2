package codegen

import "slices"

// The bounds of what is unrolled.
const (
	unrolled    = 4  // turns in one
	maxUnrolled = 12 // operations in a turn
	maxChanges  = 2  // sums and stores in a turn
)

// unroll takes four turns of an innermost loop along rows in one where nearly all of the time goes, in loops inside of
// loops: an addition to a sum waits for the one before it, so that four terms that are added first take the time of
// one, stores cost less than the jumps between them, and around calls the registers are filled once instead of four times.
func unroll(b *Block, loops int) {
	if b == nil {
		return
	}
	for k := 0; k < len(b.Stmts); k++ {
		switch st := b.Stmts[k].(type) {
		case *Loop:
			unroll(st.Body, loops+1)
			if (loops > 0 || isSum(st)) && st.Shared == nil && !st.Down && toEnd(st) && isSimple(st) {
				list := fours(st)
				b.Stmts = slices.Replace(b.Stmts, k, k+1, list...)
				k += len(list) - 1
			}
		case *If:
			unroll(st.Then, loops)
			unroll(st.Else, loops)
		}
	}
}

// isSum reports whether a loop does nothing but add up what takes no call.
func isSum(l *Loop) bool {
	if len(l.Body.Stmts) == 0 {
		return false
	}
	_, ok := l.Body.Stmts[len(l.Body.Stmts)-1].(*Flush)
	return ok && !slices.ContainsFunc(l.Body.Stmts, func(st Stmt) bool {
		_, stores := st.(*Store)
		return stores || calls(st)
	})
}

// isSimple reports whether a loop does nothing but add and store along rows, without conditions.
func isSimple(l *Loop) bool {
	sums := map[*Var]bool{}
	changes := 0
	inOrder := func(at Int) bool {
		c, rest, ok := at.linearIn(l.Var)
		return ok && (c == 0 || c == 1 && len(rest.terms) == 0)
	}
	for _, st := range l.Body.Stmts {
		switch st := st.(type) {
		case *Let:
			if st.Op == OpFloat || st.Op == OpLoadInt || st.Op == OpApply || !inOrder(st.At) {
				return false
			}
		case *Set:
			if st.Declare || st.Op != SetAdd || st.X.Var == nil || sums[st.Var] {
				return false
			}
			sums[st.Var] = true
			changes++
		case *Store:
			if !inOrder(st.At) {
				return false
			}
			changes++
		case *Flush:
		default:
			return false
		}
	}
	for _, st := range l.Body.Stmts { // a running sum is one chain
		for v := range sums {
			if direct, _ := mentions(st, v); direct {
				return false
			}
		}
	}
	return len(l.Body.Stmts) <= maxUnrolled && changes <= maxChanges
}

// fours returns what stands for a loop: a loop with four turns in one, and one with those that are left.
func fours(l *Loop) []Stmt {
	v := *l.Var
	four := &Loop{Var: &v, Lo: l.Lo, Hi: l.Hi, Step: unrolled, Along: along(l), Body: &Block{}}
	add := func(st Stmt) { four.Body.Stmts = append(four.Body.Stmts, st) }
	negated := map[*Var]Arg{}
	terms := map[*Var][]Arg{}
	for k := range unrolled {
		c := copier{vars: map[*Var]*Var{}, forms: map[*Var]Int{l.Var: intVar(&v).plus(intConst(int64(k)))}}
		for _, st := range l.Body.Stmts {
			if _, ok := st.(*Flush); ok {
				continue
			}
			st := c.stmt(st)
			if let, ok := st.(*Let); ok && let.Op == OpNeg {
				negated[let.Var] = let.Args[0]
			}
			if set, ok := st.(*Set); ok {
				terms[set.Var] = append(terms[set.Var], set.X)
				continue
			}
			add(st)
		}
	}
	for _, st := range l.Body.Stmts {
		set, ok := st.(*Set)
		if !ok {
			continue
		}
		all := terms[set.Var]
		_, minus := negated[all[0].Var]
		if minus {
			for k, x := range all {
				all[k] = negated[x.Var]
			}
		}
		total := all[0]
		join := func(op Op, args ...Arg) {
			sum := &Var{Hint: "t", rank: set.Var.rank}
			add(&Let{Var: sum, Op: op, Args: args, Wide: true})
			total = Arg{Var: sum}
		}
		for _, x := range all[1:] {
			join(OpAdd, total, x)
		}
		if minus {
			join(OpNeg, total)
		}
		add(&Set{Var: set.Var, Op: SetAdd, X: total})
	}
	rest := &Loop{Var: l.Var, Lo: l.Lo, Hi: l.Hi, Rest: unrolled, Body: l.Body}
	if n := len(l.Body.Stmts); n > 0 {
		if last, ok := l.Body.Stmts[n-1].(*Flush); ok { // which the few turns that are left need not
			add(&Flush{Loop: &v, Every: unrolled * last.Every, Step: unrolled, Sums: last.Sums})
			rest.Body.Stmts = rest.Body.Stmts[:n-1]
		}
	}
	return []Stmt{four, rest}
}

// along returns a slice of just the loop's length that it stores to or else reads, by which the compiler sees that
// four turns are in range.
func along(l *Loop) *Buffer {
	var slice *Buffer
	for _, st := range l.Body.Stmts {
		eachAccess(st, false, func(buf **Buffer, _ *Int) {
			_, stores := st.(*Store)
			if len((*buf).Axes) == 1 && (*buf).Axes[0].equal(l.Hi) && (slice == nil || stores) {
				slice = *buf
			}
		})
	}
	return slice
}
