// Package randformula makes random formula files: nested, triangular, shifted and conditional sums, products, piecewise parts,
// definitions and library functions, over inputs that are declared. It is for tests that hold one evaluation of a formula
// against another.
package randformula

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Inputs declares the inputs of every formula.
const Inputs = "param a, b, x[n], y[n], w[m], X[m,n]\n"

// A Generator makes formulas; the same seed makes the same ones.
type Generator struct {
	rng   *rand.Rand
	defs  []string // definitions made so far
	names int
	// Smooth leaves out what has kinks.
	Smooth bool
	// Suffix ends the names of definitions, so that several formulas can stand in one file.
	Suffix string
}

// New returns the generator of a seed.
func New(seed uint64) *Generator {
	return &Generator{rng: rand.New(rand.NewPCG(seed, 0xdeb1fe))}
}

// index is an index in scope: its name and what its range is.
type index struct {
	name string
	over string // n, m, or n-1 where it runs over 1..n-1
}

// File returns definitions and a scalar expression that may use them.
func (g *Generator) File() (definitions, expression string) {
	for range g.rng.IntN(3) {
		g.define()
	}
	e := g.scalar(2+g.rng.IntN(2), nil)
	return strings.Join(g.defs, ""), e
}

// Facts are what a file may assume of its inputs.
var Facts = []string{"sum(y) == 1", "onehot(y)", "a > 0", "0 < b and b < 1"}

// Fact returns one of [Facts], or in most cases none.
func (g *Generator) Fact() string {
	if k := g.rng.IntN(3 * len(Facts)); k < len(Facts) {
		return Facts[k]
	}
	return ""
}

// define adds a definition: a scalar, or a vector over n.
func (g *Generator) define() {
	g.names++
	name := fmt.Sprint(g.names, g.Suffix)
	switch g.rng.IntN(3) {
	case 0:
		g.defs = append(g.defs, fmt.Sprintf("s%s = %s\n", name, g.scalar(2, nil)))
	case 1:
		g.defs = append(g.defs, fmt.Sprintf("v%s[q in 1..n] = %s\n", name, g.scalar(2, []index{{"q", "n"}})))
	default:
		g.defs = append(g.defs, fmt.Sprintf("v%s = %s\n", name, g.vector(1)))
	}
}

// one returns one of its arguments.
func (g *Generator) one(choices ...string) string { return choices[g.rng.IntN(len(choices))] }

// vectorNames returns the names of vectors over n that can be used.
func (g *Generator) vectorNames() []string { return g.defined("v", "x", "y", "x", "x") }

// defined returns the names given and those of definitions that begin with a prefix.
func (g *Generator) defined(prefix string, names ...string) []string {
	for _, d := range g.defs {
		if strings.HasPrefix(d, prefix) {
			names = append(names, d[:strings.IndexAny(d, "[ ")])
		}
	}
	return names
}

// vector returns a vector over n.
func (g *Generator) vector(depth int) string {
	v := g.one(g.vectorNames()...)
	if depth == 0 {
		return v
	}
	switch g.rng.IntN(8) {
	case 0:
		return "softmax(" + g.vector(depth-1) + ")"
	case 1:
		return g.vector(depth-1) + " + " + g.vector(depth-1)
	case 2:
		return "(" + g.vector(depth-1) + " - " + g.vector(0) + ")"
	case 3:
		return g.vector(0) + ".*" + g.vector(0)
	case 4:
		return "sigmoid(" + g.vector(depth-1) + ")"
	case 5:
		return "X'*w"
	case 6:
		return "X'*(X*" + v + ")"
	}
	return v
}

// entry returns an entry that the indices in scope can subscript.
func (g *Generator) entry(scope []index) string {
	var overN, overM []index
	for _, i := range scope {
		if i.over == "m" {
			overM = append(overM, i)
		} else {
			overN = append(overN, i)
		}
	}
	if len(overN) == 0 && len(overM) == 0 {
		return g.one(g.defined("s", "a", "b", "a", "2", "3", "n")...)
	}
	if len(overN) > 0 && (len(overM) == 0 || g.rng.IntN(3) > 0) {
		i := overN[g.rng.IntN(len(overN))]
		v := g.one(g.vectorNames()...)
		if i.over == "n-1" && g.rng.IntN(2) == 0 {
			return v + "[" + i.name + "+1]"
		}
		if g.rng.IntN(6) == 0 {
			return "(n + 1 - " + i.name + ")"
		}
		return v + "[" + i.name + "]"
	}
	r := overM[g.rng.IntN(len(overM))]
	if len(overN) > 0 && g.rng.IntN(2) == 0 {
		return "X[" + r.name + "," + overN[g.rng.IntN(len(overN))].name + "]"
	}
	return "w[" + r.name + "]"
}

// fresh returns a name for an index that is not in scope.
func fresh(scope []index) string {
	return string("ijklpqrt"[len(scope)%8])
}

// scalar returns an expression in the indices in scope.
func (g *Generator) scalar(depth int, scope []index) string {
	if depth <= 0 {
		return g.entry(scope)
	}
	sub := func() string { return g.scalar(depth-1-g.rng.IntN(2), scope) }
	switch g.rng.IntN(20) {
	case 0, 1:
		return "(" + sub() + " + " + sub() + ")"
	case 2:
		return "(" + sub() + " - " + sub() + ")"
	case 3, 4:
		return sub() + "*" + sub()
	case 5:
		return sub() + "/(1 + (" + sub() + ")^2)"
	case 6:
		return "(" + sub() + ")^" + g.one("2", "3", "2")
	case 7:
		return g.one("exp(", "sin(", "tanh(", "sigmoid(", "softplus(", "cos(") + sub() + ")"
	case 8:
		return g.one("log(", "sqrt(") + "1 + (" + sub() + ")^2)"
	case 9, 10, 11, 12, 13:
		return g.reduction(depth, scope)
	case 14:
		if len(scope) > 0 {
			i := scope[g.rng.IntN(len(scope))].name
			return fmt.Sprintf("if(%s %s %s, %s, %s)", i, g.one("==", "<", ">=", "!="), g.one("1", "2", "n"), sub(), sub())
		}
		return "silu(" + sub() + ")"
	case 15:
		if len(scope) > 1 {
			return fmt.Sprintf("[%s %s %s]*%s", scope[0].name, g.one("==", "<=", "!=", "<"), scope[1].name, sub())
		}
		return "exp(-(" + sub() + ")^2)"
	case 16:
		if g.Smooth {
			return sub()
		}
		return g.one("relu(", "abs(") + sub() + ")"
	case 17:
		return g.one("logsumexp("+g.vector(1)+")", "sum("+g.vector(1)+")", "cross_entropy(y.^2, softmax("+g.vector(0)+"))",
			"mse("+g.vector(0)+", "+g.vector(1)+")", "x'*y", "w'*X*x", "norm(y)^2", "bce_logits(a, "+sub()+")", "sum(softmax("+g.vector(1)+"))")
	case 18:
		for _, i := range scope {
			if i.over == "n" {
				return "softmax(" + g.vector(1) + ")[" + i.name + "]"
			}
		}
		return "mean(" + g.vector(1) + ")"
	}
	return g.entry(scope)
}

// reduction returns a sum, or now and then a product, a mean or a maximum, over one more index.
func (g *Generator) reduction(depth int, scope []index) string {
	i := fresh(scope)
	op := g.one("sum", "sum", "sum", "sum", "mean", "prod", "logsumexp")
	if !g.Smooth && g.rng.IntN(12) == 0 {
		op = g.one("max", "min")
	}
	binder := i + " in 1..n"
	over := "n"
	switch g.rng.IntN(7) {
	case 0:
		if len(scope) > 0 && scope[0].over != "m" {
			binder = fmt.Sprintf("%s in %s", i, g.one("1.."+scope[0].name, scope[0].name+"..n"))
		}
	case 1:
		binder, over = i+" in 1..n-1", "n-1"
	case 2:
		binder, over = i+" in 1..m", "m"
	case 3:
		binder = i + " in 2..n"
	case 4:
		if len(scope) > 0 && scope[0].over != "m" {
			binder = fmt.Sprintf("%s in 1..n | %s != %s", i, i, scope[0].name)
		}
	}
	if op == "mean" || op == "logsumexp" || op == "max" || op == "min" { // of nothing they are not finite
		binder, over = i+" in 1..n", "n"
	}
	inner := append(append([]index{}, scope...), index{i, over})
	return fmt.Sprintf("%s[%s](%s)", op, binder, g.scalar(depth-1, inner))
}
