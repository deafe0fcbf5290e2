package check

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"unicode"

	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/simplify"
	"github.com/seed-9905856d/derive/syntax"
	"github.com/seed-9905856d/derive/verify"
)

// A Verdict is what is known of a claim.
type Verdict string

// The verdicts.
const (
	Proved  Verdict = "proved"
	Refuted Verdict = "refuted"
	Unknown Verdict = "unknown"
)

// A Proof is the verdict on a claim and what shows it.
type Proof struct {
	Verdict  Verdict
	Steps    []Step   // equalities and inequalities that show a proved claim
	Rules    []string // identities that they use beyond what simplification does
	Given    []string // the assumptions that they use
	Agreed   int      // the points at which the claim holds, in high precision
	Warnings []string // what of the names may be meant otherwise
	Numbers  []string // undeclared names that look like those of matrices and were taken for numbers

	// The point that refutes the claim, and both sides of the comparison that fails there.
	Point                   verify.Point
	Left, Right             syntax.Expr
	LeftValues, RightValues []float64
}

// A Step is one line of a proof.
type Step struct {
	Left  string
	Op    syntax.Op
	Right string
}

// String returns the step as a formula.
func (s Step) String() string { return fmt.Sprintf("%s %s %s", s.Left, s.Op, s.Right) }

// maxClaims bounds the comparisons of a claim.
const maxClaims = 256

// ErrNoClaim is the error for an expression that claims nothing.
var ErrNoClaim = errors.New("this is no claim: it has no comparison, such as A == B")

// A claim is one comparison of two sides.
type claim struct {
	op          syntax.Op
	left, right syntax.Expr
}

// claims takes a conjunction of comparisons, and of chains of them, apart.
func claims(x syntax.Expr) ([]claim, error) {
	switch x := syntax.Unparen(x).(type) {
	case *syntax.Binary:
		if x.Op == syntax.And {
			left, err := claims(x.X)
			if err != nil {
				return nil, err
			}
			right, err := claims(x.Y)
			return append(left, right...), err
		}
	case *syntax.Compare:
		var out []claim
		for k, op := range x.Ops {
			out = append(out, claim{op, x.Operands[k], x.Operands[k+1]})
		}
		return out, nil
	}
	return nil, ErrNoClaim
}

// Prove decides a claim: a comparison of two expressions, a chain of comparisons, or several joined by "and". The file is what comes before it, and
// strict is as for [LoadFile]. A point that satisfies the givens at which the claim fails, in two precisions, refutes it. An equality is proved where
// the difference of its sides simplifies to 0, an inequality where the form of the difference shows its sign. Points are drawn from a seed,
// count of them for each step of sizes.
func Prove(file *syntax.File, x syntax.Expr, strict bool, seed uint64, count int) (*Proof, error) {
	cs, err := claims(x)
	if err != nil {
		return nil, err
	}
	if len(cs) > maxClaims {
		return nil, syntax.Diagnostics{{Message: fmt.Sprintf("%d comparisons are beyond the limit of %d that are proved at once", len(cs), maxClaims), Span: x.Source(), Limit: true}}
	}
	whole := *file
	whole.Statements = slices.Clone(file.Statements)
	for _, c := range cs {
		for _, side := range []syntax.Expr{c.left, c.right, &syntax.Binary{Span: x.Source(), Op: syntax.Sub, X: c.left, Y: c.right}} {
			whole.Statements = append(whole.Statements, &syntax.ExprStatement{Span: side.Source(), X: side})
		}
	}
	u, err := LoadExpressionsFile(&whole, strict)
	if err != nil {
		return nil, err
	}
	items := u.Items[len(u.Items)-3*len(cs):]
	p := &Proof{Verdict: Proved, Warnings: u.Problem.Warnings}
	if !strict {
		for _, sym := range u.Problem.Params {
			if len(sym.Dims) == 0 && unicode.IsUpper([]rune(sym.Name)[0]) {
				p.Numbers = append(p.Numbers, sym.Name)
			}
		}
	}
	proved := true
	for k, c := range cs {
		left, right, difference := items[3*k], items[3*k+1], items[3*k+2]
		if u.refute(p, c, left, right, difference, seed, count) {
			p.Verdict, p.Steps, p.Given = Refuted, nil, nil
			return p, nil
		}
		proved = proved && u.show(p, c, left, right, difference)
	}
	if !proved {
		p.Verdict, p.Steps, p.Given = Unknown, nil, nil
	}
	return p, nil
}

// show adds the steps that prove a claim; it returns false where there are none.
func (u *Unit) show(p *Proof, c claim, left, right, difference *Item) bool {
	value := difference.Result.Tensor.Value
	sign, opposite := expr.SignOf(value), expr.SignOf(u.Problem.Session.Neg(value))
	var rules, given []string
	switch c.op {
	case syntax.Eq:
		if !difference.Tensor.Value.IsZero() {
			var zero bool
			if zero, rules = u.simplifier.IsZero(difference.Tensor); !zero {
				if rules = nil; !value.IsZero() {
					var byWords bool
					if rules, given, byWords = u.showByWords(left, right); !byWords {
						return false
					}
				}
			}
		}
	case syntax.Ge:
		if sign < expr.NonNegative {
			return u.isTrue(p, c)
		}
	case syntax.Gt:
		if sign < expr.Positive {
			return u.isTrue(p, c)
		}
	case syntax.Le:
		if opposite < expr.NonNegative {
			return u.isTrue(p, c)
		}
	case syntax.Lt:
		if opposite < expr.Positive {
			return u.isTrue(p, c)
		}
	default:
		if sign < expr.Positive && opposite < expr.Positive {
			return u.isTrue(p, c)
		}
	}
	add := func(left, right string, op syntax.Op) {
		if left != right {
			p.Steps = append(p.Steps, Step{left, op, right})
		}
	}
	for _, side := range []*Item{left, right} {
		add(syntax.Print(side.Expr), syntax.Print(side.Result.Text), syntax.Eq)
	}
	text := syntax.Print(difference.Expr)
	switch result := syntax.Print(difference.Result.Text); {
	case c.op != syntax.Eq:
		add(text, result, syntax.Eq)
		add(result, "0", c.op)
	case value.IsZero():
		add(text, result, syntax.Eq)
	default:
		add(text, "0", syntax.Eq)
	}
	p.Rules = append(p.Rules, rules...)
	for _, item := range []*Item{left, right, difference} {
		given = append(given, u.Givens(item.Result)...)
	}
	for _, g := range given {
		if !slices.Contains(p.Given, g) {
			p.Given = append(p.Given, g)
		}
	}
	return true
}

// isTrue adds the step that proves a comparison that simplifies to 1, as one of a quadratic form of a positive definite matrix with 0 does.
func (u *Unit) isTrue(p *Proof, c claim) bool {
	x := &syntax.Compare{Operands: []syntax.Expr{c.left, c.right}, Ops: []syntax.Op{c.op}}
	t, free, err := u.Problem.Expression(&syntax.Iverson{Cond: x})
	if err != nil || len(t.Axes) > free {
		return false
	}
	r, err := u.simplifier.Simplify(t, free, simplify.Auto, nil)
	if err != nil || !r.Tensor.Value.IsOne() {
		return false
	}
	p.Steps = append(p.Steps, Step{syntax.Print(&syntax.Iverson{Cond: x}), syntax.Eq, "1"})
	for _, g := range u.Givens(r) {
		if !slices.Contains(p.Given, g) {
			p.Given = append(p.Given, g)
		}
	}
	return true
}

// refute looks for a point at which a claim fails: a random one, a special one, one of larger sizes.
func (u *Unit) refute(p *Proof, c claim, left, right, difference *Item, seed uint64, count int) bool {
	fails := func(point verify.Point) bool {
		holds, decided := u.holds(c, left, right, difference, point, u.precision())
		if !decided {
			return false
		}
		if holds {
			p.Agreed++
			return false
		}
		// What fails only for want of precision does not fail in more of it.
		for _, more := range []uint{4, 16} {
			if holds, decided = u.holds(c, left, right, difference, point, more*u.precision()); !decided || holds {
				return false
			}
		}
		p.Point, p.Left, p.Right = point, c.left, c.right
		p.LeftValues, _ = u.Values(u.bound(left, left.Expr), point)
		p.RightValues, _ = u.Values(u.bound(right, right.Expr), point)
		return true
	}
	sampled := func(step, count int) bool {
		for k := range count {
			if point, err := u.Sample(step, pointSeed(seed, k)); err == nil && fails(point) {
				return true
			}
		}
		return false
	}
	for _, step := range sizeSteps {
		if sampled(step, count) {
			return true
		}
	}
	if slices.ContainsFunc(u.specialPoints(c, seed), fails) {
		return true
	}
	if !u.matrices && len(u.sizeNames()) > 0 {
		for _, step := range largeSizes {
			if sampled(step, 2) {
				return true
			}
		}
	}
	return false
}

// isExactlyZero reports whether a number is 0 in exact arithmetic when the values of a point are put in: those of numbers, and of tensors whose entries are all the same.
func (u *Unit) isExactlyZero(item *Item, p verify.Point) bool {
	s := u.Problem.Session
	values := map[*expr.Symbol]*expr.Node{}
	for _, sym := range expr.SymbolsOf(item.Tensor.Value) {
		v, ok := p.Values[sym.Name]
		if !ok || len(v.Data) == 0 || v.Data[0].Rat == nil || slices.ContainsFunc(v.Data, func(e verify.Entry) bool { return e.Rat == nil || e.Rat.Cmp(v.Data[0].Rat) != 0 }) {
			continue // what is 0 without it is 0
		}
		axes := make([]*expr.Node, len(sym.Dims))
		for k, d := range sym.Dims {
			axes[k] = s.Index("@"+strconv.Itoa(k), s.Int(1), d)
		}
		if values[sym] = s.Number(v.Data[0].Rat); len(axes) > 0 {
			values[sym] = s.Lambda(values[sym], axes...)
		}
	}
	return s.Instantiate(item.Tensor.Value, values).IsZero()
}

// The relative differences up to which sides are equal, and from which on they differ. Precision leaves room for both.
const (
	equalBelow  = 1e-35
	differAbove = 1e-25
)

// holds reports whether a claim holds at a point; decided is false where a side has no finite value, where the sides neither agree nor
// differ clearly, and in more than the usual precision where exponentials are so large that terms may cancel to nothing.
func (u *Unit) holds(c claim, left, right, difference *Item, p verify.Point, precision uint) (holds, decided bool) {
	var sides [3][]float64
	for k, item := range []*Item{left, right, difference} {
		e := u.evaluator(p, precision)
		t, err := u.evaluateWith(e, u.written(item))
		if err != nil || precision > u.precision() && e.LargestExponent() > int64(precision)/2 {
			return false, false
		}
		for _, v := range t.Data {
			sides[k] = append(sides[k], v.Real().Float64())
		}
	}
	at := func(xs []float64, j int) float64 {
		if len(xs) == 1 { // a number is compared with every entry
			return xs[0]
		}
		return xs[j]
	}
	n := len(sides[2])
	if len(sides[0]) > 1 && len(sides[0]) != n || len(sides[1]) > 1 && len(sides[1]) != n {
		return false, false
	}
	holds = true
	for j := range n {
		l, r, d := at(sides[0], j), at(sides[1], j), sides[2][j]
		if math.IsNaN(l+r+d) || math.IsInf(l, 0) || math.IsInf(r, 0) {
			return false, false
		}
		scale := math.Max(math.Abs(l), math.Abs(r))
		equal, differ := math.Abs(d) <= equalBelow*math.Max(scale, 1), math.Abs(d) > differAbove*scale
		if equal == differ {
			if equal && d != 0 { // both sides are tiny
				return false, false
			}
			if !equal {
				return false, false
			}
		}
		switch c.op {
		case syntax.Eq:
			holds = holds && equal
		case syntax.Ne, syntax.Gt, syntax.Lt:
			// Sides that look equal may differ by less than any precision shows, as sigmoid(1000) and 1 do.
			if equal && !u.isExactlyZero(difference, p) {
				return false, false
			}
			holds = holds && !equal && (c.op == syntax.Ne || c.op == syntax.Gt && d > 0 || c.op == syntax.Lt && d < 0)
		case syntax.Ge:
			holds = holds && (equal || d > 0)
		case syntax.Le:
			holds = holds && (equal || d < 0)
		}
	}
	return holds, n > 0
}
