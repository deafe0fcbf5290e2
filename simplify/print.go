package simplify

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/notation"
	"github.com/seed-9905856d/derive/syntax"
)

// ErrNoMatrix is the error for a result that has no matrix notation where that was asked for.
var ErrNoMatrix = errors.New("the result has no matrix notation; --notation index prints it entry by entry")

// cost is what a person pays to read a formula.
func cost(x syntax.Expr) int { return notation.Cost(x) }

// printWork is what writing a node in both notations takes, in steps of [expr.Session.Spend].
const printWork = 16

// print writes a tensor, see [Simplifier.printWithin].
func (z *Simplifier) print(t formula.Tensor, free int, n Notation) (*Result, error) {
	return z.printWithin(t, free, n, math.MaxInt)
}

// printWithin writes a tensor: in matrix notation where it has one, else as tensor[i,j](…). A tensor with indices of the user is
// written as its entry, and the indices are bound where a reader would not find them. What costs more than the limit however it is written
// need not be the cheapest notation, and may have none: no one takes it.
func (z *Simplifier) printWithin(t formula.Tensor, free int, n Notation, limit int) (*Result, error) {
	named := z.nameAxes(t, free)
	z.s.Spend(printWork * expr.TreeSize(named.Value))
	if z.groups != nil {
		return z.printGrouped(named, free, n)
	}
	if expr.TreeSize(named.Value) > expr.MaxPrinted {
		return nil, expr.ErrTooLarge
	}
	r := &Result{Tensor: named, Free: free}
	byEntry := free > 0
	entries := 0 // what they cost at least, where it matters
	if n == Auto && !isListed(named) {
		entries = z.leastCostOfEntries(named)
	}
	if entries <= limit {
		limit = math.MaxInt
	}
	if !byEntry && n != Index {
		if x, ok := z.matrixWithin(named, limit); ok {
			r.Matrix = x
		}
	}
	if r.Matrix != nil && entries > 0 {
		if matrix := cost(r.Matrix); matrix < entries || limit < matrix {
			r.Text = r.Matrix // and the entries are not needed yet, see withIndex
			if limit < matrix {
				if upright := notation.UprightCost(r.Matrix); limit < upright { // else the transpose is dearer too
					matrix = upright
				}
				r.atLeast = min(matrix, entries)
			}
			return r, nil
		}
	}
	if entries > limit && !byEntry { // and there are no matrices
		if len(named.Axes) > 0 {
			r.Text = z.mixed(named, free)
		}
		if r.Text == nil {
			r.atLeast = entries
		} else if mixed := cost(r.Text); mixed > limit {
			r.atLeast = min(mixed, entries)
		}
		return r, nil
	}
	entry, err := expr.Syntax(named.Value)
	if err != nil {
		return nil, err
	}
	r.Index = entry
	if byEntry && !readsBack(named, free, entry) {
		r.Free, free = 0, 0
	}
	if free < len(named.Axes) {
		r.Index = tensorOf(named, free, entry)
	}
	r.Text = r.Index
	if n == Auto && r.Matrix == nil && len(named.Axes) > 0 && (free == 0 || nestsTensors(entry)) {
		if x := z.mixed(named, free); x != nil && cost(x) < cost(r.Text) && (free == 0 || readsBack(named, free, x)) {
			r.Text = x
		}
	}
	if n == Auto && free == 0 {
		if x := z.listed(named); x != nil && cost(x) < cost(r.Text) {
			r.Text = x
		}
	}
	switch {
	case r.Matrix != nil && (n == Matrix || cost(r.Matrix) < cost(r.Text) || len(t.Axes) > 0 && cost(r.Matrix) == cost(r.Text)):
		r.Text = r.Matrix
	case n == Matrix:
		return nil, ErrNoMatrix
	}
	return r, nil
}

// leastCostOfEntries returns what matrix notation must cost less than to be taken for certain, without writing the entries: of two that cost the same,
// matrices are taken.
func (z *Simplifier) leastCostOfEntries(t formula.Tensor) int {
	least := leastCost(z.s, t.Value)
	if len(t.Axes) > 0 {
		least += tensorCost + len(t.Axes) + 1
	}
	return least
}

// withIndex writes the entries of a result that have not been needed.
func (r *Result) withIndex() error {
	if r.Index != nil {
		return nil
	}
	entry, err := expr.Syntax(r.Tensor.Value)
	if err != nil {
		return err
	}
	if r.Index = entry; len(r.Tensor.Axes) > 0 {
		r.Index = tensorOf(r.Tensor, 0, entry)
	}
	return nil
}

// mixed writes a tensor entry by entry with sums in matrix notation: tensor[i,j,k]((B*X)[i,j]*[j == k]). The first free axes are indices of the user.
// It is nil where no sum has one.
func (z *Simplifier) mixed(t formula.Tensor, free int) syntax.Expr {
	parts := map[string]syntax.Expr{}
	// entry puts the entry of a matrix in the place of n, if it is one.
	entryOf := func(n *expr.Node) (*expr.Node, bool) {
		if len(n.Free()) > 2 {
			return nil, false
		}
		axes := slices.Clone(n.Free())
		x, ok := z.reader.Syntax(n, axes)
		if !ok {
			return nil, false
		}
		if len(axes) == 2 { // A'[i,j] is A[j,i]
			if turned, isTranspose := x.(*syntax.Transpose); isTranspose {
				x, axes = turned.X, []*expr.Node{axes[1], axes[0]}
			}
		}
		name := "@@" + strconv.Itoa(len(parts))
		parts[name] = x
		dims := make([]*expr.Node, len(axes))
		for k, a := range axes {
			dims[k] = a.Hi()
		}
		return z.s.Entry(z.s.NewSymbol(name, false, dims...), axes...), true
	}
	var visit func(n *expr.Node) *expr.Node
	visit = func(n *expr.Node) *expr.Node {
		switch {
		case n.Kind() == expr.KindCall && n.Func().Ranks != nil:
			if entry, ok := entryOf(n); ok {
				return entry
			}
			return n
		case n.Kind() == expr.KindReduce && n.Op() == expr.Sum:
			if entry, ok := z.sumEntry(n, entryOf); ok {
				return entry
			}
			if len(t.Axes) <= 2 { // the whole might have matrix notation in another form, which is looked for instead
				return n
			}
			o := z.s.Open(n)
			if body := visit(o.Body); body != o.Body {
				return z.s.Reduce(expr.Sum, body, o.Indices...)
			}
			return n
		case n.Kind() == expr.KindAdd && len(t.Axes) > 2 && len(n.Free()) == 2 && hasProduct(n):
			if entry, ok := z.sumEntry(n, entryOf); ok { // (A*B - C)[i,j]
				return entry
			}
		case n.Kind() != expr.KindAdd && n.Kind() != expr.KindMul && n.Kind() != expr.KindPow && n.Kind() != expr.KindIf && n.Kind() != expr.KindCall:
			return n
		}
		args := make([]*expr.Node, len(n.Args()))
		for k, a := range n.Args() {
			args[k] = visit(a)
		}
		return z.s.With(n, args)
	}
	entry, err := expr.Syntax(visit(t.Value))
	if err != nil || len(parts) == 0 {
		return nil
	}
	mixed := syntax.Rewrite(entry, func(x syntax.Expr) (syntax.Expr, bool) {
		name, ok := x.(*syntax.Name)
		if !ok || parts[name.Name] == nil {
			return nil, false
		}
		return parts[name.Name], true
	})
	if free == len(t.Axes) {
		return mixed
	}
	return tensorOf(t, free, mixed)
}

// sumEntry returns the entry of a matrix that is a sum, or the opposite of that of the opposite, where that has fewer minus signs or reads better.
func (z *Simplifier) sumEntry(n *expr.Node, entryOf func(*expr.Node) (*expr.Node, bool)) (*expr.Node, bool) {
	axes := slices.Clone(n.Free())
	if len(axes) != 2 {
		return entryOf(n)
	}
	x, ok := z.reader.Syntax(n, axes)
	if !ok {
		return nil, false
	}
	before := strings.Count(syntax.Print(x), "-")
	if before == 0 {
		return entryOf(n)
	}
	opposite := z.s.Neg(n)
	y, ok := z.reader.Syntax(opposite, axes)
	if !ok {
		return entryOf(n)
	}
	minuses := strings.Count(syntax.Print(y), "-") - before
	if minuses < 0 || minuses == 0 && n.Kind() == expr.KindAdd && z.reader.ReadsBetterNegated(n, axes) {
		entry, ok := entryOf(opposite)
		return z.s.Neg(entry), ok
	}
	return entryOf(n)
}

// hasProduct reports whether a term of a sum is a matrix product alone, up to a coefficient.
func hasProduct(n *expr.Node) bool {
	_, terms := expr.Terms(n)
	return slices.ContainsFunc(terms, func(t expr.Term) bool { return t.X.Kind() == expr.KindReduce && t.X.Op() == expr.Sum })
}

// nestsTensors reports whether an entry formula has tensors written by their entries in it, such as the argument of a function of vectors.
func nestsTensors(entry syntax.Expr) bool {
	found := false
	syntax.Inspect(entry, func(x syntax.Expr) bool {
		r, ok := x.(*syntax.Reduce)
		found = found || ok && r.Op.Name == "tensor"
		return !found
	})
	return found
}

// readsBack reports whether a reader finds the indices of the user in the entry formula: those that occur stand in subscripts that
// show their ranges, and they first appear in the order of the axes. An index that does not occur at all is of no importance.
func readsBack(t formula.Tensor, free int, entry syntax.Expr) bool {
	place := map[string]int{}
	count := 0
	syntax.Inspect(entry, func(x syntax.Expr) bool {
		if n, ok := x.(*syntax.Name); ok {
			count++
			if _, seen := place[n.Name]; !seen {
				place[n.Name] = count
			}
		}
		return true
	})
	last := 0
	for _, a := range t.Axes[:free] {
		at, occurs := place[a.Name()]
		if !occurs {
			continue
		}
		if at < last || !expr.RangeIsInferred(a, t.Value) {
			return false
		}
		last = at
	}
	return true
}

// Entries returns a tensor as it is, entry by entry; the first free axes are indices of the user.
func (z *Simplifier) Entries(t formula.Tensor, free int) (syntax.Expr, error) {
	r, err := z.grouping(t.Groups).print(t, free, Index)
	if err != nil {
		return nil, err
	}
	return r.Index, nil
}

// matrixWithin returns the matrix notation of a tensor, the cheapest where one costs no more than the limit.
func (z *Simplifier) matrixWithin(t formula.Tensor, limit int) (syntax.Expr, bool) {
	for _, a := range t.Axes {
		if !a.Lo().IsOne() {
			return nil, false
		}
	}
	x, ok := z.reader.SyntaxWithin(t.Value, t.Axes, limit)
	if ok && len(t.Axes) == 1 && t.Lies() {
		x = &syntax.Transpose{X: x}
	}
	return x, ok
}

// indexNames are the names that the axes of results get, in order of preference.
var indexNames = []string{"i", "j", "k", "l", "m", "p", "q", "r", "s", "t"}

// placed returns the tensor with the axes that have no names of the user called by their places, so that neither the order of terms nor what is chosen
// among equals depends on how many axes were made before.
func (z *Simplifier) placed(t formula.Tensor, free int) formula.Tensor {
	rename := map[*expr.Node]*expr.Node{}
	axes := slices.Clone(t.Axes)
	for k := free; k < len(axes); k++ {
		axes[k] = z.s.Index("#"+strconv.Itoa(k), z.s.Replace(t.Axes[k].Lo(), rename), z.s.Replace(t.Axes[k].Hi(), rename))
		rename[t.Axes[k]] = axes[k]
	}
	t.Axes, t.Value = axes, z.s.Replace(t.Value, rename)
	return t
}

// namesIn returns the names that an index of the entry formula cannot have.
func namesIn(t formula.Tensor) map[string]bool {
	taken := map[string]bool{"e": true, "pi": true, "inf": true, "d": true}
	seen := map[*expr.Node]bool{}
	var visit func(n *expr.Node)
	visit = func(n *expr.Node) {
		if seen[n] {
			return
		}
		seen[n] = true
		taken[n.Name()] = true
		if n.Kind() == expr.KindEntry {
			taken[n.Symbol().Name] = true
			for _, d := range n.Symbol().Dims {
				visit(d)
			}
		}
		for _, a := range n.Args() {
			visit(a)
		}
	}
	visit(t.Value)
	for _, a := range t.Axes {
		visit(a)
	}
	return taken
}

// freshName returns a name for an index that is not taken, and takes it.
func freshName(taken map[string]bool) string {
	for round := 0; ; round++ {
		for _, name := range indexNames {
			if round > 0 {
				name += strconv.Itoa(round)
			}
			if !taken[name] {
				taken[name] = true
				return name
			}
		}
	}
}

// nameAxes gives the axes that have no names of the user names that meet nothing in the entry formula.
func (z *Simplifier) nameAxes(t formula.Tensor, free int) formula.Tensor {
	taken := namesIn(t)
	axes := append([]*expr.Node{}, t.Axes...)
	rename := map[*expr.Node]*expr.Node{}
	for k := free; k < len(axes); k++ {
		name := freshName(taken)
		axes[k] = z.s.Index(name, z.s.Replace(t.Axes[k].Lo(), rename), z.s.Replace(t.Axes[k].Hi(), rename))
		rename[t.Axes[k]] = axes[k]
	}
	return formula.Tensor{Axes: axes, Value: z.s.Replace(t.Value, rename), Orient: t.Orient}
}

// tensorOf writes tensor[i,j](entry) over the axes that are not the user's.
func tensorOf(t formula.Tensor, free int, entry syntax.Expr) syntax.Expr {
	r := &syntax.Reduce{Op: syntax.Ident{Name: "tensor"}, Body: entry}
	for _, a := range t.Axes[free:] {
		b := syntax.Binder{Name: syntax.Ident{Name: a.Name()}}
		if !expr.RangeIsInferred(a, t.Value) {
			b.Lo, _ = expr.Syntax(a.Lo())
			b.Hi, _ = expr.Syntax(a.Hi())
		}
		r.Binders = append(r.Binders, b)
	}
	if t.Lies() && len(t.Axes)-free == 1 {
		return &syntax.Transpose{X: r}
	}
	return r
}

// maxListed bounds the entries of a vector or matrix that is written as a list of them.
const maxListed = 16

// isListed reports whether t is a vector or matrix of a known number of entries that are few.
func isListed(t formula.Tensor) bool {
	count := int64(1)
	for _, a := range t.Axes {
		n, ok := a.Hi().Rat().Int64()
		if a.Hi().Kind() != expr.KindRat || !ok || !a.Lo().IsOne() || n > maxListed {
			return false
		}
		count *= n
	}
	return 0 < len(t.Axes) && len(t.Axes) <= 2 && count <= maxListed
}

// listed writes a vector or matrix of few entries one after the other: [y, x, 1]. It is nil where there are many, or a number of them that is not known.
func (z *Simplifier) listed(t formula.Tensor) syntax.Expr {
	if !isListed(t) {
		return nil
	}
	sizes := make([]int64, len(t.Axes))
	for k, a := range t.Axes {
		sizes[k], _ = a.Hi().Rat().Int64()
	}
	var list func(value *expr.Node, axis int) syntax.Expr
	list = func(value *expr.Node, axis int) syntax.Expr {
		if axis == len(t.Axes) {
			if x, ok := z.reader.Syntax(value, nil); ok {
				return x
			}
			x, err := expr.Syntax(value)
			if err != nil {
				return nil
			}
			return x
		}
		array := &syntax.Array{}
		for i := range sizes[axis] {
			x := list(z.s.Substitute(value, t.Axes[axis], z.s.Int(i+1)), axis+1)
			if x == nil {
				return nil
			}
			array.Elems = append(array.Elems, x)
		}
		return array
	}
	x := list(t.Value, 0)
	if x != nil && len(t.Axes) == 1 && t.Lies() {
		x = &syntax.Transpose{X: x}
	}
	return x
}
