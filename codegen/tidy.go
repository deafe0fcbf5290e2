package codegen

import "slices"

// A tidying finds out how the printer writes a program: which definitions nothing reads, and which are read once
// and may be written where they are read.
type tidying struct {
	uses   map[*Var]int
	inline map[*Var]*Let
	weight map[*Var]int // operations in an expression written in place
	body   *Block       // of the function
}

// The bounds of the operations of an expression on one line.
const (
	maxInline = 9
	maxWide   = 24 // of a sum of like terms
)

func tidy(p *Program) *tidying {
	t := &tidying{uses: map[*Var]int{}, inline: map[*Var]*Let{}, weight: map[*Var]int{}, body: p.Body}
	for t.count(p); t.sweep(p.Body); t.count(p) {
	}
	t.block(p.Body)
	return t
}

func (t *tidying) use(x Arg) {
	if x.Var != nil {
		t.uses[x.Var]++
	}
}

func (t *tidying) useInt(i Int) {
	for _, term := range i.terms {
		for _, v := range term.vars {
			t.uses[v]++
		}
	}
}

func (t *tidying) useBool(b Bool) {
	if b.Ints {
		t.useInt(b.Left)
		t.useInt(b.Right)
	} else {
		t.use(b.X)
		t.use(b.Y)
	}
	for _, p := range b.Parts {
		t.useBool(p)
	}
}

func (t *tidying) count(p *Program) {
	clear(t.uses)
	for _, x := range p.Results {
		t.use(x)
	}
	t.countBlock(p.Body)
}

func (t *tidying) countBlock(b *Block) {
	if b == nil {
		return
	}
	for _, st := range b.Stmts {
		t.countStmt(st)
	}
}

func (t *tidying) countStmt(st Stmt) {
	switch st := st.(type) {
	case *Let:
		for _, a := range st.Args {
			t.use(a)
		}
		t.useInt(st.At)
	case *Set:
		t.use(st.X)
	case *Store:
		t.use(st.X)
		t.useInt(st.At)
	case *Apply:
		t.useInt(st.Size)
	case *Row:
		t.useInt(st.At)
		t.useInt(st.Len)
	case *Loop:
		t.useInt(st.Lo)
		t.useInt(st.Hi)
		t.countBlock(st.Body)
	case *Flush:
		t.uses[st.Loop]++
		for _, c := range st.Sums {
			t.uses[c.Blocks]++
		}
	case *If:
		t.useBool(st.Cond)
		t.countBlock(st.Then)
		t.countBlock(st.Else)
	}
}

// sweep removes what nothing reads; it reports whether there was anything.
func (t *tidying) sweep(b *Block) bool {
	if b == nil {
		return false
	}
	swept := false
	kept := b.Stmts[:0]
	for _, st := range b.Stmts {
		dead := false
		switch st := st.(type) {
		case *Let:
			dead = t.uses[st.Var] == 0
		case *Set:
			dead = t.uses[st.Var] == 0
		case *Flush:
			st.Sums = slices.DeleteFunc(st.Sums, func(c BlockSum) bool { return t.uses[c.Sum] == 0 })
			dead = len(st.Sums) == 0
		case *Loop:
			swept = t.sweep(st.Body) || swept
			dead = len(st.Body.Stmts) == 0
		case *If:
			swept = t.sweep(st.Then) || swept
			swept = t.sweep(st.Else) || swept
			if st.Else != nil && len(st.Else.Stmts) == 0 {
				st.Else = nil
			}
			dead = len(st.Then.Stmts) == 0 && st.Else == nil
		}
		swept = swept || dead
		if !dead {
			kept = append(kept, st)
		}
	}
	b.Stmts = kept
	return swept
}

// block decides what is written in place.
func (t *tidying) block(b *Block) {
	if b == nil {
		return
	}
	for k, st := range b.Stmts {
		switch st := st.(type) {
		case *Let:
			t.tryInline(b, k, st)
		case *Loop:
			t.block(st.Body)
		case *If:
			t.block(st.Then)
			t.block(st.Else)
		}
	}
}

func (t *tidying) tryInline(b *Block, k int, let *Let) {
	weight := 1
	for _, a := range let.Args {
		weight += t.weight[a.Var]
	}
	limit := maxInline
	if let.Wide {
		limit = maxWide
	}
	if t.uses[let.Var] != 1 || weight > limit {
		return
	}
	reads := map[any]bool{}
	t.reads(let, reads)
	for j := k + 1; j < len(b.Stmts); j++ {
		st := b.Stmts[j]
		if direct, inside := mentions(st, let.Var); direct || inside {
			if _, loop := st.(*Loop); loop && inside {
				return
			}
			if inside && kills(st, reads) {
				return
			}
			t.inline[let.Var] = let
			t.weight[let.Var] = weight
			return
		}
		if kills(st, reads) {
			return
		}
	}
	if b == t.body { // read by the return
		t.inline[let.Var] = let
		t.weight[let.Var] = weight
	}
}

// reads collects the buffers and changing variables that the expression of a definition reads.
func (t *tidying) reads(let *Let, into map[any]bool) {
	if let.Buf != nil {
		into[let.Buf.root()] = true
	}
	visit := func(v *Var) {
		if v == nil {
			return
		}
		if v.Mutable {
			into[v] = true
		}
		if inner := t.inline[v]; inner != nil {
			t.reads(inner, into)
		}
	}
	for _, a := range let.Args {
		visit(a.Var)
	}
	for _, term := range let.At.terms {
		for _, v := range term.vars {
			visit(v)
		}
	}
}

// kills reports whether a statement changes one of the things.
func kills(st Stmt, reads map[any]bool) bool {
	switch st := st.(type) {
	case *Set:
		return reads[st.Var]
	case *Flush:
		return slices.ContainsFunc(st.Sums, func(c BlockSum) bool { return reads[c.Sum] })
	case *Store:
		return reads[st.Buf.root()]
	case *Clear:
		return reads[st.Buf.root()]
	case *Apply:
		return reads[st.To.root()]
	case *Loop:
		return killsAny(st.Body, reads)
	case *If:
		return killsAny(st.Then, reads) || killsAny(st.Else, reads)
	}
	return false
}

func killsAny(b *Block, reads map[any]bool) bool {
	if b == nil {
		return false
	}
	for _, st := range b.Stmts {
		if kills(st, reads) {
			return true
		}
	}
	return false
}

// mentions reports whether a statement reads v itself, and whether a block inside it does.
func mentions(st Stmt, v *Var) (direct, inside bool) {
	t := &tidying{uses: map[*Var]int{}}
	switch st := st.(type) {
	case *Loop:
		t.useInt(st.Lo)
		t.useInt(st.Hi)
	case *If:
		t.useBool(st.Cond)
	default:
		t.countStmt(st)
	}
	direct = t.uses[v] > 0
	clear(t.uses)
	switch st := st.(type) {
	case *Loop:
		t.countBlock(st.Body)
	case *If:
		t.countBlock(st.Then)
		t.countBlock(st.Else)
	}
	return direct, t.uses[v] > 0
}
