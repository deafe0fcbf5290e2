package explain

import (
	"slices"

	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/syntax"
)

// A rule of calculus says what a derivative is in terms of others, which stand in its right side as d(part, variable).
type rule struct {
	name  string
	right syntax.Expr
	parts []part // of what derivatives are in it
}

// A part is an expression that a rule differentiates, with the indices that are free there.
type part struct {
	x    syntax.Expr
	free []string
}

// structural returns the rule for the outermost operation of a goal's body.
func (b *builder) structural(g goal) (rule, bool) {
	body := syntax.Unparen(g.body)
	if !b.depends(body, g.name) {
		return rule{name: quoted(g.name) + " does not occur", right: number(0)}, true
	}
	if n, ok := base(body); ok && n == g.name {
		right, ok := delta(body, g.by)
		return rule{name: "an entry by an entry", right: right}, ok
	}
	if !b.ofNumbers(body) {
		return rule{}, false
	}
	switch x := body.(type) {
	case *syntax.Unary:
		if x.Op == syntax.Neg {
			return rule{"constant factor", syntax.Negate(g.d(x.X)), g.parts(x.X)}, true
		}
		return rule{"definition of +", g.d(x.X), g.parts(x.X)}, x.Op == syntax.Add
	case *syntax.Binary:
		switch x.Op {
		case syntax.Add, syntax.Sub:
			return b.sumRule(g, x)
		case syntax.Mul, syntax.DotMul:
			return b.productRule(g, x)
		case syntax.Div, syntax.DotDiv:
			return b.quotientRule(g, x)
		case syntax.Pow, syntax.DotPow:
			return b.powerRule(g, x)
		}
	case *syntax.Call:
		return b.rowRule(g, x)
	case *syntax.If:
		if b.depends(x.Then, g.name) || b.depends(x.Else, g.name) {
			var parts []part
			branch := func(y syntax.Expr) syntax.Expr {
				if !b.depends(y, g.name) {
					return number(0)
				}
				parts = append(parts, g.parts(y)...)
				return g.d(y)
			}
			right := &syntax.If{Cond: x.Cond, Then: branch(x.Then), Else: branch(x.Else)}
			return rule{"each branch by itself", right, parts}, true
		}
	case *syntax.Reduce:
		if x.Op.Name != "sum" && x.Op.Name != "mean" {
			break
		}
		// The indices that it binds must not meet those of the variable.
		x = b.apart(x, append(namesOf(g.by), g.free...)).(*syntax.Reduce)
		free := slices.Clone(g.free)
		for _, i := range x.Binders {
			free = append(free, i.Name.Name)
		}
		right := reduction(x.Op.Name, x.Binders, x.Cond, g.d(x.Body))
		return rule{"the derivative goes inside the " + x.Op.Name, right, []part{{x.Body, free}}}, true
	}
	return rule{}, false
}

// ofNumbers reports whether what an operation or a function works on are numbers, not vectors or matrices.
func (b *builder) ofNumbers(x syntax.Expr) bool {
	var operands []syntax.Expr
	switch x := x.(type) {
	case *syntax.Unary:
		operands = []syntax.Expr{x.X}
	case *syntax.Binary:
		operands = []syntax.Expr{x.X, x.Y}
	case *syntax.Call:
		operands = x.Args
	case *syntax.If:
		operands = []syntax.Expr{x.Then, x.Else}
	}
	return !slices.ContainsFunc(operands, func(y syntax.Expr) bool {
		rank, ok := b.engine.rank(y)
		return !ok || rank > 0
	})
}

// delta returns the derivative of an entry of the variable by another: 1 where all subscripts agree, else 0.
func delta(x, by syntax.Expr) (syntax.Expr, bool) {
	left, isEntry := x.(*syntax.Subscript)
	right, byEntry := syntax.Unparen(by).(*syntax.Subscript)
	if isEntry != byEntry {
		return nil, false
	}
	if !isEntry {
		return number(1), true
	}
	var factors []syntax.Expr
	for k := range left.Subs {
		if k >= len(right.Subs) {
			return nil, false
		}
		if !syntax.Equal(left.Subs[k], right.Subs[k]) {
			factors = append(factors, &syntax.Iverson{Cond: &syntax.Compare{Operands: []syntax.Expr{left.Subs[k], right.Subs[k]}, Ops: []syntax.Op{syntax.Eq}}})
		}
	}
	if len(factors) == 0 {
		return number(1), true
	}
	return syntax.Join(syntax.Mul, factors), true
}

// sumRule is d(f + g) = d(f) + d(g).
func (b *builder) sumRule(g goal, x *syntax.Binary) (rule, bool) {
	var r rule
	var add func(x syntax.Expr, negative bool)
	count := 0
	add = func(x syntax.Expr, negative bool) {
		switch y := syntax.Unparen(x).(type) {
		case *syntax.Binary:
			if y.Op == syntax.Add || y.Op == syntax.Sub {
				add(y.X, negative)
				add(y.Y, negative != (y.Op == syntax.Sub))
				return
			}
		case *syntax.Unary:
			if y.Op == syntax.Neg {
				add(y.X, !negative)
				return
			}
		}
		count++
		if !b.depends(x, g.name) {
			return
		}
		r.parts = append(r.parts, g.parts(x)...)
		switch d := g.d(x); {
		case r.right == nil && negative:
			r.right = syntax.Negate(d)
		case r.right == nil:
			r.right = d
		case negative:
			r.right = syntax.NewBinary(syntax.Sub, r.right, d)
		default:
			r.right = syntax.NewBinary(syntax.Add, r.right, d)
		}
	}
	add(x, false)
	r.name = "term by term"
	if len(r.parts) < count {
		r.name = "term by term; constants drop out"
	}
	return r, r.right != nil
}

// productRule is d(f*g) = d(f)*g + f*d(g), with constant factors before it.
func (b *builder) productRule(g goal, x *syntax.Binary) (rule, bool) {
	var constant, varying []syntax.Expr
	var split func(x syntax.Expr)
	split = func(x syntax.Expr) {
		if y, ok := syntax.Unparen(x).(*syntax.Binary); ok && (y.Op == syntax.Mul || y.Op == syntax.DotMul) {
			split(y.X)
			split(y.Y)
			return
		}
		if b.depends(x, g.name) {
			varying = append(varying, x)
		} else {
			constant = append(constant, x)
		}
	}
	split(x)
	f := varying[0]
	if len(varying) == 1 {
		return rule{"constant factor", syntax.Join(syntax.Mul, append(constant, g.d(f))), g.parts(f)}, true
	}
	rest := syntax.Join(syntax.Mul, varying[1:])
	sum := syntax.NewBinary(syntax.Add, syntax.NewBinary(syntax.Mul, g.d(f), rest), syntax.NewBinary(syntax.Mul, f, g.d(rest)))
	return rule{"product rule", syntax.Join(syntax.Mul, append(constant, sum)), g.parts(f, rest)}, true
}

// quotientRule is d(f/g) = (d(f)*g - f*d(g))/g^2.
func (b *builder) quotientRule(g goal, x *syntax.Binary) (rule, bool) {
	f, h := x.X, x.Y
	square := syntax.NewBinary(syntax.Pow, h, number(2))
	switch {
	case !b.depends(h, g.name):
		return rule{"constant factor", syntax.NewBinary(syntax.Div, g.d(f), h), g.parts(f)}, true
	case !b.depends(f, g.name):
		return rule{"quotient rule", syntax.NewBinary(syntax.Div, syntax.Negate(syntax.NewBinary(syntax.Mul, f, g.d(h))), square), g.parts(h)}, true
	}
	difference := syntax.NewBinary(syntax.Sub, syntax.NewBinary(syntax.Mul, g.d(f), h), syntax.NewBinary(syntax.Mul, f, g.d(h)))
	return rule{"quotient rule", syntax.NewBinary(syntax.Div, difference, square), g.parts(f, h)}, true
}

// powerRule is d(f^c) = c*f^(c - 1)*d(f), d(c^g) = log(c)*c^g*d(g), and d(f^g) = f^g*(log(f)*d(g) + g*d(f)/f).
func (b *builder) powerRule(g goal, x *syntax.Binary) (rule, bool) {
	f, h := x.X, x.Y
	mul := func(xs ...syntax.Expr) syntax.Expr { return syntax.Join(syntax.Mul, xs) }
	power := func(y syntax.Expr) syntax.Expr { return syntax.NewBinary(syntax.Pow, f, y) }
	switch {
	case !b.depends(h, g.name):
		less := syntax.NewBinary(syntax.Sub, h, number(1))
		outer := mul(h, power(less))
		if n, ok := syntax.Unparen(h).(*syntax.Number); ok && n.Value != nil && n.Value.IsInt() {
			switch m := n.Value.Num().Int64(); {
			case m == 2:
				outer = mul(h, f)
			case m > 2 && n.Value.Num().IsInt64():
				outer = mul(h, power(number(m-1)))
			}
		}
		return rule{"power rule", mul(outer, g.d(f)), g.parts(f)}, true
	case !b.depends(f, g.name):
		return rule{"derivative of an exponential", mul(call("log", f), power(h), g.d(h)), g.parts(h)}, true
	}
	inner := syntax.NewBinary(syntax.Add, mul(call("log", f), g.d(h)), syntax.NewBinary(syntax.Div, mul(h, g.d(f)), f))
	return rule{"a power is exp(exponent*log(base))", mul(power(h), inner), g.parts(f, h)}, true
}

// rowRule is the chain rule with a row of the table of elementary functions: d(f(u)) = f'(u)*d(u).
func (b *builder) rowRule(g goal, x *syntax.Call) (rule, bool) {
	row, ok := b.isRow(x)
	if !ok || row.Same != "" {
		return rule{}, false
	}
	with := map[string]replacement{}
	for k, p := range row.Params {
		with[p] = by(x.Args[k])
	}
	r := rule{name: "derivative of " + row.Name}
	for k, arg := range x.Args {
		if !b.depends(arg, g.name) {
			continue
		}
		text, diagnostics := parser.ParseExpr("", row.Partials[k])
		if row.Partials[k] == "" || diagnostics.Err() != nil {
			return rule{}, false
		}
		term := b.substitute(text, with, nil)
		switch {
		case isOne(term):
			term = g.d(arg)
		case !syntax.Equal(arg, g.by):
			term = syntax.NewBinary(syntax.Mul, term, g.d(arg))
		}
		if !syntax.Equal(arg, g.by) {
			r.parts = append(r.parts, g.parts(arg)...)
		}
		if r.right == nil {
			r.right = term
		} else {
			r.right = syntax.NewBinary(syntax.Add, r.right, term)
		}
	}
	return r, r.right != nil
}

// tidy leaves out factors of 1.
func tidy(x syntax.Expr) syntax.Expr {
	return syntax.Rewrite(x, func(y syntax.Expr) (syntax.Expr, bool) {
		p, ok := y.(*syntax.Binary)
		if !ok || !p.Op.IsProduct() {
			return nil, false
		}
		left, right := tidy(p.X), tidy(p.Y)
		switch {
		case isOne(right):
			return left, true
		case isOne(left) && p.Op == syntax.Mul:
			return right, true
		case p.Op == syntax.Mul && isMinusOne(left):
			return syntax.Negate(right), true
		}
		return syntax.NewBinary(p.Op, left, right), true
	})
}

func isMinusOne(x syntax.Expr) bool {
	n, ok := syntax.Unparen(x).(*syntax.Unary)
	return ok && n.Op == syntax.Neg && isOne(n.X)
}

func isOne(x syntax.Expr) bool {
	n, ok := syntax.Unparen(x).(*syntax.Number)
	return ok && n.Value != nil && n.Value.IsInt() && n.Value.Num().Int64() == 1
}

// maxNamed bounds how many rules the name of a line lists.
const maxNamed = 3

// summary names the rules that a derivative takes which is not shown in parts.
func (b *builder) summary(g goal) string {
	var list []string
	note := func(s string) {
		if !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	syntax.Inspect(g.body, func(x syntax.Expr) bool {
		if !b.depends(x, g.name) {
			return false
		}
		switch x := x.(type) {
		case *syntax.Call:
			if row, ok := b.isRow(x); ok {
				note("derivative of " + row.Name)
				return true
			}
			switch x.Fun.Name {
			case "sum", "mean", "dot":
				return true
			}
			note("derivative of " + x.Fun.Name)
			return false
		case *syntax.Binary:
			left, right := b.depends(x.X, g.name), b.depends(x.Y, g.name)
			switch {
			case x.Op == syntax.Pow || x.Op == syntax.DotPow:
				note("power rule")
			case (x.Op == syntax.Div || x.Op == syntax.DotDiv) && right:
				note("quotient rule")
			case x.Op.IsProduct() && left && right:
				note("product rule")
			}
		case *syntax.Reduce:
			if _, linear := map[string]bool{"sum": true, "mean": true, "tensor": true}[x.Op.Name]; !linear {
				note("derivative of " + x.Op.Name)
			}
		case *syntax.If:
			note("each branch by itself")
		}
		return true
	})
	switch {
	case len(list) == 0:
		return "linear in " + quoted(g.name)
	case len(list) > maxNamed:
		list = append(list[:maxNamed], "…")
	}
	text := list[0]
	for _, s := range list[1:] {
		text += ", " + s
	}
	return text
}
