package codegen

import (
	"slices"
	"strings"

	"github.com/seed-9905856d/derive/expr"
)

// steps adds to the statements of the tensor d the one that does to it, once its entries are there, what is done to it as a
// whole. Entries that are a part of another tensor are copied from there as they lie.
func (p *plan) steps(d *definition, list []*statement) []*statement {
	w := d.whole
	st := &statement{mode: apply, target: d, subs: slices.Clone(d.index), loops: slices.Clone(d.index[:w.outer]), body: p.s.Int(0)}
	for axis := w.outer; axis < len(d.index); axis++ {
		st.subs[axis] = p.extreme(d.index[axis].Lo(), -1)
	}
	isInner := func(i *expr.Node) int {
		if slices.Contains(st.loops, i) {
			return 0
		}
		return 1
	}
	for _, part := range list {
		slices.SortStableFunc(part.loops, func(i, j *expr.Node) int { return isInner(i) - isInner(j) })
	}
	if len(list) == 1 && list[0].mode == assign && p.isPart(d) {
		all := *st
		all.mode, all.subs, all.loops, all.body = transfer, slices.Clone(st.subs), slices.Clone(st.loops), d.body
		for axis := w.outer; axis < len(d.index); axis++ {
			all.body = p.s.Substitute(all.body, d.index[axis], st.subs[axis])
		}
		list = []*statement{&all}
	}
	if w.factors != nil {
		st.body = w.factors
	}
	return append(list, st)
}

// isPart reports whether the entries of d are those of a parameter, or of solutions, that differ in their last subscripts alone.
func (p *plan) isPart(d *definition) bool {
	e, inner := d.body, d.index[d.whole.outer:]
	if e.Kind() != expr.KindEntry || e.Symbol().Integer || len(e.Args()) < len(inner) {
		return false
	}
	from := p.of[e.Symbol()]
	if from != nil && from.whole == nil {
		return false
	}
	first := len(e.Args()) - len(inner)
	for k, i := range inner {
		if e.Args()[first+k] != i || slices.ContainsFunc(e.Args()[:first], func(sub *expr.Node) bool { return sub.DependsOn(i) }) {
			return false
		}
		lo, hi := p.s.Int(1), e.Symbol().Dims[first+k]
		if from != nil {
			axis := first + k
			if from.whole.definite { // a matrix of which there may be one triangle only
				axis = from.whole.outer
			}
			lo, hi = from.index[axis].Lo(), from.index[axis].Hi()
		}
		if i.Lo() != lo || i.Hi() != hi {
			return false
		}
	}
	return p.safe(e, nil)
}

// name says what a tensor holds.
func (w *whole) name() string {
	switch {
	case w.factors != nil:
		return "x"
	case w.adjugate:
		return "adj"
	case w.inverse:
		return "inverse"
	case w.lowRank != 0:
		return "rank"
	case w.definite:
		return "chol"
	case w.triangular:
		return "tri"
	}
	return "lu"
}

// method is what the names of the functions of a factorisation begin with.
func (w *whole) method() string {
	switch {
	case w.lowRank != 0:
		return "lowRank"
	case w.definite:
		return "cholesky"
	case w.triangular:
		return "triangular"
	}
	return "lu"
}

// apply lowers the step that replaces a matrix by its factors, or right-hand sides by solutions.
func (l *lowering) apply(st *statement) {
	w := st.target.whole
	x := l.allFrom(st.target, st.subs)
	if w.adjugate {
		l.emit(&Apply{Func: "adjugate", To: x, Size: l.order(st.target)})
		return
	}
	if w.triangular {
		return
	}
	if w.factors == nil {
		fn := "luFactor"
		switch {
		case w.inverse:
			fn = "choleskyInvert"
		case w.lowRank > 0:
			fn = "lowRankFactor"
		case w.lowRank < 0:
			fn = "lowRankLess"
		case w.definite:
			fn = "choleskyFactor"
		}
		l.emit(&Apply{Func: fn, To: x, Size: l.order(st.target)})
		return
	}
	matrix := l.plan.of[st.body.Symbol()]
	a := &Apply{Func: matrix.whole.method() + "Solve", From: l.allFrom(matrix, st.body.Args()), To: x}
	if w.columns {
		a.Func, a.Size = a.Func+"All", l.order(matrix)
	}
	if w.transposed {
		a.Func += "T"
	}
	l.emit(a)
}

// transfer lowers the copy of entries that lie as they are to lie, unless they are there already.
func (l *lowering) transfer(st *statement) {
	sym, subs := st.body.Symbol(), st.body.Args()
	inner := len(st.subs) - st.target.whole.outer
	to, toAt := l.address(st.target, st.subs)
	from, fromAt := l.buffers[sym], Int{}
	if d := l.plan.of[sym]; d != nil {
		from, fromAt = l.address(d, subs)
	} else if from == nil {
		fail("%s is no parameter of the kernel", sym.Name)
	} else {
		for axis, sub := range subs {
			fromAt = fromAt.times(from.Axes[axis]).plus(l.int(sub)).minus(intConst(1))
		}
	}
	if to == from && toAt.equal(fromAt) {
		return
	}
	l.emit(&Apply{Func: "copy", From: l.part(from, fromAt, inner), To: l.part(to, toAt, inner)})
}

// order returns the number of rows of the matrix that d has the factors of.
func (l *lowering) order(d *definition) Int {
	if d.whole.lowRank != 0 {
		return l.extent(d.index[d.whole.outer+1])
	}
	return l.extent(d.index[d.whole.outer])
}

// allFrom returns the part of a buffer that begins at an entry of a definition and is handled as a whole.
func (l *lowering) allFrom(d *definition, subs []*expr.Node) *Buffer {
	b, at := l.address(d, subs)
	return l.part(b, at, len(d.index)-d.whole.outer)
}

// part returns the part of a buffer that begins at a place, with all of the innermost axes.
func (l *lowering) part(b *Buffer, at Int, axes int) *Buffer {
	if axes == len(b.Axes) {
		return b
	}
	size := intConst(1)
	for _, a := range b.Axes[len(b.Axes)-axes:] {
		size = size.times(a)
	}
	row := &Row{Row: &Buffer{Name: rowName(b, at), Of: b, Axes: []Int{size}}, At: at, Len: size}
	l.emit(row)
	return row.Row
}

// pivots lowers a function of the pivots of a matrix.
func (l *lowering) pivots(fn string, factors *expr.Node) Arg {
	d := l.plan.of[factors.Symbol()]
	v := l.newVar(strings.ToLower(fn))
	name := d.whole.method() + fn
	if name == "luLogDet" { // exchanges of rows change no magnitude
		name = "triangularLogDet"
	}
	l.emit(&Let{Var: v, Op: OpApply, Buf: l.allFrom(d, factors.Args()), At: l.order(d), Func: name})
	return Arg{Var: v}
}

// settle leaves out what stores a number where it is already: where a solution is the next right-hand side, in one slice.
func settle(p *Program) {
	if !settleBlock(p.Body) {
		return
	}
	t := &tidying{uses: map[*Var]int{}}
	for t.count(p); t.sweep(p.Body); t.count(p) {
	}
}

func settleBlock(b *Block) (settled bool) {
	if b == nil {
		return false
	}
	kept := b.Stmts[:0]
	for k, st := range b.Stmts {
		switch st := st.(type) {
		case *Loop:
			settled = settleBlock(st.Body) || settled
		case *If:
			settled = settleBlock(st.Then) || settled
			settled = settleBlock(st.Else) || settled
		case *Store:
			if k > 0 && st.Op == SetTo {
				if let, ok := b.Stmts[k-1].(*Let); ok && let.Op == OpLoad && let.Var == st.X.Var && let.Buf == st.Buf && let.At.equal(st.At) {
					settled = true
					continue
				}
			}
		}
		kept = append(kept, st)
	}
	b.Stmts = kept
	return settled
}
