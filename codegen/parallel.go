package codegen

import "slices"

// A Sharing says of a loop that its turns are shared among processors.
type Sharing struct {
	Sums   []*Var        // variables that every turn adds to, and nothing in the loop reads
	Blocks map[*Var]*Var // those of the sums that are added up in blocks
	Work   Int           // about how many entries all turns together take
}

// shareTurns marks the outermost loops whose turns are worth sharing and do not depend on each other: whatever is written is an entry of the turn's own row, or a
// sum that every turn adds to.
func shareTurns(b *Block) {
	for _, st := range b.Stmts {
		if l, ok := st.(*Loop); ok && wholeAxis(l) && !l.Down && l.Step == 0 && l.Rest == 0 && isHeavy(l.Body) {
			l.Shared = sharing(l)
		}
	}
}

// isHeavy reports whether a turn of a loop is more than a few operations.
func isHeavy(b *Block) bool {
	return slices.ContainsFunc(b.Stmts, func(st Stmt) bool {
		switch st := st.(type) {
		case *Loop:
			return true
		case *Let:
			return isCostly(st)
		case *If:
			return isHeavy(st.Then) || st.Else != nil && isHeavy(st.Else)
		}
		return false
	})
}

// sharing returns how the turns of a loop are shared, nil where they cannot be.
func sharing(l *Loop) *Sharing {
	t := turns{loop: l, written: map[*Buffer]bool{}, own: map[*Buffer]bool{}, local: map[*Var]bool{}, blocks: map[*Var]*Var{}, reads: &tidying{uses: map[*Var]int{}}}
	t.collect(l.Body)
	t.reads.countBlock(l.Body)
	if !t.apart(l.Body) {
		return nil
	}
	return &Sharing{Sums: t.sums, Blocks: t.blocks, Work: l.Hi.times(t.entries())}
}

// turns are what the turns of a loop read and write.
type turns struct {
	loop    *Loop
	written map[*Buffer]bool // the whole buffers
	own     map[*Buffer]bool // rows that are made in the turn that they belong to
	local   map[*Var]bool
	reads   *tidying
	sums    []*Var
	blocks  map[*Var]*Var // those of sums
}

// collect notes what is written, what is defined, and the rows.
func (t *turns) collect(b *Block) {
	if b == nil {
		return
	}
	for _, st := range b.Stmts {
		switch st := st.(type) {
		case *Set:
			t.local[st.Var] = t.local[st.Var] || st.Declare
		case *Store:
			t.written[st.Buf.root()] = true
		case *Clear:
			t.written[st.Buf.root()] = true
		case *Row:
			t.own[st.Row] = t.isOwn(st.Row.Of, st.At)
		case *Loop:
			t.collect(st.Body)
		case *If:
			t.collect(st.Then)
			t.collect(st.Else)
		}
	}
}

// isOwn reports whether a place in a whole buffer lies in the row of the turn: its first subscript is the variable of the loop, and the others are in range, as
// subscripts are.
func (t *turns) isOwn(b *Buffer, at Int) bool {
	if len(b.Axes) == 0 {
		return false
	}
	size := intConst(1)
	for _, a := range b.Axes[1:] {
		size = size.times(a)
	}
	rest := at.minus(size.times(intVar(t.loop.Var)))
	switch {
	case len(size.terms) != 1 || rest.mentions(t.loop.Var):
		return false
	case provablyLess(Int{}, rest) && provablyLess(rest.plus(intConst(1)), size):
		return true
	}
	row := size.terms[0]
	return len(row.vars) > 0 && !slices.ContainsFunc(rest.terms, func(u intTerm) bool { return u.coef < 0 || u.has(row.vars) })
}

// has reports whether all of the variables are factors of a term.
func (t intTerm) has(vars []*Var) bool {
	left := slices.Clone(t.vars)
	for _, v := range vars {
		k := slices.Index(left, v)
		if k < 0 {
			return false
		}
		left = slices.Delete(left, k, k+1)
	}
	return true
}

// mine reports whether an entry is in no other turn's row, or in a buffer that no turn writes to.
func (t *turns) mine(b *Buffer, at Int) bool {
	switch {
	case !t.written[b.root()]:
		return true
	case b.Of != nil:
		return t.own[b]
	}
	return t.isOwn(b, at)
}

// apart reports whether the statements of a turn have nothing to do with other turns but for sums, which it notes.
func (t *turns) apart(b *Block) bool {
	if b == nil {
		return true
	}
	return !slices.ContainsFunc(b.Stmts, func(st Stmt) bool { return !t.statement(st) })
}

func (t *turns) statement(st Stmt) bool {
	switch st := st.(type) {
	case *Let:
		switch st.Op {
		case OpLoad, OpLoadInt:
			return t.mine(st.Buf, st.At)
		case OpApply:
			return !t.written[st.Buf.root()]
		}
		return true
	case *Set:
		if t.local[st.Var] {
			return true
		}
		if st.Op != SetAdd || t.reads.uses[st.Var] > 0 {
			return false
		}
		if !slices.Contains(t.sums, st.Var) {
			t.sums = append(t.sums, st.Var)
		}
		return true
	case *Store:
		return t.mine(st.Buf, st.At)
	case *Clear:
		return st.Buf.Of != nil && t.own[st.Buf]
	case *Flush:
		for _, c := range st.Sums {
			if !t.local[c.Sum] {
				t.blocks[c.Sum] = c.Blocks
			}
		}
		return true
	case *Row:
		return true
	case *Loop:
		return t.apart(st.Body)
	case *If:
		return t.apart(st.Then) && t.apart(st.Else)
	}
	return false
}

// entries returns about how many entries a turn takes: those of its first inner loop, and of the first one in that, and so on.
func (t *turns) entries() Int {
	count := intConst(1)
	for b := t.loop.Body; b != nil; {
		k := slices.IndexFunc(b.Stmts, func(st Stmt) bool { _, ok := st.(*Loop); return ok })
		if k < 0 {
			break
		}
		inner := b.Stmts[k].(*Loop)
		if onlySizes(inner.Hi) {
			count = count.times(inner.Hi)
		}
		b = inner.Body
	}
	return count
}

// blocks and inBlocks are the helpers of loops whose turns are shared.
const (
	blocks   = "blocks"
	inBlocks = "inBlocks"
)

// blocksText returns the Go text of the constant.
func (f *file) blocksText() string {
	id := f.helper(blocks)
	return "\n// " + id + ` is how many parts the turns of a loop are divided into. What they add up does not depend on how many processors there are.
const ` + id + " = 64\n"
}

// inBlocksText returns the Go text of the function.
func (f *file) inBlocksText() string {
	id, count := f.helper(inBlocks), f.helper(blocks)
	return "\n// " + id + ` calls f for every block of 0 ≤ i < n, on as many processors as there are if the work, in entries, is worth that.
func ` + id + `(n, work int, f func(block, from, to int)) {
	var next atomic.Int64
	run := func() {
		for b := int(next.Add(1)) - 1; b < ` + count + `; b = int(next.Add(1)) - 1 {
			if from, to := b*n/` + count + `, (b+1)*n/` + count + `; from < to {
				f(b, from, to)
			}
		}
	}
	if work < 1<<14 {
		run()
		return
	}
	var others sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), ` + count + `) - 1 {
		others.Add(1)
		go func() {
			defer others.Done()
			run()
		}()
	}
	run()
	others.Wait()
}
`
}

// shared prints a loop whose turns are shared: a function that takes a block of them, and the sums of what blocks add up.
func (p *printer) shared(st *Loop) {
	outer := p.scope
	p.scope = newScope(outer)
	call := p.file.helper(inBlocks)
	parts := make([]string, len(st.Shared.Sums))
	for k, v := range st.Shared.Sums {
		parts[k] = outer.name(v.Name + "s")
		p.line("var %s [%s]float64", parts[k], p.file.helper(blocks))
	}
	block := "_"
	if len(parts) > 0 {
		block = p.scope.name("block")
	}
	from, to := p.scope.name("from"), p.scope.name("to")
	p.line("%s(%s, %s, func(%s, %s, %s int) {", call, p.int(st.Hi), p.int(st.Shared.Work), block, from, to)
	for _, v := range st.Shared.Sums {
		p.line("%s := 0.0", v.Name)
		if b := st.Shared.Blocks[v]; b != nil {
			p.line("%s := %s{}", b.Name, p.file.helper(blockSums))
		}
	}
	loop := p.scope
	p.scope = newScope(loop)
	st.Var.Name = p.scope.name(st.Var.Hint)
	p.line("for %s := %s; %s < %s; %s++ {", st.Var.Name, from, st.Var.Name, to, st.Var.Name)
	p.stmts(st.Body)
	p.line("}")
	p.scope = loop
	for k, v := range st.Shared.Sums {
		total := v.Name
		if b := st.Shared.Blocks[v]; b != nil {
			total = b.Name + ".total(" + total + ")"
		}
		p.line("%s[%s] = %s", parts[k], block, total)
	}
	p.line("})")
	p.scope = outer
	for k, v := range st.Shared.Sums {
		part := newScope(outer).name("part")
		p.line("for _, %s := range %s {", part, parts[k])
		p.line("%s += %s", v.Name, part)
		p.line("}")
	}
}
